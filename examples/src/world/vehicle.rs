//! The default world: a vehicle's bus with its controllers, a gateway on it, a phone.

use core::cell::{Cell, RefCell};
use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use std::rc::Rc;

use anysock::{BdAddr, Errno, InterfaceName, RfcommAddr, Waker};
use anysock_sim::{BitRates, CanBus, Link, Node, Sim, SimWaker, World};

use super::tester::Asked;
use super::{BATTERY, BRAKES, ENGINE, logger, phone, player, tester};
use crate::candump::LogLine;
use crate::gateway::{self, Config, GatewayError, Statistics};

/// The gateway's TCP port in the world.
pub const PORT: u16 = 29536;
/// The bus: 500 kbit/s, and 2 Mbit/s for the data of FD frames.
const RATES: BitRates = BitRates::fd(500_000, 2_000_000);
const CHANNEL: u8 = 1;
const GATEWAY_DEVICE: BdAddr = BdAddr([0x00, 0x1A, 0x7D, 0xDA, 0x71, 0x01]);
const PHONE_DEVICE: BdAddr = BdAddr([0x00, 0x1A, 0x7D, 0xDA, 0x71, 0x02]);
const GATEWAY_ADDRESS: [u8; 4] = [10, 0, 0, 1];

/// What the world's programs have seen.
#[derive(Debug, Default)]
struct Seen {
    gateway: RefCell<Statistics>,
    end: RefCell<Option<Result<Statistics, GatewayError>>>,
    stop: RefCell<Option<SimWaker>>,
    phone: Cell<u64>,
    tester: Cell<Option<Asked>>,
    logger: Cell<Option<u64>>,
    played: Cell<Option<u64>>,
}

/// The default world.
///
/// ```
/// use anysock_examples::gateway::Config;
/// use anysock_examples::world::Vehicle;
/// use core::time::Duration;
///
/// let mut vehicle = Vehicle::new(1, Config::default()).unwrap();
/// vehicle.add_clients().unwrap();
/// vehicle.world.run_for(Duration::from_secs(2));
/// let summary = vehicle.end().unwrap();
/// assert!(summary.gateway.buses[0].received.frames > 400);
/// assert_eq!(summary.gateway.dropped(), 0);
/// ```
#[derive(Debug)]
pub struct Vehicle {
    /// The world itself, to run it.
    pub world: World,
    /// The node that the gateway runs on.
    pub gateway: Node,
    bus: CanBus,
    lan: anysock_sim::Network,
    bus_name: InterfaceName,
    seen: Rc<Seen>,
}

/// What has happened in a world. Prints in a few lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The virtual time that has passed.
    pub time: Duration,
    /// What the gateway has done.
    pub gateway: Statistics,
    /// Values that the phone has shown.
    pub phone: u64,
    /// What the simulated tester has seen, where there is one.
    pub tester: Option<Asked>,
    /// Frames that the simulated logger has seen, where there is one.
    pub logger: Option<u64>,
    /// Frames of a log that have been played to its end.
    pub played: Option<u64>,
    /// Frames that have passed on all links.
    pub records: u64,
    /// The hash of all that has passed on all links.
    pub hash: u128,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.gateway)?;
        writeln!(f, "phone: {} values", self.phone)?;
        if let Some(Asked { requests, answered }) = self.tester {
            writeln!(f, "tester: {requests} requests, {answered} answered")?;
        }
        if let Some(frames) = self.logger {
            writeln!(f, "logger: {frames} frames")?;
        }
        if let Some(frames) = self.played {
            writeln!(f, "log: {frames} frames played")?;
        }
        write!(f, "trace of {:?}: {} frames on all links, hash {:032x}", self.time, self.records, self.hash)
    }
}

