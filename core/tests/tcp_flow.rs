//! One connection, fed by hand: loss, and when to send.

mod tcp_end;

use anysock::tcp::{Config, Connection, Error, Flags, SequenceNumber, State};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, segment};

#[test]
fn a_lost_segment_is_sent_again_with_growing_patience() {
    let mut end = End::established();
    assert_eq!(end.send(b"12345"), [(Flags::PSH | ACK, 101, 225, 5)]);
    let mut times = vec![];
    while end.connection.state() == State::Established {
        let sent = end.time_out();
        times.push(end.now.since(Instant::ZERO));
        assert!(sent.is_empty() || sent == [(Flags::PSH | ACK, 101, 225, 5)], "{sent:?}");
    }
    assert_eq!(times.len(), 16, "Linux: tcp_retries2 15");
    assert!(times[1] - times[0] == 2 * times[0], "RFC 6298 §5.5 {times:?}");
    assert_eq!(times[15] - times[14], Duration::from_secs(120));
    assert_eq!(end.connection.take_error(), Some(Error::TimedOut));
}

#[test]
fn three_duplicates_send_the_first_segment_again() {
    let mut end = End::established();
    let mut offer = segment(ACK, 225, 101, b"");
    offer.window = 20_000;
    end.arrives(&offer);
    assert_eq!(end.send(&[7; 4 * 536]).len(), 4);
    assert_eq!(end.arrives(&offer), []);
    assert_eq!(end.arrives(&offer), []);
    assert_eq!(end.arrives(&offer), [(ACK, 101, 225, 536)]);
    assert_eq!(end.arrives(&offer), []);
    // A partial acknowledgment: the next hole is filled at once (RFC 6582).
    offer.ack = SequenceNumber(101 + 536);
    assert_eq!(end.arrives(&offer), [(ACK, 101 + 536, 225, 536)]);
    offer.ack = SequenceNumber(101 + 4 * 536);
    assert_eq!(end.arrives(&offer), []);
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn text_a_fin_or_another_window_makes_no_duplicate() {
    // RFC 5681 §2.
    for (text, fin, growth) in [(&b"text"[..], false, 0), (b"", true, 0), (b"", false, 1)] {
        let mut end = End::established();
        let mut offer = segment(ACK, 225, 101, b"");
        offer.window = 20_000;
        end.arrives(&offer);
        end.send(&[7; 4 * 536]);
        offer.payload = text.into();
        offer.flags.set(Flags::FIN, fin);
        for _ in 0..5 {
            offer.window += growth;
            assert!(end.arrives(&offer).iter().all(|(.., length)| *length == 0), "{offer:?}");
        }
    }
}

#[test]
fn small_segments_wait_for_company_unless_no_delay() {
    for no_delay in [false, true] {
        let mut config = Config::default();
        config.no_delay = no_delay;
        let mut end = End::established_with(&config);
        assert_eq!(end.send(b"a").len(), 1);
        assert_eq!(end.send(b"b").len(), usize::from(no_delay));
        if !no_delay {
            assert_eq!(end.send(b"c"), []);
            assert_eq!(end.arrives(&segment(ACK, 225, 102, b"")), [(Flags::PSH | ACK, 102, 225, 2)]);
        }
    }
}

#[test]
fn acknowledgments_are_delayed_but_not_for_long() {
    let mut config = Config::default();
    config.quick_acknowledgments = 0;
    let mut end = End::established_with(&config);
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"12345")), []);
    assert_eq!(end.time_out(), [(ACK, 101, 230, 0)]);
    assert_eq!(end.now, Instant::ZERO + Duration::from_millis(40));
    // At least every second full segment (the peer announced none, so 536).
    assert_eq!(end.arrives(&segment(ACK, 230, 101, &[0; 536])), []);
    assert_eq!(end.arrives(&segment(ACK, 766, 101, &[0; 536])), [(ACK, 101, 1302, 0)]);
    // Text of ours carries it.
    assert_eq!(end.arrives(&segment(ACK, 1302, 101, b"12345")), []);
    assert_eq!(end.send(b"x"), [(Flags::PSH | ACK, 101, 1307, 1)]);
    assert_eq!(end.arrives(&segment(ACK, 1307, 102, b"")), []);
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn a_small_segment_waits_only_for_another_small_one() {
    // RFC 9293 §A.3: so that a request of a segment and a half is not held up by a delayed acknowledgment.
    let mut end = End::established();
    assert_eq!(end.send(&[0; 800]).len(), 2);
    assert_eq!(end.send(&[0; 100]), []);
    assert_eq!(end.arrives(&segment(ACK, 225, 101 + 536, b"")), []);
    assert_eq!(end.arrives(&segment(ACK, 225, 901, b"")), [(Flags::PSH | ACK, 901, 225, 100)]);
}

