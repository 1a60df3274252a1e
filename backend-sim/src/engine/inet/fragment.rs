//! Fragments of packets (RFC 791 §3.2, RFC 8200 §4.5): made, and put together again.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use anysock::{Errno, Instant};
use etherparse::{IpFragOffset, IpNumber, IpSlice, Ipv4Header, Ipv6FragmentHeader, Ipv6Header};

use super::packet::ipv4_packet;

/// net.ipv4.ipfrag_time. (IPv6's is twice as long.)
const LIFETIME: Duration = Duration::from_secs(30);
/// How many packets may be incomplete at once: the oldest goes.
const INCOMPLETE_MAX: usize = 64;
/// The most bytes that a packet carries.
const PAYLOAD_MAX: usize = 65_515;

/// How many bytes each fragment but the last carries beside its headers: a multiple of eight.
///
/// # Errors
/// `EMSGSIZE` where the MTU leaves room for none (`ip6_fragment`).
fn piece_length(mtu: usize, headers: usize) -> Result<usize, Errno> {
    match mtu.saturating_sub(headers) / 8 * 8 {
        0 => Err(Errno::EMSGSIZE),
        length => Ok(length),
    }
}

/// The IPv4 packets that carry `payload` in fragments, each at most `mtu` bytes long. The packet may itself be a
/// fragment.
///
/// # Errors
/// `EMSGSIZE` where the MTU leaves no room for a payload.
pub(super) fn fragments(header: &Ipv4Header, payload: &[u8], mtu: usize) -> Result<Vec<Vec<u8>>, Errno> {
    let most = piece_length(mtu, header.header_len())?;
    let pieces = payload.chunks(most).enumerate();
    let packets = pieces
        .filter_map(|(number, piece)| {
            let mut header = header.clone();
            let before = usize::from(header.fragment_offset.value());
            header.fragment_offset = IpFragOffset::try_new((before + number * most / 8) as u16).ok()?;
            header.more_fragments |= (number + 1) * most < payload.len();
            header.set_payload_len(piece.len()).ok()?;
            Some(ipv4_packet(&mut header, piece))
        })
        .collect();
    Ok(packets)
}

/// The IPv6 packets that do.
///
/// # Errors
/// `EMSGSIZE` where the MTU leaves no room for a payload.
pub(super) fn fragments_v6(
    header: &Ipv6Header,
    payload: &[u8],
    identification: u32,
    mtu: usize,
) -> Result<Vec<Vec<u8>>, Errno> {
    let most = piece_length(mtu, Ipv6Header::LEN + Ipv6FragmentHeader::LEN)?;
    let pieces = payload.chunks(most).enumerate();
    let packets = pieces
        .filter_map(|(number, piece)| {
            let offset = IpFragOffset::try_new((number * most / 8) as u16).ok()?;
            let more = (number + 1) * most < payload.len();
            let fragment = Ipv6FragmentHeader::new(header.next_header, offset, more, identification);
            let payload_length = (Ipv6FragmentHeader::LEN + piece.len()) as u16;
            let header = Ipv6Header {
                next_header: IpNumber::IPV6_FRAGMENTATION_HEADER,
                payload_length,
                ..header.clone()
            };
            Some([&header.to_bytes()[..], &fragment.to_bytes(), piece].concat())
        })
        .collect();
    Ok(packets)
}

/// What tells packets apart: source, destination, protocol, identification.
type Key = (IpAddr, IpAddr, u8, u32);

/// One fragment, taken apart.
struct Fragment<'a> {
    key: Key,
    /// Where its piece belongs, in bytes.
    offset: usize,
    more: bool,
    piece: &'a [u8],
}

/// The fragment that a packet is.
fn decode(packet: &[u8]) -> Option<Fragment<'_>> {
    match IpSlice::from_slice(packet).ok()? {
        IpSlice::Ipv4(slice) => {
            let header = slice.header();
            let (source, destination) = (header.source_addr().into(), header.destination_addr().into());
            Some(Fragment {
                key: (source, destination, header.protocol().0, header.identification().into()),
                offset: usize::from(header.fragments_offset().value()) * 8,
                more: header.more_fragments(),
                piece: packet.get(header.slice().len()..usize::from(header.total_len()))?,
            })
        }
        IpSlice::Ipv6(slice) => {
            let header = slice.header();
            // Other headers before it are not put together again.
            if header.next_header() != IpNumber::IPV6_FRAGMENTATION_HEADER {
                return None;
            }
            let rest = packet.get(Ipv6Header::LEN..Ipv6Header::LEN + usize::from(header.payload_length()))?;
            let (fragment, piece) = Ipv6FragmentHeader::from_slice(rest).ok()?;
            let (source, destination) = (header.source_addr().into(), header.destination_addr().into());
            Some(Fragment {
                key: (source, destination, fragment.next_header.0, fragment.identification),
                offset: usize::from(fragment.fragment_offset.value()) * 8,
                more: fragment.more_fragments,
                piece,
            })
        }
    }
}

/// The packet that its first fragment and all that it carries make.
fn whole(first: &[u8], protocol: u8, payload: &[u8]) -> Option<Vec<u8>> {
    if let Ok((mut header, _)) = Ipv4Header::from_slice(first) {
        header.more_fragments = false;
        header.set_payload_len(payload.len()).ok()?;
        return Some(ipv4_packet(&mut header, payload));
    }
    let (mut header, _) = Ipv6Header::from_slice(first).ok()?;
    header.next_header = IpNumber(protocol);
    header.payload_length = u16::try_from(payload.len()).ok()?;
    Some([&header.to_bytes()[..], payload].concat())
}

