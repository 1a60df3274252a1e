//! Lists of sockets of which some are ready: what `epoll(7)` is on Linux.
//!
//! A list keeps its entries that were seen ready in the order in which they became so. Waiting looks at them in
//! that order: what is no longer ready leaves the queue, what is reported goes to its end, so that each gets its
//! turn.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use anysock::constants::epoll::EpollEvents;
use anysock::poll::Event;
use anysock::{Errno, Family, PollEvents, Protocol, Received, SocketType};

use super::Engine;
use super::map::Map;
use super::node::NodeId;
use super::socket::{Calls, Incoming, Outgoing, SocketId, SocketState};

/// How the kernel is asked, not what for: `EP_PRIVATE_BITS`.
const HOW: EpollEvents =
    EpollEvents::ONESHOT.union(EpollEvents::ET).union(EpollEvents::EXCLUSIVE).union(EpollEvents::WAKEUP);
/// What is always reported.
const ALWAYS: EpollEvents = EpollEvents::ERR.union(EpollEvents::HUP);
/// What goes with EPOLLEXCLUSIVE: `EPOLLEXCLUSIVE_OK_BITS`.
const WITH_EXCLUSIVE: EpollEvents = EpollEvents::IN
    .union(EpollEvents::OUT)
    .union(ALWAYS)
    .union(EpollEvents::WAKEUP)
    .union(EpollEvents::ET)
    .union(EpollEvents::EXCLUSIVE);
/// The key of `ep_poll_safewake`: what lists hear of a list in them, of which something was queued.
const SAFEWAKE: PollEvents = PollEvents::IN;
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
    queued: Cell<bool>,
}

/// A list.
#[derive(Debug, Default)]
pub(crate) struct EpollList {
    entries: Map<EntryId, Entry>,
    /// Entries that were seen ready, in that order. Who only looks takes some of them out.
    queue: RefCell<VecDeque<EntryId>>,
    next: u64,
}

impl EpollList {
    /// Puts an entry at the end of the queue, where it is not there.
    fn enqueue(&self, id: EntryId, entry: &Entry) {
        if !entry.queued.replace(true) {
            self.queue.borrow_mut().push_back(id);
        }
    }
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
        // What is not ready any more is taken out, up to the first that is (__ep_eventpoll_poll).
        let mut queue = list.queue.borrow_mut();
        while let Some(entry) = queue.front().and_then(|first| list.entries.get(first)) {
            if !engine.ready(entry).is_empty() {
                return PollEvents::IN | PollEvents::RDNORM;
            }
            entry.queued.set(false);
            queue.pop_front();
        }
        PollEvents::empty()
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

    /// Refuses what is no list, and a list in itself.
    ///
    /// # Errors
    /// `EINVAL` where it is none, or both are the same, `EBADF` where one is not open.
    pub fn check_list(&self, epoll: SocketId, socket: SocketId) -> Result<(), Errno> {
        self.socket(socket)?;
        self.list(epoll)?;
        if epoll == socket { Err(Errno::EINVAL) } else { Ok(()) }
    }

    /// Refuses what cannot be added, whatever is in the list.
    ///
    /// # Errors
    /// Those of [`Engine::epoll_add`].
    pub fn check_new_entry(
        &self,
        epoll: SocketId,
        socket: SocketId,
        events: EpollEvents,
    ) -> Result<(), Errno> {
        self.check_list(epoll, socket)?;
        let exclusive = events.contains(EpollEvents::EXCLUSIVE);
        let is_list = self.list(socket).is_ok();
        if exclusive && (is_list || !WITH_EXCLUSIVE.contains(events)) {
            return Err(Errno::EINVAL);
        }
        // How many lists lie in each other then (ep_loop_check).
        let fits = |depth: u32| depth + 1 + self.depth_above(epoll) <= NESTS;
        match self.depth_below(socket, epoll, 0) {
            Some(depth) if !is_list || fits(depth) => Ok(()),
            _ => Err(Errno::ELOOP),
        }
    }

    /// `EPOLL_CTL_ADD`.
    ///
    /// # Errors
    /// `EBADF`; `EINVAL` where `epoll` is no list, or is `socket`, or for what does not go with `EPOLLEXCLUSIVE`;
    /// `ELOOP` where lists would contain each other, or more than four links would lead from one to the innermost.
    pub fn epoll_add(
        &mut self,
        epoll: SocketId,
        socket: SocketId,
        events: EpollEvents,
        token: u64,
    ) -> Result<EntryId, Errno> {
        self.check_new_entry(epoll, socket, events)?;
        let exclusive = events.contains(EpollEvents::EXCLUSIVE);
        let list = self.list_mut(epoll)?;
        let id = EntryId(list.next);
        list.next += 1;
        list.entries.insert(id, Entry { socket, events: events | ALWAYS, token, queued: Cell::new(false) });
        // The latest hears first, and those that want to be the only ones last (`add_wait_queue`).
        let lists = &mut self.socket_mut(socket)?.lists;
        lists.insert(if exclusive { lists.len() } else { 0 }, (epoll, id));
        self.entry_asked(epoll, id);
        Ok(id)
    }

