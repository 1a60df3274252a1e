//! Ethernet networks: a switch with a port for each attached interface, and a link behind each port.
//!
//! The switch knows who has which addresses, and does not trouble a port with a question for somebody else, whose
//! node would drop it unseen: so a large network costs no more for each question than a small one.

use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::constants::packet::PacketType;
use anysock::{Errno, Instant, InterfaceName};
use etherparse::EtherType;

use super::event::Event;
use super::inet::LinkCast;
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
/// An Ethernet address.
pub(crate) type EthernetAddress = [u8; 6];
/// What one begins with that no manufacturer has given, and that is no group's.
const LOCALLY_ADMINISTERED: u8 = 0x02;

/// The destination of a frame for everybody.
pub(crate) const BROADCAST: EthernetAddress = [0xFF; 6];
/// The largest IP packet of an Ethernet frame.
const ETHERNET_MTU: u16 = 1500;
/// ETH_MIN_MTU, and MIN_MTU of drivers/net/tun.c: what IPv4 needs (RFC 791 §3.2).
pub(super) const LEAST_MTU: u16 = 68;

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
    /// The largest IP packet.
    pub(crate) mtu: u16,
}

#[derive(Debug)]
struct Port {
    node: NodeId,
    /// The number of the node's interface.
    interface: u32,
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
        ports.push(Port { node, interface: 0, transmitter, side: 0 });
        neighbours.extend(addresses.iter().map(|prefix| (prefix.address, port)));
        let id = PortId { network, port };
        let inet = addresses.iter().map(|prefix| (prefix.address, prefix.length)).collect();
        let device = Device::Ethernet(Ethernet { port: id, inet, mtu: ETHERNET_MTU });
        self.port_mut(id).interface = self.add_interface(node, name, device);
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
        self.port_mut(port).transmitter.set_link(link);
    }

    /// Parts a network: ports of different sides do not reach each other. All on side 0 is a whole network.
    pub fn set_side(&mut self, port: PortId, side: u32) {
        self.port_mut(port).side = side;
    }

    /// Sets the largest IP packet of an Ethernet or TUN interface, as `ip link set mtu` does.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, `EINVAL` below the 68 bytes that IPv4 needs.
    pub fn set_mtu(&mut self, node: NodeId, name: &InterfaceName, mtu: u16) -> Result<(), Errno> {
        let index = self.interface_index(node, name)?;
        self.node_mut(node).interfaces.change(|interfaces| {
            let interface = interfaces.iter_mut().find(|interface| interface.index == index);
            match interface.map(|interface| &mut interface.device) {
                Some(Device::Ethernet(_) | Device::Tun(_)) if mtu < LEAST_MTU => Err(Errno::EINVAL),
                Some(Device::Tun(tun)) => {
                    tun.mtu = mtu;
                    Ok(())
                }
                Some(Device::Ethernet(ethernet)) => {
                    ethernet.mtu = mtu;
                    Ok(())
                }
                _ => Err(Errno::ENODEV),
            }
        })
    }

    /// The node at a port.
    pub(super) fn node_at(&self, port: PortId) -> NodeId {
        self.networks[port.network.0 as usize].ports[port.port as usize].node
    }

    /// A frame with room for its header, and behind that the parts of what it carries.
    pub(super) fn frame_of(&mut self, payload: [&[u8]; 2]) -> Vec<u8> {
        let mut frame = self.buffers.take();
        frame.extend_from_slice(&[0; ETHERNET_HEADER]);
        payload.iter().for_each(|part| frame.extend_from_slice(part));
        frame
    }

    /// Sends a frame with an IP packet, behind room for its header, to whoever has an Ethernet address.
    pub(super) fn send_ip(&mut self, from: PortId, to: EthernetAddress, frame: Vec<u8>) {
        let is_ipv6 = frame.get(ETHERNET_HEADER).is_some_and(|first| first >> 4 == 6);
        self.send_headed(from, &ip_frame_header(from, to, is_ipv6), frame, false);
    }

    /// Sends a frame, which has room for its header, to whoever has an Ethernet address.
    pub(super) fn send_ethernet(
        &mut self,
        from: PortId,
        to: EthernetAddress,
        ether_type: EtherType,
        frame: Vec<u8>,
    ) {
        self.send_headed(from, &frame_header(from, to, ether_type), frame, false);
    }

    /// Sends a frame, which has room for this header. Whether it `is_intact` says [`Event::Frame`].
    #[inline]
    pub(super) fn send_headed(
        &mut self,
        from: PortId,
        header: &[u8; ETHERNET_HEADER],
        mut frame: Vec<u8>,
        is_intact: bool,
    ) {
        if let Some(place) = frame.first_chunk_mut() {
            *place = *header;
        }
        if self.packet_sockets > 0 {
            self.show_leaving(from, &frame);
        }
        self.send_frame(from, frame, is_intact);
    }

    /// Shows a frame that leaves to the packet sockets of its node.
    #[inline(never)]
    fn show_leaving(&mut self, from: PortId, frame: &[u8]) {
        let node = self.node_at(from);
        if let Some(interface) = self.node(node).interface_at(from).map(|interface| interface.index) {
            self.ethernet_leaves(node, interface, frame, None);
        }
    }

    /// Puts a whole frame onto the network.
    pub(super) fn send_frame(&mut self, from: PortId, mut frame: Vec<u8>, is_intact: bool) {
        let now = self.now;
        let wire = self.networks[from.network.0 as usize].wire;
        if self.judge.is_some() && self.is_lost(wire, &frame) {
            return self.gone(wire, Fate::Lost, frame);
        }
        let transmitter = &mut self.networks[from.network.0 as usize].ports[from.port as usize].transmitter;
        let (first, second) = match transmitter.send(now, frame.len()) {
            Arrival::Lost => return self.gone(wire, Fate::Lost, frame),
            Arrival::Dropped => return self.gone(wire, Fate::Dropped, frame),
            Arrival::Once(first) => (first, None),
            Arrival::Twice(first, second) => (first, Some(second)),
        };
        let mut corrupted = false;
        if !transmitter.only_delays() {
            if transmitter.marks() {
                inet::mark_congestion(&mut frame[ETHERNET_HEADER..]);
            }
            corrupted = transmitter.corrupt(&mut frame);
        }
        let is_intact = is_intact && !corrupted;
        self.record(wire, if corrupted { Fate::Corrupted } else { Fate::Sent }, &frame);
        if second.is_none()
            && let Some(port) = self.only_receiver(from, &frame)
        {
            self.events.append(first, Event::Frame { port, bytes: frame, is_intact });
            return;
        }
        self.reach_several(from, frame, (first, second), (wire, is_intact));
    }

    /// The port that a frame is for alone, and which it reaches.
    #[inline]
    fn only_receiver(&self, from: PortId, frame: &[u8]) -> Option<PortId> {
        let to = *frame.first_chunk()?;
        // An address of a port's is none of a group's.
        let port = port_of(from.network, to).filter(|port| self.is_connected(from, *port))?;
        Some(PortId { port, ..from })
    }

    /// A frame arrives twice, or at all whom it is for.
    #[inline(never)]
    fn reach_several(
        &mut self,
        from: PortId,
        frame: Vec<u8>,
        (first, second): (Instant, Option<Instant>),
        (wire, is_intact): (u32, bool),
    ) {
        if second.is_some() {
            self.record(wire, Fate::Duplicated, &frame);
        }
        for port in self.receivers(from, &frame) {
            if !self.is_connected(from, port) {
                continue;
            }
            let port = PortId { port, ..from };
            for arrives in [Some(first), second].into_iter().flatten() {
                let mut bytes = self.buffers.take();
                bytes.extend_from_slice(&frame);
                self.events.append(arrives, Event::Frame { port, bytes, is_intact });
            }
        }
        self.buffers.give_back(frame);
    }

    /// Whether there is another port of this number, on the same side.
    fn is_connected(&self, from: PortId, port: u32) -> bool {
        let ports = &self.networks[from.network.0 as usize].ports;
        let own = ports[from.port as usize].side;
        port != from.port && ports.get(port as usize).is_some_and(|port| port.side == own)
    }

    /// The numbers of the ports that a frame is for.
    fn receivers(&self, from: PortId, frame: &[u8]) -> core::ops::Range<u32> {
        let network = &self.networks[from.network.0 as usize];
        let only = |port: Option<u32>| port.map_or(0..0, |port| port..port + 1);
        match frame.first_chunk() {
            Some(to) if !is_group(*to) => only(port_of(from.network, *to)),
            _ => match question(frame) {
                Some(asked) if !self.is_network_watched(network) => {
                    only(network.neighbours.get(&asked).copied())
                }
                _ => 0..network.ports.len() as u32,
            },
        }
    }

    /// Whether a node on a network looks at frames: it sees questions for others, too.
    fn is_network_watched(&self, network: &Network) -> bool {
        self.packet_sockets > 0
            && network.ports.iter().any(|port| !self.node(port.node).packet_sockets.is_empty())
    }

    /// A frame goes nowhere.
    fn gone(&mut self, wire: u32, fate: Fate, frame: Vec<u8>) {
        self.record(wire, fate, &frame);
        self.buffers.give_back(frame);
    }

    /// A frame has arrived at a port.
    #[inline]
    pub(super) fn frame_arrives(&mut self, port: PortId, frame: &[u8], is_intact: bool) {
        let Port { node, interface, .. } = self.networks[port.network.0 as usize].ports[port.port as usize];
        if is_intact
            && self.packet_sockets == 0
            && let Some((header, packet)) = frame.split_first_chunk::<ETHERNET_HEADER>()
            && header.ends_with(&EtherType::IPV4.0.to_be_bytes())
            && inet::quick_packet_arrives(self, node, interface, packet)
        {
            return;
        }
        self.any_frame_arrives(port, frame);
    }

    /// The same, of one at which everything is looked at.
    #[inline(never)]
    fn any_frame_arrives(&mut self, port: PortId, frame: &[u8]) {
        let node = self.node_at(port);
        let interface = self.node(node).interface_at(port).filter(|interface| interface.up);
        let Some(interface) = interface.map(|interface| interface.index) else { return };
        let kind = self.ethernet_arrives(node, interface, &ethernet_address(port), frame);
        let Some((header, packet)) = frame.split_first_chunk::<ETHERNET_HEADER>() else { return };
        let [.., high, low] = *header;
        let to_own = kind == PacketType::HOST;
        self.node_mut(node).inet.arriving_syn.frame_header = *header;
        match EtherType(u16::from_be_bytes([high, low])) {
            EtherType::IPV4 | EtherType::IPV6 => {
                let cast = if to_own { LinkCast::Own } else { LinkCast::Many };
                inet::packet_arrives(self, node, interface, cast, packet);
            }
            EtherType::ARP => inet::arp_packet_arrives(self, node, port, to_own, packet),
            _ => {}
        }
    }

    fn port_mut(&mut self, id: PortId) -> &mut Port {
        &mut self.networks[id.network.0 as usize].ports[id.port as usize]
    }
}

