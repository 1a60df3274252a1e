//! One connection, fed by hand: what each kind of segment draws.

mod tcp_end;

use anysock::tcp::{
    Config, Connection, Error, Flags, Keepalive, Options, Payload, SequenceNumber, State, Timestamps, refuse,
};
use anysock::time::Instant;
use core::time::Duration;
use tcp_end::{ACK, End, seconds, segment};

#[test]
fn a_bare_syn_in_established_draws_a_challenge_ack() {
    let mut end = End::established();
    // RFC 5961 §4.2: "irrespective of the sequence number".
    for seq in [0, 224, 225, 300, 100_000] {
        end.now = end.now + Duration::from_millis(500);
        assert_eq!(end.arrives(&segment(Flags::SYN, seq, 0, b"")), [(ACK, 101, 225, 0)], "SYN {seq}");
        assert_eq!(end.connection.state(), State::Established);
    }
}

#[test]
fn challenge_acks_are_limited() {
    let mut end = End::established();
    let syn = segment(Flags::SYN, 300, 0, b"");
    let answered = (0..50).filter(|_| !end.arrives(&syn).is_empty()).count();
    assert_eq!(answered, 1, "Linux: one in half a second");
    end.now = end.now + Duration::from_millis(499);
    assert_eq!(end.arrives(&syn), []);
    end.now = end.now + Duration::from_millis(1);
    assert_eq!(end.arrives(&syn).len(), 1);
    let mut config = Config::default();
    config.challenge_interval = Duration::ZERO;
    let mut end = End::established_with(&config);
    assert!((0..50).all(|_| end.arrives(&syn).len() == 1), "no limit");
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
    assert_eq!(end.arrives(&segment(ACK, 225, 101, b"hello")), [(ACK, 106, 230, 0)]);
    assert_eq!(end.receive(), Ok(b"hello".to_vec()));
}

