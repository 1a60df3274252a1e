//! A node's Bluetooth host: its RFCOMM sockets, its links, and HCI packets towards its controller.
//!
//! The calls are those of a socket, each one attempt that never blocks. HCI packets come in by
//! [`Host::packet_arrives`] and go out by [`Host::poll_transmit`].
//!
//! ```
//! use anysock::{BdAddr, Errno, Instant, RfcommAddr};
//! use anysock_sim::engine::bluetooth::host::Host;
//!
//! let mut host = Host::new();
//! host.set_adapter(BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x66]));
//! let listener = host.socket();
//! host.bind(listener, RfcommAddr { device: BdAddr::ANY, channel: 0 })?;
//! host.listen(listener, 1)?;
//! assert_eq!(host.get(listener)?.local_addr().channel, 1, "the first free channel");
//! assert_eq!(host.accept(listener), Err(Errno::EAGAIN));
//! # Ok::<(), Errno>(())
//! ```

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

use anysock::time::Instant;
use anysock::{BdAddr, Errno, MessageFlags, PollEvents, RfcommAddr};

use super::controller::{ACL_DATA_PACKET_LENGTH, TOTAL_ACL_DATA_PACKETS};
use super::hci::{AclPacket, Command, ConnectionHandle, ErrorCode, Event, Opcode, Packet};
use super::link::Link;
use super::rfcomm::dlc::{DlcId, Incoming};
use super::rfcomm::session::Event as DlcEvent;
use super::rfcomm::socket::{RfcommSocket, State, buffer_size};
use super::rfcomm::{CHANNEL_MAX, CHANNEL_MIN, DEFAULT_MTU, is_channel};

/// A socket of a [`Host`], never used again after `close`. It is also what the socket's connection is
/// called on its link.
pub type SocketId = DlcId;

/// A host: what a node's kernel knows of Bluetooth.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The controller's device address, where there is a controller.
    adapter: Option<BdAddr>,
    sockets: Sockets,
    links: BTreeMap<BdAddr, Link>,
    /// Who may send next: links take turns.
    turn: Option<BdAddr>,
    /// Commands that wait for the controller, as HCI packets.
    commands: VecDeque<Vec<u8>>,
    /// The devices that Create Connection commands name whose Command Status has not come.
    creating: VecDeque<BdAddr>,
    /// How many ACL data packets the controller has room for.
    controller_room: u16,
    /// How many of them each link has under way.
    under_way: BTreeMap<ConnectionHandle, u16>,
}

/// The sockets of a host.
#[derive(Clone, Debug, Default)]
struct Sockets {
    table: BTreeMap<SocketId, RfcommSocket>,
    next: u64,
    /// Whose readiness may have changed.
    changed: BTreeSet<SocketId>,
}

impl Host {
    /// A host without a controller: sockets can be made, and reach nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the host a controller, with this device address.
    pub fn set_adapter(&mut self, address: BdAddr) {
        self.adapter = Some(address);
        self.controller_room = TOTAL_ACL_DATA_PACKETS;
    }

    // Socket calls

    /// `socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM)`.
    pub fn socket(&mut self) -> SocketId {
        self.sockets.insert(RfcommSocket::new())
    }

    /// A socket's own part.
    ///
    /// # Errors
    /// `EBADF`: there is no such socket.
    pub fn get(&self, id: SocketId) -> Result<&RfcommSocket, Errno> {
        self.sockets.table.get(&id).ok_or(Errno::EBADF)
    }

    /// A socket's own part.
    ///
    /// # Errors
    /// `EBADF`: there is no such socket.
    pub fn get_mut(&mut self, id: SocketId) -> Result<&mut RfcommSocket, Errno> {
        self.sockets.table.get_mut(&id).ok_or(Errno::EBADF)
    }

    /// `bind(2)`. Any address may be bound, as on Linux: one that is not the controller's is just never met.
    ///
    /// # Errors
    /// `EBADFD`: not a new socket. `EADDRINUSE`: another socket is bound to this very address, or
    /// listens on it.
    pub fn bind(&mut self, id: SocketId, address: RfcommAddr) -> Result<(), Errno> {
        if self.get(id)?.state != State::Open {
            return Err(Errno::EBADFD);
        }
        if address.channel != 0 && self.sockets.is_bound(address) {
            return Err(Errno::EADDRINUSE);
        }
        let socket = self.get_mut(id)?;
        socket.source = address.device;
        socket.channel = address.channel;
        socket.state = State::Bound;
        Ok(())
    }

