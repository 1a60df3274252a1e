//! Connections in TIME-WAIT that nobody uses any more: what is left of each takes 24 octets.

use super::challenges::Challenges;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection};
use super::segment::{Flags, Segment, Timestamps};
use super::storage::Nothing;
use super::table::Table;
use super::timers::Timer;
use super::{SequenceNumber, Settings, State};
use crate::time::Instant;
use core::num::NonZeroU16;

/// A connection in TIME-WAIT in 24 octets: the acknowledgment that it would send, and when it ends.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TimeWait {
    /// SND.NXT.
    snd_nxt: SequenceNumber,
    /// RCV.NXT.
    rcv_nxt: SequenceNumber,
    /// TS.Recent.
    timestamp: u32,
    /// What is added to our own timestamps.
    timestamp_offset: u32,
    /// When it ends, in milliseconds, modulo 2^32.
    until: u32,
    /// The window field.
    window: u16,
    /// Rcv.Wind.Shift, [`TIMESTAMPS`], [`NOT_ZERO`], and 64 times when an unacceptable segment was last answered.
    rest: NonZeroU16,
}

/// Both ends use timestamps.
const TIMESTAMPS: u16 = 16;
/// Always set, so that an empty place in a table takes no room of its own.
const NOT_ZERO: NonZeroU16 = NonZeroU16::new(32).unwrap();
/// In milliseconds; a period is longer than TIME-WAIT is by default.
const CHALLENGE_UNIT: u64 = 64;
const CHALLENGE_PERIOD: u64 = 1023;

/// From SND.NXT to a sequence number that no segment of the connection has (Linux: "isn = tcptw->tw_snd_nxt + 65535
/// + 2").
const BEYOND: u32 = 65_537;

/// `at` in milliseconds, modulo 2^32.
fn milliseconds(at: Instant) -> u32 {
    at.as_nanos().div_ceil(1_000_000) as u32
}

impl TimeWait {
    /// What is to be remembered of a connection; `None` where it is not in TIME-WAIT.
    pub fn new<C: CongestionControl>(connection: &Connection<C>, now: Instant) -> Option<TimeWait> {
        if connection.state() != State::TimeWait {
            return None;
        }
        let timestamps = connection.timestamping.option(&connection.config, now);
        Some(TimeWait {
            snd_nxt: connection.snd.nxt,
            rcv_nxt: connection.rcv.nxt,
            timestamp: timestamps.map_or(0, |timestamps| timestamps.echo_reply),
            timestamp_offset: connection.config.timestamp_offset,
            until: milliseconds(connection.poll_timeout().unwrap_or(now)),
            window: connection.rcv.field(connection.rcv.wnd()),
            rest: NOT_ZERO
                | u16::from(connection.rcv.shift & 15)
                | if timestamps.is_some() { TIMESTAMPS } else { 0 }
                | connection.challenges.coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>() << 6,
        })
    }

    const fn uses_timestamps(&self) -> bool {
        self.rest.get() & TIMESTAMPS != 0
    }

    /// The connection that this was made of.
    fn connection(&self, settings: Settings, now: Instant) -> Connection {
        let settings = settings.with_timestamp_offset(self.timestamp_offset);
        let mut connection = Connection::new(settings, self.snd_nxt - 2, now, State::Closed);
        let mut syn = Segment::new(Flags::SYN, self.rcv_nxt - 2, SequenceNumber(0));
        syn.window = u16::MAX;
        syn.options.window_scale = Some(0);
        syn.options.timestamps =
            self.uses_timestamps().then_some(Timestamps { value: self.timestamp, echo_reply: 0 });
        connection.synchronize(&syn);
        connection.state = State::TimeWait;
        connection.closed = true;
        (connection.snd.syn_acknowledged, connection.snd.fin) = (true, true);
        connection.snd.una = self.snd_nxt;
        connection.snd.nxt = self.snd_nxt;
        connection.snd.resume = self.snd_nxt;
        connection.snd.small = self.snd_nxt;
        connection.rcv.nxt = self.rcv_nxt;
        connection.rcv.acknowledged = self.rcv_nxt;
        connection.rcv.set_fin(self.rcv_nxt - 1);
        connection.rcv.shift = (self.rest.get() & 15) as u8;
        connection.rcv.edge = self.rcv_nxt + connection.rcv.scaled(self.window);
        connection.challenges =
            Challenges::of_coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>(self.rest.get() >> 6, now);
        connection.timers.set(Timer::FinalWait, self.until(now));
        connection
    }

