//! `AF_NETLINK`: `struct sockaddr_nl` (netlink(7), linux/netlink.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_nl)`.
const SOCKADDR_NL: usize = 12;

/// The address of a netlink socket: a port, or multicast groups, or both.
///
/// Its text is the port and, where there are any, the mask of groups: `netlink:1234`, `netlink:0/groups:11`.
///
/// ```
/// use anysock::addr::{NetlinkAddr, SockAddr};
///
/// let links_and_ipv4 = NetlinkAddr { port: 0, groups: 0x11 }; // RTMGRP_LINK, RTMGRP_IPV4_IFADDR
/// assert_eq!(links_and_ipv4.to_string(), "netlink:0/groups:11");
/// assert_eq!(NetlinkAddr::decode(&links_and_ipv4.encode()), Ok(links_and_ipv4));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NetlinkAddr {
    /// `nl_pid`: the port. 0 is the kernel, or, to `bind`, a port of the kernel's choice.
    pub port: u32,
    /// `nl_groups`: a mask of the first 32 multicast groups. Later ones need NETLINK_ADD_MEMBERSHIP.
    pub groups: u32,
}

impl NetlinkAddr {
    /// The kernel.
    pub const KERNEL: NetlinkAddr = NetlinkAddr { port: 0, groups: 0 };
}

impl SockAddr for NetlinkAddr {
    type Encoded = [u8; SOCKADDR_NL];
    type Buffer = [u8; SOCKADDR_NL];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::NETLINK)
            .skip(2)
            .put(self.port.to_ne_bytes())
            .put(self.groups.to_ne_bytes())
            .finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::NETLINK, SOCKADDR_NL)?;
        fields.skip(2);
        Ok(NetlinkAddr { port: u32::from_ne_bytes(fields.take()), groups: u32::from_ne_bytes(fields.take()) })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_NL]
    }
}

impl fmt::Display for NetlinkAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "netlink:{}", self.port)?;
        if self.groups != 0 {
            write!(f, "/groups:{:x}", self.groups)?;
        }
        Ok(())
    }
}

impl FromStr for NetlinkAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("netlink:")?;
            Ok(NetlinkAddr { port: text.decimal()?, groups: text.optional_hex("/groups:")? })
        })
    }
}
