//! The error queue of TCP sockets: sending without a copy (MSG_ZEROCOPY), and when text was sent (SO_TIMESTAMPING).

use std::time::Duration;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::{ErrorOrigin, ScmTimestamping64, SockExtendedErr, TimestampKind};
use anysock::option::Linger;
use anysock::option::socket::{LingerOnClose, Timestamping, TimestampingOld, ZeroCopy};
use anysock::zero_copy::SendZeroCopy;
use anysock::{
    Errno, Family, Interfaces, Level, MessageFlags, PollEvents, Socket, SocketType, Spawn, TcpStream,
};

use super::Machine;
use super::machine::refused;

/// Text that lives for ever.
static TEXT: [u8; 10_000] = {
    let mut text = [0; 10_000];
    let mut place = 0;
    while place < text.len() {
        text[place] = (place % 251) as u8;
        place += 1;
    }
    text
};

/// What is told of calls with MSG_ZEROCOPY: loopback copies what it carries.
fn completion(first: u32, last: u32) -> SockExtendedErr {
    let (errno, origin) = (Errno(0), ErrorOrigin::ZEROCOPY);
    SockExtendedErr { errno, origin, kind: 0, code: 1, padding: 0, info: first, data: last }
}

/// Sends the beginning of the text without a copy, and has the peer read it.
fn send_uncopied<B: Interfaces + Spawn + SendZeroCopy>(
    m: &Machine<B>,
    (from, to): (&TcpStream<B>, &TcpStream<B>),
    length: usize,
) {
    let sent = from.socket().send_zero_copy(&TEXT[..length], MessageFlags::empty());
    m.check("how much is taken", sent, Ok(length));
    let mut came = vec![0; length];
    to.recv_exact(&mut came).unwrap();
    m.check("what comes", came == TEXT[..length], true);
}

/// Lets acknowledgments come that may be delayed.
fn let_acknowledgments_come<B: Interfaces + Spawn>(m: &Machine<B>) {
    for _ in 0..5 {
        m.pause();
    }
}

pub fn without_a_copy<B: Interfaces + Spawn + SendZeroCopy>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    m.check("off at first", one.get(ZeroCopy), Ok(false));
    send_uncopied(m, (&one, &other), 4000);
    let_acknowledgments_come(m);
    m.check("off, nothing is told", m.poll(one.handle()), PollEvents::OUT);
    one.set(ZeroCopy, true).unwrap();
    m.check("on", one.get(ZeroCopy), Ok(true));
    send_uncopied(m, (&one, &other), 4000);
    let events = m.await_then_poll(one.handle(), PollEvents::ERR);
    m.check("an error without an error", events, PollEvents::OUT | PollEvents::ERR);
    let done = one.socket().recv_error(&mut []).unwrap();
    m.check("the call", done.error, completion(0, 0));
    m.check("nothing else", (done.offender, done.destination, done.data), (None, None, &[][..]));
    m.check("that was all", m.poll(one.handle()), PollEvents::OUT);
    for length in [10_000, 1] {
        send_uncopied(m, (&one, &other), length);
        let_acknowledgments_come(m);
    }
    m.check("both in one", one.socket().recv_error(&mut []).map(|done| done.error), Ok(completion(1, 2)));
    one.send(b"copied").unwrap();
    m.check("nothing is nothing", one.socket().send_zero_copy(&[], MessageFlags::empty()), Ok(0));
    other.recv_exact(&mut [0; 6]).unwrap();
    send_uncopied(m, (&one, &other), 7);
    m.await_then_poll(one.handle(), PollEvents::ERR);
    m.check(
        "only such calls count",
        one.socket().recv_error(&mut []).map(|done| done.error),
        Ok(completion(3, 3)),
    );
}

pub fn without_a_copy_in_vain<B: Interfaces + Spawn + SendZeroCopy>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    let wrong = one.socket().set_bytes(Level::SOCKET, 60, &2i32.to_ne_bytes());
    m.check("neither on nor off", wrong, refused(Errno::EINVAL));
    let unix = m.socket(Family::UNIX, SocketType::STREAM);
    m.check("not of this family", unix.set(ZeroCopy, true), refused(Errno::EOPNOTSUPP));
    let bytes = one.socket().send_with(&TEXT, MessageFlags::ZEROCOPY);
    m.check("borrowed bytes", bytes, refused(Errno::EOPNOTSUPP));
    one.set(ZeroCopy, true).unwrap();
    m.check("taken", one.socket().send_zero_copy(&TEXT, MessageFlags::empty()), Ok(TEXT.len()));
    other.set(LingerOnClose, Linger(Some(0))).unwrap();
    let_acknowledgments_come(m);
    m.check("acknowledged", one.socket().recv_error(&mut []).map(|done| done.error), Ok(completion(0, 0)));
    drop(other);
    m.await_then_poll(one.handle(), PollEvents::HUP);
    let again = one.socket().send_zero_copy(&TEXT, MessageFlags::empty());
    m.check("reset", again, refused(Errno::ECONNRESET));
    let again = one.socket().send_zero_copy(&TEXT, MessageFlags::empty());
    m.check("gone", again, refused(Errno::EPIPE));
    m.check("nothing is told of them", m.poll(one.handle()).contains(PollEvents::ERR), false);
}

