//! Congestion control: slow start, congestion avoidance, fast retransmit and recovery (RFC 5681, RFC 6582).

use super::SequenceNumber;

/// NewReno. All sizes are octets; `mss` is SMSS.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Congestion {
    /// cwnd.
    window: u32,
    /// ssthresh.
    slow_start_threshold: u32,
    /// Octets acknowledged towards the next growth in congestion avoidance.
    acknowledged: u32,
    /// Duplicate acknowledgments in a row.
    duplicates: u8,
    /// Fast recovery is on until `recover` is acknowledged.
    recovering: bool,
    /// SND.NXT when the last loss was noticed (RFC 6582 §3.2).
    recover: SequenceNumber,
}

impl Congestion {
    /// `recover` starts at the initial send sequence number (RFC 6582 §3.2, step 1).
    pub(super) fn new(iss: SequenceNumber, mss: u32) -> Self {
        Congestion {
            window: Self::initial_window(mss),
            slow_start_threshold: u32::MAX,
            acknowledged: 0,
            duplicates: 0,
            recovering: false,
            recover: iss,
        }
    }

    /// RFC 6928: ten segments, as Linux has it.
    fn initial_window(mss: u32) -> u32 {
        mss.saturating_mul(10)
    }

    /// The handshake is over and `mss` known. A SYN that was lost makes for one segment (RFC 5681 §3.1).
    pub(super) fn start(&mut self, mss: u32, syn_was_lost: bool) {
        self.window = if syn_was_lost { mss } else { Self::initial_window(mss) };
    }

    /// How many octets may be in flight: cwnd, and a segment for each of the first two duplicate
    /// acknowledgments (RFC 3042).
    pub(super) fn window(&self, mss: u32) -> u32 {
        let extra = if self.recovering { 0 } else { u32::from(self.duplicates.min(2)) };
        self.window.saturating_add(extra.saturating_mul(mss))
    }

    /// Half of what is in flight, but two segments at least (RFC 5681, equation 4).
    fn half(flight: u32, mss: u32) -> u32 {
        (flight / 2).max(mss.saturating_mul(2))
    }

    /// `octets` new octets are acknowledged, up to `una`; `flight` are still on their way. `true` where this is
    /// a partial acknowledgment: the next segment is lost too and must be sent again (RFC 6582 §3.2, step 3).
    pub(super) fn on_acknowledgment(
        &mut self,
        una: SequenceNumber,
        octets: u32,
        flight: u32,
        mss: u32,
    ) -> bool {
        self.duplicates = 0;
        if !self.recovering {
            // Never left so far behind that comparing it with `una` would wrap.
            self.recover = self.recover.later(una);
        }
        if self.recovering {
            if una.is_before(self.recover) {
                self.window = self.window.saturating_sub(octets);
                if octets >= mss {
                    self.window = self.window.saturating_add(mss);
                }
                self.window = self.window.max(mss);
                return true;
            }
            self.recovering = false;
            self.window = self.slow_start_threshold.min(flight.max(mss).saturating_add(mss));
        } else if self.window < self.slow_start_threshold {
            self.window = self.window.saturating_add(octets.min(mss));
        } else {
            // Appropriate byte counting (RFC 5681 §3.1, RFC 3465): a segment for each window acknowledged.
            self.acknowledged = self.acknowledged.saturating_add(octets);
            if self.acknowledged >= self.window {
                self.acknowledged = self.acknowledged.saturating_sub(self.window);
                self.window = self.window.saturating_add(mss);
            }
        }
        false
    }

    /// A duplicate acknowledgment of `una` has come, `nxt` being SND.NXT. `true` where it is the third and the
    /// segment at `una` must be sent again (RFC 5681 §3.2).
    pub(super) fn on_duplicate(&mut self, una: SequenceNumber, nxt: SequenceNumber, mss: u32) -> bool {
        if self.recovering {
            self.window = self.window.saturating_add(mss);
            return false;
        }
        // Duplicates of what a timeout sends again say nothing new (RFC 6582 §3.2, step 2).
        if una.is_before(self.recover) {
            return false;
        }
        self.duplicates = self.duplicates.saturating_add(1);
        if self.duplicates != 3 {
            return false;
        }
        self.recover = nxt;
        self.recovering = true;
        self.slow_start_threshold = Self::half(nxt.since(una), mss);
        self.window = self.slow_start_threshold.saturating_add(mss.saturating_mul(3));
        true
    }

    /// The retransmission timer has expired, for the first time in a row where `first` (RFC 5681 §3.1).
    pub(super) fn on_timeout(&mut self, una: SequenceNumber, nxt: SequenceNumber, mss: u32, first: bool) {
        if first {
            self.slow_start_threshold = Self::half(nxt.since(una), mss);
        }
        self.window = mss;
        self.acknowledged = 0;
        self.duplicates = 0;
        self.recovering = false;
        self.recover = nxt;
    }

    /// Nothing has been sent for longer than a timeout (RFC 5681 §4.1).
    pub(super) fn on_idle(&mut self, mss: u32) {
        self.window = self.window.min(Self::initial_window(mss));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_long_ago_does_not_hide_a_new_one() {
        let mut congestion = Congestion::new(SequenceNumber(0), 1000);
        let mut una = SequenceNumber(1);
        congestion.on_timeout(una, una + 5000, 1000, true);
        for _ in 0..3 {
            una += 1 << 30;
            congestion.on_acknowledgment(una, 1 << 30, 0, 1000);
        }
        let retransmits = [0; 4].map(|_| congestion.on_duplicate(una, una + 5000, 1000));
        assert_eq!(retransmits, [false, false, true, false]);
    }

    #[test]
    fn the_window_grows_by_a_segment_a_round_trip() {
        let mut congestion = Congestion::new(SequenceNumber(0), 1000);
        let mut una = SequenceNumber(1);
        congestion.on_timeout(una, una + 8000, 1000, true);
        let mut windows = [0; 6];
        for window in &mut windows {
            // A round trip: the whole window is acknowledged, a segment at a time.
            for _ in 0..congestion.window(1000) / 1000 {
                una += 1000;
                congestion.on_acknowledgment(una, 1000, 0, 1000);
            }
            *window = congestion.window(1000);
        }
        // RFC 5681 §3.1: doubling up to half of what was in flight, then one segment more each time.
        assert_eq!(windows, [2000, 4000, 5000, 6000, 7000, 8000]);
    }
}
