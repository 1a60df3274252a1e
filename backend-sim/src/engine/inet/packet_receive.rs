//! IP packets that have come (net/ipv4/ip_input.c, net/ipv6/ip6_input.c): checked, passed on, put together, handed out.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::constants::packet::PacketType;
use anysock::tcp::Ecn;
use anysock::{Errno, PollEvents};
use etherparse::{IpNumber, Ipv4Header, Ipv6Header};

use super::extensions::{self, Behind, Refused};
use super::header::is_intact;
use super::header_options::{self, Stop};
use super::packet::{Arrived, Contents, LinkCast, OwnPacket};
use super::quick_path::{ArrivedEnds, WayIn};
use super::statistics::{InetStatistics, Ip};
use super::{forward, icmp, multicast, raw, saved_syn, tcp_arrival, udp_receive};
use crate::engine::node::{Node, NodeId};
use crate::engine::{Engine, SocketId};

/// A packet has come to a node by an interface. What is malformed or corrupt is dropped; what is for somebody else
/// is passed on where the node is a router.
pub(in crate::engine) fn packet_arrives(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    cast: LinkCast,
    packet: &[u8],
) {
    arrives(engine, node, interface, cast, packet, None);
}

/// A packet has come, which the node may have sent itself (`ip_rcv_core` and `ip_route_input_slow`; `ip6_rcv_core` and
/// `ip6_forward`): then `own` is what it knows of it.
fn arrives(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    cast: LinkCast,
    packet: &[u8],
    own: Option<OwnPacket>,
) {
    // It stays where it is.
    let mut arrived = sound(&mut engine.node_mut(node).inet.statistics, packet, interface);
    let Some(arrived) = &mut arrived else { return };
    arrived.own = own.unwrap_or_default();
    let Contents { source, destination, .. } = arrived.contents;
    let way = ArrivedEnds::of(source, destination).map(|ends| WayIn { interface, ends });
    let is_known = way.is_some() && engine.node(node).interfaces.way_in == way;
    if is_known && !arrived.is_fragment && arrived.header().len() == Ipv4Header::MIN_LEN {
        return deliver(engine, node, arrived, true);
    }
    find_way_in(engine, node, cast, arrived, own.is_some());
}

/// A packet has come, from or to other ends than the one before: it has to be found out whether the node takes it.
#[inline(never)]
fn find_way_in(engine: &mut Engine, node: NodeId, cast: LinkCast, arrived: &Arrived<'_>, is_own: bool) {
    let interface = arrived.interface;
    let Contents { source, destination, .. } = arrived.contents;
    if cannot_have_come(engine.node(node), arrived, is_own) {
        // IPv4's routing drops it, IPv6 has looked before.
        if source.is_ipv6() {
            engine.node_mut(node).inet.statistics.ip(source, Ip::InHdrErrors);
        }
        return;
    }
    if source.is_ipv6()
        && let Err(refused) = extensions::check_hop_by_hop(arrived.packet, destination.is_multicast())
    {
        return refuse(engine, node, arrived, refused);
    }
    let kernel = engine.node_mut(node);
    // What was sent by the loopback interface is for this node, whatever its address (RTCF_LOCAL).
    let is_sent_here = is_own
        && kernel.is_loopback(interface)
        && !destination.is_multicast()
        && !kernel.is_broadcast_by(destination, interface);
    let is_local = is_sent_here || kernel.is_local(destination) && !kernel.is_broadcast(destination);
    if is_local && let Some(ends) = ArrivedEnds::of(source, destination) {
        kernel.interfaces.way_in = Some(WayIn { interface, ends });
    }
    let is_wanted = is_local || is_wanted(kernel, arrived);
    if destination.is_multicast() && (is_wanted || destination.is_ipv6()) {
        count(&mut kernel.inet.statistics, arrived, [Ip::InMcastPkts, Ip::InMcastOctets]);
    }
    if destination.is_multicast() && !is_wanted {
        return;
    }
    let (packet, with_record);
    let (came, mut arrived) = (arrived.header(), arrived);
    if destination.is_ipv4() && came.len() > Ipv4Header::MIN_LEN {
        packet = match with_options(engine, node, arrived, is_local) {
            Ok(packet) => packet,
            Err(refused) => return refuse(engine, node, arrived, refused),
        };
        with_record = Arrived { packet: &packet, ..*arrived }.again();
        arrived = &with_record;
    }
    if !is_wanted {
        return forward::arrives(engine, node, cast, arrived, came);
    }
    if destination.is_ipv4() && !is_local && !destination.is_multicast() {
        let statistics = &mut engine.node_mut(node).inet.statistics;
        count(statistics, arrived, [Ip::InBcastPkts, Ip::InBcastOctets]);
    }
    if !arrived.is_fragment {
        return deliver(engine, node, arrived, is_local);
    }
    if let Some(whole) = engine.fragment_arrives(node, arrived) {
        let arrived = Arrived { packet: &whole, is_fragment: false, ..*arrived };
        deliver(engine, node, &arrived.again(), is_local);
    }
}

