//! IEEE 802.15.4 between two simulated radios (mac802154_hwsim), against tests/peers/family_echo.c.

use anysock::addr::{Ieee802154Addr, Ieee802154Device};
use anysock::socket::Ieee802154Datagram;
use anysock_linux::Linux;

use crate::namespace::ip;
use crate::witness::{Peer, TIME_LIMIT, counted, output, payload};

#[test]
#[ignore = "the peers are in the kernel lab"]
fn datagrams_are_echoed() {
    output("modprobe", &["mac802154_hwsim"]);
    output("modprobe", &["ieee802154_socket"]);
    let mut own = Peer::own("family_echo", &["ieee802154", "wpan0", "abcd", "1", "only"]);
    let said = own.rest();
    assert!(own.wait().success(), "{said}");
    let mut peer = Peer::own("family_echo", &["ieee802154", "wpan1", "abcd", "2"]);
    peer.line_with("ready");
    ip("link set wpan0 up\nlink set wpan1 up");
    let node = |address| Ieee802154Addr { pan_id: 0xABCD, device: Ieee802154Device::Short(address) };
    let mut socket = Ieee802154Datagram::bind(Linux, &node(1)).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let sent = payload(80);
    assert_eq!(socket.send_to(&sent, &node(2)), Ok(sent.len()));
    let mut received = [0; 200];
    assert_eq!(socket.recv_from(&mut received), Ok((sent.len(), node(2))));
    assert_eq!(received[..sent.len()], sent);
    counted("AF_IEEE802154 SOCK_DGRAM", "family_echo.c", &sent);
}
