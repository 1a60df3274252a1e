//! Round-trip time and retransmission timeout (RFC 6298).

use super::settings::Settings;
use crate::time::Instant;
use core::time::Duration;

/// For how long the least round-trip time counts: 300 s, as Linux has it (tcp_min_rtt_wlen).
const MINIMUM_LASTS: u64 = 300_000_000_000;

/// No timeout is shorter: 1 ms.
pub(super) const LEAST_TIMEOUT: u64 = 1_000_000;

/// SRTT and RTTVAR, in nanoseconds, and what RTO follows from them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct RoundTripTime {
    /// SRTT; zero until something has been measured.
    smoothed: u64,
    /// RTTVAR.
    variation: u64,
    /// The least round-trip time of the last five minutes; zero until something has been measured.
    minimum: u64,
    /// When that was measured.
    minimum_at: Instant,
    /// How often the timeout has doubled since the last measurement (RFC 6298 §5.5).
    backoff: u8,
    /// The SYN had to be sent again, which left nothing to measure.
    syn_was_retransmitted: bool,
}

impl RoundTripTime {
    pub(super) const fn new() -> Self {
        RoundTripTime {
            smoothed: 0,
            variation: 0,
            minimum: 0,
            minimum_at: Instant::ZERO,
            backoff: 0,
            syn_was_retransmitted: false,
        }
    }

    /// A measurement, in nanoseconds (RFC 6298 §2.2, §2.3, §3).
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn sample(&mut self, now: Instant, measured: u64) {
        let is_old = now.nanos_since(self.minimum_at) > MINIMUM_LASTS;
        if measured <= self.minimum || self.minimum == 0 || is_old {
            (self.minimum, self.minimum_at) = (measured.max(1), now);
        }
        if self.smoothed == 0 {
            self.smoothed = measured.max(1);
            self.variation = measured / 2;
        } else {
            let deviation = self.smoothed.abs_diff(measured);
            // Means of what a u64 holds.
            self.variation = (self.variation - self.variation / 4).wrapping_add(deviation / 4);
            self.smoothed = (self.smoothed - self.smoothed / 8).wrapping_add(measured / 8).max(1);
        }
        self.backoff = 0;
    }

    /// RTTVAR, in nanoseconds.
    #[cfg(feature = "tcp-info")]
    pub(super) const fn variation_nanos(&self) -> u64 {
        self.variation
    }

    /// How often the timeout has doubled.
    #[cfg(feature = "tcp-info")]
    pub(super) const fn backoff(&self) -> u8 {
        self.backoff
    }

    /// The handshake ended without a measurement, for the SYN was sent twice (RFC 6298 §5.7).
    pub(super) fn syn_was_retransmitted(&mut self) {
        self.syn_was_retransmitted = true;
        self.backoff = 0;
    }

    /// Doubles the timeout (RFC 6298 §5.5).
    pub(super) fn back_off(&mut self) {
        self.backoff = self.backoff.saturating_add(1);
    }

    /// RTO: how long to wait for an acknowledgment, in nanoseconds.
    pub(super) fn timeout(&self, settings: &Settings) -> u64 {
        self.backed_off(settings, self.backoff)
    }

    /// The timeout, doubled `times` times.
    pub(super) fn backed_off(&self, settings: &Settings, times: u8) -> u64 {
        // The longest is far from the end of what a u64 holds.
        let most = settings.maximum_retransmission_timeout().as_nanos();
        let mut timeout = self.base(settings).min(most);
        for _ in 0..times {
            timeout = timeout.wrapping_mul(2).min(most);
        }
        let is_first = self.smoothed == 0 && times == 0;
        let slop = if is_first { 0 } else { settings.retransmission_slop().as_nanos() };
        timeout.wrapping_add(slop).max(LEAST_TIMEOUT)
    }

    /// The timeout before any doubling.
    fn base(&self, settings: &Settings) -> u64 {
        if self.smoothed == 0 {
            let initial = settings.initial_retransmission_timeout().as_nanos();
            return if self.syn_was_retransmitted { initial.max(3_000_000_000) } else { initial };
        }
        // Linux's reading of max(G, K*RTTVAR): the floor is on the variation, so that a peer's delayed
        // acknowledgments never make the timeout expire.
        let floor = settings.minimum_retransmission_timeout().as_nanos();
        let has_slop = settings.retransmission_slop().as_nanos() != 0;
        // The slop does that as well.
        let (least, floor) = if has_slop { (floor, 0) } else { (0, floor) };
        self.smoothed.saturating_add(self.variation.saturating_mul(4).max(floor)).max(least)
    }

    /// The least round-trip time of late, in nanoseconds (RFC 8985 §6.2, step 1); zero where nothing has been measured.
    #[inline]
    pub(super) const fn minimum(&self) -> u64 {
        self.minimum
    }

    /// SRTT in nanoseconds; zero where nothing has been measured.
    #[inline]
    pub(super) const fn smoothed_nanos(&self) -> u64 {
        self.smoothed
    }

    /// The same, its time mapped.
    pub(super) fn map(&self, time: impl Fn(Instant) -> Instant) -> RoundTripTime {
        let minimum_at = if self.minimum == 0 { self.minimum_at } else { time(self.minimum_at) };
        RoundTripTime { minimum_at, ..self.clone() }
    }

    /// SRTT, once measured.
    pub(super) fn smoothed(&self) -> Option<Duration> {
        (self.smoothed != 0).then(|| Duration::from_nanos(self.smoothed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tcp::Config;

    #[test]
    fn slop_is_added_to_every_timeout_but_the_first() {
        let config = Config {
            minimum_retransmission_timeout: Duration::from_millis(30),
            retransmission_slop: Duration::from_millis(200),
            ..Config::default()
        };
        let settings = Settings::new(&config);
        let mut rtt = RoundTripTime::new();
        let timeouts = [0, 1, 2].map(|times| rtt.backed_off(&settings, times) / 1_000_000);
        assert_eq!(timeouts, [1000, 2200, 4200]);
        rtt.sample(Instant::ZERO, 5_000_000);
        let timeouts = [0, 1, 2].map(|times| rtt.backed_off(&settings, times) / 1_000_000);
        assert_eq!(timeouts, [230, 260, 320]);
        rtt.sample(Instant::ZERO, 405_000_000);
        // RTTVAR = 3/4*2.5 + 1/4*400 = 101.875, SRTT = 7/8*5 + 1/8*405 = 55.
        assert_eq!(rtt.timeout(&settings), 662_500_000);
    }

    #[test]
    fn the_timeout_follows_rfc_6298() {
        let config = Config { minimum_retransmission_timeout: Duration::ZERO, ..Config::default() };
        let settings = Settings::new(&config);
        let mut rtt = RoundTripTime::new();
        assert_eq!(rtt.timeout(&settings), 1_000_000_000);
        // SRTT = 100, RTTVAR = 50: RTO = 100 + 4*50.
        rtt.sample(Instant::ZERO, 100_000_000);
        assert_eq!(rtt.timeout(&settings), 300_000_000);
        // RTTVAR = 3/4*50 + 1/4*|100-180| = 57.5, SRTT = 7/8*100 + 1/8*180 = 110: RTO = 110 + 230.
        rtt.sample(Instant::ZERO, 180_000_000);
        assert_eq!(rtt.timeout(&settings), 340_000_000);
        rtt.back_off();
        rtt.back_off();
        assert_eq!(rtt.timeout(&settings), 1_360_000_000);
        for _ in 0..200 {
            rtt.back_off();
        }
        assert_eq!(u128::from(rtt.timeout(&settings)), config.maximum_retransmission_timeout.as_nanos());
    }
}
