//! Datagram sockets, and the records of seqpacket sockets.

use alloc::collections::VecDeque;

use anysock::addr::family_of;
use anysock::message::Ucred;
use anysock::{Errno, Family, MessageFlags, PollEvents, Received, SocketType};

use super::super::Engine;
use super::super::node::NodeId;
use super::super::socket::{Incoming, Outgoing, SocketId, WRITABLE};
use super::credentials;
use super::message::{self, Message};
use super::names;
use super::socket::{self, Peer};

/// The most bytes a buffer takes in one piece: SKB_MAX_ALLOC.
const HEAD_MAX: usize = 16064;
/// The most bytes a buffer takes in pages: MAX_SKB_FRAGS of them.
const PAGED_MAX: usize = 17 * PAGE;
const PAGE: usize = 4096;
/// What of SO_SNDBUF a datagram cannot use.
const OVERHEAD: usize = 32;

/// `connect(2)`: fixes the peer; `AF_UNSPEC` lets it go. Another peer's datagrams are thrown away.
pub(super) fn connect(engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
    if address.len() < 2 {
        return Err(Errno::EINVAL);
    }
    let entry = engine.socket(id)?;
    let (node, kind) = (entry.node, entry.kind);
    let peer = match family_of(address) {
        Family::UNSPEC => None,
        _ => {
            names::decode(address)?;
            credentials::name_sender(engine, id)?;
            let found = names::find(engine, node, kind, address)?;
            let other = engine.unix(found)?;
            if other.peer.is_some() && !other.has_peer(id) {
                return Err(Errno::EPERM);
            }
            Some(Peer { id: found, name: other.name })
        }
    };
    let old = core::mem::replace(&mut engine.unix_mut(id)?.peer, peer);
    if old.map(|old| old.id) != peer.map(|peer| peer.id) {
        if let Some(old) = old {
            disconnected(engine, id, old.id)?;
        }
        if let Some(peer) = peer {
            engine.unix_mut(peer.id)?.peer_wait.push(id);
        }
    }
    // Who waits for room at the old one need not any more (unix_dgram_peer_wake_disconnect_wakeup).
    if old.is_some() {
        engine.notify_of(id, WRITABLE);
    }
    Ok(())
}

/// The socket has another peer than `old`, or none: `unix_dgram_disconnected`.
fn disconnected(engine: &mut Engine, id: SocketId, old: SocketId) -> Result<(), Errno> {
    if let Ok(old) = engine.unix_mut(old) {
        old.peer_wait.retain(|waiting| *waiting != id);
    }
    let lost = core::mem::take(&mut engine.unix_mut(id)?.queue);
    if lost.is_empty() {
        return Ok(());
    }
    let node = engine.socket(id)?.node;
    for message in lost {
        message::discard(engine, node, message);
    }
    engine.notify_peer_wait(id);
    if engine.unix(old).is_ok_and(|old| old.has_peer(id)) {
        engine.socket_mut(old)?.common.error = Some(Errno::ECONNRESET);
        engine.notify_of(old, PollEvents::ERR);
    }
    Ok(())
}

/// `sendmsg(2)`: to `address`, or to the peer.
pub(super) fn send(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
    address: Option<&[u8]>,
) -> Result<usize, Errno> {
    let said = message::check(engine, message)?;
    if message.flags.contains(MessageFlags::OOB) {
        return Err(Errno::EOPNOTSUPP);
    }
    let entry = engine.socket(id)?;
    let (node, kind) = (entry.node, entry.kind);
    let buffer = usize::try_from(entry.common.send_buffer).unwrap_or(0);
    if let Some(address) = address {
        names::decode(address)?;
    }
    credentials::name_sender(engine, id)?;
    let len = message.bytes.len();
    if len > buffer.saturating_sub(OVERHEAD) {
        return Err(Errno::EMSGSIZE);
    }
    message::may_send(engine, id)?;
    let delivered = deliver(engine, id, (node, kind), (message, said), address);
    if delivered.is_err() {
        // The memory for the message was there, and is given back.
        socket::tell_of_room(engine, id);
    }
    delivered.map(|()| len)
}

