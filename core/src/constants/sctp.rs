//! Values of SCTP (RFC 6458, linux/sctp.h).
//!
//! ```
//! use anysock::constants::sctp::SctpControlType;
//!
//! assert_eq!(SctpControlType::RCVINFO.0, 3);
//! assert_eq!(format!("{:?}", SctpControlType::RCVINFO), "SCTP_RCVINFO");
//! ```

super::value_names! {
    /// A control message at `SOL_SCTP` (RFC 6458 5.3, linux/sctp.h).
    pub struct SctpControlType(i32) {
        /// How the association begins: `struct sctp_initmsg`.
        "SCTP_INIT" => INIT = 0;
        /// How a message is sent or was received: `struct sctp_sndrcvinfo`; older.
        "SCTP_SNDRCV" => SNDRCV = 1;
        /// How a message is sent: `struct sctp_sndinfo`.
        "SCTP_SNDINFO" => SNDINFO = 2;
        /// How a message was received: `struct sctp_rcvinfo`.
        "SCTP_RCVINFO" => RCVINFO = 3;
        /// About the message after this one: `struct sctp_nxtinfo`.
        "SCTP_NXTINFO" => NXTINFO = 4;
        /// How long a message is worth sending: `struct sctp_prinfo`.
        "SCTP_PRINFO" => PRINFO = 5;
        /// The key to use: `struct sctp_authinfo`.
        "SCTP_AUTHINFO" => AUTHINFO = 6;
        /// Another address of the peer, IPv4.
        "SCTP_DSTADDRV4" => DSTADDRV4 = 7;
        /// Another address of the peer, IPv6.
        "SCTP_DSTADDRV6" => DSTADDRV6 = 8;
    }
}

super::value_names! {
    /// The state of an association: `struct sctp_status` (RFC 9260 4, linux/sctp.h).
    pub struct SctpAssociationState(i32) {
        /// None.
        "SCTP_EMPTY" => EMPTY = 0;
        /// Closed.
        "SCTP_CLOSED" => CLOSED = 1;
        /// Waits for a cookie.
        "SCTP_COOKIE_WAIT" => COOKIE_WAIT = 2;
        /// Sent the cookie back.
        "SCTP_COOKIE_ECHOED" => COOKIE_ECHOED = 3;
        /// Data goes in both directions.
        "SCTP_ESTABLISHED" => ESTABLISHED = 4;
        /// Shuts down when all is acknowledged.
        "SCTP_SHUTDOWN_PENDING" => SHUTDOWN_PENDING = 5;
        /// Asked to shut down.
        "SCTP_SHUTDOWN_SENT" => SHUTDOWN_SENT = 6;
        /// Was asked to shut down.
        "SCTP_SHUTDOWN_RECEIVED" => SHUTDOWN_RECEIVED = 7;
        /// Agreed to shut down.
        "SCTP_SHUTDOWN_ACK_SENT" => SHUTDOWN_ACK_SENT = 8;
    }
}

super::value_names! {
    /// The state of a path: `struct sctp_paddrinfo` (RFC 6458 8.2.2, linux/sctp.h).
    pub struct SctpPathState(i32) {
        /// It failed.
        "SCTP_INACTIVE" => INACTIVE = 0;
        /// It may have failed (RFC 7829).
        "SCTP_PF" => PF = 1;
        /// It works.
        "SCTP_ACTIVE" => ACTIVE = 2;
        /// It was not confirmed.
        "SCTP_UNCONFIRMED" => UNCONFIRMED = 3;
        /// Not known.
        "SCTP_UNKNOWN" => UNKNOWN = 65535;
        /// Another name of [`SctpPathState::PF`].
        "SCTP_POTENTIALLY_FAILED" => POTENTIALLY_FAILED = 1;
    }
}

super::value_names! {
    /// How streams take turns: `SCTP_STREAM_SCHEDULER` (RFC 8260 3, linux/sctp.h).
    pub struct SctpScheduler(i32) {
        /// First come, first served.
        "SCTP_SS_FCFS" => FCFS = 0;
        /// By priority.
        "SCTP_SS_PRIO" => PRIO = 1;
        /// In turn.
        "SCTP_SS_RR" => RR = 2;
        /// Fair, by bytes. Since Linux 6.4.
        "SCTP_SS_FC" => FC = 3;
        /// Fair, by bytes and weight. Since Linux 6.4.
        "SCTP_SS_WFQ" => WFQ = 4;
        /// The default: [`SctpScheduler::FCFS`].
        "SCTP_SS_DEFAULT" => DEFAULT = 0;
    }
}

