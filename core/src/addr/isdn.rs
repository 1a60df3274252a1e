//! `AF_ISDN`: `struct sockaddr_mISDN` (include/linux/mISDNif.h of the kernel source; no header for programs has
//! it).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_mISDN)`.
const SOCKADDR_MISDN: usize = 6;

/// The address of an ISDN socket: a device, a channel, and on the D channel an entity there.
///
/// Its text has the four in this order: `isdn:0:1:0:127`.
///
/// ```
/// use anysock::addr::{IsdnAddr, SockAddr};
///
/// let signalling = IsdnAddr { device: 0, channel: 0, sapi: 0, tei: 127 };
/// assert_eq!(signalling.to_string(), "isdn:0:0:0:127");
/// assert_eq!(IsdnAddr::decode(&signalling.encode()), Ok(signalling));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IsdnAddr {
    /// `dev`: the device.
    pub device: u8,
    /// `channel`: 0 for the D channel, from 1 for the B channels.
    pub channel: u8,
    /// `sapi`: the service access point identifier.
    pub sapi: u8,
    /// `tei`: the terminal endpoint identifier; 127 for all.
    pub tei: u8,
}

impl SockAddr for IsdnAddr {
    type Encoded = [u8; SOCKADDR_MISDN];
    type Buffer = [u8; SOCKADDR_MISDN];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::ISDN).put([self.device, self.channel, self.sapi, self.tei]).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let [device, channel, sapi, tei] = Reader::new(bytes, Family::ISDN, SOCKADDR_MISDN)?.take();
        Ok(IsdnAddr { device, channel, sapi, tei })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_MISDN]
    }
}

impl fmt::Display for IsdnAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "isdn:{}:{}:{}:{}", self.device, self.channel, self.sapi, self.tei)
    }
}

impl FromStr for IsdnAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("isdn:")?;
            let device = text.decimal()?;
            text.literal(":")?;
            let channel = text.decimal()?;
            text.literal(":")?;
            let sapi = text.decimal()?;
            text.literal(":")?;
            Ok(IsdnAddr { device, channel, sapi, tei: text.decimal()? })
        })
    }
}
