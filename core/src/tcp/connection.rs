//! The connection: its variables, how it begins, and what can be asked of it.

use super::challenges::Challenges;
use super::closed::Reset;
use super::config::Config;
use super::congestion::{Congestion, CongestionControl};
use super::ecn::CongestionNotification;
use super::fast_open::FastOpen;
use super::out_of_order::OutOfOrder;
use super::path_probing::PathProbing;
use super::rack::Rack;
use super::recovery::Recovery;
use super::rtt::RoundTripTime;
use super::sack::SelectiveAcknowledgment;
use super::segment::Segment;
use super::sequence_variables::{ReceiveVariables, SendVariables};
use super::settings::Settings;
use super::spurious::Spurious;
use super::standard_control::StandardControl;
use super::storage::{Buffer, Storage};
use super::time_wait::begins_beyond;
use super::timers::{Timer, Timers};
use super::timestamps::Timestamping;
use super::transmissions::Transmissions;
use super::urgent::Urgent;
use super::{Error, Event, SequenceNumber, State};
use crate::time::Instant;
use core::time::Duration;

/// The largest shift count (RFC 7323 §2.3).
pub(super) const MAXIMUM_WINDOW_SCALE: u8 = 14;

/// The least that the peer can make us cut text into, in octets with the options: less would cost more in headers than
/// it carries (Linux: `tcp_min_snd_mss`, CVE-2019-11479).
pub(super) const LEAST_SEGMENT_SIZE: u32 = 48;

/// One TCP connection, without addresses, ports, bytes, clock or randomness of its own.
///
/// It is driven by calls. Those that change it are [`segment_arrives`](Self::segment_arrives),
/// [`handle_timeout`](Self::handle_timeout), [`send`](Self::send), [`receive`](Self::receive),
/// [`shutdown`](Self::shutdown), [`close`](Self::close), [`abort`](Self::abort) and
/// [`set_config`](Self::set_config); after any of them (or several), and after it was made, call
/// [`poll_transmit`](Self::poll_transmit) until it returns `None`, then ask
/// [`poll_timeout`](Self::poll_timeout) when to come back. Where bytes are needed the same [`Storage`] must be
/// lent each time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Connection<C = StandardControl> {
    pub(super) config: Settings,
    pub(super) state: State,
    /// From a passive OPEN.
    pub(super) passive: bool,
    /// The user has closed: no one will read any more.
    pub(super) closed: bool,
    /// The user will not read, but may have more to send.
    pub(super) receive_shut: bool,
    /// Why the connection ended, until the user has heard it.
    pub(super) error: Option<Error>,
    /// What ICMP said since the last acknowledgment.
    pub(super) soft_error: Option<Error>,
    /// A RST to send.
    pub(super) reset: Option<Reset>,
    /// Both ends scale their windows (RFC 7323 §2.2).
    pub(super) scaling: bool,
    pub(super) snd: SendVariables,
    pub(super) rcv: ReceiveVariables,
    pub(super) acknowledgment: Acknowledgment,
    /// How many more segments of text are acknowledged without delay.
    pub(super) quick_acknowledgments: u8,
    /// Our text has been answering the peer's, so it can carry the acknowledgments.
    pub(super) interactive: bool,
    pub(super) challenges: Challenges,
    pub(super) ecn: CongestionNotification,
    pub(super) urgent: Urgent,
    pub(super) fast_open: FastOpen,
    /// The text of a SYN was taken: ours by the peer, or the peer's by us.
    pub(super) syn_text: bool,
    pub(super) timestamping: Timestamping,
    pub(super) sack: SelectiveAcknowledgment,
    pub(super) rtt: RoundTripTime,
    pub(super) congestion: Congestion<C>,
    pub(super) recovery: Recovery,
    pub(super) rack: Rack,
    pub(super) spurious: Spurious,
    pub(super) path_probing: PathProbing,
    pub(super) transmissions: Transmissions,
    pub(super) out_of_order: OutOfOrder,
    pub(super) timers: Timers,
    /// Retransmissions in a row without an acknowledgment of anything new.
    pub(super) retransmissions: u8,
    /// Window probes since text was last sent.
    pub(super) probes: u8,
    /// Window probes in a row without any answer.
    pub(super) unanswered_probes: u8,
    /// Keepalive probes in a row without any answer.
    pub(super) keepalives: u8,
    /// Since when the peer has owed us an acknowledgment or a window.
    pub(super) owed: Instant,
    /// When the last segment came.
    pub(super) heard: Instant,
    /// When text was last sent.
    pub(super) spoke: Instant,
}

