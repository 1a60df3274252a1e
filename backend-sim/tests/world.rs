//! Programs in a world: time, links, crashes, determinism, and who waits for what.

use std::cell::Cell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use anysock::option::socket::SO_KEEPALIVE;
use anysock::socket::create_connection;
use anysock::{
    Backend, Deadline, Errno, Error, Family, HostError, Instant, Level, PollEvents, Protocol, RecvMsg,
    Resolve, ResolveError, Shutdown, SockAddr, SocketType, Spawn, TcpListener, TcpStream, UdpSocket, Wait,
};
use anysock_sim::engine::{Engine, Step};
use anysock_sim::{BitRates, Chance, Link, Node, Sim, World, for_each_seed};

const SERVER: &str = "10.0.0.1:7";

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Two nodes on a network.
fn two_nodes(world: &mut World, link: Link) -> (Node, Node) {
    let lan = world.network("lan", link);
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24 fd00::1/64").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24 fd00::2/64").unwrap();
    (server, client)
}

/// Echoes whatever comes on one connection.
fn echo(sim: Sim<'_>, at: SocketAddr) {
    let (stream, _) = TcpListener::bind(sim, &at).unwrap().accept().unwrap();
    let mut buffer = [0; 4096];
    loop {
        match stream.recv(&mut buffer).unwrap() {
            0 => return,
            length => stream.send_all(&buffer[..length]).unwrap(),
        }
    }
}

/// Sends `length` bytes and reads them back while it sends.
fn echoed(sim: &Sim<'_>, to: SocketAddr, length: usize) -> Vec<u8> {
    let stream = TcpStream::connect(sim.clone(), &to).unwrap();
    let bytes: Vec<u8> = (0..length).map(|byte| (byte * 7 % 251) as u8).collect();
    let mut back = vec![0; length];
    for (sent, returned) in bytes.chunks(10_000).zip(back.chunks_mut(10_000)) {
        stream.send_all(sent).unwrap();
        stream.recv_exact(returned).unwrap();
    }
    stream.shutdown(Shutdown::WRITE).unwrap();
    assert_eq!(stream.recv(&mut [0; 1]), Ok(0));
    assert_eq!(back, bytes);
    back
}

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
fn when_everybody_waits_for_ever_it_says_who_waits_for_what() {
    let mut world = World::new(1);
    let (server, _) = two_nodes(&mut world, Link::new());
    server.spawn("server", |sim| {
        let _ = TcpListener::bind(sim, &address(SERVER)).unwrap().accept();
    });
    let deadlock = world.run().unwrap_err();
    assert_eq!(
        deadlock.to_string(),
        "after 0ns every program waits for ever:\n  server on server waits for POLLIN | POLLRDHUP of the TCP listener 10.0.0.1:7;"
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
fn a_spawned_program_runs_beside_its_parent() {
    let mut world = World::new(1);
    let node = world.node("alone");
    world
        .block_on(&node, |sim| {
            let listener = TcpListener::bind(sim.clone(), &address("127.0.0.1:0")).unwrap();
            let to = listener.local_addr().unwrap();
            sim.spawn(move |child| {
                TcpStream::connect(child, &to).unwrap().send_all(b"from the child").unwrap();
            })
            .unwrap();
            let (stream, _) = listener.accept().unwrap();
            let mut text = [0; 14];
            stream.recv_exact(&mut text).unwrap();
            assert_eq!(&text, b"from the child");
        })
        .unwrap();
}

#[test]
#[should_panic(expected = "the program's own panic")]
fn a_panic_of_a_program_is_the_test_s() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    server.spawn("echo", |sim| echo(sim, address(SERVER)));
    let _ = world.block_on(&client, |sim| {
        let _stream = TcpStream::connect(sim, &address(SERVER)).unwrap();
        panic!("the program's own panic");
    });
}

#[test]
fn nodes_are_hosts_by_their_names() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let resolved = world.block_on(&client, |sim| {
        let mut addresses = Vec::new();
        sim.resolve("server", &mut |address| addresses.push(address)).unwrap();
        (addresses, sim.resolve("nobody", &mut |_| ()))
    });
    let (addresses, unknown) = resolved.unwrap();
    assert_eq!(addresses, ["10.0.0.1".parse::<std::net::IpAddr>().unwrap(), "fd00::1".parse().unwrap()]);
    assert_eq!(unknown, Err(ResolveError::NO_NAME));
}

