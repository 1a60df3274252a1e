//! What to send next, and when (RFC 9293 §3.8; RFC 5681; RFC 6298).

use super::closed::Reset;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection, MAXIMUM_WINDOW_SCALE, capacity};
use super::recovery::Phase;
use super::segment::{Flags, Options, Payload, Segment};
use super::storage::{Buffer, Storage};
use super::timers::Timer;
use super::transmissions::Transmission;
use super::{SequenceNumber, State};
use crate::time::Instant;

impl<C: CongestionControl> Connection<C> {
    /// The next segment to send at `now`; call it again until it returns `None`.
    ///
    /// Call it after every call that changes the connection, [`handle_timeout`](Self::handle_timeout) and
    /// [`receive`](Self::receive) (which may open the window) included. A segment returned counts as sent: one
    /// that cannot be sent may be dropped, as the network would.
    pub fn poll_transmit<'a>(&mut self, now: Instant, storage: &'a mut impl Storage) -> Option<Segment<'a>> {
        if self.reset.is_some() {
            return self.transmit_reset(now, capacity(storage.receive_buffer()));
        }
        if matches!(self.state, State::Closed | State::Listen) {
            return None;
        }
        if !self.snd.syn_acknowledged && self.snd.resume == self.snd.iss {
            return self.transmit_syn(now, storage);
        }
        if self.ecn.is_accurate() {
            self.plan_ecn_counters(now);
        }
        let parts = storage.parts();
        let receive_capacity = capacity(parts.receive);
        let probes_window = self.snd.probe;
        let (seq, numbers) = if let Some(next) = self.next_numbers(now, parts.send, parts.transmissions) {
            next
        } else if core::mem::take(&mut self.snd.keepalive) {
            (self.snd.nxt - 1, 0)
        } else if self.state != State::SynSent
            && (self.acknowledgment == Acknowledgment::Due || self.window_update_is_due(receive_capacity))
        {
            (self.snd.acceptable(), 0)
        } else {
            return None;
        };
        let mut segment = self.segment(now, seq, receive_capacity);
        if numbers > 0 {
            let (numbers, ends_record) = self.within_record(seq, numbers, parts.send);
            let offset = seq.since(self.snd.front()) as usize;
            let length = self.snd.end.since(seq).min(numbers);
            let is_new_text = length > 0 && !seq.is_before(self.snd.nxt) && self.snd.wnd > 0;
            self.mark(&mut segment, is_new_text);
            self.sent(now, seq, numbers, parts.transmissions);
            let (first, second) = parts.send.read(offset, length as usize);
            segment.payload = Payload::new(first, second);
            segment.flags.set(Flags::FIN, numbers > length);
            let ends = seq + length == self.snd.end && !self.snd.more;
            // What is no longer worth waiting with is pushed (Linux: tcp_write_wakeup).
            let pushes = ends || ends_record || probes_window && self.snd.wnd > 0;
            segment.flags.set(Flags::PSH, length > 0 && pushes);
        }
        if self.ecn.is_accurate() {
            return Some(self.reporting_counters(now, segment, parts.out_of_order));
        }
        self.reporting(segment, parts.out_of_order)
    }

    #[inline(never)]
    fn transmit_reset<'a>(&mut self, now: Instant, receive_capacity: u32) -> Option<Segment<'a>> {
        let reset = self.reset.take()?;
        let mut segment = reset.segment();
        if matches!(reset, Reset::Own { .. }) {
            segment.window = self.rcv.field(self.window_to_offer(receive_capacity));
            self.mark(&mut segment, false);
        }
        segment.options.timestamps = self.timestamping.option(&self.config, now);
        Some(segment)
    }

    #[inline(never)]
    fn transmit_syn<'a>(&mut self, now: Instant, storage: &'a mut impl Storage) -> Option<Segment<'a>> {
        let parts = storage.parts();
        let mut segment = self.syn(now, capacity(parts.receive));
        let text = self.open_fast(&mut segment);
        self.sent(now, segment.seq, text.saturating_add(1), parts.transmissions);
        let (first, second) = parts.send.read(0, text as usize);
        segment.payload = Payload::new(first, second);
        Some(segment)
    }

    /// The SYN, or the SYN,ACK once the peer's SYN is here.
    fn syn(&mut self, now: Instant, receive_capacity: u32) -> Segment<'static> {
        let synchronized = self.state != State::SynSent;
        // Where both ends open at once, our SYN has offered something before its answer does.
        let offered = if synchronized { self.rcv.wnd() } else { 0 };
        let window = self.first_window(receive_capacity).max(offered);
        // An answer scales only if the peer's SYN does (RFC 7323 §2.2).
        let scales = self.scaling || !synchronized;
        if self.snd.nxt == self.snd.iss && scales {
            self.rcv.shift = self.shift_for(receive_capacity);
        }
        let mut segment = Segment::new(Flags::SYN, self.snd.iss, SequenceNumber(0));
        segment.flags |= self.ecn_offer();
        segment.window = window.min(u32::from(u16::MAX)) as u16;
        self.rcv.threshold = self.first_threshold(receive_capacity);
        segment.options = Options {
            maximum_segment_size: Some(self.config.maximum_segment_size),
            window_scale: self.config.window_scale().filter(|_| scales).map(|_| self.rcv.shift),
            sack_permitted: if synchronized { self.sack.is_agreed() } else { self.sack.offer(&self.config) },
            timestamps: if synchronized {
                self.timestamping.option(&self.config, now)
            } else {
                self.timestamping.offer(&self.config, now)
            },
            ..Options::NONE
        };
        self.rcv.edge = self.rcv.edge.later(self.rcv.nxt + window);
        if synchronized {
            segment.options.ecn_counters = self.syn_ack_counters();
            segment.flags |= Flags::ACK;
            segment.ack = self.rcv.nxt;
            self.acknowledged();
        }
        segment
    }

    /// RCV.WND to begin with. What our SYN, whose window is not scaled, cannot say of it the next segment does.
    pub(super) fn first_window(&self, receive_capacity: u32) -> u32 {
        let scales = self.scaling || self.state == State::SynSent && self.config.window_scale().is_some();
        let most = if scales && self.config.window_slow_start() { u32::MAX } else { u32::from(u16::MAX) };
        let room = receive_capacity.saturating_sub(self.rcv.readable);
        self.first_threshold(receive_capacity).min(room).min(most)
    }

    /// The most that is offered before text comes: whole segments, if there is room for more than one (Linux:
    /// tcp_select_initial_window).
    fn first_threshold(&self, receive_capacity: u32) -> u32 {
        if !self.config.window_slow_start() {
            return u32::MAX;
        }
        let options = if self.timestamping.is_agreed() { 12 } else { 0 };
        let segment = u32::from(self.config.maximum_segment_size).saturating_sub(options);
        match receive_capacity.checked_rem(segment) {
            Some(rest) if receive_capacity > segment => receive_capacity.saturating_sub(rest),
            _ => receive_capacity,
        }
    }

    /// The least shift with which a window field can express `capacity` (RFC 7323 §2.2).
    fn shift_for(&self, capacity: u32) -> u8 {
        let most = self.config.window_scale().unwrap_or(0).min(MAXIMUM_WINDOW_SCALE);
        (self.config.least_window_scale().min(most)..most)
            .find(|shift| capacity.wrapping_shr(u32::from(*shift)) <= u32::from(u16::MAX))
            .unwrap_or(most)
    }

    /// A segment at `seq` with the acknowledgment and the window, and nothing else.
    #[inline]
    fn segment(&mut self, now: Instant, seq: SequenceNumber, receive_capacity: u32) -> Segment<'static> {
        let mut segment = Segment::new(Flags::ACK, seq, self.rcv.nxt);
        segment.options.timestamps = self.timestamping.option(&self.config, now);
        segment.window = self.rcv.field(self.window_to_offer(receive_capacity));
        self.rcv.edge = self.rcv.edge.later(self.rcv.nxt + self.rcv.scaled(segment.window));
        self.point_to_urgent(&mut segment);
        self.mark(&mut segment, false);
        self.acknowledged();
        segment
    }

    /// An acknowledgment of RCV.NXT is on its way.
    fn acknowledged(&mut self) {
        self.rcv.acknowledged = self.rcv.nxt;
        if self.acknowledgment != Acknowledgment::Idle {
            self.acknowledgment = Acknowledgment::Idle;
            self.timers.stop(Timer::DelayedAcknowledgment);
        }
    }

    /// RCV.WND, "increased when it can be by a segment or half the buffer" (RFC 9293 §3.8.6.2.2), and never
    /// reduced; in whole units of the window field, where there is room for that. Where there is not, the field says
    /// less, by less than its unit.
    fn window_to_offer(&self, receive_capacity: u32) -> u32 {
        let offered = self.rcv.wnd();
        let free = receive_capacity.saturating_sub(self.rcv.readable);
        let wanted = free.min(self.rcv.threshold);
        let worthwhile = self.snd.mss.min(receive_capacity / 2);
        let window = if wanted.saturating_sub(offered) >= worthwhile { wanted.max(offered) } else { offered };
        let below_unit = 1u32.wrapping_shl(u32::from(self.rcv.shift)).wrapping_sub(1);
        let whole_units = window.saturating_add(below_unit) & !below_unit;
        if whole_units <= free { whole_units } else { window }
    }

    /// Whether reading has opened the window so far that the peer should hear of it: to twice what it was (Linux:
    /// tcp_cleanup_rbuf). Before the first text the peer knows enough.
    #[inline]
    fn window_update_is_due(&self, receive_capacity: u32) -> bool {
        let offered = self.rcv.wnd();
        let enough = offered.max(1);
        // Nearly always nothing has been read that could be offered.
        if offered > receive_capacity / 2
            || receive_capacity.saturating_sub(self.rcv.readable).saturating_sub(offered) < enough
            || !self.state.may_receive()
            || self.rcv.text_at == Instant::MAX
        {
            return false;
        }
        let offer = self.rcv.scaled(self.rcv.field(self.window_to_offer(receive_capacity)));
        offer.saturating_sub(offered) >= enough
    }

    /// Which numbers to send next, and how many of them: text, and our FIN behind it.
    fn next_numbers(
        &mut self,
        now: Instant,
        send: &impl Buffer,
        records: &mut [Transmission],
    ) -> Option<(SequenceNumber, u32)> {
        if !(self.snd.syn_acknowledged || self.is_open_early()) {
            return None;
        }
        let mut hole = u32::MAX;
        if self.recovery.phase != Phase::Open || self.transmissions.is_marked() || self.rack.wants_probe() {
            if let Some(numbers) = self.numbers_again(records) {
                return numbers;
            }
            let (from, to) = self.transmissions.first_hole(records, self.snd.una, self.snd.resume);
            self.snd.resume = from;
            hole = to.map_or(u32::MAX, |to| to.since(from));
        }
        if self.snd.resume == self.snd.limit() {
            self.snd.probe = false;
            if self.snd.una != self.snd.nxt && !self.timers.is_running(Timer::Retransmission) {
                // What was to be sent again after a timeout has come, as the peer says, which does not acknowledge it.
                self.watch_over_flight(now);
            }
            return None;
        }
        let room = self.room(records);
        let numbers = self.cut(self.snd.resume, room.min(hole));
        let (numbers, ends_record) = self.within_record(self.snd.resume, numbers, send);
        if numbers > 0 && (self.snd.probe || ends_record || self.is_worth_sending(numbers)) {
            self.snd.probe = false;
            return Some((self.snd.resume, numbers));
        }
        let probe = if core::mem::take(&mut self.snd.probe) { self.window_probe(hole) } else { None };
        if probe.is_some() {
            return probe;
        }
        // Nothing is in flight whose acknowledgment would set us going again: §3.8.6.1, and the override timeout
        // of §3.8.6.2.1.
        if !self.timers.is_running(Timer::Retransmission) && !self.timers.is_running(Timer::Persist) {
            if self.probes == 0 {
                self.owed = now;
            }
            let wait = self.rtt.backed_off(&self.config, self.probes);
            self.set_impatiently(Timer::Persist, now.plus_nanos(wait));
        }
        None
    }

    /// What asks whether a window has opened that is closed; `hole` numbers are missing before what is selectively
    /// acknowledged.
    #[inline(never)]
    fn window_probe(&mut self, hole: u32) -> Option<(SequenceNumber, u32)> {
        let (una, resume) = (self.snd.una, self.snd.resume);
        if !self.config.empty_window_probes() {
            // "The sending TCP peer must regularly transmit at least one octet of new data" (MUST-36).
            return Some((resume, self.cut(resume, 1)));
        }
        if resume.is_before(self.snd.nxt) {
            // The window was closed on what is in flight (Linux: tcp_retransmit_timer).
            return Some((resume, self.cut(resume, hole.min(self.snd.nxt.since(resume)))));
        }
        // Linux, tcp_write_wakeup: an old number, as of a keepalive probe; before that one that is new, where something
        // is urgent.
        self.snd.keepalive = true;
        self.urgent.sends(una).then_some((una, 0))
    }

    /// How many of `numbers` at `seq` belong to one record of the user's, and whether they end it while others follow.
    #[inline]
    fn within_record(&self, seq: SequenceNumber, numbers: u32, send: &impl Buffer) -> (u32, bool) {
        if !self.snd.records {
            return (numbers, false);
        }
        let front = self.snd.front();
        let offset = seq.since(front) as usize;
        let end = send.record_end(offset).filter(|end| *end < self.snd.queued() as usize);
        match end.map(|end| end.saturating_sub(offset) as u32) {
            Some(rest) if rest <= numbers => (rest, true),
            _ => (numbers, false),
        }
    }

    /// What is to be sent in recovery before anything else; `Some(None)`: nothing at all.
    #[inline(never)]
    fn numbers_again(&mut self, records: &mut [Transmission]) -> Option<Option<(SequenceNumber, u32)>> {
        if core::mem::take(&mut self.snd.retransmit) {
            let numbers = self.cut(self.snd.una, self.snd.flight());
            if numbers > 0 {
                return Some(Some((self.snd.una, numbers)));
            }
        }
        if let Some(probe) = self.loss_probe() {
            return Some(Some(probe));
        }
        if let Some(numbers) = self.forward_text() {
            return Some(numbers);
        }
        let (una, resume) = (self.snd.una, self.snd.resume);
        let (from, to) = self.transmissions.first_lost(records, una, resume)?;
        let numbers = self.cut(from, to.since(from));
        let pipe = self.transmissions.pipe(records, una, resume);
        if numbers > 0 && (pipe == 0 || numbers <= self.congestion.window.saturating_sub(pipe)) {
            return Some(Some((from, numbers)));
        }
        // "NextSeg": what is lost comes first (RFC 6675 §4).
        Some(None)
    }

    /// How many more numbers the peer's window and the network take.
    fn room(&mut self, records: &mut [Transmission]) -> u32 {
        let (una, resume) = (self.snd.una, self.snd.resume);
        let window = self.snd.wnd.saturating_sub(resume.since(una));
        let pipe = self.transmissions.pipe(records, una, resume);
        let extra = self.recovery.extra_segments().saturating_mul(self.snd.mss);
        let congestion = self.congestion.window.saturating_add(extra).saturating_sub(pipe);
        if congestion < self.snd.mss && resume == self.snd.nxt {
            self.congestion.note_use(una, self.snd.nxt, true);
        }
        window.min(congestion)
    }

    /// How many numbers go into a segment that begins at `from`, given room for `room`: text up to the maximum
    /// segment size, and the FIN where it follows.
    pub(super) fn cut(&self, from: SequenceNumber, room: u32) -> u32 {
        if from.is_after(self.snd.end) {
            return 0;
        }
        let text = self.snd.end.since(from);
        let length = text.min(self.segment_size()).min(room);
        let fin = self.snd.fin && length == text && room > length;
        length.saturating_add(u32::from(fin))
    }

    /// Sender's silly window avoidance, and the Nagle algorithm as modified by Minshall (RFC 9293 §3.8.6.2.1,
    /// §3.7.4, §A.3).
    fn is_worth_sending(&self, numbers: u32) -> bool {
        let sends_all = self.snd.resume + numbers == self.snd.limit();
        let small_in_flight = self.snd.small.is_after(self.snd.una);
        numbers >= self.segment_size()
            || (sends_all
                && (self.snd.fin
                    || self.urgent.sends(self.snd.una)
                    || !self.config.cork() && (self.config.no_delay() || !small_in_flight)))
            || numbers >= (self.snd.max_wnd / 2).max(1)
            || self.snd.resume.is_before(self.snd.nxt)
    }

    /// Notes that `numbers` numbers at `seq` were sent.
    fn sent(&mut self, now: Instant, seq: SequenceNumber, numbers: u32, records: &mut [Transmission]) {
        let end = seq + numbers;
        let again = seq.is_before(self.snd.nxt);
        let probes = self.snd.syn_acknowledged && self.snd.wnd == 0;
        if again {
            self.sent_again(now, seq, end, records);
        }
        if end.is_after(self.snd.nxt) {
            if !probes {
                self.transmissions.record(records, end, now, again);
            }
            self.snd.nxt = end;
        }
        self.spoke = now;
        self.snd.keepalive = false;
        if numbers < self.segment_size() && self.snd.syn_acknowledged {
            self.snd.small = self.snd.small.later(end);
        }
        let delay = self.config.delayed_acknowledgment().as_nanos();
        let has_text = seq.is_before(self.snd.end) && seq != self.snd.iss;
        if has_text && self.rcv.text_at != Instant::MAX && now.nanos_since(self.rcv.text_at) < delay {
            self.interactive = true;
        }
        if probes {
            // The persist timer watches over window probes.
            return;
        }
        self.probes = 0;
        if !again && seq == self.snd.una {
            self.owed = now;
        }
        self.recovery.sent(numbers);
        if !seq.is_after(self.snd.resume) {
            self.snd.resume = self.snd.resume.later(end);
        }
        if !again {
            let pipe = self.transmissions.pipe(records, self.snd.una, self.snd.resume);
            let fills = self.congestion.window.saturating_sub(pipe) < self.snd.mss;
            self.congestion.note_use(self.snd.una, self.snd.nxt, fills);
        }
        self.timers.stop(Timer::Persist);
        if !self.timers.is_running(Timer::Retransmission) {
            self.set_impatiently(Timer::Retransmission, now.plus_nanos(self.rtt.timeout(&self.config)));
        }
        if !again {
            self.schedule_loss_probe(now);
        }
    }

    /// Notes that the numbers from `seq` to `end` were sent, some of them not for the first time.
    #[inline(never)]
    fn sent_again(
        &mut self,
        now: Instant,
        seq: SequenceNumber,
        end: SequenceNumber,
        records: &mut [Transmission],
    ) {
        let to = end.earlier(self.snd.nxt);
        self.transmissions.retransmitted(records, self.snd.una, seq, to, now);
        self.note_retransmission(now);
    }
}
