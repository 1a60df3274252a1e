//! A listener, fed by hand: half-open entries, their SYN,ACKs, cookies under pressure; and TIME-WAIT entries.

mod tcp_end;

use anysock::tcp::{
    Arrival, Config, Connection, Fixed, Flags, HalfOpen, Listener, SecretKey, Segment, SequenceNumber, State,
    SynCookies, TimeWait, TimeWaitArrival, TimeWaits,
};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use std::collections::HashSet;
use tcp_end::{ACK, End, seconds, segment};

type Pair = (SocketAddrV4, SocketAddrV4);
type Entries<const N: usize> = [Option<(Pair, HalfOpen)>; N];

const SYN_ACK: Flags = Flags::SYN.union(Flags::ACK);

fn pair(port: u16) -> Pair {
    let address = |last, port| SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, last), port);
    (address(1, 80), address(2, port))
}

fn listener<const N: usize>(backlog: u32) -> Listener<Entries<N>> {
    Listener::new(&Config::default(), backlog, 4096, SecretKey::new([7; 16]), [const { None }; N])
}

fn reply(arrival: Arrival) -> Segment<'static> {
    match arrival {
        Arrival::Reply(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn syn() -> Segment<'static> {
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    syn.options.maximum_segment_size = Some(1400);
    syn.options.window_scale = Some(7);
    syn
}

/// The connection of an accepted entry, having processed `segment`.
fn established(half_open: &HalfOpen, segment: &Segment<'_>, now: Instant) -> End {
    let mut memory = Fixed::new();
    let connection = Connection::from_half_open(&Config::default(), half_open, now, &mut memory);
    let mut end = End { connection, memory, now };
    end.arrives(segment);
    end
}

#[test]
fn entries_are_small() {
    // What an entry costs in a table, its pair of IPv4 addresses being 12 octets.
    assert_eq!(size_of::<Pair>(), 12);
    assert!(size_of::<HalfOpen>() <= 28, "{}", size_of::<HalfOpen>());
    assert!(size_of::<Option<(Pair, HalfOpen)>>() <= 12 + 28, "{}", size_of::<Option<(Pair, HalfOpen)>>());
    assert!(size_of::<TimeWait>() <= 24, "{}", size_of::<TimeWait>());
    assert!(size_of::<Option<(Pair, TimeWait)>>() <= 12 + 24, "{}", size_of::<Option<(Pair, TimeWait)>>());
}

#[test]
fn a_listener_answers_by_the_book() {
    let mut listener = listener::<4>(1);
    let now = Instant::ZERO;
    // RFC 9293 §3.10.7.2: a RST is ignored, an ACK is answered with a RST, the rest is dropped.
    let reset = Segment::new(Flags::RST, SequenceNumber(2), SequenceNumber(0));
    for (flags, expected) in [
        (Flags::RST | ACK, Arrival::Drop),
        (ACK, Arrival::Reply(reset)),
        (SYN_ACK, Arrival::Reply(reset)),
        (Flags::FIN, Arrival::Drop),
        (Flags::empty(), Arrival::Drop),
    ] {
        assert_eq!(
            listener.segment_arrives(now, &pair(1), &segment(flags, 1, 2, b"")),
            expected,
            "{flags:?}"
        );
    }
    assert_eq!((listener.half_open(), listener.waiting(), listener.poll_timeout()), (0, 0, None));
}

#[test]
fn a_handshake_through_an_entry_is_that_of_a_connection() {
    let mut listener = listener::<4>(1);
    let answer = reply(listener.segment_arrives(Instant::ZERO, &pair(1), &syn()));
    // What a whole connection answers to the same SYN.
    let mut config = Config::default();
    config.timestamp_offset = 7;
    let mut whole = Connection::accept(&config, answer.seq, &syn(), Instant::ZERO);
    let mut memory = Fixed::<4096, 4096>::new();
    let expected = whole.poll_transmit(Instant::ZERO, &mut memory).unwrap();
    assert_eq!(answer, expected);
    assert_eq!((answer.flags, answer.ack, listener.half_open()), (SYN_ACK, SequenceNumber(225), 1));

    let now = Instant::from_nanos(30_000_000);
    let ack = segment(ACK | Flags::PSH, 225, answer.seq.0 + 1, b"hello");
    let Arrival::Accept(half_open) = listener.segment_arrives(now, &pair(1), &ack) else { panic!() };
    assert_eq!((listener.half_open(), listener.waiting()), (0, 1));
    let mut end = established(&half_open, &ack, now);
    assert_eq!(end.connection.state(), State::Established);
    assert_eq!(end.receive(), Ok(b"hello".to_vec()));
    assert_eq!(end.connection.round_trip_time(), Some(Duration::from_millis(30)));
    assert_eq!(end.connection.maximum_segment_size(), 1400);
    // The peer's window is scaled by 7 from now on.
    let mut wide = segment(ACK, 230, answer.seq.0 + 1, b"");
    wide.window = 100;
    end.arrives(&wide);
    let sent: usize = end.send(&[1; 4000]).iter().map(|sent| sent.3).sum();
    assert_eq!(sent, 4000, "100 * 128 octets are offered");
}

#[test]
fn the_syn_ack_is_sent_again_and_given_up() {
    let mut listener = listener::<4>(1);
    let first = reply(listener.segment_arrives(Instant::ZERO, &pair(1), &syn()));
    let mut times = vec![];
    while let Some(at) = listener.poll_timeout() {
        assert_eq!(listener.poll_transmit(Instant::from_nanos(at.as_nanos() - 1)), None);
        while let Some((to, again)) = listener.poll_transmit(at) {
            assert_eq!((to, again.flags, again.seq, again.ack), (pair(1), SYN_ACK, first.seq, first.ack));
            assert_eq!(again.options.maximum_segment_size, first.options.maximum_segment_size);
            assert_eq!(again.options.window_scale, first.options.window_scale);
            times.push(at.since(Instant::ZERO).as_secs());
        }
    }
    // Linux: tcp_synack_retries is 5; after 63 s it gives up.
    assert_eq!((times, listener.half_open()), (vec![1, 3, 7, 15, 31], 0));
}

#[test]
fn a_handshake_that_was_lost_once_measures_nothing() {
    let mut listener = listener::<4>(1);
    let first = reply(listener.segment_arrives(Instant::ZERO, &pair(1), &syn()));
    assert!(listener.poll_transmit(seconds(1)).is_some());
    let ack = segment(ACK, 225, first.seq.0 + 1, b"");
    let Arrival::Accept(half_open) = listener.segment_arrives(seconds(2), &pair(1), &ack) else { panic!() };
    let end = established(&half_open, &ack, seconds(2));
    assert_eq!((end.connection.state(), end.connection.round_trip_time()), (State::Established, None));
}

/// Linux: inet_rtx_syn_ack counts it, so tcp_synack_rtt_meas measures nothing; the timeout begins anew (tcp_check_req).
#[test]
fn a_handshake_whose_syn_came_twice_measures_nothing() {
    let mut listener = listener::<4>(1);
    let first = reply(listener.segment_arrives(Instant::ZERO, &pair(1), &syn()));
    let again = Instant::ZERO + Duration::from_millis(900);
    assert_eq!(reply(listener.segment_arrives(again, &pair(1), &syn())).flags, SYN_ACK);
    let mut other = listener.clone();
    let at = again + Duration::from_millis(50);
    let ack = segment(ACK, 225, first.seq.0 + 1, b"");
    let Arrival::Accept(half_open) = listener.segment_arrives(at, &pair(1), &ack) else { panic!() };
    assert_eq!(half_open.retransmissions(), 0, "none because of the time");
    let end = established(&half_open, &ack, at);
    assert_eq!((end.connection.state(), end.connection.round_trip_time()), (State::Established, None));
    // One that comes too soon is not answered, and changes nothing (Linux: last_oow_ack_time).
    let soon = seconds(1) + Duration::from_millis(100);
    assert_eq!(other.segment_arrives(soon, &pair(1), &syn()), Arrival::Drop);
    let before = again + Duration::from_millis(999);
    assert!(other.poll_transmit(before).is_none());
    assert!(other.poll_transmit(again + Duration::from_secs(1)).is_some());
}

/// Linux: tcp_check_req.
#[test]
fn a_wrong_acknowledgment_of_what_is_half_open_is_reset_wherever_it_lies() {
    let mut listener = listener::<4>(1);
    let now = Instant::ZERO;
    let iss = reply(listener.segment_arrives(now, &pair(1), &syn())).seq;
    for seq in [225, 100_000] {
        let wrong = segment(ACK, seq, iss.0 + 7, b"");
        let answer = reply(listener.segment_arrives(now, &pair(1), &wrong));
        assert_eq!((answer.flags, answer.seq), (Flags::RST, iss + 7), "{seq}");
        assert_eq!(listener.half_open(), 1);
    }
}

/// Linux: tcp_req_err.
#[test]
fn an_icmp_error_ends_what_is_half_open_where_it_quotes_the_syn_ack() {
    let mut listener = listener::<4>(1);
    let iss = reply(listener.segment_arrives(Instant::ZERO, &pair(1), &syn())).seq;
    assert!(!listener.icmp_arrives(&pair(2), iss, true), "nobody");
    assert!(!listener.icmp_arrives(&pair(1), iss + 1, true), "a number that was never sent");
    assert!(listener.icmp_arrives(&pair(1), iss, false), "one that may pass");
    assert_eq!(listener.half_open(), 1);
    assert!(listener.icmp_arrives(&pair(1), iss, true));
    assert_eq!((listener.half_open(), listener.poll_timeout()), (0, None));
}

/// The third SYN,ACK is the second that was sent again.
#[test]
#[cfg(feature = "tcp-accurate-ecn")]
fn a_syn_that_comes_a_third_time_is_answered_without_accurate_ecn() {
    let mut config = Config::default();
    config.ecn = anysock::tcp::EcnNegotiation::AcceptAccurate;
    let mut listener: Listener<Entries<4>> =
        Listener::new(&config, 1, 4096, SecretKey::new([7; 16]), [const { None }; 4]);
    let mut syn = syn();
    syn.flags |= Flags::ACE;
    for (milliseconds, asks) in [(0, true), (700, true), (1400, false)] {
        let now = Instant::ZERO + Duration::from_millis(milliseconds);
        let answer = reply(listener.segment_arrives(now, &pair(1), &syn));
        assert_eq!((answer.flags & SYN_ACK, answer.flags.intersects(Flags::ACE)), (SYN_ACK, asks), "{now:?}");
    }
}

#[test]
fn what_comes_for_a_half_open_entry() {
    let mut listener = listener::<4>(1);
    let now = Instant::ZERO;
    let first = reply(listener.segment_arrives(now, &pair(1), &syn()));
    // The SYN again: the same SYN,ACK, but not without end.
    let answered =
        (0..50).filter(|_| listener.segment_arrives(now, &pair(1), &syn()) != Arrival::Drop).count();
    assert_eq!(answered, 1, "RFC 5961 §7");
    let later = now + Duration::from_millis(769);
    assert_ne!(listener.segment_arrives(later, &pair(1), &syn()), Arrival::Drop);
    assert_eq!(listener.segment_arrives(later, &pair(1), &syn()), Arrival::Drop);
    // An acknowledgment of something else: a RST, and the entry stays (RFC 9293 §3.10.7.4).
    let wrong = reply(listener.segment_arrives(now, &pair(1), &segment(ACK, 225, 99, b"")));
    assert_eq!((wrong.flags, wrong.seq), (Flags::RST, SequenceNumber(99)));
    // A RST in the window but not at RCV.NXT, or outside: it stays. At RCV.NXT: it is gone, quietly.
    for (seq, left) in [(300, 1), (100_000, 1), (225, 0)] {
        let arrival = listener.segment_arrives(now, &pair(1), &segment(Flags::RST, seq, 0, b""));
        assert_eq!((arrival, listener.half_open()), (Arrival::Drop, left), "RST {seq}");
    }
    // Now the acknowledgment is too late.
    let late = segment(ACK, 225, first.seq.0 + 1, b"");
    assert_eq!(reply(listener.segment_arrives(now, &pair(1), &late)).flags, Flags::RST);
}

#[test]
fn a_full_accept_queue_keeps_the_last_ack_waiting() {
    let mut listener = listener::<4>(1);
    let now = Instant::ZERO;
    let acks = [1, 2, 3].map(|port| {
        let answer = reply(listener.segment_arrives(now, &pair(port), &syn()));
        let ack = segment(ACK, 225, answer.seq.0 + 1, b"");
        if port == 1 {
            assert!(matches!(listener.segment_arrives(now, &pair(1), &ack), Arrival::Accept(_)));
        }
        ack
    });
    assert!(matches!(listener.segment_arrives(now, &pair(2), &acks[1]), Arrival::Accept(_)));
    // As on Linux, a backlog of n lets n + 1 connections wait.
    assert_eq!(listener.segment_arrives(now, &pair(3), &acks[2]), Arrival::Drop);
    assert_eq!(listener.segment_arrives(now, &pair(4), &syn()), Arrival::Drop);
    // The peer believes to be connected; the SYN,ACK comes again, and its answer gets through once there is room.
    assert_eq!(listener.poll_transmit(seconds(1)).unwrap().0, pair(3));
    listener.accepted();
    assert!(matches!(listener.segment_arrives(seconds(1), &pair(3), &acks[2]), Arrival::Accept(_)));
}

/// Fills a backlog with SYNs from nowhere.
fn flood<const N: usize>(listener: &mut Listener<Entries<N>>, now: Instant) {
    for port in 1000..1000 + N as u16 {
        listener.segment_arrives(now, &pair(port), &syn());
    }
}

#[test]
fn cookies_answer_what_the_backlog_has_no_room_for() {
    let mut listener = listener::<8>(2);
    flood(&mut listener, seconds(100));
    // Linux: inet_csk_reqsk_queue_is_full, more than the backlog.
    assert_eq!(listener.half_open(), 3);
    let cookie = reply(listener.segment_arrives(seconds(100), &pair(1), &syn()));
    assert_eq!((cookie.flags, cookie.ack, listener.half_open()), (SYN_ACK, SequenceNumber(225), 3));
    // Without timestamps nothing remembers these.
    assert_eq!((cookie.options.window_scale, cookie.options.sack_permitted), (None, false));
    let ack = segment(ACK, 225, cookie.seq.0 + 1, b"hello");
    // Forged ones: another number, another sequence, another peer.
    for (from, seq, number) in
        [(1, 225, cookie.seq.0 + 99), (1, 300, cookie.seq.0 + 1), (2, 225, cookie.seq.0 + 1)]
    {
        let arrival = listener.segment_arrives(seconds(100), &pair(from), &segment(ACK, seq, number, b""));
        assert_eq!(reply(arrival).flags, Flags::RST);
    }
    // Up to two minutes later, by a clock of minutes.
    let mut later = listener.clone();
    assert_eq!(reply(later.segment_arrives(seconds(180), &pair(1), &ack)).flags, Flags::RST);
    let Arrival::Accept(half_open) = listener.segment_arrives(seconds(179), &pair(1), &ack) else { panic!() };
    let mut end = established(&half_open, &ack, seconds(179));
    assert_eq!((end.connection.state(), end.receive()), (State::Established, Ok(b"hello".to_vec())));
    // 1400 is rounded down to what a cookie can say.
    assert_eq!(end.connection.maximum_segment_size(), 1300);
    assert_eq!(end.connection.round_trip_time(), None, "nobody knows when the SYN came");
}

#[test]
#[cfg(feature = "tcp-timestamps")]
fn the_timestamp_of_a_cookie_remembers_the_options() {
    use anysock::tcp::Timestamps;

    let mut listener = listener::<8>(2);
    let now = Instant::from_nanos(987_654_321_000);
    flood(&mut listener, now);
    for (scale, sack) in [(Some(7), true), (Some(0), false), (None, true), (Some(99), false)] {
        let mut syn = syn();
        syn.options.window_scale = scale;
        syn.options.sack_permitted = sack;
        syn.options.timestamps = Some(Timestamps { value: 5000, echo_reply: 0 });
        let cookie = reply(listener.segment_arrives(now, &pair(1), &syn));
        let said = cookie.options.timestamps.unwrap();
        assert_eq!(
            (cookie.options.window_scale.is_some(), cookie.options.sack_permitted),
            (scale.is_some(), sack)
        );
        assert_eq!(said.echo_reply, 5000);
        let mut ack = segment(ACK, 225, cookie.seq.0 + 1, b"");
        ack.options.timestamps = Some(Timestamps { value: 5001, echo_reply: said.value });
        let Arrival::Accept(half_open) = listener.segment_arrives(now, &pair(1), &ack) else { panic!() };
        let mut end = established(&half_open, &ack, now);
        assert_eq!(end.connection.state(), State::Established);
        // What follows is no older than the cookie was, and echoes what came last.
        end.connection.send(end.now, &[1; 4000], &mut end.memory).unwrap();
        let text = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
        let timestamps = text.options.timestamps.unwrap();
        assert!(timestamps.value.wrapping_sub(said.value) < 64, "{} after {}", timestamps.value, said.value);
        assert_eq!(timestamps.echo_reply, 5001);
        assert_eq!(text.payload.len(), 1300 - 12);
        // Selective acknowledgments are used where the SYN permitted them.
        let mut ahead = segment(ACK, 230, cookie.seq.0 + 1, b"ahead");
        ahead.options.timestamps = ack.options.timestamps;
        end.connection.segment_arrives(end.now, &ahead, &mut end.memory);
        let mut blocks = vec![];
        while let Some(segment) = end.connection.poll_transmit(end.now, &mut end.memory) {
            blocks.push(segment.options.sack[0].is_some());
        }
        assert_eq!(blocks.contains(&true), sack);
        listener.accepted();
    }
}

#[test]
fn without_a_flood_no_acknowledgment_is_taken_for_a_cookie() {
    let mut listener = listener::<8>(2);
    flood(&mut listener, seconds(100));
    let cookie = reply(listener.segment_arrives(seconds(100), &pair(1), &syn()));
    let ack = segment(ACK, 225, cookie.seq.0 + 1, b"");
    // The same key, but this one has sent no cookie.
    let mut other = self::listener::<8>(2);
    assert_eq!(reply(other.segment_arrives(seconds(100), &pair(1), &ack)).flags, Flags::RST);
    // Switched off, a full backlog drops.
    listener.set_cookies(SynCookies::Never);
    assert_eq!(listener.segment_arrives(seconds(100), &pair(3), &syn()), Arrival::Drop);
}

#[test]
fn a_flood_costs_a_bounded_table_and_honest_peers_still_connect() {
    let mut listener = listener::<64>(63);
    let mut numbers = HashSet::new();
    let mut honest = 0;
    for index in 0..60_000u32 {
        let now = Instant::from_nanos(u64::from(index) * 10_000);
        let forged = (pair(1).0, SocketAddrV4::new(Ipv4Addr::from_bits(0x0a00_0000 + index), 1234));
        if let Arrival::Reply(answer) = listener.segment_arrives(now, &forged, &syn()) {
            numbers.insert(answer.seq.0);
        }
        if index % 1000 == 999 {
            let answer = reply(listener.segment_arrives(now, &pair(9), &syn()));
            let ack = segment(ACK, 225, answer.seq.0 + 1, b"");
            honest += u32::from(matches!(listener.segment_arrives(now, &pair(9), &ack), Arrival::Accept(_)));
            listener.accepted();
        }
    }
    assert_eq!((honest, listener.half_open()), (60, 64));
    assert!(numbers.len() > 59_900, "each SYN has a number of its own: {}", numbers.len());
    // The entries of the flood give up; every one of them has sent its SYN,ACK six times in all.
    let mut sent = 0;
    while let Some(at) = listener.poll_timeout() {
        while listener.poll_transmit(at).is_some() {
            sent += 1;
        }
    }
    assert_eq!((sent, listener.half_open()), (64 * 5, 0));
}

/// TIME-WAIT: SND.NXT 102, RCV.NXT 226.
fn time_wait() -> End {
    let mut end = End::established();
    end.connection.close(end.now);
    end.sent();
    end.arrives(&segment(Flags::FIN | ACK, 225, 102, b""));
    assert_eq!(end.connection.state(), State::TimeWait);
    end
}

fn time_waits<const N: usize>() -> TimeWaits<[Option<(Pair, TimeWait)>; N]> {
    TimeWaits::new(&Config::default(), [const { None }; N])
}

#[test]
fn a_time_wait_entry_answers_as_the_connection_does() {
    for (flags, seq, ack, text) in [
        (Flags::FIN | ACK, 225, 102, b"".as_slice()),
        (ACK, 226, 102, b""),
        (ACK, 226, 102, b"late"),
        (ACK, 200, 102, b"old"),
        (Flags::RST, 226, 0, b""),
        (Flags::RST, 227, 0, b""),
        (Flags::SYN, 200, 0, b""),
        (Flags::SYN, 226, 0, b""),
        (SYN_ACK, 226, 102, b""),
    ] {
        let mut end = time_wait();
        let mut entries = time_waits::<2>();
        assert!(entries.insert(end.now, &pair(1), &end.connection));
        let arriving = segment(flags, seq, ack, text);
        end.now = seconds(20);
        let arrival = entries.segment_arrives(end.now, &pair(1), &arriving, true).unwrap();
        let answers = match &arrival {
            TimeWaitArrival::Reply(reply) => vec![(reply.flags, reply.seq.0, reply.ack.0, 0)],
            _ => vec![],
        };
        assert_eq!(end.arrives(&arriving), answers, "{arriving:?}");
        // What acknowledges something has it begin anew, as on Linux.
        let ends = match flags {
            Flags::RST if seq == 226 => None,
            _ if flags.contains(ACK) => Some(seconds(80)),
            _ => Some(seconds(60)),
        };
        assert_eq!(entries.poll_timeout_exact(end.now), ends, "{arriving:?}");
    }
    // What was never sent is nothing to an entry, as on Linux; a connection answers it (RFC 5961 §5).
    let mut entries = time_waits::<2>();
    let end = time_wait();
    assert!(entries.insert(end.now, &pair(1), &end.connection));
    let of_more = segment(ACK, 226, 200, b"");
    assert_eq!(entries.segment_arrives(end.now, &pair(1), &of_more, true), Some(TimeWaitArrival::Drop));
}

/// What was answered before TIME-WAIT does not count (Linux: tcp_time_wait).
#[test]
fn time_wait_answers_anew() {
    let mut end = End::established();
    end.connection.close(end.now);
    end.sent();
    end.arrives(&segment(ACK, 225, 102, b""));
    assert_eq!(end.connection.state(), State::FinWait2);
    let unacceptable = segment(ACK, 100_000, 102, b"");
    assert_eq!(end.arrives(&unacceptable), [(ACK, 102, 225, 0)]);
    assert_eq!(end.arrives(&unacceptable), []);
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 225, 102, b"")), [(ACK, 102, 226, 0)]);
    assert_eq!(end.connection.state(), State::TimeWait);
    let mut entries = time_waits::<2>();
    assert!(entries.insert(end.now, &pair(1), &end.connection));
    assert_eq!(end.arrives(&unacceptable), [(ACK, 102, 226, 0)]);
    assert_eq!(end.arrives(&unacceptable), []);
    let arrival = entries.segment_arrives(end.now, &pair(1), &unacceptable, true);
    assert!(matches!(arrival, Some(TimeWaitArrival::Reply(_))), "{arrival:?}");
    assert_eq!(
        entries.segment_arrives(end.now, &pair(1), &unacceptable, true),
        Some(TimeWaitArrival::Withheld)
    );
}

