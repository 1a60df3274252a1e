//! ISO-TP, `CAN_ISOTP`: messages longer than a frame, between two identifiers (ISO 15765-2, linux/can/isotp.h).
//! Since Linux 5.10.

use super::Socket;
use super::typed::typed_socket;
use crate::addr::IsotpAddr;
use crate::backend::Backend;
use crate::can::Id;
use crate::constants::{CanProtocol, Family, MessageFlags, SocketType};
use crate::error::{DecodeError, Error};
use crate::interface::{InterfaceName, Interfaces};

typed_socket! {
    /// One end of an ISO-TP connection.
    ///
    /// ```
    /// use anysock::can::{Id, IsoTpLinkLayer};
    /// use anysock::{CanIsotp, Error, Interfaces, IsotpAddr, option};
    ///
    /// /// Asks the engine for its trouble codes (ISO 14229 service 0x19), in FD frames.
    /// fn trouble<B: Interfaces>(backend: B, answer: &mut [u8]) -> Result<usize, Error> {
    ///     let [rx, tx] = [0x7E8, 0x7E0].map(|id| Id::standard(id).unwrap());
    ///     let interface = backend.interface_index(&"can0".parse()?)?;
    ///     let tester = CanIsotp::new(backend)?;
    ///     tester.set(option::can_isotp::LlOpts, IsoTpLinkLayer { mtu: 72, tx_dl: 64, tx_flags: 0 })?;
    ///     tester.bind(&IsotpAddr::new(interface, rx, tx))?;
    ///     tester.send(&[0x19, 0x02, 0xFF])?;
    ///     tester.recv(answer)
    /// }
    /// ```
    CanIsotp
}

impl<B: Backend> CanIsotp<B> {
    /// A socket that is not bound yet: the options of [`crate::option::can_isotp`] can be set only now.
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` where the kernel does not have ISO-TP.
    pub fn new(backend: B) -> Result<Self, Error> {
        Ok(CanIsotp(Socket::new(backend, Family::CAN, SocketType::DGRAM, CanProtocol::ISOTP)?))
    }

    /// Binds it to an interface and the two identifiers.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface; `EINVAL` where it is bound already, or
    /// cannot carry the frames of [`crate::option::can_isotp::LlOpts`]; `EADDRNOTAVAIL` where both identifiers
    /// are the same.
    pub fn bind(&self, address: &IsotpAddr) -> Result<(), Error> {
        self.0.bind(address)
    }

    /// Sends a message, waiting until the one before is through. It has 1 byte to `MAX_MSG_LENGTH` of
    /// net/can/isotp.c: 66,000, in older kernels 8,200. This returns when the transfer has begun; what becomes of
    /// it, a later call says: `ECOMM` where the receiver sent no flow control in time, `EMSGSIZE` where the message
    /// is too long for it.
    ///
    /// With [`WAIT_TX_DONE`](crate::can::IsoTpFlags::WAIT_TX_DONE) it returns when the transfer has ended, with
    /// what came of it: the kernel itself waits then, whatever the timeout. Dropping the socket waits for the end
    /// of a transfer, too.
    ///
    /// # Errors
    /// `EINVAL` for a message of no bytes or too many, `EADDRNOTAVAIL` where the socket is not bound.
    pub fn send(&self, message: &[u8]) -> Result<(), Error> {
        self.0.send(message).map(|_| ())
    }

    /// Receives a message whole; returns its length.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where it was longer than `message`, and is lost but for what fits. `ETIMEDOUT`
    /// where a transfer to here stopped, `EILSEQ` where one of its frames was missing, `EBADMSG` for a frame that
    /// is none of ISO-TP.
    pub fn recv(&self, message: &mut [u8]) -> Result<usize, Error> {
        let most = message.len();
        match self.0.recv_with(message, MessageFlags::TRUNC)? {
            found if found > most => Err(DecodeError::TooLong { most, found }.into()),
            len => Ok(len),
        }
    }

    /// The interface and the identifiers that it is bound to.
    pub fn local_addr(&self) -> Result<IsotpAddr, Error> {
        self.0.local_addr()
    }
}

impl<B: Interfaces> CanIsotp<B> {
    /// A socket on the interface of this name that receives `rx` and sends `tx`, in classic frames.
    ///
    /// # Errors
    /// As [`CanIsotp::new`] and [`CanIsotp::bind`].
    pub fn open(backend: B, name: &InterfaceName, rx: Id, tx: Id) -> Result<Self, Error> {
        let interface = backend.interface_index(name)?;
        let socket = CanIsotp::new(backend)?;
        socket.bind(&IsotpAddr::new(interface, rx, tx))?;
        Ok(socket)
    }
}
