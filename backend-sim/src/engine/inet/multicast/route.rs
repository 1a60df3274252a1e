//! How multicasts leave (`ip_route_output_key_hash_rcu` of net/ipv4/route.c, `ip6_route_output` of net/ipv6/route.c).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::Errno;

use super::super::route::Route;
use crate::engine::node::Node;

impl Node {
    /// How a packet to a group leaves by an interface, where that is not 0, and the address that it is sent from, where
    /// `source` does not say so. It comes back where the interface listens to the group.
    ///
    /// # Errors
    /// `ENETUNREACH` where no interface leads there, `ENODEV` where there is no such interface, `EINVAL` where
    /// something from the loopback interface's address would leave the node.
    pub(in crate::engine::inet) fn multicast_route(
        &self,
        group: IpAddr,
        interface: u32,
        source: Option<IpAddr>,
    ) -> Result<(Route, IpAddr), Errno> {
        let source = source.filter(|source| source.is_ipv4() == group.is_ipv4());
        let (mut route, own) = match group {
            IpAddr::V4(_) => self.multicast_route_v4(group, interface, source)?,
            IpAddr::V6(to) => self.multicast_route_v6(to, interface, source)?,
        };
        let leaves = !self.is_loopback(route.interface);
        route.gateway = None;
        route.listened = leaves && self.listens_to(route.interface, group, own);
        route.looped = route.listened;
        Ok((route, own))
    }

    fn multicast_route_v4(
        &self,
        group: IpAddr,
        interface: u32,
        source: Option<IpAddr>,
    ) -> Result<(Route, IpAddr), Errno> {
        let (route, own) = match (interface, source) {
            (0, None) => self.farther_route(group).ok_or(Errno::ENETUNREACH)?,
            _ => {
                // Only one that is to say the interface has to be the node's.
                let by_source = source.filter(|_| interface == 0).map(|source| self.interface_of(source));
                let interface = by_source.unwrap_or(Some(interface)).ok_or(Errno::ENETUNREACH)?;
                let route = self.way_out_by(interface, group)?;
                let own = self.addresses_by(interface, group).next();
                // The loopback interface's address is not for the world: another's is taken (`inet_select_addr`).
                let others =
                    || self.ways_out().find_map(|way| self.addresses_by(way.interface, group).next());
                (route, own.or_else(others).unwrap_or(Ipv4Addr::UNSPECIFIED.into()))
            }
        };
        let own = source.unwrap_or(own);
        if own.is_loopback() && !self.is_loopback(route.interface) {
            return Err(Errno::EINVAL);
        }
        Ok((route, own))
    }

    fn multicast_route_v6(
        &self,
        group: Ipv6Addr,
        interface: u32,
        source: Option<IpAddr>,
    ) -> Result<(Route, IpAddr), Errno> {
        // The loopback interface has no route to groups.
        let mut ways = self.ways_out().filter(|way| interface == 0 || way.interface == interface);
        let with_address = |way: &Route| self.addresses_by(way.interface, group.into()).next().is_some();
        let route = ways.find(with_address).ok_or(Errno::ENETUNREACH)?;
        // An address whose scope is like the group's (`ipv6_dev_get_saddr`).
        let on_link = group.octets()[1] & 0xF <= 2;
        let fits = |own: &IpAddr| matches!(own, IpAddr::V6(own) if own.is_unicast_link_local() == on_link);
        let mut addresses = self.addresses_by(route.interface, group.into());
        let first = addresses.next().ok_or(Errno::ENETUNREACH)?;
        let own =
            source.unwrap_or_else(|| core::iter::once(first).chain(addresses).find(fits).unwrap_or(first));
        Ok((route, own))
    }
}
