//! Routers: packets that are for somebody else are passed on (RFC 1812 §5; net/ipv4/ip_forward.c,
//! net/ipv6/ip6_output.c).

use alloc::vec::Vec;
use core::net::IpAddr;

use etherparse::Ipv4Header;

use super::fragment;
use super::icmp::{self, Problem};
use super::packet::{Arrived, LinkCast};
use super::route::Route;
use super::statistics::Ip;
use super::{header_options, redirect, redirect_v6};
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// Where the hop limit is in an IPv6 header.
const HOP_LIMIT: usize = 7;

/// A packet has come that is for somebody else. A host drops it, a router passes it on. `came` is its header as it was
/// before this node was recorded in it.
pub(super) fn arrives(engine: &mut Engine, node: NodeId, cast: LinkCast, arrived: &Arrived<'_>, came: &[u8]) {
    let (source, destination) = (arrived.contents.source, arrived.contents.destination);
    let (is_router, is_ipv4) = (engine.node(node).forwarding, destination.is_ipv4());
    let route = engine.route(node, destination).ok().map(|(route, _)| route);
    let from_nobody = !is_ipv4 && (source.is_unspecified() || source.is_loopback());
    let statistics = &mut engine.node_mut(node).inet.statistics;
    match route {
        // A host does not look for a way over IPv4 (`ip_error`).
        _ if is_ipv4 && !is_router => statistics.ip(destination, Ip::InAddrErrors),
        None => has_no_route(engine, node, arrived),
        Some(_) if !is_router || from_nobody => statistics.ip(destination, Ip::InAddrErrors),
        Some(_) if cast != LinkCast::Own => {}
        Some(route) => {
            let ends = (source, destination);
            forward(engine, node, arrived.interface, route, ends, (arrived.packet, came));
        }
    }
}

/// No route leads to the receiver of a packet (`ip_error`, `ip6_pkt_drop`).
fn has_no_route(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) {
    let (source, destination) = (arrived.contents.source, arrived.contents.destination);
    let now = engine.now();
    let tables = &mut engine.node_mut(node).inet;
    let is_address = destination.is_ipv6() && destination.is_unspecified();
    tables.statistics.ip(destination, if is_address { Ip::InAddrErrors } else { Ip::InNoRoutes });
    if destination.is_ipv6() || tables.icmp_limits.allow_no_route(now, source) {
        icmp::error(engine, node, arrived.interface, arrived.packet, Problem::NetUnreachable);
    }
}

/// Passes on a packet whose header is sound.
fn forward(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    route: Route,
    (source, destination): (IpAddr, IpAddr),
    (packet, came): (&[u8], &[u8]),
) {
    let header = Ipv4Header::from_slice(packet).ok().filter(|_| destination.is_ipv4());
    let hop_limit = header.as_ref().map(|(header, _)| header.time_to_live);
    if hop_limit.or(packet.get(HOP_LIMIT).copied()).is_none_or(|limit| limit <= 1) {
        engine.node_mut(node).inet.statistics.ip(destination, Ip::InHdrErrors);
        return icmp::error(engine, node, interface, packet, Problem::TimeExceeded);
    }
    if header.is_none() {
        redirect_v6::send(engine, node, interface, route, (source, destination), packet);
    }
    let fits = packet.len() <= route.mtu();
    engine.node_mut(node).inet.statistics.ip(destination, Ip::ForwDatagrams);
    if !fits && header.as_ref().is_none_or(|(header, _)| header.dont_fragment) {
        let statistics = &mut engine.node_mut(node).inet.statistics;
        statistics.ip(destination, Ip::InTooBigErrors);
        statistics.ip(destination, Ip::FragFails);
        return icmp::error(engine, node, interface, packet, Problem::TooBig(route.mtu() as u32));
    }
    match header {
        None => {
            let mut packet = Vec::from(packet);
            packet[HOP_LIMIT] -= 1;
            engine.emit(node, route, destination, [&packet, &[]]);
        }
        Some((mut header, payload)) => {
            header.time_to_live -= 1;
            if let (Some(came), Ok((_, IpAddr::V4(own)))) =
                (came.get(Ipv4Header::MIN_LEN..), engine.route(node, destination))
            {
                header_options::leave(header.options.as_mut_slice(), came, own);
            }
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
                engine.node_mut(node).inet.statistics.ip(destination, Ip::FragFails);
            }
        }
    }
}
