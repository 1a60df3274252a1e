//! Addresses: bytes and text.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::addr::{
    AlgAddr, AnyAddr, AppleTalkAddr, AshAddr, AtmPvcAddr, AtmSvcAddr, Ax25Addr, BdAddr, CaifAtAddr,
    CaifDatagramAddr, CaifDebugAddr, CaifRfmAddr, CaifUtilAddr, CallSign, CanAddr, DecnetAddr, EconetAddr,
    HardwareAddr, HciAddr, Ieee802154Addr, InfinibandAddr, IpxAddr, IrdaAddr, IsdnAddr, IsoAddr, IsotpAddr,
    IucvAddr, J1939Addr, L2capAddr, LlcAddr, MacAddr, MctpAddr, MctpExtAddr, NetlinkAddr, NetromAddr,
    NfcAddr, NfcLlcpAddr, PacketAddr, PacketDeviceAddr, PhonetAddr, PppoeAddr, PptpAddr, QrtrAddr,
    RfcommAddr, RoseAddr, RxrpcAddr, ScoAddr, TipcAddr, UnixAddr, VsockAddr, X25Addr, XdpAddr,
};
use anysock::interface::InterfaceName;
use anysock::text::{IpText, inet_aton};

use crate::check::{address, debug, displays, printed, text};

