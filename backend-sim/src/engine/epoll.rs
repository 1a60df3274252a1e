//! Lists of sockets of which some are ready: what `epoll(7)` is on Linux.
//!
//! A list keeps its entries that were seen ready in the order in which they became so. Waiting looks at them in
//! that order: what is no longer ready leaves the queue, what is reported goes to its end, so that each gets its
//! turn.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use anysock::constants::epoll::EpollEvents;
use anysock::poll::Event;
use anysock::{Errno, Family, PollEvents, Protocol, Received, SocketType};

use super::Engine;
use super::map::Map;
use super::node::NodeId;
use super::socket::{Calls, Incoming, Outgoing, Socket, SocketId, SocketState};

/// How the kernel is asked, not what for: `EP_PRIVATE_BITS`.
const HOW: EpollEvents =
    EpollEvents::ONESHOT.union(EpollEvents::ET).union(EpollEvents::EXCLUSIVE).union(EpollEvents::WAKEUP);
/// What is always reported.
const ALWAYS: EpollEvents = EpollEvents::ERR.union(EpollEvents::HUP);
/// How deep lists may lie in lists: `EP_MAX_NESTS`.
const NESTS: u32 = 4;

/// A handle's entry in a list: never another one's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryId(u64);

/// A handle that was added to a list.
#[derive(Debug)]
struct Entry {
    socket: SocketId,
    events: EpollEvents,
    token: u64,
    /// Whether it is in the queue.
    queued: bool,
}

/// A list.
#[derive(Debug, Default)]
pub(crate) struct EpollList {
    entries: Map<EntryId, Entry>,
    /// Entries that were seen ready, in that order.
    queue: VecDeque<EntryId>,
    next: u64,
}

#[derive(Debug)]
struct EpollCalls;

impl Calls for EpollCalls {
    fn send(&self, _: &mut Engine, _: SocketId, _: &Outgoing<'_>) -> Result<usize, Errno> {
        Err(Errno::ENOTSOCK)
    }

    fn recv(&self, _: &mut Engine, _: SocketId, _: &mut Incoming<'_>) -> Result<Received, Errno> {
        Err(Errno::ENOTSOCK)
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let Ok(list) = engine.list(id) else { return PollEvents::empty() };
        let mut queued = list.queue.iter().filter_map(|entry| list.entries.get(entry));
        if queued.any(|entry| !engine.ready(entry).is_empty()) {
            PollEvents::IN | PollEvents::RDNORM
        } else {
            PollEvents::empty()
        }
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        let entries = engine.list(id).map(|list| list.entries.keys().copied().collect::<Vec<_>>());
        let mut entries = entries.unwrap_or_default();
        entries.sort_unstable();
        for entry in entries {
            // Each is there.
            let _ = engine.epoll_delete(id, entry);
        }
        engine.remove_socket(id);
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        let entries = engine.list(id).map_or(0, |list| list.entries.len());
        alloc::format!("a list of {entries} sockets")
    }
}

impl Engine {
    /// `epoll_create1(2)` on a node.
    pub fn open_epoll(&mut self, node: NodeId) -> SocketId {
        let what = (Family::UNSPEC, SocketType(0), Protocol::DEFAULT);
        self.insert_socket(node, what, &EpollCalls, SocketState::Epoll(EpollList::default()))
    }

    /// Whether a socket is a list.
    ///
    /// # Errors
    /// `EINVAL` where it is none, `EBADF` where it is not open.
    pub fn check_list(&self, epoll: SocketId) -> Result<(), Errno> {
        self.list(epoll).map(|_| ())
    }

    /// `EPOLL_CTL_ADD`.
    ///
    /// # Errors
    /// `EBADF`; `EINVAL` where `epoll` is no list, or is `socket`; `ELOOP` where lists would contain each other.
    pub fn epoll_add(
        &mut self,
        epoll: SocketId,
        socket: SocketId,
        events: EpollEvents,
        token: u64,
    ) -> Result<EntryId, Errno> {
        self.socket(socket)?;
        self.list(epoll)?;
        if epoll == socket {
            return Err(Errno::EINVAL);
        }
        if self.list(socket).is_ok() && self.reaches(socket, epoll, NESTS) {
            return Err(Errno::ELOOP);
        }
        let list = self.list_mut(epoll)?;
        let id = EntryId(list.next);
        list.next += 1;
        list.entries.insert(id, Entry { socket, events: events | ALWAYS, token, queued: false });
        self.socket_mut(socket)?.lists.push((epoll, id));
        self.entry_changed(epoll, id);
        Ok(id)
    }

