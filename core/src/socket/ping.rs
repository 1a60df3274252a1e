//! Ping sockets: echo requests and their answers without a privilege (icmp(7), RFC 792, RFC 4443).

use core::fmt;
use core::net::SocketAddr;

use super::typed::typed_socket;
use super::{Socket, inet_family};
use crate::addr::SockAddr;
use crate::backend::{Backend, SendMsg};
use crate::constants::{IpProtocol, MessageFlags, SocketType};
use crate::error::{DecodeError, Error};
use crate::text::IpText;

/// `ICMP_ECHO` (linux/icmp.h).
const ECHO_REQUEST: u8 = 8;
/// `ICMPV6_ECHO_REQUEST` (linux/icmpv6.h).
const ECHO_REQUEST_V6: u8 = 128;
/// Type, code, checksum, identifier and sequence number.
const HEADER: usize = 8;

typed_socket! {
    /// A ping socket: sends echo requests, and receives the answers to its own and nothing else.
    ///
    /// The groups in `net.ipv4.ping_group_range` may have one, of either version of IP; by the kernel's default no
    /// group, not even root's, may. The kernel writes the checksum and the identifier, which is the socket's port.
    ///
    /// ```
    /// use anysock::{Backend, Error, PingSocket};
    /// use core::net::SocketAddr;
    /// use core::time::Duration;
    ///
    /// /// Whether a host answers within a second.
    /// fn answers<B: Backend>(backend: B, host: &SocketAddr) -> Result<bool, Error> {
    ///     let mut ping = PingSocket::open(backend, host)?;
    ///     ping.set_timeout(Some(Duration::from_secs(1)));
    ///     ping.send_to(1, b"are you there?", host)?;
    ///     match ping.recv(&mut [0; 64]) {
    ///         Err(Error::TimedOut) => Ok(false),
    ///         answer => Ok(answer?.data == b"are you there?"),
    ///     }
    /// }
    /// ```
    PingSocket
}

/// An answer to an echo request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EchoReply<'b> {
    /// Who answers; the port is zero.
    pub from: SocketAddr,
    /// The identifier: the port of the socket.
    pub identifier: u16,
    /// The number that the request had.
    pub sequence: u16,
    /// The data of the request; what the buffer had no room for is lost.
    pub data: &'b [u8],
}

// `Debug` of `core::net` contains a panic.
impl fmt::Debug for EchoReply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = IpText(self.from);
        let mut fields = f.debug_struct("EchoReply");
        fields.field("from", &from).field("identifier", &self.identifier);
        fields.field("sequence", &self.sequence).field("data", &self.data).finish()
    }
}

impl<B: Backend> PingSocket<B> {
    /// A socket to ping hosts of the version of IP of `address`, whatever else that says.
    ///
    /// # Errors
    /// `EACCES` where no group of the program's is in `net.ipv4.ping_group_range`.
    pub fn open(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let protocol = match address {
            SocketAddr::V4(_) => IpProtocol::ICMP,
            SocketAddr::V6(_) => IpProtocol::ICMPV6,
        };
        Socket::new(backend, inet_family(address), SocketType::DGRAM, protocol).map(PingSocket)
    }

    /// Takes a local address to send from; its port is the identifier of the echo requests, 0 for one that is free.
    ///
    /// # Errors
    /// `EADDRINUSE` where another socket has that identifier and one of the two does without SO_REUSEADDR, which ping
    /// sockets begin with. Of two that share one, only one gets an answer.
    pub fn bind(&self, address: &SocketAddr) -> Result<(), Error> {
        self.0.bind(address)
    }

    /// Sends an echo request with a number and data. The port of the address does not matter.
    ///
    /// # Errors
    /// `EMSGSIZE` for data that do not fit into a packet, `EHOSTUNREACH` and `ENETUNREACH` where there is no way.
    pub fn send_to(&self, sequence: u16, data: &[u8], address: &SocketAddr) -> Result<(), Error> {
        let kind = if address.is_ipv4() { ECHO_REQUEST } else { ECHO_REQUEST_V6 };
        let [high, low] = sequence.to_be_bytes();
        let header: [u8; HEADER] = [kind, 0, 0, 0, 0, 0, high, low];
        self.0.send_msg(&SendMsg {
            address: Some(address.encode().as_ref()),
            slices: &[header[..].into(), data.into()],
            control: &[],
            handles: &[],
            flags: MessageFlags::empty(),
        })?;
        Ok(())
    }

    /// Receives an answer into `buffer`, whose first eight bytes are taken by ICMP's header.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there was no room for the header.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<EchoReply<'b>, Error> {
        let (len, from) = self.0.recv_from(buffer)?;
        let message = buffer.get(..len).unwrap_or_default();
        let Some((&[_, _, _, _, id_high, id_low, high, low], data)) = message.split_first_chunk::<HEADER>()
        else {
            return Err(DecodeError::TooShort { needed: HEADER, found: len }.into());
        };
        let identifier = u16::from_be_bytes([id_high, id_low]);
        Ok(EchoReply { from, identifier, sequence: u16::from_be_bytes([high, low]), data })
    }

    /// The socket's own address; its port is the identifier.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }
}
