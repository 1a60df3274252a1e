//! What ICMP tells of the segments of TCP connections (`tcp_v4_err` of net/ipv4/tcp_ipv4.c, `tcp_v6_err` of
//! net/ipv6/tcp_ipv6.c).

use core::net::IpAddr;

use anysock::tcp::{IcmpError, SequenceNumber, State};
use anysock::{Errno, Instant};

use super::connected::Connected;
use super::icmp::{DESTINATION_UNREACHABLE, PARAMETER_PROBLEM, TIME_EXCEEDED};
use super::icmp_error::Unreachable;
use super::ports::Pair;
use super::statistics::Tcp;
use super::tcp::{Phase, TcpSocket, advance, tcp_mut};
use super::tcp_signature;
use crate::engine::Engine;
use crate::engine::node::NodeId;
use crate::engine::socket::Common;

/// A SYN,ACK of a listener did not arrive: the half-open connection is forgotten where the error is such a one, and
/// nobody hears of it (`tcp_req_err`). Whether there is such a one.
fn half_open_unreachable(
    engine: &mut Engine,
    node: NodeId,
    pair: Pair,
    sequence: SequenceNumber,
    what: &Unreachable<'_>,
) -> bool {
    let ends = match pair.remote.ip() {
        IpAddr::V4(_) => match what.kind {
            DESTINATION_UNREACHABLE => matches!(what.code, 0 | 1),
            kind => matches!(kind, PARAMETER_PROBLEM | TIME_EXCEEDED),
        },
        IpAddr::V6(_) => what.is_hard,
    };
    let ends = ends && engine.node(node).sysctls.tcp.dialect.icmp_ends_half_open();
    let Some(listener) = engine.listener(node, pair.local, what.interface) else { return false };
    let Ok((TcpSocket { phase: Phase::Listening(listening), .. }, _)) = tcp_mut(engine, listener) else {
        return false;
    };
    let listener = &mut listening.listener;
    if listener.half_open_entry(&pair).is_none() {
        return false;
    }
    let is_sent = listener.icmp_arrives(&pair, sequence, ends);
    let statistics = &mut engine.node_mut(node).inet.statistics;
    match is_sent {
        false => statistics.tcp(Tcp::OutOfWindowIcmps),
        true if ends => statistics.tcp(Tcp::ListenDrops),
        true => {}
    }
    true
}

/// What a connection is told.
fn told(what: &Unreachable<'_>) -> IcmpError {
    match what.error {
        Errno::EMSGSIZE if what.destination.is_ipv4() => {
            IcmpError::FragmentationNeeded(u16::try_from(what.info).unwrap_or(u16::MAX))
        }
        Errno::EMSGSIZE => IcmpError::PacketTooBig(what.info),
        _ if what.is_hard => IcmpError::Refused,
        _ => IcmpError::Unreachable,
    }
}

/// What ICMP tells ends an attempt to connect, or is remembered.
fn connecting_is_told(socket: &mut TcpSocket, common: &mut Common, now: Instant, what: &Unreachable<'_>) {
    let is_known = socket.soft_error.is_some();
    let Some(Connected { connection, .. }) = socket.connected() else { return };
    let tries = connection.tries().retransmissions;
    let Some(error) = socket.options.dialect().ended_by_icmp(what, is_known, tries) else {
        socket.soft_error = Some(what.error);
        return;
    };
    common.error = Some(error);
    if let Some(Connected { connection, .. }) = socket.connected_mut() {
        connection.end_silently(now);
    }
    if what.destination.is_ipv4() || socket.hears_of_errors(what.destination) {
        socket.error_queue.get_or_insert_default().icmp(what, common);
    }
}

/// What a connection sent did not arrive. An attempt to connect ends; a connection sends smaller segments where the
/// way asks for that, and else goes on. Whether there is such a connection.
pub(super) fn unreachable(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) -> bool {
    let pair = Pair { local: what.source, remote: what.destination };
    let Some(sequence) = what.quoted.get(4..).and_then(|behind_ports| behind_ports.first_chunk()) else {
        return true;
    };
    let sequence = SequenceNumber::from(u32::from_be_bytes(*sequence));
    let Some(id) = engine.node(node).inet.connections.get(&pair).copied() else {
        return half_open_unreachable(engine, node, pair, sequence, what)
            || engine.node(node).inet.time_waits.contains(&pair);
    };
    let now = engine.now();
    let is_locked = || engine.route(node, pair.remote.ip()).is_ok_and(|(route, _)| route.mtu_is_locked);
    let changes_nothing = what.error == Errno::EMSGSIZE && is_locked();
    let Ok((socket, common)) = tcp_mut(engine, id) else { return false };
    // What a listener has opened early goes on once a program has it, as an established connection does.
    let is_accepted_early = socket.opened_early_by.is_some() && !socket.waits_to_be_accepted;
    let has_key = socket.has_key();
    let Some(Connected { connection, .. }) = socket.connected_mut() else { return true };
    let size_before = connection.maximum_segment_size();
    let was_sent = !sequence.is_before(connection.unacknowledged_sequence_number())
        && !sequence.is_after(connection.next_sequence_number());
    if changes_nothing && was_sent {
        return true;
    }
    let opens = match connection.state() {
        State::SynSent => true,
        State::SynReceived => !is_accepted_early,
        _ => false,
    };
    if opens && what.error != Errno::EMSGSIZE && was_sent {
        connecting_is_told(socket, common, now, what);
    } else if connection.icmp_arrives(now, sequence, told(what)) {
        if what.error == Errno::EMSGSIZE {
            if has_key
                && let Some(connected) = socket.connected_mut()
                && connected.connection.state().is_synchronized()
                && connected.connection.maximum_segment_size() < size_before
            {
                tcp_signature::leave_room(connected, now);
            }
            engine.learn_path_mtu(node, pair.remote.ip(), what.info);
        } else if socket.hears_of_errors(pair.remote) {
            engine.set_error(id, what.error);
        } else {
            socket.soft_error = Some(what.error);
        }
    } else {
        engine.node_mut(node).inet.statistics.tcp(Tcp::OutOfWindowIcmps);
    }
    advance(engine, id);
    true
}