/// A packet of IPv4 with what its options record of this node, by the address that it came to, or that an answer comes
/// from (`ip_rcv_options`, `fib_compute_spec_dst`).
fn with_options(
    engine: &Engine,
    node: NodeId,
    arrived: &Arrived<'_>,
    is_local: bool,
) -> Result<Vec<u8>, Refused> {
    let Contents { source, destination, .. } = arrived.contents;
    let own = match is_local {
        true => destination,
        false => engine.route(node, source).map_or(destination, |(_, own)| own),
    };
    let IpAddr::V4(own) = own else { return Err(Refused::Silently) };
    let mut packet = arrived.packet.to_vec();
    header_options::arrive(&mut packet, &Stop::new(engine, node, own, true))?;
    Ok(packet)
}

/// Whether a packet has addresses that none has that comes by its interface.
fn cannot_have_come(kernel: &Node, arrived: &Arrived<'_>, is_own: bool) -> bool {
    let Contents { source, destination, .. } = arrived.contents;
    match (kernel.is_loopback(arrived.interface), is_own) {
        (true, _) => false,
        // The copy of a multicast has come by that interface, by which such an address cannot.
        (false, true) => source.is_ipv6() && source.is_loopback(),
        (false, false) => is_martian(kernel, source, destination),
    }
}

/// Counts a packet, and its octets.
fn count(statistics: &mut InetStatistics, arrived: &Arrived<'_>, [packets, octets]: [Ip; 2]) {
    let destination = arrived.contents.destination;
    statistics.ip(destination, packets);
    statistics.ip_add(destination, octets, arrived.packet.len());
}

/// Whether a node takes a packet that is not for it alone.
fn is_wanted(kernel: &Node, arrived: &Arrived<'_>) -> bool {
    let Contents { source, destination, .. } = arrived.contents;
    kernel.is_broadcast(destination)
        || kernel.listens_to(arrived.interface, destination, source)
        || destination.is_multicast()
            && is_of_membership(&arrived.contents)
            && kernel.is_member(arrived.interface, destination)
}

/// Whether a packet cannot have come from outside: its addresses are nobody's, or do not leave a node.
fn is_martian(kernel: &Node, source: IpAddr, destination: IpAddr) -> bool {
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let to_all =
                destination.is_broadcast() || source.is_unspecified() && destination.is_unspecified();
            let is_near = destination.is_multicast() && destination.octets()[..3] == [224, 0, 0];
            let is_zero = |address: Ipv4Addr| address.octets()[0] == 0;
            source.is_multicast()
                || source.is_broadcast()
                || !to_all && !is_near && (is_zero(source) || is_zero(destination))
                || source.is_loopback()
                || destination.is_loopback()
                || kernel.is_local(source.into())
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let scope = destination.octets()[1] & 0xF;
            source.is_loopback()
                || destination.is_loopback()
                || source.is_multicast()
                || destination.is_multicast() && scope <= 1
        }
        _ => true,
    }
}

/// Drops a packet for what is before its contents.
fn refuse(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, refused: Refused) {
    let Refused::Malformed(problem) = refused else { return };
    engine.node_mut(node).inet.statistics.ip(arrived.contents.source, Ip::InHdrErrors);
    if let Some(problem) = problem {
        icmp::error(engine, node, arrived.interface, arrived.packet, problem);
    }
}

