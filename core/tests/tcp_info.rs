//! What `Connection::info` says, field by field as Linux's `tcp_get_info` has them; and how a receive buffer grows.
#![cfg(feature = "tcp-info")]

mod tcp_end;

use anysock::option::TcpInfo;
use anysock::tcp::{
    Config, Connection, Counters, Fixed, Flags, RightSizing, Segment, SequenceNumber, Timestamps,
};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, segment};

/// An end whose owner counts.
struct Counted {
    end: End,
    counters: Counters,
}

impl Counted {
    fn send(&mut self) -> usize {
        let mut octets = 0;
        let end = &mut self.end;
        while let Some(segment) = end.connection.poll_transmit(end.now, &mut end.memory) {
            octets += segment.payload.len();
            self.counters.sent(&segment);
        }
        octets
    }

    fn arrives(&mut self, segment: &Segment<'_>) {
        let end = &mut self.end;
        end.connection.segment_arrives(end.now, segment, &mut end.memory);
        self.counters.received(segment, &end.connection);
        self.send();
    }

    fn info(&self) -> TcpInfo {
        self.end.connection.info(self.end.now, &self.counters)
    }

    /// 20 ms of round trip, a peer with segments of 1000 octets and every option.
    fn established() -> Counted {
        let mut end = End::connect(&Config::default());
        end.now = Instant::ZERO;
        let mut counted = Counted { end, counters: Counters::default() };
        counted.send();
        counted.end.now = Instant::from_nanos(20_000_000);
        let mut answer = segment(Flags::SYN | ACK, 224, 101, b"");
        answer.options.maximum_segment_size = Some(1000);
        answer.options.window_scale = Some(2);
        answer.options.sack_permitted = true;
        answer.options.timestamps = Some(Timestamps { value: 5000, echo_reply: 0 });
        counted.arrives(&answer);
        counted
    }
}

#[test]
fn a_connection_that_has_just_begun() {
    let counted = Counted::established();
    let info = counted.info();
    // TCP_ESTABLISHED, TCP_CA_Open; timestamps 1, SACK 2, window scaling 4.
    assert_eq!((info.state, info.congestion_state, info.options), (1, 0, 7));
    assert_eq!(info.window_scales(), (2, 0));
    assert_eq!((info.rtt, info.rtt_variation, info.min_rtt), (20_000, 10_000, Some(20_000)));
    // SRTT + max(200 ms, 4 RTTVAR), as Linux reads RFC 6298.
    assert_eq!(info.rto, 220_000);
    assert_eq!((info.send_mss, info.advertised_mss), (988, 1448));
    assert_eq!((info.congestion_window, info.send_ssthresh), (10, 0x7fff_ffff));
    assert_eq!((info.segments_out, info.segments_in), (Some(2), Some(1)), "SYN and ACK; SYN,ACK");
    assert_eq!((info.bytes_acknowledged, info.bytes_received), (Some(1), Some(0)), "the SYN counts");
    assert_eq!(info.send_window, Some(4000));
}

