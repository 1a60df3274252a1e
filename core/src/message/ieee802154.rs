//! `SOL_IEEE802154`: what comes beside a frame of IEEE 802.15.4 (net/af_ieee802154.h of the kernel).
//!
//! ```
//! use anysock::message::{ControlMessage, ieee802154::LinkQuality};
//!
//! assert_eq!((LinkQuality::C_NAME, LinkQuality::NAME), ("WPAN_WANTLQI", 3));
//! ```

use super::messages;
use crate::constants::Level;

messages! {
    Level(0);

    /// How well the frame was received, 0 to 255 (`WPAN_WANTLQI`). Since Linux 4.20.
    "WPAN_WANTLQI" = 3 => LinkQuality: u8;
}
