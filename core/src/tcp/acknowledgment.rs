//! "Fifth, check the ACK field" (RFC 9293 §3.10.7.4): what the peer has received, and how much more it takes.

use super::closed::Reset;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::recovery::Delivery;
use super::segment::{Flags, Segment};
use super::storage::{Buffer, Storage};
use super::timers::Timer;
use super::{Event, State};
use crate::time::Instant;

impl<C: CongestionControl> Connection<C> {
    /// Processes the acknowledgment and the window. Whether the rest of the segment is to be processed.
    pub(super) fn arrives_acknowledgment(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) -> bool {
        let ack = segment.ack;
        if self.state == State::SynReceived {
            // "If the segment acknowledgment is not acceptable, form a reset segment and send it."
            if !ack.is_after(self.snd.una) || ack.is_after(self.snd.nxt) {
                self.reset = Reset::answering(segment);
                return false;
            }
            let mut delivery = Delivery { flight: self.snd.flight(), ..Delivery::default() };
            self.third_acknowledgment_arrives(segment);
            self.acknowledge(now, segment, storage, &mut delivery);
            self.update_window(segment, self.snd.scaled(segment.window));
            self.transition(now, Event::AckOfSyn);
            if segment.options.has_blocks() {
                // Text that was sent early has come in part.
                let records = storage.parts().transmissions;
                self.blocks_arrive(now, segment, &mut delivery, records);
                self.recover(now, segment, false, &delivery, records);
            }
            return true;
        }
        // RFC 5961 §5: "(SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT"; else "discarded and an ACK sent back".
        // Nothing before the first octet that we sent was ever acknowledged (Linux: `bytes_acked`).
        let oldest = self.snd.una - self.snd.max_wnd.min(self.snd.acknowledged);
        if ack.is_after(self.snd.nxt) || ack.is_before(oldest) {
            self.challenge(now);
            return false;
        }
        // An older acknowledgment than we have "can be ignored"; the text that came with it cannot.
        if !ack.is_before(self.snd.una) {
            self.unanswered_probes = 0;
            self.soft_error = None;
            let window = self.snd.scaled(segment.window);
            let is_duplicate = self.is_duplicate(segment, window);
            let mut delivery = Delivery { flight: self.snd.flight(), ..Delivery::default() };
            if ack.is_after(self.snd.una) {
                self.acknowledge(now, segment, storage, &mut delivery);
            }
            let records = storage.parts().transmissions;
            self.blocks_arrive(now, segment, &mut delivery, records);
            // "The check here prevents using old segments to update the window."
            let newer = self.snd.wl1.is_before(segment.seq)
                || (self.snd.wl1 == segment.seq && !self.snd.wl2.is_after(ack));
            if newer {
                self.update_window(segment, window);
            }
            self.echo_arrives(segment, &delivery);
            self.recover(now, segment, is_duplicate, &delivery, records);
        } else {
            self.old_acknowledgment_arrives(now, segment, storage.parts().transmissions);
        }
        if self.snd.fin && self.snd.una == self.snd.limit() {
            // "If the FIN segment is now acknowledged": on to FIN-WAIT-2, TIME-WAIT or CLOSED.
            self.transition(now, Event::AckOfFin);
            if self.forgoes_fin_wait_2() {
                self.reset = Reset::answering(segment);
                self.transition(now, Event::Abort);
            }
        }
        self.state != State::Closed
    }

    /// The definition of a duplicate acknowledgment (RFC 5681 §2). Answers to a window probe are none.
    fn is_duplicate(&self, segment: &Segment<'_>, window: u32) -> bool {
        segment.ack == self.snd.una
            && segment.payload.is_empty()
            && !segment.flags.contains(Flags::FIN)
            && window == self.snd.wnd
            && self.timers.is_running(Timer::Retransmission)
    }

    /// SND.UNA <- SEG.ACK, with all that follows from it but for congestion; SEG.ACK is acceptable and new. What it
    /// delivered is added to `delivery`.
    pub(super) fn acknowledge(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
        delivery: &mut Delivery,
    ) {
        let ack = segment.ack;
        let parts = storage.parts();
        let (una, front) = (self.snd.una, self.snd.front());
        delivery.acknowledged = ack.since(una);
        let was_syn = !self.snd.syn_acknowledged;
        self.snd.una = ack;
        self.snd.acknowledged =
            self.snd.acknowledged.saturating_add(delivery.acknowledged - u32::from(was_syn));
        self.snd.resume = self.snd.resume.later(ack);
        self.snd.small = self.snd.small.later(ack);
        self.snd.syn_acknowledged = true;
        parts.send.discard(self.snd.front().since(front) as usize);

        let (minimum, recover, mss) = (self.rtt.minimum(), self.recovery.recover, self.snd.mss);
        let counted = self.counted_segment();
        let rack = &mut self.rack;
        let mut oldest = None;
        self.transmissions.acknowledge(parts.transmissions, una, ack, |record, octets, is_whole| {
            if record.sacked {
                delivery.known = delivery.known.saturating_add(octets);
                return;
            }
            delivery.note(record, octets, recover);
            delivery.count(octets, counted, is_whole);
            if !record.shared {
                rack.delivered(now, record, octets, minimum, mss);
                oldest = oldest.or(Some(record.at));
            }
        });
        // Karn's algorithm (RFC 6298 §3), unless there are timestamps.
        let measured = oldest.filter(|_| !delivery.retransmitted).map(|sent| now.nanos_since(sent));
        if let Some(measured) = measured.or_else(|| self.timestamping.measure(&self.config, now, segment)) {
            self.rtt.sample(now, measured);
        }
        if was_syn {
            if self.snd.syn_retransmitted {
                self.rtt.syn_was_retransmitted();
            }
            self.congestion.start(self.snd.mss, self.snd.syn_retransmitted);
        }
        self.snd.retransmit = false;
        self.retransmissions = 0;
        self.owed = now;
        // RFC 6298 §5.2 and §5.3.
        if self.snd.una == self.snd.nxt {
            self.timers.stop(Timer::Retransmission);
            self.timers.stop(Timer::LossDetection);
            self.timers.stop(Timer::Persist);
        } else {
            self.watch_over_flight(now);
        }
    }
}
