//! Listening TCP sockets: half-open entries, and the connections that wait to be accepted.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::SocketAddr;

use anysock::tcp::{
    Arrival, Config, Connection, Counters, FastOpenCookie, Flags, HalfOpen, Listener, SecretKey, Segment,
    SequenceNumber, Settings, Table, refuse,
};
use anysock::{Errno, Family, MessageFlags, Protocol, SocketType};

use super::RouteMetrics;
use super::arrival_times::{self, ArrivalTimes};
use super::buffer::TcpStorage;
use super::connected::Connected;
use super::packet::HeaderFields;
use super::packet_info::Said;
use super::pair_map::PairMap;
use super::ports::Pair;
use super::saved_syn::SavedSyns;
use super::statistics::{InetStatistics, Tcp};
use super::tcp::{self, Phase, Stage, TcpSocket, tcp_mut};
use super::tcp_bsd::{self, BsdSocket};
use super::tcp_dialect::ListenerScreened;
use super::tcp_segment::{Addressing, send_segment};
use super::{tcp_bsd_fast_open, tcp_in_udp, tcp_signature};
use crate::engine::node::NodeId;
use crate::engine::socket::{Common, READABLE, Socket, SocketState};
use crate::engine::sysctl::Sysctls;
use crate::engine::{Engine, SocketId};

/// A listening socket's queues.
#[derive(Debug)]
pub(super) struct Listening {
    /// What was set when a segment last came, for connections of this kind.
    prepared: Option<Prepared>,
    pub(super) listener: Listener<HalfOpenEntries>,
    /// Established connections that wait to be accepted.
    pub(super) queue: VecDeque<SocketId>,
    saved_syns: SavedSyns,
    /// The ports of half-open connections whose segments go in UDP.
    tunnels: Vec<(Pair, u16)>,
}

/// What is the same in all connections of a kind.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) of: PreparedFor,
    pub(super) settings: Settings,
    /// The largest segment that they take.
    pub(super) largest_segment: u16,
    pub(super) window_clamp: usize,
}

/// What the settings of a connection depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PreparedFor {
    /// As of when ([`Engine`]'s `settings`).
    pub(super) settings: u64,
    pub(super) mtu: usize,
    pub(super) metrics: RouteMetrics,
    pub(super) is_ipv6: bool,
}

/// The connections that are not established yet.
#[derive(Debug, Default)]
pub(super) struct HalfOpenEntries(PairMap<HalfOpen>);

impl HalfOpenEntries {
    /// Between which ends they are, in no order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.0.iter().map(|(pair, _)| pair)
    }
}

impl Table<HalfOpen> for HalfOpenEntries {
    type Pair = Pair;

    fn count(&self) -> usize {
        self.0.len()
    }

    fn entry(&mut self, pair: &Pair) -> Option<&mut HalfOpen> {
        self.0.get_mut(pair)
    }

    fn insert(&mut self, pair: &Pair, entry: HalfOpen) -> bool {
        self.0.insert(*pair, entry);
        true
    }

    fn remove(&mut self, pair: &Pair) -> Option<HalfOpen> {
        self.0.remove(pair)
    }

    /// The first in the order of the pairs.
    fn find(&self, mut wanted: impl FnMut(&HalfOpen) -> bool) -> Option<Pair> {
        self.0.iter().filter(|(_, entry)| wanted(entry)).map(|(pair, _)| pair).min()
    }
}

/// Has a bound socket listen.
pub(super) fn begin(engine: &mut Engine, id: SocketId, backlog: u32) -> Result<(), Errno> {
    let key = engine.node(engine.socket(id)?.node).inet.secret.clone();
    let (socket, _) = tcp_mut(engine, id)?;
    let listener = Listener::new(&Config::default(), backlog, 0, key, HalfOpenEntries::default());
    socket.options.listens();
    let (queue, saved_syns) = (VecDeque::new(), SavedSyns::default());
    socket.phase = Phase::Listening(Box::new(Listening {
        prepared: None,
        listener,
        queue,
        saved_syns,
        tunnels: Vec::new(),
    }));
    Ok(())
}

/// Whether a listener has begun a handshake with there.
pub(super) fn has_half_open(engine: &mut Engine, id: SocketId, pair: Pair) -> bool {
    match tcp_mut(engine, id).map(|(socket, _)| &mut socket.phase) {
        Ok(Phase::Listening(listening)) => listening.listener.half_open_entry(&pair).is_some(),
        _ => false,
    }
}

