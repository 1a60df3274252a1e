//! IP packets: made, sent, taken apart.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};

use anysock::Errno;
use anysock::constants::ethernet::EtherType;
use anysock::constants::packet::PacketType;
use anysock::tcp::Ecn;
use etherparse::{IpNumber, IpSlice, Ipv4Header, Ipv4HeaderSlice, Ipv6FlowLabel, Ipv6Header};

use super::route::{Route, Way};
use super::{forward, fragment, icmp, multicast, raw, tcp, udp};
use crate::engine::event::Event;
use crate::engine::network::ETHERNET_HEADER;
use crate::engine::node::{Node, NodeId};
use crate::engine::packet::hardware;
use crate::engine::socket_filter::Filtered;
use crate::engine::{Engine, SocketId};

/// What is inside a packet, from where, to where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contents<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: IpNumber,
    pub(super) payload: &'a [u8],
}

impl Contents<'_> {
    /// The same without the payload.
    const fn ends(&self) -> Ends {
        Ends { source: self.source, destination: self.destination, protocol: self.protocol }
    }
}

/// From where, to where, and what the contents are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: IpNumber,
}

/// How many octets of a frame are before the contents of a packet: for Ethernet's header, and for the one of IP, without
/// options.
pub(super) const fn room_for_headers(destination: IpAddr) -> usize {
    ETHERNET_HEADER + if destination.is_ipv4() { Ipv4Header::MIN_LEN } else { Ipv6Header::LEN }
}

/// A packet that has come to a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived<'a> {
    pub(super) contents: Contents<'a>,
    /// The packet, with its header.
    pub(super) packet: &'a [u8],
    /// The number of the interface that it came by.
    pub(super) interface: u32,
    pub(super) hop_limit: u8,
    pub(super) traffic_class: u8,
    /// It has to be put together with others.
    is_fragment: bool,
}

impl<'a> Arrived<'a> {
    /// The packet as the filter of a socket sees it that receives `data` of it.
    pub(super) fn filtered(&self, node: &Node, data: &'a [u8]) -> Filtered<'a> {
        let destination = self.contents.destination;
        let packet_type = match destination {
            _ if destination.is_multicast() => PacketType::MULTICAST,
            _ if node.is_broadcast(destination) => PacketType::BROADCAST,
            _ => PacketType::HOST,
        };
        let protocol = if destination.is_ipv4() { EtherType::IP.0 } else { EtherType::IPV6.0 };
        let hardware_type = node.interface(self.interface).map_or(0, |interface| hardware(interface).0.0);
        let (network, link, interface) = (self.packet, &[][..], self.interface);
        Filtered { data, network, link, protocol, packet_type, interface, hardware_type }
    }
}

/// Whom the frame of a packet was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LinkCast {
    /// This node alone.
    Own,
    /// Everybody, or a group.
    Many,
}

/// Whether packets may be fragmented on their way: IP_MTU_DISCOVER, IPV6_MTU_DISCOVER.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PathMtuDiscovery(pub(crate) i32);

impl PathMtuDiscovery {
    /// IP_PMTUDISC_DONT: they may be, by anybody.
    pub(crate) const DONT: Self = PathMtuDiscovery(0);
    /// IP_PMTUDISC_WANT: by the sender, where they are larger than the known way takes.
    pub(crate) const WANT: Self = PathMtuDiscovery(1);
    /// IP_PMTUDISC_DO: never.
    pub(crate) const DO: Self = PathMtuDiscovery(2);
    /// IP_PMTUDISC_PROBE: never, and what is known of the way does not count.
    pub(crate) const PROBE: Self = PathMtuDiscovery(3);
    /// IP_PMTUDISC_OMIT: what is known of the way does not count, nothing is set in the header, and larger ones are
    /// fragmented. (IP_PMTUDISC_INTERFACE, 4, is the same, but refuses larger ones.)
    pub(crate) const OMIT: Self = PathMtuDiscovery(5);

    /// Whether the sender fragments what is too large (`ip_sk_ignore_df`).
    const fn fragments(self) -> bool {
        self.0 < Self::DO.0 || self.0 == Self::OMIT.0
    }

