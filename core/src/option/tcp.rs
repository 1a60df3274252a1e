//! `SOL_TCP`: options of TCP sockets (tcp(7), linux/tcp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::tcp::NoDelay, true)?;
//!     socket.get(option::tcp::NoDelay)
//! }
//! ```

use core::time::Duration;

use crate::constants::Level;
use crate::option::{List, TcpInfo, TcpMd5sig, TcpRepairOpt, TcpRepairWindow, options};
use crate::text::Name;

options! {
    "SOL_TCP", Level::TCP;

    /// Adds a key of TCP-AO (RFC 5925): `struct tcp_ao_add`. Set only; since Linux 6.7.
    TCP_AO_ADD_KEY = 38;
    /// Deletes a key of TCP-AO: `struct tcp_ao_del`. Set only; since Linux 6.7.
    TCP_AO_DEL_KEY = 39;
    /// Lists the keys of TCP-AO: `struct tcp_ao_getsockopt`. Read only; since Linux 6.7.
    TCP_AO_GET_KEYS = 41;
    /// The state of TCP-AO: `struct tcp_ao_info_opt`. Since Linux 6.7.
    TCP_AO_INFO = 40;
    /// Reads or restores the sequence numbers of TCP-AO in repair mode: `struct tcp_ao_repair`. Since Linux
    /// 6.7.
    TCP_AO_REPAIR = 42;
    /// What the congestion control knows of the connection: `union tcp_cc_info`, a structure of
    /// 32-bit words for `vegas`, `dctcp` (the first word is two halves) and `bbr`, nothing for others. Read only;
    /// since Linux 4.1.
    TCP_CC_INFO = 26 => CongestionInfo: List<u32, 5>, get;
    /// The control message of [`TCP_INQ`]: the same number.
    TCP_CM_INQ = 36;
    /// The name of the congestion control, up to 15 bytes of text, for instance `cubic`. Since Linux
    /// 2.6.13.
    TCP_CONGESTION = 13 => Congestion: Name<15>, get set;
    /// TCP cookie transactions; removed in Linux 3.9.
    TCP_COOKIE_TRANSACTIONS = 15;
    /// Whether partial frames are held back, for 200 ms at the most.
    TCP_CORK = 3 => Cork: bool, get set;
    /// How long a listener waits for the first data before it hands out a connection, in whole seconds.
    /// Since Linux 2.4.
    TCP_DEFER_ACCEPT = 9 => DeferAccept: Duration, get set;
    /// The longest delay of an acknowledgement, in microseconds. Since Linux 6.15.
    TCP_DELACK_MAX_US = 46 => DelayedAckMax: u32, get set;
    /// On a listener: how many connections may wait that brought data in their SYN (RFC 7413). Since Linux
    /// 3.7.
    TCP_FASTOPEN = 23 => FastOpen: i32, get set;
    /// Whether `connect` waits for the first data and sends it in the SYN. Since Linux 4.11.
    TCP_FASTOPEN_CONNECT = 30 => FastOpenConnect: bool, get set;
    /// The key of Fast Open's cookies: 16 bytes, or 32 with the one before. Since Linux 4.15.
    TCP_FASTOPEN_KEY = 33 => FastOpenKey: List<u8, 32>, get set;
    /// Whether Fast Open works without cookie. Since Linux 4.15.
    TCP_FASTOPEN_NO_COOKIE = 34 => FastOpenNoCookie: bool, get set;
    /// State and figures of the connection: `struct tcp_info`. Read only; since Linux 2.4.
    TCP_INFO = 11 => Info: TcpInfo, get;
    /// Whether received messages carry how many bytes are left to read. Since Linux 4.18.
    TCP_INQ = 36 => Inq: bool, get set;
    /// Whether the connection is Multipath TCP, not fallen back to TCP. Read only; since Linux 6.9.
    TCP_IS_MPTCP = 43 => IsMptcp: bool, get;
    /// How many keepalive probes go unanswered before the connection is dropped, 1 to 127.
    TCP_KEEPCNT = 6 => KeepCount: i32, get set;
    /// How long a connection is idle before it is probed, in whole seconds.
    TCP_KEEPIDLE = 4 => KeepIdle: Duration, get set;
    /// The time between keepalive probes, in whole seconds.
    TCP_KEEPINTVL = 5 => KeepInterval: Duration, get set;
    /// How long a closed connection stays in FIN-WAIT-2, in seconds; -1 for not at all.
    TCP_LINGER2 = 8 => FinWait2: i32, get set;
    /// The largest segment, in bytes.
    TCP_MAXSEG = 2 => MaxSegment: i32, get set;
    /// The key of MD5 signatures for one peer (RFC 2385): `struct tcp_md5sig`. Set only; since Linux
    /// 2.6.20.
    TCP_MD5SIG = 14 => Md5sig: TcpMd5sig, set;
    /// The key of MD5 signatures for a prefix of peers: `struct tcp_md5sig`. Set only; since Linux 4.13.
    TCP_MD5SIG_EXT = 32 => Md5sigExt: TcpMd5sig, set;
    /// Whether small segments are sent at once: Nagle's algorithm off.
    TCP_NODELAY = 1 => NoDelay: bool, get set;
    /// How many unsent bytes make the socket no longer writable. Since Linux 3.12.
    TCP_NOTSENT_LOWAT = 25 => NotSentLowWater: u32, get set;
    /// In repair mode: the sequence number of the chosen queue. Since Linux 3.5.
    TCP_QUEUE_SEQ = 21 => QueueSequence: u32, get set;
    /// Whether acknowledgements are sent at once; the kernel may switch it off again. Since Linux 2.4.4.
    TCP_QUICKACK = 12 => QuickAck: bool, get set;
    /// Repair mode, in which a connection is saved and restored: `TCP_REPAIR_ON` and its like. Since Linux
    /// 3.5.
    TCP_REPAIR = 19 => Repair: i32, get set;
    /// In repair mode: the peer's options, an array of `struct tcp_repair_opt`. Set only; since Linux 3.5.
    TCP_REPAIR_OPTIONS = 22 => RepairOptions<N>: List<TcpRepairOpt, N>, set;
    /// In repair mode: the queue that is read and written, `TCP_RECV_QUEUE` or `TCP_SEND_QUEUE`. Since
    /// Linux 3.5.
    TCP_REPAIR_QUEUE = 20 => RepairQueue: i32, get set;
    /// In repair mode: both windows, `struct tcp_repair_window`. Since Linux 4.8.
    TCP_REPAIR_WINDOW = 29 => RepairWindow: TcpRepairWindow, get set;
    /// The longest time before a retransmission, in milliseconds, 1000 to 120000. Since Linux 6.15.
    TCP_RTO_MAX_MS = 44 => RtoMax: u32, get set;
    /// The shortest time before a retransmission, in microseconds. Since Linux 6.15.
    TCP_RTO_MIN_US = 45 => RtoMin: u32, get set;
    /// The headers of the SYN that opened the connection, as they came; reading empties it. Read only;
    /// since Linux 4.2.
    TCP_SAVED_SYN = 28 => SavedSyn<N>: List<u8, N>, get;
    /// On a listener: whether the headers of each SYN are kept; 2 for the link's header too. Since Linux
    /// 4.2.
    TCP_SAVE_SYN = 27 => SaveSyn: i32, get set;
    /// How many times a SYN is sent again, 1 to 127.
    TCP_SYNCNT = 7 => SynCount: i32, get set;
    /// Retransmission of thin streams after one duplicate; accepted without effect since Linux 4.11.
    TCP_THIN_DUPACK = 17 => ThinDupAck: bool, get set;
    /// Whether a thin stream retransmits without exponential back-off. Since Linux 2.6.34.
    TCP_THIN_LINEAR_TIMEOUTS = 16 => ThinLinearTimeouts: bool, get set;
    /// The clock that timestamps of segments are made of; to be set in repair mode. Since Linux 3.9.
    TCP_TIMESTAMP = 24 => Timestamp: u32, get set;
    /// An artificial delay of everything sent, in microseconds. Since Linux 5.3.
    TCP_TX_DELAY = 37 => TxDelay: i32, get set;
    /// The name of the protocol on top in the kernel, as text, for instance `tls`. Since Linux 4.13.
    TCP_ULP = 31 => UpperLayerProtocol: Name<15>, get set;
    /// How long data may stay unacknowledged, in milliseconds; 0 for the system's default. Since Linux
    /// 2.6.37.
    TCP_USER_TIMEOUT = 18 => UserTimeout: u32, get set;
    /// The largest window to offer, in bytes.
    TCP_WINDOW_CLAMP = 10 => WindowClamp: i32, get set;
    /// Maps what arrived into the program's memory: `struct tcp_zerocopy_receive`. Read only; since Linux
    /// 4.18.
    TCP_ZEROCOPY_RECEIVE = 35;
}
