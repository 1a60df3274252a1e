//! Sockets: [`Socket`], which is any socket, and the typed ones on top of it.
//!
//! A socket's calls block, with CPython's timeout model: `None` waits for as long as it takes, zero does not
//! wait at all, any other duration is how long each call may take. The non-blocking forms for the `nb` crate
//! and the traits of `embedded-io` are adapters over the same attempts.
//!
//! ```
//! use anysock::{Backend, Error, Family, Protocol, Socket, SocketType};
//! use core::net::SocketAddrV4;
//! use core::time::Duration;
//!
//! fn ask<B: Backend>(backend: B, server: &SocketAddrV4) -> Result<usize, Error> {
//!     let mut socket = Socket::new(backend, Family::INET, SocketType::DGRAM, Protocol::DEFAULT)?;
//!     socket.set_timeout(Some(Duration::from_secs(2)));
//!     socket.send_to(b"PING", server)?;
//!     let (length, _sender) = socket.recv_from::<SocketAddrV4>(&mut [0; 64])?;
//!     Ok(length)
//! }
//! ```

mod alg;
mod ax25;
mod can;
mod can_bcm;
mod can_isotp;
mod can_j1939;
mod connect_any;
mod create;
mod dccp;
mod embedded_io;
mod error_queue;
mod exact;
mod hci;
mod ieee802154;
mod l2cap;
mod llc;
mod management;
mod monitor;
mod mptcp;
mod multicast;
mod netlink;
mod nonblocking;
mod options;
mod packet;
mod phonet;
mod ping;
mod pppoe;
mod qrtr;
mod raw;
mod rds;
mod rfcomm;
mod sco;
mod sctp;
mod smc;
mod tcp;
mod tipc;
mod typed;
mod udp;
mod udp_lite;
mod udp_packet_info;
mod unix;
mod vsock;

pub use alg::{AlgOperationSocket, AlgSocket};
pub use ax25::{Ax25Datagram, NetromListener, NetromSeqpacket, RoseListener, RoseSeqpacket};
pub use can::{CanSocket, ReceivedFrame};
pub use can_bcm::{BcmNotification, BcmWatch, CanBcm};
pub use can_isotp::CanIsotp;
pub use can_j1939::{CanJ1939, J1939Event, J1939Progress, ReceivedJ1939};
pub use create::{
    CreateConnectionError, ServerOptions, create_connection, create_server, has_dualstack_ipv6,
};
pub use dccp::{DccpConnection, DccpListener};
pub use error_queue::QueuedError;
pub use exact::{RecvExactError, SendAllError};
pub use hci::HciSocket;
pub use ieee802154::Ieee802154Datagram;
pub use l2cap::{L2capListener, L2capSeqpacket, L2capSeqpacketListener, L2capStream};
pub use llc::LlcDatagram;
pub use management::ManagementSocket;
pub use monitor::{MonitorLog, MonitorSocket};
pub use mptcp::{MptcpListener, MptcpStream};
pub use netlink::NetlinkSocket;
pub use packet::{PacketSocket, ReceivedPacket};
pub use phonet::PhonetDatagram;
pub use ping::{EchoReply, PingSocket};
pub use pppoe::PppoeSocket;
pub use qrtr::{QrtrEvent, QrtrLookup, QrtrSocket};
pub use raw::{RawSocket, ReceivedIp};
pub use rds::RdsSocket;
pub use rfcomm::{RfcommListener, RfcommStream};
pub use sco::{ScoListener, ScoStream};
pub use sctp::{SctpListener, SctpMessage, SctpOneToMany, SctpOneToOne, SctpReceived};
pub use smc::{SmcListener, SmcStream};
pub use tcp::{TcpListener, TcpStream};
pub use tipc::{TipcDatagram, TipcListener, TipcSeqpacket, TipcSeqpacketListener, TipcStream, TipcTopology};
pub use udp::UdpSocket;
pub use udp_lite::UdpLiteSocket;
pub use udp_packet_info::{PacketInfo, ReceivedDatagram};
pub use unix::{UnixDatagram, UnixListener, UnixSeqpacket, UnixSeqpacketListener, UnixStream};
pub use vsock::{VsockListener, VsockSeqpacket, VsockSeqpacketListener, VsockStream};

use core::net::SocketAddr;
use core::time::Duration;

