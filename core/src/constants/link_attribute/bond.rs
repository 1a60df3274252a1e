//! Attributes of bonds and of their interfaces in rtnetlink messages (linux/if_link.h).
//!
//! ```
//! use anysock::constants::link_attribute::bond::BondAttribute;
//!
//! assert_eq!(BondAttribute::MIIMON.0, 3);
//! assert_eq!(format!("{:?}", BondAttribute::MIIMON), "IFLA_BOND_MIIMON");
//! ```

crate::constants::value_names! {
    /// An attribute of a bond, within `IFLA_INFO_DATA` (linux/if_link.h). Times are in milliseconds.
    pub struct BondAttribute(u16) {
        /// Not in use.
        "IFLA_BOND_UNSPEC" => UNSPEC = 0;
        /// How interfaces are chosen, one byte.
        "IFLA_BOND_MODE" => MODE = 1;
        /// The active interface's index, 32 bits.
        "IFLA_BOND_ACTIVE_SLAVE" => ACTIVE_SLAVE = 2;
        /// The time between looks at the links, 32 bits.
        "IFLA_BOND_MIIMON" => MIIMON = 3;
        /// How long a link must be up, 32 bits.
        "IFLA_BOND_UPDELAY" => UPDELAY = 4;
        /// How long a link must be down, 32 bits.
        "IFLA_BOND_DOWNDELAY" => DOWNDELAY = 5;
        /// Whether the driver tells of the link, one byte.
        "IFLA_BOND_USE_CARRIER" => USE_CARRIER = 6;
        /// The time between ARP requests, 32 bits.
        "IFLA_BOND_ARP_INTERVAL" => ARP_INTERVAL = 7;
        /// Who is asked by ARP: a list of IPv4 addresses.
        "IFLA_BOND_ARP_IP_TARGET" => ARP_IP_TARGET = 8;
        /// Which ARP packets are checked, 32 bits.
        "IFLA_BOND_ARP_VALIDATE" => ARP_VALIDATE = 9;
        /// Whether all must answer, 32 bits.
        "IFLA_BOND_ARP_ALL_TARGETS" => ARP_ALL_TARGETS = 10;
        /// The preferred interface's index, 32 bits.
        "IFLA_BOND_PRIMARY" => PRIMARY = 11;
        /// When the preferred one is chosen again, one byte.
        "IFLA_BOND_PRIMARY_RESELECT" => PRIMARY_RESELECT = 12;
        /// Whose hardware address the bond has, one byte.
        "IFLA_BOND_FAIL_OVER_MAC" => FAIL_OVER_MAC = 13;
        /// What of a packet decides its interface, one byte.
        "IFLA_BOND_XMIT_HASH_POLICY" => XMIT_HASH_POLICY = 14;
        /// How many reports of groups are sent after a change, 32 bits.
        "IFLA_BOND_RESEND_IGMP" => RESEND_IGMP = 15;
        /// How many notices to neighbours are sent after a change, one byte.
        "IFLA_BOND_NUM_PEER_NOTIF" => NUM_PEER_NOTIF = 16;
        /// Whether inactive interfaces deliver, one byte.
        "IFLA_BOND_ALL_SLAVES_ACTIVE" => ALL_SLAVES_ACTIVE = 17;
        /// How many links must be up, 32 bits.
        "IFLA_BOND_MIN_LINKS" => MIN_LINKS = 18;
        /// The time between packets that teach switches, in seconds, 32 bits.
        "IFLA_BOND_LP_INTERVAL" => LP_INTERVAL = 19;
        /// How many packets before the next interface's turn, 32 bits.
        "IFLA_BOND_PACKETS_PER_SLAVE" => PACKETS_PER_SLAVE = 20;
        /// How often LACP is sent, one byte.
        "IFLA_BOND_AD_LACP_RATE" => AD_LACP_RATE = 21;
        /// How an aggregation is chosen, one byte.
        "IFLA_BOND_AD_SELECT" => AD_SELECT = 22;
        /// The active aggregation: attributes [`BondAggregationAttribute`].
        "IFLA_BOND_AD_INFO" => AD_INFO = 23;
        /// The system's priority in LACP, 16 bits.
        "IFLA_BOND_AD_ACTOR_SYS_PRIO" => AD_ACTOR_SYS_PRIO = 24;
        /// The upper part of the port's key in LACP, 16 bits.
        "IFLA_BOND_AD_USER_PORT_KEY" => AD_USER_PORT_KEY = 25;
        /// The system's address in LACP, 6 bytes.
        "IFLA_BOND_AD_ACTOR_SYSTEM" => AD_ACTOR_SYSTEM = 26;
        /// Whether flows are moved to balance the load, one byte.
        "IFLA_BOND_TLB_DYNAMIC_LB" => TLB_DYNAMIC_LB = 27;
        /// The time between notices to neighbours, 32 bits.
        "IFLA_BOND_PEER_NOTIF_DELAY" => PEER_NOTIF_DELAY = 28;
        /// Whether LACP is sent unasked, one byte.
        "IFLA_BOND_AD_LACP_ACTIVE" => AD_LACP_ACTIVE = 29;
        /// How many answers may be missed, one byte.
        "IFLA_BOND_MISSED_MAX" => MISSED_MAX = 30;
        /// Who is asked by neighbour solicitation: a list of IPv6 addresses.
        "IFLA_BOND_NS_IP6_TARGET" => NS_IP6_TARGET = 31;
        /// Whether LACP collects and distributes as one, one byte.
        "IFLA_BOND_COUPLED_CONTROL" => COUPLED_CONTROL = 32;
        /// Whether neighbours are asked on every interface, one byte.
        "IFLA_BOND_BROADCAST_NEIGH" => BROADCAST_NEIGH = 33;
        /// Whether a partner without LACP counts, one byte.
        "IFLA_BOND_LACP_STRICT" => LACP_STRICT = 34;
    }
}

