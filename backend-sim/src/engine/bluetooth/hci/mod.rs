//! The Host Controller Interface: the packets that pass between a host and its controller, with the one-byte
//! packet type in front that the UART transport (H4) gives them and that captures keep.
//!
//! Bluetooth Core Specification, volume 4, part E (functional specification: commands, events, ACL data) and
//! part A (the UART transport). Only what connecting, carrying ACL data and disconnecting needs is named; any
//! other command or event decodes to its code and its bytes.
//!
//! ```
//! use anysock_sim::engine::bluetooth::hci::{AclPacket, Boundary, ConnectionHandle, Packet};
//!
//! let data = AclPacket {
//!     handle: ConnectionHandle::new(0x002A),
//!     boundary: Boundary::First,
//!     data: &[0x04, 0x00, 0x40, 0x00, 0x03, 0x3F, 0x01, 0x1C],
//! };
//! let bytes = Packet::Acl(data).encode();
//! assert_eq!(bytes[..5], [0x02, 0x2A, 0x20, 0x08, 0x00]);
//! assert_eq!(Packet::decode(&bytes), Ok(Packet::Acl(data)));
//! ```

mod error_code;
mod fragmentation;

use alloc::vec::Vec;
use core::fmt;

use anysock::BdAddr;

use super::DecodeError;
use super::wire::Reader;

pub use error_code::ErrorCode;
pub use fragmentation::{Reassembly, fragments};

/// A command's opcode: group (OGF) in the upper six bits, command (OCF) in the lower ten.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opcode(pub u16);

impl Opcode {
    /// No command: a Command Status event that only returns command credits.
    pub const NOP: Opcode = Opcode(0x0000);
    /// `HCI_Create_Connection`: link control commands, OCF 0x0005.
    pub const CREATE_CONNECTION: Opcode = Opcode(0x0405);
    /// `HCI_Disconnect`: link control commands, OCF 0x0006.
    pub const DISCONNECT: Opcode = Opcode(0x0406);
    /// `HCI_Create_Connection_Cancel`: link control commands, OCF 0x0008.
    pub const CREATE_CONNECTION_CANCEL: Opcode = Opcode(0x0408);
    /// `HCI_Accept_Connection_Request`: link control commands, OCF 0x0009.
    pub const ACCEPT_CONNECTION_REQUEST: Opcode = Opcode(0x0409);
    /// `HCI_Reject_Connection_Request`: link control commands, OCF 0x000A.
    pub const REJECT_CONNECTION_REQUEST: Opcode = Opcode(0x040A);
}

impl fmt::Debug for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Opcode::NOP => f.write_str("NOP"),
            Opcode::CREATE_CONNECTION => f.write_str("HCI_Create_Connection"),
            Opcode::DISCONNECT => f.write_str("HCI_Disconnect"),
            Opcode::CREATE_CONNECTION_CANCEL => f.write_str("HCI_Create_Connection_Cancel"),
            Opcode::ACCEPT_CONNECTION_REQUEST => f.write_str("HCI_Accept_Connection_Request"),
            Opcode::REJECT_CONNECTION_REQUEST => f.write_str("HCI_Reject_Connection_Request"),
            Opcode(other) => write!(f, "Opcode({other:#06x})"),
        }
    }
}

/// What a controller calls a link towards its host: 12 bits, 0x000 to 0xEFF.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnectionHandle(u16);

impl ConnectionHandle {
    /// The lower twelve bits of `handle`.
    pub const fn new(handle: u16) -> Self {
        ConnectionHandle(handle & 0x0FFF)
    }

    /// The handle's number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// The packet boundary flag of an ACL data packet: whether an L2CAP PDU begins in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Boundary {
    /// 0b00: the first packet of a PDU that is never flushed; hosts send it.
    FirstNonFlushable,
    /// 0b01: a continuing fragment.
    Continuing,
    /// 0b10: the first packet of a PDU that may be flushed; controllers send it to their host.
    First,
}

