//! A world: the engine with programs in it.

use std::boxed::Box;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;

use anysock::{Errno, Instant};
use corosensei::{Coroutine, CoroutineResult};

use crate::engine::{
    Engine, InetStatistics, Link, NetworkId, NodeId, PiconetId, ProcessId, Step, Stuck, Tap, TcpEntry, Trace,
    TunId, Wire,
};
use crate::sim::Sim;

/// A simulated program.
pub(crate) type Program = Box<dyn for<'a> FnOnce(Sim<'a>)>;

/// What the world and the programs in it share. Nothing holds a borrow of the engine while a program runs.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) engine: RefCell<Engine>,
    /// How many calls the program that runs has made since it last stopped.
    pub(crate) calls: Cell<u32>,
    started: RefCell<Vec<Started>>,
}

/// A program that has been started and has not run yet.
struct Started {
    id: ProcessId,
    program: Program,
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl Shared {
    /// Starts a program on a node: it runs when the world does.
    pub(crate) fn start(&self, node: NodeId, name: &str, program: Program) -> ProcessId {
        let id = self.engine.borrow_mut().start_process(node, name);
        self.started.borrow_mut().push(Started { id, program });
        id
    }
}

/// A network of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network(NetworkId);

/// Bluetooth devices of a world that hear each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piconet(PiconetId);

/// A program that was started on a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Process(ProcessId);

/// A simulated world. See the [crate's page](crate).
pub struct World {
    shared: Rc<Shared>,
    /// By the numbers of their processes.
    programs: Vec<Option<Coroutine<(), (), ()>>>,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.engine.borrow().fmt(f)
    }
}

