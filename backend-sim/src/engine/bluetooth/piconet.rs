//! The air: which devices hear each other, and how long a packet is under way.
//!
//! A [`Link`] is read as follows. What it loses is repeated, for the baseband acknowledges every packet:
//! an ACL link loses nothing, it gets slower, and dies when nothing was heard for the supervision
//! timeout. Order is kept, so duplication and reordering are without meaning. Captures show what passes
//! between each host and its controller.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::{BdAddr, Errno, Instant};

use super::controller::Baseband;
use super::device::Device;
use super::hci::capture_record;
use super::host;
use crate::engine::event::Event;
use crate::engine::link::{Arrival, Link, Transmitter};
use crate::engine::node::{Node, NodeId};
use crate::engine::random::{Chance, Random};
use crate::engine::socket::SocketId;
use crate::engine::{Engine, Fate};

/// LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR of pcap.
const LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR: u16 = 201;
/// A slot there and a slot back: how soon a packet that was not acknowledged is repeated.
const SLOT_PAIR: Duration = Duration::from_micros(1250);
/// What a packet has around its data on the air: access code, header, payload header and check sequence.
const AIR_OVERHEAD: usize = 20;

/// What a controller says it is: uncategorized (assigned numbers, 2.8).
const CLASS_OF_DEVICE: u32 = 0x00_1F00;
/// The side of a radio that is used no more.
const SILENT: u32 = u32::MAX;

/// Devices that hear each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PiconetId(pub(crate) u32);

/// A node's radio in a piconet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RadioId {
    pub(crate) piconet: PiconetId,
    pub(crate) radio: u32,
}

#[derive(Debug)]
pub(crate) struct Piconet {
    link: Link,
    radios: Vec<Radio>,
}

#[derive(Debug)]
struct Radio {
    node: NodeId,
    address: BdAddr,
    wire: u32,
    transmitter: Transmitter,
    /// When the last packet has left, or is repeated.
    free_at: Instant,
    /// Radios of different sides do not hear each other.
    side: u32,
    /// The earliest event in the queue that has the radio look at its device.
    next_event: Option<Instant>,
}

/// What a node's kernel has of Bluetooth.
#[derive(Debug, Default)]
pub(crate) struct NodeBluetooth {
    pub(super) device: Device,
    /// The sockets by the names that the host has for them.
    pub(super) sockets: BTreeMap<host::SocketId, SocketId>,
    radio: Option<RadioId>,
}

impl Engine {
    /// Devices that hear each other, once they are [attached](Engine::attach_bluetooth); `link` is how
    /// each of them sends. See the module's page for what its fields mean here.
    pub fn add_piconet(&mut self, link: Link) -> PiconetId {
        let id = PiconetId(self.piconets.len() as u32);
        self.piconets.push(Piconet { link: in_order(link), radios: Vec::new() });
        id
    }

    /// Gives a node a controller with this device address. A node has one: the one that it may have had falls
    /// silent.
    pub fn attach_bluetooth(&mut self, node: NodeId, piconet: PiconetId, address: BdAddr) -> RadioId {
        if let Ok(earlier) = self.radio_of(node) {
            self.set_radio_side(earlier, SILENT);
        }
        let wire_name = format!("{} hci0", self.node_name(node));
        let wire = self.add_wire(&wire_name, LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR);
        let seed = self.seed;
        let Piconet { link, radios } = &mut self.piconets[piconet.0 as usize];
        let id = RadioId { piconet, radio: radios.len() as u32 };
        let stream = 3 << 48 | u64::from(piconet.0) << 24 | u64::from(id.radio);
        radios.push(Radio {
            node,
            address,
            wire,
            transmitter: Transmitter::new(*link, Random::new(seed, stream)),
            free_at: Instant::ZERO,
            side: 0,
            next_event: None,
        });
        let bluetooth = &mut self.node_mut(node).bluetooth;
        bluetooth.device.attach(address, CLASS_OF_DEVICE);
        bluetooth.device.set_capture(true);
        bluetooth.radio = Some(id);
        id
    }

