//! IPv6, alone and beside IPv4.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use anysock::option::ipv6::V6Only;
use anysock::socket::PacketInfo;
use anysock::{Errno, Family, Interfaces, SocketType, Spawn, TcpListener, UdpSocket};

use super::Machine;
use super::machine::{localhost, patient, refused};

const LOCALHOST: SocketAddr = SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::LOCALHOST), 0);
const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0);

/// `address` as an IPv6 socket sees an IPv4 one.
fn mapped(address: SocketAddr) -> SocketAddr {
    let SocketAddr::V4(address) = address else { return address };
    SocketAddrV6::new(address.ip().to_ipv6_mapped(), address.port(), 0, 0).into()
}

pub fn tcp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let listener = TcpListener::bind(m.backend.clone(), &LOCALHOST).unwrap();
    let address = listener.local_addr().unwrap();
    let client = m.tcp_connect(&address);
    let (server, peer) = listener.accept().unwrap();
    m.check("accept names the client", Ok(peer), client.local_addr());
    m.check("the client's address", peer.ip(), Ipv6Addr::LOCALHOST.into());
    m.check("send", client.send(b"hello"), Ok(5));
    m.check("recv", server.recv(&mut [0; 8]), Ok(5));
    drop((server, listener));
    let again = m.socket(Family::INET6, SocketType::STREAM);
    m.check("refused", again.connect(&address), refused(Errno::ECONNREFUSED));
}

pub fn udp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let server = UdpSocket::bind(m.backend.clone(), &LOCALHOST).unwrap();
    let client = UdpSocket::bind(m.backend.clone(), &LOCALHOST).unwrap();
    let (address, own) = (server.local_addr().unwrap(), client.local_addr().unwrap());
    m.check("send_to", client.send_to(b"ping", &address), Ok(4));
    m.check("recv_from", server.recv_from(&mut [0; 8]), Ok((4, own)));
    let bytes = vec![0; 65_536];
    m.check("a long one", client.send_to(&bytes[..65_000], &address), Ok(65_000));
    m.check("received", server.recv_from(&mut vec![0; 65_536]), Ok((65_000, own)));
    m.check("too long", client.send_to(&bytes, &address), refused(Errno::EMSGSIZE));
    drop(server);
    client.connect(&address).unwrap();
    m.check("nobody there", client.send(b"x"), Ok(1));
    m.check("the answer", patient(client.into_socket()).recv(&mut [0; 4]), refused(Errno::ECONNREFUSED));
}

pub fn dual_stack_tcp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let listener = TcpListener::bind(m.backend.clone(), &ANYWHERE).unwrap();
    m.check("IPV6_V6ONLY", listener.get(V6Only), Ok(false));
    let port = listener.local_addr().unwrap().port();
    let client = m.tcp_connect(&localhost(port));
    let own = client.local_addr().unwrap();
    let (server, peer) = listener.accept().unwrap();
    m.check("an IPv4 client", peer, mapped(own));
    m.check("on an IPv4 address", server.local_addr(), Ok(mapped(localhost(port))));
    let _client = m.tcp_connect(&SocketAddr::from((Ipv6Addr::LOCALHOST, port)));
    let (_, peer) = listener.accept().unwrap();
    m.check("an IPv6 client", peer.ip(), Ipv6Addr::LOCALHOST.into());
    // The IPv4 port is taken with it.
    let v4 =
        TcpListener::bind(m.backend.clone(), &SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).map(|_| ());
    m.check("the same port of IPv4", v4, refused(Errno::EADDRINUSE));
}

pub fn ipv6_only<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET6, SocketType::STREAM);
    m.check("IPV6_V6ONLY", socket.set(V6Only, true), Ok(()));
    socket.bind(&ANYWHERE).unwrap();
    socket.listen(4).unwrap();
    let port = socket.local_addr::<SocketAddr>().unwrap().port();
    let client = m.socket(Family::INET, SocketType::STREAM);
    m.check("an IPv4 client", client.connect(&localhost(port)), refused(Errno::ECONNREFUSED));
    let v4 =
        TcpListener::bind(m.backend.clone(), &SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).map(|_| ());
    m.check("the same port of IPv4 is free", v4, Ok(()));
    m.check("too late once bound", socket.set(V6Only, false), refused(Errno::EINVAL));
}

