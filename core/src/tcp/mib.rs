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
use super::transmissions::Transmission;
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

/// Numbers that are in flight and have met with one fate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InFlight {
    /// The first of them.
    pub begin: SequenceNumber,
    /// The number behind the last.
    pub end: SequenceNumber,
    /// The peer has selectively acknowledged them (RFC 2018).
    pub is_sacked: bool,
    /// They were sent more than once.
    pub is_retransmitted: bool,
}

/// What counters go by.
impl<C: CongestionControl> Connection<C> {
    /// Whether the timestamp of `segment` is older than one that came before (RFC 7323 §5.2, R1).
    pub fn has_old_timestamp(&self, now: Instant, segment: &Segment<'_>) -> bool {
        self.state.is_synchronized() && self.is_from_the_past(now, segment)
    }

    /// When `timer` expires; `None` where it is not running.
    pub fn expiry(&self, timer: Timer) -> Option<Instant> {
        Some(self.timers.at(timer)).filter(|at| *at != Instant::MAX)
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

    /// The number up to which the peer has been told that its octets have come, which a delayed acknowledgment leaves
    /// behind RCV.NXT: Last.ACK.sent (RFC 7323 §4.3).
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

    /// Whether it sends again what was in flight when the retransmission timer expired (RFC 5681 §3.1; Linux:
    /// TCP_CA_Loss).
    pub fn recovers_from_timeout(&self) -> bool {
        self.recovery.phase == Phase::Timeout
    }

    /// RecoveryPoint: while it recovers, what was sent before it began ends there (RFC 6582 §3.2: recover).
    pub const fn recovery_point(&self) -> SequenceNumber {
        self.recovery.recover
    }

    /// Duplicate acknowledgments in a row where acknowledgments are not selective (RFC 5681 §2).
    pub const fn duplicate_acknowledgments(&self) -> u8 {
        self.recovery.duplicates
    }

    /// Where the window has been reduced for losses, and can be taken back: SND.UNA when it was (Linux: `undo_marker`).
    pub const fn undo_marker(&self) -> Option<SequenceNumber> {
        self.spurious.marker()
    }

    /// Whether `segment` answers something that had been sent before anything was sent again (RFC 3522 §3.2; Linux:
    /// `tcp_packet_delayed`).
    pub fn answers_the_original(&self, segment: &Segment<'_>) -> bool {
        self.timestamping.echo(segment).is_some_and(|echo| self.spurious.is_older(echo))
    }

    /// Where what was sent again to probe the tail ends, until that is answered (RFC 8985 §7.3).
    pub fn repeated_probe(&self) -> Option<SequenceNumber> {
        self.rack.repeated_probe()
    }

    /// Whether the window of `segment` is the one that is known (RFC 9293 §3.10.7.4: SND.WND).
    #[inline]
    pub fn knows_window(&self, segment: &Segment<'_>) -> bool {
        self.snd.wnd == self.snd.scaled(segment.window)
    }

    /// Whether some of what is in flight is selectively acknowledged or known to be lost.
    #[inline]
    pub const fn has_marks(&self) -> bool {
        self.transmissions.is_marked()
    }

    /// What is in flight, in the order of the numbers. `transmissions` are those of the connection's storage
    /// ([`Parts::transmissions`](super::Parts::transmissions)); where it lacks records, what shares one is told as one.
    pub fn in_flight<'a>(
        &self,
        transmissions: &'a [Transmission],
    ) -> impl Iterator<Item = InFlight> + use<'a, C> {
        let mut begin = self.snd.una;
        self.transmissions.in_use(transmissions).iter().map(move |record| InFlight {
            begin: core::mem::replace(&mut begin, record.end),
            end: record.end,
            is_sacked: record.sacked,
            is_retransmitted: record.retransmitted,
        })
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
