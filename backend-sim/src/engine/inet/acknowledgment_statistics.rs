//! What a node counts of the acknowledgments that its TCP connections get: which way they take through the kernel, what
//! they say has arrived, twice or overtaken, and what is taken back for that (net/ipv4/tcp_input.c).

use alloc::boxed::Box;

use anysock::tcp::{Block, Connection, Counters, Flags, Segment, SequenceNumber, State, Transmission};

use super::header_prediction::Way;
use super::statistics::{InetStatistics, Tcp};

/// An acknowledgment that is about to come, and what it will have said.
pub(super) struct Acknowledgment {
    /// The way that its segment takes, unless its number is an old one.
    way: Option<Way>,
    is_new: bool,
    /// Segments that have arrived.
    delivered: u32,
    /// What else is to be known where there is more to it than its number. Few have it, and it is large.
    disorder: Option<Box<Disorder>>,
}

/// An acknowledgment of a connection that has lost something, or seems to have.
struct Disorder {
    /// The oldest number in flight, and whether there is any.
    una: SequenceNumber,
    has_flight: bool,
    has_blocks: bool,
    /// What has been sent again, and for what reason.
    recovering: Recovering,
    undo_marker: Option<SequenceNumber>,
    /// What is sent again answers for itself.
    answers_the_original: bool,
    tells_of_duplicate: bool,
    /// What was sent again to probe the tail was lost.
    repairs_tail: bool,
    recovery_point: SequenceNumber,
    /// How often something is seen to have been overtaken.
    overtaken: u32,
    /// More duplicates have come than there are segments that can have been overtaken.
    exceeds: bool,
    /// Of how many segments duplicates have told by now, without selective acknowledgments (`sacked_out`).
    told: u32,
}

/// What a connection does about losses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Recovering {
    Nothing,
    Overtaken,
    TimedOut,
}

impl Acknowledgment {
    /// That of a segment, which takes this way; `None` where it has none that counts. Duplicates have `told` of so many
    /// segments before, without selective acknowledgments.
    #[inline]
    pub(super) fn new(
        segment: &Segment<'_>,
        connection: &Connection,
        counters: &Counters,
        records: &[Transmission],
        (way, told): (Way, u32),
    ) -> Option<Acknowledgment> {
        let una = connection.unacknowledged_sequence_number();
        let is_answered = connection.state() != State::SynSent || segment.flags.contains(Flags::SYN);
        let is_taken = is_answered
            && segment.flags & (Flags::ACK | Flags::RST) == Flags::ACK
            && !segment.ack.is_after(connection.next_sequence_number());
        if !is_taken {
            return None;
        }
        let mut acknowledgment = Acknowledgment {
            way: (!segment.ack.is_before(una)).then_some(way),
            is_new: segment.ack.is_after(una),
            delivered: 0,
            disorder: None,
        };
        if told > 0 || is_in_disorder(segment, connection, acknowledgment.is_new) {
            acknowledgment.read_disorder(segment, connection, counters, records, told);
        } else {
            if acknowledgment.is_new {
                acknowledgment.delivered = covered(segment.ack, connection, records);
            }
            debug_assert!(acknowledgment.says_nothing_else(segment, connection, counters, records));
        }
        Some(acknowledgment)
    }

    /// Whether there would be nothing else to count if the connection were held to be in disorder.
    fn says_nothing_else(
        &self,
        segment: &Segment<'_>,
        connection: &Connection,
        counters: &Counters,
        records: &[Transmission],
    ) -> bool {
        let mut looked_into = Acknowledgment { disorder: None, ..*self };
        looked_into.read_disorder(segment, connection, counters, records, 0);
        let counts = |disorder: Box<Disorder>| {
            disorder.has_blocks
                || disorder.exceeds
                || disorder.repairs_tail
                || disorder.overtaken + disorder.told > 0
                || disorder.undo_marker.is_some()
        };
        looked_into.delivered == self.delivered && !looked_into.disorder.is_some_and(counts)
    }

    #[inline(never)]
    fn read_disorder(
        &mut self,
        segment: &Segment<'_>,
        connection: &Connection,
        counters: &Counters,
        records: &[Transmission],
        told: u32,
    ) {
        let mut disorder = Disorder::new(segment, connection, told);
        if connection.has_marks() || disorder.has_blocks {
            let duplicate = Duplicate::of(segment, connection, counters);
            self.delivered = disorder.read_blocks(segment, connection, records, duplicate);
        } else if !connection.acknowledges_selectively() {
            self.delivered = disorder.read_number(segment, connection, records, self.way.is_some());
        } else if self.is_new {
            self.delivered = covered(segment.ack, connection, records);
        }
        self.disorder = Some(Box::new(disorder));
    }

