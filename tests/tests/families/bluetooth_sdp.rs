//! A service record of our own server, found by sdptool.

use std::thread;

use anysock::bluetooth::sdp::{self, Server, ServiceRecord};
use anysock::socket::L2capSeqpacketListener;
use anysock::{L2capAddr, RfcommAddr, RfcommListener};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{own, peer};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, payload};

/// Serves `records` on hci0 to one client after the other, while `client` runs.
fn serving(records: &[ServiceRecord<'_>], clients: usize, client: impl FnOnce()) {
    let mut listener = L2capSeqpacketListener::bind(Linux, &L2capAddr::classic(own(), sdp::PSM)).unwrap();
    listener.set_timeout(Some(TIME_LIMIT));
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..clients {
                let (mut client, from) = listener.accept().unwrap();
                assert_eq!(from.device, peer());
                client.set_timeout(Some(TIME_LIMIT));
                // It ends the channel, which Linux may call an error.
                let _ = Server::new(records).serve(&client);
            }
        });
        client();
    });
}

/// What sdptool says, which runs on hci1.
fn sdptool(command: &str, arguments: &[&str]) -> String {
    Peer::start("sdptool", &[&["-i", "hci1", command], arguments].concat()).rest()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn sdptool_finds_the_channel_of_rfcomm() {
    // A channel of the kernel's choice, under a name that was made here.
    let rfcomm = RfcommListener::bind(Linux, &RfcommAddr { device: own(), channel: 0 }).unwrap();
    let channel = rfcomm.local_addr().unwrap().channel;
    let name = hexadecimal(&payload(12));
    let mut buffer = [0; 256];
    let record = ServiceRecord::serial_port(&mut buffer, 0x10007, channel, &name).unwrap();
    let device = own().to_string();
    let mut shown = String::new();
    serving(&[record], 1, || shown = sdptool("browse", &[&device]));
    for line in [
        format!("Service Name: {name}"),
        "Service RecHandle: 0x10007".to_owned(),
        "\"Serial Port\" (0x1101)".to_owned(),
        format!("\"RFCOMM\" (0x0003)\n    Channel: {channel}"),
        "Version: 0x0102".to_owned(),
    ] {
        assert!(shown.contains(&line), "no {line:?} in\n{shown}");
    }
    counted("SDP", "sdptool browse", name.as_bytes());
}

/// More than fits into one answer, of which sdptool asks for the rest; and only what has the number that it looks for.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn sdptool_reads_many_records() {
    let names: Vec<String> = (0..12).map(|_| hexadecimal(&payload(40))).collect();
    let mut buffers = vec![[0; 256]; names.len()];
    let records: Vec<_> = buffers
        .iter_mut()
        .zip(&names)
        .zip(1..)
        .map(|((buffer, name), channel)| {
            ServiceRecord::serial_port(buffer, 0x10000 + u32::from(channel), channel, name).unwrap()
        })
        .collect();
    let device = own().to_string();
    let mut shown = [const { String::new() }; 2];
    serving(&records, 2, || {
        shown = [("SP", 0), ("DUN", 0)].map(|(service, _)| sdptool("search", &["--bdaddr", &device, service]))
    });
    for name in &names {
        assert!(shown[0].contains(&format!("Service Name: {name}")), "no {name} in\n{}", shown[0]);
    }
    assert!(!shown[1].contains("Service Name"), "{}", shown[1]);
    counted("SDP", "sdptool search", names.concat().as_bytes());
}
