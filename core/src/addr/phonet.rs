//! `AF_PHONET`: `struct sockaddr_pn` (linux/phonet.h, Linux's Documentation/networking/phonet.rst).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_pn)`.
const SOCKADDR_PN: usize = 16;

/// The address of a Phonet socket: a device, an object there, and a resource.
///
/// Its text has all three in hexadecimal, the resource last: `phonet:6c:15:10`.
///
/// ```
/// use anysock::addr::{PhonetAddr, SockAddr};
///
/// let modem = PhonetAddr { device: 0x6C, object: 0x15, resource: 0x10 };
/// assert_eq!(modem.to_string(), "phonet:6c:15:10");
/// assert_eq!(modem.port(), 0x15);
/// assert_eq!(PhonetAddr::decode(&modem.encode()), Ok(modem));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PhonetAddr {
    /// `spn_dev`: the device in the upper six bits, and the upper two bits of the port.
    pub device: u8,
    /// `spn_obj`: the object, the lower eight bits of the port.
    pub object: u8,
    /// `spn_resource`: the resource, to which a datagram without an object goes.
    pub resource: u8,
}

impl PhonetAddr {
    /// `pn_sockaddr_get_port`: the port, ten bits.
    #[doc(alias = "pn_sockaddr_get_port")]
    pub const fn port(self) -> u16 {
        (self.device as u16 & 3) << 8 | self.object as u16
    }
}

impl SockAddr for PhonetAddr {
    type Encoded = [u8; SOCKADDR_PN];
    type Buffer = [u8; SOCKADDR_PN];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::PHONET).put([self.object, self.device, self.resource]).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let [object, device, resource] = Reader::new(bytes, Family::PHONET, SOCKADDR_PN)?.take();
        Ok(PhonetAddr { device, object, resource })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_PN]
    }
}

impl fmt::Display for PhonetAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "phonet:{:02x}:{:02x}:{:02x}", self.device, self.object, self.resource)
    }
}

impl FromStr for PhonetAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("phonet:")?;
            let [device, object, resource] = text.hex_bytes(":")?;
            Ok(PhonetAddr { device, object, resource })
        })
    }
}
