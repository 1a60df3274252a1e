//! Values of IPv4's, IPv6's, TCP's and UDP's options and states.
//!
//! ```
//! use anysock::constants::ip::PathMtuDiscovery;
//!
//! assert_eq!(PathMtuDiscovery::DO.0, 2);
//! assert_eq!(format!("{:?}", PathMtuDiscovery::DO), "IP_PMTUDISC_DO");
//! ```

super::value_names! {
    /// What `IP_MTU_DISCOVER` and `IPV6_MTU_DISCOVER` are set to (linux/in.h; linux/in6.h has the same
    /// numbers).
    pub struct PathMtuDiscovery(i32) {
        /// Packets may be fragmented: no path MTU discovery.
        "IP_PMTUDISC_DONT" => DONT = 0;
        /// Each route decides.
        "IP_PMTUDISC_WANT" => WANT = 1;
        /// Packets are never fragmented here; too big ones are refused.
        "IP_PMTUDISC_DO" => DO = 2;
        /// Packets are never fragmented, and the known path MTU is ignored.
        "IP_PMTUDISC_PROBE" => PROBE = 3;
        /// The interface's MTU is used, whatever the path's; never fragmented on the way.
        "IP_PMTUDISC_INTERFACE" => INTERFACE = 4;
        /// As [`PathMtuDiscovery::INTERFACE`], but packets may be fragmented.
        "IP_PMTUDISC_OMIT" => OMIT = 5;
        /// [`PathMtuDiscovery::DONT`] for IPv6.
        "IPV6_PMTUDISC_DONT" => V6_DONT = 0;
        /// [`PathMtuDiscovery::WANT`] for IPv6.
        "IPV6_PMTUDISC_WANT" => V6_WANT = 1;
        /// [`PathMtuDiscovery::DO`] for IPv6.
        "IPV6_PMTUDISC_DO" => V6_DO = 2;
        /// [`PathMtuDiscovery::PROBE`] for IPv6.
        "IPV6_PMTUDISC_PROBE" => V6_PROBE = 3;
        /// [`PathMtuDiscovery::INTERFACE`] for IPv6.
        "IPV6_PMTUDISC_INTERFACE" => V6_INTERFACE = 4;
        /// [`PathMtuDiscovery::OMIT`] for IPv6.
        "IPV6_PMTUDISC_OMIT" => V6_OMIT = 5;
    }
}

super::value_names! {
    /// Whether a source filter names what is wanted or what is not (RFC 3678, linux/in.h).
    pub struct MulticastFilterMode(u32) {
        /// All sources but these.
        "MCAST_EXCLUDE" => EXCLUDE = 0;
        /// Only these sources.
        "MCAST_INCLUDE" => INCLUDE = 1;
    }
}

super::flag_names! {
    /// Which source addresses `IPV6_ADDR_PREFERENCES` asks for (RFC 5014, linux/in6.h).
    pub struct AddressPreference(i32) {
        /// Temporary addresses.
        "IPV6_PREFER_SRC_TMP" => TMP = 0x1;
        /// Public addresses.
        "IPV6_PREFER_SRC_PUBLIC" => PUBLIC = 0x2;
        /// Public or temporary, as the system has it.
        "IPV6_PREFER_SRC_PUBTMP_DEFAULT" => PUBTMP_DEFAULT = 0x100;
        /// Care-of addresses.
        "IPV6_PREFER_SRC_COA" => COA = 0x4;
        /// Home addresses.
        "IPV6_PREFER_SRC_HOME" => HOME = 0x400;
        /// Cryptographically generated addresses.
        "IPV6_PREFER_SRC_CGA" => CGA = 0x8;
        /// Addresses that are not generated cryptographically.
        "IPV6_PREFER_SRC_NONCGA" => NONCGA = 0x800;
    }
}

super::value_names! {
    /// What `IPV6_FLOWLABEL_MGR` does (linux/in6.h).
    pub struct FlowLabelAction(u8) {
        /// Reserves a flow label.
        "IPV6_FL_A_GET" => GET = 0;
        /// Frees it.
        "IPV6_FL_A_PUT" => PUT = 1;
        /// Reserves it for longer.
        "IPV6_FL_A_RENEW" => RENEW = 2;
    }
}