impl Vehicle {
    /// The world of this seed, with a gateway of these limits; what it connects is the world's own.
    ///
    /// # Errors
    /// None but of the simulator's that no name here brings about.
    pub fn new(seed: u64, limits: Config) -> Result<Vehicle, Errno> {
        let mut world = World::new(seed);
        let bus_name: InterfaceName = "can0".parse()?;
        let bus = world.can_bus("can0", RATES);
        let lan = world.network("lan", Link::new().latency(Duration::from_micros(200)));
        let piconet = world.piconet(Link::new().latency(Duration::from_millis(5)));
        let seen = Rc::new(Seen::default());

        for controller in [&ENGINE, &BRAKES, &BATTERY] {
            let node = world.node(controller.name).can("can0", bus)?;
            node.spawn(controller.name, move |sim| {
                // It ends with its interface, or its power.
                let _ended = controller.run(sim, &bus_name);
            });
        }

        let gateway = world.node("gateway").can("can0", bus)?.ethernet("eth0", lan, "10.0.0.1/24")?;
        let gateway = gateway.bluetooth(piconet, &GATEWAY_DEVICE.to_string())?;
        let config = Config {
            buses: vec![bus_name],
            tcp: vec![SocketAddr::from(([0, 0, 0, 0], PORT))],
            rfcomm: Some(CHANNEL),
            ..limits
        };
        let seen_by_gateway = seen.clone();
        gateway.spawn("gateway", move |sim| serve(sim, &config, &seen_by_gateway));

        let seen_by_phone = seen.clone();
        world.node("phone").bluetooth(piconet, &PHONE_DEVICE.to_string())?.spawn("phone", move |sim| {
            let gateway = RfcommAddr { device: GATEWAY_DEVICE, channel: CHANNEL };
            let _ended = phone::run(sim, &gateway, |values| seen_by_phone.phone.set(values));
        });
        Ok(Vehicle { world, gateway, bus, lan, bus_name, seen })
    }

    /// Adds two clients on TCP: a tester and a logger.
    ///
    /// # Errors
    /// As for [`Vehicle::new`].
    pub fn add_clients(&mut self) -> Result<(), Errno> {
        let gateway = SocketAddr::from((GATEWAY_ADDRESS, PORT));
        let laptop = self.world.node("laptop").ethernet("eth0", self.lan, "10.0.0.2/24")?;
        let seen = self.seen.clone();
        seen.tester.set(Some(Asked::default()));
        laptop.spawn("tester", move |sim| {
            let _ended = tester::run(sim, &gateway, |asked| seen.tester.set(Some(asked)));
        });
        let seen = self.seen.clone();
        seen.logger.set(Some(0));
        laptop.spawn("logger", move |sim| {
            let _ended = logger::run(sim, &gateway, |frames| seen.logger.set(Some(frames)));
        });
        Ok(())
    }

    /// Adds a node that plays a log onto the bus.
    ///
    /// # Errors
    /// As for [`Vehicle::new`].
    pub fn play(&mut self, log: Vec<LogLine>) -> Result<(), Errno> {
        let player = self.world.node("player").can("can0", self.bus)?;
        let (seen, bus) = (self.seen.clone(), self.bus_name);
        player.spawn("player", move |sim| seen.played.set(player::run(sim, &bus, &log).ok()));
        Ok(())
    }

    /// What the gateway last reported.
    pub fn statistics(&self) -> Statistics {
        self.seen.gateway.borrow().clone()
    }

    /// Whether the gateway has ended, which it does by itself only if it cannot begin.
    pub fn has_ended(&self) -> bool {
        self.seen.end.borrow().is_some()
    }

    /// Ends the gateway, and says what has happened.
    ///
    /// # Errors
    /// Why the gateway could not begin.
    pub fn end(&mut self) -> Result<Summary, GatewayError> {
        if let Some(stop) = &*self.seen.stop.borrow() {
            stop.wake();
        }
        // The gateway has been told; it ends at this very instant.
        self.world.run_for(Duration::ZERO);
        let last = self.statistics();
        let gateway = self.seen.end.borrow_mut().take().unwrap_or(Ok(last))?;
        let trace = self.world.trace();
        Ok(Summary {
            time: Duration::from_nanos(self.world.now().as_nanos()),
            gateway,
            phone: self.seen.phone.get(),
            tester: self.seen.tester.get(),
            logger: self.seen.logger.get(),
            played: self.seen.played.get(),
            records: trace.records(),
            hash: trace.hash(),
        })
    }
}

/// The gateway's program.
fn serve(sim: Sim<'_>, config: &Config, seen: &Seen) {
    let end = match anysock::Backend::waker(&sim) {
        Ok((waker, stop)) => {
            seen.stop.replace(Some(waker));
            gateway::run(sim, config, &stop, |statistics| {
                seen.gateway.replace(statistics.clone());
            })
        }
        Err(errno) => Err(GatewayError::Wait(errno)),
    };
    seen.end.replace(Some(end));
}
