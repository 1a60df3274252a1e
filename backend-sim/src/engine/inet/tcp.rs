//! TCP sockets: the state of one, the segments that come and go, and the connections that begin and end.
//!
//! What the protocol does is core's `tcp::Connection`; here is the kernel around it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{
    self as machine, Arrival, Config, Connection, Flags, Listener, Segment, SequenceNumber, State, refuse,
};
use anysock::{Errno, Family, Instant, IpProtocol, Protocol, SocketType};
use etherparse::IpNumber;

use super::buffer::TcpStorage;
use super::packet::{Contents, HeaderFields, Unreachable};
use super::ports::Pair;
use super::tcp_calls::TcpCalls;
use super::tcp_options::TcpOptions;
use crate::engine::event::Event;
use crate::engine::node::NodeId;
use crate::engine::socket::{Common, Socket, SocketState};
use crate::engine::{Engine, SocketId};

/// What a TCP socket is doing.
#[derive(Debug)]
pub(super) enum Phase {
    /// Neither listening nor connected.
    Idle,
    Listening(Box<Listening>),
    Connected(Box<Connected>),
}

/// A listening socket's queues.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) listener: Listener,
    /// Established connections that wait to be accepted.
    pub(super) queue: VecDeque<SocketId>,
    /// Connections that are not established yet.
    half_open: Vec<SocketId>,
}

impl Listening {
    pub(super) fn new(listener: Listener) -> Self {
        Listening { listener, queue: VecDeque::new(), half_open: Vec::new() }
    }
}

/// A connection and its octets.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) connection: Connection,
    pub(super) storage: TcpStorage,
    /// The listener that it came by, until it is accepted.
    pub(super) listener: Option<SocketId>,
    /// It was established once.
    pub(super) was_established: bool,
}

/// A TCP socket.
#[derive(Debug)]
pub(crate) struct TcpSocket {
    pub(super) local: Option<SocketAddr>,
    /// What the program bound the socket to, which the end of a connection leaves as it is: the kernel's
    /// SOCK_BINDADDR_LOCK and SOCK_BINDPORT_LOCK.
    pub(super) asked_for: Option<SocketAddr>,
    pub(super) remote: Option<SocketAddr>,
    pub(super) v6_only: bool,
    pub(super) fields: HeaderFields,
    pub(super) options: TcpOptions,
    pub(super) phase: Phase,
    /// Linux's SS_CONNECTING: `connect` was called and has not answered yet.
    pub(super) connecting: bool,
    pub(super) shut_read: bool,
    pub(super) shut_write: bool,
    /// The last handle is gone: the connection ends by itself.
    pub(super) orphaned: bool,
    /// It came by a listener, and shares that one's port.
    accepted: bool,
    /// The earliest timer event in the queue.
    timer: Option<Instant>,
}

impl Default for TcpSocket {
    fn default() -> Self {
        TcpSocket {
            local: None,
            asked_for: None,
            remote: None,
            v6_only: false,
            fields: HeaderFields::default(),
            options: TcpOptions::default(),
            phase: Phase::Idle,
            connecting: false,
            shut_read: false,
            shut_write: false,
            orphaned: false,
            accepted: false,
            timer: None,
        }
    }
}

impl TcpSocket {
    pub(crate) fn is_listening(&self) -> bool {
        matches!(self.phase, Phase::Listening(_))
    }

    pub(super) fn connected(&self) -> Option<&Connected> {
        match &self.phase {
            Phase::Connected(connected) => Some(connected),
            _ => None,
        }
    }

    pub(super) fn connected_mut(&mut self) -> Option<&mut Connected> {
        match &mut self.phase {
            Phase::Connected(connected) => Some(connected),
            _ => None,
        }
    }

    pub(super) fn pair(&self) -> Option<Pair> {
        Some(Pair { local: self.local?, remote: self.remote? })
    }
}

pub(super) fn tcp(engine: &Engine, id: SocketId) -> Result<&TcpSocket, Errno> {
    match &engine.socket(id)?.state {
        SocketState::Tcp(socket) => Ok(socket),
        _ => Err(Errno::ENOTSOCK),
    }
}

pub(super) fn tcp_mut(engine: &mut Engine, id: SocketId) -> Result<(&mut TcpSocket, &mut Common), Errno> {
    let socket = engine.socket_mut(id)?;
    match &mut socket.state {
        SocketState::Tcp(tcp) => Ok((tcp, &mut socket.common)),
        _ => Err(Errno::ENOTSOCK),
    }
}

