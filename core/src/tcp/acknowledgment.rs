//! "Fifth, check the ACK field" (RFC 9293 §3.10.7.4): what the peer has received, and how much more it takes.

use super::closed::Reset;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::flaw::{Discarded, Flaw};
use super::recovery::Delivery;
use super::segment::{Flags, Segment};
use super::storage::{Buffer, Storage};
use super::timers::Timer;
use super::transmissions::Transmission;
use super::{Event, State};
use crate::time::Instant;
use core::ops::ControlFlow;

impl<C: CongestionControl> Connection<C> {
    /// Processes the acknowledgment and the window. Whether the rest of the segment is to be processed; if not, what is
    /// wrong with it, if anything.
    pub(super) fn arrives_acknowledgment(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) -> ControlFlow<Option<Discarded>> {
        let ack = segment.ack;
        if self.state == State::SynReceived {
            return self.acknowledgment_of_syn_arrives(now, segment, storage);
        }
        // RFC 5961 §5: "(SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT"; else "discarded and an ACK sent back".
        // Nothing before the first octet that we sent was ever acknowledged (Linux: `bytes_acked`).
        let oldest = self.snd.una - self.snd.max_wnd.min(self.snd.acknowledged);
        if ack.is_after(self.snd.nxt) || ack.is_before(oldest) {
            return ControlFlow::Break(Discarded::of(Flaw::Acknowledgment, self.challenge(now)));
        }
        // An older acknowledgment than we have "can be ignored"; the text that came with it cannot.
        if !ack.is_before(self.snd.una) {
            self.unanswered_probes = 0;
            self.soft_error = None;
            let window = self.snd.scaled(segment.window);
            let mut delivery = Delivery { flight: self.snd.flight(), ..Delivery::default() };
            let tells_window = self.tells_window(segment, window);
            let is_duplicate = if ack == self.snd.una {
                !tells_window && self.is_duplicate(segment)
            } else {
                self.acknowledge(now, segment, storage, &mut delivery);
                false
            };
            let records = storage.parts().transmissions;
            self.blocks_arrive(now, segment, &mut delivery, records);
            if tells_window {
                self.update_window(segment, window);
            }
            self.echo_arrives(segment, &delivery);
            self.recover(now, segment, is_duplicate, &delivery, records);
        } else {
            // An acknowledgment that a later one has overtaken acknowledges nothing, but its blocks may be news (Linux:
            // the end of tcp_ack).
            let delivery = Delivery { flight: self.snd.flight(), ..Delivery::default() };
            self.blocks_alone_arrive(now, segment, delivery, storage.parts().transmissions);
        }
        if self.snd.fin && self.snd.una == self.snd.limit() {
            // "If the FIN segment is now acknowledged": on to FIN-WAIT-2, TIME-WAIT or CLOSED.
            self.transition(now, Event::AckOfFin);
            if self.forgoes_fin_wait_2() {
                self.reset = Reset::answering(segment);
                self.transition(now, Event::Abort);
            }
        }
        if self.state == State::Closed { ControlFlow::Break(None) } else { ControlFlow::Continue(()) }
    }

    /// The same in SYN-RECEIVED, where ours is a SYN,ACK, or a SYN that has crossed the peer's.
    #[inline(never)]
    fn acknowledgment_of_syn_arrives(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) -> ControlFlow<Option<Discarded>> {
        // "If the segment acknowledgment is not acceptable, form a reset segment and send it."
        if !segment.ack.is_after(self.snd.una) || segment.ack.is_after(self.snd.nxt) {
            self.reset = Reset::answering(segment);
            return ControlFlow::Break(None);
        }
        let mut delivery = Delivery { flight: self.snd.flight(), ..Delivery::default() };
        self.third_acknowledgment_arrives(segment);
        self.acknowledge(now, segment, storage, &mut delivery);
        if self.passive && !self.is_open_early() && self.config.half_window_segments() {
            // The SYN's window, which was not scaled, says nothing of what the peer takes (Linux:
            // tcp_create_openreq_child).
            self.snd.max_wnd = 0;
        }
        self.update_window(segment, self.snd.scaled(segment.window));
        self.transition(now, Event::AckOfSyn);
        // Text that was sent early may have come in part.
        self.blocks_alone_arrive(now, segment, delivery, storage.parts().transmissions);
        ControlFlow::Continue(())
    }

