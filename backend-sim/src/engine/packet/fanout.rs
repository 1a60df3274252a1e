//! Groups of packet sockets that share frames: PACKET_FANOUT (packet(7); `fanout_add` and `packet_rcv_fanout` of
//! net/packet/af_packet.c).
//!
//! A node has one processor, and its interfaces one queue each. A program that chooses (PACKET_FANOUT_CBPF) cannot be
//! given, so that the first socket is chosen, as on Linux without one.

use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::Errno;
use anysock::constants::packet::PacketFanout;
use anysock::option::OptionValue;
use anysock::packet::{Fanout, FanoutArgs};
use etherparse::{IpNumber, LaxIpSlice};

use super::Seen;
use crate::engine::node::NodeId;
use crate::engine::random::Random;
use crate::engine::sk_buff::OVERHEAD;
use crate::engine::{Engine, SocketId};

/// The flags, behind the type: a socket that is full passes on to another, the kernel chooses the number, and what
/// leaves is left out.
const ROLLOVER: u8 = 0x10;
const UNIQUE: u8 = 0x20;
const IGNORE_OUTGOING: u8 = 0x40;
/// How many sockets a group has at most, where nothing is said (PACKET_FANOUT_MAX is 65,536).
const MEMBERS: u32 = 256;
const MEMBERS_MAX: u32 = 1 << 16;

/// A group.
#[derive(Debug)]
struct Group {
    id: u16,
    kind: u8,
    flags: u8,
    most: u32,
    /// The protocol and the interface of its sockets.
    of: (u16, u32),
    members: Vec<SocketId>,
    /// Counts the frames that were shared in turn.
    turn: u32,
    random: Random,
}

/// The groups of a node.
#[derive(Debug, Default)]
pub(crate) struct Fanouts {
    groups: Vec<Group>,
    next_id: u16,
}

impl Fanouts {
    fn of(&self, socket: SocketId) -> Option<usize> {
        self.groups.iter().position(|group| group.members.contains(&socket))
    }

    /// Whether a socket shares its frames.
    pub(super) fn has(&self, socket: SocketId) -> bool {
        self.of(socket).is_some()
    }

    /// PACKET_FANOUT of a socket: zero in no group.
    pub(super) fn option(&self, socket: SocketId) -> u32 {
        let group = self.of(socket).and_then(|group| self.groups.get(group));
        group.map_or(0, |group| {
            u32::from_le_bytes([group.id as u8, (group.id >> 8) as u8, group.kind, group.flags])
        })
    }

    /// A socket is gone; the last one takes its place.
    pub(super) fn leave(&mut self, socket: SocketId) {
        let Some(at) = self.of(socket) else { return };
        let group = &mut self.groups[at];
        if let Some(member) = group.members.iter().position(|member| *member == socket) {
            group.members.swap_remove(member);
        }
        if group.members.is_empty() {
            self.groups.remove(at);
        }
    }

    /// A number that no group has.
    fn unique_id(&mut self) -> Option<u16> {
        for _ in 0..=u16::MAX {
            let id = self.next_id;
            self.next_id = id.wrapping_add(1);
            if self.groups.iter().all(|group| group.id != id) {
                return Some(id);
            }
        }
        None
    }
}

/// `setsockopt(2)` with PACKET_FANOUT.
pub(super) fn join(engine: &mut Engine, id: SocketId, value: &[u8]) -> Result<(), Errno> {
    if value.len() != size_of::<i32>() && value.len() != FanoutArgs::SIZE {
        return Err(Errno::EINVAL);
    }
    let Fanout(asked) = Fanout::decode(value).map_err(|_| Errno::EINVAL)?;
    let [kind, mut flags] = asked.type_flags.to_le_bytes();
    let is_rollover = u16::from(kind) == PacketFanout::ROLLOVER.0;
    if kind > 7 || is_rollover && flags & ROLLOVER != 0 {
        return Err(Errno::EINVAL);
    }
    let (node, seed) = (engine.socket(id)?.node, engine.seed);
    let socket = engine.packet(id)?;
    let of = (socket.protocol, socket.interface);
    let up = match socket.interface {
        0 => true,
        interface => engine.node(node).interface(interface).is_some_and(|interface| interface.up),
    };
    let is_running = socket.protocol != 0 && up;
    let fanouts = &mut engine.node_mut(node).fanouts;
    if fanouts.has(id) {
        return Err(Errno::EALREADY);
    }
    let number = match flags & UNIQUE {
        0 => asked.id,
        _ if asked.id != 0 => return Err(Errno::EINVAL),
        _ => fanouts.unique_id().ok_or(Errno::ENOMEM)?,
    };
    flags &= !UNIQUE;
    let found = fanouts.groups.iter_mut().find(|group| group.id == number);
    let suits = |group: &Group| {
        group.flags == flags
            && (asked.max_members == 0 || asked.max_members == group.most)
            && group.kind == kind
            && group.of == of
    };
    match found {
        Some(group) if !is_running || !suits(group) => Err(Errno::EINVAL),
        Some(group) if group.members.len() >= group.most as usize => Err(Errno::ENOSPC),
        Some(group) => {
            group.members.push(id);
            Ok(())
        }
        None if asked.max_members > MEMBERS_MAX || !is_running => Err(Errno::EINVAL),
        None => {
            let most = if asked.max_members == 0 { MEMBERS } else { asked.max_members };
            let random = Random::new(seed, 6 << 48 | u64::from(number) << 32 | u64::from(node.0));
            let (members, turn) = (Vec::from([id]), 0);
            fanouts.groups.push(Group { id: number, kind, flags, most, of, members, turn, random });
            Ok(())
        }
    }
}

