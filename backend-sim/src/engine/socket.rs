//! The socket table: every open socket of every node, and what each family does with a call.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::io_control::IoRequest;
use anysock::message::ControlWriter;
use anysock::option::Linger;
use anysock::option::socket::SO_RXQ_OVFL;
use anysock::{
    AnyAddr, Errno, Family, Instant, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown,
    SocketType,
};

use super::Engine;
use super::epoll::EntryId;
use super::event::EventQueue;
use super::few::Few;
use super::node::NodeId;
use super::process::ProcessId;
use super::socket_filter::SocketFilter;
use super::socket_timers::SocketTimers;

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

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The destination; `None` on a connected socket.
    pub address: Option<&'a [u8]>,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Control messages.
    pub control: &'a [u8],
    /// Sockets that are passed along.
    pub handles: &'a [SocketId],
    /// How to send.
    pub flags: MessageFlags,
}

/// Room for a message on its way in.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Room for the sender's address.
    pub address: &'a mut [u8],
    /// Room for the bytes.
    pub bytes: &'a mut [u8],
    /// Room for control messages.
    pub control: &'a mut [u8],
    /// How many passed sockets there is room for.
    pub handle_room: usize,
    /// The sockets that came along: each is a reference that the receiver owns.
    pub handles: Vec<SocketId>,
    /// How to receive.
    pub flags: MessageFlags,
}

/// Answers an address: copies `from` to the beginning of `to`, as much as there is room for; returns its whole length.
pub(crate) fn copy_address(to: &mut [u8], from: &[u8]) -> usize {
    let len = to.len().min(from.len());
    to[..len].copy_from_slice(&from[..len]);
    from.len()
}

