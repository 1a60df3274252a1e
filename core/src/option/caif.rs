//! `SOL_CAIF`: options of ST-Ericsson CAIF sockets (linux/caif/caif_socket.h). To be set before `connect`.
//!
//! ```
//! use anysock::constants::caif::CaifLink;
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn answer_soon<B: Backend>(socket: &Socket<B>) -> Result<(), Error> {
//!     socket.set(option::caif::LinkSelect, CaifLink::LOW_LATENCY.0)
//! }
//! ```

use crate::constants::Level;
use crate::option::{List, options};

options! {
    "SOL_CAIF", Level::CAIF;

    /// Which link is used: `CAIF_LINK_HIGH_BANDW` or `CAIF_LINK_LOW_LATENCY`. Set only.
    CAIFSO_LINK_SELECT = 127 => LinkSelect: i32, set;
    /// What the utility channel asks for, up to 256 bytes. Set only.
    CAIFSO_REQ_PARAM = 128 => RequestParameter<N>: List<u8, N>, set;
    /// What the utility channel answered; no kernel gives it.
    CAIFSO_RSP_PARAM = 129;
}
