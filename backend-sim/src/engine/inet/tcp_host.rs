//! What RFC 9293 asks of the host around a connection: which addresses, which IP header, which ICMP messages
//! matter. tests/rfc/rfc9293.toml says which requirement each test shows.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::sync::Mutex;

use anysock::message::Timestamp;
use anysock::option::ip::{IP_TOS, IP_TTL};
use anysock::option::socket::SO_REUSEADDR;
use anysock::option::tcp::{TCP_SAVE_SYN, TCP_SAVED_SYN};
use anysock::{Errno, Family, Level, Protocol, SockAddr, SocketType};
use etherparse::{IpNumber, Ipv4Header, Ipv4Options, SlicedPacket, TransportSlice};

use super::header::ipv4_packet;
use super::packet::LinkCast;
use super::packet_receive::packet_arrives;
use crate::engine::node::NodeId;
use crate::engine::{Engine, Fate, Incoming, Link, Outgoing, SocketId, Step, Tap, Wire};

/// A TCP segment on the wire: addresses, TOS, TTL, control bits (FIN 1, SYN 2, RST 4, ACK 16), sequence number, octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Seen {
    from: SocketAddr,
    to: SocketAddr,
    service: u8,
    hops: u8,
    flags: u8,
    sequence: u32,
    octets: usize,
}

#[derive(Clone, Debug, Default)]
struct Frames(Arc<Mutex<Vec<Seen>>>);

impl Tap for Frames {
    fn frame(&mut self, _: Timestamp, _: &Wire, _: Fate, bytes: &[u8]) {
        let Ok(packet) = SlicedPacket::from_ethernet(bytes) else { return };
        let Some(ip) = packet.net.as_ref().and_then(|net| net.ipv4_ref()) else { return };
        let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return };
        let header = ip.header();
        let address = |ip: [u8; 4], port| SocketAddr::new(Ipv4Addr::from(ip).into(), port);
        self.0.lock().unwrap().push(Seen {
            from: address(header.source(), tcp.source_port()),
            to: address(header.destination(), tcp.destination_port()),
            service: header.dcp().value() << 2 | header.ecn().value(),
            hops: header.ttl(),
            flags: tcp.slice()[13],
            sequence: tcp.sequence_number(),
            octets: tcp.payload().len(),
        });
    }
}

/// Two hosts on a network: 10.0.0.1 (and 10.0.0.3), and 10.0.0.2.
struct Hosts {
    engine: Engine,
    nodes: [NodeId; 2],
    frames: Frames,
}

fn address(text: &str) -> impl AsRef<[u8]> {
    text.parse::<SocketAddr>().unwrap().encode()
}

impl Hosts {
    fn new() -> Self {
        let mut engine = Engine::new(1);
        let network = engine.add_network("lan", Link::new().latency(Duration::from_millis(1)));
        let nodes = ["a", "b"].map(|name| engine.add_node(name));
        for (node, addresses) in nodes.into_iter().zip(["10.0.0.1/24 10.0.0.3/24", "10.0.0.2/24"]) {
            let prefixes: Vec<_> = addresses.split(' ').map(|prefix| prefix.parse().unwrap()).collect();
            engine.attach_ethernet(node, network, "eth0".parse().unwrap(), &prefixes);
        }
        let frames = Frames::default();
        engine.set_tap(Box::new(frames.clone()));
        Hosts { engine, nodes, frames }
    }

