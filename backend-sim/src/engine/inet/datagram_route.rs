//! Which way the messages of UDP, raw and ping sockets go.

use core::net::{IpAddr, SocketAddr};

use anysock::Errno;

use super::multicast::Multicast;
use super::packet_info::Said;
use super::route::Route;
use super::udp_send;
use crate::engine::{Engine, SocketId};

/// The interface that is chosen for a message to `to`, and that which the socket is bound to; 0 for none.
pub(super) fn interfaces(
    engine: &Engine,
    id: SocketId,
    multicast: &Multicast,
    to: SocketAddr,
    said: &Said,
) -> Result<(u32, u32), Errno> {
    let bound = engine.socket(id)?.common.bound_interface;
    let interface = match (said.interface, to) {
        (0, SocketAddr::V6(to)) if to.scope_id() != 0 => to.scope_id(),
        (0, _) if bound != 0 => bound,
        (0, _) => multicast.interface(to.ip()),
        (interface, _) => interface,
    };
    Ok((interface, bound))
}

/// How a message to `to` leaves that is sent from `source`, if from any, and the address that it comes from. The
/// socket's own address, or the one that the message says, may be one of IPv4.
///
/// # Errors
/// `EAFNOSUPPORT` where it is, and the other one is not (`ip6_dst_lookup_tail`).
pub(super) fn route(
    engine: &Engine,
    id: SocketId,
    multicast: &Multicast,
    (source, own_is_ipv4): (Option<IpAddr>, bool),
    to: SocketAddr,
    said: &Said,
) -> Result<(Route, IpAddr), Errno> {
    let node = engine.socket(id)?.node;
    let (interface, bound) = interfaces(engine, id, multicast, to, said)?;
    let to = to.ip();
    let source = match source {
        Some(_) => source,
        None if engine.raw(id).is_ok_and(|raw| raw.options.header_included) => multicast.source(to),
        None => udp_send::checked_source(engine, id, multicast.source(to))?,
    };
    let is_ipv4 = match said.source {
        Some(IpAddr::V6(said)) => said.to_ipv4_mapped().is_some(),
        Some(IpAddr::V4(_)) => false,
        None => own_is_ipv4,
    };
    let is_of_other_family = is_ipv4 && to.is_ipv6();
    // One of IPv4 is an address, too, where only it is asked whether there is one.
    let sender = source.or(Some(to).filter(|_| is_of_other_family));
    let found = engine.route_for(node, to, (interface, bound), sender)?;
    let (mut route, own) = said.route(engine.node(node), to, found, interface != 0)?;
    if is_of_other_family {
        return Err(Errno::EAFNOSUPPORT);
    }
    route.looped &= multicast.loops(to);
    Ok((route, source.unwrap_or(own)))
}
