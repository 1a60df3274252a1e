//! What waits to be sent to a client: answers, then frames.

use core::fmt::Write;
use core::time::Duration;

use anysock::can::AnyFrame;
use anysock::{Backend, Deadline, Error, Instant, Socket};

use super::queue::{Limits, Queue};
use super::statistics::ClientUse;
use crate::socketcand::{DataStyle, Extensions, FrameReply, Reply};

/// How many bytes are handed to the stream at once. Only what has been written out leaves the queue, where
/// frames age, so this is also how much a slow client receives late.
const CHUNK: usize = 2048;
/// While this many bytes wait, no command is read whose answer would be added to them.
const MUCH: usize = 8192;

/// What waits to be sent to a client.
#[derive(Debug)]
pub(super) struct Output {
    /// Written out and not yet sent.
    bytes: String,
    /// How much of that has been sent.
    sent: usize,
    frames: Queue<(AnyFrame, Duration)>,
    /// No frame before then.
    hold_until: Instant,
    /// The stream took less than it was given: wait until it is writable.
    blocked: bool,
    style: DataStyle,
    pub(super) extensions: Extensions,
    usage: ClientUse,
}

impl Output {
    pub(super) fn new(limits: Limits) -> Output {
        Output {
            bytes: String::new(),
            sent: 0,
            frames: Queue::new(limits),
            hold_until: Instant::ZERO,
            blocked: false,
            style: DataStyle::Joined,
            extensions: Extensions::default(),
            usage: ClientUse::default(),
        }
    }

    /// Adds an answer, before all frames.
    pub(super) fn reply(&mut self, reply: &Reply) {
        // Writing to a String cannot fail.
        let _ = write!(self.bytes, "{reply}");
    }

    /// Adds an `< ok >`, and holds frames back until `until`.
    pub(super) fn ok(&mut self, until: Instant) {
        self.reply(&Reply::Ok);
        self.hold_until = until;
    }

    /// Queues a frame that arrived at `time`.
    pub(super) fn frame(&mut self, now: Instant, frame: AnyFrame, time: Duration) {
        if FrameReply::new(frame, time, self.style, self.extensions).is_some() {
            self.frames.push(now, (frame, time));
        } else {
            self.usage.skipped += 1;
        }
    }

    /// Forgets the frames queued: the mode changes.
    pub(super) fn restyle(&mut self, style: DataStyle) {
        self.frames.clear();
        self.style = style;
    }

    /// Forgets everything: nobody receives it any more.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.sent = 0;
        self.frames.clear();
    }

    /// Whether so much waits that no more commands are to be read.
    pub(super) fn is_much(&self) -> bool {
        self.bytes.len() - self.sent > MUCH
    }

    /// Whether the stream is to be watched for room.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// The stream has room again.
    pub(super) fn unblock(&mut self) {
        self.blocked = false;
    }

    /// Frames that wait.
    pub(super) fn queued(&self) -> usize {
        self.frames.len()
    }

    /// What has been sent, dropped and skipped so far.
    pub(super) fn usage(&self) -> ClientUse {
        ClientUse { drops: self.frames.drops(), ..self.usage }
    }

    /// When frames that are held back are due.
    pub(super) fn deadline(&self) -> Deadline {
        match (self.blocked, self.frames.is_empty()) {
            (false, false) => Deadline::at(self.hold_until),
            _ => Deadline::NEVER,
        }
    }

    /// Sends as much as the stream takes.
    ///
    /// # Errors
    /// The stream's own: the connection is dead.
    pub(super) fn flush<B: Backend>(&mut self, now: Instant, stream: &Socket<B>) -> Result<(), Error> {
        self.frames.expire(now);
        while !self.blocked {
            self.write_out(now);
            let rest = self.bytes.as_bytes().get(self.sent..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
            match stream.send(rest) {
                Ok(sent) => self.sent += sent,
                Err(error) if error.is_would_block() => self.blocked = true,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes frames out, once everything written out before has been sent.
    fn write_out(&mut self, now: Instant) {
        if self.sent < self.bytes.len() {
            return;
        }
        self.bytes.clear();
        self.sent = 0;
        if now < self.hold_until {
            return;
        }
        while self.bytes.len() < CHUNK {
            let Some((frame, time)) = self.frames.pop(now) else { return };
            if let Some(reply) = FrameReply::new(frame, time, self.style, self.extensions) {
                let _ = write!(self.bytes, "{reply}");
                self.usage.sent += 1;
            }
        }
    }
}
