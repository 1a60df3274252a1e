//! ICMP: errors about what was sent, and echo (RFC 792, RFC 1122 §3.2.2, RFC 4443; net/ipv4/icmp.c, net/ipv6/icmp.c).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};
use core::ops::RangeInclusive;

use etherparse::checksum::Sum16BitWords;
use etherparse::{Icmpv4Header, Icmpv4Type, Icmpv6Header, Icmpv6Slice, Icmpv6Type, IpNumber, LaxIpSlice};

use super::header_options::{HeaderOptions, milliseconds_of_day};
use super::multicast::{MLD_QUERY, MLD_REPORT_V1};
use super::neighbour_discovery::{self, NEIGHBOUR_ADVERTISEMENT, NEIGHBOUR_SOLICITATION};
use super::packet::{Arrived, Contents, HeaderFields, PathMtuDiscovery};
use super::route::LOOPBACK;
use super::statistics::Icmp as counter;
use super::{icmp_error, local_scope, raw, redirect_v6, sockaddr};
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// How much of an offending packet is sent back: enough to stay within 576 bytes (RFC 1812 §4.3.2.3).
const QUOTED_IPV4: usize = 576 - 20 - HEADER;
/// Enough to stay within 1280 bytes (RFC 4443 §2.4 (c)).
const QUOTED_IPV6: usize = 1280 - 40 - HEADER;
/// The bytes of a message's header.
const HEADER: usize = 8;
/// IPTOS_PREC_INTERNETCONTROL: how IPv4's errors travel.
pub(super) const INTERNETWORK_CONTROL: u8 = 0xC0;

/// Types of ICMP.
pub(super) const ECHO_REPLY: u8 = 0;
pub(super) const DESTINATION_UNREACHABLE: u8 = 3;
pub(super) const SOURCE_QUENCH: u8 = 4;
pub(super) const REDIRECT: u8 = 5;
pub(super) const ECHO: u8 = 8;
pub(super) const TIME_EXCEEDED: u8 = 11;
pub(super) const PARAMETER_PROBLEM: u8 = 12;
const TIMESTAMP: u8 = 13;
const TIMESTAMP_REPLY: u8 = 14;
/// The types that tell of an error, or of a better way.
const ERRORS: [u8; 5] = [DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM];
/// The types that tell of none: echo, questions for the time, for addresses and for masks, with their answers.
const NO_ERRORS: [u8; 8] = [ECHO_REPLY, ECHO, TIMESTAMP, TIMESTAMP_REPLY, 15, 16, 17, 18];
/// The types of questions for an address mask, and of answers.
const ADDRESS_MASKS: RangeInclusive<u8> = 17..=18;
/// NR_ICMP_TYPES: there are no higher ones.
const HIGHEST_TYPE: u8 = 18;
/// Extended echo requests (RFC 8335), which Linux knows, but does not answer as it comes, and replies.
pub(super) const EXTENDED_ECHO_REQUEST: u8 = 42;
const EXTENDED_ECHO_REPLY: u8 = 43;
/// The code of a redirect for one host.
const REDIRECT_HOST: u8 = 1;
/// The code of "fragmentation needed and DF set".
pub(super) const FRAGMENTATION_NEEDED: u8 = 4;

/// Types of ICMPv6.
pub(super) const DESTINATION_UNREACHABLE_V6: u8 = 1;
pub(super) const PACKET_TOO_BIG: u8 = 2;
pub(super) const TIME_EXCEEDED_V6: u8 = 3;
pub(super) const PARAMETER_PROBLEM_V6: u8 = 4;
pub(super) const ECHO_REQUEST_V6: u8 = 128;
pub(super) const ECHO_REPLY_V6: u8 = 129;
pub(super) const REDIRECT_V6: u8 = 137;
pub(super) const EXTENDED_ECHO_REQUEST_V6: u8 = 160;
const EXTENDED_ECHO_REPLY_V6: u8 = 161;

/// Why octets are no message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Malformed {
    Checksum,
    Length,
}

