//! `AF_SMC`: shared memory communications (RFC 7609, Linux's net/smc). Since Linux 4.11.

use core::net::SocketAddr;

use super::Socket;
use super::tcp::BACKLOG;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::backend::Backend;
use crate::constants::smc::SmcProtocol;
use crate::constants::{Family, SocketType};
use crate::error::Error;

/// An SMC socket for addresses like `address`.
fn smc_socket<B: Backend>(backend: B, address: &SocketAddr) -> Result<Socket<B>, Error> {
    let protocol = if address.is_ipv4() { SmcProtocol::SMC } else { SmcProtocol::SMC6 };
    Socket::new(backend, Family::SMC, SocketType::STREAM, protocol)
}

typed_socket! {
    /// A stream that begins as a TCP connection, and goes on through the memory of both machines where both have it
    /// and a network card for it; else it stays TCP.
    ///
    /// ```
    /// use anysock::socket::SmcStream;
    /// use anysock::{Backend, Error};
    ///
    /// fn hear<B: Backend>(backend: B, text: &mut [u8]) -> Result<usize, Error> {
    ///     SmcStream::connect(backend, &"192.0.2.1:7000".parse().unwrap())?.recv(text)
    /// }
    /// ```
    SmcStream
}

stream_calls!(SmcStream, SocketAddr);

impl<B: Backend> SmcStream<B> {
    /// Connects, as TCP does.
    ///
    /// # Errors
    /// Those of TCP; `EAFNOSUPPORT` where the kernel does not have the family.
    pub fn connect(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = smc_socket(backend, address)?;
        socket.connect(address)?;
        Ok(SmcStream(socket))
    }
}

typed_socket! {
    /// A socket that accepts such streams, and plain TCP connections too.
    SmcListener
}

listener_calls!(SmcListener, SmcStream, SocketAddr);

impl<B: Backend> SmcListener<B> {
    /// Listens on `address`, as TCP does.
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = smc_socket(backend, address)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(SmcListener(socket))
    }
}
