//! Packet sockets on the loopback interface (packet(7)).
//!
//! Others send there at the same time: what a body sends has a number of its own, or a payload.

use anysock::addr::HardwareAddr;
use anysock::constants::ethernet::EtherType;
use anysock::constants::hardware::ArpHardware;
use anysock::constants::packet::{PacketFanout, PacketType};
use anysock::message::ControlWriter;
use anysock::option::SockOpt;
use anysock::option::packet::{
    AddMembership, AuxData, DropMembership, FanoutOf, IgnoreOutgoing, OriginalDevice, PACKET_ADD_MEMBERSHIP,
    Statistics,
};
use anysock::option::socket::{Domain, SO_MARK, SO_TIMESTAMPING_NEW, TimestampNs, TypeOf};
use anysock::packet::{Fanout, FanoutArgs, MembershipKind, PacketMreq, TpacketStats};
use anysock::{
    Errno, Family, Interfaces, Level, MessageFlags, PacketAddr, PacketSocket, PollEvents, Protocol, SendMsg,
    Shutdown, SockAddr, Socket, SocketType, Spawn,
};

use super::Machine;
use super::machine::{patient, refused};

const LO: u32 = 1;
const NO_NUMBER: u32 = 4_000_000;
/// Numbers that nobody uses (IEEE 802): one for each body that counts frames.
const EXPERIMENT: u16 = 0x88B5;
const OTHER_EXPERIMENT: u16 = 0x88B6;
const THIRD_EXPERIMENT: u16 = 0x88B7;

fn on_lo(protocol: u16) -> PacketAddr {
    PacketAddr { interface: LO, protocol, ..PacketAddr::default() }
}

fn to_hardware(protocol: u16, hardware: &[u8]) -> PacketAddr {
    PacketAddr { hardware: HardwareAddr::new(hardware).unwrap(), ..on_lo(protocol) }
}

/// A socket of frames on the loopback interface.
fn raw<B: Interfaces + Spawn>(m: &Machine<B>, protocol: u16) -> PacketSocket<B> {
    let socket = patient(PacketSocket::raw(m.backend.clone()).unwrap().into_socket());
    socket.bind(&on_lo(protocol)).unwrap();
    socket.into()
}

/// One of packets without their header.
fn cooked<B: Interfaces + Spawn>(m: &Machine<B>, protocol: u16) -> PacketSocket<B> {
    let socket = patient(PacketSocket::cooked(m.backend.clone()).unwrap().into_socket());
    socket.bind(&on_lo(protocol)).unwrap();
    socket.into()
}

/// A frame, whose header says so.
fn frame(to: [u8; 6], protocol: u16, payload: &[u8]) -> Vec<u8> {
    [&to[..], &[0; 6], &protocol.to_be_bytes(), payload].concat()
}

/// The next packet with this end: its bytes, and its address.
fn next_with<B: Interfaces + Spawn>(socket: &PacketSocket<B>, end: &[u8]) -> (Vec<u8>, PacketAddr) {
    let mut room = vec![0; 70_000];
    loop {
        let received = socket.recv(&mut room).unwrap();
        if received.data.ends_with(end) {
            return (received.data.to_vec(), received.address);
        }
    }
}

/// What a body says that nobody else does.
fn own_words<B: Interfaces + Spawn>(m: &Machine<B>) -> Vec<u8> {
    format!("{:?} of {m:p}", std::time::Instant::now()).into_bytes()
}

/// Nothing waits at the socket.
#[track_caller]
fn check_empty<B: Interfaces + Spawn>(m: &Machine<B>, socket: &PacketSocket<B>) {
    m.pause();
    m.check("nothing", m.poll(socket.handle()).contains(PollEvents::IN), false);
}

