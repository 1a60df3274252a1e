//! Control messages: what travels beside the data of `sendmsg(2)` and `recvmsg(2)`.
//!
//! The layout is the kernel's `struct cmsghdr` (cmsg(3)): a length and a type of native width, then data,
//! each message padded to the width of a pointer. Known messages are typed, one file per level; any other is
//! bytes, with nothing lost.
//!
//! ```
//! use anysock::message::{self, ControlBuffer, Controls};
//! use anysock::Level;
//!
//! let mut buffer = ControlBuffer::<64>::new();
//! let mut writer = buffer.writer();
//! writer.put(message::ip::Ttl, &64)?;
//! writer.push(Level::SOCKET, 40, &7u32.to_ne_bytes())?;
//! let controls = Controls::new(writer.into_bytes());
//! assert_eq!(controls.clone().first(message::ip::Ttl), Ok(Some(64)));
//! assert_eq!(controls.clone().first(message::socket::RxqOvfl), Ok(Some(7)));
//! assert_eq!(controls.last().unwrap().data, &7u32.to_ne_bytes()[..]);
//! # Ok::<(), anysock::Errno>(())
//! ```
//!
//! # Descriptors
//! `SCM_RIGHTS` and `SCM_PIDFD` carry descriptors, and those never cross as bytes: send them as
//! [`crate::SendMsg`]'s handles, and receive them as [`crate::RecvMsg`]'s. A backend refuses the one and
//! takes the other out of the bytes.
//!
//! # Truncation
//! Where the buffer is too small, the kernel sets [`CTRUNC`](crate::MessageFlags::CTRUNC) in the flags
//! received and cuts the last message off, which then is a message with less data, or none at all.
//! [`Controls::rest`] is what is no whole message.

pub mod alg;
pub mod bluetooth;
mod buffer;
pub mod can;
mod device_memory;
mod extended_error;
pub mod hci;
pub mod ieee802154;
pub mod ip;
pub mod ipv6;
pub mod iucv;
pub mod llc;
pub mod netlink;
pub mod packet;
mod packet_info;
pub mod rds;
pub mod rxrpc;
pub mod sctp;
pub mod socket;
mod table;
pub mod tcp;
mod timestamp;
pub mod tipc;
pub mod tls;
mod ucred;
pub mod udp;
pub mod vsock;

pub use buffer::ControlBuffer;
pub use device_memory::{DmabufCmsg, DmabufToken};
pub use extended_error::{ErrorOrigin, ReceivedError, SockExtendedErr, TimestampKind};
pub use packet_info::{In6Pktinfo, InPktinfo};
pub use table::{Kind, all, name_of};
pub use timestamp::{ScmTimestamping, ScmTimestamping64, ScmTsPktinfo, SockTxtime, Timestamp};
pub use ucred::Ucred;

use crate::constants::{Errno, Level};
use crate::error::DecodeError;
use crate::option::OptionValue;

/// A kind of control message: a type at a level, and the type of its data.
pub trait ControlMessage {
    /// What the message holds.
    type Value: OptionValue;
    /// `cmsg_level`.
    const LEVEL: Level;
    /// `cmsg_type`.
    const NAME: i32;
    /// The name of the type in C.
    const C_NAME: &'static str;
}

/// The control messages of one level: `"C_NAME" = number => Type: Value;` a line. Makes a type of each, and the
/// level's table.
macro_rules! messages {
    (
        $level:expr;
        $( $(#[$meta:meta])* $c_name:literal = $number:expr => $Type:ident: $Value:ty; )*
    ) => {
        $(
            $(#[$meta])*
            #[doc(alias = $c_name)]
            #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
            pub struct $Type;

            impl $crate::message::ControlMessage for $Type {
                type Value = $Value;
                const LEVEL: $crate::constants::Level = $level;
                const NAME: i32 = $number;
                const C_NAME: &'static str = $c_name;
            }
        )*

        /// Every typed message of this level.
        pub(in crate::message) const TABLE: &[$crate::message::Kind] = &[
            $( $crate::message::Kind { level: $level, name: $number, c_name: $c_name }, )*
        ];
    };
}

pub(crate) use messages;

const WORD: usize = size_of::<usize>();
/// `CMSG_LEN(0)`: a length as wide as a pointer, a level, a type.
const HEADER: usize = WORD + 8;

/// `CMSG_ALIGN`: `len` rounded up to the width of a pointer.
const fn align(len: usize) -> usize {
    len.saturating_add(WORD - 1) & !(WORD - 1)
}

/// `CMSG_LEN`: what `cmsg_len` says of a control message of `data` bytes.
#[doc(alias = "CMSG_LEN")]
pub const fn control_len(data: usize) -> usize {
    HEADER.saturating_add(data)
}

/// `CMSG_SPACE`: the room that a control message of `data` bytes takes.
#[doc(alias = "CMSG_SPACE")]
pub const fn control_space(data: usize) -> usize {
    HEADER.saturating_add(align(data))
}

/// One control message, borrowed from the buffer that it was received into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Control<'a> {
    /// `cmsg_level`.
    pub level: Level,
    /// `cmsg_type`.
    pub name: i32,
    /// The data.
    pub data: &'a [u8],
}

impl Control<'_> {
    /// Whether it is of the kind `M`.
    #[inline]
    fn is<M: ControlMessage>(&self) -> bool {
        (self.level, self.name) == (M::LEVEL, M::NAME)
    }

    /// The value of this message where it is of the kind `message`, `None` where it is another.
    ///
    /// # Errors
    /// [`DecodeError`] where the data does not hold such a value, for instance because it was cut off.
    #[inline]
    pub fn get<M: ControlMessage>(&self, message: M) -> Result<Option<M::Value>, DecodeError> {
        let _ = message;
        if self.is::<M>() { Ok(Some(M::Value::decode(self.data)?)) } else { Ok(None) }
    }
}

/// The control messages of a received buffer. Ends at the first that is cut short or malformed.
#[derive(Clone, Debug)]
pub struct Controls<'a> {
    rest: &'a [u8],
}

