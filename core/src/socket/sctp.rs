//! SCTP: messages over several streams of one association (RFC 9260, RFC 6458, sctp(7)).
//!
//! RFC 6458 has two styles of sockets: one-to-one, which are connected and accepted like TCP's, and one-to-many,
//! of which one has any number of associations. Both begin with `SCTP_RECVRCVINFO`, so that each message says its
//! stream.

use core::fmt;
use core::net::SocketAddr;

use super::tcp::BACKLOG;
use super::typed::typed_socket;
use super::{Socket, decode, inet_family};
use crate::addr::SockAddr;
use crate::backend::{Backend, Received, RecvMsg, SendMsg};
use crate::constants::{Errno, IpProtocol, MessageFlags, PollEvents, Shutdown, SocketType};
use crate::error::Error;
use crate::message::{self, ControlBuffer, control_space};
use crate::option;
use crate::sctp::{Addresses, Event, Notification, NotificationKind, RcvInfo, SndInfo, SndRcvFlags};
use crate::text::IpText;

fn sctp_socket<B: Backend>(backend: B, kind: SocketType, address: &SocketAddr) -> Result<Socket<B>, Error> {
    let socket = Socket::new(backend, inet_family(address), kind, IpProtocol::SCTP)?;
    socket.set(option::sctp::RecvInfo, true)?;
    Ok(socket)
}

/// A message, or a part of one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SctpMessage<'b> {
    /// The bytes.
    pub data: &'b [u8],
    /// Whether the message ends here (`MSG_EOR`); else the next that is received of this association and stream goes
    /// on with it.
    pub end: bool,
    /// Who sent it: the address that it came from.
    pub from: SocketAddr,
    /// Its stream, numbers and association; `None` where `SCTP_RECVRCVINFO` was switched off.
    pub info: Option<RcvInfo>,
}

// `Debug` of `core::net` contains a panic.
impl fmt::Debug for SctpMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = IpText(self.from);
        let mut fields = f.debug_struct("SctpMessage");
        fields.field("data", &self.data).field("end", &self.end);
        fields.field("from", &from).field("info", &self.info).finish()
    }
}

/// What an SCTP socket receives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SctpReceived<'b> {
    /// A message.
    Message(SctpMessage<'b>),
    /// News of an association, of a kind that was subscribed to.
    Notification(Notification<'b>),
    /// The peer of a one-to-one socket has shut the association down.
    End,
}

fn send<B: Backend>(
    socket: &Socket<B>,
    bytes: &[u8],
    info: &SndInfo,
    address: Option<&[u8]>,
) -> Result<usize, Error> {
    let mut control = ControlBuffer::<{ control_space(SndInfo::SIZE) }>::new();
    let mut writer = control.writer();
    writer.put(message::sctp::SndInfo, info)?;
    let (slices, control) = (&[bytes.into()], writer.into_bytes());
    socket.send_msg(&SendMsg { address, slices, control, handles: &[], flags: MessageFlags::empty() })
}

fn recv<'b, B: Backend>(socket: &Socket<B>, buffer: &'b mut [u8]) -> Result<SctpReceived<'b>, Error> {
    let mut address = SocketAddr::buffer();
    let mut control = ControlBuffer::<{ control_space(RcvInfo::SIZE) }>::new();
    let Received { len, address_len, control_len, flags, .. } = socket.recv_msg(&mut RecvMsg {
        address: &mut address,
        slices: &mut [(&mut *buffer).into()],
        control: control.as_mut_bytes(),
        handles: &mut [],
        flags: MessageFlags::empty(),
    })?;
    let ended = len == 0 && !buffer.is_empty();
    let data = buffer.get(..len).unwrap_or(buffer);
    if flags.contains(MessageFlags::NOTIFICATION) {
        return Ok(SctpReceived::Notification(Notification::decode(data)?));
    }
    if ended {
        return Ok(SctpReceived::End);
    }
    let from = decode(&address, address_len)?;
    let info = control.controls(control_len).first(message::sctp::RcvInfo)?;
    Ok(SctpReceived::Message(SctpMessage { data, end: flags.contains(MessageFlags::EOR), from, info }))
}

