//! Options, addresses and control messages by their bytes: what is refused, and that no bytes cost memory or
//! pass a descriptor.

use std::time::{Duration, Instant};

use anysock::message::ControlWriter;
use anysock::option::{self, Linger};
use anysock::{
    Backend, Errno, Family, Level, MessageFlags, Protocol, RecvMsg, SendMsg, Socket, SocketType, TcpListener,
    TcpStream,
};
use anysock_linux::{IoSlice, IoSliceMut, Linux};
use proptest::prelude::*;

fn tcp() -> Socket<Linux> {
    Socket::new(Linux, Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

#[test]
fn options_that_carry_a_pointer_or_a_descriptor_are_refused() {
    let socket = tcp();
    // TCP_ZEROCOPY_RECEIVE with the address of a page to write to; SO_ATTACH_FILTER; SO_ATTACH_BPF.
    for (level, name) in [(Level::TCP, 35), (Level::SOCKET, 26), (Level::SOCKET, 50)] {
        let refused = Err(Errno::EOPNOTSUPP);
        assert_eq!(Linux.set_option(socket.handle(), level, name, &[0; 64]), refused);
        assert_eq!(Linux.get_option(socket.handle(), level, name, &mut [0; 64]).map(|_| ()), refused);
    }
}

#[test]
fn zero_copy_of_borrowed_bytes_is_refused() {
    let (one, _other) = Socket::pair(Linux, Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let flags = MessageFlags::ZEROCOPY;
    assert_eq!(one.send_with(b"!", flags), Err(Errno::EOPNOTSUPP.into()));
}

#[test]
fn short_values_are_einval() {
    let socket = tcp();
    for len in 0..4 {
        let short = vec![1; len];
        assert_eq!(Linux.set_option(socket.handle(), Level::SOCKET, 2, &short), Err(Errno::EINVAL));
        assert_eq!(Linux.set_option(socket.handle(), Level::TCP, 1, &short), Err(Errno::EINVAL));
    }
}

#[test]
fn dropping_a_socket_never_lingers() {
    let listener = TcpListener::bind(Linux, &"127.0.0.1:0".parse().unwrap()).unwrap();
    let client = TcpStream::connect(Linux, &listener.local_addr().unwrap()).unwrap();
    let (_server, _) = listener.accept().unwrap();
    client.set(option::socket::LingerOnClose, Linger(Some(60))).unwrap();
    // Data that nobody reads and that does not fit into the peer's window: closing would wait for it.
    let mut client = client.into_socket();
    client.set_timeout(Some(Duration::ZERO));
    while client.send(&[0; 65536]).is_ok() {}
    let start = Instant::now();
    drop(client);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

proptest! {
    /// Whatever the level, the name and the length: what lies beside the value stays as it was.
    #[test]
    fn get_option_writes_nothing_beside_the_value(
        family in prop_oneof![Just(Family::INET), Just(Family::INET6), Just(Family::UNIX), Just(Family::NETLINK)],
        level in prop_oneof![0..300i32, any::<i32>()],
        name in prop_oneof![0..130i32, any::<i32>()],
        start in 0..64usize,
        len in 0..64usize,
    ) {
        let socket = Socket::new(Linux, family, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
        let mut room = [0xA5; 192];
        let value = &mut room[start..start + len];
        let answer = socket.get_bytes(Level(level), name, value);
        let beside = room[..start].iter().chain(&room[start + len..]);
        prop_assert!(beside.copied().all(|byte| byte == 0xA5), "{answer:?} {room:?}");
    }

    /// Whatever stands among the control bytes: no descriptor travels by them.
    #[test]
    fn control_bytes_pass_no_descriptor(
        messages in prop::collection::vec(
            (prop_oneof![Just(1), any::<i32>()], 0..8i32, prop::collection::vec(0..8u8, 0..40)),
            0..4,
        ),
        cut in 0..200usize,
        flip in prop::option::of((0..200usize, any::<u8>())),
    ) {
        let mut room = [0; 400];
        let mut writer = ControlWriter::new(&mut room);
        for (level, name, data) in &messages {
            writer.push(Level(*level), *name, data).unwrap();
        }
        let mut control = writer.into_bytes().to_vec();
        if let Some((at, value)) = flip && let Some(byte) = control.get_mut(at) {
            *byte = value;
        }
        control.truncate(cut);
        let (one, other) = Socket::pair(Linux, Family::UNIX, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
        let flags = MessageFlags::empty();
        let slices = [IoSlice::from(&b"!"[..])];
        let message = SendMsg { address: None, slices: &slices, control: &control, handles: &[], flags };
        if one.send_msg(&message).is_ok() {
            let (mut bytes, mut room, mut handles) = ([0; 4], [0; 256], [const { None }; 8]);
            let mut slices = [IoSliceMut::from(&mut bytes[..])];
            let received = other.recv_msg(&mut RecvMsg {
                address: &mut [],
                slices: &mut slices,
                control: &mut room,
                handles: &mut handles,
                flags,
            });
            prop_assert_eq!(received.unwrap().handles, 0);
        }
    }

    /// Addresses of any length and any bytes get an answer.
    #[test]
    fn any_bytes_are_an_address(bytes in prop::collection::vec(any::<u8>(), 0..200), family in 0..50u16) {
        let socket = Socket::new(Linux, Family::INET, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
        let mut bytes = bytes;
        if let Some(start) = bytes.first_chunk_mut() {
            *start = family.to_ne_bytes();
        }
        let _ = Linux.send_to(socket.handle(), b"", MessageFlags::empty(), &bytes);
        let _ = Linux.connect(socket.handle(), &bytes);
        let _ = Linux.bind(socket.handle(), &bytes);
        let mut room = [0xA5; 64];
        let len = bytes.len().min(32);
        let whole = Linux.local_addr(socket.handle(), &mut room[..len]).unwrap();
        prop_assert_eq!(whole, 16);
        prop_assert!(room[len..].iter().all(|byte| *byte == 0xA5));
    }
}
