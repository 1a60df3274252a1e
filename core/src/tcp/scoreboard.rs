//! The scoreboard: what the peer says has arrived, what is lost for that, and how much is sent meanwhile (RFC 6675, RFC
//! 6937).

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::{DUPLICATE_THRESHOLD, Delivery, Phase};
use super::segment::{Block, Segment};
use super::timers::Timer;
use super::transmissions::{Transmission, Transmissions};
use crate::time::Instant;

/// Marks.
impl Transmissions {
    /// Marks what lies in `block` as selectively acknowledged, and calls `delivered` with each record that was
    /// not, and its length.
    pub(super) fn mark_sacked(
        &mut self,
        records: &mut [Transmission],
        una: SequenceNumber,
        block: &Block,
        mut delivered: impl FnMut(&Transmission, u32),
    ) {
        self.split(records, una, block.left_edge);
        self.split(records, una, block.right_edge);
        for (begin, record) in self.ranges(records, una) {
            let is_covered = !begin.is_before(block.left_edge) && !record.end.is_after(block.right_edge);
            if is_covered && !record.sacked {
                delivered(record, record.end.since(begin));
                (record.sacked, record.lost) = (true, false);
                self.marked = true;
            }
        }
    }

    /// Marks as lost what is in flight and of which `is_lost` says so; whether there was any. It is told the record,
    /// its length, and how much behind it has been selectively acknowledged.
    pub(super) fn mark_lost(
        &mut self,
        records: &mut [Transmission],
        una: SequenceNumber,
        mut is_lost: impl FnMut(&Transmission, u32, u32) -> bool,
    ) -> bool {
        let mut behind = self.sacked(records, una);
        let mut any = false;
        for (begin, record) in self.ranges(records, una) {
            let length = record.end.since(begin);
            if record.sacked {
                behind = behind.saturating_sub(length);
            } else if !record.lost && is_lost(record, length, behind) {
                record.lost = true;
                any = true;
            }
        }
        self.marked |= any;
        any
    }

    /// Whether the oldest numbers in flight were sent, for the last time, after `at`.
    fn was_oldest_sent_after(&self, records: &mut [Transmission], at: Instant) -> bool {
        self.used(records).first().is_some_and(|record| record.at > at)
    }

    /// How many numbers are selectively acknowledged.
    pub(super) fn sacked(&self, records: &mut [Transmission], una: SequenceNumber) -> u32 {
        if !self.marked {
            return 0;
        }
        self.ranges(records, una)
            .filter(|(_, record)| record.sacked)
            .fold(0, |sum: u32, (begin, record)| sum.saturating_add(record.end.since(begin)))
    }
}

/// What the peer reports.
impl<C: CongestionControl> Connection<C> {
    /// Notes what the blocks of `segment` say has arrived (RFC 6675 §5.1), or has arrived twice: a first block that
    /// lies before SEG.ACK, or in the second (RFC 2883 §4).
    #[inline]
    pub(super) fn blocks_arrive(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        delivery: &mut Delivery,
        records: &mut [Transmission],
    ) {
        if self.sack.is_agreed() && segment.options.has_blocks() {
            self.read_blocks(now, segment, delivery, records);
        }
    }

    /// The blocks of a segment, if it has any, are all that it says of losses.
    pub(super) fn blocks_alone_arrive(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        mut delivery: Delivery,
        records: &mut [Transmission],
    ) {
        if self.sack.is_agreed() && segment.options.has_blocks() {
            delivery.measured = true;
            self.read_blocks(now, segment, &mut delivery, records);
            self.recover(now, segment, false, &delivery, records);
        }
    }

    #[inline(never)]
    fn read_blocks(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        delivery: &mut Delivery,
        records: &mut [Transmission],
    ) {
        let (una, nxt) = (self.snd.una, self.snd.nxt);
        delivery.duplicate = segment.duplicate_block();
        let (minimum, recover, mss) = (self.rtt.minimum(), self.recovery.recover, self.snd.mss);
        let is_valid = |block: &&Block| {
            !block.is_empty() && !block.left_edge.is_before(una) && !block.right_edge.is_after(nxt)
        };
        // In the order of their numbers, so that what arrived in one piece does not look reordered.
        let (mut from, mut sent) = (una, Instant::MAX);
        while let Some(block) = (segment.options.sack.iter().flatten().filter(is_valid))
            .filter(|block| !block.left_edge.is_before(from) && delivery.duplicate != Some(**block))
            .min_by_key(|block| block.left_edge.since(una))
        {
            from = block.left_edge + 1;
            let counted = self.counted_segment();
            let rack = &mut self.rack;
            self.transmissions.mark_sacked(records, una, block, |record, octets| {
                delivery.note(record, octets, recover);
                if !record.retransmitted {
                    sent = sent.min(record.at);
                }
                if let Some(size) = counted {
                    delivery.count(octets, size, true);
                }
                rack.delivered(now, record, octets, minimum, mss);
            });
        }
        // Where the acknowledgment number tells of no round-trip time, what was sent only once does. The retransmission
        // timer starts again for what was sent before the oldest in flight was sent last: only what was sent after that
        // shows that it is lost again (Linux: tcp_clean_rtx_queue).
        if sent != Instant::MAX && !delivery.measured {
            self.rtt.sample(now, now.nanos_since(sent));
            if delivery.acknowledged > 0 || self.transmissions.was_oldest_sent_after(records, sent) {
                self.watch_over_flight(now);
            }
        }
    }
}

