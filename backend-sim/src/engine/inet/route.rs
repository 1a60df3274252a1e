//! Which interface a packet leaves by, and which addresses are whose.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::num::NonZeroU8;

use anysock::Errno;

use super::packet::PathMtuDiscovery;
use super::{InetStatistics, RouteMetrics, TcpEntry};
use crate::engine::network::PortId;
use crate::engine::node::{Device, NetworkInterface, Node, NodeId};
use crate::engine::tun::TunId;
use crate::engine::{Engine, InetPrefix};

/// The largest packet of the loopback interface.
const LOOPBACK_MTU: u32 = 65_536;
/// Linux's numbers of ESTABLISHED and CLOSE-WAIT: what TcpCurrEstab counts.
const CURRENTLY_ESTABLISHED: [u8; 2] = [1, 8];
/// The number of the loopback interface.
pub(super) const LOOPBACK: u32 = 1;

/// What a packet leaves by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// It stays on the node.
    Local,
    /// A port of a network.
    Port(PortId),
    /// A TUN interface.
    Tun(TunId),
}

/// How a packet leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Route {
    pub(super) way: Way,
    /// The interface's number.
    pub(super) interface: u32,
    /// What is known of the whole way.
    mtu: u32,
    interface_mtu: u32,
    /// Whom the packet is handed to, where that is not its destination.
    pub(super) gateway: Option<IpAddr>,
    /// It comes back to the node, too, as one that has come by the interface.
    pub(super) looped: bool,
    /// The interface listens to the group that it is sent to.
    pub(super) listened: bool,
    /// The sender has chosen the loopback interface for an address of another, so that it comes by that (`rt_iif`).
    pub(super) by_loopback: bool,
    /// `mtu lock` of a route ([`RouteMetrics`]).
    pub(super) mtu_is_locked: bool,
    /// `hoplimit` of a route.
    pub(super) hop_limit: Option<NonZeroU8>,
}

impl Route {
    const LOCAL: Route = Route {
        way: Way::Local,
        interface: LOOPBACK,
        mtu: LOOPBACK_MTU,
        interface_mtu: LOOPBACK_MTU,
        gateway: None,
        looped: false,
        listened: false,
        by_loopback: false,
        mtu_is_locked: false,
        hop_limit: None,
    };

    /// The largest packet that the route takes.
    pub(super) const fn mtu(self) -> usize {
        self.mtu as usize
    }

    /// The largest packet that the route takes, as the sender sees it.
    pub(super) const fn mtu_for(self, discovery: PathMtuDiscovery) -> usize {
        if discovery.ignores_path() { self.interface_mtu() } else { self.mtu() }
    }

    /// The largest packet that the interface takes.
    pub(super) const fn interface_mtu(self) -> usize {
        self.interface_mtu as usize
    }

    /// Whom a packet to `destination` is handed to.
    pub(super) fn next_hop(self, destination: IpAddr) -> IpAddr {
        self.gateway.unwrap_or(destination)
    }
}

/// A route that was added: to a prefix, by an interface, and by a router there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct StaticRoute {
    pub(crate) prefix: InetPrefix,
    pub(crate) interface: u32,
    pub(crate) gateway: Option<IpAddr>,
    pub(crate) metrics: RouteMetrics,
}

/// Whom a broadcast on the loopback interface reaches: the last address of `127.0.0.0/8`.
const LOOPBACK_BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

/// The last address of a network with a prefix of `length` bits.
fn last_of(own: Ipv4Addr, length: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(own.to_bits() | u32::MAX.checked_shr(u32::from(length)).unwrap_or(0))
}

/// Whether an address is the last one of a network, and so everybody's there (RFC 3021 for networks of two).
fn is_last(own: Ipv4Addr, length: u8, address: Ipv4Addr) -> bool {
    length < 31 && last_of(own, length) == address
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
    let (way, mtu) = match &interface.device {
        Device::Ethernet(ethernet) => (Way::Port(ethernet.port), ethernet.mtu),
        Device::Tun(tun) => (Way::Tun(tun.tun), tun.mtu),
        Device::Loopback | Device::Can(_) => return None,
    };
    let mtu = u32::from(mtu);
    Some(Route { way, interface: interface.index, mtu, interface_mtu: mtu, ..Route::LOCAL })
}