super::value_names! {
    /// When a message is given up (RFC 3758, RFC 7496, linux/sctp.h).
    pub struct SctpPartialReliability(u16) {
        /// Never.
        "SCTP_PR_SCTP_NONE" => NONE = 0;
        /// After a time, in milliseconds.
        "SCTP_PR_SCTP_TTL" => TTL = 16;
        /// After a number of retransmissions.
        "SCTP_PR_SCTP_RTX" => RTX = 32;
        /// When there is no room and it has the least priority.
        "SCTP_PR_SCTP_PRIO" => PRIO = 48;
        /// The highest of these.
        "SCTP_PR_SCTP_MAX" => MAX = 48;
        /// The bits of these.
        "SCTP_PR_SCTP_MASK" => MASK = 48;
    }
}

super::value_names! {
    /// A special number of an association (RFC 6458 7.2, linux/sctp.h).
    pub struct SctpAssociation(i32) {
        /// Those to come.
        "SCTP_FUTURE_ASSOC" => FUTURE_ASSOC = 0;
        /// Those that are.
        "SCTP_CURRENT_ASSOC" => CURRENT_ASSOC = 1;
        /// All.
        "SCTP_ALL_ASSOC" => ALL_ASSOC = 2;
    }
}

super::flag_names! {
    /// What the peer may ask for, and which streams are meant (RFC 6525 6.3, linux/sctp.h).
    pub struct SctpReconfiguration(u32) {
        /// Streams may be reset.
        "SCTP_ENABLE_RESET_STREAM_REQ" => ENABLE_RESET_STREAM_REQ = 0x1;
        /// The association may be reset.
        "SCTP_ENABLE_RESET_ASSOC_REQ" => ENABLE_RESET_ASSOC_REQ = 0x2;
        /// Streams may be added.
        "SCTP_ENABLE_CHANGE_ASSOC_REQ" => ENABLE_CHANGE_ASSOC_REQ = 0x4;
        /// All of it.
        "SCTP_ENABLE_STRRESET_MASK" => ENABLE_STRRESET_MASK = 0x7;
        /// The streams that come in.
        "SCTP_STREAM_RESET_INCOMING" => STREAM_RESET_INCOMING = 0x1;
        /// The streams that go out.
        "SCTP_STREAM_RESET_OUTGOING" => STREAM_RESET_OUTGOING = 0x2;
    }
}

super::value_names! {
    /// An authentication code (RFC 4895, linux/sctp.h).
    pub struct SctpHmac(u16) {
        /// HMAC-SHA-1.
        "SCTP_AUTH_HMAC_ID_SHA1" => SHA1 = 1;
        /// HMAC-SHA-256.
        "SCTP_AUTH_HMAC_ID_SHA256" => SHA256 = 3;
    }
}

super::value_names! {
    /// Whether a message that failed had been sent (RFC 6458 6.1.11, linux/sctp.h).
    pub struct SctpSendFailure(u16) {
        /// It had not.
        "SCTP_DATA_UNSENT" => DATA_UNSENT = 0;
        /// It had, and was not acknowledged.
        "SCTP_DATA_SENT" => DATA_SENT = 1;
    }
}

super::value_names! {
    /// How a message that came in part ends early (RFC 6458 6.1.7, linux/sctp.h).
    pub struct SctpPartialDelivery(u32) {
        /// The rest will not come.
        "SCTP_PARTIAL_DELIVERY_ABORTED" => PARTIAL_DELIVERY_ABORTED = 0;
    }
}

super::value_names! {
    /// What happened to a key (RFC 6458 6.1.8, linux/sctp.h).
    pub struct SctpKeyChange(u32) {
        /// The peer uses a new one.
        "SCTP_AUTH_NEW_KEY" => NEW_KEY = 0;
        /// It is no longer used.
        "SCTP_AUTH_FREE_KEY" => FREE_KEY = 1;
        /// The peer does not authenticate.
        "SCTP_AUTH_NO_AUTH" => NO_AUTH = 2;
        /// Another name of [`SctpKeyChange::NEW_KEY`].
        "SCTP_AUTH_NEWKEY" => NEWKEY = 0;
    }
}

