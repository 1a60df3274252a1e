//! The system calls, up to where a family takes over.

use alloc::vec::Vec;

use anysock::addr::ADDRESS_MAX;
use anysock::io_control::IoRequest;
use anysock::message::{Control, Controls, is_well_formed};
use anysock::option::carries_pointer;
use anysock::option::socket::{SO_ERROR, SO_PEERNAME};
use anysock::{
    AnyAddr, BluetoothProtocol, CanProtocol, Errno, Family, IpProtocol, Level, PollEvents, Protocol,
    Received, Shutdown, SocketType,
};

use super::node::NodeId;
use super::socket::{Incoming, Outgoing, SocketId};
use super::{Engine, bluetooth, can, inet, packet, unix, wake};

/// net.core.somaxconn.
pub(super) const SOMAXCONN: i32 = 4096;
/// net.core.optmem_max: how much memory a socket may have beside its buffers.
pub(super) const OPTMEM_MAX: usize = 131_072;
/// One more than the highest protocol of IP: IPPROTO_MAX of linux/in.h.
const IPPROTO_MAX: i32 = 263;
/// `SCM_RIGHTS` (linux/socket.h).
const SCM_RIGHTS: i32 = 1;

/// Refuses what is longer than any address (`move_addr_to_kernel`).
pub(crate) fn check_address(address: &[u8]) -> Result<(), Errno> {
    if address.len() > ADDRESS_MAX { Err(Errno::EINVAL) } else { Ok(()) }
}

