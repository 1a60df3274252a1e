//! `TCP_SAVE_SYN` and `TCP_SAVED_SYN`: the headers of the SYN that began a connection (`tcp_reqsk_record_syn`).

use alloc::boxed::Box;
use alloc::vec::Vec;

use anysock::Errno;
use anysock::constants::ethernet::EtherType;
use anysock::constants::hardware::ArpHardware;
use anysock::tcp::Flags;

use super::packet::Arrived;
use super::pair_map::PairMap;
use super::ports::Pair;
use super::tcp::TcpSocket;
use crate::engine::network::ETHERNET_HEADER;
use crate::engine::node::Node;
use crate::engine::packet::hardware;

/// What TCP_SAVE_SYN asks for beside the headers of IP and TCP.
const WITH_LINK_HEADER: u8 = 2;

/// The SYN that a node looks at, where a program asks for such.
#[derive(Debug, Default)]
pub(crate) struct ArrivingSyn {
    /// TCP_SAVE_SYN was set on a socket of the node's.
    pub(in crate::engine) is_wanted: bool,
    /// Ethernet's header of the last frame.
    pub(in crate::engine) frame_header: [u8; ETHERNET_HEADER],
    /// The headers of IP and TCP.
    headers: Vec<u8>,
    /// The link's before them.
    link_header: Vec<u8>,
}

impl ArrivingSyn {
    /// What a listener keeps of it on which TCP_SAVE_SYN is this.
    pub(super) fn kept(&self, save_syn: u8) -> Option<Box<[u8]>> {
        let link: &[u8] = if save_syn == WITH_LINK_HEADER { &self.link_header } else { &[] };
        (save_syn != 0 && !self.headers.is_empty()).then(|| [link, &self.headers].concat().into())
    }
}

/// A segment has come to a node where a program asks for headers of SYNs.
pub(super) fn segment_arrives(node: &mut Node, arrived: &Arrived<'_>) {
    const DATA_OFFSET: usize = 12;
    let segment = arrived.contents.payload;
    let is_syn = segment.get(DATA_OFFSET + 1).is_some_and(|bits| {
        Flags::from_bits_retain(u16::from(*bits)) & (Flags::SYN | Flags::ACK) == Flags::SYN
    });
    let header = segment.get(DATA_OFFSET).map_or(0, |octet| usize::from(octet >> 4) * 4);
    let length = (arrived.packet.len() - segment.len() + header).min(arrived.packet.len());
    let hardware = node.interface(arrived.interface).map(|interface| hardware(interface).0);
    let is_ipv4 = arrived.contents.source.is_ipv4();
    let syn = &mut node.inet.arriving_syn;
    (syn.headers, syn.link_header) = (Vec::new(), Vec::new());
    if is_syn {
        syn.headers = arrived.packet[..length].to_vec();
        syn.link_header = match hardware {
            Some(ArpHardware::ETHER) => syn.frame_header.to_vec(),
            Some(ArpHardware::LOOPBACK) => {
                let kind = if is_ipv4 { EtherType::IP } else { EtherType::IPV6 };
                [&[0; 12][..], &kind.0.to_be_bytes()].concat()
            }
            _ => Vec::new(),
        };
    }
}

/// What a listener keeps of SYNs whose connections are half-open.
#[derive(Debug, Default)]
pub(super) struct SavedSyns(PairMap<Box<[u8]>>);

impl SavedSyns {
    /// A connection is half-open, with what is kept of its SYN.
    pub(super) fn begins(&mut self, pair: Pair, kept: Option<Box<[u8]>>) {
        match kept {
            Some(headers) => self.0.insert(pair, headers),
            None => drop(self.take(&pair)),
        }
    }

    /// A connection is no more half-open.
    pub(super) fn take(&mut self, pair: &Pair) -> Option<Box<[u8]>> {
        if self.0.is_empty() { None } else { self.0.remove(pair) }
    }

    /// So many connections are half-open: forgets what is not of one of them.
    pub(super) fn are_left(&mut self, half_open: usize, mut is_half_open: impl FnMut(&Pair) -> bool) {
        if self.0.len() > half_open {
            let over: Vec<_> =
                self.0.iter().map(|(pair, _)| pair).filter(|pair| !is_half_open(pair)).collect();
            over.iter().for_each(|pair| drop(self.0.remove(pair)));
        }
    }
}

impl TcpSocket {
    /// TCP_SAVED_SYN, which is told once.
    ///
    /// # Errors
    /// `EINVAL` where it does not fit.
    pub(super) fn take_saved_syn(&mut self, room: usize) -> Result<Vec<u8>, Errno> {
        match &self.saved_syn {
            Some(headers) if headers.len() > room => Err(Errno::EINVAL),
            _ => Ok(self.saved_syn.take().unwrap_or_default().into_vec()),
        }
    }
}
