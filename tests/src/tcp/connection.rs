//! One connection, and a peer that sends anything at all.

use anysock::tcp::{
    Arrival, Block, Connection, Event, Flags, HalfOpen, Listener, SecretKey, Segment, SequenceNumber, State,
    Timestamps,
};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;

use super::choices::Choices;
use super::{Memory, config, is_watched_over, leads, memory, octet, octets};

type Pair = (SocketAddrV4, SocketAddrV4);
type Connections = Listener<[Option<(Pair, HalfOpen)>; 2]>;

const PAIR: Pair =
    (SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7), SocketAddrV4::new(Ipv4Addr::LOCALHOST, 40_000));

/// More segments than any event may draw: what a buffer holds, an octet at a time, twice.
const MOST_SEGMENTS: usize = 1200;
/// More challenge ACKs than are allowed in five seconds (RFC 5961 §7 has ten), and one for what else there is.
const MOST_CHALLENGES: usize = 11;

/// What may happen to a state when a segment comes; text after close aborts.
const BY_SEGMENT: &[Event] =
    &[Event::Syn, Event::SynAck, Event::AckOfSyn, Event::AckOfFin, Event::Fin, Event::Rst, Event::Abort];
const BY_TIME: &[Event] = &[Event::UserTimeout, Event::TimeWaitTimeout];
const BY_CALL: &[Event] = &[Event::Close, Event::Abort];

/// Feeds a connection; `true`, for it panics where something does not hold.
///
/// # Panics
/// Where something does not hold: text or acknowledgments that nobody sent, windows that shrink, states that the
/// table does not have, answers that RFC 5961 forbids, segments or timeouts without end, and none where the peer owes
/// something.
pub fn holds(bytes: &[u8]) -> bool {
    let mut choices = Choices::new(bytes);
    let mut peer = Peer::begin(&mut choices);
    for _ in 0..2000 {
        if choices.is_empty() {
            break;
        }
        peer.step(&mut choices);
    }
    peer.leave();
    true
}

/// The connection under test and what its peer knows.
struct Peer {
    connection: Option<Connection>,
    listener: Option<Box<Connections>>,
    config: anysock::tcp::Config,
    memory: Memory,
    capacity: usize,
    now: Instant,
    /// The first number of our text; not known before the SYN.
    text: Option<u32>,
    /// The number that follows everything we have sent.
    sent: Option<u32>,
    /// The initial sequence number of the connection, once it has sent one.
    isn: Option<u32>,
    /// The number behind what the connection last sent, and its SEG.ACK.
    said: (u32, u32),
    /// SEG.ACK + SEG.WND of the last one, if windows are not scaled.
    edge: Option<u32>,
    /// Octets given to the connection, and taken from it.
    given: u32,
    taken: u32,
    closed: bool,
    /// Nothing is asked for in this step: what is to be sent waits for a later one.
    holds_back: bool,
    /// What is to be sent may come of an earlier step.
    held_back: bool,
}

impl Peer {
    fn begin(choices: &mut Choices<'_>) -> Peer {
        let config = config(choices);
        let capacity = usize::from(choices.byte()) * 2 + 1;
        let now = Instant::from_nanos(u64::from(choices.byte()) << 50);
        let (isn, irs) = (choices.number(), choices.number());
        let opening = choices.byte() % 3;
        let mut peer = Peer {
            connection: None,
            listener: None,
            config: config.clone(),
            memory: memory(capacity),
            capacity,
            now,
            text: (opening != 0).then(|| irs.wrapping_add(1)),
            sent: (opening != 0).then(|| irs.wrapping_add(1)),
            isn: None,
            said: (isn, irs),
            edge: None,
            given: 0,
            taken: 0,
            closed: false,
            holds_back: false,
            held_back: false,
        };
        let mut syn = Segment::new(Flags::SYN, SequenceNumber(irs), SequenceNumber(0));
        syn.window = choices.word();
        peer.add_options(&mut syn, choices);
        match opening {
            0 => peer.connection = Some(Connection::connect(&config, SequenceNumber(isn), now)),
            1 => peer.connection = Some(Connection::accept(&config, SequenceNumber(isn), &syn, now)),
            _ => {
                let listener =
                    Listener::new(&config, 0, capacity, SecretKey::new([7; 16]), [const { None }; 2]);
                peer.listener = Some(Box::new(listener));
                peer.arrives(&syn);
            }
        }
        peer.drain(None);
        peer
    }

