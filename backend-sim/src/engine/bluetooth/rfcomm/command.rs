//! The multiplexer's commands: what UIH frames on DLCI 0 carry. TS 07.10, 5.4.6; RFCOMM 1.2, 5.5.
//!
//! ```
//! use anysock_sim::engine::bluetooth::rfcomm::Dlci;
//! use anysock_sim::engine::bluetooth::rfcomm::command::{Command, Message, ModemStatus};
//!
//! let status = Command::ModemStatus { dlci: Dlci::new(2), signals: ModemStatus::READY };
//! let message = Message { is_command: true, command: status };
//! assert_eq!(message.encode(), [0xE3, 0x05, 0x0B, 0x8D]);
//! assert_eq!(Message::decode(&message.encode()), Ok(message));
//! ```

use alloc::vec::Vec;

use super::super::DecodeError;
use super::super::wire::Reader;
use super::Dlci;
use super::port::PortSettings;

/// DLC parameter negotiation: what one connection is going to be like. 5.4.6.3.1; RFCOMM 1.2, 5.5.3
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParameterNegotiation {
    /// The connection.
    pub dlci: Dlci,
    /// The convergence layer: credit-based flow control is asked for by [`CREDITS_REQUEST`] and agreed to by
    /// [`CREDITS_RESPONSE`]; 0 is none. (Four bits of frame type, always UIH, and four of convergence layer.)
    ///
    /// [`CREDITS_REQUEST`]: ParameterNegotiation::CREDITS_REQUEST
    /// [`CREDITS_RESPONSE`]: ParameterNegotiation::CREDITS_RESPONSE
    pub convergence_layer: u8,
    /// The priority, 0 (highest) to 63.
    pub priority: u8,
    /// The maximum frame size N1, in bytes of information.
    pub mtu: u16,
    /// The credits that the receiver of the message begins with.
    pub credits: u8,
}

impl ParameterNegotiation {
    /// "I would use credits."
    pub const CREDITS_REQUEST: u8 = 0xF0;
    /// "Then we use credits."
    pub const CREDITS_RESPONSE: u8 = 0xE0;
}

/// The V.24 signals of a Modem Status Command. 5.4.6.3.7
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ModemStatus(pub u8);

impl ModemStatus {
    /// Flow control: the sender can take no frames.
    pub const FC: ModemStatus = ModemStatus(0x02);
    /// Ready to communicate.
    pub const RTC: ModemStatus = ModemStatus(0x04);
    /// Ready to receive.
    pub const RTR: ModemStatus = ModemStatus(0x08);
    /// Incoming call.
    pub const IC: ModemStatus = ModemStatus(0x40);
    /// Data valid.
    pub const DV: ModemStatus = ModemStatus(0x80);
    /// RTC, RTR and DV: what a socket says when it is open.
    pub const READY: ModemStatus = ModemStatus(0x8C);

    /// Whether every signal of `other` is set.
    pub const fn contains(self, other: ModemStatus) -> bool {
        self.0 & other.0 == other.0
    }

    /// `self` with `signals` set or cleared.
    pub const fn with(self, signals: ModemStatus, set: bool) -> ModemStatus {
        if set { ModemStatus(self.0 | signals.0) } else { ModemStatus(self.0 & !signals.0) }
    }
}

/// A multiplexer command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command<'a> {
    /// PN: the parameters of a connection, before it is opened.
    ParameterNegotiation(ParameterNegotiation),
    /// Test: the other side sends the pattern back.
    Test {
        /// The pattern, at most 125 bytes.
        pattern: &'a [u8],
    },
    /// FCon: the sender takes frames again, on every connection.
    FlowControlOn,
    /// FCoff: the sender takes no frames, on no connection.
    FlowControlOff,
    /// MSC: the V.24 signals of a connection.
    ModemStatus {
        /// The connection.
        dlci: Dlci,
        /// The signals.
        signals: ModemStatus,
    },
    /// RPN: a serial port's settings; without any it asks for them.
    RemotePortNegotiation {
        /// The connection.
        dlci: Dlci,
        /// The settings.
        settings: Option<PortSettings>,
    },
    /// RLS: an error on the serial line.
    RemoteLineStatus {
        /// The connection.
        dlci: Dlci,
        /// Bit 0: an error; bits 1 to 3: overrun, parity, framing.
        status: u8,
    },
    /// NSC: the receiver does not know this command's type byte.
    NonSupportedCommand {
        /// The type byte as it was received.
        kind: u8,
    },
    /// Any other type.
    Unknown {
        /// The type, six bits.
        kind: u8,
        /// Its value.
        value: &'a [u8],
    },
}

