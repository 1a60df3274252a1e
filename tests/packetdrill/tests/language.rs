//! The language: what is read, and where what is wrong is.

use std::time::Duration;

use anysock_packetdrill::packet::{ACK, FIN, PSH, TcpOption};
use anysock_packetdrill::script::{Action, Body, Ecn, Expression, Header, Label, Quoted, Time};
use anysock_packetdrill::{Difference, Failure, Persona, Settings, Target, parse, parse_with, run};

fn action(text: &str) -> Action {
    let script = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(script.events.len(), 1, "{text}");
    script.events[0].action.clone()
}

#[test]
fn times_are_absolute_relative_any_ranges_or_of_a_call_that_blocks() {
    let second = |seconds: f64| Some(Duration::from_secs_f64(seconds));
    let cases = [
        ("1 ", second(1.0), None, false),
        ("0.25 ", second(0.25), None, false),
        ("+.1 ", second(0.1), None, true),
        ("* ", None, None, false),
        ("1~2.5 ", second(1.0), second(2.5), false),
        ("+0~+.2 ", second(0.0), second(0.2), true),
        ("0.1...0.2 ", second(0.1), second(0.2), false),
        ("+0...0.2 ", second(0.0), second(0.2), true),
    ];
    for (text, begin, end, relative) in cases {
        let script = parse(&format!("{text} close(3) = 0")).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(script.events[0].time, Time { begin, end, relative }, "{text}");
    }
}

#[test]
fn a_segment_has_flags_numbers_window_urgent_pointer_and_options() {
    let text = "0 < [ect0] FP. 1:1001(1000) ack 5 win 257 urg 3 \
                <mss 1460,sackOK,TS val 10 ecr 20,nop,wscale 7,sack 1:2 3:4,FO 0123abcd,FOEXP,eol,99 0x01ff>";
    let Action::In(packet) = action(text) else { panic!("no packet") };
    assert_eq!(packet.ip.ecn, Some(Ecn::Is(2)));
    let Body::Tcp(segment) = packet.body else { panic!("no segment") };
    assert_eq!(segment.flags, FIN | PSH | ACK);
    assert_eq!((segment.seq, segment.length, segment.ack), (1, 1000, Some(5)));
    assert_eq!((segment.window, segment.urgent), (Some(257), Some(3)));
    let expected = vec![
        TcpOption::MaximumSegmentSize(1460),
        TcpOption::SackPermitted,
        TcpOption::Timestamps { value: 10, echo: 20 },
        TcpOption::NoOperation,
        TcpOption::WindowScale(7),
        TcpOption::Sack(vec![(1, 2), (3, 4)]),
        TcpOption::FastOpen(vec![1, 0x23, 0xAB, 0xCD]),
        TcpOption::ExperimentalFastOpen(vec![]),
        TcpOption::EndOfList,
        TcpOption::Other { kind: 99, data: vec![1, 0xFF] },
    ];
    assert_eq!(segment.options, Some(expected));
    for (letters, bits) in [("SEWA", 0x1C2), ("SEWN", 0x1C2), ("-", 0)] {
        let Action::In(packet) = action(&format!("0 < {letters} 0:0(0)")) else { panic!("no packet") };
        assert!(matches!(packet.body, Body::Tcp(segment) if segment.flags == bits), "{letters}");
    }
    let Action::Out(packet) = action("0 > . 1:1(0) ack 1 <...>") else { panic!("no packet") };
    let Body::Tcp(segment) = packet.body else { panic!("no segment") };
    assert_eq!(segment.options, None);
}