super::flag_names! {
    /// How `IPV6_FLOWLABEL_MGR` reserves a flow label (linux/in6.h).
    pub struct FlowLabelFlags(u16) {
        /// It is made when it is not there.
        "IPV6_FL_F_CREATE" => CREATE = 0x1;
        /// It must not be there.
        "IPV6_FL_F_EXCL" => EXCL = 0x2;
        /// What is sent has the label of what came.
        "IPV6_FL_F_REFLECT" => REFLECT = 0x4;
        /// Asks for the label that the peer sends.
        "IPV6_FL_F_REMOTE" => REMOTE = 0x8;
    }
}

super::value_names! {
    /// Who may use a flow label (linux/in6.h).
    pub struct FlowLabelShare(u8) {
        /// Nobody.
        "IPV6_FL_S_NONE" => NONE = 0;
        /// This socket.
        "IPV6_FL_S_EXCL" => EXCL = 1;
        /// This process.
        "IPV6_FL_S_PROCESS" => PROCESS = 2;
        /// This user.
        "IPV6_FL_S_USER" => USER = 3;
        /// Everyone.
        "IPV6_FL_S_ANY" => ANY = 255;
    }
}

super::value_names! {
    /// The state of a TCP connection as Linux numbers it, in `struct tcp_info` (netinet/tcp.h; RFC 9293
    /// 3.3.2).
    pub struct TcpState(u8) {
        /// Data goes in both directions.
        "TCP_ESTABLISHED" => ESTABLISHED = 1;
        /// A connection is asked for.
        "TCP_SYN_SENT" => SYN_SENT = 2;
        /// A connection was asked for: SYN-RECEIVED.
        "TCP_SYN_RECV" => SYN_RECV = 3;
        /// This end has closed; its FIN is not acknowledged yet.
        "TCP_FIN_WAIT1" => FIN_WAIT1 = 4;
        /// This end has closed; the peer has not.
        "TCP_FIN_WAIT2" => FIN_WAIT2 = 5;
        /// Both have closed; late segments die out, for 60 seconds.
        "TCP_TIME_WAIT" => TIME_WAIT = 6;
        /// No connection: CLOSED.
        "TCP_CLOSE" => CLOSE = 7;
        /// The peer has closed; this end has not.
        "TCP_CLOSE_WAIT" => CLOSE_WAIT = 8;
        /// Both have closed; this end's FIN is not acknowledged yet.
        "TCP_LAST_ACK" => LAST_ACK = 9;
        /// Waits for connections.
        "TCP_LISTEN" => LISTEN = 10;
        /// Both have closed at once.
        "TCP_CLOSING" => CLOSING = 11;
    }
}

super::value_names! {
    /// What `TCP_REPAIR` is set to (linux/tcp.h).
    pub struct TcpRepair(i32) {
        /// Repair mode.
        "TCP_REPAIR_ON" => ON = 1;
        /// Normal again, after a window probe.
        "TCP_REPAIR_OFF" => OFF = 0;
        /// Normal again, without a window probe.
        "TCP_REPAIR_OFF_NO_WP" => OFF_NO_WP = -1;
    }
}

super::value_names! {
    /// What `TCP_REPAIR_QUEUE` is set to (linux/tcp.h).
    pub struct TcpRepairQueue(i32) {
        /// No queue.
        "TCP_NO_QUEUE" => NO_QUEUE = 0;
        /// What was received.
        "TCP_RECV_QUEUE" => RECV_QUEUE = 1;
        /// What is to be sent.
        "TCP_SEND_QUEUE" => SEND_QUEUE = 2;
    }
}

super::value_names! {
    /// How the congestion control sees a connection, in `struct tcp_info` (linux/tcp.h).
    pub struct TcpCongestionState(u8) {
        /// Nothing is wrong.
        "TCP_CA_Open" => OPEN = 0;
        /// Duplicates or selective acknowledgements came.
        "TCP_CA_Disorder" => DISORDER = 1;
        /// The window was reduced because of a notice of congestion.
        "TCP_CA_CWR" => CWR = 2;
        /// The window was reduced; what was lost is sent again.
        "TCP_CA_Recovery" => RECOVERY = 3;
        /// The window was reduced by a timeout.
        "TCP_CA_Loss" => LOSS = 4;
    }
}

super::flag_names! {
    /// Flags of `struct tcp_md5sig` (linux/tcp.h).
    pub struct TcpMd5Flags(u8) {
        /// The key is for a prefix of addresses.
        "TCP_MD5SIG_FLAG_PREFIX" => PREFIX = 0x1;
        /// The key is for one interface.
        "TCP_MD5SIG_FLAG_IFINDEX" => IFINDEX = 0x2;
    }
}

