//! `SOL_RDS`: what comes beside the messages of reliable datagram sockets (linux/rds.h).
//!
//! Those that are sent to read and write memory of another machine carry pointers; a backend refuses them.
//!
//! ```
//! use anysock::message::{ControlMessage, rds::CongestionUpdate};
//!
//! assert_eq!((CongestionUpdate::C_NAME, CongestionUpdate::NAME), ("RDS_CMSG_CONG_UPDATE", 5));
//! ```

use super::messages;
use crate::constants::Level;
use crate::rds::{RdmaNotify, RxTrace, ZcopyCookies};

messages! {
    Level::RDS;

    /// Received: the cookie of the memory that the peer read or wrote, or is to.
    "RDS_CMSG_RDMA_DEST" = 2 => RdmaDestination: u64;
    /// Received: what became of an operation on the peer's memory.
    "RDS_CMSG_RDMA_STATUS" = 4 => RdmaStatus: RdmaNotify;
    /// Received: the ports that are no longer congested; bit `port % 64`.
    "RDS_CMSG_CONG_UPDATE" = 5 => CongestionUpdate: u64;
    /// Received: how long the message took, stage by stage. Since Linux 4.11.
    "RDS_CMSG_RXPATH_LATENCY" = 11 => RxPathLatency: RxTrace;
    /// Received: which messages sent with `MSG_ZEROCOPY` are done. Since Linux 4.17.
    "RDS_CMSG_ZCOPY_COMPLETION" = 13 => ZeroCopyCompletion: ZcopyCookies;
}
