//! What every controller on the bus does: sends its messages in their periods, and answers diagnostic
//! requests.

use core::time::Duration;

use anysock::can::{AnyFrame, FdFlags, FdFrame, Frame, Id};
use anysock::{CanSocket, Deadline, Error, Instant, InterfaceName, Interfaces, option};

use super::obd;

/// What a message carries.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// A classic frame of up to 8 bytes, as a function of the time since the controller began.
    Classic(fn(Duration) -> [u8; 8]),
    /// An FD frame with the rate switched.
    Fd(fn(Duration) -> [u8; 64]),
}

/// A message that is sent in a period.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// Its identifier.
    pub id: Id,
    /// The period.
    pub period: Duration,
    /// What it carries.
    pub content: Content,
}

/// An electronic control unit.
#[derive(Clone, Copy, Debug)]
pub struct Controller {
    /// Its name, for people.
    pub name: &'static str,
    /// What it sends.
    pub messages: &'static [Message],
    /// Where it takes diagnostic requests for it alone; it answers on the identifier 8 above.
    pub request_id: Id,
    /// The current data (SAE J1979 service 01) that it has: the bytes of a parameter, `None` of one that it
    /// has not.
    pub current_data: fn(pid: u8, elapsed: Duration) -> Option<obd::Data>,
}

impl Controller {
    /// Runs on the bus until a call fails: the machine crashes, or the interface goes away for good.
    ///
    /// # Errors
    /// The error of the call that failed.
    pub fn run<B: Interfaces>(&self, backend: B, bus: &InterfaceName) -> Result<(), Error> {
        let mut can = CanSocket::open(backend.clone(), bus)?;
        can.set(option::can_raw::FdFrames, true)?;
        can.set_filters(&obd::request_filters(self.request_id))?;
        let start = backend.now();
        // Controllers do not begin all their messages at once.
        let mut due: Vec<Instant> =
            (1..).zip(self.messages).map(|(number, message)| start + message.period / 8 * number).collect();
        loop {
            let next = due.iter().copied().min().map_or(Deadline::NEVER, Deadline::at);
            can.socket_mut().set_timeout(next.remaining(backend.now()));
            match can.recv() {
                Ok(AnyFrame::Classic(request)) => {
                    let elapsed = backend.now().since(start);
                    if let Some(answer) = obd::answer(self, &request, elapsed) {
                        can.send_until(&answer.into(), Deadline::at(backend.now() + obd::ANSWER_WITHIN))?;
                    }
                }
                Ok(_) | Err(Error::Frame(_) | Error::TimedOut) => {}
                Err(error) if error.is_would_block() => {}
                Err(error) => return Err(error),
            }
            let now = backend.now();
            for (message, due) in self.messages.iter().zip(&mut due).filter(|(_, due)| **due <= now) {
                *due = *due + message.period;
                // A frame that the bus has no room for within its period is replaced by the next.
                match can.send_until(&message.frame(now.since(start)), Deadline::at(*due)) {
                    Ok(()) | Err(Error::Os(anysock::Errno::ENOBUFS)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

impl Message {
    fn frame(&self, elapsed: Duration) -> AnyFrame {
        match self.content {
            Content::Classic(content) => Frame::new(self.id, &content(elapsed)).map(AnyFrame::Classic),
            Content::Fd(content) => FdFrame::new(self.id, FdFlags::BRS, &content(elapsed)).map(AnyFrame::Fd),
        }
        .unwrap_or_else(|| unreachable!("8 and 64 bytes are lengths of such frames"))
    }
}

/// A value that goes from `low` up to `high` and back in `period`.
pub(super) fn swing(elapsed: Duration, period: Duration, low: u16, high: u16) -> u16 {
    let (elapsed, period) = (elapsed.as_millis() as u64, (period.as_millis() as u64).max(2));
    let half = period / 2;
    let phase = elapsed % period;
    let up = if phase < half { phase } else { period - phase };
    low + (u64::from(high - low) * up / half.max(1)) as u16
}

/// The bytes of a frame: values of 16 bits, then a count that shows which frames are missing.
pub(super) fn values(first: u16, second: u16, third: u16, elapsed: Duration, period: Duration) -> [u8; 8] {
    let [a, b] = first.to_be_bytes();
    let [c, d] = second.to_be_bytes();
    let [e, f] = third.to_be_bytes();
    let count = (elapsed.as_millis() / period.as_millis().max(1)) as u16;
    let [g, h] = count.to_be_bytes();
    [a, b, c, d, e, f, g, h]
}
