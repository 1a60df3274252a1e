//! What the management interface tells.

use super::super::bytes::Reader;
use super::{ManagementMessage, ManagementOpcode, ManagementSettings, ManagementStatus};
use crate::addr::{BdAddr, BdAddrType};
use crate::constants::value_names;
use crate::error::DecodeError;

value_names! {
    /// Which event it is (net/bluetooth/mgmt.h).
    pub struct ManagementEventCode(u16) {
        /// The answer to a command.
        "MGMT_EV_CMD_COMPLETE" => CMD_COMPLETE = 0x0001;
        /// Why a command was refused.
        "MGMT_EV_CMD_STATUS" => CMD_STATUS = 0x0002;
        /// The controller failed.
        "MGMT_EV_CONTROLLER_ERROR" => CONTROLLER_ERROR = 0x0003;
        /// A controller came.
        "MGMT_EV_INDEX_ADDED" => INDEX_ADDED = 0x0004;
        /// A controller went.
        "MGMT_EV_INDEX_REMOVED" => INDEX_REMOVED = 0x0005;
        /// It is set otherwise.
        "MGMT_EV_NEW_SETTINGS" => NEW_SETTINGS = 0x0006;
        /// It says that it is another kind of device.
        "MGMT_EV_CLASS_OF_DEV_CHANGED" => CLASS_OF_DEV_CHANGED = 0x0007;
        /// It has another name.
        "MGMT_EV_LOCAL_NAME_CHANGED" => LOCAL_NAME_CHANGED = 0x0008;
        /// The key of a classic device that it paired with.
        "MGMT_EV_NEW_LINK_KEY" => NEW_LINK_KEY = 0x0009;
        /// The key of a low-energy device that it paired with.
        "MGMT_EV_NEW_LONG_TERM_KEY" => NEW_LONG_TERM_KEY = 0x000A;
        /// A link is there.
        "MGMT_EV_DEVICE_CONNECTED" => DEVICE_CONNECTED = 0x000B;
        /// A link is gone.
        "MGMT_EV_DEVICE_DISCONNECTED" => DEVICE_DISCONNECTED = 0x000C;
        /// A link could not be made.
        "MGMT_EV_CONNECT_FAILED" => CONNECT_FAILED = 0x000D;
        /// A device asks for a number.
        "MGMT_EV_PIN_CODE_REQUEST" => PIN_CODE_REQUEST = 0x000E;
        /// The user is to confirm a number.
        "MGMT_EV_USER_CONFIRM_REQUEST" => USER_CONFIRM_REQUEST = 0x000F;
        /// The user is to type a number.
        "MGMT_EV_USER_PASSKEY_REQUEST" => USER_PASSKEY_REQUEST = 0x0010;
        /// A device could not be authenticated.
        "MGMT_EV_AUTH_FAILED" => AUTH_FAILED = 0x0011;
        /// A device was found.
        "MGMT_EV_DEVICE_FOUND" => DEVICE_FOUND = 0x0012;
        /// Whether it looks for devices.
        "MGMT_EV_DISCOVERING" => DISCOVERING = 0x0013;
        /// Nothing is taken from a device.
        "MGMT_EV_DEVICE_BLOCKED" => DEVICE_BLOCKED = 0x0014;
        /// It is again.
        "MGMT_EV_DEVICE_UNBLOCKED" => DEVICE_UNBLOCKED = 0x0015;
        /// A device was forgotten.
        "MGMT_EV_DEVICE_UNPAIRED" => DEVICE_UNPAIRED = 0x0016;
        /// The user is to be shown a number.
        "MGMT_EV_PASSKEY_NOTIFY" => PASSKEY_NOTIFY = 0x0017;
        /// The key by which a device's changing addresses are known.
        "MGMT_EV_NEW_IRK" => NEW_IRK = 0x0018;
        /// The key with which a device signs.
        "MGMT_EV_NEW_CSRK" => NEW_CSRK = 0x0019;
        /// A device is to be connected to when it is heard.
        "MGMT_EV_DEVICE_ADDED" => DEVICE_ADDED = 0x001A;
        /// No longer.
        "MGMT_EV_DEVICE_REMOVED" => DEVICE_REMOVED = 0x001B;
        /// How often a device wants to be spoken to.
        "MGMT_EV_NEW_CONN_PARAM" => NEW_CONN_PARAM = 0x001C;
        /// A controller came that wants to be configured first.
        "MGMT_EV_UNCONF_INDEX_ADDED" => UNCONF_INDEX_ADDED = 0x001D;
        /// It went.
        "MGMT_EV_UNCONF_INDEX_REMOVED" => UNCONF_INDEX_REMOVED = 0x001E;
        /// What is still to be configured.
        "MGMT_EV_NEW_CONFIG_OPTIONS" => NEW_CONFIG_OPTIONS = 0x001F;
        /// A controller came, with its kind and bus.
        "MGMT_EV_EXT_INDEX_ADDED" => EXT_INDEX_ADDED = 0x0020;
        /// It went.
        "MGMT_EV_EXT_INDEX_REMOVED" => EXT_INDEX_REMOVED = 0x0021;
        /// What can be told to a device by another way has changed.
        "MGMT_EV_LOCAL_OOB_DATA_UPDATED" => LOCAL_OOB_DATA_UPDATED = 0x0022;
        /// Something is advertised.
        "MGMT_EV_ADVERTISING_ADDED" => ADVERTISING_ADDED = 0x0023;
        /// No longer.
        "MGMT_EV_ADVERTISING_REMOVED" => ADVERTISING_REMOVED = 0x0024;
        /// What a controller says of itself has changed.
        "MGMT_EV_EXT_INFO_CHANGED" => EXT_INFO_CHANGED = 0x0025;
        /// It uses other radio modulations.
        "MGMT_EV_PHY_CONFIGURATION_CHANGED" => PHY_CONFIGURATION_CHANGED = 0x0026;
        /// Something on trial is used, or is not.
        "MGMT_EV_EXP_FEATURE_CHANGED" => EXP_FEATURE_CHANGED = 0x0027;
        /// A device is treated otherwise.
        "MGMT_EV_DEVICE_FLAGS_CHANGED" => DEVICE_FLAGS_CHANGED = 0x002A;
        /// Something is watched for.
        "MGMT_EV_ADV_MONITOR_ADDED" => ADV_MONITOR_ADDED = 0x002B;
        /// No longer.
        "MGMT_EV_ADV_MONITOR_REMOVED" => ADV_MONITOR_REMOVED = 0x002C;
        /// It sleeps.
        "MGMT_EV_CONTROLLER_SUSPEND" => CONTROLLER_SUSPEND = 0x002D;
        /// It is awake again.
        "MGMT_EV_CONTROLLER_RESUME" => CONTROLLER_RESUME = 0x002E;
        /// What is watched for was heard.
        "MGMT_EV_ADV_MONITOR_DEVICE_FOUND" => ADV_MONITOR_DEVICE_FOUND = 0x002F;
        /// It is heard no longer.
        "MGMT_EV_ADV_MONITOR_DEVICE_LOST" => ADV_MONITOR_DEVICE_LOST = 0x0030;
        /// A device of a mesh was heard.
        "MGMT_EV_MESH_DEVICE_FOUND" => MESH_DEVICE_FOUND = 0x0031;
        /// Something was sent to a mesh.
        "MGMT_EV_MESH_PACKET_CMPLT" => MESH_PACKET_CMPLT = 0x0032;
    }
}