impl<'a> Controls<'a> {
    /// The control messages in the bytes that `recv_msg` filled in.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Controls { rest: bytes }
    }

    /// What has not been iterated over: at the end nothing, or a message that was cut short.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The value of the first message of the kind `message`; `None` where there is none.
    ///
    /// # Errors
    /// [`DecodeError`] where its data does not hold such a value.
    #[inline]
    pub fn first<M: ControlMessage + Copy>(mut self, message: M) -> Result<Option<M::Value>, DecodeError> {
        self.find_map(|control| control.get(message).transpose()).transpose()
    }
}

impl<'a> Iterator for Controls<'a> {
    type Item = Control<'a>;

    #[inline]
    fn next(&mut self) -> Option<Control<'a>> {
        let header = self.rest.first_chunk::<HEADER>()?;
        let (len, header) = header.split_first_chunk()?;
        let (level, header) = header.split_first_chunk()?;
        let (name, _) = header.split_first_chunk()?;
        let len = usize::from_ne_bytes(*len);
        let data = self.rest.get(HEADER..len)?;
        // The last message may come without its padding.
        self.rest = self.rest.get(align(len).min(self.rest.len())..).unwrap_or_default();
        Some(Control { level: Level(i32::from_ne_bytes(*level)), name: i32::from_ne_bytes(*name), data })
    }
}

/// Whether `bytes` are control messages and nothing else, as a kernel wants them when it sends: a rest that is
/// too short for a header is overlooked.
pub fn is_well_formed(bytes: &[u8]) -> bool {
    let whole =
        Controls::new(bytes).map(|control| control_space(control.data.len())).fold(0, usize::saturating_add);
    bytes.get(whole..).is_none_or(|rest| rest.len() < HEADER)
}

/// Writes control messages into a buffer.
///
/// The buffer need not be aligned: a backend whose kernel wants alignment copies it.
#[derive(Debug)]
pub struct ControlWriter<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl<'a> ControlWriter<'a> {
    /// Writes to the beginning of `bytes`.
    pub fn new(bytes: &'a mut [u8]) -> Self {
        ControlWriter { bytes, len: 0 }
    }

    /// Adds a message.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit with its padding; what was there stays.
    pub fn push(&mut self, level: Level, name: i32, data: &[u8]) -> Result<(), Errno> {
        let end = self.len.saturating_add(control_space(data.len()));
        self.bytes.get(self.len..end).ok_or(Errno::ENOBUFS)?;
        self.deliver(level, name, data);
        Ok(())
    }

    /// Adds a message as a kernel gives it to a receiver (`put_cmsg`): padding at the end of the buffer is left
    /// out where there is no room for it, and so is the end of the data, or the whole message where there is
    /// none even for a header. Returns whether all of the data is there; `MSG_CTRUNC` says that it is not.
    pub fn deliver(&mut self, level: Level, name: i32, data: &[u8]) -> bool {
        let Some(room) = self.bytes.get_mut(self.len..).filter(|room| room.len() >= HEADER) else {
            return false;
        };
        let whole = control_len(data.len());
        let len = whole.min(room.len());
        let end = control_space(data.len()).min(room.len());
        let fields = len.to_ne_bytes().into_iter().chain(level.0.to_ne_bytes()).chain(name.to_ne_bytes());
        let padded = fields.chain(data.iter().copied()).chain([0; WORD]);
        for (to, from) in room.iter_mut().take(end).zip(padded) {
            *to = from;
        }
        self.len = self.len.saturating_add(end);
        len == whole
    }

    /// Adds a message of the kind `message`.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit; what was there stays.
    pub fn put<M: ControlMessage>(&mut self, message: M, value: &M::Value) -> Result<(), Errno> {
        let _ = message;
        self.push(M::LEVEL, M::NAME, value.encode().as_ref())
    }

    /// The bytes written.
    pub fn into_bytes(self) -> &'a [u8] {
        let len = self.len;
        self.bytes.get(..len).unwrap_or_default()
    }
}

/// The tables of the names in this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[alg::AlgOperation::TABLE, ErrorOrigin::TABLE, TimestampKind::TABLE];
