//! One endpoint: a host with its connection, and the program that uses it.

use core::hash::{Hash, Hasher};
use core::net::{Ipv4Addr, SocketAddrV4};
use core::ops::Deref;
use core::time::Duration;
use std::rc::Rc;

use anysock::tcp::{
    Arrival, Block, Connection, Error, Flags, HalfOpen, Listener, Rings, SecretKey, Segment, SequenceNumber,
    State, Timer, Transmission, initial_sequence_number, refuse,
};
use anysock::time::Instant;

use crate::wire::Packet;
use crate::{Closing, Planted, Scenario, fingerprint};

/// When everything begins.
const BEGIN: Instant = Instant::from_nanos(1_000_000_000_000);
/// How much later a running timer expires, unless it is chosen.
const LATER: Duration = Duration::from_secs(1000);

/// The initial sequence numbers: the first octets wrap, or change sign.
const ISN: [u32; 2] = [u32::MAX - 1, 0x7fff_fffe];

/// The segments that one event may draw, at most.
const MOST_SEGMENTS: usize = 20;

/// Octets of a number chosen at run time.
#[derive(Clone)]
pub(crate) struct Octets {
    octets: [u8; Scenario::MOST_OCTETS as usize],
    capacity: u8,
}

impl Octets {
    fn new(capacity: u8) -> Octets {
        Octets { octets: [0; _], capacity: capacity.min(Scenario::MOST_OCTETS) }
    }
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        &self.octets[..usize::from(self.capacity)]
    }
}

impl AsMut<[u8]> for Octets {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.octets[..usize::from(self.capacity)]
    }
}

type Pair = (SocketAddrV4, SocketAddrV4);
type HalfOpens = [Option<(Pair, HalfOpen)>; 1];

/// The addresses of the second end and the first, and the key of the second end's listener.
const PAIR: Pair =
    (SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7), SocketAddrV4::new(Ipv4Addr::LOCALHOST, 40_000));
const KEY: SecretKey = SecretKey::new([7; 16]);

/// When the `count`th SYN comes to the listener: long before everything else, for its timer expires later than
/// that, and each handshake has an initial sequence number of its own.
fn at_listener(count: u8) -> Instant {
    Instant::from_nanos(BEGIN.as_nanos() - 1_000_000_000 * (256 - u64::from(count)))
}

type Memory = Rings<Octets, Octets, [Block; 4], [Transmission; 6]>;

/// One end of the connection.
#[derive(Clone)]
pub(crate) struct End {
    index: usize,
    /// The end's clock. It stands still but for the wait of RACK-TLP, which goes by what time it is.
    now: Instant,
    /// None while nobody has connected to the listener.
    pub(crate) connection: Option<Connection>,
    memory: Memory,
    listener: Option<Listener<HalfOpens>>,
    /// How many half-open connections the listener has made.
    half_opened: u8,
    /// What the listener sends.
    replies: Vec<Packet>,
    /// The connection has been ESTABLISHED.
    established: bool,
    /// Octets that the program has given to the connection, and taken from it.
    pub(crate) sent: u8,
    pub(crate) read: u8,
    /// The program has closed its side, and has come to the end of the peer's.
    pub(crate) has_closed: bool,
    pub(crate) finished: bool,
    pub(crate) error: Option<Error>,
    /// The number that follows all that the peer may send.
    edge: Option<SequenceNumber>,
    /// The last acknowledgment.
    acknowledged: SequenceNumber,
    planted: Option<Planted>,
}

/// An end that worlds share until one of them changes it: most actions leave one of the two as it was.
#[derive(Clone)]
pub(crate) struct SharedEnd {
    end: Rc<End>,
    /// What it is told apart by; none since the last change.
    fingerprint: Option<u128>,
}

impl SharedEnd {
    pub(crate) fn new(end: End) -> SharedEnd {
        SharedEnd { end: Rc::new(end), fingerprint: None }
    }

    /// The end, as this world's own.
    pub(crate) fn change(&mut self) -> &mut End {
        self.fingerprint = None;
        Rc::make_mut(&mut self.end)
    }

    /// Whether it was changed since its fingerprint was taken.
    pub(crate) fn has_changed(&self) -> bool {
        self.fingerprint.is_none()
    }

