//! TCP sockets: the state of one, the segments that it sends, and what becomes of it when its connection changes.
//!
//! What the protocol does is core's `tcp::Connection`; here is the kernel around it.

use alloc::boxed::Box;
use core::net::SocketAddr;

use anysock::tcp::{Connection, Error, FastOpenCookie, Flags, State};
use anysock::{Errno, Instant, IpProtocol, PollEvents};

use super::arrival_times::ArrivalTimes;
use super::connected::Connected;
use super::fin_wait_2;
use super::listening::{self, Listening};
use super::multicast::Multicast;
use super::packet::HeaderFields;
use super::packet_info::Wanted;
use super::packet_send::take_path;
use super::ports::Pair;
use super::statistics::{InetStatistics, Tcp};
use super::tcp_bsd::{self, BsdSocket};
use super::tcp_error_queue::TcpErrorQueue;
use super::tcp_options::TcpOptions;
use super::tcp_segment::{send_frame, send_segment};
use super::tcp_signature::{Keys, Place};
use super::tcp_statistics::{Sending, TimersDue, count_window_probes};
use super::time_wait;
use super::write_queue::fitting_send_buffer;
use crate::engine::socket::{Common, SocketState, WRITABLE};
use crate::engine::{Engine, SocketId, realtime_at};

/// What every peer takes: TCP_MSS_DEFAULT.
pub(super) const LEAST_SEGMENT: u16 = 536;

/// What a TCP socket is doing.
#[derive(Debug)]
pub(super) enum Phase {
    /// Neither listening nor connected.
    Idle,
    Listening(Box<Listening>),
    Connected(Box<Connected>),
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
    /// What it has to do with multicasts, where a program has set anything of that, and what is to be told of packets:
    /// both change nothing of a connection.
    pub(super) multicast: Option<Box<Multicast>>,
    pub(super) wanted: Wanted,
    /// What segments are signed with.
    pub(super) keys: Keys,
    pub(super) phase: Phase,
    /// What is known of the peer, where the connection was begun with Fast Open.
    pub(super) fast_open_cookie: Option<FastOpenCookie>,
    /// What only BSD's TCP knows of it.
    pub(super) bsd: BsdSocket,
    /// The SYN carries text although there is no cookie, and asks for none.
    pub(super) fast_open_without_cookie: bool,
    /// The SYN waits for the text that goes with it: Linux's `defer_connect`.
    pub(super) deferred: bool,
    /// The SYN of a `connect` asked for a cookie: until the socket is disconnected, no send can begin a connection
    /// (`fastopen_req`).
    pub(super) cookie_requested: bool,
    /// The listener that has opened the connection by a cookie, until its handshake is over.
    pub(super) opened_early_by: Option<SocketId>,
    pub(super) stage: Stage,
    /// What ICMP said last: SO_ERROR tells it where there is nothing worse.
    pub(super) soft_error: Option<Errno>,
    /// It was bound after its connection had ended.
    pub(super) bound_again: bool,
    /// The largest segment that was to be sent last, where there is no connection that knows it: TCP_MSS_DEFAULT at
    /// first. Zero, where there is one.
    pub(super) last_segment_size: u16,
    /// How much was not sent, as an unconnected socket counts it, from the connections that it has had.
    pub(super) left_unsent: LeftUnsent,
    /// The port of the connection that was there before, which `getsockname` goes on to tell.
    pub(super) last_port: u16,
    /// MSG_MORE holds back what does not fill a segment.
    pub(super) more: bool,
    pub(super) shut_read: bool,
    pub(super) shut_write: bool,
    /// The last handle is gone: the connection ends by itself.
    pub(super) orphaned: bool,
    /// The node's tables have it, as the holder of a port or as an end of a connection.
    pub(super) is_listed: bool,
    /// It came by a listener, and shares that one's port.
    pub(super) accepted: bool,
    /// It came by a listener, and no program has it yet.
    pub(super) waits_to_be_accepted: bool,
    /// When the peer last showed that whom its packets are handed to is there, if ever.
    pub(super) confirmed: Option<Instant>,
    /// What it tells of text that was sent, where it was asked for that.
    pub(super) error_queue: Option<Box<TcpErrorQueue>>,
    /// When its text arrived, where a program asks for that.
    pub(super) arrival_times: Option<Box<ArrivalTimes>>,
    /// The headers of the SYN that began it, where its listener kept those and no program has read them.
    pub(super) saved_syn: Option<Box<[u8]>>,
}

/// By how much `write_seq` is ahead of `snd_nxt`. The end of a connection puts the numbers of the next one beyond the
/// windows of the last (`tcp_disconnect`), which Linux counts as text that was not sent, as long as there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeftUnsent {
    octets: u32,
    /// The largest window of the last connection.
    window: u32,
}

