//! The build without the feature `tcp-ecn`: no connection ever agrees to it.

use crate::tcp::congestion::CongestionControl;
use crate::tcp::connection::Connection;
use crate::tcp::recovery::Delivery;
use crate::tcp::segment::{Ecn, Flags, Segment};

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::tcp) struct CongestionNotification;

impl CongestionNotification {
    pub(in crate::tcp) const fn new() -> Self {
        CongestionNotification
    }

    pub(in crate::tcp) const fn is_agreed(&self) -> bool {
        false
    }

    pub(in crate::tcp) const fn is_accurate(&self) -> bool {
        false
    }

    pub(in crate::tcp) const fn is_reacting(&self) -> bool {
        false
    }

    pub(in crate::tcp) fn reduced(&mut self) {}
}

impl<C: CongestionControl> Connection<C> {
    pub(in crate::tcp) fn ecn_offer(&self) -> Flags {
        Flags::empty()
    }

    pub(in crate::tcp) fn synchronize_ecn(&mut self, _syn: &Segment<'_>) {}

    pub(in crate::tcp) fn mark_arrives(&mut self, _segment: &Segment<'_>) {}

    pub(in crate::tcp) fn echo_arrives(&mut self, _segment: &Segment<'_>, _delivery: &Delivery) {}

    pub(in crate::tcp) const fn mark(&mut self, _is_new_text: bool) -> (Flags, Ecn) {
        (Flags::empty(), Ecn::NotCapable)
    }
}
