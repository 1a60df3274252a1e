//! How often errors are told, and redirects. What is expected was recorded from Linux 6.18: the same nodes as network
//! namespaces, the same datagrams at the same times.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::{Backend, Deadline, UdpSocket};
use anysock_sim::{Fate, Link, Sim, Tap, Wire, World};

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn sleep(sim: &Sim<'_>, milliseconds: u64) {
    sim.sleep_until(Deadline::at(sim.now() + Duration::from_millis(milliseconds))).unwrap();
}

/// Every frame.
#[derive(Clone, Debug, Default)]
struct Frames(Arc<Mutex<Vec<Vec<u8>>>>);

impl Tap for Frames {
    fn frame(&mut self, _: Timestamp, _: &Wire, _: Fate, bytes: &[u8]) {
        self.0.lock().unwrap().push(bytes.to_vec());
    }
}

impl Frames {
    fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// How many of them say that nobody has a port.
    fn refusals(&self) -> usize {
        let is_it = |frame: &&Vec<u8>| {
            frame[12] == 0x08 && frame[34..36] == [3, 3] || frame[12] == 0x86 && frame[54..56] == [1, 4]
        };
        self.take().iter().filter(is_it).count()
    }
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
    let frames = Frames::default();
    world.set_tap(frames.clone());
    let counts = Arc::new(Mutex::new([0; 3]));
    let result = counts.clone();
    world
        .block_on(&a, move |sim| {
            let any = if to.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
            let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
            let send = |times, pause| {
                for _ in 0..times {
                    socket.send_to(b"x", &address(to)).unwrap();
                    sleep(&sim, pause);
                }
                frames.refusals()
            };
            let first = send(1, 500);
            sleep(&sim, 8000);
            *result.lock().unwrap() = [first, send(20, 1), send(30, 100)];
        })
        .unwrap();
    *counts.lock().unwrap()
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
    let frames = Frames::default();
    world.set_tap(frames.clone());
    let lines = Arc::new(Mutex::new(Vec::new()));
    let result = lines.clone();
    world
        .block_on(&host, move |sim| {
            let socket = UdpSocket::bind(sim.clone(), &address("10.0.0.1:0")).unwrap();
            for _ in 0..20 {
                socket.send_to(b"x00", &address("10.9.0.1:7")).unwrap();
                sleep(&sim, 50);
                let mut line = Vec::new();
                for frame in frames.take().iter().filter(|frame| frame[12..14] == [0x08, 0]) {
                    let packet = &frame[14..];
                    // The routers' ports are the second and the third; the host's is the first.
                    match (frame[5], packet[9]) {
                        (port, 17) if frame[11] == 0 => line.push(format!("by {port}")),
                        (0, 1) => line.push(format!("{} {} of {}", packet[20], packet[21], packet[15])),
                        _ => {}
                    }
                    if packet[9] == 1 && packet[20] == 5 {
                        assert_eq!((packet[1], packet.len(), packet[36]), (0xC0, 59, 63));
                        assert_eq!(packet[24..28], [10, 0, 0, 3]);
                    }
                }
                result.lock().unwrap().push(line.join(", "));
            }
        })
        .unwrap();
    lines.lock().unwrap().clone()
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