/// Whether the checksum is right of a message of ICMPv6 that is too short for a header.
fn is_intact_v6(contents: &Contents<'_>) -> bool {
    let (IpAddr::V6(source), IpAddr::V6(destination)) = (contents.source, contents.destination) else {
        return false;
    };
    let mut sum = Sum16BitWords::new().add_16bytes(source.octets()).add_16bytes(destination.octets());
    let sum = sum.add_4bytes((contents.payload.len() as u32).to_be_bytes());
    let sum = sum.add_2bytes([0, IpNumber::IPV6_ICMP.0]).add_slice(contents.payload);
    contents.payload.len() < HEADER && sum.ones_complement() == 0
}

/// A message of ICMP or of ICMPv6.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) kind: u8,
    pub(super) code: u8,
    /// The second half of the header.
    pub(super) rest: [u8; 4],
    pub(super) payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// A message that has come, if its checksum is right, and there is enough of it.
    fn decode(contents: &Contents<'a>) -> Result<Self, Malformed> {
        let bytes = contents.payload;
        let valid = match (contents.source, contents.destination) {
            (IpAddr::V6(source), IpAddr::V6(destination)) => Icmpv6Slice::from_slice(bytes)
                .is_ok_and(|slice| slice.is_checksum_valid(source.octets(), destination.octets())),
            _ => Sum16BitWords::new().add_slice(bytes).ones_complement() == 0,
        };
        if !valid && (contents.source.is_ipv4() || !is_intact_v6(contents)) {
            return Err(Malformed::Checksum);
        }
        let (&[kind, code, _, _, a, b, c, d], payload) =
            bytes.split_first_chunk::<HEADER>().ok_or(Malformed::Length)?;
        Ok(Message { kind, code, rest: [a, b, c, d], payload })
    }

    /// The message as bytes, with the checksum of those addresses.
    pub(super) fn encode(&self, source: IpAddr, destination: IpAddr) -> Vec<u8> {
        let (type_u8, code_u8, bytes5to8) = (self.kind, self.code, self.rest);
        match (source, destination) {
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let kind = Icmpv6Type::Unknown { type_u8, code_u8, bytes5to8 };
                let (source, destination) = (source.octets(), destination.octets());
                match Icmpv6Header::with_checksum(kind, source, destination, self.payload) {
                    Ok(header) => [&header.to_bytes()[..], self.payload].concat(),
                    // Longer than any packet.
                    Err(_) => Vec::new(),
                }
            }
            _ => {
                let kind = Icmpv4Type::Unknown { type_u8, code_u8, bytes5to8 };
                let header = Icmpv4Header::with_checksum(kind, self.payload);
                [&header.to_bytes()[..], self.payload].concat()
            }
        }
    }
}

/// Why a packet goes no further.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Problem {
    NetUnreachable,
    HostUnreachable,
    ProtocolUnreachable,
    PortUnreachable,
    /// The next hop takes packets of so many bytes.
    TooBig(u32),
    TimeExceeded,
    /// Not all fragments of a packet have come in time.
    ReassemblyTimeExceeded,
    /// Something in the header, at this octet; the code is IPv6's.
    Parameter {
        code: u8,
        pointer: u32,
    },
    /// There is a shorter way, by this router (IPv4 only).
    Redirect(Ipv4Addr),
}

impl Problem {
    /// The type, the code and the rest of the header, for IPv4.
    fn header_v4(self) -> (u8, u8, [u8; 4]) {
        match self {
            Problem::NetUnreachable => (DESTINATION_UNREACHABLE, 0, [0; 4]),
            Problem::HostUnreachable => (DESTINATION_UNREACHABLE, 1, [0; 4]),
            Problem::ProtocolUnreachable => (DESTINATION_UNREACHABLE, 2, [0; 4]),
            Problem::PortUnreachable => (DESTINATION_UNREACHABLE, 3, [0; 4]),
            Problem::TooBig(mtu) => {
                let [.., high, low] = mtu.to_be_bytes();
                (DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED, [0, 0, high, low])
            }
            Problem::TimeExceeded => (TIME_EXCEEDED, 0, [0; 4]),
            Problem::ReassemblyTimeExceeded => (TIME_EXCEEDED, 1, [0; 4]),
            Problem::Parameter { pointer, .. } => (PARAMETER_PROBLEM, 0, [pointer as u8, 0, 0, 0]),
            Problem::Redirect(gateway) => (REDIRECT, REDIRECT_HOST, gateway.octets()),
        }
    }

