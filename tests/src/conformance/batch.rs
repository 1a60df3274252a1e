//! Several messages in one call.

use std::net::SocketAddr;
use std::time::Duration;

use anysock::batch::{Batch, BatchSize, RecvBatch, SendBatch};
use anysock::message::{ControlWriter, Timestamp, control_space};
use anysock::{
    Errno, Interfaces, Level, MessageFlags, SendMsg, SockAddr, SocketType, Spawn, UdpSocket, option,
};

use super::Machine;
use super::machine::refused;

const NO_FLAGS: MessageFlags = MessageFlags::empty();

/// `SCM_RIGHTS` (linux/socket.h).
const SCM_RIGHTS: i32 = 1;

/// Room for `messages` messages of `len` bytes, without control messages.
fn size(messages: usize, len: usize) -> BatchSize {
    BatchSize { messages, len, control: 0 }
}

pub fn exchange<B: Interfaces + Spawn + Batch>(m: &Machine<B>) {
    let (receiver, address) = m.udp();
    let (sender, own) = m.udp();
    let mut outgoing = m.backend.new_send_batch(size(8, 100)).unwrap();
    for index in 0..5_u8 {
        let bytes = vec![index; usize::from(index) * 10];
        m.check("push", outgoing.push(&bytes, Some(address.encode().as_ref()), &[]), Ok(()));
    }
    m.check("to be sent", outgoing.len(), 5);
    m.check("sent", sender.socket().send_batch(&mut outgoing), Ok(5));
    m.check("nothing left", outgoing.is_empty(), true);

    m.pause();
    let mut incoming = m.backend.new_recv_batch(size(3, 100)).unwrap();
    let mut received = Vec::new();
    let mut calls = Vec::new();
    while received.len() < 5 {
        let count = receiver.socket().recv_batch(&mut incoming).unwrap();
        calls.push(count);
        let by_index: Vec<_> = (0..incoming.len()).map(|index| incoming.get(index)).collect();
        m.check("one after the other", incoming.iter().map(Some).collect::<Vec<_>>(), by_index);
        for message in incoming.iter() {
            m.check("the sender", SocketAddr::decode(message.address), Ok(own));
            m.check("nothing of note", message.flags & MessageFlags::TRUNC, NO_FLAGS);
            received.push(message.bytes.to_vec());
        }
        m.check("no more than came", incoming.get(count).is_none(), true);
    }
    m.check("as many as fit, then the rest", calls, vec![3, 2]);
    let expected: Vec<_> = (0..5_u8).map(|index| vec![index; usize::from(index) * 10]).collect();
    m.check("each, in order", received, expected);
    // Again, over the same memory.
    outgoing.push(b"again", Some(address.encode().as_ref()), &[]).unwrap();
    m.check("sent again", sender.socket().send_batch(&mut outgoing), Ok(1));
    m.check("received again", receiver.socket().recv_batch(&mut incoming), Ok(1));
    m.check("what", incoming.get(0).map(|message| message.bytes.to_vec()), Some(b"again".to_vec()));
}

pub fn what_does_not_fit<B: Interfaces + Spawn + Batch>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    let mut outgoing = m.backend.new_send_batch(size(2, 4)).unwrap();
    m.check("too long", outgoing.push(b"12345", None, &[]), Err(Errno::EMSGSIZE));
    m.check("no address is as long", outgoing.push(b"1", Some(&[0; 200]), &[]), Err(Errno::EINVAL));
    m.check("one", outgoing.push(b"1234", None, &[]), Ok(()));
    m.check("two", outgoing.push(b"", None, &[]), Ok(()));
    m.check("full", outgoing.push(b"3", None, &[]), Err(Errno::ENOBUFS));
    m.check("sent", one.send_batch(&mut outgoing), Ok(2));
    let mut incoming = m.backend.new_recv_batch(size(4, 3)).unwrap();
    m.check("received", other.recv_batch(&mut incoming), Ok(2));
    let first = incoming.get(0).unwrap();
    m.check("as much as fits", (first.bytes, first.flags), (&b"123"[..], MessageFlags::TRUNC));
    let second = incoming.get(1).unwrap();
    m.check("an empty one", (second.bytes, second.flags), (&b""[..], NO_FLAGS));
    // MSG_TRUNC asks the kernel how long a message was. What there is of it is no more than fits.
    outgoing.push(b"1234", None, &[]).unwrap();
    m.check("sent again", one.send_batch(&mut outgoing), Ok(1));
    let received = m.backend.recv_mmsg(other.handle(), &mut incoming, MessageFlags::TRUNC);
    m.check("received again", received, Ok(1));
    m.check("no more than fits", incoming.get(0).unwrap().bytes, &b"123"[..]);
    outgoing.push(b"x", None, &[]).unwrap();
    outgoing.clear();
    m.check("forgotten", outgoing.len(), 0);
}

