//! Packets that a raw socket or a ping socket sees, with what a kernel chooses in them told in one way: the
//! identification of IPv4, flow labels, ephemeral ports, sequence numbers, identifiers of ping sockets, and the
//! checksums that change with them.

use std::ops::RangeInclusive;

use anysock::{Family, IpProtocol, SocketType};

use crate::call::Kind;

/// What is told instead of a number that a kernel has chosen.
const CHOSEN: [u8; 2] = [0xFF; 2];
/// The identifiers of ping sockets that programs name.
const NAMED_IDENTIFIERS: RangeInclusive<u16> = 32_001..=32_008;
/// The first port that a kernel chooses.
const FIRST_PORT: u16 = 32_768;

/// What a socket of this kind has received.
pub(crate) fn received(kind: Kind, bytes: &mut [u8]) {
    let of_ipv6 = kind.family == Family::INET6;
    match kind.kind {
        SocketType::RAW if !of_ipv6 && bytes.first().is_some_and(|first| first >> 4 == 4) => {
            packet_v4(bytes);
        }
        SocketType::RAW | SocketType::DGRAM => {
            contents(of_ipv6, kind.protocol.0 as u8, bytes);
        }
        _ => {}
    }
}

/// The name of a socket of this kind.
pub(crate) fn name(kind: Kind, address: &mut [u8]) {
    let is_ping = kind.kind == SocketType::DGRAM
        && [IpProtocol::ICMP.0, IpProtocol::ICMPV6.0].contains(&kind.protocol.0);
    if is_ping && let Some(port) = address.get_mut(2..4) {
        tell(port, |identifier| identifier != 0 && !NAMED_IDENTIFIERS.contains(&identifier));
    }
}

/// Tells a number otherwise where it is one that a kernel has chosen; whether it is.
fn tell(number: &mut [u8], is_chosen: impl Fn(u16) -> bool) -> bool {
    let chosen = number.try_into().is_ok_and(|bytes| is_chosen(u16::from_be_bytes(bytes)));
    if chosen {
        number.copy_from_slice(&CHOSEN);
    }
    chosen
}

/// Whether the sum of a whole header is right.
fn is_intact(header: &[u8]) -> bool {
    let words = header.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
    let sum: u32 = words.sum();
    (sum & 0xFFFF) + (sum >> 16) == 0xFFFF
}

fn packet_v4(packet: &mut [u8]) {
    let length = packet.first().map_or(0, |first| usize::from(first & 0xF) * 4);
    let (header, payload) = packet.split_at_mut(length.min(packet.len()));
    // Of one that is cut short nobody knows.
    if header.len() < length || is_intact(header) {
        header.iter_mut().take(12).skip(10).for_each(|byte| *byte = 0);
    }
    // Of what must not be fragmented it is nothing, or anything.
    let is_free = header.get(9) == Some(&6) || header.get(6).is_some_and(|flags| flags & 0x40 != 0);
    let is_cut = header.len() < 20;
    match header.get_mut(4..6) {
        Some(identification) if !is_cut => {
            tell(identification, |identification| is_free || identification != 0);
        }
        _ => header.iter_mut().skip(4).for_each(|byte| *byte = 0),
    }
    if let Some(protocol) = header.get(9) {
        contents(false, *protocol, payload);
    }
}

fn packet_v6(packet: &mut [u8]) {
    for (byte, kept) in packet.iter_mut().skip(1).zip([0xF0, 0, 0]) {
        *byte &= kept;
    }
    if let Some((header, payload)) = packet.split_at_mut_checked(40) {
        contents(true, header[6], payload);
    }
}

fn contents(of_ipv6: bool, protocol: u8, bytes: &mut [u8]) {
    match (i32::from(protocol), of_ipv6) {
        (1, false) | (58, true) => message(of_ipv6, bytes),
        (6 | 17, _) if bytes.len() < 4 => bytes.fill(0),
        (17, _) => {
            tell(&mut bytes[..2], |port| port >= FIRST_PORT);
            tell(&mut bytes[2..4], |port| port >= FIRST_PORT);
            // Over the loopback interface nobody makes it.
            bytes.iter_mut().take(8).skip(6).for_each(|byte| *byte = 0);
        }
        (6, _) => {
            tell(&mut bytes[..2], |port| port >= FIRST_PORT);
            tell(&mut bytes[2..4], |port| port >= FIRST_PORT);
            let flags = 12..14;
            let others = bytes.iter_mut().enumerate().skip(4).filter(|(at, _)| !flags.contains(at));
            others.for_each(|(_, byte)| *byte = 0);
        }
        _ => {}
    }
}

/// A message of ICMP.
fn message(of_ipv6: bool, bytes: &mut [u8]) {
    let Some(&kind) = bytes.first() else { return };
    let (header, quoted) = bytes.split_at_mut(bytes.len().min(8));
    let is_chosen = match (kind, of_ipv6) {
        (0 | 8 | 42 | 43, false) | (128 | 129 | 160 | 161, true) => match header.get_mut(4..6) {
            Some(identifier) => {
                tell(identifier, |number| number != 0 && !NAMED_IDENTIFIERS.contains(&number))
            }
            // Of one that is cut short nobody knows.
            None => {
                header.iter_mut().skip(4).for_each(|byte| *byte = 0);
                true
            }
        },
        (3 | 11 | 12, false) => {
            packet_v4(quoted);
            true
        }
        (1..=4, true) => {
            packet_v6(quoted);
            true
        }
        _ => false,
    };
    if is_chosen {
        header.iter_mut().take(4).skip(2).for_each(|byte| *byte = 0);
    }
}
