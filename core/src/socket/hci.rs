//! HCI: Bluetooth controllers themselves (net/bluetooth/hci_sock.h).

use super::Socket;
use super::typed::typed_socket;
use crate::addr::{BdAddr, HciAddr};
use crate::backend::Backend;
use crate::bluetooth::hci::{Event, LocalVersion, Opcode, Packet, status};
use crate::bluetooth::{CommandError, HciFilter};
use crate::constants::hci::HciError;
use crate::constants::{BluetoothProtocol, Family, MessageFlags, SocketType};
use crate::error::{DecodeError, Error};
use crate::option;

/// A socket of a channel of HCI.
pub(super) fn hci_socket<B: Backend>(backend: B, device: u16, channel: u16) -> Result<Socket<B>, Error> {
    let socket = Socket::new(backend, Family::BLUETOOTH, SocketType::RAW, BluetoothProtocol::HCI)?;
    socket.bind(&HciAddr { device, channel })?;
    Ok(socket)
}

/// Receives a message whole: what of it is in `buffer`.
///
/// # Errors
/// [`DecodeError::TooLong`] where it was longer, and is lost.
pub(super) fn recv_whole<'b, B: Backend>(
    socket: &Socket<B>,
    buffer: &'b mut [u8],
) -> Result<&'b [u8], Error> {
    let most = buffer.len();
    let found = socket.recv_with(buffer, MessageFlags::TRUNC)?;
    buffer.get(..found).ok_or(DecodeError::TooLong { most, found }.into())
}

typed_socket! {
    /// A socket to a Bluetooth controller: beside the kernel ([`HciSocket::raw`]), or in its place
    /// ([`HciSocket::user`]).
    ///
    /// ```
    /// use anysock::bluetooth::hci::{Event, Inquiry, Opcode, Packet};
    /// use anysock::{Backend, BdAddr, Error, HciSocket};
    ///
    /// /// The first device that answers "hci0".
    /// fn anyone<B: Backend>(backend: B) -> Result<Option<BdAddr>, Error> {
    ///     let controller = HciSocket::raw(backend, 0)?;
    ///     let inquiry = Inquiry { responses: 1, ..Inquiry::GENERAL }.encode();
    ///     controller.send(&Packet::Command { opcode: Opcode::INQUIRY, parameters: &inquiry })?;
    ///     let mut buffer = [0; Packet::EVENT_MAX];
    ///     loop {
    ///         match controller.recv_event(&mut buffer)? {
    ///             Event::InquiryResult(mut results) => return Ok(results.next().map(|found| found.address)),
    ///             Event::InquiryComplete { .. } => return Ok(None),
    ///             _ => {}
    ///         }
    ///     }
    /// }
    /// ```
    HciSocket
}

impl<B: Backend> HciSocket<B> {
    /// A socket beside the kernel, which goes on with what it does: it receives what its filter
    /// ([`option::hci::Filter`]) lets through, at first every event, whoever it is for.
    ///
    /// It can be had without the right to raw sockets (`CAP_NET_RAW`), and does less then: whatever the
    /// filter says, only events come, and of those only some, none of low energy; and [`HciSocket::send`]
    /// refuses most packets.
    ///
    /// # Errors
    /// `ENODEV` where there is no such controller.
    pub fn raw(backend: B, device: u16) -> Result<Self, Error> {
        let socket = hci_socket(backend, device, HciAddr::CHANNEL_RAW)?;
        socket.set(option::hci::Filter, HciFilter::EVENTS)?;
        Ok(HciSocket(socket))
    }

    /// A socket in the kernel's place: the controller is switched on, the kernel's protocols leave it alone,
    /// and everything that it sends is received here, until the socket is closed. Since Linux 3.13.
    ///
    /// # Errors
    /// `ENODEV` where there is no such controller, `EBUSY` where it is switched on, by another such socket
    /// for instance, `EPERM` without the right to configure networks (`CAP_NET_ADMIN`).
    pub fn user(backend: B, device: u16) -> Result<Self, Error> {
        hci_socket(backend, device, HciAddr::CHANNEL_USER).map(HciSocket)
    }

