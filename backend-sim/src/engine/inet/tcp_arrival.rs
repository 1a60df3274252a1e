//! The segments that come to a node, and what each does to whom it is for.

use core::net::{SocketAddr, SocketAddrV4};
use core::time::Duration;

use anysock::tcp::wire::{self, DecodeError, Ports};
use anysock::tcp::{Ecn, Flags, Segment, State, refuse};
use anysock::{Errno, Instant, IpProtocol, PollEvents};

use super::arrival_times::{self, ArrivalTimes};
use super::connected::Connected;
use super::packet::{Arrived, Contents, HeaderFields};
use super::pair_map::PairMap;
use super::ports::Pair;
use super::quick_path::WayIn;
use super::statistics::{InetStatistics, Tcp};
use super::tcp::{LEAST_SEGMENT, Phase, TcpSocket, advance, advance_with, tcp, tcp_mut};
use super::tcp_bsd::{self, Screened};
use super::tcp_calls::is_readable;
use super::tcp_segment::{pseudo_header, send_segment};
use super::tcp_statistics::Appraisal;
use super::{listening, tcp_bsd_fast_open, tcp_in_udp, tcp_signature, time_wait};
use crate::engine::node::NodeId;
use crate::engine::socket::{Common, READABLE, Socket, SocketState};
use crate::engine::{Engine, SocketId, realtime_at};

/// How often a connection says that its neighbour is there.
const CONFIRMATION: Duration = Duration::from_secs(1);
/// How long the last acknowledgment of a handshake waits for text where that is likely to come: TCP_DELACK_MAX.
const HANDSHAKE_DELAY: Duration = Duration::from_millis(200);

/// How a segment has come.
#[derive(Clone, Copy, Debug)]
struct Arriving {
    interface: u32,
    hop_limit: u8,
    /// It is for this node, and not for everybody.
    is_local: bool,
}

impl Arriving {
    /// Whether it has come farther than a socket allows (IP_MINTTL, IPV6_MINHOPCOUNT).
    fn has_come_too_far(self, common: &Common, is_ipv6: bool) -> bool {
        self.hop_limit < common.ip.least_hop_limits[usize::from(is_ipv6)]
    }
}

/// A TCP segment has come to a node.
pub(super) fn segment_arrives(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    contents: &Contents<'_>,
    ecn: Ecn,
    (hop_limit, is_local): (u8, bool),
) {
    let Some(pseudo) = pseudo_header(contents.source, contents.destination) else { return };
    let pair = |ports: Ports| Pair {
        local: SocketAddr::new(contents.destination, ports.destination),
        remote: SocketAddr::new(contents.source, ports.source),
    };
    // It is large, and stays where it is.
    let mut decoded = wire::decode(&pseudo, contents.payload);
    let connection = |connections: &PairMap<SocketId>, ports| connections.get(&pair(ports)).copied();
    let octets = contents.payload;
    let arriving = Arriving { interface, hop_limit, is_local };
    decoded_arrives(engine, node, arriving, (&mut decoded, octets, ecn), connection, pair);
}

/// A segment has come in a datagram, whose checksum was right.
pub(super) fn tunnelled_segment_arrives(
    engine: &mut Engine,
    node: NodeId,
    arrived: &Arrived<'_>,
    contents: &Contents<'_>,
) {
    let pair = |ports: Ports| Pair {
        local: SocketAddr::new(contents.destination, ports.destination),
        remote: SocketAddr::new(contents.source, ports.source),
    };
    let mut decoded = wire::decode_unverified(contents.payload);
    let connection = |connections: &PairMap<SocketId>, ports| connections.get(&pair(ports)).copied();
    let (octets, ecn) = (contents.payload, Ecn::from_bits(arrived.traffic_class));
    let arriving = Arriving { interface: arrived.interface, hop_limit: arrived.hop_limit, is_local: true };
    decoded_arrives(engine, node, arriving, (&mut decoded, octets, ecn), connection, pair);
}

/// A segment has come over IPv4 to an address of the node's, and its checksum is known to be right.
#[inline]
pub(super) fn intact_segment_arrives(
    engine: &mut Engine,
    node: NodeId,
    WayIn { interface, ends }: WayIn,
    octets: &[u8],
    (ecn, hop_limit): (Ecn, u8),
) {
    let mut decoded = wire::decode_unverified(octets);
    let connection = |connections: &PairMap<SocketId>, ports: Ports| {
        connections.get_arrived(ends, ports.source, ports.destination).copied()
    };
    let pair = |ports: Ports| Pair {
        local: SocketAddr::V4(SocketAddrV4::new(ends.destination(), ports.destination)),
        remote: SocketAddr::V4(SocketAddrV4::new(ends.source(), ports.source)),
    };
    let arriving = Arriving { interface, hop_limit, is_local: true };
    decoded_arrives(engine, node, arriving, (&mut decoded, octets, ecn), connection, pair);
}

