//! Unix sockets: streams, datagrams, pairs, their names and their ends.

use anysock::addr::UnixName;
use anysock::option::socket::SendBuffer;
use anysock::{
    Deadline, Errno, Family, Interfaces, MessageFlags, PollEvents, Shutdown, SocketType, Spawn, UnixAddr,
    UnixDatagram, UnixListener, UnixStream,
};

use super::Machine;
use super::machine::{patient, refused};

const IN: PollEvents = PollEvents::IN;
const OUT: PollEvents = PollEvents::OUT;
const HUP: PollEvents = PollEvents::HUP;
const RDHUP: PollEvents = PollEvents::RDHUP;

/// A connection by way of a listener: the client's end and the server's.
fn stream_pair<B: Interfaces + Spawn>(m: &Machine<B>) -> (UnixStream<B>, UnixStream<B>) {
    let address = m.abstract_name("stream_pair");
    let listener = UnixListener::bind(m.backend.clone(), &address).unwrap();
    let client = UnixStream::connect(m.backend.clone(), &address).unwrap();
    let (server, _) = listener.accept().unwrap();
    (patient(client.into_socket()).into(), patient(server.into_socket()).into())
}

pub fn streams<B: Interfaces + Spawn>(m: &Machine<B>) {
    let address = m.path("stream");
    let listener = UnixListener::bind(m.backend.clone(), &address).unwrap();
    let client = UnixStream::connect(m.backend.clone(), &address).unwrap();
    let (server, peer) = listener.accept().unwrap();
    m.check("a client without a name", peer, UnixAddr::UNNAMED);
    m.check("the listener's name", listener.local_addr(), Ok(address));
    m.check("the server's name", server.local_addr(), Ok(address));
    m.check("the client's peer", client.peer_addr(), Ok(address));
    m.check("the client's name", client.local_addr(), Ok(UnixAddr::UNNAMED));
    m.check("send", client.send(b"hello"), Ok(5));
    let mut bytes = [0; 8];
    m.check("recv", server.recv(&mut bytes), Ok(5));
    m.check("the bytes", &bytes[..5], b"hello");
    drop(client);
    m.check("the end", server.recv(&mut bytes), Ok(0));
    m.check("nobody to send to", server.send(b"x"), refused(Errno::EPIPE));
}

pub fn paths<B: Interfaces + Spawn>(m: &Machine<B>) {
    let address = m.path("listener");
    let connect = |address: &UnixAddr| UnixStream::connect(m.backend.clone(), address).map(|_| ());
    m.check("nothing there", connect(&address), refused(Errno::ENOENT));
    let missing = UnixAddr::path(b"/no/such/directory/socket").unwrap();
    m.check("no directory", connect(&missing), refused(Errno::ENOENT));
    let bind = |address: &UnixAddr| UnixListener::bind(m.backend.clone(), address).map(|_| ());
    let listener = UnixListener::bind(m.backend.clone(), &address).unwrap();
    m.check("in use", bind(&address), refused(Errno::EADDRINUSE));
    m.check("connect", connect(&address), Ok(()));
    drop(listener);
    // The path stays behind.
    m.check("nobody listens", connect(&address), refused(Errno::ECONNREFUSED));
    m.check("still in use", bind(&address), refused(Errno::EADDRINUSE));
    let socket = m.socket(Family::UNIX, SocketType::STREAM);
    m.check("bound", socket.bind(&m.path("bound")), Ok(()));
    m.check("bound and not listening", connect(&m.path("bound")), refused(Errno::ECONNREFUSED));
    m.check("bound twice", socket.bind(&m.path("elsewhere")), refused(Errno::EINVAL));
}

pub fn abstract_names<B: Interfaces + Spawn>(m: &Machine<B>) {
    let address = m.abstract_name("name");
    let connect = |address: &UnixAddr| UnixStream::connect(m.backend.clone(), address).map(|_| ());
    m.check("nobody", connect(&address), refused(Errno::ECONNREFUSED));
    let listener = UnixListener::bind(m.backend.clone(), &address).unwrap();
    m.check("its name", listener.local_addr(), Ok(address));
    let again = UnixListener::bind(m.backend.clone(), &address).map(|_| ());
    m.check("in use", again, refused(Errno::EADDRINUSE));
    m.check("connect", connect(&address), Ok(()));
    // Every byte counts, a zero too.
    let mut longer = b"?".to_vec();
    if let UnixName::Abstract(name) = address.name() {
        longer = [name, b"\0"].concat();
    }
    m.check(
        "one byte more",
        connect(&UnixAddr::abstract_name(&longer).unwrap()),
        refused(Errno::ECONNREFUSED),
    );
    drop(listener);
    m.check("gone with its socket", connect(&address), refused(Errno::ECONNREFUSED));
    let again = UnixListener::bind(m.backend.clone(), &address).map(|_| ());
    m.check("free again", again, Ok(()));
}