#[test]
fn an_acknowledgment_out_of_range_is_answered_and_dropped() {
    let mut end = End::established();
    // Not sent yet, and too old (RFC 5961 §5: SND.UNA - MAX.SND.WND; the largest window was 4000).
    for ack in [102, 100u32.wrapping_sub(4000)] {
        end.now = end.now + Duration::from_millis(500);
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

/// As the packetdrill script settings/syn-linear-timeouts.pkt has it, on Linux, too.
#[test]
fn the_first_retransmissions_of_a_syn_may_be_as_far_apart() {
    let mut config = Config::default();
    (config.syn_linear_timeouts, config.syn_retries) = (2, 2);
    let mut end = End::connect(&config);
    assert_eq!(end.sent(), [(Flags::SYN, 100, 0, 0)]);
    let mut times = vec![];
    while end.connection.state() == State::SynSent {
        end.time_out();
        times.push(end.now.since(Instant::ZERO).as_secs());
    }
    assert_eq!(times, [1, 2, 3, 5, 9]);
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

/// Linux: tcp_fin_time.
#[test]
fn fin_wait_2_lasts_three_and_a_half_timeouts_at_least() {
    let mut config = Config::default();
    config.fin_timeout = Duration::from_millis(1);
    let mut end = End::established_with(&config);
    end.connection.close(end.now);
    end.sent();
    end.arrives(&segment(ACK, 225, 102, b""));
    assert_eq!(end.connection.state(), State::FinWait2);
    // The round-trip time is next to nothing, so that the timeout is the least.
    let least = config.minimum_retransmission_timeout * 7 / 2;
    end.time_out();
    assert_eq!((end.now >= Instant::ZERO + least, end.connection.state()), (true, State::Closed));
    assert!(end.now < Instant::ZERO + least + Duration::from_millis(10), "{:?}", end.now);
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
    // What arrives before the RST is sent does not take its place.
    let mut end = End::established();
    end.connection.abort(end.now);
    assert_eq!(end.arrives(&segment(Flags::RST, 225, 0, b"")), [(Flags::RST | ACK, 101, 225, 0)]);
    // The peer of a SYN knows of nothing yet.
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
fn the_window_does_not_retreat_where_both_open_at_once() {
    // With timestamps, which only the peer's SYN has agreed to, fewer octets make whole segments.
    let mut end = End::connect(&Config::default());
    let offered = end.connection.poll_transmit(end.now, &mut end.memory).unwrap().window;
    let mut syn = segment(Flags::SYN, 300, 0, b"");
    syn.options.timestamps = Some(Timestamps { value: 1, echo_reply: 0 });
    end.connection.segment_arrives(end.now, &syn, &mut end.memory);
    let answered = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
    assert_eq!(answered.flags, Flags::SYN | ACK);
    assert!(answered.window >= offered, "{} after {offered}", answered.window);
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
    // A RST elsewhere is not answered (Linux: tcp_timewait_state_process).
    assert_eq!(end.arrives(&segment(Flags::RST, 250, 0, b"")), []);
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
fn an_acknowledgment_alone_behind_a_gap_is_not_answered() {
    let mut end = End::established();
    // Otherwise two ends that both miss something would answer each other for ever (Linux: tcp_data_queue).
    assert_eq!(end.arrives(&segment(ACK, 230, 101, b"")), []);
    assert_eq!(end.arrives(&segment(ACK, 230, 101, b"67890")), [(ACK, 101, 225, 0)]);
    assert_eq!(end.arrives(&segment(ACK, 235, 101, b"")), []);
}

#[test]
fn there_is_one_fin_and_it_lies_in_the_window() {
    // The first counts, wherever a later one claims that the stream ends.
    let mut end = End::established();
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 235, 101, b"")), [(ACK, 101, 225, 0)]);
    end.arrives(&segment(Flags::FIN | ACK, 225, 101, b"12345"));
    assert_eq!(end.connection.state(), State::Established);
    end.arrives(&segment(ACK, 230, 101, b"67890"));
    assert_eq!(end.connection.state(), State::CloseWait);
    // Into a closed window none comes that has text with it; alone it is taken (Linux: tcp_data_queue).
    let mut end = End::established();
    end.arrives(&segment(ACK, 225, 101, &[7; 4096]));
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 225 + 4096, 101, b"x")), [(ACK, 101, 225 + 4096, 0)]);
    assert_eq!(end.connection.state(), State::Established);
    end.arrives(&segment(Flags::FIN | ACK, 225 + 4096, 101, b""));
    assert_eq!(end.connection.state(), State::CloseWait);
    assert_eq!(end.receive().map(|text| text.len()), Ok(4096));
}

#[test]
fn text_in_two_pieces_is_taken_whole() {
    let mut end = End::established();
    let mut text = segment(ACK, 225, 101, b"");
    text.payload = Payload::new(b"12345", b"67890");
    assert_eq!(end.arrives(&text), [(ACK, 101, 235, 0)]);
    assert_eq!(end.receive(), Ok(b"1234567890".to_vec()));
}

#[test]
fn text_that_ends_the_stream_is_acknowledged_with_the_answer() {
    // Linux: tcp_fin enters pingpong mode, so quick acknowledgments are over.
    let mut end = End::established();
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 225, 101, b"question")), []);
    assert_eq!(end.send(b"answer"), [(Flags::PSH | ACK, 101, 234, 6)]);
    // Where we had closed before, nothing is left to wait for.
    let mut end = End::established();
    end.connection.shutdown(end.now).unwrap();
    assert_eq!(end.sent(), [(Flags::FIN | ACK, 101, 225, 0)]);
    assert_eq!(end.arrives(&segment(Flags::FIN | ACK, 225, 101, b"question")), [(ACK, 102, 234, 0)]);
}

