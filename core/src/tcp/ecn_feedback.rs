//! What the peer's segments say of marks: those that they came with, and those that ours came with (RFC 9768 §3.2), as
//! Linux 7.2 reads them.

use super::SequenceNumber;
use super::accurate_ecn::{INITIAL_ACE, Number, Progress, initial};
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::ecn::Condition;
use super::recovery::{Delivery, Phase};
use super::segment::{Ecn, Flags, Segment};
use super::state::State;

/// The ACE field counts modulo this.
const ACE_MODULUS: u32 = 8;
/// So many marks untold, and the peer might lose count (TCP_ACCECN_ACE_MAX_DELTA).
const MOST_UNTOLD: u8 = 6;
/// An average acknowledgment of more segments than this, in 64ths, shows that they are thinned out on their way
/// (ACK_COMP_THRESH).
const THINNED: u16 = 4 << 6;
/// Half of what a byte counter can count.
const HALF_OF_COUNTER: u32 = 1 << 23;

/// The mark that the ACE field says a SYN came with; those that say nothing as Linux has them (Table 2;
/// tcp_accecn_extract_syn_ect).
const fn reflected_mark(ace: u8) -> Ecn {
    match ace & 7 {
        0 | 4 => Ecn::Capable0,
        2 => Ecn::NotCapable,
        6 => Ecn::CongestionExperienced,
        _ => Ecn::Capable1,
    }
}

/// Marks that come.
impl<C: CongestionControl> Connection<C> {
    /// Counts the mark of a segment that acknowledges, whatever else it carries (Linux: tcp_ecn_received_counters).
    #[inline]
    pub(super) fn marks_arrive(&mut self, segment: &Segment<'_>) {
        if self.ecn.is_accurate() && self.state == State::Established {
            self.count_marks(segment);
        }
    }

    #[inline(never)]
    fn count_marks(&mut self, segment: &Segment<'_>) {
        let (mark, octets) = (segment.ecn, segment.payload.len() as u32);
        let is_ce = mark == Ecn::CongestionExperienced;
        let accurate = &mut self.ecn.accurate;
        if is_ce {
            self.rcv.marks.add();
        }
        if mark != Ecn::NotCapable && octets > 0 {
            let before = accurate.received.get(mark);
            accurate.received.add(mark, octets);
            // Its place in the option that Linux sends, counted from 1.
            let place = match mark {
                Ecn::NotCapable => 0,
                Ecn::Capable1 => 1,
                Ecn::CongestionExperienced => 2,
                Ecn::Capable0 => 3,
            };
            accurate.set_number(Number::LeastFields, accurate.number(Number::LeastFields).max(place));
            // Often enough for the peer to notice that a counter has wrapped.
            if (before ^ accurate.received.get(mark)) >> 22 != 0 {
                accurate.demand(1);
            }
        }
        let is_another = self.rcv.marks.last() != mark;
        if is_another {
            self.rcv.marks.set_last(mark);
            self.ecn.condition |= Condition::AT_ONCE;
        }
        if is_another || is_ce {
            // The second tells that the first was no accident.
            accurate.demand(2);
        }
    }

    /// The segment that acknowledges our SYN,ACK tells which mark that had (RFC 9768 §3.2.2.1, Table 4; Linux:
    /// tcp_ecn_openreq_child, tcp_accecn_third_ack).
    pub(super) fn third_acknowledgment_arrives(&mut self, segment: &Segment<'_>) {
        if !self.ecn.is_accurate() {
            return;
        }
        let again = u8::from(self.ecn.condition.contains(Condition::SYN_AGAIN));
        if self.retransmissions.saturating_add(again) > 1 {
            self.ecn.accurate.progress |= Progress::ACE_FAIL_SEND;
        }
        self.ecn.condition.remove(Condition::SYN_AGAIN);
        let has_blocks = segment.options.has_blocks();
        match segment.flags.ace() {
            0 if !has_blocks => {
                self.ecn.accurate.progress |= Progress::ACE_FAIL_RECV | Progress::OPT_FAIL_RECV;
            }
            0 | 1 | 5 | 7 => {}
            ace => {
                let tells = segment.sequence_length() == 0 && !has_blocks;
                if tells
                    && self.reflection_is_valid(segment.flags)
                    && reflected_mark(ace) == Ecn::CongestionExperienced
                {
                    self.ecn.accurate.delivered_ce = self.ecn.accurate.delivered_ce.max(1);
                }
            }
        }
        self.ecn.accurate.first_option_arrives(segment);
        self.ecn.accurate.demand(1);
        if !self.is_open_early() {
            self.count_marks(segment);
        }
    }

    /// Whether a SYN of ours, which is sent without a mark, can have come with the one that `flags` tell; if not, the
    /// path mangles one or the other.
    pub(super) fn reflection_is_valid(&mut self, flags: Flags) -> bool {
        let is_valid = !self.config.ecn_fallback() || reflected_mark(flags.ace()) == Ecn::NotCapable;
        if !is_valid {
            self.ecn.accurate.progress |= Progress::ACE_FAIL_RECV;
        }
        is_valid
    }

    /// Text has come for the third time, of which we said with the option that it had come twice: segments with the
    /// option do not arrive (Linux: tcp_rcv_spurious_retrans).
    pub(super) fn duplicate_arrives(&mut self, seq: SequenceNumber) {
        let has_told = self.ecn.accurate.progress.contains(Progress::WITH_DUPLICATE);
        if has_told && self.last_duplicate() == seq {
            self.ecn.accurate.progress |= Progress::OPT_FAIL_SEND;
        }
    }
}

