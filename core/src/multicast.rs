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

use crate::layout::{SockAddrStorage, structure};

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
