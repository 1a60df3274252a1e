//! L2CAP's bytes: B-frames, and the commands of the signalling channel.
//!
//! ```
//! use anysock_sim::engine::bluetooth::l2cap::frame::{Command, Frame, Signal};
//!
//! let request = Command::ConnectionRequest { psm: 3, source: 0x0040 };
//! let signal = Signal { identifier: 1, command: request };
//! let payload = signal.encode();
//! assert_eq!(payload, [0x02, 0x01, 0x04, 0x00, 0x03, 0x00, 0x40, 0x00]);
//! let frame = Frame { cid: 0x0001, payload: &payload };
//! assert_eq!(frame.encode()[..4], [0x08, 0x00, 0x01, 0x00]);
//! ```

use alloc::vec::Vec;

use super::super::DecodeError;
use super::super::wire::Reader;

/// A B-frame: the channel and what it carries. 3.1
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame<'a> {
    /// The channel's identifier on the receiving side.
    pub cid: u16,
    /// The payload, at most 65535 bytes.
    pub payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Length and channel, then the payload; one that is longer than 65535 bytes is cut off there.
    pub fn encode(&self) -> Vec<u8> {
        let len = u16::try_from(self.payload.len()).unwrap_or(u16::MAX);
        let mut out = Vec::with_capacity(self.payload.len().saturating_add(4));
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(&self.cid.to_le_bytes());
        out.extend(self.payload.iter().take(usize::from(len)));
        out
    }

    /// Reads one whole frame.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] or [`DecodeError::TrailingBytes`] where the length field does not fit.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let len = reader.u16()?;
        let cid = reader.u16()?;
        Ok(Frame { cid, payload: reader.exactly(usize::from(len))? })
    }
}

/// The result of a Connection Response. 4.3
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConnectionResult(pub u16);

impl ConnectionResult {
    /// Connection successful.
    pub const SUCCESS: ConnectionResult = ConnectionResult(0x0000);
    /// Connection pending.
    pub const PENDING: ConnectionResult = ConnectionResult(0x0001);
    /// Connection refused: PSM not supported.
    pub const PSM_NOT_SUPPORTED: ConnectionResult = ConnectionResult(0x0002);
    /// Connection refused: no resources available.
    pub const NO_RESOURCES: ConnectionResult = ConnectionResult(0x0004);
    /// Connection refused: invalid source CID.
    pub const INVALID_SOURCE_CID: ConnectionResult = ConnectionResult(0x0006);
    /// Connection refused: source CID already allocated.
    pub const SOURCE_CID_ALLOCATED: ConnectionResult = ConnectionResult(0x0007);
}

/// The result of a Configuration Response. 4.5
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConfigurationResult(pub u16);

impl ConfigurationResult {
    /// Success.
    pub const SUCCESS: ConfigurationResult = ConfigurationResult(0x0000);
    /// Failure: unacceptable parameters.
    pub const UNACCEPTABLE: ConfigurationResult = ConfigurationResult(0x0001);
    /// Failure: rejected, no reason provided.
    pub const REJECTED: ConfigurationResult = ConfigurationResult(0x0002);
    /// Failure: unknown options.
    pub const UNKNOWN_OPTIONS: ConfigurationResult = ConfigurationResult(0x0003);
}

/// Why a command was rejected. 4.1
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RejectReason {
    /// Command not understood.
    NotUnderstood,
    /// The signalling MTU was exceeded.
    MtuExceeded {
        /// The largest packet that is taken.
        mtu: u16,
    },
    /// Invalid CID in request.
    InvalidCid {
        /// The receiver's side of the channel.
        local: u16,
        /// The sender's side of the channel.
        remote: u16,
    },
    /// A reason that the specification does not have.
    Other(u16),
}

/// What an Information Request asks for. 4.10
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InformationType(pub u16);

impl InformationType {
    /// Extended features supported: a 32-bit mask.
    pub const EXTENDED_FEATURES: InformationType = InformationType(0x0002);
    /// Fixed channels supported over BR/EDR: a 64-bit mask.
    pub const FIXED_CHANNELS: InformationType = InformationType(0x0003);
}

