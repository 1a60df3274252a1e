//! Messages: a header, and a payload that the kind of message gives its form.

use crate::constants::{Errno, flag_names, value_names};
use crate::error::DecodeError;
use crate::layout::{Field, newtype_field, structure};
use crate::option::OptionValue;

use super::{AttributeWriter, Attributes, align};

value_names! {
    /// What a message is: below 16 (`NLMSG_MIN_TYPE`) the same for every protocol, and from there on the
    /// protocol's own. Here and in `Debug` those are `NETLINK_ROUTE`'s (linux/rtnetlink.h).
    pub struct MessageType(u16) {
        /// Nothing.
        "NLMSG_NOOP" => NOOP = 1;
        /// An error, or an acknowledgement: [`super::NetlinkError`].
        "NLMSG_ERROR" => ERROR = 2;
        /// The end of an answer in many messages.
        "NLMSG_DONE" => DONE = 3;
        /// Data was lost.
        "NLMSG_OVERRUN" => OVERRUN = 4;
        /// The first number that is the protocol's own.
        "NLMSG_MIN_TYPE" => MIN_TYPE = 16;
        /// An interface appears or changes.
        "RTM_NEWLINK" => NEWLINK = 16;
        /// An interface disappears.
        "RTM_DELLINK" => DELLINK = 17;
        /// Asks for interfaces.
        "RTM_GETLINK" => GETLINK = 18;
        /// Changes an interface.
        "RTM_SETLINK" => SETLINK = 19;
        /// An address appears.
        "RTM_NEWADDR" => NEWADDR = 20;
        /// An address disappears.
        "RTM_DELADDR" => DELADDR = 21;
        /// Asks for addresses.
        "RTM_GETADDR" => GETADDR = 22;
        /// A route appears.
        "RTM_NEWROUTE" => NEWROUTE = 24;
        /// A route disappears.
        "RTM_DELROUTE" => DELROUTE = 25;
        /// Asks for routes.
        "RTM_GETROUTE" => GETROUTE = 26;
        /// A neighbour appears or changes.
        "RTM_NEWNEIGH" => NEWNEIGH = 28;
        /// A neighbour disappears.
        "RTM_DELNEIGH" => DELNEIGH = 29;
        /// Asks for neighbours.
        "RTM_GETNEIGH" => GETNEIGH = 30;
        /// A rule of routing appears.
        "RTM_NEWRULE" => NEWRULE = 32;
        /// A rule of routing disappears.
        "RTM_DELRULE" => DELRULE = 33;
        /// Asks for rules of routing.
        "RTM_GETRULE" => GETRULE = 34;
        /// A queue of traffic control appears.
        "RTM_NEWQDISC" => NEWQDISC = 36;
        /// A queue of traffic control disappears.
        "RTM_DELQDISC" => DELQDISC = 37;
        /// Asks for queues of traffic control.
        "RTM_GETQDISC" => GETQDISC = 38;
        /// A class of traffic appears.
        "RTM_NEWTCLASS" => NEWTCLASS = 40;
        /// A class of traffic disappears.
        "RTM_DELTCLASS" => DELTCLASS = 41;
        /// Asks for classes of traffic.
        "RTM_GETTCLASS" => GETTCLASS = 42;
        /// A filter of traffic appears.
        "RTM_NEWTFILTER" => NEWTFILTER = 44;
        /// A filter of traffic disappears.
        "RTM_DELTFILTER" => DELTFILTER = 45;
        /// Asks for filters of traffic.
        "RTM_GETTFILTER" => GETTFILTER = 46;
        /// An action of traffic control appears.
        "RTM_NEWACTION" => NEWACTION = 48;
        /// An action of traffic control disappears.
        "RTM_DELACTION" => DELACTION = 49;
        /// Asks for actions of traffic control.
        "RTM_GETACTION" => GETACTION = 50;
        /// A prefix was announced by a router (IPv6).
        "RTM_NEWPREFIX" => NEWPREFIX = 52;
        /// Asks for multicast addresses.
        "RTM_GETMULTICAST" => GETMULTICAST = 58;
        /// Asks for anycast addresses.
        "RTM_GETANYCAST" => GETANYCAST = 62;
        /// A table of neighbours, as an answer.
        "RTM_NEWNEIGHTBL" => NEWNEIGHTBL = 64;
        /// Asks for tables of neighbours.
        "RTM_GETNEIGHTBL" => GETNEIGHTBL = 66;
        /// Changes a table of neighbours.
        "RTM_SETNEIGHTBL" => SETNEIGHTBL = 67;
        /// An option of neighbour discovery for programs came (RFC 8106).
        "RTM_NEWNDUSEROPT" => NEWNDUSEROPT = 68;
        /// A label of IPv6 addresses appears (RFC 6724).
        "RTM_NEWADDRLABEL" => NEWADDRLABEL = 72;
        /// A label of IPv6 addresses disappears.
        "RTM_DELADDRLABEL" => DELADDRLABEL = 73;
        /// Asks for labels of IPv6 addresses.
        "RTM_GETADDRLABEL" => GETADDRLABEL = 74;
        /// Asks for data centre bridging.
        "RTM_GETDCB" => GETDCB = 78;
        /// Changes data centre bridging.
        "RTM_SETDCB" => SETDCB = 79;
        /// The configuration of a protocol changed.
        "RTM_NEWNETCONF" => NEWNETCONF = 80;
        /// The configuration of a protocol disappears.
        "RTM_DELNETCONF" => DELNETCONF = 81;
        /// Asks for the configuration of a protocol.
        "RTM_GETNETCONF" => GETNETCONF = 82;
        /// A multicast entry of a bridge appears.
        "RTM_NEWMDB" => NEWMDB = 84;
        /// A multicast entry of a bridge disappears.
        "RTM_DELMDB" => DELMDB = 85;
        /// Asks for multicast entries of a bridge.
        "RTM_GETMDB" => GETMDB = 86;
        /// A number of a namespace appears.
        "RTM_NEWNSID" => NEWNSID = 88;
        /// A number of a namespace disappears.
        "RTM_DELNSID" => DELNSID = 89;
        /// Asks for the number of a namespace.
        "RTM_GETNSID" => GETNSID = 90;
        /// Figures of an interface, as an answer.
        "RTM_NEWSTATS" => NEWSTATS = 92;
        /// Asks for figures of interfaces.
        "RTM_GETSTATS" => GETSTATS = 94;
        /// Switches figures of an interface on or off.
        "RTM_SETSTATS" => SETSTATS = 95;
        /// A multicast router is told of a packet.
        "RTM_NEWCACHEREPORT" => NEWCACHEREPORT = 96;
        /// A chain of filters appears.
        "RTM_NEWCHAIN" => NEWCHAIN = 100;
        /// A chain of filters disappears.
        "RTM_DELCHAIN" => DELCHAIN = 101;
        /// Asks for chains of filters.
        "RTM_GETCHAIN" => GETCHAIN = 102;
        /// A next hop appears.
        "RTM_NEWNEXTHOP" => NEWNEXTHOP = 104;
        /// A next hop disappears.
        "RTM_DELNEXTHOP" => DELNEXTHOP = 105;
        /// Asks for next hops.
        "RTM_GETNEXTHOP" => GETNEXTHOP = 106;
        /// An alternative name of an interface appears.
        "RTM_NEWLINKPROP" => NEWLINKPROP = 108;
        /// An alternative name of an interface disappears.
        "RTM_DELLINKPROP" => DELLINKPROP = 109;
        /// Asks for alternative names of interfaces.
        "RTM_GETLINKPROP" => GETLINKPROP = 110;
        /// A VLAN of a bridge's port appears.
        "RTM_NEWVLAN" => NEWVLAN = 112;
        /// A VLAN of a bridge's port disappears.
        "RTM_DELVLAN" => DELVLAN = 113;
        /// Asks for VLANs of bridges' ports.
        "RTM_GETVLAN" => GETVLAN = 114;
        /// A bucket of a resilient next hop changes.
        "RTM_NEWNEXTHOPBUCKET" => NEWNEXTHOPBUCKET = 116;
        /// A bucket of a resilient next hop disappears.
        "RTM_DELNEXTHOPBUCKET" => DELNEXTHOPBUCKET = 117;
        /// Asks for buckets of a resilient next hop.
        "RTM_GETNEXTHOPBUCKET" => GETNEXTHOPBUCKET = 118;
        /// A tunnel's entry appears.
        "RTM_NEWTUNNEL" => NEWTUNNEL = 120;
        /// A tunnel's entry disappears.
        "RTM_DELTUNNEL" => DELTUNNEL = 121;
        /// Asks for tunnels' entries.
        "RTM_GETTUNNEL" => GETTUNNEL = 122;
        /// The first number of `NETLINK_ROUTE`: that of [`MessageType::NEWLINK`].
        "RTM_BASE" => BASE = 16;
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
        /// To get: everything (`NLM_F_ROOT | NLM_F_MATCH`).
        "NLM_F_DUMP" => DUMP = 0x300;
        /// To make: replace what there is.
        "NLM_F_REPLACE" => REPLACE = 0x100;
        /// To make: fail where there is one.
        "NLM_F_EXCL" => EXCL = 0x200;
        /// To make: where there is none.
        "NLM_F_CREATE" => CREATE = 0x400;
        /// To make: at the end of the list.
        "NLM_F_APPEND" => APPEND = 0x800;
        /// To delete: not what is below.
        "NLM_F_NONREC" => NONREC = 0x100;
        /// To delete: many. Since Linux 5.19.
        "NLM_F_BULK" => BULK = 0x200;
        /// In an acknowledgement: the request's payload was left out.
        "NLM_F_CAPPED" => CAPPED = 0x100;
        /// In an acknowledgement: attributes follow.
        "NLM_F_ACK_TLVS" => ACK_TLVS = 0x200;
    }
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

impl<'a> Message<'a> {
    /// The structure that the payload begins with, and the attributes behind it.
    ///
    /// ```
    /// use anysock::constants::link_attribute::LinkAttribute;
    /// use anysock::netlink::{IfInfoMsg, Message};
    /// use anysock::DecodeError;
    ///
    /// /// The number and the size of the largest packet of the interface that an `RTM_NEWLINK` tells of.
    /// fn mtu(message: &Message<'_>) -> Result<(u32, Option<u32>), DecodeError> {
    ///     let (link, attributes) = message.body::<IfInfoMsg>()?;
    ///     Ok((link.index, attributes.value(LinkAttribute::MTU.0)))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where the structure is cut short.
    pub fn body<T: OptionValue>(&self) -> Result<(T, Attributes<'a>), DecodeError> {
        let len = align(T::buffer().as_ref().len());
        let body = T::decode(self.payload)?;
        Ok((body, Attributes::new(self.payload.get(len..).unwrap_or_default())))
    }
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
