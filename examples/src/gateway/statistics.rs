//! What a gateway has done so far.

use core::fmt;
use core::ops::AddAssign;

use anysock::InterfaceName;

use super::queue::Drops;

/// Frames and their data bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Frames.
    pub frames: u64,
    /// Data bytes.
    pub bytes: u64,
}

impl Count {
    /// One more frame.
    pub(super) fn add(&mut self, data: &[u8]) {
        self.frames += 1;
        self.bytes += data.len() as u64;
    }
}

impl Count {
    /// What is left without `other`.
    pub(super) fn without(self, other: Count) -> Count {
        Count {
            frames: self.frames.saturating_sub(other.frames),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.frames += other.frames;
        self.bytes += other.bytes;
    }
}

/// What one socket on a bus has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BusUse {
    /// Sent.
    pub sent: Count,
    /// Dropped on the way to the bus.
    pub drops: Drops,
    /// How often the bus's own queue was full (ENOBUFS).
    pub full: u64,
    /// Frames that the bus refused for ever, such as FD frames on a classic bus.
    pub refused: u64,
    /// Received frames that the kernel dropped because the gateway was too slow.
    pub missed: u64,
    /// Received frames that are none (an identifier or a length that CAN does not have).
    pub malformed: u64,
}

impl AddAssign for BusUse {
    fn add_assign(&mut self, other: BusUse) {
        self.sent += other.sent;
        self.drops += other.drops;
        self.full += other.full;
        self.refused += other.refused;
        self.missed += other.missed;
        self.malformed += other.malformed;
    }
}

/// A bus, and what the gateway and all its clients have done on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BusStatistics {
    /// The interface.
    pub name: InterfaceName,
    /// Whether it is there and up.
    pub is_up: bool,
    /// How often it has gone away.
    pub losses: u64,
    /// Received: what others have sent, other programs of this machine too.
    pub received: Count,
    /// What the gateway did on it.
    pub usage: BusUse,
    /// Frames waiting for it now.
    pub queued: usize,
}

/// What clients, or cannelloni peers, have received.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClientUse {
    /// Frames sent to them.
    pub sent: u64,
    /// Frames dropped on the way to them.
    pub drops: Drops,
    /// Frames that the network did not take.
    pub unsent: u64,
    /// Frames not sent because the client did not ask for such frames (FD, remote).
    pub skipped: u64,
    /// Commands and datagrams that were wrong, or from elsewhere.
    pub wrong: u64,
}

impl AddAssign for ClientUse {
    fn add_assign(&mut self, other: ClientUse) {
        self.sent += other.sent;
        self.drops += other.drops;
        self.unsent += other.unsent;
        self.skipped += other.skipped;
        self.wrong += other.wrong;
    }
}

/// What a gateway has done so far. Prints as one line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Each bus.
    pub buses: Vec<BusStatistics>,
    /// Clients connected now.
    pub clients: usize,
    /// Clients that have ever connected.
    pub accepted: u64,
    /// Clients refused because there were too many.
    pub refused: u64,
    /// All clients and peers together.
    pub usage: ClientUse,
    /// Frames waiting for clients and peers now.
    pub queued: usize,
}

impl Statistics {
    /// All frames dropped on any way.
    pub fn dropped(&self) -> u64 {
        let to_buses: u64 = self.buses.iter().map(|bus| bus.usage.drops.total() + bus.usage.missed).sum();
        to_buses + self.usage.drops.total() + self.usage.unsent
    }
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for bus in &self.buses {
            let state = if bus.is_up { "" } else { " (down)" };
            write!(f, "{}{state}: {} in, {} out", bus.name, bus.received.frames, bus.usage.sent.frames)?;
            if bus.usage.full > 0 {
                write!(f, ", {} times full", bus.usage.full)?;
            }
            f.write_str(" | ")?;
        }
        let to_buses: usize = self.buses.iter().map(|bus| bus.queued).sum();
        write!(f, "clients: {}, {} frames sent", self.clients, self.usage.sent)?;
        write!(f, " | queued: {} to clients, {to_buses} to buses | dropped: {}", self.queued, self.dropped())
    }
}
