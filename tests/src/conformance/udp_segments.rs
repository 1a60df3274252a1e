//! Several datagrams in one call, and one in several calls: UDP_SEGMENT, UDP_GRO, UDP_CORK and MSG_MORE; and the other
//! options of `SOL_UDP` (udp(7)).

use std::net::{Ipv6Addr, SocketAddr};

use anysock::message::{self, ControlBuffer};
use anysock::option::socket::{NoChecksum, PendingError};
use anysock::option::{ipv6, udp};
use anysock::{
    Errno, Error, Interfaces, Level, MessageFlags, SendMsg, SockAddr, SocketType, Spawn, UdpSocket,
};

use super::Machine;
use super::machine::{patient, receive_message, refused};

/// UDP_MAX_SEGMENTS.
const MOST: usize = 128;

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

/// Sends with a control message of UDP's.
fn send_with<B: Interfaces + Spawn>(
    socket: &UdpSocket<B>,
    bytes: &[u8],
    (level, name, data): (Level, i32, &[u8]),
    to: SocketAddr,
) -> Result<usize, Error> {
    let mut buffer = ControlBuffer::<64>::new();
    let mut writer = buffer.writer();
    writer.push(level, name, data).unwrap();
    socket.socket().send_msg(&SendMsg {
        address: Some(to.encode().as_ref()),
        slices: &[bytes.into()],
        control: writer.into_bytes(),
        handles: &[],
        flags: MessageFlags::empty(),
    })
}

/// The lengths of the datagrams that are there, whose bytes together are `whole`.
fn lengths<B: Interfaces + Spawn>(m: &Machine<B>, socket: &UdpSocket<B>, whole: &[u8]) -> Vec<usize> {
    let (mut lengths, mut bytes) = (Vec::new(), Vec::new());
    while bytes.len() < whole.len() {
        let mut room = [0; 0x10000];
        let Ok(length) = socket.recv(&mut room) else { break };
        lengths.push(length);
        bytes.extend_from_slice(&room[..length]);
    }
    m.check("the bytes", bytes == whole, true);
    m.check("no more", socket.socket().recv_with(&mut [0], MessageFlags::DONTWAIT), refused(Errno::EAGAIN));
    lengths
}

pub fn options<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, _) = m.udp();
    m.check("UDP_CORK", socket.get(udp::Cork), Ok(false));
    m.check("UDP_SEGMENT", socket.get(udp::Segment), Ok(0));
    m.check("UDP_GRO", socket.get(udp::Gro), Ok(false));
    m.check("UDP_NO_CHECK6_TX", socket.get(udp::NoChecksum6Tx), Ok(false));
    m.check("UDP_NO_CHECK6_RX", socket.get(udp::NoChecksum6Rx), Ok(false));
    m.check("UDP_ENCAP", socket.get(udp::Encap), Ok(0));
    for name in [udp::UDP_CORK, udp::UDP_GRO, udp::UDP_NO_CHECK6_TX, udp::UDP_NO_CHECK6_RX] {
        let set = |number: i32| socket.socket().set_bytes(Level::UDP, name, &number.to_ne_bytes());
        let mut value = [0; 4];
        m.check("any number is on", set(-7), Ok(()));
        m.check("on", socket.socket().get_bytes(Level::UDP, name, &mut value), Ok(4));
        m.check("on is 1", i32::from_ne_bytes(value), 1);
        m.check("off", set(0), Ok(()));
        m.check("in a byte", socket.socket().get_bytes(Level::UDP, name, &mut value[..1]), Ok(1));
        m.check("in too few", socket.socket().set_bytes(Level::UDP, name, &[1; 3]), refused(Errno::EINVAL));
    }
    for size in [1, 1472, 0xFFFF, 0] {
        m.check("a size", socket.set(udp::Segment, size), Ok(()));
        m.check("is kept", socket.get(udp::Segment), Ok(size));
    }
    for size in [-1, 0x10000, i32::MAX, i32::MIN] {
        m.check("no size", socket.set(udp::Segment, size), refused(Errno::EINVAL));
    }
    m.check("L2TP", socket.set(udp::Encap, 3), Ok(()));
    m.check("is kept", socket.get(udp::Encap), Ok(3));
    m.check("unknown", socket.set(udp::Encap, 99), refused(Errno::ENOPROTOOPT));
    m.check("UDP-Lite's", socket.set(udp::SendCoverage, 8), refused(Errno::ENOPROTOOPT));
    m.check("can be read", socket.get(udp::SendCoverage), Ok(0));
    m.check("can be read", socket.get(udp::ReceiveCoverage), Ok(0));
    let unknown = |value: &[u8]| socket.socket().set_bytes(Level::UDP, 99, value);
    m.check("unknown", unknown(&[1; 4]), refused(Errno::ENOPROTOOPT));
    m.check("the length first", unknown(&[1]), refused(Errno::EINVAL));
    m.check("unknown", socket.socket().get_bytes(Level::UDP, 99, &mut [0; 4]), refused(Errno::ENOPROTOOPT));
}