super::value_names! {
    /// What `UDP_ENCAP` is set to (linux/udp.h).
    pub struct UdpEncapsulation(i32) {
        /// IPsec with eight zero bytes before it: a draft; removed in Linux 6.10.
        "UDP_ENCAP_ESPINUDP_NON_IKE" => ESPINUDP_NON_IKE = 1;
        /// IPsec (RFC 3948).
        "UDP_ENCAP_ESPINUDP" => ESPINUDP = 2;
        /// L2TP (RFC 2661).
        "UDP_ENCAP_L2TPINUDP" => L2TPINUDP = 3;
        /// GPRS tunnels, version 0.
        "UDP_ENCAP_GTP0" => GTP0 = 4;
        /// GPRS tunnels, version 1, user data.
        "UDP_ENCAP_GTP1U" => GTP1U = 5;
        /// RxRPC.
        "UDP_ENCAP_RXRPC" => RXRPC = 6;
        /// IPsec in TCP (RFC 8229), as a name of `TCP_ULP`.
        "TCP_ENCAP_ESPINTCP" => ESPINTCP = 7;
        /// OpenVPN.
        "UDP_ENCAP_OVPNINUDP" => OVPNINUDP = 8;
    }
}

super::value_names! {
    /// What the kernel begins with, and a limit of Linux before 2.6 (linux/in.h, netinet/in.h).
    pub struct IpDefault(i32) {
        /// How far multicasts go.
        "IP_DEFAULT_MULTICAST_TTL" => DEFAULT_MULTICAST_TTL = 1;
        /// Whether the sender gets them too.
        "IP_DEFAULT_MULTICAST_LOOP" => DEFAULT_MULTICAST_LOOP = 1;
        /// How many groups a socket could be in; today net.ipv4.igmp_max_memberships says.
        "IP_MAX_MEMBERSHIPS" => MAX_MEMBERSHIPS = 20;
    }
}

super::value_names! {
    /// What the macros of RFC 3542, 3.2, do with a filter (linux/icmpv6.h).
    pub struct Icmp6FilterAction(i32) {
        /// Block a type.
        "ICMPV6_FILTER_BLOCK" => BLOCK = 1;
        /// Pass a type.
        "ICMPV6_FILTER_PASS" => PASS = 2;
        /// Block all others.
        "ICMPV6_FILTER_BLOCKOTHERS" => BLOCKOTHERS = 3;
        /// Pass only that.
        "ICMPV6_FILTER_PASSONLY" => PASSONLY = 4;
    }
}

super::value_names! {
    /// A part of `sin6_flowinfo`, in the host's byte order (linux/in6.h).
    pub struct Ipv6Flow(u32) {
        /// The flow label.
        "IPV6_FLOWINFO_FLOWLABEL" => FLOWLABEL = 1048575;
        /// The traffic class.
        "IPV6_FLOWINFO_PRIORITY" => PRIORITY = 267386880;
    }
}

super::value_names! {
    /// A priority of RFC 1883, which RFC 2460 took away (linux/in6.h).
    pub struct Ipv6Priority(u16) {
        /// None.
        "IPV6_PRIORITY_UNCHARACTERIZED" => UNCHARACTERIZED = 0;
        /// What fills, such as news.
        "IPV6_PRIORITY_FILLER" => FILLER = 256;
        /// What nobody waits for, such as mail.
        "IPV6_PRIORITY_UNATTENDED" => UNATTENDED = 512;
        /// Reserved.
        "IPV6_PRIORITY_RESERVED1" => RESERVED1 = 768;
        /// What somebody waits for, such as files.
        "IPV6_PRIORITY_BULK" => BULK = 1024;
        /// Reserved.
        "IPV6_PRIORITY_RESERVED2" => RESERVED2 = 1280;
        /// What somebody types.
        "IPV6_PRIORITY_INTERACTIVE" => INTERACTIVE = 1536;
        /// What runs the network.
        "IPV6_PRIORITY_CONTROL" => CONTROL = 1792;
        /// Level 8.
        "IPV6_PRIORITY_8" => LEVEL_8 = 2048;
        /// Level 9.
        "IPV6_PRIORITY_9" => LEVEL_9 = 2304;
        /// Level 10.
        "IPV6_PRIORITY_10" => LEVEL_10 = 2560;
        /// Level 11.
        "IPV6_PRIORITY_11" => LEVEL_11 = 2816;
        /// Level 12.
        "IPV6_PRIORITY_12" => LEVEL_12 = 3072;
        /// Level 13.
        "IPV6_PRIORITY_13" => LEVEL_13 = 3328;
        /// Level 14.
        "IPV6_PRIORITY_14" => LEVEL_14 = 3584;
        /// Level 15.
        "IPV6_PRIORITY_15" => LEVEL_15 = 3840;
    }
}

