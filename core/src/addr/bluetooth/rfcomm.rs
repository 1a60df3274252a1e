//! `struct sockaddr_rc` (net/bluetooth/rfcomm.h).

use core::fmt;
use core::str::FromStr;

use super::BdAddr;
use crate::addr::SockAddr;
use crate::addr::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_rc)`: the family, six bytes of address, the channel, and one byte of padding.
const SOCKADDR_RC: usize = 10;

/// The address of an RFCOMM socket: a device and a server channel.
///
/// ```
/// use anysock::addr::{BdAddr, RfcommAddr, SockAddr};
///
/// let address = RfcommAddr { device: BdAddr::LOCAL, channel: 3 };
/// assert_eq!(RfcommAddr::decode(&address.encode()), Ok(address));
/// assert_eq!(address.to_string(), "00:00:00:FF:FF:FF/rfcomm:3");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RfcommAddr {
    /// The device; [`BdAddr::ANY`] for any local adapter.
    pub device: BdAddr,
    /// The server channel, 1 to 30; 0 lets `listen` choose.
    pub channel: u8,
}

impl fmt::Display for RfcommAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/rfcomm:{}", self.device, self.channel)
    }
}

impl SockAddr for RfcommAddr {
    type Encoded = [u8; SOCKADDR_RC];
    type Buffer = [u8; SOCKADDR_RC];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::BLUETOOTH).put(self.device.to_bdaddr()).put([self.channel]).finish()
    }

    /// The byte of padding may be missing.
    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::BLUETOOTH, SOCKADDR_RC - 1)?;
        Ok(RfcommAddr { device: BdAddr::from_bdaddr(fields.take()), channel: fields.byte() })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_RC]
    }
}

impl FromStr for RfcommAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let device = BdAddr::read(text)?;
            text.literal("/rfcomm:")?;
            Ok(RfcommAddr { device, channel: text.decimal()? })
        })
    }
}
