//! RACK-TLP: losses found by time, and a probe where the tail is lost (RFC 8985).

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::{DUPLICATE_THRESHOLD, Delivery, Phase};
use super::segment::Segment;
use super::sequence_variables::SendVariables;
use super::settings::Settings;
use super::timers::Timer;
use super::transmissions::Transmission;
use crate::time::Instant;

/// For how many recoveries a wider reordering window stays (RFC 8985 §6.2, step 4).
const PERSIST: u8 = 16;

/// The most segments that count for having been overtaken (Linux: tcp_max_reordering).
const MOST_REORDERING: u32 = 300;

/// How much later than they are due timers expire that are a round trip's, in nanoseconds, so that what is on its way
/// may still come (Linux: TCP_TIMEOUT_MIN_US).
const SLACK: u64 = 2_000_000;

/// The variables of RFC 8985 §5.2 and §7.1.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Rack {
    /// RACK.xmit_ts: when the segment was sent that was sent last of those delivered.
    sent: Instant,
    /// RACK.rtt: the round trip of that segment, in nanoseconds.
    round_trip_time: u64,
    /// RACK.end_seq: where that segment ends.
    end: SequenceNumber,
    /// RACK.fack: the highest number delivered.
    forward: SequenceNumber,
    /// RACK.dsack_round: until this is acknowledged, what came twice widens the window no more.
    round: SequenceNumber,
    in_round: bool,
    /// RACK.reo_wnd_mult.
    multiplier: u8,
    /// RACK.reo_wnd_persist.
    persist: u8,
    /// By how many segments something has been overtaken that was sent only once, at most: with any it is
    /// RACK.reordering_seen.
    reordering: u16,
    probe: Probe,
    /// TLP.end_seq.
    probe_end: SequenceNumber,
    /// A probe is to be sent.
    probes: bool,
}

/// What was sent to probe the tail, and is not answered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Probe {
    Nothing,
    New,
    /// TLP.is_retrans.
    Again,
}

impl Rack {
    pub(super) const fn new(iss: SequenceNumber) -> Rack {
        Rack {
            sent: Instant::ZERO,
            round_trip_time: 0,
            end: iss,
            forward: iss,
            round: SequenceNumber(0),
            in_round: false,
            multiplier: 1,
            persist: 0,
            reordering: 0,
            probe: Probe::Nothing,
            probe_end: SequenceNumber(0),
            probes: false,
        }
    }

    /// The same, its time mapped, once there is one.
    pub(super) fn map(&self, time: impl Fn(Instant) -> Instant) -> Rack {
        let sent = if *self == Rack::new(self.end) { self.sent } else { time(self.sent) };
        Rack { sent, ..self.clone() }
    }

    /// A loss was noticed otherwise: what becomes of the probe says no more (Linux: tcp_enter_loss).
    pub(super) const fn forget_probe(&mut self) {
        (self.probe, self.probe_end) = (Probe::Nothing, SequenceNumber(0));
    }

    /// Whether a probe is to be sent.
    #[inline]
    pub(super) const fn wants_probe(&self) -> bool {
        self.probes
    }

    /// By how many segments something has been overtaken, at most.
    pub(super) fn reordering(&self) -> u32 {
        u32::from(self.reordering)
    }

    /// Where what was sent again to probe the tail ends, until that is answered.
    #[cfg(feature = "tcp-info")]
    pub(super) fn repeated_probe(&self) -> Option<SequenceNumber> {
        (self.probe == Probe::Again).then_some(self.probe_end)
    }

    /// Whether losses are found by time.
    pub(super) fn is_in_use(&self, settings: &Settings) -> bool {
        settings.recent_acknowledgment()
    }

