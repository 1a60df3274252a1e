//! Two connections talk over a wire that is not always kind.

mod tcp_pair;

use anysock::tcp::{Config, CongestionAlgorithm, Error, Flags, State};
use core::time::Duration;
use proptest::prelude::*;
use tcp_pair::{Link, Pair};

fn octets(length: usize, seed: u8) -> Vec<u8> {
    (0..length).map(|index| (index as u8).wrapping_mul(31).wrapping_add((index >> 8) as u8 ^ seed)).collect()
}

/// Both ends send `lengths` octets, shut down, and read to the end.
fn exchange(config: &Config, isn: [u32; 2], link: Link, lengths: [usize; 2], appetite: usize) -> Pair {
    finish(Pair::new(config, isn, link), lengths, appetite)
}

/// The same with a pair that exists.
fn finish(mut pair: Pair, lengths: [usize; 2], appetite: usize) -> Pair {
    for (index, end) in pair.ends.iter_mut().enumerate() {
        end.to_send = octets(lengths[index], index as u8);
        end.shuts_down = true;
        end.appetite = appetite;
    }
    pair.run_until(|_| false);
    pair
}

fn assert_delivered(pair: &Pair, lengths: [usize; 2]) {
    for (index, length) in lengths.into_iter().enumerate() {
        assert_eq!(pair.ends[index].error, None);
        assert_eq!(pair.ends[1 - index].received.len(), length);
        assert!(pair.ends[1 - index].received == octets(length, index as u8));
    }
    assert_eq!(pair.states(), [State::Closed; 2]);
}

#[test]
fn a_transfer_over_a_perfect_wire_sends_nothing_twice() {
    let pair = exchange(&Config::default(), [100, 224], Link::PERFECT, [1_000_000, 0], 8192);
    assert_delivered(&pair, [1_000_000, 0]);
    let text: usize = pair.sent.iter().map(|sent| sent.3).sum();
    assert_eq!(text, 1_000_000);
}

#[test]
fn sequence_numbers_wrap() {
    let link = Link { loss: 50, ..Link::PERFECT };
    let pair = exchange(&Config::default(), [u32::MAX - 5_000, u32::MAX], link, [100_000, 100_000], 500);
    assert_delivered(&pair, [100_000, 100_000]);
}

#[test]
fn slow_start_opens_the_window_by_round_trips() {
    // 10 ms each way, 8 KiB of buffers: after the first round trip a window of 8 KiB per round trip.
    let pair = exchange(&Config::default(), [100, 224], Link::PERFECT, [80_000, 0], 8192);
    let transfer = pair.now.since(anysock::time::Instant::ZERO) - Config::default().time_wait;
    assert!(transfer < Duration::from_millis(10 * 2 * 16), "{transfer:?}");
}

#[test]
fn a_reader_that_stops_stops_the_writer_and_wakes_it_again() {
    let mut pair = Pair::new(&Config::default(), [100, 224], Link::PERFECT);
    pair.ends[0].to_send = octets(50_000, 0);
    pair.ends[1].appetite = 0;
    pair.run_until(|pair| pair.now.as_nanos() > 60_000_000_000);
    // Whole segments of those 8 KiB.
    assert_eq!(pair.ends[1].connection.readable(), 5 * 1448);
    let probes = pair.sent.iter().rev().take_while(|sent| sent.0 == 1 || sent.3 == 1).count();
    assert!((5..40).contains(&probes), "the window is probed with growing patience: {probes}");
    pair.ends[1].appetite = 8192;
    pair.run_until(|pair| pair.ends[1].received.len() == 50_000);
    assert!(pair.ends[1].received == octets(50_000, 0));
}

#[test]
fn a_dead_wire_times_out() {
    let mut pair = Pair::new(&Config::default(), [100, 224], Link::PERFECT);
    pair.run_until(|pair| pair.states() == [State::Established; 2]);
    pair.link.loss = 1000;
    pair.ends[0].to_send = octets(10, 0);
    pair.run_until(|pair| pair.ends[0].error.is_some());
    assert_eq!(pair.ends[0].error, Some(Error::TimedOut));
    // Linux: tcp_retries2 of 15 are 924.6 s where RTO is at its minimum of 200 ms; here SRTT is 20 ms and
    // RTO = SRTT + max(200 ms, 4*RTTVAR).
    let seconds = pair.now.as_nanos() / 1_000_000_000;
    assert!((924..1000).contains(&seconds), "{seconds}");
}

#[test]
fn every_segment_matters() {
    let clean = exchange(&Config::default(), [100, 224], Link::PERFECT, [5_000, 2_000], 8192);
    for lost in 0..clean.sent.len() {
        let loses: &'static [usize] = Box::leak(Box::new([lost]));
        let lossy =
            exchange(&Config::default(), [100, 224], Link { loses, ..Link::PERFECT }, [5_000, 2_000], 8192);
        // A lost acknowledgment is made good by the next one; anything that takes sequence numbers is missed.
        let (_, flags, _, text) = clean.sent[lost];
        let takes_numbers = text > 0 || flags.intersects(Flags::SYN | Flags::FIN);
        assert!(
            !takes_numbers || clean.sent != lossy.sent,
            "segment {lost} {:?} was lost, and nobody noticed",
            clean.sent[lost]
        );
        assert_delivered(&lossy, [5_000, 2_000]);
    }
}

