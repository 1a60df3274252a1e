//! `SOL_TIPC`: messages that came back, and the service that was addressed (linux/tipc.h).
//!
//! `TIPC_RETDATA` (2), the data that came back, stays bytes.
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//! use anysock::tipc::TipcServiceRange;
//!
//! let service = TipcServiceRange { kind: 18888, lower: 17, upper: 17 };
//! let mut buffer = ControlBuffer::<32>::new();
//! buffer.writer().put(message::tipc::DestName, &service)?;
//! assert_eq!(buffer.controls(32).first(message::tipc::DestName), Ok(Some(service)));
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::messages;
use crate::constants::Level;
use crate::tipc::{TipcErrInfo, TipcServiceRange};

messages! {
    Level::TIPC;

    /// Why the message came back.
    "TIPC_ERRINFO" = 1 => ErrInfo: TipcErrInfo;
    /// The service that the message was sent to.
    "TIPC_DESTNAME" = 3 => DestName: TipcServiceRange;
}
