//! The broadcast manager (Documentation/networking/can.rst) against candump, cansend and bcmserver.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use anysock::can::{AnyFrame, BcmHead, BcmMessage, BcmOpcode, BcmTimeval, Frame};
use anysock::socket::BcmWatch;
use anysock::{CanAddr, CanBcm, Errno, Error};
use anysock_linux::Linux;

use crate::can_bus::{Bus, candump_frame, classic, data, fd, standard};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, wait_until};

/// How often frames are sent.
const INTERVAL: Duration = Duration::from_millis(10);

fn open(bus: &Bus) -> CanBcm<Linux> {
    let mut socket = CanBcm::open(Linux, &bus.interface_name()).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn candump_sees_cyclic_frames() {
    let bus = Bus::new("bcm-cyclic");
    let mut candump = Peer::start("candump", &["-L", bus.name()]);
    bus.wait_for_listeners("raw", 1);
    let socket = open(&bus);
    let mut next = || candump_frame(&candump.line_with(bus.name()));

    let frames = [0x100, 0x200, 0x300].map(|id| classic(standard(id), 8));
    socket.send_cyclic(&frames, INTERVAL).unwrap();
    let seen = [(); 7].map(|()| next());
    assert_eq!(seen.to_vec(), frames.iter().cycle().take(7).copied().collect::<Vec<_>>());

    // Other data, from the next frame on.
    let changed = [0x100, 0x200, 0x300].map(|id| classic(standard(id), 3));
    socket.change_cyclic(&changed, false).unwrap();
    let others: Vec<AnyFrame> =
        std::iter::repeat_with(&mut next).skip_while(|each| frames.contains(each)).take(3).collect();
    assert!(changed.iter().all(|each| others.contains(each)), "{others:?}");

    // What the kernel has of it.
    socket.request(BcmHead { opcode: BcmOpcode::TRANSMIT_READ, ..read(&frames[0]) }, &[]).unwrap();
    let mut buffer = [0; 512];
    let (status, _) = socket.recv_message(&mut buffer).unwrap();
    assert_eq!((status.head.opcode, status.head.interval2), (BcmOpcode::TRANSMIT_STATUS, INTERVAL.into()));
    assert_eq!(status.frames().collect::<Result<Vec<_>, _>>().unwrap(), changed);

    socket.stop_cyclic(&frames[0]).unwrap();
    assert_eq!(socket.stop_cyclic(&frames[0]), Err(Errno::EINVAL.into()));
    // After all that were on their way comes what is sent now.
    let last = fd(standard(0x400), 64);
    socket.send_once(&last).unwrap();
    assert!(std::iter::repeat_with(&mut next).take(1000).any(|frame| frame == last));
    counted("CAN_BCM TX_SETUP, TX_SEND", "candump", &data(&[&seen[..], &others, &[last]].concat()));
}

/// The head of a request about what began with `first`.
fn read(first: &AnyFrame) -> BcmHead {
    BcmHead {
        opcode: BcmOpcode::TRANSMIT_READ,
        flags: Default::default(),
        count: 0,
        interval1: BcmTimeval::default(),
        interval2: BcmTimeval::default(),
        can_id: first.can_id(),
        frames: 0,
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn candump_counts_frames() {
    let bus = Bus::new("bcm-count");
    let mut candump = Peer::start("candump", &["-L", bus.name()]);
    bus.wait_for_listeners("raw", 1);
    let socket = open(&bus);
    let frame = fd(standard(0x155), 12);
    socket.send_times(&[frame], 3, INTERVAL).unwrap();
    let told = socket.recv().unwrap();
    assert_eq!((told.opcode, told.can_id, told.frame), (BcmOpcode::TRANSMIT_EXPIRED, 0x155, None));
    let last = classic(standard(0x7FF), 1);
    socket.send_once(&last).unwrap();
    let seen = [(); 4].map(|()| candump_frame(&candump.line_with(bus.name())));
    assert_eq!(seen, [frame, frame, frame, last]);
    counted("CAN_BCM TX_EXPIRED, FD", "candump", &data(&seen));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn cansend_passes_a_content_filter() {
    let bus = Bus::new("bcm-content");
    let mut socket = open(&bus);
    let send = |frame: AnyFrame| {
        output("cansend", &[bus.name(), &frame.to_string()]);
        frame
    };
    // Bits of bytes 0 and 2 count.
    let mask = Frame::new(standard(0x123), &[0xFF, 0x00, 0x0F]).unwrap();
    socket.watch_content(&mask.into(), BcmWatch::default()).unwrap();
    let frame = |data: &[u8]| AnyFrame::from(Frame::new(standard(0x123), data).unwrap());
    let [a, b] = [0x5A, 0xA5].map(|toggle| crate::witness::payload(1)[0] ^ toggle);
    let mut told = Vec::new();
    let mut expect = |sent: AnyFrame| {
        let notification = socket.recv().unwrap();
        assert_eq!(notification.opcode, BcmOpcode::RECEIVE_CHANGED);
        assert_eq!((notification.frame, notification.interface), (Some(sent), bus.index()));
        told.push(sent);
    };
    expect(send(frame(&[a, b, 0x01])));
    send(frame(&[a, !b, 0xF1])); // nothing that counts has changed
    expect(send(frame(&[a, b, 0x02])));
    expect(send(frame(&[!a, b, 0x02])));
    send(classic(standard(0x124), 8)); // another identifier
    expect(send(frame(&[!a, b]))); // another length
    socket.stop_watching(standard(0x123), false).unwrap();
    send(frame(&[a, a, a]));
    socket.set_timeout(Some(Duration::from_millis(50)));
    assert_eq!(socket.recv(), Err(Error::TimedOut));
    counted("CAN_BCM RX_SETUP, content", "cansend", &data(&told));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn cansend_stays_away() {
    let bus = Bus::new("bcm-timeout");
    let mut socket = CanBcm::connect(Linux, &CanAddr::ANY).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    // On every interface one cannot send.
    assert_eq!(socket.send_once(&classic(standard(1), 1)), Err(Errno::ENODEV.into()));
    let frame = fd(standard(0x6A5), 20);
    let watch = BcmWatch { timeout: INTERVAL, ..BcmWatch::default() };
    socket.watch_id(standard(0x6A5), true, watch).unwrap();
    let silence = socket.recv().unwrap();
    assert_eq!((silence.opcode, silence.can_id), (BcmOpcode::RECEIVE_TIMEOUT, 0x6A5));
    for _ in 0..2 {
        output("cansend", &[bus.name(), &frame.to_string()]);
        let change = socket.recv().unwrap();
        assert_eq!((change.opcode, change.frame), (BcmOpcode::RECEIVE_CHANGED, Some(frame)));
        assert_eq!(change.interface, bus.index());
        assert_eq!(socket.recv().unwrap().opcode, BcmOpcode::RECEIVE_TIMEOUT);
    }
    counted("CAN_BCM RX_TIMEOUT, any, FD", "cansend", frame.data());
}

/// The TCP connection to a bcmserver, which gives each a broadcast manager's socket of its own.
struct BcmServer {
    connection: BufReader<TcpStream>,
    _server: Peer,
}

impl BcmServer {
    /// The port is bcmserver's own choice.
    const ADDRESS: &str = "127.0.0.1:28600";

    fn start() -> BcmServer {
        let server = Peer::start("bcmserver", &[]);
        let mut connection = None;
        wait_until("bcmserver listens", || {
            connection = TcpStream::connect(Self::ADDRESS).ok();
            connection.is_some()
        });
        let connection = connection.unwrap();
        connection.set_read_timeout(Some(TIME_LIMIT)).unwrap();
        BcmServer { connection: BufReader::new(connection), _server: server }
    }

    fn command(&mut self, command: &str) {
        self.connection.get_mut().write_all(command.as_bytes()).unwrap();
    }

    /// What it says next, between angle brackets.
    fn says(&mut self) -> String {
        let mut text = Vec::new();
        self.connection.read_until(b'>', &mut text).unwrap();
        String::from_utf8(text).unwrap().trim_start_matches('\0').to_owned()
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn bcmserver_both_ways() {
    let bus = Bus::new("bcmsrv0");
    let socket = open(&bus);
    let mut server = BcmServer::start();

    // It sends cyclically, and then something else.
    let mask = Frame::new(standard(0x321), &[0xFF; 4]).unwrap();
    socket.watch_content(&mask.into(), BcmWatch::default()).unwrap();
    let sent = [(); 2].map(|()| classic(standard(0x321), 4));
    let spaced = |frame: &AnyFrame| {
        frame.data().iter().map(|byte| hexadecimal(&[*byte])).collect::<Vec<_>>().join(" ")
    };
    server.command(&format!("< {} A 0 10000 321 4 {} >", bus.name(), spaced(&sent[0])));
    assert_eq!(socket.recv().unwrap().frame, Some(sent[0]));
    server.command(&format!("< {} U 0 0 321 4 {} >", bus.name(), spaced(&sent[1])));
    assert_eq!(socket.recv().unwrap().frame, Some(sent[1]));
    server.command(&format!("< {} D 0 0 321 0 >", bus.name()));

    // It watches what is sent to it.
    server.command(&format!("< {} R 0 0 456 2 FF FF >", bus.name()));
    bus.wait_for_listeners("bcm", 2);
    let cyclic = classic(standard(0x456), 8);
    socket.send_cyclic(&[cyclic], INTERVAL).unwrap();
    let told = server.says();
    let words: Vec<_> = told.split_whitespace().collect();
    assert_eq!(words[..4], ["<", bus.name(), "456", "8"], "{told}");
    let bytes = words[4..words.len() - 1].concat();
    assert_eq!(bytes.to_lowercase(), hexadecimal(cyclic.data()));
    counted("CAN_BCM both ways", "bcmserver", &data(&[sent[0], sent[1], cyclic]));
}

/// As many as fit into a message, and one more.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn many_frames() {
    let bus = Bus::new("bcm-many");
    let mut candump = Peer::start("candump", &["-L", "-n", "256", bus.name()]);
    bus.wait_for_listeners("raw", 1);
    let socket = open(&bus);
    let frames: Vec<_> = (0..=BcmMessage::MAX_FRAMES).map(|_| fd(standard(0x111), 64)).collect();
    assert_eq!(socket.send_cyclic(&frames, INTERVAL), Err(Errno::EINVAL.into()));
    socket.send_cyclic(&frames[..256], Duration::from_micros(500)).unwrap();
    let seen: Vec<_> = candump.rest().lines().map(candump_frame).collect();
    assert_eq!(seen, frames[..256]);
    counted("CAN_BCM, 256 FD frames", "candump", &data(&seen));
}
