//! Multipath TCP: one stream over several paths (RFC 8684, Documentation/networking/mptcp-sysctl.rst). Since Linux
//! 5.6.

use core::net::SocketAddr;

use super::tcp::BACKLOG;
use super::typed::{listener_calls, stream_calls, typed_socket};
use super::{Socket, inet_family};
use crate::backend::Backend;
use crate::constants::{Errno, IpProtocol, SocketType};
use crate::error::Error;
use crate::mptcp::MptcpInfo;
use crate::option;

fn mptcp_socket<B: Backend>(backend: B, address: &SocketAddr) -> Result<Socket<B>, Error> {
    Socket::new(backend, inet_family(address), SocketType::STREAM, IpProtocol::MPTCP)
}

typed_socket! {
    /// A stream over as many paths as both ends have addresses for; over one, as TCP, where the peer knows nothing
    /// else. Which addresses are used is the path manager's matter (`ip mptcp`, ip-mptcp(8)).
    ///
    /// ```
    /// use anysock::{Backend, Error, MptcpStream};
    /// use core::net::SocketAddr;
    ///
    /// /// Over how many paths the server is reached; none where it speaks TCP only.
    /// fn paths<B: Backend>(backend: B, server: &SocketAddr) -> Result<u8, Error> {
    ///     let stream = MptcpStream::connect(backend, server)?;
    ///     Ok(stream.info()?.map_or(0, |info| info.subflows + 1))
    /// }
    /// ```
    MptcpStream
}

stream_calls!(MptcpStream, SocketAddr);

impl<B: Backend> MptcpStream<B> {
    /// Connects, for as long as the kernel tries.
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` where the kernel has no Multipath TCP, `ENOPROTOOPT` where `net.mptcp.enabled` is 0.
    pub fn connect(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = mptcp_socket(backend, address)?;
        socket.connect(address)?;
        Ok(MptcpStream(socket))
    }

    /// State and figures of the connection; `None` where it fell back to TCP. Since Linux 5.16.
    pub fn info(&self) -> Result<Option<MptcpInfo>, Error> {
        match self.0.get(option::mptcp::Info) {
            // A connection that fell back answers as one of TCP does, over IPv4 and over IPv6.
            Err(Error::Os(Errno::EOPNOTSUPP | Errno::ENOPROTOOPT)) => Ok(None),
            answer => answer.map(Some),
        }
    }
}

typed_socket! {
    /// A socket that accepts streams, from peers that know nothing but TCP, too.
    MptcpListener
}

listener_calls!(MptcpListener, MptcpStream, SocketAddr);

impl<B: Backend> MptcpListener<B> {
    /// Listens on `address`, port 0 for one that is free, as [`TcpListener::bind`](super::TcpListener::bind) does.
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = mptcp_socket(backend, address)?;
        socket.set(option::socket::ReuseAddr, true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(MptcpListener(socket))
    }
}
