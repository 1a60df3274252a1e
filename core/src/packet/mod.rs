//! Packet sockets' structures: memberships, statistics, and the headers of packet rings (packet(7),
//! linux/if_packet.h, Documentation/networking/packet_mmap.rst).
//!
//! The ring itself is memory shared with the kernel; here is what its bytes mean.
//!
//! ```
//! use anysock::packet::PacketMreq;
//!
//! let promiscuous = PacketMreq::promiscuous(2);
//! assert_eq!(promiscuous.encode()[4..6], 1u16.to_ne_bytes());
//! ```

mod block;
mod membership;
mod ring;
mod statistics;

pub use block::{Block, BlockPackets, TpacketBdTs, TpacketBlockDesc, TpacketHdrV1};
pub use membership::{Fanout, FanoutArgs, MembershipKind, PacketMreq};
pub use ring::{
    RingRequest, Tpacket2Hdr, Tpacket3Hdr, TpacketAuxdata, TpacketHdr, TpacketHdrVariant1, TpacketReq,
    TpacketReq3, TpacketStatus,
};
pub use statistics::{TpacketRolloverStats, TpacketStats, TpacketStatsV3};

/// The tables of the names in this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[MembershipKind::TABLE, TpacketStatus::TABLE];
