//! What the kernel thinks of a request: an acknowledgement, or an error with its reason in words.

use core::fmt;

use crate::constants::Errno;
use crate::error::DecodeError;
use crate::layout::structure;
use crate::option::OptionValue;

use super::{Attributes, Message, MessageFlags, MessageType, NlMsgHdr, align};

structure! {
    "struct nlmsgerr", "linux/netlink.h";
    /// The body of a message of the type `NLMSG_ERROR`.
    pub struct NlMsgErr {
        /// The error as a negative number; 0 in an acknowledgement.
        pub error: i32 = "error",
        /// The header of the request.
        pub request: NlMsgHdr = "msg",
    }
}

/// An acknowledgement or an error, with the kernel's extended acknowledgement where `NETLINK_EXT_ACK` asked
/// for it.
///
/// ```
/// use anysock::Errno;
/// use anysock::netlink::{Messages, NetlinkError};
///
/// let mut datagram = [0; 56];
/// datagram[..4].copy_from_slice(&56u32.to_ne_bytes());
/// datagram[4..6].copy_from_slice(&2u16.to_ne_bytes()); // NLMSG_ERROR
/// datagram[6..8].copy_from_slice(&0x300u16.to_ne_bytes()); // NLM_F_CAPPED | NLM_F_ACK_TLVS
/// datagram[16..20].copy_from_slice(&(-22i32).to_ne_bytes());
/// datagram[36..38].copy_from_slice(&18u16.to_ne_bytes());
/// datagram[38..40].copy_from_slice(&1u16.to_ne_bytes()); // NLMSGERR_ATTR_MSG
/// datagram[40..54].copy_from_slice(b"Invalid link.\0");
/// let message = Messages::new(&datagram).next().unwrap();
/// let error = NetlinkError::decode(&message)?;
/// assert_eq!(error.errno(), Some(Errno::EINVAL));
/// assert_eq!(error.to_string(), "Invalid argument (EINVAL): Invalid link.");
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NetlinkError<'a> {
    /// The error, and the header of the request.
    pub body: NlMsgErr,
    /// The payload of the request; empty in an acknowledgement, or with `NETLINK_CAP_ACK`.
    pub request: &'a [u8],
    /// The extended acknowledgement, as attributes.
    pub extended: &'a [u8],
}

impl<'a> NetlinkError<'a> {
    /// What a message of the type `NLMSG_ERROR` says, or of the type `NLMSG_DONE`: the end of a dump brings an
    /// error and its reason, too, but nothing of the request; the header is its own.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] for another type, [`DecodeError::TooShort`] where bytes are missing.
    pub fn decode(message: &Message<'a>) -> Result<Self, DecodeError> {
        match message.header.kind {
            MessageType::ERROR => NetlinkError::of_error(message),
            MessageType::DONE => NetlinkError::of_done(message),
            _ => Err(DecodeError::Invalid { offset: 4 }),
        }
    }

    fn of_done(message: &Message<'a>) -> Result<Self, DecodeError> {
        let found = message.payload.len();
        let (error, rest) =
            message.payload.split_first_chunk().ok_or(DecodeError::TooShort { needed: 4, found })?;
        let body = NlMsgErr { error: i32::from_ne_bytes(*error), request: message.header };
        let extended = if message.header.flags.contains(MessageFlags::ACK_TLVS) { rest } else { &[] };
        Ok(NetlinkError { body, request: &[], extended })
    }

    fn of_error(message: &Message<'a>) -> Result<Self, DecodeError> {
        let body = NlMsgErr::decode(message.payload)?;
        let rest = message.payload.get(NlMsgErr::SIZE..).unwrap_or_default();
        let flags = message.header.flags;
        let request = match flags.contains(MessageFlags::CAPPED) {
            true => 0,
            false => (body.request.len as usize).saturating_sub(NlMsgHdr::SIZE),
        };
        let too_short = DecodeError::TooShort {
            needed: NlMsgErr::SIZE.saturating_add(request),
            found: message.payload.len(),
        };
        let extended = match flags.contains(MessageFlags::ACK_TLVS) {
            true => rest.get(align(request)..).ok_or(too_short)?,
            false => &[],
        };
        Ok(NetlinkError { body, request: rest.get(..request).ok_or(too_short)?, extended })
    }

    /// The error; `None` in an acknowledgement.
    pub fn errno(&self) -> Option<Errno> {
        Some(Errno(self.body.error.wrapping_neg())).filter(|errno| errno.0 != 0)
    }

    /// The reason in words (`NLMSGERR_ATTR_MSG`), without a terminating zero. With an acknowledgement it is
    /// a warning.
    pub fn message(&self) -> Option<&'a [u8]> {
        Attributes::new(self.extended).first(1).map(|attribute| attribute.text())
    }

    /// Where in the request the wrong attribute is, from the header on (`NLMSGERR_ATTR_OFFS`).
    pub fn offset(&self) -> Option<u32> {
        self.number(2)
    }

    /// What identifies that which was made (`NLMSGERR_ATTR_COOKIE`).
    pub fn cookie(&self) -> Option<&'a [u8]> {
        Attributes::new(self.extended).first(3).map(|attribute| attribute.data)
    }

    /// What the wrong attribute should have been (`NLMSGERR_ATTR_POLICY`). Since Linux 5.10.
    pub fn policy(&self) -> Option<Attributes<'a>> {
        Attributes::new(self.extended).first(4).map(|attribute| attribute.nested())
    }

    /// The number of the attribute that is missing (`NLMSGERR_ATTR_MISS_TYPE`). Since Linux 6.1.
    pub fn missing(&self) -> Option<u32> {
        self.number(5)
    }

    /// Where the attribute is that one is missing in; `None` for the message itself
    /// (`NLMSGERR_ATTR_MISS_NEST`). Since Linux 6.1.
    pub fn missing_in(&self) -> Option<u32> {
        self.number(6)
    }

    fn number(&self, attribute: u16) -> Option<u32> {
        u32::decode(Attributes::new(self.extended).first(attribute)?.data).ok()
    }
}

impl fmt::Display for NetlinkError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.errno() {
            Some(errno) => errno.fmt(f)?,
            None => f.write_str("acknowledged")?,
        }
        if let Some(message) = self.message() {
            f.write_str(": ")?;
            for chunk in message.utf8_chunks() {
                f.write_str(chunk.valid())?;
                write!(f, "{}", chunk.invalid().escape_ascii())?;
            }
        }
        if let Some(offset) = self.offset() {
            write!(f, " (at byte {offset})")?;
        }
        match (self.missing(), self.missing_in()) {
            (Some(number), Some(offset)) => write!(f, " (attribute {number} is missing at byte {offset})"),
            (Some(number), None) => write!(f, " (attribute {number} is missing)"),
            (None, _) => Ok(()),
        }
    }
}
