//! Service discovery: its values, its records, and a server that is asked anything.

mod l2cap_channel;

use anysock::bluetooth::sdp::{
    AttributeId, DataElement, DataElementWriter, DataElements, ErrorCode, PduId, Server, ServiceRecord, Uuid,
};
use l2cap_channel::Channel;
use proptest::prelude::*;

/// Asks for all attributes of the records that mention L2CAP.
const EVERYTHING: [u8; 20] =
    [6, 0xAB, 0xCD, 0, 15, 0x35, 3, 0x19, 1, 0, 0xFF, 0xFF, 0x35, 5, 0x0A, 0, 0, 0xFF, 0xFF, 0];

fn record(buffer: &mut [u8], handle: u32, channel: u8) -> ServiceRecord<'_> {
    ServiceRecord::serial_port(buffer, handle, channel, "Serial Port").unwrap()
}

/// Asks for all attributes of the records that mention `uuid`, `most` bytes at a time, by answers of at most `room`.
fn search_attributes(server: &Server<'_>, uuid: u16, most: u16, room: usize) -> Vec<u8> {
    let mut lists = Vec::new();
    let mut continuation = vec![0];
    loop {
        let [high, low] = uuid.to_be_bytes();
        let [most_high, most_low] = most.to_be_bytes();
        let pattern = [0x35, 3, 0x19, high, low, most_high, most_low, 0x35, 5, 0x0A, 0, 0, 0xFF, 0xFF];
        let parameters = [&pattern[..], &continuation].concat();
        let request = [&[6, 0xAB, 0xCD, 0, parameters.len() as u8], &parameters[..]].concat();
        let mut response = vec![0; room];
        let answer = server.respond(&request, &mut response);
        assert_eq!(answer[..3], [PduId::SERVICE_SEARCH_ATTR_RSP.0, 0xAB, 0xCD]);
        assert_eq!(usize::from(u16::from_be_bytes([answer[3], answer[4]])), answer.len() - 5);
        let length = usize::from(u16::from_be_bytes([answer[5], answer[6]]));
        assert!((1..=usize::from(most)).contains(&length));
        lists.extend_from_slice(&answer[7..7 + length]);
        continuation = answer[7 + length..].to_vec();
        if continuation == [0] {
            return lists;
        }
    }
}

#[test]
fn a_record_says_where_the_service_is() {
    let mut buffer = [0; 256];
    let record = record(&mut buffer, 0x10001, 7);
    assert_eq!((record.rfcomm_channel(), record.name()), (Some(7), Some(&b"Serial Port"[..])));
    assert!(record.mentions(Uuid::SERIAL_PORT) && record.mentions(Uuid::Long(Uuid::L2CAP.to_u128())));
    assert!(!record.mentions(Uuid::Short(0x1103)));
    let ids: Vec<_> = record.attributes().map(|(id, _)| id).collect();
    assert!(ids.is_sorted() && ids[0] == AttributeId::SERVICE_RECORD_HANDLE);
}

#[test]
fn an_answer_in_parts_is_the_answer_at_once() {
    let mut buffers = [[0; 256]; 3];
    let mut handles = 0x10000..;
    let records = buffers.each_mut().map(|buffer| record(buffer, handles.next().unwrap(), 3));
    let server = Server::new(&records);
    let whole = search_attributes(&server, 0x1101, 0xFFFF, 2000);
    for (most, room) in [(7, 2000), (0xFFFF, 48), (100, 60)] {
        assert_eq!(search_attributes(&server, 0x1101, most, room), whole, "{most} bytes in {room}");
    }
    let (DataElement::Sequence(lists), rest) = DataElement::decode(&whole).unwrap() else { panic!() };
    let found: Vec<_> = lists
        .map(|list| {
            let DataElement::Sequence(attributes) = list else { panic!("{list:?}") };
            ServiceRecord::of(attributes)
        })
        .collect();
    assert_eq!((&found[..], rest), (&records[..], &[][..]));
    // Nothing mentions the service of a modem.
    assert_eq!(search_attributes(&server, 0x1103, 0xFFFF, 100), [0x36, 0, 0]);
}

