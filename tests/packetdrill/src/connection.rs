//! Between the script's numbers and those on the wire.
//!
//! In a SYN a script writes initial sequence numbers: the peer's as it is to be on the wire, and a name for the one
//! that the machine chooses. In every other segment numbers count from those, which are then 0. The machine chooses
//! its own initial sequence number, timestamps and ports.

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
    /// The machine's initial sequence number on the wire, and the script's name for it.
    local_initial: Option<(u32, u32)>,
    /// The peer's initial sequence number.
    remote_initial: Option<u32>,
    /// That of its last SYN, which counts once the machine has acknowledged it.
    remote_offered: Option<u32>,
    /// The peer has begun anew: the machine's next SYN counts anew, too.
    begins_anew: bool,
    /// The machine's timestamps that the script has names for.
    timestamps: BTreeMap<u32, u32>,
    first_timestamp: Option<(u32, u32)>,
}

impl Connection {
    pub(crate) fn new(local: SocketAddr, remote: SocketAddr) -> Self {
        Connection {
            local,
            remote,
            local_initial: None,
            remote_initial: None,
            remote_offered: None,
            begins_anew: false,
            timestamps: BTreeMap::new(),
            first_timestamp: None,
        }
    }

    /// The machine's number for one of the script's for it, in a SYN or in another segment.
    pub(crate) fn to_local(&self, number: u32, syn: bool) -> u32 {
        number.wrapping_add(self.local_offset(syn))
    }

    fn local_offset(&self, syn: bool) -> u32 {
        match self.local_initial {
            Some((live, named)) if syn => live.wrapping_sub(named),
            Some((live, _)) => live,
            None => 0,
        }
    }

    /// What is to be added to the script's numbers of the peer's.
    fn remote_offset(&self, syn: bool) -> u32 {
        self.remote_initial.filter(|_| !syn).unwrap_or(0)
    }

    /// The segment on the wire of one that the script puts in.
    pub(crate) fn inbound(&mut self, spec: &SegmentSpec) -> Segment {
        let syn = spec.flags & SYN != 0;
        if spec.flags & (SYN | ACK | RST) == SYN && self.remote_initial != Some(spec.seq) {
            self.begins_anew = true;
        }
        if syn {
            self.remote_offered = Some(spec.seq);
            self.remote_initial.get_or_insert(spec.seq);
        }
        let seq = spec.seq.wrapping_add(self.remote_offset(syn));
        let first = if syn { spec.seq } else { self.remote_initial.unwrap_or(0) };
        let place = seq.wrapping_add(u32::from(syn)).wrapping_sub(first.wrapping_add(1));
        let options = spec.options.iter().flatten().map(|option| self.inbound_option(option, syn)).collect();
        Segment {
            source_port: self.remote.port(),
            destination_port: self.local.port(),
            seq,
            ack: spec.ack.map_or(0, |ack| self.to_local(ack, syn)),
            flags: spec.flags,
            window: spec.window.unwrap_or(0),
            urgent: spec.urgent.unwrap_or(0),
            options,
            text: (0..spec.length).map(|octet| pattern(place.wrapping_add(octet))).collect(),
        }
    }

    fn inbound_option(&self, option: &TcpOption, syn: bool) -> TcpOption {
        match option {
            TcpOption::Sack(blocks) => {
                let edges =
                    |(left, right): &(u32, u32)| (self.to_local(*left, syn), self.to_local(*right, syn));
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
        let syn = segment.flags & SYN != 0;
        if let Some(spec) = spec
            && spec.flags & segment.flags & SYN != 0
            && (self.local_initial.is_none() || self.begins_anew)
        {
            self.local_initial = Some((segment.seq, spec.seq));
            self.begins_anew = false;
            self.timestamps.clear();
            self.first_timestamp = None;
        }
        if syn && spec.is_none() && self.local_initial.is_none() {
            self.local_initial = Some((segment.seq, 0));
        }
        let acknowledged = |initial: u32| {
            segment.flags & ACK != 0 && segment.ack.wrapping_sub(initial.wrapping_add(1)) < 1 << 16
        };
        if let Some(offered) = self.remote_offered.filter(|offered| syn && acknowledged(*offered)) {
            self.remote_initial = Some(offered);
        }
        // The reset of what acknowledges nothing has no number (RFC 9293 §3.10.7.1).
        if segment.flags & (RST | ACK) != RST | ACK || segment.seq != 0 {
            segment.seq = segment.seq.wrapping_sub(self.local_offset(syn));
        }
        let remote_offset = self.remote_offset(syn);
        if segment.flags & ACK != 0 {
            segment.ack = segment.ack.wrapping_sub(remote_offset);
        }
        for option in &mut segment.options {
            if let TcpOption::Sack(blocks) = option {
                for (left, right) in blocks {
                    *left = left.wrapping_sub(remote_offset);
                    *right = right.wrapping_sub(remote_offset);
                }
            }
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

    /// The place in the machine's stream of a segment in the script's numbers; `None` where that is not known.
    pub(crate) fn place(&self, segment: &Segment) -> Option<u32> {
        let syn = segment.flags & SYN != 0;
        let (_, named) = self.local_initial?;
        // The SYN has the first number, and the stream begins behind it.
        Some(if syn { segment.seq.wrapping_sub(named) } else { segment.seq.wrapping_sub(1) })
    }
}

/// The value of the timestamps option.
pub(crate) fn timestamp(options: &[TcpOption]) -> Option<u32> {
    options.iter().find_map(|option| match option {
        TcpOption::Timestamps { value, .. } => Some(*value),
        _ => None,
    })
}
