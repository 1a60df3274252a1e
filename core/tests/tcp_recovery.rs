//! One connection, fed by hand: what it makes of selective acknowledgments, of silence, and of its own mistakes.

mod tcp_end;

use anysock::tcp::{
    Block, Config, CongestionAlgorithm, Connection, Flags, Options, SequenceNumber, Timestamps,
};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, segment};

/// The size of a segment.
const MSS: u32 = 300;
/// The timestamp of the peer's SYN.
const PEER: u32 = 1000;

fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// ESTABLISHED with a peer that permits selective acknowledgments; the round trip takes 100 ms, the window holds ten
/// segments of 300 octets, and the first of them begins at 101.
fn end_with(config: &Config, timestamps: bool) -> End {
    let mut options = Options::NONE;
    options.maximum_segment_size = Some(MSS as u16 + if timestamps { 12 } else { 0 });
    options.sack_permitted = true;
    options.timestamps = timestamps.then_some(Timestamps { value: PEER, echo_reply: 0 });
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    syn.options = options;
    let connection = Connection::accept(config, SequenceNumber(100), &syn, Instant::ZERO);
    let mut end = End { connection, memory: Default::default(), now: Instant::ZERO };
    end.sent();
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, 101, &[]), []);
    for count in 0..29 {
        end.send(b"x");
        end.now = end.now + milliseconds(100);
        assert_eq!(acknowledge(&mut end, 102 + count, &[]), []);
    }
    end
}

fn end() -> End {
    end_with(&Config::default(), false)
}

/// Where the text begins that follows [`end`].
const BEGIN: u32 = 130;

/// The number where the segment `index` begins.
fn number(index: u32) -> u32 {
    BEGIN + index * MSS
}

/// An acknowledgment that also names these blocks.
fn acknowledge(end: &mut End, ack: u32, blocks: &[(u32, u32)]) -> Vec<(u32, usize)> {
    acknowledge_with(end, ack, blocks, None)
}

/// The same with an echoed timestamp. What is sent: SEG.SEQ and octets of text.
fn acknowledge_with(end: &mut End, ack: u32, blocks: &[(u32, u32)], echo: Option<u32>) -> Vec<(u32, usize)> {
    let mut offer = segment(ACK, 225, ack, b"");
    offer.window = 60_000;
    for (place, (left, right)) in offer.options.sack.iter_mut().zip(blocks) {
        *place = Some(Block { left_edge: SequenceNumber(*left), right_edge: SequenceNumber(*right) });
    }
    offer.options.timestamps = echo.map(|echo_reply| Timestamps { value: PEER, echo_reply });
    texts(&end.arrives(&offer))
}

/// How much later a timer expires that is a round trip's (Linux: TCP_TIMEOUT_MIN_US).
const SLACK: Duration = Duration::from_millis(2);

fn texts(sent: &[(Flags, u32, u32, usize)]) -> Vec<(u32, usize)> {
    sent.iter().map(|sent| (sent.1, sent.3)).collect()
}

/// A segment sent again.
fn again(index: u32) -> (u32, usize) {
    (number(index), MSS as usize)
}

fn without_selective_acknowledgments() -> Config {
    let mut config = Config::default();
    config.selective_acknowledgments = false;
    config
}

fn without_rack() -> Config {
    let mut config = Config::default();
    config.recent_acknowledgment = false;
    config
}

#[test]
fn only_the_holes_are_sent_again() {
    for config in [Config::default(), without_rack()] {
        let mut end = end_with(&config, false);
        assert_eq!(end.send(&[7; 3000]).len(), 10);
        end.now = end.now + milliseconds(100);
        // 0 and 5 are lost. Three segments behind 0 are enough (RFC 6675 §4, RFC 8985 §6.2).
        assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(2))]), []);
        assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(3))]), []);
        assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(4))]), [again(0)]);
        assert_eq!(end.connection.slow_start_threshold(), 2100, "CUBIC: 0.7 of what was in flight");
        let mut sent = vec![];
        for sacked in 7..=10 {
            let blocks = [(number(6), number(sacked)), (number(1), number(5))];
            sent.extend(acknowledge(&mut end, number(0), &blocks));
        }
        assert_eq!(sent, [again(5)]);
        assert_eq!(acknowledge(&mut end, number(5), &[(number(6), number(10))]), []);
        assert_eq!(acknowledge(&mut end, number(10), &[]), []);
        assert_eq!(end.connection.poll_timeout(), None);
        // RFC 6937: ssthresh, in the end; and what congestion avoidance adds, for the window was filled.
        assert!((2100..2130).contains(&end.connection.congestion_window()));
    }
}

