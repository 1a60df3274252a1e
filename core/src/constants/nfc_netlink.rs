//! The generic netlink family `nfc`, by which devices and tags for near-field communication are found
//! (linux/nfc.h). The sockets' own names are in [`nfc`](super::nfc).
//!
//! ```
//! use anysock::constants::nfc_netlink::NfcCommand;
//!
//! assert_eq!(NfcCommand::DEV_UP.0, 2);
//! assert_eq!(format!("{:?}", NfcCommand::DEV_UP), "NFC_CMD_DEV_UP");
//! ```

super::value_names! {
    /// A command of the family (linux/nfc.h).
    pub struct NfcCommand(u8) {
        /// Not in use.
        "NFC_CMD_UNSPEC" => UNSPEC = 0;
        /// Which devices there are.
        "NFC_CMD_GET_DEVICE" => GET_DEVICE = 1;
        /// Switch a device on.
        "NFC_CMD_DEV_UP" => DEV_UP = 2;
        /// Switch a device off.
        "NFC_CMD_DEV_DOWN" => DEV_DOWN = 3;
        /// Begin an exchange with another device.
        "NFC_CMD_DEP_LINK_UP" => DEP_LINK_UP = 4;
        /// End that exchange.
        "NFC_CMD_DEP_LINK_DOWN" => DEP_LINK_DOWN = 5;
        /// Look for tags.
        "NFC_CMD_START_POLL" => START_POLL = 6;
        /// Look no longer.
        "NFC_CMD_STOP_POLL" => STOP_POLL = 7;
        /// Which tags were found.
        "NFC_CMD_GET_TARGET" => GET_TARGET = 8;
        /// The parameters of logical link control.
        "NFC_CMD_LLC_GET_PARAMS" => LLC_GET_PARAMS = 15;
        /// Set those parameters.
        "NFC_CMD_LLC_SET_PARAMS" => LLC_SET_PARAMS = 16;
        /// Enable a secure element.
        "NFC_CMD_ENABLE_SE" => ENABLE_SE = 17;
        /// Disable a secure element.
        "NFC_CMD_DISABLE_SE" => DISABLE_SE = 18;
        /// Ask which services the peer has.
        "NFC_CMD_LLC_SDREQ" => LLC_SDREQ = 19;
        /// Load firmware.
        "NFC_CMD_FW_DOWNLOAD" => FW_DOWNLOAD = 21;
        /// Which secure elements there are.
        "NFC_CMD_GET_SE" => GET_SE = 26;
        /// Exchange with a secure element.
        "NFC_CMD_SE_IO" => SE_IO = 27;
        /// Activate a tag again.
        "NFC_CMD_ACTIVATE_TARGET" => ACTIVATE_TARGET = 28;
        /// A command of the device's maker.
        "NFC_CMD_VENDOR" => VENDOR = 29;
        /// Deactivate a tag.
        "NFC_CMD_DEACTIVATE_TARGET" => DEACTIVATE_TARGET = 30;
    }
}

super::value_names! {
    /// What the family tells of (linux/nfc.h).
    pub struct NfcEvent(u8) {
        /// Tags were found.
        "NFC_EVENT_TARGETS_FOUND" => TARGETS_FOUND = 9;
        /// A device came.
        "NFC_EVENT_DEVICE_ADDED" => DEVICE_ADDED = 10;
        /// A device went.
        "NFC_EVENT_DEVICE_REMOVED" => DEVICE_REMOVED = 11;
        /// A tag is gone.
        "NFC_EVENT_TARGET_LOST" => TARGET_LOST = 12;
        /// Another device addresses this one.
        "NFC_EVENT_TM_ACTIVATED" => TM_ACTIVATED = 13;
        /// It does so no longer.
        "NFC_EVENT_TM_DEACTIVATED" => TM_DEACTIVATED = 14;
        /// Which services the peer has.
        "NFC_EVENT_LLC_SDRES" => LLC_SDRES = 20;
        /// A secure element came.
        "NFC_EVENT_SE_ADDED" => SE_ADDED = 22;
        /// A secure element went.
        "NFC_EVENT_SE_REMOVED" => SE_REMOVED = 23;
        /// A secure element wants to talk to somebody.
        "NFC_EVENT_SE_CONNECTIVITY" => SE_CONNECTIVITY = 24;
        /// A program on a secure element has done its work.
        "NFC_EVENT_SE_TRANSACTION" => SE_TRANSACTION = 25;
    }
}

