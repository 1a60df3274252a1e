//! HCI: what a host and its Bluetooth controller say to each other (Core Specification, volume 4, part E), as an
//! [`HciSocket`](crate::HciSocket) carries it: a byte that says what kind of packet it is, the packet's header, and
//! what is in it.
//!
//! ```
//! use anysock::bluetooth::hci::{Opcode, Packet};
//!
//! let reset = Packet::Command { opcode: Opcode::RESET, parameters: &[] };
//! let mut buffer = [0; 16];
//! assert_eq!(reset.encode(&mut buffer)?, [1, 0x03, 0x0C, 0]);
//! assert_eq!(Packet::decode(&[1, 0x03, 0x0C, 0]), Ok(reset));
//! # Ok::<(), anysock::Errno>(())
//! ```

mod advertising;
mod event;
mod inquiry;
mod local;
mod opcode;

pub use advertising::{AdvertisingReport, AdvertisingReports, ScanParameters};
pub use event::{Event, EventCode, LeSubevent};
pub use inquiry::{Inquiry, InquiryResult, InquiryResults};
pub use local::LocalVersion;
pub use opcode::Opcode;

use super::bytes::{Reader, Writer};
use crate::constants::Errno;
use crate::constants::bluetooth::HciPacketType;
use crate::constants::hci::HciError;
use crate::error::DecodeError;

/// A packet of HCI.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Packet<'a> {
    /// What the host asks of the controller.
    Command {
        /// What it is.
        opcode: Opcode,
        /// At most 255 bytes.
        parameters: &'a [u8],
    },
    /// Data of a link, in either direction.
    AclData {
        /// The link, 12 bits.
        handle: u16,
        /// The packet boundary flag and the broadcast flag, 4 bits: 0 and 2 begin a packet of L2CAP, 1 goes on.
        flags: u8,
        /// At most 65,535 bytes.
        data: &'a [u8],
    },
    /// Voice, in either direction.
    SynchronousData {
        /// The connection, 12 bits.
        handle: u16,
        /// How well it was received, 2 bits; 0 well.
        status: u8,
        /// At most 255 bytes.
        data: &'a [u8],
    },
    /// What the controller tells, for [`Event::decode`].
    Event {
        /// What it is.
        code: EventCode,
        /// At most 255 bytes.
        parameters: &'a [u8],
    },
    /// A packet of another kind, for instance of isochronous audio, or of the controller's maker.
    Other {
        /// What kind.
        kind: HciPacketType,
        /// All that follows.
        bytes: &'a [u8],
    },
}

/// The bits of a handle.
const HANDLE: u16 = 0x0FFF;

impl<'a> Packet<'a> {
    /// The longest event with its kind: a buffer for commands and events has this many bytes.
    pub const EVENT_MAX: usize = 258;

    /// The packet in `bytes`, a whole one and nothing else.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] and [`DecodeError::TooLong`] where its header says something else.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes);
        match HciPacketType(fields.byte()?) {
            HciPacketType::COMMAND_PKT => {
                let opcode = Opcode(fields.u16_le()?);
                let length = fields.byte()?;
                Ok(Packet::Command { opcode, parameters: fields.exactly(length.into())? })
            }
            HciPacketType::ACLDATA_PKT => {
                let word = fields.u16_le()?;
                let length = fields.u16_le()?;
                let data = fields.exactly(length.into())?;
                Ok(Packet::AclData { handle: word & HANDLE, flags: (word >> 12) as u8, data })
            }
            HciPacketType::SCODATA_PKT => {
                let word = fields.u16_le()?;
                let length = fields.byte()?;
                if word >> 14 != 0 {
                    return Err(DecodeError::Invalid { offset: 1 });
                }
                let data = fields.exactly(length.into())?;
                Ok(Packet::SynchronousData { handle: word & HANDLE, status: (word >> 12) as u8, data })
            }
            HciPacketType::EVENT_PKT => {
                let code = EventCode(fields.byte()?);
                let length = fields.byte()?;
                Ok(Packet::Event { code, parameters: fields.exactly(length.into())? })
            }
            kind => Ok(Packet::Other { kind, bytes: fields.rest() }),
        }
    }

    /// Writes the packet to the front of `buffer`.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EINVAL` where a field of it does not fit its bits.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        let mut writer = Writer::new(buffer);
        match *self {
            Packet::Command { opcode, parameters } => {
                let [low, high] = opcode.0.to_le_bytes();
                writer.put(&[HciPacketType::COMMAND_PKT.0, low, high, length(parameters)?])?;
                writer.put(parameters)?;
            }
            Packet::AclData { handle, flags, data } => {
                let length: u16 = length(data)?;
                writer.put(&[HciPacketType::ACLDATA_PKT.0])?;
                writer.put(&word(handle, flags, 0x0F)?)?;
                writer.put(&length.to_le_bytes())?;
                writer.put(data)?;
            }
            Packet::SynchronousData { handle, status, data } => {
                writer.put(&[HciPacketType::SCODATA_PKT.0])?;
                writer.put(&word(handle, status, 0x03)?)?;
                writer.put(&[length(data)?])?;
                writer.put(data)?;
            }
            Packet::Event { code, parameters } => {
                writer.put(&[HciPacketType::EVENT_PKT.0, code.0, length(parameters)?])?;
                writer.put(parameters)?;
            }
            Packet::Other { kind, bytes } => {
                writer.put(&[kind.0])?;
                writer.put(bytes)?;
            }
        }
        Ok(writer.finish())
    }
}

/// The length of `bytes` as the header has it.
fn length<T: TryFrom<usize>>(bytes: &[u8]) -> Result<T, Errno> {
    T::try_from(bytes.len()).map_err(|_| Errno::EINVAL)
}

/// A handle, and above it flags of which `most` has every bit.
fn word(handle: u16, flags: u8, most: u8) -> Result<[u8; 2], Errno> {
    if handle > HANDLE || flags > most {
        return Err(Errno::EINVAL);
    }
    Ok((handle | u16::from(flags) << 12).to_le_bytes())
}

/// What a status says: zero is success.
pub(crate) fn status(byte: u8) -> Result<(), HciError> {
    match byte {
        0 => Ok(()),
        error => Err(HciError(error)),
    }
}