    /// Whether nobody on the way may fragment: the header says so.
    const fn forbids_fragments(self) -> bool {
        matches!(self, Self::WANT | Self::DO | Self::PROBE)
    }

    /// Whether what ICMP tells of the way is learnt (`ip_sk_accept_pmtu`): not with IP_PMTUDISC_INTERFACE and
    /// IP_PMTUDISC_OMIT.
    pub(super) const fn learns(self) -> bool {
        self.0 <= Self::PROBE.0
    }

    /// Whether only the interface counts (`ip_sk_use_pmtu`).
    pub(super) const fn ignores_path(self) -> bool {
        self.0 >= Self::PROBE.0
    }
}

/// What goes into the header of a packet beside its contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeaderFields {
    /// IP_TTL.
    pub(crate) time_to_live: u8,
    /// IP_TOS.
    pub(crate) type_of_service: u8,
    /// IPV6_UNICAST_HOPS.
    pub(crate) hop_limit: u8,
    /// IPV6_TCLASS.
    pub(crate) traffic_class: u8,
    /// IP_MTU_DISCOVER.
    pub(crate) discovery: PathMtuDiscovery,
    /// IPV6_MTU_DISCOVER.
    pub(crate) discovery_v6: PathMtuDiscovery,
    /// IPV6_MTU: the size of fragments where the way takes larger packets; zero for none.
    pub(crate) fragment_size: usize,
    /// The number of the interface that the packet leaves by, whatever routing says; 0 where that chooses.
    pub(crate) interface: u32,
}

impl HeaderFields {
    /// How packets to there may be fragmented.
    pub(super) const fn discovery_to(&self, destination: IpAddr) -> PathMtuDiscovery {
        if destination.is_ipv6() { self.discovery_v6 } else { self.discovery }
    }

    /// The largest packet that goes this way without being fragmented (`ip_setup_cork`, `ip6_setup_cork`).
    pub(super) fn mtu(&self, route: Route, destination: IpAddr) -> usize {
        let mtu = route.mtu_for(self.discovery_to(destination));
        match self.fragment_size {
            size if size > 0 && destination.is_ipv6() => mtu.min(size),
            _ => mtu,
        }
    }

    /// Puts the ECN field into the lowest bits of the traffic class, and of the type of service.
    pub(super) const fn set_ecn(&mut self, ecn: Ecn) {
        self.type_of_service = self.type_of_service & !3 | ecn.bits();
        self.traffic_class = self.traffic_class & !3 | ecn.bits();
    }
}

impl Default for HeaderFields {
    fn default() -> Self {
        HeaderFields {
            time_to_live: 64,
            type_of_service: 0,
            hop_limit: 64,
            traffic_class: 0,
            discovery: PathMtuDiscovery::WANT,
            discovery_v6: PathMtuDiscovery::WANT,
            fragment_size: 0,
            interface: 0,
        }
    }
}

impl Engine {
    /// Sends a packet of a node's. What is too large for the way is fragmented, or refused.
    ///
    /// # Errors
    /// `ENETUNREACH` where no interface leads there, `EMSGSIZE` where it is too large.
    pub(super) fn send_packet(
        &mut self,
        node: NodeId,
        contents: &Contents<'_>,
        fields: HeaderFields,
    ) -> Result<(), Errno> {
        let frame = self.frame_with(contents);
        self.send_filled(node, &contents.ends(), fields, frame)
    }

    /// [`Engine::send_packet`], by this way.
    pub(super) fn send_by(
        &mut self,
        node: NodeId,
        route: Route,
        contents: &Contents<'_>,
        fields: HeaderFields,
    ) -> Result<(), Errno> {
        let frame = self.frame_with(contents);
        if let Some(frame) = self.with_header(node, route, &contents.ends(), fields, frame)? {
            self.emit_frame(node, route, contents.destination, frame);
        }
        Ok(())
    }

