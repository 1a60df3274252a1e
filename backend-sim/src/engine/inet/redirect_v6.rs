//! Redirects of IPv6 (RFC 4861 §4.5, §8; `ip6_forward` of net/ipv6/ip6_output.c, `ndisc_send_redirect` and
//! `ndisc_redirect_rcv` of net/ipv6/ndisc.c, `rt6_do_redirect` of net/ipv6/route.c).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr, SocketAddr};

use anysock::IpProtocol;
use etherparse::{IpNumber, Ipv6Header};

use super::header::ipv6_header;
use super::icmp::{self, Message, REDIRECT_V6};
use super::neighbour::Heard;
use super::neighbour_discovery::{HOP_LIMIT, TARGET_LINK_LAYER_ADDRESS, find_option, link_layer_address};
use super::packet::{Arrived, HeaderFields};
use super::ports::Pair;
use super::route::{Route, Way};
use super::statistics::Ip;
use crate::engine::Engine;
use crate::engine::network::EthernetAddress;
use crate::engine::node::NodeId;

/// The option that holds the beginning of the packet that went the longer way.
const REDIRECTED_HEADER: u8 = 4;
/// How long a message may be, behind IPv6's header: IPV6_MIN_MTU.
const LONGEST: usize = 1280 - Ipv6Header::LEN;
/// The octets of a message before its options.
const HEADER: usize = 40;
/// The octets of an option are a multiple of this.
const UNIT: usize = 8;

/// A router is about to pass on a packet by the interface that it came by: its sender is told of the shorter way.
pub(super) fn send(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    route: Route,
    (source, destination): (IpAddr, IpAddr),
    packet: &[u8],
) {
    let (IpAddr::V6(to), IpAddr::V6(about)) = (source, destination) else { return };
    let IpAddr::V6(target) = route.next_hop(destination) else { return };
    if route.interface != interface {
        return;
    }
    let now = engine.now();
    // Limited for the receiver of the packet, and then for its sender.
    if !engine.node_mut(node).inet.icmp_limits.allow_redirect_v6(now, destination) {
        return;
    }
    let mut own = engine.node(node).addresses_by(interface, source);
    let link_local = own.find(|own| matches!(own, IpAddr::V6(own) if own.is_unicast_link_local()));
    drop(own);
    let Some(IpAddr::V6(from)) = link_local else { return };
    if target != about && !target.is_unicast_link_local() {
        return;
    }
    let back = engine.route_by(node, source, interface, None);
    let Some((back, _)) = back.ok().filter(|(back, _)| back.gateway.is_none()) else { return };
    if !engine.node_mut(node).inet.icmp_limits.allow_redirect_v6(now, source) {
        return;
    }
    let known = match route.way {
        Way::Port(port) => engine.neighbour_address(node, port, target.into()),
        _ => None,
    };
    let message = message(target, about, known, packet);
    let message = Message { kind: REDIRECT_V6, code: 0, rest: [0; 4], payload: &message };
    let message = message.encode(source, from.into());
    let fields = HeaderFields { hop_limit: HOP_LIMIT, ..HeaderFields::default() };
    let header = ipv6_header((from, to), message.len() as u16, IpNumber::IPV6_ICMP, fields);
    let statistics = &mut engine.node_mut(node).inet.statistics;
    statistics.message_out(source, REDIRECT_V6);
    statistics.ip(source, Ip::OutRequests);
    engine.emit(node, back, source, [&header.to_bytes(), &message]);
}

/// A message without its first eight octets.
fn message(target: Ipv6Addr, about: Ipv6Addr, known: Option<EthernetAddress>, packet: &[u8]) -> Vec<u8> {
    let mut message = [target.octets(), about.octets()].concat();
    if let Some(address) = known {
        message.extend_from_slice(&[TARGET_LINK_LAYER_ADDRESS, 1]);
        message.extend_from_slice(&address);
    }
    let room = LONGEST - UNIT - message.len();
    let length = (packet.len() + UNIT).min(room) / UNIT * UNIT;
    message.extend_from_slice(&[REDIRECTED_HEADER, (length / UNIT) as u8, 0, 0, 0, 0, 0, 0]);
    message.extend_from_slice(&packet[..length - UNIT]);
    message
}

/// A redirect has come.
pub(super) fn arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, message: &icmp::Message<'_>) {
    let offender = arrived.contents.source;
    let from_link = matches!(offender, IpAddr::V6(offender) if offender.is_unicast_link_local());
    let Some((addresses, options)) = message.payload.split_first_chunk::<{ HEADER - UNIT }>() else { return };
    if arrived.hop_limit != HOP_LIMIT || message.code != 0 || !from_link {
        return;
    }
    let address = |at: usize| {
        let octets: [u8; 16] = addresses[at..at + 16].try_into().unwrap_or_default();
        Ipv6Addr::from(octets)
    };
    let (target, about) = (address(0), address(16));
    let mut looked_up = IpAddr::V6(about);
    if let Some(header) = find_option(options, REDIRECTED_HEADER) {
        let quoted = header.get(UNIT..).unwrap_or_default();
        match sent_to(engine, node, arrived.interface, quoted) {
            Some(to) => looked_up = to,
            None => return,
        }
    }
    let kernel = engine.node(node);
    let is_near = target == about || target.is_unicast_link_local();
    if about.is_multicast() || !is_near || !kernel.sysctls.redirects.accepts_v6(kernel.forwarding) {
        return;
    }
    // Only the router that is used now may say so.
    let Ok((route, _)) = engine.route(node, looked_up) else { return };
    let Way::Port(port) = route.way else { return };
    if route.gateway != Some(offender) || route.interface != arrived.interface {
        return;
    }
    if let Some(address) = link_layer_address(options, TARGET_LINK_LAYER_ADDRESS) {
        let heard = Heard { address, is_request: true, is_answer: false, overrides: true };
        engine.neighbour_heard(node, port, target.into(), heard);
    }
    let now = engine.now();
    let kernel = engine.node_mut(node);
    kernel.inet.redirects.insert(now, about.into(), target.into());
    kernel.interfaces.paths.forget();
}

/// To whom went what is quoted, if somebody here hears of it that has sent it: a connection of TCP, a socket of UDP
/// that uses this interface alone, or whoever uses ICMP (`tcp_v6_err`, `__udp6_lib_err`, `icmpv6_err`).
fn sent_to(engine: &Engine, node: NodeId, interface: u32, quoted: &[u8]) -> Option<IpAddr> {
    let (header, rest) = quoted.split_first_chunk::<{ Ipv6Header::LEN }>()?;
    let ports = rest.first_chunk::<UNIT>()?;
    let address = |at: usize| {
        let octets: [u8; 16] = header[at..at + 16].try_into().unwrap_or_default();
        IpAddr::from(octets)
    };
    let local = SocketAddr::new(address(8), u16::from_be_bytes([ports[0], ports[1]]));
    let remote = SocketAddr::new(address(24), u16::from_be_bytes([ports[2], ports[3]]));
    let is_sent = match IpNumber(header[6]) {
        IpNumber::TCP => engine.node(node).inet.connections.contains_key(&Pair { local, remote }),
        IpNumber::UDP => {
            let holder = engine.holder(node, IpProtocol::UDP, local, interface, |_| Some(0));
            let bound = holder.and_then(|id| Some(engine.socket(id).ok()?.common.bound_interface));
            bound == Some(interface)
        }
        protocol => protocol == IpNumber::IPV6_ICMP,
    };
    is_sent.then_some(remote.ip())
}
