//! What each kind of Unix socket does with a call: the kernel's `unix_stream_ops`, `unix_dgram_ops` and
//! `unix_seqpacket_ops`.

use alloc::string::String;
use alloc::vec::Vec;

use anysock::io_control::IoRequest;
use anysock::option::socket::SO_SNDBUF;
use anysock::{AnyAddr, Errno, Level, PollEvents, Received, Shutdown};

use super::super::Engine;
use super::super::socket::{Calls, Incoming, Outgoing, SocketId};
use super::socket::State;
use super::{connection, datagram, names, socket, stream};

/// The kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum UnixCalls {
    Stream,
    Datagram,
    SeqPacket,
}

impl UnixCalls {
    fn is_datagram(self) -> bool {
        self == UnixCalls::Datagram
    }
}

impl Calls for UnixCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        names::bind(engine, id, address)
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        if self.is_datagram() {
            datagram::connect(engine, id, address)
        } else {
            connection::connect(engine, id, address)
        }
    }

    fn listen(&self, engine: &mut Engine, id: SocketId, backlog: i32) -> Result<(), Errno> {
        if self.is_datagram() { Err(Errno::EOPNOTSUPP) } else { connection::listen(engine, id, backlog) }
    }

    fn accept(&self, engine: &mut Engine, id: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        if self.is_datagram() { Err(Errno::EOPNOTSUPP) } else { connection::accept(engine, id) }
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        socket::shutdown(engine, id, how)
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        Ok(names::encoded(engine.unix(id)?.name))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        socket::peer_addr(engine, id)
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        let address = message.address.filter(|address| !address.is_empty());
        match self {
            UnixCalls::Stream => stream::send(engine, id, message, address.is_some()),
            UnixCalls::Datagram => datagram::send(engine, id, message, address),
            UnixCalls::SeqPacket => {
                if let Some(error) = engine.socket_mut(id)?.common.error.take() {
                    return Err(error);
                }
                established(engine, id)?;
                datagram::send(engine, id, message, None)
            }
        }
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        match self {
            UnixCalls::Stream => stream::recv(engine, id, message),
            UnixCalls::Datagram => datagram::recv(engine, id, message),
            UnixCalls::SeqPacket => {
                established(engine, id)?;
                datagram::recv(engine, id, message)
            }
        }
    }

    fn set_option(&self, _: &mut Engine, _: SocketId, _: Level, _: i32, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn get_option(&self, _: &Engine, _: SocketId, _: Level, _: i32) -> Result<Vec<u8>, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    fn io_control(&self, engine: &Engine, id: SocketId, request: IoRequest) -> Result<i32, Errno> {
        socket::io_control(engine, id, request)
    }

    fn option_changed(&self, engine: &mut Engine, id: SocketId, name: i32) {
        if name == SO_SNDBUF {
            socket::tell_of_room(engine, id);
        }
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        socket::poll(engine, id)
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        socket::close(engine, id);
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        let kind = match self {
            UnixCalls::Stream => "a Unix stream socket",
            UnixCalls::Datagram => "a Unix datagram socket",
            UnixCalls::SeqPacket => "a Unix seqpacket socket",
        };
        socket::describe(engine, id, kind)
    }
}

fn established(engine: &Engine, id: SocketId) -> Result<(), Errno> {
    if engine.unix(id)?.state == State::Established { Ok(()) } else { Err(Errno::ENOTCONN) }
}