    /// `octets` at the end of a record were delivered (§6.2, steps 2 and 3). `minimum` is the least round-trip time,
    /// `mss` the size of a segment.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn delivered(
        &mut self,
        now: Instant,
        record: &Transmission,
        octets: u32,
        minimum: u64,
        mss: u32,
    ) {
        let round_trip_time = now.nanos_since(record.at);
        // Too early for what was sent again: it is the original that was delivered.
        if !record.retransmitted || round_trip_time >= minimum {
            self.round_trip_time = round_trip_time;
            if record.at > self.sent || (record.at == self.sent && record.end.is_after(self.end)) {
                (self.sent, self.end) = (record.at, record.end);
            }
        }
        if record.end.is_after(self.forward) {
            self.forward = record.end;
        } else if record.end.is_before(self.forward) && !record.retransmitted {
            self.was_overtaken(self.forward.since(record.end).saturating_add(octets), mss);
        }
    }

    /// Something has been overtaken by so many octets, itself included (Linux: tcp_check_sack_reordering).
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn was_overtaken(&mut self, octets: u32, mss: u32) {
        let segments = octets.div_ceil(mss.max(1));
        self.reordering = self.reordering.max(segments.clamp(1, MOST_REORDERING) as u16);
    }

    /// Adapts the reordering window: wider for each round trip in which something was sent twice for nothing (§6.2,
    /// step 4).
    pub(super) fn adapt(&mut self, snd: &SendVariables, delivery: &Delivery, recovered: bool) {
        if self.in_round && !snd.una.is_before(self.round) {
            (self.round, self.in_round) = (SequenceNumber(0), false);
        }
        if delivery.duplicate.is_some() && !self.in_round {
            (self.round, self.in_round) = (snd.nxt, true);
            self.multiplier = self.multiplier.saturating_add(1);
            self.persist = PERSIST;
        } else if recovered {
            self.persist = self.persist.saturating_sub(1);
            if self.persist == 0 {
                self.multiplier = 1;
            }
        }
    }
}

/// Losses.
impl<C: CongestionControl> Connection<C> {
    /// RACK_detect_loss (§6.2, step 5): marks what was sent before something that has arrived, a round trip and the
    /// reordering window ago; sets the timer to when the next will be. Whether anything was marked.
    pub(super) fn mark_late(&mut self, now: Instant, records: &mut [Transmission]) -> bool {
        let window = self.reordering_window(records);
        let patience = self.rack.round_trip_time.saturating_add(window);
        let (sent, end) = (self.rack.sent, self.rack.end);
        let mut wait = Instant::ZERO;
        let any = self.transmissions.mark_lost(records, self.snd.una, |record, _, _| {
            // Of what was sent in the same instant, the order is that of the numbers, except for what was sent again.
            let is_earlier = record.end.is_before(end) && !record.retransmitted;
            if record.at > sent || (record.at == sent && !is_earlier) {
                return false;
            }
            let due = record.at.plus_nanos(patience);
            if due <= now {
                return true;
            }
            wait = wait.max(due);
            false
        });
        if wait != Instant::ZERO {
            self.timers.set(Timer::LossDetection, wait.plus_nanos(SLACK));
        } else if self.transmissions.is_marked() {
            self.timers.stop(Timer::LossDetection);
        }
        any
    }

    /// RACK_mark_losses_on_RTO (§6.3): the first segment in flight is lost, and of the others what was sent a round
    /// trip ago and more (Linux, tcp_timeout_mark_lost, adds no reordering window). `false` where the records do not
    /// tell: then everything counts as lost.
    pub(super) fn mark_timed_out(&mut self, now: Instant, records: &mut [Transmission]) -> bool {
        let is_recorded = self.transmissions.used(records).last();
        let is_recorded = is_recorded.is_some_and(|last| !last.end.is_before(self.snd.resume));
        if !self.sack.is_agreed() || !self.config.recent_acknowledgment() || !is_recorded {
            return false;
        }
        let round_trip_time = self.rack.round_trip_time;
        let mut is_first = true;
        self.transmissions.mark_lost(records, self.snd.una, |record, _, _| {
            core::mem::take(&mut is_first) || record.at.plus_nanos(round_trip_time) <= now
        })
    }

    /// RACK_update_reo_wnd (§6.2, step 4), in nanoseconds.
    fn reordering_window(&self, records: &mut [Transmission]) -> u64 {
        if self.rack.reordering == 0 {
            let enough = self.snd.mss.saturating_mul(DUPLICATE_THRESHOLD);
            if self.recovery.phase != Phase::Open
                || self.transmissions.sacked(records, self.snd.una) >= enough
            {
                return 0;
            }
        }
        let quarters = u64::from(self.rack.multiplier);
        (self.rtt.minimum() / 4).saturating_mul(quarters).min(self.rtt.smoothed_nanos())
    }

