//! `SOL_SOCKET`: options of every socket (socket(7), asm-generic/socket.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::socket::KeepAlive, true)?;
//!     socket.get(option::socket::KeepAlive)
//! }
//! ```
//!
//! # Times on 32-bit targets
//! An option with a time has two numbers: `…_OLD` with the target's own `long`, and `…_NEW` with 64-bit
//! times everywhere (since Linux 5.1). The plain name means one of them, by the width of the `time_t` of the
//! target's C library: `…_NEW` where that is wider than a `long` (riscv32), `…_OLD` elsewhere, and on 64-bit
//! targets both have the same bytes. A type of a plain name takes the structure that belongs to the number; the
//! types of the other two are right on every target.

use crate::constants::{Errno, Family, Level, Protocol, SocketType};
use crate::interface::InterfaceName;
use crate::layout::{OldTimeval, SockTimeval, TIME_IS_WIDE};
use crate::message::{DmabufToken, SockTxtime, Ucred};
use crate::option::{Linger, List, Timeout, options};
use crate::text::Name;

options! {
    "SOL_SOCKET", Level::SOCKET;

    /// Whether the socket listens. Read only.
    SO_ACCEPTCONN = 30 => AcceptConn: bool, get;
    /// Filters what arrives by a loaded BPF program: a descriptor. Set only; since Linux 3.19.
    SO_ATTACH_BPF = 50;
    /// Filters what arrives by a classic BPF program: `struct sock_fprog`. Set only; since Linux 2.2.
    SO_ATTACH_FILTER = 26;
    /// Chooses among sockets of one port by classic BPF: `struct sock_fprog`. Set only; since Linux 4.5.
    SO_ATTACH_REUSEPORT_CBPF = 51;
    /// Chooses among sockets of one port by a loaded BPF program: a descriptor. Set only; since Linux 4.5.
    SO_ATTACH_REUSEPORT_EBPF = 52;
    /// The name of the one interface that the socket uses; `None` for any.
    SO_BINDTODEVICE = 25 => BindToDevice: Option<InterfaceName>, get set;
    /// The index of the one interface that the socket uses; 0 for any. Since Linux 5.1.
    SO_BINDTOIFINDEX = 62 => BindToInterface: i32, get set;
    /// The number of the highest BPF extension that filters may use. Read only; since Linux 3.14.
    SO_BPF_EXTENSIONS = 48 => BpfExtensions: i32, get;
    /// Whether datagrams may go to broadcast addresses.
    SO_BROADCAST = 6 => Broadcast: bool, get set;
    /// Errors of unconnected UDP sockets as in BSD; obsolete, accepted and ignored.
    SO_BSDCOMPAT = 14;
    /// Which buffers the kernel no longer tunes: bits of `SOCK_SNDBUF_LOCK` and `SOCK_RCVBUF_LOCK`. Since
    /// Linux 5.16.
    SO_BUF_LOCK = 72 => BufferLock: u32, get set;
    /// How long a receiver polls its device instead of sleeping, in microseconds. Since Linux 3.11.
    SO_BUSY_POLL = 46 => BusyPoll: i32, get set;
    /// How many packets one busy poll takes. Since Linux 5.11.
    SO_BUSY_POLL_BUDGET = 70 => BusyPollBudget: i32, set;
    /// 1 tells the kernel that the route is bad, so that it takes another. Set only; since Linux 4.6.
    SO_CNX_ADVICE = 53 => ConnectionAdvice: i32, set;
    /// A number that no other socket of this boot has. Read only; since Linux 4.6.
    SO_COOKIE = 57 => Cookie: u64, get;
    /// Whether the protocol records debugging information; needs CAP_NET_ADMIN.
    SO_DEBUG = 1 => Debugging: bool, get set;
    /// Takes the filter away: the same number as [`SO_DETACH_FILTER`]. Set only; since Linux 3.19.
    SO_DETACH_BPF = 27;
    /// Takes the filter away; the value does not matter. Set only; since Linux 2.2.
    SO_DETACH_FILTER = 27 => DetachFilter: i32, set;
    /// Takes the program away that chooses among sockets of one port. Set only; since Linux 5.3.
    SO_DETACH_REUSEPORT_BPF = 68 => DetachReusePortFilter: i32, set;
    /// The control message of a piece of device memory in a dma-buf. Since Linux 6.12.
    SO_DEVMEM_DMABUF = 79;
    /// Gives pieces of device memory back: up to 128 `struct dmabuf_token`. Set only; since Linux 6.12.
    SO_DEVMEM_DONTNEED = 80 => DevmemDontNeed<N>: List<DmabufToken, N>, set;
    /// The control message of a piece of device memory that was copied. Since Linux 6.12.
    SO_DEVMEM_LINEAR = 78;
    /// The socket's family. Read only; since Linux 2.6.32.
    SO_DOMAIN = 39 => Domain: Family, get;
    /// Whether only hosts of connected networks are reached, never through a router.
    SO_DONTROUTE = 5 => DontRoute: bool, get set;
    /// Takes the pending error: reading clears it. Read only.
    SO_ERROR = 4 => PendingError: Option<Errno>, get;
    /// Reads the filter back, counted in instructions: the number of [`SO_ATTACH_FILTER`]. Read only; since
    /// Linux 3.8.
    SO_GET_FILTER = 26;
    /// The processor that handles what arrives. Since Linux 3.19; to be set since 4.4.
    SO_INCOMING_CPU = 49 => IncomingCpu: i32, get set;
    /// The number of the device queue of the last packet. Read only; since Linux 4.12.
    SO_INCOMING_NAPI_ID = 56 => IncomingNapiId: u32, get;
    /// Whether received messages carry how many bytes are left (AF_UNIX). Since Linux 6.17.
    SO_INQ = 84 => Inq: bool, get set;
    /// Whether an idle connection is probed.
    SO_KEEPALIVE = 9 => KeepAlive: bool, get set;
    /// What `close` does with data not yet sent.
    SO_LINGER = 13 => LingerOnClose: Linger, get set;
    /// Whether the filter can no longer be changed; cannot be taken back. Since Linux 3.9.
    SO_LOCK_FILTER = 44 => LockFilter: bool, get set;
    /// The mark of what is sent, for routing and filters; needs CAP_NET_ADMIN or CAP_NET_RAW. Since Linux
    /// 2.6.25.
    SO_MARK = 36 => Mark: u32, get set;
    /// The highest rate of sending, in bytes a second; all ones for no limit. Since Linux 3.13.
    SO_MAX_PACING_RATE = 47 => MaxPacingRate: u32, get set;
    /// Nine counters of the socket's memory, 32 bits each, in the order of `SK_MEMINFO_…`. Read only; since
    /// Linux 4.12.
    SO_MEMINFO = 55 => MemInfo: List<u32, 9>, get;
    /// The number of the socket's network namespace. Read only; since Linux 5.14.
    SO_NETNS_COOKIE = 71 => NetworkNamespaceCookie: u64, get;
    /// Whether the device leaves out the frame check sequence, which the program gives (AF_PACKET). Since
    /// Linux 3.4.
    SO_NOFCS = 43 => NoFcs: bool, get set;
    /// Whether UDP over IPv4 is sent without checksum.
    SO_NO_CHECK = 11 => NoChecksum: bool, get set;
    /// Whether urgent data stays in the stream.
    SO_OOBINLINE = 10 => OobInline: bool, get set;
    /// Whether received messages carry the sender's process and user (unix(7)).
    SO_PASSCRED = 16 => PassCredentials: bool, get set;
    /// Whether received messages carry a descriptor of the sender's process (unix(7)). Since Linux 6.5.
    SO_PASSPIDFD = 76 => PassPidFd: bool, get set;
    /// Whether descriptors may arrive with messages (unix(7)). On by default; since Linux 6.16.
    SO_PASSRIGHTS = 83 => PassRights: bool, get set;
    /// Whether received messages carry the sender's security context (unix(7)). Since Linux 2.6.18.
    SO_PASSSEC = 34 => PassSecurity: bool, get set;
    /// Where the next `MSG_PEEK` begins, in bytes; -1 for the beginning each time. Since Linux 3.4.
    SO_PEEK_OFF = 42 => PeekOffset: i32, get set;
    /// The peer's process and user when the connection was made: `struct ucred`. Read only.
    SO_PEERCRED = 17 => PeerCredentials: Ucred, get;
    /// The peer's supplementary groups, 32 bits each. Read only; since Linux 4.13.
    SO_PEERGROUPS = 59 => PeerGroups<N>: List<u32, N>, get;
    /// The peer's address; `getpeername` is the same. Read only.
    SO_PEERNAME = 28;
    /// A descriptor of the peer's process. Read only; since Linux 6.5.
    SO_PEERPIDFD = 77;
    /// The peer's security context, as text. Read only.
    SO_PEERSEC = 31 => PeerSecurity<N>: Name<N>, get;
    /// Whether busy polling goes before the device's interrupts. Since Linux 5.11.
    SO_PREFER_BUSY_POLL = 69 => PreferBusyPoll: bool, get set;
    /// Queueing priority of what is sent, 0 to 6 without CAP_NET_ADMIN.
    SO_PRIORITY = 12 => Priority: i32, get set;
    /// The socket's protocol. Read only; since Linux 2.6.32.
    SO_PROTOCOL = 38 => ProtocolOf: Protocol, get;
    /// Size of the receive buffer in bytes. The kernel doubles what is set and caps it at rmem_max.
    SO_RCVBUF = 8 => RecvBuffer: i32, get set;
    /// As [`RecvBuffer`] without the cap; needs CAP_NET_ADMIN. Set only; since Linux 2.6.14.
    SO_RCVBUFFORCE = 33 => RecvBufferForce: i32, set;
    /// How many bytes make the socket readable.
    SO_RCVLOWAT = 18 => RecvLowWater: i32, get set;
    /// Whether received messages carry their mark. Since Linux 5.19.
    SO_RCVMARK = 75 => RecvMark: bool, get set;
    /// Whether received messages carry their priority. Since Linux 6.14.
    SO_RCVPRIORITY = 82 => RecvPriority: bool, get set;
    /// How long a blocking receive waits, in the form of the target's C library (see this module's page).
    SO_RCVTIMEO = if TIME_IS_WIDE { SO_RCVTIMEO_NEW } else { SO_RCVTIMEO_OLD } => RecvTimeout: Timeout, get set;
    /// How long a blocking receive waits: seconds and microseconds, 64 bits each. Since Linux 5.1.
    SO_RCVTIMEO_NEW = 66 => RecvTimeoutNew: SockTimeval, get set;
    /// How long a blocking receive waits: seconds and microseconds, a `long` each.
    SO_RCVTIMEO_OLD = 20 => RecvTimeoutOld: OldTimeval, get set;
    /// How many bytes of memory are kept for this socket. Since Linux 5.16.
    SO_RESERVE_MEM = 73 => ReserveMemory: i32, get set;
    /// Whether a local address in TIME-WAIT may be bound again.
    SO_REUSEADDR = 2 => ReuseAddr: bool, get set;
    /// Whether several sockets may share one address and port, each getting its share. Since Linux 3.9.
    SO_REUSEPORT = 15 => ReusePort: bool, get set;
    /// Whether received messages carry how many were dropped before (SCM: u32). Since Linux 2.6.33.
    SO_RXQ_OVFL = 40 => RxqOverflow: bool, get set;
    /// A number reserved for IP security in Linux 2.0; no kernel has the option.
    SO_SECURITY_AUTHENTICATION = 22;
    /// A number reserved for IP security in Linux 2.0; no kernel has the option.
    SO_SECURITY_ENCRYPTION_NETWORK = 24;
    /// A number reserved for IP security in Linux 2.0; no kernel has the option.
    SO_SECURITY_ENCRYPTION_TRANSPORT = 23;
    /// Whether a full error queue wakes those who wait for `POLLPRI`. Since Linux 3.10.
    SO_SELECT_ERR_QUEUE = 45 => SelectErrorQueue: bool, get set;
    /// Size of the send buffer in bytes. The kernel doubles what is set and caps it at wmem_max.
    SO_SNDBUF = 7 => SendBuffer: i32, get set;
    /// As [`SendBuffer`] without the cap; needs CAP_NET_ADMIN. Set only; since Linux 2.6.14.
    SO_SNDBUFFORCE = 32 => SendBufferForce: i32, set;
    /// How many bytes of room make the socket writable: always 1. Read only on Linux.
    SO_SNDLOWAT = 19 => SendLowWater: i32, get;
    /// How long a blocking send waits, in the form of the target's C library (see this module's page).
    SO_SNDTIMEO = if TIME_IS_WIDE { SO_SNDTIMEO_NEW } else { SO_SNDTIMEO_OLD } => SendTimeout: Timeout, get set;
    /// How long a blocking send waits: seconds and microseconds, 64 bits each. Since Linux 5.1.
    SO_SNDTIMEO_NEW = 67 => SendTimeoutNew: SockTimeval, get set;
    /// How long a blocking send waits: seconds and microseconds, a `long` each.
    SO_SNDTIMEO_OLD = 21 => SendTimeoutOld: OldTimeval, get set;
    /// Received messages carry the time of their arrival in microseconds: [`SO_TIMESTAMP_OLD`] (see this
    /// module's page).
    SO_TIMESTAMP = 29;
    /// Which times of sending and arrival are reported: [`SO_TIMESTAMPING_OLD`] (see this module's page).
    SO_TIMESTAMPING = 37;
    /// Which times of sending and arrival are reported, in the form with 64-bit times: bits of
    /// `SOF_TIMESTAMPING_…`. Since Linux 5.1.
    SO_TIMESTAMPING_NEW = 65 => Timestamping: u32, get set;
    /// Which times of sending and arrival are reported, in a `long` each: bits of `SOF_TIMESTAMPING_…`.
    /// Since Linux 2.6.30.
    SO_TIMESTAMPING_OLD = 37 => TimestampingOld: u32, get set;
    /// Received messages carry the time of their arrival in nanoseconds: [`SO_TIMESTAMPNS_OLD`] (see this
    /// module's page).
    SO_TIMESTAMPNS = 35;
    /// Whether received messages carry the time of their arrival, in nanoseconds of `CLOCK_REALTIME`. The
    /// form with 64-bit times on every target; since Linux 5.1.
    SO_TIMESTAMPNS_NEW = 64 => TimestampNs: bool, get set;
    /// Whether received messages carry the time of their arrival in nanoseconds, a `long` each. Since Linux
    /// 2.6.22.
    SO_TIMESTAMPNS_OLD = 35 => TimestampNsOld: bool, get set;
    /// Whether received messages carry the time of their arrival in microseconds, in the form with 64-bit
    /// times. Since Linux 5.1.
    SO_TIMESTAMP_NEW = 63 => Timestamp: bool, get set;
    /// Whether received messages carry the time of their arrival in microseconds, a `long` each.
    SO_TIMESTAMP_OLD = 29 => TimestampOld: bool, get set;
    /// Whether a connection in trouble tries another path: `SOCK_TXREHASH_…`. Since Linux 6.0.
    SO_TXREHASH = 74 => TxRehash: i32, get set;
    /// Sending at given times: `struct sock_txtime`. Since Linux 4.19.
    SO_TXTIME = 61 => TxTime: SockTxtime, get set;
    /// The socket's type. Read only.
    SO_TYPE = 3 => TypeOf: SocketType, get;
    /// Whether the error queue tells which frames the wireless peer acknowledged. Since Linux 3.3.
    SO_WIFI_STATUS = 41 => WifiStatus: bool, get set;
    /// Whether `MSG_ZEROCOPY` may be used. Since Linux 4.14.
    SO_ZEROCOPY = 60 => ZeroCopy: bool, get set;
}
