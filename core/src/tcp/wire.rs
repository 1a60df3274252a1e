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

    /// `sum`, over a segment of `length` octets, must have covered a checksum that is right.
    #[inline]
    fn verify(&self, length: usize, sum: Sum) -> Result<(), DecodeError> {
        if !self.with_length(length).plus(sum).covers_right_checksum() {
            return Err(DecodeError::Checksum);
        }
        Ok(())
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
        && let Some(header) = octets.as_array()
        && let Some((fixed, timestamps)) = words_of_bare_header(header)
    {
        if let Some(addresses) = addresses {
            addresses.verify(header.len(), Sum::of_words(header))?;
        }
        return Ok(of_words(fixed, Options::of_timestamps(Some(timestamps)), &[]));
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
fn decode_any<'a>(
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
        && segment.payload.is_empty()
        && let Some(header) = octets.first_chunk_mut::<BARE_HEADER_LENGTH>()
    {
        let fixed = fixed_words(ports, segment, header.len());
        let sum = fixed.into_iter().fold(addresses.with_length(header.len()), Sum::plus_word);
        let sum = sum.plus_word(kinds).plus_word(value).plus_word(echo_reply);
        let [p, s, a, c] = fixed;
        let words = [p, s, a, c, last_word(sum, segment), kinds, value, echo_reply];
        header.copy_from_slice(words.map(u32::to_be_bytes).as_flattened());
        return Ok(header.len());
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
fn encode_any(
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

/// Whether what nearly every segment is has a way of its own: not on a microcontroller, where size counts for more.
pub(super) const SHORT_WAYS: bool = cfg!(target_pointer_width = "64");

/// The length of nearly every segment without text: timestamps are its only option.
const BARE_HEADER_LENGTH: usize = 32;

/// How timestamps begin where nothing stands beside them (RFC 7323, appendix A).
const TIMESTAMPS_ALONE: [u8; 4] = [kind::NO_OPERATION, kind::NO_OPERATION, kind::TIMESTAMPS, 10];

/// The options of nearly every segment: none, or timestamps after two octets of padding.
#[inline]
fn decode_timestamps_alone(octets: &[u8]) -> Option<Option<Timestamps>> {
    match octets.split_first_chunk() {
        None => octets.is_empty().then_some(None),
        Some((begin, &[a, b, c, d, e, f, g, h])) if *begin == TIMESTAMPS_ALONE => {
            let (value, echo_reply) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
            Some(Some(Timestamps { value, echo_reply }))
        }
        Some(_) => None,
    }
}

/// The words of timestamps, where there are no other options.
#[inline]
fn timestamps_alone(options: &Options) -> Option<[u32; 3]> {
    let has_others = options.maximum_segment_size.is_some()
        | options.window_scale.is_some()
        | options.sack_permitted
        | options.fast_open.is_some()
        | options.ecn_counters.is_some()
        | options.has_blocks();
    match options.timestamps {
        Some(Timestamps { value, echo_reply }) if SHORT_WAYS && !has_others => {
            Some([u32::from_be_bytes(TIMESTAMPS_ALONE), value, echo_reply])
        }
        _ => None,
    }
}

/// How the options of nearly every SYN begin: those that Linux sends, and this crate, in their order.
const MAXIMUM_SEGMENT_SIZE: [u8; 2] = [kind::MAXIMUM_SEGMENT_SIZE, 4];
const SACK_AND_TIMESTAMPS: [u8; 4] = [kind::SACK_PERMITTED, 2, kind::TIMESTAMPS, 10];
const WINDOW_SCALE: [u8; 3] = [kind::NO_OPERATION, kind::WINDOW_SCALE, 3];

/// The words of the options of nearly every SYN.
#[inline]
fn usual_options_of_syn(options: &Options) -> Option<[u32; 5]> {
    let has_others = options.fast_open.is_some() | options.ecn_counters.is_some() | options.has_blocks();
    match (options.maximum_segment_size, options.timestamps, options.window_scale) {
        (Some(size), Some(Timestamps { value, echo_reply }), Some(shift))
            if SHORT_WAYS && options.sack_permitted && !has_others =>
        {
            let [high, low] = size.to_be_bytes();
            let ([k0, k1], [w0, w1, w2]) = (MAXIMUM_SEGMENT_SIZE, WINDOW_SCALE);
            let size = u32::from_be_bytes([k0, k1, high, low]);
            let scale = u32::from_be_bytes([w0, w1, w2, shift]);
            Some([size, u32::from_be_bytes(SACK_AND_TIMESTAMPS), value, echo_reply, scale])
        }
        _ => None,
    }
}

/// The same from octets.
fn decode_usual_options_of_syn(octets: &[u8]) -> Option<Options> {
    let &[k0, k1, m0, m1, t0, t1, t2, t3, a, b, c, d, e, f, g, h, w0, w1, w2, shift] =
        octets.as_array::<20>()?;
    let is_usual = [k0, k1] == MAXIMUM_SEGMENT_SIZE
        && [t0, t1, t2, t3] == SACK_AND_TIMESTAMPS
        && [w0, w1, w2] == WINDOW_SCALE;
    let (value, echo_reply) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
    is_usual.then_some(Options {
        maximum_segment_size: Some(u16::from_be_bytes([m0, m1])),
        window_scale: Some(shift),
        sack_permitted: true,
        timestamps: Some(Timestamps { value, echo_reply }),
        ..Options::NONE
    })
}

#[inline(never)]
fn decode_options(octets: &[u8]) -> Options {
    if SHORT_WAYS && let Some(options) = decode_usual_options_of_syn(octets) {
        return options;
    }
    decode_any_options(octets)
}

/// The options in whatever order.
fn decode_any_options(mut octets: &[u8]) -> Options {
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
    fn push_sack_permitted_and_window_scale(
        &mut self,
        options: &Options,
        mut rest: Option<[u8; 2]>,
    ) -> Option<[u8; 2]> {
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

    /// The options behind the timestamps. By value, so that the field of a segment without them stays in registers.
    #[inline(never)]
    fn with_further_options(mut self, options: &Options) -> Self {
        let counters = options.ecn_counters.as_ref();
        let rest = counters.and_then(|counters| self.push_ecn_counters(counters, options));
        let rest = self.push_sack_permitted_and_window_scale(options, rest);
        if options.has_blocks() {
            self.push_blocks(options, rest);
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
        let behind = words.wrapping_mul(4).saturating_add(length_of_fast_open(options));
        let room =
            (MAXIMUM_HEADER_LENGTH - HEADER_LENGTH).saturating_sub(self.length().saturating_add(behind));
        // Of blocks there is a padding only where one has room behind the longest counters.
        let has_block = options.has_blocks() && room >= 24;
        let padding = match options.window_scale {
            _ if permits_alone || has_block => 2,
            Some(_) => 1,
            None => 0,
        };
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

    /// As many blocks as there is room for beside the cookie behind them.
    fn push_blocks(&mut self, options: &Options, rest: Option<[u8; 2]>) {
        let taken = self.length().saturating_add(length_of_fast_open(options)).saturating_add(4);
        let room = (MAXIMUM_HEADER_LENGTH - HEADER_LENGTH).saturating_sub(taken) / 8;
        let blocks = options.sack.iter().map_while(|block| *block).take(room);
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

/// What Fast Open's option takes, padded to whole words.
fn length_of_fast_open(options: &Options) -> usize {
    options.fast_open.map_or(0, |cookie| {
        let before: usize = if cookie.is_experimental() { 4 } else { 2 };
        cookie.octets().len().saturating_add(before).next_multiple_of(4)
    })
}

/// What stands before an option that does not begin with a word.
const PADDING: [u8; 2] = [kind::NO_OPERATION; 2];

fn word([a, b]: [u8; 2], c: u8, d: u8) -> u32 {
    u32::from_be_bytes([a, b, c, d])
}

/// Their length and sum.
#[inline]
fn encode_options(options: &Options, octets: &mut [u8]) -> (usize, Sum) {
    if let Some(words) = timestamps_alone(options)
        && let Some(places) = octets.as_chunks_mut().0.first_chunk_mut::<3>()
    {
        *places = words.map(u32::to_be_bytes);
        return (12, words.into_iter().fold(Sum::ZERO, Sum::plus_word));
    }
    if let Some(words) = usual_options_of_syn(options)
        && let Some(places) = octets.as_chunks_mut().0.first_chunk_mut::<5>()
    {
        *places = words.map(u32::to_be_bytes);
        return (20, words.into_iter().fold(Sum::ZERO, Sum::plus_word));
    }
    let field = encode_any_options(options, octets);
    (field.length(), field.sum)
}

/// In Linux's order, so that captures look alike; each option with its padding in whole words. All that come before
/// the selective acknowledgments fit.
#[inline(never)]
fn encode_any_options<'a>(options: &Options, octets: &'a mut [u8]) -> OptionField<'a> {
    let mut field = OptionField { places: octets.as_chunks_mut().0, count: 0, sum: Sum::ZERO };
    if let Some(size) = options.maximum_segment_size {
        field.push([word([kind::MAXIMUM_SEGMENT_SIZE, 4], 0, 0) | u32::from(size)]);
    }
    if let Some(timestamps) = options.timestamps {
        let before = if options.sack_permitted { [kind::SACK_PERMITTED, 2] } else { PADDING };
        field.push([word(before, kind::TIMESTAMPS, 10), timestamps.value, timestamps.echo_reply]);
    }
    let ends =
        options.window_scale.is_none() && options.ecn_counters.is_none() && options.fast_open.is_none();
    if ends && !options.sack_permitted && !options.has_blocks() {
        return field;
    }
    field.with_further_options(options)
}

#[cfg(test)]
mod tests {
    extern crate std;

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
        fn a_bare_header_is_read_as_any_other(changes in proptest::collection::vec((0..32usize, any::<u8>()), 0..12)) {
            let mut header = [0; BARE_HEADER_LENGTH];
            header[12] = 0x80;
            header[20..24].copy_from_slice(&TIMESTAMPS_ALONE);
            changes.into_iter().for_each(|(place, octet)| header[place] = octet);
            prop_assert_eq!(decode_unverified(&header), decode_any(&header, None));
            let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
            prop_assert_eq!(decode(&addresses, &header), decode_any(&header, Some(&addresses)));
            let Ok((ports, segment)) = decode_unverified(&header) else { return Ok(()) };
            let mut octets = [[0; 60]; 2];
            let [short, long] = &mut octets;
            prop_assert_eq!(encode(&addresses, ports, &segment, short), encode_any(&addresses, ports, &segment, long));
            prop_assert_eq!(&short, &long);
        }
    }
}
