//! `SOL_TIPC`: options of TIPC sockets (linux/tipc.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u32, Error> {
//!     socket.set(option::tipc::ConnectTimeout, 8000)?;
//!     socket.get(option::tipc::ConnectTimeout)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;
use crate::tipc::TipcGroupReq;

options! {
    "SOL_TIPC", Level::TIPC;

    /// How long `connect` waits, in milliseconds.
    TIPC_CONN_TIMEOUT = 130 => ConnectTimeout: u32, get set;
    /// Whether an undeliverable message is thrown away (1) or sent back (0).
    TIPC_DEST_DROPPABLE = 129 => DestDroppable: u32, get set;
    /// Joins a group: `struct tipc_group_req`. Since Linux 4.15.
    TIPC_GROUP_JOIN = 135 => GroupJoin: TipcGroupReq, get set;
    /// Leaves the group; has no value. Set only; since Linux 4.15.
    TIPC_GROUP_LEAVE = 136 => GroupLeave: (), set;
    /// The importance of what is sent, 0 to 3: `TIPC_LOW_IMPORTANCE` and its like.
    TIPC_IMPORTANCE = 127 => Importance: u32, get set;
    /// Sends multicasts by broadcast; has no value. Set only; since Linux 4.11.
    TIPC_MCAST_BROADCAST = 133 => MulticastBroadcast: (), set;
    /// Sends multicasts to each receiver singly; has no value. Set only; since Linux 4.11.
    TIPC_MCAST_REPLICAST = 134 => MulticastReplicast: (), set;
    /// Whether small messages of a stream are sent at once. Since Linux 5.5.
    TIPC_NODELAY = 138 => NoDelay: u32, get set;
    /// How many messages wait on the whole node; always 0. Read only.
    TIPC_NODE_RECVQ_DEPTH = 131;
    /// How many messages wait in the socket. Read only.
    TIPC_SOCK_RECVQ_DEPTH = 132 => SocketQueueDepth: u32, get;
    /// How many bytes wait in the socket. Read only; since Linux 4.17.
    TIPC_SOCK_RECVQ_USED = 137 => SocketQueueUsed: u32, get;
    /// Whether a message may be thrown away when a link is overloaded.
    TIPC_SRC_DROPPABLE = 128 => SourceDroppable: u32, get set;
}
