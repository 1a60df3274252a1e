//! candump's notation of a frame, both ways: `123#DEADBEEF`, `18DAF110#R4`, `123##1AA`, `20000004#…`.
//!
//! - Three hexadecimal digits are a standard identifier, eight an extended one, or an error message where
//!   the bit 0x20000000 is set.
//! - `#` and the data, bytes optionally separated by dots; `#R` and optionally the length asked for; `##`,
//!   a digit of flags (1 BRS, 2 ESI) and the data of an FD frame.
//! - `_` and a digit from 9 to F after 8 bytes (or `R8`) is the raw data length code.
//!
//! Source: `parse_canframe` and `sprint_canframe` of can-utils, man pages candump(1) and cansend(1).

use core::fmt;
use core::str::FromStr;

use super::{AnyFrame, CAN_EFF_MASK, CAN_ERR_FLAG, CAN_ERR_MASK, CAN_SFF_MASK, CANFD_MAX_DLEN};
use super::{ErrorClass, ErrorFrame, FdFlags, FdFrame, Frame, Id};

/// What is wrong with a text that should be a frame, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParseError {
    /// What is wrong.
    pub reason: ParseReason,
    /// In which byte of the text, counted from 0.
    pub at: usize,
}

/// What can be wrong with a text that should be a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ParseReason {
    /// The text is a frame of another kind than the one asked for.
    Kind,
    /// No `#` follows the identifier.
    NoSeparator,
    /// An identifier has 3 digits (standard) or 8 (extended).
    IdDigits,
    /// The identifier is above 7FF (standard) or 1FFFFFFF (extended).
    IdRange,
    /// This is no hexadecimal digit.
    HexDigit,
    /// A byte has two digits, this one has one.
    HalfByte,
    /// More bytes than such a frame holds, or a length that CAN FD does not have.
    Length,
    /// A raw data length code is 9 to F, after a length of 8.
    RawDlc,
}

impl fmt::Display for ParseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParseReason::Kind => "a frame of another kind",
            ParseReason::NoSeparator => "no # after the identifier",
            ParseReason::IdDigits => "an identifier has 3 or 8 hexadecimal digits",
            ParseReason::IdRange => "the identifier is above 7FF (standard) or 1FFFFFFF (extended)",
            ParseReason::HexDigit => "not a hexadecimal digit",
            ParseReason::HalfByte => "a byte has two hexadecimal digits",
            ParseReason::Length => "no such frame has this many data bytes",
            ParseReason::RawDlc => "a raw data length code is 9 to F and follows 8 bytes",
        })
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.reason, self.at)
    }
}

impl core::error::Error for ParseError {}

impl FromStr for AnyFrame {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<AnyFrame, ParseError> {
        let mut cursor = Cursor { rest: text.as_bytes(), at: 0 };
        let address = cursor.address()?;
        match (address, cursor.peek()) {
            (Address::Error(class), _) => {
                let mut data = Data::default();
                cursor.data(&mut data)?;
                let frame =
                    ErrorFrame::from_raw(class, data.bytes()).ok_or(cursor.error(ParseReason::Length))?;
                cursor.end(ParseReason::Length)?;
                Ok(AnyFrame::Error(frame))
            }
            (Address::Id(id), Some(b'#')) => cursor.fd_frame(id).map(AnyFrame::Fd),
            (Address::Id(id), _) => cursor.classic_frame(id).map(AnyFrame::Classic),
        }
    }
}

/// What stands before the `#`.
enum Address {
    Id(Id),
    Error(ErrorClass),
}

/// The data bytes read so far.
struct Data {
    bytes: [u8; CANFD_MAX_DLEN],
    len: usize,
}

impl Default for Data {
    fn default() -> Data {
        Data { bytes: [0; CANFD_MAX_DLEN], len: 0 }
    }
}

impl Data {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.len)? = byte;
        self.len = self.len.wrapping_add(1);
        Some(())
    }
}

