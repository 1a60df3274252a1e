//! The socket table: every open socket of every node, who holds it, and its timer.

use alloc::vec::Vec;

use anysock::{Errno, Family, Instant, Protocol, SocketType};

use super::timers::SocketTimers;
use super::{Calls, Common, Socket, SocketState};
use crate::engine::Engine;
use crate::engine::event::EventQueue;
use crate::engine::few::Few;
use crate::engine::node::NodeId;
use crate::engine::process::ProcessId;

/// An open socket: a slot of the table. A slot used again has another generation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SocketId {
    index: u32,
    generation: u32,
}

impl SocketId {
    /// No socket, ever: generations count from one.
    #[cfg(feature = "std")]
    pub(crate) const NEVER_OPEN: SocketId = SocketId { index: 0, generation: 0 };
}

/// What was in a slot of the table, for who has taken it out.
pub(crate) struct Removed {
    pub(crate) node: NodeId,
    pub(crate) kind: SocketType,
    pub(crate) state: SocketState,
}

/// Every open socket.
#[derive(Debug, Default)]
pub(crate) struct SocketTable {
    slots: slab::Slab<Socket>,
    timers: SocketTimers,
    generation: u32,
}

impl SocketTable {
    /// Has the timer of an open socket come due at that time, or not at all.
    #[inline]
    pub(in crate::engine) fn set_timer(
        &mut self,
        events: &mut EventQueue,
        id: SocketId,
        due: Option<Instant>,
    ) {
        self.timers.set(events, id.index, due);
    }

    /// The event of a slot's timer has come: the socket whose timer is due by `now`.
    fn timer_event(&mut self, events: &mut EventQueue, slot: u32, now: Instant) -> Option<SocketId> {
        let is_due = self.timers.event_comes(events, slot, now);
        let socket = self.slots.get(slot as usize).filter(|_| is_due)?;
        Some(SocketId { index: slot, generation: socket.generation })
    }

    /// An open socket, to change.
    #[inline]
    pub(crate) fn open(&mut self, id: SocketId) -> Option<&mut Socket> {
        self.slots.get_mut(id.index as usize).filter(|socket| socket.generation == id.generation)
    }

    /// A process waits for a socket.
    pub(in crate::engine) fn add_waiter(&mut self, id: SocketId, process: ProcessId) {
        if let Some(socket) = self.open(id)
            && !socket.waiters.iter().any(|waiter| *waiter == process)
        {
            socket.waiters.push(process);
        }
    }

    /// It does no more.
    pub(in crate::engine) fn remove_waiter(&mut self, id: SocketId, process: ProcessId) {
        if let Some(socket) = self.open(id) {
            socket.waiters.retain(|waiter| *waiter != process);
        }
    }
}

impl Engine {
    /// Puts a new socket into the table. It has one reference.
    pub(crate) fn insert_socket(
        &mut self,
        node: NodeId,
        (family, kind, protocol): (Family, SocketType, Protocol),
        calls: &'static dyn Calls,
        state: SocketState,
    ) -> SocketId {
        self.insert_socket_with(node, (family, kind, protocol), calls, state, Common::default())
    }

    /// The same of one on which this is set.
    pub(crate) fn insert_socket_with(
        &mut self,
        node: NodeId,
        (family, kind, protocol): (Family, SocketType, Protocol),
        calls: &'static dyn Calls,
        state: SocketState,
        common: Common,
    ) -> SocketId {
        let table = &mut self.sockets;
        table.generation = table.generation.wrapping_add(1).max(1);
        let generation = table.generation;
        let index = table.slots.insert(Socket {
            generation,
            node,
            family,
            kind,
            protocol,
            common,
            calls,
            state,
            references: 1,
            waiters: Few::default(),
            lists: Vec::new(),
        });
        table.timers.add_slot(index);
        SocketId { index: index as u32, generation }
    }

    /// Takes a socket out of the table. Who waits for it goes on and sees `POLLNVAL`.
    pub(crate) fn remove_socket(&mut self, id: SocketId) -> Option<Removed> {
        self.socket(id).ok()?;
        let Socket { node, kind, state, waiters, lists, .. } = self.sockets.slots.remove(id.index as usize);
        self.sockets.set_timer(&mut self.events, id, None);
        self.leave_lists(id, lists);
        for process in waiters.iter() {
            self.reconsider(*process);
        }
        Some(Removed { node, kind, state })
    }

    /// An open socket.
    ///
    /// # Errors
    /// `EBADF` where it is not open, or its node has crashed.
    #[inline]
    pub(crate) fn socket(&self, id: SocketId) -> Result<&Socket, Errno> {
        match self.sockets.slots.get(id.index as usize) {
            Some(socket) if socket.generation == id.generation => Ok(socket),
            _ => Err(Errno::EBADF),
        }
    }

    /// An open socket, to change.
    ///
    /// # Errors
    /// `EBADF` where it is not open, or its node has crashed.
    #[inline]
    pub(crate) fn socket_mut(&mut self, id: SocketId) -> Result<&mut Socket, Errno> {
        self.sockets.open(id).ok_or(Errno::EBADF)
    }

    /// Every open socket of a node.
    pub(crate) fn sockets_of(&self, node: NodeId) -> Vec<SocketId> {
        let of_node = self.sockets.slots.iter().filter(|(_, socket)| socket.node == node);
        of_node
            .map(|(index, socket)| SocketId { index: index as u32, generation: socket.generation })
            .collect()
    }

    /// Another holder of the socket.
    ///
    /// # Errors
    /// `EBADF` where it is not open.
    pub fn retain(&mut self, id: SocketId) -> Result<(), Errno> {
        self.socket_mut(id)?.references += 1;
        Ok(())
    }

    /// One holder less; the last one closes the socket. Of a socket that is not open, nothing.
    pub fn release(&mut self, id: SocketId) {
        let Ok(socket) = self.socket_mut(id) else { return };
        socket.references = socket.references.saturating_sub(1);
        if socket.references == 0 {
            let calls = socket.calls;
            calls.close(self, id);
        }
    }

    /// Has the timer of a socket come due at that time, or not at all.
    pub(crate) fn set_timer(&mut self, id: SocketId, due: Option<Instant>) {
        if self.socket(id).is_ok() {
            self.sockets.set_timer(&mut self.events, id, due);
        }
    }

    /// The event of a slot's timer has come. Whether the timer is due.
    pub(in crate::engine) fn timer_event(&mut self, at: Instant, slot: u32) -> bool {
        let now = self.now.max(at);
        let Some(id) = self.sockets.timer_event(&mut self.events, slot, now) else { return false };
        let Ok(calls) = self.socket(id).map(|socket| socket.calls) else { return false };
        self.now = now;
        calls.timer(self, id);
        true
    }
}
