//! Packet sockets: frames of the link layer (packet(7), Documentation/networking/packet_mmap.rst).

use super::Socket;
use super::typed::typed_socket;
use crate::addr::{PacketAddr, SockAddr};
use crate::backend::{Backend, RecvMsg};
use crate::constants::packet::PacketFanout;
use crate::constants::{Family, MessageFlags, Protocol, SocketType};
use crate::error::Error;
use crate::message::packet::AuxData;
use crate::message::{ControlBuffer, control_space};
use crate::option::packet::{AddMembership, DropMembership, FanoutOf};
use crate::packet::{Fanout, FanoutArgs, PacketMreq, TpacketAuxdata};

typed_socket! {
    /// A packet socket: frames with their link-layer header ([`PacketSocket::raw`]), or without it
    /// ([`PacketSocket::cooked`]). It receives once it is bound, what this machine sends included.
    ///
    /// ```
    /// use anysock::constants::ethernet::EtherType;
    /// use anysock::packet::PacketMreq;
    /// use anysock::{Error, Interfaces, PacketAddr, PacketSocket};
    ///
    /// /// How many bytes the next frame on the wire of "eth0" has, whoever it is for.
    /// fn next<B: Interfaces>(backend: B) -> Result<usize, Error> {
    ///     let interface = backend.interface_index(&"eth0".parse()?)?;
    ///     let socket = PacketSocket::raw(backend)?;
    ///     socket.join(PacketMreq::promiscuous(interface))?;
    ///     socket.bind(&PacketAddr { interface, protocol: EtherType::ALL.0, ..PacketAddr::default() })?;
    ///     let mut buffer = [0; 2048];
    ///     Ok(socket.recv(&mut buffer)?.len)
    /// }
    /// ```
    PacketSocket
}

/// A packet, and what is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReceivedPacket<'b> {
    /// The bytes: from the link layer's header on, or of a cooked socket from the network layer's on.
    pub data: &'b [u8],
    /// How many bytes there were; more than those of `data` where the buffer was too small, and the rest is lost.
    pub len: usize,
    /// Who sent it, by which interface, and whom it was for (`sll_pkttype`).
    pub address: PacketAddr,
    /// What is known beside the bytes, with [`AuxData`](crate::option::packet::AuxData): the VLAN tag that was taken
    /// off, for instance.
    pub auxdata: Option<TpacketAuxdata>,
}

impl<B: Backend> PacketSocket<B> {
    /// A socket of frames with their link-layer header (`SOCK_RAW`), which receives nothing until it is bound.
    ///
    /// # Errors
    /// `EPERM` without the right to raw sockets (`CAP_NET_RAW`).
    pub fn raw(backend: B) -> Result<Self, Error> {
        Ok(PacketSocket(Socket::new(backend, Family::PACKET, SocketType::RAW, Protocol::DEFAULT)?))
    }

    /// A socket of packets without the link-layer header, which the kernel takes off, and writes from the address
    /// that is sent to (`SOCK_DGRAM`). It receives nothing until it is bound.
    ///
    /// # Errors
    /// As [`PacketSocket::raw`].
    pub fn cooked(backend: B) -> Result<Self, Error> {
        Ok(PacketSocket(Socket::new(backend, Family::PACKET, SocketType::DGRAM, Protocol::DEFAULT)?))
    }

    /// Begins to receive packets of a protocol from an interface, or from every one; frames are sent to that
    /// interface.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, `EINVAL` in a fanout group.
    pub fn bind(&self, address: &PacketAddr) -> Result<(), Error> {
        self.0.bind(address)
    }

    /// Asks the interface for more than its own packets: for all, or for those of a further address. It ends with
    /// the socket.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, `EINVAL` where the address has another length than its.
    #[doc(alias = "PACKET_ADD_MEMBERSHIP")]
    pub fn join(&self, membership: PacketMreq) -> Result<(), Error> {
        self.set(AddMembership, membership)
    }

    /// No longer asks for them, where it did.
    #[doc(alias = "PACKET_DROP_MEMBERSHIP")]
    pub fn leave(&self, membership: PacketMreq) -> Result<(), Error> {
        self.set(DropMembership, membership)
    }

    /// Shares packets with the other sockets of a group: each goes to one of them. The socket is bound; all of a
    /// group are bound alike and say the same `how`, a way with flags.
    ///
    /// # Errors
    /// `EINVAL` where it is not bound, or not as the group is, `EALREADY` where it is in a group, `ENOSPC` where the
    /// group is full.
    #[doc(alias = "PACKET_FANOUT")]
    pub fn share(&self, group: u16, how: PacketFanout) -> Result<(), Error> {
        self.set(FanoutOf, Fanout(FanoutArgs { id: group, type_flags: how.0, max_members: 0 }))
    }

    /// Sends a frame, its link-layer header first, to the interface that the socket is bound to.
    ///
    /// # Errors
    /// `ENXIO` where it is bound to none, `ENETDOWN` where that is down, `EMSGSIZE` where the frame is too long,
    /// `EINVAL` where it has not even a header.
    pub fn send(&self, frame: &[u8]) -> Result<(), Error> {
        self.0.send(frame).map(|_| ())
    }

    /// Sends to an interface; of a cooked socket, to the hardware address there.
    ///
    /// # Errors
    /// As [`PacketSocket::send`].
    pub fn send_to(&self, packet: &[u8], address: &PacketAddr) -> Result<(), Error> {
        self.0.send_to(packet, address).map(|_| ())
    }

    /// Receives a packet into `buffer`.
    ///
    /// # Errors
    /// `ENETDOWN`, once, where the interface went down.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<ReceivedPacket<'b>, Error> {
        let mut address = PacketAddr::buffer();
        let mut control = ControlBuffer::<{ control_space(TpacketAuxdata::SIZE) }>::new();
        let received = self.0.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [(&mut *buffer).into()],
            control: control.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::TRUNC,
        })?;
        Ok(ReceivedPacket {
            data: buffer.get(..received.len).unwrap_or(buffer),
            len: received.len,
            address: PacketAddr::decode(address.get(..received.address_len).unwrap_or(&address))?,
            auxdata: control.controls(received.control_len).first(AuxData)?,
        })
    }
}
