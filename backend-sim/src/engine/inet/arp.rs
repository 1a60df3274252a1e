//! ARP: who has an IPv4 address on an Ethernet (RFC 826; net/ipv4/arp.c).

use core::net::Ipv4Addr;

use etherparse::{ArpHardwareId, ArpOperation, ArpPacket, EtherType};

use super::neighbour::Heard;
use crate::engine::Engine;
use crate::engine::network::{BROADCAST, EthernetAddress, PortId, ethernet_address};
use crate::engine::node::NodeId;

/// Who speaks, or is spoken to: an Ethernet address and an IPv4 one.
type Party = (EthernetAddress, Ipv4Addr);

/// Asks everybody on the network, or one neighbour itself, for `target`.
pub(super) fn request(
    engine: &mut Engine,
    port: PortId,
    own: Ipv4Addr,
    target: Ipv4Addr,
    itself: Option<EthernetAddress>,
) {
    let to = itself.unwrap_or(BROADCAST);
    let sender = (ethernet_address(port), own);
    send(engine, port, to, ArpOperation::REQUEST, sender, (itself.unwrap_or_default(), target));
}

fn send(
    engine: &mut Engine,
    port: PortId,
    to: EthernetAddress,
    operation: ArpOperation,
    sender: Party,
    target: Party,
) {
    let (sender_ip, target_ip) = (sender.1.octets(), target.1.octets());
    let packet = ArpPacket::new(
        ArpHardwareId::ETHERNET,
        EtherType::IPV4,
        operation,
        &sender.0,
        &sender_ip,
        &target.0,
        &target_ip,
    );
    if let Ok(packet) = packet {
        let frame = engine.frame_of([&packet.to_bytes(), &[]]);
        engine.send_ethernet(port, to, EtherType::ARP, frame);
    }
}

/// An ARP packet has come to a port.
pub(in crate::engine) fn packet_arrives(
    engine: &mut Engine,
    node: NodeId,
    port: PortId,
    to_own: bool,
    packet: &[u8],
) {
    let Ok(Ok(packet)) = ArpPacket::from_slice(packet).map(|packet| packet.try_eth_ipv4()) else { return };
    let (sender, target) = (Ipv4Addr::from(packet.sender_ipv4), Ipv4Addr::from(packet.target_ipv4));
    let is_request = packet.operation == ArpOperation::REQUEST;
    if target.is_loopback()
        || target.is_multicast()
        || !(is_request || packet.operation == ArpOperation::REPLY)
    {
        return;
    }
    let for_own = engine.node(node).is_local(target.into());
    if is_request && for_own {
        let own = (ethernet_address(port), target);
        send(engine, port, packet.sender_mac, ArpOperation::REPLY, own, (packet.sender_mac, sender));
    }
    // Who looks whether an address is free has none yet.
    if !sender.is_unspecified() {
        let heard = Heard {
            address: packet.sender_mac,
            is_request: is_request && for_own,
            is_answer: !is_request && to_own,
            overrides: true,
        };
        engine.neighbour_heard(node, port, sender.into(), heard);
    }
}
