//! `AF_IEEE802154`: `struct sockaddr_ieee802154` (include/net/af_ieee802154.h of the kernel source; no
//! header for programs has it).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use super::hardware::write_hex;
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_ieee802154)`, with two bytes of padding.
const SOCKADDR_IEEE802154: usize = 20;
/// `IEEE802154_ADDR_NONE`.
const ADDR_NONE: i32 = 0;
/// `IEEE802154_ADDR_SHORT`.
const ADDR_SHORT: i32 = 2;
/// `IEEE802154_ADDR_LONG`.
const ADDR_LONG: i32 = 3;

/// The address of a low-rate wireless socket: a personal area network, and a device in it.
///
/// Its text is both in hexadecimal, a long address with colons: `wpan:abcd:0001`,
/// `wpan:abcd:00:11:22:33:44:55:66:77`, and without a device `wpan:abcd`.
///
/// ```
/// use anysock::addr::{Ieee802154Addr, Ieee802154Device, SockAddr};
///
/// let node = Ieee802154Addr { pan_id: 0xABCD, device: Ieee802154Device::Short(1) };
/// assert_eq!(node.to_string(), "wpan:abcd:0001");
/// assert_eq!(Ieee802154Addr::decode(&node.encode()), Ok(node));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ieee802154Addr {
    /// `pan_id`: the network; 0xFFFF for all.
    pub pan_id: u16,
    /// The device, and `addr_type`.
    pub device: Ieee802154Device,
}

/// A device in a personal area network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Ieee802154Device {
    /// None: `IEEE802154_ADDR_NONE`.
    None,
    /// `short_addr`: 0xFFFF for all, 0xFFFE for a device without one.
    Short(u16),
    /// `hwaddr`: the EUI-64, most significant byte first.
    Long([u8; 8]),
}

impl SockAddr for Ieee802154Addr {
    type Encoded = [u8; SOCKADDR_IEEE802154];
    type Buffer = [u8; SOCKADDR_IEEE802154];

    fn encode(&self) -> Self::Encoded {
        let (kind, device) = match self.device {
            Ieee802154Device::None => (ADDR_NONE, [0; 8]),
            Ieee802154Device::Short(address) => {
                let [a, b] = address.to_ne_bytes();
                (ADDR_SHORT, [a, b, 0, 0, 0, 0, 0, 0])
            }
            Ieee802154Device::Long(address) => (ADDR_LONG, address),
        };
        Writer::new(Family::IEEE802154)
            .skip(2)
            .put(kind.to_ne_bytes())
            .put(self.pan_id.to_ne_bytes())
            .put(device)
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::IEEE802154, SOCKADDR_IEEE802154)?;
        fields.skip(2);
        let wrong_kind = fields.invalid();
        let kind = i32::from_ne_bytes(fields.take());
        let pan_id = u16::from_ne_bytes(fields.take());
        let device = match kind {
            ADDR_NONE => Ieee802154Device::None,
            ADDR_SHORT => Ieee802154Device::Short(u16::from_ne_bytes(fields.take())),
            ADDR_LONG => Ieee802154Device::Long(fields.take()),
            _ => return Err(wrong_kind),
        };
        Ok(Ieee802154Addr { pan_id, device })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IEEE802154]
    }
}

impl fmt::Display for Ieee802154Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wpan:{:04x}", self.pan_id)?;
        match self.device {
            Ieee802154Device::None => Ok(()),
            Ieee802154Device::Short(address) => write!(f, ":{address:04x}"),
            Ieee802154Device::Long(address) => {
                f.write_str(":")?;
                write_hex(f, &address)
            }
        }
    }
}

impl FromStr for Ieee802154Addr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("wpan:")?;
            let pan_id = text.hex()?;
            if !text.accept(":") {
                return Ok(Ieee802154Addr { pan_id, device: Ieee802154Device::None });
            }
            let device = if text.rest().contains(&b':') {
                Ieee802154Device::Long(text.hex_bytes(":")?)
            } else {
                Ieee802154Device::Short(text.hex()?)
            };
            Ok(Ieee802154Addr { pan_id, device })
        })
    }
}
