//! Waiting where `poll(2)` lies.
//!
//! A Unix stream socket is writable while the listener that it connects to is full, and a datagram socket while
//! the receiver that it names is. A program that blocks in such a call waits for the other's room instead.

use anysock::addr::family_of;
use anysock::backend::{attempt_until, connect_until};
use anysock::{Backend, Deadline, Errno, Error, Family, PollEvents};

use crate::sim::{Sim, SimHandle};

impl Sim<'_> {
    pub(crate) fn connect_or_wait(
        &self,
        handle: &SimHandle,
        address: &[u8],
        deadline: Deadline,
    ) -> Result<(), Error> {
        match family_of(address) {
            Family::UNIX => self.attempt_or_wait(handle, address, deadline, || self.connect(handle, address)),
            _ => connect_until(self, handle, address, deadline),
        }
    }

    pub(crate) fn send_or_wait(
        &self,
        handle: &SimHandle,
        address: Option<&[u8]>,
        deadline: Deadline,
        attempt: impl FnMut() -> Result<usize, Errno>,
    ) -> Result<usize, Error> {
        match address {
            Some(address) if family_of(address) == Family::UNIX => {
                self.attempt_or_wait(handle, address, deadline, attempt)
            }
            _ => attempt_until(self, handle, PollEvents::OUT, deadline, attempt),
        }
    }

    /// Attempts until something other than `EAGAIN` comes of it.
    fn attempt_or_wait<T>(
        &self,
        handle: &SimHandle,
        address: &[u8],
        deadline: Deadline,
        mut attempt: impl FnMut() -> Result<T, Errno>,
    ) -> Result<T, Error> {
        loop {
            match attempt() {
                Err(Errno::EAGAIN) if deadline != Deadline::NOW => {}
                answer => return Ok(answer?),
            }
            match self.peer_wait(handle, address) {
                Some(room) => self.wait_for(&room, PollEvents::IN, deadline)?,
                None => self.wait_for(handle, PollEvents::OUT, deadline)?,
            };
        }
    }
}
