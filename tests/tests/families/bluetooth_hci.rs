//! Raw HCI sockets against hciconfig and hcitool, and a controller of our own (the user channel) against l2ping.

use std::thread;
use std::time::Duration;

use anysock::bluetooth::hci::{Event, EventCode, Inquiry, Opcode, Packet, ScanParameters};
use anysock::bluetooth::{AdvertisingData, AdvertisingDataType, CommandError, HciFilter};
use anysock::constants::hci::HciError;
use anysock::{BdAddrType, Errno, Error, HciSocket, option};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{own, peer};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload};

/// A name that no earlier run could have known.
fn name() -> Vec<u8> {
    hexadecimal(&payload(20)).into_bytes()
}

/// A socket to `hci0` or `hci1`, beside the kernel.
fn raw(device: u16) -> HciSocket<Linux> {
    let mut socket = HciSocket::raw(Linux, device).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

/// Without the zeros behind it.
fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn hciconfig_sees_the_same_controller() {
    let controller = raw(0);
    assert_eq!(controller.address(), Ok(own()));
    let version = controller.local_version().unwrap();
    let shown = output("hciconfig", &["hci0", "version"]);
    for text in [
        format!("({:#x})  Revision: {:#x}", version.hci_version, version.hci_subversion),
        format!("({:#x})  Subversion: {:#x}", version.lmp_version, version.lmp_subversion),
        format!("({})", version.company),
    ] {
        assert!(shown.contains(&text), "no {text:?} in\n{shown}");
    }
    assert_eq!(HciSocket::raw(Linux, 99).err(), Some(Errno::ENODEV.into()));
    let mut buffer = [0; Packet::EVENT_MAX];
    // No controller has commands of a group that there is not.
    let refused = controller.command(Opcode::new(0x3E, 1), &[], &mut buffer);
    assert_eq!(refused, Err(CommandError::Refused(HciError::UNKNOWN_COMMAND)));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn hciconfig_reads_and_writes_the_name() {
    let controller = raw(0);
    let (first, second) = (name(), name());
    let mut parameters = [0; 248];
    parameters[..first.len()].copy_from_slice(&first);
    let mut buffer = [0; Packet::EVENT_MAX];
    controller.command(Opcode::WRITE_LOCAL_NAME, &parameters, &mut buffer).unwrap();
    let shown = output("hciconfig", &["hci0", "name"]);
    let first = String::from_utf8(first).unwrap();
    assert!(shown.contains(&format!("Name: '{first}'")), "{shown}");
    let second = String::from_utf8(second).unwrap();
    output("hciconfig", &["hci0", "name", &second]);
    let read = controller.command(Opcode::READ_LOCAL_NAME, &[], &mut buffer).unwrap();
    assert_eq!(until_zero(read), second.as_bytes());
    counted("HCI raw", "hciconfig name", (first + &second).as_bytes());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn an_inquiry_finds_what_hcitool_finds() {
    let class = u32::from_be_bytes([0, payload(1)[0], payload(1)[0], payload(1)[0] & 0xFC]);
    output("hciconfig", &["hci1", "class", &format!("{class:#08x}")]);
    let controller = raw(0);
    let parameters = Inquiry { length: 1, ..Inquiry::GENERAL }.encode();
    controller.send(&Packet::Command { opcode: Opcode::INQUIRY, parameters: &parameters }).unwrap();
    let mut buffer = [0; Packet::EVENT_MAX];
    let mut found = Vec::new();
    loop {
        match controller.recv_event(&mut buffer).unwrap() {
            Event::InquiryResult(results) => found.extend(results.map(|each| (each.address, each.class))),
            Event::InquiryComplete { status } => break assert_eq!(status, Ok(())),
            _ => {}
        }
    }
    assert_eq!(found, [(peer(), class)]);
    let shown = output("hcitool", &["-i", "hci0", "inq", "--flush", "--length=2"]);
    assert!(
        shown.contains(&format!("{}\t", peer())) && shown.contains(&format!("class: {class:#08x}")),
        "{shown}"
    );
    counted("HCI raw, inquiry", "hciconfig class", &class.to_be_bytes());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_filter_lets_through_what_it_says() {
    let controller = raw(0);
    let filter =
        HciFilter::NOTHING.with_event(EventCode::COMMAND_COMPLETE).with_opcode(Opcode::READ_LOCAL_NAME);
    controller.set(option::hci::Filter, filter).unwrap();
    assert_eq!(controller.get(option::hci::Filter), Ok(filter));
    // hcitool's commands are answered in the sight of every raw socket: of those one is let through.
    for command in [["0x04", "0x0001"], ["0x03", "0x0014"], ["0x04", "0x0009"]] {
        output("hcitool", &[&["-i", "hci0", "cmd"], &command[..]].concat());
    }
    let mut buffer = [0; Packet::EVENT_MAX];
    let Ok(Event::CommandComplete { opcode, .. }) = controller.recv_event(&mut buffer) else { panic!() };
    assert_eq!(opcode, Opcode::READ_LOCAL_NAME);
    let mut controller = controller;
    controller.set_timeout(Some(Duration::from_millis(100)));
    assert_eq!(controller.recv(&mut buffer), Err(Error::TimedOut));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_scan_hears_what_hcitool_advertises() {
    let said = payload(20);
    let mut room = [0; 31];
    let structures = [(AdvertisingDataType::MANUFACTURER_SPECIFIC, &said[..])];
    let data = AdvertisingData::write(&mut room, &structures).unwrap();
    let mut arguments: Vec<String> = ["-i", "hci1", "cmd", "0x08", "0x0008"].map(String::from).into();
    arguments.push(format!("{:02x}", data.len()));
    // The command has 31 bytes of data, whatever of them counts.
    arguments.extend((0..31).map(|index| format!("{:02x}", data.get(index).copied().unwrap_or_default())));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    output("hcitool", &arguments);
    output("hcitool", &["-i", "hci1", "cmd", "0x08", "0x000a", "01"]);

    let controller = raw(0);
    let mut buffer = [0; Packet::EVENT_MAX];
    let parameters = ScanParameters::PASSIVE.encode();
    controller.command(Opcode::LE_SET_SCAN_PARAMETERS, &parameters, &mut buffer).unwrap();
    controller.command(Opcode::LE_SET_SCAN_ENABLE, &[1, 0], &mut buffer).unwrap();
    let heard = loop {
        if let Event::AdvertisingReport(mut reports) = controller.recv_event(&mut buffer).unwrap() {
            let report = reports.next().unwrap();
            assert_eq!((report.address, report.address_type), (peer(), BdAddrType::LE_PUBLIC));
            break report.data.to_vec();
        }
    };
    controller.command(Opcode::LE_SET_SCAN_ENABLE, &[0, 0], &mut buffer).unwrap();
    output("hcitool", &["-i", "hci1", "cmd", "0x08", "0x000a", "00"]);
    let kind = AdvertisingDataType::MANUFACTURER_SPECIFIC;
    assert_eq!(AdvertisingData::new(&heard).first(kind), Some(&said[..]));
    counted("HCI raw, LE scan", "hcitool cmd", &said);
}

/// Answers who pages the controller until it has echoed `count` times, and returns what it echoed: as little of L2CAP
/// as l2ping wants.
fn echo(controller: &HciSocket<Linux>, count: usize) -> Vec<u8> {
    let mut echoed = Vec::new();
    let mut answers = 0;
    let mut buffer = [0; 1028];
    let mut frame = Vec::new();
    while answers < count {
        match controller.recv(&mut buffer).unwrap() {
            Packet::Event { code, parameters } => {
                if let Ok(Event::ConnectionRequest { address, .. }) = Event::decode(code, parameters) {
                    let accept = [&address.to_bdaddr()[..], &[1]].concat();
                    let opcode = Opcode::ACCEPT_CONNECTION_REQUEST;
                    controller.send(&Packet::Command { opcode, parameters: &accept }).unwrap();
                }
            }
            Packet::AclData { handle, flags, data } => {
                if flags & 3 != 1 {
                    frame.clear();
                }
                frame.extend_from_slice(data);
                // Length, channel 1; code, identifier, length, and what the command says.
                let [low, high, 1, 0, code, identifier, _, _, rest @ ..] = &frame[..] else { continue };
                if rest.len() + 4 < usize::from(u16::from_le_bytes([*low, *high])) {
                    continue;
                }
                let (code, answer) = match code {
                    0x08 => (0x09, rest.to_vec()),
                    // Of what is asked, nothing is supported.
                    0x0A => (0x0B, [&rest[..2], &[1, 0]].concat()),
                    _ => continue,
                };
                let length = (answer.len() as u16).to_le_bytes();
                let whole = (answer.len() as u16 + 4).to_le_bytes();
                let header = [whole[0], whole[1], 1, 0, code, *identifier, length[0], length[1]];
                for (index, data) in [&header[..], &answer].concat().chunks(192).enumerate() {
                    let flags = u8::from(index > 0);
                    controller.send(&Packet::AclData { handle, flags, data }).unwrap();
                }
                if code == 0x09 {
                    answers += 1;
                    echoed.extend(answer);
                }
            }
            _ => {}
        }
    }
    echoed
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn l2ping_reaches_a_controller_of_our_own() {
    let address = peer().to_string();
    assert_eq!(HciSocket::user(Linux, 1).err(), Some(Errno::EBUSY.into()), "it is switched on");
    output("hciconfig", &["hci1", "down"]);
    let mut controller = HciSocket::user(Linux, 1).unwrap();
    controller.set_timeout(Some(TIME_LIMIT));
    assert_eq!(HciSocket::user(Linux, 1).err(), Some(Errno::EBUSY.into()), "another socket has it");
    assert_eq!(controller.address().unwrap().to_string(), address);
    let mut buffer = [0; Packet::EVENT_MAX];
    controller.command(Opcode::RESET, &[], &mut buffer).unwrap();
    let name = name();
    let mut parameters = [0; 248];
    parameters[..name.len()].copy_from_slice(&name);
    controller.command(Opcode::WRITE_LOCAL_NAME, &parameters, &mut buffer).unwrap();
    // All events, and connectable.
    controller.command(Opcode::SET_EVENT_MASK, &[0xFF; 8], &mut buffer).unwrap();
    controller.command(Opcode::WRITE_SCAN_ENABLE, &[2], &mut buffer).unwrap();
    let asked = Peer::start("hcitool", &["-i", "hci0", "name", &address]).rest();
    assert_eq!(asked.trim().as_bytes(), name);
    // Of a random length: l2ping's own bytes are always the same.
    let size = 100 + usize::from(payload(1)[0]);
    let mut l2ping =
        Peer::start("l2ping", &["-i", "hci0", "-c", "3", "-d", "0", "-v", "-s", &size.to_string(), &address]);
    let echoed = thread::scope(|scope| scope.spawn(|| echo(&controller, 3)).join().unwrap());
    let printed = l2ping.rest();
    assert!(printed.contains("3 sent, 3 received, 0% loss"), "{printed}");
    assert_eq!(echoed.len(), 3 * size);
    // The other end has to hear of the end, or it would go on with a link that is none.
    let mut ended = false;
    while !ended {
        let event = controller.recv_event(&mut buffer).unwrap();
        ended = matches!(event, Event::DisconnectionComplete { .. });
    }
    drop(controller);
    output("hciconfig", &["hci1", "up", "piscan"]);
    counted("HCI user channel", "hcitool name, l2ping -v", &[name, echoed].concat());
}
