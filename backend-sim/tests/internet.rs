//! What is on the wires of a simulated internet: neighbours, routers, fragments, errors.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::option::ip::{Mtu, MtuDiscover};
use anysock::{Backend, Deadline, Errno, Error, TcpListener, TcpStream, UdpSocket};
use anysock_sim::{Fate, Link, Node, Sim, Tap, Wire, World};
use etherparse::{NetSlice, SlicedPacket, TransportSlice};

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn sleep(sim: &Sim<'_>, duration: Duration) {
    sim.sleep_until(Deadline::at(sim.now() + duration)).unwrap();
}

/// Every frame, in a line of words.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Tap for Log {
    fn frame(&mut self, _: Timestamp, wire: &Wire, _: Fate, bytes: &[u8]) {
        self.0.lock().unwrap().push(format!("{}: {}", wire.name, words(bytes)));
    }
}

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A frame in words.
fn words(frame: &[u8]) -> String {
    let packet = SlicedPacket::from_ethernet(frame).unwrap();
    match (&packet.net, &packet.transport) {
        (Some(NetSlice::Arp(arp)), _) => {
            let arp = arp.to_packet().try_eth_ipv4().unwrap();
            let ip = |octets: [u8; 4]| IpAddr::from(octets);
            match arp.operation.0 {
                1 => format!("who has {}, tell {}", ip(arp.target_ipv4), ip(arp.sender_ipv4)),
                _ => format!("{} is here", ip(arp.sender_ipv4)),
            }
        }
        (Some(NetSlice::Ipv4(ip)), transport) => {
            let header = ip.header();
            let fragment = if header.is_fragmenting_payload() { " fragment" } else { "" };
            format!("{} to {}{fragment}{}", header.source_addr(), header.destination_addr(), inner(transport))
        }
        (Some(NetSlice::Ipv6(ip)), transport) => {
            let header = ip.header();
            format!("{} to {}{}", header.source_addr(), header.destination_addr(), inner(transport))
        }
        _ => "?".into(),
    }
}

fn inner(transport: &Option<TransportSlice<'_>>) -> String {
    match transport {
        Some(TransportSlice::Udp(udp)) => format!(" UDP {}", udp.destination_port()),
        Some(TransportSlice::Tcp(_)) => " TCP".into(),
        Some(TransportSlice::Icmpv4(icmp)) => format!(" ICMP {} {}", icmp.type_u8(), icmp.code_u8()),
        Some(TransportSlice::Icmpv6(icmp)) => format!(" ICMPv6 {} {}", icmp.type_u8(), icmp.code_u8()),
        _ => String::new(),
    }
}

/// Two nodes on one network.
fn neighbours() -> (World, Node, Node, Log) {
    let mut world = World::new(3);
    let lan = world.network("lan", Link::new());
    let a = world.node("a").ethernet("eth0", lan, "10.0.0.1/24 fd00::1/64").unwrap();
    let b = world.node("b").ethernet("eth0", lan, "10.0.0.2/24 fd00::2/64").unwrap();
    let log = Log::default();
    world.set_tap(log.clone());
    (world, a, b, log)
}

/// A client and a server on networks of their own, and a router on each of both.
fn behind_routers() -> (World, Node, Node, Log) {
    let mut world = World::new(3);
    let near = world.network("near", Link::new());
    let middle = world.network("middle", Link::new());
    let far = world.network("far", Link::new());
    let client = world.node("client").ethernet("eth0", near, "10.1.0.2/24 fd01::2/64").unwrap();
    let client = client.route("0.0.0.0/0", "10.1.0.1").unwrap().route("::/0", "fd01::1").unwrap();
    let router = world.node("one").ethernet("eth0", near, "10.1.0.1/24 fd01::1/64").unwrap();
    let router = router.ethernet("eth1", middle, "10.9.0.1/24 fd09::1/64").unwrap().router();
    router.route("10.2.0.0/24", "10.9.0.2").unwrap().route("fd02::/64", "fd09::2").unwrap();
    let router = world.node("two").ethernet("eth0", middle, "10.9.0.2/24 fd09::2/64").unwrap();
    let router = router.ethernet("eth1", far, "10.2.0.1/24 fd02::1/64").unwrap().router();
    router.route("10.1.0.0/24", "10.9.0.1").unwrap().route("fd01::/64", "fd09::1").unwrap();
    let server = world.node("server").ethernet("eth0", far, "10.2.0.2/24 fd02::2/64").unwrap();
    let server = server.route("0.0.0.0/0", "10.2.0.1").unwrap().route("::/0", "fd02::1").unwrap();
    let log = Log::default();
    world.set_tap(log.clone());
    (world, client, server, log)
}

