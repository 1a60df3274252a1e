//! UDP sockets (RFC 768; net/ipv4/udp.c).

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr, SocketAddrV6};

use anysock::option::ip::IP_MTU;
use anysock::option::ipv6::IPV6_MTU;
use anysock::{
    AnyAddr, Errno, Family, IpProtocol, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown,
    SockAddr, SocketType,
};
use etherparse::{UdpHeader, UdpSlice};

use super::error_queue::{ErrorQueue, Times};
use super::icmp_error::Unreachable;
use super::multicast::{self, Multicast};
use super::packet::{Arrived, HeaderFields, PathMtuDiscovery};
use super::packet_info::{Known, Said, Wanted};
use super::sockaddr::covers;
use super::udp_send::{self, Pending};
use super::{icmp, ip_options, sockaddr};
use crate::engine::datagram_queue::DatagramQueue;
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Common, Incoming, Outgoing, Socket, SocketState};
use crate::engine::{Engine, SocketId};

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
    pub(super) fields: HeaderFields,
    /// What was sent with MSG_MORE and waits for the rest of its datagram.
    pub(super) pending: Option<Box<Pending>>,
    pub(super) errors: ErrorQueue,
    pub(super) multicast: Multicast,
    wanted: Wanted,
    queue: DatagramQueue<(SocketAddr, Known)>,
    shut_read: bool,
    pub(super) shut_write: bool,
}

#[derive(Debug)]
struct UdpCalls;

impl UdpSocket {
    /// How well the socket suits a datagram from there: the kernel's `compute_score`, or `None` where it is
    /// connected to somebody else. Port 0 stands for any.
    fn takes_from(&self, from: SocketAddr) -> Option<u8> {
        match self.remote {
            None => Some(0),
            Some(remote) if remote.ip() != from.ip() => None,
            Some(remote) if remote.port() == 0 => Some(4),
            Some(remote) => (remote.port() == from.port()).then_some(8),
        }
    }

