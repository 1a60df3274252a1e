//! The build without the feature `tcp-fast-open`: every handshake is an ordinary one.

use crate::tcp::HalfOpen;
use crate::tcp::congestion::CongestionControl;
use crate::tcp::connection::Connection;
use crate::tcp::listen::Listener;
use crate::tcp::segment::{FastOpenCookie, Segment};
use crate::tcp::table::Table;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::tcp) enum FastOpen {
    Off,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::tcp) struct Pending;

impl Pending {
    pub(in crate::tcp) const NONE: Pending = Pending;
}

impl<C: CongestionControl> Connection<C> {
    pub(in crate::tcp) fn may_send_early(&self) -> bool {
        false
    }

    /// Whether the handshake of a server is not over, and text flows all the same: never, without the feature
    /// `tcp-fast-open`.
    pub fn is_open_early(&self) -> bool {
        false
    }

    pub(in crate::tcp) const fn open_fast(&mut self) -> (Option<FastOpenCookie>, u32) {
        (None, 0)
    }

    pub(in crate::tcp) fn send_rejected_text_again(&mut self) {}
}

impl<T: Table<HalfOpen>> Listener<T> {
    pub(in crate::tcp) fn grant(&self, _pair: &T::Pair, _syn: &Segment<'_>) -> Option<FastOpenCookie> {
        None
    }
}
