//! Raw CAN sockets (Documentation/networking/can.rst) against candump, cansend and cangen.

use std::time::Duration;

use anysock::can::{AnyFrame, AnyFrameXl, ErrorClass, ErrorFrame, Filter, Frame, Id, XlFrame};
use anysock::option::can_raw::{ErrorFilter, FdFrames, JoinFilters, ReceiveOwn, XlFrames};
use anysock::option::socket::{RecvBuffer, RxqOverflow, TimestampNs};
use anysock::{Backend, CanAddr, CanSocket, Deadline, Errno, Error};
use anysock_linux::Linux;

use crate::can_bus::{Bus, candump_frame, classic, data, fd, standard};
use crate::witness::{Peer, TIME_LIMIT, counted, output, payload};

/// How long nothing is to come.
const SILENCE: Duration = Duration::from_millis(50);

/// A socket on `bus` that sends and receives frames of every kind, and gives up in time.
fn open(bus: &Bus) -> CanSocket<Linux> {
    patient(CanSocket::open(Linux, &bus.interface_name()).unwrap())
}

fn patient(mut socket: CanSocket<Linux>) -> CanSocket<Linux> {
    socket.set_timeout(Some(TIME_LIMIT));
    socket.set(FdFrames, true).unwrap();
    socket
}

