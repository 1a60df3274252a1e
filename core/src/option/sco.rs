//! `SOL_SCO`: older options of SCO sockets (net/bluetooth/sco.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! /// The longest packet of voice, in bytes.
//! fn longest_packet<B: Backend>(socket: &Socket<B>) -> Result<u16, Error> {
//!     Ok(socket.get(option::sco::Options)?.mtu)
//! }
//! ```

use crate::bluetooth::{ConnectionInfo, ScoOptions};
use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_SCO", Level::SCO;

    /// The connection's handle and the peer's class: `struct sco_conninfo`. Read only.
    SCO_CONNINFO = 2 => ConnInfo: ConnectionInfo, get;
    /// The MTU: `struct sco_options`. Read only.
    SCO_OPTIONS = 1 => Options: ScoOptions, get;
}
