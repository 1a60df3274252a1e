//! Initial sequence numbers (RFC 6528): they grow for one pair of addresses, and say nothing of another.

use anysock::tcp::{InitialNumbers, SecretKey, initial_sequence_number};
use anysock::time::Instant;
use core::net::{SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::collections::HashSet;

fn pair(local: &str, remote: &str) -> (SocketAddr, SocketAddr) {
    (local.parse().unwrap(), remote.parse().unwrap())
}

#[test]
fn the_hash_is_siphash_2_4() {
    // The first eight of the reference implementation's vectors_sip64, the message being 0, 1, 2 …
    let expected: [u64; 8] = [
        0x726f_db47_dd0e_0e31,
        0x74f8_39c5_93dc_67fd,
        0x0d6c_8009_d9a9_4f5a,
        0x8567_6696_d7fb_7e2d,
        0xcf27_94e0_2771_87b7,
        0x1876_5564_cd99_a68d,
        0xcbc9_466e_58fe_e3ce,
        0xab02_00f5_8b01_d137,
    ];
    let octets: [u8; 16] = core::array::from_fn(|index| index as u8);
    let key = SecretKey::new(octets);
    for (length, expected) in expected.into_iter().enumerate() {
        assert_eq!(key.hash(&[&octets[..length]]), expected, "{length} octets");
        // However they are split.
        assert_eq!(key.hash(&[&octets[..length / 2], &octets[length / 2..length]]), expected);
    }
    assert_eq!(format!("{key:?}"), "SecretKey(..)");
}

#[test]
fn they_grow_with_a_clock_of_4_microseconds_and_wrap() {
    let key = SecretKey::new([7; 16]);
    let pair = pair("192.0.2.1:40000", "192.0.2.2:80");
    let first = initial_sequence_number(&key, &pair, Instant::ZERO);
    // RFC 9293 §3.4.1: "cycles approximately every 4.55 hours"; 2^32 ticks of 4 µs are 4.77 hours.
    for (nanoseconds, ticks) in [(3_999, 0), (4_000, 1), (1_000_000, 250), (4_000 << 32, 0)] {
        let later = initial_sequence_number(&key, &pair, Instant::from_nanos(nanoseconds));
        assert_eq!(later.since(first), ticks, "{nanoseconds} ns");
    }
}

#[test]
fn both_numbers_are_halves_of_one_hash_of_addresses_and_ports() {
    let key = SecretKey::new([7; 16]);
    let pair: (SocketAddrV4, SocketAddrV4) =
        ("192.0.2.1:40000".parse().unwrap(), "192.0.2.2:80".parse().unwrap());
    // RFC 6528 §3: F(localip, localport, remoteip, remoteport, secretkey).
    let hash = key.hash(&[&[192, 0, 2, 1, 192, 0, 2, 2], &40_000u16.to_be_bytes(), &80u16.to_be_bytes()]);
    let numbers = InitialNumbers::new(&key, &pair);
    assert_eq!(u64::from(numbers.sequence_number(Instant::ZERO).0), hash & 0xffff_ffff);
    assert_eq!(u64::from(numbers.timestamp_offset()), hash >> 32);
    let now = Instant::from_nanos(1 << 40);
    assert_eq!(numbers.sequence_number(now), initial_sequence_number(&key, &pair, now));
}

#[test]
fn each_pair_and_each_key_begins_elsewhere() {
    let now = Instant::ZERO + Duration::from_secs(5);
    let mut pairs = vec![
        pair("192.0.2.1:40000", "192.0.2.2:80"),
        pair("192.0.2.2:80", "192.0.2.1:40000"),
        pair("192.0.2.1:40000", "192.0.2.2:81"),
        pair("192.0.2.3:40000", "192.0.2.2:80"),
        pair("[2001:db8::1]:40000", "[2001:db8::2]:80"),
        pair("[2001:db8::1]:40000", "[2001:db8::3]:80"),
    ];
    pairs.extend((1..1000).map(|port| pair(&format!("192.0.2.1:{port}"), "192.0.2.2:80")));
    let keys = [SecretKey::new([1; 16]), SecretKey::new([2; 16])];
    let numbers: HashSet<u32> = keys
        .iter()
        .flat_map(|key| pairs.iter().map(|pair| initial_sequence_number(key, pair, now).0))
        .collect();
    assert_eq!(numbers.len(), 2 * pairs.len());
}
