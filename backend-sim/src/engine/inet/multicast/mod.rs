//! Multicast: the groups that sockets have joined, and how what they send to groups leaves (ip(7), ipv6(7), RFC 3678;
//! net/ipv4/igmp.c, net/ipv6/mcast.c).
//!
//! A socket's memberships are here, and its options in [`options`]; what comes of them for an interface is in
//! [`groups`], and what the routers hear of that in [`report`], and when they ask in
//! [`query`].

mod filter;
mod groups;
mod options;
mod query;
mod report;
mod route;
mod source_filter;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use anysock::{Errno, Family};

use super::packet::HeaderFields;
use super::route::LOOPBACK;
use crate::engine::node::{Device, NodeId};
use crate::engine::socket::SocketState;
use crate::engine::{Engine, SocketId};
use filter::{Filter, Mode};

pub(crate) use groups::Groups;
pub(super) use options::{get, refused_by_tcp, set};
pub(super) use query::{MLD, MLD_QUERY, MLD_REPORT_V1};
pub(super) use source_filter::take_option;

/// net.ipv4.igmp_max_memberships: the most groups of IPv4 that a socket may join.
const MEMBERSHIPS_MAX: usize = 20;
/// net.ipv4.igmp_max_msf and net.ipv6.mld_max_msf: the most sources of a filter.
const SOURCES_MAX: usize = 10;
const SOURCES_MAX_V6: usize = 64;

/// A group that a socket has joined.
#[derive(Debug)]
struct Membership {
    group: IpAddr,
    interface: u32,
    /// The address of IPv4 by which the interface was named, if it was.
    address: Ipv4Addr,
    filter: Filter,
    /// The sources of the filter in the order in which the socket has named them.
    listed: Vec<IpAddr>,
    /// Sources were named once: the filter's mode is fixed.
    named: bool,
}

/// What a program asks for: a group on an interface, which is named by its number, by its address (of IPv4), or not.
#[derive(Clone, Copy, Debug)]
struct Request {
    group: IpAddr,
    interface: u32,
    address: Ipv4Addr,
}

/// How a socket's multicasts of one version of IP are sent and received.
#[derive(Clone, Copy, Debug)]
struct Settings {
    /// IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS.
    hops: u8,
    /// IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP.
    loops: bool,
    /// IP_MULTICAST_ALL, IPV6_MULTICAST_ALL.
    all: bool,
    /// IP_MULTICAST_IF, IPV6_MULTICAST_IF: its number, 0 where routing chooses.
    interface: u32,
    /// IP_UNICAST_IF, IPV6_UNICAST_IF: the same for what is sent to no group.
    unicast_interface: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { hops: 1, loops: true, all: true, interface: 0, unicast_interface: 0 }
    }
}

/// What a socket has to do with multicasts.
#[derive(Debug)]
pub(super) struct Multicast {
    /// The newest first.
    memberships: Vec<Membership>,
    v4: Settings,
    v6: Settings,
    /// IP_MULTICAST_IF: the address that is sent from.
    address: Ipv4Addr,
}

impl Default for Multicast {
    fn default() -> Self {
        Multicast::of_family(Family::INET)
    }
}

impl Multicast {
    /// What a new socket of a family has. One of IPv6 hears what others have joined over IPv4 only where it asks for
    /// that (`inet6_create`).
    pub(super) fn of_family(family: Family) -> Multicast {
        let v6 = Settings::default();
        let v4 = Settings { all: family == Family::INET, ..v6 };
        Multicast { memberships: Vec::new(), v4, v6, address: Ipv4Addr::UNSPECIFIED }
    }

    /// The same for a connection that a listener has taken: it is in no group.
    pub(super) fn without_groups(&self) -> Multicast {
        Multicast { memberships: Vec::new(), ..*self }
    }

    fn settings(&self, to: IpAddr) -> &Settings {
        if to.is_ipv4() { &self.v4 } else { &self.v6 }
    }

    /// The number of the interface by which the socket sends to somebody, a group or not; 0 where routing chooses.
    pub(super) fn interface(&self, to: IpAddr) -> u32 {
        let Settings { interface, unicast_interface, .. } = *self.settings(to);
        if to.is_multicast() { interface } else { unicast_interface }
    }

