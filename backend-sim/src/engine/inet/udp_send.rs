//! Sending datagrams: `udp_sendmsg` and `udpv6_sendmsg`, in their order.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anysock::addr::family_of;
use anysock::option::socket::SO_NO_CHECK;
use anysock::{Errno, Family, MessageFlags};
use etherparse::{IpNumber, Ipv4Header, Ipv6Header, UdpHeader};

use super::header_options::{self, HeaderOptions};
use super::packet::{Contents, HeaderFields};
use super::packet_info::{self, Said};
use super::route::{Route, Way};
use super::statistics::{Ip, Udp};
use super::udp::{autobind, checksum};
use super::udp_told::{Told, with_ether_type};
use super::{datagram_route, sockaddr};
use crate::engine::socket::{Outgoing, Socket};
use crate::engine::{Engine, SocketId};

/// The most bytes that are looked at over IPv4.
const LENGTH_MAX: usize = 0xFFFF;
/// Into how many datagrams a message is cut at the most: UDP_MAX_SEGMENTS.
const SEGMENTS_MAX: usize = 128;
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

impl Pending {
    /// How many bytes wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// How a datagram goes.
#[derive(Clone, Copy, Debug)]
struct Flow {
    from: SocketAddr,
    to: SocketAddr,
    route: Route,
    said: Said,
    told: Told,
    /// Into datagrams of how many bytes it is cut, or 0: UDP_SEGMENT.
    segment: u16,
    /// Those of IPv4's header.
    options: HeaderOptions,
}

impl Flow {
    /// How long the headers of a datagram are.
    const fn headers(&self) -> usize {
        let header = if self.to.is_ipv4() { Ipv4Header::MIN_LEN } else { Ipv6Header::LEN };
        header + self.options.len() + UdpHeader::LEN
    }
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
                if to.is_ipv6() {
                    to.set_ip(sockaddr::specified(to.ip(), source));
                }
                Some(to)
            }
            Family::INET => None,
            // It is sent by IPv6, wherever the socket is connected.
            Family::UNSPEC if socket.remote.is_some_and(|remote| remote.is_ipv4()) && pending.is_none() => {
                let entry = engine.socket(id)?;
                let (nobody, scope) = (Ipv6Addr::UNSPECIFIED.into(), entry.common.bound_interface);
                packet_info::said(engine, entry, nobody, scope, message.control)?;
                return Err(Errno::ENETUNREACH);
            }
            Family::UNSPEC => return unnamed(),
            _ => return Err(Errno::EINVAL),
        },
        None if pending.is_some() => return unnamed(),
        // By the interface that the socket is bound to by now, whatever the address has named.
        None => {
            let remote = socket.remote.ok_or(Errno::EDESTADDRREQ)?;
            Some(sockaddr::on_interface(remote, engine.socket(id)?.common.bound_interface))
        }
    };
    let of_v4 = to.is_none_or(|to| to.is_ipv4());
    if of_v4 && socket.v6_only {
        return Err(Errno::ENETUNREACH);
    }
    // What has begun over IPv4 goes on there.
    if of_v4 || pending == Some(true) {
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
    let segment = engine.udp(id)?.options.segment_of(message.control)?;
    let node = engine.socket(id)?.node;
    let scope = match to {
        SocketAddr::V6(to) if to.scope_id() != 0 => to.scope_id(),
        SocketAddr::V6(_) => engine.socket(id)?.common.bound_interface,
        SocketAddr::V4(_) => 0,
    };
    let said = packet_info::said(engine, engine.socket(id)?, to.ip(), scope, message.control)?;
    let common = &engine.socket(id)?.common;
    let mut said = said.of_socket(common, message.flags).of_address(address(message), common);
    // Nobody's address is the one that it is sent from (ip_route_output_key_hash_rcu).
    let of_socket = if said.any_source { Ipv4Addr::UNSPECIFIED.into() } else { local.ip() };
    let source = checked_source(engine, id, said.source)?.unwrap_or(of_socket);
    said.stay_for(to.ip(), engine.socket(id)?.common.bound_interface, engine.node(node))?;
    to.set_ip(sockaddr::specified(to.ip(), source));
    let (route, own) = kept_route(engine, id, local.ip(), to, &said)?;
    let told = Told::default();
    let options = header_options::of_message(engine, id, to.ip(), &said)?;
    let from = SocketAddr::new(own, local.port());
    let mut flow = Flow { from, to, route, said, told, segment, options };
    let is_broadcast = engine.node(node).is_broadcast_by(to.ip(), route.interface);
    let (socket, common) = engine.udp_mut(id)?;
    if to.is_ipv4() && is_broadcast && !common.broadcast {
        return Err(Errno::EACCES);
    }
    let is_usual = !flow.said.is_without_router(to.ip());
    socket.has_route |= is_usual && address(message).is_none() && message.control.is_empty();
    let fields = flow.said.fields(socket.fields);
    let length = UdpHeader::LEN + message.bytes.len();
    // What is cut is looked at when it is whole.
    let may_not = segment == 0
        && !fields.fragments_to(to.ip())
        && flow.headers() + message.bytes.len() > fields.mtu(route, to.ip());
    if may_not || length + options.len() > packet_max(to.ip()) {
        return too_big(engine, id, &flow);
    }
    let (socket, common) = engine.udp_mut(id)?;
    let refusal = common.error.take().or(socket.shut_write.then_some(Errno::EPIPE));
    if let Some(error) = refusal {
        engine.node_mut(node).inet.statistics.ip(to.ip(), Ip::OutDiscards);
        return Err(error);
    }
    flow.told = Told::of(engine, id, message)?;
    if more_is_to_come(engine, id, message)? {
        let (socket, _) = engine.udp_mut(id)?;
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
    let Flow { to, options, .. } = pending.flow;
    let fields = pending.flow.said.fields(engine.udp(id)?.fields);
    let length = pending.flow.headers() + pending.bytes.len();
    let is_refused = fields.refuses_too_large(to.ip()) && length > fields.mtu(pending.flow.route, to.ip());
    if is_refused || UdpHeader::LEN + pending.bytes.len() + options.len() > packet_max(to.ip()) {
        return too_big(engine, id, &pending.flow);
    }
    let (socket, _) = engine.udp_mut(id)?;
    socket.pending = Some(pending);
    if !more_is_to_come(engine, id, message)? {
        send_pending(engine, id)?;
    }
    Ok(message.bytes.len())
}

/// Whether the datagram is not complete with this message.
fn more_is_to_come(engine: &Engine, id: SocketId, message: &Outgoing<'_>) -> Result<bool, Errno> {
    Ok(engine.udp(id)?.options.is_corked || message.flags.contains(MessageFlags::MORE))
}

/// Sends the datagram that is not complete, if there is one (`udp_push_pending_frames`).
pub(super) fn send_pending(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    match engine.udp_mut(id)?.0.pending.take() {
        Some(pending) => transmit(engine, id, &pending.flow, &pending.bytes),
        None => Ok(()),
    }
}

/// The address that a socket at `local` sends from: the unspecified one where that is nobody's alone (`inet_saddr`,
/// `np->saddr`), unless a socket of IPv6 has such a one of IPv4.
pub(super) fn source(engine: &Engine, id: SocketId, local: IpAddr) -> IpAddr {
    let is_of_many = |socket: &Socket| {
        socket.family == Family::INET
            && (local.is_multicast() || engine.node(socket.node).is_broadcast(local))
    };
    match local {
        IpAddr::V4(_) if engine.socket(id).is_ok_and(is_of_many) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) if local.is_multicast() => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        _ => local,
    }
}

