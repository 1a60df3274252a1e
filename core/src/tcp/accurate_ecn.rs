//! Accurate ECN: how many marks have come, and not only that one has (RFC 9768), as Linux 7.2 has it: what both ends
//! agree to, and what our segments say. What the peer's say is in [`ecn_feedback`](super::ecn_feedback).

use super::config::{EcnNegotiation, EcnOption};
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::ecn::Condition;
use super::ecn_counters::{EcnCounters, EcnOrder};
use super::segment::{Block, Ecn, Flags, Segment};
use super::state::State;
use crate::time::Instant;
use core::num::NonZeroU32;

bitflags::bitflags! {
    /// What has been seen and planned; the failures with their bits of `tcpi_accecn_fail_mode`.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub(super) struct Progress: u8 {
        /// Our SYN,ACK with ACE bits may have been dropped for them (TCP_ACCECN_ACE_FAIL_SEND).
        const ACE_FAIL_SEND = 0x01;
        /// The peer's ACE field or ours was mangled (TCP_ACCECN_ACE_FAIL_RECV).
        const ACE_FAIL_RECV = 0x02;
        /// Acknowledgments with our option do not arrive (TCP_ACCECN_OPT_FAIL_SEND).
        const OPT_FAIL_SEND = 0x04;
        /// The peer's option cannot be believed (TCP_ACCECN_OPT_FAIL_RECV).
        const OPT_FAIL_RECV = 0x08;
        /// The next segment is to have the option.
        const PLANNED = 0x10;
        /// The last segment had the option and told of a duplicate.
        const WITH_DUPLICATE = 0x20;
        /// The peer has sent an option without fields.
        const EMPTY_SEEN = 0x40;
        /// The peer has sent an option with fields.
        const COUNTERS_SEEN = 0x80;
        /// The first option was zero where it cannot be (TCP_ACCECN_OPT_FAIL_SEEN).
        const FAIL_SEEN = 0xC0;
    }
}

impl Progress {
    const ACE_FAILED: Progress = Progress::ACE_FAIL_SEND.union(Progress::ACE_FAIL_RECV);
}

/// How many octets came with each mark, modulo 2^24: ECT(1), ECT(0), CE. They begin with 0 here.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct ByteCounters([[u8; 3]; 3]);

impl ByteCounters {
    pub(super) fn get(&self, mark: Ecn) -> u32 {
        let index = usize::from(mark.bits()).wrapping_sub(1);
        self.0.get(index).map_or(0, |&[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    pub(super) fn add(&mut self, mark: Ecn, octets: u32) {
        let [_, sum @ ..] = self.get(mark).wrapping_add(octets).to_be_bytes();
        if let Some(place) = self.0.get_mut(usize::from(mark.bits()).wrapping_sub(1)) {
            *place = sum;
        }
    }

    /// As the option has them.
    fn option(&self) -> EcnCounters {
        let fields = EcnOrder::One.marks().map(|mark| self.get(mark).wrapping_add(initial(mark)));
        EcnCounters::new(EcnOrder::One, &fields)
    }
}

/// With what the counter of a mark begins, so that one that was zeroed on the way can be told (RFC 9768 §3.2.1).
pub(super) const fn initial(mark: Ecn) -> u32 {
    match mark {
        Ecn::Capable0 | Ecn::Capable1 => 1,
        Ecn::NotCapable | Ecn::CongestionExperienced => 0,
    }
}

/// What a connection knows of Accurate ECN.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct AccurateEcn {
    /// r.e1b, r.e0b, r.ceb: of the text that has come.
    pub(super) received: ByteCounters,
    /// s.e1b, s.e0b, s.ceb: of ours, as the peer says.
    pub(super) delivered: ByteCounters,
    /// s.cep, without its initial value, modulo 2^16.
    pub(super) delivered_ce: u16,
    /// How many segments an acknowledgment delivers on average, in 64ths.
    pub(super) average: u16,
    /// When the option was last sent, in milliseconds, modulo 2^16.
    option_at: u16,
    pub(super) progress: Progress,
    /// Four numbers of two bits each: see [`Number`].
    numbers: u8,
}

/// The place of a number from 0 to 3.
#[derive(Clone, Copy)]
pub(super) enum Number {
    /// The mark of the peer's SYN.
    SynMark = 0,
    /// The mark that text of ours has when it arrives, as far as it could be told; 0: it could not.
    Estimate = 2,
    /// How many fields the next option has at least.
    LeastFields = 4,
    /// How many more segments are to have the option.
    Demand = 6,
}

impl AccurateEcn {
    pub(super) fn new() -> AccurateEcn {
        AccurateEcn {
            received: ByteCounters::default(),
            delivered: ByteCounters::default(),
            delivered_ce: 0,
            average: 0,
            option_at: 0,
            progress: Progress::empty(),
            numbers: 0,
        }
    }

    pub(super) const fn number(&self, which: Number) -> u8 {
        self.numbers >> which as u8 & 3
    }

    pub(super) const fn set_number(&mut self, which: Number, number: u8) {
        self.numbers = self.numbers & !(3 << which as u8) | (number & 3) << which as u8;
    }

    /// The next segments, `count` of them at least, are to have the option.
    pub(super) fn demand(&mut self, count: u8) {
        self.set_number(Number::Demand, self.number(Number::Demand).max(count));
    }

    /// Whether an option has come.
    pub(super) const fn has_seen_option(&self) -> bool {
        self.progress.intersects(Progress::FAIL_SEEN)
    }

    /// The first option that has fields says whether they can be believed: the counter of ECT(0) or ECT(1) that stands
    /// first is never zero (RFC 9768 §3.2.3.2.4; Linux: tcp_accecn_option_init).
    pub(super) fn first_option_arrives(&mut self, segment: &Segment<'_>) -> bool {
        let Some(counters) = segment.options.ecn_counters else { return false };
        if self.progress.contains(Progress::COUNTERS_SEEN) {
            return false;
        }
        let seen = if counters.fields().next().is_none() {
            Progress::EMPTY_SEEN
        } else if counters.marked().any(|(mark, field)| initial(mark) != 0 && field == 0) {
            Progress::FAIL_SEEN
        } else {
            Progress::COUNTERS_SEEN
        };
        self.progress = self.progress.difference(Progress::FAIL_SEEN) | seen;
        true
    }

    /// The same; what cannot be believed is not looked at any more.
    pub(super) fn note_first_option(&mut self, segment: &Segment<'_>) -> bool {
        let is_first = self.first_option_arrives(segment);
        if is_first && self.progress.contains(Progress::FAIL_SEEN) {
            self.progress |= Progress::OPT_FAIL_RECV;
        }
        is_first
    }
}

/// How many segments have come with CE, and what came last: the part of it that the peer's every segment changes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Marks {
    /// r.cep, without its initial value, modulo 2^8.
    pub(super) count: u8,
    /// What came last, and four times how many of them our ACE field has not told yet; 15 for more.
    untold_and_last: u8,
}

impl Marks {
    pub(super) const fn new() -> Marks {
        Marks { count: 0, untold_and_last: 0 }
    }