/// Marks that the peer tells of.
impl<C: CongestionControl> Connection<C> {
    /// Whether an acknowledgment of SND.UNA or more tells of new marks (Linux: tcp_accecn_process).
    pub(super) fn feedback_arrives(&mut self, segment: &Segment<'_>, delivery: &Delivery) -> bool {
        let marks = self.new_marks(segment, delivery);
        self.ecn.accurate.delivered_ce = self.ecn.accurate.delivered_ce.wrapping_add(marks as u16);
        marks > 0
    }

    /// How many segments the ACE field says to have come with CE: what it tells modulo 8, and as many times 8 more as
    /// is safe to believe, where more segments than that were delivered (RFC 9768 §3.2.2.5; Linux:
    /// __tcp_accecn_process).
    fn new_marks(&mut self, segment: &Segment<'_>, delivery: &Delivery) -> u32 {
        if delivery.acknowledged == 0 && delivery.octets == 0 && !self.is_newer(segment) {
            return 0;
        }
        let marked_before = self.ecn.accurate.delivered.get(Ecn::CongestionExperienced);
        let fin = u32::from(self.snd.fin && self.snd.una == self.snd.limit() && delivery.acknowledged > 0);
        let octets = delivery.octets.saturating_sub(fin);
        let is_told = self.counters_arrive(segment, octets);
        let segments = delivery.segments;
        self.average_segments(segments);
        if self.rcv.marks.untold() >= MOST_UNTOLD {
            self.ecn.condition |= Condition::AT_ONCE;
        }
        let told = u32::from(segment.flags.ace().wrapping_sub(INITIAL_ACE));
        let least = told.wrapping_sub(u32::from(self.ecn.accurate.delivered_ce)) % ACE_MODULUS;
        if segments < ACE_MODULUS {
            return least;
        }
        let most = segments.saturating_sub(segments.wrapping_sub(least) % ACE_MODULUS);
        if !is_told {
            return if self.ecn.accurate.average > THINNED { least } else { most };
        }
        let marked = self.ecn.accurate.delivered.get(Ecn::CongestionExperienced);
        let marked = marked.wrapping_sub(marked_before) & 0xFF_FFFF;
        let is_in_order = self.sack.is_agreed() || self.recovery.phase == Phase::Open;
        if marked == 0 {
            least
        } else if segments >= ACE_MODULUS * 2 && is_in_order {
            if octets <= marked {
                return most;
            }
            let share = u64::from(marked).saturating_mul(segments.into()).div_ceil(u64::from(octets.max(1)));
            most.min(least.saturating_add(share as u32 / ACE_MODULUS * ACE_MODULUS))
        } else if marked > least.saturating_mul(self.snd.mss)
            || marked >= most.saturating_mul(self.snd.mss) / 2
        {
            most
        } else {
            least
        }
    }

    /// Whether the segment's timestamp is a new one, which will be kept.
    fn is_newer(&self, segment: &Segment<'_>) -> bool {
        let timestamps = segment.options.timestamps.zip(self.timestamping.recent());
        timestamps.is_some_and(|(timestamps, recent)| timestamps.value.wrapping_sub(recent) as i32 > 0)
            && !segment.seq.is_after(self.rcv.acknowledged)
    }

    /// How many segments an acknowledgment delivers, on average.
    fn average_segments(&mut self, segments: u32) {
        if segments > 0 {
            let new = segments.saturating_mul(64);
            let average = match u32::from(self.ecn.accurate.average) {
                0 => new,
                old => old.wrapping_mul(63).saturating_add(new) / 64,
            };
            self.ecn.accurate.average = average.min(u32::from(u16::MAX)) as u16;
        }
    }

    /// Takes the byte counters, `octets` of ours having arrived. Whether they tell all marks of those: where the option
    /// is missing, the last mark that it told counts on (Linux: tcp_accecn_process_option).
    fn counters_arrive(&mut self, segment: &Segment<'_>, octets: u32) -> bool {
        let accurate = &mut self.ecn.accurate;
        if accurate.progress.contains(Progress::OPT_FAIL_RECV) {
            return false;
        }
        let estimate = accurate.number(Number::Estimate);
        let Some(counters) = segment.options.ecn_counters else {
            if !accurate.has_seen_option() {
                // From now on a counter may have wrapped.
                if self.snd.acknowledged.saturating_add(self.snd.flight()) >= HALF_OF_COUNTER - 1 {
                    accurate.progress |= Progress::FAIL_SEEN | Progress::OPT_FAIL_RECV;
                }
                return false;
            }
            if estimate != 0 {
                accurate.delivered.add(Ecn::from_bits(estimate), octets);
            }
            return estimate != 0;
        };
        accurate.note_first_option(segment);
        let (mut tells_all, mut is_ambiguous, mut has_changed) = (estimate != 0, false, false);
        for (mark, field) in counters.marked() {
            let told = field.wrapping_sub(initial(mark));
            let more = told.wrapping_sub(accurate.delivered.get(mark)) & 0xFF_FFFF;
            accurate.delivered.add(mark, more);
            is_ambiguous |= more >= HALF_OF_COUNTER;
            if more != 0 && mark.bits() != estimate {
                is_ambiguous |= has_changed;
                if !has_changed {
                    accurate.set_number(Number::Estimate, mark.bits());
                }
                has_changed = true;
            }
        }
        if is_ambiguous {
            accurate.set_number(Number::Estimate, 0);
            tells_all = false;
        }
        tells_all
    }
}
