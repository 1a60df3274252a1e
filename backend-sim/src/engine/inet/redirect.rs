//! Redirects: a router tells a host of a better one on the same network, and the host goes by that (RFC 1122 §3.2.2.2,
//! RFC 1812 §5.2.7.2; `ip_rt_send_redirect` and `__ip_do_redirect` of net/ipv4/route.c). Those of IPv6 are
//! `redirect_v6.rs`'s.

use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;

use anysock::{Errno, Instant, IpProtocol};
use etherparse::IpNumber;

use super::icmp::{self, ECHO_REPLY, Problem};
use super::icmp_error::Unreachable;
use super::ports::Pair;
use super::route::{Route, Way};
use crate::engine::Engine;
use crate::engine::map::{Map, make_room};
use crate::engine::node::NodeId;

/// How long a redirect of IPv4 counts: ip_rt_gc_timeout.
const LIFETIME: Duration = Duration::from_secs(300);
/// How often Linux looks for redirects of IPv6 that are as old as this, while there are any
/// (net.ipv6.route.gc_interval, `fib6_run_gc`): whatever is sent meanwhile, one counts for 30 to 60 s. (Linux's timer
/// is up to 2 s late.)
const COLLECTION: Duration = Duration::from_secs(30);
/// How many destinations are known with a router of their own, before that of longest ago is forgotten.
const DESTINATIONS_MAX: usize = 4096;
/// The codes of a redirect: of a network or a host, with its type of service or without.
const CODES: u8 = 3;

/// Settings of a node's interfaces under one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Settings {
    accept: bool,
    send: bool,
    secure: bool,
    shared_media: bool,
}

/// `net.ipv4.conf.all.…`, and `net.ipv4.conf.default.…`, which every interface of the node has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RedirectSysctls {
    all: Settings,
    interface: Settings,
    /// `net.ipv6.conf.default.accept_redirects`; that of `all` means nothing to Linux.
    accept_v6: bool,
}

impl Default for RedirectSysctls {
    fn default() -> Self {
        let settings = Settings { accept: true, send: true, secure: true, shared_media: true };
        RedirectSysctls { all: settings, interface: settings, accept_v6: true }
    }
}

impl RedirectSysctls {
    /// Sets the one of this name; `None` where it is none of these.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Option<Result<(), Errno>> {
        if let Some(name) = name.strip_prefix("net.ipv6.conf.") {
            let number: Result<i32, _> = value.trim().parse();
            let accept = match name {
                "all.accept_redirects" => &mut false,
                "default.accept_redirects" => &mut self.accept_v6,
                _ => return None,
            };
            return Some(number.map(|number| *accept = number != 0).map_err(|_| Errno::EINVAL));
        }
        let (settings, name) = match name.strip_prefix("net.ipv4.conf.")?.split_once('.')? {
            ("all", name) => (&mut self.all, name),
            ("default", name) => (&mut self.interface, name),
            _ => return None,
        };
        let setting = match name {
            "accept_redirects" => &mut settings.accept,
            "send_redirects" => &mut settings.send,
            "secure_redirects" => &mut settings.secure,
            "shared_media" => &mut settings.shared_media,
            _ => return None,
        };
        let number: Result<i32, _> = value.trim().parse();
        Some(number.map(|number| *setting = number != 0).map_err(|_| Errno::EINVAL))
    }

    /// A node becomes a router, or is none any more (`inet_forward_change`).
    pub(super) fn set_forwarding(&mut self, on: bool) {
        self.all.accept = !on;
    }

    /// Whether redirects are taken (`IN_DEV_RX_REDIRECTS`).
    const fn accepts(&self, is_router: bool) -> bool {
        let (all, interface) = (self.all.accept, self.interface.accept);
        if is_router { all && interface } else { all || interface }
    }

    /// Whether those of IPv6 are taken: by hosts.
    pub(super) const fn accepts_v6(&self, is_router: bool) -> bool {
        self.accept_v6 && !is_router
    }

    const fn sends(&self) -> bool {
        self.all.send || self.interface.send
    }

    const fn is_secure(&self) -> bool {
        self.all.secure || self.interface.secure
    }

    const fn has_shared_media(&self) -> bool {
        self.all.shared_media || self.interface.shared_media
    }
}

