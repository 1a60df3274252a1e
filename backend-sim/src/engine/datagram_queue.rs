//! What has come to a datagram socket and waits to be received: to UDP's, to raw and ping sockets, and to packet
//! sockets.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use anysock::message::{ControlWriter, Timestamp};
use anysock::option::socket::SO_TIMESTAMPNS_NEW;
use anysock::{AnyAddr, Errno, Level, MessageFlags, PollEvents, Received};

use super::socket::{Common, Incoming, copy_address};

/// What a queued datagram takes beside its bytes: about what an sk_buff does.
pub(super) const OVERHEAD: usize = 768;

/// A datagram that waits to be received.
#[derive(Debug)]
struct Datagram<A> {
    about: A,
    bytes: Vec<u8>,
    at: Timestamp,
}

/// The datagrams of a socket, of each of which `A` is known beside its bytes.
#[derive(Debug)]
pub(super) struct DatagramQueue<A> {
    waiting: VecDeque<Datagram<A>>,
    size: usize,
}

impl<A> Default for DatagramQueue<A> {
    fn default() -> Self {
        DatagramQueue { waiting: VecDeque::new(), size: 0 }
    }
}

impl<A> DatagramQueue<A> {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What the datagrams take of the receive buffer.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Puts a datagram behind the others.
    pub(super) fn push(&mut self, about: A, bytes: Vec<u8>, at: Timestamp) {
        self.size += bytes.len() + OVERHEAD;
        self.waiting.push_back(Datagram { about, bytes, at });
    }

    /// Gives out the oldest datagram; MSG_PEEK leaves it there. `tells_whole` says whether its length is told where
    /// it is cut short. `tell` gives the sender's address, after it has written what else is to be known of a datagram
    /// of so many bytes, and whether there was room for that.
    ///
    /// # Errors
    /// `EAGAIN` where there is none.
    pub(super) fn recv(
        &mut self,
        common: &Common,
        message: &mut Incoming<'_>,
        tells_whole: bool,
        tell: impl FnOnce(&A, usize, &mut ControlWriter<'_>) -> (AnyAddr, bool),
    ) -> Result<Received, Errno> {
        let datagram = self.waiting.front().ok_or(Errno::EAGAIN)?;
        let whole = datagram.bytes.len();
        let len = whole.min(message.bytes.len());
        message.bytes[..len].copy_from_slice(&datagram.bytes[..len]);
        let mut control = ControlWriter::new(message.control);
        let mut flags = if len < whole { MessageFlags::TRUNC } else { MessageFlags::empty() };
        if common.timestamp_ns
            && !control.deliver(Level::SOCKET, SO_TIMESTAMPNS_NEW, &datagram.at.to_timespec())
        {
            flags |= MessageFlags::CTRUNC;
        }
        let (from, fits) = tell(&datagram.about, whole, &mut control);
        if !fits {
            flags |= MessageFlags::CTRUNC;
        }
        let control_len = control.into_bytes().len();
        if !message.flags.contains(MessageFlags::PEEK) {
            self.waiting.pop_front();
            self.size -= whole + OVERHEAD;
        }
        let address_len = copy_address(message.address, from.as_bytes());
        let len = if tells_whole { whole } else { len };
        Ok(Received { len, address_len, control_len, handles: 0, flags })
    }

    /// What the socket is ready for; `shut` says whether receiving and sending are shut down (`datagram_poll`).
    pub(super) fn poll(&self, has_error: bool, shut: [bool; 2]) -> PollEvents {
        let [shut_read, shut_write] = shut;
        let mut events = PollEvents::OUT | PollEvents::WRNORM | PollEvents::WRBAND;
        if has_error {
            events |= PollEvents::ERR;
        }
        if !self.is_empty() || shut_read {
            events |= PollEvents::IN | PollEvents::RDNORM;
        }
        if shut_read {
            events |= PollEvents::RDHUP;
        }
        if shut_read && shut_write {
            events |= PollEvents::HUP;
        }
        events
    }
}
