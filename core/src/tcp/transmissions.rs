//! What is in flight since when: the source of round-trip times (RFC 6298 §3).

use super::SequenceNumber;
use crate::time::Instant;

/// One record of a transmission: the numbers that end at `end`, sent at `at`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Transmission {
    end: SequenceNumber,
    at: Instant,
    retransmitted: bool,
}

impl Transmission {
    /// A record of nothing, to fill a table with.
    pub const NONE: Transmission =
        Transmission { end: SequenceNumber(0), at: Instant::ZERO, retransmitted: false };
}

impl Transmission {
    /// The same record, its time mapped.
    pub(super) fn map(self, time: impl Fn(Instant) -> Instant) -> Transmission {
        Transmission { at: time(self.at), ..self }
    }
}

/// The queue of records, in sequence order; the records themselves are the storage's.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Transmissions {
    front: u16,
    count: u16,
}

impl Transmissions {
    /// The record `index` behind the front.
    fn at<'a>(&self, records: &'a mut [Transmission], index: u16) -> Option<&'a mut Transmission> {
        let place = usize::from(self.front).wrapping_add(usize::from(index)).checked_rem(records.len())?;
        records.get_mut(place)
    }

    /// The records in use, in sequence order.
    pub(super) fn each(&self, records: &mut [Transmission], mut use_record: impl FnMut(Transmission)) {
        for index in 0..self.count {
            if let Some(record) = self.at(records, index) {
                use_record(*record);
            }
        }
    }

    /// The same queue, its first record in the first place.
    pub(super) const fn unrolled(&self) -> Transmissions {
        Transmissions { front: 0, count: self.count }
    }

    /// Notes that new numbers up to `end` were sent at `now`. `retransmitted`: some of them not for the first
    /// time. A full table lets them share the newest record.
    pub(super) fn record(
        &mut self,
        records: &mut [Transmission],
        end: SequenceNumber,
        now: Instant,
        retransmitted: bool,
    ) {
        let has_room = usize::from(self.count) < records.len().min(usize::from(u16::MAX));
        let index = if has_room { self.count } else { self.count.saturating_sub(1) };
        let Some(record) = self.at(records, index) else { return };
        if has_room {
            *record = Transmission { end, at: now, retransmitted };
            self.count = self.count.saturating_add(1);
        } else {
            *record = Transmission { end, at: now, retransmitted: retransmitted || record.retransmitted };
        }
    }

    /// Notes that `from` up to `to` were sent again, so that they measure nothing (Karn's algorithm).
    pub(super) fn mark_retransmitted(
        &mut self,
        records: &mut [Transmission],
        from: SequenceNumber,
        to: SequenceNumber,
    ) {
        for index in 0..self.count {
            let Some(record) = self.at(records, index) else { return };
            record.retransmitted |= record.end.is_after(from);
            if !record.end.is_before(to) {
                return;
            }
        }
    }

    /// Forgets everything before `una`, and returns when the oldest of it was sent, unless any of it was sent
    /// more than once.
    pub(super) fn acknowledge(
        &mut self,
        records: &mut [Transmission],
        una: SequenceNumber,
    ) -> Option<Instant> {
        let mut sent = None;
        let mut ambiguous = false;
        while self.count > 0 {
            let Some(record) = self.at(records, 0) else { break };
            if record.end.is_after(una) {
                break;
            }
            ambiguous |= record.retransmitted;
            sent = sent.or(Some(record.at));
            self.count = self.count.saturating_sub(1);
            let next = usize::from(self.front).wrapping_add(1).checked_rem(records.len()).unwrap_or(0);
            self.front = next as u16;
        }
        sent.filter(|_| !ambiguous)
    }
}
