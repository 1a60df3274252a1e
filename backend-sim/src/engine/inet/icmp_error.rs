//! What ICMP says of packets that this node has sent, and which sockets hear of it (`icmp_unreach` and
//! `icmp_socket_deliver` of net/ipv4/icmp.c; `icmpv6_notify` of net/ipv6/icmp.c).

use core::net::{IpAddr, SocketAddr};

use anysock::Errno;
use etherparse::{IpNumber, LaxIpSlice};

use super::icmp::{
    DESTINATION_UNREACHABLE, DESTINATION_UNREACHABLE_V6, ECHO_REPLY, FRAGMENTATION_NEEDED, Message,
    PACKET_TOO_BIG, PARAMETER_PROBLEM, PARAMETER_PROBLEM_V6, REDIRECT, SOURCE_QUENCH, TIME_EXCEEDED,
    TIME_EXCEEDED_V6,
};
use super::packet::Arrived;
use super::route::LOOPBACK;
use super::{raw_error, redirect, tcp_icmp, udp_receive};
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// The code of "fragment reassembly time exceeded".
const REASSEMBLY_TIME_EXCEEDED: u8 = 1;
/// IPPROTO_RAW, which is no protocol on any wire.
const RAW: IpNumber = IpNumber(255);

/// An error for a socket, from an ICMP message about what it sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unreachable<'a> {
    pub(super) error: Errno,
    /// Whether it is final.
    pub(super) is_hard: bool,
    /// What was sent, from here; the port is of protocols that have any.
    pub(super) source: SocketAddr,
    /// To there.
    pub(super) destination: SocketAddr,
    /// By this protocol.
    pub(super) protocol: IpNumber,
    /// The number of the interface that the message came by.
    pub(super) interface: u32,
    /// The same, but over IPv4 the loopback interface's where the node has told itself: UDP and raw sockets go by that
    /// (`__udp4_lib_err`, `raw_icmp_error`).
    pub(super) device: u32,
    /// What the header of the message says.
    pub(super) hop_limit: u8,
    pub(super) traffic_class: u8,
    /// Who says so, by an ICMP message of this type and code.
    pub(super) offender: IpAddr,
    pub(super) kind: u8,
    pub(super) code: u8,
    /// What the message says beside that (`ee_info`): the largest packet that the way takes, where the error is
    /// `EMSGSIZE`; where the problem is in the header.
    pub(super) info: u32,
    /// What is quoted of the packet.
    pub(super) packet: &'a [u8],
    /// What of that is behind the IP header: at least eight bytes.
    pub(super) quoted: &'a [u8],
}

/// What an error means to a socket, and whether it is final (`icmp_err_convert`, `icmpv6_err_convert`). Advice, which
/// is no error, is `EREMOTEIO`, as a ping socket says.
fn meaning(source: IpAddr, message: &Message<'_>) -> Option<(Errno, bool)> {
    let meaning = match (source, message.kind, message.code) {
        (IpAddr::V4(_), DESTINATION_UNREACHABLE, code) => match code {
            0 | 11 => (Errno::ENETUNREACH, false),
            1 | 12 => (Errno::EHOSTUNREACH, false),
            2 => (Errno::ENOPROTOOPT, true),
            3 => (Errno::ECONNREFUSED, true),
            FRAGMENTATION_NEEDED => (Errno::EMSGSIZE, false),
            5 => (Errno::EOPNOTSUPP, false),
            6 | 9 => (Errno::ENETUNREACH, true),
            7 => (Errno::EHOSTDOWN, true),
            8 => (Errno::ENONET, true),
            10 | 13..=15 => (Errno::EHOSTUNREACH, true),
            _ => return None,
        },
        (IpAddr::V4(_), SOURCE_QUENCH | REDIRECT, _) => (Errno::EREMOTEIO, false),
        (IpAddr::V4(_), TIME_EXCEEDED, _) => (Errno::EHOSTUNREACH, false),
        (IpAddr::V4(_), PARAMETER_PROBLEM, _) => (Errno::EPROTO, true),
        (IpAddr::V6(_), DESTINATION_UNREACHABLE_V6, code) => match code {
            0 => (Errno::ENETUNREACH, false),
            1 | 5 | 6 => (Errno::EACCES, true),
            2 | 3 => (Errno::EHOSTUNREACH, false),
            4 => (Errno::ECONNREFUSED, true),
            _ => (Errno::EPROTO, true),
        },
        (IpAddr::V6(_), PACKET_TOO_BIG, _) => (Errno::EMSGSIZE, false),
        (IpAddr::V6(_), TIME_EXCEEDED_V6, _) => (Errno::EHOSTUNREACH, false),
        (IpAddr::V6(_), PARAMETER_PROBLEM_V6, _) => (Errno::EPROTO, true),
        _ => return None,
    };
    Some(meaning)
}

