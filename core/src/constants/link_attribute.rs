//! Attributes of interfaces in rtnetlink messages (rtnetlink(7), linux/if_link.h). Those of one kind of device
//! are in a module each.
//!
//! ```
//! use anysock::constants::link_attribute::LinkAttribute;
//!
//! assert_eq!(LinkAttribute::IFNAME.0, 3);
//! assert_eq!(format!("{:?}", LinkAttribute::IFNAME), "IFLA_IFNAME");
//! ```

pub mod bond;
pub mod bridge;
pub mod family;
pub mod overlay;
pub mod statistics;
pub mod tunnel;
pub mod virtual_function;

super::value_names! {
    /// An attribute of `RTM_NEWLINK` and its like (linux/if_link.h).
    pub struct LinkAttribute(u16) {
        /// Not in use.
        "IFLA_UNSPEC" => UNSPEC = 0;
        /// The hardware address.
        "IFLA_ADDRESS" => ADDRESS = 1;
        /// The hardware address of broadcasts.
        "IFLA_BROADCAST" => BROADCAST = 2;
        /// The name.
        "IFLA_IFNAME" => IFNAME = 3;
        /// The largest packet, in bytes, 32 bits.
        "IFLA_MTU" => MTU = 4;
        /// The index of the interface below, 32 bits.
        "IFLA_LINK" => LINK = 5;
        /// The name of the queue.
        "IFLA_QDISC" => QDISC = 6;
        /// Figures: `struct rtnl_link_stats`.
        "IFLA_STATS" => STATS = 7;
        /// No longer in use.
        "IFLA_COST" => COST = 8;
        /// No longer in use.
        "IFLA_PRIORITY" => PRIORITY = 9;
        /// The index of its bridge or bond, 32 bits.
        "IFLA_MASTER" => MASTER = 10;
        /// An event of a wireless interface.
        "IFLA_WIRELESS" => WIRELESS = 11;
        /// A protocol's own attributes.
        "IFLA_PROTINFO" => PROTINFO = 12;
        /// The length of the send queue, in packets, 32 bits.
        "IFLA_TXQLEN" => TXQLEN = 13;
        /// Where the device is: `struct rtnl_link_ifmap`.
        "IFLA_MAP" => MAP = 14;
        /// No longer in use.
        "IFLA_WEIGHT" => WEIGHT = 15;
        /// The state of operation, one byte.
        "IFLA_OPERSTATE" => OPERSTATE = 16;
        /// What brings it up, one byte.
        "IFLA_LINKMODE" => LINKMODE = 17;
        /// What kind of device it is: attributes [`LinkInfoAttribute`].
        "IFLA_LINKINFO" => LINKINFO = 18;
        /// The process whose namespace it moves to, 32 bits.
        "IFLA_NET_NS_PID" => NET_NS_PID = 19;
        /// A text about it.
        "IFLA_IFALIAS" => IFALIAS = 20;
        /// How many virtual functions it has, 32 bits.
        "IFLA_NUM_VF" => NUM_VF = 21;
        /// Its virtual functions.
        "IFLA_VFINFO_LIST" => VFINFO_LIST = 22;
        /// Figures in 64 bits: `struct rtnl_link_stats64`.
        "IFLA_STATS64" => STATS64 = 23;
        /// The ports of virtual functions (IEEE 802.1Qbg).
        "IFLA_VF_PORTS" => VF_PORTS = 24;
        /// Its own port (IEEE 802.1Qbg).
        "IFLA_PORT_SELF" => PORT_SELF = 25;
        /// Attributes of each family.
        "IFLA_AF_SPEC" => AF_SPEC = 26;
        /// The group of interfaces it is in, 32 bits.
        "IFLA_GROUP" => GROUP = 27;
        /// The descriptor of the namespace it moves to, 32 bits.
        "IFLA_NET_NS_FD" => NET_NS_FD = 28;
        /// What more is asked for, 32 bits.
        "IFLA_EXT_MASK" => EXT_MASK = 29;
        /// How many want it to receive everything, 32 bits.
        "IFLA_PROMISCUITY" => PROMISCUITY = 30;
        /// How many send queues it has, 32 bits.
        "IFLA_NUM_TX_QUEUES" => NUM_TX_QUEUES = 31;
        /// How many receive queues it has, 32 bits.
        "IFLA_NUM_RX_QUEUES" => NUM_RX_QUEUES = 32;
        /// Whether the layer below is up, one byte.
        "IFLA_CARRIER" => CARRIER = 33;
        /// The number of its physical port, up to 32 bytes.
        "IFLA_PHYS_PORT_ID" => PHYS_PORT_ID = 34;
        /// How many times the layer below came and went, 32 bits.
        "IFLA_CARRIER_CHANGES" => CARRIER_CHANGES = 35;
        /// The number of its switch, up to 32 bytes.
        "IFLA_PHYS_SWITCH_ID" => PHYS_SWITCH_ID = 36;
        /// The number of the namespace of the interface below, 32 bits.
        "IFLA_LINK_NETNSID" => LINK_NETNSID = 37;
        /// The name of its physical port.
        "IFLA_PHYS_PORT_NAME" => PHYS_PORT_NAME = 38;
        /// Whether a protocol keeps it down, one byte.
        "IFLA_PROTO_DOWN" => PROTO_DOWN = 39;
        /// The most segments of one large packet sent, 32 bits.
        "IFLA_GSO_MAX_SEGS" => GSO_MAX_SEGS = 40;
        /// The largest packet to be cut when it is sent, in bytes, 32 bits.
        "IFLA_GSO_MAX_SIZE" => GSO_MAX_SIZE = 41;
        /// Padding.
        "IFLA_PAD" => PAD = 42;
        /// Its XDP program: attributes [`XdpAttribute`].
        "IFLA_XDP" => XDP = 43;
        /// What happened, 32 bits.
        "IFLA_EVENT" => EVENT = 44;
        /// The number of the namespace it moved to, 32 bits.
        "IFLA_NEW_NETNSID" => NEW_NETNSID = 45;
        /// The number of the namespace it is in, 32 bits.
        "IFLA_TARGET_NETNSID" => TARGET_NETNSID = 46;
        /// How many times the layer below came, 32 bits.
        "IFLA_CARRIER_UP_COUNT" => CARRIER_UP_COUNT = 47;
        /// How many times the layer below went, 32 bits.
        "IFLA_CARRIER_DOWN_COUNT" => CARRIER_DOWN_COUNT = 48;
        /// Its index in the namespace it moved to, 32 bits.
        "IFLA_NEW_IFINDEX" => NEW_IFINDEX = 49;
        /// The least that its MTU may be, in bytes, 32 bits.
        "IFLA_MIN_MTU" => MIN_MTU = 50;
        /// The most that its MTU may be, in bytes, 32 bits.
        "IFLA_MAX_MTU" => MAX_MTU = 51;
        /// Alternative names, as a list.
        "IFLA_PROP_LIST" => PROP_LIST = 52;
        /// An alternative name, up to 127 bytes.
        "IFLA_ALT_IFNAME" => ALT_IFNAME = 53;
        /// The hardware address it was made with.
        "IFLA_PERM_ADDRESS" => PERM_ADDRESS = 54;
        /// Why a protocol keeps it down.
        "IFLA_PROTO_DOWN_REASON" => PROTO_DOWN_REASON = 55;
        /// The name of the device it belongs to.
        "IFLA_PARENT_DEV_NAME" => PARENT_DEV_NAME = 56;
        /// The name of the bus of the device it belongs to.
        "IFLA_PARENT_DEV_BUS_NAME" => PARENT_DEV_BUS_NAME = 57;
        /// The largest packet put together when it is received, in bytes, 32 bits.
        "IFLA_GRO_MAX_SIZE" => GRO_MAX_SIZE = 58;
        /// The largest packet that the device cuts, in bytes, 32 bits.
        "IFLA_TSO_MAX_SIZE" => TSO_MAX_SIZE = 59;
        /// The most segments that the device cuts, 32 bits.
        "IFLA_TSO_MAX_SEGS" => TSO_MAX_SEGS = 60;
        /// How many want it to receive all multicasts, 32 bits.
        "IFLA_ALLMULTI" => ALLMULTI = 61;
        /// The first name of [`LinkAttribute::TARGET_NETNSID`].
        "IFLA_IF_NETNSID" => IF_NETNSID = 46;
        /// The port of devlink(8), nested.
        "IFLA_DEVLINK_PORT" => DEVLINK_PORT = 62;
        /// The largest IPv4 packet cut when it is sent, in bytes, 32 bits.
        "IFLA_GSO_IPV4_MAX_SIZE" => GSO_IPV4_MAX_SIZE = 63;
        /// The largest IPv4 packet put together when it is received, in bytes, 32 bits.
        "IFLA_GRO_IPV4_MAX_SIZE" => GRO_IPV4_MAX_SIZE = 64;
        /// The pin of its clock, nested.
        "IFLA_DPLL_PIN" => DPLL_PIN = 65;
        /// How far ahead the device can be told when to send, in nanoseconds, 64 bits.
        "IFLA_MAX_PACING_OFFLOAD_HORIZON" => MAX_PACING_OFFLOAD_HORIZON = 66;
        /// Whether it stays in its namespace, one byte.
        "IFLA_NETNS_IMMUTABLE" => NETNS_IMMUTABLE = 67;
        /// The room before a packet's data, in bytes, 16 bits.
        "IFLA_HEADROOM" => HEADROOM = 68;
        /// The room after a packet's data, in bytes, 16 bits.
        "IFLA_TAILROOM" => TAILROOM = 69;
    }
}

