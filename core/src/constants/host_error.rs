//! Why a host was not found.

super::value_names! {
    /// What `gethostbyname(3)` and `gethostbyaddr(3)` answer instead of a host: `h_errno` (netdb.h).
    pub struct HostError(i32) {
        /// A system call failed: `errno` says why (glibc).
        "NETDB_INTERNAL" => INTERNAL = -1;
        /// No error (glibc).
        "NETDB_SUCCESS" => SUCCESS = 0;
        /// The host is unknown.
        "HOST_NOT_FOUND" => NOT_FOUND = 1;
        /// The name server could not answer: try again later.
        TRY_AGAIN = 2;
        /// The name server will never answer.
        NO_RECOVERY = 3;
        /// The name exists and has no address of the family that was asked for.
        NO_DATA = 4;
    }
}

impl core::fmt::Display for HostError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let message = match *self {
            HostError::INTERNAL => "system error",
            HostError::SUCCESS => "no error",
            HostError::NOT_FOUND => "unknown host",
            HostError::TRY_AGAIN => "temporary failure of the name server",
            HostError::NO_RECOVERY => "non-recoverable failure of the name server",
            HostError::NO_DATA => "no address associated with the name",
            HostError(number) => return write!(f, "unknown host error {number}"),
        };
        write!(f, "{message} ({self:?})")
    }
}

impl core::error::Error for HostError {}
