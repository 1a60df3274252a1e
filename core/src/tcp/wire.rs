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

use super::SequenceNumber;
use super::checksum::Sum;
use super::ecn_counters::{EcnCounters, EcnOrder};
use super::segment::{Block, Ecn, FastOpenCookie, Flags, Options, Payload, Segment, Timestamps};
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The length of a header without options, in octets.
pub const HEADER_LENGTH: usize = 20;
/// The length of the longest header, in octets.
pub const MAXIMUM_HEADER_LENGTH: usize = 60;

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
}

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

/// Reads a segment: what follows the IP header, as long as the IP header says.
///
/// An option of impossible length, and what follows it, is ignored (MUST-7), as are unknown options (MUST-6).
pub fn decode<'a>(addresses: &PseudoHeader, octets: &'a [u8]) -> Result<(Ports, Segment<'a>), DecodeError> {
    let (header, rest) = octets.split_first_chunk::<HEADER_LENGTH>().ok_or(DecodeError::Truncated)?;
    let [.., offset, _, _, _, _, _, _, _] = *header;
    let options_length = usize::from(offset >> 4) * 4;
    let options_length = options_length.checked_sub(HEADER_LENGTH).ok_or(DecodeError::DataOffset)?;
    let (options, payload) = rest.split_at_checked(options_length).ok_or(DecodeError::Truncated)?;
    if addresses.with_length(octets.len()).plus(Sum::of(octets)).checksum() != [0; 2] {
        return Err(DecodeError::Checksum);
    }
    let [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, o0, o1, w0, w1, _, _, u0, u1] = *header;
    let ports = Ports { source: u16::from_be_bytes([s0, s1]), destination: u16::from_be_bytes([d0, d1]) };
    let segment = |options| Segment {
        seq: SequenceNumber(u32::from_be_bytes([q0, q1, q2, q3])),
        ack: SequenceNumber(u32::from_be_bytes([a0, a1, a2, a3])),
        flags: Flags::from_bits_retain(u16::from_be_bytes([o0, o1]) & Flags::all().bits()),
        window: u16::from_be_bytes([w0, w1]),
        urgent_pointer: u16::from_be_bytes([u0, u1]),
        ecn: Ecn::NotCapable,
        options,
        payload: Payload::from(payload),
    };
    // Nearly every segment takes the first way, on which the compiler writes it where it is to be.
    match decode_timestamps_alone(options) {
        Some(timestamps) => Ok((ports, segment(Options { timestamps, ..Options::NONE }))),
        None => Ok((ports, segment(decode_options(options)))),
    }
}