/// [`source`] of a socket, which may have got another one by connecting.
pub(super) fn socket_source(engine: &Engine, id: SocketId, local: IpAddr) -> Result<IpAddr, Errno> {
    let source = source(engine, id, local);
    let chosen = engine.udp(id)?.source.filter(|_| source != local);
    Ok(chosen.unwrap_or(source))
}

/// [`route`], or that which the socket remembers.
fn kept_route(
    engine: &Engine,
    id: SocketId,
    local: IpAddr,
    to: SocketAddr,
    said: &Said,
) -> Result<(Route, IpAddr), Errno> {
    let socket = engine.udp(id)?;
    let remembered = socket.remote.filter(|remote| socket.has_route && remote.is_ipv6());
    match route(engine, id, local, to, said) {
        Err(Errno::ENETUNREACH) if remembers_own_node(engine, id, remembered, to.ip())? => {
            let (route, own) = engine.route(engine.socket(id)?.node, to.ip())?;
            Ok((route, if local.is_unspecified() { own } else { local }))
        }
        found => found,
    }
}

/// Whether the way that a socket remembers to `remembered` is that to `to`, on its own node: it stays, where the socket
/// has come to be bound to the loopback interface since, by which nothing leads there (`ip6_sk_dst_check`).
pub(super) fn remembers_own_node(
    engine: &Engine,
    id: SocketId,
    remembered: Option<SocketAddr>,
    to: IpAddr,
) -> Result<bool, Errno> {
    let socket = engine.socket(id)?;
    let node = engine.node(socket.node);
    Ok(remembered.is_some_and(|remembered| remembered.ip() == to)
        && node.is_loopback(socket.common.bound_interface)
        && node.is_local(to))
}

/// An address to send from, which has to be the node's, unless the socket may take any.
pub(super) fn checked_source(
    engine: &Engine,
    id: SocketId,
    source: Option<IpAddr>,
) -> Result<Option<IpAddr>, Errno> {
    let socket = engine.socket(id)?;
    packet_info::checked_source(source, engine.node(socket.node), &socket.common)
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
    let socket = engine.udp(id)?;
    // One that is connected by IPv6 may name a receiver of IPv4.
    let fits = |source: &IpAddr| !source.is_unspecified() && source.is_ipv4() == to.is_ipv4();
    let of_socket = Some(local).filter(fits).or(socket.source.filter(fits));
    let of_socket = of_socket.filter(|_| !said.any_source);
    let source = checked_source(engine, id, said.source.or(of_socket))?;
    datagram_route::route(engine, id, &socket.multicast, (source, local.is_ipv4()), to, said)
}