/// A segment for a listener; `reopened` has the initial sequence number where the pair was in TIME-WAIT.
pub(super) fn segment_arrives(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    segment: &Segment<'_>,
    reopened: Option<SequenceNumber>,
) {
    if prepare(engine, id, pair).is_err() {
        return;
    }
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let key = socket.keys.of(pair.remote.ip()).cloned();
    let (fields, defer_accept) = (socket.fields, socket.options.defer_accept);
    let Phase::Listening(listening) = &mut socket.phase else { return };
    let Listening { listener, prepared: Some(prepared), .. } = &mut **listening else { return };
    let announced;
    let segment = match &key {
        Some(_) => {
            announced = tcp_signature::announced(segment, &prepared.settings.config());
            &announced
        }
        None => segment,
    };
    let tries = listener.half_open_entry(&pair).map(HalfOpen::retransmissions);
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    let dialect = &engine.node(node).sysctls.tcp.dialect;
    let mut screened;
    let mut granted = None;
    let segment = match dialect.screen_for_listener(tries.is_some(), segment) {
        ListenerScreened::AsItIs => segment,
        ListenerScreened::Given(given) => {
            screened = given;
            granted = tcp_bsd_fast_open::screen(engine, id, (pair, tries.is_some()), &mut screened);
            &screened
        }
        ListenerScreened::Dropped => return,
        ListenerScreened::Refused => return forget(engine, id, pair, segment),
    };
    // Without text the handshake is not over yet (Linux: tcp_check_req).
    if is_bare_acknowledgment(segment) && tries.is_some_and(|tries| tries < defer_accept) {
        return;
    }
    match answer(engine, id, pair, segment, (reopened, tries.is_some())) {
        Answer::Nothing => {}
        Answer::Reply(mut reply) => {
            tcp_bsd::shape_answer(engine, id, &mut reply, granted);
            let is_reset = reply.flags.contains(Flags::RST);
            let fields = if is_reset { HeaderFields::default() } else { fields };
            let fields = through_tunnel(engine, (node, id), (pair, &reply), fields);
            send_segment(engine, node, pair, &reply, fields, key.as_ref());
        }
        Answer::Opens { prepared, half_open, early, saved_syn } => {
            let opening =
                Opening { pair, prepared, half_open: &half_open, segment, early, granted, saved_syn };
            establish_or_forget(engine, id, &opening);
        }
    }
    advance(engine, id);
}

/// The fields of an answer to the segment that arrives: by which port of UDP a SYN has come, or by none, its SYN,ACK is
/// sent again to.
fn through_tunnel(
    engine: &mut Engine,
    (node, id): (NodeId, SocketId),
    (pair, reply): (Pair, &Segment<'_>),
    fields: HeaderFields,
) -> HeaderFields {
    let fields = tcp_in_udp::fields_of_answer(engine, node, fields);
    if reply.flags.contains(Flags::SYN)
        && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, id)
    {
        let Listening { listener, tunnels, .. } = &mut **listening;
        tunnels.retain(|(known, _)| *known != pair && listener.half_open_entry(known).is_some());
        if fields.tunnel_port != 0 {
            tunnels.push((pair, fields.tunnel_port));
        }
    }
    fields
}

