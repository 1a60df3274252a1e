//! Protocols, messages and flags of netlink (netlink(7), linux/netlink.h).
//!
//! ```
//! use anysock::constants::netlink::NetlinkProtocol;
//!
//! assert_eq!(NetlinkProtocol::SOCK_DIAG.0, 4);
//! assert_eq!(format!("{:?}", NetlinkProtocol::SOCK_DIAG), "NETLINK_SOCK_DIAG");
//! ```

super::value_names! {
    /// A protocol of `AF_NETLINK` (linux/netlink.h).
    pub struct NetlinkProtocol(i32) {
        /// Interfaces, addresses and routes (rtnetlink(7)).
        "NETLINK_ROUTE" => ROUTE = 0;
        /// A number that is not in use.
        "NETLINK_UNUSED" => UNUSED = 1;
        /// For programs among themselves.
        "NETLINK_USERSOCK" => USERSOCK = 2;
        /// Not in use: ip_queue, removed in Linux 3.5.
        "NETLINK_FIREWALL" => FIREWALL = 3;
        /// Sockets, as ss(8) shows them (sock_diag(7)).
        "NETLINK_SOCK_DIAG" => SOCK_DIAG = 4;
        /// Not in use: ULOG, removed in Linux 3.17. Logging today is of [`NetlinkProtocol::NETFILTER`].
        "NETLINK_NFLOG" => NFLOG = 5;
        /// IPsec.
        "NETLINK_XFRM" => XFRM = 6;
        /// Events of SELinux.
        "NETLINK_SELINUX" => SELINUX = 7;
        /// Open-iSCSI.
        "NETLINK_ISCSI" => ISCSI = 8;
        /// Auditing (audit(8)).
        "NETLINK_AUDIT" => AUDIT = 9;
        /// Looks routes up.
        "NETLINK_FIB_LOOKUP" => FIB_LOOKUP = 10;
        /// Kernel connector, for instance events of processes.
        "NETLINK_CONNECTOR" => CONNECTOR = 11;
        /// Netfilter: connections, queues, logs.
        "NETLINK_NETFILTER" => NETFILTER = 12;
        /// Not in use: ip6_queue, removed in Linux 3.5.
        "NETLINK_IP6_FW" => IP6_FW = 13;
        /// DECnet routes; removed in Linux 6.1.
        "NETLINK_DNRTMSG" => DNRTMSG = 14;
        /// Events of devices, for udev(7).
        "NETLINK_KOBJECT_UEVENT" => KOBJECT_UEVENT = 15;
        /// Generic netlink, for everything newer.
        "NETLINK_GENERIC" => GENERIC = 16;
        /// SCSI transports.
        "NETLINK_SCSITRANSPORT" => SCSITRANSPORT = 18;
        /// eCryptfs.
        "NETLINK_ECRYPTFS" => ECRYPTFS = 19;
        /// Remote memory: InfiniBand.
        "NETLINK_RDMA" => RDMA = 20;
        /// The kernel's cryptography.
        "NETLINK_CRYPTO" => CRYPTO = 21;
        /// Monitoring of shared memory communications.
        "NETLINK_SMC" => SMC = 22;
        /// The first name of [`NetlinkProtocol::SOCK_DIAG`].
        "NETLINK_INET_DIAG" => INET_DIAG = 4;
    }
}

super::value_names! {
    /// What an answer says beside its error number, with `NETLINK_EXT_ACK` (linux/netlink.h).
    pub struct NetlinkErrorAttribute(u16) {
        /// Not in use.
        "NLMSGERR_ATTR_UNUSED" => UNUSED = 0;
        /// What is wrong, as text.
        "NLMSGERR_ATTR_MSG" => MSG = 1;
        /// Where in the request it is wrong, in bytes, 32 bits.
        "NLMSGERR_ATTR_OFFS" => OFFS = 2;
        /// Bytes of the protocol's own, on success.
        "NLMSGERR_ATTR_COOKIE" => COOKIE = 3;
        /// What would have been right.
        "NLMSGERR_ATTR_POLICY" => POLICY = 4;
        /// The type of an attribute that is missing, 32 bits. Since Linux 6.1.
        "NLMSGERR_ATTR_MISS_TYPE" => MISS_TYPE = 5;
        /// Where the attribute is missing, in bytes, 32 bits. Since Linux 6.1.
        "NLMSGERR_ATTR_MISS_NEST" => MISS_NEST = 6;
    }
}