pub fn the_kernel_chooses_a_name<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::UNIX, SocketType::DGRAM);
    m.check("no name", socket.local_addr(), Ok(UnixAddr::UNNAMED));
    m.check("autobind", socket.bind(&UnixAddr::UNNAMED), Ok(()));
    let address = socket.local_addr::<UnixAddr>().unwrap();
    let digits = match address.name() {
        UnixName::Abstract(name) => name.len() == 5 && name.iter().all(u8::is_ascii_hexdigit),
        _ => false,
    };
    m.check("five hexadecimal digits", digits, true);
    m.check("autobind again", socket.bind(&UnixAddr::UNNAMED), Ok(()));
    m.check("the same name", socket.local_addr(), Ok(address));
    m.check("another name", socket.bind(&m.abstract_name("other")), refused(Errno::EINVAL));
}

pub fn pairs<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = m.pair(kind);
        m.check("no name", one.local_addr(), Ok(UnixAddr::UNNAMED));
        m.check("nor the peer", one.peer_addr(), Ok(UnixAddr::UNNAMED));
        m.check("send", one.send(b"abc"), Ok(3));
        m.check("send", one.send(b"defg"), Ok(4));
        let mut bytes = [0; 16];
        let boundaries = kind != SocketType::STREAM;
        let whole = if boundaries { 3 } else { 7 };
        m.check("boundaries", other.recv(&mut bytes), Ok(whole));
        m.check("the other way", other.send(b"x"), Ok(1));
        m.check("recv", one.recv(&mut bytes), Ok(1));
        m.check("connect", one.connect(&m.abstract_name("none")).is_err(), true);
    }
}

pub fn datagrams<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (here, there) = (m.abstract_name("here"), m.path("there"));
    let one = UnixDatagram::bind(m.backend.clone(), &here).unwrap();
    let other = UnixDatagram::bind(m.backend.clone(), &there).unwrap();
    let unbound = UnixDatagram::unbound(m.backend.clone()).unwrap();
    let mut bytes = [0; 4];
    m.check("send_to", one.send_to(b"datagram", &there), Ok(8));
    m.check("cut to the room", other.recv_from(&mut bytes), Ok((4, here)));
    m.check("the beginning", &bytes, b"data");
    m.check("an empty one", one.send_to(b"", &there), Ok(0));
    m.check("received", other.recv_from(&mut bytes), Ok((0, here)));
    m.check("from nowhere", unbound.send_to(b"x", &there), Ok(1));
    m.check("no sender", other.recv_from(&mut bytes), Ok((1, UnixAddr::UNNAMED)));
    m.check("nobody", one.send_to(b"x", &m.abstract_name("nobody")), refused(Errno::ECONNREFUSED));
    m.check("no path", one.send_to(b"x", &m.path("nobody")), refused(Errno::ENOENT));
    m.check("no destination", one.send(b"x"), refused(Errno::ENOTCONN));
    m.check("connect", one.connect(&there), Ok(()));
    m.check("send", one.send(b"yes"), Ok(3));
    m.check("MSG_TRUNC", other.socket().recv_with(&mut [], MessageFlags::TRUNC), Ok(3));
    drop(other);
    m.check("the receiver has gone", one.send(b"x"), refused(Errno::ECONNREFUSED));
}

pub fn datagrams_as_long_as_the_buffer<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = m.pair(kind);
        one.set(SendBuffer, 20_000).unwrap();
        let bytes = vec![7; 40_000];
        // 32 bytes of the buffer are the kernel's own.
        m.check("too long", one.send(&bytes[..39_969]), refused(Errno::EMSGSIZE));
        m.check("the longest", one.send(&bytes[..39_968]), Ok(39_968));
        m.check("received", other.recv(&mut vec![0; 40_000]), Ok(39_968));
    }
}

pub fn a_connected_datagram_socket_hears_its_peer_only<B: Interfaces + Spawn>(m: &Machine<B>) {
    let names = ["one", "two", "three"].map(|name| m.abstract_name(name));
    let [one, two, three] = names.map(|name| {
        let socket = UnixDatagram::bind(m.backend.clone(), &name).unwrap();
        UnixDatagram::from(patient(socket.into_socket()))
    });
    one.connect(&names[1]).unwrap();
    m.check("a stranger", three.send_to(b"x", &names[0]), refused(Errno::EPERM));
    m.check("the peer", two.send_to(b"x", &names[0]), Ok(1));
    m.check("received", one.recv_from(&mut [0; 4]), Ok((1, names[1])));
    m.check("the peer is connected to nobody", three.send_to(b"x", &names[1]), Ok(1));
}

