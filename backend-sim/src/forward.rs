//! The way out to the real machine: real clients of a simulated server.
//!
//! A forward listens on a real backend. Each real connection becomes one of the simulated internet, from a
//! node of the forward's own; bytes, back-pressure, the end of a direction and resets cross it both ways.
//! While it runs, virtual time never passes real time and never skips. Everything that comes in is recorded
//! with its virtual time, and the recording replays to the same trace.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use std::vec;
use std::vec::Vec;

use anysock::option::socket::LingerOnClose;
use anysock::option::{Linger, OptionValue};
use anysock::{
    Backend, Deadline, Errno, Error, Family, Instant, Level, MessageFlags, PollEvents, Protocol, Shutdown,
    SockAddr, SocketType, TcpListener, TcpStream, Wait,
};

use crate::engine::{Engine, Incoming, Link, NodeId, Outgoing, SocketId};
use crate::real_time::RealTime;
use crate::recording::{Input, Recording};
use crate::world::{Node, World};

/// How much is carried at once.
const CHUNK: usize = 16 * 1024;
/// How many real connections are carried at the same time; more wait to be accepted.
const CLIENTS_MAX: usize = 256;

/// The simulated side: a node that connects to the target on behalf of the outside.
#[derive(Debug)]
struct Outside {
    node: NodeId,
    target: SocketAddr,
    /// The simulated socket of each connection, by the connection's number; none once it is closed.
    sockets: Vec<Option<SocketId>>,
}

impl Outside {
    /// A network between the target and a new node.
    fn new(world: &mut World, node: &Node, port: u16) -> Result<Self, Errno> {
        let number = world.with_engine(|engine| engine.node_count());
        // From the range for benchmarks of RFC 2544, which no simulated network is likely to use.
        let [_, _, high, low] = number.to_be_bytes();
        let address = |host| Ipv4Addr::new(198, 18 | high, low, host);
        let network = world.network("forward", Link::new().latency(Duration::ZERO));
        let name = std::format!("forward{number}");
        node.clone().ethernet(&name, network, &std::format!("{}/24", address(1)))?;
        let outside = world.node("outside").ethernet("eth0", network, &std::format!("{}/24", address(2)))?;
        let target = SocketAddr::new(IpAddr::V4(address(1)), port);
        Ok(Outside { node: outside.id, target, sockets: Vec::new() })
    }

    fn socket(&self, connection: usize) -> Option<SocketId> {
        self.sockets.get(connection).copied().flatten()
    }

    /// Does what the outside did. Returns how many bytes went in.
    fn apply(&mut self, engine: &mut Engine, connection: usize, input: &Input) -> Result<usize, Errno> {
        if *input == Input::Open {
            let socket = engine.open(self.node, Family::INET, SocketType::STREAM, Protocol::DEFAULT)?;
            self.sockets.push(Some(socket));
            return match engine.connect(socket, self.target.encode().as_ref()) {
                Ok(()) | Err(Errno::EINPROGRESS) => Ok(0),
                Err(errno) => Err(errno),
            };
        }
        let socket = self.socket(connection).ok_or(Errno::EBADF)?;
        match input {
            Input::Open => {}
            // It goes by no connection.
            Input::Packet(_) => return Err(Errno::EINVAL),
            Input::Data(bytes) => {
                let flags = MessageFlags::empty();
                let message = Outgoing { address: None, bytes, control: &[], handles: &[], flags };
                return engine.send(socket, &message);
            }
            Input::Read(length) => {
                receive(engine, socket, &mut vec![0; *length])?;
            }
            Input::Finish => engine.shutdown(socket, Shutdown::WRITE)?,
            Input::Abort | Input::Close => {
                if *input == Input::Abort {
                    let reset = Linger(Some(0)).encode();
                    engine.set_option(socket, Level::SOCKET, anysock::option::socket::SO_LINGER, &reset)?;
                }
                engine.release(socket);
                self.sockets[connection] = None;
            }
        }
        Ok(0)
    }
}

fn receive(engine: &mut Engine, socket: SocketId, bytes: &mut [u8]) -> Result<usize, Errno> {
    let mut message = Incoming {
        address: &mut [],
        bytes,
        control: &mut [],
        handle_room: 0,
        handles: Vec::new(),
        flags: MessageFlags::empty(),
    };
    engine.recv(socket, &mut message).map(|received| received.len)
}

