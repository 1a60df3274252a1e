//! IP packets: what is inside, how one has come, and what its header is to say.

use core::net::IpAddr;

use anysock::constants::ethernet::EtherType;
use anysock::constants::packet::PacketType;
use anysock::tcp::Ecn;
use etherparse::{IpNumber, Ipv4Header, Ipv6Header};

use super::route::Route;
use crate::engine::network::ETHERNET_HEADER;
use crate::engine::node::Node;
use crate::engine::packet::hardware;
use crate::engine::socket_filter::Filtered;

/// What is inside a packet, from where, to where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contents<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: IpNumber,
    pub(super) payload: &'a [u8],
}

impl Contents<'_> {
    /// The same without the payload.
    pub(super) const fn ends(&self) -> Ends {
        Ends { source: self.source, destination: self.destination, protocol: self.protocol }
    }
}

/// From where, to where, and what the contents are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: IpNumber,
}

/// How many octets of a frame are before the contents of a packet: for Ethernet's header, and for the one of IP,
/// without options.
pub(super) const fn room_for_headers(destination: IpAddr) -> usize {
    ETHERNET_HEADER + if destination.is_ipv4() { Ipv4Header::MIN_LEN } else { Ipv6Header::LEN }
}

/// What a node knows of a packet that it sends to itself.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct OwnPacket {
    /// It is several datagrams: [`HeaderFields::segment`].
    pub(super) segment: u16,
    /// It comes by the loopback interface, whoever's address it is for: [`super::route::Route::by_loopback`].
    pub(super) by_loopback: bool,
}

/// A packet that has come to a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived<'a> {
    pub(super) contents: Contents<'a>,
    /// The packet, with its header.
    pub(super) packet: &'a [u8],
    /// The number of the interface that it came by.
    pub(super) interface: u32,
    pub(super) hop_limit: u8,
    pub(super) traffic_class: u8,
    /// It has to be put together with others.
    pub(super) is_fragment: bool,
    /// What the node knows of it, where it has sent it itself.
    pub(super) own: OwnPacket,
}

impl<'a> Arrived<'a> {
    /// The header of a packet of IPv4, with its options.
    pub(super) fn header(&self) -> &'a [u8] {
        let length = self.packet.first().map_or(0, |octet| usize::from(octet & 0xF) * 4);
        self.packet.get(..length).unwrap_or_default()
    }

    /// The same of a packet that was put together, whose contents are looked for in it.
    pub(super) fn again(self) -> Arrived<'a> {
        let (header, protocol) = match self.contents.source {
            IpAddr::V4(_) => (self.header().len(), self.contents.protocol),
            IpAddr::V6(_) => (Ipv6Header::LEN, self.packet.get(6).copied().unwrap_or_default().into()),
        };
        let payload = self.packet.get(header..).unwrap_or_default();
        Arrived { contents: Contents { protocol, payload, ..self.contents }, ..self }
    }

    /// The packet as the filter of a socket sees it that receives `data` of it.
    pub(super) fn filtered(&self, node: &Node, data: &'a [u8]) -> Filtered<'a> {
        let destination = self.contents.destination;
        let packet_type = match destination {
            _ if destination.is_multicast() => PacketType::MULTICAST,
            _ if node.is_broadcast(destination) => PacketType::BROADCAST,
            _ => PacketType::HOST,
        };
        let protocol = if destination.is_ipv4() { EtherType::IP.0 } else { EtherType::IPV6.0 };
        let hardware_type = node.interface(self.interface).map_or(0, |interface| hardware(interface).0.0);
        let (network, link, interface) = (self.packet, &[][..], self.interface);
        Filtered { data, network, link, protocol, packet_type, interface, hardware_type }
    }
}

/// Whom the frame of a packet was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LinkCast {
    /// This node alone.
    Own,
    /// Everybody, or a group.
    Many,
}

/// Whether packets may be fragmented on their way: IP_MTU_DISCOVER, IPV6_MTU_DISCOVER.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PathMtuDiscovery(pub(crate) i32);

impl PathMtuDiscovery {
    /// IP_PMTUDISC_DONT: they may be, by anybody.
    pub(crate) const DONT: Self = PathMtuDiscovery(0);
    /// IP_PMTUDISC_WANT: by the sender, where they are larger than the known way takes.
    pub(crate) const WANT: Self = PathMtuDiscovery(1);
    /// IP_PMTUDISC_DO: never.
    pub(crate) const DO: Self = PathMtuDiscovery(2);
    /// IP_PMTUDISC_PROBE: never, and what is known of the way does not count.
    pub(crate) const PROBE: Self = PathMtuDiscovery(3);
    /// IP_PMTUDISC_OMIT: what is known of the way does not count, nothing is set in the header, and larger ones are
    /// fragmented. (IP_PMTUDISC_INTERFACE, 4, is the same, but refuses larger ones.)
    pub(crate) const OMIT: Self = PathMtuDiscovery(5);

