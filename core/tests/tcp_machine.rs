//! One connection, fed by hand: what each kind of segment draws.

use anysock::tcp::{
    Arrival, Config, Connection, Error, Fixed, Flags, Keepalive, Listener, Options, Segment, SequenceNumber,
    State, refuse,
};
use anysock::time::Instant;
use core::time::Duration;

type Memory = Fixed<4096, 4096>;

fn seconds(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_secs(seconds)
}

/// A segment with a window of 4000 and this text.
fn segment<'a>(flags: Flags, seq: u32, ack: u32, text: &'a [u8]) -> Segment<'a> {
    let mut segment = Segment::new(flags, SequenceNumber(seq), SequenceNumber(ack));
    segment.window = 4000;
    segment.payload = text.into();
    segment
}

/// One end under test, with its memory and its clock.
struct End {
    connection: Connection,
    memory: Memory,
    now: Instant,
}

impl End {
    fn connect(config: &Config) -> End {
        let connection = Connection::connect(config, SequenceNumber(100), Instant::ZERO);
        End { connection, memory: Memory::new(), now: Instant::ZERO }
    }

    fn accept(config: &Config) -> End {
        let syn = segment(Flags::SYN, 224, 0, b"");
        let connection = Connection::accept(config, SequenceNumber(100), &syn, Instant::ZERO);
        End { connection, memory: Memory::new(), now: Instant::ZERO }
    }

    /// ESTABLISHED: SND.NXT 101, RCV.NXT 225.
    fn established() -> End {
        End::established_with(&Config::default())
    }

    fn established_with(config: &Config) -> End {
        let mut end = End::accept(config);
        assert_eq!(end.sent(), [(Flags::SYN | Flags::ACK, 100, 225, 0)]);
        assert_eq!(end.arrives(&segment(Flags::ACK, 225, 101, b"")), []);
        assert_eq!(end.connection.state(), State::Established);
        end
    }

    /// Everything that it wants to send now: control bits, SEG.SEQ, SEG.ACK (zero without the bit), octets of text.
    fn sent(&mut self) -> Vec<(Flags, u32, u32, usize)> {
        let mut sent = Vec::new();
        while let Some(segment) = self.connection.poll_transmit(self.now, &mut self.memory) {
            sent.push((segment.flags, segment.seq.0, segment.ack.0, segment.payload.len()));
            assert!(sent.len() < 100, "it never stops: {sent:?}");
        }
        sent
    }

    fn arrives(&mut self, segment: &Segment<'_>) -> Vec<(Flags, u32, u32, usize)> {
        self.connection.segment_arrives(self.now, segment, &mut self.memory);
        self.sent()
    }

    /// Jumps to the next timeout.
    fn time_out(&mut self) -> Vec<(Flags, u32, u32, usize)> {
        self.now = self.connection.poll_timeout().expect("a timer is running");
        self.connection.handle_timeout(self.now, &mut self.memory);
        self.sent()
    }

    fn send(&mut self, octets: &[u8]) -> Vec<(Flags, u32, u32, usize)> {
        assert_eq!(self.connection.send(self.now, octets, &mut self.memory), Ok(octets.len()));
        self.sent()
    }

    fn receive(&mut self) -> Result<Vec<u8>, Error> {
        let mut buffer = [0; 4096];
        self.connection
            .receive(self.now, &mut buffer, &mut self.memory)
            .map(|length| buffer[..length].to_vec())
    }
}

const ACK: Flags = Flags::ACK;

#[test]
fn a_bare_syn_in_established_draws_a_challenge_ack() {
    let mut end = End::established();
    // RFC 5961 §4.2: "irrespective of the sequence number".
    for seq in [0, 224, 225, 300, 100_000] {
        assert_eq!(end.arrives(&segment(Flags::SYN, seq, 0, b"")), [(ACK, 101, 225, 0)], "SYN {seq}");
        assert_eq!(end.connection.state(), State::Established);
    }
}

