//! Requirements of RFC 9293 that stand alone; tests/rfc/rfc9293.toml says where all of them are shown.

mod tcp_end;

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{
    Block, Config, Connection, Error, Flags, Keepalive, Options, Payload, Rings, Segment, SequenceNumber,
    State, Timestamps, Transmission,
};
use anysock::time::Instant;
use core::net::Ipv4Addr;
use core::time::Duration;
use proptest::prelude::*;
use tcp_end::{ACK, End, seconds, segment};

/// The segment with this option field, its checksum right, as a receiver decodes it.
fn with_options(flags: Flags, options: &[u8], text: &[u8]) -> (Options, usize) {
    assert_eq!(options.len() % 4, 0);
    let address = Ipv4Addr::LOCALHOST;
    let mut octets = vec![0; 12];
    octets.extend_from_slice(&[(20 + options.len() as u8) << 2, flags.bits() as u8, 1, 0, 0, 0, 0, 0]);
    octets.extend_from_slice(options);
    octets.extend_from_slice(text);
    let covered =
        [&address.octets()[..], &address.octets(), &[0, 6, 0, octets.len() as u8], &octets].concat();
    // RFC 1071, the plainest way.
    let words = covered.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
    let sum = words.fold(0, |sum, word| (sum + word) % 0xffff);
    octets[16..18].copy_from_slice(&(!(sum as u16)).to_be_bytes());
    let (_, segment) = wire::decode(&PseudoHeader::ipv4(address, address), &octets).expect("it decodes");
    (segment.options, segment.payload.len())
}

/// An announcement of 536 octets.
const MSS_536: [u8; 4] = [2, 4, 2, 24];

#[test]
fn an_end_of_the_option_list_ends_it() {
    let options = [&[0][..], &MSS_536, &[1, 1, 1]].concat();
    assert_eq!(with_options(Flags::SYN, &options, b"").0, Options::NONE);
    let options = [&[1][..], &MSS_536, &[0, 0, 0]].concat();
    assert_eq!(with_options(Flags::SYN, &options, b"").0.maximum_segment_size, Some(536));
}

#[test]
fn unknown_options_are_skipped_and_alignment_does_not_matter() {
    // Kind 254 is for experiments (RFC 4727); it is three octets long, so what follows begins at an odd place.
    let options = [&[254, 3, 0xff][..], &MSS_536, &[1]].concat();
    for flags in [Flags::SYN, ACK] {
        let (decoded, text) = with_options(flags, &options, b"text");
        assert_eq!((decoded.maximum_segment_size, text), (Some(536), 4));
    }
}

#[test]
fn an_option_may_come_with_any_segment() {
    let mut end = End::established();
    let mut text = segment(ACK, 225, 101, b"hello");
    text.options.maximum_segment_size = Some(1);
    text.options.window_scale = Some(14);
    text.options.sack_permitted = true;
    text.options.timestamps = Some(Timestamps { value: 1, echo_reply: 2 });
    text.options.sack = [Some(Block { left_edge: SequenceNumber(5), right_edge: SequenceNumber(3) }); 4];
    end.arrives(&text);
    assert_eq!(end.receive(), Ok(b"hello".to_vec()));
    // Out of place, it changes nothing.
    assert_eq!(end.connection.maximum_segment_size(), 536);
    assert_eq!(end.send(&[0; 536]), [(Flags::PSH | ACK, 101, 230, 536)]);
}

#[test]
fn only_a_syn_announces_a_segment_size() {
    let mut end = End::connect(&Config::default());
    let announces = |end: &mut End| {
        let mut announced = vec![];
        while let Some(segment) = end.connection.poll_transmit(end.now, &mut end.memory) {
            announced
                .push((segment.flags.contains(Flags::SYN), segment.options.maximum_segment_size.is_some()));
        }
        announced
    };
    assert_eq!(announces(&mut end), [(true, true)]);
    end.connection.segment_arrives(end.now, &segment(Flags::SYN | ACK, 224, 101, b""), &mut end.memory);
    assert_eq!(announces(&mut end), [(false, false)]);
    end.connection.send(end.now, b"hello", &mut end.memory).unwrap();
    assert_eq!(announces(&mut end), [(false, false)]);
    end.connection.shutdown(end.now).unwrap();
    assert_eq!(announces(&mut end), [(false, false)]);
}

