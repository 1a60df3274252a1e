//! `AF_BLUETOOTH`: device addresses and `struct sockaddr_rc` (net/bluetooth/rfcomm.h).

use core::fmt;
use core::str::FromStr;

use super::{SockAddr, fields};
use crate::constants::Family;
use crate::error::DecodeError;

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
        // Bytes: the searcher of `str::split` has a panic that the compiler cannot rule out.
        let digit = |digit: u8| char::from(digit).to_digit(16).ok_or(ParseBdAddrError);
        let mut pairs = text.as_bytes().split(|byte| *byte == b':');
        let mut bytes = [0; 6];
        for byte in &mut bytes {
            let Some(&[high, low]) = pairs.next() else { return Err(ParseBdAddrError) };
            *byte = (digit(high)? << 4 | digit(low)?) as u8;
        }
        match pairs.next() {
            Some(_) => Err(ParseBdAddrError),
            None => Ok(BdAddr(bytes)),
        }
    }
}

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

    fn encode(&self) -> Self::Encoded {
        let [f0, f1] = Family::BLUETOOTH.0.to_ne_bytes();
        let [a, b, c, d, e, f] = self.device.to_bdaddr();
        [f0, f1, a, b, c, d, e, f, self.channel, 0]
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let &[_, _, a, b, c, d, e, f, channel] = fields::<9>(bytes, Family::BLUETOOTH)?;
        Ok(RfcommAddr { device: BdAddr::from_bdaddr([a, b, c, d, e, f]), channel })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_RC]
    }
}
