//! Receiving from a TCP socket (`tcp_recvmsg` of net/ipv4/tcp.c), and what is told with the text.

use alloc::vec;

use anysock::message::ControlWriter;
use anysock::option::tcp::TCP_CM_INQ;
use anysock::tcp::{Connection, Error, State};
use anysock::{Errno, Instant, Level, MessageFlags, Received};

use super::buffer::TcpStorage;
use super::connected::Connected;
use super::tcp::{Phase, TcpSocket, advance_quietly, errno, tcp_mut, transmit};
use super::{arrival_times, tcp_error_queue};
use crate::engine::socket::{Common, Incoming};
use crate::engine::{Engine, SocketId};

/// `recvmsg(2)`.
pub(super) fn recv(engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
    if message.flags.contains(MessageFlags::ERRQUEUE) {
        return tcp_error_queue::recv(engine, id, message);
    }
    if message.flags.contains(MessageFlags::OOB) {
        return receive_urgent(engine, id, message);
    }
    let now = engine.now();
    let (socket, common) = tcp_mut(engine, id)?;
    let received = match &socket.phase {
        Phase::Connected(_) => read(socket, common, message, now)?,
        Phase::Idle => match common.error.take() {
            Some(error) => return Err(error),
            None if socket.shut_read => 0,
            None => return Err(Errno::ENOTCONN),
        },
        // It keeps its error.
        Phase::Listening(_) => return Err(Errno::ENOTCONN),
    };
    let peek = message.flags.contains(MessageFlags::PEEK);
    common.peek_offset.advance(received, peek);
    let tells = socket.options.tells_unread || socket.arrival_times.is_some();
    if !peek && received > 0 {
        make_room(engine, id, received)?;
    }
    if tells {
        return tell_about_text(engine, id, message, received);
    }
    Ok(Received { len: received, ..Received::default() })
}

/// Hands out what a connection has to be read: how many octets, none at the end.
fn read(
    socket: &mut TcpSocket,
    common: &mut Common,
    message: &mut Incoming<'_>,
    now: Instant,
) -> Result<usize, Errno> {
    let shut_read = socket.shut_read;
    let Some(Connected { connection, storage, .. }) = socket.connected_mut() else {
        return Err(Errno::ENOTCONN);
    };
    let peek = message.flags.contains(MessageFlags::PEEK);
    // How far ahead MSG_PEEK looks, behind what is there to be read.
    let ahead = common.peek_offset.get().filter(|_| peek).unwrap_or(0);
    let all = connection.readable();
    let readable = all.saturating_sub(ahead);
    let only_urgent = all == 0 && connection.unread() > 0;
    if only_urgent && !peek && !message.bytes.is_empty() {
        connection.pass_over_urgent(storage);
    }
    match (readable, common.error) {
        _ if only_urgent && message.bytes.is_empty() => Ok(0),
        // What has come to its end has no error any more (SOCK_DONE).
        (0, _) if connection.is_end_of_stream() => Ok(0),
        (0, _) if ahead > 0 && connection.is_finished_by_peer() => Ok(0),
        (0, Some(_)) => common.error.take().map_or(Ok(0), Err),
        (0, None) if shut_read => Ok(0),
        (0, None) if connection.state() == State::Closed => Ok(0),
        (0, None) if message.bytes.is_empty() => Err(Errno::EAGAIN),
        _ if message.bytes.is_empty() => Ok(0),
        // What is received is thrown away instead of being handed out.
        _ if message.flags.contains(MessageFlags::TRUNC) => {
            let mut away = vec![0; message.bytes.len().min(readable.max(1))];
            let length = if peek {
                peek_from(connection, storage, ahead, &mut away)
            } else {
                connection.receive(now, &mut away, storage)
            };
            length.map_err(errno)
        }
        _ if peek => peek_from(connection, storage, ahead, message.bytes).map_err(errno),
        _ => connection.receive(now, message.bytes, storage).map_err(errno),
    }
}

