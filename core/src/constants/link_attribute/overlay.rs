//! Attributes of interfaces on top of another in rtnetlink messages (linux/if_link.h): MAC-VLAN, IP-VLAN, MACsec,
//! virtual routing, and those of switch chips and modems. Each is within `IFLA_INFO_DATA`.
//!
//! ```
//! use anysock::constants::link_attribute::overlay::MacvlanAttribute;
//!
//! assert_eq!(MacvlanAttribute::MODE.0, 1);
//! assert_eq!(format!("{:?}", MacvlanAttribute::MODE), "IFLA_MACVLAN_MODE");
//! ```

crate::constants::value_names! {
    /// An attribute within `IFLA_VLAN_EGRESS_QOS` and `IFLA_VLAN_INGRESS_QOS` (linux/if_link.h).
    pub struct VlanQosAttribute(u16) {
        /// Not in use.
        "IFLA_VLAN_QOS_UNSPEC" => UNSPEC = 0;
        /// A priority and the one that it becomes: `struct ifla_vlan_qos_mapping`.
        "IFLA_VLAN_QOS_MAPPING" => MAPPING = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface with a hardware address of its own (linux/if_link.h).
    pub struct MacvlanAttribute(u16) {
        /// Not in use.
        "IFLA_MACVLAN_UNSPEC" => UNSPEC = 0;
        /// Whom it reaches, 32 bits.
        "IFLA_MACVLAN_MODE" => MODE = 1;
        /// Flags, 16 bits.
        "IFLA_MACVLAN_FLAGS" => FLAGS = 2;
        /// What to do with the addresses that it takes packets from, 32 bits.
        "IFLA_MACVLAN_MACADDR_MODE" => MACADDR_MODE = 3;
        /// Such an address, 6 bytes.
        "IFLA_MACVLAN_MACADDR" => MACADDR = 4;
        /// Several of them, each an `IFLA_MACVLAN_MACADDR`.
        "IFLA_MACVLAN_MACADDR_DATA" => MACADDR_DATA = 5;
        /// How many there are, 32 bits.
        "IFLA_MACVLAN_MACADDR_COUNT" => MACADDR_COUNT = 6;
        /// How many broadcasts may wait, 32 bits.
        "IFLA_MACVLAN_BC_QUEUE_LEN" => BC_QUEUE_LEN = 7;
        /// How many may wait as of now, 32 bits.
        "IFLA_MACVLAN_BC_QUEUE_LEN_USED" => BC_QUEUE_LEN_USED = 8;
        /// Up to how many receivers a broadcast does not wait, 32 bits with sign.
        "IFLA_MACVLAN_BC_CUTOFF" => BC_CUTOFF = 9;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface with IP addresses of its own (linux/if_link.h).
    pub struct IpvlanAttribute(u16) {
        /// Not in use.
        "IFLA_IPVLAN_UNSPEC" => UNSPEC = 0;
        /// At which layer packets are told apart, 16 bits.
        "IFLA_IPVLAN_MODE" => MODE = 1;
        /// Flags, 16 bits.
        "IFLA_IPVLAN_FLAGS" => FLAGS = 2;
    }
}

crate::constants::value_names! {
    /// An attribute of a virtual router (linux/if_link.h).
    pub struct VrfAttribute(u16) {
        /// Not in use.
        "IFLA_VRF_UNSPEC" => UNSPEC = 0;
        /// Its routing table, 32 bits.
        "IFLA_VRF_TABLE" => ROUTE_TABLE = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface of a virtual router (linux/if_link.h).
    pub struct VrfPortAttribute(u16) {
        /// Not in use.
        "IFLA_VRF_PORT_UNSPEC" => UNSPEC = 0;
        /// The router's routing table, 32 bits.
        "IFLA_VRF_PORT_TABLE" => ROUTE_TABLE = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface with MACsec, IEEE 802.1AE (linux/if_link.h).
    pub struct MacsecAttribute(u16) {
        /// Not in use.
        "IFLA_MACSEC_UNSPEC" => UNSPEC = 0;
        /// The identifier of the secure channel, 64 bits.
        "IFLA_MACSEC_SCI" => SCI = 1;
        /// The port of that identifier, 16 bits.
        "IFLA_MACSEC_PORT" => PORT = 2;
        /// The length of the check value, one byte.
        "IFLA_MACSEC_ICV_LEN" => ICV_LEN = 3;
        /// The cipher, 64 bits.
        "IFLA_MACSEC_CIPHER_SUITE" => CIPHER_SUITE = 4;
        /// How late a packet may come, in packets, 32 bits.
        "IFLA_MACSEC_WINDOW" => WINDOW = 5;
        /// The association that is sent with, one byte.
        "IFLA_MACSEC_ENCODING_SA" => ENCODING_SA = 6;
        /// Whether packets are encrypted, one byte.
        "IFLA_MACSEC_ENCRYPT" => ENCRYPT = 7;
        /// Whether packets are protected, one byte.
        "IFLA_MACSEC_PROTECT" => PROTECT = 8;
        /// Whether the identifier is sent, one byte.
        "IFLA_MACSEC_INC_SCI" => INC_SCI = 9;
        /// Whether it is an end station, one byte.
        "IFLA_MACSEC_ES" => ES = 10;
        /// Whether it broadcasts, one byte.
        "IFLA_MACSEC_SCB" => SCB = 11;
        /// Whether packets that come twice are dropped, one byte.
        "IFLA_MACSEC_REPLAY_PROTECT" => REPLAY_PROTECT = 12;
        /// How packets are checked, one byte.
        "IFLA_MACSEC_VALIDATION" => VALIDATION = 13;
        /// Padding.
        "IFLA_MACSEC_PAD" => PAD = 14;
        /// What does the work, one byte.
        "IFLA_MACSEC_OFFLOAD" => OFFLOAD = 15;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface for IPsec (linux/if_link.h).
    pub struct XfrmAttribute(u16) {
        /// Not in use.
        "IFLA_XFRM_UNSPEC" => UNSPEC = 0;
        /// The index of the interface below, 32 bits.
        "IFLA_XFRM_LINK" => LINK = 1;
        /// The number that policies know it by, 32 bits.
        "IFLA_XFRM_IF_ID" => IF_ID = 2;
        /// Whether routes tell that number: without a value.
        "IFLA_XFRM_COLLECT_METADATA" => COLLECT_METADATA = 3;
    }
}

crate::constants::value_names! {
    /// An attribute of a redundant ring or network, IEC 62439-3 (linux/if_link.h).
    pub struct HsrAttribute(u16) {
        /// Not in use.
        "IFLA_HSR_UNSPEC" => UNSPEC = 0;
        /// The index of the first interface, 32 bits.
        "IFLA_HSR_SLAVE1" => SLAVE1 = 1;
        /// The index of the second interface, 32 bits.
        "IFLA_HSR_SLAVE2" => SLAVE2 = 2;
        /// The last byte of the supervision's address.
        "IFLA_HSR_MULTICAST_SPEC" => MULTICAST_SPEC = 3;
        /// The supervision's address, 6 bytes.
        "IFLA_HSR_SUPERVISION_ADDR" => SUPERVISION_ADDR = 4;
        /// The number of the last frame, 16 bits.
        "IFLA_HSR_SEQ_NR" => SEQ_NR = 5;
        /// The version of the protocol, one byte.
        "IFLA_HSR_VERSION" => VERSION = 6;
        /// Whether it is HSR or PRP, one byte.
        "IFLA_HSR_PROTOCOL" => PROTOCOL = 7;
        /// The index of the interface to another ring, 32 bits.
        "IFLA_HSR_INTERLINK" => INTERLINK = 8;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface with IP over InfiniBand (linux/if_link.h).
    pub struct IpoibAttribute(u16) {
        /// Not in use.
        "IFLA_IPOIB_UNSPEC" => UNSPEC = 0;
        /// The key of the partition, 16 bits.
        "IFLA_IPOIB_PKEY" => PKEY = 1;
        /// Whether with or without connections, 16 bits.
        "IFLA_IPOIB_MODE" => MODE = 2;
        /// Whether programs may join multicasts by themselves, 16 bits.
        "IFLA_IPOIB_UMCAST" => UMCAST = 3;
    }
}

crate::constants::value_names! {
    /// An attribute of a Qualcomm modem's interface (linux/if_link.h).
    pub struct RmnetAttribute(u16) {
        /// Not in use.
        "IFLA_RMNET_UNSPEC" => UNSPEC = 0;
        /// The number of the stream, 16 bits.
        "IFLA_RMNET_MUX_ID" => MUX_ID = 1;
        /// Flags: `struct ifla_rmnet_flags`.
        "IFLA_RMNET_FLAGS" => FLAGS = 2;
    }
}

crate::constants::value_names! {
    /// An attribute of a switch chip's port (linux/if_link.h).
    pub struct DsaAttribute(u16) {
        /// Not in use.
        "IFLA_DSA_UNSPEC" => UNSPEC = 0;
        /// The index of the interface to the processor, 32 bits.
        "IFLA_DSA_MASTER" => MASTER = 1;
        /// The newer name of [`DsaAttribute::MASTER`].
        "IFLA_DSA_CONDUIT" => CONDUIT = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface of a program, `/dev/net/tun` (linux/if_link.h).
    pub struct TunAttribute(u16) {
        /// Not in use.
        "IFLA_TUN_UNSPEC" => UNSPEC = 0;
        /// The user who may have it, 32 bits.
        "IFLA_TUN_OWNER" => OWNER = 1;
        /// The group that may have it, 32 bits.
        "IFLA_TUN_GROUP" => GROUP = 2;
        /// Whether it carries IP packets or Ethernet frames, one byte.
        "IFLA_TUN_TYPE" => TYPE = 3;
        /// Whether packets have a header before them, one byte.
        "IFLA_TUN_PI" => PI = 4;
        /// Whether they have a header about checksums and segments, one byte.
        "IFLA_TUN_VNET_HDR" => VNET_HDR = 5;
        /// Whether it stays when the program ends, one byte.
        "IFLA_TUN_PERSIST" => PERSIST = 6;
        /// Whether it has several queues, one byte.
        "IFLA_TUN_MULTI_QUEUE" => MULTI_QUEUE = 7;
        /// How many queues are in use, 32 bits.
        "IFLA_TUN_NUM_QUEUES" => NUM_QUEUES = 8;
        /// How many queues are not, 32 bits.
        "IFLA_TUN_NUM_DISABLED_QUEUES" => NUM_DISABLED_QUEUES = 9;
    }
}

crate::constants::value_names! {
    /// An attribute of a pair of interfaces whose packets a BPF program moves (linux/if_link.h).
    pub struct NetkitAttribute(u16) {
        /// Not in use.
        "IFLA_NETKIT_UNSPEC" => UNSPEC = 0;
        /// The peer's own attributes.
        "IFLA_NETKIT_PEER_INFO" => PEER_INFO = 1;
        /// Whether it is the one that is managed, one byte.
        "IFLA_NETKIT_PRIMARY" => PRIMARY = 2;
        /// What happens to packets without a program, 32 bits.
        "IFLA_NETKIT_POLICY" => POLICY = 3;
        /// What happens to the peer's packets without a program, 32 bits.
        "IFLA_NETKIT_PEER_POLICY" => PEER_POLICY = 4;
        /// Whether it carries IP packets or Ethernet frames, 32 bits.
        "IFLA_NETKIT_MODE" => MODE = 5;
        /// What is taken from packets on the way, 32 bits.
        "IFLA_NETKIT_SCRUB" => SCRUB = 6;
        /// What is taken from the peer's packets on the way, 32 bits.
        "IFLA_NETKIT_PEER_SCRUB" => PEER_SCRUB = 7;
        /// The room before a packet's data, in bytes, 16 bits.
        "IFLA_NETKIT_HEADROOM" => HEADROOM = 8;
        /// The room after a packet's data, in bytes, 16 bits.
        "IFLA_NETKIT_TAILROOM" => TAILROOM = 9;
        /// Whether there is a peer, 32 bits.
        "IFLA_NETKIT_PAIRING" => PAIRING = 10;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[
    VlanQosAttribute::TABLE,
    MacvlanAttribute::TABLE,
    IpvlanAttribute::TABLE,
    VrfAttribute::TABLE,
    VrfPortAttribute::TABLE,
    MacsecAttribute::TABLE,
    XfrmAttribute::TABLE,
    HsrAttribute::TABLE,
    IpoibAttribute::TABLE,
    RmnetAttribute::TABLE,
    DsaAttribute::TABLE,
    TunAttribute::TABLE,
    NetkitAttribute::TABLE,
];
