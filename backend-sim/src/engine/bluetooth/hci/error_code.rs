//! Why a command failed or a link ended: the controller's error codes.

use core::fmt;

use anysock::Errno;

/// A controller's error code (volume 1, part F): the `Status` and `Reason` of events and commands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(pub u8);

impl ErrorCode {
    /// Success.
    pub const SUCCESS: ErrorCode = ErrorCode(0x00);
    /// Unknown HCI Command.
    pub const UNKNOWN_COMMAND: ErrorCode = ErrorCode(0x01);
    /// Unknown Connection Identifier: no such handle.
    pub const UNKNOWN_CONNECTION: ErrorCode = ErrorCode(0x02);
    /// Page Timeout: the other device did not answer.
    pub const PAGE_TIMEOUT: ErrorCode = ErrorCode(0x04);
    /// Connection Timeout: the link supervision timeout passed without a packet from the other device.
    pub const CONNECTION_TIMEOUT: ErrorCode = ErrorCode(0x08);
    /// Connection Limit Exceeded: the controller has no link left.
    pub const CONNECTION_LIMIT_EXCEEDED: ErrorCode = ErrorCode(0x09);
    /// Connection Already Exists.
    pub const CONNECTION_ALREADY_EXISTS: ErrorCode = ErrorCode(0x0B);
    /// Connection Rejected due to Limited Resources.
    pub const REJECTED_LIMITED_RESOURCES: ErrorCode = ErrorCode(0x0D);
    /// Connection Accept Timeout Exceeded: the other host did not answer its Connection Request.
    pub const CONNECTION_ACCEPT_TIMEOUT: ErrorCode = ErrorCode(0x10);
    /// Remote User Terminated Connection.
    pub const REMOTE_USER_TERMINATED: ErrorCode = ErrorCode(0x13);
    /// Remote Device Terminated Connection due to Power Off.
    pub const REMOTE_POWER_OFF: ErrorCode = ErrorCode(0x15);
    /// Connection Terminated by Local Host.
    pub const TERMINATED_BY_LOCAL_HOST: ErrorCode = ErrorCode(0x16);

    /// The error number that a socket reports for this code, as Linux maps it (`bt_to_errno`,
    /// net/bluetooth/lib.c); `None` for success.
    pub fn errno(self) -> Option<Errno> {
        Some(match self.0 {
            0x00 => return None,
            0x01 => Errno::EBADRQC,
            0x02 => Errno::ENOTCONN,
            0x03 => Errno::EIO,
            0x04 | 0x3C => Errno::EHOSTDOWN,
            0x05 | 0x18 => Errno::EACCES,
            0x06 => Errno::EBADE,
            0x07 => Errno::ENOMEM,
            0x08 | 0x10 => Errno::ETIMEDOUT,
            0x09 | 0x0A => Errno::EMLINK,
            0x0B => Errno::EALREADY,
            0x0C => Errno::EBUSY,
            0x0D..=0x0F | 0x1B => Errno::ECONNREFUSED,
            0x11 | 0x20 | 0x27 | 0x29 => Errno::EOPNOTSUPP,
            0x12 => Errno::EINVAL,
            0x13..=0x15 => Errno::ECONNRESET,
            0x16 => Errno::ECONNABORTED,
            0x17 => Errno::ELOOP,
            0x1A => Errno::EPROTONOSUPPORT,
            0x19 | 0x1E | 0x23..=0x25 => Errno::EPROTO,
            _ => Errno::ENOSYS,
        })
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            ErrorCode::SUCCESS => "Success",
            ErrorCode::UNKNOWN_COMMAND => "Unknown HCI Command",
            ErrorCode::UNKNOWN_CONNECTION => "Unknown Connection Identifier",
            ErrorCode::PAGE_TIMEOUT => "Page Timeout",
            ErrorCode::CONNECTION_TIMEOUT => "Connection Timeout",
            ErrorCode::CONNECTION_LIMIT_EXCEEDED => "Connection Limit Exceeded",
            ErrorCode::CONNECTION_ALREADY_EXISTS => "Connection Already Exists",
            ErrorCode::REJECTED_LIMITED_RESOURCES => "Connection Rejected due to Limited Resources",
            ErrorCode::CONNECTION_ACCEPT_TIMEOUT => "Connection Accept Timeout Exceeded",
            ErrorCode::REMOTE_USER_TERMINATED => "Remote User Terminated Connection",
            ErrorCode::REMOTE_POWER_OFF => "Remote Device Terminated Connection due to Power Off",
            ErrorCode::TERMINATED_BY_LOCAL_HOST => "Connection Terminated By Local Host",
            ErrorCode(other) => return write!(f, "ErrorCode({other:#04x})"),
        })
    }
}
