//! Attributes, states and flags of neighbours (rtnetlink(7), linux/neighbour.h).
//!
//! ```
//! use anysock::constants::neighbour::NeighbourAttribute;
//!
//! assert_eq!(NeighbourAttribute::LLADDR.0, 2);
//! assert_eq!(format!("{:?}", NeighbourAttribute::LLADDR), "NDA_LLADDR");
//! ```

super::value_names! {
    /// An attribute of a neighbour: `NDA_…` (linux/neighbour.h).
    pub struct NeighbourAttribute(u16) {
        /// Not in use.
        "NDA_UNSPEC" => UNSPEC = 0;
        /// Its address of the network layer.
        "NDA_DST" => DST = 1;
        /// Its address of the link layer.
        "NDA_LLADDR" => LLADDR = 2;
        /// How it is used: [`NdaCacheinfo`](crate::netlink::NdaCacheinfo).
        "NDA_CACHEINFO" => CACHEINFO = 3;
        /// How often it was asked in vain, 32 bits.
        "NDA_PROBES" => PROBES = 4;
        /// The VLAN, 16 bits.
        "NDA_VLAN" => VLAN = 5;
        /// The port of a tunnel, 16 bits in network byte order.
        "NDA_PORT" => PORT = 6;
        /// The number of the virtual network, 32 bits.
        "NDA_VNI" => VNI = 7;
        /// The number of the interface of a tunnel, 32 bits.
        "NDA_IFINDEX" => IFINDEX = 8;
        /// The number of the bridge, 32 bits.
        "NDA_MASTER" => MASTER = 9;
        /// The namespace of the link, 32 bits.
        "NDA_LINK_NETNSID" => LINK_NETNSID = 10;
        /// The number of the virtual network that it came from, 32 bits.
        "NDA_SRC_VNI" => SRC_VNI = 11;
        /// Who made it (`RTPROT_…`), one byte. Since Linux 5.0.
        "NDA_PROTOCOL" => PROTOCOL = 12;
        /// The number of the next hop, 32 bits. Since Linux 5.8.
        "NDA_NH_ID" => NH_ID = 13;
        /// What a bridge knows more. Since Linux 5.10.
        "NDA_FDB_EXT_ATTRS" => FDB_EXT_ATTRS = 14;
        /// More flags, 32 bits. Since Linux 5.16.
        "NDA_FLAGS_EXT" => FLAGS_EXT = 15;
        /// Which states to delete, 16 bits. Since Linux 5.19.
        "NDA_NDM_STATE_MASK" => NDM_STATE_MASK = 16;
        /// Which flags to delete, one byte. Since Linux 5.19.
        "NDA_NDM_FLAGS_MASK" => NDM_FLAGS_MASK = 17;
    }
}

super::flag_names! {
    /// Whether a neighbour can be reached: `NUD_…` (linux/neighbour.h).
    pub struct NeighbourState(u16) {
        /// It is being asked for its address of the link layer.
        "NUD_INCOMPLETE" => INCOMPLETE = 0x01;
        /// It was confirmed of late.
        "NUD_REACHABLE" => REACHABLE = 0x02;
        /// It was not confirmed of late.
        "NUD_STALE" => STALE = 0x04;
        /// It is to be asked, unless it is confirmed before.
        "NUD_DELAY" => DELAY = 0x08;
        /// It is being asked.
        "NUD_PROBE" => PROBE = 0x10;
        /// It does not answer.
        "NUD_FAILED" => FAILED = 0x20;
        /// The link layer has no such addresses.
        "NUD_NOARP" => NOARP = 0x40;
        /// It was set, and stays.
        "NUD_PERMANENT" => PERMANENT = 0x80;
        /// Nothing is known.
        "NUD_NONE" => NONE = 0;
    }
}

super::flag_names! {
    /// Flags of a neighbour: `NTF_…` (linux/neighbour.h).
    pub struct NeighbourFlags(u8) {
        /// It is in use.
        "NTF_USE" => USE = 0x01;
        /// It is the interface's own.
        "NTF_SELF" => SELF = 0x02;
        /// It is the bridge's.
        "NTF_MASTER" => MASTER = 0x04;
        /// This machine answers in its place.
        "NTF_PROXY" => PROXY = 0x08;
        /// A program learnt of it.
        "NTF_EXT_LEARNED" => EXT_LEARNED = 0x10;
        /// The hardware knows it.
        "NTF_OFFLOADED" => OFFLOADED = 0x20;
        /// It stays where it is.
        "NTF_STICKY" => STICKY = 0x40;
        /// It is a router.
        "NTF_ROUTER" => ROUTER = 0x80;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[NeighbourAttribute::TABLE, NeighbourState::TABLE, NeighbourFlags::TABLE];
