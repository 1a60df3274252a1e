//! Packet sockets on Ethernet and TUN interfaces.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::addr::{HardwareAddr, MacAddr};
use anysock::constants::ethernet::EtherType;
use anysock::option::packet::{PACKET_RX_RING, PACKET_TX_RING, PACKET_VERSION};
use anysock::{Backend, Deadline, Errno, Interfaces, Level, PacketAddr, PacketSocket, UdpSocket};
use anysock_sim::{Link, Node, Sim, World};

/// For local experiments (IEEE 802).
const EXPERIMENT: u16 = 0x88B5;

fn sleep(sim: &Sim<'_>, duration: Duration) {
    sim.sleep_until(Deadline::at(sim.now() + duration)).unwrap();
}

/// Three nodes on one network.
fn world() -> (World, [Node; 3]) {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let node = |(name, addresses)| world.node(name).ethernet("eth0", lan, addresses).unwrap();
    let nodes = [("a", "10.0.0.1/24"), ("b", "10.0.0.2/24"), ("c", "10.0.0.3/24")].map(node);
    (world, nodes)
}

fn bound<'a>(sim: &Sim<'a>, protocol: u16) -> PacketSocket<Sim<'a>> {
    let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
    let socket = PacketSocket::raw(sim.clone()).unwrap();
    socket.bind(&PacketAddr { interface, protocol, ..PacketAddr::default() }).unwrap();
    socket
}

/// Writes down every frame: its type and whom it is for.
fn watch(sim: Sim<'_>, name: &str, seen: &Mutex<Vec<String>>) {
    let socket = bound(&sim, EtherType::ALL.0);
    let mut room = [0; 2000];
    loop {
        let PacketAddr { protocol, packet_type, .. } = socket.recv(&mut room).unwrap().address;
        let whom = ["own", "broadcast", "multicast", "other", "outgoing"][usize::from(packet_type)];
        seen.lock().unwrap().push(format!("{name}: {protocol:04x} {whom}"));
    }
}

#[test]
fn everybody_sees_what_is_for_everybody() {
    let (mut world, [a, b, c]) = world();
    let seen = Arc::new(Mutex::new(Vec::new()));
    for (name, node) in [("a", &a), ("b", &b), ("c", &c)] {
        let seen = seen.clone();
        node.spawn("watch", move |sim| watch(sim, name, &seen));
    }
    world
        .block_on(&a, |sim| {
            let socket = UdpSocket::bind(sim.clone(), &"0.0.0.0:7".parse().unwrap()).unwrap();
            sleep(&sim, Duration::from_millis(1));
            let to: SocketAddr = "10.0.0.2:7".parse().unwrap();
            socket.send_to(b"x", &to).unwrap();
            sleep(&sim, Duration::from_millis(1));
        })
        .unwrap();
    let mut seen = seen.lock().unwrap().clone();
    let of = |name: &str| seen.iter().filter(|line| line.starts_with(name)).cloned().collect::<Vec<_>>();
    // The question, the answer, the datagram, and that nobody has its port.
    let (asker, asked) = (of("a"), of("b"));
    assert_eq!(asker, ["a: 0806 outgoing", "a: 0806 own", "a: 0800 outgoing", "a: 0800 own"]);
    assert_eq!(asked, ["b: 0806 broadcast", "b: 0806 outgoing", "b: 0800 own", "b: 0800 outgoing"]);
    seen.retain(|line| line.starts_with('c'));
    assert_eq!(seen, ["c: 0806 broadcast"]);
}

#[test]
fn frames_go_from_program_to_program() {
    let (mut world, [a, b, _]) = world();
    b.spawn("echo", |sim| {
        let socket = bound(&sim, EXPERIMENT);
        let mut room = [0; 2000];
        loop {
            let received = socket.recv(&mut room).unwrap();
            let from = PacketAddr { packet_type: 0, hardware_type: 0, ..received.address };
            let cooked = PacketSocket::cooked(sim.clone()).unwrap();
            cooked.send_to(&received.data[14..], &from).unwrap();
        }
    });
    world
        .block_on(&a, |sim| {
            let socket = bound(&sim, EXPERIMENT);
            let own = socket.socket().local_addr::<PacketAddr>().unwrap().hardware;
            let header = [&[0xFF; 6], own.as_bytes(), &EXPERIMENT.to_be_bytes()].concat();
            sleep(&sim, Duration::from_millis(1));
            socket.send(&[&header[..], b"hello"].concat()).unwrap();
            let mut room = [0; 2000];
            let received = socket.recv(&mut room).unwrap();
            assert_eq!((&received.data[..6], &received.data[14..]), (own.as_bytes(), &b"hello"[..]));
            assert_eq!((received.address.packet_type, received.address.hardware_type), (0, 1));
            assert_ne!(received.address.hardware, own);
            assert_ne!(received.address.hardware, HardwareAddr::from(MacAddr::BROADCAST));
        })
        .unwrap();
}

#[test]
fn a_tun_interface_has_no_header() {
    let mut world = World::new(5);
    let node = world.node("a");
    let tun = node.tun("tun0", "192.0.2.1/24", 1500).unwrap();
    world
        .block_on(&node, |sim| {
            let interface = sim.interface_index(&"tun0".parse().unwrap()).unwrap();
            let socket = PacketSocket::raw(sim.clone()).unwrap();
            let all = PacketAddr { interface, protocol: EtherType::ALL.0, ..PacketAddr::default() };
            socket.bind(&all).unwrap();
            let udp = UdpSocket::bind(sim.clone(), &"0.0.0.0:7".parse().unwrap()).unwrap();
            udp.send_to(b"hello", &"192.0.2.2:7".parse().unwrap()).unwrap();
            let mut room = [0; 2000];
            let received = socket.recv(&mut room).unwrap();
            assert_eq!((received.data[0], received.len), (0x45, 33));
            let PacketAddr { hardware_type, packet_type, protocol, hardware, .. } = received.address;
            assert_eq!((hardware_type, packet_type, protocol), (65_534, 4, EtherType::IP.0));
            assert_eq!(hardware, HardwareAddr::EMPTY);
        })
        .unwrap();
    let _ = tun;
}

/// What is about memory that is shared with the kernel.
#[test]
fn there_are_no_rings() {
    let mut world = World::new(5);
    let node = world.node("a");
    world
        .block_on(&node, |sim| {
            let socket = PacketSocket::raw(sim).unwrap();
            for name in [PACKET_VERSION, PACKET_RX_RING, PACKET_TX_RING] {
                let answer = socket.socket().set_bytes(Level::PACKET, name, &[0; 28]);
                assert_eq!(answer, Err(Errno::ENOPROTOOPT.into()));
            }
        })
        .unwrap();
}
