//! What a body finds.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::Location;
use std::time::Duration;

use anysock::message::Controls;
use anysock::option::socket::{RecvBuffer, SendBuffer};
use anysock::{
    Backend, BdAddr, Deadline, Errno, Error, Family, Interfaces, MessageFlags, PollEvents, Protocol, RecvMsg,
    Socket, SocketType, Spawn, TcpListener, TcpStream, UdpSocket, UnixAddr,
};

/// A program to start beside the body.
pub type Program<B> = Box<dyn for<'a> FnOnce(<B as Spawn>::Child<'a>) + Send>;

/// How long a body waits for what must come. In the simulator nothing of it passes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything that is asked of a socket's readiness.
const EVERYTHING: PollEvents =
    PollEvents::IN.union(PollEvents::PRI).union(PollEvents::OUT).union(PollEvents::RDHUP);

/// A machine with a backend, and what the body may use of it.
pub struct Machine<B: Interfaces + Spawn> {
    /// The machine's kernel.
    pub backend: B,
    /// A directory of the body's own.
    directory: String,
    peer: Peer<B>,
    /// How late it may be with what has a time.
    pub(super) lateness: Duration,
    failures: RefCell<Vec<String>>,
}

/// Another machine that this one reaches, or this one itself.
pub struct Peer<B: Interfaces + Spawn> {
    ip: [IpAddr; 2],
    bluetooth: Option<[BdAddr; 2]>,
    spawn: Box<dyn Fn(Program<B>)>,
}

impl<B: Interfaces + Spawn> Peer<B> {
    /// A peer: the addresses of the machine and of the peer, as they reach each other, their Bluetooth devices,
    /// where they have some, and how a program is started on the peer.
    pub fn new(
        ip: [IpAddr; 2],
        bluetooth: Option<[BdAddr; 2]>,
        spawn: impl Fn(Program<B>) + 'static,
    ) -> Self {
        Peer { ip, bluetooth, spawn: Box::new(spawn) }
    }
}

impl<B: Interfaces + Spawn> fmt::Debug for Peer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.ip, self.bluetooth)
    }
}

impl<B: Interfaces + Spawn> fmt::Debug for Machine<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.backend.fmt(f)
    }
}

impl<B: Interfaces + Spawn> Machine<B> {
    /// A machine for one body: its backend, a directory, its peer, and how late it may be with what has a time, where
    /// it has other work.
    pub fn new(backend: B, directory: impl Into<String>, peer: Peer<B>, lateness: Duration) -> Self {
        Machine { backend, directory: directory.into(), peer, lateness, failures: RefCell::default() }
    }

    /// This machine's address, as the peer reaches it.
    pub fn own_ip(&self) -> IpAddr {
        self.peer.ip[0]
    }

    /// The peer's address.
    pub fn peer_ip(&self) -> IpAddr {
        self.peer.ip[1]
    }

    /// The addresses of this machine's Bluetooth device, and of the peer's.
    pub fn bluetooth(&self) -> [BdAddr; 2] {
        self.peer.bluetooth.expect("a machine with Bluetooth")
    }

    /// Starts a program on the peer.
    pub fn spawn_peer(&self, program: Program<B>) {
        (self.peer.spawn)(program);
    }

    /// Compares an answer with Linux's.
    #[track_caller]
    pub fn check<T: Debug + PartialEq>(&self, what: &str, answer: T, linux: T) {
        if answer != linux {
            let line = Location::caller();
            let failure = format!("{line}: {what}: {answer:?}, where Linux answers {linux:?}");
            self.failures.borrow_mut().push(failure);
        }
    }

    /// Where the backend answered otherwise than Linux.
    pub fn into_failures(self) -> Vec<String> {
        self.failures.into_inner()
    }

    /// Now and `PATIENCE`.
    pub fn soon(&self) -> Deadline {
        Deadline::at(self.backend.now() + PATIENCE)
    }

    /// Lets time pass in which nothing is expected.
    pub fn pause(&self) {
        let pause = Duration::from_millis(20);
        self.backend.sleep_until(Deadline::at(self.backend.now() + pause)).unwrap();
    }

    /// What a handle is ready for, now.
    pub fn poll(&self, handle: &B::Handle) -> PollEvents {
        let mut waits = [anysock::Wait::new(handle, EVERYTHING)];
        self.backend.wait(&mut waits, Deadline::NOW).unwrap();
        waits[0].revents
    }

    /// Waits for `events`, and then returns everything that the handle is ready for.
    #[track_caller]
    pub fn await_then_poll(&self, handle: &B::Handle, events: PollEvents) -> PollEvents {
        self.backend.wait_for(handle, events, self.soon()).unwrap();
        self.poll(handle)
    }

    /// A socket with a timeout, so that a body that goes wrong ends.
    pub fn socket(&self, family: Family, kind: SocketType) -> Socket<B> {
        let socket = Socket::new(self.backend.clone(), family, kind, Protocol::DEFAULT).unwrap();
        patient(socket)
    }

