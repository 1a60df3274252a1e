//! The groups that a node's interfaces listen to: `ip_check_mc_rcu` of net/ipv4/igmp.c, `ipv6_chk_mcast_addr` of
//! net/ipv6/mcast.c.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::neighbour_discovery::solicited_node;
use super::filter::{Filter, Mode};
use super::query::Querier;
use super::report::{Reports, is_reported};
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

/// Who listens to a group on an interface, and from whom.
#[derive(Debug, Default)]
struct Group {
    members: Vec<(SocketId, Filter)>,
    /// Counts up with each group that is joined.
    number: u64,
}

/// The groups of a node's interfaces.
#[derive(Debug)]
pub(crate) struct Groups {
    members: Map<Key, Group>,
    /// How many groups were joined.
    joined: u64,
    /// What is known of the routers on the networks of interfaces.
    pub(super) queriers: BTreeMap<(u32, bool), Querier>,
    /// What the routers have to hear of.
    pub(super) reports: Reports,
}

impl Groups {
    /// No groups yet; `random` says when reports are repeated.
    pub(in crate::engine::inet) fn new(random: Random) -> Groups {
        let (members, queriers) = (Map::default(), BTreeMap::new());
        Groups { members, joined: 0, queriers, reports: Reports::new(random) }
    }

    /// What an interface lets through of what is sent to a group.
    pub(super) fn filter(&self, key: Key) -> Filter {
        let members = self.members.get(&key).map_or(&[][..], |group| &group.members);
        Filter::any_of(members.iter().map(|(_, filter)| filter))
    }

    /// The timers of reports, which will not be made.
    pub(in crate::engine) fn take_timers(&mut self) -> Vec<EventKey> {
        let queriers = core::mem::take(&mut self.queriers).into_values();
        let mut timers = self.reports.take_timers();
        timers.extend(queriers.flat_map(Querier::into_timers));
        timers
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
            || members
                .is_some_and(|group| group.members.iter().any(|(_, filter)| filter.lets_through(source)))
    }

    /// Whether a socket has joined a group on an interface, from whomever it wants to hear.
    pub(in crate::engine::inet) fn is_member(&self, interface: u32, group: IpAddr) -> bool {
        self.inet.groups.members.contains_key(&(interface, group))
    }

    /// The groups of an interface that routers want to hear of, with what is let through of each; the newest first.
    pub(super) fn reported_groups(&self, (interface, is_ipv6): (u32, bool)) -> Vec<(IpAddr, Filter)> {
        let Some(device) = self.interface(interface) else { return Vec::new() };
        let groups = &self.inet.groups;
        let is_it = |(on, group): &Key| *on == interface && group.is_ipv6() == is_ipv6 && is_reported(*group);
        let joined = groups.members.iter().filter(|(key, _)| is_it(key) && !is_own(device, key.1));
        let mut joined: Vec<(u64, IpAddr)> = joined.map(|(key, group)| (group.number, key.1)).collect();
        joined.sort();
        let joined = joined.into_iter().rev().map(|(_, group)| (group, groups.filter((interface, group))));
        // Of its own groups, those of its addresses.
        let mut own: Vec<IpAddr> = Vec::new();
        for (address, _) in device.device.inet().iter().filter(|_| is_ipv6) {
            if let IpAddr::V6(address) = address
                && !own.contains(&solicited_node(*address).into())
            {
                own.insert(0, solicited_node(*address).into());
            }
        }
        joined.chain(own.into_iter().map(|group| (group, Filter::new(Mode::Exclude)))).collect()
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
        let was_member = groups.members.contains_key(&key);
        groups.joined += u64::from(!was_member);
        let number = groups.joined;
        let group = groups.members.entry(key).or_insert_with(|| Group { members: Vec::new(), number });
        group.members.retain(|(member, _)| *member != socket);
        group.members.extend(filter.map(|filter| (socket, filter)));
        let is_member = !group.members.is_empty();
        if !is_member {
            groups.members.remove(&key);
        }
        let after = groups.filter(key);
        let (interface, group) = key;
        if self.node(node).interface(interface).is_some_and(|interface| !is_own(interface, group)) {
            if was_member != is_member {
                self.group_joined_or_left(node, key, is_member);
            }
            self.group_changes(node, key, &before, &after);
        }
    }
}
