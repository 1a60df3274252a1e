//! Raw sockets, which see the packets of a protocol, and ping sockets, which see the answers to their own echo
//! requests (raw(7), icmp(7); net/ipv4/raw.c, net/ipv6/raw.c, net/ipv4/ping.c).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::option::ip::IP_HDRINCL;
use anysock::{
    AnyAddr, Errno, Family, IpProtocol, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown,
    SocketType,
};
use etherparse::{IpNumber, Ipv4Header};

use super::error_queue::{ErrorQueue, Times};
use super::icmp::{self, Message};
use super::multicast::{self, Multicast};
use super::packet::{Arrived, Contents, HeaderFields};
use super::packet_info::{self, Known, Said, Wanted};
use super::route::Route;
use super::{ip_options, raw_error, sockaddr};
use crate::engine::datagram_queue::{DatagramQueue, OVERHEAD};
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Common, Incoming, Outgoing, Socket, SocketState};
use crate::engine::{Engine, SocketId};

/// The most bytes of a message.
const MESSAGE_MAX: usize = 0xFFFF;
/// The bytes of an ICMP header.
const ICMP_HEADER: usize = 8;

/// A raw socket, or a ping socket.
#[derive(Debug)]
pub(crate) struct RawSocket {
    /// Its protocol; for a ping socket ICMP or ICMPv6.
    pub(super) protocol: IpNumber,
    /// The port of its name: the protocol, or a ping socket's identifier, once it has one. Without it, the socket is
    /// in no table of the kernel and receives nothing.
    pub(super) port: Option<u16>,
    pub(super) is_ping: bool,
    pub(super) local: Option<IpAddr>,
    /// What the program bound a ping socket to, which a disconnect leaves as it is: the kernel's SOCK_BINDADDR_LOCK
    /// and SOCK_BINDPORT_LOCK, which raw sockets never have.
    asked_for: Option<SocketAddr>,
    pub(super) remote: Option<SocketAddr>,
    v6_only: bool,
    pub(super) fields: HeaderFields,
    pub(super) errors: ErrorQueue,
    pub(super) multicast: Multicast,
    wanted: Wanted,
    /// IP_HDRINCL, IPV6_HDRINCL: the program gives the IP header.
    pub(super) header_included: bool,
    queue: DatagramQueue<(SocketAddr, Known)>,
    shut_read: bool,
    shut_write: bool,
}

#[derive(Debug)]
struct RawCalls;

