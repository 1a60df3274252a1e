//! A gateway on two buses with a control unit on each, and a laptop on its network.

use core::cell::RefCell;
use core::net::SocketAddr;
use core::time::Duration;
use std::rc::Rc;

use anysock::can::AnyFrame;
use anysock::{CanSocket, Deadline, Error, Interfaces, TcpStream, option};
use anysock_examples::gateway::{self, Config, GatewayError, Statistics};
use anysock_examples::socketcand::client::{Client, ClientError, Message};
use anysock_sim::{BitRates, Link, Node, Sim, World};

pub(crate) const PORT: u16 = 29536;

pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) gateway: Node,
    /// On `can0`.
    pub(crate) ecu: Node,
    pub(crate) laptop: Node,
    statistics: Rc<RefCell<Statistics>>,
    end: Rc<RefCell<Option<GatewayError>>>,
}

pub(crate) fn gateway_address() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], PORT))
}

pub(crate) fn frame(text: &str) -> AnyFrame {
    text.parse().unwrap()
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

impl Bench {
    pub(crate) fn new() -> Bench {
        Bench::with(Config::default())
    }

    /// With these limits; what it connects is the bench's own, where nothing else is said.
    pub(crate) fn with(config: Config) -> Bench {
        Bench::on(World::new(1), Link::new().latency(Duration::from_micros(100)), config)
    }

    pub(crate) fn on(mut world: World, link: Link, mut config: Config) -> Bench {
        let rates = BitRates::fd(500_000, 2_000_000);
        let buses = ["can0", "can1"].map(|name| world.can_bus(name, rates));
        let lan = world.network("lan", link);
        let gateway = world.node("gateway").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
        let gateway = gateway.can("can0", buses[0]).unwrap().can("can1", buses[1]).unwrap();
        let laptop = world.node("laptop").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
        let ecu = world.node("ecu").can("can0", buses[0]).unwrap();
        // Alone, the gateway would find nobody to acknowledge its frames.
        world.node("other").can("can0", buses[1]).unwrap();
        config.buses = ["can0", "can1"].map(|name| name.parse().unwrap()).into();
        config.tcp = vec![SocketAddr::from(([0, 0, 0, 0], PORT))];
        config.report = config.report.or(Some(millis(10)));
        let statistics = Rc::new(RefCell::new(Statistics::default()));
        let end = Rc::new(RefCell::new(None));
        let (reported, ended) = (statistics.clone(), end.clone());
        gateway.spawn("gateway", move |sim| {
            let (_waker, stop) = anysock::Backend::waker(&sim).unwrap();
            let report = |statistics: &Statistics| {
                reported.replace(statistics.clone());
            };
            *ended.borrow_mut() = gateway::run(sim, &config, &stop, report).err();
        });
        world.run_for(millis(1));
        Bench { world, gateway, ecu, laptop, statistics, end }
    }

    /// What the gateway last reported.
    pub(crate) fn statistics(&mut self) -> Statistics {
        self.world.run_for(millis(20));
        assert_eq!(*self.end.borrow(), None);
        self.statistics.borrow().clone()
    }

    /// Runs a program on the laptop until it ends.
    pub(crate) fn laptop<T: 'static>(&mut self, program: impl FnOnce(Sim<'_>) -> T + 'static) -> T {
        let laptop = self.laptop.clone();
        self.world.block_on(&laptop, program).unwrap()
    }

    /// Has the control unit on `can0` send these, 10 ms apart, after `delay`.
    pub(crate) fn ecu_sends(&self, delay: Duration, frames: &[&'static str]) {
        send_from(&self.ecu, delay, frames);
    }

    /// What the control unit on `can0` receives from now on.
    pub(crate) fn ecu_hears(&self) -> Rc<RefCell<Vec<AnyFrame>>> {
        let heard = Rc::new(RefCell::new(Vec::new()));
        let list = heard.clone();
        self.ecu.spawn("listener", move |sim| {
            let can = CanSocket::open(sim, &"can0".parse().unwrap()).unwrap();
            can.set(option::can_raw::FdFrames, true).unwrap();
            while let Ok(frame) = can.recv() {
                list.borrow_mut().push(frame);
            }
        });
        heard
    }
}

/// Has a node send these, 10 ms apart, after `delay`.
pub(crate) fn send_from(node: &Node, delay: Duration, frames: &[&'static str]) {
    let frames = frames.to_vec();
    node.spawn("sender", move |sim| {
        let can = CanSocket::open(sim.clone(), &"can0".parse().unwrap()).unwrap();
        can.set(option::can_raw::FdFrames, true).unwrap();
        sleep(&sim, delay);
        for text in frames {
            can.send(&frame(text)).unwrap();
            sleep(&sim, millis(10));
        }
    });
}

pub(crate) fn sleep<B: Interfaces>(backend: &B, time: Duration) {
    backend.sleep_until(Deadline::at(backend.now() + time)).unwrap();
}

/// A client that has been welcomed.
pub(crate) fn connect<B: Interfaces>(backend: &B) -> Client<B> {
    let stream = TcpStream::connect(backend.clone(), &gateway_address()).unwrap();
    Client::new(stream.into_socket()).unwrap()
}

/// A client on a bus.
pub(crate) fn open<B: Interfaces>(backend: &B, bus: &str) -> Client<B> {
    let mut client = connect(backend);
    client.ask(&format!("open {bus}")).unwrap();
    client
}

/// A client in raw mode.
pub(crate) fn raw<B: Interfaces>(backend: &B, bus: &str) -> Client<B> {
    let mut client = open(backend, bus);
    client.ask("rawmode").unwrap();
    client
}

/// What arrives within `time`.
pub(crate) fn messages<B: Interfaces>(backend: &B, client: &mut Client<B>, time: Duration) -> Vec<Message> {
    let end = backend.now() + time;
    let mut messages = Vec::new();
    while backend.now() < end {
        client.stream_mut().set_timeout(Some(end.since(backend.now())));
        match client.next() {
            Ok(message) => messages.push(message),
            Err(ClientError::Stream(Error::TimedOut)) => break,
            Err(error) => panic!("{error}"),
        }
    }
    client.stream_mut().set_timeout(None);
    messages
}

/// The frames that arrive within `time`; anything else is an error.
pub(crate) fn frames<B: Interfaces>(backend: &B, client: &mut Client<B>, time: Duration) -> Vec<String> {
    let text = |message| match message {
        Message::Frame(frame, _) => frame.to_string(),
        Message::Words(words) => panic!("{words}"),
    };
    messages(backend, client, time).into_iter().map(text).collect()
}

/// The words of the next message.
pub(crate) fn words<B: Interfaces>(client: &mut Client<B>) -> String {
    match client.next().unwrap() {
        Message::Words(words) => words,
        Message::Frame(frame, _) => panic!("{frame}"),
    }
}
