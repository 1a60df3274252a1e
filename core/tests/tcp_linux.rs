//! The connection against Linux's own TCP, through a TUN device.
//!
//! Wants /dev/net/tun, user namespaces, Python and iproute2: `cargo xtask test` sees to that, and runs this with
//! `--ignored`.

mod linux_host;

use anysock::tcp::{Arrival, EcnNegotiation, Error, FastOpenCookie, Flags, Segment, SequenceNumber, State};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};
use linux_host::{HERE, Host, LISTENS, Socket, listener};

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + (index >> 8)) as u8).collect()
}

/// An echo server's turn.
fn echo(socket: &mut Socket, now: Instant) {
    let Socket { connection, memory, .. } = socket;
    let mut buffer = [0; 10_000];
    while let Ok(length @ 1..) = {
        let room = connection.writable(memory).min(buffer.len());
        connection.receive(now, &mut buffer[..room], memory)
    } {
        assert_eq!(connection.send(now, &buffer[..length], memory), Ok(length));
    }
    if connection.is_end_of_stream() && connection.state() == State::CloseWait {
        connection.shutdown(now).unwrap();
    }
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_echoes() {
    for loss in [0, 30] {
        let mut host = Host::new(loss);
        let socket = host.connect(5000);
        let octets = pattern(1_000_000);
        assert!(host.exchange(socket, &octets) == Ok(octets));
        // An acknowledgment that finds Linux gone is answered by a RST, which ends TIME-WAIT.
        let over = |state| matches!(state, State::TimeWait | State::Closed);
        host.until(|host| over(host.sockets[socket].connection.state()));
    }
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_connects() {
    for loss in [0, 30] {
        let mut host = Host::new(loss);
        host.listener = Some((LISTENS, listener(5)));
        assert_eq!(host.linux_connects(LISTENS, 1_000_000, echo), "ok");
        host.until(|host| host.sockets.iter().all(|socket| socket.ports.source != LISTENS || closed(socket)));
    }
}

fn closed(socket: &Socket) -> bool {
    socket.connection.state() == State::Closed
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_both_refuse() {
    let mut host = Host::new(0);
    let socket = host.connect(5999);
    assert_eq!(host.exchange(socket, b""), Err(Error::Refused));
    assert_eq!(host.linux_connects(7999, 10, |_, _| {}), "ConnectionRefusedError");
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_both_reset_where_text_is_left_unread() {
    let mut host = Host::new(0);
    let socket = host.connect(5001);
    assert_eq!(host.exchange(socket, b"unread"), Err(Error::Reset));
    host.listener = Some((LISTENS, listener(5)));
    let answer = host.linux_connects(LISTENS, 10, |socket, now| {
        if socket.connection.readable() > 0 {
            socket.connection.close(now);
        }
    });
    assert_eq!(answer, "ConnectionResetError");
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_closes_its_window_and_opens_it() {
    let mut host = Host::new(0);
    let socket = host.connect(5002);
    // SHA-256 of eight million zeros, by sha256sum.
    let digest = host.exchange(socket, &vec![0; 8_000_000]).unwrap();
    let hexadecimal: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hexadecimal, "6506614505e113daab08b3f894ca46d4d61867c7b007c413b47a669abe8aae67");
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_losses_and_duplicates_are_repaired_selectively() {
    let mut host = Host::new(30);
    host.duplication = 20;
    let socket = host.connect(5000);
    let octets = pattern(3_000_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    (host.loss, host.duplication) = (0, 0);
    // Each says what it has, and what came twice; and all of it with timestamps.
    for passed in [&host.sent, &host.received] {
        assert!(passed.segments > 2000 && passed.without_timestamps == 0, "{passed:?}");
        assert!(passed.selective > 50 && passed.duplicates > 10, "{passed:?}");
    }
    // Linux has understood ours, and found nothing wrong with our timestamps.
    for (name, expected) in
        [("TCPSackRecovery", true), ("TCPRenoRecovery", false), ("TCPDSACKRecv", true), ("PAWSEstab", false)]
    {
        let count = host.counter(name);
        assert_eq!(count > 0, expected, "{name} {count}");
    }
    // Blocks that Linux would not have: only reports of duplicates that it had no part in, the network having made
    // them.
    let (discarded, dubious) = (host.counter("TCPSACKDiscard"), host.counter("TCPDSACKIgnoredDubious"));
    assert!(discarded <= dubious, "{discarded} {dubious}");
    // A timeout or two, where a retransmission of few segments was lost; not one for each loss, of which there were
    // some sixty.
    let timeouts = host.counter("TCPTimeouts");
    assert!(timeouts < 20, "{timeouts}");
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_without_options_is_served_as_well() {
    // A plain RFC 9293 connection, as Linux speaks it with one that offers nothing.
    let mut host = Host::new(30);
    host.config.selective_acknowledgments = false;
    host.config.timestamps = false;
    host.config.window_scale = None;
    let socket = host.connect(5000);
    let octets = pattern(300_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    let (sent, received) = (&host.sent, &host.received);
    assert_eq!((sent.selective, received.selective), (0, 0));
    assert_eq!((sent.without_timestamps, received.without_timestamps), (sent.segments, received.segments));
}

/// What both sides say of congestion, once packets were marked that could be.
fn assert_marks_are_heard(host: &mut Host) {
    host.marks = 0;
    for passed in [&host.sent, &host.received] {
        assert!(passed.capable > 100 && passed.echoes > 0 && passed.reduced > 0, "{passed:?}");
    }
    assert!(host.counter("InCEPkts") > 0 && host.counter("InECT0Pkts") > 0);
    assert_eq!(host.counter("TCPTimeouts"), 0, "nothing was lost");
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_marks_are_heard_where_we_asked_for_them() {
    let mut host = Host::with(0, &["tcp_ecn=2"]);
    host.marks = 30;
    host.config.ecn = EcnNegotiation::Request;
    let socket = host.connect(5000);
    let octets = pattern(1_000_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    assert!(host.sockets[socket].connection.uses_ecn());
    assert_marks_are_heard(&mut host);
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_marks_are_heard_where_linux_asked_for_them() {
    let mut host = Host::with(0, &["tcp_ecn=1"]);
    host.marks = 30;
    host.listener = Some((LISTENS, listener(5)));
    let mut uses_ecn = false;
    let answer = host.linux_connects(LISTENS, 1_000_000, |socket, now| {
        uses_ecn = socket.connection.uses_ecn();
        echo(socket, now);
    });
    assert_eq!((answer.as_str(), uses_ecn), ("ok", true));
    assert_marks_are_heard(&mut host);
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_urgent_octets_go_both_ways() {
    for inline in [false, true] {
        let mut host = Host::new(0);
        host.config.urgent_inline = inline;
        let index = host.connect(5005);
        host.until(|host| host.sockets[index].connection.state() == State::Established);
        let now = host.now();
        let Socket { connection, memory, .. } = &mut host.sockets[index];
        assert_eq!(connection.send(now, b"abc", memory), Ok(3));
        assert_eq!(connection.send_urgent(now, b"def!", memory), Ok(4));
        assert_eq!(connection.send(now, b"ghi", memory), Ok(3));
        connection.shutdown(now).unwrap();
        let (mut received, mut urgent, mut ended) = (vec![], None, false);
        host.until(|host| {
            let now = host.now();
            let Socket { connection, memory, .. } = &mut host.sockets[index];
            urgent = urgent.or(connection.receive_urgent(false).ok().flatten());
            let mut buffer = [0; 100];
            match connection.receive(now, &mut buffer, memory) {
                Ok(0) => ended = true,
                Ok(length) => received.extend_from_slice(&buffer[..length]),
                Err(error) => assert_eq!(error, Error::WouldBlock),
            }
            ended
        });
        // What Linux read, in order; then the octet that it got out of band, which comes back so; then the end.
        let expected = if inline { "abcdefghi!end" } else { "abcdefghiend" };
        assert_eq!(String::from_utf8_lossy(&received), expected);
        assert_eq!(urgent, (!inline).then_some(b'!'));
    }
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_takes_text_in_our_syn() {
    let mut host = Host::with(0, &["tcp_fastopen=3"]);
    let octets = pattern(2000);
    for (attempt, early) in [(0, 0), (1, 496), (2, 496)] {
        let before = host.sent.early;
        let socket = host.connect_fast_open(5000);
        assert_eq!(host.cookie.is_some(), attempt > 0, "the first asks for a cookie");
        assert!(host.exchange(socket, &octets) == Ok(octets.clone()));
        assert_eq!(host.sent.early - before, early);
    }
    assert_eq!((host.counter("TCPFastOpenCookieReqd"), host.counter("TCPFastOpenPassive")), (1, 2));
    // A cookie that Linux never gave: it takes the text only after the handshake, and grants the right one.
    host.cookie = FastOpenCookie::new(b"nonsense");
    let socket = host.connect_fast_open(5000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    assert_eq!((host.counter("TCPFastOpenPassive"), host.counter("TCPFastOpenPassiveFail")), (2, 1));
    assert_ne!(host.cookie, FastOpenCookie::new(b"nonsense"));
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_we_take_text_in_linuxs_syn() {
    let mut host = Host::with(0, &["tcp_fastopen=1"]);
    let mut listener = listener(5);
    listener.set_fast_open(5);
    host.listener = Some((LISTENS, listener));
    for early in [0, 1000, 1000] {
        let before = host.received.early;
        assert_eq!(host.linux_does(5006, &format!("{LISTENS} 1000"), echo), "ok");
        assert_eq!(host.received.early - before, early);
    }
    assert_eq!((host.counter("TCPFastOpenActive"), host.counter("TCPFastOpenActiveFail")), (2, 0));
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_answers_with_cookies() {
    let mut host = Host::with(0, &["tcp_syncookies=2"]);
    let socket = host.connect(5000);
    let octets = pattern(300_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    assert!(host.counter("SyncookiesSent") >= 1 && host.counter("SyncookiesRecv") >= 1);
    assert_eq!(host.counter("SyncookiesFailed"), 0);
}

#[test]
#[ignore = "user namespaces, /dev/net/tun and Debian\'s programs: cargo xtask test"]
fn real_programs_linux_comes_through_our_cookies() {
    for timestamps in [true, false] {
        let mut host = Host::with(0, &[if timestamps { "tcp_timestamps=1" } else { "tcp_timestamps=0" }]);
        let mut flooded = listener(2);
        // Who asks and never answers leaves no room for others.
        for source in 1..=3 {
            let syn = Segment::new(Flags::SYN, SequenceNumber(source), SequenceNumber(0));
            let nobody = SocketAddrV4::new(Ipv4Addr::new(10, 9, 0, 3), source as u16);
            let pair = (SocketAddrV4::new(HERE, LISTENS), nobody);
            assert!(matches!(flooded.segment_arrives(host.now(), &pair, &syn), Arrival::Reply(_)));
        }
        host.listener = Some((LISTENS, flooded));
        let mut selective = false;
        let answer = host.linux_connects(LISTENS, 300_000, |socket, now| {
            selective |= socket.connection.info(now, &Default::default()).options & 2 != 0;
            echo(socket, now);
        });
        assert_eq!(answer, "ok");
        // What the SYN offered is known again by the timestamps alone.
        assert_eq!(selective, timestamps);
        let (_, listener) = host.listener.as_ref().unwrap();
        assert_eq!((listener.half_open(), listener.waiting()), (3, 1), "it never had an entry");
    }
}
