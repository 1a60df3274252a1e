//! IP packets: made, sent, taken apart.

use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::Errno;
use anysock::tcp::Ecn;
use etherparse::{EtherType, IpNumber, IpSlice, Ipv4Header, Ipv6FlowLabel, Ipv6Header};

use super::route::Route;
use super::{fragment, icmp, tcp, udp};
use crate::engine::event::Event;
use crate::engine::node::NodeId;
use crate::engine::{Engine, SocketId};

/// What is inside a packet, from where, to where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contents<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: IpNumber,
    pub(super) payload: &'a [u8],
}

/// What goes into the header of a packet beside its contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeaderFields {
    /// IP_TTL, IPV6_UNICAST_HOPS.
    pub(crate) hop_limit: u8,
    /// IP_TOS, IPV6_TCLASS.
    pub(crate) traffic_class: u8,
}

impl HeaderFields {
    /// Puts the ECN field into the lowest bits of the traffic class.
    pub(super) const fn set_ecn(&mut self, ecn: Ecn) {
        self.traffic_class = self.traffic_class & !3 | ecn.bits();
    }
}

impl Default for HeaderFields {
    fn default() -> Self {
        HeaderFields { hop_limit: 64, traffic_class: 0 }
    }
}

impl Engine {
    /// Sends a packet of a node's. What is too large for the way is fragmented (IPv4), or refused.
    ///
    /// # Errors
    /// `ENETUNREACH` where no interface leads there, `EMSGSIZE` where it is too large.
    pub(super) fn send_packet(
        &mut self,
        node: NodeId,
        contents: &Contents<'_>,
        fields: HeaderFields,
    ) -> Result<(), Errno> {
        let (route, _) = self.route(node, contents.destination)?;
        match (contents.source, contents.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let tables = &mut self.node_mut(node).inet;
                tables.identification = tables.identification.wrapping_add(1);
                let mut header = Ipv4Header::new(
                    u16::try_from(contents.payload.len()).map_err(|_| Errno::EMSGSIZE)?,
                    fields.hop_limit,
                    contents.protocol,
                    source.octets(),
                    destination.octets(),
                )
                .map_err(|_| Errno::EMSGSIZE)?;
                header.identification = tables.identification;
                set_traffic_class(&mut header, fields.traffic_class);
                if header.header_len() + contents.payload.len() > route.mtu() {
                    for packet in fragment::fragments(&header, contents.payload, route.mtu()) {
                        self.emit(node, route, contents.destination, EtherType::IPV4, [&packet, &[]]);
                    }
                } else {
                    // TCP finds its path's MTU: it does not let itself be fragmented.
                    header.dont_fragment = contents.protocol == IpNumber::TCP;
                    header.header_checksum = header.calc_header_checksum();
                    let packet = [&header.to_bytes()[..], contents.payload];
                    self.emit(node, route, contents.destination, EtherType::IPV4, packet);
                }
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                if Ipv6Header::LEN + contents.payload.len() > route.mtu() {
                    return Err(Errno::EMSGSIZE);
                }
                let header = Ipv6Header {
                    traffic_class: fields.traffic_class,
                    flow_label: Ipv6FlowLabel::ZERO,
                    payload_length: contents.payload.len() as u16,
                    next_header: contents.protocol,
                    hop_limit: fields.hop_limit,
                    source: source.octets(),
                    destination: destination.octets(),
                };
                let packet = [&header.to_bytes()[..], contents.payload];
                self.emit(node, route, contents.destination, EtherType::IPV6, packet);
            }
            _ => return Err(Errno::ENETUNREACH),
        }
        Ok(())
    }

    /// Sends a packet, whose two parts follow each other.
    fn emit(&mut self, node: NodeId, route: Route, to: IpAddr, ether_type: EtherType, packet: [&[u8]; 2]) {
        match route {
            Route::Local => {
                let mut whole = self.buffers.take();
                packet.iter().for_each(|part| whole.extend_from_slice(part));
                self.events.push(self.now, Event::Loopback { node, packet: whole });
            }
            Route::Port(port) => self.send_ip(port, to, ether_type.0, packet),
            Route::Tun { tun, .. } => self.tun_send(tun, packet.concat()),
        }
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
        [version, service, _, _, _, _, _, _, _, _, high, low, ..] => {
            // The checksum follows (RFC 1624 §3): HC' = ~(~HC + ~m + m').
            let before = u16::from_be_bytes([*version, *service]);
            *service |= Ecn::CongestionExperienced.bits();
            let after = u16::from_be_bytes([*version, *service]);
            let sum = u32::from(!u16::from_be_bytes([*high, *low])) + u32::from(!before) + u32::from(after);
            let folded = (sum & 0xFFFF) + (sum >> 16);
            let folded = (folded & 0xFFFF) + (folded >> 16);
            [*high, *low] = (!(folded as u16)).to_be_bytes();
        }
        _ => {}
    }
}

