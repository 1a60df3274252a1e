//! Datagrams that come, and what ICMP says of those that were sent (`__udp4_lib_rcv`, `__udp6_lib_rcv`,
//! `__udp4_lib_err`, `__udp6_lib_err`).

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::{Errno, IpProtocol};
use etherparse::checksum::Sum16BitWords;
use etherparse::{UdpHeader, UdpSlice};

use super::icmp_error::Unreachable;
use super::packet::{Arrived, Contents, OwnPacket, PathMtuDiscovery};
use super::statistics::{InetStatistics, Udp};
use super::udp::{UdpSocket, checksum};
use super::{icmp, sockaddr, tcp_in_udp};
use crate::engine::datagram_queue::memory;
use crate::engine::node::NodeId;
use crate::engine::socket::{READABLE, Socket, SocketState};
use crate::engine::{Engine, SocketId};

/// A datagram has come to a node.
pub(super) fn datagram_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) {
    let Arrived { contents, interface, .. } = *arrived;
    let version = contents.source;
    let statistics = &mut engine.node_mut(node).inet.statistics;
    let is_long_enough = |length: usize| match length {
        // A jumbogram's length is elsewhere (RFC 2675 §4).
        0 => version.is_ipv6(),
        length => (UdpHeader::LEN..=contents.payload.len()).contains(&length),
    };
    let Some(slice) =
        UdpSlice::from_slice(contents.payload).ok().filter(|it| is_long_enough(it.length().into()))
    else {
        statistics.udp(version, Udp::InErrors);
        return;
    };
    let header = slice.to_header();
    let expected = checksum(&header, contents.source, contents.destination, slice.payload());
    // Without a checksum, zero is sent; over IPv6, only those get it who take that.
    if header.checksum != 0 && expected != Ok(header.checksum) {
        return count_wrong_checksum(statistics, version);
    }
    let is_checked = header.checksum != 0 || version.is_ipv4();
    let accepts = |udp: &UdpSocket| is_checked || udp.options.takes_without_checksum_v6;
    let from = SocketAddr::new(contents.source, header.source_port);
    let from = sockaddr::on_interface(from, interface);
    let to = SocketAddr::new(contents.destination, header.destination_port);
    let takes = |socket: &Socket| match &socket.state {
        SocketState::Udp(udp) => udp.takes_from(from),
        _ => None,
    };
    if to.ip().is_multicast() || engine.node(node).is_broadcast(to.ip()) {
        return receive_of_many(engine, node, (from, to), slice.payload(), arrived, accepts);
    }
    match engine.holder(node, IpProtocol::UDP, to, interface, takes) {
        Some(id) if engine.udp(id).is_ok_and(accepts) => {
            receive(engine, id, from, slice.payload(), arrived);
        }
        found if found.is_some() || !is_checked => {
            count_wrong_checksum(&mut engine.node_mut(node).inet.statistics, version);
        }
        _ if tcp_in_udp::datagram_arrives(engine, node, arrived, &header, slice.payload()) => {}
        _ => {
            engine.node_mut(node).inet.statistics.udp(version, Udp::NoPorts);
            // What is behind the end of the datagram is gone by now.
            let behind = contents.payload.len() - UdpHeader::LEN - slice.payload().len();
            let packet = &arrived.packet[..arrived.packet.len().saturating_sub(behind)];
            icmp::error(engine, node, interface, packet, icmp::Problem::PortUnreachable);
        }
    }
}

/// A datagram for many: each socket gets it that is to have it, and `accepts` it.
fn receive_of_many(
    engine: &mut Engine,
    node: NodeId,
    (from, to): (SocketAddr, SocketAddr),
    bytes: &[u8],
    arrived: &Arrived<'_>,
    accepts: impl Fn(&UdpSocket) -> bool,
) {
    let interface = arrived.interface;
    let mut is_taken = false;
    for id in engine.node(node).inet.udp_holders(to.port()) {
        let uses = engine.socket(id).is_ok_and(|socket| socket.common.uses(interface));
        let takes = |udp: &UdpSocket| udp.takes_of_many(from, to.ip(), interface) && accepts(udp);
        if uses && engine.udp(id).is_ok_and(takes) {
            is_taken = true;
            receive(engine, id, from, bytes, arrived);
        }
    }
    if !is_taken {
        engine.node_mut(node).inet.statistics.udp(to.ip(), Udp::IgnoredMulti);
    }
}

fn count_wrong_checksum(statistics: &mut InetStatistics, version: IpAddr) {
    statistics.udp(version, Udp::InCsumErrors);
    statistics.udp(version, Udp::InErrors);
}

/// A datagram of UDP-Lite has come (RFC 3828), for which no node has sockets.
pub(super) fn lite_arrives(engine: &mut Engine, node: NodeId, arrived: &Arrived<'_>) {
    let Contents { source, destination, payload, .. } = arrived.contents;
    let is_local = engine.node(node).is_local(destination);
    let statistics = &mut engine.node_mut(node).inet.statistics;
    let Some((header, _)) = payload.split_first_chunk::<{ UdpHeader::LEN }>() else {
        return statistics.udp_lite(source, Udp::InErrors);
    };
    let coverage = match usize::from(u16::from_be_bytes([header[4], header[5]])) {
        0 => payload.len(),
        coverage => coverage,
    };
    let covered = payload.get(..coverage).filter(|covered| covered.len() >= UdpHeader::LEN);
    let mut sum = Sum16BitWords::new();
    let mut sum = match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            sum.add_4bytes(source.octets()).add_4bytes(destination.octets())
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            sum.add_16bytes(source.octets()).add_16bytes(destination.octets())
        }
        _ => return,
    };
    let length = (payload.len() as u32).to_be_bytes();
    let sum = sum.add_4bytes(length).add_2bytes([0, arrived.contents.protocol.0]);
    let is_intact = covered.is_some_and(|covered| sum.add_slice(covered).ones_complement() == 0);
    if !is_intact || header[6..] == [0, 0] {
        statistics.udp_lite(source, Udp::InCsumErrors);
        return statistics.udp_lite(source, Udp::InErrors);
    }
    if is_local {
        statistics.udp_lite(source, Udp::NoPorts);
        icmp::error(engine, node, arrived.interface, arrived.packet, icmp::Problem::PortUnreachable);
    } else {
        statistics.udp_lite(source, Udp::IgnoredMulti);
    }
}