/// A closed connection in FIN-WAIT-2 waits for the peer's FIN, and for nothing else (Linux: the first half of
/// tcp_timewait_state_process).
#[test]
fn what_is_left_of_fin_wait_2() {
    let fin = Flags::FIN | ACK;
    let (seconds_of_fin_wait_2, seconds_of_time_wait) = (60, 80);
    for (flags, seq, text, answer, ends) in [
        (fin, 225, b"".as_slice(), Some((ACK, 102, 226)), Some(seconds_of_time_wait)),
        // From before the window, and from behind it.
        (fin, 224, b"", Some((ACK, 102, 225)), Some(seconds_of_fin_wait_2)),
        (ACK, 100_000, b"", Some((ACK, 102, 225)), Some(seconds_of_fin_wait_2)),
        // Nothing is new.
        (ACK, 225, b"", None, Some(seconds_of_fin_wait_2)),
        (Flags::FIN, 225, b"", None, Some(seconds_of_fin_wait_2)),
        // What nobody will read, also in front of a FIN.
        (ACK, 225, b"text", Some((Flags::RST, 102, 0)), None),
        (fin, 225, b"text", Some((Flags::RST, 102, 0)), None),
        (fin, 226, b"", Some((Flags::RST, 102, 0)), None),
        (Flags::SYN, 225, b"", Some((Flags::RST | ACK, 0, 226)), None),
        (Flags::RST, 226, b"", None, None),
    ] {
        let mut end = End::established();
        end.connection.close(end.now);
        end.sent();
        end.arrives(&segment(ACK, 225, 102, b""));
        let mut entries = time_waits::<2>();
        assert!(entries.insert(end.now, &pair(1), &end.connection));
        let arriving = segment(flags, seq, if flags.contains(ACK) { 102 } else { 0 }, text);
        let arrival = entries.segment_arrives(seconds(20), &pair(1), &arriving, true).unwrap();
        let answered = match &arrival {
            TimeWaitArrival::Reply(reply) => Some((reply.flags, reply.seq.0, reply.ack.0)),
            _ => None,
        };
        assert_eq!(answered, answer, "{arriving:?}");
        assert_eq!(entries.poll_timeout_exact(seconds(20)), ends.map(seconds), "{arriving:?}");
    }
}