/// What a listener does about a segment.
enum Answer {
    Nothing,
    Reply(Segment<'static>),
    /// A connection begins; see [`Opening`].
    Opens {
        prepared: Prepared,
        half_open: HalfOpen,
        early: bool,
        saved_syn: Option<Box<[u8]>>,
    },
}

/// Gives a listener a segment, and counts what it does about it.
#[inline]
fn answer(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    segment: &Segment<'_>,
    (reopened, was_half_open): (Option<SequenceNumber>, bool),
) -> Answer {
    let Engine { sockets, nodes, now, .. } = engine;
    let now = *now;
    let Some(entry) = sockets.open(id) else { return Answer::Nothing };
    let SocketState::Tcp(socket) = &mut entry.state else { return Answer::Nothing };
    let kernel = &mut nodes[entry.node.0 as usize].inet;
    let (arriving_syn, statistics) = (&kernel.arriving_syn, &mut kernel.statistics);
    let save_syn = socket.options.save_syn;
    let Phase::Listening(listening) = &mut socket.phase else { return Answer::Nothing };
    let Listening { listener, saved_syns, prepared: Some(prepared), .. } = &mut **listening else {
        return Answer::Nothing;
    };
    let early = listener.fast_open(now, &pair, segment);
    if segment.is_bare_syn() && !was_half_open {
        count_fast_open(statistics, listener, segment, early.is_some());
    }
    if let Some(half_open) = early {
        let (prepared, saved_syn) = (prepared.clone(), arriving_syn.kept(save_syn));
        return Answer::Opens { prepared, half_open, early: true, saved_syn };
    }
    let arrival = match reopened {
        Some(isn) => listener.reopen(now, &pair, segment, isn),
        None => listener.segment_arrives(now, &pair, segment),
    };
    // Of what has no SYN and is no RST, nobody asks.
    let begins_or_ends = segment.flags.intersects(Flags::RST | Flags::SYN);
    let is_half_open = begins_or_ends && listener.half_open_entry(&pair).is_some();
    if segment.is_bare_syn() && is_half_open && !was_half_open {
        saved_syns.begins(pair, arriving_syn.kept(save_syn));
    }
    count_arrival(statistics, segment, &arrival, (was_half_open, is_half_open), listener.may_establish());
    match arrival {
        Arrival::Drop => Answer::Nothing,
        Arrival::Reply(reply) => Answer::Reply(reply),
        Arrival::Accept(half_open) => {
            let saved_syn = if was_half_open { saved_syns.take(&pair) } else { None };
            Answer::Opens { prepared: prepared.clone(), half_open, early: false, saved_syn }
        }
    }
}

/// Counts what a segment was to a listener, which was opening that connection before, and is afterwards.
#[inline]
fn count_arrival(
    statistics: &mut InetStatistics,
    segment: &Segment<'_>,
    arrival: &Arrival,
    (was_half_open, is_half_open): (bool, bool),
    may_establish: bool,
) {
    let is_reset = segment.flags.contains(Flags::RST);
    if was_half_open && !is_half_open && segment.flags.intersects(Flags::RST | Flags::SYN) {
        // A RST, or a SYN that begins another connection (tcp_check_req).
        statistics.tcp(Tcp::EmbryonicRsts);
        statistics.tcp(Tcp::AttemptFails);
    }
    match arrival {
        Arrival::Reply(reply) if reply.flags.contains(Flags::SYN) && !is_half_open => {
            statistics.tcp(Tcp::ReqQFullDoCookies);
            statistics.tcp(Tcp::SyncookiesSent);
        }
        Arrival::Reply(reply) if reply.flags.contains(Flags::SYN) && was_half_open => {
            statistics.tcp(Tcp::RetransSegs);
            statistics.tcp(Tcp::SynRetrans);
        }
        Arrival::Accept(_) if !was_half_open => statistics.tcp(Tcp::SyncookiesRecv),
        // It was right, but there is no room. A RST's is not looked at.
        Arrival::Drop
            if !was_half_open && !is_reset && segment.flags.contains(Flags::ACK) && !may_establish =>
        {
            statistics.tcp(Tcp::SyncookiesRecv);
        }
        Arrival::Drop if is_half_open && segment.is_bare_syn() => statistics.tcp(Tcp::AckSkippedSynRecv),
        _ => {}
    }
    let is_dropped = matches!(arrival, Arrival::Drop);
    if is_dropped && !may_establish && !is_reset && segment.flags.intersects(Flags::SYN | Flags::ACK) {
        statistics.tcp(Tcp::ListenOverflows);
        statistics.tcp(Tcp::ListenDrops);
    }
}

/// Forgets a connection that is opening, and tells nobody (`inet_csk_reqsk_queue_drop`). Whether there was one.
pub(super) fn drop_half_open(engine: &mut Engine, id: SocketId, pair: Pair) -> bool {
    let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, id) else {
        return false;
    };
    let listener = &mut listening.listener;
    let Some(isn) = listener.half_open_entry(&pair).map(HalfOpen::initial_sequence_number) else {
        return false;
    };
    listener.icmp_arrives(&pair, isn, true);
    advance(engine, id);
    true
}

