//! A cannelloni peer: frames in UDP datagrams, both ways.

use anysock::can::{AnyFrame, Filter};
use anysock::{Deadline, Instant, InterfaceName, Interfaces, PollEvents, UdpSocket, Wait};

use super::attachment::{Attachment, Interest};
use super::config::{Config, PeerConfig};
use super::error::GatewayError;
use super::queue::Queue;
use super::statistics::{BusUse, ClientUse};
use crate::cannelloni::{self, DatagramWriter};

/// The most bytes of a datagram: what an Ethernet frame carries over IPv6.
const MAX_DATAGRAM: usize = 1452;
/// The most bytes of a datagram that is received.
const RECEIVE: usize = 65_536;
/// How many datagrams are received at once before others have their turn.
const BATCH: usize = 32;

/// A peer.
#[derive(Debug)]
pub(super) struct Peer<B: Interfaces> {
    config: PeerConfig,
    socket: UdpSocket<B>,
    bus: Attachment<B>,
    /// Frames that wait for a datagram.
    frames: Queue<AnyFrame>,
    /// A datagram that the socket did not take yet.
    pending: Option<DatagramWriter>,
    sequence: u8,
    buffer: Vec<u8>,
    usage: ClientUse,
}

impl<B: Interfaces> Peer<B> {
    pub(super) fn new(backend: &B, peer: PeerConfig, config: &Config) -> Result<Peer<B>, GatewayError> {
        if !config.buses.contains(&peer.bus) {
            return Err(GatewayError::UnknownBus(peer.bus));
        }
        let socket = UdpSocket::bind(backend.clone(), &peer.local);
        let mut socket = socket.map_err(|error| GatewayError::Udp(peer.local.to_string(), error))?;
        socket.socket_mut().set_blocking(false);
        Ok(Peer {
            config: peer,
            socket,
            bus: Attachment::new(backend, peer.bus, Interest::Only(vec![Filter::ALL]), config),
            frames: Queue::new(config.to_client),
            pending: None,
            sequence: 0,
            buffer: vec![0; RECEIVE],
            usage: ClientUse::default(),
        })
    }

    /// What to wait for: the UDP socket, the bus.
    pub(super) fn waits(&self) -> [Option<Wait<'_, B::Handle>>; 2] {
        let pending = if self.pending.is_some() { PollEvents::OUT } else { PollEvents::empty() };
        [Some(Wait::new(self.socket.handle(), PollEvents::IN | pending)), self.bus.wait()]
    }

    /// When something is due.
    pub(super) fn deadline(&self) -> Deadline {
        let due = match (&self.pending, self.frames.oldest()) {
            (None, Some(oldest)) => Deadline::at(oldest + self.config.delay),
            _ => Deadline::NEVER,
        };
        self.bus.deadline().earlier(due)
    }

    /// Does what is to be done now.
    pub(super) fn turn(&mut self, now: Instant, [socket, bus]: [PollEvents; 2], config: &Config) {
        if !socket.difference(PollEvents::OUT).is_empty() {
            self.receive(now);
        }
        let frames = &mut self.frames;
        self.bus.turn(now, bus, config, |received| frames.push(now, received.frame));
        self.send(now);
    }

    fn receive(&mut self, now: Instant) {
        for _ in 0..BATCH {
            let Ok((len, from)) = self.socket.recv_from(&mut self.buffer) else { return };
            let datagram = self.buffer.get(..len).unwrap_or_default();
            match cannelloni::decode(datagram) {
                Ok(datagram) if from == self.config.remote => {
                    datagram.frames.into_iter().for_each(|frame| self.bus.send(now, frame));
                }
                _ => self.usage.wrong += 1,
            }
        }
    }

    /// Sends datagrams that are full, or whose first frame has waited long enough.
    fn send(&mut self, now: Instant) {
        loop {
            if self.pending.is_none() {
                self.pending = self.next_datagram(now);
            }
            let Some(datagram) = &self.pending else { return };
            match self.socket.send_to(datagram.bytes(), &self.config.remote) {
                Ok(_) => self.usage.sent += u64::from(datagram.len()),
                Err(error) if error.is_would_block() => return,
                // The network is away. UDP promises nothing, and the next may arrive.
                Err(_) => self.usage.unsent += u64::from(datagram.len()),
            }
            self.pending = None;
        }
    }

    fn next_datagram(&mut self, now: Instant) -> Option<DatagramWriter> {
        self.frames.expire(now);
        let due = self.frames.oldest()? + self.config.delay;
        if now < due && self.frames.len() * cannelloni::MAX_FRAME < MAX_DATAGRAM {
            return None;
        }
        let mut datagram = DatagramWriter::new(self.sequence, MAX_DATAGRAM);
        self.sequence = self.sequence.wrapping_add(1);
        while self.frames.peek(now).is_some_and(|frame| datagram.push(frame)) {
            self.frames.pop(now);
        }
        Some(datagram)
    }

    /// The peer's bus, and what it did there.
    pub(super) fn bus(&self) -> (InterfaceName, BusUse, usize) {
        (self.config.bus, self.bus.usage(), self.bus.queued())
    }

    /// What the peer has received.
    pub(super) fn usage(&self) -> ClientUse {
        ClientUse { drops: self.frames.drops(), ..self.usage }
    }

    /// Frames that wait for the peer.
    pub(super) fn queued(&self) -> usize {
        self.frames.len()
    }
}
