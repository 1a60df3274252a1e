//! A connection in SYN-RECEIVED as its listener keeps it: the SYN, our sequence number, and a time.

use super::challenges::Challenges;
use super::closed::refuse;
use super::connection::Connection;
use super::segment::{Ecn, Flags, Options, Segment, Timestamps};
use super::storage::{Nothing, Storage};
use super::transmissions::Transmissions;
use super::{SequenceNumber, Settings, State};
use crate::time::Instant;
use core::num::NonZeroU16;
use core::time::Duration;

bitflags::bitflags! {
    /// What was in the SYN, and how it came to be known.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    struct Syn: u8 {
        const SACK_PERMITTED = 0x01;
        const TIMESTAMPS = 0x02;
        const WINDOW_SCALE = 0x04;
        const MAXIMUM_SEGMENT_SIZE = 0x08;
        /// ECE and CWR (RFC 3168 §6.1.1).
        const ECN = 0x10;
        /// Known from a cookie alone.
        const COOKIE = 0x20;
        /// Another ACE field than RFC 3168 knows (RFC 9768 §3.1.2).
        const ACCURATE_ECN = 0x40;
        /// It came again, and asked no more.
        const ASKS_NO_MORE = 0x80;
    }
}

/// A half-open connection in 28 octets: what a [`Listener`](super::Listener) remembers of a SYN that it has
/// answered. [`Connection::from_half_open`] makes a connection of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HalfOpen {
    /// ISS: our initial sequence number.
    iss: SequenceNumber,
    /// IRS: the peer's.
    irs: SequenceNumber,
    /// When the SYN came, in microseconds, modulo 2^32.
    at: u32,
    /// TSval of the SYN.
    timestamp: u32,
    /// What is added to our own timestamps.
    timestamp_offset: u32,
    window: u16,
    maximum_segment_size: NonZeroU16,
    syn: Syn,
    /// The peer's window scale, and 16 times ours.
    scales: u8,
    /// How often the SYN,ACK has been sent again because its time had come, in four bits, and for a SYN that came
    /// again, in two; and 64 times the mark of the SYN.
    counts_and_mark: u8,
    /// When an unacceptable segment was last answered.
    challenged: u8,
}

/// In milliseconds; a period is longer than a connection is half-open by default.
const CHALLENGE_UNIT: u64 = 256;
const CHALLENGE_PERIOD: u64 = 255;

/// `at` in microseconds, modulo 2^32.
fn microseconds(at: Instant) -> u32 {
    (at.as_nanos() / 1_000) as u32
}

impl HalfOpen {
    const MOST_RETRANSMISSIONS: u8 = 15;
    const MOST_ANSWERS: u8 = 3;

    /// What is to be remembered of `syn`, to be answered with `iss`. `settings` have our timestamp offset.
    pub(super) fn new(now: Instant, iss: SequenceNumber, syn: &Segment<'_>, settings: &Settings) -> HalfOpen {
        let options = &syn.options;
        let mut flags = Syn::empty();
        flags.set(Syn::SACK_PERMITTED, options.sack_permitted);
        flags.set(Syn::TIMESTAMPS, options.timestamps.is_some());
        flags.set(Syn::WINDOW_SCALE, options.window_scale.is_some());
        flags.set(Syn::MAXIMUM_SEGMENT_SIZE, options.maximum_segment_size.is_some_and(|size| size != 0));
        let asks_accurately = !matches!(syn.flags.ace(), 0 | 3);
        let may_ask = syn.ecn == Ecn::NotCapable || syn.flags.contains(Flags::AE);
        flags.set(Syn::ECN, syn.flags.contains(Flags::ECE | Flags::CWR) && may_ask);
        flags.set(Syn::ACCURATE_ECN, asks_accurately);
        HalfOpen {
            iss,
            irs: syn.seq,
            at: microseconds(now),
            timestamp: options.timestamps.map_or(0, |timestamps| timestamps.value),
            timestamp_offset: settings.timestamp_offset,
            window: syn.window,
            maximum_segment_size: options
                .maximum_segment_size
                .and_then(NonZeroU16::new)
                .unwrap_or(NonZeroU16::MIN),
            syn: flags,
            scales: options.window_scale.unwrap_or(0).min(15),
            counts_and_mark: syn.ecn.bits() << 6,
            challenged: 0,
        }
    }

    /// The same, but known from a cookie: when the SYN came is not.
    pub(super) fn known_from_cookie(mut self) -> HalfOpen {
        self.syn |= Syn::COOKIE;
        self
    }

