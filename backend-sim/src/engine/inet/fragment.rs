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
/// The most bytes that a packet of IPv6 carries (IPV6_MAXPLEN). Those of IPv4 depend on its header.
const PAYLOAD_MAX_IPV6: usize = 65_535;

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
    /// The pieces in their places, up to the farthest end that is known.
    bytes: Vec<u8>,
    /// Which bytes are there: where each run of them begins, and where it ends.
    runs: BTreeMap<usize, usize>,
    /// Whether the last fragment is there.
    ends: bool,
}

/// Why a piece is not put into its place (`inet_frag_queue_insert`, and its callers).
#[derive(Debug)]
enum Refused {
    /// It is there.
    Duplicate,
    /// It contradicts what is there: the whole packet goes (RFC 5722).
    Contradiction,
}

impl Incomplete {
    fn new(since: Instant) -> Self {
        Incomplete { since, first: Vec::new(), bytes: Vec::new(), runs: BTreeMap::new(), ends: false }
    }

    /// Puts a piece into its place. `more` says that it is not the last one.
    fn insert(&mut self, offset: usize, more: bool, piece: &[u8]) -> Result<(), Refused> {
        let (end, known) = (offset + piece.len(), self.bytes.len());
        if piece.is_empty() || end < known && !more || end > known && self.ends {
            return Err(Refused::Contradiction);
        }
        self.ends |= !more;
        match self.runs.range_mut(..end).next_back() {
            Some((&from, &mut to)) if offset < to => {
                let is_there = from <= offset && end <= to;
                return Err(if is_there { Refused::Duplicate } else { Refused::Contradiction });
            }
            // Only the last run grows: a piece of two others is no duplicate.
            Some((_, to)) if offset == *to && *to == known => *to = end,
            _ => {
                self.runs.insert(offset, end);
            }
        }
        self.bytes.resize(known.max(end), 0);
        self.bytes[offset..end].copy_from_slice(piece);
        Ok(())
    }

    /// Whether all is there.
    fn is_whole(&self) -> bool {
        self.ends && self.runs.iter().map(|(from, to)| to - from).sum::<usize>() == self.bytes.len()
    }
}

/// The packets of which some fragments are there.
#[derive(Debug, Default)]
pub(super) struct Reassembly {
    incomplete: BTreeMap<Key, Incomplete>,
}

impl Reassembly {
    /// A fragment has come: its packet, if that is whole now.
    pub(super) fn fragment_arrives(&mut self, now: Instant, packet: &[u8]) -> Option<Vec<u8>> {
        let Fragment { key, offset, more, mut piece } = decode(packet)?;
        let header = &packet[..packet.len() - piece.len()];
        // Every fragment but the last is a multiple of eight bytes long: of IPv4's, what is over is cut off.
        let odd = if more { piece.len() % 8 } else { 0 };
        if key.0.is_ipv4() {
            piece = &piece[..piece.len() - odd];
        } else if odd != 0 || offset + piece.len() > PAYLOAD_MAX_IPV6 {
            return None;
        }
        self.incomplete.retain(|_, packet| now.since(packet.since) < LIFETIME);
        if !self.incomplete.contains_key(&key) && self.incomplete.len() >= INCOMPLETE_MAX {
            let oldest = self.incomplete.iter().min_by_key(|(_, packet)| packet.since).map(|(key, _)| *key);
            self.incomplete.remove(&oldest?);
        }
        let incomplete = self.incomplete.entry(key).or_insert_with(|| Incomplete::new(now));
        match incomplete.insert(offset, more, piece) {
            Err(Refused::Duplicate) => return None,
            Err(Refused::Contradiction) => {
                self.incomplete.remove(&key);
                return None;
            }
            Ok(()) => {}
        }
        if offset == 0 {
            incomplete.first = header.into();
        }
        if !incomplete.is_whole() {
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

    #[test]
    fn the_longest_packet_of_ipv6_is_put_together_too() {
        let payload: Vec<u8> = (0..=255).cycle().take(65_535).collect();
        let header = Ipv6Header { payload_length: 65_535, next_header: IpNumber::UDP, ..Default::default() };
        let (mut reassembly, mut whole) = (Reassembly::default(), vec![]);
        for packet in fragments_v6(&header, &payload, 77, 1500).unwrap() {
            whole.extend(reassembly.fragment_arrives(Instant::ZERO, &packet));
        }
        assert!(whole == [[&header.to_bytes()[..], &payload].concat()]);
    }

    #[test]
    fn what_is_longer_than_any_packet_of_ipv4_is_dropped() {
        let mut header = Ipv4Header::new(16, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let mut reassembly = Reassembly::default();
        for offset in (0..65_520).step_by(16) {
            header.fragment_offset = IpFragOffset::try_new(offset / 8).unwrap();
            header.more_fragments = offset + 16 < 65_520;
            let packet = ipv4_packet(&mut header, &[1; 16]);
            assert_eq!(reassembly.fragment_arrives(Instant::ZERO, &packet), None);
        }
        assert!(reassembly.incomplete.is_empty());
    }

    /// Fragments of `(offset, length, more)`, and how many packets come of them.
    fn packets_of(pieces: &[(u16, usize, bool)]) -> usize {
        let mut header = Ipv4Header::new(0, 64, 17.into(), [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
        let mut reassembly = Reassembly::default();
        let arrive = |&(offset, length, more): &(u16, usize, bool)| {
            header.fragment_offset = IpFragOffset::try_new(offset / 8).unwrap();
            header.more_fragments = more;
            header.set_payload_len(length).unwrap();
            reassembly.fragment_arrives(Instant::ZERO, &ipv4_packet(&mut header, &vec![1; length]))
        };
        pieces.iter().filter_map(arrive).count()
    }

    #[test]
    fn fragments_that_overlap_drop_the_packet() {
        let overlaps: [&[_]; 6] = [
            // The end of one, the beginning of one, all of one, and one between two.
            &[(0, 16, true), (8, 16, true), (24, 8, false)],
            &[(16, 16, false), (8, 16, true), (0, 8, true)],
            &[(8, 8, true), (0, 24, true), (24, 8, false)],
            &[(0, 16, true), (24, 16, true), (8, 24, true), (16, 8, true), (40, 8, false)],
            // Another end, and something behind the end.
            &[(8, 16, false), (8, 8, false), (0, 8, true)],
            &[(8, 8, false), (16, 8, true), (0, 8, true)],
        ];
        for pieces in overlaps {
            assert_eq!(packets_of(pieces), 0, "{pieces:?}");
        }
    }

    #[test]
    fn a_fragment_that_is_there_is_ignored() {
        let duplicates: [&[_]; 3] = [
            &[(0, 16, true), (0, 16, true), (16, 5, false)],
            &[(16, 5, false), (16, 5, false), (0, 16, true)],
            // A part of one.
            &[(0, 16, true), (8, 8, true), (16, 5, false)],
        ];
        for pieces in duplicates {
            assert_eq!(packets_of(pieces), 1, "{pieces:?}");
        }
    }
}