/// An address of an interface's, and the way out by that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct InetAddress {
    own: IpAddr,
    /// How many of its bits are the network's.
    length: u8,
    route: Route,
}

/// The addresses of those interfaces that are up.
pub(crate) fn inet_addresses(interfaces: &[NetworkInterface]) -> impl Iterator<Item = InetAddress> {
    interfaces.iter().filter(|interface| interface.up).flat_map(|interface| {
        let route = route_of(interface);
        let addresses = interface.device.inet().iter();
        addresses
            .filter_map(move |(own, length)| Some(InetAddress { own: *own, length: *length, route: route? }))
    })
}

impl Node {
    /// The addresses of the node's interfaces that are up.
    fn inet_addresses(&self) -> core::slice::Iter<'_, InetAddress> {
        self.interfaces.inet_addresses().iter()
    }

    /// The way out to what is on no network of the node's own, and the address that it is sent from: by the
    /// longest prefix that fits, the first of equals.
    pub(super) fn farther_route(&self, to: IpAddr) -> Option<(Route, IpAddr)> {
        self.static_route(to).map(|(_, way, own)| (way, own))
    }

    /// The same, with the route that was added.
    pub(super) fn static_route(&self, to: IpAddr) -> Option<(&StaticRoute, Route, IpAddr)> {
        self.static_routes(to).max_by_key(|(route, ..)| route.prefix.length)
    }

    /// All of those that fit, the last one first.
    fn static_routes(&self, to: IpAddr) -> impl Iterator<Item = (&StaticRoute, Route, IpAddr)> {
        let fits = move |route: &&StaticRoute| same_network(route.prefix.address, to, route.prefix.length);
        self.routes.iter().rev().filter(fits).filter_map(move |route| {
            let interface = self.interface(route.interface).filter(|interface| interface.up)?;
            let way = route_of(interface)?;
            let RouteMetrics { mtu, mtu_is_locked, hop_limit, .. } = route.metrics;
            let mtu = mtu.map_or(way.mtu, u32::from);
            let way = Route { gateway: route.gateway, mtu, mtu_is_locked, hop_limit, ..way };
            let own = interface.device.inet().iter().filter(|(own, _)| own.is_ipv4() == to.is_ipv4());
            let near_gateway = |(own, length): &&(IpAddr, u8)| {
                route.gateway.is_some_and(|gateway| same_network(*own, gateway, *length))
            };
            let (own, _) = own.clone().find(near_gateway).or_else(|| own.clone().next())?;
            Some((route, way, *own))
        })
    }

    /// How a packet leaves that otherwise does by `found`, but not by a router (RT_SCOPE_LINK): by an interface that
    /// was chosen, the destination itself is asked for.
    ///
    /// # Errors
    /// `ENETUNREACH` where the destination is behind a router, and no interface was chosen.
    pub(super) fn without_router(
        &self,
        to: IpAddr,
        (route, own): (Route, IpAddr),
        is_chosen: bool,
    ) -> Result<(Route, IpAddr), Errno> {
        match route.gateway {
            Some(_) if is_chosen => Ok((Route { gateway: None, ..route }, own)),
            Some(_) => {
                let near = self.static_routes(to).filter(|(route, ..)| route.gateway.is_none());
                let longest = near.max_by_key(|(route, ..)| route.prefix.length);
                longest.map(|(_, way, own)| (way, own)).ok_or(Errno::ENETUNREACH)
            }
            None => Ok((route, own)),
        }
    }

    /// The number of the interface on whose network a router is.
    fn interface_towards(&self, gateway: IpAddr) -> Option<u32> {
        let mut addresses = self.inet_addresses();
        addresses
            .find(|it| it.own != gateway && same_network(it.own, gateway, it.length))
            .map(|it| it.route.interface)
    }

    /// Whether an address is on the network of an interface's.
    pub(super) fn is_on_link(&self, interface: u32, address: IpAddr) -> bool {
        let mut addresses = self.inet_addresses();
        addresses.any(|it| it.route.interface == interface && same_network(it.own, address, it.length))
    }

    /// Whether a router is one for what is on no other network, by an interface (`ip_fib_check_default`).
    pub(super) fn has_default_route_by(&self, gateway: IpAddr, interface: u32) -> bool {
        let is_it = |route: &StaticRoute| route.gateway == Some(gateway) && route.interface == interface;
        self.routes.iter().any(|route| route.prefix.length == 0 && is_it(route))
    }

    /// Whether this is the number of the loopback interface.
    pub(super) fn is_loopback(&self, interface: u32) -> bool {
        interface == LOOPBACK
    }

    /// The port of an Ethernet interface.
    pub(super) fn port_of(&self, interface: u32) -> Option<PortId> {
        match &self.interface(interface)?.device {
            Device::Ethernet(ethernet) => Some(ethernet.port),
            _ => None,
        }
    }

    /// The address by which the node asks for a neighbour at a port: the sender's of what waits, where that is the
    /// node itself, or one of the neighbour's network.
    pub(super) fn address_for(
        &self,
        port: PortId,
        neighbour: IpAddr,
        sender: Option<IpAddr>,
    ) -> Option<IpAddr> {
        if let Some(sender) = sender.filter(|sender| !sender.is_loopback() && self.is_local(*sender)) {
            return Some(sender);
        }
        let addresses = self.interface_at(port)?.device.inet().iter();
        let of_family = addresses.filter(|(own, _)| own.is_ipv4() == neighbour.is_ipv4());
        let near = of_family.clone().find(|(own, length)| same_network(*own, neighbour, *length));
        near.or_else(|| of_family.clone().next()).map(|(own, _)| *own)
    }

    /// Whether a packet to `address` is for this node.
    pub(super) fn is_local(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.inet_addresses().any(|it| it.own == address)
    }

    /// Whether a packet to `address` is for everybody on one of the node's networks.
    pub(crate) fn is_broadcast(&self, address: IpAddr) -> bool {
        address == Ipv4Addr::BROADCAST
            || address == LOOPBACK_BROADCAST
            || self.is_broadcast_of_prefix(address)
    }

    /// Whether what is sent to an address by an interface is for everybody: by another one than the network's, Linux
    /// knows nothing of that.
    pub(super) fn is_broadcast_by(&self, address: IpAddr, interface: u32) -> bool {
        address == Ipv4Addr::BROADCAST
            || address == LOOPBACK_BROADCAST && self.is_loopback(interface)
            || matches!(address, IpAddr::V4(address) if self.inet_addresses().any(|it| {
                let is_there = |own| is_last(own, it.length, address);
                it.route.interface == interface && matches!(it.own, IpAddr::V4(own) if is_there(own))
            }))
    }

    /// Whether this is the broadcast address of a network of the node's.
    fn is_broadcast_of_prefix(&self, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address else { return false };
        self.inet_addresses().any(|it| match it.own {
            IpAddr::V4(own) => is_last(own, it.length, address),
            IpAddr::V6(_) => false,
        })
    }

    /// How a packet to `to` leaves, and the address that it is sent from where the socket has none.
    ///
    /// # Errors
    /// `ENETUNREACH` where no interface leads there.
    pub(super) fn route(&self, to: IpAddr) -> Result<(Route, IpAddr), Errno> {
        if to.is_multicast() {
            return self.multicast_route(to, 0, None);
        }
        if to.is_loopback() {
            let own = match to {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            };
            return Ok((Route::LOCAL, own));
        }
        let mut found: Option<&InetAddress> = None;
        for it in self.inet_addresses() {
            if it.own == to {
                return Ok((Route::LOCAL, to));
            }
            // The longest prefix, the first of equals.
            let is_longer = found.is_none_or(|found| it.length > found.length);
            if is_longer && same_network(it.own, to, it.length) {
                found = Some(it);
            }
        }
        // A broadcast comes back (ip_mc_output).
        let found = found.map(|it| {
            let looped =
                matches!((it.own, to), (IpAddr::V4(own), IpAddr::V4(to)) if is_last(own, it.length, to));
            (Route { looped, ..it.route }, it.own)
        });
        let (mut route, own) = found.or_else(|| self.farther_route(to)).ok_or(Errno::ENETUNREACH)?;
        if to == Ipv4Addr::BROADCAST {
            (route.looped, route.gateway) = (true, None);
        }
        Ok((route, own))
    }

    /// [`Node::route`] by an interface. What is on no network that routing knows of there is, for IPv4, taken for a
    /// neighbour (`ip_route_output_key_hash_rcu`).
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, `ENETUNREACH` where it is down, or leads nowhere over IPv6.
    fn route_by(&self, to: IpAddr, interface: u32) -> Result<(Route, IpAddr), Errno> {
        let own_interface = self.interface_of(to);
        if let Ok((route, own)) = self.route(to)
            // Over IPv6, an address is its own interface's also on the node.
            && (route.interface == interface && !(to.is_ipv6() && route.way == Way::Local)
                || route.way == Way::Local && own_interface == Some(interface))
        {
            let by_loopback = route.way == Way::Local && own_interface != Some(interface);
            return Ok((Route { by_loopback, ..route }, own));
        }
        let route = self.way_out_by(interface, to)?;
        let is_near =
            |it: &&InetAddress| it.route.interface == interface && same_network(it.own, to, it.length);
        let near = self.inet_addresses().find(is_near).map(|it| it.own);
        let any = || self.addresses_by(interface, to).next().filter(|_| to.is_ipv4());
        // The loopback interface's own does not leave the node: another's, or none (inet_select_addr).
        let loopback = || {
            let mut others = self.inet_addresses().map(|it| it.own).filter(IpAddr::is_ipv4);
            let none = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            (self.is_loopback(interface) && to.is_ipv4()).then(|| others.next().unwrap_or(none))
        };
        let own = near.or_else(any).or_else(loopback).ok_or(Errno::ENETUNREACH)?;
        let looped = to == Ipv4Addr::BROADCAST && route.way != Way::Local;
        Ok((Route { looped, by_loopback: route.way == Way::Local, ..route }, own))
    }

    /// How packets leave by an interface.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface (over IPv6 `ENETUNREACH`), `ENETUNREACH` where it is down or not
    /// IP's.
    pub(super) fn way_out_by(&self, interface: u32, to: IpAddr) -> Result<Route, Errno> {
        let missing = if to.is_ipv4() { Errno::ENODEV } else { Errno::ENETUNREACH };
        self.interface(interface).ok_or(missing)?;
        self.way_out(interface).ok_or(Errno::ENETUNREACH)
    }

    /// How packets leave by an interface, if it is up and takes IP ones.
    pub(super) fn way_out(&self, interface: u32) -> Option<Route> {
        let found = self.interface(interface).filter(|interface| interface.up)?;
        if self.is_loopback(interface) { Some(Route::LOCAL) } else { route_of(found) }
    }

    /// The number of the interface that an address of the node's belongs to.
    pub(super) fn interface_of(&self, address: IpAddr) -> Option<u32> {
        if address.is_loopback() {
            return Some(LOOPBACK);
        }
        let mut addresses = self.inet_addresses();
        addresses.find(|it| it.own == address).map(|it| it.route.interface)
    }

    /// The addresses of an interface, where it is up, of the same version as `to`.
    pub(super) fn addresses_by(&self, interface: u32, to: IpAddr) -> impl Iterator<Item = IpAddr> {
        let addresses = self
            .inet_addresses()
            .filter(move |it| it.route.interface == interface && it.own.is_ipv4() == to.is_ipv4());
        addresses.map(|it| it.own)
    }

    /// The interfaces that take IP packets and are up, without the loopback interface.
    pub(super) fn ways_out(&self) -> impl Iterator<Item = Route> {
        self.interfaces.iter().filter(|interface| interface.up).filter_map(route_of)
    }
}

