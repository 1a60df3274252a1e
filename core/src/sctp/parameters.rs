//! The structures of SCTP's options (RFC 6458 §8).

use crate::constants::flag_names;
use crate::layout::{SockAddrStorage, newtype_field, structure};
use crate::option::tailed;

use super::NotificationKind;

structure! {
    "struct sctp_event_subscribe", "linux/sctp.h";
    /// What a socket tells of: `SCTP_EVENTS`. A kernel of before a field takes and gives a shorter structure.
    #[derive(Default)]
    pub struct EventSubscribe {
        /// [`super::SndRcvInfo`] with each message.
        pub data_io: bool = "sctp_data_io_event",
        /// [`super::AssocChange`].
        pub association: bool = "sctp_association_event",
        /// [`super::PaddrChange`].
        pub address: bool = "sctp_address_event",
        /// [`super::SendFailed`].
        pub send_failure: bool = "sctp_send_failure_event",
        /// [`super::RemoteError`].
        pub peer_error: bool = "sctp_peer_error_event",
        /// [`super::ShutdownEvent`].
        pub shutdown: bool = "sctp_shutdown_event",
        /// [`super::PdapiEvent`].
        pub partial_delivery: bool = "sctp_partial_delivery_event",
        /// [`super::AdaptationEvent`].
        pub adaptation_layer: bool = "sctp_adaptation_layer_event",
        /// [`super::AuthKeyEvent`].
        pub authentication: bool = "sctp_authentication_event",
        /// [`super::SenderDryEvent`].
        pub sender_dry: bool = "sctp_sender_dry_event",
        /// [`super::StreamResetEvent`].
        pub stream_reset: bool = "sctp_stream_reset_event",
        /// [`super::AssocResetEvent`].
        pub assoc_reset: bool = "sctp_assoc_reset_event",
        /// [`super::StreamChangeEvent`].
        pub stream_change: bool = "sctp_stream_change_event",
        /// [`super::SendFailedEvent`].
        pub send_failure_event: bool = "sctp_send_failure_event_event",
    }
}

structure! {
    "struct sctp_event", "linux/sctp.h";
    /// Whether one kind of notification is wanted: `SCTP_EVENT`.
    pub struct Event {
        /// The association.
        pub association: i32 = "se_assoc_id",
        /// The kind.
        pub kind: NotificationKind = "se_type",
        /// Whether it is wanted.
        pub on: bool = "se_on",
    }
}

flag_names! {
    /// What [`PaddrParams`] changes.
    pub struct PaddrFlags(u32) {
        /// Send heartbeats.
        "SPP_HB_ENABLE" => HB_ENABLE = 1 << 0;
        /// Send no heartbeats.
        "SPP_HB_DISABLE" => HB_DISABLE = 1 << 1;
        /// Send a heartbeat now.
        "SPP_HB_DEMAND" => HB_DEMAND = 1 << 2;
        /// Find the path MTU out.
        "SPP_PMTUD_ENABLE" => PMTUD_ENABLE = 1 << 3;
        /// Do not find the path MTU out.
        "SPP_PMTUD_DISABLE" => PMTUD_DISABLE = 1 << 4;
        /// Delay acknowledgements.
        "SPP_SACKDELAY_ENABLE" => SACKDELAY_ENABLE = 1 << 5;
        /// Do not delay acknowledgements.
        "SPP_SACKDELAY_DISABLE" => SACKDELAY_DISABLE = 1 << 6;
        /// The interval of heartbeats is zero, not unchanged.
        "SPP_HB_TIME_IS_ZERO" => HB_TIME_IS_ZERO = 1 << 7;
        /// Set the flow label. Since Linux 4.19.
        "SPP_IPV6_FLOWLABEL" => IPV6_FLOWLABEL = 1 << 8;
        /// Set the code point of differentiated services. Since Linux 4.19.
        "SPP_DSCP" => DSCP = 1 << 9;
    }
}

newtype_field!(PaddrFlags: u32);