#[test]
fn challenge_acks_are_limited() {
    let mut end = End::established();
    let syn = segment(Flags::SYN, 300, 0, b"");
    let answered = (0..50).filter(|_| !end.arrives(&syn).is_empty()).count();
    assert_eq!(answered, 10, "RFC 5961 §7: ten in five seconds");
    end.now = seconds(5);
    assert_eq!(end.arrives(&syn).len(), 1);
}

#[test]
fn only_a_reset_at_rcv_nxt_resets() {
    let mut end = End::established();
    // In the window, but not at RCV.NXT: a challenge ACK (RFC 5961 §3.2).
    assert_eq!(end.arrives(&segment(Flags::RST, 226, 0, b"")), [(ACK, 101, 225, 0)]);
    assert_eq!(end.connection.state(), State::Established);
    // Outside the window: nothing.
    for seq in [224, 225 + 4096, 0] {
        assert_eq!(end.arrives(&segment(Flags::RST, seq, 0, b"")), []);
        assert_eq!(end.connection.state(), State::Established);
    }
    assert_eq!(end.arrives(&segment(Flags::RST, 225, 0, b"")), []);
    assert_eq!(end.connection.state(), State::Closed);
    assert_eq!(end.connection.send(end.now, b"x", &mut end.memory), Err(Error::Reset));
    assert_eq!(end.connection.send(end.now, b"x", &mut end.memory), Err(Error::BrokenPipe));
    assert_eq!(end.receive(), Ok(vec![]));
}

#[test]
fn text_before_a_reset_can_be_read() {
    let mut end = End::established();
    end.arrives(&segment(ACK, 225, 101, b"last words"));
    end.arrives(&segment(Flags::RST, 235, 0, b""));
    assert_eq!(end.receive(), Ok(b"last words".to_vec()));
    assert_eq!(end.receive(), Err(Error::Reset));
    assert_eq!(end.receive(), Ok(vec![]));
}

#[test]
fn text_with_an_old_acknowledgment_is_taken() {
    let mut end = End::established();
    assert_eq!(end.send(b"12345").len(), 1);
    assert_eq!(end.arrives(&segment(ACK, 225, 106, b"")), []);
    // The segment was sent before ours arrived, so it acknowledges 101.
    end.arrives(&segment(ACK, 225, 101, b"hello"));
    assert_eq!(end.receive(), Ok(b"hello".to_vec()));
    assert_eq!(end.time_out(), [(ACK, 106, 230, 0)], "acknowledged, after a while");
}

#[test]
fn an_acknowledgment_out_of_range_is_answered_and_dropped() {
    let mut end = End::established();
    // Not sent yet, and too old (RFC 5961 §5: SND.UNA - MAX.SND.WND; the largest window was 4000).
    for ack in [102, 100u32.wrapping_sub(4000)] {
        assert_eq!(end.arrives(&segment(ACK, 225, ack, b"injected")), [(ACK, 101, 225, 0)], "ACK {ack}");
        assert_eq!(end.receive(), Err(Error::WouldBlock));
    }
}

#[test]
fn an_old_segment_does_not_overwrite_a_newer_window() {
    let mut end = End::established();
    let mut newer = segment(ACK, 230, 101, b"67890");
    newer.window = 536;
    end.arrives(&newer);
    // Sent before that one, with the window of then.
    let mut older = segment(ACK, 225, 101, b"12345");
    older.window = 4000;
    end.arrives(&older);
    assert_eq!(end.receive(), Ok(b"1234567890".to_vec()));
    let sent: usize = end.send(&[0; 2000]).iter().map(|sent| sent.3).sum();
    assert_eq!(sent, 536);
}

#[test]
fn syn_received_gives_up() {
    let mut end = End::accept(&Config::default());
    assert_eq!(end.sent(), [(Flags::SYN | ACK, 100, 225, 0)]);
    let mut times = vec![];
    while end.connection.state() == State::SynReceived {
        let sent = end.time_out();
        times.push(end.now.since(Instant::ZERO).as_secs());
        assert!(sent.is_empty() || sent == [(Flags::SYN | ACK, 100, 225, 0)]);
    }
    assert_eq!(end.connection.state(), State::Closed);
    assert_eq!(times, [1, 3, 7, 15, 31, 63], "Linux: tcp_synack_retries 5, 63 s");
}

