//! Values of IPv4's, IPv6's, TCP's and UDP's options and states.

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
];