/// The time at which the entries really end: [`TimeWaits::poll_timeout`] may be early.
trait PollTimeoutExact {
    fn poll_timeout_exact(&mut self, now: Instant) -> Option<Instant>;
}

impl<const N: usize> PollTimeoutExact for TimeWaits<[Option<(Pair, TimeWait)>; N]> {
    fn poll_timeout_exact(&mut self, now: Instant) -> Option<Instant> {
        let mut copy = self.clone();
        let mut at = copy.poll_timeout()?.max(now);
        while copy.expire(at).is_none() {
            at = copy.poll_timeout()?;
        }
        Some(at)
    }
}

#[test]
fn time_wait_entries_end_and_the_table_is_bounded() {
    let mut entries = time_waits::<2>();
    let end = time_wait();
    assert!(entries.insert(end.now, &pair(1), &end.connection));
    assert!(entries.insert(seconds(0), &pair(2), &end.connection));
    assert!(!entries.insert(seconds(0), &pair(3), &end.connection), "there is no room");
    assert!(!entries.insert(seconds(0), &pair(3), &End::established().connection), "it is not in TIME-WAIT");
    // A FIN that is sent again starts the 2 MSL anew.
    entries.segment_arrives(seconds(30), &pair(1), &segment(Flags::FIN | ACK, 225, 102, b""), true);
    assert_eq!(entries.poll_timeout(), Some(seconds(60)));
    assert_eq!((entries.expire(seconds(60)), entries.expire(seconds(60))), (Some(pair(2)), None));
    assert_eq!(entries.poll_timeout(), Some(seconds(90)));
    assert_eq!((entries.expire(seconds(90)), entries.len()), (Some(pair(1)), 0));
    assert_eq!(entries.segment_arrives(seconds(90), &pair(1), &segment(ACK, 226, 102, b""), true), None);
}

