//! Options of virtual machine sockets (vsock(7), linux/vm_sockets.h). Their level is the number of the
//! family.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u64, Error> {
//!     socket.set(option::vsock::BufferMaxSize, 65_536)?;
//!     socket.get(option::vsock::BufferMaxSize)
//! }
//! ```

use crate::constants::{Family, Level};
use crate::layout::{OldTimeval, SockTimeval, TIME_IS_WIDE};
use crate::option::{Timeout, options};

options! {
    "AF_VSOCK", Level(Family::VSOCK.0 as i32);

    /// The most that the buffer's size may be set to, in bytes.
    SO_VM_SOCKETS_BUFFER_MAX_SIZE = 2 => BufferMaxSize: u64, get set;
    /// The least that the buffer's size may be set to, in bytes.
    SO_VM_SOCKETS_BUFFER_MIN_SIZE = 1 => BufferMinSize: u64, get set;
    /// The size of the buffers, in bytes.
    SO_VM_SOCKETS_BUFFER_SIZE = 0 => BufferSize: u64, get set;
    /// How long `connect` waits, in the form of the target's C library, as with [`crate::option::socket`]'s
    /// times.
    SO_VM_SOCKETS_CONNECT_TIMEOUT = if TIME_IS_WIDE {
        SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW
    } else {
        SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD
    } => ConnectTimeout: Timeout, get set;
    /// How long `connect` waits: seconds and microseconds, 64 bits each. Since Linux 5.15.
    SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW = 8 => ConnectTimeoutNew: SockTimeval, get set;
    /// How long `connect` waits: seconds and microseconds, a `long` each.
    SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD = 6 => ConnectTimeoutOld: OldTimeval, get set;
    /// Never blocking, for use inside the kernel; no kernel has the option.
    SO_VM_SOCKETS_NONBLOCK_TXRX = 7;
    /// The host's number of the peer's machine; only VMware's own module has it.
    SO_VM_SOCKETS_PEER_HOST_VM_ID = 3;
    /// Whether the peer is privileged; only VMware's own module has it.
    SO_VM_SOCKETS_TRUSTED = 5;
}
