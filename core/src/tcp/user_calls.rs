//! The user's calls (RFC 9293 §3.10.2 to §3.10.5).

use core::time::Duration;

use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection, capacity};
use super::rtt::LEAST_TIMEOUT;
use super::settings::Settings;
use super::storage::{Buffer, Storage, copy};
use super::timers::Timer;
use super::{Error, Event, State};
use crate::time::Instant;

impl<C: CongestionControl> Connection<C> {
    /// Queues octets for sending (RFC 9293 §3.10.2), and returns how many there was room for: the first ones.
    ///
    /// Errors: [`WouldBlock`](Error::WouldBlock) where there is no room or the handshake is not over; a kept
    /// error, once; [`BrokenPipe`](Error::BrokenPipe) after [`shutdown`](Self::shutdown) and once the
    /// connection has ended.
    pub fn send(&mut self, now: Instant, octets: &[u8], storage: &mut impl Storage) -> Result<usize, Error> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        match self.state {
            State::SynSent | State::SynReceived if self.may_send_early() => {}
            State::SynSent | State::SynReceived => return Err(Error::WouldBlock),
            State::Established | State::CloseWait if !self.snd.fin => {}
            _ => return Err(Error::BrokenPipe),
        }
        let buffer = storage.parts().send;
        let room = capacity(buffer).saturating_sub(self.snd.queued()) as usize;
        let fitting = octets.get(..room).unwrap_or(octets);
        let taken = buffer.write(self.snd.queued() as usize, fitting).min(fitting.len());
        if taken == 0 && !octets.is_empty() {
            return Err(Error::WouldBlock);
        }
        // Nearly always it is too soon, whatever the timeout is.
        let idle = now.nanos_since(self.spoke);
        if idle > LEAST_TIMEOUT
            && self.config.slow_start_after_idle()
            && self.snd.una == self.snd.nxt
            && idle > self.rtt.timeout(&self.config)
        {
            self.congestion.on_idle(self.snd.mss, self.config.initial_window);
        }
        self.snd.end += taken as u32;
        self.snd.more = false;
        Ok(taken)
    }

    /// More is to follow what [`send`](Self::send) has taken last: no PSH says that this was all. That it waits for
    /// what follows is said by [`set_cork`](Self::set_cork).
    #[doc(alias = "MSG_MORE")]
    pub fn more_follows(&mut self) {
        self.snd.more = true;
    }

    /// What [`send`](Self::send) has taken so far and what it will take are in no segment together, and the former does
    /// not wait for the latter once there is some, whether it fills a segment or not. A storage whose send buffer keeps
    /// no records ([`Buffer::end_record`]) forgets it.
    #[doc(alias = "MSG_EOR")]
    pub fn end_record(&mut self, storage: &mut impl Storage) {
        self.snd.records = true;
        storage.parts().send.end_record(self.snd.queued() as usize);
    }

    /// Takes received octets out (RFC 9293 §3.10.3), and returns how many; 0 at the end of the stream, and for
    /// an empty buffer.
    ///
    /// What came before a reset can still be read. Errors: [`WouldBlock`](Error::WouldBlock) where nothing has
    /// come; a kept error, once (then 0, as Linux); [`NotConnected`](Error::NotConnected) where there never was
    /// a connection.
    pub fn receive(
        &mut self,
        _now: Instant,
        buffer: &mut [u8],
        storage: &mut impl Storage,
    ) -> Result<usize, Error> {
        let (passed_over, _) = self.next_read();
        let result = self.peek(buffer, storage);
        let length = passed_over.saturating_add(*result.as_ref().unwrap_or(&0) as u32);
        if !buffer.is_empty() && length > 0 {
            storage.parts().receive.discard(length as usize);
            self.rcv.readable = self.rcv.readable.saturating_sub(length);
            self.pass_mark();
        }
        let length = result?;
        let waits = self.interactive || !self.config.window_slow_start();
        if self.acknowledgment == Acknowledgment::Delayed && self.rcv.readable == 0 && !waits {
            // The user has taken everything and is not known to answer: no use in waiting (Linux:
            // tcp_cleanup_rbuf).
            self.acknowledgment = Acknowledgment::Due;
        }
        Ok(length)
    }

    /// The same as [`receive`](Self::receive), but the octets stay.
    #[doc(alias = "MSG_PEEK")]
    pub fn peek(&mut self, buffer: &mut [u8], storage: &impl Storage) -> Result<usize, Error> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let (passed_over, readable) = self.next_read();
        if readable > 0 {
            let length = buffer.len().min(readable as usize);
            let (first, second) = storage.receive_buffer().read(passed_over as usize, length);
            let copied = copy(buffer, first);
            if second.is_empty() {
                return Ok(copied);
            }
            return Ok(copied.saturating_add(copy(buffer.get_mut(copied..).unwrap_or_default(), second)));
        }
        if self.rcv.is_finished() {
            return Ok(0);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        match self.state {
            State::Closed if self.snd.syn_acknowledged => Ok(0),
            State::Closed | State::Listen => Err(Error::NotConnected),
            _ => Err(Error::WouldBlock),
        }
    }

    /// Closes the sending direction (RFC 9293 §3.10.4; shutdown(2) with `SHUT_WR`): a FIN follows what is
    /// queued. Receiving goes on. A second call does nothing; in SYN-SENT it ends the attempt.
    ///
    /// Errors: [`NotConnected`](Error::NotConnected) in CLOSED.
    #[doc(alias = "SHUT_WR")]
    pub fn shutdown(&mut self, now: Instant) -> Result<(), Error> {
        match self.state {
            State::Closed | State::Listen => return Err(Error::NotConnected),
            State::SynReceived | State::Established | State::CloseWait => self.snd.fin = true,
            _ => {}
        }
        self.transition(now, Event::Close);
        Ok(())
    }

    /// Nobody will read any more, though text may still be sent. As on Linux that changes nothing before the
    /// sending side is closed as well; then a RST goes out if text arrives.
    #[doc(alias = "SHUT_RD")]
    pub fn shutdown_receive(&mut self) {
        self.receive_shut = true;
    }

    /// Nobody will use the connection any more (the last close(2)): it ends by itself, in
    /// [`Closed`](State::Closed). Keep calling it until then.
    ///
    /// As on Linux a RST goes out if unread octets are left, or if text arrives later; otherwise the queued text
    /// and a FIN; FIN-WAIT-2 lasts no longer than [`fin_timeout`](super::Config::fin_timeout). In TIME-WAIT no octets
    /// are needed any more, so a storage without any will do.
    pub fn close(&mut self, now: Instant) {
        self.closed = true;
        let has_unread = self.rcv.readable > 0 && self.state != State::TimeWait;
        if has_unread || self.shutdown(now).is_ok() && self.forgoes_fin_wait_2() {
            self.abort(now);
        } else if self.state == State::FinWait2 {
            self.limit_fin_wait_2(now);
        }
    }

    /// Ends the connection at once, with a RST where the peer may know of it (RFC 9293 §3.10.5; a close with
    /// `SO_LINGER` of zero). What is queued is lost.
    pub fn abort(&mut self, now: Instant) {
        let is_known = match self.state {
            State::SynReceived
            | State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait => true,
            // Here they begin while text still waits; RFC 9293 §3.10.4 has the peer wait for that in CLOSE-WAIT.
            State::Closing | State::LastAck => self.snd.nxt != self.snd.limit(),
            _ => false,
        };
        if is_known {
            self.reset_peer();
        }
        self.transition(now, Event::Abort);
    }

    /// Ends the connection at once, and tells the peer nothing: there is no way to it (Linux: tcp_done).
    pub fn end_silently(&mut self, now: Instant) {
        self.transition(now, Event::UserTimeout);
    }

    /// Changes the settings of a connection that exists. What the SYN announced stays: sizes, scale, what
    /// was offered, and where our timestamps begin.
    pub fn set_config(&mut self, now: Instant, settings: impl Into<Settings>) {
        let old = core::mem::replace(&mut self.config, settings.into());
        self.config.timestamp_offset = old.timestamp_offset;
        if matches!(self.state, State::SynSent | State::SynReceived) {
            self.config.keep_what_was_announced(&old);
        }
        self.limit_segment_size(u32::from(self.config.send_maximum_segment_size));
        self.start_keepalive(now);
    }

    /// Lets another control work on the congestion window from now on; it has not yet seen any of it.
    #[doc(alias = "TCP_CONGESTION")]
    pub fn set_congestion_control(&mut self, control: C) {
        self.congestion.control = control;
    }

    /// The most that windows offer is `to` octets from now on ([`Buffer::window_clamp`]), and was `from`: less is
    /// offered as text comes, more once text has come (Linux: tcp_set_window_clamp).
    #[doc(alias = "TCP_WINDOW_CLAMP")]
    pub fn clamp_window(&mut self, from: usize, to: usize) {
        let clamp = u32::try_from(to).unwrap_or(u32::MAX);
        if to < from {
            self.rcv.threshold = self.rcv.threshold.min(clamp);
        } else {
            self.rcv.threshold = self.rcv.threshold.max(self.rcv.wnd().min(clamp));
        }
    }

    /// Holds segments back that are not full, from now on, or no more ([`cork`](super::Config::cork)).
    #[doc(alias = "TCP_CORK")]
    #[doc(alias = "MSG_MORE")]
    pub fn set_cork(&mut self, cork: bool) {
        self.config.set_cork(cork);
    }

    /// Acknowledges what waits for that now, unless it has not been read yet, and text to come without delay for a
    /// while; or, with `false`, as if text of ours were to answer it.
    #[doc(alias = "TCP_QUICKACK")]
    pub fn set_quick_acknowledgments(&mut self, quick: bool) {
        self.interactive = !quick;
        self.quick_acknowledgments = if quick { self.config.quick_acknowledgments } else { 0 };
        if quick && self.acknowledgment == Acknowledgment::Delayed && self.rcv.readable == 0 {
            self.acknowledgment = Acknowledgment::Due;
        }
    }

    /// Whether text is acknowledged without waiting for text of ours: until that has answered some.
    #[doc(alias = "TCP_QUICKACK")]
    pub const fn has_quick_acknowledgments(&self) -> bool {
        !self.interactive
    }

    /// The acknowledgment that is due, which may be the last of the handshake, waits so long for text of ours to go
    /// with it. Text that comes is acknowledged without delay again.
    #[doc(alias = "TCP_DEFER_ACCEPT")]
    pub fn defer_acknowledgment(&mut self, now: Instant, delay: Duration) {
        self.set_quick_acknowledgments(true);
        if self.acknowledgment == Acknowledgment::Due {
            self.acknowledgment = Acknowledgment::Delayed;
            self.timers.set(Timer::DelayedAcknowledgment, now + delay);
        }
    }

    /// Whether an acknowledgment waits for its time, or for text of ours to go with.
    pub fn delays_acknowledgment(&self) -> bool {
        self.acknowledgment == Acknowledgment::Delayed
    }

    /// Nobody will read any more, and nobody wants to wait for the peer's FIN either (Linux: `TCP_LINGER2` below zero).
    pub(super) fn forgoes_fin_wait_2(&self) -> bool {
        self.state == State::FinWait2 && self.closed && self.config.fin_timeout.as_nanos() == 0
    }

    /// Nobody will read any more: FIN-WAIT-2 must not last for ever, but three and a half timeouts at least, in which
    /// a FIN that was lost comes again (Linux: `tcp_fin_time`).
    pub(super) fn limit_fin_wait_2(&mut self, now: Instant) {
        if self.closed {
            let timeout = self.rtt.timeout(&self.config);
            let least = timeout.wrapping_mul(4).wrapping_sub(timeout / 2);
            let duration = self.config.fin_timeout.as_nanos().max(least);
            self.timers.set(Timer::FinalWait, now.plus_nanos(duration));
        }
    }
}
