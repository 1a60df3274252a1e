//! One connection, fed by hand: timestamps and the reports of selective acknowledgments.

mod tcp_end;

use anysock::tcp::{
    Block, Config, Connection, Discarded, Error, Flags, Flaw, Options, SequenceNumber, State, Timestamps,
};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, segment};

/// A tick of the timestamp clock.
const TICK: Duration = Duration::from_millis(1);

fn timestamps(value: u32, echo_reply: u32) -> Option<Timestamps> {
    Some(Timestamps { value, echo_reply })
}

/// What a peer's SYN offers.
fn offers(sack_permitted: bool, timestamps: Option<Timestamps>) -> Options {
    let mut options = Options::NONE;
    (options.maximum_segment_size, options.sack_permitted) = (Some(1000), sack_permitted);
    options.timestamps = timestamps;
    options
}

fn with_timestamps() -> End {
    End::established_with_options(&Config::default(), offers(false, timestamps(1000, 0)))
}

fn with_sack() -> End {
    End::established_with_options(&Config::default(), offers(true, None))
}

/// A segment with a timestamp.
fn stamped<'a>(
    flags: Flags,
    seq: u32,
    ack: u32,
    text: &'a [u8],
    value: u32,
    echo: u32,
) -> anysock::tcp::Segment<'a> {
    let mut segment = segment(flags, seq, ack, text);
    segment.options.timestamps = timestamps(value, echo);
    segment
}

#[test]
fn new_settings_do_not_set_the_timestamps_back() {
    let mut config = Config::default();
    config.timestamp_offset = 1 << 30;
    let mut end = End::established_with_options(&config, offers(false, timestamps(1000, 0)));
    end.connection.set_config(end.now, &Config::default());
    end.connection.send(end.now, b"text", &mut end.memory).unwrap();
    assert_eq!(end.transmit().unwrap().2.timestamps, timestamps(1 << 30, 1000));
}

#[test]
fn options_are_used_only_if_both_want_them() {
    for (ours, theirs) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut config = Config::default();
        (config.timestamps, config.selective_acknowledgments, config.timestamp_offset) = (ours, ours, 77);
        let mut syn = segment(Flags::SYN, 224, 0, b"");
        syn.options = offers(theirs, if theirs { timestamps(1000, 0) } else { None });
        // Passive open.
        let mut end = End::accept(&config);
        end.connection = Connection::accept(&config, SequenceNumber(100), &syn, end.now);
        let (_, _, options) = end.transmit().unwrap();
        let both = ours && theirs;
        assert_eq!(options.sack_permitted, both);
        assert_eq!(options.timestamps, timestamps(77, 1000).filter(|_| both));
        // Active open.
        let mut end = End::connect(&config);
        let (_, _, options) = end.transmit().unwrap();
        assert_eq!((options.sack_permitted, options.timestamps), (ours, timestamps(77, 0).filter(|_| ours)));
        (syn.flags, syn.ack) = (Flags::SYN | ACK, SequenceNumber(101));
        end.connection.segment_arrives(end.now, &syn, &mut end.memory);
        assert_eq!(end.connection.state(), State::Established);
        let (_, _, options) = end.transmit().unwrap();
        assert_eq!(options.timestamps, timestamps(77, 1000).filter(|_| both));
        // RFC 9293 §3.7.1: the options take room from the text.
        assert_eq!(end.connection.maximum_segment_size(), if both { 988 } else { 1000 });
    }
}

#[test]
fn every_segment_carries_a_timestamp() {
    let mut end = with_timestamps();
    end.now = end.now + TICK * 5;
    end.connection.send(end.now, b"text", &mut end.memory).unwrap();
    assert_eq!(end.transmit().unwrap().2.timestamps, timestamps(5, 1000));
    end.connection.abort(end.now);
    // RFC 7323 §3.2: a RST, too.
    assert_eq!(end.transmit().unwrap().2.timestamps, timestamps(5, 1000));
}

