//! `SOL_IPV6`: options of IPv6 sockets (ipv6(7), linux/in6.h, RFC 3493, RFC 3542).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<i32, Error> {
//!     socket.set(option::ipv6::UnicastHops, 64)?;
//!     socket.get(option::ipv6::UnicastHops)
//! }
//! ```

use core::net::SocketAddrV6;

use crate::constants::Level;
use crate::message::In6Pktinfo;
use crate::message::ipv6::Ip6MtuInfo;
use crate::multicast::Ipv6Mreq;
use crate::option::{In6FlowlabelReq, List, options};

options! {
    "SOL_IPV6", Level::IPV6;

    /// Received messages carry their destination options, in the form of RFC 2292.
    IPV6_2292DSTOPTS = 4 => OldDestinationOptions: bool, get set;
    /// Received messages carry their hop limit, in the form of RFC 2292.
    IPV6_2292HOPLIMIT = 8 => OldHopLimit: bool, get set;
    /// Received messages carry their hop-by-hop options, in the form of RFC 2292.
    IPV6_2292HOPOPTS = 3 => OldHopOptions: bool, get set;
    /// Received messages carry interface and destination, in the form of RFC 2292.
    IPV6_2292PKTINFO = 2 => OldPacketInfo: bool, get set;
    /// The control messages of a TCP socket, in the form of RFC 2292.
    IPV6_2292PKTOPTIONS = 6 => OldPacketOptions<N>: List<u8, N>, get set;
    /// Received messages carry their routing header, in the form of RFC 2292.
    IPV6_2292RTHDR = 5 => OldRoutingHeader: bool, get set;
    /// Turns a socket with an IPv4-mapped peer into an IPv4 one: set to `AF_INET`.
    IPV6_ADDRFORM = 1 => AddressForm: i32, get set;
    /// Which source addresses are preferred: bits of `IPV6_PREFER_SRC_…` (RFC 5014). Since Linux 2.6.26.
    IPV6_ADDR_PREFERENCES = 72 => AddressPreferences: i32, get set;
    /// Joins a multicast group: Linux's older name for [`IPV6_JOIN_GROUP`]. Set only.
    IPV6_ADD_MEMBERSHIP = 20;
    /// The authentication header, in the form of RFC 2292; no kernel acts on it.
    IPV6_AUTHHDR = 10;
    /// Whether flow labels are made from the flow (RFC 6438). Since Linux 3.17.
    IPV6_AUTOFLOWLABEL = 70 => AutoFlowLabel: bool, get set;
    /// Where a raw socket's checksum is in its data, in bytes; -1 for none.
    IPV6_CHECKSUM = 7 => Checksum: i32, get set;
    /// Whether datagrams too big for the path are refused instead of fragmented. Since Linux 2.6.35.
    IPV6_DONTFRAG = 62 => DontFragment: bool, get set;
    /// Leaves a multicast group: Linux's older name for [`IPV6_LEAVE_GROUP`]. Set only.
    IPV6_DROP_MEMBERSHIP = 21;
    /// The destination options of what is sent, as bytes (RFC 3542).
    IPV6_DSTOPTS = 59 => DestinationOptions<N>: List<u8, N>, get set;
    /// Whether received messages carry their flow label and traffic class. Since Linux 2.2.
    IPV6_FLOWINFO = 11 => FlowInfo: bool, get set;
    /// Whether the flow label of the destination's address is sent. Since Linux 2.2.
    IPV6_FLOWINFO_SEND = 33 => FlowInfoSend: bool, get set;
    /// Reserves and frees flow labels: `struct in6_flowlabel_req`. Since Linux 2.2.
    IPV6_FLOWLABEL_MGR = 32 => FlowLabelManager: In6FlowlabelReq, query set;
    /// Whether an address may be bound that the machine does not have yet. Since Linux 4.15.
    IPV6_FREEBIND = 78 => FreeBind: bool, get set;
    /// Whether the program gives the IPv6 header (raw sockets). Since Linux 4.5.
    IPV6_HDRINCL = 36 => HeaderIncluded: bool, get set;
    /// The control message of [`IPV6_RECVHOPLIMIT`], which also sets one message's hop limit.
    IPV6_HOPLIMIT = 52;
    /// The hop-by-hop options of what is sent, as bytes (RFC 3542).
    IPV6_HOPOPTS = 54 => HopOptions<N>: List<u8, N>, get set;
    /// A policy of IPsec in the form of PF_KEY: `struct sadb_x_policy`. Set only.
    IPV6_IPSEC_POLICY = 34;
    /// Joins an anycast group: `struct ipv6_mreq`. Set only.
    IPV6_JOIN_ANYCAST = 27 => JoinAnycast: Ipv6Mreq, set;
    /// Joins a multicast group on an interface: `struct ipv6_mreq` (RFC 3493). Set only.
    IPV6_JOIN_GROUP = 20 => JoinGroup: Ipv6Mreq, set;
    /// Leaves an anycast group: `struct ipv6_mreq`. Set only.
    IPV6_LEAVE_ANYCAST = 28 => LeaveAnycast: Ipv6Mreq, set;
    /// Leaves a multicast group: `struct ipv6_mreq` (RFC 3493). Set only.
    IPV6_LEAVE_GROUP = 21 => LeaveGroup: Ipv6Mreq, set;
    /// The least hop limit that is accepted, 0 to 255 (RFC 5082). Since Linux 2.6.35.
    IPV6_MINHOPCOUNT = 73 => MinHopCount: i32, get set;
    /// The known path MTU of a connected socket, in bytes.
    IPV6_MTU = 24 => Mtu: i32, get set;
    /// Path MTU discovery: `IPV6_PMTUDISC_DO` and its like.
    IPV6_MTU_DISCOVER = 23 => MtuDiscover: i32, get set;
    /// Whether groups that other sockets joined are received too. On by default; since Linux 4.20.
    IPV6_MULTICAST_ALL = 29 => MulticastAll: bool, get set;
    /// The hop limit of multicasts, 0 to 255; -1 for the default, 1.
    IPV6_MULTICAST_HOPS = 18 => MulticastHops: i32, get set;
    /// The index of the interface that multicasts leave by; 0 for the system's choice.
    IPV6_MULTICAST_IF = 17 => MulticastInterface: i32, get set;
    /// Whether this machine sees the multicasts that it sends. On by default.
    IPV6_MULTICAST_LOOP = 19 => MulticastLoop: bool, get set;
    /// The next hop of what is sent: an address (RFC 3542).
    IPV6_NEXTHOP = 9 => NextHop: SocketAddrV6, set;
    /// The control message of [`IPV6_RECVORIGDSTADDR`]: the same number.
    IPV6_ORIGDSTADDR = 74;
    /// The known path MTU: `struct ip6_mtuinfo` (RFC 3542). Read only.
    IPV6_PATHMTU = 61 => PathMtu: Ip6MtuInfo, get;
    /// The source address and interface of what is sent: `struct in6_pktinfo` (RFC 3542).
    IPV6_PKTINFO = 50 => PacketInfoToSend: In6Pktinfo, set;
    /// Whether received messages carry their destination options. Since Linux 2.6.14.
    IPV6_RECVDSTOPTS = 58 => RecvDestinationOptions: bool, get set;
    /// Whether errors are kept, with their source, for `MSG_ERRQUEUE`. Since Linux 2.2.
    IPV6_RECVERR = 25 => RecvError: bool, get set;
    /// Whether kept errors tell where their extensions begin (RFC 4884). Since Linux 5.9.
    IPV6_RECVERR_RFC4884 = 31 => RecvErrorRfc4884: bool, get set;
    /// Whether received messages carry the size of their largest fragment. Since Linux 4.10.
    IPV6_RECVFRAGSIZE = 77 => RecvFragmentSize: bool, get set;
    /// Whether received messages carry their hop limit. Since Linux 2.6.14.
    IPV6_RECVHOPLIMIT = 51 => RecvHopLimit: bool, get set;
    /// Whether received messages carry their hop-by-hop options. Since Linux 2.6.14.
    IPV6_RECVHOPOPTS = 53 => RecvHopOptions: bool, get set;
    /// Whether received messages carry the destination before redirection. Since Linux 2.6.37.
    IPV6_RECVORIGDSTADDR = 74 => RecvOriginalDestination: bool, get set;
    /// Whether a change of the path MTU is told by a message. Since Linux 2.6.35.
    IPV6_RECVPATHMTU = 60 => RecvPathMtu: bool, get set;
    /// Whether received messages carry their interface and destination. Since Linux 2.6.14.
    IPV6_RECVPKTINFO = 49 => RecvPacketInfo: bool, get set;
    /// Whether received messages carry their routing header. Since Linux 2.6.14.
    IPV6_RECVRTHDR = 56 => RecvRoutingHeader: bool, get set;
    /// Whether received messages carry their traffic class. Since Linux 2.6.14.
    IPV6_RECVTCLASS = 66 => RecvTrafficClass: bool, get set;
    /// The value of router alert options whose packets a raw socket gets (RFC 2711); -1 for none. Set only.
    IPV6_ROUTER_ALERT = 22 => RouterAlert: i32, set;
    /// Whether router alerts of other namespaces are kept away. Since Linux 5.1.
    IPV6_ROUTER_ALERT_ISOLATE = 30 => RouterAlertIsolate: bool, get set;
    /// The routing header of what is sent, as bytes (RFC 3542).
    IPV6_RTHDR = 57 => RoutingHeader<N>: List<u8, N>, get set;
    /// The destination options before the routing header of what is sent, as bytes (RFC 3542).
    IPV6_RTHDRDSTOPTS = 55 => RoutingDestinationOptions<N>: List<u8, N>, get set;
    /// Received messages carry their destination options: an older name for [`IPV6_DSTOPTS`].
    IPV6_RXDSTOPTS = 59;
    /// Received messages carry their hop-by-hop options: an older name for [`IPV6_HOPOPTS`].
    IPV6_RXHOPOPTS = 54;
    /// The traffic class of what is sent, 0 to 255; -1 for the default. Since Linux 2.6.14.
    IPV6_TCLASS = 67 => TrafficClass: i32, get set;
    /// Whether foreign addresses may be bound, for a proxy; needs CAP_NET_ADMIN. Since Linux 2.6.37.
    IPV6_TRANSPARENT = 75 => Transparent: bool, get set;
    /// The hop limit of what is sent, 0 to 255; -1 for the system's default.
    IPV6_UNICAST_HOPS = 16 => UnicastHops: i32, get set;
    /// The index of the interface that unicasts leave by, in network byte order. Since Linux 3.4.
    IPV6_UNICAST_IF = 76 => UnicastInterface: u32, get set;
    /// Whether the socket is for IPv6 only; otherwise it takes IPv4 too, as mapped addresses.
    IPV6_V6ONLY = 26 => V6Only: bool, get set;
    /// A policy of IPsec for this socket: `struct xfrm_userpolicy_info`. Set only; needs CAP_NET_ADMIN.
    IPV6_XFRM_POLICY = 35;
}
