//! UDP sockets (RFC 768; net/ipv4/udp.c).

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr, SocketAddrV6};

use anysock::message::{ControlWriter, Timestamp};
use anysock::option::ip::IP_MTU;
use anysock::option::ipv6::IPV6_MTU;
use anysock::option::socket::SO_TIMESTAMPNS_NEW;
use anysock::{
    AnyAddr, Errno, Family, IpProtocol, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown,
    SockAddr, SocketType,
};
use etherparse::{IpNumber, UdpHeader, UdpSlice};

use super::packet::{Contents, HeaderFields, PathMtuDiscovery, Unreachable};
use super::{icmp, ip_options, sockaddr};
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Common, Incoming, Outgoing, Socket, SocketState, copy_address};
use crate::engine::{Engine, SocketId};

/// The most bytes of a datagram over IPv4.
const PAYLOAD_MAX: usize = 65_507;
/// What a queued datagram takes beside its bytes: about what an sk_buff does.
const OVERHEAD: usize = 768;

/// A datagram that waits to be received.
#[derive(Debug)]
struct Datagram {
    from: SocketAddr,
    bytes: Vec<u8>,
    at: Timestamp,
}

/// A UDP socket.
#[derive(Debug, Default)]
pub(crate) struct UdpSocket {
    pub(super) local: Option<SocketAddr>,
    pub(super) v6_only: bool,
    /// What the program bound the socket to, which a disconnect leaves as it is: the kernel's
    /// SOCK_BINDADDR_LOCK and SOCK_BINDPORT_LOCK.
    asked_for: Option<SocketAddr>,
    remote: Option<SocketAddr>,
    fields: HeaderFields,
    queue: VecDeque<Datagram>,
    queued: usize,
    shut_read: bool,
    shut_write: bool,
}

#[derive(Debug)]
struct UdpCalls;

/// A new UDP socket.
pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> SocketId {
    engine.insert_socket(node, what, &UdpCalls, SocketState::Udp(UdpSocket::default()))
}

fn udp(engine: &Engine, id: SocketId) -> Result<&UdpSocket, Errno> {
    match &engine.socket(id)?.state {
        SocketState::Udp(socket) => Ok(socket),
        _ => Err(Errno::ENOTSOCK),
    }
}

fn udp_mut(engine: &mut Engine, id: SocketId) -> Result<(&mut UdpSocket, &mut Common), Errno> {
    let socket = engine.socket_mut(id)?;
    match &mut socket.state {
        SocketState::Udp(udp) => Ok((udp, &mut socket.common)),
        _ => Err(Errno::ENOTSOCK),
    }
}

/// Gives the socket an address of its own.
fn bind(engine: &mut Engine, id: SocketId, local: SocketAddr) -> Result<(), Errno> {
    let v6_only = udp(engine, id)?.v6_only;
    let port = engine.choose_port(id, IpProtocol::UDP, local, v6_only)?;
    let node = engine.socket(id)?.node;
    engine.node_mut(node).inet.hold(IpProtocol::UDP, port, id);
    udp_mut(engine, id)?.0.local = Some(SocketAddr::new(local.ip(), port));
    Ok(())
}

/// The socket's address; one is chosen where it has none.
fn autobind(engine: &mut Engine, id: SocketId) -> Result<SocketAddr, Errno> {
    if let Some(local) = udp(engine, id)?.local {
        return Ok(local);
    }
    let family = engine.socket(id)?.family;
    bind(engine, id, SocketAddr::new(sockaddr::any(family), 0))?;
    udp(engine, id)?.local.ok_or(Errno::EINVAL)
}