pub fn names<B: Interfaces + Spawn>(m: &Machine<B>) {
    let open = |kind, protocol| Socket::new(m.backend.clone(), Family::PACKET, kind, protocol).map(|_| ());
    m.check("a stream", open(SocketType::STREAM, Protocol::DEFAULT), refused(Errno::ESOCKTNOSUPPORT));
    let socket = PacketSocket::raw(m.backend.clone()).unwrap().into_socket();
    let name = |socket: &Socket<B>| socket.local_addr::<PacketAddr>();
    m.check("fresh", name(&socket), Ok(PacketAddr::default()));
    m.check("type", socket.get(TypeOf), Ok(SocketType::RAW));
    m.check("domain", socket.get(Domain), Ok(Family::PACKET));
    let bytes = on_lo(EXPERIMENT).encode();
    let bytes = bytes.as_ref();
    m.check("too short", m.backend.bind(socket.handle(), &bytes[..19]), Err(Errno::EINVAL));
    let foreign = [&[2, 0], &bytes[2..]].concat();
    m.check("another family", m.backend.bind(socket.handle(), &foreign), Err(Errno::EINVAL));
    let missing = PacketAddr { interface: NO_NUMBER, ..on_lo(EXPERIMENT) };
    m.check("no interface", socket.bind(&missing), refused(Errno::ENODEV));
    m.check("bind", socket.bind(&on_lo(EXPERIMENT)), Ok(()));
    let whole = PacketAddr { hardware_type: ArpHardware::LOOPBACK.0, ..to_hardware(EXPERIMENT, &[0; 6]) };
    m.check("name", name(&socket), Ok(whole));
    m.check("bind again, to every interface", socket.bind(&PacketAddr::default()), Ok(()));
    let any = PacketAddr { protocol: EXPERIMENT, ..PacketAddr::default() };
    m.check("the protocol stays", name(&socket), Ok(any));
    m.check("no peer", socket.peer_addr::<PacketAddr>(), refused(Errno::EOPNOTSUPP));
    m.check("no connection", socket.connect(&on_lo(0)), refused(Errno::EOPNOTSUPP));
    m.check("no shutdown", socket.shutdown(Shutdown::BOTH), refused(Errno::EOPNOTSUPP));
    let order = Protocol(i32::from(EXPERIMENT.to_be()));
    let socket = Socket::new(m.backend.clone(), Family::PACKET, SocketType::DGRAM, order).unwrap();
    m.check("with a protocol", name(&socket), Ok(any));
}

/// What an IP packet on the loopback interface looks like, on its way out and in.
pub fn each_packet_twice<B: Interfaces + Spawn>(m: &Machine<B>) {
    let words = own_words(m);
    let (all, of_ip, others) = (raw(m, EtherType::ALL.0), raw(m, EtherType::IP.0), raw(m, EtherType::ARP.0));
    let (cooked, ignoring) = (cooked(m, EtherType::ALL.0), raw(m, EtherType::ALL.0));
    ignoring.set(IgnoreOutgoing, true).unwrap();
    let (sender, _) = m.udp();
    let (receiver, to) = m.udp();
    sender.send_to(&words, &to).unwrap();
    let name = |kind: PacketType| PacketAddr {
        hardware_type: ArpHardware::LOOPBACK.0,
        packet_type: kind.0,
        ..to_hardware(EtherType::IP.0, &[0; 6])
    };
    for kind in [PacketType::OUTGOING, PacketType::HOST] {
        let (bytes, address) = next_with(&all, &words);
        m.check("address", address, name(kind));
        m.check("header", bytes[..14] == frame([0; 6], EtherType::IP.0, &[]), true);
        m.check("version", bytes[14], 0x45);
        m.check("length", bytes.len(), 14 + 20 + 8 + words.len());
        let (bytes, address) = next_with(&cooked, &words);
        m.check("address", address, name(kind));
        m.check("no header", bytes[0], 0x45);
        m.check("length", bytes.len(), 20 + 8 + words.len());
    }
    // Only who asks for every protocol sees what leaves.
    m.check("of one protocol", next_with(&of_ip, &words).1, name(PacketType::HOST));
    m.check("nothing that leaves", next_with(&ignoring, &words).1, name(PacketType::HOST));
    check_empty(m, &others);
    drop(receiver);
}

