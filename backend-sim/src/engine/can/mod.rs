//! CAN: buses with the bits of ISO 11898-1, controllers and interfaces as Linux's drivers have them, and raw
//! sockets as net/can/raw.c has them.
//!
//! - `bus.rs` who sends when: arbitration, the times of frames, errors, acknowledgement.
//! - `controller.rs` one controller: error counters, its one transmit mailbox, what its driver reports.
//! - `interface.rs` what `ip link set can0 …` does: up and down, restart, removal; and the cable.
//! - `transmit_queue.rs` the interface's queue, `statistics.rs` its counts.
//! - `receive.rs` from the interface to the sockets, `filters.rs` which frames a socket wants, `socket.rs`
//!   the system calls, `raw_frame.rs` the kernel's bytes of a frame.

mod bus;
mod controller;
mod filters;
mod interface;
mod raw_frame;
mod receive;
mod socket;
mod statistics;
mod transmit_queue;

pub(super) use bus::bus_event;
pub use bus::{BitRates, BusId};
pub use controller::{ControllerId, ControllerState};
pub(super) use interface::crash;
pub(crate) use socket::CanSocket;
pub(super) use socket::{forget, open, whole_only};
pub use statistics::{BusStatistics, ControllerStatistics};

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::node::NodeId;
use super::socket::SocketId;
use bus::Bus;
use controller::Controller;

/// Every bus of a world.
#[derive(Debug, Default)]
pub(crate) struct CanWorld {
    buses: Vec<Bus>,
    controllers: Vec<Controller>,
    /// The sockets of each node that are bound to all of its CAN interfaces.
    listeners_everywhere: BTreeMap<NodeId, Vec<SocketId>>,
}

impl CanWorld {
    fn bus(&self, id: BusId) -> &Bus {
        &self.buses[id.0 as usize]
    }

    fn bus_mut(&mut self, id: BusId) -> &mut Bus {
        &mut self.buses[id.0 as usize]
    }

    fn controller(&self, id: ControllerId) -> &Controller {
        &self.controllers[id.0 as usize]
    }

    fn controller_mut(&mut self, id: ControllerId) -> &mut Controller {
        &mut self.controllers[id.0 as usize]
    }

    fn members(&self, id: BusId) -> impl Iterator<Item = (ControllerId, &Controller)> {
        self.bus(id).members.iter().map(|member| (*member, self.controller(*member)))
    }
}