#[test]
fn hosts_beside_the_nodes_have_all_their_names() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let elsewhere: IpAddr = "192.0.2.7".parse().unwrap();
    world.add_host(elsewhere, &["backend", "backend.example", "b"]);
    let (by_address, aliases, full, unknown) = world
        .block_on(&client, move |sim| {
            let (mut by_address, mut aliases) = (Vec::new(), Vec::new());
            sim.host_by_address(elsewhere, &mut |entry| by_address.push(entry.name.to_owned())).unwrap();
            sim.host_by_name("B", Family::INET, &mut |entry| {
                aliases.extend(entry.aliases.iter().map(|alias| alias.to_string()));
            })
            .unwrap();
            let full = sim.full_host_name("192.0.2.7").unwrap().to_string();
            (by_address, aliases, full, sim.host_by_name("b", Family::INET6, &mut |_| ()))
        })
        .unwrap();
    assert_eq!(by_address, ["backend"]);
    assert_eq!(aliases, ["backend.example", "b"]);
    assert_eq!(full, "backend.example");
    assert_eq!(unknown, Err(HostError::NOT_FOUND));
}

#[test]
#[should_panic(expected = "seed 13 fails: it is unlucky")]
fn the_first_failing_seed_is_named() {
    for_each_seed(0..100, |world| match world.seed() {
        0..13 => Ok(()),
        _ => Err(Words("it is unlucky")),
    });
}

#[test]
#[should_panic(expected = "ANYSOCK_SEED=3 cargo test the_command_that_replays_a_seed_is_told")]
fn the_command_that_replays_a_seed_is_told() {
    for_each_seed(0..10, |world| assert_ne!(world.seed(), 3));
}

/// Shows words without quotes.
struct Words(&'static str);

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
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

/// Handles have numbers, and every world counts them from the same one.
#[test]
fn a_handle_of_another_world_is_none() {
    let open = |sim: &Sim<'_>| sim.socket(Family::INET, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
    let mut here = World::new(1);
    let node = here.node("node");
    let foreign = here.block_on(&node, move |sim| open(&sim)).unwrap();
    let mut elsewhere = World::new(1);
    let node = elsewhere.node("node");
    let program = move |sim: Sim<'_>| {
        let own = open(&sim);
        assert_eq!(sim.local_addr(&foreign, &mut [0; 16]), Err(Errno::EBADF));
        assert_eq!(sim.duplicate(&foreign).err(), Some(Errno::EBADF));
        let mut waits = [Wait::new(&foreign, PollEvents::IN), Wait::new(&own, PollEvents::OUT)];
        assert_eq!(sim.wait(&mut waits, Deadline::NEVER), Ok(2));
        assert_eq!(waits.map(|wait| wait.revents), [PollEvents::NVAL, PollEvents::OUT]);
    };
    elsewhere.block_on(&node, program).unwrap();
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

#[test]
fn room_behind_a_message_stays_as_it_is() {
    let mut world = World::new(1);
    let node = world.node("node");
    let program = |sim: Sim<'_>| {
        let socket = UdpSocket::bind(sim, &address("127.0.0.1:7")).unwrap();
        socket.send_to(b"abc", &address("127.0.0.1:7")).unwrap();
        let (mut one, mut other) = ([9; 2], [9; 4]);
        let slices = &mut [&mut one[..], &mut other[..]];
        let flags = Default::default();
        let (address, control, handles) = (&mut [][..], &mut [][..], &mut [][..]);
        let mut message = RecvMsg { address, slices, control, handles, flags };
        assert_eq!(socket.socket().recv_msg(&mut message).unwrap().len, 3);
        assert_eq!((one, other), (*b"ab", [b'c', 9, 9, 9]));
    };
    world.block_on(&node, program).unwrap();
}