    /// [`Engine::send_packet`], where the contents stand in a frame already, behind [`room_for_headers`].
    pub(super) fn send_filled(
        &mut self,
        node: NodeId,
        ends: &Ends,
        fields: HeaderFields,
        mut frame: Vec<u8>,
    ) -> Result<(), Errno> {
        let now = self.now;
        let kernel = &mut self.nodes[node.0 as usize];
        if fields.interface == 0
            && let Some(path) = kernel.interfaces.paths.get(now, ends.destination)
            && frame.len() - ETHERNET_HEADER <= fields.mtu(path.route, ends.destination)
            && write_header(&mut frame, ends, fields, &mut kernel.inet.identification)
        {
            let (port, address) = path.neighbour;
            self.send_ip(port, address, frame);
            return Ok(());
        }
        let route = match fields.interface {
            0 => self.find_path(node, ends.destination)?,
            interface => self.route_by(node, ends.destination, interface, None)?.0,
        };
        if let Some(frame) = self.with_header(node, route, ends, fields, frame)? {
            self.emit_frame(node, route, ends.destination, frame);
        }
        Ok(())
    }

    /// A frame with room for headers before these contents.
    fn frame_with(&mut self, contents: &Contents<'_>) -> Vec<u8> {
        let mut frame = self.buffers.take();
        frame.resize(room_for_headers(contents.destination), 0);
        frame.extend_from_slice(contents.payload);
        frame
    }

