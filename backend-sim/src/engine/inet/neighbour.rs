//! Neighbours: whose Ethernet address belongs to which IP address, asked for by ARP and by IPv6 neighbour discovery
//! (RFC 826, RFC 4861 §7; net/core/neighbour.c, net/ipv4/arp.c, net/ipv6/ndisc.c).
//!
//! That a neighbour is in doubt shows when something is sent to it, not by a timer, so that a world in which nothing
//! is left to do stands still.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use core::net::IpAddr;
use core::time::Duration;

use anysock::Instant;

use super::{arp, icmp, neighbour_discovery};
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::engine::map::Map;
use crate::engine::network::{BROADCAST, ETHERNET_HEADER, EthernetAddress, PortId, multicast_address};
use crate::engine::node::NodeId;

/// mcast_solicit and ucast_solicit of net.ipv4.neigh: how often is asked.
const SOLICITATIONS: u8 = 3;
/// retrans_time_ms: how long an answer is waited for.
const RETRANSMISSION: Duration = Duration::from_secs(1);
/// base_reachable_time_ms: how long an answer is believed. Linux takes between half and three halves of it.
const REACHABLE: Duration = Duration::from_secs(30);
/// delay_first_probe_time: how long a neighbour in doubt has to show that it is there, before it is asked.
const DELAY: Duration = Duration::from_secs(5);
/// unres_qlen_bytes: what may wait for an answer. The oldest goes.
const WAITING_MAX: usize = 212_992;

/// Which neighbour: at which port, with which address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Key(PortId, IpAddr);

impl Hash for Key {
    /// In few words: every packet looks for its neighbour.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Key(PortId { network, port }, ip) = self;
        hasher.write_u64(u64::from(network.0) << 32 | u64::from(*port));
        match ip {
            IpAddr::V4(ip) => hasher.write_u32(ip.to_bits()),
            IpAddr::V6(ip) => hasher.write_u128(ip.to_bits()),
        }
    }
}

/// What is known of a neighbour (the names of RFC 4861 §7.3.2 are in brackets).
#[derive(Debug)]
enum Neighbour {
    /// It is being asked for (INCOMPLETE). Packets wait, in frames without their header.
    Unknown { asked: u8, timer: Instant, waiting: VecDeque<Vec<u8>> },
    /// Its address is known.
    Known {
        address: EthernetAddress,
        /// When it last showed that it is there, if ever (REACHABLE for a while, then STALE).
        confirmed: Option<Instant>,
        /// Since when packets go to it although it is in doubt (DELAY).
        doubted: Option<Instant>,
        /// How often it was asked since (PROBE), and when it is asked again.
        probes: Option<(u8, Instant)>,
    },
}

/// The neighbours of a node.
#[derive(Debug, Default)]
pub(crate) struct Neighbours(Map<Key, Neighbour>);

/// What is to be done with a packet for a neighbour.
enum Next {
    Send(EthernetAddress),
    /// Send it, and ask the neighbour itself whether it is there.
    SendAndProbe(EthernetAddress),
    /// Somebody has to be asked; the packet waits.
    Ask,
    /// The packet waits with the others.
    Wait,
}

impl Neighbours {
    fn next(&mut self, now: Instant, key: Key) -> Next {
        match self.0.get_mut(&key) {
            None => Next::Ask,
            Some(Neighbour::Unknown { .. }) => Next::Wait,
            Some(Neighbour::Known { address, confirmed, doubted, probes }) => {
                let reachable = confirmed.is_some_and(|at| now.since(at) < REACHABLE);
                if reachable || probes.is_some() {
                    return Next::Send(*address);
                }
                let since = *doubted.get_or_insert(now);
                if now.since(since) < DELAY {
                    return Next::Send(*address);
                }
                *probes = Some((1, now + RETRANSMISSION));
                Next::SendAndProbe(*address)
            }
        }
    }

    /// The Ethernet address of a neighbour that is there, as it has shown, and until when that is believed.
    pub(super) fn reachable(
        &self,
        now: Instant,
        port: PortId,
        ip: IpAddr,
    ) -> Option<(EthernetAddress, Instant)> {
        match self.0.get(&Key(port, ip)) {
            Some(Neighbour::Known { address, confirmed: Some(at), .. }) if now.since(*at) < REACHABLE => {
                Some((*address, *at + REACHABLE))
            }
            _ => None,
        }
    }