    /// Those for IPv6.
    fn header_v6(self) -> (u8, u8, [u8; 4]) {
        match self {
            Problem::Redirect(_) => unreachable!("those of IPv6 are no answers to a problem"),
            Problem::NetUnreachable => (DESTINATION_UNREACHABLE_V6, 0, [0; 4]),
            Problem::HostUnreachable => (DESTINATION_UNREACHABLE_V6, 3, [0; 4]),
            Problem::PortUnreachable => (DESTINATION_UNREACHABLE_V6, 4, [0; 4]),
            Problem::TooBig(mtu) => (PACKET_TOO_BIG, 0, mtu.to_be_bytes()),
            Problem::TimeExceeded => (TIME_EXCEEDED_V6, 0, [0; 4]),
            Problem::ReassemblyTimeExceeded => (TIME_EXCEEDED_V6, 1, [0; 4]),
            Problem::Parameter { code, pointer } => (PARAMETER_PROBLEM_V6, code, pointer.to_be_bytes()),
            // Unrecognized next header, which the header's sixth byte says.
            Problem::ProtocolUnreachable => (PARAMETER_PROBLEM_V6, 1, [0, 0, 0, 6]),
        }
    }
}

/// The sender of a packet.
pub(super) fn source_of(packet: &[u8]) -> Option<IpAddr> {
    Some(LaxIpSlice::from_slice(packet).ok()?.0.source_addr())
}

/// The receiver of a packet.
pub(super) fn destination_of(packet: &[u8]) -> Option<IpAddr> {
    Some(LaxIpSlice::from_slice(packet).ok()?.0.destination_addr())
}

/// Whether somebody may be told of a problem with what he sent (RFC 1122 §3.2.2, RFC 4443 §2.4 (e)).
fn may_be_told(engine: &Engine, node: NodeId, slice: &LaxIpSlice<'_>, problem: Problem) -> bool {
    let (source, destination) = (slice.source_addr(), slice.destination_addr());
    let is_error = |kind: u8| match source {
        // Linux takes what it does not know for errors, too.
        IpAddr::V4(_) => !NO_ERRORS.contains(&kind),
        IpAddr::V6(_) => kind < ECHO_REQUEST_V6,
    };
    let payload = slice.payload();
    // Of the other version's nobody knows here which are errors.
    let icmp = if source.is_ipv4() { IpNumber::ICMP } else { IpNumber::IPV6_ICMP };
    let about_error =
        payload.ip_number == icmp && payload.payload.first().is_some_and(|kind| is_error(*kind));
    let later_fragment = slice.ipv4().is_some_and(|ipv4| ipv4.header().fragments_offset().value() != 0);
    let to_many = destination.is_multicast() || engine.node(node).is_broadcast(destination);
    let from_nobody = source.is_unspecified() && source.is_ipv6()
        || source.is_multicast()
        || engine.node(node).is_broadcast(source);
    // Of an option that is not known, too (RFC 4443 §2.4 (e.3)).
    let too_big_v6 =
        source.is_ipv6() && matches!(problem, Problem::TooBig(_) | Problem::Parameter { code: 2, .. });
    !about_error && !later_fragment && !from_nobody && (!to_many || too_big_v6)
}

