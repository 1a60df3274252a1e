//! SEGMENT ARRIVES, in the order of RFC 9293 §3.10.7; the quoted sentences are the RFC's.

use super::closed::Reset;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection};
use super::flaw::{Discarded, Flaw};
use super::recovery::Delivery;
use super::segment::{Flags, Segment};
use super::storage::Storage;
use super::timers::Timer;
use super::{Error, Event, State};
use crate::time::Instant;
use core::ops::ControlFlow;

impl<C: CongestionControl> Connection<C> {
    /// A segment from the peer has arrived, its checksum being right.
    ///
    /// Any segment at all is fine. What it changed is seen by [`state`](Self::state),
    /// [`readable`](Self::readable), [`writable`](Self::writable) and [`error`](Self::error); what it wants
    /// answered comes from [`poll_transmit`](Self::poll_transmit), best called when no more segments wait to be
    /// processed (MUST-58, MUST-59).
    ///
    /// Returns what is wrong with a segment that it drops by the checks that [`Flaw`](super::Flaw) lists; `None` for
    /// any other, such as one without ACK, and always in CLOSED and SYN-SENT, in which there is nothing to hold it
    /// against.
    pub fn segment_arrives(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) -> Option<Discarded> {
        match self.state {
            // §3.10.7.1, CLOSED STATE.
            State::Closed | State::Listen => self.reset = self.reset.or(Reset::answering(segment)),
            State::SynSent => self.arrives_in_syn_sent(now, segment, storage),
            _ => return self.arrives_in_other_states(now, segment, storage),
        }
        None
    }

    /// §3.10.7.3, SYN-SENT STATE.
    #[inline(never)]
    fn arrives_in_syn_sent(&mut self, now: Instant, segment: &Segment<'_>, storage: &mut impl Storage) {
        let flags = segment.flags;
        // "First, check the ACK bit": "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset."
        let acknowledges = flags.contains(Flags::ACK);
        if acknowledges && (!segment.ack.is_after(self.snd.iss) || segment.ack.is_after(self.snd.nxt)) {
            self.reset = Reset::answering(segment);
            return;
        }
        // "Second, check the RST bit": "If the ACK was acceptable, then signal to the user 'error: connection
        // reset'", which is ECONNREFUSED in the socket API.
        if flags.contains(Flags::RST) {
            if acknowledges {
                self.fail(now, Event::Rst, Error::Refused);
            }
            return;
        }
        // "Fourth, check the SYN bit"; "Fifth, if neither of the SYN or RST bits is set, then drop the segment."
        if !flags.contains(Flags::SYN) {
            return;
        }
        self.heard = now;
        self.synchronize(segment);
        if acknowledges {
            self.acknowledge(now, segment, storage, &mut Delivery::default());
            self.send_rejected_text_again();
            self.transition(now, Event::SynAck);
            self.acknowledgment = Acknowledgment::Due;
            // "If there are other controls or text in the segment, then continue processing at the sixth step."
            if segment.sequence_length() > 1 || flags.contains(Flags::URG) {
                let mut rest = *segment;
                rest.flags.remove(Flags::SYN);
                rest.seq += 1;
                self.arrives_text_and_fin(now, &rest, storage);
            }
        } else {
            // Both ends open at once: "Otherwise, enter SYN-RECEIVED, form a SYN,ACK segment and send it." Text
            // that came with the SYN is not acknowledged, so the peer sends it again.
            self.snd.resume = self.snd.iss;
            self.transition(now, Event::Syn);
        }
    }

    /// §3.10.7.4, Other States.
    fn arrives_in_other_states(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) -> Option<Discarded> {
        let flags = segment.flags;
        // "First, check sequence number".
        let is_past = self.is_from_the_past(now, segment);
        if is_past && !self.is_disordered_acknowledgment(segment) || !self.is_acceptable(segment) {
            return self.unacceptable(now, segment, is_past);
        }
        // "Second, check the RST bit".
        if flags.contains(Flags::RST) {
            return self.arrives_reset(now, segment, storage);
        }
        // "Third, check security": there is none.
        // "Fourth, check the SYN bit".
        if flags.contains(Flags::SYN) {
            if self.state == State::SynReceived && self.passive {
                // "Return this connection to the LISTEN state and return." Linux tells the peer by a reset
                // (tcp_check_req).
                self.transition(now, Event::Syn);
                self.reset = Reset::answering(segment);
                return None;
            }
            // RFC 5961: "irrespective of the sequence number, TCP endpoints MUST send a challenge ACK".
            self.syn_arrives_late(segment);
            return Discarded::of(Flaw::Syn, self.challenge(now));
        }
        if self.state == State::TimeWait && segment.sequence_length() > 0 {
            // The peer has something behind its FIN: it is told where it stands (Linux, tcp_timewait_state_process).
            if flags.contains(Flags::ACK) {
                self.timers.set(Timer::FinalWait, now + self.config.time_wait);
            }
            self.acknowledgment = Acknowledgment::Due;
            return None;
        }
        // "Fifth, check the ACK field: if the ACK bit is off, drop the segment and return".
        if !flags.contains(Flags::ACK) {
            return None;
        }
        self.marks_arrive(segment);
        if let ControlFlow::Break(discarded) = self.arrives_acknowledgment(now, segment, storage) {
            return discarded;
        }
        if !is_past {
            self.note_timestamp(segment);
        }
        self.heard = now;
        self.keepalives = 0;
        self.arrives_text_and_fin(now, segment, storage);
        None
    }