    /// `listen(2)`; a socket that is bound to channel 0 gets the first free one.
    ///
    /// # Errors
    /// `EBADFD`: not a bound socket. `EINVAL`: no channel is free.
    pub fn listen(&mut self, id: SocketId, backlog: i32) -> Result<(), Errno> {
        let socket = self.get(id)?;
        if socket.state != State::Bound {
            return Err(Errno::EBADFD);
        }
        let device = socket.source;
        let channel = match socket.channel {
            0 => (CHANNEL_MIN..=CHANNEL_MAX)
                .find(|channel| !self.sockets.is_bound(RfcommAddr { device, channel: *channel }))
                .ok_or(Errno::EINVAL)?,
            channel => channel,
        };
        let socket = self.get_mut(id)?;
        socket.channel = channel;
        socket.backlog = usize::try_from(backlog).unwrap_or(0);
        socket.state = State::Listen;
        Ok(())
    }

    /// `connect(2)`: begins, and says so.
    ///
    /// # Errors
    /// `EINPROGRESS`: it has begun; POLLOUT and `SO_ERROR` tell how it ends. `EBADFD`: neither new nor bound.
    /// `EINVAL`: no such channel. `EHOSTUNREACH`: no adapter leads there. `ECONNREFUSED`: the device itself.
    /// `EBUSY`: there is a connection to that channel already.
    pub fn connect(&mut self, id: SocketId, address: RfcommAddr, now: Instant) -> Result<(), Errno> {
        let adapter = self.adapter;
        let socket = self.get_mut(id)?;
        if !matches!(socket.state, State::Open | State::Bound) {
            return Err(Errno::EBADFD);
        }
        let source = socket.source;
        socket.state = State::Connecting;
        socket.destination = address.device;
        socket.channel = address.channel;
        if !is_channel(address.channel) {
            return Err(Errno::EINVAL);
        }
        // hci_get_route: the adapter with the source's address; for any source, one that is not the
        // destination.
        let leads_there = |own: &BdAddr| match source {
            BdAddr::ANY => *own != address.device,
            source => *own == source,
        };
        let own = adapter.filter(leads_there).ok_or(Errno::EHOSTUNREACH)?;
        if address.device == own {
            return Err(Errno::ECONNREFUSED);
        }
        self.link_to(address.device).connect(address.channel, id, now)?;
        Err(Errno::EINPROGRESS)
    }

    /// `accept(2)`: the oldest connection of the listener's queue that is open.
    ///
    /// # Errors
    /// `EAGAIN`: none is open. `EBADFD`: not a listener.
    pub fn accept(&mut self, id: SocketId) -> Result<(SocketId, RfcommAddr), Errno> {
        let listener = self.get(id)?;
        if listener.state != State::Listen {
            return Err(Errno::EBADFD);
        }
        let first = match listener.defer_setup {
            true => listener.accept_queue.front().copied(),
            false => self.sockets.first_open(listener),
        };
        let child = first.ok_or(Errno::EAGAIN)?;
        self.get_mut(id)?.accept_queue.retain(|waiting| *waiting != child);
        let socket = self.get_mut(child)?;
        socket.parent = None;
        Ok((child, RfcommAddr { device: socket.destination, channel: socket.channel }))
    }

    /// `send(2)`: takes as much as the queue has room for, cut into frames.
    ///
    /// # Errors
    /// `EAGAIN`: the queue is full. `ENOTCONN`: not connected. `EPIPE`: after `shutdown`. `EOPNOTSUPP`:
    /// `MSG_OOB`. The pending error.
    pub fn send(&mut self, id: SocketId, bytes: &[u8], flags: MessageFlags) -> Result<usize, Errno> {
        let socket = self.sockets.table.get_mut(&id).ok_or(Errno::EBADF)?;
        let link = self.links.get_mut(&socket.destination);
        let queued = link.iter().flat_map(|link| link.queued(id));
        let mut room = socket.check_send(flags, queued)?;
        let link = link.ok_or(Errno::ENOTCONN)?;
        let mtu = link.mtu(id).map_or(DEFAULT_MTU, |mtu| mtu).into();
        let mut sent = 0;
        loop {
            let rest = bytes.get(sent..).unwrap_or_default();
            let (information, rest) = rest.split_at_checked(mtu).unwrap_or((rest, &[]));
            link.send(id, information)?;
            sent += information.len();
            // A frame is taken as long as anything is left of the buffer, and may overdraw it.
            room = room.saturating_sub(buffer_size(information.len()));
            if rest.is_empty() || room == 0 {
                return Ok(sent);
            }
        }
    }

