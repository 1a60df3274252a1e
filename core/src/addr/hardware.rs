//! Addresses of network devices: Ethernet's, and those of any length.

use core::fmt;
use core::str::FromStr;

use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// An Ethernet address (IEEE 802 MAC-48), printed as ip(8) does.
///
/// ```
/// use anysock::addr::MacAddr;
///
/// let address: MacAddr = "00:1B:21:aa:bb:cc".parse()?;
/// assert_eq!(address.to_string(), "00:1b:21:aa:bb:cc");
/// # Ok::<(), anysock::text::ParseError>(())
/// ```
#[doc(alias("EtherAddr", "ether_addr", "ether_aton", "ether_ntoa"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MacAddr(pub [u8; 6]);

impl MacAddr {
    /// Every station.
    pub const BROADCAST: MacAddr = MacAddr([0xFF; 6]);

    /// Whether it is a group's: the first bit on the wire is set.
    pub const fn is_multicast(self) -> bool {
        let MacAddr([first, ..]) = self;
        first & 1 != 0
    }

    pub(super) fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        text.hex_bytes(":").map(MacAddr)
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for MacAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, MacAddr::read)
    }
}

/// The address of a device of any kind, up to 32 bytes (MAX_ADDR_LEN), printed like an Ethernet address.
#[doc(alias = "MAX_ADDR_LEN")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HardwareAddr {
    /// Zeros behind the address, so that equal addresses are equal bytes.
    bytes: [u8; HardwareAddr::MAX],
    len: u8,
}

impl HardwareAddr {
    /// The most bytes that Linux has for one: MAX_ADDR_LEN.
    pub const MAX: usize = 32;
    /// No bytes.
    pub const EMPTY: HardwareAddr = HardwareAddr { bytes: [0; HardwareAddr::MAX], len: 0 };

    /// The address `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for more than 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut address = HardwareAddr::EMPTY;
        let Some(room) = address.bytes.get_mut(..bytes.len()) else {
            return Err(DecodeError::TooLong { most: HardwareAddr::MAX, found: bytes.len() });
        };
        room.copy_from_slice(bytes);
        address.len = bytes.len() as u8;
        Ok(address)
    }

    /// The bytes of the address.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }

    /// The address with zeros behind it.
    pub(super) const fn padded(&self) -> [u8; HardwareAddr::MAX] {
        self.bytes
    }

    /// How many bytes it has.
    pub(super) const fn len(&self) -> u8 {
        self.len
    }

    /// One byte or more with colons between them.
    pub(super) fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        let mut address = HardwareAddr::EMPTY;
        loop {
            let byte = text.hex_byte()?;
            let room = address.bytes.get_mut(usize::from(address.len));
            *room.ok_or(text.expected(Expected::Fewer))? = byte;
            address.len = address.len.wrapping_add(1);
            if !text.accept(":") {
                return Ok(address);
            }
        }
    }
}

impl From<MacAddr> for HardwareAddr {
    fn from(address: MacAddr) -> Self {
        let mut bytes = [0; HardwareAddr::MAX];
        if let Some(room) = bytes.first_chunk_mut() {
            *room = address.0;
        }
        HardwareAddr { bytes, len: 6 }
    }
}

impl fmt::Display for HardwareAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, self.as_bytes())
    }
}

impl fmt::Debug for HardwareAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for HardwareAddr {
    type Err = ParseError;

    /// No bytes for an empty text.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "" => Ok(HardwareAddr::EMPTY),
            _ => Parser::whole(text, HardwareAddr::read),
        }
    }
}

/// Two digits a byte, with colons between them.
pub(super) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 {
            f.write_str(":")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}