    /// The four cases of the acceptability test, Table 6. A closed window lets any segment at RCV.NXT pass, for
    /// "valid ACKs, URGs, and RSTs" count; of its text nothing will fit.
    ///
    /// What begins before RCV.NXT passes, too, if it ends no earlier than what we have acknowledged: a peer that has
    /// not heard of more numbers its segments so, and what they acknowledge must not be lost (Linux: tcp_sequence).
    /// A SYN that comes again is nothing of the kind.
    pub(super) fn is_acceptable(&self, segment: &Segment<'_>) -> bool {
        let nxt = self.rcv.nxt;
        if segment.seq.is_before(nxt) {
            let end = segment.seq + segment.sequence_length();
            let is_syn = segment.flags.contains(Flags::SYN);
            return if is_syn { end.is_after(nxt) } else { !end.is_before(self.rcv.acknowledged) };
        }
        segment.seq == nxt || segment.seq.is_within(nxt, self.rcv.wnd())
    }

    /// "If an incoming segment is not acceptable, an acknowledgment should be sent in reply (unless the RST bit
    /// is set)." Nor one that others have overtaken.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn unacceptable(&mut self, now: Instant, segment: &Segment<'_>, is_past: bool) -> Option<Discarded> {
        let is_syn = segment.flags.contains(Flags::SYN);
        if segment.flags.contains(Flags::RST) {
            // Of a peer that has closed and counts no FIN (Linux, tcp_reset_check).
            if segment.seq + 1 == self.rcv.nxt
                && matches!(self.state, State::CloseWait | State::LastAck | State::Closing)
            {
                self.ends_by_reset(now);
            }
            return Discarded::of(Flaw::Unacceptable, false);
        }
        if is_past
            && self.state != State::TimeWait
            && segment.sequence_length() == 0
            && segment.seq.is_before(self.rcv.nxt)
        {
            return Discarded::of(Flaw::PastAcknowledgment, false);
        }
        let flaw = match is_past {
            _ if is_syn => Flaw::Syn,
            true => Flaw::Past,
            false => Flaw::Unacceptable,
        };
        if self.state == State::SynReceived && is_syn && segment.seq == self.rcv.irs {
            // The peer sent its SYN again, so our SYN,ACK was lost; an ACK alone would not help (Linux does so).
            if !segment.flags.contains(Flags::ACK)
                && self.challenges.allow(now, self.config.challenge_interval())
            {
                self.snd.resume = self.snd.iss;
                self.syn_arrives_again(segment);
                return Discarded::of(flaw, true);
            }
        }
        Discarded::of(flaw, self.comes_again(now, segment))
    }

    /// Acknowledges a segment of which nothing is new, or nothing fits. Whether it is answered.
    pub(super) fn comes_again(&mut self, now: Instant, segment: &Segment<'_>) -> bool {
        if self.state == State::TimeWait && segment.flags.contains(Flags::FIN) {
            // "a retransmission of the remote FIN. Acknowledge it, and restart the 2 MSL timeout."
            self.timers.set(Timer::FinalWait, now + self.config.time_wait);
        }
        if segment.flags.contains(Flags::SYN) {
            self.syn_arrives_late(segment);
        } else {
            let end = segment.seq + segment.sequence_length();
            self.duplicate_arrives(segment.seq);
            self.note_duplicate(segment.seq, end.earlier(self.rcv.nxt));
        }
        // Text and FIN are always answered, for the peer waits for that; the rest with measure.
        if segment.sequence_length() == 0 || segment.flags.contains(Flags::SYN) {
            return self.challenge(now);
        }
        self.acknowledgment = Acknowledgment::Due;
        true
    }

    /// The three checks of RFC 5961 §3; the second of them, no RST outside the window, is done. In TIME-WAIT there is
    /// nothing to defend, and no challenge (Linux: tcp_timewait_state_process).
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn arrives_reset(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) -> Option<Discarded> {
        if segment.seq == self.rcv.nxt || self.was_reported_up_to(segment.seq, storage.parts().out_of_order) {
            self.ends_by_reset(now);
            return None;
        }
        Discarded::of(Flaw::Reset, self.state != State::TimeWait && self.challenge(now))
    }

    /// The peer's RST is to be believed.
    fn ends_by_reset(&mut self, now: Instant) {
        match self.state {
            // "Return this connection to LISTEN state and return. The user need not be informed."
            State::SynReceived if self.is_open_early() => self.fail(now, Event::Rst, Error::Reset),
            State::SynReceived if self.passive => self.transition(now, Event::Rst),
            State::SynReceived => self.fail(now, Event::Rst, Error::Refused),
            // Linux, tcp_reset: the peer has closed and now wants nothing of ours.
            State::CloseWait => self.fail(now, Event::Rst, Error::BrokenPipe),
            State::Established | State::FinWait1 | State::FinWait2 => {
                self.fail(now, Event::Rst, Error::Reset)
            }
            _ => self.transition(now, Event::Rst),
        }
    }

    /// <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, not too often (RFC 5961 §7). Whether it will be sent.
    ///
    /// [`segment_arrives`](Self::segment_arrives) does this by itself: it is for an owner that keeps a segment from it
    /// which is to be answered all the same.
    #[cold]
    #[inline(never)]
    pub fn challenge(&mut self, now: Instant) -> bool {
        let may = self.challenges.allow(now, self.config.challenge_interval());
        if may {
            self.acknowledgment = Acknowledgment::Due;
        }
        may
    }
}
