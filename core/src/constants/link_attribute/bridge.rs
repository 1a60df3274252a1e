//! Attributes of bridges and their ports in rtnetlink messages (linux/if_link.h; bridge(8)).
//!
//! ```
//! use anysock::constants::link_attribute::bridge::BridgeAttribute;
//!
//! assert_eq!(BridgeAttribute::HELLO_TIME.0, 2);
//! assert_eq!(format!("{:?}", BridgeAttribute::HELLO_TIME), "IFLA_BR_HELLO_TIME");
//! ```

crate::constants::value_names! {
    /// An attribute of a bridge, within `IFLA_INFO_DATA` (linux/if_link.h). Times are in hundredths of a second.
    pub struct BridgeAttribute(u16) {
        /// Not in use.
        "IFLA_BR_UNSPEC" => UNSPEC = 0;
        /// How long a port listens and learns, 32 bits.
        "IFLA_BR_FORWARD_DELAY" => FORWARD_DELAY = 1;
        /// The time between hellos of the spanning tree, 32 bits.
        "IFLA_BR_HELLO_TIME" => HELLO_TIME = 2;
        /// How old a hello may be, 32 bits.
        "IFLA_BR_MAX_AGE" => MAX_AGE = 3;
        /// How long an address is remembered, 32 bits.
        "IFLA_BR_AGEING_TIME" => AGEING_TIME = 4;
        /// Whether the spanning tree is on, 32 bits.
        "IFLA_BR_STP_STATE" => STP_STATE = 5;
        /// The priority in the spanning tree, 16 bits.
        "IFLA_BR_PRIORITY" => PRIORITY = 6;
        /// Whether virtual networks are told apart, one byte.
        "IFLA_BR_VLAN_FILTERING" => VLAN_FILTERING = 7;
        /// The Ethernet protocol of the tags, 16 bits in network byte order.
        "IFLA_BR_VLAN_PROTOCOL" => VLAN_PROTOCOL = 8;
        /// Which link-local groups are forwarded, 16 bits.
        "IFLA_BR_GROUP_FWD_MASK" => GROUP_FWD_MASK = 9;
        /// The root of the spanning tree: `struct ifla_bridge_id`.
        "IFLA_BR_ROOT_ID" => ROOT_ID = 10;
        /// Its own identifier: `struct ifla_bridge_id`.
        "IFLA_BR_BRIDGE_ID" => BRIDGE_ID = 11;
        /// The port to the root, 16 bits.
        "IFLA_BR_ROOT_PORT" => ROOT_PORT = 12;
        /// The cost of the way to the root, 32 bits.
        "IFLA_BR_ROOT_PATH_COST" => ROOT_PATH_COST = 13;
        /// Whether the topology changes, one byte.
        "IFLA_BR_TOPOLOGY_CHANGE" => TOPOLOGY_CHANGE = 14;
        /// Whether it saw the topology change, one byte.
        "IFLA_BR_TOPOLOGY_CHANGE_DETECTED" => TOPOLOGY_CHANGE_DETECTED = 15;
        /// The time of the next hello, 64 bits.
        "IFLA_BR_HELLO_TIMER" => HELLO_TIMER = 16;
        /// The time of the next notice of a change, 64 bits.
        "IFLA_BR_TCN_TIMER" => TCN_TIMER = 17;
        /// The time until the change is over, 64 bits.
        "IFLA_BR_TOPOLOGY_CHANGE_TIMER" => TOPOLOGY_CHANGE_TIMER = 18;
        /// The time until old addresses are forgotten, 64 bits.
        "IFLA_BR_GC_TIMER" => GC_TIMER = 19;
        /// The group of the spanning tree's packets, 6 bytes.
        "IFLA_BR_GROUP_ADDR" => GROUP_ADDR = 20;
        /// Forget the addresses: without a value.
        "IFLA_BR_FDB_FLUSH" => FDB_FLUSH = 21;
        /// Whether routers of multicasts are looked for, one byte.
        "IFLA_BR_MCAST_ROUTER" => MCAST_ROUTER = 22;
        /// Whether it listens to who wants which multicast, one byte.
        "IFLA_BR_MCAST_SNOOPING" => MCAST_SNOOPING = 23;
        /// Whether queries are sent from its own address, one byte.
        "IFLA_BR_MCAST_QUERY_USE_IFADDR" => MCAST_QUERY_USE_IFADDR = 24;
        /// Whether it queries, one byte.
        "IFLA_BR_MCAST_QUERIER" => MCAST_QUERIER = 25;
        /// Without effect since Linux 5.1, 32 bits.
        "IFLA_BR_MCAST_HASH_ELASTICITY" => MCAST_HASH_ELASTICITY = 26;
        /// How many groups there may be, 32 bits.
        "IFLA_BR_MCAST_HASH_MAX" => MCAST_HASH_MAX = 27;
        /// How many queries before a group is given up, 32 bits.
        "IFLA_BR_MCAST_LAST_MEMBER_CNT" => MCAST_LAST_MEMBER_CNT = 28;
        /// How many queries at the start, 32 bits.
        "IFLA_BR_MCAST_STARTUP_QUERY_CNT" => MCAST_STARTUP_QUERY_CNT = 29;
        /// The time between queries before a group is given up, 64 bits.
        "IFLA_BR_MCAST_LAST_MEMBER_INTVL" => MCAST_LAST_MEMBER_INTVL = 30;
        /// How long a membership lasts, 64 bits.
        "IFLA_BR_MCAST_MEMBERSHIP_INTVL" => MCAST_MEMBERSHIP_INTVL = 31;
        /// How long another querier counts, 64 bits.
        "IFLA_BR_MCAST_QUERIER_INTVL" => MCAST_QUERIER_INTVL = 32;
        /// The time between queries, 64 bits.
        "IFLA_BR_MCAST_QUERY_INTVL" => MCAST_QUERY_INTVL = 33;
        /// How long members may take to answer, 64 bits.
        "IFLA_BR_MCAST_QUERY_RESPONSE_INTVL" => MCAST_QUERY_RESPONSE_INTVL = 34;
        /// The time between queries at the start, 64 bits.
        "IFLA_BR_MCAST_STARTUP_QUERY_INTVL" => MCAST_STARTUP_QUERY_INTVL = 35;
        /// Whether iptables sees its packets, one byte.
        "IFLA_BR_NF_CALL_IPTABLES" => NF_CALL_IPTABLES = 36;
        /// Whether ip6tables sees its packets, one byte.
        "IFLA_BR_NF_CALL_IP6TABLES" => NF_CALL_IP6TABLES = 37;
        /// Whether arptables sees its packets, one byte.
        "IFLA_BR_NF_CALL_ARPTABLES" => NF_CALL_ARPTABLES = 38;
        /// The virtual network of packets without a tag, 16 bits.
        "IFLA_BR_VLAN_DEFAULT_PVID" => VLAN_DEFAULT_PVID = 39;
        /// Padding.
        "IFLA_BR_PAD" => PAD = 40;
        /// Whether each virtual network is counted, one byte.
        "IFLA_BR_VLAN_STATS_ENABLED" => VLAN_STATS_ENABLED = 41;
        /// Whether multicasts are counted, one byte.
        "IFLA_BR_MCAST_STATS_ENABLED" => MCAST_STATS_ENABLED = 42;
        /// The version of IGMP, one byte.
        "IFLA_BR_MCAST_IGMP_VERSION" => MCAST_IGMP_VERSION = 43;
        /// The version of MLD, one byte.
        "IFLA_BR_MCAST_MLD_VERSION" => MCAST_MLD_VERSION = 44;
        /// Whether each virtual network is counted at each port, one byte.
        "IFLA_BR_VLAN_STATS_PER_PORT" => VLAN_STATS_PER_PORT = 45;
        /// Several switches: `struct br_boolopt_multi`.
        "IFLA_BR_MULTI_BOOLOPT" => MULTI_BOOLOPT = 46;
        /// Who queries, in attributes of its own.
        "IFLA_BR_MCAST_QUERIER_STATE" => MCAST_QUERIER_STATE = 47;
        /// How many addresses are learned, 32 bits.
        "IFLA_BR_FDB_N_LEARNED" => FDB_N_LEARNED = 48;
        /// How many may be learned, 32 bits.
        "IFLA_BR_FDB_MAX_LEARNED" => FDB_MAX_LEARNED = 49;
        /// Who runs the spanning tree, 32 bits.
        "IFLA_BR_STP_MODE" => STP_MODE = 50;
    }
}

