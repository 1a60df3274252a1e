//! XDP sockets' structures: descriptors of packets, statistics, where the rings are
//! (Documentation/networking/af_xdp.rst, linux/if_xdp.h).
//!
//! `struct xdp_umem_reg` and `struct sockaddr_xdp` carry a pointer and a descriptor and have no byte form here.
//!
//! ```
//! use anysock::xdp::XdpDesc;
//!
//! let packet = XdpDesc { address: 4096, len: 60, options: 0 };
//! assert_eq!(XdpDesc::decode(&packet.encode()), Ok(packet));
//! ```

use crate::layout::structure;

structure! {
    "struct xdp_desc", "linux/if_xdp.h";
    /// A packet, in the ring of those received or of those to be sent.
    pub struct XdpDesc {
        /// Where it begins in the shared memory; in unaligned mode, the upper 16 bits are an offset to add.
        pub address: u64 = "addr",
        /// Its length, in bytes.
        pub len: u32 = "len",
        /// Bit 0: the next descriptor goes on with the same packet (`XDP_PKT_CONTD`, since Linux 6.6). Bit 1:
        /// there is metadata before it (`XDP_TX_METADATA`, since Linux 6.8).
        pub options: u32 = "options",
    }
}

structure! {
    "struct xdp_ring_offset", "linux/if_xdp.h";
    /// Where the parts of a ring are in its mapping.
    pub struct XdpRingOffset {
        /// The producer's index.
        pub producer: u64 = "producer",
        /// The consumer's index.
        pub consumer: u64 = "consumer",
        /// The entries.
        pub descriptors: u64 = "desc",
        /// The flags. Since Linux 5.4.
        pub flags: u64 = "flags",
    }
}

structure! {
    "struct xdp_mmap_offsets", "linux/if_xdp.h";
    /// Where the parts of each ring are: `XDP_MMAP_OFFSETS`.
    pub struct XdpMmapOffsets {
        /// Of what was received.
        pub receive: XdpRingOffset = "rx",
        /// Of what is to be sent.
        pub transmit: XdpRingOffset = "tx",
        /// Of free memory for what is received.
        pub fill: XdpRingOffset = "fr",
        /// Of memory that was sent.
        pub completion: XdpRingOffset = "cr",
    }
}

structure! {
    "struct xdp_statistics", "linux/if_xdp.h";
    /// How many packets were lost, and why: `XDP_STATISTICS`. The last three since Linux 5.9.
    pub struct XdpStatistics {
        /// Received ones, for other reasons.
        pub receive_dropped: u64 = "rx_dropped",
        /// Descriptors of free memory that were wrong.
        pub receive_invalid_descriptors: u64 = "rx_invalid_descs",
        /// Descriptors of packets to be sent that were wrong.
        pub transmit_invalid_descriptors: u64 = "tx_invalid_descs",
        /// Received ones, because the ring was full.
        pub receive_ring_full: u64 = "rx_ring_full",
        /// How often there was no free memory.
        pub fill_ring_empty: u64 = "rx_fill_ring_empty_descs",
        /// How often there was nothing to send.
        pub transmit_ring_empty: u64 = "tx_ring_empty_descs",
    }
}

structure! {
    "struct xdp_options", "linux/if_xdp.h";
    /// How the socket works: `XDP_OPTIONS`.
    pub struct XdpOptions {
        /// Bit 0: without copying (`XDP_OPTIONS_ZEROCOPY`).
        pub flags: u32 = "flags",
    }
}
