//! Any segments, any calls, in any order: nothing panics, nothing runs for ever, and what is promised holds.

use anysock::tcp::{Config, Connection, Event, Fixed, Flags, Keepalive, Segment, SequenceNumber, State};
use anysock::time::Instant;
use core::time::Duration;
use proptest::prelude::*;

const CAPACITY: usize = 1000;

#[derive(Clone, Debug)]
enum Step {
    /// Numbers relative to what the connection last said that it expects, and has sent.
    Arrives {
        flags: u8,
        seq: i32,
        ack: i32,
        window: u16,
        length: usize,
        mss: Option<u16>,
        scale: Option<u8>,
    },
    /// The next octets in order.
    ArrivesInOrder {
        length: usize,
        fin: bool,
    },
    Send(usize),
    Receive(usize),
    Shutdown,
    Close,
    Abort,
    Wait(u64),
    TimeOut,
}

fn near() -> impl Strategy<Value = i32> {
    prop_oneof![4 => -3i32..4, 3 => -1200i32..1200, 1 => any::<i32>()]
}

fn step() -> impl Strategy<Value = Step> {
    let flags = prop_oneof![3 => Just(0x10u8), 1 => Just(0x11), 1 => Just(0x12), 2 => any::<u8>()];
    let window = prop_oneof![3 => 0u16..3000, 1 => any::<u16>()];
    let options = (any::<Option<u16>>(), any::<Option<u8>>());
    let arrives = (flags, near(), near(), window, 0usize..700, options);
    prop_oneof![
        8 => arrives.prop_map(|(flags, seq, ack, window, length, (mss, scale))| {
            Step::Arrives { flags, seq, ack, window, length, mss, scale }
        }),
        4 => (0usize..700, any::<bool>()).prop_map(|(length, fin)| {
            Step::ArrivesInOrder { length, fin: fin && length < 30 }
        }),
        4 => (0usize..1500).prop_map(Step::Send),
        3 => (0usize..1500).prop_map(Step::Receive),
        1 => Just(Step::Shutdown),
        1 => Just(Step::Close),
        1 => Just(Step::Abort),
        2 => (0u64..100_000).prop_map(Step::Wait),
        6 => Just(Step::TimeOut),
    ]
}

/// The octet at `offset` of any stream here.
fn octet(offset: u32) -> u8 {
    (offset ^ (offset >> 8) ^ (offset >> 16)) as u8
}

fn octets(offset: u32, length: usize) -> Vec<u8> {
    (0..length as u32).map(|index| octet(offset.wrapping_add(index))).collect()
}

/// Whether the table leads from one state to the other in at most three moves: a segment may carry an
/// acknowledgment of our SYN or FIN, and a FIN of its own.
fn is_legal(from: State, to: State) -> bool {
    let mut reached = vec![from];
    for _ in 0..3 {
        let next: Vec<State> =
            reached.iter().flat_map(|state| Event::ALL.map(|event| state.after(event))).collect();
        reached.extend(next);
    }
    reached.contains(&to)
}

struct World {
    connection: Connection,
    memory: Box<Fixed<CAPACITY, CAPACITY>>,
    now: Instant,
    iss: u32,
    /// The first number of the peer's text.
    text: Option<u32>,
    /// What the last segment sent says: the number behind its own, and SEG.ACK.
    said: (u32, u32),
    /// SEG.ACK + SEG.WND of the last one.
    edge: Option<u32>,
    sent: u32,
    read: u32,
}

impl World {
    fn run(&mut self, step: &Step) {
        let now = self.now;
        match *step {
            Step::Arrives { flags, seq, ack, window, length, mss, scale } => {
                let seq = self.said.1.wrapping_add(seq as u32);
                let ack = self.said.0.wrapping_add(ack as u32);
                self.arrives(Flags::from_bits_retain(flags.into()), seq, ack, window, length, mss, scale);
            }
            Step::ArrivesInOrder { length, fin } => {
                let flags = if fin { Flags::ACK | Flags::FIN } else { Flags::ACK };
                self.arrives(flags, self.said.1, self.said.0, 3000, length, None, None);
            }
            Step::Send(length) => {
                let text = octets(self.sent, length);
                let room = self.connection.writable(&*self.memory);
                if let Ok(taken) = self.connection.send(now, &text, &mut *self.memory) {
                    assert_eq!(taken, length.min(room));
                    self.sent += taken as u32;
                }
            }
            Step::Receive(length) => {
                let mut buffer = vec![0; length];
                let readable = self.connection.readable();
                if let Ok(length) = self.connection.receive(now, &mut buffer, &mut *self.memory) {
                    assert_eq!(length, readable.min(buffer.len()));
                    assert!(buffer[..length] == octets(self.read, length), "wrong octets at {}", self.read);
                    self.read += length as u32;
                }
            }
            Step::Shutdown => drop(self.connection.shutdown(now)),
            Step::Close => self.connection.close(now),
            Step::Abort => self.connection.abort(now),
            Step::Wait(milliseconds) => self.wait_until(now + Duration::from_millis(milliseconds)),
            Step::TimeOut => {
                if let Some(timeout) = self.connection.poll_timeout() {
                    self.wait_until(timeout);
                }
            }
        }
        self.drain();
    }

