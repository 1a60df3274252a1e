//! `SOL_CAN_J1939`: options of SAE J1939 sockets (linux/can/j1939.h). Since Linux 5.4.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::can_j1939::ErrorQueue, true)?;
//!     socket.get(option::can_j1939::ErrorQueue)
//! }
//! ```

use crate::can::J1939Filter;
use crate::constants::Level;
use crate::option::{List, options};

options! {
    "SOL_CAN_J1939", Level::CAN_J1939;

    /// Whether the error queue tells how transfers go.
    SO_J1939_ERRQUEUE = 4 => ErrorQueue: bool, get set;
    /// Which messages are received: an array of `struct j1939_filter`, up to [`J1939Filter::MAX`]; none for all. Set
    /// only.
    SO_J1939_FILTER = 1 => Filters<N>: List<J1939Filter, N>, set;
    /// Whether messages for other addresses are received too.
    SO_J1939_PROMISC = 2 => Promiscuous: bool, get set;
    /// The priority of what is sent, 0 (highest) to 7; 6 by default. Below 2 needs CAP_NET_ADMIN.
    SO_J1939_SEND_PRIO = 3 => SendPriority: i32, get set;
}