/// Gives a socket what has come: the segments of a message one by one, unless it joins them (`udp_queue_rcv_skb`).
fn receive(engine: &mut Engine, id: SocketId, from: SocketAddr, bytes: &[u8], arrived: &Arrived<'_>) {
    let joins = engine.udp(id).is_ok_and(|udp| udp.options.joins_segments);
    if arrived.own.segment == 0 || joins {
        let whole = arrived.contents.payload.get(..UdpHeader::LEN + bytes.len()).unwrap_or_default();
        return queue(engine, id, from, bytes, arrived, || whole.into());
    }
    for segment in bytes.chunks(arrived.own.segment.into()) {
        let with_header = || with_own_header(segment, &arrived.contents).into();
        queue(engine, id, from, segment, &Arrived { own: OwnPacket::default(), ..*arrived }, with_header);
    }
}

/// A segment of a message with the header that it would have on a link (`__udp_gso_segment`).
fn with_own_header(segment: &[u8], message: &Contents<'_>) -> Vec<u8> {
    let Ok(slice) = UdpSlice::from_slice(message.payload) else { return Vec::new() };
    let mut header = slice.to_header();
    header.length = (UdpHeader::LEN + segment.len()) as u16;
    header.checksum = checksum(&header, message.source, message.destination, segment).unwrap_or_default();
    [&header.to_bytes()[..], segment].concat()
}

/// Puts a datagram into a socket's queue; what does not fit is lost. Only a filter sees it `with_header`.
fn queue<'a>(
    engine: &mut Engine,
    id: SocketId,
    from: SocketAddr,
    bytes: &[u8],
    arrived: &Arrived<'_>,
    with_header: impl FnOnce() -> Cow<'a, [u8]>,
) {
    let (Ok(node), Ok(wanted)) =
        (engine.socket(id).map(|socket| socket.node), engine.udp(id).map(|udp| udp.wanted))
    else {
        return;
    };
    let known = wanted.known(engine, node, arrived);
    let at = engine.realtime();
    let mut seen = None;
    let most = engine
        .filtered(id, UdpHeader::LEN, || arrived.filtered(engine.node(node), seen.insert(with_header())));
    let version = arrived.contents.source;
    let Ok((socket, common)) = engine.udp_mut(id) else { return };
    let Some(most) = most else {
        common.count_drop();
        engine.node_mut(node).inet.statistics.udp(version, Udp::InErrors);
        return;
    };
    let bytes = bytes.get(..most.saturating_sub(UdpHeader::LEN)).unwrap_or(bytes);
    // Into an empty queue, one goes that is larger than the buffer (__udp_enqueue_schedule_skb).
    let held = socket.queue.size() + socket.errors.queued();
    if held > 0 && held + memory(bytes.len()) > common.recv_buffer as usize {
        common.count_drop();
        let statistics = &mut engine.node_mut(node).inet.statistics;
        statistics.udp(version, Udp::RcvbufErrors);
        statistics.udp(version, Udp::InErrors);
        return;
    }
    socket.queue.push(common, ((from, known), arrived.own.segment), bytes.to_vec(), at);
    engine.notify_of(id, READABLE);
}

/// What a socket sent did not arrive. Only a connected one hears of it, and only of what is final, unless it keeps
/// errors (`__udp4_lib_err`, `__udp6_lib_err`). Whether there is such a socket.
pub(super) fn unreachable(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) -> bool {
    let sender = |socket: &Socket| match &socket.state {
        SocketState::Udp(udp) => udp.takes_from(what.destination),
        _ => None,
    };
    let Some(id) = engine.holder(node, IpProtocol::UDP, what.source, what.device, sender) else {
        return false;
    };
    let Ok(&UdpSocket { fields, remote, .. }) = engine.udp(id) else { return false };
    let discovery = fields.discovery_to(what.destination.ip());
    let mut is_hard = what.is_hard;
    if what.error == Errno::EMSGSIZE {
        let is_ipv6 = what.destination.is_ipv6();
        if discovery.learns() {
            engine.learn_path_mtu(node, what.destination.ip(), what.info);
        } else if is_ipv6 {
            return true;
        }
        is_hard = discovery != PathMtuDiscovery::DONT;
        // IPv6 keeps it as an error all the same.
        if !is_hard && !is_ipv6 {
            return true;
        }
    }
    let Ok((socket, common)) = engine.udp_mut(id) else { return false };
    let keeps = socket.errors.keeps(what.destination);
    if keeps {
        // Behind the header.
        let room = socket.room_for_errors(common);
        socket.errors.icmp(what, what.quoted.get(UdpHeader::LEN..).unwrap_or_default(), room);
    }
    if keeps || (is_hard && remote.is_some()) {
        engine.set_error(id, what.error);
    }
    true
}
