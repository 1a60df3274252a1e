//! The options of a header out of its bytes.

use super::{SHORT_WAYS, option_kind as kind};
use crate::tcp::SequenceNumber;
use crate::tcp::ecn_counters::{EcnCounters, EcnOrder};
use crate::tcp::segment::{Block, FastOpenCookie, Options, Timestamps};

/// The options of nearly every segment: none, or timestamps after two octets of padding.
#[inline]
pub(super) fn decode_timestamps_alone(octets: &[u8]) -> Option<Option<Timestamps>> {
    match octets.split_first_chunk() {
        None => octets.is_empty().then_some(None),
        Some((begin, &[a, b, c, d, e, f, g, h])) if *begin == kind::TIMESTAMPS_ALONE => {
            let (value, echo_reply) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
            Some(Some(Timestamps { value, echo_reply }))
        }
        Some(_) => None,
    }
}

/// The options of nearly every SYN.
fn decode_usual_options_of_syn(octets: &[u8]) -> Option<Options> {
    let &[k0, k1, m0, m1, t0, t1, t2, t3, a, b, c, d, e, f, g, h, w0, w1, w2, shift] =
        octets.as_array::<20>()?;
    let is_usual = [k0, k1] == kind::SYN_MAXIMUM_SEGMENT_SIZE
        && [t0, t1, t2, t3] == kind::SYN_SACK_AND_TIMESTAMPS
        && [w0, w1, w2] == kind::SYN_WINDOW_SCALE;
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
pub(super) fn decode_options(octets: &[u8]) -> Options {
    if SHORT_WAYS && let Some(options) = decode_usual_options_of_syn(octets) {
        return options;
    }
    decode_any_options(octets)
}

/// The options in whatever order.
pub(super) fn decode_any_options(mut octets: &[u8]) -> Options {
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
        (
            kind::EXPERIMENT,
            &[kind::FAST_OPEN_EXPERIMENT_HIGH, kind::FAST_OPEN_EXPERIMENT_LOW, ref cookie @ ..],
        ) => {
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
