//! The trace: everything that happens on a wire, as one hash; and the tap that sees it as it happens.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::Debug;

use anysock::Instant;
use anysock::message::Timestamp;
use twox_hash::XxHash3_128;

/// A wire as a capture names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wire {
    /// Its number in this world, from 0, in the order in which wires were made.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// What its frames are: a LINKTYPE_ number of pcap (1 Ethernet, 227 SocketCAN, 201 Bluetooth HCI H4).
    pub link_type: u16,
}

/// What became of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Fate {
    /// It went onto the wire.
    Sent = 0,
    /// The wire lost it.
    Lost = 1,
    /// The wire duplicated it: this is the copy.
    Duplicated = 2,
    /// A queue was full.
    Dropped = 3,
    /// It went onto the wire, which flipped a bit of it: these are the bytes that arrive.
    Corrupted = 4,
}

/// Sees every frame of every wire as it is sent: a capture file, a test.
pub trait Tap: Debug {
    /// A frame on a wire. `time` is what `CLOCK_REALTIME` shows.
    fn frame(&mut self, time: Timestamp, wire: &Wire, fate: Fate, bytes: &[u8]);

    /// No more frames will come: what is buffered is written.
    ///
    /// # Errors
    /// The first error there was, of this call or of an earlier frame.
    fn finish(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }
}

/// Says of each frame whether it is lost: a fault at a certain place, where a link's loss is anywhere.
pub(crate) struct Judge(pub(crate) Box<Verdict>);

/// Whether a frame on a wire is lost.
type Verdict = dyn FnMut(&Wire, &[u8]) -> bool + Send;

impl Debug for Judge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Judge")
    }
}

/// The hash of everything that happened on the wires so far.
///
/// It covers decoded fields in little-endian of fixed width, and XXH3 is the same everywhere, so the same
/// seed gives the same hash on every machine. Its 128 bits tell runs apart; it is no protection against who wants two
/// of them to look the same, which nobody does.
#[derive(Clone)]
pub struct Trace {
    hasher: XxHash3_128,
    /// What is to be hashed next: much at once takes less time.
    pending: Vec<u8>,
    records: u64,
}

/// How much is hashed at once.
const PENDING: usize = 4096;

impl Trace {
    pub(crate) fn new(seed: u64) -> Self {
        Trace { hasher: XxHash3_128::with_seed(seed), pending: Vec::new(), records: 0 }
    }

    /// Adds a frame.
    pub(crate) fn frame(&mut self, at: Instant, wire: u32, fate: Fate, bytes: &[u8]) {
        self.records += 1;
        let mut header = [0; 21];
        header[..8].copy_from_slice(&at.as_nanos().to_le_bytes());
        header[8..12].copy_from_slice(&wire.to_le_bytes());
        header[12] = fate as u8;
        header[13..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.pending.extend_from_slice(&header);
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PENDING {
            self.hasher.write(&self.pending);
            self.pending.clear();
        }
    }

    /// The hash so far.
    pub fn hash(&self) -> u128 {
        let mut hasher = self.hasher.clone();
        hasher.write(&self.pending);
        hasher.finish_128()
    }

    /// How many frames it covers.
    pub fn records(&self) -> u64 {
        self.records
    }
}

impl Debug for Trace {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Trace({} records, {:032x})", self.records, self.hash())
    }
}
