//! A Bluetooth device: a host and its controller, and the HCI packets that pass between them.
//!
//! The owner calls the host's sockets through [`Device::call`], carries baseband packets between devices
//! ([`Device::poll_air`], [`Device::air_packet_arrives`]), and tells the time. What passed the Host
//! Controller Interface can be kept for a capture.
//!
//! ```
//! use anysock::{BdAddr, Errno, Instant, RfcommAddr};
//! use anysock_sim::engine::bluetooth::controller::Baseband;
//! use anysock_sim::engine::bluetooth::device::Device;
//!
//! let phone = BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x55]);
//! let mut car = Device::new(BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x66]), 0x240408);
//! let socket = car.call(Instant::ZERO, |host| host.socket());
//! let port = RfcommAddr { device: phone, channel: 3 };
//! let begun = car.call(Instant::ZERO, |host| host.connect(socket, port, Instant::ZERO));
//! assert_eq!(begun, Err(Errno::EINPROGRESS));
//! let (peer, packet) = car.poll_air(Instant::ZERO, |_| true).unwrap();
//! assert_eq!((peer, packet), (phone, Baseband::Page { class_of_device: 0x240408 }));
//! ```

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use anysock::BdAddr;
use anysock::time::Instant;

use super::controller::{Baseband, Controller};
use super::hci::Direction;
use super::host::{Host, SocketId};

/// A host and its controller.
#[derive(Clone, Debug, Default)]
pub struct Device {
    host: Host,
    /// `None`: a host without Bluetooth hardware.
    controller: Option<Controller>,
    /// What passed between the two; `None` where nobody wants to know.
    capture: Option<VecDeque<(Direction, Vec<u8>)>>,
}

impl Device {
    /// A device with an address, which tells others a class of device (24 bits; assigned numbers, 2.8). The
    /// [`Default`] is a host without a controller.
    pub fn new(address: BdAddr, class_of_device: u32) -> Self {
        let mut device = Device::default();
        device.attach(address, class_of_device);
        device
    }

    /// Gives the host a controller, in place of the one it may have had.
    pub fn attach(&mut self, address: BdAddr, class_of_device: u32) {
        self.controller = Some(Controller::new(address, class_of_device));
        self.host.set_adapter(address);
    }

    /// The device address; `None` without a controller.
    pub fn address(&self) -> Option<BdAddr> {
        self.controller.as_ref().map(Controller::address)
    }

    /// The host, to look at; [`call`](Device::call) changes it.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Makes a socket call, and lets host and controller do what follows from it.
    pub fn call<T>(&mut self, now: Instant, call: impl FnOnce(&mut Host) -> T) -> T {
        let answer = call(&mut self.host);
        self.settle(now);
        answer
    }

    /// A socket whose readiness may have changed; see [`Host::poll_changed`].
    pub fn poll_changed(&mut self) -> Option<SocketId> {
        self.host.poll_changed()
    }

    /// For whom the next packet is, of those that `reachable` says are in reach, and how many bytes it has.
    pub fn peek_air(&mut self, reachable: impl Fn(BdAddr) -> bool) -> Option<(BdAddr, usize)> {
        self.controller.as_mut()?.peek_air(reachable)
    }

    /// The next packet for another device, of those that `reachable` says are in reach. Call it again
    /// after every other call, and when one has come into reach.
    pub fn poll_air(
        &mut self,
        now: Instant,
        reachable: impl Fn(BdAddr) -> bool,
    ) -> Option<(BdAddr, Baseband)> {
        let packet = self.controller.as_mut()?.poll_air(reachable);
        self.settle(now);
        packet
    }

    /// A packet came from another device.
    pub fn air_packet_arrives(&mut self, peer: BdAddr, packet: Baseband, now: Instant) {
        if let Some(controller) = &mut self.controller {
            controller.air_packet_arrives(peer, packet, now);
        }
        self.settle(now);
    }

    /// The other device is heard, or is no longer heard; see [`Controller::set_reachable`].
    pub fn set_reachable(&mut self, peer: BdAddr, reachable: bool, now: Instant) {
        if let Some(controller) = &mut self.controller {
            controller.set_reachable(peer, reachable, now);
        }
    }

    /// The other device has lost its memory; see [`Controller::peer_restarted`].
    pub fn peer_restarted(&mut self, peer: BdAddr, now: Instant) {
        if let Some(controller) = &mut self.controller {
            controller.peer_restarted(peer, now);
        }
    }

    /// When [`handle_timeout`](Device::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let controller = self.controller.as_ref().and_then(Controller::poll_timeout);
        self.host.poll_timeout().into_iter().chain(controller).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Some(controller) = &mut self.controller {
            controller.handle_timeout(now);
        }
        self.settle(now);
        self.host.handle_timeout(now);
        self.settle(now);
    }

    /// Whether to keep what passes the Host Controller Interface until [`poll_capture`](Device::poll_capture)
    /// takes it.
    pub fn set_capture(&mut self, on: bool) {
        self.capture = on.then(VecDeque::new);
    }

    /// What passed the Host Controller Interface, oldest first: the direction, and the packet with its
    /// H4 type.
    pub fn poll_capture(&mut self) -> Option<(Direction, Vec<u8>)> {
        self.capture.as_mut()?.pop_front()
    }

    /// Carries HCI packets both ways until there are none.
    fn settle(&mut self, now: Instant) {
        let Some(controller) = &mut self.controller else { return };
        let mut record = |direction, packet| {
            if let Some(capture) = &mut self.capture {
                capture.push_back((direction, packet));
            }
        };
        loop {
            if let Some(packet) = self.host.poll_transmit() {
                controller.host_packet_arrives(&packet, now);
                record(Direction::Sent, packet);
            } else if let Some(packet) = controller.poll_host() {
                self.host.packet_arrives(&packet, now);
                record(Direction::Received, packet);
            } else {
                return;
            }
        }
    }
}
