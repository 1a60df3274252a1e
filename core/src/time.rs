//! Monotonic time: the [`Instant`] that every backend counts in, and the [`Deadline`] of a call.
//!
//! A backend's clock starts wherever it likes (Linux: `CLOCK_MONOTONIC`; the simulator: zero when the world
//! begins), never goes back, and counts nanoseconds.
//!
//! ```
//! use anysock::time::{Deadline, Instant};
//! use core::time::Duration;
//!
//! let start = Instant::from_nanos(1_000);
//! let end = start + Duration::from_millis(5);
//! assert_eq!(end.since(start), Duration::from_millis(5));
//! assert!(Deadline::at(end).has_passed(end));
//! assert!(!Deadline::NEVER.has_passed(Instant::MAX));
//! ```

use core::ops::Add;
use core::time::Duration;

/// A point on a backend's monotonic clock, in nanoseconds since that clock's own beginning.
///
/// Arithmetic saturates: 2^64 nanoseconds are 584 years.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(u64);

impl Instant {
    /// The beginning of the clock.
    pub const ZERO: Instant = Instant(0);
    /// The last instant the clock can name.
    pub const MAX: Instant = Instant(u64::MAX);

    /// The instant that lies `nanos` nanoseconds after the beginning of the clock.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Instant(nanos)
    }

    /// Nanoseconds since the beginning of the clock.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to `self`; zero where `earlier` is the later one.
    #[inline]
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.nanos_since(earlier))
    }

    /// The same in nanoseconds.
    #[inline]
    pub(crate) const fn nanos_since(self, earlier: Instant) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant that lies `nanos` nanoseconds later.
    #[inline]
    pub(crate) const fn plus_nanos(self, nanos: u64) -> Instant {
        Instant(self.0.saturating_add(nanos))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    #[inline]
    fn add(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_add(nanos(duration)))
    }
}

/// `duration` in nanoseconds, saturating.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Until when a call may wait.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Deadline(u64);

impl Deadline {
    /// Do not wait at all: one attempt, and its answer.
    pub const NOW: Deadline = Deadline(0);
    /// Wait for as long as it takes.
    pub const NEVER: Deadline = Deadline(u64::MAX);

    /// Wait until `instant`.
    #[inline]
    pub const fn at(instant: Instant) -> Self {
        Deadline(instant.0)
    }

    /// The instant at which waiting ends, or `None` for [`Deadline::NEVER`].
    #[inline]
    pub const fn instant(self) -> Option<Instant> {
        if self.0 == u64::MAX { None } else { Some(Instant(self.0)) }
    }

    /// Whether a call that waits under this deadline gives up at `now`.
    #[inline]
    pub const fn has_passed(self, now: Instant) -> bool {
        self.0 != u64::MAX && self.0 <= now.0
    }

    /// How long is left at `now`: `None` without end, zero where the deadline has passed.
    #[inline]
    pub const fn remaining(self, now: Instant) -> Option<Duration> {
        match self.instant() {
            None => None,
            Some(instant) => Some(instant.since(now)),
        }
    }

    /// The earlier of the two.
    #[inline]
    pub const fn earlier(self, other: Deadline) -> Deadline {
        if self.0 <= other.0 { self } else { other }
    }
}

impl From<Instant> for Deadline {
    fn from(instant: Instant) -> Self {
        Deadline::at(instant)
    }
}
