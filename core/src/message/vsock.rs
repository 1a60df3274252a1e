//! `SOL_VSOCK`: messages of vsock sockets (linux/vm_sockets.h).
//!
//! ```
//! use anysock::message::{ControlMessage, vsock::RecvErr};
//!
//! assert_eq!(RecvErr::LEVEL.0, 287);
//! ```

use super::{SockExtendedErr, messages};
use crate::constants::Level;

messages! {
    Level(287);

    /// An entry of the error queue: the kernel is done with data sent with `MSG_ZEROCOPY`. Since Linux 6.7.
    "VSOCK_RECVERR" = 1 => RecvErr: SockExtendedErr;
}
