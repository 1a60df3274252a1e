//! `SOL_AX25`: options of Amateur Radio AX.25 sockets (linux/ax25.h, `man 4 ax25` of ax25-tools).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::ax25::ExtendedSequence, true)?;
//!     socket.get(option::ax25::ExtendedSequence)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_AX25", Level::AX25;

    /// How the time to a retransmission grows: 0 not, 1 linearly, 2 exponentially.
    AX25_BACKOFF = 6 => Backoff: i32, get set;
    /// Whether sequence numbers are counted modulo 128.
    AX25_EXTSEQ = 7 => ExtendedSequence: bool, get set;
    /// Whether this socket's paths were repeated by this station.
    AX25_IAMDIGI = 12 => IAmDigi: bool, get set;
    /// How long an idle connection is kept, in seconds; 0 for ever.
    AX25_IDLE = 9 => Idle: i32, get set;
    /// How many times a frame is sent again, 1 to 31.
    AX25_N2 = 3 => Retries: i32, get set;
    /// The largest packet, in bytes, 16 to 65535.
    AX25_PACLEN = 10 => PacketLength: i32, get set;
    /// Whether the first byte of data is the protocol identifier.
    AX25_PIDINCL = 8 => PidIncluded: bool, get set;
    /// How long an acknowledgement is waited for, in seconds.
    AX25_T1 = 2 => T1: i32, get set;
    /// How long an acknowledgement may be held back, in seconds.
    AX25_T2 = 5 => T2: i32, get set;
    /// How long a silent link is left before it is polled, in seconds.
    AX25_T3 = 4 => T3: i32, get set;
    /// How many frames may be unacknowledged: 1 to 7, or to 63 with extended sequence numbers.
    AX25_WINDOW = 1 => Window: i32, get set;
}