    /// Takes in what a neighbour says of itself; what has waited for that, with the address to send it to.
    fn learn(
        &mut self,
        now: Instant,
        key: Key,
        heard: Heard,
    ) -> Option<(EthernetAddress, VecDeque<Vec<u8>>)> {
        let entry = self.0.get_mut(&key);
        let known = matches!(entry, Some(Neighbour::Known { address, .. }) if *address == heard.address);
        match entry {
            None if !heard.is_request => return None,
            // What contradicts what is known is believed where it says so itself.
            Some(Neighbour::Known { .. }) if !known && !heard.overrides => return None,
            // A request says nothing new.
            Some(Neighbour::Known { .. }) if known && !heard.is_answer => return None,
            _ => {}
        }
        let confirmed = heard.is_answer.then_some(now);
        let new = Neighbour::Known { address: heard.address, confirmed, doubted: None, probes: None };
        match self.0.insert(key, new) {
            Some(Neighbour::Unknown { waiting, .. }) => Some((heard.address, waiting)),
            _ => None,
        }
    }

    /// Something that only this neighbour can have caused shows that it is there.
    pub(super) fn confirm(&mut self, now: Instant, port: PortId, ip: IpAddr) {
        if let Some(Neighbour::Known { confirmed, doubted, probes, .. }) = self.0.get_mut(&Key(port, ip)) {
            (*confirmed, *doubted, *probes) = (Some(now), None, None);
        }
    }
}

/// What a neighbour said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) address: EthernetAddress,
    /// It asked for this node: it is about to send something, and is worth knowing.
    pub(super) is_request: bool,
    /// It answered this node's question, which proves that it hears.
    pub(super) is_answer: bool,
    /// Another address takes the place of the one known before.
    pub(super) overrides: bool,
}

impl Engine {
    /// Sends a frame with an IP packet to a neighbour; where its Ethernet address is not known, after asking for it.
    pub(super) fn send_to_neighbour(&mut self, node: NodeId, port: PortId, to: IpAddr, frame: Vec<u8>) {
        let (now, key) = (self.now(), Key(port, to));
        if to.is_multicast() {
            return self.send_ip(port, multicast_address(to), frame);
        }
        match self.node_mut(node).inet.neighbours.next(now, key) {
            Next::Ask if self.node(node).is_broadcast(to) => self.send_ip(port, BROADCAST, frame),
            Next::Send(address) => self.send_ip(port, address, frame),
            Next::SendAndProbe(address) => {
                self.send_ip(port, address, frame);
                self.events.push(now + RETRANSMISSION, Event::Neighbour { port, address: to });
                self.solicit(node, key, Some(address), None);
            }
            Next::Ask => self.begin_to_ask(node, key, VecDeque::from([frame])),
            Next::Wait => {
                let neighbours = &mut self.node_mut(node).inet.neighbours;
                if let Some(Neighbour::Unknown { waiting, .. }) = neighbours.0.get_mut(&key) {
                    let length = |frame: &Vec<u8>| frame.len() - ETHERNET_HEADER;
                    let mut bytes: usize = waiting.iter().map(length).sum();
                    while bytes + length(&frame) > WAITING_MAX
                        && let Some(oldest) = waiting.pop_front()
                    {
                        bytes -= length(&oldest);
                    }
                    waiting.push_back(frame);
                }
            }
        }
    }

    /// Asks for a neighbour for the first time, with packets that wait for that.
    fn begin_to_ask(&mut self, node: NodeId, key: Key, waiting: VecDeque<Vec<u8>>) {
        let timer = self.now() + RETRANSMISSION;
        let source = waiting.front().and_then(|frame| icmp::source_of(&frame[ETHERNET_HEADER..]));
        let unknown = Neighbour::Unknown { asked: 1, timer, waiting };
        self.node_mut(node).inet.neighbours.0.insert(key, unknown);
        self.events.push(timer, Event::Neighbour { port: key.0, address: key.1 });
        self.solicit(node, key, None, source);
    }

    /// The Ethernet address of a neighbour, where it is known.
    pub(super) fn neighbour_address(
        &self,
        node: NodeId,
        port: PortId,
        of: IpAddr,
    ) -> Option<EthernetAddress> {
        match self.node(node).inet.neighbours.0.get(&Key(port, of)) {
            Some(Neighbour::Known { address, .. }) => Some(*address),
            _ => None,
        }
    }