    fn open(&mut self, node: usize) -> SocketId {
        self.engine.open(self.nodes[node], Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
    }

    fn listen(&mut self, node: usize, at: &str) -> SocketId {
        let listener = self.open(node);
        self.engine.bind(listener, address(at).as_ref()).unwrap();
        self.engine.listen(listener, 5).unwrap();
        listener
    }

    fn run(&mut self, milliseconds: u64) {
        let limit = self.engine.now() + Duration::from_millis(milliseconds);
        for _ in 0..100_000 {
            if matches!(self.engine.step(limit), Step::Quiet | Step::Idle) {
                return;
            }
        }
        panic!("the network does not come to rest");
    }

    /// A connection from the first host to the second, and what was accepted of it.
    fn connected(&mut self) -> (SocketId, SocketId) {
        let listener = self.listen(1, "10.0.0.2:7");
        let client = self.open(0);
        assert_eq!(self.engine.connect(client, address("10.0.0.2:7").as_ref()), Err(Errno::EINPROGRESS));
        self.run(100);
        let (accepted, _) = self.engine.accept(listener).unwrap();
        (client, accepted)
    }

    fn send(&mut self, id: SocketId, bytes: &[u8]) -> Result<usize, Errno> {
        let message =
            Outgoing { address: None, bytes, control: &[], handles: &[], flags: anysock::MessageFlags(0) };
        self.engine.send(id, &message)
    }

    fn receive(&mut self, id: SocketId) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; 100];
        let mut incoming = Incoming {
            address: &mut [],
            bytes: &mut bytes,
            control: &mut [],
            handle_room: 0,
            handles: Vec::new(),
            flags: anysock::MessageFlags(0),
        };
        let length = self.engine.recv(id, &mut incoming)?.len;
        bytes.truncate(length);
        Ok(bytes)
    }

    /// The connection still works, to the second host and back.
    fn assert_works(&mut self, (client, accepted): (SocketId, SocketId)) {
        for (from, to, text) in [(client, accepted, b"ping"), (accepted, client, b"pong")] {
            assert_eq!(self.send(from, text), Ok(4));
            self.run(100);
            assert_eq!(self.receive(to), Ok(text.to_vec()));
        }
    }

    fn seen(&self) -> Vec<Seen> {
        core::mem::take(&mut *self.frames.0.lock().unwrap())
    }

    /// A packet comes to the second host as if by the network.
    fn arrives(
        &mut self,
        source: [u8; 4],
        destination: [u8; 4],
        protocol: IpNumber,
        payload: &[u8],
        options: &[u8],
    ) {
        let mut header = Ipv4Header::new(payload.len() as u16, 64, protocol, source, destination).unwrap();
        header.options = Ipv4Options::try_from(options).unwrap();
        header.set_payload_len(payload.len()).unwrap();
        let packet = ipv4_packet(&mut header, payload);
        packet_arrives(&mut self.engine, self.nodes[1], INTERFACE, LinkCast::Own, &packet);
    }
}

/// A SYN to port 7.
fn syn(source: [u8; 4], destination: [u8; 4]) -> Vec<u8> {
    use anysock::tcp::wire::{Ports, PseudoHeader, encode};
    use anysock::tcp::{Flags, Segment, SequenceNumber};
    let mut octets = vec![0; 20];
    let pseudo = PseudoHeader::ipv4(source.into(), destination.into());
    let segment = Segment::new(Flags::SYN, SequenceNumber(1), SequenceNumber(0));
    encode(&pseudo, Ports { source: 5000, destination: 7 }, &segment, &mut octets).unwrap();
    octets
}

/// The number of `eth0`, behind `lo`.
const INTERFACE: u32 = 2;

const A: [u8; 4] = [10, 0, 0, 1];
const B: [u8; 4] = [10, 0, 0, 2];

#[test]
fn a_syn_from_or_to_nobody_in_particular_is_ignored() {
    let mut hosts = Hosts::new();
    hosts.listen(1, "0.0.0.0:7");
    let nobody = [[10, 0, 0, 255], [255; 4], [224, 0, 0, 1]];
    for destination in nobody {
        hosts.arrives(A, destination, IpNumber::TCP, &syn(A, destination), &[]);
    }
    for source in nobody.into_iter().chain([[0; 4]]) {
        hosts.arrives(source, B, IpNumber::TCP, &syn(source, B), &[]);
    }
    // Not even a half-open connection, which would send its SYN,ACK again.
    hosts.run(10_000);
    assert_eq!(hosts.seen(), []);
    assert_eq!(hosts.engine.sockets_of(hosts.nodes[1]).len(), 1);
    hosts.arrives(A, B, IpNumber::TCP, &syn(A, B), &[]);
    hosts.run(100);
    assert_eq!(hosts.seen().first().map(|seen| seen.flags), Some(0x12));
}

