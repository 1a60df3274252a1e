//! UDP sockets (RFC 768; net/ipv4/udp.c).

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::io_control::IoRequest;
use anysock::option::socket::{SO_DONTROUTE, SO_SNDBUF, SO_SNDBUFFORCE};
use anysock::option::udp::{UDP_CORK, UDP_GRO};
use anysock::{
    AnyAddr, Errno, Family, IpProtocol, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown,
    SocketType,
};
use etherparse::UdpHeader;

use super::error_queue::ErrorQueue;
use super::multicast::{self, Multicast};
use super::packet::HeaderFields;
use super::packet_info::{Known, Said, Wanted};
use super::sockaddr::covers;
use super::statistics::Udp;
use super::udp_options::UdpOptions;
use super::udp_send::{self, Pending};
use super::{datagram_options, ip_options, local_scope, sockaddr};
use crate::engine::datagram_queue::DatagramQueue;
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Common, Incoming, Outgoing, Socket, SocketState, WRITABLE};
use crate::engine::{Engine, SocketId, bind_to_device};

/// A UDP socket.
#[derive(Debug, Default)]
pub(crate) struct UdpSocket {
    pub(super) local: Option<SocketAddr>,
    pub(super) v6_only: bool,
    /// What the program bound the socket to, which a disconnect leaves as it is: the kernel's
    /// SOCK_BINDADDR_LOCK and SOCK_BINDPORT_LOCK.
    asked_for: Option<SocketAddr>,
    pub(super) remote: Option<SocketAddr>,
    /// The address that connecting has chosen to send from, where the one that it is bound to is many's, or not of that
    /// family.
    pub(super) source: Option<IpAddr>,
    /// The socket remembers the route to its peer (`sk_dst_cache`): connecting has found it, or a send since.
    pub(super) has_route: bool,
    pub(super) fields: HeaderFields,
    /// What was sent with MSG_MORE and waits for the rest of its datagram.
    pub(super) pending: Option<Box<Pending>>,
    pub(super) errors: ErrorQueue,
    /// The numbers of the next datagram whose times are told, and of the next call without a copy.
    pub(in crate::engine) next_datagram: u32,
    pub(super) next_uncopied: u32,
    pub(super) multicast: Multicast,
    pub(super) wanted: Wanted,
    pub(super) options: UdpOptions,
    /// Each with its sender, and the size of the segments that came together in it, or 0.
    pub(super) queue: DatagramQueue<((SocketAddr, Known), u16)>,
    shut_read: bool,
    pub(super) shut_write: bool,
}

#[derive(Debug)]
struct UdpCalls;

impl UdpSocket {
    /// How well the socket suits a datagram from there: the kernel's `compute_score`, or `None` where it is
    /// connected to somebody else. Port 0 stands for any.
    pub(super) fn takes_from(&self, from: SocketAddr) -> Option<u8> {
        match self.remote {
            None => Some(0),
            Some(remote) if remote.ip() != from.ip() => None,
            Some(remote) if remote.port() == 0 => Some(4),
            Some(remote) => (remote.port() == from.port()).then_some(8),
        }
    }

    /// Whether the socket gets a copy of a datagram that is for many: `__udp_is_mcast_sock`, `__udp_v6_is_mcast_sock`.
    pub(super) fn takes_of_many(&self, from: SocketAddr, to: IpAddr, interface: u32) -> bool {
        self.local.is_some_and(|local| covers(local.ip(), self.v6_only, to))
            && self.takes_from(from).is_some()
            && (!to.is_multicast() || self.multicast.hears(to, from.ip(), interface))
    }

    /// What the datagrams that wait leave of the receive buffer for errors.
    pub(super) fn room_for_errors(&self, common: &Common) -> usize {
        (common.recv_buffer as usize).saturating_sub(self.queue.size())
    }
}

/// A new UDP socket.
pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> SocketId {
    let socket = UdpSocket { multicast: Multicast::of_family(what.0), ..UdpSocket::default() };
    engine.insert_socket(node, what, &UdpCalls, SocketState::Udp(Box::new(socket)))
}

