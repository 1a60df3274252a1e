//! Waiting for room in the queue of a Unix socket that one is not connected to: the kernel's `peer_wait`.
//!
//! Linux's `poll` says that a socket is writable while a listener, or the receiver of a datagram, is full, and
//! a blocking call waits inside the kernel. Here a blocking call waits for a handle of
//! [`Engine::peer_wait`] instead.

use alloc::string::String;

use anysock::{Errno, Family, PollEvents, Protocol, Received};

use super::super::Engine;
use super::super::socket::{Calls, Incoming, Outgoing, SocketId, SocketState};
use super::names;

/// Readable when the receiver has room, or is gone.
#[derive(Debug)]
pub(crate) struct PeerWait {
    receiver: SocketId,
}

#[derive(Debug)]
struct PeerWaitCalls;

impl Engine {
    /// For a Unix socket whose `connect` or `send` to `address` was `EAGAIN` because the other's queue is
    /// full: a handle that is readable once another attempt is worth it. The caller releases it.
    ///
    /// `None` where the other has room, and the attempt failed for another reason.
    pub fn peer_wait(&mut self, id: SocketId, address: &[u8]) -> Option<SocketId> {
        let socket = self.socket(id).ok()?;
        let (node, kind) = (socket.node, socket.kind);
        self.unix(id).ok()?;
        let receiver = names::find(self, node, kind, address).ok()?;
        let found = self.unix(receiver).ok()?;
        if !found.is_full() || found.has_peer(id) {
            return None;
        }
        let what = (Family::UNIX, kind, Protocol::DEFAULT);
        let state = SocketState::PeerWait(PeerWait { receiver });
        let wait = self.insert_socket(node, what, &PeerWaitCalls, state);
        self.unix_mut(receiver).ok()?.peer_wait.push(wait);
        Some(wait)
    }
}

fn receiver(engine: &Engine, id: SocketId) -> Option<SocketId> {
    match &engine.socket(id).ok()?.state {
        SocketState::PeerWait(wait) => Some(wait.receiver),
        _ => None,
    }
}

impl Calls for PeerWaitCalls {
    fn send(&self, _: &mut Engine, _: SocketId, _: &Outgoing<'_>) -> Result<usize, Errno> {
        Err(Errno::ENOTSOCK)
    }

    fn recv(&self, _: &mut Engine, _: SocketId, _: &mut Incoming<'_>) -> Result<Received, Errno> {
        Err(Errno::ENOTSOCK)
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let full = receiver(engine, id).and_then(|receiver| engine.unix(receiver).ok());
        match full {
            Some(receiver) if receiver.is_full() => PollEvents::empty(),
            _ => PollEvents::IN,
        }
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        if let Some(receiver) = receiver(engine, id)
            && let Ok(receiver) = engine.unix_mut(receiver)
        {
            receiver.peer_wait.retain(|waiting| *waiting != id);
        }
        engine.remove_socket(id);
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        let words = receiver(engine, id).map(|receiver| engine.describe_socket(receiver));
        alloc::format!("room in the queue of {}", words.unwrap_or_default())
    }
}
