//! What a kernel counts: the same packets, malformed and sound ones, come to Linux and to a simulated node by a TUN
//! interface, and the same counters of `/proc/net/snmp`, `snmp6` and `netstat` move by as much.
//!
//! What Linux 6.18 has counted is in `linux.txt`: under the name of each step, what moved. The simulator's answer is
//! held against that everywhere; Linux's own where network namespaces can be made: `cargo xtask test`. With
//! ANYSOCK_RECORD in the environment, that test writes the file anew instead.

#[path = "../families/namespace.rs"]
#[allow(dead_code, reason = "what the families need besides")]
mod namespace;
mod packets;
#[path = "../families/witness.rs"]
#[allow(dead_code, reason = "what the families need besides")]
mod witness;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anysock::tun::Tun;
use anysock::{Backend, TcpListener, UdpSocket};
use anysock_linux::Linux;
use anysock_sim::{Node, Sim, Tun as SimulatedTun, World};

use namespace::{in_namespace, ip};
use packets::{Case, TCP_PORT, UDP_PORT, cases};

/// How much has been counted, by the names of nstat(8).
type Counters = BTreeMap<String, i64>;

/// Errors are told as often as there is reason, and fragments are waited for no longer than a test can.
const SYSCTLS: [(&str, &str); 4] = [
    ("net.ipv4.icmp_ratelimit", "0"),
    ("net.ipv6.icmp.ratelimit", "0"),
    ("net.ipv4.icmp_msgs_per_sec", "100000"),
    ("net.ipv4.icmp_msgs_burst", "100000"),
];
/// The interfaces: the name, the largest packet, the addresses.
const INTERFACES: [(&str, u16, &str); 2] =
    [("tun0", 1500, "192.0.2.1/24 2001:db8::1/64"), ("tun1", 1280, "198.51.100.1/24 2001:db8:1::1/64")];

/// The sockets that there are.
fn sockets<B: Backend>(backend: &B) -> (UdpSocket<B>, TcpListener<B>) {
    let any = |port| SocketAddr::new("::".parse().unwrap(), port);
    let udp = UdpSocket::bind(backend.clone(), &any(UDP_PORT)).unwrap();
    (udp, TcpListener::bind(backend.clone(), &any(TCP_PORT)).unwrap())
}

/// What moved.
fn moved(before: &Counters, after: &Counters) -> Counters {
    let moved = after.iter().map(|(name, count)| (name.clone(), count - before.get(name).unwrap_or(&0)));
    moved.filter(|(_, by)| *by != 0).collect()
}

/// What Linux has counted for each step.
fn recorded() -> BTreeMap<String, Counters> {
    let mut steps = BTreeMap::new();
    let mut name = "";
    for line in include_str!("linux.txt").lines() {
        match line.strip_prefix("    ") {
            None => name = line,
            Some(counters) => {
                let counter = |text: &str| {
                    let (name, by) = text.split_once(' ').unwrap();
                    (name.to_owned(), by.parse().unwrap())
                };
                steps.insert(name.to_owned(), counters.split(", ").map(counter).collect());
            }
        }
    }
    steps
}