/// What a family does with the calls on its sockets. Each has a constant of its own; the state of a socket is
/// in [`SocketState`].
///
/// The provided methods refuse, as the kernel's `sock_no_…` do.
pub(crate) trait Calls: Debug + Sync {
    fn bind(&self, _: &mut Engine, _: SocketId, _address: &[u8]) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn connect(&self, _: &mut Engine, _: SocketId, _address: &[u8]) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn listen(&self, _: &mut Engine, _: SocketId, _backlog: i32) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn accept(&self, _: &mut Engine, _: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn shutdown(&self, _: &mut Engine, _: SocketId, _how: Shutdown) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn local_addr(&self, _: &Engine, _: SocketId) -> Result<AnyAddr, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn peer_addr(&self, _: &Engine, _: SocketId) -> Result<AnyAddr, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn send(&self, engine: &mut Engine, socket: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno>;

    fn recv(
        &self,
        engine: &mut Engine,
        socket: SocketId,
        message: &mut Incoming<'_>,
    ) -> Result<Received, Errno>;

    /// An option that is not `SOL_SOCKET`'s.
    fn set_option(
        &self,
        _: &mut Engine,
        _: SocketId,
        _level: Level,
        _name: i32,
        _value: &[u8],
    ) -> Result<(), Errno> {
        Err(Errno::ENOPROTOOPT)
    }

    /// An option that is not `SOL_SOCKET`'s: its whole value.
    fn get_option(&self, _: &Engine, _: SocketId, _level: Level, _name: i32) -> Result<Vec<u8>, Errno> {
        Err(Errno::ENOPROTOOPT)
    }

    /// An option that is not `SOL_SOCKET`'s, of which reading may change something, or which is asked about something
    /// that `question` says: its whole value.
    fn take_option(
        &self,
        engine: &mut Engine,
        socket: SocketId,
        level: Level,
        name: i32,
        _question: &[u8],
    ) -> Result<Vec<u8>, Errno> {
        self.get_option(engine, socket, level, name)
    }

    /// `ioctl(2)` with a request that answers a number.
    fn io_control(&self, _: &Engine, _: SocketId, _request: IoRequest) -> Result<i32, Errno> {
        Err(Errno::ENOTTY)
    }

    /// Takes the pending error: `SO_ERROR`.
    fn take_error(&self, engine: &mut Engine, socket: SocketId) -> Option<Errno> {
        engine.socket_mut(socket).ok()?.common.error.take()
    }

    /// The `SOL_SOCKET` option of this name was set: the family may act on it.
    fn option_changed(&self, _: &mut Engine, _: SocketId, _name: i32) {}

    /// Everything that is ready, asked for or not.
    fn poll(&self, engine: &Engine, socket: SocketId) -> PollEvents;

    /// A timer that the socket had set comes due.
    fn timer(&self, _: &mut Engine, _: SocketId) {}

    /// The last reference is gone. The family calls [`Engine::remove_socket`] now, or later where the
    /// protocol goes on without the program (TCP after `close`).
    fn close(&self, engine: &mut Engine, socket: SocketId) {
        engine.remove_socket(socket);
    }

    /// The socket in words, for who waits for what.
    fn describe(&self, engine: &Engine, socket: SocketId) -> String;
}

/// Something can be read: the key of `sock_def_readable`.
pub(crate) const READABLE: PollEvents =
    PollEvents::IN.union(PollEvents::PRI).union(PollEvents::RDNORM).union(PollEvents::RDBAND);
/// There is room to write: the key of `sock_def_write_space`.
pub(crate) const WRITABLE: PollEvents = PollEvents::OUT.union(PollEvents::WRNORM).union(PollEvents::WRBAND);

/// The state of a socket, by family. What is large is in a box, so that a slot of the table is small.
#[derive(Debug)]
pub(crate) enum SocketState {
    Tcp(Box<super::inet::TcpSocket>),
    Udp(Box<super::inet::UdpSocket>),
    Raw(Box<super::inet::RawSocket>),
    Packet(Box<super::packet::PacketSocket>),
    Unix(Box<super::unix::UnixSocket>),
    Can(Box<super::can::CanSocket>),
    Rfcomm(super::bluetooth::host::SocketId),
    PeerWait(super::unix::PeerWait),
    Wake(super::wake::Wake),
    Epoll(super::epoll::EpollList),
}

/// The state of an open socket of a kind, and the same to change, with what every socket has: `ENOTSOCK` of a socket of
/// another kind.
macro_rules! accessors {
    ($($state:ident($socket:ty): $get:ident, $get_mut:ident;)*) => {
        impl Engine {
            $(
                pub(crate) fn $get(&self, id: SocketId) -> Result<&$socket, Errno> {
                    match &self.socket(id)?.state {
                        SocketState::$state(socket) => Ok(socket),
                        _ => Err(Errno::ENOTSOCK),
                    }
                }

                pub(crate) fn $get_mut(&mut self, id: SocketId) -> Result<(&mut $socket, &mut Common), Errno> {
                    let socket = self.socket_mut(id)?;
                    match &mut socket.state {
                        SocketState::$state(state) => Ok((state, &mut socket.common)),
                        _ => Err(Errno::ENOTSOCK),
                    }
                }
            )*
        }
    };
}

accessors! {
    Udp(super::inet::UdpSocket): udp, udp_mut;
    Raw(super::inet::RawSocket): raw, raw_mut;
    Packet(super::packet::PacketSocket): packet, packet_mut;
}

/// What `SOL_SOCKET`'s options hold.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    pub(crate) reuse_addr: bool,
    pub(crate) reuse_port: bool,
    /// IP_FREEBIND, IPV6_FREEBIND: an address need not be the node's.
    pub(crate) free_bind: bool,
    /// Those of `SOL_IP` and `SOL_IPV6` that change nothing else.
    pub(crate) kept_ip: super::inet::KeptIpOptions,
    /// IP_OPTIONS.
    pub(crate) header_options: Option<Box<super::inet::HeaderOptions>>,
    pub(crate) keepalive: bool,
    pub(crate) broadcast: bool,
    pub(crate) oob_inline: bool,
    pub(crate) priority: i32,
    /// It chooses no route: there are no rules that look at it.
    pub(crate) mark: i32,
    pub(crate) linger: Linger,
    pub(crate) recv_buffer: i32,
    /// A program has set it: SOCK_RCVBUF_LOCK.
    pub(crate) recv_buffer_set: bool,
    pub(crate) send_buffer: i32,
    /// The same: SOCK_SNDBUF_LOCK.
    pub(crate) send_buffer_set: bool,
    pub(crate) recv_low_water: i32,
    /// `SOCK_RCVTSTAMP`, and in nanoseconds `SOCK_RCVTSTAMPNS`.
    pub(crate) timestamp: bool,
    pub(crate) timestamp_ns: bool,
    pub(crate) zero_copy: bool,
    pub(crate) timestamping: TimestampingFlags,
    /// Times are told in the form of the `SO_TIMESTAMP…_NEW` (`SOCK_TSTAMP_NEW`).
    pub(crate) new_times: bool,
    /// SO_RXQ_OVFL, and how much found no room (`sk_drops`).
    pub(crate) rxq_overflow: bool,
    pub(super) drops: u32,
    /// SO_TXREHASH is off: there is no hash of a flow that could change.
    pub(super) no_rehash: bool,
    /// SO_PEEK_OFF.
    pub(super) peek_offset: super::peek_offset::PeekOffset,
    /// The number of the interface that the socket uses alone, or 0: SO_BINDTODEVICE.
    pub(crate) bound_interface: u32,
    /// SO_ATTACH_FILTER, SO_LOCK_FILTER.
    pub(super) filter: Option<SocketFilter>,
    pub(super) filter_locked: bool,
    /// What else is only kept, where a program has set something of it.
    pub(super) kept: Option<Box<super::kept_options::KeptOptions>>,
    /// The pending error: `SO_ERROR`.
    pub(crate) error: Option<Errno>,
}

impl Common {
    /// Whether the socket hears what has come by an interface (`inet_sk_bound_dev_eq`).
    pub(crate) const fn uses(&self, interface: u32) -> bool {
        self.bound_interface == 0 || self.bound_interface == interface
    }

