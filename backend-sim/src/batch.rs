//! Several messages in one call: one after the other, at the same time.

use std::collections::VecDeque;
use std::vec;
use std::vec::Vec;

use anysock::addr::ADDRESS_MAX;
use anysock::batch::{self, Batch, BatchMessage, BatchSize};
use anysock::{Errno, MessageFlags};

use crate::engine::{Incoming, Outgoing, check_control};
use crate::sim::{Sim, SimHandle, refuse_compat};
use crate::zero_copy::refuse_zero_copy;

/// Room for several messages to receive.
#[derive(Debug)]
pub struct SimRecvBatch {
    size: BatchSize,
    received: Vec<SimMessage>,
}

#[derive(Debug)]
struct SimMessage {
    bytes: Vec<u8>,
    address: Vec<u8>,
    control: Vec<u8>,
    flags: MessageFlags,
}

impl SimMessage {
    fn borrow(&self) -> BatchMessage<'_> {
        BatchMessage { bytes: &self.bytes, address: &self.address, control: &self.control, flags: self.flags }
    }
}

impl batch::RecvBatch for SimRecvBatch {
    fn len(&self) -> usize {
        self.received.len()
    }

    fn get(&self, index: usize) -> Option<BatchMessage<'_>> {
        self.received.get(index).map(SimMessage::borrow)
    }

    fn iter(&self) -> impl Iterator<Item = BatchMessage<'_>> {
        self.received.iter().map(SimMessage::borrow)
    }
}

/// Several messages to send.
#[derive(Debug)]
pub struct SimSendBatch {
    size: BatchSize,
    filled: usize,
    /// Those that have not been sent.
    queue: VecDeque<Queued>,
}

#[derive(Debug)]
struct Queued {
    bytes: Vec<u8>,
    address: Option<Vec<u8>>,
    control: Vec<u8>,
}

impl batch::SendBatch for SimSendBatch {
    fn len(&self) -> usize {
        self.queue.len()
    }

    fn push(&mut self, bytes: &[u8], address: Option<&[u8]>, control: &[u8]) -> Result<(), Errno> {
        if self.filled == self.size.messages {
            return Err(Errno::ENOBUFS);
        }
        if bytes.len() > self.size.len || control.len() > self.size.control {
            return Err(Errno::EMSGSIZE);
        }
        if address.is_some_and(|address| address.len() > ADDRESS_MAX) {
            return Err(Errno::EINVAL);
        }
        check_control(control)?;
        self.filled += 1;
        let address = address.map(<[u8]>::to_vec);
        self.queue.push_back(Queued { bytes: bytes.to_vec(), address, control: control.to_vec() });
        Ok(())
    }

    fn clear(&mut self) {
        self.filled = 0;
        self.queue.clear();
    }
}

impl Batch for Sim<'_> {
    type RecvBatch = SimRecvBatch;
    type SendBatch = SimSendBatch;

    fn new_recv_batch(&self, size: BatchSize) -> Result<SimRecvBatch, Errno> {
        Ok(SimRecvBatch { size, received: Vec::new() })
    }

    fn new_send_batch(&self, size: BatchSize) -> Result<SimSendBatch, Errno> {
        Ok(SimSendBatch { size, filled: 0, queue: VecDeque::new() })
    }

    fn recv_mmsg(
        &self,
        handle: &SimHandle,
        batch: &mut SimRecvBatch,
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        batch.received.clear();
        refuse_compat(flags)?;
        if !flags.contains(MessageFlags::ERRQUEUE)
            && let Some(error) = self.call_on(handle, |engine, id| engine.take_pending_error(id))
        {
            return Err(error);
        }
        while batch.received.len() < batch.size.messages {
            let (mut bytes, mut control) = (vec![0; batch.size.len], vec![0; batch.size.control]);
            let mut address = [0; ADDRESS_MAX];
            let mut message = Incoming {
                address: &mut address,
                bytes: &mut bytes,
                control: &mut control,
                handle_room: 0,
                handles: Vec::new(),
                flags,
            };
            match self.call_on(handle, |engine, id| engine.recv(id, &mut message)) {
                Ok(received) => {
                    bytes.truncate(received.len);
                    let address = address[..received.address_len.min(ADDRESS_MAX)].to_vec();
                    control.truncate(received.control_len);
                    batch.received.push(SimMessage { bytes, address, control, flags: received.flags });
                    if received.flags.contains(MessageFlags::OOB) {
                        break;
                    }
                }
                Err(errno) if batch.received.is_empty() => return Err(errno),
                Err(Errno::EAGAIN) => break,
                // The next call is told of it.
                Err(errno) => {
                    self.call_on(handle, |engine, id| engine.keep_error(id, errno));
                    break;
                }
            }
        }
        Ok(batch.received.len())
    }

    fn send_mmsg(
        &self,
        handle: &SimHandle,
        batch: &mut SimSendBatch,
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        refuse_compat(flags)?;
        refuse_zero_copy(flags)?;
        let mut sent = 0;
        while let Some(Queued { bytes, address, control }) = batch.queue.front() {
            let message = Outgoing { address: address.as_deref(), bytes, control, handles: &[], flags };
            match self.call_on(handle, |engine, id| engine.send(id, &message)) {
                Ok(len) => {
                    let is_whole = len >= bytes.len();
                    sent += 1;
                    batch.queue.pop_front();
                    if !is_whole {
                        break;
                    }
                }
                Err(errno) if sent == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        if batch.queue.is_empty() {
            batch.filled = 0;
        }
        Ok(sent)
    }
}