fn subscribe<B: Backend>(socket: &Socket<B>, kind: NotificationKind, on: bool) -> Result<(), Error> {
    // SCTP_FUTURE_ASSOC on a one-to-many socket: that of those to come; a one-to-one socket has one alone.
    socket.set(option::sctp::OneEvent, Event { association: 0, kind, on })
}

typed_socket! {
    /// An association of its own: a one-to-one socket (RFC 6458 §4).
    ///
    /// ```
    /// use anysock::sctp::SndInfo;
    /// use anysock::socket::SctpReceived;
    /// use anysock::{Backend, Error, SctpOneToOne};
    /// use core::net::SocketAddr;
    ///
    /// /// Asks on the third stream, and returns the length of the answer.
    /// fn ask<B: Backend>(backend: B, server: &SocketAddr) -> Result<usize, Error> {
    ///     let association = SctpOneToOne::connect(backend, server)?;
    ///     association.send(b"state?", &SndInfo::ordered(2))?;
    ///     match association.recv(&mut [0; 1500])? {
    ///         SctpReceived::Message(message) => Ok(message.data.len()),
    ///         _ => Ok(0),
    ///     }
    /// }
    /// ```
    SctpOneToOne
}

impl<B: Backend> SctpOneToOne<B> {
    /// Sets up an association with a peer.
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` where the kernel has no SCTP, `ECONNREFUSED` where nobody listens.
    pub fn connect(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = sctp_socket(backend, SocketType::STREAM, address)?;
        socket.connect(address)?;
        Ok(SctpOneToOne(socket))
    }

    /// Sets up an association with a peer of several addresses, all with its port.
    ///
    /// # Errors
    /// `EINVAL` for no address, or for addresses of different ports; and those of [`SctpOneToOne::connect`].
    #[doc(alias = "sctp_connectx")]
    pub fn connect_to_any(backend: B, addresses: Addresses) -> Result<Self, Error> {
        let first = addresses.0.first().ok_or(Errno::EINVAL)?;
        let socket = sctp_socket(backend, SocketType::STREAM, first)?;
        match socket.set(option::sctp::Connectx, addresses) {
            Err(Error::Os(Errno::EINPROGRESS)) => {}
            answer => return answer.map(|()| SctpOneToOne(socket)),
        }
        socket.backend().wait_for(socket.handle(), PollEvents::OUT, socket.deadline())?;
        match socket.get(option::socket::PendingError)? {
            None => Ok(SctpOneToOne(socket)),
            Some(errno) => Err(errno.into()),
        }
    }

    /// Sends a message on a stream. The association in `info` does not matter.
    ///
    /// # Errors
    /// `EINVAL` for a stream that the association does not have, `EMSGSIZE` for a message that is larger than the
    /// send buffer, `EPIPE` after the end.
    pub fn send(&self, bytes: &[u8], info: &SndInfo) -> Result<usize, Error> {
        send(&self.0, bytes, info, None)
    }

    /// Receives a message or a notification. What does not fit is received next.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<SctpReceived<'b>, Error> {
        recv(&self.0, buffer)
    }

    /// Begins or ceases to receive notifications of a kind. Since Linux 5.0.
    #[doc(alias = "SCTP_EVENT")]
    pub fn subscribe(&self, kind: NotificationKind, on: bool) -> Result<(), Error> {
        subscribe(&self.0, kind, on)
    }

    /// Shuts the association down once everything is sent, whichever direction that is not the one of reading alone.
    pub fn shutdown(&self, how: Shutdown) -> Result<(), Error> {
        self.0.shutdown(how)
    }

    /// One of the socket's own addresses.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }

    /// The peer's primary address.
    pub fn peer_addr(&self) -> Result<SocketAddr, Error> {
        self.0.peer_addr()
    }
}

typed_socket! {
    /// A socket that accepts associations as one-to-one sockets.
    SctpListener
}

impl<B: Backend> SctpListener<B> {
    /// Listens on `address`, port 0 for one that is free. More addresses of the same port:
    /// [`BindxAdd`](option::sctp::BindxAdd).
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = sctp_socket(backend, SocketType::STREAM, address)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(SctpListener(socket))
    }

    /// Takes an association, with the peer's primary address. It has no timeout.
    pub fn accept(&self) -> Result<(SctpOneToOne<B>, SocketAddr), Error> {
        let (socket, address) = self.0.accept()?;
        Ok((SctpOneToOne(socket), address))
    }

    /// The address that is listened on.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }
}

typed_socket! {
    /// Any number of associations, by number: a one-to-many socket (RFC 6458 §3). It accepts those of others, and sets
    /// up one with whoever it sends to first.
    ///
    /// ```
    /// use anysock::sctp::SndInfo;
    /// use anysock::socket::SctpReceived;
    /// use anysock::{Backend, Error, SctpOneToMany};
    ///
    /// /// Sends each message back on the stream that it came on.
    /// fn echo<B: Backend>(backend: B) -> Result<(), Error> {
    ///     let socket = SctpOneToMany::bind(backend, &"[::]:7".parse().unwrap())?;
    ///     loop {
    ///         let mut buffer = [0; 65536];
    ///         if let SctpReceived::Message(message) = socket.recv(&mut buffer)?
    ///             && let Some(info) = message.info
    ///         {
    ///             let answer = SndInfo { association: info.association, ..SndInfo::ordered(info.stream) };
    ///             socket.send(message.data, &answer)?;
    ///         }
    ///     }
    /// }
    /// ```
    SctpOneToMany
}

