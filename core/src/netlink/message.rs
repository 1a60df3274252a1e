//! Messages: a header, and a payload that the kind of message gives its form.

use crate::constants::{Errno, flag_names, value_names};
use crate::layout::{Field, newtype_field, structure};

use super::{AttributeWriter, align};

value_names! {
    /// What a message is: one of these, or from 16 (`NLMSG_MIN_TYPE`) on the protocol's own, for instance
    /// `RTM_NEWLINK`.
    pub struct MessageType(u16) {
        /// Nothing.
        "NLMSG_NOOP" => NOOP = 1;
        /// An error, or an acknowledgement: [`super::NetlinkError`].
        "NLMSG_ERROR" => ERROR = 2;
        /// The end of an answer in many messages.
        "NLMSG_DONE" => DONE = 3;
        /// Data was lost.
        "NLMSG_OVERRUN" => OVERRUN = 4;
    }
}

flag_names! {
    /// Flags of a message. From 0x100 on, requests to get, to make and to delete have different ones with the
    /// same numbers; `Debug` prints those of getting.
    pub struct MessageFlags(u16) {
        /// It is a request.
        "NLM_F_REQUEST" => REQUEST = 0x01;
        /// More messages belong to it, the last of which is `NLMSG_DONE`.
        "NLM_F_MULTI" => MULTI = 0x02;
        /// An acknowledgement is wanted.
        "NLM_F_ACK" => ACK = 0x04;
        /// The resulting notifications are wanted, too.
        "NLM_F_ECHO" => ECHO = 0x08;
        /// The answer is inconsistent: something changed meanwhile.
        "NLM_F_DUMP_INTR" => DUMP_INTR = 0x10;
        /// The answer was filtered, as asked for.
        "NLM_F_DUMP_FILTERED" => DUMP_FILTERED = 0x20;
        /// To get: everything, from the root on.
        "NLM_F_ROOT" => ROOT = 0x100;
        /// To get: everything that matches.
        "NLM_F_MATCH" => MATCH = 0x200;
        /// To get: all at one moment.
        "NLM_F_ATOMIC" => ATOMIC = 0x400;
    }
}

impl MessageFlags {
    /// To get: everything (`NLM_F_ROOT | NLM_F_MATCH`).
    #[doc(alias = "NLM_F_DUMP")]
    pub const DUMP: MessageFlags = MessageFlags(0x300);
    /// To make: replace what there is.
    #[doc(alias = "NLM_F_REPLACE")]
    pub const REPLACE: MessageFlags = MessageFlags(0x100);
    /// To make: fail where there is one.
    #[doc(alias = "NLM_F_EXCL")]
    pub const EXCL: MessageFlags = MessageFlags(0x200);
    /// To make: where there is none.
    #[doc(alias = "NLM_F_CREATE")]
    pub const CREATE: MessageFlags = MessageFlags(0x400);
    /// To make: at the end of the list.
    #[doc(alias = "NLM_F_APPEND")]
    pub const APPEND: MessageFlags = MessageFlags(0x800);
    /// To delete: not what is below.
    #[doc(alias = "NLM_F_NONREC")]
    pub const NONREC: MessageFlags = MessageFlags(0x100);
    /// To delete: many. Since Linux 5.19.
    #[doc(alias = "NLM_F_BULK")]
    pub const BULK: MessageFlags = MessageFlags(0x200);
    /// In an acknowledgement: the request's payload was left out.
    #[doc(alias = "NLM_F_CAPPED")]
    pub const CAPPED: MessageFlags = MessageFlags(0x100);
    /// In an acknowledgement: attributes follow.
    #[doc(alias = "NLM_F_ACK_TLVS")]
    pub const ACK_TLVS: MessageFlags = MessageFlags(0x200);
}

newtype_field!(MessageType: u16, MessageFlags: u16);

structure! {
    "struct nlmsghdr", "linux/netlink.h";
    /// The header of a message.
    pub struct NlMsgHdr {
        /// The length of header and payload, in bytes.
        pub len: u32 = "nlmsg_len",
        /// What the message is.
        pub kind: MessageType = "nlmsg_type",
        /// The flags.
        pub flags: MessageFlags = "nlmsg_flags",
        /// The number of the request that it answers.
        pub sequence: u32 = "nlmsg_seq",
        /// The port of the socket; 0 for the kernel's.
        pub port: u32 = "nlmsg_pid",
    }
}

/// A message, borrowed from the buffer that it was received into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message<'a> {
    /// The header.
    pub header: NlMsgHdr,
    /// What follows it.
    pub payload: &'a [u8],
}

/// The messages in a datagram. Ends at the first that is cut short or malformed.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// The messages in `datagram`.
    pub const fn new(datagram: &'a [u8]) -> Self {
        Messages { rest: datagram }
    }

    /// What has not been iterated over: at the end nothing, or what is no message.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let header = NlMsgHdr::take(self.rest)?;
        let len = header.len as usize;
        let payload = self.rest.get(NlMsgHdr::SIZE..len)?;
        self.rest = self.rest.get(align(len)..).unwrap_or_default();
        Some(Message { header, payload })
    }
}

/// Writes messages into a datagram.
#[derive(Debug)]
pub struct MessageWriter<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl<'a> MessageWriter<'a> {
    /// Writes to the beginning of `bytes`.
    pub const fn new(bytes: &'a mut [u8]) -> Self {
        MessageWriter { bytes, len: 0 }
    }

    /// Adds a message of the type `kind`, with a structure for a body (padded to four bytes) and the
    /// attributes that `fill` writes. The port is 0, which the kernel fills in.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, and what `fill` gives; what was there stays.
    pub fn push<F>(
        &mut self,
        kind: u16,
        flags: MessageFlags,
        sequence: u32,
        body: &[u8],
        fill: F,
    ) -> Result<(), Errno>
    where
        F: FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    {
        let room = self.bytes.get_mut(self.len..).ok_or(Errno::ENOBUFS)?;
        let (header, room) = room.split_at_mut_checked(NlMsgHdr::SIZE).ok_or(Errno::ENOBUFS)?;
        let (start, room) = room.split_at_mut_checked(align(body.len())).ok_or(Errno::ENOBUFS)?;
        let mut attributes = AttributeWriter::new(room);
        fill(&mut attributes)?;
        let len = NlMsgHdr::SIZE.saturating_add(start.len()).saturating_add(attributes.len());
        start.fill(0);
        for (to, from) in start.iter_mut().zip(body) {
            *to = *from;
        }
        let total = u32::try_from(len).map_err(|_| Errno::EMSGSIZE)?;
        NlMsgHdr { len: total, kind: MessageType(kind), flags, sequence, port: 0 }.put(header);
        self.len = self.len.saturating_add(len);
        Ok(())
    }

    /// The datagram.
    pub fn into_bytes(self) -> &'a [u8] {
        let len = self.len;
        self.bytes.get(..len).unwrap_or_default()
    }
}
