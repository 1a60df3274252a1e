//! TCP segments in frames (RFC 9293 §3.1).

use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::tcp::Segment;
use anysock::tcp::wire::{self, Ports, PseudoHeader};
use etherparse::IpNumber;

use super::packet::{Ends, HeaderFields, room_for_headers};
use super::ports::Pair;
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
        let most = room + wire::MAXIMUM_HEADER_LENGTH + segment.payload.len();
        if frame.len() < most {
            frame.resize(most, 0);
        }
        let length = wire::encode(&self.pseudo, self.ports, segment, &mut frame[room..]).ok()?;
        frame.truncate(room + length);
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

/// Sends a segment that belongs to no connection, or to none yet.
pub(super) fn send_segment(
    engine: &mut Engine,
    node: NodeId,
    pair: Pair,
    segment: &Segment<'_>,
    mut fields: HeaderFields,
) {
    fields.set_ecn(segment.ecn);
    if let Some(addressing) = Addressing::new(pair)
        && let Some(frame) = addressing.encode(segment, &mut engine.buffers)
    {
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
    let _ = engine.send_filled(node, ends, fields, frame);
}