    /// `recv(2)`; see [`RfcommSocket::recv`]. On a connection that was accepted under `BT_DEFER_SETUP`,
    /// the first one answers the other side and returns 0.
    ///
    /// # Errors
    /// Those of [`RfcommSocket::recv`].
    pub fn recv(
        &mut self,
        id: SocketId,
        bytes: &mut [u8],
        flags: MessageFlags,
        now: Instant,
    ) -> Result<usize, Errno> {
        let socket = self.sockets.table.get_mut(&id).ok_or(Errno::EBADF)?;
        if socket.state == State::Deferred {
            let peer = socket.destination;
            if let Some(link) = self.links.get_mut(&peer) {
                link.answer(id, now);
            }
            self.drain_link(peer);
            return Ok(0);
        }
        let result = socket.recv(bytes, flags);
        if socket.has_drained()
            && let Some(link) = self.links.get_mut(&socket.destination)
        {
            link.throttle(id, false);
        }
        result
    }

    /// `shutdown(2)`: closes the connection in both directions, whatever `how` was; what waits is sent
    /// first. On a listener, what waits to be accepted is closed.
    ///
    /// # Errors
    /// `EBADF`: there is no such socket.
    pub fn shutdown(&mut self, id: SocketId, now: Instant) -> Result<(), Errno> {
        let socket = self.get_mut(id)?;
        if core::mem::replace(&mut socket.is_shut_down, true) {
            return Ok(());
        }
        match socket.state {
            State::Listen => {
                socket.state = State::Closed;
                for child in core::mem::take(&mut socket.accept_queue) {
                    self.close(child, now)?;
                }
            }
            State::Connecting | State::Config | State::Deferred | State::Connected => {
                let peer = socket.destination;
                if let Some(link) = self.links.get_mut(&peer) {
                    link.close(id, now);
                }
                self.drain_link(peer);
            }
            State::Open | State::Bound | State::Closed => {}
        }
        self.sockets.changed.insert(id);
        Ok(())
    }

    /// `close(2)`. The connection sends what waits, and says that it ends, without its socket.
    ///
    /// # Errors
    /// `EBADF`: there is no such socket.
    pub fn close(&mut self, id: SocketId, now: Instant) -> Result<(), Errno> {
        self.shutdown(id, now)?;
        self.sockets.table.remove(&id);
        self.sockets.changed.remove(&id);
        Ok(())
    }

    /// `poll(2)`: what the socket is ready for.
    ///
    /// # Errors
    /// `EBADF`: there is no such socket.
    pub fn poll(&self, id: SocketId) -> Result<PollEvents, Errno> {
        let socket = self.get(id)?;
        if socket.state == State::Listen {
            let ready = self.sockets.first_open(socket).is_some();
            return Ok(if ready { PollEvents::IN | PollEvents::RDNORM } else { PollEvents::empty() });
        }
        let link = self.links.get(&socket.destination);
        Ok(socket.poll(link.iter().flat_map(|link| link.queued(id))))
    }

    /// A socket whose readiness may have changed since it was last named here. Call it until there is
    /// none after every other call.
    pub fn poll_changed(&mut self) -> Option<SocketId> {
        self.sockets.changed.pop_first()
    }

    // HCI packets

