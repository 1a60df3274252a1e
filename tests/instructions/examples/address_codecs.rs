//! Decoding and encoding one address, many times: what callgrind counts the instructions of.
//!
//! `address_codecs ADDRESS COUNT`; without arguments it lists the addresses.

use std::hint::black_box;
use std::net::{SocketAddrV4, SocketAddrV6};

use anysock::addr::{
    AlgAddr, AnyAddr, AppleTalkAddr, AshAddr, AtmPvcAddr, AtmSvcAddr, Ax25Addr, CanAddr, DecnetAddr,
    EconetAddr, HciAddr, IpxAddr, IrdaAddr, IsotpAddr, J1939Addr, L2capAddr, LlcAddr, NetlinkAddr,
    NetromAddr, PacketAddr, PacketDeviceAddr, PhonetAddr, QrtrAddr, RfcommAddr, RoseAddr, ScoAddr, SockAddr,
    TipcAddr, UnixAddr, VsockAddr, X25Addr, XdpAddr,
};
use anysock::{DecodeError, Family};

/// Decodes and encodes `count` times.
type Run = fn(family: Family, count: u64) -> Result<(), DecodeError>;

/// Each address with its name and its family.
const ADDRESSES: &[(&str, Family, Run)] = &[
    ("inet", Family::INET, codec::<SocketAddrV4>),
    ("inet6", Family::INET6, codec::<SocketAddrV6>),
    ("any", Family::INET, codec::<AnyAddr>),
    ("unix", Family::UNIX, codec::<UnixAddr>),
    ("netlink", Family::NETLINK, codec::<NetlinkAddr>),
    ("packet", Family::PACKET, codec::<PacketAddr>),
    ("packet-device", Family::PACKET, codec::<PacketDeviceAddr>),
    ("can", Family::CAN, codec::<CanAddr>),
    ("isotp", Family::CAN, codec::<IsotpAddr>),
    ("j1939", Family::CAN, codec::<J1939Addr>),
    ("l2cap", Family::BLUETOOTH, codec::<L2capAddr>),
    ("rfcomm", Family::BLUETOOTH, codec::<RfcommAddr>),
    ("sco", Family::BLUETOOTH, codec::<ScoAddr>),
    ("hci", Family::BLUETOOTH, codec::<HciAddr>),
    ("vsock", Family::VSOCK, codec::<VsockAddr>),
    ("alg", Family::ALG, codec::<AlgAddr>),
    ("qrtr", Family::QIPCRTR, codec::<QrtrAddr>),
    ("xdp", Family::XDP, codec::<XdpAddr>),
    ("tipc", Family::TIPC, codec::<TipcAddr>),
    ("llc", Family::LLC, codec::<LlcAddr>),
    ("ax25", Family::AX25, codec::<Ax25Addr>),
    ("netrom", Family::NETROM, codec::<NetromAddr>),
    ("rose", Family::ROSE, codec::<RoseAddr>),
    ("x25", Family::X25, codec::<X25Addr>),
    ("appletalk", Family::APPLETALK, codec::<AppleTalkAddr>),
    ("ipx", Family::IPX, codec::<IpxAddr>),
    ("irda", Family::IRDA, codec::<IrdaAddr>),
    ("decnet", Family::DECNET, codec::<DecnetAddr>),
    ("econet", Family::ECONET, codec::<EconetAddr>),
    ("ash", Family::ASH, codec::<AshAddr>),
    ("atmpvc", Family::ATMPVC, codec::<AtmPvcAddr>),
    ("atmsvc", Family::ATMSVC, codec::<AtmSvcAddr>),
    ("phonet", Family::PHONET, codec::<PhonetAddr>),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        ADDRESSES.iter().for_each(|(name, ..)| println!("{name}"));
        return Ok(());
    };
    let (_, family, run) = ADDRESSES.iter().find(|(known, ..)| *known == name).ok_or("no such address")?;
    run(*family, arguments.next().ok_or("how many times?")?.parse()?)?;
    Ok(())
}

/// An address of `family` whose fields are zero, but for TIPC's type, which must be one of three.
#[inline(never)]
fn codec<A: SockAddr>(family: Family, count: u64) -> Result<(), DecodeError> {
    let mut buffer = A::buffer();
    buffer.as_mut().iter_mut().zip(family.0.to_ne_bytes()).for_each(|(to, from)| *to = from);
    if let (Family::TIPC, Some(kind)) = (family, buffer.as_mut().get_mut(2)) {
        *kind = 2;
    }
    for _ in 0..count {
        let address = A::decode(black_box(buffer.as_ref()))?;
        black_box(address.encode().as_ref());
    }
    Ok(())
}
