//! The event queue: what happens next, and when.
//!
//! It is a hierarchical timing wheel (Varghese and Lauck, 1987): to add an event, to take the next one and to take one
//! out again costs the same however many there are. Beside it is a list of what comes in the order in which it was
//! added anyway, as frames on links of the same latency do: that costs next to nothing.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::{BdAddr, Instant};
use slab::Slab;

use super::bluetooth::RadioId;
use super::bluetooth::controller::Baseband;
use super::can::BusId;
use super::inet::OwnPacket;
use super::network::PortId;
use super::node::NodeId;
use super::process::ProcessId;

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    /// An Ethernet frame arrives at a port of a network. Where it `is_intact`, the checksums in it are known to be
    /// right: who made it has put them there, and nobody has changed it since.
    Frame { port: PortId, bytes: Vec<u8>, is_intact: bool },
    /// A packet that a node sent to itself arrives, in a frame whose header has nothing in it.
    Loopback { node: NodeId, interface: u32, own: OwnPacket, frame: Vec<u8> },
    /// A frame that a program sent to the loopback interface arrives.
    LoopbackFrame { node: NodeId, frame: Vec<u8> },
    /// An answer of a neighbour is due.
    Neighbour { port: PortId, address: IpAddr },
    /// The timer of the socket in this slot of their table may be due.
    SocketTimer { slot: u32 },
    /// A connection of a node's has been in TIME-WAIT long enough.
    TimeWait { node: NodeId },
    /// Fragments have not come in time.
    Reassembly { node: NodeId },
    /// An interface has something to tell the routers about its multicast groups.
    MembershipReport { node: NodeId, interface: u32, is_ipv6: bool },
    /// An interface answers a router who has asked for its multicast groups: for one, or for all.
    QueryAnswer { node: NodeId, interface: u32, is_ipv6: bool, group: Option<IpAddr> },
    /// A CAN bus has something to do: a transmission ends, or one may begin.
    Bus { bus: BusId },
    /// A baseband packet arrives at a Bluetooth radio.
    Baseband { to: RadioId, from: BdAddr, packet: Box<Baseband> },
    /// A Bluetooth radio has something to do: it may send, or a timer of its device is due.
    Radio { radio: RadioId },
    /// The deadline of a waiting process has come.
    Deadline { process: ProcessId },
}

/// An event that is not over, to take it out again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct EventKey(u32);

impl EventKey {
    /// No event's.
    pub(crate) const NONE: EventKey = EventKey(NONE);
}

/// No entry.
const NONE: u32 = u32::MAX;
/// Each level divides what a place of the level above it covers by this, as a power of two.
const BITS: u32 = 6;
/// How many levels cover every time there is.
const LEVELS: usize = u64::BITS.div_ceil(BITS) as usize;

/// An event in the list of its place.
#[derive(Debug)]
struct Entry {
    at: u64,
    number: u64,
    before: u32,
    behind: u32,
    event: Event,
}

/// A list of entries, in the order in which they were added.
#[derive(Clone, Copy, Debug)]
struct Place {
    first: u32,
    last: u32,
}

/// A circle of places; which of them have entries.
#[derive(Debug)]
struct Level {
    occupied: u64,
    places: [Place; 1 << BITS],
}

/// An event in the list of those that come in their order.
#[derive(Debug)]
struct InOrder {
    at: u64,
    number: u64,
    event: Event,
}

/// Events in the order of their times; those of the same instant in the order in which they were added, which their
/// numbers say.
///
/// An entry of the wheel is on the level of the highest digit (of six bits) in which its time differs from `elapsed`,
/// at the place which that digit says: on level 0 a place is a nanosecond. When `elapsed` reaches a place of a higher
/// level, the entries there move to lower ones, in their order, before any later one is added there.
#[derive(Debug)]
pub(crate) struct EventQueue {
    in_order: VecDeque<InOrder>,
    entries: Slab<Entry>,
    levels: Box<[Level]>,
    /// No entry of the wheel is before; never later than the clock when an event is added.
    elapsed: u64,
    /// Nor is one before this, which is not always known to be so late.
    wheel_from: u64,
    /// When the last event was taken.
    last: u64,
    /// The number of the next event.
    number: u64,
}

impl Default for EventQueue {
    fn default() -> Self {
        let level = || Level { occupied: 0, places: [Place { first: NONE, last: NONE }; _] };
        EventQueue {
            in_order: VecDeque::new(),
            entries: Slab::new(),
            levels: (0..LEVELS).map(|_| level()).collect(),
            elapsed: 0,
            wheel_from: u64::MAX,
            last: 0,
            number: 0,
        }
    }
}

