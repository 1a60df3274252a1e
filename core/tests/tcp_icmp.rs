//! What ICMP messages do to a connection: a path that takes less, and errors soft and hard.

mod tcp_end;

use anysock::tcp::{Config, Error, Flags, IcmpError, SequenceNumber, State};
use tcp_end::{ACK, End, seconds, segment};

/// SND.UNA 101, three segments of 1000 octets in flight.
fn with_text_in_flight() -> End {
    let mut config = Config::default();
    config.default_send_maximum_segment_size = 1000;
    let mut end = End::established_with(&config);
    let sent = end.send(&[1; 3000]);
    assert_eq!(
        sent.iter().map(|sent| (sent.1, sent.3)).collect::<Vec<_>>(),
        [(101, 1000), (1101, 1000), (2101, 1000)]
    );
    end
}

#[test]
fn a_smaller_path_makes_smaller_segments_and_sends_again() {
    let mut end = with_text_in_flight();
    assert!(end.connection.icmp_arrives(end.now, SequenceNumber(1101), IcmpError::FragmentationNeeded(740)));
    assert_eq!(end.connection.maximum_segment_size(), 700);
    let sent = end.sent();
    assert_eq!(sent.iter().map(|sent| sent.1).collect::<Vec<_>>(), [101, 801, 1501, 2201, 2901]);
    assert_eq!(sent.iter().map(|sent| sent.3).sum::<usize>(), 3000);
    // A larger path says nothing new, and one of 68 octets is no path (Linux: min_pmtu of 552).
    for (mtu, expected) in [(1400, 700), (68, 512)] {
        end.connection.icmp_arrives(end.now, SequenceNumber(101), IcmpError::FragmentationNeeded(mtu));
        assert_eq!(end.connection.maximum_segment_size(), expected);
    }
}

#[test]
fn the_message_tells_the_family_of_the_path() {
    // Whatever the settings, a connection over IPv6 may have those for IPv4, and the other way round.
    for mut config in [Config::ipv4(1500), Config::ipv6(1500)] {
        config.default_send_maximum_segment_size = 1400;
        for (error, expected) in [
            (IcmpError::FragmentationNeeded(1300), 1260),
            (IcmpError::PacketTooBig(1300), 1240),
            (IcmpError::FragmentationNeeded(0), 512),
            (IcmpError::PacketTooBig(0), 1220),
            (IcmpError::PacketTooBig(u32::MAX), 1400),
        ] {
            let mut end = End::established_with(&config);
            end.send(&[1; 3000]);
            assert!(end.connection.icmp_arrives(end.now, SequenceNumber(101), error));
            assert_eq!(end.connection.maximum_segment_size(), expected, "{error:?}");
        }
    }
}

#[test]
fn what_is_not_in_flight_is_not_believed() {
    // RFC 5927 §4.1: "SND.UNA =< SEG.SEQ < SND.NXT".
    for (seq, believed) in [(100, false), (101, true), (3100, true), (3101, false), (100_000, false)] {
        for error in [IcmpError::FragmentationNeeded(640), IcmpError::Unreachable, IcmpError::Refused] {
            let mut end = with_text_in_flight();
            assert_eq!(end.connection.icmp_arrives(end.now, SequenceNumber(seq), error), believed, "{seq}");
            assert!(believed || end.connection.maximum_segment_size() == 1000);
        }
    }
}

#[test]
fn an_established_connection_survives_every_error() {
    for (error, reason) in
        [(IcmpError::Unreachable, Error::Unreachable), (IcmpError::Refused, Error::Refused)]
    {
        // MUST-56; for hard errors so does Linux (RFC 5461).
        let mut end = with_text_in_flight();
        assert!(end.connection.icmp_arrives(end.now, SequenceNumber(101), error));
        assert_eq!((end.connection.state(), end.connection.error()), (State::Established, None));
        // Where nothing answers any more, that is what the user hears.
        let mut silent = End { connection: end.connection.clone(), memory: end.memory.clone(), now: end.now };
        while silent.connection.state() == State::Established {
            silent.time_out();
        }
        assert_eq!(silent.receive(), Err(reason));
        // An acknowledgment says that it has passed.
        end.arrives(&segment(ACK, 225, 1101, b""));
        while end.connection.state() == State::Established {
            end.time_out();
        }
        assert_eq!(end.receive(), Err(Error::TimedOut));
    }
}

#[test]
fn a_hard_error_ends_an_attempt_to_connect() {
    let mut end = End::connect(&Config::default());
    end.sent();
    assert!(!end.connection.icmp_arrives(end.now, SequenceNumber(7), IcmpError::Refused));
    assert!(end.connection.icmp_arrives(end.now, SequenceNumber(100), IcmpError::Unreachable));
    assert_eq!(end.connection.state(), State::SynSent, "MUST-56");
    assert!(end.connection.icmp_arrives(end.now, SequenceNumber(100), IcmpError::Refused));
    assert_eq!((end.connection.state(), end.receive()), (State::Closed, Err(Error::Refused)));
    assert!(!end.connection.icmp_arrives(end.now, SequenceNumber(100), IcmpError::Refused));
    // A soft one is the reason of the timeout.
    let mut end = End::connect(&Config::default());
    assert_eq!(end.sent(), [(Flags::SYN, 100, 0, 0)]);
    end.connection.icmp_arrives(end.now, SequenceNumber(100), IcmpError::Unreachable);
    while end.connection.state() == State::SynSent {
        end.time_out();
    }
    assert_eq!((end.now, end.receive()), (seconds(127), Err(Error::Unreachable)));
}

#[test]
fn a_soft_error_ends_an_attempt_to_connect_where_the_user_wants_that() {
    // Linux, tcp_v4_err: in SYN-SENT every error ends it, later none.
    let mut config = Config::default();
    config.unreachable_ends_connecting = true;
    let mut end = End::connect(&config);
    end.sent();
    assert!(end.connection.icmp_arrives(end.now, SequenceNumber(100), IcmpError::Unreachable));
    assert_eq!((end.connection.state(), end.receive()), (State::Closed, Err(Error::Unreachable)));
    let mut end = End::established_with(&config);
    end.send(b"x");
    assert!(end.connection.icmp_arrives(end.now, SequenceNumber(101), IcmpError::Unreachable));
    assert_eq!(end.connection.state(), State::Established);
}
