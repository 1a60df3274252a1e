//! Frames that are received where their content changes (RX_SETUP, RX_DELETE), at most once in an interval.

use core::time::Duration;

use anysock::can::{Filter, Frame, Id};
use anysock::{Deadline, Instant};

use super::MAX_JOBS;

/// A frame and when it arrived, since 1970.
pub(crate) type Arrival = (Frame, Duration);

/// What a subscription compares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// Nothing: every frame counts.
    Any,
    /// The bits of this mask: a frame counts where one of them has changed.
    Mask([u8; 8]),
    /// The first is the multiplexer's mask. A frame whose bits under it are those of another one counts where
    /// a bit of that one has changed since the last such frame.
    Multiplex(Vec<[u8; 8]>),
}

/// What is remembered of one content: the whole frame's, or that of one value of the multiplexer.
#[derive(Clone, Debug, Default)]
struct Memory {
    /// The data of the last frame that counted.
    last: Option<[u8; 8]>,
    /// A frame that counted and waits for the end of the interval.
    held: Option<Arrival>,
}

#[derive(Debug)]
struct Subscription {
    id: Id,
    content: Content,
    /// One for each content.
    memories: Vec<Memory>,
    /// Zero: no throttling.
    interval: Duration,
    last_delivery: Option<Instant>,
    /// While set, frames are held until then.
    throttled_until: Option<Instant>,
}

/// The subscriptions of one client, at most one of each identifier.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    subscriptions: Vec<Subscription>,
}

impl Subscriptions {
    /// Subscribes to an identifier, in place of what was subscribed of it. `false` where there are too many
    /// already.
    pub(crate) fn add(&mut self, interval: Duration, id: Id, content: Content) -> bool {
        self.remove(id);
        if self.subscriptions.len() >= MAX_JOBS {
            return false;
        }
        let memories = match &content {
            Content::Any | Content::Mask(_) => 1,
            Content::Multiplex(masks) => masks.len(),
        };
        self.subscriptions.push(Subscription {
            id,
            content,
            memories: vec![Memory::default(); memories],
            interval,
            last_delivery: None,
            throttled_until: None,
        });
        true
    }

    /// Ends a subscription; `false` where there is none.
    pub(crate) fn remove(&mut self, id: Id) -> bool {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|known| known.id != id);
        self.subscriptions.len() < before
    }

    /// Ends all.
    pub(crate) fn clear(&mut self) {
        self.subscriptions.clear();
    }

    /// A filter for each identifier.
    pub(crate) fn filters(&self) -> Vec<Filter> {
        self.subscriptions.iter().map(|known| Filter::exact(known.id)).collect()
    }

    /// When a held frame is due.
    pub(crate) fn deadline(&self) -> Deadline {
        let due = self.subscriptions.iter().filter_map(|known| known.throttled_until).map(Deadline::at);
        due.min().unwrap_or(Deadline::NEVER)
    }

    /// Takes a frame from the bus; calls `deliver` where the client is to have it now.
    pub(crate) fn receive(&mut self, now: Instant, arrival: Arrival, deliver: impl FnMut(Arrival)) {
        if arrival.0.is_remote() {
            return;
        }
        if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == arrival.0.id()) {
            known.receive(now, arrival, deliver);
        }
    }

    /// Calls `deliver` with each held frame that is due.
    pub(crate) fn turn(&mut self, now: Instant, mut deliver: impl FnMut(Arrival)) {
        for known in &mut self.subscriptions {
            known.turn(now, &mut deliver);
        }
    }
}

fn word(bytes: &[u8; 8]) -> u64 {
    u64::from_ne_bytes(*bytes)
}

impl Subscription {
    /// Which content `data` is of, and the mask of what matters in it.
    fn content_of(&self, data: &[u8; 8]) -> Option<(usize, [u8; 8])> {
        match &self.content {
            Content::Any => None,
            Content::Mask(mask) => Some((0, *mask)),
            Content::Multiplex(masks) => {
                let (multiplexer, values) = masks.split_first()?;
                let same =
                    |value: &[u8; 8]| word(multiplexer) & word(data) == word(multiplexer) & word(value);
                let index = values.iter().position(same)?;
                Some((index + 1, values[index]))
            }
        }
    }

