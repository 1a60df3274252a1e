//! What an interface answers routers who ask for its groups: IGMPv3 and MLDv2, and IGMPv2, IGMPv1 and MLDv1 as long as
//! an older router was heard (RFC 3376 §5.2 and §7.2, RFC 3810 §6.2 and §8.2; `igmp_heard_query` of net/ipv4/igmp.c,
//! `__mld_query_work` of net/ipv6/mcast.c).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use anysock::Instant;
use etherparse::checksum::Sum16BitWords;

use super::super::icmp::Message;
use super::super::packet::Arrived;
use super::filter::{Filter, Mode};
use super::report::{GATHERING, Key, MODE_IS_EXCLUDE, MODE_IS_INCLUDE, ROBUSTNESS, Record, is_reported};
use crate::engine::Engine;
use crate::engine::event::{Event, EventKey};
use crate::engine::node::NodeId;

/// The types of IGMP messages: a query, a report of the versions 1 and 2, and who leaves.
const QUERY: u8 = 0x11;
const REPORT_V1: u8 = 0x12;
const REPORT_V2: u8 = 0x16;
const LEAVE: u8 = 0x17;
/// Those of MLD.
pub(in crate::engine::inet) const MLD_QUERY: u8 = 130;
pub(in crate::engine::inet) const MLD_REPORT_V1: u8 = 131;
const MLD_DONE: u8 = 132;
pub(in crate::engine::inet) const MLD: [u8; 4] =
    [MLD_QUERY, MLD_REPORT_V1, MLD_DONE, super::report::MLD_REPORT];
/// Whom one who leaves tells.
const ALL_ROUTERS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 2);
const ALL_ROUTERS_V6: Ipv6Addr = Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 0, 0, 2);
/// The longest time to the repetition of an older version's report: igmpv2_unsolicited_report_interval and
/// mldv1_unsolicited_report_interval.
const UNSOLICITED: Duration = Duration::from_secs(10);
/// IGMP_QUERY_INTERVAL and IGMP_QUERY_RESPONSE_INTERVAL, MLD_QI_DEFAULT and MLD_QRI_DEFAULT.
const INTERVAL: Duration = Duration::from_secs(125);
const RESPONSE: Duration = Duration::from_secs(10);
/// The bytes of a query of IGMPv1 and IGMPv2, and of an MLDv1 query behind its header.
const OLD_QUERY: usize = 8;
const OLD_MLD_QUERY: usize = 16;

/// The oldest router that there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Version {
    /// IGMPv1.
    First,
    /// IGMPv2, MLDv1.
    Second,
    /// IGMPv3, MLDv2.
    Current,
}

/// A group about which an interface will say something.
#[derive(Debug, Default)]
struct Asked {
    timer: Option<(Instant, EventKey)>,
    /// Of which sources only, where not of all (`gsquery`).
    sources: Option<BTreeSet<IpAddr>>,
    /// How often it is still said that the group was joined, to an older router.
    unsolicited: u8,
    /// This node was the last one to report it.
    is_reporter: bool,
}

/// What an interface has heard of routers, by one version of IP.
#[derive(Debug)]
pub(super) struct Querier {
    /// Until when there is a router of IGMPv1, and one of IGMPv2 or MLDv1.
    older: [Option<Instant>; 2],
    /// What a router of the current version has said: its robustness variable, its query interval, and its query
    /// response interval.
    robustness: u8,
    interval: Duration,
    response: Duration,
    /// The answer about all groups.
    general: Option<(Instant, EventKey)>,
    groups: BTreeMap<IpAddr, Asked>,
}

impl Default for Querier {
    fn default() -> Self {
        Querier {
            older: [None; 2],
            robustness: ROBUSTNESS,
            interval: INTERVAL,
            response: RESPONSE,
            general: None,
            groups: BTreeMap::new(),
        }
    }
}

impl Querier {
    fn version(&self, now: Instant) -> Version {
        match self.older.map(|until| until.is_some_and(|until| now < until)) {
            [true, _] => Version::First,
            [false, true] => Version::Second,
            [false, false] => Version::Current,
        }
    }

    /// How often changes are reported.
    pub(super) fn robustness(&self) -> u8 {
        self.robustness
    }

    /// A router of an older version is there.
    fn hear_older(&mut self, now: Instant, version: Version) {
        let until = now + self.interval * u32::from(self.robustness) + self.response;
        self.older[usize::from(version == Version::Second)] = Some(until);
    }

