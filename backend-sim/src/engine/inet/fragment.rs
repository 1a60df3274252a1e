//! Fragments of IPv4 packets (RFC 791 §3.2): made, and put together again.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::Instant;
use etherparse::{IpFragOffset, Ipv4Header};

use super::packet::ipv4_packet;

/// net.ipv4.ipfrag_time.
const LIFETIME: Duration = Duration::from_secs(30);
/// How many packets may be incomplete at once: the oldest goes.
const INCOMPLETE_MAX: usize = 64;
/// The most bytes that a packet carries.
const PAYLOAD_MAX: usize = 65_515;

/// The packets that carry `payload` in fragments, each at most `mtu` bytes long.
pub(super) fn fragments(header: &Ipv4Header, payload: &[u8], mtu: usize) -> Vec<Vec<u8>> {
    // Every fragment but the last carries a multiple of eight bytes.
    let most = (mtu - header.header_len()) / 8 * 8;
    let last = payload.len().div_ceil(most) - 1;
    let pieces = payload.chunks(most).enumerate();
    pieces
        .filter_map(|(number, piece)| {
            let mut header = header.clone();
            header.fragment_offset = IpFragOffset::try_new((number * most / 8) as u16).ok()?;
            header.more_fragments = number != last;
            header.set_payload_len(piece.len()).ok()?;
            Some(ipv4_packet(&mut header, piece))
        })
        .collect()
}

/// What tells packets apart: source, destination, protocol, identification.
type Key = ([u8; 4], [u8; 4], u8, u16);

#[derive(Debug)]
struct Incomplete {
    since: Instant,
    bytes: Vec<u8>,
    /// Which blocks of eight bytes are there.
    blocks: Vec<bool>,
    /// How many bytes there are in all; known once the last fragment is there.
    length: Option<usize>,
}

/// The packets of which some fragments are there.
#[derive(Debug, Default)]
pub(super) struct Reassembly {
    incomplete: BTreeMap<Key, Incomplete>,
}

impl Reassembly {
    /// A fragment has come: what its packet carries, if that is whole now.
    pub(super) fn fragment_arrives(
        &mut self,
        now: Instant,
        header: &Ipv4Header,
        piece: &[u8],
    ) -> Option<Vec<u8>> {
        let offset = usize::from(header.fragment_offset.value()) * 8;
        let end = offset + piece.len();
        if end > PAYLOAD_MAX
            || (header.more_fragments && (piece.is_empty() || !piece.len().is_multiple_of(8)))
        {
            return None;
        }
        self.incomplete.retain(|_, packet| now.since(packet.since) < LIFETIME);
        let key = (header.source, header.destination, header.protocol.0, header.identification);
        if !self.incomplete.contains_key(&key) && self.incomplete.len() >= INCOMPLETE_MAX {
            let oldest = self.incomplete.iter().min_by_key(|(_, packet)| packet.since).map(|(key, _)| *key);
            self.incomplete.remove(&oldest?);
        }
        let packet = self.incomplete.entry(key).or_insert_with(|| Incomplete {
            since: now,
            bytes: Vec::new(),
            blocks: Vec::new(),
            length: None,
        });
        if packet.bytes.len() < end {
            packet.bytes.resize(end, 0);
            packet.blocks.resize(end.div_ceil(8), false);
        }
        packet.bytes[offset..end].copy_from_slice(piece);
        packet.blocks[offset / 8..end.div_ceil(8)].fill(true);
        if !header.more_fragments {
            packet.length = Some(end);
        }
        let length = packet.length?;
        if packet.bytes.len() != length || !packet.blocks.iter().all(|there| *there) {
            return None;
        }
        self.incomplete.remove(&key).map(|packet| packet.bytes)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn parsed(packet: &[u8]) -> (Ipv4Header, &[u8]) {
        Ipv4Header::from_slice(packet).unwrap()
    }

    #[test]
    fn fragments_in_any_order_make_the_packet_again() {
        let payload: Vec<u8> = (0..=255).cycle().take(5001).collect();
        let header = Ipv4Header::new(5001, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let mut packets = fragments(&header, &payload, 1500);
        assert_eq!(packets.len(), 4);
        assert!(packets.iter().all(|packet| packet.len() <= 1500));
        packets.reverse();
        let mut reassembly = Reassembly::default();
        let mut whole = vec![];
        for packet in &packets {
            let (header, piece) = parsed(packet);
            whole.extend(reassembly.fragment_arrives(Instant::ZERO, &header, piece));
        }
        assert_eq!(whole, [payload]);
    }

    #[test]
    fn a_missing_fragment_is_waited_for_no_longer_than_thirty_seconds() {
        let header = Ipv4Header::new(3000, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let packets = fragments(&header, &[1; 3000], 1500);
        let mut reassembly = Reassembly::default();
        let late = Instant::ZERO + LIFETIME;
        for (packet, at) in packets.iter().zip([Instant::ZERO, Instant::ZERO, late]) {
            let (header, piece) = parsed(packet);
            assert_eq!(reassembly.fragment_arrives(at, &header, piece), None);
        }
    }
}
