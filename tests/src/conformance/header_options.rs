//! Options of IPv4's header: IP_OPTIONS, IP_RECVOPTS, IP_RETOPTS, and what is filled in on the way (ip(7), RFC 791
//! §3.1).

use std::net::SocketAddr;

use anysock::message::{self, ControlBuffer};
use anysock::option::List;
use anysock::option::ip::{self, Options, RecvOptions, RetOptions};
use anysock::{Errno, Interfaces, Level, MessageFlags, SendMsg, SockAddr, Socket, Spawn, UdpSocket};

use super::Machine;
use super::machine::{receive_message, refused};

pub(super) const RECORD_ROUTE: u8 = 7;
const TIMESTAMP: u8 = 68;
pub(super) const NO_OPERATION: u8 = 1;
pub(super) const HOST: [u8; 4] = [127, 0, 0, 1];

/// An option that records the route, with room for so many addresses, behind an octet of padding.
pub(super) fn record_route(room: usize) -> Vec<u8> {
    let mut option = vec![0; 4 + 4 * room];
    option[..4].copy_from_slice(&[NO_OPERATION, RECORD_ROUTE, 3 + 4 * room as u8, 4]);
    option
}

/// One that records times, in entries of so many octets.
fn timestamps(kind: u8, entry: usize, room: usize) -> Vec<u8> {
    let mut option = vec![0; 4 + entry * room];
    option[..4].copy_from_slice(&[TIMESTAMP, 4 + (entry * room) as u8, 5, kind]);
    option
}

pub(super) fn list(octets: &[u8]) -> List<u8, 40> {
    List::new(octets).unwrap()
}

/// The options of the next message that has come, as they are and as an answer has them.
fn options_of<B: Interfaces + Spawn>(m: &Machine<B>, socket: &Socket<B>) -> [Vec<u8>; 2] {
    let received = receive_message(socket, 160, MessageFlags::empty()).unwrap();
    let controls = received.controls();
    let names: Vec<i32> = controls.clone().map(|message| message.name).collect();
    m.check("in this order", names.is_sorted(), true);
    let came = controls.clone().first(message::ip::RecvOpts).unwrap();
    let answer = controls.first(message::ip::RetOpts).unwrap();
    [came, answer].map(|options| options.map_or(Vec::new(), |options| options.to_vec()))
}

fn wants_options<B: Interfaces + Spawn>(socket: &Socket<B>) {
    socket.set(RecvOptions, true).unwrap();
    socket.set(RetOptions, true).unwrap();
}

/// A sender, and a receiver that is told options, with its address.
fn pair<B: Interfaces + Spawn>(m: &Machine<B>) -> (UdpSocket<B>, UdpSocket<B>, SocketAddr) {
    let ((sender, _), (receiver, to)) = (m.udp(), m.udp());
    wants_options(receiver.socket());
    (sender, receiver, to)
}

pub fn kept<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, _) = m.udp();
    m.check("none", socket.get(Options).map(|options| options.to_vec()), Ok(vec![]));
    m.check("IP_RECVOPTS", socket.get(RecvOptions), Ok(false));
    m.check("IP_RETOPTS", socket.get(RetOptions), Ok(false));
    let kept = |set: &[u8], told: &[u8]| {
        m.check("set", socket.set(Options, list(set)), Ok(()));
        m.check("told", socket.get(Options).map(|options| options.to_vec()), Ok(told.to_vec()));
    };
    kept(&record_route(3), &record_route(3));
    kept(&record_route(9), &record_route(9));
    kept(&timestamps(0, 4, 9), &timestamps(0, 4, 9));
    kept(&[NO_OPERATION], &[NO_OPERATION, 0, 0, 0]);
    // What is behind the end, and where something is to be written, is gone.
    kept(&[NO_OPERATION, 0, 7, 7, 7], &[NO_OPERATION, 0, 0, 0, 0, 0, 0, 0]);
    kept(&[RECORD_ROUTE, 7, 4, 9, 9, 9, 9, 0], &[RECORD_ROUTE, 7, 4, 0, 0, 0, 0, 0]);
    kept(&[], &[]);
    let wrong = |octets: &[u8]| {
        let answer = socket.socket().set_bytes(Level::IP, ip::IP_OPTIONS, octets);
        m.check("wrong", answer, refused(Errno::EINVAL));
    };
    wrong(&[NO_OPERATION; 41]);
    wrong(&[RECORD_ROUTE]);
    wrong(&[RECORD_ROUTE, 9, 4, 0, 0, 0, 0]);
    wrong(&[RECORD_ROUTE, 2, 4, 0]);
    wrong(&[RECORD_ROUTE, 7, 3, 0, 0, 0, 0, 0]);
    wrong(&[RECORD_ROUTE, 7, 5, 0, 0, 0, 0, 0]);
    wrong(&[RECORD_ROUTE, 3, 4, RECORD_ROUTE, 3, 4]);
    wrong(&[TIMESTAMP, 3, 5, 0]);
    wrong(&[TIMESTAMP, 8, 4, 0, 0, 0, 0, 0]);
    wrong(&[TIMESTAMP, 8, 5, 1, 0, 0, 0, 0]);
    wrong(&[TIMESTAMP, 4, 5, 0xF0]);
    m.check("nothing is left of them", socket.get(Options).map(|options| options.to_vec()), Ok(vec![]));
}