    /// The timers of its answers.
    pub(super) fn into_timers(self) -> impl Iterator<Item = EventKey> {
        let groups = self.groups.into_values().filter_map(|asked| asked.timer);
        groups.chain(self.general).map(|(_, timer)| timer)
    }
}

/// A question of a router's.
#[derive(Debug)]
struct Query {
    /// Of which group; of all, where there is none.
    group: Option<IpAddr>,
    sources: BTreeSet<IpAddr>,
    /// When the answer has to be there.
    longest: Duration,
}

/// A number of eight bits of which the larger ones are exponential (RFC 3376 §4.1.1).
fn exponential(code: u8) -> u32 {
    match code {
        0..0x80 => u32::from(code),
        _ => (u32::from(code & 0xF) | 0x10) << (u32::from(code >> 4 & 7) + 3),
    }
}

/// One of sixteen bits (RFC 3810 §5.1.3).
fn exponential_16(code: u16) -> u32 {
    match code {
        0..0x8000 => u32::from(code),
        _ => (u32::from(code & 0xFFF) | 0x1000) << (u32::from(code >> 12 & 7) + 3),
    }
}

/// The addresses that a query of the current version names, `length` bytes each.
fn sources(count: &[u8], rest: &[u8], length: usize) -> Option<BTreeSet<IpAddr>> {
    let count = usize::from(u16::from_be_bytes(count.try_into().ok()?));
    let bytes = rest.get(..count * length)?;
    let address = |bytes: &[u8]| match bytes.first_chunk::<16>() {
        Some(v6) => Some(IpAddr::from(*v6)),
        None => bytes.first_chunk::<4>().map(|v4| IpAddr::from(*v4)),
    };
    bytes.chunks(length).map(address).collect()
}

/// Whether an IPv6 packet asks routers to look at it, because of MLD (RFC 2711).
fn has_router_alert(packet: &[u8]) -> bool {
    const ALERT: [u8; 4] = [5, 2, 0, 0];
    let Some((next, [_, length, options @ ..])) = packet.get(6).zip(packet.get(40..)) else { return false };
    let mut rest = options.get(..6 + usize::from(*length) * 8).unwrap_or_default();
    while let [kind, behind @ ..] = rest {
        if rest.starts_with(&ALERT) {
            return *next == 0;
        }
        rest = match (kind, behind) {
            (0, _) => behind,
            (_, [length, behind @ ..]) => behind.get(usize::from(*length)..).unwrap_or_default(),
            _ => &[],
        };
    }
    false
}

impl Engine {
    fn querier(&mut self, node: NodeId, key: Key) -> &mut Querier {
        self.node_mut(node).inet.groups.queriers.entry(key).or_default()
    }

    /// The oldest router that an interface has heard of late.
    pub(super) fn querier_version(&self, node: NodeId, key: Key) -> Version {
        let querier = self.node(node).inet.groups.queriers.get(&key);
        querier.map_or(Version::Current, |querier| querier.version(self.now()))
    }

    /// A packet of IGMP has come to a node.
    pub(in crate::engine::inet) fn igmp_arrives(&mut self, node: NodeId, arrived: &Arrived<'_>) {
        let bytes = arrived.contents.payload;
        if Sum16BitWords::new().add_slice(bytes).ones_complement() != 0 {
            return;
        }
        let &[kind, code, _, _, a, b, c, d, ref rest @ ..] = bytes else { return };
        let (key, group) = ((arrived.interface, false), IpAddr::from([a, b, c, d]));
        match kind {
            QUERY => self.igmp_query_arrives(node, key, code, group, (bytes.len(), rest)),
            REPORT_V1 | REPORT_V2 if arrived.contents.destination.is_multicast() => {
                self.somebody_reports(node, key, group);
            }
            _ => {}
        }
    }

