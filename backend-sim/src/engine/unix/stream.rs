//! Sending and receiving on streams.

use alloc::vec::Vec;

use anysock::{Errno, MessageFlags, Received};

use super::super::Engine;
use super::super::socket::{Incoming, Outgoing, SocketId};
use super::message;
use super::socket::State;

/// How many bytes a buffer takes in one piece: SKB_MAX_HEAD(0).
const HEAD_MAX: usize = 3776;
/// How many bytes a buffer takes in pages: UNIX_SKB_FRAGS_SZ.
const PAGED_MAX: usize = 32768;
const PAGE: usize = 4096;

/// `sendmsg(2)`: as much as there is room for. The handles travel with the first bytes.
pub(super) fn send(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
    addressed: bool,
) -> Result<usize, Errno> {
    message::check(engine, message)?;
    let socket = engine.unix(id)?;
    if message.flags.contains(MessageFlags::OOB) {
        return Err(Errno::EOPNOTSUPP);
    }
    if addressed {
        let connected = socket.state == State::Established;
        return Err(if connected { Errno::EISCONN } else { Errno::EOPNOTSUPP });
    }
    let peer = socket.peer.ok_or(Errno::ENOTCONN)?.id;
    if socket.send_shut {
        return Err(Errno::EPIPE);
    }
    let (mut rest, mut handles) = (message.bytes, message.handles);
    while !rest.is_empty() {
        match send_piece(engine, (id, peer), rest, handles) {
            Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
            Err(error) if rest.len() == message.bytes.len() => return Err(error),
            Err(_) => break,
        }
        handles = &[];
    }
    Ok(message.bytes.len() - rest.len())
}

/// Sends as much of `bytes` as the kernel puts into one buffer.
fn send_piece(
    engine: &mut Engine,
    (id, peer): (SocketId, SocketId),
    bytes: &[u8],
    handles: &[SocketId],
) -> Result<usize, Errno> {
    message::may_send(engine, id)?;
    if engine.unix(peer).map_or(true, |peer| peer.receive_shut) {
        return Err(Errno::EPIPE);
    }
    let buffer = usize::try_from(engine.socket(id)?.common.send_buffer).unwrap_or(0);
    let most = (buffer / 2).saturating_sub(64).clamp(1, HEAD_MAX + PAGED_MAX);
    let piece = bytes.get(..most).unwrap_or(bytes);
    let paged = piece.len().saturating_sub(HEAD_MAX).next_multiple_of(PAGE).min(piece.len());
    message::enqueue(engine, (id, peer), piece, handles, message::memory(piece.len() - paged, paged))?;
    Ok(piece.len())
}

/// `recvmsg(2)`. What separate sends put into the stream comes together, but nothing follows handles.
pub(super) fn recv(
    engine: &mut Engine,
    id: SocketId,
    incoming: &mut Incoming<'_>,
) -> Result<Received, Errno> {
    let node = engine.socket(id)?.node;
    if engine.unix(id)?.state != State::Established {
        return Err(Errno::EINVAL);
    }
    if incoming.flags.contains(MessageFlags::OOB) {
        return Err(Errno::EOPNOTSUPP);
    }
    if incoming.flags.contains(MessageFlags::PEEK) {
        return peek(engine, id, incoming);
    }
    let mut received = Received::default();
    let mut handles = Vec::new();
    loop {
        let Some(mut message) = engine.unix_mut(id)?.queue.pop_front() else {
            nothing_left(engine, id, incoming, received.len)?;
            break;
        };
        message::tell_sender(engine, &message, incoming, &mut received);
        let copied = copy(message.unread(), incoming.bytes, received.len);
        received.len += copied;
        message.consumed += copied;
        handles = message::taken(engine, node, &mut message);
        if !message.unread().is_empty() {
            engine.unix_mut(id)?.queue.push_front(message);
            break;
        }
        message::discard(engine, node, message);
        if !handles.is_empty() || received.len == incoming.bytes.len() {
            break;
        }
    }
    message::deliver_handles(engine, node, handles, incoming, &mut received);
    Ok(received)
}

/// `recvmsg(2)` with MSG_PEEK. It looks on to the next message with handles, even where there is no more room
/// for its bytes.
fn peek(engine: &mut Engine, id: SocketId, incoming: &mut Incoming<'_>) -> Result<Received, Errno> {
    let mut received = Received::default();
    let mut handles = Vec::new();
    for message in &engine.unix(id)?.queue {
        message::tell_sender(engine, message, incoming, &mut received);
        received.len += copy(message.unread(), incoming.bytes, received.len);
        if !message.handles.is_empty() {
            handles.clone_from(&message.handles);
            break;
        }
    }
    if engine.unix(id)?.queue.is_empty() {
        nothing_left(engine, id, incoming, 0)?;
    }
    let node = engine.socket(id)?.node;
    let handles = message::retained(engine, &handles)?;
    message::deliver_handles(engine, node, handles, incoming, &mut received);
    Ok(received)
}

/// The queue is empty after `copied` bytes: whether that is the end of the stream, an error, or for now.
fn nothing_left(
    engine: &mut Engine,
    id: SocketId,
    incoming: &Incoming<'_>,
    copied: usize,
) -> Result<(), Errno> {
    let low_water = usize::try_from(engine.socket(id)?.common.recv_low_water).unwrap_or(1);
    let asked = incoming.bytes.len();
    let all = incoming.flags.contains(MessageFlags::WAITALL);
    let target = if all { asked } else { low_water.min(asked) }.max(1);
    if copied >= target {
        return Ok(());
    }
    // Linux takes the error even where the bytes before it are what the call returns.
    let error = engine.socket_mut(id)?.common.error.take();
    let ended = engine.unix(id)?.receive_shut;
    match error {
        _ if copied > 0 => Ok(()),
        Some(error) => Err(error),
        None if ended => Ok(()),
        None => Err(Errno::EAGAIN),
    }
}

/// Copies to `room` from `offset` on, as much as fits.
fn copy(bytes: &[u8], room: &mut [u8], offset: usize) -> usize {
    let room = room.get_mut(offset..).unwrap_or_default();
    let len = room.len().min(bytes.len());
    room[..len].copy_from_slice(&bytes[..len]);
    len
}
