//! Reading little-endian fields off the wire, and what can be wrong with them.

use core::fmt;

use anysock::BdAddr;

/// Why bytes are no packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum DecodeError {
    /// More bytes are needed.
    Truncated,
    /// Bytes are left over after the last field.
    TrailingBytes,
    /// A length field disagrees with the number of bytes.
    LengthMismatch,
    /// An H4 packet type that is neither command, ACL data nor event.
    UnknownPacketType(u8),
    /// A reserved packet boundary flag.
    UnknownBoundary,
    /// An L2CAP signalling code that BR/EDR does not have.
    UnknownCode(u8),
    /// An RFCOMM frame type that is none of SABM, UA, DM, DISC and UIH.
    UnknownFrameType(u8),
    /// The frame check sequence does not match the frame.
    FrameCheckSequence,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Truncated => f.write_str("bytes are missing at the end"),
            DecodeError::TrailingBytes => f.write_str("bytes are left over at the end"),
            DecodeError::LengthMismatch => f.write_str("the length field disagrees with the length"),
            DecodeError::UnknownPacketType(kind) => write!(f, "{kind:#04x} is no H4 packet type"),
            DecodeError::UnknownBoundary => f.write_str("reserved packet boundary flag"),
            DecodeError::UnknownCode(code) => write!(f, "{code:#04x} is no L2CAP signalling code"),
            DecodeError::UnknownFrameType(kind) => write!(f, "{kind:#04x} is no RFCOMM frame type"),
            DecodeError::FrameCheckSequence => f.write_str("wrong frame check sequence"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// Takes little-endian fields off the front of a slice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(super) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn address(&mut self) -> Result<BdAddr, DecodeError> {
        self.array().map(BdAddr::from_bdaddr)
    }

    /// The last field: a byte after which nothing follows.
    pub(super) fn last_u8(&mut self) -> Result<u8, DecodeError> {
        let value = self.u8()?;
        self.exactly(0)?;
        Ok(value)
    }

    /// The last field: two bytes after which nothing follows.
    pub(super) fn last_u16(&mut self) -> Result<u16, DecodeError> {
        let value = self.u16()?;
        self.exactly(0)?;
        Ok(value)
    }

    /// Everything that is left.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// Everything that is left, which must be `len` bytes.
    pub(super) fn exactly(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        match self.rest.len().cmp(&len) {
            core::cmp::Ordering::Less => Err(DecodeError::Truncated),
            core::cmp::Ordering::Equal => Ok(self.rest()),
            core::cmp::Ordering::Greater => Err(DecodeError::TrailingBytes),
        }
    }
}