    /// The frame with the header of its packet; `None` where it had to be fragmented, and the fragments are on their
    /// way.
    fn with_header(
        &mut self,
        node: NodeId,
        route: Route,
        ends: &Ends,
        fields: HeaderFields,
        mut frame: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, Errno> {
        let mtu = fields.mtu(route, ends.destination);
        let identification = &mut self.node_mut(node).inet.identification;
        if frame.len() - ETHERNET_HEADER <= mtu {
            let is_one = write_header(&mut frame, ends, fields, identification);
            return if is_one { Ok(Some(frame)) } else { Err(Errno::ENETUNREACH) };
        }
        if ends.source.is_ipv4() {
            *identification = identification.wrapping_add(1);
        }
        // TCP finds its path's MTU: it does not let itself be fragmented.
        if !fields.discovery_to(ends.destination).fragments() || ends.protocol == IpNumber::TCP {
            return Err(Errno::EMSGSIZE);
        }
        let payload = &frame[room_for_headers(ends.destination)..];
        let payload_length = u16::try_from(payload.len()).map_err(|_| Errno::EMSGSIZE)?;
        let packets = match (ends.source, ends.destination) {
            (IpAddr::V4(source), IpAddr::V4(to)) => {
                let (source, to) = (source.octets(), to.octets());
                let header = Ipv4Header::new(payload_length, fields.time_to_live, ends.protocol, source, to);
                let mut header = header.map_err(|_| Errno::EMSGSIZE)?;
                header.identification = *identification as u16;
                set_type_of_service(&mut header, fields.type_of_service);
                fragment::fragments(&header, payload, mtu)?
            }
            (IpAddr::V6(source), IpAddr::V6(to)) => {
                *identification = identification.wrapping_add(1);
                let header = ipv6_header((source, to), payload_length, ends.protocol, fields);
                fragment::fragments_v6(&header, payload, *identification, mtu)?
            }
            _ => return Err(Errno::ENETUNREACH),
        };
        self.emit_fragments(node, route, ends.destination, packets);
        self.buffers.give_back(frame);
        Ok(None)
    }

    /// Sends a packet, whose two parts follow each other, on its way.
    pub(super) fn emit(&mut self, node: NodeId, route: Route, destination: IpAddr, packet: [&[u8]; 2]) {
        let frame = self.frame_of(packet);
        self.emit_frame(node, route, destination, frame);
    }

    /// Sends a packet on its way, in a frame with room for its header.
    fn emit_frame(&mut self, node: NodeId, route: Route, destination: IpAddr, frame: Vec<u8>) {
        let interface = route.interface;
        let packet = &frame[ETHERNET_HEADER..];
        let stays = destination.is_multicast() && stays_here(packet, destination, route);
        if route.way == Way::Local {
            self.packet_passes(node, interface, PacketType::OUTGOING, [packet, &[]]);
        }
        if route.looped && route.way != Way::Local {
            let mut frame = self.buffers.take();
            frame.extend_from_slice(&[0; ETHERNET_HEADER]);
            frame.extend_from_slice(packet);
            self.events.append(self.now, Event::Loopback { node, interface, frame });
        }
        match route.way {
            Way::Local => self.events.append(self.now, Event::Loopback { node, interface, frame }),
            _ if stays => self.buffers.give_back(frame),
            Way::Port(port) => self.send_to_neighbour(node, port, route.next_hop(destination), frame),
            Way::Tun(tun) => {
                self.tun_send(tun, packet);
                self.buffers.give_back(frame);
            }
        }
    }

    /// A packet arrives that the node has sent to itself, by the loopback interface, or as one that came by another.
    pub(in crate::engine) fn loopback_arrives(&mut self, node: NodeId, interface: u32, packet: &[u8]) {
        if self.node(node).is_loopback(interface) {
            self.packet_passes(node, interface, PacketType::HOST, [packet, &[]]);
        }
        packet_arrives(self, node, interface, LinkCast::Own, packet);
    }

    /// Sends the fragments of a packet on their way.
    pub(super) fn emit_fragments(
        &mut self,
        node: NodeId,
        route: Route,
        destination: IpAddr,
        packets: Vec<Vec<u8>>,
    ) {
        self.node_mut(node).inet.statistics.ip_fragments_created += packets.len() as u64;
        for packet in packets {
            self.emit(node, route, destination, [&packet, &[]]);
        }
    }
}

/// Whether a multicast does not leave the node: by its hop limit, over IPv4 where the interface listens to the group
/// (`ip_mc_output`), over IPv6 only if it has come back to the node, or by its scope (`ip6_finish_output2`).
fn stays_here(header: &[u8], group: IpAddr, route: Route) -> bool {
    match group {
        IpAddr::V4(_) => route.listened && header.get(8) == Some(&0),
        IpAddr::V6(group) => group.octets()[1] & 0xF <= 1 || route.looped && header.get(7) == Some(&0),
    }
}

/// The packet of a header and what it carries.
pub(super) fn ipv4_packet(header: &mut Ipv4Header, payload: &[u8]) -> Vec<u8> {
    header.header_checksum = header.calc_header_checksum();
    [&header.to_bytes()[..], payload].concat()
}

/// The ECN field of a packet (RFC 3168 §5).
fn ecn_of(packet: &[u8]) -> Ecn {
    match packet {
        [version, class, ..] if version >> 4 == 6 => Ecn::from_bits(class >> 4),
        [_, service, ..] => Ecn::from_bits(*service),
        _ => Ecn::NotCapable,
    }
}

/// A router marks a packet, whose sender has said that it may be (RFC 3168 §5), instead of dropping it.
pub(in crate::engine) fn mark_congestion(packet: &mut [u8]) {
    if matches!(ecn_of(packet), Ecn::NotCapable | Ecn::CongestionExperienced) {
        return;
    }
    match packet {
        [version, class, ..] if *version >> 4 == 6 => *class |= Ecn::CongestionExperienced.bits() << 4,
        [version, service, _, _, _, _, _, _, _, _, high, low, ..] if *version >> 4 == 4 => {
            // The checksum follows (RFC 1624 §3): HC' = ~(~HC + ~m + m').
            let before = u16::from_be_bytes([*version, *service]);
            *service |= Ecn::CongestionExperienced.bits();
            let after = u16::from_be_bytes([*version, *service]);
            let sum = u32::from(!u16::from_be_bytes([*high, *low])) + u32::from(!before) + u32::from(after);
            [*high, *low] = (!folded(sum.into())).to_be_bytes();
        }
        _ => {}
    }
}

/// Whether the checksum of an IPv4 header is right.
fn is_intact(header: &[u8]) -> bool {
    sum_of_words(header).is_multiple_of(0xFFFF)
}

/// Writes the header of a packet into its frame, without options (RFC 791 §3.1, RFC 8200 §3). `false` where the ends
/// are of different versions.
#[inline]
fn write_header(frame: &mut [u8], ends: &Ends, fields: HeaderFields, identification: &mut u32) -> bool {
    let length = frame.len() - ETHERNET_HEADER;
    let packet = &mut frame[ETHERNET_HEADER..];
    match (ends.source, ends.destination) {
        (IpAddr::V4(source), IpAddr::V4(to)) => {
            let Some(place) = packet.first_chunk_mut::<{ Ipv4Header::MIN_LEN }>() else { return false };
            *identification = identification.wrapping_add(1);
            let [l0, l1] = (length as u16).to_be_bytes();
            let [i0, i1] = (*identification as u16).to_be_bytes();
            let flags = if fields.discovery.forbids_fragments() { 0x40 } else { 0 };
            let ([s0, s1, s2, s3], [d0, d1, d2, d3]) = (source.octets(), to.octets());
            let HeaderFields { time_to_live: limit, type_of_service: service, .. } = fields;
            let protocol = ends.protocol.0;
            *place = [
                0x45, service, l0, l1, i0, i1, flags, 0, limit, protocol, 0, 0, s0, s1, s2, s3, d0, d1, d2,
                d3,
            ];
            [place[10], place[11]] = (!folded(sum_of_words(place))).to_ne_bytes();
            true
        }
        (IpAddr::V6(source), IpAddr::V6(to)) => {
            let payload_length = (length - Ipv6Header::LEN) as u16;
            let header = ipv6_header((source, to), payload_length, ends.protocol, fields);
            packet[..Ipv6Header::LEN].copy_from_slice(&header.to_bytes());
            true
        }
        _ => false,
    }
}

fn ipv6_header(
    (source, to): (Ipv6Addr, Ipv6Addr),
    payload_length: u16,
    protocol: IpNumber,
    fields: HeaderFields,
) -> Ipv6Header {
    Ipv6Header {
        traffic_class: fields.traffic_class,
        flow_label: Ipv6FlowLabel::ZERO,
        payload_length,
        next_header: protocol,
        hop_limit: fields.hop_limit,
        source: source.octets(),
        destination: to.octets(),
    }
}

/// The one's complement sum in 16 bits.
fn folded(sum: u64) -> u16 {
    let sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
    let sum = (sum & 0xFFFF) + (sum >> 16 & 0xFFFF) + (sum >> 32);
    ((sum & 0xFFFF) + (sum >> 16)) as u16
}

/// The sum of all words of a header (RFC 1071 §1), of which two are added at once, in whichever order their octets are
/// (§2).
fn sum_of_words(header: &[u8]) -> u64 {
    header.as_chunks().0.iter().map(|words| u64::from(u32::from_ne_bytes(*words))).sum()
}

pub(super) fn set_type_of_service(header: &mut Ipv4Header, type_of_service: u8) {
    if let (Ok(dscp), Ok(ecn)) = ((type_of_service >> 2).try_into(), (type_of_service & 3).try_into()) {
        (header.dscp, header.ecn) = (dscp, ecn);
    }
}

/// A packet has come to a node by an interface. What is malformed or corrupt is dropped; what is for somebody else
/// is passed on where the node is a router.
pub(in crate::engine) fn packet_arrives(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    cast: LinkCast,
    packet: &[u8],
) {
    let Some(arrived) = sound(packet, interface) else {
        engine.node_mut(node).inet.statistics.ip_in_header_errors += 1;
        return;
    };
    let Contents { source, destination, .. } = arrived.contents;
    let kernel = engine.node(node);
    // Nobody's address (Linux: ip_route_input_slow's martian source; ip6_rcv_core).
    let back = kernel.is_loopback(interface) && destination.is_multicast();
    let from_nobody = source.is_multicast()
        || source.is_ipv4() && (source.is_unspecified() && !back || kernel.is_broadcast(source));
    let astray = (source.is_loopback() || destination.is_loopback()) && !kernel.is_loopback(interface);
    if from_nobody || astray {
        engine.node_mut(node).inet.statistics.ip_in_address_errors += 1;
        return;
    }
    let is_local = kernel.is_local(destination);
    let is_wanted = is_local
        || kernel.is_broadcast(destination)
        || kernel.listens_to(interface, destination, source)
        || destination.is_multicast()
            && is_of_membership(&arrived.contents)
            && kernel.is_member(interface, destination);
    if !is_wanted {
        if kernel.forwarding && cast == LinkCast::Own && !destination.is_multicast() {
            return forward::forward(engine, node, interface, destination, packet);
        }
        engine.node_mut(node).inet.statistics.ip_in_address_errors += 1;
        return;
    }
    if !arrived.is_fragment {
        return deliver(engine, node, &arrived, is_local);
    }
    let now = engine.now();
    let tables = &mut engine.node_mut(node).inet;
    if let Some(whole) = tables.reassembly.fragment_arrives(now, packet) {
        tables.statistics.ip_reassembled += 1;
        if let Some(arrived) = sound(&whole, interface) {
            deliver(engine, node, &arrived, is_local);
        }
    }
}

/// Takes a packet apart that has come by an interface, if its header is well formed, with the right checksum.
#[inline]
fn sound(packet: &[u8], interface: u32) -> Option<Arrived<'_>> {
    match Ipv4HeaderSlice::from_slice(packet) {
        // Behind an authentication header there is another protocol's number.
        Ok(header) if header.protocol() != IpNumber::AUTHENTICATION_HEADER => {
            let octets = header.slice();
            let payload = packet.get(octets.len()..usize::from(header.total_len()))?;
            if !is_intact(octets) {
                return None;
            }
            let (source, destination) = (header.source_addr().into(), header.destination_addr().into());
            Some(Arrived {
                contents: Contents { source, destination, protocol: header.protocol(), payload },
                packet,
                interface,
                hop_limit: header.ttl(),
                traffic_class: octets[1],
                is_fragment: header.is_fragmenting_payload(),
            })
        }
        _ => sound_with_extensions(packet, interface),
    }
}

