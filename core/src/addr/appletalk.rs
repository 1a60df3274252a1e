//! `AF_APPLETALK`: `struct sockaddr_at` (ddp(7), linux/atalk.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_at)`.
const SOCKADDR_AT: usize = 16;

/// The address of an AppleTalk socket: a network, a node and a port. Its text is netatalk's: `65280.130:253`.
///
/// ```
/// use anysock::addr::{AppleTalkAddr, SockAddr};
///
/// let chooser = AppleTalkAddr { network: 65280, node: 130, port: 253 };
/// assert_eq!(chooser.to_string(), "65280.130:253");
/// assert_eq!(AppleTalkAddr::decode(&chooser.encode()), Ok(chooser));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AppleTalkAddr {
    /// `s_net`: the network; 0 (ATADDR_ANYNET) for this one. The structure has it in network byte order.
    pub network: u16,
    /// `s_node`: the node; 0 (ATADDR_ANYNODE) for this one, 255 (ATADDR_BCAST) for all.
    pub node: u8,
    /// `sat_port`: the socket number, 1 to 254; 0 (ATADDR_ANYPORT) lets `bind` choose.
    pub port: u8,
}

impl SockAddr for AppleTalkAddr {
    type Encoded = [u8; SOCKADDR_AT];
    type Buffer = [u8; SOCKADDR_AT];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::APPLETALK)
            .put([self.port, 0])
            .put(self.network.to_be_bytes())
            .put([self.node])
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::APPLETALK, SOCKADDR_AT)?;
        let [port, _] = fields.take();
        let network = u16::from_be_bytes(fields.take());
        Ok(AppleTalkAddr { network, node: fields.byte(), port })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_AT]
    }
}

impl fmt::Display for AppleTalkAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}:{}", self.network, self.node, self.port)
    }
}

impl FromStr for AppleTalkAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let network = text.decimal()?;
            text.literal(".")?;
            let node = text.decimal()?;
            text.literal(":")?;
            Ok(AppleTalkAddr { network, node, port: text.decimal()? })
        })
    }
}
