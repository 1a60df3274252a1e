//! What the controller tells.

use super::super::bytes::Reader;
use super::{AdvertisingReports, InquiryResults, Opcode};
use crate::addr::BdAddr;
use crate::constants::hci::HciError;
use crate::constants::value_names;
use crate::error::DecodeError;

value_names! {
    /// Which event it is. `Debug` prints the specification's name.
    pub struct EventCode(u8) {
        /// The search for devices is over.
        "HCI_Inquiry_Complete" => INQUIRY_COMPLETE = 0x01;
        /// Devices were found.
        "HCI_Inquiry_Result" => INQUIRY_RESULT = 0x02;
        /// A link is there, or is not.
        "HCI_Connection_Complete" => CONNECTION_COMPLETE = 0x03;
        /// A device asks for a link.
        "HCI_Connection_Request" => CONNECTION_REQUEST = 0x04;
        /// A link is gone.
        "HCI_Disconnection_Complete" => DISCONNECTION_COMPLETE = 0x05;
        /// A device said its name.
        "HCI_Remote_Name_Request_Complete" => REMOTE_NAME_REQUEST_COMPLETE = 0x07;
        /// A command was carried out.
        "HCI_Command_Complete" => COMMAND_COMPLETE = 0x0E;
        /// A command has begun, or was refused.
        "HCI_Command_Status" => COMMAND_STATUS = 0x0F;
        /// Data has gone out.
        "HCI_Number_Of_Completed_Packets" => NUMBER_OF_COMPLETED_PACKETS = 0x13;
        /// Devices were found, with how well they are heard.
        "HCI_Inquiry_Result_with_RSSI" => INQUIRY_RESULT_WITH_RSSI = 0x22;
        /// A device was found, with what it says of itself.
        "HCI_Extended_Inquiry_Result" => EXTENDED_INQUIRY_RESULT = 0x2F;
        /// An event of low energy, [`LeSubevent`].
        "HCI_LE_Meta" => LE_META = 0x3E;
    }
}

value_names! {
    /// Which event of low energy it is: the first byte of the parameters of [`EventCode::LE_META`].
    pub struct LeSubevent(u8) {
        /// A link is there, or is not.
        "HCI_LE_Connection_Complete" => CONNECTION_COMPLETE = 0x01;
        /// Devices advertise.
        "HCI_LE_Advertising_Report" => ADVERTISING_REPORT = 0x02;
    }
}

/// An event of the controller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event<'a> {
    /// The search for devices is over.
    InquiryComplete {
        /// Why, where it was no success.
        status: Result<(), HciError>,
    },
    /// Devices were found, whichever of the three events tells it.
    InquiryResult(InquiryResults<'a>),
    /// A link is there, or is not.
    ConnectionComplete {
        /// Why it is not.
        status: Result<(), HciError>,
        /// The link.
        handle: u16,
        /// The other device.
        address: BdAddr,
        /// 0 synchronous, 1 for data.
        link_type: u8,
        /// Whether it is encrypted.
        encrypted: bool,
    },
    /// A device asks for a link.
    ConnectionRequest {
        /// The device.
        address: BdAddr,
        /// What kind of device it says that it is, 24 bits.
        class: u32,
        /// 0 synchronous, 1 for data, 2 extended synchronous.
        link_type: u8,
    },
    /// A link is gone.
    DisconnectionComplete {
        /// Why it is not.
        status: Result<(), HciError>,
        /// The link.
        handle: u16,
        /// Why it ended.
        reason: HciError,
    },
    /// A command was carried out.
    CommandComplete {
        /// How many commands the controller takes now.
        commands: u8,
        /// The command.
        opcode: Opcode,
        /// The answer, whose first byte is a status.
        parameters: &'a [u8],
    },
    /// A command has begun, or was refused.
    CommandStatus {
        /// Why it was refused.
        status: Result<(), HciError>,
        /// How many commands the controller takes now.
        commands: u8,
        /// The command.
        opcode: Opcode,
    },
    /// Low-energy devices advertise.
    AdvertisingReport(AdvertisingReports<'a>),
    /// Any other.
    Other {
        /// What it is.
        code: EventCode,
        /// Its parameters.
        parameters: &'a [u8],
    },
}

impl<'a> Event<'a> {
    /// The event of a [`Packet::Event`](super::Packet::Event).
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where parameters are missing; more than there should be are overlooked.
    pub fn decode(code: EventCode, parameters: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(parameters);
        Ok(match code {
            EventCode::INQUIRY_COMPLETE => Event::InquiryComplete { status: super::status(fields.byte()?) },
            EventCode::INQUIRY_RESULT
            | EventCode::INQUIRY_RESULT_WITH_RSSI
            | EventCode::EXTENDED_INQUIRY_RESULT => {
                Event::InquiryResult(InquiryResults::decode(code, parameters)?)
            }
            EventCode::CONNECTION_COMPLETE => Event::ConnectionComplete {
                status: super::status(fields.byte()?),
                handle: fields.u16_le()? & super::HANDLE,
                address: fields.address()?,
                link_type: fields.byte()?,
                encrypted: fields.byte()? != 0,
            },
            EventCode::CONNECTION_REQUEST => {
                let address = fields.address()?;
                let [low, middle, high] = fields.array()?;
                let class = u32::from_le_bytes([low, middle, high, 0]);
                Event::ConnectionRequest { address, class, link_type: fields.byte()? }
            }
            EventCode::DISCONNECTION_COMPLETE => Event::DisconnectionComplete {
                status: super::status(fields.byte()?),
                handle: fields.u16_le()? & super::HANDLE,
                reason: HciError(fields.byte()?),
            },
            EventCode::COMMAND_COMPLETE => Event::CommandComplete {
                commands: fields.byte()?,
                opcode: Opcode(fields.u16_le()?),
                parameters: fields.rest(),
            },
            EventCode::COMMAND_STATUS => Event::CommandStatus {
                status: super::status(fields.byte()?),
                commands: fields.byte()?,
                opcode: Opcode(fields.u16_le()?),
            },
            EventCode::LE_META => match LeSubevent(fields.byte()?) {
                LeSubevent::ADVERTISING_REPORT => {
                    Event::AdvertisingReport(AdvertisingReports::decode(fields.rest())?)
                }
                _ => Event::Other { code, parameters },
            },
            _ => Event::Other { code, parameters },
        })
    }
}
