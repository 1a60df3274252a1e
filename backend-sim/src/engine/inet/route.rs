//! Which interface a packet leaves by, and which addresses are whose.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::Errno;

use crate::engine::Engine;
use crate::engine::network::{ETHERNET_MTU, PortId};
use crate::engine::node::{Device, Node, NodeId};

/// The largest packet of the loopback interface.
pub(super) const LOOPBACK_MTU: usize = 65_536;

/// How a packet leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Route {
    /// It stays on the node.
    Local,
    /// It leaves by a port of a network.
    Port(PortId),
}

impl Route {
    /// The largest packet that the route takes.
    pub(super) const fn mtu(self) -> usize {
        match self {
            Route::Local => LOOPBACK_MTU,
            Route::Port(_) => ETHERNET_MTU,
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

/// The first `length` bits of an address, as a number with the others cleared, and with the others set.
fn range(address: IpAddr, length: u8) -> (u128, u128) {
    let (bits, width) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let hosts = match width - u32::from(length).min(width) {
        128 => u128::MAX,
        free => (1 << free) - 1,
    };
    (bits & !hosts, bits | hosts)
}

/// Whether both addresses are of one network with a prefix of `length` bits.
fn same_network(one: IpAddr, other: IpAddr, length: u8) -> bool {
    one.is_ipv4() == other.is_ipv4() && range(one, length) == range(other, length)
}

impl Node {
    /// The ports, addresses and prefix lengths of the node's Ethernet interfaces that are up.
    fn inet_addresses(&self) -> impl Iterator<Item = (PortId, IpAddr, u8)> {
        self.interfaces.iter().filter(|interface| interface.up).flat_map(|interface| {
            let (port, addresses) = match &interface.device {
                Device::Ethernet(ethernet) => (Some(ethernet.port), ethernet.inet.as_slice()),
                _ => (None, [].as_slice()),
            };
            addresses.iter().filter_map(move |(address, length)| Some((port?, *address, *length)))
        })
    }

    /// Whether a packet to `address` is for this node.
    pub(super) fn is_local(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.inet_addresses().any(|(_, own, _)| own == address)
    }

    /// Whether a packet to `address` is for everybody on one of the node's networks.
    pub(crate) fn is_broadcast(&self, address: IpAddr) -> bool {
        is_broadcast(address) || address == LOOPBACK_BROADCAST || self.broadcast_port(address).is_some()
    }

    /// The port of the network whose broadcast address this is.
    fn broadcast_port(&self, address: IpAddr) -> Option<PortId> {
        let IpAddr::V4(address) = address else { return None };
        let last = |own, length| (length < 31).then(|| range(own, length).1);
        let mut addresses = self.inet_addresses().filter(|(_, own, _)| own.is_ipv4());
        addresses
            .find(|(_, own, length)| last(*own, *length) == Some(u128::from(address.to_bits())))
            .map(|(port, ..)| port)
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
        found.map(|(port, own, _)| (Route::Port(port), own)).ok_or(Errno::ENETUNREACH)
    }
}

impl Engine {
    /// How a packet of a node's to `to` leaves, and from which address.
    pub(super) fn route(&self, node: NodeId, to: IpAddr) -> Result<(Route, IpAddr), Errno> {
        self.node(node).route(to)
    }
}
