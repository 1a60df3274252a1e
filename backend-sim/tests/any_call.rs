//! Any calls in any order on sockets of every family, while cables, radios and nodes fail: no call panics, and
//! the world goes on.

use std::time::Duration;

use anysock::{
    BdAddr, BluetoothProtocol, CanAddr, CanProtocol, Errno, Family, Instant, Level, MessageFlags, Protocol,
    RfcommAddr, Shutdown, SockAddr, SocketType, UnixAddr,
};
use anysock_sim::engine::{BusId, ControllerId, Engine, Incoming, NodeId, Outgoing, RadioId, SocketId, Step};
use anysock_sim::{BitRates, Chance, Link};
use proptest::prelude::*;

/// A call, or a fault, with numbers that choose among what there is.
#[derive(Clone, Debug)]
enum Call {
    Open(usize, usize),
    Pair(usize, usize),
    Wake(usize),
    Bind(usize, Vec<u8>),
    Listen(usize, i32),
    Connect(usize, Vec<u8>),
    Accept(usize),
    Send(usize, Option<Vec<u8>>, Vec<u8>, Vec<u8>, Vec<usize>, i32),
    Recv(usize, [usize; 4], i32),
    Shutdown(usize, i32),
    SetOption(usize, (i32, i32), Vec<u8>),
    GetOption(usize, (i32, i32), usize),
    Look(usize),
    Retain(usize),
    Close(usize),
    Fault(usize, u8),
    Run(u64),
}

/// Families, types and protocols that there are.
const KINDS: [(Family, SocketType, Protocol); 8] = [
    (Family::INET, SocketType::STREAM, Protocol::DEFAULT),
    (Family::INET6, SocketType::DGRAM, Protocol::DEFAULT),
    (Family::UNIX, SocketType::STREAM, Protocol::DEFAULT),
    (Family::UNIX, SocketType::DGRAM, Protocol::DEFAULT),
    (Family::UNIX, SocketType::SEQPACKET, Protocol::DEFAULT),
    (Family::CAN, SocketType::RAW, Protocol(CanProtocol::RAW.0)),
    (Family::BLUETOOTH, SocketType::STREAM, Protocol(BluetoothProtocol::RFCOMM.0)),
    (Family::CAN, SocketType::RAW, Protocol(CanProtocol::RAW.0)),
];

/// The device of node `number`.
fn device(number: u8) -> BdAddr {
    BdAddr([number, 0, 0, 0, 0, 0])
}

/// Addresses that mean something in the world of this test, most of them, or any bytes.
fn address() -> impl Strategy<Value = Vec<u8>> {
    let ip = prop::sample::select(vec!["127.0.0.1:1", "10.0.0.1:1", "10.0.0.2:1", "[::1]:1", "[fd00::2]:0"]);
    prop_oneof![
        ip.prop_map(|ip| ip.parse::<std::net::SocketAddr>().unwrap().encode().as_ref().to_vec()),
        (0..4u32).prop_map(|index| CanAddr { interface: index }.encode().as_ref().to_vec()),
        (0..4u8, 0..32u8).prop_map(|(number, channel)| {
            RfcommAddr { device: device(number), channel }.encode().as_ref().to_vec()
        }),
        "[ab]?"
            .prop_map(|path| UnixAddr::path(path.as_bytes())
                .map_or(vec![1, 0], |name| name.encode().as_ref().to_vec())),
        Just(vec![0, 0]),
        (prop::sample::select(vec![1u16, 2, 10, 29, 31]), prop::collection::vec(any::<u8>(), 0..140))
            .prop_map(|(family, bytes)| [&family.to_ne_bytes()[..], &bytes].concat()),
        prop::collection::vec(any::<u8>(), 0..4),
    ]
}

fn option() -> impl Strategy<Value = (i32, i32)> {
    let levels = [
        Level::SOCKET,
        Level::IP,
        Level::IPV6,
        Level::TCP,
        Level::UDP,
        Level::CAN_RAW,
        Level::RFCOMM,
        Level::BLUETOOTH,
    ];
    let level = prop::sample::select(levels.map(|level| level.0).to_vec());
    prop_oneof![9 => (level, 0..80i32), 1 => any::<(i32, i32)>()]
}

