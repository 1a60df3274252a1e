//! What raw and ping sockets hear of what they have sent (`raw_err`, `rawv6_err`, `ping_err`).

use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::{Errno, Family};

use super::icmp;
use super::icmp_error::Unreachable;
use super::packet::PathMtuDiscovery;
use super::raw::RawSocket;
use crate::engine::node::NodeId;
use crate::engine::socket::Socket;
use crate::engine::{Engine, SocketId};

impl RawSocket {
    /// Whether the socket can have sent it.
    fn sent(&self, family: Family, what: &Unreachable<'_>) -> bool {
        what.source.is_ipv6() == (family == Family::INET6)
            && self.is_for(what.protocol)
            && self.local.is_none_or(|local| local == what.source.ip())
    }
}

/// Those of the node's sockets, raw ones or ping ones, that can have sent it.
fn senders(engine: &Engine, node: NodeId, what: &Unreachable<'_>, is_ping: bool) -> Vec<SocketId> {
    let sockets = engine.node(node).inet.raw.iter().copied();
    let sent = |id: &SocketId| {
        engine.raw(*id).is_ok_and(|raw| {
            let interface = if is_ping { what.interface } else { what.device };
            let uses = |socket: &Socket| socket.common.uses(interface) && raw.sent(socket.family, what);
            raw.is_ping == is_ping && engine.socket(*id).is_ok_and(uses)
        })
    };
    sockets.filter(sent).collect()
}

/// Every raw socket that can have sent what is quoted hears of it.
pub(super) fn raw_sockets_hear(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) {
    if what.error == Errno::EREMOTEIO {
        return;
    }
    for id in senders(engine, node, what, false) {
        let Ok(socket) = engine.raw(id) else { continue };
        if socket.remote.is_some_and(|remote| remote.ip() != what.destination.ip()) {
            continue;
        }
        let destination = what.destination.ip();
        let (discovery, is_ipv6) = (socket.fields.discovery_to(destination), destination.is_ipv6());
        let is_told = socket.errors.keeps(what.destination) || socket.remote.is_some();
        let payload = if socket.options.header_included { what.packet } else { what.quoted };
        let mut is_hard = what.is_hard;
        if what.error == Errno::EMSGSIZE {
            if if is_ipv6 { is_told } else { discovery.learns() } {
                engine.learn_path_mtu(node, what.destination.ip(), what.info);
            }
            is_hard = match is_ipv6 {
                true => discovery == PathMtuDiscovery::DO,
                false => discovery != PathMtuDiscovery::DONT,
            };
        }
        if is_told {
            hear(engine, id, what, is_hard, payload);
        }
    }
}

/// The ping socket that has sent an echo request hears of it.
pub(super) fn ping_socket_hears(engine: &mut Engine, node: NodeId, what: &Unreachable<'_>) {
    let (request, identifier) = (what.quoted.first().copied(), what.quoted.get(4..6));
    let expected = if what.source.is_ipv4() { icmp::ECHO } else { icmp::ECHO_REQUEST_V6 };
    if request != Some(expected) {
        return;
    }
    let is_it = |id: &SocketId| {
        let own = engine.raw(*id).ok().and_then(|raw| raw.port);
        own.is_some_and(|own| identifier == Some(&own.to_be_bytes()))
    };
    let Some(id) = senders(engine, node, what, true).into_iter().rev().find(is_it) else { return };
    let Ok(socket) = engine.raw(id) else { return };
    let discovery = socket.fields.discovery_to(what.destination.ip());
    let is_connected = socket.remote.is_some();
    let mut is_hard = what.is_hard;
    if what.error == Errno::EMSGSIZE && what.source.is_ipv4() {
        if discovery.learns() {
            engine.learn_path_mtu(node, what.destination.ip(), what.info);
        }
        if discovery == PathMtuDiscovery::DONT {
            return;
        }
        is_hard = true;
    }
    hear(engine, id, what, is_hard && is_connected, what.quoted);
}

/// The socket keeps the error with `payload`, where it keeps any; it reports it then, and where it is final.
fn hear(engine: &mut Engine, id: SocketId, what: &Unreachable<'_>, is_hard: bool, payload: &[u8]) {
    let Ok((socket, common)) = engine.raw_mut(id) else { return };
    // Raw sockets know of no ports.
    let what = &Unreachable { destination: SocketAddr::new(what.destination.ip(), 0), ..*what };
    let keeps = socket.errors.keeps(what.destination);
    if keeps {
        let room = socket.room_for_errors(common);
        socket.errors.icmp(what, payload, room);
    }
    if keeps || is_hard {
        engine.set_error(id, what.error);
    }
}

/// A message is larger than the way takes, which a socket that keeps errors keeps (`ip_local_error`,
/// `ipv6_local_error`). The port is the connected peer's over IPv4; over IPv6 that of ICMP says its type and code.
pub(super) fn too_big(
    engine: &mut Engine,
    id: SocketId,
    to: IpAddr,
    mtu: usize,
    message: &[u8],
) -> Result<(), Errno> {
    let (socket, common) = engine.raw_mut(id)?;
    let port = match (to, message) {
        (IpAddr::V4(_), _) => socket.remote.map_or(0, |remote| remote.port()),
        (_, [kind, code, ..]) if socket.protocol == etherparse::IpNumber::IPV6_ICMP => {
            u16::from_be_bytes([*kind, *code])
        }
        _ => 0,
    };
    let to = SocketAddr::new(to, port);
    if socket.errors.keeps(to) {
        let room = socket.room_for_errors(common);
        socket.errors.too_big(to, mtu, room);
        engine.notify(id);
    }
    Ok(())
}
