//! Congestion control: how much may be in flight (RFC 5681).
//!
//! The machine finds losses and sends again what is lost; a [`CongestionControl`] says how the window grows, and by
//! how much a loss reduces it.

use super::cubic::Cubic;
use crate::time::Instant;
use core::time::Duration;

/// The variables of RFC 5681 §3.1. All are octets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct CongestionWindow {
    /// cwnd: how much may be in flight.
    pub size: u32,
    /// ssthresh: slow start below, congestion avoidance from there on.
    pub slow_start_threshold: u32,
    /// SMSS: how much text a segment takes.
    pub segment_size: u32,
}

impl CongestionWindow {
    /// Whether the window is in slow start: cwnd < ssthresh.
    #[inline]
    pub const fn is_in_slow_start(&self) -> bool {
        self.size < self.slow_start_threshold
    }

    /// Grows by what is acknowledged, a segment at most (RFC 5681, equation 2).
    #[inline]
    pub fn slow_start(&mut self, octets: u32) {
        self.size = self.size.saturating_add(octets.min(self.segment_size));
    }

    /// No less than two segments, as RFC 5681, equation 4, has it.
    #[inline]
    pub fn at_least_two_segments(&self, octets: u32) -> u32 {
        octets.max(self.segment_size.saturating_mul(2))
    }
}

/// What was acknowledged, for [`CongestionControl::acknowledged`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Acknowledged {
    /// When.
    pub now: Instant,
    /// How many octets.
    pub octets: u32,
    /// The smoothed round-trip time; zero where nothing has been measured.
    pub round_trip_time: Duration,
}

/// How a congestion window grows and shrinks.
///
/// The machine calls [`acknowledged`](Self::acknowledged) outside of loss recovery and only where the window was
/// used, and [`reduce`](Self::reduce) once per window that lost something. It sets cwnd during and after recovery
/// itself (RFC 6937), and after a timeout (RFC 5681 §3.1).
pub trait CongestionControl {
    /// New octets were acknowledged: the window may grow.
    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged);

    /// Something was lost, `flight` octets being in flight: sets the slow-start threshold.
    fn reduce(&mut self, window: &mut CongestionWindow, flight: u32);

    /// The last [`reduce`](Self::reduce) was for nothing: what was thought lost was late. The machine restores the
    /// window itself.
    fn undo(&mut self);

    /// Nothing was sent for a while, or a timeout expired: what has been counted so far is out of date.
    fn restart(&mut self);
}

/// NewReno: half the window after a loss, and a segment more each round trip (RFC 5681 §3.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct NewReno {
    /// Octets acknowledged towards the next growth in congestion avoidance.
    acknowledged: u32,
}

impl NewReno {
    /// The same, its times mapped: there are none.
    pub(super) fn map(&self, _time: impl Fn(Instant) -> Instant) -> NewReno {
        self.clone()
    }
}

impl CongestionControl for NewReno {
    #[inline]
    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged) {
        if window.is_in_slow_start() {
            return window.slow_start(acknowledged.octets);
        }
        // Appropriate byte counting (RFC 5681 §3.1, RFC 3465): a segment for each window acknowledged.
        self.acknowledged = self.acknowledged.saturating_add(acknowledged.octets);
        if self.acknowledged >= window.size {
            self.acknowledged = self.acknowledged.saturating_sub(window.size);
            window.size = window.size.saturating_add(window.segment_size);
        }
    }

    fn reduce(&mut self, window: &mut CongestionWindow, flight: u32) {
        window.slow_start_threshold = window.at_least_two_segments(flight / 2);
    }

    fn undo(&mut self) {}

    fn restart(&mut self) {
        self.acknowledged = 0;
    }
}

/// Which [`CongestionControl`] a connection uses: [`Config::congestion_control`](super::Config::congestion_control).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[doc(alias = "TCP_CONGESTION")]
#[non_exhaustive]
pub enum CongestionAlgorithm {
    /// RFC 5681 and RFC 6582; `reno` on Linux.
    NewReno,
    /// RFC 9438; `cubic` on Linux, which has it as its default. Without the feature `tcp-cubic` it is NewReno.
    #[default]
    Cubic,
}

/// One of the two.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Control {
    NewReno(NewReno),
    Cubic(Cubic),
}

impl CongestionControl for Control {
    #[inline]
    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged) {
        match self {
            Control::NewReno(control) => control.acknowledged(window, acknowledged),
            Control::Cubic(control) => control.acknowledged(window, acknowledged),
        }
    }

    fn reduce(&mut self, window: &mut CongestionWindow, flight: u32) {
        match self {
            Control::NewReno(control) => control.reduce(window, flight),
            Control::Cubic(control) => control.reduce(window, flight),
        }
    }

    fn undo(&mut self) {
        match self {
            Control::NewReno(control) => control.undo(),
            Control::Cubic(control) => control.undo(),
        }
    }

    fn restart(&mut self) {
        match self {
            Control::NewReno(control) => control.restart(),
            Control::Cubic(control) => control.restart(),
        }
    }
}

