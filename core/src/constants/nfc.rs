//! Values of near-field communication (linux/nfc.h).
//!
//! ```
//! use anysock::constants::nfc::NfcProtocol;
//!
//! assert_eq!(NfcProtocol::LLCP.0, 1);
//! assert_eq!(format!("{:?}", NfcProtocol::LLCP), "NFC_SOCKPROTO_LLCP");
//! ```

super::value_names! {
    /// A protocol of `AF_NFC` (linux/nfc.h).
    pub struct NfcProtocol(i32) {
        /// What a tag is told and answers.
        "NFC_SOCKPROTO_RAW" => RAW = 0;
        /// Logical link control.
        "NFC_SOCKPROTO_LLCP" => LLCP = 1;
    }
}

super::value_names! {
    /// What a tag speaks: `nfc_protocol` of the addresses (linux/nfc.h).
    pub struct NfcTagProtocol(u32) {
        /// Jewel, type 1.
        "NFC_PROTO_JEWEL" => JEWEL = 1;
        /// MIFARE, type 2.
        "NFC_PROTO_MIFARE" => MIFARE = 2;
        /// FeliCa, type 3.
        "NFC_PROTO_FELICA" => FELICA = 3;
        /// ISO 14443 A, type 4.
        "NFC_PROTO_ISO14443" => ISO14443 = 4;
        /// Data exchange between devices.
        "NFC_PROTO_NFC_DEP" => NFC_DEP = 5;
        /// ISO 14443 B, type 4.
        "NFC_PROTO_ISO14443_B" => ISO14443_B = 6;
        /// ISO 15693, type 5.
        "NFC_PROTO_ISO15693" => ISO15693 = 7;
    }
}

super::value_names! {
    /// A length, in bytes (linux/nfc.h).
    pub struct NfcLength(u32) {
        /// The longest name of a service.
        "NFC_LLCP_MAX_SERVICE_NAME" => LLCP_MAX_SERVICE_NAME = 63;
        /// The header before each raw packet.
        "NFC_HEADER_SIZE" => HEADER_SIZE = 1;
        /// The header before each traced packet.
        "NFC_RAW_HEADER_SIZE" => RAW_HEADER_SIZE = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[NfcProtocol::TABLE, NfcTagProtocol::TABLE, NfcLength::TABLE];
