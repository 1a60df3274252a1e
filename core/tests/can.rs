//! CAN vocabulary: the kernel's layouts and candump's notation, both ways, on any input.

use anysock::can::{
    AnyFrame, CAN_EFF_FLAG, CAN_ERR_FLAG, CAN_RTR_FLAG, ControllerProblem, DecodeError, ErrorClass,
    ErrorCounters, ErrorFrame, ErrorLocation, FdFlags, FdFrame, Filter, Frame, Id, ParseError, ParseReason,
    ProtocolViolation,
};
use proptest::prelude::*;

fn id() -> impl Strategy<Value = Id> {
    prop_oneof![
        (0..=0x7FF_u16).prop_map(|id| Id::standard(id).unwrap()),
        (0..=0x1FFF_FFFF_u32).prop_map(|id| Id::extended(id).unwrap()),
    ]
}

fn classic() -> impl Strategy<Value = Frame> {
    prop_oneof![
        (id(), prop::collection::vec(any::<u8>(), 0..=8))
            .prop_map(|(id, data)| Frame::new(id, &data).unwrap()),
        (id(), 0..=8_u8).prop_map(|(id, len)| Frame::remote(id, len).unwrap()),
        (id(), any::<[u8; 8]>(), 9..=15_u8)
            .prop_map(|(id, data, dlc)| Frame::new(id, &data).unwrap().with_raw_dlc(dlc).unwrap()),
    ]
}

fn fd() -> impl Strategy<Value = FdFrame> {
    (id(), 0..=3_u8, prop::collection::vec(any::<u8>(), 0..=64))
        .prop_map(|(id, flags, data)| FdFrame::padded(id, FdFlags::from_bits_retain(flags), &data).unwrap())
}

fn frame() -> impl Strategy<Value = AnyFrame> {
    prop_oneof![
        classic().prop_map(AnyFrame::Classic),
        fd().prop_map(AnyFrame::Fd),
        (0..=0x1FFF_FFFF_u32, prop::collection::vec(any::<u8>(), 0..=8)).prop_map(|(class, data)| {
            ErrorFrame::from_raw(ErrorClass::from_bits_retain(class), &data).unwrap().into()
        }),
    ]
}

proptest! {
    #[test]
    fn kernel_layout_round_trip(frame in frame()) {
        prop_assert_eq!(AnyFrame::decode(frame.as_bytes()), Ok(frame));
    }

    #[test]
    fn notation_round_trip(frame in frame()) {
        prop_assert_eq!(frame.to_string().parse(), Ok(frame));
    }

    #[test]
    fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = AnyFrame::decode(&bytes);
    }

    #[test]
    fn any_kernel_frame_decodes_to_what_encodes_alike(head in any::<[u8; 8]>(), data in any::<[u8; 8]>()) {
        let bytes = [head, data].concat();
        if let Ok(frame) = AnyFrame::decode(&bytes) {
            prop_assert_eq!(AnyFrame::decode(frame.as_bytes()), Ok(frame));
        }
    }

    #[test]
    fn any_text_parses_or_is_refused_at_a_place_within_it(text in "[0-9A-Fa-fR#_.x é]{0,40}") {
        if let Err(error) = text.parse::<AnyFrame>() {
            prop_assert!(error.at <= text.len());
        }
    }

    #[test]
    fn what_filters_compare_is_the_kernels_words(can_id: u32, id: u32, mask: u32) {
        let filter = Filter::new(id & !CAN_ERR_FLAG, mask & !CAN_ERR_FLAG);
        let received = can_id & !CAN_ERR_FLAG;
        let (id, mask) = (filter.can_id(), filter.can_mask());
        prop_assert_eq!(filter.matches(received), received & mask == id & mask);
        prop_assert_eq!(filter.inverted().matches(received), !filter.matches(received));
        prop_assert_eq!(Filter::decode(filter.encode()), filter);
    }

    #[test]
    fn order_of_identifiers_is_that_of_bits_on_the_wire(a in id(), b in id()) {
        let bits = |id: Id| {
            let mut bits = Vec::new();
            let frame = Frame::new(id, &[]).unwrap();
            anysock::can::wire_bits(&frame.into(), |bit, _| bits.push(bit));
            bits
        };
        // Stuff bits come at the same place as long as the bits before them are the same.
        let (first, second) = (bits(a), bits(b));
        prop_assert_eq!(a.cmp(&b), first.cmp(&second));
    }
}

