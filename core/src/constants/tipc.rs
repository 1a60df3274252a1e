//! Values of TIPC (linux/tipc.h).

super::value_names! {
    /// The kind of an address in `struct sockaddr_tipc` (linux/tipc.h).
    pub struct TipcAddressType(u8) {
        /// A range of instances of a service.
        "TIPC_SERVICE_RANGE" => SERVICE_RANGE = 1;
        /// One instance of a service.
        "TIPC_SERVICE_ADDR" => SERVICE_ADDR = 2;
        /// One socket of one node.
        "TIPC_SOCKET_ADDR" => SOCKET_ADDR = 3;
        /// The older name of [`TipcAddressType::SERVICE_RANGE`], for sending.
        "TIPC_ADDR_MCAST" => ADDR_MCAST = 1;
        /// The older name of [`TipcAddressType::SERVICE_RANGE`].
        "TIPC_ADDR_NAMESEQ" => ADDR_NAMESEQ = 1;
        /// The older name of [`TipcAddressType::SERVICE_ADDR`].
        "TIPC_ADDR_NAME" => ADDR_NAME = 2;
        /// The older name of [`TipcAddressType::SOCKET_ADDR`].
        "TIPC_ADDR_ID" => ADDR_ID = 3;
    }
}

super::value_names! {
    /// How far an address is known (linux/tipc.h).
    pub struct TipcScope(i8) {
        /// The zone: the same as the cluster since Linux 4.17.
        "TIPC_ZONE_SCOPE" => ZONE_SCOPE = 1;
        /// The cluster.
        "TIPC_CLUSTER_SCOPE" => CLUSTER_SCOPE = 2;
        /// The node.
        "TIPC_NODE_SCOPE" => NODE_SCOPE = 3;
    }
}

super::value_names! {
    /// A service that TIPC itself has (linux/tipc.h).
    pub struct TipcService(u32) {
        /// Nodes come and go.
        "TIPC_NODE_STATE" => NODE_STATE = 0;
        /// The topology: subscriptions to services.
        "TIPC_TOP_SRV" => TOP_SRV = 1;
        /// Links come and go.
        "TIPC_LINK_STATE" => LINK_STATE = 2;
        /// The first number that programs may use.
        "TIPC_RESERVED_TYPES" => RESERVED_TYPES = 64;
        /// Configuration, of older kernels.
        "TIPC_CFG_SRV" => CFG_SRV = 0;
    }
}

super::value_names! {
    /// The importance of a message: `TIPC_IMPORTANCE` (linux/tipc.h).
    pub struct TipcImportance(u32) {
        /// Low, the default.
        "TIPC_LOW_IMPORTANCE" => LOW_IMPORTANCE = 0;
        /// Medium.
        "TIPC_MEDIUM_IMPORTANCE" => MEDIUM_IMPORTANCE = 1;
        /// High.
        "TIPC_HIGH_IMPORTANCE" => HIGH_IMPORTANCE = 2;
        /// Critical.
        "TIPC_CRITICAL_IMPORTANCE" => CRITICAL_IMPORTANCE = 3;
    }
}

super::value_names! {
    /// A control message at `SOL_TIPC` (linux/tipc.h).
    pub struct TipcControlType(i32) {
        /// The error, and how many bytes came back.
        "TIPC_ERRINFO" => ERRINFO = 1;
        /// The data that came back.
        "TIPC_RETDATA" => RETDATA = 2;
        /// The service that it was sent to.
        "TIPC_DESTNAME" => DESTNAME = 3;
    }
}

super::flag_names! {
    /// Flags of `TIPC_GROUP_JOIN` (linux/tipc.h).
    pub struct TipcGroupFlags(u32) {
        /// What is sent comes back.
        "TIPC_GROUP_LOOPBACK" => LOOPBACK = 0x1;
        /// Members that come and go are told.
        "TIPC_GROUP_MEMBER_EVTS" => MEMBER_EVTS = 0x2;
    }
}

super::value_names! {
    /// A special timeout of a subscription, instead of milliseconds (linux/tipc.h).
    pub struct TipcTimeout(i32) {
        /// The subscription does not end.
        "TIPC_WAIT_FOREVER" => WAIT_FOREVER = -1;
    }
}

super::value_names! {
    /// A length (linux/tipc.h), in bytes.
    pub struct TipcLength(u32) {
        /// The longest message.
        "TIPC_MAX_USER_MSG_SIZE" => MAX_USER_MSG_SIZE = 66000;
        /// The identity of a node.
        "TIPC_NODEID_LEN" => NODEID_LEN = 16;
        /// Room for the name of a medium.
        "TIPC_MAX_MEDIA_NAME" => MAX_MEDIA_NAME = 16;
        /// Room for the name of an interface.
        "TIPC_MAX_IF_NAME" => MAX_IF_NAME = 16;
        /// Room for the name of a bearer.
        "TIPC_MAX_BEARER_NAME" => MAX_BEARER_NAME = 32;
        /// Room for the name of a link.
        "TIPC_MAX_LINK_NAME" => MAX_LINK_NAME = 68;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    TipcAddressType::TABLE,
    TipcScope::TABLE,
    TipcService::TABLE,
    TipcImportance::TABLE,
    TipcControlType::TABLE,
    TipcGroupFlags::TABLE,
    TipcTimeout::TABLE,
    TipcLength::TABLE,
];