/// Takes a packet apart that has come by an interface, if its header is well formed, with the right checksum. What is
/// behind the end of the packet, as its header has it, is cut off.
#[inline]
fn sound<'a>(statistics: &mut InetStatistics, packet: &'a [u8], interface: u32) -> Option<Arrived<'a>> {
    const V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    if packet.first().is_some_and(|octet| octet >> 4 == 6) {
        return sound_v6(statistics, packet, interface);
    }
    let words = packet.first().map_or(0, |octet| usize::from(*octet & 0xF));
    let is_readable = packet.len() >= Ipv4Header::MIN_LEN && packet[0] >> 4 == 4 && words >= 5;
    statistics.received(false, packet.len(), is_readable.then(|| packet[1]));
    let Some(octets) = packet.get(..words * 4).filter(|_| is_readable) else {
        statistics.ip(V4, Ip::InHdrErrors);
        return None;
    };
    if !is_intact(octets) {
        statistics.ip(V4, Ip::InCsumErrors);
        statistics.ip(V4, Ip::InHdrErrors);
        return None;
    }
    let length = usize::from(u16::from_be_bytes([octets[2], octets[3]]));
    let Some(packet) = packet.get(..length) else {
        statistics.ip(V4, Ip::InTruncatedPkts);
        return None;
    };
    let Some(payload) = packet.get(octets.len()..) else {
        statistics.ip(V4, Ip::InHdrErrors);
        return None;
    };
    let address = |at: usize| {
        let octets: [u8; 4] = octets[at..at + 4].try_into().unwrap_or_default();
        IpAddr::from(octets)
    };
    let contents =
        Contents { source: address(12), destination: address(16), protocol: IpNumber(octets[9]), payload };
    Some(Arrived {
        contents,
        packet,
        interface,
        hop_limit: octets[8],
        traffic_class: octets[1],
        is_fragment: octets[6] & 0x3F != 0 || octets[7] != 0,
        own: OwnPacket::default(),
    })
}

/// The same of IPv6; its extension headers are in the contents as yet.
fn sound_v6<'a>(statistics: &mut InetStatistics, packet: &'a [u8], interface: u32) -> Option<Arrived<'a>> {
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let header = packet.get(..Ipv6Header::LEN);
    statistics.received(true, packet.len(), header.map(|header| header[1] >> 4));
    let Some(header) = header else {
        statistics.ip(V6, Ip::InHdrErrors);
        return None;
    };
    let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
    let Some(packet) = packet.get(..Ipv6Header::LEN + length) else {
        statistics.ip(V6, Ip::InTruncatedPkts);
        return None;
    };
    let address = |at: usize| {
        let octets: [u8; 16] = header[at..at + 16].try_into().unwrap_or_default();
        IpAddr::from(octets)
    };
    let contents = Contents {
        source: address(8),
        destination: address(24),
        protocol: IpNumber(header[6]),
        payload: &packet[Ipv6Header::LEN..],
    };
    let traffic_class = header[0] << 4 | header[1] >> 4;
    let (hop_limit, is_fragment, own) = (header[7], false, OwnPacket::default());
    Some(Arrived { contents, packet, interface, hop_limit, traffic_class, is_fragment, own })
}

/// Whether a packet is one of IGMP or MLD, which no source filter stops (`ip_check_mc_rcu`, `ipv6_is_mld`).
fn is_of_membership(contents: &Contents<'_>) -> bool {
    match contents.protocol {
        IpNumber::IGMP => true,
        IpNumber::IPV6_ICMP => contents.payload.first().is_some_and(|kind| multicast::MLD.contains(kind)),
        _ => false,
    }
}

/// Gives a whole packet to whom its protocol says. Whether it `is_local`: for this node, and not for everybody.
#[inline]
fn deliver(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, is_local: bool) {
    match arrived.contents.protocol {
        IpNumber::TCP | IpNumber::UDP => {}
        _ if arrived.contents.source.is_ipv6() => return deliver_behind(engine, node, arrived, is_local),
        _ => {}
    }
    hand_out(engine, node, arrived, is_local, 0);
}

