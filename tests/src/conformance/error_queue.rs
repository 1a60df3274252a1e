//! The error queue of UDP sockets: IP_RECVERR, MSG_ERRQUEUE (ip(7)). Those of raw and ping sockets are with these.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::addr::SockAddr;
use anysock::message::{self, Controls, ErrorOrigin, SockExtendedErr};
use anysock::option::socket::PendingError;
use anysock::option::{ip, ipv6};
use anysock::{Errno, Interfaces, MessageFlags, PollEvents, RecvMsg, Socket, Spawn, UdpSocket};

use super::Machine;
use super::machine::refused as refused_by;

/// What `recvmsg` with MSG_ERRQUEUE says: the bytes, the destination, the flags, the control messages.
pub(super) struct Taken {
    pub(super) bytes: Vec<u8>,
    pub(super) destination: SocketAddr,
    flags: MessageFlags,
    pub(super) control: Vec<u8>,
}

pub(super) fn take<B: Interfaces + Spawn>(socket: &Socket<B>) -> Result<Taken, anysock::Error> {
    let (mut bytes, mut name, mut control) = ([0; 64], [0; 32], [0; 128]);
    let flags = MessageFlags::ERRQUEUE | MessageFlags::DONTWAIT;
    let received = {
        let mut slices = [B::IoSliceMut::from(&mut bytes)];
        let mut message = RecvMsg {
            address: &mut name,
            slices: &mut slices,
            control: &mut control,
            handles: &mut [],
            flags,
        };
        socket.recv_msg(&mut message)?
    };
    Ok(Taken {
        bytes: bytes[..received.len].to_vec(),
        destination: SocketAddr::decode(&name[..received.address_len]).unwrap(),
        flags: received.flags,
        control: control[..received.control_len].to_vec(),
    })
}

pub(super) fn entry(errno: Errno, origin: ErrorOrigin, (kind, code): (u8, u8), info: u32) -> SockExtendedErr {
    SockExtendedErr { errno, origin, kind, code, padding: 0, info, data: 0 }
}

/// An address at which nobody listens.
fn nobody<B: Interfaces + Spawn>(m: &Machine<B>) -> SocketAddr {
    m.udp().1
}

fn refused_port<B: Interfaces + Spawn>(m: &Machine<B>, socket: &UdpSocket<B>, to: SocketAddr) {
    socket.send_to(b"hello", &to).unwrap();
    let events = m.await_then_poll(socket.handle(), PollEvents::ERR);
    m.check("poll", events, PollEvents::OUT | PollEvents::ERR);
    let taken = take(socket.socket()).unwrap();
    m.check("what was sent", taken.bytes, b"hello".to_vec());
    m.check("to whom", taken.destination, to);
    m.check("the flag", taken.flags, MessageFlags::ERRQUEUE);
    let error = Controls::new(&taken.control).first(message::ip::RecvErr).unwrap().unwrap();
    m.check("why", error.error, entry(Errno::ECONNREFUSED, ErrorOrigin::ICMP, (3, 3), 0));
    m.check("who says so", error.offender, Some(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)));
    m.check("with it the error goes", socket.get(PendingError), Ok(None));
    m.check("no more", take(socket.socket()).map(|_| ()), refused_by(Errno::EAGAIN));
    m.check("poll", m.poll(socket.handle()), PollEvents::OUT);
}

pub fn refused<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, _) = m.udp();
    m.check("off at first", socket.get(ip::RecvError), Ok(false));
    socket.set(ip::RecvError, true).unwrap();
    m.check("on", socket.get(ip::RecvError), Ok(true));
    m.check("empty", take(socket.socket()).map(|_| ()), refused_by(Errno::EAGAIN));
    let to = nobody(m);
    socket.connect(&to).unwrap();
    refused_port(m, &socket, to);
    // The error itself comes as ever, and leaves the entry where it is.
    socket.send(b"x").unwrap();
    m.await_then_poll(socket.handle(), PollEvents::ERR);
    m.check("recv", socket.recv(&mut [0; 8]), refused_by(Errno::ECONNREFUSED));
    m.check("still there", take(socket.socket()).map(|taken| taken.bytes), Ok(b"x".to_vec()));
}

pub fn unconnected<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, _) = m.udp();
    socket.set(ip::RecvError, true).unwrap();
    let to = nobody(m);
    refused_port(m, &socket, to);
}

pub fn ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let host = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let socket = UdpSocket::bind(m.backend.clone(), &host).unwrap();
    socket.set(ipv6::RecvError, true).unwrap();
    let to = UdpSocket::bind(m.backend.clone(), &host).unwrap().local_addr().unwrap();
    socket.send_to(b"hello", &to).unwrap();
    m.await_then_poll(socket.handle(), PollEvents::ERR);
    let taken = take(socket.socket()).unwrap();
    m.check("what was sent", taken.bytes, b"hello".to_vec());
    m.check("to whom", taken.destination, to);
    let error = Controls::new(&taken.control).first(message::ipv6::RecvErr).unwrap().unwrap();
    m.check("why", error.error, entry(Errno::ECONNREFUSED, ErrorOrigin::ICMP6, (1, 4), 0));
    let offender = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0);
    m.check("who says so", error.offender, Some(offender));
}

pub fn off<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, _) = m.udp();
    socket.set(ip::RecvError, true).unwrap();
    socket.send_to(b"x", &nobody(m)).unwrap();
    m.await_then_poll(socket.handle(), PollEvents::ERR);
    socket.set(ip::RecvError, false).unwrap();
    m.check("nothing stays", take(socket.socket()).map(|_| ()), refused_by(Errno::EAGAIN));
    m.check("but the error", socket.get(PendingError), Ok(Some(Errno::ECONNREFUSED)));
}

pub fn too_big<B: Interfaces + Spawn>(m: &Machine<B>) {
    // What is longer than any datagram is longer than the way takes, too.
    let (socket, _) = m.udp();
    socket.set(ip::RecvError, true).unwrap();
    let to = nobody(m);
    m.check("longer than any", socket.send_to(&[0; 65_508], &to), refused_by(Errno::EMSGSIZE));
    m.check("poll", m.poll(socket.handle()), PollEvents::OUT | PollEvents::ERR);
    let taken = take(socket.socket()).unwrap();
    m.check("nothing of it", taken.bytes, vec![]);
    m.check("the address, and the port of no peer", taken.destination, SocketAddr::new(to.ip(), 0));
    let error = Controls::new(&taken.control).first(message::ip::RecvErr).unwrap().unwrap();
    m.check("the longest packet", error.error, entry(Errno::EMSGSIZE, ErrorOrigin::LOCAL, (0, 0), 65_535));
    m.check("nobody else", error.offender, None);
}
