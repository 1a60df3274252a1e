//! `SOL_PACKET`: options of packet sockets (packet(7), linux/if_packet.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::packet::AuxData, true)?;
//!     socket.get(option::packet::AuxData)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;
use crate::packet::{Fanout, PacketMreq, RingRequest, TpacketRolloverStats, TpacketStats};

options! {
    "SOL_PACKET", Level::PACKET;

    /// Receives a multicast address, or everything: `struct packet_mreq`. Set only.
    PACKET_ADD_MEMBERSHIP = 1 => AddMembership: PacketMreq, set;
    /// Whether received messages carry `struct tpacket_auxdata`: lengths, status, VLAN. Since Linux 2.6.21.
    PACKET_AUXDATA = 8 => AuxData: bool, get set;
    /// Frames longer than this are queued besides being put into the ring; 0 for none. Set only.
    PACKET_COPY_THRESH = 7 => CopyThreshold: i32, set;
    /// Takes [`PACKET_ADD_MEMBERSHIP`] back: `struct packet_mreq`. Set only.
    PACKET_DROP_MEMBERSHIP = 2 => DropMembership: PacketMreq, set;
    /// Shares frames among the sockets of a group: `struct fanout_args`, or one `int`. Since Linux 3.1.
    PACKET_FANOUT = 18 => FanoutOf: Fanout, get set;
    /// The BPF program that chooses within a group: `struct sock_fprog` or a descriptor. Set only; since
    /// Linux 4.3.
    PACKET_FANOUT_DATA = 22;
    /// The size of a ring's frame header in bytes, for the version that is asked for: `TPACKET_V1` and its
    /// like. Read only.
    PACKET_HDRLEN = 11 => HeaderLength: i32, query;
    /// Whether frames that this machine sends are left out. Since Linux 4.20.
    PACKET_IGNORE_OUTGOING = 23 => IgnoreOutgoing: bool, get set;
    /// Whether malformed frames of the sending ring are skipped instead of stopping it.
    PACKET_LOSS = 14 => Loss: bool, get set;
    /// Whether addresses name the physical interface below a bond or bridge. Since Linux 2.6.21.
    PACKET_ORIGDEV = 9 => OriginalDevice: bool, get set;
    /// Whether frames go to the driver without queueing. Since Linux 3.14.
    PACKET_QDISC_BYPASS = 20 => QdiscBypass: bool, get set;
    /// A number without an option: no kernel has it.
    PACKET_RECV_OUTPUT = 3;
    /// Room to leave before each frame of a ring, in bytes. Since Linux 2.6.28.
    PACKET_RESERVE = 12 => Reserve: u32, get set;
    /// How a group rolled over: `struct tpacket_rollover_stats`. Read only; since Linux 4.2.
    PACKET_ROLLOVER_STATS = 21 => RolloverStats: TpacketRolloverStats, get;
    /// Makes the ring of received frames: `struct tpacket_req` or `tpacket_req3`. Set only.
    PACKET_RX_RING = 5 => RxRing: RingRequest, set;
    /// How many frames came and were dropped since the last reading: `struct tpacket_stats`. Read only.
    PACKET_STATISTICS = 6 => Statistics: TpacketStats, get;
    /// Which clock a ring's times come from: bits of `SOF_TIMESTAMPING_…`. Since Linux 2.6.36.
    PACKET_TIMESTAMP = 17 => Timestamp: i32, get set;
    /// Whether each frame of the sending ring tells where its data begins. Since Linux 3.11.
    PACKET_TX_HAS_OFF = 19 => TxHasOffset: bool, get set;
    /// Makes the ring of frames to send: `struct tpacket_req` or `tpacket_req3`. Set only; since Linux
    /// 2.6.31.
    PACKET_TX_RING = 13 => TxRing: RingRequest, set;
    /// The control message of a sent frame's time. Since Linux 2.6.34.
    PACKET_TX_TIMESTAMP = 16;
    /// The layout of a ring's frame headers: `TPACKET_V1` and its like. Since Linux 2.6.27.
    PACKET_VERSION = 10 => Version: i32, get set;
    /// Whether each frame is preceded by `struct virtio_net_hdr`. Since Linux 2.6.34.
    PACKET_VNET_HDR = 15 => VnetHeader: bool, get set;
    /// The size of the virtio header before each frame, in bytes: 0, 10 or 12. Since Linux 6.5.
    PACKET_VNET_HDR_SZ = 24 => VnetHeaderSize: i32, get set;
}
