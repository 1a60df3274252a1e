//! UDP-Lite: datagrams of which only a part has to arrive undamaged (RFC 3828, udplite(7)). Since Linux 2.6.20, until
//! 6.17.

use core::net::SocketAddr;

use super::typed::typed_socket;
use super::{Socket, inet_family};
use crate::backend::Backend;
use crate::constants::{IpProtocol, SocketType};
use crate::error::Error;
use crate::option;

typed_socket! {
    /// A UDP-Lite socket: its checksum covers as much of each datagram as the sender says.
    ///
    /// ```
    /// use anysock::{Backend, Error, UdpLiteSocket};
    /// use core::net::SocketAddr;
    ///
    /// /// Sends a sample of sound behind a header of four bytes, which alone has to arrive undamaged.
    /// fn sound<B: Backend>(backend: B, sample: &[u8], to: &SocketAddr) -> Result<usize, Error> {
    ///     let socket = UdpLiteSocket::bind(backend, &"0.0.0.0:0".parse().unwrap())?;
    ///     socket.set_send_coverage(Some(UdpLiteSocket::<B>::HEADER + 4))?;
    ///     socket.send_to(sample, to)
    /// }
    /// ```
    UdpLiteSocket
}

impl<B: Backend> UdpLiteSocket<B> {
    /// The bytes of the header, which every checksum covers, and every coverage counts.
    pub const HEADER: u16 = 8;

    /// A socket bound to `address`, port 0 for one that is free.
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` where the kernel has no UDP-Lite.
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, inet_family(address), SocketType::DGRAM, IpProtocol::UDPLITE)?;
        socket.bind(address)?;
        Ok(UdpLiteSocket(socket))
    }

    /// How many bytes of each datagram sent its checksum covers, the header among them; `None` for all. Less than the
    /// header is the header, more than the datagram is the datagram.
    #[doc(alias = "UDPLITE_SEND_CSCOV")]
    pub fn set_send_coverage(&self, coverage: Option<u16>) -> Result<(), Error> {
        self.set(option::udp::SendCoverage, coverage.unwrap_or(0).into())
    }

    /// How many bytes the checksum of a datagram has to cover, the header among them, or it is dropped; `None` for
    /// all. One that is covered whole is always accepted, and until this is set so is every other.
    #[doc(alias = "UDPLITE_RECV_CSCOV")]
    pub fn set_receive_coverage(&self, coverage: Option<u16>) -> Result<(), Error> {
        self.set(option::udp::ReceiveCoverage, coverage.unwrap_or(0).into())
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
    pub fn send_to(&self, bytes: &[u8], address: &SocketAddr) -> Result<usize, Error> {
        self.0.send_to(bytes, address)
    }

    /// Receives a datagram, with the sender's address. What does not fit is lost.
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        self.0.recv_from(bytes)
    }

    /// The socket's own address.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }
}