    /// The radio of a node.
    ///
    /// # Errors
    /// `ENODEV` where it has none.
    pub fn radio_of(&self, node: NodeId) -> Result<RadioId, Errno> {
        self.node(node).bluetooth.radio.ok_or(Errno::ENODEV)
    }

    /// Gives a radio another link, from now on.
    pub fn set_radio_link(&mut self, radio: RadioId, link: Link) {
        self.radio_mut(radio).transmitter.set_link(in_order(link));
    }

    /// Moves a radio: those of different sides do not hear each other. All on side 0 hear each other.
    ///
    /// A link between radios that no longer hear each other dies with `ETIMEDOUT` after the supervision
    /// timeout of 20 s; one that is heard again before that goes on where it was.
    pub fn set_radio_side(&mut self, radio: RadioId, side: u32) {
        let now = self.now();
        self.radio_mut(radio).side = side;
        let Piconet { radios, .. } = &self.piconets[radio.piconet.0 as usize];
        let moved = &radios[radio.radio as usize];
        for other in radios.iter().filter(|other| other.node != moved.node) {
            let reachable = other.side == moved.side;
            device_of(&mut self.nodes, other).set_reachable(moved.address, reachable, now);
            device_of(&mut self.nodes, moved).set_reachable(other.address, reachable, now);
        }
        self.settle_piconet(radio.piconet);
    }

    /// A radio has something to do: a packet may be sent, or a timer of its device is due.
    pub(crate) fn radio_event(&mut self, id: RadioId) {
        let now = self.now();
        let radio = self.radio_mut(id);
        radio.next_event = radio.next_event.filter(|at| *at > now);
        let node = radio.node;
        let device = &mut self.node_mut(node).bluetooth.device;
        if device.poll_timeout().is_some_and(|deadline| deadline <= now) {
            device.handle_timeout(now);
        }
        self.settle_bluetooth(node);
    }

    /// A packet arrives at a radio.
    pub(crate) fn baseband_arrives(&mut self, to: RadioId, from: BdAddr, packet: Baseband) {
        let now = self.now();
        let node = self.radio_mut(to).node;
        self.node_mut(node).bluetooth.device.air_packet_arrives(from, packet, now);
        self.settle_bluetooth(node);
    }

    /// The node has restarted: its host and its controller have forgotten everything.
    pub(crate) fn restart_bluetooth(&mut self, node: NodeId) {
        let now = self.now();
        let Some(id) = self.node(node).bluetooth.radio else {
            self.node_mut(node).bluetooth = NodeBluetooth::default();
            return;
        };
        let radios = &self.piconets[id.piconet.0 as usize].radios;
        let restarted = &radios[id.radio as usize];
        for other in radios.iter().filter(|other| other.node != node) {
            device_of(&mut self.nodes, other).peer_restarted(restarted.address, now);
        }
        let mut device = Device::new(restarted.address, CLASS_OF_DEVICE);
        device.set_capture(true);
        self.node_mut(node).bluetooth = NodeBluetooth { device, radio: Some(id), ..Default::default() };
        self.settle_piconet(id.piconet);
    }

    /// Does what follows from a change at a node's device: sends, records, wakes those who wait.
    pub(super) fn settle_bluetooth(&mut self, node: NodeId) {
        if let Some(radio) = self.node(node).bluetooth.radio {
            self.transmit(radio);
            self.record_hci(radio);
        }
        while let Some(changed) = self.node_mut(node).bluetooth.device.poll_changed() {
            if let Some(socket) = self.node(node).bluetooth.sockets.get(&changed).copied() {
                self.notify(socket);
            }
        }
    }

    fn settle_piconet(&mut self, piconet: PiconetId) {
        let radios = &self.piconets[piconet.0 as usize].radios;
        let nodes: Vec<NodeId> = radios.iter().map(|radio| radio.node).collect();
        nodes.into_iter().for_each(|node| self.settle_bluetooth(node));
    }