    fn igmp_query_arrives(
        &mut self,
        node: NodeId,
        key: Key,
        code: u8,
        group: IpAddr,
        (length, rest): (usize, &[u8]),
    ) {
        let now = self.now();
        let tenths = |tenths: u32| Duration::from_millis(u64::from(tenths.max(1)) * 100);
        let version = self.querier_version(node, key);
        let querier = self.querier(node, key);
        let named = Some(group).filter(|group| !group.is_unspecified());
        let mut query = Query { group: named, sources: BTreeSet::new(), longest: RESPONSE };
        match (length, version) {
            (OLD_QUERY, _) => {
                if code == 0 {
                    querier.hear_older(now, Version::First);
                    query.group = None;
                } else {
                    querier.hear_older(now, Version::Second);
                    query.longest = tenths(code.into());
                }
                self.forget_changes(node, key);
            }
            (..12, _) => return,
            (_, Version::First) => query.group = None,
            (_, Version::Second) => query.longest = tenths(exponential(code)),
            (_, Version::Current) => {
                let &[robustness, interval, high, low, ref rest @ ..] = rest else { return };
                let Some(sources) = sources(&[high, low], rest, 4) else { return };
                query.longest = tenths(exponential(code));
                querier.robustness = match robustness & 7 {
                    0 => ROBUSTNESS,
                    said => said,
                };
                querier.interval = match exponential(interval) {
                    0 => INTERVAL,
                    seconds => Duration::from_secs(seconds.into()),
                };
                if querier.response >= querier.interval {
                    querier.response = querier.interval.saturating_sub(Duration::from_secs(1));
                }
                query.sources = sources;
                return self.answer_current(node, key, &query);
            }
        }
        self.answer_about_each(node, key, &query);
    }

    /// A message of MLD has come to a node: a query, or a report of the first version.
    pub(in crate::engine::inet) fn mld_arrives(
        &mut self,
        node: NodeId,
        arrived: &Arrived<'_>,
        message: &Message<'_>,
    ) {
        let (source, key) = (arrived.contents.source, (arrived.interface, true));
        let from_link = matches!(source, IpAddr::V6(source) if source.is_unicast_link_local());
        let Some((group, rest)) = message.payload.split_first_chunk::<16>() else { return };
        let group = IpAddr::from(*group);
        if message.kind == MLD_REPORT_V1 {
            if from_link || source.is_unspecified() {
                self.somebody_reports(node, key, group);
            }
            return;
        }
        let is_group = group.is_multicast() || group.is_unspecified();
        if !from_link || arrived.hop_limit != 1 || !has_router_alert(arrived.packet) || !is_group {
            return;
        }
        let now = self.now();
        let [high, low, ..] = message.rest;
        let code = u16::from_be_bytes([high, low]);
        let milliseconds = |number: u32| Duration::from_millis(u64::from(number.max(1)));
        let is_old = message.payload.len() == OLD_MLD_QUERY;
        let version = self.querier_version(node, key);
        let querier = self.querier(node, key);
        let named = Some(group).filter(|group| !group.is_unspecified());
        let mut query = Query { group: named, sources: BTreeSet::new(), longest: milliseconds(code.into()) };
        if is_old || version != Version::Current {
            if is_old {
                querier.hear_older(now, Version::Second);
            } else {
                query.longest = milliseconds(u32::from(code).min(0x7FFF));
            }
            self.forget_changes(node, key);
        } else {
            let &[robustness, interval, high, low, ref rest @ ..] = rest else { return };
            query.longest = milliseconds(exponential_16(code));
            querier.robustness = (robustness & 7).max(ROBUSTNESS);
            querier.interval = Duration::from_secs(exponential(interval).into());
            querier.response = query.longest;
            let Some(sources) = sources(&[high, low], rest, 16) else { return };
            query.sources = sources;
            return self.answer_current(node, key, &query);
        }
        self.answer_about_each(node, key, &query);
    }

    /// Another node of the network reports a group, by an older version: that is enough for the routers.
    fn somebody_reports(&mut self, node: NodeId, key: Key, group: IpAddr) {
        let asked = self.querier(node, key).groups.remove(&group);
        if let Some((_, timer)) = asked.and_then(|asked| asked.timer) {
            self.events.cancel(timer);
        }
    }

    /// What was to be told to a router of the current version is told to an older one only where it asks.
    fn forget_changes(&mut self, node: NodeId, key: Key) {
        let groups = &mut self.node_mut(node).inet.groups;
        let changes = groups.reports.take_timer(key);
        // `mld_gq_stop_work`; IGMP's goes on.
        let general =
            groups.queriers.get_mut(&key).filter(|_| key.1).and_then(|querier| querier.general.take());
        for timer in changes.into_iter().chain(general.map(|(_, timer)| timer)) {
            self.events.cancel(timer);
        }
    }

    /// A time below `longest`.
    fn delay(&mut self, node: NodeId, longest: Duration) -> Duration {
        let random = &mut self.node_mut(node).inet.groups.reports.random;
        Duration::from_nanos(random.below(longest.as_nanos() as u64))
    }

