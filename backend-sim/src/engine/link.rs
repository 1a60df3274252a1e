//! What a link does to frames: latency, jitter, loss, duplication, reordering, rate.

use core::time::Duration;

use anysock::Instant;

use super::random::{Chance, Random};

/// How one end of a link treats what it sends.
///
/// ```
/// use anysock_sim::{Chance, Link};
/// use core::time::Duration;
///
/// let radio = Link::new().latency(Duration::from_millis(20)).loss(Chance::percent(2)).rate(250_000);
/// assert_eq!(radio.loss, Chance::percent(2));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// How long a frame travels.
    pub latency: Duration,
    /// At most this is added to the latency, evenly distributed. Frames keep their order.
    pub jitter: Duration,
    /// How many frames are lost.
    pub loss: Chance,
    /// How many frames arrive twice.
    pub duplication: Chance,
    /// How many frames are overtaken by those behind them: they take `reordering_delay` longer.
    pub reordering: Chance,
    /// How many frames are marked "Congestion Experienced", of those whose senders say that they may be (RFC 3168).
    pub marking: Chance,
    /// How much longer an overtaken frame takes.
    pub reordering_delay: Duration,
    /// Bits a second; `None` for a link that sends at once.
    pub rate: Option<u64>,
    /// How many bytes may wait to be sent where the rate is limited; what comes on top is dropped.
    pub queue: usize,
}

impl Link {
    /// A perfect link with 100 µs of latency, as a local network has.
    pub const fn new() -> Self {
        Link {
            latency: Duration::from_micros(100),
            jitter: Duration::ZERO,
            loss: Chance::NEVER,
            duplication: Chance::NEVER,
            reordering: Chance::NEVER,
            marking: Chance::NEVER,
            reordering_delay: Duration::from_millis(10),
            rate: None,
            queue: 256 * 1024,
        }
    }

    /// Sets how long a frame travels.
    pub const fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets what is added to the latency at most.
    pub const fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sets how many frames are lost.
    pub const fn loss(mut self, loss: Chance) -> Self {
        self.loss = loss;
        self
    }

    /// Sets how many frames arrive twice.
    pub const fn duplication(mut self, duplication: Chance) -> Self {
        self.duplication = duplication;
        self
    }

    /// Sets how many frames are overtaken.
    pub const fn reordering(mut self, reordering: Chance) -> Self {
        self.reordering = reordering;
        self
    }

    /// Sets how many frames are marked instead of dropped, of those that may be.
    pub const fn marking(mut self, marking: Chance) -> Self {
        self.marking = marking;
        self
    }

    /// Sets how many bits go out in a second.
    pub const fn rate(mut self, rate: u64) -> Self {
        self.rate = Some(rate);
        self
    }
}

impl Default for Link {
    fn default() -> Self {
        Link::new()
    }
}

/// One end of a link at work.
#[derive(Debug)]
pub(crate) struct Transmitter {
    pub(crate) link: Link,
    random: Random,
    /// When the last frame has left.
    busy_until: Instant,
    /// When the last frame that keeps its order arrives.
    last_arrival: Instant,
}

/// When a frame arrives: not at all, once, or twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arrival {
    Lost,
    /// The queue was full.
    Dropped,
    Once(Instant),
    Twice(Instant, Instant),
}

impl Transmitter {
    pub(crate) fn new(link: Link, random: Random) -> Self {
        Transmitter { link, random, busy_until: Instant::ZERO, last_arrival: Instant::ZERO }
    }

    /// Sends a frame of `len` bytes at `now`.
    pub(crate) fn send(&mut self, now: Instant, len: usize) -> Arrival {
        let mut leaves = now;
        if let Some(rate) = self.link.rate {
            let begins = self.busy_until.max(now);
            let waiting = bytes_in(begins.since(now), rate);
            if waiting + len as u64 > self.link.queue as u64 {
                return Arrival::Dropped;
            }
            leaves = begins + time_of(len, rate);
            self.busy_until = leaves;
        }
        if self.random.happens(self.link.loss) {
            return Arrival::Lost;
        }
        let first = self.arrival(leaves);
        if self.random.happens(self.link.duplication) {
            return Arrival::Twice(first, self.arrival(leaves));
        }
        Arrival::Once(first)
    }

    /// Whether the link marks the frame that it sends now.
    pub(crate) fn marks(&mut self) -> bool {
        self.random.happens(self.link.marking)
    }

    /// When everything that was sent has left.
    pub(crate) fn free_at(&self) -> Instant {
        self.busy_until
    }

    fn arrival(&mut self, leaves: Instant) -> Instant {
        let arrives = leaves + self.link.latency + self.random.up_to(self.link.jitter);
        if self.random.happens(self.link.reordering) {
            return arrives + self.link.reordering_delay;
        }
        self.last_arrival = self.last_arrival.max(arrives);
        self.last_arrival
    }
}

/// How long `len` bytes take at `rate` bits a second, rounded up.
fn time_of(len: usize, rate: u64) -> Duration {
    let nanos = (len as u128 * 8 * 1_000_000_000).div_ceil(u128::from(rate.max(1)));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// How many bytes go out in `time` at `rate` bits a second.
fn bytes_in(time: Duration, rate: u64) -> u64 {
    u64::try_from(time.as_nanos() * u128::from(rate) / 8_000_000_000).unwrap_or(u64::MAX)
}
