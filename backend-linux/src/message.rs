//! `sendmsg(2)` and `recvmsg(2)`.

use core::mem::zeroed;

use libc::{cmsghdr, msghdr};

use anysock::addr::family_of;
use anysock::{Errno, Family, MessageFlags, Received, RecvMsg, SendMsg};

use crate::Linux;
use crate::address::socklen;
use crate::backend::RECV_FLAGS;
use crate::control::{self, Buffer, Sifted};
use crate::errno::retry;
use crate::handle::Handle;
use crate::io_slice::IoSliceMut;
use crate::send;

/// An empty `struct msghdr`: musl's has padding that cannot be named.
fn empty_header() -> msghdr {
    // SAFETY: null pointers and zero lengths are a msghdr.
    unsafe { zeroed() }
}

pub(crate) fn send(handle: &Handle, message: &SendMsg<'_, '_, Linux>) -> Result<usize, Errno> {
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
    send::send(handle, message.flags, |flags| unsafe {
        libc::sendmsg(handle.as_raw(), &raw const header, flags)
    })
}

#[inline]
pub(crate) fn receive(handle: &Handle, message: &mut RecvMsg<'_, '_, Linux>) -> Result<Received, Errno> {
    let RecvMsg { address, slices, control, handles, flags } = message;
    if handles.is_empty() && control.as_ptr().addr().is_multiple_of(align_of::<cmsghdr>()) {
        return receive_in_place(handle, address, slices, control, *flags);
    }
    receive_apart(handle, address, slices, control, handles, *flags)
}

/// Receives control messages into memory of this crate's own, and shares them out.
#[cold]
fn receive_apart(
    handle: &Handle,
    address: &mut [u8],
    slices: &mut [IoSliceMut<'_>],
    control: &mut [u8],
    handles: &mut [Option<Handle>],
    flags: MessageFlags,
) -> Result<Received, Errno> {
    let mut buffer = Buffer::new();
    let room = buffer.room(control.len(), handles.len());
    let wants_handles = !handles.is_empty();
    let (len, header) = receive_into(handle, address, slices, room, flags, wants_handles)?;
    let written: usize = header.msg_controllen as _;
    let written = room.get(..written).unwrap_or_default();
    let sifted = control::sift(written, control, handles);
    Ok(received(len, &header, &sifted))
}

/// Receives control messages where the program wants them: no handle is meant to come along.
#[inline]
fn receive_in_place(
    handle: &Handle,
    address: &mut [u8],
    slices: &mut [IoSliceMut<'_>],
    control: &mut [u8],
    flags: MessageFlags,
) -> Result<Received, Errno> {
    let (len, header) = receive_into(handle, address, slices, control, flags, false)?;
    let control_len: usize = header.msg_controllen as _;
    let mut sifted = Sifted { control_len, ..Sifted::default() };
    if !is_without_descriptors(address, header.msg_namelen as usize) {
        let written = control.get_mut(..control_len).unwrap_or_default();
        if control::carries_descriptors(written) {
            sifted = control::close_descriptors(written);
        }
    }
    Ok(received(len, &header, &sifted))
}

/// Whether the sender's address, of which the kernel has written `len` bytes, shows that no descriptor can have come:
/// only sockets of AF_UNIX and AF_NETLINK receive them (`scm_recv` in net/core/scm.c), and these families, from
/// which most control messages come, need no look at each.
#[inline]
fn is_without_descriptors(address: &[u8], len: usize) -> bool {
    len >= size_of::<libc::sa_family_t>()
        && matches!(family_of(address), Family::INET | Family::INET6 | Family::CAN)
}

/// Receives with room for control messages in `control`; returns how many bytes came, and the header as the
/// kernel leaves it.
#[inline]
fn receive_into(
    handle: &Handle,
    address: &mut [u8],
    slices: &mut [IoSliceMut<'_>],
    control: &mut [u8],
    flags: MessageFlags,
    wants_handles: bool,
) -> Result<(usize, msghdr), Errno> {
    let flags = flags.union(RECV_FLAGS);
    let mut header = empty_header();
    if !address.is_empty() {
        header.msg_name = address.as_mut_ptr().cast();
        header.msg_namelen = socklen(address.len());
    }
    header.msg_iov = slices.as_mut_ptr().cast();
    header.msg_iovlen = slices.len() as _;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = control.len() as _;
    let header_at = &raw mut header;
    let call = |flags: MessageFlags| {
        // SAFETY: name and control are writable slices of these lengths, and an IoSliceMut is a `struct iovec`
        // of writable bytes. A call that fails has not touched the header.
        retry(move || unsafe { libc::recvmsg(handle.as_raw(), header_at, flags.bits()) })
    };
    let len = match call(flags | MessageFlags::CMSG_CLOEXEC) {
        // ISO-TP and J1939 refuse every flag that they do not know. No descriptor comes from them; one that did
        // would be closed.
        Err(Errno::EINVAL) if !wants_handles => call(flags)?,
        answer => answer?,
    };
    Ok((len, header))
}

#[inline]
fn received(len: usize, header: &msghdr, sifted: &Sifted) -> Received {
    let flags = MessageFlags(header.msg_flags).difference(MessageFlags::CMSG_CLOEXEC);
    Received {
        len,
        address_len: header.msg_namelen as usize,
        control_len: sifted.control_len,
        handles: sifted.handles,
        flags: flags | sifted.flags,
    }
}
