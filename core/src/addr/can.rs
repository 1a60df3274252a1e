//! `AF_CAN`: `struct sockaddr_can` (linux/can.h), whose second half depends on the protocol.
//!
//! The kernel takes, and answers with, as much of the structure as the protocol has a use for: 8 bytes for a
//! raw or broadcast-manager socket, 16 for ISO-TP, 24 for J1939. All are encoded as the whole 24.

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::can::{CAN_EFF_FLAG, CAN_EFF_MASK, CAN_SFF_MASK};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// `sizeof(struct sockaddr_can)`, and of its part for J1939.
const SOCKADDR_CAN: usize = 24;
/// Its part for a raw socket: up to `can_addr`.
const SOCKADDR_CAN_RAW: usize = 8;
/// Its part for ISO-TP: up to and with `can_addr.tp`.
const SOCKADDR_CAN_ISOTP: usize = 16;

/// The address of a raw CAN socket: an interface, or all of them. Its text is `can:` and the index: `can:3`.
///
/// ```
/// use anysock::addr::{CanAddr, SockAddr};
///
/// let address = CanAddr { interface: 3 };
/// assert_eq!(CanAddr::decode(address.encode().as_ref()), Ok(address));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CanAddr {
    /// `can_ifindex`: the interface's index, zero for every CAN interface.
    pub interface: u32,
}

impl CanAddr {
    /// Every CAN interface.
    pub const ANY: CanAddr = CanAddr { interface: 0 };
}

impl SockAddr for CanAddr {
    type Encoded = [u8; SOCKADDR_CAN];
    type Buffer = [u8; SOCKADDR_CAN];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::CAN).skip(2).put(self.interface.to_ne_bytes()).finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::CAN, SOCKADDR_CAN_RAW)?;
        Ok(CanAddr { interface: u32::from_ne_bytes(fields.skip(2).take()) })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAN]
    }
}

impl fmt::Display for CanAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can:{}", self.interface)
    }
}

impl FromStr for CanAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("can:")?;
            Ok(CanAddr { interface: text.decimal()? })
        })
    }
}

/// The address of an ISO-TP socket (ISO 15765-2): an interface, and an identifier for each direction.
///
/// Its text has the identifiers, receiving first, with three digits where they are standard and eight where
/// they are extended: `can:3/isotp:7E8:7E0`, `can:3/isotp:18DAF110:18DA10F1`. A number that is no identifier
/// has `0x` before it: a socket that is not bound answers with 0xFFFFFFFF.
///
/// ```
/// use anysock::addr::{IsotpAddr, SockAddr};
/// use anysock::can::Id;
///
/// let tester = IsotpAddr::new(3, Id::standard(0x7E8).unwrap(), Id::standard(0x7E0).unwrap());
/// assert_eq!(tester.to_string(), "can:3/isotp:7E8:7E0");
/// assert_eq!(IsotpAddr::decode(&tester.encode()), Ok(tester));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IsotpAddr {
    /// `can_ifindex`: the interface's index.
    pub interface: u32,
    /// `can_addr.tp.rx_id`: the `canid_t` of frames to this socket; CAN_EFF_FLAG is set in an extended one.
    pub rx_id: u32,
    /// `can_addr.tp.tx_id`: the `canid_t` of frames from this socket.
    pub tx_id: u32,
}

impl IsotpAddr {
    /// The address on the interface of this index, receiving `rx` and sending `tx`.
    pub const fn new(interface: u32, rx: crate::can::Id, tx: crate::can::Id) -> Self {
        IsotpAddr { interface, rx_id: rx.can_id(), tx_id: tx.can_id() }
    }
}

impl SockAddr for IsotpAddr {
    type Encoded = [u8; SOCKADDR_CAN];
    type Buffer = [u8; SOCKADDR_CAN];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::CAN)
            .skip(2)
            .put(self.interface.to_ne_bytes())
            .put(self.rx_id.to_ne_bytes())
            .put(self.tx_id.to_ne_bytes())
            .finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::CAN, SOCKADDR_CAN_ISOTP)?;
        fields.skip(2);
        Ok(IsotpAddr {
            interface: u32::from_ne_bytes(fields.take()),
            rx_id: u32::from_ne_bytes(fields.take()),
            tx_id: u32::from_ne_bytes(fields.take()),
        })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAN]
    }
}

impl fmt::Display for IsotpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can:{}/isotp:", self.interface)?;
        write_can_id(f, self.rx_id)?;
        f.write_str(":")?;
        write_can_id(f, self.tx_id)
    }
}

impl FromStr for IsotpAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("can:")?;
            let interface = text.decimal()?;
            text.literal("/isotp:")?;
            let rx_id = can_id(text)?;
            text.literal(":")?;
            Ok(IsotpAddr { interface, rx_id, tx_id: can_id(text)? })
        })
    }
}