/// Holds what each step has moved against what is recorded; counters that a kernel does not have, for it `may_lack`
/// what another version has, are left out.
fn compare(machine: &mut impl Machine, may_lack: bool) {
    let recorded = recorded();
    let mut differences = Vec::new();
    for case in cases() {
        let known = machine.counters();
        let mut expected = recorded[&case.name].clone();
        expected.retain(|name, _| !may_lack || known.contains_key(name) || name.contains("Type"));
        let counted = machine.run(&case, Some(&expected));
        if counted != expected {
            differences.push(format!("{}\n  is       {counted:?}\n  expected {expected:?}", case.name));
        }
    }
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

trait Machine {
    fn counters(&mut self) -> Counters;

    /// A packet comes to the machine.
    fn packet(&mut self, packet: &[u8]);

    /// What has come is done with; with `long` also what was waited for.
    fn settle(&mut self, long: bool);

    /// What the step moves. A machine that has other work may be late with what is expected.
    fn run(&mut self, case: &Case, expected: Option<&Counters>) -> Counters {
        const LOOKS: u32 = 100;
        let before = self.counters();
        for packet in &case.packets {
            self.packet(packet);
        }
        self.settle(case.waits);
        for _ in 1..LOOKS {
            let counted = moved(&before, &self.counters());
            if expected.is_none_or(|expected| counted == *expected) {
                return counted;
            }
            self.settle(false);
        }
        moved(&before, &self.counters())
    }
}

struct Kernel {
    tun: Tun<Linux>,
    _other: Tun<Linux>,
    _sockets: (UdpSocket<Linux>, TcpListener<Linux>),
}

impl Kernel {
    fn new() -> Self {
        let set = |name: &str, value: &str| {
            match fs::write(format!("/proc/sys/{}", name.replace('.', "/")), value) {
                // Older kernels have some of them for the whole machine alone.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                other => other.unwrap(),
            }
        };
        for (name, value) in SYSCTLS {
            set(name, value);
        }
        for (name, value) in [
            ("net.ipv4.ip_forward", "1"),
            ("net.ipv6.conf.all.forwarding", "1"),
            ("net.ipv6.conf.default.router_solicitations", "0"),
            ("net.ipv4.ipfrag_time", "1"),
            ("net.ipv6.ip6frag_time", "1"),
        ] {
            set(name, value);
        }
        let [tun, other] = INTERFACES.map(|(name, mtu, addresses)| {
            let tun = Tun::open(Linux, &name.parse().unwrap()).unwrap();
            ip(&format!("link set {name} mtu {mtu} up\n"));
            for address in addresses.split(' ') {
                let nodad = if address.contains(':') { "nodad" } else { "" };
                ip(&format!("address add {address} dev {name} {nodad}\n"));
            }
            tun
        });
        ip("link set lo up\n");
        // The interfaces have told of their groups then.
        thread::sleep(Duration::from_secs(4));
        Kernel { tun, _other: other, _sockets: sockets(&Linux) }
    }
}

impl Machine for Kernel {
    fn counters(&mut self) -> Counters {
        let read = |name: &str| fs::read_to_string(format!("/proc/thread-self/net/{name}")).unwrap();
        let mut counters = Counters::new();
        for file in ["snmp", "netstat"] {
            let text = read(file);
            let lines: Vec<&str> = text.lines().collect();
            for pair in lines.chunks(2) {
                let (group, names) = pair[0].split_once(": ").unwrap();
                let (_, counts) = pair[1].split_once(": ").unwrap();
                for (name, count) in names.split(' ').zip(counts.split(' ')) {
                    counters.insert(format!("{group}{name}"), count.parse().unwrap());
                }
            }
        }
        for line in read("snmp6").lines() {
            let mut words = line.split_whitespace();
            let (name, count) = (words.next().unwrap(), words.next().unwrap());
            counters.insert(name.to_owned(), count.parse().unwrap());
        }
        counters
    }

    fn packet(&mut self, packet: &[u8]) {
        // It refuses what is no packet at all.
        let _ = self.tun.write(packet);
    }

    fn settle(&mut self, long: bool) {
        thread::sleep(Duration::from_millis(if long { 2500 } else { 5 }));
    }
}

struct Simulated {
    world: World,
    node: Node,
    tun: SimulatedTun,
    _other: SimulatedTun,
    _sockets: (UdpSocket<Sim<'static>>, TcpListener<Sim<'static>>),
}

impl Simulated {
    fn new() -> Self {
        let mut world = World::new(3);
        let node = world.node("a").router();
        for (name, value) in SYSCTLS {
            node.set_sysctl(name, value).unwrap();
        }
        let [tun, other] = INTERFACES.map(|(name, mtu, addresses)| node.tun(name, addresses, mtu).unwrap());
        world.run_for(Duration::from_secs(4));
        let sockets = sockets(&node.kernel());
        Simulated { world, node, tun, _other: other, _sockets: sockets }
    }
}

impl Machine for Simulated {
    fn counters(&mut self) -> Counters {
        let statistics = self.node.inet_statistics();
        statistics.iter().map(|(name, count)| (name.into_owned(), count as i64)).collect()
    }

    fn packet(&mut self, packet: &[u8]) {
        self.tun.write(packet);
    }

    fn settle(&mut self, long: bool) {
        self.world.run_for(Duration::from_secs(if long { 61 } else { 0 }));
    }
}

#[test]
fn the_simulator_counts_what_is_recorded() {
    compare(&mut Simulated::new(), false);
}

#[test]
#[ignore = "network namespaces and /dev/net/tun: cargo xtask test"]
fn real_programs_linux_counts_what_is_recorded() {
    in_namespace(|| {
        let mut kernel = Kernel::new();
        let Some(path) = std::env::var_os("ANYSOCK_RECORD") else { return compare(&mut kernel, true) };
        let mut text = String::new();
        for case in cases() {
            let counted = kernel.run(&case, None);
            let counted: Vec<String> = counted.iter().map(|(name, by)| format!("{name} {by}")).collect();
            text.push_str(&format!("{}\n    {}\n", case.name, counted.join(", ")));
        }
        fs::write(path, text).unwrap();
    });
}
