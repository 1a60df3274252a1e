//! The packets in which the kernel keeps the text that a TCP socket has to send, and what memory it charges for them
//! (`sk_wmem_queued`), by which it says when `SO_SNDBUF` is used up (`tcp_sendmsg_locked`, `sk_stream_memory_free`).
//!
//! The text itself is in the connection's storage; here is only how it is cut. A packet is not a segment: it holds as
//! much as an interface is given at a time that cuts segments by itself. What SACK joins and a retransmission cuts is
//! not followed.

use alloc::collections::VecDeque;
use core::cell::Cell;

use anysock::tcp::Connection;

use crate::engine::sk_buff;

/// What a packet takes beside its text: SKB_TRUESIZE(MAX_TCP_HEADER), with room of 256 octets for headers. A kernel
/// with wireless interfaces has 64 more of that, one before 6.3 takes 448 more.
const PACKET: u32 = STRUCTURE + 256 + sk_buff::SHARED_INFO as u32;
/// What of that lies apart from the bytes.
const STRUCTURE: u32 = sk_buff::STRUCTURE as u32;
/// The most text of a packet: GSO_LEGACY_MAX_SIZE without MAX_TCP_HEADER (`sk_setup_caps`).
const LARGEST: u32 = 65_536 - 257;
/// TCP_INIT_CWND.
const INITIAL_WINDOW: u32 = 10;
/// Room for so many packets is kept for another connection.
const KEPT: usize = 16;

/// The text that is sent, or will be, at once.
#[derive(Clone, Copy, Debug)]
struct Packet {
    octets: u32,
    /// What follows belongs into another one (MSG_EOR).
    ends_record: bool,
}

/// What has become of a socket's packets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Followed {
    /// Something was sent or acknowledged.
    pub(super) anything: bool,
    /// The congestion window was not used up then, or at least not by the first packet that was sent.
    pub(super) window_left: bool,
}

/// What a socket has to send, in packets.
#[derive(Debug, Default)]
pub(super) struct WriteQueue {
    /// The oldest first. The first ones were sent.
    packets: VecDeque<Packet>,
    /// How many of them were not sent yet.
    unsent: usize,
    octets: u32,
    unsent_octets: u32,
    /// How much was taken since something was pushed last (`pushed_seq`).
    unpushed: u32,
    /// The program has found no room, by sending or by looking (SOCK_NOSPACE).
    pub(super) lacks_room: Cell<bool>,
    /// The handshake is over, and has given the buffer its size.
    pub(super) is_sized: bool,
}

impl WriteQueue {
    /// Forgets everything; the room stays.
    pub(super) fn reset(&mut self) {
        let mut packets = core::mem::take(&mut self.packets);
        packets.clear();
        *self = WriteQueue { packets, ..WriteQueue::default() };
    }

    /// Whether more is allocated than most connections need.
    pub(super) fn has_grown(&self) -> bool {
        self.packets.capacity() > KEPT
    }

    /// `sk_wmem_queued`.
    pub(super) fn memory(&self) -> u32 {
        self.octets.saturating_add(PACKET.saturating_mul(self.packets.len() as u32))
    }

    /// Whether a program may write, of a socket with this SO_SNDBUF (`__sk_stream_is_writeable`).
    pub(super) fn is_writable(&self, send_buffer: i32) -> bool {
        let (memory, most) = (self.memory(), send_buffer.max(0) as u32);
        memory < most && most - memory >= memory / 2
    }

    /// How much more the last packet takes, being filled up to `goal`.
    pub(super) fn left_in_packet(&self, goal: u32) -> u32 {
        match self.packets.back() {
            Some(last) if self.unsent > 0 && !last.ends_record => goal.saturating_sub(last.octets),
            _ => 0,
        }
    }

    /// Takes text, into the last packet where there is room for that, or else into a new one.
    pub(super) fn take(&mut self, octets: u32, goal: u32) {
        if octets == 0 {
            return;
        }
        match self.left_in_packet(goal) {
            0 => {
                self.packets.push_back(Packet { octets, ends_record: false });
                self.unsent += 1;
            }
            _ => self.packets.back_mut().map_or((), |last| last.octets += octets),
        }
        self.octets += octets;
        self.unsent_octets += octets;
        self.unpushed = self.unpushed.saturating_add(octets);
    }

    /// Ends a record with what was taken last.
    pub(super) fn end_record(&mut self) {
        if let Some(last) = self.packets.back_mut() {
            last.ends_record = true;
        }
    }

    /// Whether so much waits for a push that all of it is sent (`forced_push`).
    pub(super) fn forces_push(&self, connection: &Connection) -> bool {
        self.unpushed > connection.largest_window() / 2
    }

