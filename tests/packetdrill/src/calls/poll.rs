//! `poll`, and lists of descriptors (`epoll`).

use std::time::Duration;

use anysock::constants::epoll::EpollEvents;
use anysock::poll::Event;
use anysock::{Deadline, Errno, PollEvents, Wait};

use super::socket::success;
use super::{Answer, Calls, Progress};
use crate::error::Difference;
use crate::files::Files;
use crate::script::{Call, Expression, Field};
use crate::value;

/// `POLLNVAL` (poll.h): no descriptor of that number is open.
const POLLNVAL: PollEvents = PollEvents::from_bits_retain(0x20);

/// The structures of an argument: one, or a list of them.
fn structures(expression: &Expression) -> Result<Vec<&[Field]>, Difference> {
    fn one(expression: &Expression) -> Result<&[Field], Difference> {
        match expression {
            Expression::Structure(fields) => Ok(fields),
            other => Err(Difference::Unsupported(format!("{other} as a structure"))),
        }
    }
    match expression {
        Expression::List(structures) => structures.iter().map(one).collect(),
        expression => Ok(vec![one(expression)?]),
    }
}

/// What an event of a list carries: the member of the union that the script uses.
fn token(fields: &[Field]) -> Result<u64, Difference> {
    let member = ["fd", "ptr", "u32", "u64"].iter().find_map(|name| value::field(fields, name));
    member.map_or(Ok(0), value::number).map(|token| token as u64)
}

impl<K: Files> Calls<K> {
    /// Whether a call with a time-out in milliseconds has come to its end.
    fn has_timed_out(&self, timeout: i64, progress: &mut Progress) -> bool {
        let now = self.kernel.now();
        let Ok(timeout) = u64::try_from(timeout) else { return false };
        let deadline = *progress.deadline.get_or_insert(now + Duration::from_millis(timeout));
        deadline <= now
    }

    /// How long a call waits at the most, in milliseconds, or as a `struct timespec`; below zero for ever.
    fn timeout(&self, call: &Call, place: usize) -> Result<i64, Difference> {
        match self.argument(call, place)? {
            Expression::Name(name) if name == "NULL" => Ok(-1),
            Expression::Structure(fields) => {
                let second = value::field_number(fields, "tv_sec")?;
                let nanosecond = value::field_number(fields, "tv_nsec")?;
                // What is left of a millisecond is waited, too.
                Ok(second.saturating_mul(1000).saturating_add((nanosecond + 999_999) / 1_000_000))
            }
            milliseconds => value::number(milliseconds),
        }
    }

    pub(super) fn poll(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        let polled = structures(self.argument(call, 0)?)?;
        let timeout = self.timeout(call, 2)?;
        let mut waits = Vec::new();
        let mut expected = Vec::new();
        for fields in &polled {
            let number = value::field_number(fields, "fd")?;
            let events = PollEvents::from_bits_retain(value::field_number(fields, "events")? as _);
            let place = match self.descriptors.get(&number) {
                Some(descriptor) => {
                    waits.push(Wait::new(&descriptor.handle, events));
                    Ok(waits.len() - 1)
                }
                // A number below zero is passed over (poll(2)).
                None if number < 0 => Err(PollEvents::empty()),
                None => Err(POLLNVAL),
            };
            expected.push((value::field(fields, "revents"), place));
        }
        let ready = match self.kernel.wait(&mut waits, Deadline::NOW) {
            Ok(ready) => ready,
            Err(errno) => return Ok(Err(errno)),
        };
        let actual: Vec<PollEvents> = waits.iter().map(|wait| wait.revents).collect();
        let invalid = expected.iter().filter(|(_, place)| *place == Err(POLLNVAL)).count();
        let ready = ready + invalid;
        if ready == 0 && !self.has_timed_out(timeout, progress) {
            return Ok(Ok(None));
        }
        for (expected, place) in expected {
            let actual = place.map_or_else(|events| events, |place| actual[place]);
            let Some(expected) = expected.filter(|expected| **expected != Expression::Any) else { continue };
            check_events("revents", value::number(expected)?, i64::from(actual.bits()))?;
        }
        Ok(Ok(Some(ready as i64)))
    }

    pub(super) fn epoll_create(&mut self, call: &Call) -> Result<Answer, Difference> {
        match self.kernel.epoll_create() {
            Ok(handle) => self.insert(call, handle, true),
            Err(errno) => Ok(Err(errno)),
        }
    }

    pub(super) fn epoll_control(&mut self, call: &Call) -> Result<Answer, Difference> {
        let operation = self.number(call, 1)?;
        let (list, member) = (self.descriptor_number(call)?, self.number(call, 2)?);
        let fields = match call.arguments.get(3) {
            Some(Expression::Structure(fields)) => fields.as_slice(),
            _ => &[],
        };
        let events = EpollEvents::from_bits_retain(value::field_number(fields, "events")? as _);
        let token = token(fields)?;
        let (Some(list), Some(member)) = (self.descriptors.get(&list), self.descriptors.get(&member)) else {
            return Ok(Err(Errno::EBADF));
        };
        let (list, member) = (&list.handle, &member.handle);
        Ok(success(match operation {
            1 => self.kernel.epoll_add(list, member, events, token),
            2 => self.kernel.epoll_delete(list, member),
            3 => self.kernel.epoll_modify(list, member, events, token),
            _ => Err(Errno::EINVAL),
        }))
    }

    pub(super) fn epoll_wait(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        let room = self.number(call, 2)?.clamp(0, 1024) as usize;
        let timeout = self.timeout(call, 3)?;
        let mut events = vec![Event::default(); room];
        let answer = self.with(call, |kernel, list| {
            kernel.epoll_wait(list, &mut events, Deadline::NOW).map(|ready| Some(ready as i64))
        })?;
        let ready = match answer {
            Ok(Some(0)) if !self.has_timed_out(timeout, progress) => return Ok(Ok(None)),
            Ok(ready) => ready.unwrap_or(0) as usize,
            Err(errno) => return Ok(Err(errno)),
        };
        if ready > 0 && !matches!(self.argument(call, 1)?, Expression::Any) {
            for (fields, event) in structures(self.argument(call, 1)?)?.into_iter().zip(&events[..ready]) {
                check_events(
                    "events",
                    value::field_number(fields, "events")?,
                    i64::from(event.events.bits()),
                )?;
                check_events("data of the event", token(fields)? as i64, event.token as i64)?;
            }
        }
        Ok(Ok(Some(ready as i64)))
    }
}

fn check_events(what: &'static str, expected: i64, actual: i64) -> Result<(), Difference> {
    if expected == actual {
        return Ok(());
    }
    let shown = |bits: i64| match (what, i16::try_from(bits)) {
        ("data of the event", _) | (_, Err(_)) => bits.to_string(),
        (_, Ok(events)) => format!("{:?}", PollEvents::from_bits_retain(events as _)),
    };
    Err(Difference::Differs { what, expected: shown(expected), actual: shown(actual) })
}
