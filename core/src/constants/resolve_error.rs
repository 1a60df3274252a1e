//! Why a name was not resolved.

super::value_names! {
    /// What `getaddrinfo(3)` and `getnameinfo(3)` answer instead of an address or a name (netdb.h). These
    /// are the C library's numbers, not the kernel's: glibc's and musl's, where both have a name for it.
    pub struct ResolveError(i32) {
        /// A flag has an impossible value.
        "EAI_BADFLAGS" => BAD_FLAGS = -1;
        /// The name is unknown.
        "EAI_NONAME" => NO_NAME = -2;
        /// The name server could not answer: try again later.
        "EAI_AGAIN" => AGAIN = -3;
        /// The name server will never answer.
        "EAI_FAIL" => FAIL = -4;
        /// The name exists and has no address (glibc).
        "EAI_NODATA" => NO_DATA = -5;
        /// The address family is not supported.
        "EAI_FAMILY" => FAMILY = -6;
        /// The socket type is not supported.
        "EAI_SOCKTYPE" => SOCKET_TYPE = -7;
        /// The service is unknown for the socket type.
        "EAI_SERVICE" => SERVICE = -8;
        /// The name has no address of the family that was asked for (glibc).
        "EAI_ADDRFAMILY" => ADDRESS_FAMILY = -9;
        /// Out of memory.
        "EAI_MEMORY" => MEMORY = -10;
        /// A system call failed: `errno` says why.
        "EAI_SYSTEM" => SYSTEM = -11;
        /// A buffer was too short.
        "EAI_OVERFLOW" => OVERFLOW = -12;
        /// The request goes on (glibc's getaddrinfo_a).
        "EAI_INPROGRESS" => IN_PROGRESS = -100;
        /// The request was cancelled (glibc's getaddrinfo_a).
        "EAI_CANCELED" => CANCELED = -101;
        /// The request could not be cancelled (glibc's getaddrinfo_a).
        "EAI_NOTCANCELED" => NOT_CANCELED = -102;
        /// All requests are done (glibc's getaddrinfo_a).
        "EAI_ALLDONE" => ALL_DONE = -103;
        /// A signal interrupted the wait (glibc's getaddrinfo_a).
        "EAI_INTR" => INTERRUPTED = -104;
        /// An international name could not be encoded (glibc).
        "EAI_IDN_ENCODE" => IDN_ENCODE = -105;
    }
}

impl core::fmt::Display for ResolveError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let message = match *self {
            ResolveError::BAD_FLAGS => "bad value for flags",
            ResolveError::NO_NAME => "name or service not known",
            ResolveError::AGAIN => "temporary failure in name resolution",
            ResolveError::FAIL => "non-recoverable failure in name resolution",
            ResolveError::NO_DATA => "no address associated with the name",
            ResolveError::FAMILY => "address family not supported",
            ResolveError::SOCKET_TYPE => "socket type not supported",
            ResolveError::SERVICE => "service not supported for the socket type",
            ResolveError::ADDRESS_FAMILY => "address family for the name not supported",
            ResolveError::MEMORY => "out of memory",
            ResolveError::SYSTEM => "system error",
            ResolveError::OVERFLOW => "buffer too short",
            ResolveError::IN_PROGRESS => "request in progress",
            ResolveError::CANCELED => "request cancelled",
            ResolveError::NOT_CANCELED => "request not cancelled",
            ResolveError::ALL_DONE => "all requests done",
            ResolveError::INTERRUPTED => "interrupted by a signal",
            ResolveError::IDN_ENCODE => "name not encodable",
            ResolveError(number) => return write!(f, "unknown name resolution error {number}"),
        };
        write!(f, "{message} ({self:?})")
    }
}

impl core::error::Error for ResolveError {}