/// The same, of a packet of IPv6 whose header may have others behind it.
fn deliver_behind(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, is_local: bool) {
    let mut atomic = 0;
    let Contents { source, destination, protocol, .. } = arrived.contents;
    if extensions::is_seen(protocol) {
        raw::packet_arrives(engine, node, arrived);
    }
    let behind = extensions::behind(arrived.packet, destination.is_multicast(), &mut atomic);
    let statistics = &mut engine.node_mut(node).inet.statistics;
    statistics.ip_add(source, Ip::ReasmReqds, atomic as usize);
    statistics.ip_add(source, Ip::ReasmOks, atomic as usize);
    match behind {
        Err(refused) => refuse(engine, node, arrived, refused),
        Ok(Behind::Contents { protocol, payload, told_at }) => {
            let contents = Contents { protocol, payload, ..arrived.contents };
            hand_out(engine, node, &Arrived { contents, ..*arrived }, is_local, told_at);
        }
        Ok(Behind::Fragment) => {
            if let Some(whole) = engine.fragment_arrives(node, arrived) {
                let arrived = Arrived { packet: &whole, ..*arrived };
                deliver(engine, node, &arrived.again(), is_local);
            }
        }
    }
}

/// Gives the contents of a packet to whom their protocol says, which is told in the octet `told_at` of an IPv6 packet.
#[inline]
fn hand_out(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, is_local: bool, told_at: usize) {
    let contents = &arrived.contents;
    if contents.protocol == IpNumber::TCP && engine.node(node).inet.arriving_syn.is_wanted {
        saved_syn::segment_arrives(engine.node_mut(node), arrived);
    }
    // What the node has sent to itself has come by the interface whose address it was for (inet_iif, inet6_iif), unless
    // its sender has chosen the loopback one.
    let kernel = engine.node(node);
    let is_elsewhere = !contents.destination.is_loopback() && !arrived.own.by_loopback;
    let own = match kernel.is_loopback(arrived.interface) && is_elsewhere {
        true => kernel.interface_of(contents.destination),
        false => None,
    };
    let arrived = &Arrived { interface: own.unwrap_or(arrived.interface), ..*arrived };
    let is_seen = !engine.node(node).inet.raw.is_empty() && raw::packet_arrives(engine, node, arrived);
    match contents.protocol {
        IpNumber::TCP => {
            let ecn = Ecn::from_bits(arrived.traffic_class);
            let way = (arrived.hop_limit, is_local);
            tcp_arrival::segment_arrives(engine, node, arrived.interface, contents, ecn, way);
        }
        IpNumber::UDP => udp_receive::datagram_arrives(engine, node, arrived),
        IpNumber::UDP_LITE => udp_receive::lite_arrives(engine, node, arrived),
        IpNumber::ICMP if contents.source.is_ipv4() => icmp::message_arrives(engine, node, arrived, is_local),
        IpNumber::IPV6_ICMP if contents.source.is_ipv6() => {
            icmp::message_arrives(engine, node, arrived, is_local);
        }
        IpNumber::IGMP if contents.source.is_ipv4() => engine.igmp_arrives(node, arrived),
        // The end of the headers (RFC 8200 §4.7).
        IpNumber::IPV6_NO_NEXT_HEADER if contents.source.is_ipv6() => {}
        _ if is_seen => {}
        _ => {
            engine.node_mut(node).inet.statistics.ip(contents.source, Ip::InUnknownProtos);
            let problem = match contents.source {
                IpAddr::V4(_) => icmp::Problem::ProtocolUnreachable,
                IpAddr::V6(_) => extensions::unknown_protocol(told_at),
            };
            return icmp::error(engine, node, arrived.interface, arrived.packet, problem);
        }
    }
    engine.node_mut(node).inet.statistics.ip(contents.source, Ip::InDelivers);
}

impl Engine {
    /// A packet arrives that the node has sent to itself, by the loopback interface, or as one that came by another.
    pub(in crate::engine) fn loopback_arrives(
        &mut self,
        node: NodeId,
        interface: u32,
        own: OwnPacket,
        packet: &[u8],
    ) {
        if self.node(node).is_loopback(interface) {
            self.packet_passes(node, interface, PacketType::HOST, [packet, &[]]);
        }
        arrives(self, node, interface, LinkCast::Own, packet, Some(own));
    }

    /// Gives a socket an error to report.
    pub(super) fn set_error(&mut self, id: SocketId, error: Errno) {
        if let Ok(socket) = self.socket_mut(id) {
            socket.common.error = Some(error);
            self.notify_of(id, PollEvents::ERR);
        }
    }
}
