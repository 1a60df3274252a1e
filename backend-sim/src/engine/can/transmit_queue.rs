//! An interface's transmit queue: `pfifo_fast`, Linux's queueing discipline of every CAN interface
//! (net/sched/sch_generic.c).

use alloc::collections::VecDeque;

use anysock::Errno;

use super::raw_frame::RawFrame;
use crate::engine::socket::SocketId;

/// `tx_queue_len` of a new CAN interface (`can_setup` in drivers/net/can/dev/dev.c).
const DEFAULT_LENGTH: usize = 10;

/// `prio2band`: which band a priority goes to.
const BAND: [usize; 16] = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];

/// A frame on its way out, with who sent it.
#[derive(Clone, Copy, Debug)]
pub(super) struct QueuedFrame {
    pub(super) frame: RawFrame,
    pub(super) sender: SocketId,
    /// `CAN_RAW_LOOPBACK`: the node's sockets see it once it was sent.
    pub(super) loopback: bool,
}

/// Three bands; a frame leaves when those before its band are empty. Each holds `length` frames.
#[derive(Debug)]
pub(super) struct TransmitQueue {
    bands: [VecDeque<QueuedFrame>; 3],
    pub(super) length: usize,
}

impl TransmitQueue {
    pub(super) fn new() -> Self {
        TransmitQueue { bands: Default::default(), length: DEFAULT_LENGTH }
    }

    /// Appends a frame to the band of `priority` (SO_PRIORITY).
    ///
    /// # Errors
    /// `ENOBUFS` where the band is full.
    pub(super) fn push(&mut self, priority: i32, frame: QueuedFrame) -> Result<(), Errno> {
        let band = &mut self.bands[BAND[(priority & 15) as usize]];
        if band.len() >= self.length {
            return Err(Errno::ENOBUFS);
        }
        band.push_back(frame);
        Ok(())
    }

    /// Takes the next frame.
    pub(super) fn pop(&mut self) -> Option<QueuedFrame> {
        self.bands.iter_mut().find_map(VecDeque::pop_front)
    }
}
