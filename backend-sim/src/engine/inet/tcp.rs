//! TCP sockets: the state of one, the segments that come and go, and the connections that begin and end.
//!
//! What the protocol does is core's `tcp::Connection`; here is the kernel around it.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

use anysock::tcp::wire;
use anysock::tcp::{
    Buffer, Connection, Counters, Ecn, FastOpenCookie, Flags, RightSizing, Segment, SequenceNumber, State,
    initial_sequence_number, refuse, timestamp_offset,
};
use anysock::{Errno, Instant, IpProtocol};

use super::arrival_times::{self, ArrivalTimes};
use super::buffer::TcpStorage;
use super::listening::{self, Listening};
use super::packet::{Contents, Ends, HeaderFields};
use super::ports::Pair;
use super::tcp_error_queue::TcpErrorQueue;
use super::tcp_options::TcpOptions;
use super::tcp_segment::{Addressing, pseudo_header, send_frame, send_segment};
use super::time_wait;
use crate::engine::node::NodeId;
use crate::engine::socket::{Common, Socket, SocketState};
use crate::engine::sysctl::Sysctls;
use crate::engine::{Engine, SocketId, realtime_at};

/// What every peer takes: TCP_MSS_DEFAULT.
pub(super) const LEAST_SEGMENT: u16 = 536;
/// How often a connection says that its neighbour is there.
const CONFIRMATION: Duration = Duration::from_secs(1);

/// What a TCP socket is doing.
#[derive(Debug)]
pub(super) enum Phase {
    /// Neither listening nor connected.
    Idle,
    Listening(Box<Listening>),
    Connected(Box<Connected>),
}

/// A connection and its octets.
#[derive(Debug)]
pub(super) struct Connected {
    addressing: Addressing,
    pub(super) connection: Connection,
    pub(super) storage: TcpStorage,
    pub(super) counters: Counters,
    /// How much the program reads, and so how much room it deserves.
    sizing: RightSizing,
}

impl Connected {
    pub(super) fn new(
        addressing: Addressing,
        connection: Connection,
        storage: TcpStorage,
        counters: Counters,
        now: Instant,
    ) -> Connected {
        let sizing = RightSizing::new(storage.receive.capacity(), now);
        Connected { addressing, connection, storage, counters, sizing }
    }

    /// Text has come out of order, for which a receive buffer that no program has set grows, too; to what, if it does.
    fn grow_for_out_of_order(&mut self, largest: usize) -> Option<usize> {
        let ahead = self.connection.out_of_order(&mut self.storage);
        let wanted = self.sizing.out_of_order(ahead, &self.connection)?;
        self.resize(wanted.min(largest))
    }

    /// How many octets are expected in a round-trip time.
    pub(super) fn expected(&self) -> u64 {
        self.sizing.space(&self.connection)
    }

    /// The program has read so much: how large the receive buffer, that no program has set, is to be from now on, where
    /// that is more than before.
    pub(super) fn right_size(&mut self, now: Instant, read: usize, largest: usize) -> Option<usize> {
        let wanted = self.sizing.read(now, read, &self.connection)?;
        self.resize(wanted.min(largest))
    }

    /// Makes the receive buffer hold so much, if that is more than it did.
    fn resize(&mut self, capacity: usize) -> Option<usize> {
        self.sizing.set_capacity(capacity);
        if capacity <= self.storage.receive.capacity() {
            return None;
        }
        self.storage.receive.set_capacity(capacity);
        Some(capacity)
    }
}

/// How far `connect` has come: the kernel's `socket_state`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    Unconnected,
    /// `connect` was called and has not answered yet.
    Connecting,
    /// It has, or the connection was accepted. It stays so when the connection ends.
    Connected,
    /// The socket was shut down while it was connecting.
    Disconnecting,
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
    /// What is known of the peer, where the connection was begun with Fast Open.
    pub(super) fast_open_cookie: Option<FastOpenCookie>,
    /// The SYN carries text although there is no cookie, and asks for none.
    pub(super) fast_open_without_cookie: bool,
    /// The SYN waits for the text that goes with it: Linux's `defer_connect`.
    pub(super) deferred: bool,
    /// The listener that has opened the connection by a cookie, until its handshake is over.
    pub(super) opened_early_by: Option<SocketId>,
    pub(super) stage: Stage,
    /// What ICMP said last: SO_ERROR tells it where there is nothing worse.
    pub(super) soft_error: Option<Errno>,
    /// It was bound after its connection had ended.
    pub(super) bound_again: bool,
    /// The port of the connection that was there before, which `getsockname` goes on to tell.
    pub(super) last_port: u16,
    /// MSG_MORE holds back what does not fill a segment.
    pub(super) more: bool,
    pub(super) shut_read: bool,
    pub(super) shut_write: bool,
    /// The last handle is gone: the connection ends by itself.
    pub(super) orphaned: bool,
    /// It came by a listener, and shares that one's port.
    pub(super) accepted: bool,
    /// It came by a listener, and no program has it yet.
    pub(super) waits_to_be_accepted: bool,
    /// When the peer last showed that whom its packets are handed to is there.
    pub(super) confirmed: Instant,
    /// What it tells of text that was sent, where it was asked for that.
    pub(super) error_queue: Option<Box<TcpErrorQueue>>,
    /// When its text arrived, where a program asks for that.
    pub(super) arrival_times: Option<Box<ArrivalTimes>>,
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
            fast_open_cookie: None,
            fast_open_without_cookie: false,
            deferred: false,
            opened_early_by: None,
            stage: Stage::Unconnected,
            soft_error: None,
            bound_again: false,
            last_port: 0,
            more: false,
            shut_read: false,
            shut_write: false,
            orphaned: false,
            accepted: false,
            waits_to_be_accepted: false,
            confirmed: Instant::ZERO,
            error_queue: None,
            arrival_times: None,
        }
    }
}

