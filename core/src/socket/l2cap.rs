//! L2CAP: channels over Bluetooth, classic and low energy (Core Specification, volume 3, part A;
//! net/bluetooth/l2cap.h).
//!
//! What a channel is like (MTU, mode, security) is settled while it opens, so its options are set before: on
//! the socket of [`L2capSeqpacket::unconnected`], say, which then connects and becomes the channel by `into()`.
//!
//! No call sends more than the peer's MTU (`EMSGSIZE`), not even of a stream. When a channel closes, what its peer's
//! program has not received yet may be lost: Linux answers `ENOTCONN` in its place.

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::{BdAddr, BdAddrType, L2capAddr};
use crate::backend::Backend;
use crate::constants::{BluetoothProtocol, Family, SocketType};
use crate::error::Error;

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 16;

fn l2cap_socket<B: Backend>(backend: B, kind: SocketType) -> Result<Socket<B>, Error> {
    Socket::new(backend, Family::BLUETOOTH, kind, BluetoothProtocol::L2CAP)
}

fn connected<B: Backend>(backend: B, kind: SocketType, address: &L2capAddr) -> Result<Socket<B>, Error> {
    let socket = l2cap_socket(backend, kind)?;
    if address.address_type != BdAddrType::BREDR {
        // A socket that is bound to no low-energy address would have a classic channel's mode.
        let address_type = BdAddrType::LE_PUBLIC;
        socket.bind(&L2capAddr { device: BdAddr::ANY, psm: 0, cid: 0, address_type })?;
    }
    socket.connect(address)?;
    Ok(socket)
}

fn listening<B: Backend>(backend: B, kind: SocketType, address: &L2capAddr) -> Result<Socket<B>, Error> {
    let socket = l2cap_socket(backend, kind)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?;
    Ok(socket)
}

typed_socket! {
    /// A channel that is a stream of bytes. A classic one is in enhanced retransmission mode unless its options
    /// say otherwise, and so has to be the peer's.
    ///
    /// ```
    /// use anysock::{Backend, BdAddr, Error, L2capAddr, L2capStream};
    ///
    /// /// Sends a report to a device.
    /// fn report<B: Backend>(backend: B, device: BdAddr, text: &[u8]) -> Result<usize, Error> {
    ///     let stream = L2capStream::connect(backend, &L2capAddr::classic(device, 0x1001))?;
    ///     stream.send(text)
    /// }
    /// ```
    L2capStream
}

stream_calls!(L2capStream, L2capAddr);

impl<B: Backend> L2capStream<B> {
    /// A socket for a stream that is neither bound nor connected: its options are set now.
    pub fn unconnected(backend: B) -> Result<Socket<B>, Error> {
        l2cap_socket(backend, SocketType::STREAM)
    }

    /// Connects to a device.
    ///
    /// # Errors
    /// As [`L2capSeqpacket::connect`].
    pub fn connect(backend: B, address: &L2capAddr) -> Result<Self, Error> {
        connected(backend, SocketType::STREAM, address).map(L2capStream)
    }
}

typed_socket! {
    /// A socket that accepts streams.
    L2capListener
}

listener_calls!(L2capListener, L2capStream, L2capAddr);

impl<B: Backend> L2capListener<B> {
    /// Listens on a PSM, as [`L2capSeqpacketListener::bind`] does.
    pub fn bind(backend: B, address: &L2capAddr) -> Result<Self, Error> {
        listening(backend, SocketType::STREAM, address).map(L2capListener)
    }
}

typed_socket! {
    /// A channel that keeps the limits of messages: of a classic device in basic mode unless its options say
    /// otherwise, of a low-energy one with flow control by credits (a connection-oriented channel).
    ///
    /// ```
    /// use anysock::bluetooth::L2capOptions;
    /// use anysock::constants::bluetooth::L2capMode;
    /// use anysock::socket::L2capSeqpacket;
    /// use anysock::{Backend, BdAddr, Error, L2capAddr, option};
    ///
    /// /// Connects to a device, for messages of up to 2,000 bytes that are sent again where they were lost.
    /// fn reliable<B: Backend>(backend: B, device: BdAddr) -> Result<L2capSeqpacket<B>, Error> {
    ///     let socket = L2capSeqpacket::unconnected(backend)?;
    ///     let options = socket.get(option::l2cap::Options)?;
    ///     let mode = L2capMode::ERTM;
    ///     socket.set(option::l2cap::Options, L2capOptions { mode, receive_mtu: 2000, ..options })?;
    ///     socket.connect(&L2capAddr::classic(device, 0x1001))?;
    ///     Ok(socket.into())
    /// }
    /// ```
    ///
    /// The channels of low energy have options of their own, [`crate::option::bluetooth`]'s, for a socket that is
    /// bound to a low-energy address:
    ///
    /// ```
    /// use anysock::socket::L2capSeqpacket;
    /// use anysock::{Backend, BdAddr, BdAddrType, Error, L2capAddr, option};
    ///
    /// /// Connects to a sensor, for messages of up to 512 bytes.
    /// fn sensor<B: Backend>(backend: B, device: BdAddr) -> Result<L2capSeqpacket<B>, Error> {
    ///     let socket = L2capSeqpacket::unconnected(backend)?;
    ///     socket.bind(&L2capAddr::low_energy(BdAddr::ANY, BdAddrType::LE_PUBLIC, 0))?;
    ///     socket.set(option::bluetooth::RecvMtu, 512)?;
    ///     socket.connect(&L2capAddr::low_energy(device, BdAddrType::LE_RANDOM, 0x80))?;
    ///     Ok(socket.into())
    /// }
    /// ```
    L2capSeqpacket
}

stream_calls!(L2capSeqpacket, L2capAddr);

impl<B: Backend> L2capSeqpacket<B> {
    /// A socket for messages that is neither bound nor connected: its options are set now.
    pub fn unconnected(backend: B) -> Result<Socket<B>, Error> {
        l2cap_socket(backend, SocketType::SEQPACKET)
    }

    /// Connects to a device.
    ///
    /// # Errors
    /// `EHOSTUNREACH` where no controller is up, `EHOSTDOWN` where the device does not answer, `ECONNREFUSED` where
    /// nothing listens on that PSM, `EINVAL` for a PSM that there cannot be.
    pub fn connect(backend: B, address: &L2capAddr) -> Result<Self, Error> {
        connected(backend, SocketType::SEQPACKET, address).map(L2capSeqpacket)
    }
}

typed_socket! {
    /// A socket that accepts channels that keep the limits of messages.
    L2capSeqpacketListener
}

listener_calls!(L2capSeqpacketListener, L2capSeqpacket, L2capAddr);

impl<B: Backend> L2capSeqpacketListener<B> {
    /// Listens on a PSM, or on a free one for zero, of one controller or of [`BdAddr::ANY`]. Its channels have the
    /// options of the socket that listens: where those are to be other than the usual ones, they are set on the
    /// socket of [`L2capSeqpacket::unconnected`], which is bound, listens, and becomes the listener by `into()`.
    ///
    /// # Errors
    /// `EADDRINUSE`, `EINVAL` for a PSM that there cannot be, `EACCES` for one below 0x1001, of low energy below 0x80,
    /// without the privilege.
    pub fn bind(backend: B, address: &L2capAddr) -> Result<Self, Error> {
        listening(backend, SocketType::SEQPACKET, address).map(L2capSeqpacketListener)
    }
}