/// A command of the signalling channel. "Source" is the channel's end at whoever sent the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are the specification's, named in each command's line")]
pub enum Command<'a> {
    /// Code 0x01: the request of this identifier was not taken. 4.1
    CommandReject { reason: RejectReason },
    /// Code 0x02: open a channel to a PSM. 4.2
    ConnectionRequest { psm: u16, source: u16 },
    /// Code 0x03: the answer; `status` says more about a pending result. 4.3
    ConnectionResponse { destination: u16, source: u16, result: ConnectionResult, status: u16 },
    /// Code 0x04: what the sender wants of the channel; flag bit 0 says that more follows. 4.4
    ConfigurationRequest { destination: u16, flags: u16, options: &'a [u8] },
    /// Code 0x05: whether the receiver agrees. 4.5
    ConfigurationResponse { source: u16, flags: u16, result: ConfigurationResult, options: &'a [u8] },
    /// Code 0x06: close the channel. 4.6
    DisconnectionRequest { destination: u16, source: u16 },
    /// Code 0x07: it is closed. 4.7
    DisconnectionResponse { destination: u16, source: u16 },
    /// Code 0x08. 4.8
    EchoRequest { data: &'a [u8] },
    /// Code 0x09. 4.9
    EchoResponse { data: &'a [u8] },
    /// Code 0x0A. 4.10
    InformationRequest { info: InformationType },
    /// Code 0x0B: result 0 is success, 1 is not supported. 4.11
    InformationResponse { info: InformationType, result: u16, data: &'a [u8] },
}

/// A command with the identifier that pairs a response with its request (never 0).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signal<'a> {
    /// The identifier.
    pub identifier: u8,
    /// The command.
    pub command: Command<'a>,
}

impl<'a> Signal<'a> {
    /// Code, identifier, length and fields.
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        self.command.encode(&mut fields);
        let len = u16::try_from(fields.len()).unwrap_or(u16::MAX);
        let mut out = Vec::with_capacity(fields.len().saturating_add(4));
        out.extend_from_slice(&[self.command.code(), self.identifier]);
        out.extend_from_slice(&len.to_le_bytes());
        out.extend(fields.iter().take(usize::from(len)));
        out
    }
}

/// The commands in the payload of one frame on the signalling channel, each with its code and
/// identifier; the third part of an item says why that command is none. The walk ends where fewer bytes
/// are left than a header has.
#[derive(Clone, Debug)]
pub struct Signals<'a> {
    rest: &'a [u8],
}

impl<'a> Signals<'a> {
    /// The commands of `payload`.
    pub fn new(payload: &'a [u8]) -> Self {
        Signals { rest: payload }
    }
}

impl<'a> Iterator for Signals<'a> {
    type Item = (u8, u8, Result<Command<'a>, DecodeError>);

    fn next(&mut self) -> Option<Self::Item> {
        let (header, rest) = self.rest.split_first_chunk::<4>()?;
        let [code, identifier, len @ ..] = *header;
        let (fields, rest) = rest
            .split_at_checked(usize::from(u16::from_le_bytes(len)))
            .map_or((None, &[][..]), |(f, r)| (Some(f), r));
        self.rest = rest;
        let command = match fields {
            Some(fields) if identifier != 0 => Command::decode(code, fields),
            _ => Err(DecodeError::LengthMismatch),
        };
        Some((code, identifier, command))
    }
}

impl<'a> Command<'a> {
    /// The command's code. 4, table 4.2
    pub fn code(&self) -> u8 {
        match self {
            Command::CommandReject { .. } => 0x01,
            Command::ConnectionRequest { .. } => 0x02,
            Command::ConnectionResponse { .. } => 0x03,
            Command::ConfigurationRequest { .. } => 0x04,
            Command::ConfigurationResponse { .. } => 0x05,
            Command::DisconnectionRequest { .. } => 0x06,
            Command::DisconnectionResponse { .. } => 0x07,
            Command::EchoRequest { .. } => 0x08,
            Command::EchoResponse { .. } => 0x09,
            Command::InformationRequest { .. } => 0x0A,
            Command::InformationResponse { .. } => 0x0B,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let mut words =
            |words: &[u16]| words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        match *self {
            Command::CommandReject { reason } => match reason {
                RejectReason::NotUnderstood => words(&[0x0000]),
                RejectReason::MtuExceeded { mtu } => words(&[0x0001, mtu]),
                RejectReason::InvalidCid { local, remote } => words(&[0x0002, local, remote]),
                RejectReason::Other(reason) => words(&[reason]),
            },
            Command::ConnectionRequest { psm, source } => words(&[psm, source]),
            Command::ConnectionResponse { destination, source, result, status } => {
                words(&[destination, source, result.0, status]);
            }
            Command::ConfigurationRequest { destination, flags, options } => {
                words(&[destination, flags]);
                out.extend_from_slice(options);
            }
            Command::ConfigurationResponse { source, flags, result, options } => {
                words(&[source, flags, result.0]);
                out.extend_from_slice(options);
            }
            Command::DisconnectionRequest { destination, source }
            | Command::DisconnectionResponse { destination, source } => words(&[destination, source]),
            Command::EchoRequest { data } | Command::EchoResponse { data } => out.extend_from_slice(data),
            Command::InformationRequest { info } => words(&[info.0]),
            Command::InformationResponse { info, result, data } => {
                words(&[info.0, result]);
                out.extend_from_slice(data);
            }
        }
    }

    fn decode(code: u8, fields: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(fields);
        Ok(match code {
            0x01 => Command::CommandReject { reason: RejectReason::decode(reader)? },
            0x02 => Command::ConnectionRequest { psm: reader.u16()?, source: reader.last_u16()? },
            0x03 => Command::ConnectionResponse {
                destination: reader.u16()?,
                source: reader.u16()?,
                result: ConnectionResult(reader.u16()?),
                status: reader.last_u16()?,
            },
            0x04 => Command::ConfigurationRequest {
                destination: reader.u16()?,
                flags: reader.u16()?,
                options: reader.rest(),
            },
            0x05 => Command::ConfigurationResponse {
                source: reader.u16()?,
                flags: reader.u16()?,
                result: ConfigurationResult(reader.u16()?),
                options: reader.rest(),
            },
            0x06 => Command::DisconnectionRequest { destination: reader.u16()?, source: reader.last_u16()? },
            0x07 => Command::DisconnectionResponse { destination: reader.u16()?, source: reader.last_u16()? },
            0x08 => Command::EchoRequest { data: reader.rest() },
            0x09 => Command::EchoResponse { data: reader.rest() },
            0x0A => Command::InformationRequest { info: InformationType(reader.last_u16()?) },
            0x0B => Command::InformationResponse {
                info: InformationType(reader.u16()?),
                result: reader.u16()?,
                data: reader.rest(),
            },
            other => return Err(DecodeError::UnknownCode(other)),
        })
    }
}

impl RejectReason {
    fn decode(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.u16()? {
            0x0000 => RejectReason::NotUnderstood,
            0x0001 => RejectReason::MtuExceeded { mtu: reader.last_u16()? },
            0x0002 => RejectReason::InvalidCid { local: reader.u16()?, remote: reader.last_u16()? },
            other => RejectReason::Other(other),
        })
    }
}

/// The option that names the largest payload the sender of the request takes. 5.1
pub const OPTION_MTU: u8 = 0x01;
/// The option that says how long a PDU may wait before it is flushed. 5.2
pub const OPTION_FLUSH_TIMEOUT: u8 = 0x02;
/// The option that describes the traffic. 5.3
pub const OPTION_QOS: u8 = 0x03;
/// The option that chooses the mode: its first byte is the mode, 0 is Basic. 5.4
pub const OPTION_RETRANSMISSION_AND_FLOW_CONTROL: u8 = 0x04;
/// The option that chooses the frame check sequence of modes other than Basic. 5.5
pub const OPTION_FCS: u8 = 0x05;
/// The extended flow specification. 5.6
pub const OPTION_EXTENDED_FLOW_SPECIFICATION: u8 = 0x06;

/// One option of a Configuration Request or Response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConfigurationOption<'a> {
    /// Whether the option may be ignored by who does not know it (bit 7 of the type).
    pub hint: bool,
    /// The type, without its hint bit.
    pub kind: u8,
    /// The value, at most 255 bytes.
    pub value: &'a [u8],
}

impl<'a> ConfigurationOption<'a> {
    /// The MTU option for `value`, which is the MTU in little-endian order.
    pub fn mtu(value: &'a [u8; 2]) -> Self {
        ConfigurationOption { hint: false, kind: OPTION_MTU, value }
    }

    /// Appends type, length and value.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let len = u8::try_from(self.value.len()).unwrap_or(u8::MAX);
        out.extend_from_slice(&[self.kind | u8::from(self.hint) << 7, len]);
        out.extend(self.value.iter().take(usize::from(len)));
    }
}

