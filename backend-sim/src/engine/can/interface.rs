//! CAN interfaces as drivers/net/can/dev and the network core have them: attaching, up and down, bus-off and
//! restart, the transmit queue, removal; and the cable that can be unplugged.

use core::time::Duration;

use anysock::can::{ErrorClass, ErrorFrame};
use anysock::{Errno, InterfaceName};

use super::bus::BusId;
use super::controller::{Controller, ControllerId, ControllerState};
use super::raw_frame::RawFrame;
use super::socket::interface_goes_away;
use super::transmit_queue::QueuedFrame;
use crate::engine::Engine;
use crate::engine::node::{Device, NodeId};
use crate::engine::socket::SocketId;

/// The sequences of 11 recessive bits that a controller waits for after bus-off.
const BUS_OFF_RECOVERY: u32 = 128;

impl Engine {
    /// Attaches a node to a bus by a new interface, which is up. It can FD where the bus has a data rate.
    pub fn attach_can(&mut self, node: NodeId, bus: BusId, name: InterfaceName) -> ControllerId {
        let id = ControllerId(self.can.controllers.len() as u32);
        let interface = self.add_interface(node, name, Device::Can(id));
        let fd = self.can.bus(bus).rates.data != 0;
        let mut controller = Controller::new(node, name, interface, bus, fd);
        // It does not take part in a frame that has begun without it.
        controller.integration = u32::from(self.can.is_busy(bus));
        self.can.controllers.push(controller);
        self.can.bus_mut(bus).members.push(id);
        self.can_bus_changed(bus);
        id
    }

    /// The controller behind the CAN interface of this name.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, or it is no CAN interface.
    pub fn can_controller(&self, node: NodeId, name: &InterfaceName) -> Result<ControllerId, Errno> {
        let controllers = self.can.controllers.iter();
        let mut matches = controllers.map(|it| it.node == node && it.name == *name && it.interface != 0);
        matches.position(|found| found).map(|index| ControllerId(index as u32)).ok_or(Errno::ENODEV)
    }

    /// Whether the controller knows CAN FD: its interface's MTU is 72 then, and 16 else. A controller that
    /// does not destroys every FD frame on its bus.
    pub fn set_can_fd(&mut self, id: ControllerId, fd: bool) {
        self.can.controller_mut(id).fd = fd;
    }

    /// How many frames the interface's queue holds (`txqueuelen`, 10 at first).
    pub fn set_can_queue_length(&mut self, id: ControllerId, frames: usize) {
        self.can.controller_mut(id).queue.length = frames;
    }

    /// How long after bus-off the controller restarts by itself (`restart-ms`); `None`, as at first, for
    /// never.
    pub fn set_can_restart(&mut self, id: ControllerId, after: Option<Duration>) {
        self.can.controller_mut(id).restart_after = after;
    }

    /// Whether the driver reports every error on the bus (`berr-reporting`), not only changes of its state.
    pub fn set_can_error_reporting(&mut self, id: ControllerId, on: bool) {
        self.can.controller_mut(id).error_reporting = on;
    }

    /// Takes the interface up or down. Down: its queue is lost, and sockets that are bound to it have the
    /// error `ENETDOWN` pending.
    ///
    /// # Errors
    /// `ENODEV` where the interface is removed.
    pub fn set_can_up(&mut self, id: ControllerId, up: bool) -> Result<(), Errno> {
        let controller = self.can.controller(id);
        let (bus, node, interface) = (controller.bus, controller.node, controller.interface);
        let was_up = self.node_mut(node).interfaces.change(|interfaces| {
            let found = interfaces.iter_mut().find(|it| it.index == interface)?;
            Some(core::mem::replace(&mut found.up, up))
        });
        if was_up.ok_or(Errno::ENODEV)? == up {
            return Ok(());
        }
        if up {
            self.can_starts(id, 1);
        } else {
            self.can_stops(id, ControllerState::Stopped);
            interface_goes_away(self, id, Errno::ENETDOWN);
        }
        self.can_bus_changed(bus);
        Ok(())
    }

    /// The interface vanishes, as a USB adapter that is pulled out. Sockets that were bound to it are bound
    /// no more, have lost their filters, and have the error `ENODEV` pending.
    ///
    /// # Errors
    /// `ENODEV` where it is removed already.
    pub fn remove_can(&mut self, id: ControllerId) -> Result<(), Errno> {
        self.set_can_up(id, false)?;
        interface_goes_away(self, id, Errno::ENODEV);
        let controller = self.can.controller_mut(id);
        let (node, interface) = (controller.node, core::mem::take(&mut controller.interface));
        self.node_mut(node).interfaces.change(|interfaces| interfaces.retain(|it| it.index != interface));
        Ok(())
    }

