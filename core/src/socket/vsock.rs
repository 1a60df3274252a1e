//! `AF_VSOCK`: between a virtual machine and its host (vsock(7)). Since Linux 3.9.

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::VsockAddr;
use crate::backend::Backend;
use crate::constants::{Family, Protocol, SocketType};
use crate::error::Error;

fn vsock_socket<B: Backend>(backend: B, kind: SocketType) -> Result<Socket<B>, Error> {
    Socket::new(backend, Family::VSOCK, kind, Protocol::DEFAULT)
}

typed_socket! {
    /// A stream between a virtual machine and its host.
    ///
    /// ```
    /// use anysock::{Backend, Error, VsockAddr, VsockStream};
    ///
    /// /// Hears from the host, within the machine.
    /// fn hear<B: Backend>(backend: B, text: &mut [u8]) -> Result<usize, Error> {
    ///     let host = VsockAddr { cid: VsockAddr::CID_HOST, port: 1024, flags: 0 };
    ///     VsockStream::connect(backend, &host)?.recv(text)
    /// }
    /// ```
    VsockStream
}

stream_calls!(VsockStream, VsockAddr);

impl<B: Backend> VsockStream<B> {
    /// Connects to a port of a machine.
    ///
    /// # Errors
    /// `ECONNRESET` where nothing listens there, `ENODEV` where no transport leads to that machine.
    pub fn connect(backend: B, address: &VsockAddr) -> Result<Self, Error> {
        let socket = vsock_socket(backend, SocketType::STREAM)?;
        socket.connect(address)?;
        Ok(VsockStream(socket))
    }
}

typed_socket! {
    /// A socket that accepts streams.
    VsockListener
}

listener_calls!(VsockListener, VsockStream, VsockAddr);

impl<B: Backend> VsockListener<B> {
    /// How many connections may wait to be accepted.
    const BACKLOG: i32 = 128;

    /// Listens on a port, of every machine that this one is with [`VsockAddr::CID_ANY`].
    ///
    /// # Errors
    /// `EADDRINUSE`, `EADDRNOTAVAIL` where the context identifier is not this machine's, `EACCES` for a port below
    /// 1024 without the privilege.
    pub fn bind(backend: B, address: &VsockAddr) -> Result<Self, Error> {
        let socket = vsock_socket(backend, SocketType::STREAM)?;
        socket.bind(address)?;
        socket.listen(Self::BACKLOG)?;
        Ok(VsockListener(socket))
    }
}

typed_socket! {
    /// A connection that keeps the limits of messages. Since Linux 5.14.
    VsockSeqpacket
}

stream_calls!(VsockSeqpacket, VsockAddr);

impl<B: Backend> VsockSeqpacket<B> {
    /// Connects to a port of a machine.
    ///
    /// # Errors
    /// As [`VsockStream::connect`]; `ESOCKTNOSUPPORT` where the transport has streams only.
    pub fn connect(backend: B, address: &VsockAddr) -> Result<Self, Error> {
        let socket = vsock_socket(backend, SocketType::SEQPACKET)?;
        socket.connect(address)?;
        Ok(VsockSeqpacket(socket))
    }
}

typed_socket! {
    /// A socket that accepts connections that keep the limits of messages.
    VsockSeqpacketListener
}

listener_calls!(VsockSeqpacketListener, VsockSeqpacket, VsockAddr);

impl<B: Backend> VsockSeqpacketListener<B> {
    /// Listens on a port, as [`VsockListener::bind`] does.
    pub fn bind(backend: B, address: &VsockAddr) -> Result<Self, Error> {
        let socket = vsock_socket(backend, SocketType::SEQPACKET)?;
        socket.bind(address)?;
        socket.listen(VsockListener::<B>::BACKLOG)?;
        Ok(VsockSeqpacketListener(socket))
    }
}
