//! `SOL_RDS`: options of reliable datagram sockets (linux/rds.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::rds::CongestionMonitor, true)?;
//!     socket.get(option::rds::CongestionMonitor)
//! }
//! ```

use core::net::SocketAddrV4;

use crate::constants::Level;
use crate::option::options;
use crate::rds::{FreeMrArgs, RxTraceRequest};

options! {
    "SOL_RDS", Level::RDS;

    /// Drops what waits to be sent to a peer: `struct sockaddr_in`, or by bytes `sockaddr_in6`. Set only.
    RDS_CANCEL_SENT_TO = 1 => CancelSentTo: SocketAddrV4, set;
    /// Whether the end of congestion is told by control messages instead of waking up.
    RDS_CONG_MONITOR = 6 => CongestionMonitor: bool, get set;
    /// Frees a memory region: `struct rds_free_mr_args`. Set only.
    RDS_FREE_MR = 3 => FreeMr: FreeMrArgs, set;
    /// Registers a memory region, by pointers: `struct rds_get_mr_args`. Set only.
    RDS_GET_MR = 2;
    /// Registers a memory region for a peer, by pointers: `struct rds_get_mr_for_dest_args`. Set only.
    RDS_GET_MR_FOR_DEST = 7;
    /// Whether the fate of remote memory operations is told by control messages.
    RDS_RECVERR = 5 => RecvError: bool, get set;
    /// Which times of a message's way are told: `struct rds_rx_trace_so`. Set only; since Linux 4.11.
    SO_RDS_MSG_RXPATH_LATENCY = 10 => RxPathLatency: RxTraceRequest, set;
    /// The transport: `RDS_TRANS_IB` or `RDS_TRANS_TCP`, once, before `bind`. Since Linux 4.2.
    SO_RDS_TRANSPORT = 8 => Transport: i32, get set;
}