pub fn routes_are_recorded<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver, to) = pair(m);
    sender.set(Options, list(&record_route(3))).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let recorded = [&[NO_OPERATION, RECORD_ROUTE, 15, 12][..], &HOST, &HOST, &[0; 4]].concat();
    let answer = [&recorded[1..], &[0]].concat();
    m.check("by the sender and the receiver", options_of(m, receiver.socket()), [recorded, answer]);
    sender.set(Options, list(&record_route(1))).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let recorded = [&[NO_OPERATION, RECORD_ROUTE, 7, 8][..], &HOST].concat();
    let answer = [&recorded[1..], &[0]].concat();
    m.check("as far as there is room", options_of(m, receiver.socket()), [recorded, answer]);
    sender.set(Options, list(&[])).unwrap();
    sender.send_to(b"x", &to).unwrap();
    m.check("none", options_of(m, receiver.socket()), [vec![], vec![]]);
}

pub fn times_are_recorded<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver, to) = pair(m);
    let time = |octets: &[u8]| u32::from_be_bytes(octets.try_into().unwrap());
    sender.set(Options, list(&timestamps(0, 4, 3))).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let [came, _] = options_of(m, receiver.socket());
    m.check("two of them", came[..4] == [TIMESTAMP, 16, 13, 0], true);
    let (sent, arrived) = (time(&came[4..8]), time(&came[8..12]));
    m.check("of this day", sent < 86_400_000 && arrived.wrapping_sub(sent) < 1000, true);
    m.check("and room", &came[12..], &[0; 4]);
    sender.set(Options, list(&timestamps(1, 8, 2))).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let [came, _] = options_of(m, receiver.socket());
    m.check("with addresses", came[..8] == [TIMESTAMP, 20, 21, 1, 127, 0, 0, 1], true);
    m.check("both", came[12..16] == HOST, true);
    m.check("and times", time(&came[16..]).wrapping_sub(time(&came[8..12])) < 1000, true);
    sender.set(Options, list(&timestamps(0, 4, 1))).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let [came, _] = options_of(m, receiver.socket());
    m.check("one found no room", came[..4] == [TIMESTAMP, 8, 9, 0x10], true);
    // Those who are asked for: a host, and somebody else, who does not come.
    let mut asked = timestamps(3, 8, 2);
    asked[4..8].copy_from_slice(&HOST);
    asked[12..16].copy_from_slice(&[192, 0, 2, 1]);
    sender.set(Options, list(&asked)).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let [came, _] = options_of(m, receiver.socket());
    m.check("the first", came[..8] == [TIMESTAMP, 20, 13, 3, 127, 0, 0, 1], true);
    m.check("the other waits", &came[12..], &[192, 0, 2, 1, 0, 0, 0, 0]);
}

pub fn a_message_has_its_own<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver, to) = pair(m);
    let send = |octets: &[u8]| {
        let mut buffer = ControlBuffer::<64>::new();
        let mut writer = buffer.writer();
        writer.push(Level::IP, ip::IP_RETOPTS, octets).unwrap();
        let to = to.encode();
        let message = SendMsg {
            address: Some(to.as_ref()),
            slices: &[b"x"[..].into()],
            control: writer.into_bytes(),
            handles: &[],
            flags: MessageFlags::empty(),
        };
        sender.socket().send_msg(&message)
    };
    sender.set(Options, list(&record_route(9))).unwrap();
    m.check("others", send(&[NO_OPERATION, 0]), Ok(1));
    let came = options_of(m, receiver.socket());
    m.check("in the place of the socket's", came, [vec![NO_OPERATION, 0, 0, 0], vec![]]);
    m.check("wrong", send(&[RECORD_ROUTE, 7, 5, 0, 0, 0, 0]), refused(Errno::EINVAL));
    m.check("the socket's are there", sender.send_to(b"x", &to), Ok(1));
    let [came, answer] = options_of(m, receiver.socket());
    m.check("all of them", (came.len(), came[3], answer.len(), answer[2]), (40, 12, 40, 12));
    // An answer by the way that is told records where it came.
    m.check("an answer", send(&answer), Ok(1));
    let [came, _] = options_of(m, receiver.socket());
    m.check("twice two", (came[2], came[3..19] == HOST.repeat(4)), (20, true));
}

pub fn they_take_room<B: Interfaces + Spawn>(m: &Machine<B>) {
    const LONGEST: usize = 65_507 - 40;
    let (sender, receiver, to) = pair(m);
    sender.set(Options, list(&record_route(9))).unwrap();
    let bytes = vec![7; LONGEST + 1];
    m.check("too long", sender.send_to(&bytes, &to), refused(Errno::EMSGSIZE));
    m.check("the longest", sender.send_to(&bytes[..LONGEST], &to), Ok(LONGEST));
    m.check("received", receiver.recv(&mut vec![0; LONGEST]), Ok(LONGEST));
}