/// The error that comes where nothing does.
fn silence(socket: &mut CanSocket<Linux>) {
    socket.set_timeout(Some(SILENCE));
    assert_eq!(socket.recv(), Err(Error::TimedOut));
    socket.set_timeout(Some(TIME_LIMIT));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn candump_sees_frames_of_every_kind() {
    let bus = Bus::new("raw-kinds");
    let extended = Id::extended(0x18DA_F110).unwrap();
    let [a, b] = [payload(1)[0], payload(1)[0]];
    let frames: [AnyFrame; 7] = [
        classic(standard(0x123), 8),
        classic(extended, 5),
        classic(standard(0x7FF), 0),
        Frame::remote(extended, 4).unwrap().into(),
        fd(standard(0x124), 64),
        fd(extended, 1),
        ErrorFrame::from_raw(ErrorClass::CONTROLLER, &[0, 8, 0, 0, 0, 0, a, b]).unwrap().into(),
    ];
    let all = format!("{},0:0,#FFFFFFFF", bus.name());
    let mut candump = Peer::start("candump", &["-L", "-n", "7", &all]);
    bus.wait_for_listeners("raw", 2);
    let socket = open(&bus);
    for frame in &frames {
        socket.send(frame).unwrap();
    }
    let seen: Vec<_> = candump.rest().lines().map(candump_frame).collect();
    assert_eq!(seen, frames);
    counted("CAN_RAW, CAN_RAW_FD_FRAMES", "candump", &data(&seen));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn cansend_passes_filters() {
    let bus = Bus::new("raw-filters");
    let mut socket = open(&bus);
    // All but 0x1F0, and of these 0x1xx only.
    let filters = [Filter::exact(standard(0x1F0)).inverted(), Filter::new(0x100, 0x700)];
    socket.set_filters(&filters).unwrap();
    socket.set(JoinFilters, true).unwrap();
    let frames = [0x1F0, 0x101, 0x201].map(|id| classic(standard(id), 8));
    for frame in &frames {
        output("cansend", &[bus.name(), &frame.to_string()]);
    }
    assert_eq!(socket.recv(), Ok(frames[1]));
    silence(&mut socket);
    // Any of them: 0x1F0 passes the second, 0x201 the first.
    socket.set(JoinFilters, false).unwrap();
    for frame in &frames {
        output("cansend", &[bus.name(), &frame.to_string()]);
    }
    // 0x101 passes both, and comes once.
    let received = [(); 3].map(|()| socket.recv().unwrap());
    assert_eq!(received, frames);
    silence(&mut socket);
    counted("CAN_RAW_FILTER, JOIN_FILTERS", "cansend", &data(&received));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn cansend_sends_error_frames() {
    let bus = Bus::new("raw-errors");
    let mut socket = open(&bus);
    socket.set_filters(&[]).unwrap();
    let [class, other] = [ErrorClass::BUS_OFF, ErrorClass::CONTROLLER];
    let send = |class: ErrorClass| {
        let frame: AnyFrame = ErrorFrame::from_raw(class, &payload(8)).unwrap().into();
        output("cansend", &[bus.name(), &frame.to_string()]);
        frame
    };
    send(class);
    silence(&mut socket);
    socket.set(ErrorFilter, class.bits()).unwrap();
    send(other);
    let sent = send(class);
    assert_eq!(socket.recv(), Ok(sent));
    silence(&mut socket);
    counted("CAN_RAW_ERR_FILTER", "cansend", sent.data());
}

/// The same frame has the same time for every socket that asks: candump's, and this one's.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn candump_has_the_same_times() {
    let bus = Bus::new("raw-times");
    let socket = open(&bus);
    socket.set(TimestampNs, true).unwrap();
    let mut candump = Peer::start("candump", &["-L", "-n", "20", bus.name()]);
    bus.wait_for_listeners("raw", 2);
    output("cangen", &[bus.name(), "-n", "20", "-g", "1", "-m", "-D", "r"]);
    let mut frames = Vec::new();
    for line in candump.rest().lines() {
        let received = socket.recv_msg().unwrap();
        let time = received.timestamp.unwrap().0;
        let microseconds = format!("({:010}.{:06})", time.as_secs(), time.subsec_micros());
        assert_eq!(line.split_whitespace().next(), Some(&microseconds[..]));
        assert_eq!((received.frame, received.interface), (candump_frame(line), bus.index()));
        assert!(received.from_this_machine && !received.own);
        frames.push(received.frame);
    }
    assert_eq!(frames.len(), 20);
    counted("CAN_RAW, SO_TIMESTAMPNS", "cangen, candump", &data(&frames));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn own_messages_come_back() {
    let bus = Bus::new("raw-own");
    let mut candump = Peer::start("candump", &["-L", "-n", "1", bus.name()]);
    bus.wait_for_listeners("raw", 1);
    let mut socket = open(&bus);
    let frame = fd(standard(0x321), 48);
    socket.set(ReceiveOwn, true).unwrap();
    socket.send(&frame).unwrap();
    let own = socket.recv_msg().unwrap();
    assert_eq!((own.frame, own.own, own.from_this_machine), (frame, true, true));
    silence(&mut socket);
    assert_eq!(candump_frame(&candump.rest()), frame);
    counted("CAN_RAW_RECV_OWN_MSGS", "candump", frame.data());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn cangen_overruns_a_queue() {
    let bus = Bus::new("raw-drops");
    let mut socket = open(&bus);
    socket.set(RecvBuffer, 4096).unwrap();
    socket.set(RxqOverflow, true).unwrap();
    output("cangen", &[bus.name(), "-n", "200", "-g", "0", "-i", "-I", "10", "-L", "8", "-D", "r"]);
    // The loss is said with the next frame that finds room.
    let last = classic(standard(0x7F0), 8);
    let mut frames = Vec::new();
    socket.set_timeout(Some(SILENCE));
    while let Ok(received) = socket.recv_msg() {
        assert_eq!(received.dropped, None, "nothing was lost before these");
        frames.push(received.frame);
    }
    output("cansend", &[bus.name(), &last.to_string()]);
    socket.set_timeout(Some(TIME_LIMIT));
    let received = socket.recv_msg().unwrap();
    assert_eq!(received.frame, last);
    assert!(!frames.is_empty() && frames.len() < 200, "{} came", frames.len());
    assert_eq!(received.dropped, Some(200 - frames.len() as u32));
    counted("CAN_RAW, SO_RXQ_OVFL", "cangen", &data(&frames));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn frames_from_any_interface() {
    let buses = ["raw-any0", "raw-any1"].map(Bus::new);
    let mut socket = patient(CanSocket::bind(Linux, &CanAddr::ANY).unwrap());
    // Other tests send on other buses.
    let id = Id::extended(0x1ABC_DE01).unwrap();
    socket.set_filters(&[Filter::exact(id)]).unwrap();
    let mut frames = Vec::new();
    for bus in &buses {
        let frame = classic(id, 8);
        output("cansend", &[bus.name(), &frame.to_string()]);
        let received = socket.recv_msg().unwrap();
        assert_eq!((received.frame, received.interface), (frame, bus.index()));
        frames.push(frame);
    }
    // It sends where it is told to, and nowhere else.
    let mut candump = Peer::start("candump", &["-L", "-n", "1", buses[1].name()]);
    buses[1].wait_for_listeners("raw", 1);
    let frame = classic(id, 7);
    assert_eq!(socket.send(&frame), Err(Errno::ENXIO.into()));
    socket.send_to(&frame, &CanAddr { interface: buses[1].index() }).unwrap();
    assert_eq!(candump_frame(&candump.rest()), frame);
    frames.push(frame);
    silence(&mut socket);
    counted("CAN_RAW, any interface", "cansend, candump", &data(&frames));
}

/// A queue that lets 20 frames pass at once and then about 1,000 in a second, of which it holds few.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_full_queue() {
    let bus = Bus::new("raw-full");
    let shape = ["root", "tbf", "rate", "128kbit", "burst", "320", "limit", "160"];
    output("tc", &[&["qdisc", "add", "dev", bus.name()], &shape[..]].concat());
    let mut candump = Peer::start("candump", &["-L", bus.name()]);
    bus.wait_for_listeners("raw", 1);
    let socket = open(&bus);
    let mut accepted = Vec::new();
    let refused = loop {
        let frame = classic(standard(0x100), 8);
        match socket.send(&frame) {
            Ok(()) => accepted.push(frame),
            Err(error) => break error,
        }
        assert!(accepted.len() < 10_000, "the queue is never full");
    };
    // Although the socket has a timeout: no event would say when there is room.
    assert_eq!(refused, Errno::ENOBUFS.into());
    for _ in 0..40 {
        let frame = classic(standard(0x101), 8);
        socket.send_until(&frame, Deadline::at(Linux.now() + TIME_LIMIT)).unwrap();
        accepted.push(frame);
    }
    let seen: Vec<_> = accepted.iter().map(|_| candump_frame(&candump.line_with(bus.name()))).collect();
    assert_eq!(seen, accepted);
    // Full again, and for longer than the deadline.
    let late = loop {
        let soon = Deadline::at(Linux.now() + Duration::from_micros(100));
        if let Err(error) = socket.send_until(&classic(standard(0x102), 8), soon) {
            break error;
        }
    };
    assert_eq!(late, Errno::ENOBUFS.into());
    counted("CAN_RAW, ENOBUFS and paced", "candump", &data(&seen));
}

/// No program of Debian's knows CAN XL, which its kernel has: the peer is tests/peers/can_xl_echo.c.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn xl_frames_are_echoed() {
    let bus = Bus::new("raw-xl");
    let socket = open(&bus);
    let frame = |length| XlFrame::new(0x3A5, &payload(length)).unwrap();
    assert_eq!(socket.send_xl(&frame(1)), Err(Errno::EINVAL.into()));
    socket.set(XlFrames, true).unwrap();
    assert_eq!(socket.send_xl(&frame(1)), Err(Errno::EINVAL.into()), "the interface has no XL");
    output("ip", &["link", "set", bus.name(), "down"]);
    assert_eq!(socket.recv(), Err(Errno::ENETDOWN.into()));
    output("ip", &["link", "set", bus.name(), "mtu", "2060", "up"]);
    let _echo = Peer::own("can_xl_echo", &[bus.name()]);
    bus.wait_for_listeners("raw", 2);
    let mut all = Vec::new();
    for length in [1, 64, 65, 2048] {
        let sent = frame(length).with_service_data_unit(3).with_acceptance(0x1234_5678);
        socket.send_xl(&sent).unwrap();
        let Ok(AnyFrameXl::Xl(echo)) = socket.recv_xl() else { panic!("no XL frame") };
        assert_eq!((echo.priority(), echo.service_data_unit(), echo.acceptance()), (0x3A6, 3, 0x1234_5678));
        assert_eq!(echo.data(), sent.data());
        all.extend_from_slice(echo.data());
    }
    // Frames of other kinds come along.
    let classic = classic(standard(0x111), 8);
    output("cansend", &[bus.name(), &classic.to_string()]);
    assert_eq!(socket.recv_xl(), Ok(AnyFrameXl::Other(classic)));
    counted("CAN_RAW_XL_FRAMES", "can_xl_echo.c", &all);
}