    /// Sends a packet of at most [`HciAddr::FRAME_MAX`] bytes.
    ///
    /// # Errors
    /// `ENOBUFS` where it is longer, `ENETDOWN` where the controller is switched off. Of a raw socket without
    /// the right to raw sockets (`CAP_NET_RAW`), `EPERM` for data, and for every command but those that the
    /// kernel thinks safe (`hci_sec_filter` in net/bluetooth/hci_sock.c), most of which only read.
    pub fn send(&self, packet: &Packet<'_>) -> Result<(), Error> {
        let mut buffer = [0; HciAddr::FRAME_MAX];
        let bytes = packet.encode(&mut buffer)?;
        self.0.send(bytes).map(|_| ())
    }

    /// Receives a packet into `buffer`. [`Packet::EVENT_MAX`] bytes are enough for events.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where the packet was longer than `buffer`, and is lost; others where it is no
    /// packet.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<Packet<'b>, Error> {
        Ok(Packet::decode(recv_whole(&self.0, buffer)?)?)
    }

    /// Receives packets until one is an event.
    ///
    /// # Errors
    /// As [`HciSocket::recv`].
    pub fn recv_event<'b>(&self, buffer: &'b mut [u8]) -> Result<Event<'b>, Error> {
        let len = loop {
            let bytes = recv_whole(&self.0, buffer)?;
            if let Packet::Event { .. } = Packet::decode(bytes)? {
                break bytes.len();
            }
        };
        match Packet::decode(buffer.get(..len).unwrap_or_default())? {
            Packet::Event { code, parameters } => Ok(Event::decode(code, parameters)?),
            _ => Err(DecodeError::Invalid { offset: 0 }.into()),
        }
    }

    /// Gives the controller a command, and waits until it is carried out, or has begun where it is one that
    /// has no answer of its own: returns the answer's parameters without the status. Other packets are lost
    /// to this socket: what has been received already, which may be another program's answer to the same
    /// command, and what comes meanwhile.
    ///
    /// # Errors
    /// [`CommandError::Refused`], or what sending or receiving says.
    pub fn command<'b>(
        &self,
        opcode: Opcode,
        parameters: &[u8],
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], CommandError<HciError>> {
        self.forget_received()?;
        self.send(&Packet::Command { opcode, parameters })?;
        let answer = loop {
            match self.recv_event(buffer)? {
                Event::CommandComplete { opcode: of, parameters, .. } if of == opcode => {
                    let (first, rest) =
                        parameters.split_first().ok_or(DecodeError::TooShort { needed: 1, found: 0 })?;
                    status(*first).map_err(CommandError::Refused)?;
                    break rest.len();
                }
                Event::CommandStatus { opcode: of, status, .. } if of == opcode => {
                    status.map_err(CommandError::Refused)?;
                    break 0;
                }
                _ => {}
            }
        };
        // Its kind, code, length, number of commands, opcode and status are before it.
        Ok(buffer.get(7..).and_then(|rest| rest.get(..answer)).unwrap_or_default())
    }

    /// Receives all that has arrived already.
    fn forget_received(&self) -> Result<(), Error> {
        loop {
            match self.0.recv_with(&mut [0], MessageFlags::DONTWAIT) {
                Ok(_) => {}
                Err(error) if error.is_would_block() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The versions that the controller has.
    ///
    /// # Errors
    /// As [`HciSocket::command`].
    pub fn local_version(&self) -> Result<LocalVersion, CommandError<HciError>> {
        let mut buffer = [0; Packet::EVENT_MAX];
        let answer = self.command(Opcode::READ_LOCAL_VERSION_INFORMATION, &[], &mut buffer)?;
        Ok(LocalVersion::decode(answer)?)
    }

    /// The controller's address.
    ///
    /// # Errors
    /// As [`HciSocket::command`].
    pub fn address(&self) -> Result<BdAddr, CommandError<HciError>> {
        let mut buffer = [0; Packet::EVENT_MAX];
        let answer = self.command(Opcode::READ_BD_ADDR, &[], &mut buffer)?;
        let too_short = DecodeError::TooShort { needed: 6, found: answer.len() };
        Ok(BdAddr::from_bdaddr(*answer.first_chunk().ok_or(too_short)?))
    }
}
