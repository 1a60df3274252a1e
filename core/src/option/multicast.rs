//! Multicast options for IPv4 and IPv6 alike (RFC 3678, linux/in.h): the same numbers at `SOL_IP` and
//! `SOL_IPV6`.
//!
//! ```
//! use anysock::layout::SockAddrStorage;
//! use anysock::multicast::GroupReq;
//! use anysock::{Backend, Error, Socket, option};
//! use core::net::SocketAddr;
//!
//! fn join<B: Backend>(socket: &Socket<B>, group: &SocketAddr, interface: u32) -> Result<(), Error> {
//!     let group = SockAddrStorage::new(group);
//!     socket.set(option::multicast::JoinGroup, GroupReq { interface, group })
//! }
//! ```

use crate::constants::Level;
use crate::multicast::{GroupFilter, GroupReq, GroupSourceReq};
use crate::option::options;

options! {
    "SOL_IP", Level::IP;

    /// Stops what one source sends to a joined group: `struct group_source_req`. Set only.
    MCAST_BLOCK_SOURCE = 43 => BlockSource: GroupSourceReq, set;
    /// Joins a group on an interface: `struct group_req`. Set only.
    MCAST_JOIN_GROUP = 42 => JoinGroup: GroupReq, set;
    /// Joins a group for one source: `struct group_source_req`. Set only.
    MCAST_JOIN_SOURCE_GROUP = 46 => JoinSourceGroup: GroupSourceReq, set;
    /// Leaves a group: `struct group_req`. Set only.
    MCAST_LEAVE_GROUP = 45 => LeaveGroup: GroupReq, set;
    /// Leaves a group for one source: `struct group_source_req`. Set only.
    MCAST_LEAVE_SOURCE_GROUP = 47 => LeaveSourceGroup: GroupSourceReq, set;
    /// The whole source filter of a group: `struct group_filter`.
    MCAST_MSFILTER = 48 => SourceFilter: GroupFilter, query set;
    /// Lets a blocked source through again: `struct group_source_req`. Set only.
    MCAST_UNBLOCK_SOURCE = 44 => UnblockSource: GroupSourceReq, set;
}