#[test]
fn the_window_shrinks_in_proportion() {
    // RFC 6937 §3.1: seven segments are sent for each ten that are delivered.
    let mut end = end();
    let mut memory = anysock::tcp::Rings::over(
        vec![0; 100_000],
        vec![0; 100],
        [Block::default(); 8],
        [Default::default(); 16],
    );
    let now = end.now;
    let mut sent = 0;
    assert_eq!(end.connection.send(now, &[7; 9000], &mut memory), Ok(9000));
    while end.connection.poll_transmit(now, &mut memory).is_some() {
        sent += 1;
    }
    assert_eq!(sent, 10);
    end.now = end.now + milliseconds(100);
    let mut counts = vec![];
    for sacked in 2..=10 {
        let mut offer = segment(ACK, 225, BEGIN, b"");
        offer.window = 60_000;
        offer.options.sack[0] =
            Some(Block { left_edge: SequenceNumber(number(1)), right_edge: SequenceNumber(number(sacked)) });
        end.connection.segment_arrives(end.now, &offer, &mut memory);
        let mut count = 0;
        while end.connection.poll_transmit(end.now, &mut memory).is_some() {
            count += 1;
        }
        counts.push(count);
    }
    // Limited transmit (RFC 3042) for the first two; then ten segments and the two new ones are in the network, of
    // which one is lost and three have arrived.
    assert_eq!(counts[..3], [1, 1, 1], "{counts:?}");
    let total: u32 = counts[2..].iter().sum();
    assert_eq!(total, 5, "0.7 * 7 delivered: {counts:?}");
}

#[test]
fn what_is_lost_twice_is_sent_three_times_without_a_timeout() {
    let mut end = end();
    end.send(&[7; 3000]);
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(6))]), [again(0)]);
    // New text goes out behind the retransmission, and arrives; the retransmission does not.
    end.now = end.now + milliseconds(10);
    assert!(acknowledge(&mut end, number(0), &[(number(1), number(10))]).is_empty());
    let sent = texts(&end.send(&[8; 600]));
    assert_eq!(sent, [again(10), again(11)]);
    end.now = end.now + milliseconds(100);
    // RFC 8985 §3.3: lost retransmissions are found, too.
    assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(12))]), [again(0)]);
}

#[test]
fn what_is_overtaken_is_given_a_moment() {
    let mut end = end();
    end.send(&[7; 600]);
    end.now = end.now + milliseconds(100);
    // One segment is overtaken by one: it is lost a quarter of the least round-trip time later (RFC 8985 §6.2)...
    assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(2))]), []);
    let late = end.connection.clone();
    let memory = end.memory.clone();
    assert_eq!(texts(&end.time_out()), [again(0)]);
    assert_eq!(end.now.as_nanos() / 1_000_000, 30 * 100 + 100 + 25 + 2);
    // ...unless it arrives before that.
    let now = end.now;
    (end.connection, end.memory, end.now) = (late, memory, end.now);
    end.now = Instant::from_nanos(now.as_nanos() - 5_000_000);
    assert_eq!(acknowledge(&mut end, number(2), &[]), []);
    assert_eq!(end.connection.poll_timeout(), None);
    assert_eq!(end.connection.slow_start_threshold(), u32::MAX);
}

#[test]
fn reordering_is_learned() {
    let mut end = end();
    // Reordering is seen: the first of two arrives last.
    end.send(&[7; 600]);
    end.now = end.now + milliseconds(100);
    acknowledge(&mut end, number(0), &[(number(1), number(2))]);
    assert_eq!(acknowledge(&mut end, number(2), &[]), []);
    // From now on even three segments that overtake one do not mean that it is lost (RFC 8985 §6.2, step 4)...
    end.send(&[7; 1500]);
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(2), &[(number(3), number(7))]), []);
    let before = end.now;
    assert_eq!(texts(&end.time_out()), [again(2)]);
    assert_eq!(end.now.since(before), milliseconds(25) + SLACK);
    // ...and what turns out to have been sent twice for nothing makes it wait for longer.
    assert_eq!(acknowledge(&mut end, number(7), &[(number(2), number(3))]), []);
    end.send(&[7; 1500]);
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(7), &[(number(8), number(12))]), []);
    let before = end.now;
    assert_eq!(texts(&end.time_out()), [again(7)]);
    assert_eq!(end.now.since(before), milliseconds(50) + SLACK);
}

