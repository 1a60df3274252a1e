//! What to send next, and when (RFC 9293 §3.8; RFC 5681; RFC 6298).

use super::closed::Reset;
use super::congestion::CongestionControl;
use super::connection::{Acknowledgment, Connection, MAXIMUM_WINDOW_SCALE, capacity, window_clamp};
use super::recovery::Phase;
use super::segment::{Ecn, Flags, Options, Payload, Segment};
use super::storage::{Buffer, Parts, Storage};
use super::timers::Timer;
use super::transmissions::Transmission;
use super::wire::SHORT_WAYS;
use super::{SequenceNumber, State};
use crate::time::Instant;

impl<C: CongestionControl> Connection<C> {
    /// The next segment to send at `now`; call it again until it returns `None`.
    ///
    /// Call it after every call that changes the connection, [`handle_timeout`](Self::handle_timeout) and
    /// [`receive`](Self::receive) (which may open the window) included. A segment returned counts as sent: one
    /// that cannot be sent may be dropped, as the network would.
    #[inline]
    pub fn poll_transmit<'a>(&mut self, now: Instant, storage: &'a mut impl Storage) -> Option<Segment<'a>> {
        if self.has_only_to_acknowledge() {
            self.path_probing.rest();
            if !self.owes_acknowledgment(capacity(storage.receive_buffer())) {
                return None;
            }
            if SHORT_WAYS && self.state > State::SynSent {
                return Some(self.transmit_acknowledgment(now, storage));
            }
        }
        self.transmit(now, storage)
    }

    /// Whether it is plain that nothing is to be sent but an acknowledgment, if that is due.
    #[inline]
    fn has_only_to_acknowledge(&self) -> bool {
        let (snd, is_accurate) = (&self.snd, self.ecn.is_accurate());
        let probes = snd.probe | snd.keepalive | self.rack.wants_probe();
        snd.resume == snd.limit()
            && !(probes | self.transmissions.is_marked() | is_accurate)
            && self.recovery.phase == Phase::Open
            && self.reset.is_none()
            && (snd.una == snd.nxt || self.timers.is_running(Timer::Retransmission))
    }

    /// Whether the peer is to hear at once of what has come, or of the window.
    #[inline]
    fn owes_acknowledgment(&self, receive_capacity: u32) -> bool {
        self.acknowledgment == Acknowledgment::Due || self.window_update_is_due(receive_capacity)
    }

    /// [`transmit`](Self::transmit) where there is nothing else to send.
    #[inline(never)]
    fn transmit_acknowledgment<'a>(&mut self, now: Instant, storage: &'a mut impl Storage) -> Segment<'a> {
        let seq = self.snd.acceptable();
        self.segment(now, (seq, 0), false, storage.parts())
    }

    #[inline(never)]
    fn transmit<'a>(&mut self, now: Instant, storage: &'a mut impl Storage) -> Option<Segment<'a>> {
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
        let (seq, numbers) = match self.next_numbers(now, parts.send, parts.transmissions) {
            Some(next) => next,
            None => {
                self.path_probing.rest();
                (self.next_without_numbers(receive_capacity)?, 0)
            }
        };
        Some(self.segment(now, (seq, numbers), probes_window, parts))
    }

    /// The segment that has these numbers, if any.
    #[inline(always)]
    fn segment<'a, S: Buffer, R: Buffer>(
        &mut self,
        now: Instant,
        (seq, numbers): (SequenceNumber, u32),
        probes_window: bool,
        parts: Parts<'a, S, R>,
    ) -> Segment<'a> {
        let timestamps = self.timestamping.option(&self.config, now);
        let window = self.offer(capacity(parts.receive));
        let urgent_pointer = self.urgent_pointer(seq);
        self.acknowledged();
        let (mut bits, ecn, payload) = if numbers > 0 {
            self.take_numbers(now, seq, numbers, probes_window, parts.send, parts.transmissions)
        } else {
            let (bits, ecn) = self.mark(false);
            (bits, ecn, Payload::default())
        };
        bits.set(Flags::URG, urgent_pointer.is_some());
        // Made at the end, and in one piece, for then the compiler writes it where it is to be.
        let ack = self.rcv.nxt;
        let segment = |options| Segment {
            seq,
            ack,
            flags: Flags::ACK | bits,
            window,
            urgent_pointer: urgent_pointer.unwrap_or(0),
            ecn,
            options,
            payload,
        };
        let (blocks, carries_text) = (parts.out_of_order, !payload.is_empty());
        if self.ecn.is_accurate() {
            let (ecn_counters, sack) = self.reported_counters_and_blocks(now, blocks, carries_text);
            return segment(Options { timestamps, ecn_counters, sack, ..Options::NONE });
        }
        match self.reported_blocks(blocks, carries_text) {
            None => segment(Options::of_timestamps(timestamps)),
            Some(sack) => segment(Options { timestamps, sack, ..Options::NONE }),
        }
    }

    /// The number of a segment without text or FIN, where one is to be sent.
    #[inline]
    fn next_without_numbers(&mut self, receive_capacity: u32) -> Option<SequenceNumber> {
        if core::mem::take(&mut self.snd.keepalive) {
            return Some(self.snd.nxt - 1);
        }
        let is_due = self.state != State::SynSent && self.owes_acknowledgment(receive_capacity);
        is_due.then(|| self.snd.acceptable())
    }

    /// Sends `numbers` numbers at `seq`, as far as they belong to one record: their control bits, mark and text.
    #[inline]
    fn take_numbers<'a>(
        &mut self,
        now: Instant,
        seq: SequenceNumber,
        numbers: u32,
        probes_window: bool,
        send: &'a impl Buffer,
        records: &mut [Transmission],
    ) -> (Flags, Ecn, Payload<'a>) {
        let (numbers, ends_record) = self.within_record(seq, numbers, send);
        let offset = seq.since(self.snd.front()) as usize;
        let length = self.snd.end.since(seq).min(numbers);
        let is_new_text = length > 0 && !seq.is_before(self.snd.nxt) && self.snd.wnd > 0;
        let (mut bits, ecn) = self.mark(is_new_text);
        self.sent(now, seq, numbers, records);
        let (first, second) =
            if length > 0 { send.read(offset, length as usize) } else { Default::default() };
        let ends = seq + length == self.snd.end && !self.snd.more;
        // What is no longer worth waiting with is pushed (Linux: tcp_write_wakeup).
        let pushes = ends || ends_record || probes_window && self.snd.wnd > 0;
        bits.set(Flags::FIN, numbers > length);
        bits.set(Flags::PSH, length > 0 && pushes);
        (bits, ecn, Payload::new(first, second))
    }

    #[inline(never)]
    fn transmit_reset<'a>(&mut self, now: Instant, receive_capacity: u32) -> Option<Segment<'a>> {
        let reset = self.reset.take()?;
        let mut segment = reset.segment();
        if matches!(reset, Reset::Own { .. }) {
            segment.window = self.rcv.field(self.window_to_offer(receive_capacity));
            let (bits, ecn) = self.mark(false);
            segment.flags |= bits;
            segment.ecn = ecn;
            segment.options.timestamps = self.timestamping.option(&self.config, now);
        }
        Some(segment)
    }

    #[inline(never)]
    fn transmit_syn<'a>(&mut self, now: Instant, storage: &'a mut impl Storage) -> Option<Segment<'a>> {
        let parts = storage.parts();
        let (receive_capacity, clamp) = (capacity(parts.receive), window_clamp(parts.receive));
        let synchronized = self.state != State::SynSent;
        // An answer scales only if the peer's SYN does (RFC 7323 §2.2).
        let scales = self.scaling || !synchronized;
        if self.snd.nxt == self.snd.iss && scales {
            self.rcv.shift = self.shift_for(receive_capacity.min(clamp));
        }
        let window = self.first_offer(receive_capacity, clamp);
        let (flags, ack, ecn_counters, timestamps) = if synchronized {
            self.acknowledged();
            let timestamps = self.timestamping.option(&self.config, now);
            (Flags::SYN | Flags::ACK, self.rcv.nxt, self.syn_ack_counters(), timestamps)
        } else {
            (Flags::SYN, SequenceNumber(0), None, self.timestamping.offer(&self.config, now))
        };
        let flags = flags | self.ecn_offer();
        let (fast_open, text) = self.open_fast();
        self.sent(now, self.snd.iss, text.saturating_add(1), parts.transmissions);
        let (first, second) = parts.send.read(0, text as usize);
        Some(Segment {
            seq: self.snd.iss,
            ack,
            flags,
            window,
            urgent_pointer: 0,
            ecn: Ecn::NotCapable,
            options: Options {
                maximum_segment_size: Some(self.config.maximum_segment_size),
                window_scale: self.config.window_scale().filter(|_| scales).map(|_| self.rcv.shift),
                sack_permitted: if synchronized {
                    self.sack.is_agreed()
                } else {
                    self.sack.offer(&self.config)
                },
                timestamps,
                fast_open,
                ecn_counters,
                ..Options::NONE
            },
            payload: Payload::new(first, second),
        })
    }

    /// The window field of a SYN or SYN,ACK, which offers what it says, unscaled, and more.
    #[inline]
    fn first_offer(&mut self, receive_capacity: u32, clamp: u32) -> u16 {
        // Where both ends open at once, our SYN has offered something before its answer does.
        let offered = if self.state == State::SynSent { 0 } else { self.rcv.wnd() };
        let window = self.first_window(receive_capacity, clamp).max(offered);
        self.rcv.threshold = self.first_threshold(receive_capacity.min(clamp));
        self.rcv.edge = self.rcv.edge.later(self.rcv.nxt + window);
        window.min(u32::from(u16::MAX)) as u16
    }

    /// RCV.WND to begin with. What our SYN, whose window is not scaled, cannot say of it the next segment does.
    pub(super) fn first_window(&self, receive_capacity: u32, clamp: u32) -> u32 {
        let scales = self.scaling || self.state == State::SynSent && self.config.window_scale().is_some();
        let most = if scales && self.config.window_slow_start() { u32::MAX } else { u32::from(u16::MAX) };
        let room = receive_capacity.saturating_sub(self.rcv.readable);
        self.first_threshold(receive_capacity.min(clamp)).min(room).min(most)
    }

    /// The most that is offered before text comes: whole segments, if there is room for more than one (Linux:
    /// tcp_select_initial_window).
    fn first_threshold(&self, receive_capacity: u32) -> u32 {
        if !self.config.window_slow_start() {
            return u32::MAX;
        }
        let options = if self.timestamping.is_agreed() { 12 } else { 0 };
        let segment = u32::from(self.config.maximum_segment_size).saturating_sub(options);
        let whole = match receive_capacity.checked_rem(segment) {
            Some(rest) if receive_capacity > segment => receive_capacity.saturating_sub(rest),
            _ => receive_capacity,
        };
        match u32::from(self.config.initial_receive_window) {
            0 => whole,
            segments => whole.min(segments.saturating_mul(segment)),
        }
    }

    /// The least shift with which a window field can express `capacity` (RFC 7323 §2.2).
    fn shift_for(&self, capacity: u32) -> u8 {
        let most = self.config.window_scale().unwrap_or(0).min(MAXIMUM_WINDOW_SCALE);
        let needed = u16::BITS.saturating_sub(capacity.leading_zeros()) as u8;
        needed.max(self.config.least_window_scale()).min(most)
    }

    /// The window field of a segment, which offers what it says.
    #[inline]
    fn offer(&mut self, receive_capacity: u32) -> u16 {
        let field = self.rcv.field(self.window_to_offer(receive_capacity));
        self.rcv.edge = self.rcv.edge.later(self.rcv.nxt + self.rcv.scaled(field));
        field
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
        let below_unit = 1u32.wrapping_shl(u32::from(self.rcv.shift)).wrapping_sub(1);
        let in_units = |window: u32| window.saturating_add(below_unit) & !below_unit;
        if !self.config.window_slow_start() {
            let is_little = free < self.snd.mss.min(receive_capacity / 4);
            return if is_little { offered } else { in_units(free.max(offered)) };
        }
        let wanted = free.min(self.rcv.threshold);
        let worthwhile = self.snd.mss.min(receive_capacity.min(self.rcv.threshold) / 2);
        let window = if wanted >= offered.saturating_add(worthwhile) { wanted } else { offered };
        let whole_units = in_units(window);
        if whole_units <= free { whole_units } else { window }
    }

    /// Whether reading has opened the window so far that the peer should hear of it: to twice what it was (Linux:
    /// tcp_cleanup_rbuf). Before the first text the peer knows enough.
    #[inline]
    fn window_update_is_due(&self, receive_capacity: u32) -> bool {
        let offered = self.rcv.wnd();
        let enough = if self.config.window_slow_start() { offered.max(1) } else { receive_capacity / 4 };
        // Nearly always nothing has been read that could be offered.
        if offered > receive_capacity.saturating_sub(enough)
            || receive_capacity.saturating_sub(self.rcv.readable).saturating_sub(offered) < enough
            || !self.state.may_receive()
            || self.rcv.text_at == Instant::MAX
        {
            return false;
        }
        let offer = self.rcv.scaled(self.rcv.field(self.window_to_offer(receive_capacity)));
        let more = offer.saturating_sub(offered);
        if !self.config.window_slow_start() {
            return self.acknowledgment == Acknowledgment::Idle
                && self.is_worth_an_update(more, receive_capacity);
        }
        more >= enough
    }

    /// Whether BSD tells of a window that is larger by `more` in a segment of its own: two segments and a quarter of
    /// the buffer, or half of it.
    fn is_worth_an_update(&self, more: u32, receive_capacity: u32) -> bool {
        let two_segments = self.snd.mss.saturating_mul(2);
        let is_small = receive_capacity <= two_segments.saturating_mul(4);
        more >= two_segments && (is_small || more >= receive_capacity / 4)
            || more >= receive_capacity.div_ceil(2)
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
                if numbers.is_none() {
                    // What was sent into a window that had been closed meanwhile has started no timer.
                    self.see_to_flight(now);
                }
                return numbers;
            }
            let (from, to) = self.transmissions.first_hole(records, self.snd.una, self.snd.resume);
            self.snd.resume = from;
            hole = to.map_or(u32::MAX, |to| to.since(from));
        }
        if self.snd.resume == self.snd.limit() {
            self.snd.probe = false;
            // What was to be sent again after a timeout has come, as the peer says, which does not acknowledge it.
            self.see_to_flight(now);
            return None;
        }
        if let Some(numbers) = self.path_probe(records) {
            return numbers;
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
            self.begin_to_probe(now);
        }
        None
    }

    /// Starts the persist timer.
    #[inline(never)]
    fn begin_to_probe(&mut self, now: Instant) {
        if self.probes == 0 {
            self.owed = now;
        }
        let wait = self.config.probe_interval(self.rtt.backed_off(&self.config, self.probes));
        self.set_impatiently(Timer::Persist, now.plus_nanos(wait));
    }

    /// Sees to it that what is in flight is watched over.
    #[inline]
    fn see_to_flight(&mut self, now: Instant) {
        if self.snd.una != self.snd.nxt && !self.timers.is_running(Timer::Retransmission) {
            self.watch_over_flight(now);
        }
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
        self.within_ended_record(seq, numbers, send)
    }

    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn within_ended_record(&self, seq: SequenceNumber, numbers: u32, send: &impl Buffer) -> (u32, bool) {
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
        let extra = match self.recovery.extra_segments() {
            0 => 0,
            segments => segments.saturating_mul(self.snd.mss),
        };
        let congestion = self.congestion.window.saturating_add(extra).saturating_sub(pipe);
        if congestion < self.snd.mss && resume == self.snd.nxt {
            self.congestion.note_use(una, self.snd.nxt, true);
        }
        // A FIN behind text is part of its segment, and segments are what is counted.
        let fin = self.snd.fin && congestion > 0 && self.snd.end.since(resume) <= congestion;
        window.min(congestion.saturating_add(u32::from(fin)))
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
        // What fast recovery sends again first gets its whole time (Linux: tcp_xmit_retransmit_queue).
        let is_first_again = again && seq == self.snd.una && self.recovery.phase == Phase::Fast;
        if is_first_again || !self.timers.is_running(Timer::Retransmission) {
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
        self.path_probing.forget_probe();
        let to = end.earlier(self.snd.nxt);
        self.transmissions.retransmitted(records, self.snd.una, seq, to, now);
        self.note_retransmission(now);
    }
}