/// Every program that is left waits for something that can never come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deadlock {
    /// When nothing happened any more.
    pub at: Instant,
    /// Who waits for what.
    pub waiting: Vec<Stuck>,
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = Duration::from_nanos(self.at.as_nanos());
        write!(f, "after {at:?} every program waits for ever:")?;
        for stuck in &self.waiting {
            write!(f, "\n  {} on {} waits for", stuck.process, stuck.node)?;
            match stuck.waits.as_slice() {
                [] => write!(f, " nothing at all")?,
                waits => {
                    for (socket, events) in waits {
                        write!(f, " {events:?} of {socket};")?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl std::error::Error for Deadlock {}

impl World {
    /// An empty world. Everything random in it comes from `seed`.
    pub fn new(seed: u64) -> Self {
        let engine = RefCell::new(Engine::new(seed));
        World {
            shared: Rc::new(Shared { engine, calls: Cell::new(0), started: RefCell::default() }),
            programs: Vec::new(),
        }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.shared.engine.borrow().seed()
    }

    /// The virtual time since the world began.
    pub fn now(&self) -> Instant {
        self.shared.engine.borrow().now()
    }

    /// A new node of this name, with the interface `lo`.
    pub fn node(&mut self, name: &str) -> Node {
        let id = self.shared.engine.borrow_mut().add_node(name);
        Node { shared: self.shared.clone(), id }
    }

    /// A line of the table of hosts that every node sees, beside the nodes by their names: the first of `names`
    /// is the official one.
    pub fn add_host(&mut self, address: IpAddr, names: &[&str]) {
        self.shared.engine.borrow_mut().add_host(address, names);
    }

    /// A new Ethernet network; each port of it gets `link`.
    pub fn network(&mut self, name: &str, link: Link) -> Network {
        Network(self.shared.engine.borrow_mut().add_network(name, link))
    }

    /// A new piconet: Bluetooth devices that hear each other. What `link` loses is repeated, and so only takes
    /// longer; its duplication and reordering mean nothing here.
    pub fn piconet(&mut self, link: Link) -> Piconet {
        Piconet(self.shared.engine.borrow_mut().add_piconet(link))
    }

    /// Runs until every program has ended.
    ///
    /// # Errors
    /// [`Deadlock`] where those that are left wait for ever; it says who waits for what.
    pub fn run(&mut self) -> Result<(), Deadlock> {
        while self.step(Instant::MAX) != Step::Idle {}
        self.deadlock().map_or(Ok(()), Err)
    }

    /// Runs for this long of virtual time.
    pub fn run_for(&mut self, duration: Duration) {
        self.run_until(self.now() + duration);
    }

    /// Runs until the clock shows `limit`.
    pub fn run_until(&mut self, limit: Instant) {
        while !matches!(self.step(limit), Step::Quiet | Step::Idle) {}
    }

    /// Runs `program` on a node until it ends, and returns what it returned. Other programs go on beside it
    /// and may be left in the middle of what they do.
    ///
    /// # Errors
    /// [`Deadlock`] where it waits for ever.
    pub fn block_on<T: 'static>(
        &mut self,
        node: &Node,
        program: impl FnOnce(Sim<'_>) -> T + 'static,
    ) -> Result<T, Deadlock> {
        let result = Rc::new(RefCell::new(None));
        let slot = result.clone();
        node.spawn("main", move |sim| {
            let value = program(sim);
            slot.borrow_mut().replace(value);
        });
        loop {
            if let Some(value) = result.borrow_mut().take() {
                return Ok(value);
            }
            if self.step(Instant::MAX) == Step::Idle {
                let waiting = self.shared.engine.borrow().waiting();
                return Err(Deadlock { at: self.now(), waiting });
            }
        }
    }

    /// Whether a program has ended, or its node has crashed under it.
    pub fn has_ended(&self, process: Process) -> bool {
        let waiting_to_start = self.shared.started.borrow().iter().any(|started| started.id == process.0);
        !waiting_to_start && !matches!(self.programs.get(process.0.index()), Some(Some(_)))
    }

    /// The node loses its power: its programs are gone, with their sockets, and nobody is told. Programs that
    /// are started on it later find it as it was at the beginning.
    pub fn crash(&mut self, node: &Node) {
        self.shared.engine.borrow_mut().crash(node.id);
        self.shared.started.borrow_mut().retain(|started| !self.is_killed(started.id));
        for index in 0..self.programs.len() {
            let id = ProcessId(index as u32);
            if self.programs[index].is_none() || !self.is_killed(id) {
                continue;
            }
            // Unwinds the program: what it drops finds every call failing and nothing to wait for.
            drop(self.programs[index].take());
            self.shared.engine.borrow_mut().end_process(id);
        }
    }

    /// The trace of every wire: the same seed gives the same hash.
    pub fn trace(&self) -> Trace {
        self.shared.engine.borrow().trace().clone()
    }

    /// Lets `tap` see every frame from now on.
    pub fn set_tap(&mut self, tap: impl Tap + Send + 'static) {
        self.shared.engine.borrow_mut().set_tap(Box::new(tap));
    }

    /// Lets `judge` see every Ethernet frame before it goes onto its network: one of which it says `true` is
    /// lost. A link's loss strikes anywhere; this strikes a certain segment.
    pub fn lose_frames(&mut self, judge: impl FnMut(&Wire, &[u8]) -> bool + Send + 'static) {
        self.shared.engine.borrow_mut().lose_frames(judge);
    }

    /// Takes the tap away, and lets it write what it has buffered.
    ///
    /// # Errors
    /// The tap's first error.
    pub fn finish_tap(&mut self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let tap = self.shared.engine.borrow_mut().take_tap();
        tap.map_or(Ok(()), |mut tap| tap.finish())
    }

    /// A look at the engine, or a change to it: what the world has no method for.
    pub fn with_engine<T>(&mut self, look: impl FnOnce(&mut Engine) -> T) -> T {
        look(&mut self.shared.engine.borrow_mut())
    }

    /// The next thing that happens, not after `limit`.
    pub(crate) fn step(&mut self, limit: Instant) -> Step {
        if !self.shared.started.borrow().is_empty() {
            self.start_programs();
        }
        let step = {
            let mut engine = self.shared.engine.borrow_mut();
            loop {
                match engine.step(limit) {
                    Step::Happened => {}
                    step => break step,
                }
            }
        };
        self.shared.calls.set(0);
        if let Step::Run(id) = step
            && let Some(Some(program)) = self.programs.get_mut(id.index())
            && let CoroutineResult::Return(()) = program.resume(())
        {
            self.programs[id.index()] = None;
            self.shared.engine.borrow_mut().end_process(id);
        }
        step
    }

    /// Makes coroutines of the programs that have been started since the last time.
    fn start_programs(&mut self) {
        for Started { id, program } in self.shared.started.take() {
            let program = coroutine(self.shared.clone(), id, program);
            self.programs.resize_with(self.programs.len().max(id.index() + 1), || None);
            self.programs[id.index()] = Some(program);
        }
    }

    fn deadlock(&self) -> Option<Deadlock> {
        let waiting = self.shared.engine.borrow().waiting();
        if waiting.is_empty() { None } else { Some(Deadlock { at: self.now(), waiting }) }
    }

    fn is_killed(&self, id: ProcessId) -> bool {
        self.shared.engine.borrow().is_killed(id)
    }
}

impl Drop for World {
    /// The programs are unwound before the engine goes: what they drop must not wait.
    fn drop(&mut self) {
        let nodes = self.shared.engine.borrow().node_count();
        for node in (0..nodes).map(NodeId) {
            let node = Node { shared: self.shared.clone(), id: node };
            self.crash(&node);
        }
    }
}

fn coroutine(shared: Rc<Shared>, id: ProcessId, program: Program) -> Coroutine<(), (), ()> {
    Coroutine::new(move |yielder, ()| program(Sim::new(shared, id, yielder)))
}

/// A node of a world: a simulated machine. Clones are the same node.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) shared: Rc<Shared>,
    pub(crate) id: NodeId,
}

impl Node {
    /// Its name.
    pub fn name(&self) -> String {
        self.shared.engine.borrow().node_name(self.id).into()
    }

    /// Attaches it to a network by a new interface, with addresses like `"10.0.0.1/24"` or
    /// `"10.0.0.1/24 fd00::1/64"`.
    ///
    /// # Errors
    /// `EINVAL` where the name or an address cannot be one, `EEXIST` where the node has an interface of that name.
    pub fn ethernet(self, interface: &str, network: Network, addresses: &str) -> Result<Self, Errno> {
        let prefixes: Vec<_> = addresses.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let name = interface.parse()?;
        let mut engine = self.shared.engine.borrow_mut();
        engine.check_interface_is_new(self.id, &name)?;
        engine.attach_ethernet(self.id, network.0, name, &prefixes);
        drop(engine);
        Ok(self)
    }

    /// Gives it a TUN interface with addresses like `"192.0.2.1/24 2001:db8::1/64"`, for packets of up to `mtu`
    /// octets: the other end of that wire is the caller, who holds the [`Tun`].
    ///
    /// # Errors
    /// `EINVAL` where the name or an address cannot be one or `mtu` is below the 68 octets that IPv4 needs, `EEXIST`
    /// where the node has an interface of that name.
    pub fn tun(&self, interface: &str, addresses: &str, mtu: u16) -> Result<Tun, Errno> {
        let prefixes: Vec<_> = addresses.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let name = interface.parse()?;
        let mut engine = self.shared.engine.borrow_mut();
        engine.check_interface_is_new(self.id, &name)?;
        let id = engine.attach_tun(self.id, name, &prefixes, mtu)?;
        Ok(Tun { shared: self.shared.clone(), id })
    }

    /// Sends what goes to a prefix like `"198.51.100.0/24"`, `"0.0.0.0/0"` or `"::/0"` by a router on one of its
    /// networks, as `ip route add PREFIX via GATEWAY` does.
    ///
    /// # Errors
    /// `EINVAL` where the prefix or the address cannot be one, `ENETUNREACH` where the router is on no network of
    /// the node's.
    pub fn route(self, prefix: &str, gateway: &str) -> Result<Self, Errno> {
        let gateway = gateway.parse().map_err(|_| Errno::EINVAL)?;
        self.shared.engine.borrow_mut().add_route(self.id, prefix.parse()?, gateway)?;
        Ok(self)
    }

    /// Puts a route by a router in the place of all others to the same prefix, as `ip route replace PREFIX via GATEWAY`
    /// does.
    ///
    /// # Errors
    /// Those of [`Node::route`].
    pub fn replace_route(&self, prefix: &str, gateway: &str) -> Result<(), Errno> {
        let gateway = gateway.parse().map_err(|_| Errno::EINVAL)?;
        self.shared.engine.borrow_mut().replace_route(self.id, prefix.parse()?, gateway)
    }

    /// Gives its routes to a prefix metrics, as `ip route change PREFIX … METRICS` does: `"initcwnd 4 rto_min 10ms"`
    /// ([`Engine::set_route_metrics`] lists them). Connections that begin from now on have them.
    ///
    /// # Errors
    /// `ENOENT` where there is no such route, or no such congestion control, `EINVAL` for a value that cannot be one,
    /// `EOPNOTSUPP` for another metric.
    pub fn set_route_metrics(&self, prefix: &str, metrics: &str) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().set_route_metrics(self.id, prefix.parse()?, metrics)
    }

    /// Makes it a router: packets that are for somebody else are passed on.
    pub fn router(self) -> Self {
        self.shared.engine.borrow_mut().set_forwarding(self.id, true);
        self
    }

    /// Sets the largest IP packet, in bytes, of the Ethernet interface of this name; it begins with 1500.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, `EINVAL` below the 68 bytes that IPv4 needs.
    pub fn set_mtu(&self, interface: &str, mtu: u16) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().set_mtu(self.id, &interface.parse()?, mtu)
    }

    /// Its TCP sockets, as `/proc/net/tcp` lists them.
    pub fn tcp_table(&self) -> Vec<TcpEntry> {
        self.shared.engine.borrow().tcp_table(self.id)
    }

    /// Ends a TCP connection, as `ss -K` does: the peer is reset, and the program is told `ECONNABORTED`.
    /// One in TIME-WAIT, or whose handshake is not over, is forgotten.
    ///
    /// # Errors
    /// `ESRCH` where there is no connection between these two ends.
    pub fn drop_tcp(&self, local: SocketAddr, remote: SocketAddr) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().drop_tcp(self.id, local, remote)
    }

    /// What its IP has counted since it started.
    pub fn inet_statistics(&self) -> InetStatistics {
        self.shared.engine.borrow().inet_statistics(self.id)
    }

    /// Gives the Ethernet interface of this name another link, from now on.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface.
    pub fn set_link(&self, interface: &str, link: Link) -> Result<(), Errno> {
        let name = interface.parse()?;
        let mut engine = self.shared.engine.borrow_mut();
        let port = engine.ethernet_port(self.id, &name)?;
        engine.set_link(port, link);
        Ok(())
    }

    /// Puts the Ethernet interface of this name on a side of its network: only ports of one side reach each
    /// other, and every port begins on side 0.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface.
    pub fn set_side(&self, interface: &str, side: u32) -> Result<(), Errno> {
        let name = interface.parse()?;
        let mut engine = self.shared.engine.borrow_mut();
        let port = engine.ethernet_port(self.id, &name)?;
        engine.set_side(port, side);
        Ok(())
    }

    /// Gives it a Bluetooth controller with a device address like `"00:11:22:33:44:55"`, in a piconet.
    ///
    /// # Errors
    /// `EINVAL` where the address is none.
    pub fn bluetooth(self, piconet: Piconet, address: &str) -> Result<Self, Errno> {
        let address = address.parse().map_err(|_| Errno::EINVAL)?;
        self.shared.engine.borrow_mut().attach_bluetooth(self.id, piconet.0, address);
        Ok(self)
    }

    /// Gives the Bluetooth controller another link, from now on.
    ///
    /// # Errors
    /// `ENODEV` where there is no controller.
    pub fn set_radio_link(&self, link: Link) -> Result<(), Errno> {
        let mut engine = self.shared.engine.borrow_mut();
        let radio = engine.radio_of(self.id)?;
        engine.set_radio_link(radio, link);
        Ok(())
    }

    /// Puts the Bluetooth controller on a side of its piconet: only those of one side hear each other, and every
    /// controller begins on side 0. A connection that is not heard for 20 s ends with `ETIMEDOUT`; one that is
    /// heard again before that goes on.
    ///
    /// # Errors
    /// `ENODEV` where there is no controller.
    pub fn set_radio_side(&self, side: u32) -> Result<(), Errno> {
        let mut engine = self.shared.engine.borrow_mut();
        let radio = engine.radio_of(self.id)?;
        engine.set_radio_side(radio, side);
        Ok(())
    }

    /// The paths that Unix sockets of the node are or were bound to, sorted. They stay when a socket closes.
    pub fn unix_paths(&self) -> Vec<Vec<u8>> {
        self.shared.engine.borrow().unix_paths(self.id).map(<[u8]>::to_vec).collect()
    }

    /// Removes such a path, as `unlink(2)` does.
    ///
    /// # Errors
    /// `ENOENT` where there is none.
    pub fn unlink(&self, path: &[u8]) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().unlink(self.id, path)
    }

    /// The node's kernel for who stands outside of the world: a test, another simulator. Its calls are those of a
    /// program on the node, but it is never stopped: [`Backend::wait`](anysock::Backend::wait) answers at once, as
    /// if its deadline had come. Time passes between the calls, by [`World::run_until`] and its like.
    ///
    /// ```
    /// use anysock::{Backend, Family, Protocol, SocketType};
    /// use anysock_sim::World;
    ///
    /// let mut world = World::new(7);
    /// let kernel = world.node("server").kernel();
    /// let socket = kernel.socket(Family::INET, SocketType::STREAM, Protocol::DEFAULT)?;
    /// kernel.listen(&socket, 1)?;
    /// # Ok::<(), anysock::Errno>(())
    /// ```
    pub fn kernel(&self) -> Sim<'static> {
        Sim::outside(self.shared.clone(), self.id)
    }

    /// Sets a kernel setting, as `sysctl -w NAME=VALUE` does: [`Engine::set_sysctl`] says which there are.
    ///
    /// # Errors
    /// `ENOENT` for a name that there is not, `EINVAL` for a value that it cannot have,
    /// `EOPNOTSUPP` for one that the simulator does not have.
    pub fn set_sysctl(&self, name: &str, value: &str) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().set_sysctl(self.id, name, value)
    }

    /// Starts a program on the node: it runs when the world does.
    pub fn spawn(&self, name: &str, program: impl FnOnce(Sim<'_>) + 'static) -> Process {
        Process(self.shared.start(self.id, name, Box::new(program)))
    }
}

