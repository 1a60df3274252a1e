//! `SOL_UDP`: many datagrams in one call (udp(7)).
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//!
//! let mut buffer = ControlBuffer::<32>::new();
//! buffer.writer().put(message::udp::Segment, &1472)?; // the data is cut into datagrams of 1472 bytes
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::messages;
use crate::constants::Level;

messages! {
    Level::UDP;

    /// Sent: the size of each datagram but the last. Since Linux 4.18.
    "UDP_SEGMENT" = 103 => Segment: u16;
    /// Received: the size of each of the datagrams that came together, but the last. Since Linux 5.0.
    "UDP_GRO" = 104 => Gro: i32;
}