pub fn types_do_not_mix<B: Interfaces + Spawn>(m: &Machine<B>) {
    let address = m.path("stream");
    let _listener = UnixListener::bind(m.backend.clone(), &address).unwrap();
    let datagram = m.socket(Family::UNIX, SocketType::DGRAM);
    // Abstract names are kept apart by type.
    let name = m.abstract_name("stream");
    let _named = UnixListener::bind(m.backend.clone(), &name).unwrap();
    m.check("datagram to an abstract stream", datagram.connect(&name), refused(Errno::ECONNREFUSED));
    m.check(
        "a datagram socket of that name",
        UnixDatagram::bind(m.backend.clone(), &name).map(|_| ()),
        Ok(()),
    );
    m.check("datagram to stream", datagram.connect(&address), refused(Errno::EPROTOTYPE));
    m.check("sendto", datagram.send_to(b"x", &address), refused(Errno::EPROTOTYPE));
    let packets = m.socket(Family::UNIX, SocketType::SEQPACKET);
    m.check("packets to stream", packets.connect(&address), refused(Errno::EPROTOTYPE));
    m.check("listen on datagrams", datagram.listen(1), refused(Errno::EOPNOTSUPP));
    let stream = m.socket(Family::UNIX, SocketType::STREAM);
    m.check("listen without a name", stream.listen(1), refused(Errno::EINVAL));
    m.check("accept", stream.accept::<UnixAddr>().map(|_| ()), refused(Errno::EINVAL));
    m.check("send", stream.send(b"x"), refused(Errno::ENOTCONN));
    m.check("recv", stream.recv(&mut [0; 4]), refused(Errno::EINVAL));
    m.check("getpeername", stream.peer_addr::<UnixAddr>(), refused(Errno::ENOTCONN));
    m.check("shutdown", stream.shutdown(Shutdown::BOTH), Ok(()));
}

pub fn addresses_that_do_not_fit<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::UNIX, SocketType::STREAM);
    let bind = |address: &[u8]| m.backend.bind(socket.handle(), address);
    m.check("no address", bind(&[]), Err(Errno::EINVAL));
    m.check("a byte of a family", bind(&[1]), Err(Errno::EINVAL));
    m.check("too long", bind(&[&[1, 0, b'/'][..], &[b'x'; 120]].concat()), Err(Errno::EINVAL));
    m.check("another family", bind(&[2, 0, b'x', 0]), Err(Errno::EINVAL));
    let connect = |address: &[u8]| m.backend.connect(socket.handle(), address);
    m.check("connect to no address", connect(&[]), Err(Errno::EINVAL));
    m.check("connect to no name", connect(&[1, 0]), Err(Errno::EINVAL));
    m.check("connect to another family", connect(&[2, 0, b'x', 0]), Err(Errno::EINVAL));
    // A path of 108 bytes fills the field, and has no zero behind it.
    let mut address = [b'x'; 110];
    address[..2].copy_from_slice(&Family::UNIX.0.to_ne_bytes());
    m.check("the longest", connect(&address), Err(Errno::ENOENT));
}

pub fn unread_data_resets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = stream_pair(m);
    client.send(b"never read").unwrap();
    server.send(b"last words").unwrap();
    drop(server);
    m.check("what had come", client.recv(&mut [0; 16]), Ok(10));
    m.check("then the error", client.recv(&mut [0; 16]), refused(Errno::ECONNRESET));
    m.check("then the end", client.recv(&mut [0; 16]), Ok(0));
    m.check("send", client.send(b"x"), refused(Errno::EPIPE));
}

pub fn half_close<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = stream_pair(m);
    client.send(b"question").unwrap();
    m.check("shutdown", client.shutdown(Shutdown::WRITE), Ok(()));
    m.check("send", client.send(b"x"), refused(Errno::EPIPE));
    m.check("the question", server.recv(&mut [0; 16]), Ok(8));
    m.check("its end", server.recv(&mut [0; 16]), Ok(0));
    m.check("poll", m.poll(server.handle()), IN | OUT | RDHUP);
    m.check("the answer", server.send(b"answer"), Ok(6));
    m.check("received", client.recv(&mut [0; 16]), Ok(6));
    m.check("reading", server.shutdown(Shutdown::WRITE), Ok(()));
    m.check("both have ended", m.poll(client.handle()), IN | OUT | RDHUP | HUP);

    let (client, server) = stream_pair(m);
    m.check("no more reading", server.shutdown(Shutdown::READ), Ok(()));
    m.check("the peer is told", client.send(b"x"), refused(Errno::EPIPE));
}

pub fn readiness<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = stream_pair(m);
    m.check("idle", m.poll(client.handle()), OUT);
    server.send(b"x").unwrap();
    m.check("data", m.poll(client.handle()), IN | OUT);
    drop(server);
    m.check("the peer has gone", m.poll(client.handle()), IN | OUT | RDHUP | HUP);
    let (one, other) = m.pair(SocketType::DGRAM);
    other.send(b"").unwrap();
    m.check("an empty datagram", m.poll(one.handle()), IN | OUT);
}

