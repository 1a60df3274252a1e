//! The TCP header as bytes (RFC 9293 §3.1): encoding, decoding, checksum.
//!
//! ```
//! use anysock::tcp::wire::{self, Ports, PseudoHeader};
//! use anysock::tcp::{Flags, Segment, SequenceNumber};
//! use core::net::Ipv4Addr;
//!
//! let addresses = PseudoHeader::ipv4(Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2));
//! let ports = Ports { source: 40000, destination: 29536 };
//! let mut syn = Segment::new(Flags::SYN, SequenceNumber(100), SequenceNumber(0));
//! syn.options.maximum_segment_size = Some(1460);
//!
//! let mut bytes = [0; 64];
//! let length = wire::encode(&addresses, ports, &syn, &mut bytes).unwrap();
//! assert_eq!(length, 24);
//! assert_eq!(wire::decode(&addresses, &bytes[..length]), Ok((ports, syn)));
//! bytes[5] ^= 1;
//! assert_eq!(wire::decode(&addresses, &bytes[..length]), Err(wire::DecodeError::Checksum));
//! ```

mod decode;
mod decode_options;
mod encode;
mod encode_options;
mod option_kind;

pub use decode::{DecodeError, decode, decode_unverified};
pub use encode::{BufferTooShort, encode, most_octets};

use super::checksum::Sum;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The length of a header without options, in octets.
pub const HEADER_LENGTH: usize = 20;
/// The length of the longest header, in octets.
pub const MAXIMUM_HEADER_LENGTH: usize = 60;

/// Whether what nearly every segment is has a way of its own: not on a microcontroller, where size counts for more.
pub(super) const SHORT_WAYS: bool = cfg!(target_pointer_width = "64");

/// The length of nearly every header: timestamps are its only option.
const BARE_HEADER_LENGTH: usize = 32;

/// The ports of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Ports {
    /// The sender's port.
    pub source: u16,
    /// The receiver's port.
    pub destination: u16,
}

/// What the checksum covers besides the segment: the addresses (RFC 9293 §3.1; RFC 8200 §8.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PseudoHeader {
    sum: Sum,
}

impl PseudoHeader {
    const PROTOCOL: u16 = 6;

    /// The pseudo-header of a segment in IPv4.
    #[inline]
    pub fn ipv4(source: Ipv4Addr, destination: Ipv4Addr) -> Self {
        PseudoHeader::of(&source.octets(), &destination.octets())
    }

    /// The pseudo-header of a segment in IPv6.
    #[inline]
    pub fn ipv6(source: Ipv6Addr, destination: Ipv6Addr) -> Self {
        PseudoHeader::of(&source.octets(), &destination.octets())
    }

    #[inline]
    fn of(source: &[u8], destination: &[u8]) -> Self {
        let addresses = Sum::of_few(source).plus(Sum::of_few(destination));
        PseudoHeader { sum: addresses.plus_number(Self::PROTOCOL) }
    }

    /// The sum over this for a segment of `length` octets. The length takes 16 bits in IPv4 and 32 in IPv6; the
    /// sum is the same.
    #[inline]
    fn with_length(&self, length: usize) -> Sum {
        self.sum.plus_word(length as u32)
    }

    /// `sum`, over a segment of `length` octets, must have covered a checksum that is right.
    #[inline]
    fn verify(&self, length: usize, sum: Sum) -> Result<(), DecodeError> {
        if !self.with_length(length).plus(sum).covers_right_checksum() {
            return Err(DecodeError::Checksum);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::decode::decode_any;
    use super::decode_options::{decode_any_options, decode_options};
    use super::encode::encode_any;
    use super::encode_options::{encode_any_options, encode_options};
    use super::option_kind::TIMESTAMPS_ALONE;
    use super::*;
    use std::vec::Vec;

    use proptest::prelude::*;

    /// Options as nearly every SYN has them, but for a few octets.
    fn nearly_usual() -> impl Strategy<Value = Vec<u8>> {
        let usual = [2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7];
        let changes = proptest::collection::vec((0..usual.len(), any::<u8>()), 0..3);
        (changes, 0..=usual.len()).prop_map(move |(changes, length)| {
            let mut octets = usual;
            changes.into_iter().for_each(|(place, octet)| octets[place] = octet);
            octets[..length].to_vec()
        })
    }

    proptest! {
        #[test]
        fn the_short_way_reads_and_writes_what_the_long_way_does(octets in nearly_usual()) {
            let options = decode_options(&octets);
            prop_assert_eq!(options, decode_any_options(&octets));
            let mut fields = [[0; 40]; 2];
            let [short, long] = &mut fields;
            let (length, sum) = encode_options(&options, short);
            let field = encode_any_options(&options, long);
            prop_assert_eq!((length, sum.checksum()), (field.length(), field.sum.checksum()));
            prop_assert_eq!(&short[..], &long[..]);
        }

        #[test]
        fn a_bare_header_is_read_as_any_other(
            changes in proptest::collection::vec((0..32usize, any::<u8>()), 0..12),
            text in proptest::collection::vec(any::<u8>(), 0..300),
            room in 0..400usize,
        ) {
            let mut octets = [0; BARE_HEADER_LENGTH].to_vec();
            octets[12] = 0x80;
            octets[20..24].copy_from_slice(&TIMESTAMPS_ALONE);
            changes.into_iter().for_each(|(place, octet)| octets[place] = octet);
            octets.extend(text);
            prop_assert_eq!(decode_unverified(&octets), decode_any(&octets, None));
            let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
            prop_assert_eq!(decode(&addresses, &octets), decode_any(&octets, Some(&addresses)));
            let Ok((ports, segment)) = decode_unverified(&octets) else { return Ok(()) };
            let mut written = [[0; 400]; 2];
            let [short, long] = &mut written;
            let result = encode(&addresses, ports, &segment, &mut short[..room]);
            prop_assert_eq!(result, encode_any(&addresses, ports, &segment, &mut long[..room]));
            if let Ok(length) = result {
                prop_assert_eq!(&short[..], &long[..]);
                let read = decode(&addresses, &short[..length]);
                prop_assert!(read.is_ok() && read == decode_any(&long[..length], Some(&addresses)));
            }
        }
    }
}