fn send(sim: &Sim<'_>, to: &str) -> Result<usize, Error> {
    let any = if to.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
    UdpSocket::bind(sim.clone(), &address(any)).unwrap().send_to(b"x", &address(to))
}

/// Sends back each datagram, whatever its length.
fn echo(sim: Sim<'_>, at: &str) {
    let socket = UdpSocket::bind(sim, &address(at)).unwrap();
    let mut datagram = vec![0; 65_535];
    loop {
        let (length, from) = socket.recv_from(&mut datagram).unwrap();
        socket.send_to(&datagram[..length], &from).unwrap();
    }
}

#[test]
fn a_neighbour_is_asked_for_once() {
    let (mut world, a, b, log) = neighbours();
    b.spawn("echo", |sim| echo(sim, "[::]:7"));
    world
        .block_on(&a, |sim| {
            for to in ["10.0.0.2:7", "10.0.0.2:7", "[fd00::2]:7"] {
                send(&sim, to).unwrap();
                sleep(&sim, Duration::from_millis(10));
            }
        })
        .unwrap();
    let frames = log.take();
    let known: Vec<&str> = frames.iter().map(|frame| &frame["lan: ".len()..]).collect();
    assert_eq!(
        known[..4],
        ["who has 10.0.0.2, tell 10.0.0.1", "10.0.0.2 is here", "10.0.0.1 to 10.0.0.2 UDP 7", known[3]]
    );
    assert_eq!(known.iter().filter(|frame| frame.starts_with("who has")).count(), 1, "{known:#?}");
    let discovery: Vec<&&str> = known.iter().filter(|frame| frame.contains("ICMPv6 13")).collect();
    assert_eq!(discovery, [&"fd00::1 to ff02::1:ff00:2 ICMPv6 135 0", &"fd00::2 to fd00::1 ICMPv6 136 0"]);
}

#[test]
fn who_does_not_answer_is_asked_three_times() {
    let (mut world, a, _, log) = neighbours();
    for (to, question) in [("10.0.0.9:7", "who has 10.0.0.9"), ("[fd00::9]:7", "ICMPv6 135")] {
        let error = world.block_on(&a, move |sim| {
            let error = TcpStream::connect(sim.clone(), &address(to)).unwrap_err();
            (error, sim.now())
        });
        assert_eq!(error.unwrap().0, Error::Os(Errno::EHOSTUNREACH));
        let frames = log.take();
        assert_eq!(frames.iter().filter(|frame| frame.contains(question)).count(), 3, "{frames:#?}");
        assert_eq!(frames.len(), 3);
    }
}

/// Of a datagram that found nobody, an ordinary UDP socket hears nothing (Linux: it is no final error).
#[test]
fn a_datagram_for_nobody_is_lost_without_a_word() {
    let (mut world, a, _, _) = neighbours();
    let answers = world.block_on(&a, |sim| {
        let socket = UdpSocket::bind(sim.clone(), &address("0.0.0.0:0")).unwrap();
        socket.connect(&address("10.0.0.9:7")).unwrap();
        let first = socket.send(b"x");
        sleep(&sim, Duration::from_secs(4));
        (first, socket.send(b"x"))
    });
    assert_eq!(answers, Ok((Ok(1), Ok(1))));
}

#[test]
fn a_neighbour_in_doubt_is_asked_itself_and_then_everybody() {
    let (mut world, a, b, log) = neighbours();
    let asked = |log: &Log| log.take().iter().filter(|frame| frame.contains("who has 10.0.0.2")).count();
    a.spawn("sender", |sim| {
        loop {
            send(&sim, "10.0.0.2:7").unwrap();
            sleep(&sim, Duration::from_millis(500));
        }
    });
    world.run_for(Duration::from_secs(34));
    assert_eq!(asked(&log), 1, "believed for 30 s, in doubt for 5 more");
    world.run_for(Duration::from_secs(3));
    assert_eq!(asked(&log), 1, "it answers");
    b.set_side("eth0", 1).unwrap();
    world.run_for(Duration::from_secs(31));
    assert_eq!(asked(&log), 0);
    world.run_for(Duration::from_secs(30));
    // Three times itself, and then three times everybody, again and again.
    assert!(asked(&log) > 20);
}