impl LeftUnsent {
    /// A connection has left this, if there was one that began.
    pub(super) fn connection_ends(&mut self, connection: &Connection) {
        *self = LeftUnsent { octets: connection.unsent() as u32, window: connection.largest_window() };
    }

    /// The socket is disconnected, which it may have been before.
    pub(super) fn disconnected(&mut self) {
        self.octets = self.octets.wrapping_add(self.window).wrapping_add(2);
    }
}

impl TcpSocket {
    /// A socket on which this is set.
    pub(super) fn new(options: TcpOptions) -> Self {
        TcpSocket {
            local: None,
            asked_for: None,
            remote: None,
            v6_only: false,
            fields: HeaderFields::default(),
            options,
            multicast: None,
            wanted: Wanted::default(),
            keys: Keys::default(),
            phase: Phase::Idle,
            fast_open_cookie: None,
            fast_open_without_cookie: false,
            deferred: false,
            cookie_requested: false,
            opened_early_by: None,
            stage: Stage::Unconnected,
            bsd: BsdSocket::default(),
            soft_error: None,
            bound_again: false,
            last_segment_size: LEAST_SEGMENT,
            left_unsent: LeftUnsent::default(),
            last_port: 0,
            more: false,
            shut_read: false,
            shut_write: false,
            orphaned: false,
            is_listed: false,
            accepted: false,
            waits_to_be_accepted: false,
            confirmed: None,
            error_queue: None,
            arrival_times: None,
            saved_syn: None,
        }
    }

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

    /// What is charged for the text that is to be sent (`sk_wmem_queued`).
    pub(crate) fn queued_memory(&self) -> i32 {
        self.connected().map_or(0, |connected| connected.write_queue.memory() as i32)
    }

    /// Follows what the connection has done of the text that is to be sent, and lets a send buffer grow that no program
    /// has set (`tcp_init_buffer_space`, `tcp_check_space`). Whether there is room now for who has found none.
    fn follow_write_queue(&mut self, common: &mut Common) -> bool {
        let (least, largest) = (self.options.least_packet_segments(), self.options.largest_send_buffer());
        let Some(Connected { connection, write_queue, .. }) = self.connected_mut() else { return false };
        let followed = write_queue.follow(connection, least);
        let is_over = !matches!(connection.state(), State::SynSent | State::SynReceived | State::Closed);
        let is_first = is_over && !core::mem::replace(&mut write_queue.is_sized, is_over);
        let lacks_room = write_queue.lacks_room.get();
        let grows = is_first || lacks_room && followed.window_left;
        if grows && !common.send_buffer_set {
            let fitting = fitting_send_buffer(connection).min(largest) as i32;
            common.send_buffer = common.send_buffer.max(fitting);
        }
        if !followed.anything || !lacks_room || !self.has_room(common) {
            return false;
        }
        if let Some(Connected { write_queue, .. }) = self.connected() {
            write_queue.lacks_room.set(false);
        }
        true
    }

    /// Another number once something was put into the error queue.
    fn error_reports(&self) -> u32 {
        self.error_queue.as_ref().map_or(0, |queue| queue.reports())
    }

    /// Whether a program may write (`__sk_stream_is_writeable`).
    #[inline]
    pub(super) fn has_room(&self, common: &Common) -> bool {
        match &self.phase {
            Phase::Idle => self.leaves_room(true),
            Phase::Listening(_) => false,
            Phase::Connected(connected) => {
                connected.write_queue.is_writable(common.send_buffer) && self.leaves_room(true)
            }
        }
    }

    /// Whether what was never sent leaves room for more; `wake`, for a program that waits for it.
    #[inline]
    pub(super) fn leaves_room(&self, wake: bool) -> bool {
        let unsent = || match self.connected() {
            Some(connected) => connected.connection.unsent() as u32,
            None => self.left_unsent.octets,
        };
        self.options.leaves_room(unsent, wake)
    }

