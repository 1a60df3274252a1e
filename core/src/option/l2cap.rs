//! `SOL_L2CAP`: older options of L2CAP sockets (net/bluetooth/l2cap.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u32, Error> {
//!     socket.set(option::l2cap::LinkMode, 4)?;
//!     socket.get(option::l2cap::LinkMode)
//! }
//! ```

use crate::bluetooth::{ConnectionInfo, L2capOptions};
use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_L2CAP", Level::L2CAP;

    /// The connection's handle and the peer's class: `struct l2cap_conninfo`. Read only.
    L2CAP_CONNINFO = 2 => ConnInfo: ConnectionInfo, get;
    /// How the link is secured: bits of `L2CAP_LM_…`. [`crate::option::bluetooth::BT_SECURITY`] is newer.
    L2CAP_LM = 3 => LinkMode: u32, get set;
    /// MTU, mode and retransmission: `struct l2cap_options`. Not for LE.
    L2CAP_OPTIONS = 1 => Options: L2capOptions, get set;
}