#[test]
fn the_first_text_is_acknowledged_without_delay() {
    let mut end = End::established();
    for seq in 225..225 + 16 {
        assert_eq!(end.arrives(&segment(ACK, seq, 101, b"x")), [(ACK, 101, seq + 1, 0)], "Linux: 16 of them");
    }
    assert_eq!(end.arrives(&segment(ACK, 241, 101, b"x")), []);
    // Not where the text is answered: the answers carry the acknowledgments.
    let mut end = End::established();
    end.arrives(&segment(ACK, 225, 101, b"question"));
    end.send(b"answer");
    assert_eq!(end.arrives(&segment(ACK, 233, 107, b"question")), []);
    // A FIN alone is no answer (Linux: only a segment with text calls tcp_event_data_sent).
    let mut end = End::established();
    end.arrives(&segment(ACK, 225, 101, b"x"));
    end.connection.shutdown(end.now).unwrap();
    assert_eq!(end.sent(), [(Flags::FIN | ACK, 101, 226, 0)]);
    assert_eq!(end.arrives(&segment(ACK, 226, 102, b"x")), [(ACK, 102, 227, 0)]);
}

#[test]
fn what_has_been_read_is_acknowledged_unless_it_will_be_answered() {
    let mut config = Config::default();
    config.quick_acknowledgments = 0;
    let mut end = End::established_with(&config);
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"12345")), []);
    assert_eq!(end.receive(), Ok(b"12345".to_vec()));
    assert_eq!(end.sent(), [(ACK, 101, 230, 0)]);
    // A question that is answered at once makes the connection interactive.
    assert_eq!(end.arrives(&segment(ACK, 230, 101, b"question")), []);
    assert_eq!(end.send(b"answer"), [(Flags::PSH | ACK, 101, 238, 6)]);
    assert_eq!(end.arrives(&segment(ACK, 238, 107, b"question")), []);
    end.receive().unwrap();
    assert_eq!(end.sent(), []);
    // Until one is not.
    assert_eq!(end.time_out(), [(ACK, 107, 246, 0)]);
    assert_eq!(end.arrives(&segment(ACK, 246, 107, b"12345")), []);
    end.receive().unwrap();
    assert_eq!(end.sent(), [(ACK, 107, 251, 0)]);
}

#[test]
fn a_cork_holds_what_does_not_fill_a_segment() {
    let mut config = Config::default();
    config.cork = true;
    let mut end = End::established_with(&config);
    assert_eq!(end.send(&[0; 600]), [(ACK, 101, 225, 536)]);
    assert_eq!(end.arrives(&segment(ACK, 225, 637, b"")), []);
    // Not for ever: Linux, 200 ms at least.
    assert_eq!(end.time_out(), [(Flags::PSH | ACK, 637, 225, 64)]);
    assert_eq!(milliseconds(&end), 200);
    assert_eq!(end.arrives(&segment(ACK, 225, 701, b"")), []);
    assert_eq!(end.send(b"more"), []);
    config.cork = false;
    end.connection.set_config(end.now, &config);
    assert_eq!(end.sent(), [(Flags::PSH | ACK, 701, 225, 4)]);
    // A FIN takes the cork out.
    config.cork = true;
    end.connection.set_config(end.now, &config);
    assert_eq!(end.send(b"last"), []);
    end.connection.shutdown(end.now).unwrap();
    assert_eq!(end.sent(), [(Flags::FIN | Flags::PSH | ACK, 705, 225, 4)]);
}