pub fn mapped_addresses<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.socket(Family::INET6, SocketType::STREAM);
    m.check("connect", client.connect(&mapped(address)), Ok(()));
    m.check("the peer", client.peer_addr(), Ok(mapped(address)));
    let (_, peer) = listener.accept().unwrap();
    m.check("an IPv4 peer", peer.is_ipv4(), true);
    m.check("the own address", client.local_addr(), Ok(mapped(peer)));

    let only = m.socket(Family::INET6, SocketType::STREAM);
    only.set(V6Only, true).unwrap();
    m.check("with IPV6_V6ONLY", only.connect(&mapped(address)), refused(Errno::ENETUNREACH));
}

pub fn dual_stack_udp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let server = UdpSocket::bind(m.backend.clone(), &ANYWHERE).unwrap();
    let port = server.local_addr().unwrap().port();
    let (client, own) = m.udp();
    client.send_to(b"ping", &localhost(port)).unwrap();
    m.check("an IPv4 sender", server.recv_from(&mut [0; 8]), Ok((4, mapped(own))));
    m.check("the answer", server.send_to(b"pong", &mapped(own)), Ok(4));
    m.check("received", client.recv_from(&mut [0; 8]), Ok((4, localhost(port))));
}

/// Where a datagram is to leave is said in the version of where it goes; the kernel would pass over the other.
pub fn sending_from_an_address<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ipv6 = UdpSocket::bind(m.backend.clone(), &ANYWHERE).unwrap();
    let port = ipv6.local_addr().unwrap().port();
    let (ipv4, own) = m.udp();
    let from = |ip: &str| PacketInfo { local: ip.parse().unwrap(), interface: 0 };
    let to_itself = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    m.check("IPv6", ipv6.send_from(b"ping", &from("::1"), &to_itself), Ok(4));
    m.check("it came", ipv6.recv_from(&mut [0; 8]), Ok((4, to_itself)));
    m.check("IPv4", ipv4.send_from(b"ping", &from("127.0.0.1"), &own), Ok(4));
    m.check("it came", ipv4.recv_from(&mut [0; 8]), Ok((4, own)));
    for local in ["127.0.0.1", "::ffff:127.0.0.1"] {
        m.check("mapped", ipv6.send_from(b"ping", &from(local), &mapped(own)), Ok(4));
        m.check("it came", ipv4.recv_from(&mut [0; 8]), Ok((4, localhost(port))));
    }
    for local in ["::1", "::"] {
        m.check("IPv6 to IPv4", ipv4.send_from(b"ping", &from(local), &own), refused(Errno::EINVAL));
    }
    for local in ["127.0.0.1", "0.0.0.0"] {
        m.check("IPv4 to IPv6", ipv6.send_from(b"ping", &from(local), &to_itself), refused(Errno::EINVAL));
    }
}

pub fn addresses_that_do_not_fit<B: Interfaces + Spawn>(m: &Machine<B>) {
    use anysock::addr::SockAddr;

    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    let bytes = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0).encode();
    m.check("an IPv4 address", socket.bind(&localhost(0)), refused(Errno::EINVAL));
    m.check("too short", m.backend.bind(socket.handle(), &bytes[..23]), Err(Errno::EINVAL));
    m.check("without a scope", m.backend.bind(socket.handle(), &bytes[..24]), Ok(()));
    let elsewhere = m.socket(Family::INET6, SocketType::DGRAM);
    let foreign = SocketAddrV6::new("2001:db8::7".parse().unwrap(), 0, 0, 0);
    m.check("not this machine's", elsewhere.bind(&foreign), refused(Errno::EADDRNOTAVAIL));
    let link_local = SocketAddrV6::new("fe80::7".parse().unwrap(), 0, 0, 0);
    m.check("link-local without a scope", elsewhere.bind(&link_local), refused(Errno::EINVAL));
}
