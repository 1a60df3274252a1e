//! `ioctl(2)` of sockets of every kind.

use anysock::Family;
use anysock::io_control::IoRequest;

use super::options::is_tcp;
use super::{Generator, Known};
use crate::call::{Call, Slot};

/// What a socket is asked.
const REQUESTS: [IoRequest; 4] =
    [IoRequest::Readable, IoRequest::AtMark, IoRequest::Unsent, IoRequest::Unacknowledged];

impl Generator {
    pub(super) fn request(&mut self, known: Known) {
        let Known { slot, kind, .. } = known;
        // How much memory a message takes that waits, a Unix socket's or one that is not complete, is a matter of the
        // kernel's version.
        let of_sent = match kind.family {
            Family::UNIX => 1,
            _ if is_tcp(kind) && self.is_unclear_of(known) => 0,
            _ if self.corks => 1,
            _ => 2,
        };
        let request = self.random.of(&REQUESTS[..2 + of_sent]);
        self.calls.push(Call::IoControl(slot, request));
    }

    /// Whether what TCP says of what was sent is not asked for: of a socket that has connected by itself, since it may
    /// have had another connection before, which has gone on to other sequence numbers (`tcp_disconnect`), and of one
    /// that has sent a FIN, whose acknowledgment may wait for the kernel's next tick.
    fn is_unclear_of(&self, known: Known) -> bool {
        let is_same =
            |slot: &Slot| self.known.iter().any(|it| it.slot == *slot && it.original == known.original);
        self.calls.iter().any(|call| match call {
            Call::Connect(slot, _) | Call::Listen(slot, _) | Call::Shutdown(slot, _) => is_same(slot),
            _ => false,
        })
    }
}
