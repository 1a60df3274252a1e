//! When the text of a TCP socket's stream arrived: what `SO_TIMESTAMPNS` and `SO_TIMESTAMPING` tell who reads it
//! (`tcp_update_recv_tstamps`, `tcp_recv_timestamp`).

use alloc::collections::VecDeque;

use anysock::MessageFlags;
use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::{ControlWriter, Timestamp};
use anysock::tcp::{Block, Connection, Flags, Segment, SequenceNumber, State, Storage};

use super::buffer::TcpStorage;
use crate::engine::socket::Common;

/// Text that a segment has brought.
#[derive(Debug)]
struct Arrival {
    text: Block,
    time: Timestamp,
}

/// The text of a segment.
pub(super) fn text(segment: &Segment<'_>) -> Block {
    let left_edge = segment.seq + u32::from(segment.flags.contains(Flags::SYN));
    Block { left_edge, right_edge: left_edge + segment.payload.len() as u32 }
}

/// Of this text, what begins with the first octet that the connection does not have.
pub(super) fn missing(text: Block, connection: &Connection, storage: &mut TcpStorage) -> Block {
    if connection.state() == State::SynSent {
        return text;
    }
    Block { left_edge: held_until(text.left_edge, connection, storage), ..text }
}

/// Of text that was missing, what the connection has from its beginning on: nothing where that was refused.
pub(super) fn taken(missing: Block, connection: &Connection, storage: &mut TcpStorage) -> Option<Block> {
    let held = held_until(missing.left_edge, connection, storage);
    let right_edge = held.earlier(missing.right_edge);
    right_edge.is_after(missing.left_edge).then_some(Block { right_edge, ..missing })
}

/// The number behind `octet` and what follows it without a hole, as far as the connection has them.
fn held_until(octet: SequenceNumber, connection: &Connection, storage: &mut TcpStorage) -> SequenceNumber {
    let in_order = connection.read_sequence_number() + connection.unread() as u32;
    if octet.is_before(in_order) {
        return in_order;
    }
    let blocks = storage.parts().out_of_order.iter().take(connection.records_in_use().0);
    let mut around = blocks.filter(|it| !octet.is_before(it.left_edge) && octet.is_before(it.right_edge));
    around.next().map_or(octet, |block| block.right_edge)
}

/// The text that arrived since a program asked for its times, and that was not read: the first entry
/// that has an octet tells of it.
#[derive(Debug, Default)]
pub(super) struct ArrivalTimes(VecDeque<Arrival>);

impl ArrivalTimes {
    /// Whether a program asks for them.
    pub(super) fn are_wanted(common: &Common) -> bool {
        common.timestamp || common.timestamping.contains(TimestampingFlags::RX_SOFTWARE)
    }

    /// The first text of a connection.
    pub(super) fn of_first(text: Block, time: Timestamp) -> ArrivalTimes {
        ArrivalTimes(VecDeque::from([Arrival { text, time }]))
    }

    /// A connection, which is read from `unread` on, has taken this text.
    pub(super) fn record(&mut self, text: Block, time: Timestamp, unread: SequenceNumber) {
        // What is thrown away instead of being read is forgotten here.
        self.forget(unread);
        self.0.push_back(Arrival { text, time });
    }

    /// When the octet came that was read last, or looked at.
    pub(super) fn of(&self, octet: SequenceNumber) -> Option<Timestamp> {
        let has = |text: &Block| !octet.is_before(text.left_edge) && octet.is_before(text.right_edge);
        let arrival = self.0.iter().find(|arrival| has(&arrival.text));
        arrival.map(|arrival| arrival.time)
    }

    /// What lies before `next` was read.
    pub(super) fn forget(&mut self, next: SequenceNumber) {
        self.0.retain(|arrival| arrival.text.right_edge.is_after(next));
    }
}

/// Tells the time as the socket's options say; MSG_CTRUNC where there is no room.
pub(super) fn tell(time: Timestamp, common: &Common, control: &mut ControlWriter<'_>) -> MessageFlags {
    if common.tell_arrival(time, control) { MessageFlags::empty() } else { MessageFlags::CTRUNC }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use anysock::Instant;
    use anysock::tcp::{Config, Payload};

    use super::*;

    /// A connection that expects octet 1.
    fn connection(storage: &mut TcpStorage) -> Connection {
        let (isn, now) = (SequenceNumber(0), Instant::ZERO);
        let mut connection = Connection::connect(&Config::default(), isn, now);
        assert!(connection.poll_transmit(now, storage).is_some());
        let mut answer = Segment::new(Flags::SYN | Flags::ACK, isn, isn + 1);
        answer.window = 1000;
        connection.segment_arrives(now, &answer, storage);
        connection
    }

    #[test]
    fn only_what_is_taken_is_recorded() {
        let mut storage = TcpStorage::new(1000, 1000);
        let (mut connection, mut times) = (connection(&mut storage), ArrivalTimes::default());
        let mut arrives = |begin: u32, second: u64| {
            let mut segment = Segment::new(Flags::ACK, SequenceNumber(begin), SequenceNumber(1));
            segment.payload = Payload::new(&[7; 100], &[]);
            storage.make_room(&connection);
            let missing = missing(text(&segment), &connection, &mut storage);
            connection.segment_arrives(Instant::ZERO, &segment, &mut storage);
            if let Some(text) = taken(missing, &connection, &mut storage) {
                let time = Timestamp(Duration::from_secs(second));
                times.record(text, time, connection.read_sequence_number());
            }
            times.0.len()
        };
        assert_eq!([arrives(1, 1), arrives(1, 2), arrives(51, 3)], [1, 1, 2]);
        assert_eq!([arrives(201, 4), arrives(201, 5)], [3, 3], "ahead");
        assert_eq!(arrives(2_000_000, 6), 3, "outside of the window");
        assert_eq!(arrives(111, 7), 4, "fills the hole");
        let at = |octet| times.of(SequenceNumber(octet)).map(|Timestamp(time)| time.as_secs());
        assert_eq!([1, 100, 101, 150, 151, 200, 201, 300].map(at), [1, 1, 3, 3, 7, 7, 4, 4].map(Some));
        assert_eq!(at(301), None);
        times.forget(SequenceNumber(151));
        assert_eq!(times.0.len(), 2);
    }
}