/// An ACL data packet: a fragment of an L2CAP PDU. The broadcast flag is always point-to-point (0b00).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AclPacket<'a> {
    /// The link.
    pub handle: ConnectionHandle,
    /// Whether a PDU begins here.
    pub boundary: Boundary,
    /// The fragment, at most 65535 bytes.
    pub data: &'a [u8],
}

/// A command from the host to the controller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command<'a> {
    /// Page a device and open an ACL link to it.
    CreateConnection {
        /// The device to page.
        address: BdAddr,
    },
    /// Close a link.
    Disconnect {
        /// The link.
        handle: ConnectionHandle,
        /// What the other side is told.
        reason: ErrorCode,
    },
    /// Answer a Connection Request: take the link, as its peripheral.
    AcceptConnectionRequest {
        /// The device that asked.
        address: BdAddr,
    },
    /// Answer a Connection Request: refuse the link.
    RejectConnectionRequest {
        /// The device that asked.
        address: BdAddr,
        /// What it is told.
        reason: ErrorCode,
    },
    /// Any other command.
    Other {
        /// Its opcode.
        opcode: Opcode,
        /// Its parameters.
        parameters: &'a [u8],
    },
}

/// An event from the controller to the host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event<'a> {
    /// A link was opened, or could not be.
    ConnectionComplete {
        /// Success, or why there is no link.
        status: ErrorCode,
        /// The new link's handle.
        handle: ConnectionHandle,
        /// The other device.
        address: BdAddr,
    },
    /// A device asks for an ACL link.
    ConnectionRequest {
        /// The device.
        address: BdAddr,
        /// What it says it is, 24 bits.
        class_of_device: u32,
    },
    /// A link is gone.
    DisconnectionComplete {
        /// Success, or why the link is still there.
        status: ErrorCode,
        /// The link.
        handle: ConnectionHandle,
        /// Why it is gone.
        reason: ErrorCode,
    },
    /// The controller has begun a command (or has refused it).
    CommandStatus {
        /// Success: pending; else why it was refused.
        status: ErrorCode,
        /// The command.
        opcode: Opcode,
    },
    /// The controller has sent packets of a link: that many of its buffers are free again.
    NumberOfCompletedPackets {
        /// The link.
        handle: ConnectionHandle,
        /// How many packets.
        count: u16,
    },
    /// Any other event.
    Other {
        /// Its code.
        code: u8,
        /// Its parameters.
        parameters: &'a [u8],
    },
}

const EVENT_CONNECTION_COMPLETE: u8 = 0x03;
const EVENT_CONNECTION_REQUEST: u8 = 0x04;
const EVENT_DISCONNECTION_COMPLETE: u8 = 0x05;
const EVENT_COMMAND_STATUS: u8 = 0x0F;
const EVENT_NUMBER_OF_COMPLETED_PACKETS: u8 = 0x13;

/// `Link_Type` of an ACL data channel.
const LINK_TYPE_ACL: u8 = 0x01;
/// Every ACL packet type of 1, 3 and 5 slots at 1, 2 and 3 Mb/s, as Linux asks for (DM1 DH1 DM3 DH3 DM5
/// DH5; the bits of 2-DHx and 3-DHx say "shall not be used" and are clear).
const PACKET_TYPES: u16 = 0xCC18;

