//! CAN: buses, controllers, and the raw sockets on them.

use anysock::{Family, Protocol, SocketType};

use super::Engine;
use super::node::NodeId;
use super::socket::{Calls, SocketId};

/// A CAN bus.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BusId(pub(crate) u32);

/// A controller on a bus.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ControllerId {
    pub(crate) bus: BusId,
    pub(crate) controller: u32,
}

/// The bit rates of a bus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BitRates {
    /// Bits a second in the arbitration phase.
    pub nominal: u32,
    /// Bits a second in the data phase of FD frames that switch the rate.
    pub data: u32,
}

/// Every bus of a world.
#[derive(Debug, Default)]
pub(crate) struct CanWorld {}

/// A raw CAN socket.
#[derive(Debug)]
pub(crate) struct CanSocket {}

#[derive(Debug)]
struct CanCalls;

impl Calls for CanCalls {
    fn send(&self, _: &mut Engine, _: SocketId, _: &super::Outgoing<'_>) -> Result<usize, anysock::Errno> {
        Err(anysock::Errno::EOPNOTSUPP)
    }
    fn recv(
        &self,
        _: &mut Engine,
        _: SocketId,
        _: &mut super::Incoming<'_>,
    ) -> Result<anysock::Received, anysock::Errno> {
        Err(anysock::Errno::EOPNOTSUPP)
    }
    fn poll(&self, _: &Engine, _: SocketId) -> anysock::PollEvents {
        anysock::PollEvents::empty()
    }
    fn describe(&self, _: &Engine, _: SocketId) -> alloc::string::String {
        "a CAN socket".into()
    }
}

pub(super) fn open(engine: &mut Engine, node: NodeId, what: (Family, SocketType, Protocol)) -> SocketId {
    engine.insert_socket(node, what, &CanCalls, super::socket::SocketState::Can(CanSocket {}))
}

/// A crashed node's socket is gone.
pub(super) fn forget(_: &mut Engine, _: SocketId) {}

/// A bus has something to do.
pub(super) fn bus_event(_: &mut Engine, _: BusId) {}