    /// The interface comes back, up, with another index, which is returned.
    ///
    /// # Errors
    /// `EEXIST` where it is there.
    pub fn restore_can(&mut self, id: ControllerId) -> Result<u32, Errno> {
        let Controller { node, name, interface, bus, .. } = *self.can.controller(id);
        if interface != 0 {
            return Err(Errno::EEXIST);
        }
        let interface = self.add_interface(node, name, Device::Can(id));
        self.can.controller_mut(id).interface = interface;
        self.can_starts(id, 1);
        self.can_bus_changed(bus);
        Ok(interface)
    }

    /// Cuts the controller's cable: it is alone now, and nobody acknowledges what it sends.
    pub fn unplug_can(&mut self, id: ControllerId) {
        let Controller { bus, home, open_end, .. } = *self.can.controller(id);
        if bus == home {
            let rates = self.can.bus(home).rates;
            let open_end = open_end.unwrap_or_else(|| self.can.add_bus(self.seed, rates, None));
            self.can.controller_mut(id).open_end = Some(open_end);
            self.can_moves(id, open_end);
        }
    }

    /// Plugs the controller in again.
    pub fn plug_can(&mut self, id: ControllerId) {
        let Controller { bus, home, .. } = *self.can.controller(id);
        if bus != home {
            self.can_moves(id, home);
        }
    }

    /// Makes the controller go bus-off at once, as a bad transceiver would.
    pub fn force_bus_off(&mut self, id: ControllerId) {
        let controller = self.can.controller_mut(id);
        let bus = controller.bus;
        while controller.is_on() && controller.counters().tx < u8::MAX {
            controller.count_transmit_error(false);
        }
        self.can_counters_changed(id);
        self.can_bus_changed(bus);
    }

    /// Restarts a controller that is bus-off (`ip link set can0 type can restart`): it is on the bus again
    /// after 128 sequences of 11 recessive bits.
    ///
    /// # Errors
    /// `EINVAL` where it restarts by itself, `EBUSY` where it is not bus-off.
    pub fn restart_can(&mut self, id: ControllerId) -> Result<(), Errno> {
        let controller = self.can.controller(id);
        if controller.restart_after.is_some() {
            return Err(Errno::EINVAL);
        }
        if controller.state != ControllerState::BusOff {
            return Err(Errno::EBUSY);
        }
        let bus = controller.bus;
        self.can_restarts(id);
        self.can_bus_changed(bus);
        Ok(())
    }

    /// Restarts those whose `restart-ms` have passed.
    pub(super) fn can_restart_who_is_due(&mut self, bus: BusId) {
        let now = self.now();
        for index in 0..self.can.bus(bus).members.len() {
            let member = self.can.bus(bus).members[index];
            if self.can.controller(member).restart_at.is_some_and(|at| at <= now) {
                self.can_restarts(member);
                self.can_bus_changed(bus);
            }
        }
    }

    /// `can_restart` of drivers/net/can/dev/dev.c.
    fn can_restarts(&mut self, id: ControllerId) {
        self.can.controller_mut(id).statistics.restarts += 1;
        self.can_tell_listeners(id, &RawFrame::from(ErrorFrame::new(ErrorClass::RESTARTED)), None);
        self.can_starts(id, BUS_OFF_RECOVERY);
    }

    /// The controller is switched on; it takes part after so many sequences of 11 recessive bits.
    fn can_starts(&mut self, id: ControllerId, integration: u32) {
        let now = self.now();
        let controller = self.can.controller_mut(id);
        controller.state = ControllerState::ErrorActive;
        controller.transmit_errors = 0;
        controller.receive_errors = 0;
        controller.restart_at = None;
        controller.integration = integration;
        controller.recessive_since = now;
    }

    /// The controller leaves the bus, and what it had to send is lost.
    fn can_stops(&mut self, id: ControllerId, state: ControllerState) {
        let now = self.now();
        self.can.abort(id, now);
        let controller = self.can.controller_mut(id);
        controller.state = state;
        controller.restart_at = None;
        if controller.mailbox.take().is_some() {
            controller.statistics.tx_dropped += 1;
        }
        while let Some(lost) = self.can.controller_mut(id).queue.pop() {
            self.can.controller_mut(id).statistics.tx_dropped += 1;
            self.can_left_queue(lost.sender);
        }
    }

