//! `SOL_TCP`: options of TCP sockets (tcp(7), linux/tcp.h).

use core::time::Duration;

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_TCP", Level::TCP;

    /// Whether partial frames are held back, for 200 ms at the most.
    TCP_CORK = 3 => Cork: bool, get set;
    /// How many keepalive probes go unanswered before the connection is dropped.
    TCP_KEEPCNT = 6 => KeepCount: i32, get set;
    /// How long a connection is idle before it is probed, in whole seconds.
    TCP_KEEPIDLE = 4 => KeepIdle: Duration, get set;
    /// The time between keepalive probes, in whole seconds.
    TCP_KEEPINTVL = 5 => KeepInterval: Duration, get set;
    /// The largest segment, in bytes.
    TCP_MAXSEG = 2 => MaxSegment: i32, get set;
    /// Whether small segments are sent at once: Nagle's algorithm off.
    TCP_NODELAY = 1 => NoDelay: bool, get set;
    /// How many times a SYN is sent again, 1 to 255.
    TCP_SYNCNT = 7 => SynCount: i32, get set;
    /// How long data may stay unacknowledged, in milliseconds; 0 for the system's default. Since Linux 2.6.37.
    TCP_USER_TIMEOUT = 18 => UserTimeout: u32, get set;
    /// The largest window to offer, in bytes.
    TCP_WINDOW_CLAMP = 10 => WindowClamp: i32, get set;
}