/// Tells the sender of `packet`, which has come by an interface, of a problem with it, if he has not been told too
/// often.
pub(super) fn error(engine: &mut Engine, node: NodeId, interface: u32, packet: &[u8], problem: Problem) {
    let Ok((slice, _)) = LaxIpSlice::from_slice(packet) else { return };
    if !may_be_told(engine, node, &slice, problem) {
        return;
    }
    let (mut to, destination) = (slice.source_addr(), slice.destination_addr());
    if to.is_ipv4() && engine.node(node).is_loopback(interface) {
        // What the node has sent to itself as somebody else is answered by nobody, and what came from nobody itself.
        if !engine.node(node).is_local(destination) {
            return;
        }
        to = sockaddr::specified(to, destination);
    }
    if to.is_unspecified() {
        return;
    }
    // Where there is no way back, nobody hears of it.
    let Ok((route, way_back)) = engine.route(node, to) else { return };
    let kernel = engine.node(node);
    let is_own = match destination {
        // What the node has sent to itself has come by the loopback interface, which has no local address.
        IpAddr::V6(own) if kernel.is_local(to) => local_scope::has(kernel, own, LOOPBACK, false),
        _ => kernel.is_local(destination),
    };
    let from = if is_own { destination } else { way_back };
    let ((kind, code, rest), most) = match to {
        IpAddr::V4(_) => (problem.header_v4(), QUOTED_IPV4),
        IpAddr::V6(_) => (problem.header_v6(), QUOTED_IPV6),
    };
    let (now, kernel) = (engine.now(), engine.node_mut(node));
    let local = [interface, route.interface].map(|interface| kernel.is_loopback(interface));
    if !kernel.inet.icmp_limits.allow(now, &kernel.sysctls.icmp, to, (kind, code), local) {
        return;
    }
    let options = match problem {
        _ if to.is_ipv6() => HeaderOptions::default(),
        Problem::Parameter { pointer, .. } => HeaderOptions::of_wrong_packet(packet, pointer as usize),
        _ => HeaderOptions::of_packet(packet),
    };
    let options = options.echoed();
    let message = Message { kind, code, rest, payload: &packet[..packet.len().min(most - options.len())] };
    // Over IPv4 with the type of service of what it is about (IPTOS_TOS_MASK).
    let service = packet.get(1).map_or(0, |octet| octet & 0x1E);
    let traffic_class = if to.is_ipv4() { INTERNETWORK_CONTROL | service } else { 0 };
    engine.node_mut(node).inet.statistics.message_out(to, kind);
    send(engine, node, (from, to), &message, (traffic_class, options));
}

fn send(
    engine: &mut Engine,
    node: NodeId,
    (from, to): (IpAddr, IpAddr),
    message: &Message<'_>,
    (traffic_class, options): (u8, HeaderOptions),
) {
    let protocol = if to.is_ipv4() { IpNumber::ICMP } else { IpNumber::IPV6_ICMP };
    let options = options.leaving(engine, node, from);
    let payload = [options.as_bytes(), &message.encode(from, to)].concat();
    let contents = Contents { source: from, destination: to, protocol, payload: &payload };
    let discovery = PathMtuDiscovery::DONT;
    let fields = HeaderFields {
        type_of_service: traffic_class,
        traffic_class,
        discovery,
        options: options.len() as u8,
        ..HeaderFields::default()
    };
    // Where there is no way back, nobody hears of it.
    let _ = engine.send_packet(node, &contents, fields);
}

