//! Waking a program that waits: `eventfd(2)`.

use alloc::sync::Arc;

use libc::c_int;

use anysock::Errno;

use crate::errno::{once, retry};
use crate::handle::Handle;

/// Ends another thread's [`anysock::Backend::wait`]. Clones wake the same handle.
///
/// ```
/// use anysock::{Backend, Deadline, PollEvents, Wait, Waker};
/// use anysock_linux::Linux;
///
/// let (waker, handle) = Linux.waker()?;
/// std::thread::spawn(move || waker.wake());
/// let mut waits = [Wait::new(&handle, PollEvents::IN)];
/// assert_eq!(Linux.wait(&mut waits, Deadline::NEVER), Ok(1));
/// Linux.reset(&handle)?;
/// assert_eq!(Linux.wait(&mut waits, Deadline::NOW), Ok(0));
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Clone, Debug)]
pub struct Waker(Arc<Handle>);

impl anysock::Waker for Waker {
    fn wake(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: `one` is eight readable bytes. A counter that is full answers EAGAIN: the handle is readable
        // then, which is all that is asked for.
        let _ = retry(|| unsafe { libc::write(self.0.as_raw(), one.as_ptr().cast(), one.len()) });
    }
}

pub(crate) fn new() -> Result<(Waker, Handle), Errno> {
    // SAFETY: eventfd(2) takes integers only.
    let descriptor = once(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
    // SAFETY: the kernel has just made this descriptor, for this call alone.
    let wake = unsafe { Handle::from_raw(descriptor as c_int) };
    let waker = Waker(Arc::new(wake.duplicate()?));
    Ok((waker, wake))
}

pub(crate) fn reset(wake: &Handle) -> Result<(), Errno> {
    let mut count = [0; 8];
    // SAFETY: `count` is eight writable bytes.
    match retry(|| unsafe { libc::read(wake.as_raw(), count.as_mut_ptr().cast(), count.len()) }) {
        Ok(_) | Err(Errno::EAGAIN) => Ok(()),
        Err(errno) => Err(errno),
    }
}
