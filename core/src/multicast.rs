//! Multicast memberships of IP sockets (ip(7), ipv6(7), RFC 3678).
//!
//! ```
//! use anysock::multicast::{GroupReq, IpMreqn};
//! use anysock::layout::SockAddrStorage;
//! use core::net::{Ipv4Addr, SocketAddrV4};
//!
//! let group = Ipv4Addr::new(239, 1, 2, 3);
//! let request = IpMreqn { group, local: Ipv4Addr::UNSPECIFIED, interface: 2 };
//! assert_eq!(IpMreqn::decode(&request.encode()), Ok(request));
//!
//! // The same for either version of IP:
//! let request = GroupReq { interface: 2, group: SockAddrStorage::new(&SocketAddrV4::new(group, 0)) };
//! assert_eq!(GroupReq::decode(&request.encode()), Ok(request));
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::constants::ip::MulticastFilterMode;
use crate::layout::{SockAddrStorage, newtype_field, structure};
use crate::option::{List, tailed};

newtype_field!(MulticastFilterMode: u32);

structure! {
    "struct ip_mreq", "linux/in.h";
    /// A group on the interface of an address: the older form of [`IpMreqn`].
    pub struct IpMreq {
        /// The group.
        pub group: Ipv4Addr = "imr_multiaddr",
        /// An address of the interface; `0.0.0.0` leaves the choice to routing.
        pub local: Ipv4Addr = "imr_interface",
    }
}

structure! {
    "struct ip_mreqn", "linux/in.h";
    /// A group on an interface: `IP_ADD_MEMBERSHIP`, `IP_DROP_MEMBERSHIP`; the interface to send through:
    /// `IP_MULTICAST_IF`.
    pub struct IpMreqn {
        /// The group.
        pub group: Ipv4Addr = "imr_multiaddr",
        /// An address of the interface, where there is no number.
        pub local: Ipv4Addr = "imr_address",
        /// The interface's number; 0 for none.
        pub interface: u32 = "imr_ifindex",
    }
}

structure! {
    "struct ip_mreq_source", "linux/in.h";
    /// A group, from one source: `IP_ADD_SOURCE_MEMBERSHIP`, `IP_BLOCK_SOURCE` and their opposites.
    pub struct IpMreqSource {
        /// The group.
        pub group: Ipv4Addr = "imr_multiaddr",
        /// An address of the interface.
        pub local: Ipv4Addr = "imr_interface",
        /// The source.
        pub source: Ipv4Addr = "imr_sourceaddr",
    }
}

structure! {
    "struct ipv6_mreq", "linux/in6.h";
    /// A group on an interface: `IPV6_ADD_MEMBERSHIP`, `IPV6_DROP_MEMBERSHIP`, `IPV6_JOIN_ANYCAST`.
    pub struct Ipv6Mreq {
        /// The group.
        pub group: Ipv6Addr = "ipv6mr_multiaddr",
        /// The interface's number; 0 leaves the choice to routing.
        pub interface: u32 = "ipv6mr_ifindex",
    }
}

structure! {
    "struct group_req", "linux/in.h";
    /// A group of either version of IP: `MCAST_JOIN_GROUP`, `MCAST_LEAVE_GROUP`. The address begins at byte 8
    /// where a pointer has 8 bytes, at byte 4 where it has 4.
    pub struct GroupReq {
        /// The interface's number; 0 leaves the choice to routing.
        pub interface: u32 = "gr_interface",
        /// The group.
        pub group: SockAddrStorage = "gr_group",
    }
}

structure! {
    "struct group_source_req", "linux/in.h";
    /// A group of either version of IP, from one source: `MCAST_JOIN_SOURCE_GROUP`, `MCAST_BLOCK_SOURCE` and
    /// their opposites.
    pub struct GroupSourceReq {
        /// The interface's number; 0 leaves the choice to routing.
        pub interface: u32 = "gsr_interface",
        /// The group.
        pub group: SockAddrStorage = "gsr_group",
        /// The source.
        pub source: SockAddrStorage = "gsr_source",
    }
}

structure! {
    "struct ip_msfilter", "linux/in.h";
    /// What comes before the sources of a group.
    pub struct IpMsfilterHead {
        /// The group.
        pub group: Ipv4Addr = "imsf_multiaddr",
        /// An address of the interface.
        pub local: Ipv4Addr = "imsf_interface",
        /// Whether the sources are those let through, or those stopped.
        pub mode: MulticastFilterMode = "imsf_fmode",
        /// How many there are.
        pub count: u32 = "imsf_numsrc",
    }
}

tailed! {
    /// The whole source filter of a group: `IP_MSFILTER`. [`IpMsfilter::of`] asks for it.
    pub struct IpMsfilter {
        head: IpMsfilterHead, count: u32,
        /// The sources.
        sources: [Ipv4Addr; 128],
    }
}

impl IpMsfilter {
    /// The question for the source filter of a group on an interface, with room for every source.
    pub fn of(group: Ipv4Addr, local: Ipv4Addr) -> IpMsfilter {
        let head = IpMsfilterHead { group, local, mode: MulticastFilterMode::EXCLUDE, count: 0 };
        IpMsfilter { head, sources: List::from([Ipv4Addr::UNSPECIFIED; 128]) }
    }
}

structure! {
    "struct group_filter", "linux/in.h";
    /// What comes before the sources of a group of either version of IP.
    pub struct GroupFilterHead {
        /// The interface's number.
        pub interface: u32 = "gf_interface",
        /// The group.
        pub group: SockAddrStorage = "gf_group",
        /// Whether the sources are those let through, or those stopped.
        pub mode: MulticastFilterMode = "gf_fmode",
        /// How many there are.
        pub count: u32 = "gf_numsrc",
    }
}

tailed! {
    /// The whole source filter of a group of either version of IP: `MCAST_MSFILTER`. [`GroupFilter::of`]
    /// asks for it.
    pub struct GroupFilter {
        head: GroupFilterHead, count: u32,
        /// The sources.
        sources: [SockAddrStorage; 64],
    }
}

impl GroupFilter {
    /// The question for the source filter of a group on an interface, with room for every source.
    pub fn of(interface: u32, group: SockAddrStorage) -> GroupFilter {
        let head = GroupFilterHead { interface, group, mode: MulticastFilterMode::EXCLUDE, count: 0 };
        GroupFilter { head, sources: List::from([SockAddrStorage::UNSPECIFIED; 64]) }
    }
}
