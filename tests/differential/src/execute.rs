//! Makes the calls of one of a program's processes: the same code on every backend.

use std::collections::BTreeMap;

use anysock::{Backend, Deadline, Errno, PollEvents, RecvMsg, SendMsg, Wait};

use crate::answer::Outcome;
use crate::call::{Address, Call, Recv, Send, Slot};
use crate::ports::Ports;

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
pub(crate) struct Executor<B: Backend> {
    backend: B,
    ports: Ports,
    handles: BTreeMap<Slot, B::Handle>,
}

/// The bytes that the call at `position` sends.
fn payload(position: usize, len: usize) -> Vec<u8> {
    (0..len).map(|index| (position * 31 + index + (index >> 8)) as u8).collect()
}

impl<B: Backend> Executor<B> {
    pub(crate) fn new(backend: B, ports: Ports) -> Self {
        Executor { backend, ports, handles: BTreeMap::new() }
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
        let mut waits: Vec<_> = self.handles.values().map(|handle| Wait::new(handle, EVERYTHING)).collect();
        let answer = self.backend.wait(&mut waits, Deadline::NOW);
        debug_assert!(answer.is_ok(), "{answer:?}");
        self.handles.keys().copied().zip(waits.iter().map(|wait| wait.revents)).collect()
    }

    fn attempt(&mut self, position: usize, call: &Call, seen: &[Seen; 2]) -> Result<Outcome, Errno> {
        match call {
            Call::Socket(slot, kind) => {
                let handle = self.backend.socket(kind.family, kind.kind, kind.protocol)?;
                self.handles.insert(*slot, handle);
                return Ok(Outcome::Done);
            }
            Call::SocketPair([one, other], kind) => {
                let pair = self.backend.socket_pair(kind.family, kind.kind, kind.protocol)?;
                self.handles.extend([(*one, pair.0), (*other, pair.1)]);
                return Ok(Outcome::Done);
            }
            _ => {}
        }
        let Some(handle) = self.handles.get(&call.slot()) else { return Ok(Outcome::NotOpen) };
        let backend = &self.backend;
        let address_of = |address: &Address| self.address(address, seen);
        match call {
            Call::Socket(..) | Call::SocketPair(..) => {}
            Call::Duplicate(slot, _) => {
                let duplicate = backend.duplicate(handle)?;
                self.handles.insert(*slot, duplicate);
            }
            Call::Bind(_, address) => backend.bind(handle, &address_of(address))?,
            Call::Connect(_, address) => backend.connect(handle, &address_of(address))?,
            Call::Listen(_, backlog) => backend.listen(handle, *backlog)?,
            Call::Accept(slot, _, room) => {
                let mut address = vec![0; *room];
                let (accepted, len) = backend.accept(handle, &mut address)?;
                self.handles.insert(*slot, accepted);
                return Ok(Outcome::Address(address, len));
            }
            Call::Shutdown(_, how) => backend.shutdown(handle, *how)?,
            Call::Close(slot) => {
                if let Some(handle) = self.handles.remove(slot) {
                    self.backend.close(handle)?;
                }
            }
            Call::LocalAddr(_, room) => {
                let mut address = vec![0; *room];
                let len = backend.local_addr(handle, &mut address)?;
                return Ok(Outcome::Address(address, len));
            }
            Call::PeerAddr(_, room) => {
                let mut address = vec![0; *room];
                let len = backend.peer_addr(handle, &mut address)?;
                return Ok(Outcome::Address(address, len));
            }
            Call::Send(_, send) => {
                let to = send.to.as_ref().map(address_of);
                return self.send(handle, send, to.as_deref(), &payload(position, send.len));
            }
            Call::Recv(slot, recv) => return self.recv(*slot, recv),
            Call::SetOption(_, level, name, value) => backend.set_option(handle, *level, *name, value)?,
            Call::GetOption(_, level, name, room) => {
                let mut value = vec![0; *room];
                let len = backend.get_option(handle, *level, *name, &mut value)?;
                value.truncate(len);
                return Ok(Outcome::Option((*level, *name), value, len));
            }
        }
        Ok(Outcome::Done)
    }

    fn send(
        &self,
        handle: &B::Handle,
        send: &Send,
        to: Option<&[u8]>,
        bytes: &[u8],
    ) -> Result<Outcome, Errno> {
        let pass: Vec<_> = send.pass.iter().filter_map(|slot| self.handles.get(slot)).collect();
        let message = SendMsg {
            address: to,
            slices: &[B::IoSlice::from(bytes)],
            control: &send.control,
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
