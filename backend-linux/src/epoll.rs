//! Lists of handles: `epoll(7)`.

use core::mem::MaybeUninit;
use core::{ptr, slice};

use libc::{c_int, epoll_event};

use anysock::constants::epoll::EpollEvents;
use anysock::poll::{Epoll, Event};
use anysock::{Backend, Deadline, Errno, PollEvents, Wait};

use crate::Linux;
use crate::errno::{once, retry};
use crate::handle::Handle;
use crate::wait::KernelTimespec;

/// How many events one call brings at most.
const AT_ONCE: usize = 256;

impl Epoll for Linux {
    fn epoll_create(&self) -> Result<Handle, Errno> {
        // SAFETY: epoll_create1(2) takes integers only.
        let descriptor = once(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel has just made this descriptor, for this call alone.
        Ok(unsafe { Handle::from_raw(descriptor as c_int) })
    }

    fn epoll_add(
        &self,
        epoll: &Handle,
        handle: &Handle,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno> {
        control(epoll, libc::EPOLL_CTL_ADD, handle, events, token)?;
        handle.enter_epoll(epoll);
        Ok(())
    }

    fn epoll_modify(
        &self,
        epoll: &Handle,
        handle: &Handle,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno> {
        control(epoll, libc::EPOLL_CTL_MOD, handle, events, token)
    }

    fn epoll_delete(&self, epoll: &Handle, handle: &Handle) -> Result<(), Errno> {
        control(epoll, libc::EPOLL_CTL_DEL, handle, EpollEvents::empty(), 0)?;
        handle.left_epoll(epoll);
        Ok(())
    }

    fn epoll_wait(&self, epoll: &Handle, events: &mut [Event], deadline: Deadline) -> Result<usize, Errno> {
        let mut room = [const { MaybeUninit::uninit() }; AT_ONCE];
        let wanted = events.len().min(AT_ONCE);
        let ready = loop {
            let answer = match KernelTimespec::remaining(deadline) {
                Some(timeout) => wait_for(epoll, &mut room, wanted, deadline, &timeout),
                None => wait_milliseconds(epoll, &mut room, wanted, -1),
            };
            match answer {
                Err(Errno::EINTR) => {}
                answer => break answer?,
            }
        };
        // SAFETY: the kernel has written as many entries as it says.
        let came = unsafe { slice::from_raw_parts(room.as_ptr().cast::<epoll_event>(), ready) };
        for (event, came) in events.iter_mut().zip(came) {
            *event = Event { token: came.u64, events: PollEvents(came.events as i16) };
        }
        Ok(ready)
    }
}

/// `epoll_ctl(2)`.
pub(crate) fn control(
    epoll: &Handle,
    operation: c_int,
    handle: &Handle,
    events: EpollEvents,
    token: u64,
) -> Result<(), Errno> {
    let mut event = epoll_event { events: events.bits(), u64: token };
    // SAFETY: `event` is one, and the call does not keep it.
    retry(|| unsafe { libc::epoll_ctl(epoll.as_raw(), operation, handle.as_raw(), &raw mut event) })
        .map(|_| ())
}

/// Waits for as long as `timeout`, in nanoseconds. The kernel has the call since Linux 5.11; before, `ppoll(2)`
/// waits for the list as for any handle.
fn wait_for(
    epoll: &Handle,
    room: &mut [MaybeUninit<epoll_event>; AT_ONCE],
    wanted: usize,
    deadline: Deadline,
    timeout: &KernelTimespec,
) -> Result<usize, Errno> {
    let timeout: *const KernelTimespec = timeout;
    // SAFETY: `room` has as many entries as are wanted or more, `timeout` is one, and a null signal mask changes
    // nothing.
    let answer = once(unsafe {
        libc::syscall(
            libc::SYS_epoll_pwait2,
            epoll.as_raw(),
            room.as_mut_ptr(),
            wanted as c_int,
            timeout,
            ptr::null::<libc::sigset_t>(),
            0_usize,
        )
    } as libc::ssize_t);
    if answer != Err(Errno::ENOSYS) {
        return answer;
    }
    Linux.wait(&mut [Wait::new(epoll, PollEvents::IN)], deadline)?;
    wait_milliseconds(epoll, room, wanted, 0)
}

/// Waits for so many milliseconds, or without end for -1.
fn wait_milliseconds(
    epoll: &Handle,
    room: &mut [MaybeUninit<epoll_event>; AT_ONCE],
    wanted: usize,
    timeout: c_int,
) -> Result<usize, Errno> {
    let start = room.as_mut_ptr().cast();
    // SAFETY: `room` has as many entries as are wanted or more.
    once(unsafe { libc::epoll_wait(epoll.as_raw(), start, wanted as c_int, timeout) })
}