    /// `EPOLL_CTL_MOD`.
    ///
    /// # Errors
    /// `ENOENT` where the entry is gone; `EINVAL` where `epoll` is no list.
    pub fn epoll_modify(
        &mut self,
        epoll: SocketId,
        entry: EntryId,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno> {
        let known = self.list_mut(epoll)?.entries.get_mut(&entry).ok_or(Errno::ENOENT)?;
        (known.events, known.token) = (events | ALWAYS, token);
        self.entry_changed(epoll, entry);
        Ok(())
    }

    /// `EPOLL_CTL_DEL`.
    ///
    /// # Errors
    /// `ENOENT` where the entry is gone; `EINVAL` where `epoll` is no list.
    pub fn epoll_delete(&mut self, epoll: SocketId, entry: EntryId) -> Result<(), Errno> {
        let list = self.list_mut(epoll)?;
        let gone = list.entries.remove(&entry).ok_or(Errno::ENOENT)?;
        if gone.queued {
            list.queue.retain(|queued| *queued != entry);
        }
        if let Ok(socket) = self.socket_mut(gone.socket) {
            socket.lists.retain(|known| *known != (epoll, entry));
        }
        Ok(())
    }

    /// `epoll_wait(2)` that does not wait: what is ready now, as much as `events` has room for.
    ///
    /// # Errors
    /// `EINVAL` where `events` is empty, or `epoll` is no list.
    pub fn epoll_events(&mut self, epoll: SocketId, events: &mut [Event]) -> Result<usize, Errno> {
        self.list(epoll)?;
        if events.is_empty() {
            return Err(Errno::EINVAL);
        }
        let (mut filled, mut again) = (0, Vec::new());
        while filled < events.len() {
            let Some(id) = self.list_mut(epoll)?.queue.pop_front() else { break };
            let ready = self.list(epoll)?.entries.get(&id).map(|entry| self.ready(entry));
            let Some(entry) = self.list_mut(epoll)?.entries.get_mut(&id) else { continue };
            entry.queued = false;
            let ready = ready.unwrap_or_default();
            if ready.is_empty() {
                continue;
            }
            events[filled] = Event { token: entry.token, events: ready };
            filled += 1;
            if entry.events.contains(EpollEvents::ONESHOT) {
                entry.events = entry.events.intersection(HOW);
            } else if !entry.events.contains(EpollEvents::ET) {
                entry.queued = true;
                again.push(id);
            }
        }
        self.list_mut(epoll)?.queue.extend(again);
        Ok(filled)
    }

    /// Something changed at the socket of an entry: it is queued if it is ready.
    pub(super) fn entry_changed(&mut self, epoll: SocketId, id: EntryId) {
        let Ok(list) = self.list(epoll) else { return };
        let Some(entry) = list.entries.get(&id) else { return };
        if self.ready(entry).is_empty() {
            return;
        }
        if let Ok(list) = self.list_mut(epoll)
            && let Some(entry) = list.entries.get_mut(&id)
            && !entry.queued
        {
            entry.queued = true;
            list.queue.push_back(id);
        }
        self.notify(epoll);
    }

    /// The socket is gone: it is in no list any more.
    pub(super) fn leave_lists(&mut self, id: SocketId, socket: &mut Socket) {
        for (list, entry) in core::mem::take(&mut socket.lists) {
            debug_assert!(list != id, "no list contains itself");
            // It is there, or the list is gone too.
            let _ = self.epoll_delete(list, entry);
        }
    }

    /// What an entry is asked for and ready for. Nothing once it was reported that was to be so only once.
    fn ready(&self, entry: &Entry) -> PollEvents {
        let asked = entry.events.difference(HOW);
        if asked.is_empty() {
            return PollEvents::empty();
        }
        self.poll_socket(entry.socket, PollEvents(asked.bits() as i16)).difference(PollEvents::NVAL)
    }

    /// Whether a list contains `wanted`, or a list that does, or lies too deep.
    fn reaches(&self, from: SocketId, wanted: SocketId, depth: u32) -> bool {
        let Ok(list) = self.list(from) else { return false };
        let mut sockets = list.entries.values().map(|entry| entry.socket);
        depth == 0
            || sockets.any(|socket| socket == wanted || self.reaches(socket, wanted, depth.saturating_sub(1)))
    }

    fn list(&self, id: SocketId) -> Result<&EpollList, Errno> {
        match &self.socket(id)?.state {
            SocketState::Epoll(list) => Ok(list),
            _ => Err(Errno::EINVAL),
        }
    }

    fn list_mut(&mut self, id: SocketId) -> Result<&mut EpollList, Errno> {
        match &mut self.socket_mut(id)?.state {
            SocketState::Epoll(list) => Ok(list),
            _ => Err(Errno::EINVAL),
        }
    }
}
