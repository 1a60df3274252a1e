//! `AF_ASH`: `struct sockaddr_ash` (netash/ash.h of the C library). No kernel ever had the family.

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_ash)`.
const SOCKADDR_ASH: usize = 32;

/// The address of an Ash socket: an interface, a channel and a prefix.
///
/// Its text is the interface's index, the channel, the prefix in hexadecimal and its length:
/// `ash:2:1:20010db8000000000000000000000000/32`.
///
/// ```
/// use anysock::addr::{AshAddr, SockAddr};
///
/// let control: AshAddr = "ash:2:1:20010db8000000000000000000000000/32".parse().unwrap();
/// assert_eq!((control.interface, control.channel, control.prefix_len), (2, 1, 32));
/// assert_eq!(AshAddr::decode(&control.encode()), Ok(control));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AshAddr {
    /// `sash_ifindex`: the interface's index.
    pub interface: u32,
    /// `sash_channel`: ASH_CHANNEL_ANY (0), ASH_CHANNEL_CONTROL (1), ASH_CHANNEL_REALTIME (2).
    pub channel: u8,
    /// `sash_plen`: the length of the prefix.
    pub prefix_len: u32,
    /// `sash_prefix`.
    pub prefix: [u8; 16],
}

impl SockAddr for AshAddr {
    type Encoded = [u8; SOCKADDR_ASH];
    type Buffer = [u8; SOCKADDR_ASH];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::ASH)
            .skip(2)
            .put(self.interface.to_ne_bytes())
            .put([self.channel, 0, 0, 0])
            .put(self.prefix_len.to_ne_bytes())
            .put(self.prefix)
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::ASH, SOCKADDR_ASH)?;
        let interface = u32::from_ne_bytes(fields.skip(2).take());
        let [channel, ..] = fields.take::<4>();
        let prefix_len = u32::from_ne_bytes(fields.take());
        Ok(AshAddr { interface, channel, prefix_len, prefix: fields.take() })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_ASH]
    }
}

impl fmt::Display for AshAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ash:{}:{}:", self.interface, self.channel)?;
        self.prefix.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, "/{}", self.prefix_len)
    }
}

impl FromStr for AshAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("ash:")?;
            let interface = text.decimal()?;
            text.literal(":")?;
            let channel = text.decimal()?;
            text.literal(":")?;
            let prefix = text.hex_bytes("")?;
            text.literal("/")?;
            Ok(AshAddr { interface, channel, prefix_len: text.decimal()?, prefix })
        })
    }
}