/// A real connection and its simulated counterpart.
#[derive(Debug)]
struct Client<B: Backend> {
    connection: usize,
    stream: TcpStream<B>,
    /// Bytes on their way in that the simulated side has no room for yet.
    inward: Vec<u8>,
    /// Bytes on their way out that the real side has no room for yet.
    outward: Vec<u8>,
    /// The real side will send no more.
    finished: bool,
    /// The simulated side has been told.
    finish_told: bool,
    /// The simulated side will send no more, and the real side has been told.
    ended: bool,
}

/// Real clients of a simulated server. See [`World::forward`].
#[derive(Debug)]
pub struct Forward<B: Backend> {
    backend: B,
    listener: TcpListener<B>,
    outside: Outside,
    clients: Vec<Client<B>>,
    recording: Recording,
    is_recording: bool,
    time: RealTime,
}

impl World {
    /// Lets clients of `listen` on a real backend talk to `port` of a node. Nothing is carried until
    /// [`Forward::run_for`].
    ///
    /// # Errors
    /// The backend's where it cannot listen there: `EADDRINUSE`, `EACCES`, …
    pub fn forward<B: Backend>(
        &mut self,
        backend: B,
        listen: &SocketAddr,
        node: &Node,
        port: u16,
    ) -> Result<Forward<B>, Error> {
        let mut listener = TcpListener::bind(backend.clone(), listen)?;
        listener.set_timeout(Some(Duration::ZERO));
        Ok(Forward {
            backend,
            listener,
            outside: Outside::new(self, node, port)?,
            clients: Vec::new(),
            recording: Recording::default(),
            is_recording: true,
            time: RealTime::default(),
        })
    }

    /// Runs until the clock shows `until` with what a [`Forward`] to this node and port recorded: the same
    /// trace comes of it, provided that the world was built in the same way.
    ///
    /// # Errors
    /// The simulated kernel's, where what was recorded cannot be done.
    pub fn replay(
        &mut self,
        recording: &Recording,
        node: &Node,
        port: u16,
        until: Instant,
    ) -> Result<(), Errno> {
        let mut outside = Outside::new(self, node, port)?;
        for (at, connection, input) in &recording.inputs {
            // What came in at one instant came in at once: the world does not run in between.
            if *at > self.now() {
                self.run_until(*at);
            }
            self.with_engine(|engine| outside.apply(engine, *connection, input))?;
        }
        self.run_until(until);
        Ok(())
    }
}

