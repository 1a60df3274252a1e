//! Whatever a script, a command or a packet is, reading it ends with a result.

use anysock_packetdrill::packet::{Packet, Payload, TcpOption};
use anysock_packetdrill::{Failure, Target, parse, run};
use proptest::prelude::*;

/// Pieces of the language, out of which scripts are made that are nearly right.
const PIECES: [&str; 52] = [
    "0 ",
    "+0 ",
    "+.1~+.2 ",
    "* ",
    "+0...0.1 ",
    "< ",
    "> ",
    "S 0:0(0) ",
    ". 1:1001(1000) ",
    "ack 1 ",
    "win 5 ",
    "urg 1 ",
    "<mss 1460,nop,wscale 7>",
    "<TS val 1 ecr 2>",
    "<FO 01>",
    "<99 0x01>",
    "<...>",
    "[ect0,ttl 3] ",
    "[tos 0x10] ",
    "ipv4 192.0.2.1 > 192.0.2.2: ",
    "ipv6 fd00::1 > ::2: ",
    "gre flags 0xf000, key 5: ",
    "mpls (label 1, tc 2, [S], ttl 3): ",
    "udp (5)",
    "icmp unreachable host_unreachable [1:2(1)]",
    "sock(3) ",
    "socket(..., SOCK_STREAM, 0) = 3",
    "close(3) = -1 EBADF (words)",
    "\"text\\x41",
    "\"",
    "[1, {a=b, ...}]",
    "{",
    "}",
    "(",
    ")",
    "=",
    ",",
    "`sysctl a=1 | grep 'x",
    "`",
    "%{ assert 1 == x }%",
    "%{",
    "}%",
    "--mtu=9",
    "--define",
    "A=\"b c\"",
    "/* ",
    "*/",
    "// ",
    "# ",
    "\n",
    "\\\n",
    "é",
];

fn script() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(&PIECES[..]), 0..30).prop_map(|pieces| pieces.concat()),
    ]
}

/// The packet without what fills the last word of TCP's options.
fn without_padding(mut packet: Packet) -> Packet {
    if let Payload::Tcp(segment) = &mut packet.payload {
        while segment.options.last() == Some(&TcpOption::EndOfList) {
            segment.options.pop();
        }
    }
    packet
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_wrong_with_a_script_has_a_place_in_it(text in script()) {
        if let Err(error) = parse(&text) {
            let line = text.split('\n').nth(error.line - 1);
            prop_assert!(line.is_some_and(|line| (1..=line.len() + 1).contains(&error.column)), "{error}");
        }
    }

    #[test]
    fn what_is_read_of_a_packet_can_be_written(
        octets in prop::collection::vec(any::<u8>(), 40..160),
        is_ipv6 in any::<bool>(),
        protocol in prop::sample::select(&[1_u8, 6, 6, 17, 50, 58][..]),
    ) {
        let mut octets = octets;
        let length = octets.len() as u8;
        if is_ipv6 {
            octets[0] = 0x60;
            octets[4..7].copy_from_slice(&[0, length - 40, protocol]);
        } else {
            octets[0] = 0x45;
            octets[2..4].copy_from_slice(&[0, length]);
            octets[9] = protocol;
        }
        if let Some(packet) = Packet::decode(&octets) {
            let again = Packet::decode(&packet.encode());
            prop_assert_eq!(again.map(without_padding), Some(without_padding(packet.clone())));
            prop_assert!(!packet.to_string().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn commands_are_run_or_refused(
        words in prop::collection::vec(
            prop::sample::select(
                &["sysctl", "-n", "-w", "net.ipv4.tcp_sack=1", "a=b", "grep", "-qv", "x", "|", "&&", "||", ";", "!",
                  "nstat", "-az", "ss", "-tan", "state", "ip", "route", "add", "mtu", "9000", "link", "set", "echo",
                  ">", "/proc/sys/net/ipv4/tcp_sack", "cat", "/proc/net/tcp", "'", "\"", "$((2*3))", "${X}", "$(", "#",
                  "2>&1", "tc", "qdisc", "netem", "wc", "-l", "sleep", "0.1", "\\", "[", "("][..],
            ),
            0..12,
        )
    ) {
        let outcome = run(&format!("`{}`", words.join(" ")), ".".as_ref(), Target::Simulator);
        prop_assert!(!matches!(outcome, Err(Failure::Syntax(_))), "{outcome:?}");
    }
}
