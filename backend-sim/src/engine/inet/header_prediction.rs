//! Header prediction: which segments take the short way through the kernel's TCP, and what memory the others find taken
//! (`tcp_rcv_established`). The connection itself is none the wiser; it is for the counters.

use anysock::tcp::{Connection, Flags, Segment, SequenceNumber, State};

use super::statistics::{InetStatistics, Tcp};
use super::write_queue::WriteQueue;
use crate::engine::sk_buff;

/// What memory is charged in (`PAGE_SIZE`).
const PAGE: u32 = 4096;
/// What lies behind the data of a packet.
const SHARED_INFO: u32 = sk_buff::SHARED_INFO as u32;
/// The room before a packet of a TUN interface, and an IP header (`NET_SKB_PAD`).
const BEFORE: u32 = 64 + 20;

/// The way of a segment through the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// It is what was expected next, and has nothing else to say.
    Predicted,
    /// Every field is looked at.
    Long,
}

/// What the kernel expects of a connection's next segment, and where it would go.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderPrediction {
    /// `pred_flags`: something is predicted.
    is_on: bool,
    /// The window that the peer knows of is shut.
    pub(super) is_window_shut: bool,
    /// What the received packets take that are not read yet.
    memory: u32,
    /// How much more there is room for behind the last of them.
    room: u32,
}

impl HeaderPrediction {
    /// That of a connection which begins, by a listener or otherwise.
    pub(super) const BEGIN: HeaderPrediction =
        HeaderPrediction { is_on: true, is_window_shut: false, memory: 0, room: 0 };

    /// The way of a segment that is about to come; for what is in the write queue, memory is charged, too.
    #[inline]
    pub(super) fn way(&self, segment: &Segment<'_>, connection: &Connection, sent: &WriteQueue) -> Way {
        // All but PSH.
        let is_plain = segment.flags & !Flags::PSH == Flags::ACK;
        if !self.is_on || !is_plain || connection.state() != State::Established {
            return Way::Long;
        }
        let stamped = segment.options.timestamps.is_some();
        // Others than these come with a SYN.
        let other = segment.options.sack[0].is_some()
            || segment.options.ecn_counters.is_some()
            || segment.options.signed;
        let is_expected = segment.seq == connection.expected_sequence_number()
            && connection.knows_window(segment)
            && stamped == connection.uses_timestamps()
            && !other;
        if is_expected && self.fits(segment, connection, sent) { Way::Predicted } else { Way::Long }
    }

    /// Whether the text of a segment takes no more memory than is charged already, by whole pages.
    #[inline]
    fn fits(&self, segment: &Segment<'_>, connection: &Connection, sent: &WriteQueue) -> bool {
        if segment.payload.is_empty() {
            return true;
        }
        let received = if connection.unread() == 0 { 0 } else { self.memory };
        let charged = sent.memory().wrapping_add(received);
        let left = charged.wrapping_neg() % PAGE;
        packet(segment).0 <= left && segment.payload.len() as u32 <= connection.receive_window()
    }

    /// `connection` has got a segment that took this way; before, it was in this state, and so much was not read, the
    /// window was known, and this number was expected.
    #[inline]
    pub(super) fn arrived(
        &mut self,
        statistics: &mut InetStatistics,
        (segment, way): (&Segment<'_>, Way),
        connection: &Connection,
        (state, unread, knows_window, expected): (State, usize, bool, SequenceNumber),
    ) {
        let text = !segment.payload.is_empty();
        let is_queued = text || segment.flags & (Flags::FIN | Flags::SYN) == Flags::FIN;
        if is_queued && connection.expected_sequence_number() != expected {
            self.queue(statistics, segment, unread);
            if way == Way::Predicted {
                statistics.tcp(Tcp::HpHits);
            }
        }
        if way == Way::Predicted {
            return;
        }
        if state == State::SynSent {
            self.is_on = !connection.scales_windows();
        } else if connection.records_in_use().0 > 0 || connection.urgent_mark().is_some() {
            self.is_on = false;
        } else if !knows_window || text {
            self.is_on = !self.is_window_shut;
        }
    }

    /// Text is put behind what is not read yet, into the last packet of that where there is room (`tcp_queue_rcv`,
    /// `skb_try_coalesce`).
    fn queue(&mut self, statistics: &mut InetStatistics, segment: &Segment<'_>, unread: usize) {
        if unread == 0 {
            self.memory = 0;
        }
        let length = segment.payload.len() as u32;
        if unread > 0 && length <= self.room {
            self.room -= length;
            statistics.tcp(Tcp::RcvCoalesce);
            return;
        }
        let (memory, room) = packet(segment);
        (self.memory, self.room) = (self.memory.saturating_add(memory), room);
    }

    /// A segment is sent: its window may be shut, or open again (`tcp_select_window`).
    #[inline]
    pub(super) fn sent(&mut self, statistics: &mut InetStatistics, segment: &Segment<'_>) {
        let is_shut = segment.window == 0;
        if is_shut != self.is_window_shut && !segment.flags.intersects(Flags::SYN | Flags::RST) {
            self.is_window_shut = is_shut;
            self.is_on &= !is_shut;
            statistics.tcp(if is_shut { Tcp::ToZeroWindowAdv } else { Tcp::FromZeroWindowAdv });
        }
    }
}

/// What a packet with a segment takes, as a TUN interface allocates it, and how much room is left behind it
/// (`__alloc_skb`).
fn packet(segment: &Segment<'_>) -> (u32, u32) {
    let header = 20 + if segment.options.timestamps.is_some() { 12 } else { 0 };
    let used = BEFORE + header + segment.payload.len() as u32;
    // The small heads, and the sizes of kmalloc.
    let data = match used + SHARED_INFO {
        0..=704 => 704,
        size => size.next_power_of_two(),
    };
    (data + sk_buff::STRUCTURE as u32, data - SHARED_INFO - used)
}
