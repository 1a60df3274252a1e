//! The backend that a simulated program sees.

use std::boxed::Box;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::thread;
use std::time::Duration;
use std::vec::Vec;

use anysock::bpf::SockFilter;
use anysock::{
    Backend, Deadline, Errno, Error, Family, Instant, Interface, InterfaceName, Interfaces, Level,
    MessageFlags, PollEvents, Protocol, Received, RecvMsg, SendMsg, Shutdown, SocketType, Spawn, Wait, Waker,
};
use corosensei::Yielder;

use crate::engine::calls::check_address;
use crate::engine::socket::copy_address;
use crate::engine::{Engine, EntryId, Incoming, NodeId, Outgoing, ProcessId, SocketId};
use crate::world::Shared;
use crate::zero_copy::refuse_zero_copy;

/// After this many calls, a program that has not waited gives way to others.
const CALLS: u32 = 10_000;
/// For this long.
const SLICE: Duration = Duration::from_millis(1);

/// The kernel of the node that a program runs on. `'a` is the program's own life.
///
/// Calls take no time, and only [`Backend::wait`] stops a program, with one exception: after 10,000 calls
/// without one it stops for a millisecond, so that a program that tries again and again (`nb::block!`, a loop
/// until [`Backend::now`] has come) gets on, as it does on a machine.
#[derive(Clone)]
pub struct Sim<'a> {
    shared: Rc<Shared>,
    process: ProcessId,
    pub(crate) node: NodeId,
    /// `None` for who stands outside of the world, and is not stopped.
    yielder: Option<&'a Yielder<(), ()>>,
}

impl fmt::Debug for Sim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sim({:?} on {:?})", self.process, self.node)
    }
}

/// An open socket of a simulated node. Dropping it closes it.
pub struct SimHandle {
    shared: Rc<Shared>,
    id: SocketId,
    /// The list that it is in, and as which entry.
    pub(crate) entry: Cell<Option<(SocketId, EntryId)>>,
}

impl SimHandle {
    /// Attaches a classic BPF program to the socket, which says of each packet how many bytes are received; with 0 it
    /// is dropped. It replaces the one before; `SO_DETACH_FILTER` takes it away. UDP, raw, ping and packet sockets have
    /// filters.
    ///
    /// # Errors
    /// `EINVAL` for a program that Linux does not accept, `EPERM` where the filter is locked (SO_LOCK_FILTER),
    /// `EOPNOTSUPP` for one that asks for netlink attributes, the packet's hash, the offset of its payload or a random
    /// number, or for another kind of socket.
    #[doc(alias("SO_ATTACH_FILTER", "sock_fprog"))]
    pub fn attach_filter(&self, program: &[SockFilter]) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().attach_filter(self.id, program)
    }
}

impl fmt::Debug for SimHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl Drop for SimHandle {
    fn drop(&mut self) {
        let mut engine = self.shared.engine.borrow_mut();
        if let Some((list, entry)) = self.entry.take() {
            // It may have left the list before.
            let _ = engine.epoll_delete(list, entry);
        }
        engine.release(self.id);
    }
}

/// Ends a wait of another program of the same world.
#[derive(Clone, Debug)]
pub struct SimWaker(Rc<SimHandle>);

impl Waker for SimWaker {
    fn wake(&self) {
        self.0.shared.engine.borrow_mut().wake(self.0.id);
    }
}

impl<'a> Sim<'a> {
    pub(crate) fn new(shared: Rc<Shared>, process: ProcessId, yielder: &'a Yielder<(), ()>) -> Self {
        let node = shared.engine.borrow().node_of(process);
        Sim { shared, process, node, yielder: Some(yielder) }
    }

