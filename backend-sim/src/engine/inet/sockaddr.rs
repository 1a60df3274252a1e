//! Addresses as sockets show them, and as they are on the wire.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::addr::family_of;
use anysock::{AnyAddr, DecodeError, Errno, Family, SockAddr};

use super::packet::HeaderFields;
use crate::engine::socket::Common;

/// What a program gave as an address for a socket of `family`, as it is on the wire.
///
/// # Errors
/// `EINVAL` where it is too short, `EAFNOSUPPORT` where it is of another family.
pub(super) fn decode(family: Family, bytes: &[u8]) -> Result<SocketAddr, Errno> {
    let address = match family {
        Family::INET6 => SocketAddrV6::decode(bytes).map(SocketAddr::V6),
        _ => SocketAddrV4::decode(bytes).map(SocketAddr::V4),
    };
    match address {
        Ok(address) => Ok(SocketAddr::new(address.ip().to_canonical(), address.port())),
        Err(DecodeError::WrongFamily(_)) if bytes.len() >= shortest(family) => Err(Errno::EAFNOSUPPORT),
        Err(_) => Err(Errno::EINVAL),
    }
}

/// Where a program wants to send to, as it is on the wire.
///
/// # Errors
/// As [`decode`]'s, and `ENETUNREACH` for an IPv4 address where the socket is for IPv6 only.
pub(super) fn destination(family: Family, v6_only: bool, bytes: &[u8]) -> Result<SocketAddr, Errno> {
    match decode(family, bytes)? {
        SocketAddr::V4(_) if family == Family::INET6 && v6_only => Err(Errno::ENETUNREACH),
        address => Ok(address),
    }
}

/// What a program binds an IPv4 socket to: `AF_UNSPEC` is taken for every local address (`__inet_bind`).
///
/// # Errors
/// As [`decode`]'s.
pub(super) fn decode_to_bind(bytes: &[u8]) -> Result<SocketAddr, Errno> {
    match decode_v4_or_unspecified(bytes)? {
        address if family_of(bytes) == Family::UNSPEC && !address.ip().is_unspecified() => {
            Err(Errno::EAFNOSUPPORT)
        }
        address => Ok(address),
    }
}

/// An address of IPv4, of which the family may be missing.
///
/// # Errors
/// As [`decode`]'s.
pub(super) fn decode_v4_or_unspecified(bytes: &[u8]) -> Result<SocketAddr, Errno> {
    match bytes.first_chunk::<16>() {
        Some(&[_, _, high, low, a, b, c, d, ..]) if family_of(bytes) == Family::UNSPEC => {
            let ip = Ipv4Addr::new(a, b, c, d);
            Ok(SocketAddr::new(IpAddr::V4(ip), u16::from_be_bytes([high, low])))
        }
        _ => decode(Family::INET, bytes),
    }
}

/// Whom a datagram socket is connected to: an IPv6 socket takes addresses of IPv4, too (`ip6_datagram_connect`).
///
/// # Errors
/// As [`destination`]'s.
pub(super) fn connect_to(family: Family, v6_only: bool, bytes: &[u8]) -> Result<SocketAddr, Errno> {
    if family == Family::INET6 && family_of(bytes) == Family::INET {
        return if v6_only { Err(Errno::EAFNOSUPPORT) } else { decode(Family::INET, bytes) };
    }
    destination(family, v6_only, bytes).map(|remote| scoped(remote, bytes))
}

/// The address with the interface that `bytes`, which it comes from, name, where it means nothing without.
pub(super) fn scoped(address: SocketAddr, bytes: &[u8]) -> SocketAddr {
    let interface = match SocketAddrV6::decode(bytes) {
        Ok(named) if bytes.len() >= WHOLE_V6 => named.scope_id(),
        _ => 0,
    };
    on_interface(address, interface)
}

/// The address with the number of an interface, where it means nothing without.
pub(super) fn on_interface(address: SocketAddr, interface: u32) -> SocketAddr {
    match address {
        SocketAddr::V6(v6) if needs_scope(*v6.ip()) => {
            SocketAddrV6::new(*v6.ip(), v6.port(), 0, interface).into()
        }
        _ => address,
    }
}

