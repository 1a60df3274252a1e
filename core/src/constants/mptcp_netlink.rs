//! Netlink of Multipath TCP: the generic family `mptcp_pm`, which manages paths, and what ss(8) asks for
//! (linux/mptcp.h). The sockets' own names are in [`mptcp`](super::mptcp).
//!
//! ```
//! use anysock::constants::mptcp_netlink::MptcpCommand;
//!
//! assert_eq!(MptcpCommand::ADD_ADDR.0, 1);
//! assert_eq!(format!("{:?}", MptcpCommand::ADD_ADDR), "MPTCP_PM_CMD_ADD_ADDR");
//! ```

super::value_names! {
    /// A command of the family (linux/mptcp.h).
    pub struct MptcpCommand(u8) {
        /// Not in use.
        "MPTCP_PM_CMD_UNSPEC" => UNSPEC = 0;
        /// Add an address.
        "MPTCP_PM_CMD_ADD_ADDR" => ADD_ADDR = 1;
        /// Take an address away.
        "MPTCP_PM_CMD_DEL_ADDR" => DEL_ADDR = 2;
        /// Which addresses there are.
        "MPTCP_PM_CMD_GET_ADDR" => GET_ADDR = 3;
        /// Take all addresses away.
        "MPTCP_PM_CMD_FLUSH_ADDRS" => FLUSH_ADDRS = 4;
        /// Set how many there may be.
        "MPTCP_PM_CMD_SET_LIMITS" => SET_LIMITS = 5;
        /// How many there may be.
        "MPTCP_PM_CMD_GET_LIMITS" => GET_LIMITS = 6;
        /// Set an address's flags.
        "MPTCP_PM_CMD_SET_FLAGS" => SET_FLAGS = 7;
        /// Tell the peer of an address.
        "MPTCP_PM_CMD_ANNOUNCE" => ANNOUNCE = 8;
        /// Tell the peer that an address is gone.
        "MPTCP_PM_CMD_REMOVE" => REMOVE = 9;
        /// Make a subflow.
        "MPTCP_PM_CMD_SUBFLOW_CREATE" => SUBFLOW_CREATE = 10;
        /// End a subflow.
        "MPTCP_PM_CMD_SUBFLOW_DESTROY" => SUBFLOW_DESTROY = 11;
    }
}

super::value_names! {
    /// An attribute of the family's commands (linux/mptcp.h).
    pub struct MptcpPathAttribute(u16) {
        /// Not in use.
        "MPTCP_PM_ATTR_UNSPEC" => UNSPEC = 0;
        /// An address: attributes [`MptcpAddressAttribute`].
        "MPTCP_PM_ATTR_ADDR" => ADDR = 1;
        /// How many addresses of the peer are taken, 32 bits.
        "MPTCP_PM_ATTR_RCV_ADD_ADDRS" => RCV_ADD_ADDRS = 2;
        /// How many subflows there may be, 32 bits.
        "MPTCP_PM_ATTR_SUBFLOWS" => SUBFLOWS = 3;
        /// The connection's token, 32 bits.
        "MPTCP_PM_ATTR_TOKEN" => TOKEN = 4;
        /// This end's number of the address, one byte.
        "MPTCP_PM_ATTR_LOC_ID" => LOC_ID = 5;
        /// The peer's address: attributes [`MptcpAddressAttribute`].
        "MPTCP_PM_ATTR_ADDR_REMOTE" => ADDR_REMOTE = 6;
        /// The newer name of [`MptcpPathAttribute::ADDR`].
        "MPTCP_PM_ENDPOINT_ADDR" => ENDPOINT_ADDR = 1;
    }
}

super::value_names! {
    /// An attribute of an address (linux/mptcp.h).
    pub struct MptcpAddressAttribute(u16) {
        /// Not in use.
        "MPTCP_PM_ADDR_ATTR_UNSPEC" => UNSPEC = 0;
        /// Its family, 16 bits.
        "MPTCP_PM_ADDR_ATTR_FAMILY" => FAMILY = 1;
        /// Its number, one byte.
        "MPTCP_PM_ADDR_ATTR_ID" => ID = 2;
        /// The IPv4 address, 4 bytes.
        "MPTCP_PM_ADDR_ATTR_ADDR4" => ADDR4 = 3;
        /// The IPv6 address, 16 bytes.
        "MPTCP_PM_ADDR_ATTR_ADDR6" => ADDR6 = 4;
        /// The port, 16 bits.
        "MPTCP_PM_ADDR_ATTR_PORT" => PORT = 5;
        /// Flags [`MptcpAddressFlags`], 32 bits.
        "MPTCP_PM_ADDR_ATTR_FLAGS" => FLAGS = 6;
        /// The interface's index, 32 bits with sign.
        "MPTCP_PM_ADDR_ATTR_IF_IDX" => IF_IDX = 7;
    }
}

