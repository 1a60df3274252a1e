//! What links and nodes do: loss, partitions, crashes, and the same trace of the same seed.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anysock::{Backend, Deadline, Errno, Error, TcpStream, UdpSocket};
use anysock_sim::{BitRates, Chance, Link, Sim, World, for_each_seed};

use crate::{SERVER, address, echo, echoed, two_nodes};

#[test]
fn tcp_delivers_everything_over_bad_links() {
    for_each_seed(0..40, |world| {
        let link = Link::new()
            .latency(Duration::from_millis(5))
            .jitter(Duration::from_millis(2))
            .loss(Chance::percent(5))
            .duplication(Chance::percent(2))
            .reordering(Chance::percent(3));
        let (server, client) = two_nodes(world, link);
        server.spawn("echo", |sim| echo(sim, address(SERVER)));
        let back = world.block_on(&client, |sim| echoed(&sim, address(SERVER), 100_000)).unwrap();
        assert_eq!(back.len(), 100_000);
    });
}

#[test]
fn tcp_works_over_ipv6_and_on_the_node_itself() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    server.spawn("echo", |sim| echo(sim, address("[::]:7")));
    world.block_on(&client, |sim| echoed(&sim, address("[fd00::1]:7"), 50_000)).unwrap();
    client.spawn("echo", |sim| echo(sim, address("[::]:7")));
    world.block_on(&client, |sim| echoed(&sim, address("127.0.0.1:7"), 50_000)).unwrap();
}

#[test]
fn the_same_seed_gives_the_same_trace_and_another_seed_another() {
    let hash = |seed| {
        let mut world = World::new(seed);
        let (server, client) = two_nodes(&mut world, Link::new().loss(Chance::percent(10)));
        server.spawn("echo", |sim| echo(sim, address(SERVER)));
        world.block_on(&client, |sim| echoed(&sim, address(SERVER), 20_000)).unwrap();
        (world.trace().hash(), world.trace().records(), world.now())
    };
    assert_eq!(hash(5), hash(5));
    assert_ne!(hash(5), hash(6));
}

#[test]
fn nobody_listens_and_nobody_is_there() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let connect = |to: &'static str| {
        move |sim: Sim<'_>| {
            let before = sim.now();
            let error = TcpStream::connect(sim.clone(), &address(to)).unwrap_err();
            (error, sim.now().since(before))
        }
    };
    let (refused, took) = world.block_on(&client, connect(SERVER)).unwrap();
    assert_eq!(refused, Error::Os(Errno::ECONNREFUSED));
    assert_eq!(took, Duration::from_micros(400), "one round trip finds the neighbour, one is the answer");
    let (unreachable, took) = world.block_on(&client, connect("10.0.0.99:7")).unwrap();
    assert_eq!(unreachable, Error::Os(Errno::EHOSTUNREACH));
    assert_eq!(took.as_secs(), 3);
    let (no_route, _) = world.block_on(&client, connect("192.0.2.1:7")).unwrap();
    assert_eq!(no_route, Error::Os(Errno::ENETUNREACH));
}

#[test]
fn a_connection_to_who_says_nothing_times_out_as_late_as_on_linux() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    // The neighbour is there, but no segment reaches it.
    world.lose_frames(|_, frame| frame[12..14] == [0x08, 0x00] && frame[14 + 9] == 6);
    let took = world.block_on(&client, |sim| {
        let before = sim.now();
        let error = TcpStream::connect(sim.clone(), &address(SERVER)).unwrap_err();
        assert_eq!(error, Error::Os(Errno::ETIMEDOUT));
        sim.now().since(before).as_secs()
    });
    // Six retries, from one second, doubled each time: 1 + 2 + 4 + 8 + 16 + 32 + 64.
    assert_eq!(took, Ok(127));
}

#[test]
fn a_healed_partition_lets_everything_through() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    server.spawn("echo", |sim| echo(sim, address(SERVER)));
    let done = Rc::new(Cell::new(false));
    let finished = done.clone();
    client.spawn("client", move |sim| {
        let stream = TcpStream::connect(sim.clone(), &address(SERVER)).unwrap();
        sim.sleep_until(Deadline::at(sim.now() + Duration::from_secs(2))).unwrap();
        stream.send_all(b"after the partition began").unwrap();
        stream.recv_exact(&mut [0; 25]).unwrap();
        finished.set(true);
    });
    world.run_for(Duration::from_secs(1));
    server.set_side("eth0", 1).unwrap();
    world.run_for(Duration::from_secs(5));
    assert!(!done.get());
    server.set_side("eth0", 0).unwrap();
    world.run_for(Duration::from_secs(10));
    assert!(done.get());
}

#[test]
fn a_crashed_node_leaves_its_peer_without_a_word_and_can_start_again() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    let echoing = server.spawn("echo", |sim| echo(sim, address(SERVER)));
    let heard = Rc::new(Cell::new(None));
    let result = heard.clone();
    client.spawn("client", move |sim| {
        let stream = TcpStream::connect(sim, &address(SERVER)).unwrap();
        result.set(Some(stream.recv(&mut [0; 1])));
    });
    world.run_for(Duration::from_secs(1));
    world.crash(&server);
    assert!(world.has_ended(echoing));
    world.run_for(Duration::from_secs(60));
    assert_eq!(heard.get(), None, "no FIN, no RST");
    server.spawn("echo", |sim| echo(sim, address(SERVER)));
    world.block_on(&client, |sim| echoed(&sim, address(SERVER), 1000)).unwrap();
}

#[test]
fn udp_datagrams_are_fragmented_and_made_whole_again() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    server.spawn("server", |sim| {
        let socket = UdpSocket::bind(sim, &address(SERVER)).unwrap();
        let mut buffer = vec![0; 65_536];
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        socket.send_to(&buffer[..length], &from).unwrap();
    });
    let returned = world.block_on(&client, |sim| {
        let mut socket = UdpSocket::bind(sim, &address("0.0.0.0:0")).unwrap();
        socket.set_timeout(Some(Duration::from_secs(1)));
        let bytes: Vec<u8> = (0..=255).cycle().take(60_000).collect();
        socket.send_to(&bytes, &address(SERVER)).unwrap();
        let mut buffer = vec![0; 65_536];
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        assert_eq!(from, address(SERVER));
        buffer[..length] == bytes
    });
    assert_eq!(returned, Ok(true));
}

#[test]
fn two_interfaces_of_a_node_have_two_names() {
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new());
    let bus = world.can_bus("bus", BitRates::classic(500_000));
    let node = world.node("node").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    assert_eq!(node.clone().ethernet("eth0", lan, "10.0.0.2/24").err(), Some(Errno::EEXIST));
    assert_eq!(node.clone().can("eth0", bus).err(), Some(Errno::EEXIST));
    assert_eq!(node.ethernet("lo", lan, "10.0.0.2/24").err(), Some(Errno::EEXIST));
}

/// Else a node that comes back would always meet its own connections from before.
#[test]
fn a_node_that_comes_back_begins_with_another_port() {
    let mut world = World::new(1);
    let node = world.node("node");
    let mut port = || {
        let bind =
            |sim: Sim<'_>| UdpSocket::bind(sim, &address("127.0.0.1:0")).unwrap().local_addr().unwrap();
        let port = world.block_on(&node, bind).unwrap().port();
        world.crash(&node);
        port
    };
    let ports = [port(), port(), port()];
    assert!(ports[0] != ports[1] && ports[1] != ports[2], "{ports:?}");
}
