//! IEEE 802.2 logical link control between two network cards, against tests/peers/family_echo.c.

use anysock::addr::{LlcAddr, MacAddr};
use anysock::socket::LlcDatagram;
use anysock_linux::Linux;

use crate::namespace::ip;
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload};

/// The family works in the first network namespace alone.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn datagrams_are_echoed() {
    output("modprobe", &["llc2"]);
    let (here, there) = (MacAddr([2, 0, 0, 0, 1, 1]), MacAddr([2, 0, 0, 0, 1, 2]));
    ip(&format!(
        "link add llc0 address {here} type veth peer llc1 address {there}\nlink set llc0 up\nlink set llc1 up"
    ));
    let mut peer = Peer::own("family_echo", &["llc", &hexadecimal(&there.0), "44"]);
    peer.line_with("ready");
    let mut socket =
        LlcDatagram::bind(Linux, &LlcAddr { mac: here, sap: 0x46, ..LlcAddr::default() }).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let address = LlcAddr { mac: there, sap: 0x44, hardware_type: 1, ..LlcAddr::default() };
    let sent = payload(1400);
    assert_eq!(socket.send_to(&sent, &address), Ok(sent.len()));
    let mut received = [0; 1500];
    let (length, sender) = socket.recv_from(&mut received).unwrap();
    assert_eq!(received[..length], sent);
    assert_eq!((sender.mac, sender.sap), (there, 0x44));
    counted("AF_LLC SOCK_DGRAM", "family_echo.c", &sent);
}