/// A new ping socket.
///
/// # Errors
/// `EACCES` where the group 0, in which every program is, is not in `net.ipv4.ping_group_range`.
pub(in crate::engine) fn open_ping(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> Result<SocketId, Errno> {
    let (first, last) = engine.node(node).sysctls.ping_group_range;
    if (first..=last).contains(&0) { Ok(open(engine, node, what)) } else { Err(Errno::EACCES) }
}

/// A new raw socket, or, of the type SOCK_DGRAM, a ping socket.
pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> SocketId {
    let (family, kind, protocol) = what;
    let number = IpNumber(protocol.0 as u8);
    let is_ping = kind == SocketType::DGRAM;
    let socket = RawSocket {
        protocol: number,
        port: (!is_ping).then_some(number.0.into()),
        is_ping,
        local: None,
        asked_for: None,
        remote: None,
        v6_only: true,
        fields: HeaderFields::default(),
        errors: ErrorQueue::default(),
        multicast: Multicast::of_family(family),
        wanted: Wanted::default(),
        // IPPROTO_RAW implies it (raw(7)).
        header_included: protocol.0 == IpProtocol::RAW.0,
        queue: DatagramQueue::default(),
        shut_read: false,
        shut_write: false,
    };
    let id = engine.insert_socket(node, what, &RawCalls, SocketState::Raw(socket));
    if let Ok(socket) = engine.socket_mut(id) {
        // INET_PROTOSW_REUSE.
        socket.common.reuse_addr = true;
    }
    engine.node_mut(node).inet.raw.push(id);
    id
}

impl RawSocket {
    /// What the packets that wait leave of the receive buffer for errors.
    pub(super) fn room_for_errors(&self, common: &Common) -> usize {
        (common.recv_buffer as usize).saturating_sub(self.queue.size())
    }

    /// Whether it is to see a packet.
    fn takes(&self, family: Family, arrived: &Arrived<'_>) -> bool {
        let Contents { source, destination, protocol, payload } = arrived.contents;
        let echo = match source {
            IpAddr::V4(_) => icmp::ECHO_REPLY,
            IpAddr::V6(_) => icmp::ECHO_REPLY_V6,
        };
        let is_own_echo = || {
            payload.first() == Some(&echo)
                && payload
                    .get(4..6)
                    .is_some_and(|ident| self.port.is_some_and(|own| own.to_be_bytes() == ident))
        };
        source.is_ipv6() == (family == Family::INET6)
            && protocol == self.protocol
            && self.local.is_none_or(|local| local == destination)
            && self.remote.is_none_or(|remote| remote.ip() == source)
            && (!destination.is_multicast() || self.multicast.hears(destination, source, arrived.interface))
            && if self.is_ping { is_own_echo() } else { self.port.is_some() }
    }
}

/// Shows a packet to the sockets that are to see it. Whether there was one.
pub(super) fn packet_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) -> bool {
    let at = engine.realtime();
    let mut delivered = false;
    for id in engine.node(node).inet.raw.clone() {
        let Ok(Socket { family, common, .. }) = engine.socket(id) else { continue };
        let (family, uses) = (*family, common.uses(arrived.interface));
        let Some(wanted) =
            engine.raw(id).ok().filter(|raw| uses && raw.takes(family, arrived)).map(|raw| raw.wanted)
        else {
            continue;
        };
        let known = wanted.known(engine, node, arrived);
        // IPv4's come with their header.
        let whole = family == Family::INET && engine.raw(id).is_ok_and(|raw| !raw.is_ping);
        let bytes = if whole { arrived.packet } else { arrived.contents.payload };
        let most = engine.filtered(id, 1, || arrived.filtered(engine.node(node), bytes));
        let Ok((socket, common)) = engine.raw_mut(id) else { continue };
        delivered = true;
        let Some(most) = most else { continue };
        let bytes = bytes.get(..most).unwrap_or(bytes);
        let size = bytes.len() + OVERHEAD;
        if !socket.shut_read
            && (socket.queue.is_empty()
                || socket.queue.size() + socket.errors.queued() + size <= common.recv_buffer as usize)
        {
            let from = SocketAddr::new(arrived.contents.source, 0);
            socket.queue.push((from, known), bytes.to_vec(), at);
            engine.notify(id);
        }
    }
    delivered
}

/// The identifier of a ping socket; one is chosen where it has none.
fn identify(engine: &mut Engine, id: SocketId, wanted: u16) -> Result<u16, Errno> {
    if let Some(ident) = engine.raw(id)?.port {
        return Ok(ident);
    }
    let node = engine.socket(id)?.node;
    let shares = engine.socket(id)?.common.reuse_addr;
    let others = engine.node(node).inet.raw.iter().filter_map(|other| {
        let ident = engine.raw(*other).ok().filter(|other| other.is_ping)?.port?;
        Some((ident, engine.socket(*other).ok()?.common.reuse_addr))
    });
    let others: Vec<(u16, bool)> = others.collect();
    let is_taken = |ident| others.iter().any(|(other, _)| *other == ident);
    let ident = match wanted {
        0 => {
            let tables = &mut engine.node_mut(node).inet;
            let mut ident = tables.next_ping;
            while is_taken(ident) || ident == 0 {
                ident = ident.wrapping_add(1);
            }
            tables.next_ping = ident.wrapping_add(1);
            ident
        }
        wanted if others.iter().any(|(other, share)| *other == wanted && !(shares && *share)) => {
            return Err(Errno::EADDRINUSE);
        }
        wanted => wanted,
    };
    engine.raw_mut(id)?.0.port = Some(ident);
    Ok(ident)
}

/// Takes away the peer, and of the socket's name what the program did not ask for (`__udp_disconnect`). A raw socket
/// loses all of it, what it was bound to as well, and receives nothing from then on.
fn disconnect(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    let (socket, _) = engine.raw_mut(id)?;
    socket.remote = None;
    socket.local = socket.asked_for.map(|asked_for| asked_for.ip()).filter(|ip| !ip.is_unspecified());
    socket.port = socket.asked_for.map(|asked_for| asked_for.port()).filter(|port| *port != 0);
    Ok(())
}

