//! A Unix socket: its state, when it is ready, and how it ends.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use anysock::io_control::IoRequest;
use anysock::message::Ucred;
use anysock::{AnyAddr, Errno, PollEvents, Shutdown, SocketType, UnixAddr};

use super::super::Engine;
use super::super::socket::{Socket, SocketId, SocketState, WRITABLE};
use super::credentials::{self, Passing};
use super::message::{self, Message};
use super::{garbage, names};

/// net.unix.max_dgram_qlen.
const MAX_DGRAM_QLEN: usize = 10;

/// How far a socket is connected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum State {
    /// Not connected.
    #[default]
    Closed,
    /// It accepts connections.
    Listening,
    /// Connected. It stays so when the peer is gone.
    Established,
}

/// The other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// The socket, which may be closed by now.
    pub(super) id: SocketId,
    /// Its name when it was last looked at, for when it is closed.
    pub(super) name: Option<UnixAddr>,
}

/// A Unix socket.
#[derive(Debug)]
pub(crate) struct UnixSocket {
    pub(super) name: Option<UnixAddr>,
    pub(super) state: State,
    /// Whom it sends to, where a send names nobody.
    pub(super) peer: Option<Peer>,
    /// No more receiving: `RCV_SHUTDOWN`.
    pub(super) receive_shut: bool,
    /// No more sending: `SEND_SHUTDOWN`.
    pub(super) send_shut: bool,
    /// What was sent to it and not yet received.
    pub(super) queue: VecDeque<Message>,
    /// How many messages have come to it.
    pub(super) arrived: u64,
    /// The number of the message that is urgent: its only byte is (`oob_skb`).
    pub(super) urgent: Option<u64>,
    /// How many urgent bytes were thrown away unread: Linux goes on counting them (SIOCINQ).
    pub(super) urgent_lost: usize,
    /// SO_PASSCRED and its like.
    pub(super) passing: Passing,
    /// SO_PEERCRED: who has connected, or listens, or has made the pair.
    pub(super) peer_credentials: Ucred,
    /// SO_INQ: who reads is told how many bytes are left.
    pub(in crate::engine) tells_unread: bool,
    /// Where it is found, as long as nobody else is.
    pub(super) path: Option<Vec<u8>>,
    /// Connections to it that wait to be accepted.
    pub(super) embryos: VecDeque<SocketId>,
    /// It waits to be accepted itself.
    pub(super) embryo: bool,
    /// More than this many connections, or datagrams of strangers, make it full.
    pub(super) backlog: usize,
    /// The memory that its messages take which nobody has received yet: what `SO_SNDBUF` limits.
    pub(super) sent_memory: usize,
    /// Who has another look when it is no longer full: sockets connected to it, and [`super::PeerWait`]s.
    pub(super) peer_wait: Vec<SocketId>,
}

impl Default for UnixSocket {
    fn default() -> Self {
        UnixSocket {
            name: None,
            state: State::Closed,
            peer: None,
            receive_shut: false,
            send_shut: false,
            queue: VecDeque::new(),
            arrived: 0,
            urgent: None,
            urgent_lost: 0,
            passing: Passing::default(),
            peer_credentials: credentials::NOBODY,
            tells_unread: false,
            path: None,
            embryos: VecDeque::new(),
            embryo: false,
            backlog: MAX_DGRAM_QLEN,
            sent_memory: 0,
            peer_wait: Vec::new(),
        }
    }
}

impl UnixSocket {
    pub(crate) fn is_listening(&self) -> bool {
        self.state == State::Listening
    }

    /// Whether it takes no more connections, or no more datagrams of strangers.
    pub(super) fn is_full(&self) -> bool {
        self.queue.len() + self.embryos.len() > self.backlog
    }

    /// Where in the queue the urgent byte is.
    pub(super) fn urgent_place(&self) -> Option<usize> {
        self.urgent.and_then(|urgent| self.queue.iter().position(|message| message.number == urgent))
    }

    /// Whether the next byte is where urgent data were: SIOCATMARK.
    fn is_at_mark(&self) -> bool {
        let (first, urgent) = (self.queue.front(), self.urgent_place());
        first.is_some_and(|first| {
            urgent == Some(0) || first.unread().is_empty() && urgent.is_none_or(|urgent| urgent == 1)
        })
    }