/// Recovery.
impl<C: CongestionControl> Connection<C> {
    /// RFC 6675 §5, the losses being found by RACK (RFC 8985) or by their number, and the window being reduced in
    /// proportion (RFC 6937).
    pub(super) fn recover_selectively(
        &mut self,
        now: Instant,
        delivery: &Delivery,
        is_over: bool,
        records: &mut [Transmission],
    ) {
        if is_over {
            if self.recovery.phase == Phase::Fast {
                self.congestion.window = self.congestion.slow_start_threshold;
            }
            self.recovery.phase = Phase::Open;
        }
        let has_lost = self.detect_losses(now, delivery, is_over, records);
        if has_lost && self.recovery.phase == Phase::Open && !self.path_probe_fails() {
            self.enter_fast_recovery(delivery.flight);
        }
        match self.recovery.phase {
            Phase::Fast => self.reduce_in_proportion(delivery, has_lost, records),
            // Where segments overtake each other a block is progress, too (Linux: tcp_may_raise_cwnd).
            _ if delivery.acknowledged > 0
                || delivery.octets > 0 && self.rack.reordering() > DUPLICATE_THRESHOLD =>
            {
                self.grow(now, delivery);
            }
            _ => {}
        }
        if delivery.acknowledged > 0 && self.transmissions.has_reneged(records) {
            // Linux, tcp_check_sack_reneging: give the peer a moment to acknowledge what it said it had.
            let patience = (self.rtt.smoothed_nanos() / 2).max(10_000_000);
            let patience = patience.min(self.rtt.timeout(&self.config));
            self.set_impatiently(Timer::Retransmission, now.plus_nanos(patience));
        }
    }

    /// Marks what is lost. Whether anything is, that was not before.
    fn detect_losses(
        &mut self,
        now: Instant,
        delivery: &Delivery,
        is_over: bool,
        records: &mut [Transmission],
    ) -> bool {
        if !self.rack.is_in_use(&self.config) {
            return self.mark_overtaken(records);
        }
        self.rack.adapt(&self.snd, delivery, is_over);
        self.mark_late(now, records)
    }

    /// IsLost (RFC 6675 §4): "more than (DupThresh - 1) * SMSS" octets behind it have been acknowledged. What has been
    /// sent again is left to the retransmission timer.
    fn mark_overtaken(&mut self, records: &mut [Transmission]) -> bool {
        let enough = self.snd.mss.saturating_mul(DUPLICATE_THRESHOLD - 1);
        self.transmissions
            .mark_lost(records, self.snd.una, |record, _, behind| !record.retransmitted && behind > enough)
    }

