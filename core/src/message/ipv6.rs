//! `SOL_IPV6`: messages of IPv6 sockets (ipv6(7), RFC 3542).
//!
//! What extension headers say, [`crate::ip_options`] reads; one of more than 256 bytes is read from the message's
//! own bytes. The RFC 2292 forms of these messages (`IPV6_2292…`) are not typed.
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//!
//! let mut buffer = ControlBuffer::<64>::new();
//! buffer.writer().put(message::ipv6::TClass, &(46 << 2))?; // expedited forwarding
//! # Ok::<(), anysock::Errno>(())
//! ```

use core::net::SocketAddrV6;

use super::{In6Pktinfo, ReceivedError, messages};
use crate::constants::Level;
use crate::layout::{Be32, structure};
use crate::option::List;

structure! {
    "struct ip6_mtuinfo", "linux/ipv6.h";
    /// The path MTU to an address (RFC 3542 §11.3).
    pub struct Ip6MtuInfo {
        /// The address: a `struct sockaddr_in6`.
        pub address: [u8; 28] = "ip6m_addr",
        /// The MTU, in bytes.
        pub mtu: u32 = "ip6m_mtu",
    }
}

messages! {
    Level::IPV6;

    /// Sent: whether the datagram must not be fragmented.
    "IPV6_DONTFRAG" = 62 => DontFrag: bool;
    /// A destination options header.
    "IPV6_DSTOPTS" = 59 => DestinationOptions: List<u8, 256>;
    /// Flow label and traffic class, in network byte order.
    "IPV6_FLOWINFO" = 11 => FlowInfo: Be32;
    /// Hop limit.
    "IPV6_HOPLIMIT" = 52 => HopLimit: i32;
    /// The hop-by-hop options header.
    "IPV6_HOPOPTS" = 54 => HopOptions: List<u8, 256>;
    /// Where it was sent to, before it was redirected here: a `struct sockaddr_in6`.
    "IPV6_ORIGDSTADDR" = 74 => OrigDstAddr: SocketAddrV6;
    /// The path MTU changed (`IPV6_RECVPATHMTU`).
    "IPV6_PATHMTU" = 61 => PathMtu: Ip6MtuInfo;
    /// Where it came in, or is to leave.
    "IPV6_PKTINFO" = 50 => Pktinfo: In6Pktinfo;
    /// An entry of the error queue.
    "IPV6_RECVERR" = 25 => RecvErr: ReceivedError<SocketAddrV6>;
    /// The size of the largest fragment. Since Linux 4.2.
    "IPV6_RECVFRAGSIZE" = 77 => RecvFragSize: i32;
    /// The routing header.
    "IPV6_RTHDR" = 57 => RoutingHeader: List<u8, 256>;
    /// Sent: the destination options header before the routing header.
    "IPV6_RTHDRDSTOPTS" = 55 => RoutingDestinationOptions: List<u8, 256>;
    /// Traffic class.
    "IPV6_TCLASS" = 67 => TClass: i32;
}
