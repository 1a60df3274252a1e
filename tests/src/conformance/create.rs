//! Connections and servers by host and port.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anysock::socket::{
    CreateConnectionError, ServerOptions, create_connection, create_server, has_dualstack_ipv6,
};
use anysock::{Errno, Error, Family, Interfaces, Resolve, ResolveError, SocketType, Spawn, TcpStream};

use super::Machine;
use super::machine::{localhost, refused};

const SOON: Option<Duration> = Some(Duration::from_secs(60));

fn any_port(options: &ServerOptions) -> SocketAddr {
    match options.dual_stack {
        true => (Ipv6Addr::UNSPECIFIED, 0).into(),
        false => localhost(0),
    }
}

pub fn by_name<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let server = create_server(m.backend.clone(), &localhost(0), &ServerOptions::default()).unwrap();
    let address = server.local_addr().unwrap();
    // localhost may have an address of IPv6 too, at which nobody listens: the next one is tried.
    for host in ["localhost", "127.0.0.1", "127.1"] {
        let client = create_connection(m.backend.clone(), host, address.port(), SOON, None).unwrap();
        m.check("the server's address", client.peer_addr(), Ok(address));
        m.check("the timeout stays", client.timeout(), SOON);
        let (accepted, peer) = server.accept().unwrap();
        m.check("the client's address", client.local_addr(), Ok(peer));
        client.send_all(b"hello").unwrap();
        let mut bytes = [0; 5];
        m.check("what came", accepted.recv_exact(&mut bytes).map(|()| bytes), Ok(*b"hello"));
    }
}

pub fn in_vain<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let connect = |host: &str, port, source: Option<&SocketAddr>| {
        create_connection(m.backend.clone(), host, port, SOON, source).map(|_| ())
    };
    let (_keep, closed) = m.closed_port();
    let refused = Err(CreateConnectionError::Connect(Errno::ECONNREFUSED.into()));
    m.check("nobody listens", connect("localhost", closed.port(), None), refused);
    let unknown = Err(CreateConnectionError::Resolve(ResolveError::NO_NAME));
    m.check("no host", connect("", closed.port(), None), unknown);
    let other_family: SocketAddr = (Ipv6Addr::LOCALHOST, 0).into();
    let none = Err(CreateConnectionError::Connect(Errno::EADDRNOTAVAIL.into()));
    m.check("of the other family", connect("127.0.0.1", closed.port(), Some(&other_family)), none);
}

pub fn from_an_address<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let source = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), 0));
    let client =
        create_connection(m.backend.clone(), "localhost", address.port(), SOON, Some(&source)).unwrap();
    m.check("its own", client.local_addr().map(|own| own.ip()), Ok(source.ip()));
    m.check("as the server sees it", listener.accept().map(|(_, peer)| peer), client.local_addr());
}

pub fn one_deadline_for_all<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    // A listener whose queue is full answers nobody.
    let options = ServerOptions { backlog: 0, ..ServerOptions::default() };
    let server = create_server(m.backend.clone(), &localhost(0), &options).unwrap();
    let address = server.local_addr().unwrap();
    let timeout = Some(Duration::from_millis(50));
    let connect = || create_connection(m.backend.clone(), "127.0.0.1", address.port(), timeout, None);
    let mut waiting = Vec::new();
    let error = loop {
        let start = m.backend.now();
        match connect() {
            Ok(stream) => waiting.push(stream),
            Err(error) => {
                let took = m.backend.now().since(start);
                m.check("not before its time", took >= Duration::from_millis(50), true);
                m.check("nor long after", took < m.lateness, true);
                break error;
            }
        }
    };
    m.check("how many wait", waiting.len(), 1);
    m.check("the timeout", error, CreateConnectionError::Connect(Error::TimedOut));
}