#[test]
fn ip_options_are_ignored() {
    let mut hosts = Hosts::new();
    hosts.listen(1, "10.0.0.2:7");
    // A router alert (RFC 2113), and an option nobody knows.
    for options in [[148, 4, 0, 0], [0x9e, 4, 1, 2]] {
        hosts.arrives(A, B, IpNumber::TCP, &syn(A, B), &options);
        hosts.run(100);
        assert_eq!(hosts.seen().first().map(|seen| seen.flags), Some(0x12), "{options:?}");
    }
}

#[test]
fn nobody_connects_to_everybody() {
    let mut hosts = Hosts::new();
    for to in ["10.0.0.255:7", "255.255.255.255:7", "224.0.0.1:7"] {
        let client = hosts.open(0);
        assert_eq!(hosts.engine.connect(client, address(to).as_ref()), Err(Errno::ENETUNREACH), "{to}");
    }
    assert_eq!(hosts.seen(), []);
}

#[test]
fn the_local_address_is_chosen_before_the_syn_and_stays() {
    let mut hosts = Hosts::new();
    let pair = hosts.connected();
    hosts.assert_works(pair);
    let from_client: Vec<IpAddr> =
        hosts.seen().iter().filter(|seen| seen.to.port() == 7).map(|seen| seen.from.ip()).collect();
    assert!(from_client.len() > 2 && from_client.iter().all(|ip| *ip == IpAddr::from(A)), "{from_client:?}");
}

#[test]
fn the_local_address_can_be_chosen() {
    let mut hosts = Hosts::new();
    hosts.listen(1, "10.0.0.2:7");
    let client = hosts.open(0);
    hosts.engine.bind(client, address("10.0.0.3:0").as_ref()).unwrap();
    let _ = hosts.engine.connect(client, address("10.0.0.2:7").as_ref());
    hosts.run(100);
    let seen = hosts.seen();
    assert!(
        seen.iter().any(|seen| seen.flags == 2 && seen.from.ip() == IpAddr::from([10, 0, 0, 3])),
        "{seen:?}"
    );
}

#[test]
fn service_and_hops_are_what_the_program_says() {
    let mut hosts = Hosts::new();
    let pair = hosts.connected();
    hosts.seen();
    for (service, hops) in [(0x28u8, 7u8), (0x48, 200)] {
        let set = |engine: &mut Engine, name, value: u8| {
            engine.set_option(pair.0, Level::IP, name, &i32::from(value).to_ne_bytes()).unwrap();
        };
        set(&mut hosts.engine, IP_TOS, service);
        set(&mut hosts.engine, IP_TTL, hops);
        hosts.assert_works(pair);
        let seen = hosts.seen();
        let mut from_client = seen.iter().filter(|seen| seen.to.port() == 7).peekable();
        assert!(from_client.peek().is_some());
        assert!(from_client.all(|seen| (seen.service, seen.hops) == (service, hops)), "{seen:?}");
    }
}

#[test]
fn a_port_can_be_listened_on_while_a_connection_from_it_begins() {
    let mut hosts = Hosts::new();
    let [connecting, listener] = [0, 0].map(|node| hosts.open(node));
    for id in [connecting, listener] {
        hosts.engine.set_option(id, Level::SOCKET, SO_REUSEADDR, &1i32.to_ne_bytes()).unwrap();
        hosts.engine.bind(id, address("10.0.0.1:9").as_ref()).unwrap();
    }
    // Nobody is there, so it stays in SYN-SENT.
    assert_eq!(hosts.engine.connect(connecting, address("10.0.0.77:7").as_ref()), Err(Errno::EINPROGRESS));
    assert_eq!(hosts.engine.listen(listener, 1), Ok(()));
    let client = hosts.open(1);
    let _ = hosts.engine.connect(client, address("10.0.0.1:9").as_ref());
    hosts.run(100);
    assert!(hosts.engine.accept(listener).is_ok());
}

