//! Two connections, joined by a wire of real bytes in memory, with a clock that jumps to the next wakeup.
#![allow(dead_code, reason = "each test file uses its part")]

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{
    Block, Config, CongestionControl, Connection, Error, Flags, Rings, SequenceNumber, StandardControl,
    State, Transmission,
};
use anysock::time::Instant;
use core::net::Ipv4Addr;
use core::time::Duration;

/// What the wire does to segments. Chances are in thousandths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) latency: Duration,
    /// Up to this much is added to the latency, so that segments overtake each other.
    pub(crate) jitter: Duration,
    pub(crate) loss: u32,
    pub(crate) duplication: u32,
    pub(crate) corruption: u32,
    pub(crate) seed: u64,
    /// Segments that are lost in any case, counted from the first after the SYN.
    pub(crate) loses: &'static [usize],
}

impl Link {
    pub(crate) const PERFECT: Link = Link {
        latency: Duration::from_millis(10),
        jitter: Duration::ZERO,
        loss: 0,
        duplication: 0,
        corruption: 0,
        seed: 0,
        loses: &[],
    };
}

/// Buffers of a size chosen at run time.
pub(crate) type Memory = Rings<Vec<u8>, Vec<u8>, [Block; 8], [Transmission; 64]>;

/// One end: its connection, its memory, what it still has to say and what it has heard.
pub(crate) struct End<C = StandardControl> {
    pub(crate) connection: Connection<C>,
    pub(crate) memory: Memory,
    pub(crate) to_send: Vec<u8>,
    pub(crate) received: Vec<u8>,
    /// Octets to read at once; zero for an application that does not read.
    pub(crate) appetite: usize,
    /// Shut down once everything is sent.
    pub(crate) shuts_down: bool,
    pub(crate) error: Option<Error>,
}

impl<C: CongestionControl> End<C> {
    fn new(connection: Connection<C>, capacity: usize) -> End<C> {
        End {
            connection,
            memory: Rings::over(
                vec![0; capacity],
                vec![0; capacity],
                [Block::NONE; 8],
                [Transmission::NONE; 64],
            ),
            to_send: vec![],
            received: vec![],
            appetite: 8192,
            shuts_down: false,
            error: None,
        }
    }

    /// What a simple program does: reads, writes, and closes its side when done.
    fn run(&mut self, now: Instant) {
        let mut buffer = vec![0; self.appetite];
        loop {
            match self.connection.receive(now, &mut buffer, &mut self.memory) {
                Ok(0) | Err(Error::WouldBlock) => break,
                Ok(length) => self.received.extend_from_slice(&buffer[..length]),
                Err(error) => {
                    self.error = Some(error);
                    break;
                }
            }
        }
        while !self.to_send.is_empty() {
            match self.connection.send(now, &self.to_send, &mut self.memory) {
                Ok(length) => drop(self.to_send.drain(..length)),
                Err(Error::WouldBlock) => break,
                Err(error) => {
                    self.error = Some(error);
                    self.to_send.clear();
                }
            }
        }
        let may_shut_down =
            !matches!(self.connection.state(), State::SynSent | State::SynReceived | State::Closed);
        if self.shuts_down && self.to_send.is_empty() && may_shut_down {
            self.connection.shutdown(now).unwrap();
            self.shuts_down = false;
        }
    }
}

/// A segment on the wire.
struct InFlight {
    arrives: Instant,
    to: usize,
    octets: Vec<u8>,
}

/// The pair. End 0 is the client.
pub(crate) struct Pair<C = StandardControl> {
    pub(crate) now: Instant,
    pub(crate) ends: [End<C>; 2],
    pub(crate) link: Link,
    /// Segments put on the wire, lost ones included: sender, control bits, SEG.SEQ, octets of text.
    pub(crate) sent: Vec<(usize, Flags, u32, usize)>,
    /// Which of them were lost.
    pub(crate) lost: Vec<usize>,
    in_flight: Vec<InFlight>,
    random: u64,
}

impl Pair {
    /// A client that has connected and a server that has just seen its SYN.
    pub(crate) fn new(config: &Config, isn: [u32; 2], link: Link) -> Pair {
        Pair::with_capacity(config, isn, link, 8192)
    }

