//! TIPC: services of a cluster by number (linux/tipc.h, <http://tipc.io/programming.html>). Since Linux 2.6.16.

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::{TipcAddr, TipcName, TipcScope};
use crate::backend::Backend;
use crate::constants::{Family, Protocol, SocketType};
use crate::error::Error;
use crate::tipc::{TipcEvent, TipcSubscr};

fn tipc_socket<B: Backend>(backend: B, kind: SocketType) -> Result<Socket<B>, Error> {
    Socket::new(backend, Family::TIPC, kind, Protocol::DEFAULT)
}

fn connected<B: Backend>(backend: B, kind: SocketType, address: &TipcAddr) -> Result<Socket<B>, Error> {
    let socket = tipc_socket(backend, kind)?;
    socket.connect(address)?;
    Ok(socket)
}

fn listening<B: Backend>(backend: B, kind: SocketType, address: &TipcAddr) -> Result<Socket<B>, Error> {
    let socket = tipc_socket(backend, kind)?;
    socket.bind(address)?;
    // TIPC has no limit of its own.
    socket.listen(0)?;
    Ok(socket)
}

typed_socket! {
    /// A stream to a service.
    ///
    /// ```
    /// use anysock::{Backend, Error, TipcStream};
    ///
    /// /// Asks the printer 17 how it is, wherever in the cluster that is.
    /// fn printer<B: Backend>(backend: B, state: &mut [u8]) -> Result<usize, Error> {
    ///     TipcStream::connect(backend, &"{18888:17}".parse().unwrap())?.recv(state)
    /// }
    /// ```
    TipcStream
}

stream_calls!(TipcStream, TipcAddr);

impl<B: Backend> TipcStream<B> {
    /// Connects to a service, and waits until it accepts.
    ///
    /// # Errors
    /// `EHOSTUNREACH` or `ECONNREFUSED` where there is no such service.
    pub fn connect(backend: B, address: &TipcAddr) -> Result<Self, Error> {
        connected(backend, SocketType::STREAM, address).map(TipcStream)
    }
}

typed_socket! {
    /// A service that accepts streams.
    TipcListener
}

listener_calls!(TipcListener, TipcStream, TipcAddr);

impl<B: Backend> TipcListener<B> {
    /// Offers a service, or a range of its instances.
    ///
    /// # Errors
    /// `EACCES` for a service below 64: those are the kernel's own.
    pub fn bind(backend: B, address: &TipcAddr) -> Result<Self, Error> {
        listening(backend, SocketType::STREAM, address).map(TipcListener)
    }
}

typed_socket! {
    /// A connection to a service that keeps the limits of messages, of at most 66,000 bytes each.
    TipcSeqpacket
}

stream_calls!(TipcSeqpacket, TipcAddr);

impl<B: Backend> TipcSeqpacket<B> {
    /// Connects to a service, as [`TipcStream::connect`] does.
    pub fn connect(backend: B, address: &TipcAddr) -> Result<Self, Error> {
        connected(backend, SocketType::SEQPACKET, address).map(TipcSeqpacket)
    }
}

typed_socket! {
    /// A service that accepts connections that keep the limits of messages.
    TipcSeqpacketListener
}

listener_calls!(TipcSeqpacketListener, TipcSeqpacket, TipcAddr);

impl<B: Backend> TipcSeqpacketListener<B> {
    /// Offers a service, as [`TipcListener::bind`] does.
    pub fn bind(backend: B, address: &TipcAddr) -> Result<Self, Error> {
        listening(backend, SocketType::SEQPACKET, address).map(TipcSeqpacketListener)
    }
}

typed_socket! {
    /// Messages without a connection, of at most 66,000 bytes each.
    TipcDatagram
}

impl<B: Backend> TipcDatagram<B> {
    /// A socket whose messages arrive or come back (`SOCK_RDM`).
    pub fn reliable(backend: B) -> Result<Self, Error> {
        tipc_socket(backend, SocketType::RDM).map(TipcDatagram)
    }

    /// A socket whose messages may be lost (`SOCK_DGRAM`).
    pub fn unreliable(backend: B) -> Result<Self, Error> {
        tipc_socket(backend, SocketType::DGRAM).map(TipcDatagram)
    }

    /// Offers a service, or a range of its instances; any number of them, one after the other.
    ///
    /// # Errors
    /// `EACCES` for a service below 64: those are the kernel's own.
    pub fn bind(&self, address: &TipcAddr) -> Result<(), Error> {
        self.0.bind(address)
    }

    /// Offers it no longer.
    ///
    /// # Errors
    /// `EINVAL` where the scope is not the one that it was bound with, or none.
    pub fn unbind(&self, address: &TipcAddr) -> Result<(), Error> {
        let scope = TipcScope(address.scope.0.wrapping_neg());
        self.0.bind(&TipcAddr { scope, ..*address })
    }

    /// Sends a message to a socket, to one of those that offer a service, or to all that offer one within a range.
    ///
    /// # Errors
    /// `EHOSTUNREACH` where nobody offers that service, `EMSGSIZE` for a message that is too long.
    pub fn send_to(&self, bytes: &[u8], address: &TipcAddr) -> Result<usize, Error> {
        self.0.send_to(bytes, address)
    }

    /// Receives a message, with the socket that sent it. What does not fit is lost.
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, TipcAddr), Error> {
        self.0.recv_from(bytes)
    }

    /// The socket's own address: its number and its node.
    pub fn local_addr(&self) -> Result<TipcAddr, Error> {
        self.0.local_addr()
    }
}

typed_socket! {
    /// A connection to the topology service of this node, which tells of services that come and go.
    ///
    /// ```
    /// use anysock::tipc::{SubscriptionFilter, TipcEvent, TipcServiceRange, TipcSubscr};
    /// use anysock::{Backend, Error, TipcTopology};
    ///
    /// /// Waits for a printer.
    /// fn printer<B: Backend>(backend: B) -> Result<TipcEvent, Error> {
    ///     let topology = TipcTopology::connect(backend)?;
    ///     topology.subscribe(&TipcSubscr {
    ///         range: TipcServiceRange { kind: 18888, lower: 0, upper: u32::MAX },
    ///         timeout: TipcSubscr::WAIT_FOREVER,
    ///         filter: SubscriptionFilter::SERVICE,
    ///         usr_handle: *b"printers",
    ///     })?;
    ///     topology.recv()
    /// }
    /// ```
    TipcTopology
}

impl<B: Backend> TipcTopology<B> {
    /// The topology service (`TIPC_TOP_SRV`).
    const SERVICE: TipcAddr =
        TipcAddr { name: TipcName::Service { service: 1, instance: 1, node: 0 }, scope: TipcScope::NONE };

    /// Connects to it.
    pub fn connect(backend: B) -> Result<Self, Error> {
        connected(backend, SocketType::SEQPACKET, &Self::SERVICE).map(TipcTopology)
    }

    /// Asks to be told of services: of those that are there already, and then of every change.
    pub fn subscribe(&self, subscription: &TipcSubscr) -> Result<(), Error> {
        self.0.send(&subscription.encode()).map(|_| ())
    }

    /// Receives an event.
    pub fn recv(&self) -> Result<TipcEvent, Error> {
        let mut bytes = [0; TipcEvent::SIZE];
        let len = self.0.recv(&mut bytes)?;
        Ok(TipcEvent::decode(bytes.get(..len).unwrap_or(&bytes))?)
    }
}