super::value_names! {
    /// An attribute within `IFLA_LINKINFO` (linux/if_link.h).
    pub struct LinkInfoAttribute(u16) {
        /// Not in use.
        "IFLA_INFO_UNSPEC" => UNSPEC = 0;
        /// The kind, as text: `can`, `vcan`, `vlan` and so on.
        "IFLA_INFO_KIND" => KIND = 1;
        /// Attributes of its kind.
        "IFLA_INFO_DATA" => DATA = 2;
        /// Figures of its kind.
        "IFLA_INFO_XSTATS" => XSTATS = 3;
        /// The kind of its master, as text.
        "IFLA_INFO_SLAVE_KIND" => SLAVE_KIND = 4;
        /// Attributes as a slave of its master.
        "IFLA_INFO_SLAVE_DATA" => SLAVE_DATA = 5;
    }
}

super::value_names! {
    /// An attribute of CAN interfaces, within `IFLA_INFO_DATA` (linux/can/netlink.h).
    pub struct CanLinkAttribute(u16) {
        /// Not in use.
        "IFLA_CAN_UNSPEC" => UNSPEC = 0;
        /// The bit timing: `struct can_bittiming`.
        "IFLA_CAN_BITTIMING" => BITTIMING = 1;
        /// What bit timings it can have: `struct can_bittiming_const`.
        "IFLA_CAN_BITTIMING_CONST" => BITTIMING_CONST = 2;
        /// The clock: `struct can_clock`.
        "IFLA_CAN_CLOCK" => CLOCK = 3;
        /// The state of the controller, 32 bits.
        "IFLA_CAN_STATE" => STATE = 4;
        /// How it works: `struct can_ctrlmode`.
        "IFLA_CAN_CTRLMODE" => CTRLMODE = 5;
        /// When it starts again after it went off the bus, in milliseconds, 32 bits; 0 for not.
        "IFLA_CAN_RESTART_MS" => RESTART_MS = 6;
        /// Starts it again.
        "IFLA_CAN_RESTART" => RESTART = 7;
        /// The error counters: `struct can_berr_counter`.
        "IFLA_CAN_BERR_COUNTER" => BERR_COUNTER = 8;
        /// The bit timing of CAN FD's data: `struct can_bittiming`.
        "IFLA_CAN_DATA_BITTIMING" => DATA_BITTIMING = 9;
        /// What bit timings CAN FD's data can have: `struct can_bittiming_const`.
        "IFLA_CAN_DATA_BITTIMING_CONST" => DATA_BITTIMING_CONST = 10;
        /// The resistance at its end, in ohms, 16 bits.
        "IFLA_CAN_TERMINATION" => TERMINATION = 11;
        /// What resistances it can have.
        "IFLA_CAN_TERMINATION_CONST" => TERMINATION_CONST = 12;
        /// What bit rates it can have.
        "IFLA_CAN_BITRATE_CONST" => BITRATE_CONST = 13;
        /// What bit rates CAN FD's data can have.
        "IFLA_CAN_DATA_BITRATE_CONST" => DATA_BITRATE_CONST = 14;
        /// The highest bit rate, 32 bits.
        "IFLA_CAN_BITRATE_MAX" => BITRATE_MAX = 15;
        /// The compensation of the transmitter's delay.
        "IFLA_CAN_TDC" => TDC = 16;
        /// More about how it works.
        "IFLA_CAN_CTRLMODE_EXT" => CTRLMODE_EXT = 17;
        /// The bit timing of CAN XL's data: `struct can_bittiming`.
        "IFLA_CAN_XL_DATA_BITTIMING" => XL_DATA_BITTIMING = 18;
        /// What the controller can do about it: `struct can_bittiming_const`.
        "IFLA_CAN_XL_DATA_BITTIMING_CONST" => XL_DATA_BITTIMING_CONST = 19;
        /// The bit rates that it can have.
        "IFLA_CAN_XL_DATA_BITRATE_CONST" => XL_DATA_BITRATE_CONST = 20;
        /// The compensation of delay: attributes [`CanLinkDelayAttribute`].
        "IFLA_CAN_XL_TDC" => XL_TDC = 21;
        /// Pulse widths: attributes [`CanLinkPulseAttribute`].
        "IFLA_CAN_XL_PWM" => XL_PWM = 22;
    }
}