    fn state(&self) -> State {
        self.connection.as_ref().map_or(State::Listen, Connection::state)
    }

    fn step(&mut self, choices: &mut Choices<'_>) {
        let before = self.state();
        let choice = choices.byte();
        self.holds_back = choice >= 240;
        let events = match choice % 16 {
            0..=4 => return self.any_segment(choices),
            5..=7 => {
                let length = usize::from(choices.byte());
                let flags = if choices.byte() < 32 { Flags::ACK | Flags::FIN } else { Flags::ACK };
                return self.segment(flags, self.said.1, self.said.0, 3000, length, choices);
            }
            8 | 9 => {
                self.send(usize::from(choices.byte()));
                &[][..]
            }
            10 | 11 => {
                self.receive(usize::from(choices.byte()));
                &[]
            }
            12 => {
                self.call(choices.byte());
                BY_CALL
            }
            13 => {
                self.wait_until(self.now + Duration::from_millis(u64::from(choices.word())));
                BY_TIME
            }
            14 => {
                if let Some(at) = self.poll_timeout() {
                    self.wait_until(at);
                }
                BY_TIME
            }
            _ => {
                // The same clock, a long time later, or said once more.
                let far = Duration::from_secs(u64::from(choices.byte()) << 16);
                self.now = self.now + if choices.byte() < 4 { far } else { Duration::ZERO };
                self.wait_until(self.now);
                BY_TIME
            }
        };
        self.drain(None);
        let after = self.state();
        assert!(leads(before, after, events, 3), "{before:?} to {after:?} by {events:?}");
    }

    /// Any control bits and numbers; at times again and again.
    fn any_segment(&mut self, choices: &mut Choices<'_>) {
        let flags = match choices.byte() {
            bits @ 0..64 => Flags::from_bits_retain(bits.into()),
            64..128 => Flags::ACK,
            128..160 => Flags::ACK | Flags::FIN,
            160..192 => Flags::SYN | Flags::ACK,
            192..224 => Flags::SYN,
            _ => Flags::RST,
        };
        let (seq, ack) = (self.said.1.wrapping_add(choices.near()), self.said.0.wrapping_add(choices.near()));
        let (window, length) = (choices.word(), usize::from(choices.byte() / 2));
        self.segment(flags, seq, ack, window, length, choices);
    }

    fn add_options(&self, segment: &mut Segment<'_>, choices: &mut Choices<'_>) {
        let which = choices.byte();
        if which < 128 {
            // As an honest peer would have it.
            if self.config.timestamps {
                let clock = (self.now.as_nanos() / 1_000_000) as u32;
                segment.options.timestamps = Some(Timestamps { value: clock, echo_reply: clock });
            }
            return;
        }
        let options = &mut segment.options;
        options.maximum_segment_size = (which & 1 != 0).then(|| choices.word());
        options.window_scale = (which & 2 != 0).then(|| choices.byte());
        options.sack_permitted = which & 4 != 0;
        options.timestamps =
            (which & 8 != 0).then(|| Timestamps { value: choices.number(), echo_reply: choices.number() });
        for place in options.sack.iter_mut().take(usize::from(which >> 4 & 3)) {
            let left_edge = SequenceNumber(self.said.0) + choices.near();
            *place = Some(Block { left_edge, right_edge: left_edge + choices.near() });
        }
    }