#[test]
fn a_fin_that_comes_again_ends_nothing() {
    let mut end = End::established();
    let fin = segment(Flags::FIN | ACK, 225, 101, b"");
    for _ in 0..2 {
        assert_eq!(end.arrives(&fin), [(ACK, 101, 226, 0)]);
        assert_eq!((end.connection.state(), end.connection.poll_timeout()), (State::CloseWait, None));
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
fn a_user_timeout_says_how_long_an_idle_connection_is_probed() {
    // tcp(7): it "will override keepalive to determine when to close a connection due to keepalive failure"; Linux,
    // tcp_keepalive_timer: once so long nothing was heard, and a probe was sent.
    let mut config = Config::default();
    let keepalive = Keepalive { idle: Duration::from_secs(10), interval: Duration::from_secs(5), count: 2 };
    config.keepalive = Some(keepalive);
    for (timeout, ends, probes) in [(1, 15, 1), (12, 15, 1), (27, 30, 4)] {
        config.user_timeout = Some(Duration::from_secs(timeout));
        let mut end = End::established_with(&config);
        for _ in 0..probes {
            assert_eq!(end.time_out(), [(ACK, 100, 225, 0)], "timeout {timeout} at {:?}", end.now);
        }
        assert_eq!(end.time_out(), [(Flags::RST | ACK, 101, 225, 0)], "timeout {timeout}");
        assert_eq!((end.now, end.connection.take_error()), (seconds(ends), Some(Error::TimedOut)));
    }
}

#[test]
fn a_window_that_nothing_waits_for_is_not_probed() {
    // The FIN goes into a closed window, as a probe; when all the probes that a closed connection has are used up, it
    // is acknowledged after all.
    let mut config = Config::default();
    config.orphan_retries = 2;
    let mut end = End::established_with(&config);
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    end.connection.close(end.now);
    assert_eq!(end.sent(), []);
    for _ in 0..2 {
        assert_eq!(end.time_out(), [(Flags::FIN | ACK, 101, 225, 0)]);
    }
    shut.ack = SequenceNumber(102);
    assert_eq!(end.arrives(&shut), []);
    assert_eq!(end.connection.state(), State::FinWait2);
    // Linux, tcp_probe_timer: nothing is to be sent, so nothing is probed.
    assert_eq!(end.connection.poll_timeout(), Some(end.now + config.fin_timeout));
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
fn a_syn_repeated_without_end_is_answered_with_measure() {
    // RFC 5961 §7; Linux: one in half a second.
    let mut end = End::accept(&Config::default());
    end.sent();
    let answers: Vec<_> = (0..30).flat_map(|_| end.arrives(&segment(Flags::SYN, 224, 0, b""))).collect();
    assert_eq!(answers, [(Flags::SYN | ACK, 100, 225, 0)]);
    // A SYN,ACK is no SYN sent again: an acknowledgment tells the peer where we stand.
    let mut end = End::accept(&Config::default());
    end.sent();
    assert_eq!(end.arrives(&segment(Flags::SYN | ACK, 224, 101, b"")), [(ACK, 101, 225, 0)]);
}

#[test]
fn a_reset_tells_who_had_closed() {
    // Linux, tcp_reset.
    let fin = segment(Flags::FIN | ACK, 225, 101, b"");
    let reset = |seq| segment(Flags::RST, seq, 0, b"");
    let mut end = End::established();
    end.arrives(&reset(225));
    assert_eq!(end.connection.error(), Some(Error::Reset));
    let mut end = End::established();
    end.arrives(&fin);
    end.arrives(&reset(226));
    assert_eq!((end.connection.state(), end.connection.error()), (State::Closed, Some(Error::BrokenPipe)));
    let mut end = End::established();
    end.arrives(&fin);
    end.connection.shutdown(end.now).unwrap();
    end.sent();
    end.arrives(&reset(226));
    assert_eq!((end.connection.state(), end.connection.error()), (State::Closed, None));
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
fn options_of_the_syn() {
    let mut end = End::connect(&Config::ipv4(1500));
    let syn = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
    let mut expected = Options::NONE;
    expected.maximum_segment_size = Some(1460);
    expected.window_scale = Some(0);
    expected.sack_permitted = cfg!(feature = "tcp-sack");
    expected.timestamps = cfg!(feature = "tcp-timestamps").then_some(Timestamps { value: 0, echo_reply: 0 });
    // Whole segments (Linux: tcp_select_initial_window).
    assert_eq!((syn.options, syn.window), (expected, 2 * 1460));
}

#[test]
fn a_connection_is_small() {
    // Who probes the path remembers how far the search is, and its settings.
    let most = if cfg!(feature = "tcp-path-mtu-probing") { 536 } else { 512 };
    assert!(size_of::<Connection>() <= most, "{}", size_of::<Connection>());
}
