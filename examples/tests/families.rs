//! The program `families`, and what it finds.

use std::process::Command;

use anysock::{Family, SocketType};
use anysock_examples::families::{State, families};
use anysock_sim::World;

#[test]
fn the_kernel_s_families_are_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_families")).output().expect("it runs");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("it prints text");
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").expect("a kernel");
    assert_eq!(text.lines().next(), Some(format!("Linux {}", release.trim()).as_str()));
    let line = |name: &str| text.lines().find(|line| line.starts_with(&format!("{name} "))).expect(name);
    // /proc/net/protocols lists what the kernel has registered.
    let protocols = std::fs::read_to_string("/proc/net/protocols").expect("protocols");
    let registered = |name: &str| protocols.lines().any(|line| line.split_whitespace().next() == Some(name));
    assert!(line("AF_UNIX").starts_with("AF_UNIX 1: SOCK_STREAM, SOCK_DGRAM"), "{text}");
    for (name, family, answer) in [
        ("TCP", "AF_INET", "SOCK_STREAM IPPROTO_TCP"),
        ("UDP", "AF_INET", "SOCK_DGRAM IPPROTO_UDP"),
        ("TCPv6", "AF_INET6", "SOCK_STREAM IPPROTO_TCP"),
    ] {
        assert_eq!(line(family).contains(answer), registered(name), "{name}: {}", line(family));
    }
    assert_eq!(line("AF_IPX"), "AF_IPX 4: removed in Linux 4.18");
    assert_eq!(line("AF_ECONET"), "AF_ECONET 19: removed in Linux 3.5");
    assert_eq!(line("AF_MPLS"), "AF_MPLS 28: routes only");
    // Each family once.
    let numbers: Vec<u16> = text
        .lines()
        .skip(1)
        .map(|line| line.split([' ', ':']).nth(1).expect("a number").parse().expect("a number"))
        .collect();
    assert_eq!(numbers, (1..Family::MAX.0).collect::<Vec<_>>());
}

#[test]
fn the_simulator_s_families() {
    let mut world = World::new(1);
    let node = world.node("node");
    let report = world.block_on(&node, |sim| families(&sim)).expect("it ends");
    let answering = report.iter().filter(|found| found.state() == State::Answers);
    let lines: Vec<String> = answering.map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "AF_UNIX 1: SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET",
            "AF_INET 2: SOCK_STREAM IPPROTO_TCP, SOCK_DGRAM IPPROTO_UDP, \
             SOCK_DGRAM IPPROTO_ICMP (wants a privilege), SOCK_RAW IPPROTO_ICMP, SOCK_RAW IPPROTO_RAW",
            "AF_INET6 10: SOCK_STREAM IPPROTO_TCP, SOCK_DGRAM IPPROTO_UDP, \
             SOCK_DGRAM IPPROTO_ICMPV6 (wants a privilege), SOCK_RAW IPPROTO_ICMPV6, SOCK_RAW IPPROTO_RAW",
            "AF_PACKET 17: SOCK_DGRAM, SOCK_RAW",
            "AF_CAN 29: SOCK_RAW CAN_RAW",
            "AF_BLUETOOTH 31: SOCK_STREAM BTPROTO_RFCOMM",
        ]
    );
    let vsock = report.iter().find(|found| found.family == Family::VSOCK).expect("it is listed");
    assert_eq!(vsock.state(), State::Absent);
    assert_eq!(vsock.probes.first().map(|probe| probe.kind), Some(SocketType::STREAM));
}