super::value_names! {
    /// An attribute of VLAN interfaces, within `IFLA_INFO_DATA` (linux/if_link.h).
    pub struct VlanAttribute(u16) {
        /// Not in use.
        "IFLA_VLAN_UNSPEC" => UNSPEC = 0;
        /// The number of the VLAN, 16 bits.
        "IFLA_VLAN_ID" => ID = 1;
        /// Flags: `struct ifla_vlan_flags`.
        "IFLA_VLAN_FLAGS" => FLAGS = 2;
        /// How priorities are mapped when it sends.
        "IFLA_VLAN_EGRESS_QOS" => EGRESS_QOS = 3;
        /// How priorities are mapped when it receives.
        "IFLA_VLAN_INGRESS_QOS" => INGRESS_QOS = 4;
        /// The type of the tag, 16 bits in network byte order.
        "IFLA_VLAN_PROTOCOL" => PROTOCOL = 5;
    }
}

super::value_names! {
    /// An attribute within `IFLA_XDP` (linux/if_link.h).
    pub struct XdpAttribute(u16) {
        /// Not in use.
        "IFLA_XDP_UNSPEC" => UNSPEC = 0;
        /// The descriptor of the program, 32 bits; -1 for none.
        "IFLA_XDP_FD" => FD = 1;
        /// Where a program runs, one byte.
        "IFLA_XDP_ATTACHED" => ATTACHED = 2;
        /// How the program is attached, 32 bits.
        "IFLA_XDP_FLAGS" => FLAGS = 3;
        /// The number of the program, 32 bits.
        "IFLA_XDP_PROG_ID" => PROG_ID = 4;
        /// The number of the driver's program, 32 bits.
        "IFLA_XDP_DRV_PROG_ID" => DRV_PROG_ID = 5;
        /// The number of the generic program, 32 bits.
        "IFLA_XDP_SKB_PROG_ID" => SKB_PROG_ID = 6;
        /// The number of the hardware's program, 32 bits.
        "IFLA_XDP_HW_PROG_ID" => HW_PROG_ID = 7;
        /// The descriptor of the program that is to be replaced, 32 bits.
        "IFLA_XDP_EXPECTED_FD" => EXPECTED_FD = 8;
    }
}

