//! Through which interface a datagram goes, and with which address.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::layout::structure;

structure! {
    "struct in_pktinfo", "linux/in.h";
    /// Where an IPv4 datagram came in, or is to leave (ip(7)).
    pub struct InPktinfo {
        /// The interface's number. Sending: 0 leaves the choice to routing.
        pub interface: u32 = "ipi_ifindex",
        /// The local address. Sending: the source address; `0.0.0.0` leaves it to the kernel.
        pub local: Ipv4Addr = "ipi_spec_dst",
        /// The destination in the header that was received.
        pub destination: Ipv4Addr = "ipi_addr",
    }
}

structure! {
    "struct in6_pktinfo", "linux/ipv6.h";
    /// Where an IPv6 datagram came in, or is to leave (ipv6(7), RFC 3542).
    pub struct In6Pktinfo {
        /// Received: the destination in the header. Sending: the source address; `::` leaves it to the kernel.
        pub address: Ipv6Addr = "ipi6_addr",
        /// The interface's number. Sending: 0 leaves the choice to routing.
        pub interface: u32 = "ipi6_ifindex",
    }
}
