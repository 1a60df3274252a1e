//! Taking a TCP socket's connection away: `connect(2)` with an address of AF_UNSPEC.

use anysock::option::socket::{PendingError, ReuseAddr};
use anysock::{Errno, Error, Family, Interfaces, PollEvents, Shutdown, Socket, SocketType, Spawn};
use std::net::{Ipv4Addr, SocketAddr};

use super::Machine;
use super::machine::{localhost, refused};

fn disconnect<B: Interfaces + Spawn>(socket: &Socket<B>) -> Result<(), Errno> {
    socket.backend().connect(socket.handle(), &[0; 16])
}

fn a_port_that_is_free<B: Interfaces + Spawn>(m: &Machine<B>) -> u16 {
    let (_keeper, address) = m.closed_port();
    address.port()
}

pub fn a_connection_is_reset<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    m.check("disconnect", disconnect(client.socket()), Ok(()));
    m.check("the peer", server.recv(&mut [0; 4]), Err(Error::Os(Errno::ECONNRESET)));
    m.check("SO_ERROR", client.get(PendingError), Ok(Some(Errno::ECONNRESET)));
    m.check("afterwards", m.poll(client.handle()), PollEvents::OUT | PollEvents::HUP);
    m.check("getpeername", client.peer_addr(), Err(Error::Os(Errno::ENOTCONN)));
    let (_listener, address) = m.tcp_listener();
    m.check("connect", client.socket().connect(&address), Ok(()));
    m.check("disconnect", disconnect(client.socket()), Ok(()));
}

pub fn the_address_asked_for_stays<B: Interfaces + Spawn>(m: &Machine<B>) {
    let free = a_port_that_is_free(m);
    let (_listener, address) = m.tcp_listener();
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, free));
    let socket = m.socket(Family::INET, SocketType::STREAM);
    socket.set(ReuseAddr, true).unwrap();
    m.check("bind", socket.bind(&any), Ok(()));
    m.check("connect", socket.connect(&address), Ok(()));
    m.check("connected", socket.local_addr(), Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, free))));
    m.check("disconnect", disconnect(&socket), Ok(()));
    m.check("disconnected", socket.local_addr(), Ok(any));
    let other = m.socket(Family::INET, SocketType::STREAM);
    m.check("bind another", other.bind(&any), refused(Errno::EADDRINUSE));
    drop(socket);
    m.check("bind it then", other.bind(&any), Ok(()));
}

pub fn a_listener_ends<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.tcp_connect(&address);
    m.await_then_poll(listener.handle(), PollEvents::IN);
    m.check("disconnect", disconnect(listener.socket()), Ok(()));
    m.check("who was not accepted", client.recv(&mut [0; 4]), Err(Error::Os(Errno::ECONNRESET)));
    m.check("SO_ERROR", listener.get(PendingError), Ok(None));
    m.check("accept", listener.accept().map(|_| ()), Err(Error::Os(Errno::EINVAL)));
}

pub fn a_connection_that_has_ended_is_still_one<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let (_listener, address) = m.tcp_listener();
    drop(server);
    m.check("the end", client.recv(&mut [0; 4]), Ok(0));
    client.shutdown(Shutdown::WRITE).unwrap();
    m.await_then_poll(client.handle(), PollEvents::HUP);
    m.pause();
    m.check("connect", client.socket().connect(&address), refused(Errno::EISCONN));
    m.check("disconnect", disconnect(client.socket()), Ok(()));
    m.check("connect again", client.socket().connect(&address), Ok(()));
}

pub fn a_refused_attempt_leaves_the_address<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (_keeper, closed) = m.closed_port();
    let free = a_port_that_is_free(m);
    let socket = m.socket(Family::INET, SocketType::STREAM);
    socket.set(ReuseAddr, true).unwrap();
    let own = localhost(free);
    m.check("bind", socket.bind(&own), Ok(()));
    m.check("connect", socket.connect(&closed), refused(Errno::ECONNREFUSED));
    m.check("refused", socket.local_addr(), Ok(own));
    let (_listener, address) = m.tcp_listener();
    m.check("connect elsewhere", socket.connect(&address), Ok(()));
    m.check("connected", socket.local_addr(), Ok(own));
}

pub fn an_unconnected_socket<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("disconnect", disconnect(&socket), Ok(()));
    m.check("SO_ERROR", socket.get(PendingError), Ok(None));
}
