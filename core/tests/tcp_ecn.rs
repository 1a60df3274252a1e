//! Explicit congestion notification (RFC 3168): who agrees to it, what is marked, and what a mark does.
#![cfg(feature = "tcp-ecn")]

mod tcp_end;

use anysock::tcp::{Config, Connection, Ecn, EcnNegotiation, Fixed, Flags, Segment, SequenceNumber};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, segment};

const BOTH: Flags = Flags::ECE.union(Flags::CWR);
const SYN_ACK: Flags = Flags::SYN.union(Flags::ACK);

fn config(ecn: EcnNegotiation) -> Config {
    let mut config = Config::default();
    config.ecn = ecn;
    config
}

/// What it sends now: control bits, the IP header's field, octets of text.
fn sent(end: &mut End) -> Vec<(Flags, Ecn, usize)> {
    let mut sent = vec![];
    while let Some(segment) = end.connection.poll_transmit(end.now, &mut end.memory) {
        sent.push((segment.flags - Flags::PSH, segment.ecn, segment.payload.len()));
    }
    sent
}

fn arrives(end: &mut End, segment: &Segment<'_>) -> Vec<(Flags, Ecn, usize)> {
    end.connection.segment_arrives(end.now, segment, &mut end.memory);
    sent(end)
}

/// Passively opened: SND.NXT 101, RCV.NXT 225; segments of 536 octets.
fn established() -> End {
    let syn = segment(Flags::SYN | BOTH, 224, 0, b"");
    let connection =
        Connection::accept(&config(EcnNegotiation::Accept), SequenceNumber(100), &syn, Instant::ZERO);
    let mut end = End { connection, memory: Fixed::new(), now: Instant::ZERO };
    assert_eq!(sent(&mut end), [(SYN_ACK | Flags::ECE, Ecn::NotCapable, 0)]);
    arrives(&mut end, &segment(ACK, 225, 101, b""));
    assert!(end.connection.uses_ecn());
    end
}

#[test]
fn a_listener_agrees_where_it_is_asked() {
    use EcnNegotiation::{Accept, Off, Request};
    for (ours, bits, mark, expected) in [
        (Accept, BOTH, Ecn::NotCapable, Flags::ECE),
        (Request, BOTH, Ecn::NotCapable, Flags::ECE),
        (Off, BOTH, Ecn::NotCapable, Flags::empty()),
        // Not asked for, or by half.
        (Request, Flags::empty(), Ecn::NotCapable, Flags::empty()),
        (Request, Flags::ECE, Ecn::NotCapable, Flags::empty()),
        (Request, Flags::CWR, Ecn::NotCapable, Flags::empty()),
        // "A host MUST NOT set ECT on SYN": this path mangles the field.
        (Request, BOTH, Ecn::Capable0, Flags::empty()),
        (Request, BOTH, Ecn::CongestionExperienced, Flags::empty()),
    ] {
        let mut syn = segment(Flags::SYN | bits, 224, 0, b"");
        syn.ecn = mark;
        let connection = Connection::accept(&config(ours), SequenceNumber(100), &syn, Instant::ZERO);
        let mut end = End { connection, memory: Fixed::new(), now: Instant::ZERO };
        assert_eq!(sent(&mut end), [(SYN_ACK | expected, Ecn::NotCapable, 0)], "{ours:?} {bits:?} {mark:?}");
        assert_eq!(end.connection.uses_ecn(), !expected.is_empty());
    }
}

#[test]
fn a_client_asks_once_and_takes_only_the_right_answer() {
    for (answer, agreed) in [(Flags::ECE, true), (Flags::empty(), false), (BOTH, false), (Flags::CWR, false)]
    {
        let mut end = End::connect(&config(EcnNegotiation::Request));
        assert_eq!(sent(&mut end), [(Flags::SYN | BOTH, Ecn::NotCapable, 0)]);
        arrives(&mut end, &segment(SYN_ACK | answer, 224, 101, b""));
        assert_eq!(end.connection.uses_ecn(), agreed, "{answer:?}");
        end.connection.send(end.now, b"text", &mut end.memory).unwrap();
        let mark = if agreed { Ecn::Capable0 } else { Ecn::NotCapable };
        assert_eq!(sent(&mut end), [(ACK, mark, 4)]);
    }
    // A SYN that is lost may have been dropped for its bits (§6.1.1.1).
    let mut end = End::connect(&config(EcnNegotiation::Request));
    sent(&mut end);
    end.now = end.connection.poll_timeout().unwrap();
    end.connection.handle_timeout(end.now, &mut end.memory);
    assert_eq!(sent(&mut end), [(Flags::SYN, Ecn::NotCapable, 0)]);
    // Who did not ask is not answered.
    let mut end = End::connect(&config(EcnNegotiation::Accept));
    assert_eq!(sent(&mut end), [(Flags::SYN, Ecn::NotCapable, 0)]);
    arrives(&mut end, &segment(SYN_ACK | Flags::ECE, 224, 101, b""));
    assert!(!end.connection.uses_ecn());
}