/// Any packet between a host and its controller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packet<'a> {
    /// Host to controller (H4 type 1).
    Command(Command<'a>),
    /// ACL data, either way (H4 type 2).
    Acl(AclPacket<'a>),
    /// Controller to host (H4 type 4).
    Event(Event<'a>),
}

impl<'a> Packet<'a> {
    /// H4 packet type of a command.
    pub const COMMAND: u8 = 0x01;
    /// H4 packet type of ACL data.
    pub const ACL: u8 = 0x02;
    /// H4 packet type of an event.
    pub const EVENT: u8 = 0x04;

    /// The packet as it passes the UART transport: its type, its header, its bytes.
    ///
    /// Parameters past 255 bytes and data past 65535 do not fit and are cut off.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Packet::Command(command) => {
                out.push(Self::COMMAND);
                command.encode(&mut out);
            }
            Packet::Acl(acl) => {
                out.push(Self::ACL);
                acl.encode(&mut out);
            }
            Packet::Event(event) => {
                out.push(Self::EVENT);
                event.encode(&mut out);
            }
        }
        out
    }

    /// Reads one whole packet that begins with its H4 type.
    ///
    /// # Errors
    /// A packet type that is none of the three, bytes that are missing, or bytes that are left over.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            Self::COMMAND => Command::decode(reader).map(Packet::Command),
            Self::ACL => AclPacket::decode(reader).map(Packet::Acl),
            Self::EVENT => Event::decode(reader).map(Packet::Event),
            other => Err(DecodeError::UnknownPacketType(other)),
        }
    }
}

impl<'a> AclPacket<'a> {
    fn encode(&self, out: &mut Vec<u8>) {
        let boundary: u16 = match self.boundary {
            Boundary::FirstNonFlushable => 0b00,
            Boundary::Continuing => 0b01,
            Boundary::First => 0b10,
        };
        let len = u16::try_from(self.data.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&(self.handle.get() | boundary << 12).to_le_bytes());
        out.extend_from_slice(&len.to_le_bytes());
        out.extend(self.data.iter().take(usize::from(len)));
    }

    fn decode(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let word = reader.u16()?;
        let boundary = match word >> 12 & 0b11 {
            0b00 => Boundary::FirstNonFlushable,
            0b01 => Boundary::Continuing,
            0b10 => Boundary::First,
            _ => return Err(DecodeError::UnknownBoundary),
        };
        let len = reader.u16()?;
        let data = reader.exactly(usize::from(len))?;
        Ok(AclPacket { handle: ConnectionHandle::new(word), boundary, data })
    }
}

impl<'a> Command<'a> {
    /// The command's opcode.
    pub fn opcode(&self) -> Opcode {
        match *self {
            Command::CreateConnection { .. } => Opcode::CREATE_CONNECTION,
            Command::Disconnect { .. } => Opcode::DISCONNECT,
            Command::AcceptConnectionRequest { .. } => Opcode::ACCEPT_CONNECTION_REQUEST,
            Command::RejectConnectionRequest { .. } => Opcode::REJECT_CONNECTION_REQUEST,
            Command::Other { opcode, .. } => opcode,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.opcode().0.to_le_bytes());
        with_length(out, |out| match *self {
            Command::CreateConnection { address } => {
                out.extend_from_slice(&address.to_bdaddr());
                out.extend_from_slice(&PACKET_TYPES.to_le_bytes());
                // Page scan repetition mode R2, reserved, no clock offset, role switch allowed.
                out.extend_from_slice(&[0x02, 0x00, 0x00, 0x00, 0x01]);
            }
            Command::Disconnect { handle, reason } => {
                out.extend_from_slice(&handle.get().to_le_bytes());
                out.push(reason.0);
            }
            Command::AcceptConnectionRequest { address } => {
                out.extend_from_slice(&address.to_bdaddr());
                out.push(0x01); // remain peripheral
            }
            Command::RejectConnectionRequest { address, reason } => {
                out.extend_from_slice(&address.to_bdaddr());
                out.push(reason.0);
            }
            Command::Other { parameters, .. } => out.extend_from_slice(parameters),
        });
    }

