//! How TCP connections end: half-close, end of stream, reset, broken pipe.

use std::net::SocketAddr;
use std::time::Duration;

use anysock::option::Linger;
use anysock::option::socket::{LingerOnClose, PendingError};
use anysock::{Errno, Error, Interfaces, PollEvents, Shutdown, Spawn, TcpStream};

use super::Machine;
use super::machine::refused;

pub fn end_of_stream<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"last").unwrap();
    drop(client);
    let mut bytes = [0; 16];
    m.check("what was sent", server.recv(&mut bytes), Ok(4));
    m.check("the end", server.recv(&mut bytes), Ok(0));
    m.check("the end again", server.recv(&mut bytes), Ok(0));
}

pub fn half_close<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"question").unwrap();
    m.check("shutdown", client.shutdown(Shutdown::WRITE), Ok(()));
    m.check("shutdown again", client.shutdown(Shutdown::WRITE), Ok(()));
    m.check("no more sending", client.send(b"x"), refused(Errno::EPIPE));
    let mut bytes = [0; 16];
    m.check("the question", server.recv(&mut bytes), Ok(8));
    m.check("its end", server.recv(&mut bytes), Ok(0));
    m.check("the answer", server.send(b"answer"), Ok(6));
    m.check("received", client.recv(&mut bytes), Ok(6));
    m.check("still open", server.send(b"more"), Ok(4));
    drop(server);
    m.check("received", client.recv(&mut bytes), Ok(4));
    m.check("the end", client.recv(&mut bytes), Ok(0));
}

pub fn shutdown_of_reading<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    m.check("shutdown", server.shutdown(Shutdown::READ), Ok(()));
    m.check("nothing to read", server.recv(&mut [0; 4]), Ok(0));
    // The peer is not told, and what it sends is received all the same.
    m.check("the peer sends", client.send(b"abc"), Ok(3));
    m.pause();
    m.check("and it comes", server.recv(&mut [0; 4]), Ok(3));
    m.check("then again nothing", server.recv(&mut [0; 4]), Ok(0));
    m.check("sending goes on", server.send(b"x"), Ok(1));
}

pub fn shutdown_of_both<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    m.check("shutdown", client.shutdown(Shutdown::BOTH), Ok(()));
    m.check("send", client.send(b"x"), refused(Errno::EPIPE));
    m.check("recv", client.recv(&mut [0; 4]), Ok(0));
    m.check("the peer sees the end", server.recv(&mut [0; 4]), Ok(0));
}

pub fn shutdown_after_the_end<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.shutdown(Shutdown::WRITE).unwrap();
    m.check("the end", server.recv(&mut [0; 4]), Ok(0));
    server.shutdown(Shutdown::WRITE).unwrap();
    m.check("the end", client.recv(&mut [0; 4]), Ok(0));
    m.pause();
    // The side that closed last is closed; the other one is in TIME-WAIT.
    m.check("nothing left to shut down", server.shutdown(Shutdown::WRITE), refused(Errno::ENOTCONN));
    m.check("no peer", server.peer_addr(), refused(Errno::ENOTCONN));
}

pub fn unread_data_resets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"never read").unwrap();
    m.backend.wait_for(server.handle(), PollEvents::IN, m.soon()).unwrap();
    drop(server);
    m.check("recv", client.recv(&mut [0; 4]), refused(Errno::ECONNRESET));
    m.check("reported once", client.recv(&mut [0; 4]), Ok(0));
    m.check("send", client.send(b"x"), refused(Errno::EPIPE));
    m.check("getpeername", client.peer_addr(), refused(Errno::ENOTCONN));
    m.check("shutdown", client.shutdown(Shutdown::WRITE), refused(Errno::ENOTCONN));
}

pub fn data_before_a_reset_can_be_read<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"never read").unwrap();
    m.backend.wait_for(server.handle(), PollEvents::IN, m.soon()).unwrap();
    server.send(b"last words").unwrap();
    m.backend.wait_for(client.handle(), PollEvents::IN, m.soon()).unwrap();
    drop(server);
    m.backend.wait_for(client.handle(), PollEvents::ERR, m.soon()).unwrap();
    m.check("what had come", client.recv(&mut [0; 16]), Ok(10));
    m.check("then the error", client.recv(&mut [0; 16]), refused(Errno::ECONNRESET));
    m.check("then the end", client.recv(&mut [0; 16]), Ok(0));
}

