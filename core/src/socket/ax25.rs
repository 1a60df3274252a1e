//! `AF_AX25`, `AF_NETROM` and `AF_ROSE`: amateur packet radio (Linux's Documentation/networking/ax25.rst).

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::{Ax25Addr, NetromAddr, RoseAddr, SockAddr};
use crate::backend::{Backend, SendMsg};
use crate::constants::{Family, MessageFlags, Protocol, SocketType};
use crate::error::Error;
use crate::option::ax25::PidIncluded;

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 16;

typed_socket! {
    /// Unnumbered information of AX.25, from station to station. A socket sends to anyone, and hears only the station
    /// that it is connected to.
    ///
    /// ```
    /// use anysock::socket::Ax25Datagram;
    /// use anysock::{Backend, Error};
    ///
    /// fn beacon<B: Backend>(backend: B) -> Result<usize, Error> {
    ///     let socket = Ax25Datagram::bind(backend, &"N0CALL-7".parse().unwrap())?;
    ///     socket.send_to(b"hello", &"BEACON".parse().unwrap())
    /// }
    /// ```
    Ax25Datagram
}

/// `AX25_P_TEXT`: the protocol identifier of text, no layer 3.
const AX25_P_TEXT: u8 = 0xF0;

impl<B: Backend> Ax25Datagram<B> {
    /// A socket of a station. The interface is that whose call sign this is, or which the one digipeater names.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where no interface has the call sign, `EACCES` for a call sign that is another user's.
    pub fn bind(backend: B, address: &Ax25Addr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::AX25, SocketType::DGRAM, Protocol::DEFAULT)?;
        // Else the kernel takes the first byte of what it received for the protocol identifier, which it has taken off
        // already.
        socket.set(PidIncluded, true)?;
        socket.bind(address)?;
        Ok(Ax25Datagram(socket))
    }

    /// Sends text; returns how many bytes went out.
    pub fn send_to(&self, bytes: &[u8], address: &Ax25Addr) -> Result<usize, Error> {
        let sent = self.0.send_msg(&SendMsg {
            address: Some(address.encode().as_ref()),
            slices: &[(&[AX25_P_TEXT][..]).into(), bytes.into()],
            control: &[],
            handles: &[],
            flags: MessageFlags::empty(),
        })?;
        Ok(sent.saturating_sub(1))
    }

    /// Receives text, with the station that sent it. What does not fit is lost.
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, Ax25Addr), Error> {
        self.0.recv_from(bytes)
    }

    /// Chooses the station to hear.
    pub fn connect(&self, address: &Ax25Addr) -> Result<(), Error> {
        self.0.connect(address)
    }
}

fn seqpacket<B: Backend>(backend: B, family: Family) -> Result<Socket<B>, Error> {
    Socket::new(backend, family, SocketType::SEQPACKET, Protocol::DEFAULT)
}

/// A socket at `address` that listens.
fn listening<B: Backend, A: SockAddr>(backend: B, family: Family, address: &A) -> Result<Socket<B>, Error> {
    let socket = seqpacket(backend, family)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?;
    Ok(socket)
}

typed_socket! {
    /// A NET/ROM connection, which keeps the limits of messages.
    ///
    /// ```
    /// use anysock::socket::NetromSeqpacket;
    /// use anysock::{Backend, Error};
    ///
    /// fn log_in<B: Backend>(backend: B, greeting: &mut [u8]) -> Result<usize, Error> {
    ///     NetromSeqpacket::connect(backend, &"netrom:NODE-1".parse().unwrap())?.recv(greeting)
    /// }
    /// ```
    NetromSeqpacket
}

stream_calls!(NetromSeqpacket, NetromAddr);

impl<B: Backend> NetromSeqpacket<B> {
    /// Connects to a node, from the first interface of NET/ROM.
    ///
    /// # Errors
    /// `ENETUNREACH` where there is no interface or no route, `ECONNREFUSED`.
    pub fn connect(backend: B, address: &NetromAddr) -> Result<Self, Error> {
        let socket = seqpacket(backend, Family::NETROM)?;
        socket.connect(address)?;
        Ok(NetromSeqpacket(socket))
    }
}

typed_socket! {
    /// A socket that accepts NET/ROM connections.
    NetromListener
}

listener_calls!(NetromListener, NetromSeqpacket, NetromAddr);

impl<B: Backend> NetromListener<B> {
    /// Listens at an interface's call sign.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where no interface has it.
    pub fn bind(backend: B, address: &NetromAddr) -> Result<Self, Error> {
        listening(backend, Family::NETROM, address).map(NetromListener)
    }
}

typed_socket! {
    /// A ROSE connection, which keeps the limits of messages.
    ///
    /// ```
    /// use anysock::socket::RoseSeqpacket;
    /// use anysock::{Backend, Error};
    ///
    /// fn log_in<B: Backend>(backend: B, greeting: &mut [u8]) -> Result<usize, Error> {
    ///     let own = "2080175521:N0CALL-1".parse().unwrap();
    ///     RoseSeqpacket::connect(backend, &own, &"2080175520:N0CALL-7".parse().unwrap())?.recv(greeting)
    /// }
    /// ```
    RoseSeqpacket
}

stream_calls!(RoseSeqpacket, RoseAddr);

impl<B: Backend> RoseSeqpacket<B> {
    /// Connects to a station at a node, from the station `own` at an interface's number.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where no interface has the own number, `ENETUNREACH` without a route, `ECONNREFUSED`.
    pub fn connect(backend: B, own: &RoseAddr, address: &RoseAddr) -> Result<Self, Error> {
        let socket = seqpacket(backend, Family::ROSE)?;
        socket.bind(own)?;
        socket.connect(address)?;
        Ok(RoseSeqpacket(socket))
    }
}

typed_socket! {
    /// A socket that accepts ROSE connections.
    RoseListener
}

listener_calls!(RoseListener, RoseSeqpacket, RoseAddr);

impl<B: Backend> RoseListener<B> {
    /// Listens for a station at an interface's number.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where no interface has it.
    pub fn bind(backend: B, address: &RoseAddr) -> Result<Self, Error> {
        listening(backend, Family::ROSE, address).map(RoseListener)
    }
}
