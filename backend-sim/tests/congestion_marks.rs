//! Explicit congestion notification between two nodes (RFC 3168): asked for, answered, and marks of a link.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::option::TcpInfo;
use anysock::option::tcp::Info;
use anysock::{Errno, TcpListener, TcpStream};
use anysock_sim::{Chance, Fate, Link, Tap, Wire, World};
use etherparse::{NetSlice, SlicedPacket, TransportSlice};

/// TCPI_OPT_ECN of linux/tcp.h.
const AGREED: u8 = 8;

/// What was seen on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counts {
    /// Packets that may be marked, and marked ones.
    capable: usize,
    marked: usize,
    /// Segments with ECE and with CWR, but for SYNs.
    echoes: usize,
    reductions: usize,
    /// SYNs that ask, and SYN,ACKs that agree.
    asks: usize,
    agrees: usize,
}

#[derive(Clone, Debug, Default)]
struct Counter(Arc<Mutex<Counts>>);

impl Tap for Counter {
    fn frame(&mut self, _: Timestamp, _: &Wire, _: Fate, bytes: &[u8]) {
        let packet = SlicedPacket::from_ethernet(bytes).unwrap();
        let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return };
        let ecn = match packet.net.as_ref().unwrap() {
            NetSlice::Ipv4(ip) => {
                assert_eq!(ip.header().to_header().calc_header_checksum(), ip.header().header_checksum());
                ip.header().ecn().value()
            }
            NetSlice::Ipv6(ip) => ip.header().traffic_class() & 3,
            NetSlice::Arp(_) => return,
        };
        let mut counts = self.0.lock().unwrap();
        counts.capable += usize::from(ecn == 2);
        counts.marked += usize::from(ecn == 3);
        match (tcp.syn(), tcp.ack()) {
            (true, false) => counts.asks += usize::from(tcp.ece() && tcp.cwr()),
            (true, true) => counts.agrees += usize::from(tcp.ece() && !tcp.cwr()),
            _ => {
                counts.echoes += usize::from(tcp.ece());
                counts.reductions += usize::from(tcp.cwr());
            }
        }
    }
}

const LENGTH: usize = 1_000_000;

/// Sends a million octets from the client to the server. What was seen, and what the client's kernel says at the end.
fn transfer(marking: Chance, settings: [&str; 2], server_address: &str) -> (Counts, TcpInfo) {
    let mut world = World::new(3);
    let lan = world.network("lan", Link::new().latency(Duration::from_millis(5)).marking(marking));
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24 fd00::1/64").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24 fd00::2/64").unwrap();
    for (node, setting) in [&client, &server].into_iter().zip(settings) {
        node.set_sysctl("net.ipv4.tcp_ecn", setting).unwrap();
    }
    let counter = Counter::default();
    world.set_tap(counter.clone());
    let address: SocketAddr = server_address.parse().unwrap();
    server.spawn("sink", move |sim| {
        let (stream, _) = TcpListener::bind(sim, &address).unwrap().accept().unwrap();
        stream.recv_exact(&mut vec![0; LENGTH]).unwrap();
        stream.send_all(b"!").unwrap();
    });
    let info = world.block_on(&client, move |sim| {
        let stream = TcpStream::connect(sim, &address).unwrap();
        stream.send_all(&[7; LENGTH]).unwrap();
        stream.recv_exact(&mut [0]).unwrap();
        stream.get(Info).unwrap()
    });
    let counts = *counter.0.lock().unwrap();
    (counts, info.unwrap())
}

#[test]
fn nobody_asks_by_default() {
    let (counts, info) = transfer(Chance::percent(10), ["2", "2"], "10.0.0.1:7");
    assert_eq!((counts, info.options & AGREED), (Counts::default(), 0));
}

#[test]
fn who_asks_is_answered() {
    for address in ["10.0.0.1:7", "[fd00::1]:7"] {
        let (counts, info) = transfer(Chance::NEVER, ["1", "2"], address);
        assert_eq!((counts.asks, counts.agrees, counts.marked, counts.echoes), (1, 1, 0, 0), "{address}");
        // Text may be marked, bare acknowledgments not.
        assert!(counts.capable >= LENGTH / 1460, "{counts:?}");
        assert_eq!(info.options & AGREED, AGREED);
    }
}

#[test]
fn who_does_not_want_it_does_not_agree() {
    let (counts, info) = transfer(Chance::percent(10), ["1", "0"], "10.0.0.1:7");
    assert_eq!(counts, Counts { asks: 1, ..Counts::default() });
    assert_eq!(info.options & AGREED, 0);
}

#[test]
fn marks_make_the_sender_slower_and_lose_nothing() {
    for address in ["10.0.0.1:7", "[fd00::1]:7"] {
        let (counts, info) = transfer(Chance::percent(3), ["1", "2"], address);
        assert!(counts.marked > 5 && counts.echoes > 0 && counts.reductions > 0, "{counts:?}");
        assert!(counts.reductions <= counts.marked, "{counts:?}");
        assert_eq!(info.total_retransmitted, 0);
        let (_, unmarked) = transfer(Chance::NEVER, ["1", "2"], address);
        assert!(info.congestion_window < unmarked.congestion_window / 2, "{info:?}");
    }
}

#[test]
fn settings_that_there_are_not() {
    let mut world = World::new(0);
    let node = world.node("node");
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecm", "1"), Err(Errno::ENOENT));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn", "3"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn", "on"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn", " 0\n"), Ok(()));
}
