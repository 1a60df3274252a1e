//! Values of reliable datagram sockets (linux/rds.h).

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

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[RdsTransport::TABLE, RdsControlType::TABLE];
