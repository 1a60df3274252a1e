//! An address of any family, as bytes.

use super::{ADDRESS_MAX, SockAddr, family_of};
use crate::constants::Family;
use crate::error::DecodeError;

/// An address of any family, kept as the bytes that the kernel has for it.
///
/// A family that this crate does not know round-trips unchanged.
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

impl core::fmt::Debug for AnyAddr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.family())?;
        for byte in self.as_bytes().get(2..).unwrap_or_default() {
            write!(f, " {byte:02x}")?;
        }
        Ok(())
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