/// The sockets of a node that may see a frame: of each group one, in the place of its first, and whether it is of a
/// group.
pub(super) fn receivers(
    engine: &mut Engine,
    node: NodeId,
    sender: Option<SocketId>,
    seen: &Seen<'_>,
) -> Vec<(SocketId, bool)> {
    let sockets = engine.node(node).packet_sockets.clone();
    if engine.node(node).fanouts.groups.is_empty() {
        return sockets.into_iter().filter(|id| Some(*id) != sender).map(|id| (id, false)).collect();
    }
    let mut receivers = Vec::new();
    let mut done = Vec::new();
    for id in sockets {
        match engine.node(node).fanouts.of(id) {
            None if Some(id) != sender => receivers.push((id, false)),
            Some(group) if !done.contains(&group) => {
                done.push(group);
                receivers.extend(choose(engine, node, group, sender, seen).map(|id| (id, true)));
            }
            _ => {}
        }
    }
    receivers
}

/// Which socket of a group sees a frame, if it is for the group.
fn choose(
    engine: &mut Engine,
    node: NodeId,
    group: usize,
    sender: Option<SocketId>,
    seen: &Seen<'_>,
) -> Option<SocketId> {
    let seed = engine.seed;
    let found = engine.node(node).fanouts.groups.get(group)?;
    let ignores_outgoing = found.flags & IGNORE_OUTGOING != 0;
    // What one of them has sent, none of them sees.
    if sender.is_some_and(|sender| found.members.contains(&sender))
        || !engine.packet(*found.members.first()?).ok()?.takes_in_group(seen, ignores_outgoing)
    {
        return None;
    }
    let group = engine.node_mut(node).fanouts.groups.get_mut(group)?;
    let (kind, passes_on) = (PacketFanout(group.kind.into()), group.flags & ROLLOVER != 0);
    let members = group.members.clone();
    let count = members.len() as u64;
    let at = match kind {
        PacketFanout::LB => {
            group.turn = group.turn.wrapping_add(1);
            u64::from(group.turn) % count
        }
        PacketFanout::RND => group.random.below(count),
        PacketFanout::HASH => Random::new(seed, flow(seen)).below(count),
        // The processor, the queue, and what no program says.
        _ => 0,
    };
    let at = match kind {
        PacketFanout::ROLLOVER => roll_over(engine, &members, 0, false, seen),
        _ if passes_on => roll_over(engine, &members, at as usize, true, seen),
        _ => at as usize,
    };
    members.get(at).copied()
}

/// Who has room for a frame: the one at `at`, if he is to be asked, or else another (`fanout_demux_rollover`).
fn roll_over(engine: &mut Engine, members: &[SocketId], at: usize, try_self: bool, seen: &Seen<'_>) -> usize {
    let length = seen.header.len() + seen.payload.iter().map(|part| part.len()).sum::<usize>();
    let room = |engine: &Engine, member: usize| {
        let id = *members.get(member)?;
        let size = engine.socket(id).ok()?.common.recv_buffer as usize;
        let left = size.checked_sub(engine.packet(id).ok()?.queued() + length + OVERHEAD)?;
        Some((left > 0, left > size >> 2))
    };
    if try_self && room(engine, at).is_some_and(|(some, _)| some) {
        return at;
    }
    let Some(own) = members.get(at).copied() else { return at };
    let begin = engine.packet(own).map_or(0, |socket| socket.rolled_over_to).min(members.len() - 1);
    let others = (begin..members.len()).chain(0..begin);
    for other in others {
        if !(try_self && other == at) && room(engine, other).is_some_and(|(_, much)| much) {
            if let Ok((socket, _)) = engine.packet_mut(own) {
                socket.rolled_over_to = other;
            }
            return other;
        }
    }
    at
}

/// A number of the flow that a frame belongs to, the same in both directions.
fn flow(seen: &Seen<'_>) -> u64 {
    let [one, other] = seen.payload;
    let packet = if one.is_empty() { other } else { one };
    let mut number = u64::from(seen.protocol());
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            number = (number ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    };
    if let Ok((slice, _)) = LaxIpSlice::from_slice(packet) {
        let mut ends = [slice.source_addr(), slice.destination_addr()];
        ends.sort();
        for end in ends {
            match end {
                IpAddr::V4(end) => add(&end.octets()),
                IpAddr::V6(end) => add(&end.octets()),
            }
        }
        let payload = slice.payload();
        add(&[payload.ip_number.0]);
        // Of packets whose two parts follow each other, the ports are behind the header.
        let behind = if payload.payload.is_empty() && !one.is_empty() { other } else { payload.payload };
        if matches!(payload.ip_number, IpNumber::TCP | IpNumber::UDP)
            && let Some(&[a, b, c, d]) = behind.first_chunk()
        {
            let mut ports = [[a, b], [c, d]];
            ports.sort_unstable();
            add(ports.as_flattened());
        }
    }
    number
}
