//! A program's conversation with the kernel: one request, and the answer to it.

use core::fmt;

use crate::backend::Backend;
use crate::constants::netlink::NetlinkProtocol;
use crate::constants::{Errno, Protocol};
use crate::error::Error;
use crate::socket::NetlinkSocket;

use super::{AttributeWriter, Message, MessageFlags, MessageType, MessageWriter, Messages, NetlinkError};

/// Asks the kernel by netlink, one request at a time.
///
/// ```
/// use anysock::constants::netlink::NetlinkProtocol;
/// use anysock::netlink::{Client, IfInfoMsg, MessageFlags, MessageType};
/// use anysock::{Backend, Error};
///
/// /// How many interfaces there are.
/// fn count<B: Backend>(backend: B) -> Result<usize, Error> {
///     let mut buffer = [0; 8192];
///     let mut client = Client::open(backend, NetlinkProtocol::ROUTE, &mut buffer)?;
///     let body = IfInfoMsg::default().encode();
///     let mut count = 0;
///     client.request(MessageType::GETLINK, MessageFlags::DUMP, &body, |_| Ok(()), |_| count += 1)?;
///     Ok(count)
/// }
/// ```
#[derive(Debug)]
pub struct Client<'b, B: Backend> {
    socket: NetlinkSocket<B>,
    /// The number of the last request.
    sequence: u32,
    /// For the request, and then for each datagram of the answer.
    buffer: &'b mut [u8],
}

/// Why a request came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestError<'a> {
    /// The kernel refuses, and says why.
    Refused(NetlinkError<'a>),
    /// Something changed while the kernel answered, so that the answer is inconsistent (`NLM_F_DUMP_INTR`):
    /// what was received is to be forgotten, and asked for again.
    Interrupted,
    /// The request could not be sent or its answer not be received, or the answer does not decode.
    Socket(Error),
}

impl<'b, B: Backend> Client<'b, B> {
    /// A client of a protocol. The buffer holds the request, and then each datagram of the answer: 8,192 bytes
    /// or more, see [`NetlinkSocket::recv`].
    ///
    /// # Errors
    /// As [`NetlinkSocket::open`].
    pub fn open(backend: B, protocol: impl Into<Protocol>, buffer: &'b mut [u8]) -> Result<Self, Error> {
        Ok(Client { socket: NetlinkSocket::open(backend, protocol)?, sequence: 0, buffer })
    }

    /// A client of `NETLINK_ROUTE`: interfaces, addresses, routes, neighbours (rtnetlink(7)).
    ///
    /// # Errors
    /// As [`NetlinkSocket::open`].
    pub fn route(backend: B, buffer: &'b mut [u8]) -> Result<Self, Error> {
        Client::open(backend, NetlinkProtocol::ROUTE, buffer)
    }

    /// The socket.
    pub fn socket(&self) -> &NetlinkSocket<B> {
        &self.socket
    }

    /// The socket, to change its timeout, which holds for each datagram of an answer.
    pub fn socket_mut(&mut self) -> &mut NetlinkSocket<B> {
        &mut self.socket
    }

