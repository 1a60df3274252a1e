//! CUBIC (RFC 9438), in integers: octets, and 1024ths of a second.

use super::congestion::{Acknowledged, CongestionControl, CongestionWindow};
use crate::time::Instant;
use core::time::Duration;

/// CUBIC: the window grows by the time that has passed since the last loss, first fast, then slowly where that loss
/// happened, then fast again (RFC 9438 §4.2). Constants: C = 0.4, β = 0.7.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cubic {
    /// t_epoch: when congestion avoidance began; [`Epoch::NONE`] until it does.
    epoch: Epoch,
    /// W_max: the window at the last loss, in octets.
    maximum: u32,
    /// W_max before that loss, should it turn out to be none.
    previous_maximum: u32,
    /// K: after how long the window is W_max again, in 1024ths of a second.
    k: u32,
    /// W_est: the window that NewReno would have, in octets (§4.3).
    estimate: u32,
    /// Octets acknowledged towards the next growth of W_est.
    towards_estimate: u32,
    /// Octets acknowledged towards the next growth of cwnd.
    towards_window: u32,
}

/// An instant in two halves, which needs no alignment: a connection is eight octets smaller for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Epoch([u32; 2]);

impl Epoch {
    const NONE: Epoch = Epoch::at(Instant::MAX);

    const fn at(instant: Instant) -> Epoch {
        let nanoseconds = instant.as_nanos();
        Epoch([(nanoseconds >> 32) as u32, nanoseconds as u32])
    }

    const fn instant(self) -> Instant {
        let Epoch([high, low]) = self;
        Instant::from_nanos((high as u64) << 32 | low as u64)
    }
}

impl Default for Cubic {
    fn default() -> Self {
        Cubic {
            epoch: Epoch::NONE,
            maximum: 0,
            previous_maximum: 0,
            k: 0,
            estimate: 0,
            towards_estimate: 0,
            towards_window: 0,
        }
    }
}

impl Cubic {
    /// Congestion avoidance begins (§4.2, Figure 2).
    fn begin(&mut self, window: &CongestionWindow, now: Instant) {
        self.epoch = Epoch::at(now);
        self.maximum = self.maximum.max(window.size);
        let difference = self.maximum.saturating_sub(window.size);
        self.k = cube_root(cubed(difference, window.segment_size));
        self.estimate = window.size;
        (self.towards_estimate, self.towards_window) = (0, 0);
    }

    /// W_cubic(t) = C * (t - K)^3 + W_max, in octets (§4.2, Figure 1).
    fn target(&self, segment_size: u32, time: Duration) -> u32 {
        // Some four minutes from K the window is beyond any buffer.
        let time = (time.as_nanos().min(1 << 40) as u64) / 976_563;
        let distance = time.abs_diff(u64::from(self.k)).min(1 << 18);
        // At most 2^54; in seconds 30 bits less.
        let cube = distance.wrapping_mul(distance).wrapping_mul(distance);
        let scaled = (cube >> 20).saturating_mul(u64::from(segment_size)).saturating_mul(2) / 5;
        let octets = u32::try_from(scaled >> 10).unwrap_or(u32::MAX);
        if time < u64::from(self.k) {
            self.maximum.saturating_sub(octets)
        } else {
            self.maximum.saturating_add(octets)
        }
    }

    /// W_est grows by α segments for each window acknowledged, and by one segment once it has reached W_max (§4.3,
    /// Figure 4): α = 3 * (1 - β) / (1 + β) = 9/17.
    fn grow_estimate(&mut self, window: &CongestionWindow, octets: u32) {
        self.towards_estimate = self.towards_estimate.saturating_add(octets);
        let whole = window.size.max(1);
        let more = if self.estimate < self.maximum { fraction::<8, 9>(whole) } else { 0 };
        let needed = whole.saturating_add(more);
        if self.towards_estimate >= needed {
            self.towards_estimate = self.towards_estimate.saturating_sub(needed);
            self.estimate = self.estimate.saturating_add(window.segment_size);
        }
    }
}

