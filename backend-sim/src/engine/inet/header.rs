//! Headers of IP (RFC 791 §3.1, RFC 8200 §3): written, checked, marked.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};

use anysock::tcp::Ecn;
use etherparse::{IpNumber, Ipv4Header, Ipv6FlowLabel, Ipv6Header};

use super::packet::{Ends, HeaderFields};
use crate::engine::network::ETHERNET_HEADER;

/// The bits of a flow label (IPV6_FLOWLABEL_MASK).
const FLOW_LABEL: u32 = 0xF_FFFF;

/// The packet of a header and what it carries.
pub(super) fn ipv4_packet(header: &mut Ipv4Header, payload: &[u8]) -> Vec<u8> {
    header.header_checksum = header.calc_header_checksum();
    [&header.to_bytes()[..], payload].concat()
}

/// The ECN field of a packet (RFC 3168 §5).
pub(super) fn ecn_of(packet: &[u8]) -> Ecn {
    match packet {
        [version, class, ..] if version >> 4 == 6 => Ecn::from_bits(class >> 4),
        [_, service, ..] => Ecn::from_bits(*service),
        _ => Ecn::NotCapable,
    }
}

/// A router marks a packet, whose sender has said that it may be (RFC 3168 §5), instead of dropping it.
pub(in crate::engine) fn mark_congestion(packet: &mut [u8]) {
    if matches!(ecn_of(packet), Ecn::NotCapable | Ecn::CongestionExperienced) {
        return;
    }
    match packet {
        [version, class, ..] if *version >> 4 == 6 => *class |= Ecn::CongestionExperienced.bits() << 4,
        [version, service, _, _, _, _, _, _, _, _, high, low, ..] if *version >> 4 == 4 => {
            // The checksum follows (RFC 1624 §3): HC' = ~(~HC + ~m + m').
            let before = u16::from_be_bytes([*version, *service]);
            *service |= Ecn::CongestionExperienced.bits();
            let after = u16::from_be_bytes([*version, *service]);
            let sum = u32::from(!u16::from_be_bytes([*high, *low])) + u32::from(!before) + u32::from(after);
            [*high, *low] = (!folded(sum.into())).to_be_bytes();
        }
        _ => {}
    }
}

/// Whether the checksum of an IPv4 header is right.
pub(super) fn is_intact(header: &[u8]) -> bool {
    sum_of_words(header).is_multiple_of(0xFFFF)
}

/// Writes the header of a packet into its frame, behind which its options are already (RFC 791 §3.1, RFC 8200 §3).
/// `false` where the ends are of different versions.
#[inline]
pub(super) fn write_header(
    frame: &mut [u8],
    ends: &Ends,
    fields: &HeaderFields,
    identification: &mut u32,
) -> bool {
    let length = frame.len() - ETHERNET_HEADER;
    let packet = &mut frame[ETHERNET_HEADER..];
    match (ends.source, ends.destination) {
        (IpAddr::V4(source), IpAddr::V4(to)) => {
            let Some(place) = packet.first_chunk_mut::<{ Ipv4Header::MIN_LEN }>() else { return false };
            *identification = identification.wrapping_add(1);
            let [l0, l1] = (length as u16).to_be_bytes();
            let [i0, i1] = (*identification as u16).to_be_bytes();
            let flags = if fields.discovery.forbids_fragments() { 0x40 } else { 0 };
            let ([s0, s1, s2, s3], [d0, d1, d2, d3]) = (source.octets(), to.octets());
            let HeaderFields { time_to_live: limit, type_of_service: service, .. } = *fields;
            let protocol = ends.protocol.0;
            *place = [
                0x45, service, l0, l1, i0, i1, flags, 0, limit, protocol, 0, 0, s0, s1, s2, s3, d0, d1, d2,
                d3,
            ];
            [place[10], place[11]] = (!folded(sum_of_words(place))).to_ne_bytes();
            if fields.options != 0 {
                place[0] += fields.options / 4;
                write_checksum(&mut packet[..Ipv4Header::MIN_LEN + usize::from(fields.options)]);
            }
            true
        }
        _ => write_ipv6_header(packet, ends, fields),
    }
}

/// The same of IPv6. It stays apart: beside the other, the compiler takes addresses of both kinds to pieces before it
/// looks which they are.
#[inline(never)]
fn write_ipv6_header(packet: &mut [u8], ends: &Ends, fields: &HeaderFields) -> bool {
    let (IpAddr::V6(source), IpAddr::V6(to)) = (ends.source, ends.destination) else { return false };
    let payload_length = (packet.len() - Ipv6Header::LEN) as u16;
    let header = ipv6_header((source, to), payload_length, ends.protocol, *fields);
    packet[..Ipv6Header::LEN].copy_from_slice(&header.to_bytes());
    true
}

pub(super) fn ipv6_header(
    (source, to): (Ipv6Addr, Ipv6Addr),
    payload_length: u16,
    protocol: IpNumber,
    fields: HeaderFields,
) -> Ipv6Header {
    Ipv6Header {
        traffic_class: fields.traffic_class,
        flow_label: Ipv6FlowLabel::try_new(fields.flow_info & FLOW_LABEL).unwrap_or(Ipv6FlowLabel::ZERO),
        payload_length,
        next_header: protocol,
        hop_limit: fields.hop_limit,
        source: source.octets(),
        destination: to.octets(),
    }
}

/// The one's complement sum in 16 bits.
fn folded(sum: u64) -> u16 {
    let sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
    let sum = (sum & 0xFFFF) + (sum >> 16 & 0xFFFF) + (sum >> 32);
    ((sum & 0xFFFF) + (sum >> 16)) as u16
}

/// Writes the checksum of an IPv4 header into it.
pub(super) fn write_checksum(header: &mut [u8]) {
    header[10..12].fill(0);
    let sum = folded(sum_of_words(header));
    header[10..12].copy_from_slice(&(!sum).to_ne_bytes());
}

/// The sum of all words of a header (RFC 1071 §1), of which two are added at once, in whichever order their octets are
/// (§2).
fn sum_of_words(header: &[u8]) -> u64 {
    header.as_chunks().0.iter().map(|words| u64::from(u32::from_ne_bytes(*words))).sum()
}

pub(super) fn set_type_of_service(header: &mut Ipv4Header, type_of_service: u8) {
    if let (Ok(dscp), Ok(ecn)) = ((type_of_service >> 2).try_into(), (type_of_service & 3).try_into()) {
        (header.dscp, header.ecn) = (dscp, ecn);
    }
}