structure! {
    "struct sctp_paddrparams", "linux/sctp.h", packed;
    /// How an address of the peer is watched: `SCTP_PEER_ADDR_PARAMS`.
    pub struct PaddrParams {
        /// The association.
        pub association: i32 = "spp_assoc_id",
        /// The address; `AF_UNSPEC` for all.
        pub address: SockAddrStorage = "spp_address",
        /// Between heartbeats, in milliseconds.
        pub heartbeat_interval: u32 = "spp_hbinterval",
        /// Retransmissions until the address counts as unreachable.
        pub max_retransmissions: u16 = "spp_pathmaxrxt",
        /// The path MTU, in bytes.
        pub path_mtu: u32 = "spp_pathmtu",
        /// How long acknowledgements are delayed, in milliseconds.
        pub sack_delay: u32 = "spp_sackdelay",
        /// What to change.
        pub flags: PaddrFlags = "spp_flags",
        /// The flow label.
        pub flow_label: u32 = "spp_ipv6_flowlabel",
        /// The code point of differentiated services.
        pub dscp: u8 = "spp_dscp",
    }
}

structure! {
    "struct sctp_rtoinfo", "linux/sctp.h";
    /// Bounds of the retransmission time-out, in milliseconds: `SCTP_RTOINFO`.
    pub struct RtoInfo {
        /// The association.
        pub association: i32 = "srto_assoc_id",
        /// At first.
        pub initial: u32 = "srto_initial",
        /// At most.
        pub max: u32 = "srto_max",
        /// At least.
        pub min: u32 = "srto_min",
    }
}

structure! {
    "struct sctp_assocparams", "linux/sctp.h";
    /// Properties of an association: `SCTP_ASSOCINFO`.
    pub struct AssocParams {
        /// The association.
        pub association: i32 = "sasoc_assoc_id",
        /// Retransmissions until the peer counts as unreachable.
        pub max_retransmissions: u16 = "sasoc_asocmaxrxt",
        /// How many addresses the peer has.
        pub peer_destinations: u16 = "sasoc_number_peer_destinations",
        /// The peer's receive window, in bytes.
        pub peer_window: u32 = "sasoc_peer_rwnd",
        /// This end's receive window, in bytes.
        pub local_window: u32 = "sasoc_local_rwnd",
        /// How long a cookie is valid, in milliseconds.
        pub cookie_life: u32 = "sasoc_cookie_life",
    }
}

structure! {
    "struct sctp_setpeerprim", "linux/sctp.h", packed;
    /// Asks the peer to send to this address first: `SCTP_SET_PEER_PRIMARY_ADDR`.
    pub struct SetPeerPrim {
        /// The association.
        pub association: i32 = "sspp_assoc_id",
        /// One of this end's addresses.
        pub address: SockAddrStorage = "sspp_addr",
    }
}

structure! {
    "struct sctp_prim", "linux/sctp.h", packed;
    /// The address to send to first: `SCTP_PRIMARY_ADDR`.
    pub struct Prim {
        /// The association.
        pub association: i32 = "ssp_assoc_id",
        /// One of the peer's addresses.
        pub address: SockAddrStorage = "ssp_addr",
    }
}

structure! {
    "struct sctp_sack_info", "linux/sctp.h";
    /// When acknowledgements are sent: `SCTP_DELAYED_SACK`.
    pub struct SackInfo {
        /// The association.
        pub association: i32 = "sack_assoc_id",
        /// After how many milliseconds.
        pub delay: u32 = "sack_delay",
        /// After how many packets.
        pub frequency: u32 = "sack_freq",
    }
}

structure! {
    "struct sctp_assoc_value", "linux/sctp.h";
    /// A number of an association: `SCTP_MAXSEG`, `SCTP_CONTEXT`, `SCTP_MAX_BURST` and others.
    pub struct AssocValue {
        /// The association.
        pub association: i32 = "assoc_id",
        /// The number.
        pub value: u32 = "assoc_value",
    }
}

structure! {
    "struct sctp_stream_value", "linux/sctp.h";
    /// A number of a stream: `SCTP_STREAM_SCHEDULER_VALUE`.
    pub struct StreamValue {
        /// The association.
        pub association: i32 = "assoc_id",
        /// The stream.
        pub stream: u16 = "stream_id",
        /// The number.
        pub value: u16 = "stream_value",
    }
}

structure! {
    "struct sctp_add_streams", "linux/sctp.h";
    /// How many streams to add: `SCTP_ADD_STREAMS`.
    pub struct AddStreams {
        /// The association.
        pub association: i32 = "sas_assoc_id",
        /// Inbound.
        pub inbound: u16 = "sas_instrms",
        /// Outbound.
        pub outbound: u16 = "sas_outstrms",
    }
}

