//! Counts of a controller and of a bus, readable from outside.

use core::time::Duration;

/// What a controller and its interface have counted: the fields of `struct rtnl_link_stats64` and of
/// `struct can_device_stats` (linux/can/netlink.h) that a CAN interface has, as `ip -s -d link` shows them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct ControllerStatistics {
    /// Frames sent and acknowledged.
    pub tx_frames: u64,
    /// Data bytes in them.
    pub tx_bytes: u64,
    /// Frames received, without error messages.
    pub rx_frames: u64,
    /// Data bytes in them.
    pub rx_bytes: u64,
    /// Frames that were taken from a program and thrown away: the interface went down or bus-off.
    pub tx_dropped: u64,
    /// Frames that were refused with `ENOBUFS`.
    pub tx_refused: u64,
    /// Transmissions that ended in an error frame.
    pub tx_errors: u64,
    /// Frames of others that ended in an error frame.
    pub rx_errors: u64,
    /// How often arbitration was lost.
    pub arbitration_lost: u64,
    /// How often an error counter rose to 96.
    pub error_warning: u64,
    /// How often one rose to 128.
    pub error_passive: u64,
    /// How often the transmit error counter went above 255.
    pub bus_off: u64,
    /// How often the controller was restarted after that.
    pub restarts: u64,
    /// Frames that a socket's full receive queue did not take, counted once for each socket.
    pub socket_drops: u64,
}

/// What happened on a bus.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct BusStatistics {
    /// Frames that reached their receivers.
    pub frames: u64,
    /// Bits of those, stuff bits and intermission included, at both rates.
    pub bits: u64,
    /// Frames that ended in an error frame.
    pub error_frames: u64,
    /// For how long the bus was not idle: frames, error frames, intermissions.
    pub busy: Duration,
}

impl BusStatistics {
    /// The bus load over `elapsed`, in thousandths.
    pub fn load_permille(&self, elapsed: Duration) -> u32 {
        let permille = self.busy.as_nanos().saturating_mul(1000).checked_div(elapsed.as_nanos());
        permille.and_then(|permille| u32::try_from(permille).ok()).unwrap_or(0)
    }
}
