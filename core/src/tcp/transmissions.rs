//! What is in flight since when, and what became of it: the source of round-trip times (RFC 6298 §3), and the
//! scoreboard of selective acknowledgments (RFC 6675 §3).

use super::SequenceNumber;
use crate::time::Instant;

/// One record of a transmission: the numbers that end at `end`, sent last at `at`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Transmission {
    pub(super) end: SequenceNumber,
    pub(super) at: Instant,
    /// Sent more than once.
    pub(super) retransmitted: bool,
    /// Selectively acknowledged.
    pub(super) sacked: bool,
    /// Lost, and not sent again since.
    pub(super) lost: bool,
    /// Several segments share it: `at` is when the last of them was sent.
    pub(super) shared: bool,
}

impl Transmission {
    /// A record of nothing, to fill a table with.
    pub const NONE: Transmission = Transmission {
        end: SequenceNumber(0),
        at: Instant::ZERO,
        retransmitted: false,
        sacked: false,
        lost: false,
        shared: false,
    };

    /// The same record, its time mapped.
    pub(super) fn map(self, time: impl Fn(Instant) -> Instant) -> Transmission {
        Transmission { at: time(self.at), ..self }
    }

    /// Whether nothing but the time tells the two apart.
    fn is_like(&self, other: &Transmission) -> bool {
        (self.retransmitted, self.sacked, self.lost) == (other.retransmitted, other.sacked, other.lost)
    }
}

/// The records in use, in sequence order: each begins where the one before ends, the first at SND.UNA. The records
/// themselves are the storage's. Where there are too few, neighbours share one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Transmissions {
    front: u16,
    count: u16,
    /// Some are selectively acknowledged or lost; otherwise all are simply in flight.
    pub(super) marked: bool,
}

