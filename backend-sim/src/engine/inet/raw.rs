//! Raw sockets, which see the packets of a protocol, and ping sockets, which see the answers to their own echo
//! requests (raw(7), icmp(7); net/ipv4/raw.c, net/ipv6/raw.c, net/ipv4/ping.c).

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::addr::family_of;
use anysock::io_control::IoRequest;
use anysock::option::socket::SO_DONTROUTE;
use anysock::{
    AnyAddr, Errno, Family, IpProtocol, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown,
    SocketType,
};
use etherparse::IpNumber;

use super::error_queue::{ErrorQueue, Times};
use super::multicast::{self, Multicast};
use super::packet::{Arrived, Contents, HeaderFields};
use super::packet_info::{Known, Said, Wanted};
use super::raw_options::RawOptions;
use super::raw_send::Pending;
use super::{datagram_options, ip_options, local_scope, raw_bind, raw_send, sockaddr};
use crate::engine::datagram_queue::DatagramQueue;
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Common, Incoming, Outgoing, Socket, SocketState};
use crate::engine::{Engine, SocketId, bind_to_device};

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
    pub(super) asked_for: Option<SocketAddr>,
    pub(super) remote: Option<SocketAddr>,
    /// The address that connecting has chosen to send from, where the one that it is bound to is many's.
    pub(super) source: Option<IpAddr>,
    /// The program has bound it to an address of IPv6: over IPv4 it sends from LOOPBACK4_IPV6 then.
    pub(super) is_bound_by_v6: bool,
    /// Connecting has found a route to the peer: over IPv4 an attempt that fails loses that of the one before, and
    /// binding to an interface loses it, too.
    pub(super) has_route: bool,
    /// What was sent with MSG_MORE and waits for the rest of its packet.
    pub(super) pending: Option<Box<Pending>>,
    pub(super) v6_only: bool,
    pub(super) fields: HeaderFields,
    pub(super) errors: ErrorQueue,
    pub(super) multicast: Multicast,
    pub(super) wanted: Wanted,
    pub(super) options: RawOptions,
    queue: DatagramQueue<(SocketAddr, Known)>,
    shut_read: bool,
    pub(super) shut_write: bool,
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
        port: (!is_ping).then_some(protocol.0 as u16),
        is_ping,
        local: None,
        asked_for: None,
        remote: None,
        source: None,
        is_bound_by_v6: false,
        has_route: false,
        pending: None,
        // Others may connect by IPv4, whatever that is good for.
        v6_only: is_ping,
        fields: HeaderFields::default(),
        errors: ErrorQueue::default(),
        multicast: Multicast::of_family(family),
        wanted: Wanted::default(),
        options: RawOptions::new(family, IpProtocol(protocol.0)),
        queue: DatagramQueue::default(),
        shut_read: false,
        shut_write: false,
    };
    let id = engine.insert_socket(node, what, &RawCalls, SocketState::Raw(Box::new(socket)));
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

    /// Whether it is in the kernel's table for packets of a protocol. One of a number beyond those never is.
    pub(super) fn is_for(&self, protocol: IpNumber) -> bool {
        match self.is_ping {
            true => self.protocol == protocol && self.port.is_some(),
            false => self.port == Some(protocol.0.into()),
        }
    }

    /// Whether it is to see a packet (`raw_v4_match`, `raw_v6_match`).
    fn takes(&self, family: Family, arrived: &Arrived<'_>) -> bool {
        let Contents { source, destination, protocol, .. } = arrived.contents;
        let hears = || self.multicast.hears(destination, source, arrived.interface);
        let is_bound_there = self.local.is_none_or(|local| local == destination);
        !self.is_ping
            && source.is_ipv6() == (family == Family::INET6)
            && self.is_for(protocol)
            && self.remote.is_none_or(|remote| remote.ip() == source)
            && (is_bound_there || destination.is_ipv6() && destination.is_multicast() && hears())
    }

    /// Whether its receive buffer is full.
    fn is_full(&self, common: &Common) -> bool {
        self.queue.size() + self.errors.queued() >= common.recv_buffer as usize
    }

    /// Whether it wants to have what it sees.
    fn wants(&self, arrived: &Arrived<'_>) -> bool {
        let Contents { source, destination, .. } = arrived.contents;
        let is_heard = destination.is_ipv6()
            || !destination.is_multicast()
            || self.multicast.hears(destination, source, arrived.interface);
        is_heard && self.options.lets_through(&arrived.contents)
    }
}

