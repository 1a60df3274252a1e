//! Waiting where `poll(2)` lies.
//!
//! A Unix stream socket is reported writable while the listener that it connects to has a full queue, and an
//! unconnected Unix datagram socket while the receiver that it sends to has one: waiting for POLLOUT would
//! spin. No event tells of the room, so the attempt is made again after a pause that grows.
//!
//! A socket with something in its error queue reports POLLERR until that is taken out, whatever is waited for. A list
//! of its own (`epoll(7)`), edge-triggered, tells what comes beside it.

use core::time::Duration;

use anysock::addr::family_of;
use anysock::backend::{attempt_until, connect_until};
use anysock::constants::epoll::EpollEvents;
use anysock::poll::{Epoll, Event};
use anysock::{Backend, Deadline, Errno, Error, Family, PollEvents};

use crate::handle::Handle;
use crate::{Linux, epoll};

/// The first pause between two attempts.
const FIRST_PAUSE: Duration = Duration::from_micros(50);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_millis(5);

pub(crate) fn connect(handle: &Handle, address: &[u8], deadline: Deadline) -> Result<(), Error> {
    match family_of(address) {
        Family::UNIX => attempt_with_pauses(deadline, || Linux.connect(handle, address)),
        _ => connect_until(&Linux, handle, address, deadline),
    }
}

pub(crate) fn send(
    handle: &Handle,
    address: Option<&[u8]>,
    deadline: Deadline,
    attempt: impl FnMut() -> Result<usize, Errno>,
) -> Result<usize, Error> {
    match address.map(family_of) {
        Some(Family::UNIX) => attempt_with_pauses(deadline, attempt),
        _ => attempt_until(&Linux, handle, PollEvents::OUT, deadline, attempt),
    }
}

/// Waits for `events` beside others that stay.
pub(crate) fn beside(handle: &Handle, events: PollEvents, deadline: Deadline) -> Result<PollEvents, Error> {
    let epoll = Linux.epoll_create()?;
    let wanted = EpollEvents::from_bits_retain(events.bits() as u16 as u32) | EpollEvents::ET;
    epoll::control(&epoll, libc::EPOLL_CTL_ADD, handle, wanted, 0)?;
    loop {
        // What is there already comes once, and then what is new.
        let mut came = [Event::default()];
        if Linux.epoll_wait(&epoll, &mut came, deadline)? == 0 {
            return Err(Error::TimedOut);
        }
        if came[0].events.intersects(events) {
            return Ok(came[0].events);
        }
    }
}

/// Attempts until something other than `EAGAIN` comes of it.
fn attempt_with_pauses<T>(
    deadline: Deadline,
    mut attempt: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Error> {
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt() {
            Err(Errno::EAGAIN) if deadline != Deadline::NOW => {}
            answer => return Ok(answer?),
        }
        let now = Linux.now();
        if deadline.has_passed(now) {
            return Err(Error::TimedOut);
        }
        Linux.sleep_until(deadline.earlier(Deadline::at(now + pause)))?;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}
