//! Messages between Unix sockets: what they hold, and what they cost the sender.

use alloc::vec::Vec;

use anysock::message::{ControlWriter, Controls, Timestamp, Ucred};
use anysock::{Errno, Level, MessageFlags, Received, UnixAddr};

use super::super::Engine;
use super::super::node::NodeId;
use super::super::socket::{Incoming, Outgoing, READABLE, SocketId, copy_address};
use super::{credentials, garbage, names, socket};

/// The most handles that a message can pass: SCM_MAX_FD.
const HANDLES_MAX: usize = 253;
/// `SCM_CREDENTIALS`.
const SCM_CREDENTIALS: i32 = 2;
const PAGE: usize = 4096;
/// What the kernel needs beside the bytes of a buffer: `struct sk_buff`, and `struct skb_shared_info` behind
/// the bytes, on a machine of 64 bits.
const SK_BUFF: usize = 256;
const SHARED_INFO: usize = 320;

/// A message in a queue: a datagram, a record, or what one send put into a stream.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) sender: SocketId,
    /// How many came to the receiver before it.
    pub(super) number: u64,
    /// The sender's name when it sent this, for when it is closed.
    sender_name: Option<UnixAddr>,
    bytes: Vec<u8>,
    /// How many of the bytes were received already.
    pub(super) consumed: usize,
    /// The handles that it passes; it holds a reference of each.
    pub(super) handles: Vec<SocketId>,
    /// Who has sent it, where that is known.
    pub(super) credentials: Option<Ucred>,
    /// When it was sent, where the receiver wanted to know that already.
    stamp: Option<Timestamp>,
    /// A record without bytes that was looked at already.
    pub(super) peeked: bool,
    /// What it takes of the sender's buffer.
    pub(super) memory: usize,
}

impl Message {
    /// What was not received yet.
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.consumed..).unwrap_or_default()
    }
}

/// What the kernel counts for a buffer of `head` bytes in one piece and `paged` bytes in pages
/// (`sock_alloc_send_pskb`).
pub(super) fn memory(head: usize, paged: usize) -> usize {
    let head = (head.next_multiple_of(64) + SHARED_INFO).next_power_of_two();
    SK_BUFF + head + paged.next_multiple_of(PAGE)
}

/// Refuses what no Unix socket passes, and answers who a message says has sent it (`__scm_send`).
pub(super) fn check(engine: &Engine, message: &Outgoing<'_>) -> Result<Option<Ucred>, Errno> {
    if message.handles.len() > HANDLES_MAX {
        return Err(Errno::EINVAL);
    }
    message.handles.iter().try_for_each(|handle| engine.socket(*handle).map(|_| ()))?;
    let mut said = None;
    for control in Controls::new(message.control).filter(|control| control.level == Level::SOCKET) {
        match control.name {
            SCM_CREDENTIALS => said = Some(credentials::said(engine, &control)?),
            _ => return Err(Errno::EINVAL),
        }
    }
    Ok(said)
}

/// Whether the socket may send something now (`sock_alloc_send_pskb`).
pub(super) fn may_send(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    if let Some(error) = engine.socket_mut(id)?.common.error.take() {
        return Err(error);
    }
    let buffer = usize::try_from(engine.socket(id)?.common.send_buffer).unwrap_or(0);
    let socket = engine.unix(id)?;
    if socket.send_shut {
        return Err(Errno::EPIPE);
    }
    if socket.sent_memory < buffer { Ok(()) } else { Err(Errno::EAGAIN) }
}

/// Puts a message into the receiver's queue.
pub(super) fn enqueue(
    engine: &mut Engine,
    (sender, receiver): (SocketId, SocketId),
    bytes: &[u8],
    (handles, credentials): (&[SocketId], Option<Ucred>),
    memory: usize,
) -> Result<(), Errno> {
    for handle in handles {
        engine.retain(*handle)?;
    }
    let node = engine.socket(sender)?.node;
    engine.node_mut(node).unix.passing.in_flight += handles.len();
    let stamp = engine.socket(receiver)?.common.timestamp.then(|| engine.realtime());
    let from = engine.unix_mut(sender)?;
    from.sent_memory += memory;
    let sender_name = from.name;
    let to = engine.unix_mut(receiver)?;
    to.arrived += 1;
    to.queue.push_back(Message {
        sender,
        number: to.arrived,
        sender_name,
        bytes: bytes.to_vec(),
        consumed: 0,
        handles: handles.to_vec(),
        credentials,
        stamp,
        peeked: false,
        memory,
    });
    engine.notify_of(receiver, READABLE);
    Ok(())
}

