//! Raw CAN sockets. The interfaces vcan0 and vcan1 take CAN FD frames, and nobody else sends there.

use anysock::addr::SockAddr;
use anysock::can::{
    self, AnyFrame, CAN_MTU, CANFD_MTU, ErrorClass, ErrorFrame, FdFlags, FdFrame, Filter, Frame, Id,
};
use anysock::option::can_raw::{CAN_RAW_FILTER, ErrorFilter, FdFrames, JoinFilters, Loopback, ReceiveOwn};
use anysock::option::socket::{RxqOverflow, TimestampNs};
use anysock::{
    CanAddr, CanProtocol, CanSocket, Errno, Error, Family, InterfaceName, Interfaces, Level, MessageFlags,
    PollEvents, Protocol, Shutdown, Socket, SocketType, Spawn,
};

use super::Machine;
use super::machine::{patient, refused};

const STANDARD: Id = Id::standard(0x123).unwrap();
const OTHER: Id = Id::standard(0x321).unwrap();
const EXTENDED: Id = Id::extended(0x1234_5678).unwrap();

fn open<B: Interfaces + Spawn>(m: &Machine<B>, interface: &str) -> CanSocket<B> {
    let socket = CanSocket::open(m.backend.clone(), &interface.parse().unwrap()).unwrap();
    patient(socket.into_socket()).into()
}

fn index<B: Interfaces + Spawn>(m: &Machine<B>, interface: &str) -> u32 {
    m.backend.interface_index(&interface.parse().unwrap()).unwrap()
}

fn data(id: Id, bytes: &[u8]) -> AnyFrame {
    Frame::new(id, bytes).unwrap().into()
}

/// Whether nothing comes, although there was time for it.
fn nothing_comes<B: Interfaces + Spawn>(m: &Machine<B>, can: &CanSocket<B>) -> bool {
    m.pause();
    can.socket().recv_with(&mut [0; CANFD_MTU], MessageFlags::DONTWAIT) == refused(Errno::EAGAIN)
}

pub fn types_and_protocols<B: Interfaces + Spawn>(m: &Machine<B>) {
    let answer =
        |kind, protocol: CanProtocol| m.backend.socket(Family::CAN, kind, protocol.into()).map(|_| ());
    m.check("CAN_RAW", answer(SocketType::RAW, CanProtocol::RAW), Ok(()));
    m.check("not raw", answer(SocketType::DGRAM, CanProtocol::RAW), Err(Errno::EPROTOTYPE));
    m.check("not raw", answer(SocketType::STREAM, CanProtocol::RAW), Err(Errno::EPROTOTYPE));
    m.check("a reserved number", answer(SocketType::RAW, CanProtocol::MCNET), Err(Errno::EPROTONOSUPPORT));
    m.check("no number of CAN", answer(SocketType::RAW, CanProtocol(99)), Err(Errno::EINVAL));
    m.check("a negative number", answer(SocketType::RAW, CanProtocol(-1)), Err(Errno::EINVAL));
    let pair = m.backend.socket_pair(Family::CAN, SocketType::RAW, CanProtocol::RAW.into()).map(|_| ());
    m.check("socketpair", pair, Err(Errno::EOPNOTSUPP));
}

pub fn missing_interfaces<B: Interfaces + Spawn>(m: &Machine<B>) {
    let bind = |interface| CanSocket::bind(m.backend.clone(), &CanAddr { interface }).map(|_| ());
    m.check("no such number", bind(4_000_000), refused(Errno::ENODEV));
    m.check("no CAN interface", bind(1), refused(Errno::ENODEV));
    let name = InterfaceName::new(b"vcan99").unwrap();
    m.check("no such name", CanSocket::open(m.backend.clone(), &name).map(|_| ()), refused(Errno::ENODEV));
}

pub fn bind<B: Interfaces + Spawn>(m: &Machine<B>) {
    let can = open(m, "vcan0");
    let (first, second) = (index(m, "vcan0"), index(m, "vcan1"));
    m.check("getsockname", can.socket().local_addr(), Ok(CanAddr { interface: first }));
    m.check("bind elsewhere", can.socket().bind(&CanAddr { interface: second }), Ok(()));
    m.check("getsockname", can.socket().local_addr(), Ok(CanAddr { interface: second }));
    m.check("bind to all", can.socket().bind(&CanAddr::ANY), Ok(()));
    m.check("getsockname", can.socket().local_addr(), Ok(CanAddr::ANY));
    let bytes = CanAddr { interface: first }.encode();
    let bind = |address: &[u8]| m.backend.bind(can.handle(), address);
    m.check("no address", bind(&[]), Err(Errno::EINVAL));
    m.check("a short address", bind(&bytes[..7]), Err(Errno::EINVAL));
    m.check("the least of one", bind(&bytes[..8]), Ok(()));
    m.check("another family", bind(&[2; 24]), Err(Errno::EINVAL));
}

