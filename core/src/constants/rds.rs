//! Values of reliable datagram sockets (linux/rds.h).
//!
//! ```
//! use anysock::constants::rds::RdsTransport;
//!
//! assert_eq!(RdsTransport::TCP.0, 2);
//! assert_eq!(format!("{:?}", RdsTransport::TCP), "RDS_TRANS_TCP");
//! ```

super::value_names! {
    /// The transport: `SO_RDS_TRANSPORT` (linux/rds.h).
    pub struct RdsTransport(i32) {
        /// InfiniBand.
        "RDS_TRANS_IB" => IB = 0;
        /// A number without a transport: iWARP, removed in Linux 5.5.
        "RDS_TRANS_GAP" => GAP = 1;
        /// TCP.
        "RDS_TRANS_TCP" => TCP = 2;
        /// None was chosen.
        "RDS_TRANS_NONE" => NONE = -1;
        /// The older name of [`RdsTransport::GAP`].
        "RDS_TRANS_IWARP" => IWARP = 1;
    }
}

super::value_names! {
    /// A control message at `SOL_RDS` (linux/rds.h). Those about remote memory carry pointers.
    pub struct RdsControlType(i32) {
        /// What remote memory to read or write: pointers.
        "RDS_CMSG_RDMA_ARGS" => RDMA_ARGS = 1;
        /// The remote memory that is meant.
        "RDS_CMSG_RDMA_DEST" => RDMA_DEST = 2;
        /// Memory to register: a pointer.
        "RDS_CMSG_RDMA_MAP" => RDMA_MAP = 3;
        /// What became of an operation.
        "RDS_CMSG_RDMA_STATUS" => RDMA_STATUS = 4;
        /// Congestion ended.
        "RDS_CMSG_CONG_UPDATE" => CONG_UPDATE = 5;
        /// Adds to remote memory.
        "RDS_CMSG_ATOMIC_FADD" => ATOMIC_FADD = 6;
        /// Compares and swaps remote memory.
        "RDS_CMSG_ATOMIC_CSWP" => ATOMIC_CSWP = 7;
        /// Adds to parts of remote memory.
        "RDS_CMSG_MASKED_ATOMIC_FADD" => MASKED_ATOMIC_FADD = 8;
        /// Compares and swaps parts of remote memory.
        "RDS_CMSG_MASKED_ATOMIC_CSWP" => MASKED_ATOMIC_CSWP = 9;
        /// Times of a message's way.
        "RDS_CMSG_RXPATH_LATENCY" => RXPATH_LATENCY = 11;
        /// The number of memory that is sent from.
        "RDS_CMSG_ZCOPY_COOKIE" => ZCOPY_COOKIE = 12;
        /// Numbers of memory that is free again.
        "RDS_CMSG_ZCOPY_COMPLETION" => ZCOPY_COMPLETION = 13;
    }
}

super::value_names! {
    /// What rds-info(8) reads: a name of getsockopt(2) at `SOL_RDS` (linux/rds.h).
    pub struct RdsInformation(i32) {
        /// The first of them.
        "RDS_INFO_FIRST" => FIRST = 10000;
        /// Figures.
        "RDS_INFO_COUNTERS" => COUNTERS = 10000;
        /// Connections.
        "RDS_INFO_CONNECTIONS" => CONNECTIONS = 10001;
        /// Messages to send.
        "RDS_INFO_SEND_MESSAGES" => SEND_MESSAGES = 10003;
        /// Messages that were sent and not acknowledged.
        "RDS_INFO_RETRANS_MESSAGES" => RETRANS_MESSAGES = 10004;
        /// Messages received.
        "RDS_INFO_RECV_MESSAGES" => RECV_MESSAGES = 10005;
        /// Sockets.
        "RDS_INFO_SOCKETS" => SOCKETS = 10006;
        /// The TCP connections below.
        "RDS_INFO_TCP_SOCKETS" => TCP_SOCKETS = 10007;
        /// The InfiniBand connections below.
        "RDS_INFO_IB_CONNECTIONS" => IB_CONNECTIONS = 10008;
        /// Figures of each connection.
        "RDS_INFO_CONNECTION_STATS" => CONNECTION_STATS = 10009;
        /// The iWARP connections below; removed in Linux 5.5.
        "RDS_INFO_IWARP_CONNECTIONS" => IWARP_CONNECTIONS = 10010;
        /// The last of them.
        "RDS_INFO_LAST" => LAST = 10017;
    }
}