pub fn messages_are_cut<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((sender, _), (receiver, to)) = (m.udp(), m.udp());
    sender.set(udp::Segment, 1000).unwrap();
    let bytes = pattern(3500);
    m.check("a part is left", sender.send_to(&bytes, &to), Ok(3500));
    m.check("cut", lengths(m, &receiver, &bytes), vec![1000, 1000, 1000, 500]);
    m.check("none is left", sender.send_to(&bytes[..2000], &to), Ok(2000));
    m.check("cut", lengths(m, &receiver, &bytes[..2000]), vec![1000, 1000]);
    m.check("no more than one", sender.send_to(&bytes[..1000], &to), Ok(1000));
    m.check("whole", lengths(m, &receiver, &bytes[..1000]), vec![1000]);
    m.check("nothing", sender.send_to(&[], &to), Ok(0));
    m.check("an empty one", receiver.recv(&mut [0; 8]), Ok(0));
    sender.connect(&to).unwrap();
    m.check("connected", sender.send(&bytes), Ok(3500));
    m.check("cut", lengths(m, &receiver, &bytes).len(), 4);
    // What a message says goes before.
    m.check("another size", sender.send_segments(&bytes, 1750, &to), Ok(3500));
    m.check("cut", lengths(m, &receiver, &bytes), vec![1750; 2]);
    m.check("none", sender.send_segments(&bytes, 0, &to), Ok(3500));
    m.check("whole", lengths(m, &receiver, &bytes), vec![3500]);
    m.check("the most", sender.send_segments(&bytes[..MOST], 1, &to), Ok(MOST));
    m.check("cut", lengths(m, &receiver, &bytes[..MOST]), vec![1; MOST]);
}

pub fn messages_are_cut_over_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let bind = || UdpSocket::bind(m.backend.clone(), &SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).unwrap();
    let (sender, receiver) = (bind(), UdpSocket::from(patient(bind().into_socket())));
    let to = receiver.local_addr().unwrap();
    let bytes = pattern(2500);
    m.check("sent", sender.send_segments(&bytes, 1200, &to), Ok(2500));
    m.check("cut", lengths(m, &receiver, &bytes), vec![1200, 1200, 100]);
    m.check("too many", sender.send_segments(&bytes, 10, &to), refused(Errno::EINVAL));
    receiver.set(udp::Gro, true).unwrap();
    receiver.set(ipv6::RecvHopLimit, true).unwrap();
    m.check("sent", sender.send_segments(&bytes, 1200, &to), Ok(2500));
    let names = vec![udp::UDP_GRO, ipv6::IPV6_HOPLIMIT];
    m.check("whole, which is told first", receive(&receiver, 128), (2500, Some(1200), names));
}