impl CongestionControl for Cubic {
    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged) {
        if window.is_in_slow_start() {
            return window.slow_start(acknowledged.octets);
        }
        if self.epoch == Epoch::NONE {
            self.begin(window, acknowledged.now);
        }
        let elapsed = acknowledged.now.since(self.epoch.instant());
        self.grow_estimate(window, acknowledged.octets);
        if self.target(window.segment_size, elapsed) < self.estimate {
            // §4.3: where NewReno would do better.
            window.size = window.size.max(self.estimate);
            return;
        }
        // §4.4, §4.5: towards where the window should be a round trip from now, by half of itself at most.
        let ahead = elapsed.saturating_add(acknowledged.round_trip_time);
        let most = window.size.saturating_add(window.size / 2);
        let missing = self.target(window.segment_size, ahead).min(most).saturating_sub(window.size);
        self.towards_window = self.towards_window.saturating_add(acknowledged.octets).min(window.size);
        let product = u64::from(missing).wrapping_mul(u64::from(self.towards_window));
        let growth = product.checked_div(u64::from(window.size)).unwrap_or(0);
        if growth > 0 {
            window.size = window.size.saturating_add(growth as u32);
            self.towards_window = 0;
        }
    }

    /// Multiplicative decrease (§4.6) and fast convergence (§4.7).
    fn reduce(&mut self, window: &mut CongestionWindow, flight: u32) {
        self.previous_maximum = self.maximum;
        // W_max * (1 + β) / 2, where the window is less than it was at the loss before.
        self.maximum = if window.size < self.maximum { fraction::<17, 20>(window.size) } else { window.size };
        self.epoch = Epoch::NONE;
        window.slow_start_threshold =
            window.at_least_two_segments(fraction::<7, 10>(window.size.min(flight)));
    }

    /// §4.9: spurious congestion events.
    fn undo(&mut self) {
        self.maximum = self.previous_maximum;
        self.epoch = Epoch::NONE;
    }

    /// §5.8: K and the epoch are those of the next congestion avoidance.
    fn restart(&mut self) {
        self.epoch = Epoch::NONE;
    }

    /// §4.8: "K is set to 0, and Wmax is set to the congestion window size at the beginning of the current congestion
    /// avoidance stage".
    fn timeout(&mut self) {
        self.maximum = 0;
        self.epoch = Epoch::NONE;
    }

    fn map_instants(&mut self, map: impl Fn(Instant) -> Instant) {
        if self.epoch != Epoch::NONE {
            self.epoch = Epoch::at(map(self.epoch.instant()));
        }
    }
}

/// `octets` * `NUMERATOR` / `DENOMINATOR` without 64 bits; the fraction is less than one, the denominator small.
#[inline(always)]
const fn fraction<const NUMERATOR: u32, const DENOMINATOR: u32>(octets: u32) -> u32 {
    let rest = (octets % DENOMINATOR).wrapping_mul(NUMERATOR) / DENOMINATOR;
    (octets / DENOMINATOR).wrapping_mul(NUMERATOR).wrapping_add(rest)
}

/// K^3 = (W_max - cwnd_epoch) / C, K being in 1024ths of a second: K^3 * 2^30.
fn cubed(difference: u32, segment_size: u32) -> u64 {
    (u64::from(difference) << 31).checked_div(u64::from(segment_size)).unwrap_or(0).saturating_mul(5) / 4
}

