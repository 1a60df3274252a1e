//! Sockets that cannot be, and calls that do not fit the socket's type or state.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::addr::SockAddr;
use anysock::{
    Backend, Errno, Family, Interfaces, IpProtocol, MessageFlags, Protocol, Shutdown, Socket, SocketType,
    Spawn,
};

use super::Machine;
use super::machine::{localhost, refused};

/// What `socket(2)` answers.
fn answer<B: Backend>(
    backend: &B,
    family: Family,
    kind: SocketType,
    protocol: impl Into<Protocol>,
) -> Result<(), Errno> {
    backend.socket(family, kind, protocol.into()).map(|_| ())
}

pub fn families_that_are_none<B: Interfaces + Spawn>(m: &Machine<B>) {
    for family in [Family::UNSPEC, Family::MAX, Family(200), Family(u16::MAX)] {
        let socket = answer(&m.backend, family, SocketType::STREAM, Protocol::DEFAULT);
        m.check("no such family", socket, Err(Errno::EAFNOSUPPORT));
    }
    // Families that every kernel has forgotten, or never had.
    for family in [Family::ASH, Family::ECONET, Family::WANPIPE, Family::SNA, Family::SECURITY] {
        let socket = answer(&m.backend, family, SocketType::DGRAM, Protocol::DEFAULT);
        m.check("no such family any more", socket, Err(Errno::EAFNOSUPPORT));
    }
}

pub fn types_that_are_none<B: Interfaces + Spawn>(m: &Machine<B>) {
    for family in [Family::INET, Family::UNIX] {
        for kind in [SocketType(11), SocketType(15), SocketType(-1), SocketType(42)] {
            let socket = answer(&m.backend, family, kind, Protocol::DEFAULT);
            m.check("no such type", socket, Err(Errno::EINVAL));
        }
        // SOCK_DCCP and SOCK_SEQPACKET come to IPv4 with the modules of DCCP and SCTP.
        for kind in [SocketType(0), SocketType::RDM] {
            let socket = answer(&m.backend, family, kind, Protocol::DEFAULT);
            m.check("no such type in the family", socket, Err(Errno::ESOCKTNOSUPPORT));
        }
    }
    let socket = answer(&m.backend, Family::UNIX, SocketType::DCCP, Protocol::DEFAULT);
    m.check("no such type in the family", socket, Err(Errno::ESOCKTNOSUPPORT));
}

pub fn protocols_that_do_not_fit<B: Interfaces + Spawn>(m: &Machine<B>) {
    let cases = [
        (Family::INET, SocketType::STREAM, IpProtocol::TCP, Ok(())),
        (Family::INET, SocketType::STREAM, IpProtocol::IP, Ok(())),
        (Family::INET, SocketType::DGRAM, IpProtocol::UDP, Ok(())),
        (Family::INET, SocketType::STREAM, IpProtocol::UDP, Err(Errno::EPROTONOSUPPORT)),
        (Family::INET, SocketType::DGRAM, IpProtocol::TCP, Err(Errno::EPROTONOSUPPORT)),
        (Family::INET, SocketType::STREAM, IpProtocol::ICMP, Err(Errno::EPROTONOSUPPORT)),
        (Family::INET, SocketType::STREAM, IpProtocol(-1), Err(Errno::EINVAL)),
        (Family::INET, SocketType::STREAM, IpProtocol(100_000), Err(Errno::EINVAL)),
        (Family::UNIX, SocketType::STREAM, IpProtocol(0), Ok(())),
        // PF_UNIX is a protocol of its own.
        (Family::UNIX, SocketType::STREAM, IpProtocol(1), Ok(())),
        (Family::UNIX, SocketType::STREAM, IpProtocol(2), Err(Errno::EPROTONOSUPPORT)),
        (Family::UNIX, SocketType::DGRAM, IpProtocol(-1), Err(Errno::EPROTONOSUPPORT)),
        (Family::UNIX, SocketType::SEQPACKET, IpProtocol(0), Ok(())),
    ];
    for (family, kind, protocol, linux) in cases {
        let what = format!("{family:?} {kind:?} {protocol:?}");
        m.check(&what, answer(&m.backend, family, kind, protocol), linux);
    }
}