    /// The same with buffers of `capacity` octets.
    pub(crate) fn with_capacity(config: &Config, isn: [u32; 2], link: Link, capacity: usize) -> Pair {
        let control = || config.congestion_control.into();
        Pair::with_control(config, isn, link, capacity, control)
    }
}

impl<C: CongestionControl> Pair<C> {
    /// The same, each connection under a congestion control that `control` makes.
    pub(crate) fn with_control(
        config: &Config,
        isn: [u32; 2],
        link: Link,
        capacity: usize,
        control: impl Fn() -> C,
    ) -> Pair<C> {
        let (now, isn) = (Instant::ZERO, isn.map(SequenceNumber));
        let client = Connection::connect(config, isn[0], now).with_congestion_control(control());
        let mut client = End::new(client, capacity);
        let syn = client.connection.poll_transmit(now, &mut client.memory).unwrap();
        let server = Connection::accept(config, isn[1], &syn, now).with_congestion_control(control());
        let server = End::new(server, capacity);
        let random = link.seed;
        Pair { now, ends: [client, server], link, sent: vec![], lost: vec![], in_flight: vec![], random }
    }

    /// SplitMix64.
    fn draw(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }

    fn happens(&mut self, thousandths: u32) -> bool {
        self.draw(1000) < u64::from(thousandths)
    }

    fn transmit(&mut self, from: usize) {
        let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
        for count in 0.. {
            assert!(count < 1000, "poll_transmit never ends");
            let end = &mut self.ends[from];
            let Some(segment) = end.connection.poll_transmit(self.now, &mut end.memory) else { return };
            let mut octets = vec![0; 10_000];
            let length = wire::encode(&addresses, Ports::default(), &segment, &mut octets).unwrap();
            octets.truncate(length);
            let is_lost = self.link.loses.contains(&self.sent.len());
            self.sent.push((from, segment.flags, segment.seq.0, segment.payload.len()));
            let copies = 1 + u32::from(self.happens(self.link.duplication));
            for _ in 0..copies {
                if self.happens(self.link.loss) || is_lost {
                    self.lost.push(self.sent.len() - 1);
                    continue;
                }
                let mut octets = octets.clone();
                if self.happens(self.link.corruption) {
                    let bit = self.draw(octets.len() as u64 * 8) as usize;
                    octets[bit / 8] ^= 1 << (bit % 8);
                }
                let jitter = Duration::from_nanos(self.draw(self.link.jitter.as_nanos() as u64 + 1));
                self.in_flight.push(InFlight {
                    arrives: self.now + self.link.latency + jitter,
                    to: 1 - from,
                    octets,
                });
            }
        }
    }

    /// Lets both programs run and jumps to the next event. `false` when nothing will ever happen again.
    pub(crate) fn step(&mut self) -> bool {
        for index in 0..2 {
            self.ends[index].run(self.now);
            self.transmit(index);
        }
        let arrival = self.in_flight.iter().map(|segment| segment.arrives).min();
        let timeouts = self.ends.iter().filter_map(|end| end.connection.poll_timeout());
        let Some(next) = timeouts.chain(arrival).min() else { return false };
        assert!(next >= self.now, "time went back");
        self.now = next;
        let addresses = PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
        // In the order of arrival; those of the same instant in the order of sending.
        while let Some(index) = self.in_flight.iter().position(|segment| segment.arrives <= self.now) {
            let InFlight { to, octets, .. } = self.in_flight.remove(index);
            if let Ok((_, segment)) = wire::decode(&addresses, &octets) {
                let end = &mut self.ends[to];
                end.connection.segment_arrives(self.now, &segment, &mut end.memory);
            }
            // A host without offloading: each segment is answered before the next is looked at.
            self.transmit(to);
        }
        for end in &mut self.ends {
            end.connection.handle_timeout(self.now, &mut end.memory);
        }
        true
    }

    /// Runs until nothing will happen any more, or `done` says so.
    pub(crate) fn run_until(&mut self, done: impl Fn(&Pair<C>) -> bool) {
        for _ in 0..200_000 {
            if !self.step() || done(self) {
                return;
            }
        }
        let states = self.ends.each_ref().map(|end| end.connection.state());
        panic!("it does not end: {states:?} at {:?}", self.now);
    }

    pub(crate) fn states(&self) -> [State; 2] {
        self.ends.each_ref().map(|end| end.connection.state())
    }
}
