//! Attributes of routes in rtnetlink messages (rtnetlink(7), linux/rtnetlink.h).
//!
//! ```
//! use anysock::constants::route_attribute::RouteAttribute;
//!
//! assert_eq!(RouteAttribute::DST.0, 1);
//! assert_eq!(format!("{:?}", RouteAttribute::DST), "RTA_DST");
//! ```

super::value_names! {
    /// An attribute of `RTM_NEWROUTE` and its like (linux/rtnetlink.h).
    pub struct RouteAttribute(u16) {
        /// Not in use.
        "RTA_UNSPEC" => UNSPEC = 0;
        /// The destination.
        "RTA_DST" => DST = 1;
        /// The source.
        "RTA_SRC" => SRC = 2;
        /// The index of the interface that it comes in by, 32 bits.
        "RTA_IIF" => IIF = 3;
        /// The index of the interface that it goes out by, 32 bits.
        "RTA_OIF" => OIF = 4;
        /// The router's address.
        "RTA_GATEWAY" => GATEWAY = 5;
        /// The metric, 32 bits; the least wins.
        "RTA_PRIORITY" => PRIORITY = 6;
        /// The preferred source.
        "RTA_PREFSRC" => PREFSRC = 7;
        /// Figures of the route: attributes `RTAX_…`.
        "RTA_METRICS" => METRICS = 8;
        /// Several next hops: `struct rtnexthop`.
        "RTA_MULTIPATH" => MULTIPATH = 9;
        /// No longer in use.
        "RTA_PROTOINFO" => PROTOINFO = 10;
        /// The realm, 32 bits.
        "RTA_FLOW" => FLOW = 11;
        /// Age and use: `struct rta_cacheinfo`.
        "RTA_CACHEINFO" => CACHEINFO = 12;
        /// No longer in use.
        "RTA_SESSION" => SESSION = 13;
        /// No longer in use.
        "RTA_MP_ALGO" => MP_ALGO = 14;
        /// The table, 32 bits.
        "RTA_TABLE" => ROUTE_TABLE = 15;
        /// The mark of packets, 32 bits.
        "RTA_MARK" => MARK = 16;
        /// Figures of a multicast route: `struct rta_mfc_stats`.
        "RTA_MFC_STATS" => MFC_STATS = 17;
        /// The router's address, of another family: `struct rtvia`.
        "RTA_VIA" => VIA = 18;
        /// The destination to change to (MPLS).
        "RTA_NEWDST" => NEWDST = 19;
        /// The router's preference, one byte (RFC 4191).
        "RTA_PREF" => PREF = 20;
        /// What packets are put into, 16 bits.
        "RTA_ENCAP_TYPE" => ENCAP_TYPE = 21;
        /// How packets are put into it.
        "RTA_ENCAP" => ENCAP = 22;
        /// When it ends, in seconds, 32 bits.
        "RTA_EXPIRES" => EXPIRES = 23;
        /// Padding.
        "RTA_PAD" => PAD = 24;
        /// The user whose packets it is for, 32 bits.
        "RTA_UID" => UID = 25;
        /// Whether the time-to-live is passed on, one byte (MPLS).
        "RTA_TTL_PROPAGATE" => TTL_PROPAGATE = 26;
        /// The protocol that is asked for, one byte.
        "RTA_IP_PROTO" => IP_PROTO = 27;
        /// The source port that is asked for, 16 bits in network byte order.
        "RTA_SPORT" => SPORT = 28;
        /// The destination port that is asked for, 16 bits in network byte order.
        "RTA_DPORT" => DPORT = 29;
        /// The number of the next hop, 32 bits. Since Linux 5.3.
        "RTA_NH_ID" => NH_ID = 30;
        /// The flow label of IPv6, 32 bits in network byte order.
        "RTA_FLOWLABEL" => FLOWLABEL = 31;
    }
}

super::value_names! {
    /// What a route does with a packet (linux/rtnetlink.h).
    pub struct RouteType(u8) {
        /// Not known.
        "RTN_UNSPEC" => UNSPEC = 0;
        /// Sends it on.
        "RTN_UNICAST" => UNICAST = 1;
        /// Takes it here.
        "RTN_LOCAL" => LOCAL = 2;
        /// Takes it here and sends it as a broadcast.
        "RTN_BROADCAST" => BROADCAST = 3;
        /// Takes it here, but sends it as a unicast.
        "RTN_ANYCAST" => ANYCAST = 4;
        /// Sends it to a group.
        "RTN_MULTICAST" => MULTICAST = 5;
        /// Drops it.
        "RTN_BLACKHOLE" => BLACKHOLE = 6;
        /// Tells that the destination is unreachable.
        "RTN_UNREACHABLE" => UNREACHABLE = 7;
        /// Tells that it is prohibited.
        "RTN_PROHIBIT" => PROHIBIT = 8;
        /// Goes on in the next table.
        "RTN_THROW" => THROW = 9;
        /// Translates it; no kernel has it since Linux 2.6.
        "RTN_NAT" => NAT = 10;
        /// Asks a program; no kernel has it.
        "RTN_XRESOLVE" => XRESOLVE = 11;
    }
}

