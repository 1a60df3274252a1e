//! Unix sockets: programs of one node talk to each other (unix(7); Linux 6.18's net/unix/af_unix.c).
//!
//! A send takes effect at once: no event and no time passes between the two ends.
//!
//! A node has a namespace of paths and one of abstract names. Every directory is there (`bind` never answers
//! `ENOENT`); there are no permissions and no links. A path stays when its socket closes, until [`Engine::unlink`];
//! a crash empties the namespace, as `/run` is empty after a boot. `bind` without a name counts up from `00001`,
//! where Linux begins anywhere.
//!
//! Handles that are passed are references, which the message holds until it is received or thrown away.
//! Sockets that only messages hold, and that no open socket leads to, are found when a Unix socket closes or
//! handles are thrown away: a socket that is passed over itself does not stay for ever. (Linux looks for them
//! at the same moments, but a little later, in a worker of the kernel.)
//!
//! Not there: handles of processes (`SCM_PIDFD`), and the limit of handles under way (`ETOOMANYREFS`).

mod calls;
mod connection;
mod credentials;
mod datagram;
mod garbage;
#[cfg(test)]
mod invariants;
mod message;
mod names;
mod peer_wait;
mod socket;
mod stream;

use alloc::boxed::Box;

use anysock::{Errno, Family, Protocol, SocketType};

use super::Engine;
use super::node::NodeId;
use super::socket::{SocketId, SocketState};
use calls::UnixCalls;
pub(crate) use peer_wait::PeerWait;
pub(crate) use socket::UnixSocket;
use socket::{Peer, State};

/// What a node knows of its Unix sockets.
#[derive(Debug, Default)]
pub(crate) struct UnixTables {
    names: names::Names,
    passing: garbage::Passing,
}

type What = (Family, SocketType, Protocol);

/// `socket(2)`: `SOCK_RAW` is `SOCK_DGRAM`.
pub(super) fn open(engine: &mut Engine, node: NodeId, what: What) -> Result<SocketId, Errno> {
    let (family, kind, protocol) = what;
    if protocol != Protocol::DEFAULT && protocol.0 != i32::from(Family::UNIX.0) {
        return Err(Errno::EPROTONOSUPPORT);
    }
    let (kind, calls) = match kind {
        SocketType::STREAM => (kind, &UnixCalls::Stream),
        SocketType::DGRAM | SocketType::RAW => (SocketType::DGRAM, &UnixCalls::Datagram),
        SocketType::SEQPACKET => (kind, &UnixCalls::SeqPacket),
        _ => return Err(Errno::ESOCKTNOSUPPORT),
    };
    let state = SocketState::Unix(Box::default());
    Ok(engine.insert_socket(node, (family, kind, Protocol::DEFAULT), calls, state))
}

/// `socketpair(2)`.
pub(super) fn open_pair(
    engine: &mut Engine,
    node: NodeId,
    what: What,
) -> Result<(SocketId, SocketId), Errno> {
    let one = open(engine, node, what)?;
    let other = open(engine, node, what)?;
    let credentials = engine.credentials();
    for (id, peer) in [(one, other), (other, one)] {
        let socket = engine.unix_mut(id)?;
        socket.state = State::Established;
        socket.peer = Some(Peer { id: peer, name: None });
        socket.peer_credentials = credentials;
        socket.peer_wait.push(peer);
    }
    Ok((one, other))
}