    pub(super) const fn last(&self) -> Ecn {
        Ecn::from_bits(self.untold_and_last)
    }

    pub(super) const fn set_last(&mut self, mark: Ecn) {
        self.untold_and_last = self.untold_and_last & !3 | mark.bits();
    }

    /// How many segments with CE our ACE field has not told yet; 15 for more.
    pub(super) const fn untold(&self) -> u8 {
        self.untold_and_last >> 2 & 15
    }

    /// Our ACE field tells them all.
    const fn tell(&mut self) {
        self.untold_and_last &= 3;
    }

    /// A segment has come with CE.
    pub(super) fn add(&mut self) {
        self.count = self.count.wrapping_add(1);
        if self.untold() < 15 {
            self.untold_and_last = self.untold_and_last.wrapping_add(4);
        }
    }
}

/// s.cep and r.cep begin with this (RFC 9768 §3.2.1).
pub(super) const INITIAL_ACE: u8 = 5;

/// Whether a SYN asks for Accurate ECN: all but 000 and 011 do (RFC 9768 §3.1.2).
pub(super) const fn is_requested(flags: Flags) -> bool {
    !matches!(flags.ace(), 0 | 3)
}

/// How the ACE field says which mark a SYN had (RFC 9768 §3.1.1, Table 2).
const fn reflected(mark: Ecn) -> Flags {
    Flags::with_ace(match mark {
        Ecn::NotCapable => 0b010,
        Ecn::Capable1 => 0b011,
        Ecn::Capable0 => 0b100,
        Ecn::CongestionExperienced => 0b110,
    })
}

impl EcnNegotiation {
    /// Whether a listener agrees to Accurate ECN.
    const fn accepts_accurate(self) -> bool {
        use EcnNegotiation::{AcceptAccurate, AcceptAccurateRequestClassic, RequestAccurate};
        matches!(self, RequestAccurate | AcceptAccurate | AcceptAccurateRequestClassic)
    }
}

/// The handshake.
impl<C: CongestionControl> Connection<C> {
    /// Takes the peer's wish from its SYN, or its answer from its SYN,ACK; whether both agree.
    pub(super) fn agree_accurately(&mut self, syn: &Segment<'_>) -> bool {
        let asks = self.config.ecn == EcnNegotiation::RequestAccurate;
        if !syn.flags.contains(Flags::ACK) {
            let agreed = if self.passive { self.config.ecn.accepts_accurate() } else { asks };
            let agreed = agreed && is_requested(syn.flags);
            if agreed {
                self.ecn.accurate.set_number(Number::SynMark, syn.ecn.bits());
                self.rcv.marks.set_last(syn.ecn);
            }
            return agreed;
        }
        // Table 2: 000 and 111 are none, 001 is what RFC 3168 has.
        if !asks || matches!(syn.flags.ace(), 0 | 1 | 7) {
            return false;
        }
        let accurate = &mut self.ecn.accurate;
        accurate.set_number(Number::SynMark, syn.ecn.bits());
        if accurate.note_first_option(syn) {
            accurate.set_number(Number::Demand, 2);
        }
        // The SYN that this delivers is a segment.
        accurate.average = 1 << 6;
        if syn.ecn == Ecn::CongestionExperienced
            && (syn.flags.ace() == 5 || self.reflection_is_valid(syn.flags))
        {
            self.rcv.marks.add();
        }
        true
    }