pub fn full_buffers<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::STREAM, SocketType::DGRAM] {
        let (mut one, other) = m.pair(kind);
        one.set_blocking(false);
        let mut sent = 0;
        while let Ok(count) = one.send(&[7; 1000]) {
            sent += count;
        }
        m.check("no room", one.send(&[7; 1000]), refused(Errno::EAGAIN));
        m.check("poll", m.poll(one.handle()), PollEvents::empty());
        let mut received = 0;
        while received < sent {
            received += other.recv(&mut [0; 1000]).unwrap();
        }
        m.check("everything came", received, sent);
        m.check("poll", m.poll(one.handle()), OUT);
        m.check("room again", one.send(&[7; 1000]), Ok(1000));
    }
}

pub fn a_full_backlog<B: Interfaces + Spawn>(m: &Machine<B>) {
    let address = m.abstract_name("backlog");
    let listener = m.socket(Family::UNIX, SocketType::STREAM);
    listener.bind(&address).unwrap();
    listener.listen(1).unwrap();
    let clients = [(); 3].map(|()| m.nonblocking(Family::UNIX, SocketType::STREAM));
    m.check("the first", clients[0].connect(&address), Ok(()));
    m.check("one more than the backlog", clients[1].connect(&address), Ok(()));
    m.check("full", clients[2].connect(&address), refused(Errno::EAGAIN));
    let mut waiting = m.socket(Family::UNIX, SocketType::STREAM);
    waiting.set_timeout(Some(std::time::Duration::from_millis(30)));
    m.check("until the timeout", waiting.connect(&address), Err(anysock::Error::TimedOut));
    listener.accept::<UnixAddr>().unwrap();
    m.check("room again", clients[2].connect(&address), Ok(()));
    drop(listener);
    m.check("thrown out", clients[1].recv(&mut [0; 4]), refused(Errno::ECONNRESET));
}

pub fn a_backlog_that_empties<B: Interfaces + Spawn>(m: &Machine<B>) {
    let address = m.abstract_name("backlog");
    let listener = m.socket(Family::UNIX, SocketType::STREAM);
    listener.bind(&address).unwrap();
    listener.listen(0).unwrap();
    let first = m.nonblocking(Family::UNIX, SocketType::STREAM);
    first.connect(&address).unwrap();
    m.spawn(move |machine| {
        let late = UnixStream::connect(machine, &address).unwrap();
        late.send(b"late").unwrap();
    });
    m.pause();
    let _first = listener.accept::<UnixAddr>().unwrap();
    let (late, _) = listener.accept::<UnixAddr>().unwrap();
    m.check("the one that waited", patient(late).recv(&mut [0; 8]), Ok(4));
}

pub fn peeking<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
        let (one, other) = m.pair(kind);
        one.send(b"abcdef").unwrap();
        let mut bytes = [0; 8];
        m.check("MSG_PEEK", other.recv_with(&mut bytes[..3], MessageFlags::PEEK), Ok(3));
        m.check("MSG_PEEK", other.recv_with(&mut bytes, MessageFlags::PEEK), Ok(6));
        m.check("recv", other.recv(&mut bytes), Ok(6));
        let nothing = other.recv_with(&mut bytes, MessageFlags::DONTWAIT);
        m.check("MSG_DONTWAIT", nothing, refused(Errno::EAGAIN));
    }
}

pub fn sequenced_packets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::SEQPACKET);
    one.send(b"packet").unwrap();
    one.send(b"next").unwrap();
    m.check("cut to the room", other.recv(&mut [0; 3]), Ok(3));
    m.check("MSG_TRUNC", other.recv_with(&mut [0; 2], MessageFlags::TRUNC), Ok(4));
    drop(one);
    m.check("the end", other.recv(&mut [0; 8]), Ok(0));
    m.check("send", other.send(b"x"), refused(Errno::EPIPE));
}

pub fn datagram_pairs_end<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    one.send(b"last").unwrap();
    drop(one);
    m.check("what was sent", other.recv(&mut [0; 8]), Ok(4));
    m.check("the peer has gone", other.send(b"x"), refused(Errno::ECONNREFUSED));
    m.check("no more peer", other.send(b"x"), refused(Errno::ENOTCONN));
    m.check("nothing comes", other.recv_with(&mut [0; 8], MessageFlags::DONTWAIT), refused(Errno::EAGAIN));
    let ready = m.backend.wait(&mut [anysock::Wait::new(other.handle(), IN)], Deadline::NOW);
    m.check("and it is no end", ready, Ok(0));
}
