//! One connection, fed by hand: the windows of both ends, and probes of one that is closed.

mod tcp_end;

use anysock::tcp::{Config, Connection, Error, Flags, SequenceNumber, State};
use anysock::time::Instant;
use tcp_end::{ACK, End, segment};

#[test]
fn a_closed_window_is_probed_for_as_long_as_the_peer_answers() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    assert_eq!(end.send(b"12345"), []);
    for _ in 0..100 {
        assert_eq!(end.time_out(), [(ACK, 101, 225, 1)], "one octet");
        assert_eq!(end.arrives(&shut), []);
    }
    shut.window = 100;
    assert_eq!(end.arrives(&shut), [(Flags::PSH | ACK, 101, 225, 5)]);
    shut.ack = SequenceNumber(106);
    assert_eq!(end.arrives(&shut), []);
    assert_eq!(end.connection.poll_timeout(), None);
}

/// Linux, tcp_retransmit_timer: the first segment, which is joined with none that is selectively acknowledged.
#[test]
#[cfg(feature = "tcp-sack")]
fn the_probe_of_a_window_that_closed_on_text_ends_where_the_peer_has_more() {
    use anysock::tcp::{Block, Options};

    let mut config = Config::default();
    (config.empty_window_probes, config.no_delay, config.recent_acknowledgment) = (true, true, false);
    let mut options = Options::NONE;
    options.sack_permitted = true;
    let mut end = End::established_with_options(&config, options);
    for _ in 0..3 {
        assert_eq!(end.send(&[1; 10]).len(), 1);
    }
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    shut.options.sack[0] = Some(Block { left_edge: SequenceNumber(111), right_edge: SequenceNumber(121) });
    assert_eq!(end.arrives(&shut), []);
    for _ in 0..5 {
        let sent: Vec<_> = end.time_out().iter().map(|sent| (sent.1, sent.3)).collect();
        assert_eq!(sent, [(101, 10)]);
    }
}

#[test]
fn a_closed_window_without_answers_ends() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    assert_eq!(end.send(b"12345"), []);
    for _ in 0..15 {
        assert_eq!(end.time_out(), [(ACK, 101, 225, 1)]);
    }
    assert_eq!(end.time_out(), []);
    assert_eq!(end.connection.take_error(), Some(Error::TimedOut));
}

#[test]
fn a_window_that_shrinks_below_what_is_in_flight() {
    let mut end = End::established();
    assert_eq!(end.send(&[1; 1072]).len(), 2);
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    assert_eq!(end.arrives(&shut), []);
    assert_eq!(end.time_out(), [], "the retransmission timer gives way to the persist timer");
    assert_eq!(end.time_out(), [(ACK, 101, 225, 1)]);
    shut.window = 4000;
    assert_eq!(end.arrives(&shut).iter().map(|sent| sent.3).sum::<usize>(), 1072);
    shut.ack = SequenceNumber(1173);
    assert_eq!(end.arrives(&shut), []);
    assert_eq!((end.connection.unacknowledged(), end.connection.poll_timeout()), (0, None));
}

#[test]
fn the_window_opens_when_it_is_worth_it() {
    let mut end = End::established();
    let mut seq = 225;
    while end.connection.readable() < 4096 {
        let room = (4096 - end.connection.readable()).min(536);
        end.arrives(&segment(ACK, seq, 101, &[0; 536][..room]));
        seq += room as u32;
    }
    let windows = |end: &mut End| -> Vec<u16> {
        core::iter::from_fn(|| end.connection.poll_transmit(end.now, &mut end.memory).map(|s| s.window))
            .collect()
    };
    let mut small = [0; 100];
    for read in 1..=6 {
        // A probe of the closed window is acknowledged as it stands, not with the little room that there is.
        end.connection.segment_arrives(end.now, &segment(ACK, seq, 101, b"p"), &mut end.memory);
        assert_eq!(windows(&mut end), [0]);
        end.connection.receive(end.now, &mut small, &mut end.memory).unwrap();
        // 600 octets are the first that fill a segment of 536 (RFC 9293 §3.8.6.2.2).
        assert_eq!(windows(&mut end), if read == 6 { vec![600] } else { vec![] });
    }
}

