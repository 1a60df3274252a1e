//! RFCOMM, from this machine's device to the one that the peer listens on.

use std::time::Duration;

use anysock::addr::SockAddr;
use anysock::{
    Backend, BdAddr, BluetoothProtocol, Deadline, Errno, Error, Family, Interfaces, PollEvents, RfcommAddr,
    RfcommListener, RfcommStream, Shutdown, Socket, SocketType, Spawn,
};

use super::Machine;
use super::machine::{patient, refused};

fn socket<B: Interfaces + Spawn>(m: &Machine<B>) -> Socket<B> {
    let kind = SocketType::STREAM;
    patient(Socket::new(m.backend.clone(), Family::BLUETOOTH, kind, BluetoothProtocol::RFCOMM).unwrap())
}

/// A channel of the device that the peer listens on.
fn peer<B: Interfaces + Spawn>(m: &Machine<B>, channel: u8) -> RfcommAddr {
    RfcommAddr { device: m.bluetooth()[1], channel }
}

/// A connection from this machine's device, as soon as the peer listens.
fn connect<B: Interfaces + Spawn>(m: &Machine<B>, to: &RfcommAddr) -> RfcommStream<B> {
    let soon = m.soon();
    loop {
        let socket = socket(m);
        socket.bind(&RfcommAddr { device: m.bluetooth()[0], channel: 0 }).unwrap();
        match socket.connect(to) {
            Ok(()) => return socket.into(),
            Err(Error::Os(Errno::ECONNREFUSED)) if !soon.has_passed(m.backend.now()) => m.pause(),
            Err(error) => panic!("connecting to {to}: {error}"),
        }
    }
}

/// Has the peer accept one connection on `channel` for `serve`.
fn serve<B: Interfaces + Spawn>(m: &Machine<B>, channel: u8, serve: fn(&mut dyn Connection)) {
    m.spawn_peer(Box::new(move |machine| {
        let listener = RfcommListener::bind(machine, &RfcommAddr { device: BdAddr::ANY, channel }).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        serve(&mut stream);
    }));
}

/// A connection of any backend's.
trait Connection {
    fn send(&mut self, bytes: &[u8]);
    /// Receives, `None` at the end.
    fn recv(&mut self, bytes: &mut [u8]) -> Option<usize>;
    fn pause(&mut self);
}

impl<B: Backend> Connection for RfcommStream<B> {
    fn send(&mut self, bytes: &[u8]) {
        self.send_all(bytes).unwrap();
    }

    fn recv(&mut self, bytes: &mut [u8]) -> Option<usize> {
        RfcommStream::recv(self, bytes).ok().filter(|count| *count > 0)
    }

    fn pause(&mut self) {
        let backend = self.socket().backend();
        let pause = Duration::from_millis(100);
        backend.sleep_until(Deadline::at(backend.now() + pause)).unwrap();
    }
}

fn echo(connection: &mut dyn Connection) {
    let mut bytes = [0; 512];
    while let Some(count) = connection.recv(&mut bytes) {
        connection.send(&bytes[..count]);
    }
}

pub fn types_and_protocols<B: Interfaces + Spawn>(m: &Machine<B>) {
    let answer = |kind, protocol: BluetoothProtocol| {
        m.backend.socket(Family::BLUETOOTH, kind, protocol.into()).map(|_| ())
    };
    m.check("RFCOMM", answer(SocketType::STREAM, BluetoothProtocol::RFCOMM), Ok(()));
    let datagrams = answer(SocketType::DGRAM, BluetoothProtocol::RFCOMM);
    m.check("datagrams", datagrams, Err(Errno::ESOCKTNOSUPPORT));
    let packets = answer(SocketType::SEQPACKET, BluetoothProtocol::RFCOMM);
    m.check("packets", packets, Err(Errno::ESOCKTNOSUPPORT));
    m.check("no protocol", answer(SocketType::STREAM, BluetoothProtocol(42)), Err(Errno::EINVAL));
    m.check("a negative one", answer(SocketType::STREAM, BluetoothProtocol(-1)), Err(Errno::EINVAL));
}

pub fn a_fresh_socket<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = socket(m);
    m.check("getsockname", socket.local_addr(), Ok(RfcommAddr { device: BdAddr::ANY, channel: 0 }));
    m.check("getpeername", socket.peer_addr::<RfcommAddr>(), refused(Errno::ENOTCONN));
    m.check("send", socket.send(b"x"), refused(Errno::ENOTCONN));
    m.check("accept", socket.accept::<RfcommAddr>().map(|_| ()), refused(Errno::EBADFD));
    m.check("poll", m.poll(socket.handle()), PollEvents::OUT);
}