    /// `octets` is memory for the work.
    pub(crate) fn fingerprint(&mut self, octets: &mut fingerprint::Octets) -> u128 {
        *self.fingerprint.get_or_insert_with(|| {
            octets.clear();
            Rc::make_mut(&mut self.end).hash_into(octets);
            octets.fingerprint()
        })
    }
}

impl Deref for SharedEnd {
    type Target = End;

    fn deref(&self) -> &End {
        &self.end
    }
}

/// The octet at `offset` of what the end `index` sends.
pub(crate) fn octet(index: usize, offset: u32) -> u8 {
    [b'a', b'A'][index].wrapping_add(offset as u8)
}

impl End {
    pub(crate) fn new(index: usize, scenario: &Scenario, connects: bool) -> End {
        let buffer = Octets::new(scenario.capacity);
        let memory = Rings::over(buffer.clone(), buffer, [Block::NONE; 4], [Transmission::NONE; 6]);
        let isn = SequenceNumber(ISN[index]);
        End {
            index,
            now: BEGIN,
            connection: connects.then(|| Connection::connect(&scenario.config(), isn, BEGIN)),
            memory,
            listener: (!connects)
                .then(|| Listener::new(&scenario.config(), 0, usize::from(scenario.capacity), KEY, [None])),
            half_opened: 0,
            replies: Vec::new(),
            established: false,
            sent: 0,
            read: 0,
            has_closed: false,
            finished: false,
            error: None,
            edge: None,
            acknowledged: SequenceNumber(0),
            planted: scenario.planted.filter(|_| index == 1),
        }
    }

    pub(crate) fn state(&self) -> State {
        let is_half_open = self.listener.as_ref().is_some_and(|listener| listener.half_open() > 0);
        let otherwise = if is_half_open { State::SynReceived } else { State::Listen };
        self.connection.as_ref().map_or(otherwise, Connection::state)
    }

    /// The program has nothing left to do.
    pub(crate) fn is_done(&self) -> bool {
        self.error.is_some() || self.finished && self.state() == State::Closed || self.has_closed
    }

    /// The number that follows everything that this end has sent, if anything.
    fn next(&self) -> Option<SequenceNumber> {
        let half_open = (self.state() == State::SynReceived).then(|| self.isn() + 1);
        self.connection.as_ref().map(Connection::next_sequence_number).or(half_open)
    }

    fn isn(&self) -> SequenceNumber {
        if self.listener.is_some() {
            initial_sequence_number(&KEY, &PAIR, at_listener(self.half_opened))
        } else {
            SequenceNumber(ISN[self.index])
        }
    }

    /// A segment comes in. What is not the connection's is the listener's, or refused.
    pub(crate) fn arrives(&mut self, mut packet: Packet, scenario: &Scenario) {
        self.garble(&mut packet);
        let segment = packet.segment();
        if let Some(connection) = &mut self.connection {
            connection.segment_arrives(self.now, &segment, &mut self.memory);
            return;
        }
        let Some(listener) = &mut self.listener else {
            self.replies.extend(refuse(&segment).and_then(|reset| Packet::new(&reset)));
            return;
        };
        // Whatever makes a half-open connection is the next of them.
        let before = listener.half_open();
        let now = at_listener(self.half_opened + u8::from(before == 0));
        match listener.segment_arrives(now, &PAIR, &segment) {
            Arrival::Accept(half_open) => {
                listener.accepted();
                let mut connection =
                    Connection::from_half_open(&scenario.config(), &half_open, now, &mut self.memory);
                connection.segment_arrives(self.now, &segment, &mut self.memory);
                self.connection = Some(connection);
            }
            Arrival::Reply(reply) => {
                if listener.half_open() > before {
                    self.half_opened += 1;
                    self.edge = None;
                }
                self.replies.extend(Packet::new(&reply));
            }
            Arrival::Drop => {}
        }
    }

