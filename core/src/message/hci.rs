//! `SOL_HCI`: which way a packet passed, and when (net/bluetooth/hci_sock.h).
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//!
//! let mut buffer = ControlBuffer::<32>::new();
//! buffer.writer().put(message::hci::Dir, &true)?;
//! assert_eq!(buffer.controls(32).first(message::hci::Dir), Ok(Some(true)));
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::messages;
use crate::constants::Level;
use crate::layout::OldTimeval;

messages! {
    Level::HCI;

    /// Whether the packet came from the controller (`HCI_DATA_DIR`).
    "HCI_CMSG_DIR" = 1 => Dir: bool;
    /// When it passed (`HCI_TIME_STAMP`).
    "HCI_CMSG_TSTAMP" = 2 => TStamp: OldTimeval;
}
