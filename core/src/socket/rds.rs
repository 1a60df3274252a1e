//! `AF_RDS`: reliable datagram sockets (Linux's Documentation/networking/rds.rst). Since Linux 2.6.30.

use core::net::SocketAddr;

use super::Socket;
use super::typed::{datagram_calls, typed_socket};
use crate::backend::Backend;
use crate::constants::{Family, Protocol, SocketType};
use crate::error::Error;

typed_socket! {
    /// Datagrams that arrive once and in order, from one socket to any number of others. Every pair of machines has one
    /// connection for all of its sockets: over InfiniBand, or TCP (module `rds_tcp`).
    ///
    /// ```
    /// use anysock::socket::RdsSocket;
    /// use anysock::{Backend, Error};
    ///
    /// fn echo<B: Backend>(backend: B) -> Result<usize, Error> {
    ///     let socket = RdsSocket::bind(backend, &"192.0.2.1:4000".parse().unwrap())?;
    ///     let mut bytes = [0; 1000];
    ///     let (len, sender) = socket.recv_from(&mut bytes)?;
    ///     socket.send_to(&bytes[..len.min(1000)], &sender)
    /// }
    /// ```
    RdsSocket
}

datagram_calls!(RdsSocket, SocketAddr);

impl<B: Backend> RdsSocket<B> {
    /// A socket with an address of this machine; port 0 for one that is free. Every socket wants an address: there is
    /// none for all.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where no transport has the address, `EADDRINUSE`.
    pub fn bind(backend: B, address: &SocketAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::RDS, SocketType::SEQPACKET, Protocol::DEFAULT)?;
        socket.bind(address)?;
        Ok(RdsSocket(socket))
    }
}
