//! Short strings of bytes inside addresses: a service's name, an algorithm, a volume.

use core::fmt;

use crate::error::DecodeError;

/// Up to `N` bytes, none of them zero, of a name that is part of an address, kept in place.
///
/// It prints as it is, other bytes than visible ASCII escaped as Rust's byte strings do (`\n`, `\x00`).
///
/// ```
/// use anysock::text::Name;
///
/// let name = Name::<64>::new(b"cbc(aes)")?;
/// assert_eq!(name.as_bytes(), b"cbc(aes)");
/// assert_eq!(name.to_string(), "cbc(aes)");
/// assert!(Name::<4>::new(b"sha256").is_err());
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Name<const N: usize> {
    /// Zeros behind the name, so that equal names are equal bytes.
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Name<N> {
    /// No bytes.
    pub const EMPTY: Name<N> = {
        assert!(N <= u8::MAX as usize, "the length is one byte");
        Name { bytes: [0; N], len: 0 }
    };

    /// The name `name`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for more than `N` bytes, [`DecodeError::Invalid`] where one of them is zero.
    pub fn new(name: &[u8]) -> Result<Self, DecodeError> {
        let mut new = Name::EMPTY;
        if let Some(offset) = name.iter().position(|byte| *byte == 0) {
            return Err(DecodeError::Invalid { offset });
        }
        let Some(room) = new.bytes.get_mut(..name.len()) else {
            return Err(DecodeError::TooLong { most: N, found: name.len() });
        };
        room.copy_from_slice(name);
        new.len = name.len() as u8;
        Ok(new)
    }

    /// The name that `field` has before its first zero, or all of it; what is beyond `N` bytes is cut off.
    pub(crate) fn from_c_string(field: &[u8]) -> Self {
        let mut name = Name::EMPTY;
        for byte in field.iter().take_while(|byte| **byte != 0) {
            if name.push(*byte).is_none() {
                break;
            }
        }
        name
    }

    /// The name's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }

    /// How many bytes it has.
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The name with zeros behind it, as a field of `N` bytes holds it.
    pub(crate) const fn padded(&self) -> [u8; N] {
        self.bytes
    }

    /// One byte more; `None` for a zero, and where there is no room.
    pub(crate) fn push(&mut self, byte: u8) -> Option<()> {
        if byte == 0 {
            return None;
        }
        *self.bytes.get_mut(usize::from(self.len))? = byte;
        self.len = self.len.wrapping_add(1);
        Some(())
    }
}

impl<const N: usize> Default for Name<N> {
    fn default() -> Self {
        Name::EMPTY
    }
}

impl<const N: usize> fmt::Display for Name<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped { bytes: self.as_bytes(), and: |_| false }.fmt(f)
    }
}

impl<const N: usize> fmt::Debug for Name<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes with everything escaped that is no visible ASCII, and what `and` says besides.
pub(crate) struct Escaped<'a> {
    pub(crate) bytes: &'a [u8],
    /// Which further bytes are escaped: those that have a meaning where the text stands.
    pub(crate) and: fn(u8) -> bool,
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in self.bytes {
            if (self.and)(byte) {
                write!(f, "\\x{byte:02x}")?;
            } else {
                write!(f, "{}", core::ascii::escape_default(byte))?;
            }
        }
        Ok(())
    }
}
