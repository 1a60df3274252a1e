//! The buffers of packets that have arrived, for those to come: a packet costs no allocation.

use alloc::vec::Vec;

/// How many are kept.
const MOST: usize = 1024;
/// Up to which capacity: a frame of Ethernet's, and not the largest packet of the loopback interface.
const LARGEST: usize = 2048;

/// Buffers that nobody uses.
#[derive(Debug, Default)]
pub(super) struct Buffers(Vec<Vec<u8>>);

impl Buffers {
    /// An empty buffer.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut buffer = self.take_used();
        buffer.clear();
        buffer
    }

    /// A buffer with anything in it.
    pub(super) fn take_used(&mut self) -> Vec<u8> {
        self.0.pop().unwrap_or_default()
    }

    /// Keeps a buffer for later.
    pub(super) fn give_back(&mut self, buffer: Vec<u8>) {
        if self.0.len() < MOST && buffer.capacity() <= LARGEST {
            self.0.push(buffer);
        }
    }
}