    /// `can_bus_off` of drivers/net/can/dev/dev.c: the carrier is gone, and with it the queue.
    pub(super) fn can_goes_bus_off(&mut self, id: ControllerId) {
        self.can_stops(id, ControllerState::BusOff);
        let now = self.now();
        let controller = self.can.controller_mut(id);
        controller.restart_at = controller.restart_after.map(|after| now + after);
    }

    fn can_moves(&mut self, id: ControllerId, to: BusId) {
        let now = self.now();
        self.can.abort(id, now);
        let from = core::mem::replace(&mut self.can.controller_mut(id).bus, to);
        self.can.bus_mut(from).members.retain(|member| *member != id);
        self.can.bus_mut(to).members.push(id);
        let controller = self.can.controller_mut(id);
        controller.integration = controller.integration.max(1);
        controller.recessive_since = now;
        self.can_bus_changed(from);
        self.can_bus_changed(to);
    }

    /// `dev_queue_xmit`: takes a frame from a program.
    ///
    /// # Errors
    /// `ENOBUFS` where the queue is full. Of an interface without carrier (bus-off) the queue is gone: a
    /// frame is taken and thrown away (`noop_enqueue` of net/sched/sch_generic.c).
    pub(super) fn can_transmit(
        &mut self,
        id: ControllerId,
        priority: i32,
        frame: QueuedFrame,
    ) -> Result<(), Errno> {
        let controller = self.can.controller_mut(id);
        if controller.state == ControllerState::BusOff {
            controller.statistics.tx_dropped += 1;
            return Ok(());
        }
        if let Err(errno) = controller.queue.push(priority, frame) {
            controller.statistics.tx_refused += 1;
            return Err(errno);
        }
        self.can_entered_queue(frame.sender);
        self.can_load_mailbox(id);
        let bus = self.can.controller(id).bus;
        self.can_schedule(bus);
        Ok(())
    }

    /// The frame in the mailbox has been sent: the next one follows, and the node's own sockets see it.
    pub(super) fn can_sent(&mut self, id: ControllerId) {
        let controller = self.can.controller_mut(id);
        controller.count_sent();
        let Some(sent) = controller.mailbox.take() else { return };
        let QueuedFrame { frame, sender, loopback } = sent.queued;
        controller.statistics.tx_frames += 1;
        controller.statistics.tx_bytes += frame.data_len();
        self.can_load_mailbox(id);
        if loopback {
            self.can_tell_listeners(id, &frame, Some(sender));
        }
        self.can_counters_changed(id);
    }

    /// A frame of another controller has been received.
    pub(super) fn can_received(&mut self, id: ControllerId, frame: &RawFrame) {
        let controller = self.can.controller_mut(id);
        controller.count_received();
        controller.statistics.rx_frames += 1;
        controller.statistics.rx_bytes += frame.data_len();
        self.can_tell_listeners(id, frame, None);
        self.can_counters_changed(id);
    }

    fn can_load_mailbox(&mut self, id: ControllerId) {
        if let Some(sender) = self.can.controller_mut(id).load_mailbox() {
            self.can_left_queue(sender);
        }
    }

    /// A socket's frame waits in a queue, and counts against its send buffer.
    fn can_entered_queue(&mut self, sender: SocketId) {
        if let Some(socket) = self.can_socket_mut(sender) {
            socket.in_queue += 1;
        }
    }

    /// A socket's frame has left a queue.
    fn can_left_queue(&mut self, sender: SocketId) {
        if let Some(socket) = self.can_socket_mut(sender) {
            socket.in_queue = socket.in_queue.saturating_sub(1);
            self.notify(sender);
        }
    }
}

/// A node has crashed: what its controllers had to send is lost, and their error counters begin anew.
pub(in crate::engine) fn crash(engine: &mut Engine, node: NodeId) {
    for index in 0..engine.can.controllers.len() {
        let id = ControllerId(index as u32);
        let controller = engine.can.controller(id);
        if controller.node == node && controller.interface != 0 {
            let bus = controller.bus;
            engine.can_stops(id, ControllerState::Stopped);
            engine.node_mut(node).interfaces.change(|interfaces| {
                for interface in interfaces {
                    interface.up |= matches!(interface.device, Device::Can(it) if it == id);
                }
            });
            engine.can_starts(id, 1);
            engine.can_bus_changed(bus);
        }
    }
}