#[test]
fn the_announced_segment_size_is_what_a_packet_has_room_for() {
    // A packet of 1500 octets takes a transport message of 1480 or 1460, and a segment of 20 less.
    for (config, expected) in
        [(Config::ipv4(1500), 1460), (Config::ipv6(1500), 1440), (Config::ipv6(1280), 1220)]
    {
        let mut end = End::connect(&config);
        let syn = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
        assert_eq!(syn.options.maximum_segment_size, Some(expected));
    }
}

#[test]
fn the_effective_segment_size_is_the_lesser() {
    let size = |config: &Config, theirs| {
        let mut syn = segment(Flags::SYN, 224, 0, b"");
        syn.options.maximum_segment_size = theirs;
        Connection::accept(config, SequenceNumber(100), &syn, Instant::ZERO).maximum_segment_size()
    };
    let (ipv4, ipv6) = (Config::ipv4(1500), Config::ipv6(1500));
    assert_eq!([size(&ipv4, None), size(&ipv6, None)], [536, 1220]);
    assert_eq!([size(&ipv4, Some(1000)), size(&ipv4, Some(9000))], [1000, 1460]);
    let mut end = End::connect(&ipv4);
    end.sent();
    let mut syn_ack = segment(Flags::SYN | ACK, 224, 101, b"");
    syn_ack.options.maximum_segment_size = Some(700);
    end.arrives(&syn_ack);
    assert_eq!(end.send(&[0; 1400]), [(ACK, 101, 225, 700), (Flags::PSH | ACK, 801, 225, 700)]);
}

#[test]
fn a_window_above_32767_is_no_negative_one() {
    let memory =
        || Rings::over(vec![0; 1 << 17], vec![0; 1 << 17], [Block::NONE; 4], [Transmission::NONE; 64]);
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    syn.options.maximum_segment_size = Some(9000);
    let (mut memory, now) = (memory(), Instant::ZERO);
    let mut config = Config::default();
    config.maximum_segment_size = 9000;
    let mut connection = Connection::accept(&config, SequenceNumber(100), &syn, now);
    connection.poll_transmit(now, &mut memory).unwrap();
    let mut offer = segment(ACK, 225, 101, b"");
    offer.window = 65_535;
    connection.segment_arrives(now, &offer, &mut memory);
    connection.send(now, &vec![0; 100_000], &mut memory).unwrap();
    let sent: usize =
        core::iter::from_fn(|| connection.poll_transmit(now, &mut memory).map(|s| s.payload.len())).sum();
    // Whole segments, for one that is less than full waits.
    assert_eq!(sent, 65_535 - 65_535 % 9000);
}

#[test]
fn a_reset_in_syn_received_tells_only_whoever_opened_actively() {
    let mut passive = End::accept(&Config::default());
    passive.sent();
    passive.arrives(&segment(Flags::RST, 225, 0, b""));
    assert_eq!((passive.connection.state(), passive.connection.error()), (State::Closed, None));
    let mut active = End::connect(&Config::default());
    active.sent();
    active.arrives(&segment(Flags::SYN, 224, 0, b""));
    assert_eq!(active.connection.state(), State::SynReceived);
    active.arrives(&segment(Flags::RST, 225, 0, b""));
    assert_eq!((active.connection.state(), active.connection.error()), (State::Closed, Some(Error::Refused)));
}

#[test]
fn a_close_and_an_abort_of_the_peer_s_are_told_apart() {
    let mut end = End::established();
    end.arrives(&segment(Flags::FIN | ACK, 225, 101, b""));
    assert_eq!(end.receive(), Ok(vec![]));
    let mut end = End::established();
    end.arrives(&segment(Flags::RST, 225, 101, b""));
    assert_eq!(end.receive(), Err(Error::Reset));
}

#[test]
fn an_active_close_is_followed_by_twice_the_maximum_segment_lifetime() {
    let mut end = End::established();
    end.connection.shutdown(end.now).unwrap();
    end.sent();
    end.now = seconds(5);
    end.arrives(&segment(Flags::FIN | ACK, 225, 102, b""));
    assert_eq!(end.connection.state(), State::TimeWait);
    assert_eq!(end.time_out(), []);
    assert_eq!((end.now, end.connection.state()), (seconds(65), State::Closed));
}

#[test]
fn nothing_new_goes_into_a_window_that_has_shrunk() {
    let mut end = End::established();
    assert_eq!(end.send(&[0; 1072]).len(), 2);
    let mut shrunk = segment(ACK, 225, 637, b"");
    shrunk.window = 100;
    assert_eq!(end.arrives(&shrunk), []);
    assert_eq!(end.send(&[0; 2000]), []);
}

