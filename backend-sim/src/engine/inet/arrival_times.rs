//! When the text of a TCP socket's stream arrived: what `SO_TIMESTAMPNS` and `SO_TIMESTAMPING` tell who reads it
//! (`tcp_update_recv_tstamps`, `tcp_recv_timestamp`).

use alloc::collections::VecDeque;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::{ControlWriter, Timestamp};
use anysock::option::socket::SO_TIMESTAMPNS_NEW;
use anysock::tcp::{Segment, SequenceNumber};
use anysock::{Level, MessageFlags};

use super::error_queue::times_message;
use crate::engine::socket::Common;

/// The text of a segment.
#[derive(Debug)]
struct Arrival {
    begin: SequenceNumber,
    length: u32,
    time: Timestamp,
}

/// The segments that arrived since a program asked for their times, and that were not read.
#[derive(Debug, Default)]
pub(super) struct ArrivalTimes(VecDeque<Arrival>);

impl ArrivalTimes {
    /// Whether a program asks for them.
    pub(super) fn are_wanted(common: &Common) -> bool {
        common.timestamp_ns || common.timestamping.contains(TimestampingFlags::RX_SOFTWARE)
    }

    /// A segment has come.
    pub(super) fn arrives(&mut self, segment: &Segment<'_>, time: Timestamp) {
        let length = segment.payload.len() as u32;
        if length > 0 {
            self.0.push_back(Arrival { begin: segment.seq, length, time });
        }
    }

    /// When the octet came that was read last, or looked at.
    pub(super) fn of(&self, octet: SequenceNumber) -> Option<Timestamp> {
        let arrival = self.0.iter().find(|arrival| octet.is_within(arrival.begin, arrival.length));
        arrival.map(|arrival| arrival.time)
    }

    /// What lies before `next` was read.
    pub(super) fn forget(&mut self, next: SequenceNumber) {
        self.0.retain(|arrival| (arrival.begin + arrival.length).is_after(next));
    }
}

/// Tells the time as the socket's options say; MSG_CTRUNC where there is no room.
pub(super) fn tell(time: Timestamp, common: &Common, control: &mut ControlWriter<'_>) -> MessageFlags {
    let mut fits = true;
    if common.timestamp_ns {
        fits &= control.deliver(Level::SOCKET, SO_TIMESTAMPNS_NEW, &time.to_timespec());
    }
    if let Some((name, times)) = times_message(time, common.times()) {
        fits &= control.deliver(Level::SOCKET, name, &times);
    }
    if fits { MessageFlags::empty() } else { MessageFlags::CTRUNC }
}