super::flag_names! {
    /// Flags of a route (linux/rtnetlink.h).
    pub struct RouteFlags(u32) {
        /// Changes are told.
        "RTM_F_NOTIFY" => NOTIFY = 0x100;
        /// It was made from another.
        "RTM_F_CLONED" => CLONED = 0x200;
        /// Traffic is spread evenly; no kernel does it.
        "RTM_F_EQUALIZE" => EQUALIZE = 0x400;
        /// Only prefixes are asked for.
        "RTM_F_PREFIX" => PREFIX = 0x800;
        /// The table that decided is asked for.
        "RTM_F_LOOKUP_TABLE" => LOOKUP_TABLE = 0x1000;
        /// The route that decided is asked for.
        "RTM_F_FIB_MATCH" => FIB_MATCH = 0x2000;
        /// The hardware has it.
        "RTM_F_OFFLOAD" => OFFLOAD = 0x4000;
        /// The hardware gives its packets to the kernel.
        "RTM_F_TRAP" => TRAP = 0x8000;
        /// The hardware could not take it.
        "RTM_F_OFFLOAD_FAILED" => OFFLOAD_FAILED = 0x20000000;
    }
}

super::value_names! {
    /// How far away a destination is (linux/rtnetlink.h).
    pub struct RouteScope(u8) {
        /// Anywhere.
        "RT_SCOPE_UNIVERSE" => UNIVERSE = 0;
        /// Within the site (IPv6).
        "RT_SCOPE_SITE" => SITE = 200;
        /// On the link.
        "RT_SCOPE_LINK" => LINK = 253;
        /// On this machine.
        "RT_SCOPE_HOST" => HOST = 254;
        /// It does not exist.
        "RT_SCOPE_NOWHERE" => NOWHERE = 255;
    }
}

super::value_names! {
    /// A routing table (linux/rtnetlink.h).
    pub struct RouteTable(u32) {
        /// Not named.
        "RT_TABLE_UNSPEC" => UNSPEC = 0;
        /// A number above 255, which is in `RTA_TABLE`.
        "RT_TABLE_COMPAT" => COMPAT = 252;
        /// The last table asked.
        "RT_TABLE_DEFAULT" => DEFAULT = 253;
        /// The table where routes are added by default.
        "RT_TABLE_MAIN" => MAIN = 254;
        /// The kernel's table of local addresses.
        "RT_TABLE_LOCAL" => LOCAL = 255;
    }
}

super::value_names! {
    /// Who added a route (linux/rtnetlink.h).
    pub struct RouteProtocol(u8) {
        /// Not known.
        "RTPROT_UNSPEC" => UNSPEC = 0;
        /// An ICMP redirect.
        "RTPROT_REDIRECT" => REDIRECT = 1;
        /// The kernel.
        "RTPROT_KERNEL" => KERNEL = 2;
        /// The start of the system.
        "RTPROT_BOOT" => BOOT = 3;
        /// The administrator.
        "RTPROT_STATIC" => STATIC = 4;
        /// GateD.
        "RTPROT_GATED" => GATED = 8;
        /// Announcements of routers (RFC 4861).
        "RTPROT_RA" => RA = 9;
        /// Merit MRT.
        "RTPROT_MRT" => MRT = 10;
        /// Zebra, FRR.
        "RTPROT_ZEBRA" => ZEBRA = 11;
        /// BIRD.
        "RTPROT_BIRD" => BIRD = 12;
        /// The DECnet daemon.
        "RTPROT_DNROUTED" => DNROUTED = 13;
        /// XORP.
        "RTPROT_XORP" => XORP = 14;
        /// Netsukuku.
        "RTPROT_NTK" => NTK = 15;
        /// A DHCP client.
        "RTPROT_DHCP" => DHCP = 16;
        /// A multicast router.
        "RTPROT_MROUTED" => MROUTED = 17;
        /// keepalived.
        "RTPROT_KEEPALIVED" => KEEPALIVED = 18;
        /// Babel.
        "RTPROT_BABEL" => BABEL = 42;
        /// Open Routing.
        "RTPROT_OPENR" => OPENR = 99;
        /// BGP.
        "RTPROT_BGP" => BGP = 186;
        /// IS-IS.
        "RTPROT_ISIS" => ISIS = 187;
        /// OSPF.
        "RTPROT_OSPF" => OSPF = 188;
        /// RIP.
        "RTPROT_RIP" => RIP = 189;
        /// EIGRP.
        "RTPROT_EIGRP" => EIGRP = 192;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    RouteAttribute::TABLE,
    RouteType::TABLE,
    RouteFlags::TABLE,
    RouteScope::TABLE,
    RouteTable::TABLE,
    RouteProtocol::TABLE,
];
