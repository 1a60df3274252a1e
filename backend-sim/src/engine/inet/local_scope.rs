//! Addresses of IPv6 that mean nothing without an interface, and the interface that a socket uses from then on
//! (`__inet6_bind`, `rawv6_bind`, `__ip6_datagram_connect`).

use core::net::{Ipv6Addr, SocketAddr, SocketAddrV6};

use anysock::{Errno, SockAddr};

use super::sockaddr;
use crate::engine::node::Node;
use crate::engine::{Engine, SocketId};

/// The number of the interface that an IPv6 address names; 0 for none.
pub(super) fn scope_of(bytes: &[u8]) -> u32 {
    match SocketAddrV6::decode(bytes) {
        Ok(address) if bytes.len() >= sockaddr::WHOLE_V6 => address.scope_id(),
        _ => 0,
    }
}

/// Whether a node has an address, on that interface where it is not 0 (`ipv6_chk_addr`).
pub(super) fn has(kernel: &Node, ip: Ipv6Addr, interface: u32, strict: bool) -> bool {
    let of_interface = ip.is_loopback() || sockaddr::needs_scope(ip) || strict;
    let own = kernel.interface_of(ip.into());
    own.is_some_and(|own| interface == 0 || own == interface || !of_interface)
}

/// Whether the interface is there that a socket is bound to, if it is to one.
pub(super) fn has_bound_interface(engine: &Engine, id: SocketId) -> Result<bool, Errno> {
    let socket = engine.socket(id)?;
    let bound = socket.common.bound_interface;
    Ok(bound == 0 || engine.node(socket.node).interface(bound).is_some())
}

/// What binding to an address that is not the unspecified one does with the socket's interface, and whether there is
/// such an address.
pub(super) fn bind_v6(engine: &mut Engine, id: SocketId, ip: Ipv6Addr, address: &[u8]) -> Result<(), Errno> {
    let scope = scope_of(address);
    let needs_scope = sockaddr::needs_scope(ip);
    // It stays, even where binding fails.
    let common = &mut engine.socket_mut(id)?.common;
    if needs_scope && scope != 0 {
        common.bound_interface = scope;
    }
    let (bound, is_free) = (common.bound_interface, common.ip.binds_any_address());
    if needs_scope && bound == 0 {
        return Err(Errno::EINVAL);
    }
    if !has_bound_interface(engine, id)? {
        return Err(Errno::ENODEV);
    }
    if ip.is_multicast() || is_free || has(engine.node(engine.socket(id)?.node), ip, bound, false) {
        return Ok(());
    }
    Err(Errno::EADDRNOTAVAIL)
}

/// Whoever connects to an address that means nothing without an interface uses that from then on
/// (`__ip6_datagram_connect`).
///
/// Where it names none, one of a group uses the interface that the socket sends to groups by, `for_groups`.
pub(super) fn bind_by_scope(
    engine: &mut Engine,
    id: SocketId,
    remote: SocketAddr,
    for_groups: u32,
) -> Result<(), Errno> {
    let scope = match remote {
        SocketAddr::V6(remote) => remote.scope_id(),
        SocketAddr::V4(_) => 0,
    };
    let bound = &mut engine.socket_mut(id)?.common.bound_interface;
    if scope != 0 {
        if *bound != 0 && *bound != scope {
            return Err(Errno::EINVAL);
        }
        *bound = scope;
    }
    if *bound == 0 && remote.ip().is_multicast() {
        *bound = for_groups;
    }
    if *bound == 0 { Err(Errno::EINVAL) } else { Ok(()) }
}