/// Shows a packet to the raw sockets that are to see it. Whether there was one.
pub(super) fn packet_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) -> bool {
    let mut delivered = false;
    for id in engine.node(node).inet.raw.clone() {
        let Ok(Socket { family, common, .. }) = engine.socket(id) else { continue };
        let (family, uses) = (*family, common.uses(arrived.interface));
        let Some(raw) = engine.raw(id).ok().filter(|raw| uses && raw.takes(family, arrived)) else {
            continue;
        };
        if raw.is_full(common) {
            // Linux passes over it, as if it were not there (raw_v4_input, ipv6_raw_deliver).
            if let Ok((_, common)) = engine.raw_mut(id) {
                common.count_drop();
            }
            continue;
        }
        delivered = true;
        if raw.wants(arrived) {
            // IPv4's come with their header.
            let whole = family == Family::INET;
            queue(engine, id, arrived, if whole { arrived.packet } else { arrived.contents.payload });
        }
    }
    delivered
}

/// The answer to an echo request has come: the ping socket of that identifier gets it, the newest where several share
/// it (`ping_rcv`, `ping_lookup`).
pub(super) fn echo_reply_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) {
    let Contents { destination, protocol, payload, .. } = arrived.contents;
    let Some(&[high, low]) = payload.get(4..6) else { return };
    let identifier = u16::from_be_bytes([high, low]);
    let is_it = |id: &SocketId| {
        let uses = engine.socket(*id).is_ok_and(|socket| socket.common.uses(arrived.interface));
        engine.raw(*id).is_ok_and(|raw| {
            let is_bound_there = raw.local.is_none_or(|local| local == destination);
            uses && raw.is_ping && raw.protocol == protocol && raw.port == Some(identifier) && is_bound_there
        })
    };
    if let Some(id) = engine.node(node).inet.raw.iter().rev().copied().find(is_it) {
        queue(engine, id, arrived, payload);
    }
}

/// Puts a packet into a socket's queue; what does not fit is lost (`sock_queue_rcv_skb`).
fn queue(engine: &mut Engine, id: SocketId, arrived: &Arrived<'_>, bytes: &[u8]) {
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    let Ok(&RawSocket { wanted, is_ping, .. }) = engine.raw(id) else { return };
    let known = match is_ping {
        true => wanted.known_unprepared(engine, node, arrived),
        false => wanted.known(engine, node, arrived),
    };
    let at = engine.realtime();
    let Some(most) = engine.filtered(id, 1, || arrived.filtered(engine.node(node), bytes)) else { return };
    let Ok((socket, common)) = engine.raw_mut(id) else { return };
    let bytes = bytes.get(..most).unwrap_or(bytes);
    if !socket.is_full(common) {
        let from = SocketAddr::new(arrived.contents.source, 0);
        let from = sockaddr::on_interface(from, arrived.interface);
        socket.queue.push(common, (from, known), bytes.to_vec(), at);
        engine.notify(id);
    } else {
        common.count_drop();
    }
}

/// The identifier of a ping socket that sends or connects; one is chosen where it has none.
///
/// # Errors
/// `EAGAIN` where all are taken (`inet_autobind`).
pub(super) fn identified(engine: &mut Engine, id: SocketId) -> Result<u16, Errno> {
    identify(engine, id, 0).map_err(|error| if error == Errno::EADDRINUSE { Errno::EAGAIN } else { error })
}