impl Engine {
    /// How a packet of a node's to `to` leaves, and from which address.
    pub(super) fn route(&self, node: NodeId, to: IpAddr) -> Result<(Route, IpAddr), Errno> {
        self.route_by(node, to, 0, None)
    }

    /// [`Engine::route`] by an interface, where that is not 0, for what is sent from an address, where there is one.
    pub(super) fn route_by(
        &self,
        node: NodeId,
        to: IpAddr,
        interface: u32,
        source: Option<IpAddr>,
    ) -> Result<(Route, IpAddr), Errno> {
        /// IP_MAX_MTU: no packet of IPv4 is longer.
        const LONGEST_IPV4: u32 = 0xFFFF;
        let kernel = self.node(node);
        let by_source = source.filter(|_| to == Ipv4Addr::BROADCAST && interface == 0);
        let interface = by_source.and_then(|own| kernel.interface_of(own)).unwrap_or(interface);
        if interface == 0
            && !source.is_some_and(|own| own.is_loopback())
            && let Some(path) = kernel.interfaces.paths.get(self.now, to)
        {
            return Ok((path.route, path.own));
        }
        let (mut route, own) = match interface {
            _ if to.is_multicast() => kernel.multicast_route(to, interface, source)?,
            0 => kernel.route(to)?,
            interface => kernel.route_by(to, interface)?,
        };
        if source.is_some_and(|own| own.is_ipv4() && own.is_loopback())
            && !kernel.is_loopback(route.interface)
        {
            // A loopback address does not leave the node (__mkroute_output).
            return Err(Errno::EINVAL);
        }
        if to.is_ipv4() {
            route.mtu = route.mtu.min(LONGEST_IPV4);
            route.interface_mtu = route.interface_mtu.min(LONGEST_IPV4);
        }
        let tables = &self.node(node).inet;
        if let Some(known) = tables.path_mtu.get(self.now(), to) {
            route.mtu = route.mtu.min(known);
        }
        if route.gateway.is_some() {
            route.gateway = tables.redirects.gateway(self.now(), to).or(route.gateway);
        }
        Ok((route, own))
    }