/// A multiplexer message: a command, or the response to one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message<'a> {
    /// Whether it is a command (else a response).
    pub is_command: bool,
    /// Its content.
    pub command: Command<'a>,
}

const TYPE_NSC: u8 = 0x04;
const TYPE_TEST: u8 = 0x08;
const TYPE_RLS: u8 = 0x14;
const TYPE_FCOFF: u8 = 0x18;
const TYPE_PN: u8 = 0x20;
const TYPE_RPN: u8 = 0x24;
const TYPE_FCON: u8 = 0x28;
const TYPE_MSC: u8 = 0x38;

impl<'a> Message<'a> {
    /// Type, length and value; a value past 127 bytes is cut off.
    pub fn encode(&self) -> Vec<u8> {
        let mut value = Vec::new();
        self.command.encode_value(&mut value);
        let len = u8::try_from(value.len()).unwrap_or(u8::MAX).min(0x7F);
        let mut out = Vec::with_capacity(usize::from(len).saturating_add(2));
        out.extend_from_slice(&[type_byte(self.command.kind(), self.is_command), len << 1 | 1]);
        out.extend(value.iter().take(usize::from(len)));
        out
    }

    /// Reads the information of a UIH frame on DLCI 0: one message.
    ///
    /// # Errors
    /// Missing bytes, or a length field that disagrees with the length.
    pub fn decode(information: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(information);
        let (kind, len) = (reader.u8()?, reader.u8()?);
        let value = reader.exactly(usize::from(len >> 1)).map_err(|_| DecodeError::LengthMismatch)?;
        Ok(Message { is_command: kind & 2 != 0, command: Command::decode(kind >> 2, value)? })
    }
}

/// The type byte of a message: extension bit, command/response bit, type.
pub fn type_byte(kind: u8, is_command: bool) -> u8 {
    kind << 2 | u8::from(is_command) << 1 | 1
}

impl<'a> Command<'a> {
    /// The command's type, six bits.
    pub fn kind(&self) -> u8 {
        match *self {
            Command::ParameterNegotiation(_) => TYPE_PN,
            Command::Test { .. } => TYPE_TEST,
            Command::FlowControlOn => TYPE_FCON,
            Command::FlowControlOff => TYPE_FCOFF,
            Command::ModemStatus { .. } => TYPE_MSC,
            Command::RemotePortNegotiation { .. } => TYPE_RPN,
            Command::RemoteLineStatus { .. } => TYPE_RLS,
            Command::NonSupportedCommand { .. } => TYPE_NSC,
            Command::Unknown { kind, .. } => kind,
        }
    }

    fn encode_value(&self, out: &mut Vec<u8>) {
        // In MSC, RPN and RLS the connection stands as an address field does: extension and C/R bits set.
        let address = |dlci: Dlci| dlci.get() << 2 | 0b11;
        match *self {
            Command::ParameterNegotiation(pn) => {
                out.extend_from_slice(&[pn.dlci.get(), pn.convergence_layer, pn.priority, 0]);
                out.extend_from_slice(&pn.mtu.to_le_bytes());
                out.extend_from_slice(&[0, pn.credits]);
            }
            Command::Test { pattern } => out.extend_from_slice(pattern),
            Command::FlowControlOn | Command::FlowControlOff => {}
            Command::ModemStatus { dlci, signals } => out.extend_from_slice(&[address(dlci), signals.0 | 1]),
            Command::RemotePortNegotiation { dlci, settings } => {
                out.push(address(dlci));
                if let Some(s) = settings {
                    out.extend_from_slice(&[s.bit_rate, s.line_settings, s.flow_control, s.xon, s.xoff]);
                    out.extend_from_slice(&s.mask.to_le_bytes());
                }
            }
            Command::RemoteLineStatus { dlci, status } => out.extend_from_slice(&[address(dlci), status]),
            Command::NonSupportedCommand { kind } => out.push(kind),
            Command::Unknown { value, .. } => out.extend_from_slice(value),
        }
    }

