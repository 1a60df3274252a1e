//! Multicasts between nodes, and what is on the wire when somebody joins a group or leaves one.

mod taps;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::multicast::{IpMreqSource, IpMreqn};
use anysock::option::{ip, ipv6};
use anysock::{
    Backend, Deadline, Errno, Family, Interfaces, IpProtocol, MessageFlags, Socket, SocketType, UdpSocket,
};
use anysock_sim::{Link, Node, Sim, World};
use taps::Frames;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn ip_address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Three nodes on one network.
fn world() -> (World, [Node; 3], Frames) {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let node = |(name, addresses)| world.node(name).ethernet("eth0", lan, addresses).unwrap();
    let nodes = [
        ("a", "10.0.0.1/24 fd00::1/64 fe80::1/64"),
        ("b", "10.0.0.2/24 fd00::2/64 fe80::2/64"),
        ("c", "10.0.0.3/24 fd00::3/64 fe80::3/64"),
    ];
    let nodes = nodes.map(node);
    let frames = Frames::default();
    world.set_tap(frames.clone());
    (world, nodes, frames)
}

fn sleep(sim: &Sim<'_>, duration: Duration) {
    sim.sleep_until(Deadline::at(sim.now() + duration)).unwrap();
}

/// Says who has sent what arrives at a port, after joining a group if there is one.
fn listen(
    sim: Sim<'_>,
    name: &'static str,
    any: &str,
    group: Option<&str>,
    heard: &Mutex<Vec<(&'static str, SocketAddr)>>,
) {
    let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
    if let Some(group) = group {
        let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
        socket.socket().join_group(&ip_address(group), interface).unwrap();
    }
    let mut bytes = [0; 16];
    loop {
        let (_, from) = socket.recv_from(&mut bytes).unwrap();
        heard.lock().unwrap().push((name, from));
    }
}

#[test]
fn members_hear_and_others_do_not() {
    for (any, group, by) in [
        ("0.0.0.0:7", "239.1.2.3", "10.0.0.1"),
        ("[::]:7", "ff05::7", "fd00::1"),
        ("[::]:7", "ff02::7", "fe80::1"),
    ] {
        let (mut world, [a, b, c], frames) = world();
        let heard = Arc::new(Mutex::new(Vec::new()));
        for (name, node, group) in [("b", &b, Some(group)), ("c", &c, None)] {
            let heard = heard.clone();
            node.spawn("listener", move |sim| listen(sim, name, any, group, &heard));
        }
        let to = SocketAddr::new(ip_address(group), 7);
        world
            .block_on(&a, move |sim| {
                sleep(&sim, Duration::from_secs(2));
                let family = if to.is_ipv4() { Family::INET } else { Family::INET6 };
                let socket = Socket::new(sim.clone(), family, SocketType::DGRAM, IpProtocol::UDP).unwrap();
                let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
                if to.is_ipv4() {
                    assert_eq!(socket.send_to(b"x", &to), Err(Errno::ENETUNREACH.into()));
                    let mreqn = IpMreqn { group: [0; 4].into(), local: [0; 4].into(), interface };
                    socket.set(ip::MulticastInterface, mreqn).unwrap();
                }
                socket.send_to(b"x", &to).unwrap();
                sleep(&sim, Duration::from_secs(1));
            })
            .unwrap();
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!((heard[0].0, heard[0].1.ip()), ("b", ip_address(by)));
        // To the group's address on the Ethernet (RFC 1112 §6.4, RFC 2464 §7), with a hop limit of 1.
        let sent = frames.take().pop().unwrap();
        let (link, hops) = match ip_address(group) {
            IpAddr::V4(_) => (vec![0x01, 0x00, 0x5E, 1, 2, 3], sent[14 + 8]),
            IpAddr::V6(_) => (vec![0x33, 0x33, 0, 0, 0, 7], sent[14 + 7]),
        };
        assert_eq!((&sent[..6], hops), (&link[..], 1));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The packets of Linux 6.18 for the same calls, at these addresses.
#[test]
fn reports_are_those_of_linux() {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let addresses = "10.0.0.1/24 fd00::1/64 fe80::d8d1:d9ff:fe05:1a47/64";
    let node = world.node("a").ethernet("eth0", lan, addresses).unwrap();
    let frames = Frames::default();
    world.set_tap(frames.clone());
    let igmp_join = "46c00028000040000102f9f80a000001e0000016940400002200e8f90000000104000000ef010203";
    let igmp_source =
        "46c0002c000040000102f9f40a000001e0000016940400002200ddeb0000000105000001ef0102090a000007";
    let igmp_leave = "46c00034000040000102f9ec0a000001e0000016940400002200e8e5000000020300\
        0000ef01020306000001ef0102090a000007";
    let mld_join = "6000000000240001fe80000000000000d8d1d9fffe051a47ff02000000000000000000000000\
        00163a000502000001008f00a4e20000000104000000ff050000000000000000000000000007";
    let mld_leave = "6000000000240001fe80000000000000d8d1d9fffe051a47ff02000000000000000000000000\
        00163a000502000001008f00a5e20000000103000000ff050000000000000000000000000007";
    world
        .block_on(&node, move |sim| {
            let socket =
                |family| Socket::new(sim.clone(), family, SocketType::DGRAM, IpProtocol::UDP).unwrap();
            let (v4, v6) = (socket(Family::INET), socket(Family::INET6));
            let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
            // What is sent in the time to all repetitions, each packet with its Ethernet address, in some order.
            let sent = |linux: &[&str]| {
                assert_eq!(frames.take(), [[0; 0]; 0], "not at once");
                sleep(&sim, Duration::from_millis(10));
                let first: Vec<_> = frames.take().iter().map(|frame| hex(frame)).collect();
                for packet in linux {
                    let link = if packet.starts_with('4') { "01005e000016" } else { "333300000016" };
                    let is_it = |frame: &&String| frame.starts_with(link) && frame.ends_with(packet);
                    assert_eq!(first.iter().filter(is_it).count(), 1, "{packet}: {first:?}");
                }
                assert_eq!(first.len(), linux.len());
                sleep(&sim, Duration::from_secs(1));
                let mut again: Vec<_> = frames.take().iter().map(|frame| hex(frame)).collect();
                let mut first = first;
                again.sort();
                first.sort();
                assert_eq!(again, first, "once more, and no more than that");
                sleep(&sim, Duration::from_secs(10));
                assert_eq!(frames.take().len(), 0);
            };
            let group = [239, 1, 2, 3].into();
            let local = [10, 0, 0, 1].into();
            v4.set(ip::AddMembership, IpMreqn { group, local, interface: 0 }).unwrap();
            v6.join_group(&ip_address("ff05::7"), interface).unwrap();
            sent(&[igmp_join, mld_join]);
            // For another socket of the node's, the routers need not know.
            let other = socket(Family::INET);
            other.set(ip::AddMembership, IpMreqn { group, local, interface: 0 }).unwrap();
            sent(&[]);
            drop(other);
            sent(&[]);
            let (group, source) = ([239, 1, 2, 9].into(), [10, 0, 0, 7].into());
            v4.set(ip::AddSourceMembership, IpMreqSource { group, local, source }).unwrap();
            sent(&[igmp_source]);
            drop((v4, v6));
            sent(&[igmp_leave, mld_leave]);
        })
        .unwrap();
}

/// What Linux 6.18 does with multicasts of TTL 0: whether they are on the wire, and whether they come back.
#[test]
fn a_hop_limit_of_zero() {
    let (mut world, [a, ..], frames) = world();
    world
        .block_on(&a, move |sim| {
            let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
            sleep(&sim, Duration::from_secs(2));
            for (any, group) in [("0.0.0.0:0", "239.1.2.3"), ("[::]:0", "ff05::7")] {
                let (any, group) = (address(any), ip_address(group));
                let family = if group.is_ipv4() { Family::INET } else { Family::INET6 };
                for (is_member, loops) in [(false, false), (false, true), (true, false), (true, true)] {
                    let receiver = UdpSocket::bind(sim.clone(), &any).unwrap().into_socket();
                    if is_member {
                        receiver.join_group(&group, interface).unwrap();
                    }
                    sleep(&sim, Duration::from_secs(2));
                    frames.take();
                    let sender =
                        Socket::new(sim.clone(), family, SocketType::DGRAM, IpProtocol::UDP).unwrap();
                    if group.is_ipv4() {
                        let mreqn = IpMreqn { group: [0; 4].into(), local: [0; 4].into(), interface };
                        sender.set(ip::MulticastInterface, mreqn).unwrap();
                        sender.set(ip::MulticastTtl, 0).unwrap();
                        sender.set(ip::MulticastLoop, loops).unwrap();
                    } else {
                        sender.set(ipv6::MulticastHops, 0).unwrap();
                        sender.set(ipv6::MulticastLoop, loops).unwrap();
                    }
                    let port = receiver.local_addr::<SocketAddr>().unwrap().port();
                    sender.send_to(b"x", &SocketAddr::new(group, port)).unwrap();
                    sleep(&sim, Duration::from_millis(1));
                    let mut room = [0; 16];
                    let comes_back = receiver.recv_with(&mut room, MessageFlags::DONTWAIT).is_ok();
                    let leaves = if group.is_ipv4() { !is_member } else { !(is_member && loops) };
                    let linux = (usize::from(leaves), is_member && loops);
                    assert_eq!((frames.take().len(), comes_back), linux, "{group} {is_member} {loops}");
                }
            }
        })
        .unwrap();
}