    /// What was taken is pushed (`tcp_mark_push`).
    pub(super) fn pushed(&mut self) {
        self.unpushed = 0;
    }

    /// Whether the last packet is the only one that was not sent, so that it is sent as soon as it is full.
    pub(super) fn is_last_first(&self) -> bool {
        self.unsent == 1
    }

    /// Follows what the connection has sent, `least_segments` at a time if it could, and what was acknowledged.
    #[inline]
    pub(super) fn follow(&mut self, connection: &Connection, least_segments: u32) -> Followed {
        // Most often there is nothing to follow.
        if self.packets.is_empty() {
            return Followed { anything: false, window_left: false };
        }
        self.follow_packets(connection, least_segments)
    }

    #[inline(never)]
    fn follow_packets(&mut self, connection: &Connection, least_segments: u32) -> Followed {
        let (queued, unsent) = (connection.queued() as u32, connection.unsent() as u32);
        let sent = self.unsent_octets.saturating_sub(unsent);
        let freed = self.octets.saturating_sub(queued);
        if sent == 0 && freed == 0 && self.unsent <= 1 {
            return Followed { anything: false, window_left: false };
        }
        let (in_flight, window) = (connection.unacknowledged() as u32, connection.congestion_window());
        let mut first = 0;
        if sent > 0 || self.unsent > 1 {
            let segment = connection.maximum_segment_size().max(1);
            if self.unsent == 1 && unsent == 0 && sent <= segment {
                // The only packet has gone, as a whole.
                (self.unsent, self.unsent_octets, first) = (0, 0, sent);
            } else {
                let largest = largest_packet(connection, least_segments);
                // What is urgent goes segment by segment.
                let part = if connection.sends_urgent() { segment } else { largest };
                first = self.send(sent, largest, part);
                let room = window.saturating_sub(in_flight) / segment * segment;
                self.grow_next(largest.min(room));
            }
        }
        self.acknowledge(freed);
        Followed {
            anything: sent > 0 || freed > 0,
            window_left: freed > 0 && in_flight < window
                || first > 0 && in_flight.saturating_sub(sent - first) < window,
        }
    }

    /// So much was sent, in packets of no more than `part` octets, being filled up to `largest`: what goes in part is
    /// cut, and each part takes what a packet takes (`tso_fragment`). How much the first one held.
    fn send(&mut self, mut octets: u32, largest: u32, part: u32) -> u32 {
        self.unsent_octets -= octets;
        let mut first = 0;
        while octets > 0 && self.unsent > 0 {
            self.grow_next(largest);
            let at = self.packets.len() - self.unsent;
            let Packet { octets: length, ends_record } = self.packets[at];
            let part = length.min(part).min(octets);
            if first == 0 {
                first = part;
            }
            if part < length {
                self.packets[at] = Packet { octets: part, ends_record: false };
                self.packets.insert(at + 1, Packet { octets: length - part, ends_record });
            } else {
                self.unsent -= 1;
            }
            octets -= part;
        }
        first
    }

    /// The packet that is next gets up to `largest` octets of those behind it (`tcp_grow_skb`).
    fn grow_next(&mut self, largest: u32) {
        while self.unsent > 1 {
            let at = self.packets.len() - self.unsent;
            let (next, behind) = (self.packets[at], self.packets[at + 1]);
            let moved = largest.saturating_sub(next.octets).min(behind.octets);
            if moved == 0 || next.ends_record {
                return;
            }
            self.packets[at].octets += moved;
            self.packets[at + 1].octets -= moved;
            if moved < behind.octets {
                return;
            }
            self.packets[at].ends_record = behind.ends_record;
            self.packets.remove(at + 1);
            self.unsent -= 1;
        }
    }

    /// So much was acknowledged: what was in part no longer takes the memory of that (`tcp_trim_head`).
    fn acknowledge(&mut self, mut octets: u32) {
        self.octets -= octets;
        while octets > 0
            && let Some(first) = self.packets.front_mut()
        {
            if first.octets > octets {
                first.octets -= octets;
                return;
            }
            octets -= first.octets;
            self.packets.pop_front();
        }
    }
}

/// How much text goes into a packet (`tcp_xmit_size_goal`): whole segments, and no more than half of the largest window
/// that the peer has offered, if that is more than a little (`tcp_bound_to_half_wnd`).
pub(super) fn size_goal(connection: &Connection) -> u32 {
    let (segment, window) = (connection.maximum_segment_size().max(1), connection.largest_window());
    // TCP_MSS_DEFAULT.
    let most = if window > 536 { window / 2 } else { window };
    let most = if most == 0 { LARGEST } else { most.clamp(48, LARGEST) };
    (most / segment * segment).max(segment)
}

