//! Who hears of what changes at a socket, and what is ready.

use alloc::string::String;

use anysock::PollEvents;

use super::SocketId;
use crate::engine::Engine;

/// Something can be read: the key of `sock_def_readable`.
pub(crate) const READABLE: PollEvents =
    PollEvents::IN.union(PollEvents::PRI).union(PollEvents::RDNORM).union(PollEvents::RDBAND);
/// There is room to write: the key of `sock_def_write_space`.
pub(crate) const WRITABLE: PollEvents = PollEvents::OUT.union(PollEvents::WRNORM).union(PollEvents::WRBAND);

impl Engine {
    /// Something changed at the socket: whoever waits for it has another look.
    pub(crate) fn notify(&mut self, id: SocketId) {
        self.notify_of(id, PollEvents::all());
    }

    /// Of what changed only those lists hear that wait for some of `events` (the key of `wake_up_poll`), and of those
    /// that want to be the only ones the first that somebody waits for. All of them hear where the events are all, and
    /// nobody where there are none.
    #[inline]
    pub(crate) fn notify_of(&mut self, id: SocketId, events: PollEvents) {
        if !events.is_empty() {
            self.tell_of(id, events);
        }
    }

    fn tell_of(&mut self, id: SocketId, events: PollEvents) {
        let Ok(socket) = self.socket(id) else { return };
        if !socket.is_awaited() {
            return;
        }
        if let (Some(process), []) = (socket.waiters.only(), &*socket.lists) {
            let process = *process;
            return self.reconsider(process);
        }
        let lists = socket.lists.clone();
        self.reconsider_waiters(id);
        for (list, entry) in lists {
            let is_heard_alone = self.entry_changed(list, entry, events);
            if is_heard_alone && events != PollEvents::all() {
                break;
            }
        }
    }

    /// Whether a program waits for the socket.
    pub(in crate::engine) fn is_waited_for(&self, id: SocketId) -> bool {
        self.socket(id).is_ok_and(|socket| !socket.waiters.is_empty())
    }

    /// Each of those who wait for the socket has another look.
    fn reconsider_waiters(&mut self, id: SocketId) {
        let mut waiters = core::mem::take(&mut self.woken);
        if let Ok(socket) = self.socket(id) {
            waiters.extend(socket.waiters.iter());
        }
        for process in waiters.drain(..) {
            self.reconsider(process);
        }
        self.woken = waiters;
    }

    /// Which of `events` are there, with those that are always reported.
    pub(in crate::engine) fn poll_socket(&self, id: SocketId, events: PollEvents) -> PollEvents {
        match self.socket(id) {
            Ok(socket) => {
                let always = PollEvents::ERR | PollEvents::HUP | PollEvents::NVAL;
                let mut ready = socket.calls.poll(self, id);
                if ready.contains(PollEvents::ERR) && socket.tells_errors_as_urgent() {
                    ready |= PollEvents::PRI;
                }
                ready & (events | always)
            }
            Err(_) => PollEvents::NVAL,
        }
    }

    pub(in crate::engine) fn describe_socket(&self, id: SocketId) -> String {
        match self.socket(id) {
            Ok(socket) => socket.calls.describe(self, id),
            Err(_) => "a closed socket".into(),
        }
    }
}
