//! SYN cookies (RFC 4987 §3.6): a full backlog keeps nothing; what is to be remembered travels in the SYN,ACK.
//!
//! As on Linux (net/ipv4/syncookies.c): the sequence number holds a counter of minutes in 8 bits, and the maximum
//! segment size as an index in 24, each under a keyed hash; window scale, SACK and ECN travel in the lowest six
//! bits of the timestamp, and are given up without timestamps.

use super::address_pair::is_ipv4;
use super::half_open::HalfOpen;
use super::segment::{Flags, Options, Segment, Timestamps};
use super::{AddressPair, SecretKey, SequenceNumber, Settings};
use crate::time::Instant;
use core::time::Duration;

/// How long a cookie is good for: MAX_SYNCOOKIE_AGE is two, of a counter that increases every minute.
pub(super) const LIFETIME: Duration = Duration::from_secs(120);
const MINUTES: u32 = 2;

/// The sizes that a cookie can hold, with IPv4 and with IPv6: those of net/ipv4/syncookies.c and net/ipv6/syncookies.c.
const IPV4_SIZES: [u16; 4] = [536, 1300, 1440, 1460];
const IPV6_SIZES: [u16; 4] = [1220, 1420, 1440, 8_940];

/// The lowest bits of the timestamp.
const TIMESTAMP_BITS: u32 = 0x3f;
const NO_WINDOW_SCALE: u32 = 0xf;
const SACK: u32 = 0x10;
const ECN: u32 = 0x20;

const COUNTER_SHIFT: u32 = 24;
const DATA: u32 = (1 << COUNTER_SHIFT) - 1;

fn sizes(pair: &impl AddressPair) -> [u16; 4] {
    if is_ipv4(pair) { IPV4_SIZES } else { IPV6_SIZES }
}

/// The two keyed hashes: of the pair, and of the pair and the minute.
fn hash(key: &SecretKey, pair: &impl AddressPair, minute: Option<u32>) -> u32 {
    match minute {
        None => key.hash_pair(pair, b"cookie") as u32,
        Some(minute) => key.hash_pair(pair, &minute.to_be_bytes()) as u32,
    }
}

fn minute(now: Instant) -> u32 {
    (now.as_nanos() / 60_000_000_000) as u32
}

/// The SYN,ACK that answers `syn` without anything being remembered.
pub(super) fn syn_ack(
    key: &SecretKey,
    pair: &impl AddressPair,
    now: Instant,
    settings: &Settings,
    capacity: usize,
    syn: &Segment<'_>,
) -> Segment<'static> {
    let announced = syn.options.maximum_segment_size.unwrap_or(settings.default_send_maximum_segment_size);
    let [least, ..] = sizes(pair);
    let fitting = sizes(pair).into_iter().enumerate().rfind(|(_, size)| *size <= announced);
    let (index, size) = fitting.unwrap_or((0, least));
    let count = minute(now);
    let number = hash(key, pair, None)
        .wrapping_add(syn.seq.0)
        .wrapping_add(count << COUNTER_SHIFT)
        .wrapping_add(hash(key, pair, Some(count)).wrapping_add(index as u32) & DATA);
    let mut syn = syn.without_text();
    syn.options.maximum_segment_size = Some(size);
    let has_timestamps = cfg!(feature = "tcp-timestamps") && settings.timestamps();
    if syn.options.timestamps.is_none() || !has_timestamps {
        // Nothing can be remembered of these.
        syn.options.timestamps = None;
        syn.options.window_scale = None;
        syn.options.sack_permitted = false;
        syn.flags.remove(Flags::ACE);
    }
    let mut entry = HalfOpen::new(now, SequenceNumber(number), &syn, settings);
    let mut answer = entry.syn_ack(now, settings, capacity);
    if let Some(timestamps) = &mut answer.options.timestamps {
        let mut bits = if answer.options.window_scale.is_some() {
            u32::from(syn.options.window_scale.unwrap_or(0).min(14))
        } else {
            NO_WINDOW_SCALE
        };
        bits |= if answer.options.sack_permitted { SACK } else { 0 };
        bits |= if answer.flags.intersects(Flags::ACE) { ECN } else { 0 };
        let held = timestamps.value & !TIMESTAMP_BITS | bits;
        // Never ahead of the clock: what is sent later must not seem older.
        timestamps.value = if held > timestamps.value { held.wrapping_sub(TIMESTAMP_BITS + 1) } else { held };
    }
    answer
}

/// What the acknowledgment of a cookie tells of the SYN; `None` where it is not one of ours, or too old.
pub(super) fn check(
    key: &SecretKey,
    pair: &impl AddressPair,
    now: Instant,
    settings: &Settings,
    segment: &Segment<'_>,
) -> Option<HalfOpen> {
    let (iss, irs) = (segment.ack - 1, segment.seq - 1);
    let held = iss.0.wrapping_sub(hash(key, pair, None)).wrapping_sub(irs.0);
    let count = minute(now);
    let age = count.wrapping_sub(held >> COUNTER_SHIFT) & 0xff;
    if age >= MINUTES {
        return None;
    }
    let index = held.wrapping_sub(hash(key, pair, Some(count.wrapping_sub(age)))) & DATA;
    let size = *sizes(pair).get(index as usize)?;
    let mut syn = Segment::new(Flags::SYN, irs, SequenceNumber(0));
    syn.window = segment.window;
    syn.options = Options { maximum_segment_size: Some(size), ..Options::NONE };
    if let Some(timestamps) = segment.options.timestamps.filter(|_| settings.timestamps()) {
        let bits = timestamps.echo_reply;
        syn.options.timestamps = Some(Timestamps { value: timestamps.value, echo_reply: 0 });
        syn.options.sack_permitted = bits & SACK != 0;
        let scale = bits & NO_WINDOW_SCALE;
        syn.options.window_scale = (scale != NO_WINDOW_SCALE).then_some(scale as u8);
        syn.flags.set(Flags::ECE | Flags::CWR, bits & ECN != 0);
        // Who was told of Accurate ECN says so now (RFC 9768 §5.1; Linux: cookie_accecn_ok).
        syn.flags.set(Flags::AE, bits & ECN != 0 && segment.flags.ace() > 1);
    }
    Some(HalfOpen::new(now, iss, &syn, settings).known_from_cookie())
}
