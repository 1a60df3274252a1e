//! The timers of a connection: a table of fixed size.

use crate::time::Instant;

/// Which timer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Timer {
    /// The tail is silent, or what was overtaken has been waited for (RFC 8985 §6.2, §7.2).
    LossDetection,
    /// The oldest number in flight is due again (RFC 6298 §5).
    Retransmission,
    /// The window stays shut, or too small: probe it (RFC 9293 §3.8.6.1).
    Persist,
    /// An acknowledgment has waited long enough (RFC 9293 §3.8.6.3).
    DelayedAcknowledgment,
    /// The connection has been idle (RFC 9293 §3.8.4).
    Keepalive,
    /// FIN-WAIT-2 after the user has closed, or 2 MSL in TIME-WAIT.
    FinalWait,
}

impl Timer {
    /// Every timer, in the order in which those that expire together are handled.
    pub const ALL: [Timer; 6] = [
        Timer::LossDetection,
        Timer::Retransmission,
        Timer::Persist,
        Timer::DelayedAcknowledgment,
        Timer::Keepalive,
        Timer::FinalWait,
    ];
}

/// When each timer expires; `Instant::MAX` for one that is not running.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Timers([Instant; Timer::ALL.len()]);

impl Timers {
    pub(super) const fn new() -> Self {
        Timers([Instant::MAX; Timer::ALL.len()])
    }

    #[inline]
    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        if let Some(place) = self.0.get_mut(timer as usize) {
            *place = at;
        }
    }

    #[inline]
    pub(super) fn stop(&mut self, timer: Timer) {
        self.set(timer, Instant::MAX);
    }

    pub(super) fn stop_all(&mut self) {
        *self = Timers::new();
    }

    #[inline]
    pub(super) fn is_running(&self, timer: Timer) -> bool {
        self.at(timer) != Instant::MAX
    }

    /// When `timer` expires; `Instant::MAX` where it is not running.
    #[inline]
    pub(super) fn at(&self, timer: Timer) -> Instant {
        self.0.get(timer as usize).copied().unwrap_or(Instant::MAX)
    }

    /// Stops `timer` if it has expired at `now`, and says whether it had.
    pub(super) fn expire(&mut self, timer: Timer, now: Instant) -> bool {
        let expired = self.is_running(timer) && self.at(timer) <= now;
        if expired {
            self.stop(timer);
        }
        expired
    }

    /// Maps the time of every timer that is running.
    pub(super) fn map(&mut self, time: impl Fn(Instant) -> Instant) {
        for at in self.0.iter_mut().filter(|at| **at != Instant::MAX) {
            *at = time(*at);
        }
    }

    /// When the first timer expires.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().copied().min().filter(|at| *at != Instant::MAX)
    }
}