/// can-utils' notation of an identifier; `0x` before what is none.
fn write_can_id(f: &mut fmt::Formatter<'_>, can_id: u32) -> fmt::Result {
    if can_id <= CAN_SFF_MASK {
        write!(f, "{can_id:03X}")
    } else if can_id & !CAN_EFF_MASK == CAN_EFF_FLAG {
        write!(f, "{:08X}", can_id & CAN_EFF_MASK)
    } else {
        write!(f, "0x{can_id:X}")
    }
}

fn can_id(text: &mut Parser<'_>) -> Result<u32, ParseError> {
    let start = *text;
    if text.accept("0x") {
        return text.hex();
    }
    let can_id: u32 = text.hex()?;
    match start.rest().len().wrapping_sub(text.rest().len()) {
        3 if can_id <= CAN_SFF_MASK => Ok(can_id),
        8 if can_id <= CAN_EFF_MASK => Ok(can_id | CAN_EFF_FLAG),
        _ => Err(start.expected(Expected::CanId)),
    }
}

/// The address of a J1939 socket (SAE J1939): an interface, an address or a name, and a parameter group.
///
/// Its text is that of can-utils, all in hexadecimal and each only where the ones before it do not say it
/// all: `can:3/j1939:80`, `can:3/j1939:80,12300`, `can:3/j1939:ff,40000,1122334455667788`.
///
/// ```
/// use anysock::addr::{J1939Addr, SockAddr};
///
/// let engine = J1939Addr { interface: 3, address: 0x80, pgn: 0x12300, ..J1939Addr::ANY };
/// assert_eq!(engine.to_string(), "can:3/j1939:80,12300");
/// assert_eq!("can:3/j1939:80,12300".parse(), Ok(engine));
/// assert_eq!(J1939Addr::decode(&engine.encode()), Ok(engine));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct J1939Addr {
    /// `can_ifindex`: the interface's index, zero for every interface.
    pub interface: u32,
    /// `can_addr.j1939.name`: the 64-bit NAME, where the address is claimed; [`J1939Addr::NO_NAME`] if not.
    pub name: u64,
    /// `can_addr.j1939.pgn`: the parameter group number, or [`J1939Addr::NO_PGN`].
    pub pgn: u32,
    /// `can_addr.j1939.addr`: the address, 0 to 0xFD, [`J1939Addr::IDLE_ADDRESS`] or
    /// [`J1939Addr::NO_ADDRESS`].
    pub address: u8,
}

impl J1939Addr {
    /// No NAME.
    #[doc(alias = "J1939_NO_NAME")]
    pub const NO_NAME: u64 = 0;
    /// No parameter group.
    #[doc(alias = "J1939_NO_PGN")]
    pub const NO_PGN: u32 = 0x4_0000;
    /// No address; as a destination, every node.
    #[doc(alias = "J1939_NO_ADDR")]
    pub const NO_ADDRESS: u8 = 0xFF;
    /// The address of a node that could claim none.
    #[doc(alias = "J1939_IDLE_ADDR")]
    pub const IDLE_ADDRESS: u8 = 0xFE;
    /// Every interface, address, name and parameter group.
    pub const ANY: J1939Addr =
        J1939Addr { interface: 0, name: Self::NO_NAME, pgn: Self::NO_PGN, address: Self::NO_ADDRESS };
}

impl SockAddr for J1939Addr {
    type Encoded = [u8; SOCKADDR_CAN];
    type Buffer = [u8; SOCKADDR_CAN];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::CAN)
            .skip(2)
            .put(self.interface.to_ne_bytes())
            .put(self.name.to_ne_bytes())
            .put(self.pgn.to_ne_bytes())
            .put([self.address])
            .finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::CAN, SOCKADDR_CAN)?;
        fields.skip(2);
        Ok(J1939Addr {
            interface: u32::from_ne_bytes(fields.take()),
            name: u64::from_ne_bytes(fields.take()),
            pgn: u32::from_ne_bytes(fields.take()),
            address: fields.byte(),
        })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAN]
    }
}

impl fmt::Display for J1939Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can:{}/j1939:{:02x}", self.interface, self.address)?;
        if self.pgn != J1939Addr::NO_PGN || self.name != J1939Addr::NO_NAME {
            write!(f, ",{:05x}", self.pgn)?;
        }
        if self.name != J1939Addr::NO_NAME {
            write!(f, ",{:016x}", self.name)?;
        }
        Ok(())
    }
}

impl FromStr for J1939Addr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("can:")?;
            let interface = text.decimal()?;
            text.literal("/j1939:")?;
            let address = text.hex()?;
            let pgn = if text.accept(",") { text.hex()? } else { J1939Addr::NO_PGN };
            Ok(J1939Addr { interface, address, pgn, name: text.optional_hex(",")? })
        })
    }
}
