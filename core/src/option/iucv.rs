//! `SOL_IUCV`: options of sockets between guests of z/VM (netiucv/iucv.h). Only s390 has them.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! /// The largest message, in bytes, after it was said that a hundred may wait.
//! fn prepare<B: Backend>(socket: &Socket<B>) -> Result<i32, Error> {
//!     socket.set(option::iucv::MessageLimit, 100)?;
//!     socket.get(option::iucv::MessageSize)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_IUCV", Level::IUCV;

    /// Whether short data travels in the message itself. Since Linux 2.6.30.
    SO_IPRMDATA_MSG = 0x0080 => InlineData: bool, get set;
    /// How many messages may wait, 1 to 65535; to be set before `connect`. Since Linux 2.6.31.
    SO_MSGLIMIT = 0x1000 => MessageLimit: i32, get set;
    /// The largest message, in bytes. Read only; since Linux 3.1.
    SO_MSGSIZE = 0x0800 => MessageSize: i32, get;
}
