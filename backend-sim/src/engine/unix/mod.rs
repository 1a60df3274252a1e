//! Unix sockets: programs of one node.

use anysock::{Errno, Family, Protocol, SocketType};

use super::Engine;
use super::node::NodeId;
use super::socket::SocketId;

/// The paths and abstract names of a node.
#[derive(Debug, Default)]
pub(crate) struct UnixNames {}

/// A Unix socket.
#[derive(Debug)]
pub(crate) struct UnixSocket {}

impl UnixSocket {
    pub(crate) fn is_listening(&self) -> bool {
        false
    }
}

pub(super) fn open(_: &mut Engine, _: NodeId, _: (Family, SocketType, Protocol)) -> Result<SocketId, Errno> {
    Err(Errno::EAFNOSUPPORT)
}

pub(super) fn open_pair(
    _: &mut Engine,
    _: NodeId,
    _: (Family, SocketType, Protocol),
) -> Result<(SocketId, SocketId), Errno> {
    Err(Errno::EAFNOSUPPORT)
}