    /// Sends while the radio is free and its device has something for a device in reach.
    fn transmit(&mut self, id: RadioId) {
        let now = self.now();
        let index = id.radio as usize;
        let radios = &mut self.piconets[id.piconet.0 as usize].radios;
        while radios[index].free_at <= now {
            let from = radios[index].address;
            let reachable = |peer| heard_by(radios, index, peer).is_some();
            let next = device_of(&mut self.nodes, &radios[index]).peek_air(reachable);
            let Some((to, len)) = next.and_then(|(peer, len)| Some((heard_by(radios, index, peer)?, len)))
            else {
                break;
            };
            let arrival = radios[index].transmitter.send(now, len + AIR_OVERHEAD);
            let free_at = radios[index].transmitter.free_at();
            let delivered = match arrival {
                Arrival::Once(at) | Arrival::Twice(at, _) => {
                    let reachable = |peer| heard_by(radios, index, peer).is_some();
                    let sent = device_of(&mut self.nodes, &radios[index]).poll_air(now, reachable);
                    if let Some((_, packet)) = sent {
                        let to = RadioId { piconet: id.piconet, radio: to as u32 };
                        self.events.push(at, Event::Baseband { to, from, packet: Box::new(packet) });
                    }
                    radios[index].free_at = free_at;
                    true
                }
                Arrival::Lost | Arrival::Dropped => {
                    radios[index].free_at = free_at.max(now + SLOT_PAIR);
                    false
                }
            };
            let peer = radios[to].address;
            device_of(&mut self.nodes, &radios[index]).set_reachable(peer, delivered, now);
            device_of(&mut self.nodes, &radios[to]).set_reachable(from, delivered, now);
        }
        // Silence is timed at either end.
        for radio in 0..radios.len() as u32 {
            self.schedule_radio(RadioId { piconet: id.piconet, radio });
        }
    }

    /// Has the radio look at its device when there is something to do.
    fn schedule_radio(&mut self, id: RadioId) {
        let index = id.radio as usize;
        let radios = &mut self.piconets[id.piconet.0 as usize].radios;
        let device = device_of(&mut self.nodes, &radios[index]);
        let waiting = device.peek_air(|peer| heard_by(radios, index, peer).is_some());
        let free_at = waiting.map(|_| radios[index].free_at);
        let radio = &mut radios[index];
        if let Some(at) = device.poll_timeout().into_iter().chain(free_at).min()
            && radio.next_event.is_none_or(|next| at < next)
        {
            radio.next_event = Some(at);
            self.events.push(at, Event::Radio { radio: id });
        }
    }

    /// Tells traces and captures what passed between host and controller.
    fn record_hci(&mut self, id: RadioId) {
        let Radio { wire, node, .. } = self.radio_mut(id);
        let (wire, node) = (*wire, *node);
        while let Some((direction, packet)) = self.node_mut(node).bluetooth.device.poll_capture() {
            self.record(wire, Fate::Sent, &capture_record(direction, &packet));
        }
    }

    fn radio_mut(&mut self, id: RadioId) -> &mut Radio {
        &mut self.piconets[id.piconet.0 as usize].radios[id.radio as usize]
    }
}

/// The device of a radio's node.
fn device_of<'a>(nodes: &'a mut [Node], radio: &Radio) -> &'a mut Device {
    &mut nodes[radio.node.0 as usize].bluetooth.device
}

/// The radio with this device address, if it hears the one of this number.
fn heard_by(radios: &[Radio], from: usize, address: BdAddr) -> Option<usize> {
    let side = radios[from].side;
    radios.iter().position(|radio| radio.address == address && radio.side == side)
}

/// A link that keeps the order and sends everything once.
fn in_order(link: Link) -> Link {
    Link { duplication: Chance::NEVER, reordering: Chance::NEVER, ..link }
}
