//! TCP: segments on the wire, the state table, and a connection to which anything may happen.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};
use core::time::Duration;

use anysock::tcp::{
    Arrival, Config, Connection, EcnCounters, EcnNegotiation, Event, Fixed, Flags, HalfOpen, Listener,
    PathMtuProbing, SecretKey, Segment, SequenceNumber, State, TimeWait, TimeWaits,
};
use anysock::tcp::{refuse, wire};
use anysock::time::Instant;

use crate::check::{debugs, displays};

codecs! {
    segment;
    unverified_segment;
    state;
    connection;
}

/// What was decoded encodes to octets that decode to the same, as far as its options have room.
fn segment(bytes: &[u8]) -> bool {
    let addresses = [
        wire::PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST),
        wire::PseudoHeader::ipv6(Ipv6Addr::LOCALHOST, Ipv6Addr::UNSPECIFIED),
    ];
    addresses.iter().all(|addresses| match wire::decode(addresses, bytes) {
        Ok((ports, segment)) => comes_back(addresses, ports, &segment),
        Err(error) => displays(&error),
    })
}

/// All comes back but the last blocks and counters, for which there may be no room: octets that are read need not be
/// padded as those that are written are.
fn comes_back(addresses: &wire::PseudoHeader, ports: wire::Ports, segment: &Segment<'_>) -> bool {
    let mut buffer = [0; 256];
    let length = match wire::encode(addresses, ports, segment, &mut buffer) {
        Ok(length) => length,
        Err(error) => return displays(&error) && error.needed > buffer.len(),
    };
    let Some(Ok((ports_again, again))) = buffer.get(..length).map(|octets| wire::decode(addresses, octets))
    else {
        return false;
    };
    let (read, written) = (&again.options, &segment.options);
    let blocks = read.sack.iter().zip(&written.sack).all(|(read, written)| read.is_none() || read == written);
    let counters = read.ecn_counters.is_none_or(|read| {
        let fields = |counters: EcnCounters, count| counters.fields().take(count).eq(read.fields());
        written.ecn_counters.is_some_and(|written| fields(written, read.fields().count()))
    });
    let mut expected = *segment;
    (expected.options.sack, expected.options.ecn_counters) = (read.sack, read.ecn_counters);
    // That there is a signature is told, and none is written.
    expected.options.signed = false;
    blocks && counters && ports_again == ports && again == expected
}

/// What is read without a look at its checksum is what is read with one, where that is right, and comes back.
fn unverified_segment(bytes: &[u8]) -> bool {
    let addresses = wire::PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST);
    let read = wire::decode_unverified(bytes);
    let verified = wire::decode(&addresses, bytes);
    (verified == read || verified == Err(wire::DecodeError::Checksum) && read.is_ok())
        && match read {
            Ok((ports, segment)) => comes_back(&addresses, ports, &segment),
            Err(error) => displays(&error),
        }
}

fn state(bytes: &[u8]) -> bool {
    let mut state = State::Closed;
    for byte in bytes {
        if let Some(event) = Event::ALL.get(usize::from(*byte)) {
            state = state.after(*event);
        }
    }
    debugs(&state) && State::from_linux_number(state.linux_number()) == Some(state)
}

/// Storage for as much as a window takes here.
type Memory = Fixed<600, 600>;

/// The bytes are steps: what happens, and its numbers.
fn connection(bytes: &[u8]) -> bool {
    let Some((&[how, a, b, c, d], mut steps)) = bytes.split_first_chunk() else { return true };
    let mut config = Config::default();
    config.no_delay = how & 2 != 0;
    config.cork = how & 4 != 0;
    config.user_timeout = (how & 8 != 0).then_some(Duration::from_secs(7));
    config.keepalive = (how & 16 != 0).then(Default::default);
    config.ecn = if how & 32 != 0 { EcnNegotiation::RequestAccurate } else { EcnNegotiation::Accept };
    config.path_mtu_probing =
        (how & 64 != 0).then_some(PathMtuProbing { at_once: true, base: 64, floor: 48, threshold: 1 });
    let isn = SequenceNumber(u32::from_be_bytes([a, b, c, d]));
    let now = Instant::ZERO;
    let syn = Segment::new(Flags::SYN, SequenceNumber(!isn.0), SequenceNumber(0));
    let connection = match how & 1 {
        0 => Connection::connect(&config, isn, now),
        _ => Connection::accept(&config, isn, &syn, now),
    };
    let mut world = World {
        connection,
        listener: Listener::new(&config, 2, 600, SecretKey::new([7; 16]), [const { None }; 3]),
        time_waits: TimeWaits::new(&config, [const { None }; 2]),
        memory: Memory::new(),
        now,
        said: (isn.0.wrapping_add(1), (!isn.0).wrapping_add(1)),
    };
    let mut held = world.transmit();
    while let Some((step, rest)) = steps.split_first_chunk() {
        steps = rest;
        held = held && world.step(step) && world.transmit();
    }
    held && debugs(&world.connection.state())
}

