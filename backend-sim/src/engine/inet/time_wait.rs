//! Connections in TIME-WAIT: what a kernel remembers of a connection that both ends have closed, whether its socket is
//! still open or not; or that no program has open any more, while the peer has yet to close (Linux:
//! inet_timewait_sock).

use alloc::collections::VecDeque;
use core::net::IpAddr;
use core::time::Duration;

use anysock::tcp::{Config, Segment, SequenceNumber, State, TimeWait, TimeWaitArrival};
use anysock::{Errno, Instant};

use super::packet::HeaderFields;
use super::pair_map::PairMap;
use super::ports::Pair;
use super::statistics::Tcp;
use super::tcp::{tcp_mut, unlist};
use super::tcp_segment::send_segment;
use super::tcp_signature::Key;
use crate::engine::event::{Event, EventKey};
use crate::engine::map::Map;
use crate::engine::node::NodeId;
use crate::engine::{Engine, SocketId};

/// How long the kernel remembers one at most that counts as one to be killed (`__inet_twsk_schedule`).
const SHORT: Duration = Duration::from_secs(4);

/// How the port of a connection may be shared while this is in TIME-WAIT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sharing {
    pub(super) reuse_addr: bool,
    pub(super) reuse_port: bool,
    pub(super) v6_only: bool,
}

#[derive(Debug)]
struct Entry {
    time_wait: TimeWait,
    sharing: Sharing,
    fields: HeaderFields,
    key: Option<Key>,
}

/// The connections of a node that are in TIME-WAIT.
#[derive(Debug, Default)]
pub(crate) struct TimeWaits {
    entries: PairMap<Entry>,
    /// How many there are, by local port.
    ports: Map<u16, u32>,
    /// Which end when, the earliest first; of some that have ended before, too.
    ends: VecDeque<(Instant, Pair)>,
    /// For when the first of `ends` ends, or earlier.
    pub(in crate::engine) timer: Option<(Instant, EventKey)>,
}

impl TimeWaits {
    /// Between which ends they are, with their states, in no order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Pair, State)> {
        self.entries.iter().map(|(pair, entry)| (pair, entry.time_wait.state()))
    }

    pub(super) fn contains(&self, pair: &Pair) -> bool {
        self.entries.contains_key(pair)
    }

    /// Gives way to a new connection between the same two ends, which begins with this sequence number.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where the old one has to end first.
    pub(super) fn reopen(&mut self, pair: &Pair) -> Result<Option<SequenceNumber>, Errno> {
        let Some(entry) = self.entries.get(pair) else { return Ok(None) };
        let isn = entry.time_wait.initial_sequence_number().ok_or(Errno::EADDRNOTAVAIL)?;
        self.remove(pair);
        Ok(Some(isn))
    }

    /// Whether any has this local port.
    pub(super) fn are_on(&self, port: u16) -> bool {
        self.ports.contains_key(&port)
    }

    /// The local addresses of those that have this local port.
    pub(super) fn on(&self, port: u16) -> impl Iterator<Item = (IpAddr, Sharing)> {
        let any = self.are_on(port);
        let entries = any.then(|| self.entries.iter()).into_iter().flatten();
        let entries = entries.filter(move |(pair, _)| pair.local.port() == port);
        entries.map(|(pair, entry)| (pair.local.ip(), entry.sharing))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.ports.is_empty()
    }

    fn insert(&mut self, now: Instant, pair: Pair, entry: Entry) {
        *self.ports.entry(pair.local.port()).or_default() += 1;
        self.ends_at(entry.time_wait.until(now), pair);
        self.entries.insert(pair, entry);
    }

    pub(super) fn remove(&mut self, pair: &Pair) {
        if self.entries.remove(pair).is_none() {
            return;
        }
        if let Some(count) = self.ports.get_mut(&pair.local.port()) {
            *count -= 1;
            if *count == 0 {
                self.ports.remove(&pair.local.port());
            }
        }
    }

    /// Those that begin last equally long unless the setting was changed, so that the place is nearly always the last.
    fn ends_at(&mut self, at: Instant, pair: Pair) {
        let place = match self.ends.back() {
            Some((last, _)) if *last > at => self.ends.partition_point(|(end, _)| *end <= at),
            _ => self.ends.len(),
        };
        self.ends.insert(place, (at, pair));
    }

    /// Forgets those that have ended.
    fn expire(&mut self, now: Instant) {
        while let Some((_, pair)) = self.ends.pop_front_if(|(end, _)| *end <= now) {
            match self.entries.get(&pair).map(|entry| entry.time_wait.until(now)) {
                Some(until) if until > now => self.ends_at(until, pair),
                Some(_) => self.remove(&pair),
                None => {}
            }
        }
    }
}