impl EventQueue {
    /// Adds `event`, to happen at `at`, or at once where that has passed.
    pub(crate) fn push(&mut self, at: Instant, event: Event) -> EventKey {
        let at = at.as_nanos().max(self.earliest());
        let number = self.next_number();
        let key = self.entries.insert(Entry { at, number, before: NONE, behind: NONE, event }) as u32;
        self.link(key);
        self.wheel_from = self.wheel_from.min(at);
        EventKey(key)
    }

    /// The same for one that will not be taken out: best where the times of such events do not go back.
    #[inline]
    pub(crate) fn append(&mut self, at: Instant, event: Event) {
        let nanos = at.as_nanos().max(self.earliest());
        if self.in_order.back().is_none_or(|last| last.at <= nanos) {
            let number = self.next_number();
            self.in_order.push_back(InOrder { at: nanos, number, event });
        } else {
            self.push(at, event);
        }
    }

    /// No event happens before: neither before the last one that was taken, nor where the wheel has gone past.
    fn earliest(&self) -> u64 {
        self.last.max(self.elapsed)
    }

    fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// Takes out an event that has not happened.
    pub(crate) fn cancel(&mut self, key: EventKey) {
        self.unlink(key.0);
        self.entries.try_remove(key.0 as usize);
    }

    /// Takes the next event, if it happens not after `limit`.
    #[inline]
    pub(crate) fn pop(&mut self, limit: Instant) -> Option<(Instant, Event)> {
        let limit = limit.as_nanos();
        match self.in_order.front() {
            Some(first) if first.at < self.wheel_from => self.pop_in_order(limit),
            _ => self.pop_first(limit),
        }
    }

    /// Takes the first event of those that come in their order.
    fn pop_in_order(&mut self, limit: u64) -> Option<(Instant, Event)> {
        let InOrder { at, event, .. } = self.in_order.pop_front_if(|first| first.at <= limit)?;
        self.last = at;
        Some((Instant::from_nanos(at), event))
    }

    /// Takes the first event, wherever it is.
    fn pop_first(&mut self, limit: u64) -> Option<(Instant, Event)> {
        let in_order = self.in_order.front().map_or((u64::MAX, u64::MAX), |first| (first.at, first.number));
        loop {
            let Some((level, place, begins)) = self.next_place() else {
                (self.wheel_from, self.elapsed) = (u64::MAX, self.last);
                return self.pop_in_order(limit);
            };
            self.wheel_from = begins;
            let first = self.levels[level].places[place].first;
            let Entry { at, number, behind, .. } = self.entries[first as usize];
            // Level 0 has one time to a place, and an entry alone is the first of its place.
            if level == 0 || behind == NONE {
                self.wheel_from = at;
                if in_order < (at, number) {
                    return self.pop_in_order(limit);
                }
                if at > limit {
                    return None;
                }
                self.unlink(first);
                (self.elapsed, self.last) = (at, at);
                return Some((Instant::from_nanos(at), self.entries.remove(first as usize).event));
            }
            if in_order.0 < begins {
                return self.pop_in_order(limit);
            }
            if begins > limit {
                return None;
            }
            self.elapsed = begins;
            self.spread(level, place);
        }
    }

    /// Has an empty queue take events from `now` on, also where it has had later ones.
    pub(crate) fn rewind(&mut self, now: Instant) {
        debug_assert!(self.entries.is_empty() && self.in_order.is_empty());
        (self.elapsed, self.last) = (now.as_nanos(), now.as_nanos());
    }

