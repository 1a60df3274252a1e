//! CAN buses in a world, the interfaces of its nodes on them, and what can happen to those.
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

use std::rc::Rc;
use std::time::Duration;

use anysock::Errno;
use anysock::can::ErrorCounters;

use crate::engine::{
    BitRates, BusId, BusStatistics, Chance, ControllerId, ControllerState, ControllerStatistics,
};
use crate::world::{Node, Shared, World};

/// A CAN bus of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CanBus(BusId);

/// The CAN interface of a node, with its controller and its cable: what a test does to them. Clones are the
/// same interface.
///
/// ```
/// use anysock::{CanSocket, Errno, Error};
/// use anysock_sim::{BitRates, World};
///
/// let mut world = World::new(7);
/// let bus = world.can_bus("bus", BitRates::classic(500_000));
/// let node = world.node("ecu").can("can0", bus)?;
/// let interface = node.can_interface("can0")?;
/// let answer = world.block_on(&node, move |sim| {
///     let can = CanSocket::open(sim, &"can0".parse()?)?;
///     interface.set_up(false)?; // as `ip link set can0 down` would, while the program waits
///     can.recv()
/// })?;
/// assert_eq!(answer, Err(Error::Os(Errno::ENETDOWN)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CanInterface {
    shared: Rc<Shared>,
    controller: ControllerId,
}

impl World {
    /// A new CAN bus with these bit rates.
    pub fn can_bus(&mut self, name: &str, rates: BitRates) -> CanBus {
        CanBus(self.with_engine(|engine| engine.add_can_bus(name, rates)))
    }

    /// How many frames of a bus are disturbed, from now on: each ends in an error frame and is sent again.
    /// More than one in nine sends a controller bus-off sooner or later.
    pub fn set_bit_errors(&mut self, bus: CanBus, chance: Chance) {
        self.with_engine(|engine| engine.set_bit_errors(bus.0, chance));
    }

    /// What has happened on a bus.
    pub fn can_bus_statistics(&mut self, bus: CanBus) -> BusStatistics {
        self.with_engine(|engine| engine.can_bus_statistics(bus.0))
    }
}

impl Node {
    /// Attaches it to a CAN bus by a new interface, which is up.
    ///
    /// # Errors
    /// `EINVAL` where no interface can have that name, `EEXIST` where the node has one of that name.
    pub fn can(self, interface: &str, bus: CanBus) -> Result<Self, Errno> {
        let name = interface.parse()?;
        let mut engine = self.shared.engine.borrow_mut();
        engine.check_interface_is_new(self.id, &name)?;
        engine.attach_can(self.id, bus.0, name);
        drop(engine);
        Ok(self)
    }

    /// Its CAN interface of this name.
    ///
    /// # Errors
    /// `ENODEV` where there is none.
    pub fn can_interface(&self, interface: &str) -> Result<CanInterface, Errno> {
        let name = interface.parse()?;
        let controller = self.shared.engine.borrow().can_controller(self.id, &name)?;
        Ok(CanInterface { shared: self.shared.clone(), controller })
    }
}

impl CanInterface {
    /// Takes the interface up or down (`ip link set can0 down`). Down: its queue is lost, and sockets that
    /// are bound to it have the error `ENETDOWN` pending.
    ///
    /// # Errors
    /// `ENODEV` where the interface is removed.
    pub fn set_up(&self, up: bool) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().set_can_up(self.controller, up)
    }

    /// The interface vanishes, as a USB adapter that is pulled out. Sockets that were bound to it are bound
    /// no more, have lost their filters, and have the error `ENODEV` pending.
    ///
    /// # Errors
    /// `ENODEV` where it is removed already.
    pub fn remove(&self) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().remove_can(self.controller)
    }

    /// The interface comes back, up, with another index, which is returned.
    ///
    /// # Errors
    /// `EEXIST` where it is there.
    pub fn restore(&self) -> Result<u32, Errno> {
        self.shared.engine.borrow_mut().restore_can(self.controller)
    }

    /// Cuts the cable: nobody acknowledges what the controller sends.
    pub fn unplug(&self) {
        self.shared.engine.borrow_mut().unplug_can(self.controller);
    }

    /// Mends it.
    pub fn plug(&self) {
        self.shared.engine.borrow_mut().plug_can(self.controller);
    }

    /// Makes the controller go bus-off at once.
    pub fn force_bus_off(&self) {
        self.shared.engine.borrow_mut().force_bus_off(self.controller);
    }

    /// Restarts a controller that is bus-off (`ip link set can0 type can restart`): it is on the bus again
    /// after 128 sequences of 11 recessive bits.
    ///
    /// # Errors
    /// `EINVAL` where it restarts by itself, `EBUSY` where it is not bus-off.
    pub fn restart(&self) -> Result<(), Errno> {
        self.shared.engine.borrow_mut().restart_can(self.controller)
    }

    /// How long after bus-off the controller restarts by itself (`restart-ms`); `None`, as at first, for
    /// never.
    pub fn set_restart(&self, after: Option<Duration>) {
        self.shared.engine.borrow_mut().set_can_restart(self.controller, after);
    }

    /// How many frames the interface's queue holds (`txqueuelen`, 10 at first).
    pub fn set_queue_length(&self, frames: usize) {
        self.shared.engine.borrow_mut().set_can_queue_length(self.controller, frames);
    }

    /// Whether the controller knows CAN FD; at first, where the bus has a data rate. One that does not
    /// destroys every FD frame on its bus.
    pub fn set_fd(&self, fd: bool) {
        self.shared.engine.borrow_mut().set_can_fd(self.controller, fd);
    }

    /// Whether the driver reports every error on the bus (`berr-reporting`), not only changes of its state.
    pub fn set_error_reporting(&self, on: bool) {
        self.shared.engine.borrow_mut().set_can_error_reporting(self.controller, on);
    }

    /// The state of the controller.
    pub fn state(&self) -> ControllerState {
        self.shared.engine.borrow().can_state(self.controller)
    }

    /// Its error counters. One that is bus-off shows 255.
    pub fn error_counters(&self) -> ErrorCounters {
        self.shared.engine.borrow().can_error_counters(self.controller)
    }

    /// What it has counted.
    pub fn statistics(&self) -> ControllerStatistics {
        self.shared.engine.borrow().can_statistics(self.controller)
    }
}
