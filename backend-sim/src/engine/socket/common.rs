//! What every socket has, whatever its family.

use alloc::boxed::Box;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::ControlWriter;
use anysock::option::Linger;
use anysock::option::socket::SO_RXQ_OVFL;
use anysock::{Errno, Level};

use crate::engine::inet;
use crate::engine::kept_options::KeptOptions;
use crate::engine::peek_offset::PeekOffset;
use crate::engine::socket_filter::SocketFilter;

/// What `SOL_SOCKET`'s options hold.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    pub(crate) reuse_addr: bool,
    pub(crate) reuse_port: bool,
    /// Those of `SOL_IP` and `SOL_IPV6` that sockets of every protocol have.
    pub(crate) ip: inet::IpSettings,
    /// Those of `SOL_IP` and `SOL_IPV6` that change nothing else.
    pub(crate) kept_ip: inet::KeptIpOptions,
    /// IP_OPTIONS.
    pub(crate) header_options: Option<Box<inet::HeaderOptions>>,
    pub(crate) keepalive: bool,
    pub(crate) broadcast: bool,
    pub(crate) oob_inline: bool,
    pub(crate) priority: i32,
    /// It chooses no route: there are no rules that look at it.
    pub(crate) mark: i32,
    pub(crate) linger: Linger,
    pub(crate) recv_buffer: i32,
    /// A program has set it: SOCK_RCVBUF_LOCK.
    pub(crate) recv_buffer_set: bool,
    pub(crate) send_buffer: i32,
    /// The same: SOCK_SNDBUF_LOCK.
    pub(crate) send_buffer_set: bool,
    pub(crate) recv_low_water: i32,
    /// `SOCK_RCVTSTAMP`, and in nanoseconds `SOCK_RCVTSTAMPNS`.
    pub(crate) timestamp: bool,
    pub(crate) timestamp_ns: bool,
    pub(crate) zero_copy: bool,
    pub(crate) timestamping: TimestampingFlags,
    /// Times are told in the form of the `SO_TIMESTAMP…_NEW` (`SOCK_TSTAMP_NEW`).
    pub(crate) new_times: bool,
    /// SO_RXQ_OVFL, and how much found no room (`sk_drops`).
    pub(crate) rxq_overflow: bool,
    pub(in crate::engine) drops: u32,
    /// SO_TXREHASH is off: there is no hash of a flow that could change.
    pub(in crate::engine) no_rehash: bool,
    /// SO_PEEK_OFF.
    pub(in crate::engine) peek_offset: PeekOffset,
    /// The number of the interface that the socket uses alone, or 0: SO_BINDTODEVICE.
    pub(crate) bound_interface: u32,
    /// SO_ATTACH_FILTER, SO_LOCK_FILTER.
    pub(in crate::engine) filter: Option<SocketFilter>,
    pub(in crate::engine) filter_locked: bool,
    /// What else is only kept, where a program has set something of it.
    pub(in crate::engine) kept: Option<Box<KeptOptions>>,
    /// The pending error: `SO_ERROR`.
    pub(crate) error: Option<Errno>,
}

impl Common {
    /// Whether the socket hears what has come by an interface (`inet_sk_bound_dev_eq`).
    pub(crate) const fn uses(&self, interface: u32) -> bool {
        self.bound_interface == 0 || self.bound_interface == interface
    }

    /// Something that came to the socket is lost.
    pub(crate) const fn count_drop(&mut self) {
        self.drops = self.drops.wrapping_add(1);
    }

    /// What is told of that with something that comes now (`sock_skb_set_dropcount`): nothing, where it is not wanted.
    pub(crate) const fn drops_to_tell(&self) -> u32 {
        if self.rxq_overflow { self.drops } else { 0 }
    }

    /// Tells it (`sock_recv_drops`), and whether there was room for that.
    pub(crate) fn tell_drops(&self, drops: u32, control: &mut ControlWriter<'_>) -> bool {
        let is_told = self.rxq_overflow && drops != 0;
        !is_told || control.deliver(Level::SOCKET, SO_RXQ_OVFL, &drops.to_ne_bytes())
    }
}

impl Default for Common {
    fn default() -> Self {
        Common {
            reuse_addr: false,
            reuse_port: false,
            ip: inet::IpSettings::default(),
            kept_ip: inet::KeptIpOptions::default(),
            header_options: None,
            keepalive: false,
            broadcast: false,
            oob_inline: false,
            priority: 0,
            mark: 0,
            linger: Linger(None),
            // net.core.rmem_default and wmem_default.
            recv_buffer: 212_992,
            recv_buffer_set: false,
            send_buffer: 212_992,
            send_buffer_set: false,
            recv_low_water: 1,
            timestamp: false,
            timestamp_ns: false,
            zero_copy: false,
            timestamping: TimestampingFlags::empty(),
            new_times: false,
            rxq_overflow: false,
            drops: 0,
            no_rehash: false,
            peek_offset: PeekOffset::default(),
            bound_interface: 0,
            filter: None,
            filter_locked: false,
            kept: None,
            error: None,
        }
    }
}
