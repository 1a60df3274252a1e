//! The CLOSED state: what answers a segment that belongs to no connection (RFC 9293 §3.10.7.1).

use super::congestion::CongestionControl;
use super::{Connection, Flags, Segment, SequenceNumber};

/// The answer to a segment that belongs to no connection and no listener: a RST, or nothing where the segment
/// is a RST itself (RFC 9293 §3.10.7.1).
///
/// ```
/// use anysock::tcp::{refuse, Flags, Segment, SequenceNumber};
///
/// let syn = Segment::new(Flags::SYN, SequenceNumber(100), SequenceNumber(0));
/// let answer = refuse(&syn).unwrap();
/// assert_eq!((answer.flags, answer.ack), (Flags::RST | Flags::ACK, SequenceNumber(101)));
/// assert_eq!(refuse(&answer), None);
/// ```
pub fn refuse(segment: &Segment<'_>) -> Option<Segment<'static>> {
    Reset::answering(segment).map(|reset| reset.segment())
}

impl<C: CongestionControl> Connection<C> {
    /// Tells the peer that the connection is no more, by a RST with the numbers that it expects.
    pub(super) const fn reset_peer(&mut self) {
        self.reset = Some(Reset::Own { seq: self.snd.acceptable(), ack: self.rcv.nxt });
    }
}

/// A RST that waits to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Reset {
    /// <SEQ=SEG.ACK><CTL=RST>
    At(SequenceNumber),
    /// <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
    Acknowledging(SequenceNumber),
    /// What ends a connection of ours, with its numbers and its window.
    Own { seq: SequenceNumber, ack: SequenceNumber },
}

impl Reset {
    /// The RST that makes itself acceptable to the sender of `segment`; a RST is never answered.
    pub(super) fn answering(segment: &Segment<'_>) -> Option<Reset> {
        if segment.flags.contains(Flags::RST) {
            None
        } else if segment.flags.contains(Flags::ACK) {
            Some(Reset::At(segment.ack))
        } else {
            Some(Reset::Acknowledging(segment.seq + segment.sequence_length()))
        }
    }

    pub(super) fn segment(self) -> Segment<'static> {
        let none = SequenceNumber(0);
        match self {
            Reset::At(seq) => Segment::new(Flags::RST, seq, none),
            Reset::Acknowledging(ack) => Segment::new(Flags::RST | Flags::ACK, none, ack),
            Reset::Own { seq, ack } => Segment::new(Flags::RST | Flags::ACK, seq, ack),
        }
    }
}
