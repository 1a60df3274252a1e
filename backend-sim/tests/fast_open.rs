//! Fast Open between two nodes (RFC 7413): a cookie once, and then text in the SYN.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::option::tcp::{FastOpen, FastOpenConnect};
use anysock::{
    Backend, Deadline, Errno, Family, MessageFlags, PollEvents, Protocol, SendMsg, SockAddr, Socket,
    SocketType, TcpListener,
};
use anysock_sim::{Fate, Link, Node, Sim, Tap, Wire, World};
use etherparse::{SlicedPacket, TransportSlice};

const SERVER: &str = "10.0.0.1:7";
/// There and back.
const ROUND_TRIP: Duration = Duration::from_millis(2);

fn server_address() -> SocketAddr {
    SERVER.parse().unwrap()
}

/// The octets of each SYN.
#[derive(Clone, Debug, Default)]
struct Syns(Arc<Mutex<Vec<usize>>>);

impl Tap for Syns {
    fn frame(&mut self, _: Timestamp, _: &Wire, _: Fate, bytes: &[u8]) {
        let packet = SlicedPacket::from_ethernet(bytes).unwrap();
        if let Some(TransportSlice::Tcp(tcp)) = packet.transport
            && tcp.syn()
            && !tcp.ack()
        {
            self.0.lock().unwrap().push(tcp.payload().len());
        }
    }
}

/// A server that echoes, with up to `limit` connections open early, and a client.
fn world(setting: &str, limit: i32) -> (World, Node, Node, Syns) {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new().latency(ROUND_TRIP / 2));
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    server.set_sysctl("net.ipv4.tcp_fastopen", setting).unwrap();
    server.spawn("echo", move |sim| serve(sim, limit));
    let syns = Syns::default();
    world.set_tap(syns.clone());
    (world, server, client, syns)
}

fn serve(sim: Sim<'_>, limit: i32) {
    let listener = TcpListener::bind(sim, &server_address()).unwrap();
    listener.set(FastOpen, limit).unwrap();
    loop {
        let (stream, _) = listener.accept().unwrap();
        let mut octets = [0; 4096];
        while let Ok(length @ 1..) = stream.recv(&mut octets) {
            let _ = stream.send_all(&octets[..length]);
        }
    }
}

fn socket<'a>(sim: &Sim<'a>) -> Socket<Sim<'a>> {
    let mut socket = Socket::new(sim.clone(), Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    socket.set_blocking(false);
    socket
}

fn send_fast<'a>(socket: &Socket<Sim<'a>>, text: &[u8]) -> Result<usize, anysock::Error> {
    let address = server_address().encode();
    socket.send_msg(&SendMsg {
        address: Some(address.as_ref()),
        slices: &[text],
        control: &[],
        handles: &[],
        flags: MessageFlags::FASTOPEN,
    })
}

/// Connects once, which brings the cookie.
fn ask(sim: &Sim<'_>) {
    let socket = socket(sim);
    assert_eq!(send_fast(&socket, b"early"), Err(Errno::EINPROGRESS.into()));
    sim.wait_for(socket.handle(), PollEvents::OUT, Deadline::NEVER).unwrap();
}

/// Waits for `length` octets, and says how long after `begin` they are here.
fn echoed(sim: &Sim<'_>, socket: Socket<Sim<'_>>, length: usize, begin: anysock::Instant) -> Duration {
    let mut socket = socket;
    socket.set_blocking(true);
    socket.recv_exact(&mut vec![0; length]).unwrap();
    sim.now().since(begin)
}

#[test]
fn text_goes_with_the_syn() {
    let (mut world, _, client, syns) = world("3", 5);
    let took = world.block_on(&client, |sim| {
        ask(&sim);
        let (begin, socket) = (sim.now(), socket(&sim));
        assert_eq!(send_fast(&socket, b"early"), Ok(5));
        echoed(&sim, socket, 5, begin)
    });
    assert_eq!(took.unwrap(), ROUND_TRIP, "one round trip, and not two");
    assert_eq!(*syns.0.lock().unwrap(), [0, 5]);
}

