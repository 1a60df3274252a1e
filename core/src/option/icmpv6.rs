//! `SOL_ICMPV6`: the option of raw ICMPv6 sockets (RFC 3542, linux/icmpv6.h).
//!
//! ```
//! use anysock::option::{self, Icmp6Filter};
//! use anysock::{Backend, Error, Socket};
//!
//! const ECHO_REPLY: u8 = 129;
//!
//! fn hear_echo_replies_alone<B: Backend>(socket: &Socket<B>) -> Result<(), Error> {
//!     socket.set(option::icmpv6::Filter, Icmp6Filter::BLOCK_ALL.pass(ECHO_REPLY))
//! }
//! ```

use crate::constants::Level;
use crate::option::{Icmp6Filter, options};

options! {
    "SOL_ICMPV6", Level::ICMPV6;

    /// Which ICMPv6 messages are not received: 256 bits, `struct icmp6_filter`.
    ICMPV6_FILTER = 1 => Filter: Icmp6Filter, get set;
}
