//! `SOL_BLUETOOTH`: what the controller says of a packet (net/bluetooth/bluetooth.h).
//!
//! ```
//! use anysock::Level;
//! use anysock::message::{ControlMessage, bluetooth};
//!
//! assert_eq!(bluetooth::PktStatus::LEVEL, Level::BLUETOOTH);
//! ```

use super::{SockExtendedErr, messages};
use crate::constants::Level;

messages! {
    Level::BLUETOOTH;

    /// How well a synchronous or isochronous packet was received: 0 well, 1 perhaps not, 2 none of it, 3 part
    /// of it (`BT_PKT_STATUS`). Since Linux 5.9.
    "BT_SCM_PKT_STATUS" = 3 => PktStatus: u8;
    /// An entry of the error queue: a time of transmission is beside it. Since Linux 6.15.
    "BT_SCM_ERROR" = 4 => Error: SockExtendedErr;
}
