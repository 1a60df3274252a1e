//! Urgent data, as Linux has it: the mark, the octet out of band, and in line.
#![cfg(feature = "tcp-urgent")]

mod tcp_end;

use anysock::tcp::{Config, Error, Flags, Segment};
use tcp_end::{ACK, End, segment};

const URG: Flags = Flags::URG.union(Flags::ACK);

/// A segment with an urgent pointer.
fn urgent<'a>(seq: u32, pointer: u16, text: &'a [u8]) -> Segment<'a> {
    let mut segment = segment(URG, seq, 101, text);
    segment.urgent_pointer = pointer;
    segment
}

fn inline() -> Config {
    let mut config = Config::default();
    config.urgent_inline = true;
    config
}

/// What it sends now: whether it is urgent, the number that the pointer points to, octets of text.
fn sent(end: &mut End) -> Vec<(bool, u32, usize)> {
    let mut sent = vec![];
    while let Some(segment) = end.connection.poll_transmit(end.now, &mut end.memory) {
        let up = segment.seq.0.wrapping_add(u32::from(segment.urgent_pointer));
        sent.push((segment.flags.contains(Flags::URG), up, segment.payload.len()));
    }
    sent
}

#[test]
fn the_octet_before_the_pointer_is_taken_out_of_band() {
    let mut end = End::established();
    assert_eq!(end.connection.receive_urgent(false), Err(Error::NoUrgentData));
    end.arrives(&urgent(225, 4, b"abc!def"));
    assert!(end.connection.has_urgent() && !end.connection.is_at_mark());
    // SIOCINQ and recv stop before the mark.
    assert_eq!(end.connection.readable(), 3);
    assert_eq!(end.receive(), Ok(b"abc".to_vec()));
    assert!(end.connection.is_at_mark());
    assert_eq!(end.connection.receive_urgent(true), Ok(Some(b'!')));
    assert_eq!(end.connection.receive_urgent(false), Ok(Some(b'!')));
    assert_eq!(end.connection.receive_urgent(false), Err(Error::NoUrgentData), "it is gone");
    assert!(end.connection.is_at_mark(), "the mark stays until it is passed");
    let mut peeked = [0; 8];
    assert_eq!(end.connection.peek(&mut peeked, &end.memory), Ok(3));
    assert_eq!(end.receive(), Ok(b"def".to_vec()));
    assert!(!end.connection.is_at_mark());
    assert_eq!((end.connection.urgent_mark(), end.receive()), (None, Err(Error::WouldBlock)));
}

#[test]
fn an_urgent_octet_that_nobody_takes_is_passed_over() {
    let mut end = End::established();
    end.arrives(&urgent(225, 1, b"!"));
    assert_eq!((end.connection.readable(), end.connection.is_at_mark()), (0, true));
    assert_eq!(end.receive(), Err(Error::WouldBlock));
    // The receive buffer is empty again.
    end.arrives(&segment(ACK, 226, 101, &[7; 4095]));
    assert!(end.receive() == Ok(vec![7; 4095]));
}

#[test]
fn in_line_the_octet_stays_in_the_stream() {
    let mut end = End::established_with(&inline());
    end.arrives(&urgent(225, 4, b"abc!def"));
    assert_eq!(end.connection.receive_urgent(false), Err(Error::NoUrgentData));
    assert!(!end.connection.is_at_mark(), "three octets lie before it");
    assert_eq!(end.receive(), Ok(b"abc".to_vec()));
    assert!(end.connection.is_at_mark());
    assert_eq!(end.receive(), Ok(b"!def".to_vec()));
    assert!(!end.connection.is_at_mark());
}

#[test]
fn the_other_interpretation_of_the_pointer() {
    let mut config = Config::default();
    config.urgent_pointer_to_last = true;
    let mut end = End::established_with(&config);
    end.arrives(&urgent(225, 3, b"abc!def"));
    assert_eq!(end.connection.receive_urgent(false), Ok(Some(b'!')));
    assert_eq!(end.connection.send_urgent(end.now, b"xyz", &mut end.memory), Ok(3));
    assert_eq!(sent(&mut end), [(true, 103, 3)]);
}

