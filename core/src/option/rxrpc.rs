//! `SOL_RXRPC`: options of RxRPC sockets (linux/rxrpc.h, Documentation/networking/rxrpc.rst).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<(), Error> {
//!     socket.set(option::rxrpc::MinSecurityLevel, 1)
//! }
//! ```

use crate::constants::Level;
use crate::option::{List, options};
use crate::text::Name;

options! {
    "SOL_RXRPC", Level::RXRPC;

    /// Each call has a connection of its own; has no value. Set only; deprecated.
    RXRPC_EXCLUSIVE_CONNECTION = 3 => ExclusiveConnection: (), set;
    /// The least security: `RXRPC_SECURITY_PLAIN` and its like. Set only.
    RXRPC_MIN_SECURITY_LEVEL = 4 => MinSecurityLevel: u32, set;
    /// The description of the client's key, as text. Set only.
    RXRPC_SECURITY_KEY = 1 => SecurityKey<N>: Name<N>, set;
    /// The description of the server's key ring, as text. Set only.
    RXRPC_SECURITY_KEYRING = 2 => SecurityKeyring<N>: Name<N>, set;
    /// The highest control message that the kernel knows. Read only; since Linux 4.16.
    RXRPC_SUPPORTED_CMSG = 6 => SupportedControlMessage: i32, get;
    /// A service and the one it may be upgraded to: two 16-bit numbers. Set only; since Linux 4.13.
    RXRPC_UPGRADEABLE_SERVICE = 5 => UpgradeableService: List<u16, 2>, set;
}
