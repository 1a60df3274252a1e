//! What a stream socket holds, in bytes: the requests of `ioctl(2)` that have no option (tcp(7), sockatmark(3)).
//!
//! ```
//! use anysock::io_control::IoControl;
//! use anysock::{Error, TcpStream};
//!
//! /// Whether the peer's kernel has everything that was sent.
//! fn is_flushed<B: IoControl>(stream: &TcpStream<B>) -> Result<bool, Error> {
//!     Ok(stream.socket().unacknowledged()? == 0)
//! }
//! ```

use crate::backend::Backend;
use crate::constants::Errno;
use crate::error::Error;
use crate::socket::Socket;

/// What to ask for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum IoRequest {
    /// `SIOCINQ`: how many bytes can be read, of a datagram socket how long the next datagram is.
    #[doc(alias("SIOCINQ", "FIONREAD"))]
    Readable,
    /// `SIOCOUTQ`: how many bytes were given to send and not acknowledged, a FIN being one.
    #[doc(alias("SIOCOUTQ", "TIOCOUTQ"))]
    Unacknowledged,
    /// `SIOCOUTQNSD`: how many of them were not sent yet.
    #[doc(alias = "SIOCOUTQNSD")]
    Unsent,
    /// `SIOCATMARK`: whether the next byte to read is where urgent data were, 1 or 0.
    #[doc(alias("SIOCATMARK", "sockatmark"))]
    AtMark,
}

/// A backend that knows what its sockets hold.
pub trait IoControl: Backend {
    /// `ioctl(2)` with a request that answers a number.
    ///
    /// # Errors
    /// `EINVAL` of a listener; `ENOTTY` where the socket has no such number.
    fn io_control(&self, handle: &Self::Handle, request: IoRequest) -> Result<i32, Errno>;
}

impl<B: IoControl> Socket<B> {
    fn number_of_bytes(&self, request: IoRequest) -> Result<usize, Error> {
        Ok(usize::try_from(self.backend().io_control(self.handle(), request)?).unwrap_or(0))
    }

    /// How many bytes can be read now, of a datagram socket how long the next datagram is.
    ///
    /// # Errors
    /// Those of [`IoControl::io_control`].
    #[doc(alias("SIOCINQ", "FIONREAD"))]
    pub fn readable(&self) -> Result<usize, Error> {
        self.number_of_bytes(IoRequest::Readable)
    }

    /// How many bytes of a TCP socket were given to send and are not acknowledged yet; a FIN is one of them.
    ///
    /// # Errors
    /// Those of [`IoControl::io_control`].
    #[doc(alias = "SIOCOUTQ")]
    pub fn unacknowledged(&self) -> Result<usize, Error> {
        self.number_of_bytes(IoRequest::Unacknowledged)
    }

    /// How many bytes of a TCP socket were given to send and not sent yet; a FIN is one of them.
    ///
    /// # Errors
    /// Those of [`IoControl::io_control`].
    #[doc(alias = "SIOCOUTQNSD")]
    pub fn unsent(&self) -> Result<usize, Error> {
        self.number_of_bytes(IoRequest::Unsent)
    }

    /// Whether the next byte that is read of a TCP or Unix stream is where urgent data were.
    ///
    /// # Errors
    /// Those of [`IoControl::io_control`].
    #[doc(alias("SIOCATMARK", "sockatmark"))]
    pub fn is_at_mark(&self) -> Result<bool, Error> {
        Ok(self.backend().io_control(self.handle(), IoRequest::AtMark)? != 0)
    }
}