    /// The kernel of a node for who stands outside of the world: see [`Node::kernel`](crate::Node::kernel).
    pub(crate) fn outside(shared: Rc<Shared>, node: NodeId) -> Sim<'static> {
        let process = shared.engine.borrow_mut().start_process(node, "outside");
        Sim { shared, process, node, yielder: None }
    }

    /// Runs `call` on the engine, which is borrowed for that long and no longer, with the socket of a handle. It runs
    /// on the scheduler's stack: that is in the processor's cache, as the stacks of many programs are not.
    pub(crate) fn call_on<T>(
        &self,
        handle: &SimHandle,
        call: impl FnOnce(&mut Engine, SocketId) -> T + Send,
    ) -> T {
        let id = self.id(handle);
        self.call(|engine| match self.yielder {
            Some(yielder) => yielder.on_parent_stack(|| call(engine, id)),
            None => call(engine, id),
        })
    }

    /// Runs `call` on the engine, on the program's own stack: for what needs little of it.
    pub(crate) fn call<T>(&self, call: impl FnOnce(&mut Engine) -> T) -> T {
        let calls = self.shared.calls.get() + 1;
        self.shared.calls.set(calls);
        if calls > CALLS {
            self.give_way();
        }
        let mut engine = self.shared.engine.borrow_mut();
        engine.running = Some(self.process);
        call(&mut engine)
    }

    /// Stops until one of `sockets` is ready or `deadline` has come; how many are ready, of which `each` is told.
    fn wait_on(
        &self,
        sockets: &[(SocketId, PollEvents)],
        deadline: Deadline,
        mut each: impl FnMut(usize, PollEvents),
    ) -> Result<usize, Errno> {
        loop {
            let ready = self.call(|engine| {
                let ready = engine.poll(sockets, &mut each);
                if ready > 0 || deadline.has_passed(engine.now()) || self.yielder.is_none() {
                    return Ok(Some(ready));
                }
                if thread::panicking() {
                    // What a panicking program drops must not stop in the middle of unwinding.
                    return Err(Errno::EIO);
                }
                engine.block(self.process, sockets, deadline).map(|()| None)
            })?;
            match (ready, self.yielder) {
                (None, Some(yielder)) => yielder.suspend(()),
                (ready, _) => return Ok(ready.unwrap_or(0)),
            }
        }
    }

    /// Lets others run, and time pass.
    #[cold]
    fn give_way(&self) {
        let (false, Some(yielder)) = (thread::panicking(), self.yielder) else { return };
        let mut engine = self.shared.engine.borrow_mut();
        let deadline = Deadline::at(engine.now() + SLICE);
        let may_stop = engine.block(self.process, &[], deadline).is_ok();
        drop(engine);
        if may_stop {
            yielder.suspend(());
        }
    }

    /// The socket of a handle. One of another world is open nowhere in this one.
    pub(crate) fn id(&self, handle: &SimHandle) -> SocketId {
        if Rc::ptr_eq(&self.shared, &handle.shared) { handle.id } else { SocketId::NEVER_OPEN }
    }

    pub(crate) fn adopt(&self, id: SocketId) -> SimHandle {
        SimHandle { shared: self.shared.clone(), id, entry: Cell::new(None) }
    }

    /// A handle that is readable once the Unix socket at `address` has room; `None` where it has.
    pub(crate) fn peer_wait(&self, handle: &SimHandle, address: &[u8]) -> Option<SimHandle> {
        self.call_on(handle, |engine, id| engine.peer_wait(id, address)).map(|id| self.adopt(id))
    }

    /// The number by which others know this process, as `getpid(2)` has it: `SCM_CREDENTIALS` and `SO_PEERCRED` tell
    /// it.
    pub fn process_number(&self) -> i32 {
        self.process.number()
    }

    /// `unlink(2)` of a path that a Unix socket of the node is or was bound to.
    ///
    /// # Errors
    /// `ENOENT` where there is none.
    pub fn unlink(&self, path: &[u8]) -> Result<(), Errno> {
        self.alive()?;
        self.call(|engine| engine.unlink(self.node, path))
    }

    /// `rename(2)` of such a path. A socket that was found at the new one is found there no more.
    ///
    /// # Errors
    /// `ENOENT` where there is none.
    pub fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Errno> {
        self.alive()?;
        self.call(|engine| engine.rename(self.node, from, to))
    }

    /// A crashed node opens nothing any more.
    pub(crate) fn alive(&self) -> Result<(), Errno> {
        if self.call(|engine| engine.is_killed(self.process)) { Err(Errno::EIO) } else { Ok(()) }
    }
}

/// Refuses the flag by which the kernel knows calls of 32-bit programs, as it does (`__sys_sendmsg`).
pub(crate) fn refuse_compat(flags: MessageFlags) -> Result<(), Errno> {
    const MSG_CMSG_COMPAT: MessageFlags = MessageFlags(i32::MIN);
    if flags.contains(MSG_CMSG_COMPAT) { Err(Errno::EINVAL) } else { Ok(()) }
}