/// The options of a Configuration Request or Response; the walk ends at one whose value is cut off.
#[derive(Clone, Debug)]
pub struct ConfigurationOptions<'a> {
    rest: &'a [u8],
}

impl<'a> ConfigurationOptions<'a> {
    /// The options in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        ConfigurationOptions { rest: bytes }
    }
}

impl<'a> Iterator for ConfigurationOptions<'a> {
    type Item = ConfigurationOption<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let ([kind, len], rest) = self.rest.split_first_chunk::<2>()?;
        let (value, rest) = rest.split_at_checked(usize::from(*len))?;
        self.rest = rest;
        Some(ConfigurationOption { hint: kind & 0x80 != 0, kind: kind & 0x7F, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn round_trip(command: Command<'_>, bytes: &[u8]) {
        assert_eq!(Signal { identifier: 7, command }.encode(), bytes);
        assert_eq!(Signals::new(bytes).collect::<Vec<_>>(), [(bytes[0], 7, Ok(command))]);
    }

    #[test]
    fn commands_have_the_layout_of_the_specification() {
        round_trip(Command::ConnectionRequest { psm: 3, source: 0x40 }, &[2, 7, 4, 0, 3, 0, 0x40, 0]);
        round_trip(
            Command::ConnectionResponse {
                destination: 0x41,
                source: 0x40,
                result: ConnectionResult::PENDING,
                status: 0,
            },
            &[3, 7, 8, 0, 0x41, 0, 0x40, 0, 1, 0, 0, 0],
        );
        round_trip(
            Command::ConfigurationRequest { destination: 0x41, flags: 0, options: &[1, 2, 0xFD, 0x03] },
            &[4, 7, 8, 0, 0x41, 0, 0, 0, 1, 2, 0xFD, 0x03],
        );
        round_trip(
            Command::ConfigurationResponse {
                source: 0x40,
                flags: 0,
                result: ConfigurationResult::SUCCESS,
                options: &[],
            },
            &[5, 7, 6, 0, 0x40, 0, 0, 0, 0, 0],
        );
        let ends = (0x41, 0x40);
        round_trip(
            Command::DisconnectionRequest { destination: ends.0, source: ends.1 },
            &[6, 7, 4, 0, 0x41, 0, 0x40, 0],
        );
        round_trip(
            Command::CommandReject { reason: RejectReason::InvalidCid { local: 0x41, remote: 0x40 } },
            &[1, 7, 6, 0, 2, 0, 0x41, 0, 0x40, 0],
        );
        round_trip(
            Command::InformationRequest { info: InformationType::EXTENDED_FEATURES },
            &[0x0A, 7, 2, 0, 2, 0],
        );
    }

    #[test]
    fn one_frame_carries_several_commands_and_bad_ones_keep_their_identifier() {
        let bytes = [8, 1, 1, 0, 9, 0x77, 2, 0, 0, 2, 3, 2, 0, 0, 0, 6, 4, 9, 0, 1];
        let signals: Vec<_> = Signals::new(&bytes).collect();
        assert_eq!(
            signals,
            [
                (8, 1, Ok(Command::EchoRequest { data: &[9] })),
                (0x77, 2, Err(DecodeError::UnknownCode(0x77))),
                (2, 3, Err(DecodeError::Truncated)),
                (6, 4, Err(DecodeError::LengthMismatch)),
            ]
        );
    }

    #[test]
    fn options_are_walked_until_one_is_cut_off() {
        let options: Vec<_> =
            ConfigurationOptions::new(&[0x01, 2, 0xA0, 0x02, 0x8A, 1, 5, 3, 9, 0]).collect();
        assert_eq!(
            options,
            [
                ConfigurationOption::mtu(&672u16.to_le_bytes()),
                ConfigurationOption { hint: true, kind: 10, value: &[5] }
            ]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(frame) = Frame::decode(&bytes) {
                prop_assert_eq!(frame.encode(), bytes.clone());
            }
            for (code, identifier, command) in Signals::new(&bytes) {
                if let Ok(command) = command {
                    let again = Signal { identifier, command }.encode();
                    prop_assert_eq!(Signals::new(&again).next(), Some((code, identifier, Ok(command))));
                }
            }
            for option in ConfigurationOptions::new(&bytes) {
                let mut again = Vec::new();
                option.encode(&mut again);
                prop_assert_eq!(ConfigurationOptions::new(&again).next(), Some(option));
            }
        }
    }
}
