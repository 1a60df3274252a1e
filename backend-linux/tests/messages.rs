//! Typed control messages and structured options, as the kernel that the tests run on gives and takes them.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, SystemTime};

use anysock::batch::{Batch, BatchSize, RecvBatch, SendBatch};
use anysock::ip_options::{ExtensionOptions, HeaderOption, Ipv4Options};
use anysock::message::{self, ControlBuffer, ErrorOrigin, InPktinfo, Timestamp, Ucred};
use anysock::multicast::IpMreqn;
use anysock::option::{List, OptionValue, TcpInfo, ip, ipv6, socket, tcp};
use anysock::{
    Errno, Error, Family, Level, MessageFlags, Protocol, Received, RecvMsg, SendMsg, Socket, SocketType,
    TcpListener, TcpStream,
};
use anysock_linux::{IoSlice, IoSliceMut, Linux};

const LOCAL: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

fn udp(family: Family) -> Socket<Linux> {
    Socket::new(Linux, family, SocketType::DGRAM, Protocol::DEFAULT).unwrap()
}

/// A UDP socket on the loopback interface that is connected to itself.
fn mirror() -> Socket<Linux> {
    let socket = udp(Family::INET);
    socket.bind(&LOCAL).unwrap();
    socket.connect(&socket.local_addr::<SocketAddrV4>().unwrap()).unwrap();
    socket
}

fn send(socket: &Socket<Linux>, bytes: &[u8], control: &[u8]) -> Result<usize, Error> {
    let slices = [IoSlice::from(bytes)];
    let flags = MessageFlags::empty();
    socket.send_msg(&SendMsg { address: None, slices: &slices, control, handles: &[], flags })
}

fn receive(socket: &Socket<Linux>, control: &mut [u8], flags: MessageFlags) -> Received {
    let mut bytes = [0; 64];
    let mut slices = [IoSliceMut::from(&mut bytes[..])];
    let mut message = RecvMsg { address: &mut [], slices: &mut slices, control, handles: &mut [], flags };
    socket.recv_msg(&mut message).unwrap()
}

#[test]
fn ipv4_messages_go_out_and_come_in() {
    let socket = mirror();
    socket.set(ip::PacketInfo, true).unwrap();
    socket.set(ip::RecvTtl, true).unwrap();
    socket.set(ip::RecvTos, true).unwrap();
    let mut buffer = ControlBuffer::<256>::new();
    let mut writer = buffer.writer();
    writer.put(message::ip::Ttl, &17).unwrap();
    writer.put(message::ip::Tos, &0x48).unwrap();
    assert_eq!(send(&socket, b"!", writer.into_bytes()), Ok(1));
    let mut buffer = ControlBuffer::<256>::new();
    let received = receive(&socket, buffer.as_mut_bytes(), MessageFlags::empty());
    let controls = buffer.controls(received.control_len);
    assert_eq!(controls.clone().first(message::ip::Ttl), Ok(Some(17)));
    assert_eq!(controls.clone().first(message::ip::Tos), Ok(Some(0x48)));
    let info = controls.clone().first(message::ip::Pktinfo).unwrap().unwrap();
    let local = Ipv4Addr::LOCALHOST;
    assert_eq!(info, InPktinfo { interface: info.interface, local, destination: local });
    assert_eq!((controls.clone().count(), controls.last().is_some()), (3, true));
}

