//! What is known of the largest packet on the way to somebody (RFC 1191, RFC 8201; net/ipv4/route.c).

use alloc::collections::BTreeMap;
use core::net::{IpAddr, SocketAddrV6};
use core::time::Duration;

use anysock::message::ipv6::Ip6MtuInfo;
use anysock::message::{ControlWriter, Timestamp};
use anysock::option::ipv6::IPV6_PATHMTU;
use anysock::{Errno, Instant, Level, MessageFlags, Received, SockAddr};

use super::tcp::tcp;
use crate::engine::node::NodeId;
use crate::engine::socket::{Common, Incoming, copy_address};
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

/// What a receive tells of a packet that was refused by IPV6_DONTFRAG (`ipv6_local_rxpmtu`).
#[derive(Clone, Copy, Debug)]
pub(super) struct PathMtuTold {
    /// Whom it was for, with the interface that was chosen for it.
    pub(super) to: SocketAddrV6,
    pub(super) mtu: u32,
}

impl PathMtuTold {
    /// `recvmsg(2)` (`ipv6_recv_rxpmtu`).
    pub(super) fn recv(&self, common: &Common, message: &mut Incoming<'_>, now: Timestamp) -> Received {
        let to = self.to.encode();
        let address = to.as_ref().try_into().unwrap_or([0; 28]);
        let info = Ip6MtuInfo { address, mtu: self.mtu };
        let mut control = ControlWriter::new(message.control);
        let fits = common.tell_arrival(now, &mut control);
        let fits = control.deliver(Level::IPV6, IPV6_PATHMTU, &info.encode()) && fits;
        let control_len = control.into_bytes().len();
        let flags = if fits { MessageFlags::empty() } else { MessageFlags::CTRUNC };
        let address_len = copy_address(message.address, to.as_ref());
        Received { len: 0, address_len, control_len, handles: 0, flags }
    }
}

/// Whether an answer is one that is whole or nothing, and does not fit into `room`.
pub(super) fn has_no_room(option: (Level, i32), room: usize) -> bool {
    option == (Level::IPV6, IPV6_PATHMTU) && room < Ip6MtuInfo::SIZE
}

/// The largest packet on the way to the peer: IP_MTU, IPV6_MTU, `tcpi_pmtu`.
///
/// # Errors
/// `ENOTCONN` where there is none.
pub(super) fn of_connection(engine: &Engine, id: SocketId) -> Result<u32, Errno> {
    let (entry, socket) = (engine.socket(id)?, tcp(engine, id)?);
    let remote = socket.remote.filter(|_| socket.connected().is_some()).ok_or(Errno::ENOTCONN)?;
    let found = engine.route_by(entry.node, remote.ip(), entry.common.bound_interface, None);
    let (route, _) = found.map_err(|_| Errno::ENOTCONN)?;
    Ok(route.mtu() as u32)
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