#[derive(Debug)]
struct Incomplete {
    since: Instant,
    /// The headers of the fragment that carries the beginning; empty until it is there.
    first: Vec<u8>,
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
    /// A fragment has come: its packet, if that is whole now.
    pub(super) fn fragment_arrives(&mut self, now: Instant, packet: &[u8]) -> Option<Vec<u8>> {
        let Fragment { key, offset, more, piece } = decode(packet)?;
        let end = offset + piece.len();
        if end > PAYLOAD_MAX || (more && (piece.is_empty() || !piece.len().is_multiple_of(8))) {
            return None;
        }
        let header = &packet[..packet.len() - piece.len()];
        self.incomplete.retain(|_, packet| now.since(packet.since) < LIFETIME);
        if !self.incomplete.contains_key(&key) && self.incomplete.len() >= INCOMPLETE_MAX {
            let oldest = self.incomplete.iter().min_by_key(|(_, packet)| packet.since).map(|(key, _)| *key);
            self.incomplete.remove(&oldest?);
        }
        let incomplete = self.incomplete.entry(key).or_insert_with(|| Incomplete {
            since: now,
            first: Vec::new(),
            bytes: Vec::new(),
            blocks: Vec::new(),
            length: None,
        });
        if offset == 0 {
            incomplete.first = header.into();
        }
        if incomplete.bytes.len() < end {
            incomplete.bytes.resize(end, 0);
            incomplete.blocks.resize(end.div_ceil(8), false);
        }
        incomplete.bytes[offset..end].copy_from_slice(piece);
        incomplete.blocks[offset / 8..end.div_ceil(8)].fill(true);
        if !more {
            incomplete.length = Some(end);
        }
        let length = incomplete.length?;
        if incomplete.bytes.len() != length || !incomplete.blocks.iter().all(|there| *there) {
            return None;
        }
        let Incomplete { first, bytes, .. } = self.incomplete.remove(&key)?;
        whole(&first, key.2, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn fragments_in_any_order_make_the_packet_again() {
        let payload: Vec<u8> = (0..=255).cycle().take(5001).collect();
        let header = Ipv4Header::new(5001, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let mut packets = fragments(&header, &payload, 1500).unwrap();
        assert_eq!(packets.len(), 4);
        assert!(packets.iter().all(|packet| packet.len() <= 1500));
        packets.reverse();
        let mut reassembly = Reassembly::default();
        let mut whole = vec![];
        for packet in &packets {
            whole.extend(reassembly.fragment_arrives(Instant::ZERO, packet));
        }
        assert_eq!(whole, [ipv4_packet(&mut header.clone(), &payload)]);
    }

    #[test]
    fn a_router_s_fragments_of_a_fragment_make_the_packet_again() {
        let payload: Vec<u8> = (0..=255).cycle().take(4000).collect();
        let header = Ipv4Header::new(4000, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let (mut reassembly, mut whole) = (Reassembly::default(), vec![]);
        for packet in fragments(&header, &payload, 1500).unwrap() {
            let (header, piece) = Ipv4Header::from_slice(&packet).unwrap();
            for smaller in fragments(&header, piece, 600).unwrap() {
                assert!(smaller.len() <= 600);
                whole.extend(reassembly.fragment_arrives(Instant::ZERO, &smaller));
            }
        }
        assert_eq!(whole, [ipv4_packet(&mut header.clone(), &payload)]);
    }

    #[test]
    fn fragments_of_ipv6_do_so_too() {
        let payload: Vec<u8> = (0..=255).cycle().take(5001).collect();
        let header = Ipv6Header {
            payload_length: 5001,
            next_header: IpNumber::UDP,
            source: [1; 16],
            destination: [2; 16],
            ..Default::default()
        };
        let mut packets = fragments_v6(&header, &payload, 77, 1280).unwrap();
        assert_eq!(packets.len(), 5);
        assert!(packets.iter().all(|packet| packet.len() <= 1280));
        packets.swap(0, 3);
        let (mut reassembly, mut whole) = (Reassembly::default(), vec![]);
        for packet in &packets {
            whole.extend(reassembly.fragment_arrives(Instant::ZERO, packet));
        }
        assert_eq!(whole, [[&header.to_bytes()[..], &payload].concat()]);
    }

    #[test]
    fn an_mtu_without_room_for_a_payload_is_refused() {
        let header = Ipv4Header::new(100, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        for mtu in 0..28 {
            assert_eq!(fragments(&header, &[1; 100], mtu), Err(Errno::EMSGSIZE));
        }
        assert_eq!(fragments(&header, &[1; 100], 28).unwrap().len(), 13);
        let header = Ipv6Header { payload_length: 100, next_header: IpNumber::UDP, ..Default::default() };
        for mtu in 0..56 {
            assert_eq!(fragments_v6(&header, &[1; 100], 77, mtu), Err(Errno::EMSGSIZE));
        }
        assert_eq!(fragments_v6(&header, &[1; 100], 77, 56).unwrap().len(), 13);
    }

    #[test]
    fn a_missing_fragment_is_waited_for_no_longer_than_thirty_seconds() {
        let header = Ipv4Header::new(3000, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let packets = fragments(&header, &[1; 3000], 1500).unwrap();
        let mut reassembly = Reassembly::default();
        let late = Instant::ZERO + LIFETIME;
        for (packet, at) in packets.iter().zip([Instant::ZERO, Instant::ZERO, late]) {
            assert_eq!(reassembly.fragment_arrives(at, packet), None);
        }
    }
}
