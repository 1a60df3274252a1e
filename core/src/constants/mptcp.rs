//! Values of Multipath TCP (RFC 8684, linux/mptcp.h).
//!
//! ```
//! use anysock::constants::mptcp::MptcpResetReason;
//!
//! assert_eq!(MptcpResetReason::EMPTCP.0, 1);
//! assert_eq!(format!("{:?}", MptcpResetReason::EMPTCP), "MPTCP_RST_EMPTCP");
//! ```

super::flag_names! {
    /// Flags of `struct mptcp_info` (linux/mptcp.h).
    pub struct MptcpInfoFlags(u32) {
        /// The connection fell back to TCP.
        "MPTCP_INFO_FLAG_FALLBACK" => FALLBACK = 0x1;
        /// The peer's key came.
        "MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED" => REMOTE_KEY_RECEIVED = 0x2;
    }
}

super::value_names! {
    /// Why a subflow was reset (RFC 8684 3.6).
    pub struct MptcpResetReason(u8) {
        /// Not told.
        "MPTCP_RST_EUNSPEC" => EUNSPEC = 0;
        /// An error of Multipath TCP.
        "MPTCP_RST_EMPTCP" => EMPTCP = 1;
        /// Not enough resources.
        "MPTCP_RST_ERESOURCE" => ERESOURCE = 2;
        /// Prohibited by the administrator.
        "MPTCP_RST_EPROHIBIT" => EPROHIBIT = 3;
        /// Too much data waits.
        "MPTCP_RST_EWQ2BIG" => EWQ2BIG = 4;
        /// Too slow.
        "MPTCP_RST_EBADPERF" => EBADPERF = 5;
        /// A middlebox is in the way.
        "MPTCP_RST_EMIDDLEBOX" => EMIDDLEBOX = 6;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[MptcpInfoFlags::TABLE, MptcpResetReason::TABLE];
