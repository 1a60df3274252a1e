//! What an interface tells the routers about its groups when that changes: IGMPv3 (RFC 3376 §4.2, §5.1) and MLDv2
//! (RFC 3810 §5.2, §6.1), as Linux sends them (net/ipv4/igmp.c, net/ipv6/mcast.c).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use etherparse::checksum::Sum16BitWords;
use etherparse::{IpNumber, Ipv4Header, Ipv4Options, Ipv6Header};

use super::super::header::{ipv4_packet, ipv6_header, set_type_of_service};
use super::super::icmp::{INTERNETWORK_CONTROL, Message};
use super::super::packet::HeaderFields;
use super::super::statistics::Ip;
use super::filter::{Filter, Mode};
use super::query::{Querier, Version};
use crate::engine::Engine;
use crate::engine::event::{Event, EventKey};
use crate::engine::node::NodeId;
use crate::engine::random::Random;

/// How often a change is reported: the robustness variable, net.ipv4.igmp_qrv and net.ipv6.mld_qrv.
pub(super) const ROBUSTNESS: u8 = 2;
/// How long Linux waits for more changes: two jiffies.
pub(super) const GATHERING: Duration = Duration::from_millis(8);
/// The longest time to the repetition: the unsolicited report interval of both versions.
const REPETITION: Duration = Duration::from_secs(1);

/// Everybody who listens to reports.
const ALL_ROUTERS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 22);
const ALL_ROUTERS_V6: Ipv6Addr = Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 0, 0, 0x16);
/// The types of reports.
const IGMP_REPORT: u8 = 0x22;
pub(super) const MLD_REPORT: u8 = 143;
/// "Routers, look at this": an option of IPv4 (RFC 2113), and one of IPv6 in its header, for MLD (RFC 2711), behind the
/// header's protocol and length.
const ROUTER_ALERT: [u8; 4] = [0x94, 4, 0, 0];
const ROUTER_ALERT_V6: [u8; 8] = [IpNumber::IPV6_ICMP.0, 0, 5, 2, 0, 0, 1, 0];
/// The bytes before a report's records.
const REPORT_HEADER: usize = 8;
/// The bytes of a record before its group.
const RECORD_HEADER: usize = 4;

/// The types of group records (RFC 3376 §4.2.12).
pub(super) const MODE_IS_INCLUDE: u8 = 1;
pub(super) const MODE_IS_EXCLUDE: u8 = 2;
const CHANGE_TO_INCLUDE: u8 = 3;
const CHANGE_TO_EXCLUDE: u8 = 4;
const ALLOW_NEW_SOURCES: u8 = 5;
const BLOCK_OLD_SOURCES: u8 = 6;

/// The reports of an interface by one version of IP.
pub(super) type Key = (u32, bool);

/// What has changed about a group, and was not reported often enough yet.
#[derive(Debug, Default)]
struct Change {
    /// Its filter is of the other mode: its sources are all reported.
    mode: bool,
    /// Sources that are let through, and those that are not, which is otherwise than before.
    allowed: BTreeSet<IpAddr>,
    blocked: BTreeSet<IpAddr>,
    /// How often it is still to be reported.
    left: u8,
}

/// What is to be reported.
#[derive(Debug)]
pub(super) struct Reports {
    pending: BTreeMap<Key, (EventKey, BTreeMap<IpAddr, Change>)>,
    pub(super) random: Random,
}

impl Reports {
    pub(super) const fn new(random: Random) -> Reports {
        Reports { pending: BTreeMap::new(), random }
    }

    /// Takes away what was to be reported by an interface; its timer.
    pub(super) fn take_timer(&mut self, key: Key) -> Option<EventKey> {
        self.pending.remove(&key).map(|(timer, _)| timer)
    }

    /// Takes everything away; the timers.
    pub(super) fn take_timers(&mut self) -> Vec<EventKey> {
        core::mem::take(&mut self.pending).into_values().map(|(timer, _)| timer).collect()
    }
}

/// Whether routers want to know of a group: not of one that ends at the interface.
pub(super) fn is_reported(group: IpAddr) -> bool {
    match group {
        IpAddr::V4(_) => true,
        IpAddr::V6(group) => group.octets()[1] & 0xF > 1,
    }
}

