//! Listening TCP sockets: half-open entries, and the connections that wait to be accepted.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::net::SocketAddr;

use anysock::tcp::{
    Arrival, Config, Connection, Counters, Flags, HalfOpen, Listener, SecretKey, Segment, SequenceNumber,
    Table,
};
use anysock::{Errno, Family, Protocol, SocketType};

use super::arrival_times::{self, ArrivalTimes};
use super::packet::HeaderFields;
use super::ports::Pair;
use super::tcp::{self, Connected, Phase, Stage, TcpSocket, tcp_mut};
use super::tcp_calls::TcpCalls;
use super::tcp_segment::{Addressing, send_segment};
use crate::engine::map::Map;
use crate::engine::socket::{Common, SocketState};
use crate::engine::sysctl::Sysctls;
use crate::engine::{Engine, SocketId};

/// A listening socket's queues.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) listener: Listener<HalfOpenEntries>,
    /// Established connections that wait to be accepted.
    pub(super) queue: VecDeque<SocketId>,
}

/// The connections that are not established yet.
#[derive(Debug, Default)]
pub(super) struct HalfOpenEntries(Map<Pair, HalfOpen>);

impl HalfOpenEntries {
    /// Between which ends they are, in no order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.0.keys().copied()
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
        self.0.iter().filter(|(_, entry)| wanted(entry)).map(|(pair, _)| *pair).min()
    }
}

/// Has a bound socket listen.
pub(super) fn begin(engine: &mut Engine, id: SocketId, backlog: u32) -> Result<(), Errno> {
    let key = engine.node(engine.socket(id)?.node).inet.secret.clone();
    let (socket, _) = tcp_mut(engine, id)?;
    let listener = Listener::new(&Config::default(), backlog, 0, key, HalfOpenEntries::default());
    socket.phase = Phase::Listening(Box::new(Listening { listener, queue: VecDeque::new() }));
    Ok(())
}

/// A segment for a listener; `reopened` has the initial sequence number where the pair was in TIME-WAIT.
pub(super) fn segment_arrives(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    segment: &Segment<'_>,
    reopened: Option<SequenceNumber>,
) {
    let now = engine.now();
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    let interface = tcp::tcp(engine, id).map_or(0, |listener| listener.fields.interface);
    let way = engine.route_by(node, pair.remote.ip(), interface, None);
    let Ok(mtu) = way.map(|(route, _)| route.mtu()) else { return };
    let sysctls = engine.node(node).sysctls;
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    let config = socket.options.config(mtu, pair.remote.is_ipv6(), common, &sysctls);
    let is_set = |flag| sysctls.tcp_fastopen & flag != 0;
    let early = match socket.options.fast_open {
        _ if !is_set(Sysctls::FAST_OPEN_SERVER) => 0,
        // As much as the backlog has room for (inet_listen).
        0 if is_set(Sysctls::FAST_OPEN_EVERY_LISTENER) => u32::MAX,
        limit => limit,
    };
    let without_cookie = is_set(Sysctls::FAST_OPEN_WITHOUT_COOKIE) || socket.options.fast_open_without_cookie;
    let key = socket.options.fast_open_key.map(|key| key.first()).or(sysctls.tcp_fastopen_key);
    let capacity = socket.options.receive_capacity(common);
    let (fields, cookies) = (socket.fields, socket.options.syn_cookies());
    let defer_accept = socket.options.defer_accept;
    let Phase::Listening(listening) = &mut socket.phase else { return };
    let listener = &mut listening.listener;
    // Without text the handshake is not over yet (Linux: tcp_check_req).
    let is_bare = segment.flags.contains(Flags::ACK)
        && !segment.flags.intersects(Flags::SYN | Flags::FIN | Flags::RST)
        && segment.payload.is_empty();
    if is_bare
        && defer_accept > 0
        && listener.half_open_entry(&pair).is_some_and(|it| it.retransmissions() < defer_accept)
    {
        return;
    }
    listener.set_config(&config, capacity);
    listener.set_cookies(cookies);
    listener.set_fast_open(early);
    listener.set_fast_open_without_cookie(without_cookie);
    if let Some(key) = key {
        listener.set_fast_open_key(SecretKey::new(key));
    }
    if let Some(half_open) = listener.fast_open(now, &pair, segment) {
        if establish(engine, id, pair, &config, &half_open, segment, true).is_err()
            && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, id)
        {
            listening.listener.accepted();
            listening.listener.fast_open_is_over();
        }
        return;
    }
    let arrival = match reopened {
        Some(isn) => listener.reopen(now, &pair, segment, isn),
        None => listener.segment_arrives(now, &pair, segment),
    };
    match arrival {
        Arrival::Drop => {}
        Arrival::Reply(reply) if reply.flags.contains(Flags::RST) => {
            send_segment(engine, node, pair, &reply, HeaderFields::default());
        }
        Arrival::Reply(reply) => send_segment(engine, node, pair, &reply, fields),
        Arrival::Accept(half_open) => {
            if establish(engine, id, pair, &config, &half_open, segment, false).is_err()
                && let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, id)
            {
                listening.listener.accepted();
            }
        }
    }
    advance(engine, id);
}