pub fn pairs_of_unix_sockets_only<B: Interfaces + Spawn>(m: &Machine<B>) {
    let pair = |family, kind| m.backend.socket_pair(family, kind, Protocol::DEFAULT).map(|_| ());
    m.check("SOCK_STREAM", pair(Family::UNIX, SocketType::STREAM), Ok(()));
    m.check("SOCK_DGRAM", pair(Family::UNIX, SocketType::DGRAM), Ok(()));
    m.check("SOCK_SEQPACKET", pair(Family::UNIX, SocketType::SEQPACKET), Ok(()));
    m.check("TCP", pair(Family::INET, SocketType::STREAM), Err(Errno::EOPNOTSUPP));
    m.check("UDP", pair(Family::INET, SocketType::DGRAM), Err(Errno::EOPNOTSUPP));
    m.check("no family", pair(Family(200), SocketType::STREAM), Err(Errno::EAFNOSUPPORT));
}

pub fn unconnected_tcp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("send", socket.send(b"x"), refused(Errno::EPIPE));
    m.check("recv", socket.recv(&mut [0; 4]), refused(Errno::ENOTCONN));
    m.check("getpeername", socket.peer_addr::<SocketAddr>(), refused(Errno::ENOTCONN));
    m.check("shutdown", socket.shutdown(Shutdown::WRITE), refused(Errno::ENOTCONN));
    m.check("accept", socket.accept::<SocketAddr>().map(|_| ()), refused(Errno::EINVAL));
    let unnamed = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    m.check("getsockname", socket.local_addr(), Ok(unnamed));
}

pub fn unconnected_udp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.nonblocking(Family::INET, SocketType::DGRAM);
    m.check("send", socket.send(b"x"), refused(Errno::EDESTADDRREQ));
    m.check("recv", socket.recv(&mut [0; 4]), refused(Errno::EAGAIN));
    m.check("getpeername", socket.peer_addr::<SocketAddr>(), refused(Errno::ENOTCONN));
    m.check("shutdown", socket.shutdown(Shutdown::WRITE), refused(Errno::ENOTCONN));
    m.check("listen", socket.listen(1), refused(Errno::EOPNOTSUPP));
    m.check("accept", socket.accept::<SocketAddr>().map(|_| ()), refused(Errno::EOPNOTSUPP));
}

pub fn listening_tcp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let socket = listener.socket();
    m.check("send", socket.send(b"x"), refused(Errno::EPIPE));
    m.check("recv", socket.recv(&mut [0; 4]), refused(Errno::ENOTCONN));
    m.check("connect", socket.connect(&address), refused(Errno::EISCONN));
    m.check("listen again", socket.listen(5), Ok(()));
    m.check("a negative backlog", socket.listen(-1), Ok(()));
    m.check("bind", socket.bind(&localhost(0)), refused(Errno::EINVAL));
    m.check("getpeername", socket.peer_addr::<SocketAddr>(), refused(Errno::ENOTCONN));
}

pub fn connected_tcp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let address = server.local_addr().unwrap();
    m.check("connect", client.socket().connect(&address), refused(Errno::EISCONN));
    m.check("listen", client.socket().listen(1), refused(Errno::EINVAL));
    m.check("bind", client.socket().bind(&localhost(0)), refused(Errno::EINVAL));
    m.check("accept", client.socket().accept::<SocketAddr>().map(|_| ()), refused(Errno::EINVAL));
    m.check("an absurd direction", client.shutdown(Shutdown(3)), refused(Errno::EINVAL));
    m.check("a negative direction", client.shutdown(Shutdown(-1)), refused(Errno::EINVAL));
    // A stream takes no notice of the address.
    m.check("sendto", client.socket().send_to(b"x", &localhost(9)), Ok(1));
}

pub fn listening_without_a_name<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("listen", socket.listen(1), Ok(()));
    let address = socket.local_addr::<SocketAddrV4>().unwrap();
    m.check("address", *address.ip(), Ipv4Addr::UNSPECIFIED);
    m.check("a port was chosen", address.port() != 0, true);
    let client = m.tcp_connect(&localhost(address.port()));
    m.check("connected", client.peer_addr(), Ok(localhost(address.port())));
}

