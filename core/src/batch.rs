//! Several messages in one call, over memory that is prepared once: `sendmmsg(2)` and `recvmmsg(2)`.
//!
//! ```
//! use anysock::batch::{Batch, BatchSize, RecvBatch, SendBatch};
//! use anysock::{Error, Socket};
//!
//! /// Sends every datagram back to where it came from, up to 32 at a time.
//! fn echo<B: Batch>(backend: B, socket: &Socket<B>) -> Result<(), Error> {
//!     let size = BatchSize { messages: 32, len: 1500, control: 0 };
//!     let mut received = backend.new_recv_batch(size)?;
//!     let mut answers = backend.new_send_batch(size)?;
//!     loop {
//!         socket.recv_batch(&mut received)?;
//!         for message in received.iter() {
//!             answers.push(message.bytes, Some(message.address), &[])?;
//!         }
//!         while !answers.is_empty() {
//!             socket.send_batch(&mut answers)?;
//!         }
//!     }
//! }
//! ```

use core::fmt::Debug;

use crate::backend::{Backend, attempt_until};
use crate::constants::{Errno, MessageFlags, PollEvents};
use crate::error::Error;
use crate::message::Controls;
use crate::socket::Socket;

/// How much a batch has room for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchSize {
    /// How many messages.
    pub messages: usize,
    /// How many bytes each of them may have.
    pub len: usize,
    /// How many bytes of control messages each of them may have: the sum of their
    /// [`control_space`](crate::message::control_space). Without any the batch takes least work.
    pub control: usize,
}

/// A message of a [`RecvBatch`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchMessage<'a> {
    /// What was received.
    pub bytes: &'a [u8],
    /// The sender's address; none on a connected stream.
    pub address: &'a [u8],
    /// The control messages, as [`Controls`] has them.
    pub control: &'a [u8],
    /// MSG_TRUNC where it did not fit, MSG_CTRUNC where the control messages did not, and the others of
    /// [`crate::Received::flags`].
    pub flags: MessageFlags,
}

impl<'a> BatchMessage<'a> {
    /// The control messages, one by one.
    #[inline]
    pub fn controls(&self) -> Controls<'a> {
        Controls::new(self.control)
    }
}

/// Room for several messages to receive.
pub trait RecvBatch: Debug {
    /// How many messages the last call brought.
    fn len(&self) -> usize;

    /// Whether it brought none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them.
    fn get(&self, index: usize) -> Option<BatchMessage<'_>>;

    /// Each of them.
    fn iter(&self) -> impl Iterator<Item = BatchMessage<'_>>;
}

/// Several messages to send.
pub trait SendBatch: Debug {
    /// How many messages are to be sent.
    fn len(&self) -> usize;

    /// Whether none is.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies a message in, behind the others; `address` is its destination, `None` on a connected socket, and
    /// `control` its control messages, which [`ControlWriter`](crate::message::ControlWriter) writes.
    ///
    /// # Errors
    /// `ENOBUFS` where the batch is full, `EMSGSIZE` where the message or its control messages are longer than the
    /// batch was made for, `EINVAL` where the address is longer than any. Control messages that would carry a
    /// pointer or a descriptor are refused as by [`Backend::send_msg`].
    fn push(&mut self, bytes: &[u8], address: Option<&[u8]>, control: &[u8]) -> Result<(), Errno>;

    /// Forgets the messages that were not sent.
    fn clear(&mut self);
}

/// A backend that sends and receives several messages in one call.
pub trait Batch: Backend {
    /// Room for messages to receive.
    type RecvBatch: RecvBatch;
    /// Messages to send.
    type SendBatch: SendBatch;

    /// Room for messages to receive. Handles that come along are closed, and MSG_CTRUNC says so.
    ///
    /// # Errors
    /// `ENOMEM`.
    fn new_recv_batch(&self, size: BatchSize) -> Result<Self::RecvBatch, Errno>;

    /// A batch of messages to send.
    ///
    /// # Errors
    /// `ENOMEM`.
    fn new_send_batch(&self, size: BatchSize) -> Result<Self::SendBatch, Errno>;

    /// `recvmmsg(2)`: as many messages as there are and fit, at least one.
    ///
    /// # Errors
    /// The first message's; `EAGAIN` where there is none. An error after the first comes with the next call.
    fn recv_mmsg(
        &self,
        handle: &Self::Handle,
        batch: &mut Self::RecvBatch,
        flags: MessageFlags,
    ) -> Result<usize, Errno>;

    /// `sendmmsg(2)`: as many messages as there is room for, at least one. Those leave the batch; what is left is
    /// sent by the next call. Never raises SIGPIPE.
    ///
    /// # Errors
    /// The first message's; the batch is as it was. An error after the first comes with the next call.
    fn send_mmsg(
        &self,
        handle: &Self::Handle,
        batch: &mut Self::SendBatch,
        flags: MessageFlags,
    ) -> Result<usize, Errno>;
}

impl<B: Batch> Socket<B> {
    /// Receives as many messages as there are and fit, waiting for the first; returns how many.
    #[doc(alias = "recvmmsg")]
    #[inline]
    pub fn recv_batch(&self, batch: &mut B::RecvBatch) -> Result<usize, Error> {
        let flags = MessageFlags::empty();
        match self.backend().recv_mmsg(self.handle(), batch, flags) {
            Ok(received) => Ok(received),
            Err(errno) => self.again(errno, flags, move |deadline| {
                attempt_until(self.backend(), self.handle(), PollEvents::IN, deadline, || {
                    self.backend().recv_mmsg(self.handle(), batch, flags)
                })
            }),
        }
    }

    /// Sends as many messages as there is room for, waiting for room for the first; returns how many. They leave
    /// the batch.
    #[doc(alias = "sendmmsg")]
    #[inline]
    pub fn send_batch(&self, batch: &mut B::SendBatch) -> Result<usize, Error> {
        let flags = MessageFlags::empty();
        match self.backend().send_mmsg(self.handle(), batch, flags) {
            Ok(sent) => Ok(sent),
            Err(errno) => self.again(errno, flags, move |deadline| {
                attempt_until(self.backend(), self.handle(), PollEvents::OUT, deadline, || {
                    self.backend().send_mmsg(self.handle(), batch, flags)
                })
            }),
        }
    }
}
