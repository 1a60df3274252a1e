//! `SOL_IPV6`: options of IPv6 sockets (ipv6(7), linux/in6.h).

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_IPV6", Level::IPV6;

    /// The hop limit of what is sent, 0 to 255; -1 for the system's default.
    IPV6_UNICAST_HOPS = 16 => UnicastHops: i32, get set;
    /// Whether the socket is for IPv6 only; otherwise it takes IPv4 too, as mapped addresses.
    IPV6_V6ONLY = 26 => V6Only: bool, get set;
}
