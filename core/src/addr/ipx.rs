//! `AF_IPX`: `struct sockaddr_ipx` (linux/ipx.h of Linux 4.17, the last that had it; netipx/ipx.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_ipx)`.
const SOCKADDR_IPX: usize = 16;

/// The address of an IPX socket: a network, a node and a socket number.
///
/// Its text is NetWare's, in hexadecimal, and the packet type where there is one:
/// `00000001:00001b21aabb:0451`, `00000001:00001b21aabb:0451/type:11`.
///
/// ```
/// use anysock::addr::{IpxAddr, SockAddr};
///
/// let server: IpxAddr = "00000001:00001b21aabb:0451".parse().unwrap();
/// assert_eq!((server.network, server.port), (1, 0x451));
/// assert_eq!(IpxAddr::decode(&server.encode()), Ok(server));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IpxAddr {
    /// `sipx_network`; the structure has it in network byte order.
    pub network: u32,
    /// `sipx_node`.
    pub node: [u8; 6],
    /// `sipx_port`: the socket number; the structure has it in network byte order.
    pub port: u16,
    /// `sipx_type`: the packet type; 4 is IPX, 17 NCP.
    pub packet_type: u8,
}

impl SockAddr for IpxAddr {
    type Encoded = [u8; SOCKADDR_IPX];
    type Buffer = [u8; SOCKADDR_IPX];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::IPX)
            .put(self.port.to_be_bytes())
            .put(self.network.to_be_bytes())
            .put(self.node)
            .put([self.packet_type])
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::IPX, SOCKADDR_IPX)?;
        let port = u16::from_be_bytes(fields.take());
        let network = u32::from_be_bytes(fields.take());
        Ok(IpxAddr { network, node: fields.take(), port, packet_type: fields.byte() })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IPX]
    }
}

impl fmt::Display for IpxAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}:", self.network)?;
        self.node.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ":{:04x}", self.port)?;
        if self.packet_type != 0 {
            write!(f, "/type:{:x}", self.packet_type)?;
        }
        Ok(())
    }
}

impl FromStr for IpxAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let network = text.hex()?;
            text.literal(":")?;
            let node = text.hex_bytes("")?;
            text.literal(":")?;
            Ok(IpxAddr { network, node, port: text.hex()?, packet_type: text.optional_hex("/type:")? })
        })
    }
}
