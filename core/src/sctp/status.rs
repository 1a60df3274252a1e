//! How an association is (RFC 6458 §8.2).

use crate::layout::{SockAddrStorage, structure};
use crate::option::tailed;

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

structure! {
    "struct sctp_assoc_stats", "linux/sctp.h";
    /// What an association sent and received: `SCTP_GET_ASSOC_STATS`. Since Linux 3.8.
    pub struct AssocStats {
        /// The association: what is asked.
        pub association: i32 = "sas_assoc_id",
        /// The address with the longest retransmission time-out.
        pub max_rto_address: SockAddrStorage = "sas_obs_rto_ipaddr",
        /// That time-out since it was last read, in milliseconds.
        pub max_rto: u64 = "sas_maxrto",
        /// Selective acknowledgements received.
        pub sacks_received: u64 = "sas_isacks",
        /// Selective acknowledgements sent.
        pub sacks_sent: u64 = "sas_osacks",
        /// Packets sent.
        pub packets_sent: u64 = "sas_opackets",
        /// Packets received.
        pub packets_received: u64 = "sas_ipackets",
        /// Chunks sent again.
        pub chunks_retransmitted: u64 = "sas_rtxchunks",
        /// Chunks received out of sequence.
        pub out_of_sequence: u64 = "sas_outofseqtsns",
        /// Chunks received twice.
        pub duplicates: u64 = "sas_idupchunks",
        /// Gaps that the peer told of.
        pub gaps: u64 = "sas_gapcnt",
        /// Chunks of unordered data sent.
        pub unordered_sent: u64 = "sas_ouodchunks",
        /// Chunks of unordered data received.
        pub unordered_received: u64 = "sas_iuodchunks",
        /// Chunks of ordered data sent.
        pub ordered_sent: u64 = "sas_oodchunks",
        /// Chunks of ordered data received.
        pub ordered_received: u64 = "sas_iodchunks",
        /// Control chunks sent.
        pub control_sent: u64 = "sas_octrlchunks",
        /// Control chunks received.
        pub control_received: u64 = "sas_ictrlchunks",
    }
}

structure! {
    "struct sctp_assoc_ids", "linux/sctp.h";
    /// What comes before a list of associations.
    pub struct AssocIdsHead {
        /// How many there are.
        pub count: u32 = "gaids_number_of_ids",
    }
}

tailed! {
    /// The numbers of a socket's associations: `SCTP_GET_ASSOC_ID_LIST`. With more than there is room for the kernel
    /// answers `EINVAL`.
    pub struct AssocIds {
        head: AssocIdsHead, count: u32,
        /// The numbers.
        associations: [i32; 256],
    }
}

