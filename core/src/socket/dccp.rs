//! DCCP: connections of datagrams that may be lost, with congestion control (RFC 4340). Since Linux 2.6.14, until 6.15.

use core::net::SocketAddr;

use super::tcp::BACKLOG;
use super::typed::{listener_calls, typed_socket};
use super::{Socket, inet_family};
use crate::backend::Backend;
use crate::constants::{IpProtocol, MessageFlags, SocketType};
use crate::error::Error;
use crate::layout::Be32;
use crate::option::{self, List};

fn dccp_socket<B: Backend>(backend: B, address: &SocketAddr, service: u32) -> Result<Socket<B>, Error> {
    let socket = Socket::new(backend, inet_family(address), SocketType::DCCP, IpProtocol::DCCP)?;
    socket.set(option::dccp::Service, List::from([Be32(service)]))?;
    Ok(socket)
}

typed_socket! {
    /// A connection of datagrams.
    ///
    /// A service code says which of a machine's services is meant, beside the port (RFC 5595): a number, often of four
    /// letters.
    ///
    /// ```
    /// use anysock::{Backend, DccpConnection, Error};
    /// use core::net::SocketAddr;
    ///
    /// /// Asks a radio station for its sound, and receives the first datagram of it.
    /// fn listen<B: Backend>(backend: B, station: &SocketAddr, sound: &mut [u8]) -> Result<usize, Error> {
    ///     let connection = DccpConnection::connect(backend, station, u32::from_be_bytes(*b"RDIO"))?;
    ///     connection.send(b"channel 3")?;
    ///     connection.recv(sound)
    /// }
    /// ```
    DccpConnection
}

impl<B: Backend> DccpConnection<B> {
    /// Connects to a service.
    ///
    /// # Errors
    /// `ESOCKTNOSUPPORT` where the kernel has no DCCP, or its module is not loaded and not loaded by itself
    /// (`modprobe dccp_ipv6`); `ECONNREFUSED` where nobody listens, `EBADRQC` where not with that service code;
    /// `EINVAL` for the code `u32::MAX`, which is none.
    pub fn connect(backend: B, address: &SocketAddr, service: u32) -> Result<Self, Error> {
        let socket = dccp_socket(backend, address, service)?;
        socket.connect(address)?;
        Ok(DccpConnection(socket))
    }

    /// The largest datagram that may be sent now, in bytes.
    #[doc(alias = "DCCP_SOCKOPT_GET_CUR_MPS")]
    pub fn max_packet_size(&self) -> Result<usize, Error> {
        let size = self.get(option::dccp::MaxPacketSize)?;
        Ok(usize::try_from(size).unwrap_or(0))
    }

    /// Sends a datagram. It never waits, for no event tells of room.
    ///
    /// # Errors
    /// `EMSGSIZE` for one that is larger than [`DccpConnection::max_packet_size`]; `EAGAIN` where as many wait as may:
    /// [`QueueLength`](option::dccp::QueueLength), 5 by default; `EPIPE` after the end.
    pub fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.send_with(bytes, MessageFlags::DONTWAIT)
    }

    /// Receives a datagram; what does not fit is lost. Zero bytes are the end of the connection, or an empty datagram.
    pub fn recv(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        self.0.recv(bytes)
    }

    /// The connection's own address.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }

    /// The peer's address.
    pub fn peer_addr(&self) -> Result<SocketAddr, Error> {
        self.0.peer_addr()
    }
}

typed_socket! {
    /// A DCCP socket that accepts connections.
    DccpListener
}

listener_calls!(DccpListener, DccpConnection, SocketAddr);

impl<B: Backend> DccpListener<B> {
    /// Offers a service at `address`, port 0 for one that is free. More service codes:
    /// [`Service`](option::dccp::Service).
    ///
    /// # Errors
    /// Those of [`DccpConnection::connect`], and `EADDRINUSE`.
    pub fn bind(backend: B, address: &SocketAddr, service: u32) -> Result<Self, Error> {
        let socket = dccp_socket(backend, address, service)?;
        socket.set(option::socket::ReuseAddr, true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(DccpListener(socket))
    }
}