#[test]
fn a_syn_beyond_the_old_connection_opens_it_again() {
    let mut entries = time_waits::<2>();
    let end = time_wait();
    entries.insert(end.now, &pair(1), &end.connection);
    let syn = segment(Flags::SYN, 227, 0, b"");
    // Linux: "isn = tcptw->tw_snd_nxt + 65535 + 2".
    let isn = SequenceNumber(102 + 65_537);
    // Where nobody listens it is acknowledged, and 2 MSL go on (Linux: tcp_v4_rcv).
    let Some(TimeWaitArrival::Reply(ack)) = entries.segment_arrives(seconds(1), &pair(1), &syn, false) else {
        panic!("no answer");
    };
    assert_eq!((ack.flags, ack.seq.0, ack.ack.0, entries.len()), (ACK, 102, 226, 1));
    let arrival = entries.segment_arrives(seconds(1), &pair(1), &syn, true);
    assert_eq!(arrival, Some(TimeWaitArrival::Reopen(isn)));
    assert!(entries.is_empty());
    // It gets an entry even where others would get a cookie.
    let mut listener = listener::<8>(2);
    flood(&mut listener, seconds(1));
    let answer = reply(listener.reopen(seconds(1), &pair(1), &syn, isn));
    assert_eq!((answer.seq, answer.ack, listener.half_open()), (isn, SequenceNumber(228), 4));
}

