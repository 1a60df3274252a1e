//! In place of F-RTO and undo: a retransmission that was for nothing stays one.
#![allow(dead_code, reason = "what any other part may ask for")]

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::Delivery;
use super::segment::Segment;
use super::transmissions::Transmission;
use crate::time::Instant;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Spurious;

impl Spurious {
    pub(super) const fn new() -> Spurious {
        Spurious
    }

    pub(super) const fn marker(&self) -> Option<SequenceNumber> {
        None
    }

    pub(super) const fn is_older(&self, _echo: u32) -> bool {
        false
    }
}

impl<C: CongestionControl> Connection<C> {
    pub(super) fn remember(&mut self, _una: SequenceNumber) {}

    pub(super) fn was_spurious(&mut self, _segment: &Segment<'_>, _delivery: &Delivery) -> bool {
        false
    }

    pub(super) fn undo(&mut self, _records: &mut [Transmission]) {}

    pub(super) fn begin_forward_retransmission_timeout(&mut self, _applies: bool) {}

    pub(super) fn forward_retransmission_timeout(&mut self, _is_duplicate: bool, _delivery: &Delivery) {}

    pub(super) fn forward_text(&mut self) -> Option<Option<(SequenceNumber, u32)>> {
        None
    }

    pub(super) fn note_retransmission(&mut self, _now: Instant) {}
}