super::value_names! {
    /// An option in a packet: of `IPV6_HOPOPTS` and `IPV6_DSTOPTS` (linux/in6.h).
    pub struct Ipv6HeaderOption(u8) {
        /// One byte of padding.
        "IPV6_TLV_PAD1" => PAD1 = 0;
        /// Padding.
        "IPV6_TLV_PADN" => PADN = 1;
        /// Every router looks at it (RFC 2711).
        "IPV6_TLV_ROUTERALERT" => ROUTERALERT = 5;
        /// A label of security (RFC 5570).
        "IPV6_TLV_CALIPSO" => CALIPSO = 7;
        /// Measurements on the way (RFC 9486).
        "IPV6_TLV_IOAM" => IOAM = 49;
        /// A length beyond 65,535 bytes (RFC 2675).
        "IPV6_TLV_JUMBO" => JUMBO = 194;
        /// A mobile node's home (RFC 6275).
        "IPV6_TLV_HAO" => HAO = 201;
    }
}

super::value_names! {
    /// What a router is alerted to (linux/ipv6.h).
    pub struct Ipv6RouterAlert(u16) {
        /// Groups.
        "IPV6_OPT_ROUTERALERT_MLD" => MLD = 0;
    }
}

super::value_names! {
    /// The type of a routing header, and how a hop of type 0 was chosen (linux/ipv6.h, RFC 5095 took type 0 away).
    pub struct Ipv6RoutingHeader(u8) {
        /// The next hop is a neighbour.
        "IPV6_SRCRT_STRICT" => SRCRT_STRICT = 1;
        /// Of RFC 2460.
        "IPV6_SRCRT_TYPE_0" => SRCRT_TYPE_0 = 0;
        /// Of mobile nodes (RFC 6275).
        "IPV6_SRCRT_TYPE_2" => SRCRT_TYPE_2 = 2;
        /// Of low-power networks (RFC 6554).
        "IPV6_SRCRT_TYPE_3" => SRCRT_TYPE_3 = 3;
        /// Of segment routing (RFC 8754).
        "IPV6_SRCRT_TYPE_4" => SRCRT_TYPE_4 = 4;
        /// The next hop may be anywhere: of inet6_rth_init(3).
        "IPV6_RTHDR_LOOSE" => RTHDR_LOOSE = 0;
        /// The next hop is a neighbour: of inet6_rth_init(3).
        "IPV6_RTHDR_STRICT" => RTHDR_STRICT = 1;
        /// The same type as `IPV6_SRCRT_TYPE_0`, in RFC 3542.
        "IPV6_RTHDR_TYPE_0" => RTHDR_TYPE_0 = 0;
    }
}

super::value_names! {
    /// The least that IPv6 asks for (linux/ipv6.h, RFC 8200).
    pub struct Ipv6Minimum(u16) {
        /// A link's largest packet, in bytes.
        "IPV6_MIN_MTU" => MTU = 1280;
    }
}

super::value_names! {
    /// A length in bytes, or a highest value (linux/tcp.h, netinet/tcp.h).
    pub struct TcpLength(u16) {
        /// BSD's segment.
        "TCP_MSS" => MSS = 512;
        /// The segment where the peer says nothing (RFC 9293).
        "TCP_MSS_DEFAULT" => MSS_DEFAULT = 536;
        /// The segment of IPv6 that needs no division.
        "TCP_MSS_DESIRED" => MSS_DESIRED = 1220;
        /// The largest window that is not scaled.
        "TCP_MAXWIN" => MAXWIN = 65535;
        /// The most that a window is scaled (RFC 7323).
        "TCP_MAX_WINSHIFT" => MAX_WINSHIFT = 14;
        /// The key of `struct tcp_md5sig`.
        "TCP_MD5SIG_MAXKEYLEN" => MD5SIG_MAXKEYLEN = 80;
        /// The shortest cookie of `TCP_COOKIE_TRANSACTIONS`, removed in Linux 3.10.
        "TCP_COOKIE_MIN" => COOKIE_MIN = 8;
        /// The longest of them.
        "TCP_COOKIE_MAX" => COOKIE_MAX = 16;
        /// Two of them.
        "TCP_COOKIE_PAIR_SIZE" => COOKIE_PAIR_SIZE = 32;
        /// The key of `struct tcp_ao_add`.
        "TCP_AO_MAXKEYLEN" => AO_MAXKEYLEN = 80;
    }
}

