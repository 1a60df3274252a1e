//! TCP connections: made, refused, named, and what comes through them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anysock::option::socket::{ReuseAddr, ReusePort};
use anysock::{
    Backend, Errno, Error, Family, Interfaces, MessageFlags, Received, RecvMsg, SendMsg, SocketType, Spawn,
    TcpListener, TcpStream,
};
use embedded_io::{Read, Write};

use super::Machine;
use super::machine::{localhost, patient, refused};

/// The ports that Linux gives out on its own: net.ipv4.ip_local_port_range.
const EPHEMERAL_PORTS: std::ops::RangeInclusive<u16> = 32768..=60999;

pub fn exchange<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let mut bytes = [0; 16];
    m.check("send", client.send(b"hello"), Ok(5));
    m.check("recv", server.recv(&mut bytes), Ok(5));
    m.check("the bytes", &bytes[..5], b"hello");
    m.check("the other way", server.send_all(b"goodbye"), Ok(()));
    m.check("exactly", client.recv_exact(&mut bytes[..7]), Ok(()));
    m.check("the bytes", &bytes[..7], b"goodbye");
}

pub fn a_stream_has_no_boundaries<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    for piece in [&b"ab"[..], b"c", b"", b"defg"] {
        m.check("send", client.send(piece), Ok(piece.len()));
    }
    let mut bytes = [0; 7];
    m.check("all of it", server.recv_exact(&mut bytes), Ok(()));
    m.check("the bytes", &bytes, b"abcdefg");
    client.send(b"0123456789").unwrap();
    for part in [&b"012"[..], b"345", b"678"] {
        let mut bytes = [0; 3];
        m.check("a part", server.recv_exact(&mut bytes), Ok(()));
        m.check("the bytes", &bytes[..], part);
    }
    m.check("no room", server.recv(&mut []), Ok(0));
    m.check("the rest", server.recv(&mut [0; 10]), Ok(1));
}

pub fn names<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.tcp_connect(&address);
    let (server, peer) = listener.accept().unwrap();
    let own = client.local_addr().unwrap();
    m.check("the client's address", own.ip(), Ipv4Addr::LOCALHOST.into());
    m.check("the listener's port is ephemeral", EPHEMERAL_PORTS.contains(&address.port()), true);
    m.check("the client's port is ephemeral", EPHEMERAL_PORTS.contains(&own.port()), true);
    m.check("accept names the client", peer, own);
    m.check("getpeername of the server", server.peer_addr(), Ok(own));
    m.check("getsockname of the server", server.local_addr(), Ok(address));
    m.check("getpeername of the client", client.peer_addr(), Ok(address));
    m.check("getsockname of the listener", listener.local_addr(), Ok(address));
}

pub fn refused_where_nobody_listens<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (_keeper, address) = m.closed_port();
    let stream = TcpStream::connect(m.backend.clone(), &address).map(|_| ());
    m.check("connect", stream, refused(Errno::ECONNREFUSED));
    // The socket can be used again.
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("connect", socket.connect(&address), refused(Errno::ECONNREFUSED));
    m.check("connect again", socket.connect(&address), refused(Errno::ECONNREFUSED));
    let (_listener, address) = m.tcp_listener();
    m.check("connect elsewhere", socket.connect(&address), Ok(()));
}

pub fn refused_after_the_listener_has_gone<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let waiting = m.tcp_connect(&address);
    drop(listener);
    let stream = TcpStream::connect(m.backend.clone(), &address).map(|_| ());
    m.check("connect", stream, refused(Errno::ECONNREFUSED));
    m.check("a connection that was not accepted", waiting.recv(&mut [0; 4]), refused(Errno::ECONNRESET));
}

pub fn address_in_use<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let bind = |reuse: bool, address: SocketAddr| {
        let socket = m.socket(Family::INET, SocketType::STREAM);
        socket.set(ReuseAddr, reuse).unwrap();
        socket.bind(&address)
    };
    let anywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
    m.check("the same address", bind(false, address), refused(Errno::EADDRINUSE));
    m.check("every address", bind(false, anywhere), refused(Errno::EADDRINUSE));
    m.check("another address", bind(false, SocketAddr::from(([127, 0, 0, 2], address.port()))), Ok(()));
    m.check("SO_REUSEADDR beside a listener", bind(true, address), refused(Errno::EADDRINUSE));
    let again = TcpListener::bind(m.backend.clone(), &address).map(|_| ());
    m.check("a second listener", again, refused(Errno::EADDRINUSE));
    drop(listener);
    m.check("after the listener", bind(false, address), Ok(()));
}

