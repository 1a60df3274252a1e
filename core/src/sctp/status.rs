//! How an association is (RFC 6458 §8.2).

use crate::layout::{SockAddrStorage, structure};

structure! {
    "struct sctp_paddrinfo", "linux/sctp.h", packed;
    /// How an address of the peer is: `SCTP_GET_PEER_ADDR_INFO`.
    pub struct PaddrInfo {
        /// The association.
        pub association: i32 = "spinfo_assoc_id",
        /// The address.
        pub address: SockAddrStorage = "spinfo_address",
        /// 0 inactive, 1 potentially failed, 2 active, 3 unconfirmed, 0xFFFF unknown.
        pub state: i32 = "spinfo_state",
        /// The congestion window, in bytes.
        pub congestion_window: u32 = "spinfo_cwnd",
        /// The smoothed round-trip time, in milliseconds.
        pub smoothed_rtt: u32 = "spinfo_srtt",
        /// The retransmission time-out, in milliseconds.
        pub rto: u32 = "spinfo_rto",
        /// The path MTU, in bytes.
        pub mtu: u32 = "spinfo_mtu",
    }
}

structure! {
    "struct sctp_status", "linux/sctp.h";
    /// How an association is: `SCTP_STATUS`.
    pub struct Status {
        /// The association.
        pub association: i32 = "sstat_assoc_id",
        /// 1 CLOSED, 2 COOKIE-WAIT, 3 COOKIE-ECHOED, 4 ESTABLISHED, 5 SHUTDOWN-PENDING, 6 SHUTDOWN-SENT,
        /// 7 SHUTDOWN-RECEIVED, 8 SHUTDOWN-ACK-SENT.
        pub state: i32 = "sstat_state",
        /// The peer's receive window, in bytes.
        pub peer_window: u32 = "sstat_rwnd",
        /// Chunks sent and not acknowledged.
        pub unacknowledged: u16 = "sstat_unackdata",
        /// Chunks received and not read.
        pub pending: u16 = "sstat_penddata",
        /// Streams that can be received from.
        pub inbound_streams: u16 = "sstat_instrms",
        /// Streams that can be sent through.
        pub outbound_streams: u16 = "sstat_outstrms",
        /// From which size on messages are fragmented, in bytes.
        pub fragmentation_point: u32 = "sstat_fragmentation_point",
        /// How the primary address is.
        pub primary: PaddrInfo = "sstat_primary",
    }
}
