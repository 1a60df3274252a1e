//! What raw and ping sockets send: `raw_sendmsg`, `rawv6_sendmsg`, `ping_v4_sendmsg` and `ping_v6_sendmsg`, in their
//! order.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr, SocketAddrV6};

use anysock::addr::family_of;
use anysock::{Errno, Family, MessageFlags};
use etherparse::IpNumber;
use etherparse::checksum::Sum16BitWords;

use super::header_options::{self, HeaderOptions};
use super::icmp::{self, Message};
use super::packet::{Contents, HeaderFields};
use super::packet_info::{self, Said};
use super::raw::identified;
use super::raw_options::with_pseudo_header;
use super::route::{LOOPBACK, Route};
use super::statistics::Ip;
use super::{datagram_route, raw_error, sockaddr, udp_send};
use crate::engine::node::NodeId;
use crate::engine::socket::Outgoing;
use crate::engine::{Engine, SocketId};

/// The most bytes of a message.
const MESSAGE_MAX: usize = 0xFFFF;
/// The bytes of an ICMP header.
const ICMP_HEADER: usize = 8;
/// The least bytes of a header of IPv4, and those of one of IPv6.
const HEADER_V4: usize = 20;
const HEADER_V6: usize = 40;
/// Behind how many bytes of a message its type and code are.
const TYPE_AND_CODE: usize = 2;

/// Where a message goes, and as what: the ends, and the way.
#[derive(Clone, Copy, Debug)]
struct Flow {
    from: IpAddr,
    to: IpAddr,
    route: Route,
    /// With how many octets of options, which the contents begin with.
    fields: HeaderFields,
    options: HeaderOptions,
    /// The interface that was chosen, or 0.
    interface: u32,
}

/// A packet that is not complete: what was sent with MSG_MORE.
#[derive(Debug)]
pub(super) struct Pending {
    flow: Flow,
    /// Whom the first message was for, whose route is taken.
    first_to: IpAddr,
    protocol: IpNumber,
    bytes: Vec<u8>,
    /// Of the bytes, as Linux makes it.
    sum: Sum16BitWords,
}

impl Pending {
    fn new(flow: Flow, protocol: IpNumber) -> Self {
        Pending { flow, first_to: flow.to, protocol, bytes: Vec::new(), sum: Sum16BitWords::new() }
    }

    /// How many bytes wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds what one call has sent. That a part of an ICMPv6 message begins at an odd byte, Linux forgets behind the
    /// type and the code (`raw6_getfrag`): the checksum is wrong then.
    fn add(&mut self, part: &[u8]) {
        let is_odd = self.bytes.len() % 2 == 1;
        let probed = if is_icmp(Family::INET6, self.protocol) { TYPE_AND_CODE } else { 0 };
        let (probed, rest) = part.split_at(probed.min(part.len()));
        self.sum = added(&self.sum, probed, is_odd);
        self.sum = added(&self.sum, rest, is_odd && probed.is_empty());
        self.bytes.extend_from_slice(part);
    }
}

/// The sum with more bytes, of which the first is the second one of its word where they begin at an odd byte.
fn added(sum: &Sum16BitWords, bytes: &[u8], is_odd: bool) -> Sum16BitWords {
    match bytes.split_first() {
        Some((first, rest)) if is_odd => sum.clone().add_2bytes([0, *first]).add_slice(rest),
        _ => sum.clone().add_slice(bytes),
    }
}