/// Sends `bytes` from a socket: in one packet, which other segments of the message may be behind, or one for each of
/// them (`udp_send_skb`).
fn transmit(engine: &mut Engine, id: SocketId, flow: &Flow, bytes: &[u8]) -> Result<(), Errno> {
    let size = usize::from(flow.segment);
    if size != 0 {
        check_segments(engine, id, flow, bytes.len())?;
    }
    if size == 0 || bytes.len() <= size {
        transmit_packet(engine, id, flow, bytes, 0)?;
    } else if flow.route.way == Way::Local && bytes.len() + flow.headers() <= flow.route.mtu() {
        // What stays on the node is not cut before somebody receives it.
        transmit_packet(engine, id, flow, bytes, flow.segment)?;
    } else {
        let mut flow = *flow;
        for segment in bytes.chunks(size) {
            transmit_packet(engine, id, &flow, segment, 0)?;
            // What is told is told of the first.
            flow.told = Told::default();
        }
    }
    engine.node_mut(engine.socket(id)?.node).inet.statistics.udp(flow.to.ip(), Udp::OutDatagrams);
    Ok(())
}

/// Whether the checksum is left out.
fn omits_checksum(engine: &Engine, id: SocketId, to: IpAddr) -> Result<bool, Errno> {
    Ok(match to {
        IpAddr::V4(_) => engine.socket(id)?.common.is_kept_on(SO_NO_CHECK),
        IpAddr::V6(_) => engine.udp(id)?.options.omits_checksum_v6,
    })
}

/// Refuses a message of so many bytes that cannot be cut.
///
/// # Errors
/// `EMSGSIZE` where a segment does not fit into a packet, `EINVAL` where there are too many, or no checksum is wanted.
fn check_segments(engine: &Engine, id: SocketId, flow: &Flow, length: usize) -> Result<(), Errno> {
    let (size, to) = (usize::from(flow.segment), flow.to.ip());
    if flow.headers() + length.min(size) > engine.udp(id)?.fields.mtu(flow.route, to) {
        return Err(Errno::EMSGSIZE);
    }
    if length > size * SEGMENTS_MAX || omits_checksum(engine, id, to)? {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Sends one packet from a socket.
fn transmit_packet(
    engine: &mut Engine,
    id: SocketId,
    flow: &Flow,
    bytes: &[u8],
    segment: u16,
) -> Result<(), Errno> {
    let Flow { from, to, route, said, told, .. } = *flow;
    let (node, source) = (engine.socket(id)?.node, from.ip());
    let mut header = UdpHeader {
        source_port: from.port(),
        destination_port: to.port(),
        length: (UdpHeader::LEN + bytes.len()) as u16,
        checksum: 0,
    };
    if !omits_checksum(engine, id, to.ip())? {
        header.checksum = checksum(&header, source, to.ip(), bytes)?;
    }
    let options = flow.options.leaving(engine, node, source);
    let payload = [options.as_bytes(), &header.to_bytes()[..], bytes].concat();
    let contents = Contents { source, destination: to.ip(), protocol: IpNumber::UDP, payload: &payload };
    let socket = engine.udp(id)?;
    let fields = said.fields(socket.multicast.fields(to.ip(), socket.fields));
    let fields = HeaderFields { segment, options: options.len() as u8, ..fields };
    let tells_packet = told.tells_packet(engine, id);
    match engine.send_seen(node, route, &contents, fields, tells_packet) {
        Ok(frame) => {
            told.sent(engine, id, (source, route.way), &with_ether_type(frame, to.is_ipv4()));
            Ok(())
        }
        Err(Errno::EMSGSIZE) => too_big(engine, id, flow),
        Err(error) => Err(error),
    }
}

/// Refuses a datagram that is larger than the way takes; a socket that keeps errors keeps this one, too. Its port is
/// the connected peer's over IPv4 (`__ip_append_data`), and the datagram's over IPv6.
fn too_big<T>(engine: &mut Engine, id: SocketId, flow: &Flow) -> Result<T, Errno> {
    let Flow { route, mut to, options, .. } = *flow;
    let multicast = &engine.udp(id)?.multicast;
    let (interface, _) = datagram_route::interfaces(engine, id, multicast, to, &flow.said)?;
    let (socket, common) = engine.udp_mut(id)?;
    let fields = flow.said.fields(socket.fields);
    let mtu = fields.mtu(route, to.ip()) - options.len();
    socket.errors.tell_too_large((to.ip(), interface), mtu, &fields, common);
    if socket.errors.keeps(to) {
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