    /// Whether the Ethernet address of a neighbour is known.
    pub(super) fn neighbour_is_known(&self, node: NodeId, port: PortId, of: IpAddr) -> bool {
        self.neighbour_address(node, port, of).is_some()
    }

    /// Asks for a neighbour that nothing is to be sent to yet (`neigh_event_send`).
    pub(super) fn look_for_neighbour(&mut self, node: NodeId, port: PortId, to: IpAddr) {
        if !self.node(node).inet.neighbours.0.contains_key(&Key(port, to)) {
            self.begin_to_ask(node, Key(port, to), VecDeque::new());
        }
    }

    /// Asks for a neighbour: everybody, or itself. `source` is the sender of the packet that waits.
    fn solicit(&mut self, node: NodeId, key: Key, itself: Option<EthernetAddress>, source: Option<IpAddr>) {
        let Key(port, to) = key;
        let own = self.node(node).address_for(port, to, source);
        match (own, to) {
            (Some(IpAddr::V4(own)), IpAddr::V4(to)) => arp::request(self, port, own, to, itself),
            (Some(IpAddr::V6(own)), IpAddr::V6(to)) => {
                neighbour_discovery::solicit(self, port, own, to, itself);
            }
            _ => {}
        }
    }

    /// A neighbour has said something about itself: what has waited for it is sent.
    pub(super) fn neighbour_heard(&mut self, node: NodeId, port: PortId, ip: IpAddr, heard: Heard) {
        let now = self.now();
        let kernel = self.node_mut(node);
        kernel.interfaces.paths.forget();
        if let Some((address, waiting)) = kernel.inet.neighbours.learn(now, Key(port, ip), heard) {
            for frame in waiting {
                self.send_ip(port, address, frame);
            }
        }
    }

    /// What came from `remote` shows that whom packets to it are handed to is there (Linux: `dst_confirm`).
    pub(super) fn confirm_neighbour(&mut self, node: NodeId, remote: IpAddr) {
        let now = self.now();
        if let Ok((route, _)) = self.route(node, remote)
            && let super::route::Way::Port(port) = route.way
        {
            self.node_mut(node).inet.neighbours.confirm(now, port, route.next_hop(remote));
        }
    }

    /// Whether an answer of a neighbour is missing that was waited for until now.
    pub(in crate::engine) fn is_missing_answer(&self, now: Instant, port: PortId, of: IpAddr) -> bool {
        match self.node(self.node_at(port)).inet.neighbours.0.get(&Key(port, of)) {
            Some(Neighbour::Unknown { timer, .. } | Neighbour::Known { probes: Some((_, timer)), .. }) => {
                *timer == now
            }
            _ => false,
        }
    }

    /// An answer of a neighbour has not come in time.
    pub(in crate::engine) fn neighbour_timer(&mut self, port: PortId, to: IpAddr) {
        let (now, key, node) = (self.now(), Key(port, to), self.node_at(port));
        let neighbours = &mut self.node_mut(node).inet.neighbours;
        let (asked, timer, itself) = match neighbours.0.get_mut(&key) {
            Some(Neighbour::Unknown { asked, timer, .. }) => (asked, timer, None),
            Some(Neighbour::Known { address, probes: Some((asked, timer)), .. }) => {
                (asked, timer, Some(*address))
            }
            _ => return,
        };
        if *asked < SOLICITATIONS {
            (*asked, *timer) = (*asked + 1, now + RETRANSMISSION);
            self.events.push(now + RETRANSMISSION, Event::Neighbour { port, address: to });
            let first = match self.node(node).inet.neighbours.0.get(&key) {
                Some(Neighbour::Unknown { waiting, .. }) => {
                    waiting.front().and_then(|frame| icmp::source_of(&frame[ETHERNET_HEADER..]))
                }
                _ => None,
            };
            return self.solicit(node, key, itself, first);
        }
        if let Some(Neighbour::Unknown { waiting, .. }) = neighbours.0.remove(&key) {
            let interface = self.node(node).interface_at(port).map_or(0, |interface| interface.index);
            for frame in waiting {
                let packet = &frame[ETHERNET_HEADER..];
                icmp::error(self, node, interface, packet, icmp::Problem::HostUnreachable);
            }
        }
    }
}