    fn decode(kind: u8, value: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(value);
        let address = |reader: &mut Reader<'a>| reader.u8().map(|address| Dlci::new(address >> 2));
        Ok(match kind {
            TYPE_PN => {
                let dlci = Dlci::new(reader.u8()?);
                let (convergence_layer, priority) = (reader.u8()?, reader.u8()?);
                reader.u8()?;
                let mtu = reader.u16()?;
                reader.u8()?;
                let credits = reader.last_u8()?;
                Command::ParameterNegotiation(ParameterNegotiation {
                    dlci,
                    convergence_layer,
                    priority,
                    mtu,
                    credits,
                })
            }
            TYPE_TEST => Command::Test { pattern: value },
            TYPE_FCON => Command::FlowControlOn,
            TYPE_FCOFF => Command::FlowControlOff,
            TYPE_MSC => {
                let dlci = address(&mut reader)?;
                // A break signal may follow; sockets have no use for it.
                Command::ModemStatus { dlci, signals: ModemStatus(reader.u8()? & !1) }
            }
            TYPE_RPN => {
                let dlci = address(&mut reader)?;
                let settings = if value.len() == 1 { None } else { Some(PortSettings::decode(reader)?) };
                Command::RemotePortNegotiation { dlci, settings }
            }
            TYPE_RLS => Command::RemoteLineStatus { dlci: address(&mut reader)?, status: reader.last_u8()? },
            TYPE_NSC => Command::NonSupportedCommand { kind: reader.last_u8()? },
            kind => Command::Unknown { kind, value },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn round_trip(is_command: bool, command: Command<'_>, bytes: &[u8]) {
        let message = Message { is_command, command };
        assert_eq!(message.encode(), bytes);
        assert_eq!(Message::decode(bytes), Ok(message));
    }

    #[test]
    fn messages_have_the_layout_of_the_specification() {
        let pn = ParameterNegotiation {
            dlci: Dlci::new(2),
            convergence_layer: ParameterNegotiation::CREDITS_REQUEST,
            priority: 7,
            mtu: 1016,
            credits: 7,
        };
        round_trip(true, Command::ParameterNegotiation(pn), &[0x83, 0x11, 2, 0xF0, 7, 0, 0xF8, 0x03, 0, 7]);
        round_trip(false, Command::Test { pattern: &[1, 2] }, &[0x21, 0x05, 1, 2]);
        round_trip(true, Command::FlowControlOff, &[0x63, 0x01]);
        round_trip(false, Command::FlowControlOn, &[0xA1, 0x01]);
        let dlci = Dlci::new(5);
        round_trip(true, Command::RemotePortNegotiation { dlci, settings: None }, &[0x93, 0x03, 0x17]);
        round_trip(
            true,
            Command::RemotePortNegotiation { dlci, settings: Some(PortSettings::DEFAULT) },
            &[0x93, 0x11, 0x17, 3, 3, 0, 0x11, 0x13, 0x7F, 0x3F],
        );
        round_trip(true, Command::RemoteLineStatus { dlci, status: 3 }, &[0x53, 0x05, 0x17, 3]);
        round_trip(false, Command::NonSupportedCommand { kind: 0xFF }, &[0x11, 0x03, 0xFF]);
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(
            mut bytes in prop::collection::vec(any::<u8>(), 0..20), fit: bool,
        ) {
            if let (true, [_, len, value @ ..]) = (fit, bytes.as_mut_slice()) {
                *len = (value.len() as u8) << 1 | 1;
            }
            if let Ok(message) = Message::decode(&bytes) {
                let again = message.encode();
                prop_assert_eq!(Message::decode(&again), Ok(message));
            }
        }
    }
}