#[test]
fn only_what_was_sent_later_shows_that_a_retransmission_is_lost() {
    let mut end = end();
    end.send(&[7; 1800]);
    end.now = end.now + milliseconds(100);
    let smoothed = end.connection.round_trip_time();
    assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(4))]), [again(0)]);
    assert_eq!(end.connection.round_trip_time(), smoothed, "100 ms, as before");
    // What was sent before it says nothing of it, but that the way is slower than it was (Linux: tcp_clean_rtx_queue).
    end.now = end.now + milliseconds(100);
    let before = end.connection.poll_timeout().unwrap();
    assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(5))]), []);
    assert!(end.connection.round_trip_time() > smoothed);
    let after = end.connection.poll_timeout().unwrap();
    assert!(after.since(before) > milliseconds(100), "the timer has started again");
    // What is acknowledged a second time is no news.
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(5))]), []);
    assert_eq!(end.connection.poll_timeout(), Some(after));
}

#[test]
fn a_silent_tail_is_probed() {
    let mut end = end();
    assert_eq!(end.send(&[7; 900]).len(), 3);
    let sent_at = end.now;
    let smoothed = end.connection.round_trip_time().unwrap();
    // RFC 8985 §7.2: after two round trips the last segment is sent again.
    assert_eq!(texts(&end.time_out()), [again(2)]);
    assert_eq!(end.now.since(sent_at), smoothed * 2 + SLACK);
    // Its selective acknowledgment finds the others lost.
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(0), &[(number(2), number(3))]), [again(0)]);
    assert_eq!(acknowledge(&mut end, number(1), &[(number(2), number(3))]), [again(1)]);
    assert_eq!(acknowledge(&mut end, number(3), &[]), []);
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn a_probe_that_repairs_a_loss_reduces_the_window() {
    // The last segment was lost, or its acknowledgment.
    for (blocks, congested) in [(&[][..], true), (&[(number(1), number(2))][..], false)] {
        let mut end = end();
        end.send(&[7; 600]);
        end.now = end.now + milliseconds(100);
        acknowledge(&mut end, number(1), &[]);
        assert_eq!(texts(&end.time_out()), [again(1)]);
        end.now = end.now + milliseconds(100);
        // What follows the probe must be acknowledged: an acknowledgment of the probe alone may be the original's.
        assert_eq!(texts(&end.send(&[8; 300])), [again(2)]);
        acknowledge(&mut end, number(3), blocks);
        assert_eq!(end.connection.slow_start_threshold() < u32::MAX, congested, "RFC 8985 §7.4.2");
    }
}

#[test]
fn a_peer_that_takes_back_what_it_said_it_had() {
    let mut end = end();
    end.send(&[7; 900]);
    end.now = end.now + milliseconds(100);
    acknowledge(&mut end, number(0), &[(number(1), number(2))]);
    // RFC 2018 §8: the acknowledgment reaches what was selectively acknowledged, and stops there.
    assert_eq!(acknowledge(&mut end, number(1), &[]), []);
    let before = end.now;
    assert_eq!(texts(&end.time_out()), [again(1)]);
    assert!(end.now.since(before) < milliseconds(60), "no need to wait for the timeout");
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(2), &[]), [again(2)]);
    assert_eq!(acknowledge(&mut end, number(3), &[]), []);
}

#[test]
fn a_peer_that_takes_back_what_it_said_is_not_waited_for_longer_than_any_other() {
    // Linux, tcp_check_sack_reneging: TCP_RTO_MAX is the most.
    let mut config = Config::default();
    config.maximum_retransmission_timeout = milliseconds(20);
    let mut end = end_with(&config, false);
    end.send(&[7; 900]);
    acknowledge(&mut end, number(0), &[(number(1), number(3))]);
    acknowledge(&mut end, number(1), &[]);
    assert_eq!(end.connection.poll_timeout(), Some(end.now + milliseconds(20)));
}

#[test]
fn a_peer_that_repeats_itself_does_not_put_off_the_timeout() {
    let mut end = end();
    end.send(&[7; 900]);
    end.now = end.now + milliseconds(100);
    acknowledge(&mut end, number(0), &[(number(1), number(2))]);
    acknowledge(&mut end, number(1), &[]);
    let due = end.connection.poll_timeout();
    for _ in 0..3 {
        end.now = end.now + milliseconds(5);
        assert_eq!(acknowledge(&mut end, number(1), &[]), []);
        assert_eq!(end.connection.poll_timeout(), due);
    }
}

