//! CAN XL frames, messages of the broadcast manager, J1939 identifiers: both ways, on any input.

use anysock::can::{
    AnyFrame, AnyFrameXl, BcmFlags, BcmHead, BcmMessage, BcmOpcode, BcmTimeval, CAN_EFF_FLAG, CANXL_HDR_SIZE,
    CANXL_MTU, DecodeError, FdFlags, FdFrame, Frame, Id, J1939Filter, J1939Id, J1939Name, Pgn, XlFlags,
    XlFrame,
};
use anysock::{DecodeError as Decode, Errno};
use proptest::prelude::*;

fn head(opcode: BcmOpcode, flags: BcmFlags) -> BcmHead {
    let never = BcmTimeval::default();
    BcmHead { opcode, flags, count: 0, interval1: never, interval2: never, can_id: 0x123, frames: 0 }
}

/// `can_is_canxl_skb` of include/linux/can/skb.h.
#[test]
fn an_xl_frame_is_as_long_as_it_says() {
    let frame =
        XlFrame::new(0x7FF, &[7; 2048]).unwrap().with_flags(XlFlags::SEC).with_acceptance(0xDEAD_BEEF);
    let mut buffer = [0; CANXL_MTU];
    let bytes = frame.encode(&mut buffer).to_vec();
    assert_eq!((bytes.len(), bytes[4]), (2060, 0x81));
    assert_eq!(XlFrame::decode(&bytes), Ok(frame.clone()));
    assert_eq!(AnyFrameXl::decode(&bytes), Ok(AnyFrameXl::Xl(frame)));
    assert_eq!(XlFrame::decode(&bytes[..2059]), Err(DecodeError::Size(2059)));
    assert_eq!(XlFrame::decode(&bytes[..11]), Err(DecodeError::Size(11)));
    assert_eq!(XlFrame::new(0x800, &[1]), None);
    assert_eq!(XlFrame::new(0, &[1; 2049]), None);
    let mut empty = bytes[..CANXL_HDR_SIZE].to_vec();
    empty[6..8].fill(0);
    assert_eq!(XlFrame::decode(&empty), Err(DecodeError::Size(12)));
    let mut classic = bytes.clone();
    classic[4] = 0x01;
    assert!(matches!(XlFrame::decode(&classic), Err(DecodeError::Flags(_))));
    let mut extended = bytes;
    extended[..4].copy_from_slice(&(CAN_EFF_FLAG | 1).to_ne_bytes());
    assert_eq!(XlFrame::decode(&extended), Err(DecodeError::Identifier(CAN_EFF_FLAG | 1)));
}

#[test]
fn frames_of_a_message_are_of_one_kind() {
    let id = Id::standard(0x123).unwrap();
    let classic = AnyFrame::Classic(Frame::new(id, &[1]).unwrap());
    let fd = AnyFrame::Fd(FdFrame::new(id, FdFlags::BRS, &[1]).unwrap());
    let mut buffer = vec![0; 300 * 72];
    let head = head(BcmOpcode::RECEIVE_SETUP, BcmFlags::FD_FRAME);
    assert_eq!(BcmMessage::write(&mut buffer, head, &[fd, classic]), Err(Errno::EINVAL));
    assert_eq!(BcmMessage::write(&mut buffer, head, &[fd; 257]), Err(Errno::EINVAL));
    assert_eq!(BcmMessage::write(&mut [0; 100], head, &[fd]), Err(Errno::ENOBUFS));
    let bytes = BcmMessage::write(&mut buffer, head, &[fd; 2]).unwrap();
    assert_eq!(BcmMessage::decode(bytes).unwrap().frames().collect::<Vec<_>>(), [Ok(fd), Ok(fd)]);
    let needed = BcmHead::SIZE + 144;
    assert_eq!(BcmMessage::decode(&bytes[..needed - 1]), Err(Decode::TooShort { needed, found: needed - 1 }));
    let longer = [bytes, &[0]].concat();
    assert_eq!(BcmMessage::decode(&longer), Err(Decode::TooLong { most: needed, found: needed + 1 }));
}

