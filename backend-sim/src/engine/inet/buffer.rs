//! Where a simulated connection keeps its octets and records: rings and tables that grow as they are used.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

use anysock::tcp::{Block, Buffer, Connection, Parts, Storage, Transmission};

/// The smallest ring.
const SMALLEST: usize = 128;
/// How many records of a table are free before a segment comes or goes: it needs at most two for each block that a
/// selective acknowledgment reports.
const FREE: usize = 8;
/// The most records of a table that is kept for another connection: what few segments in flight need.
const KEPT: usize = 2 * FREE;
/// The most records of a table.
const RECORDS: usize = 8192;

/// A ring that grows up to its capacity as octets come, so that an idle connection takes no room.
#[derive(Debug)]
pub(super) struct GrowingRing {
    octets: Box<[u8]>,
    front: usize,
    capacity: usize,
    window_clamp: usize,
    /// Few programs end any.
    record_ends: Option<Box<RecordEnds>>,
}

/// Where records end, behind the front, in order.
#[derive(Debug, Default)]
struct RecordEnds(VecDeque<usize>);

impl GrowingRing {
    pub(super) fn new(capacity: usize) -> Self {
        GrowingRing {
            octets: Box::default(),
            front: 0,
            capacity,
            window_clamp: usize::MAX,
            record_ends: None,
        }
    }

    /// Changes the most that a window offers.
    pub(super) fn set_window_clamp(&mut self, clamp: usize) {
        self.window_clamp = clamp;
    }

    /// Changes how much it may hold; never to less than it has room for now.
    pub(super) fn set_capacity(&mut self, capacity: usize) {
        self.capacity = capacity.max(self.octets.len());
    }

    /// The place of what is so far behind the front: no farther than all of the ring.
    #[inline]
    fn place(&self, offset: usize) -> usize {
        let place = self.front + offset;
        if place < self.octets.len() { place } else { place - self.octets.len() }
    }

    /// Makes room for `needed` octets, in the order in which they were.
    fn grow(&mut self, needed: usize) {
        let length = needed.next_power_of_two().max(SMALLEST).min(self.capacity.max(needed));
        let mut octets = vec![0; length].into_boxed_slice();
        let (tail, head) = self.octets.split_at(self.front);
        octets[..head.len()].copy_from_slice(head);
        octets[head.len()..self.octets.len()].copy_from_slice(tail);
        self.octets = octets;
        self.front = 0;
    }
}

impl Buffer for GrowingRing {
    fn capacity(&self) -> usize {
        self.capacity
    }

    fn window_clamp(&self) -> usize {
        self.window_clamp
    }

    fn write(&mut self, offset: usize, octets: &[u8]) -> usize {
        // A kernel takes a segment whole that begins where there is room.
        if octets.is_empty() || offset >= self.capacity {
            return 0;
        }
        if offset + octets.len() > self.octets.len() {
            self.grow(offset + octets.len());
        }
        let start = self.place(offset);
        let (before, behind) = octets.split_at(octets.len().min(self.octets.len() - start));
        self.octets[start..start + before.len()].copy_from_slice(before);
        if !behind.is_empty() {
            self.octets[..behind.len()].copy_from_slice(behind);
        }
        octets.len()
    }

    fn read(&self, offset: usize, length: usize) -> (&[u8], &[u8]) {
        let length = length.min(self.octets.len().saturating_sub(offset));
        if length == 0 {
            return (&[], &[]);
        }
        let start = self.place(offset);
        let until_wrap = length.min(self.octets.len() - start);
        (&self.octets[start..start + until_wrap], &self.octets[..length - until_wrap])
    }

    fn discard(&mut self, length: usize) {
        if !self.octets.is_empty() {
            self.front = self.place(length);
        }
        if let Some(ends) = &mut self.record_ends {
            ends.0.retain_mut(|end| {
                let is_ahead = *end > length;
                *end = end.saturating_sub(length);
                is_ahead
            });
        }
    }

