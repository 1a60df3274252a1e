//! CAN buses in a world, and the interfaces of its nodes on them.
//!
//! ```
//! use anysock::CanSocket;
//! use anysock_sim::{BitRates, World};
//!
//! let mut world = World::new(1);
//! let bus = world.can_bus("powertrain", BitRates::fd(500_000, 2_000_000));
//! let engine = world.node("engine").can("can0", bus)?;
//! let tester = world.node("tester").can("can0", bus)?;
//! engine.spawn("talk", |sim| {
//!     let can = CanSocket::open(sim, &"can0".parse().unwrap()).unwrap();
//!     can.send(&"0C0#0102".parse().unwrap()).unwrap();
//! });
//! let frame = world.block_on(&tester, |sim| CanSocket::open(sim, &"can0".parse().unwrap())?.recv())?;
//! assert_eq!(frame, Ok("0C0#0102".parse().unwrap()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use anysock::Errno;

use crate::engine::{BitRates, BusId, ControllerId};
use crate::world::{Node, World};

/// A CAN bus of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CanBus(pub(crate) BusId);

impl World {
    /// A new CAN bus.
    pub fn can_bus(&mut self, name: &str, rates: BitRates) -> CanBus {
        CanBus(self.with_engine(|engine| engine.add_can_bus(name, rates)))
    }
}

impl Node {
    /// Attaches it to a CAN bus by a new interface, which is up.
    ///
    /// # Errors
    /// `EINVAL` where the name cannot be one.
    pub fn can(self, interface: &str, bus: CanBus) -> Result<Self, Errno> {
        let name = interface.parse()?;
        self.shared.engine.borrow_mut().attach_can(self.id, bus.0, name);
        Ok(self)
    }

    /// Takes a CAN interface up or down (`ip link set can0 up`).
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface.
    pub fn set_can_up(&self, interface: &str, up: bool) -> Result<(), Errno> {
        let controller = self.can_controller(interface)?;
        self.shared.engine.borrow_mut().set_can_up(controller, up)
    }

    /// The controller behind a CAN interface: the engine ([`World::with_engine`]) can unplug it, remove and
    /// restore it, make it go bus-off, and tell its state.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface.
    pub fn can_controller(&self, interface: &str) -> Result<ControllerId, Errno> {
        let name = interface.parse()?;
        self.shared.engine.borrow().can_controller(self.id, &name)
    }
}
