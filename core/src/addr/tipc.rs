//! `AF_TIPC`: `struct sockaddr_tipc` (linux/tipc.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// `sizeof(struct sockaddr_tipc)`.
const SOCKADDR_TIPC: usize = 16;
/// `TIPC_SERVICE_RANGE`, also called TIPC_ADDR_NAMESEQ and TIPC_ADDR_MCAST.
const SERVICE_RANGE: u8 = 1;
/// `TIPC_SERVICE_ADDR`, also called TIPC_ADDR_NAME.
const SERVICE_ADDR: u8 = 2;
/// `TIPC_SOCKET_ADDR`, also called TIPC_ADDR_ID.
const SOCKET_ADDR: u8 = 3;

/// The address of a TIPC socket: a name, and how far it is known.
///
/// Its text is TIPC's own: a service `{18888:17}`, one looked up on a given node only `{18888:17}@1001001`,
/// a range of instances `{18888:0:99}`, a socket `<1001001:4023>` (node and reference). A node is written in
/// hexadecimal. A scope follows as `/cluster`, `/node`, `/zone` or its number.
///
/// ```
/// use anysock::addr::{SockAddr, TipcAddr, TipcName, TipcScope};
///
/// let name = TipcName::Service { service: 18888, instance: 17, node: 0 };
/// let service = TipcAddr { name, scope: TipcScope::CLUSTER };
/// assert_eq!(service.to_string(), "{18888:17}/cluster");
/// assert_eq!("{18888:17}/cluster".parse(), Ok(service));
/// assert_eq!(TipcAddr::decode(&service.encode()), Ok(service));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TipcAddr {
    /// What the address names.
    pub name: TipcName,
    /// How far a name that is bound can be seen. Negative in `bind` it withdraws the name.
    pub scope: TipcScope,
}

/// What a [`TipcAddr`] names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TipcName {
    /// One instance of a service: `TIPC_SERVICE_ADDR`.
    #[doc(alias("TIPC_SERVICE_ADDR", "TIPC_ADDR_NAME"))]
    Service {
        /// The service's type; below 64 are the kernel's own.
        service: u32,
        /// The instance.
        instance: u32,
        /// `domain`: the node to look it up on; zero for the nearest.
        node: u32,
    },
    /// Instances of a service, to bind or to send to all of them: `TIPC_SERVICE_RANGE`.
    #[doc(alias("TIPC_SERVICE_RANGE", "TIPC_ADDR_NAMESEQ", "TIPC_ADDR_MCAST"))]
    Range {
        /// The service's type.
        service: u32,
        /// The first instance.
        lower: u32,
        /// The last instance.
        upper: u32,
    },
    /// One socket: `TIPC_SOCKET_ADDR`.
    #[doc(alias("TIPC_SOCKET_ADDR", "TIPC_ADDR_ID"))]
    Socket {
        /// Its number on its node.
        reference: u32,
        /// Its node.
        node: u32,
    },
}

/// How far a TIPC name can be seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TipcScope(pub i8);

impl TipcScope {
    /// None given; the kernel takes it as the cluster.
    pub const NONE: TipcScope = TipcScope(0);
    /// The zone; today the same as the cluster.
    #[doc(alias = "TIPC_ZONE_SCOPE")]
    pub const ZONE: TipcScope = TipcScope(1);
    /// The cluster.
    #[doc(alias = "TIPC_CLUSTER_SCOPE")]
    pub const CLUSTER: TipcScope = TipcScope(2);
    /// This node.
    #[doc(alias = "TIPC_NODE_SCOPE")]
    pub const NODE: TipcScope = TipcScope(3);
}

impl fmt::Debug for TipcScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            TipcScope::ZONE => f.write_str("TIPC_ZONE_SCOPE"),
            TipcScope::CLUSTER => f.write_str("TIPC_CLUSTER_SCOPE"),
            TipcScope::NODE => f.write_str("TIPC_NODE_SCOPE"),
            TipcScope(scope) => scope.fmt(f),
        }
    }
}