pub fn what_raw_sockets_cannot<B: Interfaces + Spawn>(m: &Machine<B>) {
    let can = open(m, "vcan0");
    let socket = can.socket();
    m.check("connect", socket.connect(&CanAddr { interface: 1 }), refused(Errno::EOPNOTSUPP));
    m.check("listen", socket.listen(1), refused(Errno::EOPNOTSUPP));
    m.check("accept", socket.accept::<CanAddr>().map(|_| ()), refused(Errno::EOPNOTSUPP));
    m.check("shutdown", socket.shutdown(Shutdown::BOTH), refused(Errno::EOPNOTSUPP));
    m.check("getpeername", socket.peer_addr::<CanAddr>(), refused(Errno::EOPNOTSUPP));
}

pub fn exchange<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    let frames = [
        data(STANDARD, b""),
        data(STANDARD, &[1, 2, 3, 4, 5, 6, 7, 8]),
        data(EXTENDED, b"abc"),
        Frame::remote(OTHER, 5).unwrap().into(),
    ];
    for frame in frames {
        m.check("send", sender.send(&frame), Ok(()));
        m.check("recv", receiver.recv(), Ok(frame));
    }
    m.check("the sender has none of them", nothing_comes(m, &sender), true);
}

pub fn what_is_known_of_a_frame<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan1"), open(m, "vcan1"));
    sender.set(ReceiveOwn, true).unwrap();
    receiver.set(TimestampNs, true).unwrap();
    receiver.set(RxqOverflow, true).unwrap();
    sender.send(&data(STANDARD, b"x")).unwrap();
    let received = receiver.recv_msg().unwrap();
    m.check("the frame", received.frame, data(STANDARD, b"x"));
    m.check("the interface", received.interface, index(m, "vcan1"));
    m.check("a timestamp", received.timestamp.is_some(), true);
    m.check("nothing was lost", received.dropped.unwrap_or(0), 0);
    m.check("MSG_DONTROUTE", received.from_this_machine, true);
    m.check("MSG_CONFIRM", received.own, false);
    let received = sender.recv_msg().unwrap();
    m.check("no timestamp", received.timestamp, None);
    m.check("MSG_DONTROUTE", received.from_this_machine, true);
    m.check("MSG_CONFIRM", received.own, true);
}

pub fn loopback_and_own_messages<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    m.check("CAN_RAW_LOOPBACK", sender.get(Loopback), Ok(true));
    m.check("CAN_RAW_RECV_OWN_MSGS", sender.get(ReceiveOwn), Ok(false));
    sender.set(ReceiveOwn, true).unwrap();
    sender.send(&data(STANDARD, b"1")).unwrap();
    m.check("the other", receiver.recv(), Ok(data(STANDARD, b"1")));
    m.check("the sender", sender.recv(), Ok(data(STANDARD, b"1")));
    sender.set(Loopback, false).unwrap();
    sender.send(&data(STANDARD, b"2")).unwrap();
    m.check("not the other", nothing_comes(m, &receiver), true);
    m.check("nor the sender", nothing_comes(m, &sender), true);
}

pub fn interfaces_are_apart<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (here, there) = (open(m, "vcan0"), open(m, "vcan1"));
    let everywhere = CanSocket::bind(m.backend.clone(), &CanAddr::ANY).unwrap();
    let everywhere = CanSocket::from(patient(everywhere.into_socket()));
    let (first, second) = (index(m, "vcan0"), index(m, "vcan1"));
    here.send(&data(STANDARD, b"here")).unwrap();
    let received = everywhere.recv_msg().unwrap();
    m.check("from vcan0", (received.interface, received.frame), (first, data(STANDARD, b"here")));
    there.send(&data(STANDARD, b"there")).unwrap();
    let received = everywhere.recv_msg().unwrap();
    m.check("from vcan1", (received.interface, received.frame), (second, data(STANDARD, b"there")));
    m.check("neither hears the other", nothing_comes(m, &here) && nothing_comes(m, &there), true);

    m.check("to nowhere", everywhere.send(&data(STANDARD, b"x")), refused(Errno::ENXIO));
    let bytes = *Frame::new(STANDARD, b"x").unwrap().as_bytes();
    let to = |interface| everywhere.socket().send_to(&bytes, &CanAddr { interface });
    m.check("to vcan1", to(second), Ok(CAN_MTU));
    m.check("received", there.recv(), Ok(data(STANDARD, b"x")));
    m.check("to no interface", to(4_000_000), refused(Errno::ENXIO));
    m.check(
        "a bound socket sends elsewhere",
        here.socket().send_to(&bytes, &CanAddr { interface: second }),
        Ok(CAN_MTU),
    );
    m.check("received", there.recv(), Ok(data(STANDARD, b"x")));
}