    /// Proportional rate reduction (RFC 6937 §3.1), with the slow-start reduction bound where the acknowledgment is a
    /// sign of progress, and the conservative one otherwise (RFC 9937; so does Linux).
    pub(super) fn reduce_in_proportion(
        &mut self,
        delivery: &Delivery,
        has_lost: bool,
        records: &mut [Transmission],
    ) {
        let recovery = &mut self.recovery;
        recovery.delivered = recovery.delivered.saturating_add(delivery.octets);
        let pipe = self.transmissions.pipe(records, self.snd.una, self.snd.resume);
        let (mss, threshold) = (self.snd.mss, self.congestion.slow_start_threshold);
        let count = if pipe > threshold {
            let share = u64::from(recovery.delivered).wrapping_mul(u64::from(threshold));
            let flight = u64::from(recovery.flight.max(1));
            // What makes a part of a segment makes one (Linux: tcp_cwnd_reduction, which counts segments).
            let share = share.div_ceil(flight).min(u64::from(u32::MAX)) as u32;
            share.div_ceil(mss.max(1)).saturating_mul(mss).saturating_sub(recovery.out)
        } else {
            let is_safe = delivery.acknowledged > 0 && !has_lost;
            let limit = recovery.delivered.saturating_sub(recovery.out).max(delivery.octets);
            let limit = limit.saturating_add(if is_safe { mss } else { 0 });
            threshold.saturating_sub(pipe).min(limit)
        };
        // The first segment is sent again in any case.
        let count = if recovery.out == 0 { count.max(mss) } else { count };
        self.congestion.window = pipe.saturating_add(count);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::tcp::SequenceNumber;
    use std::vec;
    use std::vec::Vec;

    fn number(number: u32) -> SequenceNumber {
        SequenceNumber(number)
    }

    fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    fn block(left: u32, right: u32) -> Block {
        Block { left_edge: number(left), right_edge: number(right) }
    }

    /// What is acknowledged, and how many numbers of it.
    fn acknowledge(
        set: &mut Transmissions,
        records: &mut [Transmission],
        una: u32,
        ack: u32,
    ) -> Vec<(Transmission, u32)> {
        let (mut una, mut taken) = (number(una), vec![]);
        while let Some((record, length, _)) = set.take_acknowledged(records, &mut una, number(ack)) {
            taken.push((record, length));
        }
        set.find_marks(records);
        taken
    }

    /// Four records of ten numbers each, sent at 1 to 4, in a table of `N`.
    fn four<const N: usize>() -> ([Transmission; N], Transmissions) {
        let (mut records, mut set) = ([Transmission::NONE; N], Transmissions::default());
        for index in 1..=4 {
            set.record(&mut records, number(index * 10), at(u64::from(index)), false);
        }
        (records, set)
    }

    #[test]
    fn marks_cut_records_and_count() {
        let (mut records, mut set) = four::<8>();
        let mut delivered = 0;
        set.mark_sacked(&mut records, number(0), &block(15, 35), |_, length| delivered += length);
        assert_eq!((delivered, set.sacked(&mut records, number(0))), (20, 20));
        assert_eq!(set.pipe(&mut records, number(0), number(40)), 20);
        assert_eq!(set.first_hole(&mut records, number(0), number(0)), (number(0), Some(number(15))));
        assert_eq!(set.first_hole(&mut records, number(0), number(20)), (number(35), None));
        // Lost: what has twenty numbers behind it.
        assert!(set.mark_lost(&mut records, number(0), |_, _, behind| behind >= 20));
        assert_eq!(set.first_lost(&mut records, number(0), number(40)), Some((number(0), number(10))));
        assert_eq!(set.pipe(&mut records, number(0), number(40)), 5);
        set.retransmitted(&mut records, number(0), number(0), number(4), at(9));
        assert_eq!(set.first_lost(&mut records, number(0), number(40)), Some((number(4), number(10))));
        assert_eq!(set.pipe(&mut records, number(0), number(40)), 9);
        let taken = acknowledge(&mut set, &mut records, 0, 12);
        let seen: Vec<_> = taken
            .iter()
            .map(|(record, length)| (record.at.as_nanos(), record.retransmitted, *length))
            .collect();
        assert_eq!(seen, [(9, true, 4), (1, false, 6), (2, false, 2)]);
        assert!(!set.has_reneged(&mut records));
        acknowledge(&mut set, &mut records, 12, 15);
        assert!(set.has_reneged(&mut records), "15 was said to be there");
        set.unmark(&mut records, true);
        assert_eq!(set.pipe(&mut records, number(15), number(40)), 25);
    }

    #[test]
    fn a_full_table_merges() {
        let (mut records, mut set) = four::<4>();
        set.record(&mut records, number(50), at(5), false);
        let mut seen = vec![];
        set.each(&mut records, |record| seen.push((record.end.0, record.at.as_nanos())));
        assert_eq!(seen, [(20, 2), (40, 4), (50, 5)]);
        // Where the parts differ there is nothing to merge: a block that would need another record is not noted.
        set.mark_sacked(&mut records, number(0), &block(20, 40), |_, _| {});
        set.mark_sacked(&mut records, number(0), &block(5, 10), |_, _| {});
        assert_eq!(set.sacked(&mut records, number(0)), 20);
        // A single record serves, too, and none at all.
        for length in [0, 1] {
            let (mut records, mut set) = ([Transmission::NONE; 4], Transmissions::default());
            let records = &mut records[..length];
            for index in 1..=3 {
                set.record(records, number(index * 10), at(u64::from(index)), false);
            }
            set.mark_sacked(records, number(0), &block(10, 20), |_, _| panic!("half a record"));
            let taken = acknowledge(&mut set, records, 0, 30);
            assert_eq!(taken.iter().map(|(_, length)| length).sum::<u32>(), 30 * length as u32);
        }
    }
}