#[test]
fn a_second_listener_fails_and_leaves_the_first_alone() {
    let mut hosts = Hosts::new();
    let listener = hosts.listen(1, "10.0.0.2:9");
    let second = hosts.open(1);
    assert_eq!(hosts.engine.bind(second, address("10.0.0.2:9").as_ref()), Err(Errno::EADDRINUSE));
    let client = hosts.open(0);
    let _ = hosts.engine.connect(client, address("10.0.0.2:9").as_ref());
    hosts.run(100);
    assert!(hosts.engine.accept(listener).is_ok());
}

/// An ICMP message for the second host about the segment `about` of its own; `more` is the message's second word.
fn icmp_about(hosts: &mut Hosts, (kind, code, more): (u8, u8, u32), about: Seen) {
    let ports = [about.from.port(), about.to.port()].map(u16::to_be_bytes);
    let segment = [ports.as_flattened(), &about.sequence.to_be_bytes(), &[0; 12]].concat();
    let mut header = Ipv4Header::new(segment.len() as u16, 64, IpNumber::TCP, B, A).unwrap();
    let quoted = ipv4_packet(&mut header, &segment);
    let mut message = [&[kind, code, 0, 0][..], &more.to_be_bytes(), &quoted].concat();
    let sum = message.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(word[1])).sum::<u32>();
    let sum = (sum & 0xffff) + (sum >> 16);
    message[2..4].copy_from_slice(&(!(sum as u16)).to_be_bytes());
    hosts.arrives(A, B, IpNumber::ICMP, &message, &[]);
}

/// The last segment that the second host has sent.
fn last_sent(hosts: &Hosts) -> Seen {
    hosts.seen().into_iter().rfind(|seen| seen.from.ip() == IpAddr::from(B)).unwrap()
}

#[test]
fn a_source_quench_is_discarded() {
    let mut hosts = Hosts::new();
    let pair = hosts.connected();
    let about = last_sent(&hosts);
    icmp_about(&mut hosts, (4, 0, 0), about);
    hosts.assert_works(pair);
    // Nor does it end an attempt.
    let listener = hosts.listen(0, "10.0.0.1:80");
    let client = hosts.open(1);
    assert_eq!(hosts.engine.connect(client, address("10.0.0.1:80").as_ref()), Err(Errno::EINPROGRESS));
    let about = last_sent(&hosts);
    icmp_about(&mut hosts, (4, 0, 0), about);
    hosts.run(100);
    assert!(hosts.engine.accept(listener).is_ok());
}

#[test]
fn a_soft_error_does_not_end_a_connection() {
    let mut hosts = Hosts::new();
    let pair = hosts.connected();
    // Net and host unreachable, source route failed; time exceeded; parameter problem (RFC 9293 §3.9.2.2).
    for (kind, code) in [(3, 0), (3, 1), (3, 5), (11, 0), (11, 1), (12, 0)] {
        assert_eq!(hosts.send(pair.1, b"text"), Ok(4));
        let about = last_sent(&hosts);
        icmp_about(&mut hosts, (kind, code, 0), about);
        hosts.run(100);
        assert_eq!(hosts.receive(pair.0), Ok(b"text".to_vec()));
        hosts.assert_works(pair);
    }
}

#[test]
fn an_attempt_ends_by_any_error_about_its_own_syn() {
    // The errors of tcp_v4_err and icmp_err_convert.
    for ((kind, code), errno) in [
        ((3, 0), Errno::ENETUNREACH),
        ((3, 1), Errno::EHOSTUNREACH),
        ((3, 2), Errno::ENOPROTOOPT),
        ((3, 3), Errno::ECONNREFUSED),
        ((3, 5), Errno::EOPNOTSUPP),
        ((3, 13), Errno::EHOSTUNREACH),
        ((11, 0), Errno::EHOSTUNREACH),
        ((12, 0), Errno::EPROTO),
    ] {
        let mut hosts = Hosts::new();
        // So that the hosts know each other as neighbours.
        hosts.connected();
        let client = hosts.open(1);
        let _ = hosts.engine.connect(client, address("10.0.0.1:80").as_ref());
        let about = last_sent(&hosts);
        let another = Seen { sequence: about.sequence.wrapping_add(7), ..about };
        icmp_about(&mut hosts, (kind, code, 0), another);
        assert_eq!(hosts.receive(client), Err(Errno::EAGAIN), "a number that was never sent");
        icmp_about(&mut hosts, (kind, code, 0), about);
        assert_eq!(hosts.receive(client), Err(errno), "{kind} {code}");
    }
}