super::flag_names! {
    /// The state of a connection (linux/rds.h).
    pub struct RdsConnectionFlags(u8) {
        /// It is sending.
        "RDS_INFO_CONNECTION_FLAG_SENDING" => SENDING = 0x1;
        /// It is being made.
        "RDS_INFO_CONNECTION_FLAG_CONNECTING" => CONNECTING = 0x2;
        /// It is made.
        "RDS_INFO_CONNECTION_FLAG_CONNECTED" => CONNECTED = 0x4;
    }
}

super::flag_names! {
    /// The state of a message (linux/rds.h).
    pub struct RdsMessageFlags(u8) {
        /// It is to be acknowledged.
        "RDS_INFO_MESSAGE_FLAG_ACK" => ACK = 0x1;
        /// It is to be acknowledged at once.
        "RDS_INFO_MESSAGE_FLAG_FAST_ACK" => FAST_ACK = 0x2;
    }
}

super::flag_names! {
    /// How remote memory is used (linux/rds.h).
    pub struct RdsRemoteMemoryFlags(u64) {
        /// It may be written.
        "RDS_RDMA_READWRITE" => READWRITE = 0x1;
        /// What was read before is waited for.
        "RDS_RDMA_FENCE" => FENCE = 0x2;
        /// The key is taken away for certain.
        "RDS_RDMA_INVALIDATE" => INVALIDATE = 0x4;
        /// It is freed after its use.
        "RDS_RDMA_USE_ONCE" => USE_ONCE = 0x8;
        /// Do not wait.
        "RDS_RDMA_DONTWAIT" => DONTWAIT = 0x10;
        /// Tell when it is done.
        "RDS_RDMA_NOTIFY_ME" => NOTIFY_ME = 0x20;
        /// Do not tell the peer.
        "RDS_RDMA_SILENT" => SILENT = 0x40;
    }
}

super::value_names! {
    /// What became of an operation on remote memory: `RDS_CMSG_RDMA_STATUS` (linux/rds.h).
    pub struct RdsRemoteMemoryStatus(i32) {
        /// It is done.
        "RDS_RDMA_SUCCESS" => SUCCESS = 0;
        /// The peer refused.
        "RDS_RDMA_REMOTE_ERROR" => REMOTE_ERROR = 1;
        /// It was cancelled.
        "RDS_RDMA_CANCELED" => CANCELED = 2;
        /// The connection ended.
        "RDS_RDMA_DROPPED" => DROPPED = 3;
        /// It failed otherwise.
        "RDS_RDMA_OTHER_ERROR" => OTHER_ERROR = 4;
    }
}

super::value_names! {
    /// A place on a received message's way: `SO_RDS_MSG_RXPATH_LATENCY` (linux/rds.h).
    pub struct RdsTrace(u8) {
        /// From its header to its beginning.
        "RDS_MSG_RX_HDR_TO_DGRAM_START" => HDR_TO_DGRAM_START = 0;
        /// Until it is whole.
        "RDS_MSG_RX_DGRAM_REASSEMBLE" => DGRAM_REASSEMBLE = 1;
        /// Until it is delivered.
        "RDS_MSG_RX_DGRAM_DELIVERED" => DGRAM_DELIVERED = 2;
        /// How many such places there are.
        "RDS_MSG_RX_DGRAM_TRACE_MAX" => DGRAM_TRACE_MAX = 3;
    }
}

super::value_names! {
    /// The room of a field, and a version (linux/rds.h).
    pub struct RdsLength(u16) {
        /// The bits of `RDS_CMSG_CONG_UPDATE`: the port modulo 64 has one.
        "RDS_CONG_MONITOR_SIZE" => CONG_MONITOR_SIZE = 64;
        /// How many numbers `RDS_CMSG_ZCOPY_COMPLETION` has room for.
        "RDS_MAX_ZCOOKIES" => MAX_ZCOOKIES = 8;
        /// An identifier of InfiniBand, in bytes.
        "RDS_IB_GID_LEN" => IB_GID_LEN = 16;
        /// The version of what is said of InfiniBand.
        "RDS_IB_ABI_VERSION" => IB_ABI_VERSION = 769;
        /// How many transports there are.
        "RDS_TRANS_COUNT" => TRANS_COUNT = 3;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    RdsTransport::TABLE,
    RdsControlType::TABLE,
    RdsInformation::TABLE,
    RdsConnectionFlags::TABLE,
    RdsMessageFlags::TABLE,
    RdsRemoteMemoryFlags::TABLE,
    RdsRemoteMemoryStatus::TABLE,
    RdsTrace::TABLE,
    RdsLength::TABLE,
];
