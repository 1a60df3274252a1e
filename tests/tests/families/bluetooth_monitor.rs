//! The monitor channel against l2test and btmon.

use anysock::HciAddr;
use anysock::bluetooth::monitor::{MonitorNewIndex, MonitorOpcode, UserLogging};
use anysock::socket::{MonitorLog, MonitorSocket};
use anysock_linux::Linux;

use crate::bluetooth_controllers::peer;
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload};

fn monitor() -> MonitorSocket<Linux> {
    let mut monitor = MonitorSocket::open(Linux).unwrap();
    monitor.set_timeout(Some(TIME_LIMIT));
    monitor
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn it_begins_with_the_controllers() {
    let monitor = monitor();
    let mut buffer = [0; MonitorSocket::<Linux>::RECORD_MAX];
    let mut found = Vec::new();
    while found.len() < 2 {
        let record = monitor.recv(&mut buffer).unwrap();
        if record.opcode == MonitorOpcode::NEW_INDEX {
            let new = MonitorNewIndex::decode(record.data).unwrap();
            assert_eq!(new.name, format!("hci{}\0\0\0\0", record.index).as_bytes());
            found.push((record.index, new.address));
        }
    }
    found.sort_unstable();
    assert_eq!(found, [(0, crate::bluetooth_controllers::own()), (1, peer())]);
}

/// hcitool gives a command with bytes that were made here: they are seen on their way to the controller, and on their
/// way back.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn packets_of_hcitool_are_seen() {
    let monitor = monitor();
    let sent = payload(20);
    // HCI_Write_Local_Name, HCI_Read_Local_Name.
    let bytes: Vec<String> = sent.iter().map(|byte| format!("{:02x}", byte | 1)).collect();
    let sent: Vec<u8> = sent.iter().map(|byte| byte | 1).collect();
    let bytes: Vec<&str> = bytes.iter().map(String::as_str).chain(["00"; 228]).collect();
    output("hcitool", &[&["-i", "hci1", "cmd", "0x03", "0x0013"], &bytes[..]].concat());
    output("hcitool", &["-i", "hci1", "cmd", "0x03", "0x0014"]);
    let mut buffer = [0; MonitorSocket::<Linux>::RECORD_MAX];
    for (opcode, begin) in [
        (MonitorOpcode::COMMAND_PKT, &[0x13, 0x0C, 248][..]),
        (MonitorOpcode::EVENT_PKT, &[0x0E, 252, 1, 0x14, 0x0C, 0]),
    ] {
        loop {
            let record = monitor.recv(&mut buffer).unwrap();
            if (record.opcode, record.index) == (opcode, 1)
                && let Some(rest) = record.data.strip_prefix(begin)
            {
                break assert!(rest.starts_with(&sent), "{record:?}");
            }
        }
    }
    counted("HCI monitor", "hcitool cmd", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn btmon_prints_what_is_logged() {
    let mut btmon = Peer::start("stdbuf", &["-oL", "btmon"]);
    btmon.line_with("Bluetooth subsystem version");
    let monitor = monitor();
    let text = hexadecimal(&payload(24));
    let line = UserLogging { priority: 6, ident: b"anysock", text: text.as_bytes() };
    MonitorLog::open(Linux).unwrap().send(HciAddr::DEV_NONE, &line).unwrap();
    let printed = btmon.line_with(&text);
    assert!(printed.contains("anysock: "), "{printed}");
    let mut buffer = [0; MonitorSocket::<Linux>::RECORD_MAX];
    loop {
        let record = monitor.recv(&mut buffer).unwrap();
        if record.opcode == MonitorOpcode::USER_LOGGING {
            break assert_eq!(UserLogging::decode(record.data), Ok(line));
        }
    }
    counted("HCI logging", "btmon", text.as_bytes());
}
