//! The broadcast manager, `CAN_BCM`: the kernel sends in turn and tells of changes (linux/can/bcm.h,
//! Documentation/networking/can.rst).

use core::time::Duration;

use super::Socket;
use super::typed::typed_socket;
use crate::addr::{CanAddr, SockAddr};
use crate::backend::{Backend, RecvMsg};
use crate::can::{AnyFrame, BcmFlags, BcmHead, BcmMessage, BcmOpcode, BcmTimeval, CANFD_MTU, Id};
use crate::constants::{CanProtocol, Family, MessageFlags, SocketType};
use crate::error::Error;
use crate::interface::{InterfaceName, Interfaces};

typed_socket! {
    /// A socket of the broadcast manager. What it has set up ends with it.
    ///
    /// ```
    /// use anysock::can::{AnyFrame, BcmOpcode, Frame, Id};
    /// use anysock::socket::BcmWatch;
    /// use anysock::{CanBcm, Error, Interfaces};
    /// use core::time::Duration;
    ///
    /// /// Sends a heartbeat ten times a second, and returns the next change of byte 0 of 0x321.
    /// fn beat<B: Interfaces>(backend: B) -> Result<Option<AnyFrame>, Error> {
    ///     let bcm = CanBcm::open(backend, &"can0".parse()?)?;
    ///     let beat = Frame::new(Id::standard(0x701).unwrap(), &[0x05]).unwrap();
    ///     bcm.send_cyclic(&[beat.into()], Duration::from_millis(100))?;
    ///
    ///     let byte_0 = Frame::new(Id::standard(0x321).unwrap(), &[0xFF]).unwrap();
    ///     let late = Duration::from_secs(1);
    ///     bcm.watch_content(&byte_0.into(), BcmWatch { timeout: late, ..BcmWatch::default() })?;
    ///     let told = bcm.recv()?;
    ///     Ok(if told.opcode == BcmOpcode::RECEIVE_TIMEOUT { None } else { told.frame })
    /// }
    /// ```
    CanBcm
}

/// When a watch tells something. Zero switches a time off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BcmWatch {
    /// For how long frames may stay away until [`BcmOpcode::RECEIVE_TIMEOUT`] is told. The frame that ends the
    /// silence counts as changed.
    pub timeout: Duration,
    /// The least time between two changes that are told.
    pub throttle: Duration,
}

/// What the broadcast manager tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BcmNotification {
    /// What it is: [`BcmOpcode::RECEIVE_CHANGED`], [`BcmOpcode::RECEIVE_TIMEOUT`],
    /// [`BcmOpcode::TRANSMIT_EXPIRED`].
    pub opcode: BcmOpcode,
    /// The `can_id` that it is about.
    pub can_id: u32,
    /// The frame, of a change.
    pub frame: Option<AnyFrame>,
    /// The index of the interface that the frame came from.
    pub interface: u32,
}

