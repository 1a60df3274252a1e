//! How large a receive buffer a connection deserves: dynamic right-sizing, as Linux does it
//! (`tcp_rcv_space_adjust`).

use super::Connection;
use super::congestion::{CongestionControl, INITIAL_WINDOW};
use crate::time::Instant;
use core::time::Duration;

/// Measures how much the user reads in a round-trip time, and says how large the receive buffer should be so that it
/// is not what limits the peer. An owner whose buffers can grow keeps one beside the connection; what the buffer
/// then says of its [capacity](super::Buffer::capacity) is offered by the next window.
///
/// ```
/// use anysock::tcp::{Config, Connection, RightSizing, SequenceNumber};
/// use anysock::time::Instant;
///
/// let connection = Connection::connect(&Config::default(), SequenceNumber(100), Instant::ZERO);
/// let mut sizing = RightSizing::new(65_536, Instant::ZERO);
/// // Nothing is known before a round-trip time has been measured.
/// assert_eq!(sizing.read(Instant::ZERO, 60_000, &connection), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RightSizing {
    /// What was read in the largest round trip so far.
    space: u64,
    /// What was read in this one.
    copied: u64,
    since: Instant,
    capacity: u64,
}

impl RightSizing {
    /// A connection that begins with a receive buffer of `capacity` octets.
    pub const fn new(capacity: usize, now: Instant) -> RightSizing {
        RightSizing { space: 0, copied: 0, since: now, capacity: capacity as u64 }
    }

    /// The user has read `octets` of `connection`. What the capacity should be, where that is more than before.
    pub fn read<C: CongestionControl>(
        &mut self,
        now: Instant,
        octets: usize,
        connection: &Connection<C>,
    ) -> Option<usize> {
        let segment = u64::from(connection.config.maximum_segment_size);
        self.space = self.space(connection);
        self.copied = self.copied.saturating_add(octets as u64);
        let round_trip: Duration = connection.round_trip_time()?;
        if now.since(self.since) < round_trip {
            return None;
        }
        let (copied, space) = (self.copied, self.space);
        (self.copied, self.since) = (0, now);
        if copied <= space {
            return None;
        }
        self.space = copied;
        // "minimal window to cope with packet losses", and twice the growth, for the sender may double in slow start.
        let window = copied.saturating_mul(2).saturating_add(segment.saturating_mul(16));
        let growth = window.saturating_mul(copied.saturating_sub(space)) / space;
        let wanted = window.saturating_add(growth.saturating_mul(2));
        if wanted <= self.capacity {
            return None;
        }
        self.capacity = wanted;
        usize::try_from(wanted).ok()
    }

    /// Text has come that waits for other before it, up to `ahead` octets beyond what is in order: the buffer has to
    /// hold that, too. What the capacity should be, where that is more than before (Linux: tcp_data_queue_ofo).
    pub fn out_of_order<C: CongestionControl>(
        &mut self,
        ahead: usize,
        connection: &Connection<C>,
    ) -> Option<usize> {
        self.space = self.space(connection);
        let wanted = self.space.saturating_mul(2).saturating_add(ahead as u64);
        if wanted <= self.capacity {
            return None;
        }
        self.capacity = wanted;
        usize::try_from(wanted).ok()
    }

    /// How many octets are expected in a round-trip time: at first TCP_INIT_CWND segments, or what there is room for.
    #[doc(alias = "tcpi_rcv_space")]
    pub fn space<C: CongestionControl>(&self, connection: &Connection<C>) -> u64 {
        let segment = u64::from(connection.config.maximum_segment_size);
        let segments = match connection.config.initial_receive_window {
            0 => INITIAL_WINDOW,
            segments => segments.min(INITIAL_WINDOW),
        };
        if self.space == 0 {
            segment.saturating_mul(segments.into()).min(self.capacity).max(1)
        } else {
            self.space
        }
    }

    /// The owner's buffer has `capacity` octets: less than was wanted, where there is a limit
    /// (`net.ipv4.tcp_rmem`).
    pub const fn set_capacity(&mut self, capacity: usize) {
        self.capacity = capacity as u64;
    }
}
