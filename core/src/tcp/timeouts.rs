//! Timeouts (RFC 9293 §3.10.8, §3.8.3, §3.8.4; RFC 6298 §5).

use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection};
use super::storage::Storage;
use super::timers::Timer;
use super::transmissions::Transmission;
use super::{Event, State};
use crate::time::Instant;

impl<C: CongestionControl> Connection<C> {
    /// When [`handle_timeout`](Self::handle_timeout) is to be called; `None`: not until something else happens.
    ///
    /// Ask again after [`poll_transmit`](Self::poll_transmit) has returned `None`.
    #[inline]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Does what is due at `now`; nothing where it is called early. Then call
    /// [`poll_transmit`](Self::poll_transmit).
    pub fn handle_timeout(&mut self, now: Instant, storage: &mut impl Storage) {
        for timer in Timer::ALL {
            if self.timers.expire(timer, now) {
                match timer {
                    Timer::LossDetection => {
                        self.loss_detection_timeout(now, storage.parts().transmissions);
                    }
                    Timer::Retransmission => self.retransmission_timeout(now, storage.parts().transmissions),
                    Timer::Persist => self.persist_timeout(now, storage.parts().transmissions),
                    Timer::DelayedAcknowledgment => {
                        // No answer came that could have carried it.
                        self.interactive = false;
                        self.acknowledgment = Acknowledgment::Due;
                    }
                    Timer::Keepalive => self.keepalive_timeout(now),
                    Timer::FinalWait if self.state == State::TimeWait => {
                        self.transition(now, Event::TimeWaitTimeout);
                    }
                    Timer::FinalWait => self.transition(now, Event::UserTimeout),
                }
            }
        }
    }

    /// How many times to try before giving up.
    fn retry_limit(&self) -> u8 {
        match self.state {
            State::SynSent => self.config.syn_retries.saturating_add(self.config.syn_linear_timeouts()),
            _ if !self.snd.syn_acknowledged => self.config.syn_ack_retries,
            _ if self.closed => self.config.orphan_retries,
            _ => self.config.retries,
        }
    }

    /// Whether enough has been tried: `tries` times, without an answer.
    fn gives_up(&self, now: Instant, tries: u8) -> bool {
        match self.config.user_timeout() {
            Some(timeout) if now.nanos_since(self.owed) >= timeout.as_nanos() => true,
            Some(_) if self.snd.syn_acknowledged => false,
            _ => tries >= self.retry_limit(),
        }
    }

    /// Sets a timer to `at`, or to the end of the user timeout if that is earlier.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn set_impatiently(&mut self, timer: Timer, at: Instant) {
        let end = self.config.user_timeout().map_or(Instant::MAX, |timeout| self.owed + timeout);
        self.timers.set(timer, at.min(end));
    }

    /// Starts the retransmission timer again for what is in flight; window probes are the persist timer's.
    #[inline(never)]
    pub(super) fn watch_over_flight(&mut self, now: Instant) {
        if !self.timers.is_running(Timer::Persist) {
            self.set_impatiently(Timer::Retransmission, now.plus_nanos(self.rtt.timeout(&self.config)));
        }
    }

    /// RFC 6298 §5.4 to §5.6; the segment goes out, and the timer starts again, when it is polled.
    fn retransmission_timeout(&mut self, now: Instant, records: &mut [Transmission]) {
        self.snd.retransmit = false;
        self.timers.stop(Timer::LossDetection);
        if self.snd.syn_acknowledged && self.snd.wnd == 0 {
            // The peer closed the window on what is in flight: the persist timer takes over (RFC 9293 §3.8.6.1).
            self.begin_forward_retransmission_timeout(false);
            self.snd.resume = self.snd.una;
            self.forget_what_was_taken_back(records);
            if self.config.empty_window_probes() {
                // It is sent again at once (Linux: tcp_retransmit_timer).
                self.probes = 1;
                self.snd.probe = true;
            }
            return;
        }
        if self.gives_up(now, self.retransmissions) {
            return self.give_up(now);
        }
        if self.snd.syn_acknowledged {
            self.path_may_swallow(now);
        }
        self.retransmissions = self.retransmissions.saturating_add(1);
        self.snd.syn_retransmitted |= !self.snd.syn_acknowledged;
        if self.state != State::SynSent || self.retransmissions > self.config.syn_linear_timeouts() {
            self.rtt.back_off();
        }
        if self.snd.syn_acknowledged {
            self.recover_from_timeout(now, self.retransmissions == 1, records);
        } else {
            // A SYN that was lost says nothing of the windows that are to come.
            self.snd.resume = self.snd.una;
        }
    }

    /// The window is still shut: probe it, for ever if the peer answers (MUST-37) and someone waits for it. A
    /// connection that was closed ends, or peers could hold it for ever (Linux: tcp_probe_timer).
    fn persist_timeout(&mut self, now: Instant, records: &mut [Transmission]) {
        self.forget_what_was_taken_back(records);
        let tries = if self.closed { self.probes } else { self.unanswered_probes };
        if self.gives_up(now, tries) {
            return self.give_up(now);
        }
        self.probes = self.probes.saturating_add(1);
        self.unanswered_probes = self.unanswered_probes.saturating_add(1);
        self.snd.probe = true;
    }

    /// A peer that does not acknowledge what it said it had has it no more: there is something to probe the window with
    /// (Linux: tcp_timeout_mark_lost).
    fn forget_what_was_taken_back(&mut self, records: &mut [Transmission]) {
        if self.transmissions.has_reneged(records) {
            self.transmissions.unmark(records, true);
            self.snd.resume = self.snd.una;
        }
    }

    /// Starts, restarts or stops the keepalive timer, as the settings say.
    pub(super) fn start_keepalive(&mut self, now: Instant) {
        match self.config.keepalive() {
            Some((idle, ..)) if self.state.is_synchronized() && self.state != State::TimeWait => {
                self.timers.set(Timer::Keepalive, (self.heard + idle).max(now));
            }
            _ => self.timers.stop(Timer::Keepalive),
        }
    }

    /// Nothing was due while the peer could be heard, or text is in flight; otherwise probe (RFC 9293 §3.8.4).
    fn keepalive_timeout(&mut self, now: Instant) {
        let Some((idle, interval, count)) = self.config.keepalive() else { return };
        let due = self.heard + idle;
        // The user timeout, if there is one, counts instead of the probes (Linux: tcp_keepalive_timer).
        let gives_up = match self.config.user_timeout() {
            Some(timeout) => self.keepalives > 0 && self.heard + timeout <= now,
            None => self.keepalives >= count,
        };
        if due > now {
            self.timers.set(Timer::Keepalive, due);
        } else if self.snd.resume != self.snd.limit() || self.snd.una != self.snd.nxt {
            self.timers.set(Timer::Keepalive, now + idle);
        } else if gives_up {
            self.reset_peer();
            self.give_up(now);
        } else {
            self.keepalives = self.keepalives.saturating_add(1);
            self.snd.keepalive = true;
            self.timers.set(Timer::Keepalive, now + interval);
        }
    }
}
