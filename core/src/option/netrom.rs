//! `SOL_NETROM`: options of Amateur Radio NET/ROM sockets (linux/netrom.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<i32, Error> {
//!     socket.set(option::netrom::Idle, 64)?;
//!     socket.get(option::netrom::Idle)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_NETROM", Level::NETROM;

    /// How long an idle circuit is kept, in minutes; 0 for ever.
    NETROM_IDLE = 7 => Idle: i32, get set;
    /// How many times a message is sent again, 1 to 31.
    NETROM_N2 = 3 => Retries: i32, get set;
    /// How long an acknowledgement is waited for, in seconds.
    NETROM_T1 = 1 => T1: i32, get set;
    /// How long an acknowledgement may be held back, in seconds.
    NETROM_T2 = 2 => T2: i32, get set;
    /// How long a busy peer is left alone, in seconds.
    NETROM_T4 = 6 => T4: i32, get set;
}
