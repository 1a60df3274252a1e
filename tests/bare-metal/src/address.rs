//! Addresses: bytes and text.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::addr::{
    AlgAddr, AnyAddr, BdAddr, CanAddr, HardwareAddr, HciAddr, IsoAddr, IsotpAddr, J1939Addr, L2capAddr,
    MacAddr, NetlinkAddr, PacketAddr, QrtrAddr, RfcommAddr, ScoAddr, TipcAddr, UnixAddr, VsockAddr, XdpAddr,
};
use anysock::interface::InterfaceName;
use anysock::text::{IpText, inet_aton};

use crate::check::{address, debug, displays, printed, text};

codecs! {
    address<AlgAddr>;
    address<AnyAddr>;
    address<CanAddr>;
    address<HciAddr>;
    address<IsoAddr>;
    address<IsotpAddr>;
    address<J1939Addr>;
    address<L2capAddr>;
    address<NetlinkAddr>;
    address<PacketAddr>;
    address<QrtrAddr>;
    address<RfcommAddr>;
    address<ScoAddr>;
    address<SocketAddr>;
    address<SocketAddrV4>;
    address<SocketAddrV6>;
    address<TipcAddr>;
    address<UnixAddr>;
    address<VsockAddr>;
    address<XdpAddr>;
    debug<AlgAddr>;
    debug<AnyAddr>;
    debug<CanAddr>;
    debug<HciAddr>;
    debug<IsoAddr>;
    debug<IsotpAddr>;
    debug<J1939Addr>;
    debug<L2capAddr>;
    debug<NetlinkAddr>;
    debug<PacketAddr>;
    debug<QrtrAddr>;
    debug<RfcommAddr>;
    debug<ScoAddr>;
    debug<TipcAddr>;
    debug<UnixAddr>;
    debug<VsockAddr>;
    debug<XdpAddr>;
    printed<AlgAddr>;
    printed<CanAddr>;
    printed<HciAddr>;
    printed<IsoAddr>;
    printed<IsotpAddr>;
    printed<J1939Addr>;
    printed<L2capAddr>;
    printed<NetlinkAddr>;
    printed<PacketAddr>;
    printed<QrtrAddr>;
    printed<RfcommAddr>;
    printed<ScoAddr>;
    printed<TipcAddr>;
    printed<UnixAddr>;
    printed<VsockAddr>;
    printed<XdpAddr>;
    text<AlgAddr>;
    text<BdAddr>;
    text<CanAddr>;
    text<HardwareAddr>;
    text<HciAddr>;
    text<InterfaceName>;
    text<IpText<IpAddr>>;
    text<IpText<Ipv4Addr>>;
    text<IpText<Ipv6Addr>>;
    text<IpText<SocketAddr>>;
    text<IpText<SocketAddrV4>>;
    text<IpText<SocketAddrV6>>;
    text<IsoAddr>;
    text<IsotpAddr>;
    text<J1939Addr>;
    text<L2capAddr>;
    text<MacAddr>;
    text<NetlinkAddr>;
    text<PacketAddr>;
    text<QrtrAddr>;
    text<RfcommAddr>;
    text<ScoAddr>;
    text<TipcAddr>;
    text<UnixAddr>;
    text<VsockAddr>;
    text<XdpAddr>;
    aton;
}

/// Whatever inet_aton reads is an address; what inet_pton reads of the same text is the same.
fn aton(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return true };
    match (inet_aton(text), text.parse::<IpText<Ipv4Addr>>()) {
        (Ok(loose), Ok(strict)) => loose == strict.0,
        (Ok(_), Err(error)) => displays(&error),
        (Err(error), parsed) => displays(&error) && parsed.is_err(),
    }
}
