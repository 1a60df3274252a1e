//! Connections that nobody uses any more, in TIME-WAIT or still in FIN-WAIT-2: what is left of each takes 24 octets.

use super::challenges::Challenges;
use super::closed::refuse;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::segment::{Flags, Segment, Timestamps};
use super::settings::Milliseconds;
use super::table::Table;
use super::timers::Timer;
use super::{SequenceNumber, Settings, State};
use crate::time::Instant;
use core::num::NonZeroU16;

/// A connection in TIME-WAIT in 24 octets: the acknowledgment that it would send, and when it ends. Or one in
/// FIN-WAIT-2 that nobody has open any more, which Linux remembers in the same way.
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
    /// One more than Rcv.Wind.Shift, so that an empty place in a table takes no room of its own; [`TIMESTAMPS`],
    /// [`FIN_WAIT_2`], and 64 times when an unacceptable segment was last answered.
    rest: NonZeroU16,
}

/// Both ends use timestamps.
const TIMESTAMPS: u16 = 16;
/// The peer's FIN has not come yet.
const FIN_WAIT_2: u16 = 32;
/// The bits before those of the time.
const FLAGS: u16 = 63;
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
    /// What is to be remembered of a connection; `None` where it is neither in TIME-WAIT nor, closed, in FIN-WAIT-2.
    pub fn new<C: CongestionControl>(connection: &Connection<C>, now: Instant) -> Option<TimeWait> {
        let waits_for_fin = connection.state() == State::FinWait2 && connection.closed;
        if connection.state() != State::TimeWait && !waits_for_fin {
            return None;
        }
        let timestamps = connection.timestamping.option(&connection.config, now);
        let flags =
            if timestamps.is_some() { TIMESTAMPS } else { 0 } | if waits_for_fin { FIN_WAIT_2 } else { 0 };
        // What was answered before FIN-WAIT-2 was left to itself does not count (Linux: tcp_time_wait); of what a
        // connection answered in TIME-WAIT, all does.
        let answered = if waits_for_fin { Challenges::NONE } else { connection.challenges.clone() };
        Some(TimeWait {
            snd_nxt: connection.snd.nxt,
            rcv_nxt: connection.rcv.nxt,
            timestamp: timestamps.map_or(0, |timestamps| timestamps.echo_reply),
            timestamp_offset: connection.config.timestamp_offset,
            until: milliseconds(connection.timers.at(Timer::FinalWait)),
            window: connection.rcv.field(connection.rcv.wnd()),
            rest: NonZeroU16::MIN.saturating_add(u16::from(connection.rcv.shift.min(14)))
                | flags
                | answered.coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>() << 6,
        })
    }

    const fn uses_timestamps(&self) -> bool {
        self.rest.get() & TIMESTAMPS != 0
    }

    /// [`State::TimeWait`] or [`State::FinWait2`].
    pub const fn state(&self) -> State {
        if self.rest.get() & FIN_WAIT_2 != 0 { State::FinWait2 } else { State::TimeWait }
    }

    /// RCV.WND.
    fn receive_window(&self) -> u32 {
        u32::from(self.window) << (self.rest.get() & 15).saturating_sub(1)
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

    /// Whether the timestamp of `segment` is older than one that came before (RFC 7323 §5.3; Linux: tcp_paws_check, to
    /// which TS.Recent is nothing where it is zero). Otherwise than Linux's tcp_paws_reject, it is so of a RST, too,
    /// that comes a minute and more after TS.Recent: there is no room for the time.
    pub fn has_old_timestamp(&self, segment: &Segment<'_>) -> bool {
        let timestamps = segment.options.timestamps.filter(|_| self.uses_timestamps() && self.timestamp != 0);
        timestamps.is_some_and(|timestamps| (timestamps.value.wrapping_sub(self.timestamp) as i32) < 0)
    }

    /// SND.NXT: the number behind our FIN.
    pub const fn next_sequence_number(&self) -> SequenceNumber {
        self.snd_nxt
    }

    /// RCV.NXT: the number behind the peer's FIN; in FIN-WAIT-2, of what comes next.
    pub const fn expected_sequence_number(&self) -> SequenceNumber {
        self.rcv_nxt
    }

    /// The acknowledgment of everything.
    pub fn acknowledgment(&self, now: Instant) -> Segment<'static> {
        let mut segment = Segment::new(Flags::ACK, self.snd_nxt, self.rcv_nxt);
        segment.window = self.window;
        segment.options.timestamps = self.uses_timestamps().then(|| Timestamps {
            value: Timestamps::clock(now, self.timestamp_offset),
            echo_reply: self.timestamp,
        });
        segment
    }

    /// A segment came: what is to be done, and whether the entry stays. Afterwards [`until`](Self::until) may tell
    /// another time. Where `may_reopen` is `false`, for nobody listens, a SYN that could begin a new connection is
    /// acknowledged.
    ///
    /// It is what [`TimeWaits::segment_arrives`] does, for an owner that has a table and a timer of its own.
    pub fn segment_arrives(
        &mut self,
        now: Instant,
        settings: impl Into<Settings>,
        segment: &Segment<'_>,
        may_reopen: bool,
    ) -> (TimeWaitArrival, bool) {
        let settings = settings.into();
        if self.state() == State::FinWait2 {
            return self.arrives_in_fin_wait_2(now, &settings, segment);
        }
        let recent = self.uses_timestamps().then_some(self.timestamp);
        if begins_beyond(segment, self.rcv_nxt, recent) {
            return if may_reopen {
                (TimeWaitArrival::Reopen(self.snd_nxt + BEYOND), false)
            } else {
                (TimeWaitArrival::Reply(self.acknowledgment(now)), true)
            };
        }
        let arrival = match Meaning::of(segment, self.rcv_nxt, self.has_old_timestamp(segment)) {
            Meaning::End => return (TimeWaitArrival::Drop, false),
            Meaning::Agreement => {
                self.note_timestamp(segment);
                self.until = milliseconds(now + settings.time_wait);
                TimeWaitArrival::Drop
            }
            Meaning::Question { is_recent } => {
                if is_recent {
                    self.until = milliseconds(now + settings.time_wait);
                }
                self.answer(now, settings.challenge_interval(), segment)
            }
            Meaning::Nothing => TimeWaitArrival::Drop,
        };
        (arrival, true)
    }

    /// The same while the peer's FIN has not come: what else comes ends the connection (Linux: the first half of
    /// tcp_timewait_state_process).
    fn arrives_in_fin_wait_2(
        &mut self,
        now: Instant,
        settings: &Settings,
        segment: &Segment<'_>,
    ) -> (TimeWaitArrival, bool) {
        let flags = segment.flags;
        let length = segment.sequence_length();
        let end = segment.seq + length;
        let edge = self.rcv_nxt + self.receive_window();
        let is_in_window = segment.seq == self.rcv_nxt
            || end.is_after(self.rcv_nxt) && segment.seq.is_before(edge)
            || segment.seq == edge && length == 0;
        if self.has_old_timestamp(segment) || !is_in_window {
            return (self.answer(now, settings.challenge_interval(), segment), true);
        }
        if flags.contains(Flags::RST) {
            return (TimeWaitArrival::Drop, false);
        }
        let resets = flags.contains(Flags::SYN) && !segment.seq.is_before(self.rcv_nxt);
        if !resets && (!flags.contains(Flags::ACK) || !end.is_after(self.rcv_nxt) || length == 0) {
            return (TimeWaitArrival::Drop, true);
        }
        if resets || !flags.contains(Flags::FIN) || end != self.rcv_nxt + 1 {
            return (refuse(segment).map_or(TimeWaitArrival::Drop, TimeWaitArrival::Reply), false);
        }
        self.rest = NonZeroU16::new(self.rest.get() & !FIN_WAIT_2).unwrap_or(self.rest);
        self.rcv_nxt = end;
        self.note_timestamp(segment);
        self.until = milliseconds(now + settings.time_wait);
        (TimeWaitArrival::Reply(self.acknowledgment(now)), true)
    }

    fn note_timestamp(&mut self, segment: &Segment<'_>) {
        if let Some(timestamps) = segment.options.timestamps.filter(|_| self.uses_timestamps()) {
            self.timestamp = timestamps.value;
        }
    }

    /// Acknowledges everything, but where the segment has no text, and is no FIN, not too often (RFC 5961 §7).
    fn answer(&mut self, now: Instant, interval: Milliseconds, segment: &Segment<'_>) -> TimeWaitArrival {
        if is_answered_with_measure(segment) {
            let mut answered =
                Challenges::of_coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>(self.rest.get() >> 6, now);
            if !answered.allow(now, interval) {
                return TimeWaitArrival::Withheld;
            }
            let answered = answered.coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>() << 6;
            self.rest = NonZeroU16::new(self.rest.get() & FLAGS | answered).unwrap_or(self.rest);
        }
        TimeWaitArrival::Reply(self.acknowledgment(now))
    }
}

