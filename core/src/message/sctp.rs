//! `SOL_SCTP`: streams, payload identifiers and policies of a message (RFC 6458 §5.3).
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//! use anysock::sctp::{SndInfo, SndRcvFlags};
//!
//! let info = SndInfo { stream: 3, flags: SndRcvFlags::UNORDERED, ppid: 0, context: 0, association: 0 };
//! let mut buffer = ControlBuffer::<64>::new();
//! buffer.writer().put(message::sctp::SndInfo, &info)?;
//! assert_eq!(buffer.controls(32).first(message::sctp::SndInfo), Ok(Some(info)));
//! # Ok::<(), anysock::Errno>(())
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};

use super::messages;
use crate::constants::Level;
use crate::sctp;

messages! {
    Level::SCTP;

    /// Sent: how to set the association up (§5.3.1).
    "SCTP_INIT" = 0 => Init: sctp::InitMsg;
    /// Sent and received, the older form of both (§5.3.2).
    "SCTP_SNDRCV" = 1 => SndRcv: sctp::SndRcvInfo;
    /// Sent: stream, flags, payload identifier (§5.3.4).
    "SCTP_SNDINFO" = 2 => SndInfo: sctp::SndInfo;
    /// Received: stream, sequence numbers, payload identifier (§5.3.5).
    "SCTP_RCVINFO" = 3 => RcvInfo: sctp::RcvInfo;
    /// Received: the message after this one (§5.3.6).
    "SCTP_NXTINFO" = 4 => NxtInfo: sctp::NxtInfo;
    /// Sent: how long to try (§5.3.7).
    "SCTP_PRINFO" = 5 => PrInfo: sctp::PrInfo;
    /// Sent: the key to authenticate with (§5.3.8).
    "SCTP_AUTHINFO" = 6 => AuthInfo: sctp::AuthInfo;
    /// Sent: another address to set the association up with (§5.3.9).
    "SCTP_DSTADDRV4" = 7 => DstAddrV4: Ipv4Addr;
    /// Sent: another address to set the association up with (§5.3.10).
    "SCTP_DSTADDRV6" = 8 => DstAddrV6: Ipv6Addr;
}
