//! Sending datagrams: `udp_sendmsg` and `udpv6_sendmsg`, in their order.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anysock::addr::family_of;
use anysock::{Errno, Family, MessageFlags};
use etherparse::{IpNumber, UdpHeader};

use super::packet::Contents;
use super::packet_info::{self, Said};
use super::route::Route;
use super::sockaddr;
use super::udp::{autobind, checksum};
use crate::engine::node::NodeId;
use crate::engine::socket::Outgoing;
use crate::engine::{Engine, SocketId};

/// The most bytes that are looked at over IPv4.
const LENGTH_MAX: usize = 0xFFFF;
/// The most bytes of an IP packet's payload, with the header of UDP: what the header of IP leaves of 65,535 bytes,
/// or the payload length of IPv6.
const fn packet_max(to: IpAddr) -> usize {
    if to.is_ipv4() { 0xFFFF - 20 } else { 0xFFFF }
}

/// A datagram that is not complete: what was sent with MSG_MORE (`up->pending`).
#[derive(Debug)]
pub(super) struct Pending {
    flow: Flow,
    bytes: Vec<u8>,
}

/// How a datagram goes.
#[derive(Clone, Copy, Debug)]
struct Flow {
    from: SocketAddr,
    to: SocketAddr,
    route: Route,
    said: Said,
}

/// `sendmsg(2)`.
pub(super) fn send(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
    let family = engine.socket(id)?.family;
    // Before the message is looked at (inet_send_prepare).
    let local = autobind(engine, id)?;
    let source = socket_source(engine, id, local.ip())?;
    if family == Family::INET {
        check(message)?;
    }
    let pending = engine.udp(id)?.pending.as_ref().map(|pending| pending.flow.to.is_ipv4());
    let to = match (family, pending) {
        (Family::INET, Some(_)) => None,
        (Family::INET, None) => destination_v4(message)?,
        _ => destination_v6(engine, id, source, message, pending)?,
    };
    if pending.is_some() {
        return append(engine, id, message);
    }
    let to = match to {
        Some(to) => to,
        None => engine.udp(id)?.remote.ok_or(Errno::EDESTADDRREQ)?,
    };
    let local = SocketAddr::new(source, local.port());
    begin(engine, id, local, to, message)
}

/// What is refused at the very beginning over IPv4.
fn check(message: &Outgoing<'_>) -> Result<(), Errno> {
    if message.bytes.len() > LENGTH_MAX {
        return Err(Errno::EMSGSIZE);
    }
    if message.flags.contains(MessageFlags::OOB) { Err(Errno::EOPNOTSUPP) } else { Ok(()) }
}

fn address<'a>(message: &Outgoing<'a>) -> Option<&'a [u8]> {
    message.address.filter(|address| !address.is_empty())
}

/// Whom a message to an address of IPv4 is for; `None` where it names nobody.
fn destination_v4(message: &Outgoing<'_>) -> Result<Option<SocketAddr>, Errno> {
    let Some(address) = address(message) else { return Ok(None) };
    match sockaddr::decode_v4_or_unspecified(address)? {
        to if to.port() == 0 => Err(Errno::EINVAL),
        to => Ok(Some(to)),
    }
}

