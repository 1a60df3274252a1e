//! What ICMP tells of the segments of TCP connections (`tcp_v4_err` of net/ipv4/tcp_ipv4.c, `tcp_v6_err` of
//! net/ipv6/tcp_ipv6.c).

use anysock::Errno;
use anysock::tcp::{IcmpError, SequenceNumber, State};

use super::icmp_error::Unreachable;
use super::ports::Pair;
use super::tcp::{Connected, advance, tcp_mut};
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// What a connection sent did not arrive. An attempt to connect ends; a connection sends smaller segments where the
/// way asks for that, and else goes on.
pub(super) fn unreachable(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) {
    let pair = Pair { local: what.source, remote: what.destination };
    let Some(id) = engine.node(node).inet.connections.get(&pair).copied() else { return };
    let now = engine.now();
    let Some(sequence) = what.quoted.get(4..).and_then(|behind_ports| behind_ports.first_chunk()) else {
        return;
    };
    let sequence = SequenceNumber::from(u32::from_be_bytes(*sequence));
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    // What a listener has opened early goes on once a program has it, as an established connection does.
    let is_accepted_early = socket.opened_early_by.is_some() && !socket.waits_to_be_accepted;
    let Some(Connected { connection, .. }) = socket.connected_mut() else { return };
    let told = match what.error {
        Errno::EMSGSIZE if pair.remote.is_ipv4() => {
            IcmpError::FragmentationNeeded(u16::try_from(what.info).unwrap_or(u16::MAX))
        }
        Errno::EMSGSIZE => IcmpError::PacketTooBig(what.info),
        _ if what.is_hard => IcmpError::Refused,
        _ => IcmpError::Unreachable,
    };
    let was_sent = !sequence.is_before(connection.unacknowledged_sequence_number())
        && !sequence.is_after(connection.next_sequence_number());
    let opens = match connection.state() {
        State::SynSent => true,
        State::SynReceived => !is_accepted_early,
        _ => false,
    };
    if opens && what.error != Errno::EMSGSIZE && was_sent {
        common.error = Some(what.error);
        connection.end_silently(now);
    } else if connection.icmp_arrives(now, sequence, told) {
        if what.error == Errno::EMSGSIZE {
            engine.learn_path_mtu(node, pair.remote.ip(), what.info);
        } else {
            socket.soft_error = Some(what.error);
        }
    } else {
        engine.node_mut(node).inet.statistics.tcp_out_of_window_icmps += 1;
    }
    advance(engine, id);
}
