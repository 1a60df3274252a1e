//! Generic netlink of shared memory communications: smc(8) and smc_pnet(8) (linux/smc.h). The sockets' own
//! names are in [`smc`](super::smc).
//!
//! ```
//! use anysock::constants::smc_netlink::SmcCommand;
//!
//! assert_eq!(SmcCommand::GET_LGR_SMCR.0, 2);
//! assert_eq!(format!("{:?}", SmcCommand::GET_LGR_SMCR), "SMC_NETLINK_GET_LGR_SMCR");
//! ```

super::value_names! {
    /// A command of the family `SMC_GEN_NETLINK` (linux/smc.h).
    pub struct SmcCommand(u8) {
        /// About the system.
        "SMC_NETLINK_GET_SYS_INFO" => GET_SYS_INFO = 1;
        /// Groups of links over RDMA.
        "SMC_NETLINK_GET_LGR_SMCR" => GET_LGR_SMCR = 2;
        /// Links over RDMA.
        "SMC_NETLINK_GET_LINK_SMCR" => GET_LINK_SMCR = 3;
        /// Groups of links over shared memory.
        "SMC_NETLINK_GET_LGR_SMCD" => GET_LGR_SMCD = 4;
        /// Devices for shared memory.
        "SMC_NETLINK_GET_DEV_SMCD" => GET_DEV_SMCD = 5;
        /// Devices for RDMA.
        "SMC_NETLINK_GET_DEV_SMCR" => GET_DEV_SMCR = 6;
        /// Figures.
        "SMC_NETLINK_GET_STATS" => GET_STATS = 7;
        /// Figures about falling back to TCP.
        "SMC_NETLINK_GET_FBACK_STATS" => GET_FBACK_STATS = 8;
        /// The user's identifiers.
        "SMC_NETLINK_DUMP_UEID" => DUMP_UEID = 9;
        /// Add such an identifier.
        "SMC_NETLINK_ADD_UEID" => ADD_UEID = 10;
        /// Take one away.
        "SMC_NETLINK_REMOVE_UEID" => REMOVE_UEID = 11;
        /// Take all away.
        "SMC_NETLINK_FLUSH_UEID" => FLUSH_UEID = 12;
        /// The system's identifier.
        "SMC_NETLINK_DUMP_SEID" => DUMP_SEID = 13;
        /// Use it.
        "SMC_NETLINK_ENABLE_SEID" => ENABLE_SEID = 14;
        /// Do not use it.
        "SMC_NETLINK_DISABLE_SEID" => DISABLE_SEID = 15;
        /// Whether handshakes are limited.
        "SMC_NETLINK_DUMP_HS_LIMITATION" => DUMP_HS_LIMITATION = 16;
        /// Limit them.
        "SMC_NETLINK_ENABLE_HS_LIMITATION" => ENABLE_HS_LIMITATION = 17;
        /// Do not limit them.
        "SMC_NETLINK_DISABLE_HS_LIMITATION" => DISABLE_HS_LIMITATION = 18;
    }
}

super::value_names! {
    /// An attribute of an answer (linux/smc.h).
    pub struct SmcAttribute(u16) {
        /// Not in use.
        "SMC_GEN_UNSPEC" => UNSPEC = 0;
        /// The system: attributes [`SmcSystemAttribute`].
        "SMC_GEN_SYS_INFO" => SYS_INFO = 1;
        /// A group of links over RDMA: attributes [`SmcRdmaGroupAttribute`].
        "SMC_GEN_LGR_SMCR" => LGR_SMCR = 2;
        /// A link over RDMA: attributes [`SmcLinkAttribute`].
        "SMC_GEN_LINK_SMCR" => LINK_SMCR = 3;
        /// A group of links over shared memory: attributes [`SmcMemoryGroupAttribute`].
        "SMC_GEN_LGR_SMCD" => LGR_SMCD = 4;
        /// A device for shared memory: attributes [`SmcDeviceAttribute`].
        "SMC_GEN_DEV_SMCD" => DEV_SMCD = 5;
        /// A device for RDMA: attributes [`SmcDeviceAttribute`].
        "SMC_GEN_DEV_SMCR" => DEV_SMCR = 6;
        /// Figures: attributes [`SmcStatisticsAttribute`].
        "SMC_GEN_STATS" => STATS = 7;
        /// Figures about falling back: attributes [`SmcFallbackAttribute`].
        "SMC_GEN_FBACK_STATS" => FBACK_STATS = 8;
    }
}

