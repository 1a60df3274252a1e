//! TIPC's topology service: subscriptions and events (linux/tipc.h, <http://tipc.io/programming.html>).
//!
//! A program connects a `SOCK_SEQPACKET` socket to the service `{1, 1}` of its own node, sends a
//! [`TipcSubscr`] and receives a [`TipcEvent`] whenever a service within its range comes or goes.
//!
//! ```
//! use anysock::tipc::{SubscriptionFilter, TipcServiceRange, TipcSubscr};
//!
//! let subscription = TipcSubscr {
//!     range: TipcServiceRange { kind: 18888, lower: 0, upper: u32::MAX },
//!     timeout: TipcSubscr::WAIT_FOREVER,
//!     filter: SubscriptionFilter::SERVICE,
//!     usr_handle: *b"printers",
//! };
//! assert_eq!(TipcSubscr::decode(&subscription.encode()), Ok(subscription));
//! ```

use crate::constants::tipc::TipcGroupFlags;
use crate::constants::{flag_names, value_names};
use crate::layout::{newtype_field, structure};

flag_names! {
    /// Which events a subscription is for.
    pub struct SubscriptionFilter(u32) {
        /// Each socket that binds within the range, or no longer does.
        "TIPC_SUB_PORTS" => PORTS = 0x01;
        /// The first and the last.
        "TIPC_SUB_SERVICE" => SERVICE = 0x02;
        /// Cancel the subscription that is equal otherwise.
        "TIPC_SUB_CANCEL" => CANCEL = 0x04;
    }
}

value_names! {
    /// What happened.
    pub struct EventKind(u32) {
        /// A service was bound.
        "TIPC_PUBLISHED" => PUBLISHED = 1;
        /// A service is no longer bound.
        "TIPC_WITHDRAWN" => WITHDRAWN = 2;
        /// The subscription is over.
        "TIPC_SUBSCR_TIMEOUT" => TIMEOUT = 3;
    }
}

value_names! {
    /// Why a message came back, or a connection ended.
    pub struct ReturnCode(u32) {
        /// Nothing is wrong.
        "TIPC_OK" => OK = 0;
        /// No such service.
        "TIPC_ERR_NO_NAME" => NO_NAME = 1;
        /// No such socket.
        "TIPC_ERR_NO_PORT" => NO_PORT = 2;
        /// No such node.
        "TIPC_ERR_NO_NODE" => NO_NODE = 3;
        /// The receiver's queue is full.
        "TIPC_ERR_OVERLOAD" => OVERLOAD = 4;
        /// The connection was shut down.
        "TIPC_CONN_SHUTDOWN" => CONN_SHUTDOWN = 5;
    }
}

newtype_field!(SubscriptionFilter: u32, EventKind: u32, ReturnCode: u32);

structure! {
    "struct tipc_socket_addr", "linux/tipc.h";
    /// A socket.
    pub struct TipcSocketAddr {
        /// Its number on its node.
        pub reference: u32 = "ref",
        /// The node.
        pub node: u32 = "node",
    }
}

structure! {
    "struct tipc_service_range", "linux/tipc.h";
    /// Instances of a service.
    pub struct TipcServiceRange {
        /// The type of the service.
        pub kind: u32 = "type",
        /// The first instance.
        pub lower: u32 = "lower",
        /// The last instance.
        pub upper: u32 = "upper",
    }
}

structure! {
    "struct tipc_subscr", "linux/tipc.h";
    /// Asks to be told of services. The kernel takes it in either byte order, and answers in the same.
    pub struct TipcSubscr {
        /// Of which.
        pub range: TipcServiceRange = "seq",
        /// For how long, in milliseconds.
        pub timeout: u32 = "timeout",
        /// Of what.
        pub filter: SubscriptionFilter = "filter",
        /// Anything: it comes back with each event.
        pub usr_handle: [u8; 8] = "usr_handle",
    }
}

impl TipcSubscr {
    /// A subscription without end.
    #[doc(alias = "TIPC_WAIT_FOREVER")]
    pub const WAIT_FOREVER: u32 = u32::MAX;
}

structure! {
    "struct tipc_event", "linux/tipc.h";
    /// A service came or went.
    pub struct TipcEvent {
        /// What happened.
        pub kind: EventKind = "event",
        /// The first instance that it happened to.
        pub found_lower: u32 = "found_lower",
        /// The last instance that it happened to.
        pub found_upper: u32 = "found_upper",
        /// The socket that is bound to it.
        pub port: TipcSocketAddr = "port",
        /// The subscription.
        pub subscription: TipcSubscr = "s",
    }
}

structure! {
    "struct tipc_group_req", "linux/tipc.h";
    /// Which group a socket joins, and as which of its members: `TIPC_GROUP_JOIN`.
    pub struct TipcGroupReq {
        /// The group.
        pub group: u32 = "type",
        /// The member.
        pub member: u32 = "instance",
        /// How far the group reaches: 2 the cluster, 3 the node (`TIPC_CLUSTER_SCOPE`, `TIPC_NODE_SCOPE`).
        pub scope: u32 = "scope",
        /// Whether messages come back to this socket, and whether members that come and go are told.
        pub flags: TipcGroupFlags = "flags",
    }
}

newtype_field!(TipcGroupFlags: u32);

structure! {
    "__u32[2]", "net/tipc/socket.c";
    /// Why a message came back: the data of `TIPC_ERRINFO`.
    pub struct TipcErrInfo {
        /// Why.
        pub error: ReturnCode = "error",
        /// The length of the message, in bytes.
        pub length: u32 = "length",
    }
}

/// The tables of the names in this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[SubscriptionFilter::TABLE, EventKind::TABLE, ReturnCode::TABLE];