/// How one counts that only the kernel remembers from now on, until then (`__inet_twsk_schedule`).
pub(super) fn remembered(now: Instant, until: Option<Instant>) -> Tcp {
    let is_short = until.is_some_and(|until| until.since(now) <= SHORT);
    if is_short { Tcp::TwKilled } else { Tcp::Tw }
}

/// A socket's connection has come to TIME-WAIT, or to where only the kernel waits for the peer's FIN: the node
/// remembers that, and the socket's connection is over.
pub(super) fn begin(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    let sharing =
        Sharing { reuse_addr: common.reuse_addr, reuse_port: common.reuse_port, v6_only: socket.v6_only };
    let (fields, pair) = (socket.fields, socket.pair());
    let key = pair.and_then(|pair| socket.keys.of(pair.remote.ip()).cloned());
    let Some(connected) = socket.connected_mut() else { return };
    let time_wait = TimeWait::new(&connected.connection, now);
    connected.connection.end_silently(now);
    unlist(engine, id);
    if let (Some(time_wait), Some(pair)) = (time_wait, pair) {
        engine.node_mut(node).inet.time_waits.insert(now, pair, Entry { time_wait, sharing, fields, key });
        schedule(engine, node);
    }
}

/// A segment for a pair that may be in TIME-WAIT. The initial sequence number of the connection that it begins, if it
/// does; `None` where the segment is done with.
pub(super) fn segment_arrives(
    engine: &mut Engine,
    node: NodeId,
    pair: &Pair,
    segment: &Segment<'_>,
    may_reopen: bool,
) -> Option<SequenceNumber> {
    let now = engine.now();
    let mut config = Config::default();
    let dialect = engine.node(node).sysctls.tcp.dialect;
    config.time_wait = dialect.time_wait();
    let time_waits = &mut engine.node_mut(node).inet.time_waits;
    let entry = time_waits.entries.get_mut(pair)?;
    let (fields, key) = (entry.fields, entry.key.clone());
    let is_past = entry.time_wait.has_old_timestamp(segment);
    let state = entry.time_wait.state();
    let (arrival, stays) =
        dialect.answer_in_time_wait(&mut entry.time_wait, now, &config, segment, may_reopen);
    if !stays {
        time_waits.remove(pair);
    }
    // (tcp_timewait_state_process)
    let statistics = &mut engine.node_mut(node).inet.statistics;
    if is_past && state == State::TimeWait {
        statistics.tcp(Tcp::PawsTimeWait);
    }
    if arrival == TimeWaitArrival::Withheld {
        let is_half_closed = state == State::FinWait2;
        statistics.tcp(if is_half_closed { Tcp::AckSkippedFinWait2 } else { Tcp::AckSkippedTimeWait });
    }
    match arrival {
        TimeWaitArrival::Reopen(isn) => return Some(isn),
        TimeWaitArrival::Reply(reply) => send_segment(engine, node, *pair, &reply, fields, key.as_ref()),
        TimeWaitArrival::Withheld | TimeWaitArrival::Drop => {}
    }
    None
}

/// The timer of a node's connections in TIME-WAIT is due.
pub(in crate::engine) fn timer(engine: &mut Engine, node: NodeId) {
    let now = engine.now();
    let time_waits = &mut engine.node_mut(node).inet.time_waits;
    time_waits.timer = None;
    time_waits.expire(now);
    schedule(engine, node);
}

/// Has the timer come due when the first one ends.
fn schedule(engine: &mut Engine, node: NodeId) {
    let time_waits = &mut engine.nodes[node.0 as usize].inet.time_waits;
    let Some((at, _)) = time_waits.ends.front() else { return };
    match time_waits.timer {
        Some((scheduled, _)) if scheduled <= *at => return,
        Some((_, key)) => engine.events.cancel(key),
        None => {}
    }
    time_waits.timer = Some((*at, engine.events.push(*at, Event::TimeWait { node })));
}