    /// The connection has got it. `told` is of how many segments duplicates have told by now.
    #[inline]
    pub(super) fn count(
        &self,
        statistics: &mut InetStatistics,
        segment: &Segment<'_>,
        connection: &Connection,
        counters: &Counters,
        told: &mut u32,
    ) {
        match self.way {
            Some(Way::Predicted) if self.is_new => statistics.tcp(Tcp::HpAcks),
            // What it brings, and what it tells, is as before.
            Some(Way::Predicted) if !segment.payload.is_empty() => {}
            Some(_) if segment.sequence_length() == 0 => statistics.tcp(Tcp::PureAcks),
            _ => {}
        }
        if self.delivered > 0 {
            statistics.tcp_add(Tcp::Delivered, self.delivered);
            if segment.flags & (Flags::ECE | Flags::SYN) == Flags::ECE
                && connection.uses_ecn()
                && !connection.uses_accurate_ecn()
            {
                statistics.tcp_add(Tcp::DeliveredCe, self.delivered);
            }
        }
        if let Some(disorder) = &self.disorder {
            disorder.count(statistics, segment, connection, counters);
            *told = disorder.told;
        }
    }
}

/// Whether there is more to an acknowledgment than its number: it speaks of what has been received besides, or
/// something was sent again or is held to be lost (all but TCP_CA_Open).
#[inline]
fn is_in_disorder(segment: &Segment<'_>, connection: &Connection, is_new: bool) -> bool {
    let may_tell = match connection.acknowledges_selectively() {
        true => segment.options.sack[0].is_some(),
        // A duplicate does.
        false => !is_new,
    };
    may_tell
        || connection.has_marks()
        || connection.is_in_fast_recovery()
        || connection.recovers_from_timeout()
        || connection.undo_marker().is_some()
        || connection.repeated_probe().is_some()
}

impl Disorder {
    fn new(segment: &Segment<'_>, connection: &Connection, told: u32) -> Disorder {
        let una = connection.unacknowledged_sequence_number();
        let mut disorder = Disorder {
            una,
            has_flight: una != connection.next_sequence_number(),
            has_blocks: connection.acknowledges_selectively() && segment.options.sack[0].is_some(),
            recovering: Recovering::Nothing,
            undo_marker: None,
            answers_the_original: false,
            tells_of_duplicate: false,
            repairs_tail: false,
            recovery_point: una,
            overtaken: 0,
            exceeds: false,
            told,
        };
        disorder.recovers(segment, connection);
        disorder
    }

    /// What is to be known of how the connection recovers.
    fn recovers(&mut self, segment: &Segment<'_>, connection: &Connection) {
        self.undo_marker = connection.undo_marker();
        if connection.recovers_from_timeout() {
            self.recovering = Recovering::TimedOut;
            self.answers_the_original = connection.answers_the_original(segment);
        } else if connection.is_in_fast_recovery() {
            self.recovering = Recovering::Overtaken;
        }
        self.recovery_point = connection.recovery_point();
        if let Some(probe) = connection.repeated_probe() {
            let [first, ..] = segment.options.sack;
            let was_needless = first.is_some_and(|block| block.right_edge == probe);
            self.repairs_tail = segment.ack.is_after(probe) && !was_needless;
        }
    }

    /// Without selective acknowledgments one segment fills the hole, and of the others duplicates have told; each tells
    /// of one more, unless all but the first are known of (`tcp_remove_reno_sacks`, `tcp_add_reno_sack`). How many have
    /// arrived.
    fn read_number(
        &mut self,
        segment: &Segment<'_>,
        connection: &Connection,
        records: &[Transmission],
        is_recent: bool,
    ) -> u32 {
        let is_all_lost = self.recovering == Recovering::TimedOut
            && connection.next_sequence_number() == self.recovery_point;
        if is_all_lost {
            self.told = 0;
        }
        if segment.ack.is_after(self.una) {
            let acknowledged = covered(segment.ack, connection, records);
            let delivered = acknowledged.saturating_sub(self.told).max(acknowledged.min(1));
            let is_partial =
                self.recovering == Recovering::Overtaken && segment.ack.is_before(self.recovery_point);
            let left = self.told.saturating_sub(acknowledged.saturating_sub(1));
            self.told = if is_partial { left } else { 0 };
            return delivered;
        }
        let is_duplicate = self.has_flight
            && is_recent
            && segment.sequence_length() == 0
            && connection.knows_window(segment);
        if is_duplicate && !is_all_lost {
            let size = connection.maximum_segment_size().max(1);
            let sent = connection.in_flight(records).map(|it| it.end.since(it.begin).div_ceil(size)).sum();
            self.exceeds = self.told + 1 >= sent;
            self.told = (self.told + 1).min(sent.saturating_sub(1));
            return u32::from(!self.exceeds);
        }
        0
    }

