//! When things happen in virtual time, and who waits for what where nothing can.

use std::time::Duration;

use anysock::option::socket::SO_KEEPALIVE;
use anysock::{
    Backend, Errno, Error, Family, Instant, Level, Protocol, Shutdown, SockAddr, SocketType, TcpListener,
    TcpStream, UdpSocket,
};
use anysock_sim::engine::{Engine, Step};
use anysock_sim::{Link, Sim, World};

use crate::{SERVER, address, two_nodes};

#[test]
fn when_everybody_waits_for_ever_it_says_who_waits_for_what() {
    let mut world = World::new(1);
    let (server, _) = two_nodes(&mut world, Link::new());
    server.spawn("server", |sim| {
        let _ = TcpListener::bind(sim, &address(SERVER)).unwrap().accept();
    });
    let deadlock = world.run().unwrap_err();
    assert_eq!(
        deadlock.to_string(),
        "after 0ns every program waits for ever:\n  \
         server on server waits for POLLIN | POLLRDHUP of the TCP listener 10.0.0.1:7;"
    );
}

#[test]
fn an_answer_of_a_neighbour_makes_no_time_pass() {
    let mut world = World::new(1);
    let latency = Duration::from_millis(1);
    let (server, client) = two_nodes(&mut world, Link::new().latency(latency));
    server.spawn("server", |sim| {
        let socket = UdpSocket::bind(sim, &address(SERVER)).unwrap();
        for _ in 0..2 {
            socket.recv(&mut [0; 1]).unwrap();
        }
    });
    client.spawn("client", |sim| {
        UdpSocket::bind(sim, &address("10.0.0.2:0")).unwrap().send_to(b"x", &address(SERVER)).unwrap();
    });
    let deadlock = world.run().unwrap_err();
    // The question whose address that is, the answer, and the datagram.
    assert_eq!(deadlock.at, Instant::ZERO + 3 * latency);
    assert_eq!(world.now(), deadlock.at);
}

#[test]
fn a_timer_that_was_stopped_makes_no_time_pass() {
    let mut world = World::new(1);
    let node = world.node("alone");
    let at = address("127.0.0.1:7");
    node.spawn("server", move |sim| {
        let (stream, _) = TcpListener::bind(sim, &at).unwrap().accept().unwrap();
        stream.recv(&mut [0; 1]).unwrap();
        stream.recv(&mut [0; 1]).unwrap();
    });
    node.spawn("client", move |sim| {
        let stream = TcpStream::connect(sim, &at).unwrap();
        stream.set(anysock::option::socket::KeepAlive, true).unwrap();
        stream.set(anysock::option::socket::KeepAlive, false).unwrap();
        stream.send_all(b"x").unwrap();
        stream.recv(&mut [0; 1]).unwrap();
    });
    let deadlock = world.run().unwrap_err();
    // A delayed acknowledgment is the last that can happen.
    let latest = Instant::ZERO + Duration::from_millis(40);
    assert!(deadlock.at <= latest && world.now() == deadlock.at, "{:?}", deadlock.at);
    // What comes next begins then, too.
    let took = world.block_on(&node, |sim| {
        let before = sim.now();
        assert!(TcpStream::connect(sim.clone(), &address("127.0.0.1:9")).is_err());
        sim.now().since(before)
    });
    assert_eq!(took, Ok(Duration::ZERO));
}

#[test]
fn at_the_time_of_a_timer_that_was_put_off_nothing_happens_until_the_next_time() {
    let mut engine = Engine::new(1);
    let node = engine.add_node("alone");
    let server = address("127.0.0.1:7").encode();
    let mut open = || engine.open(node, Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let (listener, client) = (open(), open());
    engine.bind(listener, server.as_ref()).unwrap();
    engine.listen(listener, 1).unwrap();
    assert_eq!(engine.connect(client, server.as_ref()), Err(Errno::EINPROGRESS));
    let second = Instant::ZERO + Duration::from_secs(1);
    while engine.step(second) != Step::Quiet {}
    for on in [1_i32, 0] {
        engine.set_option(client, Level::SOCKET, SO_KEEPALIVE, &on.to_ne_bytes()).unwrap();
    }
    // The connection's timer was for the first probe.
    let told = engine.next_at().unwrap();
    assert!(told > second, "{told:?}");
    assert!(matches!(engine.step(told), Step::Quiet));
    let next = engine.next_at();
    assert!(next.is_none_or(|next| next > told), "{next:?}");
    assert_eq!(engine.step(Instant::MAX), Step::Idle);
}

#[test]
fn a_shorter_time_wait_ends_before_those_that_began_earlier() {
    let mut world = World::new(1);
    let node = world.node("alone");
    let connect_and_close = |sim: Sim<'_>| {
        let listener = TcpListener::bind(sim.clone(), &address("127.0.0.1:7")).unwrap();
        let client = TcpStream::connect(sim, &address("127.0.0.1:7")).unwrap();
        let (server, _) = listener.accept().unwrap();
        client.shutdown(Shutdown::WRITE).unwrap();
        assert_eq!(server.recv(&mut [0; 1]), Ok(0));
        drop(server);
        assert_eq!(client.recv(&mut [0; 1]), Ok(0));
    };
    for seconds in [60, 1] {
        node.set_sysctl("simulator.tcp_time_wait", &(seconds * 1000).to_string()).unwrap();
        world.block_on(&node, connect_and_close).unwrap();
    }
    world.run_for(Duration::from_nanos(999_999_999));
    assert_eq!(node.tcp_table().len(), 2);
    world.run_for(Duration::from_nanos(1));
    assert_eq!(node.tcp_table().len(), 1);
    // The other one ends, too.
    world.run().unwrap();
    assert_eq!(world.now(), Instant::ZERO + Duration::from_secs(60));
}

#[test]
fn a_timeout_is_exact_in_virtual_time() {
    let mut world = World::new(1);
    let node = world.node("alone");
    let took = world.block_on(&node, |sim| {
        let mut socket = UdpSocket::bind(sim.clone(), &address("127.0.0.1:5000")).unwrap();
        socket.set_timeout(Some(Duration::from_millis(250)));
        let before = sim.now();
        assert_eq!(socket.recv(&mut [0; 1]), Err(Error::TimedOut));
        sim.now().since(before)
    });
    assert_eq!(took, Ok(Duration::from_millis(250)));
}

#[test]
fn a_world_without_anything_left_to_do_stands_still() {
    let mut world = World::new(1);
    let node = world.node("alone");
    world
        .block_on(&node, |sim| {
            let mut socket = UdpSocket::bind(sim.clone(), &address("127.0.0.1:5000")).unwrap();
            socket.set_timeout(Some(Duration::from_secs(90)));
            socket.send_to(b"to myself", &address("127.0.0.1:5000")).unwrap();
            socket.recv(&mut [0; 9]).unwrap();
        })
        .unwrap();
    world.run().unwrap();
    assert_eq!(world.now(), anysock::Instant::ZERO, "the clock does not run to a deadline that was met");
}
