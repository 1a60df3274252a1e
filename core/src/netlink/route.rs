//! The bodies of messages of `NETLINK_ROUTE` (rtnetlink(7)) and `NETLINK_GENERIC`.

use crate::layout::structure;

structure! {
    "struct ifinfomsg", "linux/rtnetlink.h";
    /// An interface: the body of `RTM_NEWLINK`, `RTM_DELLINK`, `RTM_GETLINK`; attributes `IFLA_…`.
    #[derive(Default)]
    pub struct IfInfoMsg {
        /// The family: `AF_UNSPEC`.
        pub family: u8 = "ifi_family",
        /// What kind of device (`ARPHRD_…`).
        pub kind: u16 = "ifi_type",
        /// The interface's number; 0 for none or a new one.
        pub index: u32 = "ifi_index",
        /// The flags (`IFF_…`).
        pub flags: u32 = "ifi_flags",
        /// Which flags are to change.
        pub change: u32 = "ifi_change",
    }
}

structure! {
    "struct ifaddrmsg", "linux/if_addr.h";
    /// An address of an interface: the body of `RTM_NEWADDR` and its like; attributes `IFA_…`.
    #[derive(Default)]
    pub struct IfAddrMsg {
        /// The family.
        pub family: u8 = "ifa_family",
        /// How many bits the network has.
        pub prefix_len: u8 = "ifa_prefixlen",
        /// The lower flags (`IFA_F_…`); `IFA_FLAGS` has all.
        pub flags: u8 = "ifa_flags",
        /// How far the address is valid (`RT_SCOPE_…`).
        pub scope: u8 = "ifa_scope",
        /// The interface's number.
        pub index: u32 = "ifa_index",
    }
}

structure! {
    "struct rtmsg", "linux/rtnetlink.h";
    /// A route or a rule: the body of `RTM_NEWROUTE` and its like; attributes `RTA_…`.
    #[derive(Default)]
    pub struct RtMsg {
        /// The family.
        pub family: u8 = "rtm_family",
        /// How many bits of the destination count.
        pub destination_len: u8 = "rtm_dst_len",
        /// How many bits of the source count.
        pub source_len: u8 = "rtm_src_len",
        /// Type of service.
        pub tos: u8 = "rtm_tos",
        /// The table (`RT_TABLE_…`); `RTA_TABLE` has one above 255.
        pub table: u8 = "rtm_table",
        /// Who made it (`RTPROT_…`).
        pub protocol: u8 = "rtm_protocol",
        /// How far the destination is (`RT_SCOPE_…`).
        pub scope: u8 = "rtm_scope",
        /// What becomes of a packet (`RTN_…`).
        pub kind: u8 = "rtm_type",
        /// The flags (`RTM_F_…`).
        pub flags: u32 = "rtm_flags",
    }
}

structure! {
    "struct ndmsg", "linux/neighbour.h";
    /// A neighbour: the body of `RTM_NEWNEIGH` and its like; attributes `NDA_…`.
    #[derive(Default)]
    pub struct NdMsg {
        /// The family.
        pub family: u8 = "ndm_family",
        /// The interface's number.
        pub index: u32 = "ndm_ifindex",
        /// Whether it can be reached (`NUD_…`).
        pub state: u16 = "ndm_state",
        /// The flags (`NTF_…`).
        pub flags: u8 = "ndm_flags",
        /// What kind of address it has (`RTN_…`).
        pub kind: u8 = "ndm_type",
    }
}

structure! {
    "struct rtgenmsg", "linux/rtnetlink.h";
    /// The body of a request for everything of a family.
    #[derive(Default)]
    pub struct RtGenMsg {
        /// The family.
        pub family: u8 = "rtgen_family",
    }
}

structure! {
    "struct prefixmsg", "linux/rtnetlink.h";
    /// A prefix that a router announced: the body of `RTM_NEWPREFIX`.
    #[derive(Default)]
    pub struct PrefixMsg {
        /// The family.
        pub family: u8 = "prefix_family",
        /// The interface's number.
        pub index: u32 = "prefix_ifindex",
        /// The type of the option that announced it.
        pub kind: u8 = "prefix_type",
        /// How many bits it has.
        pub len: u8 = "prefix_len",
        /// The flags of the option.
        pub flags: u8 = "prefix_flags",
        /// Nothing.
        pub padding: u8 = "prefix_pad3",
    }
}

