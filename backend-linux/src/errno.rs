//! How a system call answers: a count, or -1 and `errno`.

use anysock::Errno;

/// The error of the system call that has just failed.
#[cold]
pub(crate) fn last() -> Errno {
    // SAFETY: __errno_location returns a valid pointer to this thread's own errno.
    Errno(unsafe { *libc::__errno_location() })
}

/// The types that system calls return.
pub(crate) trait Answer: Copy {
    /// The answer as a count; `None` where the call failed.
    fn count(self) -> Option<usize>;
}

impl Answer for libc::c_int {
    #[inline]
    fn count(self) -> Option<usize> {
        usize::try_from(self).ok()
    }
}

impl Answer for libc::ssize_t {
    #[inline]
    fn count(self) -> Option<usize> {
        usize::try_from(self).ok()
    }
}

/// Makes a system call once.
#[inline]
pub(crate) fn once<A: Answer>(answer: A) -> Result<usize, Errno> {
    answer.count().ok_or_else(last)
}

/// Makes a system call, and again for as long as a signal interrupts it.
#[inline]
pub(crate) fn retry<A: Answer>(mut call: impl FnMut() -> A) -> Result<usize, Errno> {
    match call().count() {
        Some(count) => Ok(count),
        None => retry_failed(call),
    }
}

/// Goes on where `call` has just failed. Kept apart so that a call that succeeds costs nothing for it.
#[cold]
#[inline(never)]
pub(crate) fn retry_failed<A: Answer>(mut call: impl FnMut() -> A) -> Result<usize, Errno> {
    loop {
        match last() {
            Errno::EINTR => {}
            errno => return Err(errno),
        }
        if let Some(count) = call().count() {
            return Ok(count);
        }
    }
}