/// What a router has told of another one.
#[derive(Debug)]
struct Redirect {
    gateway: IpAddr,
    since: Instant,
    until: Instant,
}

/// Which routers others have told of, by destination.
#[derive(Debug, Default)]
pub(crate) struct Redirects {
    known: Map<IpAddr, Redirect>,
    /// When those of IPv6 are next looked at, as it was when the last of them came.
    collection: Option<Instant>,
}

impl Redirects {
    /// The router to somebody, where another one has told of it.
    pub(super) fn gateway(&self, now: Instant, to: IpAddr) -> Option<IpAddr> {
        if self.known.is_empty() {
            return None;
        }
        let redirect = self.known.get(&to)?;
        (now < redirect.until).then_some(redirect.gateway)
    }

    pub(super) fn insert(&mut self, now: Instant, to: IpAddr, gateway: IpAddr) {
        let until = if to.is_ipv6() { self.collected(now) } else { now + LIFETIME };
        let counts = |redirect: &Redirect| now < redirect.until;
        make_room(&mut self.known, DESTINATIONS_MAX, &to, counts, |redirect| redirect.since);
        self.known.insert(to, Redirect { gateway, since: now, until });
    }

    /// When a redirect of IPv6 that comes now is old enough to be collected. Where there is no other, that begins now.
    fn collected(&mut self, now: Instant) -> Instant {
        let is_other = |(to, redirect): (&IpAddr, &Redirect)| to.is_ipv6() && now < redirect.until;
        let mut at = match self.collection {
            Some(at) if self.known.iter().any(is_other) => at,
            _ => now + COLLECTION,
        };
        while at <= now {
            at = at + COLLECTION;
        }
        self.collection = Some(at);
        if at.since(now) < COLLECTION { at + COLLECTION } else { at }
    }
}

/// A router passes on a packet, which now is as it leaves, by the interface that it came by: its sender is told of the
/// shorter way.
pub(super) fn send(engine: &mut Engine, node: NodeId, interface: u32, route: Route, packet: &[u8]) {
    let kernel = engine.node(node);
    let sysctls = kernel.sysctls.redirects;
    let (Some(source), Some(destination)) = (icmp::source_of(packet), icmp::destination_of(packet)) else {
        return;
    };
    let IpAddr::V4(gateway) = route.next_hop(destination) else { return };
    let is_near = |address| kernel.is_on_link(interface, address);
    let shares = sysctls.has_shared_media() || is_near(gateway.into());
    if route.interface != interface || !sysctls.sends() || !is_near(source) || !shares {
        return;
    }
    let now = engine.now();
    if engine.node_mut(node).inet.icmp_limits.allow_redirect(now, source) {
        icmp::error(engine, node, interface, packet, Problem::Redirect(gateway));
    }
}

/// A redirect has come by an interface, about a packet of this node's.
pub(super) fn arrives(engine: &mut Engine, node: NodeId, interface: u32, what: &Unreachable<'_>) {
    let (to, gateway) = (what.destination.ip(), Ipv4Addr::from_bits(what.info));
    let sysctls = engine.node(node).sysctls.redirects;
    let kernel = engine.node(node);
    let Ok((route, _)) = engine.route(node, to) else { return };
    let reserved = gateway.is_multicast() || gateway.is_broadcast() || gateway.octets()[0] == 0;
    // Only the router that is used now may say so.
    if what.code > CODES
        || !is_sent(engine, node, what)
        || route.gateway != Some(what.offender)
        || what.offender == IpAddr::V4(gateway)
        || !sysctls.accepts(kernel.forwarding)
        || reserved
    {
        return;
    }
    let gateway = IpAddr::V4(gateway);
    let believed = if sysctls.has_shared_media() {
        !kernel.is_local(gateway) && !kernel.is_broadcast(gateway)
    } else {
        let is_default = || kernel.has_default_route_by(gateway, interface);
        kernel.is_on_link(interface, gateway) && (!sysctls.is_secure() || is_default())
    };
    let Way::Port(port) = route.way else { return };
    // Where the new router is not known yet, it is asked for, and the next redirect counts.
    if believed && engine.neighbour_is_known(node, port, gateway) {
        let now = engine.now();
        let kernel = engine.node_mut(node);
        kernel.inet.redirects.insert(now, to, gateway);
        kernel.interfaces.paths.forget();
    } else if believed {
        engine.look_for_neighbour(node, port, gateway);
    }
}