#[test]
fn datagrams_and_errors_about_packets() {
    let Action::Out(packet) = action("0 > udp (100)") else { panic!("no packet") };
    assert_eq!(packet.body, Body::Udp(100));
    let text = "0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]";
    let Action::In(packet) = action(text) else { panic!("no packet") };
    let Body::Icmp(icmp) = packet.body else { panic!("no ICMP") };
    assert_eq!(
        (icmp.kind.as_str(), icmp.code.as_str(), icmp.mtu),
        ("unreachable", "frag_needed", Some(1200))
    );
    assert_eq!(icmp.quoted, Some(Quoted::Tcp { seq: 1, length: 1000 }));
    let Action::Out(packet) = action("0 > icmp unreachable port_unreachable") else { panic!("no packet") };
    assert!(matches!(packet.body, Body::Icmp(icmp) if icmp.quoted.is_none()));
}

#[test]
fn headers_of_tunnels_stand_before_the_packet() {
    let text = "0 < ipv4 192.0.2.1 > 192.0.2.2: gre flags 0x3000, key 5, seq=6: \
                mpls (label 5, tc 1, ttl 62) (label 6, tc 0, [S], ttl 64): ipv6 fd00::1 > fd00::2: \
                [tos 0x20, ttl 3] S 0:0(0) win 1000";
    let Action::In(packet) = action(text) else { panic!("no packet") };
    let address = |text: &str| text.parse().unwrap();
    let ip = |source, destination| Header::Ip { source: address(source), destination: address(destination) };
    let label = |label, traffic_class, bottom, ttl| Label { label, traffic_class, bottom, ttl };
    let gre = Header::Gre { flags: 0x3000, protocol: None, checksum: 0, offset: 0, key: 5, sequence: 6 };
    let mpls = Header::Mpls(vec![label(5, 1, false, 62), label(6, 0, true, 64)]);
    assert_eq!(packet.headers, [ip("192.0.2.1", "192.0.2.2"), gre, mpls, ip("fd00::1", "fd00::2")]);
    assert_eq!((packet.ip.tos, packet.ip.ttl), (Some(0x20), Some(3)));
}

#[test]
fn options_have_texts_and_stand_for_how_a_script_is_run() {
    let script = parse("--define=CC=\"new reno\"\n--mtu=\"1280\"\n0 close(CC) = 0 # a comment").unwrap();
    let Action::Call(call) = &script.events[0].action else { panic!("no call") };
    assert_eq!(call.arguments, [Expression::Text(b"new reno".to_vec())]);
    assert_eq!(script.options[1].value, "1280");
    let late = format!("{SYN_RECEIVED}+.1 > S. 0:0(0) ack 1 <mss 1460>\n+0 accept(9, ..., ...) = 3");
    assert_eq!(outcome(&format!("--dry_run\n{late}")), Ok(()));
    let report =
        run(&format!("--non_fatal=packet,syscall\n{late}"), ".".as_ref(), Target::Simulator).unwrap();
    let lines: Vec<usize> = report.tolerated.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [6, 7]);
    assert!(matches!(outcome(&format!("--non_fatal=packet\n{late}")), Err(Failure::Differs { line: 7, .. })));
    let refused = outcome(&format!("--mtu=many\n{late}"));
    assert!(
        matches!(&refused, Err(Failure::Differs { line: 1, difference: Difference::Unsupported(_) })),
        "{refused:?}"
    );
}

#[test]
fn what_has_no_effect_is_told_beside_the_outcome() {
    let script = "--verbose\n--so_filename x.so // a library\n--udp_encaps=tcp\n-D PORT=8080\n\
                  `iptables -A INPUT -j DROP; sysctl -w vm.swappiness=1`\n\
                  0 cap_set(CAP_NET_ADMIN, 0) = 0\n\
                  +0 < 40000 > 8080 S 0:0(0) win 1000 <mss 1000>/udp(9899>9899)\n";
    let report = run(script, ".".as_ref(), Target::Simulator).unwrap();
    let expected = [
        "--so_filename=x.so",
        "--udp_encaps=tcp",
        "`iptables -A INPUT -j DROP` (no packet filter)",
        "vm.swappiness=1",
        "cap_set",
    ];
    assert_eq!(report.without_effect, expected);
    assert_eq!(parse(script).unwrap().options.last().map(|option| option.value.as_str()), Some("PORT=8080"));
    let failed = outcome(&format!("--udp_encaps=tcp\n{SYN_RECEIVED}+.1 > S. 0:0(0) ack 1"));
    assert!(
        matches!(failed, Err(Failure::Differs { difference: Difference::Without { .. }, .. })),
        "{failed:?}"
    );
}