pub fn filters<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    // Which of three identifiers come through.
    let passes = |filters: &[Filter]| {
        receiver.set_filters(filters).unwrap();
        [STANDARD, OTHER, EXTENDED].map(|id| {
            sender.send(&data(id, b"x")).unwrap();
            !nothing_comes(m, &receiver)
        })
    };
    m.check("none", passes(&[]), [false, false, false]);
    m.check("all", passes(&[Filter::ALL]), [true, true, true]);
    m.check("one", passes(&[Filter::exact(STANDARD)]), [true, false, false]);
    m.check("an extended one", passes(&[Filter::exact(EXTENDED)]), [false, false, true]);
    m.check("two", passes(&[Filter::exact(STANDARD), Filter::exact(OTHER)]), [true, true, false]);
    m.check("all but one", passes(&[Filter::exact(STANDARD).inverted()]), [false, true, true]);
    m.check("by a mask", passes(&[Filter::new(0x100, 0x700)]), [true, false, false]);
    let both = [Filter::exact(STANDARD).inverted(), Filter::exact(OTHER).inverted()];
    m.check("any of two inverted", passes(&both), [true, true, true]);
    receiver.set(JoinFilters, true).unwrap();
    m.check("both of two inverted", passes(&both), [false, false, true]);
}

pub fn a_filter_that_matches_twice_gives_a_frame_once<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    receiver.set_filters(&[Filter::ALL, Filter::exact(STANDARD)]).unwrap();
    sender.send(&data(STANDARD, b"x")).unwrap();
    m.check("once", receiver.recv(), Ok(data(STANDARD, b"x")));
    m.check("and not twice", nothing_comes(m, &receiver), true);
}

pub fn fd_frames<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver, classic) = (open(m, "vcan0"), open(m, "vcan0"), open(m, "vcan0"));
    let frame: AnyFrame = FdFrame::new(STANDARD, FdFlags::BRS, &[7; 64]).unwrap().into();
    m.check("CAN_RAW_FD_FRAMES", sender.get(FdFrames), Ok(false));
    m.check("without it", sender.send(&frame), refused(Errno::EINVAL));
    sender.set(FdFrames, true).unwrap();
    receiver.set(FdFrames, true).unwrap();
    m.check("with it", sender.send(&frame), Ok(()));
    m.check("received", receiver.recv(), Ok(frame));
    sender.send(&data(STANDARD, b"classic")).unwrap();
    m.check("classic frames as before", receiver.recv(), Ok(data(STANDARD, b"classic")));
    m.check("a receiver without it has those only", classic.recv(), Ok(data(STANDARD, b"classic")));
    m.check("and no other", nothing_comes(m, &classic), true);
}

pub fn classic_frames_alone<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    sender.set(FdFrames, true).unwrap();
    let (short, long) = (b"classic", [7; 12]);
    let fd = FdFrame::new(STANDARD, FdFlags::empty(), &long).unwrap();
    sender.send(&fd.into()).unwrap();
    sender.send(&data(STANDARD, short)).unwrap();
    m.check(
        "an FD frame is not delivered",
        receiver.recv_classic(),
        Ok(Frame::new(STANDARD, short).unwrap()),
    );
    receiver.set(FdFrames, true).unwrap();
    sender.send(&fd.into()).unwrap();
    sender.send(&data(STANDARD, b"next")).unwrap();
    let other = Err(Error::Frame(can::DecodeError::Size(CAN_MTU + 1)));
    m.check("an FD frame that is", receiver.recv_classic(), other);
    m.check("is lost", receiver.recv_classic(), Ok(Frame::new(STANDARD, b"next").unwrap()));
}

pub fn sizes<B: Interfaces + Spawn>(m: &Machine<B>) {
    let sender = open(m, "vcan0");
    let bytes = *FdFrame::new(STANDARD, FdFlags::empty(), &[0; 64]).unwrap().as_bytes();
    let bytes = [&bytes[..], &[0; 8]].concat();
    let sizes = [0, 1, CAN_MTU - 1, CAN_MTU + 1, CANFD_MTU - 1, CANFD_MTU + 1];
    for fd in [false, true] {
        sender.set(FdFrames, fd).unwrap();
        for size in sizes {
            let sent = sender.socket().send(&bytes[..size]);
            m.check(&format!("{size} bytes"), sent, refused(Errno::EINVAL));
        }
    }
    let mut long = *Frame::new(STANDARD, b"x").unwrap().as_bytes();
    long[4] = 9;
    m.check("nine bytes of data", sender.socket().send(&long), refused(Errno::EINVAL));
    let mut long = *FdFrame::new(STANDARD, FdFlags::empty(), b"x").unwrap().as_bytes();
    long[4] = 65;
    m.check("65 bytes of data", sender.socket().send(&long), refused(Errno::EINVAL));
}