pub fn what_cannot_be_cut<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((sender, _), (receiver, to)) = (m.udp(), m.udp());
    let bytes = pattern(0x10000);
    let cut = |length: usize, size| sender.send_segments(&bytes[..length], size, &to);
    m.check("too many", cut(MOST + 1, 1), refused(Errno::EINVAL));
    m.check("too long altogether", cut(65_508, 1000), refused(Errno::EMSGSIZE));
    m.check("the longest", cut(65_507, 1000), Ok(65_507));
    m.check("cut", lengths(m, &receiver, &bytes[..65_507]).len(), 66);
    let said = |level, name, data: &[u8]| send_with(&sender, &bytes[..9], (level, name, data), to);
    m.check("another size", said(Level::UDP, udp::UDP_SEGMENT, &[3; 4]), refused(Errno::EINVAL));
    m.check("another size", said(Level::UDP, udp::UDP_SEGMENT, &[3]), refused(Errno::EINVAL));
    m.check("another name", said(Level::UDP, udp::UDP_GRO, &[3, 0, 0, 0]), refused(Errno::EINVAL));
    m.check("unknown", said(Level::UDP, 99, &[3, 0]), refused(Errno::EINVAL));
    m.check("as it should be", said(Level::UDP, udp::UDP_SEGMENT, &3u16.to_ne_bytes()), Ok(9));
    m.check("cut", lengths(m, &receiver, &bytes[..9]), vec![3; 3]);
    // Each part needs its checksum.
    sender.set(NoChecksum, true).unwrap();
    m.check("without checksums", cut(9, 3), refused(Errno::EINVAL));
    m.check("even one", cut(3, 3), refused(Errno::EINVAL));
    m.check("not cut", cut(9, 0), Ok(9));
    m.check("whole", lengths(m, &receiver, &bytes[..9]), vec![9]);
    m.check("no error is left", sender.get(PendingError), Ok(None));
}

/// Receives a datagram: its length, of which size its segments are, and which control messages came with it.
fn receive<B: Interfaces + Spawn>(socket: &UdpSocket<B>, room: usize) -> (usize, Option<i32>, Vec<i32>) {
    let received = receive_message(socket.socket(), room, MessageFlags::empty()).unwrap();
    let names = received.controls().map(|message| message.name).collect();
    (received.bytes.len(), received.controls().first(message::udp::Gro).unwrap(), names)
}

pub fn segments_come_together<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((sender, own), (receiver, to)) = (m.udp(), m.udp());
    receiver.set(udp::Gro, true).unwrap();
    let bytes = pattern(2500);
    m.check("sent", sender.send_segments(&bytes, 1000, &to), Ok(2500));
    let mut room = [0; 4000];
    let received = receiver.recv_datagram(&mut room).unwrap();
    m.check("their size", received.segment, Some(1000));
    m.check("all of them", received.data == bytes, true);
    m.check("the sender", received.from, own);
    m.check("one alone", sender.send_segments(&bytes, 2500, &to), Ok(2500));
    m.check("has no size", receive(&receiver, 64), (2500, None, vec![]));
    // Two messages stay two.
    for _ in 0..2 {
        sender.send_segments(&bytes[..30], 10, &to).unwrap();
    }
    let size = vec![udp::UDP_GRO];
    m.check("the first", receive(&receiver, 64), (30, Some(10), size.clone()));
    m.check("the other", receive(&receiver, 64), (30, Some(10), size.clone()));
    // It counts when they come, and whether their size is told, when they are received.
    sender.send_segments(&bytes[..30], 10, &to).unwrap();
    m.pause();
    receiver.set(udp::Gro, false).unwrap();
    m.check("no size is told", receive(&receiver, 64), (30, None, vec![]));
    sender.send_segments(&bytes[..30], 10, &to).unwrap();
    m.pause();
    receiver.set(udp::Gro, true).unwrap();
    m.check("apart", receive(&receiver, 64), (10, None, vec![]));
}

