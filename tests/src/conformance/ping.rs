//! Ping sockets (icmp(7)).

use std::net::{IpAddr, SocketAddr};

use anysock::message::{self, Controls, ErrorOrigin};
use anysock::option::socket::{PendingError, ReuseAddr};
use anysock::option::{ip, ipv6};
use anysock::{
    Errno, Family, Interfaces, IpProtocol, MessageFlags, PingSocket, PollEvents, RawSocket, Socket,
    SocketType, Spawn,
};

use super::Machine;
use super::error_queue::{entry, take};
use super::machine::{patient, refused};

const HOSTS: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

fn host(version: usize) -> SocketAddr {
    HOSTS[version].parse().unwrap()
}

fn ping<B: Interfaces + Spawn>(m: &Machine<B>, version: usize) -> PingSocket<B> {
    patient(PingSocket::open(m.backend.clone(), &host(version)).unwrap().into_socket()).into()
}

pub fn echo<B: Interfaces + Spawn>(m: &Machine<B>) {
    for version in [0, 1] {
        let socket = ping(m, version);
        m.check("send", socket.send_to(7, b"are you there?", &host(version)), Ok(()));
        let mut room = [0; 64];
        let reply = socket.recv(&mut room).unwrap();
        m.check("from", reply.from, host(version));
        m.check("the sequence number", reply.sequence, 7);
        m.check("the data", reply.data, b"are you there?");
        m.check(
            "the identifier is the port",
            Ok(reply.identifier),
            socket.local_addr().map(|own| own.port()),
        );
        m.check(
            "once",
            socket.socket().recv_with(&mut [0; 8], MessageFlags::DONTWAIT),
            refused(Errno::EAGAIN),
        );
    }
}

pub fn identifiers<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = (ping(m, 0), ping(m, 0));
    one.send_to(1, b"one", &host(0)).unwrap();
    other.send_to(2, b"other", &host(0)).unwrap();
    let (mut room, mut more) = ([0; 64], [0; 64]);
    m.check("its own", one.recv(&mut room).unwrap().data, b"one");
    m.check("and its own", other.recv(&mut more).unwrap().data, b"other");
    let own = one.local_addr().unwrap().port();
    m.check("different", own != other.local_addr().unwrap().port(), true);
    let third = ping(m, 0);
    let taken = SocketAddr::new(host(0).ip(), own);
    m.check("shared by default", third.get(ReuseAddr), Ok(true));
    third.set(ReuseAddr, false).unwrap();
    m.check("taken", third.bind(&taken), refused(Errno::EADDRINUSE));
    m.check("elsewhere", third.bind(&"192.0.2.1:0".parse().unwrap()), refused(Errno::EADDRNOTAVAIL));
    m.check("any", third.bind(&host(0)), Ok(()));
    m.check("twice", third.bind(&host(0)), refused(Errno::EINVAL));
}

pub fn what_is_refused<B: Interfaces + Spawn>(m: &Machine<B>) {
    let open =
        |family, protocol| Socket::new(m.backend.clone(), family, SocketType::DGRAM, protocol).map(|_| ());
    m.check("mixed", open(Family::INET, IpProtocol::ICMPV6), refused(Errno::EPROTONOSUPPORT));
    m.check("mixed", open(Family::INET6, IpProtocol::ICMP), refused(Errno::EPROTONOSUPPORT));
    let socket = ping(m, 0).into_socket();
    let send = |bytes: &[u8]| socket.send_to(bytes, &host(0));
    m.check("too short", send(&[8, 0, 0, 0, 0, 0, 0]), refused(Errno::EINVAL));
    m.check("an answer", send(&[0; 8]), refused(Errno::EINVAL));
    m.check("a code", send(&[8, 1, 0, 0, 0, 0, 0, 0]), refused(Errno::EINVAL));
    m.check("nobody", socket.send(&[8, 0, 0, 0, 0, 0, 0, 0]), refused(Errno::EDESTADDRREQ));
    m.check(
        "out of band",
        socket.send_with(&[8, 0, 0, 0, 0, 0, 0, 0], MessageFlags::OOB),
        refused(Errno::EOPNOTSUPP),
    );
    m.check("a header alone", send(&[8, 0, 0, 0, 0, 0, 0, 0]), Ok(8));
    let mut room = [9; 4];
    m.check("what fits", socket.recv_with(&mut room, MessageFlags::TRUNC), Ok(4));
    m.check("type and code", room[..2] == [0, 0], true);
}

