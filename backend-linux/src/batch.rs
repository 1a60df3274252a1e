//! Several messages in one call: `sendmmsg(2)` and `recvmmsg(2)`.

use alloc::vec::Vec;
use core::{fmt, mem, ptr};

use libc::{c_uint, iovec, mmsghdr};

use anysock::addr::ADDRESS_MAX;
use anysock::batch::{self, Batch, BatchMessage};
use anysock::{Errno, MessageFlags};

use crate::Linux;
use crate::address::socklen;
use crate::backend::RECV_FLAGS;
use crate::errno::retry;
use crate::handle::Handle;
use crate::send;

/// The memory of a batch, and headers that point into it. The memory never moves: the vectors never grow.
struct Messages {
    /// How many bytes each message has room for.
    len: usize,
    bytes: Vec<u8>,
    addresses: Vec<[u8; ADDRESS_MAX]>,
    // Only the headers look at it.
    _slices: Vec<iovec>,
    headers: Vec<mmsghdr>,
}

// SAFETY: the pointers in it lead to memory that it owns alone.
unsafe impl Send for Messages {}
// SAFETY: what is shared is only read.
unsafe impl Sync for Messages {}

/// A vector of `count` times `value`.
fn filled<T: Clone>(value: T, count: usize) -> Result<Vec<T>, Errno> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(count).map_err(|_| Errno::ENOMEM)?;
    vector.resize(count, value);
    Ok(vector)
}

impl Messages {
    fn new(messages: usize, len: usize) -> Result<Self, Errno> {
        let mut bytes = filled(0, messages.checked_mul(len).ok_or(Errno::ENOMEM)?)?;
        let mut addresses = filled([0; ADDRESS_MAX], messages)?;
        let mut slices = filled(iovec { iov_base: ptr::null_mut(), iov_len: len }, messages)?;
        // SAFETY: null pointers and zero lengths are a header.
        let mut headers = filled(unsafe { mem::zeroed::<mmsghdr>() }, messages)?;
        let (bytes_at, addresses_at) = (bytes.as_mut_ptr(), addresses.as_mut_ptr());
        for (index, (slice, header)) in slices.iter_mut().zip(&mut headers).enumerate() {
            slice.iov_base = bytes_at.wrapping_add(index * len).cast();
            header.msg_hdr.msg_name = addresses_at.wrapping_add(index).cast();
            header.msg_hdr.msg_iov = slice;
            header.msg_hdr.msg_iovlen = 1;
        }
        Ok(Messages { len, bytes, addresses, _slices: slices, headers })
    }
}

/// Room for several messages to receive.
pub struct RecvBatch {
    messages: Messages,
    received: usize,
}

impl fmt::Debug for RecvBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let received = (0..self.received).filter_map(|index| batch::RecvBatch::get(self, index));
        f.debug_list().entries(received).finish()
    }
}

impl batch::RecvBatch for RecvBatch {
    #[inline]
    fn len(&self) -> usize {
        self.received
    }

    #[inline]
    fn get(&self, index: usize) -> Option<BatchMessage<'_>> {
        let Messages { len, bytes, addresses, headers, .. } = &self.messages;
        let header = headers.get(..self.received)?.get(index)?;
        Some(message(header, bytes.get(index * len..)?.get(..*len)?, addresses.get(index)?))
    }

    #[inline]
    fn iter(&self) -> impl Iterator<Item = BatchMessage<'_>> {
        let Messages { len, bytes, addresses, headers, .. } = &self.messages;
        let headers = headers.iter().take(self.received);
        let mut rest = &bytes[..];
        headers.zip(addresses).map(move |(header, address)| {
            let (room, next) = rest.split_at_checked(*len).unwrap_or_default();
            rest = next;
            message(header, room, address)
        })
    }
}

/// The message that a header describes.
#[inline]
fn message<'a>(header: &mmsghdr, room: &'a [u8], address: &'a [u8; ADDRESS_MAX]) -> BatchMessage<'a> {
    BatchMessage {
        // With MSG_TRUNC the kernel says how long the message was, not how much of it there is.
        bytes: room.get(..header.msg_len as usize).unwrap_or(room),
        address: address.get(..header.msg_hdr.msg_namelen as usize).unwrap_or(address),
        flags: MessageFlags(header.msg_hdr.msg_flags),
    }
}

