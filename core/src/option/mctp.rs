//! `SOL_MCTP`: the option of MCTP sockets (linux/mctp.h).

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_MCTP", Level::MCTP;

    /// Whether addresses are extended by interface and hardware address. Since Linux 5.16.
    MCTP_OPT_ADDR_EXT = 1 => AddressExtended: bool, get set;
}
