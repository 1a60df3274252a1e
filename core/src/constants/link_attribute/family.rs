//! Attributes of each family's part in an interface, within `IFLA_AF_SPEC` (linux/if_link.h).
//!
//! ```
//! use anysock::constants::link_attribute::family::InetLinkAttribute;
//!
//! assert_eq!(InetLinkAttribute::CONF.0, 1);
//! assert_eq!(format!("{:?}", InetLinkAttribute::CONF), "IFLA_INET_CONF");
//! ```

crate::constants::value_names! {
    /// An attribute of IPv4 within `IFLA_AF_SPEC` (linux/if_link.h).
    pub struct InetLinkAttribute(u16) {
        /// Not in use.
        "IFLA_INET_UNSPEC" => UNSPEC = 0;
        /// The settings of net.ipv4.conf, each an attribute of its number, 32 bits.
        "IFLA_INET_CONF" => CONF = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of IPv6 within `IFLA_AF_SPEC` (linux/if_link.h).
    pub struct Inet6LinkAttribute(u16) {
        /// Not in use.
        "IFLA_INET6_UNSPEC" => UNSPEC = 0;
        /// Flags, 32 bits.
        "IFLA_INET6_FLAGS" => FLAGS = 1;
        /// The settings of net.ipv6.conf, an array of 32 bits each.
        "IFLA_INET6_CONF" => CONF = 2;
        /// Figures of IPv6, an array of 64 bits each.
        "IFLA_INET6_STATS" => STATS = 3;
        /// Not in use.
        "IFLA_INET6_MCAST" => MCAST = 4;
        /// How long neighbours are remembered: `struct ifla_cacheinfo`.
        "IFLA_INET6_CACHEINFO" => CACHEINFO = 5;
        /// Figures of ICMPv6, an array of 64 bits each.
        "IFLA_INET6_ICMP6STATS" => ICMP6STATS = 6;
        /// The lower half of its addresses, 16 bytes.
        "IFLA_INET6_TOKEN" => TOKEN = 7;
        /// How addresses are made, one byte.
        "IFLA_INET6_ADDR_GEN_MODE" => ADDR_GEN_MODE = 8;
        /// The largest packet as routers say, 32 bits.
        "IFLA_INET6_RA_MTU" => RA_MTU = 9;
    }
}

crate::constants::value_names! {
    /// An attribute of MCTP within `IFLA_AF_SPEC` (linux/if_link.h).
    pub struct MctpLinkAttribute(u16) {
        /// Not in use.
        "IFLA_MCTP_UNSPEC" => UNSPEC = 0;
        /// The number of the network, 32 bits.
        "IFLA_MCTP_NET" => NET = 1;
        /// What carries it, one byte.
        "IFLA_MCTP_PHYS_BINDING" => PHYS_BINDING = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[InetLinkAttribute::TABLE, Inet6LinkAttribute::TABLE, MctpLinkAttribute::TABLE];
