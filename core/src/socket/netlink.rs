//! Netlink: messages to and from the kernel (netlink(7)).

use super::Socket;
use super::typed::typed_socket;
use crate::addr::{NetlinkAddr, SockAddr};
use crate::backend::{Backend, RecvMsg};
use crate::constants::{Family, MessageFlags, Protocol, SocketType};
use crate::error::{DecodeError, Error};
use crate::netlink::{Messages, Uevent};
use crate::option::netlink::{AddMembership, DropMembership, ExtAck};

typed_socket! {
    /// A netlink socket. [`crate::netlink::Client`] asks the kernel through one; on its own it is for what the
    /// kernel tells unasked.
    ///
    /// ```
    /// use anysock::constants::netlink::{NetlinkProtocol, RouteGroup};
    /// use anysock::netlink::{IfInfoMsg, MessageType};
    /// use anysock::{Backend, Error, NetlinkSocket};
    ///
    /// /// The number of the next interface that disappears.
    /// fn disappears<B: Backend>(backend: B) -> Result<u32, Error> {
    ///     let socket = NetlinkSocket::open(backend, NetlinkProtocol::ROUTE)?;
    ///     socket.join(RouteGroup::LINK.0)?;
    ///     let mut buffer = [0; 8192];
    ///     loop {
    ///         let (mut messages, _sender) = socket.recv(&mut buffer)?;
    ///         if let Some(message) = messages.find(|each| each.header.kind == MessageType::DELLINK) {
    ///             return Ok(IfInfoMsg::decode(message.payload)?.index);
    ///         }
    ///     }
    /// }
    /// ```
    NetlinkSocket
}

impl<B: Backend> NetlinkSocket<B> {
    /// A socket of a protocol, at a port of the kernel's choice, whose errors come with their reason in words
    /// (`NETLINK_EXT_ACK`).
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` where the kernel does not have the protocol.
    pub fn open(backend: B, protocol: impl Into<Protocol>) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::NETLINK, SocketType::RAW, protocol)?;
        socket.bind(&NetlinkAddr::KERNEL)?;
        socket.set(ExtAck, true)?;
        Ok(NetlinkSocket(socket))
    }

    /// Joins a multicast group: from here on what is told to it is received.
    ///
    /// # Errors
    /// `EINVAL` for a group that the protocol does not have, `EPERM` for one that wants a privilege.
    #[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
    pub fn join(&self, group: u32) -> Result<(), Error> {
        self.set(AddMembership, group)
    }

    /// Leaves a multicast group.
    #[doc(alias = "NETLINK_DROP_MEMBERSHIP")]
    pub fn leave(&self, group: u32) -> Result<(), Error> {
        self.set(DropMembership, group)
    }

    /// Sends a datagram of messages, which [`crate::netlink::MessageWriter`] writes, to the kernel.
    pub fn send(&self, messages: &[u8]) -> Result<(), Error> {
        self.0.send_to(messages, &NetlinkAddr::KERNEL).map(|_| ())
    }

    /// Receives a datagram: the messages in it, and the sender, who is [`NetlinkAddr::KERNEL`]'s port or another
    /// program. 8,192 bytes are enough for most; a dump comes in datagrams of at most the size that was received
    /// into before, up to 32,768.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where the datagram was longer than `buffer`, and is lost. `ENOBUFS` where the
    /// socket's own queue was full and messages are lost.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<(Messages<'b>, NetlinkAddr), Error> {
        let (len, sender) = self.recv_datagram(buffer)?;
        Ok((Messages::new(buffer.get(..len).unwrap_or_default()), sender))
    }

    /// Receives an event of a device, of a socket of `NETLINK_KOBJECT_UEVENT` that has joined the group
    /// [`NetlinkSocket::UEVENTS`]. 4,096 bytes are enough. What udev tells other programs is passed over.
    ///
    /// ```
    /// use anysock::constants::netlink::NetlinkProtocol;
    /// use anysock::{Backend, Error, NetlinkSocket};
    ///
    /// /// Waits until an interface of this name is there.
    /// fn appears<B: Backend>(backend: B, name: &str) -> Result<(), Error> {
    ///     let socket = NetlinkSocket::open(backend, NetlinkProtocol::KOBJECT_UEVENT)?;
    ///     socket.join(NetlinkSocket::<B>::UEVENTS)?;
    ///     let mut buffer = [0; 4096];
    ///     loop {
    ///         let event = socket.recv_uevent(&mut buffer)?;
    ///         if event.action == b"add" && event.variable("INTERFACE") == Some(name.as_bytes()) {
    ///             return Ok(());
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`NetlinkSocket::recv`].
    pub fn recv_uevent<'b>(&self, buffer: &'b mut [u8]) -> Result<Uevent<'b>, Error> {
        let len = loop {
            let (len, sender) = self.recv_datagram(buffer)?;
            if sender.port == NetlinkAddr::KERNEL.port {
                break len;
            }
        };
        Ok(Uevent::decode(buffer.get(..len).unwrap_or_default())?)
    }

    /// The group of the kernel's events of devices.
    pub const UEVENTS: u32 = 1;

    /// [`NetlinkSocket::recv`], with the datagram's length in place of its messages.
    pub(crate) fn recv_datagram(&self, buffer: &mut [u8]) -> Result<(usize, NetlinkAddr), Error> {
        let most = buffer.len();
        let mut address = NetlinkAddr::buffer();
        let received = self.0.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [buffer.into()],
            control: &mut [],
            handles: &mut [],
            flags: MessageFlags::TRUNC,
        })?;
        if received.len > most {
            return Err(DecodeError::TooLong { most, found: received.len }.into());
        }
        Ok((received.len, NetlinkAddr::decode(&address)?))
    }
}