super::value_names! {
    /// An attribute of the system (linux/smc.h).
    pub struct SmcSystemAttribute(u16) {
        /// Not in use.
        "SMC_NLA_SYS_UNSPEC" => UNSPEC = 0;
        /// The version, one byte.
        "SMC_NLA_SYS_VER" => VER = 1;
        /// The release, one byte.
        "SMC_NLA_SYS_REL" => REL = 2;
        /// Whether shared memory has version 2, one byte.
        "SMC_NLA_SYS_IS_ISM_V2" => IS_ISM_V2 = 3;
        /// The host's name.
        "SMC_NLA_SYS_LOCAL_HOST" => LOCAL_HOST = 4;
        /// The system's identifier.
        "SMC_NLA_SYS_SEID" => SEID = 5;
        /// Whether RDMA has version 2, one byte.
        "SMC_NLA_SYS_IS_SMCR_V2" => IS_SMCR_V2 = 6;
    }
}

super::value_names! {
    /// An attribute of a group with version 2 (linux/smc.h).
    pub struct SmcGroupVersionAttribute(u16) {
        /// The version, one byte.
        "SMC_NLA_LGR_V2_VER" => VER = 0;
        /// The release, one byte.
        "SMC_NLA_LGR_V2_REL" => REL = 1;
        /// The peer's operating system, one byte.
        "SMC_NLA_LGR_V2_OS" => OS = 2;
        /// The identifier that was agreed on.
        "SMC_NLA_LGR_V2_NEG_EID" => NEG_EID = 3;
        /// The peer's name.
        "SMC_NLA_LGR_V2_PEER_HOST" => PEER_HOST = 4;
    }
}

super::value_names! {
    /// An attribute of a group over RDMA with version 2 (linux/smc.h).
    pub struct SmcRdmaGroupVersionAttribute(u16) {
        /// Not in use.
        "SMC_NLA_LGR_R_V2_UNSPEC" => UNSPEC = 0;
        /// Whether both are in one subnet, one byte.
        "SMC_NLA_LGR_R_V2_DIRECT" => DIRECT = 1;
        /// How many connections it may have, one byte.
        "SMC_NLA_LGR_R_V2_MAX_CONNS" => MAX_CONNS = 2;
        /// How many links it may have, one byte.
        "SMC_NLA_LGR_R_V2_MAX_LINKS" => MAX_LINKS = 3;
    }
}

super::value_names! {
    /// An attribute of a group of links over RDMA (linux/smc.h).
    pub struct SmcRdmaGroupAttribute(u16) {
        /// Not in use.
        "SMC_NLA_LGR_R_UNSPEC" => UNSPEC = 0;
        /// Its number, 32 bits.
        "SMC_NLA_LGR_R_ID" => ID = 1;
        /// Which end this is, one byte.
        "SMC_NLA_LGR_R_ROLE" => ROLE = 2;
        /// How its links are laid out, one byte.
        "SMC_NLA_LGR_R_TYPE" => TYPE = 3;
        /// The physical network.
        "SMC_NLA_LGR_R_PNETID" => PNETID = 4;
        /// The virtual network, one byte.
        "SMC_NLA_LGR_R_VLAN_ID" => VLAN_ID = 5;
        /// How many connections it has, 32 bits.
        "SMC_NLA_LGR_R_CONNS_NUM" => CONNS_NUM = 6;
        /// Attributes [`SmcGroupVersionAttribute`].
        "SMC_NLA_LGR_R_V2_COMMON" => V2_COMMON = 7;
        /// Attributes [`SmcRdmaGroupVersionAttribute`].
        "SMC_NLA_LGR_R_V2" => V2 = 8;
        /// The namespace's number, 64 bits.
        "SMC_NLA_LGR_R_NET_COOKIE" => NET_COOKIE = 9;
        /// Padding.
        "SMC_NLA_LGR_R_PAD" => PAD = 10;
        /// The kind of buffers, one byte.
        "SMC_NLA_LGR_R_BUF_TYPE" => BUF_TYPE = 11;
        /// The bytes of its send buffers, 64 bits.
        "SMC_NLA_LGR_R_SNDBUF_ALLOC" => SNDBUF_ALLOC = 12;
        /// The bytes of its receive buffers, 64 bits.
        "SMC_NLA_LGR_R_RMB_ALLOC" => RMB_ALLOC = 13;
    }
}