    /// The planted bugs of receiving.
    fn garble(&self, packet: &mut Packet) {
        let next = self.next();
        let state = self.state();
        let text = packet.segment().payload.len() as u32;
        let acknowledged = self.acknowledged;
        let header = packet.header_mut();
        match self.planted {
            Some(Planted::DeafToAcknowledgmentOfFin)
                if matches!(state, State::FinWait1 | State::Closing | State::LastAck)
                    && Some(header.ack) == next =>
            {
                header.ack = header.ack - 1;
            }
            Some(Planted::FinAheadOfText)
                if header.flags.contains(Flags::FIN) && (header.seq + text).is_after(acknowledged) =>
            {
                header.seq = acknowledged - text;
            }
            _ => {}
        }
    }

    /// The next segment that the end wants to send; an error where it says what is not so. `peer` is the other
    /// end.
    pub(crate) fn transmit(&mut self, peer: &End) -> Result<Vec<Packet>, String> {
        let mut packets = core::mem::take(&mut self.replies);
        let index = self.index;
        while let Some(connection) = &mut self.connection {
            let Some(segment) = connection.poll_transmit(self.now, &mut self.memory) else { break };
            packets.push(Packet::new(&segment).ok_or("a segment longer than anything that was sent")?);
            if packets.len() > MOST_SEGMENTS {
                return Err(format!("end {index} never stops sending"));
            }
        }
        for packet in &mut packets {
            if self.planted == Some(Planted::AcknowledgesTooMuch) {
                let header = packet.header_mut();
                header.ack += 1;
            }
            let segment = packet.segment();
            if segment.flags.contains(Flags::ACK) && !segment.flags.contains(Flags::RST) {
                self.acknowledged = segment.ack;
                if peer.next().is_some_and(|next| segment.ack.is_after(next)) {
                    return Err(format!("end {index} acknowledges what was never sent: {packet}"));
                }
                let edge = segment.ack + u32::from(segment.window);
                if self.edge.is_some_and(|before| before.is_after(edge)) {
                    return Err(format!("the window of end {index} shrinks: {packet}"));
                }
                self.edge = Some(edge);
            }
            self.check_text(&segment, peer)?;
        }
        self.settle();
        Ok(packets)
    }

    /// Whether the text is what the program gave, and in the window that the peer opened but for a probe.
    fn check_text(&self, segment: &Segment<'_>, peer: &End) -> Result<(), String> {
        let index = self.index;
        let first = self.isn() + 1;
        for (number, octet_sent) in (0..).zip(segment.payload.iter()) {
            let offset = (segment.seq + number).since(first);
            if offset >= u32::from(self.sent) || octet(index, offset) != octet_sent {
                return Err(format!("end {index} sends {octet_sent} at {offset}, which is not its text"));
            }
        }
        let end = segment.seq + segment.sequence_length();
        let reaches = peer.edge.is_none_or(|edge| !end.is_after(edge + 1));
        if segment.payload.is_empty() || reaches {
            return Ok(());
        }
        Err(format!("end {index} sends beyond the window: {:?}", segment))
    }

    /// What the host does after each event: the listener learns of its connection, and no timer is ahead.
    fn settle(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        let state = connection.state();
        for timer in Timer::ALL {
            let never = match self.planted {
                Some(Planted::NoRetransmission) => timer == Timer::Retransmission,
                Some(Planted::NoProbe) => timer == Timer::Persist,
                Some(Planted::EndlessTimeWait) => timer == Timer::FinalWait,
                _ => false,
            };
            if never {
                connection.move_timer(timer, Instant::MAX);
            } else if timer != Timer::LossDetection {
                connection.move_timer(timer, self.now + LATER);
            }
        }
        self.established |= !matches!(state, State::SynSent | State::SynReceived | State::Closed);
    }

    /// The timers that may expire.
    pub(crate) fn timers(&self) -> impl Iterator<Item = Timer> {
        let is_half_open = self.connection.is_none() && self.state() == State::SynReceived;
        let of_listener = is_half_open.then_some(Timer::Retransmission);
        self.connection.iter().flat_map(Connection::running_timers).chain(of_listener)
    }

    /// `timer` expires, before all others.
    pub(crate) fn expires(&mut self, timer: Timer) {
        if let Some(connection) = &mut self.connection {
            if timer == Timer::LossDetection {
                // It is the only one that is not put off.
                self.now = connection.poll_timeout().map_or(self.now, |at| at.max(self.now));
            } else {
                connection.move_timer(timer, self.now);
            }
            connection.handle_timeout(self.now, &mut self.memory);
        } else if let Some(listener) = &mut self.listener
            && let Some(at) = listener.poll_timeout()
        {
            while let Some((_, segment)) = listener.poll_transmit(at) {
                self.replies.extend(Packet::new(&segment));
            }
        }
    }

