//! Who has which port, and who talks to whom.

use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use core::net::{IpAddr, SocketAddr};
use core::ops::RangeInclusive;

use anysock::tcp::{AddressPair, FastOpenCookie, SecretKey};
use anysock::{Errno, Family, IpProtocol};

use super::fragment::Reassembly;
use super::icmp_limit::IcmpLimits;
use super::multicast::Groups;
use super::neighbour::Neighbours;
use super::pair_map::PairMap;
use super::path_mtu::PathMtu;
use super::redirect::Redirects;
use super::saved_syn::ArrivingSyn;
use super::sockaddr::covers;
use super::statistics::InetStatistics;
use super::tcp_connect::Beginning;
use super::time_wait::{Sharing, TimeWaits};
use crate::engine::few::Few;
use crate::engine::map::Map;
use crate::engine::node::NodeId;
use crate::engine::random::Random;
use crate::engine::socket::{Common, Socket, SocketState};
use crate::engine::{Engine, SocketId};

/// net.ipv4.ip_local_port_range.
const EPHEMERAL: RangeInclusive<u16> = 32_768..=60_999;

/// What it adds to a socket's score that it uses one interface alone (`compute_score`).
const BOUND_INTERFACE: u8 = 4;

/// Both ends of a connection, seen from the node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Pair {
    pub(crate) local: SocketAddr,
    pub(crate) remote: SocketAddr,
}

impl Hash for Pair {
    /// In few words: every segment is looked up by its pair.
    #[inline]
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for end in [self.local, self.remote] {
            match end.ip() {
                IpAddr::V4(ip) => hasher.write_u64(u64::from(ip.to_bits()) << 16 | u64::from(end.port())),
                IpAddr::V6(ip) => {
                    hasher.write_u128(ip.to_bits());
                    hasher.write_u16(end.port());
                }
            }
        }
    }
}

/// The octets of an address.
pub(crate) enum Octets {
    V4([u8; 4]),
    V6([u8; 16]),
}

impl AsRef<[u8]> for Octets {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        match self {
            Octets::V4(octets) => octets,
            Octets::V6(octets) => octets,
        }
    }
}

impl AddressPair for Pair {
    type Address = Octets;

    /// A pair of IPv4 has addresses of IPv4, of whichever family its sockets are.
    #[inline]
    fn addresses(&self) -> [Octets; 2] {
        [self.local, self.remote].map(|end| match end.ip() {
            IpAddr::V4(ip) => Octets::V4(ip.octets()),
            IpAddr::V6(ip) => Octets::V6(ip.octets()),
        })
    }

    fn ports(&self) -> [u16; 2] {
        [self.local.port(), self.remote.port()]
    }
}

fn secret_key(random: &mut Random) -> SecretKey {
    let [low, high] = [0; 2].map(|_: u64| u128::from(random.next_u64()));
    SecretKey::new((high << 64 | low).to_le_bytes())
}

/// Who has a port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Holder {
    socket: SocketId,
    /// It got the port by connecting: another connection, to somewhere else, may share it.
    by_connecting: bool,
}

/// The tables of a node's IP.
#[derive(Debug)]
pub(crate) struct InetTables {
    /// Who is bound to a port of a protocol: listeners, connections, UDP sockets. Who is looked at first is the last.
    bound: Map<(i32, u16), Few<Holder>>,
    /// TCP's connections, without half-open and TIME-WAIT ones.
    pub(super) connections: PairMap<SocketId>,
    pub(in crate::engine) time_waits: TimeWaits,
    /// How many of them came by a listener, by port: they have the port without being among its holders, who
    /// are looked through for every SYN.
    accepted: Map<u16, u32>,
    /// The Fast Open cookies that peers have given, by the own and the peer's address, with the largest segment that
    /// the peer takes.
    pub(super) fast_open_cookies: Map<[IpAddr; 2], (FastOpenCookie, u16)>,
    /// With what the connection began that a socket began last on which nothing was set.
    pub(super) beginning: Option<Beginning>,
    /// For who keeps the headers of SYNs.
    pub(in crate::engine) arriving_syn: ArrivingSyn,
    /// The peer's port of the datagram in which the segment has come that the node looks at; zero for none.
    pub(super) arriving_in_udp: u16,
    pub(in crate::engine) reassembly: Reassembly,
    next_ephemeral: u16,
    /// The secret of initial sequence numbers (RFC 6528).
    pub(super) secret: SecretKey,
    /// The identification of the last packet: for IPv4 its lower half.
    pub(super) identification: u32,
    pub(super) neighbours: Neighbours,
    pub(in crate::engine) groups: Groups,
    /// Every raw and every ping socket.
    pub(super) raw: Vec<SocketId>,
    /// The identifier that the next ping socket gets.
    pub(super) next_ping: u16,
    pub(super) path_mtu: PathMtu,
    pub(super) redirects: Redirects,
    pub(super) icmp_limits: IcmpLimits,
    pub(super) statistics: InetStatistics,
    /// A socket has, or had, a key of signatures (`tcp_md5_needed`).
    pub(super) has_keys: bool,
}