/// Several at once, each with its own.
#[test]
fn messages_of_a_batch_go_out_and_come_in() {
    let socket = mirror();
    socket.set(ip::PacketInfo, true).unwrap();
    socket.set(ip::RecvTtl, true).unwrap();
    let control = message::control_space(4) * 2;
    let mut outgoing = Linux.new_send_batch(BatchSize { messages: 5, len: 1, control }).unwrap();
    let ttls = [1, 64, 255, 7, 3];
    for ttl in ttls {
        let mut buffer = ControlBuffer::<64>::new();
        let mut writer = buffer.writer();
        writer.put(message::ip::Ttl, &ttl).unwrap();
        writer.put(message::ip::Tos, &0x48).unwrap();
        outgoing.push(&[ttl as u8], None, writer.into_bytes()).unwrap();
    }
    assert_eq!(socket.send_batch(&mut outgoing), Ok(5));
    // Not a multiple of the alignment: room for both, and a byte.
    let control = message::control_space(4) + message::control_space(InPktinfo::SIZE) + 1;
    let mut incoming = Linux.new_recv_batch(BatchSize { messages: 3, len: 1, control }).unwrap();
    let mut found = Vec::new();
    while found.len() < ttls.len() {
        socket.recv_batch(&mut incoming).unwrap();
        for message in incoming.iter() {
            let controls = message.controls();
            assert_eq!(controls.clone().count(), 2);
            let info = controls.clone().first(message::ip::Pktinfo).unwrap().unwrap();
            assert_eq!(info.destination, Ipv4Addr::LOCALHOST);
            let ttl = controls.first(message::ip::Ttl).unwrap().unwrap();
            assert_eq!(message.bytes, [ttl as u8]);
            found.push(ttl);
        }
    }
    assert_eq!(found, ttls);
}

/// What Linux itself makes of room for `room` control bytes: how many it fills in, and the flags.
fn receive_by_libc(socket: &Socket<Linux>, control: &mut [u8]) -> (usize, MessageFlags) {
    let mut byte = 0u8;
    let mut slice = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    // SAFETY: null pointers and zero lengths are a msghdr.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut slice;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = control.len() as _;
    // SAFETY: the header names one writable byte and the writable slice `control`.
    let len = unsafe { libc::recvmsg(socket.handle().as_fd().as_raw_fd(), &raw mut header, 0) };
    assert_eq!(len, 1);
    (header.msg_controllen as _, MessageFlags(header.msg_flags))
}

#[test]
fn control_messages_fit_where_linux_says_that_they_do() {
    let socket = mirror();
    socket.set(ip::RecvTtl, true).unwrap();
    socket.set(ip::RecvTos, true).unwrap();
    for room in 0..=message::control_space(4) * 2 + 1 {
        assert_eq!(send(&socket, b"!", &[]), Ok(1));
        let mut expected = ControlBuffer::<64>::new();
        let (len, flags) = receive_by_libc(&socket, &mut expected.as_mut_bytes()[..room]);
        let receive_with = |handles: &mut [Option<anysock_linux::Handle>]| {
            assert_eq!(send(&socket, b"!", &[]), Ok(1));
            let mut buffer = ControlBuffer::<64>::new();
            let control = &mut buffer.as_mut_bytes()[..room];
            let mut byte = [0];
            let slices = &mut [IoSliceMut::from(&mut byte[..])];
            let flags = MessageFlags::empty();
            let mut message = RecvMsg { address: &mut [], slices, control, handles, flags };
            let received = socket.recv_msg(&mut message).unwrap();
            (buffer, received)
        };
        for handles in [&mut [][..], &mut [None, None]] {
            let (mut buffer, received) = receive_with(handles);
            assert_eq!((received.control_len, received.flags), (len, flags), "{room} bytes of room");
            assert_eq!(buffer.as_mut_bytes(), expected.as_mut_bytes(), "{room} bytes of room");
        }
    }
}

#[test]
fn ipv6_messages_go_out_and_come_in() {
    let socket = udp(Family::INET6);
    if socket.bind(&SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0)) == Err(Error::Os(Errno::EADDRNOTAVAIL)) {
        return; // A machine without IPv6.
    }
    socket.connect(&socket.local_addr::<SocketAddrV6>().unwrap()).unwrap();
    socket.set(ipv6::RecvPacketInfo, true).unwrap();
    socket.set(ipv6::RecvHopLimit, true).unwrap();
    socket.set(ipv6::RecvTrafficClass, true).unwrap();
    let mut buffer = ControlBuffer::<256>::new();
    let mut writer = buffer.writer();
    writer.put(message::ipv6::HopLimit, &17).unwrap();
    writer.put(message::ipv6::TClass, &0x48).unwrap();
    assert_eq!(send(&socket, b"!", writer.into_bytes()), Ok(1));
    let mut buffer = ControlBuffer::<256>::new();
    let received = receive(&socket, buffer.as_mut_bytes(), MessageFlags::empty());
    let controls = buffer.controls(received.control_len);
    assert_eq!(controls.clone().first(message::ipv6::HopLimit), Ok(Some(17)));
    assert_eq!(controls.clone().first(message::ipv6::TClass), Ok(Some(0x48)));
    let info = controls.first(message::ipv6::Pktinfo).unwrap().unwrap();
    assert_eq!(info.address, Ipv6Addr::LOCALHOST);
}

