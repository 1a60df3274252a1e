//! Ethernet networks: a switch with a port for each attached interface, and a link behind each port.
//!
//! Neighbours are known from the addresses given to the ports, so that nothing is asked by ARP yet.

use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use anysock::{Errno, InterfaceName};

use super::event::Event;
use super::link::{Arrival, Link, Transmitter};
use super::map::Map;
use super::node::{Device, NodeId};
use super::random::Random;
use super::trace::Fate;
use super::{Engine, inet};

/// LINKTYPE_ETHERNET of pcap.
const LINKTYPE_ETHERNET: u16 = 1;
/// The bytes of an Ethernet header: destination, source, type.
pub(crate) const ETHERNET_HEADER: usize = 14;
/// The destination of a frame for everybody.
pub(crate) const BROADCAST: [u8; 6] = [0xFF; 6];
/// How long a neighbour is asked for: net.ipv4.neigh.default.mcast_solicit times retrans_time_ms.
const NEIGHBOUR_TIMEOUT: Duration = Duration::from_secs(3);
/// The largest IP packet of an Ethernet frame.
pub(crate) const ETHERNET_MTU: usize = 1500;

/// An Ethernet network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NetworkId(pub(crate) u32);

/// A port of a network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PortId {
    pub(crate) network: NetworkId,
    pub(crate) port: u32,
}

/// The Ethernet side of an interface.
#[derive(Debug)]
pub(crate) struct Ethernet {
    pub(crate) port: PortId,
    /// IP addresses with the lengths of their prefixes.
    pub(crate) inet: Vec<(IpAddr, u8)>,
}

#[derive(Debug)]
struct Port {
    node: NodeId,
    transmitter: Transmitter,
    /// Ports of different sides do not reach each other.
    side: u32,
}

/// A switch.
#[derive(Debug)]
pub(crate) struct Network {
    wire: u32,
    link: Link,
    ports: Vec<Port>,
    /// Who has which IP address.
    neighbours: Map<IpAddr, u32>,
}

/// An address with the length of its network's prefix, as in `10.0.0.1/24`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InetPrefix {
    /// The interface's address.
    pub address: IpAddr,
    /// How many bits of it are the network's.
    pub length: u8,
}

impl core::str::FromStr for InetPrefix {
    type Err = Errno;

    /// Reads `10.0.0.1/24` or `fd00::1/64`; `EINVAL` for anything else.
    fn from_str(text: &str) -> Result<Self, Errno> {
        let (address, length) = text.split_once('/').ok_or(Errno::EINVAL)?;
        let address: IpAddr = address.parse().map_err(|_| Errno::EINVAL)?;
        let length = length.parse().map_err(|_| Errno::EINVAL)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        if length > most { Err(Errno::EINVAL) } else { Ok(InetPrefix { address, length }) }
    }
}

impl Engine {
    /// A new network; every port gets `link` unless it is given another.
    pub fn add_network(&mut self, name: &str, link: Link) -> NetworkId {
        let wire = self.add_wire(name, LINKTYPE_ETHERNET);
        let id = NetworkId(self.networks.len() as u32);
        self.networks.push(Network { wire, link, ports: Vec::new(), neighbours: Map::default() });
        id
    }

    /// Attaches a node to a network by a new interface with these addresses.
    pub fn attach_ethernet(
        &mut self,
        node: NodeId,
        network: NetworkId,
        name: InterfaceName,
        addresses: &[InetPrefix],
    ) -> PortId {
        let seed = self.seed;
        let Network { link, ports, neighbours, .. } = &mut self.networks[network.0 as usize];
        let port = ports.len() as u32;
        let stream = 1 << 48 | u64::from(network.0) << 24 | u64::from(port);
        let transmitter = Transmitter::new(*link, Random::new(seed, stream));
        ports.push(Port { node, transmitter, side: 0 });
        neighbours.extend(addresses.iter().map(|prefix| (prefix.address, port)));
        let id = PortId { network, port };
        let inet = addresses.iter().map(|prefix| (prefix.address, prefix.length)).collect();
        self.add_interface(node, name, Device::Ethernet(Ethernet { port: id, inet }));
        id
    }

    /// The port of a node's Ethernet interface.
    ///
    /// # Errors
    /// `ENODEV` where there is no Ethernet interface of this name.
    pub fn ethernet_port(&self, node: NodeId, name: &InterfaceName) -> Result<PortId, Errno> {
        let mut interfaces = self.node(node).interfaces.iter().filter(|interface| interface.name == *name);
        interfaces
            .find_map(|interface| match &interface.device {
                Device::Ethernet(ethernet) => Some(ethernet.port),
                _ => None,
            })
            .ok_or(Errno::ENODEV)
    }

