//! Selective acknowledgments: what we say of text that came out of order (RFC 2018) or twice (RFC 2883).

use super::SequenceNumber;
use super::connection::Connection;
use super::recovery::Delivery;
use super::segment::{Block, Segment};
use super::settings::Settings;
use super::transmissions::Transmission;
use crate::time::Instant;

/// What a connection knows of selective acknowledgments.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct SelectiveAcknowledgment {
    /// Both SYNs permitted them (RFC 2018 §2).
    agreed: bool,
    /// What came twice, to be told with the next acknowledgment; nothing where it is empty.
    duplicate: Block,
}

impl SelectiveAcknowledgment {
    #[inline]
    pub(super) const fn is_agreed(&self) -> bool {
        self.agreed
    }

    /// Takes the peer's answer or wish from its SYN.
    pub(super) fn synchronize(&mut self, settings: &Settings, syn: &Segment<'_>) {
        self.agreed = settings.selective_acknowledgments && syn.options.sack_permitted;
    }

    /// Whether a SYN that begins a connection permits them.
    pub(super) fn offer(&self, settings: &Settings) -> bool {
        settings.selective_acknowledgments
    }
}

/// What the peer reports.
impl Connection {
    /// Notes what the blocks of `segment` say has arrived (RFC 6675 §5.1), or has arrived twice: a first block that lies
    /// before SEG.ACK, or in the second (RFC 2883 §4). `segment` acknowledges SND.UNA.
    #[inline]
    pub(super) fn blocks_arrive(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        delivery: &mut Delivery,
        records: &mut [Transmission],
    ) {
        if self.sack.agreed && segment.options.sack.iter().any(Option::is_some) {
            self.read_blocks(now, segment, delivery, records);
        }
    }

    fn read_blocks(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        delivery: &mut Delivery,
        records: &mut [Transmission],
    ) {
        let (una, nxt) = (self.snd.una, self.snd.nxt);
        let [first, second, ..] = segment.options.sack;
        delivery.duplicate = first.filter(|first| {
            !first.is_empty()
                && (!first.right_edge.is_after(segment.ack)
                    || second.is_some_and(|second| second.contains(first)))
        });
        let (minimum, recover) = (self.rtt.minimum(), self.recovery.recover);
        let is_valid = |block: &&Block| {
            !block.is_empty() && !block.left_edge.is_before(una) && !block.right_edge.is_after(nxt)
        };
        // In the order of their numbers, so that what arrived in one piece does not look reordered.
        let mut from = una;
        while let Some(block) = (segment.options.sack.iter().flatten().filter(is_valid))
            .filter(|block| !block.left_edge.is_before(from) && delivery.duplicate != Some(**block))
            .min_by_key(|block| block.left_edge.since(una))
        {
            from = block.left_edge + 1;
            let rack = &mut self.rack;
            self.transmissions.mark_sacked(records, una, block, |record, octets| {
                delivery.note(record, octets, recover);
                delivery.selectively = true;
                rack.delivered(now, record, minimum);
            });
        }
    }
}

/// What we report.
impl Connection {
    /// The numbers from `left_edge` to `right_edge` have come before: to be reported once (RFC 2883 §4).
    pub(super) fn note_duplicate(&mut self, left_edge: SequenceNumber, right_edge: SequenceNumber) {
        if self.sack.agreed && left_edge.is_before(right_edge) {
            self.sack.duplicate = Block { left_edge, right_edge };
        }
    }

    /// How many blocks the next segment reports: three fit in beside timestamps, otherwise four.
    #[inline]
    fn blocks_to_report(&self) -> usize {
        if !self.sack.agreed {
            return 0;
        }
        let most = if self.timestamping.is_agreed() { 3 } else { 4 };
        let duplicates = usize::from(!self.sack.duplicate.is_empty());
        self.out_of_order.count().saturating_add(duplicates).min(most)
    }

    /// How much text goes into a segment: SND.MSS without what the blocks take (RFC 9293 §3.7.1), unless they would
    /// take half of it.
    #[inline]
    pub(super) fn segment_size(&self) -> u32 {
        match self.blocks_to_report() {
            0 => self.snd.mss,
            blocks => self.without_blocks(blocks).unwrap_or(self.snd.mss),
        }
    }

    /// The room that `blocks` leave for text, if it is enough.
    fn without_blocks(&self, blocks: usize) -> Option<u32> {
        let room = self.snd.mss.saturating_sub((blocks as u32).saturating_mul(8).saturating_add(4));
        (room > self.snd.mss / 2).then_some(room)
    }

    /// The blocks of a segment that carries text or not: a duplicate first, then what came last (RFC 2018 §4,
    /// RFC 2883 §4).
    pub(super) fn report(&mut self, blocks: &[Block], carries_text: bool, report: &mut [Option<Block>; 4]) {
        let count = self.blocks_to_report();
        if count == 0 || (carries_text && self.without_blocks(count).is_none()) {
            return;
        }
        let duplicate = core::mem::take(&mut self.sack.duplicate);
        let duplicate = (!duplicate.is_empty()).then_some(duplicate);
        let blocks = duplicate.into_iter().chain(self.out_of_order.blocks(blocks).iter().copied());
        for (place, block) in report.iter_mut().zip(blocks.take(count)) {
            *place = Some(block);
        }
    }
}
