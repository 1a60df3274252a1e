//! `SOL_PNPIPE`: options of Nokia Phonet pipes (linux/phonet.h).

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
