//! Several messages in one call: `sendmmsg(2)` and `recvmmsg(2)`.

use alloc::vec::Vec;
use core::{fmt, mem, ptr, slice};

use libc::{c_uint, iovec, mmsghdr};

use anysock::addr::ADDRESS_MAX;
use anysock::batch::{self, Batch, BatchMessage, BatchSize};
use anysock::{Errno, MessageFlags};

use crate::address::socklen;
use crate::backend::RECV_FLAGS;
use crate::errno::retry;
use crate::handle::Handle;
use crate::{Linux, control, send};

/// The memory of a batch, and headers that point into it. The memory never moves: the vectors never grow.
struct Messages {
    size: BatchSize,
    bytes: Vec<u8>,
    addresses: Vec<[u8; ADDRESS_MAX]>,
    /// Room for control messages, aligned for `struct cmsghdr`; a whole number of words for each message.
    control: Vec<usize>,
    slices: Vec<iovec>,
    headers: Vec<mmsghdr>,
}

// SAFETY: the pointers in it lead to memory that it owns alone.
unsafe impl Send for Messages {}
// SAFETY: what is shared is only read.
unsafe impl Sync for Messages {}

/// A vector of `count` times `value`; `ENOMEM` where `count` is `None`, too large to be counted.
fn filled<T: Clone>(value: T, count: Option<usize>) -> Result<Vec<T>, Errno> {
    let count = count.ok_or(Errno::ENOMEM)?;
    let mut vector = Vec::new();
    vector.try_reserve_exact(count).map_err(|_| Errno::ENOMEM)?;
    vector.resize(count, value);
    Ok(vector)
}

impl Messages {
    fn new(size: BatchSize) -> Result<Self, Errno> {
        let BatchSize { messages, len, control } = size;
        let control_words = control.div_ceil(size_of::<usize>());
        let mut bytes = filled(0, messages.checked_mul(len))?;
        let mut addresses = filled([0; ADDRESS_MAX], Some(messages))?;
        let mut control = filled(0, messages.checked_mul(control_words))?;
        let mut slices = filled(iovec { iov_base: ptr::null_mut(), iov_len: len }, Some(messages))?;
        // SAFETY: null pointers and zero lengths are a header.
        let mut headers = filled(unsafe { mem::zeroed::<mmsghdr>() }, Some(messages))?;
        let (bytes_at, addresses_at) = (bytes.as_mut_ptr(), addresses.as_mut_ptr());
        let control_at = control.as_mut_ptr();
        for (index, (slice, header)) in slices.iter_mut().zip(&mut headers).enumerate() {
            slice.iov_base = bytes_at.wrapping_add(index * len).cast();
            header.msg_hdr.msg_name = addresses_at.wrapping_add(index).cast();
            header.msg_hdr.msg_iov = slice;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_control = control_at.wrapping_add(index * control_words).cast();
        }
        Ok(Messages { size, bytes, addresses, control, slices, headers })
    }

    /// Makes the first `count` headers ready to receive names: the kernel has written there how long they are.
    #[inline]
    fn ready_names(&mut self, count: usize) {
        let count = count.min(self.headers.len());
        for header in self.headers.get_mut(..count).unwrap_or_default() {
            header.msg_hdr.msg_namelen = ADDRESS_MAX as libc::socklen_t;
        }
    }

    /// Makes the headers ready to receive control messages.
    fn ready_control(&mut self) {
        for header in &mut self.headers {
            header.msg_hdr.msg_controllen = self.size.control as _;
        }
    }

    /// Makes the lengths of the first `count` messages those of what there is of them: with MSG_TRUNC the kernel
    /// says how long they were.
    fn cut_lengths(&mut self, count: usize) {
        for header in self.headers.iter_mut().take(count) {
            header.msg_len = self.size.len.min(header.msg_len as usize) as c_uint;
        }
    }

    /// Closes descriptors that came with the first `count` messages.
    #[cold]
    fn close_descriptors(&mut self, count: usize) {
        for header in self.headers.iter_mut().take(count) {
            let header = &mut header.msg_hdr;
            let written: usize = header.msg_controllen as _;
            // SAFETY: the header leads to as many bytes of `control`, which nothing else borrows.
            let control = unsafe {
                slice::from_raw_parts_mut(header.msg_control.cast::<u8>(), written.min(self.size.control))
            };
            if control::carries_descriptors(control) {
                let sifted = control::close_descriptors(control);
                header.msg_controllen = sifted.control_len as _;
                header.msg_flags |= sifted.flags.bits();
            }
        }
    }
}

/// Room for several messages to receive.
pub struct RecvBatch {
    messages: Messages,
    received: usize,
}

impl RecvBatch {
    /// The headers of the messages received.
    #[inline]
    fn headers(&self) -> &[mmsghdr] {
        // SAFETY: recvmmsg(2) fills in no more headers than it is given, which are all, and they stay as many.
        unsafe { self.messages.headers.get_unchecked(..self.received) }
    }

    /// The message that a header describes.
    ///
    /// # Safety
    /// The header is one of [`RecvBatch::headers`] of a batch of this size.
    #[inline]
    unsafe fn message(size: BatchSize, header: &mmsghdr) -> BatchMessage<'_> {
        // The kernel says how long a message was only with MSG_TRUNC (recv(2)), and `cut_lengths` sees to that.
        let (len, header) = (header.msg_len as usize, &header.msg_hdr);
        let address_len = ADDRESS_MAX.min(header.msg_namelen as usize);
        let control_len = size.control.min(header.msg_controllen as _);
        // SAFETY: the header's pointers lead to a piece, to at least `len` bytes, to an address and to `size.control`
        // bytes that belong to the batch, and that nothing writes to while it is borrowed.
        let (bytes, address, control) = unsafe {
            (
                slice::from_raw_parts((*header.msg_iov).iov_base.cast(), len),
                slice::from_raw_parts(header.msg_name.cast(), address_len),
                slice::from_raw_parts(header.msg_control.cast(), control_len),
            )
        };
        let flags = MessageFlags(header.msg_flags).difference(MessageFlags::CMSG_CLOEXEC);
        BatchMessage { bytes, address, control, flags }
    }
}