#[test]
fn each_form_of_a_timestamp_is_now() {
    let socket = mirror();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    type Ask = fn(&Socket<Linux>) -> Result<(), Error>;
    let forms: [Ask; 4] = [
        |socket| socket.set(socket::TimestampOld, true),
        |socket| socket.set(socket::TimestampNsOld, true),
        |socket| socket.set(socket::Timestamp, true),
        |socket| socket.set(socket::TimestampNs, true),
    ];
    for form in forms {
        form(&socket).unwrap();
        assert_eq!(send(&socket, b"!", &[]), Ok(1));
        let mut buffer = ControlBuffer::<128>::new();
        let received = receive(&socket, buffer.as_mut_bytes(), MessageFlags::empty());
        let mut controls = buffer.controls(received.control_len);
        let time = controls.find_map(|control| Timestamp::from_control(&control)).unwrap().0;
        assert!(time.abs_diff(now) < Duration::from_secs(60), "{time:?} {now:?}");
    }
}

#[test]
fn a_closed_port_is_in_the_error_queue() {
    let closed = udp(Family::INET);
    closed.bind(&LOCAL).unwrap();
    let address = closed.local_addr::<SocketAddrV4>().unwrap();
    drop(closed);
    let socket = udp(Family::INET);
    socket.set(ip::RecvError, true).unwrap();
    socket.connect(&address).unwrap();
    assert_eq!(socket.send(b"!"), Ok(1));
    let mut buffer = ControlBuffer::<256>::new();
    let received = receive(&socket, buffer.as_mut_bytes(), MessageFlags::ERRQUEUE);
    let error = buffer.controls(received.control_len).first(message::ip::RecvErr).unwrap().unwrap();
    assert_eq!((error.error.errno, error.error.origin), (Errno::ECONNREFUSED, ErrorOrigin::ICMP));
    assert_eq!((error.error.kind, error.error.code), (3, 3)); // port unreachable
    assert_eq!(error.offender.map(|offender| *offender.ip()), Some(Ipv4Addr::LOCALHOST));
}

