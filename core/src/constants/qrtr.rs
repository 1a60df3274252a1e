//! Values of Qualcomm's IPC router (linux/qrtr.h).
//!
//! ```
//! use anysock::constants::qrtr::QrtrPacketType;
//!
//! assert_eq!(QrtrPacketType::HELLO.0, 2);
//! assert_eq!(format!("{:?}", QrtrPacketType::HELLO), "QRTR_TYPE_HELLO");
//! ```

super::value_names! {
    /// A special node or port (linux/qrtr.h).
    pub struct QrtrAddress(u32) {
        /// Every node.
        "QRTR_NODE_BCAST" => NODE_BCAST = 0xffffffff;
        /// The port of control packets.
        "QRTR_PORT_CTRL" => PORT_CTRL = 0xfffffffe;
    }
}

super::value_names! {
    /// The type of a control packet (linux/qrtr.h).
    pub struct QrtrPacketType(u32) {
        /// Data.
        "QRTR_TYPE_DATA" => DATA = 1;
        /// A node says hello.
        "QRTR_TYPE_HELLO" => HELLO = 2;
        /// A node says good-bye.
        "QRTR_TYPE_BYE" => BYE = 3;
        /// A service appeared.
        "QRTR_TYPE_NEW_SERVER" => NEW_SERVER = 4;
        /// A service disappeared.
        "QRTR_TYPE_DEL_SERVER" => DEL_SERVER = 5;
        /// A client disappeared.
        "QRTR_TYPE_DEL_CLIENT" => DEL_CLIENT = 6;
        /// Sending may go on.
        "QRTR_TYPE_RESUME_TX" => RESUME_TX = 7;
        /// A process ended.
        "QRTR_TYPE_EXIT" => EXIT = 8;
        /// A ping.
        "QRTR_TYPE_PING" => PING = 9;
        /// A service is looked for.
        "QRTR_TYPE_NEW_LOOKUP" => NEW_LOOKUP = 10;
        /// A service is no longer looked for.
        "QRTR_TYPE_DEL_LOOKUP" => DEL_LOOKUP = 11;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[QrtrAddress::TABLE, QrtrPacketType::TABLE];