#[test]
#[cfg(feature = "tcp-timestamps")]
fn timestamps_decide_in_time_wait() {
    use anysock::tcp::Timestamps;

    // RFC 6191 §2: with timestamps, a newer one opens the connection again whatever its sequence number, and an
    // older one never does.
    for (value, seq, opens) in
        [(1001, 100, true), (1001, 227, true), (1000, 227, true), (1000, 226, false), (999, 300, false)]
    {
        let mut syn = segment(Flags::SYN, 224, 0, b"");
        syn.options.timestamps = Some(Timestamps { value: 1000, echo_reply: 0 });
        let stamped = |mut segment: Segment<'static>, value| {
            segment.options.timestamps = Some(Timestamps { value, echo_reply: 0 });
            segment
        };
        let connection = Connection::accept(&Config::default(), SequenceNumber(100), &syn, Instant::ZERO);
        let mut end = End { connection, memory: Fixed::new(), now: Instant::ZERO };
        end.sent();
        end.arrives(&stamped(segment(ACK, 225, 101, b""), 1000));
        end.connection.close(end.now);
        end.sent();
        end.arrives(&stamped(segment(Flags::FIN | ACK, 225, 102, b""), 1000));
        let mut entries = time_waits::<2>();
        assert!(entries.insert(end.now, &pair(1), &end.connection));
        // An old duplicate draws an acknowledgment with our timestamp and the peer's newest (RFC 7323 §5.3).
        let mut copy = entries.clone();
        let old =
            copy.segment_arrives(end.now, &pair(1), &stamped(segment(ACK, 226, 102, b"old"), 999), true);
        let Some(TimeWaitArrival::Reply(answer)) = old else { panic!("{old:?}") };
        assert_eq!(answer.options.timestamps.unwrap().echo_reply, 1000);
        let syn = stamped(segment(Flags::SYN, seq, 0, b""), value);
        // This end may begin another one at any time: timestamps tell them apart.
        let left = TimeWait::new(&end.connection, end.now).unwrap();
        assert_eq!(left.initial_sequence_number(), Some(end.connection.next_sequence_number() + 65_537));
        // The whole connection says the same as what is left of it.
        assert_eq!(end.connection.may_be_replaced_by(&syn), opens, "{value} {seq}");
        let arrival = entries.segment_arrives(end.now, &pair(1), &syn, true);
        assert_eq!(matches!(arrival, Some(TimeWaitArrival::Reopen(_))), opens, "{value} {seq}");
    }
}