/// What a connection receives shows that its own neighbour is there, also where the socket had another one just before.
#[test]
fn a_new_connection_of_a_socket_confirms_its_own_neighbour() {
    let mut world = World::new(3);
    let lan = world.network("lan", Link::new());
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    for (name, own) in [("one", "10.0.0.2/24"), ("two", "10.0.0.3/24")] {
        let server = world.node(name).ethernet("eth0", lan, own).unwrap();
        server.spawn("server", |sim| {
            let (stream, _) = TcpListener::bind(sim, &address("0.0.0.0:7")).unwrap().accept().unwrap();
            while stream.recv(&mut [0; 8]).is_ok_and(|length| length > 0) {}
        });
    }
    let log = Log::default();
    world.set_tap(log.clone());
    world
        .block_on(&client, |sim| {
            send(&sim, "10.0.0.3:9").unwrap();
            // The neighbour is in doubt by now.
            sleep(&sim, Duration::from_secs(31));
            let stream = TcpStream::connect(sim.clone(), &address("10.0.0.2:7")).unwrap();
            sim.connect(stream.socket().handle(), &[0; 16]).unwrap();
            stream.socket().connect(&address("10.0.0.3:7")).unwrap();
            sleep(&sim, Duration::from_secs(6));
            stream.send_all(b"x").unwrap();
            sleep(&sim, Duration::from_secs(1));
        })
        .unwrap();
    let frames = log.take();
    let questions = frames.iter().filter(|frame| frame.contains("who has 10.0.0.3, tell 10.0.0.1"));
    assert_eq!(questions.count(), 1, "{frames:#?}");
}

#[test]
fn routers_pass_on_and_say_where_they_cannot() {
    let (mut world, client, server, log) = behind_routers();
    server.spawn("echo", |sim| echo(sim, "[::]:7"));
    for (to, any) in [("10.2.0.2:7", "0.0.0.0:0"), ("[fd02::2]:7", "[::]:0")] {
        let echoed = world.block_on(&client, move |sim| {
            let mut socket = UdpSocket::bind(sim, &address(any)).unwrap();
            socket.set_timeout(Some(Duration::from_secs(1)));
            // Longer than three packets.
            let sent: Vec<u8> = (0..=255).cycle().take(4000).collect();
            socket.send_to(&sent, &address(to)).unwrap();
            let mut room = vec![0; 5000];
            let (length, from) = socket.recv_from(&mut room).unwrap();
            (room[..length] == sent, from)
        });
        assert_eq!(echoed, Ok((true, address(to))));
    }
    log.take();
    // Nobody knows this network: the first router says so. This host is not there: the last one does.
    for (to, expected, who) in [
        ("10.3.0.1:7", Errno::ENETUNREACH, "near: 10.1.0.1 to 10.1.0.2 ICMP 3 0"),
        ("10.2.0.9:7", Errno::EHOSTUNREACH, "near: 10.9.0.2 to 10.1.0.2 ICMP 3 1"),
        ("[fd03::1]:7", Errno::ENETUNREACH, "near: fd01::1 to fd01::2 ICMPv6 1 0"),
        ("[fd02::9]:7", Errno::EHOSTUNREACH, "near: fd09::2 to fd01::2 ICMPv6 1 3"),
    ] {
        let error = world.block_on(&client, move |sim| TcpStream::connect(sim, &address(to)).unwrap_err());
        assert_eq!(error, Ok(Error::Os(expected)), "{to}");
        let frames = log.take();
        assert!(frames.iter().any(|frame| frame == who), "{who} {frames:#?}");
    }
}

#[test]
fn each_router_takes_one_hop_away() {
    let (mut world, client, server, log) = behind_routers();
    server.spawn("echo", |sim| echo(sim, "[::]:7"));
    let routes = [
        ("10.2.0.2:7", ["near: 10.1.0.1 to 10.1.0.2 ICMP 11 0", "near: 10.9.0.2 to 10.1.0.2 ICMP 11 0"]),
        ("[fd02::2]:7", ["near: fd01::1 to fd01::2 ICMPv6 3 0", "near: fd09::2 to fd01::2 ICMPv6 3 0"]),
    ];
    for (to, exceeded) in routes {
        for hops in 1..=3 {
            let frames = log.clone();
            world
                .block_on(&client, move |sim| {
                    let any = if to.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
                    let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
                    if to.starts_with('[') {
                        socket.set(anysock::option::ipv6::UnicastHops, hops).unwrap();
                    } else {
                        socket.set(anysock::option::ip::TimeToLive, hops).unwrap();
                    }
                    socket.send_to(b"x", &address(to)).unwrap();
                    sleep(&sim, Duration::from_millis(20));
                })
                .unwrap();
            let frames = frames.take();
            match exceeded.get(hops as usize - 1) {
                Some(expected) => assert!(frames.iter().any(|frame| frame == expected), "{frames:#?}"),
                None => assert!(
                    frames.iter().any(|frame| frame.starts_with("near: ")
                        && frame.contains("UDP")
                        && !frame.contains("UDP 7")),
                    "{frames:#?}"
                ),
            }
        }
    }
}