/// What a message says beside its type and code.
fn info(offender: IpAddr, message: &Message<'_>) -> u32 {
    let [first, _, high, low] = message.rest;
    match (offender, message.kind, message.code) {
        (IpAddr::V6(_), ..) => u32::from_be_bytes(message.rest),
        (_, DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED) => u32::from_be_bytes([0, 0, high, low]),
        (_, PARAMETER_PROBLEM, _) => u32::from(first),
        (_, REDIRECT, _) => u32::from_be_bytes(message.rest),
        _ => 0,
    }
}

/// Whether a message has no meaning to anybody.
fn says_nothing(offender: IpAddr, message: &Message<'_>) -> bool {
    /// NR_ICMP_UNREACH.
    const HIGHEST_CODE: u8 = 15;
    match (offender, message.kind) {
        (IpAddr::V4(_), DESTINATION_UNREACHABLE) => message.code > HIGHEST_CODE,
        (IpAddr::V4(_), TIME_EXCEEDED) => message.code == REASSEMBLY_TIME_EXCEEDED,
        _ => false,
    }
}

/// A message that is no question and no answer has come: the sockets that sent what is quoted hear of it. `false` where
/// it is malformed, or about what nobody has sent.
pub(super) fn message_arrives(
    engine: &mut Engine,
    node: NodeId,
    arrived: &Arrived<'_>,
    message: &Message<'_>,
) -> bool {
    /// How much of a packet has to be quoted, behind its header.
    const LEAST: usize = 8;
    let offender = arrived.contents.source;
    let Ok((slice, _)) = LaxIpSlice::from_slice(message.payload) else { return false };
    if says_nothing(offender, message) {
        return true;
    }
    let (source, destination) = (slice.source_addr(), slice.destination_addr());
    let quoted = slice.payload().payload;
    let protocol = slice.payload_ip_number();
    if quoted.len() < LEAST || source.is_ipv4() != offender.is_ipv4() || protocol == RAW {
        return false;
    }
    let has_ports = matches!(protocol, IpNumber::TCP | IpNumber::UDP);
    let kernel = engine.node(node);
    let meaning = meaning(offender, message);
    let Some((error, is_hard)) =
        meaning.filter(|_| kernel.is_local(source) && !kernel.is_broadcast(destination))
    else {
        return !has_ports;
    };
    let port = |at: usize| match quoted.get(at..at + 2) {
        Some(&[high, low]) if has_ports => u16::from_be_bytes([high, low]),
        _ => 0,
    };
    let what = Unreachable {
        error,
        is_hard,
        source: SocketAddr::new(source, port(0)),
        destination: SocketAddr::new(destination, port(2)),
        protocol,
        interface: arrived.interface,
        device: if offender.is_ipv4() && kernel.is_local(offender) { LOOPBACK } else { arrived.interface },
        hop_limit: arrived.hop_limit,
        traffic_class: arrived.traffic_class,
        offender,
        kind: message.kind,
        code: message.code,
        info: info(offender, message),
        packet: message.payload,
        quoted,
    };
    let is_known = protocol_hears(engine, node, &what);
    raw_error::raw_sockets_hear(engine, node, &what);
    is_known
}

/// The protocol by which something was sent hears what became of it. `false` where it knows of nobody who sent it.
fn protocol_hears(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) -> bool {
    let is_advice = what.error == Errno::EREMOTEIO;
    if is_advice && what.kind == REDIRECT {
        redirect::arrives(engine, node, what.interface, what);
    }
    match what.protocol {
        IpNumber::TCP | IpNumber::UDP if is_advice => redirect::is_sent(engine, node, what),
        IpNumber::TCP => tcp_icmp::unreachable(engine, node, what),
        IpNumber::UDP => udp_receive::unreachable(engine, node, what),
        IpNumber::ICMP | IpNumber::IPV6_ICMP => {
            // What the node itself has answered is believed, over IPv6 everything (`icmp_err`, `icmpv6_err`).
            let is_own = what.source.is_ipv6() || what.quoted.first() == Some(&ECHO_REPLY);
            if what.error == Errno::EMSGSIZE && is_own {
                engine.learn_path_mtu(node, what.destination.ip(), what.info);
            }
            raw_error::ping_socket_hears(engine, node, what);
            true
        }
        _ => true,
    }
}
