//! Handles under way: their release, and the sockets that only they keep open (net/unix/garbage.c).

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

use super::super::Engine;
use super::super::node::NodeId;
use super::super::socket::SocketId;
use super::message;

/// The handles under way on a node.
#[derive(Debug, Default)]
pub(super) struct Passing {
    /// How many references messages hold.
    pub(super) in_flight: usize,
    /// References that nobody holds any more, about to be released.
    doomed: VecDeque<SocketId>,
    /// Whether `doomed` is being emptied.
    releasing: bool,
}

/// Releases references, one after the other: what closes by that, and the handles in its queue, waits its
/// turn, so that a long chain of sockets within sockets needs no deep stack.
pub(super) fn release(engine: &mut Engine, node: NodeId, handles: Vec<SocketId>) {
    if handles.is_empty() {
        return;
    }
    let passing = &mut engine.node_mut(node).unix.passing;
    passing.doomed.extend(handles);
    if passing.releasing {
        return;
    }
    passing.releasing = true;
    while let Some(handle) = engine.node_mut(node).unix.passing.doomed.pop_front() {
        engine.release(handle);
    }
    engine.node_mut(node).unix.passing.releasing = false;
    collect(engine, node);
}

/// Closes the sockets of a node that no program holds and no open socket leads to: `unix_gc`.
pub(super) fn collect(engine: &mut Engine, node: NodeId) {
    let passing = &engine.node(node).unix.passing;
    if passing.in_flight == 0 || passing.releasing {
        return;
    }
    let mut garbage = Vec::new();
    for id in unreachable(engine, node) {
        if let Ok(socket) = engine.unix_mut(id) {
            garbage.extend(core::mem::take(&mut socket.queue));
        }
    }
    // All of the queues first: closing one socket must not find another's handles half released.
    let mut handles = Vec::new();
    for mut message in garbage {
        handles.extend(message::taken(engine, node, &mut message));
        message::discard(engine, node, message);
    }
    release(engine, node, handles);
}

/// The sockets that only messages hold, and that cannot be reached from any other.
fn unreachable(engine: &Engine, node: NodeId) -> Vec<SocketId> {
    let sockets = engine.sockets_of(node);
    let mut held: BTreeMap<SocketId, u32> = BTreeMap::new();
    for id in &sockets {
        for handle in leads_to(engine, *id) {
            *held.entry(handle).or_default() += 1;
        }
    }
    let is_held = |id: &SocketId| {
        let references = engine.socket(*id).map_or(0, |socket| socket.references);
        references > held.get(id).copied().unwrap_or(0)
    };
    let mut reached: BTreeSet<SocketId> = BTreeSet::new();
    let mut to_visit: Vec<SocketId> = sockets.iter().copied().filter(is_held).collect();
    while let Some(id) = to_visit.pop() {
        if reached.insert(id) {
            to_visit.extend(leads_to(engine, id));
        }
    }
    sockets.into_iter().filter(|id| !reached.contains(id)).collect()
}

/// The sockets that a socket's queue holds references of.
fn leads_to(engine: &Engine, id: SocketId) -> Vec<SocketId> {
    let Ok(socket) = engine.unix(id) else { return Vec::new() };
    let passed = socket.queue.iter().flat_map(|message| message.handles.iter());
    passed.chain(&socket.embryos).copied().collect()
}
