//! SCTP: an association of a one-to-many socket becomes a socket of its own (RFC 6458 §9.2).

use core::ptr;

use anysock::Errno;

use crate::errno::retry;
use crate::handle::Handle;

/// `sctp_peeloff_flags_arg_t` (linux/sctp.h).
#[repr(C)]
struct PeelOff {
    association: i32,
    descriptor: libc::c_int,
    flags: u32,
}

/// `SCTP_SOCKOPT_PEELOFF_FLAGS` (linux/sctp.h).
const SCTP_SOCKOPT_PEELOFF_FLAGS: libc::c_int = 122;
const SOL_SCTP: libc::c_int = anysock::Level::SCTP.0;

impl Handle {
    /// Takes an association out of a one-to-many socket of SCTP, into a one-to-one socket (`sctp_peeloff`; the option's
    /// answer is a descriptor, so that [`anysock::Socket::get`] cannot). What has come of it already is received there.
    ///
    /// ```
    /// use anysock::{Error, SctpOneToMany, SctpOneToOne, Socket};
    /// use anysock_linux::Linux;
    ///
    /// /// Serves an association by itself from here on.
    /// fn apart(socket: &SctpOneToMany<Linux>, association: i32) -> Result<SctpOneToOne<Linux>, Error> {
    ///     let handle = socket.handle().peel_off(association)?;
    ///     Ok(Socket::from_handle(Linux, handle).into())
    /// }
    /// ```
    ///
    /// # Errors
    /// `EINVAL` where the socket has no such association, or is no one-to-many socket; `ENOPROTOOPT` or `EOPNOTSUPP`
    /// where it is not of SCTP.
    #[doc(alias("sctp_peeloff", "SCTP_SOCKOPT_PEELOFF"))]
    pub fn peel_off(&self, association: i32) -> Result<Handle, Errno> {
        let flags = (libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK) as u32;
        let mut peel_off = PeelOff { association, descriptor: -1, flags };
        let mut len = size_of::<PeelOff>() as libc::socklen_t;
        let name = SCTP_SOCKOPT_PEELOFF_FLAGS;
        let value = ptr::from_mut(&mut peel_off).cast();
        // SAFETY: `value` is a `sctp_peeloff_flags_arg_t` of `len` bytes, which the kernel fills in during the call.
        retry(|| unsafe { libc::getsockopt(self.as_raw(), SOL_SCTP, name, value, &raw mut len) })?;
        // SAFETY: the kernel has just made this descriptor, for this call alone.
        Ok(unsafe { Handle::from_raw(peel_off.descriptor) })
    }
}