/// How urgently the peer waits for an acknowledgment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Acknowledgment {
    /// It does not.
    Idle,
    /// With the next text, or when the timer expires (RFC 9293 §3.8.6.3).
    Delayed,
    /// Now.
    Due,
}

/// How the connection begins.
impl Connection {
    /// Opens actively (RFC 9293 §3.10.1): the connection is in SYN-SENT, and its first segment is the SYN.
    ///
    /// `isn` is the initial sequence number, to be chosen as RFC 6528 says.
    pub fn connect(settings: impl Into<Settings>, isn: SequenceNumber, now: Instant) -> Connection {
        Connection::new(settings.into(), isn, now, State::Closed.after(Event::ActiveOpen))
    }

    /// Opens passively, from a SYN, without a [`Listener`](super::Listener) before it: the connection is in
    /// SYN-RECEIVED, and its first segment is the SYN,ACK. A segment that is not a bare SYN leaves it in CLOSED.
    ///
    /// `isn` as for [`connect`](Self::connect).
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub fn accept(
        settings: impl Into<Settings>,
        isn: SequenceNumber,
        syn: &Segment<'_>,
        now: Instant,
    ) -> Connection {
        let mut connection = Connection::new(settings.into(), isn, now, State::Closed);
        if syn.is_bare_syn() {
            connection.passive = true;
            connection.transition(now, Event::PassiveOpen);
            connection.synchronize(syn);
            connection.transition(now, Event::Syn);
        }
        connection
    }

    /// A connection that begins in `state`.
    pub(super) fn new(config: Settings, isn: SequenceNumber, now: Instant, state: State) -> Connection {
        let mss =
            u32::from(config.send_maximum_segment_size.min(config.default_send_maximum_segment_size)).max(1);
        let (quick_acknowledgments, algorithm) = (config.quick_acknowledgments, config.congestion_control());
        Connection {
            config,
            state,
            passive: false,
            closed: false,
            receive_shut: false,
            error: None,
            soft_error: None,
            reset: None,
            scaling: false,
            snd: SendVariables::new(isn, mss),
            rcv: ReceiveVariables::new(),
            acknowledgment: Acknowledgment::Idle,
            quick_acknowledgments,
            interactive: false,
            challenges: Challenges::NONE,
            ecn: CongestionNotification::new(),
            urgent: Urgent::new(),
            fast_open: FastOpen::Off,
            syn_text: false,
            timestamping: Timestamping::new(),
            sack: SelectiveAcknowledgment::new(),
            rtt: RoundTripTime::new(),
            congestion: Congestion::new(algorithm.into(), mss, isn),
            recovery: Recovery::new(isn),
            rack: Rack::new(isn),
            spurious: Spurious::new(),
            path_probing: PathProbing::new(),
            transmissions: Transmissions::default(),
            out_of_order: OutOfOrder::default(),
            timers: Timers::new(),
            retransmissions: 0,
            probes: 0,
            unanswered_probes: 0,
            keepalives: 0,
            owed: now,
            heard: now,
            spoke: now,
        }
    }
}

