//! The error queue of IP sockets: what became of what was sent (ip(7), `IP_RECVERR`; timestamping.rst).

use core::fmt;
use core::net::SocketAddr;

use super::{Socket, decode};
use crate::addr::SockAddr;
use crate::backend::{Backend, RecvMsg};
use crate::constants::{Errno, MessageFlags};
use crate::error::Error;
use crate::message::{self, ControlBuffer, ScmTimestamping64, SockExtendedErr, control_space};
use crate::text::IpText;

/// Room for the control messages of an entry: the error with its offender, the times, the interface, and TCP's
/// figures with them.
const ROOM: usize = 512 + control_space(ScmTimestamping64::SIZE);

/// An entry of a socket's error queue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct QueuedError<'b> {
    /// What happened, an error or a time of transmission.
    pub error: SockExtendedErr,
    /// Who reported it, a router or the peer; the port is zero.
    pub offender: Option<SocketAddr>,
    /// Whom the datagram was for that the entry is about.
    pub destination: Option<SocketAddr>,
    /// When it was sent, where the entry is about that ([`SockExtendedErr::timestamp`]) and `SO_TIMESTAMPING_NEW`
    /// asked.
    pub times: Option<ScmTimestamping64>,
    /// The datagram's data, as far as the report has it, or the whole packet that a time of transmission is of;
    /// none with `SOF_TIMESTAMPING_OPT_TSONLY`.
    pub data: &'b [u8],
}

// `Debug` of `core::net` contains a panic.
impl fmt::Debug for QueuedError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (offender, destination) = (self.offender.map(IpText), self.destination.map(IpText));
        let mut fields = f.debug_struct("QueuedError");
        fields.field("error", &self.error).field("offender", &offender);
        fields.field("destination", &destination).field("times", &self.times);
        fields.field("data", &self.data).finish()
    }
}

impl<B: Backend> Socket<B> {
    /// Takes an entry out of the error queue of an IP socket, with the data that it is about in `buffer`; waits for
    /// one as a receive does. Errors are kept with `IP_RECVERR` or `IPV6_RECVERR`, times with `SO_TIMESTAMPING`.
    ///
    /// ```
    /// use anysock::{Backend, Error, UdpSocket, option};
    /// use core::net::SocketAddr;
    ///
    /// /// Who on the way to `host` says that the third hop is one too many (traceroute(8)).
    /// fn third_hop<B: Backend>(backend: B, host: &SocketAddr) -> Result<Option<SocketAddr>, Error> {
    ///     let socket = UdpSocket::bind(backend, &"0.0.0.0:0".parse().unwrap())?;
    ///     socket.set(option::ip::RecvError, true)?;
    ///     socket.set(option::ip::TimeToLive, 3)?;
    ///     socket.send_to(b"", host)?;
    ///     Ok(socket.socket().recv_error(&mut [0; 64])?.offender)
    /// }
    /// ```
    ///
    /// # Errors
    /// `EAGAIN` or [`Error::TimedOut`] where none comes; `ENOMSG` where the entry is none of IP.
    #[doc(alias("MSG_ERRQUEUE", "sock_extended_err"))]
    pub fn recv_error<'b>(&self, buffer: &'b mut [u8]) -> Result<QueuedError<'b>, Error> {
        let mut address = SocketAddr::buffer();
        let mut control = ControlBuffer::<ROOM>::new();
        let received = self.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [(&mut *buffer).into()],
            control: control.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::ERRQUEUE,
        })?;
        let controls = control.controls(received.control_len);
        let (error, offender) = match controls.clone().first(message::ip::RecvErr)? {
            Some(entry) => (entry.error, entry.offender.map(SocketAddr::V4)),
            None => match controls.clone().first(message::ipv6::RecvErr)? {
                Some(entry) => (entry.error, entry.offender.map(SocketAddr::V6)),
                None => return Err(Errno::ENOMSG.into()),
            },
        };
        let times = controls.first(message::socket::Timestamping)?;
        let destination = match received.address_len {
            0 => None,
            len => Some(decode(&address, len)?),
        };
        let data = buffer.get(..received.len).unwrap_or(buffer);
        Ok(QueuedError { error, offender, destination, times, data })
    }
}
