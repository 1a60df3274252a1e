//! Whatever a script, a command or a packet is, reading it ends with a result.

use anysock_packetdrill::packet::{Packet, Payload, TcpOption};
use anysock_packetdrill::{Failure, Persona, Settings, Target, parse, run};
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

/// Scripts with changes of a few octets: whatever they have become.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    const SCRIPTS: [&str; 3] = [
        include_str!("../freebsd/passive-open-and-close.pkt"),
        include_str!("../freebsd/tcp-info.pkt"),
        include_str!("../scripts/commands/counters.pkt"),
    ];
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_usize);
    (prop::sample::select(&SCRIPTS[..]), prop::collection::vec(change, 1..6)).prop_map(|(script, changes)| {
        let mut octets = script.as_bytes().to_vec();
        for (place, octet, taken) in changes {
            let place = place.index(octets.len());
            let end = octets.len().min(place + taken);
            octets.splice(place..end, [octet]);
        }
        octets
    })
}

/// Numbers as scripts have them, and others.
fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        0..3000_i64,
        any::<i64>(),
        prop::sample::select(&[-1, 65_535, 65_536, 1 << 31, u32::MAX as i64, i64::MIN, i64::MAX][..]),
    ]
}

/// A connection, and then what has any numbers.
fn numbers() -> impl Strategy<Value = String> {
    const BEGIN: &str = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n\
        +0 < S 0:0(0) win 1000 <mss 1000,sackOK>\n+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 1 win 1000\n\
        +0 accept(3, ..., ...) = 4\n+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n";
    const LINES: [&str; 17] = [
        "+N close(3) = 0",
        "+0 write(4, ..., N) = N",
        "+0 writev(4, [{..., N}, {..., N}], 2) = N",
        "+0 read(4, ..., N) = N",
        "+0 recv(4, ..., N, N) = N",
        "+0 < P. N:M(N) ack N win N urg N <sack N:N,TS val N ecr N>",
        "+0 > P. N:M(N) ack N",
        "+0 < udp (N)",
        "+0 < icmp unreachable frag_needed mtu N [N:M(N)]",
        "+0 setsockopt(4, N, N, [N], N) = 0",
        "+0 setsockopt(4, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=N, tv_usec=N}, 16) = 0",
        "+0 getsockopt(4, N, N, [N], [N]) = 0",
        "+0 poll([{fd=N, events=N, revents=N}], N, N) = N",
        "+0 ioctl(4, N, [N]) = N",
        "+0 `sleep N; sysctl net.ipv4.tcp_rmem='N N N' net.ipv4.tcp_fin_timeout=N`",
        "+0 `ip link set tun0 mtu N`",
        "+0 %{ x = N * N // N; assert tcpi_rto << N > x ** N }%",
    ];
    let lines = prop::collection::vec((prop::sample::select(&LINES[..]), number(), number()), 1..6);
    lines.prop_map(|lines| {
        let line = |(line, first, length): (&str, i64, i64)| {
            let end = (first as u32).wrapping_add(length as u32).to_string();
            let range = format!("{}:{end}({})", first as u32, length as u32);
            let line = line.replace("N:M(N)", &range);
            line.replacen('N', &first.to_string(), 1).replace('N', &length.to_string())
        };
        let lines: Vec<String> = lines.into_iter().map(line).collect();
        format!("{BEGIN}{}", lines.join("\n"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_numbers_end_the_runner(text in numbers()) {
        for persona in [Persona::Linux, Persona::FreeBsd] {
            let _outcome = run(&text, ".".as_ref(), Settings { persona, ..Target::Simulator.into() });
        }
    }

    #[test]
    fn no_octets_end_the_runner(octets in prop_oneof![damaged(), prop::collection::vec(any::<u8>(), 0..200)]) {
        let text = String::from_utf8_lossy(&octets);
        for persona in [Persona::Linux, Persona::FreeBsd] {
            match run(&text, ".".as_ref(), Settings { persona, ..Target::Simulator.into() }) {
                Err(Failure::Syntax(error)) => {
                    let line = text.split('\n').nth(error.line - 1);
                    prop_assert!(line.is_some_and(|line| (1..=line.len() + 1).contains(&error.column)), "{error}");
                }
                Err(Failure::Differs { line, .. }) => prop_assert!(line <= text.split('\n').count(), "{line}"),
                Ok(_) => {}
            }
        }
    }

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
        let text = format!("`{}`", words.join(" "));
        for persona in [Persona::Linux, Persona::FreeBsd] {
            let outcome = run(&text, ".".as_ref(), Settings { persona, ..Target::Simulator.into() });
            if let Err(Failure::Syntax(error)) = outcome {
                prop_assert!(matches!(error.expected, "a command" | "the name of a setting"), "{error}");
                prop_assert!((1..=text.len()).contains(&error.column), "{error}");
            }
        }
    }
}
