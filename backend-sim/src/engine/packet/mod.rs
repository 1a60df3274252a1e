//! Packet sockets: the frames of a node's interfaces, in and out (packet(7); net/packet/af_packet.c).
//!
//! An Ethernet interface shows every frame that the switch sends to it; what is for another port is not among them,
//! whatever PACKET_ADD_MEMBERSHIP asks for. The loopback interface shows each packet twice, as it leaves and as it
//! arrives, behind an Ethernet header of zeros; a TUN interface shows packets without a header.
//!
//! Rings (PACKET_RX_RING, PACKET_TX_RING, with PACKET_VERSION and what else is about them) are memory that a program
//! shares with the kernel, by `mmap(2)`: `anysock-linux` has them as a type of its own, and no program that is generic
//! over its backend can. Here their options are refused with ENOPROTOOPT, as by a kernel that was built without them,
//! so that a program falls back to receiving by calls.

mod fanout;
mod send;
mod socket;

use anysock::addr::HardwareAddr;
use anysock::constants::ethernet::EtherType;
use anysock::constants::hardware::ArpHardware;
use anysock::constants::packet::PacketType;

use super::network::{BROADCAST, ETHERNET_HEADER, EthernetAddress, ethernet_address};
use super::node::{Device, NetworkInterface, NodeId};
use super::socket_filter::Filtered;
use super::{Engine, SocketId};

pub(crate) use fanout::Fanouts;
pub(crate) use socket::PacketSocket;
pub(super) use socket::open;

/// The number of the loopback interface.
const LOOPBACK: u32 = 1;

/// A frame that passes by an interface.
#[derive(Clone, Copy, Debug)]
struct Seen<'a> {
    interface: u32,
    hardware_type: u16,
    packet_type: u8,
    /// The link-layer header; a TUN interface has none.
    header: &'a [u8],
    payload: [&'a [u8]; 2],
}

impl Seen<'_> {
    /// The protocol in the header, or of the packet behind none (`eth_type_trans`).
    fn protocol(&self) -> u16 {
        /// The least number that is a type, and no length.
        const LEAST: u16 = 0x600;
        let [first, ..] = self.payload;
        match self.header {
            [.., high, low] => match u16::from_be_bytes([*high, *low]) {
                ether_type if ether_type >= LEAST => ether_type,
                _ if first.starts_with(&[0xFF, 0xFF]) => EtherType::IEEE_802_3.0,
                _ => EtherType::IEEE_802_2.0,
            },
            _ => protocol_of(first),
        }
    }

    /// The frame as the filter of a socket sees it that receives `data` of it, from whose `net` on it is the packet.
    fn filtered<'b>(&self, data: &'b [u8], net: usize) -> Filtered<'b> {
        let (interface, hardware_type) = (self.interface, self.hardware_type);
        let network = data.get(net..).unwrap_or_default();
        let link = if net > 0 { data } else { &[] };
        let (protocol, packet_type) = (self.protocol(), PacketType(self.packet_type));
        Filtered { data, network, link, protocol, packet_type, interface, hardware_type }
    }

    /// Who sent it.
    fn sender(&self) -> HardwareAddr {
        let source = self.header.get(6..12).and_then(|source| HardwareAddr::new(source).ok());
        source.unwrap_or(HardwareAddr::EMPTY)
    }
}

/// The protocol of an IP packet.
fn protocol_of(packet: &[u8]) -> u16 {
    match packet.first().map(|first| first >> 4) {
        Some(6) => EtherType::IPV6.0,
        _ => EtherType::IP.0,
    }
}

/// Whom a frame with this destination is for, seen from an interface whose address for everybody is `broadcast`
/// (`eth_skb_pkt_type`).
fn packet_type(destination: &[u8], own: &[u8], broadcast: EthernetAddress) -> PacketType {
    match destination {
        _ if destination == own => PacketType::HOST,
        _ if destination == broadcast => PacketType::BROADCAST,
        [first, ..] if first & 1 != 0 => PacketType::MULTICAST,
        _ => PacketType::OTHERHOST,
    }
}

