//! UDP (udp(7), RFC 768).

use core::net::SocketAddr;

use super::typed::typed_socket;
use super::{Socket, decode, inet_family};
use crate::addr::{SockAddr, family_of};
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
        let socket = Socket::new(backend, inet_family(address), SocketType::DGRAM, IpProtocol::UDP)?;
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
        // Not by way of `InetEncoded`, which costs each version the other's size.
        let (v4, v6);
        let address: &[u8] = match address {
            SocketAddr::V4(address) => {
                v4 = address.encode();
                &v4
            }
            SocketAddr::V6(address) => {
                v6 = address.encode();
                &v6
            }
        };
        self.0.send_to_bytes(bytes, address)
    }

    /// Receives a datagram, with the sender's address. What does not fit is lost.
    #[inline]
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        let mut buffer = SocketAddr::buffer();
        let (received, len) = self.0.recv_from_bytes(bytes, &mut buffer)?;
        // Each version returns on its own, so that the one does not pay for the other's size.
        match family_of(&buffer) {
            Family::INET => Ok((received, SocketAddr::V4(decode(&buffer, len)?))),
            _ => received_from(received, &buffer, len),
        }
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

/// What was received, and the address of any version in the first `len` bytes of `buffer`. Called cold only so
/// that it stays a call.
#[cold]
fn received_from(received: usize, buffer: &[u8], len: usize) -> Result<(usize, SocketAddr), Error> {
    Ok((received, decode(buffer, len)?))
}
