//! `SOL_SMC`: the option of shared memory communications (linux/smc.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::smc::LimitHandshake, true)?;
//!     socket.get(option::smc::LimitHandshake)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_SMC", Level::SMC;

    /// Whether connections fall back to TCP when handshakes are too many. Since Linux 5.18.
    SMC_LIMIT_HS = 1 => LimitHandshake: bool, get set;
}