/// Forgets a connection that is opening, and resets the peer.
#[cold]
fn forget(engine: &mut Engine, id: SocketId, pair: Pair, segment: &Segment<'_>) {
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    drop_half_open(engine, id, pair);
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let key = socket.keys.of(pair.remote.ip()).cloned();
    if let Some(reset) = refuse(segment) {
        let fields = tcp_in_udp::fields_of_answer(engine, node, HeaderFields::default());
        send_segment(engine, node, pair, &reset, fields, key.as_ref());
    }
}

/// Counts what became of a SYN's wish to send text early (`tcp_try_fastopen`).
fn count_fast_open(
    statistics: &mut InetStatistics,
    listener: &Listener<HalfOpenEntries>,
    syn: &Segment<'_>,
    is_taken: bool,
) {
    let cookie = syn.options.fast_open;
    let asks = cookie.is_some_and(|cookie| cookie.octets().is_empty());
    if asks {
        statistics.tcp(Tcp::FastOpenCookieReqd);
    }
    let (count, limit) = listener.fast_opens();
    if is_taken {
        statistics.tcp(Tcp::FastOpenPassive);
    } else if limit > 0 && count >= limit && (cookie.is_some() || !syn.payload.is_empty()) {
        statistics.tcp(Tcp::FastOpenListenOverflow);
    } else if limit > 0 && cookie.is_some() && !asks {
        statistics.tcp(Tcp::FastOpenPassiveFail);
    }
}

fn is_bare_acknowledgment(segment: &Segment<'_>) -> bool {
    segment.flags.contains(Flags::ACK)
        && !segment.flags.intersects(Flags::SYN | Flags::FIN | Flags::RST)
        && segment.payload.is_empty()
}

/// Gives a listener what is set now, on its socket and its node, of connections between these two.
fn prepare(engine: &mut Engine, id: SocketId, pair: Pair) -> Result<(), Errno> {
    let Socket { node, ref common, state: SocketState::Tcp(ref listener), .. } = *engine.socket(id)? else {
        return Err(Errno::ENOTSOCK);
    };
    let interface = listener.fields.interface;
    let found = engine.route_by(node, pair.remote.ip(), interface, None)?;
    let said = Said::default().of_socket(common, MessageFlags::empty());
    let (route, _) = said.route(engine.node(node), pair.remote.ip(), found, interface != 0)?;
    let metrics = engine.node(node).route_metrics(pair.remote.ip());
    let is_ipv6 = pair.remote.is_ipv6();
    let mtu = tcp_in_udp::mtu(route.mtu(), engine.node(node).inet.arriving_in_udp);
    let of = PreparedFor { settings: engine.settings, mtu, metrics, is_ipv6 };
    if let Phase::Listening(listening) = &listener.phase
        && listening.prepared.as_ref().is_some_and(|prepared| prepared.of == of)
    {
        return Ok(());
    }
    prepare_anew(engine, id, node, of)
}

#[inline(never)]
fn prepare_anew(engine: &mut Engine, id: SocketId, node: NodeId, of: PreparedFor) -> Result<(), Errno> {
    let sysctls = engine.node(node).sysctls.clone();
    let (socket, common) = tcp_mut(engine, id)?;
    let mut options = socket.options.clone();
    options.take_route(&of.metrics);
    let config = options.config((of.mtu, &of.metrics), of.is_ipv6, common, &sysctls);
    let is_set = |flag| sysctls.tcp_fastopen & flag != 0;
    let early = match options.fast_open {
        _ if !is_set(Sysctls::FAST_OPEN_SERVER) => 0,
        // As much as the backlog has room for (inet_listen).
        0 if is_set(Sysctls::FAST_OPEN_EVERY_LISTENER) => u32::MAX,
        limit => limit,
    };
    let without_cookie = is_set(Sysctls::FAST_OPEN_WITHOUT_COOKIE)
        || options.fast_open_without_cookie
        || sysctls.tcp.dialect.checks_cookies_itself()
        || of.metrics.fast_open_without_cookie;
    let key = options.fast_open_key.map(|key| key.first()).or(sysctls.tcp_fastopen_key);
    let window_clamp = options.first_window_clamp(&config, common, of.metrics.window);
    let capacity = options.receive_capacity(common).min(window_clamp);
    let cookies = options.syn_cookies();
    let Phase::Listening(listening) = &mut socket.phase else { return Err(Errno::EINVAL) };
    let listener = &mut listening.listener;
    let (settings, largest_segment) = (Settings::from(&config), config.maximum_segment_size);
    listener.set_config(&settings, capacity);
    listener.set_cookies(cookies);
    listener.set_fast_open(early);
    listener.set_fast_open_without_cookie(without_cookie);
    if let Some(key) = key {
        listener.set_fast_open_key(SecretKey::new(key));
    }
    listening.prepared = Some(Prepared { of, settings, largest_segment, window_clamp });
    Ok(())
}

