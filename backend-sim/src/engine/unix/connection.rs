//! Connections of stream and seqpacket sockets: listen, connect, accept.

use alloc::boxed::Box;

use anysock::{AnyAddr, Errno, Family, Protocol};

use super::super::Engine;
use super::super::socket::{READABLE, SocketId, SocketState};
use super::socket::{Peer, State, UnixSocket};
use super::{credentials, names, socket};

/// `listen(2)`. A backlog of `n` lets `n` + 1 connections wait.
pub(super) fn listen(engine: &mut Engine, id: SocketId, backlog: i32) -> Result<(), Errno> {
    let credentials = engine.credentials();
    let socket = engine.unix_mut(id)?;
    if socket.name.is_none() || socket.state == State::Established {
        return Err(Errno::EINVAL);
    }
    socket.state = State::Listening;
    socket.peer_credentials = credentials;
    socket.backlog = usize::try_from(backlog).unwrap_or(0);
    engine.notify_peer_wait(id);
    Ok(())
}

/// `connect(2)`: done at once, before the listener accepts.
///
/// # Errors
/// `EAGAIN` where too many connections wait already; [`Engine::peer_wait`] tells when not.
pub(super) fn connect(engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
    let client = engine.socket(id)?;
    let (node, kind, calls) = (client.node, client.kind, client.calls);
    names::decode(address)?;
    credentials::name_sender(engine, id)?;
    let listener = names::find(engine, node, kind, address)?;
    let found = engine.unix(listener)?;
    if !found.is_listening() || found.receive_shut {
        return Err(Errno::ECONNREFUSED);
    }
    if found.is_full() {
        return Err(Errno::EAGAIN);
    }
    let (name, passing, listener_credentials) = (found.name, found.passing, found.peer_credentials);
    let client = engine.unix(id)?;
    match client.state {
        State::Closed => {}
        State::Established => return Err(Errno::EISCONN),
        State::Listening => return Err(Errno::EINVAL),
    }
    let embryo = UnixSocket {
        name,
        state: State::Established,
        peer: Some(Peer { id, name: client.name }),
        embryo: true,
        passing,
        peer_credentials: engine.credentials(),
        ..UnixSocket::default()
    };
    let what = (Family::UNIX, kind, Protocol::DEFAULT);
    let embryo = engine.insert_socket(node, what, calls, SocketState::Unix(Box::new(embryo)));
    let client = engine.unix_mut(id)?;
    client.state = State::Established;
    client.peer = Some(Peer { id: embryo, name });
    client.peer_credentials = listener_credentials;
    engine.unix_mut(listener)?.embryos.push_back(embryo);
    engine.notify_of(listener, READABLE);
    Ok(())
}

/// `accept(2)`.
pub(super) fn accept(engine: &mut Engine, id: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
    let listener = engine.unix_mut(id)?;
    if !listener.is_listening() {
        return Err(Errno::EINVAL);
    }
    let accepted = listener.embryos.pop_front().ok_or(Errno::EAGAIN)?;
    engine.unix_mut(accepted)?.embryo = false;
    engine.notify_peer_wait(id);
    Ok((accepted, socket::peer_addr(engine, accepted)?))
}
