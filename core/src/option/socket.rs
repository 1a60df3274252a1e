//! `SOL_SOCKET`: options of every socket (socket(7), asm-generic/socket.h).

use crate::constants::{Errno, Family, Level, Protocol, SocketType};
use crate::option::{Linger, options};

options! {
    "SOL_SOCKET", Level::SOCKET;

    /// Whether the socket listens. Since Linux 2.6.
    SO_ACCEPTCONN = 30 => AcceptConn: bool, get;
    /// Whether datagrams may go to broadcast addresses.
    SO_BROADCAST = 6 => Broadcast: bool, get set;
    /// The socket's family. Since Linux 2.6.32.
    SO_DOMAIN = 39 => Domain: Family, get;
    /// Takes the pending error: reading clears it.
    SO_ERROR = 4 => PendingError: Option<Errno>, get;
    /// Whether an idle connection is probed.
    SO_KEEPALIVE = 9 => KeepAlive: bool, get set;
    /// What `close` does with data not yet sent.
    SO_LINGER = 13 => LingerOnClose: Linger, get set;
    /// Whether urgent data stays in the stream.
    SO_OOBINLINE = 10 => OobInline: bool, get set;
    /// Queueing priority of what is sent, 0 to 6 without CAP_NET_ADMIN.
    SO_PRIORITY = 12 => Priority: i32, get set;
    /// The socket's protocol. Since Linux 2.6.32.
    SO_PROTOCOL = 38 => ProtocolOf: Protocol, get;
    /// Size of the receive buffer in bytes. The kernel doubles what is set and caps it at rmem_max.
    SO_RCVBUF = 8 => RecvBuffer: i32, get set;
    /// How many bytes make the socket readable.
    SO_RCVLOWAT = 18 => RecvLowWater: i32, get set;
    /// Whether a local address in TIME-WAIT may be bound again.
    SO_REUSEADDR = 2 => ReuseAddr: bool, get set;
    /// Whether several sockets may share one address and port, each getting its share. Since Linux 3.9.
    SO_REUSEPORT = 15 => ReusePort: bool, get set;
    /// Whether received messages carry how many were dropped before (SCM: u32). Since Linux 2.6.33.
    SO_RXQ_OVFL = 40 => RxqOverflow: bool, get set;
    /// Size of the send buffer in bytes. The kernel doubles what is set and caps it at wmem_max.
    SO_SNDBUF = 7 => SendBuffer: i32, get set;
    /// Whether received messages carry the time of their arrival, in nanoseconds of `CLOCK_REALTIME`. The
    /// form with 64-bit times on every target; since Linux 5.1.
    SO_TIMESTAMPNS_NEW = 64 => TimestampNs: bool, get set;
    /// The socket's type.
    SO_TYPE = 3 => TypeOf: SocketType, get;
}