/// What a segment says to a connection in TIME-WAIT (Linux: tcp_timewait_state_process).
enum Meaning {
    /// A RST at RCV.NXT (RFC 9293 §3.10.7.4; Linux without `tcp_rfc1337`).
    End,
    /// Nothing more, and where it should: both ends agree, and 2 MSL begin anew.
    Agreement,
    /// Anything else is acknowledged; it may show that the peer is still there, so that 2 MSL begin anew.
    Question {
        /// It is no SYN, which may be that of a new connection.
        is_recent: bool,
    },
    /// Any other RST.
    Nothing,
}

impl Meaning {
    fn of(segment: &Segment<'_>, rcv_nxt: SequenceNumber, is_past: bool) -> Meaning {
        let is_reset = segment.flags.contains(Flags::RST);
        let is_expected = !is_past && segment.seq == rcv_nxt && (is_reset || segment.sequence_length() == 0);
        match (is_expected, is_reset) {
            (true, true) => Meaning::End,
            (true, false) => Meaning::Agreement,
            (false, true) => Meaning::Nothing,
            (false, false) => Meaning::Question { is_recent: is_past || segment.flags.contains(Flags::ACK) },
        }
    }
}

/// Text and FIN are always answered, for the peer waits for that.
fn is_answered_with_measure(segment: &Segment<'_>) -> bool {
    segment.sequence_length() == 0 || segment.flags.contains(Flags::SYN)
}