/// A driver may leave anything in what is reserved and behind the data.
#[test]
fn what_is_no_part_of_a_frame_is_forgotten() {
    let cases: [(u32, &[u8]); 4] =
        [(0x123, b""), (0x123, b"1234567"), (0x123, b"12345678"), (0x123 | CAN_EFF_FLAG, b"123")];
    for (can_id, data) in cases {
        let mut bytes = [0xAA; 16];
        bytes[..4].copy_from_slice(&can_id.to_ne_bytes());
        bytes[4] = data.len() as u8;
        bytes[8..8 + data.len()].copy_from_slice(data);
        let frame = Frame::decode(&bytes).unwrap();
        assert_eq!(frame, Frame::new(Id::from_can_id(can_id).unwrap(), data).unwrap());
        assert_eq!((frame.data(), usize::from(frame.dlc())), (data, data.len()));
        let mut remote = bytes;
        remote[..4].copy_from_slice(&(can_id | CAN_RTR_FLAG).to_ne_bytes());
        let remote = Frame::decode(&remote).unwrap();
        let expected = Frame::remote(Id::from_can_id(can_id).unwrap(), data.len() as u8).unwrap();
        assert_eq!(remote, expected);
        assert!(remote.data().is_empty());
    }
    let mut fd = [0xAA; 72];
    fd[..8].copy_from_slice(&[0x23, 1, 0, 0, 12, 1, 0xAA, 0xAA]);
    fd[..4].copy_from_slice(&0x123_u32.to_ne_bytes());
    let expected = FdFrame::new(Id::standard(0x123).unwrap(), FdFlags::BRS, &[0xAA; 12]).unwrap();
    assert_eq!(FdFrame::decode(&fd), Ok(expected));
}

#[test]
fn struct_can_frame_byte_by_byte() {
    let frame = Frame::new(Id::extended(0x12345678).unwrap(), &[1, 2, 3]).unwrap();
    let mut expected = (0x12345678 | CAN_EFF_FLAG).to_ne_bytes().to_vec();
    expected.extend([3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0]);
    assert_eq!(frame.as_bytes().as_slice(), expected);

    let frame = FdFrame::new(Id::standard(0x7FF).unwrap(), FdFlags::BRS, &[9; 12]).unwrap();
    let mut expected = 0x7FF_u32.to_ne_bytes().to_vec();
    expected.extend([12, 0x01 | 0x04, 0, 0]); // CANFD_BRS | CANFD_FDF
    expected.extend([9; 12]);
    expected.extend([0; 52]);
    assert_eq!(frame.as_bytes().as_slice(), expected);
    assert_eq!(frame.dlc(), 9);
}

#[test]
fn bytes_that_are_no_frame_say_why() {
    assert_eq!(AnyFrame::decode(&[0; 15]), Err(DecodeError::Size(15)));
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&0x800_u32.to_ne_bytes());
    assert_eq!(AnyFrame::decode(&bytes), Err(DecodeError::Identifier(0x800)));
    let mut bytes = [0; 16];
    bytes[4] = 9;
    assert_eq!(AnyFrame::decode(&bytes), Err(DecodeError::DataLength(9)));
    let mut bytes = [0; 72];
    bytes[4] = 9;
    assert_eq!(AnyFrame::decode(&bytes), Err(DecodeError::DataLength(9)), "FD has no frames of 9 bytes");
    bytes[4] = 65;
    assert_eq!(AnyFrame::decode(&bytes), Err(DecodeError::DataLength(65)));
}

