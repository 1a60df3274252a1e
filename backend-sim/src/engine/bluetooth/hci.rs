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

use alloc::vec::Vec;
use core::fmt;

use anysock::{BdAddr, Errno};

use super::DecodeError;
use super::wire::Reader;

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

/// A controller's error code (volume 1, part F): the `Status` and `Reason` of events and commands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(pub u8);

impl ErrorCode {
    /// Success.
    pub const SUCCESS: ErrorCode = ErrorCode(0x00);
    /// Unknown HCI Command.
    pub const UNKNOWN_COMMAND: ErrorCode = ErrorCode(0x01);
    /// Unknown Connection Identifier: no such handle.
    pub const UNKNOWN_CONNECTION: ErrorCode = ErrorCode(0x02);
    /// Page Timeout: the other device did not answer.
    pub const PAGE_TIMEOUT: ErrorCode = ErrorCode(0x04);
    /// Connection Timeout: the link supervision timeout passed without a packet from the other device.
    pub const CONNECTION_TIMEOUT: ErrorCode = ErrorCode(0x08);
    /// Connection Limit Exceeded: the controller has no link left.
    pub const CONNECTION_LIMIT_EXCEEDED: ErrorCode = ErrorCode(0x09);
    /// Connection Already Exists.
    pub const CONNECTION_ALREADY_EXISTS: ErrorCode = ErrorCode(0x0B);
    /// Connection Rejected due to Limited Resources.
    pub const REJECTED_LIMITED_RESOURCES: ErrorCode = ErrorCode(0x0D);
    /// Connection Accept Timeout Exceeded: the other host did not answer its Connection Request.
    pub const CONNECTION_ACCEPT_TIMEOUT: ErrorCode = ErrorCode(0x10);
    /// Remote User Terminated Connection.
    pub const REMOTE_USER_TERMINATED: ErrorCode = ErrorCode(0x13);
    /// Remote Device Terminated Connection due to Power Off.
    pub const REMOTE_POWER_OFF: ErrorCode = ErrorCode(0x15);
    /// Connection Terminated by Local Host.
    pub const TERMINATED_BY_LOCAL_HOST: ErrorCode = ErrorCode(0x16);

    /// The error number that a socket reports for this code, as Linux maps it (`bt_to_errno`,
    /// net/bluetooth/lib.c); `None` for success.
    pub fn errno(self) -> Option<Errno> {
        Some(match self.0 {
            0x00 => return None,
            0x01 => Errno::EBADRQC,
            0x02 => Errno::ENOTCONN,
            0x03 => Errno::EIO,
            0x04 | 0x3C => Errno::EHOSTDOWN,
            0x05 | 0x18 => Errno::EACCES,
            0x06 => Errno::EBADE,
            0x07 => Errno::ENOMEM,
            0x08 | 0x10 => Errno::ETIMEDOUT,
            0x09 | 0x0A => Errno::EMLINK,
            0x0B => Errno::EALREADY,
            0x0C => Errno::EBUSY,
            0x0D..=0x0F | 0x1B => Errno::ECONNREFUSED,
            0x11 | 0x20 | 0x27 | 0x29 => Errno::EOPNOTSUPP,
            0x12 => Errno::EINVAL,
            0x13..=0x15 => Errno::ECONNRESET,
            0x16 => Errno::ECONNABORTED,
            0x17 => Errno::ELOOP,
            0x1A => Errno::EPROTONOSUPPORT,
            0x19 | 0x1E | 0x23..=0x25 => Errno::EPROTO,
            _ => Errno::ENOSYS,
        })
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            ErrorCode::SUCCESS => "Success",
            ErrorCode::UNKNOWN_COMMAND => "Unknown HCI Command",
            ErrorCode::UNKNOWN_CONNECTION => "Unknown Connection Identifier",
            ErrorCode::PAGE_TIMEOUT => "Page Timeout",
            ErrorCode::CONNECTION_TIMEOUT => "Connection Timeout",
            ErrorCode::CONNECTION_LIMIT_EXCEEDED => "Connection Limit Exceeded",
            ErrorCode::CONNECTION_ALREADY_EXISTS => "Connection Already Exists",
            ErrorCode::REJECTED_LIMITED_RESOURCES => "Connection Rejected due to Limited Resources",
            ErrorCode::CONNECTION_ACCEPT_TIMEOUT => "Connection Accept Timeout Exceeded",
            ErrorCode::REMOTE_USER_TERMINATED => "Remote User Terminated Connection",
            ErrorCode::REMOTE_POWER_OFF => "Remote Device Terminated Connection due to Power Off",
            ErrorCode::TERMINATED_BY_LOCAL_HOST => "Connection Terminated By Local Host",
            ErrorCode(other) => return write!(f, "ErrorCode({other:#04x})"),
        })
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
/// Every ACL packet type of 1, 3 and 5 slots at 1, 2 and 3 Mb/s, as Linux asks for (DM1 DH1 DM3 DH3 DM5 DH5; the
/// bits of 2-DHx and 3-DHx say "shall not be used" and are clear).
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