/// Frames that programs make, and whom they are for.
pub fn frames_by_hand<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (raw(m, OTHER_EXPERIMENT), raw(m, OTHER_EXPERIMENT));
    let all = raw(m, EtherType::ALL.0);
    for (to, kind) in [
        ([0; 6], PacketType::HOST),
        // The loopback interface has no address for everybody.
        ([0xFF; 6], PacketType::MULTICAST),
        ([1, 0, 0x5E, 0, 0, 9], PacketType::MULTICAST),
        ([2, 0, 0, 0, 0, 9], PacketType::OTHERHOST),
    ] {
        let words = own_words(m);
        let bytes = frame(to, OTHER_EXPERIMENT, &words);
        m.check("send", sender.send(&bytes), Ok(()));
        for socket in [&receiver, &sender] {
            let (received, address) = next_with(socket, &words);
            m.check("the frame", received == bytes, true);
            m.check("for whom", address.packet_type, kind.0);
            m.check("protocol", address.protocol, OTHER_EXPERIMENT);
        }
        for kind in [PacketType::OUTGOING, kind] {
            m.check("both ways", next_with(&all, &words).1.packet_type, kind.0);
        }
    }
    check_empty(m, &sender);
    // Its sender is not shown what leaves.
    let words = own_words(m);
    all.send(&frame([0; 6], OTHER_EXPERIMENT, &words)).unwrap();
    m.check("not what leaves", next_with(&all, &words).1.packet_type, PacketType::HOST.0);
}

pub fn cooked_frames<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, receiver) = (cooked(m, THIRD_EXPERIMENT), raw(m, THIRD_EXPERIMENT));
    let words = own_words(m);
    let to = [1, 2, 3, 4, 5, 6];
    m.check("send", sender.send_to(&words, &to_hardware(THIRD_EXPERIMENT, &to)), Ok(()));
    m.check("the frame", next_with(&receiver, &words).0 == frame(to, THIRD_EXPERIMENT, &words), true);
    let (bytes, address) = next_with(&sender, &words);
    m.check("cooked", bytes == words, true);
    m.check("from", address.hardware, HardwareAddr::new(&[0; 6]).unwrap());
    m.check("to the interface that it is bound to", sender.send(&words), Ok(()));
    let (bytes, _) = next_with(&receiver, &words);
    m.check("for nobody", bytes == frame([0; 6], THIRD_EXPERIMENT, &words), true);
}

pub fn sending_in_vain<B: Interfaces + Spawn>(m: &Machine<B>) {
    let bytes = frame([0; 6], EXPERIMENT, b"x");
    let socket = PacketSocket::raw(m.backend.clone()).unwrap();
    m.check("to no interface", socket.send(&bytes), refused(Errno::ENXIO));
    let missing = PacketAddr { interface: NO_NUMBER, ..on_lo(EXPERIMENT) };
    m.check("to a missing one", socket.send_to(&bytes, &missing), refused(Errno::ENXIO));
    m.check("to one", socket.send_to(&bytes, &on_lo(EXPERIMENT)), Ok(()));
    let name = on_lo(EXPERIMENT).encode();
    let to = |name: &[u8]| m.backend.send_to(socket.handle(), &bytes, MessageFlags::empty(), name);
    m.check("too short a name", to(&name.as_ref()[..19]), Err(Errno::EINVAL));
    let long = to_hardware(EXPERIMENT, &[0; 12]).encode();
    m.check("too short for its address", to(&long.as_ref()[..20]), Err(Errno::EINVAL));
    socket.bind(&on_lo(EXPERIMENT)).unwrap();
    m.check("no whole header", socket.send(&bytes[..13]), refused(Errno::EINVAL));
    m.check("nothing", socket.send(&[]), refused(Errno::EINVAL));
    m.check("a header alone", socket.send(&bytes[..14]), Ok(()));
    let longest = frame([0; 6], EXPERIMENT, &vec![0; 65_536]);
    m.check("the longest", socket.send(&longest), Ok(()));
    m.check("longer", socket.send(&[&longest[..], b"x"].concat()), refused(Errno::EMSGSIZE));
    m.check("urgent", socket.socket().recv_with(&mut [0; 9], MessageFlags::OOB), refused(Errno::EINVAL));
    let errors = MessageFlags::ERRQUEUE | MessageFlags::DONTWAIT;
    m.check("errors", socket.socket().recv_with(&mut [0; 9], errors), refused(Errno::EAGAIN));
}

