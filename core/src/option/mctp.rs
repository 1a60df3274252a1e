//! `SOL_MCTP`: the option of MCTP sockets (linux/mctp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::mctp::AddressExtended, true)?;
//!     socket.get(option::mctp::AddressExtended)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_MCTP", Level::MCTP;

    /// Whether addresses are extended by interface and hardware address. Since Linux 5.16.
    MCTP_OPT_ADDR_EXT = 1 => AddressExtended: bool, get set;
}