super::value_names! {
    /// An attribute of the family (linux/nfc.h).
    pub struct NfcAttribute(u16) {
        /// Not in use.
        "NFC_ATTR_UNSPEC" => UNSPEC = 0;
        /// The device's number, 32 bits.
        "NFC_ATTR_DEVICE_INDEX" => DEVICE_INDEX = 1;
        /// The device's name.
        "NFC_ATTR_DEVICE_NAME" => DEVICE_NAME = 2;
        /// What it speaks, a bit for each protocol, 32 bits.
        "NFC_ATTR_PROTOCOLS" => PROTOCOLS = 3;
        /// The tag's number, 32 bits.
        "NFC_ATTR_TARGET_INDEX" => TARGET_INDEX = 4;
        /// A tag's SENS_RES, 16 bits.
        "NFC_ATTR_TARGET_SENS_RES" => TARGET_SENS_RES = 5;
        /// A tag's SEL_RES, one byte.
        "NFC_ATTR_TARGET_SEL_RES" => TARGET_SEL_RES = 6;
        /// A tag's identifier, up to 10 bytes.
        "NFC_ATTR_TARGET_NFCID1" => TARGET_NFCID1 = 7;
        /// A tag's SENSB_RES.
        "NFC_ATTR_TARGET_SENSB_RES" => TARGET_SENSB_RES = 8;
        /// A tag's SENSF_RES.
        "NFC_ATTR_TARGET_SENSF_RES" => TARGET_SENSF_RES = 9;
        /// Who makes the field: [`NfcMode::COMM_PASSIVE`] or [`NfcMode::COMM_ACTIVE`], one byte.
        "NFC_ATTR_COMM_MODE" => COMM_MODE = 10;
        /// Which end it is: [`NfcMode::RF_INITIATOR`] or [`NfcMode::RF_TARGET`], one byte.
        "NFC_ATTR_RF_MODE" => RF_MODE = 11;
        /// Whether it is on, one byte.
        "NFC_ATTR_DEVICE_POWERED" => DEVICE_POWERED = 12;
        /// What to look for, a bit for each protocol, 32 bits.
        "NFC_ATTR_IM_PROTOCOLS" => IM_PROTOCOLS = 13;
        /// What to be looked for as, a bit for each protocol, 32 bits.
        "NFC_ATTR_TM_PROTOCOLS" => TM_PROTOCOLS = 14;
        /// How long a link may be silent, one byte.
        "NFC_ATTR_LLC_PARAM_LTO" => LLC_PARAM_LTO = 15;
        /// The receive window, one byte.
        "NFC_ATTR_LLC_PARAM_RW" => LLC_PARAM_RW = 16;
        /// How much larger packets may be, 16 bits.
        "NFC_ATTR_LLC_PARAM_MIUX" => LLC_PARAM_MIUX = 17;
        /// The secure elements.
        "NFC_ATTR_SE" => SE = 18;
        /// Services: attributes [`NfcServiceAttribute`].
        "NFC_ATTR_LLC_SDP" => LLC_SDP = 19;
        /// The firmware's name.
        "NFC_ATTR_FIRMWARE_NAME" => FIRMWARE_NAME = 20;
        /// The secure element's number, 32 bits.
        "NFC_ATTR_SE_INDEX" => SE_INDEX = 21;
        /// The secure element's type, one byte.
        "NFC_ATTR_SE_TYPE" => SE_TYPE = 22;
        /// The identifier of its program.
        "NFC_ATTR_SE_AID" => SE_AID = 23;
        /// What became of the firmware, 32 bits.
        "NFC_ATTR_FIRMWARE_DOWNLOAD_STATUS" => FIRMWARE_DOWNLOAD_STATUS = 24;
        /// What is exchanged with a secure element.
        "NFC_ATTR_SE_APDU" => SE_APDU = 25;
        /// A tag's data format, one byte.
        "NFC_ATTR_TARGET_ISO15693_DSFID" => TARGET_ISO15693_DSFID = 26;
        /// A tag's identifier, 8 bytes.
        "NFC_ATTR_TARGET_ISO15693_UID" => TARGET_ISO15693_UID = 27;
        /// The parameters of a transaction.
        "NFC_ATTR_SE_PARAMS" => SE_PARAMS = 28;
        /// The device's maker, 32 bits.
        "NFC_ATTR_VENDOR_ID" => VENDOR_ID = 29;
        /// The maker's command, 32 bits.
        "NFC_ATTR_VENDOR_SUBCMD" => VENDOR_SUBCMD = 30;
        /// The maker's data.
        "NFC_ATTR_VENDOR_DATA" => VENDOR_DATA = 31;
        /// A tag's answer to select, up to 20 bytes.
        "NFC_ATTR_TARGET_ATS" => TARGET_ATS = 32;
    }
}

super::value_names! {
    /// An attribute of a service, within `NFC_ATTR_LLC_SDP` (linux/nfc.h).
    pub struct NfcServiceAttribute(u16) {
        /// Not in use.
        "NFC_SDP_ATTR_UNSPEC" => UNSPEC = 0;
        /// Its name.
        "NFC_SDP_ATTR_URI" => URI = 1;
        /// Its access point, one byte.
        "NFC_SDP_ATTR_SAP" => SAP = 2;
    }
}