pub fn what_is_known_of_a_packet<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = (raw(m, EXPERIMENT + 3), cooked(m, EXPERIMENT + 3));
    for socket in [&one, &other] {
        m.check("fresh", socket.get(AuxData), Ok(false));
        m.check("on", socket.set(AuxData, true), Ok(()));
        m.check("on", socket.get(AuxData), Ok(true));
    }
    let words = own_words(m);
    one.send(&frame([0; 6], EXPERIMENT + 3, &words)).unwrap();
    for (socket, header) in [(&one, 14), (&other, 0)] {
        let mut room = [0; 20];
        let received = socket.recv(&mut room).unwrap();
        let whole = words.len() + header;
        m.check("the whole length", received.len, whole);
        let known = received.auxdata.unwrap();
        m.check("lengths", (known.len, known.captured), (whole as u32, whole as u32));
        m.check("headers", (known.mac, known.net), (0, header as u16));
        m.check("no tag", (known.vlan_tci, known.vlan_tpid), (0, 0));
    }
    check_empty(m, &one);
}

pub fn control_messages<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (own, word) = (EXPERIMENT + 5, 7u32.to_ne_bytes());
    let socket = raw(m, own);
    let sender = PacketSocket::raw(m.backend.clone()).unwrap();
    let (bytes, to) = (frame([0; 6], own, b"with control"), on_lo(own).encode());
    let send = |control: &[(Level, i32, &[u8])]| {
        let mut room = vec![0; 64];
        let mut writer = ControlWriter::new(&mut room);
        for (level, name, data) in control {
            assert!(writer.deliver(*level, *name, data));
        }
        let control = writer.into_bytes();
        let message = SendMsg {
            address: Some(to.as_ref()),
            slices: &[B::IoSlice::from(&bytes)],
            control,
            handles: &[],
            flags: MessageFlags::empty(),
        };
        m.backend.send_msg(sender.socket().handle(), &message)
    };
    let whole = bytes.len();
    m.check("a mark", send(&[(Level::SOCKET, SO_MARK, &word)]), Ok(whole));
    m.check("times", send(&[(Level::SOCKET, SO_TIMESTAMPING_NEW, &[2, 0, 0, 0])]), Ok(whole));
    m.check("others", send(&[(Level::IP, 9999, &word), (Level::PACKET, 9999, &[])]), Ok(whole));
    let refused = Err(Errno::EINVAL);
    m.check("a short mark", send(&[(Level::SOCKET, SO_MARK, &word[..3])]), refused);
    m.check("times of arrival", send(&[(Level::SOCKET, SO_TIMESTAMPING_NEW, &[8, 0, 0, 0])]), refused);
    m.check("no message", send(&[(Level::SOCKET, 9999, &word)]), refused);
    m.check("one of two", send(&[(Level::SOCKET, SO_MARK, &word), (Level::SOCKET, 9999, &word)]), refused);
    for _ in 0..3 {
        m.check("it arrives", next_with(&socket, b"with control").0, bytes.clone());
    }
    check_empty(m, &socket);
}

