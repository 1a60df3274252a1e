//! `AF_PPPOX` over Ethernet: a session of PPPoE (RFC 2516, linux/if_pppox.h).

use super::Socket;
use super::typed::typed_socket;
use crate::addr::PppoeAddr;
use crate::backend::Backend;
use crate::constants::pppox::PppoxProtocol;
use crate::constants::{Family, SocketType};
use crate::error::Error;

typed_socket! {
    /// A session of PPP over Ethernet, after its discovery. Each send is a PPP frame, which begins with its protocol.
    ///
    /// ```
    /// use anysock::socket::PppoeSocket;
    /// use anysock::{Backend, Error};
    ///
    /// /// Asks for an echo in the session 17 (LCP Echo-Request, RFC 1661).
    /// fn ask<B: Backend>(backend: B, answer: &mut [u8]) -> Result<usize, Error> {
    ///     let session = PppoeSocket::connect(backend, &"pppoe:17:00:1b:21:aa:bb:cc@eth0".parse().unwrap())?;
    ///     session.send(&[0xC0, 0x21, 9, 1, 0, 8, 0, 0, 0, 0])?;
    ///     session.recv(answer)
    /// }
    /// ```
    PppoeSocket
}

impl<B: Backend> PppoeSocket<B> {
    /// Takes up a session: its number, the access concentrator, and the interface on this side.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is down, `EALREADY` where another socket has the session,
    /// `EPERM` without CAP_NET_ADMIN.
    pub fn connect(backend: B, address: &PppoeAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::PPPOX, SocketType::STREAM, PppoxProtocol::OE)?;
        socket.connect(address)?;
        Ok(PppoeSocket(socket))
    }

    /// Sends a PPP frame.
    ///
    /// # Errors
    /// `EMSGSIZE` for more than the interface's MTU less eight bytes, `ENOTCONN` after the session's end.
    pub fn send(&self, frame: &[u8]) -> Result<usize, Error> {
        self.0.send(frame)
    }

    /// Receives a PPP frame. What does not fit is lost.
    pub fn recv(&self, frame: &mut [u8]) -> Result<usize, Error> {
        self.0.recv(frame)
    }
}