    /// The bits of our SYN or SYN,ACK. Where it had to be sent twice again, it does without them.
    pub(super) fn accurate_offer(&self) -> Flags {
        let again =
            self.retransmissions.saturating_add(u8::from(self.ecn.condition.contains(Condition::SYN_AGAIN)));
        if self.state == State::SynSent {
            if again > 1 && self.config.ecn_fallback() { Flags::empty() } else { Flags::ACE }
        } else if again > 1 {
            Flags::empty()
        } else {
            reflected(Ecn::from_bits(self.ecn.accurate.number(Number::SynMark)))
        }
    }

    /// The option of our SYN,ACK, which is not sent again.
    pub(super) fn syn_ack_counters(&self) -> Option<EcnCounters> {
        let is_first = self.retransmissions == 0 && !self.ecn.condition.contains(Condition::SYN_AGAIN);
        let has_option = is_first && self.config.ecn_option() != EcnOption::Never;
        (self.ecn.is_accurate() && has_option).then(|| ByteCounters::default().option())
    }

    /// The peer's SYN has come again while ours is not acknowledged: the SYN,ACK tells the new mark, and is one that
    /// is sent again. A peer that asks no more has a reason (Linux: tcp_check_req).
    pub(super) fn syn_arrives_again(&mut self, syn: &Segment<'_>) {
        if !self.ecn.is_accurate() {
            return;
        }
        self.ecn.condition |= Condition::SYN_AGAIN;
        self.ecn.accurate.set_number(Number::SynMark, syn.ecn.bits());
        self.rcv.marks.set_last(syn.ecn);
        if syn.flags.ace() == 0 {
            self.ecn.accurate.progress |= Progress::ACE_FAIL_RECV;
        }
    }

    /// A SYN has come after the handshake: the acknowledgment that answers it tells its mark, as the first one did
    /// (Linux: tcp_validate_incoming).
    pub(super) fn syn_arrives_late(&mut self, syn: &Segment<'_>) {
        let end = syn.seq + syn.sequence_length();
        if !self.ecn.is_accurate() || !syn.flags.contains(Flags::SYN) || end.is_before(self.rcv.acknowledged)
        {
            return;
        }
        self.ecn.condition |= Condition::REFLECT;
        self.ecn.accurate.set_number(Number::SynMark, syn.ecn.bits());
        if self.ecn.accurate.note_first_option(syn) {
            self.ecn.accurate.demand(1);
        }
    }

    /// What a half-open connection is to remember: the mark of the SYN, and whether asking was given up.
    pub(super) fn syn_memory(&self) -> Option<(Ecn, bool)> {
        let accurate = &self.ecn.accurate;
        let failed = accurate.progress.contains(Progress::ACE_FAIL_RECV);
        self.ecn.is_accurate().then(|| (Ecn::from_bits(accurate.number(Number::SynMark)), failed))
    }

    /// A half-open connection has remembered that asking was given up.
    pub(super) fn recall_failure(&mut self) {
        self.ecn.accurate.progress |= Progress::ACE_FAIL_RECV;
    }
}

/// What is counted.
impl<C: CongestionControl> Connection<C> {
    /// The length of our segments, where it is to be known how many arrive.
    #[inline]
    pub(super) fn counted_segment(&self) -> Option<NonZeroU32> {
        if self.ecn.is_accurate() { NonZeroU32::new(self.segment_size()) } else { None }
    }
}

/// What our segments say.
impl<C: CongestionControl> Connection<C> {
    /// The ACE field and the mark of a segment. All segments may be marked, whatever they carry (RFC 9768 §3.3).
    pub(super) fn mark_accurately(&mut self) -> (Flags, Ecn) {
        self.ecn.condition.remove(Condition::AT_ONCE);
        let failed = self.ecn.accurate.progress.intersects(Progress::ACE_FAILED);
        let mark = if failed { Ecn::NotCapable } else { Ecn::Capable0 };
        if self.counts_no_more() {
            return (Flags::empty(), mark);
        }
        let field = if self.ecn.condition.contains(Condition::REFLECT) {
            self.ecn.condition.remove(Condition::REFLECT);
            reflected(Ecn::from_bits(self.ecn.accurate.number(Number::SynMark)))
        } else {
            self.rcv.marks.tell();
            Flags::with_ace(self.rcv.marks.count.wrapping_add(INITIAL_ACE))
        };
        (field, mark)
    }

