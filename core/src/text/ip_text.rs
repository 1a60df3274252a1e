//! `core::net`'s addresses, printed and read without its code.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::str::FromStr;

use super::inet::{ipv4, ipv6, write_ipv4, write_ipv6};
use super::{ParseError, Parser};

/// An IP address, or one with a port, that prints and reads as text.
///
/// `core::net`'s own `Display` and `FromStr` contain a panic, which a program without an operating system
/// may not want. The text is theirs (RFC 5952, `[…%scope]:port`), except that an address below `::/96`
/// prints its last 32 bits as IPv4 does, as `inet_ntop(3)`, and that a flow label other than zero is kept:
/// `[2001:db8::1]:80/flow:12345`, in hexadecimal.
///
/// ```
/// use anysock::text::IpText;
/// use core::net::{Ipv4Addr, SocketAddrV4};
///
/// let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
/// assert_eq!(IpText(address).to_string(), "127.0.0.1:80");
/// assert_eq!("127.0.0.1:80".parse(), Ok(IpText(address)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpText<T>(pub T);

impl<T> fmt::Debug for IpText<T>
where
    IpText<T>: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for IpText<Ipv4Addr> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ipv4(f, self.0)
    }
}

impl fmt::Display for IpText<Ipv6Addr> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ipv6(f, self.0)
    }
}

impl fmt::Display for IpText<IpAddr> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write_ipv4(f, address),
            IpAddr::V6(address) => write_ipv6(f, address),
        }
    }
}

impl fmt::Display for IpText<SocketAddrV4> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ipv4(f, *self.0.ip())?;
        write!(f, ":{}", self.0.port())
    }
}

impl fmt::Display for IpText<SocketAddrV6> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        write_ipv6(f, *self.0.ip())?;
        if self.0.scope_id() != 0 {
            write!(f, "%{}", self.0.scope_id())?;
        }
        write!(f, "]:{}", self.0.port())?;
        if self.0.flowinfo() != 0 {
            write!(f, "/flow:{:x}", self.0.flowinfo())?;
        }
        Ok(())
    }
}

impl fmt::Display for IpText<SocketAddr> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            SocketAddr::V4(address) => IpText(address).fmt(f),
            SocketAddr::V6(address) => IpText(address).fmt(f),
        }
    }
}

impl FromStr for IpText<Ipv4Addr> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, ipv4).map(IpText)
    }
}

impl FromStr for IpText<Ipv6Addr> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, ipv6).map(IpText)
    }
}

impl FromStr for IpText<IpAddr> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.contains(':') {
            Parser::whole(text, ipv6).map(|address| IpText(IpAddr::V6(address)))
        } else {
            Parser::whole(text, ipv4).map(|address| IpText(IpAddr::V4(address)))
        }
    }
}

impl FromStr for IpText<SocketAddrV4> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, socket_v4).map(IpText)
    }
}

impl FromStr for IpText<SocketAddrV6> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, socket_v6).map(IpText)
    }
}

impl FromStr for IpText<SocketAddr> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, socket).map(IpText)
    }
}

/// An address of either version and its port.
pub(super) fn socket(text: &mut Parser<'_>) -> Result<SocketAddr, ParseError> {
    match text.peek() {
        Some(b'[') => socket_v6(text).map(SocketAddr::V6),
        _ => socket_v4(text).map(SocketAddr::V4),
    }
}

fn socket_v4(text: &mut Parser<'_>) -> Result<SocketAddrV4, ParseError> {
    let ip = ipv4(text)?;
    text.literal(":")?;
    Ok(SocketAddrV4::new(ip, text.decimal()?))
}

fn socket_v6(text: &mut Parser<'_>) -> Result<SocketAddrV6, ParseError> {
    text.literal("[")?;
    let ip = ipv6(text)?;
    let scope = text.optional("%")?;
    text.literal("]:")?;
    let port = text.decimal()?;
    Ok(SocketAddrV6::new(ip, port, text.optional_hex("/flow:")?, scope))
}