/// `nb::block!` of a call, or a loop until a time has come: on a machine, others go on meanwhile.
#[test]
fn a_program_that_tries_again_and_again_gets_on() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    client.spawn("late", |sim| {
        sim.sleep_until(Deadline::at(sim.now() + Duration::from_millis(1))).unwrap();
        let socket = UdpSocket::bind(sim, &address("10.0.0.2:7")).unwrap();
        socket.send_to(b"x", &address(SERVER)).unwrap();
    });
    let program = |sim: Sim<'_>| {
        let socket = UdpSocket::bind(sim.clone(), &address(SERVER)).unwrap();
        let received = loop {
            match socket.socket().recv_from_nb::<SocketAddr>(&mut [0; 4]) {
                Ok((length, _)) => break length,
                Err(error) => assert_eq!(format!("{error:?}"), "WouldBlock"),
            }
        };
        let end = sim.now() + Duration::from_millis(1);
        while sim.now() < end {}
        received
    };
    assert_eq!(world.block_on(&server, program), Ok(1));
    assert!(world.now().as_nanos() < 5_000_000, "{:?}", world.now());
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

/// Waits when it is dropped, as a farewell to a peer would.
struct Farewell<'a>(Sim<'a>);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        let deadline = Deadline::at(self.0.now() + Duration::from_secs(1));
        assert_eq!(self.0.sleep_until(deadline).is_ok(), !std::thread::panicking());
    }
}

#[test]
#[should_panic(expected = "the program's own panic")]
fn a_panicking_program_does_not_wait_in_what_it_drops() {
    let mut world = World::new(1);
    let node = world.node("alone");
    let _ = world.block_on(&node, |sim| {
        let _farewell = Farewell(sim);
        panic!("the program's own panic");
    });
}

/// A fixed source port is one socket's at a time.
#[test]
fn attempts_from_one_source_port_do_not_overlap() {
    const SOURCE: &str = "10.0.0.2:4000";
    for timeout in [Some(Duration::from_secs(2)), None] {
        let mut world = World::new(1);
        let (server, client) = two_nodes(&mut world, Link::new());
        // Nobody has the first two addresses, and nobody listens at the third.
        for ip in ["10.0.0.8", "10.0.0.9", "10.0.0.2", "10.0.0.1"] {
            world.add_host(ip.parse().unwrap(), &["several"]);
        }
        server.spawn("echo", |sim| echo(sim, address(SERVER)));
        let connect = move |sim: Sim<'_>| {
            let stream = create_connection(sim, "several", 7, timeout, Some(&address(SOURCE))).unwrap();
            (stream.local_addr().unwrap(), stream.peer_addr().unwrap())
        };
        assert_eq!(world.block_on(&client, connect), Ok((address(SOURCE), address(SERVER))));
        assert!(timeout.is_none_or(|timeout| world.now().since(Instant::ZERO) < timeout));
    }
}

/// Connects when it is dropped, to addresses that nobody has.
struct Connecting<'a>(Sim<'a>);

impl Drop for Connecting<'_> {
    fn drop(&mut self) {
        let addresses = ["10.0.0.8:7", "10.0.0.9:7"].map(address);
        let connected = TcpStream::connect_any(self.0.clone(), &addresses, None);
        assert_eq!(connected.map(drop), Err(Errno::EIO.into()));
    }
}

/// An error of the wait is none of an address's.
#[test]
#[should_panic(expected = "the program's own panic")]
fn connecting_ends_where_the_program_must_not_wait() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let _ = world.block_on(&client, |sim| {
        let _connecting = Connecting(sim);
        panic!("the program's own panic");
    });
}

#[test]
fn a_kernel_seen_from_outside_does_not_wait_for_a_connection() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let addresses = ["10.0.0.8:7", "10.0.0.9:7"].map(address);
    let connected = TcpStream::connect_any(client.kernel(), &addresses, None);
    assert_eq!(connected.map(drop), Err(Error::TimedOut));
}
