//! `AF_ROSE`: `struct sockaddr_rose` and `struct full_sockaddr_rose` (linux/rose.h).

use core::fmt;
use core::str::FromStr;

use super::fields::{Encoded, Reader, Writer};
use super::{CallSign, Digipeaters, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_rose)`, with room for one digipeater.
const SOCKADDR_ROSE: usize = 28;
/// `sizeof(struct full_sockaddr_rose)`.
const FULL_SOCKADDR_ROSE: usize = 64;
/// `ROSE_MAX_DIGIS`.
const DIGIPEATERS: usize = 6;

/// The address of a ROSE socket: a node's number, a station there, and digipeaters on the way to it.
///
/// Its text is the ten digits of the number, the call sign and the path: `2080175520:N0CALL-7 via RELAY`.
///
/// ```
/// use anysock::addr::{RoseAddr, SockAddr};
///
/// let station: RoseAddr = "2080175520:N0CALL-7 via RELAY".parse().unwrap();
/// assert_eq!(station.node, [0x20, 0x80, 0x17, 0x55, 0x20]);
/// assert_eq!(RoseAddr::decode(station.encode().as_ref()), Ok(station));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RoseAddr {
    /// `srose_addr`: ten decimal digits, two a byte; zeros for none.
    pub node: [u8; 5],
    /// `srose_call`: the station.
    pub call: CallSign,
    /// `srose_digis`: who repeats a packet on its way.
    pub digipeaters: Digipeaters<DIGIPEATERS>,
}

impl SockAddr for RoseAddr {
    type Encoded = Encoded<FULL_SOCKADDR_ROSE>;
    type Buffer = [u8; FULL_SOCKADDR_ROSE];

    /// `struct sockaddr_rose` with at most one digipeater, `struct full_sockaddr_rose` with more.
    fn encode(&self) -> Self::Encoded {
        let head = Writer::new(Family::ROSE)
            .put(self.node)
            .put(self.call.to_ax25_address())
            .skip(2)
            .put(u32::from(self.digipeaters.len()).to_ne_bytes());
        let whole = self.digipeaters.to_ax25_addresses().into_iter().fold(head, Writer::put);
        whole.finish_at(if self.digipeaters.len() > 1 { FULL_SOCKADDR_ROSE } else { SOCKADDR_ROSE })
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::ROSE, SOCKADDR_ROSE)?;
        let node = fields.take();
        let call = CallSign::from_ax25_address(fields.take());
        fields.skip(2);
        let wrong_number = fields.invalid();
        let number = u32::from_ne_bytes(fields.take());
        let digipeaters = fields.digipeaters(number, wrong_number, bytes.len())?;
        Ok(RoseAddr { node, call, digipeaters })
    }

    fn buffer() -> Self::Buffer {
        [0; FULL_SOCKADDR_ROSE]
    }
}

impl fmt::Display for RoseAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e] = self.node;
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}{e:02x}:{}", self.call)?;
        self.digipeaters.write(f)
    }
}

impl FromStr for RoseAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let node = text.hex_bytes("")?;
            text.literal(":")?;
            Ok(RoseAddr { node, call: CallSign::read(text)?, digipeaters: Digipeaters::read(text)? })
        })
    }
}