    /// When it ends, `now` being less than 24 days away.
    pub fn until(&self, now: Instant) -> Instant {
        let now_in_milliseconds = now.as_nanos() / 1_000_000;
        let left = self.until.wrapping_sub(now_in_milliseconds as u32) as i32;
        let until = now_in_milliseconds.saturating_add_signed(i64::from(left));
        Instant::from_nanos(until.saturating_mul(1_000_000))
    }

    /// The initial sequence number with which this end may begin a new connection between the same two ends: one beyond
    /// all that the old one has used. `None` where no timestamps would tell the segments of the two apart, so that the
    /// old one has to end first (Linux: tcp_twsk_unique).
    pub fn initial_sequence_number(&self) -> Option<SequenceNumber> {
        self.uses_timestamps().then_some(self.snd_nxt + BEYOND)
    }

    /// Whether the timestamp of `segment` is older than one that came before (RFC 7323 §5.3).
    pub fn has_old_timestamp(&self, segment: &Segment<'_>) -> bool {
        let timestamps = segment.options.timestamps.filter(|_| self.uses_timestamps());
        timestamps.is_some_and(|timestamps| (timestamps.value.wrapping_sub(self.timestamp) as i32) < 0)
    }

    /// SND.NXT: the number behind our FIN.
    pub const fn next_sequence_number(&self) -> SequenceNumber {
        self.snd_nxt
    }

    /// RCV.NXT: the number behind the peer's FIN.
    pub const fn expected_sequence_number(&self) -> SequenceNumber {
        self.rcv_nxt
    }

    /// The acknowledgment of everything, for an owner that keeps a segment from
    /// [`segment_arrives`](Self::segment_arrives) which is to be answered all the same.
    pub fn acknowledgment(&self, now: Instant, settings: impl Into<Settings>) -> Option<Segment<'static>> {
        let mut nothing = Nothing::new(0);
        let mut connection = self.connection(settings.into(), now);
        connection.acknowledgment = Acknowledgment::Due;
        connection.poll_transmit(now, &mut nothing).map(Segment::without_text)
    }

    /// A segment came: what is to be done, and whether the entry stays. Afterwards [`until`](Self::until) may tell
    /// another time. Where `may_reopen` is `false`, for nobody listens, a SYN is acknowledged like any other segment.
    ///
    /// It is what [`TimeWaits::segment_arrives`] does, for an owner that has a table and a timer of its own.
    pub fn segment_arrives(
        &mut self,
        now: Instant,
        settings: impl Into<Settings>,
        segment: &Segment<'_>,
        may_reopen: bool,
    ) -> (TimeWaitArrival, bool) {
        let recent = self.uses_timestamps().then_some(self.timestamp);
        if may_reopen && begins_beyond(segment, self.rcv_nxt, recent) {
            return (TimeWaitArrival::Reopen(self.snd_nxt + BEYOND), false);
        }
        let mut nothing = Nothing::new(0);
        let mut connection = self.connection(settings.into(), now);
        connection.segment_arrives(now, segment, &mut nothing);
        let reply = connection.poll_transmit(now, &mut nothing).map(Segment::without_text);
        let reply = reply.map_or(TimeWaitArrival::Drop, TimeWaitArrival::Reply);
        match TimeWait::new(&connection, now) {
            Some(changed) => {
                *self = changed;
                (reply, true)
            }
            // A RST at RCV.NXT (RFC 9293 §3.10.7.4; Linux without `tcp_rfc1337`).
            None => (reply, false),
        }
    }
}

/// Whether `segment` is a SYN that may begin a new connection where one is in TIME-WAIT: it lies beyond RCV.NXT, or its
/// timestamp beyond TS.Recent, if both used timestamps, and not before it (RFC 6191 §2; RFC 1122 §4.2.2.13; Linux:
/// tcp_timewait_state_process).
pub(super) fn begins_beyond(segment: &Segment<'_>, rcv_nxt: SequenceNumber, recent: Option<u32>) -> bool {
    // Newer where positive.
    let age = segment.options.timestamps.zip(recent);
    let age = age.map(|(timestamps, recent)| timestamps.value.wrapping_sub(recent) as i32);
    segment.is_bare_syn()
        && match age {
            Some(age) => age > 0 || (age == 0 && segment.seq.is_after(rcv_nxt)),
            None => segment.seq.is_after(rcv_nxt),
        }
}