type Pair = (SocketAddrV4, SocketAddrV4);

struct World {
    connection: Connection,
    /// What comes for the connection comes here too.
    listener: Listener<[Option<(Pair, HalfOpen)>; 3]>,
    time_waits: TimeWaits<[Option<(Pair, TimeWait)>; 2]>,
    memory: Memory,
    now: Instant,
    /// The number behind the last segment sent, and SEG.ACK of it.
    said: (u32, u32),
}

impl World {
    fn step(&mut self, &[what, flags, seq, ack, window, length]: &[u8; 6]) -> bool {
        static TEXT: [u8; 256] = [0x55; 256];
        let text = TEXT.get(..usize::from(length)).unwrap_or_default();
        let (now, connection, memory) = (self.now, &mut self.connection, &mut self.memory);
        match what {
            0 => drop(connection.send(now, text, memory)),
            1 => drop(connection.receive(now, &mut [0; 200], memory)),
            2 => drop(connection.shutdown(now)),
            3 => connection.close(now),
            4 => connection.abort(now),
            5 => self.now = now + Duration::from_millis(u64::from(length) << (window & 31)),
            6 => self.now = connection.poll_timeout().map_or(now, |timeout| timeout.max(now)),
            _ => return self.segment([what, flags, seq, ack, window], text),
        }
        self.connection.handle_timeout(self.now, &mut self.memory);
        true
    }

    /// A segment with numbers near those that are expected, or, with a high bit of `what`, far from them.
    fn segment(&mut self, [what, flags, seq, ack, window]: [u8; 5], text: &[u8]) -> bool {
        let shift = u32::from(what & 0x70) / 4;
        let near =
            |number: u32, by: u8| number.wrapping_add((i32::from(by as i8) as u32).wrapping_shl(shift));
        let mut segment = Segment::new(
            Flags::from_bits_retain(flags.into()),
            SequenceNumber(near(self.said.1, seq)),
            SequenceNumber(near(self.said.0, ack)),
        );
        segment.window = u16::from(window) << 4;
        segment.urgent_pointer = u16::from(window);
        segment.options.maximum_segment_size = (what & 8 != 0).then_some(u16::from(window));
        segment.options.window_scale = (what & 0x80 != 0).then_some(window);
        segment.payload = text.into();
        core::hint::black_box(refuse(&segment));
        self.listener_segment_arrives(&segment, window);
        core::hint::black_box(self.connection.may_be_replaced_by(&segment));
        self.connection.segment_arrives(self.now, &segment, &mut self.memory);
        self.connection.readable() <= 600
    }

    /// The same for a listener and the entries in TIME-WAIT; `port` is the peer's.
    fn listener_segment_arrives(&mut self, segment: &Segment<'_>, port: u8) {
        let address = |port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        let pair = (address(80), address(u16::from(port)));
        self.time_waits.insert(self.now, &pair, &self.connection);
        core::hint::black_box(self.time_waits.segment_arrives(
            self.now,
            &pair,
            segment,
            port.is_multiple_of(2),
        ));
        core::hint::black_box((self.time_waits.expire(self.now), self.time_waits.poll_timeout()));
        let arrival = self.listener.segment_arrives(self.now, &pair, segment);
        if let Arrival::Accept(half_open) = &arrival {
            let config = self.connection.config();
            self.connection = Connection::from_half_open(&config, half_open, self.now, &mut Memory::new());
            self.listener.accepted();
        }
        core::hint::black_box(arrival);
        core::hint::black_box((self.listener.poll_transmit(self.now), self.listener.poll_timeout()));
    }

    /// Takes everything that there is to send; it comes to an end.
    fn transmit(&mut self) -> bool {
        for _ in 0..1200 {
            let Some(segment) = self.connection.poll_transmit(self.now, &mut self.memory) else {
                let unacknowledged = self.connection.unacknowledged();
                return unacknowledged.saturating_add(self.connection.unsent()) <= 600;
            };
            if !segment.flags.contains(Flags::RST) {
                self.said.0 = segment.seq.0.wrapping_add(segment.sequence_length());
            }
            if segment.flags.contains(Flags::ACK) {
                self.said.1 = segment.ack.0;
            }
        }
        false
    }
}
