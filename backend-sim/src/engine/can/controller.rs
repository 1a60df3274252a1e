//! One controller: its error counters and states (ISO 11898-1, 12.1: fault confinement), its transmit
//! mailbox, and the error messages that its driver makes of what happens to it.

use alloc::vec::Vec;
use core::time::Duration;

use anysock::can::{
    AnyFrame, ControllerProblem, ErrorClass, ErrorCounters, ErrorFrame, ErrorLocation, FdFlags, FdFrame,
    ProtocolViolation,
};
use anysock::{Instant, InterfaceName};

use super::bus::BusId;
use super::raw_frame::RawFrame;
use super::statistics::ControllerStatistics;
use super::transmit_queue::{QueuedFrame, TransmitQueue};
use crate::engine::Engine;
use crate::engine::node::NodeId;
use crate::engine::socket::SocketId;

/// A controller on a bus, with its interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ControllerId(pub(super) u32);

/// The state of a controller: `enum can_state` of linux/can/netlink.h.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ControllerState {
    /// Both error counters are below 96.
    ErrorActive,
    /// A counter is 96 or more.
    ErrorWarning,
    /// A counter is 128 or more: the error flag is recessive.
    ErrorPassive,
    /// The transmit error counter went above 255: the controller has left the bus.
    BusOff,
    /// The interface is down.
    Stopped,
}

/// What an error counter has to reach for a warning.
const WARNING: u16 = 96;
/// What one has to reach for error passive.
const PASSIVE: u16 = 128;
/// What the transmit error counter has to reach for bus-off.
const BUS_OFF: u16 = 256;
/// What the receive error counter of an error passive controller becomes after a good frame: ISO 11898-1
/// wants 119 to 127.
const PASSIVE_NO_MORE: u16 = 119;

/// The frame that a controller is trying to send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mailbox {
    pub(super) queued: QueuedFrame,
    /// The frame as it will be on the wire.
    pub(super) frame: AnyFrame,
    /// Its arbitration field: the smallest wins.
    pub(super) arbitration_field: u32,
}

/// A controller with its interface.
#[derive(Debug)]
pub(crate) struct Controller {
    pub(super) node: NodeId,
    pub(super) name: InterfaceName,
    /// The index of its interface; zero while that is removed.
    pub(super) interface: u32,
    /// The bus that it belongs to.
    pub(super) home: BusId,
    /// The bus that its cable ends on: its home, or an open end of cable.
    pub(super) bus: BusId,
    /// The open end that its cable ends on while it is unplugged; made when it is for the first time.
    pub(super) open_end: Option<BusId>,
    /// Whether it can FD: the interface's MTU is 72.
    pub(super) fd: bool,
    pub(super) state: ControllerState,
    pub(super) transmit_errors: u16,
    pub(super) receive_errors: u16,
    pub(super) mailbox: Option<Mailbox>,
    pub(super) queue: TransmitQueue,
    /// How many sequences of 11 recessive bits it has yet to see before it takes part.
    pub(super) integration: u32,
    /// Since when the recessive bits that it sees now have lasted, while it integrates.
    pub(super) recessive_since: Instant,
    /// An error passive transmitter lets the others begin first.
    pub(super) suspended_until: Instant,
    /// `restart-ms`.
    pub(super) restart_after: Option<Duration>,
    pub(super) restart_at: Option<Instant>,
    /// `berr-reporting`.
    pub(super) error_reporting: bool,
    /// The sockets that are bound to the interface.
    pub(super) listeners: Vec<SocketId>,
    pub(super) statistics: ControllerStatistics,
}

impl Controller {
    pub(super) fn new(node: NodeId, name: InterfaceName, interface: u32, bus: BusId, fd: bool) -> Self {
        Controller {
            node,
            name,
            interface,
            home: bus,
            bus,
            open_end: None,
            fd,
            state: ControllerState::ErrorActive,
            transmit_errors: 0,
            receive_errors: 0,
            mailbox: None,
            queue: TransmitQueue::new(),
            integration: 0,
            recessive_since: Instant::ZERO,
            suspended_until: Instant::ZERO,
            restart_after: None,
            restart_at: None,
            error_reporting: false,
            listeners: Vec::new(),
            statistics: ControllerStatistics::default(),
        }
    }