    /// [`Engine::route_by`] for a socket that is `bound` to an interface, or not: over IPv6, an interface that is only
    /// asked for does not count where nothing leads there by it, unless the address is one of that interface's alone
    /// (`RT6_LOOKUP_F_IFACE` of `ip6_route_output_flags_noref`).
    pub(super) fn route_for(
        &self,
        node: NodeId,
        to: IpAddr,
        (interface, bound): (u32, u32),
        source: Option<IpAddr>,
    ) -> Result<(Route, IpAddr), Errno> {
        let found = self.route_by(node, to, interface, source);
        match (to, source) {
            (IpAddr::V6(ip), Some(_)) if found.is_err() && bound == 0 => {
                let is_strict = ip.is_multicast() || ip.is_unicast_link_local() || ip.is_loopback();
                if is_strict { found } else { self.route_by(node, to, 0, source) }
            }
            _ => found,
        }
    }

    /// `ip route add PREFIX via GATEWAY`.
    ///
    /// # Errors
    /// `ENETUNREACH` where the gateway is on no network of the node's, `EINVAL` where the one is IPv4 and the other
    /// IPv6.
    pub fn add_route(&mut self, node: NodeId, prefix: InetPrefix, gateway: IpAddr) -> Result<(), Errno> {
        if prefix.address.is_ipv4() != gateway.is_ipv4() {
            return Err(Errno::EINVAL);
        }
        let interface = self.node(node).interface_towards(gateway).ok_or(Errno::ENETUNREACH)?;
        self.push_route(
            node,
            StaticRoute { prefix, interface, gateway: Some(gateway), metrics: RouteMetrics::default() },
        );
        Ok(())
    }