/// Whether `segment` is a SYN that may begin a new connection where one is in TIME-WAIT: it lies beyond RCV.NXT, or its
/// timestamp beyond TS.Recent, if both used timestamps, and not before it (RFC 6191 §2; RFC 1122 §4.2.2.13; Linux:
/// tcp_timewait_state_process).
pub(super) fn begins_beyond(segment: &Segment<'_>, rcv_nxt: SequenceNumber, recent: Option<u32>) -> bool {
    // Newer where positive.
    let age = segment.options.timestamps.zip(recent);
    let age = age.map(|(timestamps, recent)| timestamps.value.wrapping_sub(recent) as i32);
    let is_past = age.is_some_and(|age| age < 0) && recent != Some(0);
    segment.is_bare_syn() && !is_past && (segment.seq.is_after(rcv_nxt) || age.is_some_and(|age| age > 0))
}

/// What is to be done with a segment for a pair of addresses in TIME-WAIT.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TimeWaitArrival {
    /// A SYN that begins a new connection, and the entry is gone: give it to
    /// [`Listener::reopen`](super::Listener::reopen) with this initial sequence number, which lies beyond all
    /// that the old connection has used.
    Reopen(SequenceNumber),
    /// Send this acknowledgment; or RST, where the peer has more to say in FIN-WAIT-2, and the entry is gone.
    Reply(Segment<'static>),
    /// Do nothing: it was answered only a moment ago (RFC 5961 §7).
    Withheld,
    /// Do nothing.
    Drop,
}

/// The connections of a host that are in TIME-WAIT, or closed in FIN-WAIT-2, in a [`Table`] of the owner's.
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

    /// Whether this pair has an entry, in TIME-WAIT or in FIN-WAIT-2.
    pub fn contains(&mut self, pair: &T::Pair) -> bool {
        self.entries.entry(pair).is_some()
    }

    /// Takes over a connection in TIME-WAIT, or a closed one in FIN-WAIT-2. `false` where it is in another state, or
    /// where there is no room: then the owner keeps the connection, or lets it go at once (Linux:
    /// `tcp_max_tw_buckets`).
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

    /// A segment came to this pair of addresses; `None` where it has no entry. `may_reopen` says whether anyone listens
    /// there: if not, a SYN is acknowledged like any other segment, and the entry stays (Linux: tcp_v4_rcv).
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

    /// A pair whose 2 MSL, or whose time in FIN-WAIT-2, have passed at `now`; its entry is gone. Call it when
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
