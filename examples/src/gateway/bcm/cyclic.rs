//! Frames that are sent at an interval (TX_SETUP, TX_DELETE).

use core::time::Duration;

use anysock::can::{Frame, Id};
use anysock::{Deadline, Instant};

use super::MAX_JOBS;

/// The shortest interval: what is sent more often keeps the bus and the gateway from anything else.
pub(crate) const MIN_INTERVAL: Duration = Duration::from_millis(1);

#[derive(Debug)]
struct CyclicSend {
    frame: Frame,
    /// `None` where the frame is sent only once.
    next: Option<(Instant, Duration)>,
}

/// The cyclic frames of one client, at most one of each identifier.
#[derive(Debug, Default)]
pub(crate) struct CyclicSends {
    sends: Vec<CyclicSend>,
}

impl CyclicSends {
    /// Sends `frame` now and then at `interval`, shorter ones as [`MIN_INTERVAL`]; zero is once. Replaces
    /// what was sent with this identifier. `false` where there are too many already.
    pub(crate) fn add(
        &mut self,
        now: Instant,
        interval: Duration,
        frame: Frame,
        mut send: impl FnMut(Frame),
    ) -> bool {
        let interval = if interval.is_zero() { interval } else { interval.max(MIN_INTERVAL) };
        let next = (!interval.is_zero()).then_some((now + interval, interval));
        self.delete(frame.id());
        if self.sends.len() >= MAX_JOBS {
            return false;
        }
        self.sends.push(CyclicSend { frame, next });
        send(frame);
        true
    }

    /// Changes the frame of this identifier from its next time on; `false` where none is sent.
    pub(crate) fn update(&mut self, frame: Frame) -> bool {
        let known = self.sends.iter_mut().find(|known| known.frame.id() == frame.id());
        known.map(|known| known.frame = frame).is_some()
    }

    /// Stops sending this identifier; `false` where none is sent.
    pub(crate) fn delete(&mut self, id: Id) -> bool {
        let before = self.sends.len();
        self.sends.retain(|known| known.frame.id() != id);
        self.sends.len() < before
    }

    /// Stops sending.
    pub(crate) fn clear(&mut self) {
        self.sends.clear();
    }

    /// When the next frame is due.
    pub(crate) fn deadline(&self) -> Deadline {
        let due = self.sends.iter().filter_map(|known| known.next).map(|(next, _)| Deadline::at(next));
        due.min().unwrap_or(Deadline::NEVER)
    }

    /// Calls `send` with each frame that is due. After a pause, what was missed is not caught up, and the
    /// interval keeps its beat.
    pub(crate) fn turn(&mut self, now: Instant, mut send: impl FnMut(Frame)) {
        for known in &mut self.sends {
            let Some((next, interval)) = &mut known.next else { continue };
            if *next <= now {
                let missed = now.since(*next).as_nanos() / interval.as_nanos().max(1);
                *next = *next + *interval * u32::try_from(missed + 1).unwrap_or(u32::MAX);
                send(known.frame);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn the_beat_is_kept_and_what_was_missed_is_not_caught_up() {
        let frame: Frame = "123#01".parse().unwrap();
        let mut sends = CyclicSends::default();
        let mut sent = Vec::new();
        assert!(sends.add(at(0), Duration::from_millis(10), frame, |frame| sent.push((0, frame))));
        for millis in [3, 10, 12, 45, 50] {
            sends.turn(at(millis), |frame| sent.push((millis, frame)));
        }
        assert_eq!(sent, [0, 10, 45, 50].map(|millis| (millis, frame)));
        assert_eq!(sends.deadline(), Deadline::at(at(60)));
        let other: Frame = "123#02".parse().unwrap();
        assert!(sends.update(other));
        sends.turn(at(60), |frame| sent.push((60, frame)));
        assert_eq!(sent.last(), Some(&(60, other)));
        assert!(sends.delete(frame.id()) && !sends.delete(frame.id()) && !sends.update(frame));
        assert_eq!(sends.deadline(), Deadline::NEVER);
    }

    #[test]
    fn an_interval_of_zero_is_once_and_a_short_one_is_bounded() {
        let frame: Frame = "123#01".parse().unwrap();
        let mut sends = CyclicSends::default();
        let mut count = 0;
        sends.add(at(0), Duration::ZERO, frame, |_| count += 1);
        sends.turn(at(1000), |_| count += 1);
        assert_eq!((count, sends.deadline()), (1, Deadline::NEVER));
        sends.add(at(0), Duration::from_micros(1), frame, |_| count += 1);
        assert_eq!(sends.deadline(), Deadline::at(at(1)));
        for id in 0..2 * MAX_JOBS as u16 {
            sends.add(at(0), Duration::ZERO, Frame::new(Id::standard(id).unwrap(), &[]).unwrap(), |_| ());
        }
        assert_eq!(sends.sends.len(), MAX_JOBS);
    }
}
