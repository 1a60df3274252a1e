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
use super::{raw_error, redirect, tcp_icmp, udp};
use crate::engine::Engine;
use crate::engine::node::NodeId;

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

/// What an error means to a socket, and whether it is final (`icmp_err_convert`, `icmpv6_err_convert`). Advice, which is
/// no error, is `EREMOTEIO`, as a ping socket says.
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
            _ => (Errno::EPROTO, false),
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

/// A message that is no question and no answer has come: the sockets that sent what is quoted hear of it.
pub(super) fn message_arrives(
    engine: &mut Engine,
    node: NodeId,
    arrived: &Arrived<'_>,
    message: &Message<'_>,
) {
    /// How much of a packet has to be quoted, behind its header.
    const LEAST: usize = 8;
    let offender = arrived.contents.source;
    let Some((error, is_hard)) = meaning(offender, message) else { return };
    let Ok((slice, _)) = LaxIpSlice::from_slice(message.payload) else { return };
    let (source, destination) = (slice.source_addr(), slice.destination_addr());
    let kernel = engine.node(node);
    let quoted = slice.payload().payload;
    if !kernel.is_local(source) || kernel.is_broadcast(destination) || quoted.len() < LEAST {
        return;
    }
    let protocol = slice.payload_ip_number();
    let has_ports = matches!(protocol, IpNumber::TCP | IpNumber::UDP);
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
        offender,
        kind: message.kind,
        code: message.code,
        info: info(offender, message),
        packet: message.payload,
        quoted,
    };
    let is_advice = error == Errno::EREMOTEIO;
    if is_advice && message.kind == REDIRECT {
        redirect::arrives(engine, node, arrived.interface, &what);
    }
    match protocol {
        IpNumber::TCP if !is_advice => tcp_icmp::unreachable(engine, node, &what),
        IpNumber::UDP if !is_advice => udp::unreachable(engine, node, &what),
        IpNumber::ICMP | IpNumber::IPV6_ICMP => {
            // What the node itself has answered is believed, over IPv6 everything (`icmp_err`, `icmpv6_err`).
            let is_own = source.is_ipv6() || quoted.first() == Some(&ECHO_REPLY);
            if error == Errno::EMSGSIZE && is_own {
                engine.learn_path_mtu(node, destination, what.info);
            }
            raw_error::ping_socket_hears(engine, node, &what);
        }
        _ => {}
    }
    raw_error::raw_sockets_hear(engine, node, &what);
}
