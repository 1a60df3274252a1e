//! TCP segments in frames (RFC 9293 §3.1).

use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{Flags, Segment};
use etherparse::IpNumber;

use super::packet::{Ends, HeaderFields, room_for_headers};
use super::ports::Pair;
use super::tcp_in_udp;
use super::tcp_signature::{self, Key, Place};
use super::tcp_statistics::Sending;
use crate::engine::Engine;
use crate::engine::buffers::Buffers;
use crate::engine::node::NodeId;

/// What is the same in each segment that a connection sends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addressing {
    pub(super) ends: Ends,
    ports: Ports,
    pseudo: PseudoHeader,
}

impl Addressing {
    /// `None` where the two are of different versions.
    pub(super) fn new(pair: Pair) -> Option<Addressing> {
        let (source, destination) = (pair.local.ip(), pair.remote.ip());
        Some(Addressing {
            ends: Ends { source, destination, protocol: IpNumber::TCP },
            ports: Ports { source: pair.local.port(), destination: pair.remote.port() },
            pseudo: pseudo_header(source, destination)?,
        })
    }

    /// A frame of a segment, with room for the headers before it.
    pub(super) fn encode(&self, segment: &Segment<'_>, buffers: &mut Buffers) -> Option<Vec<u8>> {
        let room = room_for_headers(self.ends.destination);
        let mut frame = buffers.take_used();
        let most = room + wire::most_octets(segment);
        if frame.len() < most {
            frame.resize(most, 0);
        }
        let length = wire::encode(&self.pseudo, self.ports, segment, &mut frame[room..]).ok()?;
        frame.truncate(room + length);
        Some(frame)
    }

    /// The same of a segment that is signed.
    #[cold]
    pub(super) fn encode_signed(
        &self,
        segment: &Segment<'_>,
        key: &Key,
        place: Place,
        buffers: &mut Buffers,
    ) -> Option<Vec<u8>> {
        let mut segment = *segment;
        tcp_signature::make_room(&mut segment.options);
        let mut frame = self.encode(&segment, buffers)?;
        let Ends { source, destination, .. } = self.ends;
        tcp_signature::sign(&mut frame, room_for_headers(destination), (source, destination), key, place)?;
        Some(frame)
    }
}

pub(super) fn pseudo_header(source: IpAddr, destination: IpAddr) -> Option<PseudoHeader> {
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => Some(PseudoHeader::ipv4(source, destination)),
        (IpAddr::V6(source), IpAddr::V6(destination)) => Some(PseudoHeader::ipv6(source, destination)),
        _ => None,
    }
}

/// Sends a segment that belongs to no connection, or to none yet; signed, where there is a key.
pub(super) fn send_segment(
    engine: &mut Engine,
    node: NodeId,
    pair: Pair,
    segment: &Segment<'_>,
    mut fields: HeaderFields,
    key: Option<&Key>,
) {
    fields.set_ecn(segment.ecn);
    engine.node_mut(node).inet.statistics.segment_out(segment, Sending::First);
    let Some(addressing) = Addressing::new(pair) else { return };
    let place = if segment.flags.contains(Flags::SYN) { Place::First } else { Place::Last };
    let frame = match key {
        None => addressing.encode(segment, &mut engine.buffers),
        Some(key) => addressing.encode_signed(segment, key, place, &mut engine.buffers),
    };
    if let Some(frame) = frame {
        send_frame(engine, node, &addressing.ends, fields, frame);
    }
}

pub(super) fn send_frame(
    engine: &mut Engine,
    node: NodeId,
    ends: &Ends,
    fields: HeaderFields,
    frame: Vec<u8>,
) {
    // A segment that finds no way is lost, as one on the wire would be: TCP sends it again.
    let _ = match fields.tunnel_port {
        0 => engine.send_filled(node, ends, fields, frame, true),
        _ => tcp_in_udp::send(engine, node, ends, fields, frame),
    };
}
