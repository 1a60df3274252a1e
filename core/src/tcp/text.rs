//! "Seventh, process the segment text" and "Eighth, check the FIN bit" (RFC 9293 §3.10.7.4).

use super::closed::Reset;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection, capacity, window_clamp};
use super::error::Error;
use super::segment::{Block, Flags, Payload, Segment};
use super::storage::{Buffer, Parts, Storage};
use super::timers::Timer;
use super::{Event, SequenceNumber, State};
use crate::time::Instant;

/// Text of fewer octets comes from a peer that has not much to say (Linux: tcp_event_data_recv).
const WORTH_GROWING: u32 = 128;

impl<C: CongestionControl> Connection<C> {
    /// Takes what lies in the window; the segment is acceptable and has been acknowledged for.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn arrives_text_and_fin(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
    ) {
        let receives = self.state.may_receive() || self.is_open_early();
        if receives {
            self.urgent_arrives(segment, storage);
        }
        if segment.sequence_length() > 0 {
            self.arrives_numbers(now, segment, storage, receives);
        }
    }

    /// The same, where there are any numbers; `receives`: in this state they are taken.
    #[inline(never)]
    fn arrives_numbers(
        &mut self,
        now: Instant,
        segment: &Segment<'_>,
        storage: &mut impl Storage,
        receives: bool,
    ) {
        let end = segment.seq + segment.sequence_length();
        if segment.seq.is_before(self.rcv.nxt) && !end.is_after(self.rcv.nxt) {
            self.comes_again(now, segment);
            return;
        }
        // In the other states "this should not occur since a FIN has been received from the remote side".
        if !receives {
            return;
        }
        self.mark_arrives(segment);
        let text_end = segment.seq + segment.payload.len() as u32;
        let unread =
            self.closed || self.receive_shut && matches!(self.state, State::FinWait1 | State::FinWait2);
        if unread && !segment.payload.is_empty() && text_end.is_after(self.rcv.nxt) {
            // RFC 9293 §3.6.1, SHLD-3: nobody will read this, so the peer must hear of it; and who still holds the
            // connection, as on Linux (tcp_reset).
            self.fail(now, Event::Abort, Error::Reset);
            self.reset = Reset::answering(segment);
            return;
        }
        let parts = storage.parts();
        if segment.flags.contains(Flags::FIN) {
            self.note_fin(text_end, parts.out_of_order);
        }
        self.arrives_text(now, segment, parts);
        if self.rcv.fin() == Some(self.rcv.nxt) {
            // "Advance RCV.NXT over the FIN, and send an acknowledgment for the FIN."
            self.owe_acknowledgment_of_fin(now);
            self.rcv.nxt += 1;
            self.rcv.edge = self.rcv.edge.later(self.rcv.nxt);
            self.forget_duplicate();
            self.transition(now, Event::Fin);
        } else if segment.flags.contains(Flags::FIN) {
            self.acknowledgment = Acknowledgment::Due;
        }
    }

    /// The peer has closed. Where text has come before, an answer to that may soon carry the acknowledgment; a peer
    /// that we have closed to waits for nothing else (Linux, `tcp_fin`), nor does one that has filled our buffer.
    fn owe_acknowledgment_of_fin(&mut self, now: Instant) {
        let waits = self.state == State::Established;
        self.interactive |= waits;
        let is_plain = !self.config.window_slow_start();
        if !waits || is_plain || self.rcv.text_at == Instant::MAX || self.rcv.wnd() == 0 {
            self.acknowledgment = Acknowledgment::Due;
        } else if self.acknowledgment == Acknowledgment::Idle {
            self.delay_acknowledgment(now);
        }
    }

    /// The number that follows the text that is taken: the window's end; but a reader that has nothing takes a segment
    /// whole that begins in the window, as far as there is room (Linux: tcp_sequence).
    fn text_limit(&self, text_end: SequenceNumber) -> SequenceNumber {
        let limit = if self.rcv.readable == 0 { self.rcv.edge.later(text_end) } else { self.rcv.edge };
        self.rcv.before_fin(limit)
    }

    /// Remembers where the peer's FIN is, if the text before it is taken and nothing has been received behind it.
    /// One that comes next needs no room (Linux: tcp_data_queue).
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn note_fin(&mut self, fin: SequenceNumber, blocks: &[Block]) {
        if self.rcv.fin().is_none()
            && !fin.is_before(self.rcv.nxt)
            && (fin == self.rcv.nxt || fin.is_before(self.text_limit(fin + 1)))
            && !self.out_of_order.reaches_beyond(blocks, fin)
        {
            self.rcv.set_fin(fin);
        }
    }

    /// Trims the text to what is new and in the window, and keeps it in its place; a FIN that comes early, too.
    fn arrives_text<S, R: Buffer>(&mut self, now: Instant, segment: &Segment<'_>, parts: Parts<'_, S, R>) {
        let Segment { seq, payload, .. } = *segment;
        let nxt = self.rcv.nxt;
        let has_fin = segment.flags.contains(Flags::FIN);
        if payload.is_empty() && seq == nxt {
            return;
        }
        let text_end = seq + payload.len() as u32;
        let left_edge = seq.later(nxt);
        let limit = self.text_limit(text_end);
        let fits = if limit.is_after(seq) { limit.since(seq) as usize } else { 0 };
        let text = if left_edge == seq && fits >= payload.len() {
            payload
        } else {
            payload.range(left_edge.since(seq) as usize, fits.min(payload.len()))
        };
        let ahead = left_edge.since(nxt);
        let written = write(parts.receive, self.rcv.readable.saturating_add(ahead) as usize, text);
        let end = left_edge + written;
        let fin = has_fin && self.rcv.fin() == Some(end);
        let block = Block { left_edge, right_edge: end + u32::from(fin) };
        if left_edge != seq {
            self.note_duplicate(seq, text_end.earlier(nxt));
        } else if !self.out_of_order.is_empty() {
            let common = self.out_of_order.overlap(parts.out_of_order, &block);
            self.note_duplicate(common.left_edge, common.right_edge);
        }
        if !text_end.is_after(nxt) {
            // Only a FIN behind it is new.
        } else if block.is_empty() {
            self.acknowledgment = Acknowledgment::Due;
        } else if ahead > 0 {
            // Held for later; the duplicate acknowledgment tells the peer (RFC 5681 §4.2). Without a record left
            // the octets are as good as not received.
            self.out_of_order.insert(parts.out_of_order, block);
            if self.sack.is_agreed() && written > 0 {
                self.grow_window(written, parts.receive);
            }
            self.acknowledgment = Acknowledgment::Due;
        } else {
            let fills_gap = !self.out_of_order.is_empty();
            self.rcv.nxt = end;
            if fills_gap {
                self.rcv.nxt = self.rcv.before_fin(self.out_of_order.absorb(parts.out_of_order, end));
            }
            self.rcv.edge = self.rcv.edge.later(self.rcv.nxt);
            self.rcv.readable = self.rcv.readable.saturating_add(self.rcv.nxt.since(nxt));
            let capacity = capacity(parts.receive);
            if written >= WORTH_GROWING {
                self.grow_window(written, parts.receive);
            }
            self.owe_acknowledgment(now, fills_gap, self.rcv.readable >= capacity);
        }
    }

    /// So many octets of one segment have come: the next window may offer more, as far as there is room (Linux:
    /// tcp_grow_window).
    fn grow_window(&mut self, octets: u32, buffer: &impl Buffer) {
        let free = capacity(buffer).saturating_sub(self.rcv.readable);
        let room = window_clamp(buffer).min(free).saturating_sub(self.rcv.threshold);
        let growth = octets.max(u32::from(self.config.maximum_segment_size)).saturating_mul(2);
        self.rcv.threshold = self.rcv.threshold.saturating_add(growth.min(room));
    }

    /// Text has been received in order: it is acknowledged at once where it fills a gap, for at least every
    /// second full segment, and soon in any case (RFC 9293 §3.8.6.3, RFC 5681 §4.2).
    /// Where the buffer is full the user reads first, and then there is more to say (Linux: __tcp_ack_snd_check).
    fn owe_acknowledgment(&mut self, now: Instant, fills_gap: bool, is_full: bool) {
        self.rcv.text_at = now;
        let owed = self.rcv.nxt.since(self.rcv.acknowledged);
        if is_full {
            self.quick_acknowledgments = 0;
        }
        let is_second = self.acknowledgment == Acknowledgment::Delayed && !self.config.window_slow_start();
        let is_always = self.config.quick_acknowledgments == u8::MAX;
        if fills_gap || is_second || is_always || owed >= self.snd.mss.saturating_mul(2) && !is_full {
            self.acknowledgment = Acknowledgment::Due;
        } else if self.quick_acknowledgments > 0 && !self.interactive && !self.closes_now() {
            self.quick_acknowledgments = self.quick_acknowledgments.saturating_sub(1);
            self.acknowledgment = Acknowledgment::Due;
        } else if self.acknowledgment == Acknowledgment::Idle {
            self.delay_acknowledgment(now);
        }
    }

    /// The peer's FIN comes next, and is the first of the two.
    fn closes_now(&self) -> bool {
        self.state == State::Established && self.rcv.fin() == Some(self.rcv.nxt)
    }

    fn delay_acknowledgment(&mut self, now: Instant) {
        self.acknowledgment = Acknowledgment::Delayed;
        self.timers.set(Timer::DelayedAcknowledgment, now + self.config.delayed_acknowledgment());
    }
}

/// Writes both parts of a payload; how many octets there was room for.
fn write(buffer: &mut impl Buffer, offset: usize, payload: Payload<'_>) -> u32 {
    let (first, second) = payload.parts();
    let written = buffer.write(offset, first).min(first.len());
    let more = if written == first.len() && !second.is_empty() {
        buffer.write(offset.saturating_add(written), second).min(second.len())
    } else {
        0
    };
    written.saturating_add(more) as u32
}
