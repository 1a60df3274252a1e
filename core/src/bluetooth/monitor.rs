//! The monitor's trace: what passes between the kernel and every controller, and between programs and the
//! management interface (net/bluetooth/hci_mon.h). A [`MonitorSocket`](crate::socket::MonitorSocket) receives it,
//! btmon(1) prints it.
//!
//! ```
//! use anysock::bluetooth::monitor::{MonitorOpcode, MonitorRecord};
//!
//! let record = MonitorRecord::decode(&[2, 0, 1, 0, 3, 0, 0x03, 0x0C, 0x00])?;
//! assert_eq!((record.opcode, record.index), (MonitorOpcode::COMMAND_PKT, 1));
//! assert_eq!(record.data, [0x03, 0x0C, 0x00]);
//! # Ok::<(), anysock::DecodeError>(())
//! ```

use super::bytes::{Reader, Writer};
use crate::addr::BdAddr;
use crate::constants::{Errno, value_names};
use crate::error::DecodeError;

value_names! {
    /// What a record of the trace is (net/bluetooth/hci_mon.h).
    pub struct MonitorOpcode(u16) {
        /// A controller came: [`MonitorNewIndex`].
        "HCI_MON_NEW_INDEX" => NEW_INDEX = 0;
        /// A controller went.
        "HCI_MON_DEL_INDEX" => DEL_INDEX = 1;
        /// A command, without the byte of its kind.
        "HCI_MON_COMMAND_PKT" => COMMAND_PKT = 2;
        /// An event.
        "HCI_MON_EVENT_PKT" => EVENT_PKT = 3;
        /// Data to the controller.
        "HCI_MON_ACL_TX_PKT" => ACL_TX_PKT = 4;
        /// Data from the controller.
        "HCI_MON_ACL_RX_PKT" => ACL_RX_PKT = 5;
        /// Voice to the controller.
        "HCI_MON_SCO_TX_PKT" => SCO_TX_PKT = 6;
        /// Voice from the controller.
        "HCI_MON_SCO_RX_PKT" => SCO_RX_PKT = 7;
        /// A controller was opened.
        "HCI_MON_OPEN_INDEX" => OPEN_INDEX = 8;
        /// A controller was closed.
        "HCI_MON_CLOSE_INDEX" => CLOSE_INDEX = 9;
        /// What a controller is.
        "HCI_MON_INDEX_INFO" => INDEX_INFO = 10;
        /// What the maker of a controller tells.
        "HCI_MON_VENDOR_DIAG" => VENDOR_DIAG = 11;
        /// A line of the kernel's.
        "HCI_MON_SYSTEM_NOTE" => SYSTEM_NOTE = 12;
        /// A line of a program's: [`UserLogging`].
        "HCI_MON_USER_LOGGING" => USER_LOGGING = 13;
        /// A program opened a socket to controllers.
        "HCI_MON_CTRL_OPEN" => CTRL_OPEN = 14;
        /// It closed it.
        "HCI_MON_CTRL_CLOSE" => CTRL_CLOSE = 15;
        /// A program's command to the management interface.
        "HCI_MON_CTRL_COMMAND" => CTRL_COMMAND = 16;
        /// What that told a program.
        "HCI_MON_CTRL_EVENT" => CTRL_EVENT = 17;
        /// Isochronous audio to the controller.
        "HCI_MON_ISO_TX_PKT" => ISO_TX_PKT = 18;
        /// Isochronous audio from the controller.
        "HCI_MON_ISO_RX_PKT" => ISO_RX_PKT = 19;
    }
}

/// A record of the trace: `struct hci_mon_hdr`, and what is behind it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[doc(alias = "hci_mon_hdr")]
pub struct MonitorRecord<'a> {
    /// What it is.
    pub opcode: MonitorOpcode,
    /// The controller; [`HciAddr::DEV_NONE`](crate::HciAddr::DEV_NONE) for none.
    pub index: u16,
    /// What it says; a packet is without the byte of its kind.
    pub data: &'a [u8],
}