/// Gives a ping socket that identifier, or any where it is 0, unless it has one; which it has then (`ping_get_port`).
///
/// # Errors
/// `EADDRINUSE` where it is taken, or all are.
pub(super) fn identify(engine: &mut Engine, id: SocketId, wanted: u16) -> Result<u16, Errno> {
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
    let ident = match wanted {
        0 => {
            let tables = &mut engine.node_mut(node).inet;
            let taken = others.iter().map(|(ident, _)| *ident).collect();
            let ident = free_identifier(tables.next_ping, &taken).ok_or(Errno::EADDRINUSE)?;
            tables.next_ping = ident.wrapping_add(1);
            ident
        }
        wanted if others.iter().any(|(other, share)| *other == wanted && !(shares && *share)) => {
            return Err(Errno::EADDRINUSE);
        }
        wanted => wanted,
    };
    engine.raw_mut(id)?.0.port = Some(ident);
    // The newest is the last.
    let sockets = &mut engine.node_mut(node).inet.raw;
    sockets.retain(|other| *other != id);
    sockets.push(id);
    Ok(ident)
}

/// The first identifier from `first` on that is not taken; zero is none.
fn free_identifier(first: u16, taken: &BTreeSet<u16>) -> Option<u16> {
    (0..=u16::MAX).map(|after| first.wrapping_add(after)).find(|ident| *ident != 0 && !taken.contains(ident))
}

/// Takes away the peer, and of the socket's name what the program did not ask for (`__udp_disconnect`). A raw socket
/// loses all of it, what it was bound to as well, and receives nothing from then on.
fn disconnect(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    let (socket, _) = engine.raw_mut(id)?;
    (socket.remote, socket.source) = (None, None);
    socket.local = socket.asked_for.map(|asked_for| asked_for.ip()).filter(|ip| !ip.is_unspecified());
    socket.port = socket.asked_for.map(|asked_for| asked_for.port()).filter(|port| *port != 0);
    Ok(())
}

/// A raw socket of IPv6 knows none of SOL_IP's (`ipv6_setsockopt`); others of IPv6 do.
fn has_no_options_of_ipv4(family: Family, kind: SocketType, level: Level) -> bool {
    (family, kind, level) == (Family::INET6, SocketType::RAW, Level::IP)
}

