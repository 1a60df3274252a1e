//! ICMP errors that a script puts in.

use std::net::IpAddr;

use crate::connection::Connection;
use crate::error::Difference;
use crate::packet::{Packet, Payload, Segment};
use crate::script::{IcmpSpec, Quoted};

/// Names of types and codes of ICMP (linux/icmp.h).
const CODES_V4: [(&str, &str, u8, u8); 13] = [
    ("unreachable", "net_unreachable", 3, 0),
    ("unreachable", "host_unreachable", 3, 1),
    ("unreachable", "protocol_unreachable", 3, 2),
    ("unreachable", "port_unreachable", 3, 3),
    ("unreachable", "frag_needed", 3, 4),
    ("unreachable", "source_route_failed", 3, 5),
    ("unreachable", "net_unknown", 3, 6),
    ("unreachable", "host_unknown", 3, 7),
    ("unreachable", "net_prohibited", 3, 9),
    ("unreachable", "host_prohibited", 3, 10),
    ("unreachable", "packet_filtered", 3, 13),
    ("source_quench", "", 4, 0),
    ("time_exceeded", "", 11, 0),
];

/// The same of ICMPv6 (linux/icmpv6.h).
const CODES_V6: [(&str, &str, u8, u8); 8] = [
    ("unreachable", "no_route", 1, 0),
    ("unreachable", "admin_prohibited", 1, 1),
    ("unreachable", "not_neighbour", 1, 2),
    ("unreachable", "addr_unreachable", 1, 3),
    ("unreachable", "port_unreachable", 1, 4),
    ("packet_too_big", "", 2, 0),
    ("time_exceeded", "", 3, 0),
    ("parameter_problem", "", 4, 0),
];

/// How much of a TCP header is quoted.
const QUOTED: usize = 20;

/// The packet of an ICMP error about a packet of a connection's.
///
/// # Errors
/// That the type or code is unknown.
pub(crate) fn packet(spec: &IcmpSpec, connection: &Connection) -> Result<Packet, Difference> {
    let (local, remote) = (connection.local, connection.remote);
    let codes = if local.is_ipv4() { &CODES_V4[..] } else { &CODES_V6[..] };
    let fits = |code: &str, number: u8| code == spec.code || spec.code.is_empty() && number == 0;
    let found = codes.iter().find(|(kind, code, _, number)| *kind == spec.kind && fits(code, *number));
    let unknown = || Difference::Unsupported(format!("icmp {} {}", spec.kind, spec.code));
    let (_, _, kind, code) = *found.ok_or_else(unknown)?;
    let payload = match spec.quoted {
        Quoted::Tcp { seq, length } => Payload::Tcp(Segment {
            source_port: local.port(),
            destination_port: remote.port(),
            seq: connection.to_local(seq, false),
            ack: 0,
            flags: 0,
            window: 0,
            urgent: 0,
            options: Vec::new(),
            text: vec![0; length as usize],
        }),
        Quoted::Udp(length) => Payload::Udp {
            source_port: local.port(),
            destination_port: remote.port(),
            octets: vec![0; usize::from(length)],
        },
    };
    let quoted =
        Packet { source: local.ip(), destination: remote.ip(), tos: 0, ttl: 64, flow_label: 0, payload }
            .encode();
    let header = if local.is_ipv4() { 20 } else { 40 };
    let mut message = vec![kind, code, 0, 0];
    message.extend(match (local.ip(), spec.mtu) {
        // The low half of the second word (RFC 1191 §4), or all of it (RFC 4443 §3.2).
        (IpAddr::V4(_), mtu) => (mtu.unwrap_or(0) & 0xFFFF).to_be_bytes(),
        (IpAddr::V6(_), mtu) => mtu.unwrap_or(0).to_be_bytes(),
    });
    message.extend(&quoted[..quoted.len().min(header + QUOTED)]);
    Ok(Packet {
        source: remote.ip(),
        destination: local.ip(),
        tos: 0,
        ttl: 64,
        flow_label: 0,
        payload: Payload::Icmp(message),
    })
}
