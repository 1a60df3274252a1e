//! `AF_PPPOX`: `struct sockaddr_pppox` (linux/if_pppox.h), for PPP over Ethernet and over PPTP.
//!
//! The addresses of PPP over L2TP (`struct sockaddr_pppol2tp` and its like) carry a descriptor, which safe bytes
//! never do: connecting such a socket is a typed call of the backend.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

use super::fields::{Reader, Writer};
use super::{MacAddr, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::interface::InterfaceName;
use crate::text::{Expected, IpText, ParseError, Parser};

/// `sizeof(struct sockaddr_pppox)`, which is packed.
const SOCKADDR_PPPOX: usize = 30;
/// `offsetof(struct sockaddr_pppox, sa_protocol)`.
const SA_PROTOCOL: usize = 2;
/// `PX_PROTO_OE`.
const PROTO_OE: u32 = 0;
/// `PX_PROTO_PPTP`.
const PROTO_PPTP: u32 = 2;

/// The address of a PPP-over-Ethernet session (RFC 2516): a session, a station and a device.
///
/// Its text has the session in decimal and the device last: `pppoe:17:00:1b:21:aa:bb:cc@eth0`.
///
/// ```
/// use anysock::addr::{PppoeAddr, SockAddr};
///
/// let session: PppoeAddr = "pppoe:17:00:1b:21:aa:bb:cc@eth0".parse().unwrap();
/// assert_eq!(session.session, 17);
/// assert_eq!(PppoeAddr::decode(&session.encode()), Ok(session));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PppoeAddr {
    /// `sid`: the session; 0 ends it. The structure has it in network byte order.
    pub session: u16,
    /// `remote`: the access concentrator.
    pub remote: MacAddr,
    /// `dev`: the local interface; none to end a session.
    pub device: Option<InterfaceName>,
}

/// A `struct sockaddr_pppox` up to its union.
fn head(protocol: u32) -> Writer<SOCKADDR_PPPOX> {
    Writer::new(Family::PPPOX).put(protocol.to_ne_bytes())
}

/// Reads a `struct sockaddr_pppox` of this protocol up to its union.
fn union_of(bytes: &[u8], protocol: u32) -> Result<Reader<'_>, DecodeError> {
    let mut fields = Reader::new(bytes, Family::PPPOX, SOCKADDR_PPPOX)?;
    if u32::from_ne_bytes(fields.take()) != protocol {
        return Err(DecodeError::Invalid { offset: SA_PROTOCOL });
    }
    Ok(fields)
}

impl SockAddr for PppoeAddr {
    type Encoded = [u8; SOCKADDR_PPPOX];
    type Buffer = [u8; SOCKADDR_PPPOX];

    fn encode(&self) -> Self::Encoded {
        head(PROTO_OE)
            .put(self.session.to_be_bytes())
            .put(self.remote.0)
            .put(self.device.map_or([0; InterfaceName::SIZE], InterfaceName::to_ifr_name))
            .finish()
    }

    /// [`DecodeError::Invalid`] for another protocol, and where `dev` is no name of an interface.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = union_of(bytes, PROTO_OE)?;
        let session = u16::from_be_bytes(fields.take());
        let remote = MacAddr(fields.take());
        let wrong_device = fields.invalid();
        let device: [u8; InterfaceName::SIZE] = fields.take();
        let device = match device.split(|byte| *byte == 0).next() {
            None | Some([]) => None,
            Some(name) => Some(InterfaceName::new(name).map_err(|_| wrong_device)?),
        };
        Ok(PppoeAddr { session, remote, device })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_PPPOX]
    }
}

impl fmt::Display for PppoeAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pppoe:{}:{}", self.session, self.remote)?;
        match self.device {
            Some(device) => write!(f, "@{device}"),
            None => Ok(()),
        }
    }
}

impl FromStr for PppoeAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("pppoe:")?;
            let session = text.decimal()?;
            text.literal(":")?;
            let remote = MacAddr::read(text)?;
            let device = if text.accept("@") { Some(device(text)?) } else { None };
            Ok(PppoeAddr { session, remote, device })
        })
    }
}

fn device(text: &mut Parser<'_>) -> Result<InterfaceName, ParseError> {
    let start = *text;
    let name = text.name::<{ InterfaceName::SIZE }>(b"")?;
    InterfaceName::new(name.as_bytes()).map_err(|_| start.expected(Expected::InterfaceName))
}

/// The address of a call of the Point-to-Point Tunneling Protocol (RFC 2637): a host and a call.
///
/// Its text is the host and the call's identifier: `pptp:192.0.2.1:42`.
///
/// ```
/// use anysock::addr::{PptpAddr, SockAddr};
///
/// let call: PptpAddr = "pptp:192.0.2.1:42".parse().unwrap();
/// assert_eq!(call.call_id, 42);
/// assert_eq!(PptpAddr::decode(&call.encode()), Ok(call));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PptpAddr {
    /// `sin_addr`: the host.
    pub ip: Ipv4Addr,
    /// `call_id`: the call; 0 lets `bind` choose.
    pub call_id: u16,
}

impl SockAddr for PptpAddr {
    type Encoded = [u8; SOCKADDR_PPPOX];
    type Buffer = [u8; SOCKADDR_PPPOX];

    fn encode(&self) -> Self::Encoded {
        head(PROTO_PPTP).put(self.call_id.to_ne_bytes()).skip(2).put(self.ip.to_bits().to_be_bytes()).finish()
    }

    /// [`DecodeError::Invalid`] for another protocol.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = union_of(bytes, PROTO_PPTP)?;
        let call_id = u16::from_ne_bytes(fields.take());
        let ip = Ipv4Addr::from_bits(u32::from_be_bytes(fields.skip(2).take()));
        Ok(PptpAddr { ip, call_id })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_PPPOX]
    }
}

impl fmt::Display for PptpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pptp:{}:{}", IpText(self.ip), self.call_id)
    }
}

/// The text: `core::net`'s own `Debug` contains a panic.
impl fmt::Debug for PptpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PptpAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("pptp:")?;
            let ip = text.ipv4()?;
            text.literal(":")?;
            Ok(PptpAddr { ip, call_id: text.decimal()? })
        })
    }
}
