//! Selective acknowledgments: what we say of text that came out of order (RFC 2018) or twice (RFC 2883).

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::segment::{Block, Segment};
use super::settings::Settings;

/// What a connection knows of selective acknowledgments.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SelectiveAcknowledgment {
    /// Both SYNs permitted them (RFC 2018 §2).
    agreed: bool,
    /// What came twice, to be told with the next acknowledgment; nothing where it is empty.
    duplicate: Block,
}

impl SelectiveAcknowledgment {
    pub(super) const fn new() -> SelectiveAcknowledgment {
        SelectiveAcknowledgment { agreed: false, duplicate: Block::NONE }
    }

    #[inline]
    pub(super) const fn is_agreed(&self) -> bool {
        self.agreed
    }

    /// Takes the peer's answer or wish from its SYN.
    pub(super) fn synchronize(&mut self, settings: &Settings, syn: &Segment<'_>) {
        self.agreed = settings.selective_acknowledgments() && syn.options.sack_permitted;
    }

    /// Whether a SYN that begins a connection permits them.
    pub(super) fn offer(&self, settings: &Settings) -> bool {
        settings.selective_acknowledgments()
    }
}

/// What we report.
impl<C: CongestionControl> Connection<C> {
    /// The numbers from `left_edge` to `right_edge` have come before: to be reported once (RFC 2883 §4).
    pub(super) fn note_duplicate(&mut self, left_edge: SequenceNumber, right_edge: SequenceNumber) {
        if self.sack.agreed && left_edge.is_before(right_edge) {
            self.sack.duplicate = Block { left_edge, right_edge };
        }
    }

    /// What came twice is not to be reported (Linux: tcp_sack_reset).
    pub(super) fn forget_duplicate(&mut self) {
        self.sack.duplicate = Block::NONE;
    }

    /// How many blocks the next segment reports: three fit in beside timestamps, otherwise four.
    #[inline]
    pub(super) fn blocks_to_report(&self) -> usize {
        if !self.sack.agreed {
            return 0;
        }
        let most = if self.timestamping.is_agreed() { 3 } else { 4 };
        let duplicates = usize::from(!self.sack.duplicate.is_empty());
        usize::from(self.out_of_order.count).saturating_add(duplicates).min(most)
    }

    /// Whether `number` follows all that we report: where a peer resets whose text was lost on the way (RFC 5961 §3
    /// would challenge it; Linux: tcp_validate_incoming).
    pub(super) fn was_reported_up_to(&self, number: SequenceNumber, blocks: &[Block]) -> bool {
        let reported = self.out_of_order.blocks(blocks).iter().take(self.blocks_to_report());
        reported.map(|block| block.right_edge).reduce(SequenceNumber::later) == Some(number)
    }

    /// How much text goes into a segment: SND.MSS without what the blocks take (RFC 9293 §3.7.1), unless they would
    /// take half of it.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn segment_size(&self) -> u32 {
        if self.ecn.is_accurate() {
            return self.segment_size_with_counters();
        }
        if self.out_of_order.is_empty() && self.sack.duplicate.is_empty() {
            return self.snd.mss;
        }
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

    /// The blocks of the next segment, which carries text or not; `None` where there is nothing to report.
    #[inline]
    pub(super) fn reported_blocks(
        &mut self,
        blocks: &[Block],
        carries_text: bool,
    ) -> Option<[Option<Block>; 4]> {
        if self.out_of_order.is_empty() && self.sack.duplicate.is_empty() {
            return None;
        }
        match self.blocks_to_report() {
            0 => None,
            count => Some(self.report(count, blocks, carries_text)),
        }
    }

    /// What is kept of a duplicate that has been reported: where it began, if that matters.
    fn remembered_duplicate(&self) -> Block {
        let left_edge = self.sack.duplicate.left_edge;
        if self.ecn.is_accurate() { Block { left_edge, right_edge: left_edge } } else { Block::NONE }
    }

    /// Whether the next segment reports a duplicate.
    #[cfg(feature = "tcp-accurate-ecn")]
    pub(super) fn tells_duplicate(&self) -> bool {
        !self.sack.duplicate.is_empty()
    }

    /// Where the duplicate began that was reported last.
    #[cfg(feature = "tcp-accurate-ecn")]
    pub(super) const fn last_duplicate(&self) -> SequenceNumber {
        self.sack.duplicate.left_edge
    }

    /// The blocks of a segment that carries text or not: a duplicate first, then what came last (RFC 2018 §4,
    /// RFC 2883 §4).
    #[inline(never)]
    pub(super) fn report(
        &mut self,
        count: usize,
        blocks: &[Block],
        carries_text: bool,
    ) -> [Option<Block>; 4] {
        let mut report = [None; 4];
        if carries_text && self.without_blocks(count).is_none() {
            return report;
        }
        let remembered = self.remembered_duplicate();
        let duplicate = core::mem::replace(&mut self.sack.duplicate, remembered);
        let duplicate = (!duplicate.is_empty()).then_some(duplicate);
        let blocks = duplicate.into_iter().chain(self.out_of_order.blocks(blocks).iter().copied());
        for (place, block) in report.iter_mut().zip(blocks.take(count)) {
            *place = Some(block);
        }
        report
    }
}
