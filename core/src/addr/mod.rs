//! Addresses: one file per family, each type with a lossless codec to the kernel's `struct sockaddr_…`.
//!
//! An address is bytes to a backend. [`SockAddr`] is what turns a type into those bytes and back, so a family
//! of your own needs nothing from a backend that passes it on. IP addresses are `core::net`'s own types;
//! [`crate::text::IpText`] prints and reads them. Every other address prints (`Display`) and reads (`FromStr`)
//! the notation of its field, which its page shows.
//!
//! ```
//! use anysock::addr::{AnyAddr, SockAddr, VsockAddr};
//! use core::net::{Ipv4Addr, SocketAddrV4};
//!
//! let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
//! let bytes = address.encode();
//! assert_eq!(bytes[2..8], [0, 80, 127, 0, 0, 1]);
//! assert_eq!(SocketAddrV4::decode(&bytes), Ok(address));
//! assert_eq!(AnyAddr::decode(&bytes).unwrap().family(), anysock::Family::INET);
//!
//! let host: VsockAddr = "vsock:2:1024".parse().unwrap();
//! assert_eq!((host.cid, host.port), (VsockAddr::CID_HOST, 1024));
//! ```
//!
//! # Which type for which family
//! | Family | Type | Text |
//! |---|---|---|
//! | AF_UNIX | [`UnixAddr`] | `/run/gateway`, `@name`, `*` |
//! | AF_INET, AF_INET6 | `SocketAddrV4`, `SocketAddrV6`, `SocketAddr` | `192.0.2.1:80`, `[fe80::1%3]:80` |
//! | AF_AX25 | [`Ax25Addr`] of [`CallSign`]s | `N0CALL-7 via RELAY WIDE2-2` |
//! | AF_IPX | [`IpxAddr`] | `00000001:00001b21aabb:0451` |
//! | AF_APPLETALK | [`AppleTalkAddr`] | `65280.130:253` |
//! | AF_NETROM | [`NetromAddr`] | `netrom:N0CALL-7@NODE-1` |
//! | AF_ATMPVC | [`AtmPvcAddr`] | `0.8.35` |
//! | AF_X25 | [`X25Addr`] | `x25:31201234` |
//! | AF_ROSE | [`RoseAddr`] | `2080175520:N0CALL-7 via RELAY` |
//! | AF_DECnet | [`DecnetAddr`] | `1.10::17`, `1.10::0=TASK` |
//! | AF_NETLINK | [`NetlinkAddr`] | `netlink:1234/groups:11` |
//! | AF_PACKET | [`PacketAddr`]; [`PacketDeviceAddr`] of SOCK_PACKET | `packet:2:0800:00:1b:21:aa:bb:cc`; `pkt:eth0` |
//! | AF_ASH | [`AshAddr`] | `ash:2:1:20010db8000000000000000000000000/32` |
//! | AF_ECONET | [`EconetAddr`] | `0.254:99` |
//! | AF_ATMSVC | [`AtmSvcAddr`] | `47000580ffe1000000f21a26d80020ea000ee000`, `+4122345` |
//! | AF_IRDA | [`IrdaAddr`] | `irda:1a2b3c4d:0:IrDA:IrCOMM` |
//! | AF_PPPOX | [`PppoeAddr`], [`PptpAddr`] | `pppoe:17:00:1b:21:aa:bb:cc@eth0`, `pptp:192.0.2.1:42` |
//! | AF_LLC | [`LlcAddr`] | `00:1b:21:aa:bb:cc/llc:42` |
//! | AF_IB | [`InfinibandAddr`] | `ib:[fe80::2:c903:0:1]:1060000` |
//! | AF_CAN | [`CanAddr`], [`IsotpAddr`], [`J1939Addr`] | `can:3`, `can:3/isotp:7E8:7E0`, `can:3/j1939:80,12300` |
//! | AF_TIPC | [`TipcAddr`] | `{18888:17}`, `{18888:0:99}`, `<1001001:4023>` |
//! | AF_BLUETOOTH | [`L2capAddr`], [`RfcommAddr`], [`ScoAddr`], [`IsoAddr`], [`HciAddr`] | `00:11:22:33:44:55/l2cap:4097`, `…/rfcomm:3`, `…/sco`, `…/iso`, `hci0` |
//! | AF_IUCV | [`IucvAddr`] | `iucv:LINUX01:MYAPP` |
//! | AF_RXRPC | [`RxrpcAddr`] | `rxrpc:52@192.0.2.1:7003` |
//! | AF_ISDN | [`IsdnAddr`] | `isdn:0:0:0:127` |
//! | AF_PHONET | [`PhonetAddr`] | `phonet:6c:15:10` |
//! | AF_IEEE802154 | [`Ieee802154Addr`] | `wpan:abcd:0001` |
//! | AF_CAIF | [`CaifAtAddr`], [`CaifUtilAddr`], [`CaifDatagramAddr`], [`CaifRfmAddr`], [`CaifDebugAddr`] | `caif:at:2`, `caif:util:gps`, … |
//! | AF_ALG | [`AlgAddr`] | `alg:hash:sha256` |
//! | AF_NFC | [`NfcAddr`], [`NfcLlcpAddr`] | `nfc:0:1:4`, `nfc:0:1:5/llcp:4:32` |
//! | AF_VSOCK | [`VsockAddr`] | `vsock:2:1024` |
//! | AF_QIPCRTR | [`QrtrAddr`] | `qrtr:1:42` |
//! | AF_XDP | [`XdpAddr`] | `xdp:3:0` |
//! | AF_MCTP | [`MctpAddr`], [`MctpExtAddr`] | `mctp:1:9/type:1` |
//! | any | [`AnyAddr`] | `any:` and the bytes in hexadecimal |
//!
//! AF_RDS and AF_SMC have no structure of their own: their sockets take `SocketAddrV4` and `SocketAddrV6`, with
//! AF_INET or AF_INET6 inside. AF_KCM and AF_KEY sockets have no addresses. Addresses of PPP over L2TP, and of
//! an XDP socket that shares another's memory, hold a descriptor; they are typed calls of the backend, never
//! bytes. AF_WANPIPE, whose structure left with Linux 2.6 and whose header is nowhere to be had, and whatever
//! comes next are [`AnyAddr`]s.

