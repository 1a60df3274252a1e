//! All of it or an error that says how much: CPython's `sendall`, and its missing counterpart.

use super::Socket;
use crate::backend::Backend;
use crate::constants::{MessageFlags, SocketType};
use crate::error::Error;
use crate::option;

/// Not everything was handed to the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SendAllError {
    /// How many bytes were, before the error.
    pub sent: usize,
    /// Why no more were.
    pub error: Error,
}

impl core::fmt::Display for SendAllError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} after {} bytes sent", self.error, self.sent)
    }
}

impl core::error::Error for SendAllError {}

/// Forgets how many bytes went out.
impl From<SendAllError> for Error {
    fn from(error: SendAllError) -> Self {
        error.error
    }
}

/// Less was received than asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RecvExactError {
    /// How many bytes were received.
    pub received: usize,
    /// Why no more were; `None` at the end of the stream.
    pub error: Option<Error>,
}

impl core::fmt::Display for RecvExactError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.error {
            Some(error) => write!(f, "{error} after {} bytes received", self.received),
            None => write!(f, "end of stream after {} bytes received", self.received),
        }
    }
}

impl core::error::Error for RecvExactError {}

impl<B: Backend> Socket<B> {
    /// Hands all of `bytes` to the kernel. The socket's timeout is for the whole call.
    ///
    /// That the kernel has the bytes does not say that the peer has them.
    ///
    /// # Errors
    /// The error, with how many bytes went out before it.
    #[doc(alias = "sendall")]
    pub fn send_all(&self, bytes: &[u8]) -> Result<(), SendAllError> {
        let deadline = self.deadline();
        let mut rest = bytes;
        loop {
            let attempt = self.backend().send_until(self.handle(), rest, MessageFlags::empty(), deadline);
            let sent = attempt
                .map_err(|error| SendAllError { sent: bytes.len().saturating_sub(rest.len()), error })?;
            rest = rest.get(sent..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    /// Fills all of `bytes`. The socket's timeout is for the whole call.
    ///
    /// # Errors
    /// The error or the end of the stream, with how many bytes came before it.
    pub fn recv_exact(&self, bytes: &mut [u8]) -> Result<(), RecvExactError> {
        let deadline = self.deadline();
        let mut received = 0;
        while let Some(room) = bytes.get_mut(received..).filter(|room| !room.is_empty()) {
            match self.backend().recv_until(self.handle(), room, MessageFlags::empty(), deadline) {
                Ok(0) => return Err(RecvExactError { received, error: None }),
                Ok(count) => received = received.saturating_add(count),
                Err(error) => return Err(RecvExactError { received, error: Some(error) }),
            }
        }
        Ok(())
    }

    /// Receives with MSG_WAITALL: an attempt takes what there is, so it takes several.
    #[cold]
    pub(super) fn recv_waiting_for_all(&self, bytes: &mut [u8], flags: MessageFlags) -> Result<usize, Error> {
        let deadline = self.deadline();
        let is_stream = self.get(option::socket::TypeOf)? == SocketType::STREAM;
        let mut received = 0;
        loop {
            let room = bytes.get_mut(received..).unwrap_or_default();
            match self.backend().recv_until(self.handle(), room, flags, deadline) {
                Ok(count) => {
                    received = received.saturating_add(count);
                    if count == 0 || received >= bytes.len() || !is_stream {
                        return Ok(received);
                    }
                }
                Err(_) if received > 0 => return Ok(received),
                Err(error) => return Err(error),
            }
        }
    }
}
