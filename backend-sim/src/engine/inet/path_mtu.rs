//! What is known of the largest packet on the way to somebody (RFC 1191, RFC 8201; net/ipv4/route.c).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use anysock::{Errno, Instant};

use super::tcp::tcp;
use crate::engine::node::NodeId;
use crate::engine::{Engine, SocketId};

/// net.ipv4.route.mtu_expires, net.ipv6.route.mtu_expires.
const LIFETIME: Duration = Duration::from_secs(600);
/// net.ipv4.route.min_pmtu.
const LEAST_IPV4: u32 = 552;
/// IPV6_MIN_MTU.
pub(super) const LEAST_IPV6: u32 = 1280;

/// The path MTUs that ICMP has told.
#[derive(Debug, Default)]
pub(crate) struct PathMtu(BTreeMap<IpAddr, (u32, Instant)>);

impl PathMtu {
    /// What is known of the way to `destination`, in bytes.
    pub(super) fn get(&self, now: Instant, destination: IpAddr) -> Option<u32> {
        if self.0.is_empty() {
            return None;
        }
        let (mtu, since) = self.0.get(&destination)?;
        (now.since(*since) < LIFETIME).then_some(*mtu)
    }

    /// Until when this is what is known; `None` where nothing is.
    pub(super) fn until(&self, destination: IpAddr) -> Option<Instant> {
        if self.0.is_empty() { None } else { self.0.get(&destination).map(|(_, since)| *since + LIFETIME) }
    }

    /// ICMP says that packets to `destination` may have `told` bytes, where `known` were known until now: only less
    /// is news. Too little is not believed.
    fn learn(&mut self, now: Instant, destination: IpAddr, known: u32, told: u32) {
        let mtu = match destination {
            // What is known is learnt again, and lives longer then, if half its life is over (__ip_rt_update_pmtu).
            IpAddr::V4(_) if told <= known => told.max(LEAST_IPV4).min(known),
            // Nothing comes of it (__ip6_rt_update_pmtu).
            IpAddr::V6(_) if (LEAST_IPV6..known).contains(&told) => told,
            _ => return,
        };
        let young = |known: &(u32, Instant)| known.0 == mtu && now.since(known.1) < LIFETIME / 2;
        if !self.0.get(&destination).is_some_and(young) {
            self.0.insert(destination, (mtu, now));
        }
    }
}

/// The largest packet on the way to the peer: IP_MTU, IPV6_MTU.
pub(super) fn of_connection(engine: &Engine, id: SocketId) -> Result<Vec<u8>, Errno> {
    let (entry, socket) = (engine.socket(id)?, tcp(engine, id)?);
    let remote = socket.remote.filter(|_| socket.connected().is_some()).ok_or(Errno::ENOTCONN)?;
    let found = engine.route_by(entry.node, remote.ip(), entry.common.bound_interface, None);
    let (route, _) = found.map_err(|_| Errno::ENOTCONN)?;
    Ok((route.mtu() as i32).to_ne_bytes().to_vec())
}

impl Engine {
    /// ICMP says that a node's packets to `destination` may have `mtu` bytes.
    pub(super) fn learn_path_mtu(&mut self, node: NodeId, destination: IpAddr, mtu: u32) {
        let Ok((route, _)) = self.route(node, destination) else { return };
        if route.mtu_is_locked {
            return;
        }
        let now = self.now();
        let kernel = self.node_mut(node);
        kernel.inet.path_mtu.learn(now, destination, route.mtu() as u32, mtu);
        kernel.interfaces.paths.forget();
    }
}
