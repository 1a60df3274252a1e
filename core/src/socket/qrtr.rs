//! `AF_QIPCRTR`: Qualcomm's IPC router, between the processors of a chip (linux/qrtr.h). Since Linux 4.7.

use super::Socket;
use super::typed::typed_socket;
use crate::addr::QrtrAddr;
use crate::backend::Backend;
use crate::constants::qrtr::QrtrPacketType;
use crate::constants::{Family, Protocol, SocketType};
use crate::error::Error;
use crate::qrtr::{QrtrControl, QrtrServer};

/// A socket with a port of the kernel's choice.
fn bound<B: Backend>(backend: B) -> Result<Socket<B>, Error> {
    let socket = Socket::new(backend, Family::QIPCRTR, SocketType::DGRAM, Protocol::DEFAULT)?;
    // A socket has its node from the beginning.
    let QrtrAddr { node, .. } = socket.local_addr()?;
    socket.bind(&QrtrAddr { node, port: 0 })?;
    Ok(socket)
}

/// Tells the name service of this node.
fn tell<B: Backend>(
    socket: &Socket<B>,
    command: QrtrPacketType,
    service: u32,
    instance: u32,
) -> Result<(), Error> {
    let QrtrAddr { node, .. } = socket.local_addr()?;
    let server = QrtrServer { service, instance, address: QrtrAddr::default() };
    let name_service = QrtrAddr { node, port: QrtrAddr::PORT_CTRL };
    socket.send_to(&QrtrControl { command, server }.encode(), &name_service).map(|_| ())
}

typed_socket! {
    /// Messages between the endpoints of a chip's processors, of at most 65,535 bytes each.
    ///
    /// ```
    /// use anysock::{Backend, Error, QrtrSocket};
    ///
    /// /// Offers the service 77, and answers the first message.
    /// fn answer<B: Backend>(backend: B) -> Result<(), Error> {
    ///     let socket = QrtrSocket::open(backend)?;
    ///     socket.register(77, 1)?;
    ///     let (_, client) = socket.recv_from(&mut [0; 1000])?;
    ///     socket.send_to(b"yes", &client)?;
    ///     Ok(())
    /// }
    /// ```
    QrtrSocket
}

impl<B: Backend> QrtrSocket<B> {
    /// A socket with a port of the kernel's choice.
    ///
    /// # Errors
    /// `EAFNOSUPPORT` where the kernel does not have the family, or in another network namespace than the first.
    pub fn open(backend: B) -> Result<Self, Error> {
        bound(backend).map(QrtrSocket)
    }

    /// Offers an instance of a service, until the socket is closed; a socket has one.
    pub fn register(&self, service: u32, instance: u32) -> Result<(), Error> {
        tell(&self.0, QrtrPacketType::NEW_SERVER, service, instance)
    }

    /// Offers it no longer.
    pub fn unregister(&self, service: u32, instance: u32) -> Result<(), Error> {
        tell(&self.0, QrtrPacketType::DEL_SERVER, service, instance)
    }

    /// Sends a message to an endpoint.
    ///
    /// # Errors
    /// `ENODEV` where this node has no such port, `ECONNRESET` where there is no such node, `EMSGSIZE` for a
    /// message that is too long.
    pub fn send_to(&self, bytes: &[u8], address: &QrtrAddr) -> Result<usize, Error> {
        self.0.send_to(bytes, address)
    }

    /// Receives a message, with its sender: where that has [`QrtrAddr::PORT_CTRL`] it is a
    /// [`QrtrControl`]. What does not fit is lost.
    ///
    /// # Errors
    /// `ENETRESET` where an endpoint or a node that it had to do with is gone.
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, QrtrAddr), Error> {
        self.0.recv_from(bytes)
    }

    /// The socket's own address: its node and its port.
    pub fn local_addr(&self) -> Result<QrtrAddr, Error> {
        self.0.local_addr()
    }
}

typed_socket! {
    /// Services that come and go, as the name service tells.
    ///
    /// ```
    /// use anysock::{Backend, Error, QrtrAddr, QrtrLookup};
    /// use anysock::socket::QrtrEvent;
    ///
    /// /// Where any instance of the service 77 is, once there is one.
    /// fn find<B: Backend>(backend: B) -> Result<QrtrAddr, Error> {
    ///     let lookup = QrtrLookup::start(backend, 77, 0)?;
    ///     loop {
    ///         if let QrtrEvent::Appeared(server) = lookup.recv()? {
    ///             return Ok(server.address);
    ///         }
    ///     }
    /// }
    /// ```
    QrtrLookup
}

/// What became of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum QrtrEvent {
    /// It is offered.
    Appeared(QrtrServer),
    /// It is offered no longer.
    Disappeared(QrtrServer),
    /// Those that were there when the lookup began have been told.
    Listed,
}

impl<B: Backend> QrtrLookup<B> {
    /// Looks for an instance of a service; zero is any.
    pub fn start(backend: B, service: u32, instance: u32) -> Result<Self, Error> {
        let socket = bound(backend)?;
        tell(&socket, QrtrPacketType::NEW_LOOKUP, service, instance)?;
        Ok(QrtrLookup(socket))
    }

    /// Receives what became of a service. Messages of others than the name service are overlooked.
    pub fn recv(&self) -> Result<QrtrEvent, Error> {
        loop {
            let mut bytes = [0; QrtrControl::SIZE];
            let (len, sender) = self.0.recv_from::<QrtrAddr>(&mut bytes)?;
            if sender.port != QrtrAddr::PORT_CTRL {
                continue;
            }
            let QrtrControl { command, server } = QrtrControl::decode(bytes.get(..len).unwrap_or(&bytes))?;
            match command {
                QrtrPacketType::NEW_SERVER if server == QrtrServer::default() => {
                    return Ok(QrtrEvent::Listed);
                }
                QrtrPacketType::NEW_SERVER => return Ok(QrtrEvent::Appeared(server)),
                QrtrPacketType::DEL_SERVER => return Ok(QrtrEvent::Disappeared(server)),
                _ => {}
            }
        }
    }
}
