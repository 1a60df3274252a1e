//! How often a segment is answered that is not acceptable (RFC 5961 §7).

use super::settings::Milliseconds;
use crate::time::Instant;

/// When an unacceptable segment was last answered, so that two confused endpoints do not answer each other for ever
/// (RFC 5961 §7; Linux: tcp_oow_rate_limited). [`Instant::MAX`] where none was.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Challenges(Instant);

impl Challenges {
    pub(super) const NONE: Challenges = Challenges(Instant::MAX);

    /// Whether one more may be answered at `now`, `interval` after the last; it is noted.
    pub(super) fn allow(&mut self, now: Instant, interval: Milliseconds) -> bool {
        let too_soon = *self != Self::NONE && now >= self.0 && now.nanos_since(self.0) < interval.as_nanos();
        if !too_soon {
            self.0 = now;
        }
        !too_soon
    }

    /// The same in few bits: units of so many milliseconds, modulo a period of as many units, from one; zero where
    /// none was.
    pub(super) fn coarse<const UNIT: u64, const PERIOD: u64>(&self) -> u16 {
        if *self == Self::NONE {
            return 0;
        }
        ((self.0.as_nanos() / 1_000_000 / UNIT % PERIOD) as u16).wrapping_add(1)
    }

    /// What [`coarse`](Self::coarse) told, less than a period before `now`.
    pub(super) fn of_coarse<const UNIT: u64, const PERIOD: u64>(coarse: u16, now: Instant) -> Challenges {
        if coarse == 0 {
            return Self::NONE;
        }
        let units = now.as_nanos() / 1_000_000 / UNIT;
        let age = (units % PERIOD + PERIOD).saturating_sub(u64::from(coarse) - 1) % PERIOD;
        Challenges(Instant::from_nanos(
            now.as_nanos().saturating_sub(age.saturating_mul(UNIT).saturating_mul(1_000_000)),
        ))
    }

    /// The same, its time mapped.
    pub(super) fn map(&self, time: impl Fn(Instant) -> Instant) -> Challenges {
        if *self == Self::NONE { Self::NONE } else { Challenges(time(self.0)) }
    }
}
