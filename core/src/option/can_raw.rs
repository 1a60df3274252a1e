//! `SOL_CAN_RAW`: options of raw CAN sockets (linux/can/raw.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::can_raw::FdFrames, true)?;
//!     socket.get(option::can_raw::FdFrames)
//! }
//! ```
//!
//! [`crate::CanSocket::set_filters`] sets a list of filters of any length.

use crate::can::{Filter, XlNetworkOptions};
use crate::constants::Level;
use crate::option::{List, options};

options! {
    "SOL_CAN_RAW", Level::CAN_RAW;

    /// The classes of error frames to receive: a mask of linux/can/error.h's `CAN_ERR_…`.
    CAN_RAW_ERR_FILTER = 2 => ErrorFilter: u32, get set;
    /// Whether CAN FD frames are sent and received as well. Since Linux 3.6.
    CAN_RAW_FD_FRAMES = 5 => FdFrames: bool, get set;
    /// The list of filters, up to [`Filter::MAX`]: an array of `struct can_filter`.
    CAN_RAW_FILTER = 1 => Filters<N>: List<Filter, N>, get set;
    /// Whether a frame must match every filter instead of any. Since Linux 4.1.
    CAN_RAW_JOIN_FILTERS = 6 => JoinFilters: bool, get set;
    /// Whether other sockets of this machine see what this one sends. On by default.
    CAN_RAW_LOOPBACK = 3 => Loopback: bool, get set;
    /// Whether this socket sees what it sends itself. Off by default.
    CAN_RAW_RECV_OWN_MSGS = 4 => ReceiveOwn: bool, get set;
    /// Whether CAN XL frames are sent and received as well. Since Linux 6.2.
    CAN_RAW_XL_FRAMES = 7 => XlFrames: bool, get set;
    /// The virtual CAN network of CAN XL frames: `struct can_raw_vcid_options`. Since Linux 6.9.
    CAN_RAW_XL_VCID_OPTS = 8 => XlVcidOpts: XlNetworkOptions, get set;
}