impl Change {
    /// Takes in another change.
    fn merge(&mut self, before: &Filter, after: &Filter, robustness: u8) {
        self.left = robustness;
        if before.mode != after.mode {
            self.mode = true;
            self.allowed.clear();
            self.blocked.clear();
            return;
        }
        let (gone, new) = (&before.sources - &after.sources, &after.sources - &before.sources);
        let (allowed, blocked) = if after.mode == Mode::Include { (new, gone) } else { (gone, new) };
        self.allowed = &(&self.allowed - &blocked) | &allowed;
        self.blocked = &(&self.blocked - &allowed) | &blocked;
    }

    /// The records that say so.
    fn records(&self, group: IpAddr, now: &Filter) -> Vec<Record> {
        let change = match now.mode {
            Mode::Include => CHANGE_TO_INCLUDE,
            Mode::Exclude => CHANGE_TO_EXCLUDE,
        };
        let record = |kind, sources: &BTreeSet<IpAddr>| Record {
            kind,
            group,
            sources: sources.iter().copied().collect(),
        };
        if self.mode {
            return Vec::from([record(change, &now.sources)]);
        }
        let both = [(ALLOW_NEW_SOURCES, &self.allowed), (BLOCK_OLD_SOURCES, &self.blocked)];
        let some = both.into_iter().filter(|(_, sources)| !sources.is_empty());
        some.map(|(kind, sources)| record(kind, sources)).collect()
    }
}

/// A group record (RFC 3376 §4.2.4, RFC 3810 §5.2.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Record {
    pub(super) kind: u8,
    pub(super) group: IpAddr,
    pub(super) sources: Vec<IpAddr>,
}

impl Record {
    /// How many bytes it takes without its sources, and with so many of them.
    fn size(&self, sources: usize) -> usize {
        let address = if self.group.is_ipv4() { 4 } else { 16 };
        RECORD_HEADER + address * (1 + sources)
    }

    /// Whether the list of its sources may be cut short, for what is missing there is let through, not stopped.
    fn may_be_truncated(&self) -> bool {
        matches!(self.kind, CHANGE_TO_EXCLUDE | MODE_IS_EXCLUDE)
    }

    /// How many sources fit into so many bytes; `None` where not even one does, or not the record alone.
    fn sources_within(&self, room: usize) -> Option<usize> {
        let address = self.size(1) - self.size(0);
        let fit = room.checked_sub(self.size(0))? / address;
        (fit > 0 || self.sources.is_empty()).then_some(fit)
    }

    /// The record with the sources in `sources`.
    fn encode(&self, sources: &[IpAddr], to: &mut Vec<u8>) {
        to.extend_from_slice(&[self.kind, 0]);
        to.extend_from_slice(&(sources.len() as u16).to_be_bytes());
        for address in core::iter::once(&self.group).chain(sources) {
            match address {
                IpAddr::V4(address) => to.extend_from_slice(&address.octets()),
                IpAddr::V6(address) => to.extend_from_slice(&address.octets()),
            }
        }
    }
}

/// The records of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Report {
    count: u16,
    records: Vec<u8>,
}

/// The reports that hold these records, each in `room` bytes: a record of more sources than there is room for goes on
/// in the next report, or, where it may, is cut short (RFC 3376 §4.2.16; `add_grec`).
fn reports(records: &[Record], room: usize) -> Vec<Report> {
    let mut reports = Vec::from([Report::default()]);
    for record in records {
        let mut sources = &record.sources[..];
        let mut is_first = true;
        while is_first || !sources.is_empty() {
            let Some(report) = reports.last_mut() else { break };
            let left = room - report.records.len();
            let needs_new = is_first && record.may_be_truncated() && left < record.size(sources.len());
            let fit = record.sources_within(left).filter(|_| report.count == 0 || !needs_new);
            let Some(fit) = fit else {
                if report.count == 0 {
                    break;
                }
                reports.push(Report::default());
                continue;
            };
            let (now, later) = sources.split_at(sources.len().min(fit));
            record.encode(now, &mut report.records);
            report.count += 1;
            sources = if record.may_be_truncated() { &[] } else { later };
            is_first = false;
        }
    }
    reports.retain(|report| report.count > 0);
    reports
}

