//! Unix sockets (unix(7)).

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::UnixAddr;
use crate::backend::{Backend, Received, RecvMsg, SendMsg};
use crate::constants::{Family, MessageFlags, Protocol, SocketType};
use crate::error::Error;

/// How many connections may wait to be accepted, where a program does not say.
const BACKLOG: i32 = 4096;

fn unix_socket<B: Backend>(backend: B, kind: SocketType) -> Result<Socket<B>, Error> {
    Socket::new(backend, Family::UNIX, kind, Protocol::DEFAULT)
}

/// The calls of a connection that handles can be passed over.
macro_rules! handle_calls {
    ($Type:ident) => {
        impl<B: Backend> $Type<B> {
            /// Sends bytes, at least one, and duplicates of handles with them (`SCM_RIGHTS`); returns how many bytes
            /// went out.
            ///
            /// # Errors
            /// `EINVAL` for more than 253 handles, `ETOOMANYREFS` where too many are on their way.
            #[doc(alias = "send_fds")]
            pub fn send_handles(&self, bytes: &[u8], handles: &[&B::Handle]) -> Result<usize, Error> {
                self.0.send_msg(&SendMsg {
                    address: None,
                    slices: &[bytes.into()],
                    control: &[],
                    handles,
                    flags: MessageFlags::empty(),
                })
            }

            /// Receives bytes, and the handles that were sent with them. Those that there is no room for are
            /// closed, and [`MessageFlags::CTRUNC`] says so.
            #[doc(alias = "recv_fds")]
            pub fn recv_handles(
                &self,
                bytes: &mut [u8],
                handles: &mut [Option<B::Handle>],
            ) -> Result<Received, Error> {
                self.0.recv_msg(&mut RecvMsg {
                    address: &mut [],
                    slices: &mut [bytes.into()],
                    control: &mut [],
                    handles,
                    flags: MessageFlags::empty(),
                })
            }
        }
    };
}

typed_socket! {
    /// A connection between programs of one machine.
    UnixStream
}

stream_calls!(UnixStream, UnixAddr);
handle_calls!(UnixStream);

impl<B: Backend> UnixStream<B> {
    /// Connects to the listener at `address`.
    pub fn connect(backend: B, address: &UnixAddr) -> Result<Self, Error> {
        let socket = unix_socket(backend, SocketType::STREAM)?;
        socket.connect(address)?;
        Ok(UnixStream(socket))
    }

    /// Two streams connected to each other.
    #[doc(alias = "socketpair")]
    pub fn pair(backend: B) -> Result<(Self, Self), Error> {
        let (one, other) = Socket::pair(backend, Family::UNIX, SocketType::STREAM, Protocol::DEFAULT)?;
        Ok((UnixStream(one), UnixStream(other)))
    }
}

typed_socket! {
    /// A Unix socket that accepts connections.
    UnixListener
}

listener_calls!(UnixListener, UnixStream, UnixAddr);

impl<B: Backend> UnixListener<B> {
    /// Listens at `address`. A path must not exist yet, and stays when the listener is closed.
    pub fn bind(backend: B, address: &UnixAddr) -> Result<Self, Error> {
        let socket = unix_socket(backend, SocketType::STREAM)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(UnixListener(socket))
    }
}

typed_socket! {
    /// A connection between programs of one machine that keeps the limits of messages.
    ///
    /// ```
    /// use anysock::socket::UnixSeqpacket;
    /// use anysock::{Backend, Error, UnixAddr};
    ///
    /// /// Asks the daemon, and receives its whole answer.
    /// fn ask<B: Backend>(backend: B, answer: &mut [u8]) -> Result<usize, Error> {
    ///     let daemon = UnixSeqpacket::connect(backend, &UnixAddr::path(b"/run/daemon")?)?;
    ///     daemon.send(b"state")?;
    ///     daemon.recv(answer)
    /// }
    /// ```
    UnixSeqpacket
}

stream_calls!(UnixSeqpacket, UnixAddr);
handle_calls!(UnixSeqpacket);

impl<B: Backend> UnixSeqpacket<B> {
    /// Connects to the listener at `address`.
    pub fn connect(backend: B, address: &UnixAddr) -> Result<Self, Error> {
        let socket = unix_socket(backend, SocketType::SEQPACKET)?;
        socket.connect(address)?;
        Ok(UnixSeqpacket(socket))
    }
}

typed_socket! {
    /// A Unix socket that accepts connections that keep the limits of messages.
    UnixSeqpacketListener
}

listener_calls!(UnixSeqpacketListener, UnixSeqpacket, UnixAddr);

impl<B: Backend> UnixSeqpacketListener<B> {
    /// Listens at `address`, as [`UnixListener::bind`] does.
    pub fn bind(backend: B, address: &UnixAddr) -> Result<Self, Error> {
        let socket = unix_socket(backend, SocketType::SEQPACKET)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?;
        Ok(UnixSeqpacketListener(socket))
    }
}

typed_socket! {
    /// Datagrams between programs of one machine: reliable and in order.
    UnixDatagram
}

impl<B: Backend> UnixDatagram<B> {
    /// A socket at `address`.
    pub fn bind(backend: B, address: &UnixAddr) -> Result<Self, Error> {
        let socket = unix_socket(backend, SocketType::DGRAM)?;
        socket.bind(address)?;
        Ok(UnixDatagram(socket))
    }

    /// A socket without a name, to send only.
    pub fn unbound(backend: B) -> Result<Self, Error> {
        Ok(UnixDatagram(unix_socket(backend, SocketType::DGRAM)?))
    }

    /// Two sockets connected to each other.
    #[doc(alias = "socketpair")]
    pub fn pair(backend: B) -> Result<(Self, Self), Error> {
        let (one, other) = Socket::pair(backend, Family::UNIX, SocketType::DGRAM, Protocol::DEFAULT)?;
        Ok((UnixDatagram(one), UnixDatagram(other)))
    }

    /// Fixes the peer.
    pub fn connect(&self, address: &UnixAddr) -> Result<(), Error> {
        self.0.connect(address)
    }

    /// Sends a datagram to the connected peer.
    pub fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.send(bytes)
    }

    /// Receives a datagram. What does not fit is lost.
    pub fn recv(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        self.0.recv(bytes)
    }

    /// Sends a datagram to `address`.
    pub fn send_to(&self, bytes: &[u8], address: &UnixAddr) -> Result<usize, Error> {
        self.0.send_to(bytes, address)
    }

    /// Receives a datagram, with the sender's address. What does not fit is lost.
    pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, UnixAddr), Error> {
        self.0.recv_from(bytes)
    }

    /// The socket's own address.
    pub fn local_addr(&self) -> Result<UnixAddr, Error> {
        self.0.local_addr()
    }
}
