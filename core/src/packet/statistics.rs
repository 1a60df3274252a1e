//! How many packets a socket received and dropped: `PACKET_STATISTICS`, which reading sets to zero.

use crate::layout::structure;

structure! {
    "struct tpacket_stats", "linux/if_packet.h";
    /// The statistics of a socket without a ring, or with one of version 1 or 2.
    pub struct TpacketStats {
        /// Packets, dropped ones among them.
        pub packets: u32 = "tp_packets",
        /// Packets dropped for lack of room.
        pub drops: u32 = "tp_drops",
    }
}

structure! {
    "struct tpacket_stats_v3", "linux/if_packet.h";
    /// The statistics of a socket with a ring of version 3.
    pub struct TpacketStatsV3 {
        /// Packets, dropped ones among them.
        pub packets: u32 = "tp_packets",
        /// Packets dropped for lack of room.
        pub drops: u32 = "tp_drops",
        /// How often the ring stood still, because no block was free.
        pub freezes: u32 = "tp_freeze_q_cnt",
    }
}

structure! {
    "struct tpacket_rollover_stats", "linux/if_packet.h";
    /// How often a group went on to another socket: `PACKET_ROLLOVER_STATS`. Since Linux 4.2.
    pub struct TpacketRolloverStats {
        /// In all.
        pub all: u64 = "tp_all",
        /// Because of a single large flow.
        pub huge: u64 = "tp_huge",
        /// In vain: no socket had room.
        pub failed: u64 = "tp_failed",
    }
}
