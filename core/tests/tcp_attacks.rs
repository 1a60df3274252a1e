//! What an attacker may try, with figures: how many answers it gets, and how much it costs. SYN floods are in
//! tcp_listen.rs.

mod tcp_end;

use anysock::tcp::{Config, Connection, Error, Fixed, Flags, Options, Segment, SequenceNumber, State};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, seconds, segment};

/// Segments with numbers from a generator: an attacker off the path, who knows addresses and ports only.
fn blind(count: u32, mut each: impl FnMut(u32, u32)) {
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..count {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        each((random >> 32) as u32, (random >> 7) as u32);
    }
}

#[test]
fn blind_resets_hit_one_number_in_four_billion() {
    let mut end = End::established();
    let mut answers = 0;
    // The whole sequence space in steps of the window, as RFC 5961 §1.2 has it: a RST into every window.
    for seq in (0..=u32::MAX).step_by(2048) {
        end.connection.segment_arrives(end.now, &segment(Flags::RST, seq, 0, b""), &mut end.memory);
        answers += end.sent().len();
    }
    assert_eq!((end.connection.state(), answers), (State::Established, 1), "one challenge ACK for 2^21 RSTs");
}

#[test]
fn blind_text_is_not_taken() {
    let mut end = End::established();
    let (mut tried, mut answers) = (0, 0);
    // In the window, for the attacker has guessed that, but with any acknowledgment: RFC 5961 §5 takes one in 2^32 /
    // MAX.SND.WND of them, about one in a million here.
    blind(100_000, |_, ack| {
        end.connection.segment_arrives(end.now, &segment(ACK, 225, ack, b"injected"), &mut end.memory);
        tried += 1;
        answers += end.sent().len();
    });
    assert_eq!((tried, end.receive()), (100_000, Err(Error::WouldBlock)));
    assert_eq!(answers, 1, "RFC 5961 §7; Linux: one in half a second");
}

#[test]
fn two_confused_endpoints_do_not_answer_each_other_for_ever() {
    // Each takes the other's numbers for wrong, and both answer with an ACK that is wrong to the other.
    let mut ends = [End::established(), End::established()];
    let mut storm = vec![segment(ACK, 900_000, 800_000, b"")];
    let mut exchanged = 0;
    while let Some(arriving) = storm.pop() {
        let end = &mut ends[exchanged % 2];
        exchanged += 1;
        assert!(exchanged < 100);
        for (flags, seq, ack, _) in end.arrives(&arriving) {
            storm.push(segment(flags, seq.wrapping_add(500_000), ack.wrapping_add(500_000), b""));
        }
    }
    assert_eq!(exchanged, 3, "one answer of each, and the first");
}

#[test]
fn acknowledging_what_was_never_sent_gains_nothing() {
    // An optimistic receiver acknowledges ahead, to be sent to faster (Savage et al., 1999).
    let mut end = End::established();
    let sent: usize = end.send(&[1; 4000]).iter().map(|sent| sent.3).sum();
    assert_eq!(sent, 4000);
    let before = end.connection.clone();
    for ack in 4102..4202 {
        end.connection.segment_arrives(end.now, &segment(ACK, 225, ack, b""), &mut end.memory);
    }
    assert_eq!(end.connection.unacknowledged(), before.unacknowledged());
    // Splitting one acknowledgment into many opens the window by octets, not by acknowledgments: RFC 5681 §3.1 with
    // RFC 3465. 4000 acknowledged octets in 4000 pieces are worth what they are in eight.
    let grown = |pieces: u32| {
        let mut end = End::established();
        end.send(&[1; 4000]);
        end.now = seconds(0) + Duration::from_millis(10);
        for piece in 1..=pieces {
            let mut acknowledgment = segment(ACK, 225, 101 + 4000 / pieces * piece, b"");
            acknowledgment.window = u16::MAX;
            end.connection.segment_arrives(end.now, &acknowledgment, &mut end.memory);
        }
        end.send(&[1; 4096]).iter().map(|sent| sent.3).sum::<usize>()
    };
    assert_eq!(grown(4000), grown(8));
}

#[test]
fn a_stream_passes_the_end_of_the_sequence_numbers() {
    // Both ends wrap, in the middle of segments and blocks.
    let config = Config::default();
    let mut memory = [Fixed::<4096, 4096>::new(), Fixed::<4096, 4096>::new()];
    let now = Instant::ZERO;
    let mut a = Connection::connect(&config, SequenceNumber(u32::MAX - 5000), now);
    let syn = a.poll_transmit(now, &mut memory[0]).unwrap();
    let mut b = Connection::accept(&config, SequenceNumber(u32::MAX - 3), &syn, now);
    let mut received = 0u32;
    let mut sent = 0u32;
    while received < 100_000 {
        let octets: Vec<u8> = (sent..sent + 997).map(|octet| (octet % 251) as u8).collect();
        sent += a.send(now, &octets, &mut memory[0]).unwrap_or(0) as u32;
        let [from, to] = &mut memory;
        while let Some(segment) = b.poll_transmit(now, to) {
            a.segment_arrives(now, &segment, from);
        }
        while let Some(segment) = a.poll_transmit(now, from) {
            b.segment_arrives(now, &segment, to);
        }
        let mut buffer = [0; 4096];
        let length = b.receive(now, &mut buffer, to).unwrap_or(0);
        for octet in &buffer[..length] {
            assert_eq!(*octet, (received % 251) as u8, "at {received}");
            received += 1;
        }
    }
}