#[test]
fn blocks_count_that_an_acknowledgment_has_overtaken() {
    // Linux, the end of tcp_ack.
    let mut end = end();
    end.send(&[7; 3000]);
    end.now = end.now + milliseconds(100);
    assert_eq!(acknowledge(&mut end, number(2), &[]), []);
    assert_eq!(acknowledge(&mut end, number(1), &[(number(3), number(7))]).first(), Some(&again(2)));
}

#[test]
fn a_timeout_says_nothing_of_what_was_sent_a_moment_ago() {
    // RFC 8985 §6.3.
    let mut end = end();
    assert_eq!(texts(&end.send(&[7; MSS as usize])), [again(0)]);
    assert_eq!(texts(&end.time_out()), [again(0)], "a probe");
    let due = end.connection.poll_timeout().unwrap();
    end.now = Instant::from_nanos(due.as_nanos() - 10_000_000);
    assert_eq!(texts(&end.send(&[8; 2 * MSS as usize])), [again(1), again(2)]);
    assert_eq!(texts(&end.time_out()), [again(0)]);
    end.now = end.now + milliseconds(95);
    assert_eq!(acknowledge(&mut end, number(1), &[]), [], "the others are under way");
    end.now = end.now + milliseconds(5);
    assert_eq!(acknowledge(&mut end, number(3), &[]), []);
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn after_a_timeout_nothing_is_sent_that_the_peer_has() {
    let mut end = end_with(&without_rack(), false);
    end.send(&[7; 1500]);
    acknowledge(&mut end, number(0), &[(number(1), number(2)), (number(3), number(4))]);
    let mut sent = texts(&end.time_out());
    for _ in 0..3 {
        end.now = end.now + milliseconds(100);
        let next = sent.last().map_or(0, |(seq, length)| *seq + *length as u32);
        let ack = if next == number(1) {
            number(2)
        } else if next == number(3) {
            number(4)
        } else {
            next
        };
        sent.extend(acknowledge(&mut end, ack, &[(number(3), number(4))]));
    }
    assert_eq!(sent, [again(0), again(2), again(4)]);
}

#[test]
fn nonsense_in_blocks_is_ignored() {
    let mut end = end();
    end.send(&[7; 3000]);
    end.now = end.now + milliseconds(100);
    let (first, last) = (number(0), number(10));
    for blocks in [
        [(last, last + 300), (last - 300, last + 1)],
        [(number(2), number(1)), (number(3), number(3))],
        [(first.wrapping_sub(300), number(9)), (last - 1, last + 0x8000_0000)],
    ] {
        assert_eq!(acknowledge(&mut end, first, &blocks), []);
    }
    assert_eq!(end.connection.congestion_window(), 3000);
    assert_eq!(acknowledge(&mut end, last, &[]), []);
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn a_loss_that_was_none_is_taken_back() {
    for algorithm in [CongestionAlgorithm::NewReno, CongestionAlgorithm::Cubic] {
        let mut config = Config::default();
        config.congestion_control = algorithm;
        let mut end = end_with(&config, false);
        let window = end.connection.congestion_window();
        end.send(&[7; 1500]);
        end.now = end.now + milliseconds(100);
        assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(4))]), [again(0)]);
        let threshold = end.connection.slow_start_threshold();
        assert_eq!(threshold, if algorithm == CongestionAlgorithm::Cubic { 1050 } else { 750 });
        assert_eq!(acknowledge(&mut end, number(5), &[]), []);
        assert_eq!(end.connection.congestion_window(), threshold);
        // Both copies have arrived (RFC 2883, RFC 3708).
        acknowledge(&mut end, number(5), &[(number(0), number(1))]);
        assert_eq!(end.connection.congestion_window(), window);
        assert_eq!(end.connection.slow_start_threshold(), u32::MAX);
    }
}