    /// The timer has expired: something has been out of order for too long, or the tail is silent.
    pub(super) fn loss_detection_timeout(&mut self, now: Instant, records: &mut [Transmission]) {
        if !self.transmissions.is_marked() {
            if self.snd.una != self.snd.nxt {
                self.rack.probes = true;
                // §7.3: the retransmission timer begins anew.
                let timeout = now.plus_nanos(self.rtt.timeout(&self.config));
                self.set_impatiently(Timer::Retransmission, timeout);
            }
            return;
        }
        if self.mark_late(now, records) && self.recovery.phase == Phase::Open {
            self.enter_fast_recovery(self.snd.flight());
            self.reduce_in_proportion(&Delivery::default(), true, records);
        }
    }
}

/// Tail loss probes.
impl<C: CongestionControl> Connection<C> {
    /// TLP_calc_PTO (§7.2), where the conditions for a probe are met.
    pub(super) fn schedule_loss_probe(&mut self, now: Instant) {
        if !self.sack.is_agreed()
            || !self.config.recent_acknowledgment()
            || !self.config.tail_loss_probes()
            || self.recovery.phase != Phase::Open
            || self.transmissions.is_marked()
            || self.rack.probe != Probe::Nothing
        {
            return;
        }
        if self.snd.una == self.snd.nxt || self.snd.wnd == 0 || !self.state.is_synchronized() {
            return self.timers.stop(Timer::LossDetection);
        }
        let mut patience = match self.rtt.smoothed_nanos() {
            0 => 1_000_000_000,
            smoothed => smoothed.saturating_mul(2),
        };
        // The peer may delay its acknowledgment of a single segment.
        let is_single = self.snd.flight() <= self.snd.mss;
        let slack = if is_single { self.config.minimum_retransmission_timeout().as_nanos() } else { SLACK };
        patience = patience.saturating_add(slack);
        let timeout = self.timers.at(Timer::Retransmission);
        self.timers.set(Timer::LossDetection, now.plus_nanos(patience).min(timeout));
    }

    /// TLP_send_probe (§7.3): new text if there is any and the peer's window takes it, or else the last segment again.
    pub(super) fn loss_probe(&mut self) -> Option<(SequenceNumber, u32)> {
        if !core::mem::take(&mut self.rack.probes) || self.recovery.phase != Phase::Open {
            return None;
        }
        let (una, nxt) = (self.snd.una, self.snd.nxt);
        let new = self.cut(nxt, self.snd.wnd.saturating_sub(nxt.since(una)));
        let (seq, numbers) = if new > 0 && self.snd.resume == nxt {
            (nxt, new)
        } else {
            let last = nxt - self.snd.flight().min(self.segment_size());
            (last, self.cut(last, nxt.since(last)))
        };
        if numbers == 0 {
            return None;
        }
        self.rack.probe = if seq == nxt { Probe::New } else { Probe::Again };
        self.rack.probe_end = nxt.later(seq + numbers);
        Some((seq, numbers))
    }

    /// TLP_process_ack (§7.4.2): the probe has been answered. If it was the last segment sent again, and that repaired
    /// a loss, the network is congested.
    pub(super) fn end_loss_probe(&mut self, segment: &Segment<'_>, delivery: &Delivery) {
        let (probe, end) = (self.rack.probe, self.rack.probe_end);
        if probe == Probe::Nothing || self.snd.una.is_before(end) {
            return;
        }
        let is_duplicate =
            delivery.acknowledged == 0 && segment.payload.is_empty() && !segment.options.has_blocks();
        if probe == Probe::New || delivery.duplicate.is_some_and(|block| block.right_edge == end) {
            self.rack.forget_probe();
        } else if self.snd.una.is_after(end) {
            self.rack.forget_probe();
            self.congested(delivery.flight);
            self.congestion.window = self.congestion.slow_start_threshold.min(self.congestion.window);
        } else if is_duplicate {
            self.rack.forget_probe();
        }
    }
}