#[test]
fn syn_sent_gives_up() {
    let mut end = End::connect(&Config::default());
    assert_eq!(end.sent(), [(Flags::SYN, 100, 0, 0)]);
    while end.connection.state() == State::SynSent {
        end.time_out();
    }
    assert_eq!(end.now, seconds(127), "Linux: tcp_syn_retries 6, 127 s");
    assert_eq!(end.receive(), Err(Error::TimedOut));
    assert_eq!(end.receive(), Err(Error::NotConnected));
    assert_eq!(end.connection.poll_timeout(), None);
}

#[test]
fn fin_wait_2_ends_after_close_but_not_after_shutdown() {
    for close in [false, true] {
        let mut end = End::established();
        end.connection.shutdown(end.now).unwrap();
        assert_eq!(end.sent(), [(Flags::FIN | ACK, 101, 225, 0)]);
        assert_eq!(end.arrives(&segment(ACK, 225, 102, b"")), []);
        assert_eq!(end.connection.state(), State::FinWait2);
        if close {
            end.connection.close(end.now);
            assert_eq!(end.time_out(), []);
            assert_eq!((end.now, end.connection.state()), (seconds(60), State::Closed));
        } else {
            assert_eq!(end.connection.poll_timeout(), None);
            end.arrives(&segment(ACK, 225, 102, b"still open"));
            assert_eq!(end.receive(), Ok(b"still open".to_vec()));
        }
    }
}

#[test]
fn text_after_close_is_answered_with_a_reset() {
    let mut end = End::established();
    end.connection.close(end.now);
    assert_eq!(end.sent(), [(Flags::FIN | ACK, 101, 225, 0)]);
    assert_eq!(end.arrives(&segment(ACK, 225, 102, b"too late")), [(Flags::RST, 102, 0, 0)]);
    assert_eq!(end.connection.state(), State::Closed);
}

#[test]
fn close_with_unread_text_resets() {
    let mut end = End::established();
    end.arrives(&segment(ACK, 225, 101, b"unread"));
    end.connection.close(end.now);
    assert_eq!(end.sent(), [(Flags::RST | ACK, 101, 231, 0)]);
    assert_eq!((end.connection.state(), end.connection.error()), (State::Closed, None));
}

#[test]
fn abort_resets() {
    let mut end = End::established();
    end.send(b"12345");
    end.connection.abort(end.now);
    assert_eq!(end.sent(), [(Flags::RST | ACK, 106, 225, 0)]);
    assert_eq!((end.connection.state(), end.connection.poll_timeout()), (State::Closed, None));
    let mut end = End::connect(&Config::default());
    end.sent();
    end.connection.abort(end.now);
    assert_eq!(end.sent(), []);
}

#[test]
fn a_refused_connection() {
    let mut end = End::connect(&Config::default());
    end.sent();
    // Acknowledging something else: a RST of ours, and nothing happens (RFC 9293 §3.10.7.3).
    assert_eq!(end.arrives(&segment(ACK, 7, 99, b"")), [(Flags::RST, 99, 0, 0)]);
    assert_eq!(end.arrives(&segment(Flags::RST | ACK, 0, 99, b"")), []);
    assert_eq!(end.arrives(&segment(Flags::RST, 0, 0, b"")), []);
    assert_eq!(end.connection.state(), State::SynSent);
    end.arrives(&refuse(&segment(Flags::SYN, 100, 0, b"")).unwrap());
    assert_eq!(end.connection.state(), State::Closed);
    assert_eq!(end.connection.take_error(), Some(Error::Refused));
}

#[test]
fn both_open_at_once() {
    // RFC 9293 §3.5, Figure 8.
    let mut end = End::connect(&Config::default());
    assert_eq!(end.sent(), [(Flags::SYN, 100, 0, 0)]);
    assert_eq!(end.arrives(&segment(Flags::SYN, 300, 0, b"")), [(Flags::SYN | ACK, 100, 301, 0)]);
    assert_eq!(end.connection.state(), State::SynReceived);
    assert_eq!(end.arrives(&segment(Flags::SYN | ACK, 300, 101, b"")), [(ACK, 101, 301, 0)]);
    end.arrives(&segment(ACK, 301, 101, b""));
    assert_eq!(end.connection.state(), State::Established);
    end.arrives(&segment(ACK, 301, 101, b"hello"));
    assert_eq!(end.receive(), Ok(b"hello".to_vec()));
}

