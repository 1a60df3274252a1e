//! `SOL_SOCKET`: messages of any socket (socket(7), unix(7)).
//!
//! `SCM_RIGHTS` (1) and `SCM_PIDFD` (4) carry descriptors and are a backend's matter; see [`super`].
//! `SCM_TIMESTAMPING_OPT_STATS` (54) are netlink attributes, TCP's or those of
//! [`J1939Stats`](crate::can::J1939Stats), and stay bytes.
//!
//! ```
//! use anysock::message::{ControlMessage, socket::RxqOvfl};
//!
//! assert_eq!((RxqOvfl::C_NAME, RxqOvfl::NAME), ("SO_RXQ_OVFL", 40));
//! ```

use super::{DmabufCmsg, ScmTimestamping, ScmTimestamping64, ScmTsPktinfo, Ucred, messages};
use crate::constants::Level;
use crate::layout::{KernelTimespec, OldTimespec, OldTimeval, SockTimeval};
use crate::text::Name;

messages! {
    Level::SOCKET;

    /// Who sent it (`SO_PASSCRED`); sent to say who sends, as far as the kernel agrees.
    "SCM_CREDENTIALS" = 2 => Credentials: Ucred;
    /// The sender's security context (`SO_PASSSEC`). Since Linux 2.6.18.
    "SCM_SECURITY" = 3 => Security: Name<255>;
    /// A piece of the data, which was copied from device memory into the buffer. Since Linux 6.12.
    "SCM_DEVMEM_LINEAR" = 78 => DevmemLinear: DmabufCmsg;
    /// A piece of the data, which stayed in device memory. Since Linux 6.12.
    "SCM_DEVMEM_DMABUF" = 79 => DevmemDmabuf: DmabufCmsg;
    /// The mark of the packet: sent since Linux 4.18, received with `SO_RCVMARK` since 5.19.
    "SO_MARK" = 36 => Mark: u32;
    /// The priority of the packet: sent since Linux 6.14, and received with `SO_RCVPRIORITY`.
    "SO_PRIORITY" = 12 => Priority: u32;
    /// How many messages the socket has dropped, since it was made. Since Linux 2.6.33.
    "SO_RXQ_OVFL" = 40 => RxqOvfl: u32;
    /// When it arrived, in microseconds.
    "SO_TIMESTAMP_NEW" = 63 => Timestamp: SockTimeval;
    /// When it arrived, in microseconds, until 2038 on 32 bits.
    "SO_TIMESTAMP_OLD" = 29 => TimestampOld: OldTimeval;
    /// When it arrived, in nanoseconds.
    "SO_TIMESTAMPNS_NEW" = 64 => TimestampNs: KernelTimespec;
    /// When it arrived, in nanoseconds, until 2038 on 32 bits.
    "SO_TIMESTAMPNS_OLD" = 35 => TimestampNsOld: OldTimespec;
    /// When it arrived or was sent, by the kernel's and by the interface's clock.
    "SO_TIMESTAMPING_NEW" = 65 => Timestamping: ScmTimestamping64;
    /// When it arrived or was sent, by the kernel's and by the interface's clock, until 2038 on 32 bits.
    "SO_TIMESTAMPING_OLD" = 37 => TimestampingOld: ScmTimestamping;
    /// Sent: which times to take of this message only (`SOF_TIMESTAMPING_TX_…`). The number of
    /// [`TimestampingOld`].
    "SO_TIMESTAMPING_OLD" = 37 => TimestampingFlags: u32;
    /// Which interface took the hardware time. Since Linux 4.13.
    "SCM_TIMESTAMPING_PKTINFO" = 58 => TimestampingPktinfo: ScmTsPktinfo;
    /// Sent: when it is to leave, in nanoseconds of the clock that `SO_TXTIME` chose. Since Linux 4.19.
    "SCM_TXTIME" = 61 => TxTime: u64;
    /// Sent: the number by which the times of this message are known. Since Linux 6.13.
    "SCM_TS_OPT_ID" = 81 => TsOptId: u32;
    /// Whether a frame sent through Wi-Fi was acknowledged. Since Linux 3.3.
    "SCM_WIFI_STATUS" = 41 => WifiStatus: bool;
}