pub fn room_to_receive<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    let socket = receiver.socket();
    for _ in 0..3 {
        sender.send(&data(STANDARD, b"abcdefgh")).unwrap();
    }
    let mut bytes = [0; CANFD_MTU];
    m.check("MSG_PEEK", socket.recv_with(&mut bytes, MessageFlags::PEEK), Ok(CAN_MTU));
    m.check("half of it", socket.recv(&mut bytes[..8]), Ok(8));
    // A raw CAN socket does not tell the whole length.
    m.check("MSG_TRUNC", socket.recv_with(&mut bytes[..8], MessageFlags::TRUNC), Ok(8));
    let received = socket.recv_from::<CanAddr>(&mut bytes);
    m.check("recvfrom", received, Ok((CAN_MTU, CanAddr { interface: index(m, "vcan0") })));
    m.check("no more", nothing_comes(m, &receiver), true);
}

pub fn readiness<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (open(m, "vcan0"), open(m, "vcan0"));
    m.check("idle", m.poll(receiver.handle()), PollEvents::OUT);
    sender.send(&data(STANDARD, b"x")).unwrap();
    let events = m.await_then_poll(receiver.handle(), PollEvents::IN);
    m.check("a frame", events, PollEvents::IN | PollEvents::OUT);
    receiver.recv().unwrap();
    m.check("idle again", m.poll(receiver.handle()), PollEvents::OUT);
}

pub fn error_frames<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver, deaf) = (open(m, "vcan0"), open(m, "vcan0"), open(m, "vcan0"));
    m.check("CAN_RAW_ERR_FILTER", receiver.get(ErrorFilter), Ok(0));
    receiver.set(ErrorFilter, ErrorClass::BUS_OFF.bits()).unwrap();
    // A virtual interface carries what a program makes up; a controller has its own.
    let busoff = *ErrorFrame::new(ErrorClass::BUS_OFF).as_bytes();
    let timeout = *ErrorFrame::new(ErrorClass::TX_TIMEOUT).as_bytes();
    if sender.socket().send(&timeout).is_ok() && sender.socket().send(&busoff).is_ok() {
        let received = receiver.recv().map(|frame| matches!(frame, AnyFrame::Error(_)));
        m.check("an error frame", received, Ok(true));
        m.check("of this class only", nothing_comes(m, &receiver), true);
        m.check("and only where asked for", nothing_comes(m, &deaf), true);
    }
}

pub fn options<B: Interfaces + Spawn>(m: &Machine<B>) {
    let can = open(m, "vcan0");
    let set = |name, value: &[u8]| can.socket().set_bytes(Level::CAN_RAW, name, value);
    m.check("half a filter", set(CAN_RAW_FILTER, &[0; 12]), refused(Errno::EINVAL));
    m.check("512 filters", set(CAN_RAW_FILTER, &[0; 512 * 8]), Ok(()));
    m.check("513 filters", set(CAN_RAW_FILTER, &[0; 513 * 8]), refused(Errno::EINVAL));
    for name in [2, 3, 4, 5, 6] {
        m.check("a short value", set(name, &[0; 3]), refused(Errno::EINVAL));
        m.check("a long value", set(name, &[0; 5]), refused(Errno::EINVAL));
    }
    m.check("unknown", set(99, &[0; 4]), refused(Errno::ENOPROTOOPT));
    let mut room = [0; 4];
    let unknown = can.socket().get_bytes(Level::CAN_RAW, 99, &mut room);
    m.check("unknown", unknown, refused(Errno::ENOPROTOOPT));
    let other = can.socket().set_bytes(Level::TCP, 1, &[0; 4]);
    m.check("another level", other, refused(Errno::EINVAL));
    can.set_filters(&[Filter::exact(STANDARD)]).unwrap();
    let mut filter = [0; 8];
    m.check("reading a filter", can.socket().get_bytes(Level::CAN_RAW, CAN_RAW_FILTER, &mut filter), Ok(8));
    m.check("the filter", Filter::decode(filter), Filter::exact(STANDARD));
}

pub fn a_socket_without_a_name<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = Socket::new(m.backend.clone(), Family::CAN, SocketType::RAW, Protocol(1)).unwrap();
    let can = CanSocket::from(patient(socket));
    m.check("getsockname", can.socket().local_addr(), Ok(CanAddr::ANY));
    m.check("send", can.send(&data(STANDARD, b"x")), refused(Errno::ENXIO));
    open(m, "vcan0").send(&data(STANDARD, b"x")).unwrap();
    m.check("it hears nothing", nothing_comes(m, &can), true);
}