/// The Ethernet address of a port: locally administered, from the numbers of its network and of itself.
pub(super) fn ethernet_address(port: PortId) -> EthernetAddress {
    let [_, _, n0, n1] = port.network.0.to_be_bytes();
    let [_, p0, p1, p2] = port.port.to_be_bytes();
    [LOCALLY_ADMINISTERED, n0, n1, p0, p1, p2]
}

/// The header of a frame that a port sends to whoever has an Ethernet address.
fn frame_header(from: PortId, to: EthernetAddress, ether_type: EtherType) -> [u8; ETHERNET_HEADER] {
    let ([d0, d1, d2, d3, d4, d5], [s0, s1, s2, s3, s4, s5]) = (to, ethernet_address(from));
    let [high, low] = ether_type.0.to_be_bytes();
    [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, high, low]
}

/// The same of a frame with an IP packet.
pub(super) fn ip_frame_header(from: PortId, to: EthernetAddress, is_ipv6: bool) -> [u8; ETHERNET_HEADER] {
    frame_header(from, to, if is_ipv6 { EtherType::IPV6 } else { EtherType::IPV4 })
}

/// The port of a network that has an Ethernet address.
fn port_of(network: NetworkId, address: EthernetAddress) -> Option<u32> {
    let ([first, n0, n1, p0, p1, p2], [.., m0, m1]) = (address, network.0.to_be_bytes());
    ([first, n0, n1] == [LOCALLY_ADMINISTERED, m0, m1]).then(|| u32::from_be_bytes([0, p0, p1, p2]))
}