/// The caller's end of a TUN interface of a node. Clones are the same wire.
///
/// It is of use between [`World::run_until`] and its like: what is written arrives at once, what the node sends
/// waits here until it is read.
///
/// ```
/// use anysock_sim::World;
///
/// let mut world = World::new(7);
/// let tun = world.node("server").tun("tun0", "192.0.2.1/24", 1500)?;
/// // An echo request from 192.0.2.2.
/// tun.write(&[
///     0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0xF6, 0xDD, 192, 0, 2, 2, 192, 0, 2, 1,
///     8, 0, 0xF7, 0xFD, 0, 1, 0, 1,
/// ]);
/// let (_, reply) = tun.read().unwrap();
/// assert_eq!(reply[20], 0, "an echo reply");
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tun {
    shared: Rc<Shared>,
    id: TunId,
}

impl Tun {
    /// The oldest packet that the node has sent and that was not read yet, with the virtual time at which it was
    /// sent; `None` where there is none.
    pub fn read(&self) -> Option<(Instant, Vec<u8>)> {
        self.shared.engine.borrow_mut().tun_read(self.id)
    }

    /// A packet comes to the node now. What is no IP packet, or is not for the node, is dropped.
    pub fn write(&self, packet: &[u8]) {
        self.shared.engine.borrow_mut().tun_write(self.id, packet);
    }

    /// Has the node send what goes to a prefix like `"198.51.100.0/24"` or `"::/0"` by this wire, beside the
    /// networks of its own addresses.
    ///
    /// # Errors
    /// `EINVAL` where the prefix cannot be one.
    pub fn add_route(&self, prefix: &str) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().add_tun_route(self.id, prefix.parse()?);
        Ok(())
    }
}
