//! Attributes of an interface's figures in `RTM_NEWSTATS` (linux/if_link.h).
//!
//! ```
//! use anysock::constants::link_attribute::statistics::StatisticsAttribute;
//!
//! assert_eq!(StatisticsAttribute::LINK_64.0, 1);
//! assert_eq!(format!("{:?}", StatisticsAttribute::LINK_64), "IFLA_STATS_LINK_64");
//! ```

crate::constants::value_names! {
    /// An attribute of `RTM_NEWSTATS` (linux/if_link.h).
    pub struct StatisticsAttribute(u16) {
        /// Not in use.
        "IFLA_STATS_UNSPEC" => UNSPEC = 0;
        /// Figures in 64 bits: `struct rtnl_link_stats64`.
        "IFLA_STATS_LINK_64" => LINK_64 = 1;
        /// Figures of its kind of device.
        "IFLA_STATS_LINK_XSTATS" => LINK_XSTATS = 2;
        /// Figures of the kind of device that it is in.
        "IFLA_STATS_LINK_XSTATS_SLAVE" => LINK_XSTATS_SLAVE = 3;
        /// Figures of the hardware: attributes [`OffloadStatisticsAttribute`].
        "IFLA_STATS_LINK_OFFLOAD_XSTATS" => LINK_OFFLOAD_XSTATS = 4;
        /// Figures of each family.
        "IFLA_STATS_AF_SPEC" => AF_SPEC = 5;
    }
}

crate::constants::value_names! {
    /// An attribute of `RTM_GETSTATS` and `RTM_SETSTATS` (linux/if_link.h).
    pub struct StatisticsRequestAttribute(u16) {
        /// Not in use.
        "IFLA_STATS_GETSET_UNSPEC" => GETSET_UNSPEC = 0;
        /// Which figures are wanted.
        "IFLA_STATS_GET_FILTERS" => GET_FILTERS = 1;
        /// Whether the hardware is to count packets that it routes, one byte.
        "IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS" => SET_OFFLOAD_XSTATS_L3_STATS = 2;
    }
}

crate::constants::value_names! {
    /// An attribute within `IFLA_STATS_LINK_OFFLOAD_XSTATS` (linux/if_link.h).
    pub struct OffloadStatisticsAttribute(u16) {
        /// Not in use.
        "IFLA_OFFLOAD_XSTATS_UNSPEC" => UNSPEC = 0;
        /// Packets that reached the processor: `struct rtnl_link_stats64`.
        "IFLA_OFFLOAD_XSTATS_CPU_HIT" => CPU_HIT = 1;
        /// What the hardware counts: attributes [`HardwareStatisticsAttribute`].
        "IFLA_OFFLOAD_XSTATS_HW_S_INFO" => HW_S_INFO = 2;
        /// Packets that the hardware routed: `struct rtnl_hw_stats64`.
        "IFLA_OFFLOAD_XSTATS_L3_STATS" => L3_STATS = 3;
    }
}

crate::constants::value_names! {
    /// An attribute within `IFLA_OFFLOAD_XSTATS_HW_S_INFO` (linux/if_link.h).
    pub struct HardwareStatisticsAttribute(u16) {
        /// Not in use.
        "IFLA_OFFLOAD_XSTATS_HW_S_INFO_UNSPEC" => UNSPEC = 0;
        /// Whether it is asked to count, one byte.
        "IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST" => REQUEST = 1;
        /// Whether it counts, one byte.
        "IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED" => USED = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[
    StatisticsAttribute::TABLE,
    StatisticsRequestAttribute::TABLE,
    OffloadStatisticsAttribute::TABLE,
    HardwareStatisticsAttribute::TABLE,
];