/// A CAN frame, or anything else.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 16),
        (any::<u32>(), 0..9u8).prop_map(|(id, len)| [&id.to_ne_bytes()[..], &[len], &[0; 11]].concat()),
        (any::<u32>(), 0..65u8).prop_map(|(id, len)| [&id.to_ne_bytes()[..], &[len, 0x4], &[0; 66]].concat()),
        prop::collection::vec(any::<u8>(), 0..200),
        (0..70_000usize).prop_map(|len| vec![0; len]),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let which = || 0..24usize;
    let flags = || prop_oneof![3 => Just(0), 1 => any::<i32>()];
    let value = prop_oneof![
        prop::sample::select(vec![0, 1, 100, i32::MAX, -1]).prop_map(|int: i32| int.to_ne_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
        (0..600usize).prop_map(|filters| vec![0; filters * 8]),
    ];
    let control = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(any::<u8>(), 0..40)];
    let handles = || prop::collection::vec(which(), 0..3);
    prop_oneof![
        6 => (0..3usize, 0..KINDS.len()).prop_map(|(a, b)| Call::Open(a, b)),
        1 => (0..3usize, 0..KINDS.len()).prop_map(|(a, b)| Call::Pair(a, b)),
        1 => (0..3usize).prop_map(Call::Wake),
        5 => (which(), address()).prop_map(|(a, b)| Call::Bind(a, b)),
        3 => (which(), prop_oneof![0..3, any::<i32>()]).prop_map(|(a, b)| Call::Listen(a, b)),
        5 => (which(), address()).prop_map(|(a, b)| Call::Connect(a, b)),
        3 => which().prop_map(Call::Accept),
        6 => (which(), prop::option::of(address()), bytes(), control, handles(), flags())
            .prop_map(|(a, b, c, d, e, f)| Call::Send(a, b, c, d, e, f)),
        6 => (which(), [0..40usize, 0..70_000, 0..40, 0..3], flags()).prop_map(|(a, b, c)| Call::Recv(a, b, c)),
        2 => (which(), -1..4i32).prop_map(|(a, b)| Call::Shutdown(a, b)),
        3 => (which(), option(), value).prop_map(|(a, b, c)| Call::SetOption(a, b, c)),
        1 => (which(), option(), 0..40usize).prop_map(|(a, b, c)| Call::GetOption(a, b, c)),
        1 => which().prop_map(Call::Look),
        1 => which().prop_map(Call::Retain),
        2 => which().prop_map(Call::Close),
        2 => (0..3usize, 0..16u8).prop_map(|(a, b)| Call::Fault(a, b)),
        6 => prop_oneof![0..1_000_000u64, 0..1_000_000_000u64].prop_map(Call::Run),
    ]
}

/// Three nodes on a network, a CAN bus and in a piconet, and the sockets that their programs hold.
struct Programs {
    engine: Engine,
    bus: BusId,
    nodes: Vec<(NodeId, ControllerId, RadioId)>,
    held: Vec<SocketId>,
}

impl Programs {
    fn new() -> Self {
        let mut engine = Engine::new(7);
        let network = engine.add_network("lan", Link::new().loss(Chance::percent(10)).rate(10_000_000));
        let bus = engine.add_can_bus("bus", BitRates::fd(500_000, 2_000_000));
        let piconet = engine.add_piconet(Link::new());
        let mut attach = |number: u8| {
            let node = engine.add_node(&number.to_string());
            let prefixes = [format!("10.0.0.{number}/24"), format!("fd00::{number}/64")];
            let prefixes = prefixes.map(|prefix| prefix.parse().unwrap());
            engine.attach_ethernet(node, network, "eth0".parse().unwrap(), &prefixes);
            let controller = engine.attach_can(node, bus, "can0".parse().unwrap());
            (node, controller, engine.attach_bluetooth(node, piconet, device(number)))
        };
        let nodes = (1..4).map(&mut attach).collect();
        Programs { engine, bus, nodes, held: Vec::new() }
    }

    /// A socket: an open one, one that was closed, or none.
    fn chosen(&self, number: usize) -> Result<SocketId, Errno> {
        self.held.get(number % self.held.len().max(1)).copied().ok_or(Errno::EBADF)
    }

