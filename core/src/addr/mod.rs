//! Addresses: one file per family, each type with a lossless codec to the kernel's `struct sockaddr_…`.
//!
//! An address is bytes to a backend. [`SockAddr`] is what turns a type into those bytes and back, so a family
//! of your own needs nothing from a backend that passes it on. IP addresses are `core::net`'s own types.
//!
//! ```
//! use anysock::addr::{AnyAddr, SockAddr};
//! use core::net::{Ipv4Addr, SocketAddrV4};
//!
//! let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
//! let bytes = address.encode();
//! assert_eq!(bytes[2..8], [0, 80, 127, 0, 0, 1]);
//! assert_eq!(SocketAddrV4::decode(&bytes), Ok(address));
//! assert_eq!(AnyAddr::decode(&bytes).unwrap().family(), anysock::Family::INET);
//! ```

mod alg;
mod any;
mod bluetooth;
mod can;
mod fields;
mod hardware;
mod inet;
mod netlink;
mod packet;
mod qrtr;
mod tipc;
mod unix;
mod vsock;
mod xdp;

pub use alg::AlgAddr;
pub use any::AnyAddr;
pub use bluetooth::{
    BdAddr, BdAddrType, HciAddr, IsoAddr, IsoBroadcast, L2capAddr, ParseBdAddrError, RfcommAddr, ScoAddr,
};
pub use can::{CanAddr, IsotpAddr, J1939Addr};
pub use fields::Encoded;
pub use hardware::{HardwareAddr, MacAddr};
pub use inet::InetEncoded;
pub use netlink::NetlinkAddr;
pub use packet::PacketAddr;
pub use qrtr::QrtrAddr;
pub use tipc::{TipcAddr, TipcName, TipcScope};
pub use unix::{UnixAddr, UnixEncoded, UnixName};
pub use vsock::VsockAddr;
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