/// Whom a message of an IPv6 socket that sends from `source` is for. `pending` says of which family a datagram is that
/// is not complete.
fn destination_v6(
    engine: &Engine,
    id: SocketId,
    source: IpAddr,
    message: &Outgoing<'_>,
    pending: Option<bool>,
) -> Result<Option<SocketAddr>, Errno> {
    let socket = engine.udp(id)?;
    let unnamed = || {
        // What is not complete and of IPv4 is looked at as such (udp_sendmsg).
        if pending == Some(true) { check(message).map(|()| None) } else { Ok(None) }
    };
    let to = match address(message) {
        Some(address) if address.len() < 2 => return Err(Errno::EINVAL),
        Some(address) => match family_of(address) {
            Family::INET6 => {
                let mut to = sockaddr::scoped(sockaddr::decode(Family::INET6, address)?, address);
                to.set_ip(sockaddr::specified(to.ip(), source));
                Some(to)
            }
            Family::INET => None,
            // It is sent by IPv6, wherever the socket is connected.
            Family::UNSPEC if socket.remote.is_some_and(|remote| remote.is_ipv4()) && pending.is_none() => {
                return Err(Errno::ENETUNREACH);
            }
            Family::UNSPEC => return unnamed(),
            _ => return Err(Errno::EINVAL),
        },
        None if pending.is_some() => return unnamed(),
        None => Some(socket.remote.ok_or(Errno::EDESTADDRREQ)?),
    };
    let of_v4 = to.is_none_or(|to| to.is_ipv4());
    if of_v4 {
        if socket.v6_only {
            return Err(Errno::ENETUNREACH);
        }
        check(message)?;
    }
    if pending == Some(false) && of_v4 {
        return Err(Errno::EINVAL);
    }
    match (to, address(message)) {
        _ if pending.is_some() => Ok(None),
        // One who is connected to port 0 may try, but over IPv6 only.
        (Some(to), named) if to.port() == 0 && (of_v4 || named.is_some()) => Err(Errno::EINVAL),
        (Some(to), _) => Ok(Some(to)),
        (None, _) => destination_v4(message),
    }
}

/// Begins a datagram, and sends it where no more is to come.
fn begin(
    engine: &mut Engine,
    id: SocketId,
    local: SocketAddr,
    mut to: SocketAddr,
    message: &Outgoing<'_>,
) -> Result<usize, Errno> {
    let node = engine.socket(id)?.node;
    let scope = match to {
        SocketAddr::V6(to) if to.scope_id() != 0 => to.scope_id(),
        SocketAddr::V6(_) => engine.socket(id)?.common.bound_interface,
        SocketAddr::V4(_) => 0,
    };
    let family = engine.socket(id)?.family;
    let said = packet_info::said(engine, node, family, to.ip(), scope, message.control)?;
    // Nobody's address is the one that it is sent from (ip_route_output_key_hash_rcu).
    let source = said.checked_source(engine.node(node))?.unwrap_or(local.ip());
    to.set_ip(sockaddr::specified(to.ip(), source));
    let (route, own) = route(engine, id, local.ip(), to, &said)?;
    let flow = Flow { from: SocketAddr::new(own, local.port()), to, route, said };
    let is_broadcast = engine.node(node).is_broadcast(to.ip());
    let (socket, common) = engine.udp_mut(id)?;
    if to.is_ipv4() && is_broadcast && !common.broadcast {
        return Err(Errno::EACCES);
    }
    if UdpHeader::LEN + message.bytes.len() > packet_max(to.ip()) {
        return too_big(engine, id, route, to);
    }
    if let Some(error) = common.error.take() {
        return Err(error);
    }
    if socket.shut_write {
        return Err(Errno::EPIPE);
    }
    if message.flags.contains(MessageFlags::MORE) {
        socket.pending = Some(Box::new(Pending { flow, bytes: message.bytes.to_vec() }));
    } else {
        transmit(engine, id, &flow, message.bytes)?;
    }
    Ok(message.bytes.len())
}

/// Adds to a datagram that is not complete, and sends it where no more is to come. One that becomes too long is
/// thrown away.
fn append(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
    let (socket, _) = engine.udp_mut(id)?;
    let Some(mut pending) = socket.pending.take() else { return Err(Errno::EINVAL) };
    pending.bytes.extend_from_slice(message.bytes);
    if UdpHeader::LEN + pending.bytes.len() > packet_max(pending.flow.to.ip()) {
        return too_big(engine, id, pending.flow.route, pending.flow.to);
    }
    if message.flags.contains(MessageFlags::MORE) {
        socket.pending = Some(pending);
    } else {
        transmit(engine, id, &pending.flow, &pending.bytes)?;
    }
    Ok(message.bytes.len())
}

