//! A queue that is bounded by length and by age. Whatever exceeds either is dropped, the oldest first, and
//! counted: on a bus, an old frame is worth less than a new one.

use core::ops::AddAssign;
use core::time::Duration;
use std::collections::VecDeque;

use anysock::{Deadline, Instant};

/// How long a queue may become, and how old what is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The most items.
    pub length: usize,
    /// The greatest age of an item.
    pub age: Duration,
}

/// How many items queues have dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Drops {
    /// To make room for newer ones.
    pub full: u64,
    /// Because they had become too old.
    pub stale: u64,
}

impl Drops {
    /// For either reason.
    pub fn total(self) -> u64 {
        self.full + self.stale
    }
}

impl AddAssign for Drops {
    fn add_assign(&mut self, other: Drops) {
        self.full += other.full;
        self.stale += other.stale;
    }
}

/// A queue under [`Limits`].
///
/// ```
/// use anysock::Instant;
/// use anysock_examples::gateway::{Drops, Limits, Queue};
/// use core::time::Duration;
///
/// let mut queue = Queue::new(Limits { length: 2, age: Duration::from_secs(1) });
/// let start = Instant::ZERO;
/// (1..=3).for_each(|item| queue.push(start, item));
/// assert_eq!(queue.pop(start), Some(2)); // 1 made room for 3
/// assert_eq!(queue.pop(start + Duration::from_secs(2)), None); // 3 is too old
/// assert_eq!(queue.drops(), Drops { full: 1, stale: 1 });
/// ```
#[derive(Debug)]
pub struct Queue<T> {
    items: VecDeque<(Instant, T)>,
    limits: Limits,
    drops: Drops,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new(limits: Limits) -> Queue<T> {
        Queue { items: VecDeque::new(), limits, drops: Drops::default() }
    }

    /// Adds an item, and drops the oldest where there would be too many.
    pub fn push(&mut self, now: Instant, item: T) {
        while self.items.len() >= self.limits.length.max(1) {
            self.items.pop_front();
            self.drops.full += 1;
        }
        self.items.push_back((now, item));
    }

    /// Drops what has become too old.
    pub fn expire(&mut self, now: Instant) {
        while self.items.front().is_some_and(|(since, _)| now.since(*since) > self.limits.age) {
            self.items.pop_front();
            self.drops.stale += 1;
        }
    }

    /// The oldest item that is not too old, which stays in the queue.
    pub fn peek(&mut self, now: Instant) -> Option<&T> {
        self.expire(now);
        self.items.front().map(|(_, item)| item)
    }

    /// Takes the oldest item that is not too old.
    pub fn pop(&mut self, now: Instant) -> Option<T> {
        self.expire(now);
        self.items.pop_front().map(|(_, item)| item)
    }

    /// Forgets everything, without counting it.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// When the oldest item came.
    pub fn oldest(&self) -> Option<Instant> {
        self.items.front().map(|(since, _)| *since)
    }

    /// When the oldest item becomes too old.
    pub fn expires(&self) -> Deadline {
        let end = |since: Instant| since + self.limits.age + Duration::from_nanos(1);
        self.oldest().map(end).map_or(Deadline::NEVER, Deadline::at)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the next item would drop the oldest.
    pub fn is_full(&self) -> bool {
        self.items.len() >= self.limits.length
    }

    /// How many items have been dropped.
    pub fn drops(&self) -> Drops {
        self.drops
    }
}
