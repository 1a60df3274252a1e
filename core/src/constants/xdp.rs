//! Values of XDP sockets (linux/if_xdp.h).
//!
//! ```
//! use anysock::constants::xdp::XdpFlags;
//!
//! assert_eq!(XdpFlags::ZEROCOPY.bits(), 0x4);
//! assert_eq!(format!("{:?}", XdpFlags::ZEROCOPY), "XDP_ZEROCOPY");
//! ```

super::flag_names! {
    /// Flags of `struct sockaddr_xdp` (linux/if_xdp.h).
    pub struct XdpFlags(u16) {
        /// The memory is that of another socket.
        "XDP_SHARED_UMEM" => SHARED_UMEM = 0x1;
        /// Frames are copied.
        "XDP_COPY" => COPY = 0x2;
        /// Frames are not copied, or it is an error.
        "XDP_ZEROCOPY" => ZEROCOPY = 0x4;
        /// The kernel tells when it has to be woken. Since Linux 5.4.
        "XDP_USE_NEED_WAKEUP" => USE_NEED_WAKEUP = 0x8;
        /// A packet may be in several frames. Since Linux 6.6.
        "XDP_USE_SG" => USE_SG = 0x10;
    }
}

super::flag_names! {
    /// Flags of `struct xdp_umem_reg` (linux/if_xdp.h).
    pub struct XdpUmemFlags(u32) {
        /// Frames may begin anywhere. Since Linux 5.4.
        "XDP_UMEM_UNALIGNED_CHUNK_FLAG" => UNALIGNED_CHUNK_FLAG = 0x1;
        /// Checksums are computed by the kernel. Since Linux 6.8.
        "XDP_UMEM_TX_SW_CSUM" => TX_SW_CSUM = 0x2;
    }
}

super::flag_names! {
    /// Flags of a ring (linux/if_xdp.h).
    pub struct XdpRingFlags(u32) {
        /// The kernel has to be woken.
        "XDP_RING_NEED_WAKEUP" => NEED_WAKEUP = 0x1;
    }
}

super::flag_names! {
    /// What `XDP_OPTIONS` tells (linux/if_xdp.h).
    pub struct XdpOptions(u32) {
        /// Nothing is copied.
        "XDP_OPTIONS_ZEROCOPY" => ZEROCOPY = 0x1;
    }
}

super::value_names! {
    /// What `mmap(2)` takes to map a ring (linux/if_xdp.h).
    pub struct XdpPageOffset(u64) {
        /// The ring of received frames.
        "XDP_PGOFF_RX_RING" => PGOFF_RX_RING = 0;
        /// The ring of frames to send.
        "XDP_PGOFF_TX_RING" => PGOFF_TX_RING = 0x80000000;
        /// The ring of frames to fill.
        "XDP_UMEM_PGOFF_FILL_RING" => UMEM_PGOFF_FILL_RING = 0x100000000;
        /// The ring of frames that were sent.
        "XDP_UMEM_PGOFF_COMPLETION_RING" => UMEM_PGOFF_COMPLETION_RING = 0x180000000;
    }
}

super::flag_names! {
    /// What is asked for a packet: `flags` of `struct xsk_tx_metadata` (linux/if_xdp.h).
    pub struct XdpTransmitMetadata(u64) {
        /// The time of sending.
        "XDP_TXMD_FLAGS_TIMESTAMP" => TIMESTAMP = 0x1;
        /// The checksum is to be computed.
        "XDP_TXMD_FLAGS_CHECKSUM" => CHECKSUM = 0x2;
        /// It says when to send.
        "XDP_TXMD_FLAGS_LAUNCH_TIME" => LAUNCH_TIME = 0x4;
    }
}

super::flag_names! {
    /// `options` of `struct xdp_desc` (linux/if_xdp.h).
    pub struct XdpDescriptorFlags(u32) {
        /// The packet goes on in the next descriptor.
        "XDP_PKT_CONTD" => PKT_CONTD = 0x1;
        /// Metadata stands before the packet.
        "XDP_TX_METADATA" => TX_METADATA = 0x2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    XdpFlags::TABLE,
    XdpUmemFlags::TABLE,
    XdpRingFlags::TABLE,
    XdpOptions::TABLE,
    XdpPageOffset::TABLE,
    XdpTransmitMetadata::TABLE,
    XdpDescriptorFlags::TABLE,
];