/// Takes away the peer, and of the socket's address what the program did not ask for (`__udp_disconnect`).
fn disconnect(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    let (socket, _) = udp_mut(engine, id)?;
    socket.remote = None;
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
fn checksum(header: &UdpHeader, source: IpAddr, destination: IpAddr, bytes: &[u8]) -> Result<u16, Errno> {
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
pub(super) fn datagram_arrives(engine: &mut Engine, node: NodeId, contents: &Contents<'_>, packet: &[u8]) {
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
    let to = SocketAddr::new(contents.destination, header.destination_port);
    let takes = |socket: &Socket| match &socket.state {
        SocketState::Udp(udp) => udp.remote.is_none_or(|remote| remote == from),
        _ => false,
    };
    if engine.node(node).is_broadcast(to.ip()) {
        let holders = engine.node(node).inet.udp_holders(to.port());
        for id in holders {
            let bound = udp(engine, id).ok().and_then(|udp| udp.local);
            let to_all = bound.is_some_and(|local| local.ip().is_unspecified() || local.ip() == to.ip());
            if to_all && engine.socket(id).is_ok_and(takes) {
                queue(engine, id, from, slice.payload());
            }
        }
        return;
    }
    match engine.holder(node, IpProtocol::UDP, to, takes) {
        Some(id) => queue(engine, id, from, slice.payload()),
        None => {
            engine.node_mut(node).inet.statistics.udp_no_ports += 1;
            icmp::error(engine, node, packet, icmp::Problem::PortUnreachable);
        }
    }
}

/// Puts a datagram into a socket's queue; what does not fit is lost.
fn queue(engine: &mut Engine, id: SocketId, from: SocketAddr, bytes: &[u8]) {
    let at = engine.realtime();
    let Ok((socket, common)) = udp_mut(engine, id) else { return };
    let size = bytes.len() + OVERHEAD;
    if socket.queued + size > common.recv_buffer as usize && socket.queued > 0 {
        let node = engine.socket(id).map(|socket| socket.node);
        if let Ok(node) = node {
            engine.node_mut(node).inet.statistics.udp_in_errors += 1;
        }
        return;
    }
    socket.queued += size;
    socket.queue.push_back(Datagram { from, bytes: bytes.to_vec(), at });
    engine.notify(id);
}

/// What a socket sent did not arrive. Only a connected one hears of it, and only of what is final
/// (`__udp4_lib_err`).
pub(super) fn unreachable(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) {
    let connected = |socket: &Socket| matches!(&socket.state, SocketState::Udp(udp) if udp.remote == Some(what.destination));
    let Some(id) = engine.holder(node, IpProtocol::UDP, what.source, connected) else { return };
    let discovers = udp(engine, id).is_ok_and(|udp| udp.fields.discovery != PathMtuDiscovery::DONT);
    if what.is_hard || what.error == Errno::EMSGSIZE && discovers {
        engine.set_error(id, what.error);
    }
}

/// Sends `bytes` from a socket.
fn transmit(
    engine: &mut Engine,
    id: SocketId,
    local: SocketAddr,
    to: SocketAddr,
    bytes: &[u8],
) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    let (_, own) = engine.route(node, to.ip())?;
    let source = if local.ip().is_unspecified() { own } else { local.ip() };
    let mut header = UdpHeader {
        source_port: local.port(),
        destination_port: to.port(),
        length: (UdpHeader::LEN + bytes.len()) as u16,
        checksum: 0,
    };
    header.checksum = checksum(&header, source, to.ip(), bytes)?;
    let payload = [&header.to_bytes()[..], bytes].concat();
    let contents = Contents { source, destination: to.ip(), protocol: IpNumber::UDP, payload: &payload };
    let fields = udp(engine, id)?.fields;
    engine.send_packet(node, &contents, fields)
}

/// The local address that a bind asks for.
///
/// # Errors
/// `EINVAL` and `EAFNOSUPPORT` as for every address, `EADDRNOTAVAIL` where it is not the node's.
pub(super) fn local_address(engine: &Engine, id: SocketId, address: &[u8]) -> Result<SocketAddr, Errno> {
    let socket = engine.socket(id)?;
    let local = sockaddr::decode(socket.family, address)?;
    if let Ok(address) = SocketAddrV6::decode(address)
        && address.ip().is_unicast_link_local()
        && address.scope_id() == 0
    {
        return Err(Errno::EINVAL);
    }
    let node = engine.node(socket.node);
    let ip = local.ip();
    if ip.is_unspecified() || ip.is_multicast() || node.is_local(ip) || node.is_broadcast(ip) {
        // Unmapping made :: of an IPv6 socket what it is; ::ffff:0.0.0.0 means IPv4 only.
        Ok(local)
    } else {
        Err(Errno::EADDRNOTAVAIL)
    }
}

impl Calls for UdpCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let local = local_address(engine, id, address)?;
        if udp(engine, id)?.local.is_some() {
            return Err(Errno::EINVAL);
        }
        bind(engine, id, local)?;
        udp_mut(engine, id)?.0.asked_for = Some(local);
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
        // Before the address is looked at (inet_dgram_connect).
        let mut local = autobind(engine, id)?;
        let mut remote = sockaddr::destination(family, udp(engine, id)?.v6_only, address)?;
        if remote.ip().is_unspecified() {
            remote.set_ip(sockaddr::loopback(remote.ip()));
        }
        let (_, own) = engine.route(node, remote.ip())?;
        if engine.node(node).is_broadcast(remote.ip()) && !engine.socket(id)?.common.broadcast {
            return Err(Errno::EACCES);
        }
        if local.ip().is_unspecified() {
            local.set_ip(own);
        }
        let (socket, _) = udp_mut(engine, id)?;
        (socket.local, socket.remote) = (Some(local), Some(remote));
        Ok(())
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        let (socket, _) = udp_mut(engine, id)?;
        socket.shut_read |= how != Shutdown::WRITE;
        socket.shut_write |= how != Shutdown::READ;
        // An unconnected socket says no, and does it all the same (inet_shutdown).
        let answer = if socket.remote.is_some() { Ok(()) } else { Err(Errno::ENOTCONN) };
        engine.notify(id);
        answer
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let family = engine.socket(id)?.family;
        let socket = udp(engine, id)?;
        let local = socket.local.or(socket.asked_for);
        Ok(local.map_or(sockaddr::unspecified(family), |local| sockaddr::encode(family, local)))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let remote = udp(engine, id)?.remote.ok_or(Errno::ENOTCONN)?;
        Ok(sockaddr::encode(engine.socket(id)?.family, remote))
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        if message.bytes.len() > PAYLOAD_MAX {
            return Err(Errno::EMSGSIZE);
        }
        if message.flags.contains(MessageFlags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        let (family, node) = (engine.socket(id)?.family, engine.socket(id)?.node);
        // Before the message is looked at (inet_send_prepare).
        let local = autobind(engine, id)?;
        let mut to = match message.address.filter(|address| !address.is_empty()) {
            Some(address) => sockaddr::destination(family, udp(engine, id)?.v6_only, address)?,
            None => udp(engine, id)?.remote.ok_or(Errno::EDESTADDRREQ)?,
        };
        if to.port() == 0 {
            return Err(Errno::EINVAL);
        }
        if to.ip().is_unspecified() {
            to.set_ip(sockaddr::loopback(to.ip()));
        }
        let (socket, common) = udp_mut(engine, id)?;
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        if socket.shut_write {
            return Err(Errno::EPIPE);
        }
        let may_broadcast = common.broadcast;
        if engine.node(node).is_broadcast(to.ip()) && !may_broadcast {
            return Err(Errno::EACCES);
        }
        transmit(engine, id, local, to, message.bytes)?;
        Ok(message.bytes.len())
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let family = engine.socket(id)?.family;
        let (socket, common) = udp_mut(engine, id)?;
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            return Err(Errno::EAGAIN);
        }
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        let peek = message.flags.contains(MessageFlags::PEEK);
        let Some(datagram) = socket.queue.front() else {
            // Also where receiving is shut down: only a receive that waits takes that for an end.
            return Err(Errno::EAGAIN);
        };
        let whole = datagram.bytes.len();
        let len = whole.min(message.bytes.len());
        message.bytes[..len].copy_from_slice(&datagram.bytes[..len]);
        let from = sockaddr::encode(family, datagram.from);
        let mut control = ControlWriter::new(message.control);
        let mut flags = MessageFlags::empty();
        if common.timestamp_ns
            && !control.deliver(Level::SOCKET, SO_TIMESTAMPNS_NEW, &datagram.at.to_timespec())
        {
            flags |= MessageFlags::CTRUNC;
        }
        let control_len = control.into_bytes().len();
        if len < whole {
            flags |= MessageFlags::TRUNC;
        }
        if !peek && let Some(datagram) = socket.queue.pop_front() {
            socket.queued -= datagram.bytes.len() + OVERHEAD;
        }
        let address_len = copy_address(message.address, from.as_bytes());
        let len = if message.flags.contains(MessageFlags::TRUNC) { whole } else { len };
        Ok(Received { len, address_len, control_len, handles: 0, flags })
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        let family = engine.socket(id)?.family;
        let (socket, _) = udp_mut(engine, id)?;
        let bound = socket.local.is_some();
        ip_options::set(family, (level, name), value, &mut socket.fields, &mut socket.v6_only, bound)
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let socket = udp(engine, id)?;
        if matches!((level, name), (Level::IP, IP_MTU) | (Level::IPV6, IPV6_MTU)) {
            let remote = socket.remote.ok_or(Errno::ENOTCONN)?;
            let (route, _) = engine.route(engine.socket(id)?.node, remote.ip())?;
            return Ok((route.mtu() as i32).to_ne_bytes().to_vec());
        }
        ip_options::get(engine.socket(id)?.family, (level, name), &socket.fields, socket.v6_only)
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let (Ok(entry), Ok(socket)) = (engine.socket(id), udp(engine, id)) else { return PollEvents::NVAL };
        let mut events = PollEvents::OUT | PollEvents::WRNORM | PollEvents::WRBAND;
        if entry.common.error.is_some() {
            events |= PollEvents::ERR;
        }
        if !socket.queue.is_empty() || socket.shut_read {
            events |= PollEvents::IN | PollEvents::RDNORM;
        }
        if socket.shut_read {
            events |= PollEvents::RDHUP;
        }
        if socket.shut_read && socket.shut_write {
            events |= PollEvents::HUP;
        }
        events
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        let Some(socket) = engine.remove_socket(id) else { return };
        if let SocketState::Udp(UdpSocket { local: Some(local), .. }) = socket.state {
            engine.node_mut(socket.node).inet.release(IpProtocol::UDP, local.port(), id);
        }
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        match udp(engine, id) {
            Ok(UdpSocket { local: Some(local), remote: Some(remote), .. }) => {
                format!("the UDP socket {local} connected to {remote}")
            }
            Ok(UdpSocket { local: Some(local), .. }) => format!("the UDP socket {local}"),
            _ => "an unbound UDP socket".into(),
        }
    }
}