pub fn reuse_address<B: Interfaces + Spawn>(m: &Machine<B>) {
    let bound = |reuse: bool, address: SocketAddr| {
        let socket = m.socket(Family::INET, SocketType::STREAM);
        socket.set(ReuseAddr, reuse).unwrap();
        socket.bind(&address).map(|()| socket)
    };
    let first = bound(true, localhost(0)).unwrap();
    let address = first.local_addr::<SocketAddr>().unwrap();
    m.check("only one has SO_REUSEADDR", bound(false, address).map(|_| ()), refused(Errno::EADDRINUSE));
    let second = bound(true, address).unwrap();
    m.check("the first listens", first.listen(1), Ok(()));
    m.check("the second cannot", second.listen(1), refused(Errno::EADDRINUSE));
}

pub fn reuse_port<B: Interfaces + Spawn>(m: &Machine<B>) {
    let bound = |share: bool, address: SocketAddr| {
        let socket = m.socket(Family::INET, SocketType::STREAM);
        socket.set(ReusePort, share).unwrap();
        socket.bind(&address).map(|()| socket)
    };
    let first = bound(true, localhost(0)).unwrap();
    let address = first.local_addr::<SocketAddr>().unwrap();
    m.check("only one shares", bound(false, address).map(|_| ()), refused(Errno::EADDRINUSE));
    let second = bound(true, address).unwrap();
    m.check("the first listens", first.listen(1), Ok(()));
    m.check("and so does the second", second.listen(1), Ok(()));
    m.check("and a third may join", bound(true, address).map(|_| ()), Ok(()));
}

pub fn a_port_with_connections_can_be_bound_again<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.tcp_connect(&address);
    let (server, _) = listener.accept().unwrap();
    // The server closes first, so that the TIME-WAIT is on its port.
    drop((server, listener));
    m.check("end of stream", client.recv(&mut [0; 4]), Ok(0));
    drop(client);
    m.pause();
    let plain = m.socket(Family::INET, SocketType::STREAM);
    m.check("without SO_REUSEADDR", plain.bind(&address), refused(Errno::EADDRINUSE));
    let again = TcpListener::bind(m.backend.clone(), &address).map(|_| ());
    m.check("with SO_REUSEADDR", again, Ok(()));
}

pub fn connections_wait_to_be_accepted<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let clients = [(); 3].map(|()| m.tcp_connect(&address));
    clients.iter().for_each(|client| assert_eq!(client.send(b"early"), Ok(5)));
    for client in &clients {
        let (server, peer) = listener.accept().unwrap();
        m.check("in order", Ok(peer), client.local_addr());
        let server = patient(server.into_socket());
        m.check("what was sent before", server.recv(&mut [0; 16]), Ok(5));
    }
    let mut listener = listener.into_socket();
    listener.set_blocking(false);
    m.check("no more", listener.accept::<SocketAddr>().map(|_| ()), refused(Errno::EAGAIN));
}

pub fn timeouts<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, _server) = m.tcp_pair();
    let (listener, _) = m.tcp_listener();
    let (mut client, mut listener) = (client.into_socket(), listener.into_socket());
    for time in [5, 40].map(Duration::from_millis) {
        client.set_timeout(Some(time));
        listener.set_timeout(Some(time));
        let start = m.backend.now();
        m.check("recv", client.recv(&mut [0; 4]), Err(Error::TimedOut));
        m.check("accept", listener.accept::<SocketAddr>().map(|_| ()), Err(Error::TimedOut));
        let took = m.backend.now().since(start);
        m.check("not too early", took >= time * 2, true);
        m.check("not too late", took < time * 2 + m.lateness, true);
    }
    client.set_timeout(Some(Duration::ZERO));
    m.check("a timeout of zero", client.recv(&mut [0; 4]), refused(Errno::EAGAIN));
    client.set_timeout(Some(Duration::from_millis(20)));
    let sent = loop {
        if let Err(error) = client.send(&[0; 65536]) {
            break error;
        }
    };
    m.check("a send without room", sent, Error::TimedOut);
}

