//! `struct sockaddr_iso` and `struct sockaddr_iso_bc` (net/bluetooth/iso.h, Linux 6.0).

use core::fmt;
use core::str::FromStr;

use super::{BdAddr, BdAddrType};
use crate::addr::SockAddr;
use crate::addr::fields::{Encoded, Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// `sizeof(struct sockaddr_iso)`, with a byte of padding.
const SOCKADDR_ISO: usize = 10;
/// `offsetof(struct sockaddr_iso, iso_bc)`, inside the padding.
const ISO_BC: usize = 9;
/// `ISO_MAX_NUM_BIS`.
const BIS_MAX: usize = 31;
/// `sizeof(struct sockaddr_iso) + sizeof(struct sockaddr_iso_bc)`: what the kernel takes for a broadcast.
const SOCKADDR_ISO_BC: usize = SOCKADDR_ISO + 40;

/// The address of an isochronous channel of low-energy audio: a device and, to receive one, a broadcast.
///
/// Its text is the device, the kind of its address, and of a broadcast the source, its set and its streams:
/// `00:11:22:33:44:55/iso/le-public`,
/// `00:00:00:00:00:00/iso/le-public/broadcast:00:11:22:33:44:55/le-random/sid:3/bis:1,2`.
///
/// ```
/// use anysock::addr::{BdAddr, BdAddrType, IsoAddr, SockAddr};
///
/// let device = BdAddr([0, 0x11, 0x22, 0x33, 0x44, 0x55]);
/// let speaker = IsoAddr { device, address_type: BdAddrType::LE_PUBLIC, broadcast: None };
/// assert_eq!(speaker.to_string(), "00:11:22:33:44:55/iso/le-public");
/// assert_eq!(IsoAddr::decode(speaker.encode().as_ref()), Ok(speaker));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IsoAddr {
    /// `iso_bdaddr`: the device; [`BdAddr::ANY`] for any local adapter.
    pub device: BdAddr,
    /// `iso_bdaddr_type`: what kind of address it has.
    pub address_type: BdAddrType,
    /// `iso_bc`: the broadcast to receive.
    pub broadcast: Option<IsoBroadcast>,
}

/// A broadcast, and which of its streams: `struct sockaddr_iso_bc`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IsoBroadcast {
    /// `bc_bdaddr`: who sends it.
    pub source: BdAddr,
    /// `bc_bdaddr_type`: what kind of address that is.
    pub source_type: BdAddrType,
    /// `bc_sid`: the advertising set.
    pub sid: u8,
    /// Zeros behind the streams, so that equal broadcasts are equal bytes.
    bis: [u8; BIS_MAX],
    num_bis: u8,
}

impl IsoBroadcast {
    /// Streams `bis` of the set `sid` of `source`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for more than 31 streams.
    pub fn new(source: BdAddr, source_type: BdAddrType, sid: u8, bis: &[u8]) -> Result<Self, DecodeError> {
        let mut broadcast = IsoBroadcast { source, source_type, sid, bis: [0; BIS_MAX], num_bis: 0 };
        let Some(room) = broadcast.bis.get_mut(..bis.len()) else {
            return Err(DecodeError::TooLong { most: BIS_MAX, found: bis.len() });
        };
        room.copy_from_slice(bis);
        broadcast.num_bis = bis.len() as u8;
        Ok(broadcast)
    }

    /// `bc_bis`: the streams' indices, each 1 to 31.
    pub fn bis(&self) -> &[u8] {
        self.bis.get(..usize::from(self.num_bis)).unwrap_or(&self.bis)
    }
}

impl SockAddr for IsoAddr {
    type Encoded = Encoded<SOCKADDR_ISO_BC>;
    type Buffer = [u8; SOCKADDR_ISO_BC];

    fn encode(&self) -> Self::Encoded {
        let unicast = Writer::new(Family::BLUETOOTH).put(self.device.to_bdaddr()).put([self.address_type.0]);
        match self.broadcast {
            None => unicast.finish_at(SOCKADDR_ISO),
            Some(broadcast) => unicast
                .put(broadcast.source.to_bdaddr())
                .put([broadcast.source_type.0, broadcast.sid, broadcast.num_bis])
                .put(broadcast.bis)
                .finish_at(SOCKADDR_ISO_BC),
        }
    }

    /// More than `sizeof(struct sockaddr_iso)` is a broadcast. The byte of padding may be missing.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::BLUETOOTH, ISO_BC)?;
        let device = BdAddr::from_bdaddr(fields.take());
        let address_type = BdAddrType(fields.byte());
        if bytes.len() <= SOCKADDR_ISO {
            return Ok(IsoAddr { device, address_type, broadcast: None });
        }
        let source = BdAddr::from_bdaddr(fields.take());
        let source_type = BdAddrType(fields.byte());
        let sid = fields.byte();
        let wrong_number = fields.invalid();
        let num_bis = usize::from(fields.byte());
        if num_bis > BIS_MAX {
            return Err(wrong_number);
        }
        let bis = fields.rest().get(..num_bis).ok_or(DecodeError::TooShort {
            needed: ISO_BC.wrapping_add(9).wrapping_add(num_bis),
            found: bytes.len(),
        })?;
        let broadcast = Some(IsoBroadcast::new(source, source_type, sid, bis)?);
        Ok(IsoAddr { device, address_type, broadcast })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_ISO_BC]
    }
}

impl fmt::Display for IsoAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/iso", self.device)?;
        self.address_type.write(f)?;
        let Some(broadcast) = self.broadcast else {
            return Ok(());
        };
        write!(f, "/broadcast:{}", broadcast.source)?;
        broadcast.source_type.write(f)?;
        write!(f, "/sid:{}", broadcast.sid)?;
        for (place, bis) in broadcast.bis().iter().enumerate() {
            write!(f, "{}{bis}", if place == 0 { "/bis:" } else { "," })?;
        }
        Ok(())
    }
}

impl FromStr for IsoAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let device = BdAddr::read(text)?;
            text.literal("/iso")?;
            let address_type = BdAddrType::read(text)?;
            let broadcast = if text.accept("/broadcast:") { Some(broadcast(text)?) } else { None };
            Ok(IsoAddr { device, address_type, broadcast })
        })
    }
}

fn broadcast(text: &mut Parser<'_>) -> Result<IsoBroadcast, ParseError> {
    let source = BdAddr::read(text)?;
    let source_type = BdAddrType::read(text)?;
    text.literal("/sid:")?;
    let sid = text.decimal()?;
    let mut broadcast = IsoBroadcast { source, source_type, sid, bis: [0; BIS_MAX], num_bis: 0 };
    let mut more = text.accept("/bis:");
    while more {
        let index = text.decimal()?;
        let room = broadcast.bis.get_mut(usize::from(broadcast.num_bis));
        *room.ok_or(text.expected(Expected::Fewer))? = index;
        broadcast.num_bis = broadcast.num_bis.wrapping_add(1);
        more = text.accept(",");
    }
    Ok(broadcast)
}
