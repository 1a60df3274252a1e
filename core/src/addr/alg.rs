//! `AF_ALG`: `struct sockaddr_alg` and `struct sockaddr_alg_new` (linux/if_alg.h, Linux's
//! Documentation/crypto/userspace-if.rst).

use core::fmt;
use core::str::FromStr;

use super::fields::{Encoded, Reader, Writer};
use super::{ADDRESS_MAX, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Escaped, Name, ParseError, Parser};

/// `sizeof(struct sockaddr_alg)`, whose name has 64 bytes with its terminating zero.
const SOCKADDR_ALG: usize = 88;
/// `sizeof(struct sockaddr_alg_new)`: a name of any length follows (Linux 4.12).
const SOCKADDR_ALG_NEW: usize = 24;

/// The address of an algorithm of the kernel's cryptography: its type and name.
///
/// Its text is the two, and the masks of features in hexadecimal where they are not zero:
/// `alg:hash:sha256`, `alg:skcipher/feat:8/mask:8:cbc(aes)`.
///
/// A name of more than 63 bytes makes the structure longer than `struct sockaddr_alg`.
///
/// ```
/// use anysock::addr::{AlgAddr, SockAddr};
///
/// let sha256 = AlgAddr::new(b"hash", b"sha256")?;
/// assert_eq!(sha256.to_string(), "alg:hash:sha256");
/// assert_eq!("alg:hash:sha256".parse(), Ok(sha256));
/// assert_eq!(sha256.encode().as_ref().len(), 88);
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AlgAddr {
    /// `salg_type`: `hash`, `skcipher`, `aead` or `rng`.
    pub kind: Name<13>,
    /// `salg_feat`: features of the algorithm (CRYPTO_ALG_*).
    pub features: u32,
    /// `salg_mask`: which of them matter.
    pub mask: u32,
    /// `salg_name`: the algorithm.
    pub name: Name<{ AlgAddr::NAME_MAX }>,
}

impl AlgAddr {
    /// The longest name: with its terminating zero, what an address has room for.
    pub const NAME_MAX: usize = ADDRESS_MAX - SOCKADDR_ALG_NEW - 1;

    /// The algorithm `name` of the type `kind`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for a type of more than 13 bytes or a name of more than
    /// [`AlgAddr::NAME_MAX`], [`DecodeError::Invalid`] for a zero in one.
    pub fn new(kind: &[u8], name: &[u8]) -> Result<Self, DecodeError> {
        Ok(AlgAddr { kind: Name::new(kind)?, features: 0, mask: 0, name: Name::new(name)? })
    }
}

impl SockAddr for AlgAddr {
    type Encoded = Encoded<ADDRESS_MAX>;
    type Buffer = [u8; ADDRESS_MAX];

    fn encode(&self) -> Self::Encoded {
        let len = SOCKADDR_ALG_NEW.wrapping_add(self.name.len()).wrapping_add(1);
        Writer::new(Family::ALG)
            .put(self.kind.padded())
            .skip(1)
            .put(self.features.to_ne_bytes())
            .put(self.mask.to_ne_bytes())
            .put(self.name.padded())
            .finish_at(len.max(SOCKADDR_ALG))
    }

    /// The type and the name end at their first zero; the last byte of either field counts as one, as in the
    /// kernel.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::ALG, SOCKADDR_ALG_NEW + 1)?;
        if bytes.len() > ADDRESS_MAX {
            return Err(DecodeError::TooLong { most: ADDRESS_MAX, found: bytes.len() });
        }
        let kind = Name::from_c_string(&fields.take::<14>());
        let features = u32::from_ne_bytes(fields.take());
        let mask = u32::from_ne_bytes(fields.take());
        let name = fields.rest().split_last().map_or(&[][..], |(_, name)| name);
        Ok(AlgAddr { kind, features, mask, name: Name::from_c_string(name) })
    }

    fn buffer() -> Self::Buffer {
        [0; ADDRESS_MAX]
    }
}

impl fmt::Display for AlgAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = Escaped { bytes: self.kind.as_bytes(), and: |byte| matches!(byte, b':' | b'/') };
        write!(f, "alg:{kind}")?;
        if self.features != 0 {
            write!(f, "/feat:{:x}", self.features)?;
        }
        if self.mask != 0 {
            write!(f, "/mask:{:x}", self.mask)?;
        }
        write!(f, ":{}", self.name)
    }
}

impl FromStr for AlgAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("alg:")?;
            let kind = text.name(b":/")?;
            let features = text.optional_hex("/feat:")?;
            let mask = text.optional_hex("/mask:")?;
            text.literal(":")?;
            Ok(AlgAddr { kind, features, mask, name: text.name(b"")? })
        })
    }
}