/// Brings a message that may be sent to the one at `address`, or to the peer.
fn deliver(
    engine: &mut Engine,
    id: SocketId,
    (node, kind): (NodeId, SocketType),
    (message, said): (&Outgoing<'_>, Option<Ucred>),
    address: Option<&[u8]>,
) -> Result<(), Errno> {
    let receiver = match address {
        Some(address) => names::find(engine, node, kind, address)?,
        None => engine.unix(id)?.peer.ok_or(Errno::ENOTCONN)?.id,
    };
    let Ok(other) = engine.unix(receiver) else {
        return Err(peer_is_gone(engine, id, receiver, kind));
    };
    if other.peer.is_some() && !other.has_peer(id) {
        return Err(Errno::EPERM);
    }
    if other.receive_shut {
        return Err(Errno::EPIPE);
    }
    if !message.handles.is_empty() && !other.passing.rights {
        return Err(Errno::EPERM);
    }
    if receiver != id && !other.has_peer(id) && other.is_full() {
        return Err(Errno::EAGAIN);
    }
    let len = message.bytes.len();
    let paged = len.saturating_sub(HEAD_MAX).min(PAGED_MAX).next_multiple_of(PAGE);
    let memory = message::memory(len - paged, paged);
    let credentials = said.or_else(|| credentials::of_sender(engine, id, receiver));
    message::enqueue(engine, (id, receiver), message.bytes, (message.handles, credentials), memory)
}

/// The peer has closed: a datagram socket has none from now on.
fn peer_is_gone(engine: &mut Engine, id: SocketId, peer: SocketId, kind: SocketType) -> Errno {
    if kind == SocketType::SEQPACKET {
        return Errno::EPIPE;
    }
    if let Ok(socket) = engine.unix_mut(id) {
        socket.peer = None;
    }
    match disconnected(engine, id, peer) {
        Ok(()) => Errno::ECONNREFUSED,
        Err(error) => error,
    }
}

/// `recvmsg(2)`: one datagram or record. What does not fit is lost.
pub(super) fn recv(
    engine: &mut Engine,
    id: SocketId,
    incoming: &mut Incoming<'_>,
) -> Result<Received, Errno> {
    if incoming.flags.contains(MessageFlags::OOB) {
        return Err(Errno::EOPNOTSUPP);
    }
    let socket = engine.socket_mut(id)?;
    if let Some(error) = socket.common.error.take() {
        return Err(error);
    }
    let (node, kind, peek_offset) = (socket.node, socket.kind, socket.common.peek_offset);
    let peeks = incoming.flags.contains(MessageFlags::PEEK);
    let unix = engine.unix_mut(id)?;
    let was_full = unix.is_full();
    let offset = peek_offset.get().filter(|_| peeks);
    let (place, skip) = offset.map_or(Some((0, 0)), |offset| looked_at(&unix.queue, offset)).unzip();
    let Some(mut message) = place.and_then(|place| unix.queue.remove(place)) else {
        let ended = kind == SocketType::SEQPACKET && unix.receive_shut;
        return if ended { Ok(Received::default()) } else { Err(Errno::EAGAIN) };
    };
    let mut received = Received::default();
    message::tell_sender(engine, &message, incoming, &mut received);
    let bytes = skip.and_then(|skip| message.unread().get(skip..)).unwrap_or_default();
    let len = bytes.len().min(incoming.bytes.len());
    incoming.bytes[..len].copy_from_slice(&bytes[..len]);
    if len < bytes.len() {
        received.flags |= MessageFlags::TRUNC;
    }
    received.len = if incoming.flags.contains(MessageFlags::TRUNC) { bytes.len() } else { len };
    message::tell_about(engine, id, &message, incoming, &mut received)?;
    let handles = if peeks {
        let handles = message::retained(engine, &message.handles)?;
        message.peeked |= message.unread().is_empty();
        engine.socket_mut(id)?.common.peek_offset.advance(len, true);
        engine.unix_mut(id)?.queue.insert(place.unwrap_or(0), message);
        handles
    } else {
        engine.socket_mut(id)?.common.peek_offset.advance(message.unread().len(), false);
        let handles = message::taken(engine, node, &mut message);
        message::discard(engine, node, message);
        if was_full {
            engine.notify_peer_wait(id);
        }
        handles
    };
    message::deliver_handles(engine, node, handles, incoming, &mut received);
    Ok(received)
}

/// Which datagram MSG_PEEK looks at from `offset` bytes on, and from where in it (`__skb_try_recv_from_queue`).
fn looked_at(queue: &VecDeque<Message>, mut offset: usize) -> Option<(usize, usize)> {
    for (place, message) in queue.iter().enumerate() {
        let len = message.unread().len();
        if offset < len || offset == 0 && !message.peeked {
            return Some((place, offset));
        }
        offset -= len;
    }
    None
}
