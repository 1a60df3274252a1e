//! Where the timestamps of a pair of hosts begin (RFC 7323 §7.1).

use super::{AddressPair, SecretKey};

/// What to add to the clock of the timestamps ([`Config::timestamp_offset`](super::Config)) of every connection
/// between these two addresses: the same for each, whatever the ports, so that a new connection's timestamps
/// follow those of an old one in TIME-WAIT, and a secret to everyone else (RFC 7323 §7.1; Linux:
/// `secure_tcp_ts_off`).
pub fn timestamp_offset(key: &SecretKey, pair: &impl AddressPair) -> u32 {
    let [local, remote] = pair.addresses();
    key.hash(&[local.as_ref(), remote.as_ref()]) as u32
}
