//! `AF_NETROM`: `struct sockaddr_ax25` and `struct full_sockaddr_ax25` (linux/ax25.h, linux/netrom.h).

use core::fmt;
use core::str::FromStr;

use super::ax25::{self, FULL_SOCKADDR_AX25};
use super::fields::Encoded;
use super::{CallSign, Digipeaters, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// The address of a NET/ROM socket: a user, and the node that the user is at.
///
/// `getpeername` answers with both, a user who `bind`s for another names both; elsewhere it is one call sign.
/// They are the call sign and the first digipeater of an AX.25 address.
///
/// Its text is `netrom:` and the user, and `@` and the node where there is one: `netrom:N0CALL-7@NODE-1`.
///
/// ```
/// use anysock::addr::{NetromAddr, SockAddr};
///
/// let user: NetromAddr = "netrom:N0CALL-7@NODE-1".parse().unwrap();
/// assert_eq!(user.node.map(|node| node.ssid()), Some(1));
/// assert_eq!(NetromAddr::decode(user.encode().as_ref()), Ok(user));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NetromAddr {
    /// `sax25_call`: the user.
    pub user: CallSign,
    /// `fsa_digipeater[0]`: the node.
    pub node: Option<CallSign>,
}

impl SockAddr for NetromAddr {
    type Encoded = Encoded<FULL_SOCKADDR_AX25>;
    type Buffer = [u8; FULL_SOCKADDR_AX25];

    /// `struct sockaddr_ax25` without a node, `struct full_sockaddr_ax25` with one.
    fn encode(&self) -> Self::Encoded {
        let mut path = Digipeaters::NONE;
        if let Some(node) = self.node {
            // There is room for eight.
            let _ = path.push(node);
        }
        ax25::encode(Family::NETROM, self.user, &path)
    }

    /// [`DecodeError::Invalid`] for more than one digipeater.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (user, path) = ax25::decode(bytes, Family::NETROM)?;
        match *path.as_slice() {
            [] => Ok(NetromAddr { user, node: None }),
            [node] => Ok(NetromAddr { user, node: Some(node) }),
            _ => Err(DecodeError::Invalid { offset: 12 }),
        }
    }

    fn buffer() -> Self::Buffer {
        [0; FULL_SOCKADDR_AX25]
    }
}

impl fmt::Display for NetromAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "netrom:{}", self.user)?;
        match self.node {
            Some(node) => write!(f, "@{node}"),
            None => Ok(()),
        }
    }
}

impl FromStr for NetromAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("netrom:")?;
            let user = CallSign::read(text)?;
            let node = if text.accept("@") { Some(CallSign::read(text)?) } else { None };
            Ok(NetromAddr { user, node })
        })
    }
}