#[test]
fn a_reset_may_carry_text() {
    let mut end = End::established();
    assert_eq!(end.arrives(&segment(Flags::RST | ACK, 225, 101, b"go away")), []);
    assert_eq!((end.connection.state(), end.receive()), (State::Closed, Err(Error::Reset)));
}

#[test]
fn a_reset_and_an_acknowledgment_count_at_a_closed_window() {
    let full = || {
        let mut end = End::established();
        end.send(b"12345");
        end.arrives(&segment(ACK, 225, 101, &[0; 4096]));
        let closed = end.connection.poll_transmit(end.now, &mut end.memory);
        assert!(closed.is_none() && end.connection.readable() == 4096);
        end
    };
    let mut end = full();
    end.arrives(&segment(Flags::RST, 225 + 4096, 0, b""));
    assert_eq!((end.connection.state(), end.connection.error()), (State::Closed, Some(Error::Reset)));
    let mut end = full();
    end.arrives(&segment(ACK, 225 + 4096, 106, b""));
    assert_eq!(end.connection.unacknowledged(), 0);
}

#[test]
fn retransmissions_of_a_connection_can_be_limited() {
    for retries in [1, 4] {
        let mut config = Config::default();
        config.retries = retries;
        let mut end = End::established_with(&config);
        end.send(b"hello");
        let mut sent_again = 0;
        while end.connection.state() == State::Established {
            sent_again += end.time_out().len();
        }
        assert_eq!((sent_again, end.connection.error()), (usize::from(retries), Some(Error::TimedOut)));
    }
}

#[test]
fn a_syn_can_be_sent_again_for_three_minutes() {
    // By default it is Linux's 127 s.
    let mut config = Config::default();
    config.syn_retries = 7;
    let mut end = End::connect(&config);
    end.sent();
    while end.connection.state() == State::SynSent {
        end.time_out();
    }
    assert!(end.now.since(Instant::ZERO) >= Duration::from_secs(180), "{:?}", end.now);
}

#[test]
fn keepalive_is_off_unless_asked_for() {
    let mut end = End::established();
    assert_eq!(end.connection.poll_timeout(), None);
    assert!(Keepalive::default().idle >= Duration::from_secs(2 * 3600));
    let mut config = Config::default();
    config.keepalive = Some(Keepalive { idle: Duration::from_secs(10), ..Keepalive::default() });
    end.connection.set_config(end.now, &config);
    assert_eq!(end.connection.poll_timeout(), Some(seconds(10)));
    // Whatever comes puts it off.
    end.now = seconds(7);
    end.arrives(&segment(ACK, 225, 101, b""));
    assert_eq!(end.time_out(), []);
    assert_eq!(end.time_out(), [(ACK, 100, 225, 0)], "no text in it");
    assert_eq!(end.now, seconds(17));
    config.keepalive = None;
    end.connection.set_config(end.now, &config);
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn keepalive_is_silent_while_text_is_in_flight() {
    let mut config = Config::default();
    config.keepalive = Some(Keepalive { idle: Duration::from_secs(1), ..Keepalive::default() });
    let mut end = End::established_with(&config);
    end.send(b"hello");
    for _ in 0..8 {
        for sent in end.time_out() {
            assert_eq!(sent, (Flags::PSH | ACK, 101, 225, 5), "the text again, and no probe");
        }
    }
}

#[test]
fn one_acknowledgment_is_for_all_that_has_come() {
    let mut end = End::established();
    for (seq, text) in [(225, b"one"), (228, b"two"), (231, b"six")] {
        end.connection.segment_arrives(end.now, &segment(ACK, seq, 101, text), &mut end.memory);
    }
    assert_eq!(end.sent(), [(ACK, 101, 234, 0)]);
}

#[test]
fn the_last_segment_of_what_there_is_is_pushed() {
    let mut end = End::established();
    // Two calls, whose text goes out in segments as large as possible.
    for length in [500, 800] {
        assert_eq!(end.connection.send(end.now, &vec![0; length], &mut end.memory), Ok(length));
    }
    let expected =
        [(ACK, 101, 225, 536), (ACK, 637, 225, 536), (Flags::PSH | ACK, 1173, 225, 1300 - 2 * 536)];
    assert_eq!(end.sent(), expected);
}

#[test]
fn an_acknowledgment_is_never_delayed_by_half_a_second() {
    let mut config = Config::default();
    config.quick_acknowledgments = 0;
    config.delayed_acknowledgment = Duration::from_secs(10);
    let mut end = End::established_with(&config);
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"12345")), []);
    assert_eq!(end.time_out(), [(ACK, 101, 230, 0)]);
    assert!(end.now.since(Instant::ZERO) < Duration::from_millis(500), "{:?}", end.now);
}