impl TcpSocket {
    pub(crate) fn is_listening(&self) -> bool {
        matches!(self.phase, Phase::Listening(_))
    }

    /// The state that Linux has the socket in: one whose connection is in TIME-WAIT has none any more.
    pub(super) fn state(&self) -> State {
        match &self.phase {
            Phase::Idle => State::Closed,
            Phase::Listening(_) => State::Listen,
            Phase::Connected(connected) => match connected.connection.state() {
                State::TimeWait => State::Closed,
                state => state,
            },
        }
    }

    /// Whether the socket has a port (`inet_num`): the end of a connection leaves it the one that it asked for.
    pub(super) fn has_port(&self) -> bool {
        let asked_for = self.asked_for.is_some_and(|asked_for| asked_for.port() != 0);
        match &self.phase {
            Phase::Connected(_) if self.state() == State::Closed => asked_for || self.bound_again,
            _ => self.local.is_some(),
        }
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

/// Begins a connection from a socket that has both addresses; with Fast Open the SYN asks for a cookie, or waits for
/// text where there is one.
pub(super) fn begin(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    fast_open: bool,
    reopened: Option<SequenceNumber>,
) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    let now = engine.now();
    let addressing = Addressing::new(pair).ok_or(Errno::EAFNOSUPPORT)?;
    let sysctls = engine.node(node).sysctls;
    let secret = &engine.node(node).inet.secret;
    let isn = reopened.unwrap_or_else(|| initial_sequence_number(secret, &pair, now));
    let timestamp_offset = timestamp_offset(secret, &pair);
    let bound_interface = engine.socket(id)?.common.bound_interface;
    let (route, _) = engine.route_by(node, pair.remote.ip(), bound_interface, None)?;
    let key = [pair.local.ip(), pair.remote.ip()];
    let known = engine.node(node).inet.fast_open_cookies.get(&key).copied().filter(|_| fast_open);
    let (socket, common) = tcp_mut(engine, id)?;
    let mut config = socket.options.config(route.mtu(), pair.remote.is_ipv6(), common, &sysctls);
    config.timestamp_offset = timestamp_offset;
    let without_cookie = fast_open
        && (sysctls.tcp_fastopen & Sysctls::FAST_OPEN_CLIENT_WITHOUT_COOKIE != 0
            || socket.options.fast_open_without_cookie);
    if let Some((_, segment_size)) = known {
        config.default_send_maximum_segment_size = segment_size;
    } else if without_cookie {
        config.default_send_maximum_segment_size = config.maximum_segment_size;
    }
    let carries_text = known.is_some() || without_cookie;
    let connection = if fast_open {
        Connection::connect_fast_open(&config, isn, carries_text, now)
    } else {
        Connection::connect(&config, isn, now)
    };
    socket.fast_open_cookie = known.map(|(cookie, _)| cookie);
    socket.fast_open_without_cookie = without_cookie;
    socket.deferred = carries_text;
    let (send, receive) = socket.options.capacities(common);
    let storage = engine.tcp_storages.take(send, receive);
    let (socket, common) = tcp_mut(engine, id)?;
    let connected = Connected::new(addressing, connection, storage, Counters::default(), now);
    socket.phase = Phase::Connected(Box::new(connected));
    socket.stage = Stage::Connecting;
    common.error = None;
    engine.node_mut(node).inet.connections.insert(pair, id);
    advance(engine, id);
    Ok(())
}

/// A TCP segment has come to a node.
pub(super) fn segment_arrives(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    contents: &Contents<'_>,
    ecn: Ecn,
) {
    let Some(pseudo) = pseudo_header(contents.source, contents.destination) else { return };
    // It is large, and stays where it is.
    let mut decoded = wire::decode(&pseudo, contents.payload);
    let Ok((ports, segment)) = &mut decoded else {
        engine.node_mut(node).inet.statistics.tcp_in_errors += 1;
        return;
    };
    if segment.options.signed {
        // No socket has a key (tcp_inbound_md5_hash).
        return;
    }
    segment.ecn = ecn;
    let segment = &*segment;
    let pair = Pair {
        local: SocketAddr::new(contents.destination, ports.destination),
        remote: SocketAddr::new(contents.source, ports.source),
    };
    let tables = &engine.node(node).inet;
    let hears = |id: &SocketId| engine.socket(*id).is_ok_and(|socket| socket.common.uses(interface));
    if let Some(id) = tables.connections.get(&pair).copied().filter(hears) {
        return connection_segment(engine, id, segment);
    }
    let is_time_wait = tables.time_waits.contains(&pair);
    let listening = |socket: &Socket| match &socket.state {
        SocketState::Tcp(tcp) if tcp.is_listening() => Some(0),
        _ => None,
    };
    let listener = engine.holder(node, IpProtocol::TCP, pair.local, interface, listening);
    let mut reopened = None;
    if is_time_wait {
        reopened = time_wait::segment_arrives(engine, node, &pair, segment, listener.is_some());
        if reopened.is_none() {
            return;
        }
    }
    match listener {
        Some(listener) => listening::segment_arrives(engine, listener, pair, segment, reopened),
        None => {
            if let Some(reset) = refuse(segment) {
                send_segment(engine, node, pair, &reset, HeaderFields::default());
            }
        }
    }
}

/// The way to the peer works, as what comes back shows.
fn confirm(engine: &mut Engine, id: SocketId) {
    if let (Ok(socket), Ok(Some(pair))) = (engine.socket(id), tcp(engine, id).map(TcpSocket::pair)) {
        engine.confirm_neighbour(socket.node, pair.remote.ip());
    }
}

/// A segment for a connection.
fn connection_segment(engine: &mut Engine, id: SocketId, segment: &Segment<'_>) {
    let now = engine.now();
    if segment.options.fast_open.is_some() {
        keep_cookie(engine, id, segment);
    }
    let realtime = engine.realtime();
    if let Ok((socket, common)) = tcp_mut(engine, id)
        && let (cork, more, shut_write, Some(Connected { connection, storage, counters, .. })) =
            (socket.options.cork, socket.more, socket.shut_write, socket.connected_mut())
    {
        storage.make_room(connection);
        let (in_flight, state) = (if more { connection.unacknowledged() } else { 0 }, connection.state());
        let missing = ArrivalTimes::are_wanted(common)
            .then(|| arrival_times::missing(arrival_times::text(segment), connection, storage));
        connection.segment_arrives(now, segment, storage);
        let taken = missing.and_then(|missing| arrival_times::taken(missing, connection, storage));
        let reset = segment.flags.contains(Flags::RST) && connection.state() == State::Closed;
        if shut_write && state == State::SynReceived && connection.state() == State::Established {
            // It was shut down before it connected.
            let _ = connection.shutdown(now);
        }
        if reset && matches!(state, State::Closing | State::LastAck) {
            // RFC 9293 says nothing to the user then, Linux does (tcp_reset).
            common.error = Some(Errno::ECONNRESET);
        }
        if in_flight > 0 && connection.unacknowledged() < in_flight {
            // An acknowledgment takes along what MSG_MORE held back (tcp_data_snd_check).
            connection.set_cork(cork);
        }
        counters.received(segment, connection);
        let is_out_of_order = connection.records_in_use().0 > 0;
        let unread = connection.read_sequence_number();
        if let Some(text) = taken {
            socket.arrival_times.get_or_insert_default().record(text, realtime, unread);
        }
        if now.since(socket.confirmed) >= CONFIRMATION && segment.flags.contains(Flags::ACK) {
            socket.confirmed = now;
            confirm(engine, id);
        }
        if is_out_of_order {
            grow_for_out_of_order(engine, id);
        }
        advance(engine, id);
    }
}

/// Text waits for other before it: a socket that a program holds gets room for that (tcp_data_queue_ofo).
fn grow_for_out_of_order(engine: &mut Engine, id: SocketId) {
    if let Ok((socket, common)) = tcp_mut(engine, id)
        && !socket.waits_to_be_accepted
        && socket.options.right_sizes(common)
    {
        let largest = socket.options.largest_receive_buffer() / 2;
        let grown = socket.connected_mut().and_then(|connected| connected.grow_for_out_of_order(largest));
        common.recv_buffer = grown.map_or(common.recv_buffer, |capacity| 2 * capacity as i32);
    }
}

/// Keeps the Fast Open cookie that a SYN,ACK grants.
fn keep_cookie(engine: &mut Engine, id: SocketId, segment: &Segment<'_>) {
    let Ok((socket, node)) = engine.socket(id).map(|socket| (&socket.state, socket.node)) else { return };
    let SocketState::Tcp(socket) = socket else { return };
    let granted = socket.connected().and_then(|connected| connected.connection.granted_cookie(segment));
    if let (Some(cookie), Some(pair)) = (granted, socket.pair()) {
        let size = segment.options.maximum_segment_size.unwrap_or(LEAST_SEGMENT);
        let key = [pair.local.ip(), pair.remote.ip()];
        engine.node_mut(node).inet.fast_open_cookies.insert(key, (cookie, size));
    }
}

/// The handshake of a connection that a listener has opened early is over, or the connection is.
fn opened(engine: &mut Engine, id: SocketId) {
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let opening = socket.connected().is_some_and(|it| it.connection.state() == State::SynReceived);
    if !opening
        && let Some(listener) = socket.opened_early_by.take()
        && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, listener)
    {
        listening.listener.fast_open_is_over();
    }
}

