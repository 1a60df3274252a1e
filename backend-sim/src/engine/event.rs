//! The event queue: what happens next, and when.

use alloc::collections::BinaryHeap;
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
    /// The deadline of a waiting process has come. `turn` tells its waits apart.
    Deadline { process: ProcessId, turn: u64 },
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

/// Events in the order of their times.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    heap: BinaryHeap<Entry>,
    sequence: u64,
}

impl EventQueue {
    /// Adds `event`, to happen at `at`.
    pub(crate) fn push(&mut self, at: Instant, event: Event) {
        self.sequence += 1;
        self.heap.push(Entry { at, sequence: self.sequence, event });
    }

    /// When the next event happens.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// The next event.
    pub(crate) fn peek(&self) -> Option<&Event> {
        self.heap.peek().map(|entry| &entry.event)
    }

    /// Takes the next event.
    pub(crate) fn pop(&mut self) -> Option<(Instant, Event)> {
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }
}
