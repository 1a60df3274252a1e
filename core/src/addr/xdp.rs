//! `AF_XDP`: `struct sockaddr_xdp` (linux/if_xdp.h, Linux's Documentation/networking/af_xdp.rst).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// `sizeof(struct sockaddr_xdp)`.
const SOCKADDR_XDP: usize = 16;

/// The address of an XDP socket: a queue of a network interface.
///
/// `sxdp_shared_umem_fd` is a descriptor, and safe bytes never carry one: it is always zero here, and the
/// flag XDP_SHARED_UMEM, which makes the kernel look at it, cannot be set. Sharing another socket's memory is
/// a typed call of the backend.
///
/// Its text is the interface and the queue, and the flags in hexadecimal where there are any: `xdp:3:0`,
/// `xdp:3:0/flags:8`.
///
/// ```
/// use anysock::addr::{SockAddr, XdpAddr};
///
/// let queue = XdpAddr::new(3, 0, XdpAddr::USE_NEED_WAKEUP).unwrap();
/// assert_eq!(queue.to_string(), "xdp:3:0/flags:8");
/// assert_eq!(XdpAddr::decode(&queue.encode()), Ok(queue));
/// assert_eq!(XdpAddr::new(3, 0, XdpAddr::SHARED_UMEM), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct XdpAddr {
    interface: u32,
    queue: u32,
    flags: u16,
}

impl XdpAddr {
    /// The memory is that of the socket in `sxdp_shared_umem_fd`; no address of this type has it.
    #[doc(alias = "XDP_SHARED_UMEM")]
    pub const SHARED_UMEM: u16 = 1 << 0;
    /// Packets are copied.
    #[doc(alias = "XDP_COPY")]
    pub const COPY: u16 = 1 << 1;
    /// Packets are not copied; an error where the driver cannot do that.
    #[doc(alias = "XDP_ZEROCOPY")]
    pub const ZEROCOPY: u16 = 1 << 2;
    /// The kernel says when it needs a system call to go on.
    #[doc(alias = "XDP_USE_NEED_WAKEUP")]
    pub const USE_NEED_WAKEUP: u16 = 1 << 3;
    /// Packets may have several buffers (Linux 6.6).
    #[doc(alias = "XDP_USE_SG")]
    pub const USE_SG: u16 = 1 << 4;

    /// The queue `queue` of the interface of this index; `None` with [`XdpAddr::SHARED_UMEM`].
    pub const fn new(interface: u32, queue: u32, flags: u16) -> Option<Self> {
        if flags & XdpAddr::SHARED_UMEM == 0 { Some(XdpAddr { interface, queue, flags }) } else { None }
    }

    /// `sxdp_ifindex`: the interface's index.
    pub const fn interface(self) -> u32 {
        self.interface
    }

    /// `sxdp_queue_id`: the queue, from 0.
    pub const fn queue(self) -> u32 {
        self.queue
    }

    /// `sxdp_flags`: how packets are passed.
    pub const fn flags(self) -> u16 {
        self.flags
    }
}

impl SockAddr for XdpAddr {
    type Encoded = [u8; SOCKADDR_XDP];
    type Buffer = [u8; SOCKADDR_XDP];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::XDP)
            .put(self.flags.to_ne_bytes())
            .put(self.interface.to_ne_bytes())
            .put(self.queue.to_ne_bytes())
            .finish()
    }

    /// [`DecodeError::Invalid`] with [`XdpAddr::SHARED_UMEM`]; without it the descriptor is passed over, as in
    /// the kernel.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::XDP, SOCKADDR_XDP)?;
        let wrong_flags = fields.invalid();
        let flags = u16::from_ne_bytes(fields.take());
        let interface = u32::from_ne_bytes(fields.take());
        let queue = u32::from_ne_bytes(fields.take());
        XdpAddr::new(interface, queue, flags).ok_or(wrong_flags)
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_XDP]
    }
}

impl fmt::Display for XdpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xdp:{}:{}", self.interface, self.queue)?;
        if self.flags != 0 {
            write!(f, "/flags:{:x}", self.flags)?;
        }
        Ok(())
    }
}

impl FromStr for XdpAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("xdp:")?;
            let interface = text.decimal()?;
            text.literal(":")?;
            let queue = text.decimal()?;
            let flags = text.optional_hex("/flags:")?;
            XdpAddr::new(interface, queue, flags).ok_or(text.expected(Expected::InRange))
        })
    }
}