    fn decode(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let opcode = Opcode(reader.u16()?);
        let len = reader.u8()?;
        let parameters = reader.exactly(usize::from(len))?;
        let mut reader = Reader::new(parameters);
        Ok(match opcode {
            Opcode::CREATE_CONNECTION => {
                let address = reader.address()?;
                reader.exactly(7)?;
                Command::CreateConnection { address }
            }
            Opcode::DISCONNECT => {
                let handle = ConnectionHandle::new(reader.u16()?);
                Command::Disconnect { handle, reason: ErrorCode(reader.last_u8()?) }
            }
            Opcode::ACCEPT_CONNECTION_REQUEST => {
                let address = reader.address()?;
                reader.last_u8()?;
                Command::AcceptConnectionRequest { address }
            }
            Opcode::REJECT_CONNECTION_REQUEST => {
                let address = reader.address()?;
                Command::RejectConnectionRequest { address, reason: ErrorCode(reader.last_u8()?) }
            }
            _ => Command::Other { opcode, parameters },
        })
    }
}

impl<'a> Event<'a> {
    fn code(&self) -> u8 {
        match *self {
            Event::ConnectionComplete { .. } => EVENT_CONNECTION_COMPLETE,
            Event::ConnectionRequest { .. } => EVENT_CONNECTION_REQUEST,
            Event::DisconnectionComplete { .. } => EVENT_DISCONNECTION_COMPLETE,
            Event::CommandStatus { .. } => EVENT_COMMAND_STATUS,
            Event::NumberOfCompletedPackets { .. } => EVENT_NUMBER_OF_COMPLETED_PACKETS,
            Event::Other { code, .. } => code,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.code());
        with_length(out, |out| match *self {
            Event::ConnectionComplete { status, handle, address } => {
                out.push(status.0);
                out.extend_from_slice(&handle.get().to_le_bytes());
                out.extend_from_slice(&address.to_bdaddr());
                out.extend_from_slice(&[LINK_TYPE_ACL, 0x00]); // not encrypted
            }
            Event::ConnectionRequest { address, class_of_device } => {
                out.extend_from_slice(&address.to_bdaddr());
                out.extend(class_of_device.to_le_bytes().iter().take(3));
                out.push(LINK_TYPE_ACL);
            }
            Event::DisconnectionComplete { status, handle, reason } => {
                out.push(status.0);
                out.extend_from_slice(&handle.get().to_le_bytes());
                out.push(reason.0);
            }
            Event::CommandStatus { status, opcode } => {
                out.extend_from_slice(&[status.0, 0x01]); // one command may be sent
                out.extend_from_slice(&opcode.0.to_le_bytes());
            }
            Event::NumberOfCompletedPackets { handle, count } => {
                out.push(0x01); // one handle follows
                out.extend_from_slice(&handle.get().to_le_bytes());
                out.extend_from_slice(&count.to_le_bytes());
            }
            Event::Other { parameters, .. } => out.extend_from_slice(parameters),
        });
    }

    fn decode(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let code = reader.u8()?;
        let len = reader.u8()?;
        let parameters = reader.exactly(usize::from(len))?;
        let mut reader = Reader::new(parameters);
        Ok(match code {
            EVENT_CONNECTION_COMPLETE => {
                let status = ErrorCode(reader.u8()?);
                let handle = ConnectionHandle::new(reader.u16()?);
                let address = reader.address()?;
                reader.exactly(2)?;
                Event::ConnectionComplete { status, handle, address }
            }
            EVENT_CONNECTION_REQUEST => {
                let address = reader.address()?;
                let class_of_device = u32::from(reader.u16()?) | u32::from(reader.u8()?) << 16;
                reader.last_u8()?;
                Event::ConnectionRequest { address, class_of_device }
            }
            EVENT_DISCONNECTION_COMPLETE => {
                let status = ErrorCode(reader.u8()?);
                let handle = ConnectionHandle::new(reader.u16()?);
                Event::DisconnectionComplete { status, handle, reason: ErrorCode(reader.last_u8()?) }
            }
            EVENT_COMMAND_STATUS => {
                let status = ErrorCode(reader.u8()?);
                reader.u8()?;
                Event::CommandStatus { status, opcode: Opcode(reader.last_u16()?) }
            }
            EVENT_NUMBER_OF_COMPLETED_PACKETS if parameters.first() == Some(&1) => {
                reader.u8()?;
                let handle = ConnectionHandle::new(reader.u16()?);
                Event::NumberOfCompletedPackets { handle, count: reader.last_u16()? }
            }
            _ => Event::Other { code, parameters },
        })
    }
}