    /// The address that the socket sends to a group from, where it has none itself: the unspecified one for any.
    pub(super) fn source(&self, to: IpAddr) -> Option<IpAddr> {
        (to.is_ipv4() && to.is_multicast() && !self.address.is_unspecified()).then_some(self.address.into())
    }

    /// Whether what the socket sends to a group comes back to this node.
    pub(super) fn loops(&self, to: IpAddr) -> bool {
        !to.is_multicast() || self.settings(to).loops
    }

    /// What goes into the header of what is sent to `to`, where otherwise it would be `fields`.
    pub(super) fn fields(&self, to: IpAddr, fields: HeaderFields) -> HeaderFields {
        match to {
            _ if !to.is_multicast() => fields,
            IpAddr::V4(_) => HeaderFields { time_to_live: self.v4.hops, ..fields },
            IpAddr::V6(_) => HeaderFields { hop_limit: self.v6.hops, ..fields },
        }
    }

    /// Whether the socket takes what `source` has sent to a group and an interface has taken (`ip_mc_sf_allow`,
    /// `inet6_mc_check`).
    pub(super) fn hears(&self, group: IpAddr, source: IpAddr, interface: u32) -> bool {
        let mut memberships = self.memberships.iter();
        // IPv6 does not look at the interface.
        let is_it = |one: &&Membership| one.group == group && (group.is_ipv6() || one.interface == interface);
        let membership = memberships.find(is_it);
        membership.map_or(self.settings(group).all, |membership| membership.filter.lets_through(source))
    }
}

/// What a socket has to do with multicasts, where its type allows for any.
fn of(engine: &mut Engine, id: SocketId) -> Result<&mut Multicast, Errno> {
    let socket = engine.socket_mut(id)?;
    let family = socket.family;
    match &mut socket.state {
        SocketState::Tcp(socket) => {
            Ok(socket.multicast.get_or_insert_with(|| Box::new(Multicast::of_family(family))))
        }
        SocketState::Udp(socket) => Ok(&mut socket.multicast),
        SocketState::Raw(socket) => Ok(&mut socket.multicast),
        _ => Err(Errno::EPROTO),
    }
}

/// The number of the interface that is meant (`ip_mc_find_dev`, `ip6_mc_find_dev`), if there is one.
fn find_interface(engine: &Engine, node: NodeId, request: &Request) -> Option<u32> {
    let kernel = engine.node(node);
    match request {
        Request { interface, .. } if *interface != 0 => {
            let takes_ip = |device: &Device| !matches!(device, Device::Can(_));
            kernel.interface(*interface).filter(|found| takes_ip(&found.device)).map(|found| found.index)
        }
        Request { address, .. } if !address.is_unspecified() => kernel.interface_of((*address).into()),
        Request { group, .. } if group.is_unspecified() => Some(LOOPBACK),
        Request { group, .. } => kernel.route(*group).ok().map(|(route, _)| route.interface),
    }
}

/// The socket's membership at this place of its list is as it is now: its interface goes by that.
fn announce(engine: &mut Engine, id: SocketId, at: usize) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    let Some(Membership { interface, group, filter, .. }) = of(engine, id)?.memberships.get(at) else {
        return Ok(());
    };
    let (key, filter) = ((*interface, *group), filter.clone());
    engine.membership_changes(node, id, key, Some(filter));
    Ok(())
}

/// Joins a group (`__ip_mc_join_group`, `__ipv6_sock_mc_join`).
fn join(engine: &mut Engine, id: SocketId, request: &Request, mode: Mode) -> Result<(), Errno> {
    let Request { group, address, .. } = *request;
    if !group.is_multicast() {
        return Err(Errno::EINVAL);
    }
    let node = engine.socket(id)?.node;
    let found = find_interface(engine, node, request).ok_or(Errno::ENODEV);
    let multicast = of(engine, id)?;
    let has = |interface| {
        let mut memberships = multicast.memberships.iter();
        memberships.any(|one| one.group == group && (interface == 0 || one.interface == interface))
    };
    let interface = if group.is_ipv4() {
        let interface = found?;
        if has(interface) {
            return Err(Errno::EADDRINUSE);
        }
        if multicast.memberships.iter().filter(|one| one.group.is_ipv4()).count() >= MEMBERSHIPS_MAX {
            return Err(Errno::ENOBUFS);
        }
        interface
    } else {
        if has(request.interface) {
            return Err(Errno::EADDRINUSE);
        }
        found?
    };
    let filter = Filter::new(mode);
    let listed = Vec::new();
    multicast.memberships.insert(0, Membership { group, interface, address, filter, listed, named: false });
    announce(engine, id, 0)
}