    /// All groups are to be reported in one message (`igmp_gq_start_timer`, `mld_gq_start_work`).
    fn answer_about_all(&mut self, node: NodeId, key: Key, longest: Duration) {
        let at = self.now() + self.delay(node, longest) + GATHERING;
        let (interface, is_ipv6) = key;
        let before = self.querier(node, key).general;
        // Of IGMP, an answer that is under way is not put off.
        if before.is_some_and(|(before, _)| at >= before && !is_ipv6) {
            return;
        }
        let timer = self.events.push(at, Event::QueryAnswer { node, interface, is_ipv6, group: None });
        self.querier(node, key).general = Some((at, timer));
        if let Some((_, timer)) = before {
            self.events.cancel(timer);
        }
    }

    /// A router of the current version asks for all groups at once, or for one; sources without a group mean nothing.
    fn answer_current(&mut self, node: NodeId, key: Key, query: &Query) {
        if query.group.is_some() {
            self.answer_about_each(node, key, query);
        } else if query.sources.is_empty() {
            self.answer_about_all(node, key, query.longest);
        }
    }

    /// Groups are to be reported one by one: the one that is asked for, or all.
    fn answer_about_each(&mut self, node: NodeId, key: Key, query: &Query) {
        let groups = self.node(node).reported_groups(key);
        for (group, filter) in groups {
            if query.group.is_some_and(|asked| asked != group) {
                continue;
            }
            let asked = self.querier(node, key).groups.entry(group).or_default();
            let some = &query.sources;
            let only_some = !some.is_empty() && (asked.timer.is_none() || asked.sources.is_some());
            if !only_some {
                asked.sources = None;
            } else if filter.mode == Mode::Exclude {
                // Where all of them are stopped, there is nothing to say (`igmp_xmarksources`).
                asked.sources = None;
                if some.is_subset(&filter.sources) {
                    continue;
                }
            } else {
                let marked: BTreeSet<IpAddr> = some & &filter.sources;
                if marked.is_empty() {
                    continue;
                }
                asked.sources.get_or_insert_default().extend(marked);
            }
            asked.unsolicited = 0;
            self.answer_about(node, key, group, query.longest);
        }
    }

    /// A group is to be reported, before `longest` is over (`igmp_mod_timer`, `igmp6_group_queried`).
    fn answer_about(&mut self, node: NodeId, key: Key, group: IpAddr, longest: Duration) {
        let now = self.now();
        let before = self.querier(node, key).groups.get(&group).and_then(|asked| asked.timer);
        if before.is_some_and(|(at, _)| at.since(now) < longest) {
            return;
        }
        let gathering = if key.1 { Duration::ZERO } else { GATHERING };
        let after = self.delay(node, longest) + gathering;
        self.set_group_timer(node, key, group, after);
    }

    fn set_group_timer(&mut self, node: NodeId, key: Key, group: IpAddr, after: Duration) {
        let (at, (interface, is_ipv6)) = (self.now() + after, key);
        let timer = self.events.push(at, Event::QueryAnswer { node, interface, is_ipv6, group: Some(group) });
        let asked = self.querier(node, key).groups.entry(group).or_default();
        if let Some((_, before)) = asked.timer.replace((at, timer)) {
            self.events.cancel(before);
        }
    }

    /// It is time for an answer, about a group or about all (`igmp_timer_expire`, `igmp_gq_timer_expire`).
    pub(in crate::engine) fn answer_query(
        &mut self,
        node: NodeId,
        interface: u32,
        is_ipv6: bool,
        group: Option<IpAddr>,
    ) {
        let key = (interface, is_ipv6);
        let groups = self.node(node).reported_groups(key);
        let record = |(group, filter): (IpAddr, Filter)| {
            let kind = if filter.mode == Mode::Exclude { MODE_IS_EXCLUDE } else { MODE_IS_INCLUDE };
            Record { kind, group, sources: filter.sources.into_iter().collect() }
        };
        let Some(group) = group else {
            self.querier(node, key).general = None;
            let records: Vec<Record> = groups.into_iter().map(record).collect();
            return self.send_reports(node, interface, is_ipv6, &records);
        };
        let version = self.querier_version(node, key);
        let Some(asked) = self.querier(node, key).groups.get_mut(&group) else { return };
        asked.timer = None;
        asked.is_reporter = true;
        asked.unsolicited = asked.unsolicited.saturating_sub(1);
        let (sources, again) = (asked.sources.take(), asked.unsolicited > 0);
        let Some((_, mut filter)) = groups.into_iter().find(|(it, _)| *it == group) else { return };
        if again {
            let after = self.delay(node, UNSOLICITED) + GATHERING;
            self.set_group_timer(node, key, group, after);
        }
        match version {
            Version::Current => {
                if let Some(sources) = sources {
                    filter.sources = &filter.sources & &sources;
                }
                self.send_reports(node, interface, is_ipv6, &[record((group, filter))]);
            }
            older => self.send_old_report(node, key, group, older),
        }
    }

