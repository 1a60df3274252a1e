//! Frame lengths on the wire, against can-utils' exact calculation and the published bounds.

use anysock::can::{AnyFrame, CAN_EFF_FLAG, FdFlags, FdFrame, Frame, Id, Phase, WireLength, wire_bits};
use proptest::prelude::*;

fn id_of(can_id: u32) -> Id {
    Id::from_can_id(can_id).unwrap()
}

/// The lengths that `can_frame_length(…, CFL_EXACT, …)` of can-utils 2020.11 gives (300,000 random frames
/// agreed). 111 and 131 bits are the least that 8 bytes take, standard and extended.
#[test]
fn classic_lengths_are_those_of_can_utils() {
    let cases: [(u32, &[u8], u32); 11] = [
        (0x126, &[0xd4, 0xa4, 0x6d, 0xdd, 0x54, 0xf7, 0x0b, 0x30], 111),
        (0x82b05e15, &[0xa3, 0x86, 0x69, 0x3a, 0x34, 0x91, 0xd0, 0xb4], 131),
        (0x000, &[0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00], 129),
        (0x84000080, &[0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x24, 0x00], 151),
        (0x031, &[0x20, 0x01, 0x00], 76),
        (0x5e8, &[0xbf, 0xfb, 0xff, 0xff, 0xff, 0xbf, 0xff, 0xbf], 123),
        (0x88c0102d, &[0x59, 0x9d], 87),
        (0x222, &[0x00, 0x00, 0x00, 0x00], 87),
        (0x9d7794cb, &[0xff, 0xff, 0x7f], 97),
        (0x462, &[0x00, 0x00], 67),
        (0x980b5ab2, &[0xfe, 0xde], 86),
    ];
    for (can_id, data, bits) in cases {
        let frame = Frame::new(id_of(can_id), data).unwrap();
        assert_eq!(WireLength::of_classic(&frame), WireLength { arbitration: bits, data: 0 }, "{frame}");
    }
}

/// A remote frame has the length code of the data it asks for, and no data.
#[test]
fn a_remote_frame_has_no_data_field() {
    let id = id_of(0x2AA);
    let bits = |len| WireLength::of_classic(&Frame::remote(id, len).unwrap()).arbitration;
    for len in 0..=8 {
        assert!((47..=55).contains(&bits(len)), "{len}: {}", bits(len));
    }
}

#[test]
fn durations_come_from_both_rates() {
    let length = WireLength { arbitration: 30, data: 300 };
    assert_eq!(length.at(500_000, 2_000_000).as_nanos(), 60_000 + 150_000);
    assert_eq!(length.total(), 330);
    assert_eq!(WireLength { arbitration: 1, data: 0 }.at(0, 0).as_secs(), 1, "a rate of 0 counts as 1");
}

/// Without BRS the whole frame goes at the nominal rate; with it the bit count is the same but for what the
/// BRS bit itself does to stuffing and CRC.
#[test]
fn the_data_phase_is_that_of_brs() {
    let data = [0x5A; 32];
    let slow = WireLength::of_fd(&FdFrame::new(id_of(0x123), FdFlags::empty(), &data).unwrap());
    let fast = WireLength::of_fd(&FdFrame::new(id_of(0x123), FdFlags::BRS, &data).unwrap());
    assert_eq!(slow.data, 0);
    // ESI, 4 DLC, 32 bytes, 4 + 21 CRC field bits, 7 fixed stuff bits, CRC delimiter.
    assert_eq!(fast.data, 1 + 4 + 256 + 25 + 7 + 1);
    // SOF, 11 id, RRS, IDE, FDF, res, BRS; ACK slot and delimiter, 7 EOF, 3 intermission; no stuff bits.
    assert_eq!(fast.arbitration, 17 + 12);
}

/// The bits of a frame with their stuff bits taken out again, up to where dynamic stuffing ends; the number
/// of stuff bits; and what follows.
fn unstuff(bits: &[bool], unstuffed_len: usize) -> (Vec<bool>, usize, &[bool]) {
    let (mut out, mut stuffed, mut run, mut last, mut rest) = (Vec::new(), 0, 0, true, bits);
    while out.len() < unstuffed_len {
        let (&bit, tail) = rest.split_first().unwrap();
        rest = tail;
        if run == 5 {
            assert_ne!(bit, last, "a stuff bit has the other level");
            stuffed += 1;
            run = 1;
        } else {
            out.push(bit);
            run = if bit == last { run + 1 } else { 1 };
        }
        last = bit;
    }
    (out, stuffed, rest)
}

fn bits_of(frame: AnyFrame) -> Vec<bool> {
    let mut bits = Vec::new();
    wire_bits(&frame, |bit, _| bits.push(bit));
    bits
}

fn number(bits: &[bool]) -> u32 {
    bits.iter().fold(0, |number, &bit| number << 1 | u32::from(bit))
}

/// CRC by long division of the whole message, the way the standard writes it.
fn crc(bits: &[bool], width: usize, polynomial: u32, initial: bool) -> u32 {
    let mut value = u32::from(initial) << (width - 1);
    for &bit in bits {
        let next = bit ^ (value >> (width - 1) & 1 == 1);
        value = value << 1 & ((1 << width) - 1);
        if next {
            value ^= polynomial;
        }
    }
    value
}