impl Calls for RawCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        match engine.raw(id)?.is_ping {
            true => raw_bind::bind_ping(engine, id, address),
            false => raw_bind::bind_raw(engine, id, address),
        }
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let Socket { family, node, .. } = *engine.socket(id)?;
        if address.len() < 2 {
            return Err(Errno::EINVAL);
        }
        if family_of(address) == Family::UNSPEC {
            return disconnect(engine, id);
        }
        let RawSocket { is_ping, v6_only, .. } = *engine.raw(id)?;
        if is_ping {
            identified(engine, id)?;
        }
        // Looked at before its length is (ip6_datagram_connect_v6_only).
        if family == Family::INET6 && family_of(address) != Family::INET6 {
            return Err(Errno::EAFNOSUPPORT);
        }
        let mut remote = sockaddr::destination(family, v6_only, address)?;
        if let IpAddr::V6(ip) = remote.ip()
            && sockaddr::needs_scope(ip)
        {
            remote = sockaddr::scoped(remote, address);
            let for_groups = engine.raw(id)?.multicast.interface(remote.ip());
            local_scope::bind_by_scope(engine, id, remote, for_groups)?;
        }
        engine.raw_mut(id)?.0.has_route &= remote.is_ipv6();
        let source = raw_send::source(engine, id)?;
        remote.set_ip(sockaddr::specified(remote.ip(), source.unwrap_or(sockaddr::any(family))));
        let said = Said::default().of_socket(&engine.socket(id)?.common, MessageFlags::empty());
        let (route, own) = raw_send::route(engine, id, remote.ip(), &said)?;
        let is_bound_by_v6 = engine.raw(id)?.is_bound_by_v6;
        if remote.is_ipv4() && is_bound_by_v6 && !engine.node(node).is_loopback(route.interface) {
            return Err(Errno::EINVAL);
        }
        if engine.node(node).is_broadcast_by(remote.ip(), route.interface)
            && !engine.socket(id)?.common.broadcast
        {
            return Err(Errno::EACCES);
        }
        let (socket, common) = engine.raw_mut(id)?;
        (socket.remote, socket.has_route) = (Some(remote), true);
        socket.fields.flow_info = sockaddr::flow_info(address, common);
        socket.source.get_or_insert(own);
        socket.local = socket.local.or(Some(own).filter(|own| !own.is_unspecified()));
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
        let own = SocketAddr::new(ip, socket.port.unwrap_or(0));
        let interface = engine.socket(id)?.common.bound_interface;
        Ok(sockaddr::encode(family, sockaddr::on_interface(own, interface)))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        // One who is connected to port 0 is not connected (inet_getname).
        let remote = engine.raw(id)?.remote.filter(|remote| remote.port() != 0).ok_or(Errno::ENOTCONN)?;
        let Socket { family, ref common, .. } = *engine.socket(id)?;
        let remote = sockaddr::on_interface(remote, common.bound_interface);
        Ok(sockaddr::encode(family, sockaddr::of_flow(remote, &engine.raw(id)?.fields, common)))
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        raw_send::send(engine, id, message)
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let family = engine.socket(id)?.family;
        let now = engine.realtime();
        let (socket, common) = engine.raw_mut(id)?;
        if message.flags.contains(MessageFlags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            return socket.errors.recv((family, socket.wanted), common, message, (now, Times::Untold));
        }
        if let Some(told) = socket.errors.recv_path_mtu(common, message, now) {
            return Ok(told);
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
        let &Socket { family, kind, .. } = engine.socket(id)?;
        if has_no_options_of_ipv4(family, kind, level) {
            return Err(Errno::ENOPROTOOPT);
        }
        let (socket, _) = engine.raw_mut(id)?;
        if let Some(answer) = socket.options.set(family, socket.is_ping, (level, name), value) {
            return answer;
        }
        datagram_options::set(engine, id, (level, name), value)
    }

    fn option_changed(&self, engine: &mut Engine, id: SocketId, name: i32) {
        let loses_route = bind_to_device::sets_bound_device(name) || name == SO_DONTROUTE;
        if let (true, Ok((socket, _))) = (loses_route, engine.raw_mut(id)) {
            socket.has_route = false;
        }
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let &Socket { family, kind, .. } = engine.socket(id)?;
        let socket = engine.raw(id)?;
        if has_no_options_of_ipv4(family, kind, level) {
            return Err(Errno::ENOPROTOOPT);
        }
        if let Some(answer) = socket.options.get(family, socket.is_ping, (level, name)) {
            return answer;
        }
        if ip_options::is_mtu(family, (level, name)) {
            let remote = socket.remote.filter(|_| socket.has_route).ok_or(Errno::ENOTCONN)?;
            // Of IPv6 the route stays, whatever interface the socket has come to be bound to.
            let route = raw_send::route(engine, id, remote.ip(), &Said::default());
            let (route, _) = route.or_else(|_| engine.route(engine.socket(id)?.node, remote.ip()))?;
            return Ok(ip_options::told_mtu(name, route.mtu()));
        }
        datagram_options::get(engine, id, (level, name))
    }

    fn take_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        question: &[u8],
    ) -> Result<Vec<u8>, Errno> {
        multicast::take_option(self, engine, id, (level, name), question)
    }

    fn io_control(&self, engine: &Engine, id: SocketId, request: IoRequest) -> Result<i32, Errno> {
        let socket = engine.raw(id)?;
        if socket.is_ping {
            return Err(Errno::ENOTTY);
        }
        socket.queue.io_control(request, socket.pending.as_ref().map(|pending| pending.len()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_found_unless_all_are_taken() {
        let mut taken: BTreeSet<u16> = (1..=u16::MAX).collect();
        assert_eq!(free_identifier(7, &taken), None);
        for free in [6, 7, 8, 1, u16::MAX] {
            taken.remove(&free);
            assert_eq!(free_identifier(7, &taken), Some(free));
            taken.insert(free);
        }
    }
}
