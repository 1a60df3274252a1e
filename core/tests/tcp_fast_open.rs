//! Fast Open (RFC 7413): text in the SYN, cookies right and wrong, and what happens where it does not work.
#![cfg(feature = "tcp-fast-open")]

mod tcp_end;

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{
    Arrival, Config, Connection, Error, FastOpenCookie, Fixed, Flags, HalfOpen, Listener, SecretKey, Segment,
    SequenceNumber, State,
};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};
use tcp_end::{ACK, End, segment};

type Pair = (SocketAddrV4, SocketAddrV4);

const SYN_ACK: Flags = Flags::SYN.union(Flags::ACK);

fn pair(last: u8, port: u16) -> Pair {
    let address = |last, port| SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, last), port);
    (address(1, 80), address(last, port))
}

fn listener() -> Listener<[Option<(Pair, HalfOpen)>; 4]> {
    let key = SecretKey::new([7; 16]);
    let mut listener = Listener::new(&Config::default(), 3, 4096, key, [const { None }; 4]);
    listener.set_fast_open(2);
    listener
}

fn client(has_cookie: bool) -> End {
    let connection =
        Connection::connect_fast_open(&Config::default(), SequenceNumber(100), has_cookie, Instant::ZERO);
    End { connection, memory: Fixed::new(), now: Instant::ZERO }
}

/// A SYN with the option, and text.
fn syn<'a>(cookie: FastOpenCookie, text: &'a [u8]) -> Segment<'a> {
    let mut syn = segment(Flags::SYN, 224, 0, text);
    syn.options.fast_open = Some(cookie);
    syn
}