super::flag_names! {
    /// How an address is used (linux/mptcp.h).
    pub struct MptcpAddressFlags(u32) {
        /// The peer is told of it.
        "MPTCP_PM_ADDR_FLAG_SIGNAL" => SIGNAL = 0x1;
        /// Subflows begin from it.
        "MPTCP_PM_ADDR_FLAG_SUBFLOW" => SUBFLOW = 0x2;
        /// It is used when nothing else is left.
        "MPTCP_PM_ADDR_FLAG_BACKUP" => BACKUP = 0x4;
        /// Subflows go from it to every address of the peer.
        "MPTCP_PM_ADDR_FLAG_FULLMESH" => FULLMESH = 0x8;
        /// The kernel found it by itself.
        "MPTCP_PM_ADDR_FLAG_IMPLICIT" => IMPLICIT = 0x10;
        /// Subflows to addresses that the peer told of begin from it.
        "MPTCP_PM_ADDR_FLAG_LAMINAR" => LAMINAR = 0x20;
    }
}

super::value_names! {
    /// What the family tells of (linux/mptcp.h).
    pub struct MptcpEvent(u8) {
        /// Not in use.
        "MPTCP_EVENT_UNSPEC" => UNSPEC = 0;
        /// A connection was made.
        "MPTCP_EVENT_CREATED" => CREATED = 1;
        /// A connection may have subflows.
        "MPTCP_EVENT_ESTABLISHED" => ESTABLISHED = 2;
        /// A connection ended.
        "MPTCP_EVENT_CLOSED" => CLOSED = 3;
        /// The peer told of an address.
        "MPTCP_EVENT_ANNOUNCED" => ANNOUNCED = 6;
        /// The peer lost an address.
        "MPTCP_EVENT_REMOVED" => REMOVED = 7;
        /// A subflow was made.
        "MPTCP_EVENT_SUB_ESTABLISHED" => SUB_ESTABLISHED = 10;
        /// A subflow ended.
        "MPTCP_EVENT_SUB_CLOSED" => SUB_CLOSED = 11;
        /// A subflow's priority changed.
        "MPTCP_EVENT_SUB_PRIORITY" => SUB_PRIORITY = 13;
        /// A socket listens.
        "MPTCP_EVENT_LISTENER_CREATED" => LISTENER_CREATED = 15;
        /// It listens no longer.
        "MPTCP_EVENT_LISTENER_CLOSED" => LISTENER_CLOSED = 16;
    }
}

super::value_names! {
    /// An attribute of an event (linux/mptcp.h).
    pub struct MptcpEventAttribute(u16) {
        /// Not in use.
        "MPTCP_ATTR_UNSPEC" => UNSPEC = 0;
        /// The connection's token, 32 bits.
        "MPTCP_ATTR_TOKEN" => TOKEN = 1;
        /// The family, 16 bits.
        "MPTCP_ATTR_FAMILY" => FAMILY = 2;
        /// This end's number of the address, one byte.
        "MPTCP_ATTR_LOC_ID" => LOC_ID = 3;
        /// The peer's number of the address, one byte.
        "MPTCP_ATTR_REM_ID" => REM_ID = 4;
        /// This end's IPv4 address, 4 bytes.
        "MPTCP_ATTR_SADDR4" => SADDR4 = 5;
        /// This end's IPv6 address, 16 bytes.
        "MPTCP_ATTR_SADDR6" => SADDR6 = 6;
        /// The peer's IPv4 address, 4 bytes.
        "MPTCP_ATTR_DADDR4" => DADDR4 = 7;
        /// The peer's IPv6 address, 16 bytes.
        "MPTCP_ATTR_DADDR6" => DADDR6 = 8;
        /// This end's port, 16 bits in network byte order.
        "MPTCP_ATTR_SPORT" => SPORT = 9;
        /// The peer's port, 16 bits in network byte order.
        "MPTCP_ATTR_DPORT" => DPORT = 10;
        /// Whether it is used when nothing else is left, one byte.
        "MPTCP_ATTR_BACKUP" => BACKUP = 11;
        /// The error number, one byte.
        "MPTCP_ATTR_ERROR" => ERROR = 12;
        /// Flags [`MptcpEventFlags`], 16 bits.
        "MPTCP_ATTR_FLAGS" => FLAGS = 13;
        /// A time, 32 bits.
        "MPTCP_ATTR_TIMEOUT" => TIMEOUT = 14;
        /// The interface's index, 32 bits with sign.
        "MPTCP_ATTR_IF_IDX" => IF_IDX = 15;
        /// Why it was reset: [`MptcpResetReason`](super::mptcp::MptcpResetReason), 32 bits.
        "MPTCP_ATTR_RESET_REASON" => RESET_REASON = 16;
        /// The flags of the reset, 32 bits.
        "MPTCP_ATTR_RESET_FLAGS" => RESET_FLAGS = 17;
        /// Whether this end listened, one byte.
        "MPTCP_ATTR_SERVER_SIDE" => SERVER_SIDE = 18;
    }
}