    /// What the blocks tell (`tcp_sacktag_write_queue`), and the number beside them (`tcp_clean_rtx_queue`): how many
    /// segments have arrived.
    fn read_blocks(
        &mut self,
        segment: &Segment<'_>,
        connection: &Connection,
        records: &[Transmission],
        duplicate: Option<Duplicate>,
    ) -> u32 {
        let size = connection.maximum_segment_size().max(1);
        let una = connection.unacknowledged_sequence_number().later(segment.ack);
        let duplicate = duplicate.filter(|duplicate| !duplicate.is_dubious);
        self.tells_of_duplicate = duplicate.is_some();
        let mut delivered = duplicate.as_ref().map_or(0, |duplicate| duplicate.segments);
        let (mut sacked_late, mut acknowledged_late) = (false, false);
        let sacked = connection.in_flight(records).filter(|part| part.is_sacked).last();
        let highest = sacked.map_or(connection.unacknowledged_sequence_number(), |part| part.end);
        let blocks = segment.options.sack.map(|block| {
            block.filter(|block| block.left_edge.is_after(una) && is_in_flight(block, connection))
        });
        for part in connection.in_flight(records).filter(|part| !part.is_sacked) {
            let is_late = |begin: SequenceNumber| !part.is_retransmitted && begin.is_before(highest);
            let known = segments((part.begin, part.end.earlier(una)), part.end, size);
            delivered += known;
            acknowledged_late |= known > 0 && is_late(part.begin);
            for block in blocks.iter().flatten() {
                let begin = part.begin.later(block.left_edge);
                let told = segments((begin, part.end.earlier(block.right_edge)), part.end, size);
                delivered += told;
                sacked_late |= told > 0 && is_late(begin);
            }
        }
        sacked_late &= !connection.recovers_from_timeout() || connection.undo_marker().is_some();
        self.overtaken = u32::from(sacked_late) + u32::from(acknowledged_late);
        delivered
    }

    /// The connection has got it.
    #[inline(never)]
    fn count(
        &self,
        statistics: &mut InetStatistics,
        segment: &Segment<'_>,
        connection: &Connection,
        counters: &Counters,
    ) {
        if self.has_blocks {
            self.count_blocks(statistics, segment, connection, counters);
        }
        if self.exceeds {
            statistics.tcp(Tcp::RenoReorder);
        }
        if self.overtaken > 0 {
            statistics.tcp_add(Tcp::SackReorder, self.overtaken);
        }
        if self.undo_marker.is_some() && connection.undo_marker() != self.undo_marker {
            self.count_undo(statistics, segment, connection);
        }
        if self.repairs_tail && connection.repeated_probe().is_none() {
            statistics.tcp(Tcp::LossProbeRecovery);
        }
    }

    /// The window is again what it was (`tcp_try_undo_recovery`, `tcp_try_undo_partial`, `tcp_try_undo_loss`,
    /// `tcp_try_undo_dsack`).
    fn count_undo(&self, statistics: &mut InetStatistics, segment: &Segment<'_>, connection: &Connection) {
        // What a timeout was about, and is known to be a loss all the same, begins a recovery of its own.
        let recovers_anew = self.recovering == Recovering::TimedOut && connection.is_in_fast_recovery();
        if connection.undo_marker().is_some() && !recovers_anew || connection.state() == State::Closed {
            return;
        }
        let is_over = !segment.ack.is_before(self.recovery_point);
        let counter = match self.recovering {
            Recovering::Nothing => Tcp::DsackUndo,
            Recovering::Overtaken if is_over => Tcp::FullUndo,
            Recovering::Overtaken if self.tells_of_duplicate => Tcp::DsackUndo,
            Recovering::Overtaken => Tcp::PartialUndo,
            Recovering::TimedOut => {
                if !self.answers_the_original && !self.tells_of_duplicate {
                    statistics.tcp(Tcp::SpuriousRtos);
                }
                Tcp::LossUndo
            }
        };
        statistics.tcp(counter);
    }
}

/// How many segments there are in numbers of a part that ends there; of the last, that is cut, nothing has come.
fn segments((begin, end): (SequenceNumber, SequenceNumber), part: SequenceNumber, size: u32) -> u32 {
    if !end.is_after(begin) {
        return 0;
    }
    let octets = end.since(begin);
    if end == part { octets.div_ceil(size) } else { octets / size }
}

