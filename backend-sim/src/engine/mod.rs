//! The engine: kernels, wires, a clock and an event queue. No program runs here, and nothing waits: a call is
//! answered at once, a scheduler asks what happens next.
//!
//! ```
//! use anysock::{Family, Protocol, SockAddr, SocketType};
//! use anysock_sim::engine::{Engine, Outgoing, Step};
//! use anysock::Instant;
//!
//! let mut engine = Engine::new(7);
//! let node = engine.add_node("a");
//! let socket = engine.open(node, Family::INET, SocketType::DGRAM, Protocol::DEFAULT)?;
//! let message = Outgoing {
//!     address: Some(&"127.0.0.1:9".parse::<core::net::SocketAddrV4>().unwrap().encode()),
//!     bytes: b"ping",
//!     control: &[],
//!     handles: &[],
//!     flags: Default::default(),
//! };
//! assert_eq!(engine.send(socket, &message), Ok(4));
//! while engine.step(Instant::MAX) != Step::Idle {}
//! # Ok::<(), anysock::Errno>(())
//! ```

mod bind_to_device;
pub mod bluetooth;
mod buffers;
pub(crate) mod calls;
mod can;
mod datagram_queue;
mod epoll;
mod event;
mod few;
pub mod freebsd;
mod inet;
mod kept_options;
mod link;
mod map;
pub mod names;
mod network;
mod node;
mod options;
mod packet;
mod peek_offset;
mod process;
mod random;
mod sk_buff;
pub(crate) mod socket;
mod socket_filter;
mod sysctl;
mod timestamps;
mod trace;
mod tun;
mod unix;
mod wake;

pub use bluetooth::{PiconetId, RadioId};
#[cfg(feature = "std")]
pub(crate) use calls::check_control;
pub use can::{BitRates, BusId, BusStatistics, ControllerId, ControllerState, ControllerStatistics};
pub use epoll::EntryId;
pub use inet::{InetStatistics, TcpEntry};
pub use link::{Bursts, Link};
pub use network::{InetPrefix, NetworkId, PortId};
pub use node::NodeId;
pub use process::ProcessId;
pub use random::{Chance, Random};
pub use socket::{Incoming, Outgoing, SocketId};
pub use trace::{Fate, Tap, Trace, Wire};
pub use tun::TunId;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::message::Timestamp;
use anysock::{Instant, PollEvents};

use event::{Event, EventQueue};

/// What `CLOCK_REALTIME` shows when a world begins: 2000-01-01 00:00:00 UTC.
const EPOCH: Duration = Duration::from_secs(946_684_800);

/// What came of [`Engine::step`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// This process can go on: the scheduler runs its program until it stops in `wait` again, or ends.
    Run(ProcessId),
    /// Something happened inside the world.
    Happened,
    /// Nothing happens before the limit that was given; the clock stands at the limit.
    Quiet,
    /// Nothing can ever happen again by itself.
    Idle,
}

/// A process that waits for ever, and for what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stuck {
    /// Its node.
    pub node: String,
    /// Its name.
    pub process: String,
    /// What it waits for: sockets in words, with the events.
    pub waits: Vec<(String, PollEvents)>,
}

/// A simulated world. See the [module's page](self).
#[derive(Debug)]
pub struct Engine {
    seed: u64,
    now: Instant,
    events: EventQueue,
    buffers: buffers::Buffers,
    ended_connections: inet::EndedConnections,
    /// Processes that can go on, in the order in which they came to be able to.
    ready: VecDeque<ProcessId>,
    processes: Vec<process::Process>,
    /// The process that makes the calls at the moment.
    pub(crate) running: Option<ProcessId>,
    /// Empty: room for those who wait for a socket, while they are woken.
    woken: Vec<ProcessId>,
    sockets: socket::SocketTable,
    /// How often a program or `sysctl` has set anything: what is made of settings can be kept until then.
    settings: u64,
    nodes: Vec<node::Node>,
    /// How many packet sockets there are.
    packet_sockets: usize,
    hosts: Vec<names::HostsLine>,
    networks: Vec<network::Network>,
    tuns: Vec<tun::Tun>,
    piconets: Vec<bluetooth::Piconet>,
    can: can::CanWorld,
    wires: Vec<Wire>,
    trace: Trace,
    tap: Option<Box<dyn Tap + Send>>,
    judge: Option<trace::Judge>,
}

/// What `CLOCK_REALTIME` shows at `now`.
fn realtime_at(now: Instant) -> Timestamp {
    Timestamp(EPOCH + Duration::from_nanos(now.as_nanos()))
}