/// How it goes on.
impl<C: CongestionControl> Connection<C> {
    /// Takes the peer's sequence number and options from its SYN (RFC 9293 §3.10.7.2, §3.10.7.3).
    pub(super) fn synchronize(&mut self, syn: &Segment<'_>) {
        self.rcv.irs = syn.seq;
        self.rcv.nxt = syn.seq + 1;
        self.rcv.acknowledged = self.rcv.nxt;
        let send_mss = syn
            .options
            .maximum_segment_size
            .filter(|size| *size != 0)
            .unwrap_or(self.config.default_send_maximum_segment_size);
        self.snd.whole_mss = send_mss.max(LEAST_SEGMENT_SIZE as u16);
        // Scaling happens both ways or not at all (RFC 7323 §2.2). The window in a SYN is never scaled.
        self.scaling = self.config.window_scale().is_some() && syn.options.window_scale.is_some();
        if self.scaling {
            self.snd.shift = syn.options.window_scale.unwrap_or(0).min(MAXIMUM_WINDOW_SCALE);
        } else {
            self.rcv.shift = 0;
        }
        // The SYN that we sent, if any, offered a window already; it began nowhere until now.
        let offered = self.rcv.edge.0;
        let offered = if self.scaling { offered } else { offered.min(u32::from(u16::MAX)) };
        self.rcv.edge = self.rcv.nxt + offered;
        self.sack.synchronize(&self.config, syn);
        self.timestamping.synchronize(&self.config, syn);
        self.synchronize_ecn(syn);
        self.limit_segment_size(u32::from(send_mss.min(self.config.send_maximum_segment_size)));
        self.update_window(syn, u32::from(syn.window));
    }

    /// Eff.snd.MSS, the segment with its options being no longer than one of `most` octets of text without (RFC 9293
    /// §3.7.1). A peer that asks for less than [`LEAST_SEGMENT_SIZE`] does not get it, unless the user wants it so.
    pub(super) fn limit_segment_size(&mut self, most: u32) {
        let whole = u32::from(self.snd.whole_mss).min(self.text_beside_options(most));
        self.snd.whole_mss = whole as u16;
        self.snd.mss = whole;
        self.path_probing.limit(most);
        self.bound_segment_size();
    }

    /// How many octets of text a segment has, where `most` octets without options would be the most.
    pub(super) fn text_beside_options(&self, most: u32) -> u32 {
        let least = LEAST_SEGMENT_SIZE.min(u32::from(self.config.send_maximum_segment_size));
        most.max(least).saturating_sub(self.options_of_each_segment().into()).max(1)
    }

    /// The octets of the options that no segment goes without.
    pub(super) fn options_of_each_segment(&self) -> u16 {
        if self.timestamping.is_agreed() { 12 } else { 0 }
    }

    /// No segment takes more than the peer's windows make of it.
    #[inline]
    pub(super) fn bound_segment_size(&mut self) {
        if self.config.half_window_segments() {
            self.bound_to_half_window();
        }
    }

    /// No segment takes more than half of the largest window, or a small one whole (Linux: tcp_bound_to_half_wnd).
    #[inline(never)]
    fn bound_to_half_window(&mut self) {
        let window = self.snd.max_wnd;
        let most = if window > 536 { window / 2 } else { window };
        let options = u32::from(self.options_of_each_segment());
        let whole = u32::from(self.snd.whole_mss);
        // Headers and text are 68 octets at the least.
        let before = self.snd.mss;
        self.snd.mss = if most == 0 { whole } else { whole.min(most.max(48 - options)) };
        // A congestion window that has begun stays as many segments, of another size (Linux counts it in segments).
        if self.snd.mss != before
            && self.snd.syn_acknowledged
            && let Some(segments) = self.congestion.window.checked_div(before)
        {
            self.congestion.window = segments.max(1).saturating_mul(self.snd.mss);
        }
    }

    /// SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ.
    pub(super) fn update_window(&mut self, segment: &Segment<'_>, window: u32) {
        self.snd.wnd = window;
        self.snd.wl1 = segment.seq;
        if window > self.snd.max_wnd {
            self.snd.max_wnd = window;
            if self.config.half_window_segments() {
                self.bound_to_half_window();
            }
        }
    }