    /// How often the SYN,ACK has been sent again because its time had come: not what answered a SYN that came again
    /// (Linux: num_timeout).
    #[doc(alias = "TCP_DEFER_ACCEPT")]
    pub const fn retransmissions(&self) -> u8 {
        self.counts_and_mark & Self::MOST_RETRANSMISSIONS
    }

    /// How often the SYN,ACK has been sent again for a SYN that came again, three times at most.
    const fn answers(&self) -> u8 {
        self.counts_and_mark >> 4 & Self::MOST_ANSWERS
    }

    /// How often the SYN,ACK has been sent again for either reason (Linux: num_retrans).
    const fn sent_again(&self) -> u8 {
        self.retransmissions().saturating_add(self.answers())
    }

    fn set_counts_and_mark(&mut self, retransmissions: u8, answers: u8, mark: Ecn) {
        let retransmissions = retransmissions.min(Self::MOST_RETRANSMISSIONS);
        self.counts_and_mark = retransmissions | answers.min(Self::MOST_ANSWERS) << 4 | mark.bits() << 6;
    }

    /// The mark of the SYN.
    fn mark(&self) -> Ecn {
        Ecn::from_bits(self.counts_and_mark >> 6)
    }

    /// The SYN, without its text.
    fn syn(&self) -> Segment<'static> {
        let has = |flag| self.syn.contains(flag);
        let mut segment = Segment::new(Flags::SYN, self.irs, SequenceNumber(0));
        segment.flags.set(Flags::ECE | Flags::CWR, has(Syn::ECN));
        if has(Syn::ACCURATE_ECN) {
            segment.flags |= Flags::AE;
            segment.ecn = self.mark();
        }
        segment.window = self.window;
        segment.options = Options {
            maximum_segment_size: has(Syn::MAXIMUM_SEGMENT_SIZE).then_some(self.maximum_segment_size.get()),
            window_scale: has(Syn::WINDOW_SCALE).then_some(self.scales & 15),
            sack_permitted: has(Syn::SACK_PERMITTED),
            timestamps: has(Syn::TIMESTAMPS).then_some(Timestamps { value: self.timestamp, echo_reply: 0 }),
            ..Options::NONE
        };
        segment
    }

    /// When the SYN came, `now` being less than 71 minutes later.
    fn at(&self, now: Instant) -> Instant {
        let age = microseconds(now).wrapping_sub(self.at);
        Instant::from_nanos((now.as_nanos() / 1_000).saturating_sub(u64::from(age)).saturating_mul(1_000))
    }

    /// When the SYN,ACK is to be sent again: the timeouts so far, each twice as long as the one before
    /// (RFC 6298 §5.5).
    pub(super) fn due(&self, now: Instant, settings: &Settings) -> Instant {
        let due = self.at(now).plus_nanos(Self::timeouts(self.retransmissions().saturating_add(1), settings));
        // Ages are known up to an hour.
        due.min(self.at(now) + Duration::from_secs(1800))
    }

    /// So many timeouts, one after the other, in nanoseconds.
    fn timeouts(count: u8, settings: &Settings) -> u64 {
        let mut timeout = settings.initial_retransmission_timeout().as_nanos();
        let mut sum = 0u64;
        for _ in 0..count {
            let slop = if sum == 0 { 0 } else { settings.retransmission_slop().as_nanos() };
            let timeout_and_slop =
                timeout.min(settings.maximum_retransmission_timeout().as_nanos()).saturating_add(slop);
            sum = sum.saturating_add(timeout_and_slop);
            timeout = timeout.saturating_mul(2);
        }
        sum
    }

    /// The SYN,ACK has answered a SYN that came again: the timeout, no longer than it was, begins anew (Linux:
    /// tcp_check_req).
    fn restart_timeout(&mut self, now: Instant, settings: &Settings) {
        let before = Self::timeouts(self.retransmissions(), settings);
        self.at = microseconds(now).wrapping_sub((before / 1_000) as u32);
    }

    /// The sequence number of the SYN,ACK.
    pub const fn initial_sequence_number(&self) -> SequenceNumber {
        self.iss
    }

    /// Counts another SYN,ACK. `false` where there have been enough.
    pub(super) fn retransmit(&mut self, settings: &Settings) -> bool {
        let goes_on = self.retransmissions() < settings.syn_ack_retries.min(Self::MOST_RETRANSMISSIONS);
        let retransmissions = self.retransmissions().saturating_add(goes_on.into());
        self.set_counts_and_mark(retransmissions, self.answers(), self.mark());
        goes_on
    }

    /// The SYN,ACK, for a receive buffer of `capacity` octets.
    pub(super) fn syn_ack(&mut self, now: Instant, settings: &Settings, capacity: usize) -> Segment<'static> {
        let mut nothing = Nothing::new(capacity);
        let mut connection = self.accept(settings, now);
        connection.retransmissions = self.sent_again();
        let segment = connection.poll_transmit(now, &mut nothing).map(Segment::without_text);
        self.scales = self.scales & 15 | connection.rcv.shift << 4;
        segment.unwrap_or_default()
    }

    /// The connection in SYN-RECEIVED whose SYN,ACK is not sent yet.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn accept(&self, settings: &Settings, now: Instant) -> Connection {
        let settings = settings.clone().with_timestamp_offset(self.timestamp_offset);
        Connection::accept(settings, self.iss, &self.syn(), now)
    }

    /// Whether this is the segment that nearly always comes: it acknowledges our SYN, and has text at most. The
    /// machine, which is given it again with the connection, does with it what it does in SYN-RECEIVED with no other.
    fn is_expected(&self, segment: &Segment<'_>) -> bool {
        let controls = Flags::SYN | Flags::FIN | Flags::RST | Flags::ACK | Flags::URG;
        let is_recent = match segment.options.timestamps {
            Some(timestamps) => {
                let recent = SequenceNumber(self.timestamp);
                self.syn.contains(Syn::TIMESTAMPS) && !SequenceNumber(timestamps.value).is_before(recent)
            }
            None => !self.syn.contains(Syn::TIMESTAMPS),
        };
        segment.flags & controls == Flags::ACK
            && segment.seq == self.irs + 1
            && segment.ack == self.iss + 1
            && is_recent
    }

    /// What the machine does with a segment for this connection: the state after it and the answer. A change of
    /// the entry is kept in it.
    pub(super) fn segment_arrives(
        &mut self,
        now: Instant,
        settings: &Settings,
        capacity: usize,
        segment: &Segment<'_>,
    ) -> (State, Option<Segment<'static>>) {
        if self.is_expected(segment) {
            return (State::Established, None);
        }
        // Wherever it lies (Linux: tcp_check_req).
        if segment.flags & (Flags::ACK | Flags::RST) == Flags::ACK && segment.ack != self.iss + 1 {
            return (State::SynReceived, refuse(segment));
        }
        let mut nothing = Nothing::new(capacity);
        let mut connection = Connection::from_half_open(settings, self, now, &mut nothing);
        connection.challenges =
            Challenges::of_coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>(self.challenged.into(), now);
        connection.segment_arrives(now, segment, &mut nothing);
        self.challenged = connection.challenges.coarse::<CHALLENGE_UNIT, CHALLENGE_PERIOD>() as u8;
        let mut mark = self.mark();
        if let Some((last, asks_no_more)) = connection.syn_memory() {
            mark = last;
            self.syn.set(Syn::ASKS_NO_MORE, asks_no_more);
        }
        let state = connection.state();
        let reply = connection.poll_transmit(now, &mut nothing).map(Segment::without_text);
        let is_answer = reply.as_ref().is_some_and(|reply| reply.flags.contains(Flags::SYN));
        if is_answer {
            self.restart_timeout(now, settings);
        }
        self.set_counts_and_mark(
            self.retransmissions(),
            self.answers().saturating_add(is_answer.into()),
            mark,
        );
        (state, reply)
    }
}

impl Connection {
    /// Makes a connection in SYN-RECEIVED of what a listener remembers of it
    /// ([`Arrival::Accept`](super::Arrival::Accept)); the segment that finished the handshake is to be given to
    /// it next. The settings and the capacity of `storage` are to be those that the listener has.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub fn from_half_open(
        settings: impl Into<Settings>,
        half_open: &HalfOpen,
        now: Instant,
        storage: &mut impl Storage,
    ) -> Connection {
        let at = half_open.at(now);
        let mut connection = half_open.accept(&settings.into(), at);
        // The SYN,ACK went out then.
        connection.poll_transmit(at, storage);
        if connection.scaling && !half_open.syn.contains(Syn::COOKIE) {
            connection.rcv.shift = half_open.scales >> 4;
        }
        connection.retransmissions = half_open.sent_again();
        if half_open.syn.contains(Syn::ASKS_NO_MORE) {
            connection.recall_failure();
        }
        if half_open.retransmissions() > 0 {
            connection.snd.syn_retransmitted = true;
        }
        if half_open.sent_again() > 0 || half_open.syn.contains(Syn::COOKIE) {
            // Its round-trip time cannot be told.
            connection.transmissions = Transmissions::default();
        }
        connection
    }
}