#[test]
fn a_closed_window_is_probed_after_a_timeout_and_then_less_and_less() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    assert_eq!(end.send(b"12345"), []);
    let mut times = vec![];
    for _ in 0..4 {
        end.time_out();
        times.push(end.now.since(Instant::ZERO).as_millis());
        end.arrives(&shut);
    }
    // The handshake took no time, so the retransmission timeout is its least.
    assert_eq!(times, [200, 600, 1400, 3000]);
}

#[test]
fn how_long_a_closed_window_waits_to_be_probed_has_bounds() {
    let mut config = Config::default();
    config.shortest_probe_interval = Duration::from_secs(5);
    config.longest_probe_interval = Duration::from_secs(12);
    let mut end = End::established_with(&config);
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    assert_eq!(end.send(b"12345"), []);
    let mut times = vec![];
    for _ in 0..8 {
        let before = end.now;
        end.time_out();
        times.push(end.now.since(before).as_millis());
        end.arrives(&shut);
    }
    // 200 ms, doubled each time: 6.4 s at last, and twice that.
    assert_eq!(times, [5000, 5000, 5000, 5000, 5000, 6400, 12_000, 12_000]);
}

#[test]
fn what_is_sent_does_not_wait_for_ever() {
    // Nagle's algorithm holds the second back only until the first is acknowledged, or sent again in vain.
    let mut end = End::established();
    assert_eq!(end.send(b"a"), [(Flags::PSH | ACK, 101, 225, 1)]);
    assert_eq!(end.send(b"b"), []);
    assert_eq!(end.arrives(&segment(ACK, 225, 102, b"")), [(Flags::PSH | ACK, 102, 225, 1)]);
}

#[test]
fn a_peer_cannot_ask_for_segments_of_almost_nothing() {
    // Linux: tcp_min_snd_mss, 48 octets with the options.
    for (announced, ours, expected) in [(1, 1460, 48), (47, 1460, 48), (49, 1460, 49), (1, 20, 20)] {
        let mut config = Config::default();
        config.maximum_segment_size = ours;
        let mut syn = segment(Flags::SYN, 224, 0, b"");
        syn.options.maximum_segment_size = Some(announced);
        let connection = Connection::accept(&config, SequenceNumber(100), &syn, Instant::ZERO);
        assert_eq!(connection.maximum_segment_size(), expected, "{announced}");
    }
}

/// Walks an option field as RFC 9293 §3.1 describes it: kinds and lengths, to the end of the header.
fn well_formed(mut field: &[u8]) -> bool {
    while let [kind, rest @ ..] = field {
        field = match kind {
            // Padding.
            0 => return rest.iter().all(|octet| *octet == 0),
            1 => rest,
            _ => match rest.first() {
                Some(length @ 2..) if usize::from(*length) <= field.len() => &field[usize::from(*length)..],
                _ => return false,
            },
        };
    }
    true
}

proptest! {
    #[test]
    fn options_have_lengths_and_fill_the_header(
        size: Option<u16>,
        scale: Option<u8>,
        sack_permitted: bool,
        timestamps: Option<(u32, u32)>,
        blocks in 0usize..=4,
    ) {
        let mut sent = Segment::new(Flags::SYN, SequenceNumber(1), SequenceNumber(0));
        sent.options.maximum_segment_size = size;
        sent.options.window_scale = scale;
        sent.options.sack_permitted = sack_permitted;
        sent.options.timestamps = timestamps.map(|(value, echo_reply)| Timestamps { value, echo_reply });
        let block = Block { left_edge: SequenceNumber(1 << 24), right_edge: SequenceNumber(u32::MAX) };
        sent.options.sack.iter_mut().take(blocks).for_each(|place| *place = Some(block));
        sent.payload = Payload::from(b"text".as_slice());
        let address = Ipv4Addr::LOCALHOST;
        let mut octets = [0xee; 100];
        let length = wire::encode(&PseudoHeader::ipv4(address, address), Ports::default(), &sent, &mut octets).unwrap();
        let header = usize::from(octets[12] >> 4) * 4;
        prop_assert_eq!(header + 4, length);
        prop_assert!(well_formed(&octets[20..header]), "{:?}", &octets[20..header]);
    }
}
