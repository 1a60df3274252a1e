//! TCP (tcp(7), RFC 9293).

use core::net::SocketAddr;
use core::time::Duration;

use super::typed::{listener_calls, stream_calls, typed_socket};
use super::{Socket, inet_family};
use crate::backend::Backend;
use crate::constants::{IpProtocol, SocketType};
use crate::error::Error;
use crate::option;

/// How many connections may wait to be accepted, where a program does not say: the system's own limit caps
/// it (net.core.somaxconn, 4096 since Linux 5.4).
pub(super) const BACKLOG: i32 = 4096;

/// A TCP socket of the family of `address`.
pub(super) fn tcp_socket<B: Backend>(backend: B, address: &SocketAddr) -> Result<Socket<B>, Error> {
    Socket::new(backend, inet_family(address), SocketType::STREAM, IpProtocol::TCP)
}

typed_socket! {
    /// A TCP connection.
    TcpStream
}

stream_calls!(TcpStream, SocketAddr);

impl<B: Backend> TcpStream<B> {
    /// Connects, for as long as the kernel tries.
    pub fn connect(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        TcpStream::connect_timeout(backend, address, None)
    }

    /// Connects within `timeout`, which is also the timeout of the stream's later calls. By a host's name:
    /// [`super::create_connection`].
    pub fn connect_timeout(
        backend: B,
        address: &SocketAddr,
        timeout: Option<Duration>,
    ) -> Result<Self, Error> {
        let mut socket = tcp_socket(backend, address)?;
        socket.set_timeout(timeout);
        socket.connect(address)?;
        Ok(TcpStream(socket))
    }
}

typed_socket! {
    /// A TCP socket that accepts connections.
    TcpListener
}

listener_calls!(TcpListener, TcpStream, SocketAddr);

impl<B: Backend> TcpListener<B> {
    /// Listens on `address`, port 0 for one that is free, even where connections of an earlier listener are
    /// still in TIME-WAIT (SO_REUSEADDR). With options: [`super::create_server`].
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = tcp_socket(backend, address)?;
        socket.set(option::socket::ReuseAddr, true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(TcpListener(socket))
    }
}