/// `sendmsg(2)`.
pub(super) fn send(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
    let (family, node) = (engine.socket(id)?.family, engine.socket(id)?.node);
    let is_ping = engine.raw(id)?.is_ping;
    if is_ping {
        // Before the message is looked at (inet_send_prepare).
        identified(engine, id)?;
        check_echo_request(family, message)?;
    } else {
        check_raw(family, message)?;
    }
    let (to, protocol) = destination(engine, id, message)?;
    let header_included = engine.raw(id)?.options.header_included;
    let mut said = said(engine, id, to, message)?;
    let types_its_protocol = !is_ping && !header_included;
    if types_its_protocol && is_icmp(family, protocol) && message.bytes.len() < TYPE_AND_CODE {
        // The kernel looks at the type and the code (raw_probe_proto_opt).
        return Err(Errno::EFAULT);
    }
    if family == Family::INET6 && to.is_ipv4() {
        // Over IPv6 nothing leads there.
        return Err(Errno::ENETUNREACH);
    }
    if is_ping && family == Family::INET6 {
        // It is looked at, and forgotten.
        said.source = None;
    }
    let of_message = said_source(engine, id, &said)?;
    said.stay_for(to.ip(), engine.socket(id)?.common.bound_interface, engine.node(node))?;
    let own = of_message.or(source(engine, id)?.filter(|_| !said.any_source));
    let is_unspecified = to.ip().is_unspecified();
    let to = receiver(to.ip(), is_ping, own.unwrap_or(sockaddr::any(family)));
    // Nobody is this node, whatever it sends from.
    let next = if is_unspecified { sockaddr::loopback(to) } else { to };
    let (route, from) = match is_ping && to.is_ipv6() {
        true => kept_route(engine, id, to, &said)?,
        false => route(engine, id, next, &said)?,
    };
    let (socket, common) = engine.raw_mut(id)?;
    let mut fields = said.fields(socket.multicast.fields(to, socket.fields));
    // Of the others nobody asks (__ip6_append_data).
    fields.dont_fragment &= matches!(socket.protocol, IpNumber::UDP | IpNumber::IPV6_ICMP | IpNumber(255));
    let may_broadcast = common.broadcast;
    if to.is_ipv4() && engine.node(node).is_broadcast_by(to, route.interface) && !may_broadcast {
        return Err(Errno::EACCES);
    }
    let options = header_options::of_message(engine, id, to, &said)?;
    if header_included && options.len() > 0 {
        return Err(Errno::EINVAL);
    }
    let options = options.leaving(engine, node, from);
    let fields = HeaderFields { options: options.len() as u8, ..fields };
    let multicast = &engine.raw(id)?.multicast;
    let (interface, _) = datagram_route::interfaces(engine, id, multicast, SocketAddr::new(to, 0), &said)?;
    let flow = Flow { from, to, route, fields, options, interface };
    send_by(engine, id, message, flow, protocol)?;
    Ok(message.bytes.len())
}

/// What a message to `to` says of its way.
fn said(engine: &Engine, id: SocketId, to: SocketAddr, message: &Outgoing<'_>) -> Result<Said, Errno> {
    let socket = engine.socket(id)?;
    let scope = scope(engine, id, to)?;
    let ip = match (socket.family, to.ip()) {
        (Family::INET6, IpAddr::V4(to)) => to.to_ipv6_mapped().into(),
        (_, to) => to,
    };
    let named = message.address.filter(|address| !address.is_empty());
    let said = packet_info::said(engine, socket, ip, scope, message.control)?;
    Ok(said.of_socket(&socket.common, message.flags).of_address(named, &socket.common))
}

/// Sends a message by the way that was found for it. One that is too large is told to those who want to hear of it.
fn send_by(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
    flow: Flow,
    protocol: IpNumber,
) -> Result<(), Errno> {
    let socket = engine.raw(id)?;
    let (header_included, is_ping) = (socket.options.header_included, socket.is_ping);
    let sent = match (header_included, is_ping) {
        (true, _) => send_with_header(engine, id, message.bytes, &flow),
        (false, true) => send_echo_request(engine, id, message.bytes, &flow),
        (false, false) => send_in_parts(engine, id, message, flow, protocol),
    };
    if sent == Err(Errno::EMSGSIZE) {
        let Flow { to, route, fields, options, interface, .. } = flow;
        let mtu = if header_included { route.interface_mtu() } else { fields.mtu(route, to) - options.len() };
        let (socket, common) = engine.raw_mut(id)?;
        socket.errors.tell_too_large((to, interface), mtu, &fields, common);
        raw_error::too_big(engine, id, to, mtu, message.bytes)?;
    }
    sent
}

