//! `AF_LLC`: IEEE 802.2 logical link control (Linux's net/llc).

use super::Socket;
use super::typed::{datagram_calls, typed_socket};
use crate::addr::LlcAddr;
use crate::backend::Backend;
use crate::constants::{Family, Protocol, SocketType};
use crate::error::Error;

typed_socket! {
    /// Unnumbered information of IEEE 802.2 (type 1 operation) at a service access point of a network card.
    ///
    /// ```
    /// use anysock::addr::LlcAddr;
    /// use anysock::socket::LlcDatagram;
    /// use anysock::{Backend, Error};
    ///
    /// /// Hears a bridge of the spanning tree protocol.
    /// fn hear<B: Backend>(backend: B, bytes: &mut [u8]) -> Result<(usize, LlcAddr), Error> {
    ///     LlcDatagram::bind(backend, &"00:1b:21:aa:bb:cc/llc:42".parse().unwrap())?.recv_from(bytes)
    /// }
    /// ```
    LlcDatagram
}

datagram_calls!(LlcDatagram, LlcAddr);

impl<B: Backend> LlcDatagram<B> {
    /// A socket at a service access point of the card with that address; 0 for one that is free.
    ///
    /// # Errors
    /// `ENODEV` where no card has the address, `EADDRINUSE` where another socket has the access point, `EPERM` without
    /// CAP_NET_RAW, and outside of the first network namespace `EAFNOSUPPORT`.
    pub fn bind(backend: B, address: &LlcAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::LLC, SocketType::DGRAM, Protocol::DEFAULT)?;
        socket.bind(address)?;
        Ok(LlcDatagram(socket))
    }
}