impl Transmissions {
    /// The records in use.
    #[inline]
    pub(super) fn used<'a>(&self, records: &'a mut [Transmission]) -> &'a mut [Transmission] {
        let (front, count) = (usize::from(self.front), usize::from(self.count));
        records.get_mut(front..front.wrapping_add(count)).unwrap_or_default()
    }

    /// The same, to look at.
    #[cfg(feature = "tcp-info")]
    pub(super) fn in_use<'a>(&self, records: &'a [Transmission]) -> &'a [Transmission] {
        records.get(usize::from(self.front)..self.end()).unwrap_or_default()
    }

    /// The place behind the last record in use.
    #[inline]
    pub(super) const fn end(&self) -> usize {
        (self.front as usize).saturating_add(self.count as usize)
    }

    /// The records in use with the numbers at which they begin.
    pub(super) fn ranges<'a>(
        &self,
        records: &'a mut [Transmission],
        una: SequenceNumber,
    ) -> impl Iterator<Item = (SequenceNumber, &'a mut Transmission)> + use<'a> {
        let mut begin = una;
        self.used(records).iter_mut().map(move |record| (core::mem::replace(&mut begin, record.end), record))
    }

    /// The records in use, in sequence order.
    pub(super) fn each(&self, records: &mut [Transmission], mut use_record: impl FnMut(Transmission)) {
        for record in self.used(records) {
            use_record(*record);
        }
    }

    /// The same queue, its first record in the first place.
    pub(super) const fn unrolled(&self) -> Transmissions {
        Transmissions { front: 0, count: self.count, marked: self.marked }
    }

    /// Whether any record is selectively acknowledged or lost.
    #[inline]
    pub(super) const fn is_marked(&self) -> bool {
        cfg!(feature = "tcp-sack") && self.marked
    }

    /// Notes that new numbers up to `end` were sent at `now`. `retransmitted`: some of them not for the first
    /// time. What was sent at the same time shares a record; so does more, in a full table.
    #[inline]
    pub(super) fn record(
        &mut self,
        records: &mut [Transmission],
        end: SequenceNumber,
        now: Instant,
        retransmitted: bool,
    ) {
        match records.first_mut() {
            Some(first) if cfg!(target_pointer_width = "64") && self.count == 0 => {
                *first = Transmission { end, at: now, retransmitted, ..Transmission::NONE };
                (self.front, self.count) = (0, 1);
            }
            _ => self.record_behind(records, end, now, retransmitted),
        }
    }

    /// The same, where something is in flight already.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn record_behind(
        &mut self,
        records: &mut [Transmission],
        end: SequenceNumber,
        now: Instant,
        retransmitted: bool,
    ) {
        let new = Transmission { end, at: now, retransmitted, ..Transmission::NONE };
        let newest = self.used(records).last_mut();
        if let Some(newest) = newest.filter(|newest| newest.at == now && newest.is_like(&new)) {
            newest.end = end;
        } else if self.make_room(records) {
            let place = usize::from(self.front).wrapping_add(usize::from(self.count));
            if let Some(place) = records.get_mut(place) {
                *place = new;
                self.count = self.count.wrapping_add(1);
            }
        } else if let Some(newest) = self.used(records).last_mut() {
            *newest =
                Transmission { retransmitted: retransmitted || newest.retransmitted, shared: true, ..new };
        }
    }

    /// Makes room for one record behind the others; `false` where none of them can be merged.
    #[inline]
    fn make_room(&mut self, records: &mut [Transmission]) -> bool {
        self.end() < records.len().min(usize::from(u16::MAX)) || self.move_or_merge(records)
    }

    /// The same, where the last record in use is the last of all.
    #[inline(never)]
    fn move_or_merge(&mut self, records: &mut [Transmission]) -> bool {
        let (front, end) = (usize::from(self.front), self.end());
        if front > 0 && end <= records.len() {
            // Where these are copied, not swapped, a program for a microcontroller grows by 1.5 kB of memmove.
            for (to, from) in (front..end).enumerate() {
                if let Some((before, behind)) = records.split_at_mut_checked(from)
                    && let (Some(place), Some(record)) = (before.get_mut(to), behind.first_mut())
                {
                    core::mem::swap(place, record);
                }
            }
            self.front = 0;
            return true;
        }
        self.merge(records);
        usize::from(self.count) < records.len().min(usize::from(u16::MAX))
    }

    /// Merges neighbours: those selectively acknowledged, without loss; the others two by two, the later time
    /// counting for both.
    fn merge(&mut self, records: &mut [Transmission]) {
        let mut kept = 0usize;
        let mut is_pair = true;
        for index in 0..usize::from(self.count) {
            let Some(record) = records.get(index).copied() else { break };
            match records.get_mut(kept.wrapping_sub(1)) {
                Some(last) if last.is_like(&record) && (!is_pair || record.sacked) => {
                    let shared = last.shared || record.shared || last.at != record.at;
                    *last = Transmission { at: last.at.max(record.at), shared, ..record };
                    is_pair = true;
                }
                _ => {
                    if let Some(place) = records.get_mut(kept) {
                        *place = record;
                    }
                    kept = kept.wrapping_add(1);
                    is_pair = false;
                }
            }
        }
        (self.front, self.count) = (0, kept as u16);
    }

    /// Cuts the record that holds `number` in two, so that one begins there. Without room it stays whole.
    pub(super) fn split(
        &mut self,
        records: &mut [Transmission],
        una: SequenceNumber,
        number: SequenceNumber,
    ) {
        let holds = |begin: SequenceNumber, record: &Transmission| {
            begin.is_before(number) && number.is_before(record.end)
        };
        if !self.ranges(records, una).any(|(begin, record)| holds(begin, record)) || !self.make_room(records)
        {
            return;
        }
        let found = self.ranges(records, una).position(|(begin, record)| holds(begin, record));
        let Some(index) = found.map(|index| usize::from(self.front).wrapping_add(index)) else { return };
        let end = usize::from(self.front).wrapping_add(usize::from(self.count));
        if index < end && end < records.len() {
            for from in (index..end).rev() {
                copy(records, from, from.wrapping_add(1));
            }
            self.count = self.count.wrapping_add(1);
        }
        if let Some(record) = records.get_mut(index) {
            record.end = number;
        }
    }

    /// Notes that `from` up to `to` were sent again at `now`, so that they measure nothing (Karn's algorithm).
    pub(super) fn retransmitted(
        &mut self,
        records: &mut [Transmission],
        una: SequenceNumber,
        from: SequenceNumber,
        to: SequenceNumber,
        now: Instant,
    ) {
        self.split(records, una, from);
        self.split(records, una, to);
        for (begin, record) in self.ranges(records, una) {
            if begin.is_before(to) && record.end.is_after(from) && !record.sacked {
                (record.at, record.retransmitted, record.lost) = (now, true, false);
            }
        }
    }

    /// Pipe (RFC 6675 §4): how many of the numbers before `resume` are in the network, neither selectively
    /// acknowledged nor lost.
    #[inline]
    pub(super) fn pipe(
        &self,
        records: &mut [Transmission],
        una: SequenceNumber,
        resume: SequenceNumber,
    ) -> u32 {
        let sent = resume.since(una);
        if !self.is_marked() {
            return sent;
        }
        self.ranges(records, una)
            .filter(|(begin, record)| (record.sacked || record.lost) && begin.is_before(resume))
            .fold(sent, |pipe, (begin, record)| pipe.saturating_sub(record.end.earlier(resume).since(begin)))
    }

    /// The first numbers before `resume` that are lost: from where to where.
    pub(super) fn first_lost(
        &self,
        records: &mut [Transmission],
        una: SequenceNumber,
        resume: SequenceNumber,
    ) -> Option<(SequenceNumber, SequenceNumber)> {
        self.ranges(records, una)
            .find(|(begin, record)| record.lost && begin.is_before(resume))
            .map(|(begin, record)| (begin, record.end))
    }

    /// The next numbers at or behind `from` that are not selectively acknowledged: from where, and where the next
    /// begin that are.
    pub(super) fn first_hole(
        &self,
        records: &mut [Transmission],
        una: SequenceNumber,
        mut from: SequenceNumber,
    ) -> (SequenceNumber, Option<SequenceNumber>) {
        for (begin, record) in self.ranges(records, una).filter(|(_, record)| record.sacked) {
            if begin.is_after(from) {
                return (from, Some(begin));
            }
            from = from.later(record.end);
        }
        (from, None)
    }

    /// Forgets what was thought lost, for everything is to be sent again or nothing. With `reneged` also what was
    /// selectively acknowledged: the peer has dropped it (RFC 2018 §8).
    pub(super) fn unmark(&mut self, records: &mut [Transmission], reneged: bool) {
        self.marked = false;
        for record in self.used(records) {
            record.lost = false;
            record.sacked &= !reneged;
            self.marked |= record.sacked;
        }
    }

    /// Whether the first numbers in flight are said to have arrived, which the acknowledgment number belies.
    pub(super) fn has_reneged(&self, records: &mut [Transmission]) -> bool {
        self.is_marked() && self.used(records).first().is_some_and(|record| record.sacked)
    }

    /// Takes what lies before `ack` of the first record, which begins at `una`: the record, or that part of it, how
    /// many numbers it has, and whether that is all. `una` moves on behind it.
    #[inline]
    pub(super) fn take_acknowledged(
        &mut self,
        records: &mut [Transmission],
        una: &mut SequenceNumber,
        ack: SequenceNumber,
    ) -> Option<(Transmission, u32, bool)> {
        let record = *records.get(usize::from(self.front)).filter(|_| self.count > 0)?;
        let is_whole = !record.end.is_after(ack);
        if is_whole {
            self.count = self.count.wrapping_sub(1);
            self.front = if self.count == 0 { 0 } else { self.front.wrapping_add(1) };
        } else if !ack.is_after(*una) {
            return None;
        }
        let end = if is_whole { record.end } else { ack };
        let numbers = end.since(core::mem::replace(una, end));
        Some((Transmission { end, ..record }, numbers, is_whole))
    }

    /// Some of the records that were selectively acknowledged or lost may have been taken.
    #[inline]
    pub(super) fn find_marks(&mut self, records: &mut [Transmission]) {
        if self.is_marked() {
            self.marked = self.used(records).iter().any(|record| record.sacked || record.lost);
        }
    }
}

/// Copies one record to another place. (`copy_within` contains a panic.)
fn copy(records: &mut [Transmission], from: usize, to: usize) {
    if let Some(record) = records.get(from).copied()
        && let Some(place) = records.get_mut(to)
    {
        *place = record;
    }
}