    fn receive(&mut self, now: Instant, arrival: Arrival, mut deliver: impl FnMut(Arrival)) {
        let mut data = [0; 8];
        data.iter_mut().zip(arrival.0.data()).for_each(|(to, from)| *to = *from);
        let (index, mask) = match (&self.content, self.content_of(&data)) {
            (Content::Any, _) => (0, None),
            (_, Some((index, mask))) => (index, Some(mask)),
            (_, None) => return,
        };
        let memory = &mut self.memories[index];
        if let (Some(mask), Some(last)) = (mask, memory.last)
            && word(&mask) & word(&last) == word(&mask) & word(&data)
        {
            return;
        }
        memory.last = Some(data);
        if self.interval.is_zero() {
            return deliver(arrival);
        }
        if self.throttled_until.is_some() {
            memory.held = Some(arrival);
            return;
        }
        match self.last_delivery.map(|last| last + self.interval) {
            Some(end) if now < end => {
                memory.held = Some(arrival);
                self.throttled_until = Some(end);
            }
            _ => {
                self.last_delivery = Some(now);
                deliver(arrival);
            }
        }
    }

    fn turn(&mut self, now: Instant, deliver: &mut impl FnMut(Arrival)) {
        if self.throttled_until.is_none_or(|end| now < end) {
            return;
        }
        let held: Vec<_> = self.memories.iter_mut().filter_map(|memory| memory.held.take()).collect();
        // As long as frames keep coming, an interval follows the next; after one without any, the next frame
        // is delivered at once.
        self.throttled_until = (!held.is_empty()).then_some(now + self.interval);
        self.last_delivery = None;
        held.into_iter().for_each(deliver);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_nanos(millis * 1_000_000)
    }

    /// Which of these frames are delivered, and when, in milliseconds.
    fn delivered(content: Content, interval: u64, frames: &[(u64, &str)]) -> Vec<(u64, String)> {
        let mut subscriptions = Subscriptions::default();
        assert!(subscriptions.add(Duration::from_millis(interval), Id::standard(0x123).unwrap(), content));
        let mut delivered = Vec::new();
        let mut frames = frames.iter().peekable();
        for millis in 0..1000 {
            subscriptions.turn(at(millis), |(frame, _)| delivered.push((millis, frame.to_string())));
            while let Some((_, frame)) = frames.next_if(|(when, _)| *when == millis) {
                subscriptions.receive(at(millis), (frame.parse().unwrap(), Duration::ZERO), |(frame, _)| {
                    delivered.push((millis, frame.to_string()));
                });
            }
        }
        delivered
    }

    fn times(delivered: &[(u64, String)]) -> Vec<u64> {
        delivered.iter().map(|(millis, _)| *millis).collect()
    }

    #[test]
    fn only_the_identifier_and_only_data() {
        let frames = [(1, "123#01"), (2, "124#01"), (3, "00000123#01"), (4, "123#R1"), (5, "123#01")];
        assert_eq!(times(&delivered(Content::Any, 0, &frames)), [1, 5]);
    }

    #[test]
    fn a_mask_lets_pass_what_changes() {
        let mask = Content::Mask([0xF0, 0, 0, 0, 0, 0, 0, 0]);
        let frames = [(1, "123#0102"), (2, "123#0F02"), (3, "123#1F02"), (4, "123#1F03"), (5, "123#01")];
        assert_eq!(times(&delivered(mask, 0, &frames)), [1, 3, 5]);
    }

    #[test]
    fn a_multiplexer_has_a_memory_for_each_value() {
        let mask = |bytes: [u8; 2]| [bytes[0], bytes[1], 0, 0, 0, 0, 0, 0];
        let content = Content::Multiplex(vec![mask([0xFF, 0]), mask([1, 0xFF]), mask([2, 0xFF])]);
        let frames = [
            (1, "123#0107"),
            (2, "123#0207"),
            (3, "123#0307"),
            (4, "123#0107"),
            (5, "123#0208"),
            (6, "123#0108"),
        ];
        assert_eq!(times(&delivered(content, 0, &frames)), [1, 2, 5, 6]);
    }

    #[test]
    fn throttling_delivers_the_latest_once_in_an_interval() {
        let frames = [
            (0, "123#00"),
            (10, "123#01"),
            (20, "123#02"),
            (130, "123#03"),
            (500, "123#04"),
            (510, "123#05"),
        ];
        let expected = [(0, "123#00"), (100, "123#02"), (200, "123#03"), (500, "123#04"), (600, "123#05")]
            .map(|(millis, frame)| (millis, frame.to_string()));
        assert_eq!(delivered(Content::Any, 100, &frames), expected);
    }
}