super::value_names! {
    /// An attribute of a link over RDMA (linux/smc.h).
    pub struct SmcLinkAttribute(u16) {
        /// Not in use.
        "SMC_NLA_LINK_UNSPEC" => UNSPEC = 0;
        /// Its number, one byte.
        "SMC_NLA_LINK_ID" => ID = 1;
        /// The device's name.
        "SMC_NLA_LINK_IB_DEV" => IB_DEV = 2;
        /// The device's port, one byte.
        "SMC_NLA_LINK_IB_PORT" => IB_PORT = 3;
        /// This end's identifier.
        "SMC_NLA_LINK_GID" => GID = 4;
        /// The peer's identifier.
        "SMC_NLA_LINK_PEER_GID" => PEER_GID = 5;
        /// How many connections use it, 32 bits.
        "SMC_NLA_LINK_CONN_CNT" => CONN_CNT = 6;
        /// The network device's index, 32 bits.
        "SMC_NLA_LINK_NET_DEV" => NET_DEV = 7;
        /// This end's number of it, 32 bits.
        "SMC_NLA_LINK_UID" => UID = 8;
        /// The peer's number of it, 32 bits.
        "SMC_NLA_LINK_PEER_UID" => PEER_UID = 9;
        /// Its state, 32 bits.
        "SMC_NLA_LINK_STATE" => STATE = 10;
    }
}

super::value_names! {
    /// An attribute of a group of links over shared memory (linux/smc.h).
    pub struct SmcMemoryGroupAttribute(u16) {
        /// Not in use.
        "SMC_NLA_LGR_D_UNSPEC" => UNSPEC = 0;
        /// Its number, 32 bits.
        "SMC_NLA_LGR_D_ID" => ID = 1;
        /// This end's identifier, 64 bits.
        "SMC_NLA_LGR_D_GID" => GID = 2;
        /// The peer's identifier, 64 bits.
        "SMC_NLA_LGR_D_PEER_GID" => PEER_GID = 3;
        /// The virtual network, one byte.
        "SMC_NLA_LGR_D_VLAN_ID" => VLAN_ID = 4;
        /// How many connections it has, 32 bits.
        "SMC_NLA_LGR_D_CONNS_NUM" => CONNS_NUM = 5;
        /// The physical network.
        "SMC_NLA_LGR_D_PNETID" => PNETID = 6;
        /// The channel's number, 16 bits.
        "SMC_NLA_LGR_D_CHID" => CHID = 7;
        /// Padding.
        "SMC_NLA_LGR_D_PAD" => PAD = 8;
        /// Attributes [`SmcGroupVersionAttribute`].
        "SMC_NLA_LGR_D_V2_COMMON" => V2_COMMON = 9;
        /// The rest of this end's identifier, 64 bits.
        "SMC_NLA_LGR_D_EXT_GID" => EXT_GID = 10;
        /// The rest of the peer's identifier, 64 bits.
        "SMC_NLA_LGR_D_PEER_EXT_GID" => PEER_EXT_GID = 11;
        /// The bytes of its send buffers, 64 bits.
        "SMC_NLA_LGR_D_SNDBUF_ALLOC" => SNDBUF_ALLOC = 12;
        /// The bytes of its receive buffers, 64 bits.
        "SMC_NLA_LGR_D_DMB_ALLOC" => DMB_ALLOC = 13;
    }
}

super::value_names! {
    /// An attribute of a device's port (linux/smc.h).
    pub struct SmcPortAttribute(u16) {
        /// Not in use.
        "SMC_NLA_DEV_PORT_UNSPEC" => UNSPEC = 0;
        /// Whether the user named its physical network, one byte.
        "SMC_NLA_DEV_PORT_PNET_USR" => PNET_USR = 1;
        /// The physical network.
        "SMC_NLA_DEV_PORT_PNETID" => PNETID = 2;
        /// The network device's index, 32 bits.
        "SMC_NLA_DEV_PORT_NETDEV" => NETDEV = 3;
        /// Its state, one byte.
        "SMC_NLA_DEV_PORT_STATE" => STATE = 4;
        /// Whether it is there, one byte.
        "SMC_NLA_DEV_PORT_VALID" => VALID = 5;
        /// How many links use it, 32 bits.
        "SMC_NLA_DEV_PORT_LNK_CNT" => LNK_CNT = 6;
    }
}