impl fmt::Debug for RecvBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(batch::RecvBatch::iter(self)).finish()
    }
}

impl batch::RecvBatch for RecvBatch {
    #[inline]
    fn len(&self) -> usize {
        self.received
    }

    #[inline]
    fn get(&self, index: usize) -> Option<BatchMessage<'_>> {
        // SAFETY: the header is one of them.
        self.headers().get(index).map(|header| unsafe { Self::message(self.messages.size, header) })
    }

    #[inline]
    fn iter(&self) -> impl Iterator<Item = BatchMessage<'_>> {
        let size = self.messages.size;
        // SAFETY: the header is one of them.
        self.headers().iter().map(move |header| unsafe { Self::message(size, header) })
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

    fn push(&mut self, bytes: &[u8], address: Option<&[u8]>, control: &[u8]) -> Result<(), Errno> {
        let Messages { size, bytes: room, addresses, control: control_room, slices, headers } =
            &mut self.messages;
        let (Some(header), Some(slice), Some(name)) =
            (headers.get_mut(self.end), slices.get_mut(self.end), addresses.get_mut(self.end))
        else {
            return Err(Errno::ENOBUFS);
        };
        if bytes.len() > size.len || control.len() > size.control {
            return Err(Errno::EMSGSIZE);
        }
        let address = address.unwrap_or_default();
        name.get_mut(..address.len()).ok_or(Errno::EINVAL)?.copy_from_slice(address);
        control::check(control)?;
        let words = size.control.div_ceil(size_of::<usize>());
        let words = control_room.chunks_exact_mut(words.max(1)).nth(self.end).unwrap_or_default();
        let padded = control.chunks(size_of::<usize>());
        for (word, bytes) in words.iter_mut().zip(padded) {
            let mut whole = [0; size_of::<usize>()];
            whole.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            *word = usize::from_ne_bytes(whole);
        }
        let start = self.end * size.len;
        room.get_mut(start..start + bytes.len()).ok_or(Errno::EMSGSIZE)?.copy_from_slice(bytes);
        slice.iov_len = bytes.len();
        header.msg_hdr.msg_namelen = socklen(address.len());
        header.msg_hdr.msg_controllen = control.len() as _;
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

    fn new_recv_batch(&self, size: BatchSize) -> Result<RecvBatch, Errno> {
        let mut messages = Messages::new(size)?;
        messages.ready_names(size.messages);
        Ok(RecvBatch { messages, received: 0 })
    }

    fn new_send_batch(&self, size: BatchSize) -> Result<SendBatch, Errno> {
        Ok(SendBatch { messages: Messages::new(size)?, first: 0, end: 0 })
    }

    #[inline]
    fn recv_mmsg(&self, handle: &Handle, batch: &mut RecvBatch, flags: MessageFlags) -> Result<usize, Errno> {
        let flags = flags.union(RECV_FLAGS);
        let messages = &mut batch.messages;
        messages.ready_names(mem::take(&mut batch.received));
        if messages.size.control != 0 || flags.contains(MessageFlags::TRUNC) {
            batch.received = receive_checked(handle, messages, flags)?;
            return Ok(batch.received);
        }
        batch.received = receive(handle, &mut messages.headers, flags)?;
        Ok(batch.received)
    }

    #[inline]
    fn send_mmsg(&self, handle: &Handle, batch: &mut SendBatch, flags: MessageFlags) -> Result<usize, Errno> {
        let headers = batch.messages.headers.get_mut(batch.first..batch.end).unwrap_or_default();
        let (start, count) = (headers.as_mut_ptr(), headers.len() as c_uint);
        // SAFETY: there are `count` headers at `start`, and each leads to a name, a slice and control messages of
        // the lengths that it says, which are the batch's own.
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

/// Receives into headers of a batch.
#[inline]
fn receive(handle: &Handle, headers: &mut [mmsghdr], flags: MessageFlags) -> Result<usize, Errno> {
    let (start, count, flags) = (headers.as_mut_ptr(), headers.len() as c_uint, flags.bits());
    // SAFETY: there are `count` headers at `start`, and each leads to a name, a slice and room for control messages
    // of the lengths that it says, which are the batch's own.
    retry(move || unsafe { libc::recvmmsg(handle.as_raw(), start, count, flags as _, ptr::null_mut()) })
}

/// Receives control messages too, without the descriptors among them, and with MSG_TRUNC among the flags: goes through
/// what the kernel wrote.
#[inline(never)]
fn receive_checked(handle: &Handle, messages: &mut Messages, flags: MessageFlags) -> Result<usize, Errno> {
    messages.ready_control();
    let received = match receive(handle, &mut messages.headers, flags | MessageFlags::CMSG_CLOEXEC) {
        // ISO-TP and J1939 refuse every flag that they do not know, and carry no descriptors.
        Err(Errno::EINVAL) => receive(handle, &mut messages.headers, flags)?,
        answer => answer?,
    };
    messages.close_descriptors(received);
    messages.cut_lengths(received);
    Ok(received)
}