pub fn groups<B: Interfaces + Spawn>(m: &Machine<B>) {
    let sender = PacketSocket::raw(m.backend.clone()).unwrap();
    let kinds = [
        (PacketFanout::LB, Some([2, 2])),
        (PacketFanout::ROLLOVER, Some([4, 0])),
        (PacketFanout::HASH, None),
        (PacketFanout::RND, None),
        (PacketFanout::CPU, None),
        (PacketFanout::QM, None),
    ];
    for (number, (kind, expected)) in (0u16..).zip(kinds) {
        let own = EXPERIMENT + 16 + number;
        let (one, other) = (raw(m, own), raw(m, own));
        let args = FanoutArgs { id: own, type_flags: kind.0, max_members: 0 };
        m.check("in no group", one.get(FanoutOf).map(|fanout| fanout.0.id), Ok(0));
        m.check("join", one.set(FanoutOf, Fanout(args)), Ok(()));
        m.check("join, too", other.set(FanoutOf, Fanout(args)), Ok(()));
        m.check(
            "the group",
            other.get(FanoutOf).map(|fanout| (fanout.0.id, fanout.0.type_flags)),
            Ok((own, kind.0)),
        );
        for _ in 0..4 {
            sender.send_to(&frame([0; 6], own, b"shared"), &on_lo(own)).unwrap();
        }
        m.pause();
        let count = |socket: &PacketSocket<B>| socket.get(Statistics).unwrap().packets;
        let counts = [count(&one), count(&other)];
        m.check("each frame once", counts[0] + counts[1], 4);
        if let Some(expected) = expected {
            m.check("by turns, or to the first", counts, expected);
        }
        if kind == PacketFanout::HASH {
            m.check("a flow to one", counts.contains(&4), true);
        }
        drop(one);
        sender.send_to(&frame([0; 6], own, b"alone"), &on_lo(own)).unwrap();
        m.pause();
        m.check("who is left", count(&other), 1);
    }
}

pub fn joining_groups<B: Interfaces + Spawn>(m: &Machine<B>) {
    let own = EXPERIMENT + 24;
    let args = |id, type_flags, max_members| Fanout(FanoutArgs { id, type_flags, max_members });
    let (one, other) = (raw(m, own), raw(m, own));
    let hash = args(own, 0, 2);
    m.check("an unknown kind", one.set(FanoutOf, args(own, 8, 0)), refused(Errno::EINVAL));
    m.check("twice the same", one.set(FanoutOf, args(own, 0x1003, 0)), refused(Errno::EINVAL));
    m.check("too many", one.set(FanoutOf, args(own, 0, 65_537)), refused(Errno::EINVAL));
    let set = |bytes: &[u8]| one.socket().set_bytes(Level::PACKET, FanoutOf::NAME, bytes);
    m.check("too short", set(&[0; 3]), refused(Errno::EINVAL));
    m.check("of no length", set(&[0; 6]), refused(Errno::EINVAL));
    m.check("join", one.set(FanoutOf, hash), Ok(()));
    m.check("again", one.set(FanoutOf, hash), refused(Errno::EALREADY));
    m.check("bind", one.bind(&on_lo(own)), refused(Errno::EINVAL));
    m.check("another kind", other.set(FanoutOf, args(own, 1, 0)), refused(Errno::EINVAL));
    m.check("other flags", other.set(FanoutOf, args(own, 0x1000, 0)), refused(Errno::EINVAL));
    m.check("another size", other.set(FanoutOf, args(own, 0, 3)), refused(Errno::EINVAL));
    m.check("join", other.set(FanoutOf, args(own, 0, 0)), Ok(()));
    m.check("full", raw(m, own).set(FanoutOf, hash), refused(Errno::ENOSPC));
    let elsewhere = raw(m, own + 1);
    m.check("another protocol", elsewhere.set(FanoutOf, hash), refused(Errno::EINVAL));
    let unbound = PacketSocket::raw(m.backend.clone()).unwrap();
    m.check("no protocol", unbound.set(FanoutOf, args(own + 1, 0, 0)), refused(Errno::EINVAL));
    m.check("a number of one's own", elsewhere.set(FanoutOf, args(7, 0x2000, 0)), refused(Errno::EINVAL));
    m.check("the kernel's number", elsewhere.set(FanoutOf, args(0, 0x2000, 0)), Ok(()));
    m.check("without that flag", elsewhere.get(FanoutOf).map(|fanout| fanout.0.type_flags), Ok(0));
}

