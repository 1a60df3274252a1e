//! Explicit congestion notification: a router marks packets instead of dropping them (RFC 3168).

use super::SequenceNumber;
use super::accurate_ecn::AccurateEcn;
use super::config::EcnNegotiation;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection};
use super::recovery::{Delivery, Phase};
use super::segment::{Ecn, Flags, Segment};
use super::state::State;

bitflags::bitflags! {
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub(super) struct Condition: u8 {
        /// Both SYNs agreed to it.
        const AGREED = 0x01;
        /// A mark has come, and the peer has not yet said that it sends less: every segment of ours says so.
        const ECHO = 0x02;
        /// The window was reduced, and the peer does not know yet.
        const REDUCED = 0x04;
        /// A mark was answered by a smaller window, and that window's numbers are not yet acknowledged.
        const REACTED = 0x08;
        /// Both SYNs agreed to Accurate ECN (RFC 9768).
        const ACCURATE = 0x10;
        /// The next acknowledgment tells which mark the peer's SYN had.
        const REFLECT = 0x20;
        /// The next acknowledgment that is owed is owed at once.
        const AT_ONCE = 0x40;
        /// The peer's SYN has come again, and its answer is not yet acknowledged.
        const SYN_AGAIN = 0x80;
    }
}

/// What a connection knows of congestion notification.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct CongestionNotification {
    pub(super) condition: Condition,
    /// SND.NXT when the window was last reduced for a mark.
    recover: SequenceNumber,
    pub(super) accurate: AccurateEcn,
}

impl CongestionNotification {
    pub(super) fn new() -> Self {
        CongestionNotification {
            condition: Condition::empty(),
            recover: SequenceNumber(0),
            accurate: AccurateEcn::new(),
        }
    }

    /// Whether both ends have agreed to it.
    pub(super) const fn is_agreed(&self) -> bool {
        self.condition.contains(Condition::AGREED)
    }

    /// Whether both ends have agreed to the accurate one.
    #[inline]
    pub(super) const fn is_accurate(&self) -> bool {
        cfg!(feature = "tcp-accurate-ecn") && self.condition.contains(Condition::ACCURATE)
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
        let asks_accurately =
            self.state == State::SynSent && self.config.ecn == EcnNegotiation::RequestAccurate;
        let asks = self.state == State::SynSent
            && self.config.ecn.requests()
            && !(self.snd.syn_retransmitted && self.config.ecn_fallback());
        if cfg!(feature = "tcp-accurate-ecn") && asks_accurately || self.ecn.is_accurate() {
            self.accurate_offer()
        } else if asks {
            Flags::ECE | Flags::CWR
        } else if self.ecn.is_agreed() && self.state != State::SynSent {
            Flags::ECE
        } else {
            Flags::empty()
        }
    }

    /// Takes the peer's wish from its SYN, or its answer from its SYN,ACK. A packet that carries a mark in its SYN
    /// comes from a path that does not understand them, unless it asks for more than RFC 3168 has (RFC 8311 §4.3;
    /// Linux: tcp_ecn_create_request).
    pub(super) fn synchronize_ecn(&mut self, syn: &Segment<'_>) {
        let bits = syn.flags & (Flags::ECE | Flags::CWR);
        self.ecn.condition = if self.agree_accurately(syn) {
            let reflect =
                if syn.flags.contains(Flags::ACK) { Condition::REFLECT } else { Condition::empty() };
            Condition::AGREED | Condition::ACCURATE | reflect
        } else if syn.flags.contains(Flags::ACK) {
            let agreed = self.config.ecn.requests() && bits == Flags::ECE;
            if agreed { Condition::AGREED } else { Condition::empty() }
        } else {
            let agreed = self.config.ecn != EcnNegotiation::Off
                && bits == Flags::ECE | Flags::CWR
                && (syn.ecn == Ecn::NotCapable || syn.flags.contains(Flags::AE));
            if agreed { Condition::AGREED } else { Condition::empty() }
        };
    }

    /// Looks at the mark of a packet with text that lies in the window, and at CWR (RFC 3168 §6.1.3).
    #[inline]
    pub(super) fn mark_arrives(&mut self, segment: &Segment<'_>) {
        if !self.ecn.is_agreed() || segment.payload.is_empty() {
            return;
        }
        if self.ecn.is_accurate() {
            if self.ecn.condition.contains(Condition::AT_ONCE) {
                self.acknowledgment = Acknowledgment::Due;
            }
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
    /// a loss, once per window (RFC 3168 §6.1.2, RFC 9768 §3.2.2.5); not if a loss has reduced it.
    #[inline]
    pub(super) fn echo_arrives(&mut self, segment: &Segment<'_>, delivery: &Delivery) {
        if self.ecn.is_agreed() {
            self.echo_arrives_as_agreed(segment, delivery);
        }
    }

    #[inline(never)]
    fn echo_arrives_as_agreed(&mut self, segment: &Segment<'_>, delivery: &Delivery) {
        // "CWR is to be held something *above* high_seq is ACKed for CWR bit to reach receiver" (Linux:
        // tcp_fastretrans_alert): the acknowledgment of the window's last octet was sent before that.
        if self.ecn.condition.contains(Condition::REACTED) && self.snd.una.is_after(self.ecn.recover) {
            self.ecn.condition.remove(Condition::REACTED);
        }
        let echoes = if self.ecn.is_accurate() {
            self.feedback_arrives(segment, delivery)
        } else {
            segment.flags.contains(Flags::ECE)
        };
        let reacts = !self.ecn.condition.contains(Condition::REACTED) && self.recovery.phase == Phase::Open;
        if echoes && reacts {
            self.ecn.condition |= Condition::REACTED | Condition::REDUCED;
            self.ecn.recover = self.snd.nxt;
            self.congested(delivery.flight);
            self.congestion.window = self.congestion.slow_start_threshold;
        }
    }

    /// The control bits and the mark of a segment that is to be sent: text that is new may be marked by routers,
    /// nothing else (RFC 3168 §6.1.4 to §6.1.6).
    #[inline]
    pub(super) fn mark(&mut self, is_new_text: bool) -> (Flags, Ecn) {
        if !self.ecn.is_agreed() {
            return (Flags::empty(), Ecn::NotCapable);
        }
        self.mark_as_agreed(is_new_text)
    }

    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn mark_as_agreed(&mut self, is_new_text: bool) -> (Flags, Ecn) {
        if self.ecn.is_accurate() {
            return self.mark_accurately();
        }
        let echo = if self.ecn.condition.contains(Condition::ECHO) { Flags::ECE } else { Flags::empty() };
        if !is_new_text {
            return (echo, Ecn::NotCapable);
        }
        let is_news = self.ecn.condition.contains(Condition::REDUCED);
        self.ecn.condition.remove(Condition::REDUCED);
        (if is_news { echo | Flags::CWR } else { echo }, Ecn::Capable0)
    }
}