super::flag_names! {
    /// Flags of `TCP_COOKIE_TRANSACTIONS`, removed in Linux 3.10 (netinet/tcp.h).
    pub struct TcpCookieFlags(u16) {
        /// A cookie is asked of who connects.
        "TCP_COOKIE_IN_ALWAYS" => COOKIE_IN_ALWAYS = 0x1;
        /// None is sent.
        "TCP_COOKIE_OUT_NEVER" => COOKIE_OUT_NEVER = 0x2;
        /// Data came with the peer's SYN.
        "TCP_S_DATA_IN" => S_DATA_IN = 0x4;
        /// Data went with this end's SYN.
        "TCP_S_DATA_OUT" => S_DATA_OUT = 0x8;
    }
}

super::flag_names! {
    /// Flags of `TCP_ZEROCOPY_RECEIVE` (linux/tcp.h).
    pub struct TcpZerocopyFlags(u32) {
        /// The mapping need not be cleaned.
        "TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT" => TLB_CLEAN_HINT = 0x1;
    }
}

super::value_names! {
    /// What was seen of the option for accurate ECN: of `struct tcp_info` (linux/tcp.h).
    pub struct TcpAccurateEcnSeen(u8) {
        /// Nothing.
        "TCP_ACCECN_OPT_NOT_SEEN" => NOT_SEEN = 0;
        /// The option without counters.
        "TCP_ACCECN_OPT_EMPTY_SEEN" => EMPTY_SEEN = 1;
        /// The option with counters.
        "TCP_ACCECN_OPT_COUNTER_SEEN" => COUNTER_SEEN = 2;
        /// The option was taken away.
        "TCP_ACCECN_OPT_FAIL_SEEN" => FAIL_SEEN = 3;
    }
}

super::flag_names! {
    /// Where accurate ECN failed: of `struct tcp_info` (linux/tcp.h).
    pub struct TcpAccurateEcnFailure(u8) {
        /// What was sent, in the header.
        "TCP_ACCECN_ACE_FAIL_SEND" => ACE_FAIL_SEND = 0x1;
        /// What was received, in the header.
        "TCP_ACCECN_ACE_FAIL_RECV" => ACE_FAIL_RECV = 0x2;
        /// What was sent, in the option.
        "TCP_ACCECN_OPT_FAIL_SEND" => OPT_FAIL_SEND = 0x4;
        /// What was received, in the option.
        "TCP_ACCECN_OPT_FAIL_RECV" => OPT_FAIL_RECV = 0x8;
    }
}

super::flag_names! {
    /// Flags of a key of the TCP authentication option (linux/tcp.h).
    pub struct TcpAuthenticationFlags(u8) {
        /// It is for one interface.
        "TCP_AO_KEYF_IFINDEX" => IFINDEX = 0x1;
        /// Options are not authenticated.
        "TCP_AO_KEYF_EXCLUDE_OPT" => EXCLUDE_OPT = 0x2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    PathMtuDiscovery::TABLE,
    MulticastFilterMode::TABLE,
    AddressPreference::TABLE,
    FlowLabelAction::TABLE,
    FlowLabelFlags::TABLE,
    FlowLabelShare::TABLE,
    TcpState::TABLE,
    TcpRepair::TABLE,
    TcpRepairQueue::TABLE,
    TcpCongestionState::TABLE,
    TcpMd5Flags::TABLE,
    UdpEncapsulation::TABLE,
    IpDefault::TABLE,
    Icmp6FilterAction::TABLE,
    Ipv6Flow::TABLE,
    Ipv6Priority::TABLE,
    Ipv6HeaderOption::TABLE,
    Ipv6RouterAlert::TABLE,
    Ipv6RoutingHeader::TABLE,
    Ipv6Minimum::TABLE,
    TcpLength::TABLE,
    TcpCookieFlags::TABLE,
    TcpZerocopyFlags::TABLE,
    TcpAccurateEcnSeen::TABLE,
    TcpAccurateEcnFailure::TABLE,
    TcpAuthenticationFlags::TABLE,
];
