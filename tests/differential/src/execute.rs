//! Makes the calls of one of a program's processes: the same code on every backend.

use std::collections::{BTreeMap, BTreeSet};

use anysock::batch::{Batch, BatchSize, RecvBatch, SendBatch};
use anysock::constants::epoll::EpollEvents;
use anysock::io_control::IoControl;
use anysock::poll::{Epoll, Event};
use anysock::{Backend, Deadline, Errno, Level, MessageFlags, PollEvents, Received, RecvMsg, SendMsg, Wait};

use crate::answer::Outcome;
use crate::call::{Address, Call, Kind, Recv, Send, Slot};
use crate::credentials;
use crate::packet_told;
use crate::ports::Ports;

/// What a program asks a kernel for.
pub(crate) trait Kernel: Backend + Batch + Epoll + IoControl {
    /// `unlink(2)`.
    fn unlink(&self, path: &str) -> Result<(), Errno>;
    /// `rename(2)`.
    fn rename(&self, from: &str, to: &str) -> Result<(), Errno>;
    /// `getpid(2)`.
    fn process_number(&self) -> i32;
}

/// net.ipv4.ping_group_range: the group of the programs has ping sockets.
pub(crate) const PING_GROUPS: &str = "0 0";
/// Everything that `poll(2)` can say.
const EVERYTHING: PollEvents = PollEvents::all();
/// Room for any address.
const ADDRESS_ROOM: usize = 128;

/// What a process sees of its sockets after a call, whoever made it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Seen {
    /// What each is ready for.
    pub(crate) ready: Vec<(Slot, PollEvents)>,
    /// What `getsockname(2)` says of each.
    pub(crate) names: BTreeMap<Slot, Vec<u8>>,
}

/// A process, with its sockets.
#[derive(Debug)]
pub(crate) struct Executor<B: Kernel> {
    backend: B,
    ports: Ports,
    handles: BTreeMap<Slot, B::Handle>,
    /// What was opened as what.
    kinds: BTreeMap<Slot, Kind>,
    /// Those that are lists. Nobody looks at what they are ready for: Linux takes out of them then what is no longer
    /// ready (`ep_eventpoll_poll`), and what comes back is behind the others.
    lists: BTreeSet<Slot>,
}

/// The bytes that the call at `position` sends.
fn payload(position: usize, len: usize) -> Vec<u8> {
    (0..len).map(|index| (position * 31 + index + (index >> 8)) as u8).collect()
}

impl<B: Kernel> Executor<B> {
    pub(crate) fn new(backend: B, ports: Ports) -> Self {
        Executor { backend, ports, handles: BTreeMap::new(), kinds: BTreeMap::new(), lists: BTreeSet::new() }
    }

    /// Makes the call at `position` of the program, after the one before it both processes saw `seen`.
    pub(crate) fn call(&mut self, position: usize, call: &Call, seen: &[Seen; 2]) -> Outcome {
        self.attempt(position, call, seen).unwrap_or_else(Outcome::Failed)
    }

    /// What every socket is ready for, and its name.
    pub(crate) fn see(&self) -> Seen {
        Seen {
            ready: self.ready(),
            names: self.handles.keys().map(|slot| (*slot, self.name(slot))).collect(),
        }
    }

    fn ready(&self) -> Vec<(Slot, PollEvents)> {
        let looked_at = || self.handles.iter().filter(|(slot, _)| !self.lists.contains(slot));
        let mut waits: Vec<_> = looked_at().map(|(_, handle)| Wait::new(handle, EVERYTHING)).collect();
        let answer = self.backend.wait(&mut waits, Deadline::NOW);
        debug_assert!(answer.is_ok(), "{answer:?}");
        looked_at().map(|(slot, _)| *slot).zip(waits.iter().map(|wait| wait.revents)).collect()
    }