/// The cookie that a listener grants to a peer that asks.
fn granted(listener: &mut Listener<[Option<(Pair, HalfOpen)>; 4]>, pair: Pair) -> FastOpenCookie {
    let mut copy = listener.clone();
    let request = syn(FastOpenCookie::REQUEST, b"");
    assert_eq!(copy.fast_open(Instant::ZERO, &pair, &request), None);
    match copy.segment_arrives(Instant::ZERO, &pair, &request) {
        Arrival::Reply(reply) => reply.options.fast_open.unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_asks_for_a_cookie_and_then_uses_it() {
    let mut end = client(false);
    assert_eq!(end.connection.send(end.now, b"early", &mut end.memory), Err(Error::WouldBlock));
    let first = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
    assert_eq!((first.options.fast_open, first.payload.len()), (Some(FastOpenCookie::REQUEST), 0));
    let cookie = FastOpenCookie::new(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
    let mut answer = segment(SYN_ACK, 224, 101, b"");
    answer.options.fast_open = Some(cookie);
    assert_eq!(end.connection.granted_cookie(&answer), Some(cookie));
    // Not from a segment that answers something else.
    assert_eq!(end.connection.granted_cookie(&segment(SYN_ACK, 224, 99, b"")), None);
    let mut forged = answer;
    forged.ack = SequenceNumber(99);
    assert_eq!(end.connection.granted_cookie(&forged), None);
    assert_eq!(End::connect(&Config::default()).connection.granted_cookie(&answer), None, "nobody asked");

    let mut end = client(true);
    assert_eq!(end.connection.send(end.now, b"request", &mut end.memory), Ok(7));
    assert_eq!(end.sent(), [(Flags::SYN, 100, 0, 7)]);
    // All of it is acknowledged with the SYN, and the answer comes with that.
    assert_eq!(end.arrives(&segment(SYN_ACK, 224, 108, b"answer")), [(ACK, 108, 231, 0)]);
    assert_eq!((end.connection.state(), end.receive()), (State::Established, Ok(b"answer".to_vec())));
    assert_eq!(end.send(b"more"), [(ACK | Flags::PSH, 108, 231, 4)]);
}

#[test]
fn text_that_is_not_taken_is_sent_again() {
    // The server does not know Fast Open, or not this cookie: it acknowledges the SYN alone (§4.1.3).
    let mut end = client(true);
    end.connection.send(end.now, b"request", &mut end.memory).unwrap();
    end.sent();
    let sent = end.arrives(&segment(SYN_ACK, 224, 101, b""));
    assert_eq!(sent, [(ACK | Flags::PSH, 101, 225, 7)]);
    assert_eq!(end.arrives(&segment(ACK, 225, 108, b"")), []);
    assert_eq!((end.connection.state(), end.connection.unacknowledged()), (State::Established, 0));
    // The path drops such SYNs: the next one is an ordinary one, and the text follows.
    let mut end = client(true);
    end.connection.send(end.now, b"request", &mut end.memory).unwrap();
    end.sent();
    end.time_out_quietly();
    let again = end.connection.poll_transmit(end.now, &mut end.memory).unwrap();
    assert_eq!((again.flags, again.options.fast_open, again.payload.len()), (Flags::SYN, None, 0));
    assert_eq!(end.arrives(&segment(SYN_ACK, 224, 101, b"")), [(ACK | Flags::PSH, 101, 225, 7)]);
}

#[test]
fn no_more_text_goes_with_the_syn_than_fits() {
    let mut end = client(true);
    assert_eq!(end.connection.send(end.now, &[1; 4000], &mut end.memory), Ok(4000));
    // 536 octets where nothing is known of the peer, less room for options.
    assert_eq!(end.sent(), [(Flags::SYN, 100, 0, 496)]);
    let sent = end.arrives(&segment(SYN_ACK, 224, 597, b""));
    assert_eq!(sent[0].1, 597);
    assert_eq!(sent.iter().map(|sent| sent.3).sum::<usize>(), 3504);
}

#[test]
fn a_server_takes_the_text_of_a_syn_with_the_right_cookie() {
    let mut listener = listener();
    let cookie = granted(&mut listener, pair(2, 1000));
    // Whatever the port (§4.1.2), but of no other host.
    assert_eq!(granted(&mut listener, pair(2, 2000)), cookie);
    assert_ne!(granted(&mut listener, pair(3, 1000)), cookie);
    let now = Instant::ZERO;
    let syn = syn(cookie, b"request");
    let half_open = listener.fast_open(now, &pair(2, 2000), &syn).unwrap();
    assert_eq!(listener.waiting(), 1, "it can be accepted at once");
    let mut memory = Fixed::new();
    let connection = Connection::accept_fast_open(&Config::default(), &half_open, &syn, now, &mut memory);
    let mut end = End { connection, memory, now };
    assert_eq!((end.connection.state(), end.receive()), (State::SynReceived, Ok(b"request".to_vec())));
    // The answer goes out before the handshake is over (§4.2.2).
    assert_eq!(end.connection.send(now, b"answer", &mut end.memory), Ok(6));
    let sent = end.sent();
    let isn = sent[0].1;
    assert_eq!(sent, [(SYN_ACK, isn, 232, 0), (ACK | Flags::PSH, isn.wrapping_add(1), 232, 6)]);
    // Lost: the SYN,ACK comes again, and then the text.
    end.time_out_quietly();
    let again = end.sent();
    assert_eq!((again[0].0, again[0].1), (SYN_ACK, isn));
    assert_eq!(end.arrives(&segment(ACK, 232, isn.wrapping_add(7), b"")), []);
    assert_eq!((end.connection.state(), end.connection.unacknowledged()), (State::Established, 0));
}

#[test]
fn a_wrong_cookie_is_answered_with_the_right_one() {
    let mut listener = listener();
    let right = granted(&mut listener, pair(2, 1000));
    let wrong = FastOpenCookie::new(&[0; 8]).unwrap();
    let forged = syn(wrong, b"request");
    assert_eq!(listener.fast_open(Instant::ZERO, &pair(2, 1000), &forged), None);
    let Arrival::Reply(reply) = listener.segment_arrives(Instant::ZERO, &pair(2, 1000), &forged) else {
        panic!()
    };
    // The SYN alone is acknowledged (§4.2.2; Linux: tcp_try_fastopen).
    assert_eq!(
        (reply.flags, reply.ack, reply.options.fast_open),
        (SYN_ACK, SequenceNumber(225), Some(right))
    );
}

#[test]
fn connections_that_nobody_has_proved_are_limited() {
    let mut listener = listener();
    let cookie = granted(&mut listener, pair(2, 1000));
    let syn = syn(cookie, b"request");
    let opened =
        |listener: &mut Listener<_>, port| listener.fast_open(Instant::ZERO, &pair(2, port), &syn).is_some();
    assert_eq!([1, 2, 3].map(|port| opened(&mut listener, port)), [true, true, false]);
    listener.fast_open_is_over();
    assert!(opened(&mut listener, 3));
    listener.set_fast_open(0);
    assert!(!opened(&mut listener, 4));
    let Arrival::Reply(reply) = listener.segment_arrives(Instant::ZERO, &pair(2, 4), &syn) else { panic!() };
    assert_eq!(reply.options.fast_open, None, "it is switched off");
}

#[test]
fn the_option_on_the_wire() {
    let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
    for (octets, expected) in [
        // RFC 7413 §4.1.1: kind 34; 4 to 16 octets, an even number, or none.
        (&[34, 2, 1, 1][..], Some(&[][..])),
        (&[34, 6, 1, 2, 3, 4, 1, 1], Some(&[1, 2, 3, 4])),
        (&[34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1], Some(&[1, 2, 3, 4, 5, 6, 7, 8])),
        (&[34, 4, 1, 2], None),
        (&[34, 7, 1, 2, 3, 4, 5, 1], None),
    ] {
        let mut syn = segment(Flags::SYN, 1, 0, b"");
        syn.options.fast_open = expected.map(|cookie| FastOpenCookie::new(cookie).unwrap());
        let mut bytes = [0; 64];
        let length = wire::encode(&addresses, Ports::default(), &syn, &mut bytes).unwrap();
        if expected.is_some() {
            assert_eq!(bytes[20..length], *octets);
        }
        // As it came from elsewhere.
        let length = 20 + octets.len();
        bytes[12] = (length as u8 / 4) << 4;
        bytes[16..18].fill(0);
        bytes[20..length].copy_from_slice(octets);
        let words = bytes[..length].chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
        let sum: u32 = words.sum::<u32>() + 2 * (0x7f00 + 1) + 6 + length as u32;
        let sum = (sum & 0xffff) + (sum >> 16);
        bytes[16..18].copy_from_slice(&(!((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
        let (_, decoded) = wire::decode(&addresses, &bytes[..length]).unwrap();
        assert_eq!(decoded.options.fast_open.as_ref().map(|cookie| cookie.octets()), expected);
    }
}

#[test]
fn a_user_who_may_read_already_hears_of_a_reset() {
    let mut listener = listener();
    let cookie = granted(&mut listener, pair(2, 40_000));
    let opening = syn(cookie, b"early");
    let half_open = listener.fast_open(Instant::ZERO, &pair(2, 40_000), &opening).unwrap();
    let mut memory = Fixed::<4096, 4096>::new();
    let config = Config::default();
    let connection = Connection::accept_fast_open(&config, &half_open, &opening, Instant::ZERO, &mut memory);
    let mut end = End { connection, memory, now: Instant::ZERO };
    end.sent();
    assert_eq!(end.connection.state(), State::SynReceived);
    end.arrives(&segment(Flags::RST, 230, 0, b""));
    assert_eq!((end.connection.state(), end.connection.error()), (State::Closed, Some(Error::Reset)));
}
