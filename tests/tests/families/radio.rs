//! Amateur packet radio, over Ethernet and within the machine, against tests/peers/family_echo.c.

use anysock::addr::{Ax25Addr, CallSign, NetromAddr, RoseAddr};
use anysock::socket::{Ax25Datagram, NetromSeqpacket, RoseSeqpacket};
use anysock_linux::Linux;

use crate::namespace::ip;
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload};

fn call(text: &str) -> CallSign {
    text.parse().unwrap()
}

/// As family_echo.c reads it.
fn digits(call: CallSign) -> String {
    hexadecimal(&call.to_ax25_address())
}

/// As ip(8) reads it.
fn colons(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

/// The interfaces of AX.25 stand on two network cards with a cable between them.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn ax25_datagrams_are_echoed() {
    output("modprobe", &["bpqether"]);
    ip("link add radio0 type veth peer radio1\nlink set radio0 up\nlink set radio1 up");
    let (here, there) = (call("N0CALL-1"), call("N0CALL-2"));
    for (card, call) in [("radio0", here), ("radio1", there)] {
        let interface = bpq(card);
        let address = colons(&call.to_ax25_address());
        ip(&format!("link set {interface} address {address}\nlink set {interface} up"));
    }
    let mut peer = Peer::own("family_echo", &["ax25", &digits(there), &digits(here)]);
    peer.line_with("ready");
    let mut socket = Ax25Datagram::bind(Linux, &Ax25Addr { call: here, ..Ax25Addr::default() }).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let sent = payload(200);
    let to = Ax25Addr { call: there, ..Ax25Addr::default() };
    socket.connect(&to).unwrap();
    assert_eq!(socket.send_to(&sent, &to), Ok(sent.len()));
    let mut received = [0; 300];
    let (length, sender) = socket.recv_from(&mut received).unwrap();
    assert_eq!(received[..length], sent);
    assert_eq!(sender.call, there);
    counted("AF_AX25 SOCK_DGRAM", "family_echo.c", &sent);
}

/// The interface of AX.25 that the module has put on a network card: `/proc/net/bpqether` lists both, whole only to
/// whom reads all of it at once.
fn bpq(card: &str) -> String {
    let list = output("cat", &["/proc/net/bpqether"]);
    let mut lines = list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let found = lines.find(|words| words.get(1) == Some(&card));
    found.unwrap_or_else(|| panic!("nothing on {card}:\n{list}"))[0].to_owned()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn netrom_connections_are_echoed() {
    output("modprobe", &["netrom"]);
    let node = call("N0CALL-3");
    ip(&format!("link set nr0 address {}\nlink set nr0 up", colons(&node.to_ax25_address())));
    let mut peer = Peer::own("family_echo", &["netrom", &digits(node)]);
    peer.line_with("ready");
    let mut connection = NetromSeqpacket::connect(Linux, &NetromAddr { user: node, node: None }).unwrap();
    connection.set_timeout(Some(TIME_LIMIT));
    let messages = [1, 236, 100].map(payload);
    for message in &messages {
        assert_eq!(connection.send(message), Ok(message.len()));
        let mut received = [0; 300];
        let length = connection.recv(&mut received).unwrap();
        assert_eq!(received[..length], message[..]);
    }
    counted("AF_NETROM SOCK_SEQPACKET", "family_echo.c", &messages.concat());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn rose_connections_are_echoed() {
    output("modprobe", &["rose"]);
    let (node, station) = ([0x20, 0x80, 0x17, 0x55, 0x20], call("N0CALL-4"));
    ip(&format!("link set rose0 address {}\nlink set rose0 up", colons(&node)));
    let mut peer = Peer::own("family_echo", &["rose", &hexadecimal(&node), &digits(station)]);
    peer.line_with("ready");
    let address = RoseAddr { node, call: station, ..RoseAddr::default() };
    let own = RoseAddr { call: call("N0CALL-5"), ..address };
    let mut connection = RoseSeqpacket::connect(Linux, &own, &address).unwrap();
    connection.set_timeout(Some(TIME_LIMIT));
    let messages = [1, 128, 100].map(payload);
    for message in &messages {
        assert_eq!(connection.send(message), Ok(message.len()));
        let mut received = [0; 300];
        let length = connection.recv(&mut received).unwrap();
        assert_eq!(received[..length], message[..]);
    }
    counted("AF_ROSE SOCK_SEQPACKET", "family_echo.c", &messages.concat());
}