/// How a connection begins: with the segment that has finished its handshake, or, `early`, with its SYN, whose cookie
/// was right.
struct Opening<'a> {
    pair: Pair,
    prepared: Prepared,
    half_open: &'a HalfOpen,
    segment: &'a Segment<'a>,
    early: bool,
    /// The cookie that BSD's SYN,ACK grants.
    granted: Option<FastOpenCookie>,
    /// What the listener has kept of the SYN.
    saved_syn: Option<Box<[u8]>>,
}

/// Makes a connection; where that fails the listener counts it no more.
fn establish_or_forget(engine: &mut Engine, id: SocketId, opening: &Opening<'_>) {
    if establish(engine, id, opening).is_err()
        && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, id)
    {
        listening.listener.accepted();
        if opening.early {
            listening.listener.fast_open_is_over();
        }
    }
}

/// Makes a socket of a connection that begins: it waits to be accepted.
fn establish(engine: &mut Engine, listener: SocketId, opening: &Opening<'_>) -> Result<(), Errno> {
    let pair = opening.pair;
    let mut connected = connection(engine, listener, opening)?;
    let parent = engine.socket(listener)?;
    let (node, calls) = (parent.node, parent.calls);
    let what: (Family, SocketType, Protocol) = (parent.family, parent.kind, parent.protocol);
    let common = Common { error: None, drops: 0, ..parent.common.clone() };
    let socket = tcp::tcp(engine, listener)?;
    let asked_for = socket.asked_for.filter(|asked_for| !asked_for.ip().is_unspecified());
    let arrival_times = finish_handshake(engine, &mut connected, opening, &common, socket);
    let mut options = socket.options.clone();
    options.take_route(&opening.prepared.of.metrics);
    let child = Box::new(TcpSocket {
        local: Some(pair.local),
        // The address that the program asked for stays, the port does not (SOCK_BINDADDR_LOCK, sk_clone_lock).
        asked_for: asked_for.map(|_| SocketAddr::new(pair.local.ip(), 0)),
        remote: Some(pair.remote),
        v6_only: socket.v6_only,
        fields: tcp_in_udp::fields_of_answer(engine, node, socket.fields),
        wanted: socket.wanted,
        multicast: socket.multicast.as_deref().map(|multicast| Box::new(multicast.without_groups())),
        keys: socket.keys.inherited(pair.remote.ip()),
        phase: Phase::Connected(connected),
        last_segment_size: 0,
        bsd: BsdSocket { granted: opening.granted, ..BsdSocket::default() },
        opened_early_by: opening.early.then_some(listener),
        stage: Stage::Connected,
        is_listed: true,
        accepted: true,
        waits_to_be_accepted: true,
        shut_read: socket.shut_read,
        shut_write: socket.shut_write,
        error_queue: socket.inherited_error_queue(),
        arrival_times,
        saved_syn: opening.saved_syn.clone(),
        ..TcpSocket::new(options)
    });
    let id = engine.insert_socket_with(node, what, calls, SocketState::Tcp(child), common);
    let tables = &mut engine.node_mut(node).inet;
    tables.connections.insert(pair, id);
    tables.hold_accepted(pair.local.port());
    tables.statistics.tcp(Tcp::PassiveOpens);
    if !opening.early && opening.segment.sequence_length() == 0 {
        tables.statistics.tcp(Tcp::PureAcks);
    }
    if let Phase::Listening(listening) = &mut tcp_mut(engine, listener)?.0.phase {
        listening.queue.push_back(id);
    }
    tcp::advance(engine, id);
    engine.notify_of(listener, READABLE);
    Ok(())
}