impl InetTables {
    /// The tables of a node that has crashed `crashes` times: each time it begins with another port and secret.
    pub(crate) fn new(seed: u64, node: NodeId, crashes: u16) -> Self {
        let stream = 2 << 48 | u64::from(crashes) << 32 | u64::from(node.0);
        let mut random = Random::new(seed, stream);
        let range = u64::from(EPHEMERAL.end() - EPHEMERAL.start());
        InetTables {
            bound: Map::default(),
            connections: PairMap::default(),
            time_waits: TimeWaits::default(),
            accepted: Map::default(),
            beginning: None,
            arriving_syn: ArrivingSyn::default(),
            arriving_in_udp: 0,
            fast_open_cookies: Map::default(),
            reassembly: Reassembly::default(),
            next_ephemeral: EPHEMERAL.start() + random.below(range) as u16,
            secret: secret_key(&mut random),
            identification: random.next_u64() as u32,
            neighbours: Neighbours::default(),
            groups: Groups::new(Random::new(seed, 4 << 48 | stream)),
            raw: Vec::new(),
            next_ping: 1,
            path_mtu: PathMtu::default(),
            redirects: Redirects::default(),
            icmp_limits: IcmpLimits::new(Random::new(seed, 5 << 48 | stream)),
            statistics: InetStatistics::default(),
            has_keys: false,
        }
    }

    /// Who is bound to the port.
    fn holders(&self, protocol: IpProtocol, port: u16) -> impl Iterator<Item = &Holder> + Clone {
        self.bound.get(&(protocol.0, port)).into_iter().flat_map(Few::iter)
    }

    /// Whether there is a connection between these two, one in TIME-WAIT included.
    pub(super) fn has_connection(&self, pair: &Pair) -> bool {
        self.connections.contains_key(pair) || self.time_waits.contains(pair)
    }

    /// Who has the UDP port.
    pub(super) fn udp_holders(&self, port: u16) -> Vec<SocketId> {
        self.holders(IpProtocol::UDP, port).map(|holder| holder.socket).collect()
    }

    /// The TCP socket has the port from now on.
    pub(super) fn hold(&mut self, port: u16, socket: SocketId) {
        self.bound
            .entry((IpProtocol::TCP.0, port))
            .or_default()
            .push(Holder { socket, by_connecting: false });
    }

    /// The UDP socket has the port from now on. IPv6's sockets with SO_REUSEPORT are looked at after all others, the
    /// oldest of them first (`sk_add_node_rcu`).
    pub(super) fn hold_udp(&mut self, port: u16, id: SocketId, (family, reuse_port): (Family, bool)) {
        let holders = self.bound.entry((IpProtocol::UDP.0, port)).or_default();
        let holder = Holder { socket: id, by_connecting: false };
        if family == Family::INET6 && reuse_port { holders.push_front(holder) } else { holders.push(holder) }
    }

    /// The socket has the port because it connected from there.
    pub(super) fn hold_by_connecting(&mut self, port: u16, socket: SocketId) {
        self.bound.entry((IpProtocol::TCP.0, port)).or_default().push(Holder { socket, by_connecting: true });
    }

    /// A connection that came by a listener has the port as well.
    pub(super) fn hold_accepted(&mut self, port: u16) {
        *self.accepted.entry(port).or_default() += 1;
    }

    /// A connection that came by a listener has the port no more.
    pub(super) fn release_accepted(&mut self, port: u16) {
        if let Some(count) = self.accepted.get_mut(&port) {
            *count -= 1;
            if *count == 0 {
                self.accepted.remove(&port);
            }
        }
    }

