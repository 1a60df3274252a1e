//! The way in of nearly every packet: a segment over IPv4 that came from one node and to the same address of this one
//! as the packet before, and whose checksums are known to be right. Whatever else comes takes the way of
//! `packet_receive.rs`, on which everything is looked at.

use anysock::tcp::Ecn;
use core::net::{IpAddr, Ipv4Addr};
use etherparse::{IpNumber, Ipv4Header};

use super::statistics::Ip;
use super::tcp_arrival;
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// By which interface a packet came, from whom, and to which address of the node's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct WayIn {
    pub(super) interface: u32,
    pub(super) ends: ArrivedEnds,
}

/// The source and the destination of a packet of IPv4, as they are in its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ArrivedEnds(u64);

impl ArrivedEnds {
    /// `None` of a packet of IPv6.
    pub(super) const fn of(source: IpAddr, destination: IpAddr) -> Option<Self> {
        match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(to)) => {
                Some(ArrivedEnds((source.to_bits() as u64) << 32 | to.to_bits() as u64))
            }
            _ => None,
        }
    }

    pub(super) const fn source(self) -> Ipv4Addr {
        Ipv4Addr::from_bits((self.0 >> 32) as u32)
    }

    pub(super) const fn destination(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.0 as u32)
    }
}

/// Takes a packet in whose checksums are known to be right, if it is one that takes this way; whether it is.
#[inline]
pub(in crate::engine) fn packet_arrives(
    engine: &mut Engine,
    node: NodeId,
    interface: u32,
    packet: &[u8],
) -> bool {
    const V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    const PLAIN: u8 = 4 << 4 | (Ipv4Header::MIN_LEN / 4) as u8;
    let Some((header, octets)) = packet.split_first_chunk::<{ Ipv4Header::MIN_LEN }>() else { return false };
    let [first, service, l0, l1, _, _, f0, f1, hop_limit, protocol, _, _, ends @ ..] = *header;
    let is_fragment = f0 & 0x3F != 0 || f1 != 0;
    let way = WayIn { interface, ends: ArrivedEnds(u64::from_be_bytes(ends)) };
    let kernel = engine.node_mut(node);
    if first != PLAIN
        || usize::from(u16::from_be_bytes([l0, l1])) != packet.len()
        || is_fragment
        || IpNumber(protocol) != IpNumber::TCP
        || kernel.interfaces.way_in != Some(way)
        || !kernel.inet.raw.is_empty()
        || kernel.inet.arriving_syn.is_wanted
    {
        return false;
    }
    kernel.inet.statistics.received(false, packet.len(), Some(service));
    tcp_arrival::intact_segment_arrives(engine, node, way, octets, (Ecn::from_bits(service), hop_limit));
    engine.node_mut(node).inet.statistics.ip(V4, Ip::InDelivers);
    true
}
