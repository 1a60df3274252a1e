//! Raw CAN sockets (linux/can/raw.h, Documentation/networking/can.rst).

use core::time::Duration;

use super::Socket;
use super::typed::typed_socket;
use crate::addr::{CanAddr, SockAddr};
use crate::backend::{Backend, RecvMsg};
use crate::can::{AnyFrame, AnyFrameXl, CAN_MTU, CANFD_MTU, CANXL_MTU, Filter, Frame, XlFrame};
use crate::constants::{CanProtocol, Errno, Family, Level, MessageFlags, SocketType};
use crate::error::Error;
use crate::interface::{InterfaceName, Interfaces};
use crate::message::{Controls, Timestamp, control_space};
use crate::option::List;
use crate::option::can_raw::Filters;
use crate::option::socket::SO_RXQ_OVFL;
use crate::time::Deadline;

typed_socket! {
    /// A raw CAN socket, for classic and FD frames.
    ///
    /// ```
    /// use anysock::can::{Frame, Id};
    /// use anysock::{CanSocket, Error, Interfaces, option};
    ///
    /// fn ask<B: Interfaces>(backend: B) -> Result<anysock::can::AnyFrame, Error> {
    ///     let can = CanSocket::open(backend, &"can0".parse()?)?;
    ///     can.set(option::can_raw::FdFrames, true)?;
    ///     can.send(&Frame::new(Id::standard(0x7DF).unwrap(), &[2, 1, 0x0C]).unwrap().into())?;
    ///     can.recv()
    /// }
    /// ```
    CanSocket
}

/// A frame with what the kernel says about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceivedFrame {
    /// The frame.
    pub frame: AnyFrame,
    /// The index of the interface that it came from.
    pub interface: u32,
    /// When it arrived; there where [`crate::option::socket::TimestampNs`] is on.
    pub timestamp: Option<Timestamp>,
    /// How many frames this socket has lost so far because its queue was full; there where
    /// [`crate::option::socket::RxqOverflow`] is on and some were.
    pub dropped: Option<u32>,
    /// Whether a socket of this machine sent it (MSG_DONTROUTE).
    pub from_this_machine: bool,
    /// Whether this socket sent it (MSG_CONFIRM).
    pub own: bool,
}

/// How long [`CanSocket::send_until`] sleeps between attempts: a few frames at 500 kbit/s.
const PACE: Duration = Duration::from_millis(1);