    /// The connections that came by listeners on this port.
    fn accepted_on(&self, port: u16) -> impl Iterator<Item = SocketId> {
        let any = self.accepted.contains_key(&port);
        let connections = self.connections.iter().filter(move |(pair, _)| any && pair.local.port() == port);
        connections.map(|(_, id)| *id)
    }

    /// Whether nobody has the port.
    fn is_free(&self, protocol: IpProtocol, port: u16) -> bool {
        let connections = self.accepted.contains_key(&port) || self.time_waits.are_on(port);
        self.holders(protocol, port).next().is_none() && !(protocol == IpProtocol::TCP && connections)
    }

    /// The socket has the port no more.
    pub(super) fn release(&mut self, protocol: IpProtocol, port: u16, socket: SocketId) {
        if let Some(holders) = self.bound.get_mut(&(protocol.0, port)) {
            holders.retain(|holder| holder.socket != socket);
            if holders.is_empty() {
                self.bound.remove(&(protocol.0, port));
            }
        }
    }

    /// Whether no socket is in the tables.
    #[cfg(test)]
    pub(super) fn is_unused(&self) -> bool {
        self.bound.is_empty()
            && self.connections.is_empty()
            && self.accepted.is_empty()
            && self.time_waits.is_empty()
            && self.groups.is_unused()
    }

    /// The next ephemeral port in `range` of which `is_free` says so, each tried once.
    fn ephemeral(&mut self, range: RangeInclusive<u16>, is_free: impl Fn(&Self, u16) -> bool) -> Option<u16> {
        for _ in range.clone() {
            let next = self.next_ephemeral;
            let port = if range.contains(&next) { next } else { *range.start() };
            self.next_ephemeral = if port == *range.end() { *range.start() } else { port + 1 };
            if is_free(self, port) {
                return Some(port);
            }
        }
        None
    }
}

/// The ports that are chosen from for a socket: of IP_LOCAL_PORT_RANGE, what is among the node's
/// (`inet_sk_get_local_port_range`).
fn ephemeral_ports(common: &Common) -> RangeInclusive<u16> {
    let within = |port: u32, otherwise: &u16| match u16::try_from(port) {
        Ok(port) if EPHEMERAL.contains(&port) => port,
        _ => *otherwise,
    };
    let (first, last) = (common.ip.port_range & 0xFFFF, common.ip.port_range >> 16);
    let first = within(first, EPHEMERAL.start());
    let last = within(last, EPHEMERAL.end());
    first..=last
}

/// What binding needs to know of a socket.
fn binding(socket: &Socket) -> Option<(IpAddr, bool, bool)> {
    match &socket.state {
        SocketState::Tcp(tcp) => Some((tcp.local?.ip(), tcp.v6_only, tcp.is_listening())),
        SocketState::Udp(udp) => Some((udp.local?.ip(), udp.v6_only, false)),
        _ => None,
    }
}

impl Engine {
    /// Finds the port that a socket may be bound to: `local`'s, or a free one where that is 0.
    ///
    /// # Errors
    /// `EADDRINUSE` where another socket has it, and either of them does not want to share.
    pub(super) fn choose_port(
        &mut self,
        socket: SocketId,
        protocol: IpProtocol,
        local: SocketAddr,
        v6_only: bool,
    ) -> Result<u16, Errno> {
        let node = self.socket(socket)?.node;
        if local.port() != 0 {
            let conflicts = self.port_conflicts(socket, protocol, local, v6_only)?;
            return if conflicts { Err(Errno::EADDRINUSE) } else { Ok(local.port()) };
        }
        let range = ephemeral_ports(&self.socket(socket)?.common);
        let tables = &mut self.node_mut(node).inet;
        tables.ephemeral(range, |tables, port| tables.is_free(protocol, port)).ok_or(Errno::EADDRINUSE)
    }

    /// A port from which `remote` can be connected to: one that nobody has, or only connections to elsewhere.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where every port is taken.
    pub(super) fn choose_connecting_port(
        &mut self,
        socket: SocketId,
        local: IpAddr,
        remote: SocketAddr,
    ) -> Result<u16, Errno> {
        let Socket { node, ref common, .. } = *self.socket(socket)?;
        let range = ephemeral_ports(common);
        let free = |tables: &InetTables, port| {
            let pair = Pair { local: SocketAddr::new(local, port), remote };
            let mut holders = tables.holders(IpProtocol::TCP, port);
            holders.all(|holder| holder.by_connecting) && !tables.has_connection(&pair)
        };
        self.node_mut(node).inet.ephemeral(range, free).ok_or(Errno::EADDRNOTAVAIL)
    }