/// Whether a packet is one of IGMP or MLD, which no source filter stops (`ip_check_mc_rcu`, `ipv6_is_mld`).
fn is_of_membership(contents: &Contents<'_>) -> bool {
    match contents.protocol {
        IpNumber::IGMP => true,
        IpNumber::IPV6_ICMP => contents.payload.first().is_some_and(|kind| multicast::MLD.contains(kind)),
        _ => false,
    }
}

/// The same, of a packet whose header may have others behind it.
fn sound_with_extensions(packet: &[u8], interface: u32) -> Option<Arrived<'_>> {
    let slice = IpSlice::from_slice(packet).ok()?;
    let (hop_limit, traffic_class) = match &slice {
        IpSlice::Ipv4(ipv4) if !is_intact(ipv4.header().slice()) => return None,
        IpSlice::Ipv4(ipv4) => (ipv4.header().ttl(), ipv4.header().slice()[1]),
        IpSlice::Ipv6(ipv6) => (ipv6.header().hop_limit(), ipv6.header().traffic_class()),
    };
    let (source, destination) = (slice.source_addr(), slice.destination_addr());
    let (protocol, payload) = (slice.payload_ip_number(), slice.payload().payload);
    let contents = Contents { source, destination, protocol, payload };
    let is_fragment = slice.is_fragmenting_payload();
    Some(Arrived { contents, packet, interface, hop_limit, traffic_class, is_fragment })
}

