//! Ping sockets (icmp(7)).

use std::net::SocketAddr;

use anysock::option::socket::ReuseAddr;
use anysock::{Errno, Family, Interfaces, IpProtocol, MessageFlags, PingSocket, Socket, SocketType, Spawn};

use super::Machine;
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
