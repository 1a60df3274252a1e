//! `SOL_IEEE802154`: options of IEEE 802.15.4 datagram sockets (net/af_ieee802154.h of the kernel).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::ieee802154::WantAck, true)?;
//!     socket.get(option::ieee802154::WantAck)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_IEEE802154", Level(0);

    /// How frames are secured: `WPAN_SECURITY_DEFAULT` (0), off (1) or on (2). Since Linux 3.16.
    WPAN_SECURITY = 1 => Security: i32, get set;
    /// The security level, 0 to 7; -1 for the default. Since Linux 3.16.
    WPAN_SECURITY_LEVEL = 2 => SecurityLevel: i32, get set;
    /// Whether frames ask for an acknowledgement. On by default.
    WPAN_WANTACK = 0 => WantAck: bool, get set;
    /// Whether received messages carry how well they were received. Since Linux 4.20.
    WPAN_WANTLQI = 3 => WantLinkQuality: bool, get set;
}