impl Engine {
    /// An empty world. Everything random in it comes from `seed`.
    pub fn new(seed: u64) -> Self {
        Engine {
            seed,
            now: Instant::ZERO,
            events: EventQueue::default(),
            buffers: buffers::Buffers::default(),
            ended_connections: inet::EndedConnections::default(),
            ready: VecDeque::new(),
            processes: Vec::new(),
            running: None,
            woken: Vec::new(),
            sockets: socket::SocketTable::default(),
            settings: 0,
            nodes: Vec::new(),
            packet_sockets: 0,
            hosts: Vec::new(),
            networks: Vec::new(),
            tuns: Vec::new(),
            piconets: Vec::new(),
            can: can::CanWorld::default(),
            wires: Vec::new(),
            trace: Trace::new(seed),
            tap: None,
            judge: None,
        }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The virtual time since the world began.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// What `CLOCK_REALTIME` shows: the world begins on 2000-01-01 00:00:00 UTC.
    pub fn realtime(&self) -> Timestamp {
        realtime_at(self.now)
    }

    /// The next thing that happens, not after `limit`.
    pub fn step(&mut self, limit: Instant) -> Step {
        if let Some(process) = self.ready.pop_front() {
            return Step::Run(process);
        }
        while let Some((at, event)) = self.events.pop(limit) {
            if self.happens(at, event) {
                return Step::Happened;
            }
        }
        if limit == Instant::MAX {
            self.events.rewind(self.now);
            return Step::Idle;
        }
        self.now = self.now.max(limit);
        Step::Quiet
    }

    /// When the next thing happens; now, where a process can go on. It may be told too early where a timer was stopped
    /// or put off: then nothing happens until the time that is told after that.
    pub fn next_at(&self) -> Option<Instant> {
        if self.ready.is_empty() { self.events.next_at() } else { Some(self.now) }
    }

    /// Every process that waits, and for what. Where [`Engine::step`] says [`Step::Idle`], they wait for ever.
    pub fn waiting(&self) -> Vec<Stuck> {
        self.stuck()
    }

    /// The trace of every wire so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Every wire there is.
    pub fn wires(&self) -> &[Wire] {
        &self.wires
    }

    /// Lets `tap` see every frame from now on.
    pub fn set_tap(&mut self, tap: Box<dyn Tap + Send>) {
        self.tap = Some(tap);
    }

    /// Lets `judge` see every Ethernet frame before it goes onto its network: one of which it says `true` is
    /// lost.
    pub fn lose_frames(&mut self, judge: impl FnMut(&Wire, &[u8]) -> bool + Send + 'static) {
        self.judge = Some(trace::Judge(Box::new(judge)));
    }

    /// Whether the judge lets a frame be lost.
    pub(crate) fn is_lost(&mut self, wire: u32, bytes: &[u8]) -> bool {
        self.judge.as_mut().is_some_and(|judge| (judge.0)(&self.wires[wire as usize], bytes))
    }

    /// Takes the tap away again.
    pub fn take_tap(&mut self) -> Option<Box<dyn Tap + Send>> {
        self.tap.take()
    }

    /// Whether anything has happened: where a timer has been put off or stopped nothing does, and no time passes.
    #[inline]
    fn happens(&mut self, at: Instant, event: Event) -> bool {
        match event {
            Event::Frame { port, bytes, is_intact } => {
                self.now = self.now.max(at);
                self.frame_arrives(port, &bytes, is_intact);
                self.buffers.give_back(bytes);
            }
            Event::SocketTimer { slot } => return self.timer_event(at, slot),
            Event::Neighbour { port, address } if !self.is_missing_answer(at, port, address) => return false,
            other => {
                self.now = self.now.max(at);
                self.other_happens(other);
            }
        }
        true
    }

    /// Everything but a frame of a network's and a socket's timer, apart from the way that all of those take.
    #[inline(never)]
    fn other_happens(&mut self, event: Event) {
        match event {
            Event::Frame { .. } | Event::SocketTimer { .. } => {}
            Event::Loopback { node, interface, own, frame } => {
                self.loopback_arrives(node, interface, own, &frame[network::ETHERNET_HEADER..]);
                self.buffers.give_back(frame);
            }
            Event::LoopbackFrame { node, frame } => self.loopback_frame_arrives(node, &frame),
            Event::Neighbour { port, address } => self.neighbour_timer(port, address),
            Event::TimeWait { node } => inet::time_wait_is_over(self, node),
            Event::Reassembly { node } => self.reassembly_is_over(node),
            Event::MembershipReport { node, interface, is_ipv6 } => {
                self.report_memberships(node, interface, is_ipv6);
            }
            Event::QueryAnswer { node, interface, is_ipv6, group } => {
                self.answer_query(node, interface, is_ipv6, group);
            }
            Event::Bus { bus } => can::bus_event(self, bus),
            Event::Baseband { to, from, packet } => self.baseband_arrives(to, from, *packet),
            Event::Radio { radio } => self.radio_event(radio),
            Event::Deadline { process } => self.deadline_has_come(process),
        }
    }

    /// A new wire, for traces and captures; its number.
    pub(crate) fn add_wire(&mut self, name: &str, link_type: u16) -> u32 {
        let number = self.wires.len() as u32;
        self.wires.push(Wire { number, name: name.into(), link_type });
        number
    }

    /// Tells the trace and the tap of a frame on a wire.
    pub(crate) fn record(&mut self, wire: u32, fate: Fate, bytes: &[u8]) {
        self.trace.frame(self.now, wire, fate, bytes);
        if self.tap.is_some() {
            let time = self.realtime();
            if let Some(tap) = &mut self.tap {
                tap.frame(time, &self.wires[wire as usize], fate, bytes);
            }
        }
    }
}