    /// Something that came to the socket is lost.
    pub(crate) const fn count_drop(&mut self) {
        self.drops = self.drops.wrapping_add(1);
    }

    /// What is told of that with something that comes now (`sock_skb_set_dropcount`): nothing, where it is not wanted.
    pub(crate) const fn drops_to_tell(&self) -> u32 {
        if self.rxq_overflow { self.drops } else { 0 }
    }

    /// Tells it (`sock_recv_drops`), and whether there was room for that.
    pub(crate) fn tell_drops(&self, drops: u32, control: &mut ControlWriter<'_>) -> bool {
        let is_told = self.rxq_overflow && drops != 0;
        !is_told || control.deliver(Level::SOCKET, SO_RXQ_OVFL, &drops.to_ne_bytes())
    }
}

impl Default for Common {
    fn default() -> Self {
        Common {
            reuse_addr: false,
            reuse_port: false,
            free_bind: false,
            kept_ip: super::inet::KeptIpOptions::default(),
            header_options: None,
            keepalive: false,
            broadcast: false,
            oob_inline: false,
            priority: 0,
            mark: 0,
            linger: Linger(None),
            // net.core.rmem_default and wmem_default.
            recv_buffer: 212_992,
            recv_buffer_set: false,
            send_buffer: 212_992,
            send_buffer_set: false,
            recv_low_water: 1,
            timestamp: false,
            timestamp_ns: false,
            zero_copy: false,
            timestamping: TimestampingFlags::empty(),
            new_times: false,
            rxq_overflow: false,
            drops: 0,
            no_rehash: false,
            peek_offset: super::peek_offset::PeekOffset::default(),
            bound_interface: 0,
            filter: None,
            filter_locked: false,
            kept: None,
            error: None,
        }
    }
}

/// A slot of the table.
#[derive(Debug)]
pub(crate) struct Socket {
    generation: u32,
    pub(crate) node: NodeId,
    pub(crate) family: Family,
    pub(crate) kind: SocketType,
    pub(crate) protocol: Protocol,
    pub(crate) common: Common,
    pub(crate) calls: &'static dyn Calls,
    pub(crate) state: SocketState,
    /// How many handles, and messages under way, hold it.
    pub(super) references: u32,
    waiters: Few<ProcessId>,
    /// The lists that it is in, and as which entry, in the order in which they hear of it.
    pub(super) lists: Vec<(SocketId, EntryId)>,
}

impl Socket {
    /// Whether anybody is to hear of what changes at it.
    #[inline]
    pub(super) fn is_awaited(&self) -> bool {
        !self.waiters.is_empty() || !self.lists.is_empty()
    }
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
    pub(super) fn set_timer(&mut self, events: &mut EventQueue, id: SocketId, due: Option<Instant>) {
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
    pub(super) fn add_waiter(&mut self, id: SocketId, process: ProcessId) {
        if let Some(socket) = self.open(id)
            && !socket.waiters.iter().any(|waiter| *waiter == process)
        {
            socket.waiters.push(process);
        }
    }

    /// It does no more.
    pub(super) fn remove_waiter(&mut self, id: SocketId, process: ProcessId) {
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
    pub(super) fn timer_event(&mut self, at: Instant, slot: u32) -> bool {
        let now = self.now.max(at);
        let Some(id) = self.sockets.timer_event(&mut self.events, slot, now) else { return false };
        let Ok(calls) = self.socket(id).map(|socket| socket.calls) else { return false };
        self.now = now;
        calls.timer(self, id);
        true
    }

    /// Something changed at the socket: whoever waits for it has another look.
    pub(crate) fn notify(&mut self, id: SocketId) {
        self.notify_of(id, PollEvents::all());
    }

    /// Of what changed only those lists hear that wait for some of `events` (the key of `wake_up_poll`), and of those
    /// that want to be the only ones the first that somebody waits for. All of them hear where the events are all.
    pub(crate) fn notify_of(&mut self, id: SocketId, events: PollEvents) {
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
    pub(super) fn is_waited_for(&self, id: SocketId) -> bool {
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
    pub(super) fn poll_socket(&self, id: SocketId, events: PollEvents) -> PollEvents {
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

    pub(super) fn describe_socket(&self, id: SocketId) -> String {
        match self.socket(id) {
            Ok(socket) => socket.calls.describe(self, id),
            Err(_) => "a closed socket".into(),
        }
    }
}