/// How many segments lie before an acknowledgment number. A SYN is one; that of a SYN,ACK nobody counts that sent it
/// for a listener (`tcp_rcv_state_process`).
#[inline]
fn covered(ack: SequenceNumber, connection: &Connection, records: &[Transmission]) -> u32 {
    let size = connection.maximum_segment_size().max(1);
    let (mut delivered, mut syn) = match connection.state() {
        State::SynSent => (1, 1),
        State::SynReceived => (u32::from(!connection.is_open_early()), 1),
        _ => (0, 0),
    };
    for part in connection.in_flight(records) {
        if !part.begin.is_before(ack) {
            break;
        }
        let begin = part.begin + core::mem::take(&mut syn);
        delivered += segments((begin, part.end.earlier(ack)), part.end, size);
    }
    delivered
}

/// Whether a block lies in what was sent.
fn is_in_flight(block: &Block, connection: &Connection) -> bool {
    let next = connection.next_sequence_number();
    block.left_edge.is_before(block.right_edge)
        && !block.right_edge.is_after(next)
        && block.left_edge.is_before(next)
}

/// What the peer says that it has received twice (RFC 2883).
struct Duplicate {
    /// The block, which lies before SEG.ACK, or in the next one.
    is_acknowledged: bool,
    segments: u32,
    /// So much was never sent, or never twice.
    is_dubious: bool,
}

impl Duplicate {
    /// (`tcp_check_dsack`, `tcp_dsack_seen`)
    fn of(segment: &Segment<'_>, connection: &Connection, counters: &Counters) -> Option<Duplicate> {
        let [first, second, ..] = segment.options.sack;
        let first = first.filter(|_| connection.acknowledges_selectively())?;
        let is_acknowledged = first.left_edge.is_before(segment.ack);
        let is_in = |second: Block| {
            !first.right_edge.is_after(second.right_edge) && !first.left_edge.is_before(second.left_edge)
        };
        if !is_acknowledged && !second.is_some_and(is_in) {
            return None;
        }
        let is_one = first.left_edge.is_before(first.right_edge);
        let octets = if is_one { first.right_edge.since(first.left_edge) } else { 0 };
        let segments = octets.div_ceil(connection.maximum_segment_size().max(1));
        let sent = counters.retransmissions();
        let is_dubious = segments == 0
            || octets > connection.largest_window()
            || counters.duplicates().saturating_add(segments) > sent;
        Some(Duplicate { is_acknowledged, segments, is_dubious })
    }
}

/// Blocks.
impl Disorder {
    /// Which of them tell what the peer has received twice, and which are not believed.
    fn count_blocks(
        &self,
        statistics: &mut InetStatistics,
        segment: &Segment<'_>,
        connection: &Connection,
        counters: &Counters,
    ) {
        let duplicate = Duplicate::of(segment, connection, counters);
        if let Some(duplicate) = &duplicate {
            let is_acknowledged = duplicate.is_acknowledged;
            statistics.tcp(if is_acknowledged { Tcp::DsackRecv } else { Tcp::DsackOfoRecv });
            if duplicate.is_dubious {
                statistics.tcp(Tcp::DsackIgnoredDubious);
            } else {
                statistics.tcp_add(Tcp::DsackRecvSegs, duplicate.segments);
            }
        }
        let is_told_twice = duplicate.is_some_and(|duplicate| !duplicate.is_dubious);
        for (index, block) in segment.options.sack.iter().flatten().enumerate() {
            let is_duplicate = index == 0 && is_told_twice;
            let una = self.una.later(segment.ack);
            if !self.has_flight || self.believes(connection, block, is_duplicate, una) {
                continue;
            }
            statistics.tcp(match (is_duplicate, self.undo_marker) {
                (true, None) => Tcp::DsackIgnoredNoUndo,
                (true, Some(_)) => Tcp::DsackIgnoredOld,
                // Acknowledgments that have overtaken each other make for old ones.
                (false, _) if segment.ack != una && !block.right_edge.is_after(una) => continue,
                (false, _) => Tcp::SackDiscard,
            });
        }
    }

    /// (`tcp_is_sackblock_valid`)
    fn believes(
        &self,
        connection: &Connection,
        block: &Block,
        is_duplicate: bool,
        una: SequenceNumber,
    ) -> bool {
        let Some(marker) = self.undo_marker.filter(|_| is_duplicate) else {
            return is_in_flight(block, connection) && block.left_edge.is_after(una);
        };
        let oldest = block.right_edge - connection.largest_window();
        let is_near = block.right_edge.is_after(marker) && !block.left_edge.is_before(oldest);
        let is_told_late = !block.right_edge.is_after(una) && (!block.left_edge.is_before(marker) || is_near);
        is_in_flight(block, connection) && (block.left_edge.is_after(una) || is_told_late)
    }
}
