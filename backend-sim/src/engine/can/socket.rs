//! Raw sockets: the system calls as net/can/raw.c of Linux 6.1 answers them.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use anysock::addr::{CanAddr, SockAddr};
use anysock::message::{ControlWriter, Controls, Timestamp};
use anysock::option::can_raw::{
    CAN_RAW_ERR_FILTER, CAN_RAW_FD_FRAMES, CAN_RAW_FILTER, CAN_RAW_JOIN_FILTERS, CAN_RAW_LOOPBACK,
    CAN_RAW_RECV_OWN_MSGS,
};
use anysock::{AnyAddr, Errno, Family, Level, MessageFlags, PollEvents, Protocol, Received, SocketType};

use super::controller::ControllerId;
use super::filters::Filters;
use super::raw_frame::RawFrame;
use super::receive::TRUESIZE;
use super::transmit_queue::QueuedFrame;
use crate::engine::Engine;
use crate::engine::node::{Device, NodeId};
use crate::engine::socket::{Calls, Common, Incoming, Outgoing, SocketId, SocketState, copy_address};

/// `RAW_MIN_NAMELEN`: as much of `struct sockaddr_can` as a raw socket needs and gives.
const ADDRESS_LEN: usize = 8;
/// `CANXL_HDR_SIZE + CANXL_MIN_DLEN` to `CANXL_MTU`: what a message has to measure before anything else is
/// looked at.
const MESSAGE_LEN: core::ops::RangeInclusive<usize> = 13..=2060;

/// A frame in a receive queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct QueuedMessage {
    pub(super) frame: RawFrame,
    pub(super) interface: u32,
    pub(super) timestamp: Timestamp,
    /// MSG_DONTROUTE of a frame of this node, MSG_CONFIRM of one of this socket.
    pub(super) flags: MessageFlags,
    /// How many had been dropped when it came, where the socket asked for that.
    pub(super) drops: u32,
}

/// A raw CAN socket.
#[derive(Debug)]
pub(crate) struct CanSocket {
    binding: Binding,
    pub(super) filters: Filters,
    /// Options are kept as the numbers that were set.
    loopback: i32,
    pub(super) receive_own: i32,
    pub(super) fd_frames: i32,
    pub(super) queue: VecDeque<QueuedMessage>,
    /// How many of its frames are in transmit queues.
    pub(super) in_queue: usize,
}

/// What a socket is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Binding {
    None,
    Every,
    One { interface: u32, controller: ControllerId },
}

impl Binding {
    fn interface(self) -> u32 {
        match self {
            Binding::None | Binding::Every => 0,
            Binding::One { interface, .. } => interface,
        }
    }
}

impl CanSocket {
    /// `sk_wmem_alloc`: what its frames in transmit queues take.
    fn send_buffer_used(&self) -> usize {
        self.in_queue * TRUESIZE
    }

    fn is_writable(&self, common: &Common) -> bool {
        self.send_buffer_used() < common.send_buffer as usize / 2
    }
}

#[derive(Debug)]
struct CanCalls;

pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> SocketId {
    let socket = CanSocket {
        binding: Binding::None,
        filters: Filters::new(),
        loopback: 1,
        receive_own: 0,
        fd_frames: 0,
        queue: VecDeque::new(),
        in_queue: 0,
    };
    engine.insert_socket(node, what, &CanCalls, SocketState::Can(Box::new(socket)))
}

/// A socket is gone: it listens no more.
pub(in crate::engine) fn forget(engine: &mut Engine, id: SocketId) {
    unbind(engine, id);
}

/// Whether this option is refused where there is no room for all of it, with `ERANGE`.
pub(in crate::engine) fn whole_only(level: Level, name: i32) -> bool {
    (level, name) == (Level::CAN_RAW, CAN_RAW_FILTER)
}

/// `raw_notify`: an interface goes down (`ENETDOWN`) or is removed (`ENODEV`). Its sockets have that error
/// pending; of a removed one they are bound to nothing, with no filter.
pub(super) fn interface_goes_away(engine: &mut Engine, id: ControllerId, errno: Errno) {
    for socket in engine.can.controller(id).listeners.clone() {
        if errno == Errno::ENODEV {
            unbind(engine, socket);
            if let Some(can) = engine.can_socket_mut(socket) {
                can.filters.clear();
            }
        }
        fail(engine, socket, errno);
    }
}