structure! {
    "struct tcmsg", "linux/rtnetlink.h";
    /// Traffic control: the body of `RTM_NEWQDISC` and its like; attributes `TCA_…`.
    #[derive(Default)]
    pub struct TcMsg {
        /// The family: `AF_UNSPEC`.
        pub family: u8 = "tcm_family",
        /// The interface's number.
        pub index: u32 = "tcm_ifindex",
        /// Its own handle.
        pub handle: u32 = "tcm_handle",
        /// The handle of what it is below.
        pub parent: u32 = "tcm_parent",
        /// Priority and protocol, of a filter.
        pub info: u32 = "tcm_info",
    }
}

structure! {
    "struct rtnexthop", "linux/rtnetlink.h";
    /// One of many next hops, in `RTA_MULTIPATH`; attributes follow.
    #[derive(Default)]
    pub struct RtNexthop {
        /// The length with its attributes, in bytes.
        pub len: u16 = "rtnh_len",
        /// The flags (`RTNH_F_…`).
        pub flags: u8 = "rtnh_flags",
        /// Its weight, less one.
        pub hops: u8 = "rtnh_hops",
        /// The interface's number.
        pub index: u32 = "rtnh_ifindex",
    }
}

structure! {
    "struct ifa_cacheinfo", "linux/if_addr.h";
    /// How long an address lasts: `IFA_CACHEINFO`.
    #[derive(Default)]
    pub struct IfaCacheinfo {
        /// For how many seconds it is preferred; all ones for ever.
        pub preferred: u32 = "ifa_prefered",
        /// For how many seconds it is valid; all ones for ever.
        pub valid: u32 = "ifa_valid",
        /// When it was made, in hundredths of a second since the machine started.
        pub created: u32 = "cstamp",
        /// When it was changed, in hundredths of a second since the machine started.
        pub updated: u32 = "tstamp",
    }
}

structure! {
    "struct rta_cacheinfo", "linux/rtnetlink.h";
    /// How a route is used: `RTA_CACHEINFO`.
    #[derive(Default)]
    pub struct RtaCacheinfo {
        /// By how many.
        pub references: u32 = "rta_clntref",
        /// How long ago, in clock ticks (`USER_HZ`).
        pub last_use: u32 = "rta_lastuse",
        /// When it expires, in clock ticks; 0 never.
        pub expires: i32 = "rta_expires",
        /// The error that a user of it gets.
        pub error: u32 = "rta_error",
        /// How often.
        pub used: u32 = "rta_used",
        /// Nothing any more.
        pub id: u32 = "rta_id",
        /// Nothing any more.
        pub timestamp: u32 = "rta_ts",
        /// Nothing any more.
        pub timestamp_age: u32 = "rta_tsage",
    }
}

structure! {
    "struct nda_cacheinfo", "linux/neighbour.h";
    /// How a neighbour is used: `NDA_CACHEINFO`. Times are clock ticks ago (`USER_HZ`).
    #[derive(Default)]
    pub struct NdaCacheinfo {
        /// When it was last confirmed.
        pub confirmed: u32 = "ndm_confirmed",
        /// When it was last used.
        pub used: u32 = "ndm_used",
        /// When it last changed.
        pub updated: u32 = "ndm_updated",
        /// By how many it is used.
        pub references: u32 = "ndm_refcnt",
    }
}

structure! {
    "struct genlmsghdr", "linux/genetlink.h";
    /// The body of every message of `NETLINK_GENERIC`; attributes are the family's.
    #[derive(Default)]
    pub struct GenlMsgHdr {
        /// What to do.
        pub command: u8 = "cmd",
        /// The version of the family.
        pub version: u8 = "version",
        /// Nothing.
        pub reserved: u16 = "reserved",
    }
}
