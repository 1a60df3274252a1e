//! Bluetooth device addresses.

use core::fmt;
use core::str::FromStr;

use crate::text::{ParseError, Parser};

/// A Bluetooth device address (Core Specification, BD_ADDR), most significant byte first as it is printed.
///
/// ```
/// use anysock::addr::BdAddr;
///
/// let address: BdAddr = "00:11:22:aa:bb:cc".parse()?;
/// assert_eq!(address.to_string(), "00:11:22:AA:BB:CC");
/// assert_eq!(address.to_bdaddr(), [0xCC, 0xBB, 0xAA, 0x22, 0x11, 0x00]);
/// # Ok::<(), anysock::addr::ParseBdAddrError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BdAddr(pub [u8; 6]);

impl BdAddr {
    /// `BDADDR_ANY`: any local adapter.
    #[doc(alias = "BDADDR_ANY")]
    pub const ANY: BdAddr = BdAddr([0; 6]);
    /// `BDADDR_ALL`: every device.
    #[doc(alias = "BDADDR_ALL")]
    pub const ALL: BdAddr = BdAddr([0xFF; 6]);
    /// `BDADDR_LOCAL`: this machine.
    #[doc(alias = "BDADDR_LOCAL")]
    pub const LOCAL: BdAddr = BdAddr([0, 0, 0, 0xFF, 0xFF, 0xFF]);

    /// The kernel's `bdaddr_t`: least significant byte first.
    #[inline]
    pub const fn to_bdaddr(self) -> [u8; 6] {
        let [a, b, c, d, e, f] = self.0;
        [f, e, d, c, b, a]
    }

    /// An address from the kernel's `bdaddr_t`.
    #[inline]
    pub const fn from_bdaddr([f, e, d, c, b, a]: [u8; 6]) -> Self {
        BdAddr([a, b, c, d, e, f])
    }
}

impl fmt::Display for BdAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

impl fmt::Debug for BdAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not six pairs of hexadecimal digits with colons between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseBdAddrError;

impl fmt::Display for ParseBdAddrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a Bluetooth address such as 00:11:22:33:44:55")
    }
}

impl core::error::Error for ParseBdAddrError {}

impl FromStr for BdAddr {
    type Err = ParseBdAddrError;

    fn from_str(text: &str) -> Result<Self, ParseBdAddrError> {
        Parser::whole(text, BdAddr::read).map_err(|_| ParseBdAddrError)
    }
}

impl BdAddr {
    pub(super) fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        text.hex_bytes(":").map(BdAddr)
    }
}

/// The kind of a device address: `BDADDR_BREDR`, `BDADDR_LE_PUBLIC`, `BDADDR_LE_RANDOM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BdAddrType(pub u8);

impl BdAddrType {
    /// Of a classic device.
    #[doc(alias = "BDADDR_BREDR")]
    pub const BREDR: BdAddrType = BdAddrType(0);
    /// A low-energy device's registered address.
    #[doc(alias = "BDADDR_LE_PUBLIC")]
    pub const LE_PUBLIC: BdAddrType = BdAddrType(1);
    /// A low-energy device's address of its own making.
    #[doc(alias = "BDADDR_LE_RANDOM")]
    pub const LE_RANDOM: BdAddrType = BdAddrType(2);

    /// `/` and the type behind an address; nothing where it is classic.
    pub(super) fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BdAddrType::BREDR => Ok(()),
            BdAddrType::LE_PUBLIC => f.write_str("/le-public"),
            BdAddrType::LE_RANDOM => f.write_str("/le-random"),
            BdAddrType(other) => write!(f, "/type:{other}"),
        }
    }

    /// What [`BdAddrType::write`] wrote.
    pub(super) fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        if text.accept("/le-public") {
            Ok(BdAddrType::LE_PUBLIC)
        } else if text.accept("/le-random") {
            Ok(BdAddrType::LE_RANDOM)
        } else {
            text.optional("/type:").map(BdAddrType)
        }
    }
}

impl fmt::Debug for BdAddrType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            BdAddrType::BREDR => f.write_str("BDADDR_BREDR"),
            BdAddrType::LE_PUBLIC => f.write_str("BDADDR_LE_PUBLIC"),
            BdAddrType::LE_RANDOM => f.write_str("BDADDR_LE_RANDOM"),
            BdAddrType(other) => other.fmt(f),
        }
    }
}
