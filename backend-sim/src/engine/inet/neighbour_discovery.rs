//! Neighbour discovery: who has an IPv6 address on an Ethernet (RFC 4861 §4.3, §4.4, §7.2; net/ipv6/ndisc.c).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};

use etherparse::{IpNumber, Ipv6Header};

use super::header::ipv6_header;
use super::icmp::{self, Message};
use super::neighbour::Heard;
use super::packet::{Contents, HeaderFields};
use super::statistics::Ip;
use crate::engine::Engine;
use crate::engine::network::{EthernetAddress, PortId, ethernet_address, multicast_address};
use crate::engine::node::NodeId;

/// The types of messages.
pub(super) const NEIGHBOUR_SOLICITATION: u8 = 135;
pub(super) const NEIGHBOUR_ADVERTISEMENT: u8 = 136;
/// Options: the sender's Ethernet address, the target's.
const SOURCE_LINK_LAYER_ADDRESS: u8 = 1;
pub(super) const TARGET_LINK_LAYER_ADDRESS: u8 = 2;
/// Flags of an advertisement.
const ROUTER: u8 = 0x80;
const SOLICITED: u8 = 0x40;
const OVERRIDE: u8 = 0x20;
/// What no router has passed on.
pub(super) const HOP_LIMIT: u8 = 255;

/// The group that everybody with this address listens to.
pub(super) const fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b, c] = address.octets();
    let low = u16::from_be_bytes([b, c]);
    Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 1, 0xFF00 | a as u16, low)
}

/// Asks everybody who may have `target`, or one neighbour itself.
pub(super) fn solicit(
    engine: &mut Engine,
    port: PortId,
    own: Ipv6Addr,
    target: Ipv6Addr,
    itself: Option<EthernetAddress>,
) {
    let group = solicited_node(target);
    let (to, link) = itself.map_or((group, multicast_address(group.into())), |address| (target, address));
    let option = (SOURCE_LINK_LAYER_ADDRESS, ethernet_address(port));
    send(engine, port, (own, to, link), (NEIGHBOUR_SOLICITATION, 0), target, option);
}

fn send(
    engine: &mut Engine,
    port: PortId,
    (from, to, link): (Ipv6Addr, Ipv6Addr, EthernetAddress),
    (kind, flags): (u8, u8),
    target: Ipv6Addr,
    (option, address): (u8, EthernetAddress),
) {
    let mut payload = Vec::from(target.octets());
    // The option's length is in units of eight bytes.
    payload.extend_from_slice(&[option, 1]);
    payload.extend_from_slice(&address);
    let message = Message { kind, code: 0, rest: [flags, 0, 0, 0], payload: &payload };
    let message = message.encode(from.into(), to.into());
    let fields = HeaderFields { hop_limit: HOP_LIMIT, ..HeaderFields::default() };
    let header = ipv6_header((from, to), message.len() as u16, IpNumber::IPV6_ICMP, fields);
    let frame = engine.frame_of([&header.to_bytes(), &message]);
    let node = engine.node_at(port);
    let statistics = &mut engine.node_mut(node).inet.statistics;
    statistics.message_out(to.into(), kind);
    statistics.ip(to.into(), Ip::OutRequests);
    statistics.transmitted(to.into(), Ipv6Header::LEN + message.len());
    engine.send_ip(port, link, frame);
}

/// The address in an option of this kind.
pub(super) fn link_layer_address(options: &[u8], wanted: u8) -> Option<EthernetAddress> {
    find_option(options, wanted)?.get(2..8)?.try_into().ok()
}

/// The first option of this kind.
pub(super) fn find_option(mut options: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [kind, units, ..] = *options
        && units > 0
    {
        let (option, rest) = options.split_at_checked(usize::from(units) * 8)?;
        if kind == wanted {
            return Some(option);
        }
        options = rest;
    }
    None
}

/// A message of neighbour discovery has come to a port.
pub(super) fn message_arrives(
    engine: &mut Engine,
    node: NodeId,
    port: PortId,
    hop_limit: u8,
    contents: &Contents<'_>,
    message: &icmp::Message<'_>,
) {
    let Some((target, options)) = message.payload.split_first_chunk::<16>() else { return };
    let target = Ipv6Addr::from(*target);
    let IpAddr::V6(sender) = contents.source else { return };
    if hop_limit != HOP_LIMIT || message.code != 0 || target.is_multicast() {
        return;
    }
    if message.kind == NEIGHBOUR_SOLICITATION {
        if !engine.node(node).is_local(target.into()) {
            return;
        }
        let router = if engine.node(node).forwarding { ROUTER } else { 0 };
        let own = (TARGET_LINK_LAYER_ADDRESS, ethernet_address(port));
        let kind = NEIGHBOUR_ADVERTISEMENT;
        match link_layer_address(options, SOURCE_LINK_LAYER_ADDRESS) {
            Some(address) if !sender.is_unspecified() => {
                let flags = router | SOLICITED | OVERRIDE;
                send(engine, port, (target, sender, address), (kind, flags), target, own);
                let heard = Heard { address, is_request: true, is_answer: false, overrides: true };
                engine.neighbour_heard(node, port, sender.into(), heard);
            }
            // Who looks whether an address is free has none yet: everybody hears that it is not.
            _ if sender.is_unspecified() => {
                let everybody = Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 0, 0, 1);
                let to = (target, everybody, multicast_address(everybody.into()));
                send(engine, port, to, (kind, router | OVERRIDE), target, own);
            }
            _ => {}
        }
    } else if let Some(address) = link_layer_address(options, TARGET_LINK_LAYER_ADDRESS) {
        let [flags, ..] = message.rest;
        let (is_answer, overrides) = (flags & SOLICITED != 0, flags & OVERRIDE != 0);
        let heard = Heard { address, is_request: false, is_answer, overrides };
        engine.neighbour_heard(node, port, target.into(), heard);
    }
}
