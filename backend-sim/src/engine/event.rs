//! The event queue: what happens next, and when.

use alloc::collections::{BTreeMap, BinaryHeap};
use alloc::vec::Vec;
use core::cmp::Ordering;

use anysock::{BdAddr, Instant};

use super::bluetooth::RadioId;
use super::bluetooth::controller::Baseband;
use super::can::BusId;
use super::network::PortId;
use super::node::NodeId;
use super::process::ProcessId;
use super::socket::SocketId;

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    /// An Ethernet frame arrives at a port of a network.
    Frame { port: PortId, bytes: Vec<u8> },
    /// A packet that a node sent to itself arrives.
    Loopback { node: NodeId, packet: Vec<u8> },
    /// A node has asked for a neighbour in vain: the packet for it cannot be delivered.
    NoNeighbour { node: NodeId, packet: Vec<u8> },
    /// A timer of a socket comes due.
    SocketTimer { socket: SocketId },
    /// A CAN bus has something to do: a transmission ends, or one may begin.
    Bus { bus: BusId },
    /// A baseband packet arrives at a Bluetooth radio.
    Baseband { to: RadioId, from: BdAddr, packet: Baseband },
    /// A Bluetooth radio has something to do: it may send, or a timer of its device is due.
    Radio { radio: RadioId },
    /// The deadline of a waiting process has come.
    Deadline { process: ProcessId },
}

#[derive(Debug)]
struct Entry {
    at: Instant,
    /// Events of the same instant happen in the order in which they were made.
    sequence: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// Reversed: `BinaryHeap` gives out the greatest first, and the earliest is wanted.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

/// Where a deadline stands among the events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct DeadlineKey {
    at: Instant,
    sequence: u64,
}

/// Events in the order of their times.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    heap: BinaryHeap<Entry>,
    /// The deadlines of the processes that wait now. Most waits end before their deadlines, which may be far
    /// away, so these can be taken out again.
    deadlines: BTreeMap<DeadlineKey, ProcessId>,
    sequence: u64,
}

impl EventQueue {
    /// Adds `event`, to happen at `at`.
    pub(crate) fn push(&mut self, at: Instant, event: Event) {
        self.sequence += 1;
        self.heap.push(Entry { at, sequence: self.sequence, event });
    }

    /// Adds the deadline of a process.
    pub(crate) fn push_deadline(&mut self, at: Instant, process: ProcessId) -> DeadlineKey {
        self.sequence += 1;
        let key = DeadlineKey { at, sequence: self.sequence };
        self.deadlines.insert(key, process);
        key
    }

    /// Takes a deadline out again; one that has come is not there any more.
    pub(crate) fn cancel_deadline(&mut self, key: DeadlineKey) {
        self.deadlines.remove(&key);
    }

    /// When the next event happens.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        let event = self.heap.peek().map(|entry| entry.at);
        let deadline = self.deadlines.keys().next().map(|key| key.at);
        event.into_iter().chain(deadline).min()
    }

    /// The next event that is no deadline.
    pub(crate) fn peek(&self) -> Option<&Event> {
        self.heap.peek().map(|entry| &entry.event)
    }

    /// Takes that one.
    pub(crate) fn discard(&mut self) {
        self.heap.pop();
    }

    /// Takes the next event.
    pub(crate) fn pop(&mut self) -> Option<(Instant, Event)> {
        let event = self.heap.peek().map(|entry| DeadlineKey { at: entry.at, sequence: entry.sequence });
        if let Some(deadline) = self.deadlines.first_entry()
            && event.is_none_or(|event| *deadline.key() < event)
        {
            let (key, process) = deadline.remove_entry();
            return Some((key.at, Event::Deadline { process }));
        }
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }

    /// How many events there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.heap.len() + self.deadlines.len()
    }
}
