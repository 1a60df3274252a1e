//! anysock on the Linux kernel: [`Linux`] is the backend whose calls are Linux's system calls.
//!
//! ```
//! use anysock::UdpSocket;
//! use anysock_linux::Linux;
//!
//! let any_port = "127.0.0.1:0".parse()?;
//! let server = UdpSocket::bind(Linux, &any_port)?;
//! let client = UdpSocket::bind(Linux, &any_port)?;
//! client.send_to(b"ping", &server.local_addr()?)?;
//! let mut bytes = [0; 64];
//! let (len, sender) = server.recv_from(&mut bytes)?;
//! assert_eq!((&bytes[..len], sender), (&b"ping"[..], client.local_addr()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//! - A call interrupted by a signal is made again, except `close(2)`; an interrupted `connect(2)` goes on and
//!   answers `EINPROGRESS`.
//! - Every descriptor is close-on-exec. Sending never raises SIGPIPE.
//! - Safe code can neither reach foreign memory nor use a descriptor that it does not own: options, addresses
//!   and control messages that carry a pointer or a descriptor and MSG_ZEROCOPY of borrowed bytes are refused with
//!   `EOPNOTSUPP`, SCM_RIGHTS among the control bytes with `EINVAL`.
//! - [`Handle`] is the one owner of its descriptor; dropping it closes it and never lingers.
//!
//! # Calls that may block all the same
//! Sockets that this backend makes are non-blocking, and it always sends and receives with MSG_DONTWAIT. Of a
//! descriptor that came from elsewhere in blocking mode, `connect` and `accept` block: setting O_NONBLOCK on
//! it would change it for every process that shares it, so that is left to the program. [`anysock::Backend::close`]
//! waits as long as SO_LINGER says. The calls of [`anysock::Resolve`] wait for the system's
//! resolver, [`anysock::send_file::SendFile::send_file`] for the file.
//!
//! The crate needs `alloc` and the C library: a wait for more than 64 handles allocates, and so does a waker. Its
//! feature `std`, on by default, adds `OwnedFd` and `AsFd` for [`Handle`], and threads as spawned programs.
#![no_std]
#![deny(unsafe_op_in_unsafe_fn)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod abi;
mod address;
mod backend;
mod batch;
mod control;
mod epoll;
mod errno;
mod handle;
mod interfaces;
mod io_control;
mod io_slice;
mod message;
mod option;
mod packet_ring;
mod peel_off;
mod resolve;
mod send;
#[cfg(feature = "std")]
mod send_file;
mod socket_filter;
#[cfg(feature = "std")]
mod spawn;
mod tun;
mod until;
mod wait;
mod waker;

pub use batch::{RecvBatch, SendBatch};
pub use handle::Handle;
pub use io_slice::{IoSlice, IoSliceMut};
pub use packet_ring::{PacketRing, RingBlock, RingSize};
pub use waker::Waker;

/// The Linux kernel, through the C library's system calls. See the [crate's page](crate).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Linux;
