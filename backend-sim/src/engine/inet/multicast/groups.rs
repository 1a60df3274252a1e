//! The groups that a node's interfaces listen to: `ip_check_mc_rcu` of net/ipv4/igmp.c, `ipv6_chk_mcast_addr` of
//! net/ipv6/mcast.c.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::neighbour_discovery::solicited_node;
use super::filter::Filter;
use super::report::Reports;
use crate::engine::event::EventKey;
use crate::engine::map::Map;
use crate::engine::node::{NetworkInterface, Node, NodeId};
use crate::engine::random::Random;
use crate::engine::{Engine, SocketId};

/// `224.0.0.1`, `ff01::1` and `ff02::1`: every node, by the interface and on its link.
const ALL_HOSTS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 1);
const ALL_NODES_OF_INTERFACE: Ipv6Addr = Ipv6Addr::new(0xFF01, 0, 0, 0, 0, 0, 0, 1);
const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 0, 0, 1);

/// A group on an interface, by its number.
type Key = (u32, IpAddr);

/// The groups of a node's interfaces.
#[derive(Debug)]
pub(crate) struct Groups {
    /// Who listens to a group, and from whom.
    members: Map<Key, Vec<(SocketId, Filter)>>,
    /// What the routers have to hear of.
    pub(super) reports: Reports,
}

impl Groups {
    /// No groups yet; `random` says when reports are repeated.
    pub(in crate::engine::inet) fn new(random: Random) -> Groups {
        Groups { members: Map::default(), reports: Reports::new(random) }
    }

    /// What an interface lets through of what is sent to a group.
    pub(super) fn filter(&self, key: Key) -> Filter {
        let members = self.members.get(&key).map_or(&[][..], Vec::as_slice);
        Filter::any_of(members.iter().map(|(_, filter)| filter))
    }

    /// The timers of reports, which will not be made.
    pub(in crate::engine) fn take_timers(&mut self) -> Vec<EventKey> {
        self.reports.take_timers()
    }

    /// Whether no socket is in any group.
    #[cfg(test)]
    pub(in crate::engine::inet) fn is_unused(&self) -> bool {
        self.members.is_empty()
    }
}

/// Whether the kernel itself listens to a group on an interface.
fn is_own(interface: &NetworkInterface, group: IpAddr) -> bool {
    match group {
        IpAddr::V4(group) => group == ALL_HOSTS,
        IpAddr::V6(group) => {
            let mut addresses = interface.device.inet().iter();
            group == ALL_NODES
                || group == ALL_NODES_OF_INTERFACE
                || addresses.any(|(own, _)| matches!(own, IpAddr::V6(own) if solicited_node(*own) == group))
        }
    }
}

impl Node {
    /// Whether an interface takes what `source` sends to a group.
    pub(in crate::engine::inet) fn listens_to(&self, interface: u32, group: IpAddr, source: IpAddr) -> bool {
        if !group.is_multicast() {
            return false;
        }
        let Some(device) = self.interface(interface) else { return false };
        let members = self.inet.groups.members.get(&(interface, group));
        is_own(device, group)
            || members.is_some_and(|members| members.iter().any(|(_, filter)| filter.lets_through(source)))
    }
}

impl Engine {
    /// A socket listens to a group on an interface by this filter from now on; without one, no more.
    pub(super) fn membership_changes(
        &mut self,
        node: NodeId,
        socket: SocketId,
        key: Key,
        filter: Option<Filter>,
    ) {
        let groups = &mut self.node_mut(node).inet.groups;
        let before = groups.filter(key);
        let members = groups.members.entry(key).or_default();
        members.retain(|(member, _)| *member != socket);
        members.extend(filter.map(|filter| (socket, filter)));
        if members.is_empty() {
            groups.members.remove(&key);
        }
        let after = groups.filter(key);
        let (interface, group) = key;
        if self.node(node).interface(interface).is_some_and(|interface| !is_own(interface, group)) {
            self.group_changes(node, key, &before, &after);
        }
    }
}