/// What an interface's hardware is, and its address.
pub(super) fn hardware(interface: &NetworkInterface) -> (ArpHardware, HardwareAddr) {
    let (kind, address) = match &interface.device {
        Device::Loopback => (ArpHardware::LOOPBACK, HardwareAddr::new(&[0; 6])),
        Device::Ethernet(ethernet) => {
            (ArpHardware::ETHER, HardwareAddr::new(&ethernet_address(ethernet.port)))
        }
        Device::Tun(_) => (ArpHardware::NONE, Ok(HardwareAddr::EMPTY)),
        Device::Can(_) => (ArpHardware::CAN, Ok(HardwareAddr::EMPTY)),
    };
    (kind, address.unwrap_or(HardwareAddr::EMPTY))
}

impl Engine {
    /// Whether somebody looks at the frames of a node.
    pub(super) fn is_watched(&self, node: NodeId) -> bool {
        self.packet_sockets > 0 && !self.node(node).packet_sockets.is_empty()
    }

    /// A node sends an Ethernet frame; where a program has made it, by the socket `sender`.
    pub(super) fn ethernet_leaves(
        &mut self,
        node: NodeId,
        interface: u32,
        frame: &[u8],
        sender: Option<SocketId>,
    ) {
        let Some((header, payload)) = frame.split_at_checked(ETHERNET_HEADER) else { return };
        if self.is_watched(node) {
            let kind = if interface == LOOPBACK { ArpHardware::LOOPBACK } else { ArpHardware::ETHER };
            let (hardware_type, packet_type) = (kind.0, PacketType::OUTGOING.0);
            let payload = [payload, &[]];
            self.show(node, sender, &Seen { interface, hardware_type, packet_type, header, payload });
        }
    }

    /// An Ethernet frame has come to an interface. Whom it is for.
    pub(super) fn ethernet_arrives(
        &mut self,
        node: NodeId,
        interface: u32,
        own: &[u8],
        frame: &[u8],
    ) -> PacketType {
        let Some((header, payload)) = frame.split_at_checked(ETHERNET_HEADER) else {
            return PacketType::OTHERHOST;
        };
        let kind = packet_type(&header[..own.len()], own, BROADCAST);
        if self.is_watched(node) {
            let (hardware_type, packet_type) = (ArpHardware::ETHER.0, kind.0);
            let payload = [payload, &[]];
            self.show(node, None, &Seen { interface, hardware_type, packet_type, header, payload });
        }
        kind
    }

    /// An IP packet passes by the loopback interface or a TUN interface.
    pub(super) fn packet_passes(
        &mut self,
        node: NodeId,
        interface: u32,
        packet_type: PacketType,
        packet: [&[u8]; 2],
    ) {
        if !self.is_watched(node) {
            return;
        }
        let mut header = [0; ETHERNET_HEADER];
        header[12..].copy_from_slice(&protocol_of(packet[0]).to_be_bytes());
        let (hardware_type, header) = match interface {
            LOOPBACK => (ArpHardware::LOOPBACK.0, &header[..]),
            _ => (ArpHardware::NONE.0, &[][..]),
        };
        let packet_type = packet_type.0;
        self.show(node, None, &Seen { interface, hardware_type, packet_type, header, payload: packet });
    }

    /// A frame that a program has made arrives at the loopback interface.
    pub(super) fn loopback_frame_arrives(&mut self, node: NodeId, frame: &[u8]) {
        let Some((header, payload)) = frame.split_at_checked(ETHERNET_HEADER) else { return };
        let kind = packet_type(&header[..6], &[0; 6], [0; 6]);
        let (hardware_type, packet_type) = (ArpHardware::LOOPBACK.0, kind.0);
        let seen = Seen { interface: LOOPBACK, hardware_type, packet_type, header, payload: [payload, &[]] };
        self.show(node, None, &seen);
        // Of IPv4, nothing may go to 127.0.0.0/8 or come from there that routing has not sent itself.
        if kind == PacketType::HOST && seen.protocol() == EtherType::IPV6.0 {
            super::inet::packet_arrives(self, node, LOOPBACK, super::inet::LinkCast::Own, payload);
        }
    }

    /// Gives a frame to every socket that is to see it.
    fn show(&mut self, node: NodeId, sender: Option<SocketId>, seen: &Seen<'_>) {
        for (id, in_group) in fanout::receivers(self, node, sender, seen) {
            socket::frame_passes(self, id, seen, in_group);
        }
    }
}