    /// Whether what goes to the peer is signed.
    pub(super) fn has_key(&self) -> bool {
        self.remote.is_some_and(|remote| self.keys.of(remote.ip()).is_some())
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
/// after everything that changes a connection. Who waits for the socket looks at it again.
pub(super) fn advance(engine: &mut Engine, id: SocketId) {
    advance_with(engine, id, PollEvents::empty());
}

/// The same, where `arrived` is what lists hear of besides.
pub(super) fn advance_with(engine: &mut Engine, id: SocketId, arrived: PollEvents) {
    if let Some(events) = advance_quietly(engine, id) {
        engine.notify_of(id, arrived | events);
    }
}

/// The same, and nobody looks. Returns what lists hear of, or `None` where it is put off: of errors, of room for who
/// has found none, and, of another state, whatever they wait for (`sk_error_report`, `sk_write_space`,
/// `sk_state_change`).
pub(super) fn advance_quietly(engine: &mut Engine, id: SocketId) -> Option<PollEvents> {
    let Ok(socket) = tcp(engine, id) else { return None };
    if socket.deferred {
        return None;
    }
    let reports = socket.error_reports();
    if socket.opened_early_by.is_some() {
        opened(engine, id);
    }
    transmit(engine, id);
    let Engine { sockets, events: timers, nodes, now, .. } = engine;
    let now = *now;
    let entry = sockets.open(id)?;
    let (SocketState::Tcp(socket), common) = (&mut entry.state, &mut entry.common) else { return None };
    let mut events = PollEvents::empty();
    if socket.error_queue.is_some() {
        socket.settle(realtime_at(now), common);
        events.set(PollEvents::ERR, socket.error_reports() != reports);
    }
    events.set(WRITABLE, socket.follow_write_queue(common));
    let Connected { connection, counters, write_queue, last_state, .. } = socket.connected_mut()?;
    counters.waits(now, connection, write_queue.lacks_room.get());
    if let Some(error) = connection.take_error() {
        let dialect = &nodes[entry.node.0 as usize].sysctls.tcp.dialect;
        common.error = Some(errno(tcp_bsd::told(dialect, error)));
        events |= PollEvents::ERR;
    }
    let (state, timeout) = (connection.state(), connection.poll_timeout());
    let before = core::mem::replace(last_state, state);
    if before != state {
        // That a SYN is on its way, or has met another, nobody is told.
        if !matches!((before, state), (_, State::SynSent) | (State::SynSent, State::SynReceived)) {
            events = PollEvents::all();
        }
        let is_orphan = socket.orphaned;
        let statistics = &mut nodes[entry.node.0 as usize].inet.statistics;
        count_change(statistics, (before, state), is_orphan);
    }
    if matches!(state, State::TimeWait | State::Closed) {
        ended(engine, id, state, timeout);
    } else if state == State::FinWait2 && socket.orphaned {
        fin_wait_2::go_on(engine, id);
    } else {
        sockets.set_timer(timers, id, timeout);
    }
    Some(events)
}

/// What follows where a connection has come to its end, or was there before.
#[inline(never)]
pub(super) fn ended(engine: &mut Engine, id: SocketId, state: State, timeout: Option<Instant>) {
    if state != State::Closed {
        time_wait::begin(engine, id);
    }
    engine.set_timer(id, timeout.filter(|_| state == State::Closed));
    closed(engine, id);
}

/// Counts a connection that has come to another state: one that has ended, and not as the two ends agree to
/// (`tcp_set_state`, `tcp_done`), or is in TIME-WAIT now (`tcp_time_wait`).
fn count_change(statistics: &mut InetStatistics, (before, state): (State, State), is_orphan: bool) {
    let counter = match (before, state) {
        (State::Established | State::CloseWait, State::Closed) => Tcp::EstabResets,
        // A program that gives it up does not count (tcp_close).
        (State::SynSent, State::Closed) if is_orphan => return,
        (State::SynSent | State::SynReceived, State::Closed) => Tcp::AttemptFails,
        (State::FinWait2, State::TimeWait) if is_orphan => return,
        (_, State::TimeWait) => Tcp::Tw,
        _ => return,
    };
    statistics.tcp(counter);
}

/// Counts something of a socket's on its node.
pub(super) fn count(engine: &mut Engine, id: SocketId, counter: Tcp) {
    if let Ok(node) = engine.socket(id).map(|socket| socket.node) {
        engine.node_mut(node).inet.statistics.tcp(counter);
    }
}

/// Sends what a connection wants sent. Whether that was anything.
pub(super) fn transmit(engine: &mut Engine, id: SocketId) -> bool {
    transmit_most(engine, id, u32::MAX)
}

/// The same, but not more than so many segments.
pub(super) fn transmit_most(engine: &mut Engine, id: SocketId, most: u32) -> bool {
    let mut left = most;
    while left > 0 && send_next_segment(engine, id).is_some() {
        left -= 1;
    }
    left < most
}

/// Sends the next segment that a connection wants sent; `None` where there is none.
#[inline]
fn send_next_segment(engine: &mut Engine, id: SocketId) -> Option<()> {
    let Engine { sockets, buffers, nodes, now, .. } = engine;
    let now = *now;
    let entry = sockets.open(id)?;
    let SocketState::Tcp(socket) = &mut entry.state else { return None };
    let Phase::Connected(connected) = &mut socket.phase else { return None };
    let Connected { connection, storage, counters, addressing, path, is_sent_by_timer, prediction, .. } =
        &mut **connected;
    storage.make_room_to_send(connection);
    let is_in_fast_recovery = connection.is_in_fast_recovery();
    // It is large, and stays where it is.
    let mut next = connection.poll_transmit(now, storage);
    let segment = next.as_mut()?;
    let resent = counters.retransmissions();
    counters.sent(segment);
    let kernel = &mut nodes[entry.node.0 as usize];
    let sending = if counters.retransmissions() == resent {
        Sending::First
    } else if core::mem::take(is_sent_by_timer) {
        Sending::ByTimer
    } else if segment.flags.contains(Flags::SYN | Flags::ACK) && !connection.is_open_early() {
        Sending::Crossing
    } else if is_in_fast_recovery {
        Sending::Fast
    } else {
        Sending::Slow
    };
    kernel.inet.statistics.segment_out(segment, sending);
    prediction.sent(&mut kernel.inet.statistics, segment);
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
    if kernel.sysctls.tcp.dialect.screens() {
        tcp_bsd::shape(&socket.options, &socket.bsd, connection, segment);
    }
    let mut fields = socket.fields;
    fields.set_ecn(segment.ecn);
    let mut frame = match socket.keys.of(addressing.ends.destination) {
        None => addressing.encode(segment, buffers)?,
        Some(key) => addressing.encode_signed(segment, key, Place::First, buffers)?,
    };
    let (node, ends) = (entry.node, &addressing.ends);
    let path = kernel.interfaces.paths.get_by(path, now, ends.destination);
    match take_path(path, &mut kernel.inet, ends, &fields, &mut frame) {
        Some((port, header)) => engine.send_headed(port, &header, frame, true),
        None => {
            let ends = *ends;
            send_frame(engine, node, &ends, fields, frame);
        }
    }
    Some(())
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
    let asked_for = socket.asked_for.is_some_and(|asked_for| asked_for.port() != 0);
    // Of what is over, nothing is in the tables any more but a port that the program asked for.
    if !core::mem::replace(&mut socket.is_listed, asked_for) {
        return;
    }
    let (local, pair) = (socket.local, socket.pair());
    let accepted = core::mem::take(&mut socket.accepted);
    let tables = &mut engine.node_mut(node).inet;
    if let Some(pair) = pair {
        tables.connections.remove_this(&pair, &id);
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
    if let Ok((socket, _)) = tcp_mut(engine, id)
        && let Phase::Connected(connected) = core::mem::replace(&mut socket.phase, Phase::Idle)
    {
        engine.ended_connections.give_back(connected);
    }
    engine.remove_socket(id);
}

fn connection_timer(engine: &mut Engine, id: SocketId, now: Instant) {
    let Engine { sockets, nodes, .. } = &mut *engine;
    let Some(entry) = sockets.open(id) else { return };
    let SocketState::Tcp(socket) = &mut entry.state else { return };
    let Some(connected) = socket.connected_mut() else { return };
    let Connected { connection, storage, counters, is_sent_by_timer, .. } = connected;
    let due = TimersDue::new(now, connection);
    let before = due.probes_window().then(|| connection.info(now, counters));
    let kernel = &mut nodes[entry.node.0 as usize];
    let farewell = tcp_bsd::farewell(&kernel.sysctls.tcp.dialect, now, connection);
    connection.handle_timeout(now, storage);
    *is_sent_by_timer = due.count(&mut kernel.inet.statistics, connection);
    let (node, pair) = (entry.node, socket.pair());
    let is_over = socket.connected().is_some_and(|it| it.connection.state() == State::Closed);
    advance(engine, id);
    if let (Some(farewell), Some(pair), true) = (farewell, pair, is_over) {
        send_segment(engine, node, pair, &farewell, HeaderFields::default(), None);
    }
    let Engine { sockets, nodes, .. } = engine;
    let Some(entry) = sockets.open(id) else { return };
    if let SocketState::Tcp(socket) = &mut entry.state
        && let Some(Connected { connection, counters, is_sent_by_timer, .. }) = socket.connected_mut()
    {
        *is_sent_by_timer = false;
        if let Some(before) = before {
            let statistics = &mut nodes[entry.node.0 as usize].inet.statistics;
            count_window_probes(statistics, &before, &connection.info(now, counters));
        }
    }
}

/// The timer of a connection, or of a listener, has come due.
pub(super) fn timer(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    if socket.connected().is_some() {
        connection_timer(engine, id, now);
    } else if socket.is_listening() {
        listening::advance(engine, id);
    }
}

/// The errno that Linux gives for what a connection says.
pub(super) fn errno(error: Error) -> Errno {
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
