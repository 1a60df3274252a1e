//! Any calls in any order, over networks that lose, repeat and reorder: no call fails to answer, the world
//! comes to rest, and nothing stays when every handle is closed.

use alloc::vec;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

use anysock::{Errno, Family, Instant, Level, MessageFlags, Protocol, Shutdown, SockAddr, SocketType};
use proptest::prelude::*;

use crate::engine::node::NodeId;
use crate::engine::{Chance, Engine, Incoming, Link, Outgoing, SocketId, Step};

/// A call, with numbers that choose among the sockets that are open.
#[derive(Clone, Debug)]
enum Call {
    Open(usize, u8),
    Bind(usize, Vec<u8>),
    Listen(usize, i32),
    Connect(usize, Vec<u8>),
    Accept(usize),
    Send(usize, Option<Vec<u8>>, usize, i32),
    Recv(usize, [usize; 3], i32),
    Shutdown(usize, i32),
    SetOption(usize, (i32, i32), Vec<u8>),
    GetOption(usize, (i32, i32), usize),
    Addresses(usize),
    Close(usize),
    Run(u64),
}

/// Addresses that mean something in the world of this test, most of them, or any bytes.
fn address() -> impl Strategy<Value = Vec<u8>> {
    let ip = prop::sample::select(vec![
        "0.0.0.0",
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.9",
        "10.0.0.255",
        "10.1.0.1",
        "255.255.255.255",
        "224.0.0.1",
        "::",
        "::1",
        "fd00::1",
        "fd00::2",
        "fd00::9",
        "ff02::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "::ffff:0.0.0.0",
    ]);
    prop_oneof![
        12 => (ip, 0..4u16).prop_map(|(ip, port)| {
            SocketAddr::new(ip.parse().unwrap(), port).encode().as_ref().to_vec()
        }),
        1 => Just(vec![0, 0]),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

/// Levels and names of options, most of them of those that there are.
fn option() -> impl Strategy<Value = (i32, i32)> {
    let level = prop::sample::select(vec![Level::SOCKET.0, Level::IP.0, Level::IPV6.0, Level::TCP.0]);
    prop_oneof![9 => (level, 0..80i32), 1 => any::<(i32, i32)>()]
}

fn call() -> impl Strategy<Value = Call> {
    let which = || 0..16usize;
    let length = || prop_oneof![0..100usize, 0..70_000usize];
    let flags = || prop_oneof![3 => Just(0), 1 => any::<i32>()];
    let value = prop_oneof![
        prop::sample::select(vec![0, 1, 100, i32::MAX, -1]).prop_map(|int: i32| int.to_ne_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop_oneof![
        4 => (which(), 0..5u8).prop_map(|(a, b)| Call::Open(a, b)),
        3 => (which(), address()).prop_map(|(a, b)| Call::Bind(a, b)),
        3 => (which(), prop_oneof![0..3, any::<i32>()]).prop_map(|(a, b)| Call::Listen(a, b)),
        6 => (which(), address()).prop_map(|(a, b)| Call::Connect(a, b)),
        4 => which().prop_map(Call::Accept),
        6 => (which(), prop::option::of(address()), length(), flags())
            .prop_map(|(a, b, c, d)| Call::Send(a, b, c, d)),
        6 => (which(), [0..40usize, 0..70_000, 0..40], flags()).prop_map(|(a, b, c)| Call::Recv(a, b, c)),
        2 => (which(), -1..4i32).prop_map(|(a, b)| Call::Shutdown(a, b)),
        3 => (which(), option(), value).prop_map(|(a, b, c)| Call::SetOption(a, b, c)),
        1 => (which(), option(), 0..40usize).prop_map(|(a, b, c)| Call::GetOption(a, b, c)),
        1 => which().prop_map(Call::Addresses),
        2 => which().prop_map(Call::Close),
        6 => prop_oneof![0..1_000_000u64, 0..10_000_000_000u64].prop_map(Call::Run),
    ]
}

/// Two nodes on a network, and the sockets that their programs hold.
struct Programs {
    engine: Engine,
    nodes: [NodeId; 2],
    held: Vec<SocketId>,
}

impl Programs {
    fn new() -> Self {
        let mut engine = Engine::new(7);
        let link = Link::new()
            .jitter(Duration::from_millis(1))
            .loss(Chance::percent(10))
            .duplication(Chance::percent(10))
            .reordering(Chance::percent(10))
            .rate(10_000_000);
        let network = engine.add_network("lan", link);
        let nodes = ["a", "b"].map(|name| engine.add_node(name));
        for (node, addresses) in nodes.into_iter().zip(["10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64"]) {
            let prefixes: Vec<_> = addresses.split(' ').map(|prefix| prefix.parse().unwrap()).collect();
            engine.attach_ethernet(node, network, "eth0".parse().unwrap(), &prefixes);
        }
        let mut programs = Programs { engine, nodes, held: Vec::new() };
        programs.begin().unwrap();
        programs
    }

    /// A listener on each node, and connections to it, so that not every world has to find its way there.
    fn begin(&mut self) -> Result<(), Errno> {
        for (node, other) in [(0, "10.0.0.2:1"), (1, "10.0.0.1:1")] {
            let [listener, client] = [0, 0].map(|_| {
                self.engine.open(self.nodes[node], Family::INET, SocketType::STREAM, Protocol::DEFAULT)
            });
            let (listener, client) = (listener?, client?);
            let encoded = |address: &str| address.parse::<SocketAddr>().unwrap().encode();
            self.engine.bind(listener, encoded("0.0.0.0:1").as_ref())?;
            self.engine.listen(listener, 3)?;
            let _ = self.engine.connect(client, encoded(other).as_ref());
            self.held.extend([listener, client]);
        }
        Ok(())
    }

    fn chosen(&self, number: usize) -> Result<SocketId, Errno> {
        self.held.get(number % self.held.len().max(1)).copied().ok_or(Errno::EBADF)
    }

    fn call(&mut self, call: Call) -> Result<(), Errno> {
        match call {
            Call::Open(node, what) => {
                let family = if what % 2 == 0 { Family::INET } else { Family::INET6 };
                let kind = if what < 3 { SocketType::STREAM } else { SocketType::DGRAM };
                let node = self.nodes[node % 2];
                self.held.push(self.engine.open(node, family, kind, Protocol::DEFAULT)?);
            }
            Call::Bind(a, to) => self.engine.bind(self.chosen(a)?, &to)?,
            Call::Listen(a, backlog) => self.engine.listen(self.chosen(a)?, backlog)?,
            Call::Connect(a, to) => self.engine.connect(self.chosen(a)?, &to)?,
            Call::Accept(a) => {
                let accepted = self.engine.accept(self.chosen(a)?)?;
                self.held.push(accepted.0);
            }
            Call::Send(a, address, length, flags) => {
                let (bytes, flags) = (vec![7; length], MessageFlags(flags));
                let address = address.as_deref();
                let message = Outgoing { address, bytes: &bytes, control: &[], handles: &[], flags };
                let sent = self.engine.send(self.chosen(a)?, &message)?;
                assert!(sent <= length);
            }
            Call::Recv(a, [address, bytes, control], flags) => {
                let mut incoming = Incoming {
                    address: &mut vec![0; address],
                    bytes: &mut vec![0; bytes],
                    control: &mut vec![0; control],
                    handle_room: 0,
                    handles: Vec::new(),
                    flags: MessageFlags(flags),
                };
                let received = self.engine.recv(self.chosen(a)?, &mut incoming)?;
                assert!(received.len <= bytes || incoming.flags.contains(MessageFlags::TRUNC));
                assert!(received.control_len <= control);
            }
            Call::Shutdown(a, how) => self.engine.shutdown(self.chosen(a)?, Shutdown(how))?,
            Call::SetOption(a, (level, name), value) => {
                self.engine.set_option(self.chosen(a)?, Level(level), name, &value)?;
            }
            Call::GetOption(a, (level, name), room) => {
                let len = self.engine.get_option(self.chosen(a)?, Level(level), name, &mut vec![0; room])?;
                assert!(len <= room);
            }
            Call::Addresses(a) => {
                let chosen = self.chosen(a)?;
                self.engine.describe_socket(chosen);
                self.engine.events(chosen);
                self.engine.local_addr(chosen)?;
                self.engine.peer_addr(chosen)?;
            }
            Call::Close(a) => {
                let closed = self.chosen(a)?;
                self.held.retain(|id| *id != closed);
                self.engine.release(closed);
            }
            Call::Run(nanos) => self.run_until(self.engine.now() + Duration::from_nanos(nanos)),
        }
        Ok(())
    }

    /// Runs, and takes a world that does not come to rest for one that never would.
    fn run_until(&mut self, limit: Instant) {
        let mut steps = 0;
        while self.engine.step(limit) == Step::Happened {
            steps += 1;
            assert!(steps < 1_000_000, "{:?}", self.engine);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_stays_of_closed_sockets(calls in prop::collection::vec(call(), 0..200)) {
        let mut programs = Programs::new();
        for call in calls {
            let _ = programs.call(call);
        }
        for id in core::mem::take(&mut programs.held) {
            programs.engine.release(id);
        }
        programs.run_until(Instant::MAX);
        for node in programs.nodes {
            prop_assert_eq!(programs.engine.sockets_of(node), []);
            let tables = &programs.engine.node(node).inet;
            prop_assert!(tables.is_unused(), "{:?}", tables);
        }
    }
}