codecs! {
    address<AlgAddr>;
    address<AnyAddr>;
    address<AppleTalkAddr>;
    address<AshAddr>;
    address<AtmPvcAddr>;
    address<AtmSvcAddr>;
    address<Ax25Addr>;
    address<CaifAtAddr>;
    address<CaifDatagramAddr>;
    address<CaifDebugAddr>;
    address<CaifRfmAddr>;
    address<CaifUtilAddr>;
    address<CanAddr>;
    address<DecnetAddr>;
    address<EconetAddr>;
    address<HciAddr>;
    address<Ieee802154Addr>;
    address<InfinibandAddr>;
    address<IpxAddr>;
    address<IrdaAddr>;
    address<IsdnAddr>;
    address<IsoAddr>;
    address<IsotpAddr>;
    address<IucvAddr>;
    address<J1939Addr>;
    address<L2capAddr>;
    address<LlcAddr>;
    address<MctpAddr>;
    address<MctpExtAddr>;
    address<NetlinkAddr>;
    address<NetromAddr>;
    address<NfcAddr>;
    address<NfcLlcpAddr>;
    address<PacketAddr>;
    address<PacketDeviceAddr>;
    address<PhonetAddr>;
    address<PppoeAddr>;
    address<PptpAddr>;
    address<QrtrAddr>;
    address<RfcommAddr>;
    address<RoseAddr>;
    address<RxrpcAddr>;
    address<ScoAddr>;
    address<SocketAddr>;
    address<SocketAddrV4>;
    address<SocketAddrV6>;
    address<TipcAddr>;
    address<UnixAddr>;
    address<VsockAddr>;
    address<X25Addr>;
    address<XdpAddr>;
    debug<AlgAddr>;
    debug<AnyAddr>;
    debug<AppleTalkAddr>;
    debug<AshAddr>;
    debug<AtmPvcAddr>;
    debug<AtmSvcAddr>;
    debug<Ax25Addr>;
    debug<CaifAtAddr>;
    debug<CaifDatagramAddr>;
    debug<CaifDebugAddr>;
    debug<CaifRfmAddr>;
    debug<CaifUtilAddr>;
    debug<CanAddr>;
    debug<DecnetAddr>;
    debug<EconetAddr>;
    debug<HciAddr>;
    debug<Ieee802154Addr>;
    debug<InfinibandAddr>;
    debug<IpxAddr>;
    debug<IrdaAddr>;
    debug<IsdnAddr>;
    debug<IsoAddr>;
    debug<IsotpAddr>;
    debug<IucvAddr>;
    debug<J1939Addr>;
    debug<L2capAddr>;
    debug<LlcAddr>;
    debug<MctpAddr>;
    debug<MctpExtAddr>;
    debug<NetlinkAddr>;
    debug<NetromAddr>;
    debug<NfcAddr>;
    debug<NfcLlcpAddr>;
    debug<PacketAddr>;
    debug<PacketDeviceAddr>;
    debug<PhonetAddr>;
    debug<PppoeAddr>;
    debug<PptpAddr>;
    debug<QrtrAddr>;
    debug<RfcommAddr>;
    debug<RoseAddr>;
    debug<RxrpcAddr>;
    debug<ScoAddr>;
    debug<TipcAddr>;
    debug<UnixAddr>;
    debug<VsockAddr>;
    debug<X25Addr>;
    debug<XdpAddr>;
    printed<AlgAddr>;
    printed<AnyAddr>;
    printed<AppleTalkAddr>;
    printed<AshAddr>;
    printed<AtmPvcAddr>;
    printed<AtmSvcAddr>;
    printed<Ax25Addr>;
    printed<CaifAtAddr>;
    printed<CaifDatagramAddr>;
    printed<CaifDebugAddr>;
    printed<CaifRfmAddr>;
    printed<CaifUtilAddr>;
    printed<CanAddr>;
    printed<DecnetAddr>;
    printed<EconetAddr>;
    printed<HciAddr>;
    printed<Ieee802154Addr>;
    printed<InfinibandAddr>;
    printed<IpxAddr>;
    printed<IrdaAddr>;
    printed<IsdnAddr>;
    printed<IsoAddr>;
    printed<IsotpAddr>;
    printed<IucvAddr>;
    printed<J1939Addr>;
    printed<L2capAddr>;
    printed<LlcAddr>;
    printed<MctpAddr>;
    printed<MctpExtAddr>;
    printed<NetlinkAddr>;
    printed<NetromAddr>;
    printed<NfcAddr>;
    printed<NfcLlcpAddr>;
    printed<PacketAddr>;
    printed<PacketDeviceAddr>;
    printed<PhonetAddr>;
    printed<PppoeAddr>;
    printed<PptpAddr>;
    printed<QrtrAddr>;
    printed<RfcommAddr>;
    printed<RoseAddr>;
    printed<RxrpcAddr>;
    printed<ScoAddr>;
    printed<TipcAddr>;
    printed<UnixAddr>;
    printed<VsockAddr>;
    printed<X25Addr>;
    printed<XdpAddr>;
    text<AlgAddr>;
    text<AnyAddr>;
    text<AppleTalkAddr>;
    text<AshAddr>;
    text<AtmPvcAddr>;
    text<AtmSvcAddr>;
    text<Ax25Addr>;
    text<BdAddr>;
    text<CaifAtAddr>;
    text<CaifDatagramAddr>;
    text<CaifDebugAddr>;
    text<CaifRfmAddr>;
    text<CaifUtilAddr>;
    text<CallSign>;
    text<CanAddr>;
    text<DecnetAddr>;
    text<EconetAddr>;
    text<HardwareAddr>;
    text<HciAddr>;
    text<Ieee802154Addr>;
    text<InfinibandAddr>;
    text<InterfaceName>;
    text<IpText<IpAddr>>;
    text<IpText<Ipv4Addr>>;
    text<IpText<Ipv6Addr>>;
    text<IpText<SocketAddr>>;
    text<IpText<SocketAddrV4>>;
    text<IpText<SocketAddrV6>>;
    text<IpxAddr>;
    text<IrdaAddr>;
    text<IsdnAddr>;
    text<IsoAddr>;
    text<IsotpAddr>;
    text<IucvAddr>;
    text<J1939Addr>;
    text<L2capAddr>;
    text<LlcAddr>;
    text<MacAddr>;
    text<MctpAddr>;
    text<MctpExtAddr>;
    text<NetlinkAddr>;
    text<NetromAddr>;
    text<NfcAddr>;
    text<NfcLlcpAddr>;
    text<PacketAddr>;
    text<PacketDeviceAddr>;
    text<PhonetAddr>;
    text<PppoeAddr>;
    text<PptpAddr>;
    text<QrtrAddr>;
    text<RfcommAddr>;
    text<RoseAddr>;
    text<RxrpcAddr>;
    text<ScoAddr>;
    text<TipcAddr>;
    text<UnixAddr>;
    text<VsockAddr>;
    text<X25Addr>;
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