impl<B: Backend> Forward<B> {
    /// The real address that is listened on.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.listener.local_addr()
    }

    /// How many real clients are connected.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Everything that has come in so far.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Whether what comes in from now on is recorded, as it is at first. A recording grows as long as it goes
    /// on; what was recorded before is kept.
    pub fn set_recording(&mut self, on: bool) {
        self.is_recording = on;
    }

    /// Runs the world for this long of real time, with its clients.
    ///
    /// # Errors
    /// The real backend's, where it cannot wait.
    pub fn run_for(&mut self, world: &mut World, duration: Duration) -> Result<(), Error> {
        let until = self.backend.now() + duration;
        loop {
            let now = self.backend.now();
            let limit = self.time.limit(world, now);
            if limit > world.now() {
                world.run_until(limit);
                self.carry(world);
            }
            if now >= until {
                return Ok(());
            }
            self.wait(Deadline::at(until).earlier(self.time.next(world)))?;
        }
    }

    /// Waits for the real side.
    fn wait(&self, deadline: Deadline) -> Result<(), Error> {
        let mut waits = Vec::with_capacity(self.clients.len() + 1);
        if self.clients.len() < CLIENTS_MAX {
            waits.push(Wait::new(self.listener.handle(), PollEvents::IN));
        }
        for client in &self.clients {
            let mut events = PollEvents::empty();
            if client.inward.is_empty() && !client.finished {
                events |= PollEvents::IN;
            }
            if !client.outward.is_empty() {
                events |= PollEvents::OUT;
            }
            // A client of which nothing is wanted is left alone: a hang-up of it would be reported at once,
            // again and again.
            if !events.is_empty() {
                waits.push(Wait::new(client.stream.handle(), events));
            }
        }
        self.backend.wait(&mut waits, deadline)?;
        Ok(())
    }

    /// Takes in what the real side has, and gives out what it can take.
    fn carry(&mut self, world: &mut World) {
        while self.clients.len() < CLIENTS_MAX
            && let Ok((mut stream, _)) = self.listener.accept()
        {
            stream.set_timeout(Some(Duration::ZERO));
            let connection = self.outside.sockets.len();
            let client = Client {
                connection,
                stream,
                inward: Vec::new(),
                outward: Vec::new(),
                finished: false,
                finish_told: false,
                ended: false,
            };
            // A simulated side that refuses at once shows when the client is carried.
            let _ = self.input(world, connection, Input::Open);
            self.clients.push(client);
        }
        for mut client in core::mem::take(&mut self.clients) {
            if self.carry_inward(world, &mut client) && self.carry_outward(world, &mut client) {
                self.clients.push(client);
            }
        }
    }

    fn record(&mut self, at: Instant, connection: usize, input: Input) {
        if self.is_recording {
            self.recording.inputs.push((at, connection, input));
        }
    }

    /// Does what the outside did, and records it.
    fn input(&mut self, world: &mut World, connection: usize, input: Input) -> Result<usize, Errno> {
        let at = world.now();
        let answer = world.with_engine(|engine| self.outside.apply(engine, connection, &input));
        match (&answer, input) {
            // What was not taken comes again, but that there was no room for it counts, too.
            (Ok(_), input) | (Err(_), input @ Input::Open) => {
                self.record(at, connection, input);
            }
            (Err(_), _) => {}
        }
        answer
    }

    /// From the real client to the simulated server. `false` where the client is gone.
    fn carry_inward(&mut self, world: &mut World, client: &mut Client<B>) -> bool {
        loop {
            if client.inward.is_empty() && !client.finished {
                let mut bytes = vec![0; CHUNK];
                match client.stream.recv(&mut bytes) {
                    Ok(0) => client.finished = true,
                    Ok(length) => {
                        bytes.truncate(length);
                        client.inward = bytes;
                    }
                    Err(error) if error.is_would_block() => return true,
                    Err(_) => return self.drop_client(world, client, Input::Abort),
                }
            }
            if client.inward.is_empty() {
                if !client.finish_told && self.is_connected(world, client) {
                    // A simulated side that has gone meanwhile is noticed on the way out.
                    let _ = self.input(world, client.connection, Input::Finish);
                    client.finish_told = true;
                }
                return true;
            }
            let has_room = PollEvents::OUT | PollEvents::ERR | PollEvents::HUP;
            let socket = self.outside.socket(client.connection);
            if !socket.is_some_and(|it| world.with_engine(|engine| engine.events(it)).intersects(has_room)) {
                return true;
            }
            match self.input(world, client.connection, Input::Data(client.inward.clone())) {
                Ok(taken) => drop(client.inward.drain(..taken)),
                Err(Errno::EAGAIN) => return true,
                Err(_) => return self.reset_client(world, client),
            }
        }
    }

    /// From the simulated server to the real client. `false` where the client is gone.
    fn carry_outward(&mut self, world: &mut World, client: &mut Client<B>) -> bool {
        loop {
            if !client.outward.is_empty() {
                match client.stream.send(&client.outward) {
                    Ok(sent) => drop(client.outward.drain(..sent)),
                    Err(error) if error.is_would_block() => return true,
                    Err(_) => return self.drop_client(world, client, Input::Abort),
                }
                continue;
            }
            let Some(socket) = self.outside.socket(client.connection) else { return false };
            if client.ended {
                return match client.finish_told {
                    true => self.drop_client(world, client, Input::Close),
                    false => true,
                };
            }
            if !world.with_engine(|engine| engine.events(socket)).intersects(PollEvents::IN | PollEvents::ERR)
            {
                return true;
            }
            let mut bytes = vec![0; CHUNK];
            match world.with_engine(|engine| receive(engine, socket, &mut bytes)) {
                Ok(0) => {
                    client.ended = true;
                    // A real side that has gone meanwhile is noticed when it is read.
                    let _ = client.stream.shutdown(Shutdown::WRITE);
                }
                Ok(length) => {
                    self.record(world.now(), client.connection, Input::Read(length));
                    bytes.truncate(length);
                    client.outward = bytes;
                }
                Err(Errno::EAGAIN) => return true,
                Err(_) => return self.reset_client(world, client),
            }
        }
    }

    fn is_connected(&self, world: &mut World, client: &Client<B>) -> bool {
        self.outside
            .socket(client.connection)
            .is_some_and(|socket| world.with_engine(|engine| engine.peer_addr(socket)).is_ok())
    }

    /// The real client is gone: so is its counterpart.
    fn drop_client(&mut self, world: &mut World, client: &Client<B>, how: Input) -> bool {
        let _ = self.input(world, client.connection, how);
        false
    }

    /// The simulated server has reset the connection: the real client sees that.
    fn reset_client(&mut self, world: &mut World, client: &Client<B>) -> bool {
        let _ = client.stream.set(LingerOnClose, Linger(Some(0)));
        self.drop_client(world, client, Input::Close)
    }
}