/// What is left of the text, and how far it is from the beginning.
struct Cursor<'a> {
    rest: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn error(&self, reason: ParseReason) -> ParseError {
        ParseError { reason, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn advance(&mut self) {
        if let Some((_, rest)) = self.rest.split_first() {
            self.rest = rest;
            self.at = self.at.wrapping_add(1);
        }
    }

    /// Takes `byte` where it is next.
    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    /// Takes a hexadecimal digit.
    fn digit(&mut self) -> Option<u8> {
        let digit = char::from(self.peek()?).to_digit(16)?;
        self.advance();
        Some(digit as u8)
    }

    fn end(&self, otherwise: ParseReason) -> Result<(), ParseError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(otherwise)) }
    }

    /// Takes the identifier and the first `#`.
    fn address(&mut self) -> Result<Address, ParseError> {
        let start = self.at;
        let mut value = 0_u32;
        let mut digits = 0_u8;
        while let Some(digit) = self.digit() {
            if digits == 8 {
                return Err(ParseError { reason: ParseReason::IdDigits, at: start });
            }
            value = value << 4 | u32::from(digit);
            digits = digits.wrapping_add(1);
        }
        match self.peek() {
            Some(b'#') => self.advance(),
            None => return Err(self.error(ParseReason::NoSeparator)),
            Some(_) => return Err(self.error(ParseReason::HexDigit)),
        }
        let address = match digits {
            3 if value <= CAN_SFF_MASK => Id::from_can_id(value).map(Address::Id),
            8 if value <= CAN_EFF_MASK => Id::extended(value).map(Address::Id),
            8 if value & !CAN_ERR_MASK == CAN_ERR_FLAG => {
                Some(Address::Error(ErrorClass::from_bits_retain(value & CAN_ERR_MASK)))
            }
            3 | 8 => None,
            _ => return Err(ParseError { reason: ParseReason::IdDigits, at: start }),
        };
        address.ok_or(ParseError { reason: ParseReason::IdRange, at: start })
    }

    /// Takes data bytes, up to the end or to a `_`.
    fn data(&mut self, data: &mut Data) -> Result<(), ParseError> {
        while !matches!(self.peek(), None | Some(b'_')) {
            let high = self.digit().ok_or(self.error(ParseReason::HexDigit))?;
            let low = match self.digit() {
                Some(low) => low,
                None if matches!(self.peek(), None | Some(b'.' | b'_')) => {
                    return Err(self.error(ParseReason::HalfByte));
                }
                None => return Err(self.error(ParseReason::HexDigit)),
            };
            data.push(high << 4 | low).ok_or(self.error(ParseReason::Length))?;
            self.accept(b'.');
        }
        Ok(())
    }

    fn classic_frame(&mut self, id: Id) -> Result<Frame, ParseError> {
        let frame = if self.accept(b'R') || self.accept(b'r') {
            let len = self.digit().unwrap_or(0);
            Frame::remote(id, len)
        } else {
            let mut data = Data::default();
            self.data(&mut data)?;
            Frame::new(id, data.bytes())
        };
        let frame = frame.ok_or(self.error(ParseReason::Length))?;
        if !self.accept(b'_') {
            self.end(ParseReason::HexDigit)?;
            return Ok(frame);
        }
        let dlc = self.digit().ok_or(self.error(ParseReason::HexDigit))?;
        self.end(ParseReason::RawDlc)?;
        frame.with_raw_dlc(dlc).ok_or(self.error(ParseReason::RawDlc))
    }

    /// Takes the second `#`, the flags and the data of an FD frame.
    fn fd_frame(&mut self, id: Id) -> Result<FdFrame, ParseError> {
        self.advance();
        let flags = self.digit().ok_or(self.error(ParseReason::HexDigit))?;
        let mut data = Data::default();
        self.data(&mut data)?;
        self.end(ParseReason::HexDigit)?;
        FdFrame::new(id, FdFlags::from_bits_retain(flags), data.bytes())
            .ok_or(self.error(ParseReason::Length))
    }
}

/// One kind of frame from the notation of any.
macro_rules! parse_as {
    ($($kind:ident($frame:ty);)*) => { $(
        impl FromStr for $frame {
            type Err = ParseError;

            /// Fails with [`ParseReason::Kind`] where the text is a frame of another kind.
            fn from_str(text: &str) -> Result<$frame, ParseError> {
                match text.parse()? {
                    AnyFrame::$kind(frame) => Ok(frame),
                    _ => Err(ParseError { reason: ParseReason::Kind, at: 0 }),
                }
            }
        }
    )* };
}

parse_as! {
    Classic(Frame);
    Fd(FdFrame);
    Error(ErrorFrame);
}

fn write_data(f: &mut fmt::Formatter<'_>, data: &[u8]) -> fmt::Result {
    data.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
}

/// candump's notation: `123#DEADBEEF`, `123#R4`.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#", self.id())?;
        if self.is_remote() {
            f.write_str("R")?;
            if self.len() > 0 {
                write!(f, "{}", self.len())?;
            }
        }
        write_data(f, self.data())?;
        if usize::from(self.dlc()) > self.len() { write!(f, "_{:X}", self.dlc()) } else { Ok(()) }
    }
}

/// candump's notation: `123##1DEADBEEF`.
impl fmt::Display for FdFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}##{:X}", self.id(), self.flags().bits() & 0xF)?;
        write_data(f, self.data())
    }
}

/// candump's notation: `20000004#0020000000000000`.
impl fmt::Display for ErrorFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}#", self.can_id())?;
        write_data(f, self.data())
    }
}

/// candump's notation.
impl fmt::Display for AnyFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnyFrame::Classic(frame) => fmt::Display::fmt(frame, f),
            AnyFrame::Fd(frame) => fmt::Display::fmt(frame, f),
            AnyFrame::Error(frame) => fmt::Display::fmt(frame, f),
        }
    }
}
