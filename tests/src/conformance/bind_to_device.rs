//! Sockets that use one interface alone: SO_BINDTODEVICE, SO_BINDTOIFINDEX, IP_UNICAST_IF (socket(7), ip(7)).
//!
//! Linux lets a socket be bound to the number of an interface that is not there.

use std::net::{Ipv6Addr, SocketAddr};

use anysock::option::socket::{
    BindToDevice, BindToInterface, PendingError, ReuseAddr, SO_BINDTODEVICE, SO_BINDTOIFINDEX,
};
use anysock::option::{ip, ipv6};
use anysock::{
    Errno, Family, Interfaces, Level, MessageFlags, PollEvents, Socket, SocketType, Spawn, TcpListener,
    TcpStream,
};

use super::Machine;
use super::machine::{localhost, refused};

const LO: i32 = 1;
const NO_NUMBER: i32 = 4_000_000;

fn udp<B: Interfaces + Spawn>(
    m: &Machine<B>,
    interface: i32,
    port: u16,
) -> Result<Socket<B>, anysock::Error> {
    let socket = m.nonblocking(Family::INET, SocketType::DGRAM);
    socket.set(BindToInterface, interface)?;
    socket.bind(&localhost(port))?;
    Ok(socket)
}

fn port<B: Interfaces + Spawn>(socket: &Socket<B>) -> u16 {
    socket.local_addr::<SocketAddr>().unwrap().port()
}

/// Whether something was received.
fn hears<B: Interfaces + Spawn>(m: &Machine<B>, socket: &Socket<B>) -> bool {
    m.pause();
    socket.recv_with(&mut [0; 8], MessageFlags::DONTWAIT).is_ok()
}

pub fn names<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::DGRAM, SocketType::STREAM] {
        let socket = m.socket(Family::INET, kind);
        let set = |bytes: &[u8]| socket.set_bytes(Level::SOCKET, SO_BINDTODEVICE, bytes);
        let get = |room: usize| {
            let mut bytes = vec![7; room];
            let length = socket.get_bytes(Level::SOCKET, SO_BINDTODEVICE, &mut bytes)?;
            Ok::<_, anysock::Error>(bytes[..length].to_vec())
        };
        m.check("none", socket.get(BindToDevice), Ok(None));
        m.check("none", get(0), Ok(vec![]));
        m.check("lo", set(b"lo"), Ok(()));
        m.check("its name", get(16), Ok(b"lo\0".to_vec()));
        m.check("its number", socket.get(BindToInterface), Ok(LO));
        m.check("too little room", get(15), refused(Errno::EINVAL));
        m.check("no such", set(b"nosuch0"), refused(Errno::ENODEV));
        m.check("too long", set(b"lo234567890123456"), refused(Errno::ENODEV));
        m.check("behind a zero", set(b"lo\0abc"), Ok(()));
        m.check("empty", set(b""), Ok(()));
        m.check("none", socket.get(BindToDevice), Ok(None));
        m.check("by number", socket.set(BindToInterface, LO), Ok(()));
        m.check("its name", socket.get(BindToDevice), Ok(Some("lo".parse().unwrap())));
        m.check("a zero", set(&[0]), Ok(()));
        m.check("none", socket.get(BindToInterface), Ok(0));
        m.check("negative", socket.set(BindToInterface, -1), refused(Errno::EINVAL));
        let short = socket.set_bytes(Level::SOCKET, SO_BINDTOIFINDEX, &[0; 3]);
        m.check("too short", short, refused(Errno::EINVAL));
        m.check("not there", socket.set(BindToInterface, NO_NUMBER), Ok(()));
        m.check("its number", socket.get(BindToInterface), Ok(NO_NUMBER));
        m.check("has no name", get(16), refused(Errno::ENODEV));
    }
}

pub fn datagrams<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, _) = m.udp();
    let socket = udp(m, LO, 0).unwrap();
    let to = localhost(port(&socket));
    sender.send_to(b"x", &to).unwrap();
    m.check("by lo", hears(m, &socket), true);
    m.check("and back", socket.send_to(b"x", &sender.local_addr().unwrap()), Ok(1));
    m.check("hears", hears(m, sender.socket()), true);
    let elsewhere = udp(m, NO_NUMBER, port(&socket)).unwrap();
    m.check("shares the port", port(&elsewhere), port(&socket));
    m.check("everywhere", udp(m, 0, port(&socket)).map(|_| ()), refused(Errno::EADDRINUSE));
    sender.send_to(b"x", &to).unwrap();
    m.check("not by another interface", hears(m, &elsewhere), false);
    m.check("but by lo", hears(m, &socket), true);
    m.check("no way", elsewhere.send_to(b"x", &to), refused(Errno::ENODEV));
    drop(socket);
    sender.connect(&to).unwrap();
    sender.send(b"x").unwrap();
    m.await_then_poll(sender.handle(), PollEvents::ERR);
    m.check("nobody", sender.get(PendingError), Ok(Some(Errno::ECONNREFUSED)));
}

