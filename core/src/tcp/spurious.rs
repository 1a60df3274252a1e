//! Retransmissions that turn out to be for nothing, and how they are taken back: F-RTO (RFC 5682), Eifel (RFC 3522, RFC
//! 4015), and duplicate selective acknowledgments (RFC 3708), each as far as Linux does.

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::{Delivery, Phase};
use super::segment::Segment;
use super::timers::Timer;
use super::transmissions::Transmission;
use crate::time::Instant;

/// Where F-RTO stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Forward {
    /// Not in use.
    Off,
    /// The first segment has been sent again (RFC 5682 §2.1, step 1).
    First,
    /// That was acknowledged, and so many new segments may be sent (step 2b).
    New(u8),
}

/// What is needed to take back a reduction of the window.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Spurious {
    /// cwnd before.
    window: u32,
    /// ssthresh before.
    slow_start_threshold: u32,
    /// SND.UNA then.
    marker: SequenceNumber,
    /// There is something to take back.
    remembers: bool,
    /// The timestamp of the first retransmission.
    stamp: u32,
    /// Retransmissions that the peer has not reported as duplicates.
    outstanding: u16,
    /// Whether there was any.
    retransmitted: bool,
    forward: Forward,
}

impl Spurious {
    pub(super) const fn new() -> Spurious {
        Spurious {
            window: 0,
            slow_start_threshold: 0,
            marker: SequenceNumber(0),
            remembers: false,
            stamp: 0,
            outstanding: 0,
            retransmitted: false,
            forward: Forward::Off,
        }
    }

    /// SND.UNA when the window was reduced, where that can be taken back.
    #[cfg(feature = "tcp-info")]
    pub(super) const fn marker(&self) -> Option<SequenceNumber> {
        if self.remembers { Some(self.marker) } else { None }
    }

    /// Whether a timestamp is older than the first retransmission (Eifel, RFC 3522 §3.2).
    pub(super) const fn is_older(&self, echo: u32) -> bool {
        (echo.wrapping_sub(self.stamp) as i32) < 0
    }

    /// Something was sent again, with this timestamp.
    pub(super) fn retransmits(&mut self, stamp: u32) {
        if !self.retransmitted {
            (self.stamp, self.retransmitted) = (stamp, true);
        }
        self.outstanding = self.outstanding.saturating_add(1);
    }
}

impl<C: CongestionControl> Connection<C> {
    /// Remembers the window, which is about to be reduced.
    pub(super) fn remember(&mut self, una: SequenceNumber) {
        self.spurious = Spurious {
            window: self.congestion.window,
            slow_start_threshold: self.congestion.slow_start_threshold,
            marker: una,
            remembers: true,
            ..Spurious::new()
        };
    }

    /// Whether everything that was sent again since the window was reduced was sent for nothing.
    pub(super) fn was_spurious(&mut self, segment: &Segment<'_>, delivery: &Delivery) -> bool {
        if !self.spurious.remembers || !self.spurious.retransmitted {
            return false;
        }
        if let Some(block) = delivery.duplicate
            && !block.right_edge.is_after(self.snd.una)
            && block.right_edge.is_after(self.spurious.marker)
        {
            let length = block.right_edge.since(block.left_edge);
            let segments = length.div_ceil(self.snd.mss.max(1)).min(u32::from(u16::MAX)) as u16;
            self.spurious.outstanding = self.spurious.outstanding.saturating_sub(segments);
            if self.spurious.outstanding == 0 {
                return true;
            }
        }
        if self.recovery.phase == Phase::Open {
            return false;
        }
        // Eifel (RFC 3522 §3.2): what is acknowledged was sent before anything was sent again.
        let is_earlier = self.timestamping.echo(segment).is_some_and(|echo| self.spurious.is_older(echo));
        delivery.acknowledged > 0 && is_earlier || self.timeout_was_spurious(delivery)
    }

    /// RFC 5682 §2.1, step 3b, as Linux reads it: something has arrived that was sent before the timeout and never
    /// since. Without selective acknowledgments it may have been there all the time.
    fn timeout_was_spurious(&self, delivery: &Delivery) -> bool {
        self.spurious.forward != Forward::Off
            && delivery.original
            && (self.sack.is_agreed() || !delivery.retransmitted)
    }

    /// The window is as before, and what was thought lost is in flight (RFC 4015 §3.2).
    pub(super) fn undo(&mut self, records: &mut [Transmission]) {
        let Spurious { window, slow_start_threshold, .. } = self.spurious;
        self.congestion.window = self.congestion.window.max(window);
        self.congestion.slow_start_threshold = self.congestion.slow_start_threshold.max(slow_start_threshold);
        self.congestion.control.undo();
        self.spurious = Spurious::new();
        if self.recovery.phase != Phase::Open {
            self.recovery.phase = Phase::Open;
            // While the persist timer watches over it, what is in flight will be sent again all the same.
            if self.timers.is_running(Timer::Retransmission) {
                self.snd.resume = self.snd.nxt;
            }
            self.snd.retransmit = false;
            self.transmissions.unmark(records, false);
        }
    }
}

/// F-RTO.
impl<C: CongestionControl> Connection<C> {
    /// The retransmission timer has expired; `applies` unless the loss was known before.
    pub(super) fn begin_forward_retransmission_timeout(&mut self, applies: bool) {
        self.spurious.forward = if applies { Forward::First } else { Forward::Off };
    }

    /// RFC 5682 §2.1, steps 2 and 3: after the first acknowledgment new text is sent instead of old; if that is
    /// answered by a duplicate acknowledgment, the old was lost.
    pub(super) fn forward_retransmission_timeout(&mut self, is_duplicate: bool, delivery: &Delivery) {
        if self.recovery.phase != Phase::Timeout {
            self.spurious.forward = Forward::Off;
        }
        if delivery.octets == 0 && !is_duplicate {
            return;
        }
        let has_new =
            self.snd.nxt.is_before(self.snd.limit()) && self.snd.nxt.since(self.snd.una) < self.snd.wnd;
        match self.spurious.forward {
            Forward::First
                if delivery.acknowledged > 0 && has_new && self.snd.una.is_before(self.recovery.recover) =>
            {
                self.spurious.forward = Forward::New(2);
            }
            _ => self.spurious.forward = Forward::Off,
        }
    }

    /// What F-RTO wants sent next; `Some(None)`: nothing yet.
    pub(super) fn forward_text(&mut self) -> Option<Option<(SequenceNumber, u32)>> {
        let Forward::New(count) = self.spurious.forward else { return None };
        let nxt = self.snd.nxt;
        let numbers = self.cut(nxt, self.snd.wnd.saturating_sub(nxt.since(self.snd.una)));
        if count == 0 || numbers == 0 {
            return Some(None);
        }
        self.spurious.forward = Forward::New(count.saturating_sub(1));
        Some(Some((nxt, numbers)))
    }

    /// Something was sent again: by its answer it will be known whether that was for nothing.
    pub(super) fn note_retransmission(&mut self, now: Instant) {
        if self.spurious.remembers && self.recovery.phase != Phase::Open {
            let stamp = self.timestamping.option(&self.config, now).map_or(0, |stamp| stamp.value);
            self.spurious.retransmits(stamp);
        }
    }
}