#[test]
fn octets_and_segments_are_counted() {
    let mut counted = Counted::established();
    let now = counted.end.now;
    counted.end.connection.send(now, &[1; 2500], &mut counted.end.memory).unwrap();
    assert_eq!(counted.send(), 2500);
    let info = counted.info();
    assert_eq!((info.unacknowledged, info.unsent_bytes), (3, Some(0)));
    assert_eq!((info.bytes_sent, info.data_segments_out), (Some(2500), Some(3)));
    let stamped = |mut segment: Segment<'static>, value| {
        segment.options.timestamps = Some(Timestamps { value, echo_reply: 0 });
        segment
    };
    counted.end.now = now + Duration::from_millis(30);
    counted.arrives(&stamped(segment(ACK, 225, 1089, b"hello"), 5001));
    // Out of order.
    counted.arrives(&stamped(segment(ACK, 240, 1089, b"later"), 5002));
    let info = counted.info();
    assert_eq!((info.bytes_acknowledged, info.bytes_received), (Some(989), Some(5)));
    assert_eq!((info.data_segments_in, info.out_of_order, info.receive_mss), (Some(2), Some(1), 536));
    assert_eq!((info.last_data_sent, info.last_data_received, info.last_ack_received), (30, 0, 0));
    // Everything in flight is lost: two time-outs in a row, the second after twice the time.
    for expected in [1, 2] {
        while counted.info().retransmits < expected {
            counted.end.time_out_quietly();
            counted.send();
        }
    }
    let info = counted.info();
    // TCP_CA_Loss, with a window of one segment.
    assert_eq!((info.congestion_state, info.backoff, info.congestion_window), (4, 2, 1));
    assert!(info.total_retransmitted >= 2, "{}", info.total_retransmitted);
    assert_eq!(info.bytes_retransmitted, info.bytes_sent.map(|sent| sent - 2500));
    // As on Linux, the SYN and the FIN count.
    counted.arrives(&stamped(segment(ACK, 230, 2601, b""), 5003));
    counted.end.connection.shutdown(counted.end.now).unwrap();
    counted.send();
    counted.arrives(&stamped(segment(ACK, 230, 2602, b""), 5004));
    let info = counted.info();
    assert_eq!((info.bytes_acknowledged, info.bytes_received), (Some(2502), Some(5)));
}

#[test]
fn counters_are_small_and_everything_fits_the_option() {
    assert!(size_of::<Counters>() <= 136, "{}", size_of::<Counters>());
    use anysock::option::OptionValue;
    let info = Counted::established().info();
    assert_eq!(TcpInfo::decode(&info.encode()), Ok(info));
}

/// Established, with a round-trip time of 10 ms.
fn with_round_trip_time() -> Connection {
    let mut memory = Fixed::<4096, 4096>::new();
    let mut connection = Connection::connect(&Config::default(), SequenceNumber(100), Instant::ZERO);
    connection.poll_transmit(Instant::ZERO, &mut memory);
    let mut answer = segment(Flags::SYN | ACK, 224, 101, b"");
    answer.options.maximum_segment_size = Some(1000);
    connection.segment_arrives(Instant::from_nanos(10_000_000), &answer, &mut memory);
    connection
}

#[test]
fn a_receive_buffer_grows_with_what_is_read_in_a_round_trip() {
    let connection = with_round_trip_time();
    let at = |milliseconds: u64| Instant::from_nanos(milliseconds * 1_000_000);
    let mut sizing = RightSizing::new(60_000, at(0));
    // Within a round trip nothing is concluded.
    assert_eq!(sizing.read(at(9), 30_000, &connection), None);
    // 30,000 in a round trip, where ten segments of 1460 were expected: Linux, tcp_rcv_space_adjust:
    // rcvwin = 2 * 30,000 + 16 * 1460; grow = rcvwin * (30,000 - 14,600) / 14,600; rcvwin += 2 * grow.
    assert_eq!(sizing.space(&connection), 14_600);
    assert_eq!(sizing.read(at(10), 0, &connection), Some(83_360 + 2 * 87_927));
    // No more than that: no reason to grow.
    assert_eq!(sizing.read(at(20), 30_000, &connection), None);
    assert_eq!(sizing.read(at(30), 29_000, &connection), None);
    // Twice as much, where a limit has kept the buffer at 100,000.
    sizing.set_capacity(100_000);
    assert_eq!(sizing.read(at(40), 60_000, &connection), Some(143_360 + 2 * 143_360));
    // What comes out of order needs room besides.
    assert_eq!(sizing.out_of_order(310_080, &connection), None);
    assert_eq!(sizing.out_of_order(310_081, &connection), Some(430_081));
    // An idle hour is one slow round trip.
    assert_eq!(sizing.read(at(3_600_000), 60_000, &connection), None);
}