/// Leaves a group (`ip_mc_leave_group`, `ipv6_sock_mc_drop`).
fn leave(engine: &mut Engine, id: SocketId, request: &Request) -> Result<(), Errno> {
    let Request { group, address, .. } = *request;
    let node = engine.socket(id)?.node;
    let interface = if group.is_ipv4() {
        match find_interface(engine, node, request) {
            None if request.interface == 0 && address.is_unspecified() => return Err(Errno::ENODEV),
            found => found.unwrap_or(request.interface),
        }
    } else if group.is_multicast() {
        request.interface
    } else {
        return Err(Errno::EINVAL);
    };
    let is_it = |one: &Membership| {
        let by_address = group.is_ipv6() || address.is_unspecified() || one.address == address;
        one.group == group && if interface == 0 { by_address } else { one.interface == interface }
    };
    let multicast = of(engine, id)?;
    let at = multicast.memberships.iter().position(is_it).ok_or(Errno::EADDRNOTAVAIL)?;
    let Membership { interface, .. } = multicast.memberships.remove(at);
    engine.membership_changes(node, id, (interface, group), None);
    Ok(())
}

/// Adds a source to the filter of a group, or takes it out (`ip_mc_source`, `ip6_mc_source`).
fn change_source(
    engine: &mut Engine,
    id: SocketId,
    request: &Request,
    source: IpAddr,
    (add, mode): (bool, Mode),
) -> Result<(), Errno> {
    let Request { group, .. } = *request;
    if !group.is_multicast() {
        return Err(Errno::EINVAL);
    }
    let node = engine.socket(id)?.node;
    let found = find_interface(engine, node, request).ok_or(Errno::ENODEV)?;
    let any = group.is_ipv6() && request.interface == 0;
    let is_it = |one: &Membership| one.group == group && (any || one.interface == found);
    let multicast = of(engine, id)?;
    let at = multicast.memberships.iter().position(is_it).ok_or(Errno::EINVAL)?;
    let membership = multicast.memberships.get_mut(at).ok_or(Errno::EINVAL)?;
    let Membership { interface, filter, listed, named, .. } = membership;
    let request = Request { interface: *interface, ..*request };
    if filter.mode != mode {
        if *named {
            return Err(Errno::EINVAL);
        }
        filter.mode = mode;
    }
    let most = if group.is_ipv4() { SOURCES_MAX } else { SOURCES_MAX_V6 };
    let answer = match add {
        false if !filter.sources.contains(&source) => Err(Errno::EADDRNOTAVAIL),
        // Nobody is listened to any more.
        false if mode == Mode::Include && filter.sources.len() == 1 => return leave(engine, id, &request),
        true if filter.sources.len() >= most => Err(Errno::ENOBUFS),
        true if filter.sources.contains(&source) => Err(Errno::EADDRNOTAVAIL),
        true => {
            filter.sources.insert(source);
            listed.push(source);
            *named = true;
            Ok(())
        }
        false => {
            filter.sources.remove(&source);
            listed.retain(|one| *one != source);
            Ok(())
        }
    };
    // Its mode may have changed, even where the source has not.
    announce(engine, id, at)?;
    answer
}

/// A socket leaves every group (`ip_mc_drop_socket`, `ipv6_sock_mc_close`).
pub(super) fn leave_all(engine: &mut Engine, id: SocketId) {
    let Ok(socket) = engine.socket(id) else { return };
    let node = socket.node;
    if matches!(&socket.state, SocketState::Tcp(socket) if socket.multicast.is_none()) {
        return;
    }
    let Ok(multicast) = of(engine, id) else { return };
    for Membership { interface, group, .. } in core::mem::take(&mut multicast.memberships) {
        engine.membership_changes(node, id, (interface, group), None);
    }
}