    /// A report of an older version.
    fn send_old_report(&mut self, node: NodeId, key: Key, group: IpAddr, version: Version) {
        let kind = match (group, version) {
            (IpAddr::V6(_), _) => MLD_REPORT_V1,
            (IpAddr::V4(_), Version::First) => REPORT_V1,
            (IpAddr::V4(_), _) => REPORT_V2,
        };
        self.send_old_message(node, key, (kind, group), group);
    }

    /// A message of an older version, about a group.
    fn send_old_message(
        &mut self,
        node: NodeId,
        (interface, _): Key,
        (kind, group): (u8, IpAddr),
        to: IpAddr,
    ) {
        match (group, to) {
            (IpAddr::V4(group), IpAddr::V4(to)) => {
                let [a, b, c, d] = group.octets();
                self.send_igmp(node, interface, to, [kind, 0, 0, 0, a, b, c, d].into());
            }
            (IpAddr::V6(group), IpAddr::V6(to)) => {
                let message = Message { kind, code: 0, rest: [0; 4], payload: &group.octets() };
                self.send_mld(node, interface, to, &message);
            }
            _ => {}
        }
    }

    /// An interface listens to a group from now on, or no more: an older router hears of that by itself
    /// (`igmp_group_added`, `__igmp_group_dropped`, `igmp6_join_group`, `igmp6_leave_group`).
    pub(super) fn group_joined_or_left(&mut self, node: NodeId, group: (u32, IpAddr), is_member: bool) {
        let (interface, group) = group;
        let key = (interface, group.is_ipv6());
        let version = self.querier_version(node, key);
        if !is_reported(group) || !self.node(node).inet.groups.queriers.contains_key(&key) {
            return;
        }
        if !is_member {
            let asked = self.querier(node, key).groups.remove(&group).unwrap_or_default();
            if let Some((_, timer)) = asked.timer {
                self.events.cancel(timer);
            }
            return match group {
                _ if !asked.is_reporter || version != Version::Second => {}
                IpAddr::V4(_) => self.send_old_message(node, key, (LEAVE, group), ALL_ROUTERS.into()),
                IpAddr::V6(_) => self.send_old_message(node, key, (MLD_DONE, group), ALL_ROUTERS_V6.into()),
            };
        }
        if version == Version::Current {
            return;
        }
        let asked = self.querier(node, key).groups.entry(group).or_default();
        if group.is_ipv4() {
            asked.unsolicited = ROBUSTNESS;
            return self.set_group_timer(node, key, group, GATHERING);
        }
        asked.is_reporter = true;
        self.send_old_report(node, key, group, version);
        let after = self.delay(node, UNSOLICITED);
        self.set_group_timer(node, key, group, after);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    /// The examples of RFC 3376 §4.1.1 and RFC 3810 §5.1.3: mant and exp of the largest ones.
    #[test]
    fn codes_of_times() {
        assert_eq!([0, 100, 127, 128, 255].map(exponential), [0, 100, 127, 128, 31_744]);
        assert_eq!(
            [0, 1000, 32_767, 32_768, 65_535].map(exponential_16),
            [0, 1000, 32_767, 32_768, 8_387_584]
        );
    }

    #[test]
    fn router_alerts() {
        let packet = |next: u8, options: &[u8]| {
            let mut packet = vec![0; 40];
            packet[6] = next;
            packet.extend([58, (options.len() / 8) as u8]);
            packet.extend_from_slice(options);
            packet
        };
        assert!(has_router_alert(&packet(0, &[5, 2, 0, 0, 1, 0])));
        assert!(has_router_alert(&packet(0, &[1, 0, 5, 2, 0, 0])));
        assert!(has_router_alert(&packet(0, &[0, 0, 5, 2, 0, 0])));
        assert!(!has_router_alert(&packet(0, &[5, 2, 0, 1, 1, 0])));
        assert!(!has_router_alert(&packet(58, &[5, 2, 0, 0, 1, 0])));
        assert!(!has_router_alert(&packet(0, &[1, 200, 5, 2, 0, 0])));
        assert!(!has_router_alert(&[]));
    }
}
