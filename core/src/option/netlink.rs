//! `SOL_NETLINK`: options of netlink sockets (netlink(7), linux/netlink.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::netlink::BroadcastError, true)?;
//!     socket.get(option::netlink::BroadcastError)
//! }
//! ```

use crate::constants::Level;
use crate::option::{List, options};

options! {
    "SOL_NETLINK", Level::NETLINK;

    /// Joins a multicast group by its number. Set only; since Linux 2.6.14.
    NETLINK_ADD_MEMBERSHIP = 1 => AddMembership: u32, set;
    /// Whether the sender of a broadcast is told of receivers that lost it. Since Linux 2.6.30.
    NETLINK_BROADCAST_ERROR = 4 => BroadcastError: bool, get set;
    /// Whether an answer leaves out the request's data. Since Linux 4.3.
    NETLINK_CAP_ACK = 10 => CapAck: bool, get set;
    /// Leaves a multicast group. Set only; since Linux 2.6.14.
    NETLINK_DROP_MEMBERSHIP = 2 => DropMembership: u32, set;
    /// Whether errors carry a text and the place that was wrong. Since Linux 4.12.
    NETLINK_EXT_ACK = 11 => ExtAck: bool, get set;
    /// Whether the filters of a dump are checked strictly. Since Linux 4.20.
    NETLINK_GET_STRICT_CHK = 12 => StrictCheck: bool, get set;
    /// Whether messages of all namespaces that have a number here are received. Since Linux 4.2.
    NETLINK_LISTEN_ALL_NSID = 8 => ListenAllNamespaces: bool, get set;
    /// The groups that the socket is in, as a bit set. Read only; since Linux 4.2.
    NETLINK_LIST_MEMBERSHIPS = 9 => Memberships<N>: List<u32, N>, get;
    /// Whether an overrun receive buffer is not told as `ENOBUFS`. Since Linux 2.6.30.
    NETLINK_NO_ENOBUFS = 5 => NoEnobufs: bool, get set;
    /// Whether received messages carry their group: `struct nl_pktinfo`. Since Linux 2.6.14.
    NETLINK_PKTINFO = 3 => PacketInfo: bool, get set;
    /// A ring shared with the kernel; removed in Linux 4.6.
    NETLINK_RX_RING = 6;
    /// A ring shared with the kernel; removed in Linux 4.6.
    NETLINK_TX_RING = 7;
}