/// The request for address claims, to all, and its parts (SAE J1939-21; `candump` shows 18EAFFFE).
#[test]
fn a_request_to_all() {
    let id = Id::extended(0x18EA_FFFE).unwrap();
    let parts = J1939Id { priority: 6, pgn: Pgn::REQUEST, destination: 0xFF, source: 0xFE };
    assert_eq!(J1939Id::from_id(id), Some(parts));
    assert_eq!(parts.id(), Some(id));
    assert_eq!(J1939Id::from_id(Id::standard(0x123).unwrap()), None);
    assert_eq!(J1939Id { priority: 8, ..parts }.id(), None);
    assert_eq!(J1939Id { pgn: Pgn::NONE, ..parts }.id(), None);
    assert_eq!(J1939Id { pgn: Pgn(0xFEF1), destination: 3, ..parts }.id(), None);
    assert_eq!(J1939Id { pgn: Pgn(0xEA01), ..parts }.id(), None);
}

#[test]
fn a_filter_compares_masked_bits() {
    let filter = J1939Filter { pgn: Pgn(0xFEF1), pgn_mask: Pgn::MAX, ..Default::default() };
    assert!(filter.matches(J1939Name(5), 3, Pgn(0xFEF1)));
    assert!(!filter.matches(J1939Name(5), 3, Pgn(0xFEF2)));
    let filter = J1939Filter { address: 0x83, address_mask: 0xF0, ..Default::default() };
    assert!(filter.matches(J1939Name::NONE, 0x8F, Pgn(0)) && !filter.matches(J1939Name::NONE, 3, Pgn(0)));
}

proptest! {
    #[test]
    fn xl_frames_come_back(
        priority in 0..=0x7FF_u16,
        flags: u8,
        network: u8,
        kind: u8,
        acceptance: u32,
        data in prop::collection::vec(any::<u8>(), 1..100),
    ) {
        let frame = XlFrame::new(priority, &data).unwrap()
            .with_flags(XlFlags::from_bits_retain(flags))
            .with_network(network)
            .with_service_data_unit(kind)
            .with_acceptance(acceptance);
        let mut buffer = [0xAA; CANXL_MTU];
        let bytes = frame.encode(&mut buffer);
        prop_assert_eq!(bytes.len(), CANXL_HDR_SIZE + data.len());
        prop_assert_eq!(XlFrame::decode(bytes), Ok(frame));
    }

    #[test]
    fn any_bytes_are_an_xl_frame_or_refused(
        word in prop_oneof![any::<u32>(), 0..0x800_u32],
        flags: u8,
        len in 0..40_u16,
        rest in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let bytes = [&word.to_ne_bytes()[..], &[flags, 0], &len.to_ne_bytes(), &[0; 4], &rest].concat();
        if let Ok(frame) = XlFrame::decode(&bytes) {
            let mut buffer = [0; CANXL_MTU];
            prop_assert_eq!(frame.encode(&mut buffer), &bytes[..]);
        }
    }

    #[test]
    fn any_bytes_are_a_bcm_message_or_refused(
        fd: bool,
        count in 0..4_u32,
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let flags = if fd { BcmFlags::FD_FRAME } else { BcmFlags::empty() };
        let head = BcmHead { frames: count, ..head(BcmOpcode::RECEIVE_CHANGED, flags) };
        let bytes = [&head.encode()[..], &rest].concat();
        let size = if fd { 72 } else { 16 } * count as usize;
        match BcmMessage::decode(&bytes) {
            Ok(message) => prop_assert_eq!(message.frames().count(), count as usize),
            Err(Decode::TooShort { .. }) => prop_assert!(rest.len() < size),
            Err(_) => prop_assert!(rest.len() > size),
        }
    }

    #[test]
    fn every_extended_identifier_has_parts(raw in 0..=0x1FFF_FFFF_u32) {
        let id = Id::extended(raw).unwrap();
        let parts = J1939Id::from_id(id).unwrap();
        // A parameter group for all says nothing of a destination; its low byte belongs to it.
        prop_assert!(parts.pgn.is_valid());
        prop_assert_eq!(parts.id(), Some(id));
    }
}