    /// [`Machine::socket`] that does not wait.
    pub fn nonblocking(&self, family: Family, kind: SocketType) -> Socket<B> {
        let mut socket = self.socket(family, kind);
        socket.set_blocking(false);
        socket
    }

    /// A pair of Unix sockets.
    pub fn pair(&self, kind: SocketType) -> (Socket<B>, Socket<B>) {
        let (one, other) = Socket::pair(self.backend.clone(), Family::UNIX, kind, Protocol::DEFAULT).unwrap();
        (patient(one), patient(other))
    }

    /// A listener on a port of its own of 127.0.0.1, and its address.
    pub fn tcp_listener(&self) -> (TcpListener<B>, SocketAddr) {
        let listener = TcpListener::bind(self.backend.clone(), &localhost(0)).unwrap();
        let address = listener.local_addr().unwrap();
        (patient(listener.into_socket()).into(), address)
    }

    /// A TCP connection: the client's end and the server's.
    pub fn tcp_pair(&self) -> (TcpStream<B>, TcpStream<B>) {
        let (listener, address) = self.tcp_listener();
        let client = self.tcp_connect(&address);
        let (server, _) = listener.accept().unwrap();
        (client, patient(server.into_socket()).into())
    }

    /// The same with buffers that are soon full, of sizes of the program's own: the kernel's grow as it sees fit.
    pub fn tcp_pair_with_small_buffers(&self) -> (Socket<B>, Socket<B>) {
        let (listener, address) = self.tcp_listener();
        listener.set(RecvBuffer, 20_000).unwrap();
        let client = self.tcp_connect(&address).into_socket();
        client.set(SendBuffer, 20_000).unwrap();
        (client, listener.accept().unwrap().0.into_socket())
    }

    /// A TCP connection to `address`.
    #[track_caller]
    pub fn tcp_connect(&self, address: &SocketAddr) -> TcpStream<B> {
        TcpStream::connect_timeout(self.backend.clone(), address, Some(PATIENCE)).unwrap()
    }

    /// A UDP socket on a port of its own of 127.0.0.1, and its address.
    pub fn udp(&self) -> (UdpSocket<B>, SocketAddr) {
        let socket = UdpSocket::bind(self.backend.clone(), &localhost(0)).unwrap();
        let address = socket.local_addr().unwrap();
        (patient(socket.into_socket()).into(), address)
    }

    /// An address of 127.0.0.1 at which nobody listens, and what keeps it so.
    pub fn closed_port(&self) -> (Socket<B>, SocketAddr) {
        let socket = self.socket(Family::INET, SocketType::STREAM);
        socket.bind(&localhost(0)).unwrap();
        let address = socket.local_addr().unwrap();
        (socket, address)
    }

    /// A path that does not exist yet, in a directory that does.
    pub fn path(&self, name: &str) -> UnixAddr {
        UnixAddr::path(format!("{}/{name}", self.directory).as_bytes()).unwrap()
    }

    /// A name in the abstract namespace that is the body's own.
    pub fn abstract_name(&self, name: &str) -> UnixAddr {
        UnixAddr::abstract_name(format!("{}/{name}", self.directory).as_bytes()).unwrap()
    }

    /// Starts a program beside the body, on the same machine.
    pub fn spawn(&self, program: impl for<'a> FnOnce(B::Child<'a>) + Send + 'static) {
        self.backend.spawn(program).unwrap();
    }
}

/// `port` of 127.0.0.1.
pub(super) fn localhost(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// The socket, with a timeout.
pub(super) fn patient<B: Backend>(mut socket: Socket<B>) -> Socket<B> {
    socket.set_timeout(Some(PATIENCE));
    socket
}

/// A message as it was received.
pub(super) struct ReceivedMessage {
    /// The bytes that there was room for.
    pub(super) bytes: Vec<u8>,
    control: Vec<u8>,
    pub(super) flags: MessageFlags,
}

impl ReceivedMessage {
    pub(super) fn controls(&self) -> Controls<'_> {
        Controls::new(&self.control)
    }
}

/// Receives a message with its control messages, for which there are so many bytes.
pub(super) fn receive_message<B: Backend>(
    socket: &Socket<B>,
    room: usize,
    flags: MessageFlags,
) -> Result<ReceivedMessage, Error> {
    let (mut bytes, mut control) = (vec![0; 0x10000], vec![0; room]);
    let received = {
        let mut slices = [B::IoSliceMut::from(&mut bytes)];
        let mut message =
            RecvMsg { address: &mut [], slices: &mut slices, control: &mut control, handles: &mut [], flags };
        socket.recv_msg(&mut message)?
    };
    bytes.truncate(received.len);
    control.truncate(received.control_len);
    Ok(ReceivedMessage { bytes, control, flags: received.flags })
}

/// An answer that is an error of the kernel's.
pub(super) fn refused<T>(errno: Errno) -> Result<T, anysock::Error> {
    Err(errno.into())
}
