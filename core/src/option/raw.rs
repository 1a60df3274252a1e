//! `SOL_RAW`: the option of raw IPv4 sockets (raw(7), linux/icmp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u32, Error> {
//!     socket.set(option::raw::IcmpFilter, 1 << 8)?;
//!     socket.get(option::raw::IcmpFilter)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_RAW", Level::RAW;

    /// Which ICMP messages are not received: bit n for type n.
    ICMP_FILTER = 1 => IcmpFilter: u32, get set;
}
