//! What has come to a datagram socket and waits to be received: to UDP's, to raw and ping sockets, and to packet
//! sockets.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use anysock::io_control::IoRequest;
use anysock::message::{ControlWriter, Timestamp};
use anysock::{AnyAddr, Errno, MessageFlags, PollEvents, Received};

use super::sk_buff;
use super::socket::{Common, Incoming, copy_address};

/// What a queued datagram of so many bytes takes of the receive buffer: about its sk_buff, and memory that the kernel
/// gives out in powers of two (`skb->truesize`).
pub(super) fn memory(bytes: usize) -> usize {
    /// The headers of IPv4 and UDP, with room before them.
    const HEADERS: usize = 59;
    /// SKB_MAX_ALLOC: what is larger lies in pages.
    const IN_ONE_PIECE: usize = 16_064;
    match bytes + HEADERS {
        len if len < IN_ONE_PIECE => sk_buff::STRUCTURE + (len + sk_buff::SHARED_INFO).next_power_of_two(),
        _ => bytes + sk_buff::OVERHEAD,
    }
}

/// A datagram that waits to be received.
#[derive(Debug)]
struct Datagram<A> {
    about: A,
    bytes: Vec<u8>,
    at: Timestamp,
    /// How many were lost before it, where that is to be told.
    drops: u32,
    /// It has no bytes, and was looked at already.
    peeked: bool,
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
    pub(super) fn push(&mut self, common: &Common, about: A, bytes: Vec<u8>, at: Timestamp) {
        self.size += memory(bytes.len());
        let drops = common.drops_to_tell();
        self.waiting.push_back(Datagram { about, bytes, at, drops, peeked: false });
    }

    /// `ioctl(2)` of UDP and of raw sockets, which hold back nothing of what they send but `pending`, the bytes of what
    /// is not complete.
    pub(super) fn io_control(&self, request: IoRequest, pending: Option<usize>) -> Result<i32, Errno> {
        let answer = match request {
            IoRequest::Readable => self.waiting.front().map_or(0, |first| first.bytes.len()),
            IoRequest::Unacknowledged => pending.map_or(0, memory),
            _ => return Err(Errno::ENOTTY),
        };
        Ok(answer as i32)
    }

    /// Gives out the oldest datagram; MSG_PEEK leaves it there. `tells_whole` says whether its length is told where
    /// it is cut short. `tell` gives the sender's address, after it has written what else is to be known of a datagram
    /// of so many bytes, and whether there was room for that.
    ///
    /// # Errors
    /// `EAGAIN` where there is none.
    pub(super) fn recv(
        &mut self,
        common: &mut Common,
        message: &mut Incoming<'_>,
        tells_whole: bool,
        tell: impl FnOnce(&A, usize, &mut ControlWriter<'_>) -> (AnyAddr, bool),
    ) -> Result<Received, Errno> {
        let peeks = message.flags.contains(MessageFlags::PEEK);
        let (place, skip) = match common.peek_offset.get().filter(|_| peeks) {
            Some(offset) => self.looked_at(offset).ok_or(Errno::EAGAIN)?,
            None => (0, 0),
        };
        let datagram = self.waiting.get_mut(place).ok_or(Errno::EAGAIN)?;
        datagram.peeked |= peeks && datagram.bytes.is_empty();
        let (whole, rest) = (datagram.bytes.len(), &datagram.bytes[skip..]);
        let (room, len) = (message.bytes.len(), rest.len().min(message.bytes.len()));
        message.bytes[..len].copy_from_slice(&rest[..len]);
        let mut control = ControlWriter::new(message.control);
        let is_cut = room <= rest.len() && room < whole;
        let mut flags = if is_cut { MessageFlags::TRUNC } else { MessageFlags::empty() };
        let mut fits = common.tell_arrival(datagram.at, &mut control);
        fits &= common.tell_drops(datagram.drops, &mut control);
        let (from, others_fit) = tell(&datagram.about, whole, &mut control);
        if !(fits && others_fit) {
            flags |= MessageFlags::CTRUNC;
        }
        let control_len = control.into_bytes().len();
        if !peeks {
            self.waiting.pop_front();
            self.size -= memory(whole);
        }
        let address_len = copy_address(message.address, from.as_bytes());
        let len = if tells_whole { whole } else { len };
        common.peek_offset.advance(len, peeks);
        Ok(Received { len, address_len, control_len, handles: 0, flags })
    }

    /// Which datagram MSG_PEEK looks at from `offset` bytes on, and from where in it (`__skb_try_recv_from_queue`).
    fn looked_at(&self, mut offset: usize) -> Option<(usize, usize)> {
        for (place, datagram) in self.waiting.iter().enumerate() {
            let len = datagram.bytes.len();
            if offset < len || offset == 0 && !datagram.peeked {
                return Some((place, offset));
            }
            offset -= len;
        }
        None
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
