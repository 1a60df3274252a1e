//! `SOL_CAN_J1939`: where a J1939 message was sent to, and how urgently (Documentation/networking/j1939.rst).
//!
//! CAN_RAW sockets have no control messages of their own: two flags of the received message say whose frame it
//! is. [`DONTROUTE`](crate::MessageFlags::DONTROUTE): it was sent on this machine.
//! [`CONFIRM`](crate::MessageFlags::CONFIRM): it was sent by this very socket, and is on the wire by now. Times
//! and drops are those of [`super::socket`].
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//!
//! let mut buffer = ControlBuffer::<32>::new();
//! buffer.writer().put(message::can::Prio, &6)?;
//! assert_eq!(buffer.controls(24).first(message::can::Prio), Ok(Some(6)));
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::{SockExtendedErr, messages};
use crate::constants::Level;

messages! {
    Level::CAN_J1939;

    /// The address that it was sent to; none where it was broadcast.
    "SCM_J1939_DEST_ADDR" = 1 => DestAddr: u8;
    /// The NAME that it was sent to; none where the receiver has none.
    "SCM_J1939_DEST_NAME" = 2 => DestName: u64;
    /// Its priority, 0 (most urgent) to 7.
    "SCM_J1939_PRIO" = 3 => Prio: u8;
    /// An entry of the error queue (`SO_J1939_ERRQUEUE`): how far a transfer is, or why it was aborted
    /// ([`crate::can::J1939ErrorInfo`]). `SCM_TIMESTAMPING_OPT_STATS` beside it has attributes
    /// ([`crate::can::J1939Attribute`]).
    "SCM_J1939_ERRQUEUE" = 4 => ErrQueue: SockExtendedErr;
}