/// Whether the checksum of an IPv4 header is right: the sum of all its words (RFC 1071 §1).
fn is_intact(header: &[u8]) -> bool {
    let sum: u32 = header.as_chunks().0.iter().map(|word| u32::from(u16::from_be_bytes(*word))).sum();
    sum.is_multiple_of(0xFFFF)
}

fn set_traffic_class(header: &mut Ipv4Header, traffic_class: u8) {
    if let (Ok(dscp), Ok(ecn)) = ((traffic_class >> 2).try_into(), (traffic_class & 3).try_into()) {
        (header.dscp, header.ecn) = (dscp, ecn);
    }
}

/// A packet has come to a node. What is malformed, corrupt or not for the node is dropped.
pub(in crate::engine) fn packet_arrives(engine: &mut Engine, node: NodeId, packet: &[u8]) {
    let Ok(slice) = IpSlice::from_slice(packet) else { return };
    let destination = slice.destination_addr();
    // Nobody's address (Linux: ip_route_input_slow's martian source; ip6_rcv_core).
    let source = slice.source_addr();
    if source.is_multicast()
        || source.is_ipv4() && (source.is_unspecified() || engine.node(node).is_broadcast(source))
    {
        return;
    }
    let for_everybody = !engine.node(node).is_local(destination);
    if for_everybody && !engine.node(node).is_broadcast(destination) {
        return;
    }
    let reassembled;
    let mut payload = slice.payload().payload;
    if let Some(ipv4) = slice.ipv4() {
        let header = ipv4.header();
        if !is_intact(header.slice()) {
            return;
        }
        if header.is_fragmenting_payload() {
            let (now, header) = (engine.now(), header.to_header());
            let reassembly = &mut engine.node_mut(node).inet.reassembly;
            match reassembly.fragment_arrives(now, &header, payload) {
                Some(whole) => reassembled = whole,
                None => return,
            }
            payload = &reassembled;
        }
    }
    let protocol = slice.payload_ip_number();
    let contents = Contents { source, destination, protocol, payload };
    match protocol {
        // Not for everybody (RFC 9293 §3.9.2.3, MUST-57).
        IpNumber::TCP if for_everybody => {}
        IpNumber::TCP => tcp::segment_arrives(engine, node, &contents, ecn_of(packet)),
        IpNumber::UDP => udp::datagram_arrives(engine, node, &contents, packet),
        IpNumber::ICMP | IpNumber::IPV6_ICMP => icmp::message_arrives(engine, node, &contents),
        _ => {}
    }
}

/// A node has asked for a neighbour in vain: it tells itself, as if by ICMP.
pub(in crate::engine) fn no_neighbour(engine: &mut Engine, node: NodeId, packet: &[u8]) {
    if let Some((own, message)) = icmp::host_unreachable(packet) {
        let protocol = if own.is_ipv4() { IpNumber::ICMP } else { IpNumber::IPV6_ICMP };
        let contents = Contents { source: own, destination: own, protocol, payload: &message };
        icmp::message_arrives(engine, node, &contents);
    }
}

/// An error for a socket, from an ICMP message about what it sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unreachable {
    pub(super) error: Errno,
    /// What was sent, from here.
    pub(super) source: SocketAddr,
    /// To there.
    pub(super) destination: SocketAddr,
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