/// The initial sequence number of a connection (RFC 6528).
fn initial_sequence_number(engine: &Engine, node: NodeId, pair: Pair) -> SequenceNumber {
    machine::initial_sequence_number(&engine.node(node).inet.secret, &pair, engine.now())
}

/// Begins a connection from a socket that has both addresses.
pub(super) fn begin(engine: &mut Engine, id: SocketId, pair: Pair) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    let now = engine.now();
    let isn = initial_sequence_number(engine, node, pair);
    let (route, _) = engine.route(node, pair.remote.ip())?;
    let (socket, common) = tcp_mut(engine, id)?;
    let config = socket.options.config(route.mtu(), pair.remote.is_ipv6(), common);
    let connection = Connection::connect(&config, isn, now);
    let storage = socket.options.storage(common);
    socket.phase =
        Phase::Connected(Box::new(Connected { connection, storage, listener: None, was_established: false }));
    socket.connecting = true;
    engine.node_mut(node).inet.connections.insert(pair, id);
    advance(engine, id);
    Ok(())
}

/// A TCP segment has come to a node.
pub(super) fn segment_arrives(engine: &mut Engine, node: NodeId, contents: &Contents<'_>) {
    let Some(pseudo) = pseudo_header(contents.source, contents.destination) else { return };
    let Ok((ports, segment)) = wire::decode(&pseudo, contents.payload) else { return };
    if engine.node(node).is_broadcast(contents.destination) {
        return;
    }
    let pair = Pair {
        local: SocketAddr::new(contents.destination, ports.destination),
        remote: SocketAddr::new(contents.source, ports.source),
    };
    if let Some(id) = engine.node(node).inet.connections.get(&pair).copied() {
        let connection = tcp(engine, id).ok().and_then(|socket| socket.connected());
        if !connection.is_some_and(|connected| connected.connection.may_be_replaced_by(&segment)) {
            return connection_segment(engine, id, &segment);
        }
        forget_connection(engine, id);
    }
    let listening = |socket: &Socket| matches!(&socket.state, SocketState::Tcp(tcp) if tcp.is_listening());
    match engine.holder(node, IpProtocol::TCP, pair.local, listening) {
        Some(listener) => listener_segment(engine, listener, pair, &segment),
        None => {
            if let Some(reset) = refuse(&segment) {
                send_segment(engine, node, pair, &reset, HeaderFields::default());
            }
        }
    }
}

/// A segment for a connection.
fn connection_segment(engine: &mut Engine, id: SocketId, segment: &Segment<'_>) {
    // A full accept queue keeps the last ACK of a handshake from its connection: it is sent again.
    if let Some(listener) = half_open_of(engine, id)
        && !segment.flags.intersects(Flags::RST | Flags::SYN)
        && let Ok(TcpSocket { phase: Phase::Listening(listening), .. }) = tcp(engine, listener)
        && !listening.listener.may_establish()
    {
        return;
    }
    let now = engine.now();
    if let Ok((socket, _)) = tcp_mut(engine, id)
        && let Some(Connected { connection, storage, .. }) = socket.connected_mut()
    {
        connection.segment_arrives(now, segment, storage);
        advance(engine, id);
    }
}

/// The listener of a connection that is not established yet.
fn half_open_of(engine: &Engine, id: SocketId) -> Option<SocketId> {
    let connected = tcp(engine, id).ok()?.connected()?;
    if connected.was_established { None } else { connected.listener }
}

/// A segment for a listener.
fn listener_segment(engine: &mut Engine, listener: SocketId, pair: Pair, segment: &Segment<'_>) {
    let Ok(node) = engine.socket(listener).map(|socket| socket.node) else { return };
    let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, listener) else {
        return;
    };
    match listening.listener.segment_arrives(segment) {
        Arrival::Drop => {}
        Arrival::Reply(reply) => send_segment(engine, node, pair, &reply, HeaderFields::default()),
        Arrival::Open => {
            if let Err(Errno(_)) = open_half(engine, node, listener, pair, segment)
                && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) =
                    tcp_mut(engine, listener)
            {
                listening.listener.abandoned();
            }
        }
    }
}

