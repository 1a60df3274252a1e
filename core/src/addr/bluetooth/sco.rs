//! `struct sockaddr_sco` (net/bluetooth/sco.h).

use core::fmt;
use core::str::FromStr;

use super::BdAddr;
use crate::addr::SockAddr;
use crate::addr::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_sco)`.
const SOCKADDR_SCO: usize = 8;

/// The address of a SCO socket, a voice link: a device. Its text is `00:11:22:33:44:55/sco`.
///
/// ```
/// use anysock::addr::{BdAddr, ScoAddr, SockAddr};
///
/// let headset = ScoAddr { device: BdAddr([0, 0x11, 0x22, 0x33, 0x44, 0x55]) };
/// assert_eq!(headset.to_string(), "00:11:22:33:44:55/sco");
/// assert_eq!(ScoAddr::decode(&headset.encode()), Ok(headset));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ScoAddr {
    /// The device; [`BdAddr::ANY`] for any local adapter.
    pub device: BdAddr,
}

impl fmt::Display for ScoAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/sco", self.device)
    }
}

impl FromStr for ScoAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let device = BdAddr::read(text)?;
            text.literal("/sco")?;
            Ok(ScoAddr { device })
        })
    }
}

impl SockAddr for ScoAddr {
    type Encoded = [u8; SOCKADDR_SCO];
    type Buffer = [u8; SOCKADDR_SCO];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::BLUETOOTH).put(self.device.to_bdaddr()).finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::BLUETOOTH, SOCKADDR_SCO)?;
        Ok(ScoAddr { device: BdAddr::from_bdaddr(fields.take()) })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_SCO]
    }
}
