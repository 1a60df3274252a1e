//! A segment into its bytes: the header, the text behind it, and the sum over all.

use core::fmt;

use super::encode_options::{encode_options, timestamps_alone};
use super::{BARE_HEADER_LENGTH, HEADER_LENGTH, MAXIMUM_HEADER_LENGTH, Ports, PseudoHeader};
use crate::tcp::checksum::Sum;
use crate::tcp::segment::{Flags, Payload, Segment};

/// The buffer given to [`encode`] is too short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BufferTooShort {
    /// How many octets the segment takes.
    pub needed: usize,
}

impl fmt::Display for BufferTooShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("buffer too short for the TCP segment")
    }
}

impl core::error::Error for BufferTooShort {}

/// Room for so many octets is enough for a segment.
#[inline]
pub fn most_octets(segment: &Segment<'_>) -> usize {
    let header = match timestamps_alone(&segment.options) {
        Some(_) => HEADER_LENGTH + 12,
        None => MAXIMUM_HEADER_LENGTH,
    };
    header.saturating_add(segment.payload.len())
}

/// Writes a segment, and returns how many octets it takes.
pub fn encode(
    addresses: &PseudoHeader,
    ports: Ports,
    segment: &Segment<'_>,
    octets: &mut [u8],
) -> Result<usize, BufferTooShort> {
    if let Some([kinds, value, echo_reply]) = timestamps_alone(&segment.options)
        && let Some((header, rest)) = octets.split_first_chunk_mut::<BARE_HEADER_LENGTH>()
        && let Some(text) = rest.get_mut(..segment.payload.len())
    {
        let length = header.len().saturating_add(text.len());
        let text = copy_payload(text, segment.payload);
        let fixed = fixed_words(ports, segment, header.len());
        let sum = fixed.into_iter().fold(addresses.with_length(length), Sum::plus_word).plus(text);
        let sum = sum.plus_word(kinds).plus_word(value).plus_word(echo_reply);
        let [p, s, a, c] = fixed;
        let words = [p, s, a, c, last_word(sum, segment), kinds, value, echo_reply];
        header.copy_from_slice(words.map(u32::to_be_bytes).as_flattened());
        return Ok(length);
    }
    encode_any(addresses, ports, segment, octets)
}

/// The words of a header before the one with the checksum: ports, numbers, and what lies before the window, with it.
#[inline]
fn fixed_words(ports: Ports, segment: &Segment<'_>, header_length: usize) -> [u32; 4] {
    let ports = u32::from(ports.source) << 16 | u32::from(ports.destination);
    let flags = segment.flags.bits() & Flags::all().bits();
    let (offset, flags) = ((header_length as u32 / 4) << 12, u32::from(flags));
    let control = (offset | flags) << 16 | u32::from(segment.window);
    [ports, segment.seq.0, segment.ack.0, control]
}

/// The word of the checksum and the urgent pointer; `sum` is that of all others.
#[inline]
fn last_word(sum: Sum, segment: &Segment<'_>) -> u32 {
    let checksum = u16::from_be_bytes(sum.plus_number(segment.urgent_pointer).checksum());
    u32::from(checksum) << 16 | u32::from(segment.urgent_pointer)
}

#[cfg_attr(target_pointer_width = "64", inline(never))]
pub(super) fn encode_any(
    addresses: &PseudoHeader,
    ports: Ports,
    segment: &Segment<'_>,
    octets: &mut [u8],
) -> Result<usize, BufferTooShort> {
    let (options_length, options) =
        encode_options(&segment.options, octets.get_mut(HEADER_LENGTH..).unwrap_or_default());
    let header_length = HEADER_LENGTH.wrapping_add(options_length);
    let needed = header_length.saturating_add(segment.payload.len());
    let too_short = BufferTooShort { needed };
    let octets = octets.get_mut(..needed).ok_or(too_short)?;
    let (fixed, rest) = octets.split_first_chunk_mut::<HEADER_LENGTH>().ok_or(too_short)?;
    let text = copy_payload(rest.get_mut(options_length..).unwrap_or_default(), segment.payload);
    let words = fixed_words(ports, segment, header_length);
    let sum = words.into_iter().fold(addresses.with_length(needed), Sum::plus_word).plus(options).plus(text);
    let [p, s, a, c] = words;
    let words = [p, s, a, c, last_word(sum, segment)];
    fixed.copy_from_slice(words.map(u32::to_be_bytes).as_flattened());
    Ok(needed)
}

/// Copies both parts of a payload, and sums them up.
#[inline]
fn copy_payload(octets: &mut [u8], payload: Payload<'_>) -> Sum {
    let (first, second) = payload.parts();
    if payload.is_empty() {
        return Sum::ZERO;
    }
    let Some((place, rest)) = octets.split_at_mut_checked(first.len()) else {
        return Sum::copying(octets, first);
    };
    let sum = Sum::copying(place, first);
    if second.is_empty() { sum } else { sum.followed_by(Sum::copying(rest, second), first.len()) }
}
