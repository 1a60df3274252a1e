//! What `poll(2)` says about TCP sockets in each state, and connecting without waiting.

use anysock::option::Linger;
use anysock::option::socket::{LingerOnClose, PendingError};
use anysock::{Errno, Family, Interfaces, PollEvents, Shutdown, SocketType, Spawn};

use super::Machine;
use super::machine::refused;

const IN: PollEvents = PollEvents::IN;
const OUT: PollEvents = PollEvents::OUT;
const HUP: PollEvents = PollEvents::HUP;
const ERR: PollEvents = PollEvents::ERR;
const RDHUP: PollEvents = PollEvents::RDHUP;

pub fn fresh_sockets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let tcp = m.socket(Family::INET, SocketType::STREAM);
    m.check("TCP", m.poll(tcp.handle()), OUT | HUP);
    let udp = m.socket(Family::INET, SocketType::DGRAM);
    m.check("UDP", m.poll(udp.handle()), OUT);
    let unix = m.socket(Family::UNIX, SocketType::STREAM);
    m.check("Unix stream", m.poll(unix.handle()), OUT | HUP);
    let unix = m.socket(Family::UNIX, SocketType::DGRAM);
    m.check("Unix datagram", m.poll(unix.handle()), OUT);
}

pub fn listeners<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    m.check("nobody", m.poll(listener.handle()), PollEvents::empty());
    let _client = m.tcp_connect(&address);
    m.check("a connection", m.await_then_poll(listener.handle(), IN), IN);
    let (_server, _) = listener.accept().unwrap();
    m.check("accepted", m.poll(listener.handle()), PollEvents::empty());
}

pub fn streams<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    m.check("idle", m.poll(client.handle()), OUT);
    server.send(b"x").unwrap();
    m.check("data", m.await_then_poll(client.handle(), IN), IN | OUT);
    client.recv(&mut [0; 4]).unwrap();
    m.check("read", m.poll(client.handle()), OUT);
    server.shutdown(Shutdown::WRITE).unwrap();
    m.check("the peer will send no more", m.await_then_poll(client.handle(), RDHUP), IN | OUT | RDHUP);
    m.check("the peer itself", m.poll(server.handle()), OUT);
    client.shutdown(Shutdown::WRITE).unwrap();
    m.check("both have ended", m.await_then_poll(client.handle(), HUP), IN | OUT | RDHUP | HUP);
    m.check("the peer too", m.await_then_poll(server.handle(), HUP), IN | OUT | RDHUP | HUP);
}

pub fn own_shutdowns<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, _server) = m.tcp_pair();
    client.shutdown(Shutdown::READ).unwrap();
    m.check("SHUT_RD", m.poll(client.handle()), IN | OUT | RDHUP);
    let (client, _server) = m.tcp_pair();
    client.shutdown(Shutdown::WRITE).unwrap();
    m.check("SHUT_WR", m.poll(client.handle()), OUT);
    let (client, _server) = m.tcp_pair();
    client.shutdown(Shutdown::BOTH).unwrap();
    m.check("SHUT_RDWR", m.poll(client.handle()), IN | OUT | RDHUP | HUP);
}

pub fn resets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    server.set(LingerOnClose, Linger(Some(0))).unwrap();
    drop(server);
    m.check("reset", m.await_then_poll(client.handle(), ERR), IN | OUT | ERR | HUP | RDHUP);
    m.check("SO_ERROR", client.get(PendingError), Ok(Some(Errno::ECONNRESET)));
    m.check("the error was taken", m.poll(client.handle()), IN | OUT | HUP | RDHUP);
}

pub fn connecting<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("connect", client.connect(&address), refused(Errno::EINPROGRESS));
    m.check("connected", m.await_then_poll(client.handle(), OUT), OUT);
    m.check("SO_ERROR", client.get(PendingError), Ok(None));
    // The first connect after the handshake reports it, the next ones that it is done.
    m.check("connect", client.connect(&address), Ok(()));
    m.check("connect again", client.connect(&address), refused(Errno::EISCONN));
    let (_server, peer) = listener.accept().unwrap();
    m.check("accepted", Ok(peer), client.local_addr());
}

pub fn connecting_in_vain<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (_keeper, address) = m.closed_port();
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("connect", client.connect(&address), refused(Errno::EINPROGRESS));
    let events = m.await_then_poll(client.handle(), OUT);
    m.check("refused", events, IN | OUT | ERR | HUP | RDHUP);
    m.check("SO_ERROR", client.get(PendingError), Ok(Some(Errno::ECONNREFUSED)));
    m.check("SO_ERROR is taken", client.get(PendingError), Ok(None));
    m.check("afterwards", m.poll(client.handle()), IN | OUT | HUP | RDHUP);
    m.check("recv", client.recv(&mut [0; 4]), Ok(0));
}

pub fn connecting_without_an_answer<B: Interfaces + Spawn>(m: &Machine<B>) {
    // A listener whose queue is full answers no further SYN.
    let listener = m.socket(Family::INET, SocketType::STREAM);
    listener.bind(&super::machine::localhost(0)).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = m.tcp_connect(&address);
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("connect", client.connect(&address), refused(Errno::EINPROGRESS));
    m.pause();
    m.check("connect again", client.connect(&address), refused(Errno::EALREADY));
    m.check("poll", m.poll(client.handle()), PollEvents::empty());
    m.check("SO_ERROR", client.get(PendingError), Ok(None));
    m.check("send", client.send(b"x"), refused(Errno::EAGAIN));
    m.check("recv", client.recv(&mut [0; 4]), refused(Errno::EAGAIN));
    m.check("getpeername", client.peer_addr::<std::net::SocketAddr>(), refused(Errno::ENOTCONN));
}
