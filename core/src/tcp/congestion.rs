//! Congestion control: how much may be in flight (RFC 5681).
//!
//! The machine finds losses and sends again what is lost; a [`CongestionControl`] says how the window grows, and by
//! how much a loss reduces it.

use super::SequenceNumber;
use super::connection::Connection;
use crate::time::Instant;
use core::time::Duration;

/// The variables of RFC 5681 §3.1. All are octets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct CongestionWindow {
    /// cwnd: how much may be in flight.
    pub size: u32,
    /// ssthresh: slow start below, congestion avoidance from there on.
    pub slow_start_threshold: u32,
    /// SMSS: how much text a segment takes.
    pub segment_size: u32,
}

impl CongestionWindow {
    /// Whether the window is in slow start: cwnd < ssthresh.
    #[inline]
    pub const fn is_in_slow_start(&self) -> bool {
        self.size < self.slow_start_threshold
    }

    /// Grows by what is acknowledged, as far as the threshold, so that a peer that acknowledges seldom slows nobody
    /// down (Linux: tcp_slow_start). RFC 5681 would have a segment at most, RFC 3465 two.
    #[inline]
    pub fn slow_start(&mut self, octets: u32) {
        self.size = self.size.saturating_add(octets).min(self.slow_start_threshold).max(self.size);
    }

    /// No less than two segments, as RFC 5681, equation 4, has it.
    #[inline]
    pub fn at_least_two_segments(&self, octets: u32) -> u32 {
        octets.max(self.segment_size.saturating_mul(2))
    }
}

/// What was acknowledged, for [`CongestionControl::acknowledged`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Acknowledged {
    /// When.
    pub now: Instant,
    /// How many octets.
    pub octets: u32,
    /// The smoothed round-trip time; zero where nothing has been measured.
    pub round_trip_time: Duration,
}

/// How a congestion window grows and shrinks.
///
/// The machine calls [`acknowledged`](Self::acknowledged) outside of loss recovery and only where the window was
/// used, and [`reduce`](Self::reduce) once per window that lost something. It sets cwnd during and after recovery
/// itself (RFC 6937), and after a timeout (RFC 5681 §3.1).
///
/// [`NewReno`](super::NewReno) and CUBIC are chosen by
/// [`Config::congestion_control`](super::Config::congestion_control). Anything else is given to a connection by
/// [`Connection::with_congestion_control`](super::Connection::with_congestion_control), whose type it becomes a part
/// of: there is no call through a pointer, and no limit on what it remembers.
pub trait CongestionControl {
    /// The handshake is over. The window is that of RFC 6928, ten segments, or one where the SYN was lost twice; here
    /// it may be set otherwise.
    fn start(&mut self, _window: &mut CongestionWindow) {}

    /// New octets were acknowledged: the window may grow.
    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged);

    /// Something was lost, or the network said that it is congested, `flight` octets being in flight: sets the
    /// slow-start threshold, which is the window after recovery.
    fn reduce(&mut self, window: &mut CongestionWindow, flight: u32);

    /// The last [`reduce`](Self::reduce) was for nothing: what was thought lost was late. The machine restores the
    /// window itself.
    fn undo(&mut self) {}

    /// Nothing was sent for a while: what has been counted so far is out of date.
    fn restart(&mut self) {}

    /// The retransmission timer has expired.
    fn timeout(&mut self) {
        self.restart();
    }

    /// Replaces each instant that is kept by `map` of it, for
    /// [`Connection::hash_relative_to`](super::Connection::hash_relative_to); one that keeps none does nothing.
    fn map_instants(&mut self, _map: impl Fn(Instant) -> Instant) {}
}

/// How many segments the window has before anything is known (RFC 6928; Linux: TCP_INIT_CWND).
pub(super) const INITIAL_WINDOW: u8 = 10;

/// A window of so many segments.
fn initial_window(mss: u32, segments: u8) -> u32 {
    mss.saturating_mul(segments.into())
}

/// For [`Congestion::most_in_flight`].
const FILLED: u32 = u32::MAX;

/// The window of a connection, and who controls it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Congestion<C> {
    pub(super) window: u32,
    pub(super) slow_start_threshold: u32,
    /// The most that was in flight; [`FILLED`] where that filled the window, so that its growth would be used (RFC 9438
    /// §5.8).
    most_in_flight: u32,
    /// The number up to which the window is that this says so of.
    used_until: SequenceNumber,
    pub(super) control: C,
}

