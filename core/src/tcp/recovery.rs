//! Loss recovery: when something counts as lost, and how much is sent while it is sent again (RFC 5681 §3.2, RFC
//! 6582).

use super::SequenceNumber;
use super::congestion::Acknowledged;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::segment::{Block, Segment};
use super::transmissions::Transmission;
use crate::time::Instant;
use core::time::Duration;

/// How many segments must have overtaken one that counts as lost (RFC 5681 §3.2, RFC 6675 §2).
pub(super) const DUPLICATE_THRESHOLD: u32 = 3;

/// What a connection does about losses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phase {
    /// Nothing is known to be lost.
    Open,
    /// Fast recovery: something was overtaken (RFC 5681 §3.2).
    Fast,
    /// The retransmission timer has expired (RFC 5681 §3.1).
    Timeout,
}

/// Where loss recovery stands.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Recovery {
    pub(super) phase: Phase,
    /// Duplicate acknowledgments in a row, without selective ones.
    pub(super) duplicates: u8,
    /// RecoveryPoint: outside of [`Phase::Open`], SND.NXT when the loss was noticed.
    pub(super) recover: SequenceNumber,
    /// RecoverFS: what was in flight then (RFC 6937 §3).
    pub(super) flight: u32,
    /// prr_delivered: what has been delivered since.
    pub(super) delivered: u32,
    /// prr_out: what has been sent since.
    pub(super) out: u32,
}

/// What an acknowledgment says has arrived.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delivery {
    /// FlightSize before it came.
    #[cfg_attr(
        not(any(feature = "tcp-ecn", feature = "tcp-rack")),
        allow(dead_code, reason = "only those ask")
    )]
    pub(super) flight: u32,
    /// How far SND.UNA has moved.
    pub(super) acknowledged: u32,
    /// Of those, octets that were known to have arrived.
    pub(super) known: u32,
    /// DeliveredData: octets that were not known to have arrived (RFC 6937 §3).
    pub(super) octets: u32,
    /// Segments that were not known to have arrived; counted for Accurate ECN alone.
    pub(super) segments: u32,
    /// When the first was sent of what the acknowledgment number covers, where that is known.
    pub(super) oldest: Option<Instant>,
    /// The acknowledgment number tells of a round-trip time, or is too old for that.
    #[cfg_attr(not(feature = "tcp-sack"), allow(dead_code, reason = "only that asks"))]
    pub(super) measured: bool,
    /// Something has arrived that was sent only once, before the recovery point.
    pub(super) original: bool,
    /// Something has arrived that was sent more than once.
    pub(super) retransmitted: bool,
    /// What the peer has received twice (RFC 2883).
    pub(super) duplicate: Option<Block>,
}

impl Delivery {
    /// Notes that `octets` of `record` have arrived.
    #[inline]
    pub(super) fn note(&mut self, record: &Transmission, octets: u32, recover: SequenceNumber) {
        self.octets = self.octets.saturating_add(octets);
        if record.retransmitted {
            self.retransmitted = true;
        } else if !record.end.is_after(recover) {
            self.original = true;
        }
    }
}

impl Delivery {
    /// Counts the segments, each of `size` octets but the last, that `octets` have come in; of the last where that
    /// `is_whole`.
    #[inline(never)]
    pub(super) fn count(&mut self, octets: u32, size: core::num::NonZeroU32, is_whole: bool) {
        let segments = if is_whole { octets.div_ceil(size.get()) } else { octets / size };
        self.segments = self.segments.saturating_add(segments);
    }
}

impl Recovery {
    pub(super) const fn new(iss: SequenceNumber) -> Recovery {
        Recovery { phase: Phase::Open, duplicates: 0, recover: iss, flight: 0, delivered: 0, out: 0 }
    }

    /// Limited transmit (RFC 3042): a segment more for each of the first two duplicate acknowledgments.
    #[inline]
    pub(super) fn extra_segments(&self) -> u32 {
        match self.duplicates {
            0 => 0,
            duplicates if self.phase == Phase::Open => u32::from(duplicates.min(2)),
            _ => 0,
        }
    }

    /// `octets` were sent.
    #[inline]
    pub(super) fn sent(&mut self, octets: u32) {
        self.out = self.out.saturating_add(octets);
    }
}