impl Backend for Sim<'_> {
    type Handle = SimHandle;
    type IoSlice<'b> = &'b [u8];
    type IoSliceMut<'b> = &'b mut [u8];
    type Waker = SimWaker;

    fn socket(&self, family: Family, kind: SocketType, protocol: Protocol) -> Result<SimHandle, Errno> {
        self.alive()?;
        Ok(self.adopt(self.call(|engine| engine.open(self.node, family, kind, protocol))?))
    }

    fn socket_pair(
        &self,
        family: Family,
        kind: SocketType,
        protocol: Protocol,
    ) -> Result<(SimHandle, SimHandle), Errno> {
        self.alive()?;
        let (one, other) = self.call(|engine| engine.open_pair(self.node, family, kind, protocol))?;
        Ok((self.adopt(one), self.adopt(other)))
    }

    fn duplicate(&self, handle: &SimHandle) -> Result<SimHandle, Errno> {
        self.call_on(handle, |engine, id| engine.retain(id))?;
        Ok(self.adopt(self.id(handle)))
    }

    fn bind(&self, handle: &SimHandle, address: &[u8]) -> Result<(), Errno> {
        self.call_on(handle, |engine, id| engine.bind(id, address))
    }

    fn connect(&self, handle: &SimHandle, address: &[u8]) -> Result<(), Errno> {
        self.call_on(handle, |engine, id| engine.connect(id, address))
    }

    fn listen(&self, handle: &SimHandle, backlog: i32) -> Result<(), Errno> {
        self.call_on(handle, |engine, id| engine.listen(id, backlog))
    }

    fn accept(&self, handle: &SimHandle, address: &mut [u8]) -> Result<(SimHandle, usize), Errno> {
        let (id, peer) = self.call_on(handle, |engine, id| engine.accept(id))?;
        // Without room, nobody is asked for the address.
        let len = if address.is_empty() { 0 } else { copy_address(address, peer.as_bytes()) };
        Ok((self.adopt(id), len))
    }

    fn shutdown(&self, handle: &SimHandle, how: Shutdown) -> Result<(), Errno> {
        self.call_on(handle, |engine, id| engine.shutdown(id, how))
    }

    fn close(&self, handle: SimHandle) -> Result<(), Errno> {
        drop(handle);
        Ok(())
    }

    fn local_addr(&self, handle: &SimHandle, address: &mut [u8]) -> Result<usize, Errno> {
        let local = self.call_on(handle, |engine, id| engine.local_addr(id))?;
        Ok(copy_address(address, local.as_bytes()))
    }

    fn peer_addr(&self, handle: &SimHandle, address: &mut [u8]) -> Result<usize, Errno> {
        let peer = self.call_on(handle, |engine, id| engine.peer_addr(id))?;
        Ok(copy_address(address, peer.as_bytes()))
    }

    fn send(&self, handle: &SimHandle, bytes: &[u8], flags: MessageFlags) -> Result<usize, Errno> {
        refuse_zero_copy(flags)?;
        let message = Outgoing { address: None, bytes, control: &[], handles: &[], flags };
        self.call_on(handle, |engine, id| engine.send(id, &message))
    }

    fn send_to(
        &self,
        handle: &SimHandle,
        bytes: &[u8],
        flags: MessageFlags,
        address: &[u8],
    ) -> Result<usize, Errno> {
        check_address(address)?;
        refuse_zero_copy(flags)?;
        let message = Outgoing { address: Some(address), bytes, control: &[], handles: &[], flags };
        self.call_on(handle, |engine, id| engine.send(id, &message))
    }

    fn send_msg(&self, handle: &SimHandle, message: &SendMsg<'_, '_, Self>) -> Result<usize, Errno> {
        refuse_compat(message.flags)?;
        refuse_zero_copy(message.flags)?;
        let joined;
        let bytes = match message.slices {
            [] => &[],
            [one] => *one,
            several => {
                joined = several.concat();
                &joined
            }
        };
        let handles: Vec<SocketId> = message.handles.iter().map(|handle| self.id(handle)).collect();
        let SendMsg { address, control, flags, .. } = *message;
        let message = Outgoing { address, bytes, control, handles: &handles, flags };
        self.call_on(handle, |engine, id| engine.send(id, &message))
    }

    fn recv(&self, handle: &SimHandle, bytes: &mut [u8], flags: MessageFlags) -> Result<usize, Errno> {
        self.recv_from(handle, bytes, flags, &mut []).map(|(received, _)| received)
    }

    fn recv_from(
        &self,
        handle: &SimHandle,
        bytes: &mut [u8],
        flags: MessageFlags,
        address: &mut [u8],
    ) -> Result<(usize, usize), Errno> {
        let mut message =
            Incoming { address, bytes, control: &mut [], handle_room: 0, handles: Vec::new(), flags };
        let received = self.call_on(handle, |engine, id| engine.recv(id, &mut message))?;
        Ok((received.len, received.address_len))
    }

    fn recv_msg(&self, handle: &SimHandle, message: &mut RecvMsg<'_, '_, Self>) -> Result<Received, Errno> {
        refuse_compat(message.flags)?;
        let mut joined = Vec::new();
        let bytes = match &mut message.slices {
            [one] => &mut **one,
            several => {
                joined.resize(several.iter().map(|slice| slice.len()).sum(), 0);
                &mut joined[..]
            }
        };
        let mut incoming = Incoming {
            address: message.address,
            bytes,
            control: message.control,
            handle_room: message.handles.len(),
            handles: Vec::new(),
            flags: message.flags,
        };
        let mut received = self.call_on(handle, |engine, id| engine.recv(id, &mut incoming))?;
        if incoming.address.is_empty() {
            // Without room, nobody is asked for the address.
            received.address_len = 0;
        }
        let handles = incoming.handles;
        for (room, id) in message.handles.iter_mut().zip(handles) {
            *room = Some(self.adopt(id));
        }
        let mut rest = &joined[..joined.len().min(received.len)];
        for slice in message.slices.iter_mut() {
            let (now, later) = rest.split_at(rest.len().min(slice.len()));
            slice[..now.len()].copy_from_slice(now);
            rest = later;
        }
        Ok(received)
    }

    fn set_option(&self, handle: &SimHandle, level: Level, name: i32, value: &[u8]) -> Result<(), Errno> {
        self.call_on(handle, |engine, id| engine.set_option(id, level, name, value))
    }

    fn get_option(
        &self,
        handle: &SimHandle,
        level: Level,
        name: i32,
        value: &mut [u8],
    ) -> Result<usize, Errno> {
        self.call_on(handle, |engine, id| engine.get_option(id, level, name, value))
    }

    fn wait(&self, waits: &mut [Wait<'_, SimHandle>], deadline: Deadline) -> Result<usize, Errno> {
        let socket = |wait: &Wait<'_, SimHandle>| (self.id(wait.handle), wait.events);
        let (one, several): ([_; 1], Vec<_>);
        let sockets = match &*waits {
            [wait] => {
                one = [socket(wait)];
                &one[..]
            }
            waits => {
                several = waits.iter().map(socket).collect();
                &several
            }
        };
        self.wait_on(sockets, deadline, |index, revents| waits[index].revents = revents)
    }

    fn wait_for(
        &self,
        handle: &SimHandle,
        events: PollEvents,
        deadline: Deadline,
    ) -> Result<PollEvents, Error> {
        let mut came = PollEvents::empty();
        match self.wait_on(&[(self.id(handle), events)], deadline, |_, revents| came = revents)? {
            0 => Err(Error::TimedOut),
            _ => Ok(came),
        }
    }

    fn now(&self) -> Instant {
        self.call(|engine| engine.now())
    }

    fn waker(&self) -> Result<(SimWaker, SimHandle), Errno> {
        self.alive()?;
        let id = self.call(|engine| {
            let id = engine.open_wake(self.node);
            engine.retain(id).map(|()| id)
        })?;
        Ok((SimWaker(Rc::new(self.adopt(id))), self.adopt(id)))
    }

    fn reset(&self, wake: &SimHandle) -> Result<(), Errno> {
        self.call_on(wake, |engine, id| engine.reset_wake(id))
    }

    fn connect_until(&self, handle: &SimHandle, address: &[u8], deadline: Deadline) -> Result<(), Error> {
        self.connect_or_wait(handle, address, deadline)
    }

    fn send_to_until(
        &self,
        handle: &SimHandle,
        bytes: &[u8],
        flags: MessageFlags,
        address: &[u8],
        deadline: Deadline,
    ) -> Result<usize, Error> {
        self.send_or_wait(handle, Some(address), deadline, || self.send_to(handle, bytes, flags, address))
    }

    fn send_msg_until(
        &self,
        handle: &SimHandle,
        message: &SendMsg<'_, '_, Self>,
        deadline: Deadline,
    ) -> Result<usize, Error> {
        self.send_or_wait(handle, message.address, deadline, || self.send_msg(handle, message))
    }
}

impl Interfaces for Sim<'_> {
    fn interface_index(&self, name: &InterfaceName) -> Result<u32, Errno> {
        self.call(|engine| engine.interface_index(self.node, name))
    }

    fn interface_name(&self, index: u32) -> Result<InterfaceName, Errno> {
        self.call(|engine| engine.interface_name(self.node, index))
    }

    fn interfaces(&self, each: &mut dyn FnMut(Interface)) -> Result<(), Errno> {
        let interfaces: Vec<Interface> = self.call(|engine| engine.interfaces(self.node).collect());
        interfaces.into_iter().for_each(each);
        Ok(())
    }
}

impl Spawn for Sim<'_> {
    type Child<'b> = Sim<'b>;

    /// The new program runs on the same node.
    fn spawn<F>(&self, program: F) -> Result<(), Errno>
    where
        F: for<'b> FnOnce(Sim<'b>) + Send + 'static,
    {
        self.alive()?;
        self.shared.start(self.node, "child", Box::new(program));
        Ok(())
    }
}