pub fn nothing_waits_with_nb<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let none = listener.socket().accept_nb::<SocketAddr>().map(|_| ());
    m.check("accept_nb", none, Err(nb::Error::WouldBlock));
    let client = m.socket(Family::INET, SocketType::STREAM);
    let mut connected = client.connect_nb(&address);
    while connected == Err(nb::Error::WouldBlock) {
        m.backend.wait_for(client.handle(), anysock::PollEvents::OUT, m.soon()).unwrap();
        connected = client.connect_nb(&address);
    }
    m.check("connect_nb", connected, Ok(()));
    m.backend.wait_for(listener.handle(), anysock::PollEvents::IN, m.soon()).unwrap();
    let (server, _) = listener.socket().accept_nb::<SocketAddr>().unwrap();
    m.check("recv_nb", server.recv_nb(&mut [0; 4]), Err(nb::Error::WouldBlock));
    m.check("send_nb", client.send_nb(b"x"), Ok(1));
    m.backend.wait_for(server.handle(), anysock::PollEvents::IN, m.soon()).unwrap();
    m.check("recv_nb", server.recv_nb(&mut [0; 4]), Ok(1));
    drop(client);
    m.backend.wait_for(server.handle(), anysock::PollEvents::IN, m.soon()).unwrap();
    m.check("end of stream", server.recv_nb(&mut [0; 4]), Ok(0));
    let (_keeper, closed) = m.closed_port();
    let client = m.socket(Family::INET, SocketType::STREAM);
    let mut refusal = client.connect_nb(&closed);
    while refusal == Err(nb::Error::WouldBlock) {
        m.backend.wait_for(client.handle(), anysock::PollEvents::OUT, m.soon()).unwrap();
        refusal = client.connect_nb(&closed);
    }
    m.check("refused", refusal, Err(nb::Error::Other(Errno::ECONNREFUSED.into())));
}

pub fn embedded_io<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (mut client, mut server) = m.tcp_pair();
    m.check("write", client.write(b"hello"), Ok(5));
    m.check("flush", client.flush(), Ok(()));
    m.check("write_all", client.write_all(b" world"), Ok(()));
    let mut bytes = [0; 11];
    m.check("read_exact", server.read_exact(&mut bytes), Ok(()));
    m.check("the bytes", &bytes, b"hello world");
    drop(client);
    m.check("end of stream", server.read(&mut bytes), Ok(0));
}

pub fn peek<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"abcdef").unwrap();
    let mut bytes = [0; 4];
    let server = server.into_socket();
    m.check("MSG_PEEK", server.recv_with(&mut bytes, MessageFlags::PEEK), Ok(4));
    m.check("the bytes", &bytes, b"abcd");
    m.check("MSG_PEEK again", server.recv_with(&mut bytes, MessageFlags::PEEK), Ok(4));
    m.check("still the same", &bytes, b"abcd");
    m.check("recv", server.recv(&mut bytes), Ok(4));
    m.check("and the rest", server.recv(&mut bytes), Ok(2));
    m.check("MSG_DONTWAIT", server.recv_with(&mut bytes, MessageFlags::DONTWAIT), refused(Errno::EAGAIN));
}

pub fn truncating_discards<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(b"abcdef").unwrap();
    m.backend.wait_for(server.handle(), anysock::PollEvents::IN, m.soon()).unwrap();
    let mut bytes = [0xAA; 4];
    m.check("MSG_TRUNC", server.socket().recv_with(&mut bytes, MessageFlags::TRUNC), Ok(4));
    m.check("untouched", &bytes, &[0xAA; 4]);
    m.check("the rest", server.recv(&mut bytes), Ok(2));
    m.check("the bytes", &bytes[..2], b"ef");
}