crate::constants::value_names! {
    /// An attribute of an aggregation, within `IFLA_BOND_AD_INFO` (linux/if_link.h).
    pub struct BondAggregationAttribute(u16) {
        /// Not in use.
        "IFLA_BOND_AD_INFO_UNSPEC" => UNSPEC = 0;
        /// Its number, 16 bits.
        "IFLA_BOND_AD_INFO_AGGREGATOR" => AGGREGATOR = 1;
        /// How many ports it has, 16 bits.
        "IFLA_BOND_AD_INFO_NUM_PORTS" => NUM_PORTS = 2;
        /// This end's key, 16 bits.
        "IFLA_BOND_AD_INFO_ACTOR_KEY" => ACTOR_KEY = 3;
        /// The partner's key, 16 bits.
        "IFLA_BOND_AD_INFO_PARTNER_KEY" => PARTNER_KEY = 4;
        /// The partner's address, 6 bytes.
        "IFLA_BOND_AD_INFO_PARTNER_MAC" => PARTNER_MAC = 5;
    }
}

crate::constants::value_names! {
    /// An attribute of an interface in a bond, within `IFLA_INFO_SLAVE_DATA` (linux/if_link.h).
    pub struct BondPortAttribute(u16) {
        /// Not in use.
        "IFLA_BOND_SLAVE_UNSPEC" => UNSPEC = 0;
        /// Whether it is active, one byte.
        "IFLA_BOND_SLAVE_STATE" => STATE = 1;
        /// The state of the link, one byte.
        "IFLA_BOND_SLAVE_MII_STATUS" => MII_STATUS = 2;
        /// How often the link failed, 32 bits.
        "IFLA_BOND_SLAVE_LINK_FAILURE_COUNT" => LINK_FAILURE_COUNT = 3;
        /// Its own hardware address.
        "IFLA_BOND_SLAVE_PERM_HWADDR" => PERM_HWADDR = 4;
        /// The number of its queue, 16 bits.
        "IFLA_BOND_SLAVE_QUEUE_ID" => QUEUE_ID = 5;
        /// The number of its aggregation, 16 bits.
        "IFLA_BOND_SLAVE_AD_AGGREGATOR_ID" => AD_AGGREGATOR_ID = 6;
        /// The state of this end in LACP, one byte.
        "IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE" => AD_ACTOR_OPER_PORT_STATE = 7;
        /// The state of the partner in LACP, 16 bits.
        "IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE" => AD_PARTNER_OPER_PORT_STATE = 8;
        /// Its priority, 32 bits with sign.
        "IFLA_BOND_SLAVE_PRIO" => PRIO = 9;
        /// Its port's priority in LACP, 16 bits.
        "IFLA_BOND_SLAVE_ACTOR_PORT_PRIO" => ACTOR_PORT_PRIO = 10;
        /// Whether this end churns, one byte.
        "IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE" => AD_CHURN_ACTOR_STATE = 11;
        /// Whether the partner churns, one byte.
        "IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE" => AD_CHURN_PARTNER_STATE = 12;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[BondAttribute::TABLE, BondAggregationAttribute::TABLE, BondPortAttribute::TABLE];
