//! Raw sockets: packets of any protocol over IP (raw(7), RFC 791, RFC 3542).

use core::fmt;
use core::net::SocketAddr;

use super::Socket;
use super::typed::typed_socket;
use crate::backend::Backend;
use crate::constants::{Family, IpProtocol, SocketType};
use crate::error::Error;
use crate::option;
use crate::text::IpText;

typed_socket! {
    /// A raw socket: packets of one protocol over IP.
    ///
    /// What is sent is what follows the header of IP, which the kernel writes ([`RawSocket::open`]); or the program
    /// writes that too ([`RawSocket::with_header`]). Every raw socket of a protocol receives each of its packets,
    /// besides whom it is for.
    ///
    /// ```
    /// use anysock::{Backend, Error, Family, IpProtocol, RawSocket};
    ///
    /// /// The type of the next ICMP message that comes to this machine.
    /// fn next<B: Backend>(backend: B) -> Result<Option<u8>, Error> {
    ///     let socket = RawSocket::open(backend, Family::INET, IpProtocol::ICMP)?;
    ///     let mut buffer = [0; 1500];
    ///     Ok(socket.recv(&mut buffer)?.payload.first().copied())
    /// }
    /// ```
    RawSocket
}

/// A packet that a raw socket received.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReceivedIp<'b> {
    /// Who sent it; the port is zero.
    pub from: SocketAddr,
    /// The header of IPv4 with its options, which [`crate::ip_options`] reads; none of IPv6.
    pub header: &'b [u8],
    /// What follows it; what the buffer had no room for is lost.
    pub payload: &'b [u8],
}

// `Debug` of `core::net` contains a panic.
impl fmt::Debug for ReceivedIp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("ReceivedIp");
        fields.field("from", &IpText(self.from)).field("header", &self.header);
        fields.field("payload", &self.payload).finish()
    }
}

impl<B: Backend> RawSocket<B> {
    /// A socket of packets of `protocol` over IPv4 (`Family::INET`) or IPv6 (`Family::INET6`), whose headers the
    /// kernel writes.
    ///
    /// # Errors
    /// `EPERM` without the right to raw sockets (`CAP_NET_RAW`).
    pub fn open(backend: B, family: Family, protocol: IpProtocol) -> Result<Self, Error> {
        Socket::new(backend, family, SocketType::RAW, protocol).map(RawSocket)
    }

    /// A socket of packets of `protocol` whose headers of IP the program writes (`IP_HDRINCL`, `IPV6_HDRINCL`).
    /// The kernel fills in what is zero of IPv4's identification and source, its length and its checksum; it looks at
    /// nothing of IPv6's. Such packets are never fragmented.
    ///
    /// # Errors
    /// As [`RawSocket::open`].
    pub fn with_header(backend: B, family: Family, protocol: IpProtocol) -> Result<Self, Error> {
        let socket = RawSocket::open(backend, family, protocol)?;
        match family {
            Family::INET6 => socket.set(option::ipv6::HeaderIncluded, true)?,
            _ => socket.set(option::ip::HeaderIncluded, true)?,
        }
        Ok(socket)
    }

    /// Receives only what comes to this address of the machine's, and sends from there. The port is zero.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where the machine does not have it.
    pub fn bind(&self, address: &SocketAddr) -> Result<(), Error> {
        self.0.bind(address)
    }

    /// Fixes the peer: nothing else is received. The port is zero.
    pub fn connect(&self, address: &SocketAddr) -> Result<(), Error> {
        self.0.connect(address)
    }

    /// Sends to the connected peer.
    pub fn send(&self, packet: &[u8]) -> Result<usize, Error> {
        self.0.send(packet)
    }

    /// Sends a packet, with its header where the program writes it. The port of the address is zero.
    ///
    /// # Errors
    /// `EINVAL` for a port that is neither zero nor the protocol (IPv6), or for a header that is none; `EMSGSIZE` for
    /// a packet with header that is longer than the interface's.
    pub fn send_to(&self, packet: &[u8], address: &SocketAddr) -> Result<usize, Error> {
        self.0.send_to(packet, address)
    }

    /// Receives a packet into `buffer`.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<ReceivedIp<'b>, Error> {
        let (len, from) = self.0.recv_from::<SocketAddr>(buffer)?;
        let packet = buffer.get(..len).unwrap_or_default();
        // The low half of the first byte counts the header's units of four bytes (RFC 791 §3.1).
        let header = match (from, packet) {
            (SocketAddr::V4(_), [first, ..]) => usize::from(first & 0xF).saturating_mul(4),
            _ => 0,
        };
        let (header, payload) = packet.split_at_checked(header).unwrap_or((packet, &[]));
        Ok(ReceivedIp { from, header, payload })
    }

    /// The socket's own address; the port is the protocol.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }
}
