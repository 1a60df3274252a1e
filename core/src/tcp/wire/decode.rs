//! A segment out of its bytes: the header, and the sum over all.

use core::fmt;

use super::decode_options::{decode_options, decode_timestamps_alone};
use super::option_kind::TIMESTAMPS_ALONE;
use super::{BARE_HEADER_LENGTH, HEADER_LENGTH, Ports, PseudoHeader, SHORT_WAYS};
use crate::tcp::SequenceNumber;
use crate::tcp::checksum::Sum;
use crate::tcp::segment::{Ecn, Flags, Options, Payload, Segment, Timestamps};

/// Why octets are no TCP segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// Shorter than a header, or than its data offset says.
    Truncated,
    /// The data offset is less than five words.
    DataOffset,
    /// The checksum is wrong.
    Checksum,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DecodeError::Truncated => "truncated TCP header",
            DecodeError::DataOffset => "TCP data offset below 5",
            DecodeError::Checksum => "wrong TCP checksum",
        })
    }
}

impl core::error::Error for DecodeError {}

/// Reads a segment: what follows the IP header, as long as the IP header says.
///
/// An option of impossible length, and what follows it, is ignored (MUST-7), as are unknown options (MUST-6).
pub fn decode<'a>(addresses: &PseudoHeader, octets: &'a [u8]) -> Result<(Ports, Segment<'a>), DecodeError> {
    decode_if(octets, Some(addresses))
}

/// [`decode`] of a segment whose checksum is known to be right: because hardware has looked, or because it never left
/// the machine (Linux: `CHECKSUM_UNNECESSARY`).
pub fn decode_unverified(octets: &[u8]) -> Result<(Ports, Segment<'_>), DecodeError> {
    decode_if(octets, None)
}

/// With addresses, the checksum must be right.
#[inline(always)]
fn decode_if<'a>(
    octets: &'a [u8],
    addresses: Option<&PseudoHeader>,
) -> Result<(Ports, Segment<'a>), DecodeError> {
    if SHORT_WAYS
        && let Some((header, text)) = octets.split_first_chunk()
        && let Some((fixed, timestamps)) = words_of_bare_header(header)
    {
        if let Some(addresses) = addresses {
            addresses.verify(octets.len(), Sum::of_words(header).plus(Sum::of(text)))?;
        }
        return Ok(of_words(fixed, Options::of_timestamps(Some(timestamps)), text));
    }
    decode_any(octets, addresses)
}

/// Of a header with timestamps alone: the words before them, and they.
#[inline]
fn words_of_bare_header(header: &[u8; BARE_HEADER_LENGTH]) -> Option<([u32; 5], Timestamps)> {
    let &[ports, seq, ack, control, urgent, kinds, value, echo_reply] = header.as_chunks::<4>().0 else {
        return None;
    };
    let ([offset, ..], number) = (control, u32::from_be_bytes);
    (usize::from(offset >> 4) * 4 == BARE_HEADER_LENGTH && kinds == TIMESTAMPS_ALONE).then(|| {
        let timestamps = Timestamps { value: number(value), echo_reply: number(echo_reply) };
        ([ports, seq, ack, control, urgent].map(number), timestamps)
    })
}

/// What a header says, as the compiler writes it where it is to be.
#[inline(always)]
fn of_words(fixed: [u32; 5], options: Options, payload: &[u8]) -> (Ports, Segment<'_>) {
    let [ports, seq, ack, control, urgent] = fixed;
    let ports = Ports { source: (ports >> 16) as u16, destination: ports as u16 };
    let segment = Segment {
        seq: SequenceNumber(seq),
        ack: SequenceNumber(ack),
        flags: Flags::from_bits_retain((control >> 16) as u16 & Flags::all().bits()),
        window: control as u16,
        urgent_pointer: urgent as u16,
        ecn: Ecn::NotCapable,
        options,
        payload: Payload::from(payload),
    };
    (ports, segment)
}

#[cfg_attr(target_pointer_width = "64", inline(never))]
pub(super) fn decode_any<'a>(
    octets: &'a [u8],
    addresses: Option<&PseudoHeader>,
) -> Result<(Ports, Segment<'a>), DecodeError> {
    let (header, rest) = octets.split_first_chunk::<HEADER_LENGTH>().ok_or(DecodeError::Truncated)?;
    let [.., offset, _, _, _, _, _, _, _] = *header;
    let options_length = usize::from(offset >> 4) * 4;
    let options_length = options_length.checked_sub(HEADER_LENGTH).ok_or(DecodeError::DataOffset)?;
    let (options, payload) = rest.split_at_checked(options_length).ok_or(DecodeError::Truncated)?;
    if let Some(addresses) = addresses {
        addresses.verify(octets.len(), Sum::of(octets))?;
    }
    let &[ports, seq, ack, control, urgent] = header.as_chunks().0 else {
        return Err(DecodeError::Truncated);
    };
    let fixed = [ports, seq, ack, control, urgent].map(u32::from_be_bytes);
    match decode_timestamps_alone(options) {
        Some(timestamps) => Ok(of_words(fixed, Options::of_timestamps(timestamps), payload)),
        None => Ok(of_words(fixed, decode_options(options), payload)),
    }
}