#[test]
fn only_new_text_may_be_marked() {
    let mut end = established();
    end.connection.send(end.now, &[1; 536], &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), [(ACK, Ecn::Capable0, 536)]);
    // §6.1.5: a segment that is sent again is not; nor is a pure acknowledgment (§6.1.4).
    end.now = end.now + Duration::from_secs(2);
    end.connection.handle_timeout(end.now, &mut end.memory);
    assert_eq!(sent(&mut end), [(ACK, Ecn::NotCapable, 536)]);
    assert_eq!(arrives(&mut end, &segment(ACK, 225, 637, b"hello")), [(ACK, Ecn::NotCapable, 0)]);
    // §6.1.6: nor is a window probe.
    let mut shut = segment(ACK, 230, 637, b"");
    shut.window = 0;
    arrives(&mut end, &shut);
    end.connection.send(end.now, &[1; 600], &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), []);
    end.now = end.connection.poll_timeout().unwrap();
    end.connection.handle_timeout(end.now, &mut end.memory);
    let probe = sent(&mut end);
    assert_eq!((probe.len(), probe[0].1), (1, Ecn::NotCapable));
}

#[test]
fn a_mark_is_echoed_until_the_peer_has_reacted() {
    let mut end = established();
    let mut marked = segment(ACK, 225, 101, b"12345");
    marked.ecn = Ecn::CongestionExperienced;
    assert_eq!(arrives(&mut end, &marked), [(ACK | Flags::ECE, Ecn::NotCapable, 0)]);
    // On text, too, and for as long as it takes.
    end.connection.send(end.now, b"text", &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), [(ACK | Flags::ECE, Ecn::Capable0, 4)]);
    let mut next = segment(ACK, 230, 105, b"67890");
    next.ecn = Ecn::Capable0;
    assert_eq!(arrives(&mut end, &next), [], "it is no news");
    end.time_out_quietly();
    assert_eq!(sent(&mut end), [(ACK | Flags::ECE, Ecn::NotCapable, 0)]);
    // "until the CWR packet is received"; one that is marked itself begins anew.
    let mut reacted = segment(ACK | Flags::CWR, 235, 105, b"abcde");
    reacted.ecn = Ecn::CongestionExperienced;
    assert_eq!(arrives(&mut end, &reacted), [(ACK | Flags::ECE, Ecn::NotCapable, 0)]);
    let reacted = segment(ACK | Flags::CWR, 240, 105, b"fghij");
    assert_eq!(arrives(&mut end, &reacted), [(ACK, Ecn::NotCapable, 0)]);
}

#[test]
fn a_mark_outside_the_window_says_nothing() {
    let mut end = established();
    let mut marked = segment(ACK, 100_000, 101, b"forged");
    marked.ecn = Ecn::CongestionExperienced;
    assert_eq!(arrives(&mut end, &marked), [(ACK, Ecn::NotCapable, 0)]);
}

#[test]
fn an_echo_halves_the_window_once_per_window() {
    let mut end = established();
    let total = |sent: &[(Flags, Ecn, usize)]| sent.iter().map(|sent| sent.2).sum::<usize>();
    // The peer's window of 4000 is larger than what may be in flight after a reduction.
    end.connection.send(end.now, &[1; 4000], &mut end.memory).unwrap();
    assert_eq!(total(&sent(&mut end)), 4000);
    end.now = end.now + Duration::from_millis(10);
    // Half of it is acknowledged, and a mark has come: of the 3464 in flight half may be.
    let echo = segment(ACK | Flags::ECE, 225, 637, b"");
    end.connection.segment_arrives(end.now, &echo, &mut end.memory);
    end.connection.send(end.now, &[2; 536], &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), [], "the window is used up");
    // The rest of the window brings more echoes, and no further reduction.
    for ack in [1173, 1709, 2245, 2781] {
        let echo = segment(ACK | Flags::ECE, 225, ack, b"");
        end.connection.segment_arrives(end.now, &echo, &mut end.memory);
    }
    // 1320 in flight; the window is 1732 at least: a small rest goes out, and says CWR, once (§6.1.2).
    let more = sent(&mut end);
    assert_eq!(more.len(), 1, "{more:?}");
    assert_eq!((more[0].0, more[0].1), (ACK | Flags::CWR, Ecn::Capable0));
    end.connection.segment_arrives(end.now, &segment(ACK, 225, 4101, b""), &mut end.memory);
    end.connection.send(end.now, &[3; 536], &mut end.memory).unwrap();
    assert!(sent(&mut end).iter().all(|sent| !sent.0.contains(Flags::CWR)));
}
