//! The time of a message's arrival, or of its transmission.

use core::time::Duration;

use super::{Control, socket};
use crate::layout::{Field, KernelTimespec, OldTimespec, OldTimeval, SockTimeval, structure};

/// When a message arrived, since 1970 (`CLOCK_REALTIME`): any of the control messages of `SO_TIMESTAMP` and
/// `SO_TIMESTAMPNS`, in their old and their new form. A backend of this project sends
/// [`socket::TimestampNs`].
///
/// ```
/// use anysock::message::{self, ControlBuffer, Timestamp};
/// use core::time::Duration;
///
/// let arrival = Timestamp(Duration::new(1_500_000_000, 7));
/// let mut buffer = ControlBuffer::<32>::new();
/// buffer.writer().put(message::socket::TimestampNs, &arrival.0.into())?;
/// assert_eq!(buffer.controls(32).find_map(|control| Timestamp::from_control(&control)), Some(arrival));
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Timestamp(pub Duration);

impl Timestamp {
    /// The bytes of the control message: `struct __kernel_timespec`.
    pub const SIZE: usize = KernelTimespec::SIZE;

    /// The timestamp of a control message; `None` where it is another message.
    #[inline]
    pub fn from_control(control: &Control<'_>) -> Option<Self> {
        let time = if control.is::<socket::TimestampNs>() {
            KernelTimespec::take(control.data).and_then(KernelTimespec::duration)
        } else if control.is::<socket::TimestampNsOld>() {
            OldTimespec::take(control.data).and_then(OldTimespec::duration)
        } else if control.is::<socket::Timestamp>() {
            SockTimeval::take(control.data).and_then(SockTimeval::duration)
        } else if control.is::<socket::TimestampOld>() {
            OldTimeval::take(control.data).and_then(OldTimeval::duration)
        } else {
            None
        };
        time.map(Timestamp)
    }

    /// The data of the control message.
    pub fn to_timespec(self) -> [u8; Timestamp::SIZE] {
        KernelTimespec::from(self.0).encode()
    }
}

structure! {
    "struct scm_timestamping", "linux/errqueue.h";
    /// What `SO_TIMESTAMPING` gives, in the old form: three times, of which those that were not taken are
    /// zero.
    pub struct ScmTimestamping {
        /// The time by the kernel's clock.
        pub software: OldTimespec = "ts[0]",
        /// Nothing any more: hardware time turned into system time.
        pub legacy: OldTimespec = "ts[1]",
        /// The time by the interface's own clock.
        pub hardware: OldTimespec = "ts[2]",
    }
}

structure! {
    "struct scm_timestamping64", "linux/errqueue.h";
    /// What `SO_TIMESTAMPING_NEW` gives: three times, of which those that were not taken are zero.
    pub struct ScmTimestamping64 {
        /// The time by the kernel's clock.
        pub software: KernelTimespec = "ts[0]",
        /// Nothing any more: hardware time turned into system time.
        pub legacy: KernelTimespec = "ts[1]",
        /// The time by the interface's own clock.
        pub hardware: KernelTimespec = "ts[2]",
    }
}

structure! {
    "struct scm_ts_pktinfo", "linux/net_tstamp.h";
    /// Which interface took the hardware time, and of how long a packet (`SOF_TIMESTAMPING_OPT_PKTINFO`).
    pub struct ScmTsPktinfo {
        /// The interface's number; 0 where unknown.
        pub interface: u32 = "if_index",
        /// The length at layer 2, in bytes.
        pub length: u32 = "pkt_length",
        /// Nothing.
        pub reserved: [u32; 2] = "reserved",
    }
}

structure! {
    "struct sock_txtime", "linux/net_tstamp.h";
    /// Lets messages be sent at given times ([`socket::TxTime`]): the option `SO_TXTIME`. Since Linux 4.19.
    pub struct SockTxtime {
        /// Whose time it is (`CLOCK_…`).
        pub clock: i32 = "clockid",
        /// Bit 0: the time is a deadline (`SOF_TXTIME_DEADLINE_MODE`). Bit 1: what was not sent in time is
        /// reported in the error queue (`SOF_TXTIME_REPORT_ERRORS`).
        pub flags: u32 = "flags",
    }
}