    /// Whether something of the peer's was not received. A first message without bytes is not looked at
    /// (`unix_release_sock`).
    fn has_unread(&self) -> bool {
        match self.queue.front() {
            Some(first) if first.unread().is_empty() => self.queue.len() > 1,
            first => first.is_some(),
        }
    }

    /// Whether it is connected to that socket.
    pub(super) fn has_peer(&self, id: SocketId) -> bool {
        self.peer.is_some_and(|peer| peer.id == id)
    }
}

impl Engine {
    /// An open Unix socket; `EBADF` where it is closed.
    pub(super) fn unix(&self, id: SocketId) -> Result<&UnixSocket, Errno> {
        match &self.socket(id)?.state {
            SocketState::Unix(socket) => Ok(socket),
            _ => Err(Errno::EBADF),
        }
    }

    /// An open Unix socket, to change; `EBADF` where it is closed.
    pub(super) fn unix_mut(&mut self, id: SocketId) -> Result<&mut UnixSocket, Errno> {
        match &mut self.socket_mut(id)?.state {
            SocketState::Unix(socket) => Ok(socket),
            _ => Err(Errno::EBADF),
        }
    }

    /// Whoever waits for room in the socket's queue has another look.
    pub(super) fn notify_peer_wait(&mut self, id: SocketId) {
        let Ok(socket) = self.unix(id) else { return };
        for waiting in socket.peer_wait.clone() {
            self.notify_of(waiting, WRITABLE);
        }
    }
}

/// `getpeername(2)`: of a peer that is closed too.
pub(super) fn peer_addr(engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
    let peer = engine.unix(id)?.peer.ok_or(Errno::ENOTCONN)?;
    Ok(names::encoded(engine.unix(peer.id).map_or(peer.name, |found| found.name)))
}

/// Everything that is ready: `unix_poll` and `unix_dgram_poll`.
pub(super) fn poll(engine: &Engine, id: SocketId) -> PollEvents {
    let (Ok(socket), Ok(unix)) = (engine.socket(id), engine.unix(id)) else { return PollEvents::NVAL };
    let mut events = PollEvents::empty();
    if socket.common.error.is_some() {
        events |= PollEvents::ERR;
    }
    if unix.receive_shut && unix.send_shut || socket.kind != SocketType::DGRAM && unix.state == State::Closed
    {
        events |= PollEvents::HUP;
    }
    if unix.receive_shut {
        events |= PollEvents::RDHUP;
    }
    if unix.receive_shut || !unix.queue.is_empty() || !unix.embryos.is_empty() {
        events |= PollEvents::IN | PollEvents::RDNORM;
    }
    if unix.urgent.is_some() {
        events |= PollEvents::PRI;
    }
    let roomy = has_room(socket, unix);
    if roomy && !is_refused(engine, id) {
        events |= PollEvents::OUT | PollEvents::WRNORM | PollEvents::WRBAND;
    }
    events
}

/// Whether the peer takes nothing more from a socket that it is not connected to.
pub(super) fn is_refused(engine: &Engine, id: SocketId) -> bool {
    let peer = engine.unix(id).ok().and_then(|unix| unix.peer);
    peer.and_then(|peer| engine.unix(peer.id).ok()).is_some_and(|peer| !peer.has_peer(id) && peer.is_full())
}

/// Only a quarter of the buffer may be in use, so that a program that waits does not send byte by byte
/// (`unix_writable`).
fn has_room(socket: &Socket, unix: &UnixSocket) -> bool {
    let buffer = usize::try_from(socket.common.send_buffer).unwrap_or(0);
    !unix.is_listening() && (unix.sent_memory + 1) * 4 <= buffer
}

/// A message of the socket's is gone, or it may have more of them under way: who waits for room hears of it
/// (`unix_write_space`).
pub(super) fn tell_of_room(engine: &mut Engine, id: SocketId) {
    let (Ok(socket), Ok(unix)) = (engine.socket(id), engine.unix(id)) else { return };
    if has_room(socket, unix) {
        engine.notify_of(id, WRITABLE);
    }
}

