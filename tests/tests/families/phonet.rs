//! Nokia's Phonet within one device, against tests/peers/family_echo.c.

use anysock::addr::PhonetAddr;
use anysock::socket::PhonetDatagram;
use anysock_linux::Linux;

use crate::namespace::in_namespace;
use crate::witness::{Peer, TIME_LIMIT, counted, output, payload};

/// Gives the loopback interface an address of Phonet, which ip(8) cannot: RTM_NEWADDR with IFA_LOCAL of one byte.
const ADD_ADDRESS: &str = "
import socket, struct
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
message = struct.pack('=BBBBIHHB3x', 35, 0, 0, 0, socket.if_nametoindex('lo'), 5, 2, 0x10)
route.send(struct.pack('=IHHII', 16 + len(message), 20, 5, 1, 0) + message)
print('error', struct.unpack('=i', route.recv(1000)[16:20])[0])
";

#[test]
#[ignore = "the peers are in the kernel lab"]
fn datagrams_are_echoed() {
    output("modprobe", &["phonet"]);
    in_namespace(|| {
        output("ip", &["link", "set", "lo", "up"]);
        assert_eq!(output("/usr/bin/python3", &["-c", ADD_ADDRESS]), "error 0\n");
        let mut peer = Peer::own("family_echo", &["phonet", "10", "55"]);
        peer.line_with("ready");
        let mut socket = PhonetDatagram::bind(Linux, &PhonetAddr::default()).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        let there = PhonetAddr { device: 0x10, object: 0x55, resource: 0 };
        let sent = payload(1000);
        assert_eq!(socket.send_to(&sent, &there), Ok(sent.len()));
        let mut received = [0; 1500];
        assert_eq!(socket.recv_from(&mut received), Ok((sent.len(), there)));
        assert_eq!(received[..sent.len()], sent);
        counted("AF_PHONET SOCK_DGRAM", "family_echo.c", &sent);
    });
}