    /// Whether the sender fragments what is too large (`ip_sk_ignore_df`).
    pub(super) const fn fragments(self) -> bool {
        self.0 < Self::DO.0 || self.0 == Self::OMIT.0
    }

    /// Whether nobody on the way may fragment: the header says so.
    pub(super) const fn forbids_fragments(self) -> bool {
        matches!(self, Self::WANT | Self::DO | Self::PROBE)
    }

    /// Whether what ICMP tells of the way is learnt (`ip_sk_accept_pmtu`): not with IP_PMTUDISC_INTERFACE and
    /// IP_PMTUDISC_OMIT.
    pub(super) const fn learns(self) -> bool {
        self.0 <= Self::PROBE.0
    }

    /// Whether only the interface counts (`ip_sk_use_pmtu`).
    pub(super) const fn ignores_path(self) -> bool {
        self.0 >= Self::PROBE.0
    }
}

/// What goes into the header of a packet beside its contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeaderFields {
    /// IP_TTL.
    pub(crate) time_to_live: u8,
    /// IP_TOS.
    pub(crate) type_of_service: u8,
    /// IPV6_UNICAST_HOPS.
    pub(crate) hop_limit: u8,
    /// IPV6_TCLASS.
    pub(crate) traffic_class: u8,
    /// IP_MTU_DISCOVER.
    pub(crate) discovery: PathMtuDiscovery,
    /// IPV6_MTU_DISCOVER.
    pub(crate) discovery_v6: PathMtuDiscovery,
    /// IPV6_MTU: the size of fragments where the way takes larger packets; zero for none.
    pub(crate) fragment_size: u32,
    /// The number of the interface that the packet leaves by, whatever routing says; 0 where that chooses.
    pub(crate) interface: u32,
    /// The contents are several datagrams behind one header, each of so many bytes (UDP_SEGMENT), as they stay until
    /// they leave the node; zero for one datagram.
    pub(crate) segment: u16,
    /// How many octets at the beginning of the contents belong to IPv4's header: its options.
    pub(crate) options: u8,
    /// IPV6_DONTFRAG: what is too large is refused, whatever `discovery_v6` says.
    pub(crate) dont_fragment: bool,
    /// The flow label of IPv6, with the traffic class that its address names beside it, which counts for nothing.
    pub(crate) flow_info: u32,
    /// The peer's port, where TCP goes in UDP; zero where it does not.
    pub(crate) tunnel_port: u16,
}

impl HeaderFields {
    /// Takes from the route what nobody has set (`ip_select_ttl`, `ip_dont_fragment`).
    pub(super) fn take_route(&mut self, route: Route) {
        if let Some(limit) = route.hop_limit {
            let HeaderFields { time_to_live, hop_limit, .. } = HeaderFields::default();
            for (field, default) in [(&mut self.time_to_live, time_to_live), (&mut self.hop_limit, hop_limit)]
            {
                *field = if *field == default { limit.get() } else { *field };
            }
        }
        if route.mtu_is_locked && self.discovery == PathMtuDiscovery::WANT {
            self.discovery = PathMtuDiscovery::DONT;
        }
    }

    /// How packets to there may be fragmented.
    pub(super) const fn discovery_to(&self, destination: IpAddr) -> PathMtuDiscovery {
        if destination.is_ipv6() { self.discovery_v6 } else { self.discovery }
    }

    /// Whether the sender fragments what is too large for the way to there.
    pub(super) const fn fragments_to(&self, destination: IpAddr) -> bool {
        self.discovery_to(destination).fragments() && !self.refuses_too_large(destination)
    }

    /// Whether IPV6_DONTFRAG refuses what is too large for the way to there.
    pub(super) const fn refuses_too_large(&self, destination: IpAddr) -> bool {
        self.dont_fragment && destination.is_ipv6()
    }

    /// The largest packet that goes this way without being fragmented (`ip_setup_cork`, `ip6_setup_cork`).
    pub(super) fn mtu(&self, route: Route, destination: IpAddr) -> usize {
        let mtu = route.mtu_for(self.discovery_to(destination));
        match self.fragment_size {
            size if size > 0 && destination.is_ipv6() => mtu.min(size as usize),
            _ => mtu,
        }
    }

    /// Puts the ECN field into the lowest bits of the traffic class, and of the type of service.
    pub(super) const fn set_ecn(&mut self, ecn: Ecn) {
        self.type_of_service = self.type_of_service & !3 | ecn.bits();
        self.traffic_class = self.traffic_class & !3 | ecn.bits();
    }
}

impl Default for HeaderFields {
    fn default() -> Self {
        HeaderFields {
            time_to_live: 64,
            type_of_service: 0,
            hop_limit: 64,
            traffic_class: 0,
            discovery: PathMtuDiscovery::WANT,
            discovery_v6: PathMtuDiscovery::WANT,
            fragment_size: 0,
            interface: 0,
            segment: 0,
            options: 0,
            dont_fragment: false,
            flow_info: 0,
            tunnel_port: 0,
        }
    }
}
