//! What Linux's `tcp_info` says, from the machine's own variables and an owner's [`Counters`].

use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::Phase;
use super::segment::{Flags, Segment};
use super::transmissions::Transmission;
use super::{SequenceNumber, State};
use crate::option::TcpInfo;
use crate::time::Instant;

/// What is counted over the life of a connection, for [`Connection::info`]. The machine does not need it, so an owner
/// that wants it keeps it beside the connection, and shows it every segment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Counters {
    segments_out: u32,
    segments_in: u32,
    data_segments_out: u32,
    data_segments_in: u32,
    retransmissions: u32,
    out_of_order: u32,
    dsack_duplicates: u32,
    largest_received: u32,
    bytes_sent: u64,
    bytes_retransmitted: u64,
    bytes_acknowledged: u64,
    bytes_received: u64,
    chronograph: Chronograph,
    #[cfg(feature = "tcp-accurate-ecn")]
    ecn: super::ecn_totals::EcnTotals,
    /// What of the connection's variables has been counted so far.
    seen: Option<Seen>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Seen {
    /// The number that follows everything sent.
    sent: SequenceNumber,
    acknowledged: SequenceNumber,
    received: SequenceNumber,
}

/// What a connection waits for that has something to send (Linux: `enum tcp_chrono`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
enum WaitsFor {
    /// It has nothing to send.
    #[default]
    Nothing,
    /// Acknowledgments, or the network.
    Peer,
    /// The peer's window.
    ReceiveWindow,
    /// The user's text, for which there was no room.
    SendBuffer,
}

/// How long a connection has waited for what (Linux: tcp_chrono_set). Times are in ticks of 2^20 ns.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Chronograph {
    since: u32,
    busy: u32,
    by_receive_window: u32,
    by_send_buffer: u32,
    waits_for: WaitsFor,
}

impl Chronograph {
    /// The same once it is `now`, and another wait begins.
    fn at(self, now: Instant, waits_for: WaitsFor) -> Chronograph {
        let tick = (now.as_nanos() >> 20) as u32;
        let elapsed = tick.wrapping_sub(self.since);
        let mut next = Chronograph { since: tick, waits_for, ..self };
        let counted = match self.waits_for {
            WaitsFor::Nothing => return next,
            WaitsFor::Peer => &mut next.busy,
            WaitsFor::ReceiveWindow => &mut next.by_receive_window,
            WaitsFor::SendBuffer => &mut next.by_send_buffer,
        };
        *counted = counted.wrapping_add(elapsed);
        next
    }

    fn microseconds(ticks: u32) -> u64 {
        (u64::from(ticks) << 20) / 1000
    }
}

impl Counters {
    /// [`poll_transmit`](Connection::poll_transmit) has returned `None`: what `connection` waits for from now on is
    /// timed. `lacks_room`: the user has more to send than there was room for.
    #[inline]
    pub fn waits<C: CongestionControl>(
        &mut self,
        now: Instant,
        connection: &Connection<C>,
        lacks_room: bool,
    ) {
        let waits_for = connection.waits_for(lacks_room);
        if waits_for != self.chronograph.waits_for {
            self.chronograph = self.chronograph.at(now, waits_for);
        }
    }

    /// Those of a connection that a listener has made: its SYN has come, and what answered that was the listener's
    /// (Linux: tcp_create_openreq_child).
    pub fn accepted<C>(connection: &Connection<C>) -> Counters {
        let (iss, irs) = (connection.snd.iss, connection.rcv.irs);
        let seen = Seen { sent: connection.snd.nxt, acknowledged: iss + 1, received: irs + 1 };
        Counters { segments_in: 1, seen: Some(seen), ..Counters::default() }
    }

    /// How many segments were sent again.
    pub const fn retransmissions(&self) -> u32 {
        self.retransmissions
    }

    /// How many segments the peer says it has received twice.
    pub const fn duplicates(&self) -> u32 {
        self.dsack_duplicates
    }

    /// A segment that [`poll_transmit`](Connection::poll_transmit) has returned.
    pub fn sent(&mut self, segment: &Segment<'_>) {
        self.segments_out = self.segments_out.saturating_add(1);
        let length = segment.payload.len() as u64;
        let end = segment.seq + segment.sequence_length();
        let seen = self.seen.get_or_insert(Seen {
            sent: segment.seq,
            acknowledged: segment.seq,
            received: segment.ack,
        });
        let again = segment.sequence_length() > 0 && segment.seq.is_before(seen.sent);
        seen.sent = seen.sent.later(end);
        if length > 0 {
            self.data_segments_out = self.data_segments_out.saturating_add(1);
            self.bytes_sent = self.bytes_sent.saturating_add(length);
        }
        if again {
            self.retransmissions = self.retransmissions.saturating_add(1);
            self.bytes_retransmitted = self.bytes_retransmitted.saturating_add(length);
        }
    }

