//! J1939, `CAN_J1939`: parameter groups between addresses and NAMEs (SAE J1939-21 and -81, linux/can/j1939.h,
//! Documentation/networking/j1939.rst). Since Linux 5.4.

use super::Socket;
use super::typed::typed_socket;
use crate::addr::{J1939Addr, SockAddr};
use crate::backend::{Backend, RecvMsg};
use crate::can::{J1939Attribute, J1939ErrorInfo, J1939Filter, J1939Name, Pgn};
use crate::constants::{CanProtocol, Errno, Family, Level, MessageFlags, SocketType};
use crate::error::{DecodeError, Error};
use crate::message::can::{DestAddr, DestName, ErrQueue, Prio};
use crate::message::{ControlBuffer, ErrorOrigin, SockExtendedErr, TimestampKind, control_space};
use crate::netlink::Attributes;
use crate::option::can_j1939::SO_J1939_FILTER;
use crate::option::socket::Broadcast;

typed_socket! {
    /// A J1939 socket. Messages of more than 8 bytes go by the transport protocol, which is the kernel's matter.
    ///
    /// ```
    /// use anysock::can::{J1939Name, Pgn};
    /// use anysock::{CanJ1939, Error, Interfaces, J1939Addr};
    ///
    /// /// Asks everyone for the vehicle's identification (PGN 65260), as the node 0xF9 without a NAME.
    /// fn identification<B: Interfaces>(backend: B, answer: &mut [u8]) -> Result<usize, Error> {
    ///     let interface = backend.interface_index(&"can0".parse()?)?;
    ///     let tool = J1939Addr { interface, address: 0xF9, ..J1939Addr::ANY };
    ///     let socket = CanJ1939::bind(backend, &tool)?;
    ///     socket.set_broadcast(true)?;
    ///     let everyone = J1939Addr { interface, pgn: Pgn::REQUEST.0, ..J1939Addr::ANY };
    ///     socket.send_to(&[0xEC, 0xFE, 0x00], &everyone)?;
    ///     loop {
    ///         let (len, sender) = socket.recv_from(answer)?;
    ///         if sender.pgn == 65260 {
    ///             return Ok(len);
    ///         }
    ///     }
    /// }
    /// ```
    CanJ1939
}

/// A message's length, and what the kernel says about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceivedJ1939 {
    /// Its length.
    pub len: usize,
    /// The sender's address and NAME, the parameter group, and the interface: 0 where the message came in several
    /// frames.
    pub sender: J1939Addr,
    /// The address that it was sent to; `None` where it was broadcast.
    pub destination: Option<u8>,
    /// The NAME that it was sent to, where the receiver has one.
    pub destination_name: Option<J1939Name>,
    /// Its priority, 0 (most urgent) to 7.
    pub priority: u8,
}

/// An entry of the error queue: how a transfer goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct J1939Event {
    /// What happened.
    pub progress: J1939Progress,
    /// The number of the message among those that the socket has sent, from 0 on, where SO_TIMESTAMPING has
    /// `SOF_TIMESTAMPING_OPT_ID`.
    pub number: u32,
    /// How many bytes the receiver has acknowledged, of a message from here.
    pub acknowledged: Option<u32>,
    /// How many bytes the message has, of one to here.
    pub total: Option<u32>,
    /// The parameter group of a message to here.
    pub pgn: Option<Pgn>,
    /// The sender's address, of a message to here.
    pub sender: Option<u8>,
}

/// What an entry of the error queue tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum J1939Progress {
    /// A message from here: it is queued ([`TimestampKind::SCHED`]), or the receiver has it
    /// ([`TimestampKind::ACK`]).
    Sent(TimestampKind),
    /// A message to here begins or goes on.
    Receiving(J1939ErrorInfo),
    /// A message from here or to here was given up, and why.
    Aborted(J1939ErrorInfo, Errno),
    /// Something that this crate does not know.
    Other(SockExtendedErr),
}

