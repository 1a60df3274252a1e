//! Urgent data (RFC 9293 §3.8.5, RFC 6093): a mark in the stream, and the octet before it, which a receiver may
//! take out of band.
//!
//! As on Linux, the octet before the urgent pointer is the urgent one; with [`Config::urgent_pointer_to_last`] it
//! is the one that the pointer points to.
//!
//! [`Config::urgent_pointer_to_last`]: super::Config::urgent_pointer_to_last

use super::congestion::CongestionControl;
use super::connection::Connection;
use super::segment::{Flags, Segment};
use super::storage::{Buffer, Storage};
use super::{Error, SequenceNumber, State};
use crate::time::Instant;

/// What a receiver knows of urgent data.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Received {
    Nothing,
    /// The mark is known, its octet has not come.
    Announced,
    Octet(u8),
    /// The octet was taken out of band; the mark has not been passed.
    Taken,
}

/// The urgent pointers of both directions.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Urgent {
    /// SND.UP: the number that follows the last urgent octet given by the user.
    snd_up: SequenceNumber,
    /// The number of the urgent octet of the peer's, while `received` is anything.
    mark: SequenceNumber,
    /// SND.UP is not acknowledged.
    sends: bool,
    received: Received,
}

impl Urgent {
    pub(super) const fn new() -> Self {
        Urgent {
            snd_up: SequenceNumber(0),
            mark: SequenceNumber(0),
            sends: false,
            received: Received::Nothing,
        }
    }

    /// Whether urgent text is on its way that is not acknowledged up to `una`: it does not wait for company (Linux:
    /// tcp_nagle_test).
    #[inline]
    pub(super) const fn sends(&self, una: SequenceNumber) -> bool {
        self.sends && self.snd_up.is_after(una)
    }
}

impl<C: CongestionControl> Connection<C> {
    /// Queues octets as [`send`](Self::send) does, the last of those taken being urgent.
    ///
    /// The receiver learns of the mark at once, even while its window is shut. Errors: as for `send`.
    #[doc(alias = "MSG_OOB")]
    pub fn send_urgent(
        &mut self,
        now: Instant,
        octets: &[u8],
        storage: &mut impl Storage,
    ) -> Result<usize, Error> {
        let taken = self.send(now, octets, storage)?;
        if taken > 0 {
            self.urgent.snd_up = self.snd.end;
            self.urgent.sends = true;
        }
        Ok(taken)
    }

    /// Whether text is in flight, or waits to be sent, that is urgent or lies before what is.
    pub fn sends_urgent(&self) -> bool {
        self.urgent.sends(self.snd.una)
    }

    /// Takes the urgent octet out of band, or with `peek` only looks at it. `None` at the end of the stream.
    ///
    /// Errors: [`WouldBlock`](Error::WouldBlock) where it is announced but has not come;
    /// [`NoUrgentData`](Error::NoUrgentData) where there is none, or none any more, or where it stays in line.
    #[doc(alias = "MSG_OOB")]
    pub fn receive_urgent(&mut self, peek: bool) -> Result<Option<u8>, Error> {
        match self.urgent.received {
            _ if self.config.urgent_inline() => Err(Error::NoUrgentData),
            Received::Nothing | Received::Taken => Err(Error::NoUrgentData),
            Received::Octet(octet) => {
                if !peek {
                    self.urgent.received = Received::Taken;
                }
                Ok(Some(octet))
            }
            Received::Announced if self.state == State::Closed || self.rcv.is_finished() => Ok(None),
            Received::Announced => Err(Error::WouldBlock),
        }
    }

    /// Whether an urgent octet waits to be taken by [`receive_urgent`](Self::receive_urgent), or in line
    /// (`POLLPRI`).
    #[doc(alias = "POLLPRI")]
    pub fn has_urgent(&self) -> bool {
        matches!(self.urgent.received, Received::Octet(_))
    }

    /// The number of the urgent octet that the peer has announced, until it has been passed. It changes whenever
    /// Linux sends `SIGURG`.
    #[doc(alias = "SIGURG")]
    pub fn urgent_mark(&self) -> Option<SequenceNumber> {
        (self.urgent.received != Received::Nothing).then_some(self.urgent.mark)
    }

    /// Whether everything before the urgent octet has been read.
    #[doc(alias = "SIOCATMARK")]
    #[doc(alias = "sockatmark")]
    pub fn is_at_mark(&self) -> bool {
        self.octets_before_mark() == Some(0)
    }

