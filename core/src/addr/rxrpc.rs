//! `AF_RXRPC`: `struct sockaddr_rxrpc` (linux/rxrpc.h, Linux's Documentation/networking/rxrpc.rst).

use core::fmt;
use core::net::SocketAddr;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{IpText, ParseError, Parser};

/// `sizeof(struct sockaddr_rxrpc)`.
const SOCKADDR_RXRPC: usize = 36;
/// `sizeof(struct sockaddr_in)` and of `struct sockaddr_in6`: `transport_len`.
const TRANSPORT_V4: u16 = 16;
const TRANSPORT_V6: u16 = 28;
/// SOCK_DGRAM: the transport is UDP.
const TRANSPORT_TYPE: u16 = 2;

/// The address of an RxRPC socket: a service, and the UDP address of its server.
///
/// Its text has the service first: `rxrpc:52@192.0.2.1:7003`, `rxrpc:0@[2001:db8::1]:7001`.
///
/// ```
/// use anysock::addr::{RxrpcAddr, SockAddr};
///
/// let volume_server: RxrpcAddr = "rxrpc:52@192.0.2.1:7003".parse().unwrap();
/// assert_eq!((volume_server.service, volume_server.transport.port()), (52, 7003));
/// assert_eq!(RxrpcAddr::decode(&volume_server.encode()), Ok(volume_server));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RxrpcAddr {
    /// `srx_service`: the service; 0 for a client.
    pub service: u16,
    /// `transport`: where the server is.
    pub transport: SocketAddr,
}

impl SockAddr for RxrpcAddr {
    type Encoded = [u8; SOCKADDR_RXRPC];
    type Buffer = [u8; SOCKADDR_RXRPC];

    fn encode(&self) -> Self::Encoded {
        let head = |len: u16| {
            Writer::new(Family::RXRPC)
                .put(self.service.to_ne_bytes())
                .put(TRANSPORT_TYPE.to_ne_bytes())
                .put(len.to_ne_bytes())
        };
        match self.transport {
            SocketAddr::V4(transport) => head(TRANSPORT_V4).put(transport.encode()).finish(),
            SocketAddr::V6(transport) => head(TRANSPORT_V6).put(transport.encode()).finish(),
        }
    }

    /// [`DecodeError::Invalid`] for another transport than UDP over IP.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::RXRPC, SOCKADDR_RXRPC)?;
        let service = u16::from_ne_bytes(fields.take());
        let wrong_type = fields.invalid();
        if u16::from_ne_bytes(fields.take()) != TRANSPORT_TYPE {
            return Err(wrong_type);
        }
        let wrong_length = fields.invalid();
        let len = u16::from_ne_bytes(fields.take());
        let wrong_transport = fields.invalid();
        let transport = fields.rest().get(..usize::from(len)).ok_or(wrong_length)?;
        let transport = SocketAddr::decode(transport).map_err(|_| wrong_transport)?;
        Ok(RxrpcAddr { service, transport })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_RXRPC]
    }
}

impl fmt::Display for RxrpcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rxrpc:{}@{}", self.service, IpText(self.transport))
    }
}

/// The text: `core::net`'s own `Debug` contains a panic.
impl fmt::Debug for RxrpcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for RxrpcAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("rxrpc:")?;
            let service = text.decimal()?;
            text.literal("@")?;
            Ok(RxrpcAddr { service, transport: text.socket()? })
        })
    }
}