pub fn a_full_queue_keeps_the_rest<B: Interfaces + Spawn + Batch>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    let mut outgoing = m.backend.new_send_batch(size(2000, 1)).unwrap();
    for index in 0..2000_u32 {
        outgoing.push(&[index as u8], None, &[]).unwrap();
    }
    let mut incoming = m.backend.new_recv_batch(size(64, 1)).unwrap();
    let mut received = Vec::new();
    while received.len() < 2000 {
        if !outgoing.is_empty() {
            let before = outgoing.len();
            let sent = m.backend.send_mmsg(one.handle(), &mut outgoing, NO_FLAGS).unwrap();
            m.check("the rest stays", outgoing.len(), before - sent);
        }
        if !outgoing.is_empty() {
            let again = m.backend.send_mmsg(one.handle(), &mut outgoing, NO_FLAGS);
            m.check("full", again, Err(Errno::EAGAIN));
        }
        let count = other.recv_batch(&mut incoming).unwrap();
        received.extend((0..count).map(|index| incoming.get(index).unwrap().bytes[0]));
    }
    let expected: Vec<u8> = (0..2000_u32).map(|index| index as u8).collect();
    m.check("each once, in order", received, expected);
}

pub fn errors<B: Interfaces + Spawn + Batch>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    let mut incoming = m.backend.new_recv_batch(size(4, 4)).unwrap();
    let attempt = m.backend.recv_mmsg(one.handle(), &mut incoming, NO_FLAGS);
    m.check("nothing there", attempt, Err(Errno::EAGAIN));
    m.check("none", incoming.len(), 0);
    other.send(b"last").unwrap();
    drop(other);
    m.check("what there was", one.recv_batch(&mut incoming), Ok(1));
    let mut outgoing = m.backend.new_send_batch(size(4, 4)).unwrap();
    outgoing.push(b"x", None, &[]).unwrap();
    m.check("nobody there", one.send_batch(&mut outgoing), refused(Errno::ECONNREFUSED));
    m.check("it stays", outgoing.len(), 1);
    let (unconnected, _) = m.udp();
    let nowhere = unconnected.socket().send_batch(&mut outgoing);
    m.check("to nobody", nowhere, refused(Errno::EDESTADDRREQ));
}

/// Whether two datagrams have the times of their arrival, with a pause between them. Linux begins to take these a while
/// after it was asked, and until then a datagram has the time at which it is read.
fn shows_a_pause<B: Interfaces + Spawn + Batch>(
    m: &Machine<B>,
    sender: &UdpSocket<B>,
    receiver: &UdpSocket<B>,
    address: SocketAddr,
) -> bool {
    for _ in 0..2 {
        sender.send_to(b"?", &address).unwrap();
        m.pause();
    }
    let size = BatchSize { control: control_space(Timestamp::SIZE), ..size(2, 1) };
    let mut incoming = m.backend.new_recv_batch(size).unwrap();
    m.check("received", receiver.socket().recv_batch(&mut incoming), Ok(2));
    let time = |index| incoming.get(index)?.controls().find_map(|control| Timestamp::from_control(&control));
    let Some((Timestamp(first), Timestamp(second))) = time(0).zip(time(1)) else { return false };
    second.saturating_sub(first) > Duration::from_millis(10)
}

