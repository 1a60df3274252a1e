//! ICMP: errors about what was sent, and echo (RFC 792, RFC 4443).

use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::Errno;
use etherparse::icmpv4::DestUnreachableHeader;
use etherparse::icmpv6::DestUnreachableCode;
use etherparse::{Icmpv4Header, Icmpv4Type, Icmpv6Header, Icmpv6Type, IpNumber, LaxIpSlice};

use super::packet::{Contents, HeaderFields, Unreachable};
use super::{tcp, udp};
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// How much of an offending IPv4 packet is sent back: enough to stay within 576 bytes (RFC 1812 §4.3.2.3).
const QUOTED_MAX: usize = 576 - 20 - 8;

/// Tells the sender of `packet` that nobody has the port.
pub(super) fn port_unreachable(engine: &mut Engine, node: NodeId, contents: &Contents<'_>, packet: &[u8]) {
    let quoted = &packet[..packet.len().min(QUOTED_MAX)];
    let message = match (contents.source, contents.destination) {
        (IpAddr::V4(_), IpAddr::V4(_)) => {
            ipv4_message(Icmpv4Type::DestinationUnreachable(DestUnreachableHeader::Port), quoted)
        }
        (IpAddr::V6(to), IpAddr::V6(from)) => ipv6_message(
            Icmpv6Type::DestinationUnreachable(DestUnreachableCode::Port),
            from.octets(),
            to.octets(),
            quoted,
        ),
        _ => return,
    };
    answer(engine, node, contents, &message);
}

/// Tells a node itself that a packet of its found no neighbour: what its kernel does when ARP gets no answer.
pub(super) fn host_unreachable(packet: &[u8]) -> Option<(IpAddr, Vec<u8>)> {
    let slice = etherparse::IpSlice::from_slice(packet).ok()?;
    let quoted = &packet[..packet.len().min(QUOTED_MAX)];
    let message = match slice.source_addr() {
        IpAddr::V4(_) => {
            ipv4_message(Icmpv4Type::DestinationUnreachable(DestUnreachableHeader::Host), quoted)
        }
        IpAddr::V6(own) => ipv6_message(
            Icmpv6Type::DestinationUnreachable(DestUnreachableCode::Address),
            own.octets(),
            own.octets(),
            quoted,
        ),
    };
    Some((slice.source_addr(), message))
}

fn ipv4_message(kind: Icmpv4Type, payload: &[u8]) -> Vec<u8> {
    [&Icmpv4Header::with_checksum(kind, payload).to_bytes()[..], payload].concat()
}

fn ipv6_message(kind: Icmpv6Type, source: [u8; 16], destination: [u8; 16], payload: &[u8]) -> Vec<u8> {
    match Icmpv6Header::with_checksum(kind, source, destination, payload) {
        Ok(header) => [&header.to_bytes()[..], payload].concat(),
        Err(_) => Vec::new(),
    }
}

fn answer(engine: &mut Engine, node: NodeId, contents: &Contents<'_>, message: &[u8]) {
    let protocol = if contents.source.is_ipv4() { IpNumber::ICMP } else { IpNumber::IPV6_ICMP };
    let back =
        Contents { source: contents.destination, destination: contents.source, protocol, payload: message };
    // Where there is no way back, nobody hears of it.
    let _ = engine.send_packet(node, &back, HeaderFields::default());
}

/// An ICMP message has come to a node.
pub(super) fn message_arrives(engine: &mut Engine, node: NodeId, contents: &Contents<'_>) {
    match contents.source {
        IpAddr::V4(_) => {
            let Ok((header, payload)) = Icmpv4Header::from_slice(contents.payload) else { return };
            match header.icmp_type {
                Icmpv4Type::EchoRequest(echo) => {
                    let message = ipv4_message(Icmpv4Type::EchoReply(echo), payload);
                    answer(engine, node, contents, &message);
                }
                Icmpv4Type::DestinationUnreachable(DestUnreachableHeader::Port) => {
                    unreachable(engine, node, payload, Errno::ECONNREFUSED);
                }
                Icmpv4Type::DestinationUnreachable(DestUnreachableHeader::Host) => {
                    unreachable(engine, node, payload, Errno::EHOSTUNREACH);
                }
                _ => {}
            }
        }
        IpAddr::V6(own) => {
            let Ok((header, payload)) = Icmpv6Header::from_slice(contents.payload) else { return };
            match header.icmp_type {
                Icmpv6Type::EchoRequest(echo) => {
                    let IpAddr::V6(destination) = contents.destination else { return };
                    let kind = Icmpv6Type::EchoReply(echo);
                    let message = ipv6_message(kind, destination.octets(), own.octets(), payload);
                    answer(engine, node, contents, &message);
                }
                Icmpv6Type::DestinationUnreachable(DestUnreachableCode::Port) => {
                    unreachable(engine, node, payload, Errno::ECONNREFUSED);
                }
                Icmpv6Type::DestinationUnreachable(DestUnreachableCode::Address) => {
                    unreachable(engine, node, payload, Errno::EHOSTUNREACH);
                }
                _ => {}
            }
        }
    }
}

/// Tells the socket that sent what is quoted.
fn unreachable(engine: &mut Engine, node: NodeId, quoted: &[u8], error: Errno) {
    let Ok((slice, _)) = LaxIpSlice::from_slice(quoted) else { return };
    let (source, destination) = (slice.source_addr(), slice.destination_addr());
    let &[s0, s1, d0, d1, ..] = slice.payload().payload else { return };
    let unreachable = Unreachable {
        error,
        source: SocketAddr::new(source, u16::from_be_bytes([s0, s1])),
        destination: SocketAddr::new(destination, u16::from_be_bytes([d0, d1])),
    };
    match slice.payload_ip_number() {
        IpNumber::TCP => tcp::unreachable(engine, node, &unreachable),
        IpNumber::UDP => udp::unreachable(engine, node, &unreachable),
        _ => {}
    }
}