/// The integer cube root.
fn cube_root(cube: u64) -> u32 {
    let mut root = 0u64;
    for bit in (0..21).rev() {
        let next = root | (1 << bit);
        if next.wrapping_mul(next).wrapping_mul(next) <= cube {
            root = next;
        }
    }
    root as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEGMENT: u32 = 1000;

    /// The window of RFC 9438's formulas, in floating point.
    fn w_cubic(maximum: f64, seconds: f64) -> f64 {
        let k = (maximum * 0.3 / 0.4).cbrt();
        0.4 * (seconds - k).powi(3) + maximum
    }

    #[test]
    fn cube_roots() {
        for root in [0u64, 1, 2, 3, 1000, 123_456, (1 << 21) - 1] {
            let cube = root * root * root;
            assert_eq!(u64::from(cube_root(cube)), root);
            assert_eq!(u64::from(cube_root(cube + root)), root);
        }
        assert_eq!(cube_root(u64::MAX), (1 << 21) - 1);
    }

    #[test]
    fn the_window_follows_the_formula() {
        // A window of 1000 segments and a round trip of 100 ms: far above what NewReno would do.
        let mut window =
            CongestionWindow { size: 1_000_000, slow_start_threshold: 1_000_000, segment_size: SEGMENT };
        let mut cubic = Cubic::default();
        cubic.reduce(&mut window, 1_000_000);
        assert_eq!(window.slow_start_threshold, 700_000);
        window.size = 700_000;
        let round_trip_time = Duration::from_millis(100);
        for trip in 0..150u32 {
            let begin = Instant::ZERO + round_trip_time * trip;
            let segments = window.size / SEGMENT;
            for segment in 0..segments {
                let now = begin + round_trip_time * segment / segments;
                let acknowledged = Acknowledged { now, octets: SEGMENT, round_trip_time };
                cubic.acknowledged(&mut window, &acknowledged);
            }
            let expected = w_cubic(1000.0, f64::from(trip + 1) / 10.0) * 1000.0;
            let off = (f64::from(window.size) - expected).abs() / expected;
            assert!(off < 0.02, "after {} round trips {} instead of {expected}", trip + 1, window.size);
        }
    }

    #[test]
    fn a_short_round_trip_grows_as_with_newreno() {
        // 20 segments, 1 ms: the cubic function hardly moves (§4.3).
        let mut window =
            CongestionWindow { size: 20_000, slow_start_threshold: 20_000, segment_size: SEGMENT };
        let mut cubic = Cubic::default();
        cubic.reduce(&mut window, 20_000);
        window.size = window.slow_start_threshold;
        assert_eq!(window.size, 14_000);
        let mut trips = 0;
        while window.size < 20_000 {
            let now = Instant::ZERO + Duration::from_millis(trips);
            for _ in 0..window.size / SEGMENT {
                let round_trip_time = Duration::from_millis(1);
                cubic.acknowledged(&mut window, &Acknowledged { now, octets: SEGMENT, round_trip_time });
            }
            trips += 1;
        }
        // Six segments at 9/17 of a segment a round trip.
        assert!((11..=13).contains(&trips), "{trips}");
    }

    #[test]
    fn a_second_loss_below_the_first_makes_room() {
        let mut window =
            CongestionWindow { size: 100_000, slow_start_threshold: u32::MAX, segment_size: SEGMENT };
        let mut cubic = Cubic::default();
        cubic.reduce(&mut window, 100_000);
        window.size = 80_000;
        cubic.reduce(&mut window, 80_000);
        assert_eq!((cubic.maximum, window.slow_start_threshold), (68_000, 56_000), "§4.7");
        cubic.undo();
        assert_eq!(cubic.maximum, 100_000, "§4.9");
        // Of a window that is not filled, what was in flight counts (§4.6).
        cubic.reduce(&mut window, 10_000);
        assert_eq!(window.slow_start_threshold, 7_000);
        cubic.reduce(&mut window, 0);
        assert_eq!(window.slow_start_threshold, 2_000);
    }

    #[test]
    fn after_a_timeout_growth_begins_where_the_window_is() {
        let mut window =
            CongestionWindow { size: 1_000_000, slow_start_threshold: 1_000_000, segment_size: SEGMENT };
        let mut cubic = Cubic::default();
        cubic.reduce(&mut window, 1_000_000);
        cubic.timeout();
        window.size = window.slow_start_threshold;
        let round_trip_time = Duration::from_millis(100);
        for trip in 0..100u32 {
            let begin = Instant::ZERO + round_trip_time * trip;
            let segments = window.size / SEGMENT;
            for segment in 0..segments {
                let now = begin + round_trip_time * segment / segments;
                cubic.acknowledged(&mut window, &Acknowledged { now, octets: SEGMENT, round_trip_time });
            }
        }
        // §4.8: "K is set to 0, and Wmax is set to the congestion window size at the beginning": ten seconds later
        // there are 0.4 * 10^3 segments more.
        assert!((1_080_000..1_120_000).contains(&window.size), "{}", window.size);
    }

    #[test]
    fn nothing_overflows() {
        for (size, segment_size) in [(0, 0), (u32::MAX, 1), (u32::MAX, u32::MAX), (1, u32::MAX)] {
            let mut window = CongestionWindow { size, slow_start_threshold: 0, segment_size };
            let mut cubic = Cubic::default();
            for nanos in [0, 1, 1 << 40, u64::MAX] {
                let round_trip_time = Duration::from_nanos(nanos);
                let now = Instant::from_nanos(nanos);
                cubic.acknowledged(&mut window, &Acknowledged { now, octets: u32::MAX, round_trip_time });
                cubic.reduce(&mut window, u32::MAX);
            }
        }
    }
}
