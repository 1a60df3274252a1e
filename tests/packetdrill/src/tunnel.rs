//! The headers of tunnels on the wire: IP in IP (RFC 2003, RFC 2473), generic routing encapsulation (RFC 2784,
//! RFC 2890) and MPLS (RFC 3032).

use std::net::IpAddr;

use crate::packet::ip_header;
use crate::script::{Header, Label};

/// GRE's flags that say which fields there are.
const CHECKSUM: u16 = 0x8000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
/// Protocols of IP (linux/in.h).
const IP_IN_IP: u8 = 4;
const IPV6_IN_IP: u8 = 41;
const GRE: u8 = 47;
const MPLS: u8 = 137;
/// The time to live of a tunnel's packets.
const TTL: u8 = 64;

/// What a packet is to the header before it: its protocol in IP, and in GRE.
fn protocols(packet: &[u8], header: Option<&Header>) -> (u8, u16) {
    match header {
        Some(Header::Gre { .. }) => (GRE, 0),
        Some(Header::Mpls(_)) => (MPLS, 0x8847),
        _ if packet.first().is_some_and(|first| first >> 4 == 6) => (IPV6_IN_IP, 0x86DD),
        _ => (IP_IN_IP, 0x0800),
    }
}

/// A packet behind these headers, the outermost of which is the first.
pub(crate) fn encode(headers: &[Header], packet: Vec<u8>) -> Vec<u8> {
    let mut inner = None;
    headers.iter().rev().fold(packet, |packet, header| {
        let (protocol, ether_type) = protocols(&packet, inner);
        inner = Some(header);
        let mut octets = match header {
            Header::Ip { source, destination } => {
                ip_header((*source, *destination), (0, TTL, 0), protocol, packet.len())
            }
            Header::Gre { flags, protocol, checksum, offset, key, sequence } => {
                let mut octets = [*flags, protocol.unwrap_or(ether_type)].map(u16::to_be_bytes).concat();
                let fields = [
                    (CHECKSUM, u32::from(*checksum) << 16 | u32::from(*offset)),
                    (KEY, *key),
                    (SEQUENCE, *sequence),
                ];
                let there = fields.iter().filter(|(flag, _)| flags & flag != 0);
                octets.extend(there.flat_map(|(_, field)| field.to_be_bytes()));
                octets
            }
            Header::Mpls(labels) => labels.iter().flat_map(|label| word(*label).to_be_bytes()).collect(),
        };
        octets.extend(packet);
        octets
    })
}

fn word(label: Label) -> u32 {
    let Label { label, traffic_class, bottom, ttl } = label;
    label << 12 | u32::from(traffic_class) << 9 | u32::from(bottom) << 8 | u32::from(ttl)
}

/// The headers before the packet that `octets` end with, and that packet.
pub(crate) fn decode(mut octets: &[u8]) -> Option<(Vec<Header>, &[u8])> {
    let mut headers = Vec::new();
    loop {
        let (protocol, header, length) = match octets.first()? >> 4 {
            4 => (*octets.get(9)?, usize::from(octets.first()? & 15) * 4, 4),
            6 => (*octets.get(6)?, 40, 16),
            _ => return None,
        };
        if !matches!(protocol, IP_IN_IP | IPV6_IN_IP | GRE | MPLS) {
            return Some((headers, octets));
        }
        let address = |at: usize| -> Option<IpAddr> {
            let octets = octets.get(at..at + length)?;
            match <[u8; 4]>::try_from(octets) {
                Ok(octets) => Some(octets.into()),
                Err(_) => <[u8; 16]>::try_from(octets).ok().map(IpAddr::from),
            }
        };
        let first = if length == 4 { 12 } else { 8 };
        headers.push(Header::Ip { source: address(first)?, destination: address(first + length)? });
        octets = octets.get(header..)?;
        if protocol == GRE {
            octets = gre(octets, &mut headers)?;
        } else if protocol == MPLS {
            octets = mpls(octets, &mut headers)?;
        }
    }
}