structure! {
    "struct sctp_paddrthlds", "linux/sctp.h";
    /// When an address counts as failed: `SCTP_PEER_ADDR_THLDS` (RFC 7829).
    pub struct PaddrThresholds {
        /// The association.
        pub association: i32 = "spt_assoc_id",
        /// The address.
        pub address: SockAddrStorage = "spt_address",
        /// Retransmissions until it counts as unreachable.
        pub max_retransmissions: u16 = "spt_pathmaxrxt",
        /// Retransmissions until it counts as potentially failed.
        pub potentially_failed: u16 = "spt_pathpfthld",
    }
}

structure! {
    "struct sctp_paddrthlds_v2", "linux/sctp.h";
    /// When an address counts as failed: `SCTP_PEER_ADDR_THLDS_V2`. Since Linux 5.5.
    pub struct PaddrThresholdsV2 {
        /// The association.
        pub association: i32 = "spt_assoc_id",
        /// The address.
        pub address: SockAddrStorage = "spt_address",
        /// Retransmissions until it counts as unreachable.
        pub max_retransmissions: u16 = "spt_pathmaxrxt",
        /// Retransmissions until it counts as potentially failed.
        pub potentially_failed: u16 = "spt_pathpfthld",
        /// Retransmissions until another address becomes the primary one.
        pub primary_switchover: u16 = "spt_pathcpthld",
    }
}

structure! {
    "struct sctp_prstatus", "linux/sctp.h";
    /// How many messages a policy gave up: `SCTP_PR_STREAM_STATUS`, `SCTP_PR_ASSOC_STATUS`.
    pub struct PrStatus {
        /// The association.
        pub association: i32 = "sprstat_assoc_id",
        /// The stream.
        pub stream: u16 = "sprstat_sid",
        /// The policy.
        pub policy: u16 = "sprstat_policy",
        /// Before anything was sent.
        pub abandoned_unsent: u64 = "sprstat_abandoned_unsent",
        /// After something was sent.
        pub abandoned_sent: u64 = "sprstat_abandoned_sent",
    }
}

structure! {
    "struct sctp_default_prinfo", "linux/sctp.h";
    /// The policy of messages that have none of their own: `SCTP_DEFAULT_PRINFO`.
    pub struct DefaultPrInfo {
        /// The association.
        pub association: i32 = "pr_assoc_id",
        /// Milliseconds, retransmissions, or the priority.
        pub value: u32 = "pr_value",
        /// The policy; see [`super::PrInfo`].
        pub policy: u16 = "pr_policy",
    }
}

structure! {
    "struct sctp_udpencaps", "linux/sctp.h";
    /// The UDP port of the peer: `SCTP_REMOTE_UDP_ENCAPS_PORT` (RFC 6951). Since Linux 5.11.
    pub struct UdpEncaps {
        /// The association.
        pub association: i32 = "sue_assoc_id",
        /// The address.
        pub address: SockAddrStorage = "sue_address",
        /// The port, in network byte order.
        pub port: crate::layout::Be16 = "sue_port",
    }
}

structure! {
    "struct sctp_probeinterval", "linux/sctp.h";
    /// How often the path MTU is probed: `SCTP_PLPMTUD_PROBE_INTERVAL` (RFC 8899). Since Linux 5.14.
    pub struct ProbeInterval {
        /// The association.
        pub association: i32 = "spi_assoc_id",
        /// The address.
        pub address: SockAddrStorage = "spi_address",
        /// Between probes, in milliseconds.
        pub interval: u32 = "spi_interval",
    }
}

structure! {
    "struct sctp_reset_streams", "linux/sctp.h";
    /// What comes before a list of streams.
    pub struct ResetStreamsHead {
        /// The association.
        pub association: i32 = "srs_assoc_id",
        /// Which direction: bits of `SCTP_STREAM_RESET_INCOMING` and `SCTP_STREAM_RESET_OUTGOING`.
        pub flags: u16 = "srs_flags",
        /// How many streams follow.
        pub count: u16 = "srs_number_streams",
    }
}

tailed! {
    /// Which streams begin anew: `SCTP_RESET_STREAMS` (RFC 6525). None in the list for all. Since Linux 4.11.
    pub struct ResetStreams {
        head: ResetStreamsHead, count: u16,
        /// The streams.
        streams: [u16; 256],
    }
}
