//! TCP by host and port: CPython's `create_connection`, `create_server` and `has_dualstack_ipv6`.

use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;

use super::connect_any::{Addresses, connect_any};
use super::tcp::{BACKLOG, tcp_socket};
use super::{Socket, TcpListener, TcpStream};
use crate::backend::Backend;
use crate::constants::{Errno, Family, Protocol, ResolveError, SocketType};
use crate::error::Error;
use crate::option;
use crate::resolve::{Hints, Resolve};
use crate::time::Deadline;

/// Why [`create_connection`] failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum CreateConnectionError {
    /// The host has no address.
    Resolve(ResolveError),
    /// None of its addresses accepts a connection: why the last that was tried does not.
    Connect(Error),
}

impl fmt::Display for CreateConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CreateConnectionError::Resolve(error) => error.fmt(f),
            CreateConnectionError::Connect(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for CreateConnectionError {}

/// Connects to a host, by the first of its addresses that accepts: CPython's `create_connection`.
///
/// The addresses are tried as by [`TcpStream::connect_any`]. `timeout` is for all of them together, and then the
/// timeout of the stream's calls. (CPython gives each address the whole timeout, one after the other.) The name is
/// looked up first, which it does not end. With `source` the stream is bound to that address; addresses of the other
/// family are left out. A port in it is one socket's at a time: the addresses are then tried one after the other, each
/// for its share of the time that is left, without a timeout until the system gives it up.
///
/// ```
/// use anysock::socket::{CreateConnectionError, create_connection};
/// use anysock::{Resolve, TcpStream};
/// use core::time::Duration;
///
/// fn connect<B: Resolve>(backend: B) -> Result<TcpStream<B>, CreateConnectionError> {
///     create_connection(backend, "gateway", 29536, Some(Duration::from_secs(5)), None)
/// }
/// ```
///
/// # Errors
/// [`CreateConnectionError`]; `EADDRNOTAVAIL` where no address is of `source`'s family.
pub fn create_connection<B: Resolve>(
    backend: B,
    host: &str,
    port: u16,
    timeout: Option<Duration>,
    source: Option<&SocketAddr>,
) -> Result<TcpStream<B>, CreateConnectionError> {
    let mut addresses = Addresses::new();
    let resolved = backend.address_info(Some(host), None, &Hints::STREAM, &mut |info| {
        let mut address = info.address;
        address.set_port(port);
        if source.is_none_or(|source| source.is_ipv4() == address.is_ipv4()) {
            // More addresses than there is room for are not tried.
            let _ = addresses.push(address);
        }
    });
    resolved.map_err(CreateConnectionError::Resolve)?;
    connect_within(backend, &addresses, timeout, source).map_err(CreateConnectionError::Connect)
}

/// [`connect_any`] within `timeout`, which the stream keeps.
fn connect_within<B: Backend>(
    backend: B,
    addresses: &[SocketAddr],
    timeout: Option<Duration>,
    source: Option<&SocketAddr>,
) -> Result<TcpStream<B>, Error> {
    let deadline = timeout.map_or(Deadline::NEVER, |timeout| Deadline::at(backend.now() + timeout));
    let mut socket = connect_any(&backend, addresses, source, deadline)?;
    socket.set_timeout(timeout);
    Ok(socket.into())
}

impl<B: Backend> TcpStream<B> {
    /// Connects to the first of `addresses` that accepts, by the rules of RFC 8305: the two families take turns, and
    /// where an address has neither accepted nor refused after 250 ms, the next is tried beside it. An address that is
    /// dead so costs a quarter of a second, and not all of `timeout`. The first 16 addresses are tried.
    ///
    /// `timeout` is for all of them together, and then that of the stream's later calls.
    ///
    /// ```
    /// use anysock::{Backend, Error, TcpStream};
    /// use core::net::SocketAddr;
    /// use core::time::Duration;
    ///
    /// fn connect<B: Backend>(backend: B, gateways: &[SocketAddr]) -> Result<TcpStream<B>, Error> {
    ///     TcpStream::connect_any(backend, gateways, Some(Duration::from_secs(5)))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error::TimedOut`], or why the last that answered did not accept; `EADDRNOTAVAIL` without any address.
    pub fn connect_any(
        backend: B,
        addresses: &[SocketAddr],
        timeout: Option<Duration>,
    ) -> Result<Self, Error> {
        connect_within(backend, addresses, timeout, None)
    }
}

/// How [`create_server`] makes a listener.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ServerOptions {
    /// How many connections may wait to be accepted. The system caps it at its own limit, which is what it is by
    /// default.
    pub backlog: i32,
    /// Whether other sockets may listen on the same port and share its connections (SO_REUSEPORT).
    pub reuse_port: bool,
    /// Whether a socket of IPv6 accepts connections of IPv4 too.
    pub dual_stack: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        ServerOptions { backlog: BACKLOG, reuse_port: false, dual_stack: false }
    }
}

/// Listens on `address`, even where connections of an earlier listener are still in TIME-WAIT (SO_REUSEADDR):
/// CPython's `create_server`.
///
/// An IPv6 socket accepts IPv4 only with [`ServerOptions::dual_stack`], whatever the system's default is.
///
/// # Errors
/// `EINVAL` for a dual stack at an address of IPv4; `EADDRINUSE`, `EACCES` and the others of `bind(2)`.
pub fn create_server<B: Backend>(
    backend: B,
    address: &SocketAddr,
    options: &ServerOptions,
) -> Result<TcpListener<B>, Error> {
    if options.dual_stack && address.is_ipv4() {
        return Err(Errno::EINVAL.into());
    }
    let socket = tcp_socket(backend, address)?;
    socket.set(option::socket::ReuseAddr, true)?;
    if options.reuse_port {
        socket.set(option::socket::ReusePort, true)?;
    }
    if address.is_ipv6() {
        socket.set(option::ipv6::V6Only, !options.dual_stack)?;
    }
    socket.bind(address)?;
    socket.listen(options.backlog)?;
    Ok(socket.into())
}

/// Whether a socket of IPv6 can accept connections of IPv4 too: CPython's `has_dualstack_ipv6`.
pub fn has_dualstack_ipv6<B: Backend>(backend: B) -> bool {
    let socket = Socket::new(backend, Family::INET6, SocketType::STREAM, Protocol::DEFAULT);
    socket.and_then(|socket| socket.set(option::ipv6::V6Only, false)).is_ok()
}
