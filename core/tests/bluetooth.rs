//! The packets of controllers and the messages of their management and their trace, of any bytes.

use anysock::bluetooth::hci::{Event, EventCode, Inquiry, Opcode, Packet};
use anysock::bluetooth::management::{
    Advertising, AdvertisingFlags, ControllerInformation, Controllers, LocalName, ManagementEvent,
    ManagementMessage, ManagementSettings, ManagementStatus,
};
use anysock::bluetooth::monitor::{MonitorRecord, UserLogging};
use anysock::bluetooth::{AdvertisingData, AdvertisingDataType, HciFilter};
use anysock::constants::bluetooth::HciPacketType;
use anysock::constants::hci::HciError;
use anysock::{BdAddr, BdAddrType, DecodeError, Errno};
use proptest::prelude::*;

/// What bytes of one of the kinds of packets look like: else hardly one would be whole.
fn packet_bytes() -> impl Strategy<Value = Vec<u8>> {
    let whole = (1..=5u8, any::<[u8; 2]>(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(
        |(kind, word, data)| {
            let length = data.len() as u8;
            let header = match kind {
                1 | 3 => vec![kind, word[0], word[1], length],
                2 => vec![kind, word[0], word[1], length, 0],
                4 => vec![kind, word[0], length],
                _ => vec![kind],
            };
            [header, data].concat()
        },
    );
    prop_oneof![whole, prop::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #[test]
    fn a_packet_that_decodes_encodes_to_its_bytes(bytes in packet_bytes()) {
        let mut buffer = [0; 64];
        if let Ok(packet) = Packet::decode(&bytes) {
            prop_assert_eq!(packet.encode(&mut buffer), Ok(&bytes[..]));
            prop_assert_eq!(packet.encode(&mut buffer[..bytes.len() - 1]), Err(Errno::ENOBUFS));
        }
    }

    #[test]
    fn any_parameters_are_an_event_or_an_error(code: u8, parameters in prop::collection::vec(any::<u8>(), 0..80)) {
        match Event::decode(EventCode(code), &parameters) {
            Ok(Event::InquiryResult(results)) => prop_assert!(results.count() * 14 < parameters.len().max(1)),
            Ok(Event::AdvertisingReport(reports)) => prop_assert!(reports.count() * 10 < parameters.len()),
            Ok(_) => {}
            Err(error) => prop_assert!(matches!(error, DecodeError::TooShort { .. }), "{error:?}"),
        }
    }

    #[test]
    fn a_management_message_comes_back(
        code: u16,
        index: u16,
        parameters in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let message = ManagementMessage { code, index, parameters: &parameters };
        let mut buffer = [0; 400];
        let bytes = message.encode(&mut buffer).unwrap();
        prop_assert_eq!(ManagementMessage::decode(bytes), Ok(message));
        prop_assert!(ManagementMessage::decode(&bytes[..bytes.len() - 1]).is_err());
        // Whatever it says.
        let _ = (ManagementEvent::decode(&message), ControllerInformation::decode(&parameters));
        if let Ok(controllers) = Controllers::decode(&parameters) {
            prop_assert_eq!(controllers.count(), usize::from(u16::from_le_bytes([parameters[0], parameters[1]])));
        }
    }

    #[test]
    fn a_record_of_the_trace_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut buffer = [0; 64];
        if let Ok(record) = MonitorRecord::decode(&bytes) {
            prop_assert_eq!(record.encode(&mut buffer), Ok(&bytes[..]));
        }
        if let Ok(line) = UserLogging::decode(&bytes) {
            let again = line.encode(&mut buffer).unwrap();
            prop_assert_eq!(UserLogging::decode(again), Ok(line));
        }
    }

    #[test]
    fn advertising_data_comes_back(structures in prop::collection::vec((any::<u8>(), "[a-z]{0,20}"), 0..6)) {
        let structures: Vec<_> =
            structures.iter().map(|(kind, data)| (AdvertisingDataType(*kind), data.as_bytes())).collect();
        let mut buffer = [0; 200];
        let bytes = AdvertisingData::write(&mut buffer, &structures).unwrap();
        prop_assert!(AdvertisingData::new(bytes).eq(structures));
    }

    #[test]
    fn any_advertising_data_ends(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let length: usize = AdvertisingData::new(&bytes).map(|(_, data)| data.len() + 2).sum();
        prop_assert!(length <= bytes.len());
    }
}

#[test]
fn what_does_not_fit_its_bits_is_refused() {
    let mut buffer = [0; 600];
    let handle = Packet::AclData { handle: 0x1000, flags: 0, data: &[] };
    assert_eq!(handle.encode(&mut buffer), Err(Errno::EINVAL));
    let status = Packet::SynchronousData { handle: 1, status: 4, data: &[] };
    assert_eq!(status.encode(&mut buffer), Err(Errno::EINVAL));
    let long = Packet::Command { opcode: Opcode::RESET, parameters: &[0; 256] };
    assert_eq!(long.encode(&mut buffer), Err(Errno::EINVAL));
    assert_eq!(LocalName::<{ LocalName::SHORT }>::new(b"eleven char"), Err(Errno::EINVAL));
    assert_eq!(LocalName::<{ LocalName::SHORT }>::new(b"a\0b"), Err(Errno::EINVAL));
    let line = UserLogging { priority: 8, ident: b"", text: b"" };
    assert_eq!(line.encode(&mut buffer), Err(Errno::EINVAL));
}

/// As btmon shows what hcitool and the emulated controllers send.
#[test]
fn packets_as_controllers_send_them() {
    let device = BdAddr([0x00, 0xAA, 0x01, 0x01, 0x00, 0x01]);
    let answer = [4, 0x0E, 4, 1, 0x03, 0x0C, 0x00];
    let Ok(Packet::Event { code, parameters }) = Packet::decode(&answer) else { panic!("no event") };
    let reset = Event::CommandComplete { commands: 1, opcode: Opcode::RESET, parameters: &[0] };
    assert_eq!(Event::decode(code, parameters), Ok(reset));

    let found = [1, 0x01, 0x00, 0x01, 0x01, 0xAA, 0x00, 1, 0, 0x0C, 0x02, 0x5A, 0x34, 0x12, 0xC4];
    let Ok(Event::InquiryResult(mut results)) = Event::decode(EventCode::INQUIRY_RESULT_WITH_RSSI, &found)
    else {
        panic!("no result")
    };
    let result = results.next().unwrap();
    assert_eq!((result.address, result.class, result.rssi), (device, 0x5A020C, Some(-60)));
    assert_eq!((result.clock_offset, result.extended, results.next()), (0x1234, &[][..], None));

    // Two devices in the event's older form, which has a byte more before the class (inquiry_info_rssi_pscan).
    let older = [&found[1..9], &[0], &found[9..]].concat();
    let found = [&[2], &older[..], &older].concat();
    let Ok(Event::InquiryResult(results)) = Event::decode(EventCode::INQUIRY_RESULT_WITH_RSSI, &found) else {
        panic!("no result")
    };
    assert_eq!(results.collect::<Vec<_>>(), [result, result]);

    let heard = [2, 1, 0, 0, 0x01, 0x00, 0x01, 0x01, 0xAA, 0x00, 3, 2, 0x01, 0x06, 0xC4];
    let Ok(Event::AdvertisingReport(mut reports)) = Event::decode(EventCode::LE_META, &heard) else {
        panic!("no report")
    };
    let report = reports.next().unwrap();
    assert_eq!((report.address, report.address_type), (device, BdAddrType::LE_PUBLIC));
    assert_eq!((report.data, report.rssi), (&[2, 1, 6][..], -60));

    // Addresses that the controller has resolved are public or random all the same.
    for (of_hci, of_sockets) in [
        (1, BdAddrType::LE_RANDOM),
        (2, BdAddrType::LE_PUBLIC),
        (3, BdAddrType::LE_RANDOM),
        (0xFF, BdAddrType::LE_RANDOM),
    ] {
        let heard = [2, 1, 0, of_hci, 0x01, 0x00, 0x01, 0x01, 0xAA, 0x00, 0, 0xC4];
        let Ok(Event::AdvertisingReport(mut reports)) = Event::decode(EventCode::LE_META, &heard) else {
            panic!("no report")
        };
        assert_eq!(reports.next().unwrap().address_type, of_sockets, "{of_hci}");
    }

    let status = Event::decode(EventCode::COMMAND_STATUS, &[0x0C, 1, 0x05, 0x04]);
    let refused = Err(HciError::COMMAND_DISALLOWED);
    let expected = Event::CommandStatus { status: refused, commands: 1, opcode: Opcode::CREATE_CONNECTION };
    assert_eq!(status, Ok(expected));
    assert_eq!(
        format!("{expected:?}"),
        "CommandStatus { status: Err(HCI_COMMAND_DISALLOWED), commands: 1, opcode: HCI_Create_Connection }"
    );
    assert_eq!(Opcode::CREATE_CONNECTION, Opcode::new(1, 5));
    assert_eq!((Opcode::LE_SET_SCAN_ENABLE.group(), Opcode::LE_SET_SCAN_ENABLE.number()), (8, 12));
    assert_eq!(Inquiry::GENERAL.encode(), [0x33, 0x8B, 0x9E, 8, 0]);
}

/// As mgmt-api.txt has them.
#[test]
fn management_messages_as_the_kernel_sends_them() {
    let event =
        |bytes: &[u8]| format!("{:?}", ManagementEvent::decode(&ManagementMessage::decode(bytes).unwrap()));
    let refused = event(&[2, 0, 1, 0, 3, 0, 5, 0, 0x11]);
    assert_eq!(
        refused,
        "Ok(CommandStatus { opcode: MGMT_OP_SET_POWERED, status: Err(MGMT_STATUS_INVALID_INDEX) })"
    );
    let settings = event(&[6, 0, 1, 0, 4, 0, 0x01, 0x02, 0, 0]);
    assert_eq!(settings, "Ok(NewSettings(MGMT_SETTING_POWERED | MGMT_SETTING_LE))");
    assert_eq!(ManagementSettings::LE.0, 0x200);
    assert_eq!(ManagementStatus::PERMISSION_DENIED.0, 0x14);
    let advertising = Advertising {
        instance: 1,
        flags: AdvertisingFlags::CONNECTABLE,
        duration: 0,
        timeout: 9,
        data: &[2, 1, 6],
        scan_response: &[],
    };
    let expected = [1, 1, 0, 0, 0, 0, 0, 9, 0, 3, 0, 2, 1, 6];
    assert_eq!(advertising.encode(&mut [0; 31]), Ok(&expected[..]));
}

#[test]
fn filters_as_the_kernel_has_them() {
    let filter = HciFilter::NOTHING.with_event(EventCode::LE_META).with_event(EventCode::COMMAND_COMPLETE);
    assert_eq!((filter.types, filter.events), (0x10, [0x4000, 0x4000_0000]));
    let filter = filter.with_packets(HciPacketType::ACLDATA_PKT).with_opcode(Opcode::RESET);
    assert_eq!((filter.types, filter.opcode), (0x14, [0x03, 0x0C]));
    assert_eq!(HciFilter::EVENTS.types, 0x10);
    // The maker's packets are bit 31 of the kernel's, as 255 is 31 of its 32.
    assert_eq!(HciFilter::NOTHING.with_packets(HciPacketType::VENDOR_PKT).types, 1 << 31);
}
