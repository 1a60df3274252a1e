//! The TCP sockets of a node, as `/proc/net/tcp` lists them.

use alloc::vec::Vec;
use core::net::SocketAddr;

use anysock::Errno;
use anysock::tcp::State;

use super::listening;
use super::ports::Pair;
use super::tcp::{Phase, TcpSocket, advance, tcp_mut};
use crate::engine::Engine;
use crate::engine::node::NodeId;
use crate::engine::socket::SocketState;

/// A line of `/proc/net/tcp`: a socket, a connection that waits for the end of its handshake, or one in TIME-WAIT.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TcpEntry {
    /// Its own end.
    pub local: SocketAddr,
    /// The other end; `None` for a listener.
    pub remote: Option<SocketAddr>,
    /// The state as `TCP_INFO` has it ([`State::linux_number`]).
    pub state: u8,
}

impl Engine {
    /// The TCP sockets of a node that have a state, those included that no program has open any more, in the order of
    /// their addresses.
    pub fn tcp_table(&self, node: NodeId) -> Vec<TcpEntry> {
        let sockets = self.sockets_of(node).into_iter().filter_map(|id| match &self.socket(id).ok()?.state {
            SocketState::Tcp(socket) => Some(socket),
            _ => None,
        });
        let mut table: Vec<TcpEntry> = sockets.flat_map(|socket| entries(socket)).collect();
        let time_waits = self.node(node).inet.time_waits.pairs();
        table.extend(time_waits.map(|(pair, state)| entry(pair.local, Some(pair.remote), state)));
        table.sort_unstable();
        table
    }

    /// Ends a TCP connection of a node's, as `ss -K` does (`tcp_abort`): the peer is reset, and the program is told
    /// `ECONNABORTED`. One in TIME-WAIT is forgotten, and so is one whose handshake is not over.
    ///
    /// # Errors
    /// `ESRCH` where there is no connection between these two ends.
    pub fn drop_tcp(&mut self, node: NodeId, local: SocketAddr, remote: SocketAddr) -> Result<(), Errno> {
        let pair = Pair { local, remote };
        let now = self.now();
        let tables = &mut self.node_mut(node).inet;
        if tables.time_waits.contains(&pair) {
            tables.time_waits.remove(&pair);
            return Ok(());
        }
        let Some(id) = tables.connections.get(&pair).copied() else { return self.drop_half_open(node, pair) };
        let (socket, common) = tcp_mut(self, id)?;
        let connected = socket.connected_mut().ok_or(Errno::ESRCH)?;
        connected.connection.abort(now);
        common.error = Some(Errno::ECONNABORTED);
        advance(self, id);
        Ok(())
    }

    fn drop_half_open(&mut self, node: NodeId, pair: Pair) -> Result<(), Errno> {
        let is_dropped =
            self.sockets_of(node).into_iter().any(|id| listening::drop_half_open(self, id, pair));
        if is_dropped { Ok(()) } else { Err(Errno::ESRCH) }
    }
}

fn entry(local: SocketAddr, remote: Option<SocketAddr>, state: State) -> TcpEntry {
    TcpEntry { local, remote, state: state.linux_number() }
}

/// A socket, and what waits at it to be established.
fn entries(socket: &TcpSocket) -> Vec<TcpEntry> {
    let Some(local) = socket.local.filter(|_| socket.state() != State::Closed) else { return Vec::new() };
    match &socket.phase {
        Phase::Listening(listening) => {
            let half_open = listening.listener.entries().pairs();
            let half_open = half_open.map(|pair| entry(pair.local, Some(pair.remote), State::SynReceived));
            core::iter::once(entry(local, None, State::Listen)).chain(half_open).collect()
        }
        _ => alloc::vec![entry(local, socket.remote, socket.state())],
    }
}
