//! IP packets on their way out (net/ipv4/ip_output.c, net/ipv6/ip6_output.c): by which way, whole or in fragments.

use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::Errno;
use anysock::constants::packet::PacketType;
use etherparse::{IpNumber, Ipv4Header};

use super::fragment;
use super::header::{ipv6_header, set_type_of_service, write_header};
use super::packet::{Contents, Ends, HeaderFields, OwnPacket, room_for_headers};
use super::path::Path;
use super::ports::InetTables;
use super::route::{Route, Way};
use super::statistics::Ip;
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::engine::network::{ETHERNET_HEADER, PortId};
use crate::engine::node::NodeId;

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
        self.send_filled(node, &contents.ends(), fields, frame, false)
    }

    /// [`Engine::send_packet`], by this way.
    pub(super) fn send_by(
        &mut self,
        node: NodeId,
        route: Route,
        contents: &Contents<'_>,
        fields: HeaderFields,
    ) -> Result<(), Errno> {
        self.send_seen(node, route, contents, fields, false).map(|_| ())
    }

    /// [`Engine::send_by`]; the frame that leaves, where it is to be `seen` and is one.
    pub(super) fn send_seen(
        &mut self,
        node: NodeId,
        route: Route,
        contents: &Contents<'_>,
        fields: HeaderFields,
        seen: bool,
    ) -> Result<Vec<u8>, Errno> {
        let frame = self.frame_with(contents);
        let Some(frame) = self.with_header(node, route, &contents.ends(), fields, frame)? else {
            return Ok(Vec::new());
        };
        let left = if seen { frame.clone() } else { Vec::new() };
        self.emit_frame(node, route, contents.destination, fields.segment, frame);
        Ok(left)
    }

    /// [`Engine::send_packet`], where the contents stand in a frame already, behind [`room_for_headers`]; `is_intact`
    /// where their checksum is known to be right.
    pub(super) fn send_filled(
        &mut self,
        node: NodeId,
        ends: &Ends,
        fields: HeaderFields,
        mut frame: Vec<u8>,
        is_intact: bool,
    ) -> Result<(), Errno> {
        let now = self.now;
        let kernel = &mut self.nodes[node.0 as usize];
        let path = kernel.interfaces.paths.get(now, ends.destination);
        if let Some((port, header)) = take_path(path, &mut kernel.inet, ends, &fields, &mut frame) {
            self.send_headed(port, &header, frame, is_intact);
            return Ok(());
        }
        let route = match fields.interface {
            0 => self.find_path(node, ends.destination)?,
            interface => self.route_by(node, ends.destination, interface, None)?.0,
        };
        if let Some(frame) = self.with_header(node, route, ends, fields, frame)? {
            self.emit_frame(node, route, ends.destination, fields.segment, frame);
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
        mut fields: HeaderFields,
        mut frame: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, Errno> {
        fields.take_route(route);
        let mtu = fields.mtu(route, ends.destination);
        let tables = &mut self.node_mut(node).inet;
        let fits = frame.len() - ETHERNET_HEADER <= mtu;
        // TCP finds its path's MTU: it does not let itself be fragmented.
        let is_tcp = ends.protocol == IpNumber::TCP;
        let is_fragmented = fields.fragments_to(ends.destination) && !is_tcp;
        // What is refused before it has a header is not counted (__ip_append_data, ip6_xmit).
        if fits || is_fragmented || is_tcp && ends.source.is_ipv4() {
            tables.statistics.ip(ends.destination, Ip::OutRequests);
        }
        let identification = &mut tables.identification;
        if fits {
            let is_one = write_header(&mut frame, ends, &fields, identification);
            return if is_one { Ok(Some(frame)) } else { Err(Errno::ENETUNREACH) };
        }
        if ends.source.is_ipv4() {
            *identification = identification.wrapping_add(1);
        }
        if !is_fragmented {
            return Err(Errno::EMSGSIZE);
        }
        let (options, payload) = frame[room_for_headers(ends.destination)..].split_at(fields.options.into());
        let payload_length = u16::try_from(payload.len()).map_err(|_| Errno::EMSGSIZE)?;
        let packets = match (ends.source, ends.destination) {
            (IpAddr::V4(source), IpAddr::V4(to)) => {
                let (source, to) = (source.octets(), to.octets());
                let header = Ipv4Header::new(payload_length, fields.time_to_live, ends.protocol, source, to);
                let mut header = header.map_err(|_| Errno::EMSGSIZE)?;
                (header.identification, header.dont_fragment) = (*identification as u16, false);
                header.options = options.try_into().map_err(|_| Errno::EMSGSIZE)?;
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
        self.emit_frame(node, route, destination, 0, frame);
    }

    /// Sends a packet on its way, in a frame with room for its header; one of several segments does not leave the node.
    fn emit_frame(&mut self, node: NodeId, route: Route, destination: IpAddr, segment: u16, frame: Vec<u8>) {
        let (interface, by_loopback) = (route.interface, route.by_loopback);
        let own = OwnPacket { segment, by_loopback };
        let packet = &frame[ETHERNET_HEADER..];
        let stays = destination.is_multicast() && stays_here(packet, destination, route);
        if !stays {
            let kernel = self.node_mut(node);
            let is_broadcast = destination.is_ipv4() && kernel.is_broadcast(destination);
            kernel.inet.statistics.transmitted(destination, packet.len());
            if is_broadcast {
                kernel.inet.statistics.ip(destination, Ip::OutBcastPkts);
                kernel.inet.statistics.ip_add(destination, Ip::OutBcastOctets, packet.len());
            }
        }
        if route.way == Way::Local {
            self.packet_passes(node, interface, PacketType::OUTGOING, [packet, &[]]);
        }
        if route.looped && route.way != Way::Local {
            let mut frame = self.buffers.take();
            frame.extend_from_slice(&[0; ETHERNET_HEADER]);
            frame.extend_from_slice(packet);
            self.events.append(self.now, Event::Loopback { node, interface, own, frame });
        }
        match route.way {
            Way::Local => self.events.append(self.now, Event::Loopback { node, interface, own, frame }),
            _ if stays => self.buffers.give_back(frame),
            Way::Port(port) => self.send_to_neighbour(node, port, route.next_hop(destination), frame),
            Way::Tun(tun) => {
                self.tun_send(tun, packet);
                self.buffers.give_back(frame);
            }
        }
    }

    /// Sends the fragments of a packet on their way.
    pub(super) fn emit_fragments(
        &mut self,
        node: NodeId,
        route: Route,
        destination: IpAddr,
        packets: Vec<Vec<u8>>,
    ) {
        let statistics = &mut self.node_mut(node).inet.statistics;
        statistics.ip(destination, Ip::FragOks);
        statistics.ip_add(destination, Ip::FragCreates, packets.len());
        for packet in packets {
            self.emit(node, route, destination, [&packet, &[]]);
        }
    }
}

/// Writes the header of a packet that takes this path, if it can: by which port the frame leaves, and its header.
#[inline]
pub(super) fn take_path(
    path: Option<&Path>,
    tables: &mut InetTables,
    ends: &Ends,
    fields: &HeaderFields,
    frame: &mut [u8],
) -> Option<(PortId, [u8; ETHERNET_HEADER])> {
    let (path, length) = (path?, frame.len() - ETHERNET_HEADER);
    let is_usual = fields.interface == 0 && fields.tunnel_port == 0;
    let fits = is_usual && length <= fields.mtu(path.route, ends.destination);
    if !fits || !write_header(frame, ends, fields, &mut tables.identification) {
        return None;
    }
    tables.statistics.ip(ends.destination, Ip::OutRequests);
    tables.statistics.transmitted(ends.destination, length);
    Some((path.port, path.header))
}

/// Whether a multicast does not leave the node: by its hop limit, over IPv4 where the interface listens to the group
/// (`ip_mc_output`), over IPv6 only if it has come back to the node, or by its scope (`ip6_finish_output2`).
fn stays_here(header: &[u8], group: IpAddr, route: Route) -> bool {
    match group {
        IpAddr::V4(_) => route.listened && header.get(8) == Some(&0),
        IpAddr::V6(group) => group.octets()[1] & 0xF <= 1 || route.looped && header.get(7) == Some(&0),
    }
}