/// Several messages to send.
pub struct SendBatch {
    messages: Messages,
    /// Those from here have not been sent.
    first: usize,
    /// Those from here have not been filled in.
    end: usize,
}

impl fmt::Debug for SendBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} messages to send", self.end - self.first)
    }
}

impl batch::SendBatch for SendBatch {
    fn len(&self) -> usize {
        self.end - self.first
    }

    fn push(&mut self, bytes: &[u8], address: Option<&[u8]>) -> Result<(), Errno> {
        let Messages { len, bytes: room, addresses, _slices: slices, headers } = &mut self.messages;
        let full = Err(Errno::ENOBUFS);
        let Some(header) = headers.get_mut(self.end) else { return full };
        let (Some(slice), Some(name)) = (slices.get_mut(self.end), addresses.get_mut(self.end)) else {
            return full;
        };
        if bytes.len() > *len {
            return Err(Errno::EMSGSIZE);
        }
        let address = address.unwrap_or_default();
        name.get_mut(..address.len()).ok_or(Errno::EINVAL)?.copy_from_slice(address);
        let start = self.end * *len;
        room.get_mut(start..start + bytes.len()).ok_or(Errno::EMSGSIZE)?.copy_from_slice(bytes);
        slice.iov_len = bytes.len();
        header.msg_hdr.msg_namelen = socklen(address.len());
        self.end += 1;
        Ok(())
    }

    fn clear(&mut self) {
        (self.first, self.end) = (0, 0);
    }
}

impl Batch for Linux {
    type RecvBatch = RecvBatch;
    type SendBatch = SendBatch;

    fn new_recv_batch(&self, messages: usize, len: usize) -> Result<RecvBatch, Errno> {
        // All of them are ready to be received into.
        let mut messages = Messages::new(messages, len)?;
        ready(&mut messages.headers);
        Ok(RecvBatch { messages, received: 0 })
    }

    fn new_send_batch(&self, messages: usize, len: usize) -> Result<SendBatch, Errno> {
        Ok(SendBatch { messages: Messages::new(messages, len)?, first: 0, end: 0 })
    }

    #[inline]
    fn recv_mmsg(&self, handle: &Handle, batch: &mut RecvBatch, flags: MessageFlags) -> Result<usize, Errno> {
        let headers = &mut batch.messages.headers;
        ready(headers.get_mut(..batch.received).unwrap_or_default());
        batch.received = 0;
        let (start, count) = (headers.as_mut_ptr(), headers.len() as c_uint);
        let flags = flags.union(RECV_FLAGS).bits();
        // SAFETY: there are `count` headers at `start`, and each leads to a name and a slice of the lengths that
        // it says, which are the batch's own.
        let received = retry(move || unsafe {
            libc::recvmmsg(handle.as_raw(), start, count, flags as _, ptr::null_mut())
        })?;
        batch.received = received;
        Ok(received)
    }

    #[inline]
    fn send_mmsg(&self, handle: &Handle, batch: &mut SendBatch, flags: MessageFlags) -> Result<usize, Errno> {
        let headers = batch.messages.headers.get_mut(batch.first..batch.end).unwrap_or_default();
        let (start, count) = (headers.as_mut_ptr(), headers.len() as c_uint);
        // SAFETY: there are `count` headers at `start`, and each leads to a name and a slice of the lengths that
        // it says, which are the batch's own.
        let sent = send::send(handle, flags, move |flags| unsafe {
            libc::sendmmsg(handle.as_raw(), start, count, flags as _)
        })?;
        batch.first += sent;
        if batch.first == batch.end {
            batch::SendBatch::clear(batch);
        }
        Ok(sent)
    }
}

/// Makes headers ready to be received into: the kernel has written there how long the names are.
#[inline]
fn ready(headers: &mut [mmsghdr]) {
    for header in headers {
        header.msg_hdr.msg_namelen = ADDRESS_MAX as libc::socklen_t;
    }
}
