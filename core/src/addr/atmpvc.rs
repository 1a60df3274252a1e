//! `AF_ATMPVC`: `struct sockaddr_atmpvc` (linux/atm.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_atmpvc)`; SPARC alone aligns its address to eight bytes.
const SOCKADDR_ATMPVC: usize = 12;

/// The address of a permanent virtual circuit of ATM: an interface, a virtual path and a virtual channel.
///
/// Its text is linux-atm's, where `*` is any and `?` is none: `0.8.35`, `*.0.?`.
///
/// ```
/// use anysock::addr::{AtmPvcAddr, SockAddr};
///
/// let circuit = AtmPvcAddr { interface: 0, vpi: 8, vci: 35 };
/// assert_eq!(circuit.to_string(), "0.8.35");
/// assert_eq!("*.0.?".parse(), Ok(AtmPvcAddr { interface: -1, vpi: 0, vci: -2 }));
/// assert_eq!(AtmPvcAddr::decode(&circuit.encode()), Ok(circuit));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AtmPvcAddr {
    /// `sap_addr.itf`: the interface's number; [`AtmPvcAddr::ANY`].
    pub interface: i16,
    /// `sap_addr.vpi`: the virtual path identifier; [`AtmPvcAddr::ANY`], [`AtmPvcAddr::UNSPEC`].
    pub vpi: i16,
    /// `sap_addr.vci`: the virtual channel identifier; [`AtmPvcAddr::ANY`], [`AtmPvcAddr::UNSPEC`].
    pub vci: i32,
}

impl AtmPvcAddr {
    /// Any: the kernel chooses.
    #[doc(alias("ATM_ITF_ANY", "ATM_VPI_ANY", "ATM_VCI_ANY"))]
    pub const ANY: i16 = -1;
    /// None yet.
    #[doc(alias("ATM_VPI_UNSPEC", "ATM_VCI_UNSPEC"))]
    pub const UNSPEC: i16 = -2;
}

impl SockAddr for AtmPvcAddr {
    type Encoded = [u8; SOCKADDR_ATMPVC];
    type Buffer = [u8; SOCKADDR_ATMPVC];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::ATMPVC)
            .skip(2)
            .put(self.interface.to_ne_bytes())
            .put(self.vpi.to_ne_bytes())
            .put(self.vci.to_ne_bytes())
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::ATMPVC, SOCKADDR_ATMPVC)?;
        fields.skip(2);
        Ok(AtmPvcAddr {
            interface: i16::from_ne_bytes(fields.take()),
            vpi: i16::from_ne_bytes(fields.take()),
            vci: i32::from_ne_bytes(fields.take()),
        })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_ATMPVC]
    }
}

impl fmt::Display for AtmPvcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in [i32::from(self.interface), i32::from(self.vpi), self.vci].iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            match part {
                -1 => f.write_str("*")?,
                -2 => f.write_str("?")?,
                part => write!(f, "{part}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for AtmPvcAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let interface = part(text)?;
            text.literal(".")?;
            let vpi = part(text)?;
            text.literal(".")?;
            Ok(AtmPvcAddr { interface, vpi, vci: part(text)? })
        })
    }
}

fn part<T: TryFrom<i64> + From<i16>>(text: &mut Parser<'_>) -> Result<T, ParseError> {
    if text.accept("*") {
        Ok(AtmPvcAddr::ANY.into())
    } else if text.accept("?") {
        Ok(AtmPvcAddr::UNSPEC.into())
    } else {
        text.signed()
    }
}
