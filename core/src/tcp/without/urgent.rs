//! The build without the feature `tcp-urgent`: the urgent pointer is ignored, and everything stays in line.

use crate::tcp::SequenceNumber;
use crate::tcp::congestion::CongestionControl;
use crate::tcp::connection::Connection;
use crate::tcp::segment::Segment;
use crate::tcp::storage::Storage;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::tcp) struct Urgent;

impl Urgent {
    pub(in crate::tcp) const fn new() -> Self {
        Urgent
    }

    pub(in crate::tcp) const fn sends(&self, _una: SequenceNumber) -> bool {
        false
    }
}

impl<C: CongestionControl> Connection<C> {
    pub(in crate::tcp) fn next_read(&self) -> (u32, u32) {
        (0, self.rcv.readable)
    }

    pub(in crate::tcp) fn pass_mark(&mut self) {}

    pub(in crate::tcp) fn urgent_arrives(&mut self, _segment: &Segment<'_>, _storage: &mut impl Storage) {}

    pub(in crate::tcp) const fn urgent_pointer(&mut self, _seq: SequenceNumber) -> Option<u16> {
        None
    }
}