/// Sends what a connection wants sent, sets its timer, and does what follows from its state. To be called
/// after everything that changes a connection.
pub(super) fn advance(engine: &mut Engine, id: SocketId) {
    let Ok(socket) = tcp(engine, id) else { return };
    if socket.deferred {
        return;
    }
    if socket.opened_early_by.is_some() {
        opened(engine, id);
    }
    transmit(engine, id);
    let now = engine.now();
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    if socket.error_queue.is_some() {
        socket.settle(realtime_at(now), common);
    }
    let Some(Connected { connection, counters, .. }) = socket.connected_mut() else { return };
    counters.waits(now, connection);
    if let Some(error) = connection.take_error() {
        common.error = Some(errno(error));
    }
    let (mut state, mut timeout) = (connection.state(), connection.poll_timeout());
    if state == State::TimeWait {
        time_wait::begin(engine, id);
        (state, timeout) = (State::Closed, None);
    }
    match timeout {
        Some(at) => engine.set_timer(id, at),
        None => engine.stop_timer(id),
    }
    if state == State::Closed {
        closed(engine, id);
    }
    engine.notify(id);
}

/// Sends what a connection wants sent. Whether that was anything.
pub(super) fn transmit(engine: &mut Engine, id: SocketId) -> bool {
    let now = engine.now();
    let mut is_any = false;
    while let Some((node, ends, fields, frame)) = next_segment(engine, id, now) {
        send_frame(engine, node, &ends, fields, frame);
        is_any = true;
    }
    is_any
}