    fn call(&mut self, call: Call) -> Result<(), Errno> {
        match call {
            Call::Open(node, what) => {
                let (family, kind, protocol) = KINDS[what];
                self.held.push(self.engine.open(self.nodes[node].0, family, kind, protocol)?);
            }
            Call::Pair(node, what) => {
                let (family, kind, protocol) = KINDS[what];
                let pair = self.engine.open_pair(self.nodes[node].0, family, kind, protocol)?;
                self.held.extend([pair.0, pair.1]);
            }
            Call::Wake(node) => {
                let id = self.engine.open_wake(self.nodes[node].0);
                self.engine.wake(id);
                self.engine.reset_wake(id)?;
                self.held.push(id);
            }
            Call::Bind(a, to) => self.engine.bind(self.chosen(a)?, &to)?,
            Call::Listen(a, backlog) => self.engine.listen(self.chosen(a)?, backlog)?,
            Call::Connect(a, to) => self.engine.connect(self.chosen(a)?, &to)?,
            Call::Accept(a) => {
                let accepted = self.engine.accept(self.chosen(a)?)?;
                self.held.push(accepted.0);
            }
            Call::Send(a, address, bytes, control, handles, flags) => {
                let handles: Vec<_> = handles.iter().filter_map(|handle| self.chosen(*handle).ok()).collect();
                let (address, flags) = (address.as_deref(), MessageFlags(flags));
                let message =
                    Outgoing { address, bytes: &bytes, control: &control, handles: &handles, flags };
                assert!(self.engine.send(self.chosen(a)?, &message)? <= bytes.len());
            }
            Call::Recv(a, [address, bytes, control, handle_room], flags) => {
                let mut incoming = Incoming {
                    address: &mut vec![0; address],
                    bytes: &mut vec![0; bytes],
                    control: &mut vec![0; control],
                    handle_room,
                    handles: Vec::new(),
                    flags: MessageFlags(flags),
                };
                let received = self.engine.recv(self.chosen(a)?, &mut incoming)?;
                assert!(received.len <= bytes || incoming.flags.contains(MessageFlags::TRUNC));
                assert!(received.control_len <= control && incoming.handles.len() <= handle_room);
                self.held.append(&mut incoming.handles);
            }
            Call::Shutdown(a, how) => self.engine.shutdown(self.chosen(a)?, Shutdown(how))?,
            Call::SetOption(a, (level, name), value) => {
                self.engine.set_option(self.chosen(a)?, Level(level), name, &value)?;
            }
            Call::GetOption(a, (level, name), room) => {
                let len = self.engine.get_option(self.chosen(a)?, Level(level), name, &mut vec![0; room])?;
                assert!(len <= room);
            }
            Call::Look(a) => {
                let chosen = self.chosen(a)?;
                self.engine.events(chosen);
                self.engine.local_addr(chosen)?;
                self.engine.peer_addr(chosen)?;
            }
            Call::Retain(a) => {
                let retained = self.chosen(a)?;
                self.engine.retain(retained)?;
                self.held.push(retained);
            }
            Call::Close(a) => {
                let closed = self.chosen(a)?;
                self.engine.release(closed);
            }
            Call::Fault(node, fault) => self.fault(node, fault)?,
            Call::Run(nanos) => self.run_for(nanos),
        }
        Ok(())
    }

    fn fault(&mut self, node: usize, fault: u8) -> Result<(), Errno> {
        let engine = &mut self.engine;
        let (node, controller, radio) = self.nodes[node];
        match fault {
            0 => engine.crash(node),
            1 => engine.set_can_up(controller, false)?,
            2 => engine.set_can_up(controller, true)?,
            3 => engine.remove_can(controller)?,
            4 => drop(engine.restore_can(controller)?),
            5 => engine.unplug_can(controller),
            6 => engine.plug_can(controller),
            7 => engine.force_bus_off(controller),
            8 => engine.restart_can(controller)?,
            9 => engine.set_bit_errors(self.bus, Chance::percent(30)),
            10 => engine.set_radio_side(radio, 1),
            11 => engine.set_radio_side(radio, 0),
            12 => engine.set_radio_link(radio, Link::new().loss(Chance::percent(50))),
            13 => engine.set_can_queue_length(controller, 0),
            14 => engine.set_can_restart(controller, Some(Duration::ZERO)),
            _ => engine.set_can_fd(controller, false),
        }
        Ok(())
    }

    /// Runs, and takes a world in which too much happens for one that does not get on.
    fn run_for(&mut self, nanos: u64) {
        let limit = self.engine.now() + Duration::from_nanos(nanos);
        let mut steps = 0;
        while self.engine.step(limit) == Step::Happened {
            steps += 1;
            assert!(steps < 1_000_000, "{:?}", self.engine);
        }
        assert!(self.engine.now() == limit || self.engine.now() == Instant::MAX);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_world_goes_on(calls in prop::collection::vec(call(), 0..200)) {
        let mut programs = Programs::new();
        for call in calls {
            let _ = programs.call(call);
        }
        for id in std::mem::take(&mut programs.held) {
            programs.engine.release(id);
        }
        programs.run_for(1_000_000_000);
    }
}