    /// `ip route replace PREFIX via GATEWAY`: no other route to the prefix is left.
    ///
    /// # Errors
    /// Those of [`Engine::add_route`].
    pub fn replace_route(&mut self, node: NodeId, prefix: InetPrefix, gateway: IpAddr) -> Result<(), Errno> {
        let before = self.node(node).routes.len();
        self.add_route(node, prefix, gateway)?;
        let mut place = 0;
        self.node_mut(node).routes.retain(|route| {
            place += 1;
            place > before || route.prefix != prefix
        });
        Ok(())
    }

    /// What a node's IP has counted since it started.
    pub fn inet_statistics(&self, node: NodeId) -> InetStatistics {
        let mut statistics = self.node(node).inet.statistics.clone();
        let is_established = |entry: &TcpEntry| CURRENTLY_ESTABLISHED.contains(&entry.state);
        statistics.set_established(self.tcp_table(node).iter().filter(|entry| is_established(entry)).count());
        statistics
    }

    /// Whether a node passes on packets that are not for it: `net.ipv4.ip_forward`, `net.ipv6.conf.all.forwarding`.
    pub fn set_forwarding(&mut self, node: NodeId, on: bool) {
        let node = self.node_mut(node);
        node.forwarding = on;
        node.sysctls.redirects.set_forwarding(on);
    }
}
