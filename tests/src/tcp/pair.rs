//! Two connections, and a network that delivers, drops, marks, repeats and reorders as it likes.

use anysock::tcp::{Connection, Ecn, Error, Event, Flags, Segment, SequenceNumber, State};
use anysock::time::Instant;
use core::time::Duration;

use super::choices::Choices;
use super::{Memory, config, is_watched_over, leads, memory, octets};

/// Every event there is: which of them come when is the business of [`super::connection`].
const ANY: &[Event] = &Event::ALL;

/// Feeds a pair; `true`, for it panics where something does not hold.
///
/// # Panics
/// Where what is read is not what was sent, in order and complete; where the two do not come to an end once the
/// network is kind; where segments or timeouts never end.
pub fn holds(bytes: &[u8]) -> bool {
    let mut choices = Choices::new(bytes);
    let mut pair = Pair::begin(&mut choices);
    for _ in 0..2000 {
        if choices.is_empty() {
            break;
        }
        pair.step(&mut choices);
    }
    pair.finish();
    true
}

struct End {
    connection: Connection,
    memory: Memory,
    /// Octets given to the connection, and taken from it.
    given: u32,
    taken: u32,
    has_shut_down: bool,
}

struct Packet {
    to: usize,
    header: Segment<'static>,
    text: Vec<u8>,
}

impl Packet {
    fn new(to: usize, segment: &Segment<'_>) -> Packet {
        let mut header = Segment::new(segment.flags, segment.seq, segment.ack);
        header.window = segment.window;
        header.options = segment.options;
        (header.urgent_pointer, header.ecn) = (segment.urgent_pointer, segment.ecn);
        Packet { to, header, text: segment.payload.iter().collect() }
    }

    fn copy(&self) -> Packet {
        Packet { to: self.to, header: self.header, text: self.text.clone() }
    }
}

struct Pair {
    ends: [End; 2],
    packets: Vec<Packet>,
    now: Instant,
}

/// The most that waits on the network; what comes then is lost.
const MOST_PACKETS: usize = 200;

impl Pair {
    fn begin(choices: &mut Choices<'_>) -> Pair {
        let now = Instant::from_nanos(1 << 40);
        let isn = [choices.number(), choices.number()].map(SequenceNumber);
        let simultaneous = choices.byte() < 64;
        let capacity = usize::from(choices.byte()) + 1;
        let configs = [0, 1].map(|_| {
            let mut config = config(choices);
            // Whether one gives up depends on the network alone; here nobody does.
            (config.user_timeout, config.keepalive) = (None, None);
            (config.retries, config.orphan_retries) = (u8::MAX, u8::MAX);
            (config.syn_retries, config.syn_ack_retries) = (u8::MAX, u8::MAX);
            config
        });
        let mut first = Connection::connect(&configs[0], isn[0], now);
        let mut memories = [memory(capacity), memory(capacity)];
        let syn = first.poll_transmit(now, &mut memories[0]).map(|segment| Packet::new(1, &segment));
        let syn = syn.expect("a SYN");
        let second = if simultaneous {
            Connection::connect(&configs[1], isn[1], now)
        } else {
            Connection::accept(&configs[1], isn[1], &syn.header, now)
        };
        let [a, b] = memories;
        let end = |connection, memory| End { connection, memory, given: 0, taken: 0, has_shut_down: false };
        let packets = if simultaneous { vec![syn] } else { vec![] };
        let mut pair = Pair { ends: [end(first, a), end(second, b)], packets, now };
        pair.drain(0);
        pair.drain(1);
        pair
    }

    fn step(&mut self, choices: &mut Choices<'_>) {
        let which = usize::from(choices.byte());
        let end = which & 1;
        match choices.byte() % 12 {
            0..=3 => self.deliver(0),
            4 => self.deliver(which),
            5 if !self.packets.is_empty() => drop(self.packets.remove(which % self.packets.len())),
            6 => {
                if let Some(packet) = self.packets.get(which).map(Packet::copy) {
                    self.packets.push(packet);
                }
            }
            7 => {
                self.time_out(end);
            }
            8 => self.now = self.now + Duration::from_micros(u64::from(choices.word())),
            9 => self.send(end, choices.byte()),
            10 => self.receive(end, choices.byte()),
            _ => match choices.byte() {
                ..32 => self.shut_down(end),
                32..96 => self.mark(which),
                _ => {}
            },
        }
    }

