//! Lists of handles: the engine's, with a program that waits.

use anysock::constants::epoll::EpollEvents;
use anysock::poll::{Epoll, Event};
use anysock::{Backend, Deadline, Errno, PollEvents, Wait};

use crate::engine::{EntryId, SocketId};
use crate::sim::{Sim, SimHandle};

/// The handle's entry in a list.
fn entry(epoll: SocketId, handle: &SimHandle) -> Result<EntryId, Errno> {
    match handle.entry.get() {
        Some((list, entry)) if list == epoll => Ok(entry),
        _ => Err(Errno::ENOENT),
    }
}

impl Epoll for Sim<'_> {
    fn epoll_create(&self) -> Result<SimHandle, Errno> {
        self.alive()?;
        Ok(self.adopt(self.call(|engine| engine.open_epoll(self.node))))
    }

    fn epoll_add(
        &self,
        epoll: &SimHandle,
        handle: &SimHandle,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno> {
        let list = self.id(epoll);
        self.call(|engine| engine.check_new_entry(list, self.id(handle), events))?;
        if entry(list, handle).is_ok() {
            return Err(Errno::EEXIST);
        }
        let entry = self.call(|engine| engine.epoll_add(list, self.id(handle), events, token))?;
        if let Some((list, entry)) = handle.entry.replace(Some((list, entry))) {
            // The list may be gone.
            let _ = self.call(|engine| engine.epoll_delete(list, entry));
        }
        Ok(())
    }

    fn epoll_modify(
        &self,
        epoll: &SimHandle,
        handle: &SimHandle,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno> {
        let entry = entry(self.id(epoll), handle);
        self.call(|engine| {
            engine.check_list(self.id(epoll), self.id(handle))?;
            if events.contains(EpollEvents::EXCLUSIVE) {
                return Err(Errno::EINVAL);
            }
            engine.epoll_modify(self.id(epoll), entry?, events, token)
        })
    }

    fn epoll_delete(&self, epoll: &SimHandle, handle: &SimHandle) -> Result<(), Errno> {
        let entry = entry(self.id(epoll), handle);
        self.call(|engine| {
            engine.check_list(self.id(epoll), self.id(handle))?;
            engine.epoll_delete(self.id(epoll), entry?)
        })?;
        handle.entry.set(None);
        Ok(())
    }

    fn epoll_wait(
        &self,
        epoll: &SimHandle,
        events: &mut [Event],
        deadline: Deadline,
    ) -> Result<usize, Errno> {
        loop {
            let ready = self.call_on(epoll, |engine, id| engine.epoll_events(id, events))?;
            if ready > 0 || self.wait(&mut [Wait::new(epoll, PollEvents::IN)], deadline)? == 0 {
                return Ok(ready);
            }
        }
    }
}
