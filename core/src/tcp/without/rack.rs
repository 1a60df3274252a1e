//! In place of RACK-TLP: losses are found by what overtook them, and nothing is probed.
#![allow(dead_code, reason = "what any other part may ask for")]

use super::SequenceNumber;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::Delivery;
use super::segment::Segment;
use super::sequence_variables::SendVariables;
use super::settings::Settings;
use super::transmissions::Transmission;
use crate::time::Instant;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Rack;

impl Rack {
    pub(super) const fn new(_iss: SequenceNumber) -> Rack {
        Rack
    }

    pub(super) fn map(&self, _time: impl Fn(Instant) -> Instant) -> Rack {
        Rack
    }

    pub(super) const fn forget_probe(&mut self) {}

    pub(super) const fn wants_probe(&self) -> bool {
        false
    }

    pub(super) const fn repeated_probe(&self) -> Option<SequenceNumber> {
        None
    }

    pub(super) fn is_in_use(&self, _settings: &Settings) -> bool {
        false
    }

    pub(super) fn reordering(&self) -> u32 {
        0
    }

    pub(super) fn delivered(
        &mut self,
        _now: Instant,
        _record: &Transmission,
        _octets: u32,
        _minimum: u64,
        _mss: u32,
    ) {
    }

    pub(super) fn adapt(&mut self, _snd: &SendVariables, _delivery: &Delivery, _recovered: bool) {}
}

impl<C: CongestionControl> Connection<C> {
    pub(super) fn mark_late(&mut self, _now: Instant, _records: &mut [Transmission]) -> bool {
        false
    }

    pub(super) fn mark_timed_out(&mut self, _now: Instant, _records: &mut [Transmission]) -> bool {
        false
    }

    pub(super) fn loss_detection_timeout(&mut self, _now: Instant, _records: &mut [Transmission]) {}

    pub(super) fn schedule_loss_probe(&mut self, _now: Instant) {}

    pub(super) fn loss_probe(&mut self) -> Option<(SequenceNumber, u32)> {
        None
    }

    pub(super) fn end_loss_probe(&mut self, _segment: &Segment<'_>, _delivery: &Delivery) {}
}