pub fn statistics<B: Interfaces + Spawn>(m: &Machine<B>) {
    let own = EXPERIMENT + 4;
    let (socket, sender) = (raw(m, own), PacketSocket::raw(m.backend.clone()).unwrap());
    let bytes = frame([0; 6], own, b"x");
    for _ in 0..3 {
        sender.send_to(&bytes, &on_lo(own)).unwrap();
    }
    m.pause();
    m.check("three", socket.get(Statistics), Ok(TpacketStats { packets: 3, drops: 0 }));
    m.check("read", socket.get(Statistics), Ok(TpacketStats { packets: 0, drops: 0 }));
    socket.set(anysock::option::socket::RecvBuffer, 0).unwrap();
    for _ in 0..10 {
        sender.send_to(&bytes, &on_lo(own)).unwrap();
    }
    m.pause();
    let TpacketStats { packets, drops } = socket.get(Statistics).unwrap();
    m.check("all", packets, 10);
    m.check("some dropped", (6..=10).contains(&drops), true);
}

pub fn options<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = raw(m, EXPERIMENT);
    for on in [true, false] {
        m.check("ORIGDEV", socket.set(OriginalDevice, on), Ok(()));
        m.check("ORIGDEV", socket.get(OriginalDevice), Ok(on));
        m.check("IGNORE_OUTGOING", socket.set(IgnoreOutgoing, on), Ok(()));
        m.check("IGNORE_OUTGOING", socket.get(IgnoreOutgoing), Ok(on));
        m.check("TIMESTAMPNS", socket.set(TimestampNs, on), Ok(()));
    }
    let name = IgnoreOutgoing::NAME;
    let set = |name, bytes: &[u8]| socket.socket().set_bytes(Level::PACKET, name, bytes);
    m.check("IGNORE_OUTGOING 7", set(name, &7i32.to_ne_bytes()), refused(Errno::EINVAL));
    m.check("unknown", set(9999, &[0; 4]), refused(Errno::ENOPROTOOPT));
    let other = socket.socket().set_bytes(Level::IP, 1, &[0; 4]);
    m.check("another level", other, refused(Errno::ENOPROTOOPT));
    let all = PacketMreq::promiscuous(LO);
    m.check("join", socket.join(all), Ok(()));
    m.check("join again", socket.join(all), Ok(()));
    m.check("leave", socket.leave(all), Ok(()));
    m.check("leave", socket.leave(all), Ok(()));
    m.check("leave once more", socket.leave(all), Ok(()));
    m.check("no interface", socket.join(PacketMreq::promiscuous(NO_NUMBER)), refused(Errno::ENODEV));
    let group = PacketMreq { kind: MembershipKind::MULTICAST, len: 6, ..all };
    m.check("a group", socket.set(AddMembership, group), Ok(()));
    m.check(
        "a short group",
        socket.set(AddMembership, PacketMreq { len: 5, ..group }),
        refused(Errno::EINVAL),
    );
    m.check("a long one", socket.set(AddMembership, PacketMreq { len: 7, ..group }), refused(Errno::EINVAL));
    m.check("leave a short one", socket.set(DropMembership, PacketMreq { len: 5, ..group }), Ok(()));
    m.check("too short", set(PACKET_ADD_MEMBERSHIP, &group.encode()[..15]), refused(Errno::EINVAL));
}
