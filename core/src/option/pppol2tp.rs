//! `SOL_PPPOL2TP`: options of PPP over L2TP sockets (linux/if_pppol2tp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::pppol2tp::LnsMode, true)?;
//!     socket.get(option::pppol2tp::LnsMode)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_PPPOL2TP", Level::PPPOL2TP;

    /// What is logged: bits of `PPPOL2TP_MSG_…`. Without effect since Linux 5.10.
    PPPOL2TP_SO_DEBUG = 1 => Debugging: i32, get set;
    /// Whether this end is the network server, which decides about sequence numbers.
    PPPOL2TP_SO_LNSMODE = 4 => LnsMode: bool, get set;
    /// Whether received packets must have sequence numbers.
    PPPOL2TP_SO_RECVSEQ = 2 => ReceiveSequence: bool, get set;
    /// How long a missing packet is waited for, in milliseconds; 0 for no reordering.
    PPPOL2TP_SO_REORDERTO = 5 => ReorderTimeout: i32, get set;
    /// Whether sent packets have sequence numbers.
    PPPOL2TP_SO_SENDSEQ = 3 => SendSequence: bool, get set;
}