/// An event of the management interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ManagementEvent<'a> {
    /// The answer to a command.
    CommandComplete {
        /// The command.
        opcode: ManagementOpcode,
        /// Why it was refused.
        status: Result<(), ManagementStatus>,
        /// The answer.
        parameters: &'a [u8],
    },
    /// A command was refused, or has begun.
    CommandStatus {
        /// The command.
        opcode: ManagementOpcode,
        /// Why it was refused.
        status: Result<(), ManagementStatus>,
    },
    /// A controller came.
    IndexAdded,
    /// A controller went.
    IndexRemoved,
    /// It is set otherwise.
    NewSettings(ManagementSettings),
    /// A link is there.
    DeviceConnected {
        /// The other device.
        address: BdAddr,
        /// What kind of address that is.
        address_type: BdAddrType,
        /// Bit 3 where it was this one that asked.
        flags: u32,
        /// What it says of itself, for [`AdvertisingData`](crate::bluetooth::AdvertisingData).
        data: &'a [u8],
    },
    /// A link is gone.
    DeviceDisconnected {
        /// The other device.
        address: BdAddr,
        /// What kind of address that is.
        address_type: BdAddrType,
        /// Why: 0 unknown, 1 it is not heard any more, 2 this end, 3 the other end, 4 it was not authenticated.
        reason: u8,
    },
    /// A device was found.
    DeviceFound {
        /// The device.
        address: BdAddr,
        /// What kind of address that is.
        address_type: BdAddrType,
        /// How well it is heard, in dBm; 127 for unknown.
        rssi: i8,
        /// Bit 0 its name is asked for, bit 2 it cannot be connected to.
        flags: u32,
        /// What it says of itself, for [`AdvertisingData`](crate::bluetooth::AdvertisingData).
        data: &'a [u8],
    },
    /// Whether it looks for devices.
    Discovering {
        /// Bits of address types.
        address_types: u8,
        /// Whether it does.
        on: bool,
    },
    /// Any other.
    Other {
        /// What it is.
        code: ManagementEventCode,
        /// What it says.
        parameters: &'a [u8],
    },
}