/// An address at which nobody answers does not use up the time of the others, and one that refuses none of it.
pub fn dead_addresses_are_passed_over<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let options = ServerOptions { backlog: 0, ..ServerOptions::default() };
    let full = create_server(m.backend.clone(), &localhost(0), &options).unwrap();
    let dead = full.local_addr().unwrap();
    let in_the_queue = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("the queue is full", in_the_queue.connect_ex(&dead), Errno::EINPROGRESS);
    m.pause();
    let (_keep, closed) = m.closed_port();
    let (listener, address) = m.tcp_listener();
    let start = m.backend.now();
    let connect = |addresses: &[SocketAddr], timeout| {
        let stream = TcpStream::connect_any(m.backend.clone(), addresses, timeout)?;
        stream.peer_addr()
    };
    m.check("the one that accepts", connect(&[dead, closed, dead, address], SOON), Ok(address));
    let took = m.backend.now().since(start);
    m.check("a quarter of a second for each dead one", took >= Duration::from_millis(500), true);
    m.check("not all of the time", took < m.lateness, true);
    listener.accept().unwrap();
    m.check("at once", connect(&[closed, address, dead], SOON), Ok(address));
    m.check("nobody accepts", connect(&[closed, closed], SOON), refused(Errno::ECONNREFUSED));
    m.check("nobody", connect(&[], SOON), refused(Errno::EADDRNOTAVAIL));
    let soon = Some(Duration::from_millis(300));
    m.check("nobody answers", connect(&[closed, dead, dead], soon), Err(Error::TimedOut));
}

pub fn dual_stack<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    m.check("can", has_dualstack_ipv6(m.backend.clone()), true);
    let options = ServerOptions { dual_stack: true, ..ServerOptions::default() };
    let server = create_server(m.backend.clone(), &any_port(&options), &options).unwrap();
    let port = server.local_addr().unwrap().port();
    for host in ["127.0.0.1", "::1"] {
        let client = create_connection(m.backend.clone(), host, port, SOON, None).unwrap();
        let (_, peer) = server.accept().unwrap();
        m.check("the same port", peer.port(), client.local_addr().unwrap().port());
        m.check("an address of IPv6", peer.is_ipv6(), true);
        m.check("which is", peer.ip().to_canonical().to_string(), host.into());
    }
    let alone = ServerOptions::default();
    let server = create_server(m.backend.clone(), &(Ipv6Addr::UNSPECIFIED, 0).into(), &alone).unwrap();
    let port = server.local_addr().unwrap().port();
    let connect = |host| create_connection(m.backend.clone(), host, port, SOON, None).map(|_| ());
    m.check("IPv6 alone", connect("::1"), Ok(()));
    let refusal = Err(CreateConnectionError::Connect(Errno::ECONNREFUSED.into()));
    m.check("not IPv4", connect("127.0.0.1"), refusal);
    let wrong = create_server(m.backend.clone(), &localhost(0), &options).map(|_| ());
    m.check("IPv4 is no dual stack", wrong, refused(Errno::EINVAL));
}

pub fn a_shared_port<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let options = ServerOptions { reuse_port: true, ..ServerOptions::default() };
    let first = create_server(m.backend.clone(), &localhost(0), &options).unwrap();
    let address = first.local_addr().unwrap();
    let second = create_server(m.backend.clone(), &address, &options).map(|_| ());
    m.check("both listen", second, Ok(()));
    let alone = create_server(m.backend.clone(), &address, &ServerOptions::default()).map(|_| ());
    m.check("not without asking", alone, refused(Errno::EADDRINUSE));
}

pub fn by_number<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let (_keep, closed) = m.closed_port();
    let socket = || m.socket(Family::INET, SocketType::STREAM);
    m.check("connected", socket().connect_ex(&address), Errno(0));
    m.check("refused", socket().connect_ex(&closed), Errno::ECONNREFUSED);
    let nonblocking = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("goes on", nonblocking.connect_ex(&address), Errno::EINPROGRESS);
    listener.accept().unwrap();
    listener.accept().unwrap();
    let connected = socket();
    connected.connect(&address).unwrap();
    m.check("connected already", connected.connect_ex(&address), Errno::EISCONN);
}
