//! `AF_CAIF`: `struct sockaddr_caif` (linux/caif/caif_socket.h, Linux's Documentation/networking/caif).
//!
//! The protocol of the socket says which member of the union counts; nothing in the bytes does. So there is a
//! type for each protocol. Bytes of the union that it has no field for are written as zero and passed over.

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Name, ParseError, Parser};

/// `sizeof(struct sockaddr_caif)`.
const SOCKADDR_CAIF: usize = 24;

/// A `struct sockaddr_caif` up to its union.
fn head() -> Writer<SOCKADDR_CAIF> {
    Writer::new(Family::CAIF).skip(2)
}

/// Reads a `struct sockaddr_caif` up to its union.
fn union_of(bytes: &[u8]) -> Result<Reader<'_>, DecodeError> {
    let mut fields = Reader::new(bytes, Family::CAIF, SOCKADDR_CAIF)?;
    fields.skip(2);
    Ok(fields)
}

/// The address of a modem's AT command channel: CAIFPROTO_AT. Its text is `caif:at:2`.
///
/// ```
/// use anysock::addr::{CaifAtAddr, SockAddr};
///
/// let plain = CaifAtAddr { kind: 2 }; // CAIF_ATTYPE_PLAIN
/// assert_eq!(plain.to_string(), "caif:at:2");
/// assert_eq!(CaifAtAddr::decode(&plain.encode()), Ok(plain));
/// ```
#[doc(alias = "CAIFPROTO_AT")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaifAtAddr {
    /// `u.at.type`: CAIF_ATTYPE_PLAIN (2).
    pub kind: u8,
}

impl SockAddr for CaifAtAddr {
    type Encoded = [u8; SOCKADDR_CAIF];
    type Buffer = [u8; SOCKADDR_CAIF];

    fn encode(&self) -> Self::Encoded {
        head().put([self.kind]).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(CaifAtAddr { kind: union_of(bytes)?.byte() })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAIF]
    }
}

impl fmt::Display for CaifAtAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "caif:at:{}", self.kind)
    }
}

impl FromStr for CaifAtAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("caif:at:")?;
            Ok(CaifAtAddr { kind: text.decimal()? })
        })
    }
}

/// The address of a modem's utility channel: CAIFPROTO_UTIL. Its text is `caif:util:NAME`.
///
/// ```
/// use anysock::addr::{CaifUtilAddr, SockAddr};
///
/// let gps: CaifUtilAddr = "caif:util:gps".parse().unwrap();
/// assert_eq!(CaifUtilAddr::decode(&gps.encode()), Ok(gps));
/// ```
#[doc(alias = "CAIFPROTO_UTIL")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaifUtilAddr {
    /// `u.util.service`: the service's name, without a terminating zero where it has 16 bytes.
    pub service: Name<16>,
}

impl SockAddr for CaifUtilAddr {
    type Encoded = [u8; SOCKADDR_CAIF];
    type Buffer = [u8; SOCKADDR_CAIF];

    fn encode(&self) -> Self::Encoded {
        head().put(self.service.padded()).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(CaifUtilAddr { service: Name::from_c_string(&union_of(bytes)?.take::<16>()) })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAIF]
    }
}

impl fmt::Display for CaifUtilAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "caif:util:{}", self.service)
    }
}

impl FromStr for CaifUtilAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("caif:util:")?;
            Ok(CaifUtilAddr { service: text.name(b"")? })
        })
    }
}

/// The address of a modem's datagram channel: CAIFPROTO_DATAGRAM and CAIFPROTO_DATAGRAM_LOOP. Its text is
/// `caif:datagram:5`.
///
/// ```
/// use anysock::addr::{CaifDatagramAddr, SockAddr};
///
/// let connection = CaifDatagramAddr { connection_id: 5 };
/// assert_eq!(connection.to_string(), "caif:datagram:5");
/// assert_eq!(CaifDatagramAddr::decode(&connection.encode()), Ok(connection));
/// ```
#[doc(alias("CAIFPROTO_DATAGRAM", "CAIFPROTO_DATAGRAM_LOOP"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaifDatagramAddr {
    /// `u.dgm.connection_id`: the connection. `u.dgm.nsapi` is its first byte in memory.
    pub connection_id: u32,
}