/// The window of a connection, and who controls it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Congestion {
    pub(super) window: u32,
    pub(super) slow_start_threshold: u32,
    /// The window is what keeps us from sending more, so that its growth would be used (RFC 9438 §5.8).
    pub(super) limits: bool,
    pub(super) control: Control,
}

impl Congestion {
    pub(super) fn new(algorithm: CongestionAlgorithm, mss: u32) -> Self {
        Congestion {
            window: Self::initial_window(mss),
            slow_start_threshold: u32::MAX,
            limits: false,
            control: match algorithm {
                CongestionAlgorithm::NewReno => Control::NewReno(NewReno::default()),
                CongestionAlgorithm::Cubic => Control::Cubic(Cubic::default()),
            },
        }
    }

    /// The same, its times mapped.
    pub(super) fn map(&self, time: impl Fn(Instant) -> Instant) -> Congestion {
        let control = match &self.control {
            Control::NewReno(control) => Control::NewReno(control.map(time)),
            Control::Cubic(control) => Control::Cubic(control.map(time)),
        };
        Congestion { control, ..self.clone() }
    }

    /// RFC 6928: ten segments, as Linux has it.
    fn initial_window(mss: u32) -> u32 {
        mss.saturating_mul(10)
    }

    /// The handshake is over and `mss` known. A SYN that was lost makes for one segment (RFC 5681 §3.1).
    pub(super) fn start(&mut self, mss: u32, syn_was_lost: bool) {
        self.window = if syn_was_lost { mss } else { Self::initial_window(mss) };
    }

    /// Lets the control work on the window.
    #[inline]
    fn control(&mut self, mss: u32, work: impl FnOnce(&mut Control, &mut CongestionWindow)) {
        let mut window = CongestionWindow {
            size: self.window,
            slow_start_threshold: self.slow_start_threshold,
            segment_size: mss,
        };
        work(&mut self.control, &mut window);
        (self.window, self.slow_start_threshold) = (window.size, window.slow_start_threshold);
    }

    /// New octets were acknowledged, `flight` having been in flight before. A window that was not used does not
    /// grow; in slow start, half of it is enough (Linux: tcp_is_cwnd_limited).
    #[inline]
    pub(super) fn on_acknowledgment(&mut self, mss: u32, flight: u32, acknowledged: &Acknowledged) {
        let in_slow_start = self.window < self.slow_start_threshold;
        if self.limits || (in_slow_start && self.window < flight.saturating_mul(2)) {
            self.control(mss, |control, window| control.acknowledged(window, acknowledged));
        }
    }

    /// Something was lost, or the network said that it is congested.
    pub(super) fn on_congestion(&mut self, mss: u32, flight: u32) {
        self.control(mss, |control, window| control.reduce(window, flight));
    }

    /// The retransmission timer has expired (RFC 5681 §3.1): a window of one segment.
    pub(super) fn on_timeout(&mut self, mss: u32) {
        self.window = mss;
        self.control.restart();
    }

    /// Nothing has been sent for longer than a timeout (RFC 5681 §4.1).
    pub(super) fn on_idle(&mut self, mss: u32) {
        self.window = self.window.min(Self::initial_window(mss));
        self.control.restart();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_grows_by_a_segment_a_round_trip() {
        let mut congestion = Congestion::new(CongestionAlgorithm::NewReno, 1000);
        congestion.limits = true;
        congestion.on_congestion(1000, 8000);
        congestion.on_timeout(1000);
        let acknowledged =
            Acknowledged { now: Instant::ZERO, octets: 1000, round_trip_time: Duration::from_millis(1) };
        let windows = [0; 6].map(|_| {
            // A round trip: the whole window is acknowledged, a segment at a time.
            for _ in 0..congestion.window / 1000 {
                congestion.on_acknowledgment(1000, 0, &acknowledged);
            }
            congestion.window
        });
        // RFC 5681 §3.1: doubling up to half of what was in flight, then one segment more each time.
        assert_eq!(windows, [2000, 4000, 5000, 6000, 7000, 8000]);
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let mut congestion = Congestion::new(CongestionAlgorithm::NewReno, 1000);
        let acknowledged = Acknowledged { now: Instant::ZERO, octets: 1000, round_trip_time: Duration::ZERO };
        congestion.on_acknowledgment(1000, 4000, &acknowledged);
        assert_eq!(congestion.window, 10_000);
        congestion.on_acknowledgment(1000, 6000, &acknowledged);
        assert_eq!(congestion.window, 11_000);
    }
}