/// Writes a segment, and returns how many octets it takes.
pub fn encode(
    addresses: &PseudoHeader,
    ports: Ports,
    segment: &Segment<'_>,
    octets: &mut [u8],
) -> Result<usize, BufferTooShort> {
    let options = encode_options(&segment.options, octets.get_mut(HEADER_LENGTH..).unwrap_or_default());
    let (options_length, options) = (options.length(), options.sum);
    let header_length = HEADER_LENGTH.wrapping_add(options_length);
    let needed = header_length.saturating_add(segment.payload.len());
    let too_short = BufferTooShort { needed };
    let octets = octets.get_mut(..needed).ok_or(too_short)?;
    let (fixed, rest) = octets.split_first_chunk_mut::<HEADER_LENGTH>().ok_or(too_short)?;
    let text = copy_payload(rest.get_mut(options_length..).unwrap_or_default(), segment.payload);
    let ports = u32::from(ports.source) << 16 | u32::from(ports.destination);
    let (seq, ack) = (segment.seq.0, segment.ack.0);
    let flags = segment.flags.bits() & Flags::all().bits();
    let (offset, flags) = ((header_length as u32 / 4) << 12, u32::from(flags));
    let control = (offset | flags) << 16 | u32::from(segment.window);
    let sum = addresses.with_length(needed).plus_word(ports).plus_word(seq).plus_word(ack).plus_word(control);
    let sum = sum.plus_number(segment.urgent_pointer).plus(options).plus(text);
    let ([s0, s1, d0, d1], [q0, q1, q2, q3]) = (ports.to_be_bytes(), seq.to_be_bytes());
    let ([a0, a1, a2, a3], [o0, o1, w0, w1]) = (ack.to_be_bytes(), control.to_be_bytes());
    let ([c0, c1], [u0, u1]) = (sum.checksum(), segment.urgent_pointer.to_be_bytes());
    *fixed = [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, o0, o1, w0, w1, c0, c1, u0, u1];
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

/// The number of the experiment that Fast Open was: 0xF989 (RFC 7413 §A).
const FAST_OPEN_EXPERIMENT_HIGH: u8 = 0xF9;
const FAST_OPEN_EXPERIMENT_LOW: u8 = 0x89;

/// Option kinds (RFC 9293 §3.2, RFC 7323, RFC 2018, RFC 2385, RFC 5925, RFC 7413, RFC 9768).
mod kind {
    pub(super) const END_OF_OPTION_LIST: u8 = 0;
    pub(super) const NO_OPERATION: u8 = 1;
    pub(super) const MAXIMUM_SEGMENT_SIZE: u8 = 2;
    pub(super) const WINDOW_SCALE: u8 = 3;
    pub(super) const SACK_PERMITTED: u8 = 4;
    pub(super) const SACK: u8 = 5;
    pub(super) const TIMESTAMPS: u8 = 8;
    pub(super) const MD5_SIGNATURE: u8 = 19;
    pub(super) const AUTHENTICATION: u8 = 29;
    pub(super) const FAST_OPEN: u8 = 34;
    pub(super) const ACCURATE_ECN_0: u8 = 172;
    pub(super) const ACCURATE_ECN_1: u8 = 174;
    /// RFC 6994; which experiment it is, the first two octets say.
    pub(super) const EXPERIMENT: u8 = 254;
}

/// The options of nearly every segment: none, or timestamps after two octets of padding (RFC 7323, appendix A).
#[inline]
fn decode_timestamps_alone(octets: &[u8]) -> Option<Option<Timestamps>> {
    const BEGIN: [u8; 4] = [kind::NO_OPERATION, kind::NO_OPERATION, kind::TIMESTAMPS, 10];
    match octets.split_first_chunk() {
        None => octets.is_empty().then_some(None),
        Some((begin, &[a, b, c, d, e, f, g, h])) if *begin == BEGIN => {
            let (value, echo_reply) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
            Some(Some(Timestamps { value, echo_reply }))
        }
        Some(_) => None,
    }
}

#[inline(never)]
fn decode_options(mut octets: &[u8]) -> Options {
    let mut options = Options::NONE;
    loop {
        octets = match octets {
            [] | [kind::END_OF_OPTION_LIST, ..] => return options,
            [kind::NO_OPERATION, rest @ ..] => rest,
            [kind, length, ..] => {
                // The length counts the kind and itself.
                let Some((option, rest)) = octets.split_at_checked(usize::from(*length)) else {
                    return options;
                };
                let Some(data) = option.get(2..) else { return options };
                decode_option(&mut options, *kind, data);
                rest
            }
            [_] => return options,
        };
    }
}

/// One option; one whose data has the wrong length is ignored.
fn decode_option(options: &mut Options, kind: u8, data: &[u8]) {
    match (kind, data) {
        (kind::MAXIMUM_SEGMENT_SIZE, &[a, b]) => {
            options.maximum_segment_size = Some(u16::from_be_bytes([a, b]));
        }
        (kind::WINDOW_SCALE, &[shift]) => options.window_scale = Some(shift),
        (kind::SACK_PERMITTED, []) => options.sack_permitted = true,
        (kind::TIMESTAMPS, &[a, b, c, d, e, f, g, h]) => {
            options.timestamps = Some(Timestamps {
                value: u32::from_be_bytes([a, b, c, d]),
                echo_reply: u32::from_be_bytes([e, f, g, h]),
            });
        }
        (kind::ACCURATE_ECN_0, data) => {
            options.ecn_counters = Some(EcnCounters::read(EcnOrder::Zero, data));
        }
        (kind::ACCURATE_ECN_1, data) => {
            options.ecn_counters = Some(EcnCounters::read(EcnOrder::One, data));
        }
        (kind::MD5_SIGNATURE | kind::AUTHENTICATION, _) => options.signed = true,
        (kind::FAST_OPEN, data) => options.fast_open = FastOpenCookie::new(data),
        (kind::EXPERIMENT, &[FAST_OPEN_EXPERIMENT_HIGH, FAST_OPEN_EXPERIMENT_LOW, ref cookie @ ..]) => {
            options.fast_open = FastOpenCookie::new(cookie).map(FastOpenCookie::experimental);
        }
        (kind::SACK, data) => {
            let (blocks, []) = data.as_chunks::<8>() else { return };
            for (place, &[a, b, c, d, e, f, g, h]) in options.sack.iter_mut().zip(blocks) {
                *place = Some(Block {
                    left_edge: SequenceNumber(u32::from_be_bytes([a, b, c, d])),
                    right_edge: SequenceNumber(u32::from_be_bytes([e, f, g, h])),
                });
            }
        }
        _ => {}
    }
}

/// The option field under construction: whole words, and their sum. Where there is too little room, only their number
/// is right.
struct OptionField<'a> {
    places: &'a mut [[u8; 4]],
    count: usize,
    sum: Sum,
}