#[test]
fn connecting_waits_for_the_text() {
    let (mut world, _, client, syns) = world("3", 5);
    let took = world.block_on(&client, |sim| {
        ask(&sim);
        let (begin, socket) = (sim.now(), socket(&sim));
        socket.set(FastOpenConnect, true).unwrap();
        assert_eq!(socket.connect(&server_address()), Ok(()));
        assert_eq!(socket.connect(&server_address()), Err(Errno::EISCONN.into()));
        sim.wait_for(socket.handle(), PollEvents::OUT, Deadline::NOW).unwrap();
        sim.sleep_until(Deadline::at(sim.now() + ROUND_TRIP)).unwrap();
        assert_eq!(socket.send(b"early"), Ok(5));
        echoed(&sim, socket, 5, begin)
    });
    assert_eq!(took.unwrap(), 2 * ROUND_TRIP, "nothing went before the text");
    assert_eq!(*syns.0.lock().unwrap(), [0, 5]);
}

#[test]
fn as_much_goes_with_the_syn_as_there_is_room_for() {
    let (mut world, _, client, syns) = world("3", 5);
    let sent = world.block_on(&client, |sim| {
        ask(&sim);
        let socket = socket(&sim);
        let begin = sim.now();
        let sent = send_fast(&socket, &[7; 5000]).unwrap();
        echoed(&sim, socket, sent, begin);
        sent
    });
    // A segment of 1460 octets with room for 40 octets of options.
    assert_eq!((sent.unwrap(), syns.0.lock().unwrap()[1]), (1420, 1420));
}

#[test]
fn a_server_that_has_restarted_takes_the_text_after_the_handshake() {
    let (mut world, server, client, syns) = world("3", 5);
    world.block_on(&client, |sim| ask(&sim)).unwrap();
    world.crash(&server);
    server.spawn("echo", |sim| serve(sim, 5));
    let took = world.block_on(&client, |sim| {
        let (begin, socket) = (sim.now(), socket(&sim));
        assert_eq!(send_fast(&socket, b"early"), Ok(5));
        echoed(&sim, socket, 5, begin)
    });
    // Before that, the server asks for its neighbour again.
    assert_eq!(took.unwrap(), 3 * ROUND_TRIP);
    assert_eq!(*syns.0.lock().unwrap(), [0, 5]);
}

#[test]
fn a_lost_syn_is_sent_again_without_its_text() {
    let (mut world, _, client, syns) = world("3", 5);
    world.block_on(&client, |sim| ask(&sim)).unwrap();
    let mut lost = false;
    world.lose_frames(move |_, frame| {
        let packet = SlicedPacket::from_ethernet(frame).unwrap();
        let syn = matches!(packet.transport, Some(TransportSlice::Tcp(tcp)) if tcp.syn() && !tcp.ack());
        syn && !core::mem::replace(&mut lost, true)
    });
    world
        .block_on(&client, |sim| {
            let socket = socket(&sim);
            let begin = sim.now();
            assert_eq!(send_fast(&socket, b"early"), Ok(5));
            echoed(&sim, socket, 5, begin)
        })
        .unwrap();
    assert_eq!(*syns.0.lock().unwrap(), [0, 5, 0]);
}

#[test]
fn who_does_not_want_it_gives_no_cookie() {
    for (setting, limit) in [("1", 5), ("3", 0)] {
        let (mut world, _, client, syns) = world(setting, limit);
        world
            .block_on(&client, |sim| {
                ask(&sim);
                ask(&sim);
            })
            .unwrap();
        assert_eq!(*syns.0.lock().unwrap(), [0, 0], "{setting} {limit}");
    }
}

#[test]
fn no_more_are_open_early_than_the_listener_wants() {
    let (mut world, _, client, _) = world("3", 1);
    let taken = world.block_on(&client, |sim| {
        ask(&sim);
        let sockets = [(); 3].map(|()| socket(&sim));
        let begin = sim.now();
        for socket in &sockets {
            assert_eq!(send_fast(socket, b"early"), Ok(5));
        }
        let [first, ..] = sockets;
        echoed(&sim, first, 5, begin)
    });
    assert_eq!(taken.unwrap(), ROUND_TRIP);
}
