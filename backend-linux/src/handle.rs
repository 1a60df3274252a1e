//! An open descriptor, owned.

use core::ptr;
use core::sync::atomic::{AtomicI32, Ordering};

use libc::c_int;

use anysock::Errno;

use crate::errno::{once, retry};

/// An open file descriptor: a socket, or the eventfd of a waker.
///
/// Dropping it closes it at once: where SO_LINGER asks `close` to wait, dropping turns that off first (for
/// every duplicate, since it belongs to the socket); SO_LINGER of zero still resets the connection.
///
/// ```
/// use anysock::{Backend, Family, Protocol, SocketType};
/// use anysock_linux::{Handle, Linux};
/// use std::os::fd::{AsFd, OwnedFd};
///
/// let handle = Linux.socket(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT)?;
/// let duplicate = handle.as_fd().try_clone_to_owned()?;
/// let descriptor = OwnedFd::from(handle);
/// let handle = Handle::from(descriptor);
/// # drop((handle, duplicate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Handle {
    descriptor: c_int,
    /// The list that it is in ([`anysock::Epoll`]), so that it leaves that before the descriptor is closed or given
    /// away: a duplicate would keep it there. The list may have been closed since. Its descriptor with every bit
    /// inverted, so that [`NO_EPOLL`] is zero, with which a handle is soonest made.
    epoll: AtomicI32,
}

/// In no list.
const NO_EPOLL: c_int = 0;

impl Handle {
    /// Takes ownership of `descriptor`.
    ///
    /// # Safety
    /// It is an open descriptor that nothing else owns: whoever holds the handle may use and close it.
    #[inline]
    pub unsafe fn from_raw(descriptor: c_int) -> Self {
        Handle { descriptor, epoll: AtomicI32::new(NO_EPOLL) }
    }

    /// The descriptor, which the handle goes on owning.
    #[inline]
    pub fn as_raw(&self) -> c_int {
        self.descriptor
    }

    /// The descriptor, which the caller owns from here on.
    #[inline]
    pub fn into_raw(mut self) -> c_int {
        self.leave_epoll();
        let descriptor = self.descriptor;
        core::mem::forget(self);
        descriptor
    }

    /// `dup(2)`, close-on-exec.
    pub(crate) fn duplicate(&self) -> Result<Handle, Errno> {
        // SAFETY: F_DUPFD_CLOEXEC takes an integer and touches no memory of this process.
        let descriptor = retry(|| unsafe { libc::fcntl(self.descriptor, libc::F_DUPFD_CLOEXEC, 0) })?;
        // SAFETY: the kernel has just made this descriptor, for this call alone.
        Ok(unsafe { Handle::from_raw(descriptor as c_int) })
    }

    /// `close(2)`, lingering where SO_LINGER says so.
    pub(crate) fn close(self) -> Result<(), Errno> {
        // SAFETY: the descriptor is owned, and given up here. Linux frees it whatever it answers, so that the
        // call is never made again.
        once(unsafe { libc::close(self.into_raw()) }).map(|_| ())
    }

    /// The handle was added to a list, and leaves the one that it was in before.
    pub(crate) fn enter_epoll(&self, epoll: &Handle) {
        let before = self.epoll.swap(!epoll.descriptor, Ordering::Relaxed);
        if before != !epoll.descriptor {
            self.delete_from(before);
        }
    }

    /// The handle was taken out of a list.
    pub(crate) fn left_epoll(&self, epoll: &Handle) {
        let (left, relaxed) = (!epoll.descriptor, Ordering::Relaxed);
        // Where it is in another list by now, it stays there.
        let _ = self.epoll.compare_exchange(left, NO_EPOLL, relaxed, relaxed);
    }

    /// The handle leaves the list that it is in.
    #[inline]
    fn leave_epoll(&mut self) {
        let before = core::mem::replace(self.epoll.get_mut(), NO_EPOLL);
        self.delete_from(before);
    }

    /// Takes the descriptor out of a list, given as in `self.epoll`. Where that was closed, and its number is
    /// another descriptor's now, the kernel refuses: only a list has this very descriptor in it.
    #[inline]
    fn delete_from(&self, epoll: c_int) {
        if epoll != NO_EPOLL {
            // SAFETY: the call touches no memory: EPOLL_CTL_DEL takes no event.
            unsafe { libc::epoll_ctl(!epoll, libc::EPOLL_CTL_DEL, self.descriptor, ptr::null_mut()) };
        }
    }

    /// Makes `close` return at once. A linger time of zero (a reset) stays.
    fn do_not_linger(&self) {
        let mut linger = libc::linger { l_onoff: 0, l_linger: 0 };
        let mut len = size_of::<libc::linger>() as libc::socklen_t;
        let (level, name) = (libc::SOL_SOCKET, libc::SO_LINGER);
        // SAFETY: `linger` has room for `len` bytes, and any bytes are a `libc::linger`. A descriptor that is
        // no socket answers ENOTSOCK and leaves it alone.
        unsafe { libc::getsockopt(self.descriptor, level, name, (&raw mut linger).cast(), &raw mut len) };
        if linger.l_onoff != 0 && linger.l_linger != 0 {
            linger.l_onoff = 0;
            // SAFETY: `linger` is `len` initialized bytes.
            unsafe { libc::setsockopt(self.descriptor, level, name, (&raw const linger).cast(), len) };
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.leave_epoll();
        self.do_not_linger();
        // SAFETY: the descriptor is owned, and nothing can use it after this.
        unsafe { libc::close(self.descriptor) };
    }
}

#[cfg(feature = "std")]
mod with_std {
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

    use super::Handle;

    impl From<OwnedFd> for Handle {
        fn from(descriptor: OwnedFd) -> Self {
            // SAFETY: the descriptor was owned, and is given up here.
            unsafe { Handle::from_raw(descriptor.into_raw_fd()) }
        }
    }

    impl From<Handle> for OwnedFd {
        fn from(handle: Handle) -> Self {
            // SAFETY: the handle owned the open descriptor, and gives it up.
            unsafe { OwnedFd::from_raw_fd(handle.into_raw()) }
        }
    }

    impl AsFd for Handle {
        fn as_fd(&self) -> BorrowedFd<'_> {
            // SAFETY: the descriptor stays open for as long as the handle is borrowed.
            unsafe { BorrowedFd::borrow_raw(self.as_raw()) }
        }
    }

    impl AsRawFd for Handle {
        fn as_raw_fd(&self) -> RawFd {
            self.as_raw()
        }
    }
}