super::flag_names! {
    /// Flags of an event (linux/mptcp.h).
    pub struct MptcpEventFlags(u16) {
        /// No subflow may go to the peer's first address.
        "MPTCP_PM_EV_FLAG_DENY_JOIN_ID0" => DENY_JOIN_ID0 = 0x1;
        /// This end listened.
        "MPTCP_PM_EV_FLAG_SERVER_SIDE" => SERVER_SIDE = 0x2;
    }
}

super::value_names! {
    /// The version of the family `mptcp_pm` (linux/mptcp.h).
    pub struct MptcpNetlinkVersion(u8) {
        /// The only one.
        "MPTCP_PM_VER" => VERSION = 1;
    }
}

super::value_names! {
    /// An attribute of a subflow as ss(8) asks for it (linux/mptcp.h).
    pub struct MptcpSubflowAttribute(u16) {
        /// Not in use.
        "MPTCP_SUBFLOW_ATTR_UNSPEC" => UNSPEC = 0;
        /// The peer's token, 32 bits.
        "MPTCP_SUBFLOW_ATTR_TOKEN_REM" => TOKEN_REM = 1;
        /// This end's token, 32 bits.
        "MPTCP_SUBFLOW_ATTR_TOKEN_LOC" => TOKEN_LOC = 2;
        /// The subflow's number of the first byte to write, 32 bits.
        "MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ" => RELWRITE_SEQ = 3;
        /// The connection's number of the data that is being received, 64 bits.
        "MPTCP_SUBFLOW_ATTR_MAP_SEQ" => MAP_SEQ = 4;
        /// The subflow's number of that data, 32 bits.
        "MPTCP_SUBFLOW_ATTR_MAP_SFSEQ" => MAP_SFSEQ = 5;
        /// The subflow's first number, 32 bits.
        "MPTCP_SUBFLOW_ATTR_SSN_OFFSET" => SSN_OFFSET = 6;
        /// The length of that data, 16 bits.
        "MPTCP_SUBFLOW_ATTR_MAP_DATALEN" => MAP_DATALEN = 7;
        /// Flags [`MptcpSubflowFlags`], 32 bits.
        "MPTCP_SUBFLOW_ATTR_FLAGS" => FLAGS = 8;
        /// The peer's number of the address, one byte.
        "MPTCP_SUBFLOW_ATTR_ID_REM" => ID_REM = 9;
        /// This end's number of the address, one byte.
        "MPTCP_SUBFLOW_ATTR_ID_LOC" => ID_LOC = 10;
        /// Padding.
        "MPTCP_SUBFLOW_ATTR_PAD" => PAD = 11;
    }
}

super::flag_names! {
    /// Flags of a subflow (linux/mptcp.h).
    pub struct MptcpSubflowFlags(u32) {
        /// The peer asked for Multipath TCP.
        "MPTCP_SUBFLOW_FLAG_MCAP_REM" => MCAP_REM = 0x1;
        /// This end asked for Multipath TCP.
        "MPTCP_SUBFLOW_FLAG_MCAP_LOC" => MCAP_LOC = 0x2;
        /// The peer joined the connection.
        "MPTCP_SUBFLOW_FLAG_JOIN_REM" => JOIN_REM = 0x4;
        /// This end joined the connection.
        "MPTCP_SUBFLOW_FLAG_JOIN_LOC" => JOIN_LOC = 0x8;
        /// The peer uses it when nothing else is left.
        "MPTCP_SUBFLOW_FLAG_BKUP_REM" => BKUP_REM = 0x10;
        /// This end uses it when nothing else is left.
        "MPTCP_SUBFLOW_FLAG_BKUP_LOC" => BKUP_LOC = 0x20;
        /// It is fully established.
        "MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED" => FULLY_ESTABLISHED = 0x40;
        /// It is connected.
        "MPTCP_SUBFLOW_FLAG_CONNECTED" => CONNECTED = 0x80;
        /// The data that is being received is known.
        "MPTCP_SUBFLOW_FLAG_MAPVALID" => MAPVALID = 0x100;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    MptcpCommand::TABLE,
    MptcpPathAttribute::TABLE,
    MptcpAddressAttribute::TABLE,
    MptcpAddressFlags::TABLE,
    MptcpEvent::TABLE,
    MptcpEventAttribute::TABLE,
    MptcpEventFlags::TABLE,
    MptcpNetlinkVersion::TABLE,
    MptcpSubflowAttribute::TABLE,
    MptcpSubflowFlags::TABLE,
];