super::value_names! {
    /// A multicast group of `NETLINK_ROUTE`, for `NETLINK_ADD_MEMBERSHIP` (linux/rtnetlink.h).
    pub struct RouteGroup(u32) {
        /// No group.
        "RTNLGRP_NONE" => NONE = 0;
        /// Interfaces.
        "RTNLGRP_LINK" => LINK = 1;
        /// Everything of older kernels; nothing is sent to it.
        "RTNLGRP_NOTIFY" => NOTIFY = 2;
        /// Neighbours.
        "RTNLGRP_NEIGH" => NEIGH = 3;
        /// Traffic control.
        "RTNLGRP_TC" => TC = 4;
        /// IPv4 addresses.
        "RTNLGRP_IPV4_IFADDR" => IPV4_IFADDR = 5;
        /// IPv4 multicast routes.
        "RTNLGRP_IPV4_MROUTE" => IPV4_MROUTE = 6;
        /// IPv4 routes.
        "RTNLGRP_IPV4_ROUTE" => IPV4_ROUTE = 7;
        /// IPv4 rules of routing.
        "RTNLGRP_IPV4_RULE" => IPV4_RULE = 8;
        /// IPv6 addresses.
        "RTNLGRP_IPV6_IFADDR" => IPV6_IFADDR = 9;
        /// IPv6 multicast routes.
        "RTNLGRP_IPV6_MROUTE" => IPV6_MROUTE = 10;
        /// IPv6 routes.
        "RTNLGRP_IPV6_ROUTE" => IPV6_ROUTE = 11;
        /// What IPv6 knows of interfaces.
        "RTNLGRP_IPV6_IFINFO" => IPV6_IFINFO = 12;
        /// DECnet addresses; removed in Linux 6.1.
        "RTNLGRP_DECnet_IFADDR" => DECNET_IFADDR = 13;
        /// DECnet routes; removed in Linux 6.1.
        "RTNLGRP_DECnet_ROUTE" => DECNET_ROUTE = 15;
        /// DECnet rules; removed in Linux 6.1.
        "RTNLGRP_DECnet_RULE" => DECNET_RULE = 16;
        /// Prefixes that routers announce.
        "RTNLGRP_IPV6_PREFIX" => IPV6_PREFIX = 18;
        /// IPv6 rules of routing.
        "RTNLGRP_IPV6_RULE" => IPV6_RULE = 19;
        /// Options of neighbour discovery for programs.
        "RTNLGRP_ND_USEROPT" => ND_USEROPT = 20;
        /// Phonet addresses.
        "RTNLGRP_PHONET_IFADDR" => PHONET_IFADDR = 21;
        /// Phonet routes.
        "RTNLGRP_PHONET_ROUTE" => PHONET_ROUTE = 22;
        /// Data centre bridging.
        "RTNLGRP_DCB" => DCB = 23;
        /// The configuration of IPv4.
        "RTNLGRP_IPV4_NETCONF" => IPV4_NETCONF = 24;
        /// The configuration of IPv6.
        "RTNLGRP_IPV6_NETCONF" => IPV6_NETCONF = 25;
        /// Multicast entries of bridges.
        "RTNLGRP_MDB" => MDB = 26;
        /// MPLS routes.
        "RTNLGRP_MPLS_ROUTE" => MPLS_ROUTE = 27;
        /// Numbers of namespaces.
        "RTNLGRP_NSID" => NSID = 28;
        /// The configuration of MPLS.
        "RTNLGRP_MPLS_NETCONF" => MPLS_NETCONF = 29;
        /// Packets for an IPv4 multicast router.
        "RTNLGRP_IPV4_MROUTE_R" => IPV4_MROUTE_R = 30;
        /// Packets for an IPv6 multicast router.
        "RTNLGRP_IPV6_MROUTE_R" => IPV6_MROUTE_R = 31;
        /// Next hops.
        "RTNLGRP_NEXTHOP" => NEXTHOP = 32;
        /// VLANs of bridges' ports.
        "RTNLGRP_BRVLAN" => BRVLAN = 33;
        /// MCTP addresses.
        "RTNLGRP_MCTP_IFADDR" => MCTP_IFADDR = 34;
        /// Tunnels' entries.
        "RTNLGRP_TUNNEL" => TUNNEL = 35;
        /// Figures of interfaces.
        "RTNLGRP_STATS" => STATS = 36;
    }
}

super::value_names! {
    /// How netlink is laid out, in bytes (linux/netlink.h, linux/rtnetlink.h).
    pub struct NetlinkLength(u32) {
        /// Messages begin at a multiple of it.
        NLMSG_ALIGNTO = 4;
        /// A message's header.
        NLMSG_HDRLEN = 16;
        /// Attributes begin at a multiple of it.
        RTA_ALIGNTO = 4;
    }
}

super::value_names! {
    /// The state of a netlink socket in ss(8) (linux/netlink.h).
    pub struct NetlinkState(u8) {
        /// It has no peer.
        "NETLINK_UNCONNECTED" => UNCONNECTED = 0;
        /// It has one.
        "NETLINK_CONNECTED" => CONNECTED = 1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    NetlinkProtocol::TABLE,
    NetlinkErrorAttribute::TABLE,
    RouteGroup::TABLE,
    NetlinkLength::TABLE,
    NetlinkState::TABLE,
];
