//! The variables of both directions (RFC 9293 §3.3.1): what was sent, what has come, and how much each side takes.

use super::SequenceNumber;
use super::accurate_ecn::Marks;
use crate::time::Instant;

/// The send sequence variables (RFC 9293 §3.3.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct SendVariables {
    /// ISS: initial send sequence number.
    pub(super) iss: SequenceNumber,
    /// SND.UNA: oldest unacknowledged sequence number.
    pub(super) una: SequenceNumber,
    /// SND.NXT: the number that follows everything ever sent.
    pub(super) nxt: SequenceNumber,
    /// Where sending goes on: SND.NXT, or before it after a timeout, to send again from SND.UNA.
    pub(super) resume: SequenceNumber,
    /// The number that follows the last octet of text that the user has given; our FIN's, once it is queued.
    pub(super) end: SequenceNumber,
    /// The number that follows the last segment sent that was less than full; SND.UNA once it is acknowledged.
    pub(super) small: SequenceNumber,
    /// SND.WND: send window, in octets.
    pub(super) wnd: u32,
    /// SND.WL1: segment sequence number used for last window update.
    pub(super) wl1: SequenceNumber,
    /// How many octets have been acknowledged, the SYN apart; `u32::MAX` for more.
    pub(super) acknowledged: u32,
    /// MAX.SND.WND: the largest window that the peer has offered (RFC 9293 §3.10.7.4, fifth).
    pub(super) max_wnd: u32,
    /// Eff.snd.MSS: the largest segment to send (RFC 9293 §3.7.1).
    pub(super) mss: u32,
    /// The same where the peer's windows are large enough.
    pub(super) whole_mss: u16,
    /// Snd.Wind.Shift (RFC 7323 §2.3).
    pub(super) shift: u8,
    /// Our SYN has been acknowledged.
    pub(super) syn_acknowledged: bool,
    /// Our SYN had to be sent more than once.
    pub(super) syn_retransmitted: bool,
    /// The user has closed this direction: a FIN follows the text.
    pub(super) fin: bool,
    /// More is to follow the text that the user has given last: PSH does not end it.
    pub(super) more: bool,
    /// The user has ended records: the send buffer knows where.
    pub(super) records: bool,
    /// The segment at SND.UNA is lost: send it again (RFC 5681 §3.2).
    pub(super) retransmit: bool,
    /// The persist timer has expired: probe the window.
    pub(super) probe: bool,
    /// The keepalive timer has expired: probe the peer.
    pub(super) keepalive: bool,
}

impl SendVariables {
    /// Before the SYN, which takes `isn`.
    #[inline]
    pub(super) fn new(isn: SequenceNumber, mss: u32) -> SendVariables {
        SendVariables {
            iss: isn,
            una: isn,
            nxt: isn,
            resume: isn,
            end: isn + 1,
            small: isn,
            wnd: 0,
            wl1: SequenceNumber(0),
            acknowledged: 0,
            max_wnd: 0,
            mss,
            whole_mss: mss as u16,
            shift: 0,
            syn_acknowledged: false,
            syn_retransmitted: false,
            fin: false,
            more: false,
            records: false,
            retransmit: false,
            probe: false,
            keepalive: false,
        }
    }

    /// The sequence number of the octet at the front of the send buffer.
    #[inline]
    pub(super) fn front(&self) -> SequenceNumber {
        if self.syn_acknowledged { self.una.earlier(self.end) } else { self.iss + 1 }
    }

    /// Octets in the send buffer.
    #[inline]
    pub(super) fn queued(&self) -> u32 {
        self.end.since(self.front())
    }

    /// The number that follows everything that is to be sent so far, our FIN included.
    #[inline]
    pub(super) fn limit(&self) -> SequenceNumber {
        if self.fin { self.end + 1 } else { self.end }
    }

