//! The system calls on RFCOMM sockets: addresses and options as bytes, and the node's host behind them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use anysock::addr::SockAddr;
use anysock::option::bluetooth::BT_DEFER_SETUP;
use anysock::{
    AnyAddr, Errno, Family, Instant, Level, PollEvents, Protocol, Received, RfcommAddr, Shutdown, SocketType,
};

use super::host::{self, Host};
use super::rfcomm::socket::{DEFAULT_BUFFER, State};
use crate::engine::Engine;
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Incoming, Outgoing, SocketId, SocketState};

/// `sizeof(struct sockaddr_rc)`.
const SOCKADDR_RC: usize = 10;

/// The option of `SOL_BLUETOOTH` that asks for security (net/bluetooth/bluetooth.h).
const BT_SECURITY: i32 = 4;

#[derive(Debug)]
struct RfcommCalls;

/// A new RFCOMM socket.
pub(crate) fn open(engine: &mut Engine, node: NodeId, what: (Family, SocketType, Protocol)) -> SocketId {
    let name = on_host(engine, node, |host, _| host.socket());
    insert(engine, node, what, name)
}

/// Puts a socket of the node's host into the table.
fn insert(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
    name: host::SocketId,
) -> SocketId {
    let id = engine.insert_socket(node, what, &RfcommCalls, SocketState::Rfcomm(name));
    if let Ok(socket) = engine.socket_mut(id) {
        socket.common.send_buffer = DEFAULT_BUFFER as i32;
        socket.common.recv_buffer = DEFAULT_BUFFER as i32;
    }
    engine.node_mut(node).bluetooth.sockets.insert(name, id);
    id
}

/// Does something to a node's host, and what follows from it.
fn on_host<T>(engine: &mut Engine, node: NodeId, call: impl FnOnce(&mut Host, Instant) -> T) -> T {
    let now = engine.now();
    let answer = engine.node_mut(node).bluetooth.device.call(now, |host| call(host, now));
    engine.settle_bluetooth(node);
    answer
}

/// The node of a socket, and what its host calls it.
fn name(engine: &Engine, id: SocketId) -> Result<(NodeId, host::SocketId), Errno> {
    let socket = engine.socket(id)?;
    match socket.state {
        SocketState::Rfcomm(name) => Ok((socket.node, name)),
        _ => Err(Errno::EBADF),
    }
}

/// Does something to a socket.
fn on_socket<T>(
    engine: &mut Engine,
    id: SocketId,
    call: impl FnOnce(&mut Host, host::SocketId, Instant) -> Result<T, Errno>,
) -> Result<T, Errno> {
    let (node, name) = name(engine, id)?;
    on_host(engine, node, |host, now| call(host, name, now))
}

/// A socket's host, to look at.
fn host_of(engine: &Engine, id: SocketId) -> Result<(&Host, host::SocketId), Errno> {
    let (node, name) = name(engine, id)?;
    Ok((engine.node(node).bluetooth.device.host(), name))
}

fn to_any(address: RfcommAddr) -> Result<AnyAddr, Errno> {
    AnyAddr::new(&address.encode()).map_err(|_| Errno::EINVAL)
}