/// Makes an error pending: `sk->sk_err`.
fn fail(engine: &mut Engine, id: SocketId, errno: Errno) {
    if let Ok(socket) = engine.socket_mut(id) {
        socket.common.error = Some(errno);
        engine.notify(id);
    }
}

fn unbind(engine: &mut Engine, id: SocketId) {
    let Ok(node) = engine.socket(id).map(|socket| socket.node) else { return };
    let Some(socket) = engine.can_socket_mut(id) else { return };
    let listeners = match core::mem::replace(&mut socket.binding, Binding::None) {
        Binding::None => None,
        Binding::Every => engine.can.listeners_everywhere.get_mut(&node),
        Binding::One { controller, .. } => Some(&mut engine.can.controller_mut(controller).listeners),
    };
    if let Some(listeners) = listeners {
        listeners.retain(|listener| *listener != id);
    }
}

impl Engine {
    /// A raw CAN socket; `None` of any other.
    pub(super) fn can_socket_mut(&mut self, id: SocketId) -> Option<&mut CanSocket> {
        match &mut self.socket_mut(id).ok()?.state {
            SocketState::Can(socket) => Some(socket),
            _ => None,
        }
    }

    fn can_socket(&self, id: SocketId) -> Result<(&CanSocket, &Common), Errno> {
        let socket = self.socket(id)?;
        match &socket.state {
            SocketState::Can(can) => Ok((can, &socket.common)),
            _ => Err(Errno::ENOTSOCK),
        }
    }
}

impl CanCalls {
    /// The pending error, which is taken by being reported.
    fn take_error(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
        engine.socket_mut(id)?.common.error.take().map_or(Ok(()), Err)
    }
}

/// The interface in an address.
fn interface_of(address: &[u8]) -> Result<u32, Errno> {
    CanAddr::decode(address).map(|address| address.interface).map_err(|_| Errno::EINVAL)
}

