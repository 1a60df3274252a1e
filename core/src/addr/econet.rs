//! `AF_ECONET`: `struct sockaddr_ec` (linux/if_ec.h of Linux 3.4, the last that had it; neteconet/ec.h).

use core::ffi::c_ulong;
use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `offsetof(struct sockaddr_ec, cookie)`.
const COOKIE: usize = 8;
/// `sizeof(struct sockaddr_ec)`: it ends with a `long`.
const SOCKADDR_EC: usize = COOKIE + size_of::<c_ulong>();

/// The address of an Acorn Econet socket: a network, a station and a port.
///
/// Its text is network and station, and the port in hexadecimal as Acorn writes it, then what else is not
/// zero: `0.254:99`, `0.254:99/cb:80/type:10/cookie:7`, in hexadecimal too.
///
/// ```
/// use anysock::addr::{EconetAddr, SockAddr};
///
/// let file_server = EconetAddr { network: 0, station: 254, port: 0x99, ..EconetAddr::default() };
/// assert_eq!(file_server.to_string(), "0.254:99");
/// assert_eq!(EconetAddr::decode(&file_server.encode()), Ok(file_server));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EconetAddr {
    /// `addr.net`: the network; 0 for the local one.
    pub network: u8,
    /// `addr.station`: the station; 255 for all.
    pub station: u8,
    /// `port`.
    pub port: u8,
    /// `cb`: the control byte.
    pub control: u8,
    /// `type`: ECTYPE_PACKET_RECEIVED (0), or ECTYPE_TRANSMIT_STATUS (0x10) and what became of a packet.
    pub kind: u8,
    /// `cookie`: the sender's number for a packet, which its status comes back with.
    pub cookie: c_ulong,
}

impl SockAddr for EconetAddr {
    type Encoded = [u8; SOCKADDR_EC];
    type Buffer = [u8; SOCKADDR_EC];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::ECONET)
            .put([self.port, self.control, self.kind, self.station, self.network, 0])
            .put(self.cookie.to_ne_bytes())
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::ECONET, SOCKADDR_EC)?;
        let [port, control, kind, station, network, _] = fields.take();
        let cookie = c_ulong::from_ne_bytes(fields.take());
        Ok(EconetAddr { network, station, port, control, kind, cookie })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_EC]
    }
}

impl fmt::Display for EconetAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}:{:02x}", self.network, self.station, self.port)?;
        if self.control != 0 {
            write!(f, "/cb:{:x}", self.control)?;
        }
        if self.kind != 0 {
            write!(f, "/type:{:x}", self.kind)?;
        }
        if self.cookie != 0 {
            write!(f, "/cookie:{:x}", self.cookie)?;
        }
        Ok(())
    }
}

/// The text: what `derive` makes of more than five fields contains a panic.
impl fmt::Debug for EconetAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for EconetAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let network = text.decimal()?;
            text.literal(".")?;
            let station = text.decimal()?;
            text.literal(":")?;
            Ok(EconetAddr {
                network,
                station,
                port: text.hex()?,
                control: text.optional_hex("/cb:")?,
                kind: text.optional_hex("/type:")?,
                cookie: text.optional_hex("/cookie:")?,
            })
        })
    }
}