/// So many octets were read: the buffer may grow, and the peer hears of room.
fn make_room(engine: &mut Engine, id: SocketId, read: usize) -> Result<(), Errno> {
    let now = engine.now();
    let (socket, common) = tcp_mut(engine, id)?;
    let largest = socket.options.largest_receive_buffer() / 2;
    if socket.options.right_sizes(common)
        && let Some(capacity) = socket.connected_mut().and_then(|it| it.right_size(now, read, largest))
    {
        common.recv_buffer = 2 * capacity as i32;
    }
    // Reading changes nothing but what is acknowledged and offered: nobody who waits has reason to look again.
    if transmit(engine, id) {
        advance_quietly(engine, id);
    }
    Ok(())
}

/// Looks at what is there to be read from `ahead` octets on.
fn peek_from(
    connection: &mut Connection,
    storage: &mut TcpStorage,
    ahead: usize,
    octets: &mut [u8],
) -> Result<usize, Error> {
    if ahead == 0 {
        return connection.peek(octets, storage);
    }
    let mut all = vec![0; connection.readable().min(ahead + octets.len())];
    let len = connection.peek(&mut all, storage)?;
    let rest = all.get(ahead..len).filter(|rest| !rest.is_empty()).ok_or(Error::WouldBlock)?;
    octets[..rest.len()].copy_from_slice(rest);
    Ok(rest.len())
}

/// Takes the urgent octet, or looks at it (`tcp_recv_urg`).
fn receive_urgent(engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
    let connection = match &mut tcp_mut(engine, id)?.0.phase {
        Phase::Idle => return Err(Errno::EINVAL),
        Phase::Listening(_) => return Err(Errno::ENOTCONN),
        Phase::Connected(connected) => &mut connected.connection,
    };
    let was_reset = connection.state() == State::Closed && !connection.is_finished_by_peer();
    let peek = message.flags.contains(MessageFlags::PEEK) || was_reset;
    let octet = connection.receive_urgent(peek).map_err(errno)?;
    if was_reset {
        return Err(Errno::ENOTCONN);
    }
    let Some(octet) = octet else { return Ok(Received::default()) };
    let Some(place) = message.bytes.first_mut() else {
        return Ok(Received { flags: MessageFlags::OOB | MessageFlags::TRUNC, ..Received::default() });
    };
    if !message.flags.contains(MessageFlags::TRUNC) {
        *place = octet;
    }
    Ok(Received { len: 1, flags: MessageFlags::OOB, ..Received::default() })
}

/// Tells who has read so many octets what the socket's options ask for.
fn tell_about_text(
    engine: &mut Engine,
    id: SocketId,
    message: &mut Incoming<'_>,
    length: usize,
) -> Result<Received, Errno> {
    let (socket, common) = tcp_mut(engine, id)?;
    let mut received = Received { len: length, ..Received::default() };
    let tells_unread = socket.options.tells_unread;
    let Some(Connected { connection, .. }) = socket.connected() else { return Ok(received) };
    let peek = message.flags.contains(MessageFlags::PEEK);
    let next = connection.read_sequence_number();
    // A FIN that waits counts, so that the program goes on to read it (tcp_inq_hint).
    let unread = connection.unread() as i32 + i32::from(connection.is_finished_by_peer());
    let mut control = ControlWriter::new(message.control);
    if let Some(times) = &mut socket.arrival_times {
        let last = if peek { next + length as u32 - 1 } else { next - 1 };
        if let Some(time) = times.of(last).filter(|_| length > 0) {
            received.flags |= arrival_times::tell(time, common, &mut control);
        }
        times.forget(next);
    }
    if tells_unread && !control.deliver(Level::TCP, TCP_CM_INQ, &unread.to_ne_bytes()) {
        received.flags |= MessageFlags::CTRUNC;
    }
    received.control_len = control.into_bytes().len();
    Ok(received)
}