#[test]
fn both_close_at_once() {
    // RFC 9293 §3.6, Figure 13.
    let mut end = End::established();
    end.connection.shutdown(end.now).unwrap();
    assert_eq!(end.sent(), [(Flags::FIN | ACK, 101, 225, 0)]);
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 225, 101, b"")), [(ACK, 102, 226, 0)]);
    assert_eq!(end.connection.state(), State::Closing);
    assert_eq!(end.arrives(&segment(ACK, 226, 102, b"")), []);
    assert_eq!(end.connection.state(), State::TimeWait);
    // A FIN sent again is acknowledged, and starts the 2 MSL anew.
    end.now = seconds(30);
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 225, 102, b"")), [(ACK, 102, 226, 0)]);
    assert_eq!(end.connection.poll_timeout(), Some(seconds(90)));
    // A new connection may take over, where it begins beyond the old one.
    assert!(!end.connection.may_be_replaced_by(&segment(Flags::SYN, 226, 0, b"")));
    assert!(end.connection.may_be_replaced_by(&segment(Flags::SYN, 227, 0, b"")));
    assert_eq!(end.time_out(), []);
    assert_eq!((end.now, end.connection.state()), (seconds(90), State::Closed));
}

#[test]
fn a_fin_ahead_of_its_text_waits() {
    let mut end = End::established();
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 230, 101, b"67890")), [(ACK, 101, 225, 0)]);
    assert_eq!(end.connection.state(), State::Established);
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"12345")), [(ACK, 101, 236, 0)]);
    assert_eq!(end.connection.state(), State::CloseWait);
    assert!(!end.connection.is_end_of_stream());
    assert_eq!(end.receive(), Ok(b"1234567890".to_vec()));
    assert!(end.connection.is_end_of_stream());
    assert_eq!(end.receive(), Ok(vec![]));
    // Half-closed: the other direction still works.
    assert_eq!(end.send(b"reply"), [(Flags::PSH | ACK, 101, 236, 5)]);
}

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
    let mut end = End::established();
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
    // A probe of the closed window is acknowledged as it stands.
    assert_eq!(end.arrives(&segment(ACK, seq, 101, b"p")), [(ACK, 101, seq, 0)]);
    let mut small = [0; 100];
    for read in 1..=6 {
        end.connection.receive(end.now, &mut small, &mut end.memory).unwrap();
        let updates: Vec<u16> =
            core::iter::from_fn(|| end.connection.poll_transmit(end.now, &mut end.memory).map(|s| s.window))
                .collect();
        // 600 octets are the first that fill a segment of 536 (RFC 9293 §3.8.6.2.2).
        assert_eq!(updates, if read == 6 { vec![600] } else { vec![] });
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
        assert_eq!(window, if theirs.is_some() { 32768 } else { 65535 });
        // 4000 unscaled; or ten segments of the congestion window, 32000 being more.
        assert_eq!(sent, if theirs.is_some() { 5360 } else { 4000 - 4000 % 536 });
    }
}

#[test]
fn an_idle_connection_is_probed() {
    let mut config = Config::default();
    config.keepalive = Some(Keepalive::default());
    let mut end = End::established_with(&config);
    // Answered once, then no more.
    assert_eq!(end.time_out(), [(ACK, 100, 225, 0)]);
    assert_eq!(end.now, seconds(7200));
    end.arrives(&segment(ACK, 225, 101, b""));
    for probe in 0..9 {
        while end.now < seconds(14400 + 75 * probe) {
            assert_eq!(end.connection.state(), State::Established);
            let sent = end.time_out();
            assert!(
                sent.is_empty() || end.now == seconds(14400 + 75 * probe) && sent == [(ACK, 100, 225, 0)]
            );
        }
    }
    assert_eq!(end.time_out(), [(Flags::RST | ACK, 101, 225, 0)]);
    assert_eq!(end.now, seconds(14400 + 9 * 75));
    assert_eq!(end.connection.take_error(), Some(Error::TimedOut));
}

