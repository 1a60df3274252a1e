//! Calls with a pointer to nothing where there should be a buffer.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;

use anysock::Errno;

fn answer(answer: isize) -> Result<usize, Errno> {
    let last = || Errno(std::io::Error::last_os_error().raw_os_error().unwrap_or_default());
    usize::try_from(answer).map_err(|_| last())
}

/// `sendto(2)` of `length` octets from a null pointer.
pub(crate) fn send(
    socket: BorrowedFd<'_>,
    length: usize,
    flags: i32,
    address: Option<&[u8]>,
) -> Result<usize, Errno> {
    let (to, size) = address.map_or((ptr::null(), 0), |address| (address.as_ptr(), address.len()));
    // SAFETY: the address has as many octets; the kernel finds out itself that there is no buffer.
    answer(unsafe { libc::sendto(socket.as_raw_fd(), ptr::null(), length, flags, to.cast(), size as u32) })
}

/// `recvfrom(2)` of up to `length` octets into a null pointer.
pub(crate) fn receive(socket: BorrowedFd<'_>, length: usize, flags: i32) -> Result<usize, Errno> {
    let (nothing, nobody) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the kernel finds out itself that there is no buffer, and nobody's address is asked for.
    answer(unsafe { libc::recvfrom(socket.as_raw_fd(), nothing, length, flags, nobody, ptr::null_mut()) })
}
