//! What Linux's `tcp_info` says of Accurate ECN: the machine's counters, which wrap early, counted on.

use super::accurate_ecn::{ByteCounters, Progress};
use super::connection::Connection;
use super::segment::Ecn;
use crate::option::TcpInfo;

/// The marks in the order in which the totals are: ECT(1), ECT(0), CE.
const MARKS: [Ecn; 3] = [Ecn::Capable1, Ecn::Capable0, Ecn::CongestionExperienced];

/// How much has come and arrived with which mark.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct EcnTotals {
    received_ce: u32,
    delivered_ce: u32,
    received: [u32; 3],
    delivered: [u32; 3],
}

/// Counts `total` on to where its lowest 24 bits are those of the counter. The peer's may step back.
fn count_on(totals: &mut [u32; 3], counters: &ByteCounters) {
    for (total, mark) in totals.iter_mut().zip(MARKS) {
        let more = counters.get(mark).wrapping_sub(*total) << 8;
        *total = total.wrapping_add((more as i32 >> 8) as u32);
    }
}

impl EcnTotals {
    /// Takes what has been counted since the last time.
    pub(super) fn count<C>(&mut self, connection: &Connection<C>) {
        let accurate = &connection.ecn.accurate;
        let received = connection.rcv.marks.count.wrapping_sub(self.received_ce as u8);
        self.received_ce = self.received_ce.wrapping_add(received.into());
        let delivered = accurate.delivered_ce.wrapping_sub(self.delivered_ce as u16);
        self.delivered_ce = self.delivered_ce.wrapping_add(delivered.into());
        count_on(&mut self.received, &accurate.received);
        count_on(&mut self.delivered, &accurate.delivered);
    }

    /// Says it.
    pub(super) fn describe<C>(mut self, connection: &Connection<C>, info: &mut TcpInfo) {
        self.count(connection);
        info.received_ce = Some(self.received_ce);
        info.delivered_ce = Some(self.delivered_ce);
        let [e1, e0, ce] = self.received.map(Some);
        (info.received_e1_bytes, info.received_e0_bytes, info.received_ce_bytes) = (e1, e0, ce);
        let [e1, e0, ce] = self.delivered.map(Some);
        (info.delivered_e1_bytes, info.delivered_e0_bytes, info.delivered_ce_bytes) = (e1, e0, ce);
        let progress = connection.ecn.accurate.progress;
        let mode = u8::from(connection.ecn.is_agreed()).wrapping_add(connection.ecn.is_accurate().into());
        let seen = progress.bits() / Progress::EMPTY_SEEN.bits();
        info.set_accurate_ecn(mode, seen, progress.bits());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_go_on_where_counters_wrap() {
        let mut counters = ByteCounters::default();
        let mut totals = [0; 3];
        for (more, expected) in
            [(0xFF_FFF0, 0xFFFF_FFF0u32), (0x20, 0x10), (0x7F_FFFF, 0x80_000F), (0xFF_FFFF, 0x80_000E)]
        {
            counters.add(Ecn::Capable0, more);
            count_on(&mut totals, &counters);
            assert_eq!(totals, [0, expected, 0], "{more:#x}");
        }
        for step in 1..100u32 {
            counters.add(Ecn::CongestionExperienced, 0x70_0000);
            count_on(&mut totals, &counters);
            assert_eq!(totals[2], 0x70_0000 * step);
        }
    }
}
