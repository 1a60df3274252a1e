//! The non-blocking forms for the `nb` crate: one attempt each, whatever the socket's timeout.

use super::{Socket, decode};
use crate::addr::SockAddr;
use crate::backend::Backend;
use crate::constants::{Errno, MessageFlags};
use crate::error::Error;

/// `EAGAIN` and `EINPROGRESS` as `nb` says it.
fn would_block(errno: Errno) -> nb::Error<Error> {
    match errno {
        Errno::EAGAIN | Errno::EINPROGRESS | Errno::EALREADY => nb::Error::WouldBlock,
        errno => nb::Error::Other(Error::Os(errno)),
    }
}

impl<B: Backend> Socket<B> {
    /// [`Socket::connect`] without waiting. Call it again until it is done: `EISCONN` then means connected.
    pub fn connect_nb<A: SockAddr>(&self, address: &A) -> nb::Result<(), Error> {
        match self.backend().connect(self.handle(), address.encode().as_ref()) {
            Ok(()) | Err(Errno::EISCONN) => Ok(()),
            Err(errno) => Err(would_block(errno)),
        }
    }

    /// [`Socket::accept`] without waiting.
    pub fn accept_nb<A: SockAddr>(&self) -> nb::Result<(Socket<B>, A), Error> {
        let mut buffer = A::buffer();
        let (handle, len) = self.backend().accept(self.handle(), buffer.as_mut()).map_err(would_block)?;
        let socket = Socket::from_handle(self.backend().clone(), handle);
        Ok((socket, decode(buffer.as_ref(), len)?))
    }

    /// [`Socket::send`] without waiting.
    pub fn send_nb(&self, bytes: &[u8]) -> nb::Result<usize, Error> {
        self.backend().send(self.handle(), bytes, MessageFlags::empty()).map_err(would_block)
    }

    /// [`Socket::recv`] without waiting.
    pub fn recv_nb(&self, bytes: &mut [u8]) -> nb::Result<usize, Error> {
        self.backend().recv(self.handle(), bytes, MessageFlags::empty()).map_err(would_block)
    }

    /// [`Socket::send_to`] without waiting.
    pub fn send_to_nb<A: SockAddr>(&self, bytes: &[u8], address: &A) -> nb::Result<usize, Error> {
        let address = address.encode();
        let sent = self.backend().send_to(self.handle(), bytes, MessageFlags::empty(), address.as_ref());
        sent.map_err(would_block)
    }

    /// [`Socket::recv_from`] without waiting.
    pub fn recv_from_nb<A: SockAddr>(&self, bytes: &mut [u8]) -> nb::Result<(usize, A), Error> {
        let mut buffer = A::buffer();
        let answer = self.backend().recv_from(self.handle(), bytes, MessageFlags::empty(), buffer.as_mut());
        let (received, len) = answer.map_err(would_block)?;
        Ok((received, decode(buffer.as_ref(), len)?))
    }
}