proptest! {
    #[test]
    fn classic_bits_hold_the_frame(can_id in 0..0x1FFF_FFFF_u32, extended: bool, bytes: Vec<u8>) {
        let id = if extended { id_of(can_id | CAN_EFF_FLAG) } else { id_of(can_id & 0x7FF) };
        let data = &bytes[..bytes.len().min(8)];
        let frame = Frame::new(id, data).unwrap();
        let bits = bits_of(frame.into());
        prop_assert_eq!(bits.len() as u32, WireLength::of_classic(&frame).arbitration);
        let header = if extended { 39 } else { 19 };
        let unstuffed = header + data.len() * 8 + 15;
        prop_assert!(bits.len() >= unstuffed + 13 && bits.len() <= unstuffed + 13 + (unstuffed - 1) / 4);
        let (plain, _, rest) = unstuff(&bits, unstuffed);
        let (message, sequence) = plain.split_at(unstuffed - 15);
        prop_assert_eq!(number(sequence), crc(message, 15, 0x4599, false));
        prop_assert_eq!(number(&message[header - 4..header]) as usize, data.len());
        let read: Vec<u8> = message[header..].chunks(8).map(|byte| number(byte) as u8).collect();
        prop_assert_eq!(read, data);
        // CRC delimiter, ACK slot dominant, delimiter, 7 EOF, 3 intermission; a stuff bit may come before.
        prop_assert_eq!(number(&rest[rest.len() - 13..]), 0b1_0111_1111_1111);
    }

    #[test]
    fn fd_bits_hold_the_frame(can_id in 0..0x1FFF_FFFF_u32, extended: bool, flags in 0..4_u8, bytes in
        prop_oneof![prop::collection::vec(any::<u8>(), 0..=64), prop::collection::vec(Just(0), 0..=64)])
    {
        let id = if extended { id_of(can_id | CAN_EFF_FLAG) } else { id_of(can_id & 0x7FF) };
        let frame = FdFrame::padded(id, FdFlags::from_bits_retain(flags), &bytes).unwrap();
        let bits = bits_of(frame.into());
        prop_assert_eq!(bits.len() as u32, WireLength::of_fd(&frame).total());
        let header = if extended { 41 } else { 22 };
        let unstuffed = header + frame.len() * 8;
        let (plain, stuffed, rest) = unstuff(&bits, unstuffed);
        let read: Vec<u8> = plain[header..].chunks(8).map(|byte| number(byte) as u8).collect();
        prop_assert_eq!(read, frame.data());
        prop_assert_eq!(plain[header - 5], flags & 2 != 0);
        prop_assert_eq!(plain[header - 6], flags & 1 != 0);

        let (width, polynomial) = if frame.len() > 16 { (21, 0x10_2899) } else { (17, 0x1_685B) };
        let fixed = if frame.len() > 16 { 7 } else { 6 };
        let (field, end) = rest.split_at(4 + width + fixed);
        let mut before = bits[bits.len() - rest.len() - 1];
        let mut crc_field = Vec::new();
        for (index, &bit) in field.iter().enumerate() {
            if index % 5 == 0 {
                prop_assert_ne!(bit, before, "a fixed stuff bit is the complement of the bit before");
            } else {
                crc_field.push(bit);
            }
            before = bit;
        }
        let gray = [0, 1, 3, 2, 6, 7, 5, 4][stuffed % 8_usize];
        prop_assert_eq!(number(&crc_field[..3]), gray);
        prop_assert_eq!(crc_field[..4].iter().filter(|&&bit| bit).count() % 2, 0, "even parity");
        let mut covered = bits[..bits.len() - rest.len()].to_vec();
        covered.extend(&crc_field[..4]);
        prop_assert_eq!(number(&crc_field[4..]), crc(&covered, width, polynomial, true));
        prop_assert_eq!(number(end), 0b1_0111_1111_1111);
    }

    #[test]
    fn phases_follow_each_other_once(flags in 0..4_u8, bytes in prop::collection::vec(any::<u8>(), 0..=64)) {
        let frame = FdFrame::padded(id_of(0x100), FdFlags::from_bits_retain(flags), &bytes).unwrap();
        let mut phases = Vec::new();
        wire_bits(&frame.into(), |_, phase| {
            if phases.last() != Some(&phase) {
                phases.push(phase);
            }
        });
        let switched = [Phase::Arbitration, Phase::Data, Phase::Arbitration];
        prop_assert_eq!(&phases[..], if flags & 1 == 1 { &switched[..] } else { &switched[..1] });
    }

    /// The length is counted without the bits; here it is counted with them. Bytes of equal bits are stuffed
    /// most.
    #[test]
    fn a_length_is_that_of_the_bits(
        can_id in prop_oneof![any::<u32>(), Just(0), Just(0x1FFF_FFFF)],
        extended: bool,
        flags in 0..4_u8,
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0xFF), Just(0xF8)], 0..=64),
        len in 0..=16_u8,
    ) {
        let id = if extended { id_of(can_id & 0x1FFF_FFFF | CAN_EFF_FLAG) } else { id_of(can_id & 0x7FF) };
        let classic = Frame::new(id, &bytes[..bytes.len().min(8)]).unwrap();
        let classic = Frame::remote(id, len).unwrap_or(classic);
        let fd = FdFrame::padded(id, FdFlags::from_bits_retain(flags), &bytes).unwrap();
        for (frame, length) in [
            (AnyFrame::from(classic), WireLength::of_classic(&classic)),
            (AnyFrame::from(fd), WireLength::of_fd(&fd)),
        ] {
            let mut counted = WireLength::default();
            wire_bits(&frame, |_, phase| match phase {
                Phase::Arbitration => counted.arbitration += 1,
                Phase::Data => counted.data += 1,
            });
            prop_assert_eq!(length, counted);
        }
    }
}
