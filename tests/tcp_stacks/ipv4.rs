//! The IPv4 header (RFC 791), without options and fragments.

use core::net::Ipv4Addr;

pub(crate) const HEADER_LENGTH: usize = 20;
const PROTOCOL_TCP: u8 = 6;

/// The one's complement sum of a header's words; all ones where its checksum is right.
fn sum(words: [u32; HEADER_LENGTH / 4]) -> u16 {
    let sum = words.into_iter().fold(0u64, |sum, word| sum.wrapping_add(u64::from(word)));
    let sum = (sum & 0xffff).wrapping_add((sum >> 16) & 0xffff).wrapping_add(sum >> 32);
    let sum = (sum & 0xffff).wrapping_add(sum >> 16);
    sum.wrapping_add(sum >> 16) as u16
}

/// Writes the header of a TCP packet of `length` octets in all.
pub(crate) fn encode(
    header: &mut [u8; HEADER_LENGTH],
    length: usize,
    source: Ipv4Addr,
    destination: Ipv4Addr,
) {
    let version_and_length = 0x4500 << 16 | length as u32;
    let lifetime_and_protocol = 64 << 24 | u32::from(PROTOCOL_TCP) << 16;
    let words = |checksum: u16| {
        let third = lifetime_and_protocol | u32::from(checksum);
        [version_and_length, 0x4000, third, source.to_bits(), destination.to_bits()]
    };
    let words = words(!sum(words(0))).map(u32::to_be_bytes);
    header.copy_from_slice(words.as_flattened());
}

/// The source of a TCP packet to `own`, and the segment in it; `None` for any other packet.
pub(crate) fn decode(packet: &[u8], own: Ipv4Addr) -> Option<(Ipv4Addr, &[u8])> {
    let (header, _) = packet.split_first_chunk::<HEADER_LENGTH>()?;
    let &[a, b, c, d, e] = header.as_chunks().0 else { return None };
    let words = [a, b, c, d, e].map(u32::from_be_bytes);
    let [first, fragment, protocol, source, destination] = words;
    let segment = packet.get(HEADER_LENGTH..(first & 0xffff) as usize)?;
    let is_ours = destination == own.to_bits() && protocol >> 16 & 0xff == u32::from(PROTOCOL_TCP);
    (first >> 24 == 0x45 && fragment & 0x3fff == 0 && is_ours && sum(words) == 0xffff)
        .then_some((Ipv4Addr::from_bits(source), segment))
}
