//! `struct sockaddr_l2` (net/bluetooth/l2cap.h).

use core::fmt;
use core::str::FromStr;

use super::{BdAddr, BdAddrType};
use crate::addr::SockAddr;
use crate::addr::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_l2)`.
const SOCKADDR_L2: usize = 14;

/// The address of an L2CAP socket: a device, and a protocol/service multiplexer or a fixed channel.
///
/// Its text is the device, the PSM, and the fixed channel and the type of address where there are any:
/// `00:11:22:33:44:55/l2cap:4097`, `00:11:22:33:44:55/l2cap:0/cid:4/le-public`.
///
/// ```
/// use anysock::addr::{BdAddr, L2capAddr, SockAddr};
///
/// let device = BdAddr([0, 0x11, 0x22, 0x33, 0x44, 0x55]);
/// let sdp = L2capAddr::classic(device, 1);
/// assert_eq!(sdp.to_string(), "00:11:22:33:44:55/l2cap:1");
/// assert_eq!("00:11:22:33:44:55/l2cap:1".parse(), Ok(sdp));
/// assert_eq!(L2capAddr::decode(&sdp.encode()), Ok(sdp));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct L2capAddr {
    /// The device; [`BdAddr::ANY`] for any local adapter.
    pub device: BdAddr,
    /// `l2_psm`: odd and from 1 for a classic device (from 0x1001 for everyone), 1 to 255 for low energy; 0
    /// lets `listen` choose, or leaves it to `cid`. The structure has it in little-endian order.
    pub psm: u16,
    /// `l2_cid`: a fixed channel, such as the attribute protocol's 4; 0 for none. Little-endian too.
    pub cid: u16,
    /// `l2_bdaddr_type`: what kind of address the device has, which also chooses classic or low energy.
    pub address_type: BdAddrType,
}

impl L2capAddr {
    /// A PSM of a classic device.
    pub const fn classic(device: BdAddr, psm: u16) -> Self {
        L2capAddr { device, psm, cid: 0, address_type: BdAddrType::BREDR }
    }

    /// A PSM of a low-energy device, whose address is of type `address_type`.
    pub const fn low_energy(device: BdAddr, address_type: BdAddrType, psm: u16) -> Self {
        L2capAddr { device, psm, cid: 0, address_type }
    }
}

impl fmt::Display for L2capAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/l2cap:{}", self.device, self.psm)?;
        if self.cid != 0 {
            write!(f, "/cid:{}", self.cid)?;
        }
        self.address_type.write(f)
    }
}

impl FromStr for L2capAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let device = BdAddr::read(text)?;
            text.literal("/l2cap:")?;
            let psm = text.decimal()?;
            let cid = text.optional("/cid:")?;
            Ok(L2capAddr { device, psm, cid, address_type: BdAddrType::read(text)? })
        })
    }
}

impl SockAddr for L2capAddr {
    type Encoded = [u8; SOCKADDR_L2];
    type Buffer = [u8; SOCKADDR_L2];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::BLUETOOTH)
            .put(self.psm.to_le_bytes())
            .put(self.device.to_bdaddr())
            .put(self.cid.to_le_bytes())
            .put([self.address_type.0])
            .finish()
    }

    /// The byte of padding may be missing.
    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::BLUETOOTH, SOCKADDR_L2 - 1)?;
        let psm = u16::from_le_bytes(fields.take());
        Ok(L2capAddr {
            device: BdAddr::from_bdaddr(fields.take()),
            psm,
            cid: u16::from_le_bytes(fields.take()),
            address_type: BdAddrType(fields.byte()),
        })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_L2]
    }
}
