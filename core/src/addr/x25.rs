//! `AF_X25`: `struct sockaddr_x25` (linux/x25.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Name, ParseError, Parser};

/// `sizeof(struct sockaddr_x25)`.
const SOCKADDR_X25: usize = 18;

/// The address of an X.25 socket: an X.121 address of up to 15 digits. Its text is `x25:31201234`.
///
/// A socket without an address answers with 15 spaces, which print as they are.
///
/// ```
/// use anysock::addr::{SockAddr, X25Addr};
///
/// let host: X25Addr = "x25:31201234".parse().unwrap();
/// assert_eq!(host.digits.as_bytes(), b"31201234");
/// assert_eq!(X25Addr::decode(&host.encode()), Ok(host));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct X25Addr {
    /// `sx25_addr`: the digits, in ASCII. The kernel refuses anything else.
    pub digits: Name<15>,
}

impl SockAddr for X25Addr {
    type Encoded = [u8; SOCKADDR_X25];
    type Buffer = [u8; SOCKADDR_X25];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::X25).put(self.digits.padded()).finish()
    }

    /// [`DecodeError::Invalid`] without a terminating zero.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::X25, SOCKADDR_X25)?;
        let wrong_digits = fields.invalid();
        let digits: [u8; 16] = fields.take();
        if !digits.contains(&0) {
            return Err(wrong_digits);
        }
        Ok(X25Addr { digits: Name::from_c_string(&digits) })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_X25]
    }
}

impl fmt::Display for X25Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x25:{}", self.digits)
    }
}

impl FromStr for X25Addr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("x25:")?;
            Ok(X25Addr { digits: text.name(b"")? })
        })
    }
}
