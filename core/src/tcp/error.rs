//! What a connection's calls may answer instead of a result.

use core::fmt;

/// Why a call did not do what it was asked for. Each names the errno that Linux gives in its place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// Nothing can be done now: no data, no room, or not yet connected.
    #[doc(alias = "EAGAIN")]
    WouldBlock,
    /// The peer answered our SYN with a RST.
    #[doc(alias = "ECONNREFUSED")]
    Refused,
    /// The peer reset the connection.
    #[doc(alias = "ECONNRESET")]
    Reset,
    /// The peer no longer answers: retransmissions, probes or keepalives went unanswered.
    #[doc(alias = "ETIMEDOUT")]
    TimedOut,
    /// The peer no longer answers, and the network says that it cannot be reached.
    #[doc(alias = "EHOSTUNREACH")]
    Unreachable,
    /// Sending after our FIN, or on a connection that has ended.
    #[doc(alias = "EPIPE")]
    BrokenPipe,
    /// There is no urgent octet to be taken out of band.
    #[doc(alias = "EINVAL")]
    NoUrgentData,
    /// The connection was never established.
    #[doc(alias = "ENOTCONN")]
    NotConnected,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::WouldBlock => "the call would block",
            Error::Refused => "connection refused",
            Error::Reset => "connection reset by peer",
            Error::TimedOut => "connection timed out",
            Error::Unreachable => "no route to host",
            Error::BrokenPipe => "broken pipe",
            Error::NoUrgentData => "no urgent data",
            Error::NotConnected => "not connected",
        })
    }
}

impl core::error::Error for Error {}
