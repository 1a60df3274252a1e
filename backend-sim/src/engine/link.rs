//! What a link does to frames: latency, jitter, loss, bursts of it, corruption, duplication, reordering, rate.

use core::time::Duration;

use anysock::Instant;

use super::random::{Chance, Random};

/// Loss in bursts, after Gilbert and Elliott: the link is good or bad, and each frame may change that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bursts {
    /// How likely a good link turns bad, for each frame.
    pub begins: Chance,
    /// How likely a bad link turns good, for each frame: bursts are one divided by this frames long.
    pub ends: Chance,
    /// How many frames a bad link loses; a good one loses [`Link::loss`].
    pub loss: Chance,
}

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
    /// When more frames are lost than that, one after the other.
    pub bursts: Bursts,
    /// How many frames arrive with one bit flipped, anywhere in them. Of networks only: CAN and Bluetooth have
    /// checksums and repetitions of their own.
    pub corruption: Chance,
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
            bursts: Bursts { begins: Chance::NEVER, ends: Chance::NEVER, loss: Chance::NEVER },
            corruption: Chance::NEVER,
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

    /// Sets bursts of loss: how likely one begins, and how likely it ends, with each frame. All are lost meanwhile,
    /// unless [`Bursts::loss`] is changed.
    pub const fn bursts(mut self, begins: Chance, ends: Chance) -> Self {
        self.bursts = Bursts { begins, ends, loss: Chance::ALWAYS };
        self
    }

    /// Sets how many frames arrive with one bit flipped.
    pub const fn corruption(mut self, corruption: Chance) -> Self {
        self.corruption = corruption;
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

    /// Sets how many bytes may wait where the rate is limited.
    pub const fn queue(mut self, bytes: usize) -> Self {
        self.queue = bytes;
        self
    }
}

impl Link {
    /// By how many nanoseconds it delays frames, where it does nothing else to them.
    fn only_delays(&self) -> Option<u64> {
        let plain = Link::new().latency(self.latency);
        let is_plain =
            Link { reordering_delay: plain.reordering_delay, queue: plain.queue, ..*self } == plain;
        u64::try_from(self.latency.as_nanos()).ok().filter(|_| is_plain)
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
    link: Link,
    /// Where it does nothing but delay: by how many nanoseconds.
    only_delays: Option<u64>,
    random: Random,
    /// It is in a burst of loss.
    bad: bool,
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
        Transmitter {
            link,
            only_delays: link.only_delays(),
            random,
            bad: false,
            busy_until: Instant::ZERO,
            last_arrival: Instant::ZERO,
        }
    }

    /// Sends by another link from now on.
    pub(crate) fn set_link(&mut self, link: Link) {
        (self.link, self.only_delays) = (link, link.only_delays());
    }

    /// Whether it does nothing to frames but delay them.
    #[inline]
    pub(crate) fn only_delays(&self) -> bool {
        self.only_delays.is_some()
    }

    /// Sends a frame of `len` bytes at `now`.
    #[inline]
    pub(crate) fn send(&mut self, now: Instant, len: usize) -> Arrival {
        match self.only_delays {
            Some(nanos) => {
                Arrival::Once(self.in_order(Instant::from_nanos(now.as_nanos().saturating_add(nanos))))
            }
            None => self.send_badly(now, len),
        }
    }

    /// Sends a frame by a link that may do more to it than delay it.
    fn send_badly(&mut self, now: Instant, len: usize) -> Arrival {
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
        let Bursts { begins, ends, loss } = self.link.bursts;
        self.bad = if self.bad { !self.random.happens(ends) } else { self.random.happens(begins) };
        if self.random.happens(if self.bad { loss } else { self.link.loss }) {
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

    /// Flips a bit of a frame, if the link does that to this one. Whether it did.
    pub(crate) fn corrupt(&mut self, frame: &mut [u8]) -> bool {
        let corrupts = self.random.happens(self.link.corruption);
        let bit = if corrupts { self.random.below(frame.len() as u64 * 8) } else { 0 };
        match frame.get_mut((bit / 8) as usize).filter(|_| corrupts) {
            Some(byte) => {
                *byte ^= 1 << (bit % 8);
                true
            }
            None => false,
        }
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
        self.in_order(arrives)
    }

    /// When a frame arrives that overtakes none.
    fn in_order(&mut self, arrives: Instant) -> Instant {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(link: Link) -> alloc::vec::Vec<bool> {
        let mut transmitter = Transmitter::new(link, Random::new(1, 1));
        (0..100_000).map(|_| transmitter.send(Instant::ZERO, 100) == Arrival::Lost).collect()
    }

    #[test]
    fn bursts_are_as_long_and_as_frequent_as_asked_for() {
        let lost = lost(Link::new().bursts(Chance::new(1, 100), Chance::new(1, 5)));
        let bursts = lost.windows(2).filter(|pair| pair == &[false, true]).count();
        let all = lost.iter().filter(|lost| **lost).count();
        // Of 100 frames, a burst begins after 100 good ones and lasts five: 4.76 % are lost, in 950 bursts.
        assert!((4500..5050).contains(&all), "{all}");
        assert!((880..1030).contains(&bursts), "{bursts}");
        assert!((46..55).contains(&(all * 10 / bursts)), "{all} in {bursts}");
    }

    #[test]
    fn loss_alone_comes_in_no_bursts() {
        let lost = lost(Link::new().loss(Chance::percent(5)));
        let twice = lost.windows(2).filter(|pair| pair == &[true, true]).count();
        assert!((190..310).contains(&twice), "one in four hundred: {twice}");
    }

    #[test]
    fn one_bit_is_flipped_of_as_many_frames_as_asked_for() {
        let mut transmitter =
            Transmitter::new(Link::new().corruption(Chance::percent(10)), Random::new(1, 1));
        let mut corrupted = 0;
        for _ in 0..10_000 {
            let mut frame = [0x55; 60];
            let told = transmitter.corrupt(&mut frame);
            let flipped: u32 = frame.iter().map(|byte| (byte ^ 0x55).count_ones()).sum();
            assert_eq!(flipped, u32::from(told));
            corrupted += flipped;
        }
        assert!((900..1100).contains(&corrupted), "{corrupted}");
    }
}
