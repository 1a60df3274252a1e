//! What an owner has to know of a connection that counts as Linux does (nstat(8); include/uapi/linux/snmp.h): which
//! timers are due, how often something was tried.
//!
//! The connection itself counts nothing. Its owner asks before a call and after it; what was wrong with a segment
//! [`segment_arrives`](Connection::segment_arrives) tells.
//!
//! ```
//! use anysock::tcp::{Config, Connection, Fixed, SequenceNumber, Timer, Tries};
//! use anysock::time::Instant;
//!
//! let mut memory = Fixed::<16, 16>::new();
//! let mut client = Connection::connect(&Config::default(), SequenceNumber(1), Instant::ZERO);
//! client.poll_transmit(Instant::ZERO, &mut memory).unwrap();
//! let now = client.poll_timeout().unwrap();
//! assert!(client.is_due(Timer::Retransmission, now));
//! client.handle_timeout(now, &mut memory);
//! assert_eq!(client.tries(), Tries { retransmissions: 1, ..Tries::default() });
//! ```

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::Phase;
use super::segment::Segment;
use super::timers::Timer;
use crate::time::Instant;

/// How often in a row something was tried for which no answer has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Tries {
    /// Retransmissions because of a timeout.
    pub retransmissions: u8,
    /// Probes of a window that is shut.
    pub probes: u8,
    /// Keepalive probes.
    pub keepalives: u8,
}

/// What counters go by.
impl<C: CongestionControl> Connection<C> {
    /// Whether the timestamp of `segment` is older than one that came before (RFC 7323 §5.2, R1).
    pub fn has_old_timestamp(&self, now: Instant, segment: &Segment<'_>) -> bool {
        self.state.is_synchronized() && self.is_from_the_past(now, segment)
    }

    /// Whether [`handle_timeout`](Self::handle_timeout) at `now` finds that `timer` has expired.
    pub fn is_due(&self, timer: Timer, now: Instant) -> bool {
        self.timers.clone().expire(timer, now)
    }

    /// RCV.NXT: the number that the peer's next octet has, or its FIN.
    #[inline]
    pub const fn expected_sequence_number(&self) -> SequenceNumber {
        self.rcv.nxt
    }

    /// The number up to which the peer has been told that its octets have come, which a delayed acknowledgment leaves behind
    /// RCV.NXT: Last.ACK.sent (RFC 7323 §4.3).
    pub const fn last_ack_sent(&self) -> SequenceNumber {
        self.rcv.acknowledged
    }

    /// RCV.WND in octets.
    pub fn receive_window(&self) -> u32 {
        self.rcv.wnd()
    }

    /// Whether both ends have agreed on timestamps (RFC 7323 §3.2).
    pub fn uses_timestamps(&self) -> bool {
        self.timestamping.option(&self.config, Instant::ZERO).is_some()
    }

    /// How often what was tried.
    pub const fn tries(&self) -> Tries {
        Tries { retransmissions: self.retransmissions, probes: self.probes, keepalives: self.keepalives }
    }

    /// Whether it sends again what was overtaken (fast recovery, RFC 5681 §3.2; Linux: TCP_CA_Recovery).
    #[inline]
    pub fn is_in_fast_recovery(&self) -> bool {
        self.recovery.phase == Phase::Fast
    }

    /// Whether both ends have agreed on selective acknowledgments (RFC 2018).
    pub fn acknowledges_selectively(&self) -> bool {
        self.sack.is_agreed()
    }

    /// Whether it is about to probe the tail of what it has sent (RFC 8985 §7).
    pub const fn probes_for_loss(&self) -> bool {
        self.rack.wants_probe()
    }
}