#[test]
fn a_timestamp_tells_the_original_from_its_copy() {
    for (echoes_original, expected) in [(true, 3000), (false, 1050)] {
        let mut end = end_with(&Config::default(), true);
        let ticks = |end: &End| (end.now.as_nanos() / 1_000_000) as u32;
        end.send(&[7; 1500]);
        let original = ticks(&end);
        end.now = end.now + milliseconds(100);
        assert_eq!(acknowledge(&mut end, number(0), &[(number(1), number(4))]), [again(0)]);
        let copy = ticks(&end);
        end.now = end.now + milliseconds(30);
        // Eifel (RFC 3522): the acknowledgment was drawn by the segment with this timestamp.
        let echo = if echoes_original { original } else { copy };
        assert_eq!(acknowledge_with(&mut end, number(5), &[], Some(echo)), []);
        assert_eq!(end.connection.congestion_window(), expected);
    }
}

/// A timeout, the first segment of ten having been sent again; the probe of the tail went before it.
fn timed_out(config: &Config) -> End {
    let mut end = end_with(config, false);
    end.send(&[7; 1500]);
    while end.connection.congestion_window() != MSS {
        end.time_out();
    }
    end
}

#[test]
fn a_timeout_that_came_too_early_is_taken_back() {
    // A delay, but no loss: the originals' acknowledgments come one by one (RFC 5682 §2.1).
    let mut end = timed_out(&without_rack());
    let new = end.connection.send(end.now, &[8; 900], &mut end.memory).unwrap() as u32;
    assert_eq!(new, 900);
    assert_eq!(acknowledge(&mut end, number(1), &[]), [again(5), again(6)], "step 2b: new text");
    assert_eq!(acknowledge(&mut end, number(2), &[]), [again(7)], "step 3b: nothing is sent again");
    assert_eq!(end.connection.congestion_window(), 3000 + MSS, "as before, and an acknowledgment");
    assert_eq!(acknowledge(&mut end, number(8), &[]), []);
}

/// Linux: tcp_cwnd_test counts segments.
#[test]
fn a_fin_behind_text_needs_no_room_of_its_own() {
    let mut end = timed_out(&without_rack());
    acknowledge(&mut end, number(5), &[]);
    let window = end.connection.congestion_window();
    let text = vec![8; window as usize];
    assert_eq!(end.connection.send(end.now, &text, &mut end.memory), Ok(text.len()));
    end.connection.shutdown(end.now).unwrap();
    let sent = end.sent();
    assert_eq!(sent.iter().map(|sent| sent.3 as u32).sum::<u32>(), window);
    assert!(sent.last().is_some_and(|last| last.0.contains(Flags::FIN)), "{sent:?}");
}

/// Linux: tcp_process_loss.
#[test]
fn blocks_alone_take_a_timeout_back() {
    let mut end = timed_out(&without_rack());
    acknowledge(&mut end, number(0), &[(number(1), number(2))]);
    assert_eq!(end.connection.congestion_window(), 3000);
}

#[test]
fn what_was_known_to_have_arrived_does_not_open_the_window_once_more() {
    // All but the first of ten have come, and the first is lost twice.
    let mut end = end_with(&without_rack(), false);
    end.send(&[7; 10 * MSS as usize]);
    acknowledge(&mut end, number(0), &[(number(1), number(10))]);
    while end.connection.congestion_window() != MSS {
        end.time_out();
    }
    acknowledge(&mut end, number(10), &[]);
    assert_eq!(end.connection.congestion_window(), 2 * MSS, "by one segment, not by ten");
}

#[test]
fn a_timeout_that_was_right_sends_the_rest_again() {
    // Everything was lost.
    let mut end = timed_out(&without_rack());
    end.connection.send(end.now, &[8; 900], &mut end.memory).unwrap();
    assert_eq!(acknowledge(&mut end, number(1), &[]), [again(5), again(6)]);
    // Step 3a: a duplicate acknowledgment.
    let sent = acknowledge(&mut end, number(1), &[(number(5), number(6))]);
    assert_eq!(sent, [again(1), again(2)]);
    assert_eq!(acknowledge(&mut end, number(2), &[(number(5), number(7))]), [again(3), again(4)]);
    assert_eq!(acknowledge(&mut end, number(7), &[]), [again(7)]);
}

#[test]
fn a_window_that_is_closed_behind_new_text_is_probed() {
    // After the first acknowledgment of a timeout new text has gone out; then the peer takes its window back, which it
    // should not do (RFC 9293 §3.8.6, MUST-34), and falls silent.
    let mut end = timed_out(&without_rack());
    end.connection.send(end.now, &[8; 900], &mut end.memory).unwrap();
    assert_eq!(acknowledge(&mut end, number(1), &[]), [again(5), again(6)]);
    let mut shut = segment(ACK, 225, number(1), b"");
    shut.window = 0;
    assert_eq!(end.arrives(&shut), []);
    assert_eq!(end.time_out(), [], "the persist timer takes over");
    assert_eq!(end.time_out(), [(ACK, number(1), 225, 1)]);
}