/// The connection, in SYN-RECEIVED, with room for its octets.
fn connection(
    engine: &mut Engine,
    listener: SocketId,
    opening: &Opening<'_>,
) -> Result<Box<Connected>, Errno> {
    let now = engine.now();
    let Opening { pair, ref prepared, half_open, segment, early, .. } = *opening;
    let addressing = Addressing::new(pair).ok_or(Errno::EAFNOSUPPORT)?;
    let (socket, common) = tcp_mut(engine, listener)?;
    let (send, receive) = socket.options.capacities(common);
    let begin = |storage: &mut TcpStorage| {
        storage.receive.set_window_clamp(prepared.window_clamp);
        if early {
            Connection::accept_fast_open(&prepared.settings, half_open, segment, now, storage)
        } else {
            Connection::from_half_open(&prepared.settings, half_open, now, storage)
        }
    };
    let (room, largest) = ((send, receive), prepared.largest_segment);
    let mut connected =
        engine.ended_connections.take(addressing, largest, room, now, begin, Counters::accepted);
    connected.keep_room_back();
    Ok(connected)
}

/// Gives a connection the segment that it begins with, unless that was its SYN. A listener that was shut down before it
/// listened hands that on: the connection is closed as soon as it is there.
fn finish_handshake(
    engine: &Engine,
    Connected { connection, storage, counters, .. }: &mut Connected,
    Opening { segment, early, .. }: &Opening<'_>,
    common: &Common,
    listener: &TcpSocket,
) -> Option<Box<ArrivalTimes>> {
    let now = engine.now();
    if !early {
        // Where the handshake ends with text that is out of order, there is a record for it.
        if !segment.payload.is_empty() {
            storage.make_room(connection);
        }
        connection.segment_arrives(now, segment, storage);
        counters.received(segment, connection);
        if listener.shut_write {
            let _ = connection.shutdown(now);
        }
    }
    let arrival_times = ArrivalTimes::are_wanted(common)
        .then(|| arrival_times::taken(arrival_times::text(segment), connection, storage))
        .flatten()
        .map(|text| Box::new(ArrivalTimes::of_first(text, engine.realtime())));
    if listener.shut_read {
        connection.shutdown_receive();
    }
    arrival_times
}

/// Sends the SYN,ACKs that are due, and sets the listener's timer.
pub(super) fn advance(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    loop {
        let Ok((TcpSocket { phase: Phase::Listening(listening), fields, keys, .. }, _)) = tcp_mut(engine, id)
        else {
            return;
        };
        let mut fields = *fields;
        let half_open = listening.listener.half_open();
        let next = listening.listener.poll_transmit(now);
        let Listening { listener, saved_syns, tunnels, .. } = &mut **listening;
        let port_of =
            |pair: &Pair| tunnels.iter().find(|(known, _)| known == pair).map_or(0, |(_, port)| *port);
        fields.tunnel_port = next.as_ref().map_or(0, |(pair, _)| port_of(pair));
        let given_up = half_open - listener.half_open();
        saved_syns.are_left(listener.half_open(), |pair| listener.half_open_entry(pair).is_some());
        let timeout = listening.listener.poll_timeout();
        let key = next.as_ref().and_then(|(pair, _)| keys.of(pair.remote.ip()).cloned());
        let statistics = &mut engine.node_mut(node).inet.statistics;
        (0..given_up).for_each(|_| statistics.tcp(Tcp::Timeouts));
        let Some((pair, mut segment)) = next else {
            return engine.set_timer(id, timeout);
        };
        statistics.tcp(Tcp::RetransSegs);
        statistics.tcp(Tcp::SynRetrans);
        statistics.tcp(Tcp::Timeouts);
        tcp_bsd::shape_answer(engine, id, &mut segment, None);
        send_segment(engine, node, pair, &segment, fields, key.as_ref());
    }
}

/// Ends what waits on a listener that is closed: connections that were not accepted are reset, half-open ones
/// forgotten (Linux: inet_csk_listen_stop).
pub(super) fn end(engine: &mut Engine, listening: Listening) {
    let now = engine.now();
    for id in listening.queue {
        let Ok((socket, _)) = tcp_mut(engine, id) else { continue };
        socket.orphaned = true;
        if let Some(connected) = socket.connected_mut() {
            connected.connection.abort(now);
        }
        tcp::advance(engine, id);
    }
}
