//! Fast Open: what programs ask for and are answered where nobody has a cookie yet, as on a machine whose settings
//! are Linux's own (`net.ipv4.tcp_fastopen` is 1: clients only).

use anysock::option::socket::PendingError;
use anysock::option::tcp::{FastOpen, FastOpenConnect};
use anysock::{
    Errno, Family, Interfaces, MessageFlags, PollEvents, SendMsg, SockAddr, Socket, SocketType, Spawn,
};

use super::Machine;
use super::machine::{patient, refused};

const OUT: PollEvents = PollEvents::OUT;

/// Sends `bytes` to `to` with `MSG_FASTOPEN`.
fn send<B: Interfaces + Spawn>(
    socket: &Socket<B>,
    bytes: &[u8],
    to: Option<&[u8]>,
) -> Result<usize, anysock::Error> {
    socket.send_msg(&SendMsg {
        address: to,
        slices: &[bytes.into()],
        control: &[],
        handles: &[],
        flags: MessageFlags::FASTOPEN,
    })
}

pub fn settings<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("fresh TCP_FASTOPEN", socket.get(FastOpen), Ok(0));
    m.check("TCP_FASTOPEN", socket.set(FastOpen, 5), Ok(()));
    m.check("TCP_FASTOPEN", socket.get(FastOpen), Ok(5));
    m.check("not below zero", socket.set(FastOpen, -1), refused(Errno::EINVAL));
    m.check("at most somaxconn", socket.set(FastOpen, 1_000_000), Ok(()));
    m.check("at most somaxconn", socket.get(FastOpen).map(|most| most <= 4096), Ok(true));
    m.check("fresh TCP_FASTOPEN_CONNECT", socket.get(FastOpenConnect), Ok(false));
    m.check("TCP_FASTOPEN_CONNECT", socket.set(FastOpenConnect, true), Ok(()));
    m.check("TCP_FASTOPEN_CONNECT", socket.get(FastOpenConnect), Ok(true));
    let two = socket.set_bytes(anysock::Level::TCP, 30, &2i32.to_ne_bytes());
    m.check("on or off", two, refused(Errno::EINVAL));
}

pub fn settings_of_a_connection<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    m.check("a listener", listener.set(FastOpen, 3), Ok(()));
    m.check("a listener", listener.set(FastOpenConnect, true), refused(Errno::EINVAL));
    let client = m.tcp_connect(&address);
    m.check("a connection", client.set(FastOpen, 3), refused(Errno::EINVAL));
    m.check("a connection", client.set(FastOpenConnect, true), refused(Errno::EINVAL));
}

pub fn sending_connects<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    let to = address.encode();
    m.check("no cookie yet", send(&client, b"early", Some(to.as_ref())), refused(Errno::EINPROGRESS));
    m.check("connected", m.await_then_poll(client.handle(), OUT), OUT);
    m.check("SO_ERROR", client.get(PendingError), Ok(None));
    let server = patient(listener.accept().unwrap().0.into_socket());
    m.pause();
    m.check("nothing was sent", m.poll(server.handle()), OUT);
    m.check("an ordinary connection", client.send(b"late"), Ok(4));
    m.check("its text", server.recv(&mut [0; 8]), Ok(4));
    // The first of them takes the place of the connect(2) that reports the handshake.
    m.check("as connect(2) would", send(&client, b"x", Some(to.as_ref())), Ok(1));
    m.check("connected already", send(&client, b"x", Some(to.as_ref())), refused(Errno::EISCONN));
}

pub fn sending_in_vain<B: Interfaces + Spawn>(m: &Machine<B>) {
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    m.check("to nobody", send(&client, b"x", None), refused(Errno::EINVAL));
    let unspecified = 0u16.to_ne_bytes();
    m.check("AF_UNSPEC", send(&client, b"x", Some(&unspecified)), refused(Errno::EOPNOTSUPP));
    let (_keeper, address) = m.closed_port();
    let to = address.encode();
    m.check("nobody listens", send(&client, b"x", Some(to.as_ref())), refused(Errno::EINPROGRESS));
    m.await_then_poll(client.handle(), PollEvents::ERR);
    m.check("SO_ERROR", client.get(PendingError), Ok(Some(Errno::ECONNREFUSED)));
    let (listener, _) = m.tcp_listener();
    m.check("a listener", send(&listener.into_socket(), b"x", Some(to.as_ref())), refused(Errno::EISCONN));
}

pub fn connecting_asks<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    client.set(FastOpenConnect, true).unwrap();
    m.check("no cookie yet", client.connect(&address), refused(Errno::EINPROGRESS));
    m.check("connected", m.await_then_poll(client.handle(), OUT), OUT);
    m.check("connect again", client.connect(&address), Ok(()));
    let server = patient(listener.accept().unwrap().0.into_socket());
    m.check("text", client.send(b"text"), Ok(4));
    m.check("comes", server.recv(&mut [0; 8]), Ok(4));
}