    /// Moves by the table, and does what entering the next state asks for.
    pub(super) fn transition(&mut self, now: Instant, event: Event) {
        let next = self.state.after(event);
        if next == self.state {
            return;
        }
        self.state = next;
        match next {
            State::Closed => self.timers.stop_all(),
            State::Established => self.start_keepalive(now),
            State::FinWait2 => self.limit_fin_wait_2(now),
            State::TimeWait => {
                self.timers.stop_all();
                self.timers.set(Timer::FinalWait, now + self.config.time_wait);
                // What was answered before does not count (Linux: tcp_time_wait).
                self.challenges = Challenges::NONE;
            }
            _ => {}
        }
    }

    /// Ends the connection; `error` is kept for the user.
    pub(super) fn fail(&mut self, now: Instant, event: Event, error: Error) {
        self.error = Some(error);
        self.transition(now, event);
    }
}

/// What can be asked.
impl<C: CongestionControl> Connection<C> {
    /// The state.
    #[inline]
    pub const fn state(&self) -> State {
        self.state
    }

    /// The settings.
    pub fn config(&self) -> Config {
        self.config.config()
    }

    /// Why the connection ended, if not in peace and the user has not yet heard of it. It stays.
    pub const fn error(&self) -> Option<Error> {
        self.error
    }

    /// The same, and it is forgotten (as `SO_ERROR` reads).
    #[doc(alias = "SO_ERROR")]
    pub fn take_error(&mut self) -> Option<Error> {
        self.error.take()
    }

    /// Octets that [`receive`](Self::receive) would return now, given room: those before the urgent one, if any.
    #[doc(alias = "SIOCINQ")]
    #[inline]
    pub fn readable(&self) -> usize {
        self.next_read().1 as usize
    }

    /// Octets in order that the user has not read, whatever is urgent among them.
    #[inline]
    pub fn unread(&self) -> usize {
        self.rcv.readable as usize
    }

    /// Whether the peer has closed its direction and everything before that has been read, so that
    /// [`receive`](Self::receive) returns 0.
    pub fn is_end_of_stream(&self) -> bool {
        self.rcv.readable == 0 && self.rcv.is_finished()
    }

    /// Whether the peer has closed its direction; unread octets may be left.
    pub fn is_finished_by_peer(&self) -> bool {
        self.rcv.is_finished()
    }

    /// Octets that [`send`](Self::send) would take now.
    pub fn writable(&self, storage: &impl Storage) -> usize {
        if !(self.state.may_send() || self.may_send_early()) || self.snd.fin {
            return 0;
        }
        capacity(storage.send_buffer()).saturating_sub(self.snd.queued()) as usize
    }

    /// Octets of text not yet acknowledged, whether they were sent or not: what `SIOCOUTQ` counts.
    #[doc(alias = "SIOCOUTQ")]
    #[inline]
    pub fn queued(&self) -> usize {
        self.snd.queued() as usize
    }

