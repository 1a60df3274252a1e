//! `SOL_IP`: options of IPv4 sockets (ip(7), linux/in.h).

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_IP", Level::IP;

    /// The type-of-service byte of what is sent.
    IP_TOS = 1 => TypeOfService: i32, get set;
    /// The time-to-live of what is sent, 1 to 255; -1 for the system's default.
    IP_TTL = 2 => TimeToLive: i32, get set;
}
