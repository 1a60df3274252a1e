//! Explicit congestion notification: a router marks packets instead of dropping them (RFC 3168).

use super::SequenceNumber;
use super::config::EcnNegotiation;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection};
use super::recovery::Phase;
use super::segment::{Ecn, Flags, Segment};
use super::state::State;

bitflags::bitflags! {
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    struct Condition: u8 {
        /// Both SYNs agreed to it.
        const AGREED = 0x01;
        /// A mark has come, and the peer has not yet said that it sends less: every segment of ours says so.
        const ECHO = 0x02;
        /// The window was reduced, and the peer does not know yet.
        const REDUCED = 0x04;
        /// A mark was answered by a smaller window, and that window's numbers are not yet acknowledged.
        const REACTED = 0x08;
    }
}

/// What a connection knows of congestion notification.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct CongestionNotification {
    condition: Condition,
    /// SND.NXT when the window was last reduced for a mark.
    recover: SequenceNumber,
}

impl CongestionNotification {
    pub(super) const fn new() -> Self {
        CongestionNotification { condition: Condition::empty(), recover: SequenceNumber(0) }
    }

    /// Whether both ends have agreed to it.
    pub(super) const fn is_agreed(&self) -> bool {
        self.condition.contains(Condition::AGREED)
    }

    /// Whether the window was reduced for a mark, and does not grow until its numbers are acknowledged: "TCP SHOULD NOT
    /// increase the congestion window in response to the receipt of an ECN-Echo ACK packet" (RFC 3168 §6.1.2).
    #[inline]
    pub(super) const fn is_reacting(&self) -> bool {
        self.condition.contains(Condition::REACTED)
    }

    /// The window was reduced for another reason: the peer hears of that, too (RFC 3168 §6.1.2).
    pub(super) fn reduced(&mut self) {
        self.condition.set(Condition::REDUCED, self.is_agreed());
    }
}

impl<C: CongestionControl> Connection<C> {
    /// The control bits that a SYN or SYN,ACK of ours adds (RFC 3168 §6.1.1). A SYN that is sent again asks no more,
    /// for there are paths that drop such SYNs (§6.1.1.1; Linux: `tcp_ecn_fallback`).
    pub(super) fn ecn_offer(&self) -> Flags {
        let asks = self.state == State::SynSent
            && self.config.ecn == EcnNegotiation::Request
            && !self.snd.syn_retransmitted;
        if asks {
            Flags::ECE | Flags::CWR
        } else if self.ecn.is_agreed() && self.state != State::SynSent {
            Flags::ECE
        } else {
            Flags::empty()
        }
    }

    /// Takes the peer's wish from its SYN, or its answer from its SYN,ACK. A packet that carries a mark in its SYN
    /// comes from a path that does not understand them (Linux: tcp_ecn_create_request).
    pub(super) fn synchronize_ecn(&mut self, syn: &Segment<'_>) {
        let bits = syn.flags & (Flags::ECE | Flags::CWR);
        let agreed = if syn.flags.contains(Flags::ACK) {
            self.config.ecn == EcnNegotiation::Request && bits == Flags::ECE
        } else {
            self.config.ecn != EcnNegotiation::Off
                && bits == Flags::ECE | Flags::CWR
                && syn.ecn == Ecn::NotCapable
        };
        self.ecn.condition = if agreed { Condition::AGREED } else { Condition::empty() };
    }

    /// Looks at the mark of a packet with text that lies in the window, and at CWR (RFC 3168 §6.1.3).
    #[inline]
    pub(super) fn mark_arrives(&mut self, segment: &Segment<'_>) {
        if !self.ecn.is_agreed() || segment.payload.is_empty() {
            return;
        }
        if segment.flags.contains(Flags::CWR) {
            self.ecn.condition.remove(Condition::ECHO);
        }
        if segment.ecn == Ecn::CongestionExperienced && !self.ecn.condition.contains(Condition::ECHO) {
            self.ecn.condition |= Condition::ECHO;
            // The peer is to hear of it at once (Linux: tcp_enter_quickack_mode).
            self.acknowledgment = Acknowledgment::Due;
        }
    }

    /// An acceptable acknowledgment of SND.UNA or more says that a mark has arrived: the window is reduced as for
    /// a loss, once per window (RFC 3168 §6.1.2), `flight` having been in flight; not if a loss has reduced it.
    #[inline]
    pub(super) fn echo_arrives(&mut self, segment: &Segment<'_>, flight: u32) {
        if !self.ecn.is_agreed() {
            return;
        }
        // "CWR is to be held something *above* high_seq is ACKed for CWR bit to reach receiver" (Linux:
        // tcp_fastretrans_alert): the acknowledgment of the window's last octet was sent before that.
        if self.ecn.condition.contains(Condition::REACTED) && self.snd.una.is_after(self.ecn.recover) {
            self.ecn.condition.remove(Condition::REACTED);
        }
        let reacts = !self.ecn.condition.contains(Condition::REACTED) && self.recovery.phase == Phase::Open;
        if segment.flags.contains(Flags::ECE) && reacts {
            self.ecn.condition |= Condition::REACTED | Condition::REDUCED;
            self.ecn.recover = self.snd.nxt;
            self.congestion.on_congestion(self.snd.mss, flight);
            self.congestion.window = self.congestion.slow_start_threshold;
        }
    }

    /// Marks a segment that is to be sent: text that is new may be marked by routers, nothing else (RFC 3168
    /// §6.1.4 to §6.1.6).
    #[inline]
    pub(super) fn mark(&mut self, segment: &mut Segment<'_>, is_new_text: bool) {
        if !self.ecn.is_agreed() {
            return;
        }
        if self.ecn.condition.contains(Condition::ECHO) {
            segment.flags |= Flags::ECE;
        }
        if is_new_text {
            segment.ecn = Ecn::Capable0;
            if self.ecn.condition.contains(Condition::REDUCED) {
                self.ecn.condition.remove(Condition::REDUCED);
                segment.flags |= Flags::CWR;
            }
        }
    }
}