/// Writes a length byte and what `write` appends, at most 255 bytes of it.
fn with_length(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let mut parameters = Vec::new();
    write(&mut parameters);
    let len = u8::try_from(parameters.len()).unwrap_or(u8::MAX);
    out.push(len);
    out.extend(parameters.iter().take(usize::from(len)));
}

/// Which way a packet passed the Host Controller Interface, for captures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Host to controller.
    Sent,
    /// Controller to host.
    Received,
}

/// `packet` (with its H4 type) as pcap's link type 201, `LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR`, stores
/// it: four bytes of direction in network byte order (0 sent by the host, 1 received by it), then the
/// packet.
pub fn capture_record(direction: Direction, packet: &[u8]) -> Vec<u8> {
    let direction: u32 = match direction {
        Direction::Sent => 0,
        Direction::Received => 1,
    };
    let mut record = Vec::with_capacity(packet.len().saturating_add(4));
    record.extend_from_slice(&direction.to_be_bytes());
    record.extend_from_slice(packet);
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEER: BdAddr = BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x55]);

    fn round_trip(packet: Packet<'_>, bytes: &[u8]) {
        assert_eq!(packet.encode(), bytes);
        assert_eq!(Packet::decode(bytes), Ok(packet));
    }

    #[test]
    fn commands_and_events_have_the_layout_of_the_specification() {
        round_trip(
            Packet::Command(Command::CreateConnection { address: PEER }),
            &[
                0x01, 0x05, 0x04, 0x0D, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00, 0x18, 0xCC, 0x02, 0x00, 0x00,
                0x00, 0x01,
            ],
        );
        let handle = ConnectionHandle::new(0x002A);
        let reason = ErrorCode::REMOTE_USER_TERMINATED;
        round_trip(
            Packet::Command(Command::Disconnect { handle, reason }),
            &[0x01, 0x06, 0x04, 0x03, 0x2A, 0x00, 0x13],
        );
        round_trip(
            Packet::Event(Event::ConnectionComplete { status: ErrorCode::SUCCESS, handle, address: PEER }),
            &[0x04, 0x03, 0x0B, 0x00, 0x2A, 0x00, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00, 0x01, 0x00],
        );
        round_trip(
            Packet::Event(Event::ConnectionRequest { address: PEER, class_of_device: 0x5A020C }),
            &[0x04, 0x04, 0x0A, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00, 0x0C, 0x02, 0x5A, 0x01],
        );
        round_trip(
            Packet::Event(Event::DisconnectionComplete { status: ErrorCode::SUCCESS, handle, reason }),
            &[0x04, 0x05, 0x04, 0x00, 0x2A, 0x00, 0x13],
        );
        round_trip(
            Packet::Event(Event::NumberOfCompletedPackets { handle, count: 3 }),
            &[0x04, 0x13, 0x05, 0x01, 0x2A, 0x00, 0x03, 0x00],
        );
        round_trip(
            Packet::Command(Command::Other { opcode: Opcode(0x0C03), parameters: &[] }),
            &[0x01, 0x03, 0x0C, 0x00],
        );
    }

    #[test]
    fn a_capture_record_says_which_way_the_packet_went() {
        assert_eq!(capture_record(Direction::Sent, &[1, 2]), [0, 0, 0, 0, 1, 2]);
        assert_eq!(capture_record(Direction::Received, &[4]), [0, 0, 0, 1, 4]);
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(packet) = Packet::decode(&bytes) {
                let again = packet.encode();
                prop_assert_eq!(Packet::decode(&again), Ok(packet));
            }
        }
    }
}
