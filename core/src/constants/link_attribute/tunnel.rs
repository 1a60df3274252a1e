//! Attributes of tunnels in rtnetlink messages, within `IFLA_INFO_DATA` (linux/if_link.h).
//!
//! ```
//! use anysock::constants::link_attribute::tunnel::VxlanAttribute;
//!
//! assert_eq!(VxlanAttribute::ID.0, 1);
//! assert_eq!(format!("{:?}", VxlanAttribute::ID), "IFLA_VXLAN_ID");
//! ```

crate::constants::value_names! {
    /// An attribute of a tunnel of Ethernet over UDP, RFC 7348 (linux/if_link.h).
    pub struct VxlanAttribute(u16) {
        /// Not in use.
        "IFLA_VXLAN_UNSPEC" => UNSPEC = 0;
        /// The number of the network, 32 bits.
        "IFLA_VXLAN_ID" => ID = 1;
        /// The IPv4 group or peer, 4 bytes.
        "IFLA_VXLAN_GROUP" => GROUP = 2;
        /// The index of the interface below, 32 bits.
        "IFLA_VXLAN_LINK" => LINK = 3;
        /// Its own IPv4 address, 4 bytes.
        "IFLA_VXLAN_LOCAL" => LOCAL = 4;
        /// The time to live, one byte.
        "IFLA_VXLAN_TTL" => TTL = 5;
        /// The type of service, one byte.
        "IFLA_VXLAN_TOS" => TOS = 6;
        /// Whether peers are learned, one byte.
        "IFLA_VXLAN_LEARNING" => LEARNING = 7;
        /// How long they are remembered, in seconds, 32 bits.
        "IFLA_VXLAN_AGEING" => AGEING = 8;
        /// How many there may be, 32 bits.
        "IFLA_VXLAN_LIMIT" => LIMIT = 9;
        /// Source ports: `struct ifla_vxlan_port_range`.
        "IFLA_VXLAN_PORT_RANGE" => PORT_RANGE = 10;
        /// Whether ARP is answered for others, one byte.
        "IFLA_VXLAN_PROXY" => PROXY = 11;
        /// Whether routes are cut short, one byte.
        "IFLA_VXLAN_RSC" => RSC = 12;
        /// Whether it tells of unknown hardware addresses, one byte.
        "IFLA_VXLAN_L2MISS" => L2MISS = 13;
        /// Whether it tells of unknown IP addresses, one byte.
        "IFLA_VXLAN_L3MISS" => L3MISS = 14;
        /// The destination's port, 16 bits in network byte order.
        "IFLA_VXLAN_PORT" => PORT = 15;
        /// The IPv6 group or peer, 16 bytes.
        "IFLA_VXLAN_GROUP6" => GROUP6 = 16;
        /// Its own IPv6 address, 16 bytes.
        "IFLA_VXLAN_LOCAL6" => LOCAL6 = 17;
        /// Whether UDP over IPv4 has a checksum, one byte.
        "IFLA_VXLAN_UDP_CSUM" => UDP_CSUM = 18;
        /// Whether UDP over IPv6 is sent without a checksum, one byte.
        "IFLA_VXLAN_UDP_ZERO_CSUM6_TX" => UDP_ZERO_CSUM6_TX = 19;
        /// Whether UDP over IPv6 may come without a checksum, one byte.
        "IFLA_VXLAN_UDP_ZERO_CSUM6_RX" => UDP_ZERO_CSUM6_RX = 20;
        /// Whether the peer is to compute the inner checksum, one byte.
        "IFLA_VXLAN_REMCSUM_TX" => REMCSUM_TX = 21;
        /// Whether the inner checksum may be left to it, one byte.
        "IFLA_VXLAN_REMCSUM_RX" => REMCSUM_RX = 22;
        /// Whether packets carry a policy group: without a value.
        "IFLA_VXLAN_GBP" => GBP = 23;
        /// Whether such checksums are computed at once: without a value.
        "IFLA_VXLAN_REMCSUM_NOPARTIAL" => REMCSUM_NOPARTIAL = 24;
        /// Whether routes tell the tunnel's peer, one byte.
        "IFLA_VXLAN_COLLECT_METADATA" => COLLECT_METADATA = 25;
        /// The flow label, 32 bits in network byte order.
        "IFLA_VXLAN_LABEL" => LABEL = 26;
        /// Whether other protocols than Ethernet are carried: without a value.
        "IFLA_VXLAN_GPE" => GPE = 27;
        /// Whether the time to live is the inner packet's: without a value.
        "IFLA_VXLAN_TTL_INHERIT" => TTL_INHERIT = 28;
        /// Whether packets may be divided, one byte.
        "IFLA_VXLAN_DF" => DF = 29;
        /// Whether only listed networks are carried, one byte.
        "IFLA_VXLAN_VNIFILTER" => VNIFILTER = 30;
        /// Whether a tunnel on the same host is entered at once, one byte.
        "IFLA_VXLAN_LOCALBYPASS" => LOCALBYPASS = 31;
        /// Where the flow label comes from, 32 bits.
        "IFLA_VXLAN_LABEL_POLICY" => LABEL_POLICY = 32;
        /// Which reserved bits may be set: `struct vxlanhdr`.
        "IFLA_VXLAN_RESERVED_BITS" => RESERVED_BITS = 33;
        /// Whether multicasts follow the routes, one byte.
        "IFLA_VXLAN_MC_ROUTE" => MC_ROUTE = 34;
    }
}

