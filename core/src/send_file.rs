//! Files into sockets: `sendfile(2)`.
//!
//! ```
//! use anysock::send_file::{SendFile, SendFileError};
//! use anysock::TcpStream;
//!
//! /// Sends a file from its beginning to its end.
//! fn serve<B: SendFile>(stream: &TcpStream<B>, file: &B::File) -> Result<u64, SendFileError> {
//!     stream.socket().send_file(file, 0, None)
//! }
//! ```

use core::fmt;

use crate::backend::{Backend, attempt_until};
use crate::constants::{Errno, PollEvents};
use crate::error::Error;
use crate::socket::Socket;

/// How many bytes one call is asked for where nothing else is: the most that Linux takes (`MAX_RW_COUNT`).
const AT_ONCE: usize = 0x7FFF_F000;

/// Not all of a file was handed to the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SendFileError {
    /// How many bytes were, before the error.
    pub sent: u64,
    /// Why no more were.
    pub error: Error,
}

impl fmt::Display for SendFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} bytes sent", self.error, self.sent)
    }
}

impl core::error::Error for SendFileError {}

/// A backend that sends files without the program's looking at them.
pub trait SendFile: Backend {
    /// An open file.
    type File;

    /// `sendfile(2)`: hands up to `count` bytes of a file, from `offset` on, to a connected stream socket. Returns
    /// how many; zero at the file's end. Never raises SIGPIPE. Reading the file may take its time.
    ///
    /// # Errors
    /// `EAGAIN` where the socket has no room; those of `send(2)`, and of reading the file.
    fn send_file(
        &self,
        handle: &Self::Handle,
        file: &Self::File,
        offset: u64,
        count: usize,
    ) -> Result<usize, Errno>;
}

impl<B: SendFile> Socket<B> {
    /// Hands `count` bytes of a file, from `offset` on, to the kernel; without a `count`, or where there are fewer,
    /// up to the file's end. Returns how many these were. The socket's timeout is for the whole call.
    ///
    /// # Errors
    /// The error, with how many bytes went out before it.
    #[doc(alias = "sendfile")]
    pub fn send_file(&self, file: &B::File, offset: u64, count: Option<u64>) -> Result<u64, SendFileError> {
        let deadline = self.deadline();
        let mut sent = 0_u64;
        loop {
            let left = count.map_or(u64::MAX, |count| count.saturating_sub(sent));
            let left = usize::try_from(left).unwrap_or(AT_ONCE).min(AT_ONCE);
            if left == 0 {
                return Ok(sent);
            }
            let attempt = attempt_until(self.backend(), self.handle(), PollEvents::OUT, deadline, || {
                self.backend().send_file(self.handle(), file, offset.saturating_add(sent), left)
            });
            match attempt.map_err(|error| SendFileError { sent, error })? {
                0 => return Ok(sent),
                count => sent = sent.saturating_add(count as u64),
            }
        }
    }
}