    /// Whether the socket gets a copy of a datagram that is for many: `__udp_is_mcast_sock`, `__udp_v6_is_mcast_sock`.
    fn takes_of_many(&self, from: SocketAddr, to: IpAddr, interface: u32) -> bool {
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
    engine.insert_socket(node, what, &UdpCalls, SocketState::Udp(socket))
}

/// Gives the socket an address of its own.
fn bind(engine: &mut Engine, id: SocketId, local: SocketAddr) -> Result<(), Errno> {
    let v6_only = engine.udp(id)?.v6_only;
    let port = engine.choose_port(id, IpProtocol::UDP, local, v6_only)?;
    let node = engine.socket(id)?.node;
    engine.node_mut(node).inet.hold(IpProtocol::UDP, port, id);
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
    bind(engine, id, SocketAddr::new(ip, 0))?;
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

/// A datagram has come to a node.
pub(super) fn datagram_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) {
    let Arrived { contents, interface, .. } = *arrived;
    let Ok(slice) = UdpSlice::from_slice(contents.payload) else {
        engine.node_mut(node).inet.statistics.udp_in_errors += 1;
        return;
    };
    let header = slice.to_header();
    let expected = checksum(&header, contents.source, contents.destination, slice.payload());
    // Without a checksum, zero is sent (IPv4 only).
    if (header.checksum != 0 || contents.source.is_ipv6()) && expected != Ok(header.checksum) {
        engine.node_mut(node).inet.statistics.udp_in_errors += 1;
        return;
    }
    let from = SocketAddr::new(contents.source, header.source_port);
    let from = sockaddr::on_interface(from, interface);
    let to = SocketAddr::new(contents.destination, header.destination_port);
    let takes = |socket: &Socket| match &socket.state {
        SocketState::Udp(udp) => udp.takes_from(from),
        _ => None,
    };
    if to.ip().is_multicast() || engine.node(node).is_broadcast(to.ip()) {
        for id in engine.node(node).inet.udp_holders(to.port()) {
            let uses = engine.socket(id).is_ok_and(|socket| socket.common.uses(interface));
            if uses && engine.udp(id).is_ok_and(|udp| udp.takes_of_many(from, to.ip(), interface)) {
                queue(engine, id, from, slice.payload(), arrived);
            }
        }
        return;
    }
    match engine.holder(node, IpProtocol::UDP, to, interface, takes) {
        Some(id) => queue(engine, id, from, slice.payload(), arrived),
        None => {
            engine.node_mut(node).inet.statistics.udp_no_ports += 1;
            icmp::error(engine, node, interface, arrived.packet, icmp::Problem::PortUnreachable);
        }
    }
}

/// Puts a datagram into a socket's queue; what does not fit is lost.
fn queue(engine: &mut Engine, id: SocketId, from: SocketAddr, bytes: &[u8], arrived: &Arrived<'_>) {
    let (Ok(node), Ok(wanted)) =
        (engine.socket(id).map(|socket| socket.node), engine.udp(id).map(|udp| udp.wanted))
    else {
        return;
    };
    let known = wanted.known(engine, node, arrived);
    let at = engine.realtime();
    // A filter sees the header, too.
    let whole = arrived.contents.payload.get(..UdpHeader::LEN + bytes.len()).unwrap_or_default();
    let most = engine.filtered(id, UdpHeader::LEN, || arrived.filtered(engine.node(node), whole));
    let Some(most) = most else {
        engine.node_mut(node).inet.statistics.udp_in_errors += 1;
        return;
    };
    let bytes = bytes.get(..most - UdpHeader::LEN).unwrap_or(bytes);
    let Ok((socket, common)) = engine.udp_mut(id) else { return };
    if socket.queue.size() + socket.errors.queued() > common.recv_buffer as usize {
        engine.node_mut(node).inet.statistics.udp_in_errors += 1;
        return;
    }
    socket.queue.push((from, known), bytes.to_vec(), at);
    engine.notify(id);
}

/// What a socket sent did not arrive. Only a connected one hears of it, and only of what is final, unless it keeps
/// errors (`__udp4_lib_err`, `__udp6_lib_err`).
pub(super) fn unreachable(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) {
    let sender = |socket: &Socket| match &socket.state {
        SocketState::Udp(udp) => udp.takes_from(what.destination),
        _ => None,
    };
    let Some(id) = engine.holder(node, IpProtocol::UDP, what.source, what.interface, sender) else { return };
    let Ok(&UdpSocket { fields, remote, .. }) = engine.udp(id) else { return };
    let discovery = fields.discovery_to(what.destination.ip());
    let mut is_hard = what.is_hard;
    if what.error == Errno::EMSGSIZE {
        let is_ipv6 = what.destination.is_ipv6();
        if discovery.learns() {
            engine.learn_path_mtu(node, what.destination.ip(), what.info);
        } else if is_ipv6 {
            return;
        }
        is_hard = discovery != PathMtuDiscovery::DONT;
        // IPv6 keeps it as an error all the same.
        if !is_hard && !is_ipv6 {
            return;
        }
    }
    let Ok((socket, common)) = engine.udp_mut(id) else { return };
    let keeps = socket.errors.keeps(what.destination);
    if keeps {
        // Behind the header.
        let room = socket.room_for_errors(common);
        socket.errors.icmp(what, what.quoted.get(UdpHeader::LEN..).unwrap_or_default(), room);
    }
    if keeps || (is_hard && remote.is_some()) {
        engine.set_error(id, what.error);
    }
}

/// The local address that a bind asks for: `inet_bind` and `inet6_bind`, which look at the same things in another
/// order. `bound` says that the socket has an address already.
///
/// # Errors
/// `EINVAL` and `EAFNOSUPPORT` as for every address, `EADDRNOTAVAIL` where it is not the node's.
pub(super) fn local_address(
    engine: &Engine,
    id: SocketId,
    address: &[u8],
    bound: bool,
    v6_only: bool,
) -> Result<SocketAddr, Errno> {
    let socket = engine.socket(id)?;
    let node = engine.node(socket.node);
    let is_available = |ip: IpAddr| {
        socket.common.free_bind
            || ip.is_unspecified()
            || ip.is_multicast()
            || node.is_local(ip)
            || node.is_broadcast(ip)
    };
    if socket.family == Family::INET {
        let local = sockaddr::decode_to_bind(address)?;
        return match is_available(local.ip()) {
            false => Err(Errno::EADDRNOTAVAIL),
            true if bound => Err(Errno::EINVAL),
            true => Ok(local),
        };
    }
    let local = sockaddr::decode(socket.family, address)?;
    if local.ip().is_ipv6() && local.ip().is_multicast() && socket.kind == SocketType::STREAM || bound {
        return Err(Errno::EINVAL);
    }
    match local.ip() {
        IpAddr::V4(_) if v6_only => return Err(Errno::EINVAL),
        IpAddr::V6(ip) if sockaddr::needs_scope(ip) => match SocketAddrV6::decode(address) {
            Ok(scoped) if address.len() >= sockaddr::WHOLE_V6 && scoped.scope_id() != 0 => {}
            _ => return Err(Errno::EINVAL),
        },
        _ => {}
    }
    if is_available(local.ip()) { Ok(local) } else { Err(Errno::EADDRNOTAVAIL) }
}

impl Calls for UdpCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let UdpSocket { local: bound, v6_only, .. } = *engine.udp(id)?;
        let local = local_address(engine, id, address, bound.is_some(), v6_only)?;
        bind(engine, id, local)?;
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
        let source = udp_send::socket_source(engine, id, local.ip())?;
        remote.set_ip(sockaddr::specified(remote.ip(), source));
        let (_, own) = udp_send::route(engine, id, source, remote, &Said::default())?;
        if engine.node(node).is_broadcast(remote.ip()) && !engine.socket(id)?.common.broadcast {
            return Err(Errno::EACCES);
        }
        if local.ip().is_unspecified() {
            local.set_ip(own);
        }
        let (socket, _) = engine.udp_mut(id)?;
        (socket.local, socket.remote) = (Some(local), Some(remote));
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
        let family = engine.socket(id)?.family;
        let socket = engine.udp(id)?;
        let local = socket.local.or(socket.asked_for);
        Ok(local.map_or(sockaddr::unspecified(family), |local| sockaddr::encode(family, local)))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        // One who is connected to port 0 is not connected (inet_getname).
        let remote = engine.udp(id)?.remote.filter(|remote| remote.port() != 0).ok_or(Errno::ENOTCONN)?;
        Ok(sockaddr::encode(engine.socket(id)?.family, remote))
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        udp_send::send(engine, id, message)
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let family = engine.socket(id)?.family;
        let (socket, common) = engine.udp_mut(id)?;
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            return socket.errors.recv(family, &mut common.error, message, Times::Untold);
        }
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        // Also where receiving is shut down, nothing means EAGAIN: only a receive that waits takes that for an end.
        let tells_whole = message.flags.contains(MessageFlags::TRUNC);
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
        if level == Level::UDP {
            // The value is looked at before the name (udp_lib_setsockopt).
            return Err(if value.len() < size_of::<i32>() { Errno::EINVAL } else { Errno::ENOPROTOOPT });
        }
        let family = engine.socket(id)?.family;
        let bound = engine.udp(id)?.local.is_some();
        if let Some(answer) = multicast::set(engine, id, (level, name), value) {
            return answer;
        }
        let (socket, common) = engine.udp_mut(id)?;
        if let Some(answer) = socket.wanted.set(family, (level, name), value) {
            return answer;
        }
        if let Some(answer) = socket.errors.set(family, (level, name), value) {
            return answer;
        }
        let (fields, v6_only) = (&mut socket.fields, &mut socket.v6_only);
        ip_options::set((family, SocketType::DGRAM), (level, name), value, fields, v6_only, bound, common)
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let socket = engine.udp(id)?;
        if let Some(answer) = socket.errors.get(engine.socket(id)?.family, (level, name)) {
            return Ok(answer);
        }
        if let Some(answer) = socket.wanted.get(engine.socket(id)?.family, (level, name)) {
            return Ok(answer);
        }
        if let Some(answer) = multicast::get(engine.socket(id)?.family, (level, name), &socket.multicast) {
            return Ok(answer);
        }
        let is_ipv6 = engine.socket(id)?.family == Family::INET6;
        if (level, name) == (Level::IP, IP_MTU) || is_ipv6 && (level, name) == (Level::IPV6, IPV6_MTU) {
            let (Some(local), Some(remote)) = (socket.local, socket.remote) else {
                return Err(Errno::ENOTCONN);
            };
            let source = udp_send::socket_source(engine, id, local.ip())?;
            let (route, _) = udp_send::route(engine, id, source, remote, &Said::default())?;
            return Ok((route.mtu() as i32).to_ne_bytes().to_vec());
        }
        if level == Level::UDP {
            return Err(Errno::ENOPROTOOPT);
        }
        let entry = engine.socket(id)?;
        ip_options::get(entry.family, (level, name), &socket.fields, socket.v6_only, &entry.common)
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
        let (Ok(entry), Ok(socket)) = (engine.socket(id), engine.udp(id)) else { return PollEvents::NVAL };
        let has_error = entry.common.error.is_some() || !socket.errors.is_empty();
        socket.queue.poll(has_error, [socket.shut_read, socket.shut_write])
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        multicast::leave_all(engine, id);
        let Some(socket) = engine.remove_socket(id) else { return };
        if let SocketState::Udp(UdpSocket { local: Some(local), .. }) = socket.state {
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