pub fn sending_to_a_closed_peer<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    drop(server);
    m.check("the end", client.recv(&mut [0; 4]), Ok(0));
    m.check("the first send goes out", client.send(b"x"), Ok(1));
    // ... and is answered with a reset.
    m.backend.wait_for(client.handle(), PollEvents::ERR, m.soon()).unwrap();
    m.check("SO_ERROR", client.get(PendingError), Ok(Some(Errno::EPIPE)));
    m.check("SO_ERROR is taken", client.get(PendingError), Ok(None));
    m.check("the second fails", client.send(b"x"), refused(Errno::EPIPE));
    m.check("and so does the third", client.send(b"x"), refused(Errno::EPIPE));
}

pub fn linger_of_zero_resets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.set(LingerOnClose, Linger(Some(0))).unwrap();
    client.send(b"perhaps").unwrap();
    m.backend.wait_for(server.handle(), PollEvents::IN, m.soon()).unwrap();
    drop(client);
    m.backend.wait_for(server.handle(), PollEvents::ERR, m.soon()).unwrap();
    m.check("SO_ERROR", server.get(PendingError), Ok(Some(Errno::ECONNRESET)));
    m.check("what had come", server.recv(&mut [0; 16]), Ok(7));
    m.check("the end", server.recv(&mut [0; 16]), Ok(0));
    m.check("send", server.send(b"x"), refused(Errno::EPIPE));
}

pub fn closing_lingers_until_the_data_is_there<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.set(LingerOnClose, Linger(Some(60))).unwrap();
    client.send(b"data").unwrap();
    let start = m.backend.now();
    m.check("close", client.into_socket().close(), Ok(()));
    m.check("at once", m.backend.now().since(start) < m.lateness, true);
    m.check("the data", server.recv(&mut [0; 16]), Ok(4));
    m.check("the end", server.recv(&mut [0; 16]), Ok(0));
}

pub fn a_reset_before_accept<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.tcp_connect(&address);
    let own = client.local_addr().unwrap();
    client.set(LingerOnClose, Linger(Some(0))).unwrap();
    drop(client);
    m.pause();
    // Linux hands the dead connection out all the same.
    let (server, peer) = listener.accept().unwrap();
    m.check("accept names the client", peer, own);
    m.check("recv", server.recv(&mut [0; 4]), refused(Errno::ECONNRESET));
}

pub fn a_refused_connection_is_not_half_open<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (_keeper, address) = m.closed_port();
    let socket = m.nonblocking(anysock::Family::INET, anysock::SocketType::STREAM);
    let first = socket.connect(&address);
    m.check("connect", first == refused(Errno::EINPROGRESS) || first == refused(Errno::ECONNREFUSED), true);
    if first == refused(Errno::EINPROGRESS) {
        m.backend.wait_for(socket.handle(), PollEvents::OUT, m.soon()).unwrap();
        m.check("send takes the error", socket.send(b"x"), refused(Errno::ECONNREFUSED));
    }
    m.check("then there is none", socket.send(b"x"), refused(Errno::EPIPE));
    m.check("getpeername", socket.peer_addr::<SocketAddr>(), refused(Errno::ENOTCONN));
}

pub fn simultaneous_shutdown<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"one").unwrap();
    server.send(b"two").unwrap();
    client.shutdown(Shutdown::WRITE).unwrap();
    server.shutdown(Shutdown::WRITE).unwrap();
    for stream in [client, server] {
        m.check("the data", stream.recv(&mut [0; 8]), Ok(3));
        m.check("the end", stream.recv(&mut [0; 8]), Ok(0));
    }
}

pub fn recv_exact_says_how_much_came<B: Interfaces + Spawn>(m: &Machine<B>) {
    use anysock::socket::{RecvExactError, SendAllError};

    let (client, server) = m.tcp_pair();
    client.send(b"abc").unwrap();
    client.shutdown(Shutdown::WRITE).unwrap();
    let short = RecvExactError { received: 3, error: None };
    m.check("recv_exact", server.recv_exact(&mut [0; 8]), Err(short));
    let broken = SendAllError { sent: 0, error: Errno::EPIPE.into() };
    m.check("send_all", client.send_all(b"x"), Err(broken));
}

pub fn connecting_times_out<B: Interfaces + Spawn>(m: &Machine<B>) {
    // A listener whose queue is full answers no further SYN.
    let socket = m.socket(anysock::Family::INET, anysock::SocketType::STREAM);
    socket.bind(&super::machine::localhost(0)).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr::<SocketAddr>().unwrap();
    let _waiting = m.tcp_connect(&address);
    let start = m.backend.now();
    let time = Duration::from_millis(50);
    let late = TcpStream::connect_timeout(m.backend.clone(), &address, Some(time)).map(|_| ());
    m.check("connect", late, Err(Error::TimedOut));
    m.check("not too early", m.backend.now().since(start) >= time, true);
}
