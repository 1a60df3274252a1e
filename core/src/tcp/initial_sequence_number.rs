//! Initial sequence numbers that grow with time and that nobody can guess (RFC 6528).

use super::{AddressPair, SecretKey, SequenceNumber};
use crate::time::Instant;

/// The initial sequence number of a connection that begins at `now` (RFC 6528 §3; RFC 9293 §3.4.1, MUST-8 and
/// SHLD-1): ISN = M + F(localip, localport, remoteip, remoteport, secretkey), where M is a clock of 4 µs and F the
/// keyed hash.
///
/// For the same pair of addresses the numbers grow, so that a new connection does not overlap an earlier one; for
/// another pair they begin elsewhere, so that one connection tells nothing of another. The clock must not begin
/// again while the key stays the same.
///
/// ```
/// use anysock::tcp::{SecretKey, initial_sequence_number};
/// use anysock::time::Instant;
/// use core::net::SocketAddrV4;
///
/// let key = SecretKey::new(*b"drawn at random!");
/// let pair: (SocketAddrV4, SocketAddrV4) =
///     ("10.0.0.1:40000".parse().unwrap(), "10.0.0.2:80".parse().unwrap());
/// let first = initial_sequence_number(&key, &pair, Instant::ZERO);
/// let later = initial_sequence_number(&key, &pair, Instant::from_nanos(1_000_000_000));
/// assert_eq!(later.since(first), 250_000);
/// ```
pub fn initial_sequence_number(key: &SecretKey, pair: &impl AddressPair, now: Instant) -> SequenceNumber {
    InitialNumbers::new(key, pair).sequence_number(now)
}

/// F of RFC 6528 for one pair of addresses, of which the initial sequence number of a connection and its timestamps are
/// made: one hash for both, as Linux has it (`secure_tcp_seq_and_ts_off`).
///
/// Each of the two numbers is half of it, and the halves of a keyed hash tell nothing of each other.
///
/// ```
/// use anysock::tcp::{Config, Connection, InitialNumbers, SecretKey};
/// use anysock::time::Instant;
/// use core::net::SocketAddrV4;
///
/// let key = SecretKey::new(*b"drawn at random!");
/// let pair: (SocketAddrV4, SocketAddrV4) =
///     ("10.0.0.1:40000".parse().unwrap(), "10.0.0.2:80".parse().unwrap());
/// let (numbers, now) = (InitialNumbers::new(&key, &pair), Instant::ZERO);
/// let mut config = Config::ipv4(1500);
/// config.timestamp_offset = numbers.timestamp_offset();
/// let connection = Connection::connect(&config, numbers.sequence_number(now), now);
/// # let _ = connection;
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InitialNumbers(u64);

impl InitialNumbers {
    /// Those of the connections between these two.
    pub fn new(key: &SecretKey, pair: &impl AddressPair) -> InitialNumbers {
        InitialNumbers(key.hash_pair(pair, &[]))
    }

    /// [`initial_sequence_number`].
    #[inline]
    pub const fn sequence_number(self, now: Instant) -> SequenceNumber {
        let clock = (now.as_nanos() / 4_000) as u32;
        SequenceNumber((self.0 as u32).wrapping_add(clock))
    }

    /// What to add to the clock of the timestamps ([`Config::timestamp_offset`](super::Config)): the same for every
    /// connection between these two, so that a new connection's timestamps follow those of an old one in TIME-WAIT, and
    /// a secret to everyone else (RFC 7323 §7.1).
    #[inline]
    pub const fn timestamp_offset(self) -> u32 {
        (self.0 >> 32) as u32
    }
}
