//! Sending and receiving on streams.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use anysock::message::{ControlWriter, Ucred};
use anysock::option::socket::SO_INQ;
use anysock::{Errno, Level, MessageFlags, Received};

use super::super::Engine;
use super::super::socket::{Incoming, Outgoing, READABLE, SocketId};
use super::credentials;
use super::message::{self, Message};
use super::socket::{self, State, UnixSocket};

/// How many bytes a buffer takes in one piece: SKB_MAX_HEAD(0).
const HEAD_MAX: usize = 3776;
/// How many bytes a buffer takes in pages: UNIX_SKB_FRAGS_SZ.
const PAGED_MAX: usize = 32768;
const PAGE: usize = 4096;

/// `sendmsg(2)`: as much as there is room for. The handles travel with the first bytes; with MSG_OOB the last byte is
/// urgent.
pub(super) fn send(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
    addressed: bool,
) -> Result<usize, Errno> {
    let said = message::check(engine, message)?;
    let (text, urgent) = match message.bytes.split_last() {
        _ if !message.flags.contains(MessageFlags::OOB) => (message.bytes, None),
        Some((urgent, text)) => (text, Some(urgent)),
        None => return Err(Errno::EOPNOTSUPP),
    };
    let socket = engine.unix(id)?;
    if addressed {
        let connected = socket.state == State::Established;
        return Err(if connected { Errno::EISCONN } else { Errno::EOPNOTSUPP });
    }
    let peer = socket.peer.ok_or(Errno::ENOTCONN)?.id;
    if socket.send_shut {
        return Err(Errno::EPIPE);
    }
    let (mut sent, mut handles) = (0, message.handles);
    while let Some(rest) = text.get(sent..).filter(|rest| !rest.is_empty()) {
        match send_piece(engine, (id, peer), rest, (handles, said)) {
            Ok(piece) => sent += piece,
            Err(error) if sent == 0 => return Err(error),
            Err(_) => return Ok(sent),
        }
        handles = &[];
    }
    if let Some(urgent) = urgent {
        match send_piece(engine, (id, peer), &[*urgent], (handles, said)) {
            Ok(_) => {
                let receiver = engine.unix_mut(peer)?;
                receiver.urgent = receiver.queue.back().map(|message| message.number);
                engine.notify_of(peer, READABLE);
                sent += 1;
            }
            Err(error) if sent == 0 => return Err(error),
            Err(_) => {}
        }
    }
    Ok(sent)
}

/// Sends as much of `bytes` as the kernel puts into one buffer.
fn send_piece(
    engine: &mut Engine,
    (id, peer): (SocketId, SocketId),
    bytes: &[u8],
    (handles, said): (&[SocketId], Option<Ucred>),
) -> Result<usize, Errno> {
    message::may_send(engine, id)?;
    if engine.unix(peer).map_or(true, |peer| peer.receive_shut) {
        // The memory for the piece was there, and is given back.
        socket::tell_of_room(engine, id);
        return Err(Errno::EPIPE);
    }
    if !handles.is_empty() && engine.unix(peer).is_ok_and(|peer| !peer.passing.rights) {
        socket::tell_of_room(engine, id);
        return Err(Errno::EPERM);
    }
    let credentials = said.or_else(|| credentials::of_sender(engine, id, peer));
    let buffer = usize::try_from(engine.socket(id)?.common.send_buffer).unwrap_or(0);
    let most = (buffer / 2).saturating_sub(64).clamp(1, HEAD_MAX + PAGED_MAX);
    let piece = bytes.get(..most).unwrap_or(bytes);
    let paged = piece.len().saturating_sub(HEAD_MAX).next_multiple_of(PAGE).min(piece.len());
    let memory = message::memory(piece.len() - paged, paged);
    message::enqueue(engine, (id, peer), piece, (handles, credentials), memory)?;
    Ok(piece.len())
}

/// `recvmsg(2)`. What separate sends put into the stream comes together, but nothing follows handles. With MSG_PEEK it
/// looks on to the next message with handles, even where there is no more room for its bytes.
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
        return recv_urgent(engine, id, incoming);
    }
    let peeks = incoming.flags.contains(MessageFlags::PEEK);
    let mut skip = if peeks { engine.socket(id)?.common.peek_offset.get().unwrap_or(0) } else { 0 };
    let mut received = Received::default();
    let mut handles = Vec::new();
    let (mut credentials, mut from) = (None, 0);
    loop {
        let place = pass_mark(engine, id, from, (peeks, received.len))?;
        if place.is_none() && received.len > 0 && from < engine.unix(id)?.queue.len() {
            break;
        }
        let Some(place) = place.and_then(|place| skipped(&engine.unix(id).ok()?.queue, place, &mut skip))
        else {
            nothing_left(engine, id, incoming, received.len)?;
            break;
        };
        let Some(message) = engine.unix(id)?.queue.get(place) else { break };
        // What several have sent does not come together.
        match credentials {
            Some(before) if before != message.credentials => break,
            None if engine.unix(id)?.passing.tells_sender() => credentials = Some(message.credentials),
            _ => {}
        }
        message::tell_sender(engine, message, incoming, &mut received);
        let unread = message.unread().get(skip..).unwrap_or_default();
        let copied = copy(unread, incoming.bytes, received.len);
        received.len += copied;
        engine.socket_mut(id)?.common.peek_offset.advance(copied, peeks);
        let goes_on;
        if peeks {
            let passed = engine.unix(id)?.queue.get(place).map(|message| message.handles.clone());
            handles = message::retained(engine, &passed.unwrap_or_default())?;
            (skip, from) = (0, place + 1);
            goes_on = from < engine.unix(id)?.queue.len();
        } else {
            let is_read;
            (handles, is_read) = take(engine, id, place, copied)?;
            goes_on = is_read && received.len < incoming.bytes.len();
        }
        if !handles.is_empty() || !goes_on {
            break;
        }
    }
    message::deliver_handles(engine, node, handles, incoming, &mut received);
    tell_about(engine, id, credentials, incoming, &mut received)?;
    Ok(received)
}