impl Engine {
    /// What an interface lets through of a group has changed: that is reported soon.
    pub(super) fn group_changes(
        &mut self,
        node: NodeId,
        (interface, group): (u32, IpAddr),
        before: &Filter,
        after: &Filter,
    ) {
        let is_ipv6 = group.is_ipv6();
        let key = (interface, is_ipv6);
        if before == after || !is_reported(group) || self.querier_version(node, key) != Version::Current {
            return;
        }
        let querier = self.node(node).inet.groups.queriers.get(&key);
        let robustness = querier.map_or(ROBUSTNESS, Querier::robustness);
        let at = self.now() + GATHERING;
        let timer = self.events.push(at, Event::MembershipReport { node, interface, is_ipv6 });
        let pending = &mut self.node_mut(node).inet.groups.reports.pending;
        let entry = pending.remove(&(interface, is_ipv6));
        let (before_it, mut changes) =
            entry.map_or((None, BTreeMap::new()), |(timer, changes)| (Some(timer), changes));
        changes.entry(group).or_insert_with(Change::default).merge(before, after, robustness);
        pending.insert((interface, is_ipv6), (timer, changes));
        if let Some(timer) = before_it {
            self.events.cancel(timer);
        }
    }

    /// It is time for a report.
    pub(in crate::engine) fn report_memberships(&mut self, node: NodeId, interface: u32, is_ipv6: bool) {
        let groups = &mut self.node_mut(node).inet.groups;
        let Some((_, mut changes)) = groups.reports.pending.remove(&(interface, is_ipv6)) else { return };
        let mut records = Vec::new();
        for (group, change) in &mut changes {
            records.extend(change.records(*group, &groups.filter((interface, *group))));
            change.left -= 1;
        }
        changes.retain(|_, change| change.left > 0);
        if !changes.is_empty() {
            let after = Duration::from_nanos(groups.reports.random.below(REPETITION.as_nanos() as u64));
            let at = self.now() + after;
            let timer = self.events.push(at, Event::MembershipReport { node, interface, is_ipv6 });
            let pending = &mut self.node_mut(node).inet.groups.reports.pending;
            pending.insert((interface, is_ipv6), (timer, changes));
        }
        self.send_reports(node, interface, is_ipv6, &records);
    }

    /// Sends records, in as many packets as they take.
    pub(super) fn send_reports(&mut self, node: NodeId, interface: u32, is_ipv6: bool, records: &[Record]) {
        let Some(route) = self.node(node).way_out(interface) else { return };
        let header = if is_ipv6 { Ipv6Header::LEN + ROUTER_ALERT_V6.len() } else { 24 };
        let room = route.interface_mtu().saturating_sub(header + REPORT_HEADER);
        for Report { count, records } in reports(records, room) {
            let [high, low] = count.to_be_bytes();
            if is_ipv6 {
                let rest = [0, 0, high, low];
                let message = Message { kind: MLD_REPORT, code: 0, rest, payload: &records };
                self.send_mld(node, interface, ALL_ROUTERS_V6, &message);
            } else {
                let header = [IGMP_REPORT, 0, 0, 0, 0, 0, high, low];
                self.send_igmp(node, interface, ALL_ROUTERS, [&header[..], &records].concat());
            }
        }
    }

    /// Sends a message of IGMP, which has no checksum yet, from the interface's first address, or from none.
    pub(super) fn send_igmp(&mut self, node: NodeId, interface: u32, to: Ipv4Addr, mut message: Vec<u8>) {
        let Some(route) = self.node(node).way_out(interface) else { return };
        let checksum = Sum16BitWords::new().add_slice(&message).ones_complement();
        message[2..4].copy_from_slice(&checksum.to_ne_bytes());
        let own = self.node(node).addresses_by(interface, to.into()).find_map(|own| match own {
            IpAddr::V4(own) => Some(own),
            IpAddr::V6(_) => None,
        });
        let source = own.unwrap_or(Ipv4Addr::UNSPECIFIED).octets();
        let length = message.len() as u16;
        let header = Ipv4Header::new(length, 1, IpNumber::IGMP, source, to.octets());
        let Ok(mut header) = header else { return };
        header.options = Ipv4Options::from(ROUTER_ALERT);
        if header.set_payload_len(message.len()).is_err() {
            return;
        }
        header.dont_fragment = true;
        set_type_of_service(&mut header, INTERNETWORK_CONTROL);
        let packet = ipv4_packet(&mut header, &message);
        self.node_mut(node).inet.statistics.ip(to.into(), Ip::OutRequests);
        self.emit(node, route, to.into(), [&packet, &[]]);
    }

