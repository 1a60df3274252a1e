//! `AF_IRDA`: `struct sockaddr_irda` (linux/irda.h of Linux 4.16, the last that had it; compared with the copy
//! that libopenobex 1.7.2 carries).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Name, ParseError, Parser};

/// `sizeof(struct sockaddr_irda)`, with three bytes of padding.
const SOCKADDR_IRDA: usize = 36;

/// The address of an infrared socket: a device, and a service there by number or by name.
///
/// Its text is the device's address in hexadecimal, the number and the name: `irda:1a2b3c4d:0:IrDA:IrCOMM`.
///
/// ```
/// use anysock::addr::{IrdaAddr, SockAddr};
///
/// let printer: IrdaAddr = "irda:1a2b3c4d:0:IrDA:IrCOMM".parse().unwrap();
/// assert_eq!(printer.service.as_bytes(), b"IrDA:IrCOMM");
/// assert_eq!(IrdaAddr::decode(&printer.encode()), Ok(printer));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IrdaAddr {
    /// `sir_addr`: the device; 0xFFFFFFFF for any.
    pub device: u32,
    /// `sir_lsap_sel`: the link service access point selector.
    pub lsap_selector: u8,
    /// `sir_name`: the service's name, up to 24 bytes.
    pub service: Name<24>,
}

impl SockAddr for IrdaAddr {
    type Encoded = [u8; SOCKADDR_IRDA];
    type Buffer = [u8; SOCKADDR_IRDA];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::IRDA)
            .put([self.lsap_selector, 0])
            .put(self.device.to_ne_bytes())
            .put(self.service.padded())
            .finish()
    }

    /// [`DecodeError::Invalid`] where the name has no terminating zero.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::IRDA, SOCKADDR_IRDA)?;
        let [lsap_selector, _] = fields.take();
        let device = u32::from_ne_bytes(fields.take());
        let wrong_name = fields.invalid();
        let name: [u8; 25] = fields.take();
        if !name.contains(&0) {
            return Err(wrong_name);
        }
        Ok(IrdaAddr { device, lsap_selector, service: Name::from_c_string(&name) })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IRDA]
    }
}

impl fmt::Display for IrdaAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "irda:{:08x}:{}:{}", self.device, self.lsap_selector, self.service)
    }
}

impl FromStr for IrdaAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("irda:")?;
            let device = text.hex()?;
            text.literal(":")?;
            let lsap_selector = text.decimal()?;
            text.literal(":")?;
            Ok(IrdaAddr { device, lsap_selector, service: text.name(b"")? })
        })
    }
}
