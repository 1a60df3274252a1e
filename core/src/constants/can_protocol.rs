//! Numbers of the CAN protocols on top of frames: the broadcast manager, ISO-TP, J1939.
//!
//! ```
//! use anysock::constants::can_protocol::IsoTpDefault;
//!
//! assert_eq!(IsoTpDefault::DEFAULT_PAD_CONTENT.0, 204);
//! assert_eq!(format!("{:?}", IsoTpDefault::DEFAULT_PAD_CONTENT), "CAN_ISOTP_DEFAULT_PAD_CONTENT");
//! ```

super::value_names! {
    /// What ISO-TP's options are unless they are set (linux/can/isotp.h).
    pub struct IsoTpDefault(u32) {
        /// No flags.
        "CAN_ISOTP_DEFAULT_FLAGS" => DEFAULT_FLAGS = 0;
        /// The extended address.
        "CAN_ISOTP_DEFAULT_EXT_ADDRESS" => DEFAULT_EXT_ADDRESS = 0;
        /// The padding: the ISO's value, which avoids stuffed bits.
        "CAN_ISOTP_DEFAULT_PAD_CONTENT" => DEFAULT_PAD_CONTENT = 204;
        /// The time of a frame, in nanoseconds.
        "CAN_ISOTP_DEFAULT_FRAME_TXTIME" => DEFAULT_FRAME_TXTIME = 50000;
        /// The block size: all frames at once.
        "CAN_ISOTP_DEFAULT_RECV_BS" => DEFAULT_RECV_BS = 0;
        /// The gap asked for.
        "CAN_ISOTP_DEFAULT_RECV_STMIN" => DEFAULT_RECV_STMIN = 0;
        /// How many times a sender may be told to wait.
        "CAN_ISOTP_DEFAULT_RECV_WFTMAX" => DEFAULT_RECV_WFTMAX = 0;
        /// The size of frames: those of classic CAN.
        "CAN_ISOTP_DEFAULT_LL_MTU" => DEFAULT_LL_MTU = 16;
        /// How much data a frame carries.
        "CAN_ISOTP_DEFAULT_LL_TX_DL" => DEFAULT_LL_TX_DL = 8;
        /// The flags of CAN FD frames.
        "CAN_ISOTP_DEFAULT_LL_TX_FLAGS" => DEFAULT_LL_TX_FLAGS = 0;
        /// Sets the time of a frame to zero, where 0 leaves it as it is. Since Linux 5.18.
        "CAN_ISOTP_FRAME_TXTIME_ZERO" => FRAME_TXTIME_ZERO = 0xffffffff;
    }
}

super::value_names! {
    /// A special address of J1939 (SAE J1939-81, linux/can/j1939.h).
    pub struct J1939Address(u8) {
        /// The highest address of one station.
        "J1939_MAX_UNICAST_ADDR" => MAX_UNICAST_ADDR = 253;
        /// Of a station that has no address.
        "J1939_IDLE_ADDR" => IDLE_ADDR = 254;
        /// All stations, or no address at all.
        "J1939_NO_ADDR" => NO_ADDR = 255;
    }
}

super::value_names! {
    /// A parameter group number of J1939 (linux/can/j1939.h).
    pub struct J1939Pgn(u32) {
        /// A request for another group (SAE J1939-21).
        "J1939_PGN_REQUEST" => PGN_REQUEST = 59904;
        /// A claim to an address (SAE J1939-81).
        "J1939_PGN_ADDRESS_CLAIMED" => PGN_ADDRESS_CLAIMED = 60928;
        /// A command to take an address (SAE J1939-81).
        "J1939_PGN_ADDRESS_COMMANDED" => PGN_ADDRESS_COMMANDED = 65240;
        /// The highest group that is sent to one address.
        "J1939_PGN_PDU1_MAX" => PGN_PDU1_MAX = 261888;
        /// The highest group.
        "J1939_PGN_MAX" => PGN_MAX = 262143;
        /// No group.
        "J1939_NO_PGN" => NO_PGN = 262144;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[IsoTpDefault::TABLE, J1939Address::TABLE, J1939Pgn::TABLE];
