//! A node's kernel, with short names for its calls.

use anysock::option::socket::SO_ERROR;
use anysock::{
    AnyAddr, Errno, Family, Level, MessageFlags, PollEvents, Protocol, Received, Shutdown, SockAddr,
    SocketType, UnixAddr,
};
use anysock_sim::engine::{Engine, Incoming, NodeId, Outgoing, SocketId};

pub(crate) const STREAM: SocketType = SocketType::STREAM;
pub(crate) const DGRAM: SocketType = SocketType::DGRAM;
pub(crate) const SEQPACKET: SocketType = SocketType::SEQPACKET;
pub(crate) const CONNECTED: [SocketType; 2] = [STREAM, SEQPACKET];
pub(crate) const ALL: [SocketType; 3] = [STREAM, DGRAM, SEQPACKET];
pub(crate) const NO_FLAGS: MessageFlags = MessageFlags::empty();

/// A message as it was received.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) bytes: Vec<u8>,
    pub(crate) from: Option<UnixAddr>,
    pub(crate) handles: Vec<SocketId>,
    pub(crate) flags: MessageFlags,
    pub(crate) len: usize,
}

/// A node's kernel, with short names for its calls.
pub(crate) struct Kernel {
    pub(crate) engine: Engine,
    pub(crate) node: NodeId,
}

impl Kernel {
    pub(crate) fn new() -> Self {
        let mut engine = Engine::new(0);
        let node = engine.add_node("node");
        Kernel { engine, node }
    }

    pub(crate) fn open(&mut self, kind: SocketType) -> SocketId {
        self.engine.open(self.node, Family::UNIX, kind, Protocol::DEFAULT).unwrap()
    }

    pub(crate) fn pair(&mut self, kind: SocketType) -> (SocketId, SocketId) {
        self.engine.open_pair(self.node, Family::UNIX, kind, Protocol::DEFAULT).unwrap()
    }

    pub(crate) fn bound(&mut self, kind: SocketType, name: &str) -> SocketId {
        let socket = self.open(kind);
        self.bind(socket, name).unwrap();
        socket
    }

    pub(crate) fn listener(&mut self, kind: SocketType, name: &str, backlog: i32) -> SocketId {
        let socket = self.bound(kind, name);
        self.engine.listen(socket, backlog).unwrap();
        socket
    }

    pub(crate) fn bind(&mut self, socket: SocketId, name: &str) -> Result<(), Errno> {
        self.engine.bind(socket, address(name).encode().as_ref())
    }

    pub(crate) fn connect(&mut self, socket: SocketId, name: &str) -> Result<(), Errno> {
        self.engine.connect(socket, address(name).encode().as_ref())
    }

    pub(crate) fn accept(&mut self, socket: SocketId) -> Result<(SocketId, UnixAddr), Errno> {
        self.engine.accept(socket).map(|(id, address)| (id, decoded(address)))
    }

    pub(crate) fn send(&mut self, socket: SocketId, bytes: &[u8]) -> Result<usize, Errno> {
        self.send_handles(socket, bytes, &[])
    }

    pub(crate) fn send_handles(
        &mut self,
        socket: SocketId,
        bytes: &[u8],
        handles: &[SocketId],
    ) -> Result<usize, Errno> {
        let message = Outgoing { address: None, bytes, control: &[], handles, flags: NO_FLAGS };
        self.engine.send(socket, &message)
    }

    pub(crate) fn send_to(&mut self, socket: SocketId, bytes: &[u8], name: &str) -> Result<usize, Errno> {
        let address = address(name).encode();
        let address = Some(address.as_ref());
        let message = Outgoing { address, bytes, control: &[], handles: &[], flags: NO_FLAGS };
        self.engine.send(socket, &message)
    }

    pub(crate) fn recv(&mut self, socket: SocketId, room: usize) -> Result<Vec<u8>, Errno> {
        self.recv_msg(socket, room, 0, NO_FLAGS).map(|message| message.bytes)
    }

    pub(crate) fn recv_msg(
        &mut self,
        socket: SocketId,
        room: usize,
        handle_room: usize,
        flags: MessageFlags,
    ) -> Result<Message, Errno> {
        let (mut bytes, mut from) = (vec![0; room], [0; 128]);
        let mut incoming = Incoming {
            address: &mut from,
            bytes: &mut bytes,
            control: &mut [],
            handle_room,
            handles: Vec::new(),
            flags,
        };
        let Received { len, address_len, flags, handles, .. } = self.engine.recv(socket, &mut incoming)?;
        let passed = incoming.handles;
        assert_eq!(handles, passed.len());
        bytes.truncate(len);
        let from = (address_len > 0).then(|| UnixAddr::decode(&from[..address_len.min(110)]).unwrap());
        Ok(Message { bytes, from, handles: passed, flags, len })
    }

    pub(crate) fn poll(&self, socket: SocketId) -> PollEvents {
        let hidden = PollEvents::RDNORM | PollEvents::WRNORM | PollEvents::WRBAND;
        self.engine.events(socket).difference(hidden)
    }

    pub(crate) fn option(&mut self, socket: SocketId, name: i32) -> i32 {
        let mut value = [0; 4];
        self.engine.get_option(socket, Level::SOCKET, name, &mut value).unwrap();
        i32::from_ne_bytes(value)
    }

    pub(crate) fn error(&mut self, socket: SocketId) -> Errno {
        Errno(self.option(socket, SO_ERROR))
    }

    pub(crate) fn local(&self, socket: SocketId) -> UnixAddr {
        decoded(self.engine.local_addr(socket).unwrap())
    }

    pub(crate) fn peer(&self, socket: SocketId) -> Result<UnixAddr, Errno> {
        self.engine.peer_addr(socket).map(decoded)
    }

    pub(crate) fn close(&mut self, socket: SocketId) {
        self.engine.release(socket);
    }

    pub(crate) fn shutdown(&mut self, socket: SocketId, how: Shutdown) {
        self.engine.shutdown(socket, how).unwrap();
    }
}

/// `@name` is abstract.
pub(crate) fn address(name: &str) -> UnixAddr {
    match name.strip_prefix('@') {
        Some(name) => UnixAddr::abstract_name(name.as_bytes()).unwrap(),
        None => UnixAddr::path(name.as_bytes()).unwrap(),
    }
}

fn decoded(address: AnyAddr) -> UnixAddr {
    UnixAddr::decode(address.as_bytes()).unwrap()
}

fn events(names: &str) -> PollEvents {
    let each = names.split('|').map(|name| match name {
        "IN" => PollEvents::IN,
        "OUT" => PollEvents::OUT,
        "ERR" => PollEvents::ERR,
        "HUP" => PollEvents::HUP,
        "RDHUP" => PollEvents::RDHUP,
        "0" => PollEvents::empty(),
        other => panic!("{other}"),
    });
    each.fold(PollEvents::empty(), |all, one| all | one)
}

/// The socket's readiness is exactly this.
#[track_caller]
pub(crate) fn assert_poll(kernel: &Kernel, socket: SocketId, names: &str) {
    assert_eq!(kernel.poll(socket), events(names));
}
