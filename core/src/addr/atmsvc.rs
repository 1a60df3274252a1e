//! `AF_ATMSVC`: `struct sockaddr_atmsvc` (linux/atm.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Escaped, Name, ParseError, Parser};

/// `sizeof(struct sockaddr_atmsvc)`; SPARC alone aligns its address to eight bytes.
const SOCKADDR_ATMSVC: usize = 44;
/// `ATM_ESA_LEN`.
const ESA_LEN: usize = 20;

/// The address of a switched virtual circuit of ATM: an end system's address, a telephone number, or both.
///
/// Its text is linux-atm's: the end system's address as 40 hexadecimal digits, `+` and the number (E.164);
/// neither is `+`. Of a leaf-initiated join the role and the call's identifier follow:
/// `47000580ffe1000000f21a26d80020ea000ee000`, `+4122345`, `…+4122345/lij:1:7`.
///
/// ```
/// use anysock::addr::{AtmSvcAddr, SockAddr};
///
/// let host: AtmSvcAddr = "47000580ffe1000000f21a26d80020ea000ee000+4122345".parse().unwrap();
/// assert_eq!(host.public.as_bytes(), b"4122345");
/// assert_eq!(AtmSvcAddr::decode(&host.encode()), Ok(host));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AtmSvcAddr {
    /// `sas_addr.prv`: the end system's address in the private network; zeros for none.
    pub private: [u8; ESA_LEN],
    /// `sas_addr.pub`: the number in the public network (E.164), up to twelve digits in ASCII.
    pub public: Name<12>,
    /// `sas_addr.lij_type`: the role in a leaf-initiated join.
    pub lij_type: u8,
    /// `sas_addr.lij_id`: the identifier of that call.
    pub lij_id: u32,
}

impl SockAddr for AtmSvcAddr {
    type Encoded = [u8; SOCKADDR_ATMSVC];
    type Buffer = [u8; SOCKADDR_ATMSVC];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::ATMSVC)
            .skip(2)
            .put(self.private)
            .put(self.public.padded())
            .put([0, self.lij_type])
            .skip(2)
            .put(self.lij_id.to_ne_bytes())
            .finish()
    }

    /// [`DecodeError::Invalid`] where the number has no terminating zero.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::ATMSVC, SOCKADDR_ATMSVC)?;
        let private = fields.skip(2).take();
        let wrong_number = fields.invalid();
        let public: [u8; 13] = fields.take();
        if !public.contains(&0) {
            return Err(wrong_number);
        }
        let lij_type = fields.byte();
        let lij_id = u32::from_ne_bytes(fields.skip(2).take());
        Ok(AtmSvcAddr { private, public: Name::from_c_string(&public), lij_type, lij_id })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_ATMSVC]
    }
}

impl fmt::Display for AtmSvcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_private = self.private != [0; ESA_LEN];
        if has_private {
            self.private.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        if !has_private || !self.public.is_empty() {
            let number = Escaped { bytes: self.public.as_bytes(), and: |byte| byte == b'/' };
            write!(f, "+{number}")?;
        }
        if (self.lij_type, self.lij_id) != (0, 0) {
            write!(f, "/lij:{}:{}", self.lij_type, self.lij_id)?;
        }
        Ok(())
    }
}

impl FromStr for AtmSvcAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let private = if text.peek() == Some(b'+') { [0; ESA_LEN] } else { text.hex_bytes("")? };
            let public = if text.accept("+") { text.name(b"/")? } else { Name::EMPTY };
            let (mut lij_type, mut lij_id) = (0, 0);
            if text.accept("/lij:") {
                lij_type = text.decimal()?;
                text.literal(":")?;
                lij_id = text.decimal()?;
            }
            Ok(AtmSvcAddr { private, public, lij_type, lij_id })
        })
    }
}
