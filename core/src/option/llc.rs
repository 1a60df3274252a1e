//! `SOL_LLC`: options of IEEE 802.2 sockets (linux/llc.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::llc::PacketInfo, true)?;
//!     socket.get(option::llc::PacketInfo)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_LLC", Level::LLC;

    /// How long an acknowledgement is waited for, in seconds, up to 60.
    LLC_OPT_ACK_TMR_EXP = 3 => AckTimer: i32, get set;
    /// How long a busy peer is waited for, in seconds, up to 60.
    LLC_OPT_BUSY_TMR_EXP = 6 => BusyTimer: i32, get set;
    /// Whether received messages carry `struct llc_pktinfo`. Since Linux 2.6.34.
    LLC_OPT_PKTINFO = 9 => PacketInfo: bool, get set;
    /// How long the answer to a poll is waited for, in seconds, up to 60.
    LLC_OPT_P_TMR_EXP = 4 => PollTimer: i32, get set;
    /// How long the answer to a reject is waited for, in seconds, up to 60.
    LLC_OPT_REJ_TMR_EXP = 5 => RejectTimer: i32, get set;
    /// How many times a frame is sent again, up to 100.
    LLC_OPT_RETRY = 1 => Retry: i32, get set;
    /// How many frames may be received without acknowledgement, up to 127.
    LLC_OPT_RX_WIN = 8 => RxWindow: i32, get set;
    /// The largest frame, in bytes, up to 4096.
    LLC_OPT_SIZE = 2 => Size: i32, get set;
    /// How many frames may be sent without acknowledgement, up to 127.
    LLC_OPT_TX_WIN = 7 => TxWindow: i32, get set;
    /// No option.
    LLC_OPT_UNKNOWN = 0;
}
