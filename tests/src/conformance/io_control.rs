//! How many bytes a TCP socket holds (SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK; TCP_INQ), and when they came.

use std::time::Duration;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::io_control::IoControl;
use anysock::message::{self, ControlBuffer, ControlMessage};
use anysock::option::socket::{TimestampNs, Timestamping};
use anysock::option::tcp::Inq;
use anysock::{Backend, Errno, Interfaces, Level, MessageFlags, RecvMsg, Shutdown, Spawn, TcpStream};

use super::Machine;
use super::machine::refused;

/// What a `recvmsg` answers: the bytes, and a control message beside them.
fn receive<B: Backend, M: ControlMessage + Copy>(
    stream: &TcpStream<B>,
    room: usize,
    flags: MessageFlags,
    wanted: M,
) -> (Vec<u8>, Option<M::Value>) {
    let mut bytes = vec![0; room];
    let mut control = ControlBuffer::<256>::new();
    let received = stream.socket().recv_msg(&mut RecvMsg {
        address: &mut [],
        slices: &mut [bytes.as_mut_slice().into()],
        control: control.as_mut_bytes(),
        handles: &mut [],
        flags,
    });
    let received = received.unwrap();
    bytes.truncate(received.len);
    (bytes, control.controls(received.control_len).first(wanted).unwrap())
}

pub fn bytes_of_a_connection<B: Interfaces + Spawn + IoControl>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    m.check("nothing to read", other.socket().readable(), Ok(0));
    m.check("nothing sent", (one.socket().unacknowledged(), one.socket().unsent()), (Ok(0), Ok(0)));
    one.send_all(b"0123456789").unwrap();
    other.recv_exact(&mut [0; 3]).unwrap();
    m.check("some to read", other.socket().readable(), Ok(7));
    other.recv_exact(&mut [0; 7]).unwrap();
    // An acknowledgment may come later than what it acknowledges was read.
    let soon = m.soon();
    while one.socket().unacknowledged() != Ok(0) && !soon.has_passed(m.backend.now()) {
        m.pause();
    }
    m.check("all is there", (one.socket().unacknowledged(), one.socket().unsent()), (Ok(0), Ok(0)));
    // As much as fits: not all of it can have been sent.
    let block = vec![7; 1 << 20];
    let mut sent = 0;
    while let Ok(length) = one.socket().send_with(&block, MessageFlags::DONTWAIT) {
        sent += length;
        if sent > 1 << 26 {
            break;
        }
        m.pause();
    }
    let (unacknowledged, unsent) = (one.socket().unacknowledged().unwrap(), one.socket().unsent().unwrap());
    m.check("something waits", unsent > 0 && unsent <= unacknowledged, true);
    let readable = other.socket().readable().unwrap();
    m.check("nothing is lost", readable + unacknowledged >= sent, true);
    one.shutdown(Shutdown::WRITE).unwrap();
    m.check("a FIN counts", one.socket().unsent(), Ok(unsent + 1));
}

pub fn bytes_of_others<B: Interfaces + Spawn + IoControl>(m: &Machine<B>) {
    let (listener, _) = m.tcp_listener();
    m.check("a listener", listener.socket().readable(), refused(Errno::EINVAL));
    m.check("a listener", listener.socket().unacknowledged(), refused(Errno::EINVAL));
    m.check("a listener's mark", listener.socket().is_at_mark(), Ok(false));
    let (one, other) = m.tcp_pair();
    one.send_all(b"abc").unwrap();
    one.socket().send_with(b"!", MessageFlags::OOB).unwrap();
    one.send_all(b"def").unwrap();
    other.recv_exact(&mut [0; 1]).unwrap();
    m.pause();
    m.check("up to the mark", other.socket().readable(), Ok(2));
    m.check("not at it", other.socket().is_at_mark(), Ok(false));
    other.recv_exact(&mut [0; 2]).unwrap();
    m.check("at the mark", other.socket().is_at_mark(), Ok(true));
    m.check("nothing before it", other.socket().readable(), Ok(0));
    other.recv_exact(&mut [0; 1]).unwrap();
    m.check("behind it", (other.socket().is_at_mark(), other.socket().readable()), (Ok(false), Ok(2)));
    one.shutdown(Shutdown::WRITE).unwrap();
    m.pause();
    m.check("a FIN does not count", other.socket().readable(), Ok(2));
}

pub fn what_is_left<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    m.check("off at first", other.get(Inq), Ok(false));
    let wrong = other.socket().set_bytes(Level::TCP, 36, &2i32.to_ne_bytes());
    m.check("neither on nor off", wrong, refused(Errno::EINVAL));
    other.set(Inq, true).unwrap();
    m.check("on", other.get(Inq), Ok(true));
    let inq = message::tcp::Inq;
    one.send_all(b"0123456789").unwrap();
    m.pause();
    let none = MessageFlags::empty();
    m.check("some left", receive(&other, 4, none, inq), (b"0123".to_vec(), Some(6)));
    m.check("looked at", receive(&other, 4, MessageFlags::PEEK, inq), (b"4567".to_vec(), Some(6)));
    m.check("none left", receive(&other, 100, none, inq), (b"456789".to_vec(), Some(0)));
    one.send_all(b"end").unwrap();
    one.shutdown(Shutdown::WRITE).unwrap();
    m.pause();
    m.check("the end counts", receive(&other, 1, none, inq), (b"e".to_vec(), Some(3)));
    m.check("so that it is read", receive(&other, 2, none, inq), (b"nd".to_vec(), Some(1)));
    m.check("as often as it is", receive(&other, 2, none, inq), (vec![], Some(1)));
    other.set(Inq, false).unwrap();
    m.check("off again", receive(&other, 2, none, inq), (vec![], None));
}

pub fn times_of_arrival<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    let flags = TimestampingFlags::RX_SOFTWARE | TimestampingFlags::SOFTWARE;
    other.set(Timestamping, flags.bits()).unwrap();
    let (none, peek) = (MessageFlags::empty(), MessageFlags::PEEK);
    // Linux begins to take times a while after it was asked: a minute is more than it needs.
    let begins = (0..3_000).any(|_| {
        m.pause();
        one.send_all(b"?").unwrap();
        receive(&other, 1, none, message::socket::Timestamping).1.is_some()
    });
    m.check("times are taken", begins, true);
    let mut before = Duration::ZERO;
    for text in [&b"first"[..], b"second"] {
        one.send_all(text).unwrap();
        m.pause();
        let (seen, looked) = receive(&other, 100, peek, message::socket::Timestamping);
        let (came, time) = receive(&other, 100, none, message::socket::Timestamping);
        m.check("the text", (seen == text, came == text), (true, true));
        m.check("both times", looked, time);
        let time = time.unwrap().software.duration().unwrap();
        m.check("later", time > before, true);
        before = time;
    }
    // In this order there is no moment without a socket that wants times, in which Linux would stop to take them.
    other.set(TimestampNs, true).unwrap();
    other.set(Timestamping, 0).unwrap();
    m.check("nanoseconds", other.get(TimestampNs), Ok(true));
    one.send_all(b"third").unwrap();
    m.pause();
    let (came, time) = receive(&other, 100, none, message::socket::TimestampNs);
    m.check("the text", came, b"third".to_vec());
    m.check("later", time.unwrap().duration().unwrap() > before, true);
}