pub fn control_messages<B: Interfaces + Spawn + Batch>(m: &Machine<B>) {
    let (receiver, address) = m.udp();
    let (sender, _) = m.udp();
    receiver.socket().set(option::socket::TimestampNs, true).unwrap();
    m.check("times are taken", (0..3_000).any(|_| shows_a_pause(m, &sender, &receiver, address)), true);
    let mut outgoing = m.backend.new_send_batch(size(3, 4)).unwrap();
    for bytes in [&b"one"[..], b"two", b""] {
        outgoing.push(bytes, Some(address.encode().as_ref()), &[]).unwrap();
    }
    m.check("sent", sender.socket().send_batch(&mut outgoing), Ok(3));
    m.pause();

    // Twice over the same memory: what the first call has left there is not in the way of the second.
    let space = control_space(Timestamp::SIZE);
    let mut incoming = m.backend.new_recv_batch(BatchSize { control: space, ..size(2, 4) }).unwrap();
    let mut times = Vec::new();
    for (count, expected) in [(2, &[&b"one"[..], b"two"][..]), (1, &[b""])] {
        m.check("received", receiver.socket().recv_batch(&mut incoming), Ok(count));
        let received: Vec<_> = incoming.iter().map(|message| message.bytes.to_vec()).collect();
        m.check("what", received, expected.iter().map(|bytes| bytes.to_vec()).collect());
        for message in incoming.iter() {
            m.check(
                "nothing of note",
                message.flags & (MessageFlags::TRUNC | MessageFlags::CTRUNC),
                NO_FLAGS,
            );
            times.extend(message.controls().find_map(|control| Timestamp::from_control(&control)));
        }
    }
    m.check("each has its time", times.len(), 3);
    m.check("one after the other", times.is_sorted(), true);

    outgoing.push(b"four", Some(address.encode().as_ref()), &[]).unwrap();
    m.check("sent", sender.socket().send_batch(&mut outgoing), Ok(1));
    m.pause();
    let mut without_room = m.backend.new_recv_batch(size(1, 4)).unwrap();
    m.check("received", receiver.socket().recv_batch(&mut without_room), Ok(1));
    let message = without_room.get(0).unwrap();
    let cut = message.flags & MessageFlags::CTRUNC;
    m.check("no room for its time", (message.bytes, cut), (&b"four"[..], MessageFlags::CTRUNC));
}

pub fn handles_do_not_come_along<B: Interfaces + Spawn + Batch>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    let (near, far) = m.pair(SocketType::STREAM);
    let slices = [B::IoSlice::from(&b"here"[..])];
    let handles = &[near.handle()];
    let message = SendMsg { address: None, slices: &slices, control: &[], handles, flags: NO_FLAGS };
    m.check("sent", one.send_msg(&message), Ok(4));
    drop(near);
    let mut incoming = m.backend.new_recv_batch(BatchSize { control: 64, ..size(2, 4) }).unwrap();
    m.check("received", other.recv_batch(&mut incoming), Ok(1));
    let message = incoming.get(0).unwrap();
    let found = (message.bytes, message.controls().count(), message.flags & MessageFlags::CTRUNC);
    m.check("without its handle", found, (&b"here"[..], 0, MessageFlags::CTRUNC));
    m.check("which is closed", far.recv(&mut [0; 4]), Ok(0));

    let mut outgoing = m.backend.new_send_batch(BatchSize { control: 64, ..size(1, 4) }).unwrap();
    let mut room = [0; 64];
    let mut writer = ControlWriter::new(&mut room);
    writer.push(Level::SOCKET, SCM_RIGHTS, &0i32.to_ne_bytes()).unwrap();
    m.check("SCM_RIGHTS", outgoing.push(b"x", None, writer.into_bytes()), Err(Errno::EINVAL));
    m.check("more than there is room for", outgoing.push(b"x", None, &[0; 65]), Err(Errno::EMSGSIZE));
    m.check("nothing was taken", outgoing.len(), 0);
}