/// The address that a socket at `local` sends from: the unspecified one where that is nobody's alone (`inet_saddr`, `np->saddr`).
pub(super) fn source(engine: &Engine, node: NodeId, local: IpAddr) -> IpAddr {
    match local {
        IpAddr::V4(_) if local.is_multicast() || engine.node(node).is_broadcast(local) => {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        }
        IpAddr::V6(_) if local.is_multicast() => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        _ => local,
    }
}

/// [`source`] of a socket, which may have got another one by connecting.
pub(super) fn socket_source(engine: &Engine, id: SocketId, local: IpAddr) -> Result<IpAddr, Errno> {
    let source = source(engine, engine.socket(id)?.node, local);
    let chosen = engine.udp(id)?.source.filter(|_| source != local);
    Ok(chosen.unwrap_or(source))
}

/// How a packet of a socket's to `to` leaves, and the address that it comes from, where the socket sends from `local`.
///
/// # Errors
/// `EAFNOSUPPORT` where that is an address of IPv4 and the other one is not (`ip6_dst_lookup_tail`).
pub(super) fn route(
    engine: &Engine,
    id: SocketId,
    local: IpAddr,
    to: SocketAddr,
    said: &Said,
) -> Result<(Route, IpAddr), Errno> {
    let (node, multicast) = (engine.socket(id)?.node, &engine.udp(id)?.multicast);
    let bound = engine.socket(id)?.common.bound_interface;
    let interface = match (said.interface, to) {
        (0, SocketAddr::V6(to)) if to.scope_id() != 0 => to.scope_id(),
        (0, _) if bound != 0 => bound,
        (0, _) => multicast.interface(to.ip()),
        (interface, _) => interface,
    };
    let to = to.ip();
    // One that is connected by IPv6 may name a receiver of IPv4.
    let fits = |source: &IpAddr| !source.is_unspecified() && source.is_ipv4() == to.is_ipv4();
    let of_socket = Some(local).filter(fits).or(engine.udp(id)?.source.filter(fits));
    let source = said.checked_source(engine.node(node))?.or(of_socket).or_else(|| multicast.source(to));
    let (mut route, own) = engine.route_by(node, to, interface, source)?;
    if said.source.is_none() && local.is_ipv4() && to.is_ipv6() {
        return Err(Errno::EAFNOSUPPORT);
    }
    route.looped &= multicast.loops(to);
    Ok((route, source.unwrap_or(own)))
}

/// Sends `bytes` from a socket.
fn transmit(engine: &mut Engine, id: SocketId, flow: &Flow, bytes: &[u8]) -> Result<(), Errno> {
    let Flow { from, to, route, said } = *flow;
    let (node, source) = (engine.socket(id)?.node, from.ip());
    let mut header = UdpHeader {
        source_port: from.port(),
        destination_port: to.port(),
        length: (UdpHeader::LEN + bytes.len()) as u16,
        checksum: 0,
    };
    header.checksum = checksum(&header, source, to.ip(), bytes)?;
    let payload = [&header.to_bytes()[..], bytes].concat();
    let contents = Contents { source, destination: to.ip(), protocol: IpNumber::UDP, payload: &payload };
    let socket = engine.udp(id)?;
    let fields = said.fields(socket.multicast.fields(to.ip(), socket.fields));
    match engine.send_by(node, route, &contents, fields) {
        Err(Errno::EMSGSIZE) => too_big(engine, id, route, to),
        answer => answer,
    }
}

/// Refuses a datagram that is larger than the way takes; a socket that keeps errors keeps this one, too. Its port is
/// the connected peer's over IPv4 (`__ip_append_data`), and the datagram's over IPv6.
fn too_big<T>(engine: &mut Engine, id: SocketId, route: Route, mut to: SocketAddr) -> Result<T, Errno> {
    let socket = engine.udp(id)?;
    if socket.errors.keeps(to) {
        let mtu = socket.fields.mtu(route, to.ip());
        if to.is_ipv4() {
            to.set_port(socket.remote.map_or(0, |remote| remote.port()));
        }
        let (socket, common) = engine.udp_mut(id)?;
        let room = socket.room_for_errors(common);
        socket.errors.too_big(to, mtu, room);
        engine.notify(id);
    }
    Err(Errno::EMSGSIZE)
}
