//! Lists of sockets: what is added to them in which way, and when they are asked.

use anysock::constants::epoll::EpollEvents;

use super::options::is_tcp;
use super::{Generator, Known};
use crate::call::{Call, Slot};

/// How many lists a process has at the most. They may be in each other.
const LISTS: usize = 6;
/// What a socket is waited for.
const EVENTS: [EpollEvents; 8] = [
    EpollEvents::IN,
    EpollEvents::IN,
    EpollEvents::OUT,
    EpollEvents::IN.union(EpollEvents::OUT),
    EpollEvents::IN.union(EpollEvents::RDHUP),
    EpollEvents::IN.union(EpollEvents::PRI),
    EpollEvents::RDHUP,
    EpollEvents::empty(),
];

impl Generator {
    pub(super) fn epoll_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, passed, .. } = self.known[at];
        if passed {
            return self.open_anything();
        }
        let lists: Vec<_> = self.lists.iter().copied().filter(|list| list.process == slot.process).collect();
        if lists.is_empty() || lists.len() < LISTS && self.random.one_in(10) {
            let list = self.slot(slot.process);
            self.lists.push(list);
            return self.calls.push(Call::EpollCreate(list));
        }
        let list = self.random.of(&lists);
        if lists.len() > 1 && self.random.one_in(4) {
            return self.list_in_list(list, &lists);
        }
        // Which of two ends of a connection hears first is a matter of how fast the loopback interface is.
        if is_tcp(kind) && self.is_other_tcp_listed(slot) {
            return self.calls.push(Call::EpollWait(list, 5));
        }
        let events = self.epoll_events();
        let call = match self.random.below(12) {
            0..4 => Call::EpollAdd(list, slot, events),
            4..6 => Call::EpollModify(list, slot, events.difference(EpollEvents::EXCLUSIVE)),
            6 => Call::EpollDelete(list, slot),
            _ => Call::EpollWait(list, 1 + self.random.below(5)),
        };
        self.calls.push(call);
    }

    /// A list is added to another one, or to itself, or closed.
    fn list_in_list(&mut self, list: Slot, lists: &[Slot]) {
        let inner = self.random.of(lists);
        let mut events = self.random.of(&EVENTS);
        for (how, often) in [(EpollEvents::ET, 3), (EpollEvents::ONESHOT, 6), (EpollEvents::EXCLUSIVE, 20)] {
            events.set(how, self.random.one_in(often));
        }
        let call = match self.random.below(16) {
            0..9 => Call::EpollAdd(list, inner, events),
            9..12 => Call::EpollModify(list, inner, events),
            12..15 => Call::EpollDelete(list, inner),
            _ => {
                self.lists.retain(|known| *known != list);
                Call::Close(list)
            }
        };
        self.calls.push(call);
    }

    /// Whether another socket of TCP was added to the list of its process.
    fn is_other_tcp_listed(&self, slot: Slot) -> bool {
        let is_tcp_too = |other: Slot| {
            other != slot
                && other.process == slot.process
                && self.known.iter().any(|known| known.slot == other && is_tcp(known.kind))
        };
        self.calls.iter().any(|call| matches!(call, Call::EpollAdd(_, other, _) if is_tcp_too(*other)))
    }

    fn epoll_events(&mut self) -> EpollEvents {
        let mut events = self.random.of(&EVENTS);
        if self.random.one_in(2) {
            events |= EpollEvents::ET;
        }
        if self.random.one_in(5) {
            events |= EpollEvents::ONESHOT;
        }
        if self.random.one_in(12) {
            events |= EpollEvents::EXCLUSIVE;
        }
        events
    }
}