    /// Lets time pass, with every timeout on the way.
    fn wait_until(&mut self, end: Instant) {
        let mut at_once = 0;
        while let Some(timeout) = self.connection.poll_timeout().filter(|timeout| *timeout <= end) {
            at_once = if timeout <= self.now { at_once + 1 } else { 0 };
            assert!(at_once < 10, "a timer does not make progress");
            self.now = self.now.max(timeout);
            self.connection.handle_timeout(self.now, &mut *self.memory);
            self.drain();
        }
        self.now = self.now.max(end);
    }

    #[allow(clippy::too_many_arguments)]
    fn arrives(
        &mut self,
        flags: Flags,
        seq: u32,
        ack: u32,
        window: u16,
        length: usize,
        mss: Option<u16>,
        scale: Option<u8>,
    ) {
        let first = if flags.contains(Flags::SYN) { seq.wrapping_add(1) } else { seq };
        if self.connection.state() == State::SynSent && flags.contains(Flags::SYN) {
            self.text = Some(first);
        }
        let text = octets(first.wrapping_sub(self.text.unwrap_or(0)), length);
        let mut segment = Segment::new(flags, SequenceNumber(seq), SequenceNumber(ack));
        segment.window = window;
        segment.options.maximum_segment_size = mss;
        segment.options.window_scale = scale;
        segment.payload = text.as_slice().into();
        self.connection.segment_arrives(self.now, &segment, &mut *self.memory);
    }

    /// Takes everything to send, and checks it.
    fn drain(&mut self) {
        let mut count = 0;
        let mut first_said = None;
        while let Some(segment) = self.connection.poll_transmit(self.now, &mut *self.memory) {
            count += 1;
            assert!(count < 1200, "poll_transmit never ends");
            let offset = segment.seq.0.wrapping_sub(self.iss).wrapping_sub(1);
            let length = segment.payload.len();
            if length > 0 {
                assert!(offset as usize + length <= self.sent as usize, "text that nobody sent: {segment:?}");
                assert!(segment.payload.iter().eq(octets(offset, length)), "wrong octets at {offset}");
            }
            if segment.flags.contains(Flags::RST) {
                continue;
            }
            assert!(usize::from(segment.window) <= CAPACITY);
            if segment.flags.contains(Flags::ACK) {
                let edge = segment.ack.0.wrapping_add(u32::from(segment.window));
                let retreat = self.edge.map_or(0, |before| before.wrapping_sub(edge) as i32);
                assert!(retreat <= 0, "the window retreats by {retreat}");
                self.edge = Some(edge);
                self.said = (segment.seq.0.wrapping_add(segment.sequence_length()), segment.ack.0);
            } else {
                self.said.0 = segment.seq.0.wrapping_add(1);
            }
            first_said.get_or_insert(segment.seq);
        }
        assert!(self.connection.readable() <= CAPACITY);
        assert!(self.connection.unsent() + self.connection.unacknowledged() <= CAPACITY);
    }
}

fn config() -> impl Strategy<Value = Config> {
    (any::<[bool; 3]>(), proptest::option::of(1u64..100), 0u8..20).prop_map(
        |([keepalive, no_delay, cork], user_timeout, quick_acknowledgments)| {
            let mut config = Config::default();
            config.keepalive = keepalive.then(Keepalive::default);
            // Every octet is to be found in its place.
            config.urgent_inline = true;
            config.no_delay = no_delay;
            config.cork = cork;
            config.user_timeout = user_timeout.map(Duration::from_secs);
            config.quick_acknowledgments = quick_acknowledgments;
            config
        },
    )
}

proptest! {
    #[test]
    fn anything_may_happen(
        steps in proptest::collection::vec(step(), 1..60),
        passive: bool,
        handshake in 0u8..4,
        iss: u32,
        irs: u32,
        config in config(),
    ) {
        let now = Instant::ZERO;
        let syn = Segment::new(Flags::SYN, SequenceNumber(irs), SequenceNumber(0));
        let connection = if passive {
            Connection::accept(&config, SequenceNumber(iss), &syn, now)
        } else {
            Connection::connect(&config, SequenceNumber(iss), now)
        };
        let mut world = World {
            connection,
            memory: Box::default(),
            now,
            iss,
            text: passive.then_some(irs.wrapping_add(1)),
            said: (iss, irs),
            edge: None,
            sent: 0,
            read: 0,
        };
        world.drain();
        if handshake > 0 {
            let flags = if passive { Flags::ACK } else { Flags::SYN | Flags::ACK };
            world.arrives(flags, world.said.1, world.said.0, 3000, 0, Some(300), None);
            world.drain();
            prop_assert_eq!(world.connection.state(), State::Established);
        }
        for step in &steps {
            let before = world.connection.state();
            world.run(step);
            let after = world.connection.state();
            // Waiting may take a connection through any number of timeouts, but only to its end.
            prop_assert!(is_legal(before, after), "{:?} to {:?} by {:?}", before, after, step);
        }
        // Left alone after close, every connection ends.
        world.connection.close(world.now);
        world.drain();
        world.wait_until(world.now + Duration::from_secs(3 * 3600 + 1200));
        prop_assert_eq!(world.connection.state(), State::Closed);
        prop_assert_eq!(world.connection.poll_timeout(), None);
    }
}