/// Gives a segment to whom `connection` finds, or to whom else it is for.
#[inline]
fn decoded_arrives(
    engine: &mut Engine,
    node: NodeId,
    arriving: Arriving,
    (decoded, octets, ecn): (&mut Result<(Ports, Segment<'_>), DecodeError>, &[u8], Ecn),
    connection: impl FnOnce(&PairMap<SocketId>, Ports) -> Option<SocketId>,
    pair: impl Fn(Ports) -> Pair,
) {
    let kernel = engine.node_mut(node);
    let tables = &mut kernel.inet;
    tables.statistics.tcp(Tcp::InSegs);
    let (ports, segment) = match decoded {
        Ok(decoded) => decoded,
        Err(error) => return malformed(&mut tables.statistics, *error),
    };
    segment.ecn = ecn;
    let found = connection(&tables.connections, *ports);
    let (has_keys, screens) = (tables.has_keys, kernel.sysctls.tcp.dialect.screens());
    let found = found.and_then(|id| {
        let common = &engine.socket(id).ok()?.common;
        let is_too_far = arriving.has_come_too_far(common, pair(*ports).local.is_ipv6());
        common.uses(arriving.interface).then_some((id, is_too_far))
    });
    if (segment.options.signed || has_keys)
        && let Some((id, _)) = found
        && !is_admitted(engine, id, pair(*ports), octets, segment)
    {
        return;
    }
    let segment = &*segment;
    match found {
        Some((_, true)) => engine.node_mut(node).inet.statistics.tcp(Tcp::MinTtlDrop),
        Some((id, _)) if screens => screened_segment(engine, node, id, segment),
        Some((id, _)) => connection_segment(engine, id, segment),
        None => unconnected_segment(engine, node, arriving, pair(*ports), (segment, octets)),
    }
}

/// Whether a connection takes a segment, by its signature; a SYN is made what core is to see.
#[cold]
fn is_admitted(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    octets: &[u8],
    segment: &mut Segment<'_>,
) -> bool {
    if !tcp_signature::admits(engine, id, pair, octets) {
        return false;
    }
    if segment.flags.contains(Flags::SYN)
        && let Ok((socket, _)) = tcp_mut(engine, id)
        && socket.has_key()
        && let Some(Connected { connection, .. }) = socket.connected()
    {
        *segment = tcp_signature::announced(segment, &connection.config());
    }
    true
}

/// A segment that belongs to no connection: for a listener, for one in TIME-WAIT, or for nobody.
#[inline(never)]
fn unconnected_segment(
    engine: &mut Engine,
    node: NodeId,
    arriving: Arriving,
    pair: Pair,
    (segment, octets): (&Segment<'_>, &[u8]),
) {
    let is_time_wait = engine.node(node).inet.time_waits.contains(&pair);
    let listener = engine.listener(node, pair.local, arriving.interface);
    if !arriving.is_local {
        // Not for everybody (RFC 9293 §3.9.2.3, MUST-57).
        if listener.is_some()
            && segment.flags & (Flags::SYN | Flags::ACK | Flags::RST | Flags::FIN) == Flags::SYN
        {
            engine.node_mut(node).inet.statistics.tcp(Tcp::ListenDrops);
        }
        return;
    }
    // Nor from everybody (MUST-63).
    if engine.node(node).is_broadcast(pair.remote.ip()) {
        return;
    }
    let mut reopened = None;
    if is_time_wait {
        reopened = time_wait::segment_arrives(engine, node, &pair, segment, listener.is_some());
        if reopened.is_none() {
            return;
        }
    }
    match listener {
        Some(listener) if !tcp_signature::admits(engine, listener, pair, octets) => {}
        Some(listener)
            if engine
                .socket(listener)
                .is_ok_and(|it| arriving.has_come_too_far(&it.common, pair.local.is_ipv6()))
                && !listening::has_half_open(engine, listener, pair) =>
        {
            engine.node_mut(node).inet.statistics.tcp(Tcp::MinTtlDrop);
        }
        Some(listener) => listening::segment_arrives(engine, listener, pair, segment, reopened),
        // Sent by the loopback interface to somebody else, it is for this node, but not refused (`tcp_v4_send_reset`).
        None if !engine.node(node).is_local(pair.local.ip()) => {}
        None if tcp_bsd::is_swallowed(&engine.node(node).sysctls.tcp.dialect, segment) => {}
        None => {
            if let Some(reset) = refuse(segment)
                && let Ok(key) = tcp_signature::key_of_reset(engine, node, arriving.interface, pair, octets)
            {
                let fields = tcp_in_udp::fields_of_answer(engine, node, HeaderFields::default());
                send_segment(engine, node, pair, &reset, fields, key.as_ref());
            }
        }
    }
}

/// A segment is none: what is counted of it (`tcp_v4_rcv`).
fn malformed(statistics: &mut InetStatistics, error: DecodeError) {
    if error == DecodeError::Checksum {
        statistics.tcp(Tcp::InCsumErrors);
    }
    if matches!(error, DecodeError::Checksum | DecodeError::DataOffset) {
        statistics.tcp(Tcp::InErrs);
    }
}

impl Engine {
    /// Who listens at this address.
    pub(super) fn listener(&self, node: NodeId, local: SocketAddr, interface: u32) -> Option<SocketId> {
        let listening = |socket: &Socket| match &socket.state {
            SocketState::Tcp(tcp) if tcp.is_listening() => Some(0),
            _ => None,
        };
        self.holder(node, IpProtocol::TCP, local, interface, listening)
    }
}

/// The way to the peer works, as what comes back shows.
fn confirm(engine: &mut Engine, id: SocketId) {
    let Engine { sockets, nodes, now, .. } = &mut *engine;
    let Some(entry) = sockets.open(id) else { return };
    let SocketState::Tcp(socket) = &mut entry.state else { return };
    let Some(Connected { addressing, path, .. }) = socket.connected_mut() else { return };
    let (node, remote) = (entry.node, addressing.ends.destination);
    let kernel = &mut nodes[node.0 as usize];
    match kernel.interfaces.paths.get_by(path, *now, remote) {
        Some(path) => kernel.inet.neighbours.confirm(*now, path.port, path.route.next_hop(remote)),
        None => engine.confirm_neighbour(node, remote),
    }
}

/// A segment for a connection of a node whose TCP looks at it first.
#[cold]
fn screened_segment(engine: &mut Engine, node: NodeId, id: SocketId, segment: &Segment<'_>) {
    let now = engine.now();
    let dialect = engine.node(node).sysctls.tcp.dialect;
    if tcp(engine, id).is_ok_and(|socket| !tcp_in_udp::came_its_way(engine, node, socket)) {
        return;
    }
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    let TcpSocket { phase: Phase::Connected(connected), bsd, .. } = socket else { return };
    let given = match tcp_bsd::screen(&dialect, now, segment, connected) {
        Screened::Given(given) => given,
        Screened::Challenged if !bsd.challenges.is_one_more(&dialect, now) => return,
        Screened::Challenged => {
            connected.connection.challenge(now);
            socket.bsd.is_challenging = true;
            advance(engine, id);
            if let Ok((socket, _)) = tcp_mut(engine, id) {
                socket.bsd.is_challenging = false;
            }
            return;
        }
        Screened::Dropped => return,
        Screened::Aborts => {
            connected.connection.abort(now);
            common.error = Some(Errno::ECONNRESET);
            return advance(engine, id);
        }
    };
    let was_opening = !connected.connection.state().is_synchronized();
    connection_segment(engine, id, &given);
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let Some(connected) = socket.connected_mut() else { return };
    if was_opening && connected.connection.state().is_synchronized() {
        tcp_bsd::is_open(now, &mut connected.connection);
    }
}

/// A segment for a connection.
fn connection_segment(engine: &mut Engine, id: SocketId, segment: &Segment<'_>) {
    let now = engine.now();
    if segment.options.fast_open.is_some() {
        keep_cookie(engine, id, segment);
    }
    let limited;
    let segment = match segment.options.maximum_segment_size {
        Some(_) => {
            limited = limited_by_program(engine, id, segment);
            &limited
        }
        None => segment,
    };
    let Engine { sockets, nodes, .. } = &mut *engine;
    let Some(Socket { node, common, state: SocketState::Tcp(socket), .. }) = sockets.open(id) else { return };
    let statistics = &mut nodes[node.0 as usize].inet.statistics;
    let (cork, more) = (socket.options.cork, socket.more);
    let Some(connected) = socket.connected_mut() else { return };
    let Connected { connection, storage, .. } = connected;
    storage.make_room(connection);
    let (in_flight, state) = (if more { connection.unacknowledged() } else { 0 }, connection.state());
    let (unread_before, urgent_before) = (connection.unread(), connection.has_urgent());
    let unacknowledged_before = connection.unacknowledged_sequence_number();
    let missing = ArrivalTimes::are_wanted(common)
        .then(|| arrival_times::missing(arrival_times::text(segment), connection, storage));
    let appraisal = Appraisal::new(segment, connected);
    let is_predicted = appraisal.is_predicted();
    let Connected { connection, storage, .. } = connected;
    let discarded = connection.segment_arrives(now, segment, storage);
    appraisal.count(statistics, segment, connected, discarded);
    let Connected { connection, storage, counters, .. } = connected;
    let taken = missing.and_then(|missing| arrival_times::taken(missing, connection, storage));
    if in_flight > 0 && connection.unacknowledged() < in_flight {
        // An acknowledgment takes along what MSG_MORE held back (tcp_data_snd_check).
        connection.set_cork(cork);
    }
    counters.received(segment, connection);
    if connection.state() != state {
        follow_state(socket, common, state, segment, now);
    }
    let Some(Connected { connection, .. }) = socket.connected_mut() else { return };
    // Of text that was expected, only an acknowledgment of something new is looked at (tcp_rcv_established).
    let acknowledges = segment.flags.contains(Flags::ACK)
        && segment.ack == connection.unacknowledged_sequence_number()
        && (!is_predicted || segment.payload.is_empty() || segment.ack != unacknowledged_before);
    let is_out_of_order = connection.records_in_use().0 > 0;
    let has_text = connection.unread() > unread_before;
    let has_urgent = connection.has_urgent() && !urgent_before;
    if let Some(text) = taken {
        let unread = connection.read_sequence_number();
        socket.arrival_times.get_or_insert_default().record(text, realtime_at(now), unread);
    }
    if acknowledges && discarded.is_none() && socket.soft_error.is_some() {
        // Something has come through (tcp_ack).
        socket.soft_error = None;
    }
    if socket.shut_read
        && socket.options.dialect().discards_what_nobody_reads()
        && let Some(connected) = socket.connected_mut()
    {
        tcp_bsd::discard_text(now, connected);
    }
    let is_confirmed = socket.confirmed.is_some_and(|at| now.since(at) < CONFIRMATION);
    if !is_confirmed && segment.flags.contains(Flags::ACK) {
        socket.confirmed = Some(now);
        confirm(engine, id);
    }
    if is_out_of_order {
        grow_for_out_of_order(engine, id);
    }
    let tells = has_urgent || has_text && is_heard_of_text(engine, id);
    advance_with(engine, id, if tells { READABLE } else { PollEvents::empty() });
}

/// What a segment has made of a connection, which was in the state `before`, changes its socket: it has opened, or has
/// ended.
fn follow_state(
    socket: &mut TcpSocket,
    common: &mut Common,
    before: State,
    segment: &Segment<'_>,
    now: Instant,
) {
    let (accepted, remembers) = (socket.accepted, socket.options.dialect().remembers_shutdown());
    // It was shut down before it connected, which Linux forgets, unless both ends have asked at once.
    let is_to_end = socket.shut_write && (remembers || before == State::SynReceived);
    let defers = socket.options.defer_accept != 0;
    let Some(connected) = socket.connected_mut() else { return };
    let state = connected.connection.state();
    let is_reset = segment.flags.contains(Flags::RST) && state == State::Closed;
    if is_reset && matches!(before, State::Closing | State::LastAck) {
        // RFC 9293 says nothing to the user then, Linux does (tcp_reset).
        common.error = Some(Errno::ECONNRESET);
    }
    let is_opening = |state| matches!(state, State::SynSent | State::SynReceived);
    if !is_opening(before) || is_opening(state) || state == State::Closed {
        return;
    }
    let connection = &mut connected.connection;
    let has_connected = before == State::SynSent && state == State::Established;
    if has_connected && (defers || !connection.has_quick_acknowledgments()) {
        // What the program sends first can take the acknowledgment along (tcp_rcv_synsent_state_process).
        connection.defer_acknowledgment(now, HANDSHAKE_DELAY);
    }
    if !accepted {
        connected.keep_room_back();
        socket.last_segment_size = 0;
    }
    if socket.bsd.first_text.is_some() {
        tcp_bsd_fast_open::send_waiting(socket, now);
    }
    if is_to_end && state == State::Established {
        let _ = socket.connected_mut().map(|connected| connected.connection.shutdown(now));
    }
}

/// Whether those who wait hear of text that has come (`tcp_data_ready`).
fn is_heard_of_text(engine: &Engine, id: SocketId) -> bool {
    let Ok(entry) = engine.socket(id) else { return false };
    let SocketState::Tcp(socket) = &entry.state else { return false };
    let is_enough = |it| is_readable(it, entry.common.recv_low_water.into(), engine.now());
    entry.is_awaited() && socket.connected().is_some_and(is_enough)
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

/// The peer's segment size is no more than TCP_MAXSEG, also where that was set after the own SYN had left
/// (`tcp_parse_options`).
#[cold]
fn limited_by_program<'a>(engine: &Engine, id: SocketId, segment: &Segment<'a>) -> Segment<'a> {
    let mut limited = *segment;
    if let Ok(Socket { state: SocketState::Tcp(socket), .. }) = engine.socket(id)
        && let (Some(size), Some(most)) = (segment.options.maximum_segment_size, socket.options.max_segment)
    {
        limited.options.maximum_segment_size = Some(size.min(most));
    }
    limited
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