#[test]
fn a_segment_from_the_past_is_answered_and_dropped() {
    let mut end = with_timestamps();
    // RFC 7323 §5.3 R1; one that is as old as the last is not from the past.
    assert_eq!(end.arrives(&stamped(ACK, 225, 101, b"old", 999, 0)), [(ACK, 101, 225, 0)]);
    assert_eq!(end.receive(), Err(Error::WouldBlock));
    assert_eq!(end.arrives(&stamped(ACK, 225, 101, b"new", 1000, 0)), [(ACK, 101, 228, 0)]);
    // Comparison is modulo 2^32.
    end.arrives(&stamped(ACK, 228, 101, b"er", 1000 + (1 << 31) - 1, 0));
    assert_eq!(end.receive(), Ok(b"newer".to_vec()));
    assert_eq!(end.arrives(&stamped(ACK, 230, 101, b"x", 1001, 0)), [(ACK, 101, 230, 0)]);
    // A path that strips the option is borne, as by Linux.
    end.arrives(&segment(ACK, 230, 101, b"x"));
    assert_eq!(end.receive(), Ok(b"x".to_vec()));
}

/// What becomes of an acknowledgment with this window, number and timestamp, where the last one had 4000, 229 and 2001.
fn overtaken(window: u16, seq: u32, value: u32) -> Option<Discarded> {
    let mut end = with_timestamps();
    end.now = end.now + Duration::from_secs(1);
    end.arrives(&stamped(ACK, 225, 101, b"text", 2000, 0));
    end.arrives(&stamped(ACK, 229, 101, b"", 2001, 0));
    let mut late = stamped(ACK, seq, 101, b"", value, 0);
    late.window = window;
    end.connection.segment_arrives(end.now, &late, &mut end.memory)
}

#[test]
fn an_acknowledgment_that_was_overtaken_is_no_attack() {
    // Linux, tcp_disordered_ack_check: it says nothing that is not known.
    assert_eq!(overtaken(4000, 229, 1890), None);
    let flaw = |flaw, is_answered| Some(Discarded { flaw, is_answered });
    // It opens the window, or is much older than a retransmission timeout, or was sent before the text.
    assert_eq!(overtaken(4001, 229, 1890), flaw(Flaw::Past, true));
    assert_eq!(overtaken(4000, 229, 700), flaw(Flaw::Past, true));
    assert_eq!(overtaken(4000, 225, 1890), flaw(Flaw::PastAcknowledgment, false));
}

#[test]
fn a_reset_is_taken_whatever_its_timestamp() {
    let mut end = with_timestamps();
    end.arrives(&stamped(Flags::RST, 225, 0, b"", 1, 0));
    assert_eq!(end.connection.state(), State::Closed, "RFC 7323 §5.2");
}

#[test]
fn the_timestamp_of_what_was_last_acknowledged_is_echoed() {
    let mut config = Config::default();
    config.quick_acknowledgments = 0;
    let mut end = End::established_with_options(&config, offers(false, timestamps(1000, 0)));
    // RFC 7323 §4.3 (A): with delayed acknowledgments, the earliest unacknowledged segment's.
    assert_eq!(end.arrives(&stamped(ACK, 225, 101, &[0; 988], 1001, 0)), []);
    end.connection.segment_arrives(end.now, &stamped(ACK, 1213, 101, &[0; 988], 1002, 0), &mut end.memory);
    assert_eq!(end.transmit().unwrap().2.timestamps, timestamps(0, 1001));
    // (B): a segment behind a hole does not count,
    end.connection.segment_arrives(end.now, &stamped(ACK, 2301, 101, &[0; 100], 1004, 0), &mut end.memory);
    assert_eq!(end.transmit().unwrap().2.timestamps, timestamps(0, 1001));
    // (C): what fills it does.
    end.connection.segment_arrives(end.now, &stamped(ACK, 2201, 101, &[0; 100], 1003, 0), &mut end.memory);
    assert_eq!(end.transmit().unwrap().2.timestamps, timestamps(0, 1003));
}

#[test]
fn after_twenty_four_days_any_timestamp_is_new() {
    for (days, accepted) in [(24, false), (25, true)] {
        let mut end = with_timestamps();
        end.now = end.now + Duration::from_secs(days * 86_400);
        end.arrives(&stamped(ACK, 225, 101, b"late", 999, 0));
        assert_eq!(end.connection.readable() == 4, accepted, "after {days} days");
    }
}

