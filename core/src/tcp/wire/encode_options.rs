//! The options of a header into its bytes, in whole words.

use super::{HEADER_LENGTH, MAXIMUM_HEADER_LENGTH, SHORT_WAYS, option_kind as kind};
use crate::tcp::checksum::Sum;
use crate::tcp::ecn_counters::EcnCounters;
use crate::tcp::segment::{FastOpenCookie, Options, Timestamps};

/// The words of timestamps, where there are no other options.
#[inline]
pub(super) fn timestamps_alone(options: &Options) -> Option<[u32; 3]> {
    let has_others = options.maximum_segment_size.is_some()
        | options.window_scale.is_some()
        | options.sack_permitted
        | options.fast_open.is_some()
        | options.ecn_counters.is_some()
        | options.has_blocks();
    match options.timestamps {
        Some(Timestamps { value, echo_reply }) if SHORT_WAYS && !has_others => {
            Some([u32::from_be_bytes(kind::TIMESTAMPS_ALONE), value, echo_reply])
        }
        _ => None,
    }
}

/// The words of the options of nearly every SYN.
#[inline]
fn usual_options_of_syn(options: &Options) -> Option<[u32; 5]> {
    let has_others = options.fast_open.is_some() | options.ecn_counters.is_some() | options.has_blocks();
    match (options.maximum_segment_size, options.timestamps, options.window_scale) {
        (Some(size), Some(Timestamps { value, echo_reply }), Some(shift))
            if SHORT_WAYS && options.sack_permitted && !has_others =>
        {
            let [high, low] = size.to_be_bytes();
            let ([k0, k1], [w0, w1, w2]) = (kind::SYN_MAXIMUM_SEGMENT_SIZE, kind::SYN_WINDOW_SCALE);
            let size = u32::from_be_bytes([k0, k1, high, low]);
            let scale = u32::from_be_bytes([w0, w1, w2, shift]);
            Some([size, u32::from_be_bytes(kind::SYN_SACK_AND_TIMESTAMPS), value, echo_reply, scale])
        }
        _ => None,
    }
}

/// The option field under construction: whole words, and their sum. Where there is too little room, only their number
/// is right.
pub(super) struct OptionField<'a> {
    places: &'a mut [[u8; 4]],
    count: usize,
    pub(super) sum: Sum,
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
            let experiment =
                [kind::EXPERIMENT, length, kind::FAST_OPEN_EXPERIMENT_HIGH, kind::FAST_OPEN_EXPERIMENT_LOW];
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
            crate::tcp::storage::copy(&mut padded, chunk);
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
    pub(super) fn length(&self) -> usize {
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
pub(super) fn encode_options(options: &Options, octets: &mut [u8]) -> (usize, Sum) {
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
pub(super) fn encode_any_options<'a>(options: &Options, octets: &'a mut [u8]) -> OptionField<'a> {
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
