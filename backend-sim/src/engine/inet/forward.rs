//! Routers: packets that are for somebody else are passed on (RFC 1812 §5; net/ipv4/ip_forward.c,
//! net/ipv6/ip6_output.c).

use alloc::vec::Vec;
use core::net::IpAddr;

use etherparse::Ipv4Header;

use super::fragment;
use super::icmp::{self, Problem};
use super::redirect;
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// Where the hop limit is in an IPv6 header.
const HOP_LIMIT: usize = 7;

/// Passes on a packet whose header is sound.
pub(super) fn forward(engine: &mut Engine, node: NodeId, interface: u32, destination: IpAddr, packet: &[u8]) {
    let Ok((route, _)) = engine.route(node, destination) else {
        let now = engine.now();
        let tables = &mut engine.node_mut(node).inet;
        tables.statistics.ip_out_no_routes += 1;
        let sender = icmp::source_of(packet).filter(|_| destination.is_ipv4());
        if sender.is_some_and(|sender| !tables.icmp_limits.allow_no_route(now, sender)) {
            return;
        }
        return icmp::error(engine, node, interface, packet, Problem::NetUnreachable);
    };
    let header = Ipv4Header::from_slice(packet).ok().filter(|_| destination.is_ipv4());
    let hop_limit = header.as_ref().map(|(header, _)| header.time_to_live);
    if hop_limit.or(packet.get(HOP_LIMIT).copied()).is_none_or(|limit| limit <= 1) {
        engine.node_mut(node).inet.statistics.ip_in_header_errors += 1;
        return icmp::error(engine, node, interface, packet, Problem::TimeExceeded);
    }
    let fits = packet.len() <= route.mtu();
    if !fits && header.as_ref().is_none_or(|(header, _)| header.dont_fragment) {
        engine.node_mut(node).inet.statistics.ip_fragmentation_failures += 1;
        return icmp::error(engine, node, interface, packet, Problem::TooBig(route.mtu() as u32));
    }
    engine.node_mut(node).inet.statistics.ip_forwarded += 1;
    match header {
        None => {
            let mut packet = Vec::from(packet);
            packet[HOP_LIMIT] -= 1;
            engine.emit(node, route, destination, [&packet, &[]]);
        }
        Some((mut header, payload)) => {
            header.time_to_live -= 1;
            header.header_checksum = header.calc_header_checksum();
            if route.interface == interface {
                let packet = [&header.to_bytes()[..], payload].concat();
                redirect::send(engine, node, interface, route, &packet);
            }
            if fits {
                engine.emit(node, route, destination, [&header.to_bytes(), payload]);
            } else if let Ok(packets) = fragment::fragments(&header, payload, route.mtu()) {
                engine.emit_fragments(node, route, destination, packets);
            } else {
                engine.node_mut(node).inet.statistics.ip_fragmentation_failures += 1;
            }
        }
    }
}