impl<C: CongestionControl> Congestion<C> {
    pub(super) fn new(control: C, mss: u32, isn: SequenceNumber) -> Self {
        Congestion {
            window: initial_window(mss, INITIAL_WINDOW),
            slow_start_threshold: u32::MAX,
            most_in_flight: 0,
            used_until: isn,
            control,
        }
    }

    /// The same, under another control, which has not yet seen any of it.
    pub(super) fn with_control<D>(self, control: D) -> Congestion<D> {
        let Congestion { window, slow_start_threshold, most_in_flight, used_until, .. } = self;
        Congestion { window, slow_start_threshold, most_in_flight, used_until, control }
    }

    /// The handshake is over and `mss` known.
    pub(super) fn start(&mut self, mss: u32, segments: u8) {
        self.window = initial_window(mss, segments);
        self.control(mss, C::start);
    }

    /// The handshake is not over, but `mss` known, and text may be sent beside the SYN, which takes no room.
    #[cfg(feature = "tcp-fast-open")]
    pub(super) fn begin_early(&mut self, mss: u32, segments: u8) {
        self.window = initial_window(mss, segments).saturating_add(1);
    }

    /// Lets the control work on the window.
    #[inline]
    fn control(&mut self, mss: u32, work: impl FnOnce(&mut C, &mut CongestionWindow)) {
        let mut window = CongestionWindow {
            size: self.window,
            slow_start_threshold: self.slow_start_threshold,
            segment_size: mss,
        };
        work(&mut self.control, &mut window);
        (self.window, self.slow_start_threshold) = (window.size, window.slow_start_threshold);
    }

    /// Notes that the numbers from `una` to `nxt` are in flight, and whether the window has room for no segment more
    /// (Linux: tcp_cwnd_validate).
    #[inline]
    pub(super) fn note_use(&mut self, una: SequenceNumber, nxt: SequenceNumber, fills: bool) {
        let flight = if fills { FILLED } else { nxt.since(una) };
        if flight > self.most_in_flight || fills || !una.is_before(self.used_until) {
            self.most_in_flight = flight;
            self.used_until = nxt;
        }
    }

    /// Forgets up to which number the use was noted, where all that came to that has been acknowledged up to `una`:
    /// then the next use is noted in any case.
    pub(super) fn forget_acknowledged(&mut self, una: SequenceNumber) {
        self.used_until = self.used_until.later(una);
    }

    /// New octets were acknowledged. A window that was not used does not grow; in slow start, half of it is enough
    /// (Linux: tcp_is_cwnd_limited).
    #[inline]
    pub(super) fn on_acknowledgment(&mut self, mss: u32, acknowledged: &Acknowledged) {
        let in_slow_start = self.window < self.slow_start_threshold;
        if self.most_in_flight == FILLED
            || (in_slow_start && self.window < self.most_in_flight.saturating_mul(2))
        {
            self.control(mss, |control, window| control.acknowledged(window, acknowledged));
        }
    }

    /// Something was lost, or the network said that it is congested.
    #[inline(never)]
    pub(super) fn on_congestion(&mut self, mss: u32, flight: u32) {
        self.control(mss, |control, window| control.reduce(window, flight));
    }

    /// The retransmission timer has expired (RFC 5681 §3.1): a window of one segment beyond what is in flight (Linux:
    /// tcp_enter_loss).
    pub(super) fn on_timeout(&mut self, mss: u32, pipe: u32) {
        self.window = pipe.saturating_add(mss);
        self.control.timeout();
    }

    /// Nothing has been sent for longer than a timeout (RFC 5681 §4.1).
    pub(super) fn on_idle(&mut self, mss: u32, segments: u8) {
        self.window = self.window.min(initial_window(mss, segments));
        self.control.restart();
    }
}