#[test]
fn a_closed_window_is_probed_though_the_peer_says_it_has_everything() {
    // What it has it does not acknowledge; then it falls silent.
    let mut end = end_with(&without_rack(), false);
    assert_eq!(texts(&end.send(&[7; MSS as usize])), [again(0)]);
    let mut shut = segment(ACK, 225, number(0), b"");
    shut.window = 0;
    shut.options.sack[0] =
        Some(Block { left_edge: SequenceNumber(number(0)), right_edge: SequenceNumber(number(1)) });
    assert_eq!(end.arrives(&shut), []);
    let sent: Vec<_> = (0..4).flat_map(|_| texts(&end.time_out())).collect();
    assert_eq!(sent.first(), Some(&(number(0), 1)), "{sent:?}");
    assert!(end.connection.poll_timeout().is_some());
}

#[test]
fn what_a_closed_window_has_stopped_is_sent_again_though_its_timeout_was_for_nothing() {
    let mut end = end_with(&without_rack(), true);
    let original = (end.now.as_nanos() / 1_000_000) as u32;
    end.send(&[7; 2 * MSS as usize]);
    assert_eq!(texts(&end.time_out()), [again(0)]);
    let mut shut = segment(ACK, 225, number(0), b"");
    shut.window = 0;
    shut.options.timestamps = Some(Timestamps { value: PEER, echo_reply: original });
    assert_eq!(end.arrives(&shut), []);
    assert_eq!(end.time_out(), [], "the persist timer takes over");
    // The first segment has arrived after all, before it was sent again.
    shut.ack = SequenceNumber(number(1));
    assert_eq!(end.arrives(&shut), []);
    assert_eq!(end.connection.congestion_window(), 3000);
    let opened = acknowledge_with(&mut end, number(1), &[], Some(original));
    assert_eq!(opened, [again(1)]);
}

#[test]
fn what_is_in_flight_is_watched_over_whatever_a_timeout_came_to() {
    // An owner may handle a timeout and a segment before it asks what is to be sent. Here the first segment is lost,
    // and sent a moment ago were others; it arrives after all.
    let mut end = end();
    end.send(&[7; MSS as usize]);
    end.time_out();
    end.now = Instant::from_nanos(end.connection.poll_timeout().unwrap().as_nanos() - 10_000_000);
    end.send(&[8; 2 * MSS as usize]);
    end.time_out_quietly();
    assert_eq!(acknowledge(&mut end, number(1), &[]), []);
    assert_eq!(texts(&end.time_out()), [again(1)]);

    // Here the second timeout was for nothing, too: an echoed timestamp tells of the original.
    let mut end = end_with(&without_rack(), true);
    let original = (end.now.as_nanos() / 1_000_000) as u32;
    end.send(&[7; 2 * MSS as usize]);
    assert_eq!(texts(&end.time_out()), [again(0)]);
    end.time_out_quietly();
    assert_eq!(acknowledge_with(&mut end, number(1), &[], Some(original)), []);
    assert_eq!(texts(&end.time_out()), [again(1)]);
}

#[test]
fn what_was_sent_again_in_vain_is_no_sign_of_a_loss() {
    // RFC 6582 §3.2, step 2: duplicates that acknowledge no more than the last recovery did were drawn by what that
    // sent again.
    let config = without_selective_acknowledgments();
    let mut end = end_with(&config, false);
    end.send(&[7; 4 * MSS as usize]);
    assert_eq!(texts(&end.time_out()), [again(0)]);
    // All had been delayed; the copy of the first came last.
    assert_eq!(acknowledge(&mut end, number(4), &[]), []);
    end.now = end.now + milliseconds(10);
    end.send(&[8; 2 * MSS as usize]);
    let window = end.connection.congestion_window();
    for _ in 0..4 {
        assert_eq!(acknowledge(&mut end, number(4), &[]), []);
    }
    assert_eq!(end.connection.congestion_window(), window);
    // What acknowledges more counts.
    assert_eq!(acknowledge(&mut end, number(5), &[]), []);
    end.send(&[9; MSS as usize]);
    let sent: Vec<_> = (0..3).flat_map(|_| acknowledge(&mut end, number(5), &[])).collect();
    assert_eq!(sent, [again(5)]);
}
