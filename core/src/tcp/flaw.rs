//! What is wrong with a segment that a connection drops.
//!
//! ```
//! use anysock::tcp::{Config, Connection, Discarded, Fixed, Flags, Flaw, Segment, SequenceNumber};
//! use anysock::time::Instant;
//!
//! let (now, mut memory) = (Instant::ZERO, Fixed::<16, 16>::new());
//! let syn = Segment::new(Flags::SYN, SequenceNumber(100), SequenceNumber(0));
//! let mut server = Connection::accept(&Config::default(), SequenceNumber(224), &syn, now);
//! server.poll_transmit(now, &mut memory).unwrap();
//! let ack = Segment::new(Flags::ACK, SequenceNumber(101), SequenceNumber(225));
//! assert_eq!(server.segment_arrives(now, &ack, &mut memory), None);
//!
//! // A SYN of a connection that there is already is answered, but not too often.
//! let discarded = |is_answered| Some(Discarded { flaw: Flaw::Syn, is_answered });
//! assert_eq!(server.segment_arrives(now, &syn, &mut memory), discarded(true));
//! assert_eq!(server.segment_arrives(now, &syn, &mut memory), discarded(false));
//! ```

/// What is wrong with a segment, in the order in which it is looked for (RFC 9293 §3.10.7.4; Linux:
/// `tcp_validate_incoming`, `tcp_ack`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Flaw {
    /// Its timestamp is older than one that came before (RFC 7323 §5).
    Past,
    /// The same, of an acknowledgment without text that others have overtaken: that happens, and is not answered
    /// (Linux: `PAWSOldAck`).
    PastAcknowledgment,
    /// Its numbers are not in the window.
    Unacceptable,
    /// It is a RST, whose number is not the next (RFC 5961 §3).
    Reset,
    /// It is a SYN of a connection that there is already (RFC 5961 §4).
    Syn,
    /// It acknowledges what was never sent, or what is too old (RFC 5961 §5).
    Acknowledgment,
}

/// A segment that was dropped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Discarded {
    /// Why.
    pub flaw: Flaw,
    /// It will be acknowledged. Where not, it was not to be, or another has been too short a time ago (RFC 5961 §7).
    pub is_answered: bool,
}

impl Discarded {
    /// `flaw`, with whether it is answered.
    #[inline]
    pub(super) const fn of(flaw: Flaw, is_answered: bool) -> Option<Discarded> {
        Some(Discarded { flaw, is_answered })
    }
}