/// Refuses control bytes that are malformed, or that would pass handles: those travel as handles.
pub(crate) fn check_control(control: &[u8]) -> Result<(), Errno> {
    let rights = |message: Control<'_>| message.level == Level::SOCKET && message.name == SCM_RIGHTS;
    if Controls::new(control).any(rights) || !is_well_formed(control) {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

impl Engine {
    /// `socket(2)` on a node.
    pub fn open(
        &mut self,
        node: NodeId,
        family: Family,
        kind: SocketType,
        protocol: Protocol,
    ) -> Result<SocketId, Errno> {
        if !(0..=SocketType::PACKET.0).contains(&kind.0) {
            return Err(Errno::EINVAL);
        }
        let what = (family, kind, protocol);
        match family {
            Family::INET | Family::INET6 if !(0..IPPROTO_MAX).contains(&protocol.0) => Err(Errno::EINVAL),
            Family::INET | Family::INET6 => match (kind, IpProtocol(protocol.0)) {
                (SocketType::STREAM, IpProtocol::IP | IpProtocol::TCP) => {
                    Ok(inet::open_tcp(self, node, what))
                }
                (SocketType::DGRAM, IpProtocol::IP | IpProtocol::UDP) => Ok(inet::open_udp(self, node, what)),
                (SocketType::DGRAM, IpProtocol::ICMP) if family == Family::INET => {
                    inet::open_ping(self, node, what)
                }
                (SocketType::DGRAM, IpProtocol::ICMPV6) if family == Family::INET6 => {
                    inet::open_ping(self, node, what)
                }
                (SocketType::RAW, IpProtocol(1..)) => Ok(inet::open_raw(self, node, what)),
                (SocketType::STREAM | SocketType::DGRAM | SocketType::RAW, _) => Err(Errno::EPROTONOSUPPORT),
                _ => Err(Errno::ESOCKTNOSUPPORT),
            },
            Family::PACKET => packet::open(self, node, what),
            Family::UNIX => unix::open(self, node, what),
            Family::CAN => match (kind, CanProtocol(protocol.0)) {
                (SocketType::RAW, CanProtocol::RAW) => Ok(can::open(self, node, what)),
                (_, CanProtocol::RAW) => Err(Errno::EPROTOTYPE),
                // CAN_NPROTO of linux/can.h.
                (_, CanProtocol(number)) if !(0..8).contains(&number) => Err(Errno::EINVAL),
                _ => Err(Errno::EPROTONOSUPPORT),
            },
            Family::BLUETOOTH => match (kind, BluetoothProtocol(protocol.0)) {
                (SocketType::STREAM, BluetoothProtocol::RFCOMM) => Ok(bluetooth::open(self, node, what)),
                (_, BluetoothProtocol::RFCOMM) => Err(Errno::ESOCKTNOSUPPORT),
                (_, BluetoothProtocol(0..=8)) => Err(Errno::EPROTONOSUPPORT),
                _ => Err(Errno::EINVAL),
            },
            _ => Err(Errno::EAFNOSUPPORT),
        }
    }

    /// `socketpair(2)` on a node.
    pub fn open_pair(
        &mut self,
        node: NodeId,
        family: Family,
        kind: SocketType,
        protocol: Protocol,
    ) -> Result<(SocketId, SocketId), Errno> {
        if family == Family::UNIX {
            return unix::open_pair(self, node, (family, kind, protocol));
        }
        let socket = self.open(node, family, kind, protocol)?;
        self.release(socket);
        Err(Errno::EOPNOTSUPP)
    }

    /// `eventfd(2)` on a node: a handle that is readable once it was woken.
    pub fn open_wake(&mut self, node: NodeId) -> SocketId {
        wake::open(self, node)
    }

    /// Makes a handle of [`Engine::open_wake`] readable.
    pub fn wake(&mut self, id: SocketId) {
        wake::set(self, id, true);
    }

    /// Makes it unreadable again.
    ///
    /// # Errors
    /// `EBADF`, or `ENOTSOCK` for any other handle.
    pub fn reset_wake(&mut self, id: SocketId) -> Result<(), Errno> {
        wake::reset(self, id)
    }

    /// `bind(2)`.
    pub fn bind(&mut self, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        check_address(address)?;
        self.socket(id)?.calls.bind(self, id, address)
    }

    /// `connect(2)`.
    pub fn connect(&mut self, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        check_address(address)?;
        self.socket(id)?.calls.connect(self, id, address)
    }

    /// `listen(2)`: the backlog is capped at net.core.somaxconn, and a negative one is that.
    pub fn listen(&mut self, id: SocketId, backlog: i32) -> Result<(), Errno> {
        let backlog = if (0..SOMAXCONN).contains(&backlog) { backlog } else { SOMAXCONN };
        self.socket(id)?.calls.listen(self, id, backlog)
    }

    /// `accept(2)`.
    pub fn accept(&mut self, id: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        self.socket(id)?.calls.accept(self, id)
    }

    /// `shutdown(2)`.
    pub fn shutdown(&mut self, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        let calls = self.socket(id)?.calls;
        if !(0..=2).contains(&how.0) {
            return Err(Errno::EINVAL);
        }
        calls.shutdown(self, id, how)
    }

    /// `getsockname(2)`.
    pub fn local_addr(&self, id: SocketId) -> Result<AnyAddr, Errno> {
        self.socket(id)?.calls.local_addr(self, id)
    }

    /// `getpeername(2)`.
    pub fn peer_addr(&self, id: SocketId) -> Result<AnyAddr, Errno> {
        self.socket(id)?.calls.peer_addr(self, id)
    }

    /// `sendmsg(2)`. Of an address that is longer than any, the rest is not looked at (`__copy_msghdr`).
    pub fn send(&mut self, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        // What is sent beside the bytes is copied into memory of the socket's (sock_kmalloc).
        if message.control.len() >= OPTMEM_MAX {
            return Err(Errno::ENOBUFS);
        }
        check_control(message.control)?;
        let address = message.address.map(|address| address.get(..ADDRESS_MAX).unwrap_or(address));
        self.socket(id)?.calls.send(self, id, &Outgoing { address, ..*message })
    }

    /// `recvmsg(2)`.
    pub fn recv(&mut self, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        self.socket(id)?.calls.recv(self, id, message)
    }

    /// Takes the pending error (`sock_error`).
    #[cfg(feature = "std")]
    pub(crate) fn take_pending_error(&mut self, id: SocketId) -> Option<Errno> {
        self.socket_mut(id).ok()?.common.error.take()
    }

    /// An error that the next call is told of: what `recvmmsg(2)` does with one that came after messages.
    #[cfg(feature = "std")]
    pub(crate) fn keep_error(&mut self, id: SocketId, error: Errno) {
        if let Ok(socket) = self.socket_mut(id) {
            socket.common.error = Some(error);
        }
    }

    /// `setsockopt(2)`.
    pub fn set_option(&mut self, id: SocketId, level: Level, name: i32, value: &[u8]) -> Result<(), Errno> {
        let calls = self.socket(id)?.calls;
        self.settings += 1;
        if carries_pointer(level, name) {
            return Err(Errno::EOPNOTSUPP);
        }
        if level != Level::SOCKET {
            return calls.set_option(self, id, level, name, value);
        }
        let special = self.bind_to_device(id, name, value);
        match special.or_else(|| self.set_filter_option(id, name, value)) {
            Some(answer) => answer?,
            None => self.socket_mut(id)?.set_common_option(name, value)?,
        }
        calls.option_changed(self, id, name);
        Ok(())
    }

    /// `getsockopt(2)`: fills in as much of `value` as there is room for, and returns how much that is.
    pub fn get_option(
        &mut self,
        id: SocketId,
        level: Level,
        name: i32,
        value: &mut [u8],
    ) -> Result<usize, Errno> {
        let calls = self.socket(id)?.calls;
        if carries_pointer(level, name) {
            return Err(Errno::EOPNOTSUPP);
        }
        if (level, name) == (Level::SOCKET, SO_ERROR) {
            let errno = calls.take_error(self, id).map_or(0, |errno| errno.0).to_ne_bytes();
            let len = errno.len().min(value.len());
            value[..len].copy_from_slice(&errno[..len]);
            return Ok(len);
        }
        let answer: Vec<u8> = match level {
            Level::SOCKET if name == SO_PEERNAME => self.peer_name(id, value.len())?,
            Level::SOCKET => match self.bound_device(id, name, value.len()) {
                Some(answer) => answer?,
                None => self.socket(id)?.get_common_option(name, value.len())?,
            },
            _ => calls.take_option(self, id, level, name, value)?,
        };
        if answer.len() > value.len() && can::whole_only(level, name) {
            return Err(Errno::ERANGE);
        }
        let answer = inet::narrowed((level, name), answer, value.len());
        let len = answer.len().min(value.len());
        value[..len].copy_from_slice(&answer[..len]);
        Ok(len)
    }

    /// SO_PEERNAME: nothing of an address that does not fill the room.
    fn peer_name(&self, id: SocketId, room: usize) -> Result<Vec<u8>, Errno> {
        let address = inet::named_peer(self, id).unwrap_or_else(|| self.peer_addr(id));
        let address = address.map_err(|_| Errno::ENOTCONN)?;
        let whole = address.as_bytes();
        if room > whole.len() { Err(Errno::EINVAL) } else { Ok(whole.to_vec()) }
    }

    /// `ioctl(2)` with a request that answers a number.
    pub fn io_control(&self, id: SocketId, request: IoRequest) -> Result<i32, Errno> {
        self.socket(id)?.calls.io_control(self, id, request)
    }

    /// Everything that is ready at a socket.
    pub fn events(&self, id: SocketId) -> PollEvents {
        self.poll_socket(id, PollEvents::all())
    }
}
