//! Round-trip time and retransmission timeout (RFC 6298).

use super::config::Config;
use core::time::Duration;

/// SRTT, RTTVAR and RTO, in nanoseconds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct RoundTripTime {
    smoothed: u64,
    variation: u64,
    timeout: u64,
    /// How often the timeout has doubled since the last measurement (RFC 6298 §5.5).
    backoff: u8,
}

/// A duration in whole nanoseconds; longer ones saturate at 584 years.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl RoundTripTime {
    pub(super) fn new(config: &Config) -> Self {
        RoundTripTime {
            smoothed: 0,
            variation: 0,
            timeout: nanoseconds(config.initial_retransmission_timeout),
            backoff: 0,
        }
    }

    /// A measurement of a segment that was sent once (RFC 6298 §2.2, §2.3, §3).
    pub(super) fn sample(&mut self, config: &Config, measured: Duration) {
        let measured = nanoseconds(measured);
        if self.smoothed == 0 {
            self.smoothed = measured.max(1);
            self.variation = measured / 2;
        } else {
            let deviation = self.smoothed.abs_diff(measured);
            self.variation = (self.variation - self.variation / 4).saturating_add(deviation / 4);
            self.smoothed = (self.smoothed - self.smoothed / 8).saturating_add(measured / 8).max(1);
        }
        // Linux's reading of max(G, K*RTTVAR): the floor is on the variation, so that a peer's delayed
        // acknowledgments never make the timeout expire.
        let floor = nanoseconds(config.minimum_retransmission_timeout);
        self.timeout = self.smoothed.saturating_add(self.variation.saturating_mul(4).max(floor));
        self.backoff = 0;
    }

    /// The handshake ended without a measurement, for the SYN was sent twice (RFC 6298 §5.7).
    pub(super) fn syn_was_retransmitted(&mut self) {
        if self.smoothed == 0 {
            self.timeout = self.timeout.max(3_000_000_000);
        }
        self.backoff = 0;
    }

    /// Doubles the timeout (RFC 6298 §5.5).
    pub(super) fn back_off(&mut self) {
        self.backoff = self.backoff.saturating_add(1);
    }

    /// RTO: how long to wait for an acknowledgment.
    pub(super) fn timeout(&self, config: &Config) -> Duration {
        self.backed_off(config, self.backoff)
    }

    /// The timeout, doubled `times` times.
    pub(super) fn backed_off(&self, config: &Config, times: u8) -> Duration {
        let factor = 1u64.checked_shl(u32::from(times)).unwrap_or(u64::MAX);
        let most = nanoseconds(config.maximum_retransmission_timeout);
        Duration::from_nanos(self.timeout.saturating_mul(factor).min(most).max(1_000_000))
    }

    /// SRTT, once measured.
    pub(super) fn smoothed(&self) -> Option<Duration> {
        (self.smoothed != 0).then(|| Duration::from_nanos(self.smoothed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_follows_rfc_6298() {
        let config = Config { minimum_retransmission_timeout: Duration::ZERO, ..Config::default() };
        let mut rtt = RoundTripTime::new(&config);
        assert_eq!(rtt.timeout(&config), Duration::from_secs(1));
        // SRTT = 100, RTTVAR = 50: RTO = 100 + 4*50.
        rtt.sample(&config, Duration::from_millis(100));
        assert_eq!(rtt.timeout(&config), Duration::from_millis(300));
        // RTTVAR = 3/4*50 + 1/4*|100-180| = 57.5, SRTT = 7/8*100 + 1/8*180 = 110: RTO = 110 + 230.
        rtt.sample(&config, Duration::from_millis(180));
        assert_eq!(rtt.timeout(&config), Duration::from_millis(340));
        rtt.back_off();
        rtt.back_off();
        assert_eq!(rtt.timeout(&config), Duration::from_millis(1360));
        for _ in 0..200 {
            rtt.back_off();
        }
        assert_eq!(rtt.timeout(&config), config.maximum_retransmission_timeout);
    }
}