/// Gives the socket an address of its own.
fn bind(engine: &mut Engine, id: SocketId, local: SocketAddr) -> Result<(), Errno> {
    let v6_only = engine.udp(id)?.v6_only;
    let port = engine.choose_port(id, IpProtocol::UDP, local, v6_only)?;
    let Socket { node, family, ref common, .. } = *engine.socket(id)?;
    let sharing = (family, common.reuse_port);
    engine.node_mut(node).inet.hold_udp(port, id, sharing);
    engine.udp_mut(id)?.0.local = Some(SocketAddr::new(local.ip(), port));
    Ok(())
}

/// The socket's address; one is chosen where it has none.
pub(super) fn autobind(engine: &mut Engine, id: SocketId) -> Result<SocketAddr, Errno> {
    if let Some(local) = engine.udp(id)?.local {
        return Ok(local);
    }
    let family = engine.socket(id)?.family;
    let ip = engine.udp(id)?.asked_for.map_or(sockaddr::any(family), |asked_for| asked_for.ip());
    // Every port is taken (inet_autobind).
    bind(engine, id, SocketAddr::new(ip, 0)).map_err(|_| Errno::EAGAIN)?;
    engine.udp(id)?.local.ok_or(Errno::EINVAL)
}

/// Takes away the peer, and of the socket's address what the program did not ask for (`__udp_disconnect`).
fn disconnect(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    let (socket, _) = engine.udp_mut(id)?;
    socket.remote = None;
    if socket.asked_for.is_none_or(|asked_for| asked_for.ip().is_unspecified()) {
        socket.source = None;
    }
    let Some(local) = socket.local else { return Ok(()) };
    socket.local = socket.asked_for.filter(|asked_for| asked_for.port() != 0);
    if socket.local.is_none() {
        let node = engine.socket(id)?.node;
        engine.node_mut(node).inet.release(IpProtocol::UDP, local.port(), id);
    }
    Ok(())
}

/// The checksum of a datagram.
///
/// # Errors
/// `ENETUNREACH` where the addresses are of different families, `EMSGSIZE` where it is too long for one.
pub(super) fn checksum(
    header: &UdpHeader,
    source: IpAddr,
    destination: IpAddr,
    bytes: &[u8],
) -> Result<u16, Errno> {
    let checksum = match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            header.calc_checksum_ipv4_raw(source.octets(), destination.octets(), bytes)
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            header.calc_checksum_ipv6_raw(source.octets(), destination.octets(), bytes)
        }
        _ => return Err(Errno::ENETUNREACH),
    };
    checksum.map_err(|_| Errno::EMSGSIZE)
}

/// The local address that a bind asks for: `inet_bind` and `inet6_bind`, which look at the same things in another
/// order. `bound` says that the socket has an address already.
///
/// # Errors
/// `EINVAL` and `EAFNOSUPPORT` as for every address, `EADDRNOTAVAIL` where it is not the node's.
pub(super) fn local_address(
    engine: &mut Engine,
    id: SocketId,
    address: &[u8],
    bound: bool,
    v6_only: bool,
) -> Result<SocketAddr, Errno> {
    let Socket { family, kind, node, .. } = *engine.socket(id)?;
    let free_bind = engine.socket(id)?.common.ip.binds_any_address();
    let is_available = |engine: &Engine, ip: IpAddr| {
        let node = engine.node(node);
        free_bind || ip.is_unspecified() || ip.is_multicast() || node.is_local(ip) || node.is_broadcast(ip)
    };
    if family == Family::INET {
        let local = sockaddr::decode_to_bind(address)?;
        return match is_available(engine, local.ip()) {
            false => Err(Errno::EADDRNOTAVAIL),
            true if bound => Err(Errno::EINVAL),
            true => Ok(local),
        };
    }
    let local = sockaddr::decode(family, address)?;
    if local.ip().is_ipv6() && local.ip().is_multicast() && kind == SocketType::STREAM || bound {
        return Err(Errno::EINVAL);
    }
    match local.ip() {
        IpAddr::V4(_) if v6_only => Err(Errno::EINVAL),
        IpAddr::V4(_) if !local_scope::has_bound_interface(engine, id)? => Err(Errno::ENODEV),
        IpAddr::V4(ip) if !is_available(engine, ip.into()) => Err(Errno::EADDRNOTAVAIL),
        IpAddr::V6(ip) if !ip.is_unspecified() => {
            local_scope::bind_v6(engine, id, ip, address)?;
            Ok(sockaddr::scoped(local, address))
        }
        _ => Ok(local),
    }
}

