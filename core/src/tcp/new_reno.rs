//! NewReno (RFC 5681, RFC 6582).

use super::congestion::{Acknowledged, CongestionControl, CongestionWindow};

/// NewReno: half the window after a loss, and a segment more each round trip (RFC 5681 §3.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct NewReno {
    /// Octets acknowledged towards the next growth in congestion avoidance.
    acknowledged: u32,
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

    fn restart(&mut self) {
        self.acknowledged = 0;
    }
}
