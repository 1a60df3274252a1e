//! `SOL_RFCOMM`: older options of RFCOMM sockets (net/bluetooth/rfcomm.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u32, Error> {
//!     socket.set(option::rfcomm::LinkMode, 4)?;
//!     socket.get(option::rfcomm::LinkMode)
//! }
//! ```

use crate::bluetooth::ConnectionInfo;
use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_RFCOMM", Level::RFCOMM;

    /// The connection's handle and the peer's class: `struct rfcomm_conninfo`. Read only.
    RFCOMM_CONNINFO = 2 => ConnInfo: ConnectionInfo, get;
    /// How the link is secured: bits of `RFCOMM_LM_…`. [`crate::option::bluetooth::BT_SECURITY`] is newer.
    RFCOMM_LM = 3 => LinkMode: u32, get set;
}