/// Makes a half-open connection of a SYN.
fn open_half(
    engine: &mut Engine,
    node: NodeId,
    listener: SocketId,
    pair: Pair,
    segment: &Segment<'_>,
) -> Result<(), Errno> {
    let now = engine.now();
    let isn = initial_sequence_number(engine, node, pair);
    let (route, _) = engine.route(node, pair.remote.ip())?;
    let parent = engine.socket(listener)?;
    let what: (Family, SocketType, Protocol) = (parent.family, parent.kind, parent.protocol);
    let common = Common { error: None, ..parent.common.clone() };
    let TcpSocket { v6_only, fields, options, .. } = tcp(engine, listener)?;
    let config: Config = options.config(route.mtu(), pair.remote.is_ipv6(), &common);
    let child = TcpSocket {
        local: Some(pair.local),
        remote: Some(pair.remote),
        v6_only: *v6_only,
        fields: *fields,
        options: options.clone(),
        phase: Phase::Connected(Box::new(Connected {
            connection: Connection::accept(&config, isn, segment, now),
            storage: options.storage(&common),
            listener: Some(listener),
            was_established: false,
        })),
        accepted: true,
        ..TcpSocket::default()
    };
    let id = engine.insert_socket(node, what, &TcpCalls, SocketState::Tcp(Box::new(child)));
    engine.socket_mut(id)?.common = common;
    let tables = &mut engine.node_mut(node).inet;
    tables.connections.insert(pair, id);
    tables.hold_accepted(pair.local.port());
    if let Phase::Listening(listening) = &mut tcp_mut(engine, listener)?.0.phase {
        listening.half_open.push(id);
    }
    advance(engine, id);
    Ok(())
}

/// Sends what a connection wants sent, sets its timer, and does what follows from its state. To be called
/// after everything that changes a connection.
pub(super) fn advance(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    while let Some(packet) = next_segment(engine, id, now) {
        let Ok((Some(pair), fields)) = tcp(engine, id).map(|socket| (socket.pair(), socket.fields)) else {
            return;
        };
        send_payload(engine, node, pair, &packet, fields);
    }
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    let scheduled = socket.timer;
    let Some(connected) = socket.connected_mut() else { return };
    if let Some(error) = connected.connection.take_error() {
        common.error = Some(errno(error));
    }
    let state = connected.connection.state();
    let timeout = connected.connection.poll_timeout();
    let newly_established =
        !connected.was_established && state.is_synchronized() && state != State::SynReceived;
    connected.was_established |= newly_established;
    let listener = connected.listener;
    if let Some(at) = timeout
        && scheduled.is_none_or(|scheduled| at < scheduled)
    {
        socket.timer = Some(at);
        engine.events.push(at, Event::SocketTimer { socket: id });
    }
    if newly_established && let Some(listener) = listener {
        join_accept_queue(engine, listener, id);
    }
    if state == State::Closed {
        closed(engine, id, listener);
    }
    engine.notify(id);
}

/// The next segment that a connection wants sent, as octets.
fn next_segment(engine: &mut Engine, id: SocketId, now: Instant) -> Option<Vec<u8>> {
    let (socket, _) = tcp_mut(engine, id).ok()?;
    let pair = socket.pair()?;
    let Connected { connection, storage, .. } = socket.connected_mut()?;
    let segment = connection.poll_transmit(now, storage)?;
    encode(pair, &segment)
}

/// A connection from a listener is established: it waits to be accepted.
fn join_accept_queue(engine: &mut Engine, listener: SocketId, id: SocketId) {
    if let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, listener) {
        listening.half_open.retain(|half_open| *half_open != id);
        listening.listener.established();
        listening.queue.push_back(id);
        engine.notify(listener);
    }
}

/// A connection has ended.
fn closed(engine: &mut Engine, id: SocketId, listener: Option<SocketId>) {
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let half_open = socket.connected().is_some_and(|connected| !connected.was_established);
    let nobody_has_it = socket.orphaned || (half_open && listener.is_some());
    if half_open
        && let Some(listener) = listener
        && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, listener)
    {
        listening.half_open.retain(|half_open| *half_open != id);
        listening.listener.abandoned();
    }
    if nobody_has_it {
        remove(engine, id);
    } else {
        unlist(engine, id);
    }
}

/// Takes a socket's connection out of the node's tables, and its port, unless the program asked for that one.
pub(super) fn unlist(engine: &mut Engine, id: SocketId) {
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let (local, pair) = (socket.local, socket.pair());
    let asked_for = socket.asked_for.is_some_and(|asked_for| asked_for.port() != 0);
    let accepted = core::mem::take(&mut socket.accepted);
    let tables = &mut engine.node_mut(node).inet;
    if let Some(pair) = pair
        && tables.connections.get(&pair) == Some(&id)
    {
        tables.connections.remove(&pair);
    }
    match local {
        Some(local) if accepted => tables.release_accepted(local.port()),
        Some(local) if !asked_for => tables.release(IpProtocol::TCP, local.port(), id),
        _ => {}
    }
}

