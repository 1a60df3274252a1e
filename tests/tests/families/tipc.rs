//! TIPC (linux/tipc.h) on one node, against tests/peers/tipc_echo.c and tipc(8).

use std::collections::HashSet;

use anysock::addr::{TipcAddr, TipcName, TipcScope};
use anysock::socket::{TipcSeqpacket, TipcSeqpacketListener};
use anysock::tipc::{EventKind, SubscriptionFilter, TipcServiceRange, TipcSubscr};
use anysock::{Errno, TipcDatagram, TipcListener, TipcStream, TipcTopology};
use anysock_linux::Linux;

use crate::witness::{Peer, TIME_LIMIT, counted, echoed, output, payload};

/// A service that no other test has: its number comes of random bytes.
struct Service(u32);

impl Service {
    fn new() -> Service {
        output("modprobe", &["tipc"]);
        // Those below 64 are the kernel's.
        Service(u32::from_ne_bytes(payload(4).try_into().unwrap()) | 64)
    }

    fn instance(&self, instance: u32) -> TipcAddr {
        let name = TipcName::Service { service: self.0, instance, node: 0 };
        TipcAddr { name, scope: TipcScope::NODE }
    }

    fn range(&self, lower: u32, upper: u32) -> TipcAddr {
        let name = TipcName::Range { service: self.0, lower, upper };
        TipcAddr { name, scope: TipcScope::NODE }
    }

    /// The peer, and its number on its node.
    fn peer(&self, way: &str, kind: &str, lower: u32, upper: u32) -> (Peer, u32) {
        let [service, lower, upper] = [self.0, lower, upper].map(|number| number.to_string());
        let mut peer = Peer::own("tipc_echo", &[way, kind, &service, &lower, &upper]);
        let number = ready(&mut peer);
        (peer, number)
    }
}

/// The number that the peer says when it is ready.
fn ready(peer: &mut Peer) -> u32 {
    peer.line_with("ready").rsplit(' ').next().unwrap().parse().unwrap()
}

/// The number of the socket that `address` names.
fn number(address: TipcAddr) -> u32 {
    let TipcName::Socket { reference, .. } = address.name else { panic!("{address} is no socket") };
    reference
}

