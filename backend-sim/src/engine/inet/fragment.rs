//! Fragments of packets (RFC 791 §3.2, RFC 8200 §4.5): made, and put together again.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use anysock::{Errno, Instant};
use etherparse::{
    IpFragOffset, IpNumber, IpSlice, Ipv4Header, Ipv6FragmentHeader, Ipv6Header, TcpHeader, UdpHeader,
};

use super::header::ipv4_packet;
use super::header_options;
use super::icmp::{self, Problem};
use super::packet::Arrived;
use super::statistics::Ip;
use crate::engine::Engine;
use crate::engine::event::{Event, EventKey};
use crate::engine::node::NodeId;

/// net.ipv4.ipfrag_time, net.ipv6.ip6frag_time.
const LIFETIME: Duration = Duration::from_secs(30);
const LIFETIME_V6: Duration = Duration::from_secs(60);
/// How many packets may be incomplete at once: the oldest goes.
const INCOMPLETE_MAX: usize = 64;
/// The most bytes that a packet of IPv6 carries (IPV6_MAXPLEN). Those of IPv4 depend on its header.
const PAYLOAD_MAX_IPV6: usize = 65_535;

/// Where a packet of IPv6 says how long it is, and where its fragment header says where the piece belongs.
const PAYLOAD_LENGTH: u32 = 4;
const FRAGMENT_OFFSET: u32 = 42;
/// The code of a parameter problem for a first fragment without all headers (RFC 7112 §5).
const INCOMPLETE_HEADER_CHAIN: u8 = 3;

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
            if number > 0 {
                header_options::of_later_fragment(header.options.as_mut_slice());
            }
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
    /// The interface that the last of them came by.
    interface: u32,
    /// The fragment that carries the beginning; empty until it is there.
    first: Vec<u8>,
    /// How long its headers are.
    header: usize,
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
    /// It contradicts what is there: the whole packet goes.
    Contradiction,
    /// It is partly there: so does it (RFC 5722).
    Overlap,
}

impl Incomplete {
    fn new(since: Instant) -> Self {
        let (first, bytes, runs) = (Vec::new(), Vec::new(), BTreeMap::new());
        Incomplete { since, interface: 0, first, header: 0, bytes, runs, ends: false }
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
                return Err(if is_there { Refused::Duplicate } else { Refused::Overlap });
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

/// What becomes of a fragment.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Outcome {
    /// The packet is whole.
    Whole(Vec<u8>),
    /// Others are missing, or it was there.
    Waits,
    /// Its packet is dropped; whether because two of its fragments overlap.
    Failed { overlap: bool },
    /// It is malformed: the code and the place of what is wrong.
    Malformed { code: u8, pointer: u32 },
}

/// The packets of which some fragments are there.
#[derive(Debug, Default)]
pub(in crate::engine) struct Reassembly {
    incomplete: BTreeMap<Key, Incomplete>,
    /// When the first of them is given up.
    pub(in crate::engine) timer: Option<EventKey>,
}

/// How long a packet's fragments are waited for.
fn lifetime(key: &Key) -> Duration {
    if key.0.is_ipv4() { LIFETIME } else { LIFETIME_V6 }
}

impl Reassembly {
    /// A fragment has come by an interface.
    fn fragment_arrives(&mut self, now: Instant, interface: u32, packet: &[u8]) -> Outcome {
        let Some(Fragment { key, offset, more, mut piece }) = decode(packet) else { return Outcome::Waits };
        let header = packet.len() - piece.len();
        if key.0.is_ipv6() && offset == 0 && is_cut_short(key.2, piece.len()) {
            return Outcome::Malformed { code: INCOMPLETE_HEADER_CHAIN, pointer: 0 };
        }
        if !self.incomplete.contains_key(&key) && self.incomplete.len() >= INCOMPLETE_MAX {
            let oldest = self.incomplete.iter().min_by_key(|(_, packet)| packet.since).map(|(key, _)| *key);
            oldest.map(|oldest| self.incomplete.remove(&oldest));
        }
        let incomplete = self.incomplete.entry(key).or_insert_with(|| Incomplete::new(now));
        incomplete.interface = interface;
        // Every fragment but the last is a multiple of eight bytes long: of IPv4's, what is over is cut off.
        let odd = if more { piece.len() % 8 } else { 0 };
        if key.0.is_ipv4() {
            piece = &piece[..piece.len() - odd];
        } else if offset + piece.len() > PAYLOAD_MAX_IPV6 {
            return Outcome::Malformed { code: 0, pointer: FRAGMENT_OFFSET };
        } else if odd != 0 {
            return Outcome::Malformed { code: 0, pointer: PAYLOAD_LENGTH };
        }
        match incomplete.insert(offset, more, piece) {
            Err(Refused::Duplicate) => return Outcome::Waits,
            Err(refused) => {
                self.incomplete.remove(&key);
                return Outcome::Failed { overlap: matches!(refused, Refused::Overlap) };
            }
            Ok(()) => {}
        }
        if offset == 0 {
            (incomplete.first, incomplete.header) = (packet[..header + piece.len()].into(), header);
        }
        if !incomplete.is_whole() {
            return Outcome::Waits;
        }
        let Some(Incomplete { first, header, bytes, .. }) = self.incomplete.remove(&key) else {
            return Outcome::Waits;
        };
        let whole = first.get(..header).and_then(|header| whole(header, key.2, &bytes));
        whole.map_or(Outcome::Failed { overlap: false }, Outcome::Whole)
    }