    /// Linux keeps only what TIME-WAIT needs of a connection that waits for the peer's FIN and belongs to nobody
    /// (tcp_time_wait): neither an ACE field nor the option.
    fn counts_no_more(&self) -> bool {
        self.closed && matches!(self.state, State::FinWait2 | State::TimeWait)
    }

    /// Decides whether the segments sent at `now` have the option (Linux: tcp_established_options).
    pub(super) fn plan_ecn_counters(&mut self, now: Instant) {
        let accurate = &self.ecn.accurate;
        let failed = accurate.progress.contains(Progress::OPT_FAIL_SEND);
        let planned = accurate.has_seen_option()
            && !self.counts_no_more()
            && match self.config.ecn_option() {
                EcnOption::Never => false,
                EcnOption::Persistent => true,
                _ if failed => false,
                EcnOption::Always => true,
                EcnOption::Sparing => accurate.number(Number::Demand) > 0 || self.beacon_is_due(now),
            };
        self.ecn.accurate.progress.set(Progress::PLANNED, planned);
    }

    /// So many times a round trip an option is sent (RFC 9768 §3.2.3.3).
    fn beacon_is_due(&self, now: Instant) -> bool {
        let beacons = u64::from(self.config.ecn_option_beacon());
        let since = u64::from(milliseconds(now).wrapping_sub(self.ecn.accurate.option_at));
        beacons > 0 && since.saturating_mul(beacons) >= self.rtt.smoothed_nanos() / 1_000_000
    }

    /// How many blocks and which counters the next segment reports, and what both take, in octets (Linux:
    /// tcp_options_fit_accecn). The counters of a mark that has just come are worth more than the third block.
    fn fitting_report(&self) -> (usize, Option<EcnCounters>, usize) {
        const MOST: usize = 40;
        let timestamps = if self.timestamping.is_agreed() { 12usize } else { 0 };
        let taken = |blocks: usize| if blocks == 0 { 0 } else { blocks.wrapping_mul(8).wrapping_add(4) };
        let wanted = self.blocks_to_report();
        let alone = (wanted, None, taken(wanted));
        if !self.ecn.accurate.progress.contains(Progress::PLANNED) {
            return alone;
        }
        let least = self.ecn.accurate.number(Number::LeastFields);
        let fewest = if least > 0 { wanted.min(2) } else { wanted };
        let fit = |blocks: usize| {
            let room = MOST.saturating_sub(timestamps).saturating_sub(taken(blocks));
            let padding = if blocks > 0 { 2 } else { 0 };
            let (counters, octets) = self.ecn.accurate.received.option().fitted(least, room, padding)?;
            Some((blocks, Some(counters), octets.saturating_add(taken(blocks))))
        };
        (fewest..=wanted).rev().find_map(fit).unwrap_or(alone)
    }

    /// How much text goes into a segment beside what there is to report, unless that would take half of it.
    pub(super) fn segment_size_with_counters(&self) -> u32 {
        let (_, _, octets) = self.fitting_report();
        let room = self.snd.mss.saturating_sub(octets as u32);
        if room > self.snd.mss / 2 { room } else { self.snd.mss }
    }

    /// What the next segment, which carries text or not, reports.
    pub(super) fn reported_counters_and_blocks(
        &mut self,
        now: Instant,
        blocks: &[Block],
        carries_text: bool,
    ) -> (Option<EcnCounters>, [Option<Block>; 4]) {
        let (count, counters, _) = self.fitting_report();
        let tells_duplicate = self.tells_duplicate() && count > 0;
        let accurate = &mut self.ecn.accurate;
        accurate.progress.set(Progress::WITH_DUPLICATE, counters.is_some() && tells_duplicate);
        if counters.is_some() {
            accurate.set_number(Number::LeastFields, 0);
            accurate.option_at = milliseconds(now);
            accurate.set_number(Number::Demand, accurate.number(Number::Demand).saturating_sub(1));
        }
        let sack = if count > 0 { self.report(count, blocks, carries_text) } else { [None; 4] };
        (counters, sack)
    }
}

/// `at` in milliseconds, modulo 2^16.
const fn milliseconds(at: Instant) -> u16 {
    (at.as_nanos() / 1_000_000) as u16
}