#[test]
fn errors_have_the_numbers_of_the_specification() {
    let mut buffer = [0; 256];
    let records = [record(&mut buffer, 0x10000, 3)];
    let server = Server::new(&records);
    let answer = |request: &[u8]| server.respond(request, &mut [0; 48]).to_vec();
    let error = |code: ErrorCode| vec![1, 0, 9, 0, 2, 0, code.0 as u8];
    assert_eq!(answer(&[2, 0, 9, 0, 1]), error(ErrorCode::PDU_SIZE));
    assert_eq!(answer(&[9, 0, 9, 0, 0]), error(ErrorCode::SYNTAX));
    let attributes = |handle: u8, continuation: &[u8]| {
        let parameters = [&[0, 1, 0, handle, 0, 99, 0x35, 3, 0x09, 0, 1][..], continuation].concat();
        answer(&[&[4, 0, 9, 0, parameters.len() as u8], &parameters[..]].concat())
    };
    assert_eq!(attributes(9, &[0]), error(ErrorCode::RECORD_HANDLE));
    assert_eq!(attributes(0, &[1, 7]), error(ErrorCode::CONTINUATION_STATE));
    assert_eq!(attributes(0, &[2, 9, 9]), error(ErrorCode::CONTINUATION_STATE));
    let class = [5, 0, 9, 0, 15, 0, 12, 0x36, 0, 9, 0x09, 0, 1, 0x36, 0, 3, 0x19, 0x11, 0x01, 0];
    assert_eq!(attributes(0, &[0])[..], class);
    // The numbers of the records that L2CAP is mentioned in.
    let search = [2, 0, 9, 0, 8, 0x35, 3, 0x19, 0x01, 0x00, 0, 5, 0];
    assert_eq!(answer(&search), [3, 0, 9, 0, 9, 0, 1, 0, 1, 0, 1, 0, 0, 0]);
}

#[test]
fn a_search_is_for_one_number_at_least() {
    let mut buffer = [0; 256];
    let records = [record(&mut buffer, 0x10000, 3)];
    let server = Server::new(&records);
    // Nothing; what is no value; a number and then what is no value, or another value.
    for pattern in [&[][..], &[0xFF], &[0x19, 1, 0, 0xFF], &[0x19, 1, 0, 0x08, 3]] {
        for (kind, rest) in [(2, &[0, 5, 0][..]), (6, &[0, 99, 0x35, 3, 0x09, 0, 1, 0])] {
            let parameters = [&[0x35, pattern.len() as u8], pattern, rest].concat();
            let request = [&[kind, 0, 9, 0, parameters.len() as u8], &parameters[..]].concat();
            let error = [1, 0, 9, 0, 2, 0, ErrorCode::SYNTAX.0 as u8];
            assert_eq!(server.respond(&request, &mut [0; 48]), error, "{kind} {pattern:?}");
        }
    }
}

#[test]
fn answers_are_as_long_as_the_client_takes() {
    let mut buffers = [[0; 256]; 9];
    let mut handles = 0x10000..;
    let records = buffers.each_mut().map(|buffer| record(buffer, handles.next().unwrap(), 3));
    let server = Server::new(&records);
    for (send_mtu, length) in [(48, 48), (671, 671), (672, 672), (2000, 672)] {
        let channel = Channel::new(send_mtu, &[&EVERYTHING]);
        assert_eq!(server.serve(&channel.socket()), Ok(()), "{send_mtu}");
        assert_eq!(channel.sent(), [server.respond(&EVERYTHING, &mut vec![0; length])]);
        assert_eq!(channel.sent()[0].len(), length);
    }
}

/// An empty message would be the end to the client.
#[test]
fn what_has_no_answer_is_not_answered() {
    let mut buffer = [0; 256];
    let records = [record(&mut buffer, 0x10000, 3)];
    let server = Server::new(&records);
    let channel = Channel::new(672, &[&EVERYTHING[..4], &EVERYTHING]);
    assert_eq!(server.serve(&channel.socket()), Ok(()));
    assert_eq!(channel.sent(), [server.respond(&EVERYTHING, &mut [0; 672])]);
}

proptest! {
    #[test]
    fn a_server_answers_anything(
        kind in 0..9u8,
        parameters in prop::collection::vec(any::<u8>(), 0..40),
        room in 48..100usize,
    ) {
        let mut buffer = [0; 256];
        let records = [record(&mut buffer, 0x10000, 3)];
        let request = [&[kind, 1, 2, 0, parameters.len() as u8], &parameters[..]].concat();
        let mut response = vec![0; room];
        let answer = Server::new(&records).respond(&request, &mut response);
        prop_assert!(answer.len() > 5 && answer[1..3] == [1, 2]);
        prop_assert_eq!(usize::from(u16::from_be_bytes([answer[3], answer[4]])), answer.len() - 5);
    }

    #[test]
    fn a_value_that_decodes_is_written_as_an_equal_one(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok((element, rest)) = DataElement::decode(&bytes) {
            prop_assert!(bytes.ends_with(rest));
            let mut buffer = [0; 64];
            let mut writer = DataElementWriter::new(&mut buffer);
            writer.push(element).unwrap();
            prop_assert_eq!(DataElement::decode(writer.into_bytes()), Ok((element, &[][..])));
        }
        let mut elements = DataElements::new(&bytes);
        prop_assert!(elements.by_ref().count() <= bytes.len());
        prop_assert!(bytes.ends_with(elements.rest()));
    }
}
