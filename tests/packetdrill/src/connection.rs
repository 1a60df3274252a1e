//! Between the script's numbers and those on the wire.
//!
//! A script counts sequence numbers from those that it writes into the first segments; the machine chooses its own
//! initial sequence number, timestamps and ports. What the script puts in keeps its numbers: only what refers to
//! the machine's is translated.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::packet::{ACK, RST, SYN, Segment, TcpOption};
use crate::script::SegmentSpec;

/// The octet at a place of a stream, counted from 0: what the machine is given to send and what it is sent, so
/// that each octet can be told from its neighbours.
pub(crate) fn pattern(place: u32) -> u8 {
    (place ^ place >> 8 ^ place >> 16) as u8
}

/// The flow of packets between the machine and one port of its peer.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// The machine's end; its port is 0 as long as nobody knows it.
    pub(crate) local: SocketAddr,
    /// The peer's end.
    pub(crate) remote: SocketAddr,
    /// What is to be added to the script's numbers to have the machine's.
    local_offset: Option<u32>,
    /// Where the machine's stream begins, in the script's numbers.
    local_start: Option<u32>,
    /// Where the peer's does.
    remote_start: Option<u32>,
    /// The peer has begun anew: the machine's next SYN counts anew, too.
    begins_anew: bool,
    /// The machine's timestamps that the script has names for.
    timestamps: BTreeMap<u32, u32>,
    first_timestamp: Option<(u32, u32)>,
    /// How many octets of datagrams the script has put in.
    datagrams: u32,
}

impl Connection {
    pub(crate) fn new(local: SocketAddr, remote: SocketAddr) -> Self {
        Connection {
            local,
            remote,
            local_offset: None,
            local_start: None,
            remote_start: None,
            begins_anew: false,
            timestamps: BTreeMap::new(),
            first_timestamp: None,
            datagrams: 0,
        }
    }

    /// The machine's number for one of the script's for it.
    pub(crate) fn to_local(&self, number: u32) -> u32 {
        number.wrapping_add(self.local_offset.unwrap_or(0))
    }

    /// The segment on the wire of one that the script puts in.
    pub(crate) fn inbound(&mut self, spec: &SegmentSpec) -> Segment {
        if spec.flags & (SYN | ACK | RST) == SYN && self.remote_start != Some(spec.seq.wrapping_add(1)) {
            self.begins_anew = true;
        }
        if spec.flags & SYN != 0 {
            self.remote_start = Some(spec.seq.wrapping_add(1));
        }
        let syn = u32::from(spec.flags & SYN != 0);
        let place = spec.seq.wrapping_add(syn).wrapping_sub(self.remote_start.unwrap_or(1));
        let options = spec.options.iter().flatten().map(|option| self.inbound_option(option)).collect();
        Segment {
            source_port: self.remote.port(),
            destination_port: self.local.port(),
            seq: spec.seq,
            ack: spec.ack.map_or(0, |ack| self.to_local(ack)),
            flags: spec.flags,
            window: spec.window.unwrap_or(0),
            urgent: spec.urgent.unwrap_or(0),
            options,
            text: (0..spec.length).map(|octet| pattern(place.wrapping_add(octet))).collect(),
        }
    }

    fn inbound_option(&self, option: &TcpOption) -> TcpOption {
        match option {
            TcpOption::Sack(blocks) => {
                let edges = |(left, right): &(u32, u32)| (self.to_local(*left), self.to_local(*right));
                TcpOption::Sack(blocks.iter().map(edges).collect())
            }
            TcpOption::Timestamps { value, echo } => {
                TcpOption::Timestamps { value: *value, echo: self.to_local_timestamp(*echo) }
            }
            other => other.clone(),
        }
    }

    /// The machine's timestamp that the script calls so: one that it has seen, or as far from the first.
    fn to_local_timestamp(&self, named: u32) -> u32 {
        match (self.timestamps.get(&named), self.first_timestamp) {
            (Some(live), _) => *live,
            (None, Some((script, live))) if named != 0 => named.wrapping_sub(script).wrapping_add(live),
            _ => named,
        }
    }

    /// A segment of the machine's in the script's numbers, where the script expects `spec`.
    pub(crate) fn outbound(&mut self, mut segment: Segment, spec: Option<&SegmentSpec>) -> Segment {
        if let Some(spec) = spec
            && spec.flags & segment.flags & SYN != 0
            && (self.local_offset.is_none() || self.begins_anew)
        {
            self.local_offset = Some(segment.seq.wrapping_sub(spec.seq));
            self.local_start = Some(spec.seq.wrapping_add(1));
            self.begins_anew = false;
            self.timestamps.clear();
            self.first_timestamp = None;
        }
        if spec.is_none() && segment.flags & SYN != 0 && self.local_offset.is_none() {
            self.local_offset = Some(segment.seq);
        }
        // The reset of what acknowledges nothing has no number (RFC 9293 §3.10.7.1).
        if segment.flags & (RST | ACK) != RST | ACK || segment.seq != 0 {
            segment.seq = segment.seq.wrapping_sub(self.local_offset.unwrap_or(0));
        }
        let named = spec.and_then(|spec| spec.options.as_ref()).and_then(|options| timestamp(options));
        for option in &mut segment.options {
            if let TcpOption::Timestamps { value, .. } = option {
                *value = self.name_timestamp(*value, named);
            }
        }
        segment
    }

    /// The script's name for a timestamp of the machine's, which it calls `named` here, if anything.
    fn name_timestamp(&mut self, live: u32, named: Option<u32>) -> u32 {
        if let Some(named) = named {
            self.timestamps.insert(named, live);
            self.first_timestamp.get_or_insert((named, live));
        }
        match self.first_timestamp {
            Some((script, first)) => live.wrapping_sub(first).wrapping_add(script),
            None => live,
        }
    }

    /// The octets of a datagram that the script puts in.
    pub(crate) fn inbound_datagram(&mut self, length: u16) -> Vec<u8> {
        let place = self.datagrams;
        self.datagrams = place.wrapping_add(u32::from(length));
        (0..u32::from(length)).map(|octet| pattern(place.wrapping_add(octet))).collect()
    }

    /// The place in the machine's stream of a segment in the script's numbers; `None` where that is not known.
    pub(crate) fn place(&self, segment: &Segment) -> Option<u32> {
        let syn = u32::from(segment.flags & SYN != 0);
        Some(segment.seq.wrapping_add(syn).wrapping_sub(self.local_start?))
    }
}

/// The value of the timestamps option.
pub(crate) fn timestamp(options: &[TcpOption]) -> Option<u32> {
    options.iter().find_map(|option| match option {
        TcpOption::Timestamps { value, .. } => Some(*value),
        _ => None,
    })
}
