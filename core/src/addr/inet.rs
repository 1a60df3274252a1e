//! `AF_INET` and `AF_INET6`: `core::net`'s addresses as `struct sockaddr_in` and `sockaddr_in6`.
//!
//! See ip(7), ipv6(7), linux/in.h, linux/in6.h. `sockaddr_in` is 16 bytes, `sockaddr_in6` 28; the kernel also
//! takes an IPv6 address of 24 bytes, without its scope (RFC 2133), and so does `decode`.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{SockAddr, fields};
use crate::constants::Family;
use crate::error::DecodeError;

const SOCKADDR_IN: usize = 16;
const SOCKADDR_IN6: usize = 28;
/// Up to and without `sin6_scope_id`: the kernel's SIN6_LEN_RFC2133.
const SOCKADDR_IN6_WITHOUT_SCOPE: usize = 24;

impl SockAddr for SocketAddrV4 {
    type Encoded = [u8; SOCKADDR_IN];
    type Buffer = [u8; SOCKADDR_IN];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        let mut bytes = [0; SOCKADDR_IN];
        let [f0, f1, p0, p1, ip @ ..] = &mut bytes;
        [*f0, *f1] = Family::INET.0.to_ne_bytes();
        [*p0, *p1] = self.port().to_be_bytes();
        if let Some(ip) = ip.first_chunk_mut() {
            *ip = self.ip().octets();
        }
        bytes
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let &[_, _, p0, p1, a, b, c, d, ..] = fields::<SOCKADDR_IN>(bytes, Family::INET)?;
        let ip = Ipv4Addr::from_bits(u32::from_be_bytes([a, b, c, d]));
        Ok(SocketAddrV4::new(ip, u16::from_be_bytes([p0, p1])))
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IN]
    }
}

impl SockAddr for SocketAddrV6 {
    type Encoded = [u8; SOCKADDR_IN6];
    type Buffer = [u8; SOCKADDR_IN6];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        let mut bytes = [0; SOCKADDR_IN6];
        let [f0, f1, p0, p1, flow @ .., _, _, _, _] = &mut bytes;
        [*f0, *f1] = Family::INET6.0.to_ne_bytes();
        [*p0, *p1] = self.port().to_be_bytes();
        if let Some((flow, ip)) = flow.split_first_chunk_mut() {
            *flow = self.flowinfo().to_be_bytes();
            ip.copy_from_slice(&self.ip().octets());
        }
        if let Some(scope) = bytes.last_chunk_mut() {
            *scope = self.scope_id().to_ne_bytes();
        }
        bytes
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let fields = fields::<SOCKADDR_IN6_WITHOUT_SCOPE>(bytes, Family::INET6)?;
        let &[_, _, p0, p1, f0, f1, f2, f3, ref ip @ ..] = fields;
        let scope = match bytes.get(SOCKADDR_IN6_WITHOUT_SCOPE..) {
            Some(&[s0, s1, s2, s3, ..]) => u32::from_ne_bytes([s0, s1, s2, s3]),
            _ => 0,
        };
        let flow = u32::from_be_bytes([f0, f1, f2, f3]);
        Ok(SocketAddrV6::new(Ipv6Addr::from(*ip), u16::from_be_bytes([p0, p1]), flow, scope))
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IN6]
    }
}

/// An encoded address of either IP version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InetEncoded {
    /// `struct sockaddr_in`.
    V4([u8; SOCKADDR_IN]),
    /// `struct sockaddr_in6`.
    V6([u8; SOCKADDR_IN6]),
}

impl AsRef<[u8]> for InetEncoded {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        match self {
            InetEncoded::V4(bytes) => bytes,
            InetEncoded::V6(bytes) => bytes,
        }
    }
}

impl SockAddr for SocketAddr {
    type Encoded = InetEncoded;
    type Buffer = [u8; SOCKADDR_IN6];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        match self {
            SocketAddr::V4(address) => InetEncoded::V4(address.encode()),
            SocketAddr::V6(address) => InetEncoded::V6(address.encode()),
        }
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match SocketAddrV4::decode(bytes) {
            Err(DecodeError::WrongFamily(_)) => SocketAddrV6::decode(bytes).map(SocketAddr::V6),
            address => address.map(SocketAddr::V4),
        }
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IN6]
    }
}