#[test]
fn a_repeated_syn_gets_the_syn_ack_again() {
    let mut end = End::accept(&Config::default());
    assert_eq!(end.sent(), [(Flags::SYN | ACK, 100, 225, 0)]);
    assert_eq!(end.arrives(&segment(Flags::SYN, 224, 0, b"")), [(Flags::SYN | ACK, 100, 225, 0)]);
    // A reset ends it quietly, another SYN as well: the listener goes on (RFC 9293 §3.10.7.4).
    assert_eq!(end.arrives(&segment(Flags::RST, 225, 0, b"")), []);
    assert_eq!((end.connection.state(), end.connection.error()), (State::Closed, None));
    let mut end = End::accept(&Config::default());
    end.sent();
    assert_eq!(end.arrives(&segment(ACK, 225, 99, b"")), [(Flags::RST, 99, 0, 0)]);
    assert_eq!(end.connection.state(), State::SynReceived);
}

#[test]
fn shutdown_before_the_handshake_is_over() {
    let mut end = End::accept(&Config::default());
    end.connection.shutdown(end.now).unwrap();
    assert_eq!(end.connection.state(), State::FinWait1);
    assert_eq!(end.sent(), [(Flags::SYN | ACK, 100, 225, 0)]);
    assert_eq!(end.time_out(), [(Flags::SYN | ACK, 100, 225, 0)], "lost, and sent again");
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"hello")), [(Flags::FIN | ACK, 101, 230, 0)]);
    assert_eq!(end.receive(), Ok(b"hello".to_vec()));
    end.arrives(&segment(ACK, 230, 102, b""));
    assert_eq!(end.connection.state(), State::FinWait2);
}

#[test]
fn text_with_the_syn_ack_is_taken() {
    let mut end = End::connect(&Config::default());
    end.sent();
    assert_eq!(end.arrives(&segment(Flags::SYN | Flags::FIN | ACK, 224, 101, b"bye")), [(ACK, 101, 229, 0)]);
    assert_eq!(end.connection.state(), State::CloseWait);
    assert_eq!(end.receive(), Ok(b"bye".to_vec()));
}

#[test]
fn a_listener_answers_by_the_book() {
    let mut listener = Listener::new(1);
    assert_eq!(listener.segment_arrives(&segment(Flags::RST | ACK, 1, 2, b"")), Arrival::Drop);
    let reset = Segment::new(Flags::RST, SequenceNumber(2), SequenceNumber(0));
    assert_eq!(listener.segment_arrives(&segment(ACK, 1, 2, b"")), Arrival::Reply(reset));
    assert_eq!(listener.segment_arrives(&segment(Flags::SYN | ACK, 1, 2, b"")), Arrival::Reply(reset));
    assert_eq!(listener.segment_arrives(&segment(Flags::FIN, 1, 2, b"")), Arrival::Drop);
    let syn = segment(Flags::SYN, 1, 0, b"");
    for _ in 0..128 {
        assert_eq!(listener.segment_arrives(&syn), Arrival::Open);
    }
    assert_eq!(listener.segment_arrives(&syn), Arrival::Drop, "too many half-open");
    listener.abandoned();
    listener.established();
    assert_eq!((listener.half_open(), listener.waiting()), (126, 1));
    listener.established();
    assert!(!listener.may_establish());
    assert_eq!(listener.segment_arrives(&syn), Arrival::Drop, "too many wait");
    listener.set_backlog(2);
    assert!(listener.may_establish());
}

#[test]
fn options_of_the_syn() {
    let mut end = End::connect(&Config::ipv4(1500));
    let syn = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
    let mut expected = Options::NONE;
    expected.maximum_segment_size = Some(1460);
    expected.window_scale = Some(0);
    assert_eq!((syn.options, syn.window), (expected, 4096));
}

#[test]
fn a_connection_is_small() {
    assert!(size_of::<Connection>() <= 512, "{}", size_of::<Connection>());
}
