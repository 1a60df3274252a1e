//! The IPv4 header (RFC 791), without options and fragments.

use std::net::Ipv4Addr;

pub(crate) const HEADER_LENGTH: usize = 20;
const PROTOCOL_TCP: u8 = 6;

/// The Internet checksum of a header; zero where its own checksum is right.
fn checksum(header: &[u8; HEADER_LENGTH]) -> u16 {
    let words = header.as_chunks::<2>().0.iter();
    let sum: u32 = words.map(|word| u32::from(u16::from_be_bytes(*word))).sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    !((sum + (sum >> 16)) as u16)
}

/// Writes the header of a TCP packet of `length` octets in all.
pub(crate) fn encode(packet: &mut [u8], length: usize, source: Ipv4Addr, destination: Ipv4Addr) {
    let header: &mut [u8; HEADER_LENGTH] = packet.first_chunk_mut().expect("room for the header");
    let [l0, l1] = (length as u16).to_be_bytes();
    let ([s0, s1, s2, s3], [d0, d1, d2, d3]) = (source.octets(), destination.octets());
    *header = [0x45, 0, l0, l1, 0, 0, 0x40, 0, 64, PROTOCOL_TCP, 0, 0, s0, s1, s2, s3, d0, d1, d2, d3];
    let [c0, c1] = checksum(header).to_be_bytes();
    (header[10], header[11]) = (c0, c1);
}

/// The source of a TCP packet to `own`, and the segment in it; `None` for any other packet.
pub(crate) fn decode(packet: &[u8], own: Ipv4Addr) -> Option<(Ipv4Addr, &[u8])> {
    let (header, _) = packet.split_first_chunk::<HEADER_LENGTH>()?;
    let [version, _, l0, l1, _, _, f0, f1, _, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] = *header;
    let segment = packet.get(HEADER_LENGTH..usize::from(u16::from_be_bytes([l0, l1])))?;
    let is_whole = u16::from_be_bytes([f0, f1]) & 0x3fff == 0;
    let is_ours = Ipv4Addr::new(d0, d1, d2, d3) == own && protocol == PROTOCOL_TCP;
    (version == 0x45 && is_whole && is_ours && checksum(header) == 0)
        .then(|| (Ipv4Addr::new(s0, s1, s2, s3), segment))
}
