//! ICMP errors that a script puts in.

use std::net::IpAddr;

use crate::connection::Connection;
use crate::error::Difference;
use crate::packet::{Packet, Payload, Segment};
use crate::script::{IcmpSpec, Quoted};

/// Names of types and codes of ICMP (linux/icmp.h).
const CODES_V4: [(&str, &str, u8, u8); 34] = [
    ("echo_reply", "", 0, 0),
    ("unreachable", "net_unreachable", 3, 0),
    ("unreachable", "host_unreachable", 3, 1),
    ("unreachable", "protocol_unreachable", 3, 2),
    ("unreachable", "port_unreachable", 3, 3),
    ("unreachable", "frag_needed", 3, 4),
    ("unreachable", "source_route_failed", 3, 5),
    ("unreachable", "net_unknown", 3, 6),
    ("unreachable", "host_unknown", 3, 7),
    ("unreachable", "source_host_isolated", 3, 8),
    ("unreachable", "net_prohibited", 3, 9),
    ("unreachable", "host_prohibited", 3, 10),
    ("unreachable", "net_unreachable_for_tos", 3, 11),
    ("unreachable", "host_unreachable_for_tos", 3, 12),
    ("unreachable", "packet_filtered", 3, 13),
    ("unreachable", "precedence_violation", 3, 14),
    ("unreachable", "precedence_cutoff", 3, 15),
    ("source_quench", "", 4, 0),
    ("redirect", "net_redirect", 5, 0),
    ("redirect", "host_redirect", 5, 1),
    ("redirect", "net_redirect_for_tos", 5, 2),
    ("redirect", "host_redirect_for_tos", 5, 3),
    ("echo_request", "", 8, 0),
    ("timestamp_request", "", 13, 0),
    ("timestamp_reply", "", 14, 0),
    ("information_request", "", 15, 0),
    ("information_reply", "", 16, 0),
    ("address_mask_request", "", 17, 0),
    ("address_mask_reply", "", 18, 0),
    ("time_exceeded", "ttl_exceeded", 11, 0),
    ("time_exceeded", "exceeded_ttl", 11, 0),
    ("time_exceeded", "fragment_reassembly_time_exceeded", 11, 1),
    ("time_exceeded", "exceeded_fragment_reassembly_time", 11, 1),
    ("parameter_problem", "", 12, 0),
];

/// The same of ICMPv6 (linux/icmpv6.h). ICMP's names for what ICMPv6 has, too, are known in it, so that one script can
/// be for both: the suites' are.
const CODES_V6: [(&str, &str, u8, u8); 26] = [
    ("unreachable", "no_route", 1, 0),
    ("unreachable", "admin_prohibited", 1, 1),
    ("unreachable", "administratively_prohibited", 1, 1),
    ("unreachable", "address_unreachable", 1, 3),
    ("unreachable", "not_neighbour", 1, 2),
    ("unreachable", "beyond_scope", 1, 2),
    ("unreachable", "addr_unreachable", 1, 3),
    ("unreachable", "port_unreachable", 1, 4),
    ("unreachable", "policy_failed", 1, 5),
    ("unreachable", "reject_route", 1, 6),
    ("unreachable", "net_unreachable", 1, 0),
    ("unreachable", "host_unreachable", 1, 3),
    ("unreachable", "net_unknown", 1, 0),
    ("unreachable", "host_unknown", 1, 3),
    ("unreachable", "net_prohibited", 1, 1),
    ("unreachable", "host_prohibited", 1, 1),
    ("unreachable", "packet_filtered", 1, 1),
    ("unreachable", "frag_needed", 2, 0),
    ("packet_too_big", "", 2, 0),
    ("time_exceeded", "hop_limit_exceeded", 3, 0),
    ("time_exceeded", "fragment_reassembly_time_exceeded", 3, 1),
    ("parameter_problem", "erroneous_header_field", 4, 0),
    ("parameter_problem", "unknown_next_header", 4, 1),
    ("parameter_problem", "unknown_option", 4, 2),
    ("echo_request", "", 128, 0),
    ("echo_reply", "", 129, 0),
];

/// The type and the code that a script names, by its name.
///
/// # Errors
/// That they are unknown.
pub(crate) fn type_and_code(spec: &IcmpSpec, ipv4: bool) -> Result<(u8, u8), Difference> {
    let codes = if ipv4 { &CODES_V4[..] } else { &CODES_V6[..] };
    let fits = |code: &str, number: u8| code == spec.code || spec.code.is_empty() && number == 0;
    let found = codes.iter().find(|(kind, code, _, number)| *kind == spec.kind && fits(code, *number));
    let unknown = || Difference::Unsupported(format!("icmp {} {}", spec.kind, spec.code));
    found.map(|(_, _, kind, code)| (*kind, *code)).ok_or_else(unknown)
}

/// Whether a message that came out is the one that a script expects; what is quoted in it is not looked at.
pub(crate) fn fits(spec: &IcmpSpec, message: &[u8], ipv4: bool) -> bool {
    let Ok((kind, code)) = type_and_code(spec, ipv4) else { return false };
    let code = if spec.code.is_empty() { message.get(1).copied().unwrap_or(code) } else { code };
    let word =
        message.get(4..8).unwrap_or_default().iter().fold(0, |word, octet| word << 8 | u32::from(*octet));
    message.starts_with(&[kind, code])
        && spec.mtu.is_none_or(|mtu| mtu == word)
        && spec.identifier.is_none_or(|identifier| u32::from(identifier) == word >> 16)
}

/// How much of a TCP header is quoted.
const QUOTED: usize = 20;

/// The packet of an ICMP error about a packet of a connection's.
///
/// # Errors
/// That the type or code is unknown.
pub(crate) fn packet(spec: &IcmpSpec, connection: &Connection) -> Result<Packet, Difference> {
    let (local, remote) = (connection.local, connection.remote);
    let (kind, code) = type_and_code(spec, local.is_ipv4())?;
    let payload = match spec.quoted.unwrap_or(Quoted::Udp(0)) {
        Quoted::Tcp { seq, length } => Payload::Tcp(Segment {
            source_port: local.port(),
            destination_port: remote.port(),
            seq: connection.to_local(seq, false),
            ack: 0,
            flags: 0,
            window: 0,
            urgent: 0,
            options: Vec::new(),
            text: vec![0; usize::from(u16::try_from(length).unwrap_or(u16::MAX))],
        }),
        Quoted::Udp(length) => Payload::Udp {
            source_port: local.port(),
            destination_port: remote.port(),
            octets: vec![0; usize::from(length)],
        },
    };
    let quoted = Packet::new(local.ip(), remote.ip(), payload).encode();
    let header = if local.is_ipv4() { 20 } else { 40 };
    let mut message = vec![kind, code, 0, 0];
    message.extend(match (local.ip(), spec.mtu) {
        // The high half of the second word is an echo's identifier. An MTU is in the low one (RFC 1191 §4), or all of
        // it (RFC 4443 §3.2).
        (IpAddr::V4(_), Some(mtu)) => (mtu & 0xFFFF).to_be_bytes(),
        (IpAddr::V6(_), Some(mtu)) => mtu.to_be_bytes(),
        (_, None) => (u32::from(spec.identifier.unwrap_or(0)) << 16).to_be_bytes(),
    });
    if spec.quoted.is_some() {
        message.extend(&quoted[..quoted.len().min(header + QUOTED)]);
    }
    Ok(Packet::new(remote.ip(), local.ip(), Payload::Icmp(message)))
}
