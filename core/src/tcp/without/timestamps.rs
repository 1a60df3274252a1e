//! In place of timestamps: no segment carries any.
#![allow(dead_code, reason = "what any other part may ask for")]

use super::congestion::CongestionControl;
use super::connection::Connection;
use super::segment::{Segment, Timestamps};
use super::settings::Settings;
use crate::time::Instant;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Timestamping;

impl Timestamping {
    pub(super) const fn new() -> Timestamping {
        Timestamping
    }

    pub(super) const fn is_agreed(&self) -> bool {
        false
    }

    pub(super) const fn recent(&self) -> Option<u32> {
        None
    }

    pub(super) fn synchronize(&mut self, _settings: &Settings, _syn: &Segment<'_>) {}

    pub(super) fn option(&self, _settings: &Settings, _now: Instant) -> Option<Timestamps> {
        None
    }

    pub(super) fn echo(&self, _segment: &Segment<'_>) -> Option<u32> {
        None
    }

    pub(super) fn echoes_before(&self, _settings: &Settings, _segment: &Segment<'_>, _at: Instant) -> bool {
        false
    }

    pub(super) fn echoes(&self, _settings: &Settings, _sent: Instant, _segment: &Segment<'_>) -> bool {
        false
    }

    pub(super) fn offer(&self, _settings: &Settings, _now: Instant) -> Option<Timestamps> {
        None
    }

    pub(super) fn measure(&self, _settings: &Settings, _now: Instant, _segment: &Segment<'_>) -> Option<u64> {
        None
    }
}

impl<C: CongestionControl> Connection<C> {
    pub(super) const fn is_from_the_past(&self, _now: Instant, _segment: &Segment<'_>) -> bool {
        false
    }

    pub(super) const fn is_disordered_acknowledgment(&self, _segment: &Segment<'_>) -> bool {
        false
    }

    pub(super) fn note_timestamp(&mut self, _segment: &Segment<'_>) {}
}