super::value_names! {
    /// Why an interface is told of: `IFLA_EVENT` (linux/if_link.h).
    pub struct LinkEvent(u32) {
        /// Nothing of what follows.
        "IFLA_EVENT_NONE" => NONE = 0;
        /// Its setup was done anew.
        "IFLA_EVENT_REBOOT" => REBOOT = 1;
        /// What it can do changed.
        "IFLA_EVENT_FEATURES" => FEATURES = 2;
        /// A bond's active interface changed.
        "IFLA_EVENT_BONDING_FAILOVER" => BONDING_FAILOVER = 3;
        /// Neighbours are told of its address.
        "IFLA_EVENT_NOTIFY_PEERS" => NOTIFY_PEERS = 4;
        /// Its groups are reported again.
        "IFLA_EVENT_IGMP_RESEND" => IGMP_RESEND = 5;
        /// A bond's options changed.
        "IFLA_EVENT_BONDING_OPTIONS" => BONDING_OPTIONS = 6;
    }
}

super::value_names! {
    /// An attribute within `IFLA_PROTO_DOWN_REASON` (linux/if_link.h).
    pub struct DownReasonAttribute(u16) {
        /// Not in use.
        "IFLA_PROTO_DOWN_REASON_UNSPEC" => UNSPEC = 0;
        /// Which reasons are to change, 32 bits.
        "IFLA_PROTO_DOWN_REASON_MASK" => MASK = 1;
        /// The reasons, 32 bits.
        "IFLA_PROTO_DOWN_REASON_VALUE" => VALUE = 2;
    }
}

super::value_names! {
    /// Where an XDP program runs: `IFLA_XDP_ATTACHED` (linux/if_link.h).
    pub struct XdpAttachment(u8) {
        /// Nowhere.
        "XDP_ATTACHED_NONE" => NONE = 0;
        /// In the driver.
        "XDP_ATTACHED_DRV" => DRV = 1;
        /// In the kernel, after the driver.
        "XDP_ATTACHED_SKB" => SKB = 2;
        /// In the hardware.
        "XDP_ATTACHED_HW" => HW = 3;
        /// In several places.
        "XDP_ATTACHED_MULTI" => MULTI = 4;
    }
}

