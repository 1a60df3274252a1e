//! The header codec: against bytes from elsewhere, and against any bytes at all.

use anysock::tcp::wire::{self, BufferTooShort, DecodeError, Ports, PseudoHeader};
use anysock::tcp::{
    Block, EcnCounters, EcnOrder, FastOpenCookie, Flags, Options, Segment, SequenceNumber, Timestamps,
};
use core::net::{Ipv4Addr, Ipv6Addr};
use proptest::prelude::*;

/// The checksum as RFC 1071 §4.1 computes it, over everything, word by word.
fn rfc_1071(octets: &[u8]) -> u16 {
    let mut sum = 0u32;
    for pair in octets.chunks(2) {
        sum += u32::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// A SYN of Linux 6.18, connect(2) from 10.9.0.1 to 10.9.0.2:6000, captured on a TUN device.
const LINUX_SYN: [u8; 40] = [
    0xdc, 0x9a, 0x17, 0x70, 0x73, 0xf5, 0x55, 0x37, 0x00, 0x00, 0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, //
    0x20, 0xd1, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x90, 0x7f, 0xca, 0x6f, //
    0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x0a,
];

#[test]
fn a_syn_of_linux() {
    let addresses = PseudoHeader::ipv4(Ipv4Addr::new(10, 9, 0, 1), Ipv4Addr::new(10, 9, 0, 2));
    // As Wireshark shows it.
    let ports = Ports { source: 56474, destination: 6000 };
    let mut syn = Segment::new(Flags::SYN, SequenceNumber(0x73f5_5537), SequenceNumber(0));
    syn.window = 64240;
    syn.options.maximum_segment_size = Some(1460);
    syn.options.sack_permitted = true;
    syn.options.timestamps = Some(Timestamps { value: 2_424_293_999, echo_reply: 0 });
    syn.options.window_scale = Some(10);
    assert_eq!(wire::decode(&addresses, &LINUX_SYN), Ok((ports, syn)));
    let mut octets = [0; 60];
    let length = wire::encode(&addresses, ports, &syn, &mut octets).unwrap();
    assert_eq!(octets[..length], LINUX_SYN);
}

#[test]
fn impossible_options_end_the_list() {
    // RFC 9293 §3.2, MUST-7. An MSS, and behind it a length of zero, of one, of too much, and none at all.
    for rest in [[3, 0, 3, 3], [3, 1, 3, 3], [3, 5, 1, 1], [1, 1, 1, 3]] {
        let mut octets = LINUX_SYN;
        octets[12] = 0x70;
        octets[24..28].copy_from_slice(&rest);
        let addresses = PseudoHeader::ipv4(Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED);
        octets[16..18].fill(0);
        let mut covered = vec![0; 9];
        covered.extend_from_slice(&[6, 0, 28]);
        covered.extend_from_slice(&octets[..28]);
        octets[16..18].copy_from_slice(&rfc_1071(&covered).to_be_bytes());
        let (_, segment) = wire::decode(&addresses, &octets[..28]).unwrap();
        let mut expected = Options::NONE;
        expected.maximum_segment_size = Some(1460);
        assert_eq!(segment.options, expected, "{rest:?}");
    }
}

/// The option field of a segment with these options.
fn option_field(options: Options) -> Vec<u8> {
    let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
    let mut segment = Segment::new(Flags::ACK, SequenceNumber(1), SequenceNumber(2));
    segment.options = options;
    let mut octets = [0; 60];
    let length = wire::encode(&addresses, Ports::default(), &segment, &mut octets).unwrap();
    assert_eq!(usize::from(octets[12] >> 4) * 4, length);
    octets[20..length].to_vec()
}

#[test]
fn ecn_counters_stand_where_linux_has_them() {
    let counters = |fields: &[u32]| Some(EcnCounters::new(EcnOrder::One, fields));
    // What the SYN,ACK of Linux 7.2 has without timestamps (tcp_options_write), and with them.
    let mut options = Options::NONE;
    options.maximum_segment_size = Some(1460);
    options.sack_permitted = true;
    options.window_scale = Some(8);
    options.ecn_counters = counters(&[1, 0, 1]);
    let all = [174, 11, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1];
    let expected = [&[2, 4, 5, 180][..], &all, &[1, 1, 4, 2, 1, 3, 3, 8]].concat();
    assert_eq!(option_field(options), expected);
    options.timestamps = Some(Timestamps { value: 100, echo_reply: 1 });
    let timestamps = [8, 10, 0, 0, 0, 100, 0, 0, 0, 1];
    let expected = [&[2, 4, 5, 180, 4, 2][..], &timestamps, &all, &[1, 3, 3, 8]].concat();
    assert_eq!(option_field(options), expected);
    // What does not fill a word replaces padding.
    options.ecn_counters = counters(&[0x0A0B0C]);
    let expected = [&[2, 4, 5, 180, 4, 2][..], &timestamps, &[174, 5, 10, 11, 12, 3, 3, 8]].concat();
    assert_eq!(option_field(options), expected);
    let block = Block { left_edge: SequenceNumber(5), right_edge: SequenceNumber(6) };
    let mut options = Options::NONE;
    options.sack[0] = Some(block);
    options.ecn_counters = counters(&[]);
    assert_eq!(option_field(options), [174, 2, 5, 10, 0, 0, 0, 5, 0, 0, 0, 6]);
    options.ecn_counters = counters(&[2001, 0]);
    let expected = [174, 8, 0, 7, 209, 0, 0, 0, 1, 1, 5, 10, 0, 0, 0, 5, 0, 0, 0, 6];
    assert_eq!(option_field(options), expected);
    options.sack[0] = None;
    options.ecn_counters = counters(&[1]);
    assert_eq!(option_field(options), [174, 5, 0, 0, 1, 1, 1, 1]);
    // Beside the longest cookie and timestamps there is no room.
    options.maximum_segment_size = Some(1460);
    options.window_scale = Some(8);
    options.timestamps = Some(Timestamps::default());
    options.fast_open = FastOpenCookie::new(&[7; 16]);
    options.ecn_counters = counters(&[1, 0, 1]);
    let field = option_field(options);
    assert!(field.len() == 40 && !field.contains(&174), "{field:?}");
}

#[test]
fn errors_say_what_is_wrong() {
    let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
    assert_eq!(wire::decode(&addresses, &[]), Err(DecodeError::Truncated));
    assert_eq!(wire::decode(&addresses, &[0; 20]), Err(DecodeError::DataOffset));
    let mut octets = [0; 20];
    octets[12] = 0x60;
    assert_eq!(wire::decode(&addresses, &octets), Err(DecodeError::Truncated));
    octets[12] = 0x50;
    assert_eq!(wire::decode(&addresses, &octets), Err(DecodeError::Checksum));
    let segment = Segment::new(Flags::ACK, SequenceNumber(1), SequenceNumber(2));
    assert_eq!(
        wire::encode(&addresses, Ports::default(), &segment, &mut [0; 19]),
        Err(BufferTooShort { needed: 20 })
    );
}

/// Every set of options that there can be, whether they go together and have room or not.
fn options() -> impl Strategy<Value = Options> {
    let block = any::<(u32, u32)>().prop_map(|(left, right)| Block {
        left_edge: SequenceNumber(left),
        right_edge: SequenceNumber(right),
    });
    // A request is an empty cookie; cookies have 4 to 16 octets, an even number of them (RFC 7413 §4.1.1).
    let cookie = (0usize..=8, any::<[u8; 16]>(), any::<bool>()).prop_filter_map(
        "a cookie of two octets",
        |(pairs, octets, experimental)| {
            let cookie = FastOpenCookie::new(&octets[..pairs * 2])?;
            Some(if experimental { cookie.experimental() } else { cookie })
        },
    );
    (
        any::<Option<u16>>(),
        any::<Option<u8>>(),
        any::<bool>(),
        any::<Option<(u32, u32)>>(),
        proptest::option::of((any::<bool>(), proptest::collection::vec(any::<u32>(), 0..=3))),
        proptest::collection::vec(block, 0..=4),
        proptest::option::of(cookie),
    )
        .prop_map(|(size, scale, sack_permitted, timestamps, counters, blocks, cookie)| {
            let mut options = Options::NONE;
            options.maximum_segment_size = size;
            options.window_scale = scale;
            options.sack_permitted = sack_permitted;
            options.timestamps = timestamps.map(|(value, echo_reply)| Timestamps { value, echo_reply });
            options.fast_open = cookie;
            options.ecn_counters = counters.map(|(one, fields)| {
                EcnCounters::new(if one { EcnOrder::One } else { EcnOrder::Zero }, &fields)
            });
            for (place, block) in options.sack.iter_mut().zip(blocks) {
                *place = Some(block);
            }
            options
        })
}

/// Asserts that `read` is what of `written` a header has room for: the last counters and blocks are left out, nothing
/// else is, and no block that there was room for.
fn assert_is_what_fits(written: &Options, read: &Options, length: usize) {
    let counters = |options: &Options| options.ecn_counters.map(|counters| counters.order());
    assert!(read.ecn_counters.is_none() || counters(read) == counters(written), "{written:?} {read:?}");
    let fields = |options: &Options| -> Vec<u32> {
        options.ecn_counters.iter().flat_map(|counters| counters.fields().collect::<Vec<_>>()).collect()
    };
    assert!(fields(written).starts_with(&fields(read)), "{written:?} {read:?}");
    let blocks =
        |options: &Options| -> Vec<Block> { options.sack.iter().map_while(|block| *block).collect() };
    assert!(blocks(written).starts_with(&blocks(read)), "{written:?} {read:?}");
    // The first block takes the padding, the kind and the length besides.
    let more = if blocks(read).is_empty() { 12 } else { 8 };
    assert!(blocks(written) == blocks(read) || length + more > 60, "{length}: {written:?} {read:?}");
    let mut expected = *read;
    (expected.ecn_counters, expected.sack) = (written.ecn_counters, written.sack);
    // That there is a signature is told, and none is written.
    expected.signed = written.signed;
    assert_eq!(expected, *written);
}

/// Any octets, up to 40 and a whole number of words, most of which are options of some kind and length.
fn option_octets() -> impl Strategy<Value = Vec<u8>> {
    let kinds = [0u8, 1, 2, 3, 4, 5, 8, 19, 29, 34, 172, 174, 254];
    let kind = prop_oneof![8 => proptest::sample::select(kinds.to_vec()), 1 => any::<u8>()];
    let length = prop_oneof![
        4 => proptest::sample::select(vec![2u8, 3, 4, 5, 6, 8, 10, 11, 18, 26, 34]),
        1 => any::<u8>(),
    ];
    let option = (kind, length, any::<[u8; 32]>()).prop_map(|(kind, length, data)| match kind {
        0 | 1 => vec![kind],
        _ => [&[kind, length][..], &data[..usize::from(length).saturating_sub(2).min(32)]].concat(),
    });
    (proptest::collection::vec(option, 0..8), 0usize..=10).prop_map(|(options, words)| {
        let mut octets = options.concat();
        octets.resize(words * 4, 0);
        octets
    })
}

proptest! {
    #[test]
    fn any_octets_decode_or_are_refused(
        octets in proptest::collection::vec(any::<u8>(), 0..200),
        offset in 5u8..16,
        good: bool,
    ) {
        let addresses = PseudoHeader::ipv6(Ipv6Addr::LOCALHOST, Ipv6Addr::LOCALHOST);
        let mut octets = octets;
        // Half of the time only the options and the payload are arbitrary.
        if good && octets.len() >= 60 {
            octets[12] = offset << 4;
            octets[16..18].fill(0);
            let mut covered = vec![];
            covered.extend_from_slice(&Ipv6Addr::LOCALHOST.octets());
            covered.extend_from_slice(&Ipv6Addr::LOCALHOST.octets());
            covered.extend_from_slice(&(octets.len() as u32).to_be_bytes());
            covered.extend_from_slice(&[0, 0, 0, 6]);
            covered.extend_from_slice(&octets);
            octets[16..18].copy_from_slice(&rfc_1071(&covered).to_be_bytes());
            let decoded = wire::decode(&addresses, &octets);
            prop_assert!(decoded.is_ok());
            prop_assert_eq!(decoded.unwrap().1.payload.len(), octets.len() - usize::from(offset) * 4);
        } else {
            let _ = wire::decode(&addresses, &octets);
        }
    }

    #[test]
    fn any_options_that_are_read_are_written(
        octets in option_octets(),
    ) {
        let mut header = [0; 60];
        header[12] = (5 + octets.len() as u8 / 4) << 4;
        header[20..20 + octets.len()].copy_from_slice(&octets);
        let (ports, segment) = wire::decode_unverified(&header[..20 + octets.len()]).unwrap();
        let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST);
        let mut again = [0; 60];
        let length = wire::encode(&addresses, ports, &segment, &mut again).unwrap();
        let read = wire::decode(&addresses, &again[..length]).unwrap().1.options;
        assert_is_what_fits(&segment.options, &read, length);
    }

    #[test]
    fn what_is_encoded_decodes(
        numbers in any::<(u32, u32, u16, u16, u16)>(),
        ports in any::<(u16, u16)>(),
        options in options(),
        payload in proptest::collection::vec(any::<u8>(), 0..100),
        split in 0usize..100,
        addresses in any::<(u32, u32)>(),
    ) {
        let (seq, ack, flags, window, urgent_pointer) = numbers;
        let (first, second) = payload.split_at(split.min(payload.len()));
        let flags = Flags::from_bits_truncate(flags);
        let mut segment = Segment::new(flags, SequenceNumber(seq), SequenceNumber(ack));
        segment.window = window;
        segment.urgent_pointer = urgent_pointer;
        segment.options = options;
        segment.payload = anysock::tcp::Payload::new(first, second);
        let ports = Ports { source: ports.0, destination: ports.1 };
        let (source, destination) = (Ipv4Addr::from(addresses.0), Ipv4Addr::from(addresses.1));
        let pseudo = PseudoHeader::ipv4(source, destination);
        let mut octets = [0xaa; 200];
        let length = wire::encode(&pseudo, ports, &segment, &mut octets).unwrap();
        let decoded = wire::decode(&pseudo, &octets[..length]);
        prop_assert!(decoded.is_ok(), "{:?}", decoded);
        let read = decoded.unwrap().1.options;
        assert_is_what_fits(&options, &read, length - segment.payload.len());
        segment.options = read;
        prop_assert_eq!(decoded, Ok((ports, segment)));

        let mut covered = vec![];
        covered.extend_from_slice(&source.octets());
        covered.extend_from_slice(&destination.octets());
        covered.extend_from_slice(&[0, 6]);
        covered.extend_from_slice(&(length as u16).to_be_bytes());
        covered.extend_from_slice(&octets[..length]);
        prop_assert_eq!(rfc_1071(&covered), 0);
        let position = length * 8 - 1;
        octets[position / 8] ^= 1;
        prop_assert_eq!(wire::decode(&pseudo, &octets[..length]), Err(DecodeError::Checksum));
    }
}