pub fn the_one_that_uses_no_other_interface<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, _) = m.udp();
    let shared = |interface, port| {
        let socket = m.nonblocking(Family::INET, SocketType::DGRAM);
        socket.set(ReuseAddr, true).unwrap();
        socket.set(BindToInterface, interface).unwrap();
        socket.bind(&localhost(port)).unwrap();
        socket
    };
    let one = shared(LO, 0);
    let other = shared(0, port(&one));
    sender.send_to(b"x", &localhost(port(&one))).unwrap();
    m.check("the one", hears(m, &one), true);
    m.check("not the other", hears(m, &other), false);
    one.set(BindToInterface, 0).unwrap();
    other.set(BindToInterface, LO).unwrap();
    sender.send_to(b"x", &localhost(port(&one))).unwrap();
    m.check("not the one", hears(m, &one), false);
    m.check("the other", hears(m, &other), true);
}

pub fn connections<B: Interfaces + Spawn>(m: &Machine<B>) {
    let listener = |interface| {
        let socket = m.socket(Family::INET, SocketType::STREAM);
        socket.set(BindToInterface, interface).unwrap();
        socket.bind(&localhost(0)).unwrap();
        socket.listen(1).unwrap();
        TcpListener::from(socket)
    };
    let connect = |interface, to: &SocketAddr| {
        let socket = m.socket(Family::INET, SocketType::STREAM);
        socket.set(BindToInterface, interface).unwrap();
        socket.connect(to).map(|()| TcpStream::from(socket))
    };
    let (here, elsewhere) = (listener(LO), listener(NO_NUMBER));
    let at = here.local_addr().unwrap();
    let stream = connect(LO, &at).unwrap();
    let (accepted, _) = here.accept().unwrap();
    m.check("as the listener's", accepted.socket().get(BindToInterface), Ok(LO));
    m.check("send", stream.send(b"hello"), Ok(5));
    m.check("recv", accepted.recv(&mut [0; 8]), Ok(5));
    let other = connect(0, &at).unwrap();
    m.check("from everywhere", here.accept().map(|_| ()), Ok(()));
    drop(other);
    let nobody = connect(0, &elsewhere.local_addr().unwrap());
    m.check("a listener elsewhere", nobody.map(|_| ()), refused(Errno::ECONNREFUSED));
    m.check("from elsewhere", connect(NO_NUMBER, &at).map(|_| ()), refused(Errno::ENODEV));
}

pub fn unicasts<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (v4, v6) =
        (m.nonblocking(Family::INET, SocketType::DGRAM), m.nonblocking(Family::INET6, SocketType::DGRAM));
    let number = |number: i32| number.cast_unsigned().to_be();
    let (receiver, to) = m.udp();
    m.check("none", v4.get(ip::UnicastInterface), Ok(0));
    m.check("lo", v4.set(ip::UnicastInterface, number(LO)), Ok(()));
    m.check("lo", v4.get(ip::UnicastInterface), Ok(number(LO)));
    m.check("send", v4.send_to(b"x", &to), Ok(1));
    m.check("hears", hears(m, receiver.socket()), true);
    m.check("no such", v4.set(ip::UnicastInterface, number(NO_NUMBER)), refused(Errno::EADDRNOTAVAIL));
    let short = v4.set_bytes(Level::IP, ip::IP_UNICAST_IF, &[0; 3]);
    m.check("too short", short, refused(Errno::EINVAL));
    let long = v4.set_bytes(Level::IP, ip::IP_UNICAST_IF, &[0; 5]);
    m.check("too long", long, refused(Errno::EINVAL));
    v4.set(BindToInterface, NO_NUMBER).unwrap();
    m.check("another", v4.set(ip::UnicastInterface, number(LO)), refused(Errno::EINVAL));
    m.check("none", v4.set(ip::UnicastInterface, 0), Ok(()));
    m.check("lo", v6.set(ipv6::UnicastInterface, number(LO)), Ok(()));
    m.check("lo", v6.get(ipv6::UnicastInterface), Ok(number(LO)));
    let nobody = SocketAddr::from((Ipv6Addr::LOCALHOST, 9));
    m.check("send", v6.send_to(b"x", &nobody), Ok(1));
    m.check("no such", v6.set(ipv6::UnicastInterface, number(NO_NUMBER)), refused(Errno::EADDRNOTAVAIL));
}
