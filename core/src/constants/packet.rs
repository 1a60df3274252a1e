//! Values of packet sockets (packet(7), linux/if_packet.h).
//!
//! ```
//! use anysock::constants::packet::PacketType;
//!
//! assert_eq!(PacketType::BROADCAST.0, 1);
//! assert_eq!(format!("{:?}", PacketType::BROADCAST), "PACKET_BROADCAST");
//! ```

super::value_names! {
    /// Whom a frame is for: `sll_pkttype` of `struct sockaddr_ll` (linux/if_packet.h).
    pub struct PacketType(u8) {
        /// This machine.
        "PACKET_HOST" => HOST = 0;
        /// Everyone.
        "PACKET_BROADCAST" => BROADCAST = 1;
        /// A group.
        "PACKET_MULTICAST" => MULTICAST = 2;
        /// Another machine.
        "PACKET_OTHERHOST" => OTHERHOST = 3;
        /// It leaves this machine.
        "PACKET_OUTGOING" => OUTGOING = 4;
        /// The loopback's own copy.
        "PACKET_LOOPBACK" => LOOPBACK = 5;
        /// Inside the kernel: to a program.
        "PACKET_USER" => USER = 6;
        /// Inside the kernel: to the kernel.
        "PACKET_KERNEL" => KERNEL = 7;
        /// Inside the kernel: not in use; the number of [`PacketType::USER`].
        "PACKET_FASTROUTE" => FASTROUTE = 6;
    }
}

super::value_names! {
    /// How a group of sockets shares frames (linux/if_packet.h).
    pub struct PacketFanout(u16) {
        /// By flow.
        "PACKET_FANOUT_HASH" => HASH = 0;
        /// In turn.
        "PACKET_FANOUT_LB" => LB = 1;
        /// By the processor that they came in on.
        "PACKET_FANOUT_CPU" => CPU = 2;
        /// To the first until it is full.
        "PACKET_FANOUT_ROLLOVER" => ROLLOVER = 3;
        /// By chance.
        "PACKET_FANOUT_RND" => RND = 4;
        /// By the device's queue.
        "PACKET_FANOUT_QM" => QM = 5;
        /// By a classic BPF program.
        "PACKET_FANOUT_CBPF" => CBPF = 6;
        /// By a loaded BPF program.
        "PACKET_FANOUT_EBPF" => EBPF = 7;
        /// Flag: on to the next when one is full.
        "PACKET_FANOUT_FLAG_ROLLOVER" => FLAG_ROLLOVER = 4096;
        /// Flag: the kernel chooses the group's number.
        "PACKET_FANOUT_FLAG_UNIQUEID" => FLAG_UNIQUEID = 8192;
        /// Flag: frames that this machine sends are left out. Since Linux 6.3.
        "PACKET_FANOUT_FLAG_IGNORE_OUTGOING" => FLAG_IGNORE_OUTGOING = 16384;
        /// Flag: fragments are put together first.
        "PACKET_FANOUT_FLAG_DEFRAG" => FLAG_DEFRAG = 32768;
    }
}

super::value_names! {
    /// The layout of a ring's frame headers: `PACKET_VERSION` (linux/if_packet.h).
    pub struct PacketRingVersion(i32) {
        /// `struct tpacket_hdr`, with a `long` in it.
        "TPACKET_V1" => V1 = 0;
        /// `struct tpacket2_hdr`.
        "TPACKET_V2" => V2 = 1;
        /// `struct tpacket3_hdr`, in blocks of frames of any length.
        "TPACKET_V3" => V3 = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[PacketType::TABLE, PacketFanout::TABLE, PacketRingVersion::TABLE];
