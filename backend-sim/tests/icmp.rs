//! How often errors are told, and redirects. What is expected was recorded from Linux 6.18: the same nodes as network
//! namespaces, the same datagrams at the same times.

mod taps;

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use anysock::{Backend, Deadline, UdpSocket};
use anysock_sim::{Link, Node, Sim, World};
use taps::Frames;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn sleep(sim: &Sim<'_>, milliseconds: u64) {
    sim.sleep_until(Deadline::at(sim.now() + Duration::from_millis(milliseconds))).unwrap();
}

/// The frames that pass from now on.
fn tapped(world: &mut World) -> Frames {
    let frames = Frames::default();
    world.set_tap(frames.clone());
    frames
}

/// What `seen` makes of the packets that pass while datagrams go to `to`, one every 50 ms: a line for each datagram.
fn lines(
    mut world: World,
    host: &Node,
    (count, to, interface): (usize, &'static str, Option<&'static str>),
    seen: fn(&[u8]) -> Option<String>,
) -> Vec<String> {
    let frames = tapped(&mut world);
    let program = move |sim: Sim<'_>| {
        let any = if to.starts_with('[') { "[fd00::1]:0" } else { "10.0.0.1:0" };
        let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
        if let Some(name) = interface {
            socket.set(anysock::option::socket::BindToDevice, Some(name.parse().unwrap())).unwrap();
        }
        let line = |_| {
            socket.send_to(b"x00", &address(to)).unwrap();
            sleep(&sim, 50);
            let told: Vec<String> = frames.take().iter().filter_map(|frame| seen(frame)).collect();
            told.join(", ")
        };
        (0..count).map(line).collect()
    };
    world.block_on(host, program).unwrap()
}

/// How many frames say that nobody has a port.
fn count_refusals(frames: &Frames) -> usize {
    let is_it = |frame: &&Vec<u8>| {
        frame[12] == 0x08 && frame[34..36] == [3, 3] || frame[12] == 0x86 && frame[54..56] == [1, 4]
    };
    frames.take().iter().filter(is_it).count()
}

/// How often a node says that nobody has a port: to a first datagram, to twenty at once after eight seconds, and to
/// thirty more in three seconds.
fn refusals(to: &'static str, settings: &[(&str, &str)]) -> [usize; 3] {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let a = world.node("a").ethernet("eth0", lan, "10.0.0.1/24 fd00::1/64").unwrap();
    let b = world.node("b").ethernet("eth0", lan, "10.0.0.2/24 fd00::2/64").unwrap();
    for (name, value) in settings {
        b.set_sysctl(name, value).unwrap();
    }
    let frames = tapped(&mut world);
    let program = move |sim: Sim<'_>| {
        let any = if to.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
        let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
        let send = |times, pause| {
            for _ in 0..times {
                socket.send_to(b"x", &address(to)).unwrap();
                sleep(&sim, pause);
            }
            count_refusals(&frames)
        };
        let first = send(1, 500);
        sleep(&sim, 8000);
        [first, send(20, 1), send(30, 100)]
    };
    world.block_on(&a, program).unwrap()
}

#[test]
fn errors_are_limited_for_each_receiver() {
    // Linux says 2 to the thirty: the three seconds end before the third token is there.
    assert_eq!(refusals("10.0.0.2:9", &[]), [1, 6, 2]);
    let [first, burst, later] = refusals("[fd00::2]:9", &[]);
    assert_eq!([first, burst], [1, 6]);
    assert!((29..=30).contains(&later), "{later}");
    assert_eq!(refusals("[fd00::2]:9", &[("net.ipv6.icmp.ratelimit", "1000")])[..2], [1, 6]);
    // Types that are not in the mask are not limited.
    assert_eq!(refusals("10.0.0.2:9", &[("net.ipv4.icmp_ratemask", "0")]), [1, 20, 30]);
    assert_eq!(refusals("[fd00::2]:9", &[("net.ipv6.icmp.ratemask", "2-127")]), [1, 20, 30]);
    assert_eq!(refusals("10.0.0.2:9", &[("net.ipv4.icmp_ratelimit", "0")]), [1, 20, 30]);
    // Nor may there be more than the credit of all has room for, whomever they are for.
    let none = [("net.ipv4.icmp_msgs_per_sec", "0")];
    assert_eq!(refusals("10.0.0.2:9", &none), [0, 0, 0]);
}