impl<C: CongestionControl> Connection<C> {
    /// Draws the conclusions from an acknowledgment of SND.UNA at least. `is_duplicate` as RFC 5681 §2 defines it.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn recover(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        is_duplicate: bool,
        delivery: &Delivery,
        records: &mut [Transmission],
    ) {
        if self.recovery.phase == Phase::Open
            && !self.transmissions.is_marked()
            && !is_duplicate
            && delivery.duplicate.is_none()
        {
            // All is well.
            if delivery.acknowledged > 0 {
                self.grow(now, delivery);
                self.end_loss_probe(segment, delivery);
                if self.snd.una != self.snd.nxt {
                    self.schedule_loss_probe(now);
                }
            }
        } else {
            self.recover_from_loss(now, segment, is_duplicate, delivery, records);
        }
    }

    /// The window grows by what was acknowledged and was not known to have arrived.
    pub(super) fn grow(&mut self, now: Instant, delivery: &Delivery) {
        let duplicates = u32::from(core::mem::take(&mut self.recovery.duplicates));
        if self.ecn.is_reacting() {
            return;
        }
        let round_trip_time = Duration::from_nanos(self.rtt.smoothed_nanos());
        // What the peer had said before is no news, and what it says beyond is (Linux: tcp_cong_avoid gets
        // "acked_sacked"). Of what no record was left for, only the acknowledgment tells.
        let mut octets = delivery.octets.max(delivery.acknowledged.saturating_sub(delivery.known));
        if duplicates > 0 {
            // Each of them has said that a segment arrived (Linux: tcp_remove_reno_sacks).
            let known = duplicates.saturating_mul(self.snd.mss);
            octets = octets.saturating_sub(known).max(octets.min(self.snd.mss));
        }
        let acknowledged = Acknowledged { now, octets, round_trip_time };
        self.congestion.on_acknowledgment(self.snd.mss, &acknowledged);
    }

    #[inline(never)]
    fn recover_from_loss(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        is_duplicate: bool,
        delivery: &Delivery,
        records: &mut [Transmission],
    ) {
        self.end_loss_probe(segment, delivery);
        if self.was_spurious(segment, delivery) {
            self.undo(records);
        }
        self.forward_retransmission_timeout(is_duplicate, delivery);
        let is_over = self.recovery.phase != Phase::Open && !self.snd.una.is_before(self.recovery.recover);
        if self.sack.is_agreed() {
            self.recover_selectively(now, delivery, is_over, records);
        } else if delivery.acknowledged > 0 {
            self.recover_by_acknowledgment(now, delivery, is_over);
            self.recovery.duplicates = 0;
        } else if is_duplicate {
            self.recover_by_duplicate();
        }
        if delivery.acknowledged > 0 {
            self.schedule_loss_probe(now);
        }
    }

    /// RFC 6582 §3.2, steps 3 and 4.
    fn recover_by_acknowledgment(&mut self, now: Instant, delivery: &Delivery, is_over: bool) {
        let (mss, octets) = (self.snd.mss, delivery.acknowledged);
        let congestion = &mut self.congestion;
        match self.recovery.phase {
            Phase::Fast if is_over => {
                let flight = self.snd.flight().max(mss);
                congestion.window = congestion.slow_start_threshold.min(flight.saturating_add(mss));
                self.recovery.phase = Phase::Open;
            }
            // A partial acknowledgment: the next segment is lost, too.
            Phase::Fast => {
                let back = if octets >= mss { mss } else { 0 };
                congestion.window = congestion.window.saturating_sub(octets).saturating_add(back).max(mss);
                self.snd.retransmit = true;
            }
            _ => {
                // Duplicates of what was sent again are no news until more has arrived (Linux:
                // tcp_is_non_sack_preventing_reopen).
                if is_over && self.snd.una != self.recovery.recover {
                    self.recovery.phase = Phase::Open;
                }
                self.grow(now, delivery);
            }
        }
    }

    /// RFC 5681 §3.2. Duplicates of what recovery sends again say nothing new (RFC 6582 §3.2, step 2).
    fn recover_by_duplicate(&mut self) {
        let mss = self.snd.mss;
        match self.recovery.phase {
            Phase::Fast => self.congestion.window = self.congestion.window.saturating_add(mss),
            Phase::Timeout => {}
            // Nothing more was acknowledged than in the recovery before, whose needless retransmissions draw these
            // (Linux: tcp_try_undo_recovery).
            Phase::Open if self.snd.una == self.recovery.recover => {}
            Phase::Open => {
                self.recovery.duplicates = self.recovery.duplicates.saturating_add(1);
                if u32::from(self.recovery.duplicates) == DUPLICATE_THRESHOLD && !self.path_probe_fails() {
                    self.enter_fast_recovery(self.snd.flight());
                    let inflated = mss.saturating_mul(DUPLICATE_THRESHOLD);
                    self.congestion.window = self.congestion.slow_start_threshold.saturating_add(inflated);
                    self.snd.retransmit = true;
                }
            }
        }
    }

    /// Something was lost, or the network said that it is congested, `flight` octets being in flight. Returns how many
    /// count as being so.
    #[inline(never)]
    pub(super) fn congested(&mut self, flight: u32) -> u32 {
        let flight = if self.config.reduce_whole_window() { self.congestion.window } else { flight };
        self.congestion.on_congestion(self.snd.mss, flight);
        flight
    }

    /// Something was lost for which no timeout was needed.
    pub(super) fn enter_fast_recovery(&mut self, flight: u32) {
        self.rack.forget_probe();
        self.remember(self.snd.una);
        // What limited transmit has sent beyond the window does not count (RFC 5681 §3.2, step 2).
        let flight = self.congested(flight.min(self.congestion.window));
        self.ecn.reduced();
        self.recovery = Recovery {
            phase: Phase::Fast,
            duplicates: 0,
            recover: self.snd.nxt,
            flight,
            delivered: 0,
            out: 0,
        };
    }

    /// What the expiry of the retransmission timer means: a window of one segment more than is still in flight, which
    /// is nothing unless losses are found by time (RFC 5681 §3.1, RFC 8985 §6.3). What the peer has is not sent again,
    /// unless it has lost that (RFC 2018 §8).
    pub(super) fn recover_from_timeout(
        &mut self,
        now: Instant,
        is_first: bool,
        records: &mut [Transmission],
    ) {
        let has_reneged = self.transmissions.has_reneged(records);
        self.transmissions.unmark(records, has_reneged);
        if has_reneged || !self.mark_timed_out(now, records) {
            self.snd.resume = self.snd.una;
        }
        self.rack.forget_probe();
        let is_new = self.recovery.phase == Phase::Open;
        if is_new || (is_first && self.recovery.phase == Phase::Timeout) {
            self.remember(self.snd.una);
            self.congested(self.snd.flight());
            self.ecn.reduced();
        }
        self.begin_forward_retransmission_timeout(is_new || !is_first);
        let pipe = self.transmissions.pipe(records, self.snd.una, self.snd.resume);
        self.congestion.on_timeout(self.snd.mss, pipe);
        self.recovery.phase = Phase::Timeout;
        self.recovery.duplicates = 0;
        self.recovery.recover = self.snd.nxt;
    }
}
