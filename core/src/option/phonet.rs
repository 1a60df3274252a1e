//! `SOL_PNPIPE`: options of Nokia Phonet pipes (linux/phonet.h).
//!
//! ```
//! use anysock::constants::phonet::PhonetEncapsulation;
//! use anysock::{Backend, Error, Socket, option};
//!
//! /// Makes a pipe a network interface, and says which.
//! fn carry_packets<B: Backend>(socket: &Socket<B>) -> Result<i32, Error> {
//!     socket.set(option::phonet::Encap, PhonetEncapsulation::IP.0)?;
//!     socket.get(option::phonet::Interface)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_PNPIPE", Level::PNPIPE;

    /// What the pipe carries: `PNPIPE_ENCAP_NONE`, or `PNPIPE_ENCAP_IP` for a network interface.
    PNPIPE_ENCAP = 1 => Encap: i32, get set;
    /// The number of the pipe.
    PNPIPE_HANDLE = 3 => Handle: i32, get set;
    /// The index of the pipe's network interface. Read only.
    PNPIPE_IFINDEX = 2 => Interface: i32, get;
    /// Whether the pipe is enabled when it is made. Since Linux 3.2.
    PNPIPE_INITSTATE = 4 => InitialState: bool, get set;
}