pub fn wait_for_all<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    m.spawn(move |machine| {
        let stream = TcpStream::connect(machine.clone(), &address).unwrap();
        for piece in [&b"abc"[..], b"defgh", b"ij"] {
            stream.send(piece).unwrap();
            machine.sleep_until((machine.now() + Duration::from_millis(10)).into()).unwrap();
        }
    });
    let (server, _) = listener.accept().unwrap();
    let server = patient(server.into_socket());
    m.backend.wait_for(server.handle(), anysock::PollEvents::IN, m.soon()).unwrap();
    // An attempt returns what there is.
    let attempt = m.backend.recv(server.handle(), &mut [0; 2], MessageFlags::WAITALL);
    m.check("an attempt", attempt, Ok(2));
    let mut bytes = [0; 6];
    m.check("all of it", server.recv_with(&mut bytes, MessageFlags::WAITALL), Ok(6));
    m.check("the bytes", &bytes, b"cdefgh");
    m.check("until the end", server.recv_with(&mut bytes, MessageFlags::WAITALL), Ok(2));
    // Datagrams are whole as they are.
    let (one, other) = m.pair(SocketType::DGRAM);
    one.send(b"abc").unwrap();
    m.check("a datagram", other.recv_with(&mut bytes, MessageFlags::WAITALL), Ok(3));
}

pub fn pieces<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let slices = [b"ab", b"".as_slice(), b"cde"].map(B::IoSlice::from);
    let flags = MessageFlags::empty();
    let message = SendMsg { address: None, slices: &slices, control: &[], handles: &[], flags };
    m.check("sendmsg", client.socket().send_msg(&message), Ok(5));
    let (mut one, mut other) = ([0; 3], [0; 8]);
    {
        let mut slices = [&mut one[..], &mut other[..]].map(B::IoSliceMut::from);
        let (address, slices) = (&mut [0; 16][..], &mut slices[..]);
        let mut message = RecvMsg { address, slices, control: &mut [], handles: &mut [], flags };
        let received = Received { len: 5, ..Received::default() };
        m.check("recvmsg", server.socket().recv_msg(&mut message), Ok(received));
    }
    m.check("the bytes", (&one[..], &other[..2]), (&b"abc"[..], &b"de"[..]));
}

pub fn much_data<B: Interfaces + Spawn>(m: &Machine<B>) {
    const LEN: usize = 1_000_000;
    let (listener, address) = m.tcp_listener();
    m.spawn(move |machine| {
        let stream = TcpStream::connect(machine, &address).unwrap();
        let bytes: Vec<u8> = (0..LEN).map(|index| (index % 251) as u8).collect();
        stream.send_all(&bytes).unwrap();
    });
    let (server, _) = listener.accept().unwrap();
    let server = patient(server.into_socket());
    let mut bytes = vec![0; LEN];
    m.check("all of it", server.recv_exact(&mut bytes), Ok(()));
    m.check("in order", bytes.iter().enumerate().all(|(index, byte)| *byte == (index % 251) as u8), true);
    m.check("and no more", server.recv(&mut bytes), Ok(0));
}

pub fn an_attempt_sends_what_there_is_room_for<B: Interfaces + Spawn>(m: &Machine<B>) {
    const LEN: usize = 50_000_000;
    let (client, server) = m.tcp_pair();
    let attempt = m.backend.send(client.handle(), &vec![7; LEN], MessageFlags::empty());
    let sent = attempt.unwrap();
    m.check("some and not all", (1..LEN).contains(&sent), true);
    drop(client);
    let mut received = 0;
    let mut bytes = vec![0; 100_000];
    while let Ok(count @ 1..) = server.recv(&mut bytes) {
        received += count;
    }
    m.check("all of that comes", received, sent);
}

pub fn a_full_buffer_empties_again<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (mut client, mut server) = m.tcp_pair_with_small_buffers();
    client.set_blocking(false);
    let (mut sent, mut before) = (0, None);
    // The kernel moves data on between the attempts.
    while before != Some(sent) {
        before = Some(sent);
        m.pause();
        m.pause();
        for size in [1000, 1] {
            while let Ok(count) = client.send(&vec![7; size]) {
                sent += count;
            }
        }
    }
    m.check("no room", client.send(b"x"), refused(Errno::EAGAIN));
    m.check("not writable", m.poll(client.handle()), anysock::PollEvents::empty());
    let mut received = 0;
    server.set_timeout(Some(Duration::from_millis(50)));
    while let Ok(count) = server.recv(&mut [0; 10_000]) {
        received += count;
    }
    m.check("everything came", received, sent);
    m.check("room again", m.poll(client.handle()), anysock::PollEvents::OUT);
    m.check("send", client.send(b"x"), Ok(1));
}