/// So many bytes of the message at `place` were read: the handles that came with them, and whether that was all of it.
fn take(
    engine: &mut Engine,
    id: SocketId,
    place: usize,
    copied: usize,
) -> Result<(Vec<SocketId>, bool), Errno> {
    let node = engine.socket(id)?.node;
    let Some(message) = engine.unix_mut(id)?.queue.get_mut(place) else { return Ok((Vec::new(), true)) };
    message.consumed += copied;
    let is_read = message.unread().is_empty();
    let handles = core::mem::take(&mut message.handles);
    message::no_longer_passing(engine, node, handles.len());
    if is_read {
        discard_at(engine, id, place)?;
    }
    Ok((handles, is_read))
}

/// Tells who has sent what was received, and how much is left.
fn tell_about(
    engine: &Engine,
    id: SocketId,
    credentials: Option<Option<Ucred>>,
    incoming: &mut Incoming<'_>,
    received: &mut Received,
) -> Result<(), Errno> {
    let mut writer = ControlWriter::new(incoming.control);
    let mut fits = message::tell_sender_of(engine, id, credentials, &mut writer)?;
    let socket = engine.unix(id)?;
    if socket.tells_unread {
        let unread: usize = socket.queue.iter().map(|message| message.unread().len()).sum();
        fits &= writer.deliver(Level::SOCKET, SO_INQ, &(unread as i32).to_ne_bytes());
    }
    received.control_len = writer.into_bytes().len();
    if !fits {
        received.flags |= MessageFlags::CTRUNC;
    }
    Ok(())
}

/// `recvmsg(2)` with MSG_OOB: the urgent byte. Its place in the queue stays, empty, as a mark
/// (`unix_stream_recv_urg`).
fn recv_urgent(engine: &mut Engine, id: SocketId, incoming: &mut Incoming<'_>) -> Result<Received, Errno> {
    let in_line = engine.socket(id)?.common.oob_inline;
    let socket = engine.unix_mut(id)?;
    let place = socket.urgent_place().filter(|_| !in_line).ok_or(Errno::EINVAL)?;
    let message = socket.queue.get_mut(place).ok_or(Errno::EINVAL)?;
    let urgent = message.unread().first().copied().ok_or(Errno::EINVAL)?;
    if !incoming.flags.contains(MessageFlags::PEEK) {
        message.consumed += 1;
        socket.urgent = None;
        let before = place.checked_sub(1).and_then(|before| socket.queue.get(before));
        if before.is_some_and(|before| before.unread().is_empty()) {
            discard_at(engine, id, place - 1)?;
        }
    }
    // Without room, the byte is lost, and told all the same.
    if let Some(room) = incoming.bytes.first_mut() {
        *room = urgent;
    }
    Ok(Received { len: 1, flags: MessageFlags::OOB, ..Received::default() })
}

/// Where reading goes on from the message at `place`, after so many bytes: `None` at urgent data, and at the end.
/// Urgent data that nobody asked for are thrown away where reading begins with them (`manage_oob`).
fn pass_mark(
    engine: &mut Engine,
    id: SocketId,
    mut place: usize,
    (peeks, copied): (bool, usize),
) -> Result<Option<usize>, Errno> {
    let in_line = engine.socket(id)?.common.oob_inline;
    let socket = engine.unix(id)?;
    let Some(message) = socket.queue.get(place) else { return Ok(None) };
    if message.unread().is_empty() {
        if copied > 0 && socket.urgent.is_none() {
            return Ok(None);
        }
        if peeks { place += 1 } else { discard_at(engine, id, place)? }
    }
    let socket = engine.unix_mut(id)?;
    let is_there =
        |place: usize, socket: &UnixSocket| Some(place).filter(|place| *place < socket.queue.len());
    if socket.urgent.is_none() || socket.urgent_place() != Some(place) {
        return Ok(is_there(place, socket));
    }
    match (peeks, in_line) {
        _ if copied > 0 => Ok(None),
        (true, true) => Ok(Some(place)),
        (true, false) => Ok(is_there(place + 1, socket)),
        (false, true) => {
            socket.urgent = None;
            Ok(Some(place))
        }
        (false, false) => {
            socket.urgent = None;
            socket.urgent_lost += 1;
            discard_at(engine, id, place)?;
            Ok(is_there(0, engine.unix(id)?))
        }
    }
}

/// The place of the message in which the byte `skip` bytes further on is, which is so far into it then; `None` behind
/// the last.
fn skipped(queue: &VecDeque<Message>, place: usize, skip: &mut usize) -> Option<usize> {
    for (index, message) in queue.iter().enumerate().skip(place) {
        let len = message.unread().len();
        if *skip < len {
            return Some(index);
        }
        *skip -= len;
    }
    None
}

/// The message at `place` is gone.
fn discard_at(engine: &mut Engine, id: SocketId, place: usize) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    if let Some(message) = engine.unix_mut(id)?.queue.remove(place) {
        message::discard(engine, node, message);
    }
    Ok(())
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
