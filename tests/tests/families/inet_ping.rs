//! Ping sockets (icmp(7)): the far end's kernel answers, and tcpdump there sees both ways.

use anysock::option::socket::ReuseAddr;
use anysock::{Errno, PingSocket};
use anysock_linux::Linux;

use crate::cable::tcpdump_frames;
use crate::inet::{ANY, FAR, VERSIONS, address, cable, sysctl};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, payload};

#[test]
#[ignore = "the peers are in the kernel lab"]
fn echo_requests_are_answered() {
    /// Ethernet's header and IP's, by version.
    const BEFORE_ICMP: [usize; 2] = [14 + 20, 14 + 40];
    /// The types of requests and replies, by version.
    const TYPES: [[u8; 2]; 2] = [[8, 0], [128, 129]];
    const FILTERS: [&str; 2] = ["icmp", "icmp6 and ip6[40] >= 128 and ip6[40] <= 129"];
    in_namespace(|| {
        let cable = cable();
        let far = [0, 1].map(|n| address(FAR[n], 0));
        sysctl("net.ipv4.ping_group_range", "1 0");
        assert_eq!(PingSocket::open(Linux, &far[0]).err(), Some(Errno::EACCES.into()));
        sysctl("net.ipv4.ping_group_range", "0 0");
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let mut tcpdump = cable
                .far(&format!("tcpdump -Z root -i far -n --immediate-mode -s 1500 -xx -c 2 {}", FILTERS[n]));
            tcpdump.line_with("listening on");
            let mut ping = PingSocket::open(Linux, &far[n]).unwrap();
            ping.set_timeout(Some(TIME_LIMIT));
            // The identifier is the port.
            ping.bind(&address(ANY[n], 4711)).unwrap();
            let other = PingSocket::open(Linux, &far[n]).unwrap();
            other.set(ReuseAddr, false).unwrap();
            assert_eq!(other.bind(&address(ANY[n], 4711)), Err(Errno::EADDRINUSE.into()));
            let sent = payload(1000);
            ping.send_to(513, &sent, &far[n]).unwrap();
            let mut buffer = [0; 1500];
            let reply = ping.recv(&mut buffer).unwrap();
            assert_eq!((reply.from, reply.identifier, reply.sequence), (far[n], 4711, 513));
            assert_eq!(reply.data, sent);
            let frames = tcpdump_frames(&tcpdump.rest());
            assert_eq!(frames.len(), 2);
            for (frame, kind) in frames.iter().zip(TYPES[n]) {
                let icmp = &frame[BEFORE_ICMP[n]..];
                let identifier = 4711_u16.to_be_bytes();
                assert_eq!((icmp[0], &icmp[4..8]), (kind, &[identifier[0], identifier[1], 2, 1][..]));
                assert_eq!(icmp[8..], sent);
            }
            counted(&format!("ICMP of {version}, ping socket"), "kernel, tcpdump", &sent);
        }
    });
}