    /// Gives a port another link, from now on.
    pub fn set_link(&mut self, port: PortId, link: Link) {
        self.port_mut(port).transmitter.link = link;
    }

    /// Parts a network: ports of different sides do not reach each other. All on side 0 is a whole network.
    pub fn set_side(&mut self, port: PortId, side: u32) {
        self.port_mut(port).side = side;
    }

    /// Sends an IP packet to `next_hop` through a port. Where nobody has that address, the sender's own
    /// kernel says so when it has asked for long enough.
    pub(crate) fn send_ip(&mut self, from: PortId, next_hop: IpAddr, ether_type: u16, packet: [&[u8]; 2]) {
        let network = &self.networks[from.network.0 as usize];
        let node = network.ports[from.port as usize].node;
        let to = if self.node(node).is_broadcast(next_hop) {
            BROADCAST
        } else if let Some(port) = network.neighbours.get(&next_hop) {
            ethernet_address(PortId { network: from.network, port: *port })
        } else {
            let packet = packet.concat();
            self.events.push(self.now + NEIGHBOUR_TIMEOUT, Event::NoNeighbour { node, packet });
            return;
        };
        let mut frame = self.buffers.take();
        let mut header = [0; ETHERNET_HEADER];
        header[..6].copy_from_slice(&to);
        header[6..12].copy_from_slice(&ethernet_address(from));
        header[12..].copy_from_slice(&ether_type.to_be_bytes());
        frame.reserve(header.len() + packet[0].len() + packet[1].len());
        frame.extend_from_slice(&header);
        packet.iter().for_each(|part| frame.extend_from_slice(part));
        self.send_frame(from, frame);
    }

    fn send_frame(&mut self, from: PortId, mut frame: Vec<u8>) {
        let now = self.now();
        let wire = self.networks[from.network.0 as usize].wire;
        if self.is_lost(wire, &frame) {
            return self.gone(wire, Fate::Lost, frame);
        }
        let arrival = self.port_mut(from).transmitter.send(now, frame.len());
        let (first, second) = match arrival {
            Arrival::Lost => return self.gone(wire, Fate::Lost, frame),
            Arrival::Dropped => return self.gone(wire, Fate::Dropped, frame),
            Arrival::Once(first) => (first, None),
            Arrival::Twice(first, second) => (first, Some(second)),
        };
        if self.port_mut(from).transmitter.marks() {
            inet::mark_congestion(&mut frame[ETHERNET_HEADER..]);
        }
        self.record(wire, Fate::Sent, &frame);
        if second.is_some() {
            self.record(wire, Fate::Duplicated, &frame);
        }
        let network = &self.networks[from.network.0 as usize];
        let receivers = match port_of(&frame) {
            Some(port) => port..port + 1,
            None => 0..network.ports.len() as u32,
        };
        let side = network.ports[from.port as usize].side;
        for port in receivers {
            let at = self.networks[from.network.0 as usize].ports.get(port as usize);
            if port == from.port || at.is_none_or(|at| at.side != side) {
                continue;
            }
            let port = PortId { network: from.network, port };
            for arrives in [Some(first), second].into_iter().flatten() {
                let mut bytes = self.buffers.take();
                bytes.extend_from_slice(&frame);
                self.events.push(arrives, Event::Frame { port, bytes });
            }
        }
        self.buffers.give_back(frame);
    }

    /// A frame goes nowhere.
    fn gone(&mut self, wire: u32, fate: Fate, frame: Vec<u8>) {
        self.record(wire, fate, &frame);
        self.buffers.give_back(frame);
    }

    /// A frame has arrived at a port.
    pub(super) fn frame_arrives(&mut self, port: PortId, frame: &[u8]) {
        let node = self.networks[port.network.0 as usize].ports[port.port as usize].node;
        let up = self.node(node).interface_at(port).is_some_and(|interface| interface.up);
        if let (true, Some(packet)) = (up, frame.get(ETHERNET_HEADER..)) {
            inet::packet_arrives(self, node, packet);
        }
    }

    fn port_mut(&mut self, id: PortId) -> &mut Port {
        &mut self.networks[id.network.0 as usize].ports[id.port as usize]
    }
}

/// The Ethernet address of a port: locally administered, from the numbers of its network and of itself.
fn ethernet_address(port: PortId) -> [u8; 6] {
    let [_, _, n0, n1] = port.network.0.to_be_bytes();
    let [_, p0, p1, p2] = port.port.to_be_bytes();
    [0x02, n0, n1, p0, p1, p2]
}

/// The number of the port that a frame is for; `None` where it is for everybody.
fn port_of(frame: &[u8]) -> Option<u32> {
    match frame {
        [0x02, _, _, port @ ..] => {
            port.first_chunk().map(|[p0, p1, p2]| u32::from_be_bytes([0, *p0, *p1, *p2]))
        }
        _ => None,
    }
}
