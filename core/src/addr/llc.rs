//! `AF_LLC`: `struct sockaddr_llc` (linux/llc.h).

use core::fmt;
use core::str::FromStr;

use super::fields::{Reader, Writer};
use super::{MacAddr, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_llc)`.
const SOCKADDR_LLC: usize = 16;

/// The address of an IEEE 802.2 logical link control socket: a station and a service access point.
///
/// Its text is the station and the access point, and what else is not zero, all numbers in hexadecimal:
/// `00:1b:21:aa:bb:cc/llc:42`, `00:1b:21:aa:bb:cc/llc:42/arphrd:1/ua:1`.
///
/// ```
/// use anysock::addr::{LlcAddr, MacAddr, SockAddr};
///
/// let spanning_tree = LlcAddr { mac: MacAddr::BROADCAST, sap: 0x42, ..LlcAddr::default() };
/// assert_eq!(spanning_tree.to_string(), "ff:ff:ff:ff:ff:ff/llc:42");
/// assert_eq!(LlcAddr::decode(&spanning_tree.encode()), Ok(spanning_tree));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LlcAddr {
    /// `sllc_mac`: the station.
    pub mac: MacAddr,
    /// `sllc_sap`: the service access point; 0 lets `bind` choose.
    pub sap: u8,
    /// `sllc_arphrd`: the kind of device, ARPHRD_ETHER (1).
    pub hardware_type: u16,
    /// `sllc_test`: send a TEST frame.
    pub test: u8,
    /// `sllc_xid`: send an XID frame.
    pub xid: u8,
    /// `sllc_ua`: send unnumbered data, from a stream socket.
    pub ua: u8,
}

impl SockAddr for LlcAddr {
    type Encoded = [u8; SOCKADDR_LLC];
    type Buffer = [u8; SOCKADDR_LLC];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::LLC)
            .put(self.hardware_type.to_ne_bytes())
            .put([self.test, self.xid, self.ua, self.sap])
            .put(self.mac.0)
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::LLC, SOCKADDR_LLC)?;
        let hardware_type = u16::from_ne_bytes(fields.take());
        let [test, xid, ua, sap] = fields.take();
        Ok(LlcAddr { mac: MacAddr(fields.take()), sap, hardware_type, test, xid, ua })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_LLC]
    }
}

impl fmt::Display for LlcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/llc:{:02x}", self.mac, self.sap)?;
        let others = [
            ("arphrd", self.hardware_type),
            ("test", self.test.into()),
            ("xid", self.xid.into()),
            ("ua", self.ua.into()),
        ];
        for (name, value) in others {
            if value != 0 {
                write!(f, "/{name}:{value:x}")?;
            }
        }
        Ok(())
    }
}

/// The text: what `derive` makes of more than five fields contains a panic.
impl fmt::Debug for LlcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LlcAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let mac = MacAddr::read(text)?;
            text.literal("/llc:")?;
            Ok(LlcAddr {
                mac,
                sap: text.hex()?,
                hardware_type: text.optional_hex("/arphrd:")?,
                test: text.optional_hex("/test:")?,
                xid: text.optional_hex("/xid:")?,
                ua: text.optional_hex("/ua:")?,
            })
        })
    }
}
