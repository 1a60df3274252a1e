//! The addresses that raw and ping sockets are bound to (`raw_bind`, `rawv6_bind`, `ping_bind`).

use core::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use anysock::addr::family_of;
use anysock::{Errno, Family, SockAddr};

use super::local_scope::{has, scope_of};
use super::raw::identify;
use super::{local_scope, sockaddr};
use crate::engine::{Engine, SocketId};

/// An address of IPv6 as it stands in the bytes: one of IPv4 in it stays there.
fn whole_v6(bytes: &[u8]) -> Result<(Ipv6Addr, u16), Errno> {
    let address = SocketAddrV6::decode(bytes).map_err(|_| Errno::EINVAL)?;
    Ok((*address.ip(), address.port()))
}

/// Binds a raw socket. Over IPv4, nobody looks at the family.
pub(super) fn bind_raw(engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
    let (family, node) = (engine.socket(id)?.family, engine.socket(id)?.node);
    let ip = match (family, address.get(4..8)) {
        (Family::INET6, _) => bind_raw_v6(engine, id, address)?,
        (_, Some(&[a, b, c, d])) if address.len() >= sockaddr::shortest(family) => {
            if engine.raw(id)?.remote.is_some() {
                return Err(Errno::EINVAL);
            }
            let (ip, kernel) = (IpAddr::from([a, b, c, d]), engine.node(node));
            let is_free = engine.socket(id)?.common.ip.binds_any_address();
            let to_many = ip.is_multicast() || kernel.is_broadcast(ip);
            if !ip.is_unspecified() && !kernel.is_local(ip) && !to_many && !is_free {
                return Err(Errno::EADDRNOTAVAIL);
            }
            ip
        }
        _ => return Err(Errno::EINVAL),
    };
    let (socket, _) = engine.raw_mut(id)?;
    socket.local = Some(ip).filter(|ip| !ip.is_unspecified());
    socket.is_bound_by_v6 = ip.is_ipv6() && !ip.is_unspecified();
    Ok(())
}

fn bind_raw_v6(engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<IpAddr, Errno> {
    let (ip, _) = whole_v6(address)?;
    if ip.to_ipv4_mapped().is_some() {
        return Err(Errno::EADDRNOTAVAIL);
    }
    if engine.raw(id)?.remote.is_some() {
        return Err(Errno::EINVAL);
    }
    if ip.is_unspecified() {
        return Ok(ip.into());
    }
    local_scope::bind_v6(engine, id, ip, address)?;
    Ok(ip.into())
}

/// Binds a ping socket: the port is its identifier.
pub(super) fn bind_ping(engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
    let (local, scope) = match engine.socket(id)?.family {
        Family::INET6 => ping_address_v6(engine, id, address)?,
        _ => (ping_address_v4(engine, id, address)?, 0),
    };
    let bound = engine.socket(id)?.common.bound_interface;
    if scope != 0 {
        engine.socket_mut(id)?.common.bound_interface = scope;
    }
    if engine.raw(id)?.port.is_some() {
        return Err(Errno::EINVAL);
    }
    if let Err(error) = identify(engine, id, local.port()) {
        engine.socket_mut(id)?.common.bound_interface = bound;
        return Err(error);
    }
    let (socket, _) = engine.raw_mut(id)?;
    socket.asked_for = Some(local);
    socket.local = Some(local.ip()).filter(|ip| !ip.is_unspecified());
    socket.remote = None;
    Ok(())
}

fn ping_address_v4(engine: &Engine, id: SocketId, address: &[u8]) -> Result<SocketAddr, Errno> {
    let local = sockaddr::decode_to_bind(address)?;
    let kernel = engine.node(engine.socket(id)?.node);
    let ip = local.ip();
    let to_many = ip.is_multicast() || kernel.is_broadcast(ip);
    let is_free = engine.socket(id)?.common.ip.binds_any_address();
    if !ip.is_unspecified() && (to_many || !kernel.is_local(ip) && !is_free) {
        return Err(Errno::EADDRNOTAVAIL);
    }
    Ok(local)
}

/// The address, and the interface that the socket uses from then on.
fn ping_address_v6(engine: &Engine, id: SocketId, address: &[u8]) -> Result<(SocketAddr, u32), Errno> {
    if address.len() < sockaddr::WHOLE_V6 {
        return Err(Errno::EINVAL);
    }
    if family_of(address) != Family::INET6 {
        return Err(Errno::EAFNOSUPPORT);
    }
    let ((ip, port), scope) = (whole_v6(address)?, scope_of(address));
    let scoped = sockaddr::needs_scope(ip);
    if ip.is_multicast() || ip.to_ipv4_mapped().is_some() || scoped && scope == 0 {
        return Err(Errno::EINVAL);
    }
    let Ok(socket) = engine.socket(id) else { return Err(Errno::EBADF) };
    let interface = if scope != 0 { scope } else { socket.common.bound_interface };
    if interface != 0 {
        engine.node(socket.node).interface(interface).ok_or(Errno::ENODEV)?;
    }
    if !ip.is_unspecified()
        && !socket.common.ip.binds_any_address()
        && !has(engine.node(socket.node), ip, interface, scoped)
    {
        return Err(Errno::EADDRNOTAVAIL);
    }
    Ok((SocketAddr::new(ip.into(), port), if scoped { scope } else { 0 }))
}