super::flag_names! {
    /// How a reset of streams ended (RFC 6525 6.1.1, linux/sctp.h).
    pub struct SctpStreamReset(u16) {
        /// The streams that come in were reset.
        "SCTP_STREAM_RESET_INCOMING_SSN" => STREAM_RESET_INCOMING_SSN = 0x1;
        /// The streams that go out were reset.
        "SCTP_STREAM_RESET_OUTGOING_SSN" => STREAM_RESET_OUTGOING_SSN = 0x2;
        /// The peer denied it.
        "SCTP_STREAM_RESET_DENIED" => STREAM_RESET_DENIED = 0x4;
        /// It failed.
        "SCTP_STREAM_RESET_FAILED" => STREAM_RESET_FAILED = 0x8;
    }
}

super::flag_names! {
    /// How a reset of an association ended (RFC 6525 6.1.2, linux/sctp.h).
    pub struct SctpAssociationReset(u16) {
        /// The peer denied it.
        "SCTP_ASSOC_RESET_DENIED" => DENIED = 0x4;
        /// It failed.
        "SCTP_ASSOC_RESET_FAILED" => FAILED = 0x8;
    }
}

super::flag_names! {
    /// How adding streams ended (RFC 6525 6.1.3, linux/sctp.h).
    pub struct SctpStreamChange(u16) {
        /// The peer denied it.
        "SCTP_STREAM_CHANGE_DENIED" => STREAM_CHANGE_DENIED = 0x4;
        /// It failed.
        "SCTP_STREAM_CHANGE_FAILED" => STREAM_CHANGE_FAILED = 0x8;
        /// Another name of [`SctpStreamChange::STREAM_CHANGE_DENIED`].
        "SCTP_ASSOC_CHANGE_DENIED" => ASSOC_CHANGE_DENIED = 0x4;
        /// Another name of [`SctpStreamChange::STREAM_CHANGE_FAILED`].
        "SCTP_ASSOC_CHANGE_FAILED" => ASSOC_CHANGE_FAILED = 0x8;
    }
}

super::flag_names! {
    /// What sctp_bindx(3) does (RFC 6458 9.1, linux/sctp.h).
    pub struct SctpBindFlags(i32) {
        /// Binds more addresses.
        "SCTP_BINDX_ADD_ADDR" => ADD_ADDR = 0x1;
        /// Unbinds addresses.
        "SCTP_BINDX_REM_ADDR" => REM_ADDR = 0x2;
    }
}

super::value_names! {
    /// An error of the specification's drafts, which no kernel tells (linux/sctp.h).
    pub struct SctpError(u16) {
        /// Too many attempts failed.
        "SCTP_FAILED_THRESHOLD" => FAILED_THRESHOLD = 0;
        /// An acknowledgement came.
        "SCTP_RECEIVED_SACK" => RECEIVED_SACK = 1;
        /// A heartbeat was answered.
        "SCTP_HEARTBEAT_SUCCESS" => HEARTBEAT_SUCCESS = 2;
        /// The user asked for it.
        "SCTP_RESPONSE_TO_USER_REQ" => RESPONSE_TO_USER_REQ = 3;
        /// An internal error.
        "SCTP_INTERNAL_ERROR" => INTERNAL_ERROR = 4;
        /// The end took too long.
        "SCTP_SHUTDOWN_GUARD_EXPIRES" => SHUTDOWN_GUARD_EXPIRES = 5;
        /// The peer is faulty.
        "SCTP_PEER_FAULTY" => PEER_FAULTY = 6;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    SctpControlType::TABLE,
    SctpAssociationState::TABLE,
    SctpPathState::TABLE,
    SctpScheduler::TABLE,
    SctpPartialReliability::TABLE,
    SctpAssociation::TABLE,
    SctpReconfiguration::TABLE,
    SctpHmac::TABLE,
    SctpSendFailure::TABLE,
    SctpPartialDelivery::TABLE,
    SctpKeyChange::TABLE,
    SctpStreamReset::TABLE,
    SctpAssociationReset::TABLE,
    SctpStreamChange::TABLE,
    SctpBindFlags::TABLE,
    SctpError::TABLE,
];