    /// Sends a request of the type `kind`, with the structure `body` and the attributes that `fill` writes, and
    /// gives each message of the answer to `each`. Returns when the kernel has acknowledged it, or has sent the
    /// last message of a dump.
    ///
    /// `flags` are `NLM_F_DUMP` to ask for everything, `NLM_F_CREATE` and `NLM_F_EXCL` to make something, and so
    /// on; `NLM_F_REQUEST` and `NLM_F_ACK` are added.
    ///
    /// # Errors
    /// [`RequestError`]. `fill`'s own, and `ENOBUFS` where the request does not fit into the buffer.
    pub fn request<F, E>(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        body: &[u8],
        fill: F,
        mut each: E,
    ) -> Result<(), RequestError<'_>>
    where
        F: FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
        E: FnMut(&Message<'_>),
    {
        let end = self.ask(kind, flags, body, fill, &mut each)?;
        self.answer(end)
    }

    /// Asks, and gives what comes to `each`. Returns how the answer ends.
    fn ask<F>(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        body: &[u8],
        fill: F,
        each: &mut impl FnMut(&Message<'_>),
    ) -> Result<End, Error>
    where
        F: FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    {
        self.sequence = self.sequence.wrapping_add(1);
        let flags = flags | MessageFlags::REQUEST | MessageFlags::ACK;
        let mut request = MessageWriter::new(self.buffer);
        request.push(kind.0, flags, self.sequence, body, fill)?;
        self.socket.send(request.into_bytes())?;
        let mut interrupted = false;
        loop {
            let (len, sender) = self.socket.recv_datagram(self.buffer)?;
            if sender.port != 0 {
                continue;
            }
            let datagram = self.buffer.get(..len).unwrap_or_default();
            match read(datagram, self.sequence, &mut interrupted, each) {
                Some(End::Acknowledged) if interrupted => return Ok(End::Interrupted),
                Some(end) => return Ok(end),
                None => {}
            }
        }
    }

    /// What it means that an answer ended so.
    fn answer(&self, end: End) -> Result<(), RequestError<'_>> {
        match end {
            End::Acknowledged => Ok(()),
            End::Interrupted => Err(RequestError::Interrupted),
            End::Refused { begin, end } => {
                let message = self.buffer.get(begin..end).unwrap_or_default();
                Err(Messages::new(message).next().map_or(Errno::EIO.into(), RequestError::refused))
            }
        }
    }
}

impl<B: Backend> Client<'_, B> {
    /// Asks for everything (`NLM_F_DUMP`): begins with `begin`'s value, gives it to `each` with every message of the
    /// answer, and returns it. Where something changed while the kernel answered (`NLM_F_DUMP_INTR`), forgets the
    /// value and asks again, up to [`Client::DUMP_ATTEMPTS`] times in all.
    ///
    /// ```
    /// use anysock::constants::link_attribute::LinkAttribute;
    /// use anysock::netlink::{Client, IfInfoMsg, MessageType};
    /// use anysock::{Backend, Error};
    ///
    /// /// How many interfaces can carry packets of more than 1,500 bytes.
    /// fn large<B: Backend>(backend: B) -> Result<usize, Error> {
    ///     let mut buffer = [0; 8192];
    ///     let mut client = Client::route(backend, &mut buffer)?;
    ///     let body = IfInfoMsg::default().encode();
    ///     Ok(client.dump(MessageType::GETLINK, &body, |_| Ok(()), || 0, |count, message| {
    ///         if let Ok((_, attributes)) = message.body::<IfInfoMsg>() {
    ///             let mtu: Option<u32> = attributes.value(LinkAttribute::MTU.0);
    ///             *count += usize::from(mtu.is_some_and(|mtu| mtu > 1500));
    ///         }
    ///     })?)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Client::request`]; [`RequestError::Interrupted`] where the last attempt was interrupted, too.
    pub fn dump<T, F>(
        &mut self,
        kind: MessageType,
        body: &[u8],
        mut fill: F,
        mut begin: impl FnMut() -> T,
        mut each: impl FnMut(&mut T, &Message<'_>),
    ) -> Result<T, RequestError<'_>>
    where
        F: FnMut(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    {
        let mut attempts = 1;
        loop {
            let mut all = begin();
            let end =
                self.ask(kind, MessageFlags::DUMP, body, &mut fill, &mut |message| each(&mut all, message))?;
            if matches!(end, End::Interrupted) && attempts < Self::DUMP_ATTEMPTS {
                attempts = attempts.saturating_add(1);
                continue;
            }
            return self.answer(end).map(|()| all);
        }
    }

    /// How often [`Client::dump`] asks.
    pub const DUMP_ATTEMPTS: usize = 16;
}

/// How an answer ends.
enum End {
    /// As it was asked for.
    Acknowledged,
    /// Something changed meanwhile.
    Interrupted,
    /// With an error, in the message that is there in the datagram.
    Refused { begin: usize, end: usize },
}

/// Gives what belongs to the answer to `each`. Returns how the answer ends, where it does.
fn read(
    datagram: &[u8],
    sequence: u32,
    interrupted: &mut bool,
    each: &mut impl FnMut(&Message<'_>),
) -> Option<End> {
    let mut messages = Messages::new(datagram);
    loop {
        let begin = datagram.len().saturating_sub(messages.rest().len());
        let message = messages.next()?;
        // What comes late, of a request that was given up, or unasked, of a group.
        if message.header.sequence != sequence {
            continue;
        }
        *interrupted |= message.header.flags.contains(MessageFlags::DUMP_INTR);
        // Either begins with the error as a negative number.
        let errno = message.payload.first_chunk().map_or(0, |bytes| i32::from_ne_bytes(*bytes));
        match message.header.kind {
            MessageType::ERROR | MessageType::DONE if errno == 0 => return Some(End::Acknowledged),
            MessageType::ERROR | MessageType::DONE => {
                return Some(End::Refused { begin, end: datagram.len() });
            }
            _ => each(&message),
        }
    }
}

impl<'a> RequestError<'a> {
    fn refused(message: Message<'a>) -> Self {
        NetlinkError::decode(&message).map_or_else(|error| Error::from(error).into(), RequestError::Refused)
    }

    /// The kernel's error number, where it gave one.
    pub fn errno(&self) -> Option<Errno> {
        Error::from(*self).errno()
    }
}

impl From<Error> for RequestError<'_> {
    fn from(error: Error) -> Self {
        RequestError::Socket(error)
    }
}

impl From<Errno> for RequestError<'_> {
    fn from(errno: Errno) -> Self {
        RequestError::Socket(errno.into())
    }
}

/// The error without its words: `EINTR` of an answer that was interrupted.
impl From<RequestError<'_>> for Error {
    fn from(error: RequestError<'_>) -> Self {
        match error {
            RequestError::Refused(refusal) => Error::Os(refusal.errno().unwrap_or(Errno::EIO)),
            RequestError::Interrupted => Error::Os(Errno::EINTR),
            RequestError::Socket(error) => error,
        }
    }
}

impl fmt::Display for RequestError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::Refused(refusal) => refusal.fmt(f),
            RequestError::Interrupted => f.write_str("changed while it was read"),
            RequestError::Socket(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for RequestError<'_> {}