    /// Octets of text sent and not yet acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.snd.queued().saturating_sub(self.unsent() as u32) as usize
    }

    /// Octets of text never yet sent.
    #[doc(alias = "SIOCOUTQNSD")]
    pub fn unsent(&self) -> usize {
        let sent = self.snd.nxt.earlier(self.snd.end).later(self.snd.front());
        self.snd.end.since(sent) as usize
    }

    /// How many records of a storage's [`out_of_order`](super::Parts::out_of_order) and
    /// [`transmissions`](super::Parts::transmissions) are in use, from the first to the last that is. An owner whose
    /// tables can grow gives them more before they are full.
    pub fn records_in_use(&self) -> (usize, usize) {
        (usize::from(self.out_of_order.count), self.transmissions.end())
    }

    /// How far text reaches, beyond what is in order, that waits for other before it: octets, a FIN being one.
    pub fn out_of_order(&self, storage: &mut impl Storage) -> usize {
        let blocks = self.out_of_order.blocks(storage.parts().out_of_order);
        blocks.iter().map(|block| block.right_edge.since(self.rcv.nxt) as usize).max().unwrap_or(0)
    }

    /// cwnd: how many octets may be in flight (RFC 5681 §3.1).
    #[doc(alias = "tcpi_snd_cwnd")]
    pub const fn congestion_window(&self) -> u32 {
        self.congestion.window
    }

    /// ssthresh, in octets; `u32::MAX` until something was lost (RFC 5681 §3.1).
    #[doc(alias = "tcpi_snd_ssthresh")]
    pub const fn slow_start_threshold(&self) -> u32 {
        self.congestion.slow_start_threshold
    }

    /// The smoothed round-trip time (RFC 6298), once measured.
    pub fn round_trip_time(&self) -> Option<Duration> {
        self.rtt.smoothed()
    }

    /// The least round-trip time of late (RFC 8985 §6.2); zero before one was measured.
    pub const fn least_round_trip_time(&self) -> Duration {
        Duration::from_nanos(self.rtt.minimum())
    }

    /// The largest segment that this connection sends, in octets of text: the lesser of both ends' settings.
    #[doc(alias = "TCP_MAXSEG")]
    pub const fn maximum_segment_size(&self) -> u32 {
        self.snd.mss
    }

    /// The largest window that the peer has ever offered, in octets.
    pub const fn largest_window(&self) -> u32 {
        self.snd.max_wnd
    }

    /// Whether both ends scale their windows (RFC 7323 §2.2).
    pub const fn scales_windows(&self) -> bool {
        self.scaling
    }

    /// Whether a SYN for the same pair of addresses may replace this connection: it is in TIME-WAIT, and the SYN
    /// lies beyond all that was received, or its timestamp does (RFC 6191 §2, RFC 1122 §4.2.2.13; Linux:
    /// tcp_timewait_state_process). An owner with a listener for it then forgets this connection and gives the SYN to
    /// the listener; the new connection's initial sequence number must lie beyond
    /// [`next_sequence_number`](Self::next_sequence_number). Where nobody listens, this connection answers it.
    pub fn may_be_replaced_by(&self, segment: &Segment<'_>) -> bool {
        self.state == State::TimeWait && begins_beyond(segment, self.rcv.nxt, self.timestamping.recent())
    }

    /// The number of the next octet that will be read (Linux: `copied_seq`).
    pub fn read_sequence_number(&self) -> SequenceNumber {
        self.rcv.nxt - self.rcv.readable - u32::from(self.rcv.is_finished())
    }

    /// Whether both ends have agreed to explicit congestion notification (RFC 3168 or RFC 9768).
    pub const fn uses_ecn(&self) -> bool {
        self.ecn.is_agreed()
    }

    /// Whether that is the accurate one (RFC 9768).
    pub const fn uses_accurate_ecn(&self) -> bool {
        self.ecn.is_accurate()
    }

    /// SND.NXT: the number that follows everything sent.
    pub const fn next_sequence_number(&self) -> SequenceNumber {
        self.snd.nxt
    }

    /// SND.UNA: the oldest number that was not acknowledged. What lies before it has arrived.
    pub const fn unacknowledged_sequence_number(&self) -> SequenceNumber {
        self.snd.una
    }

    /// The number that the next octet of text will have that is given to [`send`](Self::send) (Linux: `write_seq`).
    pub const fn write_sequence_number(&self) -> SequenceNumber {
        self.snd.end
    }
}

/// A buffer's capacity, as far as sequence numbers reach: less than half a window of theirs, 2^30.
#[inline]
pub(super) fn capacity(buffer: &impl Buffer) -> u32 {
    buffer.capacity().min(1 << 30) as u32
}

/// The most that a window offers of a buffer.
#[inline]
pub(super) fn window_clamp(buffer: &impl Buffer) -> u32 {
    u32::try_from(buffer.window_clamp()).unwrap_or(u32::MAX)
}