/// What is to be done with a segment for a pair of addresses in TIME-WAIT.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TimeWaitArrival {
    /// A SYN that begins a new connection, and the entry is gone: give it to
    /// [`Listener::reopen`](super::Listener::reopen) with this initial sequence number, which lies beyond all
    /// that the old connection has used.
    Reopen(SequenceNumber),
    /// Send this acknowledgment.
    Reply(Segment<'static>),
    /// Do nothing.
    Drop,
}

/// The connections of a host that are in TIME-WAIT, in a [`Table`] of the owner's.
///
/// ```
/// use anysock::tcp::{Config, TimeWait, TimeWaits};
/// use core::net::SocketAddrV4;
///
/// let entries = [const { None::<((SocketAddrV4, SocketAddrV4), TimeWait)> }; 32];
/// let time_waits = TimeWaits::new(&Config::default(), entries);
/// assert_eq!((time_waits.len(), time_waits.poll_timeout()), (0, None));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeWaits<T> {
    settings: Settings,
    entries: T,
    /// No entry ends before.
    next: Instant,
}

impl<T: Table<TimeWait>> TimeWaits<T> {
    /// None yet. Of the settings, [`time_wait`](super::Config::time_wait) counts; `entries` is empty.
    pub fn new(settings: impl Into<Settings>, entries: T) -> Self {
        TimeWaits { settings: settings.into(), entries, next: Instant::MAX }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.count() == 0
    }

    /// Whether this pair is in TIME-WAIT.
    pub fn contains(&mut self, pair: &T::Pair) -> bool {
        self.entries.entry(pair).is_some()
    }

    /// Takes over a connection in TIME-WAIT. `false` where it is in another state, or where there is no room: then
    /// the owner keeps the connection, or lets it go at once (Linux: `tcp_max_tw_buckets`).
    pub fn insert<C: CongestionControl>(
        &mut self,
        now: Instant,
        pair: &T::Pair,
        connection: &Connection<C>,
    ) -> bool {
        let Some(entry) = TimeWait::new(connection, now) else { return false };
        let until = entry.until(now);
        let inserted = self.entries.insert(pair, entry);
        if inserted {
            self.next = self.next.min(until);
        }
        inserted
    }

    /// A segment came to this pair of addresses; `None` where it is not in TIME-WAIT. `may_reopen` says whether anyone
    /// listens there: if not, a SYN is acknowledged like any other segment, and the entry stays (Linux: tcp_v4_rcv).
    ///
    /// After that [`poll_timeout`](Self::poll_timeout) may tell another time.
    pub fn segment_arrives(
        &mut self,
        now: Instant,
        pair: &T::Pair,
        segment: &Segment<'_>,
        may_reopen: bool,
    ) -> Option<TimeWaitArrival> {
        let entry = self.entries.entry(pair)?;
        let (arrival, stays) = entry.segment_arrives(now, &self.settings, segment, may_reopen);
        if !stays {
            self.entries.remove(pair);
        }
        Some(arrival)
    }

    /// A pair whose 2 MSL have passed at `now`; its entry is gone. Call it when
    /// [`poll_timeout`](Self::poll_timeout) says so, until it returns `None`.
    pub fn expire(&mut self, now: Instant) -> Option<T::Pair> {
        if now < self.next {
            return None;
        }
        let mut next = Instant::MAX;
        let ended = self.entries.find(|entry| {
            let until = entry.until(now);
            next = next.min(until);
            until <= now
        });
        match &ended {
            Some(pair) => drop(self.entries.remove(pair)),
            None => self.next = next,
        }
        ended
    }

    /// When [`expire`](Self::expire) is to be called; `None`: not until there is an entry.
    pub fn poll_timeout(&self) -> Option<Instant> {
        (self.entries.count() > 0).then_some(self.next)
    }
}