pub fn cork<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((sender, own), (receiver, to)) = (m.udp(), m.udp());
    let nothing = || receiver.socket().recv_with(&mut [0; 8], MessageFlags::DONTWAIT);
    sender.connect(&to).unwrap();
    m.check("on", sender.set(udp::Cork, true), Ok(()));
    m.check("a part", sender.send(b"one "), Ok(4));
    m.check("another", sender.send(b"two "), Ok(4));
    m.check("none", sender.send(b""), Ok(0));
    m.pause();
    m.check("nothing has come", nothing(), refused(Errno::EAGAIN));
    m.check("still on", sender.set(udp::Cork, true), Ok(()));
    m.check("nothing has come", nothing(), refused(Errno::EAGAIN));
    m.check("off", sender.set(udp::Cork, false), Ok(()));
    let mut bytes = [0; 16];
    m.check("together", receiver.recv_from(&mut bytes), Ok((8, own)));
    m.check("the bytes", &bytes[..8], b"one two ");
    m.check("off again", sender.set(udp::Cork, false), Ok(()));
    m.check("nothing more", nothing(), refused(Errno::EAGAIN));
    // Without a word of what went wrong.
    sender.set(udp::Cork, true).unwrap();
    sender.set(udp::Segment, 1).unwrap();
    m.check("a part", sender.send(&[0; MOST]), Ok(MOST));
    m.check("another", sender.send(&[0; MOST]), Ok(MOST));
    m.check("off", sender.set(udp::Cork, false), Ok(()));
    m.check("nothing has come", nothing(), refused(Errno::EAGAIN));
    m.check("the next one goes", sender.send(b"x"), Ok(1));
    m.check("and comes", receiver.recv(&mut bytes), Ok(1));
    // Closing throws away what is not complete.
    sender.set(udp::Cork, true).unwrap();
    m.check("a part", sender.send(b"lost"), Ok(4));
    drop(sender);
    m.pause();
    m.check("nothing has come", nothing(), refused(Errno::EAGAIN));
}

pub fn more<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((sender, _), (receiver, to)) = (m.udp(), m.udp());
    let (_, other) = m.udp();
    let part = |bytes: &[u8], to: &SocketAddr| {
        sender.socket().send_msg(&SendMsg {
            address: Some(to.encode().as_ref()),
            slices: &[bytes.into()],
            control: &[],
            handles: &[],
            flags: MessageFlags::MORE,
        })
    };
    m.check("a part", part(b"one ", &to), Ok(4));
    m.check("another, to nobody else", part(b"two ", &other), Ok(4));
    m.check("the last", sender.send_to(b"three", &other), Ok(5));
    let mut bytes = [0; 16];
    m.check("together", receiver.recv(&mut bytes), Ok(13));
    m.check("the bytes", &bytes[..13], b"one two three");
    // The first says how it is cut.
    sender.set(udp::Segment, 4).unwrap();
    m.check("a part", part(b"one ", &to), Ok(4));
    sender.set(udp::Segment, 0).unwrap();
    m.check("the last", sender.send_to(b"two three", &to), Ok(9));
    m.check("cut", lengths(m, &receiver, b"one two three"), vec![4, 4, 4, 1]);
    m.check("a part", part(&[0; 40_000], &to), Ok(40_000));
    m.check("too much", sender.send_to(&[0; 40_000], &to), refused(Errno::EMSGSIZE));
    m.check("what was there is gone", sender.send_to(b"x", &to), Ok(1));
    m.check("and this comes", receiver.recv(&mut bytes), Ok(1));
    // The part of an uncorked message closes the datagram of a corked socket, too.
    sender.set(udp::Cork, true).unwrap();
    m.check("a part", sender.send_to(b"a", &to), Ok(1));
    sender.set(udp::Cork, false).unwrap();
    m.check("alone", receiver.recv(&mut bytes), Ok(1));
}

pub fn without_checksums_over_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let bind = || UdpSocket::bind(m.backend.clone(), &SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).unwrap();
    let (sender, receiver) = (bind(), UdpSocket::from(patient(bind().into_socket())));
    let to = receiver.local_addr().unwrap();
    sender.set(udp::NoChecksum6Tx, true).unwrap();
    m.check("sent", sender.send_to(b"lost", &to), Ok(4));
    m.pause();
    m.check(
        "and not accepted",
        receiver.socket().recv_with(&mut [0; 8], MessageFlags::DONTWAIT),
        refused(Errno::EAGAIN),
    );
    receiver.set(udp::NoChecksum6Rx, true).unwrap();
    m.check("sent", sender.send_to(b"x", &to), Ok(1));
    m.check("accepted", receiver.recv(&mut [0; 8]), Ok(1));
    m.check("none to cut", sender.send_segments(&[0; 8], 4, &to), refused(Errno::EINVAL));
    m.check("the type", m.socket(anysock::Family::INET6, SocketType::DGRAM).get(udp::Gro), Ok(false));
}