structure! {
    "struct sctp_info", "linux/sctp.h";
    /// State and figures of an association as the kernel's diagnostics have them: the attribute `INET_DIAG_INFO` of
    /// `NETLINK_SOCK_DIAG` (sock_diag(7)). Since Linux 4.7.
    pub struct SctpInfo {
        /// This end's verification tag.
        pub tag: u32 = "sctpi_tag",
        /// The state; see [`Status::state`].
        pub state: u32 = "sctpi_state",
        /// The peer's receive window, in bytes.
        pub window: u32 = "sctpi_rwnd",
        /// Chunks sent and not acknowledged.
        pub unacknowledged: u16 = "sctpi_unackdata",
        /// Chunks received and not read.
        pub pending: u16 = "sctpi_penddata",
        /// Streams that can be received from.
        pub inbound_streams: u16 = "sctpi_instrms",
        /// Streams that can be sent through.
        pub outbound_streams: u16 = "sctpi_outstrms",
        /// From which size on messages are fragmented, in bytes.
        pub fragmentation_point: u32 = "sctpi_fragmentation_point",
        /// Chunks that wait to be read.
        pub inbound_queue: u32 = "sctpi_inqueue",
        /// Chunks that wait to be sent.
        pub outbound_queue: u32 = "sctpi_outqueue",
        /// Retransmissions since the peer last answered.
        pub overall_errors: u32 = "sctpi_overall_error",
        /// How many packets are sent at once.
        pub max_burst: u32 = "sctpi_max_burst",
        /// The largest fragment, in bytes.
        pub max_segment: u32 = "sctpi_maxseg",
        /// The peer's receive window when the association began, in bytes.
        pub peer_window: u32 = "sctpi_peer_rwnd",
        /// The peer's verification tag.
        pub peer_tag: u32 = "sctpi_peer_tag",
        /// What the peer can: 1 ECN, 2 IPv4, 4 IPv6, 8 host names, 16 ASCONF, 32 PR-SCTP, 64 AUTH.
        pub peer_capable: u8 = "sctpi_peer_capable",
        /// Whether an acknowledgement is to be sent.
        pub peer_sack: u8 = "sctpi_peer_sack",
        /// Nothing.
        pub reserved1: u16 = "__reserved1",
        /// Selective acknowledgements received.
        pub sacks_received: u64 = "sctpi_isacks",
        /// Selective acknowledgements sent.
        pub sacks_sent: u64 = "sctpi_osacks",
        /// Packets sent.
        pub packets_sent: u64 = "sctpi_opackets",
        /// Packets received.
        pub packets_received: u64 = "sctpi_ipackets",
        /// Chunks sent again.
        pub chunks_retransmitted: u64 = "sctpi_rtxchunks",
        /// Chunks received out of sequence.
        pub out_of_sequence: u64 = "sctpi_outofseqtsns",
        /// Chunks received twice.
        pub duplicates: u64 = "sctpi_idupchunks",
        /// Gaps that the peer told of.
        pub gaps: u64 = "sctpi_gapcnt",
        /// Chunks of unordered data sent.
        pub unordered_sent: u64 = "sctpi_ouodchunks",
        /// Chunks of unordered data received.
        pub unordered_received: u64 = "sctpi_iuodchunks",
        /// Chunks of ordered data sent.
        pub ordered_sent: u64 = "sctpi_oodchunks",
        /// Chunks of ordered data received.
        pub ordered_received: u64 = "sctpi_iodchunks",
        /// Control chunks sent.
        pub control_sent: u64 = "sctpi_octrlchunks",
        /// Control chunks received.
        pub control_received: u64 = "sctpi_ictrlchunks",
        /// The primary address, which is sent to.
        pub primary: SockAddrStorage = "sctpi_p_address",
        /// Its state; see [`PaddrInfo::state`].
        pub primary_state: i32 = "sctpi_p_state",
        /// Its congestion window, in bytes.
        pub congestion_window: u32 = "sctpi_p_cwnd",
        /// Its smoothed round-trip time, in milliseconds.
        pub smoothed_rtt: u32 = "sctpi_p_srtt",
        /// Its retransmission time-out, in milliseconds.
        pub rto: u32 = "sctpi_p_rto",
        /// The time between its heartbeats, in milliseconds.
        pub heartbeat_interval: u32 = "sctpi_p_hbinterval",
        /// Retransmissions until it counts as unreachable.
        pub max_retransmissions: u32 = "sctpi_p_pathmaxrxt",
        /// The delay of its acknowledgements, in milliseconds.
        pub sack_delay: u32 = "sctpi_p_sackdelay",
        /// After how many packets it is acknowledged.
        pub sack_frequency: u32 = "sctpi_p_sackfreq",
        /// Its slow start threshold, in bytes.
        pub ssthresh: u32 = "sctpi_p_ssthresh",
        /// Bytes acknowledged since its window last grew.
        pub partial_bytes_acknowledged: u32 = "sctpi_p_partial_bytes_acked",
        /// Bytes on their way to it.
        pub flight_size: u32 = "sctpi_p_flight_size",
        /// Retransmissions since it last answered.
        pub errors: u16 = "sctpi_p_error",
        /// Nothing.
        pub reserved2: u16 = "__reserved2",
        /// `SCTP_AUTOCLOSE`, in seconds.
        pub autoclose: u32 = "sctpi_s_autoclose",
        /// `SCTP_ADAPTATION_LAYER`.
        pub adaptation_layer: u32 = "sctpi_s_adaptation_ind",
        /// `SCTP_PARTIAL_DELIVERY_POINT`, in bytes.
        pub partial_delivery_point: u32 = "sctpi_s_pd_point",
        /// `SCTP_NODELAY`.
        pub no_delay: bool = "sctpi_s_nodelay",
        /// `SCTP_DISABLE_FRAGMENTS`.
        pub disable_fragments: bool = "sctpi_s_disable_fragments",
        /// `SCTP_I_WANT_MAPPED_V4_ADDR`.
        pub mapped_v4: bool = "sctpi_s_v4mapped",
        /// `SCTP_FRAGMENT_INTERLEAVE`.
        pub fragment_interleave: u8 = "sctpi_s_frag_interleave",
        /// 0 one to many, 1 one to one, 2 one to one, with a high bandwidth.
        pub style: u32 = "sctpi_s_type",
        /// Nothing.
        pub reserved3: u32 = "__reserved3",
    }
}
