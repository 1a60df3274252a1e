//! Netlink: messages, their attributes, and a [`Client`] that asks the kernel (netlink(7), rtnetlink(7),
//! Documentation/userspace-api/netlink/intro.rst).
//!
//! A datagram is one or more messages; a message is a header, a structure of its kind, and attributes, each
//! aligned to four bytes.
//!
//! ```
//! use anysock::netlink::{Attributes, IfInfoMsg, MessageFlags, MessageWriter, Messages};
//!
//! // Asks for the interface "lo": RTM_GETLINK (18) with IFLA_IFNAME (3).
//! let mut buffer = [0; 128];
//! let mut writer = MessageWriter::new(&mut buffer);
//! writer.push(18, MessageFlags::REQUEST, 1, &IfInfoMsg::default().encode(), |attributes| {
//!     attributes.push(3, b"lo\0")
//! })?;
//! let message = Messages::new(writer.into_bytes()).next().unwrap();
//! let name = Attributes::new(&message.payload[IfInfoMsg::SIZE..]).next().unwrap();
//! assert_eq!((message.header.len, name.number(), name.text()), (40, 3, &b"lo"[..]));
//! # Ok::<(), anysock::Errno>(())
//! ```

mod attribute;
mod client;
mod error;
mod generic;
mod message;
mod next_hops;
mod route;
pub mod sock_diag;
mod uevent;

pub use attribute::{Attribute, AttributeWriter, Attributes, NlAttr, NlaBitfield32};
pub use client::{Client, RequestError};
pub use error::{NetlinkError, NlMsgErr};
pub use generic::GenericFamily;
pub use message::{Message, MessageFlags, MessageType, MessageWriter, Messages, NlMsgHdr};
pub use next_hops::NextHops;
pub use route::{
    GenlMsgHdr, IfAddrMsg, IfInfoMsg, IfaCacheinfo, NdMsg, NdaCacheinfo, PrefixMsg, RtGenMsg, RtMsg,
    RtNexthop, RtaCacheinfo, TcMsg,
};
pub use sock_diag::{InetDiagMsg, InetDiagReqV2, InetDiagSockid, UnixDiagMsg, UnixDiagReq, UnixDiagRqlen};
pub use uevent::Uevent;

/// Messages and attributes begin at multiples of this (`NLMSG_ALIGNTO`, `NLA_ALIGNTO`).
const ALIGNMENT: usize = 4;

/// `len` rounded up to where the next message or attribute begins.
const fn align(len: usize) -> usize {
    crate::layout::round_up(len, ALIGNMENT)
}

/// The tables of the names in this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[MessageType::TABLE, MessageFlags::TABLE];
