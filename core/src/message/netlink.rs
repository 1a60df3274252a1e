//! `SOL_NETLINK`: where a netlink message comes from (netlink(7)).
//!
//! ```
//! use anysock::message::{ControlMessage, netlink::Pktinfo};
//!
//! assert_eq!(Pktinfo::C_NAME, "NETLINK_PKTINFO");
//! ```

use super::messages;
use crate::constants::Level;

messages! {
    Level::NETLINK;

    /// The multicast group that it was sent to, from 1; 0 where it was sent to this socket
    /// (`struct nl_pktinfo`). Since Linux 2.6.14.
    "NETLINK_PKTINFO" = 3 => Pktinfo: u32;
    /// The identifier of the network namespace that it comes from. Since Linux 4.2.
    "NETLINK_LISTEN_ALL_NSID" = 8 => Nsid: i32;
}