/// An ICMP message of this type and code about an echo request with this identifier, with the checksum of IPv4's.
fn about_echo(host: IpAddr, (kind, code): (u8, u8), rest: [u8; 4], identifier: u16) -> Vec<u8> {
    let [high, low] = identifier.to_be_bytes();
    let quoted = match host {
        IpAddr::V4(host) => {
            let header = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0];
            [&header[..], &host.octets(), &host.octets(), &[8, 0, 0, 0, high, low, 0, 7]].concat()
        }
        IpAddr::V6(host) => {
            let header = [0x60, 0, 0, 0, 0, 8, 58, 64];
            [&header[..], &host.octets(), &host.octets(), &[128, 0, 0, 0, high, low, 0, 7]].concat()
        }
    };
    let mut message = [&[kind, code, 0, 0][..], &rest, &quoted].concat();
    if host.is_ipv4() {
        let sum: u32 = message.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
        let folded = (sum & 0xFFFF) + (sum >> 16);
        let checksum = !((folded & 0xFFFF) + (folded >> 16)) as u16;
        message[2..4].copy_from_slice(&checksum.to_be_bytes());
    }
    message
}

pub fn errors<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = ping(m, 0);
    socket.send_to(7, b"so that it has an identifier", &host(0)).unwrap();
    let own = socket.local_addr().unwrap().port();
    let raw = RawSocket::open(m.backend.clone(), Family::INET, IpProtocol::ICMP).unwrap();
    let tell = |what, rest| {
        raw.send_to(&about_echo(host(0).ip(), what, rest, own), &host(0)).unwrap();
        m.pause();
    };
    tell((3, 1), [0; 4]);
    m.check("not connected", socket.get(PendingError), Ok(None));
    socket.set(ip::RecvError, true).unwrap();
    for (what, rest, errno, info) in [
        ((3, 1), [0; 4], Errno::EHOSTUNREACH, 0),
        ((3, 2), [0; 4], Errno::ENOPROTOOPT, 0),
        ((11, 0), [0; 4], Errno::EHOSTUNREACH, 0),
        ((12, 0), [21, 0, 0, 0], Errno::EPROTO, 21),
        ((4, 0), [0; 4], Errno::EREMOTEIO, 0),
    ] {
        tell(what, rest);
        m.check("poll", m.poll(socket.socket().handle()).contains(PollEvents::ERR), true);
        m.check("the error", socket.get(PendingError), Ok(Some(errno)));
        let taken = take(socket.socket()).unwrap();
        m.check("what was sent", taken.bytes.len(), 8);
        m.check("to whom", taken.destination, host(0));
        let error = Controls::new(&taken.control).first(message::ip::RecvErr).unwrap().unwrap();
        m.check("why", error.error, entry(errno, ErrorOrigin::ICMP, what, info));
    }
    socket.set(ip::RecvError, false).unwrap();
    socket.socket().connect(&host(0)).unwrap();
    tell((3, 1), [0; 4]);
    m.check("not final", socket.get(PendingError), Ok(None));
    tell((3, 2), [0; 4]);
    m.check("final", socket.get(PendingError), Ok(Some(Errno::ENOPROTOOPT)));
    m.check("keeps nothing", take(socket.socket()).map(|_| ()), refused(Errno::EAGAIN));
}

pub fn errors_over_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = ping(m, 1);
    socket.send_to(7, b"so that it has an identifier", &host(1)).unwrap();
    socket.set(ipv6::RecvError, true).unwrap();
    let own = socket.local_addr().unwrap().port();
    let raw = RawSocket::open(m.backend.clone(), Family::INET6, IpProtocol::ICMPV6).unwrap();
    for (what, errno, info) in [
        ((1, 0), Errno::ENETUNREACH, 0),
        ((1, 4), Errno::ECONNREFUSED, 0),
        ((3, 0), Errno::EHOSTUNREACH, 0),
        ((4, 1), Errno::EPROTO, 6),
    ] {
        let rest = [0, 0, 0, info as u8];
        raw.send_to(&about_echo(host(1).ip(), what, rest, own), &host(1)).unwrap();
        m.pause();
        m.check("the error", socket.get(PendingError), Ok(Some(errno)));
        let taken = take(socket.socket()).unwrap();
        m.check("what was sent", taken.bytes.len(), 8);
        m.check("to whom", taken.destination, host(1));
        let error = Controls::new(&taken.control).first(message::ipv6::RecvErr).unwrap().unwrap();
        m.check("why", error.error, entry(errno, ErrorOrigin::ICMP6, what, info));
    }
}