    /// When the first of the packets is given up.
    fn next_end(&self) -> Option<Instant> {
        self.incomplete.iter().map(|(key, incomplete)| incomplete.since + lifetime(key)).min()
    }

    /// Takes out a packet that is not waited for any more: the version, the interface, and the first fragment.
    fn take_late(&mut self, now: Instant) -> Option<(IpAddr, u32, Vec<u8>)> {
        let is_late = |(key, incomplete): &(&Key, &Incomplete)| now.since(incomplete.since) >= lifetime(key);
        let key = *self.incomplete.iter().find(is_late)?.0;
        self.incomplete.remove(&key).map(|incomplete| (key.0, incomplete.interface, incomplete.first))
    }
}

/// Whether the first fragment of IPv6 ends before its contents' header does (`ipv6frag_thdr_truncated`).
fn is_cut_short(protocol: u8, length: usize) -> bool {
    let least = match IpNumber(protocol) {
        IpNumber::TCP => TcpHeader::MIN_LEN,
        IpNumber::UDP | IpNumber::IPV6_ICMP => UdpHeader::LEN,
        _ => 1,
    };
    length < least
}

impl Engine {
    /// A fragment has come to a node: its packet, if that is whole now (`ip_defrag`, `ipv6_frag_rcv`).
    pub(super) fn fragment_arrives(&mut self, node: NodeId, arrived: &Arrived<'_>) -> Option<Vec<u8>> {
        let (now, version) = (self.now(), arrived.contents.source);
        let tables = &mut self.node_mut(node).inet;
        tables.statistics.ip(version, Ip::ReasmReqds);
        let outcome = tables.reassembly.fragment_arrives(now, arrived.interface, arrived.packet);
        let mut answer = None;
        match outcome {
            Outcome::Whole(packet) => {
                tables.statistics.ip(version, Ip::ReasmOks);
                answer = Some(packet);
            }
            Outcome::Waits => {}
            Outcome::Failed { overlap } => {
                tables.statistics.ip(version, Ip::ReasmFails);
                if overlap {
                    tables.statistics.ip(version, Ip::ReasmOverlaps);
                }
            }
            Outcome::Malformed { code, pointer } => {
                tables.statistics.ip(version, Ip::InHdrErrors);
                let problem = Problem::Parameter { code, pointer };
                icmp::error(self, node, arrived.interface, arrived.packet, problem);
            }
        }
        self.schedule_reassembly(node);
        answer
    }

    /// Sets the timer for the packet that is given up first.
    fn schedule_reassembly(&mut self, node: NodeId) {
        let reassembly = &mut self.nodes[node.0 as usize].inet.reassembly;
        let (next, timer) = (reassembly.next_end(), reassembly.timer.take());
        if let Some(timer) = timer {
            self.events.cancel(timer);
        }
        let timer = next.map(|at| self.events.push(at, Event::Reassembly { node }));
        self.node_mut(node).inet.reassembly.timer = timer;
    }

    /// Fragments of a packet have not come in time: its sender is told, if the first one is there (`ip_expire`,
    /// `ip6frag_expire_frag_queue`).
    pub(in crate::engine) fn reassembly_is_over(&mut self, node: NodeId) {
        let now = self.now();
        self.node_mut(node).inet.reassembly.timer = None;
        while let Some((version, interface, first)) = self.node_mut(node).inet.reassembly.take_late(now) {
            let statistics = &mut self.node_mut(node).inet.statistics;
            statistics.ip(version, Ip::ReasmTimeout);
            statistics.ip(version, Ip::ReasmFails);
            if !first.is_empty() {
                icmp::error(self, node, interface, &first, Problem::ReassemblyTimeExceeded);
            }
        }
        self.schedule_reassembly(node);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    impl Reassembly {
        fn arrives(&mut self, now: Instant, packet: &[u8]) -> Option<Vec<u8>> {
            match self.fragment_arrives(now, 1, packet) {
                Outcome::Whole(packet) => Some(packet),
                _ => None,
            }
        }
    }

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
            whole.extend(reassembly.arrives(Instant::ZERO, packet));
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
                whole.extend(reassembly.arrives(Instant::ZERO, &smaller));
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
            whole.extend(reassembly.arrives(Instant::ZERO, packet));
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
        for packet in &packets[..2] {
            assert_eq!(reassembly.arrives(Instant::ZERO, packet), None);
        }
        assert_eq!(reassembly.next_end(), Some(late));
        assert_eq!(reassembly.take_late(Instant::ZERO), None);
        let (version, interface, first) = reassembly.take_late(late).unwrap();
        assert_eq!((version, interface, first), ([10, 0, 0, 1].into(), 1, packets[0].clone()));
        assert_eq!(reassembly.arrives(late, &packets[2]), None);
    }

    #[test]
    fn the_longest_packet_of_ipv6_is_put_together_too() {
        let payload: Vec<u8> = (0..=255).cycle().take(65_535).collect();
        let header = Ipv6Header { payload_length: 65_535, next_header: IpNumber::UDP, ..Default::default() };
        let (mut reassembly, mut whole) = (Reassembly::default(), vec![]);
        for packet in fragments_v6(&header, &payload, 77, 1500).unwrap() {
            whole.extend(reassembly.arrives(Instant::ZERO, &packet));
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
            assert_eq!(reassembly.arrives(Instant::ZERO, &packet), None);
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
            reassembly.arrives(Instant::ZERO, &ipv4_packet(&mut header, &vec![1; length]))
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