#[test]
fn windows_are_scaled_only_if_both_want_it() {
    for theirs in [None, Some(3), Some(200)] {
        let mut syn = segment(Flags::SYN, 224, 0, b"");
        syn.options.window_scale = theirs;
        let mut memory = anysock::tcp::Rings::over(
            vec![0; 1 << 20],
            vec![0; 1 << 20],
            [Default::default(); 4],
            [Default::default(); 4],
        );
        let mut connection = Connection::accept(&Config::default(), SequenceNumber(100), &syn, Instant::ZERO);
        let syn_ack = connection.poll_transmit(Instant::ZERO, &mut memory).unwrap();
        assert_eq!(syn_ack.window, 65535);
        // 1 MiB fits into 16 bits after a shift of 5.
        assert_eq!(syn_ack.options.window_scale, theirs.map(|_| 5));
        connection.segment_arrives(Instant::ZERO, &segment(ACK, 225, 101, b""), &mut memory);
        let octets = vec![0; 1 << 20];
        assert_eq!(connection.send(Instant::ZERO, &octets, &mut memory), Ok(1 << 20));
        let mut sent = 0;
        let mut window = 0;
        while let Some(segment) = connection.poll_transmit(Instant::ZERO, &mut memory) {
            sent += segment.payload.len();
            window = segment.window;
        }
        assert_eq!(window, if theirs.is_some() { 32_759 } else { 65535 });
        // 4000 unscaled; or ten segments of the congestion window, 32000 being more.
        assert_eq!(sent, if theirs.is_some() { 5360 } else { 4000 - 4000 % 536 });
    }
}

#[test]
fn a_small_window_is_filled_by_half_at_least() {
    let mut end = End::accept(&Config::default());
    end.sent();
    let mut offer = segment(ACK, 225, 101, b"");
    offer.window = 400;
    // The SYN offered 4000, so a window of 400 is silly: it is used only after a while (RFC 9293 §3.8.6.2.1).
    end.arrives(&offer);
    assert_eq!(end.send(&[0; 600]), []);
    assert_eq!(end.time_out(), [(Flags::PSH | ACK, 101, 225, 400)]);
    // Once the largest window is no more than twice that, it is used at once.
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    syn.window = 500;
    end.connection = Connection::accept(&Config::default(), SequenceNumber(100), &syn, end.now);
    end.sent();
    end.arrives(&offer);
    assert_eq!(end.send(&[0; 600]), [(ACK, 101, 225, 400)]);
}

#[test]
fn what_carries_no_text_stays_within_a_window_that_a_probe_overran() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    end.send(b"waiting");
    assert_eq!(end.time_out().len(), 1, "the probe");
    // The peer has no room for the probe's octet, so the next number that it accepts is still 101.
    end.arrives(&shut);
    let mut text = segment(ACK, 225, 101, b"text");
    text.window = 0;
    let mut answers = end.arrives(&text);
    while answers.is_empty() {
        answers = end.time_out();
    }
    assert!(answers.iter().all(|(_, seq, ..)| *seq == 101), "{answers:?}");
    end.connection.abort(end.now);
    assert_eq!(end.sent()[0].1, 101, "a RST that the peer accepts");
}

#[test]
fn what_was_offered_is_taken_though_a_scaled_window_seems_to_step_back() {
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    syn.options.window_scale = Some(0);
    let mut memory = anysock::tcp::Rings::over(
        vec![0; 8],
        vec![0; 70_000],
        [Default::default(); 4],
        [Default::default(); 4],
    );
    let mut connection = Connection::accept(&Config::default(), SequenceNumber(100), &syn, Instant::ZERO);
    connection.poll_transmit(Instant::ZERO, &mut memory);
    connection.segment_arrives(Instant::ZERO, &segment(ACK, 225, 101, b""), &mut memory);
    let edge = |connection: &mut Connection, memory: &mut _| {
        let ack = connection.poll_transmit(Instant::ZERO, memory).unwrap();
        ack.ack + (u32::from(ack.window) << 1)
    };
    // All the room is offered after so much text.
    connection.segment_arrives(Instant::ZERO, &segment(ACK, 225, 101, &[1; 3000]), &mut memory);
    let first = edge(&mut connection, &mut memory);
    connection.segment_arrives(Instant::ZERO, &segment(ACK, 3225, 101, b"2"), &mut memory);
    let second = edge(&mut connection, &mut memory);
    assert_eq!(first, SequenceNumber(70_225));
    assert_eq!(first.since(second), 1, "{first:?}, {second:?}");
    // Up to the first.
    let all = vec![3; first.since(SequenceNumber(3226)) as usize];
    connection.segment_arrives(Instant::ZERO, &segment(ACK, 3226, 101, &all), &mut memory);
    assert_eq!(connection.readable(), 70_000);
}

#[test]
fn a_closed_connection_ends_although_its_probes_are_answered() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    end.send(b"waiting");
    end.connection.close(end.now);
    for _ in 0..300 {
        if end.connection.state() == State::Closed {
            return;
        }
        end.time_out();
        end.arrives(&shut);
    }
    panic!("{:?} after 300 probes", end.connection.state());
}
