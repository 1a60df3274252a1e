//! Waiting and the clock: `ppoll(2)` and `CLOCK_MONOTONIC`.

use alloc::vec::Vec;
use core::mem::MaybeUninit;
use core::ptr;
use core::time::Duration;

use libc::{nfds_t, pollfd, timespec};

use anysock::{Deadline, Errno, Instant, PollEvents, Wait};

use crate::errno::once;
use crate::handle::Handle;

/// How many handles are waited for without allocating.
const ON_THE_STACK: usize = 64;

pub(crate) fn now() -> Instant {
    let mut time = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is writable. Every Linux has this clock, so that the call cannot fail.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    let time = Duration::new(time.tv_sec as u64, time.tv_nsec as u32);
    Instant::ZERO + time
}

/// Waits with an array of `struct pollfd` on the stack for as many handles as it holds, allocated for more
/// (`ENOMEM` where that fails). The kernel refuses more than RLIMIT_NOFILE with `EINVAL`.
pub(crate) fn wait(waits: &mut [Wait<'_, Handle>], deadline: Deadline) -> Result<usize, Errno> {
    let mut array = [const { MaybeUninit::uninit() }; ON_THE_STACK];
    match array.get_mut(..waits.len()) {
        Some(room) => poll(waits, room, deadline),
        None => {
            let mut room = Vec::new();
            room.try_reserve_exact(waits.len()).map_err(|_| Errno::ENOMEM)?;
            poll(waits, room.spare_capacity_mut(), deadline)
        }
    }
}

/// Polls with an array of `struct pollfd` in `room`, which is as long as `waits` or longer.
fn poll(
    waits: &mut [Wait<'_, Handle>],
    room: &mut [MaybeUninit<pollfd>],
    deadline: Deadline,
) -> Result<usize, Errno> {
    for (entry, wait) in room.iter_mut().zip(&*waits) {
        entry.write(pollfd { fd: wait.handle.as_raw(), events: wait.events.bits(), revents: 0 });
    }
    let ready = loop {
        let timeout = remaining(deadline);
        let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: as many entries as there are waits have just been written, `timeout` is null or points to a
        // timespec, and a null signal mask changes nothing.
        let answer = once(unsafe {
            libc::ppoll(room.as_mut_ptr().cast(), waits.len() as nfds_t, timeout, ptr::null())
        });
        match answer {
            Err(Errno::EINTR) => {}
            answer => break answer?,
        }
    };
    for (entry, wait) in room.iter().zip(waits) {
        // SAFETY: this entry was written above.
        wait.revents = PollEvents(unsafe { entry.assume_init_ref() }.revents);
    }
    Ok(ready)
}

/// The time left until `deadline`; `None` without end.
fn time_left(deadline: Deadline) -> Option<Duration> {
    match deadline {
        Deadline::NEVER => None,
        Deadline::NOW => Some(Duration::ZERO),
        _ => deadline.remaining(now()),
    }
}

/// [`time_left`] as the C library has it.
fn remaining(deadline: Deadline) -> Option<timespec> {
    let time = time_left(deadline)?;
    // Seconds may have 32 bits: nobody waits for more than 68 years.
    let seconds = time.as_secs().min(i32::MAX as u64);
    Some(timespec { tv_sec: seconds as _, tv_nsec: time.subsec_nanos() as _ })
}

/// `struct __kernel_timespec`: 64 bits each, everywhere.
#[repr(C)]
pub(crate) struct KernelTimespec {
    seconds: i64,
    nanoseconds: i64,
}

impl KernelTimespec {
    /// The time left until `deadline`; `None` without end.
    pub(crate) fn remaining(deadline: Deadline) -> Option<Self> {
        let time = time_left(deadline)?;
        Some(KernelTimespec { seconds: time.as_secs() as i64, nanoseconds: time.subsec_nanos().into() })
    }
}