    /// Whether the window is taken from `segment`, an old one not being used for that. Otherwise than in RFC 9293
    /// §3.10.7.4, where nothing else is new a smaller window is no news either, unless it is closed; and what
    /// acknowledges more counts whatever its number, so that there is no SND.WL2 (Linux: tcp_may_update_window).
    fn tells_window(&self, segment: &Segment<'_>, window: u32) -> bool {
        segment.ack != self.snd.una
            || self.snd.wl1.is_before(segment.seq)
            || (self.snd.wl1 == segment.seq && (window > self.snd.wnd || window == 0))
    }

    /// The definition of a duplicate acknowledgment (RFC 5681 §2), of an acknowledgment of SND.UNA that tells of no
    /// window. Answers to a window probe are none.
    fn is_duplicate(&self, segment: &Segment<'_>) -> bool {
        segment.payload.is_empty()
            && !segment.flags.contains(Flags::FIN)
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
        let text = self.snd.front().since(front);
        if text > 0 {
            parts.send.discard(text as usize);
        }

        let mut begin = una;
        while let Some((record, octets, is_whole)) =
            self.transmissions.take_acknowledged(parts.transmissions, &mut begin, ack)
        {
            self.record_is_acknowledged(now, segment, &record, octets, is_whole, delivery);
        }
        self.transmissions.find_marks(parts.transmissions);
        // Karn's algorithm (RFC 6298 §3), unless there are timestamps.
        let measured = delivery.oldest.filter(|_| !delivery.retransmitted).map(|sent| now.nanos_since(sent));
        if let Some(measured) = measured.or_else(|| self.timestamping.measure(&self.config, now, segment)) {
            self.rtt.sample(now, measured);
            delivery.measured = true;
        }
        if was_syn {
            self.syn_is_acknowledged(segment);
        }
        self.path_probe_arrives();
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

    /// Our SYN has arrived. That it was sent again once says little, for the timeout is short; where it was more often,
    /// the network counts as congested, unless the peer answers the first of them (RFC 5681 §3.1 as Linux reads it,
    /// tcp_init_transfer and tcp_try_undo_spurious_syn).
    #[inline(never)]
    fn syn_is_acknowledged(&mut self, segment: &Segment<'_>) {
        if self.snd.syn_retransmitted {
            self.rtt.syn_was_retransmitted();
        }
        let was_lost = self.snd.syn_retransmitted
            && self.retransmissions > 1
            && !self.timestamping.echoes(&self.config, self.owed, segment);
        self.begin_path_probing();
        // A SYN that was lost, and what was sent in its place, too, makes for one segment (RFC 5681 §3.1).
        let segments = if was_lost { 1 } else { self.config.initial_window };
        self.congestion.start(self.snd.mss, segments);
    }

    /// Notes that a record of what was in flight, or a part of it that has so many octets, is acknowledged by
    /// `segment`.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn record_is_acknowledged(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        record: &Transmission,
        octets: u32,
        is_whole: bool,
        delivery: &mut Delivery,
    ) {
        if record.sacked {
            delivery.known = delivery.known.saturating_add(octets);
            return;
        }
        delivery.note(record, octets, self.recovery.recover);
        if let Some(size) = self.counted_segment() {
            delivery.count(octets, size, is_whole);
        }
        // Of a whole record the time is known.
        if is_whole || !record.shared {
            // It may be the original that has arrived (RFC 8985 §6.2, step 2).
            if !record.retransmitted || !self.timestamping.echoes_before(&self.config, segment, record.at) {
                self.rack.delivered(now, record, octets, self.rtt.minimum(), self.snd.mss);
            }
            delivery.oldest = delivery.oldest.or(Some(record.at));
        }
    }
}
