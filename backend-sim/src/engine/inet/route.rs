//! Which interface a packet leaves by, and which addresses are whose.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::Errno;

use crate::engine::Engine;
use crate::engine::network::{ETHERNET_MTU, PortId};
use crate::engine::node::{Device, NetworkInterface, Node, NodeId};
use crate::engine::tun::TunId;

/// The largest packet of the loopback interface.
pub(super) const LOOPBACK_MTU: usize = 65_536;

/// How a packet leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Route {
    /// It stays on the node.
    Local,
    /// It leaves by a port of a network.
    Port(PortId),
    /// It leaves by a TUN interface.
    Tun { tun: TunId, mtu: u16 },
}

impl Route {
    /// The largest packet that the route takes.
    pub(super) const fn mtu(self) -> usize {
        match self {
            Route::Local => LOOPBACK_MTU,
            Route::Port(_) => ETHERNET_MTU,
            Route::Tun { mtu, .. } => mtu as usize,
        }
    }
}

/// Whether everybody on a network is meant. Broadcasts to a prefix are told by [`Node::is_broadcast`].
fn is_broadcast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_broadcast(),
        IpAddr::V6(address) => address == ALL_NODES,
    }
}

/// Whom a broadcast on the loopback interface reaches: the last address of `127.0.0.0/8`.
const LOOPBACK_BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

/// `ff02::1`: every node of the link.
const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 0, 0, 1);

/// The last address of a network with a prefix of `length` bits.
fn last_of(own: Ipv4Addr, length: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(own.to_bits() | u32::MAX.checked_shr(u32::from(length)).unwrap_or(0))
}

/// Whether both addresses are of one network with a prefix of `length` bits.
fn same_network(one: IpAddr, other: IpAddr, length: u8) -> bool {
    let length = u32::from(length);
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= length,
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= length,
        _ => false,
    }
}

/// How packets leave by an interface, if it takes IP ones.
fn route_of(interface: &NetworkInterface) -> Option<Route> {
    match &interface.device {
        Device::Ethernet(ethernet) => Some(Route::Port(ethernet.port)),
        Device::Tun(tun) => Some(Route::Tun { tun: tun.tun, mtu: tun.mtu }),
        Device::Loopback | Device::Can(_) => None,
    }
}

impl Node {
    /// The addresses and prefix lengths of the node's interfaces that are up, with the way out by each.
    fn inet_addresses(&self) -> impl Iterator<Item = (Route, IpAddr, u8)> {
        self.interfaces.iter().filter(|interface| interface.up).flat_map(|interface| {
            let route = route_of(interface);
            let addresses = interface.device.inet().iter();
            addresses.filter_map(move |(address, length)| Some((route?, *address, *length)))
        })
    }

    /// The way out to what is on no network of the node's own, and the address that it is sent from: by the
    /// longest prefix that fits.
    fn farther_route(&self, to: IpAddr) -> Option<(Route, IpAddr)> {
        let tuns = self.interfaces.iter().filter(|interface| interface.up).filter_map(|interface| {
            let Device::Tun(tun) = &interface.device else { return None };
            let fitting = tun.routes.iter().filter(|(prefix, length)| same_network(*prefix, to, *length));
            let length = fitting.map(|(_, length)| *length).max()?;
            let (own, _) = tun.inet.iter().find(|(own, _)| own.is_ipv4() == to.is_ipv4())?;
            Some((length, route_of(interface)?, *own))
        });
        tuns.max_by_key(|(length, ..)| *length).map(|(_, route, own)| (route, own))
    }

    /// Whether a packet to `address` is for this node.
    pub(super) fn is_local(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.inet_addresses().any(|(_, own, _)| own == address)
    }

    /// Whether a packet to `address` is for everybody on one of the node's networks.
    pub(crate) fn is_broadcast(&self, address: IpAddr) -> bool {
        is_broadcast(address) || address == LOOPBACK_BROADCAST || self.is_broadcast_of_prefix(address)
    }

    /// Whether this is the broadcast address of a network of the node's.
    fn is_broadcast_of_prefix(&self, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address else { return false };
        let is_last = |own, length| match own {
            IpAddr::V4(own) => length < 31 && last_of(own, length) == address,
            IpAddr::V6(_) => false,
        };
        self.inet_addresses().any(|(_, own, length)| is_last(own, length))
    }

    /// How a packet to `to` leaves, and the address that it is sent from where the socket has none.
    ///
    /// # Errors
    /// `ENETUNREACH` where no interface leads there.
    pub(super) fn route(&self, to: IpAddr) -> Result<(Route, IpAddr), Errno> {
        if to.is_loopback() {
            let own = match to {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            };
            return Ok((Route::Local, own));
        }
        if self.is_local(to) {
            return Ok((Route::Local, to));
        }
        let mut addresses = self.inet_addresses().filter(|(_, own, _)| own.is_ipv4() == to.is_ipv4());
        let everybody = is_broadcast(to);
        let leads = |own, length| everybody || same_network(own, to, length);
        let found = addresses.find(|(_, own, length)| leads(*own, *length));
        let found = found.map(|(route, own, _)| (route, own));
        found.or_else(|| self.farther_route(to)).ok_or(Errno::ENETUNREACH)
    }
}

impl Engine {
    /// How a packet of a node's to `to` leaves, and from which address.
    pub(super) fn route(&self, node: NodeId, to: IpAddr) -> Result<(Route, IpAddr), Errno> {
        self.node(node).route(to)
    }
}