#[test]
fn a_lost_segment_in_a_long_transfer_is_repaired_without_a_timeout() {
    // Segments of text in the midst of others.
    let link = Link { loses: &[100, 104, 250], ..Link::PERFECT };
    let mut pair = Pair::with_capacity(&Config::default(), [100, 224], link, 65536);
    pair.ends[0].to_send = octets(400_000, 0);
    let mut last = 0;
    let mut longest = 0;
    while pair.ends[1].received.len() < 400_000 {
        assert!(pair.step());
        longest = longest.max(pair.now.as_nanos() - last);
        last = pair.now.as_nanos();
    }
    assert!(longest < 100_000_000, "the wire was silent for {longest} ns");
    let text: usize = pair.sent.iter().map(|sent| sent.3).sum();
    assert!((400_001..=400_000 + 3 * 1460).contains(&text), "no more is sent twice: {text}");
}

#[test]
#[cfg(all(feature = "tcp-rack", feature = "tcp-timestamps"))]
fn what_is_lost_is_sent_again_and_nothing_else() {
    for seed in 0..20 {
        let link = Link { loss: 20, seed, ..Link::PERFECT };
        let mut pair = Pair::with_capacity(&Config::default(), [100, 224], link, 65536);
        pair.ends[0].to_send = octets(1_000_000, 0);
        pair.run_until(|pair| pair.ends[1].received.len() == 1_000_000);
        let text = |index: &usize| pair.sent[*index].3;
        let lost: usize = pair.lost.iter().filter(|index| pair.sent[**index].0 == 0).map(text).sum();
        let sent: usize = (0..pair.sent.len()).map(|index| text(&index)).sum();
        assert_eq!(sent, 1_000_000 + lost, "seed {seed}");
        // Without loss, 64 KiB per round trip of 20 ms take 0.31 s.
        assert!(pair.now.as_nanos() < 3_000_000_000, "seed {seed}: {:?}", pair.now);
    }
}

#[test]
fn a_client_that_vanishes_is_found_by_keepalive() {
    let mut config = Config::default();
    config.keepalive = Some(Default::default());
    let mut pair = Pair::new(&config, [100, 224], Link::PERFECT);
    pair.run_until(|pair| pair.states() == [State::Established; 2]);
    pair.link.loss = 1000;
    pair.run_until(|pair| pair.ends[1].error.is_some());
    assert_eq!(pair.ends[1].error, Some(Error::TimedOut));
    assert_eq!(pair.now.as_nanos() / 1_000_000_000, 7200 + 9 * 75);
}

#[test]
fn simultaneous_close_over_the_wire() {
    let pair = exchange(&Config::default(), [100, 224], Link::PERFECT, [0, 0], 8192);
    assert_delivered(&pair, [0, 0]);
    assert_eq!(pair.sent.iter().filter(|sent| sent.1.contains(Flags::FIN)).count(), 2);
}

proptest! {
    #[test]
    fn a_transfer_over_a_bad_wire_arrives_complete_and_in_order(
        isn in any::<[u32; 2]>(),
        lengths in [0usize..60_000, 0usize..60_000],
        appetite in 1usize..9000,
        capacity in prop_oneof![1usize..50, 50usize..3000, 3000usize..100_000],
        mss in 1u16..9000,
        no_delay: bool,
        [selective_acknowledgments, recent_acknowledgment, timestamps, cubic]: [bool; 4],
        loss in 0u32..200,
        duplication in 0u32..200,
        corruption in 0u32..50,
        jitter in 0u64..30_000,
        seed: u64,
    ) {
        let mut config = Config::default();
        config.no_delay = no_delay;
        config.selective_acknowledgments = selective_acknowledgments;
        config.recent_acknowledgment = recent_acknowledgment;
        config.timestamps = timestamps;
        config.congestion_control =
            if cubic { CongestionAlgorithm::Cubic } else { CongestionAlgorithm::NewReno };
        config.maximum_segment_size = mss;
        // Thirty windows and three hundred segments are enough.
        let lengths = lengths.map(|length| length.min(capacity * 30).min(usize::from(mss) * 300));
        let latency = Duration::from_millis(10);
        let jitter = Duration::from_micros(jitter);
        let link = Link { latency, jitter, loss, duplication, corruption, seed, loses: &[] };
        let pair = Pair::with_capacity(&config, isn, link, capacity);
        let pair = finish(pair, lengths, appetite);
        for (index, length) in lengths.into_iter().enumerate() {
            prop_assert!(pair.ends[1 - index].received == octets(length, index as u8));
        }
        prop_assert_eq!(pair.states(), [State::Closed; 2]);
    }
}
