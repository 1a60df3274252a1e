//! What an interface answers routers who ask for its multicast groups. What they ask and what Linux 6.18 answers, with
//! the same addresses and groups, is in `multicast_queries.txt`: a line with the frame of the question, and behind it
//! the packets of the answer.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::constants::ethernet::EtherType;
use anysock::message::Timestamp;
use anysock::multicast::{IpMreqSource, IpMreqn};
use anysock::option::ip;
use anysock::{Backend, Family, Interfaces, IpProtocol, PacketAddr, PacketSocket, Socket, SocketType};
use anysock_sim::{Fate, Link, Sim, Tap, Wire, World};

/// A frame, with the time at which it was sent.
type Frame = (Duration, Vec<u8>);

/// Every frame that the node has sent.
#[derive(Clone, Debug, Default)]
struct Sent(Arc<Mutex<Vec<Frame>>>);

impl Tap for Sent {
    fn frame(&mut self, time: Timestamp, _: &Wire, _: Fate, bytes: &[u8]) {
        // Its port is the first of the network.
        if bytes[6..12] == [2, 0, 0, 0, 0, 0] {
            self.0.lock().unwrap().push((time.0, bytes.to_vec()));
        }
    }
}

impl Sent {
    fn take(&self) -> Vec<Frame> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn join(sim: &Sim<'static>, group: &str) -> Socket<Sim<'static>> {
    let group: IpAddr = group.parse().unwrap();
    let family = if group.is_ipv4() { Family::INET } else { Family::INET6 };
    let socket = Socket::new(sim.clone(), family, SocketType::DGRAM, IpProtocol::UDP).unwrap();
    let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
    match group {
        IpAddr::V4(group) => {
            socket.set(ip::AddMembership, IpMreqn { group, local: [0; 4].into(), interface }).unwrap();
        }
        IpAddr::V6(_) => socket.join_group(&group, interface).unwrap(),
    }
    socket
}

/// The questions, each with the packets of the answer.
fn linux() -> Vec<(&'static str, Vec<u8>, Vec<&'static str>)> {
    let mut steps: Vec<(&str, Vec<u8>, Vec<&str>)> = Vec::new();
    for line in include_str!("multicast_queries.txt").lines() {
        match (line.split_once(':'), steps.last_mut()) {
            (Some((name, frame)), _) => steps.push((name, bytes(frame.trim()), Vec::new())),
            (None, Some((.., packets))) => packets.push(line.trim()),
            (None, None) => unreachable!("the first line has a name"),
        }
    }
    steps
}

#[test]
fn answers_are_those_of_linux() {
    let mut delays = Vec::new();
    for seed in 0..8 {
        let mut world = World::new(seed);
        let lan = world.network("lan", Link::new());
        let addresses = "10.0.0.1/24 fd00::1/64 fe80::d8d1:d9ff:fe05:1a47/64";
        let node = world.node("a").ethernet("eth0", lan, addresses).unwrap();
        let router = world.node("router").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
        let sent = Sent::default();
        world.set_tap(sent.clone());
        let port = router.kernel();
        let wire = PacketSocket::raw(port.clone()).unwrap();
        let interface = port.interface_index(&"eth0".parse().unwrap()).unwrap();
        let protocol = EtherType::ALL.0;
        wire.bind(&PacketAddr { interface, protocol, ..PacketAddr::default() }).unwrap();
        let sim = node.kernel();
        let _any = join(&sim, "239.1.2.3");
        let one = Socket::new(sim.clone(), Family::INET, SocketType::DGRAM, IpProtocol::UDP).unwrap();
        let (group, local) = ([239, 1, 2, 9].into(), [10, 0, 0, 1].into());
        one.set(ip::AddSourceMembership, IpMreqSource { group, local, source: [10, 0, 0, 7].into() })
            .unwrap();
        let others = join(&sim, "239.1.2.5");
        let (group, source) = ([239, 1, 2, 5].into(), [10, 0, 0, 8].into());
        others.set(ip::BlockSource, IpMreqSource { group, local, source }).unwrap();
        let _v6 = join(&sim, "ff05::7");
        world.run_for(Duration::from_secs(4));
        sent.take();
        let mut joined = None;
        for (name, frame, answer) in linux() {
            let mut began = sim.now();
            if !frame.is_empty() {
                wire.send(&frame).unwrap();
            } else if name.starts_with("join") {
                joined = Some(join(&sim, if name.contains("MLD") { "ff05::9" } else { "239.1.2.11" }));
            } else {
                joined.take();
            }
            let is_long = frame.is_empty() || name.starts_with("IGMPv1");
            world.run_for(Duration::from_millis(if is_long { 11_000 } else { 1_100 }));
            let packets = sent.take();
            let mut is: Vec<String> = packets.iter().map(|(_, frame)| hex(&frame[14..])).collect();
            is.sort();
            assert_eq!(is, answer, "{name}");
            if name == "IGMPv3, all groups" {
                began = began + Duration::from_secs(946_684_800);
                delays.push(packets[0].0.as_nanos() as u64 - began.as_nanos());
            }
        }
    }
    // At another time with each seed, within the second that the question gives.
    delays.sort();
    delays.dedup();
    assert_eq!(delays.len(), 8);
    assert!(delays.iter().all(|delay| (8_000_000..1_008_100_000).contains(delay)), "{delays:?}");
}