#[test]
fn a_user_timeout_ends_the_wait_for_an_acknowledgment_or_a_window() {
    let mut config = Config::default();
    config.user_timeout = Some(Duration::from_secs(5));
    for window in [4000, 0] {
        let mut end = End::established_with(&config);
        let mut offer = segment(ACK, 225, 101, b"");
        offer.window = window;
        end.arrives(&offer);
        end.now = Instant::ZERO + Duration::from_secs(60);
        end.send(b"12345");
        while end.connection.state() == State::Established {
            end.time_out();
        }
        assert_eq!(milliseconds(&end), 65_000, "window {window}");
        assert_eq!(end.connection.take_error(), Some(Error::TimedOut));
    }
    let mut end = End::connect(&config);
    end.sent();
    let sent: usize =
        core::iter::from_fn(|| (end.connection.state() != State::Closed).then(|| end.time_out().len())).sum();
    assert_eq!((milliseconds(&end), sent), (5000, 2));
}

/// Milliseconds since the beginning.
fn milliseconds(end: &End) -> u128 {
    end.now.since(Instant::ZERO).as_millis()
}

/// ESTABLISHED, the peer's window being 60000 and the handshake having taken 100 ms, so that RTO is 300 ms.
fn wide_open() -> End {
    let mut end = End::accept(&Config::default());
    end.sent();
    end.now = Instant::ZERO + Duration::from_millis(100);
    let mut offer = segment(ACK, 225, 101, b"");
    offer.window = 60_000;
    end.arrives(&offer);
    assert_eq!(end.connection.round_trip_time(), Some(Duration::from_millis(100)));
    end
}

/// An acknowledgment with that window.
fn acknowledge(end: &mut End, ack: u32) -> Vec<(Flags, u32, u32, usize)> {
    let mut offer = segment(ACK, 225, ack, b"");
    offer.window = 60_000;
    end.arrives(&offer)
}

#[test]
fn a_timeout_sends_one_segment_again_and_starts_slowly() {
    let mut end = wide_open();
    assert_eq!(end.send(&[0; 4 * 536]).len(), 4);
    assert_eq!(end.time_out(), [(ACK, 101, 225, 536)], "RFC 5681 §3.1: a window of one segment");
    assert_eq!(milliseconds(&end), 100 + 300, "RFC 6298 §2.2: SRTT + 4*SRTT/2");
    // Duplicates of before the timeout start no fast retransmit (RFC 6582 §3.2).
    assert_eq!(acknowledge(&mut end, 101), []);
    for _ in 0..3 {
        assert!(acknowledge(&mut end, 101).iter().all(|sent| sent.1 != 101));
    }
    // Everything had arrived but the first segment: nothing else is sent again, and new text follows.
    assert_eq!(acknowledge(&mut end, 101 + 4 * 536), []);
    assert_eq!(end.connection.poll_timeout(), None);
    assert_eq!(end.send(b"more"), [(Flags::PSH | ACK, 101 + 4 * 536, 225, 4)]);
    // The acknowledgment of a segment that was sent twice measures nothing (Karn's algorithm).
    assert_eq!(end.connection.round_trip_time(), Some(Duration::from_millis(100)));
}

#[test]
fn the_timeout_stays_doubled_until_something_is_measured() {
    let mut end = wide_open();
    end.send(b"first");
    end.time_out();
    end.time_out();
    assert_eq!(milliseconds(&end), 100 + 300 + 600);
    acknowledge(&mut end, 106);
    end.send(b"second");
    assert_eq!(end.connection.poll_timeout(), Some(end.now + Duration::from_millis(1200)));
    end.now = end.now + Duration::from_millis(100);
    acknowledge(&mut end, 112);
    end.send(b"third");
    // SRTT 100 and RTTVAR 3/4 of 50: the floor of 200 ms applies.
    assert_eq!(end.connection.poll_timeout(), Some(end.now + Duration::from_millis(300)));
}

#[test]
fn an_acknowledgment_of_something_restarts_the_timer() {
    let mut end = wide_open();
    end.send(&[0; 2 * 536]);
    end.now = end.now + Duration::from_millis(100);
    acknowledge(&mut end, 101 + 536);
    assert_eq!(end.connection.poll_timeout(), Some(end.now + Duration::from_millis(300)), "RFC 6298 §5.3");
}

