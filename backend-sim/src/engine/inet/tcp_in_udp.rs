//! TCP in UDP, as FreeBSD has it (`tcp_recv_udp_tunneled_packet` of sys/netinet/tcp_subr.c, draft-cheshire-tcp-over-udp
//! without its shorter header): a whole segment, whose checksum does not count, is the text of a datagram.

use alloc::vec::Vec;

use anysock::Errno;
use anysock::tcp::State;
use etherparse::{IpNumber, UdpHeader};

use super::packet::{Arrived, Contents, Ends, HeaderFields, room_for_headers};
use super::tcp::{TcpSocket, tcp_mut};
use super::tcp_arrival;
use super::udp::checksum;
use crate::engine::node::NodeId;
use crate::engine::{Engine, SocketId};

/// How much less text a segment has (`udp_tunneling_overhead`).
pub(super) const OVERHEAD: usize = UdpHeader::LEN;

/// Where the checksum is in a segment.
const CHECKSUM: core::ops::Range<usize> = 16..18;

/// A datagram that nobody else has taken: the segment in it, where the node takes such at that port. Whether it does.
pub(super) fn datagram_arrives(
    engine: &mut Engine,
    node: NodeId,
    arrived: &Arrived<'_>,
    header: &UdpHeader,
    text: &[u8],
) -> bool {
    let port = engine.node(node).sysctls.tcp.dialect.tunnel_port;
    if port == 0 || port != header.destination_port {
        return false;
    }
    engine.node_mut(node).inet.arriving_in_udp = header.source_port;
    let contents = Contents { protocol: IpNumber::TCP, payload: text, ..arrived.contents };
    tcp_arrival::tunnelled_segment_arrives(engine, node, arrived, &contents);
    engine.node_mut(node).inet.arriving_in_udp = 0;
    true
}

/// Sends a segment, before which there is room for the header of IP, to the peer's port.
pub(super) fn send(
    engine: &mut Engine,
    node: NodeId,
    ends: &Ends,
    fields: HeaderFields,
    mut frame: Vec<u8>,
) -> Result<(), Errno> {
    let ends = Ends { protocol: IpNumber::UDP, ..*ends };
    let room = room_for_headers(ends.destination);
    if let Some(octets) = frame.get_mut(room..).and_then(|segment| segment.get_mut(CHECKSUM)) {
        octets.fill(0);
    }
    let source_port = engine.node(node).sysctls.tcp.dialect.tunnel_port;
    let segment = &frame[room..];
    let length = (UdpHeader::LEN + segment.len()) as u16;
    let mut header = UdpHeader { source_port, destination_port: fields.tunnel_port, length, checksum: 0 };
    header.checksum =
        checksum(&header, ends.source, ends.destination, segment).map_err(|_| Errno::EMSGSIZE)?;
    frame.splice(room..room, header.to_bytes());
    engine.send_filled(node, &ends, HeaderFields { tunnel_port: 0, ..fields }, frame, true)
}

/// `TCP_REMOTE_UDP_ENCAPS_PORT`: before there is a connection, and where the node has such a port itself.
pub(super) fn set_remote_port(engine: &mut Engine, id: SocketId, port: i32) -> Result<(), Errno> {
    let port = u16::try_from(port).map_err(|_| Errno::EINVAL)?;
    let node = engine.socket(id)?.node;
    let is_enabled = engine.node(node).sysctls.tcp.dialect.tunnel_port != 0;
    let (socket, _) = tcp_mut(engine, id)?;
    if port != 0 && !is_enabled || socket.state() != State::Closed {
        return Err(Errno::EINVAL);
    }
    socket.fields.tunnel_port = port;
    Ok(())
}

/// Whether a segment has come the way that the connection's go.
pub(super) fn came_its_way(engine: &Engine, node: NodeId, socket: &TcpSocket) -> bool {
    socket.fields.tunnel_port == engine.node(node).inet.arriving_in_udp
}

/// The fields of an answer to the segment that arrives.
pub(super) fn fields_of_answer(engine: &Engine, node: NodeId, fields: HeaderFields) -> HeaderFields {
    HeaderFields { tunnel_port: engine.node(node).inet.arriving_in_udp, ..fields }
}

/// How much goes into a packet of a connection whose peer's port this is.
pub(super) const fn mtu(mtu: usize, tunnel_port: u16) -> usize {
    if tunnel_port == 0 { mtu } else { mtu - OVERHEAD }
}