#[test]
fn tolerance_is_a_time_or_a_part_of_the_interval() {
    let late = format!("{SYN_RECEIVED}+1.04~+1.05 > S. 0:0(0) ack 1 <...>\n");
    let again = late.replace("+1.04~+1.05 >", "+0 > S. 0:0(0) ack 1 <...>\n+1.04~+1.05 >");
    assert!(matches!(outcome(&again), Err(Failure::Differs { difference: Difference::Time { .. }, .. })));
    assert_eq!(outcome(&format!("--tolerance_percent=5\n{again}")), Ok(()));
    assert_eq!(outcome(&format!("--tolerance_usecs 50000\n{again}")), Ok(()));
}

#[test]
fn what_an_address_leaves_open_is_not_looked_at() {
    let script = |address: &str| {
        outcome(&format!(
            "0 socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 3\n\
             +0 bind(3, {{sa_family=AF_INET6, sin6_port=htons(99), inet_pton(AF_INET6, \"::1\", &sin6_addr), \
             sin6_flowinfo=0, sin6_scope_id=0}}, 28) = 0\n+0 getsockname(3, {address}, [28]) = 0"
        ))
    };
    let open = "{.sa_family=AF_INET6, .sin6_port=..., inet_pton(AF_INET6, \"::1\", &sin6_addr)}";
    assert_eq!(script(open), Ok(()));
    assert_eq!(script("{sa_family=AF_INET6, sin6_port=htons(99), sin6_addr=...}"), Ok(()));
    let another = script("{sa_family=AF_INET6, sin6_port=htons(98), sin6_addr=...}");
    assert!(matches!(another, Err(Failure::Differs { difference: Difference::Differs { .. }, .. })));
}

#[test]
fn a_call_has_values_of_every_form_and_a_result_with_an_error() {
    let text = "0 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"1.2.3.4\")}, ...) \
                = -1 EINPROGRESS (Operation now in progress)";
    let Action::Call(call) = action(text) else { panic!("no call") };
    assert_eq!((call.name.as_str(), call.error.as_deref()), ("connect", Some("EINPROGRESS")));
    assert_eq!(call.result, Expression::Number(-1));
    assert!(matches!(&call.arguments[1], Expression::Structure(fields) if fields[1].name == "sin_port"));
    for text in [
        "0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0",
        "0 fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)",
        "0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0",
        "0 poll([{fd=3, events=POLLIN, revents=0}], 1, 10) = 0",
        "0 recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}, 0) = 1000",
        "0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0",
        "0 setsockopt(3, IPPROTO_TCP, TCP_CONGESTION, \"reno\", 4) = 0",
    ] {
        assert!(matches!(action(text), Action::Call(_)), "{text}");
    }
}

#[test]
fn options_commands_code_and_comments() {
    let text = "--ip_version=ipv6\n--mtu=1280\n/* a\ncomment */ `sysctl -q net.ipv4.tcp_sack=0`\n// another\n\
                +0 %{ assert tcpi_state == 1 }% // a third";
    let script = parse(text).unwrap();
    assert_eq!(script.options[1].name, "mtu");
    assert_eq!(script.options[1].value, "1280");
    let lines: Vec<usize> = script.events.iter().map(|event| event.line).collect();
    assert_eq!(lines, [4, 6]);
}