#[test]
fn a_timestamp_measures_what_was_sent_twice() {
    let mut end = with_timestamps();
    let before = end.connection.round_trip_time();
    end.connection.send(end.now, b"text", &mut end.memory).unwrap();
    assert_eq!(end.sent().len(), 1);
    end.time_out();
    // The second transmission's timestamp comes back 100 ticks later (RFC 7323 §4.1); Karn's algorithm alone would
    // measure nothing.
    let echo = (end.now.as_nanos() / 1_000_000) as u32;
    end.now = end.now + TICK * 100;
    end.arrives(&stamped(ACK, 225, 105, b"", 1001, echo));
    let expected = before.unwrap().as_nanos() as u64 * 7 / 8 + 100 * 1_000_000 / 8;
    assert!(end.connection.round_trip_time().unwrap().as_nanos().abs_diff(u128::from(expected)) < 10);
    // An echo of what was never sent measures nothing.
    let measured = end.connection.round_trip_time();
    end.send(b"text");
    end.time_out();
    end.arrives(&stamped(ACK, 225, 109, b"", 1002, 0x8000_0000));
    assert_eq!(end.connection.round_trip_time(), measured);
}

/// The blocks of the next acknowledgment.
fn reported(end: &mut End) -> Vec<(u32, u32)> {
    let (_, _, options) = end.transmit().expect("an acknowledgment");
    options.sack.into_iter().flatten().map(|block| (block.left_edge.0, block.right_edge.0)).collect()
}

fn arrives(end: &mut End, seq: u32, length: usize) -> Vec<(u32, u32)> {
    end.connection.segment_arrives(end.now, &segment(ACK, seq, 101, &[7; 1000][..length]), &mut end.memory);
    reported(end)
}

#[test]
fn what_came_out_of_order_is_reported_the_latest_first() {
    let mut end = with_sack();
    // RFC 2018 §4 and its second example: every second segment is lost.
    assert_eq!(arrives(&mut end, 325, 100), [(325, 425)]);
    assert_eq!(arrives(&mut end, 525, 100), [(525, 625), (325, 425)]);
    assert_eq!(arrives(&mut end, 725, 100), [(725, 825), (525, 625), (325, 425)]);
    assert_eq!(arrives(&mut end, 925, 100), [(925, 1025), (725, 825), (525, 625), (325, 425)]);
    assert_eq!(arrives(&mut end, 1125, 100), [(1125, 1225), (925, 1025), (725, 825), (525, 625)]);
    // Filling a gap joins its neighbours.
    assert_eq!(arrives(&mut end, 425, 100), [(325, 625), (1125, 1225), (925, 1025), (725, 825)]);
    assert_eq!(arrives(&mut end, 225, 100), [(1125, 1225), (925, 1025), (725, 825)]);
    assert_eq!(
        arrives(&mut end, 625, 600),
        [(725, 825)],
        "all in order: what came twice is all there is to say"
    );
}

#[test]
fn timestamps_leave_room_for_three_blocks() {
    let mut end = End::established_with_options(&Config::default(), offers(true, timestamps(1, 0)));
    for seq in [325, 525, 725] {
        arrives(&mut end, seq, 100);
    }
    assert_eq!(arrives(&mut end, 925, 100), [(925, 1025), (725, 825), (525, 625)]);
    // Text of ours gives way to them: 1000 - 12 - (4 + 3*8).
    end.connection.send(end.now, &[1; 2000], &mut end.memory).unwrap();
    let segment = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
    assert_eq!((segment.payload.len(), segment.options.sack.iter().flatten().count()), (960, 3));
}

#[test]
fn what_came_twice_is_reported_first_and_once() {
    let mut end = with_sack();
    assert_eq!(arrives(&mut end, 225, 100), []);
    // RFC 2883 §4.1: a duplicate segment.
    assert_eq!(arrives(&mut end, 225, 100), [(225, 325)]);
    // §4.2.1: part of it is new.
    assert_eq!(arrives(&mut end, 275, 100), [(275, 325)]);
    assert_eq!(arrives(&mut end, 375, 10), [], "it has been said");
    // §4.1.3: a duplicate of what came out of order is followed by the block that contains it.
    assert_eq!(arrives(&mut end, 500, 100), [(500, 600)]);
    assert_eq!(arrives(&mut end, 700, 100), [(700, 800), (500, 600)]);
    assert_eq!(arrives(&mut end, 520, 50), [(520, 570), (500, 600), (700, 800)]);
    // §4.2.3: half of it is behind what came out of order.
    assert_eq!(arrives(&mut end, 550, 100), [(550, 600), (500, 650), (700, 800)]);
    // Text in order that reaches into what came before.
    assert_eq!(arrives(&mut end, 385, 200), [(500, 585), (700, 800)]);
}