    /// A segment that was given to `connection`, which has processed it.
    pub fn received<C>(&mut self, segment: &Segment<'_>, connection: &Connection<C>) {
        self.segments_in = self.segments_in.saturating_add(1);
        let length = segment.payload.len() as u32;
        if length > 0 {
            self.data_segments_in = self.data_segments_in.saturating_add(1);
            self.largest_received = self.largest_received.max(length);
        }
        let (snd, rcv) = (&connection.snd, &connection.rcv);
        self.count_duplicates(segment, connection);
        let Some(seen) = &mut self.seen else { return };
        if segment.flags.contains(Flags::SYN) {
            seen.received = rcv.irs + 1;
        }
        // As on Linux, our SYN and both FINs count as octets.
        if snd.una.is_after(seen.acknowledged) {
            self.bytes_acknowledged =
                self.bytes_acknowledged.saturating_add(u64::from(snd.una.since(seen.acknowledged)));
            seen.acknowledged = snd.una;
        }
        if connection.state != State::SynSent && rcv.nxt.is_after(seen.received) {
            self.bytes_received = self.bytes_received.saturating_add(u64::from(rcv.nxt.since(seen.received)));
            seen.received = rcv.nxt;
        }
        #[cfg(feature = "tcp-accurate-ecn")]
        if connection.ecn.is_accurate() {
            self.ecn.count(connection);
        }
        if length > 0 && segment.seq.is_after(rcv.nxt) {
            self.out_of_order = self.out_of_order.saturating_add(1);
        }
    }

    /// Counts the segments that the peer says it has received twice (Linux: tcp_check_dsack, tcp_dsack_seen).
    fn count_duplicates<C>(&mut self, segment: &Segment<'_>, connection: &Connection<C>) {
        let Some(duplicate) = segment.duplicate_block().filter(|_| connection.sack.is_agreed()) else {
            return;
        };
        let octets = duplicate.right_edge.since(duplicate.left_edge);
        if octets <= connection.snd.max_wnd {
            let segments = octets.div_ceil(connection.snd.mss.max(1));
            self.dsack_duplicates = self.dsack_duplicates.saturating_add(segments);
        }
    }
}

/// `nanoseconds` in microseconds; what does not fit is as much as does.
fn microseconds(nanoseconds: u64) -> u32 {
    u32::try_from(nanoseconds / 1_000).unwrap_or(u32::MAX)
}

/// The time from `earlier` to `now` in milliseconds.
fn milliseconds_since(now: Instant, earlier: Instant) -> u32 {
    u32::try_from(now.nanos_since(earlier) / 1_000_000).unwrap_or(u32::MAX)
}

impl<C: CongestionControl> Connection<C> {
    /// What Linux would say of this connection (tcp(7), `tcp_get_info`), in the same units.
    ///
    /// Zero where the machine does not know: pacing and delivery rates, the receiver's own estimates, and what
    /// [`describe_flight`](Self::describe_flight) adds. Counts of segments in flight are octets divided by the segment
    /// size.
    #[doc(alias = "TCP_INFO")]
    #[doc(alias = "tcp_info")]
    pub fn info(&self, now: Instant, counters: &Counters) -> TcpInfo {
        let mut info = TcpInfo::zeroed();
        self.describe_state(&mut info);
        let segments = |octets: u32| octets.div_ceil(self.snd.mss.max(1));
        info.rto = microseconds(self.rtt.timeout(&self.config));
        info.ato = microseconds(self.config.delayed_acknowledgment().as_nanos());
        info.send_mss = self.snd.mss;
        // Without the timestamps that are in each segment (tcp_finish_connect).
        let timestamps = if self.timestamping.is_agreed() { 12 } else { 0 };
        info.advertised_mss = u32::from(self.config.maximum_segment_size).saturating_sub(timestamps);
        // tcp_initialize_rcv_mss and tcp_measure_rcv_mss; TCP_MSS_DEFAULT and TCP_MIN_MSS.
        let hint = info.advertised_mss.min(self.snd.mss).clamp(88, 536);
        info.receive_mss = counters.largest_received.min(info.advertised_mss).max(hint);
        info.receive_ssthresh = self.rcv.threshold;
        info.unacknowledged = segments(self.snd.flight());
        info.last_data_sent = milliseconds_since(now, self.spoke);
        let text_at = if self.rcv.text_at == Instant::MAX { self.heard } else { self.rcv.text_at };
        info.last_data_received = milliseconds_since(now, text_at);
        info.last_ack_received = milliseconds_since(now, self.heard);
        info.rtt = microseconds(self.rtt.smoothed_nanos());
        info.rtt_variation = microseconds(self.rtt.variation_nanos());
        info.min_rtt = Some(microseconds(self.rtt.minimum()));
        // What does not make a segment yet is no part of a window of segments.
        let whole_segments = |octets: u32| (octets / self.snd.mss.max(1)).max(1);
        info.congestion_window = whole_segments(self.congestion.window);
        info.send_ssthresh = match self.congestion.slow_start_threshold {
            // TCP_INFINITE_SSTHRESH.
            u32::MAX => 0x7fff_ffff,
            octets => whole_segments(octets),
        };
        // TCP_FASTRETRANS_THRESH.
        info.reordering = self.rack.reordering().max(3);
        info.total_retransmitted = counters.retransmissions;
        let chronograph = counters.chronograph.at(now, counters.chronograph.waits_for);
        let Chronograph { busy, by_receive_window, by_send_buffer, .. } = chronograph;
        let [busy, by_receive_window, by_send_buffer] =
            [busy, by_receive_window, by_send_buffer].map(Chronograph::microseconds);
        info.busy_time = Some(busy.saturating_add(by_receive_window).saturating_add(by_send_buffer));
        info.receive_window_limited = Some(by_receive_window);
        info.send_buffer_limited = Some(by_send_buffer);
        info.bytes_acknowledged = Some(counters.bytes_acknowledged);
        info.bytes_received = Some(counters.bytes_received);
        info.segments_out = Some(counters.segments_out);
        info.segments_in = Some(counters.segments_in);
        info.data_segments_out = Some(counters.data_segments_out);
        info.data_segments_in = Some(counters.data_segments_in);
        info.bytes_sent = Some(counters.bytes_sent);
        info.bytes_retransmitted = Some(counters.bytes_retransmitted);
        info.out_of_order = Some(counters.out_of_order);
        info.dsack_duplicates = Some(counters.dsack_duplicates);
        info.unsent_bytes = Some(self.unsent() as u32);
        #[cfg(feature = "tcp-accurate-ecn")]
        counters.ecn.describe(self, &mut info);
        info.send_window = Some(self.snd.wnd);
        info.receive_window = Some(self.rcv.wnd());
        info
    }