impl OptionField<'_> {
    /// Whether selective acknowledgments are permitted, unless that stands beside the timestamps, and the window scale:
    /// what only a SYN says. `rest` of the option before takes the place of padding; what is left of it is returned.
    #[inline]
    fn push_beginnings(&mut self, options: &Options, mut rest: Option<[u8; 2]>) -> Option<[u8; 2]> {
        if options.sack_permitted && options.timestamps.is_none() {
            self.push([word(rest.take().unwrap_or(PADDING), kind::SACK_PERMITTED, 2)]);
        }
        if let Some(shift) = options.window_scale {
            // There is room for one octet.
            let [before, _] = rest.take_if(|[_, second]| *second == kind::NO_OPERATION).unwrap_or(PADDING);
            self.push([word([before, kind::WINDOW_SCALE], 3, shift)]);
        }
        rest
    }

    /// The options behind the timestamps, where there are any but those of [`push_beginnings`](Self::push_beginnings).
    /// By value, so that the field of a segment without them stays in registers.
    #[inline(never)]
    fn with_longer_options(mut self, options: &Options) -> Self {
        let counters = options.ecn_counters.as_ref();
        let rest = counters.and_then(|counters| self.push_ecn_counters(counters, options));
        let rest = self.push_beginnings(options, rest);
        if options.has_blocks() {
            self.push_blocks(&options.sack, rest);
        } else if let Some(rest) = rest {
            self.push([word(rest, kind::NO_OPERATION, kind::NO_OPERATION)]);
        }
        if let Some(cookie) = &options.fast_open {
            self.push_fast_open(cookie);
        }
        self
    }

    /// As many fields as there is room for beside the options that are never left out. The octets that fill no word go
    /// where the next option would be padded, as Linux has it: they are returned.
    fn push_ecn_counters(&mut self, counters: &EcnCounters, options: &Options) -> Option<[u8; 2]> {
        let permits_alone = options.sack_permitted && options.timestamps.is_none();
        let words = usize::from(permits_alone).saturating_add(usize::from(options.window_scale.is_some()));
        let cookie = |cookie: FastOpenCookie| {
            let before = if cookie.is_experimental() { 4 } else { 2 };
            cookie.octets().len().saturating_add(before).next_multiple_of(4)
        };
        let behind = words.wrapping_mul(4).saturating_add(options.fast_open.map_or(0, cookie));
        let padding = match options.window_scale {
            _ if permits_alone || options.has_blocks() => 2,
            Some(_) => 1,
            None => 0,
        };
        let room =
            (MAXIMUM_HEADER_LENGTH - HEADER_LENGTH).saturating_sub(self.length().saturating_add(behind));
        let (counters, _) = counters.fitted(0, room, padding)?;
        let octets = counters.octets(kind::NO_OPERATION);
        let (words, rest) = octets.as_chunks::<4>().0.split_at_checked(counters.words()).unwrap_or_default();
        for word in words {
            self.push([u32::from_be_bytes(*word)]);
        }
        rest.first().filter(|_| counters.has_rest()).map(|&[a, b, ..]| [a, b])
    }

    fn push_fast_open(&mut self, cookie: &FastOpenCookie) {
        const NOP: u8 = kind::NO_OPERATION;
        let octets = cookie.octets();
        if cookie.is_experimental() {
            let length = (octets.len() as u8).wrapping_add(4);
            let experiment = [kind::EXPERIMENT, length, FAST_OPEN_EXPERIMENT_HIGH, FAST_OPEN_EXPERIMENT_LOW];
            self.push([u32::from_be_bytes(experiment)]);
            return self.push_octets(octets);
        }
        let (first, rest) = octets.split_at_checked(2).unwrap_or_default();
        let [a, b] = first.try_into().unwrap_or([NOP, NOP]);
        self.push([u32::from_be_bytes([kind::FAST_OPEN, (octets.len() as u8).wrapping_add(2), a, b])]);
        self.push_octets(rest);
    }

    /// The octets, and padding up to a whole word.
    fn push_octets(&mut self, octets: &[u8]) {
        for chunk in octets.chunks(4) {
            let mut padded = [kind::NO_OPERATION; 4];
            super::storage::copy(&mut padded, chunk);
            self.push([u32::from_be_bytes(padded)]);
        }
    }

    /// As many blocks as there is room for.
    fn push_blocks(&mut self, blocks: &[Option<Block>], rest: Option<[u8; 2]>) {
        let room =
            (MAXIMUM_HEADER_LENGTH - HEADER_LENGTH).saturating_sub(self.length().saturating_add(4)) / 8;
        let blocks = blocks.iter().map_while(|block| *block).take(room);
        let count = blocks.clone().count() as u8;
        if count > 0 {
            let [a, b] = rest.unwrap_or(PADDING);
            self.push([u32::from_be_bytes([a, b, kind::SACK, count.wrapping_mul(8).wrapping_add(2)])]);
            for block in blocks {
                self.push([block.left_edge.0, block.right_edge.0]);
            }
        } else if let Some([a, b]) = rest {
            self.push([u32::from_be_bytes([a, b, kind::NO_OPERATION, kind::NO_OPERATION])]);
        }
    }

    #[inline]
    fn length(&self) -> usize {
        self.count.wrapping_mul(4)
    }

    #[inline]
    fn push<const COUNT: usize>(&mut self, words: [u32; COUNT]) {
        if let Some(places) = self.places.get_mut(self.count..).and_then(|rest| rest.first_chunk_mut()) {
            *places = words.map(u32::to_be_bytes);
        }
        self.count = self.count.wrapping_add(COUNT);
        self.sum = words.into_iter().fold(self.sum, Sum::plus_word);
    }
}

/// What stands before an option that does not begin with a word.
const PADDING: [u8; 2] = [kind::NO_OPERATION; 2];

fn word([a, b]: [u8; 2], c: u8, d: u8) -> u32 {
    u32::from_be_bytes([a, b, c, d])
}

/// In Linux's order, so that captures look alike; each option with its padding in whole words. All that come before
/// the selective acknowledgments fit.
#[inline]
fn encode_options<'a>(options: &Options, octets: &'a mut [u8]) -> OptionField<'a> {
    let mut field = OptionField { places: octets.as_chunks_mut().0, count: 0, sum: Sum::ZERO };
    if let Some(size) = options.maximum_segment_size {
        field.push([word([kind::MAXIMUM_SEGMENT_SIZE, 4], 0, 0) | u32::from(size)]);
    }
    if let Some(timestamps) = options.timestamps {
        let before = if options.sack_permitted { [kind::SACK_PERMITTED, 2] } else { PADDING };
        field.push([word(before, kind::TIMESTAMPS, 10), timestamps.value, timestamps.echo_reply]);
    }
    if options.ecn_counters.is_some() || options.has_blocks() || options.fast_open.is_some() {
        return field.with_longer_options(options);
    }
    field.push_beginnings(options, None);
    field
}