/// Where a message goes.
fn destination(engine: &Engine, id: SocketId, message: &Outgoing<'_>) -> Result<IpAddr, Errno> {
    let family = engine.socket(id)?.family;
    let to = match message.address.filter(|address| !address.is_empty()) {
        Some(address) => sockaddr::destination(family, true, address)?,
        None => return Ok(engine.raw(id)?.remote.ok_or(Errno::EDESTADDRREQ)?.ip()),
    };
    let socket = engine.raw(id)?;
    // Of IPv6, a port may say the protocol once more (rawv6_sendmsg).
    let port = u16::from(socket.protocol.0);
    if family == Family::INET6 && !socket.is_ping && ![0, port].contains(&to.port()) {
        return Err(Errno::EINVAL);
    }
    Ok(if to.ip().is_unspecified() { sockaddr::loopback(to.ip()) } else { to.ip() })
}

/// How a packet of the socket's leaves, and from which address.
fn route(engine: &Engine, id: SocketId, to: IpAddr, said: &Said) -> Result<(Route, IpAddr), Errno> {
    let (socket, node) = (engine.raw(id)?, engine.socket(id)?.node);
    let multicast = &socket.multicast;
    // One that is bound to a group or to everybody sends from the interface's (`raw_bind`).
    let local = socket.local.filter(|local| engine.node(node).is_local(*local));
    let source = said.checked_source(engine.node(node))?.or(local).or(multicast.source(to));
    let bound = engine.socket(id)?.common.bound_interface;
    let chosen = [said.interface, bound, multicast.interface(to)];
    let interface = chosen.into_iter().find(|interface| *interface != 0).unwrap_or(0);
    let (mut route, own) = engine.route_by(node, to, interface, source)?;
    route.looped &= multicast.loops(to);
    Ok((route, source.unwrap_or(own)))
}

/// A raw socket of IPv6 knows none of SOL_IP's (`ipv6_setsockopt`); others of IPv6 do.
fn has_no_options_of_ipv4(family: Family, kind: SocketType, level: Level) -> bool {
    (family, kind, level) == (Family::INET6, SocketType::RAW, Level::IP)
}

/// What a ping socket sends: the program's echo request, with the socket's identifier and a checksum.
fn echo_request(
    engine: &mut Engine,
    id: SocketId,
    bytes: &[u8],
    from: IpAddr,
    to: IpAddr,
) -> Result<Vec<u8>, Errno> {
    let (&[kind, code, _, _, _, _, high, low], payload) =
        bytes.split_first_chunk::<ICMP_HEADER>().ok_or(Errno::EINVAL)?;
    let request = if to.is_ipv4() { icmp::ECHO } else { icmp::ECHO_REQUEST_V6 };
    if (kind, code) != (request, 0) {
        return Err(Errno::EINVAL);
    }
    let [i0, i1] = identify(engine, id, 0)?.to_be_bytes();
    Ok(Message { kind, code, rest: [i0, i1, high, low], payload }.encode(from, to))
}

/// Sends a packet whose header the program has made; the kernel fills in what it always does (raw(7)).
fn send_with_header(
    engine: &mut Engine,
    node: NodeId,
    bytes: &[u8],
    to: IpAddr,
    (route, own): (Route, IpAddr),
) -> Result<(), Errno> {
    if bytes.len() > route.interface_mtu() {
        return Err(Errno::EMSGSIZE);
    }
    let IpAddr::V4(own) = own else {
        engine.emit(node, route, to, [bytes, &[]]);
        return Ok(());
    };
    let (mut header, payload) = Ipv4Header::from_slice(bytes).map_err(|_| Errno::EINVAL)?;
    if header.source == [0; 4] {
        header.source = own.octets();
    }
    header.set_payload_len(payload.len()).map_err(|_| Errno::EINVAL)?;
    if header.identification == 0 {
        let tables = &mut engine.node_mut(node).inet;
        tables.identification = tables.identification.wrapping_add(1);
        header.identification = tables.identification as u16;
    }
    header.header_checksum = header.calc_header_checksum();
    engine.emit(node, route, to, [&header.to_bytes(), payload]);
    Ok(())
}