/// Makes a connection of an entry whose handshake `segment` has finished, or whose SYN with a right cookie it is
/// (`early`): it waits to be accepted.
fn establish(
    engine: &mut Engine,
    listener: SocketId,
    pair: Pair,
    config: &Config,
    half_open: &HalfOpen,
    segment: &Segment<'_>,
    early: bool,
) -> Result<(), Errno> {
    let (now, realtime) = (engine.now(), engine.realtime());
    let addressing = Addressing::new(pair).ok_or(Errno::EAFNOSUPPORT)?;
    let parent = engine.socket(listener)?;
    let node = parent.node;
    let what: (Family, SocketType, Protocol) = (parent.family, parent.kind, parent.protocol);
    let common = Common { error: None, ..parent.common.clone() };
    let socket = tcp::tcp(engine, listener)?;
    // A socket that was shut down and then listened hands that on: the connection is closed as soon as it is there.
    let (shut_read, shut_write) = (socket.shut_read, socket.shut_write);
    let asked_for = socket.asked_for.filter(|asked_for| !asked_for.ip().is_unspecified());
    let (send, receive) = socket.options.capacities(&common);
    let mut storage = engine.tcp_storages.take(send, receive);
    let socket = tcp::tcp(engine, listener)?;
    let mut connection = if early {
        Connection::accept_fast_open(config, half_open, segment, now, &mut storage)
    } else {
        Connection::from_half_open(config, half_open, now, &mut storage)
    };
    let mut counters = Counters::accepted(&connection);
    let text = arrival_times::text(segment);
    if !early {
        // Where the handshake ends with text that is out of order, there is a record for it.
        if !segment.payload.is_empty() {
            storage.make_room(&connection);
        }
        connection.segment_arrives(now, segment, &mut storage);
        counters.received(segment, &connection);
        if shut_write {
            let _ = connection.shutdown(now);
        }
    }
    let arrival_times = ArrivalTimes::are_wanted(&common)
        .then(|| arrival_times::taken(text, &connection, &mut storage))
        .flatten()
        .map(|text| Box::new(ArrivalTimes::of_first(text, realtime)));
    if shut_read {
        connection.shutdown_receive();
    }
    let child = TcpSocket {
        local: Some(pair.local),
        // The address that the program asked for stays, the port does not (SOCK_BINDADDR_LOCK, sk_clone_lock).
        asked_for: asked_for.map(|_| SocketAddr::new(pair.local.ip(), 0)),
        remote: Some(pair.remote),
        v6_only: socket.v6_only,
        fields: socket.fields,
        options: socket.options.clone(),
        phase: Phase::Connected(Box::new(Connected::new(addressing, connection, storage, counters, now))),
        opened_early_by: early.then_some(listener),
        stage: Stage::Connected,
        accepted: true,
        waits_to_be_accepted: true,
        shut_read,
        shut_write,
        arrival_times,
        ..TcpSocket::default()
    };
    let id = engine.insert_socket(node, what, &TcpCalls, SocketState::Tcp(Box::new(child)));
    engine.socket_mut(id)?.common = common;
    let tables = &mut engine.node_mut(node).inet;
    tables.connections.insert(pair, id);
    tables.hold_accepted(pair.local.port());
    if let Phase::Listening(listening) = &mut tcp_mut(engine, listener)?.0.phase {
        listening.queue.push_back(id);
    }
    tcp::advance(engine, id);
    engine.notify(listener);
    Ok(())
}

/// Sends the SYN,ACKs that are due, and sets the listener's timer.
pub(super) fn advance(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    loop {
        let Ok((TcpSocket { phase: Phase::Listening(listening), fields, .. }, _)) = tcp_mut(engine, id)
        else {
            return;
        };
        let fields = *fields;
        let Some((pair, segment)) = listening.listener.poll_transmit(now) else {
            let timeout = listening.listener.poll_timeout();
            return timeout.map_or((), |at| engine.set_timer(id, at));
        };
        send_segment(engine, node, pair, &segment, fields);
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