/// What is refused of a raw socket's message at the very beginning (`raw_sendmsg`, `rawv6_sendmsg`).
fn check_raw(family: Family, message: &Outgoing<'_>) -> Result<(), Errno> {
    if message.bytes.len() > MESSAGE_MAX && family == Family::INET {
        return Err(Errno::EMSGSIZE);
    }
    if message.flags.contains(MessageFlags::OOB) {
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

fn is_icmp(family: Family, protocol: IpNumber) -> bool {
    protocol == if family == Family::INET6 { IpNumber::IPV6_ICMP } else { IpNumber::ICMP }
}

/// The address that a message says it is to be sent from. One who makes the header himself may say any of IPv4
/// (`inet_sk_flowi_flags`).
fn said_source(engine: &Engine, id: SocketId, said: &Said) -> Result<Option<IpAddr>, Errno> {
    match said.source {
        Some(IpAddr::V4(any)) if engine.raw(id)?.options.header_included => {
            let is_nobodys = any.is_multicast() || any.is_broadcast() || any.octets()[0] == 0;
            if is_nobodys { Err(Errno::EINVAL) } else { Ok(said.source) }
        }
        _ => udp_send::checked_source(engine, id, said.source),
    }
}

/// What is refused of a ping socket's message at the very beginning (`ping_common_sendmsg`).
fn check_echo_request(family: Family, message: &Outgoing<'_>) -> Result<(), Errno> {
    if message.bytes.len() > MESSAGE_MAX {
        return Err(Errno::EMSGSIZE);
    }
    if message.bytes.len() < ICMP_HEADER {
        return Err(Errno::EINVAL);
    }
    if message.flags.contains(MessageFlags::OOB) {
        return Err(Errno::EOPNOTSUPP);
    }
    let requests = match family {
        Family::INET6 => [icmp::ECHO_REQUEST_V6, icmp::EXTENDED_ECHO_REQUEST_V6],
        _ => [icmp::ECHO, icmp::EXTENDED_ECHO_REQUEST],
    };
    match message.bytes {
        [kind, 0, ..] if requests.contains(kind) => Ok(()),
        _ => Err(Errno::EINVAL),
    }
}

/// The interface that a socket sends to an address by, before its control messages name one; 0 for any.
fn scope(engine: &Engine, id: SocketId, to: SocketAddr) -> Result<u32, Errno> {
    let socket = engine.socket(id)?;
    match (to, engine.raw(id)?.is_ping) {
        (SocketAddr::V4(_), _) if socket.family == Family::INET => Ok(0),
        (SocketAddr::V6(to), true) => ping_scope(engine, id, to),
        (SocketAddr::V6(to), false) if to.scope_id() != 0 => Ok(to.scope_id()),
        _ => Ok(socket.common.bound_interface),
    }
}

/// The interface that a ping socket of IPv6 sends by, where its address or the socket names one; 0 for any.
fn ping_scope(engine: &Engine, id: SocketId, to: SocketAddrV6) -> Result<u32, Errno> {
    match (engine.socket(id)?.common.bound_interface, to.scope_id()) {
        (0, 0) => Ok(engine.raw(id)?.multicast.interface((*to.ip()).into())),
        (0, named) => Ok(named),
        (bound, named) if named == 0 || named == bound => Ok(bound),
        _ => Err(Errno::EINVAL),
    }
}

/// Whom a message is for, and its protocol, which an address of IPv6 may say.
fn destination(
    engine: &Engine,
    id: SocketId,
    message: &Outgoing<'_>,
) -> Result<(SocketAddr, IpNumber), Errno> {
    let (socket, family) = (engine.raw(id)?, engine.socket(id)?.family);
    let own = socket.protocol;
    let Some(address) = message.address.filter(|address| !address.is_empty()) else {
        let remote = socket.remote.ok_or(Errno::EDESTADDRREQ)?;
        // By the interface that the socket is bound to by now, whatever the address has named.
        let remote = sockaddr::on_interface(remote, engine.socket(id)?.common.bound_interface);
        if let (true, SocketAddr::V6(to)) = (socket.is_ping, remote)
            && sockaddr::needs_scope(*to.ip())
            && to.scope_id() == 0
            && socket.multicast.interface(remote.ip()) == 0
        {
            return Err(Errno::EINVAL);
        }
        return Ok((remote, own));
    };
    match (family, socket.is_ping) {
        (Family::INET, true) => Ok((sockaddr::decode(family, address)?, own)),
        (Family::INET, false) => Ok((sockaddr::decode_v4_or_unspecified(address)?, own)),
        (_, true) if address.len() < sockaddr::WHOLE_V6 => Err(Errno::EINVAL),
        (_, true) => {
            let to = sockaddr::scoped(sockaddr::decode(family, address)?, address);
            let is_scoped = matches!(to, SocketAddr::V6(to) if to.scope_id() != 0);
            let bound = engine.socket(id)?.common.bound_interface;
            let chosen = socket.multicast.interface(to.ip());
            match to.ip() {
                IpAddr::V4(_) => Err(Errno::EINVAL),
                IpAddr::V6(ip) if sockaddr::needs_scope(ip) && !is_scoped && bound == 0 && chosen == 0 => {
                    Err(Errno::EINVAL)
                }
                IpAddr::V6(_) => Ok((to, own)),
            }
        }
        (_, false) => destination_v6(engine, id, address),
    }
}

/// The same of a raw socket of IPv6, where the port says the protocol once more, or another one where the socket's is
/// IPPROTO_RAW.
fn destination_v6(engine: &Engine, id: SocketId, address: &[u8]) -> Result<(SocketAddr, IpNumber), Errno> {
    let socket = engine.raw(id)?;
    let number = engine.socket(id)?.protocol.0;
    if address.len() < sockaddr::shortest(Family::INET6) {
        return Err(Errno::EINVAL);
    }
    let mut named = address.to_vec();
    if family_of(address) == Family::UNSPEC
        && let Some(family) = named.first_chunk_mut()
    {
        *family = Family::INET6.0.to_ne_bytes();
    }
    let to = sockaddr::scoped(sockaddr::decode(Family::INET6, &named)?, &named);
    let port = i32::from(to.port());
    if port != 0 && port != number && socket.protocol != IpNumber(255) || number > 255 || port > 255 {
        return Err(Errno::EINVAL);
    }
    let protocol = if port == 0 { socket.protocol } else { IpNumber(port as u8) };
    Ok((to, protocol))
}

/// The address that the socket sends from, if it has one (`inet_saddr`, `np->saddr`).
pub(super) fn source(engine: &Engine, id: SocketId) -> Result<Option<IpAddr>, Errno> {
    let socket = engine.raw(id)?;
    let local = socket.local.map(|local| udp_send::source(engine, id, local));
    let is_somebodys = |own: &IpAddr| !own.is_unspecified();
    Ok(local.filter(is_somebodys).or(socket.source.filter(is_somebodys)))
}

/// [`route`], or that which a ping socket remembers.
fn kept_route(engine: &Engine, id: SocketId, to: IpAddr, said: &Said) -> Result<(Route, IpAddr), Errno> {
    let socket = engine.raw(id)?;
    let remembered = socket.remote.filter(|_| socket.has_route);
    match route(engine, id, to, said) {
        Err(Errno::ENETUNREACH) if udp_send::remembers_own_node(engine, id, remembered, to)? => {
            let (route, own) = engine.route(engine.socket(id)?.node, to)?;
            Ok((route, source(engine, id)?.unwrap_or(own)))
        }
        found => found,
    }
}

/// How a packet of the socket's leaves, and from which address.
pub(super) fn route(
    engine: &Engine,
    id: SocketId,
    to: IpAddr,
    said: &Said,
) -> Result<(Route, IpAddr), Errno> {
    let socket = engine.raw(id)?;
    let of_socket = source(engine, id)?.filter(|own| !said.any_source && own.is_ipv4() == to.is_ipv4());
    let of_socket = match socket.options.header_included {
        true => of_socket,
        false => udp_send::checked_source(engine, id, of_socket)?,
    };
    let source = said_source(engine, id, said)?.or(of_socket);
    let own_is_ipv4 = self::source(engine, id)?.is_some_and(|own| own.is_ipv4());
    let to = SocketAddr::new(to, 0);
    datagram_route::route(engine, id, &socket.multicast, (source, own_is_ipv4), to, said)
}

/// Whom a message to nobody in particular is for: with IPv4 the socket's own address, with IPv6 this node, but for a
/// ping socket.
fn receiver(to: IpAddr, is_ping: bool, own: IpAddr) -> IpAddr {
    match to {
        IpAddr::V6(_) if is_ping => to,
        IpAddr::V6(_) => sockaddr::specified(to, to),
        IpAddr::V4(_) => sockaddr::specified(to, own),
    }
}

/// What has been waiting to be told, where the kernel makes a packet by `sock_alloc_send_skb`.
fn check_socket(engine: &mut Engine, id: SocketId, to: IpAddr) -> Result<(), Errno> {
    let (socket, common) = engine.raw_mut(id)?;
    let refusal = common.error.take().or(socket.shut_write.then_some(Errno::EPIPE));
    let Some(error) = refusal else { return Ok(()) };
    let node = engine.socket(id)?.node;
    engine.node_mut(node).inet.statistics.ip(to, Ip::OutDiscards);
    Err(error)
}

/// Sends a packet whose header the program has made; the kernel fills in what it always does (raw(7)).
fn send_with_header(engine: &mut Engine, id: SocketId, bytes: &[u8], flow: &Flow) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    if bytes.len() > flow.route.interface_mtu() {
        return Err(Errno::EMSGSIZE);
    }
    if bytes.len() < if flow.to.is_ipv4() { HEADER_V4 } else { HEADER_V6 } {
        return Err(Errno::EINVAL);
    }
    check_socket(engine, id, flow.to)?;
    let packet = match flow.from {
        IpAddr::V4(_) => finish_header(engine, node, bytes, flow)?,
        IpAddr::V6(_) => {
            engine.node_mut(node).inet.statistics.ip(flow.to, Ip::OutRequests);
            bytes.to_vec()
        }
    };
    engine.emit(node, flow.route, flow.to, [&packet, &[]]);
    Ok(())
}

/// A packet of IPv4 with what the kernel fills in: its length and checksum, and its sender and identification where
/// those are zero.
fn finish_header(engine: &mut Engine, node: NodeId, bytes: &[u8], flow: &Flow) -> Result<Vec<u8>, Errno> {
    let IpAddr::V4(own) = flow.from else { return Err(Errno::EINVAL) };
    let mut packet = bytes.to_vec();
    let length = (packet.len() as u16).to_be_bytes();
    let words = usize::from(packet.first().ok_or(Errno::EINVAL)? & 0xF);
    let header = packet.get_mut(..words * 4).filter(|header| header.len() >= HEADER_V4);
    let header = header.ok_or(Errno::EINVAL)?;
    if header[12..16] == [0; 4] {
        header[12..16].copy_from_slice(&own.octets());
    }
    header[2..4].copy_from_slice(&length);
    let may_be_fragmented = header[6] & 0x40 == 0;
    if header[4..6] == [0; 2] && may_be_fragmented {
        let tables = &mut engine.node_mut(node).inet;
        tables.identification = tables.identification.wrapping_add(1);
        header[4..6].copy_from_slice(&(tables.identification as u16).to_be_bytes());
    }
    header[10..12].fill(0);
    let checksum = Sum16BitWords::new().add_slice(header).ones_complement().to_be();
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    Ok(packet)
}

/// Sends what a ping socket sends: the program's echo request, with the socket's identifier and a checksum.
fn send_echo_request(engine: &mut Engine, id: SocketId, bytes: &[u8], flow: &Flow) -> Result<(), Errno> {
    let Flow { from, to, route, fields, options, .. } = *flow;
    let node = engine.socket(id)?.node;
    let (&[kind, code, _, _, _, _, high, low], payload) =
        bytes.split_first_chunk::<ICMP_HEADER>().ok_or(Errno::EINVAL)?;
    let [i0, i1] = identified(engine, id)?.to_be_bytes();
    let message = Message { kind, code, rest: [i0, i1, high, low], payload }.encode(from, to);
    if is_too_long(&message, flow) {
        return Err(Errno::EMSGSIZE);
    }
    check_socket(engine, id, flow.to)?;
    let protocol = engine.raw(id)?.protocol;
    let message = [options.as_bytes(), &message].concat();
    let contents = Contents { source: from, destination: to, protocol, payload: &message };
    engine.send_by(node, route, &contents, fields)?;
    engine.node_mut(node).inet.statistics.message_out(to, kind);
    Ok(())
}

/// Whether no packet can be made of it, or none may be (`__ip_append_data`, `__ip6_append_data`).
fn is_too_long(payload: &[u8], flow: &Flow) -> bool {
    let header = if flow.to.is_ipv4() { HEADER_V4 } else { HEADER_V6 };
    let most = match flow.to {
        _ if !flow.fields.fragments_to(flow.to) => flow.fields.mtu(flow.route, flow.to),
        IpAddr::V4(_) => MESSAGE_MAX,
        IpAddr::V6(_) => HEADER_V6 + MESSAGE_MAX,
    };
    header + flow.options.len() + payload.len() > most
}

/// Adds to a packet, or begins one, and sends it where no more is to come. One that becomes too long is thrown away.
fn send_in_parts(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
    flow: Flow,
    protocol: IpNumber,
) -> Result<(), Errno> {
    let (socket, _) = engine.raw_mut(id)?;
    let mut pending = socket.pending.take().unwrap_or_else(|| Box::new(Pending::new(flow, protocol)));
    if flow.to.is_ipv4() {
        // The ends are those of the last message (__ip_make_skb).
        (pending.flow.from, pending.flow.to) = (flow.from, flow.to);
    }
    pending.add(message.bytes);
    if is_too_long(&pending.bytes, &pending.flow) {
        return Err(Errno::EMSGSIZE);
    }
    if message.flags.contains(MessageFlags::MORE) {
        socket.pending = Some(pending);
        return Ok(());
    }
    send_pending(engine, id, *pending)
}

/// Sends what a program has given without a header.
fn send_pending(engine: &mut Engine, id: SocketId, pending: Pending) -> Result<(), Errno> {
    let Pending { flow, first_to, protocol, bytes: mut payload, sum } = pending;
    let Flow { from, to, route, fields, options, .. } = flow;
    let (node, checksum_at) = (engine.socket(id)?.node, engine.raw(id)?.options.checksum_at);
    if let Some(at) = checksum_at {
        let length = payload.len();
        let field = payload.get_mut(at..).and_then(|rest| rest.first_chunk_mut()).ok_or(Errno::EINVAL)?;
        // The field counts as nothing, and is taken from the sum as it is added there.
        let sum = added(&sum, &field.map(|byte| !byte), at % 2 == 1);
        *field = match with_pseudo_header(sum, [from, to], protocol.0, length) {
            0 if protocol == IpNumber::UDP => [0xFF; 2],
            checksum => checksum.to_be_bytes(),
        };
    }
    let leads_nowhere = first_to.is_multicast() && !engine.node(node).listens_to(LOOPBACK, first_to, from);
    if route.interface == LOOPBACK && to != first_to && leads_nowhere {
        // What comes back by the loopback interface keeps the route that it has left by, which leads to nobody
        // (skb_valid_dst, dst_discard).
        return Ok(());
    }
    let kind = payload.first().copied();
    let payload = [options.as_bytes(), &payload].concat();
    let contents = Contents { source: from, destination: to, protocol, payload: &payload };
    engine.send_by(node, route, &contents, fields)?;
    let family = engine.socket(id)?.family;
    if let (true, Some(kind)) = (is_icmp(family, protocol), kind) {
        engine.node_mut(node).inet.statistics.message_out(to, kind);
    }
    Ok(())
}
