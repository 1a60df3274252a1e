//! The build without the feature `tcp-accurate-ecn`: no connection ever agrees to it.

use crate::tcp::SequenceNumber;
use crate::tcp::congestion::CongestionControl;
use crate::tcp::connection::Connection;
use crate::tcp::ecn_counters::EcnCounters;
use crate::tcp::segment::{Block, Ecn, Segment};
use crate::time::Instant;
use core::num::NonZeroU32;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::tcp) struct Marks;

impl Marks {
    pub(in crate::tcp) const fn new() -> Self {
        Marks
    }
}

impl<C: CongestionControl> Connection<C> {
    pub(in crate::tcp) const fn syn_ack_counters(&self) -> Option<EcnCounters> {
        None
    }

    pub(in crate::tcp) const fn syn_memory(&self) -> Option<(Ecn, bool)> {
        None
    }

    pub(in crate::tcp) fn recall_failure(&mut self) {}

    pub(in crate::tcp) const fn counted_segment(&self) -> Option<NonZeroU32> {
        None
    }

    pub(in crate::tcp) fn syn_arrives_again(&mut self, _syn: &Segment<'_>) {}

    pub(in crate::tcp) fn syn_arrives_late(&mut self, _syn: &Segment<'_>) {}

    pub(in crate::tcp) fn third_acknowledgment_arrives(&mut self, _segment: &Segment<'_>) {}

    pub(in crate::tcp) fn marks_arrive(&mut self, _segment: &Segment<'_>) {}

    pub(in crate::tcp) fn duplicate_arrives(&mut self, _seq: SequenceNumber) {}

    pub(in crate::tcp) fn plan_ecn_counters(&mut self, _now: Instant) {}

    pub(in crate::tcp) const fn reported_counters_and_blocks(
        &mut self,
        _now: Instant,
        _blocks: &[Block],
        _carries_text: bool,
    ) -> (Option<EcnCounters>, [Option<Block>; 4]) {
        (None, [None; 4])
    }
}

#[cfg(feature = "tcp-sack")]
impl<C: CongestionControl> Connection<C> {
    pub(in crate::tcp) const fn segment_size_with_counters(&self) -> u32 {
        self.snd.mss
    }
}

/// What the part without Accurate ECN asks for.
#[cfg(feature = "tcp-ecn")]
mod with_ecn {
    use super::*;
    use crate::tcp::recovery::Delivery;
    use crate::tcp::segment::Flags;

    #[derive(Clone, PartialEq, Eq, Hash, Debug)]
    pub(in crate::tcp) struct AccurateEcn;

    impl AccurateEcn {
        pub(in crate::tcp) const fn new() -> Self {
            AccurateEcn
        }
    }

    impl<C: CongestionControl> Connection<C> {
        pub(in crate::tcp) const fn agree_accurately(&mut self, _syn: &Segment<'_>) -> bool {
            false
        }

        pub(in crate::tcp) const fn accurate_offer(&self) -> Flags {
            Flags::empty()
        }

        pub(in crate::tcp) const fn feedback_arrives(
            &mut self,
            _segment: &Segment<'_>,
            _delivery: &Delivery,
        ) -> bool {
            false
        }

        pub(in crate::tcp) const fn mark_accurately(&mut self) -> (Flags, Ecn) {
            (Flags::empty(), Ecn::NotCapable)
        }
    }
}

#[cfg(feature = "tcp-ecn")]
pub(in crate::tcp) use with_ecn::AccurateEcn;
