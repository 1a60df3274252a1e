//! Attributes of virtual functions and their ports in rtnetlink messages (linux/if_link.h).
//!
//! ```
//! use anysock::constants::link_attribute::virtual_function::VirtualFunctionAttribute;
//!
//! assert_eq!(VirtualFunctionAttribute::MAC.0, 1);
//! assert_eq!(format!("{:?}", VirtualFunctionAttribute::MAC), "IFLA_VF_MAC");
//! ```

crate::constants::value_names! {
    /// An attribute within `IFLA_VFINFO_LIST` (linux/if_link.h).
    pub struct VirtualFunctionInfoAttribute(u16) {
        /// Not in use.
        "IFLA_VF_INFO_UNSPEC" => UNSPEC = 0;
        /// One virtual function: attributes [`VirtualFunctionAttribute`].
        "IFLA_VF_INFO" => INFO = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of a virtual function, within `IFLA_VF_INFO` (linux/if_link.h).
    pub struct VirtualFunctionAttribute(u16) {
        /// Not in use.
        "IFLA_VF_UNSPEC" => UNSPEC = 0;
        /// The hardware address: `struct ifla_vf_mac`.
        "IFLA_VF_MAC" => MAC = 1;
        /// The virtual network: `struct ifla_vf_vlan`.
        "IFLA_VF_VLAN" => VLAN = 2;
        /// The highest rate: `struct ifla_vf_tx_rate`.
        "IFLA_VF_TX_RATE" => TX_RATE = 3;
        /// Whether senders are checked: `struct ifla_vf_spoofchk`.
        "IFLA_VF_SPOOFCHK" => SPOOFCHK = 4;
        /// The state of the link: `struct ifla_vf_link_state`.
        "IFLA_VF_LINK_STATE" => LINK_STATE = 5;
        /// The lowest and the highest rate: `struct ifla_vf_rate`.
        "IFLA_VF_RATE" => RATE = 6;
        /// Whether the spreading over queues may be asked for: `struct ifla_vf_rss_query_en`.
        "IFLA_VF_RSS_QUERY_EN" => RSS_QUERY_EN = 7;
        /// Figures: attributes [`VirtualFunctionStatistic`].
        "IFLA_VF_STATS" => STATS = 8;
        /// Whether it is trusted: `struct ifla_vf_trust`.
        "IFLA_VF_TRUST" => TRUST = 9;
        /// The node in InfiniBand: `struct ifla_vf_guid`.
        "IFLA_VF_IB_NODE_GUID" => IB_NODE_GUID = 10;
        /// The port in InfiniBand: `struct ifla_vf_guid`.
        "IFLA_VF_IB_PORT_GUID" => IB_PORT_GUID = 11;
        /// Several virtual networks: attributes [`VirtualFunctionVlanAttribute`].
        "IFLA_VF_VLAN_LIST" => VLAN_LIST = 12;
        /// The hardware address of broadcasts: `struct ifla_vf_broadcast`.
        "IFLA_VF_BROADCAST" => BROADCAST = 13;
    }
}

crate::constants::value_names! {
    /// An attribute within `IFLA_VF_VLAN_LIST` (linux/if_link.h).
    pub struct VirtualFunctionVlanAttribute(u16) {
        /// Not in use.
        "IFLA_VF_VLAN_INFO_UNSPEC" => UNSPEC = 0;
        /// A virtual network: `struct ifla_vf_vlan_info`.
        "IFLA_VF_VLAN_INFO" => INFO = 1;
    }
}

crate::constants::value_names! {
    /// What a virtual function's link is to be (linux/if_link.h).
    pub struct VirtualFunctionLinkState(u32) {
        /// As the link of the device.
        "IFLA_VF_LINK_STATE_AUTO" => AUTO = 0;
        /// Always up.
        "IFLA_VF_LINK_STATE_ENABLE" => ENABLE = 1;
        /// Always down.
        "IFLA_VF_LINK_STATE_DISABLE" => DISABLE = 2;
    }
}

crate::constants::value_names! {
    /// A figure of a virtual function, 64 bits, within `IFLA_VF_STATS` (linux/if_link.h).
    pub struct VirtualFunctionStatistic(u16) {
        /// Packets received.
        "IFLA_VF_STATS_RX_PACKETS" => RX_PACKETS = 0;
        /// Packets sent.
        "IFLA_VF_STATS_TX_PACKETS" => TX_PACKETS = 1;
        /// Bytes received.
        "IFLA_VF_STATS_RX_BYTES" => RX_BYTES = 2;
        /// Bytes sent.
        "IFLA_VF_STATS_TX_BYTES" => TX_BYTES = 3;
        /// Broadcasts received.
        "IFLA_VF_STATS_BROADCAST" => BROADCAST = 4;
        /// Multicasts received.
        "IFLA_VF_STATS_MULTICAST" => MULTICAST = 5;
        /// Padding.
        "IFLA_VF_STATS_PAD" => PAD = 6;
        /// Received packets dropped.
        "IFLA_VF_STATS_RX_DROPPED" => RX_DROPPED = 7;
        /// Packets dropped instead of sent.
        "IFLA_VF_STATS_TX_DROPPED" => TX_DROPPED = 8;
    }
}

crate::constants::value_names! {
    /// An attribute within `IFLA_VF_PORTS` (linux/if_link.h).
    pub struct VirtualPortsAttribute(u16) {
        /// Not in use.
        "IFLA_VF_PORT_UNSPEC" => UNSPEC = 0;
        /// One port: attributes [`VirtualPortAttribute`].
        "IFLA_VF_PORT" => PORT = 1;
    }
}

crate::constants::value_names! {
    /// An attribute of a port, IEEE 802.1Qbg, within `IFLA_VF_PORT` and `IFLA_PORT_SELF` (linux/if_link.h).
    pub struct VirtualPortAttribute(u16) {
        /// Not in use.
        "IFLA_PORT_UNSPEC" => UNSPEC = 0;
        /// The number of the virtual function, 32 bits.
        "IFLA_PORT_VF" => VF = 1;
        /// The name of its profile, up to 40 bytes.
        "IFLA_PORT_PROFILE" => PROFILE = 2;
        /// The type of the station's interface: `struct ifla_port_vsi`.
        "IFLA_PORT_VSI_TYPE" => VSI_TYPE = 3;
        /// The identifier of the instance, 16 bytes.
        "IFLA_PORT_INSTANCE_UUID" => INSTANCE_UUID = 4;
        /// The identifier of the host, 16 bytes.
        "IFLA_PORT_HOST_UUID" => HOST_UUID = 5;
        /// What is asked of the switch, one byte.
        "IFLA_PORT_REQUEST" => REQUEST = 6;
        /// What the switch answered, 16 bits.
        "IFLA_PORT_RESPONSE" => RESPONSE = 7;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[
    VirtualFunctionInfoAttribute::TABLE,
    VirtualFunctionAttribute::TABLE,
    VirtualFunctionVlanAttribute::TABLE,
    VirtualFunctionLinkState::TABLE,
    VirtualFunctionStatistic::TABLE,
    VirtualPortsAttribute::TABLE,
    VirtualPortAttribute::TABLE,
];
