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
    let clock = (now.as_nanos() / 4_000) as u32;
    SequenceNumber(key.hash_pair(pair, &[]) as u32) + clock
}