    /// The number of a segment without text that the peer accepts: SND.NXT, unless a probe, or a window that was
    /// taken back, has left that beyond the window (RFC 9293 §3.10.7.4, first; Linux: tcp_acceptable_seq). A window
    /// that has only stepped back by less than a unit of its scale was not taken back (RFC 7323 §2.4).
    #[inline]
    pub(super) const fn acceptable(&self) -> SequenceNumber {
        let edge = SequenceNumber(self.una.0.wrapping_add(self.wnd));
        if !self.nxt.is_after(edge) || !self.syn_acknowledged {
            return self.nxt;
        }
        let is_rounded = self.wnd > 0 && self.nxt.since(edge) < 1u32.wrapping_shl(self.shift as u32);
        if is_rounded { self.nxt } else { edge }
    }

    /// The window that a segment of the peer's offers, in octets (RFC 7323 §2.3).
    #[inline]
    pub(super) fn scaled(&self, field: u16) -> u32 {
        u32::from(field).wrapping_shl(u32::from(self.shift))
    }

    /// Numbers sent and not acknowledged.
    #[inline]
    pub(super) fn flight(&self) -> u32 {
        self.nxt.since(self.una)
    }
}

/// The receive sequence variables (RFC 9293 §3.3.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct ReceiveVariables {
    /// IRS: initial receive sequence number.
    pub(super) irs: SequenceNumber,
    /// RCV.NXT: next sequence number expected.
    pub(super) nxt: SequenceNumber,
    /// RCV.NXT + RCV.WND: the number that follows the largest window we offered. It never retreats. What a scaled
    /// window field says of it is rounded down, so that the peer may see it step back by less than the field's unit;
    /// what it sends up to here is taken all the same (RFC 7323 §2.4: "MUST honor, as in window").
    pub(super) edge: SequenceNumber,
    /// The acknowledgment number that we sent last.
    pub(super) acknowledged: SequenceNumber,
    /// The most that is offered for now: what the SYN did, and more as text comes (Linux: rcv_ssthresh).
    pub(super) threshold: u32,
    /// When text last came in order; [`Instant::MAX`] where none has.
    pub(super) text_at: Instant,
    /// Octets in order that the user has not read.
    pub(super) readable: u32,
    /// The sequence number of the peer's FIN, once seen.
    fin_at: SequenceNumber,
    fin_seen: bool,
    /// Rcv.Wind.Shift (RFC 7323 §2.3).
    pub(super) shift: u8,
    /// r.cep (RFC 9768 §3.2).
    pub(super) marks: Marks,
}

impl ReceiveVariables {
    /// Before the peer's SYN.
    #[inline]
    pub(super) const fn new() -> ReceiveVariables {
        ReceiveVariables {
            irs: SequenceNumber(0),
            nxt: SequenceNumber(0),
            edge: SequenceNumber(0),
            acknowledged: SequenceNumber(0),
            threshold: 0,
            text_at: Instant::MAX,
            readable: 0,
            fin_at: SequenceNumber(0),
            fin_seen: false,
            shift: 0,
            marks: Marks::new(),
        }
    }

    /// RCV.WND.
    #[inline]
    pub(super) fn wnd(&self) -> u32 {
        self.edge.since(self.nxt)
    }

    /// The window field that offers at most `window` octets (RFC 7323 §2.3).
    #[inline]
    pub(super) fn field(&self, window: u32) -> u16 {
        window.wrapping_shr(u32::from(self.shift)).min(u32::from(u16::MAX)) as u16
    }

    /// The octets that a window field offers.
    #[inline]
    pub(super) fn scaled(&self, field: u16) -> u32 {
        u32::from(field).wrapping_shl(u32::from(self.shift))
    }

    /// The sequence number of the peer's FIN, once seen.
    #[inline]
    pub(super) fn fin(&self) -> Option<SequenceNumber> {
        self.fin_seen.then_some(self.fin_at)
    }

    /// The peer's FIN has been seen there.
    pub(super) const fn set_fin(&mut self, fin: SequenceNumber) {
        (self.fin_at, self.fin_seen) = (fin, true);
    }

    /// Where text ends that ends at `limit`, or at the peer's FIN.
    #[inline]
    pub(super) fn before_fin(&self, limit: SequenceNumber) -> SequenceNumber {
        if self.fin_seen { limit.earlier(self.fin_at) } else { limit }
    }

    /// Whether the peer's FIN has been received in order.
    #[inline]
    pub(super) fn is_finished(&self) -> bool {
        self.fin_seen && self.nxt == self.fin_at + 1
    }
}