#[test]
fn a_path_that_takes_less_makes_segments_smaller() {
    let mut hosts = Hosts::new();
    let (_, accepted) = hosts.connected();
    let longest = |seen: Vec<Seen>| {
        let from_b = seen.into_iter().filter(|seen| seen.from.ip() == IpAddr::from(B));
        from_b.map(|seen| seen.octets).max().unwrap()
    };
    hosts.seen();
    assert_eq!(hosts.send(accepted, &[7; 3000]), Ok(3000));
    let first = *hosts.seen().iter().find(|seen| seen.octets > 1000).unwrap();
    // Of something that was never sent it is not believed (RFC 5927 §4.1).
    let another = Seen { sequence: first.sequence.wrapping_sub(10_000), ..first };
    icmp_about(&mut hosts, (3, 4, 800), another);
    hosts.run(100);
    assert_eq!(hosts.send(accepted, &[7; 3000]), Ok(3000));
    assert_eq!(longest(hosts.seen()), 1448);
    assert_eq!(hosts.send(accepted, &[7; 3000]), Ok(3000));
    let about = *hosts.seen().iter().find(|seen| seen.octets > 1000).unwrap();
    icmp_about(&mut hosts, (3, 4, 800), about);
    // What was dropped is sent again at once, in packets of 800 octets: 20 are IP's, 20 TCP's, 12 the timestamps'.
    assert_eq!(longest(hosts.seen()), 748);
    hosts.run(100);
    assert_eq!(hosts.send(accepted, &[7; 3000]), Ok(3000));
    assert_eq!(longest(hosts.seen()), 748);
}

#[test]
fn an_attempt_hears_that_there_is_nobody() {
    let mut hosts = Hosts::new();
    let client = hosts.open(0);
    let _ = hosts.engine.connect(client, address("10.0.0.99:7").as_ref());
    hosts.run(5000);
    assert_eq!(hosts.receive(client), Err(Errno::EHOSTUNREACH));
}

#[test]
fn headers_of_syns_are_kept_with_ethernets() {
    const ADDRESS: usize = 6;
    let mut hosts = Hosts::new();
    let listeners = [(1, "10.0.0.2:7"), (0, "10.0.0.1:7")].map(|(node, at)| (hosts.listen(node, at), at));
    for (listener, _) in listeners {
        hosts.engine.set_option(listener, Level::TCP, TCP_SAVE_SYN, &2i32.to_ne_bytes()).unwrap();
    }
    // The second time they know each other as neighbours, and packets have come the same way before.
    let mut before = Vec::new();
    for _ in 0..2 {
        let [there, back] = [0, 1].map(|node| {
            let (listener, at) = listeners[node];
            let client = hosts.open(node);
            assert_eq!(hosts.engine.connect(client, address(at).as_ref()), Err(Errno::EINPROGRESS));
            hosts.run(100);
            let (accepted, _) = hosts.engine.accept(listener).unwrap();
            let mut room = [0; 100];
            let length = hosts.engine.get_option(accepted, Level::TCP, TCP_SAVED_SYN, &mut room).unwrap();
            room[..length].to_vec()
        });
        assert_eq!((there.len(), back.len()), (74, 74));
        assert_eq!(
            (&there[..ADDRESS], &there[ADDRESS..2 * ADDRESS]),
            (&back[ADDRESS..2 * ADDRESS], &back[..ADDRESS])
        );
        assert_ne!(there[..ADDRESS], back[..ADDRESS]);
        assert_eq!((&there[12..14], &there[26..34]), (&[8, 0][..], [A, B].as_flattened()));
        assert_eq!((&back[12..14], &back[26..34]), (&[8, 0][..], [B, A].as_flattened()));
        // Ports and numbers.
        assert_ne!(there[34..], before);
        before = there[34..].to_vec();
    }
}
