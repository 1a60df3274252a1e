//! TCP is segments on a wire: a capture shows every one, and losing one changes what the endpoints do.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::{Backend, TcpListener, TcpStream};
use anysock_sim::{Fate, Link, Tap, Wire, World};
use etherparse::{SlicedPacket, TransportSlice};

/// A segment: from which port, its control bits, its sequence and acknowledgment numbers, its octets.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Segment {
    from: u16,
    flags: &'static str,
    seq: u32,
    ack: u32,
    octets: usize,
}

fn segment(frame: &[u8]) -> Option<Segment> {
    let packet = SlicedPacket::from_ethernet(frame).ok()?;
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else { return None };
    let flags = match (tcp.syn(), tcp.fin(), tcp.rst(), tcp.ack()) {
        (true, false, false, false) => "SYN",
        (true, false, false, true) => "SYN ACK",
        (false, true, false, true) => "FIN ACK",
        (false, false, false, true) => "ACK",
        _ => "other",
    };
    let octets = tcp.payload().len();
    let (seq, ack) = (tcp.sequence_number(), tcp.acknowledgment_number());
    Some(Segment { from: tcp.source_port(), flags, seq, ack, octets })
}

#[derive(Clone, Debug, Default)]
struct Segments(Arc<Mutex<Vec<(Fate, Segment)>>>);

impl Tap for Segments {
    fn frame(&mut self, _: Timestamp, _: &Wire, fate: Fate, bytes: &[u8]) {
        self.0.lock().unwrap().extend(segment(bytes).map(|segment| (fate, segment)));
    }
}

/// Connects, sends five octets, gets them back, closes; without what `lose` says `true` of. Returns the
/// segments, and how long it took until the octets were back.
fn echo(mut lose: impl FnMut(&Segment) -> bool + Send + 'static) -> (Vec<(Fate, Segment)>, Duration) {
    let mut world = World::new(11);
    let lan = world.network("lan", Link::new().latency(Duration::from_millis(1)));
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    let segments = Segments::default();
    world.set_tap(segments.clone());
    world.lose_frames(move |_, frame| segment(frame).is_some_and(|segment| lose(&segment)));
    let address: SocketAddr = "10.0.0.1:7".parse().unwrap();
    server.spawn("echo", move |sim| {
        let (stream, _) = TcpListener::bind(sim, &address).unwrap().accept().unwrap();
        let mut octets = [0; 5];
        stream.recv_exact(&mut octets).unwrap();
        stream.send_all(&octets).unwrap();
        assert_eq!(stream.recv(&mut octets), Ok(0));
    });
    let took = world.block_on(&client, move |sim| {
        let before = sim.now();
        let stream = TcpStream::connect(sim.clone(), &address).unwrap();
        stream.send_all(b"hello").unwrap();
        stream.recv_exact(&mut [0; 5]).unwrap();
        sim.now().since(before)
    });
    world.run().unwrap();
    let segments = segments.0.lock().unwrap().clone();
    (segments, took.unwrap())
}

#[test]
fn a_capture_shows_every_segment_of_a_connection() {
    let (segments, took) = echo(|_| false);
    assert_eq!(took, Duration::from_millis(6), "three round trips, the first to find the neighbour");
    let (client, server) = (segments[0].1.seq, segments[1].1.seq);
    let shown: Vec<_> = segments
        .iter()
        .map(|(fate, segment)| {
            assert_eq!(*fate, Fate::Sent);
            let (own, other) = if segment.from == 7 { (server, client) } else { (client, server) };
            let who = if segment.from == 7 { "server" } else { "client" };
            let ack = if segment.flags == "SYN" { 0 } else { segment.ack.wrapping_sub(other) };
            (who, segment.flags, segment.seq.wrapping_sub(own), ack, segment.octets)
        })
        .collect();
    let expected = [
        ("client", "SYN", 0, 0, 0),
        ("server", "SYN ACK", 0, 1, 0),
        ("client", "ACK", 1, 1, 0),
        ("client", "ACK", 1, 1, 5),
        ("server", "ACK", 1, 6, 0),
        ("server", "ACK", 1, 6, 5),
        ("client", "ACK", 6, 6, 0),
        ("client", "FIN ACK", 6, 6, 0),
        ("server", "FIN ACK", 6, 7, 0),
        ("client", "ACK", 7, 7, 0),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_lost_syn_ack_costs_a_second() {
    let mut first = true;
    let lose = move |segment: &Segment| segment.flags == "SYN ACK" && std::mem::take(&mut first);
    let (segments, took) = echo(lose);
    // The retransmission timer begins at one second (RFC 6298 §2.1).
    assert_eq!(took, Duration::from_millis(1004));
    assert_eq!(segments.iter().filter(|(fate, _)| *fate == Fate::Lost).count(), 1);
    assert!(segments.iter().filter(|(_, segment)| segment.flags == "SYN").count() >= 1);
    assert!(segments.iter().filter(|(_, segment)| segment.flags == "SYN ACK").count() >= 2);
}

#[test]
fn a_lost_octet_is_sent_again() {
    let mut first = true;
    let lose = move |segment: &Segment| segment.octets > 0 && std::mem::take(&mut first);
    let (segments, took) = echo(lose);
    let sent_by_client = |(_, segment): &&(Fate, Segment)| segment.from != 7 && segment.octets == 5;
    assert_eq!(segments.iter().filter(sent_by_client).count(), 2);
    assert!(took >= Duration::from_millis(200), "not before the retransmission timer: {took:?}");
}
