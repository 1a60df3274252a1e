//! An open socket: its state by family, what every socket has, and the table that all of them are in.

mod common;
mod family_calls;
mod readiness;
mod table;
mod timers;

pub(crate) use common::Common;
pub(crate) use family_calls::{Calls, copy_address};
pub use family_calls::{Incoming, Outgoing};
pub(crate) use readiness::{READABLE, WRITABLE};
pub use table::SocketId;
pub(crate) use table::SocketTable;

use alloc::boxed::Box;
use alloc::vec::Vec;

use anysock::{Errno, Family, Protocol, SocketType};

use super::epoll::EntryId;
use super::few::Few;
use super::node::NodeId;
use super::process::ProcessId;
use super::{Engine, bluetooth, can, epoll, inet, packet, unix, wake};

/// The state of a socket, by family. What is large is in a box, so that a slot of the table is small.
#[derive(Debug)]
pub(crate) enum SocketState {
    Tcp(Box<inet::TcpSocket>),
    Udp(Box<inet::UdpSocket>),
    Raw(Box<inet::RawSocket>),
    Packet(Box<packet::PacketSocket>),
    Unix(Box<unix::UnixSocket>),
    Can(Box<can::CanSocket>),
    Rfcomm(bluetooth::host::SocketId),
    PeerWait(unix::PeerWait),
    Wake(wake::Wake),
    Epoll(epoll::EpollList),
}

/// The state of an open socket of a kind, and the same to change, with what every socket has: `ENOTSOCK` of a socket of
/// another kind.
macro_rules! accessors {
    ($($state:ident($socket:ty): $get:ident, $get_mut:ident;)*) => {
        impl Engine {
            $(
                pub(crate) fn $get(&self, id: SocketId) -> Result<&$socket, Errno> {
                    match &self.socket(id)?.state {
                        SocketState::$state(socket) => Ok(socket),
                        _ => Err(Errno::ENOTSOCK),
                    }
                }

                pub(crate) fn $get_mut(&mut self, id: SocketId) -> Result<(&mut $socket, &mut Common), Errno> {
                    let socket = self.socket_mut(id)?;
                    match &mut socket.state {
                        SocketState::$state(state) => Ok((state, &mut socket.common)),
                        _ => Err(Errno::ENOTSOCK),
                    }
                }
            )*
        }
    };
}

accessors! {
    Udp(inet::UdpSocket): udp, udp_mut;
    Raw(inet::RawSocket): raw, raw_mut;
    Packet(packet::PacketSocket): packet, packet_mut;
}

/// A slot of the table.
#[derive(Debug)]
pub(crate) struct Socket {
    generation: u32,
    pub(crate) node: NodeId,
    pub(crate) family: Family,
    pub(crate) kind: SocketType,
    pub(crate) protocol: Protocol,
    pub(crate) common: Common,
    pub(crate) calls: &'static dyn Calls,
    pub(crate) state: SocketState,
    /// How many handles, and messages under way, hold it.
    pub(super) references: u32,
    waiters: Few<ProcessId>,
    /// The lists that it is in, and as which entry, in the order in which they hear of it.
    pub(super) lists: Vec<(SocketId, EntryId)>,
}

impl Socket {
    /// Whether anybody is to hear of what changes at it.
    #[inline]
    pub(super) fn is_awaited(&self) -> bool {
        !self.waiters.is_empty() || !self.lists.is_empty()
    }
}