    /// The next HCI packet for the controller. Call it again after every other call.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        if let Some(command) = self.commands.pop_front() {
            return Some(command);
        }
        if self.controller_room == 0 {
            return None;
        }
        // The links after the one that sent last, then those up to it.
        let after =
            |turn: BdAddr| self.links.range((core::ops::Bound::Excluded(turn), core::ops::Bound::Unbounded));
        let first: Vec<BdAddr> = self.turn.into_iter().flat_map(after).map(|(peer, _)| *peer).collect();
        let order: Vec<BdAddr> = first.into_iter().chain(self.links.keys().copied()).collect();
        for peer in order {
            let Some(link) = self.links.get_mut(&peer) else { continue };
            let (Some(handle), Some(packet)) = (link.handle(), link.poll_transmit(ACL_DATA_PACKET_LENGTH))
            else {
                continue;
            };
            self.turn = Some(peer);
            self.controller_room = self.controller_room.saturating_sub(1);
            let under_way = self.under_way.entry(handle).or_default();
            *under_way = under_way.saturating_add(1);
            // Its sender's queue is shorter now.
            self.sockets.connection_changed(peer);
            return Some(packet);
        }
        None
    }

    /// An HCI packet came from the controller. Bytes that are none, and packets that only hosts send,
    /// are dropped.
    pub fn packet_arrives(&mut self, packet: &[u8], now: Instant) {
        match Packet::decode(packet) {
            Ok(Packet::Event(event)) => self.event_arrives(event, now),
            Ok(Packet::Acl(packet)) => self.acl_arrives(packet, now),
            Ok(Packet::Command(_)) | Err(_) => {}
        }
    }

    fn acl_arrives(&mut self, packet: AclPacket<'_>, now: Instant) {
        let Some(link) = self.links.values_mut().find(|link| link.handle() == Some(packet.handle)) else {
            return;
        };
        let (own, peer, sockets) = (self.adapter.unwrap_or_default(), link.peer(), &mut self.sockets);
        link.acl_arrives(packet, now, |channel| sockets.incoming(own, peer, channel));
        self.drain_link(peer);
    }

    fn event_arrives(&mut self, event: Event<'_>, now: Instant) {
        match event {
            Event::ConnectionRequest { address, .. } => {
                self.links.entry(address).or_insert_with(|| Link::new(address, false));
                self.command(Command::AcceptConnectionRequest { address });
            }
            Event::ConnectionComplete { status, handle, address } => {
                match status.errno() {
                    None => self.link_to_answer(address).connected(handle, now),
                    Some(error) => self.remove_link(address, error, now),
                }
                self.drain_link(address);
            }
            Event::DisconnectionComplete { status: ErrorCode::SUCCESS, handle, reason } => {
                // What the controller still had of the link is gone.
                let lost = self.under_way.remove(&handle).unwrap_or(0);
                self.controller_room = self.controller_room.saturating_add(lost);
                let link = self.links.values().find(|link| link.handle() == Some(handle));
                if let Some(peer) = link.map(Link::peer) {
                    self.remove_link(peer, reason.errno().unwrap_or(Errno::ECONNABORTED), now);
                }
            }
            Event::CommandStatus { status, opcode: Opcode::CREATE_CONNECTION } => {
                let peer = self.creating.pop_front();
                if let (Some(peer), Some(error)) = (peer, status.errno()) {
                    self.remove_link(peer, error, now);
                }
            }
            Event::NumberOfCompletedPackets { handle, count } => {
                let under_way = self.under_way.entry(handle).or_default();
                let completed = count.min(*under_way);
                *under_way -= completed;
                self.controller_room = self.controller_room.saturating_add(completed);
            }
            Event::DisconnectionComplete { .. } | Event::CommandStatus { .. } | Event::Other { .. } => {}
        }
    }

    // Time

    /// When [`handle_timeout`](Host::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.links.values().filter_map(Link::poll_timeout).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due = |link: &&Link| link.poll_timeout().is_some_and(|deadline| deadline <= now);
        let due: Vec<BdAddr> = self.links.values().filter(due).map(Link::peer).collect();
        for peer in due {
            let Some(link) = self.links.get_mut(&peer) else { continue };
            link.handle_timeout(now);
            if let Some(handle) = link.handle().filter(|_| link.take_idle(now)) {
                self.command(Command::Disconnect { handle, reason: ErrorCode::REMOTE_USER_TERMINATED });
            }
            self.drain_link(peer);
        }
    }

    // Links

    /// The link to `peer`; if there is none, the controller is told to open one.
    fn link_to(&mut self, peer: BdAddr) -> &mut Link {
        if !self.links.contains_key(&peer) {
            self.command(Command::CreateConnection { address: peer });
            self.creating.push_back(peer);
        }
        self.links.entry(peer).or_insert_with(|| Link::new(peer, true))
    }

    /// The link that a Connection Complete event is about.
    fn link_to_answer(&mut self, peer: BdAddr) -> &mut Link {
        self.links.entry(peer).or_insert_with(|| Link::new(peer, false))
    }

    fn remove_link(&mut self, peer: BdAddr, error: Errno, now: Instant) {
        if let Some(mut link) = self.links.remove(&peer) {
            link.closed(error, now);
            while let Some(event) = link.poll_event() {
                self.sockets.event(event);
            }
        }
    }

    /// Tells the sockets what has happened on a link.
    fn drain_link(&mut self, peer: BdAddr) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        while let Some(event) = link.poll_event() {
            if let DlcEvent::Connected(id) = event
                && let Some(socket) = self.sockets.table.get_mut(&id)
            {
                socket.source = self.adapter.unwrap_or_default();
            }
            if let Some(full) = self.sockets.event(event) {
                link.throttle(full, true);
            }
        }
    }

    fn command(&mut self, command: Command<'_>) {
        self.commands.push_back(Packet::Command(command).encode());
    }
}

