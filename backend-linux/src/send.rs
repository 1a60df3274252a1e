//! The flags that everything is sent with, and the families that refuse one of them.

use core::ptr;

use libc::{c_int, c_void, socklen_t};

use anysock::zero_copy::SendZeroCopy;
use anysock::{Errno, Family, MessageFlags};

use crate::Linux;
use crate::address::{refuse_descriptors, sockaddr_of};
use crate::errno::{Answer, retry, retry_failed};
use crate::handle::Handle;

/// What everything is sent with.
const SEND_FLAGS: MessageFlags = MessageFlags::NOSIGNAL.union(MessageFlags::DONTWAIT);

/// The families that know neither SIGPIPE nor the flag against it, and refuse to send with it: `sendmsg` in
/// net/qrtr, net/rds, net/x25, net/ax25, net/netrom, net/rose and net/appletalk.
const WITHOUT_NOSIGNAL: [Family; 7] = [
    Family::QIPCRTR,
    Family::RDS,
    Family::X25,
    Family::AX25,
    Family::NETROM,
    Family::ROSE,
    Family::APPLETALK,
];

/// Calls `call` with the flags of a send, for as long as a signal interrupts it. MSG_ZEROCOPY would have the kernel
/// read the bytes after the call, when they are no longer borrowed.
#[inline]
pub(crate) fn send<A: Answer>(
    handle: &Handle,
    flags: MessageFlags,
    call: impl FnMut(c_int) -> A,
) -> Result<usize, Errno> {
    if flags.contains(MessageFlags::ZEROCOPY) {
        return Err(Errno::EOPNOTSUPP);
    }
    send_with(handle, flags, call)
}

/// [`send`] with flags that may have MSG_ZEROCOPY among them: of bytes that live for ever.
#[inline]
fn send_with<A: Answer>(
    handle: &Handle,
    flags: MessageFlags,
    mut call: impl FnMut(c_int) -> A,
) -> Result<usize, Errno> {
    let flags = flags.union(SEND_FLAGS).bits();
    match call(flags).count() {
        Some(count) => Ok(count),
        None => send_failed(handle, flags, call),
    }
}

impl SendZeroCopy for Linux {
    fn send_zero_copy(
        &self,
        handle: &Handle,
        bytes: &'static [u8],
        flags: MessageFlags,
        address: Option<&[u8]>,
    ) -> Result<usize, Errno> {
        address.map_or(Ok(()), refuse_descriptors)?;
        let (address, len) = address.map_or((ptr::null(), 0), sockaddr_of);
        send_with(handle, flags | MessageFlags::ZEROCOPY, |flags| {
            // SAFETY: there are `bytes.len()` readable bytes at `bytes`, for ever, and `len` at `address`.
            unsafe { libc::sendto(handle.as_raw(), bytes.as_ptr().cast(), bytes.len(), flags, address, len) }
        })
    }
}

/// Goes on where `call` has just failed: once more without MSG_NOSIGNAL where the family refuses that. Kept apart so
/// that a send that succeeds costs nothing for it.
#[cold]
#[inline(never)]
fn send_failed<A: Answer>(
    handle: &Handle,
    flags: c_int,
    mut call: impl FnMut(c_int) -> A,
) -> Result<usize, Errno> {
    let answer = retry_failed(|| call(flags));
    let may_be_refused = matches!(answer, Err(Errno::EINVAL | Errno::EOPNOTSUPP));
    if may_be_refused && family(handle).is_some_and(|family| WITHOUT_NOSIGNAL.contains(&family)) {
        return retry(|| call(flags & !libc::MSG_NOSIGNAL));
    }
    answer
}

/// The family of a socket (`SO_DOMAIN`).
fn family(handle: &Handle) -> Option<Family> {
    let mut domain: c_int = 0;
    let mut len = size_of::<c_int>() as socklen_t;
    let value = (&raw mut domain).cast::<c_void>();
    // SAFETY: there are `len` writable bytes at `value`.
    let answer =
        unsafe { libc::getsockopt(handle.as_raw(), libc::SOL_SOCKET, libc::SO_DOMAIN, value, &raw mut len) };
    answer.count().and_then(|_| u16::try_from(domain).ok()).map(Family)
}