/// Whether a frame with this destination is for several.
fn is_group(address: EthernetAddress) -> bool {
    address[0] & 1 != 0
}

/// The Ethernet address of a group (RFC 1112 §6.4, RFC 2464 §7).
pub(super) fn multicast_address(group: IpAddr) -> EthernetAddress {
    match group {
        IpAddr::V4(group) => {
            let [_, b, c, d] = group.octets();
            [0x01, 0x00, 0x5E, b & 0x7F, c, d]
        }
        IpAddr::V6(group) => {
            let [.., a, b, c, d] = group.octets();
            [0x33, 0x33, a, b, c, d]
        }
    }
}

/// The IP address that a question of ARP or of neighbour discovery is about.
fn question(frame: &[u8]) -> Option<IpAddr> {
    /// Where an ARP packet has its operation and its target's address.
    const ARP_OPERATION: usize = ETHERNET_HEADER + 6;
    const ARP_TARGET: usize = ETHERNET_HEADER + 24;
    /// Where an IPv6 packet has its next header, and behind the header a solicitation its type and its target.
    const NEXT_HEADER: usize = ETHERNET_HEADER + 6;
    const ICMP_TYPE: usize = ETHERNET_HEADER + 40;
    const SOLICITATION_TARGET: usize = ICMP_TYPE + 8;
    match frame.get(12..ETHERNET_HEADER)? {
        [0x08, 0x06] if frame.get(ARP_OPERATION..ARP_OPERATION + 2)? == [0, 1] => {
            let target: [u8; 4] = *frame.get(ARP_TARGET..)?.first_chunk()?;
            Some(IpAddr::from(target))
        }
        [0x86, 0xDD] if *frame.get(NEXT_HEADER)? == 58 && *frame.get(ICMP_TYPE)? == 135 => {
            let target: [u8; 16] = *frame.get(SOLICITATION_TARGET..)?.first_chunk()?;
            Some(IpAddr::from(target))
        }
        _ => None,
    }
}