/// Another control.
impl<C: CongestionControl> Connection<C> {
    /// The same connection under a congestion control of the user's own. It is best given right after the connection
    /// was made, by whichever call; later is possible, as with `TCP_CONGESTION` on Linux, but
    /// [`start`](CongestionControl::start) is called only at the end of a handshake.
    ///
    /// A window that neither grows nor shrinks, for a link whose capacity is known, and a client with it:
    ///
    /// ```
    /// use anysock::tcp::{
    ///     Acknowledged, Config, CongestionControl, CongestionWindow, Connection, Fixed, SequenceNumber,
    /// };
    /// use anysock::time::Instant;
    ///
    /// /// In segments.
    /// struct FixedWindow(u32);
    ///
    /// impl CongestionControl for FixedWindow {
    ///     fn start(&mut self, window: &mut CongestionWindow) {
    ///         window.size = self.0 * window.segment_size;
    ///         window.slow_start_threshold = window.size;
    ///     }
    ///
    ///     fn acknowledged(&mut self, window: &mut CongestionWindow, _acknowledged: &Acknowledged) {
    ///         self.start(window);
    ///     }
    ///
    ///     fn reduce(&mut self, window: &mut CongestionWindow, _flight: u32) {
    ///         window.slow_start_threshold = self.0 * window.segment_size;
    ///     }
    /// }
    ///
    /// let mut memory = Fixed::<1024, 1024>::new();
    /// let mut client: Connection<FixedWindow> =
    ///     Connection::connect(&Config::default(), SequenceNumber(100), Instant::ZERO)
    ///         .with_congestion_control(FixedWindow(4));
    /// assert!(client.poll_transmit(Instant::ZERO, &mut memory).is_some());
    /// ```
    #[doc(alias = "TCP_CONGESTION")]
    pub fn with_congestion_control<D: CongestionControl>(self, control: D) -> Connection<D> {
        let Connection {
            config,
            state,
            passive,
            closed,
            receive_shut,
            error,
            soft_error,
            reset,
            scaling,
            snd,
            rcv,
            acknowledgment,
            quick_acknowledgments,
            interactive,
            challenges,
            ecn,
            urgent,
            fast_open,
            syn_text,
            timestamping,
            sack,
            rtt,
            recovery,
            rack,
            spurious,
            path_probing,
            transmissions,
            out_of_order,
            timers,
            retransmissions,
            probes,
            unanswered_probes,
            keepalives,
            owed,
            heard,
            spoke,
            congestion,
        } = self;
        Connection {
            config,
            state,
            passive,
            closed,
            receive_shut,
            error,
            soft_error,
            reset,
            scaling,
            snd,
            rcv,
            acknowledgment,
            quick_acknowledgments,
            interactive,
            challenges,
            ecn,
            urgent,
            fast_open,
            syn_text,
            timestamping,
            sack,
            rtt,
            recovery,
            rack,
            spurious,
            path_probing,
            transmissions,
            out_of_order,
            timers,
            retransmissions,
            probes,
            unanswered_probes,
            keepalives,
            owed,
            heard,
            spoke,
            congestion: congestion.with_control(control),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tcp::NewReno;

    #[test]
    fn the_window_grows_by_a_segment_a_round_trip() {
        let mut congestion = Congestion::new(NewReno::default(), 1000, SequenceNumber(0));
        congestion.note_use(SequenceNumber(0), SequenceNumber(10_000), true);
        congestion.on_congestion(1000, 8000);
        congestion.on_timeout(1000, 0);
        let acknowledged =
            Acknowledged { now: Instant::ZERO, octets: 1000, round_trip_time: Duration::from_millis(1) };
        let windows = [0; 6].map(|_| {
            // A round trip: the whole window is acknowledged, a segment at a time.
            for _ in 0..congestion.window / 1000 {
                congestion.on_acknowledgment(1000, &acknowledged);
            }
            congestion.window
        });
        // RFC 5681 §3.1: doubling up to half of what was in flight, then one segment more each time.
        assert_eq!(windows, [2000, 4000, 5000, 6000, 7000, 8000]);
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let mut congestion = Congestion::new(NewReno::default(), 1000, SequenceNumber(0));
        let acknowledged = Acknowledged { now: Instant::ZERO, octets: 1000, round_trip_time: Duration::ZERO };
        congestion.note_use(SequenceNumber(0), SequenceNumber(4000), false);
        congestion.on_acknowledgment(1000, &acknowledged);
        assert_eq!(congestion.window, 10_000);
        congestion.note_use(SequenceNumber(0), SequenceNumber(6000), false);
        congestion.on_acknowledgment(1000, &acknowledged);
        assert_eq!(congestion.window, 11_000, "twice what was in flight");
        congestion.note_use(SequenceNumber(5000), SequenceNumber(6000), false);
        congestion.on_acknowledgment(1000, &acknowledged);
        assert_eq!(congestion.window, 12_000, "what was in flight a moment ago counts");
        congestion.note_use(SequenceNumber(6000), SequenceNumber(7000), false);
        congestion.on_acknowledgment(1000, &acknowledged);
        assert_eq!(congestion.window, 12_000, "but no longer than that is not acknowledged");
    }
}