impl Calls for UdpCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let UdpSocket { local: bound, v6_only, .. } = *engine.udp(id)?;
        let local = local_address(engine, id, address, bound.is_some(), v6_only)?;
        let (_, common) = engine.udp_mut(id)?;
        if local.port() != 0 || !common.ip.binds_address_only {
            bind(engine, id, local)?;
        }
        let (socket, _) = engine.udp_mut(id)?;
        socket.asked_for = Some(local);
        // An address of IPv6 alone makes the socket one of IPv6 alone.
        socket.v6_only |= local.is_ipv6() && !local.ip().is_unspecified();
        Ok(())
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let node = engine.socket(id)?.node;
        if address.len() < 2 {
            return Err(Errno::EINVAL);
        }
        if anysock::addr::family_of(address) == Family::UNSPEC {
            return disconnect(engine, id);
        }
        // Before the address is looked at (inet_dgram_connect).
        let mut local = autobind(engine, id)?;
        let v6_only = engine.udp(id)?.v6_only;
        let mut remote = sockaddr::connect_to(engine.socket(id)?.family, v6_only, address)?;
        if let IpAddr::V6(ip) = remote.ip()
            && sockaddr::needs_scope(ip)
        {
            let for_groups = engine.udp(id)?.multicast.interface(remote.ip());
            local_scope::bind_by_scope(engine, id, remote, for_groups)?;
        }
        let source = udp_send::socket_source(engine, id, local.ip())?;
        remote.set_ip(sockaddr::specified(remote.ip(), source));
        let said = Said::default().of_socket(&engine.socket(id)?.common, MessageFlags::empty());
        let (route, own) = udp_send::route(engine, id, source, remote, &said)?;
        if engine.node(node).is_broadcast_by(remote.ip(), route.interface)
            && !engine.socket(id)?.common.broadcast
        {
            return Err(Errno::EACCES);
        }
        if local.ip().is_unspecified() {
            local.set_ip(own);
        }
        let (socket, common) = engine.udp_mut(id)?;
        (socket.local, socket.remote, socket.has_route) = (Some(local), Some(remote), true);
        socket.fields.flow_info = sockaddr::flow_info(address, common);
        if own != local.ip() {
            socket.source = Some(own);
        }
        Ok(())
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        let (socket, _) = engine.udp_mut(id)?;
        socket.shut_read |= how != Shutdown::WRITE;
        socket.shut_write |= how != Shutdown::READ;
        // An unconnected socket says no, and does it all the same (inet_shutdown).
        let answer = if socket.remote.is_some() { Ok(()) } else { Err(Errno::ENOTCONN) };
        engine.notify(id);
        answer
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let Socket { family, ref common, .. } = *engine.socket(id)?;
        let socket = engine.udp(id)?;
        let local = socket.local.or(socket.asked_for);
        let told = |local| sockaddr::encode(family, sockaddr::on_interface(local, common.bound_interface));
        Ok(local.map_or(sockaddr::unspecified(family), told))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        // One who is connected to port 0 is not connected (inet_getname).
        let remote = engine.udp(id)?.remote.filter(|remote| remote.port() != 0).ok_or(Errno::ENOTCONN)?;
        let Socket { family, ref common, .. } = *engine.socket(id)?;
        let remote = sockaddr::on_interface(remote, common.bound_interface);
        Ok(sockaddr::encode(family, sockaddr::of_flow(remote, &engine.udp(id)?.fields, common)))
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        let sent = udp_send::send(engine, id, message)?;
        // What is sent takes no room any more once it is on its way.
        if engine.udp(id)?.pending.is_none() {
            engine.notify_of(id, WRITABLE);
        }
        Ok(sent)
    }

    fn option_changed(&self, engine: &mut Engine, id: SocketId, name: i32) {
        if matches!(name, SO_SNDBUF | SO_SNDBUFFORCE) {
            engine.notify_of(id, WRITABLE);
        }
        let loses_route = bind_to_device::sets_bound_device(name) || name == SO_DONTROUTE;
        if let (true, Ok((socket, _))) = (loses_route, engine.udp_mut(id)) {
            socket.has_route = false;
        }
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let family = engine.socket(id)?.family;
        let now = engine.realtime();
        let (socket, common) = engine.udp_mut(id)?;
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            let times = common.times();
            return socket.errors.recv((family, socket.wanted), common, message, (now, times));
        }
        if let Some(told) = socket.errors.recv_path_mtu(common, message, now) {
            return Ok(told);
        }
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        // Also where receiving is shut down, nothing means EAGAIN: only a receive that waits takes that for an end.
        let tells_whole = message.flags.contains(MessageFlags::TRUNC);
        let (wanted, joins) = (socket.wanted, socket.options.joins_segments);
        let is_taken = !message.flags.contains(MessageFlags::PEEK);
        let mut from = None;
        let received = socket.queue.recv(common, message, tells_whole, |(about, segment), _, control| {
            from = Some(about.0.ip());
            let size = i32::from(*segment).to_ne_bytes();
            let fits = !joins || *segment == 0 || control.deliver(Level::UDP, UDP_GRO, &size);
            let (sender, others_fit) = wanted.tell(family, about, control);
            (sender, fits && others_fit)
        })?;
        if let Some(from) = from.filter(|_| is_taken) {
            let node = engine.socket(id)?.node;
            engine.node_mut(node).inet.statistics.udp(from, Udp::InDatagrams);
        }
        Ok(received)
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        if level == Level::UDP {
            let (socket, _) = engine.udp_mut(id)?;
            socket.options.set(name, value)?;
            if name == UDP_CORK && !socket.options.is_corked {
                // What becomes of it, nobody hears.
                let _ = udp_send::send_pending(engine, id);
                engine.notify_of(id, WRITABLE);
            }
            return Ok(());
        }
        datagram_options::set(engine, id, (level, name), value)
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let socket = engine.udp(id)?;
        if ip_options::is_mtu(engine.socket(id)?.family, (level, name)) {
            let (Some(local), Some(remote), true) = (socket.local, socket.remote, socket.has_route) else {
                return Err(Errno::ENOTCONN);
            };
            let source = udp_send::socket_source(engine, id, local.ip())?;
            let (route, _) = udp_send::route(engine, id, source, remote, &Said::default())?;
            return Ok(ip_options::told_mtu(name, route.mtu()));
        }
        if level == Level::UDP {
            return socket.options.get(name);
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
        let socket = engine.udp(id)?;
        socket.queue.io_control(request, socket.pending.as_ref().map(|pending| pending.len()))
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let (Ok(entry), Ok(socket)) = (engine.socket(id), engine.udp(id)) else { return PollEvents::NVAL };
        let has_error = entry.common.error.is_some() || !socket.errors.is_empty();
        socket.queue.poll(has_error, [socket.shut_read, socket.shut_write])
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        multicast::leave_all(engine, id);
        let Some(socket) = engine.remove_socket(id) else { return };
        if let SocketState::Udp(udp) = &socket.state
            && let Some(local) = udp.local
        {
            engine.node_mut(socket.node).inet.release(IpProtocol::UDP, local.port(), id);
        }
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        match engine.udp(id) {
            Ok(UdpSocket { local: Some(local), remote: Some(remote), .. }) => {
                format!("the UDP socket {local} connected to {remote}")
            }
            Ok(UdpSocket { local: Some(local), .. }) => format!("the UDP socket {local}"),
            _ => "an unbound UDP socket".into(),
        }
    }
}