/// Which times are taken, beside the option that says how they are told.
const TAKEN: TimestampingFlags = TimestampingFlags::TX_SCHED
    .union(TimestampingFlags::TX_SOFTWARE)
    .union(TimestampingFlags::TX_ACK)
    .union(TimestampingFlags::SOFTWARE);

/// The next entry, which has to be of a time; the time, and what comes with it.
pub(super) fn take_time<B: Interfaces + Spawn>(
    m: &Machine<B>,
    socket: &Socket<B>,
    kind: TimestampKind,
    number: u32,
) -> (Duration, Vec<u8>) {
    m.await_then_poll(socket.handle(), PollEvents::ERR);
    let mut room = [0; 4096];
    let entry = socket.recv_error(&mut room).unwrap();
    let (errno, origin) = (Errno::ENOMSG, ErrorOrigin::TIMESTAMPING);
    let expected =
        SockExtendedErr { errno, origin, kind: 0, code: 0, padding: 0, info: kind.0, data: number };
    m.check("of what", entry.error, expected);
    m.check("and of nobody", (entry.offender, entry.destination), (None, None));
    let ScmTimestamping64 { software, legacy, hardware } = entry.times.unwrap();
    m.check("no other", (legacy, hardware), Default::default());
    (software.duration().unwrap(), entry.data.to_vec())
}

const KINDS: [TimestampKind; 3] = [TimestampKind::SCHED, TimestampKind::SND, TimestampKind::ACK];

pub fn times_of_sending<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    m.check("none at first", one.get(Timestamping), Ok(0));
    let counted = TAKEN | TimestampingFlags::OPT_ID | TimestampingFlags::OPT_TSONLY;
    one.set(Timestamping, counted.bits()).unwrap();
    m.check("all of them", one.get(Timestamping), Ok(counted.bits()));
    let (mut sent, mut before) = (0, Duration::ZERO);
    for length in [1000, 1, 9000] {
        one.send_all(&TEXT[..length]).unwrap();
        other.recv_exact(&mut vec![0; length]).unwrap();
        sent += length as u32;
        for kind in KINDS {
            let (time, text) = take_time(m, one.socket(), kind, sent - 1);
            m.check("one after the other", time >= before, true);
            m.check("no text", text, vec![]);
            before = time;
        }
        m.check("no more", m.poll(one.handle()), PollEvents::OUT);
        m.pause();
    }
}

pub fn times_of_sending_with_the_packet<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    one.set(Timestamping, TAKEN.bits()).unwrap();
    one.send(b"what was sent").unwrap();
    other.recv_exact(&mut [0; 13]).unwrap();
    for kind in KINDS {
        let (_, packet) = take_time(m, one.socket(), kind, 0);
        m.check("the packet", packet.ends_with(b"what was sent"), true);
    }
}

pub fn which_times_can_be_had<B: Interfaces + Spawn>(m: &Machine<B>) {
    let unconnected = m.socket(Family::INET, SocketType::STREAM);
    let counted = TAKEN | TimestampingFlags::OPT_ID;
    let answer = unconnected.set(Timestamping, counted.bits());
    m.check("counting without a connection", answer, refused(Errno::EINVAL));
    m.check("others", unconnected.set(Timestamping, TAKEN.bits()), Ok(()));
    let (one, other) = m.tcp_pair();
    let figures = TAKEN | TimestampingFlags::OPT_STATS;
    m.check("figures with the packet", one.set(Timestamping, figures.bits()), refused(Errno::EINVAL));
    m.check("unknown ones", one.set(Timestamping, 1 << 30), refused(Errno::EINVAL));
    // Taken, but not told.
    let untold = TimestampingFlags::TX_ACK | TimestampingFlags::OPT_TSONLY;
    one.set(TimestampingOld, untold.bits()).unwrap();
    m.check("the old form", one.get(TimestampingOld), Ok(untold.bits()));
    m.check("is not the new one", one.get(Timestamping), Ok(0));
    one.send(b"!").unwrap();
    other.recv_exact(&mut [0; 1]).unwrap();
    m.await_then_poll(one.handle(), PollEvents::ERR);
    let entry = one.socket().recv_error(&mut []).unwrap();
    m.check("a time", entry.error.timestamp(), Some(TimestampKind::ACK));
    m.check("that is not told", entry.times, None);
}