crate::constants::value_names! {
    /// An attribute of a bridge's port, within `IFLA_PROTINFO` (linux/if_link.h).
    pub struct BridgePortAttribute(u16) {
        /// Not in use.
        "IFLA_BRPORT_UNSPEC" => UNSPEC = 0;
        /// The state in the spanning tree, one byte.
        "IFLA_BRPORT_STATE" => STATE = 1;
        /// The priority in the spanning tree, 16 bits.
        "IFLA_BRPORT_PRIORITY" => PRIORITY = 2;
        /// The cost of the way, 32 bits.
        "IFLA_BRPORT_COST" => COST = 3;
        /// Whether packets may go back out of it, one byte.
        "IFLA_BRPORT_MODE" => MODE = 4;
        /// Whether packets of the spanning tree are refused, one byte.
        "IFLA_BRPORT_GUARD" => GUARD = 5;
        /// Whether it may not become the way to the root, one byte.
        "IFLA_BRPORT_PROTECT" => PROTECT = 6;
        /// Whether a group is given up at once, one byte.
        "IFLA_BRPORT_FAST_LEAVE" => FAST_LEAVE = 7;
        /// Whether addresses are learned, one byte.
        "IFLA_BRPORT_LEARNING" => LEARNING = 8;
        /// Whether it gets packets to unknown addresses, one byte.
        "IFLA_BRPORT_UNICAST_FLOOD" => UNICAST_FLOOD = 9;
        /// Whether ARP is answered for others, one byte.
        "IFLA_BRPORT_PROXYARP" => PROXYARP = 10;
        /// Whether addresses that the device learns are taken over, one byte.
        "IFLA_BRPORT_LEARNING_SYNC" => LEARNING_SYNC = 11;
        /// Whether ARP is answered for others, as wireless networks want it, one byte.
        "IFLA_BRPORT_PROXYARP_WIFI" => PROXYARP_WIFI = 12;
        /// The designated root: `struct ifla_bridge_id`.
        "IFLA_BRPORT_ROOT_ID" => ROOT_ID = 13;
        /// The designated bridge: `struct ifla_bridge_id`.
        "IFLA_BRPORT_BRIDGE_ID" => BRIDGE_ID = 14;
        /// The designated port, 16 bits.
        "IFLA_BRPORT_DESIGNATED_PORT" => DESIGNATED_PORT = 15;
        /// The designated cost, 16 bits.
        "IFLA_BRPORT_DESIGNATED_COST" => DESIGNATED_COST = 16;
        /// Its identifier, 16 bits.
        "IFLA_BRPORT_ID" => ID = 17;
        /// Its number, 16 bits.
        "IFLA_BRPORT_NO" => NO = 18;
        /// Whether a change is to be acknowledged, one byte.
        "IFLA_BRPORT_TOPOLOGY_CHANGE_ACK" => TOPOLOGY_CHANGE_ACK = 19;
        /// Whether a configuration is to be sent, one byte.
        "IFLA_BRPORT_CONFIG_PENDING" => CONFIG_PENDING = 20;
        /// The age of the last hello, 64 bits.
        "IFLA_BRPORT_MESSAGE_AGE_TIMER" => MESSAGE_AGE_TIMER = 21;
        /// The time until it forwards, 64 bits.
        "IFLA_BRPORT_FORWARD_DELAY_TIMER" => FORWARD_DELAY_TIMER = 22;
        /// The time until it may send again, 64 bits.
        "IFLA_BRPORT_HOLD_TIMER" => HOLD_TIMER = 23;
        /// Forget its addresses: without a value.
        "IFLA_BRPORT_FLUSH" => FLUSH = 24;
        /// Whether a router of multicasts is behind it, one byte.
        "IFLA_BRPORT_MULTICAST_ROUTER" => MULTICAST_ROUTER = 25;
        /// Padding.
        "IFLA_BRPORT_PAD" => PAD = 26;
        /// Whether it gets multicasts to unknown groups, one byte.
        "IFLA_BRPORT_MCAST_FLOOD" => MCAST_FLOOD = 27;
        /// Whether multicasts are sent to each member by itself, one byte.
        "IFLA_BRPORT_MCAST_TO_UCAST" => MCAST_TO_UCAST = 28;
        /// Whether virtual networks are mapped to tunnels, one byte.
        "IFLA_BRPORT_VLAN_TUNNEL" => VLAN_TUNNEL = 29;
        /// Whether it gets broadcasts, one byte.
        "IFLA_BRPORT_BCAST_FLOOD" => BCAST_FLOOD = 30;
        /// Which link-local groups are forwarded, 16 bits.
        "IFLA_BRPORT_GROUP_FWD_MASK" => GROUP_FWD_MASK = 31;
        /// Whether known neighbours are not asked for, one byte.
        "IFLA_BRPORT_NEIGH_SUPPRESS" => NEIGH_SUPPRESS = 32;
        /// Whether it reaches only ports that are not isolated, one byte.
        "IFLA_BRPORT_ISOLATED" => ISOLATED = 33;
        /// The port that takes over, an interface's index, 32 bits.
        "IFLA_BRPORT_BACKUP_PORT" => BACKUP_PORT = 34;
        /// Whether the ring of the Media Redundancy Protocol is open, one byte.
        "IFLA_BRPORT_MRP_RING_OPEN" => MRP_RING_OPEN = 35;
        /// Whether the interconnection of such rings is open, one byte.
        "IFLA_BRPORT_MRP_IN_OPEN" => MRP_IN_OPEN = 36;
        /// How many hosts of multicasts are remembered, 32 bits.
        "IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT" => MCAST_EHT_HOSTS_LIMIT = 37;
        /// How many hosts of multicasts there are, 32 bits.
        "IFLA_BRPORT_MCAST_EHT_HOSTS_CNT" => MCAST_EHT_HOSTS_CNT = 38;
        /// Whether only known addresses may send, one byte.
        "IFLA_BRPORT_LOCKED" => LOCKED = 39;
        /// Whether an unknown address is remembered as locked, one byte.
        "IFLA_BRPORT_MAB" => MAB = 40;
        /// How many groups it is in, 32 bits.
        "IFLA_BRPORT_MCAST_N_GROUPS" => MCAST_N_GROUPS = 41;
        /// How many groups it may be in, 32 bits.
        "IFLA_BRPORT_MCAST_MAX_GROUPS" => MCAST_MAX_GROUPS = 42;
        /// Whether known neighbours are not asked for, for each virtual network, one byte.
        "IFLA_BRPORT_NEIGH_VLAN_SUPPRESS" => NEIGH_VLAN_SUPPRESS = 43;
        /// The next hop of packets to the port that takes over, 32 bits.
        "IFLA_BRPORT_BACKUP_NHID" => BACKUP_NHID = 44;
        /// Whether unasked neighbour notices are forwarded all the same, one byte.
        "IFLA_BRPORT_NEIGH_FORWARD_GRAT" => NEIGH_FORWARD_GRAT = 45;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[BridgeAttribute::TABLE, BridgePortAttribute::TABLE];
