//! Wake-up calls: what `eventfd(2)` is on Linux.

use alloc::string::String;

use anysock::{Errno, Family, PollEvents, Protocol, Received, SocketType};

use super::Engine;
use super::node::NodeId;
use super::socket::{Calls, Incoming, Outgoing, SocketId, SocketState};

/// Whether it was woken since the last reset.
#[derive(Debug)]
pub(crate) struct Wake(bool);

#[derive(Debug)]
struct WakeCalls;

pub(super) fn open(engine: &mut Engine, node: NodeId) -> SocketId {
    let what = (Family::UNSPEC, SocketType(0), Protocol::DEFAULT);
    engine.insert_socket(node, what, &WakeCalls, SocketState::Wake(Wake(false)))
}

pub(super) fn set(engine: &mut Engine, id: SocketId, woken: bool) {
    if let Ok(socket) = engine.socket_mut(id)
        && let SocketState::Wake(wake) = &mut socket.state
    {
        wake.0 = woken;
        engine.notify(id);
    }
}

pub(super) fn reset(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    match engine.socket(id)?.state {
        SocketState::Wake(_) => {
            set(engine, id, false);
            Ok(())
        }
        _ => Err(Errno::EINVAL),
    }
}

impl Calls for WakeCalls {
    fn send(&self, _: &mut Engine, _: SocketId, _: &Outgoing<'_>) -> Result<usize, Errno> {
        Err(Errno::ENOTSOCK)
    }

    fn recv(&self, _: &mut Engine, _: SocketId, _: &mut Incoming<'_>) -> Result<Received, Errno> {
        Err(Errno::ENOTSOCK)
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        match engine.socket(id).map(|socket| &socket.state) {
            Ok(SocketState::Wake(Wake(true))) => PollEvents::IN | PollEvents::OUT,
            _ => PollEvents::OUT,
        }
    }

    fn describe(&self, _: &Engine, _: SocketId) -> String {
        "a wake-up call".into()
    }
}