/// How much text is sent at a time (`tcp_tso_autosize`, `tcp_cwnd_test`): what goes in a millisecond, or more to a peer
/// that is near, but half of the congestion window at the most, and `least_segments` at the least.
pub(super) fn largest_packet(connection: &Connection, least_segments: u32) -> u32 {
    let segment = connection.maximum_segment_size().max(1);
    let window = connection.congestion_window();
    let most = match connection.round_trip_time().map(|time| time.as_micros() as u64) {
        None | Some(0) => LARGEST,
        Some(round_trip) => {
            // tcp_pacing_ss_ratio and tcp_pacing_ca_ratio.
            let ratio = if window < connection.slow_start_threshold() / 2 { 200 } else { 120 };
            let in_flight = window.max(connection.unacknowledged() as u32);
            let rate = u64::from(in_flight) * 10_000 * ratio / round_trip;
            let nearness = connection.least_round_trip_time().as_micros() as u64 >> 9;
            let near = if nearness < 32 { u64::from(LARGEST >> nearness) } else { 0 };
            ((rate >> 10) + near).min(LARGEST.into()) as u32
        }
    };
    let segments = (most / segment).max(least_segments);
    segments.min((window / segment / 2).max(1)) * segment
}

/// What SO_SNDBUF is at the least, if no program has set it (`tcp_sndbuf_expand`): twice the window.
pub(super) fn fitting_send_buffer(connection: &Connection) -> u32 {
    let segment = connection.maximum_segment_size();
    let packet = (segment + PACKET - STRUCTURE).next_power_of_two() + STRUCTURE;
    let segments = (connection.congestion_window() / segment.max(1)).max(INITIAL_WINDOW);
    packet.saturating_mul(2 * segments)
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    /// How much each packet holds, and how many were not sent.
    fn packets(queue: &WriteQueue) -> (Vec<u32>, usize) {
        (queue.packets.iter().map(|packet| packet.octets).collect(), queue.unsent)
    }

    fn queue(pieces: &[u32], goal: u32) -> WriteQueue {
        let mut queue = WriteQueue::default();
        for piece in pieces {
            queue.take(*piece, goal);
        }
        queue
    }

    #[test]
    fn text_is_joined_until_a_packet_is_full() {
        let mut queue = queue(&[400, 600, 1], 1000);
        assert_eq!(packets(&queue), (vec![1000, 1], 2));
        assert_eq!((queue.memory(), queue.left_in_packet(1000)), (2 * 832 + 1001, 999));
        queue.end_record();
        assert_eq!(queue.left_in_packet(1000), 0);
        queue.take(5, 1000);
        assert_eq!(packets(&queue), (vec![1000, 1, 5], 3));
    }

    #[test]
    fn what_is_sent_in_part_is_cut() {
        let mut queue = queue(&[5000], 5000);
        assert_eq!(queue.send(3000, 2000, 2000), 2000);
        assert_eq!(packets(&queue), (vec![2000, 1000, 2000], 1));
        assert_eq!(queue.memory(), 3 * 832 + 5000);
        // What was sent takes nothing more.
        assert_eq!(queue.send(2000, 2000, 2000), 2000);
        assert_eq!(queue.left_in_packet(5000), 0);
    }

    #[test]
    fn the_next_packet_grows_up_to_the_end_of_a_record() {
        let mut queue = queue(&[1000, 300], 1000);
        queue.end_record();
        queue.take(900, 1000);
        queue.grow_next(1200);
        assert_eq!(packets(&queue), (vec![1200, 100, 900], 3));
        queue.grow_next(5000);
        assert_eq!(packets(&queue), (vec![1300, 900], 2));
    }

    #[test]
    fn what_is_acknowledged_takes_no_memory() {
        let mut queue = queue(&[1000, 1000, 1000], 1000);
        queue.send(3000, 1000, 1000);
        queue.acknowledge(1400);
        assert_eq!((packets(&queue), queue.memory()), ((vec![600, 1000], 0), 2 * 832 + 1600));
        queue.acknowledge(1600);
        assert_eq!(queue.memory(), 0);
    }

    #[test]
    fn who_has_used_two_thirds_waits() {
        let queue = queue(&[1000; 4], 1000);
        let memory = queue.memory() as i32;
        assert!(!queue.is_writable(memory) && !queue.is_writable(memory + memory / 2 - 1));
        assert!(queue.is_writable(memory + memory / 2));
    }
}