super::value_names! {
    /// An attribute of a device (linux/smc.h).
    pub struct SmcDeviceAttribute(u16) {
        /// Not in use.
        "SMC_NLA_DEV_UNSPEC" => UNSPEC = 0;
        /// How many groups use it, 32 bits.
        "SMC_NLA_DEV_USE_CNT" => USE_CNT = 1;
        /// Whether something would break without it, one byte.
        "SMC_NLA_DEV_IS_CRIT" => IS_CRIT = 2;
        /// Its function on the bus, 32 bits.
        "SMC_NLA_DEV_PCI_FID" => PCI_FID = 3;
        /// Its channel on the bus, 16 bits.
        "SMC_NLA_DEV_PCI_CHID" => PCI_CHID = 4;
        /// Its maker, 16 bits.
        "SMC_NLA_DEV_PCI_VENDOR" => PCI_VENDOR = 5;
        /// Its kind, 16 bits.
        "SMC_NLA_DEV_PCI_DEVICE" => PCI_DEVICE = 6;
        /// Where it is on the bus.
        "SMC_NLA_DEV_PCI_ID" => PCI_ID = 7;
        /// The first port: attributes [`SmcPortAttribute`].
        "SMC_NLA_DEV_PORT" => PORT = 8;
        /// The second port: attributes [`SmcPortAttribute`].
        "SMC_NLA_DEV_PORT2" => PORT2 = 9;
        /// Its name.
        "SMC_NLA_DEV_IB_NAME" => IB_NAME = 10;
    }
}

super::value_names! {
    /// How many calls carried so much, 64 bits each (linux/smc.h).
    pub struct SmcPayloadAttribute(u16) {
        /// Padding.
        "SMC_NLA_STATS_PLOAD_PAD" => PAD = 0;
        /// Up to 8 KiB.
        "SMC_NLA_STATS_PLOAD_8K" => UP_TO_8K = 1;
        /// Up to 16 KiB.
        "SMC_NLA_STATS_PLOAD_16K" => UP_TO_16K = 2;
        /// Up to 32 KiB.
        "SMC_NLA_STATS_PLOAD_32K" => UP_TO_32K = 3;
        /// Up to 64 KiB.
        "SMC_NLA_STATS_PLOAD_64K" => UP_TO_64K = 4;
        /// Up to 128 KiB.
        "SMC_NLA_STATS_PLOAD_128K" => UP_TO_128K = 5;
        /// Up to 256 KiB.
        "SMC_NLA_STATS_PLOAD_256K" => UP_TO_256K = 6;
        /// Up to 512 KiB.
        "SMC_NLA_STATS_PLOAD_512K" => UP_TO_512K = 7;
        /// Up to 1 MiB.
        "SMC_NLA_STATS_PLOAD_1024K" => UP_TO_1024K = 8;
        /// More than 1 MiB.
        "SMC_NLA_STATS_PLOAD_G_1024K" => MORE_THAN_1024K = 9;
    }
}

super::value_names! {
    /// Figures about buffers, 64 bits each (linux/smc.h).
    pub struct SmcBufferAttribute(u16) {
        /// Padding.
        "SMC_NLA_STATS_RMB_PAD" => PAD = 0;
        /// The peer's was too small.
        "SMC_NLA_STATS_RMB_SIZE_SM_PEER_CNT" => SIZE_SM_PEER_CNT = 1;
        /// This end's was too small.
        "SMC_NLA_STATS_RMB_SIZE_SM_CNT" => SIZE_SM_CNT = 2;
        /// The peer's was full.
        "SMC_NLA_STATS_RMB_FULL_PEER_CNT" => FULL_PEER_CNT = 3;
        /// This end's was full.
        "SMC_NLA_STATS_RMB_FULL_CNT" => FULL_CNT = 4;
        /// One was used again.
        "SMC_NLA_STATS_RMB_REUSE_CNT" => REUSE_CNT = 5;
        /// One was made.
        "SMC_NLA_STATS_RMB_ALLOC_CNT" => ALLOC_CNT = 6;
        /// One was made smaller.
        "SMC_NLA_STATS_RMB_DGRADE_CNT" => DGRADE_CNT = 7;
    }
}