/// Sends what a program has given without a header.
fn send_payload(
    engine: &mut Engine,
    id: SocketId,
    bytes: &[u8],
    (from, to): (IpAddr, IpAddr),
    (route, fields): (Route, HeaderFields),
) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    let RawSocket { is_ping, protocol, .. } = *engine.raw(id)?;
    let made;
    let payload = match bytes {
        bytes if is_ping => {
            made = echo_request(engine, id, bytes, from, to)?;
            &made
        }
        // The kernel makes the checksum, which the addresses are part of (RFC 3542 §3.1).
        &[kind, code, _, _, a, b, c, d, ref payload @ ..] if protocol == IpNumber::IPV6_ICMP => {
            made = Message { kind, code, rest: [a, b, c, d], payload }.encode(from, to);
            &made
        }
        bytes => bytes,
    };
    engine.send_by(node, route, &Contents { source: from, destination: to, protocol, payload }, fields)
}

impl Calls for RawCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let (family, node) = (engine.socket(id)?.family, engine.socket(id)?.node);
        let local = sockaddr::decode(family, address)?;
        let kernel = engine.node(node);
        let (ip, is_ping) = (local.ip(), engine.raw(id)?.is_ping);
        let to_many = ip.is_multicast() || kernel.is_broadcast(ip);
        if !ip.is_unspecified() && !kernel.is_local(ip) && (is_ping || !to_many) {
            return Err(Errno::EADDRNOTAVAIL);
        }
        if is_ping {
            if engine.raw(id)?.port.is_some() {
                return Err(Errno::EINVAL);
            }
            identify(engine, id, local.port())?;
            engine.raw_mut(id)?.0.asked_for = Some(local);
        } else if engine.raw(id)?.remote.is_some() {
            return Err(Errno::EINVAL);
        }
        engine.raw_mut(id)?.0.local = Some(ip).filter(|ip| !ip.is_unspecified());
        Ok(())
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let (family, node) = (engine.socket(id)?.family, engine.socket(id)?.node);
        if address.len() < 2 {
            return Err(Errno::EINVAL);
        }
        if anysock::addr::family_of(address) == Family::UNSPEC {
            return disconnect(engine, id);
        }
        if engine.raw(id)?.is_ping {
            identify(engine, id, 0)?;
        }
        let mut remote = sockaddr::destination(family, true, address)?;
        if remote.ip().is_unspecified() {
            remote.set_ip(sockaddr::loopback(remote.ip()));
        }
        let (_, own) = route(engine, id, remote.ip(), &Said::default())?;
        if engine.node(node).is_broadcast(remote.ip()) && !engine.socket(id)?.common.broadcast {
            return Err(Errno::EACCES);
        }
        let (socket, _) = engine.raw_mut(id)?;
        socket.remote = Some(remote);
        socket.local.get_or_insert(own);
        Ok(())
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        let (socket, _) = engine.raw_mut(id)?;
        socket.shut_read |= how != Shutdown::WRITE;
        socket.shut_write |= how != Shutdown::READ;
        let answer = if socket.remote.is_some() { Ok(()) } else { Err(Errno::ENOTCONN) };
        engine.notify(id);
        answer
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let (family, socket) = (engine.socket(id)?.family, engine.raw(id)?);
        let ip = socket.local.unwrap_or(sockaddr::any(family));
        Ok(sockaddr::encode(family, SocketAddr::new(ip, socket.port.unwrap_or(0))))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let remote = engine.raw(id)?.remote.ok_or(Errno::ENOTCONN)?;
        Ok(sockaddr::encode(engine.socket(id)?.family, remote))
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        let (length, node) = (message.bytes.len(), engine.socket(id)?.node);
        let RawSocket { is_ping, .. } = *engine.raw(id)?;
        if length > MESSAGE_MAX && (is_ping || engine.socket(id)?.family == Family::INET) {
            return Err(Errno::EMSGSIZE);
        }
        if is_ping && length < ICMP_HEADER {
            return Err(Errno::EINVAL);
        }
        if message.flags.contains(MessageFlags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        let to = destination(engine, id, message)?;
        let (socket, common) = engine.raw_mut(id)?;
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        if socket.shut_write {
            return Err(Errno::EPIPE);
        }
        let (fields, may_broadcast) = (socket.fields, common.broadcast);
        let bound_interface = common.bound_interface;
        let with_header = socket.header_included;
        let family = engine.socket(id)?.family;
        let scope = if to.is_ipv6() { bound_interface } else { 0 };
        let said = packet_info::said(engine, node, family, to, scope, message.control)?;
        let fields = said.fields(engine.raw(id)?.multicast.fields(to, fields));
        let (route, from) = route(engine, id, to, &said)?;
        if engine.node(node).is_broadcast(to) && !may_broadcast {
            return Err(Errno::EACCES);
        }
        let sent = if with_header {
            send_with_header(engine, node, message.bytes, to, (route, from))
        } else {
            send_payload(engine, id, message.bytes, (from, to), (route, fields))
        };
        if sent == Err(Errno::EMSGSIZE) {
            let mtu = if with_header { route.interface_mtu() } else { fields.mtu(route, to) };
            raw_error::too_big(engine, id, to, mtu, message.bytes)?;
        }
        sent.map(|()| length)
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let family = engine.socket(id)?.family;
        let (socket, common) = engine.raw_mut(id)?;
        if message.flags.contains(MessageFlags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            return socket.errors.recv(family, &mut common.error, message, Times::Untold);
        }
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        // A ping socket does not tell the whole length (ping_recvmsg).
        let tells_whole = message.flags.contains(MessageFlags::TRUNC) && !socket.is_ping;
        let wanted = socket.wanted;
        socket
            .queue
            .recv(common, message, tells_whole, |about, _, control| wanted.tell(family, about, control))
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        /// IPV6_HDRINCL.
        const IPV6_HDRINCL: i32 = 36;
        let &Socket { family, kind, .. } = engine.socket(id)?;
        if has_no_options_of_ipv4(family, kind, level) {
            return Err(Errno::ENOPROTOOPT);
        }
        if let Some(answer) = multicast::set(engine, id, (level, name), value) {
            return answer;
        }
        let (socket, common) = engine.raw_mut(id)?;
        if let Some(answer) = socket.wanted.set(family, (level, name), value) {
            return answer;
        }
        if let Some(answer) = socket.errors.set(family, (level, name), value) {
            return answer;
        }
        if matches!((level, name), (Level::IP, IP_HDRINCL) | (Level::IPV6, IPV6_HDRINCL)) {
            if socket.is_ping {
                return Err(Errno::ENOPROTOOPT);
            }
            let byte = value.first().ok_or(Errno::EINVAL)?;
            socket.header_included =
                value.first_chunk().map_or(*byte != 0, |int| i32::from_ne_bytes(*int) != 0);
            return Ok(());
        }
        let (fields, v6_only) = (&mut socket.fields, &mut socket.v6_only);
        ip_options::set((family, kind), (level, name), value, fields, v6_only, true, common)
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let &Socket { family, kind, .. } = engine.socket(id)?;
        let socket = engine.raw(id)?;
        if has_no_options_of_ipv4(family, kind, level) {
            return Err(Errno::ENOPROTOOPT);
        }
        if (level, name) == (Level::IP, IP_HDRINCL) && !socket.is_ping {
            return Ok(i32::from(socket.header_included).to_ne_bytes().to_vec());
        }
        let known = socket.wanted.get(family, (level, name));
        if let Some(answer) = known.or_else(|| socket.errors.get(family, (level, name))) {
            return Ok(answer);
        }
        if let Some(answer) = multicast::get(family, (level, name), &socket.multicast) {
            return Ok(answer);
        }
        ip_options::get(family, (level, name), &socket.fields, socket.v6_only, &engine.socket(id)?.common)
    }

    fn take_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        question: &[u8],
    ) -> Result<Vec<u8>, Errno> {
        let filter = multicast::source_filter(engine, id, (level, name), question);
        filter.unwrap_or_else(|| self.get_option(engine, id, level, name))
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let (Ok(entry), Ok(socket)) = (engine.socket(id), engine.raw(id)) else { return PollEvents::NVAL };
        let has_error = entry.common.error.is_some() || !socket.errors.is_empty();
        socket.queue.poll(has_error, [socket.shut_read, socket.shut_write])
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        multicast::leave_all(engine, id);
        if let Some(socket) = engine.remove_socket(id) {
            engine.node_mut(socket.node).inet.raw.retain(|other| *other != id);
        }
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        match engine.raw(id) {
            Ok(socket) if socket.is_ping => format!("a ping socket, identifier {}", socket.port.unwrap_or(0)),
            Ok(socket) => format!("a raw socket for protocol {}", socket.protocol.0),
            Err(_) => "a closed socket".into(),
        }
    }
}