impl<B: Backend> SctpOneToMany<B> {
    /// A socket at `address`, port 0 for one that is free, that accepts associations. More addresses of the same port:
    /// [`BindxAdd`](option::sctp::BindxAdd).
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` where the kernel has no SCTP.
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = sctp_socket(backend, SocketType::SEQPACKET, address)?;
        socket.bind(address)?;
        // Accepts all that come: there is no queue.
        socket.listen(1)?;
        Ok(SctpOneToMany(socket))
    }

    /// Sends a message to the association that `info` names.
    ///
    /// # Errors
    /// `EPIPE` where there is no such association, `EINVAL` for a stream that it does not have, `EMSGSIZE` for a
    /// message that is larger than the send buffer.
    pub fn send(&self, bytes: &[u8], info: &SndInfo) -> Result<usize, Error> {
        send(&self.0, bytes, info, None)
    }

    /// Sends a message to a peer, with which there is an association, or is one from here on. The association in
    /// `info` is 0.
    ///
    /// # Errors
    /// Those of [`SctpOneToMany::send`].
    pub fn send_to(&self, bytes: &[u8], info: &SndInfo, address: &SocketAddr) -> Result<usize, Error> {
        send(&self.0, bytes, info, Some(address.encode().as_ref()))
    }

    /// Receives a message or a notification. What does not fit is received next.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<SctpReceived<'b>, Error> {
        recv(&self.0, buffer)
    }

    /// Begins or ceases to receive notifications of a kind, of associations to come. Since Linux 5.0.
    #[doc(alias = "SCTP_EVENT")]
    pub fn subscribe(&self, kind: NotificationKind, on: bool) -> Result<(), Error> {
        subscribe(&self.0, kind, on)
    }

    /// Shuts an association down once everything is sent.
    pub fn shut_down(&self, association: i32) -> Result<(), Error> {
        let flags = SndRcvFlags::EOF;
        self.send(&[], &SndInfo { association, flags, ..SndInfo::ordered(0) }).map(|_| ())
    }

    /// One of the socket's own addresses.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        self.0.local_addr()
    }
}
