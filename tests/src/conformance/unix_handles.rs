//! Handles that travel through Unix sockets (SCM_RIGHTS).

use anysock::message::ControlWriter;
use anysock::{
    Backend, Errno, Error, Family, Interfaces, Level, MessageFlags, Received, RecvMsg, SendMsg, Socket,
    SocketType, Spawn,
};

use super::Machine;
use super::machine::{patient, refused};

/// `SCM_RIGHTS` (linux/socket.h).
const SCM_RIGHTS: i32 = 1;

fn send<B: Backend>(
    socket: &Socket<B>,
    bytes: &[u8],
    control: &[u8],
    handles: &[&B::Handle],
) -> Result<usize, Error> {
    let slices = [B::IoSlice::from(bytes)];
    let flags = MessageFlags::empty();
    socket.send_msg(&SendMsg { address: None, slices: &slices, control, handles, flags })
}

fn receive<B: Backend>(socket: &Socket<B>, handles: &mut [Option<B::Handle>]) -> Result<Received, Error> {
    let mut bytes = [0; 16];
    let mut slices = [B::IoSliceMut::from(&mut bytes[..])];
    let flags = MessageFlags::empty();
    let mut message =
        RecvMsg { address: &mut [], slices: &mut slices, control: &mut [0; 64], handles, flags };
    socket.recv_msg(&mut message)
}

pub fn a_handle_travels<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = m.pair(kind);
        let (near, far) = m.pair(SocketType::STREAM);
        m.check("send", send(&one, b"here", &[], &[near.handle()]), Ok(4));
        drop(near);
        let mut handles = [None];
        let received = Received { len: 4, handles: 1, ..Received::default() };
        m.check("receive", receive(&other, &mut handles), Ok(received));
        let [Some(handle)] = handles else {
            m.check("a handle", handles.is_empty(), true);
            continue;
        };
        let near = patient(Socket::from_handle(m.backend.clone(), handle));
        m.check("it is the same socket", near.send(b"hello"), Ok(5));
        m.check("connected to the same peer", far.recv(&mut [0; 8]), Ok(5));
        drop(near);
        m.check("and the last of it closes it", far.recv(&mut [0; 8]), Ok(0));
    }
}

pub fn several_handles<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let pairs = [(); 3].map(|()| m.pair(SocketType::STREAM));
    let all = pairs.each_ref().map(|(near, _)| near.handle());
    m.check("send", send(&one, b"x", &[], &all), Ok(1));
    let mut handles = [None, None, None, None];
    let received = Received { len: 1, handles: 3, ..Received::default() };
    m.check("receive", receive(&other, &mut handles), Ok(received));
    for (handle, (_, far)) in handles.into_iter().zip(&pairs) {
        let near = Socket::from_handle(m.backend.clone(), handle.unwrap());
        near.send(b"x").unwrap();
        m.check("in order", far.recv_with(&mut [0; 4], MessageFlags::DONTWAIT), Ok(1));
    }
}

pub fn handles_without_room<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let (near, far) = m.pair(SocketType::STREAM);
    let (second, _third) = m.pair(SocketType::STREAM);
    m.check("send", send(&one, b"x", &[], &[near.handle(), second.handle()]), Ok(1));
    drop((near, second));
    let mut handles = [None];
    let received = Received { len: 1, handles: 1, flags: MessageFlags::CTRUNC, ..Received::default() };
    m.check("room for one", receive(&other, &mut handles), Ok(received));
    m.check("it is there", handles[0].is_some(), true);
    // Without room they are closed, and nothing of them stays.
    m.check("send", send(&one, b"x", &[], &[far.handle()]), Ok(1));
    drop(far);
    let received = Received { len: 1, flags: MessageFlags::CTRUNC, ..Received::default() };
    m.check("no room", receive(&other, &mut []), Ok(received));
    let near = patient(Socket::from_handle(m.backend.clone(), handles[0].take().unwrap()));
    m.check("the peer was closed", near.recv(&mut [0; 4]), Ok(0));
    m.check("send", send(&one, b"y", &[], &[one.handle()]), Ok(1));
    m.check("a plain recv", other.recv(&mut [0; 4]), Ok(1));
}

pub fn handles_keep_a_socket_open_on_their_way<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    let (near, far) = m.pair(SocketType::STREAM);
    m.check("send", send(&one, b"x", &[], &[near.handle()]), Ok(1));
    drop(near);
    m.check("still open", far.send(b"x"), Ok(1));
    drop((one, other));
    m.pause();
    // What nobody can receive any more is closed, with `x` unread in it.
    m.check("closed with the queue", far.recv(&mut [0; 4]), refused(Errno::ECONNRESET));
}

pub fn boundaries_of_a_stream<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let (near, _far) = m.pair(SocketType::STREAM);
    one.send(b"ab").unwrap();
    m.check("with a handle", send(&one, b"cd", &[], &[near.handle()]), Ok(2));
    one.send(b"ef").unwrap();
    // A receive does not go on behind the bytes that came with a handle.
    let mut handles = [None];
    let received = Received { len: 4, handles: 1, ..Received::default() };
    m.check("up to the bytes with it", receive(&other, &mut handles), Ok(received));
    let received = Received { len: 2, ..Received::default() };
    m.check("the bytes behind", receive(&other, &mut handles), Ok(received));
}

pub fn descriptors_are_no_control_bytes<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let mut room = [0; 64];
    let mut writer = ControlWriter::new(&mut room);
    writer.push(Level::SOCKET, SCM_RIGHTS, &0i32.to_ne_bytes()).unwrap();
    m.check("SCM_RIGHTS", send(&one, b"x", writer.into_bytes(), &[]), refused(Errno::EINVAL));
    m.check("malformed", send(&one, b"x", &[0xFF; 32], &[]), refused(Errno::EINVAL));
    let nothing = other.recv_with(&mut [0; 4], MessageFlags::DONTWAIT);
    m.check("nothing was sent", nothing, refused(Errno::EAGAIN));
}

pub fn only_unix_sockets_carry_handles<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    // IPv4 takes no notice of SCM_RIGHTS.
    let sent = send(client.socket(), b"x", &[], &[server.handle()]);
    m.check("TCP", sent, Ok(1));
    let received = Received { len: 1, ..Received::default() };
    m.check("nothing but the byte", receive(server.socket(), &mut [None]), Ok(received));
    let udp = m.socket(Family::INET, SocketType::DGRAM);
    udp.connect(&m.udp().1).unwrap();
    m.check("UDP", send(&udp, b"x", &[], &[server.handle()]), Ok(1));
}