super::flag_names! {
    /// Several of what tags speak (linux/nfc.h).
    pub struct NfcProtocols(u32) {
        /// Jewel, type 1.
        "NFC_PROTO_JEWEL_MASK" => JEWEL = 0x2;
        /// MIFARE, type 2.
        "NFC_PROTO_MIFARE_MASK" => MIFARE = 0x4;
        /// FeliCa, type 3.
        "NFC_PROTO_FELICA_MASK" => FELICA = 0x8;
        /// ISO 14443 A, type 4.
        "NFC_PROTO_ISO14443_MASK" => ISO14443 = 0x10;
        /// Data exchange between devices.
        "NFC_PROTO_NFC_DEP_MASK" => NFC_DEP = 0x20;
        /// ISO 14443 B, type 4.
        "NFC_PROTO_ISO14443_B_MASK" => ISO14443_B = 0x40;
        /// ISO 15693, type 5.
        "NFC_PROTO_ISO15693_MASK" => ISO15693 = 0x80;
    }
}

super::value_names! {
    /// How two devices exchange data (linux/nfc.h).
    pub struct NfcMode(u8) {
        /// Each makes its own field.
        "NFC_COMM_ACTIVE" => COMM_ACTIVE = 0;
        /// One makes the field for both.
        "NFC_COMM_PASSIVE" => COMM_PASSIVE = 1;
        /// This one began.
        "NFC_RF_INITIATOR" => RF_INITIATOR = 0;
        /// The other began.
        "NFC_RF_TARGET" => RF_TARGET = 1;
        /// Neither.
        "NFC_RF_NONE" => RF_NONE = 2;
    }
}

super::value_names! {
    /// What a secure element is, and whether it is enabled (linux/nfc.h).
    pub struct NfcSecureElement(u8) {
        /// A telephone's card.
        "NFC_SE_UICC" => UICC = 1;
        /// Built in.
        "NFC_SE_EMBEDDED" => EMBEDDED = 2;
        /// It is disabled.
        "NFC_SE_DISABLED" => DISABLED = 0;
        /// It is enabled.
        "NFC_SE_ENABLED" => ENABLED = 1;
    }
}

super::value_names! {
    /// Which way a traced packet went (linux/nfc.h).
    pub struct NfcDirection(u8) {
        /// It was received.
        "NFC_DIRECTION_RX" => RX = 0;
        /// It was sent.
        "NFC_DIRECTION_TX" => TX = 1;
    }
}

super::value_names! {
    /// The room of a field, in bytes, and the family's version (linux/nfc.h).
    pub struct NfcRoom(u16) {
        /// The version.
        "NFC_GENL_VERSION" => GENL_VERSION = 1;
        /// A device's name.
        "NFC_DEVICE_NAME_MAXSIZE" => DEVICE_NAME_MAXSIZE = 8;
        /// Identifier 1.
        "NFC_NFCID1_MAXSIZE" => NFCID1_MAXSIZE = 10;
        /// Identifier 2.
        "NFC_NFCID2_MAXSIZE" => NFCID2_MAXSIZE = 8;
        /// Identifier 3.
        "NFC_NFCID3_MAXSIZE" => NFCID3_MAXSIZE = 10;
        /// A SENSB_RES.
        "NFC_SENSB_RES_MAXSIZE" => SENSB_RES_MAXSIZE = 12;
        /// A SENSF_RES.
        "NFC_SENSF_RES_MAXSIZE" => SENSF_RES_MAXSIZE = 18;
        /// A request for attributes.
        "NFC_ATR_REQ_MAXSIZE" => ATR_REQ_MAXSIZE = 64;
        /// Its answer.
        "NFC_ATR_RES_MAXSIZE" => ATR_RES_MAXSIZE = 64;
        /// The general bytes of a request.
        "NFC_ATR_REQ_GB_MAXSIZE" => ATR_REQ_GB_MAXSIZE = 48;
        /// The general bytes of an answer.
        "NFC_ATR_RES_GB_MAXSIZE" => ATR_RES_GB_MAXSIZE = 47;
        /// General bytes.
        "NFC_GB_MAXSIZE" => GB_MAXSIZE = 48;
        /// The firmware's name.
        "NFC_FIRMWARE_NAME_MAXSIZE" => FIRMWARE_NAME_MAXSIZE = 32;
        /// An identifier of ISO 15693.
        "NFC_ISO15693_UID_MAXSIZE" => ISO15693_UID_MAXSIZE = 8;
        /// An answer to select.
        "NFC_ATS_MAXSIZE" => ATS_MAXSIZE = 20;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    NfcCommand::TABLE,
    NfcEvent::TABLE,
    NfcAttribute::TABLE,
    NfcServiceAttribute::TABLE,
    NfcProtocols::TABLE,
    NfcMode::TABLE,
    NfcSecureElement::TABLE,
    NfcDirection::TABLE,
    NfcRoom::TABLE,
];