#[test]
fn the_mark_may_come_before_its_octet() {
    let mut end = End::established();
    // A pure acknowledgment that points ahead (RFC 9293 §3.8.5: "even if there is no data").
    end.arrives(&urgent(225, 6, b""));
    assert_eq!(end.connection.urgent_mark().map(|mark| mark.0), Some(230));
    assert_eq!(end.connection.receive_urgent(false), Err(Error::WouldBlock));
    end.arrives(&segment(ACK, 225, 101, b"abc"));
    assert_eq!(end.connection.receive_urgent(false), Err(Error::WouldBlock));
    end.arrives(&segment(ACK, 228, 101, b"de!f"));
    assert_eq!(end.connection.receive_urgent(false), Ok(Some(b'!')));
    assert_eq!(end.receive(), Ok(b"abcde".to_vec()));
    assert_eq!(end.receive(), Ok(b"f".to_vec()));
    // The stream ends without the octet.
    end.arrives(&urgent(232, 6, b""));
    end.arrives(&segment(Flags::FIN | ACK, 232, 101, b""));
    assert_eq!(end.connection.receive_urgent(false), Ok(None));
}

#[test]
fn old_and_repeated_pointers_change_nothing() {
    let mut end = End::established();
    end.arrives(&urgent(225, 4, b"abc!"));
    assert_eq!(end.connection.receive_urgent(false), Ok(Some(b'!')));
    // The same again, and one that points into what has been received.
    end.arrives(&urgent(225, 4, b"abc!"));
    end.arrives(&urgent(226, 2, b"bc!x"));
    assert_eq!(end.connection.receive_urgent(false), Err(Error::NoUrgentData));
    // A newer one replaces it: Linux keeps one mark.
    end.arrives(&urgent(230, 1, b"?"));
    assert_eq!(end.connection.receive_urgent(false), Ok(Some(b'?')));
    // The first is text like any other now, but for the last.
    assert_eq!(end.receive(), Ok(b"abc!x".to_vec()));
    assert_eq!(end.receive(), Err(Error::WouldBlock));
}

#[test]
fn a_second_mark_does_not_bring_the_first_octet_back() {
    // Linux, tcp_check_urg: "send("A", MSG_OOB); send("B", MSG_OOB)", nothing read in between.
    let mut end = End::established();
    end.arrives(&urgent(225, 1, b"A"));
    end.arrives(&urgent(226, 1, b"B"));
    assert_eq!(end.connection.receive_urgent(false), Ok(Some(b'B')));
    end.arrives(&segment(ACK, 227, 101, b"c"));
    assert_eq!(end.receive(), Ok(b"c".to_vec()));
}

#[test]
fn the_pointer_goes_out_with_everything_before_it() {
    let mut end = End::established();
    end.connection.send(end.now, &[1; 536], &mut end.memory).unwrap();
    assert_eq!(end.connection.send_urgent(end.now, b"ab!", &mut end.memory), Ok(3));
    end.connection.send(end.now, b"after", &mut end.memory).unwrap();
    // SND.UP is the number behind the urgent octet: 101 + 536 + 3.
    assert_eq!(sent(&mut end), [(true, 640, 536), (true, 640, 8)]);
    // It is told again with what is sent again, and no more once it is acknowledged.
    end.time_out_quietly();
    assert!(sent(&mut end).iter().all(|sent| sent.0));
    end.arrives(&segment(ACK, 225, 645, b""));
    end.connection.send(end.now, b"more", &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), [(false, 645, 4)]);
}

#[test]
fn urgent_text_does_not_wait_for_company() {
    let mut config = Config::default();
    config.cork = true;
    let mut end = End::established_with(&config);
    end.connection.send(end.now, b"slow", &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), []);
    end.connection.send_urgent(end.now, b"!", &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), [(true, 106, 5)], "Linux: tcp_nagle_test");
}

#[test]
fn a_shut_window_lets_the_mark_through() {
    let mut end = End::established();
    let mut shut = segment(ACK, 225, 101, b"");
    shut.window = 0;
    end.arrives(&shut);
    end.connection.send_urgent(end.now, b"abc!", &mut end.memory).unwrap();
    assert_eq!(sent(&mut end), []);
    // The next acknowledgment carries it, and so does each probe.
    let mut text = segment(ACK, 225, 101, b"text");
    text.window = 0;
    end.connection.segment_arrives(end.now, &text, &mut end.memory);
    assert_eq!(sent(&mut end), [(true, 105, 0)]);
    end.time_out_quietly();
    assert_eq!(sent(&mut end), [(true, 105, 1)]);
}