#[test]
fn text_that_is_no_frame_says_why_and_where() {
    let cases = [
        ("", ParseReason::NoSeparator, 0),
        ("123", ParseReason::NoSeparator, 3),
        ("12#00", ParseReason::IdDigits, 0),
        ("12345#00", ParseReason::IdDigits, 0),
        ("123456789#00", ParseReason::IdDigits, 0),
        ("800#00", ParseReason::IdRange, 0),
        ("80000000#00", ParseReason::IdRange, 0),
        ("12G#00", ParseReason::HexDigit, 2),
        ("123#0", ParseReason::HalfByte, 5),
        ("123#0x", ParseReason::HexDigit, 5),
        ("123#001122334455667788", ParseReason::Length, 22),
        ("123#R9", ParseReason::Length, 6),
        ("123##1001122334455667788", ParseReason::Length, 24),
        ("123##", ParseReason::HexDigit, 5),
        ("123#11_9", ParseReason::RawDlc, 8),
        ("123#1122334455667788_8", ParseReason::RawDlc, 22),
    ];
    for (text, reason, at) in cases {
        assert_eq!(text.parse::<AnyFrame>(), Err(ParseError { reason, at }), "{text}");
    }
}

#[test]
fn notation_of_cansend() {
    let frame: Frame = "5A1#11.2233.44556677.88".parse().unwrap();
    assert_eq!(frame.data(), [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]);
    let frame: Frame = "1F334455#1122334455667788_B".parse().unwrap();
    assert_eq!((frame.dlc(), frame.len(), frame.id().raw()), (0xB, 8, 0x1F334455));
    let frame: Frame = "00000123#R".parse().unwrap();
    assert!(frame.is_remote() && frame.id().is_extended() && frame.len() == 0);
    let frame: FdFrame = "213##311".parse().unwrap();
    assert_eq!((frame.flags(), frame.data()), (FdFlags::BRS | FdFlags::ESI, &[0x11][..]));
    assert_eq!("213##311".parse::<Frame>(), Err(ParseError { reason: ParseReason::Kind, at: 0 }));
}

#[test]
fn errors_in_words() {
    let words = |frame: ErrorFrame| frame.words().to_string();
    assert_eq!(words(ErrorFrame::new(ErrorClass::BUS_OFF)), "bus off");
    assert_eq!(
        words(ErrorFrame::new(ErrorClass::LOST_ARBITRATION).with_lost_arbitration_bit(7)),
        "lost arbitration (bit 7)"
    );
    let frame = ErrorFrame::new(ErrorClass::CONTROLLER | ErrorClass::PROTOCOL)
        .with_controller(ControllerProblem::RX_WARNING | ControllerProblem::TX_PASSIVE)
        .with_violation(ProtocolViolation::STUFF | ProtocolViolation::TX, ErrorLocation::DLC)
        .with_counters(ErrorCounters { tx: 128, rx: 97 });
    assert_eq!(
        words(frame),
        "controller problem (rx error warning, tx error passive), \
         protocol violation (stuff error, on transmission; at: data length code), \
         error counters (tx 128, rx 97)"
    );
    assert_eq!(format!("{:?}", frame.class()), "CONTROLLER | PROTOCOL | COUNTERS");
    assert_eq!(words(ErrorFrame::new(ErrorClass::from_bits_retain(0x400))), "0x400");
    assert_eq!(frame.lost_arbitration_bit(), None);
}

#[test]
fn arbitration_prefers_data_to_remote_and_standard_to_extended() {
    let standard = Id::standard(0x400).unwrap();
    let extended = Id::extended(0x400 << 18).unwrap();
    let data = Frame::new(standard, &[]).unwrap().arbitration_field();
    let remote = Frame::remote(standard, 0).unwrap().arbitration_field();
    let extended_data = Frame::new(extended, &[]).unwrap().arbitration_field();
    let extended_remote = Frame::remote(extended, 0).unwrap().arbitration_field();
    assert!(data < remote && remote < extended_data && extended_data < extended_remote);
}