/// What an address of IPv6 says of the flow, where that is sent (IPV6_FLOWINFO_SEND): without the version.
pub(super) fn flow_info(address: &[u8], common: &Common) -> u32 {
    match SocketAddrV6::decode(address) {
        Ok(named) if common.ip.sends_flow_info => named.flowinfo() & 0x0FFF_FFFF,
        _ => 0,
    }
}

/// The address of a peer, with what is sent to it of the flow.
pub(super) fn of_flow(address: SocketAddr, fields: &HeaderFields, common: &Common) -> SocketAddr {
    match address {
        SocketAddr::V6(mut named) if common.ip.sends_flow_info => {
            named.set_flowinfo(fields.flow_info);
            named.into()
        }
        _ => address,
    }
}

/// `sizeof(struct sockaddr_in6)`.
pub(super) const WHOLE_V6: usize = 28;

/// Whether an address means nothing without an interface: `__ipv6_addr_needs_scope_id`.
pub(super) const fn needs_scope(ip: Ipv6Addr) -> bool {
    let multicast_scope = ip.octets()[1] & 0xF;
    ip.is_unicast_link_local() || ip.is_multicast() && (multicast_scope == 1 || multicast_scope == 2)
}

/// Where a packet goes that is sent to `to` by a socket at `local`: the unspecified address means the socket's own,
/// or this node where it has none; of IPv6 always this node, by IPv4 where the socket has an address of that.
pub(super) fn specified(to: IpAddr, local: IpAddr) -> IpAddr {
    match (to, local) {
        _ if !to.is_unspecified() => to,
        (IpAddr::V4(_), IpAddr::V4(own)) if !own.is_unspecified() && !own.is_multicast() => local,
        (IpAddr::V6(_), IpAddr::V4(_)) => loopback(local),
        _ => loopback(to),
    }
}

/// The least bytes of an address of `family`: `sizeof(struct sockaddr_in)`, SIN6_LEN_RFC2133.
pub(super) const fn shortest(family: Family) -> usize {
    if family.0 == Family::INET6.0 { 24 } else { 16 }
}

/// An address as a socket of `family` shows it.
pub(super) fn encode(family: Family, address: SocketAddr) -> AnyAddr {
    let encoded = match (family, address) {
        (Family::INET6, SocketAddr::V4(v4)) => {
            let mapped = SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0);
            AnyAddr::new(&mapped.encode())
        }
        (_, SocketAddr::V4(v4)) => AnyAddr::new(&v4.encode()),
        (_, SocketAddr::V6(v6)) => AnyAddr::new(&v6.encode()),
    };
    encoded.unwrap_or_else(|_| unspecified(family))
}

/// The address of a socket of `family` that has none.
pub(super) fn unspecified(family: Family) -> AnyAddr {
    let address = match family {
        Family::INET6 => AnyAddr::new(&SocketAddrV6::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0).encode()),
        _ => AnyAddr::new(&SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0).encode()),
    };
    match address {
        Ok(address) => address,
        Err(_) => unreachable!("an IP address is shorter than the longest address"),
    }
}

/// Every local address of the family.
pub(super) const fn any(family: Family) -> IpAddr {
    if family.0 == Family::INET6.0 {
        IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    } else {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    }
}

/// What the unspecified address means as a destination: this node.
pub(super) const fn loopback(unspecified: IpAddr) -> IpAddr {
    match unspecified {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    }
}

/// Whether a socket bound to `bound` takes what comes to `to`. An IPv6 socket bound to `::` takes IPv4 too,
/// unless it is for IPv6 only.
pub(super) fn covers(bound: IpAddr, v6_only: bool, to: IpAddr) -> bool {
    match (bound, to) {
        (IpAddr::V6(bound), IpAddr::V4(_)) => bound.is_unspecified() && !v6_only,
        _ => bound == to || (bound.is_unspecified() && bound.is_ipv4() == to.is_ipv4()),
    }
}
