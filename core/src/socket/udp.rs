//! UDP (udp(7), RFC 768).

use core::net::SocketAddr;

use super::Socket;
use super::typed::typed_socket;
use crate::backend::Backend;
use crate::constants::{Family, IpProtocol, SocketType};
use crate::error::Error;

typed_socket! {
    /// A UDP socket.
    UdpSocket
}

impl<B: Backend> UdpSocket<B> {
    /// A socket bound to `address`, port 0 for one that is free.
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let family = match address {
            SocketAddr::V4(_) => Family::INET,
            SocketAddr::V6(_) => Family::INET6,
        };
        let socket = Socket::new(backend, family, SocketType::DGRAM, IpProtocol::UDP)?;
        socket.bind(address)?;
        Ok(UdpSocket(socket))
    }

    /// Fixes the peer: `send` goes there, and nothing else is received.
    pub fn connect(&self, address: &SocketAddr) -> Result<(), Error> {
        self.0.connect(address)
    }

    /// Sends a datagram to the connected peer.
    pub fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.send(bytes)
    }

    /// Receives a datagram. What does not fit is lost.
    pub fn recv(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        self.0.recv(bytes)
    }

    /// Sends a datagram to `address`.
    #[inline]
    pub fn send_to(&self, bytes: &[u8], address: &SocketAddr) -> Result<usize, Error> {
        self.0.send_to(bytes, address)
    }

    /// Receives a datagram, with the sender's address. What does not fit is lost.
    #[inline]
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        self.0.recv_from(bytes)
    }

    /// The socket's own address.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }

    /// The connected peer's address.
    pub fn peer_addr(&self) -> Result<SocketAddr, Error> {
        self.0.peer_addr()
    }
}
