//! What the error queue of UDP sockets tells of datagrams that were sent: when (SO_TIMESTAMPING), and that the memory
//! of those without a copy is free again (MSG_ZEROCOPY).

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::{ErrorOrigin, SockExtendedErr, TimestampKind};
use anysock::option::socket::{Timestamping, ZeroCopy};
use anysock::zero_copy::SendZeroCopy;
use anysock::{Errno, Interfaces, MessageFlags, PollEvents, Spawn};

use super::Machine;
use super::tcp_error_queue::take_time;

/// Which times are taken, and that they are told.
const TAKEN: TimestampingFlags =
    TimestampingFlags::TX_SCHED.union(TimestampingFlags::TX_SOFTWARE).union(TimestampingFlags::SOFTWARE);
const KINDS: [TimestampKind; 2] = [TimestampKind::SCHED, TimestampKind::SND];

pub fn times_of_sending<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((one, _), (other, address)) = (m.udp(), m.udp());
    let counted = TAKEN | TimestampingFlags::OPT_ID | TimestampingFlags::OPT_TSONLY;
    one.set(Timestamping, counted.bits()).unwrap();
    for number in 0..3 {
        one.send_to(b"what was sent", &address).unwrap();
        m.check("it comes", other.recv(&mut [0; 20]), Ok(13));
        for kind in KINDS {
            m.check("no packet", take_time(m, one.socket(), kind, number).1, vec![]);
        }
        m.check("no more", m.poll(one.handle()), PollEvents::OUT);
    }
}

pub fn times_of_sending_with_the_packet<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((one, _), (other, address)) = (m.udp(), m.udp());
    one.set(Timestamping, TAKEN.bits()).unwrap();
    one.send_to(b"what was sent", &address).unwrap();
    m.check("it comes", other.recv(&mut [0; 20]), Ok(13));
    for kind in KINDS {
        let (_, packet) = take_time(m, one.socket(), kind, 0);
        m.check("with the headers of Ethernet, IPv4 and UDP", packet.len(), 14 + 20 + 8 + 13);
        m.check("the type", &packet[12..15], &[0x08, 0x00, 0x45]);
        m.check("the bytes", packet.ends_with(b"what was sent"), true);
    }
}

pub fn without_a_copy<B: Interfaces + Spawn + SendZeroCopy>(m: &Machine<B>) {
    let ((one, _), (other, address)) = (m.udp(), m.udp());
    one.connect(&address).unwrap();
    let send = || {
        let sent = one.socket().send_zero_copy(b"what was sent", MessageFlags::empty());
        m.check("sent", sent, Ok(13));
        m.check("it comes", other.recv(&mut [0; 20]), Ok(13));
    };
    send();
    m.check("off, nothing is told", m.poll(one.handle()), PollEvents::OUT);
    one.set(ZeroCopy, true).unwrap();
    // Loopback copies what it carries.
    let completion = |first, last| {
        let (errno, origin) = (Errno(0), ErrorOrigin::ZEROCOPY);
        SockExtendedErr { errno, origin, kind: 0, code: 1, padding: 0, info: first, data: last }
    };
    send();
    m.await_then_poll(one.handle(), PollEvents::ERR);
    m.check("the first", one.socket().recv_error(&mut []).map(|done| done.error), Ok(completion(0, 0)));
    send();
    send();
    m.await_then_poll(one.handle(), PollEvents::ERR);
    m.check("two together", one.socket().recv_error(&mut []).map(|done| done.error), Ok(completion(1, 2)));
    m.check("no more", m.poll(one.handle()), PollEvents::OUT);
}