#[test]
fn a_window_shut_for_days_is_probed_and_opens() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    end.connection.send(end.now, b"patience", &mut end.memory).unwrap();
    end.sent();
    let mut probes = 0;
    while end.now < seconds(7 * 86_400) {
        let sent = end.time_out();
        probes += sent.len();
        // The peer answers each, and does not open (MUST-37).
        end.arrives(&shut);
        assert_eq!(end.connection.state(), State::Established);
    }
    // Every 120 s after the first few: 5040 a week, and no more.
    assert!((5000..5060).contains(&probes), "{probes}");
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"")), [(ACK | Flags::PSH, 101, 225, 8)]);
}

#[test]
fn a_clock_that_jumps_ahead_ends_nothing_that_is_idle() {
    let mut end = End::established();
    end.now = Instant::from_nanos(u64::MAX / 2);
    end.connection.handle_timeout(end.now, &mut end.memory);
    assert_eq!(end.connection.state(), State::Established);
    assert_eq!(end.send(b"hello"), [(ACK | Flags::PSH, 101, 225, 5)]);
    assert_eq!(end.arrives(&segment(ACK, 225, 106, b"")), []);
    // In flight, one timeout is one retransmission, however late it comes.
    end.send(b"again");
    end.now = Instant::from_nanos(u64::MAX - 1);
    end.connection.handle_timeout(end.now, &mut end.memory);
    assert_eq!(end.sent(), [(ACK | Flags::PSH, 106, 225, 5)]);
    assert_eq!(end.connection.state(), State::Established);
}

#[test]
fn a_clock_that_goes_back_breaks_nothing() {
    let mut end = End::established();
    end.now = seconds(1000);
    end.send(b"hello");
    end.now = seconds(1);
    assert_eq!(end.arrives(&segment(ACK, 225, 106, b"text")).len(), 1);
    end.send(b"again");
    let mut tries = 0;
    while end.connection.state() == State::Established {
        end.time_out();
        tries += 1;
        assert!(tries < 1000);
    }
    assert_eq!(end.receive(), Ok(b"text".to_vec()));
    assert_eq!(end.receive(), Err(Error::TimedOut));
}

#[test]
fn a_tiny_announced_segment_size_does_not_flood_the_network() {
    // "Sack panic", CVE-2019-11478 and -11479: a peer that takes segments of one octet.
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    syn.options.maximum_segment_size = Some(1);
    let connection = Connection::accept(&Config::default(), SequenceNumber(100), &syn, Instant::ZERO);
    let mut end = End { connection, memory: Fixed::new(), now: Instant::ZERO };
    end.sent();
    end.arrives(&segment(ACK, 225, 101, b""));
    assert_eq!(end.connection.send(end.now, &[1; 4000], &mut end.memory), Ok(4000));
    // Ten segments, as the initial window has it, and not thousands.
    assert!(end.sent().len() <= 10);
}

#[test]
fn memory_does_not_grow_with_what_arrives_out_of_order() {
    let mut end = End::established();
    // Every second octet of the window, one by one: more blocks than there are records.
    let mut answers = 0;
    for offset in (1..4000).step_by(2) {
        answers += end.arrives(&segment(ACK, 225 + offset, 101, b"x")).len();
    }
    assert_eq!(answers, 2000, "each is answered once: as many segments as came, and smaller");
    assert_eq!(end.connection.readable(), 0);
    // What did not fit the records is sent again by the peer, and everything comes together.
    let all: Vec<u8> = (0..4000).map(|offset| if offset % 2 == 1 { b'x' } else { b'y' }).collect();
    let whole: Segment<'_> = segment(ACK, 225, 101, &all);
    end.arrives(&whole);
    assert_eq!(end.receive().map(|octets| octets == all), Ok(true));
}

#[test]
fn an_acknowledgment_that_was_overtaken_counts_after_more_than_two_gibibytes_too() {
    const MSS: usize = 65_495;
    let mut options = Options::NONE;
    (options.maximum_segment_size, options.window_scale) = (Some(MSS as u16), Some(7));
    let mut config = Config::default();
    config.maximum_segment_size = MSS as u16;
    let mut syn = segment(Flags::SYN, 224, 0, b"");
    (syn.options, syn.window) = (options, 60_000);
    let mut connection = Connection::accept(&config, SequenceNumber(100), &syn, Instant::ZERO);
    let mut memory = Box::new(Fixed::<131_072, 4096>::new());
    connection.poll_transmit(Instant::ZERO, &mut *memory).expect("the SYN,ACK");
    connection.segment_arrives(Instant::ZERO, &segment(ACK, 225, 101, b""), &mut *memory);
    let mut una = 101u32;
    // The first octets half the sequence space ago count as later than SND.UNA.
    while una < 0x8100_0000 {
        assert_eq!(connection.send(Instant::ZERO, &[0; MSS], &mut *memory), Ok(MSS));
        while let Some(sent) = connection.poll_transmit(Instant::ZERO, &mut *memory) {
            una += sent.payload.len() as u32;
        }
        connection.segment_arrives(Instant::ZERO, &segment(ACK, 225, una, b""), &mut *memory);
    }
    connection.segment_arrives(Instant::ZERO, &segment(ACK, 225, una - 1, b"late"), &mut *memory);
    assert_eq!(connection.readable(), 4, "its text is taken");
}