/// By which router each of twenty datagrams leaves, one every 50 ms, and what ICMP says to it.
fn routers(accepts: bool) -> Vec<String> {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let host = world.node("host").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let host = host.route("0.0.0.0/0", "10.0.0.2").unwrap();
    let one = world.node("one").ethernet("eth0", lan, "10.0.0.2/24").unwrap().router();
    one.route("10.9.0.0/24", "10.0.0.3").unwrap();
    world.node("two").ethernet("eth0", lan, "10.0.0.3/24").unwrap().router();
    if !accepts {
        for name in ["all", "default"] {
            host.set_sysctl(&format!("net.ipv4.conf.{name}.accept_redirects"), "0").unwrap();
        }
    }
    lines(world, &host, (20, "10.9.0.1:7", None), |frame| {
        let packet = &frame[14..];
        if frame[12..14] != [0x08, 0] {
            return None;
        }
        // The routers' ports are the second and the third; the host's is the first.
        match (frame[5], packet[9]) {
            (port, 17) if frame[11] == 0 => Some(format!("by {port}")),
            (0, 1) => {
                if packet[20] == 5 {
                    assert_eq!((packet[1], packet.len(), packet[36]), (0xC0, 59, 63));
                    assert_eq!(packet[24..28], [10, 0, 0, 3]);
                }
                Some(format!("{} {} of {}", packet[20], packet[21], packet[15]))
            }
            _ => None,
        }
    })
}

/// The same over IPv6, with a socket that uses the interface alone or any: by which router each datagram leaves, and
/// how long the redirect is that it draws.
fn routers_v6(is_bound: bool, accepts: bool) -> Vec<String> {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let host = world.node("host").ethernet("eth0", lan, "fd00::1/64 fe80::1/64").unwrap();
    let host = host.route("::/0", "fe80::2").unwrap();
    let one = world.node("one").ethernet("eth0", lan, "fd00::2/64 fe80::2/64").unwrap().router();
    one.route("fd09::/64", "fe80::3").unwrap();
    world.node("two").ethernet("eth0", lan, "fd00::3/64 fe80::3/64").unwrap().router();
    if !accepts {
        host.set_sysctl("net.ipv6.conf.default.accept_redirects", "0").unwrap();
    }
    lines(world, &host, (22, "[fd09::1]:7", is_bound.then_some("eth0")), |frame| {
        let packet = &frame[14..];
        if frame[12..14] != [0x86, 0xDD] {
            return None;
        }
        match (frame[5], packet[6]) {
            (port, 17) if frame[11] == 0 => Some(format!("by {port}")),
            (0, 58) if packet[40] == 137 => {
                assert_eq!(packet[7], 255);
                assert_eq!(packet[48..64], "fe80::3".parse::<Ipv6Addr>().unwrap().octets());
                // The packet is quoted as it came, cut to a multiple of eight octets.
                let quoted = &packet[packet.len() - 48..];
                assert_eq!((quoted[0], quoted[6], quoted[7]), (0x60, 17, 64));
                assert_eq!(packet[packet.len() - 56..][..8], [4, 7, 0, 0, 0, 0, 0, 0]);
                Some(format!("redirect of {}", packet[5]))
            }
            _ => None,
        }
    })
}

#[test]
fn a_host_takes_the_router_that_it_is_told_of_over_ipv6() {
    // The router does not know the other one's Ethernet address yet: 96 octets. Linux takes the first redirect.
    let mut linux = vec!["by 1, redirect of 96"];
    linux.resize(22, "by 2");
    assert_eq!(routers_v6(true, true), linux);
}

#[test]
fn redirects_over_ipv6_are_limited() {
    // Six at once, and then one a second, the first time a second after the first, which had waited for the router's
    // address; where the other router's address is known, with that: 104 octets. A socket that uses any interface does
    // not learn by them.
    let linux = (0..22).map(|number| match number {
        0 => "by 1, redirect of 96",
        1..=5 | 21 => "by 1, redirect of 104",
        _ => "by 1",
    });
    let linux: Vec<_> = linux.collect();
    assert_eq!(routers_v6(true, false), linux);
    assert_eq!(routers_v6(false, true), linux);
}

#[test]
fn a_host_takes_the_router_that_it_is_told_of() {
    // The first redirect has the host look for the new router, the second one counts. The new router has no way, and
    // says so twice.
    let mut linux = vec!["by 1, 5 1 of 2, 3 0 of 3"; 2];
    linux.resize(20, "by 2");
    assert_eq!(routers(true), linux);
}

#[test]
fn a_host_that_takes_no_redirects_is_sent_them_ever_more_rarely() {
    let linux = (0..20).map(|number| match number {
        0 | 1 => "by 1, 5 1 of 2, 3 0 of 3",
        3 | 7 | 14 => "by 1, 5 1 of 2",
        _ => "by 1",
    });
    assert_eq!(routers(false), linux.collect::<Vec<_>>());
}