#[test]
fn credentials_come_beside_and_by_option() {
    let (one, other) = Socket::pair(Linux, Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    other.set(socket::PassCredentials, true).unwrap();
    assert_eq!(one.send(b"!"), Ok(1));
    let mut buffer = ControlBuffer::<64>::new();
    let received = receive(&other, buffer.as_mut_bytes(), MessageFlags::empty());
    let sender = buffer.controls(received.control_len).first(message::socket::Credentials).unwrap().unwrap();
    assert_eq!(sender.pid, std::process::id() as i32);
    let peer: Ucred = other.get(socket::PeerCredentials).unwrap();
    assert_eq!(peer, sender);
}

#[test]
fn a_group_is_joined_once() {
    let socket = udp(Family::INET);
    let group = Ipv4Addr::new(239, 255, 17, 4);
    let request = IpMreqn { group, local: Ipv4Addr::LOCALHOST, interface: 0 };
    assert_eq!(socket.set(ip::AddMembership, request), Ok(()));
    assert_eq!(socket.set(ip::AddMembership, request), Err(Error::Os(Errno::EADDRINUSE)));
    assert_eq!(socket.set(ip::DropMembership, request), Ok(()));
    assert_eq!(socket.set(ip::DropMembership, request), Err(Error::Os(Errno::EADDRNOTAVAIL)));
}

#[test]
fn tcp_info_counts_what_was_sent() {
    let listener = TcpListener::bind(Linux, &LOCAL.into()).unwrap();
    let stream = TcpStream::connect(Linux, &listener.local_addr().unwrap()).unwrap();
    assert_eq!(stream.send(&[7; 1000]), Ok(1000));
    let info = stream.get(tcp::Info).unwrap();
    assert_eq!(info.state, 1);
    assert!(info.send_mss > 1000 && info.rtt > 0);
    assert!(info.bytes_sent.is_none_or(|sent| sent == 1000), "{info:?}");
    // What the kernel gives ends where a field ends that is known here.
    let mut bytes = [0; 1024];
    let len = stream.socket().get_bytes(Level::TCP, tcp::TCP_INFO, &mut bytes).unwrap();
    let bytes = bytes.get(..len.min(TcpInfo::SIZE)).unwrap();
    assert_eq!(TcpInfo::decode(bytes).unwrap().encode().len(), bytes.len());
    let listening = listener.get(tcp::Info).unwrap();
    assert_eq!(listening.state, 10);
}

#[test]
fn the_options_of_an_ipv4_header_come_beside() {
    let socket = mirror();
    socket.set(ip::RecvOptions, true).unwrap();
    // Record route, with room for two addresses.
    let record_route = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    socket.set(ip::Options, List::new(&record_route).unwrap()).unwrap();
    assert_eq!(send(&socket, b"!", &[]), Ok(1));
    let mut buffer = ControlBuffer::<128>::new();
    let received = receive(&socket, buffer.as_mut_bytes(), MessageFlags::empty());
    let options = buffer.controls(received.control_len).first(message::ip::RecvOpts).unwrap().unwrap();
    let route = Ipv4Options::new(&options).next().unwrap();
    assert_eq!(route.kind, 7);
    // The machine put its address down when the datagram left and when it came in.
    assert_eq!(route.data, [12, 127, 0, 0, 1, 127, 0, 0, 1]);
}

#[test]
fn the_extension_headers_of_ipv6_come_beside() {
    let socket = udp(Family::INET6);
    if socket.bind(&SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0)) == Err(Error::Os(Errno::EADDRNOTAVAIL)) {
        return eprintln!("this machine has no IPv6");
    }
    socket.connect(&socket.local_addr::<SocketAddrV6>().unwrap()).unwrap();
    socket.set(ipv6::RecvDestinationOptions, true).unwrap();
    let mut room = [0; 64];
    // An option of the experiments of RFC 4727 that routers pass over.
    let option = HeaderOption { kind: 0x1E, data: b"anysock" };
    let header = List::new(ExtensionOptions::write(&mut room, 0, [option]).unwrap()).unwrap();
    let mut buffer = ControlBuffer::<128>::new();
    let mut writer = buffer.writer();
    writer.put(message::ipv6::DestinationOptions, &header).unwrap();
    match send(&socket, b"!", writer.into_bytes()) {
        Err(Error::Os(Errno::EPERM)) => return eprintln!("who has no CAP_NET_RAW cannot send them"),
        answer => assert_eq!(answer, Ok(1)),
    }
    let mut buffer = ControlBuffer::<128>::new();
    let received = receive(&socket, buffer.as_mut_bytes(), MessageFlags::empty());
    let controls = buffer.controls(received.control_len);
    let header = controls.first(message::ipv6::DestinationOptions).unwrap().unwrap();
    let header = ExtensionOptions::new(&header).unwrap();
    assert_eq!(header.next_header, 17, "UDP follows");
    assert!(header.options().eq([option]));
    // The option of the socket does the same for every datagram.
    let sticky = List::new(ExtensionOptions::write(&mut room, 0, [option]).unwrap()).unwrap();
    assert_eq!(socket.set(ipv6::DestinationOptions::<64>, sticky.clone()), Ok(()));
    assert_eq!(socket.get(ipv6::DestinationOptions::<64>), Ok(sticky));
}