    /// When the next event happens.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        let in_order = self.in_order.front().map(|first| first.at);
        let wheel = self.next_place().and_then(|(level, place, _)| {
            let entry = |key: u32| self.entries.get(key as usize);
            let first = entry(self.levels[level].places[place].first);
            core::iter::successors(first, |before| entry(before.behind)).map(|entry| entry.at).min()
        });
        in_order.into_iter().chain(wheel).min().map(Instant::from_nanos)
    }

    /// How many events there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len() + self.in_order.len()
    }

    /// The first place that has entries: its level, its number, and the time at which it begins.
    fn next_place(&self) -> Option<(usize, usize, u64)> {
        let level = self.levels.iter().position(|level| level.occupied != 0)?;
        let place = self.levels[level].occupied.trailing_zeros();
        let shift = level as u32 * BITS;
        let covered = u64::MAX.checked_shl(shift + BITS).unwrap_or(0);
        Some((level, place as usize, self.elapsed & covered | u64::from(place) << shift))
    }

    /// The level and the place where an entry of this time is.
    fn place_of(&self, at: u64) -> (usize, usize) {
        let highest = (at ^ self.elapsed).checked_ilog2().unwrap_or(0);
        let level = highest / BITS;
        (level as usize, (at >> (level * BITS)) as usize % (1 << BITS))
    }

    /// Puts an entry at the end of the list of its place.
    fn link(&mut self, key: u32) {
        let (level, place) = self.place_of(self.entries[key as usize].at);
        let level = &mut self.levels[level];
        let list = &mut level.places[place];
        let before = core::mem::replace(&mut list.last, key);
        if before == NONE {
            list.first = key;
            level.occupied |= 1 << place;
        } else {
            self.entries[before as usize].behind = key;
        }
        let entry = &mut self.entries[key as usize];
        (entry.before, entry.behind) = (before, NONE);
    }

    /// Takes an entry out of the list of its place.
    fn unlink(&mut self, key: u32) {
        let Some(&Entry { at, before, behind, .. }) = self.entries.get(key as usize) else { return };
        let (level, place) = self.place_of(at);
        let level = &mut self.levels[level];
        let list = &mut level.places[place];
        match self.entries.get_mut(before as usize) {
            Some(entry) => entry.behind = behind,
            None => list.first = behind,
        }
        match self.entries.get_mut(behind as usize) {
            Some(entry) => entry.before = before,
            None => list.last = before,
        }
        if list.first == NONE {
            level.occupied &= !(1 << place);
        }
    }

    /// Moves the entries of a place, which `elapsed` has reached, to lower levels.
    fn spread(&mut self, level: usize, place: usize) {
        let level = &mut self.levels[level];
        level.occupied &= !(1 << place);
        let list = core::mem::replace(&mut level.places[place], Place { first: NONE, last: NONE });
        let mut next = list.first;
        while next != NONE {
            let key = next;
            next = self.entries[key as usize].behind;
            self.link(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Call {
        Push(Time),
        Append(Time),
        Cancel(usize),
        Pop(u64),
    }

    /// So long after now, or before.
    #[derive(Clone, Copy, Debug)]
    enum Time {
        In(u64),
        Ago(u64),
    }

    impl Time {
        fn from(self, now: u64) -> u64 {
            match self {
                Time::In(nanos) => now.saturating_add(nanos),
                Time::Ago(nanos) => now.saturating_sub(nanos),
            }
        }
    }

    fn call() -> impl Strategy<Value = Call> {
        let nanos = || prop_oneof![0..3u64, 0..100_000u64, 0..100_000_000_000u64, any::<u64>()];
        let time = move || prop_oneof![5 => nanos().prop_map(Time::In), 1 => nanos().prop_map(Time::Ago)];
        prop_oneof![
            3 => time().prop_map(Call::Push),
            3 => time().prop_map(Call::Append),
            1 => any::<usize>().prop_map(Call::Cancel),
            4 => nanos().prop_map(Call::Pop),
        ]
    }

    proptest! {
        /// As a sorted map of times and numbers would have it.
        #[test]
        fn events_come_in_order(calls in prop::collection::vec(call(), 0..300)) {
            let (mut queue, mut model) = (EventQueue::default(), BTreeMap::new());
            let mut now = 0u64;
            for (number, call) in calls.into_iter().enumerate() {
                let process = ProcessId(number as u32);
                let earliest = queue.earliest();
                prop_assert!(earliest <= now);
                match call {
                    Call::Push(time) => {
                        let at = time.from(now);
                        let key = queue.push(Instant::from_nanos(at), Event::Deadline { process });
                        model.insert((at.max(earliest), number), Some(key));
                    }
                    Call::Append(time) => {
                        let at = time.from(now);
                        queue.append(Instant::from_nanos(at), Event::Deadline { process });
                        model.insert((at.max(earliest), number), None);
                    }
                    Call::Cancel(which) if !model.is_empty() => {
                        let which = *model.keys().nth(which % model.len()).unwrap();
                        if let Some(key) = model[&which] {
                            queue.cancel(key);
                            model.remove(&which);
                        }
                    }
                    Call::Cancel(_) => {}
                    Call::Pop(after) => {
                        let limit = now.saturating_add(after);
                        let expected = model.keys().next().copied().filter(|(at, _)| *at <= limit);
                        let next = queue.next_at().map(Instant::as_nanos);
                        prop_assert_eq!(next, model.keys().next().map(|(at, _)| *at));
                        match (queue.pop(Instant::from_nanos(limit)), expected) {
                            (Some((at, Event::Deadline { process })), Some(expected)) => {
                                prop_assert_eq!((at.as_nanos(), process.0 as usize), expected);
                                model.remove(&expected);
                                now = expected.0;
                            }
                            (got, expected) => {
                                prop_assert!(got.is_none() && expected.is_none(), "{got:?} {expected:?}");
                                now = limit;
                            }
                        }
                    }
                }
                prop_assert_eq!(queue.len(), model.len());
            }
        }
    }
}