impl Sockets {
    fn insert(&mut self, socket: RfcommSocket) -> SocketId {
        let id = DlcId(self.next);
        self.next = self.next.wrapping_add(1);
        self.table.insert(id, socket);
        id
    }

    /// Whether a socket is bound to this very address, or listens on it.
    fn is_bound(&self, address: RfcommAddr) -> bool {
        self.table.values().any(|socket| {
            matches!(socket.state, State::Bound | State::Listen) && socket.local_addr() == address
        })
    }

    /// The oldest connection in a listener's queue that is open, or that waits to be answered.
    fn first_open(&self, listener: &RfcommSocket) -> Option<SocketId> {
        let open = |id: &&SocketId| {
            let state = self.table.get(id).map(RfcommSocket::state);
            state == Some(State::Connected) || listener.defer_setup && state == Some(State::Deferred)
        };
        listener.accept_queue.iter().find(open).copied()
    }

    /// The queues of the connections to `peer` have changed.
    fn connection_changed(&mut self, peer: BdAddr) {
        let connected =
            |socket: &RfcommSocket| socket.state == State::Connected && socket.destination == peer;
        let sockets = self.table.iter().filter(|(_, socket)| connected(socket));
        self.changed.extend(sockets.map(|(id, _)| *id));
    }

    /// Someone connects to `channel`: a socket for it, if one listens there and has room
    /// (`rfcomm_connect_ind`). The listener that is bound to the controller's own address goes before
    /// one that is bound to any.
    fn incoming(&mut self, own: BdAddr, peer: BdAddr, channel: u8) -> Option<Incoming> {
        let listens_on = |device| {
            move |(_, socket): &(&SocketId, &RfcommSocket)| {
                socket.state == State::Listen && socket.local_addr() == RfcommAddr { device, channel }
            }
        };
        let mut listeners = self.table.iter().filter(listens_on(own));
        let mut listeners_on_any = self.table.iter().filter(listens_on(BdAddr::ANY));
        let (parent, listener) = listeners.next().or_else(|| listeners_on_any.next())?;
        if listener.accept_queue.len() > listener.backlog {
            return None;
        }
        let (parent, deferred) = (*parent, listener.defer_setup);
        let mut child = RfcommSocket::new();
        child.state = State::Config;
        child.source = own;
        child.destination = peer;
        child.channel = channel;
        child.parent = Some(parent);
        let id = self.insert(child);
        self.table.get_mut(&parent)?.accept_queue.push_back(id);
        Some(Incoming { id, deferred })
    }

    /// Something happened to a socket's connection. Returns the socket if its queue is full.
    fn event(&mut self, event: DlcEvent) -> Option<SocketId> {
        let (DlcEvent::Deferred(id)
        | DlcEvent::Connected(id)
        | DlcEvent::Data(id, _)
        | DlcEvent::Closed(id, _)) = event;
        let socket = self.table.get_mut(&id)?;
        let parent = socket.parent;
        self.changed.insert(id);
        self.changed.extend(parent);
        match event {
            DlcEvent::Deferred(_) => socket.state = State::Deferred,
            DlcEvent::Connected(_) => socket.state = State::Connected,
            DlcEvent::Data(_, information) => return socket.data_arrives(information).then_some(id),
            DlcEvent::Closed(_, error) => {
                socket.closed(error);
                // Nobody has seen it yet, and nobody is going to.
                if let Some(parent) = parent {
                    self.table.remove(&id);
                    self.changed.remove(&id);
                    let listener = self.table.get_mut(&parent)?;
                    listener.accept_queue.retain(|waiting| *waiting != id);
                }
            }
        }
        None
    }
}