use crate::addr::SockAddr;
use crate::backend::{Backend, Received, RecvMsg, SendMsg, readable};
use crate::constants::{Errno, Family, MessageFlags, PollEvents, Protocol, Shutdown, SocketType};
use crate::error::Error;
use crate::time::Deadline;

/// A socket of any family, on any backend.
///
/// Dropping it closes it. Its methods take `&self`, so that one program reads while another writes; only the
/// timeout needs `&mut self`.
#[derive(Debug)]
pub struct Socket<B: Backend> {
    handle: B::Handle,
    backend: B,
    timeout: Option<Duration>,
}

impl<B: Backend> Socket<B> {
    /// A new socket: `socket(2)`. It blocks, without a timeout.
    ///
    /// # Errors
    /// `EAFNOSUPPORT`, `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT` where the kernel does not have it, `EPERM` or
    /// `EACCES` where it asks for a privilege.
    pub fn new(
        backend: B,
        family: Family,
        kind: SocketType,
        protocol: impl Into<Protocol>,
    ) -> Result<Self, Error> {
        let handle = backend.socket(family, kind, protocol.into())?;
        Ok(Socket::from_handle(backend, handle))
    }

    /// Two sockets connected to each other: `socketpair(2)`.
    pub fn pair(
        backend: B,
        family: Family,
        kind: SocketType,
        protocol: impl Into<Protocol>,
    ) -> Result<(Self, Self), Error> {
        let (one, other) = backend.socket_pair(family, kind, protocol.into())?;
        Ok((Socket::from_handle(backend.clone(), one), Socket::from_handle(backend, other)))
    }

    /// A socket from a handle of `backend`. It blocks, without a timeout.
    pub fn from_handle(backend: B, handle: B::Handle) -> Self {
        Socket { handle, backend, timeout: None }
    }

    /// The handle. On Linux it says its descriptor's number.
    #[doc(alias = "fileno")]
    #[inline]
    pub fn handle(&self) -> &B::Handle {
        &self.handle
    }

    /// Gives up the socket for its handle, without closing it. On Linux that is an `OwnedFd` as well.
    #[doc(alias = "detach")]
    pub fn into_handle(self) -> B::Handle {
        self.handle
    }

    /// The backend.
    #[inline]
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// How long each call may take: `None` for as long as it takes, zero not to wait at all.
    #[doc(alias = "gettimeout")]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Sets how long each call may take.
    #[doc(alias = "settimeout")]
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// `true` is no timeout, `false` a timeout of zero. Either forgets the timeout that was set before.
    #[doc(alias = "setblocking")]
    pub fn set_blocking(&mut self, blocking: bool) {
        self.timeout = if blocking { None } else { Some(Duration::ZERO) };
    }

    /// Until when a call that begins now may take.
    pub fn deadline(&self) -> Deadline {
        match self.timeout {
            None => Deadline::NEVER,
            Some(Duration::ZERO) => Deadline::NOW,
            Some(timeout) => Deadline::at(self.backend.now() + timeout),
        }
    }

    /// Names the socket: `bind(2)`.
    pub fn bind<A: SockAddr>(&self, address: &A) -> Result<(), Error> {
        Ok(self.backend.bind(&self.handle, address.encode().as_ref())?)
    }

    /// Connects, waiting for the answer: `connect(2)`.
    ///
    /// # Errors
    /// The connection's own (`ECONNREFUSED`, `ETIMEDOUT`, …), [`Error::TimedOut`], or `EINPROGRESS` with a
    /// timeout of zero.
    pub fn connect<A: SockAddr>(&self, address: &A) -> Result<(), Error> {
        self.backend.connect_until(&self.handle, address.encode().as_ref(), self.deadline())
    }

    /// [`Socket::connect`] that answers with an error number, as CPython's does: zero where it succeeds, `EAGAIN`
    /// where the timeout passes first.
    pub fn connect_ex<A: SockAddr>(&self, address: &A) -> Errno {
        match self.connect(address) {
            Ok(()) => Errno(0),
            Err(error) => error.errno().unwrap_or(Errno::EAGAIN),
        }
    }

    /// Begins to listen: `listen(2)`. The system caps `backlog` at its own limit.
    pub fn listen(&self, backlog: i32) -> Result<(), Error> {
        Ok(self.backend.listen(&self.handle, backlog)?)
    }

