//! Files into sockets: `sendfile(2)`, without SIGPIPE.

use core::mem::MaybeUninit;
use core::ptr;
use std::os::fd::{AsRawFd, OwnedFd};

use anysock::{Errno, send_file::SendFile};

use crate::Linux;
use crate::errno::retry;
use crate::handle::Handle;

impl SendFile for Linux {
    type File = OwnedFd;

    fn send_file(&self, handle: &Handle, file: &OwnedFd, offset: u64, count: usize) -> Result<usize, Errno> {
        let mut offset = i64::try_from(offset).map_err(|_| Errno::EOVERFLOW)?;
        let _blocked = SigpipeBlocked::new();
        // SAFETY: the offset is readable and writable. An interrupted call has not moved it.
        retry(|| unsafe { libc::sendfile64(handle.as_raw(), file.as_raw_fd(), &raw mut offset, count) })
    }
}

/// As long as it lives, SIGPIPE does not reach this thread. The call has no flag for that.
struct SigpipeBlocked {
    before: libc::sigset_t,
    was_pending: bool,
}

/// SIGPIPE alone.
fn sigpipe() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset(3) initializes the set, and sigaddset(3) takes one that is.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

impl SigpipeBlocked {
    fn new() -> Self {
        let (mut before, mut pending) = (sigpipe(), sigpipe());
        // SAFETY: the sets are initialized, and live until the end of the calls.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &sigpipe(), &raw mut before);
            libc::sigpending(&raw mut pending);
        }
        // SAFETY: as above.
        let was_pending = unsafe { libc::sigismember(&pending, libc::SIGPIPE) } == 1;
        SigpipeBlocked { before, was_pending }
    }
}

impl Drop for SigpipeBlocked {
    /// Takes the signal that the call may have raised, unless there was one before, which stays.
    fn drop(&mut self) {
        if !self.was_pending {
            let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: the set and the time are readable, and a null pointer asks for nothing.
            unsafe { libc::sigtimedwait(&sigpipe(), ptr::null_mut(), &now) };
        }
        // SAFETY: `before` is the mask that the thread had.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, ptr::null_mut()) };
    }
}