/// An ICMP message has come to a node (`icmp_rcv`, `icmpv6_rcv`). Whether it `is_local`: for this node alone.
pub(super) fn message_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, is_local: bool) {
    let contents = &arrived.contents;
    let version = contents.source;
    let statistics = &mut engine.node_mut(node).inet.statistics;
    statistics.icmp(version, counter::InMsgs);
    let message = match Message::decode(contents) {
        Ok(message) => message,
        Err(malformed) => {
            if malformed == Malformed::Checksum {
                statistics.icmp(version, counter::InCsumErrors);
            }
            return statistics.icmp(version, counter::InErrors);
        }
    };
    statistics.message_in(version, message.kind);
    // Of what goes to many, only questions for address masks are no errors here.
    let is_refused_to_many = |kind: u8| !ADDRESS_MASKS.contains(&kind);
    match (version, message.kind) {
        (IpAddr::V4(_), EXTENDED_ECHO_REQUEST) => {}
        (IpAddr::V4(_), EXTENDED_ECHO_REPLY) => raw::echo_reply_arrives(engine, node, arrived),
        (IpAddr::V4(_), kind) if kind > HIGHEST_TYPE || !is_local && is_refused_to_many(kind) => {
            statistics.icmp(version, counter::InErrors);
        }
        (IpAddr::V4(_), ECHO) => echo(engine, node, arrived, &message, ECHO_REPLY),
        (IpAddr::V4(_), ECHO_REPLY) => raw::echo_reply_arrives(engine, node, arrived),
        (IpAddr::V4(_), TIMESTAMP) => timestamp(engine, node, arrived, &message),
        (IpAddr::V6(_), ECHO_REQUEST_V6) => echo(engine, node, arrived, &message, ECHO_REPLY_V6),
        (IpAddr::V6(_), ECHO_REPLY_V6 | EXTENDED_ECHO_REPLY_V6) => {
            raw::echo_reply_arrives(engine, node, arrived);
        }
        (IpAddr::V6(_), NEIGHBOUR_SOLICITATION | NEIGHBOUR_ADVERTISEMENT) => {
            if let Some(port) = engine.node(node).port_of(arrived.interface) {
                let hops = arrived.hop_limit;
                neighbour_discovery::message_arrives(engine, node, port, hops, contents, &message);
            }
        }
        (IpAddr::V6(_), MLD_QUERY | MLD_REPORT_V1) => engine.mld_arrives(node, arrived, &message),
        (IpAddr::V6(_), REDIRECT_V6) => redirect_v6::arrives(engine, node, arrived, &message),
        (IpAddr::V6(_), kind) if kind >= ECHO_REQUEST_V6 => {}
        (IpAddr::V4(_), kind) if !ERRORS.contains(&kind) => {}
        _ => {
            if !icmp_error::message_arrives(engine, node, arrived, &message) {
                engine.node_mut(node).inet.statistics.icmp(version, counter::InErrors);
            }
        }
    }
}

/// Answers the question for the time (RFC 792; `icmp_timestamp`): in milliseconds since midnight.
fn timestamp(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, message: &Message<'_>) {
    let Contents { source, destination, .. } = arrived.contents;
    let Some(asked) = message.payload.first_chunk::<4>() else {
        return engine.node_mut(node).inet.statistics.icmp(source, counter::InErrors);
    };
    let now = milliseconds_of_day(engine).to_be_bytes();
    let payload = [*asked, now, now].concat();
    let reply = Message { kind: TIMESTAMP_REPLY, code: 0, payload: &payload, ..*message };
    answer(engine, arrived, node, (destination, source), &reply);
}

/// Sends an answer to a packet. The kernel counts those of IPv4 as echo replies, whatever they are (`icmp_reply`).
fn answer(
    engine: &mut Engine,
    arrived: &Arrived<'_>,
    node: NodeId,
    ends: (IpAddr, IpAddr),
    message: &Message<'_>,
) {
    let counted = if ends.1.is_ipv4() { ECHO_REPLY } else { message.kind };
    engine.node_mut(node).inet.statistics.message_out(ends.1, counted);
    let options = HeaderOptions::of_packet(if ends.1.is_ipv4() { arrived.packet } else { &[] }).echoed();
    send(engine, node, ends, message, (arrived.traffic_class, options));
}

/// Answers an echo. Who asks everybody gets an answer over IPv6 only (net.ipv4.icmp_echo_ignore_broadcasts).
fn echo(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>, message: &Message<'_>, kind: u8) {
    let Contents { source, destination, .. } = arrived.contents;
    let from = if engine.node(node).is_local(destination) {
        destination
    } else if source.is_ipv6() {
        let Ok((_, own)) = engine.route(node, source) else { return };
        own
    } else {
        return;
    };
    answer(engine, arrived, node, (from, source), &Message { kind, ..*message });
}
