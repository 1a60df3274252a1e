//! The connection relative to now: so that states can be compared, hashed and explored (`cargo xtask explore`).

use super::congestion::CongestionControl;
use super::connection::Connection;
use super::storage::{Buffer, Storage};
use super::timers::Timer;
use crate::time::Instant;
use core::hash::{Hash, Hasher};

impl<C: CongestionControl + Clone + Hash> Connection<C> {
    /// Feeds `hasher` with all that the connection will ever go by, as seen from `now`: the variables, the
    /// records in use and the octets that are held, every instant as its distance from `now`.
    ///
    /// Two connections that feed the same will act the same, the one as long after its `now` as the other after
    /// its own. What their storage holds beside that does not matter.
    ///
    /// ```
    /// use anysock::tcp::{Config, Connection, Fixed, SequenceNumber};
    /// use anysock::time::Instant;
    /// use core::time::Duration;
    /// use std::hash::{DefaultHasher, Hasher};
    ///
    /// let opened_at = |now: Instant| {
    ///     let mut memory = Fixed::<16, 16>::new();
    ///     let mut connection = Connection::connect(&Config::default(), SequenceNumber(100), now);
    ///     connection.poll_transmit(now, &mut memory).unwrap();
    ///     let mut hasher = DefaultHasher::new();
    ///     connection.hash_relative_to(now + Duration::from_millis(1), &mut memory, &mut hasher);
    ///     hasher.finish()
    /// };
    /// assert_eq!(opened_at(Instant::ZERO), opened_at(Instant::from_nanos(17)));
    /// ```
    pub fn hash_relative_to(&self, now: Instant, storage: &mut impl Storage, hasher: &mut impl Hasher) {
        let relative = |at: Instant| Instant::from_nanos(at.as_nanos().wrapping_sub(now.as_nanos()));
        let mut canonical = self.clone();
        canonical.timers.map(relative);
        canonical.rtt = self.rtt.map(relative);
        canonical.congestion.control.map_instants(relative);
        canonical.congestion.forget_acknowledged(self.snd.una);
        canonical.rack = self.rack.map(relative);
        canonical.transmissions = self.transmissions.unrolled();
        canonical.challenges = self.challenges.map(relative);
        if self.rcv.text_at != Instant::MAX {
            canonical.rcv.text_at = relative(self.rcv.text_at);
        }
        canonical.owed = relative(self.owed);
        canonical.heard = relative(self.heard);
        canonical.spoke = relative(self.spoke);
        canonical.hash(hasher);

        let parts = storage.parts();
        self.transmissions.each(parts.transmissions, |record| record.map(relative).hash(hasher));
        hash_octets(parts.send, 0, self.snd.queued(), hasher);
        hash_octets(parts.receive, 0, self.rcv.readable, hasher);
        for block in self.out_of_order.blocks(parts.out_of_order) {
            block.hash(hasher);
            let ahead = block.left_edge.since(self.rcv.nxt);
            let length = self.rcv.before_fin(block.right_edge).since(block.left_edge);
            hash_octets(parts.receive, self.rcv.readable.saturating_add(ahead), length, hasher);
        }
    }
}

impl<C: CongestionControl> Connection<C> {
    /// The timers that are running.
    pub fn running_timers(&self) -> impl Iterator<Item = Timer> + use<'_, C> {
        Timer::ALL.into_iter().filter(|timer| self.timers.is_running(*timer))
    }

    /// Sets a timer that is running to another time: to explore what happens if it expires before the others.
    pub fn move_timer(&mut self, timer: Timer, at: Instant) {
        if self.timers.is_running(timer) {
            self.timers.set(timer, at);
        }
    }
}

/// One by one, for a buffer may hold the same octets in one piece or in two.
fn hash_octets(buffer: &impl Buffer, offset: u32, length: u32, hasher: &mut impl Hasher) {
    let (first, second) = buffer.read(offset as usize, length as usize);
    for octet in first.iter().chain(second) {
        hasher.write_u8(*octet);
    }
}