impl<B: Backend> CanSocket<B> {
    /// A socket on the interface of this number, or on every CAN interface with [`CanAddr::ANY`].
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface, `ENETDOWN` later, from its
    /// calls, where it is down.
    pub fn bind(backend: B, address: &CanAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::CAN, SocketType::RAW, CanProtocol::RAW)?;
        socket.bind(address)?;
        Ok(CanSocket(socket))
    }

    /// Receives only what matches one of `filters`; without any, nothing.
    ///
    /// # Errors
    /// `EINVAL` for more than [`Filter::MAX`].
    pub fn set_filters(&self, filters: &[Filter]) -> Result<(), Error> {
        let filters = List::new(filters).map_err(|_| Errno::EINVAL)?;
        self.0.set(Filters::<{ Filter::MAX }>, filters)
    }

    /// Hands a frame to the interface's queue.
    ///
    /// # Errors
    /// `ENOBUFS` where that queue is full: the frame was not sent, and no event says when there is room. See
    /// [`CanSocket::send_until`]. `ENETDOWN` where the interface is down.
    #[inline]
    pub fn send(&self, frame: &AnyFrame) -> Result<(), Error> {
        self.0.send(frame.as_bytes()).map(|_| ())
    }

    /// [`CanSocket::send`] of a classic frame, as it is.
    ///
    /// # Errors
    /// As [`CanSocket::send`].
    #[inline]
    pub fn send_classic(&self, frame: &Frame) -> Result<(), Error> {
        self.0.send(frame.as_bytes()).map(|_| ())
    }

    /// [`CanSocket::send`] to an interface of choice, whichever the socket is bound to.
    ///
    /// # Errors
    /// As [`CanSocket::send`]; `ENXIO` where there is no such interface.
    pub fn send_to(&self, frame: &AnyFrame, address: &CanAddr) -> Result<(), Error> {
        self.0.send_to(frame.as_bytes(), address).map(|_| ())
    }

    /// Hands a frame to the interface's queue, trying again every millisecond while that is full.
    ///
    /// # Errors
    /// `ENOBUFS` where it is still full at `deadline`.
    pub fn send_until(&self, frame: &AnyFrame, deadline: Deadline) -> Result<(), Error> {
        loop {
            let answer = self.send(frame);
            let now = self.0.backend().now();
            if answer != Err(Error::Os(Errno::ENOBUFS)) || deadline.has_passed(now) {
                return answer;
            }
            self.0.backend().sleep_until(deadline.earlier(Deadline::at(now + PACE)))?;
        }
    }

    /// Receives a frame.
    #[inline]
    pub fn recv(&self) -> Result<AnyFrame, Error> {
        let mut bytes = [0; CANFD_MTU];
        let len = self.0.recv(&mut bytes)?;
        // A usual frame returns on its own, so that it does not pay for the others' size.
        match usual_frame(&bytes, len) {
            Some(frame) => Ok(AnyFrame::Classic(frame)),
            None => any_frame(&bytes, len),
        }
    }

    /// Receives a classic frame, on a socket that asked for no others: without
    /// [`crate::option::can_raw::FdFrames`] and [`crate::option::can_raw::ErrorFilter`] the kernel delivers no others.
    /// It costs less than [`CanSocket::recv`], which has room for all.
    ///
    /// # Errors
    /// [`Error::Frame`] where another frame came all the same; it is lost.
    #[inline]
    pub fn recv_classic(&self) -> Result<Frame, Error> {
        // One byte more, so that the length tells of a longer frame.
        let mut bytes = [0; CAN_MTU + 1];
        let len = self.0.recv(&mut bytes)?;
        match usual_frame(&bytes, len) {
            Some(frame) => Ok(frame),
            None => classic_frame(&bytes, len),
        }
    }

    /// Hands an XL frame to the interface's queue. It wants [`crate::option::can_raw::XlFrames`], and an interface
    /// whose MTU is that of XL frames. Since Linux 6.2.
    ///
    /// # Errors
    /// As [`CanSocket::send`]; `EINVAL` without the option or on another interface.
    pub fn send_xl(&self, frame: &XlFrame) -> Result<(), Error> {
        self.0.send(frame.encode(&mut [0; CANXL_MTU])).map(|_| ())
    }

    /// Receives a frame of any kind, with [`crate::option::can_raw::XlFrames`] XL frames among them;
    /// [`CanSocket::recv`] has no room for those.
    pub fn recv_xl(&self) -> Result<AnyFrameXl, Error> {
        let mut bytes = [0; CANXL_MTU];
        let len = self.0.recv(&mut bytes)?;
        Ok(AnyFrameXl::decode(bytes.get(..len).unwrap_or(&bytes))?)
    }

    /// Receives a frame with its interface, its time and the socket's losses.
    pub fn recv_msg(&self) -> Result<ReceivedFrame, Error> {
        let mut bytes = [0; CANFD_MTU];
        let mut address = CanAddr::buffer();
        let mut control = [0; control_space(Timestamp::SIZE) + control_space(4)];
        let received = self.0.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [(&mut bytes[..]).into()],
            control: &mut control,
            handles: &mut [],
            flags: MessageFlags::empty(),
        })?;
        let mut frame = ReceivedFrame {
            frame: AnyFrame::decode(bytes.get(..received.len).unwrap_or(&bytes))?,
            interface: CanAddr::decode(&address)?.interface,
            timestamp: None,
            dropped: None,
            from_this_machine: received.flags.contains(MessageFlags::DONTROUTE),
            own: received.flags.contains(MessageFlags::CONFIRM),
        };
        for control in Controls::new(control.get(..received.control_len).unwrap_or_default()) {
            if let Some(timestamp) = Timestamp::from_control(&control) {
                frame.timestamp = Some(timestamp);
            } else if (control.level, control.name) == (Level::SOCKET, SO_RXQ_OVFL) {
                frame.dropped = control.data.first_chunk().copied().map(u32::from_ne_bytes);
            }
        }
        Ok(frame)
    }
}

/// The frame in the first `len` bytes, where it is as most are.
#[inline]
fn usual_frame(bytes: &[u8], len: usize) -> Option<Frame> {
    if len == CAN_MTU { Frame::decode_usual(bytes.first_chunk()?) } else { None }
}

/// The frame in the first `len` bytes. Called cold only so that it stays a call.
#[cold]
#[inline(never)]
fn any_frame(bytes: &[u8], len: usize) -> Result<AnyFrame, Error> {
    Ok(AnyFrame::decode(bytes.get(..len).unwrap_or(bytes))?)
}

/// The classic frame in the first `len` bytes. Called cold only so that it stays a call.
#[cold]
#[inline(never)]
fn classic_frame(bytes: &[u8], len: usize) -> Result<Frame, Error> {
    Ok(Frame::decode(bytes.get(..len).unwrap_or(bytes))?)
}

impl<B: Interfaces> CanSocket<B> {
    /// A socket on the interface of this name.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface.
    pub fn open(backend: B, name: &InterfaceName) -> Result<Self, Error> {
        let interface = backend.interface_index(name)?;
        CanSocket::bind(backend, &CanAddr { interface })
    }
}