/// The sender of messages that were not received yet closes: they keep its name, which it may have got after it sent
/// them.
pub(super) fn remember_sender(engine: &mut Engine, node: NodeId, sender: SocketId, name: Option<UnixAddr>) {
    for id in engine.sockets_of(node) {
        let Ok(socket) = engine.unix_mut(id) else { continue };
        for message in socket.queue.iter_mut().filter(|message| message.sender == sender) {
            message.sender_name = name;
        }
    }
}

/// A message is gone, with the handles that nobody took.
pub(super) fn discard(engine: &mut Engine, node: NodeId, message: Message) {
    if let Ok(sender) = engine.unix_mut(message.sender) {
        sender.sent_memory = sender.sent_memory.saturating_sub(message.memory);
        socket::tell_of_room(engine, message.sender);
    }
    no_longer_passing(engine, node, message.handles.len());
    garbage::release(engine, node, message.handles);
}

/// Tells the receiver the sender's address, where it has one: `unix_copy_addr`.
pub(super) fn tell_sender(
    engine: &Engine,
    message: &Message,
    incoming: &mut Incoming<'_>,
    received: &mut Received,
) {
    let name = engine.unix(message.sender).map_or(message.sender_name, |sender| sender.name);
    if name.is_none() {
        return;
    }
    let address = names::encoded(name);
    received.address_len = copy_address(incoming.address, address.as_bytes());
}

/// Hands over handles, of which the caller held a reference each. What does not fit is released.
pub(super) fn deliver_handles(
    engine: &mut Engine,
    node: NodeId,
    mut handles: Vec<SocketId>,
    incoming: &mut Incoming<'_>,
    received: &mut Received,
) {
    let surplus = handles.split_off(handles.len().min(incoming.handle_room));
    if !surplus.is_empty() {
        received.flags |= MessageFlags::CTRUNC;
        garbage::release(engine, node, surplus);
    }
    received.handles = handles.len();
    incoming.handles = handles;
}

/// The handles of a message that is only looked at: references of their own.
pub(super) fn retained(engine: &mut Engine, handles: &[SocketId]) -> Result<Vec<SocketId>, Errno> {
    for handle in handles {
        engine.retain(*handle)?;
    }
    Ok(handles.to_vec())
}

/// The handles of a message that is received: the message's references.
pub(super) fn taken(engine: &mut Engine, node: NodeId, message: &mut Message) -> Vec<SocketId> {
    no_longer_passing(engine, node, message.handles.len());
    core::mem::take(&mut message.handles)
}

/// So many handles are no message's any more.
pub(super) fn no_longer_passing(engine: &mut Engine, node: NodeId, handles: usize) {
    let passing = &mut engine.node_mut(node).unix.passing;
    passing.in_flight = passing.in_flight.saturating_sub(handles);
}

/// Tells what the receiver wants to know of a message beside its bytes: when it was sent (the time of now, where that
/// was asked for only later), and by whom.
pub(super) fn tell_about(
    engine: &Engine,
    id: SocketId,
    message: &Message,
    incoming: &mut Incoming<'_>,
    received: &mut Received,
) -> Result<(), Errno> {
    let common = &engine.socket(id)?.common;
    let mut writer = ControlWriter::new(incoming.control);
    let mut fits = true;
    if common.timestamp {
        fits &= common.tell_arrival(message.stamp.unwrap_or_else(|| engine.realtime()), &mut writer);
    }
    fits &= tell_sender_of(engine, id, Some(message.credentials), &mut writer)?;
    received.control_len = writer.into_bytes().len();
    if !fits {
        received.flags |= MessageFlags::CTRUNC;
    }
    Ok(())
}

/// Tells who has sent a message, where the receiver wants that. Whether there was room.
pub(super) fn tell_sender_of(
    engine: &Engine,
    id: SocketId,
    credentials: Option<Option<Ucred>>,
    writer: &mut ControlWriter<'_>,
) -> Result<bool, Errno> {
    let told = credentials::told(credentials).encode();
    let wanted = engine.unix(id)?.passing.credentials;
    Ok(!wanted || writer.deliver(Level::SOCKET, SCM_CREDENTIALS, &told))
}