impl<B: Backend> CanJ1939<B> {
    /// A socket on an interface, with the address or the NAME to send from. With a parameter group it receives
    /// that group only.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface, `ENETDOWN` where it is down, `EINVAL`
    /// for a parameter group whose low byte should be zero ([`Pgn::is_valid`]).
    pub fn bind(backend: B, address: &J1939Addr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::CAN, SocketType::DGRAM, CanProtocol::J1939)?;
        socket.bind(address)?;
        Ok(CanJ1939(socket))
    }

    /// Binds it again, to another address of the same interface.
    ///
    /// # Errors
    /// `EINVAL` for another interface.
    pub fn rebind(&self, address: &J1939Addr) -> Result<(), Error> {
        self.0.bind(address)
    }

    /// Sets where [`CanJ1939::send`] sends to; only messages from there are received.
    ///
    /// # Errors
    /// `EACCES` for everyone without [`CanJ1939::set_broadcast`].
    pub fn connect(&self, address: &J1939Addr) -> Result<(), Error> {
        self.0.connect(address)
    }

    /// Whether messages to everyone may be sent and are received; off at first (SO_BROADCAST).
    pub fn set_broadcast(&self, broadcast: bool) -> Result<(), Error> {
        self.set(Broadcast, broadcast)
    }

    /// Receives only what passes one of `filters`; without any, everything (SO_J1939_FILTER).
    ///
    /// # Errors
    /// `EINVAL` for more than [`J1939Filter::MAX`].
    pub fn set_filters(&self, filters: &[J1939Filter]) -> Result<(), Error> {
        let mut bytes = [0; J1939Filter::MAX * J1939Filter::SIZE];
        let used = filters.len().saturating_mul(J1939Filter::SIZE);
        let room = bytes.get_mut(..used).ok_or(Errno::EINVAL)?;
        for (to, filter) in room.chunks_exact_mut(J1939Filter::SIZE).zip(filters) {
            to.copy_from_slice(&filter.encode());
        }
        self.0.set_bytes(Level::CAN_J1939, SO_J1939_FILTER, room)
    }

    /// Claims the address that the socket is bound to, for the NAME that it is bound to: tells everyone (PGN
    /// 0xEE00). Unless another node objects, the NAME can send after 250 ms; until then that answers
    /// `EADDRNOTAVAIL`. With [`J1939Addr::IDLE_ADDRESS`] it says that no address could be claimed.
    ///
    /// # Errors
    /// `EPROTO` where `name` is not the socket's, or it is bound to no address; `EACCES` without
    /// [`CanJ1939::set_broadcast`].
    pub fn claim_address(&self, name: J1939Name) -> Result<(), Error> {
        let everyone = J1939Addr { pgn: Pgn::ADDRESS_CLAIMED.0, ..self.local_addr()? };
        let everyone = J1939Addr { name: J1939Addr::NO_NAME, address: J1939Addr::NO_ADDRESS, ..everyone };
        self.send_to(&name.0.to_le_bytes(), &everyone)
    }

    /// Sends a message to where the socket is connected to. Above 8 bytes it returns when the message is queued,
    /// and the error queue says what comes of it: see [`CanJ1939::recv_event`].
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` while the NAME has no address, `EACCES` for everyone without [`CanJ1939::set_broadcast`],
    /// `ENOBUFS` where the interface's queue is full.
    pub fn send(&self, message: &[u8]) -> Result<(), Error> {
        self.0.send(message).map(|_| ())
    }

    /// Sends a message of a parameter group to an address or a NAME, or to everyone.
    ///
    /// # Errors
    /// As [`CanJ1939::send`].
    pub fn send_to(&self, message: &[u8], address: &J1939Addr) -> Result<(), Error> {
        self.0.send_to(message, address).map(|_| ())
    }

    /// Receives a message whole: its length, and who sent which parameter group.
    ///
    /// # Errors
    /// As [`CanJ1939::recv_msg`].
    pub fn recv_from(&self, message: &mut [u8]) -> Result<(usize, J1939Addr), Error> {
        self.recv_msg(message).map(|received| (received.len, received.sender))
    }

    /// Receives a message whole, with all that is known of it.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where it was longer than `message`, and is lost but for what fits; the kernel does
    /// not say how long it was.
    pub fn recv_msg(&self, message: &mut [u8]) -> Result<ReceivedJ1939, Error> {
        let most = message.len();
        let mut address = J1939Addr::buffer();
        let mut control = ControlBuffer::<{ 2 * control_space(1) + control_space(8) }>::new();
        let received = self.0.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [message.into()],
            control: control.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::empty(),
        })?;
        if received.flags.contains(MessageFlags::TRUNC) {
            return Err(DecodeError::TooLong { most, found: most.saturating_add(1) }.into());
        }
        let controls = control.controls(received.control_len);
        Ok(ReceivedJ1939 {
            len: received.len,
            sender: J1939Addr::decode(&address)?,
            destination: controls.clone().first(DestAddr)?,
            destination_name: controls.clone().first(DestName)?.map(J1939Name),
            priority: controls.clone().first(Prio)?.unwrap_or_default(),
        })
    }

    /// Receives an entry of the error queue, which [`crate::option::can_j1939::ErrorQueue`] switches on. What is
    /// told besides aborted transfers, SO_TIMESTAMPING says: `SOF_TIMESTAMPING_TX_SCHED` and `…_TX_ACK` of what is
    /// sent, `SOF_TIMESTAMPING_RX_SOFTWARE` of what is received, and `SOF_TIMESTAMPING_SOFTWARE` that the figures come
    /// along.
    pub fn recv_event(&self) -> Result<J1939Event, Error> {
        let mut control = ControlBuffer::<EVENT_SPACE>::new();
        let received = self.0.recv_msg(&mut RecvMsg {
            address: &mut [],
            slices: &mut [],
            control: control.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::ERRQUEUE,
        })?;
        let controls = control.controls(received.control_len);
        let needed = SockExtendedErr::SIZE;
        let entry = controls.clone().first(ErrQueue)?.ok_or(DecodeError::TooShort { needed, found: 0 })?;
        let mut statistics = controls.filter(|each| (each.level, each.name) == (Level::SOCKET, OPT_STATS));
        let statistics = Attributes::new(statistics.next().map_or(&[], |each| each.data));
        let first = |attribute: J1939Attribute| statistics.clone().first(attribute.0);
        let number = |attribute| first(attribute).map(|each| each.value::<u32>()).transpose();
        Ok(J1939Event {
            progress: J1939Progress::of(&entry),
            number: entry.data,
            acknowledged: number(J1939Attribute::BYTES_ACKED)?,
            total: number(J1939Attribute::TOTAL_SIZE)?,
            pgn: number(J1939Attribute::PGN)?.map(Pgn),
            sender: first(J1939Attribute::SRC_ADDR).map(|each| each.value()).transpose()?,
        })
    }

    /// The interface, the address and the NAME that it is bound to.
    pub fn local_addr(&self) -> Result<J1939Addr, Error> {
        self.0.local_addr()
    }

    /// Where it is connected to.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where it is not connected.
    pub fn peer_addr(&self) -> Result<J1939Addr, Error> {
        self.0.peer_addr()
    }
}

/// `SCM_TIMESTAMPING_OPT_STATS` (linux/errqueue.h): attributes beside an entry of the error queue.
const OPT_STATS: i32 = 54;
/// Room for an entry with its time and its attributes.
const EVENT_SPACE: usize = control_space(SockExtendedErr::SIZE + 16) + 2 * control_space(64);

impl J1939Progress {
    fn of(entry: &SockExtendedErr) -> Self {
        let info = J1939ErrorInfo(entry.info);
        match (entry.origin, info) {
            (ErrorOrigin::TXSTATUS, _) => J1939Progress::Sent(TimestampKind(entry.info)),
            (ErrorOrigin::LOCAL, J1939ErrorInfo::RX_RTS | J1939ErrorInfo::RX_DPO) => {
                J1939Progress::Receiving(info)
            }
            (ErrorOrigin::LOCAL, J1939ErrorInfo::TX_ABORT | J1939ErrorInfo::RX_ABORT) => {
                J1939Progress::Aborted(info, entry.errno)
            }
            _ => J1939Progress::Other(*entry),
        }
    }
}
