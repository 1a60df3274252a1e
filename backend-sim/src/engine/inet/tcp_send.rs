//! Sending on a TCP socket (`tcp_sendmsg_locked` of net/ipv4/tcp.c).

use anysock::{Errno, MessageFlags};

use super::connected::Connected;
use super::tcp::{advance, errno, tcp, tcp_mut, transmit_most};
use super::tcp_connect::send_fast_open;
use super::tcp_error_queue;
use super::write_queue::{largest_packet, size_goal};
use crate::engine::socket::Outgoing;
use crate::engine::{Engine, SocketId};

/// `sendmsg(2)`.
pub(super) fn send(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
    if let Some(sent) = send_fast_open(engine, id, message)? {
        return Ok(sent);
    }
    let (socket, common) = tcp_mut(engine, id)?;
    if let Some(error) = common.error.take() {
        return Err(error);
    }
    if socket.shut_write {
        return Err(Errno::EPIPE);
    }
    if socket.connected().is_none() {
        return Err(Errno::EPIPE);
    }
    let sent = take(engine, id, message)?;
    if message.bytes.is_empty() {
        // This does not push what MSG_MORE held back.
        return Ok(0);
    }
    let (socket, _) = tcp_mut(engine, id)?;
    let (cork, more) = (socket.options.cork, message.flags.contains(MessageFlags::MORE));
    socket.more = more;
    if let Some(Connected { connection, storage, write_queue, .. }) = socket.connected_mut() {
        connection.set_cork(cork || more);
        if more {
            connection.more_follows();
        } else {
            write_queue.pushed();
        }
        if message.flags.contains(MessageFlags::EOR) && sent == message.bytes.len() {
            connection.end_record(storage);
            write_queue.end_record();
        }
    }
    tcp_error_queue::text_taken(engine, id, message, sent)?;
    advance(engine, id);
    Ok(sent)
}

/// Gives the connection the text that there is room for, packet by packet: one that is full is sent before the next one
/// is begun.
fn take(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
    let now = engine.now();
    let urgent = message.flags.contains(MessageFlags::OOB);
    let mut taken = 0;
    loop {
        let (socket, common) = tcp_mut(engine, id)?;
        let leaves_room = socket.leaves_room(false);
        let send_buffer = common.send_buffer.max(0) as u32;
        let Some(connected) = socket.connected_mut() else { return Err(Errno::EPIPE) };
        let Connected { connection, storage, write_queue, .. } = connected;
        let goal = if urgent { connection.maximum_segment_size() } else { size_goal(connection) };
        let mut room = write_queue.left_in_packet(goal);
        if room == 0 && leaves_room && write_queue.memory() < send_buffer {
            room = goal;
        }
        let rest = &message.bytes[taken..];
        let piece = &rest[..rest.len().min(room as usize)];
        let is_last = piece.len() == rest.len();
        let result = match urgent {
            true => connection.send_urgent(now, piece, storage),
            false => connection.send(now, piece, storage),
        };
        let sent = match result {
            Ok(sent) => sent,
            Err(_) if taken > 0 => return Ok(taken),
            Err(error) => return Err(errno(error)),
        };
        write_queue.take(sent as u32, goal);
        taken += sent;
        if is_last {
            return Ok(taken);
        }
        if sent == 0 {
            write_queue.lacks_room.set(true);
            return if taken == 0 { Err(Errno::EAGAIN) } else { Ok(taken) };
        }
        if !urgent {
            push(engine, id);
        }
    }
}

/// Sends what is full while more is to be taken: everything, where that is much, or else the packet that is next.
fn push(engine: &mut Engine, id: SocketId) {
    let Ok(socket) = tcp(engine, id) else { return };
    let Some(connected) = socket.connected() else { return };
    let least_segments = socket.options.least_packet_segments();
    let Connected { connection, write_queue, .. } = connected;
    let segment = connection.maximum_segment_size().max(1);
    let (forced, next) = (write_queue.forces_push(connection), write_queue.is_last_first());
    let most = match (forced, next) {
        (true, _) => u32::MAX,
        (false, true) => largest_packet(connection, least_segments) / segment,
        (false, false) => return,
    };
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    if let Some(Connected { connection, write_queue, .. }) = socket.connected_mut() {
        if forced {
            write_queue.pushed();
        } else {
            connection.more_follows();
        }
    }
    transmit_most(engine, id, most);
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    if let Some(Connected { connection, write_queue, .. }) = socket.connected_mut() {
        write_queue.follow(connection, least_segments);
    }
}
