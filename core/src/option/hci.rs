//! `SOL_HCI`: options of HCI sockets (net/bluetooth/hci_sock.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::hci::DataDirection, true)?;
//!     socket.get(option::hci::DataDirection)
//! }
//! ```

use crate::bluetooth::HciFilter;
use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_HCI", Level::HCI;

    /// Whether received messages carry their direction: 1 for what came in.
    HCI_DATA_DIR = 1 => DataDirection: bool, get set;
    /// Which packets and events are received: `struct hci_filter`.
    HCI_FILTER = 2 => Filter: HciFilter, get set;
    /// Whether received messages carry the time of their arrival.
    HCI_TIME_STAMP = 3 => TimeStamp: bool, get set;
}