fn echoed_messages(mut connection: TipcSeqpacket<Linux>) -> Vec<u8> {
    connection.set_timeout(Some(TIME_LIMIT));
    // The longest is TIPC's longest.
    let messages = [1, 66_000, 300].map(payload);
    for message in &messages {
        assert_eq!(connection.send(message), Ok(message.len()));
    }
    for message in &messages {
        let mut received = vec![0; 70_000];
        let length = connection.recv(&mut received).unwrap();
        assert!(received[..length] == message[..], "{length} bytes for {}", message.len());
    }
    messages.concat()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn streams_are_echoed() {
    let service = Service::new();
    let (_peer, _) = service.peer("listen", "stream", 10, 19);
    let mut stream = TipcStream::connect(Linux, &service.instance(17)).unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    counted("AF_TIPC SOCK_STREAM", "tipc_echo.c listen", &echoed(&mut stream, 50_000));

    let service = Service::new();
    let listener = TipcListener::bind(Linux, &service.instance(3)).unwrap();
    let arguments = ["connect", "stream", &service.0.to_string(), "3", "0"];
    let mut peer = Peer::own("tipc_echo", &arguments);
    let (mut stream, address) = listener.accept().unwrap();
    assert_eq!(number(address), ready(&mut peer));
    stream.set_timeout(Some(TIME_LIMIT));
    counted("AF_TIPC SOCK_STREAM", "tipc_echo.c connect", &echoed(&mut stream, 50_000));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn messages_of_a_connection_are_echoed() {
    let service = Service::new();
    let (_peer, _) = service.peer("listen", "seqpacket", 10, 19);
    let connection = TipcSeqpacket::connect(Linux, &service.instance(10)).unwrap();
    counted("AF_TIPC SOCK_SEQPACKET", "tipc_echo.c listen", &echoed_messages(connection));

    let service = Service::new();
    let listener = TipcSeqpacketListener::bind(Linux, &service.range(0, 5)).unwrap();
    let _peer = Peer::own("tipc_echo", &["connect", "seqpacket", &service.0.to_string(), "5", "0"]);
    let (connection, _) = listener.accept().unwrap();
    counted("AF_TIPC SOCK_SEQPACKET", "tipc_echo.c connect", &echoed_messages(connection));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn datagrams_are_echoed() {
    for (kind, name) in [("rdm", "AF_TIPC SOCK_RDM"), ("dgram", "AF_TIPC SOCK_DGRAM")] {
        let service = Service::new();
        let mut socket = match kind {
            "rdm" => TipcDatagram::reliable(Linux).unwrap(),
            _ => TipcDatagram::unreliable(Linux).unwrap(),
        };
        socket.set_timeout(Some(TIME_LIMIT));
        let sent = payload(3000);
        if kind == "rdm" {
            assert_eq!(socket.send_to(&sent, &service.instance(7)), Err(Errno::EHOSTUNREACH.into()));
        }
        let (_peer, peer) = service.peer("bind", kind, 5, 9);
        assert_eq!(socket.send_to(&sent, &service.instance(7)), Ok(sent.len()));
        let mut received = [0; 4000];
        let (length, sender) = socket.recv_from(&mut received).unwrap();
        assert_eq!((&received[..length], number(sender)), (&sent[..], peer));
        // To that very socket.
        socket.send_to(&sent[..100], &sender).unwrap();
        assert_eq!(socket.recv_from(&mut received), Ok((100, sender)));
        counted(name, "tipc_echo.c", &sent);
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_range_reaches_all_within() {
    let service = Service::new();
    let peers = [(0, 9), (10, 19), (30, 39)].map(|(lower, upper)| service.peer("bind", "rdm", lower, upper));
    let mut socket = TipcDatagram::reliable(Linux).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let sent = payload(1000);
    socket.send_to(&sent, &service.range(5, 25)).unwrap();
    let mut received = [0; 2000];
    let senders: HashSet<_> = [(); 2]
        .map(|()| {
            let (length, sender) = socket.recv_from(&mut received).unwrap();
            assert_eq!(received[..length], sent);
            number(sender)
        })
        .into();
    assert_eq!(senders, HashSet::from([peers[0].1, peers[1].1]), "the third has no instance within");
    counted("AF_TIPC, service ranges", "tipc_echo.c", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn tipc_shows_what_is_bound() {
    let service = Service::new();
    let socket = TipcDatagram::reliable(Linux).unwrap();
    let shown = || {
        let own = number(socket.local_addr().unwrap()).to_string();
        let table = output("tipc", &["nametable", "show"]);
        let lines = table.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        // Type, lower, upper, scope, port.
        lines.filter(|line| line.get(4) == Some(&own)).map(|line| line[..4].join(" ")).collect::<Vec<_>>()
    };
    socket.bind(&service.range(100, 199)).unwrap();
    assert_eq!(shown(), [format!("{} 100 199 node", service.0)]);
    socket.unbind(&service.range(100, 199)).unwrap();
    assert_eq!(shown(), [""; 0]);
    assert_eq!(socket.bind(&Service(63).range(0, 1)), Err(Errno::EACCES.into()));
    counted("AF_TIPC, names", "tipc nametable", &service.0.to_be_bytes());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn topology_events() {
    let service = Service::new();
    let mut topology = TipcTopology::connect(Linux).unwrap();
    topology.set_timeout(Some(TIME_LIMIT));
    let handle = payload(8).try_into().unwrap();
    let subscription = TipcSubscr {
        range: TipcServiceRange { kind: service.0, lower: 0, upper: 99 },
        timeout: TipcSubscr::WAIT_FOREVER,
        filter: SubscriptionFilter::PORTS,
        usr_handle: handle,
    };
    topology.subscribe(&subscription).unwrap();
    let (peer, number) = service.peer("bind", "rdm", 40, 60);
    let event = |kind| {
        let event = topology.recv().unwrap();
        assert_eq!((event.kind, event.found_lower, event.found_upper), (kind, 40, 60));
        assert_eq!((event.port.reference, event.subscription), (number, subscription));
    };
    event(EventKind::PUBLISHED);
    // Its end takes its service with it.
    drop(peer);
    event(EventKind::WITHDRAWN);
    // A subscription ends in time.
    let brief = TipcSubscr { timeout: 10, ..subscription };
    topology.subscribe(&brief).unwrap();
    let over = topology.recv().unwrap();
    assert_eq!((over.kind, over.subscription), (EventKind::TIMEOUT, brief));
    counted("AF_TIPC, topology events", "tipc_echo.c", &[&service.0.to_be_bytes()[..], &handle].concat());
}
