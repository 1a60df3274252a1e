//! What stands between the header of a packet of IPv6 and its contents: extension headers (RFC 8200 §4;
//! net/ipv6/exthdrs.c). IPv4's options are `header_options.rs`'s.

use etherparse::{IpNumber, Ipv6Header};

use super::icmp::Problem;

/// Why a packet is dropped for what is before its contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refused {
    /// It is malformed, or says that it be dropped; its sender may be told.
    Malformed(Option<Problem>),
    /// It is counted nowhere.
    Silently,
}

/// A parameter problem of ICMP, about the octet at `pointer`.
pub(super) fn parameter(code: u8, pointer: usize) -> Refused {
    Refused::Malformed(Some(Problem::Parameter { code, pointer: pointer as u32 }))
}

/// Extension headers of IPv6.
const HOP_BY_HOP: IpNumber = IpNumber::IPV6_HEADER_HOP_BY_HOP;
const ROUTING: IpNumber = IpNumber::IPV6_ROUTE_HEADER;
const FRAGMENT: IpNumber = IpNumber::IPV6_FRAGMENTATION_HEADER;
const DESTINATION_OPTIONS: IpNumber = IpNumber::IPV6_DESTINATION_OPTIONS;
/// Where the next header is told in IPv6's own.
const NEXT_HEADER: usize = 6;
/// Codes of a parameter problem (RFC 4443 §3.4, RFC 7112).
const ERRONEOUS_FIELD: u8 = 0;
const UNRECOGNIZED_NEXT_HEADER: u8 = 1;
const UNRECOGNIZED_OPTION: u8 = 2;
/// The octets of a fragment header.
const FRAGMENT_HEADER: usize = 8;

/// What is behind IPv6's headers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Behind<'a> {
    /// The contents, and where their protocol is told.
    Contents { protocol: IpNumber, payload: &'a [u8], told_at: usize },
    /// A part of the contents.
    Fragment,
}

/// Whether a header behind IPv6's own is one that raw sockets see as if it were the contents (`raw6_local_deliver`).
pub(super) fn is_seen(protocol: IpNumber) -> bool {
    matches!(protocol, ROUTING | DESTINATION_OPTIONS)
}

/// A header in units of eight octets, of which the second octet says how many there are beside the first.
fn in_units(packet: &[u8], at: usize) -> Option<&[u8]> {
    let length = (usize::from(*packet.get(at + 1)?) + 1) * 8;
    packet.get(at..at + length)
}

/// Looks at the options for each hop, which every node does that a packet comes to (`ipv6_parse_hopopts`).
pub(super) fn check_hop_by_hop(packet: &[u8], is_multicast: bool) -> Result<(), Refused> {
    if packet.get(NEXT_HEADER) != Some(&HOP_BY_HOP.0) {
        return Ok(());
    }
    check_options_v6(packet, Ipv6Header::LEN, is_multicast)
}

/// Looks at the options in a header of them (`ip6_parse_tlv`).
fn check_options_v6(packet: &[u8], at: usize, is_multicast: bool) -> Result<(), Refused> {
    /// IP6_DEFAULT_MAX_HBH_OPTS_CNT, and as many for the destination.
    const OPTIONS_MAX: usize = 8;
    const PADDING_MAX: usize = 7;
    const ONE_OCTET: u8 = 0;
    const OCTETS: u8 = 1;
    const ROUTER_ALERT_V6: u8 = 5;
    const MALFORMED: Result<(), Refused> = Err(Refused::Malformed(None));
    let Some(header) = in_units(packet, at) else { return MALFORMED };
    let (mut from, mut padding, mut count) = (2, 0, 0);
    while let Some(&kind) = header.get(from) {
        if kind == ONE_OCTET {
            (from, padding) = (from + 1, padding + 1);
            if padding > PADDING_MAX {
                return MALFORMED;
            }
            continue;
        }
        let Some(length) = header.get(from + 1).map(|length| usize::from(*length) + 2) else {
            return MALFORMED;
        };
        let Some(option) = header.get(from..from + length) else { return MALFORMED };
        if kind == OCTETS {
            padding += length;
            if padding > PADDING_MAX || option[2..].iter().any(|octet| *octet != 0) {
                return MALFORMED;
            }
        } else {
            (padding, count) = (0, count + 1);
            if count > OPTIONS_MAX {
                return MALFORMED;
            }
            // The two highest bits say what is to be done with an option that is not known (RFC 8200 §4.2).
            match kind >> 6 {
                0 if kind == ROUTER_ALERT_V6 && length != 4 => return MALFORMED,
                0 => {}
                1 => return MALFORMED,
                3 if is_multicast => return MALFORMED,
                _ => return Err(parameter(UNRECOGNIZED_OPTION, at + from)),
            }
        }
        from += length;
    }
    Ok(())
}

/// What is behind the headers of a packet for this node. `reassembled` says how many times a header of a fragment that
/// is all of its packet has been passed.
pub(super) fn behind<'a>(
    packet: &'a [u8],
    is_multicast: bool,
    atomic: &mut u32,
) -> Result<Behind<'a>, Refused> {
    let (mut told_at, mut at) = (NEXT_HEADER, Ipv6Header::LEN);
    loop {
        let protocol = IpNumber(packet.get(told_at).copied().unwrap_or_default());
        let is_first = at == Ipv6Header::LEN;
        match protocol {
            // Those for each hop are looked at already.
            HOP_BY_HOP if is_first => {}
            DESTINATION_OPTIONS => check_options_v6(packet, at, is_multicast)?,
            ROUTING => check_route(packet, at)?,
            FRAGMENT => {
                let Some(header) = packet.get(at..at + FRAGMENT_HEADER) else {
                    return Err(parameter(ERRONEOUS_FIELD, Ipv6Header::LEN));
                };
                if header[2] != 0 || header[3] & !6 != 0 {
                    return Ok(Behind::Fragment);
                }
                *atomic += 1;
                (told_at, at) = (at, at + FRAGMENT_HEADER);
                continue;
            }
            _ => {
                let payload = packet.get(at..).unwrap_or_default();
                return Ok(Behind::Contents { protocol, payload, told_at });
            }
        }
        let length = in_units(packet, at).map(<[u8]>::len).ok_or(Refused::Malformed(None))?;
        (told_at, at) = (at, at + length);
    }
}

/// A route that is at its end is passed over, others are not gone (`ipv6_rthdr_rcv`).
fn check_route(packet: &[u8], at: usize) -> Result<(), Refused> {
    let header = in_units(packet, at).ok_or(Refused::Malformed(None))?;
    if header[3] == 0 { Ok(()) } else { Err(parameter(ERRONEOUS_FIELD, at + 2)) }
}

/// The problem of a protocol that the node has not.
pub(super) const fn unknown_protocol(told_at: usize) -> Problem {
    Problem::Parameter { code: UNRECOGNIZED_NEXT_HEADER, pointer: told_at as u32 }
}