super::flag_names! {
    /// How an XDP program is attached: `IFLA_XDP_FLAGS` (linux/if_link.h).
    pub struct XdpAttachFlags(u32) {
        /// Only if there is none yet.
        "XDP_FLAGS_UPDATE_IF_NOEXIST" => UPDATE_IF_NOEXIST = 0x1;
        /// In the kernel, after the driver.
        "XDP_FLAGS_SKB_MODE" => SKB_MODE = 0x2;
        /// In the driver.
        "XDP_FLAGS_DRV_MODE" => DRV_MODE = 0x4;
        /// In the hardware.
        "XDP_FLAGS_HW_MODE" => HW_MODE = 0x8;
        /// Only in place of the one that is named.
        "XDP_FLAGS_REPLACE" => REPLACE = 0x10;
        /// Any of the places.
        "XDP_FLAGS_MODES" => MODES = 0xe;
        /// All of them.
        "XDP_FLAGS_MASK" => MASK = 0x1f;
    }
}

super::value_names! {
    /// An attribute within `IFLA_CAN_CTRLMODE_EXT` (linux/can/netlink.h).
    pub struct CanLinkControlModeAttribute(u16) {
        /// Not in use.
        "IFLA_CAN_CTRLMODE_UNSPEC" => UNSPEC = 0;
        /// Which modes the controller can be in, 32 bits.
        "IFLA_CAN_CTRLMODE_SUPPORTED" => SUPPORTED = 1;
    }
}

super::value_names! {
    /// An attribute of the compensation of transmitter delay, within `IFLA_CAN_TDC` (linux/can/netlink.h); each 32
    /// bits.
    pub struct CanLinkDelayAttribute(u16) {
        /// Not in use.
        "IFLA_CAN_TDC_UNSPEC" => UNSPEC = 0;
        /// The smallest value.
        "IFLA_CAN_TDC_TDCV_MIN" => TDCV_MIN = 1;
        /// The largest value.
        "IFLA_CAN_TDC_TDCV_MAX" => TDCV_MAX = 2;
        /// The smallest offset.
        "IFLA_CAN_TDC_TDCO_MIN" => TDCO_MIN = 3;
        /// The largest offset.
        "IFLA_CAN_TDC_TDCO_MAX" => TDCO_MAX = 4;
        /// The smallest filter window.
        "IFLA_CAN_TDC_TDCF_MIN" => TDCF_MIN = 5;
        /// The largest filter window.
        "IFLA_CAN_TDC_TDCF_MAX" => TDCF_MAX = 6;
        /// The value.
        "IFLA_CAN_TDC_TDCV" => TDCV = 7;
        /// The offset.
        "IFLA_CAN_TDC_TDCO" => TDCO = 8;
        /// The filter window.
        "IFLA_CAN_TDC_TDCF" => TDCF = 9;
    }
}

super::value_names! {
    /// An attribute of pulse widths, within `IFLA_CAN_XL_PWM` (linux/can/netlink.h); each 32 bits.
    pub struct CanLinkPulseAttribute(u16) {
        /// Not in use.
        "IFLA_CAN_PWM_UNSPEC" => UNSPEC = 0;
        /// The shortest short phase.
        "IFLA_CAN_PWM_PWMS_MIN" => PWMS_MIN = 1;
        /// The longest short phase.
        "IFLA_CAN_PWM_PWMS_MAX" => PWMS_MAX = 2;
        /// The shortest long phase.
        "IFLA_CAN_PWM_PWML_MIN" => PWML_MIN = 3;
        /// The longest long phase.
        "IFLA_CAN_PWM_PWML_MAX" => PWML_MAX = 4;
        /// The smallest offset.
        "IFLA_CAN_PWM_PWMO_MIN" => PWMO_MIN = 5;
        /// The largest offset.
        "IFLA_CAN_PWM_PWMO_MAX" => PWMO_MAX = 6;
        /// The short phase.
        "IFLA_CAN_PWM_PWMS" => PWMS = 7;
        /// The long phase.
        "IFLA_CAN_PWM_PWML" => PWML = 8;
        /// The offset.
        "IFLA_CAN_PWM_PWMO" => PWMO = 9;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    LinkAttribute::TABLE,
    LinkInfoAttribute::TABLE,
    CanLinkAttribute::TABLE,
    VlanAttribute::TABLE,
    XdpAttribute::TABLE,
    LinkEvent::TABLE,
    DownReasonAttribute::TABLE,
    XdpAttachment::TABLE,
    XdpAttachFlags::TABLE,
    CanLinkControlModeAttribute::TABLE,
    CanLinkDelayAttribute::TABLE,
    CanLinkPulseAttribute::TABLE,
];