super::value_names! {
    /// Figures about RDMA or about shared memory, 64 bits each unless said otherwise (linux/smc.h).
    pub struct SmcTechnologyAttribute(u16) {
        /// Padding.
        "SMC_NLA_STATS_T_PAD" => PAD = 0;
        /// Sizes of send buffers: attributes [`SmcPayloadAttribute`].
        "SMC_NLA_STATS_T_TX_RMB_SIZE" => TX_RMB_SIZE = 1;
        /// Sizes of receive buffers: attributes [`SmcPayloadAttribute`].
        "SMC_NLA_STATS_T_RX_RMB_SIZE" => RX_RMB_SIZE = 2;
        /// How much was sent at once: attributes [`SmcPayloadAttribute`].
        "SMC_NLA_STATS_T_TXPLOAD_SIZE" => TXPLOAD_SIZE = 3;
        /// How much was received at once: attributes [`SmcPayloadAttribute`].
        "SMC_NLA_STATS_T_RXPLOAD_SIZE" => RXPLOAD_SIZE = 4;
        /// Send buffers: attributes [`SmcBufferAttribute`].
        "SMC_NLA_STATS_T_TX_RMB_STATS" => TX_RMB_STATS = 5;
        /// Receive buffers: attributes [`SmcBufferAttribute`].
        "SMC_NLA_STATS_T_RX_RMB_STATS" => RX_RMB_STATS = 6;
        /// Connections made with version 1.
        "SMC_NLA_STATS_T_CLNT_V1_SUCC" => CLNT_V1_SUCC = 7;
        /// Connections made with version 2.
        "SMC_NLA_STATS_T_CLNT_V2_SUCC" => CLNT_V2_SUCC = 8;
        /// Connections accepted with version 1.
        "SMC_NLA_STATS_T_SRV_V1_SUCC" => SRV_V1_SUCC = 9;
        /// Connections accepted with version 2.
        "SMC_NLA_STATS_T_SRV_V2_SUCC" => SRV_V2_SUCC = 10;
        /// Calls of sendfile(2).
        "SMC_NLA_STATS_T_SENDPAGE_CNT" => SENDPAGE_CNT = 11;
        /// Calls of splice(2).
        "SMC_NLA_STATS_T_SPLICE_CNT" => SPLICE_CNT = 12;
        /// Calls while corked.
        "SMC_NLA_STATS_T_CORK_CNT" => CORK_CNT = 13;
        /// Calls with `TCP_NODELAY`.
        "SMC_NLA_STATS_T_NDLY_CNT" => NDLY_CNT = 14;
        /// Urgent data.
        "SMC_NLA_STATS_T_URG_DATA_CNT" => URG_DATA_CNT = 15;
        /// Bytes received.
        "SMC_NLA_STATS_T_RX_BYTES" => RX_BYTES = 16;
        /// Bytes sent.
        "SMC_NLA_STATS_T_TX_BYTES" => TX_BYTES = 17;
        /// Calls that received.
        "SMC_NLA_STATS_T_RX_CNT" => RX_CNT = 18;
        /// Calls that sent.
        "SMC_NLA_STATS_T_TX_CNT" => TX_CNT = 19;
        /// The bytes of send buffers in use.
        "SMC_NLA_STATS_T_TX_RMB_USAGE" => TX_RMB_USAGE = 21;
        /// The bytes of receive buffers in use.
        "SMC_NLA_STATS_T_RX_RMB_USAGE" => RX_RMB_USAGE = 20;
    }
}

super::value_names! {
    /// An attribute of the figures (linux/smc.h).
    pub struct SmcStatisticsAttribute(u16) {
        /// Padding.
        "SMC_NLA_STATS_PAD" => PAD = 0;
        /// Shared memory: attributes [`SmcTechnologyAttribute`].
        "SMC_NLA_STATS_SMCD_TECH" => SMCD_TECH = 1;
        /// RDMA: attributes [`SmcTechnologyAttribute`].
        "SMC_NLA_STATS_SMCR_TECH" => SMCR_TECH = 2;
        /// Handshakes that failed when connecting, 64 bits.
        "SMC_NLA_STATS_CLNT_HS_ERR_CNT" => CLNT_HS_ERR_CNT = 3;
        /// Handshakes that failed when accepting, 64 bits.
        "SMC_NLA_STATS_SRV_HS_ERR_CNT" => SRV_HS_ERR_CNT = 4;
    }
}