/// The same with a FIN.
fn fin_arrives(end: &mut End, seq: u32, length: usize) -> Vec<(u32, u32)> {
    let fin = segment(ACK | Flags::FIN, seq, 101, &[7; 1000][..length]);
    end.connection.segment_arrives(end.now, &fin, &mut end.memory);
    reported(end)
}

/// Linux: tcp_send_dupack.
#[test]
fn a_duplicate_has_the_fin_where_the_segment_has_it() {
    let mut end = with_sack();
    end.arrives(&segment(ACK | Flags::FIN, 225, 101, &[7; 100]));
    assert_eq!(end.connection.state(), State::CloseWait);
    assert_eq!(arrives(&mut end, 225, 100), [(225, 325)]);
    assert_eq!(fin_arrives(&mut end, 225, 100), [(225, 326)]);
    // What came out of order, too.
    let mut end = with_sack();
    assert_eq!(fin_arrives(&mut end, 325, 100), [(325, 426)]);
    assert_eq!(arrives(&mut end, 325, 100), [(325, 425), (325, 426)]);
    assert_eq!(fin_arrives(&mut end, 325, 100), [(325, 426), (325, 426)]);
}

/// Linux: tcp_data_queue_ofo.
#[test]
fn a_fin_behind_a_gap_is_reported() {
    let mut end = with_sack();
    assert_eq!(fin_arrives(&mut end, 325, 0), [(325, 326)]);
    assert_eq!(fin_arrives(&mut end, 325, 0), [(325, 326), (325, 326)]);
    assert_eq!(arrives(&mut end, 275, 50), [(275, 326)]);
    assert_eq!(arrives(&mut end, 225, 50), []);
    assert_eq!((end.connection.state(), end.receive().map(|text| text.len())), (State::CloseWait, Ok(100)));
    assert_eq!(end.receive(), Ok(vec![]));
}

/// Linux: tcp_reset_check, by what was reported.
#[test]
fn a_reset_behind_a_fin_that_was_reported_is_believed() {
    for (seq, state) in [(425, State::Established), (426, State::Closed)] {
        let mut end = with_sack();
        assert_eq!(fin_arrives(&mut end, 325, 100), [(325, 426)]);
        end.arrives(&segment(Flags::RST, seq, 0, b""));
        assert_eq!(end.connection.state(), state, "at {seq}");
    }
}

#[test]
fn a_peer_that_does_not_permit_them_hears_of_no_blocks() {
    let mut end = End::established_with_options(&Config::default(), offers(false, None));
    assert_eq!(arrives(&mut end, 325, 100), []);
    assert_eq!(arrives(&mut end, 225, 50), []);
    assert_eq!(arrives(&mut end, 225, 50), []);
}

#[test]
fn a_block_is_no_larger_than_what_is_held() {
    let mut end = with_sack();
    // The receive buffer takes 4096 octets.
    end.connection.segment_arrives(end.now, &segment(ACK, 3100, 101, &[7; 2000]), &mut end.memory);
    assert_eq!(reported(&mut end), [(3100, 4321)]);
    // A full table of records: what finds no place is not acknowledged either.
    let mut memory =
        anysock::tcp::Rings::over([0; 4096], [0; 4096], [Block::NONE; 1], [Default::default(); 4]);
    for (seq, expected) in [(325, Some((325, 425))), (525, Some((325, 425)))] {
        let mut end = with_sack();
        end.connection.segment_arrives(end.now, &segment(ACK, 325, 101, &[7; 100]), &mut memory);
        end.connection.poll_transmit(end.now, &mut memory);
        end.connection.segment_arrives(end.now, &segment(ACK, seq, 101, &[7; 100]), &mut memory);
        let options = end.connection.poll_transmit(Instant::ZERO, &mut memory).unwrap().options;
        let first = options.sack[0].map(|block| (block.left_edge.0, block.right_edge.0));
        assert_eq!(first, expected);
    }
}
