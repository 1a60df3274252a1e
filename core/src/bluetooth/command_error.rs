//! Why a command to a controller came to nothing.

use core::fmt;

use crate::constants::Errno;
use crate::error::{DecodeError, Error};

/// Why a command came to nothing: to a controller, where `Status` is [`HciError`](crate::constants::hci::HciError), or
/// to the management interface, where it is [`ManagementStatus`](super::management::ManagementStatus).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommandError<Status> {
    /// It was refused.
    Refused(Status),
    /// It could not be sent or its answer not be received, or the answer does not decode.
    Socket(Error),
}

impl<Status> From<Error> for CommandError<Status> {
    fn from(error: Error) -> Self {
        CommandError::Socket(error)
    }
}

impl<Status> From<Errno> for CommandError<Status> {
    fn from(errno: Errno) -> Self {
        CommandError::Socket(errno.into())
    }
}

impl<Status> From<DecodeError> for CommandError<Status> {
    fn from(error: DecodeError) -> Self {
        CommandError::Socket(error.into())
    }
}

impl<Status: fmt::Debug> fmt::Display for CommandError<Status> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::Refused(status) => write!(f, "refused: {status:?}"),
            CommandError::Socket(error) => error.fmt(f),
        }
    }
}

impl<Status: fmt::Debug> core::error::Error for CommandError<Status> {}