/// `ioctl(2)` with a request that answers a number.
pub(super) fn io_control(engine: &Engine, id: SocketId, request: IoRequest) -> Result<i32, Errno> {
    let kind = engine.socket(id)?.kind;
    let socket = engine.unix(id)?;
    let mut unread = socket.queue.iter().map(|message| message.unread().len());
    let number = match request {
        IoRequest::Readable if socket.is_listening() => return Err(Errno::EINVAL),
        IoRequest::Readable if kind == SocketType::DGRAM => unread.next().unwrap_or(0),
        IoRequest::Readable => unread.sum::<usize>() + socket.urgent_lost,
        IoRequest::Unacknowledged => socket.sent_memory,
        IoRequest::Unsent => return Err(Errno::ENOTTY),
        IoRequest::AtMark if kind != SocketType::STREAM => return Err(Errno::EOPNOTSUPP),
        IoRequest::AtMark => usize::from(socket.is_at_mark()),
    };
    Ok(i32::try_from(number).unwrap_or(i32::MAX))
}

/// `shutdown(2)`: a socket without a peer can be shut down too.
pub(super) fn shutdown(engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
    let connects = engine.socket(id)?.kind != SocketType::DGRAM;
    let (receive, send) = (how != Shutdown::WRITE, how != Shutdown::READ);
    let socket = engine.unix_mut(id)?;
    socket.receive_shut |= receive;
    socket.send_shut |= send;
    let peer = socket.peer.filter(|_| connects);
    engine.notify(id);
    if let Some(Peer { id: peer, .. }) = peer
        && let Ok(other) = engine.unix_mut(peer)
    {
        other.send_shut |= receive;
        other.receive_shut |= send;
        engine.notify(peer);
    }
    Ok(())
}

/// The last reference is gone: `unix_release_sock`.
pub(super) fn close(engine: &mut Engine, id: SocketId) {
    names::release(engine, id);
    let was_full = engine.unix(id).is_ok_and(UnixSocket::is_full);
    let Some(closed) = engine.remove_socket(id) else { return };
    let SocketState::Unix(socket) = closed.state else { return };
    if socket.sent_memory > 0 && socket.name.is_some() {
        message::remember_sender(engine, closed.node, id, socket.name);
    }
    if let Some(peer) = socket.peer {
        let lost = socket.has_unread() || socket.embryo;
        tell_peer(engine, id, (closed.kind, socket.name), peer.id, lost);
    }
    for waiting in socket.peer_wait {
        if let Ok(connected) = engine.unix_mut(waiting)
            && let Some(back) = connected.peer.as_mut().filter(|back| back.id == id)
        {
            back.name = socket.name;
        }
        // Others have never heard that there is no room.
        if was_full && socket.peer.is_none_or(|peer| peer.id != waiting) {
            engine.notify(waiting);
        }
    }
    for embryo in socket.embryos {
        engine.release(embryo);
    }
    for message in socket.queue {
        message::discard(engine, closed.node, message);
    }
    garbage::collect(engine, closed.node);
}

/// The peer of a socket that has closed: the end of its stream, or `ECONNRESET` where something was `lost`.
fn tell_peer(
    engine: &mut Engine,
    id: SocketId,
    (kind, name): (SocketType, Option<UnixAddr>),
    peer: SocketId,
    lost: bool,
) {
    let Ok(other) = engine.unix_mut(peer) else { return };
    other.peer_wait.retain(|waiting| *waiting != id);
    if let Some(back) = other.peer.as_mut().filter(|back| back.id == id) {
        back.name = name;
    }
    if kind == SocketType::DGRAM {
        return;
    }
    other.receive_shut = true;
    other.send_shut = true;
    if lost && let Ok(socket) = engine.socket_mut(peer) {
        socket.common.error = Some(Errno::ECONNRESET);
    }
    engine.notify(peer);
}

/// The socket in words.
pub(super) fn describe(engine: &Engine, id: SocketId, kind: &str) -> String {
    let mut words = String::from(kind);
    let Ok(socket) = engine.unix(id) else { return words };
    let name = socket.name.map(|name| alloc::format!(" at {name}")).unwrap_or_default();
    words.push_str(&name);
    let said = match (socket.is_listening(), socket.peer) {
        (true, _) => write!(words, ", listening"),
        (_, None) => Ok(()),
        (_, Some(peer)) => match engine.unix(peer.id).map(|found| found.name) {
            Ok(Some(name)) => write!(words, ", connected to {name}"),
            Ok(None) => write!(words, ", connected"),
            Err(_) => write!(words, ", its peer closed"),
        },
    };
    // A String takes whatever is written to it.
    debug_assert!(said.is_ok());
    words
}