    /// Whether a bound socket may begin to listen: sockets that share an address by SO_REUSEADDR may not both.
    ///
    /// # Errors
    /// `EADDRINUSE` where another one listens there.
    pub(super) fn check_listening(&self, socket: SocketId, local: SocketAddr) -> Result<(), Errno> {
        let v6_only = binding(self.socket(socket)?).is_some_and(|(_, v6_only, _)| v6_only);
        let conflicts = self.port_conflicts(socket, IpProtocol::TCP, local, v6_only)?;
        if conflicts { Err(Errno::EADDRINUSE) } else { Ok(()) }
    }

    /// Whether another socket has the address and does not share it.
    fn port_conflicts(
        &self,
        id: SocketId,
        protocol: IpProtocol,
        local: SocketAddr,
        v6_only: bool,
    ) -> Result<bool, Errno> {
        let socket = self.socket(id)?;
        let tables = &self.node(socket.node).inet;
        let holders = tables.holders(protocol, local.port()).map(|holder| holder.socket);
        let accepted = tables.accepted_on(local.port()).filter(|_| protocol == IpProtocol::TCP);
        let interface = socket.common.bound_interface;
        let is_apart = |other: &SocketId| {
            let other = self.socket(*other).map_or(0, |other| other.common.bound_interface);
            interface != 0 && other != 0 && interface != other
        };
        let others = holders.chain(accepted).filter(|other| *other != id && !is_apart(other));
        // Whether two that would have the same are to share it; `None` where they would not, or need not be asked.
        let shares = |ip, other_v6_only: bool, reuse_addr: bool, reuse_port: bool| {
            // An IPv6 socket that has got its address by connecting still has the port for IPv4.
            let of_all = socket.family == Family::INET && local.ip().is_unspecified() && !other_v6_only;
            let overlap = of_all || covers(ip, other_v6_only, local.ip()) || covers(local.ip(), v6_only, ip);
            let both_reuse = socket.common.reuse_addr && reuse_addr;
            let both_share = socket.common.reuse_port && reuse_port;
            (overlap && !both_reuse).then_some(both_share)
        };
        let mut open = others.filter_map(|other| self.socket(other).ok()).filter_map(|other| {
            let (ip, v6_only, listening) = binding(other)?;
            shares(ip, v6_only, other.common.reuse_addr && !listening, other.common.reuse_port)
        });
        if protocol == IpProtocol::UDP {
            // Who is looked at first decides for all (udp_lib_lport_inuse).
            return Ok(open.last() == Some(false));
        }
        let mut time_waits = tables.time_waits.on(local.port());
        let minds =
            |(ip, has): (_, Sharing)| shares(ip, has.v6_only, has.reuse_addr, has.reuse_port) == Some(false);
        Ok(open.any(|shares| !shares) || time_waits.any(minds))
    }

    /// The socket that listens for TCP on `to`, or has the UDP port: the one bound to that very address before
    /// one bound to all, and then the one of the highest score that `takes` gives, of those that use the interface that
    /// it has come by: one that uses no other is better.
    pub(super) fn holder(
        &self,
        node: NodeId,
        protocol: IpProtocol,
        to: SocketAddr,
        interface: u32,
        takes: impl Fn(&Socket) -> Option<u8>,
    ) -> Option<SocketId> {
        let holders = self.node(node).inet.bound.get(&(protocol.0, to.port()))?;
        let matches = |holder: &Holder| {
            let id = holder.socket;
            let socket = self.socket(id).ok()?;
            let (ip, v6_only, _) = binding(socket)?;
            covers(ip, v6_only, to.ip()).then_some(())?;
            socket.common.uses(interface).then_some(())?;
            let bound = if socket.common.bound_interface == 0 { 0 } else { BOUND_INTERFACE };
            Some((id, ip, takes(socket)? + bound))
        };
        if let Some(only) = holders.only() {
            return matches(only).map(|(id, ..)| id);
        }
        // Of equals the one that is looked at first.
        let suits = |(_, ip, score): &(SocketId, IpAddr, u8)| {
            (!ip.is_unspecified(), *score, ip.is_ipv4() == to.is_ipv4())
        };
        holders.iter().filter_map(matches).max_by_key(suits).map(|(id, ..)| id)
    }
}
