//! `SOL_ROSE`: options of Amateur Radio ROSE sockets (linux/rose.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::rose::Defer, true)?;
//!     socket.get(option::rose::Defer)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_ROSE", Level::ROSE;

    /// Whether a call is accepted by `SIOCRSACCEPT` instead of at once.
    ROSE_DEFER = 1 => Defer: bool, get set;
    /// How long an acknowledgement may be held back, in seconds.
    ROSE_HOLDBACK = 7 => Holdback: i32, get set;
    /// How long an idle circuit is kept, in minutes; 0 for ever.
    ROSE_IDLE = 5 => Idle: i32, get set;
    /// Whether the first byte of data is the Q bit.
    ROSE_QBITINCL = 6 => QBitIncluded: bool, get set;
    /// How long the answer to a call is waited for, in seconds.
    ROSE_T1 = 2 => T1: i32, get set;
    /// How long the answer to a reset is waited for, in seconds.
    ROSE_T2 = 3 => T2: i32, get set;
    /// How long the answer to a clear is waited for, in seconds.
    ROSE_T3 = 4 => T3: i32, get set;
}
