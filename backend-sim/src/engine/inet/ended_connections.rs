//! Connections that have ended, for those to come: a connection costs no allocation.

use alloc::boxed::Box;
use alloc::vec::Vec;

use anysock::Instant;
use anysock::tcp::{Buffer, Connection, Counters, RightSizing};

use super::buffer::TcpStorage;
use super::connected::Connected;
use super::header_prediction::HeaderPrediction;
use super::tcp_segment::Addressing;
use super::write_queue::WriteQueue;

/// What was allocated for connections that have ended.
#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "what is large stays where it is, from one connection to the next")]
pub(in crate::engine) struct EndedConnections(Vec<Box<Connected>>);

impl EndedConnections {
    /// How many are kept.
    const MOST: usize = 512;

    /// A connection that `begin` gives, which takes segments no larger than these, with room for so many octets to be
    /// sent and to be read, and what is counted of it at first.
    pub(super) fn take(
        &mut self,
        addressing: Addressing,
        largest_segment: u16,
        (send, receive): (usize, usize),
        now: Instant,
        begin: impl FnOnce(&mut TcpStorage) -> Connection,
        counters: impl FnOnce(&Connection) -> Counters,
    ) -> Box<Connected> {
        let Some(mut ended) = self.0.pop() else {
            let mut storage = TcpStorage::new(send, receive);
            let connection = begin(&mut storage);
            return Box::new(Connected {
                addressing,
                path: None,
                largest_segment,
                counters: counters(&connection),
                write_queue: WriteQueue::default(),
                sizing: RightSizing::new(storage.receive.capacity(), now),
                is_sent_by_timer: false,
                prediction: HeaderPrediction::BEGIN,
                duplicates_told: 0,
                last_state: connection.state(),
                connection,
                storage,
            });
        };
        ended.storage.reset(send, receive);
        ended.connection = begin(&mut ended.storage);
        ended.counters = counters(&ended.connection);
        (ended.addressing, ended.path) = (addressing, None);
        ended.largest_segment = largest_segment;
        ended.write_queue.reset();
        ended.sizing = RightSizing::new(ended.storage.receive.capacity(), now);
        ended.is_sent_by_timer = false;
        ended.prediction = HeaderPrediction::BEGIN;
        ended.duplicates_told = 0;
        ended.last_state = ended.connection.state();
        ended
    }

    /// Keeps a connection that has ended, unless it has grown.
    pub(super) fn give_back(&mut self, ended: Box<Connected>) {
        if self.0.len() < Self::MOST && !ended.storage.has_grown() && !ended.write_queue.has_grown() {
            self.0.push(ended);
        }
    }
}