#[test]
fn what_is_wrong_has_a_line_a_column_and_what_could_have_been_there() {
    let cases = [
        ("0 < S 0:0(0)\n+0 < S 0:5(0)", 2, 10, "the sequence number after the octets"),
        ("0 < X 0:0(0)", 1, 5, "TCP flags (FSRPUEWA. or -), udp or icmp"),
        ("0 < S 0:0(0) <mss>", 1, 18, "a segment size"),
        (
            "0 < S 0:0(0) <mss 1460,what>",
            1,
            24,
            "a TCP option (mss, wscale, sackOK, sack, TS, FO, FOEXP, ECN, md5, nop, eol or a kind)",
        ),
        ("0 socket(..., SOCK_STREAM, 0", 1, 29, ")"),
        ("0 close(3)", 1, 11, "="),
        ("0 `sysctl", 1, 4, "`"),
        ("soon close(3) = 0", 1, 1, "a time in seconds"),
        ("--mtu=9\n--waht=1", 2, 3, "the name of an option"),
        ("0 ?", 1, 3, "a packet, a system call, a command or code"),
        ("0 < ipv4 192.0.2.1 > fd00::1: S 0:0(0)", 1, 22, "an IPv4 address"),
        ("0 < gre what 3: S 0:0(0)", 1, 9, "flags, proto, sum, off, key, seq or :"),
        ("0 < mpls (label 1, tc 0): S 0:0(0)", 1, 24, ","),
        ("0 < udp (70000)", 1, 10, "the length of a datagram"),
        ("0 < S 0:0(0) <FO UNKNOWN>", 1, 18, "a cookie in hexadecimal, or a name that was defined"),
        ("0 %{ assert 1 == }%", 1, 18, "a value"),
        ("0 %{\nif 1 == 1\n  x = 2\n}%", 3, 3, ":"),
        ("0 %{\nif 1 == 1:\nx = 2\n}%", 3, 1, "an indented block"),
        ("0 %{ x = 'text }%", 1, 10, "the end of a text"),
    ];
    for (text, line, column, expected) in cases {
        let error = parse(text).unwrap_err();
        assert_eq!((error.line, error.column, error.expected), (line, column, expected), "{text}");
    }
}

#[test]
fn accurate_ecn_has_a_counter_among_the_flags_and_an_option_in_two_orders() {
    let Action::In(packet) = action("0 < P.5 1:1(0) ack 1 win 5 <ECN e1b 1 ceb 2 e0b 3,nop>") else {
        panic!("no packet")
    };
    let Body::Tcp(segment) = packet.body else { panic!("no segment") };
    // AE 256, CWR 128, ECE 64: the counter is 5.
    assert_eq!(segment.flags, 256 | 64 | PSH | ACK);
    let counters = TcpOption::Other { kind: 174, data: vec![0, 0, 1, 0, 0, 2, 0, 0, 3] };
    assert_eq!(segment.options, Some(vec![counters, TcpOption::NoOperation]));
    let Action::In(packet) = action("0 < S 0:0(0) <ECN e0b 1 ceb 0>") else { panic!("no packet") };
    let Body::Tcp(segment) = packet.body else { panic!("no segment") };
    assert_eq!(segment.options, Some(vec![TcpOption::Other { kind: 172, data: vec![0, 0, 1, 0, 0, 0] }]));
}

#[test]
fn names_stand_for_cookies_and_values() {
    let text = "--define COOKIE=0102\n--define LEVEL=SOL_TCP\n0 < S 0:0(0) <FO COOKIE>\n\
                +0 setsockopt(3, LEVEL, TCP_FASTOPEN_KEY, \"\\xa1\\x00\\\"b\", 4) = 0";
    let script = parse(text).unwrap();
    let Action::In(packet) = &script.events[0].action else { panic!("no packet") };
    let Body::Tcp(segment) = &packet.body else { panic!("no segment") };
    assert_eq!(segment.options, Some(vec![TcpOption::FastOpen(vec![1, 2])]));
    let Action::Call(call) = &script.events[1].action else { panic!("no call") };
    assert_eq!(call.arguments[1], Expression::Name("SOL_TCP".to_owned()));
    assert_eq!(call.arguments[3], Expression::Text(vec![0xA1, 0, b'"', b'b']));
    // The options of the command line count before those of the script.
    let overriding = [("define".to_owned(), "COOKIE=03".to_owned())];
    let script = parse_with(text, &overriding).unwrap();
    let Action::In(packet) = &script.events[0].action else { panic!("no packet") };
    let Body::Tcp(segment) = &packet.body else { panic!("no segment") };
    assert_eq!(segment.options, Some(vec![TcpOption::FastOpen(vec![3])]));
}

