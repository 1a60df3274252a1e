//! Values of DCCP (RFC 4340, linux/dccp.h). DCCP was removed in Linux 6.16.
//!
//! ```
//! use anysock::constants::dccp::DccpPacketType;
//!
//! assert_eq!(DccpPacketType::DATA.0, 2);
//! assert_eq!(format!("{:?}", DccpPacketType::DATA), "DCCP_PKT_DATA");
//! ```

super::value_names! {
    /// The type of a packet (RFC 4340 5.1).
    pub struct DccpPacketType(u8) {
        /// Asks for a connection.
        "DCCP_PKT_REQUEST" => REQUEST = 0;
        /// Answers a request.
        "DCCP_PKT_RESPONSE" => RESPONSE = 1;
        /// Data.
        "DCCP_PKT_DATA" => DATA = 2;
        /// An acknowledgement.
        "DCCP_PKT_ACK" => ACK = 3;
        /// Data with an acknowledgement.
        "DCCP_PKT_DATAACK" => DATAACK = 4;
        /// Asks the client to close.
        "DCCP_PKT_CLOSEREQ" => CLOSEREQ = 5;
        /// Closes.
        "DCCP_PKT_CLOSE" => CLOSE = 6;
        /// Resets, or answers a close.
        "DCCP_PKT_RESET" => RESET = 7;
        /// Asks about sequence numbers.
        "DCCP_PKT_SYNC" => SYNC = 8;
        /// Answers about sequence numbers.
        "DCCP_PKT_SYNCACK" => SYNCACK = 9;
        /// Inside the kernel: no type.
        "DCCP_PKT_INVALID" => INVALID = 10;
    }
}

super::value_names! {
    /// Why a connection was reset (RFC 4340 5.6).
    pub struct DccpResetCode(u8) {
        /// Not told.
        "DCCP_RESET_CODE_UNSPECIFIED" => UNSPECIFIED = 0;
        /// Closed as it should be.
        "DCCP_RESET_CODE_CLOSED" => CLOSED = 1;
        /// Aborted.
        "DCCP_RESET_CODE_ABORTED" => ABORTED = 2;
        /// There is no such connection.
        "DCCP_RESET_CODE_NO_CONNECTION" => NO_CONNECTION = 3;
        /// A packet came at the wrong time.
        "DCCP_RESET_CODE_PACKET_ERROR" => PACKET_ERROR = 4;
        /// An option was wrong.
        "DCCP_RESET_CODE_OPTION_ERROR" => OPTION_ERROR = 5;
        /// A mandatory option was not understood.
        "DCCP_RESET_CODE_MANDATORY_ERROR" => MANDATORY_ERROR = 6;
        /// Nobody listens.
        "DCCP_RESET_CODE_CONNECTION_REFUSED" => CONNECTION_REFUSED = 7;
        /// The service is not there.
        "DCCP_RESET_CODE_BAD_SERVICE_CODE" => BAD_SERVICE_CODE = 8;
        /// Too busy.
        "DCCP_RESET_CODE_TOO_BUSY" => TOO_BUSY = 9;
        /// The cookie was wrong.
        "DCCP_RESET_CODE_BAD_INIT_COOKIE" => BAD_INIT_COOKIE = 10;
        /// The peer ignored congestion.
        "DCCP_RESET_CODE_AGGRESSION_PENALTY" => AGGRESSION_PENALTY = 11;
    }
}

super::value_names! {
    /// How packets wait to be sent: `DCCP_SOCKOPT_QPOLICY_ID` (linux/dccp.h).
    pub struct DccpQueuePolicy(i32) {
        /// In order.
        "DCCPQ_POLICY_SIMPLE" => SIMPLE = 0;
        /// By priority.
        "DCCPQ_POLICY_PRIO" => PRIO = 1;
    }
}

super::value_names! {
    /// A control message at `SOL_DCCP` (linux/dccp.h).
    pub struct DccpControlType(i32) {
        /// The priority of a packet, 32 bits.
        "DCCP_SCM_PRIORITY" => PRIORITY = 1;
    }
}

super::value_names! {
    /// The room of a field (linux/dccp.h).
    pub struct DccpLength(u16) {
        /// An option in a packet, in bytes.
        "DCCP_SINGLE_OPT_MAXLEN" => SINGLE_OPT_MAXLEN = 253;
        /// `DCCP_SOCKOPT_SERVICE`, in services.
        "DCCP_SERVICE_LIST_MAX_LEN" => SERVICE_LIST_MAX_LEN = 32;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    DccpPacketType::TABLE,
    DccpResetCode::TABLE,
    DccpQueuePolicy::TABLE,
    DccpControlType::TABLE,
    DccpLength::TABLE,
];
