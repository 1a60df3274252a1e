//! Explicit congestion notification between two nodes (RFC 3168, RFC 9768): asked for, answered, and marks of a link.

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
fn every_mark_is_told_accurately() {
    for (address, settings) in [("10.0.0.1:7", ["3", "3"]), ("[fd00::1]:7", ["3", "5"])] {
        let (counts, info) = transfer(Chance::percent(3), settings, address);
        assert!(counts.marked > 5, "{counts:?}");
        assert_eq!(
            (info.options & AGREED, info.ecn_mode(), info.accurate_ecn_failures()),
            (AGREED, Some(2), Some(0))
        );
        assert_eq!(info.accurate_ecn_option_seen(), Some(2));
        // What the link has marked either came here or is told by the peer; all text arrived with one mark or another.
        let (received, delivered) = (info.received_ce.unwrap(), info.delivered_ce.unwrap());
        let untold = counts.marked.checked_sub((received + delivered) as usize);
        // The client's last acknowledgment is not answered.
        assert!(untold.is_some_and(|untold| untold <= 1), "{untold:?} {info:?}");
        assert!(delivered > 0 && info.delivered_ce_bytes.unwrap() >= (delivered - 1) * 536, "{info:?}");
        assert_eq!(info.delivered_e0_bytes.unwrap() + info.delivered_ce_bytes.unwrap(), LENGTH as u32);
        assert_eq!((info.delivered_e1_bytes, info.total_retransmitted), (Some(0), 0));
        let (_, unmarked) = transfer(Chance::NEVER, settings, address);
        assert!(info.congestion_window < unmarked.congestion_window / 2, "{info:?}");
        assert_eq!((unmarked.delivered_ce, unmarked.delivered_e0_bytes), (Some(0), Some(LENGTH as u32)));
    }
}

#[test]
fn who_wants_it_accurately_takes_less() {
    for settings in [["3", "2"], ["1", "3"], ["4", "3"]] {
        let (counts, info) = transfer(Chance::percent(3), settings, "10.0.0.1:7");
        assert_eq!((counts.asks, counts.agrees), (1, 1), "{settings:?}");
        assert!(counts.marked > 5 && counts.echoes > 0 && counts.reductions > 0, "{settings:?} {counts:?}");
        assert_eq!(info.options & AGREED, AGREED, "{settings:?}");
    }
    for settings in [["3", "0"], ["5", "3"], ["0", "3"]] {
        let (counts, info) = transfer(Chance::percent(3), settings, "10.0.0.1:7");
        assert_eq!((counts.capable, counts.marked, info.options & AGREED), (0, 0, 0), "{settings:?}");
    }
}

#[test]
fn settings_that_there_are_not() {
    let mut world = World::new(0);
    let node = world.node("node");
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecm", "1"), Err(Errno::ENOENT));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn", "6"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn_option", "4"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn_option_beacon", "4"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn_fallback", "2"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn", "on"), Err(Errno::EINVAL));
    assert_eq!(node.set_sysctl("net.ipv4.tcp_ecn", " 0\n"), Ok(()));
}