    fn attempt(&mut self, position: usize, call: &Call, seen: &[Seen; 2]) -> Result<Outcome, Errno> {
        match call {
            Call::Socket(slot, kind) => self.socket(*slot, *kind),
            Call::SocketPair(slots, kind) => self.socket_pair(*slots, *kind),
            Call::Duplicate(slot, of) => self.duplicate(*slot, of),
            Call::Bind(slot, address) => {
                self.done(slot, |backend, handle| backend.bind(handle, &self.address(address, seen)))
            }
            Call::Connect(slot, address) => {
                self.done(slot, |backend, handle| backend.connect(handle, &self.address(address, seen)))
            }
            Call::Listen(slot, backlog) => {
                self.done(slot, |backend, handle| backend.listen(handle, *backlog))
            }
            Call::Accept(slot, listener, room) => self.accept(*slot, listener, *room),
            Call::Shutdown(slot, how) => self.done(slot, |backend, handle| backend.shutdown(handle, *how)),
            Call::Close(slot) => self.close(slot),
            Call::LocalAddr(slot, room) => self.local_addr(slot, *room),
            Call::PeerAddr(slot, room) => self.peer_addr(slot, *room),
            Call::Send(slot, send) => self.on(slot, |_, handle| self.send(handle, send, position, seen)),
            Call::Recv(slot, recv) => self.recv(*slot, recv),
            Call::SetOption(slot, level, name, value) => {
                self.done(slot, |backend, handle| backend.set_option(handle, *level, *name, value))
            }
            Call::GetOption(slot, level, name, room) => self.get_option(slot, (*level, *name), *room),
            Call::IoControl(slot, request) => {
                self.on(slot, |backend, handle| Ok(Outcome::Number(backend.io_control(handle, *request)?)))
            }
            Call::SendSeveral(slot, flags, messages) => {
                self.on(slot, |_, handle| self.send_several(handle, *flags, messages, position, seen))
            }
            Call::RecvSeveral(slot, count, recv) => {
                self.on(slot, |_, handle| self.recv_several(handle, *count, recv))
            }
            Call::EpollCreate(slot) => self.epoll_create(*slot),
            Call::EpollAdd(list, added, events) => self.epoll_add(list, added, *events),
            Call::EpollModify(list, added, events) => self.epoll_modify(list, added, *events),
            Call::EpollDelete(list, added) => {
                self.change_list(list, added, |backend, list, handle| backend.epoll_delete(list, handle))
            }
            Call::EpollWait(list, room) => self.epoll_wait(list, *room),
            Call::Unlink(path) => self.backend.unlink(path).map(|()| Outcome::Done),
            Call::Rename(from, to) => self.backend.rename(from, to).map(|()| Outcome::Done),
            // Who runs the program does that.
            Call::Sleep(_) => Ok(Outcome::Done),
        }
    }

    /// Makes a call on an open socket.
    fn on(
        &self,
        slot: &Slot,
        call: impl FnOnce(&B, &B::Handle) -> Result<Outcome, Errno>,
    ) -> Result<Outcome, Errno> {
        self.handles.get(slot).map_or(Ok(Outcome::NotOpen), |handle| call(&self.backend, handle))
    }

    /// The same, of one that answers nothing.
    fn done(
        &self,
        slot: &Slot,
        call: impl FnOnce(&B, &B::Handle) -> Result<(), Errno>,
    ) -> Result<Outcome, Errno> {
        self.on(slot, |backend, handle| call(backend, handle).map(|()| Outcome::Done))
    }

    fn socket(&mut self, slot: Slot, kind: Kind) -> Result<Outcome, Errno> {
        let handle = self.backend.socket(kind.family, kind.kind, kind.protocol)?;
        self.handles.insert(slot, handle);
        self.kinds.insert(slot, kind);
        Ok(Outcome::Done)
    }

    fn socket_pair(&mut self, [one, other]: [Slot; 2], kind: Kind) -> Result<Outcome, Errno> {
        let pair = self.backend.socket_pair(kind.family, kind.kind, kind.protocol)?;
        self.handles.extend([(one, pair.0), (other, pair.1)]);
        Ok(Outcome::Done)
    }