#[test]
fn the_path_mtu_is_found() {
    let (mut world, client, server, log) = behind_routers();
    let narrow = world.with_engine(|engine| engine.node_named("one").unwrap());
    world.with_engine(|engine| engine.set_mtu(narrow, &"eth1".parse().unwrap(), 1300)).unwrap();
    server.spawn("echo", |sim| echo(sim, "[::]:7"));
    let answers = world.block_on(&client, |sim| {
        let socket = UdpSocket::bind(sim.clone(), &address("0.0.0.0:0")).unwrap();
        socket.connect(&address("10.2.0.2:7")).unwrap();
        let before = socket.get(Mtu);
        socket.set(MtuDiscover, 2).unwrap();
        let first = socket.send(&[7; 1400]);
        sleep(&sim, Duration::from_millis(20));
        // The path is known from here on, which comes before the error that waits (__ip_append_data).
        let told = socket.send(&[7; 1400]);
        let known = socket.get(Mtu);
        let again = socket.send(&[7; 1400]);
        socket.set(MtuDiscover, 1).unwrap();
        let waited = socket.send(&[7; 1400]);
        let whole = socket.send(&[7; 1400]);
        let mut room = [0; 2000];
        (before, first, told, known, again, waited, whole, socket.recv(&mut room))
    });
    let too_big = Err(Error::Os(Errno::EMSGSIZE));
    let expected = (Ok(1500), Ok(1400), too_big, Ok(1300), too_big, too_big, Ok(1400), Ok(1400));
    assert_eq!(answers, Ok(expected));
    let frames = log.take();
    assert!(frames.iter().any(|frame| frame == "near: 10.1.0.1 to 10.1.0.2 ICMP 3 4"), "{frames:#?}");
    assert!(frames.iter().any(|frame| frame.starts_with("near: 10.1.0.2 to 10.2.0.2 fragment")));
}

#[test]
fn tcp_sends_smaller_segments_where_the_way_asks_for_that() {
    for to in ["10.2.0.2:80", "[fd02::2]:80"] {
        let (mut world, client, server, log) = behind_routers();
        let narrow = world.with_engine(|engine| engine.node_named("one").unwrap());
        world.with_engine(|engine| engine.set_mtu(narrow, &"eth1".parse().unwrap(), 1300)).unwrap();
        server.spawn("sink", |sim| {
            let (stream, _) = TcpListener::bind(sim, &address("[::]:80")).unwrap().accept().unwrap();
            let mut room = vec![0; 100_000];
            stream.recv_exact(&mut room).unwrap();
            assert!(room.iter().all(|byte| *byte == 7));
            stream.send_all(b"all").unwrap();
        });
        let took = world.block_on(&client, move |sim| {
            let stream = TcpStream::connect(sim.clone(), &address(to)).unwrap();
            stream.send_all(&[7; 100_000]).unwrap();
            stream.recv_exact(&mut [0; 3]).unwrap();
            sim.now()
        });
        let took = took.unwrap();
        assert!(took.as_nanos() < 1_000_000_000, "no timeout passes: {took:?}");
        let frames = log.take();
        let too_big = ["ICMP 3 4", "ICMPv6 2 0"]
            .map(|error| frames.iter().filter(|frame| frame.contains(error)).count());
        assert!(too_big.iter().sum::<usize>() > 0);
    }
}

#[test]
fn the_longest_datagrams_arrive() {
    let (mut world, a, b, _log) = neighbours();
    b.spawn("echo", |sim| echo(sim, "[::]:7"));
    for (any, to, length) in [
        ("0.0.0.0:0", "10.0.0.2:7", 65_507),
        ("[::]:0", "[fd00::2]:7", 65_508),
        ("[::]:0", "[fd00::2]:7", 65_527),
    ] {
        let answered = world.block_on(&a, move |sim| {
            let mut socket = UdpSocket::bind(sim, &address(any)).unwrap();
            socket.set_timeout(Some(Duration::from_secs(1)));
            socket.send_to(&vec![7; length], &address(to)).unwrap();
            socket.recv(&mut [0; 65_535])
        });
        assert_eq!(answered, Ok(Ok(length)));
    }
}

#[test]
fn a_host_is_no_router() {
    let (mut world, client, server, _) = behind_routers();
    let one = world.with_engine(|engine| engine.node_named("one").unwrap());
    world.with_engine(|engine| engine.set_forwarding(one, false));
    server.spawn("echo", |sim| echo(sim, "[::]:7"));
    let program = |sim: Sim<'_>| {
        let mut socket = UdpSocket::bind(sim, &address("0.0.0.0:0")).unwrap();
        socket.set_timeout(Some(Duration::from_secs(1)));
        socket.send_to(b"x", &address("10.2.0.2:7")).unwrap();
        socket.recv(&mut [0; 1])
    };
    assert_eq!(world.block_on(&client, program), Ok(Err(Error::TimedOut)));
    let counted = world.with_engine(|engine| engine.inet_statistics(one));
    assert_eq!(counted.get("IpInAddrErrors"), Some(1));
}