impl<'a> ManagementEvent<'a> {
    /// The event in a message of the kernel's.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where parameters are missing; more than there should be are overlooked.
    pub fn decode(message: &ManagementMessage<'a>) -> Result<Self, DecodeError> {
        let parameters = message.parameters;
        let mut fields = Reader::new(parameters);
        Ok(match ManagementEventCode(message.code) {
            ManagementEventCode::CMD_COMPLETE => ManagementEvent::CommandComplete {
                opcode: ManagementOpcode(fields.u16_le()?),
                status: status(fields.byte()?),
                parameters: fields.rest(),
            },
            ManagementEventCode::CMD_STATUS => ManagementEvent::CommandStatus {
                opcode: ManagementOpcode(fields.u16_le()?),
                status: status(fields.byte()?),
            },
            ManagementEventCode::INDEX_ADDED => ManagementEvent::IndexAdded,
            ManagementEventCode::INDEX_REMOVED => ManagementEvent::IndexRemoved,
            ManagementEventCode::NEW_SETTINGS => {
                ManagementEvent::NewSettings(ManagementSettings(fields.u32_le()?))
            }
            ManagementEventCode::DEVICE_CONNECTED => ManagementEvent::DeviceConnected {
                address: fields.address()?,
                address_type: BdAddrType(fields.byte()?),
                flags: fields.u32_le()?,
                data: counted(&mut fields)?,
            },
            ManagementEventCode::DEVICE_DISCONNECTED => ManagementEvent::DeviceDisconnected {
                address: fields.address()?,
                address_type: BdAddrType(fields.byte()?),
                reason: fields.byte()?,
            },
            ManagementEventCode::DEVICE_FOUND => ManagementEvent::DeviceFound {
                address: fields.address()?,
                address_type: BdAddrType(fields.byte()?),
                rssi: i8::from_le_bytes(fields.array()?),
                flags: fields.u32_le()?,
                data: counted(&mut fields)?,
            },
            ManagementEventCode::DISCOVERING => {
                ManagementEvent::Discovering { address_types: fields.byte()?, on: fields.byte()? != 0 }
            }
            code => ManagementEvent::Other { code, parameters },
        })
    }
}

/// Bytes behind their number.
fn counted<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    let length = fields.u16_le()?;
    fields.slice(length.into())
}

/// What a status says: zero is success.
fn status(byte: u8) -> Result<(), ManagementStatus> {
    match byte {
        0 => Ok(()),
        error => Err(ManagementStatus(error)),
    }
}