    /// Unread octets before the urgent one; `None` where there is none.
    fn octets_before_mark(&self) -> Option<u32> {
        (self.urgent.received != Received::Nothing).then(|| self.urgent.mark.since(self.first_unread()))
    }

    /// The number of the octet that is read next.
    fn first_unread(&self) -> SequenceNumber {
        let fin = u32::from(self.rcv.is_finished());
        self.rcv.nxt - fin - self.rcv.readable
    }

    /// Octets that one read gives, and how many are passed over before them: it stops before the urgent octet,
    /// and begins behind it where that one is not in line (Linux: tcp_recvmsg).
    #[inline]
    pub(super) fn next_read(&self) -> (u32, u32) {
        let readable = self.rcv.readable;
        match self.octets_before_mark() {
            Some(0) if !self.config.urgent_inline() && readable > 0 => (1, readable.saturating_sub(1)),
            Some(before @ 1..) if before < readable => (0, before),
            _ => (0, readable),
        }
    }

    /// Passes over the urgent octet where that is what is read next, and is not in line: what a read does that finds
    /// nothing behind it.
    pub fn pass_over_urgent(&mut self, storage: &mut impl Storage) {
        let (passed_over, _) = self.next_read();
        storage.parts().receive.discard(passed_over as usize);
        self.rcv.readable = self.rcv.readable.saturating_sub(passed_over);
        self.pass_mark();
    }

    /// Octets have been read: the mark may have been passed.
    #[inline]
    pub(super) fn pass_mark(&mut self) {
        if self.urgent.received != Received::Nothing && self.first_unread().is_after(self.urgent.mark) {
            self.urgent.received = Received::Nothing;
        }
    }

    /// "Sixth, check the URG bit" (RFC 9293 §3.10.7.4), in a state in which text is received.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn urgent_arrives(&mut self, segment: &Segment<'_>, storage: &mut impl Storage) {
        if segment.flags.contains(Flags::URG) || self.urgent.received == Received::Announced {
            self.urgent_octet_arrives(segment, storage);
        }
    }

    /// The same where there is anything urgent.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn urgent_octet_arrives(&mut self, segment: &Segment<'_>, storage: &mut impl Storage) {
        if segment.flags.contains(Flags::URG) {
            self.note_urgent_pointer(segment, storage);
        }
        if self.urgent.received == Received::Announced {
            let offset = self.urgent.mark.since(segment.seq) as usize;
            if let Some(octet) = segment.payload.range(offset, offset.saturating_add(1)).iter().next() {
                self.urgent.received = Received::Octet(octet);
            }
        }
    }

    /// "RCV.UP <- max(RCV.UP,SEG.UP)", with Linux's care (tcp_check_urg).
    fn note_urgent_pointer(&mut self, segment: &Segment<'_>, storage: &mut impl Storage) {
        let pointer = u32::from(segment.urgent_pointer);
        let offset = if self.config.urgent_pointer_to_last() { pointer } else { pointer.saturating_sub(1) };
        let mark = segment.seq + offset;
        let known = self.urgent.received != Received::Nothing;
        if mark.is_before(self.rcv.nxt) || (known && !mark.is_after(self.urgent.mark)) {
            return;
        }
        if self.is_at_mark() && !self.config.urgent_inline() && self.rcv.readable > 0 {
            // The old urgent octet waits to be passed over; behind the new mark nobody would know it.
            storage.parts().receive.discard(1);
            self.rcv.readable = self.rcv.readable.saturating_sub(1);
        }
        self.urgent.mark = mark;
        self.urgent.received = Received::Announced;
    }

    /// The urgent pointer of a segment at `seq`, where that comes before the urgent octet.
    #[inline]
    pub(super) fn urgent_pointer(&mut self, seq: SequenceNumber) -> Option<u16> {
        if self.urgent.sends { self.urgent_pointer_ahead(seq) } else { None }
    }

    #[inline(never)]
    fn urgent_pointer_ahead(&mut self, seq: SequenceNumber) -> Option<u16> {
        let up = self.urgent.snd_up;
        self.urgent.sends = up.is_after(self.snd.una);
        let last = u32::from(self.config.urgent_pointer_to_last());
        // Farther than the field reaches: it goes as far as it can.
        let pointer = up.since(seq).wrapping_sub(last).min(u32::from(u16::MAX));
        (self.urgent.sends && up.is_after(seq)).then_some(pointer as u16)
    }
}