#[test]
fn a_lost_syn_makes_for_a_careful_beginning() {
    let mut end = End::accept(&Config::default());
    end.sent();
    end.time_out();
    let mut once = End { connection: end.connection.clone(), memory: end.memory.clone(), now: end.now };
    acknowledge(&mut once, 101);
    assert_eq!(once.send(&[0; 4 * 536]).len(), 4, "once may be by chance (Linux: tcp_init_transfer)");
    end.time_out();
    acknowledge(&mut end, 101);
    assert_eq!(end.connection.round_trip_time(), None);
    assert_eq!(end.send(&[0; 4 * 536]).len(), 1, "RFC 5681 §3.1");
    assert_eq!(end.connection.poll_timeout(), Some(end.now + Duration::from_secs(3)), "RFC 6298 §5.7");
    // Slow start all the same: a segment more for each that is acknowledged.
    for acknowledged in 1..=4 {
        acknowledge(&mut end, 101 + acknowledged * 536);
    }
    // The last acknowledgment found the window half empty, but what it acknowledges had filled it (Linux:
    // tcp_cwnd_validate).
    assert_eq!(end.send(&[0; 7 * 536]).len(), 5);
}

#[test]
fn slow_start_begins_anew_after_a_pause() {
    let mut end = wide_open();
    let mut acknowledged = 101;
    for _ in 0..10 {
        end.send(&[0; 4 * 536]);
        for _ in 0..4 {
            acknowledged += 536;
            acknowledge(&mut end, acknowledged);
        }
    }
    let at_once = |end: &mut End| {
        let mut end = End { connection: end.connection.clone(), memory: end.memory.clone(), now: end.now };
        assert_eq!(end.connection.send(end.now, &[0; 4096], &mut end.memory), Ok(4096));
        let first: usize = end.sent().iter().map(|sent| sent.3).sum();
        first
    };
    // The send buffer holds less than any of these windows, so a small segment size shows it.
    assert_eq!(at_once(&mut end), 4096);
    let mut config = Config::default();
    config.maximum_segment_size = 100;
    end.connection.set_config(end.now, &config);
    assert_eq!(at_once(&mut end), 4096);
    end.now = end.now + Duration::from_secs(1);
    assert_eq!(at_once(&mut end), 1000, "RFC 5681 §4.1: the initial window, ten segments");
}

#[test]
fn text_behind_a_fin_does_not_count() {
    let mut end = End::established();
    // The FIN is at 230; what claims to come behind it is not received.
    end.arrives(&segment(Flags::FIN | ACK, 228, 101, b"45"));
    end.arrives(&segment(ACK, 228, 101, b"45too long"));
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"123")), [(ACK, 101, 231, 0)]);
    assert_eq!(end.receive(), Ok(b"12345".to_vec()));
    assert_eq!(end.connection.state(), State::CloseWait);
    // The other way round: what lies behind is here already, so it is the FIN that is wrong.
    let mut end = End::established();
    end.arrives(&segment(ACK, 230, 101, b"678"));
    end.arrives(&segment(Flags::FIN | ACK, 225, 101, b"12"));
    end.arrives(&segment(ACK, 227, 101, b"345"));
    assert_eq!(end.receive(), Ok(b"12345678".to_vec()));
    assert_eq!(end.connection.state(), State::Established);
}

#[test]
fn too_few_records_cost_time_but_nothing_else() {
    use anysock::tcp::{Block, Rings, Transmission};
    let mut memory = Rings::over([0; 4096], [0; 4096], [Block::NONE; 1], [Transmission::NONE; 1]);
    let mut now = Instant::ZERO;
    let mut connection =
        Connection::accept(&Config::default(), SequenceNumber(100), &segment(Flags::SYN, 224, 0, b""), now);
    connection.poll_transmit(now, &mut memory);
    connection.segment_arrives(now, &segment(ACK, 225, 101, b""), &mut memory);
    assert_eq!(connection.send(now, &[0; 1072], &mut memory), Ok(1072));
    assert!(connection.poll_transmit(now, &mut memory).is_some());
    now = now + Duration::from_millis(10);
    assert!(connection.poll_transmit(now, &mut memory).is_some());
    // Two segments share a record: the time of the later one.
    now = now + Duration::from_millis(10);
    connection.segment_arrives(now, &segment(ACK, 225, 101 + 536, b""), &mut memory);
    assert_eq!(connection.round_trip_time(), Some(Duration::from_nanos(1)), "the handshake took no time");
    connection.segment_arrives(now, &segment(ACK, 225, 101 + 1072, b""), &mut memory);
    assert_eq!(connection.round_trip_time(), Some(Duration::from_nanos(1 + 10_000_000 / 8)));
    // Of two gaps, the first is kept.
    connection.segment_arrives(now, &segment(ACK, 235, 1173, b"bbbbb"), &mut memory);
    connection.segment_arrives(now, &segment(ACK, 245, 1173, b"ddddd"), &mut memory);
    connection.segment_arrives(now, &segment(ACK, 225, 1173, b"aaaaaaaaaa"), &mut memory);
    connection.segment_arrives(now, &segment(ACK, 240, 1173, b"ccccc"), &mut memory);
    let mut buffer = [0; 100];
    assert_eq!(connection.receive(now, &mut buffer, &mut memory), Ok(20));
    assert_eq!(&buffer[..20], b"aaaaaaaaaabbbbbccccc");
}

