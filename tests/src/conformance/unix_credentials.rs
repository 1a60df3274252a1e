//! Who has sent what comes by a Unix socket (SO_PASSCRED, SO_PEERCRED).

use anysock::message::{ControlWriter, Controls, Ucred, control_space, socket::Credentials};
use anysock::option::socket::{PassCredentials, PeerCredentials};
use anysock::{Backend, Errno, Interfaces, Level, MessageFlags, RecvMsg, SendMsg, Socket, SocketType, Spawn};

use super::Machine;
use super::machine::refused;

/// `SCM_CREDENTIALS` (linux/socket.h).
const SCM_CREDENTIALS: i32 = 2;

fn send<B: Backend>(socket: &Socket<B>, bytes: &[u8], control: &[u8]) -> Result<usize, anysock::Error> {
    let slices = [B::IoSlice::from(bytes)];
    let flags = MessageFlags::empty();
    socket.send_msg(&SendMsg { address: None, slices: &slices, control, handles: &[], flags })
}

/// How many bytes come, from whom, and with what flags.
fn receive<B: Backend>(socket: &Socket<B>, room: usize) -> (usize, Option<Ucred>, MessageFlags) {
    let (mut bytes, mut control) = ([0; 16], vec![0; room]);
    let mut slices = [B::IoSliceMut::from(&mut bytes[..])];
    let flags = MessageFlags::empty();
    let mut message =
        RecvMsg { address: &mut [], slices: &mut slices, control: &mut control, handles: &mut [], flags };
    let received = socket.recv_msg(&mut message).unwrap();
    let credentials = Controls::new(&control[..received.control_len]).first(Credentials);
    (received.len, credentials.unwrap(), received.flags)
}

/// The control message of these credentials.
fn said(credentials: Ucred) -> Vec<u8> {
    let mut bytes = vec![0; control_space(Ucred::SIZE)];
    ControlWriter::new(&mut bytes).push(Level::SOCKET, SCM_CREDENTIALS, &credentials.encode()).unwrap();
    bytes
}

pub fn those_of_a_pair<B: Interfaces + Spawn>(m: &Machine<B>) {
    let room = control_space(Ucred::SIZE);
    for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = m.pair(kind);
        let own = one.get(PeerCredentials).unwrap();
        m.check("a process has a number", own.pid > 0, true);
        m.check("they are not told", other.get(PassCredentials), Ok(false));
        other.set(PassCredentials, true).unwrap();
        m.check("implicitly", send(&one, b"one", &[]), Ok(3));
        m.check("they come along", receive(&other, room), (3, Some(own), MessageFlags::empty()));
        m.check("explicitly", send(&one, b"two", &said(own)), Ok(3));
        m.check("they come along too", receive(&other, room), (3, Some(own), MessageFlags::empty()));
        m.check("without room", send(&one, b"four", &[]), Ok(4));
        m.check("they are cut off", receive(&other, 0), (4, None, MessageFlags::CTRUNC));
        let nobody = said(Ucred { uid: u32::MAX, ..own });
        m.check("nobody", send(&one, b"x", &nobody), refused(Errno::EINVAL));
        m.check("too short", send(&one, b"x", &said(own)[..24]), refused(Errno::EINVAL));
    }
}

pub fn boundaries_of_a_stream<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let own = one.get(PeerCredentials).unwrap();
    send(&one, b"unknown", &[]).unwrap();
    other.set(PassCredentials, true).unwrap();
    send(&one, b"known", &[]).unwrap();
    send(&one, b", too", &[]).unwrap();
    let room = control_space(Ucred::SIZE);
    let (len, unknown, _) = receive(&other, room);
    m.check("what nobody is known to have sent comes alone", len, 7);
    m.check("and from no process", unknown.map(|unknown| unknown.pid), Some(0));
    m.check("then what is known, together", receive(&other, room), (10, Some(own), MessageFlags::empty()));
}
