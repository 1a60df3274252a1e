//! RFCOMM against rctest and rfcomm.

use std::fs;

use anysock::{Errno, RfcommAddr, RfcommListener, RfcommStream};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{own, peer};
use crate::witness::{Peer, TIME_LIMIT, counted, echoed, payload, wait_until};

/// A connection from hci0 to a channel of hci1.
fn connected(channel: u8) -> RfcommStream<Linux> {
    let address = RfcommAddr { device: peer(), channel };
    let mut stream = None;
    // rfcomm does not say when it listens.
    wait_until("somebody listens", || {
        stream = match RfcommStream::connect(Linux, &address) {
            Err(error) if error == Errno::ECONNREFUSED.into() => None,
            answer => Some(answer.unwrap()),
        };
        stream.is_some()
    });
    let mut stream = stream.unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    assert_eq!(stream.peer_addr(), Ok(address));
    stream
}

/// rctest does not say what it receives, only how much; what it sends was made here.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn rctest_receives_and_sends() {
    let bytes = payload(900);
    let mut rctest = Peer::start("rctest", &["-d", "-i", "hci1", "-P", "21"]);
    rctest.line_with("Waiting for connection");
    let stream = connected(21);
    stream.send_all(&bytes[..100]).unwrap();
    rctest.line_with("Received 100 bytes");
    drop(stream);

    let mut listener = RfcommListener::bind(Linux, &RfcommAddr { device: own(), channel: 22 }).unwrap();
    listener.set_timeout(Some(TIME_LIMIT));
    fs::write("/tmp/rctest", &bytes).unwrap();
    let own = own().to_string();
    let _rctest = Peer::start(
        "rctest",
        &["-s", "-i", "hci1", "-P", "22", "-N", "1", "-b", "900", "-B", "/tmp/rctest", &own],
    );
    let (mut stream, from) = listener.accept().unwrap();
    assert_eq!(from.device, peer());
    stream.set_timeout(Some(TIME_LIMIT));
    let mut received = [0; 900];
    stream.recv_exact(&mut received).unwrap();
    assert_eq!(received[..], bytes);
    counted("RFCOMM", "rctest -s", &bytes);
}

/// rfcomm makes a serial device of a connection, from which cat sends back what it reads.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_serial_device_of_rfcomm() {
    let echo = ["sh", "-c", "exec </dev/rfcomm0 >/dev/rfcomm0; echo open >&2; exec cat"];
    let listens = ["-r", "-i", "hci1", "listen", "/dev/rfcomm0", "23"];
    let mut rfcomm = Peer::start("rfcomm", &[&listens[..], &echo].concat());
    let mut stream = connected(23);
    // Until it has made the device raw, it throws away what has come.
    rfcomm.line_with("open");
    counted("RFCOMM", "rfcomm listen, cat", &echoed(&mut stream, 3000));
}