/// Cuts an L2CAP PDU into ACL data packets of at most `mtu` bytes each (at least 1): the first one as `first`,
/// the rest continuing.
pub fn fragments(
    handle: ConnectionHandle,
    first: Boundary,
    pdu: &[u8],
    mtu: usize,
) -> impl Iterator<Item = AclPacket<'_>> {
    pdu.chunks(mtu.max(1)).enumerate().map(move |(index, data)| AclPacket {
        handle,
        boundary: if index == 0 { first } else { Boundary::Continuing },
        data,
    })
}

/// Puts the fragments of one link together again.
///
/// A fragment that does not belong (a continuation of nothing, more bytes than the PDU's header announced, a new
/// PDU in the middle of one) discards what was begun, as Linux does (`l2cap_recv_acldata`).
#[derive(Clone, Debug, Default)]
pub struct Reassembly {
    pdu: Vec<u8>,
}

impl Reassembly {
    /// Length of an L2CAP header, and of the length field it begins with.
    const HEADER: usize = 4;

    /// Takes one packet; returns the PDU (header included) that it completes, if it does.
    pub fn packet_arrives(&mut self, packet: AclPacket<'_>) -> Option<Vec<u8>> {
        let begun = !self.pdu.is_empty();
        match packet.boundary {
            Boundary::First | Boundary::FirstNonFlushable => self.pdu.clear(),
            Boundary::Continuing if !begun => return None,
            Boundary::Continuing => {}
        }
        self.pdu.extend_from_slice(packet.data);
        let expected = usize::from(u16::from_le_bytes(*self.pdu.first_chunk()?)).saturating_add(Self::HEADER);
        match self.pdu.len().cmp(&expected) {
            core::cmp::Ordering::Less => None,
            core::cmp::Ordering::Equal => Some(core::mem::take(&mut self.pdu)),
            core::cmp::Ordering::Greater => {
                self.pdu.clear();
                None
            }
        }
    }
}

/// Which way a packet passed the Host Controller Interface, for captures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Host to controller.
    Sent,
    /// Controller to host.
    Received,
}

/// `packet` (with its H4 type) as pcap's link type 201, `LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR`, stores it: four bytes
/// of direction in network byte order (0 sent by the host, 1 received by it), then the packet.
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
    use alloc::vec;
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
    fn a_pdu_is_whole_again_after_fragmentation_to_the_controllers_buffers() {
        let mut pdu = vec![0; 2500];
        pdu[..4].copy_from_slice(&[0xC0, 0x09, 0x40, 0x00]);
        let handle = ConnectionHandle::new(1);
        let packets: Vec<_> = fragments(handle, Boundary::First, &pdu, 1021).collect();
        assert_eq!(packets.iter().map(|p| p.data.len()).collect::<Vec<_>>(), [1021, 1021, 458]);
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.packet_arrives(packets[0]), None);
        assert_eq!(reassembly.packet_arrives(packets[1]), None);
        assert_eq!(reassembly.packet_arrives(packets[2]), Some(pdu.clone()));
        // A continuation of nothing is dropped; so is a PDU that another one interrupts.
        assert_eq!(reassembly.packet_arrives(packets[2]), None);
        assert_eq!(reassembly.packet_arrives(packets[0]), None);
        let short = AclPacket { handle, boundary: Boundary::First, data: &[1, 0, 0x40, 0, 7] };
        assert_eq!(reassembly.packet_arrives(short), Some(short.data.to_vec()));
        assert_eq!(reassembly.packet_arrives(packets[1]), None);
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

        #[test]
        fn any_fragments_keep_the_reassembly_bounded(
            packets in prop::collection::vec((0u8..3, prop::collection::vec(any::<u8>(), 0..300)), 0..300)
        ) {
            let mut reassembly = Reassembly::default();
            for (boundary, data) in &packets {
                let boundary = [Boundary::First, Boundary::Continuing, Boundary::FirstNonFlushable]
                    [usize::from(*boundary)];
                let handle = ConnectionHandle::new(1);
                if let Some(pdu) = reassembly.packet_arrives(AclPacket { handle, boundary, data }) {
                    let len = usize::from(u16::from_le_bytes([pdu[0], pdu[1]]));
                    prop_assert_eq!(pdu.len(), len + 4);
                }
                prop_assert!(reassembly.pdu.len() <= 65535 + 4);
            }
        }
    }
}