    fn duplicate(&mut self, slot: Slot, of: &Slot) -> Result<Outcome, Errno> {
        let Some(handle) = self.handles.get(of) else { return Ok(Outcome::NotOpen) };
        let duplicate = self.backend.duplicate(handle)?;
        self.handles.insert(slot, duplicate);
        self.kinds.extend(self.kinds.get(of).map(|kind| (slot, *kind)));
        Ok(Outcome::Done)
    }

    fn accept(&mut self, slot: Slot, listener: &Slot, room: usize) -> Result<Outcome, Errno> {
        let Some(handle) = self.handles.get(listener) else { return Ok(Outcome::NotOpen) };
        let mut address = vec![0; room];
        let (accepted, len) = self.backend.accept(handle, &mut address)?;
        self.handles.insert(slot, accepted);
        Ok(Outcome::Address(address, len))
    }

    fn close(&mut self, slot: &Slot) -> Result<Outcome, Errno> {
        let Some(handle) = self.handles.remove(slot) else { return Ok(Outcome::NotOpen) };
        self.backend.close(handle).map(|()| Outcome::Done)
    }

    fn local_addr(&self, slot: &Slot, room: usize) -> Result<Outcome, Errno> {
        self.on(slot, |backend, handle| {
            let mut address = vec![0; room];
            let len = backend.local_addr(handle, &mut address)?;
            if let Some(kind) = self.kinds.get(slot) {
                packet_told::name(*kind, &mut address);
            }
            Ok(Outcome::Address(address, len))
        })
    }

    fn peer_addr(&self, slot: &Slot, room: usize) -> Result<Outcome, Errno> {
        self.on(slot, |backend, handle| {
            let mut address = vec![0; room];
            let len = backend.peer_addr(handle, &mut address)?;
            Ok(Outcome::Address(address, len))
        })
    }

    fn get_option(&self, slot: &Slot, option: (Level, i32), room: usize) -> Result<Outcome, Errno> {
        self.on(slot, |backend, handle| {
            let mut value = vec![0; room];
            let len = backend.get_option(handle, option.0, option.1, &mut value)?;
            value.truncate(len);
            Ok(Outcome::Option(option, value, len))
        })
    }

    fn epoll_create(&mut self, slot: Slot) -> Result<Outcome, Errno> {
        let list = self.backend.epoll_create()?;
        self.handles.insert(slot, list);
        self.lists.insert(slot);
        Ok(Outcome::Done)
    }

    fn epoll_add(&self, list: &Slot, added: &Slot, events: EpollEvents) -> Result<Outcome, Errno> {
        self.change_list(list, added, |backend, list, handle| {
            backend.epoll_add(list, handle, events, added.number as u64)
        })
    }

    fn epoll_modify(&self, list: &Slot, added: &Slot, events: EpollEvents) -> Result<Outcome, Errno> {
        self.change_list(list, added, |backend, list, handle| {
            backend.epoll_modify(list, handle, events, added.number as u64)
        })
    }

    fn epoll_wait(&self, list: &Slot, room: usize) -> Result<Outcome, Errno> {
        self.on(list, |backend, list| {
            let mut events = vec![Event::default(); room];
            let ready = backend.epoll_wait(list, &mut events, Deadline::NOW)?;
            events.truncate(ready);
            Ok(Outcome::Events(events))
        })
    }

    /// Makes a call about what is in a list.
    fn change_list(
        &self,
        list: &Slot,
        added: &Slot,
        call: impl FnOnce(&B, &B::Handle, &B::Handle) -> Result<(), Errno>,
    ) -> Result<Outcome, Errno> {
        self.on(list, |_, list| self.done(added, |backend, added| call(backend, list, added)))
    }

