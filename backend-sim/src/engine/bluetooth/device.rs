//! A Bluetooth device: a host and its controller, and the HCI packets that pass between them.
//!
//! The owner calls the host's sockets through [`Device::call`], carries baseband packets between devices
//! ([`Device::poll_air`], [`Device::air_packet_arrives`]), and tells the time. What passed the Host Controller
//! Interface can be kept for a capture.
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
#[derive(Clone, Debug)]
pub struct Device {
    host: Host,
    controller: Controller,
    /// What passed between the two; `None` where nobody wants to know.
    capture: Option<VecDeque<(Direction, Vec<u8>)>>,
}

impl Device {
    /// A device with an address, which tells others a class of device (24 bits; assigned numbers, 2.8).
    pub fn new(address: BdAddr, class_of_device: u32) -> Self {
        Device {
            host: Host::new(address),
            controller: Controller::new(address, class_of_device),
            capture: None,
        }
    }

    /// The device address.
    pub fn address(&self) -> BdAddr {
        self.controller.address()
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

    /// The next packet for another device, of those that `reachable` says are in reach. Call it again after every
    /// other call, and when one has come into reach.
    pub fn poll_air(
        &mut self,
        now: Instant,
        reachable: impl Fn(BdAddr) -> bool,
    ) -> Option<(BdAddr, Baseband)> {
        let packet = self.controller.poll_air(reachable);
        self.settle(now);
        packet
    }

    /// A packet came from another device.
    pub fn air_packet_arrives(&mut self, peer: BdAddr, packet: Baseband, now: Instant) {
        self.controller.air_packet_arrives(peer, packet, now);
        self.settle(now);
    }

    /// The other device has come into reach, or has gone out of it.
    pub fn set_reachable(&mut self, peer: BdAddr, reachable: bool, now: Instant) {
        self.controller.set_reachable(peer, reachable, now);
    }

    /// When [`handle_timeout`](Device::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.host.poll_timeout().into_iter().chain(self.controller.poll_timeout()).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.controller.handle_timeout(now);
        self.settle(now);
        self.host.handle_timeout(now);
        self.settle(now);
    }

    /// Whether to keep what passes the Host Controller Interface until [`poll_capture`](Device::poll_capture)
    /// takes it.
    pub fn set_capture(&mut self, on: bool) {
        self.capture = on.then(VecDeque::new);
    }

    /// What passed the Host Controller Interface, oldest first: the direction, and the packet with its H4 type.
    pub fn poll_capture(&mut self) -> Option<(Direction, Vec<u8>)> {
        self.capture.as_mut()?.pop_front()
    }

    /// Carries HCI packets both ways until there are none.
    fn settle(&mut self, now: Instant) {
        loop {
            if let Some(packet) = self.host.poll_transmit() {
                self.controller.host_packet_arrives(&packet, now);
                self.record(Direction::Sent, packet);
            } else if let Some(packet) = self.controller.poll_host() {
                self.host.packet_arrives(&packet, now);
                self.record(Direction::Received, packet);
            } else {
                return;
            }
        }
    }

    fn record(&mut self, direction: Direction, packet: Vec<u8>) {
        if let Some(capture) = &mut self.capture {
            capture.push_back((direction, packet));
        }
    }
}