/// The next segment that a connection wants sent, in a frame.
fn next_segment(
    engine: &mut Engine,
    id: SocketId,
    now: Instant,
) -> Option<(NodeId, Ends, HeaderFields, Vec<u8>)> {
    let Engine { sockets, buffers, .. } = engine;
    let entry = sockets.open(id)?;
    let SocketState::Tcp(socket) = &mut entry.state else { return None };
    let Phase::Connected(connected) = &mut socket.phase else { return None };
    let Connected { connection, storage, counters, addressing, .. } = &mut **connected;
    storage.make_room(connection);
    // It is large, and stays where it is.
    let mut next = connection.poll_transmit(now, storage);
    let segment = next.as_mut()?;
    counters.sent(segment);
    if let Some(queue) = &mut socket.error_queue {
        queue.segment(segment, realtime_at(now), &entry.common);
    }
    if segment.options.fast_open == Some(FastOpenCookie::REQUEST) {
        if socket.fast_open_without_cookie {
            segment.options.fast_open = None;
        } else if socket.fast_open_cookie.is_some() {
            segment.options.fast_open = socket.fast_open_cookie;
        }
    }
    let mut fields = socket.fields;
    fields.set_ecn(segment.ecn);
    let frame = addressing.encode(segment, buffers)?;
    Some((entry.node, addressing.ends, fields, frame))
}

/// A connection has ended.
fn closed(engine: &mut Engine, id: SocketId) {
    if tcp(engine, id).is_ok_and(|socket| socket.orphaned) {
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
    let removed = engine.remove_socket(id).map(|socket| socket.state);
    if let Some(SocketState::Tcp(socket)) = removed
        && let Phase::Connected(connected) = socket.phase
    {
        engine.tcp_storages.give_back(connected.storage);
    }
}

/// The timer of a connection has come due.
pub(super) fn timer(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    if let Some(Connected { connection, storage, .. }) = socket.connected_mut() {
        connection.handle_timeout(now, storage);
        advance(engine, id);
    } else if socket.is_listening() {
        listening::advance(engine, id);
    }
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
        Error::NoUrgentData => Errno::EINVAL,
        Error::Unreachable => Errno::EHOSTUNREACH,
        // The machine's errors may grow.
        _ => Errno::EIO,
    }
}