    /// Takes a connection, with the peer's address: `accept(2)`. The new socket has no timeout.
    #[inline]
    pub fn accept<A: SockAddr>(&self) -> Result<(Socket<B>, A), Error> {
        let mut buffer = A::buffer();
        let (socket, len) = self.accept_bytes(buffer.as_mut())?;
        Ok((socket, decode(buffer.as_ref(), len)?))
    }

    /// Takes a connection, with the length of the peer's address, which is written to `address`.
    #[inline]
    fn accept_bytes(&self, address: &mut [u8]) -> Result<(Socket<B>, usize), Error> {
        let (handle, len) = match self.backend.accept(&self.handle, address) {
            Ok(accepted) => accepted,
            Err(errno) => self.receive_again(errno, MessageFlags::empty(), |deadline| {
                self.backend.accept_until(&self.handle, address, deadline)
            })?,
        };
        Ok((Socket::from_handle(self.backend.clone(), handle), len))
    }

    /// Sends: `send(2)`. Returns how many bytes went out.
    #[inline]
    pub fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        self.send_with(bytes, MessageFlags::empty())
    }

    /// Sends with flags.
    #[inline]
    pub fn send_with(&self, bytes: &[u8], flags: MessageFlags) -> Result<usize, Error> {
        match self.backend.send(&self.handle, bytes, flags) {
            Ok(sent) => Ok(sent),
            Err(errno) => self.again(errno, flags, move |deadline| {
                self.backend.send_until(&self.handle, bytes, flags, deadline)
            }),
        }
    }

    /// Sends to `address`: `sendto(2)`.
    #[inline]
    pub fn send_to<A: SockAddr>(&self, bytes: &[u8], address: &A) -> Result<usize, Error> {
        self.send_to_bytes(bytes, address.encode().as_ref())
    }

    /// Sends to the address that `address` encodes.
    #[inline]
    fn send_to_bytes(&self, bytes: &[u8], address: &[u8]) -> Result<usize, Error> {
        let flags = MessageFlags::empty();
        match self.backend.send_to(&self.handle, bytes, flags, address) {
            Ok(sent) => Ok(sent),
            Err(errno) => self.again(errno, flags, move |deadline| {
                self.backend.send_to_until(&self.handle, bytes, flags, address, deadline)
            }),
        }
    }

    /// Sends a whole message: `sendmsg(2)`.
    #[inline]
    pub fn send_msg(&self, message: &SendMsg<'_, '_, B>) -> Result<usize, Error> {
        match self.backend.send_msg(&self.handle, message) {
            Ok(sent) => Ok(sent),
            Err(errno) => self.again(errno, message.flags, move |deadline| {
                self.backend.send_msg_until(&self.handle, message, deadline)
            }),
        }
    }

    /// Receives: `recv(2)`. Zero bytes of a stream are its end.
    #[inline]
    pub fn recv(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        self.recv_with(bytes, MessageFlags::empty())
    }

    /// Receives with flags. With MSG_WAITALL a stream waits until `bytes` are full, or it ends; what came before
    /// an error is returned in place of the error.
    #[inline]
    pub fn recv_with(&self, bytes: &mut [u8], flags: MessageFlags) -> Result<usize, Error> {
        if flags.contains(MessageFlags::WAITALL) && !flags.contains(MessageFlags::PEEK) {
            return self.recv_waiting_for_all(bytes, flags);
        }
        match self.backend.recv(&self.handle, bytes, flags) {
            Ok(received) => Ok(received),
            Err(errno) => self.receive_again(errno, flags, move |deadline| {
                self.backend.recv_until(&self.handle, bytes, flags, deadline)
            }),
        }
    }

    /// Receives, with the sender's address: `recvfrom(2)`.
    ///
    /// # Errors
    /// [`Error::Decode`] where the sender's address is no `A`; what was received is in `bytes` all the same.
    #[inline]
    pub fn recv_from<A: SockAddr>(&self, bytes: &mut [u8]) -> Result<(usize, A), Error> {
        let mut buffer = A::buffer();
        let (received, len) = self.recv_from_bytes(bytes, buffer.as_mut())?;
        Ok((received, decode(buffer.as_ref(), len)?))
    }

    /// Receives, with the length of the sender's address, which is written to `address`.
    #[inline]
    fn recv_from_bytes(&self, bytes: &mut [u8], address: &mut [u8]) -> Result<(usize, usize), Error> {
        let flags = MessageFlags::empty();
        match self.backend.recv_from(&self.handle, bytes, flags, address) {
            Ok(answer) => Ok(answer),
            Err(errno) => self.receive_again(errno, flags, move |deadline| {
                self.backend.recv_from_until(&self.handle, bytes, flags, address, deadline)
            }),
        }
    }

    /// Receives a whole message: `recvmsg(2)`.
    #[inline]
    pub fn recv_msg(&self, message: &mut RecvMsg<'_, '_, B>) -> Result<Received, Error> {
        match self.backend.recv_msg(&self.handle, message) {
            Ok(received) => Ok(received),
            Err(errno) => {
                // Taken apart, so that an attempt that succeeds need not have the whole of it in memory.
                let RecvMsg { address, slices, control, handles, flags } = message;
                let (address, slices, control, handles) =
                    (&mut **address, &mut **slices, &mut **control, &mut **handles);
                let flags = *flags;
                self.receive_again(errno, flags, move |deadline| {
                    let message = &mut RecvMsg { address, slices, control, handles, flags };
                    self.backend.recv_msg_until(&self.handle, message, deadline)
                })
            }
        }
    }

    /// What is left to do when a first attempt has failed with `errno`: `wait`, with the socket's deadline,
    /// where that was `EAGAIN` and `flags` let it. Kept apart so that an attempt that succeeds costs nothing for
    /// it.
    #[cold]
    #[inline(never)]
    pub(crate) fn again<T>(
        &self,
        errno: Errno,
        flags: MessageFlags,
        wait: impl FnOnce(Deadline) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match errno {
            Errno::EAGAIN if !flags.contains(MessageFlags::DONTWAIT) => wait(self.deadline()),
            errno => Err(Error::Os(errno)),
        }
    }

    /// [`Socket::again`] after an attempt to receive: there is nothing yet, so that the next attempt is not made before
    /// something has come.
    #[cold]
    #[inline(never)]
    fn receive_again<T>(
        &self,
        errno: Errno,
        flags: MessageFlags,
        receive: impl FnOnce(Deadline) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.again(errno, flags, |deadline| {
            if deadline != Deadline::NOW {
                self.backend.wait_for(&self.handle, readable(flags) | PollEvents::RDHUP, deadline)?;
            }
            receive(deadline)
        })
    }

    /// Closes one direction or both: `shutdown(2)`. The peer sees the end of the stream.
    pub fn shutdown(&self, how: Shutdown) -> Result<(), Error> {
        Ok(self.backend.shutdown(&self.handle, how)?)
    }

    /// The socket's own address: `getsockname(2)`.
    #[doc(alias = "getsockname")]
    pub fn local_addr<A: SockAddr>(&self) -> Result<A, Error> {
        let mut buffer = A::buffer();
        let len = self.backend.local_addr(&self.handle, buffer.as_mut())?;
        decode(buffer.as_ref(), len)
    }

    /// The peer's address: `getpeername(2)`.
    #[doc(alias = "getpeername")]
    pub fn peer_addr<A: SockAddr>(&self) -> Result<A, Error> {
        let mut buffer = A::buffer();
        let len = self.backend.peer_addr(&self.handle, buffer.as_mut())?;
        decode(buffer.as_ref(), len)
    }

    /// Another socket object for the same socket: `dup(2)`. It blocks, without a timeout.
    #[doc(alias = "dup")]
    pub fn duplicate(&self) -> Result<Self, Error> {
        let handle = self.backend.duplicate(&self.handle)?;
        Ok(Socket::from_handle(self.backend.clone(), handle))
    }

    /// Closes the socket and reports what dropping it cannot.
    pub fn close(self) -> Result<(), Error> {
        Ok(self.backend.close(self.handle)?)
    }
}

/// The address in the first `len` bytes of `buffer`.
#[inline]
fn decode<A: SockAddr>(buffer: &[u8], len: usize) -> Result<A, Error> {
    Ok(A::decode(buffer.get(..len).unwrap_or(buffer))?)
}

/// The family of sockets with addresses such as `address`.
fn inet_family(address: &SocketAddr) -> Family {
    match address {
        SocketAddr::V4(_) => Family::INET,
        SocketAddr::V6(_) => Family::INET6,
    }
}