    /// Whether the program can send something.
    pub(crate) fn may_send(&self, scenario: &Scenario) -> bool {
        let has_more = self.sent < scenario.octets[self.index];
        let Some(connection) = self.connection.as_ref().filter(|_| has_more && !self.has_closed) else {
            return false;
        };
        self.error.is_none() && connection.writable(&self.memory) > 0
    }

    /// The program sends what it has left.
    pub(crate) fn send(&mut self, scenario: &Scenario) -> Result<(), String> {
        let text: Vec<u8> =
            (self.sent..scenario.octets[self.index]).map(|offset| octet(self.index, offset.into())).collect();
        let Some(connection) = &mut self.connection else { return Ok(()) };
        match connection.send(self.now, &text, &mut self.memory) {
            Ok(taken) => self.sent += taken as u8,
            Err(error) => self.error = Some(error),
        }
        Ok(())
    }

    /// Whether there is something to read, the end of the stream or an error.
    pub(crate) fn may_read(&self) -> bool {
        let Some(connection) = self.connection.as_ref() else { return false };
        if self.finished || self.error.is_some() {
            return false;
        }
        let ended = self.established && connection.state() == State::Closed && !self.has_closed;
        connection.readable() > 0 || connection.is_end_of_stream() || connection.error().is_some() || ended
    }

    /// The program reads what there is.
    pub(crate) fn read(&mut self) -> Result<(), String> {
        let mut buffer = [0; 8];
        let Some(connection) = &mut self.connection else { return Ok(()) };
        match connection.receive(self.now, &mut buffer, &mut self.memory) {
            Ok(0) => self.finished = true,
            Ok(mut length) => {
                if self.planted == Some(Planted::OctetTwice) {
                    buffer[length] = buffer[length - 1];
                    length += 1;
                }
                for octet_read in &buffer[..length] {
                    let expected = octet(1 - self.index, self.read.into());
                    if *octet_read != expected {
                        let (index, read) = (self.index, self.read);
                        return Err(format!("end {index} reads {octet_read} at {read}, not {expected}"));
                    }
                    self.read += 1;
                }
            }
            Err(error) => self.error = Some(error),
        }
        Ok(())
    }

    /// Whether the program is to close its side now.
    pub(crate) fn may_close(&self, scenario: &Scenario) -> bool {
        if self.has_closed || self.error.is_some() || matches!(self.state(), State::Listen | State::Closed) {
            return false;
        }
        let has_sent = self.sent == scenario.octets[self.index];
        match scenario.closing[self.index] {
            Closing::First | Closing::Abrupt => has_sent && self.established,
            Closing::AfterPeer => has_sent && self.finished,
            Closing::Reset => true,
        }
    }

    /// The program closes its side.
    pub(crate) fn close(&mut self, scenario: &Scenario) -> Result<(), String> {
        let Some(connection) = &mut self.connection else { return Ok(()) };
        self.has_closed = true;
        match scenario.closing[self.index] {
            Closing::First => connection.shutdown(self.now).map_err(|error| format!("shutdown: {error}"))?,
            Closing::AfterPeer | Closing::Abrupt => connection.close(self.now),
            Closing::Reset => connection.abort(self.now),
        }
        Ok(())
    }

    /// The program of a closed connection that has read everything forgets it.
    pub(crate) fn forget(&mut self) {
        if let Some(connection) = &mut self.connection
            && self.has_closed
            && self.finished
        {
            connection.close(self.now);
        }
    }

    fn hash_into(&mut self, hasher: &mut impl Hasher) {
        let flags = (self.established, self.has_closed, self.finished, self.error);
        (self.half_opened, flags, self.sent, self.read, self.edge).hash(hasher);
        match &self.connection {
            Some(connection) => connection.hash_relative_to(self.now, &mut self.memory, hasher),
            // A listener has nothing to compare it by but this.
            None if self.state() == State::SynReceived => format!("{:?}", self.listener).hash(hasher),
            None => hasher.write_u8(0),
        }
    }
}
