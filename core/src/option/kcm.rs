//! `SOL_KCM`: the option of kernel connection multiplexor sockets (linux/kcm.h). Since Linux 4.6.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::kcm::ReceiveDisable, true)?;
//!     socket.get(option::kcm::ReceiveDisable)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_KCM", Level::KCM;

    /// Whether this socket takes no more messages from the multiplexor.
    KCM_RECV_DISABLE = 1 => ReceiveDisable: bool, get set;
}