    fn segment(
        &mut self,
        flags: Flags,
        seq: u32,
        ack: u32,
        window: u16,
        length: usize,
        choices: &mut Choices<'_>,
    ) {
        let first = if flags.contains(Flags::SYN) { seq.wrapping_add(1) } else { seq };
        if self.state() == State::SynSent && flags.contains(Flags::SYN) {
            // This SYN may be the one that counts.
            (self.text, self.sent) = (Some(first), Some(first));
        }
        let text = octets(1, first.wrapping_sub(self.text.unwrap_or(0)), length);
        let mut segment = Segment::new(flags, SequenceNumber(seq), SequenceNumber(ack));
        segment.window = window;
        segment.urgent_pointer = choices.byte().into();
        self.add_options(&mut segment, choices);
        segment.payload = text.as_slice().into();
        if let Some(sent) = &mut self.sent {
            let end = SequenceNumber(seq) + segment.sequence_length();
            // What lies far away is in no window of 511 octets at most.
            if end.is_within(SequenceNumber(*sent), 1 << 16) {
                *sent = end.0;
            }
        }
        let times = if choices.byte() == 255 { 30 } else { 1 };
        let mut answers = 0;
        let (begin, held_back) = (self.state(), self.held_back);
        for _ in 0..times {
            let before = self.state();
            self.arrives(&segment);
            answers += self.drain(Some(&segment));
            let after = self.state();
            assert!(leads(before, after, BY_SEGMENT, 3), "{before:?} to {after:?} by {segment:?}");
        }
        let draws_challenges = flags.intersects(Flags::SYN | Flags::RST) && length == 0;
        if times > 1 && !held_back && draws_challenges && begin.is_synchronized() && self.state() == begin {
            assert!(answers <= MOST_CHALLENGES, "{answers} answers to {segment:?}");
        }
    }

    fn arrives(&mut self, segment: &Segment<'_>) {
        if let Some(connection) = &mut self.connection {
            connection.segment_arrives(self.now, segment, &mut self.memory);
            return;
        }
        let Some(listener) = &mut self.listener else { return };
        match listener.segment_arrives(self.now, &PAIR, segment) {
            Arrival::Drop => {}
            Arrival::Reply(reply) => {
                let both_reset = segment.flags.contains(Flags::RST) && reply.flags.contains(Flags::RST);
                assert!(!both_reset, "a reset answers a reset");
                if reply.flags.contains(Flags::SYN) {
                    self.isn = Some(reply.seq.0);
                    self.said = (reply.seq.0.wrapping_add(1), reply.ack.0);
                    // Another SYN, another stream.
                    (self.text, self.sent) = (Some(reply.ack.0), Some(reply.ack.0));
                    self.edge = None;
                }
            }
            Arrival::Accept(half_open) => {
                listener.accepted();
                let mut connection =
                    Connection::from_half_open(&self.config, &half_open, self.now, &mut self.memory);
                connection.segment_arrives(self.now, segment, &mut self.memory);
                self.connection = Some(connection);
            }
        }
    }

    /// Takes everything that is to be sent, and checks it; how many segments that was.
    fn drain(&mut self, answered: Option<&Segment<'_>>) -> usize {
        if self.holds_back {
            self.held_back = true;
            return 0;
        }
        let held_back = core::mem::take(&mut self.held_back);
        let mut count = 0;
        while let Some(connection) = &mut self.connection {
            let state = connection.state();
            let Some(segment) = connection.poll_transmit(self.now, &mut self.memory) else { break };
            count += 1;
            assert!(count < MOST_SEGMENTS, "poll_transmit never ends");
            if segment.flags.contains(Flags::RST) {
                let to_reset = answered.is_some_and(|answered| answered.flags.contains(Flags::RST));
                assert!(
                    !to_reset || held_back || state == State::Closed && self.closed,
                    "a reset answers a reset"
                );
                let is_open = state.is_synchronized();
                assert!(!is_open || held_back, "a reset, and the connection stays in {state:?}: {segment:?}");
                continue;
            }
            let isn = *self.isn.get_or_insert(segment.seq.0);
            let offset = segment.seq.0.wrapping_sub(isn).wrapping_sub(1);
            let length = segment.payload.len() as u32;
            if length > 0 {
                assert!(offset.saturating_add(length) <= self.given, "text that nobody gave: {segment:?}");
                assert!((0..).zip(segment.payload.iter()).all(|(at, sent)| sent == octet(0, offset + at)));
            }
            let most = u32::from(self.config.maximum_segment_size);
            assert!(length <= most, "{length} octets in a segment of {most}");
            if !segment.flags.contains(Flags::ACK) {
                self.said.0 = segment.seq.0.wrapping_add(1);
                continue;
            }
            self.said = (segment.seq.0.wrapping_add(segment.sequence_length()), segment.ack.0);
            if let Some(sent) = self.sent {
                let ahead = segment.ack.is_after(SequenceNumber(sent));
                assert!(!ahead, "more is acknowledged than {sent}: {segment:?}");
            }
            // Without scaling, the window field is the window.
            if self.config.window_scale.is_none() {
                let edge = segment.ack + u32::from(segment.window);
                let retreats = self.edge.is_some_and(|before| SequenceNumber(before).is_after(edge));
                assert!(!retreats, "the window retreats: {segment:?}");
                assert!(usize::from(segment.window) <= self.capacity);
                self.edge = Some(edge.0);
            }
        }
        if let Some(connection) = &self.connection {
            assert!(connection.readable() <= self.capacity);
            assert!(connection.unsent() + connection.unacknowledged() <= self.capacity);
            assert!(is_watched_over(connection), "{:?} for ever, if the peer is silent", self.state());
        }
        count
    }