impl SockAddr for CaifDatagramAddr {
    type Encoded = [u8; SOCKADDR_CAIF];
    type Buffer = [u8; SOCKADDR_CAIF];

    fn encode(&self) -> Self::Encoded {
        head().put(self.connection_id.to_ne_bytes()).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(CaifDatagramAddr { connection_id: u32::from_ne_bytes(union_of(bytes)?.take()) })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAIF]
    }
}

impl fmt::Display for CaifDatagramAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "caif:datagram:{}", self.connection_id)
    }
}

impl FromStr for CaifDatagramAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("caif:datagram:")?;
            Ok(CaifDatagramAddr { connection_id: text.decimal()? })
        })
    }
}

/// The address of a modem's remote file manager channel: CAIFPROTO_RFM. Its text is `caif:rfm:1:VOLUME`.
///
/// ```
/// use anysock::addr::{CaifRfmAddr, SockAddr};
///
/// let volume: CaifRfmAddr = "caif:rfm:1:flash".parse().unwrap();
/// assert_eq!(CaifRfmAddr::decode(&volume.encode()), Ok(volume));
/// ```
#[doc(alias = "CAIFPROTO_RFM")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaifRfmAddr {
    /// `u.rfm.connection_id`: the connection.
    pub connection_id: u32,
    /// `u.rfm.volume`: the volume to mount, without a terminating zero where it has 16 bytes.
    pub volume: Name<16>,
}

impl SockAddr for CaifRfmAddr {
    type Encoded = [u8; SOCKADDR_CAIF];
    type Buffer = [u8; SOCKADDR_CAIF];

    fn encode(&self) -> Self::Encoded {
        head().put(self.connection_id.to_ne_bytes()).put(self.volume.padded()).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = union_of(bytes)?;
        let connection_id = u32::from_ne_bytes(fields.take());
        Ok(CaifRfmAddr { connection_id, volume: Name::from_c_string(&fields.take::<16>()) })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAIF]
    }
}

impl fmt::Display for CaifRfmAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "caif:rfm:{}:{}", self.connection_id, self.volume)
    }
}

impl FromStr for CaifRfmAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("caif:rfm:")?;
            let connection_id = text.decimal()?;
            text.literal(":")?;
            Ok(CaifRfmAddr { connection_id, volume: text.name(b"")? })
        })
    }
}

/// The address of a modem's debug channel: CAIFPROTO_DEBUG. Its text is the type and the service:
/// `caif:debug:0:1`.
///
/// ```
/// use anysock::addr::{CaifDebugAddr, SockAddr};
///
/// let trace = CaifDebugAddr { kind: 1, service: 1 }; // CAIF_DEBUG_TRACE, CAIF_RADIO_DEBUG_SERVICE
/// assert_eq!(trace.to_string(), "caif:debug:1:1");
/// assert_eq!(CaifDebugAddr::decode(&trace.encode()), Ok(trace));
/// ```
#[doc(alias = "CAIFPROTO_DEBUG")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaifDebugAddr {
    /// `u.dbg.type`: CAIF_DEBUG_TRACE_INTERACTIVE (0), CAIF_DEBUG_TRACE (1), CAIF_DEBUG_INTERACTIVE (2).
    pub kind: u8,
    /// `u.dbg.service`: CAIF_RADIO_DEBUG_SERVICE (1), CAIF_APP_DEBUG_SERVICE (2).
    pub service: u8,
}

impl SockAddr for CaifDebugAddr {
    type Encoded = [u8; SOCKADDR_CAIF];
    type Buffer = [u8; SOCKADDR_CAIF];

    fn encode(&self) -> Self::Encoded {
        head().put([self.kind, self.service]).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let [kind, service] = union_of(bytes)?.take();
        Ok(CaifDebugAddr { kind, service })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAIF]
    }
}

impl fmt::Display for CaifDebugAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "caif:debug:{}:{}", self.kind, self.service)
    }
}

impl FromStr for CaifDebugAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("caif:debug:")?;
            let kind = text.decimal()?;
            text.literal(":")?;
            Ok(CaifDebugAddr { kind, service: text.decimal()? })
        })
    }
}