impl<'a> MonitorRecord<'a> {
    /// The record in `bytes`, a whole one and nothing else.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] and [`DecodeError::TooLong`] where its header says something else.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes);
        let opcode = MonitorOpcode(fields.u16_le()?);
        let index = fields.u16_le()?;
        let length = fields.u16_le()?;
        Ok(MonitorRecord { opcode, index, data: fields.exactly(length.into())? })
    }

    /// Writes the record to the front of `buffer`.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EINVAL` for more than 65,535 bytes.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        let length = u16::try_from(self.data.len()).map_err(|_| Errno::EINVAL)?;
        let mut writer = Writer::new(buffer);
        for field in [self.opcode.0, self.index, length] {
            writer.put(&field.to_le_bytes())?;
        }
        writer.put(self.data)?;
        Ok(writer.finish())
    }
}

/// A controller that came: `struct hci_mon_new_index`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[doc(alias = "hci_mon_new_index")]
pub struct MonitorNewIndex {
    /// What kind of controller: [`HciControllerType`](crate::constants::hci::HciControllerType).
    pub kind: u8,
    /// What it is attached by: [`HciBus`](crate::constants::hci::HciBus).
    pub bus: u8,
    /// Its address, as far as it is known.
    pub address: BdAddr,
    /// Its name, `hci0` say, with zeros behind.
    pub name: [u8; 8],
}

impl MonitorNewIndex {
    /// What a record of [`MonitorOpcode::NEW_INDEX`] says.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there are fewer than 16 bytes.
    pub fn decode(data: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(data);
        Ok(MonitorNewIndex {
            kind: fields.byte()?,
            bus: fields.byte()?,
            address: fields.address()?,
            name: fields.array()?,
        })
    }
}

/// A line of a program's, in the trace.
///
/// ```
/// use anysock::bluetooth::monitor::UserLogging;
///
/// let line = UserLogging { priority: 6, ident: b"app", text: b"hello" };
/// let mut buffer = [0; 32];
/// assert_eq!(line.encode(&mut buffer)?, b"\x06\x04app\0hello\0");
/// assert_eq!(UserLogging::decode(b"\x06\x04app\0hello\0"), Ok(line));
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct UserLogging<'a> {
    /// How serious it is, as syslog(3) has it: 0 an emergency, 7 for debugging.
    pub priority: u8,
    /// Who says it, at most 254 bytes.
    pub ident: &'a [u8],
    /// What it says.
    pub text: &'a [u8],
}

impl<'a> UserLogging<'a> {
    /// What a record of [`MonitorOpcode::USER_LOGGING`] says.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where bytes are missing, [`DecodeError::Invalid`] where a zero at an end is missing,
    /// or the priority is more than 7.
    pub fn decode(data: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(data);
        let priority = fields.byte()?;
        if priority > 7 {
            return Err(fields.invalid(1));
        }
        let length = fields.byte()?;
        let ident = match fields.slice(length.into())? {
            // Then its length is the zero as well.
            [] => &[],
            ident => terminated(&fields, ident)?,
        };
        let text = fields.slice(fields.rest().len())?;
        Ok(UserLogging { priority, ident, text: terminated(&fields, text)? })
    }

    /// Writes it to the front of `buffer`.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EINVAL` where the priority is more than 7 or the ident more than 254 bytes.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        if self.priority > 7 {
            return Err(Errno::EINVAL);
        }
        let length = u8::try_from(self.ident.len().saturating_add(1)).map_err(|_| Errno::EINVAL)?;
        let mut writer = Writer::new(buffer);
        writer.put(&[self.priority, length])?;
        for string in [self.ident, self.text] {
            writer.put(string)?;
            writer.put(&[0])?;
        }
        Ok(writer.finish())
    }
}

/// A string without the zero at its end, which has to be there: `fields` end with it.
fn terminated<'a>(fields: &Reader<'_>, string: &'a [u8]) -> Result<&'a [u8], DecodeError> {
    string.strip_suffix(&[0]).ok_or(fields.invalid(1))
}
