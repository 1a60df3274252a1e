//! Sending without a copy: `MSG_ZEROCOPY` (Documentation/networking/msg_zerocopy.rst of the kernel).
//!
//! The kernel reads the bytes long after the call, until the peer has acknowledged them, so they have to live for
//! ever and never change: a constant of the program's, or memory that it gives up (`Vec::leak`). With
//! [`ZeroCopy`](crate::option::socket::ZeroCopy) on, each call has a number, from zero on, and the error queue tells
//! which calls the kernel is done with.
//!
//! ```
//! use anysock::zero_copy::SendZeroCopy;
//! use anysock::{Error, MessageFlags, TcpStream, option};
//!
//! static IMAGE: [u8; 65_536] = [0xFF; 65_536];
//!
//! /// Sends a firmware image, and waits until the peer has it.
//! fn upload<B: SendZeroCopy>(stream: &TcpStream<B>) -> Result<(), Error> {
//!     stream.set(option::socket::ZeroCopy, true)?;
//!     let mut sent = 0;
//!     let mut calls = 0;
//!     while sent < IMAGE.len() {
//!         sent += stream.socket().send_zero_copy(&IMAGE[sent..], MessageFlags::empty())?;
//!         calls += 1;
//!     }
//!     let mut done = 0;
//!     while done < calls {
//!         if let Some((_, last)) = stream.socket().recv_error(&mut [])?.error.zerocopy() {
//!             done = last + 1;
//!         }
//!     }
//!     Ok(())
//! }
//! ```

use crate::backend::{Backend, attempt_until};
use crate::constants::{Errno, MessageFlags, PollEvents};
use crate::error::Error;
use crate::socket::Socket;

/// A backend that sends without a copy.
pub trait SendZeroCopy: Backend {
    /// `sendto(2)` with `MSG_ZEROCOPY`: on a connected socket without an address. Never raises SIGPIPE.
    ///
    /// # Errors
    /// Those of `send(2)`, and `ENOBUFS` where the program has too much memory locked (`RLIMIT_MEMLOCK`).
    fn send_zero_copy(
        &self,
        handle: &Self::Handle,
        bytes: &'static [u8],
        flags: MessageFlags,
        address: Option<&[u8]>,
    ) -> Result<usize, Errno>;
}

impl<B: SendZeroCopy> Socket<B> {
    /// Sends bytes that live for ever without copying them, and returns how many were taken. Without
    /// [`ZeroCopy`](crate::option::socket::ZeroCopy) they are copied, and nothing is told.
    ///
    /// # Errors
    /// Those of [`Socket::send`], and `ENOBUFS` where the program has too much memory locked.
    #[doc(alias = "MSG_ZEROCOPY")]
    pub fn send_zero_copy(&self, bytes: &'static [u8], flags: MessageFlags) -> Result<usize, Error> {
        attempt_until(self.backend(), self.handle(), PollEvents::OUT, self.deadline(), || {
            self.backend().send_zero_copy(self.handle(), bytes, flags, None)
        })
    }
}
