//! A connection of a TCP socket: core's machine, its octets, and how large their buffers grow.

use anysock::Instant;
use anysock::tcp::{Buffer, Connection, Counters, RightSizing, State};

use super::buffer::TcpStorage;
use super::header_prediction::HeaderPrediction;
use super::path::PathPlace;
use super::tcp_segment::Addressing;
use super::write_queue::WriteQueue;

/// A connection and its octets.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) addressing: Addressing,
    /// Where its path is among those of the node.
    pub(super) path: Option<PathPlace>,
    pub(super) connection: Connection,
    pub(super) storage: TcpStorage,
    pub(super) counters: Counters,
    pub(super) write_queue: WriteQueue,
    /// The largest segment that it takes.
    pub(super) largest_segment: u16,
    /// How much the program reads, and so how much room it deserves.
    pub(super) sizing: RightSizing,
    /// What is sent again next is so because a timer has expired.
    pub(super) is_sent_by_timer: bool,
    /// The state that it was in when it was last looked at.
    pub(super) last_state: State,
    pub(super) prediction: HeaderPrediction,
    /// Of how many segments duplicate acknowledgments have told, where they are not selective (`sacked_out`).
    pub(super) duplicates_told: u32,
}

impl Connected {
    /// The handshake is over: some of the room is kept back from the windows (`tcp_init_buffer_space`).
    pub(super) fn keep_room_back(&mut self) {
        let (connection, receive) = (&mut self.connection, &mut self.storage.receive);
        let (before, most) = (receive.window_clamp(), receive.capacity());
        let mut clamp = before.min(most);
        let segment = usize::from(self.largest_segment);
        if clamp > 2 * segment && clamp + segment > most {
            clamp = (2 * segment).max(most.saturating_sub(segment));
        }
        connection.clamp_window(before, clamp);
        // A SYN,ACK that is still to be sent says more than that.
        let says_less = !connection.scales_windows() && !connection.is_open_early();
        receive.set_window_clamp(if says_less { clamp.min(u16::MAX.into()) } else { clamp });
    }

    /// Text has come out of order, for which a receive buffer that no program has set grows, too; to what, if it does.
    pub(super) fn grow_for_out_of_order(&mut self, largest: usize) -> Option<usize> {
        let ahead = self.connection.out_of_order(&mut self.storage);
        let wanted = self.sizing.out_of_order(ahead, &self.connection)?;
        self.resize(wanted.min(largest))
    }

    /// How many octets are expected in a round-trip time.
    pub(super) fn expected(&self) -> u64 {
        self.sizing.space(&self.connection)
    }

    /// The program has read so much: how large the receive buffer, that no program has set, is to be from now on, where
    /// that is more than before.
    pub(super) fn right_size(&mut self, now: Instant, read: usize, largest: usize) -> Option<usize> {
        let wanted = self.sizing.read(now, read, &self.connection)?;
        self.resize(wanted.min(largest))
    }

    /// Makes the receive buffer hold so much, if that is more than it did.
    fn resize(&mut self, capacity: usize) -> Option<usize> {
        self.sizing.set_capacity(capacity);
        if capacity <= self.storage.receive.capacity() {
            return None;
        }
        self.storage.receive.set_capacity(capacity);
        self.storage.receive.set_window_clamp(capacity);
        Some(capacity)
    }
}
