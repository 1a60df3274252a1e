//! `SOL_X25`: the option of ITU-T X.25 sockets (linux/x25.h, x25(7)).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::x25::QBitIncluded, true)?;
//!     socket.get(option::x25::QBitIncluded)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_X25", Level::X25;

    /// Whether the first byte of data is the Q bit.
    X25_QBITINCL = 1 => QBitIncluded: bool, get set;
}