    /// `EPOLL_CTL_MOD`.
    ///
    /// # Errors
    /// `ENOENT` where the entry is gone; `EINVAL` where `epoll` is no list, and with `EPOLLEXCLUSIVE`, before or now.
    pub fn epoll_modify(
        &mut self,
        epoll: SocketId,
        entry: EntryId,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno> {
        let exclusive = events.contains(EpollEvents::EXCLUSIVE);
        let known = self.list_mut(epoll)?.entries.get_mut(&entry).ok_or(Errno::ENOENT)?;
        if exclusive || known.events.contains(EpollEvents::EXCLUSIVE) {
            return Err(Errno::EINVAL);
        }
        (known.events, known.token) = (events | ALWAYS, token);
        self.entry_asked(epoll, entry);
        Ok(())
    }

    /// `EPOLL_CTL_DEL`.
    ///
    /// # Errors
    /// `ENOENT` where the entry is gone; `EINVAL` where `epoll` is no list.
    pub fn epoll_delete(&mut self, epoll: SocketId, entry: EntryId) -> Result<(), Errno> {
        let list = self.list_mut(epoll)?;
        let gone = list.entries.remove(&entry).ok_or(Errno::ENOENT)?;
        if gone.queued.get() {
            list.queue.get_mut().retain(|queued| *queued != entry);
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
            let Some(id) = self.list_mut(epoll)?.queue.get_mut().pop_front() else { break };
            let ready = self.list(epoll)?.entries.get(&id).map(|entry| self.ready(entry));
            let Some(entry) = self.list_mut(epoll)?.entries.get_mut(&id) else { continue };
            entry.queued.set(false);
            let ready = ready.unwrap_or_default();
            if ready.is_empty() {
                continue;
            }
            events[filled] = Event { token: entry.token, events: ready };
            filled += 1;
            if entry.events.contains(EpollEvents::ONESHOT) {
                entry.events = entry.events.intersection(HOW);
            } else if !entry.events.contains(EpollEvents::ET) {
                entry.queued.set(true);
                again.push(id);
            }
        }
        self.list_mut(epoll)?.queue.get_mut().extend(again);
        Ok(filled)
    }

    /// Something changed at the socket of an entry, which is queued if it waits for some of `events`
    /// (`ep_poll_callback`). Whether nobody else is to hear of it: the entry wants to be the only one, and somebody
    /// waits for its list.
    pub(super) fn entry_changed(&mut self, epoll: SocketId, id: EntryId, events: PollEvents) -> bool {
        let Ok(list) = self.list(epoll) else { return false };
        let Some(entry) = list.entries.get(&id) else { return false };
        if !entry.events.difference(HOW).intersects(events.into()) {
            return false;
        }
        list.enqueue(id, entry);
        let in_and_out = EpollEvents::IN | EpollEvents::OUT;
        let told = EpollEvents::from(events).intersection(in_and_out);
        let is_heard = told.is_empty() || told != in_and_out && entry.events.intersects(told);
        let is_alone = entry.events.contains(EpollEvents::EXCLUSIVE) && is_heard && self.is_waited_for(epoll);
        self.notify_of(epoll, SAFEWAKE);
        is_alone
    }

    /// An entry is new, or asks for something else: it is queued if it is ready.
    fn entry_asked(&mut self, epoll: SocketId, id: EntryId) {
        let Ok(list) = self.list(epoll) else { return };
        if let Some(entry) = list.entries.get(&id)
            && !self.ready(entry).is_empty()
            && !entry.queued.get()
        {
            list.enqueue(id, entry);
            self.notify_of(epoll, SAFEWAKE);
        }
    }

    /// The socket is gone: it is in no list any more.
    pub(super) fn leave_lists(&mut self, id: SocketId, lists: Vec<(SocketId, EntryId)>) {
        for (list, entry) in lists {
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

    /// How deep the lists lie in each other that a list contains; `None` where `wanted` is among them, or they lie too
    /// deep (`ep_loop_check_proc`).
    fn depth_below(&self, from: SocketId, wanted: SocketId, depth: u32) -> Option<u32> {
        let Ok(list) = self.list(from) else { return Some(0) };
        let mut deepest = 0;
        for inner in list.entries.values().map(|entry| entry.socket).filter(|id| self.list(*id).is_ok()) {
            if inner == wanted || depth > NESTS {
                return None;
            }
            deepest = deepest.max(self.depth_below(inner, wanted, depth + 1)? + 1);
        }
        Some(deepest)
    }

    /// How deep the lists lie in each other that contain a list (`ep_get_upwards_depth_proc`).
    fn depth_above(&self, id: SocketId) -> u32 {
        let lists = self.socket(id).map_or(&[][..], |socket| &socket.lists);
        lists.iter().map(|(list, _)| self.depth_above(*list) + 1).max().unwrap_or(0)
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