/// Whether somebody can have sent what is quoted.
pub(super) fn is_sent(engine: &Engine, node: NodeId, what: &Unreachable<'_>) -> bool {
    let tables = &engine.node(node).inet;
    match what.protocol {
        IpNumber::TCP => {
            tables.connections.contains_key(&Pair { local: what.source, remote: what.destination })
        }
        IpNumber::UDP => {
            engine.holder(node, IpProtocol::UDP, what.source, what.interface, |_| Some(0)).is_some()
        }
        IpNumber::ICMP if what.quoted.first() == Some(&ECHO_REPLY) => true,
        protocol => tables.raw.iter().any(|id| engine.raw(*id).is_ok_and(|raw| raw.protocol == protocol)),
    }
}

#[cfg(test)]
mod tests {
    use core::net::Ipv6Addr;

    use super::*;

    #[test]
    fn redirects_are_bounded() {
        let at = |seconds| Instant::ZERO + Duration::from_secs(seconds);
        let destination = |number: u32| IpAddr::V4(Ipv4Addr::from_bits(0x0A00_0000 + number));
        let gateway = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        let mut redirects = Redirects::default();
        redirects.insert(at(0), destination(9000), gateway);
        for number in 0..5000 {
            redirects.insert(at(1), destination(number), gateway);
        }
        assert_eq!(redirects.known.len(), DESTINATIONS_MAX);
        // That of longest ago is gone; what is known already takes no other's place.
        assert_eq!(redirects.gateway(at(1), destination(9000)), None);
        assert_eq!(redirects.gateway(at(1), destination(4999)), Some(gateway));
        redirects.insert(at(2), destination(4999), gateway);
        assert_eq!(redirects.known.len(), DESTINATIONS_MAX);
        redirects.insert(at(301), destination(9000), gateway);
        assert_eq!(redirects.known.len(), 2, "none of those counts any more, but for the last two");
    }

    /// As Linux 6.18 did, within the two seconds that its timer is late.
    #[test]
    fn those_of_ipv6_are_collected() {
        let at = |seconds| Instant::ZERO + Duration::from_secs(seconds);
        let destination = |number: u128| IpAddr::V6(Ipv6Addr::from_bits(0xFD09 << 112 | number));
        let gateway = IpAddr::V6(Ipv6Addr::from_bits(0xFE80 << 112 | 3));
        let mut redirects = Redirects::default();
        redirects.insert(at(0), destination(1), gateway);
        redirects.insert(at(10), destination(2), gateway);
        assert_eq!(redirects.gateway(at(29), destination(1)), Some(gateway));
        assert_eq!(redirects.gateway(at(31), destination(1)), None);
        redirects.insert(at(31), destination(1), gateway);
        assert_eq!(redirects.gateway(at(59), destination(2)), Some(gateway));
        assert_eq!(redirects.gateway(at(61), destination(2)), None);
        redirects.insert(at(61), destination(2), gateway);
        assert_eq!(redirects.gateway(at(89), destination(1)), Some(gateway));
        assert_eq!(
            [1, 2].map(|number| redirects.gateway(at(91), destination(number))),
            [None, Some(gateway)]
        );
        // After the last one it begins anew.
        redirects.insert(at(200), destination(1), gateway);
        assert_eq!(redirects.gateway(at(229), destination(1)), Some(gateway));
        assert_eq!(redirects.gateway(at(230), destination(1)), None);
    }
}