mod alg;
mod any;
mod appletalk;
mod ash;
mod atmpvc;
mod atmsvc;
mod ax25;
mod bluetooth;
mod caif;
mod call_sign;
mod can;
mod decnet;
mod econet;
mod fields;
mod hardware;
mod ieee802154;
mod inet;
mod infiniband;
mod ipx;
mod irda;
mod isdn;
mod iucv;
mod llc;
mod mctp;
mod netlink;
mod netrom;
mod nfc;
mod packet;
mod packet_device;
mod phonet;
mod pppox;
mod qrtr;
mod rose;
mod rxrpc;
mod tipc;
mod unix;
mod vsock;
mod x25;
mod xdp;

pub use alg::AlgAddr;
pub use any::AnyAddr;
pub use appletalk::AppleTalkAddr;
pub use ash::AshAddr;
pub use atmpvc::AtmPvcAddr;
pub use atmsvc::AtmSvcAddr;
pub use ax25::Ax25Addr;
pub use bluetooth::{
    BdAddr, BdAddrType, HciAddr, IsoAddr, IsoBroadcast, L2capAddr, ParseBdAddrError, RfcommAddr, ScoAddr,
};
pub use caif::{CaifAtAddr, CaifDatagramAddr, CaifDebugAddr, CaifRfmAddr, CaifUtilAddr};
pub use call_sign::{CallSign, Digipeaters};
pub use can::{CanAddr, IsotpAddr, J1939Addr};
pub use decnet::DecnetAddr;
pub use econet::EconetAddr;
pub use fields::Encoded;
pub use hardware::{HardwareAddr, MacAddr};
pub use ieee802154::{Ieee802154Addr, Ieee802154Device};
pub use inet::InetEncoded;
pub use infiniband::InfinibandAddr;
pub use ipx::IpxAddr;
pub use irda::IrdaAddr;
pub use isdn::IsdnAddr;
pub use iucv::IucvAddr;
pub use llc::LlcAddr;
pub use mctp::{MctpAddr, MctpExtAddr};
pub use netlink::NetlinkAddr;
pub use netrom::NetromAddr;
pub use nfc::{NfcAddr, NfcLlcpAddr};
pub use packet::PacketAddr;
pub use packet_device::PacketDeviceAddr;
pub use phonet::PhonetAddr;
pub use pppox::{PppoeAddr, PptpAddr};
pub use qrtr::QrtrAddr;
pub use rose::RoseAddr;
pub use rxrpc::RxrpcAddr;
pub use tipc::{TipcAddr, TipcName, TipcScope};
pub use unix::{UnixAddr, UnixEncoded, UnixName};
pub use vsock::VsockAddr;
pub use x25::X25Addr;
pub use xdp::XdpAddr;

use crate::constants::Family;
use crate::error::DecodeError;

/// The most bytes an address has: `sizeof(struct sockaddr_storage)`.
pub const ADDRESS_MAX: usize = 128;

/// A socket address: a type with the kernel's bytes for it.
pub trait SockAddr: Sized {
    /// The bytes of an encoded address.
    type Encoded: AsRef<[u8]>;
    /// Room for any address of this type that a kernel may answer.
    type Buffer: AsRef<[u8]> + AsMut<[u8]>;

    /// The kernel's `struct sockaddr_…`, exactly as long as the kernel wants it.
    fn encode(&self) -> Self::Encoded;

    /// An address from what a kernel answered.
    ///
    /// # Errors
    /// [`DecodeError::WrongFamily`] for another family's address, [`DecodeError::TooShort`] where bytes of a
    /// field are missing, [`DecodeError::Invalid`] where a field cannot have its value.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;

    /// An empty buffer to receive into.
    fn buffer() -> Self::Buffer;
}

/// The family in the first two bytes of an address; `AF_UNSPEC` where there are fewer.
#[inline]
pub fn family_of(bytes: &[u8]) -> Family {
    match bytes.first_chunk() {
        Some(family) => Family(u16::from_ne_bytes(*family)),
        None => Family::UNSPEC,
    }
}

/// The first `N` bytes of an address, provided that it is of `family` and as long as that.
#[inline]
fn fields<const N: usize>(bytes: &[u8], family: Family) -> Result<&[u8; N], DecodeError> {
    match bytes.first_chunk() {
        Some(fields) if family_of(fields) == family => Ok(fields),
        _ => Err(wrong_fields(bytes, family, N)),
    }
}

/// Why `bytes` are no address of `family` with `needed` bytes.
#[cold]
fn wrong_fields(bytes: &[u8], family: Family, needed: usize) -> DecodeError {
    match family_of(bytes) {
        found if found != family => DecodeError::WrongFamily(found),
        _ => DecodeError::TooShort { needed, found: bytes.len() },
    }
}
