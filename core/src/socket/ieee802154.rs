//! `AF_IEEE802154`: low-rate personal area networks (Linux's Documentation/networking/ieee802154.rst). Since Linux
//! 2.6.31.

use super::Socket;
use super::typed::{datagram_calls, typed_socket};
use crate::addr::Ieee802154Addr;
use crate::backend::Backend;
use crate::constants::{Family, Protocol, SocketType};
use crate::error::Error;

typed_socket! {
    /// Data frames of IEEE 802.15.4, of about a hundred bytes each.
    ///
    /// ```
    /// use anysock::socket::Ieee802154Datagram;
    /// use anysock::{Backend, Error};
    ///
    /// fn report<B: Backend>(backend: B, temperature: u8) -> Result<usize, Error> {
    ///     let node = Ieee802154Datagram::bind(backend, &"wpan:abcd:0002".parse().unwrap())?;
    ///     node.send_to(&[temperature], &"wpan:abcd:0001".parse().unwrap())
    /// }
    /// ```
    Ieee802154Datagram
}

datagram_calls!(Ieee802154Datagram, Ieee802154Addr);

impl<B: Backend> Ieee802154Datagram<B> {
    /// A socket at the address of an interface of this machine.
    ///
    /// # Errors
    /// `ENODEV` where no interface has the address.
    pub fn bind(backend: B, address: &Ieee802154Addr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::IEEE802154, SocketType::DGRAM, Protocol::DEFAULT)?;
        socket.bind(address)?;
        Ok(Ieee802154Datagram(socket))
    }
}