    /// Whether it is switched on, and neither stopped nor off the bus.
    #[inline]
    pub(super) fn is_on(&self) -> bool {
        self.state < ControllerState::BusOff
    }

    /// Whether it takes part in what happens on the bus.
    #[inline]
    pub(super) fn takes_part(&self) -> bool {
        self.is_on() && self.integration == 0
    }

    /// When it begins to send, where it has something to send, on a bus that is free from `free_at`.
    pub(super) fn begins_at(&self, free_at: Instant) -> Option<Instant> {
        (self.mailbox.is_some() && self.takes_part()).then(|| free_at.max(self.suspended_until))
    }

    /// Its error counters, as the driver reads them.
    pub(super) fn counters(&self) -> ErrorCounters {
        let byte = |counter: u16| u8::try_from(counter).unwrap_or(u8::MAX);
        ErrorCounters { tx: byte(self.transmit_errors), rx: byte(self.receive_errors) }
    }

    /// The state that the counters mean.
    fn state_of_counters(&self) -> ControllerState {
        match self.transmit_errors.max(self.receive_errors) {
            _ if self.transmit_errors >= BUS_OFF => ControllerState::BusOff,
            PASSIVE.. => ControllerState::ErrorPassive,
            WARNING.. => ControllerState::ErrorWarning,
            _ => ControllerState::ErrorActive,
        }
    }

    /// A transmission ended in an error frame. An error passive transmitter that only misses the
    /// acknowledgement does not count it, so that a lone controller does not go bus-off.
    pub(super) fn count_transmit_error(&mut self, only_unacknowledged: bool) {
        if !(only_unacknowledged && self.state == ControllerState::ErrorPassive) {
            self.transmit_errors = (self.transmit_errors + 8).min(BUS_OFF);
        }
    }

    /// A frame of another controller ended in an error frame.
    pub(super) fn count_receive_error(&mut self) {
        self.receive_errors = (self.receive_errors + 1).min(u8::MAX.into());
    }

    pub(super) fn count_sent(&mut self) {
        self.transmit_errors = self.transmit_errors.saturating_sub(1);
    }

    pub(super) fn count_received(&mut self) {
        self.receive_errors = match self.receive_errors {
            PASSIVE.. => PASSIVE_NO_MORE,
            errors => errors.saturating_sub(1),
        };
    }

    /// Puts the next frame of the queue into the mailbox, where that is empty. Returns who sent it.
    pub(super) fn load_mailbox(&mut self) -> Option<SocketId> {
        if self.mailbox.is_some() {
            return None;
        }
        let queued = self.queue.pop()?;
        let frame = queued.frame.on_wire();
        let arbitration_field = match &frame {
            AnyFrame::Classic(frame) => frame.arbitration_field(),
            AnyFrame::Fd(frame) => frame.arbitration_field(),
            AnyFrame::Error(_) => u32::MAX,
        };
        self.mailbox = Some(Mailbox { queued, frame, arbitration_field });
        Some(queued.sender)
    }

    /// Marks the FD frame in the mailbox as an error passive controller's (ESI), or not.
    pub(super) fn indicate_error_state(&mut self) {
        if self.state == ControllerState::ErrorPassive
            && let Some(mailbox) = &mut self.mailbox
            && let AnyFrame::Fd(frame) = &mut mailbox.frame
            && let Some(marked) = FdFrame::new(frame.id(), frame.flags() | FdFlags::ESI, frame.data())
        {
            *frame = marked;
        }
    }