impl Calls for RfcommCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        // What is missing of a short address is zero.
        let mut whole = [0; SOCKADDR_RC];
        whole.iter_mut().zip(address).for_each(|(to, from)| *to = *from);
        let address = RfcommAddr::decode(&whole).map_err(|_| Errno::EINVAL)?;
        on_socket(engine, id, |host, name, _| host.bind(name, address))
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        if address.len() < SOCKADDR_RC {
            return Err(Errno::EINVAL);
        }
        let address = RfcommAddr::decode(address).map_err(|_| Errno::EINVAL)?;
        on_socket(engine, id, |host, name, now| host.connect(name, address, now))
    }

    fn listen(&self, engine: &mut Engine, id: SocketId, backlog: i32) -> Result<(), Errno> {
        on_socket(engine, id, |host, name, _| host.listen(name, backlog))
    }

    fn accept(&self, engine: &mut Engine, id: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        let (child, peer) = on_socket(engine, id, |host, name, _| host.accept(name))?;
        let listener = engine.socket(id)?;
        let (node, what) = (listener.node, (listener.family, listener.kind, listener.protocol));
        Ok((insert(engine, node, what, child), to_any(peer)?))
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, _how: Shutdown) -> Result<(), Errno> {
        on_socket(engine, id, |host, name, now| host.shutdown(name, now))
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let (host, name) = host_of(engine, id)?;
        to_any(host.get(name)?.local_addr())
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let (host, name) = host_of(engine, id)?;
        to_any(host.get(name)?.peer_addr()?)
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        on_socket(engine, id, |host, name, _| host.send(name, message.bytes, message.flags))
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let flags = message.flags;
        let len = on_socket(engine, id, |host, name, now| host.recv(name, message.bytes, flags, now))?;
        Ok(Received { len, ..Received::default() })
    }

    fn take_error(&self, engine: &mut Engine, id: SocketId) -> Option<Errno> {
        on_socket(engine, id, |host, name, _| Ok(host.get_mut(name)?.take_error())).ok()?
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        on_socket(engine, id, |host, socket, _| {
            let socket = host.get_mut(socket)?;
            match (level, name) {
                (Level::BLUETOOTH, BT_DEFER_SETUP) => {
                    let on = value.first_chunk::<4>().ok_or(Errno::EINVAL)?;
                    socket.set_defer_setup(*on != [0; 4])
                }
                // struct bt_security: the level, and the size of the key.
                (Level::BLUETOOTH, BT_SECURITY) => {
                    let [level, _] = value.first_chunk().ok_or(Errno::EINVAL)?;
                    socket.set_security(*level)
                }
                _ => Err(Errno::ENOPROTOOPT),
            }
        })
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let (host, socket) = host_of(engine, id)?;
        let socket = host.get(socket)?;
        match (level, name) {
            (Level::BLUETOOTH, BT_DEFER_SETUP) => Ok(u32::from(socket.defer_setup()?).to_ne_bytes().to_vec()),
            (Level::BLUETOOTH, BT_SECURITY) => Ok([socket.security(), 0].to_vec()),
            _ => Err(Errno::ENOPROTOOPT),
        }
    }

    fn option_changed(&self, engine: &mut Engine, id: SocketId, _name: i32) {
        let Ok(socket) = engine.socket(id) else { return };
        let size = |buffer: i32| usize::try_from(buffer).unwrap_or(0);
        let (send, recv) = (size(socket.common.send_buffer), size(socket.common.recv_buffer));
        // The socket is open, so that its host has it.
        let _ = on_socket(engine, id, |host, name, _| {
            let socket = host.get_mut(name)?;
            (socket.send_buffer, socket.receive_buffer) = (send, recv);
            Ok(())
        });
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let events = host_of(engine, id).and_then(|(host, name)| host.poll(name));
        events.unwrap_or(PollEvents::NVAL)
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        if let Ok((node, name)) = name(engine, id) {
            engine.node_mut(node).bluetooth.sockets.remove(&name);
            // The host has the socket until now.
            let _ = on_host(engine, node, |host, now| host.close(name, now));
        }
        engine.remove_socket(id);
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        let socket = host_of(engine, id).and_then(|(host, name)| host.get(name));
        let Ok(socket) = socket else { return "a closed RFCOMM socket".into() };
        let local = socket.local_addr();
        match (socket.state(), socket.peer_addr()) {
            (State::Listen, _) => format!("an RFCOMM listener on channel {}", local.channel),
            (State::Connecting, Ok(peer)) => format!("an RFCOMM socket connecting to {peer}"),
            (_, Ok(peer)) => format!("an RFCOMM socket connected to {peer}"),
            (state, Err(_)) => format!("an RFCOMM socket ({state:?})"),
        }
    }
}