    fn end_record(&mut self, offset: usize) {
        self.record_ends.get_or_insert_default().0.push_back(offset);
    }

    fn record_end(&self, offset: usize) -> Option<usize> {
        let ends = &self.record_ends.as_ref()?.0;
        ends.get(ends.partition_point(|end| *end <= offset)).copied()
    }
}

/// The storage of one simulated connection.
#[derive(Debug)]
pub(super) struct TcpStorage {
    pub(super) send: GrowingRing,
    pub(super) receive: GrowingRing,
    out_of_order: Vec<Block>,
    transmissions: Vec<Transmission>,
}

impl TcpStorage {
    pub(super) fn new(send: usize, receive: usize) -> Self {
        TcpStorage {
            send: GrowingRing::new(send),
            receive: GrowingRing::new(receive),
            out_of_order: Vec::new(),
            transmissions: vec![Transmission::default(); FREE],
        }
    }

    /// Forgets what it holds, and may hold so much from now on.
    pub(super) fn reset(&mut self, send: usize, receive: usize) {
        for (ring, capacity) in [(&mut self.send, send), (&mut self.receive, receive)] {
            let octets = core::mem::take(&mut ring.octets);
            *ring = GrowingRing { octets, ..GrowingRing::new(capacity) };
        }
    }

    /// Whether more is allocated than most connections need.
    pub(super) fn has_grown(&self) -> bool {
        self.send.octets.len() > SMALLEST
            || self.receive.octets.len() > SMALLEST
            || self.out_of_order.len() > KEPT
            || self.transmissions.len() > KEPT
    }

    /// What is in flight since when.
    pub(super) fn transmissions(&self) -> &[Transmission] {
        &self.transmissions
    }

    /// Makes room for what the next segment, in or out, will need.
    #[inline]
    pub(super) fn make_room_to_send(&mut self, connection: &Connection) {
        grow(&mut self.transmissions, connection.records_in_use().1);
    }

    /// The same for what arrives out of order, too.
    #[inline]
    pub(super) fn make_room(&mut self, connection: &Connection) {
        let (out_of_order, transmissions) = connection.records_in_use();
        grow(&mut self.out_of_order, out_of_order);
        grow(&mut self.transmissions, transmissions);
    }
}

/// Sees to it that enough records are free behind those in use.
#[inline]
fn grow<T: Clone + Default>(table: &mut Vec<T>, used: usize) {
    if used + FREE > table.len() && table.len() < RECORDS {
        table.resize((used + FREE).next_power_of_two(), T::default());
    }
}

impl Storage for TcpStorage {
    type Send = GrowingRing;
    type Receive = GrowingRing;

    fn parts(&mut self) -> Parts<'_, GrowingRing, GrowingRing> {
        Parts {
            send: &mut self.send,
            receive: &mut self.receive,
            out_of_order: &mut self.out_of_order,
            transmissions: &mut self.transmissions,
        }
    }

    fn send_buffer(&self) -> &GrowingRing {
        &self.send
    }

    fn receive_buffer(&self) -> &GrowingRing {
        &self.receive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_keeps_its_octets_in_order_as_it_wraps_and_grows() {
        let mut ring = GrowingRing::new(5000);
        let octets: vec::Vec<u8> = (0..=255).cycle().take(5000).collect();
        let (mut written, mut read) = (0, 0);
        while read < octets.len() {
            let held = written - read;
            let next = (written + 700).min(octets.len());
            written += ring.write(held, &octets[written..next]);
            let take = (written - read).min(300);
            let (first, second) = ring.read(0, take);
            assert_eq!([first, second].concat(), octets[read..read + take]);
            ring.discard(take);
            read += take;
        }
    }

    #[test]
    fn a_ring_takes_whole_what_begins_within_its_capacity() {
        let mut ring = GrowingRing::new(10);
        assert_eq!(ring.write(9, &[7; 20]), 20);
        assert_eq!(ring.write(10, &[7; 20]), 0);
    }
}
