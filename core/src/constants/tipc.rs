//! Values of TIPC (linux/tipc.h).
//!
//! ```
//! use anysock::constants::tipc::TipcAddressType;
//!
//! assert_eq!(TipcAddressType::SERVICE_ADDR.0, 2);
//! assert_eq!(format!("{:?}", TipcAddressType::SERVICE_ADDR), "TIPC_SERVICE_ADDR");
//! ```

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

super::value_names! {
    /// The parts of a node's address before Linux 4.17: 8 bits of zone, 12 of cluster, 12 of node (linux/tipc.h).
    pub struct TipcOldAddress(u32) {
        /// The bits of the node.
        "TIPC_NODE_BITS" => NODE_BITS = 12;
        /// The bits of the cluster.
        "TIPC_CLUSTER_BITS" => CLUSTER_BITS = 12;
        /// The bits of the zone.
        "TIPC_ZONE_BITS" => ZONE_BITS = 8;
        /// Where the node begins.
        "TIPC_NODE_OFFSET" => NODE_OFFSET = 0;
        /// Where the cluster begins.
        "TIPC_CLUSTER_OFFSET" => CLUSTER_OFFSET = 12;
        /// Where the zone begins.
        "TIPC_ZONE_OFFSET" => ZONE_OFFSET = 24;
        /// The highest node.
        "TIPC_NODE_SIZE" => NODE_SIZE = 4095;
        /// The highest cluster.
        "TIPC_CLUSTER_SIZE" => CLUSTER_SIZE = 4095;
        /// The highest zone.
        "TIPC_ZONE_SIZE" => ZONE_SIZE = 255;
        /// The node's part.
        "TIPC_NODE_MASK" => NODE_MASK = 4095;
        /// The cluster's part.
        "TIPC_CLUSTER_MASK" => CLUSTER_MASK = 16773120;
        /// The zone's part.
        "TIPC_ZONE_MASK" => ZONE_MASK = 4278190080;
        /// The zone's and the cluster's part.
        "TIPC_ZONE_CLUSTER_MASK" => ZONE_CLUSTER_MASK = 4294963200;
    }
}

super::value_names! {
    /// The lengths of a key for encryption, in bytes, and a command about it (linux/tipc.h, tipc(8)).
    pub struct TipcKey(u32) {
        /// The name of its algorithm.
        "TIPC_AEAD_ALG_NAME" => AEAD_ALG_NAME = 32;
        /// The shortest.
        "TIPC_AEAD_KEYLEN_MIN" => AEAD_KEYLEN_MIN = 20;
        /// The longest.
        "TIPC_AEAD_KEYLEN_MAX" => AEAD_KEYLEN_MAX = 36;
        /// The longest with what goes before it.
        "TIPC_AEAD_KEY_SIZE_MAX" => AEAD_KEY_SIZE_MAX = 72;
        /// Change it at once.
        "TIPC_REKEYING_NOW" => REKEYING_NOW = 4294967295;
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
    TipcOldAddress::TABLE,
    TipcKey::TABLE,
];