pub fn binding<B: Interfaces + Spawn>(m: &Machine<B>) {
    let listener = RfcommAddr { device: m.bluetooth()[0], channel: 9 };
    let first = RfcommListener::bind(m.backend.clone(), &listener).unwrap();
    m.check("getsockname", first.local_addr(), Ok(listener));
    let again = RfcommListener::bind(m.backend.clone(), &listener).map(|_| ());
    m.check("in use", again, refused(Errno::EADDRINUSE));
    m.check("bind again", first.socket().bind(&listener), refused(Errno::EBADFD));
    drop(first);
    let again = RfcommListener::bind(m.backend.clone(), &listener).map(|_| ());
    m.check("free again", again, Ok(()));

    let any = RfcommListener::bind(m.backend.clone(), &RfcommAddr { channel: 0, ..listener }).unwrap();
    let channel = any.local_addr().map(|address| (1..=30).contains(&address.channel));
    m.check("listen chooses a channel", channel, Ok(true));
    let socket = socket(m);
    m.check("listen without a name", socket.listen(1), refused(Errno::EBADFD));
    m.check("no address", m.backend.bind(socket.handle(), &[]), Err(Errno::EINVAL));
    m.check("another family", m.backend.bind(socket.handle(), &[2; 10]), Err(Errno::EINVAL));
}

pub fn exchange<B: Interfaces + Spawn>(m: &Machine<B>) {
    serve(m, 3, echo);
    let stream = connect(m, &peer(m, 3));
    m.check("getpeername", stream.peer_addr(), Ok(peer(m, 3)));
    m.check("the own device", stream.local_addr().map(|own| own.device), Ok(m.bluetooth()[0]));
    let mut bytes = [0; 16];
    m.check("send", stream.send(b"hello"), Ok(5));
    m.check("the echo", stream.recv_exact(&mut bytes[..5]), Ok(()));
    m.check("the bytes", &bytes[..5], b"hello");
    m.check("connected", m.poll(stream.handle()), PollEvents::OUT);
    let many: Vec<u8> = (0..4000).map(|index| (index % 251) as u8).collect();
    m.check("many bytes", stream.send_all(&many), Ok(()));
    let mut back = vec![0; many.len()];
    m.check("and back", stream.recv_exact(&mut back), Ok(()));
    m.check("the same", back == many, true);
}

pub fn nobody_listens<B: Interfaces + Spawn>(m: &Machine<B>) {
    let connect = |to: RfcommAddr| socket(m).connect(&to);
    m.check("refused", connect(peer(m, 29)), refused(Errno::ECONNREFUSED));
    m.check("channel 0", connect(peer(m, 0)), refused(Errno::EINVAL));
    m.check("channel 31", connect(peer(m, 31)), refused(Errno::EINVAL));
    let short = peer(m, 3).encode();
    let short = m.backend.connect(socket(m).handle(), &short[..8]);
    m.check("a short address", short, Err(Errno::EINVAL));
}

pub fn the_peer_closes<B: Interfaces + Spawn>(m: &Machine<B>) {
    serve(m, 4, |connection| {
        let _ = connection.recv(&mut [0; 16]);
        connection.send(b"last");
        connection.pause();
    });
    let stream = connect(m, &peer(m, 4));
    stream.send(b"x").unwrap();
    let mut bytes = [0; 16];
    m.check("what was sent", stream.recv_exact(&mut bytes[..4]), Ok(()));
    let events = m.await_then_poll(stream.handle(), PollEvents::HUP);
    m.check("poll", events & PollEvents::HUP, PollEvents::HUP);
    m.check("recv", stream.recv(&mut bytes), refused(Errno::ECONNRESET));
    m.check("send", stream.send(b"x").is_err(), true);
}

pub fn shutdown<B: Interfaces + Spawn>(m: &Machine<B>) {
    serve(m, 5, echo);
    let stream = connect(m, &peer(m, 5));
    stream.send(b"x").unwrap();
    stream.recv_exact(&mut [0; 1]).unwrap();
    m.check("shutdown", stream.shutdown(Shutdown::BOTH), Ok(()));
    m.check("send", stream.send(b"x"), refused(Errno::EPIPE));
}

pub fn timeouts<B: Interfaces + Spawn>(m: &Machine<B>) {
    serve(m, 6, echo);
    let mut stream = connect(m, &peer(m, 6));
    stream.set_timeout(Some(Duration::from_millis(30)));
    m.check("recv", stream.recv(&mut [0; 4]), Err(Error::TimedOut));
    stream.set_timeout(Some(Duration::ZERO));
    m.check("without waiting", stream.recv(&mut [0; 4]), refused(Errno::EAGAIN));
}

pub fn connecting_without_waiting<B: Interfaces + Spawn>(m: &Machine<B>) {
    use anysock::option::socket::PendingError;

    let mut socket = socket(m);
    socket.set_blocking(false);
    m.check("connect", socket.connect(&peer(m, 28)), refused(Errno::EINPROGRESS));
    m.backend.wait_for(socket.handle(), PollEvents::OUT, m.soon()).unwrap();
    m.check("SO_ERROR", socket.get(PendingError), Ok(Some(Errno::ECONNREFUSED)));
}