pub fn addresses_that_do_not_fit<B: Interfaces + Spawn>(m: &Machine<B>) {
    let v4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).encode();
    let v6 = SocketAddrV6::new(std::net::Ipv6Addr::LOCALHOST, 0, 0, 0).encode();
    for kind in [SocketType::STREAM, SocketType::DGRAM] {
        let socket = m.nonblocking(Family::INET, kind);
        let bind = |address: &[u8]| m.backend.bind(socket.handle(), address);
        m.check("no address", bind(&[]), Err(Errno::EINVAL));
        m.check("a short address", bind(&v4[..15]), Err(Errno::EINVAL));
        m.check("too long an address", bind(&[0; 129]), Err(Errno::EINVAL));
        m.check("an IPv6 address", bind(&v6), Err(Errno::EAFNOSUPPORT));
        let elsewhere = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 7), 0).encode();
        m.check("not this machine's address", bind(&elsewhere), Err(Errno::EADDRNOTAVAIL));

        let connect = |address: &[u8]| m.backend.connect(socket.handle(), address);
        m.check("connect to no address", connect(&[]), Err(Errno::EINVAL));
        m.check("connect to a short address", connect(&v4[..15]), Err(Errno::EINVAL));
        m.check("connect to an IPv6 address", connect(&v6), Err(Errno::EAFNOSUPPORT));
        // A datagram socket gets its port before the address is looked at.
        let unbound = if kind == SocketType::STREAM { Ok(()) } else { Err(Errno::EINVAL) };
        m.check("bound after all that", bind(&v4), unbound);
        m.check("bound twice", bind(&v4), Err(Errno::EINVAL));
    }
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    let send = |address: &[u8]| m.backend.send_to(socket.handle(), b"x", MessageFlags::empty(), address);
    m.check("send to a short address", send(&v4[..15]), Err(Errno::EINVAL));
    m.check("send to an IPv6 address", send(&v6), Err(Errno::EAFNOSUPPORT));
    m.check("send to port 0", send(&v4), Err(Errno::EINVAL));
}

pub fn room_for_addresses<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, address) = m.udp();
    let SocketAddr::V4(address) = address else { unreachable!("bound to IPv4") };
    let whole = address.encode();
    for room in [0, 1, 4, 8, 16, 40] {
        let mut bytes = [0xAA; 40];
        let len = m.backend.local_addr(socket.handle(), &mut bytes[..room]);
        m.check("the whole length", len, Ok(whole.len()));
        let written = room.min(whole.len());
        m.check("as much as fits", &bytes[..written], &whole[..written]);
        m.check("and no more", bytes[written..].iter().all(|byte| *byte == 0xAA), true);
    }
}

pub fn duplicates<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let duplicate = client.socket().duplicate().unwrap();
    m.check("the same name", duplicate.local_addr(), client.local_addr());
    drop(client);
    m.check("the socket stays open", duplicate.send(b"x"), Ok(1));
    m.check("received", server.recv(&mut [0; 4]), Ok(1));
    duplicate.close().unwrap();
    m.check("the last one closes it", server.recv(&mut [0; 4]), Ok(0));
}

pub fn protocols_by_default<B: Interfaces + Spawn>(m: &Machine<B>) {
    use anysock::option::socket::{Domain, ProtocolOf, TypeOf};

    let cases = [
        (Family::INET, SocketType::STREAM, IpProtocol::TCP.into()),
        (Family::INET, SocketType::DGRAM, IpProtocol::UDP.into()),
        (Family::UNIX, SocketType::STREAM, Protocol::DEFAULT),
        (Family::UNIX, SocketType::SEQPACKET, Protocol::DEFAULT),
    ];
    for (family, kind, protocol) in cases {
        let socket: Socket<B> = m.socket(family, kind);
        m.check("SO_DOMAIN", socket.get(Domain), Ok(family));
        m.check("SO_TYPE", socket.get(TypeOf), Ok(kind));
        m.check("SO_PROTOCOL", socket.get(ProtocolOf), Ok(protocol));
    }
    let raw = m.socket(Family::UNIX, SocketType::RAW);
    m.check("a raw Unix socket is a datagram one", raw.get(TypeOf), Ok(SocketType::DGRAM));
}
