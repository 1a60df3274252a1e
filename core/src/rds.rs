//! The structures of reliable datagram sockets (linux/rds.h).
//!
//! ```
//! use anysock::rds::{RxTrace, RxTraceRequest};
//!
//! // The time from the first byte's arrival to the program, and nothing else:
//! let request = RxTraceRequest { count: 1, positions: [2, 0, 0] };
//! assert_eq!(request.encode(), [1, 2, 0, 0]);
//! assert_eq!(RxTrace::SIZE, 32);
//! ```

use crate::layout::structure;

structure! {
    "struct rds_free_mr_args", "linux/rds.h";
    /// Which memory region is given back: `RDS_FREE_MR`.
    pub struct FreeMrArgs {
        /// The cookie that its registration gave; 0 for all.
        pub cookie: u64 = "cookie",
        /// Bits of `RDS_RDMA_…`.
        pub flags: u64 = "flags",
    }
}

structure! {
    "struct rds_rx_trace_so", "linux/rds.h";
    /// Which times of a message's way are told: `SO_RDS_MSG_RXPATH_LATENCY`.
    #[derive(Default)]
    pub struct RxTraceRequest {
        /// How many of `positions` count.
        pub count: u8 = "rx_traces",
        /// 0 to the beginning of the datagram, 1 to the whole datagram, 2 to the program.
        pub positions: [u8; 3] = "rx_trace_pos",
    }
}

structure! {
    "struct rds_cmsg_rx_trace", "linux/rds.h";
    /// The times of a message's way: the control message `RDS_CMSG_RXPATH_LATENCY`.
    #[derive(Default)]
    pub struct RxTrace {
        /// How many there are.
        pub count: u8 = "rx_traces",
        /// What each is; see [`RxTraceRequest::positions`].
        pub positions: [u8; 3] = "rx_trace_pos",
        /// Nanoseconds.
        pub times: [u64; 3] = "rx_trace",
    }
}

structure! {
    "struct rds_rdma_notify", "linux/rds.h";
    /// What became of an operation on remote memory: the control message `RDS_CMSG_RDMA_STATUS`.
    #[derive(Default)]
    pub struct RdmaNotify {
        /// The number that the program gave it.
        pub token: u64 = "user_token",
        /// 0 done, 1 an error of the peer's memory, 2 cancelled, 3 dropped, 4 another error (`RDS_RDMA_…`).
        pub status: i32 = "status",
    }
}

structure! {
    "struct rds_zcopy_cookies", "linux/rds.h";
    /// Messages whose buffers are free again: the control message `RDS_CMSG_ZCOPY_COMPLETION`.
    #[derive(Default)]
    pub struct ZcopyCookies {
        /// How many of `cookies` count.
        pub count: u32 = "num",
        /// The numbers that the program gave them.
        pub cookies: [u32; 8] = "cookies",
    }
}
