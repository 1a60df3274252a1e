//! `AF_PHONET`: between the parts of Nokia's telephones (Linux's Documentation/networking/phonet.rst). Since Linux
//! 2.6.28.

use super::Socket;
use super::typed::{datagram_calls, typed_socket};
use crate::addr::PhonetAddr;
use crate::backend::Backend;
use crate::constants::phonet::PhonetProtocol;
use crate::constants::{Family, SocketType};
use crate::error::Error;

typed_socket! {
    /// Messages between the parts of a telephone, its modem among them.
    ///
    /// ```
    /// use anysock::addr::PhonetAddr;
    /// use anysock::socket::PhonetDatagram;
    /// use anysock::{Backend, Error};
    ///
    /// fn ask<B: Backend>(backend: B, answer: &mut [u8]) -> Result<usize, Error> {
    ///     let socket = PhonetDatagram::bind(backend, &PhonetAddr::default())?;
    ///     socket.send_to(&[0x12, 1, 2, 3], &"phonet:00:00:10".parse().unwrap())?;
    ///     Ok(socket.recv_from(answer)?.0)
    /// }
    /// ```
    PhonetDatagram
}

datagram_calls!(PhonetDatagram, PhonetAddr);

impl<B: Backend> PhonetDatagram<B> {
    /// A socket with an address of this device, or with a port of the kernel's choice with the default one.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where the device has no such address, `EADDRINUSE`; `EPERM` without CAP_SYS_ADMIN.
    pub fn bind(backend: B, address: &PhonetAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::PHONET, SocketType::DGRAM, PhonetProtocol::PHONET)?;
        socket.bind(address)?;
        Ok(PhonetDatagram(socket))
    }
}
