//! What each family does with a call on one of its sockets.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use anysock::io_control::IoRequest;
use anysock::{AnyAddr, Errno, Level, MessageFlags, PollEvents, Received, Shutdown};

use super::SocketId;
use crate::engine::Engine;

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The destination; `None` on a connected socket.
    pub address: Option<&'a [u8]>,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Control messages.
    pub control: &'a [u8],
    /// Sockets that are passed along.
    pub handles: &'a [SocketId],
    /// How to send.
    pub flags: MessageFlags,
}

/// Room for a message on its way in.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Room for the sender's address.
    pub address: &'a mut [u8],
    /// Room for the bytes.
    pub bytes: &'a mut [u8],
    /// Room for control messages.
    pub control: &'a mut [u8],
    /// How many passed sockets there is room for.
    pub handle_room: usize,
    /// The sockets that came along: each is a reference that the receiver owns.
    pub handles: Vec<SocketId>,
    /// How to receive.
    pub flags: MessageFlags,
}

/// Answers an address: copies `from` to the beginning of `to`, as much as there is room for; returns its whole length.
pub(crate) fn copy_address(to: &mut [u8], from: &[u8]) -> usize {
    let len = to.len().min(from.len());
    to[..len].copy_from_slice(&from[..len]);
    from.len()
}

/// What a family does with the calls on its sockets. Each has a constant of its own; the state of a socket is
/// in [`SocketState`](super::SocketState).
///
/// The provided methods refuse, as the kernel's `sock_no_…` do.
pub(crate) trait Calls: Debug + Sync {
    fn bind(&self, _: &mut Engine, _: SocketId, _address: &[u8]) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn connect(&self, _: &mut Engine, _: SocketId, _address: &[u8]) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn listen(&self, _: &mut Engine, _: SocketId, _backlog: i32) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn accept(&self, _: &mut Engine, _: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn shutdown(&self, _: &mut Engine, _: SocketId, _how: Shutdown) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn local_addr(&self, _: &Engine, _: SocketId) -> Result<AnyAddr, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn peer_addr(&self, _: &Engine, _: SocketId) -> Result<AnyAddr, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn send(&self, engine: &mut Engine, socket: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno>;

    fn recv(
        &self,
        engine: &mut Engine,
        socket: SocketId,
        message: &mut Incoming<'_>,
    ) -> Result<Received, Errno>;

    /// An option that is not `SOL_SOCKET`'s.
    fn set_option(
        &self,
        _: &mut Engine,
        _: SocketId,
        _level: Level,
        _name: i32,
        _value: &[u8],
    ) -> Result<(), Errno> {
        Err(Errno::ENOPROTOOPT)
    }

    /// An option that is not `SOL_SOCKET`'s: its whole value.
    fn get_option(&self, _: &Engine, _: SocketId, _level: Level, _name: i32) -> Result<Vec<u8>, Errno> {
        Err(Errno::ENOPROTOOPT)
    }

    /// An option that is not `SOL_SOCKET`'s, of which reading may change something, or which is asked about something
    /// that `question` says: its whole value.
    fn take_option(
        &self,
        engine: &mut Engine,
        socket: SocketId,
        level: Level,
        name: i32,
        _question: &[u8],
    ) -> Result<Vec<u8>, Errno> {
        self.get_option(engine, socket, level, name)
    }

    /// `ioctl(2)` with a request that answers a number.
    fn io_control(&self, _: &Engine, _: SocketId, _request: IoRequest) -> Result<i32, Errno> {
        Err(Errno::ENOTTY)
    }

    /// Takes the pending error: `SO_ERROR`.
    fn take_error(&self, engine: &mut Engine, socket: SocketId) -> Option<Errno> {
        engine.socket_mut(socket).ok()?.common.error.take()
    }

    /// The `SOL_SOCKET` option of this name was set: the family may act on it.
    fn option_changed(&self, _: &mut Engine, _: SocketId, _name: i32) {}

    /// Everything that is ready, asked for or not.
    fn poll(&self, engine: &Engine, socket: SocketId) -> PollEvents;

    /// A timer that the socket had set comes due.
    fn timer(&self, _: &mut Engine, _: SocketId) {}

    /// The last reference is gone. The family calls [`Engine::remove_socket`] now, or later where the
    /// protocol goes on without the program (TCP after `close`).
    fn close(&self, engine: &mut Engine, socket: SocketId) {
        engine.remove_socket(socket);
    }

    /// The socket in words, for who waits for what.
    fn describe(&self, engine: &Engine, socket: SocketId) -> String;
}