    fn send(&mut self, length: usize) {
        let text = octets(0, self.given, length);
        let Some(connection) = &mut self.connection else { return };
        let room = connection.writable(&self.memory);
        let sent = match length % 8 {
            1 => connection.send_urgent(self.now, &text, &mut self.memory),
            _ => connection.send(self.now, &text, &mut self.memory),
        };
        if let Ok(taken) = sent {
            assert_eq!(taken, length.min(room));
            self.given += taken as u32;
        }
    }

    fn receive(&mut self, length: usize) {
        let Some(connection) = &mut self.connection else { return };
        let mut buffer = vec![0; length];
        let readable = connection.readable();
        if let Ok(length) = connection.receive(self.now, &mut buffer, &mut self.memory) {
            assert_eq!(length, readable.min(buffer.len()));
            assert!(buffer[..length] == octets(1, self.taken, length), "wrong octets at {}", self.taken);
            self.taken += length as u32;
        }
    }

    fn call(&mut self, which: u8) {
        let Some(connection) = &mut self.connection else { return };
        match which % 8 {
            0..4 => drop(connection.shutdown(self.now)),
            4..6 => {
                self.closed = true;
                connection.close(self.now);
            }
            6 => {
                self.closed = true;
                connection.abort(self.now);
            }
            _ => {
                let mut config = connection.config();
                config.no_delay = !config.no_delay;
                config.cork = !config.cork;
                connection.set_config(self.now, &config);
            }
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match (&self.connection, &self.listener) {
            (Some(connection), _) => connection.poll_timeout(),
            (None, Some(listener)) => listener.poll_timeout(),
            _ => None,
        }
    }

    /// Lets time pass, with every timeout on the way.
    fn wait_until(&mut self, end: Instant) {
        let mut at_once = 0;
        for count in 0.. {
            assert!(count < 100_000, "timeouts never end");
            let Some(timeout) = self.poll_timeout().filter(|timeout| *timeout <= end) else { break };
            at_once = if timeout <= self.now { at_once + 1 } else { 0 };
            assert!(at_once < 10, "a timer does not make progress");
            self.now = self.now.max(timeout);
            match (&mut self.connection, &mut self.listener) {
                (Some(connection), _) => connection.handle_timeout(self.now, &mut self.memory),
                (None, Some(listener)) => while listener.poll_transmit(self.now).is_some() {},
                _ => {}
            }
            self.drain(None);
        }
        self.now = self.now.max(end);
    }

    /// Left alone after close, every connection ends.
    fn leave(mut self) {
        if let Some(connection) = &mut self.connection {
            self.closed = true;
            connection.close(self.now);
        }
        self.holds_back = false;
        self.drain(None);
        self.wait_until(self.now + Duration::from_secs(3 * 3600 + 1200));
        assert_eq!(self.poll_timeout(), None, "a timer is left in {:?}", self.state());
        assert!(matches!(self.state(), State::Closed | State::Listen), "{:?} for ever", self.state());
        assert_eq!(
            self.listener.map_or(0, |listener| listener.half_open()),
            0,
            "a half-open connection stays"
        );
    }
}
