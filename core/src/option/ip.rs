//! `SOL_IP`: options of IPv4 sockets (ip(7), linux/in.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::ip::BindAddressNoPort, true)?;
//!     socket.get(option::ip::BindAddressNoPort)
//! }
//! ```
//!
//! The names `MCAST_…`, which serve IPv6 too with the same numbers, are in [`crate::option::multicast`].

use crate::constants::Level;
use crate::multicast::{IpMreqSource, IpMreqn, IpMsfilter};
use crate::option::{List, options};

options! {
    "SOL_IP", Level::IP;

    /// Joins a multicast group on an interface: `struct ip_mreqn`. Set only.
    IP_ADD_MEMBERSHIP = 35 => AddMembership: IpMreqn, set;
    /// Joins a group for one source: `struct ip_mreq_source`. Set only; since Linux 2.4.22.
    IP_ADD_SOURCE_MEMBERSHIP = 39 => AddSourceMembership: IpMreqSource, set;
    /// Whether `bind` with port 0 leaves the port to `connect`. Since Linux 4.2.
    IP_BIND_ADDRESS_NO_PORT = 24 => BindAddressNoPort: bool, get set;
    /// Stops what one source sends to a joined group: `struct ip_mreq_source`. Set only; since Linux
    /// 2.4.22.
    IP_BLOCK_SOURCE = 38 => BlockSource: IpMreqSource, set;
    /// Whether received messages carry the checksum of their data. Since Linux 4.0.
    IP_CHECKSUM = 23 => Checksum: bool, get set;
    /// Leaves a multicast group: `struct ip_mreqn`. Set only.
    IP_DROP_MEMBERSHIP = 36 => DropMembership: IpMreqn, set;
    /// Leaves a group for one source: `struct ip_mreq_source`. Set only; since Linux 2.4.22.
    IP_DROP_SOURCE_MEMBERSHIP = 40 => DropSourceMembership: IpMreqSource, set;
    /// Whether an address may be bound that the machine does not have yet. Since Linux 2.4.
    IP_FREEBIND = 15 => FreeBind: bool, get set;
    /// Whether the program gives the IP header (raw sockets).
    IP_HDRINCL = 3 => HeaderIncluded: bool, get set;
    /// A policy of IPsec in the form of PF_KEY: `struct sadb_x_policy`. Set only.
    IP_IPSEC_POLICY = 16;
    /// The ports that are chosen from: the lowest in the low 16 bits, the highest in the high ones. Since
    /// Linux 6.3.
    IP_LOCAL_PORT_RANGE = 51 => LocalPortRange: u32, get set;
    /// The least time-to-live that is accepted, 0 to 255 (RFC 5082). Since Linux 2.6.34.
    IP_MINTTL = 21 => MinTtl: i32, get set;
    /// The whole source filter of a group: `struct ip_msfilter`. Since Linux 2.4.22.
    IP_MSFILTER = 41 => SourceFilter: IpMsfilter, query set;
    /// The known path MTU of a connected socket, in bytes. Read only.
    IP_MTU = 14 => Mtu: i32, get;
    /// Path MTU discovery: `IP_PMTUDISC_DO` and its like.
    IP_MTU_DISCOVER = 10 => MtuDiscover: i32, get set;
    /// Whether groups that other sockets joined are received too. On by default; since Linux 2.6.31.
    IP_MULTICAST_ALL = 49 => MulticastAll: bool, get set;
    /// The interface that multicasts leave by: `struct ip_mreqn`, or an address.
    IP_MULTICAST_IF = 32 => MulticastInterface: IpMreqn, set;
    /// Whether this machine sees the multicasts that it sends. On by default.
    IP_MULTICAST_LOOP = 34 => MulticastLoop: bool, get set;
    /// The time-to-live of multicasts, 0 to 255; 1 by default.
    IP_MULTICAST_TTL = 33 => MulticastTtl: i32, get set;
    /// Whether fragments are left as they are (raw sockets). Since Linux 2.6.36.
    IP_NODEFRAG = 22 => NoDefrag: bool, get set;
    /// The IP options of each packet sent, up to 40 bytes (RFC 791).
    IP_OPTIONS = 4 => Options: List<u8, 40>, get set;
    /// The control message of [`IP_RECVORIGDSTADDR`]: the same number.
    IP_ORIGDSTADDR = 20;
    /// Whether received messages carry the security context of the peer (IPsec). Since Linux 2.6.17.
    IP_PASSSEC = 18 => PassSecurity: bool, get set;
    /// Whether received messages carry their interface and destination: `struct in_pktinfo`. Since Linux
    /// 2.2.
    IP_PKTINFO = 8 => PacketInfo: bool, get set;
    /// What the control messages would carry, of a TCP socket. Read only.
    IP_PKTOPTIONS = 9 => PacketOptions<N>: List<u8, N>, get;
    /// The protocol number of a raw socket. Read only; since Linux 6.0.
    IP_PROTOCOL = 52 => ProtocolNumber: i32, get;
    /// Whether errors are kept, with their source, for `MSG_ERRQUEUE`. Since Linux 2.2.
    IP_RECVERR = 11 => RecvError: bool, get set;
    /// Whether kept errors tell where their extensions begin (RFC 4884). Since Linux 5.9.
    IP_RECVERR_RFC4884 = 26 => RecvErrorRfc4884: bool, get set;
    /// Whether received messages carry the size of their largest fragment. Since Linux 4.10.
    IP_RECVFRAGSIZE = 25 => RecvFragmentSize: bool, get set;
    /// Whether received messages carry their IP options.
    IP_RECVOPTS = 6 => RecvOptions: bool, get set;
    /// Whether received messages carry the destination before redirection. Since Linux 2.6.29.
    IP_RECVORIGDSTADDR = 20 => RecvOriginalDestination: bool, get set;
    /// The same as [`IP_RETOPTS`], in BSD's name.
    IP_RECVRETOPTS = 7;
    /// Whether received messages carry their type of service.
    IP_RECVTOS = 13 => RecvTos: bool, get set;
    /// Whether received messages carry their time-to-live.
    IP_RECVTTL = 12 => RecvTtl: bool, get set;
    /// Whether received messages carry the IP options of an answer.
    IP_RETOPTS = 7 => RetOptions: bool, get set;
    /// Whether a raw socket gets forwarded packets with the router alert option (RFC 2113). Set only.
    IP_ROUTER_ALERT = 5 => RouterAlert: i32, set;
    /// The type-of-service byte of what is sent.
    IP_TOS = 1 => TypeOfService: i32, get set;
    /// Whether foreign addresses may be bound, for a proxy; needs CAP_NET_ADMIN. Since Linux 2.6.24.
    IP_TRANSPARENT = 19 => Transparent: bool, get set;
    /// The time-to-live of what is sent, 1 to 255; -1 for the system's default.
    IP_TTL = 2 => TimeToLive: i32, get set;
    /// Lets a blocked source through again: `struct ip_mreq_source`. Set only; since Linux 2.4.22.
    IP_UNBLOCK_SOURCE = 37 => UnblockSource: IpMreqSource, set;
    /// The index of the interface that unicasts leave by, in network byte order. Since Linux 3.4.
    IP_UNICAST_IF = 50 => UnicastInterface: u32, get set;
    /// A policy of IPsec for this socket: `struct xfrm_userpolicy_info`. Set only; needs CAP_NET_ADMIN.
    IP_XFRM_POLICY = 17;
}
