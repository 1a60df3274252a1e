//! The build without the feature `tcp-path-mtu-probing`: no connection ever probes its path.

use crate::tcp::SequenceNumber;
use crate::tcp::congestion::CongestionControl;
use crate::tcp::connection::Connection;
use crate::tcp::transmissions::Transmission;
use crate::time::Instant;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::tcp) struct PathProbing;

impl PathProbing {
    pub(in crate::tcp) const fn new() -> Self {
        PathProbing
    }

    pub(in crate::tcp) const fn rest(&mut self) {}

    pub(in crate::tcp) const fn forget_probe(&mut self) {}

    pub(in crate::tcp) const fn limit(&mut self, _most: u32) {}
}

impl<C: CongestionControl> Connection<C> {
    pub(in crate::tcp) const fn begin_path_probing(&mut self) {}

    pub(in crate::tcp) const fn path_probe(
        &mut self,
        _records: &mut [Transmission],
    ) -> Option<Option<(SequenceNumber, u32)>> {
        None
    }

    pub(in crate::tcp) const fn path_probe_arrives(&mut self) {}

    pub(in crate::tcp) const fn path_probe_fails(&mut self) -> bool {
        false
    }

    pub(in crate::tcp) const fn path_may_swallow(&mut self, _now: Instant) {}
}