fn number(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))
}

fn gre<'a>(octets: &'a [u8], headers: &mut Vec<Header>) -> Option<&'a [u8]> {
    let flags = number(octets.get(..2)?) as u16;
    let protocol = Some(number(octets.get(2..4)?) as u16);
    let mut rest = &octets[4..];
    let mut field = |flag: u16| {
        if flags & flag == 0 {
            return Some(0);
        }
        let (word, after) = rest.split_at_checked(4)?;
        rest = after;
        Some(number(word))
    };
    let (first, key, sequence) = (field(CHECKSUM)?, field(KEY)?, field(SEQUENCE)?);
    let (checksum, offset) = ((first >> 16) as u16, first as u16);
    headers.push(Header::Gre { flags, protocol, checksum, offset, key, sequence });
    // Labels of MPLS may follow; anything else is a packet.
    if protocol == Some(0x8847) { mpls(rest, headers) } else { Some(rest) }
}

fn mpls<'a>(mut octets: &'a [u8], headers: &mut Vec<Header>) -> Option<&'a [u8]> {
    let mut labels: Vec<Label> = Vec::new();
    while !labels.last().is_some_and(|label| label.bottom) {
        let (word, rest) = octets.split_at_checked(4)?;
        let word = number(word);
        labels.push(Label {
            label: word >> 12,
            traffic_class: (word >> 9 & 7) as u8,
            bottom: word >> 8 & 1 == 1,
            ttl: word as u8,
        });
        octets = rest;
    }
    headers.push(Header::Mpls(labels));
    Some(octets)
}

/// Whether the headers of a packet are those that a script expects; what it does not say of GRE's protocol is not
/// looked at.
pub(crate) fn fit(expected: &[Header], actual: &[Header]) -> bool {
    let fits = |(expected, actual): (&Header, &Header)| match (expected, actual) {
        (Header::Gre { protocol: None, .. }, Header::Gre { protocol: named @ Some(_), .. }) => {
            let mut expected = expected.clone();
            if let Header::Gre { protocol, .. } = &mut expected {
                *protocol = *named;
            }
            expected == *actual
        }
        (expected, actual) => expected == actual,
    };
    expected.len() == actual.len() && expected.iter().zip(actual).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Packet, Payload};

    #[test]
    fn what_is_put_behind_headers_is_found_there_again() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let payload = Payload::Udp { source_port: 1, destination_port: 2, octets: vec![7; 9] };
        let inner = Packet::new(address("192.0.2.1"), address("192.0.2.2"), payload).encode();
        let v4 = Header::Ip { source: address("10.0.0.1"), destination: address("10.0.0.2") };
        let v6 = Header::Ip { source: address("fd00::1"), destination: address("fd00::2") };
        let gre = |protocol| Header::Gre {
            flags: CHECKSUM | KEY | SEQUENCE,
            protocol,
            checksum: 0x1234,
            offset: 1,
            key: 5,
            sequence: 6,
        };
        let label = |bottom| Label { label: 0xF_FFFF, traffic_class: 5, bottom, ttl: 64 };
        let mpls = Header::Mpls(vec![label(false), label(true)]);
        for headers in [
            vec![],
            vec![v4.clone()],
            vec![v6.clone(), v4.clone()],
            vec![v4.clone(), gre(Some(0x0800))],
            vec![v6, mpls.clone()],
            vec![v4.clone(), gre(Some(0x8847)), mpls],
        ] {
            let octets = encode(&headers, inner.clone());
            assert_eq!(decode(&octets), Some((headers, &inner[..])));
        }
        // What is not said is what it is.
        let octets = encode(&[v4.clone(), gre(None)], inner);
        let (headers, _) = decode(&octets).unwrap();
        assert_eq!(headers[1], gre(Some(0x0800)));
        assert!(fit(&[v4.clone(), gre(None)], &headers) && !fit(&[v4, gre(Some(1))], &headers));
    }
}