    /// A router marks a packet instead of dropping it, where that can be.
    fn mark(&mut self, index: usize) {
        let count = self.packets.len().max(1);
        if let Some(packet) = self.packets.get_mut(index % count)
            && packet.header.ecn != Ecn::NotCapable
        {
            packet.header.ecn = Ecn::CongestionExperienced;
        }
    }

    fn deliver(&mut self, index: usize) {
        if self.packets.is_empty() {
            return;
        }
        let packet = self.packets.remove(index % self.packets.len());
        let end = &mut self.ends[packet.to];
        let before = end.connection.state();
        let mut segment: Segment<'_> = packet.header;
        segment.payload = packet.text.as_slice().into();
        end.connection.segment_arrives(self.now, &segment, &mut end.memory);
        let after = end.connection.state();
        assert!(leads(before, after, ANY, 3), "{before:?} to {after:?} by {segment:?}");
        // Nobody aborts, so nobody resets but one that is closed already, or knows nothing of the other.
        let may_reset = matches!(before, State::Closed | State::SynSent | State::SynReceived);
        let reset = self.drain(packet.to);
        assert!(!reset || may_reset, "{before:?} resets after {segment:?}");
    }

    /// Puts on the network what an end wants to send; whether there was a RST.
    fn drain(&mut self, index: usize) -> bool {
        let mut reset = false;
        let end = &mut self.ends[index];
        for count in 0.. {
            assert!(count < 1200, "poll_transmit never ends");
            let Some(segment) = end.connection.poll_transmit(self.now, &mut end.memory) else { break };
            reset |= segment.flags.contains(Flags::RST);
            if self.packets.len() < MOST_PACKETS {
                self.packets.push(Packet::new(1 - index, &segment));
            }
        }
        assert!(is_watched_over(&end.connection), "{:?} may last for ever", end.connection.state());
        reset
    }

    /// The next timer of an end; whether there is one.
    fn time_out(&mut self, index: usize) -> bool {
        let Some(at) = self.ends[index].connection.poll_timeout() else { return false };
        self.now = self.now.max(at);
        // Everybody's clock has come as far.
        for index in 0..2 {
            let end = &mut self.ends[index];
            end.connection.handle_timeout(self.now, &mut end.memory);
            self.drain(index);
        }
        true
    }

    fn send(&mut self, index: usize, length: u8) {
        let end = &mut self.ends[index];
        if end.has_shut_down || end.given > 100_000 {
            return;
        }
        let text = octets(index as u8, end.given, length.into());
        match end.connection.send(self.now, &text, &mut end.memory) {
            Ok(taken) => end.given += taken as u32,
            Err(error) => assert_eq!(error, Error::WouldBlock),
        }
        self.drain(index);
    }

    fn receive(&mut self, index: usize, length: u8) {
        let end = &mut self.ends[index];
        let mut buffer = vec![0; length.into()];
        match end.connection.receive(self.now, &mut buffer, &mut end.memory) {
            Ok(length) => {
                let expected = octets(1 - index as u8, end.taken, length);
                assert!(buffer[..length] == expected, "wrong octets at {}", end.taken);
                end.taken += length as u32;
            }
            Err(error) => assert_eq!(error, Error::WouldBlock, "in {:?}", end.connection.state()),
        }
        self.drain(index);
    }

    fn shut_down(&mut self, index: usize) {
        let end = &mut self.ends[index];
        if matches!(end.connection.state(), State::Established | State::CloseWait) {
            end.connection.shutdown(self.now).expect("it is open");
            end.has_shut_down = true;
        }
        self.drain(index);
    }

    /// From here on the network is kind, and the programs finish: everything has to arrive.
    fn finish(mut self) {
        for _ in 0..200_000 {
            for index in 0..2 {
                while self.ends[index].connection.readable() > 0 {
                    self.receive(index, u8::MAX);
                }
                self.shut_down(index);
            }
            if !self.packets.is_empty() {
                self.deliver(0);
            } else {
                let timeouts = [0, 1].map(|index| self.ends[index].connection.poll_timeout());
                let next =
                    (0..2).filter(|index| timeouts[*index].is_some()).min_by_key(|index| timeouts[*index]);
                match next {
                    Some(index) => drop(self.time_out(index)),
                    None => break,
                }
            }
        }
        let states = self.ends.each_ref().map(|end| end.connection.state());
        assert_eq!(states, [State::Closed; 2], "at {:?}", self.now);
        for (end, peer) in [(0, 1), (1, 0)] {
            assert_eq!(self.ends[peer].taken, self.ends[end].given, "octets of {end} are lost");
        }
    }
}