impl SockAddr for TipcAddr {
    type Encoded = [u8; SOCKADDR_TIPC];
    type Buffer = [u8; SOCKADDR_TIPC];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        let (kind, [first, second, third]) = match self.name {
            TipcName::Service { service, instance, node } => (SERVICE_ADDR, [service, instance, node]),
            TipcName::Range { service, lower, upper } => (SERVICE_RANGE, [service, lower, upper]),
            TipcName::Socket { reference, node } => (SOCKET_ADDR, [reference, node, 0]),
        };
        Writer::new(Family::TIPC)
            .put([kind])
            .put(self.scope.0.to_ne_bytes())
            .put(first.to_ne_bytes())
            .put(second.to_ne_bytes())
            .put(third.to_ne_bytes())
            .finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::TIPC, SOCKADDR_TIPC)?;
        let wrong_kind = fields.invalid();
        let kind = fields.byte();
        let scope = TipcScope(i8::from_ne_bytes(fields.take()));
        let [first, second, third] = core::array::from_fn(|_| u32::from_ne_bytes(fields.take()));
        let name = match kind {
            SERVICE_ADDR => TipcName::Service { service: first, instance: second, node: third },
            SERVICE_RANGE => TipcName::Range { service: first, lower: second, upper: third },
            SOCKET_ADDR => TipcName::Socket { reference: first, node: second },
            _ => return Err(wrong_kind),
        };
        Ok(TipcAddr { name, scope })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_TIPC]
    }
}

impl fmt::Display for TipcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            TipcName::Service { service, instance, node: 0 } => write!(f, "{{{service}:{instance}}}")?,
            TipcName::Service { service, instance, node } => write!(f, "{{{service}:{instance}}}@{node:x}")?,
            TipcName::Range { service, lower, upper } => write!(f, "{{{service}:{lower}:{upper}}}")?,
            TipcName::Socket { reference, node } => write!(f, "<{node:x}:{reference}>")?,
        }
        match self.scope {
            TipcScope::NONE => Ok(()),
            TipcScope::ZONE => f.write_str("/zone"),
            TipcScope::CLUSTER => f.write_str("/cluster"),
            TipcScope::NODE => f.write_str("/node"),
            TipcScope(scope) => write!(f, "/{scope}"),
        }
    }
}

impl FromStr for TipcAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let name = if text.accept("<") { socket_name(text)? } else { service_name(text)? };
            Ok(TipcAddr { name, scope: scope(text)? })
        })
    }
}

/// Behind the `<`.
fn socket_name(text: &mut Parser<'_>) -> Result<TipcName, ParseError> {
    let node = text.hex()?;
    text.literal(":")?;
    let reference = text.decimal()?;
    text.literal(">")?;
    Ok(TipcName::Socket { reference, node })
}

fn service_name(text: &mut Parser<'_>) -> Result<TipcName, ParseError> {
    text.literal("{")?;
    let service = text.decimal()?;
    text.literal(":")?;
    let first = text.decimal()?;
    if text.accept(":") {
        let upper = text.decimal()?;
        text.literal("}")?;
        return Ok(TipcName::Range { service, lower: first, upper });
    }
    text.literal("}")?;
    Ok(TipcName::Service { service, instance: first, node: text.optional_hex("@")? })
}

fn scope(text: &mut Parser<'_>) -> Result<TipcScope, ParseError> {
    if !text.accept("/") {
        return Ok(TipcScope::NONE);
    }
    let named = [("zone", TipcScope::ZONE), ("cluster", TipcScope::CLUSTER), ("node", TipcScope::NODE)];
    match named.into_iter().find(|(name, _)| text.accept(name)) {
        Some((_, scope)) => Ok(scope),
        None => match text.signed() {
            Ok(scope) => Ok(TipcScope(scope)),
            Err(ParseError { at, .. }) => Err(ParseError { expected: Expected::InRange, at }),
        },
    }
}