#[test]
fn time_wait_needs_no_octets() {
    let mut end = End::established();
    end.connection.close(end.now);
    end.sent();
    end.arrives(&segment(Flags::FIN | ACK, 225, 102, b""));
    assert_eq!(end.connection.state(), State::TimeWait);
    let mut nothing = anysock::tcp::Lent::over(&mut [], &mut [], &mut [], &mut []);
    end.connection.segment_arrives(end.now, &segment(Flags::FIN | ACK, 225, 102, b""), &mut nothing);
    let ack = end.connection.poll_transmit(end.now, &mut nothing).unwrap();
    assert_eq!((ack.flags, ack.seq.0, ack.ack.0), (ACK, 102, 226));
    end.now = end.connection.poll_timeout().unwrap();
    end.connection.handle_timeout(end.now, &mut nothing);
    assert_eq!(end.connection.state(), State::Closed);
}

#[test]
fn a_peer_that_has_not_heard_of_our_acknowledgment_is_heard() {
    // Linux, tcp_sequence: what ends no earlier than what we acknowledged last is acceptable.
    let mut config = Config::default();
    config.quick_acknowledgments = 0;
    let mut end = End::established_with(&config);
    end.send(b"x");
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"12345")), [], "its acknowledgment is delayed");
    assert_eq!(end.arrives(&segment(ACK, 225, 102, b"")), []);
    assert_eq!(end.connection.unacknowledged(), 0);
    // A RST there is none at RCV.NXT.
    assert_eq!(end.arrives(&segment(Flags::RST, 225, 0, b"")), [(ACK, 102, 230, 0)]);
    // Our acknowledgment is lost. The same text again says what the peer has.
    end.send(b"y");
    assert_eq!(end.arrives(&segment(ACK, 225, 103, b"12345")), [(ACK, 103, 230, 0)]);
    assert_eq!(end.connection.unacknowledged(), 0);
    // What ends before is of the past.
    end.send(b"z");
    assert_eq!(end.arrives(&segment(ACK, 225, 104, b"1234")), [(ACK, 104, 230, 0)]);
    assert_eq!(end.connection.unacknowledged(), 1);
    assert_eq!(end.receive(), Ok(b"12345".to_vec()));
}

#[test]
fn closing_with_text_on_either_side_resets_in_last_ack_too() {
    let mut end = End::established();
    let mut fin = segment(ACK | Flags::FIN, 225, 101, b"unread");
    fin.window = 0;
    end.arrives(&fin);
    end.send(b"waiting");
    end.connection.shutdown(end.now).unwrap();
    end.connection.close(end.now);
    let sent = end.sent();
    assert!(sent.iter().any(|(flags, ..)| flags.contains(Flags::RST)), "{sent:?}");
}

#[test]
fn what_was_sent_before_is_sent_again_into_any_window() {
    let mut end = wide_open();
    end.send(&[0; 536]);
    let mut offer = segment(ACK, 225, 102, b"");
    offer.window = 100;
    assert_eq!(end.arrives(&offer), []);
    assert_eq!(end.time_out(), [(ACK, 102, 225, 100)]);
}

/// Less alone is no news (Linux: tcp_may_update_window).
#[test]
fn a_window_is_not_taken_back_by_what_tells_nothing_else() {
    let mut end = wide_open();
    let mut offer = segment(ACK, 225, 101, b"");
    offer.window = 100;
    end.arrives(&offer);
    assert_eq!(end.send(&[0; 536]), [(Flags::PSH | ACK, 101, 225, 536)]);
    let mut end = wide_open();
    offer.window = 0;
    end.arrives(&offer);
    assert_eq!(end.send(&[0; 536]), []);
}