/// Gives a whole packet to whom its protocol says. Whether it `is_local`: for this node, and not for everybody.
#[inline]
fn deliver(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, is_local: bool) {
    let contents = &arrived.contents;
    let is_seen = !engine.node(node).inet.raw.is_empty() && raw::packet_arrives(engine, node, arrived);
    match contents.protocol {
        // Not for everybody (RFC 9293 §3.9.2.3, MUST-57).
        IpNumber::TCP if !is_local => {}
        IpNumber::TCP => {
            let ecn = Ecn::from_bits(arrived.traffic_class);
            tcp::segment_arrives(engine, node, arrived.interface, contents, ecn);
        }
        IpNumber::UDP => udp::datagram_arrives(engine, node, arrived),
        IpNumber::ICMP | IpNumber::IPV6_ICMP => icmp::message_arrives(engine, node, arrived),
        IpNumber::IGMP => engine.igmp_arrives(node, arrived),
        // The end of the headers (RFC 8200 §4.7).
        IpNumber::IPV6_NO_NEXT_HEADER => {}
        _ if is_seen => {}
        _ => {
            engine.node_mut(node).inet.statistics.ip_in_unknown_protocols += 1;
            icmp::error(engine, node, arrived.interface, arrived.packet, icmp::Problem::ProtocolUnreachable);
        }
    }
}

impl Engine {
    /// Gives a socket an error to report.
    pub(super) fn set_error(&mut self, id: SocketId, error: Errno) {
        if let Ok(socket) = self.socket_mut(id) {
            socket.common.error = Some(error);
            self.notify(id);
        }
    }
}
