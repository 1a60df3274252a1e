//! Why a call failed: [`Error`] of the typed sockets, [`DecodeError`] of bytes that are not what they should be.

use crate::can;
use crate::constants::{Errno, Family};

/// Why a call of a typed socket failed.
///
/// ```
/// use anysock::{Errno, Error};
///
/// let error = Error::from(Errno::ECONNREFUSED);
/// assert_eq!(error.errno(), Some(Errno::ECONNREFUSED));
/// assert!(!error.is_would_block());
/// assert_eq!(Error::TimedOut.to_string(), "timed out");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The system call's own answer.
    Os(Errno),
    /// The socket's timeout, or the deadline given, passed first (CPython's `TimeoutError`). A timeout of the
    /// protocol itself is [`Errno::ETIMEDOUT`] instead.
    TimedOut,
    /// The kernel answered with bytes that do not decode, for instance an address of another family.
    Decode(DecodeError),
    /// What was received is no CAN frame.
    Frame(can::DecodeError),
}

impl Error {
    /// The kernel's error number, where the kernel gave one.
    pub const fn errno(self) -> Option<Errno> {
        match self {
            Error::Os(errno) => Some(errno),
            Error::TimedOut | Error::Decode(_) | Error::Frame(_) => None,
        }
    }

    /// Whether the call would have had to wait, on a socket that does not (`EAGAIN`, `EINPROGRESS`).
    pub const fn is_would_block(self) -> bool {
        matches!(self, Error::Os(Errno::EAGAIN | Errno::EINPROGRESS))
    }
}

impl From<Errno> for Error {
    #[inline]
    fn from(errno: Errno) -> Self {
        Error::Os(errno)
    }
}

impl From<DecodeError> for Error {
    #[inline]
    fn from(error: DecodeError) -> Self {
        Error::Decode(error)
    }
}

impl From<can::DecodeError> for Error {
    fn from(error: can::DecodeError) -> Self {
        Error::Frame(error)
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Error::Os(errno) => errno.fmt(f),
            Error::TimedOut => f.write_str("timed out"),
            Error::Decode(error) => error.fmt(f),
            Error::Frame(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl embedded_io::Error for Error {
    fn kind(&self) -> embedded_io::ErrorKind {
        match self {
            Error::Os(errno) => errno.kind(),
            Error::TimedOut => embedded_io::ErrorKind::TimedOut,
            Error::Decode(_) | Error::Frame(_) => embedded_io::ErrorKind::InvalidData,
        }
    }
}

/// What was wrong with bytes that should have been an address, an option's value, a frame or a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// Fewer bytes than the smallest form has.
    TooShort {
        /// Bytes that the smallest form has.
        needed: usize,
        /// Bytes that there were.
        found: usize,
    },
    /// More bytes than the largest form has.
    TooLong {
        /// Bytes that the largest form has.
        most: usize,
        /// Bytes that there were.
        found: usize,
    },
    /// An address of another family.
    WrongFamily(Family),
    /// A field has a value that it cannot have.
    Invalid {
        /// Where the field begins, in bytes.
        offset: usize,
    },
}

impl core::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match *self {
            DecodeError::TooShort { needed, found } => write!(f, "{found} bytes where {needed} are needed"),
            DecodeError::TooLong { most, found } => write!(f, "{found} bytes where {most} are the most"),
            DecodeError::WrongFamily(family) => write!(f, "an address of the family {family:?}"),
            DecodeError::Invalid { offset } => write!(f, "an impossible value at byte {offset}"),
        }
    }
}

impl core::error::Error for DecodeError {}
