//! An address of any family, as bytes.

use core::fmt;
use core::str::FromStr;

use super::{ADDRESS_MAX, SockAddr, family_of};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// An address of any family, kept as the bytes that the kernel has for it.
///
/// A family that this crate does not know round-trips unchanged. Its text is `any:` and the bytes in
/// hexadecimal, as they are in memory.
///
/// ```
/// use anysock::addr::{AnyAddr, SockAddr, VsockAddr};
///
/// let host: VsockAddr = "vsock:2:1024".parse().unwrap();
/// let any = AnyAddr::new(&host.encode())?;
/// assert_eq!(any.to_string().parse(), Ok(any));
/// assert_eq!(VsockAddr::decode(any.as_bytes()), Ok(host));
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct AnyAddr {
    bytes: [u8; ADDRESS_MAX],
    len: u8,
}

impl AnyAddr {
    /// The address `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for more than [`ADDRESS_MAX`] bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut address = AnyAddr { bytes: [0; ADDRESS_MAX], len: 0 };
        let Some(room) = address.bytes.get_mut(..bytes.len()) else {
            return Err(DecodeError::TooLong { most: ADDRESS_MAX, found: bytes.len() });
        };
        room.copy_from_slice(bytes);
        address.len = bytes.len() as u8;
        Ok(address)
    }

    /// The address family; `AF_UNSPEC` where there are fewer than two bytes.
    pub fn family(&self) -> Family {
        family_of(self.as_bytes())
    }

    /// The bytes of the address.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }
}

impl AsRef<[u8]> for AnyAddr {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for AnyAddr {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for AnyAddr {}

impl fmt::Debug for AnyAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.family())?;
        for byte in self.as_bytes().get(2..).unwrap_or_default() {
            write!(f, " {byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Display for AnyAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any:")?;
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for AnyAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("any:")?;
            let mut address = AnyAddr { bytes: [0; ADDRESS_MAX], len: 0 };
            while text.peek().is_some() {
                let start = *text;
                let byte = text.hex_byte()?;
                let room = address.bytes.get_mut(usize::from(address.len));
                *room.ok_or(start.expected(Expected::Fewer))? = byte;
                address.len = address.len.wrapping_add(1);
            }
            Ok(address)
        })
    }
}

impl SockAddr for AnyAddr {
    type Encoded = AnyAddr;
    type Buffer = [u8; ADDRESS_MAX];

    fn encode(&self) -> AnyAddr {
        *self
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        AnyAddr::new(bytes)
    }

    fn buffer() -> Self::Buffer {
        [0; ADDRESS_MAX]
    }
}