#[test]
fn flow_labels_and_sockets_of_packets() {
    let Action::Out(packet) = action("0 > [flowlabel 0x12345,ect0] sock(4) . 1:1(0) ack 1") else {
        panic!("no packet")
    };
    assert_eq!((packet.ip.flow_label, packet.ip.ecn), (Some(0x12345), Some(Ecn::Is(2))));
    assert_eq!(packet.socket, Some(4));
}

fn outcome(script: &str) -> Result<(), Failure> {
    run(script, ".".as_ref(), Target::Simulator).map(|_| ())
}

/// A listener that has answered a SYN.
const SYN_RECEIVED: &str = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000 <mss 1000>
";

#[test]
fn the_first_difference_is_told_with_its_line() {
    let cases = [
        ("+0 > S. 0:0(0) ack 2 <mss 1460>", "acknowledgment number"),
        ("+0 > S. 0:0(0) ack 1 <mss 1000>", "TCP options"),
        ("+0 > . 0:0(0) ack 1 <mss 1460>", "flags"),
        ("+0 > S. 0:0(0) ack 1 win 5 <mss 1460>", "window"),
        ("+0 accept(3, ..., ...) = -1 EBADF (Bad file descriptor)", "result of the call"),
    ];
    for (line, what) in cases {
        let script = format!("{SYN_RECEIVED}{}{line}", "+0 fcntl(3, F_SETFL, O_NONBLOCK) = 0\n");
        match outcome(&script) {
            Err(Failure::Differs { line: 6, difference: Difference::Differs { what: told, .. } }) => {
                assert_eq!(told, what, "{line}");
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn a_packet_at_another_time_or_not_at_all_is_a_difference() {
    let late = format!("{SYN_RECEIVED}+.1 > S. 0:0(0) ack 1 <mss 1460>");
    assert!(matches!(outcome(&late), Err(Failure::Differs { line: 5, difference: Difference::Time { .. } })));
    let missing = format!("{SYN_RECEIVED}+0 > S. 0:0(0) ack 1 <mss 1460>\n+0 > . 1:1(0) ack 1");
    assert!(matches!(outcome(&missing), Err(Failure::Differs { line: 6, .. })));
    let blocks = format!("{SYN_RECEIVED}+0 accept(3, ..., ...) = 4");
    assert!(matches!(
        outcome(&blocks),
        Err(Failure::Differs { line: 5, difference: Difference::Blocks { .. } })
    ));
}

#[test]
fn assertions_count() {
    let script = |assertion: &str| format!("{SYN_RECEIVED}+0 %{{ {assertion} }}%");
    let holding = "x = 2 * (3 + 4); assert x == 14 and not x < 3, x\nassert 1 < 2 <= 2 != 3 or False";
    assert_eq!(outcome(&script(holding)), Ok(()));
    let program = "
total = 0
for step in range(1, 5):
    if step == 2:
        continue
    elif step == 4: break
    else:
        total += step
while total < 10:
    total *= 2
a, b = 7, -7 // 2  # rounds down
assert total == 16 and (a, b) == (7, -4), 'total=%d' % total
assert 2 ** 3 == 8 and 7 % -3 == -2 and 1 / 2 == 0.5 and \\
    max([1, 5, 3]) == 5 and (1 if a else 2) == 1 and 3 in [1, 3], (a, b)
print('anything', total)";
    assert_eq!(outcome(&script(program)), Ok(()));
    let endless = outcome(&script("while True: pass"));
    assert!(
        matches!(endless, Err(Failure::Differs { difference: Difference::Unsupported(_), .. })),
        "{endless:?}"
    );
    let failing = outcome(&script("x = 3\nassert x & 4"));
    assert!(
        matches!(failing, Err(Failure::Differs { difference: Difference::Assertion { .. }, .. })),
        "{failing:?}"
    );
}

#[test]
fn numbers_count_from_the_initial_ones_behind_the_syn() {
    let script = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 999000:999000(0) win 1000 <mss 1000,sackOK,nop,nop>
+0 > S. 1234:1234(0) ack 999001 <mss 1460,nop,nop,sackOK>
+.1 < . 1:1(0) ack 1 win 1000
+0 accept(3, ..., ...) = 4
+0 < . 1001:2001(1000) ack 1 win 1000
+0 > . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
+0 < P. 1:1001(1000) ack 1 win 1000
+0 > . 1:1(0) ack 2001
+0 write(4, ..., 100) = 100
+0 > P. 1:101(100) ack 2001
+0 read(4, ..., 2000) = 2000";
    assert_eq!(outcome(script), Ok(()));
}

#[test]
fn what_connections_of_before_send_is_passed_over() {
    let begin = "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
";
    let end = "+.1 < . 1:1(0) ack 1 win 1000\n+0 accept(3, ..., ...) = 4\n+0 close(4) = 0\n+0 close(3) = 0\n";
    // Its FIN comes out before the other connection begins, which the script is about from then on.
    assert_eq!(outcome(&format!("0 {begin}{end}+0 {begin}")), Ok(()));
    let asked = format!("0 {begin}{end}+0 > . 1:1(0) ack 1\n+0 {begin}");
    assert!(matches!(outcome(&asked), Err(Failure::Differs { line: 11, .. })));
}

#[test]
fn what_is_not_there_is_said() {
    let udp = "0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n+0 connect(3, ..., ...) = 0\n";
    let null = format!("{udp}+0 write(3, NULL, 100) = -1 EFAULT (Bad address)\n");
    for text in ["0 fork() = 0", "0 socket(..., SOCK_STRAEM, 0) = 3", &null] {
        let outcome = outcome(text);
        assert!(
            matches!(outcome, Err(Failure::Differs { difference: Difference::Unsupported(_), .. })),
            "{text}: {outcome:?}"
        );
    }
}

#[test]
fn fields_of_tcp_info_are_compared_in_calls_and_by_each_systems_names() {
    let begin = format!(
        "{SYN_RECEIVED}+0 > S. 0:0(0) ack 1 <mss 1460>\n+.1 < . 1:1(0) ack 1 win 1000\n\
         +0 accept(3, ..., ...) = 4\n\
         +0 fcntl(4, F_SETFD, FD_CLOEXEC) = 0\n+0 ioctl(4, FIONBIO, [1]) = 0\n\
         +0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)\n"
    );
    let ask = |fields: &str| format!("{begin}+0 getsockopt(4, SOL_TCP, TCP_INFO, {{{fields}}}, [200]) = 0");
    // Half of the largest window that the peer has offered (Linux: tcp_bound_to_half_wnd).
    assert_eq!(outcome(&ask("tcpi_state=TCPS_ESTABLISHED, tcpi_snd_mss=500, tcpi_rto=...")), Ok(()));
    let outcome = outcome(&ask("tcpi_state=1, tcpi_snd_mss=501"));
    assert!(
        matches!(
            &outcome,
            Err(Failure::Differs { line: 11, difference: Difference::Differs { what, .. } })
                if *what == "field of TCP_INFO"
        ),
        "{outcome:?}"
    );
    // FreeBSD counts the congestion window in octets, of whole segments in a small window, too; what it alone has is
    // told, and has no effect.
    let script = format!(
        "{begin}+0 setsockopt(4, IPPROTO_TCP, TCP_MAXUNACKTIME, [1], 4) = 0\n\
         +0 %{{ assert tcpi_snd_cwnd == 10 * 1000 and tcpi_snd_rexmitpack == 0, tcpi_snd_cwnd }}%"
    );
    let settings = Settings { persona: Persona::FreeBsd, ..Target::Simulator.into() };
    let report = run(&script, ".".as_ref(), settings).unwrap();
    assert_eq!(report.without_effect, ["TCP_MAXUNACKTIME"]);
}

#[test]
fn words_that_are_no_commands_and_names_of_no_settings_have_a_place() {
    let begin = "--mtu=1500\n0 `true`\n";
    for (commands, line, column, expected) in [
        ("+0 `syctl -w net.ipv4.tcp_sack=1`", 3, 5, "a command"),
        ("+0 `\n  true; nstat | gerp Tcp`", 4, 17, "a command"),
        ("+0 `sysctl net.ipv4.tcp_sakc=1`", 3, 12, "the name of a setting"),
    ] {
        let Err(Failure::Syntax(error)) = outcome(&format!("{begin}{commands}")) else {
            panic!("{commands}")
        };
        assert_eq!((error.line, error.column, error.expected), (line, column, expected), "{commands}");
    }
    assert_eq!(outcome(&format!("{begin}+0 `iptables -F; sysctl vm.swappiness=1`")), Ok(()));
}

#[test]
fn what_only_freebsd_has_is_told_and_what_nobody_has_heard_of_is_marked() {
    let settings = Settings { persona: Persona::FreeBsd, ..Target::Simulator.into() };
    let script = "0 `kldload -n cc_cubic; sysctl net.inet.tcp.newcwd=2 kern.hz=100; ipfw -q flush`
+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, IPPROTO_TCP, TCP_MAXUNACKTIME, [10], 4) = 0
+0 setsockopt(3, IPPROTO_TCP, TCP_KEEPINTI, [10], 4) = 0
+0 setsockopt(3, IPPROTO_TCP, TCP_RACK_ANYTHING, {a=1, b=\"x\"}, 20) = -1 EINVAL (Invalid argument)
+0 getsockopt(3, IPPROTO_TCP, TCP_FUNCTION_BLK, {function_set_name=\"freebsd\", pcbcnt=...}, [36]) = 0
+0 setsockopt(3, SOL_SOCKET, SO_ACCEPTFILTER, {af_name=\"httpready\", af_arg=\"\"}, 256) = 0
+0 setsockopt(3, IPPROTO_TCP, TCP_FASTOPEN, {enable=1, psk=\"\"}, 20) = 0
+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [32768], [4]) = 0
+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [20000], 4) = 0
+0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [20000], [4]) = 0
";
    let report = run(script, ".".as_ref(), settings.clone()).unwrap_or_else(|failure| panic!("{failure}"));
    let expected = [
        "net.inet.tcp.newcwd=2",
        "kern.hz=100",
        "`ipfw -q flush` (no packet filter)",
        "TCP_MAXUNACKTIME",
        "TCP_KEEPINTI (unknown)",
        "TCP_RACK_ANYTHING",
        "SO_ACCEPTFILTER",
    ];
    assert_eq!(report.without_effect, expected);
    for name in ["net.ipv4.tcp_sack", "net.inet.tcp.blakchole"] {
        let unknown = run(&format!("0 `sysctl {name}=0`"), ".".as_ref(), settings.clone());
        assert!(matches!(unknown, Err(Failure::Syntax(_))), "{unknown:?}");
    }
    let reads =
        "0 `sysctl -n net.inet.tcp.msl | grep -q ^30000$; sysctl net.inet.tcp.msl | grep -q ': 30000'`";
    assert_eq!(run(reads, ".".as_ref(), settings).map(|report| report.without_effect), Ok(Vec::new()));
}

/// CPython 3 answers so.
#[test]
fn lists_are_the_same_wherever_they_are() {
    let begin = "0 %{\nsamples = [1]\ndef add(x, into):\n  ";
    for (body, expected) in [
        ("samples.append(x)", "[1, 2]"),
        ("samples[0] = x", "[2]"),
        ("into.append(x)", "[1, 2]"),
        ("into += [x]", "[1, 2]"),
        ("into = into + [x]", "[1]"),
        ("into = [x]", "[1]"),
        ("global samples\n  samples = [x]", "[2]"),
        ("del into[0]", "[]"),
    ] {
        let script = format!("{begin}{body}\nadd(2, samples)\nassert samples == {expected}\n}}%");
        assert_eq!(outcome(&script), Ok(()), "{body}");
    }
    for code in [
        "l = []\n[l.append(x) for x in [1, 2]]\nassert l == [1, 2]",
        "d = {1: []}\nd[1].append(2)\nd[1][0] += 1\ne = d[1]\ne *= 1\nassert d[1] == [3] and d == {1: [3]}",
        "a = b = [1]\nc = a[:]\na.extend(a)\nassert b == [1, 1] and c == [1] and a[::-1] == b",
        "assert [1, 2, 3, 4][::2] == [1, 3] and \"abc\"[::-1] == \"cba\" and [1, 2, 3][-1:0:-1] == [3, 2]",
        "f = lambda x, y=2: x * y\nassert f(3) == 6 and (lambda: 4)() == 4 and list(map(f, [1, 2])) == [2, 4]",
        "def twice(g):\n  return lambda x: g(g(x))\nassert twice(lambda x: x + 1)(5) == 7",
        "x = 1\ndef f():\n  x = 2\n  return g()\ndef g():\n  return x\nassert f() == 1 and x == 1",
        "l = [(2, 'b'), (1, 'c')]\nassert sorted(l, key=lambda it: it[1])[0] == (2, 'b') and min(l, key=lambda \
         it: it[0])[1] == 'c'",
        "assert {x: y for x in [1, 2] for y in [3, 4] if x + y != 5} == {1: 3, 2: 4} and len({1, 1, 2}) == 2",
        "n = 0\nfor key in {'a': 1, 'b': 2}: n += {'a': 1, 'b': 2}[key]\nassert n == 3",
        "try:\n  assert 1 == 2\nexcept AssertionError as error:\n  x = 1\nelse:\n  x = 2\nfinally:\n  y = 3\n\
         assert (x, y) == (1, 3)",
        "try:\n  x = tcpi_nothing\nexcept (NameError, KeyError):\n  x = 5\nassert x == 5",
        "def f():\n  for i in [1, 2]:\n    try:\n      return i\n    finally:\n      seen.append(i)\nseen = []\n\
         assert f() == 1 and seen == [1]",
        "x = {'a': 1}\ndel x['a']\nassert x == {} and x.setdefault('b', 2) == 2 and x.pop('c', 3) == 3",
    ] {
        assert_eq!(outcome(&format!("0 %{{\n{code}\n}}%")), Ok(()), "{code}");
    }
    for (code, says) in [
        ("try:\n  x = 1 / 0\nexcept AssertionError:\n  pass", "1 / 0"),
        ("raise ValueError('no')", "raise ValueError('no')"),
        ("l = []\nl.append(l)", "a list in itself"),
        ("d = {}\nd[[d]] = 1\nd[[d]] = 1", "unhashable"),
        ("d = {}\nd.get(d)", "unhashable"),
        ("x = {({},): 1}", "unhashable"),
        ("x = {{}: y for y in [1]}", "unhashable"),
        ("set([{}])", "set([{}])"),
        ("d = {(1, 2): 3}\nfor key in d:\n  key.append(d)", "a list in itself"),
        ("l = range(10000)\nmap(lambda x: map(lambda y: y, l), l)", "a loop that goes round 100000 times"),
        (
            "l = range(1000)\nsorted(l, key=lambda x: max(l, key=lambda y: y))",
            "a loop that goes round 100000 times",
        ),
        ("f = lambda: f()\nf()", "functions that call each other 32 times"),
        ("try:\n  pass\nx = 1", "except or finally"),
    ] {
        let failure = outcome(&format!("0 %{{\n{code}\n}}%")).expect_err(code).to_string();
        assert!(failure.contains(says), "{code}: {failure}");
    }
}