impl<B: Backend> CanBcm<B> {
    /// A socket for the interface of this number, or with [`CanAddr::ANY`] to watch every CAN interface.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface.
    pub fn connect(backend: B, address: &CanAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::CAN, SocketType::DGRAM, CanProtocol::BCM)?;
        socket.connect(address)?;
        Ok(CanBcm(socket))
    }

    /// Sends `frames` in turn, the first at once and then one every `interval`, until
    /// [`CanBcm::stop_cyclic`] (TX_SETUP). They are known by the identifier of the first.
    ///
    /// # Errors
    /// `EINVAL` without frames, for more than [`BcmMessage::MAX_FRAMES`], or where classic and FD frames are
    /// mixed; `E2BIG` for more than the same identifier had before; `ENODEV` on [`CanAddr::ANY`].
    #[doc(alias = "TX_SETUP")]
    pub fn send_cyclic(&self, frames: &[AnyFrame], interval: Duration) -> Result<(), Error> {
        let flags = BcmFlags::SET_TIMER | BcmFlags::START_TIMER;
        self.request(BcmHead { flags, interval2: interval.into(), ..transmit(frames) }, frames)
    }

    /// Sends `frames` in turn, the first at once and then one every `interval`, `count` in all; then
    /// [`BcmOpcode::TRANSMIT_EXPIRED`] is told.
    ///
    /// # Errors
    /// As [`CanBcm::send_cyclic`].
    pub fn send_times(&self, frames: &[AnyFrame], count: u32, interval: Duration) -> Result<(), Error> {
        let flags = BcmFlags::SET_TIMER | BcmFlags::START_TIMER | BcmFlags::COUNT_EVENT;
        self.request(BcmHead { flags, count, interval1: interval.into(), ..transmit(frames) }, frames)
    }

    /// Replaces what is sent cyclically; the timer goes on. With `at_once` the new first frame is sent now, too
    /// (TX_ANNOUNCE).
    ///
    /// # Errors
    /// As [`CanBcm::send_cyclic`].
    pub fn change_cyclic(&self, frames: &[AnyFrame], at_once: bool) -> Result<(), Error> {
        let flags = if at_once { BcmFlags::ANNOUNCE } else { BcmFlags::empty() };
        self.request(BcmHead { flags, ..transmit(frames) }, frames)
    }

    /// No longer sends what began with `first`, whose identifier and kind are looked at (TX_DELETE).
    ///
    /// # Errors
    /// `EINVAL` where there is no such.
    #[doc(alias = "TX_DELETE")]
    pub fn stop_cyclic(&self, first: &AnyFrame) -> Result<(), Error> {
        self.request(head(BcmOpcode::TRANSMIT_DELETE, first.can_id(), is_fd(first)), &[])
    }

    /// Sends a frame once (TX_SEND).
    ///
    /// # Errors
    /// As [`super::CanSocket::send`].
    #[doc(alias = "TX_SEND")]
    pub fn send_once(&self, frame: &AnyFrame) -> Result<(), Error> {
        self.request(head(BcmOpcode::TRANSMIT_SEND, frame.can_id(), is_fd(frame)), &[*frame])
    }

    /// Tells every frame with this identifier (RX_SETUP, RX_FILTER_ID). FD frames are told with `fd`, classic
    /// ones without.
    ///
    /// # Errors
    /// `ENODEV` where the interface is gone.
    pub fn watch_id(&self, id: Id, fd: bool, watch: BcmWatch) -> Result<(), Error> {
        self.watch(id.can_id(), fd, BcmFlags::FILTER_ID, watch, &[])
    }

    /// Tells each frame with the identifier of `mask` that differs from the one before in a bit that is set in
    /// `mask`'s data, or in its length (RX_SETUP, RX_CHECK_DLC).
    ///
    /// # Errors
    /// `ENODEV` where the interface is gone.
    #[doc(alias = "RX_SETUP")]
    pub fn watch_content(&self, mask: &AnyFrame, watch: BcmWatch) -> Result<(), Error> {
        self.watch(mask.can_id(), is_fd(mask), BcmFlags::CHECK_DLC, watch, &[*mask])
    }

    fn watch(
        &self,
        can_id: u32,
        fd: bool,
        flags: BcmFlags,
        watch: BcmWatch,
        frames: &[AnyFrame],
    ) -> Result<(), Error> {
        let timed = BcmFlags::SET_TIMER | BcmFlags::START_TIMER | BcmFlags::ANNOUNCE_RESUME;
        let head = BcmHead {
            flags: flags | timed | if fd { BcmFlags::FD_FRAME } else { BcmFlags::empty() },
            interval1: watch.timeout.into(),
            interval2: watch.throttle.into(),
            ..head(BcmOpcode::RECEIVE_SETUP, can_id, fd)
        };
        self.request(head, frames)
    }

    /// No longer tells of this identifier (RX_DELETE).
    ///
    /// # Errors
    /// `EINVAL` where it was not told of.
    #[doc(alias = "RX_DELETE")]
    pub fn stop_watching(&self, id: Id, fd: bool) -> Result<(), Error> {
        self.request(head(BcmOpcode::RECEIVE_DELETE, id.can_id(), fd), &[])
    }

    /// Asks for anything: `head` with the number of frames put in, and with CAN_FD_FRAME where the first of
    /// `frames` is one. The other methods are forms of it.
    ///
    /// # Errors
    /// `EINVAL` for more frames than [`BcmMessage::MAX_FRAMES`], or where they are mixed; the kernel's own.
    pub fn request(&self, head: BcmHead, frames: &[AnyFrame]) -> Result<(), Error> {
        let fd = if frames.first().is_some_and(is_fd) { BcmFlags::FD_FRAME } else { BcmFlags::empty() };
        let head = BcmHead { flags: head.flags | fd, ..head };
        let mut buffer = [0; BcmHead::SIZE + BcmMessage::MAX_FRAMES * CANFD_MTU];
        let message = BcmMessage::write(&mut buffer, head, frames)?;
        self.0.send(message).map(|_| ())
    }

    /// Receives what is told.
    pub fn recv(&self) -> Result<BcmNotification, Error> {
        let mut buffer = [0; BcmHead::SIZE + CANFD_MTU];
        let (message, address) = self.recv_message(&mut buffer)?;
        Ok(BcmNotification {
            opcode: message.head.opcode,
            can_id: message.head.can_id,
            frame: message.frames().next().transpose()?,
            interface: address.interface,
        })
    }

    /// Receives what is told as it is, which the answers to TX_READ and RX_READ with their many frames want.
    ///
    /// # Errors
    /// [`crate::DecodeError::TooShort`] where `buffer` was too small; the rest is lost.
    pub fn recv_message<'b>(&self, buffer: &'b mut [u8]) -> Result<(BcmMessage<'b>, CanAddr), Error> {
        let mut address = CanAddr::buffer();
        let received = self.0.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [(&mut *buffer).into()],
            control: &mut [],
            handles: &mut [],
            flags: MessageFlags::empty(),
        })?;
        let message = BcmMessage::decode(buffer.get(..received.len).unwrap_or_default())?;
        Ok((message, CanAddr::decode(&address)?))
    }
}

impl<B: Interfaces> CanBcm<B> {
    /// A socket for the interface of this name.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface.
    pub fn open(backend: B, name: &InterfaceName) -> Result<Self, Error> {
        let interface = backend.interface_index(name)?;
        CanBcm::connect(backend, &CanAddr { interface })
    }
}

const fn is_fd(frame: &AnyFrame) -> bool {
    matches!(frame, AnyFrame::Fd(_))
}

/// The head of a message to set up what begins with the first of `frames`.
fn transmit(frames: &[AnyFrame]) -> BcmHead {
    let can_id = frames.first().map_or(0, AnyFrame::can_id);
    head(BcmOpcode::TRANSMIT_SETUP, can_id, false)
}

const fn head(opcode: BcmOpcode, can_id: u32, fd: bool) -> BcmHead {
    BcmHead {
        opcode,
        flags: if fd { BcmFlags::FD_FRAME } else { BcmFlags::empty() },
        count: 0,
        interval1: BcmTimeval { seconds: 0, microseconds: 0 },
        interval2: BcmTimeval { seconds: 0, microseconds: 0 },
        can_id,
        frames: 0,
    }
}