    /// Adds to `info` what the records of what is in flight tell: how many segments are selectively acknowledged, lost
    /// and sent again. `transmissions` are those of the connection's storage
    /// ([`Parts::transmissions`](super::Parts::transmissions)).
    pub fn describe_flight(&self, info: &mut TcpInfo, transmissions: &[Transmission]) {
        // Before something is known to be lost nothing counts as sent again: a probe for the tail does not. Without
        // SACK each duplicate tells of a segment that has arrived (tcp_add_reno_sack).
        let is_open = self.recovery.phase == Phase::Open;
        if !self.sack.is_agreed() {
            info.sacked = u32::from(self.recovery.duplicates);
        }
        let mut begin = self.snd.una;
        for record in self.transmissions.in_use(transmissions) {
            let segments = record.end.since(begin).div_ceil(self.snd.mss.max(1));
            // What was sent again is lost until it is heard of, as on Linux.
            let is_lost =
                !is_open && (record.lost || record.retransmitted || !begin.is_before(self.snd.resume));
            let add = |count: &mut u32, is_one: bool| {
                *count = count.saturating_add(if is_one { segments } else { 0 });
            };
            add(&mut info.sacked, record.sacked);
            add(&mut info.lost, !record.sacked && is_lost);
            let is_sent_again = !is_open && record.retransmitted && !record.lost;
            add(&mut info.retransmitted, !record.sacked && is_sent_again);
            begin = record.end;
        }
    }

    /// What it waits for, that has something to send.
    fn waits_for(&self, lacks_room: bool) -> WaitsFor {
        let (una, resume, limit) = (self.snd.una, self.snd.resume, self.snd.limit());
        if !self.snd.syn_acknowledged || una == limit || self.state == State::Closed {
            return WaitsFor::Nothing;
        }
        let wanted = limit.since(resume).min(self.snd.mss);
        let window = self.snd.wnd.saturating_sub(resume.since(una));
        if window < wanted && self.snd.flight() < self.congestion.window {
            WaitsFor::ReceiveWindow
        } else if lacks_room && resume == limit {
            WaitsFor::SendBuffer
        } else {
            WaitsFor::Peer
        }
    }

    fn describe_state(&self, info: &mut TcpInfo) {
        info.state = self.state.linux_number();
        info.congestion_state = match self.recovery.phase {
            // TCP_CA_Open, TCP_CA_Disorder, TCP_CA_CWR, TCP_CA_Recovery, TCP_CA_Loss.
            Phase::Open if self.ecn.is_reacting() => 2,
            Phase::Open if self.recovery.duplicates > 0 || self.transmissions.is_marked() => 1,
            Phase::Open => 0,
            Phase::Fast => 3,
            Phase::Timeout => 4,
        };
        info.retransmits = self.retransmissions;
        info.probes = self.unanswered_probes;
        info.backoff = self.rtt.backoff();
        for (bit, is_used) in [
            (1, self.timestamping.is_agreed()),
            (2, self.sack.is_agreed()),
            (4, self.scaling),
            (8, self.ecn.is_agreed()),
            (32, self.syn_text),
        ] {
            info.options |= if is_used { bit } else { 0 };
        }
        if self.scaling {
            info.set_window_scales(self.snd.shift, self.rcv.shift);
        }
    }
}