impl Calls for CanCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let index = interface_of(address)?;
        let node = engine.socket(id)?.node;
        let (socket, _) = engine.can_socket(id)?;
        if socket.binding != Binding::None && socket.binding.interface() == index {
            return Ok(());
        }
        let (binding, up) = if index == 0 {
            (Binding::Every, true)
        } else {
            match engine.node(node).interface(index) {
                Some(found) => match found.device {
                    Device::Can(controller) => (Binding::One { interface: index, controller }, found.up),
                    _ => return Err(Errno::ENODEV),
                },
                None => return Err(Errno::ENODEV),
            }
        };
        unbind(engine, id);
        match binding {
            Binding::One { controller, .. } => engine.can.controller_mut(controller).listeners.push(id),
            _ => engine.can.listeners_everywhere.entry(node).or_default().push(id),
        }
        if let Some(socket) = engine.can_socket_mut(id) {
            socket.binding = binding;
        }
        if !up {
            fail(engine, id, Errno::ENETDOWN);
        }
        Ok(())
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let (socket, _) = engine.can_socket(id)?;
        let address = CanAddr { interface: socket.binding.interface() }.encode();
        AnyAddr::new(&address[..ADDRESS_LEN]).map_err(|_| Errno::EINVAL)
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        if !MESSAGE_LEN.contains(&message.bytes.len()) {
            return Err(Errno::EINVAL);
        }
        let (node, priority) = engine.socket(id).map(|socket| (socket.node, socket.common.priority))?;
        let index = match message.address {
            Some(address) => interface_of(address)?,
            None => engine.can_socket(id)?.0.binding.interface(),
        };
        let interface = engine.node(node).interface(index).ok_or(Errno::ENXIO)?;
        let up = interface.up;
        let controller = match interface.device {
            Device::Can(controller) => Some(controller),
            _ => None,
        };
        Self::take_error(engine, id)?;
        let (socket, common) = engine.can_socket(id)?;
        if socket.send_buffer_used() >= common.send_buffer as usize {
            return Err(Errno::EAGAIN);
        }
        let frame = RawFrame::written(message.bytes)?;
        let fd_able = controller.is_some_and(|controller| engine.can.controller(controller).fd);
        if frame.is_fd() && !(fd_able && socket.fd_frames != 0) {
            return Err(Errno::EINVAL);
        }
        // A raw CAN socket knows no control message of its own, and `sock_cmsg_send` refuses unknown ones.
        if Controls::new(message.control).any(|control| control.level == Level::SOCKET) {
            return Err(Errno::EINVAL);
        }
        let controller = controller.ok_or(Errno::EPERM)?;
        if !up {
            return Err(Errno::ENETDOWN);
        }
        let loopback = socket.loopback != 0;
        engine.can_transmit(controller, priority, QueuedFrame { frame, sender: id, loopback })?;
        Ok(message.bytes.len())
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            return Err(Errno::EAGAIN); // Its error queue is always empty.
        }
        Self::take_error(engine, id)?;
        let socket = engine.can_socket_mut(id).ok_or(Errno::ENOTSOCK)?;
        let received = if message.flags.contains(MessageFlags::PEEK) {
            socket.queue.front().copied()
        } else {
            socket.queue.pop_front()
        };
        let QueuedMessage { frame, interface, timestamp, flags, drops } = received.ok_or(Errno::EAGAIN)?;
        let mut answer = Received { flags, ..Received::default() };

        let bytes = frame.bytes();
        answer.len = bytes.len().min(message.bytes.len());
        message.bytes[..answer.len].copy_from_slice(&bytes[..answer.len]);
        answer.flags.set(MessageFlags::TRUNC, answer.len < bytes.len());

        answer.address_len = copy_address(message.address, &CanAddr { interface }.encode()[..ADDRESS_LEN]);

        let mut control = ControlWriter::new(message.control);
        let common = &engine.socket(id)?.common;
        let mut fits = common.tell_arrival(timestamp, &mut control);
        fits &= common.tell_drops(drops, &mut control);
        answer.flags.set(MessageFlags::CTRUNC, !fits);
        answer.control_len = control.into_bytes().len();
        Ok(answer)
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        let socket = engine.can_socket_mut(id).ok_or(Errno::ENOTSOCK)?;
        if level != Level::CAN_RAW {
            return Err(Errno::EINVAL);
        }
        let int = || <[u8; 4]>::try_from(value).map(i32::from_ne_bytes).map_err(|_| Errno::EINVAL);
        match name {
            CAN_RAW_FILTER => socket.filters.set(value)?,
            CAN_RAW_ERR_FILTER => socket.filters.set_error_mask(int()? as u32),
            CAN_RAW_LOOPBACK => socket.loopback = int()?,
            CAN_RAW_RECV_OWN_MSGS => socket.receive_own = int()?,
            CAN_RAW_FD_FRAMES => socket.fd_frames = int()?,
            CAN_RAW_JOIN_FILTERS => socket.filters.join = int()?,
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let (socket, _) = engine.can_socket(id)?;
        if level != Level::CAN_RAW {
            return Err(Errno::EINVAL);
        }
        let int = match name {
            CAN_RAW_FILTER => return Ok(socket.filters.encode()),
            CAN_RAW_ERR_FILTER => socket.filters.error_mask as i32,
            CAN_RAW_LOOPBACK => socket.loopback,
            CAN_RAW_RECV_OWN_MSGS => socket.receive_own,
            CAN_RAW_FD_FRAMES => socket.fd_frames,
            CAN_RAW_JOIN_FILTERS => socket.filters.join,
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(int.to_ne_bytes().to_vec())
    }

    /// `datagram_poll`.
    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let Ok((socket, common)) = engine.can_socket(id) else { return PollEvents::NVAL };
        let mut events = PollEvents::empty();
        events.set(PollEvents::ERR, common.error.is_some());
        events.set(PollEvents::IN | PollEvents::RDNORM, !socket.queue.is_empty());
        let writable = PollEvents::OUT | PollEvents::WRNORM | PollEvents::WRBAND;
        events.set(writable, socket.is_writable(common));
        events
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        unbind(engine, id);
        engine.remove_socket(id);
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        match engine.can_socket(id).map(|(socket, _)| socket.binding) {
            Ok(Binding::One { controller, .. }) => {
                format!("a CAN socket on {}", engine.can.controller(controller).name)
            }
            Ok(Binding::Every) => "a CAN socket on every interface".into(),
            _ => "an unbound CAN socket".into(),
        }
    }
}
