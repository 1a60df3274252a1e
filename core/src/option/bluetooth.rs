//! `SOL_BLUETOOTH`: options of every Bluetooth socket (net/bluetooth/bluetooth.h).

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_BLUETOOTH", Level::BLUETOOTH;

    /// Whether `accept` hands out a connection before it is answered, so that the program decides.
    BT_DEFER_SETUP = 7 => DeferSetup: bool, get set;
}