    fn send_several(
        &self,
        handle: &B::Handle,
        flags: MessageFlags,
        messages: &[Send],
        position: usize,
        seen: &[Seen; 2],
    ) -> Result<Outcome, Errno> {
        let most = |of: fn(&Send) -> usize| messages.iter().map(of).max().unwrap_or(0);
        let (len, control) = (most(|message| message.len), most(|message| message.control.len()));
        let mut batch = self.backend.new_send_batch(BatchSize { messages: messages.len(), len, control })?;
        for (index, message) in messages.iter().enumerate() {
            let to = message.to.as_ref().map(|address| self.address(address, seen));
            batch.push(&payload(position + index, message.len), to.as_deref(), &message.control)?;
        }
        Ok(Outcome::Sent(self.backend.send_mmsg(handle, &mut batch, flags)?))
    }

    fn recv_several(&self, handle: &B::Handle, count: usize, recv: &Recv) -> Result<Outcome, Errno> {
        let size = BatchSize { messages: count, len: recv.len, control: recv.control };
        let mut batch = self.backend.new_recv_batch(size)?;
        self.backend.recv_mmsg(handle, &mut batch, recv.flags)?;
        let messages = batch.iter().map(|message| {
            let received = Received {
                len: message.bytes.len(),
                address_len: message.address.len(),
                flags: message.flags,
                ..Received::default()
            };
            let (bytes, address) = (message.bytes.to_vec(), message.address.to_vec());
            Outcome::Received(Box::new(received), bytes, address, message.control.to_vec())
        });
        Ok(Outcome::Several(messages.collect()))
    }

    fn send(
        &self,
        handle: &B::Handle,
        send: &Send,
        position: usize,
        seen: &[Seen; 2],
    ) -> Result<Outcome, Errno> {
        let to = send.to.as_ref().map(|address| self.address(address, seen));
        let mut bytes = payload(position, send.len);
        bytes.iter_mut().zip(&send.head).for_each(|(byte, head)| *byte = *head);
        let pass: Vec<_> = send.pass.iter().filter_map(|slot| self.handles.get(slot)).collect();
        let control = credentials::meant(&send.control, self.backend.process_number());
        let message = SendMsg {
            address: to.as_deref(),
            slices: &[B::IoSlice::from(&bytes)],
            control: &control,
            handles: &pass,
            flags: send.flags,
        };
        Ok(Outcome::Sent(self.backend.send_msg(handle, &message)?))
    }

    fn recv(&mut self, slot: Slot, recv: &Recv) -> Result<Outcome, Errno> {
        let Some(handle) = self.handles.get(&slot) else { return Ok(Outcome::NotOpen) };
        let mut address = vec![0; recv.room];
        let mut bytes = vec![0; recv.len];
        let mut control = vec![0; recv.control];
        let mut taken: Vec<_> = recv.take.iter().map(|_| None).collect();
        let received = {
            let mut slices = [B::IoSliceMut::from(&mut bytes)];
            let mut message = RecvMsg {
                address: &mut address,
                slices: &mut slices,
                control: &mut control,
                handles: &mut taken,
                flags: recv.flags,
            };
            self.backend.recv_msg(handle, &mut message)?
        };
        bytes.truncate(received.len);
        control.truncate(received.control_len);
        if let Some(kind) = self.kinds.get(&slot) {
            packet_told::received(*kind, &mut bytes);
        }
        for (slot, handle) in recv.take.iter().zip(taken) {
            self.handles.extend(handle.map(|handle| (*slot, handle)));
        }
        Ok(Outcome::Received(Box::new(received), bytes, address, control))
    }

    fn address(&self, address: &Address, seen: &[Seen; 2]) -> Vec<u8> {
        match address {
            Address::Bytes(bytes) => self.ports.meant(bytes),
            Address::NameOf(slot) => seen[slot.process as usize].names.get(slot).cloned().unwrap_or_default(),
        }
    }

    /// What `getsockname(2)` says.
    fn name(&self, slot: &Slot) -> Vec<u8> {
        let mut name = vec![0; ADDRESS_ROOM];
        let handle = self.handles.get(slot);
        let len = handle.and_then(|handle| self.backend.local_addr(handle, &mut name).ok());
        name.truncate(len.unwrap_or(0));
        name
    }
}