/// Removes a socket, with all that the node's tables know of it.
pub(super) fn remove(engine: &mut Engine, id: SocketId) {
    if let Ok((socket, _)) = tcp_mut(engine, id) {
        socket.asked_for = None;
    }
    unlist(engine, id);
    engine.remove_socket(id);
}

/// A connection in TIME-WAIT makes room for a new one.
fn forget_connection(engine: &mut Engine, id: SocketId) {
    if tcp(engine, id).is_ok_and(|socket| socket.orphaned) {
        remove(engine, id);
    } else {
        unlist(engine, id);
    }
}

/// Ends what waits on a listener that is closed: half-open and unaccepted connections are reset.
pub(super) fn end_listening(engine: &mut Engine, listening: Listening) {
    let now = engine.now();
    for id in listening.half_open.into_iter().chain(listening.queue) {
        let Ok((socket, _)) = tcp_mut(engine, id) else { continue };
        socket.orphaned = true;
        if let Some(connected) = socket.connected_mut() {
            connected.listener = None;
            connected.connection.abort(now);
        }
        advance(engine, id);
    }
}

/// What a connection sent did not arrive: only one that is not established yet gives up for that.
pub(super) fn unreachable(engine: &mut Engine, node: NodeId, what: &Unreachable) {
    let pair = Pair { local: what.source, remote: what.destination };
    let Some(id) = engine.node(node).inet.connections.get(&pair).copied() else { return };
    let now = engine.now();
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    if let Some(connected) = socket.connected_mut()
        && connected.connection.state() == State::SynSent
    {
        common.error = Some(what.error);
        connected.connection.abort(now);
        advance(engine, id);
    }
}

/// The timer of a connection has come due.
pub(super) fn timer(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    if socket.timer.is_none_or(|at| at > now) {
        return;
    }
    socket.timer = None;
    if let Some(Connected { connection, storage, .. }) = socket.connected_mut() {
        connection.handle_timeout(now, storage);
        advance(engine, id);
    }
}

fn pseudo_header(source: IpAddr, destination: IpAddr) -> Option<PseudoHeader> {
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => Some(PseudoHeader::ipv4(source, destination)),
        (IpAddr::V6(source), IpAddr::V6(destination)) => Some(PseudoHeader::ipv6(source, destination)),
        _ => None,
    }
}

fn encode(pair: Pair, segment: &Segment<'_>) -> Option<Vec<u8>> {
    let pseudo = pseudo_header(pair.local.ip(), pair.remote.ip())?;
    let ports = Ports { source: pair.local.port(), destination: pair.remote.port() };
    let mut octets = alloc::vec![0; wire::MAXIMUM_HEADER_LENGTH + segment.payload.len()];
    let length = wire::encode(&pseudo, ports, segment, &mut octets).ok()?;
    octets.truncate(length);
    Some(octets)
}

fn send_segment(engine: &mut Engine, node: NodeId, pair: Pair, segment: &Segment<'_>, fields: HeaderFields) {
    if let Some(octets) = encode(pair, segment) {
        send_payload(engine, node, pair, &octets, fields);
    }
}

fn send_payload(engine: &mut Engine, node: NodeId, pair: Pair, octets: &[u8], fields: HeaderFields) {
    let contents = Contents {
        source: pair.local.ip(),
        destination: pair.remote.ip(),
        protocol: IpNumber::TCP,
        payload: octets,
    };
    // A segment that finds no way is lost, as one on the wire would be: TCP sends it again.
    let _ = engine.send_packet(node, &contents, fields);
}

/// The errno that Linux gives for what a connection says.
pub(super) fn errno(error: anysock::tcp::Error) -> Errno {
    use anysock::tcp::Error;
    match error {
        Error::WouldBlock => Errno::EAGAIN,
        Error::Refused => Errno::ECONNREFUSED,
        Error::Reset => Errno::ECONNRESET,
        Error::TimedOut => Errno::ETIMEDOUT,
        Error::BrokenPipe => Errno::EPIPE,
        Error::NotConnected => Errno::ENOTCONN,
        // The machine's errors may grow.
        _ => Errno::EIO,
    }
}