crate::constants::value_names! {
    /// An attribute of a tunnel by Geneve, RFC 8926 (linux/if_link.h).
    pub struct GeneveAttribute(u16) {
        /// Not in use.
        "IFLA_GENEVE_UNSPEC" => UNSPEC = 0;
        /// The number of the network, 32 bits.
        "IFLA_GENEVE_ID" => ID = 1;
        /// The peer's IPv4 address, 4 bytes.
        "IFLA_GENEVE_REMOTE" => REMOTE = 2;
        /// The time to live, one byte.
        "IFLA_GENEVE_TTL" => TTL = 3;
        /// The type of service, one byte.
        "IFLA_GENEVE_TOS" => TOS = 4;
        /// The destination's port, 16 bits in network byte order.
        "IFLA_GENEVE_PORT" => PORT = 5;
        /// Whether routes tell the tunnel's peer: without a value.
        "IFLA_GENEVE_COLLECT_METADATA" => COLLECT_METADATA = 6;
        /// The peer's IPv6 address, 16 bytes.
        "IFLA_GENEVE_REMOTE6" => REMOTE6 = 7;
        /// Whether UDP over IPv4 has a checksum, one byte.
        "IFLA_GENEVE_UDP_CSUM" => UDP_CSUM = 8;
        /// Whether UDP over IPv6 is sent without a checksum, one byte.
        "IFLA_GENEVE_UDP_ZERO_CSUM6_TX" => UDP_ZERO_CSUM6_TX = 9;
        /// Whether UDP over IPv6 may come without a checksum, one byte.
        "IFLA_GENEVE_UDP_ZERO_CSUM6_RX" => UDP_ZERO_CSUM6_RX = 10;
        /// The flow label, 32 bits in network byte order.
        "IFLA_GENEVE_LABEL" => LABEL = 11;
        /// Whether the time to live is the inner packet's, one byte.
        "IFLA_GENEVE_TTL_INHERIT" => TTL_INHERIT = 12;
        /// Whether packets may be divided, one byte.
        "IFLA_GENEVE_DF" => DF = 13;
        /// Whether the inner protocol is the packet's own: without a value.
        "IFLA_GENEVE_INNER_PROTO_INHERIT" => INNER_PROTO_INHERIT = 14;
        /// Source ports: `struct ifla_geneve_port_range`.
        "IFLA_GENEVE_PORT_RANGE" => PORT_RANGE = 15;
        /// Whether packets say how they may be put together: without a value.
        "IFLA_GENEVE_GRO_HINT" => GRO_HINT = 16;
        /// Its own IPv4 address, 4 bytes.
        "IFLA_GENEVE_LOCAL" => LOCAL = 17;
        /// Its own IPv6 address, 16 bytes.
        "IFLA_GENEVE_LOCAL6" => LOCAL6 = 18;
    }
}

crate::constants::value_names! {
    /// An attribute of a tunnel of packets over UDP with no header between (linux/if_link.h).
    pub struct BareudpAttribute(u16) {
        /// Not in use.
        "IFLA_BAREUDP_UNSPEC" => UNSPEC = 0;
        /// The destination's port, 16 bits in network byte order.
        "IFLA_BAREUDP_PORT" => PORT = 1;
        /// The protocol of the packets, 16 bits in network byte order.
        "IFLA_BAREUDP_ETHERTYPE" => ETHERTYPE = 2;
        /// The smallest source port, 16 bits.
        "IFLA_BAREUDP_SRCPORT_MIN" => SRCPORT_MIN = 3;
        /// Whether related protocols are carried too: without a value.
        "IFLA_BAREUDP_MULTIPROTO_MODE" => MULTIPROTO_MODE = 4;
    }
}

crate::constants::value_names! {
    /// An attribute of a tunnel of mobile networks, GTP (linux/if_link.h).
    pub struct GtpAttribute(u16) {
        /// Not in use.
        "IFLA_GTP_UNSPEC" => UNSPEC = 0;
        /// The descriptor of the socket for version 0, 32 bits.
        "IFLA_GTP_FD0" => FD0 = 1;
        /// The descriptor of the socket for version 1, 32 bits.
        "IFLA_GTP_FD1" => FD1 = 2;
        /// How large the table of contexts is, 32 bits.
        "IFLA_GTP_PDP_HASHSIZE" => PDP_HASHSIZE = 3;
        /// Which end it is, 32 bits.
        "IFLA_GTP_ROLE" => ROLE = 4;
        /// Whether the kernel makes the sockets, one byte.
        "IFLA_GTP_CREATE_SOCKETS" => CREATE_SOCKETS = 5;
        /// How often it was started, one byte.
        "IFLA_GTP_RESTART_COUNT" => RESTART_COUNT = 6;
        /// Its own IPv4 address, 4 bytes.
        "IFLA_GTP_LOCAL" => LOCAL = 7;
        /// Its own IPv6 address, 16 bytes.
        "IFLA_GTP_LOCAL6" => LOCAL6 = 8;
    }
}

crate::constants::value_names! {
    /// An attribute of a PPP interface (linux/if_link.h).
    pub struct PppAttribute(u16) {
        /// Not in use.
        "IFLA_PPP_UNSPEC" => UNSPEC = 0;
        /// The descriptor of `/dev/ppp`, 32 bits.
        "IFLA_PPP_DEV_FD" => DEV_FD = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of a tunnel by OpenVPN (linux/if_link.h).
    pub struct OvpnAttribute(u16) {
        /// Not in use.
        "IFLA_OVPN_UNSPEC" => UNSPEC = 0;
        /// Whether to one peer or to many, one byte.
        "IFLA_OVPN_MODE" => MODE = 1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[
    VxlanAttribute::TABLE,
    GeneveAttribute::TABLE,
    BareudpAttribute::TABLE,
    GtpAttribute::TABLE,
    PppAttribute::TABLE,
    OvpnAttribute::TABLE,
];
