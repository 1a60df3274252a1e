//! `sendmsg(2)` and `recvmsg(2)`.

use core::mem::zeroed;

use libc::msghdr;

use anysock::{Errno, MessageFlags, Received, RecvMsg, SendMsg};

use crate::Linux;
use crate::address::socklen;
use crate::backend::{RECV_FLAGS, send_flags};
use crate::control::{self, Buffer};
use crate::errno::retry;
use crate::handle::Handle;

/// An empty `struct msghdr`: musl's has padding that cannot be named.
fn empty_header() -> msghdr {
    // SAFETY: null pointers and zero lengths are a msghdr.
    unsafe { zeroed() }
}

pub(crate) fn send(handle: &Handle, message: &SendMsg<'_, '_, Linux>) -> Result<usize, Errno> {
    let flags = send_flags(message.flags)?;
    control::check(message.control)?;
    let mut buffer = Buffer::new();
    let control = match message.handles {
        [] => message.control,
        handles => control::compose(&mut buffer, message.control, handles)?,
    };
    let mut header = empty_header();
    if let Some(address) = message.address {
        header.msg_name = address.as_ptr().cast_mut().cast();
        header.msg_namelen = socklen(address.len());
    }
    header.msg_iov = message.slices.as_ptr().cast_mut().cast();
    header.msg_iovlen = message.slices.len() as _;
    if !control.is_empty() {
        header.msg_control = control.as_ptr().cast_mut().cast();
        header.msg_controllen = control.len() as _;
    }
    // SAFETY: name and control are readable slices of these lengths, an IoSlice is a `struct iovec` of
    // readable bytes, and sendmsg(2) writes to none of them.
    retry(|| unsafe { libc::sendmsg(handle.as_raw(), &raw const header, flags) })
}

pub(crate) fn receive(handle: &Handle, message: &mut RecvMsg<'_, '_, Linux>) -> Result<Received, Errno> {
    let flags = message.flags.union(RECV_FLAGS);
    let mut buffer = Buffer::new();
    let room = buffer.room(message.control.len(), message.handles.len());
    let mut header = empty_header();
    if !message.address.is_empty() {
        header.msg_name = message.address.as_mut_ptr().cast();
        header.msg_namelen = socklen(message.address.len());
    }
    header.msg_iov = message.slices.as_mut_ptr().cast();
    header.msg_iovlen = message.slices.len() as _;
    header.msg_control = room.as_mut_ptr().cast();
    header.msg_controllen = room.len() as _;
    let mut call = |flags: MessageFlags| {
        // SAFETY: name and control are writable slices of these lengths, and an IoSliceMut is a `struct iovec`
        // of writable bytes. A call that fails has not touched the header.
        retry(|| unsafe { libc::recvmsg(handle.as_raw(), &raw mut header, flags.bits()) })
    };
    let len = match call(flags | MessageFlags::CMSG_CLOEXEC) {
        // ISO-TP and J1939 refuse every flag that they do not know. No descriptor comes from them; one that did
        // would be closed below.
        Err(Errno::EINVAL) if message.handles.is_empty() => call(flags)?,
        answer => answer?,
    };
    let written: usize = header.msg_controllen as _;
    let written = room.get(..written).unwrap_or_default();
    let sifted = control::sift(written, message.control, message.handles);
    let flags = MessageFlags(header.msg_flags).difference(MessageFlags::CMSG_CLOEXEC);
    Ok(Received {
        len,
        address_len: header.msg_namelen as usize,
        control_len: sifted.control_len,
        handles: sifted.handles,
        flags: flags | sifted.flags,
    })
}
