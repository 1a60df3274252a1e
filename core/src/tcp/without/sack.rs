//! In place of selective acknowledgments: none are offered, sent or read.
#![allow(dead_code, reason = "what any other part may ask for")]

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::Delivery;
use super::segment::{Block, Segment};
use super::settings::Settings;
use super::transmissions::Transmission;
use crate::time::Instant;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SelectiveAcknowledgment;

impl SelectiveAcknowledgment {
    pub(super) const fn new() -> SelectiveAcknowledgment {
        SelectiveAcknowledgment
    }

    pub(super) const fn is_agreed(&self) -> bool {
        false
    }

    pub(super) fn synchronize(&mut self, _settings: &Settings, _syn: &Segment<'_>) {}

    pub(super) fn offer(&self, _settings: &Settings) -> bool {
        false
    }
}

impl<C: CongestionControl> Connection<C> {
    pub(super) fn note_duplicate(&mut self, _left_edge: SequenceNumber, _right_edge: SequenceNumber) {}

    pub(super) fn forget_duplicate(&mut self) {}

    pub(super) fn was_reported_up_to(&self, _number: SequenceNumber, _blocks: &[Block]) -> bool {
        false
    }

    pub(super) const fn segment_size(&self) -> u32 {
        self.snd.mss
    }

    pub(super) const fn reported_blocks(
        &mut self,
        _blocks: &[Block],
        _carries_text: bool,
    ) -> Option<[Option<Block>; 4]> {
        None
    }

    pub(super) fn blocks_arrive(
        &mut self,
        _now: Instant,
        _segment: &Segment<'_>,
        _delivery: &mut Delivery,
        _records: &mut [Transmission],
    ) {
    }

    pub(super) fn blocks_alone_arrive(
        &mut self,
        _now: Instant,
        _segment: &Segment<'_>,
        _delivery: Delivery,
        _records: &mut [Transmission],
    ) {
    }

    pub(super) fn recover_selectively(
        &mut self,
        _now: Instant,
        _delivery: &Delivery,
        _is_over: bool,
        _records: &mut [Transmission],
    ) {
    }
}