super::value_names! {
    /// An attribute of the figures about falling back to TCP (linux/smc.h).
    pub struct SmcFallbackAttribute(u16) {
        /// Padding.
        "SMC_NLA_FBACK_STATS_PAD" => PAD = 0;
        /// Which end fell back, one byte.
        "SMC_NLA_FBACK_STATS_TYPE" => TYPE = 1;
        /// How often the server did, 64 bits.
        "SMC_NLA_FBACK_STATS_SRV_CNT" => SRV_CNT = 2;
        /// How often the client did, 64 bits.
        "SMC_NLA_FBACK_STATS_CLNT_CNT" => CLNT_CNT = 3;
        /// Why, 32 bits.
        "SMC_NLA_FBACK_STATS_RSN_CODE" => RSN_CODE = 4;
        /// How often for that reason, 16 bits.
        "SMC_NLA_FBACK_STATS_RSN_CNT" => RSN_CNT = 5;
    }
}

super::value_names! {
    /// An attribute of identifiers, and of what limits handshakes (linux/smc.h).
    pub struct SmcIdentifierAttribute(u16) {
        /// Not in use.
        "SMC_NLA_EID_TABLE_UNSPEC" => EID_TABLE_UNSPEC = 0;
        /// The user's identifier.
        "SMC_NLA_EID_TABLE_ENTRY" => EID_TABLE_ENTRY = 1;
        /// Not in use.
        "SMC_NLA_SEID_UNSPEC" => SEID_UNSPEC = 0;
        /// The system's identifier.
        "SMC_NLA_SEID_ENTRY" => SEID_ENTRY = 1;
        /// Whether it is used, one byte.
        "SMC_NLA_SEID_ENABLED" => SEID_ENABLED = 2;
        /// Not in use.
        "SMC_NLA_HS_LIMITATION_UNSPEC" => HS_LIMITATION_UNSPEC = 0;
        /// Whether handshakes are limited, one byte.
        "SMC_NLA_HS_LIMITATION_ENABLED" => HS_LIMITATION_ENABLED = 1;
    }
}

super::value_names! {
    /// A command of the family `SMC_PNETID` (linux/smc.h).
    pub struct SmcPhysicalNetworkCommand(u8) {
        /// Which physical networks there are.
        "SMC_PNETID_GET" => GET = 1;
        /// Add one.
        "SMC_PNETID_ADD" => ADD = 2;
        /// Take one away.
        "SMC_PNETID_DEL" => DEL = 3;
        /// Take all away.
        "SMC_PNETID_FLUSH" => FLUSH = 4;
    }
}

super::value_names! {
    /// An attribute of a physical network (linux/smc.h).
    pub struct SmcPhysicalNetworkAttribute(u16) {
        /// Not in use.
        "SMC_PNETID_UNSPEC" => UNSPEC = 0;
        /// Its name.
        "SMC_PNETID_NAME" => NAME = 1;
        /// The network device.
        "SMC_PNETID_ETHNAME" => ETHNAME = 2;
        /// The device for RDMA.
        "SMC_PNETID_IBNAME" => IBNAME = 3;
        /// That device's port, one byte.
        "SMC_PNETID_IBPORT" => IBPORT = 4;
    }
}

super::value_names! {
    /// The room of a field, in bytes; how many identifiers there may be; the family's version (linux/smc.h).
    pub struct SmcLength(u16) {
        /// The version of `SMC_GEN_NETLINK`.
        "SMC_GENL_FAMILY_VERSION" => VERSION = 1;
        /// Where a device is on the bus.
        "SMC_PCI_ID_STR_LEN" => PCI_ID_STR_LEN = 16;
        /// A host's name.
        "SMC_MAX_HOSTNAME_LEN" => MAX_HOSTNAME_LEN = 32;
        /// How many identifiers the user may add.
        "SMC_MAX_UEID" => MAX_UEID = 4;
        /// An identifier.
        "SMC_MAX_EID_LEN" => MAX_EID_LEN = 32;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    SmcCommand::TABLE,
    SmcAttribute::TABLE,
    SmcSystemAttribute::TABLE,
    SmcGroupVersionAttribute::TABLE,
    SmcRdmaGroupVersionAttribute::TABLE,
    SmcRdmaGroupAttribute::TABLE,
    SmcLinkAttribute::TABLE,
    SmcMemoryGroupAttribute::TABLE,
    SmcPortAttribute::TABLE,
    SmcDeviceAttribute::TABLE,
    SmcPayloadAttribute::TABLE,
    SmcBufferAttribute::TABLE,
    SmcTechnologyAttribute::TABLE,
    SmcStatisticsAttribute::TABLE,
    SmcFallbackAttribute::TABLE,
    SmcIdentifierAttribute::TABLE,
    SmcPhysicalNetworkCommand::TABLE,
    SmcPhysicalNetworkAttribute::TABLE,
    SmcLength::TABLE,
];
