//! `SOL_TCP`: messages of TCP sockets (tcp(7)).
//!
//! ```
//! use anysock::message::{ControlMessage, tcp::Inq};
//!
//! assert_eq!(Inq::C_NAME, "TCP_CM_INQ");
//! ```

use super::messages;
use crate::constants::Level;

messages! {
    Level::TCP;

    /// How many bytes are still there to be read, at least (`TCP_INQ`). Since Linux 4.18.
    "TCP_CM_INQ" = 36 => Inq: i32;
}