    /// Sends a message of MLD, from the interface's link-local address, or from none.
    pub(super) fn send_mld(&mut self, node: NodeId, interface: u32, to: Ipv6Addr, message: &Message<'_>) {
        let Some(route) = self.node(node).way_out(interface) else { return };
        let own = self.node(node).addresses_by(interface, to.into()).find_map(|address| match address {
            IpAddr::V6(address) if address.is_unicast_link_local() => Some(address),
            _ => None,
        });
        let source = own.unwrap_or(Ipv6Addr::UNSPECIFIED);
        let statistics = &mut self.node_mut(node).inet.statistics;
        statistics.message_out(to.into(), message.kind);
        statistics.ip(to.into(), Ip::OutRequests);
        let message = message.encode(source.into(), to.into());
        let fields = HeaderFields { hop_limit: 1, ..HeaderFields::default() };
        let length = (ROUTER_ALERT_V6.len() + message.len()) as u16;
        let header = ipv6_header((source, to), length, IpNumber::IPV6_HEADER_HOP_BY_HOP, fields);
        let packet = [&header.to_bytes()[..], &ROUTER_ALERT_V6, &message].concat();
        self.emit(node, route, to.into(), [&packet, &[]]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(kind: u8, is_ipv6: bool, sources: usize) -> Record {
        let address = |number: usize| match is_ipv6 {
            true => IpAddr::from((number as u128).to_be_bytes()),
            false => IpAddr::from((number as u32).to_be_bytes()),
        };
        Record { kind, group: address(7), sources: (1..=sources).map(address).collect() }
    }

    fn counts(records: &[Record], room: usize) -> Vec<(u16, usize)> {
        reports(records, room).iter().map(|report| (report.count, report.records.len())).collect()
    }

    /// How much Linux 6.18 has in its packets of 1280 bytes when two sockets have joined 100 sources, and as `add_grec`
    /// says.
    #[test]
    fn what_is_too_much_for_a_packet_goes_on_in_the_next() {
        let room = 1280 - 56;
        assert_eq!(
            counts(&[record(ALLOW_NEW_SOURCES, true, 100)], room),
            [(1, 20 + 75 * 16), (1, 20 + 25 * 16)]
        );
        assert_eq!(counts(&[record(CHANGE_TO_EXCLUDE, true, 100)], room), [(1, 20 + 75 * 16)]);
        let both = [record(ALLOW_NEW_SOURCES, true, 1), record(CHANGE_TO_EXCLUDE, true, 75)];
        assert_eq!(counts(&both, room), [(1, 36), (1, 20 + 75 * 16)]);
        let both = [record(ALLOW_NEW_SOURCES, true, 1), record(BLOCK_OLD_SOURCES, true, 75)];
        assert_eq!(counts(&both, room), [(2, 36 + 20 + 73 * 16), (1, 20 + 2 * 16)]);
    }

    proptest! {
        #[test]
        fn every_report_fits_and_no_source_is_lost(
            kinds in prop::collection::vec((CHANGE_TO_INCLUDE..=BLOCK_OLD_SOURCES, 0..200usize), 0..8),
            is_ipv6: bool,
            room in 36..2000usize,
        ) {
            let records: Vec<Record> =
                kinds.into_iter().map(|(kind, sources)| record(kind, is_ipv6, sources)).collect();
            let reports = reports(&records, room);
            let mut told = 0;
            for Report { count, records } in &reports {
                prop_assert!(records.len() <= room && *count > 0);
                let address = if is_ipv6 { 16 } else { 4 };
                told += (records.len() - usize::from(*count) * (RECORD_HEADER + address)) / address;
            }
            let all: usize = records.iter().map(|record| record.sources.len()).sum();
            prop_assert!(told == all || records.iter().any(Record::may_be_truncated));
        }
    }
}
