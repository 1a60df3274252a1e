//! CAN on the engine itself: what is on the wire and when, and what the sockets answer.

use core::time::Duration;

use anysock::addr::{CanAddr, SockAddr};
use anysock::can::{
    AnyFrame, CAN_ERR_FLAG, ControllerProblem, ErrorClass, FdFlags, FdFrame, Filter, Frame, Id, WireLength,
};
use anysock::message::{Controls, Timestamp};
use anysock::option::{can_raw, socket};
use anysock::{
    CanProtocol, Errno, Family, Instant, Level, MessageFlags, PollEvents, Protocol, Shutdown, SocketType,
};
use anysock_sim::Chance;
use anysock_sim::engine::{
    BitRates, BusId, ControllerId, ControllerState, Engine, Fate, Incoming, NodeId, Outgoing, SocketId, Step,
    Tap, Wire,
};

mod errors;
mod sockets;
mod wire;

const RATES: BitRates = BitRates::fd(500_000, 2_000_000);
/// A bit at 500 kbit/s.
const BIT: u64 = 2_000;

/// A bus with nodes of one interface each, `can0`.
struct Bench {
    engine: Engine,
    bus: BusId,
    nodes: Vec<NodeId>,
    controllers: Vec<ControllerId>,
}

impl Bench {
    fn new(nodes: usize) -> Bench {
        Bench::seeded(1, nodes)
    }

    fn seeded(seed: u64, count: usize) -> Bench {
        let mut engine = Engine::new(seed);
        let bus = engine.add_can_bus("bus", RATES);
        let nodes: Vec<_> = (0..count).map(|number| engine.add_node(&format!("node{number}"))).collect();
        let name = "can0".parse().unwrap();
        let controllers = nodes.iter().map(|node| engine.attach_can(*node, bus, name)).collect();
        Bench { engine, bus, nodes, controllers }
    }

    fn raw(&mut self, node: usize) -> SocketId {
        let protocol = Protocol(CanProtocol::RAW.0);
        self.engine.open(self.nodes[node], Family::CAN, SocketType::RAW, protocol).unwrap()
    }

    /// A socket on `can0` of a node.
    fn open(&mut self, node: usize) -> SocketId {
        let socket = self.raw(node);
        let interface = self.index(node);
        self.engine.bind(socket, &CanAddr { interface }.encode()).unwrap();
        socket
    }

    fn index(&self, node: usize) -> u32 {
        self.engine.interface_index(self.nodes[node], &"can0".parse().unwrap()).unwrap()
    }

    fn set(&mut self, socket: SocketId, level: Level, name: i32, value: i32) {
        self.engine.set_option(socket, level, name, &value.to_ne_bytes()).unwrap();
    }

    fn set_raw(&mut self, socket: SocketId, name: i32, value: i32) {
        self.set(socket, Level::CAN_RAW, name, value);
    }

    fn send_bytes(&mut self, socket: SocketId, bytes: &[u8], address: Option<&[u8]>) -> Result<usize, Errno> {
        let flags = MessageFlags::empty();
        self.engine.send(socket, &Outgoing { address, bytes, control: &[], handles: &[], flags })
    }

    fn send(&mut self, socket: SocketId, frame: impl Into<AnyFrame>) -> Result<usize, Errno> {
        self.send_bytes(socket, frame.into().as_bytes(), None)
    }

    fn recv_flags(&mut self, socket: SocketId, flags: MessageFlags) -> Result<Message, Errno> {
        let (mut address, mut bytes, mut control) = ([0; 24], [0; 72], [0; 64]);
        let mut incoming = Incoming {
            address: &mut address,
            bytes: &mut bytes,
            control: &mut control,
            handle_room: 0,
            handles: Vec::new(),
            flags,
        };
        let received = self.engine.recv(socket, &mut incoming)?;
        let controls = Controls::new(&control[..received.control_len]);
        let mut message = Message {
            frame: AnyFrame::decode(&bytes[..received.len]).unwrap(),
            interface: CanAddr::decode(&address[..received.address_len]).unwrap().interface,
            flags: received.flags,
            timestamp: None,
            dropped: None,
        };
        for control in controls {
            if control.name == socket::SO_RXQ_OVFL {
                message.dropped = control.data.first_chunk().copied().map(u32::from_ne_bytes);
            }
            message.timestamp = message.timestamp.or(Timestamp::from_control(&control));
        }
        Ok(message)
    }

    fn recv(&mut self, socket: SocketId) -> Result<Message, Errno> {
        self.recv_flags(socket, MessageFlags::empty())
    }

    /// The frames that wait at a socket.
    fn drain(&mut self, socket: SocketId) -> Vec<String> {
        core::iter::from_fn(|| self.recv(socket).ok()).map(|message| message.frame.to_string()).collect()
    }

    fn run(&mut self) {
        while self.engine.step(Instant::MAX) != Step::Idle {}
    }

    fn run_for(&mut self, duration: Duration) {
        let limit = self.engine.now() + duration;
        while !matches!(self.engine.step(limit), Step::Quiet | Step::Idle) {}
    }

    /// Runs until a frame waits at the socket, and returns it with the time.
    fn next(&mut self, socket: SocketId) -> (u64, String) {
        loop {
            if let Ok(message) = self.recv(socket) {
                return (self.engine.now().as_nanos(), message.frame.to_string());
            }
            assert_ne!(self.engine.step(Instant::MAX), Step::Idle, "nothing comes any more");
        }
    }

    /// Runs until a frame waits at the socket, leaves it there, and returns the time of day.
    fn next_at(&mut self, socket: SocketId) -> Timestamp {
        while !self.engine.events(socket).contains(PollEvents::IN) {
            assert_ne!(self.engine.step(Instant::MAX), Step::Idle, "nothing comes any more");
        }
        self.engine.realtime()
    }

    fn state(&self, node: usize) -> ControllerState {
        self.engine.can_state(self.controllers[node])
    }

    fn counters(&self, node: usize) -> (u8, u8) {
        let counters = self.engine.can_error_counters(self.controllers[node]);
        (counters.tx, counters.rx)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Message {
    frame: AnyFrame,
    interface: u32,
    flags: MessageFlags,
    timestamp: Option<Timestamp>,
    dropped: Option<u32>,
}

fn standard(id: u16, data: &[u8]) -> Frame {
    Frame::new(Id::standard(id).unwrap(), data).unwrap()
}

fn frame(text: &str) -> AnyFrame {
    text.parse().unwrap()
}
