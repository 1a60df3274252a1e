//! One BSD-style socket API for any address family, on any backend.
//!
//! A [`Backend`] is a kernel: the Linux kernel (crate `anysock-linux`), or a deterministic simulator (crate
//! `anysock-sim`). Code that is generic over it runs on either, unchanged:
//!
//! ```
//! use anysock::{Backend, Error, TcpStream};
//! use core::net::SocketAddr;
//!
//! fn ping<B: Backend>(backend: B, server: SocketAddr) -> Result<usize, Error> {
//!     let stream = TcpStream::connect(backend, &server)?;
//!     stream.send(b"ping")?;
//!     stream.recv(&mut [0; 64])
//! }
//! ```
//!
//! # Where things are
//! - [`backend`]: the system-call boundary; [`time`]: instants and deadlines.
//! - [`socket`]: [`Socket`] and the typed sockets on top of it; [`poll`]: many of them at once;
//!   [`batch`]: several messages at once; [`send_file`]; [`zero_copy`]; [`io_control`]; [`tun`]: interfaces whose
//!   other end is a program.
//! - [`error`]: why a call failed.
//! - [`addr`], [`constants`], [`option`], [`message`], [`can`], [`interface`], [`resolve`]: the vocabulary.
//! - [`text`]: addresses as text, and byte order.
//! - [`netlink`], [`packet`], [`multicast`], [`sctp`], [`tipc`], [`xdp`], [`bpf`], [`bluetooth`], [`tls`], [`rds`],
//!   [`qrtr`], [`mptcp`], [`ip_options`], [`layout`]: the kernel's structures.
//! - [`tcp`]: TCP without an operating system.
//!
//! The crate is `no_std`, uses no allocator, has no `unsafe` and no panic that input can reach.
#![no_std]
#![forbid(unsafe_code)]

pub mod addr;
pub mod backend;
pub mod batch;
pub mod bluetooth;
pub mod bpf;
pub mod can;
pub mod constants;
pub mod error;
pub mod interface;
pub mod io_control;
pub mod ip_options;
pub mod layout;
pub mod message;
pub mod mptcp;
pub mod multicast;
pub mod netlink;
pub mod option;
pub mod packet;
pub mod poll;
pub mod qrtr;
pub mod rds;
pub mod resolve;
pub mod sctp;
pub mod send_file;
pub mod socket;
pub mod tcp;
pub mod text;
pub mod time;
pub mod tipc;
pub mod tls;
pub mod tun;
pub mod xdp;
pub mod zero_copy;

pub use addr::{
    AnyAddr, BdAddr, BdAddrType, CanAddr, HciAddr, IsotpAddr, J1939Addr, L2capAddr, MacAddr, NetlinkAddr,
    PacketAddr, QrtrAddr, RfcommAddr, ScoAddr, SockAddr, TipcAddr, UnixAddr, VsockAddr,
};
pub use backend::{Backend, Received, RecvMsg, SendMsg, Spawn, Wait, Waker};
pub use constants::{
    BluetoothProtocol, CanProtocol, Errno, Family, HostError, IpProtocol, Level, MessageFlags, PollEvents,
    Protocol, ResolveError, Shutdown, SocketType,
};
pub use error::{DecodeError, Error};
pub use interface::{Interface, InterfaceName, Interfaces};
pub use poll::{Epoll, Poll};
pub use resolve::Resolve;
pub use socket::{
    AlgSocket, CanBcm, CanIsotp, CanJ1939, CanSocket, DccpConnection, DccpListener, HciSocket, L2capListener,
    L2capStream, MptcpListener, MptcpStream, NetlinkSocket, PacketSocket, PingSocket, QrtrLookup, QrtrSocket,
    RawSocket, RfcommListener, RfcommStream, SctpListener, SctpOneToMany, SctpOneToOne, Socket, TcpListener,
    TcpStream, TipcDatagram, TipcListener, TipcStream, TipcTopology, UdpLiteSocket, UdpSocket, UnixDatagram,
    UnixListener, UnixStream, VsockListener, VsockStream,
};
pub use time::{Deadline, Instant};