    /// The error message of a change of state: `can_change_state` of drivers/net/can/dev/dev.c, called as
    /// drivers/net/can/sja1000 does.
    fn state_message(&self) -> ErrorFrame {
        let (tx, rx) = match self.state {
            ControllerState::BusOff | ControllerState::Stopped => {
                return ErrorFrame::new(ErrorClass::BUS_OFF);
            }
            ControllerState::ErrorActive => (ControllerProblem::ACTIVE, ControllerProblem::ACTIVE),
            ControllerState::ErrorWarning => (ControllerProblem::TX_WARNING, ControllerProblem::RX_WARNING),
            ControllerState::ErrorPassive => (ControllerProblem::TX_PASSIVE, ControllerProblem::RX_PASSIVE),
        };
        let mut problem = ControllerProblem::empty();
        if self.transmit_errors >= self.receive_errors {
            problem |= tx;
        }
        if self.transmit_errors <= self.receive_errors {
            problem |= rx;
        }
        let message = ErrorFrame::new(ErrorClass::CONTROLLER).with_controller(problem);
        message.with_counters(self.counters())
    }

    fn count_state(&mut self, new: ControllerState) {
        match new {
            ControllerState::ErrorWarning => self.statistics.error_warning += 1,
            ControllerState::ErrorPassive => self.statistics.error_passive += 1,
            ControllerState::BusOff => self.statistics.bus_off += 1,
            ControllerState::ErrorActive | ControllerState::Stopped => {}
        }
    }
}

/// What was wrong with a frame, for those who asked to be told of every bus error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BusError {
    /// The transmitter read another bit than it sent.
    Bit,
    /// Nobody acknowledged the frame.
    Acknowledgement,
    /// A receiver saw six equal bits: the error flag of the transmitter.
    Stuff,
}

impl BusError {
    /// The message that drivers/net/can/flexcan and sja1000 make of it.
    fn message(self) -> ErrorFrame {
        let class = ErrorClass::PROTOCOL | ErrorClass::BUS_ERROR;
        let (class, violation, location) = match self {
            BusError::Bit => {
                (class, ProtocolViolation::BIT | ProtocolViolation::TX, ErrorLocation::UNSPECIFIED)
            }
            BusError::Acknowledgement => {
                (class | ErrorClass::ACK, ProtocolViolation::TX, ErrorLocation::ACK_SLOT)
            }
            BusError::Stuff => (class, ProtocolViolation::STUFF, ErrorLocation::UNSPECIFIED),
        };
        ErrorFrame::new(class).with_violation(violation, location)
    }
}

impl Engine {
    /// The state of a controller.
    pub fn can_state(&self, id: ControllerId) -> ControllerState {
        self.can.controller(id).state
    }

    /// The error counters of a controller. A controller that is bus-off shows 255.
    pub fn can_error_counters(&self, id: ControllerId) -> ErrorCounters {
        self.can.controller(id).counters()
    }

    /// What a controller has counted.
    pub fn can_statistics(&self, id: ControllerId) -> ControllerStatistics {
        self.can.controller(id).statistics
    }

    /// The counters of a controller have changed: its state follows, and who listens is told.
    pub(super) fn can_counters_changed(&mut self, id: ControllerId) {
        let controller = self.can.controller_mut(id);
        let new = controller.state_of_counters();
        let old = controller.state;
        if !controller.is_on() || new == old {
            return;
        }
        if new > old {
            controller.count_state(new);
        }
        controller.state = new;
        let message = controller.state_message();
        if new == ControllerState::BusOff {
            self.can_goes_bus_off(id);
        }
        self.can_tell_listeners(id, &RawFrame::from(message), None);
    }

    /// Tells who listens of an error on the bus, where the driver reports those.
    pub(super) fn can_report(&mut self, id: ControllerId, error: BusError) {
        let controller = self.can.controller(id);
        if controller.error_reporting {
            let message = error.message().with_counters(controller.counters());
            self.can_tell_listeners(id, &RawFrame::from(message), None);
        }
    }
}
